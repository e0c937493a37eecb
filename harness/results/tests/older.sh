#!/usr/bin/env bash
# A results folder of an older version, whose tables lack the columns that came later, is drawn, reported and compared
# like one that knows no more; where that cannot be, one line says which version made it and what to do.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

complain() {
    echo "older: $*"
    failed=1
}

"$FITLAB" run -p first-fit -p buddy -w uniform:live=50,events=3000 -w uniform:live=90,events=3000 --pass memory,throughput,map,pages \
    --reps 2 --samples 20 -o out >run.txt 2>&1 || complain "the run failed: $(cat run.txt)"

# without COLUMN|FILE:COLUMN...: the folder old, as out but for these columns.
without() {
    rm -rf old
    mkdir old
    cp out/*.csv out/manifest.json old
    python3 - "$@" <<'PYTHON'
import csv, glob, json, os, sys
for path in glob.glob("old/*.csv"):
    rows = list(csv.reader(open(path)))
    keep = [i for i, name in enumerate(rows[0]) if not {name, os.path.basename(path) + ":" + name} & set(sys.argv[1:])]
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([row[i] for i in keep] for row in rows)
manifest = json.load(open("old/manifest.json"))
manifest["fitlab"].update(version="0.0.9", commit="0123456789abcdef")
json.dump(manifest, open("old/manifest.json", "w"))
PYTHON
}

without heapmap.csv:thread release threads bits own_low own_high most_probes blow_up
"$FITLAB" report old --no-players -o old.html >said.txt 2>&1 || complain "report: $(cat said.txt)"
"$FITLAB" report out --no-players -o new.html >/dev/null
for table in new-tables/[!d]*.tex; do # all but detail-*
    grep -v '^%' "$table" | diff - <(grep -v '^%' "old-tables/${table#*/}") >/dev/null || complain "$table is another one of the older folder"
done
grep -q 'most.*probes' new-tables/detail-*50*.tex || complain 'no table has most_probes'
grep -q 'most.*probes' old-tables/detail-*50*.tex && complain 'a table has a column that the folder does not know'
"$FITLAB" plot old -f heatmap --format svg -o old-figures >said.txt 2>&1 || ! command -v gnuplot >/dev/null || complain "plot: $(cat said.txt)"
"$FITLAB" compare old out >said.txt 2>&1
status=$?
[ $status = 3 ] || [ $status = 0 ] || complain "compare ends with $status: $(cat said.txt)"
grep -q 'peak_footprint_bytes\|memory' said.txt || complain "compare has no memory: $(cat said.txt)"

without workload
for command in 'report old' 'plot old' 'compare old out'; do
    "$FITLAB" $command >said.txt 2>&1
    [ $? = 2 ] && [ "$(wc -l <said.txt)" = 1 ] && grep -q "no column 'workload'.*0\.0\.9, commit 0123456789ab.*'fitlab sweep'" said.txt ||
        complain "$command is answered by: $(cat said.txt)"
done

# A folder of an older version is not measured on.
without heapmap.csv:thread
printf 'policies: [first-fit]\nworkloads: [{uniform: {live: 50, events: 3000}}]\n' >spec.yaml
"$FITLAB" sweep spec.yaml -q -o old >said.txt 2>&1
[ $? = 2 ] && grep -q 'heapmap.csv: its columns are not those of this fitlab: choose another folder' said.txt ||
    complain "a sweep into an older folder is answered by: $(tail -1 said.txt)"
exit $failed
