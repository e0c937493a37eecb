#!/usr/bin/env bash
# sliced.sh PLUGIN: a policy made of others, which leaves address space absent, keeps every property
# and its bytes add up in every pass; each law that it breaks on purpose fails its property.
set -uo pipefail
fitlab=$FITLAB plugin=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

complain() {
    echo "sliced: $*"
    failed=1
}

"$fitlab" check "$plugin" >"$scratch/verdict" || {
    complain "a property fails:"
    cat "$scratch/verdict"
}
for property in absent spare explain inner; do
    grep -Eq "^  ok +$property " "$scratch/verdict" || complain "$property is not judged"
done

# fault, the property that must fail, and what it says
while IFS='|' read -r fault property says; do
    "$fitlab" check "$plugin:fault=$fault" -n 500 -P "$property" >"$scratch/verdict"
    [ $? = 1 ] && grep -q "$says" "$scratch/verdict" || {
        complain "fault=$fault is not seen by the property $property, which should say '$says':"
        cat "$scratch/verdict"
    }
done <<'TABLE'
uncounted|absent|absent bytes, region->absent is 0
uncounted|tiles|absent bytes, region->absent is 0
uncounted|identity|is not rounding
shown-free|absent|the walk shows 0 absent bytes
shown-free|tiles|the walk shows 0 absent bytes
shown-free|identity|is not rounding
touched|absent|which is absent
spare-header|spare|operation
spare-used|spare|not all inside one free span
spare-twice|spare|overlaps another
part-outside|explain|reaches out of its span
part-twice|explain|overlaps another
no-name|explain|no name
wild-target|explain|leads out of the region
used-target|explain|leads to a block in use
lost|explain|no head and no link leads to
inner-outside|inner|not inside the heap's
inner-twice|inner|overlap
TABLE

"$fitlab" run -p "$plugin" -w larson:threads=4,events=20000 -m memory,map,check,minheap \
    -o "$scratch/out" >"$scratch/table" 2>&1 || {
    complain "a pass fails:"
    cat "$scratch/table"
}
python3 - "$scratch/out" <<'PYTHON' || failed=1
import csv, sys
def rows(name):
    return list(csv.DictReader(open(f"{sys.argv[1]}/{name}.csv")))
footprint = {r["event"]: int(r["footprint_bytes"]) for r in rows("fragmentation")}
series = {r["event"]: [int(r["live_bytes"]) + int(r["rounding_bytes"]), int(r["holes_bytes"]), int(r["slack_bytes"]),
                       int(r["metadata_bytes"])] for r in rows("fragmentation")}
taken, height, blocks, kinds = {}, {}, {}, {}
for r in rows("heapmap"):
    event = r["event"]
    here = [int(r[k + "_bytes"]) for k in ("used", "free", "slack", "metadata")]
    kinds[event] = [a + b for a, b in zip(kinds.get(event, [0] * 4), here)]
    parts = sum(here)
    taken[event] = taken.get(event, 0) + parts
    height[event] = max(height.get(event, 0), int(r["address_bytes"]) + int(r["bytes"]))
    if int(r["used_bytes"]):
        blocks.setdefault(event, []).append(int(r["address_bytes"]))
both = [e for e in taken if e in footprint]
assert len(both) > 50, "hardly any event is in both files"
wrong = [e for e in both if taken[e] != footprint[e]]
assert not wrong, f"after event {wrong[0]} the map holds {taken[wrong[0]]} bytes, the footprint is {footprint[wrong[0]]}"
wrong = [e for e in both if kinds[e] != series[e]]
assert not wrong, f"after event {wrong[0]} the map has used, free, slack and metadata {kinds[wrong[0]]}, the memory pass {series[wrong[0]]}"
last = both[-1]
assert height[last] <= 1.1 * max(footprint.values()), "the map shows address space that was never taken"
spread = max(blocks[last]) - min(blocks[last])
assert spread > height[last] / 2, "the threads do not allocate in slices of their own"
threads = {r["thread"] for r in rows("heapmap")}
assert threads >= set("0123"), f"the map shows the threads {threads}"
row = [r for r in rows("summary") if r["pass"] == "memory"][0]
assert int(row["peak_footprint_bytes"]) == max(footprint.values()), "the peak is not the series' highest"
PYTHON
exit $failed
