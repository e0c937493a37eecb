#!/usr/bin/env bash
# record_large.sh - the large recordings, with a tiny part of their input: the script makes the traces and
# their pages, in a folder of one's own, and they are found by name there.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
complain() {
    echo "record_large: $*"
    failed=1
}
record=$FITLAB_SOURCE/workloads/corpus/record
export FITLAB_CORPUS=$work

command -v xz >/dev/null && [ -x /usr/bin/python3 ] || {
    echo "xz or /usr/bin/python3 is not installed: nothing to record"
    exit 77
}
"$FITLAB" run -p tlsf -w python3-large >said 2>&1 && complain "python3-large is found before it is recorded"
grep -q -- '--large NAME' said || complain "nobody says how to record it: $(cat said)"
"$record" --large -f "$FITLAB" -o "$work/large" -s 0.002 python3-large xz-large >said 2>&1 ||
    complain "the recording failed: $(cat said)"
for name in python3-large xz-large; do
    page=$work/large/$name.md
    for line in '^- Debian package: `' '^- Events: [0-9]' '^- File: .*SHA-256' '^Not from malloc: ' '^threads '; do
        grep -q "$line" "$page" || complain "the page of $name has no line $line"
    done
    grep -qF "$work" "$page" && complain "the page of $name names a folder of this machine"
    "$FITLAB" info --csv "$name" >said 2>&1 && grep -q peak_live_bytes said || complain "info does not find $name"
done
"$FITLAB" info xz-large >said && grep -q '^threads  *[2-9]' said || complain "xz-large has one thread: $(cat said)"
"$FITLAB" export csv "$work/large/python3-large.fltrace" events.csv >said 2>&1 || complain "no export: $(cat said)"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "time_ns") at = i } END { exit !(at && $at > 0) }' events.csv ||
    complain "no time is recorded: $(tail -n 1 events.csv)"

# A recording that fails is told, and leaves no page about a trace that is not there.
mkdir -p "$work/blocked/xz-large.fltrace"
"$record" --large -f "$FITLAB" -o "$work/blocked" -s 0.002 xz-large >said 2>&1 && complain "a failed recording is a success"
grep -q 'there is no recording of xz-large: fitlab: ' said || complain "nobody says why it failed: $(cat said)"
[ -e "$work/blocked/xz-large.md" ] && complain "a page describes a trace that is not there"

# A pattern finds them only if it says so.
printf 'policies: [tlsf]\nworkloads: ["%s"]\n' '*-large' >"$work/large.yaml"
printf 'policies: [tlsf]\nworkloads: ["%s"]\n' '*' >"$work/all.yaml"
"$FITLAB" sweep "$work/large.yaml" -n >said 2>&1 && grep -q 'python3-large' said || complain "'*-large' does not find it"
"$FITLAB" sweep "$work/all.yaml" -n >said 2>&1 && complain "'*' finds a large recording: $(cat said)"
exit $failed
