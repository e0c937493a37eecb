#!/usr/bin/env bash
# The scripts that measure answer a mistake with a message and exit code 2, before they run anything.
set -uo pipefail
failed=0

# mistake WORDS COMMAND...: exit code 2, nothing on standard output, and WORDS in the last line of the message.
mistake() {
    local words=$1 said got
    shift
    said=$({ "$@" 2>&1 >&3 | tail -n 1; exit "${PIPESTATUS[0]}"; } 3>&1)
    got=$?
    [ $got = 2 ] && [ "$(wc -l <<<"$said")" = 1 ] && [[ $said == *"$words"* ]] || {
        echo "usage.sh: exit $got, not 2 with '$words': $*: $said"
        failed=1
    }
}

policies=$FITLAB_SOURCE/harness/bench/policies.py
mistake 'WHAT' "$policies" fitlab
mistake "invalid choice: 'everything'" "$policies" fitlab everything
mistake 'GOLDEN' "$policies" fitlab instructions --compiler none
mistake 'unrecognized arguments' "$policies" fitlab live --update
"$policies" --help | grep -q 'more than 2 % off the golden counts' || {
    echo 'usage.sh: policies.py --help does not explain itself'
    failed=1
}
mistake "no program 'nosuch': give names of bash bc" "$FITLAB_SOURCE/harness/programs/record/bench" -f "$FITLAB" nosuch

targets=$FITLAB_SOURCE/harness/bench/targets.py
mistake 'there is no target 99' "$targets" --build "$FITLAB_BUILD" 99
mistake "nowhere has no fitlab" "$targets" --build nowhere
table=$("$targets" --build "$FITLAB_BUILD" 17 12)
grep -qE '^17 .*emitted tlsf.* [0-9]+ bytes +at most 4096 +met' <<<"$table" &&
    grep -qE '^12 .*not measured +name a recording with --large' <<<"$table" || {
    printf 'usage.sh: the table of targets is not as expected:\n%s\n' "$table"
    failed=1
}
exit $failed
