# failure.gp - share of requests and bytes that fail as a fixed region grows.
# reads: label, style, workload, region_pct, failed_requests_pct, failed_bytes_pct
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
array STYLE[n]
longest = 0
do for [i = 1:n] {
    stats data using (stringcolumn("label") eq word(policies, i) ? (STYLE[i] = int(column("style"))) : 0) nooutput
    longest = max(longest, strlen(word(policies, i)))
}
# Up to where the last line reaches zero: beyond it nothing happens.
ends_at = 1
stats data using (column("failed_requests_pct") > 0 ? (ends_at = max(ends_at, column("region_pct") / 100)) : 0) nooutput
stats data using (column("region_pct") / 100) nooutput name "R"
right_end = min(R_max, 1 + (ends_at - 1) * 1.1 + .02)

across = width < 5 ? 1 : 2
down = 3 - across
left = .55
right = .15
gap = .55
panel_w = (width - left - right - gap * (across - 1)) / across
panel_h = 1.6
foot = .42
key_columns = max(1, int((width - .2) / (text_in(longest) + .32)))
key_rows = int((n + key_columns - 1) / key_columns)
key_height = .14 * key_rows
eval page(.25 + key_height + down * (panel_h + foot) + .05)

of(i, name) = stringcolumn("label") eq word(policies, i) ? column(name) : NaN
set multiplot
eval head_line(workload)
eval key_strip(.2, key_height, key_columns)
plot for [i = 1:n] NaN with lines lt STYLE[i] lw 1.5 title word(policies, i)
eval key_closed
unset label 1
set xrange [1:right_end]
set xlabel "region / peak live bytes" offset 0, .4
# Near 0 linear, so that 0 is there; above .01 percent it tells a factor.
set nonlinear y via log10(1 + 100 * y) inverse (10 ** y - 1) / 100
set yrange [0:100]
set ytics (0, .01, .1, 1, 10, 100)
do for [k = 0:1] {
    x0 = left + (across > 1 ? k * (panel_w + gap) : 0)
    y1 = page_height - .3 - key_height - (down > 1 ? k * (panel_h + foot) : 0)
    set lmargin at screen x0 / width
    set rmargin at screen (x0 + panel_w) / width
    set tmargin at screen y1 / page_height
    set bmargin at screen (y1 - panel_h) / page_height
    set ylabel k == 0 ? "requests refused, percent" : "bytes refused, percent" offset .4, 0
    plot for [i = 1:n] data using (of(i, "region_pct") / 100): \
        (column(k == 0 ? "failed_requests_pct" : "failed_bytes_pct")) with lines lt STYLE[i] lw 1.5
}
unset multiplot
