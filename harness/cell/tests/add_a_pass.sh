#!/usr/bin/env bash
# add_a_pass.sh BUILD
# Adding a pass is one file and one line: a pass that counts the events that allocate goes into a copy of
# harness/, and is then named by the help, listed, run, and a pass of a sweep like any other. Only what
# includes the list of passes is compiled again; the rest comes from BUILD, a build of the tree by Ninja.
set -euo pipefail
build=$1
source=$FITLAB_SOURCE
[ -e "$build/build.ninja" ] || {
    echo "add_a_pass: this needs a build by Ninja"
    exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "add_a_pass: $*" >&2
    exit 1
}

cp -r "$source/harness" "$scratch/harness"
cat >"$scratch/harness/cell/passes/pass_requests.c" <<'END'
/* pass_requests.c - counts what a workload asks for, and measures nothing of the policy. */
#include "cell/pass.h"
#include "cell/pass_kind.h"

static bool run(struct pass *p)
{
    pass_put_facts(p);
    return true;
}

static const struct pass_column columns[] = {{"mallocs", METRIC_mallocs, FORM_COUNT}, {0}};

const struct pass_kind pass_requests = {
    .name = "requests",
    .letter = 'R',
    .measures = "how many requests the workload makes",
    .guess_ns = 10,
    .columns = columns,
    .run = run,
};
END
sed -i 's/^    X(MINHEAP, minheap)$/    X(MINHEAP, minheap) X(REQUESTS, requests)/' "$scratch/harness/cell/passes/passes.h"
[ "$(diff "$source/harness/cell/passes/passes.h" "$scratch/harness/cell/passes/passes.h" | grep -c '^>')" = 1 ] ||
    fail "one line should do"

# The command that links fitlab, and those that compile what may see the list of passes.
cd "$build"
mkdir "$scratch/objects"
ninja -t commands fitlab >"$scratch/commands"
sources=$(grep -rlE 'cell/(cell|pass|pass_kind|shared_results)\.h|results/|sweep/|cli/run\.h|present/' \
    "$source/harness" --include='*.c' | grep -Ev '/tests/|/runner32/' | sed "s|^$source/||")
link_objects=()
for file in $sources harness/cell/passes/pass_requests.c; do
    like=$file
    [ "$file" = harness/cell/passes/pass_requests.c ] && like=harness/cell/passes/pass_map.c
    command=$(grep -m1 -F " -c $source/$like" "$scratch/commands" || grep -m1 -F "/$like " "$scratch/commands" | grep -- ' -c ' || true)
    [ -n "$command" ] || continue
    object=$scratch/objects/$(echo "$file" | tr / _).o
    command=$(sed -E "s#$source/harness#$scratch/harness#g; s#(\.\./)+harness#$scratch/harness#g; s# -o [^ ]+# -o $object#; s# -M[DFT]+ [^ ]+##g; s# -MD##; s# -O2##; s# -g##" <<<"$command")
    command=${command/$source\/$like/$scratch\/$file}
    command=${command/$scratch\/$like/$scratch\/$file}
    echo "$command" >>"$scratch/compile"
    link_objects+=("$object")
done
xargs -P2 -d '\n' -I{} sh -c '{} || exit 255' <"$scratch/compile" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    fail "the pass does not compile"
}
link=$(tail -n 1 "$scratch/commands" | # the first definition of a function counts
    sed -E "s#^([^/]*[^ ]*cc) #\\1 ${link_objects[*]} -Wl,-z,muldefs #; s#-o fitlab #-o $scratch/fitlab #")
eval "$link" || fail "the pass does not link"
cp source-tree "$scratch/" 2>/dev/null || true

fitlab=$scratch/fitlab
"$fitlab" run --help | tr -s ' \n' ' ' | grep -q 'minheap, requests;' || fail "the help does not name the pass"
"$fitlab" list passes | grep -q '^  requests: how many requests' || fail "the pass is not listed"
"$fitlab" run -p bump -w uniform:events=2000 --pass requests -o "$scratch/out" >"$scratch/log" || fail "the pass does not run"
grep -q '^bump .*ok' "$scratch/log" && grep -q mallocs "$scratch/log" || fail "no table of the pass: $(cat "$scratch/log")"
grep -q ',requests,' "$scratch/out/summary.csv" || fail "no row of the pass"
printf 'policies: [bump]\nworkloads: ["uniform:events=2000"]\npasses: [requests]\n' >"$scratch/spec.yaml"
"$fitlab" sweep "$scratch/spec.yaml" -o "$scratch/sweep" --no-figures >/dev/null || fail "no sweep takes the pass"
grep -q ',requests,' "$scratch/sweep/summary.csv" || fail "no row of the pass in the sweep"
