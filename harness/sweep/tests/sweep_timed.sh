#!/usr/bin/env bash
# Timed cells: repetitions stop at the precision asked for, and a resumed sweep
# knows it from the rows.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
cat >spec.yaml <<'YAML'
policies: [first-fit, best-fit, bump]
workloads: [uniform: {events: 3000, live: 100}]
passes: [throughput]
repetitions: 4
YAML
sweep spec.yaml -o all || fail 'all repetitions'
[ "$(count_status all ok)" = 12 ] || fail 'not every repetition was run'
grep -q ',first-fit,' all/summary.csv || fail 'no policy column'


sed 's/repetitions: 4/repetitions: 12\nprecision: 90%/' spec.yaml >precise.yaml
sweep precise.yaml -o precise || fail 'with a precision'
rows=$(count_status precise ok)
[ "$rows" -ge 9 ] || fail "fewer than three repetitions each: $rows rows"
[ "$rows" -lt 36 ] || fail 'a precision of 90 % was never reached'
before=$(sha256sum precise/*.csv)
sweep precise.yaml -o precise || fail 'the same again'
[ "$before" = "$(sha256sum precise/*.csv)" ] || fail 'what was precise enough was run again'

# other repetitions of the same cells are added to those that are there
sed 's/repetitions: 4/repetitions: {throughput: 5}/' spec.yaml >more.yaml
cp all/summary.csv before.csv
sweep more.yaml -o all || fail 'one more repetition'
[ "$(count_status all ok)" = 15 ] || fail 'not one more each'
grep -vxFf all/summary.csv before.csv && fail 'a row was measured again'
true
