#!/usr/bin/env bash
# Three malloc-lab solutions of different designs and editions run unmodified in every pass, and
# what nobody can know of them is empty.
. "$(dirname "$0")/common.sh"
labs=$FITLAB_SOURCE/harness/mallocs/tests/labs
columns=policy,status,footprint_by,peak_footprint_bytes,utilisation_pct,peak_granted_bytes,probes,ns_per_op,detail
got=$(rows -p "$labs/implicit/mm.c" "$labs/explicit/mm.c" "$labs/segregated/mm.c" \
    -w uniform:live=300,events=4000 -m memory,throughput,latency,check --reps 1)
[ "$(grep -c '|ok|region|' <<<"$got")" = 12 ] || complain "not every cell is ok: $got"
[ "$(grep -cE '\|ok\|region\|[1-9][0-9]+\|[0-9.]+\|\|\|\|$' <<<"$got")" = 3 ] ||
    complain "the memory rows know too little or too much: $got"
[ "$(grep -cE '\|[0-9.]+\|$' <<<"$got")" = 3 ] || complain "no times: $got"
[ "$(grep -c 'aligned to 8 bytes' <<<"$got")" = 3 ] || complain "the alignment of 8 is not noted: $got"
for lab in implicit explicit segregated; do
    "$fitlab" check "$labs/$lab/mm.c" >"$scratch/verdict" || complain "$lab: $(cat "$scratch/verdict")"
done

# the lab's utilisation is that of its own driver: peak payload over the heap's size
[ "$(find "$scratch/cache" -name '*.so' | wc -l)" = 3 ] || complain "compiled more than once each"

# where there is no memory system of their own, and the folder is read-only for all they know
cp "$labs/explicit/mm.c" "$scratch/mine.c"
got=$(rows -p "$scratch/mine.c" -w uniform:live=300,events=2000)
[[ $got == *"|ok|region|"* ]] || complain "a solution by another name and without headers: $got"
exit $failed
