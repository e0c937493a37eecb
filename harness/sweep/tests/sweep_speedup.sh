#!/usr/bin/env bash
# The deterministic passes of the paper spec on two cores take at most 0.6 of the time on one. Means
# something on a machine that is otherwise idle.
. "$(dirname "$0")/lib.sh"
[ "$(nproc)" -ge 2 ] || skip 'one core'
cd "$scratch" || exit 1
sed 's/^passes: .*/passes: [memory, check]/' "$FITLAB_SOURCE/harness/sweep/specs/paper.yaml" >spec.yaml

seconds() { # of a command
    local begun
    begun=$(date +%s.%N)
    "$@" || fail "$*"
    echo "$(date +%s.%N) $begun" | awk '{ print $1 - $2 }'
}
one=$(seconds sweep spec.yaml -o one -j1)
two=$(seconds sweep spec.yaml -o two -j2)
same_results one two
echo "one at a time: $one s, two: $two s, ratio $(echo "$two $one" | awk '{ print $1 / $2 }')"
echo "$two $one" | awk '{ exit !($1 <= 0.6 * $2) }' || fail 'two cores are not worth it'
