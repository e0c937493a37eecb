#!/usr/bin/env bash
# Writes the page of a small results folder and uses it in a headless Chromium. Skips where there is no Chromium or no
# playwright-core: `./bootstrap test --browser` installs both. With axe-core beside it, accessibility is audited, too.
#
#   FITLAB=... FITLAB_BUILD=... browser.sh [FOLDER]    leaves pictures of the page in FOLDER
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
here=$(cd "$(dirname "$0")" && pwd)
cd "$dir"
# Two workloads, one of which has a policy that refuses requests, so that the page has something to warn of.
cat >spec.yaml <<'YAML'
policies: [first-fit, buddy, tlsf, bump]
workloads: ["uniform:live=50,events=3000", "exponential:live=50,events=3000"]
regions: [grow, 64K]
passes: [memory, throughput, latency, minheap]
repetitions: {throughput: 4, latency: 1}
samples: 40
YAML
"$FITLAB" sweep -q spec.yaml -o out --no-figures >/dev/null 2>&1 || [ $? = 1 ]
"$FITLAB" report out >/dev/null
FITLAB=$FITLAB HOME=$dir timeout 360 node "$here/browser.mjs" "$chromium" "$browser" out ${1+"$1"}
