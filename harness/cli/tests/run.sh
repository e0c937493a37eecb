#!/usr/bin/env bash
# `fitlab run` as its users type it: tables, files, exit codes, and one line for each mistake.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

die() { echo "run.sh: $*" >&2; exit 1; }

# expect STATUS COMMAND...: standard output goes to out, standard error to err.
expect() {
    local want=$1 got=0
    shift
    "$@" >out 2>err || got=$?
    [ "$got" = "$want" ] || { cat out err >&2; die "exit $got, not $want: $*"; }
}

# mistake WORDS COMMAND...: exit 2, and one line on standard error that has the words.
mistake() {
    local words=$1
    shift
    expect 2 "$@"
    [ ! -s out ] || die "prints something in spite of a mistake: $*"
    [ "$(head -n 1 err | wc -l)" = 1 ] && [ "$(wc -l <err)" = 1 ] || { cat err; die "more than one line: $*"; }
    grep -qF -- "$words" err || { cat err; die "no word of '$words': $*"; }
}

small=uniform:events=5000,live=100
expect 0 "$FITLAB" run -p first-fit -p best-fit:order=lifo bump -w $small
grep -q '^best-fit:order=lifo *ok ' out || die "no row for best-fit"
[ ! -s err ] || die "standard error is no terminal, and yet: $(cat err)"

expect 0 "$FITLAB" run -p first-fit -w $small --pass memory,check -o a
expect 0 "$FITLAB" run -p first-fit -w $small --pass memory,check -o b
for f in summary.csv fragmentation.csv latency.csv; do
    cmp a/$f b/$f || die "$f differs from run to run"
done
[ "$(wc -l <a/summary.csv)" = 3 ] || die "not two rows"
grep -q '"commit"' a/manifest.json || die "no commit in the manifest"

cp a/summary.csv before
mistake "--force" "$FITLAB" run -p first-fit -w $small -o a
cmp a/summary.csv before || die "results were changed without --force"
expect 0 "$FITLAB" run -p best-fit -w $small -o a --force
[ "$(wc -l <a/summary.csv)" = 2 ] || die "--force did not replace"

expect 1 "$FITLAB" run -p first-fit -w $small --region 16K -o oom
grep -q ',oom,' oom/summary.csv || die "no row says oom"
grep -q 'requests were refused' out || die "the table does not say that requests were refused"

expect 0 "$FITLAB" run -p first-fit:grow=arena -w $small --region 2x
grep -q 'region 2x' out || die "the table does not name the region"

passes=memory,throughput,throughput-cold,latency,check,map,lines
expect 0 "$FITLAB" run -p first-fit -w $small --pass $passes --reps 1 -o all
[ "$(wc -l <all/summary.csv)" = 8 ] || die "not seven passes"

[ "$(wc -l <all/ratios.csv)" = 7 ] || die "not six comparisons of one policy with itself"

expect 0 "$FITLAB" run -p first-fit bump -w $small --pass throughput --reps 4 -o timed --baseline bump
grep -q '^A/A of all policies: ' out || die "no A/A comparison"
grep -q '^bump .*1 (baseline)' out || die "bump is not the baseline"

expect 0 "$FITLAB" run -p bump -w $small --pass throughput --reps 1 --max-reps 2 --precision 0.001%
grep -q 'median of 2' out || die "an unreachable precision did not end at --max-reps"
expect 0 "$FITLAB" run -p bump -w $small --pass throughput --max-reps 2
grep -q 'median of 2$' out || die "--max-reps is no limit: $(head -1 out)"
expect 0 "$FITLAB" run -p bump -w $small --pass throughput --reps 4 --max-reps 40 --precision 99%
grep -q 'median of 4$' out || die "an easy precision did not end the repetitions: $(head -1 out)"

# What minheap says, run confirms.
expect 0 "$FITLAB" minheap -p first-fit -w $small -o minheap
bytes=$(awk '/^first-fit/ { print $4 }' out)
expect 0 "$FITLAB" run -p first-fit -w $small --region "$bytes"
expect 1 "$FITLAB" run -p first-fit -w $small --region $((bytes - 16))
[ "$(wc -l <minheap/curve.csv)" = 42 ] || die "not 41 points of the failure curve"
# For next-fit, a region can be large enough while a larger one is not. No size known to be enough is smaller.
expect 0 "$FITLAB" minheap -p next-fit -w bash -o roams
python3 - <<'PY' || die "curve.csv knows a smaller region than minheap_bytes"
import csv
smallest = int(next(csv.DictReader(open('roams/summary.csv')))['minheap_bytes'])
enough = [int(r['region_bytes']) for r in csv.DictReader(open('roams/curve.csv')) if r['failed_requests'] == '0']
exit(min(enough) < smallest)
PY

# Instructions are the same on every run of one build; bump is its own floor. valgrind and
# AddressSanitizer do not go together.
if command -v valgrind >/dev/null && ! grep -q __asan_init "$FITLAB"; then
    for out in i j; do
        expect 0 "$FITLAB" run -p bump -w uniform:events=2000,live=50 --pass instructions -o $out
    done
    cmp i/summary.csv j/summary.csv || die "instruction counts differ from run to run"
    grep -Eq '^bump +ok +([0-9.]+) +\1 ' out || die "bump is not its own floor"

    # The operation that makes most accesses is the one whose instructions are counted apart.
    expect 0 "$FITLAB" run -p first-fit -w uniform:events=500,live=50 --pass instructions,lines -o costliest
    python3 - <<'PY' || die "the costliest operation"
import csv
rows = {row['pass']: row for row in csv.DictReader(open('costliest/summary.csv'))}
counted, seen = rows['instructions'], rows['lines']
assert counted['costliest_event'] == seen['most_accesses_event'], (counted, seen)
assert float(counted['costliest_instructions']) > float(counted['instructions_per_op'])
PY
fi
mistake "--event=600: the workload has 500 events" "$FITLAB" count --event 600 tlsf uniform:events=500

expect 0 "$FITLAB" run -p first-fit -w $small --seed 7 -o seeded
grep -q 'seed=7' seeded/summary.csv || die "--seed did not reach the workload"

mistake "did you mean 'first-fit'" "$FITLAB" run -p frist-fit -w $small
mistake "did you mean 'order'" "$FITLAB" run -p first-fit:oder=lifo -w $small
mistake "nosuch.fltrace" "$FITLAB" run -p first-fit -w ./nosuch.fltrace
while read -r workload missing; do
    mistake "workload ${workload%%:*}: the parameter '$missing' is missing: add $missing=..." \
        "$FITLAB" run -p first-fit -w $small "$workload" -o missing
    [ ! -e missing ] || die "something was measured in spite of a mistake"
done <<'WORKLOADS'
aged:trace=gawk by
aged:by=gawk trace
repeat:times=2 trace
perturbed trace
schedule of
model trace
trace path
WORKLOADS
mistake "--region" "$FITLAB" run -p first-fit:grow=arena -w $small
mistake "no region" "$FITLAB" run -p first-fit -w $small --region huge
mistake "did you mean 'memory'" "$FITLAB" run -p first-fit -w $small --pass memroy
mistake "--reps=0" "$FITLAB" run -p first-fit -w $small --reps 0
mistake "given twice" "$FITLAB" run -p first-fit first-fit:order=address -w $small
mistake "none of the policies" "$FITLAB" run -p first-fit -w $small --baseline best-fit
mistake "--precision=0" "$FITLAB" run -p first-fit -w $small --precision 0
mistake "belongs to no option" "$FITLAB" run first-fit -w $small
expect 2 "$FITLAB" run -p first-fit
expect 0 "$FITLAB" run --help
expect 0 "$FITLAB" list metrics
grep -q '^ *jw4_pct' out || die "list metrics has no jw4_pct"
expect 0 "$FITLAB" list
[ "$(wc -l <out)" -le 24 ] || die "the list of names is longer than a screen"
for word in best-fit cc1 uniform latency heatmap jw4_pct; do
    expect 0 "$FITLAB" list $word
    grep -q "^  $word" out || die "list $word does not say what it is: $(cat out)"
done
expect 0 "$FITLAB" list 'JW#4'
grep -q '^  jw4_pct ' out || die "the head of a column is not explained"
mistake "nothing is called 'best'" "$FITLAB" list best

expect 0 "$FITLAB" --help
cp out help
for words in "help" "-h"; do
    expect 0 "$FITLAB" $words
    cmp out help || die "fitlab $words is not fitlab --help"
done
grep -q '^Theory:' help || die "the commands are not in groups"
grep -qE '^  (count|complete) ' help && die "the plumbing is shown"
expect 0 "$FITLAB" minheap --help
cp out help
for words in "help minheap" "minheap -h"; do
    expect 0 "$FITLAB" $words
    cmp out help || die "fitlab $words is not fitlab minheap --help"
done
grep -qE -- '--(region|pass|touch|reps)=' help && die "minheap shows options that it does not have"
mistake "unknown option '--pass'" "$FITLAB" minheap --pass latency -p first-fit -w $small
mistake "did you mean '--json'" "$FITLAB" step --jsn
mistake "may be --region, --release, --reps" "$FITLAB" run --re=1
mistake "needs a value: --region=REGION" "$FITLAB" run --regi
mistake "needs a value: -p POLICY" "$FITLAB" run -p
mistake "takes no value" "$FITLAB" run --force=3
mistake "unknown option '-Z'" "$FITLAB" sweep quick -qZ
expect 0 "$FITLAB" version
cp out version
expect 0 "$FITLAB" --version
cmp out version || die "fitlab version is not fitlab --version"
mistake "did you mean 'sweep'" "$FITLAB" help sweeep

# A trace cut in half.
"$FITLAB" generate $small -o whole.fltrace
head -c $(($(stat -c %s whole.fltrace) / 2)) whole.fltrace >half.fltrace
mistake "half.fltrace" "$FITLAB" run -p first-fit -w ./half.fltrace
mistake "max-size" "$FITLAB" trace filter ./whole.fltrace --min-size=2 --max-size=1 -o none.fltrace

# what each command reads is read in one way, with one message
mistake "--jobs=0: give a whole number from 1 to 4096" "$FITLAB" verify -j 0 all
mistake "--seed=x: give a whole number from 0 up" "$FITLAB" check --seed x first-fit
mistake "--level=20: give a whole number from 1 to 19" "$FITLAB" generate -l 20 $small -o none.fltrace
for seconds in -1 5x 5sm s '' 1e9; do
    mistake "--search=$seconds: give seconds from 0 up" "$FITLAB" offline $small --search="$seconds"
done
expect 0 "$FITLAB" run -p bump -w $small --time-limit 0.5m
mistake "one folder at a time: 'again' is one too many" "$FITLAB" plot all again
mistake "one policy at a time: 'buddy' is one too many" "$FITLAB" attack bump buddy
# Output that could not be written is a failure; a device or a pipe is not replaced by a file.
for command in "list policies" "info ./whole.fltrace" "run -p first-fit -w $small"; do
    got=0
    "$FITLAB" $command >/dev/full 2>err || got=$?
    [ $got = 2 ] && grep -q 'standard output' err || die "exit $got on a full disk: fitlab $command"
done
mkfifo pipe
wc -l <pipe >lines &
expect 0 "$FITLAB" export csv $small pipe
wait $!
[ -p pipe ] && [ "$(cat lines)" -gt 5000 ] || die "export put a file in a pipe's place"
mistake "pipe: is no regular file" "$FITLAB" report a -o pipe
mistake "/nowhere/a.pdf: cannot write" "$FITLAB" info ./whole.fltrace --figure /nowhere/a.pdf
mistake "whole.fltrace/out' cannot be made" "$FITLAB" run -p first-fit -w $small -o whole.fltrace/out
expect 2 "$FITLAB" reproduce robson -o whole.fltrace
[ ! -s out ] || die "reproduce found only at the end that it has nowhere to write"
cp whole.fltrace named_otherwise
expect 0 "$FITLAB" run -p first-fit -w named_otherwise
"$FITLAB" export rep $small lab.rep
expect 0 "$FITLAB" run -p first-fit -w lab.rep

# what is written to is made, with what is above it; a file in the way is told
expect 0 "$FITLAB" plot all -f footprint --format svg -o deep/er/figures
ls deep/er/figures/*.svg >/dev/null || die "no figure in a folder of folders"
mistake "whole.fltrace/figures: Not a directory" "$FITLAB" plot all -f footprint -o whole.fltrace/figures
mistake "whole.fltrace' cannot be made: Not a directory" "$FITLAB" run -p bump -w $small -o whole.fltrace
mistake "'1K' is out of range for a region: give 4K to 64G" "$FITLAB" run -p first-fit -w $small --region 1K
mistake "unknown sweep 'qiuck'" "$FITLAB" sweep qiuck
mistake ".: is a folder" "$FITLAB" sweep .
mistake "more traces than 1: 'again' is one too many" "$FITLAB" trace cut whole.fltrace again -o none.fltrace

# A packed problem is told in the ids and times that it came with.
printf 'id,lower,upper,size\nb,5,9,30\na,0,6,10\n' >problem.csv
expect 0 "$FITLAB" offline problem.csv -s 0 -o packed.csv
printf 'id,lower,upper,size,offset\na,0,6,10,0\nb,5,9,30,10\n' | cmp - packed.csv || die "packed.csv: $(cat packed.csv)"

# Does it fit? This problem has a load of 4 and an optimum of 5.
printf 'lower,upper,size\n0,3,1\n0,1,3\n1,4,1\n1,2,2\n2,6,1\n3,4,2\n5,6,3\n' >seven.csv
expect 0 "$FITLAB" offline seven.csv --capacity 5 -o fits.csv
grep -q '^yes: 7 blocks fit into 5 bytes; the packing of height 5 was checked' out || die "$(cat out)"
[ "$(wc -l <fits.csv)" = 8 ] || die "fits.csv: $(cat fits.csv)"
expect 1 "$FITLAB" offline seven.csv --capacity 4 -o fits-not.csv
grep -q '^no: the exact search went through all packings of 7 blocks' out || die "$(cat out)"
[ ! -e fits-not.csv ] || die "a packing was written of what does not fit"
expect 1 "$FITLAB" offline seven.csv --capacity 3
grep -q '^no: 4 bytes are alive at once, more than 3' out || die "$(cat out)"
expect 3 "$FITLAB" offline seven.csv --capacity 4 --budget 0
grep -q '^not known: ' out || die "$(cat out)"
expect 0 "$FITLAB" offline seven.csv -s 0 --pages
grep -q '^The packing chosen keeps 1.0 pages of 4 KiB resident on the mean and 1 at the peak' out || die "$(cat out)"
mistake "leave out --policy" "$FITLAB" offline $small --capacity 4K -p best-fit

# Files of other tools and standard input are workloads as they are, for every kind of process.
expect 0 "$FITLAB" generate $small -o made.fltrace
expect 0 "$FITLAB" export csv made.fltrace made.csv
expect 0 "$FITLAB" export rep made.fltrace made.rep
gzip -k made.csv
two="first-fit glibc"
grep -q __asan_init "$FITLAB" && two="first-fit best-fit" # AddressSanitizer does not go together with glibc's malloc
expect 0 "$FITLAB" run -p $two -w made.fltrace
sed 1,3d out >want
for file in made.csv made.rep made.csv.gz; do
    expect 0 "$FITLAB" run -p $two -w $file
    sed 1,3d out | cmp - want || die "$file gives other numbers than the trace it was made from"
done
expect 0 "$FITLAB" run -p $two -w - <made.csv
sed 1,3d out | cmp - want || die "standard input gives other numbers"
expect 0 "$FITLAB" info made.csv
grep -q '^source *made.csv (csv)' out || die "info does not say where the events come from"
printf 'op,id,size\nmalloc,1,10\nfree,2,\n' >bad.csv
mistake "bad.csv: row 3: id 2 is freed, but is not live" "$FITLAB" run -p first-fit -w bad.csv
echo nothing >junk.txt
mistake "junk.txt: " "$FITLAB" run -p first-fit -w junk.txt
expect 0 env TMPDIR="$PWD/empty" sh -c 'mkdir "$TMPDIR" && "$0" run -p first-fit -w made.csv' "$FITLAB"
[ -z "$(ls empty)" ] || die "an import leaves files: $(ls empty)"

# The lists of a sweep, from the command line
expect 0 "$FITLAB" sweep quick --print
grep -q '^policies:' out || die "--print does not print the spec"
printf 'policies: [worst-fit]\nworkloads: [gawk]\n' >lists.yaml
expect 0 "$FITLAB" sweep lists.yaml -w made.csv -p buddy tlsf -o replaced --no-figures
[ "$(grep -cE '^[^,]*,"?(buddy|tlsf).*made.csv' replaced/summary.csv)" = 2 ] ||
    die "the lists are not replaced: $(cut -d, -f2,3 replaced/summary.csv)"
grep -q worst-fit replaced/summary.csv && die "the spec's own policies run as well"
cp replaced/summary.csv before
expect 0 "$FITLAB" sweep lists.yaml -w made.csv -p buddy tlsf -o replaced --no-figures
cmp replaced/summary.csv before || die "the same command does not find its cells again"
mistake "beginning with 'fitlab sweep" "$FITLAB" sweep lists.yaml --engine parallel -p buddy -o elsewhere

# What is done is printed at once: the first table is there while the second workload is still replayed.
"$FITLAB" run -p first-fit best-fit -w uniform:events=1000 uniform:events=200M,live=500K >early 2>/dev/null &
running=$!
for _ in $(seq 300); do
    ! grep -q '^best-fit is within\|^first-fit is within' early || break
    sleep 0.1
done
kill "$running" 2>/dev/null || die "the run ended before it could be stopped"
wait "$running" || true
grep -q '^best-fit *ok' early && [ "$(grep -c ' memory pass, ' early)" = 1 ] || die "the first table was not printed at once: $(cat early)"
