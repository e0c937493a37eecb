# footprint.gp - the footprints of all policies in one picture, over live bytes.
# reads: label, style, workload, allocated_bytes, live_bytes, footprint_bytes, measure
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
seen = ""
stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
stats data using (column("live_bytes")) nooutput name "LIVE"
stats data using (column("footprint_bytes")) nooutput name "F"
F_max = min(F_max, 3 * LIVE_max) # a policy that never reuses must not flatten the others
stats data using (column("allocated_bytes")) nooutput name "A"
measure = ""
stats data using (measure = stringcolumn("measure"), 0) nooutput
y_unit = unit_of(F_max)
x_unit = unit_of(A_max)

array STYLE[n]
do for [i = 1:n] {
    stats data using (stringcolumn("label") eq word(policies, i) ? (STYLE[i] = int(column("style"))) : 0) nooutput
}
of(policy, name) = stringcolumn("label") eq policy ? column(name) : NaN
x(policy) = of(policy, "allocated_bytes") / x_unit

# The key stands beside the picture where there is room, and under it where there is not.
longest = 0
do for [i = 1:n] { longest = max(longest, strlen(word(policies, i))) }
key_width = text_in(longest) + .45
beside = width - key_width > 3
key_columns = beside ? 1 : max(1, int((width - .1) / key_width))
key_rows = int((n + key_columns) / key_columns)
picture_height = max(1.9, beside ? key_rows * .14 : 0)
below = beside ? .42 : .5 + key_rows * .14
eval page(picture_height + below + .25)
set lmargin at screen .52 / width
set rmargin at screen 1 - (beside ? key_width + .05 : .12) / width
set tmargin at screen 1 - .25 / page_height
set bmargin at screen below / page_height
set label 1 workload font "Liberation Sans:Bold,8" left at screen .06 / width, screen 1 - .1 / page_height
if (beside) {
    set key at screen 1 - .02 / width, screen 1 - .2 / page_height right top Left reverse maxcols 1
} else {
    set key at screen .5, screen (below - .45) / page_height center top Left reverse vertical maxrows key_rows
}
set xlabel "allocated bytes, ".unit_name(A_max) offset 0, .4
set ylabel measure." and live bytes, ".unit_name(F_max) offset 1.2, 0
set xrange [0:A_max / x_unit]
set yrange [0:F_max / y_unit * 1.04]
first = word(policies, 1)
plot data using (x(first)):(of(first, "live_bytes") / y_unit) with filledcurves y=0 lc rgb pale title "live bytes", \
     for [i = 1:n] data using (x(word(policies, i))):(of(word(policies, i), "footprint_bytes") / y_unit) \
         with lines lt STYLE[i] title word(policies, i)
