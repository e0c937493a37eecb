#!/usr/bin/env bash
# The checks of .clang-tidy find nothing in the sources that the build compiles. A source that is compiled
# in several ways is looked at once, as it is compiled for 64 bits and without instrumentation, if it is.
set -uo pipefail
cd "$FITLAB_SOURCE" || exit 1
command -v clang-tidy >/dev/null || { echo "structure.tidy: skipped: clang-tidy is not installed"; exit 77; }
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
python3 - "$FITLAB_BUILD" "$commands" <<'PYTHON' |
import json, re, sys
entries = [e for e in json.load(open(f"{sys.argv[1]}/compile_commands.json"))
           if "/build" not in e["file"] and re.search("/(allocators|workloads|harness)/", e["file"])]
plain = {}
for e in sorted(entries, key=lambda e: ("-fsanitize=" in e["command"], " -m32" in e["command"])):
    plain.setdefault(e["file"], e)
json.dump(list(plain.values()), open(f"{sys.argv[2]}/compile_commands.json", "w"))
print(*sorted(plain), sep="\n")
PYTHON
    xargs -P2 -n 8 clang-tidy -p "$commands" --quiet 2>/dev/null
