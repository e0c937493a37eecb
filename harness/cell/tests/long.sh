#!/usr/bin/env bash
# long.sh: of a workload that is too long to be kept, the memory pass takes its even samples in the first replay
# and the one where the footprint peaks in a second one, which ends there. The samples are as of any workload.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
events=4300000 # some more than are kept
"$FITLAB" run -p best-fit:index=exact buddy -w "uniform:live=400,events=$events" --samples 20 -o "$scratch/long" >/dev/null
python3 - "$scratch/long" $events <<'PYTHON'
import csv, sys
def rows(name):
    return list(csv.DictReader(open(f"{sys.argv[1]}/{name}.csv")))
events = int(sys.argv[2])
for row in rows("summary"):
    assert row["status"] == "ok", row["detail"]
    samples = [r for r in rows("fragmentation") if r["policy"] == row["policy"]]
    at = [int(r["event"]) for r in samples]
    assert at == sorted(set(at)), f"{row['policy']}: samples are not in order: {at}"
    assert len(at) == int(row["samples"]) and at[-1] == events, at
    assert set(range(events // 20, events + 1, events // 20)) <= set(at), f"{row['policy']}: {at} are not even"
    for event, column, peak in (("peak_footprint_event", "footprint_bytes", "peak_footprint_bytes"),
                                ("peak_live_event", "live_bytes", "peak_live_bytes")):
        sample = samples[at.index(int(row[event]))]
        assert sample[column] == row[peak] == str(max(int(r[column]) for r in samples)), (row["policy"], sample, row[peak])
    sample = samples[at.index(int(row["peak_footprint_event"]))]
    assert sample["holes_bytes"] == row["holes_at_peak_bytes"] and sample["live_bytes"] == row["live_at_peak_bytes"], sample
    moments = [int(r["event"]) for r in rows("holes") if r["policy"] == row["policy"]]
    assert moments == sorted(moments) and int(row["peak_footprint_event"]) in moments, moments
PYTHON
