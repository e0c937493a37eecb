# ageing.gp - fragmentation against the age of a heap, in rounds of a recording.
# reads: label, style, workload, round, median_pct, least_pct, most_pct
# Change first: the 10 of bent and of the nonlinear axis, above which the axis tells factors.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
array STYLE[n]
array END[n]
array END_X[n]
stats data using (column("most_pct")) nooutput name "PCT"
stats data using (column("round")) nooutput name "ROUND"
# Near 0 linear, above 10 percent it tells a factor: policies that age badly do not flatten the others.
bent(y) = log10(1 + max(0, y) / 10)
most = max(20, PCT_max * 1.05)
do for [i = 1:n] {
    END[i] = NaN
    END_X[i] = 1
    stats data using (stringcolumn("label") eq word(policies, i) ? \
        (STYLE[i] = int(column("style")), END[i] = bent(column("median_pct")) / bent(most)) : 0) nooutput
}
words = policies
eval box_with_labels(2.2)
eval page(box_top + .3)
eval box_margins
eval head_line(workload)
set xlabel "age of the heap, rounds" offset 0, .4
set ylabel "footprint / live bytes - 1, percent" offset 1, 0
set xrange [1:max(2, ROUND_max)]
call "end_labels.gp"
set nonlinear y via log10(1 + y / 10) inverse 10 * (10 ** y - 1)
set yrange [0:most]
set ytics (0, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000)
of(i, name) = stringcolumn("label") eq word(policies, i) ? max(0, column(name)) : NaN
plot for [i = 1:n] data using "round":(of(i, "least_pct")):(of(i, "most_pct")) with filledcurves lc rgb INK[(STYLE[i] - 1) % 7 + 1] fs transparent solid .18 noborder, \
     for [i = 1:n] data using "round":(of(i, "median_pct")) with lines lt STYLE[i] lw 1.5
