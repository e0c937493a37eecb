# point_labels.gp - a label at each of some points, where it lies on no other label and on no other point. A script
# calls it with
#
#   styles, LABEL[styles]    labels, "" where there is no point
#   PX[styles], PY[styles]   the points, from 0 to 1 of the box
#   box_wide, box_high       inches
#
# and gets labels 200 and up, and arrows 300 and up. Tried are places to the right, to the left, above and below, and
# then farther off, where a thin line leads to the point; if nothing is free, the label stands to the right.
set style textbox opaque margins .3, .1 fillcolor rgb "white" noborder
array LX[styles]
array LY[styles]
array LW[styles]
_clear = .06
do for [_i = 1:styles] {
    LX[_i] = LY[_i] = NaN
    LW[_i] = text_in(strlen(LABEL[_i])) / box_wide
}
_high = .115 / box_high
_point = .045
# Whether a label of policy i with its left edge at x and its middle at y is free.
_hits_label(j, x, y, w) = LX[j] == LX[j] && x < LX[j] + LW[j] && x + w > LX[j] && abs(y - LY[j]) < _high
_hits_point(i, j, x, y, w) = j != i && PX[j] == PX[j] && x < PX[j] + _point / box_wide && x + w > PX[j] - _point / box_wide && \
    abs(y - PY[j]) < _high / 2 + _point / box_high
_free(i, x, y) = x >= 0 && x + LW[i] <= 1.02 && y > _high / 2 && y < 1 - _high / 2 && \
    (sum [_j = 1:styles] (_hits_label(_j, x, y, LW[i]) + _hits_point(i, _j, x, y, LW[i]))) == 0
_gap = .07 / box_wide
# Beside an interval or a line that goes through the point, before on top of it.
_sides = "right right left left middle middle right left right middle middle"
_ups = ".75 -.75 .75 -.75 1.1 -1.1 0 0 2 2 -2"
do for [_up = 3:8] {
    _sides = _sides . " right left middle right left middle"
    _ups = _ups . sprintf(" %d %d %d -%d -%d -%d", _up, _up, _up, _up, _up, _up)
}
do for [_i = 1:styles] {
    if (strlen(LABEL[_i]) && PX[_i] == PX[_i]) {
        _found = 0
        _bx = PX[_i] + _gap
        _by = PY[_i]
        _far = 0
        do for [_k = 1:words(_ups)] {
            _side = word(_sides, _k)
            _x = _side eq "left" ? PX[_i] - _gap - LW[_i] : _side eq "middle" ? PX[_i] - LW[_i] / 2 : PX[_i] + _gap
            _up = real(word(_ups, _k))
            _y = PY[_i] + _up * _high
            if (!_found && _free(_i, _x, _y)) {
                _found = 1
                _bx = _x
                _by = _y
                _far = abs(_up) >= 3 ? sgn(_up) : 0
            }
        }
        LX[_i] = _bx
        LY[_i] = _by
        if (_far) {
            _near = min(max(PX[_i], _bx), _bx + LW[_i])
            set arrow 300 + _i from graph PX[_i], graph PY[_i] to graph _near, graph _by - _far * _high / 2 nohead lc rgb grey lw .7 dt solid back
        }
        set label 200 + _i LABEL[_i] left boxed front at graph _bx, graph _by
    }
}
