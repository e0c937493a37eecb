#!/usr/bin/env python3
"""Breaks each policy in many ways and asks whether the tests notice.

    mutants.py --build BUILD [--every N] [--only WORD] [-v]

A table (*.txt beside this file) lists mutants: what goes wrong, the file of allocators/, the
words that stand there and the words that take their place (white space counts for nothing, so
that a change of layout breaks no table):

    policies: first_fit best_fit
    tests: fits_placement

    # a hole one byte too small is taken
    @ first_fit.c
    -if (block_bytes(b) >= bytes)
    +if (block_bytes(b) + 1 >= bytes)

Each is built as a plug-in of every policy of its table (or layer: "layers: cache" in the place of
"policies:"; it is judged over a small policy) and judged by `fitlab check`, with the
default settings and then over the grid, and by the tests that the table names, which take the
mutant in the policy's place (FITLAB_MUTANT). A mutant that all of them pass has survived, and a
mutant whose old words are not found exactly once is a mistake in the table: both fail the run. So
does a policy that fails without a mutant, as it may on a busy machine, where a time limit ends what
does not hang: its kills would mean nothing. A hang counts as a kill.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
SKIPPED = 77
UNDER_LAYERS = "half-fit"


class Mutant:
    def __init__(self, table, policies, tests, name):
        self.table, self.policies, self.tests, self.name = table, policies, tests, name
        self.file, self.old, self.new = None, [], []

    def places(self, folder):
        """Where the old words stand in their file: once, if the table is right."""
        path = folder / self.file
        text = path.read_text() if path.exists() else ""
        return list(re.finditer(r"\s+".join(map(re.escape, "".join(self.old).split())), text))

    def apply(self, folder):
        place, = self.places(folder)
        text = place.string
        (folder / self.file).write_text(text[:place.start()] + "".join(self.new) + text[place.end():])


def mistakes(mutants):
    """A message for each mutant that cannot be made: a mistake in its table."""
    for mutant in mutants:
        found = len(mutant.places(SOURCE / "allocators"))
        if found != 1:
            yield (f"{mutant.table}: '{mutant.name}': its old words stand {found} times in {mutant.file}, "
                   "not once: mend the table")


def read_table(path):
    policies, tests, mutants = [], [], []
    for line in path.read_text().splitlines(keepends=True):
        if line.startswith("policies:"):
            policies = line.split()[1:]
        elif line.startswith("layers:"):
            policies = [f"layers/{name}" for name in line.split()[1:]]
        elif line.startswith("tests:"):
            tests = line.split()[1:]
        elif line.startswith("#"):
            mutants.append(Mutant(path.name, policies, tests, line[1:].strip()))
        elif line.startswith("@"):
            mutants[-1].file = line[1:].strip()
        elif line.startswith("-"):
            mutants[-1].old.append(line[1:])
        elif line.startswith("+"):
            mutants[-1].new.append(line[1:])
        elif line.strip():
            sys.exit(f"{path.name}: a line begins with none of '#', '@', '-', '+': {line.strip()}")
    return mutants


def run(command, mutant):
    """The exit status; that of a hang is 1."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env={**os.environ, "FITLAB_MUTANT": str(mutant)}, timeout=240).returncode
    except subprocess.TimeoutExpired:
        return 1


def killer(mutant, policy, build, broken=True):
    """The name of the test that fails with the mutant, or with the policy as it is; None if none does."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "allocators"
        shutil.copytree(SOURCE / "allocators", folder, ignore=shutil.ignore_patterns("tests", "example"))
        if broken:
            mutant.apply(folder)
        plugin = pathlib.Path(scratch) / f"{pathlib.Path(policy).name}.so"
        subprocess.run(["cc", "-std=gnu17", "-O1", "-w", "-shared", "-fPIC", "-I", folder, "-o", plugin,
                        folder / f"{policy}.c"], check=True)
        judged = f"{plugin}+{UNDER_LAYERS}" if policy.startswith("layers/") else plugin
        judges = [("check", [build / "fitlab", "check", "--fail-fast", "--timeout", "5", judged])]
        judges += [(test, [build / "tests" / f"test_{test}"]) for test in mutant.tests]
        judges += [("check --grid", judges[0][1] + ["--grid"])]
        for name, command in judges:
            if run(command, plugin) not in (0, SKIPPED):
                return name
    return None


def tests_without_mutants(work, build):
    """A message for each test that does not use the mutant: it passes with a file that is not there."""
    policies = {}
    for mutant, policy in work:
        for test in mutant.tests:
            policies.setdefault((mutant.table, test), set()).add(policy)
    return [f"{table}: {test} does not test the policy that FITLAB_MUTANT names"
            for (table, test), names in sorted(policies.items())
            if all(run([build / "tests" / f"test_{test}"], f"/nowhere/{pathlib.Path(name).name}.so") == 0 for name in names)]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", type=pathlib.Path, required=True)
    options.add_argument("--every", type=int, default=1, help="take only one mutant in N")
    options.add_argument("--only", default="", help="a word of the table's, policy's or mutant's name")
    options.add_argument("-v", action="store_true", help="say what killed each")
    chosen = options.parse_args()

    mutants = [mutant for table in sorted(HERE.glob("*.txt")) for mutant in read_table(table)]
    wrong = list(mistakes(mutants))
    if wrong:
        print(*wrong, sep="\n")
        return 1
    work = [(mutant, policy) for mutant in mutants for policy in mutant.policies]
    work = [w for w in work if chosen.only in f"{w[0].table} {w[1]} {w[0].name}"][::chosen.every]
    unused = tests_without_mutants(work, chosen.build.resolve())
    for test in unused:
        print(test)
    survivors, unsound = 0, 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        once = {(mutant.table, policy): (mutant, policy) for mutant, policy in work}.values()
        by_nothing = pool.map(lambda w: killer(*w, chosen.build.resolve(), broken=False), once)
        for (mutant, policy), by in zip(once, by_nothing):
            if by:
                print(f"{policy}: fails {by} without a mutant, so that no kill of {mutant.table} means anything")
                unsound += 1
        found = pool.map(lambda w: killer(*w, chosen.build.resolve()), work)
        for (mutant, policy), by in zip(work, found):
            survivors += by is None
            if chosen.v or by is None:
                print(f"{policy}: {mutant.name}: {'SURVIVED' if by is None else 'killed by ' + by}",
                      flush=True)
    print(f"{len(work) - survivors} of {len(work)} mutants killed")
    return 1 if survivors or unused or unsound or not work else 0


if __name__ == "__main__":
    sys.exit(main())
