#!/usr/bin/env bash
# Embedded heaps are recognised by the functions that they define and run unmodified in the passes:
# stand-ins with the interfaces of the real ones, all with the same heap inside.
. "$(dirname "$0")/common.sh"
heaps=$FITLAB_SOURCE/harness/mallocs/tests/heaps
pools=("$heaps"/freertos/heap_{4,5}.c "$heaps/o1heap/o1heap.c" "$heaps/tlsf/tlsf.c" "$heaps/umm/umm_malloc.c" "$heaps/kiln.c")
growing=("$heaps/tlsf_bsd/tlsf.c" "$heaps/loom.c")
workload=uniform:live=100,events=1500,max=500

# all of them in a region of their own: the footprint is the region, exactly
columns=policy,pass,status,meter,peak_footprint_bytes,high_water_bytes,minheap_bytes,detail
got=$(rows -p "${pools[@]}" "${growing[@]}" -w $workload --region 60K -m memory,check,minheap)
[ "$(grep -c '|ok|' <<<"$got")" = 24 ] || complain "not every cell is ok: $got"
[ "$(grep -cE '\|memory\|ok\|region\|61440\|[1-9][0-9]{4}\|' <<<"$got")" = 8 ] ||
    complain "the footprint is not the region: $got"

# the heap inside is one, so the smallest regions differ by what the families keep beside it
smallest=$(grep '|minheap|' <<<"$got" | cut -d'|' -f7 | sort -n)
first=$(head -1 <<<"$smallest") last=$(tail -1 <<<"$smallest")
[ -n "$first" ] && [ $((last - first)) -le 512 ] || complain "one heap, and these smallest regions: $smallest"

# a heap starts from its initial state each time it is opened, although its file has no code for that
again=$(rows -p "${pools[@]}" "${growing[@]}" -w $workload --region 60K -m minheap)
[ "$(grep '|minheap|' <<<"$got")" = "$again" ] || complain "two runs differ: $got and $again"

# those that grow move the break
got=$(rows -p "${growing[@]}" -w $workload)
[ "$(grep -cE '\|memory\|ok\|region\|[1-9][0-9]{4}\|' <<<"$got")" = 2 ] || complain "no growth: $got"

# a heap that takes its size at the start gets a clear message in a region without an end
said=$("$fitlab" run -p "${pools[0]}" -w $workload 2>&1)
[ $? = 2 ] && [[ $said == *"takes its whole region at once"*"--region"* ]] ||
    complain "a region without an end: $said"

# heap_1 never frees: its frees are not passed on
got=$(rows -p "$heaps/freertos/heap_1.c" -w $workload --region 60K)
[[ $got == *"|memory|oom|region|61440|"* ]] || complain "heap_1: $got"

for heap in "$heaps"/freertos/heap_{1,4}.c "$heaps/tlsf/tlsf.c" "$heaps/loom.c"; do
    "$fitlab" check "$heap" >"$scratch/verdict" || complain "$heap: $(grep FAIL -A1 "$scratch/verdict")"
done
exit $failed
