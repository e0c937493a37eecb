"""Sweeps of many small cells: run, resumed, drawn, merged, verified. What each takes of time, of CPU seconds, of memory
and of disk."""
import os
import pathlib
import resource
import subprocess
import time

CELLS = 100_000
POLICIES = ["first-fit", "best-fit", "buddy", "tlsf"]
LIVE = [10, 20, 30, 40, 50]
REGIONS = ["grow"] + [f"{k}K" for k in (64, 96, 128, 160, 192, 224, 256, 320, 384)]
A_SEED = len(POLICIES) * len(LIVE) * len(REGIONS)


class Cost:
    """Of one command: wall and CPU seconds, and the most memory of one process, in bytes."""

    def __init__(self, wall, cpu, memory):
        self.wall, self.cpu, self.memory = wall, cpu, memory

    def __str__(self):
        return f"{self.cpu:.1f} CPU s, {self.memory / 1e6:.0f} MB"


def timed(*words):
    """Runs a command and waits for it; a failure is an exception with what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    child = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{words[1]}: {said.strip().splitlines()[-1] if said.strip() else child.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - began, cpu, usage.ru_maxrss * 1024)


def write_spec(path, first_seed, seeds):
    workloads = ", ".join(f'"uniform:live={n},events=200"' for n in LIVE)
    path.write_text(f"policies: [{', '.join(POLICIES)}]\nworkloads: [{workloads}]\nregions: [{', '.join(REGIONS)}]\n"
                    f"seeds: [{', '.join(str(first_seed + i) for i in range(seeds))}]\n")
    return path


def size_of(folder):
    return sum(p.stat().st_size for p in pathlib.Path(folder).rglob("*") if p.is_file())


def measure(fitlab, scratch, cells=CELLS):
    """{what: Cost}, and the bytes of one folder. `cells` is rounded to whole seeds."""
    scratch = pathlib.Path(scratch)
    seeds = max(1, cells // A_SEED)
    costs, folders = {}, [scratch / "one", scratch / "two"]
    for i, folder in enumerate(folders):
        spec = write_spec(scratch / f"{folder.name}.yaml", 1 + i * seeds, seeds)
        costs.setdefault("run", timed(fitlab, "sweep", spec, "-q", "--no-figures", "-o", folder))
        costs.setdefault("resume", timed(fitlab, "sweep", spec, "-q", "--no-figures", "-o", folder))
    size = size_of(folders[0])
    costs["figures"] = timed(fitlab, "plot", folders[0], "-o", scratch / "figures")
    costs["verify"] = timed(fitlab, "verify", folders[0])
    costs["merge"] = timed(fitlab, "merge", *folders, "-o", scratch / "both")
    return costs, size, seeds * A_SEED


def measure_second_run(fitlab, scratch):
    """A sweep of 1,000 cells with its figures, twice: what the second run costs, with nothing to do."""
    spec = pathlib.Path(scratch) / "thousand.yaml"
    spec.write_text('policies: [first-fit, buddy]\nworkloads: ["uniform:live=50,events=1000"]\n'
                    f"regions: [{', '.join(REGIONS)}]\nseeds: [{', '.join(map(str, range(1, 51)))}]\n")
    words = (fitlab, "sweep", spec, "-q", "-o", pathlib.Path(scratch) / "thousand")
    return timed(*words), timed(*words)
