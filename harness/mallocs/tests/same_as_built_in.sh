#!/usr/bin/env bash
# same_as_built_in.sh POLICY...: each source in the tree, built as a plug-in, gives the bytes of the
# policy built in: every column of every row that does not name the policy.
. "$(dirname "$0")/common.sh"
specs=()
for policy in "$@"; do
    specs+=("${policy//_/-}" "$scratch/$policy.so")
done
printf '%s\n' "$@" | xargs -P2 -I{} cc -std=gnu17 -O0 -w -shared -fPIC -I"$FITLAB_SOURCE/allocators" \
    -o "$scratch/{}.so" "$FITLAB_SOURCE/allocators/{}.c" || complain "not every policy builds as a plug-in"
"$fitlab" run -p "${specs[@]}" -w exponential:live=300,events=2000 -o "$scratch/out" >/dev/null ||
    complain "not every cell is ok"
python3 - "$scratch/out" <<'PYTHON' || failed=1
import collections, csv, os, sys
bad = 0
for table in "summary.csv", "fragmentation.csv":
    rows = collections.defaultdict(lambda: ([], []))
    for row in csv.DictReader(open(os.path.join(sys.argv[1], table))):
        name = os.path.basename(row["policy"])
        plugin = name.endswith(".so")
        for column in "key", "policy", "policy_spec":
            row.pop(column, None)
        rows[name.removesuffix(".so").replace("_", "-")][plugin].append(row)
    for policy, (built_in, plugin) in rows.items():
        if built_in != plugin or not plugin:
            print(f"same_as_built_in.sh: {policy}: {table} differs between plug-in and built-in")
            bad = 1
sys.exit(bad)
PYTHON
exit $failed
