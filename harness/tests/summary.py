#!/usr/bin/env python3
"""summary.py REPORT...: what several runs of ctest come to.

A REPORT is what `ctest --output-junit` writes. Prints for each test that was skipped the reason that
it gave, then one line in the form of ctest's own. Exits with 1 if a test failed or if none ran.
"""
import sys
import xml.etree.ElementTree as ElementTree


def reason(output):
    """The line in which a test says why it is skipped; it is the last, as the test ends with it."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it does not say why"


def main(reports):
    tests = failed = 0
    skipped = {}
    for report in reports:
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            if case.get("status") == "disabled":
                continue
            tests += 1
            if case.find("skipped") is not None:
                told = skipped.setdefault(reason(case.findtext("system-out") or ""), [])
                if case.get("name") not in told:
                    told.append(case.get("name"))
            elif case.get("status") != "run":
                failed += 1
    if skipped:
        print("\nThese tests were skipped:")
    for why, names in skipped.items():
        print(f"  {', '.join(names)}: {why}")
    passed = 100 * (tests - failed) // tests if tests else 0
    print(f"\n{passed}% tests passed, {failed} tests failed out of {tests}")
    return 1 if failed or not tests else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
