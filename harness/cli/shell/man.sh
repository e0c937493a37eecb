#!/usr/bin/env bash
# man.sh FITLAB - the man page, from what the program says of itself.
set -euo pipefail
fitlab=$1
export ARGP_HELP_FMT=rmargin=76

roff() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\\([.']\\)/\\\\\\&\\1/"; }

version=$("$fitlab" --version)
cat <<END
.TH FITLAB 1 "" "$version" "User Commands"
.SH NAME
fitlab \\- compare memory\\-allocator policies
.SH SYNOPSIS
.B fitlab
.I COMMAND
.RI [ OPTION ]...
.SH DESCRIPTION
fitlab replays the same recorded and synthetic workloads against many policies of free\\-space
management (first\\-fit, best\\-fit, buddy, slab, TLSF and others, and policies of your own), and
writes what each costs in memory and in time as CSVs, figures and reports.
.SH COMMANDS
.nf
END
"$fitlab" --help | sed -n 's/^  \([a-z]*  *.*\)/\1/p' | sed '/^fitlab /d' | roff
echo .fi
"$fitlab" complete command | while read -r command; do
    printf '.SS "fitlab %s"\n.nf\n' "$command"
    "$fitlab" "$command" --help </dev/null | roff
    echo .fi
done
cat <<'END'
.SH ENVIRONMENT
.TP
.B FITLAB_CORPUS
The folder of traces that bare names such as \fBperl\fR mean.
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
