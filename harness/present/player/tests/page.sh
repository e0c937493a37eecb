#!/usr/bin/env bash
# The page of 2,000 steps: whole, the same in each run, at most 2 MB, loading nothing; bad input is one line.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
    echo "page.sh: $*" >&2
    exit 1
}
page() { "$FITLAB" step -p first-fit -p best-fit -w uniform:events=5000,live=300 --from 1000 --html "$1" 2>"$dir/err"; }
page "$dir/a.html"
page "$dir/b.html"
cmp "$dir/a.html" "$dir/b.html" || fail 'two runs give different pages'
[ "$(stat -c %s "$dir/a.html")" -le 2097152 ] || fail "the page has $(stat -c %s "$dir/a.html") bytes"
grep -q 'has the steps 1000 to 3000 of 5000' "$dir/err" || fail "of the steps left out it says '$(cat "$dir/err")'"
! grep -oE '(src|href)=|@import|url\((https?|//)|https?://[^ "]*' "$dir/a.html" | grep -v 'http://www.w3.org/2000/svg' ||
    fail 'the page refers to what lies elsewhere'
sed -n '/id="data">/,/<\/script>/p' "$dir/a.html" | sed '1d;$d' | python3 -c '
import json, sys
data = json.load(sys.stdin)
assert len(data["steps"]) == 2001 and data["from"] == 1000
for k, policy in enumerate(data["policies"]):
    spans = policy["spans"]
    for step in data["steps"]:
        edits, out, at = step["p"][k]["e"], [], 0
        for index, gone, come in edits:
            out += spans[at:index] + come
            at = index + gone
        spans = out + spans[at:]
        live = sum(s[5] for s in spans if s[1] == 3)
        assert sum(s[0] for s in spans) == step["p"][k]["f"][0], step
        assert live == step["p"][k]["f"][1], step
' || fail 'the data do not add up'
got=0
"$FITLAB" step 'p=alloc(1)' --html "$dir/none/a.html" 2>"$dir/err" || got=$?
[ $got = 2 ] && grep -q 'none/a.html: cannot be written' "$dir/err" || fail "a folder that is not there: $got, $(cat "$dir/err")"
