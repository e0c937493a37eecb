#!/usr/bin/env bash
# Only stale pictures are drawn, and of many the most telling ones.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

complain() {
    echo "stale: $*"
    failed=1
}

gnuplot=$(command -v gnuplot) || {
    echo "stale: skipped: gnuplot is not installed"
    exit 77
}
mkdir bin
cat >bin/gnuplot <<END
#!/bin/sh
[ "\$1" = --version ] || echo "\$*" >>$work/calls.txt
exec $gnuplot "\$@"
END
chmod +x bin/gnuplot
cp -r "$PLOTS" plots
export FITLAB_PLOTS=$work/plots

# plot NAME N WORDS...: NAME.txt has what is said; gnuplot is called N times.
plot() {
    local name=$1 calls=$2
    shift 2
    : >calls.txt
    PATH=$work/bin:$PATH "$FITLAB" plot --format svg "$@" >"$name.txt" 2>"$name.note" || complain "plot $* failed: $(cat "$name.note")"
    [ "$(wc -l <calls.txt)" = "$calls" ] ||
        complain "$name: gnuplot was called $(wc -l <calls.txt) times, not $calls: $(cat calls.txt)"
}

"$FITLAB" run -p first-fit buddy -w uniform:live=60,events=1500 uniform:live=60,events=1500,min=64,max=64 \
    uniform:live=90,events=1500,min=64,max=64 --samples 20 -o out >run.txt 2>&1 || complain "the run failed: $(cat run.txt)"
figures=(-f heatmap -f fragmentation)
plot first 4 out "${figures[@]}"
plot again 0 out "${figures[@]}"
cmp -s <(sort first.txt) <(sort again.txt) || complain "what is up to date is not listed: $(cat again.txt)"
rm out/figures/heatmap.svg
plot removed 1 out "${figures[@]}"
echo '# another look' >>plots/heatmap.gp
plot script 1 out "${figures[@]}"
# What scripts call counts as part of each of them: every *.gp that is called or loaded by another.
parts=$(sed -nE 's/^ *(call|load) "([^"]*)".*/\2/p' plots/*.gp | sort -u)
[ "$(wc -w <<<"$parts")" -gt 2 ] || complain "which scripts do others call? $parts"
for part in $parts; do
    echo '# another look' >>"plots/$part"
    plot part 4 out "${figures[@]}"
done
plot same 0 out "${figures[@]}"
plot width 4 out "${figures[@]}" --width 3.3
plot back 4 out "${figures[@]}"

# A row more of one workload's series: its picture, and those that say which table they are from.
tail -1 out/fragmentation.csv >>out/fragmentation.csv
plot rows 3 out "${figures[@]}"

plot few 2 out "${figures[@]}" --most 2 -o few
most=$(python3 - <<'PY'
import csv
over = {}
for row in csv.DictReader(open("out/figures/heatmap.csv")):
    over.setdefault(row["workload"], []).append(100 + float(row["over_pct"]))
print(max(over, key=lambda w: max(over[w]) / min(over[w])).replace(" ", "-"))
PY
)
[ -s "few/fragmentation-$most.svg" ] ||
    complain "not the most telling workload is drawn: $(cat few.txt)"
[ "$(wc -l <few.note)" = 1 ] && grep -q "left out: uniform.*-w WORKLOAD.*--most all" few.note ||
    complain "what was left out is not said in a line: $(cat few.note)"
plot all 3 out -f fragmentation --most all -o all
plot named 1 out -f fragmentation -w "$(cut -d'"' -f2 out/summary.csv | tail -1)" -o named
exit "$failed"
