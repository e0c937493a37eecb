# footprint.gp - the footprints of all policies in one picture, over live bytes.
# reads: label, style, workload, allocated_bytes, live_bytes, footprint_bytes, measure
# Change first: often, how many times the peak of live bytes the axis ends at; beyond it a mark says how far a line goes.
often = 3
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("workload"))) nooutput
workload = word(seen, 1)
eval find_labels
stats data using (column("live_bytes")) nooutput name "LIVE"
stats data using (column("footprint_bytes")) nooutput name "F"
F_max = min(F_max, often * LIVE_max)
stats data using (column("allocated_bytes")) nooutput name "A"
measure = ""
stats data using (measure = stringcolumn("measure"), 0) nooutput
y_unit = unit_of(F_max)
x_unit = unit_of(A_max)

array STYLE[n]
do for [i = 1:n] {
    stats data every ::FROM[i]::FROM[i] using (STYLE[i] = int(column("style"))) nooutput
}

# Where each line ends and how far it goes, so that its label can stand there.
array END[n]
array END_X[n]
array PEAK[n]
do for [i = 1:n] {
    END[i] = NaN
    END_X[i] = 1
    PEAK[i] = 0
    stats data every ::FROM[i]::TO[i] using (END[i] = column("footprint_bytes"), PEAK[i] = max(PEAK[i], column("footprint_bytes"))) nooutput
    END[i] = min(1, END[i] / (F_max * 1.04))
}
words = policies
eval box_with_labels(1.9)
eval page(box_top + .3)
eval box_margins
eval head_line(workload)
set xlabel "allocated bytes, ".unit_name(A_max) offset 0, .4
set ylabel measure." and live bytes, ".unit_name(F_max) offset 1.2, 0
set xrange [0:A_max / x_unit]
set yrange [0:F_max / y_unit * 1.04]
set xtics step(A_max / x_unit, width < 5 ? 3 : 6)
call "end_labels.gp"
set label 199 "live" right at graph .98, graph .04 front textcolor rgb "#444444"
cut = 0
set style textbox opaque margins .4, .2 fillcolor rgb "white" noborder
do for [i = 1:n] {
    if (PEAK[i] > F_max * 1.04) {
        set label 300 + i sprintf("%s goes on to %.3g %s", word(policies, i), PEAK[i] / unit_of(PEAK[i]), unit_name(PEAK[i])) left boxed front \
            at graph .02, graph .96 - .08 * cut textcolor rgb "#444444"
        cut = cut + 1
    }
}
plot data every ::FROM[1]::TO[1] using (column("allocated_bytes") / x_unit):(column("live_bytes") / y_unit) with filledcurves y=0 lc rgb live_ink, \
     for [i = 1:n] data every ::FROM[i]::TO[i] using (column("allocated_bytes") / x_unit):(column("footprint_bytes") / y_unit) with lines lt STYLE[i]
