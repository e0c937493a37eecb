# structure.gp - recorded programs beside their models: a row a policy, a panel a program.
# reads: label, program, model, jw4_policy_pct
# Change first: models, their MARK and their TINT.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("label"))) nooutput
policies = seen
seen = ""
stats data using (see(stringcolumn("program"))) nooutput
programs = seen
n = words(programs)
stats data using (column("jw4_policy_pct")) nooutput name "V"

models = "actual phases shuffled markov cdf mean"
array MARK[6] = [7, 9, 5, 11, 13, 4]
array TINT[6] = [black, green, vermillion, orange, blue, purple]

wrap_at = width < 5 ? 16 : 22
left = label_width(policies, wrap_at) + .15
right = .15
panel_columns = max(1, min(n, int((width - left) / 1.2)))
panel_height = rows_height(policies, wrap_at)
mine(g, i) = column("jw4_policy_pct") > -100 && stringcolumn("program") eq word(programs, g) && stringcolumn("label") eq word(policies, i)
pct(x) = max(0, column("jw4_policy_pct"))
most = max(20, V_max * 1.3)

# The marks of the first row have their names beside them; a key stands for names that the row lacks.
seen = ""
stats data using (see(stringcolumn("model"))) nooutput
present = seen
array SPOT[6] = [NaN, NaN, NaN, NaN, NaN, NaN] # across the panel, from 0 to 1
stats data using (mine(1, 1) ? (m_ = index_of(models, stringcolumn("model")), m_ > 0 ? (SPOT[m_] = log10(1 + pct(0)) / log10(1 + most), 0) : 0) : 0) nooutput
direct = (sum [m = 1:6] (index_of(present, word(models, m)) > 0 && SPOT[m] != SPOT[m])) == 0
names_high = direct ? .52 : 0
key_rows = direct ? 0 : width < 5 ? 2 : 1
top = .1 + .16 * key_rows + names_high
eval page(grid_height(n))

set multiplot
if (!direct) {
    eval key_strip(.04, .16 * key_rows, width < 5 ? 3 : 6)
    plot for [m = 1:6] NaN with points pt MARK[m] ps .8 lc rgb TINT[m] title word(models, m)
    eval key_closed
} else {
    # From left to right, and as far apart as their lines are high.
    edge = -.05
    apart = .15 / panel_width(0)
    do for [k = 1:6] {
        next = 0
        do for [m = 1:6] {
            if (SPOT[m] == SPOT[m] && (next == 0 || SPOT[m] < SPOT[next])) { next = m }
        }
        if (next > 0) {
            at = max(SPOT[next], edge)
            left_ = (panel_left(0) + at * panel_width(0)) / width
            set label 20 + next word(models, next) left rotate by 60 \
                at screen left_, screen (panel_top(0) + .13) / page_height
            set arrow 20 + next from screen (panel_left(0) + SPOT[next] * panel_width(0)) / width, screen (panel_top(0) - row_at(policies, wrap_at, 1) + .05) / page_height \
                to screen left_, screen (panel_top(0) + .1) / page_height nohead lc rgb TINT[next] lw .8 front
            edge = at + apart
            SPOT[next] = NaN
        }
    }
}
set label 2 width < 5 ? "fragmentation by placement alone, percent" : \
    "peak footprint / peak live bytes - 1, by placement alone, percent" \
    center at screen (width + left - right) / 2 / width, screen .1 / page_height

set nonlinear x via log10(1 + x) inverse 10 ** x - 1
set xrange [0:most]
set yrange [panel_height:0]
unset grid
set grid xtics back lw .4 lc rgb pale dt solid
row(i) = row_at(policies, wrap_at, i)
is(g, m) = stringcolumn("program") eq word(programs, g) && stringcolumn("model") eq word(models, m)

do for [g = 1:n] {
    eval panel(g - 1)
    unset title
    set label 10 word(programs, g) font "Liberation Sans:Bold,8" center at graph .5, \
        screen (panel_top(g - 1) + .08 + (row_of(g - 1) == 0 ? names_high : 0)) / page_height
    set xtics (0, 1, 3, 10, 30, 100, 300, 1000, 3000)
    set format x is_lowest(g - 1, n) ? "%g" : ""
    set ytics scale 0 offset .6, 0 ("" -1)
    do for [i = 1:words(policies)] {
        if (column_of(g - 1) == 0) { set ytics add (wrap(word(policies, i), wrap_at) row(i)) }
        low = 1e9
        high = -1
        stats data using (mine(g, i) ? (low = min(low, pct(0)), high = max(high, pct(0))) : 0) nooutput
        if (high >= 0) { set arrow i from low, row(i) to high, row(i) nohead lc rgb grey lw 1.5 back }
    }
    plot for [m = 6:1:-1] data using (is(g, m) ? pct(0) : NaN): \
        (row(index_of(policies, stringcolumn("label")))) with points pt MARK[m] ps .8 lc rgb TINT[m]
    unset arrow
    unset label
}
unset multiplot
