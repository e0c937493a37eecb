#!/usr/bin/env bash
# distribution.sh: a proof whose states are divided among tasks of GNU parallel has the result of one that is not: the same
# states with the same numbers, and the same witness; also when it and one of its tasks are killed in between.
set -uo pipefail
command -v parallel >/dev/null || { echo 'skipped: GNU parallel is not installed'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
question=(next-fit --live 6 --largest 4 --sizes pow2)
engine=(--engine parallel --batch 250 -j 2)
status=0

fail() {
    echo "distribution.sh: $1"
    status=1
}

# found FILE: what a proof says, without what depends on the machine and its day.
found() {
    sed -E '2s/, [0-9.]+ s, .*//; 3s/ tried.*//' "$1"
}

# same FOLDER: the proof in that folder has the tree of states that it has when one process finds them.
same() {
    diff <(found "$dir/whole") <(found "$dir/said") || fail "$1: another result"
    cmp -n "$bytes" "$dir/alone/states" "$dir/$1/states" || fail "$1: states have other numbers"
}

"$FITLAB" prove "${question[@]}" -j 1 --keep "$dir/alone" >"$dir/whole"
bytes=$((8 * $(sed -n 's/^states //p' "$dir/alone/proof"))) # the file has room for more
"$FITLAB" prove "${question[@]}" --keep "$dir/kept" "${engine[@]}" --tasks 3 >"$dir/said" || fail 'the proof by tasks'
same kept
[ "$(ls "$dir"/kept/shards/known-* | wc -l)" -eq 3 ] || fail 'there are not three shards'
[ -s "$dir/kept/shards/joblog" ] || fail 'no task was handed out'

# The proof is killed, and then one of its tasks; a proof with another number of tasks goes on.
"$FITLAB" prove "${question[@]}" --keep "$dir/killed" "${engine[@]}" --tasks 2 >/dev/null 2>&1 &
pid=$!
until task=$(pgrep -n -f -- "--keep $dir/killed --task") || ! kill -0 $pid 2>/dev/null; do :; done
kill -KILL $pid 2>/dev/null || fail 'the proof ended before it could be killed'
wait $pid 2>/dev/null
[ "$task" ] && kill -KILL "$task" 2>/dev/null
while pgrep -f "$dir/killed" >/dev/null; do sleep 0.05; done
grep -q '^complete 0' "$dir/killed/proof" || fail 'the killed proof is complete'
"$FITLAB" prove "${question[@]}" --keep "$dir/killed" --engine parallel --tasks 5 >"$dir/said" ||
    fail 'the killed proof does not go on'
grep -q 'taken up again' "$dir/said" || fail 'the proof began anew'
same killed

"$FITLAB" prove "${question[@]}" --engine parallel 2>"$dir/error"
[ $? -eq 2 ] && grep -q -- '--keep=DIR' "$dir/error" || fail 'an engine without a folder is taken'
"$FITLAB" prove "${question[@]}" --tasks 3 2>"$dir/error"
[ $? -eq 2 ] && grep -q 'say which engine' "$dir/error" || fail '--tasks without an engine is taken'
"$FITLAB" prove "${question[@]}" --keep "$dir/kept" --engine paralel 2>"$dir/error"
[ $? -eq 2 ] && grep -q 'unknown engine' "$dir/error" || fail 'an unknown engine is taken'
exit $status
