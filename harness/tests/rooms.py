#!/usr/bin/env python3
"""rooms.py ROOT - are the headers of harness/ and workloads/ where harness/README.md says?

Checks that each include names the room of its header, that no room includes one below it in the list
of harness/README.md, that commands and benchmarks are used by nobody, and that names and guards of
headers are unique in the tree. Prints a line for each fault; exit status 1 if there is any.
"""
import os
import re
import sys

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)
GUARD = re.compile(r'^#ifndef (\w+)\n#define \1', re.M)
ROW = re.compile(r'^\| `(\w+)` \|', re.M)
FOREIGN = ('harness/mallocs/families/', 'harness/mallocs/tests/')  # in other people's style
LIBRARIES = ('allocators', 'workloads')


def sources(root):
    """Paths of all .c and .h of the three trees, relative to the root."""
    for tree in ('allocators', 'workloads', 'harness'):
        for folder, folders, files in os.walk(os.path.join(root, tree)):
            folders.sort()
            for name in sorted(files):
                if name.endswith(('.c', '.h')):
                    yield os.path.relpath(os.path.join(folder, name), root)


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8') as file:
        return file.read()


def room_of(path):
    """The room of a path: a folder of harness/, or one of the other trees."""
    parts = path.split('/')
    return parts[1] if parts[0] == 'harness' else parts[0]


def home(root, path, name):
    """The file that an include means, relative to the root, or None if it does not name its room."""
    for base in ('harness', ''):
        candidate = os.path.normpath(os.path.join(base, name))
        if os.path.exists(os.path.join(root, candidate)) and '/' in name and (
                base or candidate.startswith(LIBRARIES)):
            return candidate
    return None


def include_faults(root, rooms):
    for path in sources(root):
        if path.startswith('allocators/') or path.startswith(FOREIGN):
            continue
        in_tests = '/tests/' in path
        room = room_of(path)
        for name in INCLUDE.findall(read(root, path)):
            beside = os.path.join(os.path.dirname(path), name)
            if in_tests and os.path.exists(os.path.join(root, beside)):
                continue  # a header of the tests themselves
            if in_tests and os.path.exists(os.path.join(root, 'allocators', name)):
                continue  # a policy that is built for the test
            header = home(root, path, name)
            if not header:
                yield f'{path}: the include "{name}" does not name the room of its header'
                continue
            other = room_of(header)
            if room == 'workloads':
                if other not in ('workloads', 'allocators') or (
                        other == 'allocators' and header != 'allocators/param.h' and not in_tests):
                    yield f'{path}: workloads/ may not include "{name}"'
            elif other in rooms and room in rooms and not in_tests:
                if rooms.index(other) > rooms.index(room):
                    yield f'{path}: {room}/ may not include "{name}": {other}/ is below it in harness/README.md'
                elif other == 'cli' and room != 'cli':
                    yield f'{path}: nobody may include "{name}" of cli/'


def name_faults(root):
    names, guards = {}, {}
    for path in sources(root):
        if not path.endswith('.h') or path.startswith(FOREIGN) or '/tests/' in path:
            continue
        name = os.path.basename(path)
        if name in names:
            yield f'{path}: {names[name]} has the same name'
        names.setdefault(name, path)
        guard = GUARD.search(read(root, path))
        if guard and guard.group(1) in guards:
            yield f'{path}: {guards[guard.group(1)]} has the same include guard'
        if guard:
            guards.setdefault(guard.group(1), path)


def room_faults(root, rooms):
    """Every folder of harness/ is in the list, and every room of the list is there."""
    folders = {f for f in os.listdir(os.path.join(root, 'harness'))
               if os.path.isdir(os.path.join(root, 'harness', f))} - {'tests'}
    for folder in sorted(folders - set(rooms)):
        yield f'harness/{folder}: not in the list of harness/README.md'
    for room in sorted(set(rooms) - folders):
        yield f'harness/README.md: there is no room {room}/'


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith('-'):
        print(__doc__)
        return 2
    root = sys.argv[1]
    rooms = ROW.findall(read(root, 'harness/README.md'))
    faults = [*room_faults(root, rooms), *include_faults(root, rooms), *name_faults(root)]
    for fault in faults:
        print(f'structure: {fault}')
    return 1 if faults else 0


sys.exit(main())
