#!/usr/bin/env bash
# What `fitlab emit` writes is the policy: compiled without a warning by each compiler that is there, of
# the size that is promised, and with the same memory results as the policy itself.
#
#   emit.sh compile|same|refuse
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
cd "$scratch" || exit 1
failed=0

complain() {
    echo "emit.sh: $*"
    failed=1
}

specs=(first-fit first-fit:order=fifo,coalesce=never best-fit best-fit:order=size,split_min=128
    next-fit next-fit:order=lifo,coalesce=deferred worst-fit:order=size tlsf tlsf:second_level=64,search=above
    half-fit half-fit:round=power segregated:mode=fits segregated:mode=storage,classes=power2 slab buddy
    buddy:system=weighted bump slim-fit slim-fit:header=tag8 slim-fit:header=bitmap
    first-fit:index=tree best-fit:index=tree,order=fifo next-fit:index=tree worst-fit:index=tree,order=size)

emit() { # SPEC: writes heap.c
    "$FITLAB" emit "$1" -o heap.c || complain "$1 is not emitted"
}

warnings='-std=c99 -Wall -Wextra -Wconversion -Werror'

compile_with() { # SPEC COMPILER...: without a warning
    local spec=$1
    shift
    "$@" $warnings -Os -c heap.c -o heap.o 2>messages ||
        complain "$* refuses $spec: $(grep -m1 -E 'error|warning' messages)"
}

works() { # COMPILER...: makes a program here
    command -v "$1" >/dev/null && echo '#include <string.h>
#include <stdint.h>
int x;' >empty.c && "$@" -c empty.c -o empty.o 2>/dev/null
}

size_at_most() { # SPEC BYTES: of code and constants at -Os
    emit "$1"
    gcc -std=c99 -Os -c heap.c -o heap.o || return
    local bytes
    bytes=$(size heap.o | awk 'END { print $1 }')
    [ "$bytes" -le "$2" ] || complain "$1 has $bytes bytes at -Os, above $2"
}

compile() {
    for spec in first-fit best-fit:order=size tlsf first-fit:index=tree half-fit segregated:mode=fits \
        segregated:mode=storage slab buddy slim-fit; do
        emit "$spec"
        for compiler in gcc clang; do
            works $compiler && compile_with "$spec" $compiler
        done
        works gcc -m32 && compile_with "$spec" gcc -m32
        "$FITLAB" emit "$spec" --align 8 -o heap.c && works gcc -m32 && compile_with "$spec" gcc -m32
        works arm-none-eabi-gcc && compile_with "$spec" arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb
    done
    if [ "$(uname -m)" = x86_64 ] && works gcc; then
        size_at_most first-fit 3600
        size_at_most best-fit 3600
        size_at_most tlsf 4800
    fi
}

# Every address of random calls, and the smallest region of a workload through `-p ./heap.c`.
same() {
    for spec in "${specs[@]}"; do
        emit "$spec"
        cc -std=c99 -O0 -shared -fPIC heap.c -o "heap.so" && "$SAME" "$spec" ./heap.so ||
            complain "$spec does not place blocks as the policy does"
    done
    "$FITLAB" generate uniform:events=500,live=30 -o own.fltrace
    for spec in first-fit:grow=arena tlsf:grow=arena; do
        emit "$spec"
        "$FITLAB" minheap -p "$spec" ./heap.c -w own.fltrace >table 2>messages ||
            complain "minheap fails for $spec: $(head -1 messages)"
        [ "$(awk '/^(first-fit|tlsf|.\/heap)/ { $1 = ""; print }' table | sort | uniq -c | awk '{ print $1 }')" = 2 ] ||
            complain "minheap differs for $spec: $(cat table)"
    done
    "$FITLAB" emit tlsf --sbrk --pool 1M -o heap.c
    "$FITLAB" run -p ./heap.c tlsf -w own.fltrace --region grow:1M >table 2>messages
    [ "$(awk '/^(tlsf|.\/heap).* ok / { print $3, $4, $5 }' table | sort -u | wc -l)" = 1 ] ||
        complain "over sbrk tlsf has another footprint: $(cat table messages)"
}

# What cannot be done is one line and status 2, and leaves nothing behind.
refuse() {
    for words in 'quick-fit' 'buddy --sbrk' 'tlsf --align 4' 'no-such-fit' 'tlsf --prefix 3x_' 'tlsf --pool 10' 'tlsf -o no/such/folder.c' \
        'tlsf --prefix seqfit_'; do
        "$FITLAB" emit $words >out 2>messages
        [ $? = 2 ] && [ "$(wc -l <messages)" = 1 ] && [ ! -s out ] ||
            complain "emit $words: $(cat messages)"
    done
    [ -z "$(ls ./*.part 2>/dev/null)" ] || complain 'something half-written is left'
}

"$1"
exit $failed
