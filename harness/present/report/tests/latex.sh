#!/usr/bin/env bash
# The tables of a report are set by pdflatex in a paper of two columns, and none is wider than its place.
set -euo pipefail
command -v pdflatex >/dev/null || {
    echo 'latex.sh: skipped: pdflatex is not installed (apt install texlive-latex-recommended)'
    exit 77
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
"$FITLAB" run -p first-fit best-fit:index=exact,order=lifo buddy tlsf quick-fit -w bash zstd bc \
    uniform:events=4000,live=100 exponential:events=4000 larson:events=4000 sawtooth:events=4000 gawk jq \
    --pass memory,throughput --reps 4 --max-reps 4 -o out >/dev/null 2>&1 || [ $? = 1 ]
failed=0

# set_tables FOLDER: all of them in one document
set_tables() {
    {
        printf '%s\n' '\documentclass[twocolumn,10pt]{article}' '\usepackage[margin=.75in]{geometry}' \
            '\usepackage{booktabs}' '\begin{document}'
        for table in "$1"/tables/*.tex; do
            printf '\\input{%s}\n\\clearpage\n' "${table%.tex}"
        done
        printf '%s\n' '\end{document}'
    } >paper.tex
    if ! HOME=$dir pdflatex -interaction=nonstopmode -halt-on-error paper.tex >log.txt; then
        echo "latex.sh: $1: pdflatex fails:"
        tail -n 20 log.txt
        failed=1
    fi
    if grep -E 'Overfull .hbox \(([1-9][0-9]|[0-9]{3})' log.txt; then
        echo "latex.sh: $1: a table is wider than its place"
        failed=1
    fi
}

"$FITLAB" report out -o all --no-figures --no-players >/dev/null
set_tables all
grep -q 'begin{table\*}' all/tables/*.tex && grep -q 'part 2 of' all/tables/*.tex || {
    echo 'latex.sh: no table is wide enough for this test'
    failed=1
}
"$FITLAB" report out -p buddy -p tlsf --column jw4_pct --column ns_per_op -o few --no-figures --no-players >/dev/null
set_tables few
exit $failed
