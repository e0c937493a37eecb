package=bc
program=bc
does='Digits of pi by arctangents and a table of factorials in arbitrary precision: numbers of some
hundred bytes at most, each living for one operation.'

input() {
    cat >pi.bc <<BC
scale = 60
for (n = 1; n <= $(times 60); n++) {
    p = 16 * a(1 / 5) - 4 * a(1 / 239)
    x = x * 0.9 + p / n
}
scale = 700
4 * a(1)
f = 1
for (n = 1; n <= $(times 250); n++) f = f * n
f
x
quit
BC
}

run() {
    trace bc -q -l pi.bc
}
