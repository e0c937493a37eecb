# pareto.gp - memory overhead against time per operation, and the front.
# reads: label, style, workload, time_of, time, least, most, floor, overhead_pct, front, measure, offline_pct
# Change first: picture_height in inches.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("time_of"))) nooutput
time_of = word(seen, 1)
array LABEL[200] # by linetype
do for [i = 1:200] { LABEL[i] = "" }
styles = 0
stats data using (LABEL[int(column("style"))] = stringcolumn("label"), styles = max(styles, int(column("style"))), 0) nooutput
n = 0
longest = 0
do for [i = 1:styles] {
    if (strlen(LABEL[i])) {
        n = n + 1
        longest = max(longest, strlen(LABEL[i]))
    }
}
stats data using (column("most")) nooutput name "T"
stats data using (column("least")) nooutput name "S"
B_max = 0
stats data using (B_max = column("floor") > B_max ? column("floor") : B_max) nooutput
if (B_max > 0) { stats data using (column("floor")) nooutput name "FLOOR" }
floor_at = B_max > 0 ? FLOOR_median : 0
stats data using (column("overhead_pct")) nooutput name "M"

picture_height = width < 5 ? 2.4 : 3.2
below = .42
eval page(picture_height + below + .3)
side = width < 5 ? .68 : .55 # room for the two lines of the label
set lmargin at screen side / width
set rmargin at screen 1 - .12 / width
set tmargin at screen 1 - .3 / page_height
set bmargin at screen below / page_height
eval head_line(workload)
set xlabel time_of offset 0, .4
measure = ""
stats data using (measure = stringcolumn("measure"), 0) nooutput
set ylabel (width < 5 ? wrap(measure, 36) : measure) offset (width < 5 ? 0 : .8), 0
set logscale x
if (T_max / S_min < (width < 5 ? 60 : 300)) {
    set xtics (.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
}
least = B_max > 0 ? min(floor_at, S_min) / 1.3 : S_min / 1.5
set xrange [least:T_max * 1.4]
# What a packing needs that knows the workload beforehand: none can be much below it.
O_max = -1
stats data using (O_max = column("offline_pct") >= 0 ? column("offline_pct") : O_max, 0) nooutput

# Where nobody is near 0 the room below goes to the labels.
lowest = O_max >= 0 ? min(O_max, M_min) : M_min
y_begin = lowest > 5 ? lowest / 1.7 : 0
y_end = M_max * 1.5 + .5
set nonlinear y via log10(1 + y) inverse 10 ** y - 1
set yrange [y_begin:y_end]
set ytics (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
if (M_max < 150) { set ytics add (.5, 3, 7, 15, 30, 70) }
if (B_max > 0) {
    set arrow 1 from floor_at, graph 0 to floor_at, graph 1 nohead lc rgb grey dt (4,3) back
}

if (O_max >= 0) {
    set arrow 3 from graph 0, first O_max to graph 1, first O_max nohead lc rgb grey dt (1,2) lw 1.5 back
}

# The front from left to right, from the upper edge on to the right one; data is in order of time.
set print $FRONT
print "x,y"
set print
set table $FRONT append separator comma
plot data using "time":"overhead_pct" with table if (column("front") == 1)
unset table
stats $FRONT using 1:2 nooutput name "E"
x_end = T_max * 1.4
set print $FRONT append
print sprintf("%g,%g", x_end, E_min_y)
set print
set arrow 2 from E_min_x, E_max_y to E_min_x, y_end nohead lc rgb grey lw 1.5 back

# Each point has its label where it covers no other (point_labels.gp): places from 0 to 1 of the box.
array PX[styles]
array PY[styles]
bent(y) = log10(1 + y)
upwards(y) = (bent(y) - bent(y_begin)) / (bent(y_end) - bent(y_begin))
across(x) = log10(x / least) / log10(x_end / least)
do for [i = 1:styles] {
    PX[i] = PY[i] = NaN
    stats data using (int(column("style")) == i ? (PX[i] = across(column("time")), PY[i] = upwards(column("overhead_pct"))) : 0) nooutput
}
box_wide = width - side - .12
box_high = picture_height
call "point_labels.gp"
if (B_max > 0) { set label 190 "replay loop" rotate by 90 left at floor_at, graph .03 offset .6, 0 textcolor rgb "#666666" }
if (O_max >= 0) { set label 192 "offline" right at graph .99, first O_max offset 0, .5 textcolor rgb "#666666" }
set label 191 "front" right at graph .99, first E_min_y offset 0, .5 textcolor rgb "#666666"

plot $FRONT using 1:2 with steps lc rgb grey lw 1.5 dt solid, \
     for [i = 1:styles] data using (column("style") == i ? column("time") : NaN): \
         (column("overhead_pct")):(column("least")):(column("most")) \
         with xerrorbars lt i dt solid lw .8 ps .9
