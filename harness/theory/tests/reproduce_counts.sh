#!/usr/bin/env bash
# The last line of `fitlab reproduce` counts what the lines above it say: a result whose numbers do not all
# hold is not among those that hold.
set -euo pipefail
out=$(mktemp)
trap 'rm -f "$out"' EXIT

die() {
    echo "reproduce_counts.sh: $*" >&2
    exit 1
}

# counted RESULT...: the last line for these results
counted() {
    "$FITLAB" reproduce "$@" >"$out" 2>&1 || [ $? = 1 ] || die "$*: $(tail -n 1 "$out")"
    local whole=0 results=0 have of wrong
    while read -r have of; do
        results=$((results + 1))
        [ "$have" != "$of" ] || whole=$((whole + 1))
    done < <(sed -nE 's/^  ([0-9]+) of ([0-9]+) numbers hold.*/\1 \2/p' "$out")
    wrong=$(grep -cE ' (finding: |DIFFERS)' "$out") || true
    [ "$results" = $# ] || die "$results results for $*"
    grep -q "^$whole of $results results hold" <<<"$(tail -n 1 "$out")" || die "$(tail -n 1 "$out"), not $whole of $results"
    [ "$wrong" = 0 ] || grep -q "; $wrong numbers\? of $((results - whole)) results\? do" <<<"$(tail -n 1 "$out")" ||
        die "$wrong numbers do not hold, but: $(tail -n 1 "$out")"
    echo "$(tail -n 1 "$out")"
}

counted robson comb
last=$(counted steady-frag comb)
[[ $last == "1 of 2 results hold; "* ]] || die "a result with a number outside of its range counts as one that holds: $last"
