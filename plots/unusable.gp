# unusable.gp - share of free memory that blocks of one size cannot use.
# reads: label, style, workload, size_bytes, unusable_pct
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
stats data using (column("size_bytes")) nooutput name "S"

key_width = text_in(longest) + .45
beside = width - key_width > 3
key_columns = beside ? 1 : max(1, int((width - .1) / key_width))
key_rows = int((n + key_columns - 1) / key_columns)
picture_height = max(1.9, beside ? key_rows * .14 : 0)
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
set logscale x 2
set xrange [S_min:S_max]
eval byte_tics
set xlabel "size of the blocks wanted, bytes" offset 0, .4
set ylabel "unusable, percent of free bytes" offset 1, 0
set yrange [0:100]
of(i, name) = stringcolumn("label") eq word(policies, i) ? column(name) : NaN
plot for [i = 1:n] data using (of(i, "size_bytes")):(column("unusable_pct")) with lines lt STYLE[i] lw 1.5 title word(policies, i)
