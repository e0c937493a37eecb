#!/usr/bin/env bash
# cross.sh ARCHITECTURE REGISTRY [PAGE_BYTES]: the policies built for another machine keep the contract
# there, under qemu's emulation of one process. REGISTRY: the generated list of the policies. Left out is
# check.c, which takes specs as people write them and prints verdicts.
#
# aarch64 has another counter for a clock and may have larger pages, s390x another order of bytes.
set -euo pipefail
architecture=$1 registry=$2 page=${3-}
cd "$FITLAB_SOURCE"

skip() {
    echo "cross.sh: skipped: $*"
    exit 77
}

compiler=$architecture-linux-gnu-gcc
emulator=$(command -v "qemu-$architecture" || command -v "qemu-$architecture-static") ||
    skip "qemu-user, which runs programs for $architecture, is not installed"
command -v "$compiler" >/dev/null || skip "$compiler is not installed: apt-get install gcc-$architecture-linux-gnu"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mapfile -t policies < <(sed -n 's/^extern const struct policy \(.*\);/allocators\/\1.c/p' "$registry")
[ ${#policies[@]} -gt 5 ]
shopt -s extglob
"$compiler" -std=gnu17 -O1 -static -I. -Iallocators -Iharness -o "$scratch/judge_all" \
    harness/conformance/tests/judge_all.c harness/conformance/!(check).c harness/region/bounds.c \
    harness/region/payload_pattern.c harness/measure/clock.c "$registry" "${policies[@]}"
"$emulator" ${page:+-p "$page"} "$scratch/judge_all" | tee "$scratch/said"
[ "$(grep -c 'properties hold$' "$scratch/said")" = ${#policies[@]} ]
