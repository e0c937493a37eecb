# cost.gp - cost of an operation as the heap grows, for one kind of workload.
# reads: label, style, kind, live_blocks, holes_count, probes_per_request, ns_per_op
# Change first: panel_h, the height of a panel in inches.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("kind"))) nooutput
kind = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
array STYLE[n]
array END[n]
array END_X[n]
do for [i = 1:n] {
    stats data using (stringcolumn("label") eq word(policies, i) ? (STYLE[i] = int(column("style"))) : 0) nooutput
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
words = policies
label_wrap = width < 5 ? 14 : 24
right = label_width(policies, label_wrap) + .2
gap = .55
panel_w = (width - left - right - gap * (across - 1)) / across
panel_h = max(1.7, .125 * label_lines(policies, label_wrap, n))
foot = .42
eval page(.25 + down * (panel_h + foot) + .05)

of(i, name) = stringcolumn("label") eq word(policies, i) ? column(name) : NaN
set multiplot
eval head_line(kind)
set logscale xy
set format "10^{%T}"
set termoption enhanced
do for [k = 1 - with_probes:with_time] {
    at = k - (1 - with_probes)
    x0 = left + (across > 1 ? at * (panel_w + gap) : 0)
    y1 = page_height - .25 - (down > 1 ? at * (panel_h + foot) : 0)
    set lmargin at screen x0 / width
    set rmargin at screen (x0 + panel_w) / width
    set tmargin at screen y1 / page_height
    set bmargin at screen (y1 - panel_h) / page_height
    set xrange [LEAST[2 * k + 1] / 1.4:MOST[2 * k + 1] * 1.4]
    # Within two decades, tics between the powers of ten.
    few = MOST[2 * k + 1] / LEAST[2 * k + 1] < 100 && LEAST[2 * k + 1] >= 1 && MOST[2 * k + 1] < 1e5
    set format x few ? "%g" : "10^{%T}"
    if (few) {
        set xtics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)
    } else {
        set xtics autofreq
    }
    set yrange [LEAST[2 * k + 2] / 1.4:MOST[2 * k + 2] * 1.4]
    # Each line's label stands at its end, beside the last panel, or under one another beside each.
    if (down > 1 || at == panels - 1) {
        x_name = k == 0 ? "holes_count" : "live_blocks"
        y_name = k == 0 ? "probes_per_request" : "ns_per_op"
        x_low = log10(LEAST[2 * k + 1] / 1.4)
        y_low = log10(LEAST[2 * k + 2] / 1.4)
        do for [i = 1:n] {
            END[i] = NaN
            END_X[i] = 1
            stats data using (stringcolumn("label") eq word(policies, i) && column(x_name) > 0 && column(y_name) > 0 ? \
                (END_X[i] = (log10(column(x_name)) - x_low) / (log10(MOST[2 * k + 1] * 1.4) - x_low), \
                 END[i] = (log10(column(y_name)) - y_low) / (log10(MOST[2 * k + 2] * 1.4) - y_low)) : 0) nooutput
        }
        box_left = x0
        box_right = x0 + panel_w
        box_bottom = y1 - panel_h
        box_high = panel_h
        call "end_labels.gp"
    }
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
