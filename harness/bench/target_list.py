"""The targets, in order: what each is, its goal, and how it is measured."""
import math
import re
import subprocess

import large_sweep
from target_tools import SOURCE, Missing, Row, geomean, number, shared_instances

FASTEST = "best-fit:order=size,index=exact"  # as rows call it: parameters in the order of the policy
OURS = [FASTEST, "best-fit:index=exact", "quick-fit", "tlsf", "segregated", "slab", "slim-fit"]
REFERENCES = ["jemalloc", "glibc", "mimalloc", "tcmalloc"]
TIMED = ["cc1", "clang", "gawk", "git", "perl", "sqlite3"]
CORPUS = sorted(p.stem for p in (SOURCE / "workloads/corpus").glob("*.fltrace"))
LOOPS = ["gawk", "sqlite3", "git"]


class Target:
    def __init__(self, number_, quantity, measure):
        self.number, self.quantity, self.measure = number_, quantity, measure


def worst(found):
    """The largest of {workload: value}, and a note that names its workload."""
    name = max(found, key=found.get)
    return found[name], f"the most of {len(found)}, on {name}"


def loop(tools):
    value, note = worst(tools.bench_row("bench_harness", "replay loop", *LOOPS))
    yield Row("replay of bump over the inlined loop", value, "x", 2.0, note)
    row = tools.run("summary", "-p", "bump", "-w", "clang", "--pass", "instructions")[0]
    count = number(row, "instructions_per_op")
    if count is None:
        raise Missing(row["detail"] or "valgrind is not installed")
    yield Row("instructions an operation, bump on clang", count, "", 22)
    value, note = worst(tools.bench_row("bench_harness", "driver's loop", *LOOPS))
    yield Row("replay over a loop like that of CS:APP's driver", value, "x", 1.0, note)


def time_ratios(tools, workloads, *policies):
    """{(policy, workload): time over jemalloc's}."""
    rows = tools.run("ratios", "-p", "jemalloc", *policies, "-w", *workloads, "--pass", "throughput",
                     "--baseline", "jemalloc", "--reps", "4", "--touch", "first")
    return {(r["policy"], r["workload"]): number(r, "ratio")
            for r in rows if r["metric"] == "ns_per_op" and r["ratio"]}


def mean_ratio(ratios, policy):
    values = [ratio for (name, _), ratio in ratios.items() if name == policy]
    if not values:
        raise Missing(f"{policy} has no time here")
    return geomean(values)


def corpus_times(tools):
    return time_ratios(tools, TIMED, *[p for p in OURS + REFERENCES if p != "jemalloc"])


def best_fit_time(tools):
    ratios = corpus_times(tools)
    ours, tlsf = mean_ratio(ratios, FASTEST), mean_ratio(ratios, "tlsf")
    note = f"geometric mean of {len(TIMED)} recordings"
    yield Row(f"{FASTEST} over jemalloc's time", ours, "x", 0.80, note)
    yield Row(f"{FASTEST} over TLSF's time", ours / tlsf, "x", 0.55, note)
    row = tools.run("summary", "-p", FASTEST, "-w", "clang", "--pass", "instructions")[0]
    if number(row, "instructions_per_op") is None:
        raise Missing(row["detail"] or "valgrind is not installed")
    yield Row(f"instructions an operation, {FASTEST} on clang", number(row, "instructions_per_op"),
              "", 60)


def flatness(tools):
    few, many = (f"uniform:min=16,max=1024,live={n},events=400K" for n in (64, 16384))
    rows = tools.run("summary", "-p", FASTEST, "-w", few, many, "--pass", "throughput", "--reps", "4",
                     "--touch", "first")
    times = {True: [], False: []}
    for r in rows:
        times["live=64," in r["workload"] + ","].append(number(r, "ns_per_op") or math.nan)
    middle = {is_few: sorted(v)[len(v) // 2] for is_few, v in times.items()}
    yield Row(f"{FASTEST}: time at 16384 live blocks over 64", middle[False] / middle[True], "x", 1.2)


def latency(tools):
    value, note = worst(tools.bench_row("bench_harness", "blocks of 16", *LOOPS))
    yield Row("timing in blocks of 16 over untimed", value, "x", 1.05, note)
    value, note = worst(tools.bench_row("bench_harness", "same ratios", *LOOPS))
    yield Row("ratios of policies, timed against untimed", value, "% apart", 5, note)


def recorder(tools):
    lines = tools.output([SOURCE / "harness/programs/record/bench", "-f", tools.build / "fitlab"])
    rows = [line.split(",") for line in lines if not line.startswith(("program,", "nothing,"))]
    mean = next(r for r in rows if r[0] == "geometric mean")
    programs = {r[0]: float(r[6]) for r in rows if r is not mean}
    yield Row("recording over the bare program, geometric mean", float(mean[6]), "x", 1.04,
              "of the fastest runs")
    value, note = worst(programs)
    yield Row("recording over the bare program, worst", value, "x", 1.10, note)
    if mean[5]:
        yield Row("recording over heaptrack", float(mean[4]) / float(mean[5]), "x", 0.5)


def trace_rows(tools, what, quantity, unit, goal):
    found = tools.bench_row("bench_traces", what)
    name = max(found, key=found.get)
    yield Row(quantity, geomean(list(found.values())), unit, goal,
              f"geometric mean of {len(found)}; most {found[name]:.3g} on {name}")


def trace_size(tools):
    yield from trace_rows(tools, "raw", "bytes an event before compression", "bytes", 1.6)
    yield from trace_rows(tools, "packed", "trace file over gzipped protocol buffer", "x", 1 / 3)


def trace_load(tools):
    yield from trace_rows(tools, "load", "loading a trace over CS:APP's driver", "x", 0.1)


def check(tools):
    found = tools.bench_row("bench_harness", "check", *LOOPS)
    value, note = worst(found)
    yield Row("what the check pass adds to an operation", value, "ns", 50, note)
    few = next(v for k, v in found.items() if "live=64," in k)
    many = next(v for k, v in found.items() if "live=65536," in k)
    yield Row("the same, 65536 live blocks over 64", many / few, "x", 1.2)


def packing(tools):
    goal, found = 20, {}
    for text in tools.bench("bench_offline", "cc1", "perl", "xmllint"):
        match = re.match(r"(\S+) .*1/([0-9.]+) of the plain way's", text)
        if match and "NOT the same" not in text:
            found[match[1]] = float(match[2])
    if not found:
        raise Missing("bench_offline printed no packing of the same height")
    name = min(found, key=found.get)
    yield Row("packing of a recording: plain way's time over ours", found[name], "x", goal,
              f"the least of {len(found)}, on {name}", "at least")


def instances(tools):
    shared_instances()
    ours, known = {}, {}
    for text in tools.bench("bench_offline"):
        cells = text.split()
        if len(cells) == 8 and len(cells[0]) == 1 and cells[3] == "fits":
            ours[cells[0]], known[cells[0]] = float(cells[5]), float(cells[6])
    if not ours:
        raise Missing("bench_offline solved no instance")
    note = "instances " + " ".join(sorted(ours))
    first = [ours[c] for c in "ABCDEF" if c in ours]
    if len(first) == 6:
        yield Row("instances A to F at capacity, in sum", sum(first), "s CPU", 30)
    yield Row("time over MiniMalloc's published one", sum(ours.values()) / sum(known.values()), "x", 0.5,
              note)


def memory(tools):
    rows = tools.run("summary", "-p", *OURS, "-w", *CORPUS, "--pass", "memory")
    over = {}
    for r in rows:
        if number(r, "jw4_policy_pct") is not None:
            over.setdefault(r["policy"], []).append(1 + max(0, number(r, "jw4_policy_pct")) / 100)
    means = {p: 100 * (geomean(v) - 1) for p, v in over.items() if len(v) == len(CORPUS)}
    if not means:
        raise Missing("no policy serves the whole corpus")
    best = min(means, key=means.get)
    yield Row("footprint over live bytes, headers and rounding", means[best], "% more", 3,
              f"{best}, geometric mean of {len(CORPUS)} recordings")
    times = corpus_times(tools)
    resident = {}
    for r in tools.run("summary", "-p", *OURS, *REFERENCES, "-w", *TIMED, "--pass", "pages"):
        if number(r, "peak_resident_bytes"):
            resident.setdefault(r["policy"], []).append(number(r, "peak_resident_bytes"))
    points = {p: (1.0 if p == "jemalloc" else mean_ratio(times, p), geomean(v))
              for p, v in resident.items() if len(v) == len(TIMED)}
    front = [p for p in points if p not in REFERENCES and not any(
        points[r][0] <= points[p][0] and points[r][1] <= points[p][1]
        for r in REFERENCES if r in points)]
    yield Row("policies that no reference beats in time and resident pages", len(front), "", 1,
              ", ".join(front), "at least")


def repeatability(tools):
    text = "\n".join(tools.output([SOURCE / "harness/bench/repeatability", tools.build / "fitlab",
                                   "instructions", "ratios"]))
    yield Row("instruction counts that differ between two runs", 0 if "identical in two runs" in text else 1,
              "", 0)
    apart = [float(value) for value in re.findall(r"([0-9.]+) % apart", text)]
    if not apart:
        raise Missing("repeatability printed no ratios")
    yield Row("ratios of two runs", max(apart), "% apart", 3, f"the most of {len(apart)}")


def large(tools):
    if not tools.large:
        raise Missing("name a recording with --large; workloads/corpus/record --large makes them")
    return tools.large


def pass_times(tools):
    """The processor's time for a run of a deterministic pass, the reading of the file included, over that of the
    untimed replay."""
    trace = large(tools)
    for policy in (FASTEST, "quick-fit"):
        plain = tools.run("summary", "-p", policy, "-w", trace, "--pass", "throughput", "--reps", "1")[0]
        untimed = number(plain, "ns_per_op") * number(plain, "events") / 1e9
        for kind in ("memory", "pages"):
            cost = large_sweep.timed(tools.build / "fitlab", "run", "-p", policy, "-w", trace, "--pass", kind)
            yield Row(f"{kind} pass of {policy} over its untimed replay", cost.cpu / untimed, "x", 3.0,
                      f"{cost} over {untimed:.1f} s")


def large_times(tools):
    ratios = time_ratios(tools, [large(tools)], "quick-fit", FASTEST)
    yield Row("quick-fit over jemalloc's time on a large heap", mean_ratio(ratios, "quick-fit"), "x", 0.80)
    yield Row(f"{FASTEST} over jemalloc's time there", mean_ratio(ratios, FASTEST), "x", 1.0)


def large_memory(tools):
    rows = tools.run("summary", "-p", *OURS, "mimalloc", "-w", large(tools), "--pass", "pages")
    resident = {r["policy"]: number(r, "peak_resident_bytes") for r in rows}
    ours = {p: v for p, v in resident.items() if p != "mimalloc" and v}
    if not ours or not resident.get("mimalloc"):
        raise Missing("mimalloc or all policies have no resident bytes there")
    best = min(ours, key=ours.get)
    yield Row("resident bytes over mimalloc's on a large heap", 100 * (ours[best] / resident["mimalloc"] - 1),
              "% more", 5, best)


def code_sizes(tools):
    for policy, goal in (("first-fit", 2048), ("best-fit", 2560), ("tlsf", 4096)):
        source, made = tools.scratch / f"{policy}.c", tools.scratch / f"{policy}.o"
        tools.fitlab("emit", policy, "-o", source, ok=(0,))
        tools.output(["gcc", "-std=c99", "-Os", "-c", source, "-o", made])
        # The section of code, without the texts of my_check and the tables for unwinding.
        text = next(int(line.split()[1]) for line in tools.output(["size", "-A", made]) if line.startswith(".text"))
        yield Row(f"machine code of the emitted {policy}, gcc -Os", text, "bytes", goal)


def report(tools):
    if not tools.results:
        raise Missing("name the folder of a default sweep with --results")
    page = tools.scratch / "report"
    done = subprocess.run(["bash", "-c", 'time "$0" report "$1" -o "$2" >/dev/null', tools.build / "fitlab",
                           tools.results, page], capture_output=True, text=True,
                          env={"TIMEFORMAT": "%R", "PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    if done.returncode:
        raise Missing(done.stderr.strip().splitlines()[0])
    pages = [page] if page.is_file() else list(page.rglob("*.html"))
    yield Row("report of the default sweep, largest page", max(p.stat().st_size for p in pages) / 1e6, "MB", 3)
    yield Row("time to write it", float(done.stderr.split()[-1]), "s", 15)


def threaded(tools):
    """The replay itself, over bump with a heap a thread. Where threads hand over many blocks the caches of
    the machine limit any driver: larson stands in a note, without a goal."""
    def scaling(workload):
        rows = tools.run("summary", "-p", "cache+owner:n=2+slab", "-w", workload, "--pass", "throughput",
                         "--threads", "2", "--reps", "5", "--max-reps", "5")
        known = [r for r in rows if r["floor_speedup"]]
        if not known:
            raise Missing(rows[0]["detail"] or "no time was measured")
        row = sorted(known, key=lambda r: number(r, "floor_speedup"))[len(known) // 2]
        handed = 100 * number(row, "handed_blocks") / number(row, "mallocs")
        return number(row, "floor_speedup"), (f"{handed:.0f} % of the blocks handed over, "
                                              f"{number(row, 'waiting_pct'):.1f} % waiting")
    shared, shared_note = scaling("larson")
    for workload in ("shbench", "event-loop"):
        ratio, note = scaling(workload)
        yield Row(f"replay of bump by two threads over one, {workload}", ratio, "x", 1.8,
                  f"{note}; larson: {shared:.2f} x, {shared_note}", "at least")


def large_sweeps(tools):
    """100,000 small cells, measured once; times are of the whole command, on both cores."""
    try:
        costs, size, cells = large_sweep.measure(tools.build / "fitlab", tools.scratch)
        first, again = large_sweep.measure_second_run(tools.build / "fitlab", tools.scratch)
    except RuntimeError as why:
        raise Missing(str(why))
    goals = {"run": 200, "resume": 10, "figures": 60}
    for what, goal in goals.items():
        yield Row(f"{cells} cells: {what}", costs[what].wall, "s", goal, str(costs[what]))
    yield Row(f"{cells} cells: results folder", size / 1e6, "MB", 300, f"{size / cells:.0f} bytes a cell")
    for what in ("merge", "verify"):
        yield Row(f"{cells} cells: memory of {what}", costs[what].memory / 1e6, "MB", 500,
                  f"{costs[what].wall:.0f} s, {costs[what].cpu:.0f} CPU s")
    yield Row("1000 cells with figures, second run", again.wall, "s", 3, f"{again}; the first {first.wall:.0f} s")


TARGETS = [
    Target(1, "replay loop", loop),
    Target(2, "time of best-fit with the exact index", best_fit_time),
    Target(3, "time against the number of live blocks", flatness),
    Target(4, "latency pass", latency),
    Target(5, "recorder", recorder),
    Target(6, "trace file", trace_size),
    Target(7, "trace loading", trace_load),
    Target(8, "check pass", check),
    Target(9, "offline packing of recordings", packing),
    Target(10, "memory of policies on recordings", memory),
    Target(11, "repeatability", repeatability),
    Target(12, "memory and pages pass of a large recording", pass_times),
    Target(13, "time on a large heap", large_times),
    Target(14, "resident bytes on a large heap", large_memory),
    Target(15, "offline instances", instances),
    Target(16, "replay by two threads", threaded),
    Target(17, "code size of emitted heaps", code_sizes),
    Target(18, "report of the default sweep", report),
    Target(19, "large sweeps", large_sweeps),
]
