#!/usr/bin/env bash
# resume.sh: a proof that is killed goes on, and its result is that of one that was not; a folder of another
# question, and one that is damaged, are refused.
set -uo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
question=(next-fit --live 8 --largest 4 --sizes pow2)
status=0

fail() {
    echo "resume.sh: $1"
    status=1
}

# found FILE: what a proof says, without what depends on the machine and its day.
found() {
    sed -E '2s/, [0-9.]+ s, .*//; 3s/ tried.*//' "$1"
}

# states: how many of them count in the folder.
states() {
    sed -n 's/^states //p' "$dir/kept/proof" 2>/dev/null
}

# kill_at STATES: begins or goes on, and kills all processes as soon as so many states are put down.
kill_at() {
    "$FITLAB" prove "${question[@]}" --keep "$dir/kept" --every 0 -j 2 >"$dir/killed" &
    local pid=$!
    until [ "$(states || true)" ] && [ "$(states)" -ge "$1" ]; do
        kill -0 $pid 2>/dev/null || break
        sleep 0.01
    done
    kill -KILL $pid 2>/dev/null || fail "the proof ended before it could be killed at $1 states"
    wait $pid 2>/dev/null
}

"$FITLAB" prove "${question[@]}" -j 1 >"$dir/whole"
kill_at 20000
kill_at 100000
[ -s "$dir/killed" ] && fail "a killed proof printed a result"
"$FITLAB" prove "${question[@]}" --keep "$dir/kept" >"$dir/resumed" || fail "the killed proof does not go on"
grep -q 'taken up again' "$dir/resumed" || fail "the proof began anew"
diff <(found "$dir/whole") <(found "$dir/resumed") || fail "the killed proof has another result"

"$FITLAB" prove "${question[@]}" --keep "$dir/kept" >"$dir/again"
diff <(found "$dir/whole") <(found "$dir/again") || fail "a finished proof has another result"

"$FITLAB" prove first-fit --live 4 --largest 2 --keep "$dir/kept" 2>"$dir/error"
[ $? -eq 2 ] && grep -q 'another policy or question' "$dir/error" || fail "a folder of another question is taken"
sed -i 's/^worst.*/worst/' "$dir/kept/proof"
"$FITLAB" prove "${question[@]}" --keep "$dir/kept" 2>"$dir/error"
[ $? -eq 2 ] && grep -q 'is damaged' "$dir/error" || fail "a damaged folder is taken"
exit $status
