#!/usr/bin/env bash
# A row that is lost, edited or doubled in any table is noticed: by verify, and by the same sweep,
# which runs that cell again and leaves the folder as it was.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
cat >spec.yaml <<'YAML'
policies: [first-fit, best-fit]
workloads: [uniform: {events: 20000}]
passes: [memory]
samples: 20
YAML
sweep spec.yaml -o whole || fail 'the sweep'
[ "$(head -n 1 whole/provenance.csv)" = key,run,seconds,digest ] || fail 'no digests'
"$FITLAB" verify whole -n 1 >/dev/null || fail 'a whole folder is called damaged'

# damaged WHAT TABLE SED: with this done to the table, one cell is run again, and that repairs it
damaged() {
    rm -rf hurt
    cp -r whole hurt
    sed -i "$3" "hurt/$2"
    cmp -s whole/"$2" hurt/"$2" && fail "$1: sed changed nothing"
    "$FITLAB" verify hurt -n 1 >said && fail "$1: verify does not notice"
    grep -q 'lost, changed or doubled' said || fail "$1: verify says $(cat said)"
    "$FITLAB" sweep --no-figures spec.yaml -o hurt >/dev/null 2>said || fail "$1: $(cat said)"
    grep -q '^fitlab: 1 cells are run again' said || fail "$1: the sweep says $(cat said)"
    same_results whole hurt
    [ "$(grep -vxFf whole/provenance.csv hurt/provenance.csv | wc -l)" = 1 ] || fail "$1: more than one cell ran again"
}
damaged 'a lost row' fragmentation.csv 5d
damaged 'an edited row' fragmentation.csv '6s/[0-9]$/x/; 6s/x$/77/'
damaged 'a doubled row' holes.csv '3{p;p}'
damaged 'an edited ledger' summary.csv '2s/,ok,/,oom,/'
damaged 'a doubled ledger row' summary.csv '2p'
