#!/usr/bin/env python3
"""What the policies cost: tables for a person, and a gate for changes.

    policies.py FITLAB table [-o DIR] [-p POLICY...] [-w WORKLOAD...]
        time against jemalloc's in one run, with its interval; instructions an operation; footprint
        over peak live bytes. Without -w, footprints are those of the whole corpus, times those of a
        few of its traces, instructions those of one: some five minutes in all. Needs a quiet
        machine for the times.
    policies.py FITLAB live [-o DIR] [-p POLICY...]
        time of an operation against the number of live blocks
    policies.py FITLAB threads [-o DIR] [-p POLICY...] [-w WORKLOAD...] [--reps N]
        time of an operation by one thread and by two, waiting included, and how much of it is waiting;
        times over the first policy's, and the same of bump, a heap a thread, beside them. Needs a quiet
        machine; with the defaults less than a minute. A recorded server is made by
        workloads/corpus/record --large -s 0.1 -o DIR mariadb-large, and given by its path.
    policies.py FITLAB instructions [-o DIR] --compiler NAME [--update] GOLDEN
        more than 2 % off the golden counts, either way, is an error. Counts are exact and the same
        on every machine, but another compiler makes other code: exit 77 if GOLDEN has none for it.
"""
import argparse
import csv
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

POLICIES = ["jemalloc", "first-fit", "first-fit:index=tree", "best-fit", "best-fit:index=tree",
            "best-fit:index=exact", "best-fit:order=size,index=exact", "worst-fit:index=tree",
            "next-fit", "quick-fit", "slim-fit", "slim-fit:header=bitmap", "tlsf", "segregated",
            "buddy", "slab", "glibc", "mimalloc", "tcmalloc", "bump"]
INDEXED = [p for p in POLICIES if p not in ("worst-fit:index=tree", "bump")]
CORPUS = sorted(p.stem for p in (pathlib.Path(__file__).resolve().parents[2] /
                                 "workloads/corpus").glob("*.fltrace"))
TIMED = ["cc1", "clang", "gawk", "git", "perl", "sqlite3"]
COUNTED = ["clang"]
STACKS = ["cache+owner:n=2+slab", "cache+owner:n=2+quick-fit", "cache+arenas:n=2+lock+tlsf"]
THREADED = ["jemalloc", "glibc", "mimalloc", "tcmalloc"] + STACKS
SHARED = ["larson", "event-loop", "python3-threads"]  # what their threads free is often another one's
REPS = 4  # the fewest that have an interval
LIVE = [64, 1024, 16384]
# Blocks are written to, as programs do: else a policy with headers pays for a cache line that
# the program would bring in, and one with its tables elsewhere does not.
TOUCH = ["--touch", "first"]
TOLERANCE_PCT = 2


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def run(args, workloads, passes, output, *more):
    """Runs the cells; their policies may refuse requests, which is no reason to stop."""
    print(f"{passes}: {len(args.policies)} policies on {len(workloads)} workloads", flush=True)
    command = [args.fitlab, "run", "-p", *args.policies, "-w", *workloads, "--pass", passes,
               "-o", output, "--force", *more]
    status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    if status > 1:
        sys.exit(status)
    return read(pathlib.Path(output) / "summary.csv")


def geomean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def cell(value, form):
    return form.format(value) if value is not None and not math.isnan(value) else "-"


def print_table(title, rows, columns, values, form, last=None):
    """values[row, column] -> number; a row of geometric means at the end if `last` names it."""
    width = max(len(c) for c in columns + [last or ""]) + 2
    print(f"\n{title}\n\n{'':32}" + "".join(f"{c:>{width}}" for c in columns + ([last] if last else [])))
    for row in rows:
        line = [values.get((row, c)) for c in columns]
        known = [v for v in line if v]
        text = "".join(f"{cell(v, form):>{width}}" for v in line)
        mean = geomean(known) if len(known) == len(columns) else None
        print(f"{row:32}{text}" + (f"{cell(mean, form):>{width}}" if last else ""))


def number(row, name):
    return float(row[name]) if row.get(name) else None


def table(args):
    base, folder = args.policies[0], pathlib.Path(args.output)
    memory, count, time, low_high, order = {}, {}, {}, {}, []
    measured, counted, timed = (args.workloads or names for names in (CORPUS, COUNTED, TIMED))
    for r in run(args, measured, "memory", folder / "memory"):
        order += [r["policy"]] if r["policy"] not in order else []
        peak, live = number(r, "peak_footprint_bytes"), number(r, "peak_live_bytes")
        memory[r["policy"], r["workload"]] = peak and live and peak / live
    for r in run(args, counted, "instructions", folder / "instructions"):
        count[r["policy"], r["workload"]] = number(r, "instructions_per_op")
    rows = run(args, timed, "throughput", folder / "throughput", "--baseline", base, "--reps", str(REPS),
               *TOUCH)
    label = {r["workload_spec"]: r["workload"] for r in rows}  # ratios.csv has workloads in full
    for r in read(folder / "throughput" / "ratios.csv"):
        if r["metric"] == "ns_per_op":
            key = r["policy"], label[r["workload"]]
            time[key] = number(r, "ratio")
            low_high[key] = number(r, "ratio_low"), number(r, "ratio_high")
    print_table(f"time of an operation over {base}'s", order, timed, time, "{:.2f}", "geomean")
    for (policy, workload), (low, high) in sorted(low_high.items()):
        if low and high and (low > 1 or high < 1):
            print(f"    {policy} on {workload}: 95 % interval {low:.2f} to {high:.2f}")
    print_table("instructions an operation, the replay's included", order, counted, count, "{:.1f}",
                "geomean")
    print_table("footprint over peak live bytes", order, measured, memory, "{:.3f}", "geomean")


def live(args):
    workloads = {f"uniform:min=16,max=1024,live={n},events={max(400000, 6 * n)}": n for n in LIVE}
    values, order = {}, []
    sizes = [str(n) for n in LIVE]
    for r in run(args, list(workloads), "throughput", args.output, "--reps", str(REPS), *TOUCH):
        order += [r["policy"]] if r["policy"] not in order else []
        n = next(str(n) for n in LIVE if f"live={n}," in r["workload"] + ",")
        values.setdefault((r["policy"], n), []).append(number(r, "ns_per_op") or math.nan)
    middle = {key: sorted(v)[len(v) // 2] for key, v in values.items()}
    print_table("ns an operation, by live blocks (random victim, 16 to 1024 bytes)", order, sizes,
                middle, "{:.1f}")
    steps = [f"{a} to {b}" for a, b in zip(sizes, sizes[1:])] + [f"{sizes[0]} to {sizes[-1]}"]
    growth = {(p, f"{a} to {b}"): middle.get((p, b), math.nan) / middle.get((p, a), math.nan)
              for p in order for a in sizes for b in sizes}
    print_table("times as much; flat is 1", order, steps, growth, "{:.2f}")


def middle(values):
    known = sorted(v for v in values if v is not None)
    return known[len(known) // 2] if known else None


def threads(args):
    """A table a workload: a row a policy, and one of bump, whose time is that of the replay itself."""
    base, folder = args.policies[0], pathlib.Path(args.output)
    rows = run(args, args.workloads, "throughput", folder, "--threads", "2", "--baseline", base, "--reps",
               str(args.reps), "--max-reps", str(args.reps), *TOUCH)
    ratios = {(r["policy"], r["workload"]): r for r in read(folder / "ratios.csv")
              if r["metric"] == "ns_per_op" and r["ratio"]}
    heads = ["ns, 1", "ns, 2", "1 over 2", "waiting %", f"over {base}'s", "95 % interval"]
    for workload in dict.fromkeys(r["workload"] for r in rows):
        mine = [r for r in rows if r["workload"] == workload]
        print(f"\n{workload}: ns an operation by one and by two threads\n\n{'':32}"
              + "".join(f"{h:>16}" for h in heads))
        for policy in dict.fromkeys(r["policy"] for r in mine):
            own = [r for r in mine if r["policy"] == policy]
            if not any(r["ns_per_op"] for r in own):
                print(f"{policy:32}{own[0]['status']:>16}  {own[0]['detail']}")
                continue
            of = {name: middle([number(r, name) for r in own])
                  for name in ("one_thread_ns_per_op", "ns_per_op", "speedup", "waiting_pct")}
            ratio = ratios.get((policy, own[0]["workload_spec"]), {})
            low, high = number(ratio, "ratio_low"), number(ratio, "ratio_high")
            print(f"{policy:32}{cell(of['one_thread_ns_per_op'], '{:.2f}'):>16}{cell(of['ns_per_op'], '{:.2f}'):>16}"
                  f"{cell(of['speedup'], '{:.2f}'):>16}{cell(of['waiting_pct'], '{:.1f}'):>16}"
                  f"{cell(number(ratio, 'ratio'), '{:.2f}'):>16}" + (f"{low:.2f} to {high:.2f}" if low and high else "-").rjust(16))
        floor = middle([number(r, "floor_ns_per_op") for r in mine])
        scale = middle([number(r, "floor_speedup") for r in mine])
        print(f"{'(bump, a heap a thread)':32}{cell(floor and scale and floor * scale, '{:.2f}'):>16}"
              f"{cell(floor, '{:.2f}'):>16}{cell(scale, '{:.2f}'):>16}")
        handed = middle([number(r, "handed_blocks") for r in mine])
        asked = middle([number(r, "mallocs") for r in mine])
        if handed is not None and asked:
            print(f"{100 * handed / asked:.0f} % of the blocks are handed over from one thread to the other")


def instructions(args):
    if not shutil.which("valgrind"):
        print("valgrind is not installed")
        return 77
    golden = read(args.golden)
    known = {(r["policy"], r["workload"]): float(r["instructions_per_op"])
             for r in golden if r["compiler"] == args.compiler or args.update}
    if not known:
        print(f"{args.golden} has no counts for {args.compiler}: --update adds them")
        return 77
    args.policies = sorted({policy for policy, _ in known})
    rows = run(args, sorted({workload for _, workload in known}), "instructions", args.output)
    now = {(r["policy"], r["workload"]): number(r, "instructions_per_op") for r in rows}
    if args.update:
        with open(args.golden, "w", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(["compiler", "policy", "workload", "instructions_per_op"])
            out.writerows([args.compiler, *key, f"{value:.2f}"] for key, value in sorted(now.items()))
        return 0
    bad = False
    for key, before in sorted(known.items()):
        after = now.get(key) or math.nan
        off = 100 * (after / before - 1)
        bad = bad or not abs(off) <= TOLERANCE_PCT
        print(f"{key[0]:36}{key[1]:10}{before:9.2f} -> {after:9.2f}  {off:+.2f} %")
    if bad:
        print(f"off by more than {TOLERANCE_PCT} %: if that is meant, update {args.golden}")
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fitlab", metavar="FITLAB", help="the program")
    what = parser.add_subparsers(metavar="WHAT", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("-o", "--output", metavar="DIR", help="where to keep the results")
    chosen = argparse.ArgumentParser(add_help=False, parents=[common])
    chosen.add_argument("-p", "--policies", metavar="POLICY", nargs="+", default=POLICIES)

    table_words = what.add_parser("table", parents=[chosen])
    table_words.add_argument("-w", "--workloads", metavar="WORKLOAD", nargs="+")
    table_words.set_defaults(does=table)
    live_words = what.add_parser("live", parents=[chosen])
    live_words.set_defaults(does=live, policies=INDEXED)
    thread_words = what.add_parser("threads", parents=[chosen])
    thread_words.add_argument("-w", "--workloads", metavar="WORKLOAD", nargs="+", default=SHARED)
    thread_words.add_argument("--reps", metavar="N", type=int, default=6, help="processes a cell (6)")
    thread_words.set_defaults(does=threads, policies=THREADED)
    count_words = what.add_parser("instructions", parents=[common])
    count_words.add_argument("golden", metavar="GOLDEN")
    count_words.add_argument("--compiler", metavar="NAME", required=True)
    count_words.add_argument("--update", action="store_true")
    count_words.set_defaults(does=instructions)

    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        args.output = args.output or scratch
        sys.exit(args.does(args))


if __name__ == "__main__":
    main()
