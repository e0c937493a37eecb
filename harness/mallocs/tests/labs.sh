#!/usr/bin/env bash
# Three malloc-lab solutions of different designs and editions run unmodified in every pass, and
# columns that cannot be known of them are empty.
. "$(dirname "$0")/common.sh"
labs=$FITLAB_SOURCE/harness/mallocs/tests/labs
columns=policy,status,meter,peak_footprint_bytes,utilisation_pct,peak_granted_bytes,probes,ns_per_op,detail
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

# a folder without a memory system of its own, which need not be writable
cp "$labs/explicit/mm.c" "$scratch/mine.c"
got=$(rows -p "$scratch/mine.c" -w uniform:live=300,events=2000)
[[ $got == *"|ok|region|"* ]] || complain "a solution by another name and without headers: $got"

# editions whose functions have other types
got=$(rows -p "$labs/edition64/mm.c" "$labs/ranges/mm.c" -w uniform:live=300,events=2000 -m memory,check)
[ "$(grep -c '|ok|region|' <<<"$got")" = 4 ] || complain "another edition does not run: $got"

# what is right as a 32-bit program only is told as such; AddressSanitizer has memory of its own at the
# addresses that are cut to 32 bits, so that nothing crashes there
got=$(rows -p "$labs/narrow/mm.c" -w uniform:live=300,events=2000)
[[ $got == *"|crash|"*"SIGSEGV after 0 events: mm.c:"*"casts between pointers and narrower integers"*"32-bit program: try --bits 32"* ]] ||
    grep -q __asan_init "$fitlab" || complain "a crash of a 32-bit program does not say what it is: $got"

# one that does not compile, and one that hangs, are rows; the others run
mkdir -p "$scratch/broken" "$scratch/hanging"
sed 's/return coalesce(bp);/return coalesce(bp, nothing);/' "$labs/implicit/mm.c" >"$scratch/broken/mm.c"
sed 's/mem_sbrk((int)(/0; for (volatile int forever = 1; forever;) { } p = mem_sbrk((int)(/' "$labs/ranges/mm.c" >"$scratch/hanging/mm.c"
cp "$labs/ranges/mm.h" "$scratch/hanging"
got=$(rows -p "$scratch/broken/mm.c" "$scratch/hanging/mm.c" "$labs/explicit/mm.c" -w uniform:live=300,events=2000 --time-limit 1)
[[ $got == *"broken/mm.c|unavailable|"*"does not compile: "*"mm.c:"*": error: "*"nothing"* ]] ||
    complain "one that does not compile is no row with the compiler's error: $got"
[[ $got == *"hanging/mm.c|timeout|"* ]] || complain "one that hangs is no row: $got"
[[ $got == *"explicit/mm.c|ok|"* ]] || complain "the others do not run: $got"
printf 'policies: [%s, first-fit]\nworkloads: [uniform: {live: 50, events: 500}]\n' "$scratch/broken/mm.c" >"$scratch/spec.yaml"
"$fitlab" sweep "$scratch/spec.yaml" -o "$scratch/sweep" -j 1 >/dev/null 2>"$scratch/errors"
[ "$(grep -cE '(broken/mm.c.*unavailable|first-fit.*,ok,)' "$scratch/sweep/summary.csv")" = 2 ] ||
    complain "a sweep with one that does not compile: $(cat "$scratch/errors")"
printf 'int main(void) { return 0; }\n' >"$scratch/program.c"
"$fitlab" run -p "$scratch/program.c" -w uniform:live=50,events=500 2>"$scratch/errors"
[ $? = 2 ] && grep -q "program.c: a .c file is a malloc-lab solution, .* or a heap over sbrk" "$scratch/errors" ||
    complain "a file of no family: $(cat "$scratch/errors")"

# the smallest region of a solution, though nobody can see inside it; twice the same
columns=policy,status,minheap_bytes,peak_live_bytes
got=$(rows -p "$labs/implicit/mm.c" "$labs/explicit/mm.c" -w uniform:live=300,events=2000 -m minheap)
[ "$(grep -cE '\|ok\|[1-9][0-9]+\|' <<<"$got")" = 2 ] || complain "no smallest region: $got"
[ "$got" = "$(rows -p "$labs/implicit/mm.c" "$labs/explicit/mm.c" -w uniform:live=300,events=2000 -m minheap)" ] ||
    complain "two searches for the smallest region differ"
exit $failed
