#!/usr/bin/env bash
# Workloads that differ in their seed alone are one column, one panel and one picture, unless asked.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

complain() {
    echo "seeds: $*"
    failed=1
}

command -v gnuplot >/dev/null || {
    echo "seeds: skipped: gnuplot is not installed"
    exit 77
}

cat >spec.yaml <<'YAML'
policies: [first-fit, best-fit]
workloads: ["uniform:events=1500,live=60", "sawtooth:events=1500,seed=9"]
seeds: [1, 2, 3, 4, 5]
regions: [grow, 1.2x]
samples: 20
YAML
"$FITLAB" sweep -q spec.yaml -o out --no-figures >run.txt 2>&1 || complain "the sweep failed: $(cat run.txt)"
"$FITLAB" plot out -f heatmap -f fragmentation --format svg >drawn.txt || complain "plot failed"
[ "$(wc -l <drawn.txt)" = 3 ] || complain "a seed has a picture of its own: $(cat drawn.txt)"
grep -q 'up to 5 seeds' out/figures/heatmap.txt || complain "the caption does not say how many seeds there are"

# The heatmap has the median that anyone can compute, and a seed that failed is worse than any that did not.
cat >median.py <<'PY'
import csv, statistics
want = {}
for row in csv.DictReader(open("out/summary.csv")):
    label = f"{row['policy']} region={row['region']}"
    fixed = row["region"] != "grow"
    over = 100 * (float(row["high_water_bytes"]) / float(row["peak_live_bytes"]) - 1) if fixed else float(row["jw4_pct"])
    workload = row["workload"].split(",seed=")[0].replace(",", " ").replace(":", " ")
    if row["workload"].startswith("sawtooth"):
        workload = row["workload"].replace(",", " ").replace(":", " ")
    want.setdefault((label, workload), []).append(over if row["status"] == "ok" else float("inf"))
for row in csv.DictReader(open("out/figures/heatmap.csv")):
    values = want.pop((row["label"], row["workload"]))
    median = statistics.median(values)
    assert int(row["seeds"]) == len(values), row
    assert int(row["failed_seeds"]) == sum(v == float("inf") for v in values), row
    if median == float("inf"):
        assert row["over_pct"] == "" and row["status"] == "oom", row
    else:
        assert abs(float(row["over_pct"]) - median) < 1e-4 * abs(median) + 1e-6 and row["status"] == "ok", (row, median)
assert not want, want
PY
python3 median.py || complain "the heatmap has other medians: $(cat out/figures/heatmap.csv)"

# A series is of one seed for all policies: their live bytes are the same.
live=$(awk -F, '$1 ~ /region=grow/ { print $1 "," $4 "," $6 }' out/figures/fragmentation-uniform*.csv | sort -u)
[ "$(grep -c '^first-fit' <<<"$live")" -gt 10 ] || complain "the series has no rows"
both=$(comm -12 <(sed -n 's/^first-fit[^,]*,//p' <<<"$live" | sort) <(sed -n 's/^best-fit[^,]*,//p' <<<"$live" | sort) | wc -l)
[ "$both" -gt 10 ] ||
    complain "the policies are shown on different seeds"

"$FITLAB" plot out -f heatmap --each-seed --format svg -o apart >/dev/null || complain "plot --each-seed failed"
[ "$(cut -d, -f3 apart/heatmap.csv | sort -u | wc -l)" = 7 ] || complain "--each-seed does not show each seed"
"$FITLAB" plot out -f heatmap -w 'uniform:live=60,events=1500,seed=3' --format svg -o one >/dev/null ||
    complain "a seed cannot be chosen: $(cut -d, -f3-5 out/summary.csv | sort -u)"
[ "$(cut -d, -f9 one/heatmap.csv | sort -u | head -1)" = 1 ] || complain "a chosen seed is not alone"

# A list of more than 250 words is no recursion of gnuplot.
{
    head -1 out/figures/heatmap.csv
    for ((i = 1; i <= 300; i++)); do echo "p$i,$i,w,1,ok,$i,$i,$i,1,0,measure"; done
} >long.csv
"$FITLAB" list figures >/dev/null
GNUPLOT_LIB=$PLOTS gnuplot -d -c "$PLOTS/heatmap.gp" long.csv long.svg 7 2>long.txt || complain "a long heatmap: $(head -3 long.txt)"
exit "$failed"
