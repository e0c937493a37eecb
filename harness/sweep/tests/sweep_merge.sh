#!/usr/bin/env bash
# Merged folders have what one sweep would have made; timings of two machines are merged only on request; a
# row that was changed is found by running its cell again.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

spec() { # spec POLICIES PASSES
    cat <<YAML
policies: [$1]
workloads: [uniform: {events: 5000}, sawtooth: {events: 5000}]
passes: [$2]
repetitions: 1
YAML
}
spec 'first-fit, best-fit, next-fit' 'memory, check' >all.yaml
spec 'first-fit, best-fit' 'memory, check' >a.yaml
spec 'best-fit, next-fit' 'memory, check' >b.yaml
for name in all a b; do
    sweep $name.yaml -o $name || fail "sweep $name"
done

"$FITLAB" merge a b -o merged >said || fail 'merge'
[[ $(cat said) == 'merged: 12 cells' ]] || fail "merge counts: $(cat said)"
for table in summary fragmentation provenance; do
    [ "$(cut -d, -f1 all/$table.csv | sort)" = "$(cut -d, -f1 merged/$table.csv | sort)" ] ||
        fail "$table.csv is not united"
done
cmp <(sort all/summary.csv) <(sort merged/summary.csv) || fail 'other rows than those of one sweep'
[ "$(cut -d, -f2 merged/provenance.csv | sort -u | wc -l)" = 3 ] || fail 'provenance is lost'
"$FITLAB" merge a b -o merged >/dev/null || fail 'merging again changes nothing'
cmp <(sort all/summary.csv) <(sort merged/summary.csv) || fail 'merged twice'

# the order of a sweep's rows is that of its grid, wherever they come from
sweep all.yaml -o merged || fail 'a sweep over merged cells'
same_results all merged

"$FITLAB" verify merged --all >said || fail "verify: $(cat said)"
[[ $(cat said) == *'12 of 12 deterministic cells run again: 12 the same, 0 not' ]] ||
    fail "verify: $(cat said)"
sed -i '3s/,5000,/,5001,/' merged/summary.csv
"$FITLAB" verify merged --all >said && fail 'a changed row passes for the truth'
grep -q 'were lost, changed or doubled' said || fail "verify: $(cat said)"
sed -i '2,$d' merged/provenance.csv # without digests, the cell that is run again tells
"$FITLAB" verify merged --all >said && fail 'a changed row passes for the truth'
grep -q 'its rows in summary.csv are others now' said || fail "verify: $(cat said)"
"$FITLAB" merge a merged -o c >said 2>&1 && fail 'a contradiction is merged'
grep -q 'is deterministic, and yet differs between' said || fail "merge: $(cat said)"

# timings
spec 'first-fit' 'throughput' >ta.yaml
spec 'best-fit' 'throughput' >tb.yaml
for name in ta tb; do
    sweep $name.yaml -o $name || fail "sweep $name"
done
"$FITLAB" merge ta tb -o same-machine >/dev/null || fail 'timings of one machine'
sed -i 's/"host": "[^"]*"/"host": "elsewhere"/' tb/manifest.json
"$FITLAB" merge ta tb -o mixed >said 2>&1
[ $? = 2 ] && grep -q 'timings of different machines: ' said || fail "machines mix: $(cat said)"
"$FITLAB" merge ta tb -o mixed --mixed-machines >/dev/null || fail '--mixed-machines'
[ "$(grep -c elsewhere mixed/manifest.json)" = 1 ] || fail 'the other machine is not named'

"$FITLAB" merge a nowhere -o x >said 2>&1
[ $? = 2 ] && grep -q nowhere said && [ ! -e x ] || fail "a missing source: $(cat said)"
"$FITLAB" run -p first-fit -w uniform:events=1000 -o run >/dev/null || fail 'run'
"$FITLAB" merge a run -o x >said 2>&1
[ $? = 2 ] && grep -q 'run: has no provenance.csv' said && [ ! -e x ] || fail "of run: $(cat said)"
sed 1s/policy/other/ -i b/summary.csv
"$FITLAB" merge a b -o x >said 2>&1
[ $? = 2 ] && [ ! -e x ] || fail "other columns leave something: $(ls x)"
