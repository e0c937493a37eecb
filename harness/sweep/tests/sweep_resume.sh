#!/usr/bin/env bash
# Twenty times kill -9 at any moment, then once to the end: the same bytes as without interruption. However
# many jobs, the same bytes. A second writer is refused; Ctrl-C ends within a second.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
write_spec spec.yaml
RANDOM=1

sweep spec.yaml -o whole -j1 || fail 'the undisturbed sweep'
sweep spec.yaml -o two -j2 || fail 'the same with two jobs'
same_results whole two

kills=0
while [ $kills -lt 20 ]; do
    "$FITLAB" sweep --quiet --no-figures spec.yaml -o killed -j2 >/dev/null &
    pid=$!
    sleep "0.$(printf %02d $((RANDOM % 25)))"
    if kill -9 $pid 2>/dev/null; then
        kills=$((kills + 1))
    else
        rm -rf killed # it came to its end: once more from the beginning
    fi
    wait $pid 2>/dev/null
done
[ -e killed/summary.csv ] && cp killed/summary.csv before.csv || : >before.csv
sweep spec.yaml -o killed -j2 || fail 'the sweep after the last kill'
same_results whole killed
# rows that were on the disk before are there still, as they were; the last may have been torn
head -n -1 before.csv | grep -vxFf killed/summary.csv && fail 'a row was lost or rewritten'

# a table that is gone takes its cells with it, and is not created again without a message
cp -r killed lost
rm lost/fragmentation.csv
said=$(sweep spec.yaml -o lost 2>&1)
[ $? = 2 ] && [[ $said == *'lost/fragmentation.csv: is not there'* ]] && [ ! -e lost/fragmentation.csv ] ||
    fail "a lost table: $said"

# a sweep that takes long enough to be interrupted
cat >long.yaml <<'YAML'
policies: [first-fit]
workloads: [uniform: {events: 4000000, live: [20000, 20001, 20002]}]
YAML
"$FITLAB" sweep -q --no-figures long.yaml -o long >/dev/null 2>&1 &
pid=$!
for _ in $(seq 100); do [ -s long/manifest.json ] && break || sleep 0.05; done
said=$(sweep long.yaml -o long 2>&1)
[ $? = 2 ] && [[ $said == *"another fitlab writes here (process $pid on "* ]] ||
    fail "a second writer: $said"
begun=$(date +%s%N)
kill -INT $pid
wait $pid
status=$?
took=$((($(date +%s%N) - begun) / 1000000))
[ $status = 130 ] || fail "exit $status after an interrupt"
[ $took -lt 1000 ] || fail "an interrupt took $took ms"
pgrep -P $pid >/dev/null && fail 'an interrupted sweep left processes behind'
true
