#!/usr/bin/env bash
# fitlab advise: the same answer whatever the seed, a pool that is enough, its forms, its limits, its folder.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir temporary
export TMPDIR=$dir/temporary

die() { echo "advise: $*" >&2; exit 1; }

"$FITLAB" generate uniform:events=600,live=40,max=600 -o t.fltrace >/dev/null
advise() { "$FITLAB" advise t.fltrace -q "$@"; }

# The answer does not depend on the seed, nor on how many cells run at once.
advise --fresh 8 --seed 1 --json -p tlsf:second_level=8 half-fit buddy:system=binary >one.json
advise --fresh 8 --seed 2 --json -j 1 -p tlsf:second_level=8 half-fit buddy:system=binary >two.json
value() { python3 -c 'import json, sys
v = json.load(open(sys.argv[1]))
for key in sys.argv[2:]: v = v[key]
print(v)' "$@"; }
for key in "best policy" pool_bytes "best smallest_pool_bytes" "margin ratio" "runner_up policy" cells; do
    # shellcheck disable=SC2086 # words of a path
    [ "$(value one.json $key)" = "$(value two.json $key)" ] || die "$key depends on the seed"
done
[ "$(value one.json seed)" = 1 ] && [ "$(value two.json seed)" = 2 ] || die "the seed is not told"

# The pool is enough for the recording, to the granule without its margin, and for most of the fresh ones.
policy=$(value one.json best policy_spec)
pool=$(value one.json pool_bytes)
pool=${pool%.*}
least=$(value one.json best smallest_pool_bytes)
least=${least%.*}
[ "$pool" -gt "$least" ] || die "there is no margin: $pool of $least bytes"
served() { "$FITLAB" run -p "$policy" -w t.fltrace --region "$1" >said.txt 2>&1; }
served "$pool" || die "the pool of $pool bytes is not enough"
served "$least" || die "$least bytes are not enough"
! served $((least - 16)) || die "$((least - 16)) bytes are enough, so $least are not the least"
[ "$(value one.json fresh_served)" -ge 7 ] || die "only $(value one.json fresh_served) of 8 fresh workloads complete"

# The best is among the best that were measured, and the margin is no smaller than what was drawn needs.
python3 - <<'EOF'
import json
a = json.load(open("one.json"))
least = min(c["smallest_pool_bytes"] for c in a["candidates"])
assert a["best"]["smallest_pool_bytes"] <= least * 1.25, (a["best"], least)
assert a["runner_up"]["policy"].split(":")[0] != a["best"]["policy"].split(":")[0]
assert a["margin"]["ratio"] >= max(f["most_ratio"] for f in a["margin"]["families"])
assert sum(f["tried"] for f in a["margin"]["families"]) >= 30
assert any(a["code_bytes"].values()) and all(v is None or 500 < v < 20000 for v in a["code_bytes"].values())
EOF

# Ten lines, and each says its part.
advise --fresh 4 -p tlsf:second_level=8,search=own half-fit:round=none >said.txt
[ "$(wc -l <said.txt)" -le 10 ] || die "more than ten lines: $(cat said.txt)"
for part in take pool margin tried cost code runner-up proven observed assumed; do
    grep -q "^$part " said.txt || die "nothing is said of '$part': $(cat said.txt)"
done

# TLSF's worst case is proven, and does not grow; no operation of a recording of mallocs and frees exceeds it by much.
advise --fresh 0 -p tlsf:second_level=8,search=own --json >tlsf.json
python3 - <<'EOF'
import json
a = json.load(open("tlsf.json"))
small, large = (p["accesses"] for p in a["proven_most_accesses"])
assert small == large, (small, large)
assert a["best"]["most_accesses"] <= small + 4, (a["best"], small)
EOF

# What a build takes.
advise --fresh 0 -p tlsf:second_level=8,search=own --as header >heap.h
printf '#include "heap.h"\nchar pool[HEAP_POOL_BYTES]; int main(void) { return HEAP_POLICY_TLSF - 1; }\n' >heap.c
"${CC:-cc}" -Wall -Werror heap.c -o heap && ./heap || die "the header does not compile: $(cat heap.h)"
advise --fresh 0 -p tlsf:second_level=8,search=own --as kconfig >heap.conf
grep -q '^CONFIG_HEAP_POLICY_TLSF=y$' heap.conf && grep -q '^CONFIG_HEAP_MEM_POOL_SIZE=[0-9]*$' heap.conf || die "$(cat heap.conf)"
[ "$(grep -vc '^\(#.*\|CONFIG_[A-Z0-9_]*=.*\)$' heap.conf)" = 0 ] || die "no Kconfig lines: $(cat heap.conf)"
! advise --fresh 0 -p tlsf:second_level=8,search=own --as malloc-conf >said.txt 2>&1 || die "tlsf has a MALLOC_CONF"

# Limits that nothing keeps to: status 1, and what comes nearest.
code=0
advise --fresh 0 -p tlsf:second_level=8,search=own --budget 4K >said.txt || code=$?
[ $code = 1 ] && grep -q '^nearest .*tlsf' said.txt || die "budget of 4K: status $code: $(cat said.txt)"
code=0
advise --fresh 0 -p next-fit:index=list,order=lifo --max-accesses 3 >said.txt || code=$?
[ $code = 1 ] || die "3 accesses: status $code: $(cat said.txt)"

# Bad words: status 2, one line, with the remedy.
for words in "--goal memroy" "--budget lots" "-p tlfs" "nosuch.fltrace" "--as headr" "--json --as header"; do
    code=0
    # shellcheck disable=SC2086
    advise $words >/dev/null 2>said.txt || code=$?
    [ $code = 2 ] && [ "$(wc -l <said.txt)" = 1 ] || die "$words: status $code: $(cat said.txt)"
done

# A results folder that other commands know.
advise --fresh 0 -p tlsf:second_level=8,search=own half-fit:round=none -o out --json >three.json
[ "$(grep -c ',minheap,' out/summary.csv)" -ge 2 ] || die "no rows of the minheap pass"
"$FITLAB" plot out -f front --format svg >/dev/null || die "plot does not know the folder"
! advise --fresh 0 -p tlsf -o out >/dev/null 2>said.txt || die "results are replaced without --force"

# A heap of 32 bits is another one, where such cells can be run; its pool is enough for it.
if "$FITLAB" run -p tlsf --bits 32 -w t.fltrace >said.txt 2>&1; then
    advise --fresh 0 -p tlsf:second_level=8,search=own --bits 32 --json >narrow.json
    python3 - <<'EOF'
import json
wide, narrow = (json.load(open(f))["best"] for f in ("tlsf.json", "narrow.json"))
assert "@32" in narrow["policy"] and narrow["smallest_pool_bytes"] != wide["smallest_pool_bytes"], (wide, narrow)
EOF
    "$FITLAB" run -p tlsf:second_level=8,search=own --bits 32 -w t.fltrace \
        --region "$(value narrow.json pool_bytes | cut -d. -f1)" >said.txt || die "32 bits: $(cat said.txt)"
fi

# Two programs in one heap need more than either.
"$FITLAB" generate uniform:events=600,live=40,max=600,seed=2 -o u.fltrace >/dev/null
"$FITLAB" advise t.fltrace u.fltrace -q --together --fresh 0 -p tlsf:second_level=8,search=own --json >both.json
"$FITLAB" advise t.fltrace u.fltrace -q --fresh 0 -p tlsf:second_level=8,search=own --json >each.json
python3 - <<'EOF'
import json
both, each = (json.load(open(f)) for f in ("both.json", "each.json"))
assert both["best"]["smallest_pool_bytes"] > 1.5 * each["best"]["smallest_pool_bytes"]
assert any(f["likeness"].startswith("other turns") for f in both["margin"]["families"])
EOF
[ -z "$(ls temporary)" ] || die "temporary files are left: $(ls temporary)"
