# models.gp - waste of real programs, as they are and as random models of them, a panel a program.
# reads: what ("PROGRAM; POLICY; MODEL; pct"), observed
call "style.gp" ARG1 ARG2 ARG3

array MODEL[3] = ["actual", "shuffled", "independent"]
array MINK[3] = [black, blue, vermillion]
array MPOINT[3] = [7, 4, 8]
part(s, i) = (w_ = word(s, i), w_[1:strlen(w_) - 1])
shown(x) = part(stringcolumn("what"), 3) eq MODEL[1] || part(stringcolumn("what"), 3) eq MODEL[2] || \
    part(stringcolumn("what"), 3) eq MODEL[3]
stats data using (shown(0) ? see(part(stringcolumn("what"), 1)) : NaN) nooutput
programs = seen
seen = ""
stats data using (shown(0) ? see(part(stringcolumn("what"), 2)) : NaN) nooutput
policies = seen
stats data using (shown(0) ? column("observed") : NaN) nooutput name "W"
stats data using (see(stringcolumn("result"))) nooutput
n = words(programs)

panel_columns = width < 5 ? 1 : 3
panel_height = 1.1
top = .38
bottom = .95
eval page(grid_height(n))
set multiplot
eval heading("Programs and random models of them", "", "peak heap / peak live - 1, percent")
eval key_strip(.16, .2, 3)
plot for [m = 1:3] NaN with points pt MPOINT[m] ps .8 lc rgb MINK[m] title MODEL[m]
eval key_closed
eval without_heading

set nonlinear y via log10(1 + y) inverse 10 ** y - 1
set yrange [0:W_max * 1.3]
set xrange [.4:words(policies) + .6]
set grid xtics ytics
of(i, m) = part(stringcolumn("what"), 1) eq word(programs, i) && part(stringcolumn("what"), 3) eq MODEL[m]
at(m) = index_of(policies, part(stringcolumn("what"), 2)) + .18 * (m - 2)
do for [i = 1:n] {
    eval panel(i - 1)
    set title word(programs, i) offset 0, -.8
    set ytics (0, 1, 3, 10, 30, 100, 300, 1000)
    if (column_of(i - 1)) { set format y "" } else { set format y "%g" }
    set xtics ("" 1) rotate by 90 right
    do for [k = 1:words(policies)] {
        set xtics add ((is_lowest(i - 1, n) ? word(policies, k) : "") k)
    }
    plot for [m = 1:3] data using (of(i, m) ? at(m) : NaN):(column("observed")) \
        with points pt MPOINT[m] ps .6 lc rgb MINK[m] notitle
}
unset multiplot
