#!/usr/bin/env bash
# A policy that hands out whole holes fills a fresh region well enough, since its only hole is split
# until little is left; after a churn it does not, and the verdict says so with the worst case.
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

complain() {
    echo "whole_holes: $*"
    failed=1
}

cp -r "$FITLAB_SOURCE/allocators" "$scratch/allocators"
sed -i 's/all - bytes >= h->split_min/& + 100000/' "$scratch/allocators/fits/seqfit.h"
cmp -s "$FITLAB_SOURCE/allocators/fits/seqfit.h" "$scratch/allocators/fits/seqfit.h" &&
    complain "the words to change are not in fits/seqfit.h"
"${CC:-cc}" -std=gnu17 -O1 -w -shared -fPIC -I"$scratch/allocators" -o "$scratch/tlsf.so" \
    "$scratch/allocators/tlsf.c" || exit 1
said=$("$FITLAB" check "$scratch/tlsf.so")
[ $? = 1 ] || complain "exit status is not 1"
grep -A1 'FAIL *utilisation' <<<"$said" |
    grep -q 'requests of [0-9]* to [0-9]* bytes, after as many frees, fill only [0-9]*% of a region' ||
    complain "no verdict on utilisation after a churn: $said"

"$FITLAB" check tlsf | grep -A1 'ok *utilisation' |
    grep -q 'at least [0-9]*% live when full (requests of [0-9]* to [0-9]* bytes' ||
    complain "the worst case found is not printed"
exit $failed
