#!/usr/bin/env bash
# trace_verbs.sh - `fitlab trace` as a user has it: what is made replays, what is shrunk still fails
# as before, and mistakes give one line.
set -euo pipefail
fitlab=$FITLAB
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export NO_COLOR=1

fail() { echo "trace_verbs.sh: $*" >&2; exit 1; }

# total TRACE MEASURE
total() { "$fitlab" info --csv "$1" | awk -F, -v m="$2" '$2 == "totals" && $4 == m { print $5 }'; }

"$fitlab" generate phases:events=4000,live=100 -o a.fltrace
"$fitlab" generate larson:threads=2,live=50,events=2000 -o b.fltrace

"$fitlab" trace cut ./a.fltrace --from=1000 --to=3000 --with-live -o cut.fltrace
"$fitlab" trace filter ./b.fltrace --thread=1 --min-size=100 -o filtered.fltrace
"$fitlab" trace scale ./a.fltrace --by=200% -o scaled.fltrace
"$fitlab" trace interleave ./a.fltrace ./b.fltrace -o both.fltrace
[ "$(total ./both.fltrace events)" = 6000 ] || fail "interleave lost events"
[ "$(total ./both.fltrace threads)" = 3 ] || fail "interleave mixed threads up"
[ "$(total ./scaled.fltrace peak_live_bytes)" = $((2 * $(total ./a.fltrace peak_live_bytes))) ] ||
    fail "scale did not double the peak"
"$fitlab" info ./cut.fltrace | grep -q '^made by  *fitlab trace cut ./a.fltrace --from=1000' ||
    fail "a cut does not say what made it"
"$fitlab" run -p best-fit -m check -w ./cut.fltrace ./filtered.fltrace ./scaled.fltrace ./both.fltrace \
    >/dev/null || fail "what was made does not replay"

# A region too small: the shrunk trace is refused still, and is smaller.
"$fitlab" trace shrink ./a.fltrace -p first-fit --region 16K --for 3 -o min.fltrace 2>said
grep -q 'min.fltrace: .* of 4000 events: oom' said || fail "$(cat said)"
[ "$(total ./min.fltrace events)" -lt 2000 ] || fail "shrink left $(total ./min.fltrace events) events"
status=0
"$fitlab" run -p first-fit --region 16K -m check -w ./min.fltrace >/dev/null || status=$?
[ "$status" = 1 ] || fail "the shrunk trace does not fail"

# refused MESSAGE COMMAND...: exit 2, and nothing is left behind.
refused() {
    local message=$1 status=0
    shift
    "$fitlab" trace "$@" >/dev/null 2>said || status=$?
    [ "$status" = 2 ] || fail "$*: exit $status"
    grep -q -e "$message" said || fail "$*: $(cat said)"
    [ ! -e out.fltrace ] && [ ! -e out.fltrace.part ] || fail "$*: left something behind"
}
refused 'there is no failure to keep' shrink ./a.fltrace -p first-fit -o out.fltrace
refused "did you mean 'cut'" cutt ./a.fltrace -o out.fltrace
refused 'is not before --to' cut ./a.fltrace --from=9 --to=9 -o out.fltrace
refused 'give a percentage' scale ./a.fltrace --by=fast -o out.fltrace
refused 'is no trace' cut uniform -o out.fltrace
refused 'No such file' cut ./nowhere.fltrace -o out.fltrace
refused 'say which trace' cut -o out.fltrace
