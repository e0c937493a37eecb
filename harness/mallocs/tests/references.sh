#!/usr/bin/env bash
# references.sh LIBTINY: the references and a malloc of one's own run in every pass beside the
# policies, each in a process that has it, while fitlab itself stays on the C library's.
. "$(dirname "$0")/common.sh"
columns=policy,pass,status,meter,peak_footprint_bytes,own_active_bytes,probes,ns_per_op,detail
got=$(rows -p glibc jemalloc mimalloc tcmalloc "$1" first-fit -w uniform:live=2000,events=20000 \
    -m memory,throughput,latency,check --reps 1)
[ "$(wc -l <<<"$got")" = 24 ] || complain "24 rows were due: $got"
while IFS='|' read -r policy pass status by footprint active probes ns detail; do
    row="$policy, $pass: $status, $by, $footprint, $active, $probes, $ns, $detail"
    if [ "$status" = unavailable ]; then
        [[ $detail == *"is not installed here"* ]] || complain "$row"
        echo "references: skipped: $detail"
        continue
    fi
    [ "$status" = ok ] || complain "$row"
    case $policy in
    glibc) [ "$by" = break-and-maps ] ;;
    jemalloc) [ "$by" = region ] && { [ "$pass" != memory ] || [ "${active:-0}" -gt 1000000 ]; } ;;
    mimalloc | tcmalloc | */libtiny.so) [ "$by" = resident ] ;;
    *) [ "$by" = region ] ;;
    esac || complain "$row"
    if [ "$pass" = memory ]; then # about 1.04 MB are live
        [ "$footprint" -ge 1040000 ] && [ "$footprint" -lt 9000000 ] || complain "$row"
        [ "$policy" = first-fit ] || [ -z "$probes" ] || complain "counters of a reference: $row"
    elif [ "$pass" = throughput ]; then
        [ -n "$ns" ] || complain "$row"
    fi
done <<<"$got"

# their instructions are counted as those of the policies are
columns=policy,status,instructions_per_op,floor_instructions_per_op,detail
while IFS='|' read -r policy status own floor detail; do
    [ "$status" = unavailable ] || { [ "$status" = ok ] && [ "${own%.*}" -gt "${floor%.*}" ]; } ||
        complain "$policy: $status, $own instructions over $floor: $detail"
done <<<"$(rows -p glibc jemalloc mimalloc tcmalloc -w uniform:live=200,events=2000 \
    -m instructions)"

# no footprint is below the live bytes of a real program, and its blocks are sound: those that are
# smaller than the strictest alignment are aligned as suits objects of their size, as C asks
columns=policy,status,peak_live_bytes,peak_footprint_bytes,detail
while IFS='|' read -r policy status live footprint detail; do
    [ "$status" = unavailable ] || { [ "$status" = ok ] && [ "${footprint:-$live}" -ge "$live" ]; } ||
        complain "$policy: $status, $live live in $footprint: $detail"
done <<<"$(rows -p glibc jemalloc mimalloc tcmalloc "$1" -w gawk -m memory,check)"

# what a reference says of itself is of the peak, also of a peak that lies between two samples
{
    printf 'op,id,size\n'
    for i in $(seq 400); do
        [ "$i" != 130 ] || printf 'malloc,999,3000000\nfree,999,\n'
        printf 'malloc,%d,64\n' "$i"
    done
} >"$scratch/spike.csv"
columns=policy,status,peak_live_bytes,own_active_bytes
while IFS='|' read -r policy status live active; do
    [ "$status" = unavailable ] || [ "${active:-0}" -ge "$live" ] ||
        complain "$policy: $status, $active bytes active where $live are live"
done <<<"$(rows -p jemalloc -w "$scratch/spike.csv" -m memory --samples 4)"

# exact metering is the same twice
columns=policy,peak_footprint_bytes,jw4_pct
first=$(rows -p glibc jemalloc -w uniform:live=2000,events=20000)
second=$(rows -p glibc jemalloc -w uniform:live=2000,events=20000)
[ "$first" = "$second" ] || complain "two runs differ: $first and $second"

# a reference that cannot be loaded is a row that says so, and the others go on
mkdir "$scratch/broken"
echo 'no library' >"$scratch/broken/libmimalloc.so.7" # any version is mimalloc
columns=policy,pass,status,peak_footprint_bytes,ns_per_op,detail
while IFS='|' read -r policy pass status footprint ns detail; do
    row="$policy, $pass: $status, $footprint, $ns, $detail"
    if [ "$policy" = mimalloc ]; then
        [ "$status" = unavailable ] && [ -z "$footprint$ns" ] && [[ $detail == *libmimalloc* ]]
    else
        [ "$status" = ok ]
    fi || complain "$row"
done <<<"$(LD_LIBRARY_PATH=$scratch/broken rows -p mimalloc first-fit -w uniform:events=2000 \
    -m memory,throughput,check --reps 1)"

LD_DEBUG=files "$fitlab" run -p tcmalloc -w uniform:live=10,events=20 2>&1 >/dev/null |
    grep -q 'calling init.*tcmalloc' || echo "references: tcmalloc is not there to be preloaded"
exit $failed
