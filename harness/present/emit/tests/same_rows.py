#!/usr/bin/env python3
"""same_rows.py SUMMARY.csv - do the rows of two policies say the same wherever both know something?

Exit status 1, and a line for each difference, if not; also if there is too little to compare.
"""
import csv
import sys

WORDS = {"key", "policy", "policy_spec", "meter", "detail", "provenance", "seconds"}
NEEDED = {"memory": ["peak_footprint_bytes", "failed_requests", "peak_live_bytes"], "minheap": ["minheap_bytes"]}


def main():
    cells = {}
    for row in csv.DictReader(open(sys.argv[1], newline="")):
        cells.setdefault((row["pass"], row["region"]), []).append(row)
    wrong = 0
    for (kind, region), rows in cells.items():
        if len(rows) != 2:
            print(f"{kind} in {region}: {len(rows)} rows, not two")
            wrong += 1
            continue
        one, other = rows
        for column in one:
            # Where no byte was asked for at the end of the heap, only the policy itself knows its end.
            known = one[column] and other[column] and column not in WORDS and column != "high_water_bytes"
            if known and one[column] != other[column]:
                print(f"{kind} in {region}: {column} is {one[column]} and {other[column]}")
                wrong += 1
        # A policy that joins no holes may find no region that is enough: then there is no smallest one.
        told = ("ok",) if kind == "minheap" else ("ok", "oom")
        for column in NEEDED.get(kind, []) if one["status"] in told else []:
            if not (one[column] and other[column]):
                print(f"{kind} in {region}: {column} is not known of both")
                wrong += 1
    sys.exit(1 if wrong or not cells else 0)


if __name__ == "__main__":
    main()
