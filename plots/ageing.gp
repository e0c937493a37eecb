# ageing.gp - fragmentation against the age of a heap, in rounds of a recording.
# reads: label, style, workload, round, median_pct, least_pct, most_pct
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
stats data using (column("most_pct")) nooutput name "PCT"
stats data using (column("round")) nooutput name "ROUND"

key_width = text_in(longest) + .45
beside = width - key_width > 3
key_columns = beside ? 1 : max(1, int((width - .1) / key_width))
key_rows = int((n + key_columns - 1) / key_columns)
picture_height = max(2.2, beside ? key_rows * .14 : 0)
below = beside ? .42 : .5 + key_rows * .14
eval page(picture_height + below + .25)
set lmargin at screen .52 / width
set rmargin at screen 1 - (beside ? key_width + .1 : .15) / width
set tmargin at screen 1 - .25 / page_height
set bmargin at screen below / page_height
eval head_line(workload)
if (beside) {
    set key at screen 1 - .02 / width, screen 1 - .2 / page_height right top Left reverse maxcols 1
} else {
    set key at screen .5, screen (below - .45) / page_height center top Left reverse vertical maxrows key_rows
}
set xlabel "age of the heap, rounds" offset 0, .4
set ylabel "footprint / live bytes - 1, percent" offset 1, 0
set xrange [1:max(2, ROUND_max)]
# Near 0 linear, above 10 percent it tells a factor: policies that age badly do not flatten the others.
set nonlinear y via log10(1 + y / 10) inverse 10 * (10 ** y - 1)
set yrange [0:max(20, PCT_max * 1.05)]
set ytics (0, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000)
of(i, name) = stringcolumn("label") eq word(policies, i) ? max(0, column(name)) : NaN
plot for [i = 1:n] data using "round":(of(i, "least_pct")):(of(i, "most_pct")) with filledcurves lc rgb INK[(STYLE[i] - 1) % 7 + 1] fs transparent solid .18 noborder, \
     for [i = 1:n] data using "round":(of(i, "median_pct")) with lines lt STYLE[i] lw 1.5 title word(policies, i)
