#!/usr/bin/env bash
# import.sh - logs of the real tools, of a program whose calls are known (sample.c), come in whole;
# what is exported comes back as the same events.
set -euo pipefail
fitlab=$FITLAB sample=$FITLAB_SAMPLE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export NO_COLOR=1

fail() { echo "import.sh: $*" >&2; exit 1; }

# expect TRACE KEY VALUE: a row of its totals or kinds.
expect() {
    local found
    found=$("$fitlab" info --csv "$1" | awk -F, -v key="$2" '!n && ($3 == key || $4 == key) { print $5; n++ }')
    [ "$found" = "$3" ] || fail "$1: $2 is '$found', not $3"
}

# By its bare name: where there are several, the dynamic linker takes the one for this architecture.
mtrace_library=$(ldconfig -p | awk '/libc_malloc_debug.so.0/ && !n++ { print $1 }')
if [ -n "$mtrace_library" ]; then
    MALLOC_TRACE=$work/mtrace.log LD_PRELOAD=$mtrace_library "$sample"
    "$fitlab" import auto mtrace.log mtrace.fltrace 2>messages
    grep -q '(mtrace), at most' messages || fail "$(cat messages)"
    expect ./mtrace.fltrace malloc 9
    expect ./mtrace.fltrace realloc 2
    expect ./mtrace.fltrace free 5
    expect ./mtrace.fltrace requested_bytes 1810
    expect ./mtrace.fltrace end_live_blocks 4
    expect ./mtrace.fltrace end_live_bytes 558
fi

if command -v valgrind >/dev/null; then
    valgrind --trace-malloc=yes "$sample" 2>valgrind.log
    "$fitlab" import auto valgrind.log valgrind.fltrace 2>messages
    expect ./valgrind.fltrace malloc 5
    expect ./valgrind.fltrace calloc 1
    expect ./valgrind.fltrace aligned_alloc 3
    expect ./valgrind.fltrace realloc 2
    expect ./valgrind.fltrace requested_bytes 1810
    expect ./valgrind.fltrace end_live_bytes 558
fi

# The same events come back: their digest says so.
digest() { "$fitlab" info "$1" | awk '$1 == "digest" { print $2 }'; }
"$fitlab" generate uniform:drain=1,events=5000 -o u.fltrace
"$fitlab" generate vector:events=5000 -o v.fltrace
for format in csv rep protobuf; do
    for trace in u v; do
        "$fitlab" export "$format" ./$trace.fltrace $trace.$format
        "$fitlab" import auto $trace.$format back.fltrace 2>/dev/null
        [ "$(digest ./back.fltrace)" = "$(digest ./$trace.fltrace)" ] ||
            fail "$trace.fltrace is not the same after $format"
        gzip -f $trace.$format
        "$fitlab" import auto - again.fltrace 2>/dev/null <$trace.$format.gz
        cmp -s <(digest ./back.fltrace) <(digest ./again.fltrace) || fail "gzip changes $format"
    done
done
"$fitlab" export minimalloc ./u.fltrace - | "$fitlab" import auto - m.fltrace 2>/dev/null
expect ./m.fltrace peak_live_bytes "$("$fitlab" info --csv ./u.fltrace |
    awk -F, '$4 == "peak_live_bytes" { print $5 }')"

# Bad input: one line, exit 2, nothing left behind.
refused() {
    local status=0
    "$fitlab" "$@" 2>messages || status=$?
    [ "$status" = 2 ] || fail "$*: exit $status"
    [ "$(wc -l <messages)" = 1 ] || fail "$*: $(cat messages)"
}
echo hello >hello
refused import auto hello out.fltrace
refused import csb hello out.fltrace
grep -q "did you mean 'csv'" messages || fail "$(cat messages)"
refused import rep hello out.fltrace
refused import auto nowhere out.fltrace
refused export csv nowhere out.csv
head -c 100 u.csv.gz >cut.gz
refused import csv cut.gz out.fltrace
head -c 1000 u.fltrace >cut.fltrace
refused info ./cut.fltrace
refused export csv ./cut.fltrace out.csv
[ -z "$(ls out* 2>/dev/null)" ] || fail "something was left behind: $(ls out*)"
