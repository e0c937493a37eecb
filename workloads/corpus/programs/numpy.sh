package=python3-numpy
program=/usr/bin/python3
does='Arithmetic on arrays of up to 24 MB in Python: stencils, sorting, products of matrices, and temporaries
of every expression. The small objects of Python lie in arenas that it maps, the arrays in blocks.'
outside='objects of at most 512 bytes, which Python keeps in arenas of its own.'
environment=(PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1)

input() {
    cat >arrays.py <<'PYTHON'
import sys
import numpy as np

side = int(sys.argv[1])
rng = np.random.default_rng(113)
field = rng.random((side, side))
kept = []
for step in range(24):
    rows = side - step * side // 48
    part = field[:rows]
    smooth = (part[1:-1, 1:-1] + part[:-2, 1:-1] + part[2:, 1:-1] + part[1:-1, :-2] + part[1:-1, 2:]) / 5
    ranks = np.argsort(smooth[:, step])
    product = smooth[:400, :300] @ smooth[ranks[:300], :400]
    kept.append((smooth[ranks] > .5, np.where(smooth > .4, smooth, 0).cumsum(axis=0)[-1], product))
    if step % 3 == 0:
        kept.append(np.fft.rfft(part, axis=1))
    if len(kept) > 9:
        del kept[::4]
print(sum(float(np.sum(np.abs(each))) for each in kept if not isinstance(each, tuple)))
PYTHON
}

run() {
    trace /usr/bin/python3 arrays.py "$(times 1700)"
}
