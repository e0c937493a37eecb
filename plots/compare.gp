# compare.gp - did it get better: a row a policy on a workload, its value before and after.
# reads: metric, policy, workload, ratio
# Change first: wrap_at, after how many characters names are broken.
call "style.gp" ARG1 ARG2 ARG3

rows = ""
metric = ""
label(s) = (rows = rows.' "'.s.'"', 0)
stats data using (metric = stringcolumn("metric"), label(stringcolumn("policy").", ".stringcolumn("workload"))) nooutput
stats data using (column("ratio")) nooutput name "R"
n = words(rows)

wrap_at = width < 5 ? 24 : 60
left = label_width(rows, wrap_at) + .12
right = .18
high = rows_height(rows, wrap_at)
foot = .4
head = .26
eval page(head + high + foot)
set multiplot
eval key_strip(.04, .16, 3)
plot NaN with points pt 6 ps .7 lc rgb black title "before", NaN with points pt 7 ps .7 lc rgb vermillion title "worse", \
     NaN with points pt 5 ps .7 lc rgb blue title "better"
eval key_closed
set lmargin at screen left / width
set rmargin at screen 1 - right / width
set tmargin at screen 1 - head / page_height
set bmargin at screen foot / page_height
# In percent, and never so near that a thousandth looks like much.
low = min(100 * (R_min - 1), 0)
most = max(100 * (R_max - 1), 0)
span = max(most - low, .5)
set xrange [low - .06 * span:most + .06 * span]
set yrange [high:0]
set xtics step(span, width < 5 ? 4 : 8)
set format x "%+g"
set grid xtics noytics
set ytics scale 0 ("" -1)
do for [i = 1:n] { set ytics add (wrap(word(rows, i), wrap_at) row_at(rows, wrap_at, i)) }
set xlabel "change of ".metric.", percent" offset 0, .4
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 1 lc rgb grey back
change(x) = 100 * (column("ratio") - 1)
at(x) = row_at(rows, wrap_at, int(column(0)) + 1)
worse(x) = change(0) > 0 ? change(0) : NaN
better(x) = change(0) < 0 ? change(0) : NaN
plot data using (0):(at(0)):(change(0)):(0) with vectors nohead lw 1.2 dt solid lc rgb grey, \
     data using (0):(at(0)) with points pt 6 ps .7 lc rgb black, \
     data using (worse(0)):(at(0)) with points pt 7 ps .7 lc rgb vermillion, \
     data using (better(0)):(at(0)) with points pt 5 ps .7 lc rgb blue
unset multiplot
