# overhead.gp - what a peak footprint holds beside live bytes: a bar a policy, a panel a workload.
# reads: label, workload, bound_pct, live_at_peak_pct, rounding_pct, metadata_pct, slack_pct, holes_pct, telling
# Change first: often, how far beyond the median a bar may reach before it is cut.
often = 8
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("label"))) nooutput
policies = seen
seen = ""
stats data using (see(stringcolumn("workload"))) nooutput
workloads = seen
all = words(workloads)

# Where each part of a bar ends.
start(x) = column("live_at_peak_pct")
rounding(x) = start(0) + column("rounding_pct")
metadata(x) = rounding(0) + column("metadata_pct")
slack(x) = metadata(0) + column("slack_pct")
holes(x) = slack(0) + column("holes_pct")
mine(g) = stringcolumn("workload") eq word(workloads, g)

wrap_at = width < 5 ? 18 : 24
left = label_width(policies, wrap_at) + .15
right = .2
panel_columns = max(1, min(all, int((width - left) / (width < 5 ? 1.1 : 1.5))))
panel_height = rows_height(policies, wrap_at)
title_lines = 2.7 # room for the tics of the panel above
key_rows = width < 5 ? 2 : 1
top = .16 * key_rows - .16 # above the first row there are no tics
bottom = .58
# As many panels as a page has room for: of the workloads that tell most, in their order.
n = min(all, panel_columns * max(1, int((highest - top - bottom) / (panel_height + title_height(0)))))
seen = ""
stats data using (int(column("telling")) <= n ? see(stringcolumn("workload")) : 0) nooutput
workloads = seen
eval page(grid_height(n))

set multiplot
eval key_strip(.04, .16 * key_rows, width < 5 ? 3 : 5)
plot NaN with boxes lc rgb rounding_ink title "rounding", NaN with boxes lc rgb metadata_ink title "metadata", \
     NaN with boxes lc rgb slack_ink title "slack", NaN with boxes lc rgb holes_ink title "holes", \
     NaN with lines lw 2 dt solid lc rgb bound_ink title "lower bound"
eval key_closed
set label 2 width < 5 ? "percent of peak live bytes" : "at the peak footprint: percent of the peak of live bytes" \
    center at screen (width + left - right) / 2 / width, screen .27 / page_height
note = (width < 5 ? "left of 0: fewer bytes live than at their peak" : "left of 0: fewer bytes are live here than at their peak").(n < all && width >= 5 ? sprintf("; %d of %d workloads", n, all) : "")
set label 3 note center at screen .5, screen .1 / page_height textcolor rgb "#444444"

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
    least = 0
    bound = 0
    stats data using (mine(g) ? (ends_at = ends_at.sprintf(" %.9g", holes(0)), whose = whose.' "'.stringcolumn("label").'"', least = min(least, start(0)), bound = column("bound_pct")) : 0) nooutput
    most = max(1, max(bound, common_most(ends_at, often)))
    do for [i = 1:words(whose)] {
        if (number(ends_at, i) > most * 1.06) {
            set label 10 + i sprintf("to %.0f", number(ends_at, i)) boxed right front \
                at most * 1.04, row_at(policies, wrap_at, index_of(policies, word(whose, i)))
        }
    }
    eval panel(g - 1)
    set title word(workloads, g) font "Liberation Sans:Bold,8" offset 0, -.7
    set xrange [least * 1.05:most * 1.06]
    set xtics step(most - least, width < 5 ? 2.5 : 4)
    set ytics scale 0 offset .6, 0 ("" -1)
    do for [i = 1:words(policies)] {
        if (column_of(g - 1) == 0) { set ytics add (wrap(word(policies, i), wrap_at) row_at(policies, wrap_at, i)) }
    }
    set arrow 1 from bound, graph 0 to bound, graph 1 nohead lw 2 dt solid lc rgb bound_ink front
    set arrow 2 from 0, graph 0 to 0, graph 1 nohead lw .8 dt solid lc rgb "#444444" front
    plot data using (mine(g) ? start(0) : NaN):(row(0)):(start(0)):(rounding(0)):(above(0)):(under(0)) with boxxyerror fc rgb rounding_ink, \
         "" using (mine(g) ? rounding(0) : NaN):(row(0)):(rounding(0)):(metadata(0)):(above(0)):(under(0)) with boxxyerror fc rgb metadata_ink, \
         "" using (mine(g) ? metadata(0) : NaN):(row(0)):(metadata(0)):(slack(0)):(above(0)):(under(0)) with boxxyerror fc rgb slack_ink, \
         "" using (mine(g) ? slack(0) : NaN):(row(0)):(slack(0)):(holes(0)):(above(0)):(under(0)) with boxxyerror fc rgb holes_ink
    do for [i = 1:words(whose)] { unset label 10 + i }
    unset arrow
    unset label 2
    unset label 3
}
unset multiplot
