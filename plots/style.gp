# style.gp - the house style of every figure. A script loads it first and gets
#
#   data, output    what to read and write: the first two arguments
#   width           inches: the third argument, 3.3 (a column) or 7 (a page) or anything between
#   page(height)    opens the terminal that the suffix of `output` asks for (pdf, svg, png)
#   names(column)   the distinct values of a column, in order, to be taken apart with words() and word()
#   linetypes 1-35  Okabe-Ito colour, dash and point type: no two alike, in print too
#
# A figure's data is one tidy CSV; `style` is its column for the linetype, the same for a policy in every
# figure of a results folder.

if (ARGC < 2) {
    print "usage: gnuplot -c FIGURE.gp DATA.csv OUTPUT.{pdf,svg,png} [WIDTH_IN_INCHES]"
    exit status 2
}
data = ARG1
output = ARG2
width = ARGC < 3 ? 3.3 : real(ARG3)

set datafile separator ","
set datafile columnheaders
set datafile missing ""
set encoding utf8

# --- ink -----------------------------------------------------------------------------------------------

blue = "#0072B2"; vermillion = "#D55E00"; green = "#009E73"; purple = "#CC79A7"
orange = "#E69F00"; sky = "#56B4E9"; black = "#000000"; grey = "#999999"; pale = "#DDDDDD"

# Parts of a heap, each with one ink in all figures; neighbours in a stack differ in luminance.
used_ink = "#0072B2"; live_ink = "#C9DDEA"; holes_ink = "#F0E442"; slack_ink = "#E69F00"
metadata_ink = "#000000"; rounding_ink = "#99437A"; bound_ink = "#D55E00"

# Threads, by the number that the data gives their inks, dark and light in turns: 1 to 6 have their own, 7 is all others, 0 is nobody's.
array THREAD_INK[7] = [blue, orange, vermillion, sky, green, purple, "#555555"]
nobody_ink = "#DDDDDD"
thread_ink(i) = i == 0 ? nobody_ink : THREAD_INK[i]
# Their key, above the panels: NAME[i + 1] is what ink i is called.
array NAME[8] = ["", "", "", "", "", "", "", ""]
read_thread_names = 'stats data using (NAME[column("ink") + 1] = stringcolumn("thread"), 0) nooutput; ' \
    .'key_names = sum [i = 1:8] (strlen(NAME[i]) > 0); key_columns = width < 5 ? 3 : key_names > 7 ? 4 : 7; ' \
    .'key_rows = int((key_names + key_columns - 1) / key_columns); top = .22 + .15 * key_rows'
thread_name(i) = NAME[i + 1]
# An ink of which so much is left on white.
rgb_of(ink) = int("0x".ink[2:*])
lighter(part, left) = int(255 - left * (255 - part))
pale_of(ink, left) = sprintf("#%02X%02X%02X", lighter(rgb_of(ink) / 65536, left), lighter(rgb_of(ink) / 256 % 256, left), \
    lighter(rgb_of(ink) % 256, left))

array INK[7] = [blue, vermillion, green, purple, orange, sky, black]
array DASH[5] = ["solid", "(8,3)", "(2,2)", "(8,3,2,3)", "(14,3)"]
array POINT[9] = [7, 5, 9, 11, 13, 6, 4, 8, 10]
do for [i = 1:35] {
    dash = (i - 1) % 5 == 0 ? "solid" : DASH[(i - 1) % 5 + 1]
    eval sprintf("set linetype %d lc rgb '%s' dt %s pt %d lw 1.2 ps 0.5", \
                 i, INK[(i - 1) % 7 + 1], dash, POINT[(i - 1) % 9 + 1])
}

# Light to dark in one hue: reads the same in grey and to every eye.
set palette defined (0 "#F7FBFF", 1 "#C6DBEF", 2 "#6BAED6", 3 "#2171B5", 4 "#08306B")

# --- paper ---------------------------------------------------------------------------------------------

ends(s, tail) = strlen(s) >= strlen(tail) && s[strlen(s) - strlen(tail) + 1:*] eq tail
terminal(h) = ends(output, ".svg") ? \
    sprintf("svg size %d,%d font 'Liberation Sans,8' fontscale 1.333 linewidth 1 noenhanced background 'white'", \
            int(width * 96), int(h * 96)) : \
    ends(output, ".png") ? \
    sprintf("pngcairo size %d,%d font 'Liberation Sans,8' fontscale 3.125 linewidth 3.125 pointscale 2.8 noenhanced", \
            int(width * 300), int(h * 300)) : \
    sprintf("pdfcairo size %.3fin,%.3fin font 'Liberation Sans,8' fontscale .75 linewidth 1 pointscale .7 noenhanced", \
            width, h)
# No page is higher than this, in inches: a paper's page has no room for more.
highest = 9.
page_height = 0
page(h) = sprintf("page_height = %.3f; set terminal %s; set output '%s'", h, terminal(h), output)

set border 3 lw .6 lc rgb "#444444"
house_tics = "set tics nomirror scale .6 textcolor rgb black"
eval house_tics
# Without the blank that gnuplot leaves for a sign, so that a number stands in the middle under its tic.
set format x "%h"
set format x2 "%h"
set grid back lw .4 lc rgb pale dt solid
set key noautotitle samplen 2 spacing 1.0 width 0
set style fill solid 1 noborder

# --- words ---------------------------------------------------------------------------------------------

# The values of a column, each in quotes: words() and word() honour them.
seen = ""
see(s) = strstrt(seen, '"'.s.'"') ? 0 : (seen = seen.' "'.s.'"', 0)

# The rows of a label lie together. The distinct labels, how many, and where the rows of label i begin and end,
# for `every ::FROM[i]::TO[i]`: to look at all rows once for each label would take minutes.
find_labels = 'seen = ""; stats data using (see(stringcolumn("label"))) nooutput; policies = seen; n = words(policies); ' \
    .'array FROM[n]; array TO[n]; label_at = ""; labels_met = 0; rows_before = 0; ' \
    .'stats data using (stringcolumn("label") eq label_at ? 0 : (labels_met = labels_met + 1, FROM[labels_met] = rows_before, ' \
    .'label_at = stringcolumn("label"), 0), TO[labels_met] = rows_before, rows_before = rows_before + 1, 0) nooutput'

# The number in a column or, where its cell is empty, another one. gnuplot 6 leaves a row out as soon as
# column() meets an empty cell in it; as text the cell is empty, or what gnuplot 5 takes for a name.
has_number(text) = strlen(text) && strstrt("-.0123456789", text[1:1])
known(name, other) = has_number(stringcolumn(name)) ? column(name) : other

# The mean advance of Liberation Sans at 8 pt, in inches a character.
text_in(characters) = characters * .058

# Breaks s at spaces into lines of at most w characters, where it can.
space_before(s, i) = i < 1 ? 0 : s[i:i] eq " " ? i : space_before(s, i - 1)
cut(s, w) = (c_ = space_before(s, w + 1)) ? c_ : strstrt(s, " ")
wrap(s, w) = strlen(s) <= w || !strstrt(s, " ") ? s : \
    s[1:cut(s, w) - 1]."\n".wrap(s[cut(s, w) + 1:*], w)
first_line(s) = strstrt(s."\n", "\n") - 1
longest_line(s) = strstrt(s, "\n") ? max(first_line(s), longest_line(s[first_line(s) + 2:*])) : strlen(s)
max(a, b) = a > b ? a : b
min(a, b) = a < b ? a : b

# Bytes and counts as people read them.
unit_of(x) = x >= 2.**30 ? 2.**30 : x >= 2.**20 ? 2.**20 : x >= 1024 ? 1024. : 1.
unit_name(x) = x >= 2.**30 ? "GiB" : x >= 2.**20 ? "MiB" : x >= 1024 ? "KiB" : "bytes"

# About n intervals of 1, 2 or 5 times a power of ten over this range.
magnitude(x) = 10 ** floor(log10(x))
rounded(x) = x < 1.5 ? 1 : x < 3.5 ? 2 : x < 7.5 ? 5 : 10
step(range, n) = range <= 0 ? 1 : rounded(range / n / magnitude(range / n)) * magnitude(range / n)
# Tics of a panel: none so near its right edge that its number meets the next panel's.
panel_xtics(range, n) = sprintf("set xtics 0, %g, %g", step(range, n), .93 * range)

# The workload, as a heading.
title_at = "font 'Liberation Sans:Bold,8' left at screen .06 / width, screen 1 - .1 / page_height"
head_line(s) = sprintf("set label 1 '%s' %s", s, title_at)

# A key of one's own above or below a picture: fills a strip `inches` from the page's top with nothing
# but the titles of the plot that follows; needs set multiplot. key_closed takes the axes up again.
key_strip(inches, high, columns) = sprintf( \
    "set lmargin at screen .06 / width; set rmargin at screen 1 - .06 / width; set tmargin at screen 1 - %f / page_height; ". \
    "set bmargin at screen 1 - %f / page_height; unset border; unset tics; set xrange [0:1]; set yrange [0:1]; ". \
    "set key center center horizontal Left reverse samplen 1.2 maxcols %d", inches, inches + high, columns)
key_closed = "set border 3; unset key; set autoscale; set xtics; set ytics; ".house_tics

# Rows of a chart, one a label, each as high as the label's lines need: row_at(i) is the middle of the
# i-th, from 1, in inches from the first one's top.
row_pad = .07
row_line = .125
rows_(list, w, i) = sum [k_ = 1:i] (row_pad + row_line * lines_in(wrap(word(list, k_), w)))
row_at(list, w, i) = (rows_(list, w, i - 1) + rows_(list, w, i)) / 2
rows_height(list, w) = rows_(list, w, words(list))
# gnuplot ends a recursion at depth 250, so these sums stand in its place: lists may be longer.
label_width(list, w) = (widest_ = 0, sum [k_ = 1:words(list)] \
    (widest_ = max(widest_, text_in(longest_line(wrap(word(list, k_), w)))), 0), widest_)
index_of(list, s) = (sum [k_ = 1:words(list)] (word(list, k_) eq s ? k_ : 0))
# How many of the labels fit so many inches.
fitting(list, w, inches) = max(1, sum [f_ = 1:words(list)] (rows_(list, w, f_) <= inches))

# What one policy has many times over must not flatten what the others have: the most of a list of
# numbers of those that are at most `often` times its upper median.
number(list, i) = real(word(list, i))
less(list, x) = sum [k_ = 1:words(list)] (number(list, k_) < x)
no_more(list, x) = sum [k_ = 1:words(list)] (number(list, k_) <= x)
is_middle(list, x) = less(list, x) <= words(list) / 2 && no_more(list, x) > words(list) / 2
upper_median(list) = (middle_ = 0, sum [m_ = 1:words(list)] \
    (middle_ = is_middle(list, number(list, m_)) ? number(list, m_) : middle_, 0), middle_)
most_within(list, limit) = (most_ = 0, sum [m_ = 1:words(list)] \
    (most_ = number(list, m_) <= limit ? max(most_, number(list, m_)) : most_, 0), most_)
common_most(list, often) = most_within(list, often * upper_median(list))

# Nanoseconds on a log axis.
time_tics = '("1 ns" 1, "10 ns" 10, "100 ns" 100, "1 µs" 1e3, "10 µs" 1e4, "100 µs" 1e5, "1 ms" 1e6, "10 ms" 1e7, "100 ms" 1e8, "1 s" 1e9)'
blank_time_tics = '("" 1, "" 10, "" 100, "" 1e3, "" 1e4, "" 1e5, "" 1e6, "" 1e7, "" 1e8, "" 1e9)'
sparse_time_tics = '("1 ns" 1, "" 10, "100 ns" 100, "" 1e3, "10 µs" 1e4, "" 1e5, "1 ms" 1e6, "" 1e7, "100 ms" 1e8, "" 1e9)'

# --- small multiples -----------------------------------------------------------------------------------

# A grid of panels that share their axes, with the workload as its heading. Sizes are inches; panel(i)
# places the i-th, from 0, and grid_height(n) is what page() needs. A title has title_lines lines.
panel_columns = width < 5 ? 2 : 4
left = .48
right = .1
top = .18
bottom = .42
gap_x = .12
title_lines = 1
panel_height = .8
title_height(x) = .05 + .135 * title_lines
panel_rows(n) = int((n + panel_columns - 1) / panel_columns)
panel_width(x) = (width - left - right - gap_x * (panel_columns - 1)) / panel_columns
grid_height(n) = top + bottom + panel_rows(n) * (panel_height + title_height(0))
# Takes no more columns than panels, makes panels lower where n of them would be higher than a page, and says how many are drawn: those that fit.
least_panel = .45
room_for_rows(x) = highest - top - bottom
fit_panels = "panel_columns = min(panel_columns, max(2, n)); panel_height = min(panel_height, max(least_panel, room_for_rows(0) / panel_rows(n) - title_height(0))); " \
    ."left_out = n; n = min(n, panel_columns * max(1, int(room_for_rows(0) / (panel_height + title_height(0)) + 1e-6))); left_out = left_out - n"
more_panels(k) = k > 0 ? sprintf(" (%d more are in the data: choose with fitlab plot -p)", k) : ""
tall_if_alone(n) = panel_rows(n) == 1 ? 1.25 : panel_height
column_of(i) = i % panel_columns
row_of(i) = i / panel_columns
panel_left(i) = left + column_of(i) * (panel_width(0) + gap_x)
panel_top(i) = page_height - top - title_height(0) - row_of(i) * (panel_height + title_height(0))
panel(i) = sprintf("set lmargin at screen %f; set rmargin at screen %f; set tmargin at screen %f; set bmargin at screen %f", \
    panel_left(i) / width, (panel_left(i) + panel_width(0)) / width, \
    panel_top(i) / page_height, (panel_top(i) - panel_height) / page_height)
is_lowest(i, n) = i + panel_columns >= n
panel_title(s) = wrap(s, int(panel_width(0) / .06))
lines_in(s) = strstrt(s, "\n") ? 1 + lines_in(s[strstrt(s, "\n") + 1:*]) : 1
heading(s, x_label, y_label) = \
    sprintf("set label 1 '%s' font 'Liberation Sans:Bold,8' left at screen .06 / width, screen 1 - .1 / page_height; ", s). \
    sprintf("set label 2 '%s' center at screen (width + left - right) / 2 / width, screen .1 / page_height; ", x_label). \
    sprintf("set label 3 '%s' rotate by 90 center at screen .1 / width, screen .5 + (bottom - top) / 2 / page_height", y_label)
without_heading = "unset label 1; unset label 2; unset label 3"

# Bytes on a log axis.
byte_tics = 'set xtics ("16" 16, "64" 64, "256" 256, "1K" 1024, "4K" 4096, "16K" 16384, "64K" 65536, "256K" 262144, ' \
    . '"1M" 1048576, "4M" 4194304, "16M" 16777216, "64M" 67108864, "256M" 268435456, "1G" 1073741824)'
sparse_byte_tics = 'set xtics ("16" 16, "" 64, "256" 256, "" 1024, "4K" 4096, "" 16384, "64K" 65536, "" 262144, ' \
    . '"1M" 1048576, "" 4194304, "16M" 16777216, "" 67108864, "256M" 268435456, "" 1073741824)'
blank_byte_tics = 'set xtics ("" 16, "" 64, "" 256, "" 1024, "" 4096, "" 16384, "" 65536, "" 262144, "" 1048576, "" 4194304)'

# --- labels at the ends of lines -----------------------------------------------------------------------

# Geometry, in inches, of one box with the labels of `words` at its right (end_labels.gp): box_left, box_right,
# box_bottom and box_high, at least so high. page() is to be called with box_top. label_mark is how long the line
# before a label is at least; one of .3 and more has the dashes of what it names.
label_mark = .11
label_lines(list, w, i) = sum [k_ = 1:i] (lines_in(wrap(word(list, k_), w)))
box_with_labels(least) = sprintf("label_wrap = width < 5 ? 14 : 30; box_left = .52; " \
    ."box_right = width - label_width(words, label_wrap) - .2; box_bottom = .42; " \
    ."box_high = max(%f, .125 * label_lines(words, label_wrap, words(words))); box_top = box_bottom + box_high", least)
box_margins = "set lmargin at screen box_left / width; set rmargin at screen box_right / width; " \
    ."set tmargin at screen box_top / page_height; set bmargin at screen box_bottom / page_height"
