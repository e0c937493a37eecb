# fragmentation.gp - footprint and live bytes over time, a panel a policy.
# reads: label, workload, allocated_bytes, live_bytes, footprint_bytes, jw4_pct, measure
# Change first: often, how many times the peak of live bytes the axes end at; beyond it the percentage still tells.
often = 3
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
eval find_labels
stats data using (column("live_bytes")) nooutput name "LIVE"
stats data using (column("footprint_bytes")) nooutput name "F"
F_max = min(F_max, often * LIVE_max) # a policy that never reuses must not flatten the others
stats data using (column("allocated_bytes")) nooutput name "A"
measure = ""
stats data using (measure = stringcolumn("measure"), 0) nooutput
y_unit = unit_of(F_max)
x_unit = unit_of(A_max)


do for [i = 1:n] {
    title_lines = max(title_lines, lines_in(panel_title(word(policies, i))))
}
top = .34
panel_height = tall_if_alone(n)
eval fit_panels
eval page(grid_height(n))
set multiplot
eval heading(workload.more_panels(left_out), "allocated bytes, ".unit_name(A_max), measure." and live, ".unit_name(F_max))
eval key_strip(.17, .16, 2)
plot NaN with lines lw 1.2 dt solid lc rgb black title measure, NaN with boxes lc rgb live_ink title "live"
eval key_closed
eval without_heading
set xrange [0:A_max / x_unit]
set yrange [0:F_max / y_unit * 1.04]
eval panel_xtics(A_max / x_unit, 3)
set ytics step(F_max / y_unit, 3)
do for [i = 0:n - 1] {
    policy = word(policies, i + 1)
    over = ""
    stats data every ::FROM[i + 1]::TO[i + 1] using (column("jw4_pct") > -100 ? (over = sprintf(column("jw4_pct") < 999.5 ? "%+.1f%%" : "%+.0f%%", column("jw4_pct")), 0) : 0) nooutput
    eval panel(i)
    set title panel_title(policy) offset 0, -.7
    set format x is_lowest(i, n) ? "%g" : ""
    set format y column_of(i) == 0 ? "%g" : ""
    set label 4 over at graph .97, .12 right front
    plot data every ::FROM[i + 1]::TO[i + 1] using (column("allocated_bytes") / x_unit):(column("live_bytes") / y_unit) \
             with filledcurves y=0 lc rgb live_ink, \
         "" every ::FROM[i + 1]::TO[i + 1] using (column("allocated_bytes") / x_unit):(column("footprint_bytes") / y_unit) \
             with lines lw 1.2 dt solid lc rgb black
}
unset multiplot
