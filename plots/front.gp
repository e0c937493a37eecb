# front.gp - the smallest pool against the accesses of an operation, and the most of one.
# reads: label, number, workload, pool_pct, accesses, most_accesses, front
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
array LABEL[400] # by number
do for [i = 1:400] { LABEL[i] = "" }
n = 0
longest = 0
stats data using (LABEL[int(column("number"))] = stringcolumn("label") . \
                  sprintf(" [%.0f]", column("most_accesses")), n = max(n, int(column("number"))), 0) nooutput
do for [i = 1:n] { longest = max(longest, strlen(LABEL[i])) }
stats data using (column("pool_pct")) nooutput name "P"
stats data using (column("accesses")) nooutput name "A"

# The numbered list stands beside the picture where there is room, else below it.
key_width = text_in(longest) + .4
beside = width - key_width > 3
columns = beside ? 1 : max(1, int((width - .1) / key_width))
rows = int((n + columns - 1) / columns)
picture_height = max(2.1, beside ? rows * .14 : 0)
below = beside ? .42 : .55 + rows * .14
eval page(picture_height + below + .25)
set lmargin at screen .55 / width
set rmargin at screen 1 - (beside ? key_width + .15 : .12) / width
set tmargin at screen 1 - .25 / page_height
set bmargin at screen below / page_height
set label 1 workload font "Liberation Sans:Bold,8" left at screen .06 / width, screen 1 - .1 / page_height
do for [i = 1:n] {
    column_of = (i - 1) / rows
    row_of = (i - 1) % rows
    x = beside ? width - key_width : .1 + column_of * key_width
    y = (beside ? page_height - .3 : below - .55) - row_of * .14
    set label 10 + i sprintf("%d  %s", i, LABEL[i]) left at screen x / width, screen y / page_height
}
unset key
set xlabel "accesses of an operation, mean" offset 0, .4
set ylabel "smallest pool / peak live bytes - 1 (%)" offset .8, 0
x_span = max(A_max - A_min, A_max * .02)
set xrange [max(0, A_min - x_span * .12):A_max + x_span * .15]
set nonlinear y via log10(1 + y) inverse 10 ** y - 1
y_low = log10(1 + P_min)
y_high = log10(1 + P_max)
y_span = max(y_high - y_low, .02)
set yrange [max(0, 10 ** (y_low - y_span * .12) - 1):10 ** (y_high + y_span * .15) - 1]
set ytics (0, .5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 70, 100, 150, 200, 500, 1000, 2000, 5000)
if (P_max > 60) { set ytics (0, .5, 1, 2, 5, 7, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) }

# The front from the least accesses to the smallest pool; data is in order of the pool.
set print $FRONT
print "x,y"
set print
set table $FRONT append separator comma
plot data using "accesses":"pool_pct" with table if (column("front") == 1)
unset table

plot $FRONT using 1:2 with fsteps lc rgb grey lw 1.5 dt solid, \
     data using (column("front") == 1 ? NaN : column("accesses")):(column("pool_pct")) \
         with points pt 6 ps .7 lc rgb grey, \
     data using (column("front") == 1 ? column("accesses") : NaN):(column("pool_pct")) \
         with points pt 7 ps .8 lt 1, \
     data using (column("accesses")):(column("pool_pct")):(sprintf("%d", int(column("number")))) \
         with labels left offset .5, .5 font "Liberation Sans,6.5"
