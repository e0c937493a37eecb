# reproduce.gp - a published result run again: what is accepted (bar), expected (line) and observed (point),
# each over what is expected, a row a number.
# reads: what, expected, low, high, observed, holds
call "style.gp" ARG1 ARG2 ARG3

# To read an empty cell as a number would take its whole row away: see that there is one first.
number(x) = strlen(stringcolumn(x)) ? column(x) : NaN
given(x) = strlen(stringcolumn(x)) > 0
judged(x) = given(x) && number(x) != 0
stats data using (judged("expected") ? see(stringcolumn("what")) : NaN) nooutput
rows_of = seen
seen = ""
stats data using (see(stringcolumn("result"))) nooutput
result = word(seen, 1)

wrap_at = width < 5 ? 26 : 60
row_pad = .03
left = label_width(rows_of, wrap_at) + .12
right = .2
head = .42
foot = .4
rows = max(rows_height(rows_of, wrap_at), .2)
eval page(head + rows + foot)
over(x) = judged("expected") ? number(x) / number("expected") : NaN
row(x) = row_at(rows_of, wrap_at, index_of(rows_of, stringcolumn("what")))

# An open end of what is accepted is drawn to the edge of the picture.
stats data using (over("observed")) nooutput name "O"
lowest = min(O_min, 1) - .05 * max(O_max - O_min, .2)
highest = max(O_max, 1) + .05 * max(O_max - O_min, .2)
upward(x) = number("expected") > 0
from(x) = !judged("expected") ? NaN : given("low") ? number("low") / number("expected") : upward(0) ? lowest : highest
to(x) = !judged("expected") ? NaN : given("high") ? number("high") / number("expected") : upward(0) ? highest : lowest
inside(x) = x < lowest ? lowest : x > highest ? highest : x

set multiplot
eval head_line(result)
set label 2 "over what is expected" center at screen (left + width - right) / 2 / width, screen .1 / page_height
eval key_strip(.16, .2, 3)
plot NaN with lines lw 5 lc rgb pale title "accepted", \
     NaN with points pt 7 ps .8 lc rgb blue title "observed", \
     NaN with points pt 2 ps 1 lc rgb vermillion title "outside"
eval key_closed
unset label 1
unset label 2
set lmargin at screen left / width
set rmargin at screen 1 - right / width
set tmargin at screen 1 - head / page_height
set bmargin at screen foot / page_height
set yrange [rows:0]
set xrange [lowest:highest]
set ytics scale 0
set ytics ("" -1)
do for [i = 1:words(rows_of)] {
    set ytics add (wrap(word(rows_of, i), wrap_at) row_at(rows_of, wrap_at, i))
}
set xtics step(highest - lowest, 5)
plot data using (inside(from(0))):(row(0)):(inside(to(0)) - inside(from(0))):(0) with vectors nohead lw 5 lc rgb pale notitle, \
     data using (number("holds") > 0 ? over("observed") : NaN):(row(0)) with points pt 7 ps .8 lc rgb blue notitle, \
     data using (number("holds") > 0 ? NaN : over("observed")):(row(0)) with points pt 2 ps 1 lc rgb vermillion notitle
unset multiplot
