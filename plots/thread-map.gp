# thread-map.gp - whose memory lies where in the region over time, a panel a policy.
# reads: label, style, workload, event, address_bytes, used_pct, free_pct, slack_pct, metadata_pct, thread, ink, in this
# order; the rows of a policy stand together, by time and then by address, with none left out
# Change first: the inks of threads, in style.gp, and panel_height.
call "style.gp" ARG1 ARG2 ARG3

eval read_thread_names
# Ink of a spot: that of its thread, as much of it as is used; something of it where all is free.
# Columns by number: names would be looked up five million times.
filled(x) = $6 + $7 + $8 + $9
left(x) = filled(0) == 0 ? 0 : .25 + .75 * ($6 + $9) / 100.
part(ink, shift) = (rgb_of(ink) / shift) % 256
mix(shift) = int(255 - left(0) * (255 - part(thread_ink(int($11)), shift)))
# Not `for [i`: gnuplot 6 forgets a name at the next plot, and the panels are counted by i.
map_key = "eval key_strip(.2, .15 * key_rows, key_columns); " \
    ."plot for [k = 1:8] NaN with boxes lc rgb thread_ink(k % 8) title thread_name(k % 8)"
load "spots.gp"
