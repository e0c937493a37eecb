#!/usr/bin/env bash
# Policies that crash, quit, hang, block their signals or take too much memory each get a row that says so,
# and every other cell is as it would have been without them. They can be run again, and a policy
# whose code changes is.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
export MISBEHAVE=yes

# bad_policy NAME STATEMENT: a plug-in whose 1000th allocation does this
bad_policy() {
    sed -e "s/my_fit/$1/g; s/my-fit/${1//_/-}/g; s/\.alloc = alloc/.alloc = misbehave/" \
        -e "/^const struct policy/i static void *misbehave(struct heap *h, size_t n)\n{\n    static int calls;\n    if (++calls == 1000 \&\& getenv(\"MISBEHAVE\")) {\n        $2\n    }\n    return alloc(h, n);\n}\n" \
        -e '1i #include <signal.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>' \
        "$FITLAB_SOURCE/allocators/example/my_fit.c" >"$1.c"
    "${CC:-cc}" -std=gnu17 -shared -fPIC -O1 -I "$FITLAB_SOURCE/allocators" -o "$1.so" "$1.c" ||
        fail "$1.c does not compile"
}
bad_policy crashes '*(volatile int *)8 = 0;'
bad_policy quits '_exit(0);'
bad_policy hangs 'for (;;) pause();'
bad_policy is_deaf 'sigset_t all; sigfillset(\&all); sigprocmask(SIG_BLOCK, \&all, NULL); for (;;) pause();'
bad_policy eats 'for (;;) memset(malloc(1 << 20), 1, 1 << 20);'

cat >good.yaml <<'YAML'
policies: [first-fit, best-fit]
workloads: [uniform: {events: 5000}, sawtooth: {events: 5000}]
passes: [memory, check]
limits: {time: 8s, memory: 150M}
YAML
sed 's|\[first-fit, best-fit\]|[./crashes.so, first-fit, ./quits.so, ./hangs.so, ./is_deaf.so, best-fit, ./eats.so]|
    s/, sawtooth.*/]/; s/, check//' good.yaml >bad.yaml
sed -i 's/, sawtooth.*/]/; s/, check//' good.yaml

sweep good.yaml -o good || fail 'the good policies'
sweep bad.yaml -o bad -j4
[ $? = 1 ] || fail 'a sweep with failed cells exits with 1'
for expected in crashes,crash quits,crash hangs,timeout is_deaf,timeout eats,memory-limit; do
    grep "^[0-9a-f]*,[^,]*${expected%,*}" bad/summary.csv | grep -q ",${expected#*,}," ||
        fail "${expected%,*} should be ${expected#*,}: $(cut -d, -f2,9-14 bad/summary.csv)"
done
# identical rows of the good ones
for table in summary fragmentation; do
    cmp good/$table.csv <(grep -E '^key|,first-fit,|,best-fit,' bad/$table.csv) ||
        fail "bad neighbours change $table.csv"
done
[ "$(count_status bad ok)" = 2 ] || fail 'not all good cells are ok'

# the same command runs nothing again, ...
before=$(sha256sum bad/*.csv)
sweep bad.yaml -o bad
[ "$before" = "$(sha256sum bad/*.csv)" ] || fail 'a finished sweep changes when repeated'
# ... --retry-failed what failed ...
unset MISBEHAVE
sweep bad.yaml -o bad --retry-failed || fail 'cells that now behave'
[ "$(count_status bad ok)" = 7 ] || fail 'the failed cells did not run again'
[ "$(cut -d, -f2 bad/provenance.csv | sort -u | wc -l)" = 3 ] || fail 'provenance by row'
grep -c "\"run\":" bad/manifest.json | grep -qx 2 || fail "the manifest lists both runs"
# ... and a change to one policy its cells alone.
bad_policy quits '_exit(1);'
cp bad/provenance.csv before.csv
sweep bad.yaml -o bad || fail 'a changed policy'
[ "$(grep -vxFf before.csv bad/provenance.csv | wc -l)" = 1 ] || fail 'not one cell ran again'
[ "$(wc -l <bad/superseded/summary.csv)" = 2 ] || fail 'the old row is not set aside'
[ "$(count_status bad ok)" = 7 ] || fail 'a row too many or too few'
