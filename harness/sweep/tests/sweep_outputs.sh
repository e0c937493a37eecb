#!/usr/bin/env bash
# What a sweep keeps of each cell: as the spec says, or by the number of cells.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

spec() { printf 'policies: [first-fit, buddy]\nworkloads: ["uniform:live=30,events=400"]\nseeds: [%s]\nsamples: 10\n%s\n' "$1" "${2-}"; }

spec 1,2 >few.yaml
sweep few.yaml -o few || fail "few cells: $(cat said)"
grep -q ',grid,' few/fragmentation.csv && [ "$(wc -l <few/holes.csv)" -gt 1 ] || fail "of few cells not all is kept"

spec 1,2 'outputs: {fragmentation: peaks, holes: no}' >little.yaml
sweep little.yaml -o little || fail "outputs: $(cat said)"
[ "$(cut -d, -f1 little/fragmentation.csv | sort | uniq -c | grep -vc key)" = 4 ] || fail "a cell has no peaks"
grep -qE ',(grid|end),' little/fragmentation.csv && fail "outputs: peaks keeps a series"
[ "$(wc -l <little/holes.csv)" = 1 ] || fail "outputs: holes: no keeps holes"
drop_key() { cut -d, -f2- "$1/summary.csv"; }
cmp <(drop_key few) <(drop_key little) || fail "what is kept changes what is measured"
"$FITLAB" verify little >verified || fail "cells of which little is kept are not verified: $(cat verified)"

# Two peaks are no course of time: what is drawn over time is left out.
if command -v gnuplot >/dev/null; then
    "$FITLAB" plot little -f footprint --format svg >said 2>&1 && fail "a picture over time is drawn from two samples"
    grep -q 'has no rows for it' said || fail "it does not say why there is no picture: $(cat said)"
    "$FITLAB" plot few -f footprint --format svg >said 2>&1 && ls few/figures/footprint*.svg >/dev/null || fail "no footprint: $(cat said)"
fi

# More is kept when it is asked for: those cells run again.
spec 1,2 >little.yaml
sweep little.yaml -o little || fail "again: $(cat said)"
grep -q ',grid,' little/fragmentation.csv || fail "cells that lack their series count as done"

# Compressed tables are read as the others, by the same sweep, verify, merge, plot and Python.
spec 1,2 'outputs: {compress: yes}' >small.yaml
sweep small.yaml -o small || fail "compressed: $(cat said)"
[ -e small/holes.csv.zst ] && [ ! -e small/holes.csv ] && [ -e small/summary.csv ] || fail "compress: yes leaves $(ls small)"
[ -e small/latency.csv ] || fail "a table without rows is compressed"
for table in fragmentation holes; do
    cmp "few/$table.csv" <(zstd -dc "small/$table.csv.zst") || fail "$table is another one when it is compressed"
done
grep -q '"path":"holes.csv.zst"' small/datapackage.json || fail "the data package names another file"
"$FITLAB" verify small >verified || fail "compressed tables are not verified: $(cat verified)"
"$FITLAB" merge small few -o both >said 2>&1 || fail "compressed tables are not merged: $(cat said)"
cmp few/fragmentation.csv both/fragmentation.csv || fail "merge lost rows of a compressed table"
cp small/summary.csv before.csv
sweep small.yaml -o small || fail "compressed, again: $(cat said)"
[ -e small/holes.csv.zst ] && cmp small/summary.csv before.csv || fail "going on with nothing to do changes a compressed folder"
if command -v gnuplot >/dev/null; then
    "$FITLAB" plot small -f footprint --format svg >said 2>&1 || fail "nothing is drawn of compressed tables: $(cat said)"
    cmp <(grep -v '^Drawn\|^Measured' "$(ls small/figures/footprint*.txt)") <(grep -v '^Drawn\|^Measured' "$(ls few/figures/footprint*.txt)") ||
        fail "a compressed table has another digest"
fi
# Rows that are lost are run again, and the tables are compressed once more.
zstd -dc small/holes.csv.zst | sed 5d | zstd -q -f -o small/holes.csv.zst
"$FITLAB" verify small >verified && fail "a lost row of a compressed table is not noticed"
sweep small.yaml -o small || fail "repair: $(cat said)"
cmp few/holes.csv <(zstd -dc small/holes.csv.zst) || fail "a compressed table is not repaired"
head -c 200 small/fragmentation.csv.zst >cut && mv cut small/fragmentation.csv.zst
"$FITLAB" sweep --quiet small.yaml -o small >said 2>&1 && fail "a damaged table is taken"
[ "$(wc -l <said)" = 1 ] && grep -q 'fragmentation.csv.zst.*damaged' said || fail "damage is not said: $(cat said)"

spec "$(seq -s, 1 1001)" >many.yaml
sweep many.yaml -o many || fail "many cells: $(cat said)"
zstd -dc many/fragmentation.csv.zst | grep -q ',grid,' && fail "of many cells series are kept"
bytes=$(du -cb many/*.csv many/*.zst | tail -1 | cut -f1)
[ "$bytes" -lt $((2002 * 1024)) ] || fail "2002 cells take $bytes bytes"

# It is the cells that count: with pointers of two sizes twice as many, and none that is not timed.
keys() { "$FITLAB" sweep "$1" -n | awk '{ print $1 }' | grep -E '^[0-9a-f]{16}$' | sort; }
spec "$(seq -s, 1 501)" 'bits: [32, 64]' >wide.yaml
spec "$(seq -s, 1 501)" 'bits: [32, 64]
outputs: {fragmentation: peaks, holes: no}' >asked.yaml
cmp <(keys wide.yaml) <(keys asked.yaml) || fail "2004 cells of two sizes of pointers keep all"
timed() { spec "$(seq -s, 1 "$1")" "passes: [memory, throughput]
untimed: [buddy]
${2-}"; }
timed 300 >timed.yaml
timed 300 'outputs: {fragmentation: peaks, holes: no}' >asked.yaml
[ "$(keys timed.yaml | wc -l)" = 2100 ] && cmp <(keys timed.yaml) <(keys asked.yaml) || fail "2100 cells keep all"
timed 280 >timed.yaml
timed 280 'outputs: {fragmentation: peaks, holes: no}' >asked.yaml
[ "$(keys timed.yaml | wc -l)" = 1960 ] && [ -z "$(comm -12 <(keys timed.yaml) <(keys asked.yaml))" ] ||
    fail "cells that are left out count"

spec 1 'outputs: {compress: maybe}' >wrong.yaml
"$FITLAB" sweep wrong.yaml -o wrong 2>said && fail "a wrong word for compress is accepted"
grep -q "wrong.yaml:5.*'maybe'" said || fail "it does not say where: $(cat said)"
spec 1 'outputs: {fragmentation: all}' >wrong.yaml
"$FITLAB" sweep wrong.yaml -o wrong 2>said && fail "a wrong output is accepted"
grep -q "wrong.yaml:5.*'all'" said || fail "it does not say where a wrong output is: $(cat said)"
exit 0
