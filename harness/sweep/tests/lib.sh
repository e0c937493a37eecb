# lib.sh - what the scripts that test sweeps share. Needs FITLAB, the program.
set -uo pipefail
scratch=$(mktemp -d)
test_name=$(basename "$0" .sh)

clean_up() { :; } # a test that starts daemons ends them here
trap 'clean_up; rm -rf "$scratch"' EXIT

fail() {
    echo "$test_name: $*" >&2
    exit 1
}

skip() {
    echo "$test_name: skipped: $*"
    exit 77
}

# sweep WORDS...: quietly, without figures
sweep() { "$FITLAB" sweep --quiet --no-figures "$@" >"$scratch/said"; }

# same_results A B: everything of the deterministic cells, byte for byte
same_results() {
    local table
    for table in summary.csv fragmentation.csv heapmap.csv curve.csv holes.csv threads.csv; do
        cmp "$1/$table" "$2/$table" || fail "$table differs between $1 and $2"
    done
}

# count_status DIR STATUS
count_status() { grep -c ",$2," "$1/summary.csv"; }

# Some seconds of cells: cheap ones, a hundred and more.
write_spec() {
    cat >"$1" <<'YAML'
policies:
  - first-fit: {order: [address, lifo], split_min: [32, 64]}
  - best-fit
  - next-fit
workloads:
  - uniform: {events: [2000, 20000], live: [100, 500]}
  - sawtooth: {events: 10000}
seeds: [1, 2]
passes: [memory, check]
YAML
}
