#!/usr/bin/env bash
# The checks of .clang-tidy find nothing in the sources that the build compiles.
set -uo pipefail
cd "$FITLAB_SOURCE" || exit 1
command -v clang-tidy >/dev/null || { echo "structure.tidy: skipped: clang-tidy is not installed"; exit 77; }
python3 -c '
import json, sys
print(*sorted({e["file"] for e in json.load(open(sys.argv[1])) if "/build" not in e["file"]}), sep="\n")' \
    "$FITLAB_BUILD/compile_commands.json" | grep -E '/(allocators|workloads|harness)/' |
    xargs -P2 -n 8 clang-tidy -p "$FITLAB_BUILD" --quiet 2>/dev/null
