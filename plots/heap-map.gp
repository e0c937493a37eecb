# heap-map.gp - what lies where in the region over time, a panel a policy.
# reads: label, style, workload, event, address_bytes, used_pct, free_pct, slack_pct, metadata_pct, in this
# order; the rows of a policy stand together, by time and then by address, with none left out
# Change first: the inks of the parts of a heap, in style.gp, and panel_height.
call "style.gp" ARG1 ARG2 ARG3

# Ink of a spot: what it holds, in proportion, on white.
used = rgb_of(used_ink)
hole = rgb_of(holes_ink)
slack = rgb_of(slack_ink)
metadata = rgb_of(metadata_ink)
part(ink, shift) = (ink / shift) % 256
# Columns by number: names would be looked up five million times.
mix(shift) = int(min(255, 255 + ($6 * (part(used, shift) - 255) + $7 * (part(hole, shift) - 255) + \
    $8 * (part(slack, shift) - 255) + $9 * (part(metadata, shift) - 255)) / 100.))

top = .34
map_key = "eval key_strip(.17, .16, 4); " \
    ."plot NaN with boxes lc rgb used_ink title 'used', NaN with boxes lc rgb holes_ink title 'hole', " \
    ."NaN with boxes lc rgb slack_ink title 'slack', NaN with boxes lc rgb metadata_ink title 'metadata'"
load "spots.gp"
