#!/usr/bin/env bash
# Every example of `fitlab COMMAND --help` runs as it is printed, in a folder with nothing but what
# the examples take for granted: a policy, a trace, a Makefile and some results folders of one's own.
#
#   examples.sh quick    but for those that take long
#   examples.sh all
set -euo pipefail
which=$1
# Some examples preload a library, which does not work under AddressSanitizer.
if grep -q __asan_init "$FITLAB"; then
    echo 'examples.sh: skipped: AddressSanitizer does not go together with preloading'
    exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir bin
ln -s "$FITLAB" bin/fitlab
PATH=$dir/bin:$PATH

# What an example is too long for every run of the tests with.
long='sweep quick|fitlab programs|--all|check --grid|fifty|best-fit-killer|killer.fltrace|attack|bad.fltrace|memory,throughput|offline|--budget|--size|--threads'

mkdir own
cd own
for fit in my_fit my_best_fit; do
    cc -O2 -fPIC -shared -Dmy_fit=$fit -I "$POLICIES" "$POLICIES/example/my_fit.c" -o $fit.so
done
fitlab generate uniform:events=2000,live=100 -o my.fltrace
printf 'all:\n\ttrue\n' >Makefile
for name in monday tuesday results/paper; do
    echo "{policies: [first-fit], workloads: [uniform: {events: 1000, live: [${#name}]}]}" >spec.yaml
    fitlab sweep -q --no-figures spec.yaml -o $name >/dev/null
done
for name in accepted now; do
    echo '{policies: [first-fit, buddy], workloads: [uniform: {events: 1000}]}' >spec.yaml
    fitlab sweep -q --no-figures spec.yaml -o $name >/dev/null
done
rm spec.yaml
cd ..

failed=0 ran=0
for command in $(fitlab complete command); do
    cp -r own work
    cd work
    while IFS= read -r line; do
        [ "$which" = all ] || ! grep -Eq -- "$long" <<<"$line" || continue
        ran=$((ran + 1)) got=0
        bash -c "$line" >../out 2>../err </dev/null || got=$?
        # A verdict is no failure: a reference malloc that is not installed is a row that says so, and
        # what stands in for best-fit here is none. Nor is a machine that has no programs of 32 bits.
        if [ $got != 0 ] && ! { [ $got = 1 ] && grep -qE ' unavailable | DIFFERS' ../out; } &&
            ! grep -qE 'starts no programs of 32 bits|run in fitlab-cell32, which is not here' ../err &&
            ! { [ "$command" = compare ] && { [ $got = 1 ] || [ $got = 3 ]; }; }; then
            echo "examples.sh: '$line' of fitlab $command --help ends with $got:" >&2
            cat ../err >&2
            failed=1
        fi
    done < <(fitlab "$command" --help | sed -n '/^Examples\?:/,$ { s/^  \(\(fitlab\|echo\|valgrind\) .*\)/\1/p }')
    cd ..
    rm -rf work
done
[ $ran -gt 30 ] || { echo "examples.sh: only $ran examples were found" >&2; exit 1; }
exit $failed
