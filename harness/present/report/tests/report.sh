#!/usr/bin/env bash
# A report holds the numbers of the CSVs and nothing from elsewhere.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

complain() {
    echo "report: $*"
    failed=1
}

"$FITLAB" run -p first-fit buddy -w uniform:events=4000 exponential:events=4000 --pass memory,throughput \
    --reps 4 --samples 20 -o out >/dev/null 2>&1 || complain 'the run failed'
"$FITLAB" report out --no-figures >said.txt || complain "report fails: $(cat said.txt)"
while IFS= read -r path; do
    [ -s "$path" ] || complain "$path is said to be written but is empty"
done <said.txt

page=out/report.html
grep -q '</html>' $page || complain 'the page has no end'
grep -qE '(src|href)="?(https?:|//|\.)' $page && complain 'the page refers to something outside itself'

# A number of the CSV is in both, rounded the same.
column=$(head -1 out/summary.csv | tr ',' '\n' | grep -nx jw4_pct | cut -d: -f1)
value=$(grep ',buddy,uniform:events=4000,' out/summary.csv | grep ',memory,' | sed 's/"[^"]*"/quoted/g' | cut -d, -f"$column")
shown=$(awk -v v="$value" 'BEGIN { printf(v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.2f", v) }')
grep -q "<th scope=\"row\">buddy</th>.*>$shown<" $page || complain "the page does not say $shown for buddy"
grep -q "^buddy .*& .*$shown" out/tables/fragmentation.tex || complain "the LaTeX table does not say $shown"
for table in out/tables/*.tex; do
    parts=$(grep -c toprule "$table")
    [ "$(sed -n '/midrule/,/bottomrule/p' "$table" | grep -c '&')" = $((2 * parts)) ] || complain "$table has not one row a policy"
    awk '/toprule/ { getline; heads = gsub(/&/, "&") } /midrule/ { inside = 1 } /bottomrule/ { inside = 0 }
        inside && / & / { gsub(/\\&/, ""); if (gsub(/&/, "&") != heads) { print; bad = 1 } } END { exit bad }' "$table" ||
        complain "$table has rows as wide as its head is not"
    sed 's/\\[%#&_$]//g' "$table" | grep -v '^%' | grep -q '[%#_]' && complain "$table has a bare % or _"
done

# Places are given where the A/A comparison allows.
calm=$(awk -F, '$(NF - 15) == "ns_per_op" && $(NF - 4) <= 1 && $(NF - 3) >= 1 && $(NF - 13) != $(NF - 14)' out/ratios.csv |
    wc -l) # of two policies each workload has one row that is not the baseline's
given=$(sed -n '/id="places"/,/<\/thead>/p' $page | grep -o 'noise [0-9.]* %' | wc -l)
[ "$calm" = "$given" ] || complain "places on $given workloads, where A/A includes 1 on $calm"
[ "$calm" = 0 ] || sed -n '/id="places"/,/<\/section>/p' $page | grep -Eq '>first-fit<.*>[12](-2)?<' ||
    complain 'first-fit has no place'

# A region of fixed size is the footprint whatever a policy does in it: the tables show the high water.
"$FITLAB" run -p first-fit buddy -w uniform:events=4000 exponential:events=4000 --region 4x -o fixed >/dev/null 2>&1
"$FITLAB" report fixed --no-figures >/dev/null || complain 'a report of a fixed region fails'
python3 - <<'EOF' || complain 'the table of fragmentation is not of the high water in a fixed region'
import csv, re, sys
shown = {}
for line in open("fixed/tables/fragmentation.tex"):
    cells = [re.sub(r"\\textbf|[{}\\]", "", c).strip() for c in line.split("&")]
    if len(cells) > 1:
        shown[cells[0].split()[0]] = cells[1]
for row in csv.DictReader(open("fixed/summary.csv")):
    if row["workload"].startswith("uniform"):
        over = 100 * (int(row["high_water_bytes"]) / int(row["peak_live_bytes"]) - 1)
        if abs(float(shown[row["policy"]]) - over) > .06 * over:
            sys.exit("%s: %s, not %s" % (row["policy"], shown[row["policy"]], over))
EOF
grep -q 'The live bytes of these workloads peak at' fixed/report.html || complain 'a table does not say how large the heaps are'
# Policies are counted, not policies times regions.
printf 'policies: [first-fit, buddy]\nworkloads: [{uniform: {events: 2000}}]\nregions: [grow, 4x, 8x]\nfigures: none\n' >regions.yaml
"$FITLAB" sweep regions.yaml -o regions >/dev/null 2>&1 && "$FITLAB" report regions --no-figures >/dev/null
grep -q '2 policies' regions/report.html || complain 'the page counts a policy once for each region'

"$FITLAB" report out --baseline budy >said.txt 2>&1
[ $? = 2 ] || complain 'a wrong baseline is taken'
grep -q "did you mean 'buddy'" said.txt || complain "a wrong baseline is answered by: $(cat said.txt)"
# A player of each workload lies beside the page, which links to the step at which two policies part most.
for page in out/report.html elsewhere.html; do
    "$FITLAB" report out --no-figures -o $page >/dev/null || complain "a report as $page fails"
    links=$(grep -o 'href="[a-z]*-players/[^"]*"' $page | sed 's/href="//; s/"//')
    [ "$(wc -l <<<"$links")" = 2 ] || complain "$page has not one player a workload: $links"
    for link in $links; do
        player=$(dirname $page)/${link%#*}
        step=${link##*#step=}
        from=$(grep -o '"from":[0-9]*' "$player" | cut -d: -f2)
        [ -n "$from" ] && [ "$from" -le "$step" ] && [ "$step" -le $((from + 300)) ] ||
            complain "$page links to step $step of $player, which begins at $from"
    done
done
widest=$("$FITLAB" step -p first-fit -p buddy -w uniform:events=4000 --widest --text | sed -n 's/^step \([0-9]*\).*/\1/p' | head -1)
grep -q "#step=$widest\"" out/report.html || complain "the footprints part most at step $widest, and no link leads there"
rm -r out/report-players
"$FITLAB" report out --no-figures --no-players >/dev/null
grep -q players/ out/report.html && complain 'there are players in spite of --no-players'
[ ! -e out/report-players ] || complain '--no-players writes players'
"$FITLAB" report nowhere >said.txt 2>&1
[ $? = 2 ] && [ "$(wc -l <said.txt)" = 1 ] || complain "a missing folder is answered by: $(cat said.txt)"

# The page begins with three sentences: what was compared, what came out, what is unsure.
page=out/report.html
[ "$(sed -n '/id="opening"/,/<\/div>/p' $page | grep -c '^<p>')" = 3 ] || complain 'the page does not begin with three sentences'
grep -q 'compares 2 policies (first-fit and buddy) on 2 workloads' $page ||
    complain "the first sentence is: $(sed -n '/id="opening"/{n;p}' $page)"
best=$(sed -n '/^first-fit .*&\|^buddy .*&/p' out/tables/fragmentation.tex | awk -F'&' '{ gsub(/[^0-9.]/, "", $NF); print $NF, $1 }' | sort -g | head -1)
grep -q "least memory is taken by ${best#* }" $page ||
    complain "the second sentence does not say that $best is the best"

# Each head of a column has a definition, and each cell a command that makes it again.
[ "$(grep -o '<th scope="col"' $page | wc -l)" = $(($(grep -o 'data-definition="' $page | wc -l) + $(grep -o '<th scope="col">policy' $page | wc -l))) ] ||
    complain 'a head has no definition'
python3 - <<'EOF' || complain 'the data of the page is not what the CSVs have'
import csv, json, re, sys
page = open("out/report.html").read()
data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S).group(1))
if data["sets"]:
    sys.exit("--no-figures has figures")
EOF

# -o moves all that is written: nothing in the folder changes, whatever is asked for.
list_of() { find out -type f -printf '%p %s %T@\n' | sort; }
list_of >before.txt
for to in page.html folder; do
    "$FITLAB" report out -o $to --title 'Two & three' -p buddy >said.txt || complain "report -o $to fails"
    grep -v "^${to%.html}" said.txt && complain "-o $to writes elsewhere"
done
list_of | diff before.txt - || complain '-o changes the folder'
[ -s page.html ] && [ -s page-tables/fragmentation.tex ] && [ -s folder/report.html ] && [ -s folder/tables/fragmentation.tex ] ||
    complain 'there is no page or no table where -o says'
grep -q '<title>Two &amp; three</title>' page.html || complain '--title is not the title'
grep -q 'first-fit' page-tables/fragmentation.tex && complain '-p buddy leaves first-fit there'

# Where the first policy was not timed, ratios are to the first that was, and a row without a number is named below the title.
rm -rf untimed && cp -r out untimed
python3 - <<'EOF'
import csv
rows = list(csv.reader(open("out/summary.csv")))
at, of = rows[0].index("pass"), rows[0].index("policy")
with open("untimed/summary.csv", "w", newline="") as file:
    csv.writer(file, lineterminator="\n").writerows(r for r in rows if (r[of], r[at]) != ("first-fit", "throughput"))
EOF
"$FITLAB" report untimed -o untimed.html --no-figures --no-players >/dev/null || complain 'a report of an untimed policy fails'
grep -q '^first-fit' untimed-tables/time.tex && complain 'a row without a number is in the table'
grep -q '^buddy .*& .*1\.00' untimed-tables/time.tex || complain "the mean is not of the ratio to the policy that was timed: $(grep '^buddy' untimed-tables/time.tex)"
grep -q 'of the ratio to buddy\..*Without a number: first-fit\.' untimed.html || complain 'the page does not say what the ratio is to, and what was not timed'

# Tables for LaTeX: columns as chosen, wide ones across the page or in parts.
"$FITLAB" report out -o few --column jw4_pct --column ns_per_op --no-figures --no-players >/dev/null
[ "$(sed -n '/toprule/{n;p}' few/tables/detail-*.tex | tr -cd '&\n' | sort -u)" = '&&' ] || complain 'the columns are not those that were chosen'
"$FITLAB" report out -o none --column jw5_pct --no-figures --no-players >said.txt 2>&1
[ $? = 2 ] && grep -q "no table has a column 'jw5_pct'" said.txt || complain "a column that is not there is answered by: $(cat said.txt)"
grep -q 'begin{table\*}' out/tables/detail-*.tex || complain 'a wide table is not as wide as the page'
grep -q 'part 2 of' out/tables/detail-*.tex || complain 'a table too wide for the page is not split'

# With an older folder, the page says what compare says.
cp -r out older
python3 - <<'EOF'
import csv
rows = list(csv.DictReader(open("out/summary.csv")))
with open("older/summary.csv", "w", newline="") as file:
    old = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
    old.writeheader()
    for row in rows:
        if row["policy"] == "buddy" and row["peak_footprint_bytes"]:
            row["peak_footprint_bytes"] = int(row["peak_footprint_bytes"]) * 9 // 10
        old.writerow(row)
EOF
"$FITLAB" report out --against older -o against.html --no-players --no-figures >/dev/null || complain '--against fails'
"$FITLAB" compare older out >said.txt
sed 's/&gt;/>/g; s/&lt;/</g; s/&quot;/"/g; s/&amp;/\&/g' against.html | grep -cF "<strong>$(tail -1 said.txt)</strong>" >/dev/null || complain "--against does not say: $(tail -1 said.txt)"

# All figures, their numbers once, and a few pictures for readers without scripts; small, and without gnuplot too.
"$FITLAB" report out --no-players -o whole.html >/dev/null || complain 'a report with figures fails'
[ "$(stat -c %s whole.html)" -lt 1000000 ] || complain 'the page of two policies has more than a megabyte'
if command -v gnuplot >/dev/null; then
    sed -n '/<noscript>/,/<\/noscript>/p' whole.html | grep -c '<svg' >/dev/null || complain 'there is no picture for readers without scripts'
fi
grep -q '<?xml' whole.html && complain 'the page holds the prolog of another document'
mkdir -p bin
PATH=$work/bin "$FITLAB" report out --no-players -o bare.html >/dev/null || complain 'without gnuplot there is no report'
python3 - <<'EOF' || complain 'the figures of the page are not what the CSVs say'
import csv, itertools, json, re, sys
for name in "whole.html", "bare.html":
    page = open(name).read()
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S).group(1))
    def column(index, rows):
        packed = data["pool"][index]
        if isinstance(packed, list):
            return packed
        if "c" in packed:
            return [packed["c"]] * rows
        return list(itertools.accumulate(packed["d"] if "d" in packed else itertools.accumulate(packed["dd"])))
    sets = {(s["figure"], s["subject"]): s for s in data["sets"]}
    shown = sets["footprint", "uniform_events=4000" if ("footprint", "uniform_events=4000") in sets else
                 next(s for f, s in sets if f == "footprint" and s.startswith("uniform"))]
    got = {}
    for rows, *index in shown["runs"]:
        columns = {n: column(i, rows) for n, i in zip(shown["columns"], index)}
        got[columns["label"][0]] = max(columns["footprint_bytes"])
    for row in csv.DictReader(open("out/summary.csv")):
        if row["pass"] == "memory" and row["workload"].startswith("uniform"):
            if got[row["policy"]] != int(row["peak_footprint_bytes"]):
                sys.exit("%s: %s, not %s" % (row["policy"], got[row["policy"]], row["peak_footprint_bytes"]))
EOF
exit $failed
