#!/usr/bin/env bash
# rooms.py finds each kind of fault: the fault is put into a copy of the sources, and must be reported.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
cd "$FITLAB_SOURCE"
find allocators workloads harness -name '*.[ch]' -print0 | xargs -0 cp --parents -t "$scratch"
cp --parents harness/README.md "$scratch"
rooms=$FITLAB_SOURCE/harness/tests/rooms.py
cd "$scratch"

"$rooms" . || { echo "the copy has faults before anything is broken"; exit 1; }

# mutant NAME MESSAGE FILE TEXT: TEXT is appended to FILE, and MESSAGE must be part of the report.
mutant() {
    local told
    if [ -e "$3" ]; then cp "$3" kept; else rm -f kept; fi
    mkdir -p "$(dirname "$3")"
    printf '%s\n' "$4" >>"$3"
    if told=$("$rooms" .); then
        echo "not noticed: $1"
        failed=1
    elif [[ $told != *"$2"* ]]; then
        echo "$1: told otherwise: $told"
        failed=1
    fi
    if [ -e kept ]; then mv kept "$3"; else rm "$3"; fi
}

mutant 'an include against the order' 'replay/ may not include "cell/cell.h": cell/ is below it' \
    harness/replay/ledger.c '#include "cell/cell.h"'
mutant 'an include without its room' '"ledger.h" does not name the room' \
    harness/replay/replay.c '#include "ledger.h"'
mutant 'a second header of the same name' 'has the same name' \
    harness/sweep/ledger.h '/* another ledger */'
mutant 'a second guard of the same name' 'has the same include guard' \
    harness/sweep/other.h $'#ifndef FITLAB_LEDGER_H\n#define FITLAB_LEDGER_H\n#endif'
mutant 'a library that includes a command' 'cli/ is below it' \
    harness/present/report/html.c '#include "cli/command.h"'
mutant 'a workload that knows the harness' 'workloads/ may not include "replay/ledger.h"' \
    workloads/tally.c '#include "replay/ledger.h"'
mutant 'a workload that knows the policies' 'workloads/ may not include "allocators/policy.h"' \
    workloads/tally.c '#include "allocators/policy.h"'
mkdir harness/nowhere
told=$("$rooms" . || true)
[[ $told == *'harness/nowhere: not in the list'* ]] || {
    echo "not noticed: a room that is not in the list"
    failed=1
}
exit $failed
