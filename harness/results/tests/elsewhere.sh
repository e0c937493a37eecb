#!/usr/bin/env bash
# The pieces of results/ELSEWHERE.md give the numbers of the figure heatmap: plain Python always, the others where their tool is
# installed, which the last line names.
set -uo pipefail
page=$(realpath "$(dirname "$0")/../../../results/ELSEWHERE.md")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    echo "elsewhere: $*"
    exit 1
}

piece() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$page" | sed '1d;$d'; }

# Four seeds: their mean is another number than their median, which lies between two of them.
cat >spec.yaml <<'YAML'
policies: [first-fit, buddy]
workloads: ["uniform:live=60,events=1500", "sawtooth", "perturbed:trace=zstd"]
seeds: [1, 2, 3, 9]
outputs: {compress: yes}
YAML
"$FITLAB" sweep -q spec.yaml -o out --no-figures >run.txt 2>&1 || fail "the run failed: $(cat run.txt)"
python3 - >want.txt <<'PY' || exit 1
import csv, statistics
values = {}
for row in csv.DictReader(open("out/summary.csv")):
    kind = row["workload"].split(":")[0]
    values.setdefault((row["policy"], kind), []).append(float(row["jw4_pct"]))
assert [len(v) for v in values.values()] == [4] * 6, values
apart = [abs(statistics.mean(v) - statistics.median(v)) for v in values.values()]
assert max(apart) > .01, "mean and median are the same: the test tests nothing"
for value in values.values():
    print("%.2f" % statistics.median(value))
PY
if command -v gnuplot >/dev/null; then
    "$FITLAB" plot out -f heatmap --format svg >/dev/null || fail "the figure is not drawn"
    python3 -c 'import csv
for row in csv.DictReader(open("out/figures/heatmap.csv")): print("%.2f" % float(row["over_pct"]))' >figure.txt
    diff <(sort want.txt) <(sort figure.txt) || fail "the figure has other numbers"
fi

ran=
# check NAME SKIP COMMAND...: what a piece prints ends in the numbers, after so many lines of heads
check() {
    local name=$1 skip=$2
    shift 2
    piece "$name" >piece
    [ -s piece ] || fail "the page has no piece for $name"
    "$@" <piece >said.txt 2>errors.txt || fail "the piece for $name fails: $(tail -n 3 errors.txt)"
    diff <(sort want.txt) <(awk -v skip="$skip" 'NR > skip && NF { printf "%.2f\n", $NF }' said.txt | sort) ||
        fail "the piece for $name has other numbers: $(cat said.txt)"
    ran="$ran $name"
}
has() { "${PYTHON:-python3}" -c "import $1" 2>/dev/null; }
check python 0 python3 -
command -v sqlite3 >/dev/null && check sql 2 sqlite3
has pandas && has matplotlib && check pandas 1 "${PYTHON:-python3}" -
has polars && has matplotlib && check polars 0 "${PYTHON:-python3}" -
has duckdb && check duckdb 0 "${PYTHON:-python3}" -c 'import duckdb, sys
for row in duckdb.sql(sys.stdin.read()).fetchall(): print(*row)'
Rscript -e 'library(readr); library(dplyr); library(stringr); library(ggplot2)' >/dev/null 2>&1 && check r 0 Rscript -
if has duckdb; then
    "${PYTHON:-python3}" -c 'import duckdb
assert duckdb.sql("SELECT count(*) FROM '"'out/fragmentation.csv.zst'"'").fetchone()[0] > 100' || fail "DuckDB does not read a compressed table"
fi
if has pandas && has zstandard; then
    "${PYTHON:-python3}" -c 'import pandas; assert len(pandas.read_csv("out/fragmentation.csv.zst")) > 100' || fail "pandas does not read a compressed table"
fi
if has polars; then
    "${PYTHON:-python3}" -c 'import polars; assert polars.read_csv("out/fragmentation.csv.zst", infer_schema_length=None).height > 100' ||
        fail "polars does not read a compressed table"
fi
echo "elsewhere: ran$ran"
