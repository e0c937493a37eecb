#!/usr/bin/env bash
# A recorded program with a peak of about 44 KB: under three minutes, the answer is the same for every seed, and the pool
# completes all of 100 fresh perturbations but at most 3.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

die() { echo "advise_fresh: $*" >&2; exit 1; }

seq 1 800 >lines.txt
"$FITLAB" record -o t.fltrace -- sed -e 's/1*2/x/' -e 's/q/r/' lines.txt >/dev/null 2>&1 ||
    { echo "advise_fresh: skipped: sed cannot be recorded here"; exit 77; }
peak=$("$FITLAB" info t.fltrace | sed -n 's/^peak live *\([0-9]*\) bytes.*/\1/p')
[ "$peak" -gt 30000 ] && [ "$peak" -lt 60000 ] ||
    { echo "advise_fresh: skipped: this sed has a peak of $peak bytes, not about 44 KB"; exit 77; }

begun=$SECONDS
"$FITLAB" advise t.fltrace -q --json --fresh 100 --seed 1 >one.json
seconds=$((SECONDS - begun))
[ $seconds -lt 180 ] || die "it took $seconds s"
"$FITLAB" advise t.fltrace -q --json --fresh 100 --seed 77 -j 1 >two.json
python3 - <<'EOF' || die "the answers differ, or the pool is too small"
import json
one, two = (json.load(open(f)) for f in ("one.json", "two.json"))
for key in ("pool_bytes", "best", "margin", "runner_up", "candidates", "proven_bytes"):
    assert one[key] == two[key], key
print("%s, %d bytes; %d and %d of 100 fresh ones complete" %
      (one["best"]["policy"], one["pool_bytes"], one["fresh_served"], two["fresh_served"]))
assert one["fresh_served"] >= 97 and two["fresh_served"] >= 97
open("policy", "w").write(one["best"]["policy_spec"])
open("pool", "w").write(str(int(one["pool_bytes"])))
EOF

# Once more by other commands, with perturbations of the user's own.
words=()
for seed in $(seq 5001 5100); do
    words+=("perturbed:trace=$dir/t.fltrace,seed=$seed,window=$((seed % 3 * 16 + 8))")
done
"$FITLAB" run -p "$(cat policy)" -w "${words[@]}" --region "$(cat pool)" --samples 1 -o out >/dev/null || [ $? = 1 ]
served=$(grep -c ',ok,' out/summary.csv)
[ "$served" -ge 97 ] || die "only $served of 100 perturbations complete in $(cat pool) bytes"
echo "$served of 100 perturbations complete"
