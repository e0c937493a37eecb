#!/usr/bin/env bash
# What columns of summary.csv mean, asked of whole cells: numbers that no one event can show.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
small=uniform:events=20000,live=500
others="glibc first-fit"
grep -q __asan_init "$FITLAB" && others=first-fit # glibc's malloc is not the process's then

die() { echo "columns: $*" >&2; exit 1; }

# value FOLDER POLICY PASS COLUMN: of the first such row.
value() {
    python3 - "$@" <<'EOF'
import csv, sys
folder, policy, run_pass, column = sys.argv[1:]
for row in csv.DictReader(open(folder + "/summary.csv")):
    if row["policy"] == policy and row["pass"] == run_pass:
        if row["status"] != "ok":
            sys.exit("columns: %s, %s: %s" % (policy, run_pass, row["detail"]))
        print(row[column])
        break
EOF
}

above() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 > b + 0) }' || die "$3: '$1' is not above $2"; }

# glibc's process is a program of its own, whose largest resident set ever is not this replay's.
"$FITLAB" run -p $others -w $small --pass throughput,throughput-cold,latency --reps 1 --touch all \
    -o timed >/dev/null 2>&1
live=$("$FITLAB" run -p first-fit -w $small -o memory >/dev/null && value memory first-fit memory peak_live_bytes)
for policy in $others; do
    for pass in throughput latency; do
        above "$(value timed $policy $pass rss_bytes)" $((live * 3 / 4)) "rss_bytes of $policy, $pass"
    done
done

# The floor is the cost of the loop: no page faults in it, whatever is timed beside it.
for policy in $others; do
    for pass in throughput throughput-cold; do
        faults=$(value timed $policy $pass floor_faults)
        [ -n "$faults" ] && [ "$faults" -lt 20 ] || die "bump had '$faults' page faults beside $policy, $pass"
    done
done

# Opening a heap is not the workload's doing: buddy takes memory for its first block with its table.
"$FITLAB" run -p buddy first-fit bump -w uniform:events=2,live=1 -o one >/dev/null
for policy in buddy first-fit; do
    grows=$(value one $policy memory grows)
    [ "$grows" -le 1 ] || die "grows of $policy is $grows for one block"
done

# The worst operation, without a clock.
worst=$(value memory first-fit memory most_probes)
probes=$(value memory first-fit memory probes)
inserts=$(value memory first-fit memory insert_probes)
above "$worst" $(((probes + inserts) / 20000)) "most_probes is not above the mean"
above $((probes + inserts)) "$worst" "most_probes is above the sum"
above "$(value memory first-fit memory most_probes_event)" 0 "most_probes_event"

# A tail stands beside what the machine does by itself.
for column in null_p99_ns null_p999_ns null_p9999_ns; do
    above "$(value timed first-fit latency $column)" 0 "$column"
done
grep -q ',null,malloc,all,quantile,' timed/latency.csv || die "latency.csv has no null distribution"
