#!/usr/bin/env bash
# constant_memory.sh - a trace of a hundred million events is written, described, measured and
# checked in less than 64 MB; whole, it would take 1.6 GB.
set -euo pipefail
fitlab=$FITLAB
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# within MOST_KIB COMMAND...: its peak resident set, its children's included.
within() {
    local most=$1 used
    shift
    used=$(python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@")
    [ "$used" -lt "$most" ] || { echo "$*: $used KiB" >&2; exit 1; }
}

within 65536 "$fitlab" generate uniform:live=2000,events=100M -o t.fltrace
within 65536 "$fitlab" info ./t.fltrace
within 65536 "$fitlab" run -p tlsf -w ./t.fltrace --pass memory,check
