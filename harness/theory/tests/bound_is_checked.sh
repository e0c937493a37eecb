#!/usr/bin/env bash
# bound_is_checked.sh: every replay of address-ordered first-fit is compared with its theorem. A first-fit
# that is best-fit in truth breaks it on the workload that best-fit is bad at; the real one does not.
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sed -e 's/"best-fit"/"first-fit"/' -e 's/\bbest_fit\b/first_fit/' \
    "$FITLAB_SOURCE/allocators/best_fit.c" >"$scratch/first_fit.c"
cc -std=gnu17 -O1 -w -shared -fPIC -I"$FITLAB_SOURCE/allocators" -o "$scratch/first_fit.so" \
    "$scratch/first_fit.c" || exit 1
"$FITLAB" play best-fit-killer -p best-fit --live 256 --largest 16 -o "$scratch/killer.fltrace" >/dev/null || exit 1

"$FITLAB" run -p first-fit -w "$scratch/killer.fltrace" -o "$scratch/real" >/dev/null || {
    echo "bound_is_checked.sh: first-fit breaks its bound"
    exit 1
}
"$FITLAB" run -p "$scratch/first_fit.so" -w "$scratch/killer.fltrace" >"$scratch/said" 2>&1
[ $? -eq 1 ] && grep -q 'above the bound of Robson 1977' "$scratch/said" || {
    echo "bound_is_checked.sh: best-fit in first-fit's place is not noticed:"
    cat "$scratch/said"
    exit 1
}
python3 - "$scratch/real/summary.csv" <<'PYTHON'
import csv, sys
row, = csv.DictReader(open(sys.argv[1]))
if not int(row["peak_footprint_bytes"]) <= int(row["bound_first_fit_bytes"]):
    sys.exit("bound_is_checked.sh: the row of first-fit has no bound above its footprint")
PYTHON
