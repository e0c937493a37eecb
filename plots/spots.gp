# spots.gp - a region over time as a grid of spots, a panel a policy: the part that heap-map.gp and thread-map.gp share.
# The caller has set `top`, mix(shift), which is the red, green and blue of a spot by the columns of its row (shift is
# 65536, 256 or 1), and map_key, the commands that draw the key.

# One reading finds the panels and where each ends.
array LABEL[200]
array ROWS[200]
n = 0
last = ""
enter(s) = s eq last ? (ROWS[n] = ROWS[n] + 1) : (n = n + 1, LABEL[n] = s, ROWS[n] = 1, last = s, 0)
stats data using (enter(stringcolumn(1)), $5) nooutput name "A"
stats data using (column("event")) nooutput name "E"
# A spot is as wide as the time to the next one, and lies around its middle: the axes leave room for whole spots.
next_event = E_max
next_address = A_max
stats data every ::0::(ROWS[1] - 1) using (column("event") > E_min ? (next_event = min(next_event, column("event"))) : 0) nooutput
stats data every ::0::(ROWS[1] - 1) using ($5 > 0 ? (next_address = min(next_address, $5)) : 0) nooutput
spot_wide = max(1, next_event - E_min)
spot_high = next_address
stats data every ::0::0 using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
y_unit = unit_of(A_max)
x_unit = E_max >= 2e6 ? 1e6 : E_max >= 2e3 ? 1e3 : 1.
x_name = E_max >= 2e6 ? "millions" : E_max >= 2e3 ? "thousands" : ""

panel_columns = n < 2 ? 1 : width < 5 || n == 2 || n == 4 ? 2 : n == 3 ? 3 : 4
panel_height = panel_width(0) * (n < 2 ? .6 : .75)
do for [i = 1:n] { title_lines = max(title_lines, lines_in(panel_title(LABEL[i]))) }
eval page(grid_height(n))

set multiplot
eval heading(workload, "events".(strlen(x_name) ? ", ".x_name : ""), "address, ".unit_name(A_max))
eval map_key
eval key_closed
eval without_heading
unset grid
set tics front out
set xrange [0:(E_max + spot_wide) / x_unit]
set yrange [0:(A_max + spot_high) / y_unit * 1.02]
eval panel_xtics(E_max / x_unit, 3)
set ytics step(A_max / y_unit, 3)
begin = 0
do for [i = 0:n - 1] {
    eval panel(i)
    set title panel_title(LABEL[i + 1]) offset 0, -.7
    set format x is_lowest(i, n) ? "%g" : ""
    set format y column_of(i) == 0 ? "%g" : ""
    plot data every ::begin::(begin + ROWS[i + 1] - 1) \
        using (($4 + spot_wide / 2.) / x_unit):(($5 + spot_high / 2.) / y_unit):(mix(65536)):(mix(256)):(mix(1)) with rgbimage
    begin = begin + ROWS[i + 1]
}
unset multiplot
