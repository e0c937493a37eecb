# programs.gp - real programs on policies and other mallocs: time and peak resident set over glibc's.
# reads: program, policy, wall_median_ns, wall_min_ns, wall_max_ns, wall_over_glibc, peak_rss_over_glibc
# Change first: row_height, the height of a program's row in inches.
call "style.gp" ARG1 ARG2 ARG3

stats data using (see(stringcolumn("program"))) nooutput
programs = seen
seen = ""
stats data using (see(stringcolumn("policy"))) nooutput
policies = seen
n = words(policies)

stats data using (column("wall_over_glibc") * column("wall_min_ns") / column("wall_median_ns")) nooutput name "S"
stats data using (column("wall_over_glibc") * column("wall_max_ns") / column("wall_median_ns")) nooutput name "T"
stats data using (column("peak_rss_over_glibc")) nooutput name "M"

longest = 0
do for [i = 1:n] { longest = max(longest, strlen(word(policies, i))) }
key_columns = max(1, int((width - .1) / (text_in(longest) + .4)))
key_rows = int((n + key_columns - 1) / key_columns)
names_width = label_width(programs, 40) + .15
row_height = .1 + .045 * n
picture = row_height * words(programs)
key_height = key_rows * .15
foot = .45 + key_height
eval page(picture + foot + .15)

# Each policy has its own height within a program's row, so that no point hides another.
place(x) = index_of(programs, stringcolumn("program")) - .5 \
    + .8 * (index_of(policies, stringcolumn("policy")) - (n + 1) / 2.) / max(1, n)
mine(i) = stringcolumn("policy") eq word(policies, i)
# Bars from the fastest to the slowest run, also over the median on glibc; memory was measured once.
least(k) = k ? column("peak_rss_over_glibc") : column("wall_over_glibc") * column("wall_min_ns") / column("wall_median_ns")
most(k) = k ? column("peak_rss_over_glibc") : column("wall_over_glibc") * column("wall_max_ns") / column("wall_median_ns")
left_of(k) = (names_width + k * (width - names_width) / 2) / width
range(most, least) = sprintf("set xrange [%g:%g]", min(.8, least / 1.15), max(1.25, most * 1.15))

set multiplot
set yrange [words(programs):0]
unset ytics
set logscale x 2
set tmargin at screen 1 - .1 / page_height
set bmargin at screen foot / page_height
unset key
do for [i = 1:words(programs) - 1] { set arrow 10 + i from graph 0, first i to graph 1, first i nohead lw .4 lc rgb pale back }
set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb grey dt (4,3) back
ratio_tics = 'set xtics ("0.25" .25, "0.5" .5, "0.7" .7, "1" 1, "1.4" 1.4, "2" 2, "3" 3, "4" 4, "6" 6, "8" 8, "16" 16, "32" 32, "64" 64)'

do for [k = 0:1] {
    set lmargin at screen left_of(k)
    set rmargin at screen left_of(k + 1) - .12 / width
    eval k == 0 ? range(T_max, S_min) : range(M_max, M_min)
    eval ratio_tics
    set label 2 (k == 0 ? "time over glibc's" : (width < 5 ? "peak RSS over glibc's" : "peak resident set over glibc's")) center at graph .5, screen (key_height + .12) / page_height
    if (k == 0) {
        do for [i = 1:words(programs)] {
            set label 20 + i word(programs, i) right at screen (names_width - .08) / width, first i - .5
        }
    } else {
        do for [i = 1:words(programs)] { unset label 20 + i }
    }
    value = k == 0 ? "wall_over_glibc" : "peak_rss_over_glibc"
    plot for [i = 1:n] data using (mine(i) ? column(value) : NaN):(place(0)):(least(k)):(most(k)) \
        with xerrorbars lt i dt solid lw .7 ps .8
}

unset label
unset arrow
unset logscale
set lmargin at screen .06 / width
set rmargin at screen 1 - .06 / width
set tmargin at screen (key_height + .02) / page_height
set bmargin at screen .02 / page_height
unset border
unset tics
set xrange [0:1]
set yrange [0:1]
set key center center horizontal Left reverse samplen 1.2 maxcols key_columns
plot for [i = 1:n] NaN with points lt i ps .8 title word(policies, i)
unset multiplot
