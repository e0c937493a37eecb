# heatmap.gp - policy x workload: peak footprint over peak live bytes, less one, in percent.
# reads: label, workload, status, over_pct, measure
# Change first: the 300 of cbrange, where the darkest colour begins, and wrap_at, after how many characters names are broken.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("label"))) nooutput
policies = seen
seen = ""
stats data using (see(stringcolumn("workload"))) nooutput
workloads = seen
columns = words(workloads)

wrap_at = width < 5 ? 20 : 32
left = label_width(policies, wrap_at) + .12
right = .2 # room for half of the last number below the colours
cell_width = (width - left - right) / columns
widest = label_width(workloads, 20)
upright = widest > cell_width
deepest = 1
do for [i = 1:columns] { deepest = max(deepest, lines_in(wrap(word(workloads, i), 20))) }
head = upright ? min(2, widest * 1.08) + .1 : .08 + .13 * deepest
measure = ""
stats data using (measure = stringcolumn("measure"), 0) nooutput
more = words(policies) - fitting(policies, wrap_at, highest - head - .75)
# What stands under the colours, in as many lines as it needs.
said = wrap(measure.(more > 0 ? sprintf(" (%d more policies are in the data)", more) : ""), int((width - .2) / .058))
foot = .375 + .125 * lines_in(said)
shown = words(policies) - max(0, more)
height = rows_(policies, wrap_at, shown)
eval page(head + height + foot)

set lmargin at screen left / width
set rmargin at screen 1 - right / width
set tmargin at screen 1 - head / page_height
set bmargin at screen foot / page_height
unset grid
unset key
set border 0
set xrange [.5:columns + .5]
set x2range [.5:columns + .5]
set yrange [height:0]
unset xtics
set x2tics scale 0 offset 0, -.3 ("" -1)
if (upright) { set x2tics rotate by 90 left offset 0, 0 }
set ytics scale 0 offset .6, 0 ("" -1)
do for [i = 1:columns] { set x2tics add (wrap(word(workloads, i), 20) i) }
do for [i = 1:shown] { set ytics add (wrap(word(policies, i), wrap_at) row_at(policies, wrap_at, i)) }

M_max = 0
stats data using (M_max = max(M_max, column("over_pct"))) nooutput
# Colour by log(1 + value): near 0 it is linear, above it tells a factor.
shade(x) = log10(1 + x)
set cbrange [0:shade(300)]
set cbtics scale .4 offset 0, .5 ("0" shade(0), "1" shade(1), "3" shade(3), "10" shade(10), "30" shade(30), \
    "100" shade(100), (M_max > 300 ? "300+" : "300") shade(300))
set colorbox horizontal user origin screen left / width, screen (foot - .15) / page_height \
    size screen 1 - (left + right) / width, screen .07 / page_height noborder
set label 1 said right at screen 1 - .06 / width, screen (foot - .41) / page_height

# Where a number is wider than its cell it stands upright.
turned = cell_width < .2
print_size = turned ? 5.5 : cell_width > .3 ? 8 : cell_width > .22 ? 7 : 6
printed(x) = x >= (turned ? 999.5 : 9999.5) && cell_width < .4 ? sprintf("%.0fk", x / 1000) : sprintf(x < 9.95 || (x < 99.5 && cell_width > .26) ? "%.1f" : "%.0f", x)
is_known(x) = column("over_pct") >= 0 # false for an empty cell
policy(x) = index_of(policies, stringcolumn("label"))
row(x) = row_at(policies, wrap_at, policy(0))
above(x) = rows_(policies, wrap_at, policy(0) - 1) + .01
under(x) = rows_(policies, wrap_at, policy(0)) - .01
across(x) = index_of(workloads, stringcolumn("workload"))
plot data using (across(0)):(row(0)):(across(0) - .48):(across(0) + .48):(above(0)):(under(0)) \
         with boxxyerror fc rgb "#EEEEEE", \
     "" using (is_known(0) ? across(0) : NaN):(row(0)):(across(0) - .48):(across(0) + .48):(above(0)):(under(0)): \
         (shade(min(300, column("over_pct")))) with boxxyerror fc palette, \
     "" using (across(0)):(row(0)):(is_known(0) ? printed(column("over_pct")) : stringcolumn("status")): \
         (is_known(0) && column("over_pct") > 35 ? 0xFFFFFF : 0x000000) \
         with labels font sprintf("Liberation Sans,%g", print_size) rotate by (turned ? 90 : 0) center tc rgb variable
