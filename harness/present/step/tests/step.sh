#!/usr/bin/env bash
# `fitlab step` as a user meets it: for each policy the same short sequence gives the text in
# golden/, the same in each run; bad input is one line and exit status 2.
#
#   FITLAB=build/fitlab harness/present/step/tests/step.sh            compares
#   FITLAB=build/fitlab harness/present/step/tests/step.sh update     writes golden/ anew
set -euo pipefail
golden=$(dirname "$0")/golden
LABS=${LABS-$(dirname "$0")/../../../mallocs/tests/labs}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset COLUMNS
failed=0

complain() {
    echo "step.sh: $*" >&2
    failed=1
}

sequence='a=alloc(100); b=alloc(24); c=alloc(60); d=alloc(24); free(a); free(c); e=alloc(40); b=realloc(b,200); free(d); free(b); free(e)'

policies=$("$FITLAB" complete policy '' | grep -v '[./:]' | while IFS= read -r name; do
    "$FITLAB" step -p "$name" 'p=alloc(1)' >/dev/null 2>&1 && echo "$name" || true
done)
[ "$(wc -w <<<"$policies")" -ge 10 ] || complain "only these policies can be stepped through: $policies"

for policy in $policies; do
    "$FITLAB" step -p "$policy" --hex "$sequence" >"$dir/$policy.txt"
    if [ "${1-}" = update ]; then
        cp "$dir/$policy.txt" "$golden/$policy.txt"
    fi
    diff -u "$golden/$policy.txt" "$dir/$policy.txt" || complain "$policy: the text differs from golden/$policy.txt"
done
for file in "$golden"/*.txt; do
    [ -e "$dir/${file##*/}" ] || complain "${file##*/} is of a policy that is not there any more"
done

# No line is wider than the terminal, whether of one policy or of several.
for width in 60 80; do
    "$FITLAB" step -p first-fit -p tlsf -p textbook --width $width "$sequence" |
        awk -v w=$width 'length($0) > w { print w ": " $0; wide = 1 } END { exit wide }' || complain "lines are wider than $width columns"
done

expect_wrong() { # TEXT ARGUMENT...
    local text=$1 got=0
    shift
    "$FITLAB" step "$@" >"$dir/out" 2>"$dir/err" </dev/null || got=$?
    [ "$got" = 2 ] && [ "$(wc -l <"$dir/err")" = 1 ] && [ ! -s "$dir/out" ] && grep -qF -- "$text" "$dir/err" ||
        complain "step $*: exit $got, '$(cat "$dir/err")'"
}

expect_wrong "operation 2, 'free(q)': q holds no block; allocate" 'p=alloc(10); free(q)'
expect_wrong 'say what to step through'
expect_wrong 'there is no operation' -
expect_wrong "did you mean 'best-fit'" -p bestfit 'p=alloc(1)'
expect_wrong 'the last step is 1' --from 2 'p=alloc(1)'
expect_wrong "--until 'splat': give fail" --until splat 'p=alloc(1)'
expect_wrong 'lies before --from' --from 3 --to 2 -w perl
expect_wrong 'not both' -w perl 'p=alloc(1)'

# the header of a block belongs to it, when it is given out and when it is freed
for step in 1 2; do
    "$FITLAB" step -p first-fit --from $step --until 'at 168' '+100,-0' | grep -q "^step $step:" ||
        complain "--until 'at 168' does not stop at step $step, where the block at 168 is"
done

expect_wrong 'at least two policies' -p best-fit -w perl --widest

# where the footprints are furthest apart: after the last of the allocations
"$FITLAB" step -p best-fit -p buddy --widest 'a=alloc(100); b=alloc(3000); free(b)' >"$dir/out"
grep -q '^step 2:' "$dir/out" && [ "$(grep -c '^step' "$dir/out")" = 1 ] || complain "--widest: $(head -1 "$dir/out")"

# a condition that never holds is a result that says no
got=0
"$FITLAB" step --until fail 'p=alloc(1)' >"$dir/out" 2>"$dir/err" || got=$?
[ $got = 1 ] || complain "--until fail: exit $got"

# a workload from the middle is what the whole shows there
"$FITLAB" step -p best-fit -p buddy -w uniform:events=400,live=20 --text >"$dir/all"
"$FITLAB" step -p best-fit -p buddy -w uniform:events=400,live=20 --from 300 --to 302 >"$dir/part"
sed -n '/^step 300:/,/^step 303:/p' "$dir/all" | sed '$d' | sed '$d' | diff -u - "$dir/part" ||
    complain "steps 300 to 302 differ from those of the whole"

# an mm.c, which shows nothing of its inside: the live blocks to the byte
"$FITLAB" step -p "$LABS/explicit/mm.c" 'a=alloc(100); b=alloc(24); free(a); c=alloc(50)' >"$dir/lab" ||
    complain "an mm.c cannot be stepped through"
grep -q '\[? 16\]\[c 50\]\[? 70\]\[b 24\]' "$dir/lab" && ! grep -q because "$dir/lab" || complain "an mm.c: $(tail -5 "$dir/lab")"

# JSON: an object a line, whose spans tile the heap
"$FITLAB" step -p best-fit -p slab -w uniform:events=300,live=20 --json >"$dir/json"
python3 - "$dir/json" <<'PYTHON' || complain "--json is not what its header says"
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert lines[0]["events"] == 300 and len(lines) == 302 and len(lines[0]["policies"]) == 2
for step in lines[1:]:
    for p in step["policies"]:
        at = 0
        for span in p["spans"]:
            assert span["at"] == at
            at += span["bytes"]
        assert at == p["footprint_bytes"]
        assert sum(s["asked"] for s in p["spans"] if s["kind"] == "used") == p["live_bytes"]
PYTHON

# on a terminal keys choose the step
keys() {
    for key in "$@"; do
        sleep 0.1
        printf '%b' "$key"
    done
}
if command -v script >/dev/null; then
    keys l l l h 'g2\n' '/holes > 1\n' f '?' x b a '2000\n' q |
        TERM=xterm timeout 30 script -qec "stty rows 40 cols 100; '$FITLAB' step -p best-fit '$sequence'" /dev/null >"$dir/screen" ||
        complain "on a terminal: exit $?"
    seen=$(tr '\033' '\n' <"$dir/screen" | grep -ao 'm  *[^;]*;* *step [0-9]* of 11' | sed 's/.* step \([0-9]*\) .*/\1/' | uniq | tr '\n' ' ')
    [ "$seen" = '0 1 2 3 2 6 9 ' ] || complain "on a terminal the keys led to the steps $seen"
    grep -aq 'one step forward' "$dir/screen" || complain "on a terminal '?' shows no help"
fi

exit $failed
