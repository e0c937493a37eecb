# end_labels.gp - labels beside the ends of lines, in place of a key. A script calls it with
#
#   n, words        how many lines, and their names in quotes
#   END[n]          where each line ends, from 0 to 1 of the height of the box; NaN: it has none
#   END_X[n]        the same across the box: 1 where a line goes on to its right edge
#   STYLE[n]        its linetype
#   box_left, box_right, box_bottom, box_high    inches
#   label_wrap      characters after which a label is broken
#
# and gets labels 200 and up, moved apart so that each can be read, with a line from each to its end.
array ORDER[n]
array LINES[n]
array AT[n]
_m = 0
do for [_i = 1:n] {
    LINES[_i] = lines_in(wrap(word(words, _i), label_wrap))
    if (END[_i] == END[_i]) {
        _m = _m + 1
        ORDER[_m] = _i
    }
}
do for [_a = 1:_m - 1] {
    do for [_b = 1:_m - _a] {
        if (END[ORDER[_b]] > END[ORDER[_b + 1]]) {
            _i = ORDER[_b]
            ORDER[_b] = ORDER[_b + 1]
            ORDER[_b + 1] = _i
        }
    }
}
_line = .125 / box_high
_edge = -.04
do for [_a = 1:_m] {
    _i = ORDER[_a]
    _half = _line * LINES[_i] / 2
    AT[_i] = max(END[_i], _edge + _half)
    _edge = AT[_i] + _half
}
_edge = 1.06
do for [_a = _m:1:-1] {
    _i = ORDER[_a]
    _half = _line * LINES[_i] / 2
    AT[_i] = min(AT[_i], _edge - _half)
    _edge = AT[_i] - _half
    # Where lines end apart, a thin one leads from each to its label; where not, the dashes tell which is which.
    if (label_mark >= .3) {
        set arrow 200 + _i from screen (box_right + .02) / width, screen (box_bottom + AT[_i] * box_high) / page_height \
            to screen (box_right + .02 + label_mark) / width, screen (box_bottom + AT[_i] * box_high) / page_height \
            nohead lt STYLE[_i] lw 1.5 front
    } else {
        set arrow 200 + _i from screen (box_left + END_X[_i] * (box_right - box_left) + .02) / width, screen (box_bottom + END[_i] * box_high) / page_height \
            to screen (box_right + .02 + label_mark) / width, screen (box_bottom + AT[_i] * box_high) / page_height \
            nohead lc rgb INK[(STYLE[_i] - 1) % 7 + 1] lw (END_X[_i] < .98 ? .4 : 1) front
    }
    set label 200 + _i wrap(word(words, _i), label_wrap) left front \
        at screen (box_right + .05 + label_mark) / width, screen (box_bottom + AT[_i] * box_high + _line * box_high * (LINES[_i] - 1) / 2) / page_height
}
