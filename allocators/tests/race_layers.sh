#!/usr/bin/env bash
# race_layers.sh REGISTRY POLICY...: builds race_layers.c with ThreadSanitizer, and runs it.
set -euo pipefail
registry=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$FITLAB_SOURCE"
cc -std=gnu17 -O1 -g -w -fsanitize=thread -Iallocators -o "$scratch/race" allocators/tests/race_layers.c \
    "$registry" "$(dirname "$registry")/layer_registry.c" $(printf 'allocators/%s.c ' "$@") -lpthread 2>"$scratch/log" || {
    echo "race_layers: skipped: this compiler has no ThreadSanitizer: $(tail -n 1 "$scratch/log")"
    exit 77
}
TSAN_OPTIONS=halt_on_error=1:exitcode=66 "$scratch/race"
