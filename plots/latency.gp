# latency.gp - quantiles of single operations, a row a policy, a panel a kind of operation.
# reads: label, workload, kind, quantile, upper_ns, quantum_ns, null_ns, above_null
#
# Change first: drawn. The maximum is in the data and is mostly an interruption: drawn = 6 draws it as well.
drawn = 5
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("kind"))) nooutput
kinds = seen
panels = words(kinds)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
stats data using (column("quantile") < 1 || drawn == 6 ? column("upper_ns") : NaN) nooutput name "T"
stats data using (column("quantile") < 1 || drawn == 6 ? column("null_ns") : NaN) nooutput name "N"
longest = max(T_max, exists("N_max") && N_records > 0 ? N_max : 0)
stats data using (column("quantum_ns")) nooutput name "Q"

wrap_at = width < 5 ? 22 : 30
row_pad = .09
left = label_width(policies, wrap_at) + .12
right = .18
rows = rows_height(policies, wrap_at)
across = width < 5 ? 1 : panels
down = width < 5 ? panels : 1
gap = .15
panel_w = (width - left - right - gap * (across - 1)) / across
key_height = width < 5 ? .3 : .16
head = .2 + key_height
foot = .38
title_h = .2
eval page(head + foot + down * (rows + title_h))

# Below the clock's quantum nothing can be told apart: such a time is drawn at its end.
lowest = (Q_max > 0 ? min(Q_max, T_min) : T_min) / 1.6
array QUANTILE[6] = [.5, .9, .99, .999, .9999, 1]
array NAME[6] = ["median", "90%", "99%", "99.9%", "99.99%", "maximum"]
array QINK[6] = [black, blue, green, orange, vermillion, purple]
array QPALE[6] = ["#B3B3B3", "#B3D5E8", "#B3E2D5", "#F8E3B3", "#F1CFB3", "#F0D7E5"]
array QPOINT[6] = [7, 5, 9, 11, 13, 6]
is(kind, q) = stringcolumn("kind") eq kind && abs(column("quantile") - q) < 1e-9
at(kind, q, above) = is(kind, q) && column("above_null") == above ? max(Q_max, column("upper_ns")) : NaN
null_at(kind, q) = is(kind, q) ? max(Q_max, column("null_ns")) : NaN
row(x) = row_at(policies, wrap_at, index_of(policies, stringcolumn("label")))

set multiplot
eval head_line(workload)
set label 2 "time of one operation (pale: not above bump's)" center \
    at screen (width < 5 ? .5 : (left + width - right) / 2 / width), screen .1 / page_height
eval key_strip(.18, key_height, width < 5 ? 3 : 6)
plot for [q = 1:drawn] NaN with points pt QPOINT[q] ps .8 lc rgb QINK[q] title NAME[q], \
    NaN with boxes lc rgb pale title "bump"
eval key_closed
unset label 1
unset label 2

set logscale x
set xrange [lowest:longest * 1.6]
set yrange [rows:0]
set grid xtics ytics
x_tics = (log10(longest / lowest) > panel_w * 2.2 ? sparse_time_tics : time_tics)
set ytics scale 0
if (Q_max > 0) {
    set object 1 rectangle from lowest, graph 0 to Q_max, graph 1 fc rgb "#EEEEEE" fs solid noborder behind
}
do for [k = 0:panels - 1] {
    kind = word(kinds, k + 1)
    x0 = left + (across > 1 ? k * (panel_w + gap) : 0)
    y1 = page_height - head - title_h - (down > 1 ? k * (rows + title_h) : 0)
    set lmargin at screen x0 / width
    set rmargin at screen (x0 + panel_w) / width
    set tmargin at screen y1 / page_height
    set bmargin at screen (y1 - rows) / page_height
    set title kind offset 0, -.8
    set ytics ("" -1)
    do for [i = 1:words(policies)] {
        set ytics add ((k == 0 || across == 1 ? wrap(word(policies, i), wrap_at) : "") row_at(policies, wrap_at, i))
    }
    eval "set xtics ".(across == 1 && k < panels - 1 ? blank_time_tics : x_tics)
    # What bump takes, which does next to nothing, from its median to its last quantile: a band in each row, and a
    # tick at each quantile. A policy's quantile at most that of bump says nothing of the policy: it is pale.
    do for [i = 1:words(policies)] {
        null_low = 1e300
        null_high = 0
        stats data using (stringcolumn("kind") eq kind && stringcolumn("label") eq word(policies, i) && \
            column("quantile") <= (drawn == 6 ? 1 : .99995) && column("quantile") > .49 ? \
            (null_low = min(null_low, column("null_ns")), null_high = max(null_high, column("null_ns"))) : 0) nooutput
        if (null_high > 0) {
            set object 10 + i rectangle from max(Q_max, null_low), first row_at(policies, wrap_at, i) - .07 \
                to max(Q_max, null_high), first row_at(policies, wrap_at, i) + .07 fc rgb pale fs solid noborder behind
        }
    }
    plot for [q = 1:drawn] data using (null_at(kind, QUANTILE[q])):(row(0)):(0):(.06) \
        with vectors nohead lw .8 dt solid lc rgb QINK[q] notitle, \
        for [q = 1:drawn] data using (null_at(kind, QUANTILE[q])):(row(0)):(0):(-.06) \
        with vectors nohead lw .8 dt solid lc rgb QINK[q] notitle, \
        for [q = 1:drawn] data using (at(kind, QUANTILE[q], 0)):(row(0)) \
        with points pt QPOINT[q] ps .8 lc rgb QPALE[q] notitle, \
        for [q = 1:drawn] data using (at(kind, QUANTILE[q], 1)):(row(0)) \
        with points pt QPOINT[q] ps .8 lc rgb QINK[q] notitle
    do for [i = 1:words(policies)] { unset object 10 + i }
}
unset multiplot
