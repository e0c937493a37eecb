#!/usr/bin/env bash
# fuzz_policies.sh SECONDS REGISTRY POLICY...: builds the fuzzer of the policies with clang, under
# AddressSanitizer and UBSan, and runs it for a while from a fixed seed.
set -euo pipefail
seconds=$1 registry=$2
shift 2
command -v clang >/dev/null || {
    echo "fuzz_policies: skipped: clang is not installed"
    exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$FITLAB_SOURCE"
conformance=harness/conformance
clang -std=gnu17 -O0 -gline-tables-only -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    -Iallocators -Iharness -I. -o "$scratch/fuzz" \
    allocators/tests/fuzz_policies.c "$registry" "$(dirname "$registry")/layer_registry.c" $(printf 'allocators/%s.c ' "$@") \
    $conformance/shadow.c $conformance/inspect.c harness/region/bounds.c $conformance/trial.c
mkdir "$scratch/corpus"
"$scratch/fuzz" -seed=1 -max_total_time="$seconds" -max_len=400 -len_control=20 -print_funcs=0 \
    -print_final_stats=1 -artifact_prefix="$scratch/" "$scratch/corpus" >"$scratch/log" 2>&1 || {
    tail -n 40 "$scratch/log"
    echo "fuzz_policies: the input that does it, in base64:"
    base64 "$scratch"/crash-* "$scratch"/timeout-* "$scratch"/oom-* 2>/dev/null || true
    exit 1
}
grep '^stat::' "$scratch/log"
