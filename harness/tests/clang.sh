#!/usr/bin/env bash
# Each source compiles with clang, too: the sanitized build is clang's, and without this test, code
# that only gcc accepts would be found there only.
set -uo pipefail
command -v clang >/dev/null || { echo "structure.clang: skipped: clang is not installed"; exit 77; }
python3 -c '
import json, sys
commands = {entry["file"]: entry["command"] for entry in json.load(open(sys.argv[1]))}
print(*commands.values(), sep="\n")' "$FITLAB_BUILD/compile_commands.json" |
    sed 's|^[^ ]*|clang -fsyntax-only -w -Qunused-arguments|; s| -o [^ ]* -c | |' |
    xargs -P2 -d '\n' -I{} sh -c '{} || exit 1'
