# thread-footprint.gp - whose the footprint is over time, a panel a policy: a band a thread, full where it has
# blocks and pale where it had the last ones.
# reads: label, workload, allocated_bytes, thread, ink, below_bytes, used_bytes, free_bytes; the rows of a band stand together
# Change first: often, how many times the median of the policies' peaks the axes end at.
often = 4
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
eval read_thread_names
stats data using (column("allocated_bytes")) nooutput name "A"
array PEAK[n]
peaks = ""
top_of(x) = column("below_bytes") + column("used_bytes") + column("free_bytes")
do for [i = 1:n] {
    PEAK[i] = 0
    stats data using (stringcolumn("label") eq word(policies, i) ? (PEAK[i] = max(PEAK[i], top_of(0))) : 0) nooutput
    peaks = peaks.sprintf(" %.0f", PEAK[i])
}
F_max = max(1, common_most(peaks, often))
y_unit = unit_of(F_max)
x_unit = unit_of(A_max)

band(policy, i) = stringcolumn("label") eq policy && column("ink") == i
x(policy, i) = band(policy, i) ? column("allocated_bytes") / x_unit : NaN
below(x) = column("below_bytes") / y_unit
used(x) = below(0) + column("used_bytes") / y_unit
free(x) = used(0) + column("free_bytes") / y_unit

do for [i = 1:n] {
    title_lines = max(title_lines, lines_in(panel_title(word(policies, i))))
}
panel_height = tall_if_alone(n)
eval fit_panels
eval page(grid_height(n))
set style textbox opaque margins .4, .2 fillcolor rgb "white" noborder
set multiplot
eval heading(workload.more_panels(left_out), "allocated bytes, ".unit_name(A_max), "footprint, ".unit_name(F_max))
eval key_strip(.2, .15 * key_rows, key_columns)
plot for [i = 1:8] NaN with boxes lc rgb thread_ink(i % 8) title thread_name(i % 8)
eval key_closed
eval without_heading
set xrange [0:A_max / x_unit]
set yrange [0:F_max / y_unit * 1.04]
eval panel_xtics(A_max / x_unit, 3)
set ytics step(F_max / y_unit, 3)
do for [p = 0:n - 1] {
    policy = word(policies, p + 1)
    eval panel(p)
    set title panel_title(policy) offset 0, -.7
    set format x is_lowest(p, n) ? "%g" : ""
    set format y column_of(p) == 0 ? "%g" : ""
    unset label 5
    if (PEAK[p + 1] > 1.05 * F_max) {
        set label 5 sprintf("to %.3g %s", PEAK[p + 1] / unit_of(PEAK[p + 1]), unit_name(PEAK[p + 1])) boxed right at graph .97, .88 front
    }
    plot for [i = 0:7] data using (x(policy, i)):(used(0)):(free(0)) with filledcurves lc rgb pale_of(thread_ink(i), .4), \
         for [i = 0:7] "" using (x(policy, i)):(below(0)):(used(0)) with filledcurves lc rgb thread_ink(i), \
         "" using (x(policy, 0)):(free(0)) with lines lw .8 dt solid lc rgb black
}
unset multiplot
