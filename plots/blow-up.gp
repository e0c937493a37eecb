# blow-up.gp - footprints over what is live where threads act: a bar a policy, a panel a workload.
# reads: label, style, workload, ratio, least, most, private
# Change first: often, how many times the median a panel ends at; a bar that goes on says how far.
often = 4
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("label"))) nooutput
policies = seen
seen = ""
stats data using (see(stringcolumn("workload"))) nooutput
workloads = seen
n = words(workloads)

mine(g) = stringcolumn("workload") eq word(workloads, g)
wrap_at = width < 5 ? 18 : 26
left = label_width(policies, wrap_at) + .15
right = .2
panel_columns = max(1, min(n, int((width - left) / (width < 5 ? 1.1 : 1.5))))
panel_height = rows_height(policies, wrap_at)
title_lines = 2.7 # room for the tics of the panel above
top = .16
eval page(grid_height(n))

set multiplot
eval key_strip(.04, .16, 2)
plot NaN with boxes lc rgb sky title "footprint over live bytes", \
     NaN with lines lw 2 dt 2 lc rgb vermillion title "sum of the threads' own peaks"
eval key_closed
set label 2 "peak footprint over the peak of live bytes" \
    center at screen (width + left - right) / 2 / width, screen .1 / page_height

set yrange [panel_height:0]
set style textbox opaque margins .4, .2 fillcolor rgb "white" noborder
unset grid
set grid xtics back lw .4 lc rgb pale dt solid
policy(x) = index_of(policies, stringcolumn("label"))
row(x) = row_at(policies, wrap_at, policy(0))
above(x) = row(0) - .055
under(x) = row(0) + .055

do for [g = 1:n] {
    ends_at = whose = ""
    private = 1
    stats data using (mine(g) ? (ends_at = ends_at.sprintf(" %.9g", column("most")), whose = whose.' "'.stringcolumn("label").'"', private = column("private")) : 0) nooutput
    most = max(1.2, max(private, common_most(ends_at, often)))
    do for [i = 1:words(whose)] {
        if (number(ends_at, i) > most * 1.06) {
            set label 10 + i sprintf("to %.1f", number(ends_at, i)) boxed right front \
                at most * 1.04, row_at(policies, wrap_at, index_of(policies, word(whose, i)))
        }
    }
    eval panel(g - 1)
    set title word(workloads, g) font "Liberation Sans:Bold,8" offset 0, -.7
    set xrange [1:most * 1.06]
    set xtics step(most - 1, width < 5 ? 2.5 : 4)
    set ytics scale 0 offset .6, 0 ("" -1)
    do for [i = 1:words(policies)] {
        if (column_of(g - 1) == 0) { set ytics add (wrap(word(policies, i), wrap_at) row_at(policies, wrap_at, i)) }
    }
    set arrow 1 from private, graph 0 to private, graph 1 nohead lw 2 dt 2 lc rgb vermillion front
    plot data using (mine(g) ? 1 : NaN):(row(0)):(1):(column("ratio")):(above(0)):(under(0)) with boxxyerror fc rgb sky, \
         "" using (mine(g) && column("most") > column("least") ? column("ratio") : NaN):(row(0)):"least":"most" with xerrorbars ps 0 lw 1.2 dt solid lc rgb black
    do for [i = 1:words(whose)] { unset label 10 + i }
    unset arrow
    unset label 2
}
unset multiplot
