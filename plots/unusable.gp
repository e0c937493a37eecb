# unusable.gp - share of free memory that blocks of one size cannot use.
# reads: label, style, workload, size_bytes, unusable_pct
# Change first: often, how many times the median of the largest holes the axis ends at.
often = 8
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
stats data using (column("size_bytes")) nooutput name "S"
stats data using (column("unusable_pct")) nooutput name "U"
most = min(100, U_max * 1.04)
# The axis ends where the holes of most policies end: one that never reuses memory has a hole as large as all of it.
lasts = ""
do for [i = 1:n] {
    last = 0
    stats data using (stringcolumn("label") eq word(policies, i) ? (last = column("size_bytes")) : 0) nooutput
    lasts = lasts.sprintf(" %.0f", last)
}
end = max(S_min * 2, common_most(lasts, often))
do for [i = 1:n] {
    END[i] = NaN
    END_X[i] = min(1, log(number(lasts, i) / S_min) / log(end / S_min))
    stats data using (stringcolumn("label") eq word(policies, i) && column("size_bytes") <= end ? \
        (STYLE[i] = int(column("style")), END[i] = column("unusable_pct") / most) : 0) nooutput
}
words = policies
eval box_with_labels(1.9)
eval page(box_top + .3)
eval box_margins
eval head_line(workload)
set logscale x 2
set xrange [S_min:end]
eval (end / S_min > 4096 && width < 5 ? sparse_byte_tics : byte_tics)
set xlabel "size of the blocks wanted, bytes" offset 0, .4
set ylabel "unusable, percent of free bytes" offset 1, 0
set yrange [0:most]
call "end_labels.gp"
of(i, name) = stringcolumn("label") eq word(policies, i) ? column(name) : NaN
plot for [i = 1:n] data using (of(i, "size_bytes")):(column("unusable_pct")) with lines lt STYLE[i] lw 1.5
