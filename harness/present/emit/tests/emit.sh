#!/usr/bin/env bash
# What `fitlab emit` writes is the policy: compiled without a warning as C and as C++ by each compiler that is
# there, of the size that is promised, and with every block where the policy puts it, with 64 bits, with
# 32 bits and on a Cortex-M.
#
#   emit.sh compile|same|rows [all]       or: emit.sh sizes|refuse|cortex_m
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
cd "$scratch" || exit 1
failed=0
tests=$FITLAB_SOURCE/harness/present/emit/tests
allocators=$FITLAB_SOURCE/allocators

complain() {
    echo "emit.sh: $*"
    failed=1
}

few=(first-fit best-fit:index=exact,order=lifo tlsf slab)

# Every policy with each of its choices.
all() {
    local fit order coalesce index
    for fit in first-fit best-fit next-fit worst-fit; do
        for index in list tree $([ $fit = best-fit ] && echo exact); do
            for order in address lifo fifo $([ $fit = next-fit ] || echo size); do # a roving pointer needs no order by size
                for coalesce in immediate deferred never; do
                    echo "$fit:order=$order,coalesce=$coalesce,index=$index"
                done
            done
        done
    done
    printf '%s\n' first-fit:split_min=200 best-fit:index=exact,bins=16 best-fit:index=exact,order=size,bins=1024 \
        quick-fit quick-fit:quick=0 quick-fit:quick=200,hold=20 {tlsf,tlsf:search=above},second_level={8,64} \
        half-fit half-fit:round=power segregated:mode={fits,storage},classes={power2,geometric,linear} \
        segregated:mode=storage,large=1024 slab:classes={power2,geometric,linear} slab:keep=0,colour=0 \
        buddy:system={binary,fibonacci,weighted} bump slim-fit:header={tag8,tag4,bitmap} slim-fit:bins=16 \
        textbook:fit={first,best,worst,next} textbook:order={size-ascending,size-descending,lifo,fifo} \
        textbook:coalesce=no textbook:header={0,4,8},align={1,4,8,16} textbook:heap=9000 |
        sed 's/^tlsf,/tlsf:/'
}

specs_of() { # [all]
    if [ "${1-}" = all ]; then all; else printf '%s\n' "${few[@]}"; fi
}

works() { # COMPILER...: makes objects here
    printf '#include <string.h>\n#include <stdint.h>\nint x;\n' >empty.c
    command -v "$1" >/dev/null && "$@" -c empty.c -o empty.o 2>/dev/null
}

runs() { # COMPILER...: makes programs that start here, which a kernel may refuse to those of 32 bits
    printf 'int main(void) { return 0; }\n' >empty.c
    command -v "$1" >/dev/null && "$@" empty.c -o empty 2>/dev/null && ./empty 2>/dev/null
}

# ---- compilers ----

warnings='-Wall -Wextra -Wconversion -Werror'

without_warning() { # SPEC COMPILER...: of heap.c
    local spec=$1
    shift
    "$@" $warnings -Os -c heap.c -o heap.o 2>messages ||
        complain "$* refuses $spec: $(grep -m1 -E 'error|warning' messages)"
}

compile() {
    local compilers=() compiler spec words
    for compiler in 'gcc -std=c99' 'clang -std=c99' 'g++ -x c++' 'clang++ -x c++' 'gcc -std=c99 -m32' 'clang -std=c99 -m32' \
        'g++ -x c++ -m32' 'arm-none-eabi-gcc -std=c99 -mcpu=cortex-m4 -mthumb' 'arm-none-eabi-g++ -x c++ -mcpu=cortex-m4 -mthumb'; do
        # shellcheck disable=SC2086 # words of a command
        if works $compiler; then compilers+=("$compiler"); else echo "emit.sh: not here: $compiler"; fi
    done
    while read -r spec; do
        for words in '' '--align 8'; do
            # shellcheck disable=SC2086
            "$FITLAB" emit "$spec" $words -o heap.c || complain "$spec is not emitted"
            for compiler in "${compilers[@]}"; do
                [ -z "$words" ] || [[ $compiler == 'gcc -std=c99' ]] || continue
                # shellcheck disable=SC2086
                without_warning "$spec $words" $compiler
            done
        done
    done < <(specs_of "$@")
    for spec in first-fit:grow=exact best-fit:grow=step,index=tree quick-fit tlsf; do
        "$FITLAB" emit "$spec" --sbrk -o heap.c || complain "$spec is not emitted over sbrk"
        for compiler in "${compilers[@]}"; do
            # shellcheck disable=SC2086
            [ -z "${1-}" ] || without_warning "$spec --sbrk" $compiler
        done
        without_warning "$spec --sbrk" "${CC:-cc}" -std=c99
    done
}

# ---- size ----

text_at_most() { # SPEC BYTES: of machine code, as gcc makes it
    "$FITLAB" emit "$1" -o heap.c && gcc -std=c99 -Os -c heap.c -o heap.o || return
    local bytes
    bytes=$(size -A heap.o | awk '$1 == ".text" { print $2 }')
    echo "$1: $bytes bytes of machine code"
    [ "$bytes" -le "$2" ] || complain "$1 has $bytes bytes of machine code at -Os, above $2"
}

sizes() {
    [ "$(uname -m)" = x86_64 ] && works gcc || {
        echo 'emit.sh: sizes are promised of gcc for x86-64'
        exit 77
    }
    text_at_most first-fit 2048
    text_at_most best-fit 2560
    text_at_most tlsf 4096
}

# ---- places ----

policy_places() { # SPEC FLAG...: where the policy itself puts blocks
    local name=${1%%:*} words=
    [[ $1 == *:* ]] && words=${1#*:}
    shift
    local stem=${name//-/_}
    [ -x "./$stem$*" ] || "${CC:-cc}" -std=gnu17 -O1 -w "$@" "-DPOLICY=$stem" -I"$allocators" "$tests/places.c" "$allocators/$stem.c" \
        -o "./$stem$*" || return
    "./$stem$*" "$words"
}

emitted_places() { # SPEC FLAG...
    "$FITLAB" emit "$1" -o heap.c || return
    shift
    "${CC:-cc}" -std=gnu17 -O1 -w "$@" "$tests/places.c" heap.c -o emitted && ./emitted
}

same_places() { # SPEC FLAG...
    policy_places "$@" >policy.txt || complain "$*: $(tail -1 policy.txt)"
    emitted_places "$@" >emitted.txt || complain "emitted $*: $(tail -1 emitted.txt)"
    cmp -s policy.txt emitted.txt ||
        complain "$* places otherwise when it is emitted: $(diff policy.txt emitted.txt | head -3 | tr '\n' ' ')"
    [ "$(grep -c none policy.txt)" -gt 0 ] && [ "$(wc -l <policy.txt)" -gt 1500 ] ||
        complain "$*: the calls are too few, or none of them was refused"
}

same() {
    local spec bits=(-m64)
    if runs "${CC:-cc}" -m32; then bits+=(-m32); else echo 'emit.sh: no programs of 32 bits are made and started here'; fi
    [ "$(uname -m)" = x86_64 ] || bits=(-O1)
    while read -r spec; do
        for flag in "${bits[@]}"; do
            same_places "$spec" "$flag"
        done
    done < <(specs_of "$@")
}

# The row of `-p ./heap.c` has what the row of the policy has, where both know it: footprints, refusals and
# the smallest region.
rows() {
    "$FITLAB" generate uniform:events=3000,live=60,max=500 -o own.fltrace
    local bits=('') spec bit cells
    "$FITLAB" run -p tlsf@32 -w own.fltrace >/dev/null 2>&1 && bits+=(@32)
    while read -r spec; do
        [[ $spec == bump* || $spec == textbook* ]] && continue # they need far more than the others, or align to less
        "$FITLAB" emit "$spec" -o heap.c || complain "$spec is not emitted"
        local own=${spec/:/:grow=arena,}
        [ "$own" != "$spec" ] || own=$spec:grow=arena
        for bit in "${bits[@]}"; do
            local own_bits=${own/:/$bit:}
            for cells in '200K memory,minheap' '20K memory'; do # 20K: requests are refused
                "$FITLAB" run -p "$own_bits" "./heap.c$bit" -w own.fltrace --region "${cells% *}" -m "${cells#* }" -o rows >table 2>&1
                python3 "$tests/same_rows.py" rows/summary.csv || complain "$spec$bit: the rows of its file differ"
                rm -rf rows
            done
        done
    done < <(specs_of "$@")
    "$FITLAB" emit tlsf --sbrk --pool 1M -o heap.c
    "$FITLAB" run -p ./heap.c tlsf -w own.fltrace --region grow:1M -o rows >table 2>messages
    python3 "$tests/same_rows.py" rows/summary.csv || complain "over sbrk tlsf has another row: $(cat messages)"
}

# ---- a Cortex-M ----

cortex_m() {
    # buddy and slim-fit are not among them: their own data have other gaps there, as 8-byte integers are aligned to 8
    # on ARM and to 4 on i386, so that all blocks lie a few bytes further.
    local specs=(first-fit best-fit:order=size tlsf half-fit best-fit:index=exact slab) spec
    command -v qemu-system-arm >/dev/null && works arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb --specs=rdimon.specs &&
        runs "${CC:-cc}" -m32 || {
        echo 'emit.sh: qemu-system-arm, arm-none-eabi-gcc with newlib, or programs of 32 bits are not here'
        exit 77
    }
    for spec in "${specs[@]}"; do
        policy_places "$spec" -m32 >policy.txt || complain "$spec: $(tail -1 policy.txt)"
        "$FITLAB" emit "$spec" -o heap.c &&
            arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Os -w --specs=rdimon.specs "$tests/places.c" "$tests/vectors.c" heap.c \
                -Wl,--section-start=.vectors=0 -o heap.elf || complain "$spec: cannot be built for a Cortex-M4"
        timeout 120 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
            -semihosting-config enable=on,target=native -kernel heap.elf </dev/null >device.txt 2>messages ||
            complain "$spec does not end well on the device: $(tail -1 device.txt) $(head -1 messages)"
        cmp -s policy.txt device.txt ||
            complain "$spec places otherwise on a Cortex-M4: $(diff policy.txt device.txt | head -3 | tr '\n' ' ')"
        echo "$spec: $(wc -l <device.txt) results are the same on a Cortex-M4"
    done
}

# What cannot be done is one line and status 2, and leaves nothing behind.
refuse() {
    for words in 'cache+tlsf' 'buddy --sbrk' 'tlsf --align 4' 'no-such-fit' 'tlsf --prefix 3x_' 'tlsf --pool 10' 'tlsf -o no/such/folder.c' \
        'tlsf --prefix seqfit_'; do
        # shellcheck disable=SC2086
        "$FITLAB" emit $words >out 2>messages
        [ $? = 2 ] && [ "$(wc -l <messages)" = 1 ] && [ ! -s out ] ||
            complain "emit $words: $(cat messages)"
    done
    [ -z "$(ls ./*.part 2>/dev/null)" ] || complain 'something half-written is left'
}

"$@"
exit $failed
