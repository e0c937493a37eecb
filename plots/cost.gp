# cost.gp - cost of an operation as the heap grows, for one kind of workload.
# reads: label, style, kind, live_blocks, holes_count, probes_per_request, ns_per_op
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("kind"))) nooutput
kind = word(seen, 1)
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
# Which panels there is something for, and their ranges.
array LEAST[4] = [1e300, 1e300, 1e300, 1e300]
array MOST[4] = [0, 0, 0, 0]
look(k, x) = x > 0 ? (LEAST[k] = min(LEAST[k], x), MOST[k] = max(MOST[k], x)) : 0
stats data using (look(1, column("holes_count")), look(2, column("probes_per_request")), \
                  look(3, column("live_blocks")), look(4, column("ns_per_op")), 0) nooutput
with_probes = MOST[1] > 0 && MOST[2] > 0
with_time = MOST[4] > 0
panels = with_probes + with_time
across = width < 5 ? 1 : panels
down = width < 5 ? panels : 1
left = .52
right = .12
gap = .55
panel_w = (width - left - right - gap * (across - 1)) / across
panel_h = 1.7
foot = .42
key_columns = max(1, int((width - .2) / (text_in(longest) + .32)))
key_rows = int((n + key_columns - 1) / key_columns)
key_height = .14 * key_rows
eval page(.25 + key_height + down * (panel_h + foot) + .05)

of(i, name) = stringcolumn("label") eq word(policies, i) ? column(name) : NaN
set multiplot
eval head_line(kind)
eval key_strip(.2, key_height, key_columns)
plot for [i = 1:n] NaN with linespoints lt STYLE[i] ps .7 title word(policies, i)
eval key_closed
unset label 1
set logscale xy
set format "10^{%T}"
set termoption enhanced
do for [k = 1 - with_probes:with_time] {
    at = k - (1 - with_probes)
    x0 = left + (across > 1 ? at * (panel_w + gap) : 0)
    y1 = page_height - .25 - key_height - (down > 1 ? at * (panel_h + foot) : 0)
    set lmargin at screen x0 / width
    set rmargin at screen (x0 + panel_w) / width
    set tmargin at screen y1 / page_height
    set bmargin at screen (y1 - panel_h) / page_height
    set xrange [LEAST[2 * k + 1] / 1.4:MOST[2 * k + 1] * 1.4]
    set yrange [LEAST[2 * k + 2] / 1.4:MOST[2 * k + 2] * 1.4]
    if (k == 0) {
        set xlabel "holes" offset 0, .4
        set ylabel "probes a request" offset .3, 0
        plot for [i = 1:n] data using (of(i, "holes_count") > 0 ? column("holes_count") : NaN): \
            (column("probes_per_request") > 0 ? column("probes_per_request") : NaN) with linespoints lt STYLE[i] ps .7
    } else {
        set xlabel "live blocks" offset 0, .4
        set ylabel "time of an operation, ns" offset .3, 0
        plot for [i = 1:n] data using (of(i, "live_blocks")):(column("ns_per_op")) with linespoints lt STYLE[i] ps .7
    }
}
unset multiplot
