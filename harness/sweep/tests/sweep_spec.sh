#!/usr/bin/env bash
# Whatever is wrong in a spec is one line with the place of the word at fault and a remedy, exit 2,
# and nothing is written.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

# refused PLACE TEXT: the spec on standard input is, there, with this in the message
refused() {
    local said status
    cat >spec.yaml
    said=$(sweep spec.yaml -o out 2>&1)
    status=$?
    [ $status = 2 ] || fail "exit $status instead of 2 where '$2' was expected: $said"
    [ "$(wc -l <<<"$said")" = 1 ] || fail "more than one line: $said"
    [[ $said == "fitlab: spec.yaml:$1"* ]] || fail "not at $1: $said"
    [[ $said == *"$2"* ]] || fail "does not say '$2': $said"
    [ ! -e out ] || fail "something was written, though: $said"
}

# the same, for lines added to a spec that is fine otherwise; they begin in line 3
added() { refused "$1" "$2" <<<"policies: [first-fit]
workloads: [uniform]
$3"; }

# the same, for a stack of layers as the only policy
layered() { refused "$1" "$2" <<<"policies:
  - $3
workloads: [uniform]"; }

layered 2:5: "did you mean 'cache'?" 'cahce+tlsf'
layered 2:5: 'cache is a layer' cache
layered 2:25: "did you mean 'blocks'?" 'cache+arenas+tlsf: {blok: [1]}'
layered 2:37: 'out of range' 'cache+arenas+tlsf: {blocks: [1, 9999]}'
layered 2:25: "no part for 'owner.n'" 'cache+arenas+tlsf: {owner.n: 2}'

added 3:1: "did you mean 'seeds'?" 'sedes: [1]'
added 3:1: 'it takes policies, bits, given, workloads, regions' 'colour: blue'
added 3:9: 'empty list' 'passes: []'
added 3:18: "did you mean 'check'?" 'passes: [memory, chek]'
added 3:8: 'no whole number' 'seeds: 5x'
added 3:12: 'no whole number' 'seeds: [1, 5.7]'
added 4:5: 'out of range' 'seeds:
  - -1'
added 3:11: 'is no region' 'regions: [2y]'
added 3:11: "did you mean 'pareto'?" 'figures: [paretto]'
added 3:16: 'no time such as' 'limits: {time: 5}'
added 3:10: "did you mean 'time'?" 'limits: {tme: 5s}'
added 3:12: 'no percentage' 'precision: 2'
added 3:15: 'is deterministic' 'repetitions: {memory: 2}'
added 3:1: 'given twice' 'policies: [best-fit]'
added 3:9: 'must be a mapping' 'limits: 5s'

# too large a grid is refused with its size before there is any of it
many() { seq -s, 1 "$1"; }
refused ' ' 'the grid has 4002000 cells' <<<"policies: [first-fit]
workloads: [uniform]
seeds: [$(many 2000)]
regions: [$(seq -s, 1000001 1000 3000001)]"
refused 1: "'first-fit' has 1000000000 combinations" <<<"policies: [first-fit: {order: [$(yes address | head -n 1000 | paste -sd,)], split_min: [$(yes 32 | head -n 1000 | paste -sd,)], coalesce: [$(yes deferred | head -n 1000 | paste -sd,)]}]
workloads: [uniform]"
added 5:1: 'no valid YAML' 'seeds: [1
'

refused '' 'is empty' </dev/null
refused 1:1: 'has no workloads' <<<'policies: [first-fit]'
refused 1:21: "did you mean 'first-fit'?" <<<'policies: [best-fit,firstfit]
workloads: [uniform]'
refused 1:12: 'No such file' <<<'policies: [./nowhere.so]
workloads: [uniform]'
refused 2:17: "did you mean 'order'?" <<<'policies:
  - first-fit: {oder: [lifo]}
workloads: [uniform]'
refused 2:31: "did you mean 'order=address'?" <<<'policies:
  - first-fit: {order: [lifo, adress]}
workloads: [uniform]'
refused 3:18: 'give 32 to' <<<'policies:
  first-fit:
      split_min: 7
workloads: [uniform]'
refused 1:31: 'not a mapping' <<<'policies: {first-fit: {order: {a: 1}}}
workloads: [uniform]'
refused '' 'takes its whole region' <<<'policies: [first-fit: {grow: arena}]
workloads: [uniform]'
refused 2:13: "did you mean 'uniform'?" <<<'policies: [first-fit]
workloads: [unifrom]'
refused 2:13: 'no trace matches' <<<"policies: [first-fit]
workloads: ['no-such-*']"
refused 2:13: 'min=100' <<<'policies: [first-fit]
workloads: [uniform: {min: 100, max: 50}]'
refused 2:13: "the parameter 'by' is missing: add by=..." <<<'policies: [first-fit]
workloads: [aged: {trace: gawk}]'
refused '' 'release=decay:10ms counts recorded time, and workload gawk has no times' <<<'policies: [first-fit]
workloads: [gawk]
passes: [pages]
release: [now, decay:10ms]'

refused 1:1 "'best-fit' is none of the policies" <<<'policies: [first-fit]
workloads: [uniform]
passes: [throughput]
untimed: [best-fit]'

# and one that is right: counted, listed, and still nothing written
write_spec spec.yaml
sweep spec.yaml -o out --dry-run || fail 'a dry run must succeed'
said=$(cat said)
[ "$(wc -l <<<"$said")" = 121 ] || fail "a dry run lists each cell and sums up: $said"
[[ $said == *'120 cells; at least '* ]] || fail "no count, or an estimate that pretends to know: $said"
[ ! -e out ] || fail 'a dry run writes nothing'

# Once each policy has run in each pass, the estimate is one; until then it is a bound.
cat >learn.yaml <<'EOF'
policies: [first-fit, bump, tlsf]
workloads: [{uniform: {events: 3000}}, {sawtooth: {events: 3000}}]
passes: [memory, throughput]
repetitions: 4
untimed: [bump]
EOF
sweep learn.yaml -o learnt || fail 'a sweep with untimed policies must succeed'
[ "$(grep -c ',bump,' learnt/summary.csv)" = 2 ] || fail 'bump was timed, or is not there at all'
[ "$(grep -c ',throughput,' learnt/summary.csv)" = 16 ] || fail 'not two policies in four repetitions'
python3 - <<'EOF' || fail 'a ratio of throughput has no interval'
import csv, sys
rows = [r for r in csv.DictReader(open("learnt/ratios.csv")) if r["metric"] == "ns_per_op"]
sys.exit(len(rows) != 4 or any(not r["ratio_low"] or not r["ratio_high"] for r in rows))
EOF
sweep learn.yaml -o learnt --dry-run && [[ $(cat said) == *'22 cells; about '* ]] ||
    fail "no estimate: $(tail -1 said)"
# Every spec that comes along is named where one looks for them.
help=$("$FITLAB" sweep --help)
for path in "$FITLAB_SOURCE"/harness/sweep/specs/*.yaml; do
    name=$(basename "$path" .yaml)
    [[ $help =~ fitlab:[^.]*$name ]] || fail "sweep --help does not name $name"
done

# Workloads of the command line come in the place of the spec's, which need not be there.
echo '{policies: [first-fit], workloads: ["*-never-recorded"]}' >absent.yaml
sweep absent.yaml -w uniform:events=100 -o instead && grep -q ',ok,' instead/summary.csv ||
    fail "workloads of the command line: $(cat said)"
sweep absent.yaml -o out && fail 'a spec without its workloads is taken'
[ ! -e out ] || fail 'something was written for a spec without its workloads'
