#!/usr/bin/env bash
# The pieces of results/ELSEWHERE.md give the numbers of the figure: the Python one always, the SQLite one where sqlite3 is installed.
set -uo pipefail
page=$(dirname "$0")/../../../results/ELSEWHERE.md
page=$(realpath "$page")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    echo "elsewhere: $*"
    exit 1
}

piece() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$page" | sed '1d;$d'; }

"$FITLAB" run -p first-fit buddy -w uniform:live=60,events=1500 sawtooth:events=1500 -o out >run.txt 2>&1 || fail "the run failed: $(cat run.txt)"
python3 - >want.txt <<'PY'
import csv
for row in csv.DictReader(open("out/summary.csv")):
    print("%.2f" % float(row["jw4_pct"]))
PY
[ "$(wc -l <want.txt)" = 4 ] || fail "the run has not four cells: $(cat run.txt)"
piece python >piece.py
python3 piece.py >said.txt || fail "the Python piece fails"
diff <(sort want.txt) <(awk '{ print $NF }' said.txt | sort) || fail "the Python piece has other numbers: $(cat said.txt)"
if command -v sqlite3 >/dev/null; then
    piece sql | sqlite3 >said.txt || fail "the SQLite piece fails"
    diff <(sort want.txt) <(awk 'NR > 2 { printf "%.2f\n", $NF }' said.txt | sort) ||
        fail "the SQLite piece has other numbers: $(cat said.txt)"
fi
exit 0
