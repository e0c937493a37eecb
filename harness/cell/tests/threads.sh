#!/usr/bin/env bash
# threads.sh: timed replays by several threads, by the command line: their columns, who may, and what is refused.
set -uo pipefail
fitlab=$FITLAB
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
complain() {
    echo "threads: $*"
    failed=1
}
if grep -q __asan_init "$fitlab"; then
    echo 'threads: AddressSanitizer does not go together with the references'
    exit 77
fi

# column FILE NAME: of the first row
column() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print $at[name]; exit }' "$1/summary.csv"
}
run() { # FOLDER ARGUMENT...
    local out=$scratch/$1
    shift
    "$fitlab" run "$@" --reps 1 -o "$out" >"$out.txt" 2>"$out.err" || {
        cat "$out.txt" "$out.err"
        complain "fitlab run $* failed"
    }
}
refuses() { # MESSAGE ARGUMENT...
    local message=$1
    shift
    "$fitlab" run "$@" >"$scratch/out" 2>"$scratch/err"
    local status=$?
    [ $status = 2 ] && [ "$(wc -l <"$scratch/err")" = 1 ] && grep -q "$message" "$scratch/err" ||
        complain "fitlab run $*: exit $status, not 2 and one line with '$message': $(cat "$scratch/err")"
}

small=$scratch/small.fltrace
"$fitlab" generate producer-consumer:threads=3,blocks=50,events=3000 -o "$small" >/dev/null || exit 1
run two -p glibc -w $small --pass throughput --threads 2 --oversubscribe
run one -p glibc -w $small --pass throughput
run tails -p glibc -w $small --pass latency --threads 2 --oversubscribe
for name in ops_per_s one_thread_ns_per_op speedup floor_speedup floor_ns_per_op waiting_pct waits first_thread_ns \
    last_thread_ns processors; do
    [ -n "$(column "$scratch/two" $name)" ] || complain "$name is empty with two threads"
done
for name in ops_per_s speedup waiting_pct handed_blocks; do
    [ -z "$(column "$scratch/one" $name)" ] || complain "$name is not empty with one thread"
done
[ "$(column "$scratch/one" threads),$(column "$scratch/two" threads)" = 1,2 ] || complain "the column threads is wrong"
[ "$(column "$scratch/one" key)" != "$(column "$scratch/two" key)" ] || complain "cells of one and two threads have one key"
# Threads 0 and 2 are one, 1 the other: a batch of thread 2 is freed by thread 0, which is the same.
asked=$(column "$scratch/two" mallocs)
handed=$(column "$scratch/two" handed_blocks)
((handed > asked / 2 && handed < asked)) || complain "$handed of $asked blocks are handed over"
[ -n "$(column "$scratch/tails" p99_ns)" ] && [ -n "$(column "$scratch/tails" null_p99_ns)" ] ||
    complain "no tails of two threads"
(($(column "$scratch/two" first_thread_ns) <= $(column "$scratch/two" last_thread_ns))) ||
    complain "the first thread ends after the last"

refuses "first-fit is not made for 2 threads at once" -p first-fit -w larson --pass throughput --threads 2 --oversubscribe
refuses "would take turns" -p glibc -w larson --pass throughput --threads 250
refuses "threads=2 changes nothing" -p glibc -w larson --threads 2 --oversubscribe
refuses "release=now is not known" -p first-fit -w larson --pass throughput --threads 2 --oversubscribe --release now
"$fitlab" run -p glibc -w gawk --pass throughput --threads 2 --oversubscribe --reps 1 >"$scratch/out" 2>/dev/null
grep -q "the workload has 1 thread, and 2 cannot share them" "$scratch/out" || complain "gawk is replayed by two threads"
exit $failed
