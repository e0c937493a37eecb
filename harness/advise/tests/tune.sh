#!/usr/bin/env bash
# fitlab tune: the front is a front, parameters without effect are named, the CSV says the same.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

die() { echo "tune: $*" >&2; exit 1; }

work=uniform:events=2000,live=60,max=600
"$FITLAB" tune tlsf -w $work -q -o out >said.txt 2>errors.txt || die "$(cat errors.txt)"
grep -q '^8 combinations' said.txt || die "not 8 combinations of tlsf: $(cat said.txt)"
grep -q '^grow: never matters' said.txt || die "grow is not named"
python3 - <<'EOF'
import csv
rows = [r for r in csv.DictReader(open("out/front.csv"))]
assert len(rows) == 8, len(rows)
def point(r):
    return float(r["pool_bytes"]), float(r["accesses_per_op"]), float(r["most_accesses"])
front = [r for r in rows if r["front"] == "1"]
assert front
for a in front:
    assert a["exact"] == "1"
    for b in front:
        p, q = point(a), point(b)
        assert a is b or not (all(x <= y for x, y in zip(q, p)) and q != p), (a, b)
said = open("said.txt").read()
for r in front:
    assert r["policy"] in said and r["pool_bytes"].split(".")[0] in said, r
EOF
ls out/figures/front-*.svg >/dev/null || die "the figure is missing"

# A parameter that only small objects use changes nothing where everything is large: it is named.
"$FITLAB" tune slab:classes=power2 -w uniform:events=500,min=9000,max=9999,live=20 -q >said.txt
grep -q '^colour: never matters' said.txt || die "colour is not named: $(cat said.txt)"

# The same on each run.
"$FITLAB" tune tlsf -w $work -q -j 1 >again.txt
"$FITLAB" tune tlsf -w $work -q >said.txt
cmp said.txt again.txt || die "two runs differ"

for words in "" "tlsf" "-w $work" "tlfs -w $work" "tlsf:colour=1 -w $work"; do
    code=0
    # shellcheck disable=SC2086
    "$FITLAB" tune -q $words >/dev/null 2>said.txt || code=$?
    [ $code = 2 ] && [ "$(wc -l <said.txt)" = 1 ] || die "'$words': status $code: $(cat said.txt)"
done
