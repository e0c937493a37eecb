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

spec "$(seq -s, 1 1001)" >many.yaml
sweep many.yaml -o many || fail "many cells: $(cat said)"
grep -q ',grid,' many/fragmentation.csv && fail "of many cells series are kept"
bytes=$(du -cb many/*.csv | tail -1 | cut -f1)
[ "$bytes" -lt $((2002 * 2048)) ] || fail "2002 cells take $bytes bytes"

spec 1 'outputs: {fragmentation: all}' >wrong.yaml
"$FITLAB" sweep wrong.yaml -o wrong 2>said && fail "a wrong output is accepted"
grep -q "wrong.yaml:5.*'all'" said || fail "it does not say where a wrong output is: $(cat said)"
exit 0
