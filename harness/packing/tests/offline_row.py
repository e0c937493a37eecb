#!/usr/bin/env python3
"""offline_row.py FITLAB - `-p offline` is a row beside the policies of a table.

Its footprint lies between the peak of the live bytes and every policy's, its payloads survive, a smaller
region is refused, and what a packing cannot have is said as such. Exit status 1 if anything differs.
"""
import csv
import os
import subprocess
import sys
import tempfile

if len(sys.argv) != 2:
    print(__doc__)
    sys.exit(2)
FITLAB = sys.argv[1]
FAULTS = []


def run(*arguments, expect=0):
    done = subprocess.run([FITLAB, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != expect:
        FAULTS.append(f'{arguments}: exit status {done.returncode}: {done.stderr.strip()}')
    return done.stdout + done.stderr


def rows(folder, *arguments, expect=0):
    run('run', '-o', folder, *arguments, expect=expect)
    with open(os.path.join(folder, 'summary.csv'), encoding='utf-8', newline='') as file:
        return {row['policy']: row for row in csv.DictReader(file)}


def check(holds, what):
    if not holds:
        FAULTS.append(what)


def memory(folder):
    """A workload with large blocks, and one with reallocs and aligned blocks."""
    for workload in ('gm', 'sqlite3'):
        table = rows(os.path.join(folder, workload), '-p', 'offline', 'offline:search=0', 'best-fit',
                     '-w', workload)
        number = {p: int(table[p]['peak_footprint_bytes']) for p in table}
        floor = int(table['offline']['peak_aligned_bytes'])
        check(floor <= number['offline'] <= number['offline:search=0'], f'{workload}: {number}')
        check(number['offline'] < number['best-fit'], f'{workload}: best-fit needs less')
        check(number['offline'] < floor * 1.01, f'{workload}: {number["offline"]}, not near {floor}')
        check(table['offline']['probes'] == '', 'a packing has probes')
        again = rows(os.path.join(folder, workload + '-again'), '-p', 'offline', '-w', workload)
        check(again['offline']['high_water_bytes'] == table['offline']['high_water_bytes'],
              f'{workload}: not the same packing twice')


def other_passes(folder):
    """Payloads, pages, and the smallest region, which is the height of the packing."""
    checked = rows(os.path.join(folder, 'check'), '-p', 'offline', '-w', 'sqlite3', '--pass', 'check')
    check(checked['offline']['status'] == 'ok', f'check: {checked["offline"]["detail"]}')
    pages = rows(os.path.join(folder, 'pages'), '-p', 'offline', 'best-fit', '-w', 'gm', '--pass',
                 'pages')
    resident = {p: int(pages[p]['peak_resident_bytes']) for p in pages}
    check(resident['offline'] <= resident['best-fit'], f'pages: {resident}')
    small = rows(os.path.join(folder, 'small'), '-p', 'offline', '-w', 'gm', '--region', '100M',
                 expect=1)
    check(small['offline']['status'] == 'oom', 'a region that is too small is enough')
    timed = rows(os.path.join(folder, 'timed'), '-p', 'offline', '-w', 'gm', '--pass', 'throughput',
                 expect=1)
    check(timed['offline']['status'] == 'unavailable', 'a packing has a time')
    check('not a program' in timed['offline']['detail'], timed['offline']['detail'])


def elsewhere():
    for command in (('check', 'offline'), ('step', '-p', 'offline', 'a = alloc(1)')):
        said = run(*command, expect=2)
        check('packs a whole workload beforehand' in said, f'{command}: {said}')
    check('offline' in run('list', 'policies'), 'not in the list of policies')


with tempfile.TemporaryDirectory() as scratch:
    memory(scratch)
    other_passes(scratch)
    elsewhere()
for fault in FAULTS:
    print(f'offline_row: {fault}')
sys.exit(1 if FAULTS else 0)
