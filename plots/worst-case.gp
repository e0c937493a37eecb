# worst-case.gp - typical, worst and bound: a row a policy, a mark a workload.
# reads: label, origin, ratio, bound_ratio
# Change first: wrap_at, after how many characters names are broken.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
stats data using (column("ratio")) nooutput name "R"
# The least bound of each policy, 0 where there is none.
array BOUND[n]
do for [i = 1:n] { BOUND[i] = 0 }
least(i, x) = x > 0 && (BOUND[i] == 0 || x < BOUND[i]) ? (BOUND[i] = x) : 0
stats data using (least(index_of(policies, stringcolumn("label")), column("bound_ratio")), 0) nooutput
most = R_max
seen = ""
stats data using (see(stringcolumn("origin"))) nooutput
traces = index_of(seen, "trace") > 0
generators = index_of(seen, "generator") > 0
bounds = sum [i = 1:n] (BOUND[i] > 0)
do for [i = 1:n] { most = max(most, BOUND[i]) }

wrap_at = width < 5 ? 16 : 34
left = label_width(policies, wrap_at) + .12
right = .2
foot = .4
head = .24
n = fitting(policies, wrap_at, highest - head - foot)
rows = rows_(policies, wrap_at, n)
eval page(head + rows + foot)
set multiplot
eval key_strip(.04, .16, 3)
plot for [i = 1:traces] NaN with points pt 7 ps .7 lc rgb black title "trace", \
     for [i = 1:generators] NaN with points pt 9 ps .7 lc rgb sky title "generator", \
     for [i = 1:bounds > 0] NaN with lines lw 2 dt solid lc rgb bound_ink title "bound"
eval key_closed
set lmargin at screen left / width
set rmargin at screen 1 - right / width
set tmargin at screen 1 - head / page_height
set bmargin at screen foot / page_height
set logscale x
set xrange [.97:most * 1.15]
set yrange [rows:0]
set grid xtics noytics
set ytics scale 0 ("" -1)
do for [i = 1:n] { set ytics add (wrap(word(policies, i), wrap_at) row_at(policies, wrap_at, i)) }
if (most < 20) {
    set xtics (1, 1.2, 1.5, 2, 3, 5, 7, 10, 15, 20)
    if (width < 5) { set xtics (1, 1.5, 2, 3, 5, 10, 20) }
} else {
    set xtics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000)
    if (width < 5) { set xtics (1, 3, 10, 30, 100, 300, 1000, 10000) }
}
set xlabel "peak footprint / peak live bytes" offset 0, .4
do for [i = 1:n] {
    if (BOUND[i] > 0) {
        y = row_at(policies, wrap_at, i)
        set arrow i from BOUND[i], first y - .07 to BOUND[i], first y + .07 nohead lw 2 lc rgb bound_ink front
    }
}
row(x) = row_at(policies, wrap_at, index_of(policies, stringcolumn("label")))
apart = traces && generators ? .03 : 0
is(origin) = stringcolumn("origin") eq origin
plot data using (is("generator") ? column("ratio") : NaN):(row(0) + apart) with points pt 9 ps .7 lc rgb sky, \
     data using (is("trace") ? column("ratio") : NaN):(row(0) - apart) with points pt 7 ps .6 lc rgb black
unset multiplot
