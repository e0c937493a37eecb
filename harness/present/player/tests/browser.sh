#!/usr/bin/env bash
# Writes two pages and plays them in a headless Chromium. Skips where there is no Chromium or no
# playwright-core: `./bootstrap test --browser` installs both.
#
#   FITLAB=... FITLAB_BUILD=... browser.sh [FOLDER]    leaves pictures of the pages in FOLDER
set -euo pipefail
skip() {
    echo "browser.sh: skipped: $*; ./bootstrap test --browser installs it"
    exit 77
}
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || skip 'there is no chromium'
command -v node >/dev/null || skip 'there is no node'
browser=$FITLAB_BUILD/browser
[ -d "$browser/node_modules/playwright-core" ] || skip "there is no playwright-core in $browser"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
operations='a=alloc(100); b=alloc(24); c=alloc(60); d=alloc(24); free(a); free(c); e=alloc(40); b=realloc(b,200); free(d); free(b); free(e)'
"$FITLAB" step -p best-fit -p buddy --html "$dir/small.html" "$operations"
"$FITLAB" step -p best-fit -p buddy --html "$dir/late.html" --from 9 "$operations"
"$FITLAB" step -p first-fit -p tlsf -p slab -w uniform:events=2000,live=80 --from 1000 --to 1300 --html "$dir/large.html"
"$FITLAB" step -p textbook:header=0,align=1 --heap 30 --html "$dir/tiny.html" '+10,+10,+10,-0,-2,+20'
HOME=$dir timeout 200 node "$(dirname "$0")/browser.mjs" "$chromium" "$browser" "$dir/small.html" "$dir/late.html" "$dir/large.html" "$dir/tiny.html" ${1+"$1"}
