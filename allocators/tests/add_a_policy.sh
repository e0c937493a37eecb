#!/usr/bin/env bash
# The README's walk-through, done as a newcomer would: its policy goes into a copy of the tree
# as one file and one line of CMake, and is then listed, run and judged like any other.
set -euo pipefail
source=$FITLAB_SOURCE
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "add_a_policy: $*" >&2
    exit 1
}

awk '/^```c$/ { inside = 1; next } /^```$/ && inside { exit } inside' \
    "$source/allocators/README.md" >"$scratch/my_fit.c"
cmp "$scratch/my_fit.c" "$source/allocators/example/my_fit.c" ||
    fail "the policy in allocators/README.md is not the one in allocators/example"

cd "$source"
tar -c --exclude=corpus --exclude=build --exclude='build-*' \
    CMakeLists.txt allocators workloads harness plots | tar -x -C "$scratch"
mv "$scratch/my_fit.c" "$scratch/allocators/"
sed -i 's/^set(policies$/&\n    my_fit/' "$scratch/allocators/CMakeLists.txt"
[ "$(diff "$source/allocators/CMakeLists.txt" "$scratch/allocators/CMakeLists.txt" | grep -c '^[<>]')" = 1 ] ||
    fail "one line of CMake should do"

launcher=()
if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache)
fi
cmake -S "$scratch" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug "${launcher[@]}" >/dev/null
cmake --build "$scratch/build" --target fitlab >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    fail "the copy does not build"
}

fitlab=$scratch/build/fitlab
"$fitlab" list policies | grep -q '^  my-fit: ' || fail "my-fit is not listed"
ctest --test-dir "$scratch/build" -R '^conformance.my-fit$' --no-tests=error ||
    fail "my-fit has no conformance test, or does not pass it"
