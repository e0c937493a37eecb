#!/usr/bin/env bash
# pages.sh: the pages pass by the command line. Policies and the mallocs of real systems stand in one
# table with one meter; what is deterministic is the same bytes twice; rules of release do what they say.
set -uo pipefail
fitlab=$FITLAB
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
complain() {
    echo "pages: $*"
    failed=1
}
run() { # FOLDER ARGUMENT...
    local out=$1
    shift
    "$fitlab" run "$@" --pass pages -o "$scratch/$out" >"$scratch/$out.txt" 2>"$scratch/$out.err" || {
        cat "$scratch/$out.txt" "$scratch/$out.err"
        complain "fitlab run $* failed"
    }
}

policies="first-fit best-fit quick-fit buddy tlsf"
run one -p $policies -w bash uniform:live=500,events=20000
run two -p $policies -w bash uniform:live=500,events=20000
for file in summary pages; do
    cmp "$scratch/one/$file.csv" "$scratch/two/$file.csv" || complain "two runs differ in $file.csv"
done

references="glibc jemalloc mimalloc tcmalloc"
if grep -q __asan_init "$fitlab"; then
    echo 'pages: without the references: AddressSanitizer does not go together with another malloc'
    references=
fi
run all -p $policies $references -w bash
for rule in never trim now decay:2000 decay:64K/bytes; do
    run "rule-${rule/\//-}" -p $policies slab -w bash --release "$rule"
done
[ -z "$references" ] || run purged -p jemalloc:decay=never jemalloc:decay=now glibc:trim=never glibc:trim=now mimalloc:purge=now \
    tcmalloc:release=now tcmalloc:release=never -w bash

python3 - "$scratch" <<'PYTHON' || failed=1
import csv, os, sys
top = sys.argv[1]
bad = []
def rows(folder, file="summary"):
    return list(csv.DictReader(open(f"{top}/{folder}/{file}.csv")))
def check(condition, *what):
    if not condition:
        bad.append(" ".join(map(str, what)))

# One meter; nobody has less than is live; the sum of kinds; what is given back and touched again.
for folder in sorted(f for f in os.listdir(top) if os.path.isdir(f"{top}/{f}")):
    for r in rows(folder):
        name = f"{folder}: {r['policy']} on {r['workload']}:"
        if r["status"] == "unavailable" and "not installed" in r["detail"]:
            print("pages: skipped:", r["detail"])
            continue
        check(r["status"] == "ok", name, r["status"], r["detail"])
        check(r["meter"] == "resident", name, "the meter is", r["meter"])
        resident, live = int(r["peak_resident_bytes"]), int(r["peak_live_pages_bytes"])
        check(resident >= live >= int(r["peak_live_bytes"]), name, resident, "resident for", live)
        check(live - int(r["peak_live_bytes"]) < 4096, name, live, "is not the least number of pages")
        check(abs(float(r["resident_over_pct"]) - 100 * (resident / live - 1)) < 1e-6, name, "over")
        if r["release"] == "own":
            continue
        sizes = [int(r[f"peak_resident_{unit}bytes"]) for unit in ("", "16k_", "64k_", "2m_")]
        check(sizes == sorted(sizes), name, "larger pages cannot hold less:", sizes)
        check(int(r["refaulted_pages"]) <= int(r["given_back_pages"]), name, "refaults")
        check(int(r["release_calls"]) <= int(r["given_back_pages"]), name, "calls")
    for r in rows(folder, "pages"):
        if r["release"] != "own":
            kinds = [int(r[k]) for k in ("live_pages_bytes", "rounding_pages_bytes", "data_pages_bytes",
                                         "returnable_bytes")]
            check(sum(kinds) == int(r["resident_bytes"]), folder, r["policy"], r["event"], kinds)
            check(int(r["pinned_bytes"]) < max(1, kinds[0]), folder, r["policy"], r["event"], "pinned")

peak = {r["policy"]: int(r["peak_resident_bytes"]) for r in rows("all") if r["status"] == "ok"}
fixed = {r["policy"]: r["fixed_bytes"] for r in rows("all") if r["status"] == "ok"}
if "jemalloc" in peak: # 78 KB live in what was 4 MB of extents
    check(100_000 < peak["jemalloc"] < 1_500_000, "bash's jemalloc has", peak["jemalloc"], "resident")
    check(0 < int(fixed["jemalloc"]) < peak["jemalloc"], "jemalloc's fixed bytes:", fixed["jemalloc"])
check(not fixed.get("glibc"), "glibc's fixed bytes cannot be known:", fixed.get("glibc"))
never = {r["policy"]: r for r in rows("rule-never")}
for rule in ("trim", "now", "decay:2000"):
    for r in rows("rule-" + rule):
        check(r["release"] == rule, "release is", r["release"])
        check(int(r["peak_resident_bytes"]) <= int(never[r["policy"]]["peak_resident_bytes"]),
              rule, r["policy"], "has more resident than without giving back")
check(all(r["given_back_pages"] == "0" for r in never.values()), "never gave back")
check(any(int(r["given_back_pages"]) for r in rows("rule-trim")), "trim gave nothing back")
for text in bad:
    print("pages:", text)
sys.exit(bool(bad))
PYTHON

# Words that are no rule, and rules without effect, are one line and exit code 2.
for words in "--pass pages --release sometimes" "--pass pages --release decay:" "--pass memory --release now"; do
    "$fitlab" run -p bump -w uniform:events=100 $words >/dev/null 2>"$scratch/err"
    [ $? = 2 ] && [ "$(wc -l <"$scratch/err")" -le 2 ] && grep -q release "$scratch/err" || complain "$words: $(cat "$scratch/err")"
done

# Recorded time is a measure of decay where there is any: nothing rests for an hour, something does for a microsecond.
"$fitlab" record -q --times -o "$scratch/times.fltrace" -- perl -e 'for (1..9) { my @a = map { "x" x (100 + $_ % 900) } 1..3000 }' ||
    complain "perl cannot be recorded"
given_back() { # RULE
    "$fitlab" run -p first-fit -w "$scratch/times.fltrace" --pass pages --release "$1" --force -o "$scratch/by-time" >/dev/null
    python3 -c 'import csv, sys; print(next(csv.DictReader(open(sys.argv[1])))["given_back_pages"])' "$scratch/by-time/summary.csv"
}
[ "$(given_back decay:3600s)" = 0 ] && [ "$(given_back decay:1us)" -gt 100 ] ||
    complain "decay by time: $(given_back decay:3600s) and $(given_back decay:1us) pages"
for pass in pages throughput; do
    "$fitlab" run -p first-fit -w bash --pass $pass --release decay:1ms >"$scratch/out" 2>"$scratch/err"
    [ $? = 2 ] && [ ! -s "$scratch/out" ] && [ "$(wc -l <"$scratch/err")" = 1 ] &&
        grep -q "release=decay:1ms .* bash has no times: record it with 'fitlab record --times'" "$scratch/err" ||
        complain "a workload without times decays by time: $(cat "$scratch/out" "$scratch/err")"
done

# Timed passes really give back: the page faults of reuse are there.
"$fitlab" run -p first-fit -w bash --pass throughput --reps 1 --release trim -o "$scratch/timed" >/dev/null 2>&1 ||
    complain "no timed pass with --release trim"
python3 - "$scratch/timed/summary.csv" <<'PYTHON' || failed=1
import csv, sys
(row,) = csv.DictReader(open(sys.argv[1]))
assert row["release"] == "trim" and int(row["release_calls"]) > 10, row["release_calls"]
assert int(row["minor_faults"]) >= int(row["release_calls"]) // 2, (row["minor_faults"], row["release_calls"])
PYTHON
exit $failed
