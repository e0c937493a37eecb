# failure.gp - share of requests and bytes that fail as a fixed region grows.
# reads: label, style, workload, region_bytes, region_pct, failed_requests_pct, failed_bytes_pct
# A triangle, and the number behind the name, is the smallest region tried in which a policy serves every request.
# Change first: panel_h, the height of a panel in inches.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
array STYLE[n]
array END[n]
array END_X[n]
array BEGIN[n]
array MINHEAP[n]
do for [i = 1:n] {
    MINHEAP[i] = NaN
    BEGIN[i] = -1
    # A policy's first size without a refusal is the smallest region in which it completes the workload.
    stats data using (stringcolumn("label") eq word(policies, i) ? \
        (STYLE[i] = int(column("style")), BEGIN[i] = BEGIN[i] < 0 ? column("failed_requests_pct") : BEGIN[i], \
         MINHEAP[i] = column("failed_requests_pct") == 0 && MINHEAP[i] != MINHEAP[i] ? column("region_pct") / 100 : MINHEAP[i]) : 0) nooutput
}
# Up to where the last line reaches zero: beyond it nothing happens.
ends_at = 1
stats data using (column("failed_requests_pct") > 0 ? (ends_at = max(ends_at, column("region_pct") / 100)) : 0) nooutput
stats data using (column("region_pct") / 100) nooutput name "R"
right_end = min(R_max, 1 + (ends_at - 1) * 1.1 + .02)
do for [i = 1:n] { right_end = max(right_end, MINHEAP[i] == MINHEAP[i] ? min(R_max, MINHEAP[i] * 1.02) : 0) }
live = 0
stats data using (live = live > 0 || column("region_pct") == 0 ? live : column("region_bytes") / column("region_pct") * 100, 0) nooutput

# All lines end at 0, so their labels stand in the order of these sizes, each with its own.
size_of(i) = MINHEAP[i] == MINHEAP[i] ? MINHEAP[i] : 1e9 + i
words = ""
do for [i = 1:n] {
    END_X[i] = 1
    END[i] = (.5 + sum [j = 1:n] (size_of(j) < size_of(i) || (size_of(j) == size_of(i) && j < i))) / n
    words = words.' "'.word(policies, i).(MINHEAP[i] == MINHEAP[i] ? sprintf(" %.3g", MINHEAP[i]) : "").'"'
}
across = width < 5 ? 1 : 2
down = 3 - across
left = .55
label_wrap = width < 5 ? 14 : 24
label_mark = .35 # all lines end at 0
right = label_width(words, label_wrap) + .2 + label_mark - .11
gap = .55
panel_w = (width - left - right - gap * (across - 1)) / across
panel_h = max(1.6, .125 * label_lines(words, label_wrap, n))
foot = .42
head = .5
eval page(head + down * (panel_h + foot) + (down > 1 ? .05 : 0))

of(i, name) = stringcolumn("label") eq word(policies, i) ? column(name) : NaN
set multiplot
eval head_line(workload)
set xrange [1:right_end]
set xtics 1, step(right_end - 1, width < 5 ? 4 : 6)
set xlabel "region / peak live bytes" offset 0, .4
# Near 0 linear, so that 0 is there; above .01 percent it tells a factor.
bent(y) = log10(1 + 100 * y)
set nonlinear y via log10(1 + 100 * y) inverse (10 ** y - 1) / 100
set yrange [0:100]
set ytics (0, .01, .1, 1, 10, 100)
unit = unit_of(live * right_end)
do for [k = 0:1] {
    x0 = left + (across > 1 ? k * (panel_w + gap) : 0)
    y1 = page_height - head - (down > 1 ? k * (panel_h + foot) : 0)
    set lmargin at screen x0 / width
    set rmargin at screen (x0 + panel_w) / width
    set tmargin at screen y1 / page_height
    set bmargin at screen (y1 - panel_h) / page_height
    set ylabel k == 0 ? "requests refused, percent" : "bytes refused, percent" offset .4, 0
    if (k == 0 || across == 2) {
        # The same axis in bytes.
        set x2range [live / unit:live * right_end / unit]
        set x2tics step(live * (right_end - 1) / unit, width < 5 ? 3 : 4) scale .6 offset 0, -.4
        set label 20 "region, ".unit_name(live * right_end) center at graph .5, screen (y1 + .27) / page_height
    } else {
        unset x2tics
        unset label 20
    }
    if (k == 1 || down == 2) {
        box_left = x0
        box_right = x0 + panel_w
        box_bottom = y1 - panel_h
        box_high = panel_h
        call "end_labels.gp"
    }
    do for [i = 1:n] {
        if (MINHEAP[i] == MINHEAP[i]) {
            set label 400 + i "" at MINHEAP[i], 0 point lt STYLE[i] pt 9 ps .8 front
        }
    }
    plot for [i = 1:n] data using (of(i, "region_pct") / 100): \
        (column(k == 0 ? "failed_requests_pct" : "failed_bytes_pct")) with steps lt STYLE[i] lw 1.5
}
unset multiplot
