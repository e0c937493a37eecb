#!/usr/bin/env bash
# Policies of 32 bits: built in, from a plug-in and from a C file; the words that ask for them; what is
# refused.
#
#   bits.sh cells|outside|refuse       or: bits.sh check POLICY       or: bits.sh started COMMAND...
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
cd "$scratch" || exit 1
failed=0

needs_programs_of_32_bits() {
    [ -x "$(dirname "$FITLAB")/fitlab-cell32" ] || {
        echo 'bits.sh: there is no fitlab-cell32: install gcc-multilib'
        exit 77
    }
    "$(dirname "$FITLAB")/fitlab-cell32" >/dev/null 2>&1 || [ $? != 126 ] || {
        echo 'bits.sh: this kernel starts no programs of 32 bits'
        exit 77
    }
}

complain() {
    echo "bits.sh: $*"
    failed=1
}

value() { # POLICY COLUMN FILE: of the row of that policy
    python3 -c 'import csv, sys
for row in csv.DictReader(open(sys.argv[3])):
    if row["policy"] == sys.argv[1]: print(row[sys.argv[2]])' "$@"
}

# A test that is a program of its own.
started() {
    "$@" || failed=1
}

check() {
    "$FITLAB" check --bits 32 --grid -n 40 -t 120 "$1" >verdict 2>&1 || complain "$1 at 32 bits: $(cat verdict)"
}

# Rows know their bits; headers are half as large; the same twice; both indexes place alike.
cells() {
    "$FITLAB" generate uniform:events=3000,live=200 -o w.fltrace
    "$FITLAB" run -p first-fit tlsf best-fit best-fit:index=tree --bits 32,64 -w w.fltrace -o out >table 2>messages ||
        complain "run: $(cat messages)"
    [ "$(value first-fit@32 bits out/summary.csv)" = 32 ] && [ "$(value first-fit bits out/summary.csv)" = 64 ] ||
        complain 'the column bits is wrong'
    [ "$(value first-fit@32 status out/summary.csv)" = ok ] || complain "$(cat table)"
    for policy in first-fit tlsf; do
        [ "$(value $policy@32 metadata_at_peak_bytes out/summary.csv)" -lt \
            "$(value $policy metadata_at_peak_bytes out/summary.csv)" ] ||
            complain "$policy has no smaller headers at 32 bits"
    done
    [ "$(value best-fit@32 peak_live_bytes out/summary.csv)" = "$(value best-fit peak_live_bytes out/summary.csv)" ] ||
        complain 'the workload is not the same'
    "$FITLAB" run -p first-fit@32 tlsf@32 -w w.fltrace -o again >/dev/null 2>&1
    for policy in first-fit@32 tlsf@32; do
        diff <(grep ",$policy," out/summary.csv) <(grep ",$policy," again/summary.csv) >difference ||
            complain "$policy twice: $(cat difference)"
    done
    local list tree
    "$FITLAB" run -p first-fit first-fit:index=tree next-fit next-fit:index=tree worst-fit worst-fit:index=tree \
        --bits 32 -w w.fltrace -o twins >/dev/null 2>&1
    for fit in first-fit next-fit worst-fit; do
        list=$(value $fit@32 holes_at_peak_bytes twins/summary.csv)
        tree=$(value $fit@32:index=tree holes_at_peak_bytes twins/summary.csv)
        [ -n "$list" ] && [ "$list" = "$tree" ] || complain "$fit places otherwise with a tree: $list, $tree"
    done
    "$FITLAB" run -p tlsf --bits 32 -w w.fltrace -m check,minheap,lines,map,pages,throughput,latency --reps 1 >table 2>messages
    [ "$(grep -c '^tlsf@32 *ok' table)" = 7 ] || complain "a pass is not ok: $(cat table messages)"
    printf '{policies: [buddy], bits: [32, 64], workloads: [w.fltrace]}\n' >spec.yaml
    "$FITLAB" sweep spec.yaml -o swept --no-figures -q >/dev/null 2>messages || complain "sweep: $(cat messages)"
    [ "$(cut -d, -f2 swept/summary.csv | sort | tr '\n' ' ')" = 'buddy buddy@32 policy ' ] ||
        complain "a sweep over bits has $(cut -d, -f2 swept/summary.csv)"
    "$FITLAB" minheap -p tlsf@32 tlsf -w w.fltrace >table 2>&1 && [ "$(grep -c ' ok ' table)" = 2 ] ||
        complain "minheap: $(cat table)"
}

# A plug-in of 32 bits, and a lab solution that is right with 32 bits only.
outside() {
    cp "$FITLAB_SOURCE/allocators/example/my_fit.c" .
    gcc -m32 -O2 -shared -fPIC -I"$FITLAB_SOURCE/allocators" my_fit.c -o my_fit.so || return
    "$FITLAB" run -p ./my_fit.so --bits 32 -w uniform:events=2000 -m memory,check >table 2>&1 &&
        [ "$(grep -c 'my_fit.so@32 *ok' table)" = 2 ] || complain "a plug-in of 32 bits: $(cat table)"
    "$FITLAB" check -P payload ./my_fit.so@32 >table 2>&1 || complain "check of a plug-in: $(cat table)"
    local narrow=$FITLAB_SOURCE/harness/mallocs/tests/labs/narrow/mm.c
    "$FITLAB" run -p "$narrow" --bits 32,64 -w uniform:events=2000 >table 2>&1
    grep -q 'mm.c@32 *ok' table && grep -q 'mm.c: crash.*with --bits 32 it does not fail' table ||
        complain "a solution that needs 32 bits: $(cat table)"
    for heap in freertos/heap_4.c o1heap/o1heap.c tlsf/tlsf.c tlsf_bsd/tlsf.c umm/umm_malloc.c loom.c kiln.c; do
        "$FITLAB" run -p "$FITLAB_SOURCE/harness/mallocs/tests/heaps/$heap@32" -w uniform:events=500,live=20 \
            --region 256K -m memory,check >table 2>&1 || complain "$heap with 32 bits: $(cat table)"
    done
}

# Each command that has no policies of 32 bits says so in one line. What emit writes is for both.
refuse() {
    for words in 'run -p glibc@32 -w perl' 'run -p tlsf --bits 16 -w perl' \
        'run -p tlsf@16 -w perl' 'prove first-fit@32 --live 8 --largest 2' 'run -p tlsf --bits 32 -w perl --region 3x1' \
        'run -p tlsf --bits 32 -w perl --region 1025M'; do
        "$FITLAB" $words >out 2>messages
        [ $? = 2 ] && [ "$(wc -l <messages)" = 1 ] || complain "$words: $(cat messages)"
    done
    for words in 'step --bits 32 +8' 'step -p tlsf@32 +8' 'exec --bits 32 tlsf -- true' 'exec tlsf@32 -- true' \
        'prove tlsf --bits 32 --live 8 --largest 2' 'attack tlsf@32 --live 8 --largest 2' 'attack tlsf --bits 32' \
        'play robson --bits 32' 'play robson -p tlsf@32' 'offline perl --bits 32' 'offline perl -p tlsf@32' \
        'reproduce robson --bits=32' 'trace shrink perl --bits 32' 'compare --bits 32 a b' 'programs --bits 32' \
        'count tlsf@32 perl' 'count --bits 32 tlsf perl'; do
        "$FITLAB" $words >out 2>messages
        [ $? = 2 ] && [ "$(wc -l <messages)" = 1 ] && grep -q "32.*in cells alone: in 'fitlab run'" messages ||
            complain "$words: $(cat messages)"
    done
    "$FITLAB" generate uniform:events=200,live=20 -o w.fltrace
    if ! "$FITLAB" run -p tlsf@32 -w w.fltrace 2>/dev/null | grep -q ' ok '; then # the reason is that these are not here
        for words in 'advise w.fltrace -q --bits 32' 'tune tlsf@32 -w w.fltrace -q'; do
            "$FITLAB" $words >out 2>messages
            [ $? = 2 ] && [ "$(wc -l <messages)" = 1 ] && grep -q "@32.*this kernel starts no programs of 32 bits\|gcc-multilib" messages || complain "$words: $(cat messages)"
        done
    fi
    "$FITLAB" emit tlsf:second_level=8 -o wide.c && "$FITLAB" emit tlsf@32:second_level=8 --bits 32 -o narrow.c 2>messages &&
        diff <(grep -v '^ \*' wide.c) <(grep -v '^ \*' narrow.c) >difference || complain "emit: $(cat messages difference)"
}

[ "$1" = refuse ] || needs_programs_of_32_bits
"$@"
exit $failed
