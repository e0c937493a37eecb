#!/usr/bin/env bash
# Memory results of layers: those of the bare policy where a layer has nothing to do, and the same
# bytes in each run, however many cells run at a time.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

die() { echo "layers: $*" >&2; exit 1; }

"$FITLAB" run -o bare -w larson:events=20000 -m memory,pages,check -p best-fit -p tlsf \
    -p arenas:n=1+best-fit -p cache:blocks=0+best-fit -p owner:n=1+tlsf -p lock:kind=none+guard:bytes=0+tlsf >log
python3 - <<'EOF' || die "a layer without work changes the results of the policy below it"
import csv, sys
seen = {}
for row in csv.DictReader(open("bare/summary.csv")):
    bottom = row["policy"].split("+")[-1].split(":")[0].split(" ")[0]
    # What a stack adds to the policy at its bottom is asked of stacks alone.
    own = ("key", "policy", "policy_spec", "bare_footprint_bytes", "blow_up")
    same = {k: v for k, v in row.items() if k not in own and not k.endswith(("_s", "_ns"))}
    first = seen.setdefault((bottom, row["pass"]), same)
    for column in same:
        if same[column] != first[column]:
            sys.exit(f"{row['policy']}, {row['pass']}: {column} is {same[column]}, not {first[column]}")
if len(seen) != 6:
    sys.exit(f"{len(seen)} groups")
EOF

cat >spec.yaml <<'EOF'
policies:
  - cache+arenas+tlsf
  - arenas+owner+half-fit: {arenas.n: [2, 4], batch: 3}
  - cache+owner+slab: {blocks: [4], remote: home, owner.n: 3}
workloads: [python3-threads]
passes: [memory]
EOF
for jobs in 1 2 4; do
    "$FITLAB" sweep spec.yaml -o j$jobs -j $jobs --no-figures >log 2>&1 || die "$(cat log)"
    for table in summary fragmentation threads; do
        cmp j1/$table.csv j$jobs/$table.csv || die "$table.csv with -j $jobs is another one"
    done
done
grep -q '"cache:blocks=32,limit=1024,rule=batch,remote=keep+arenas:n=4,by=thread+tlsf:second_level=32,grow=exact,search=own"' \
    j1/summary.csv || die "rows do not carry the full spec"
# Each byte of the footprint is a thread's or nobody's.
python3 - <<'EOF' || die "threads.csv does not add up"
import csv, sys
footprint = {(r["key"], r["event"]): int(r["footprint_bytes"]) for r in csv.DictReader(open("j1/fragmentation.csv"))}
sums, threads = {}, set()
for r in csv.DictReader(open("j1/threads.csv")):
    at = r["key"], r["event"]
    sums[at] = sums.get(at, 0) + int(r["used_bytes"]) + int(r["free_bytes"])
    threads.add(r["thread"])
wrong = [at for at in sums if sums[at] != footprint[at]]
if wrong or len(sums) != len(footprint):
    sys.exit(f"{len(sums)} of {len(footprint)} samples, {len(wrong)} of them wrong: {wrong[:3]}")
if threads != {"none", *map(str, range(6))}:
    sys.exit(f"threads {threads}")
EOF
[ "$(grep -c ',"\?ok"\?,' j1/summary.csv)" = 4 ] || die "not all four cells are ok: $(cat j1/summary.csv)"
