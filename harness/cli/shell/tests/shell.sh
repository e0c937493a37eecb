#!/usr/bin/env bash
# What the shells and the man page say is what the program knows; what is installed works.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

complain() {
    echo "shell: $*"
    failed=1
}

PATH=$(dirname "$FITLAB"):$PATH
shell=$FITLAB_SOURCE/harness/cli/shell
# shellcheck source=/dev/null
source "$shell/fitlab.bash"

# completes LINE WORDS...: bash offers these words, and perhaps others, at the end of LINE.
completes() {
    COMP_LINE=$1
    COMP_POINT=${#COMP_LINE}
    shift
    COMPREPLY=()
    _fitlab
    local word
    for word; do
        printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -- "$word" ||
            complain "after '$COMP_LINE' bash offers '${COMPREPLY[*]}', not $word"
    done
}

COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
completes 'fitlab re' report record
completes 'fitlab run -p bud' buddy
completes 'fitlab run -p buddy bes' best-fit
completes 'fitlab run -p best-fit:or' order=
completes 'fitlab run -p best-fit:order=li' lifo
completes 'fitlab run -p best-fit:order=lifo,coal' lifo,coalesce=
completes 'fitlab run -p cac' cache+
completes 'fitlab run -p cache+arenas+be' cache+arenas+best-fit
completes 'fitlab run -p cache:blocks=2+arenas:by=con' contention
completes 'fitlab run -w unif' uniform
completes 'fitlab run -w uniform:see' seed=
completes 'fitlab run --max' --max-reps
completes 'fitlab plot out -f heat' heatmap
completes 'fitlab list w' workloads
# every policy, layer, workload and figure is offered
for subject in policies:policy workloads:workload figures:figure; do
    "$FITLAB" list "${subject%:*}" | sed -n 's/^  \([a-z][a-z0-9-]*\): .*/\1/p' >"$work/listed"
    [ -s "$work/listed" ] || complain "nothing is listed of ${subject%:*}"
    "$FITLAB" complete "${subject#*:}" | sed 's/+$//' >"$work/offered" # what stands below a layer follows
    grep -vxFf "$work/offered" "$work/listed" && complain "these ${subject%:*} are not offered"
done
if command -v zsh >/dev/null; then
    zsh -n "$shell/_fitlab" || complain 'the completion for zsh does not parse'
fi

"$FITLAB" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | while read -r command; do
    grep -q "^.SS \"fitlab $command\"" "$FITLAB_BUILD/fitlab.1" || echo "$command"
done | grep . && complain 'these commands are not in the man page'

"$FITLAB" complete command | while read -r command; do
    "$FITLAB" "$command" --help | grep -q '^  fitlab ' || echo "$command"
done | grep . && complain 'the help of these commands has no example'

cmake --install "$FITLAB_BUILD" --prefix "$work/usr" >/dev/null || complain 'installing fails'
for file in bin/fitlab share/fitlab/plots/style.gp share/fitlab/corpus include/fitlab/policy.h share/man/man1/fitlab.1; do
    [ -e "$work/usr/$file" ] || complain "$file is not installed"
done
exit $failed
