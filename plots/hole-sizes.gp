# hole-sizes.gp - how many holes there are of each size, a panel a policy.
# reads: label, workload, size_bytes, holes
# Change first: the yrange, and panel_height in inches.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
stats data using (column("size_bytes")) nooutput name "S"
stats data using (column("holes")) nooutput name "H"

do for [i = 1:n] { title_lines = max(title_lines, lines_in(panel_title(word(policies, i)))) }
panel_height = tall_if_alone(n)
eval fit_panels
eval page(grid_height(n))
set multiplot
eval heading(workload.more_panels(left_out), "size of a hole, bytes", "holes")
set logscale x 2
set xrange [S_min / 1.4:S_max * 2]
# Near 0 linear, so that 0 is there; above it tells a factor.
set nonlinear y via log10(1 + y) inverse 10 ** y - 1
set yrange [0:max(10, H_max * 1.3)]
set ytics (0, 1, 10, 100, "1e3" 1e3, "1e4" 1e4, "1e5" 1e5)
set style fill solid .9 noborder
# Two bars a doubling: from 2^k to 1.5 * 2^k, and on to the next.
doublings(s) = log(s) / log(2)
end_of(s) = s * (doublings(s) - floor(doublings(s) + .01) < .01 ? 1.46 : 1.3)
is(policy) = stringcolumn("label") eq policy
do for [i = 0:n - 1] {
    policy = word(policies, i + 1)
    eval panel(i)
    set title panel_title(policy) offset 0, -.7
    eval is_lowest(i, n) ? sparse_byte_tics : blank_byte_tics
    set format y column_of(i) == 0 ? "%g" : ""
    plot data using (is(policy) && column("holes") > 0 ? column("size_bytes") : NaN):(column("holes") / 2): \
        (column("size_bytes")):(end_of(column("size_bytes"))):(0):(column("holes")) with boxxyerror fc rgb holes_ink fs solid 1 border lc rgb "#666666"
    eval without_heading
}
unset multiplot
