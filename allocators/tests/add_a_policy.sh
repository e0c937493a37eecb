#!/usr/bin/env bash
# add_a_policy.sh [BUILD]
# The README's walk-through, done as a newcomer would: its policy goes into a copy of the tree
# as one file and one line of CMake, and is then listed, run and judged like any other. With
# BUILD, a build of the tree by Ninja, only the policies are compiled again, and linked with what
# is there.
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
if [ -e allocators/my_fit.c ]; then
    echo "add_a_policy: this tree has its my_fit already: whoever did this by hand needs no test of it"
    exit 77
fi
tar -c --anchored --exclude=./.git --exclude='./build' --exclude='./build-*' --exclude='./results/*/*' \
    --exclude=./workloads/corpus . | tar -x -C "$scratch"
mv "$scratch/my_fit.c" "$scratch/allocators/"
sed -i 's/^set(policies$/&\n    my_fit/' "$scratch/allocators/CMakeLists.txt"
[ "$(diff "$source/allocators/CMakeLists.txt" "$scratch/allocators/CMakeLists.txt" | grep -c '^[<>]')" = 1 ] ||
    fail "one line of CMake should do"

launcher=()
if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache)
fi
cmake -S "$scratch" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug "${launcher[@]}" >/dev/null
target=fitlab
[ -e "${1-}/build.ninja" ] && target=fitlab_allocators
cmake --build "$scratch/build" --target $target >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    fail "the copy does not build"
}
if [ $target = fitlab_allocators ]; then
    link=$(ninja -C "$1" -t commands fitlab | tail -n 1 |
        sed "s#allocators/libfitlab_allocators.a#$scratch/build/&#g; s#-o fitlab #-o $scratch/build/fitlab #")
    (cd "$1" && eval "$link") || fail "the new policies do not link with the rest"
fi

fitlab=$scratch/build/fitlab
"$fitlab" list policies >"$scratch/list"
grep -q '^  my-fit: ' "$scratch/list" || fail "my-fit is not listed"
ctest --test-dir "$scratch/build" -R '^conformance.my-fit$' --no-tests=error ||
    fail "my-fit has no conformance test, or does not pass it"
"$fitlab" run -p my-fit -p my-fit:fit=best -p first-fit -w uniform:events=2000 -o "$scratch/out" ||
    fail "my-fit does not run"
grep -q my-fit:fit=best "$scratch/out/summary.csv" || fail "my-fit has no row in summary.csv"
