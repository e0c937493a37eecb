# waste.gp - what a footprint holds beside live bytes, stacked, over time, a panel a policy.
# reads: label, workload, allocated_bytes, rounding_bytes, metadata_bytes, slack_bytes, holes_bytes
# Change first: often, how many times the median of the policies' peaks the axes end at.
often = 4
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
eval find_labels
stats data using (column("allocated_bytes")) nooutput name "A"
# The scale is of what can be seen: frees at a program's end take no time as it is counted here.
W_max = 1
before = 0
stats data using (seen_x = column("allocated_bytes"), \
    W_max = seen_x - before > A_max / 1000 || seen_x < .98 * A_max ? max(W_max, column("footprint_bytes") - column("live_bytes")) : W_max, \
    before = seen_x, 0) nooutput
# A policy that takes far more than most must not flatten the others: its panel says how far it goes.
array PEAK[n]
peaks = ""
do for [i = 1:n] {
    PEAK[i] = 0
    stats data every ::FROM[i]::TO[i] using (PEAK[i] = max(PEAK[i], column("footprint_bytes") - column("live_bytes"))) nooutput
    peaks = peaks.sprintf(" %.0f", PEAK[i])
}
W_max = max(1, min(W_max, common_most(peaks, often)))
y_unit = unit_of(W_max)
x_unit = unit_of(A_max)

# gnuplot takes long for each expression: the sums are made once, in columns that are named here.
x = 1; rounding = 2; metadata = 3; slack = 4; holes = 5
part(name) = column(name) / y_unit

do for [i = 1:n] {
    title_lines = max(title_lines, lines_in(panel_title(word(policies, i))))
}
top = .34
panel_height = tall_if_alone(n)
eval fit_panels
eval page(grid_height(n))
set style textbox opaque margins .4, .2 fillcolor rgb "white" noborder
set multiplot
eval heading(workload.more_panels(left_out), "allocated bytes, ".unit_name(A_max), "footprint - live, ".unit_name(W_max))
eval key_strip(.17, .16, 4)
plot NaN with boxes lc rgb holes_ink title "holes", NaN with boxes lc rgb slack_ink title "slack", \
     NaN with boxes lc rgb metadata_ink title "metadata", NaN with boxes lc rgb rounding_ink title "rounding"
eval key_closed
eval without_heading
set xrange [0:A_max / x_unit]
set yrange [0:W_max / y_unit * 1.04]
eval panel_xtics(A_max / x_unit, 3)
set ytics step(W_max / y_unit, 3)
do for [i = 0:n - 1] {
    policy = word(policies, i + 1)
    eval panel(i)
    set title panel_title(policy) offset 0, -.7
    set format x is_lowest(i, n) ? "%g" : ""
    set format y column_of(i) == 0 ? "%g" : ""
    unset label 5
    if (PEAK[i + 1] > 1.05 * W_max) {
        set label 5 sprintf("to %.3g %s", PEAK[i + 1] / unit_of(PEAK[i + 1]), unit_name(PEAK[i + 1])) boxed right at graph .97, .88 front
    }
    set table $STACK separator comma
    plot data every ::FROM[i + 1]::TO[i + 1] using (column("allocated_bytes") / x_unit):(sum_ = part("rounding_bytes")): \
        (sum_ = sum_ + part("metadata_bytes")):(sum_ = sum_ + part("slack_bytes")):(sum_ + part("holes_bytes")) with table
    unset table
    plot $STACK using x:slack:holes with filledcurves lc rgb holes_ink, \
         "" using x:holes with lines lc rgb "#666666" lw .4 dt solid, \
         "" using x:metadata:slack with filledcurves lc rgb slack_ink, \
         "" using x:rounding:metadata with filledcurves lc rgb metadata_ink, \
         "" using x:rounding with filledcurves y=0 lc rgb rounding_ink
}
unset multiplot
