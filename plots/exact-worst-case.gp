# exact-worst-case.gp - what each policy needs at worst, exactly, against what is live, beside Robson's bounds; the
# same of the best possible policy.
# reads: label, style, live, worst
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("label"))) nooutput
labels = seen
n = words(labels)
stats data using (column("live")) nooutput name "M"
stats data using (column("worst")) nooutput name "W"
eval page(2.6)
set key outside right center vertical samplen 2.4
set rmargin 22
set xlabel "most units live"
set ylabel "units of memory at worst"
set xrange [M_min - .2:M_max + .2]
set yrange [0:W_max * 1.05]
set xtics 1
of(i) = stringcolumn("label") eq word(labels, i) ? column("worst") : NaN
array STYLE[n]
do for [i = 1:n] {
    stats data using (stringcolumn("label") eq word(labels, i) ? column("style") : NaN) nooutput name "S"
    STYLE[i] = int(S_min)
}
plot for [i = 1:n] data using (column("live")):(of(i)) with linespoints lt STYLE[i] title word(labels, i)
