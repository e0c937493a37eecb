#!/usr/bin/env bash
# blow_up.sh: what is proved of layers on a chain of producers and consumers, shown by the memory pass. Heaps of
# their own, to which blocks return, take P times what is live; one heap takes it once (Berger et al., ASPLOS
# 2000, section 2.2).
set -uo pipefail
fitlab=$FITLAB
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
complain() {
    echo "blow_up: $*"
    failed=1
}

# run FOLDER WORKLOAD POLICY...: the workload becomes a file, so that no field of the rows has a comma
run() {
    local out=$1 workload=$2
    shift 2
    "$fitlab" generate "$workload" -o "$scratch/$out.fltrace" >/dev/null &&
        "$fitlab" run -p "$@" -w "$scratch/$out.fltrace" -o "$scratch/$out" >"$scratch/$out.txt" ||
        complain "$(cat "$scratch/$out.txt")"
}
# value FOLDER ROW COLUMN
value() {
    python3 - "$scratch/$1/summary.csv" "$2" "$3" <<'PY'
import csv, sys
print(list(csv.DictReader(open(sys.argv[1])))[int(sys.argv[2])][sys.argv[3]])
PY
}
between() { # VALUE LEAST MOST WHAT
    awk -v v="$1" -v a="$2" -v b="$3" 'BEGIN { exit !(v >= a && v <= b) }' || complain "$4 is $1, not from $2 to $3"
}

heap=best-fit:grow=step # it keeps what it has, but for what lies at its break
for threads in 2 4 8; do
    run chain$threads producer-consumer:threads=$threads,blocks=2000,min=64,max=64,events=100000 \
        $heap arenas:n=$threads+$heap owner:n=$threads+$heap arenas:n=1+$heap cache:blocks=0+$heap
    live=$(value chain$threads 0 peak_live_bytes)
    [ "$(value chain$threads 0 sum_of_thread_peaks_bytes)" = $((live * threads)) ] ||
        complain "the peaks of $threads threads are not $threads times the live bytes"
    [ "$(value chain$threads 0 remote_frees)" = "$(value chain$threads 0 frees)" ] ||
        complain "a free of a chain is not remote"
    bare=$(value chain$threads 0 peak_footprint_bytes)
    between $bare $live $((live * 8 / 5)) "the footprint of one heap"
    for row in 1 2; do
        [ "$(value chain$threads $row bare_footprint_bytes)" = "$bare" ] ||
            complain "the bare footprint is not that of the policy alone"
        between "$(value chain$threads $row blow_up)" "$(awk "BEGIN { print $threads * .95 }")" \
            "$(awk "BEGIN { print $threads * 1.05 }")" "the blow-up of private heaps with $threads threads"
    done
    for row in 3 4; do
        [ "$(value chain$threads $row peak_footprint_bytes)" = "$bare" ] ||
            complain "a layer that does nothing takes memory"
    done
done

# A thread that only frees keeps nothing; a heap to which blocks return uses them again.
run pairs producer-consumer:hand=pairs,threads=2,blocks=1000,min=64,max=64,events=100000 \
    best-fit cache:blocks=1024+best-fit owner:n=2+best-fit
for row in 1 2; do
    between "$(value pairs $row blow_up)" 1 1.2 "the blow-up where one thread frees what another allocates"
done

# False sharing: one heap gives parts of a line to all threads; heaps of their own do not.
run lines cache-thrash:events=20000 best-fit arenas:n=4+best-fit
(($(value lines 0 active_sharing) > 1000)) || complain "threads of one heap do not share lines"
[ "$(value lines 1 active_sharing),$(value lines 1 most_shared_lines)" = 0,0 ] || complain "arenas share lines"
exit $failed
