# release.gp - resident bytes over time under each rule of release, a panel a policy.
# reads: label, workload, release, allocated_bytes, live_bytes, resident_bytes
# Change first: the 3 of R_max, how many times the peak of live bytes the axes end at.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
seen = ""
stats data using (see(stringcolumn("release"))) nooutput
rules = seen
stats data using (column("live_bytes")) nooutput name "LIVE"
stats data using (column("resident_bytes")) nooutput name "R"
R_max = min(R_max, 3 * LIVE_max) # a policy that never reuses must not flatten the others
stats data using (column("allocated_bytes")) nooutput name "A"
y_unit = unit_of(R_max)
x_unit = unit_of(A_max)

is(policy, rule) = stringcolumn("label") eq policy && stringcolumn("release") eq rule
of(policy, rule, name) = is(policy, rule) ? column(name) : NaN
x(policy, rule) = of(policy, rule, "allocated_bytes") / x_unit

do for [i = 1:n] {
    title_lines = max(title_lines, lines_in(panel_title(word(policies, i))))
}
key_columns = width < 5 ? 3 : words(rules) + 1
key_rows = int((words(rules) + key_columns) / key_columns)
top = .2 + .14 * key_rows
panel_height = tall_if_alone(n)
eval fit_panels
eval page(grid_height(n))
set multiplot
eval heading(workload.more_panels(left_out), "allocated bytes, ".unit_name(A_max), "resident and live, ".unit_name(R_max))
eval key_strip(.18, .14 * key_rows, key_columns)
plot NaN with boxes lc rgb live_ink title "live", \
     for [k = 1:words(rules)] NaN with lines lt k lw 1.4 title word(rules, k)
eval key_closed
eval without_heading
set xrange [0:A_max / x_unit]
set yrange [0:R_max / y_unit * 1.04]
eval panel_xtics(A_max / x_unit, 3)
set ytics step(R_max / y_unit, 3)
do for [i = 0:n - 1] {
    policy = word(policies, i + 1)
    eval panel(i)
    set title panel_title(policy) offset 0, -.7
    set format x is_lowest(i, n) ? "%g" : ""
    set format y column_of(i) == 0 ? "%g" : ""
    first = ""
    stats data using (stringcolumn("label") eq policy && first eq "" ? (first = stringcolumn("release"), 0) : 0) nooutput
    plot data using (x(policy, first)):(of(policy, first, "live_bytes") / y_unit) with filledcurves y=0 lc rgb live_ink, \
         for [k = 1:words(rules)] "" using (x(policy, word(rules, k))):(of(policy, word(rules, k), "resident_bytes") / y_unit) \
             with lines lt k lw 1.4
}
unset multiplot
