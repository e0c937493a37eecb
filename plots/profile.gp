# profile.gp - what a workload is like: live bytes over its events, sizes and lifetimes.
# reads: workload, section, key, measure, value
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
of(s, m) = stringcolumn("section") eq s && stringcolumn("measure") eq m
at(s, m) = of(s, m) ? column("key") : NaN
# What each section spans; a workload need not have any block that dies.
last_event = 1
peak = 1
stats data using (of("live", "bytes") ? (last_event = column("key"), peak = max(peak, column("value"))) : 0) nooutput
note(s) = of(s, "blocks") ? (sum = sum + column("value"), most = max(most, column("value")), \
                             first = first < 0 ? column("key") : first, last = column("key")) : 0
start = "sum = 0; most = 0; first = -1; last = 1"
y_unit = unit_of(peak)
x_unit = last_event >= 1e6 ? 1e6 : last_event >= 1e4 ? 1e3 : 1

# The curve alone, without the rows in between that would tear it.
set print $LIVE
print "x,y"
set print
set table $LIVE append separator comma
plot data using (column("key") / x_unit):(column("value") / y_unit) with table if (of("live", "bytes"))
unset table

# Wide: three panels in a row; narrow: one above the other.
rows = width < 5 ? 3 : 1
across = 4 - rows
left = .52
gap = .55
panel_wide = (width - left - .12 - gap * (across - 1)) / across
panel_high = 1.15
foot = .44
row_high = panel_high + foot + .1
eval page(.18 + rows * row_high)
set multiplot
set label 1 workload font "Liberation Sans:Bold,8" left at screen .06 / width, screen 1 - .1 / page_height
place(i) = sprintf("set lmargin at screen %f; set rmargin at screen %f; set tmargin at screen %f; set bmargin at screen %f", \
    x_of(i) / width, (x_of(i) + panel_wide) / width, y_of(i) / page_height, (y_of(i) - panel_high) / page_height)
x_of(i) = left + (i % across) * (panel_wide + gap)
y_of(i) = page_height - .25 - (i / across) * row_high

eval place(0)
set xlabel x_unit == 1e6 ? "events, millions" : x_unit == 1e3 ? "events, thousands" : "events" offset 0, .5
set ylabel "live, ".unit_name(peak) offset 1.2, 0
set xrange [0:last_event / x_unit]
set yrange [0:peak / y_unit * 1.05]
eval panel_xtics(last_event / x_unit, 3)
set ytics step(peak / y_unit, 4)
plot $LIVE using 1:2 with filledcurves y=0 lc rgb pale, "" using 1:2 with lines lw 1.2 dt solid lc rgb blue
unset label 1

# A bar a doubling: a key is the last value of its doubling, so the bar reaches from half of it.
low(k) = k < 1 ? .5 : (k + 1) / 2
high(k) = k < 1 ? 1 : k + 1
power_tics = '("1" 1, "16" 16, "256" 256, "4 KiB" 4096, "64 KiB" 65536, "1 MiB" 1048576, "16 MiB" 16777216, "256 MiB" 268435456, "4 GiB" 4294967296.)'
sparse_power_tics = '("1" 1, "1 KiB" 1024, "1 MiB" 1048576, "1 GiB" 1073741824)'
bar(s) = sprintf("data using (at('%s', 'blocks')):(column('value') / sum * 100):(low(at('%s', 'blocks'))):(high(at('%s', 'blocks'))):(0):(column('value') / sum * 100) with boxxyerror fc rgb '%s' lw .3", s, s, s, blue)
set logscale x 2
set ylabel "blocks, percent"

axes(x) = sprintf("set yrange [0:%g]; set ytics %g; set xrange [%g:%g]; set xtics ", \
    most / sum * 105, step(most / sum * 100, 4), low(first), high(last)).(last > 2.**18 ? sparse_power_tics : power_tics)
do for [i = 1:2] {
    section = word("size life_bytes", i)
    eval start
    stats data using (note(section)) nooutput
    eval place(i)
    set xlabel i == 1 ? "size, bytes" : "lifetime, bytes allocated meanwhile"
    if (sum > 0) {
        eval axes(0)
        eval "plot ".bar(section)
    } else {
        unset logscale
        set xrange [0:1]
        set yrange [0:1]
        unset xtics
        unset ytics
        set label 2 "no block dies" center at graph .5, graph .5
        plot -1
    }
}
unset multiplot
