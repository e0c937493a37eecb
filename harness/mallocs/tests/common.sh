# common.sh - for the scripts beside it: a scratch folder, and asking for rows.
set -uo pipefail
fitlab=$FITLAB
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
failed=0

complain() {
    echo "$(basename "$0"): $*"
    failed=1
}

# rows ARGUMENT...: runs, and prints "policy|status|detail|meter|..." of each cell.
columns=policy,status,detail,meter
rows() {
    rm -rf "$scratch/out"
    "$fitlab" run "$@" -o "$scratch/out" >"$scratch/table" 2>"$scratch/errors" || [ $? -eq 1 ] || {
        cat "$scratch/errors"
        return 1
    }
    python3 - "$scratch/out/summary.csv" "$columns" <<'PYTHON'
import csv, sys
for row in csv.DictReader(open(sys.argv[1])):
    print("|".join(row[column] for column in sys.argv[2].split(",")))
PYTHON
}
