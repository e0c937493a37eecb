"""What the measurements of targets share: running fitlab and the benches, and reading what they print."""
import csv
import math
import os
import pathlib
import shutil
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class Missing(Exception):
    """A measurement that cannot be made here, with the reason and the remedy."""


class Row:
    """One measured quantity of a target, and its goal."""

    def __init__(self, quantity, value, unit, goal, note="", goal_word="at most"):
        self.quantity, self.value, self.unit = quantity, value, unit
        self.goal, self.note, self.goal_word = goal, note, goal_word


def geomean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def number(row, column):
    """A number out of a CSV row; None where the field is empty."""
    return float(row[column]) if row.get(column) else None


class Tools:
    def __init__(self, build, scratch, large, results):
        self.build, self.scratch, self.large, self.results = build, scratch, large, results
        self.made = {}

    def output(self, command, ok=(0,)):
        """Standard output of a command as lines; each command is run once."""
        command = [str(word) for word in command]
        key = tuple(command)
        if key not in self.made:
            if not shutil.which(command[0]):
                raise Missing(f"there is no {command[0]}: install it, or build all targets")
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode not in ok:
                words = (done.stderr or done.stdout).strip().splitlines()
                raise Missing(f"{pathlib.Path(command[0]).name}: {words[-1] if words else done.returncode}")
            self.made[key] = done.stdout.splitlines()
        return self.made[key]

    def bench(self, name, *words):
        return self.output([self.build / "bin" / name, *words], ok=(0, 1))

    def bench_row(self, name, what, *words):
        """The values that a bench prints in rows that begin with `what`: {workload: value}."""
        found = {}
        for line in self.bench(name, *words):
            if line.startswith(what):
                workload, value = line[len(what):].split()[:2]
                found[workload] = float(value)
        if not found:
            raise Missing(f"{name} printed no row '{what}'")
        return found

    def fitlab(self, *words, ok=(0, 1)):
        return self.output([self.build / "fitlab", *words], ok)

    def run(self, table, *words):
        """The rows of one CSV of a run."""
        folder = self.scratch / f"run{abs(hash(words))}"
        if not folder.exists():
            self.fitlab("run", *words, "-o", folder)
        return read_csv(folder / f"{table}.csv")


def read_csv(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def shared_instances():
    """Where published packing problems lie, for bench_offline."""
    if not os.path.isdir(os.path.join(os.environ.get("FITLAB_SHARED", ""), "instances")):
        raise Missing("FITLAB_SHARED names no folder with instances/")
