#!/usr/bin/env bash
# Every figure that `fitlab list figures` names is drawn from what a run left, twice to the same
# bytes; and whatever is wrong with the input is said in one line, with nothing left half-done.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

complain() {
    echo "figures: $*"
    failed=1
}

command -v gnuplot >/dev/null || {
    echo "figures: skipped: gnuplot is not installed"
    exit 77
}

"$FITLAB" run -p first-fit -p best-fit:order=lifo -p buddy \
    -w uniform:live=50,events=3000 uniform:live=100,events=3000 uniform:live=200,events=3000 \
    --pass memory,throughput,latency,map,lines,minheap --reps 2 --samples 40 -o out >run.txt 2>&1 ||
    complain "the run failed: $(cat run.txt)"
"$FITLAB" plot out -w uniform:live=50,events=3000 >drawn.txt || complain "plot failed"
"$FITLAB" plot out -f cost >>drawn.txt || complain "plot -f cost failed"
"$FITLAB" run -p first-fit -p buddy -w zstd model:trace=zstd -o models >run.txt 2>&1 ||
    complain "the run of models failed: $(cat run.txt)"
"$FITLAB" plot models -f structure -o out/figures >>drawn.txt || complain "plot -f structure failed"
"$FITLAB" run -p first-fit -p buddy -w repeat:trace=zstd,times=3 repeat:trace=zstd,times=3,seed=2 \
    --samples 30 -o rounds >run.txt 2>&1 || complain "the run in rounds failed: $(cat run.txt)"
"$FITLAB" plot rounds -f ageing -o out/figures >>drawn.txt || complain "plot -f ageing failed"
[ "$(grep -c '^buddy,' out/figures/ageing*.csv)" = 3 ] ||
    complain "ageing has not a row for each round of both seeds: $(cat out/figures/ageing*.csv)"
"$FITLAB" run -p first-fit arenas:n=2+first-fit -w producer-consumer:blocks=50,events=4000 --pass memory,map --samples 37 \
    -o layers >run.txt 2>&1 ||
    complain "the run of layers failed: $(cat run.txt)"
"$FITLAB" plot layers -f blow-up -o out/figures >>drawn.txt || complain "plot -f blow-up failed"
[ "$(cut -d, -f7 out/figures/blow-up.csv | sort -u | wc -l)" = 2 ] || complain "blow-up has not one line of private heaps"
"$FITLAB" plot layers -f thread-footprint -f thread-map -o out/figures >>drawn.txt || complain "plot of threads failed"
# A thread of the chain never holds more than what it frees of the thread before it; its bands reach the footprint.
python3 - <<'PYTHON' || complain "the bands of threads are wrong"
import csv, glob
bands = list(csv.DictReader(open(glob.glob("out/figures/thread-footprint-*.csv")[0])))
footprint = {(r["policy"], r["event"]): int(r["footprint_bytes"]) for r in csv.DictReader(open("layers/fragmentation.csv"))
             if r["drain"] == "0"}
tops = {}
for r in bands:
    at = r["label"].replace(" n=2", ":n=2"), r["event"]
    tops[at] = max(tops.get(at, 0), float(r["below_bytes"]) + float(r["used_bytes"]) + float(r["free_bytes"]))
private = [at for at in footprint if at[0] == "first-fit"]
assert private and all(tops[at] == footprint[at] for at in private), "the highest band does not end at the footprint"
assert len({r["thread"] for r in bands}) == 5, "four threads and nobody are not five bands"
spots = list(csv.DictReader(open(glob.glob("out/figures/thread-map-*.csv")[0])))
assert len({r["thread"] for r in spots}) == 5, "the map has not all threads"
PYTHON
cat >rules.yaml <<'YAML'
policies: [first-fit, buddy, glibc]
workloads: ["uniform:live=300,events=4000"]
passes: [memory, pages]
release: [never, now]
YAML
"$FITLAB" sweep -q rules.yaml -o rules --no-figures >run.txt 2>&1 || complain "the sweep of rules failed: $(cat run.txt)"
"$FITLAB" plot rules -f release -o out/figures >>drawn.txt || complain "plot -f release failed"
[ "$(cut -d, -f1,4 out/figures/release*.csv | sort -u | grep -cE '^(first-fit|buddy),(never|now)$')" = 4 ] ||
    complain "release has not both rules of both policies"
while IFS= read -r path; do
    [ -s "$path" ] || complain "$path is said to be drawn but is empty"
done <drawn.txt

# Each figure that reads one of a run's own tables is there, as a picture in each format that is one.
"$FITLAB" list figures | sed -n 's/^  \([a-z-]*\): .*/\1/p' >names.txt
"$FITLAB" list figures | sed -n 's/^      from //p' >sources.txt
while IFS=$'\t' read -r name source; do
    [ -e "out/$source" ] || continue
    compgen -G "out/figures/$name*.svg" >/dev/null || complain "$name is not drawn"
done < <(paste names.txt sources.txt)
[ -s names.txt ] || complain 'list figures lists none'
for svg in out/figures/*.svg; do
    base=${svg%.svg}
    grep -q '</svg>' "$svg" || complain "$svg is no whole SVG"
    [ "$(head -c 5 "$base.pdf")" = %PDF- ] || complain "$base.pdf is no PDF"
    [ "$(head -c 4 "$base.png" | tail -c 3)" = PNG ] || complain "$base.png is no PNG"
    [ -s "$base.csv" ] && [ -s "$base.txt" ] || complain "$base has no data or no caption"
    grep -q 'XXH128 [0-9a-f]\{32\}' "$base.txt" || complain "$base.txt names no digest"
    for picture in "$svg" "$base.pdf" "$base.png"; do
        grep -aq 'XXH128 [0-9a-f]\{32\}' "$picture" || complain "$picture names no digest"
    done
    grep -q '\(NaN\|nan\)' "$svg" && complain "$svg shows what is no number"
done

# A reference has no panel for its inside; a policy that never reuses leaves the picture, and its bar says where to.
"$FITLAB" run -p first-fit best-fit tlsf bump glibc -w uniform:live=100,events=30000 -o apart >run.txt 2>&1
"$FITLAB" plot apart -f fragmentation -f waste -f overhead --format svg >/dev/null || complain "plot apart failed"
grep -q '^glibc' apart/figures/waste-*.csv && complain "waste has a panel for what is not known"
# Two meters never share an axis: without the pages pass references are left out, with it all are by pages.
grep -q '^glibc' apart/figures/fragmentation-*.csv && complain "fragmentation has glibc's footprint by another meter"
grep -q '^bump' apart/figures/fragmentation-*.csv || complain "fragmentation lost the policies"
"$FITLAB" plot apart -f heatmap --format svg 2>&1 >/dev/null | grep -q "left out: .*pass 'pages'" ||
    complain "plot does not say that references are left out"
if ! grep -q ',glibc,.*,unavailable,' rules/summary.csv; then # as in a sanitized build
    "$FITLAB" plot rules -f fragmentation -f heatmap --format svg >/dev/null || complain "plot rules failed"
    for figure in heatmap fragmentation; do
        csv=$(echo rules/figures/$figure*.csv)
        grep -q '^glibc.*resident' "$csv" && grep -q '^buddy.*resident' "$csv" && ! grep -q 'footprint$' "$csv" ||
            complain "$figure mixes meters: $(head -n 3 "$csv")"
        grep -q 'Memory is resident pages' "${csv%.csv}.txt" && ! grep -qi 'footprint' "${csv%.csv}.txt" ||
            complain "the caption of $figure has another meter: $(head -n 3 "${csv%.csv}.txt")"
    done
fi
for figure in pareto fragmentation; do
    grep -q 'Memory is the footprint' out/figures/$figure-uniform*=50*.txt && ! grep -q resident out/figures/$figure-uniform*=50*.txt ||
        complain "the caption of $figure does not name the footprint"
done
grep -q '>to [0-9]*<' apart/figures/overhead.svg || complain "overhead is flattened by bump"

# In a region of fixed size a policy is judged by how far up it went, and not at all if it refused.
"$FITLAB" run -p first-fit buddy bump -w uniform:live=100,events=3000 --region 96K -o fixed >run.txt 2>&1
"$FITLAB" plot fixed -f heatmap --format svg >/dev/null || complain "plot fixed failed"
"$FITLAB" run -p bump -w uniform:live=100,events=3000 -o alone >run.txt 2>&1
"$FITLAB" plot alone --format svg >/dev/null || complain "one policy alone is not drawn"
[ "$(sed -n 's/^bump.*,\(oom,[^,]*\),.*/\1/p' fixed/figures/heatmap.csv)" = oom, ] ||
    complain "what was refused has a number: $(cat fixed/figures/heatmap.csv)"
[ "$(grep ',ok,' fixed/figures/heatmap.csv | cut -d, -f6 | sort -u | wc -l)" = 2 ] ||
    complain "in a fixed region all policies are alike: $(cat fixed/figures/heatmap.csv)"

# Drawn again by the same command, in whatever locale, all is the same.
for time in first second; do
    [ $time = first ] && locale=C.UTF-8 || locale=C
    LC_ALL=$locale "$FITLAB" plot out -w uniform:live=50,events=3000 -o again >/dev/null || complain "plot failed the $time time"
    mv again $time
done
diff -rq first second || complain "the same data gives other bytes"
[ "$(find first -name '*.svg' | wc -l)" -ge 6 ] || complain "too little is drawn again"

# A selection, both widths, one format.
"$FITLAB" plot out -f pareto -p buddy -p first-fit -w uniform:live=50,events=3000 --width 3.3,7 --format svg -o few >few.txt ||
    complain "a selection fails"
[ "$(wc -l <few.txt)" = 2 ] || complain "a selection draws $(wc -l <few.txt) pictures, not 2"
[ "$(cut -d, -f1 few/pareto-*.csv | sort -u | grep -vc label)" = 2 ] || complain "a selection has other policies"

# Times of blocks touched one way are not mixed with those of another.
mkdir touched
cp out/*.csv out/manifest.json touched
python3 - <<'PYTHON'
import csv
rows = list(csv.DictReader(open("out/summary.csv")))
with open("touched/summary.csv", "w", newline="") as file:
    out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
    out.writeheader()
    for row in rows:
        out.writerow(row)
        if row["pass"] == "throughput":
            out.writerow({**row, "touch": "all", "ns_per_op": 3 * float(row["ns_per_op"])})
PYTHON
for touch in none all; do
    "$FITLAB" plot touched -f pareto --touch $touch --format svg -o $touch >/dev/null 2>said.txt
    grep -q "the times of touch=$touch" said.txt || complain "touched in two ways: $(cat said.txt)"
    grep -q "(touch=$touch)" $touch/pareto-*.txt || complain 'the caption does not say how'
    tail -q -n +2 $touch/pareto-uniform*50*.csv |
        awk -F, '{ print $1, $5 }' | sort >$touch.txt
done
paste none.txt all.txt | awk '{ r = $NF / $(NF / 2); bad = bad || r < 2.999 || r > 3.001 }
    END { exit bad || !NR }' || complain "times are mixed: $(paste none.txt all.txt)"

# refuse WORDS ARGUMENTS...: exit status 2, one line that says WORDS, and no figure.
refuse() {
    local words=$1
    shift
    rm -rf none
    PATH=${search-$PATH} "$FITLAB" plot "$@" >said.txt 2>&1
    local status=$?
    [ $status = 2 ] || complain "plot $* exits $status, not 2"
    [ "$(wc -l <said.txt)" = 1 ] || complain "plot $* says more than a line: $(cat said.txt)"
    grep -qe "$words" said.txt || complain "plot $* says '$(cat said.txt)', not '$words'"
    compgen -G 'none/*' >/dev/null && complain "plot $* leaves $(ls none)"
}

# broken NAME: a folder like out, whose summary.csv is what standard input has.
broken() {
    rm -rf bad
    mkdir bad
    cp out/*.csv out/manifest.json bad
    cat >bad/summary.csv
}

refuse 'nowhere: No such file' nowhere -o none
mkdir empty
refuse 'has no summary.csv' empty -o none
refuse "did you mean 'heatmap'" out -f heatmp -o none
refuse "unknown format 'gif'" out --format gif -o none
refuse 'nothing was timed with touch=first' out --touch first -o none
refuse 'inches from 2.5 to 20' out --width 300 -o none
refuse "has no policy 'budy'" out -p budy -o none
broken </dev/null
refuse 'summary.csv: is empty' bad -o none
printf 'a,b\n1,2\n' | broken
refuse "has no column 'policy'; it has: a, b" bad -o none
head -1 out/summary.csv | broken
refuse 'nothing was measured' bad -o none
sed '2s/$/,1/' out/summary.csv | broken
refuse 'row 2 has' bad -o none
broken <out/summary.csv
sed '2s/,grid,\([0-9]*\),/,grid,many,/' out/fragmentation.csv >bad/fragmentation.csv
refuse "row 2, column 'event': 'many' is no number" bad -f waste -o none
sed 's/,holes_bytes,/,halls_bytes,/' out/fragmentation.csv >bad/fragmentation.csv
refuse "fragmentation.csv: has no column 'holes_bytes'" bad -f waste -o none
rm bad/fragmentation.csv
refuse "figure waste needs bad/fragmentation.csv" bad -f waste -o none
head -1 out/heapmap.csv >bad/heapmap.csv
refuse "heapmap.csv has no rows for it" bad -f heap-map -o none

mkdir bin
search=$work/bin
refuse 'gnuplot is not installed' out -f heatmap -o none
cat >bin/gnuplot <<'END'
#!/bin/sh
echo '"heatmap.gp" line 7: something broke' >&2
exit 1
END
chmod +x bin/gnuplot
search=$work/bin:$PATH
refuse 'line 7: something broke' out -f heatmap -o none

exit $failed
