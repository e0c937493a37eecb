# comb.gp - search length against the number of holes, a line a policy: which searches are flat.
# reads: what ("POLICY; HOLES holes"), observed
call "style.gp" ARG1 ARG2 ARG3

policy_of(s) = word(s, 1)[1:strlen(word(s, 1)) - 1]
holes_of(s) = real(word(s, 2))
stats data using (see(policy_of(stringcolumn("what")))) nooutput
policies = seen
stats data using (holes_of(stringcolumn("what"))) nooutput name "H"
stats data using (column("observed")) nooutput name "P"

key_rows = width < 5 ? words(policies) : int((words(policies) + 3) / 4)
picture_height = width < 5 ? 1.9 : 2.4
below = .55 + key_rows * .15
eval page(picture_height + below + .25)
set lmargin at screen .55 / width
set rmargin at screen 1 - .15 / width
set tmargin at screen 1 - .25 / page_height
set bmargin at screen below / page_height
set key at screen .5, screen (below - .45) / page_height center top Left reverse horizontal maxcols (width < 5 ? 1 : 4)
set logscale xy
set xrange [H_min / 1.2:H_max * 1.2]
set yrange [.8:P_max * 1.6]
set xtics H_min, 4
set mxtics 1
set xlabel "holes, none of which fits" offset 0, .4
set ylabel "holes, list heads or words looked at" offset .8, 0
of(i) = policy_of(stringcolumn("what")) eq word(policies, i)

# A block of points a policy, so that its line has no gaps.
do for [i = 1:words(policies)] {
    set table $POINTS append separator comma
    plot data using (holes_of(stringcolumn("what"))):"observed" with table if (of(i))
    unset table
    set print $POINTS append
    print ""
    print ""
    set print
}
set datafile nocolumnheaders
# Lines that lie on one another are told apart by points of different sizes, the largest below.
plot for [i = 1:words(policies)] $POINTS index i - 1 using 1:2 \
    with linespoints lt i ps 1.5 - .9 * (i - 1) / words(policies) title word(policies, i)
