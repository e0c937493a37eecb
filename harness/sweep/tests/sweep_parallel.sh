#!/usr/bin/env bash
# Through GNU parallel: the same bytes as here; the cells of a task that dies are run again; Ctrl-C ends all.
. "$(dirname "$0")/lib.sh"
command -v parallel >/dev/null || skip 'GNU parallel is not installed'
cd "$scratch" || exit 1
write_spec spec.yaml

sweep spec.yaml -o here || fail 'the local sweep'
sweep spec.yaml -o there --engine parallel --batch 1 -j2 || fail 'the sweep by parallel'
same_results here there
[[ $(cat said) == *'5 of the deterministic cells run again here: 0 differ'* ]] ||
    fail "results from elsewhere are compared with those of here: $(cat said)"
[ ! -e there/shards ] || fail 'a submission that is over leaves files behind'
[ "$(cut -d, -f2 there/provenance.csv | sort -u | wc -l)" -gt 2 ] || fail 'one task did it all'

# what a submission whose sweep was killed has finished is collected, and the rest is run
"$FITLAB" sweep -q --no-figures spec.yaml -o killed --engine parallel --batch 1 -j2 \
    >/dev/null 2>&1 &
pid=$!
for _ in $(seq 100); do ls killed/shards/*/*.done >/dev/null 2>&1 && break || sleep 0.05; done
kill -9 $pid
wait $pid 2>/dev/null
for _ in $(seq 200); do
    pgrep -f "$scratch/killed/shards" >/dev/null && sleep 0.1 || break
done
sweep spec.yaml -o killed --engine parallel --collect
[[ $(cat said) == *' cells are here; 0 submissions go on' ]] || fail "collect: $(cat said)"
[ "$(wc -l <killed/summary.csv)" -gt 1 ] || fail 'nothing was collected'
sweep spec.yaml -o killed || fail 'the sweep goes on by itself'
same_results here killed
