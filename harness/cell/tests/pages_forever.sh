#!/usr/bin/env bash
# pages_forever.sh: a workload of FITLAB_PAGES_EVENTS events (default 10^9) goes through the pages pass in
# memory that does not grow with their number: at most 64 MiB beside the heap.
set -euo pipefail
events=${FITLAB_PAGES_EVENTS:-1000000000}
python3 - "$FITLAB" "$events" <<'PYTHON'
import resource, subprocess, sys
fitlab, events = sys.argv[1], sys.argv[2]
subprocess.run([fitlab, "run", "-p", "quick-fit", "-w", f"uniform:live=1000,events={events}", "--pass", "pages",
                "--release", "decay:100000", "--time-limit", "3000"], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(f"{events} events: at most {peak / 2**20:.1f} MiB were resident in any process")
sys.exit(peak > (64 + 16) << 20) # the heap, and the program itself
PYTHON
