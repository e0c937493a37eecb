# ratios.gp - times over the baseline's, with their intervals: a row a policy, a mark a workload.
# reads: label, workload, workload_style, baseline, ratio, ratio_low, ratio_high, aa_low, aa_high
# Change first: wrap_at, after how many characters names are broken. The shaded span is that of the noise, from the least
# aa_low to the most aa_high.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("label"))) nooutput
policies = seen
n = words(policies)
seen = ""
stats data using (see(stringcolumn("workload"))) nooutput
workloads = seen
m = words(workloads)
seen = ""
stats data using (see(stringcolumn("baseline"))) nooutput
baseline = word(seen, 1)
array STYLE[m]
longest = 0
do for [i = 1:m] {
    stats data using (stringcolumn("workload") eq word(workloads, i) ? (STYLE[i] = int(column("workload_style"))) : 0) nooutput
    longest = max(longest, strlen(word(workloads, i)))
}
# Bounds of an interval, or the ratio itself where none is known.
low(x) = known("ratio_low", column("ratio"))
high(x) = known("ratio_high", column("ratio"))
stats data using (low(0)) nooutput name "L"
stats data using (high(0)) nooutput name "H"
noise_ink = "#E4E4E4"
noise_low = 1
noise_high = 1
stats data using (noise_low = min(noise_low, known("aa_low", noise_low)), \
                  noise_high = max(noise_high, known("aa_high", noise_high)), 0) nooutput

wrap_at = width < 5 ? 22 : 34
left = label_width(policies, wrap_at) + .12
right = .15
row_height = max(.17, .05 + .07 * m)
do for [i = 1:n] { row_height = max(row_height, .05 + .125 * lines_in(wrap(word(policies, i), wrap_at))) }
rows = row_height * n
noise = "noise: a policy over itself"
with_noise = noise_high > noise_low
key_columns = max(1, int((width - .2) / (text_in(longest) + .32)))
key_rows = int((m + key_columns - 1) / key_columns)
key_height = .14 * key_rows
head = .1 + key_height + .16 * with_noise
foot = .4
eval page(head + rows + foot)
set multiplot
eval key_strip(.04, key_height, key_columns)
plot for [i = 1:m] NaN with points lt STYLE[i] ps .8 title word(workloads, i)
if (with_noise) {
    eval key_strip(.06 + key_height, .14, 1)
    plot NaN with boxes lc rgb noise_ink title noise
}
eval key_closed
set lmargin at screen left / width
set rmargin at screen 1 - right / width
set tmargin at screen 1 - head / page_height
set bmargin at screen foot / page_height
set logscale x
set xrange [min(L_min, noise_low) / 1.1:max(H_max, noise_high) * 1.1]
set yrange [n:0]
set grid xtics noytics
set ytics scale 0 ("" -1)
do for [i = 1:n] { set ytics add (wrap(word(policies, i), wrap_at) i - .5) }
if (H_max / L_min < 1000) { set xtics (.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 50, 100, 200) }
if (H_max / L_min < 30) { set xtics (.1, .2, .3, .5, .7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50) }
if (H_max / L_min < 3) { set xtics (.4, .5, .6, .7, .8, .9, 1, 1.1, 1.2, 1.3, 1.5, 1.7, 2, 2.5) }
set xlabel "time over that of ".baseline offset 0, .4
set object 1 rectangle from noise_low, graph 0 to noise_high, graph 1 fc rgb noise_ink fs solid noborder behind
set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb grey dt (4,3) back
do for [i = 1:n - 1] { set arrow 1 + i from graph 0, first i to graph 1, first i nohead lw .4 lc rgb pale back }
place(i) = index_of(policies, stringcolumn("label")) - 1 + (i - .5) / m * .8 + .1
of(i) = stringcolumn("workload") eq word(workloads, i) ? column("ratio") : NaN
plot for [i = 1:m] data using (of(i)):(place(i)):(low(0)):(high(0)) with xerrorbars lt STYLE[i] dt solid lw .8 ps .8
unset multiplot
