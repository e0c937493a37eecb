#!/usr/bin/env python3
"""Runs the commands that a page shows, and compares what they print with what the page says.

In a block that begins with ```console, a line "$ COMMAND" is a command, and the lines up to the next one are
what it prints, standard error included. A line "..." stands for any lines. All blocks of a page run in one
new folder, one after the other, so that a later command finds what an earlier one wrote.

    console.py --fitlab build/fitlab PAGE...           compares
    console.py --fitlab build/fitlab --update PAGE...  writes into the page what is printed now; blocks with
                                                       "..." are left as they are
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)


def commands(block):
    """Pairs of a command and the lines that the page says it prints."""
    pairs = []
    for line in block.splitlines():
        if line.startswith("$ "):
            pairs.append((line[2:], []))
        elif pairs:
            pairs[-1][1].append(line)
        else:
            raise ValueError(f"a console block begins with '{line}' and not with '$ '")
    return pairs


def run(command, folder, environment):
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return [line.rstrip() for line in done.stdout.splitlines()]


def agrees(expected, printed):
    pattern = "".join(r"(.*\n)*?" if line == "..." else re.escape(line.rstrip()) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def play(page, environment, update):
    """The number of commands, and the number of those that print something else."""
    text = page.read_text()
    count, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:

        def one(match):
            nonlocal count, wrong
            lines = []
            for command, expected in commands(match[1]):
                printed = run(command, folder, environment)
                count += 1
                if not agrees(expected, printed):
                    wrong += 1
                    if not update:
                        print(f"{page}: $ {command}\n  the page says:", *expected, sep="\n    ")
                        print("  it prints:", *printed, sep="\n    ")
                keep = not update or "..." in expected
                lines += ["$ " + command, *(expected if keep else printed)]
            return "```console\n" + "".join(line + "\n" for line in lines) + "```"

        changed = BLOCK.sub(one, text)
    if update:
        page.write_text(changed)
    return count, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fitlab", required=True, type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = str(arguments.fitlab.resolve().parent)
    environment = os.environ | {"PATH": folder + os.pathsep + os.environ["PATH"], "NO_COLOR": "1", "LC_ALL": "C"}
    environment.pop("COLUMNS", None)
    failed = False
    for page in arguments.pages:
        count, wrong = play(page, environment, arguments.update)
        print(f"{page.name}: {count} commands, {wrong} {'changed' if arguments.update else 'wrong'}")
        failed |= count == 0 or (wrong > 0 and not arguments.update)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
