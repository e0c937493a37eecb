# offline-scaling.gp - the time to pack a recording against its blocks, beside n log n.
# reads: blocks, seconds (what `bench_offline scaling` prints)
# Change first: the row that the line of n log2 n goes through (`anchor`).
call "style.gp" ARG1 ARG2 ARG3

anchor = 1 # rows from 0: the first is packed without search, so it says nothing of the others
slope(row, n, s) = row == anchor ? (factor = s / (n * log(n))) : 0
factor = 0
stats data using (slope($0, column("blocks"), column("seconds"))) nooutput
stats data using (column("blocks")) nooutput name "N"

eval page(width < 5 ? 2.4 : 3.2)
set logscale xy
set xlabel "blocks"
set ylabel "seconds of one core"
set format x "%.0s%c"
set format y "%g"
set xrange [N_min / 1.6:N_max * 1.6]
set key top left reverse Left
set grid
plot factor * x * log(x) with lines lw 1 dt (8,3) lc rgb bound_ink title "n log n", \
     data using (column("blocks")):(column("seconds")) with linespoints lw 1.4 dt solid pt 7 ps .7 lc rgb blue title "packing"
