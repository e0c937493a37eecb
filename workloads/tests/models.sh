#!/usr/bin/env bash
# models.sh - Wilson's criticism of random traces, on a recording of git: by shuffling alone, next-fit
# becomes several times as wasteful, while best-fit stays good.
set -euo pipefail
fitlab=$FITLAB
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$fitlab" run -p next-fit best-fit:index=exact -w git model:trace=git -o out >/dev/null

# waste POLICY WORKLOAD: fragmentation by placement alone, in percent.
waste() {
    python3 - "$1" "$2" <<'PYTHON'
import csv, sys
policy, workload = sys.argv[1:]
rows = [row for row in csv.DictReader(open("out/summary.csv"))
        if row["policy"].startswith(policy) and row["workload"].startswith(workload)]
assert len(rows) == 1, rows
print(rows[0]["jw4_policy_pct"])
PYTHON
}

judge() {
    awk -v actual="$1" -v shuffled="$2" "BEGIN { exit !($3) }" ||
        { echo "actual $1 %, shuffled $2 %: not $3" >&2; exit 1; }
}
judge "$(waste next-fit git)" "$(waste next-fit model)" 'shuffled > 5 * actual && actual < 5'
judge "$(waste best-fit git)" "$(waste best-fit model)" 'shuffled < 5 && actual < 5'
