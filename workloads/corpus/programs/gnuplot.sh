package=gnuplot-nox
program=gnuplot
does='Generated data are smoothed, contoured and drawn to SVG: tables of points that grow by resizing
and die with the plot, and the small change of parsed expressions.'

input() {
    gawk -v rows="$(times 8000)" 'BEGIN {
        srand(81)
        for (i = 0; i < rows; i++) printf "%g %g %g\n", i, sin(i / 300) + rand(), exp(rand())
    }' >data
    cat >plot.gp <<'GP'
set terminal svg size 800,600
set output 'plot.svg'
plot 'data' using 1:2 with points, '' using 1:3 smooth bezier, '' using 1:2 smooth csplines
set isosamples 60
set contour both
set cntrparam levels 20
splot sin(x) * cos(y) * x with lines
unset contour
f(x, k) = sin(k * x) / k
do for [k = 1:40] { plot [0:10] f(x, k) title sprintf('%d waves', k), f(x, k + 1) + f(x, k) ** 2 }
GP
}

run() {
    trace gnuplot plot.gp
}
