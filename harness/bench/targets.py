#!/usr/bin/env python3
"""What fitlab should reach, and what it reaches on this machine: one table.

    targets.py --build BUILD [-o FILE.csv] [--large TRACE] [--results DIR] [NUMBER...]

Each row is one target: a ratio that is measured within one run, an instruction count, or bytes. It says
`met`, `MISSED`, or `not measured` with the reason. Without NUMBERs all targets are measured, in about
half an hour; the times need a quiet machine. Exit code 1 if a target is missed.

A target that needs what is not here says so: a large recording (--large), a results folder of the
default sweep (--results), the instances of packing problems (FITLAB_SHARED), a package.
"""
import argparse
import csv
import pathlib
import sys
import tempfile

import target_list
from target_tools import Missing, Tools

HEADER = ["target", "quantity", "measured", "unit", "goal", "verdict", "note"]


def judged(row):
    """The row of the table for one measured quantity."""
    at_least = row.goal_word == "at least"
    met = row.value >= row.goal if at_least else row.value <= row.goal
    return [row.quantity, f"{row.value:.3g}" if row.value < 1000 else f"{row.value:.0f}", row.unit,
            f"{row.goal_word} {row.goal:g}", "met" if met else "MISSED", row.note]


def measure(target, tools):
    """All rows of a target. Whatever stops its measurement is a row, and the other targets go on."""
    try:
        return [judged(row) for row in target.measure(tools)]
    except Missing as why:
        return [[target.quantity, "", "", "", "not measured", str(why)]]


def line(cells):
    number, quantity, value, unit, goal, verdict, note = cells
    return f"{number:>2}  {quantity:66} {value:>8} {unit:7} {goal:15} {verdict:13} {note}".rstrip()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", metavar="BUILD", required=True, type=pathlib.Path,
                        help="the folder that fitlab was built in")
    parser.add_argument("-o", "--output", metavar="FILE.csv", help="write the table as CSV as well")
    parser.add_argument("--large", metavar="TRACE",
                        help="a recording of about 6*10^7 events, such as python3-large")
    parser.add_argument("--results", metavar="DIR", help="a results folder of the default sweep")
    parser.add_argument("numbers", metavar="NUMBER", nargs="*", type=int,
                        help="which targets; without one, all")
    args = parser.parse_args()
    known = {t.number: t for t in target_list.TARGETS}
    for number in args.numbers:
        if number not in known:
            parser.error(f"there is no target {number}: they are numbered 1 to {max(known)}")
    if not (args.build / "fitlab").exists():
        parser.error(f"{args.build} has no fitlab: build it first, or name another folder")
    rows = []
    print(line(["#"] + HEADER[1:]))
    with tempfile.TemporaryDirectory() as scratch:
        tools = Tools(args.build.resolve(), pathlib.Path(scratch), args.large, args.results)
        for number in args.numbers or sorted(known):
            for row in measure(known[number], tools):
                rows.append([number] + row)
                print(line([str(number)] + row), flush=True)
    if args.output:
        with open(args.output, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([HEADER] + rows)
    missed = sum(row[5] == "MISSED" for row in rows)
    unknown = sum(row[5] == "not measured" for row in rows)
    print(f"{len(rows) - missed - unknown} met, {missed} MISSED, {unknown} not measured")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
