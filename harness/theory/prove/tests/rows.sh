#!/usr/bin/env bash
# rows.sh: `fitlab prove --csv` prints rows of the tables in results/worst-cases, byte for byte, and leaves the worst case
# empty where the memory ran out.
set -uo pipefail
tables=$FITLAB_SOURCE/results/worst-cases
status=0

# same TABLE ARGUMENT...: what these arguments print is the head of the table and a row of it
same() {
    local table=$tables/$1.csv out
    shift
    out=$("$FITLAB" prove "$@" --csv) || { echo "rows.sh: $* does not end well" && status=1; }
    [ "$(head -n 1 <<<"$out")" = "$(head -n 1 "$table")" ] || { echo "rows.sh: $*: another head" && status=1; }
    grep -qxF "$(tail -n 1 <<<"$out")" "$table" || { echo "rows.sh: $*: not in $table: $(tail -n 1 <<<"$out")" && status=1; }
}

same exact first-fit --live 7 --largest 3
same exact tlsf --live 6 --largest 4
same exact quick-fit --live 4 --largest 3
same exact buddy --live 8 --largest 4 --sizes pow2 -j 1
same cost half-fit --live 6 --largest 2 --cost probes
same cost segregated:mode=fits --live 4 --largest 2 --cost probes
same optimum --optimum --live 7 --largest 4
same optimum --optimum --live 8 --largest 2 --sizes pow2

out=$("$FITLAB" prove next-fit --live 8 --largest 4 --memory 1M --csv)
[ $? -eq 1 ] && grep -q '^"next-fit",height,all,8,4,,' <<<"$out" || { echo "rows.sh: an unknown worst case: $out" && status=1; }
exit $status
