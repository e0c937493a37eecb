#!/usr/bin/env bash
# man.sh FITLAB - the man page: workflows first, then each command from what the program says of itself.
set -euo pipefail
fitlab=$1
export ARGP_HELP_FMT=rmargin=76

roff() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\\([.']\\)/\\\\\\&\\1/"; }

# One command: its synopsis, what it does, a paragraph an option, and its examples as they are.
describe() {
    "$fitlab" "$1" --help </dev/null | roff | awk -v command="$1" '
        BEGIN { print ".SS \"fitlab " command "\"" }
        NR == 1 { sub(/^Usage: /, ""); print ".nf\n.B " $0; usage = 1; next }
        usage && /^ / { sub(/^ +(or: +)?/, ""); print ".B " $0; next }
        usage { print ".fi\n.PP"; usage = 0 }
        /^Examples?:/ { examples = 1; print ".PP\nExamples:\n.PP\n.nf\n.RS"; next }
        /^(Mandatory|Report bugs)/ { next }
        examples { print; next }
        /^ +\\-/ { # an option: its words, and what follows two blanks or stands on the next lines
            words = $0; sub(/^ +/, "", words); text = ""
            if (match(words, /  +/)) { text = substr(words, RSTART + RLENGTH); words = substr(words, 1, RSTART - 1) }
            print ".TP\n.B " words; if (text) print text; options = 1; next
        }
        /^ / && options { sub(/^ +/, ""); sub(/^[.'"'"']/, "\\\\\\&&"); print; next }
        /^ / { print ".br"; print; next }
        /^$/ { print ".PP"; options = 0; next }
        { options = 0; print }
        END { if (examples) print ".RE\n.fi" }'
}

version=$("$fitlab" --version)
cat <<END
.TH FITLAB 1 "" "$version" "User Commands"
.SH NAME
fitlab \\- compare memory\\-allocator policies
.SH SYNOPSIS
.B fitlab
.I COMMAND
.RI [ OPTION ]...
.br
.B fitlab help
.I COMMAND
.SH DESCRIPTION
fitlab replays the same recorded and synthetic workloads against many policies of free\\-space
management (first\\-fit, best\\-fit, buddy, slab, TLSF and others, and policies of your own), and
writes what each costs in memory and in time as CSVs, figures and reports.
.SH WORKFLOWS
.TP
Compare a few policies now
.B fitlab run \\-p first\\-fit best\\-fit tlsf \\-w cc1
.br
prints a table. Add
.B \\-\\-pass memory,throughput \\-o out
for times, and to keep the numbers.
.TP
Make the figures of a paper
.B fitlab sweep paper \\-o results/paper
runs a grid of cells, goes on where it stopped, and draws.
.B fitlab plot results/paper
draws again, and
.B fitlab report results/paper
writes a page and LaTeX tables.
.TP
Judge and measure a policy of your own
.B fitlab check ./my_fit.so
says whether it keeps the contract, and
.B fitlab run \\-p ./my_fit.so best\\-fit \\-w gawk
compares it. A solution of the CS:APP malloc lab is given as
.BR ./mm.c .
.TP
Use a program of your own as the workload
.B fitlab record \\-o my.fltrace \\-\\- COMMAND
records its requests,
.B fitlab info my.fltrace
describes them, and
.B \\-w my.fltrace
replays them.
.TP
See how a heap works
.B fitlab step \\-p best\\-fit 'p=alloc(10); q=alloc(20); free(p)'
shows the heap after each operation.
.TP
Find the smallest region, the optimum, the worst case
.BR "fitlab minheap" ,
.BR "fitlab offline" ,
.BR "fitlab prove" .
.SH COMMANDS
END
"$fitlab" --help | sed -n '/^Start:/,/^Begin with:/p' | sed '$d' | awk '
    /^[A-Z].*:$/ { sub(/:$/, ""); print ".SS " $0; next }
    /^  [a-z]/ { name = $1; sub(/^ +[a-z]+ +/, ""); gsub(/-/, "\\-"); print ".TP\n.B " name "\n" $0; next }
    /^ / { sub(/^ +/, ""); gsub(/-/, "\\-"); print }'
echo '.SH OPTIONS OF EACH COMMAND'
{ "$fitlab" complete command; printf 'count\ncomplete\n'; } | while read -r command; do
    describe "$command"
done
cat <<'END'
.SH ENVIRONMENT
.TP
.B FITLAB_CORPUS
The folder of traces that bare names such as \fBperl\fR mean.
.TP
.B FITLAB_TRACES
A folder of traces that stand for those which specs name, under their names with + for each /: the folder
\fBtraces\fR of what \fBfitlab pack \-\-with\-traces\fR has packed.
.TP
.B FITLAB_PLOTS
The folder of gnuplot scripts that \fBfitlab plot\fR runs: a copy of your own to change.
.TP
.B NO_COLOR
Set to anything: no colour.
.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
A result says no: a check failed, a request was refused, a cell did not end well.
.TP
.B 2
Usage or bad input; one line says what, where, and what to do.
.SH SEE ALSO
.BR gnuplot (1),
.BR malloc (3)
END
