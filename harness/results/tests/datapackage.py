#!/usr/bin/env python3
"""Every results folder describes its tables: datapackage.json lists each CSV file that is there, its
fields are the columns of the file, every value parses as its type, and the same tables give the same bytes."""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

FITLAB = os.environ["FITLAB"]
README = os.path.join(os.path.dirname(__file__), "../../../results/README.md")
NAME = re.compile(r"^[a-z0-9._-]+$")
PARSE = {"string": str, "integer": int, "number": float}
SPEC = """
policies: [first-fit, bump]
workloads: ["uniform:events=2000,live=50"]
passes: [memory, pages, lines, map, throughput]
repetitions: 2
"""


def fail(text):
    sys.exit(f"datapackage: {text}")


def fitlab(*words):
    subprocess.run([FITLAB, *words], check=True, stdout=subprocess.DEVNULL)


def check_field(where, field, readme):
    """A field is named, typed and described as readers of the package and of README.md expect."""
    if field.get("type") not in PARSE:
        fail(f"{where}: type {field.get('type')}")
    if not field.get("description"):
        fail(f"{where}: no description")
    if "nature" in field and f"| `{field['name']}` | {field['unit']} | {field['passes']} |" not in readme:
        fail(f"{where}: results/README.md says something else")


def check_rows(path, resource):
    missing = resource["schema"]["missingValues"]
    fields = resource["schema"]["fields"]
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    if header != [field["name"] for field in fields]:
        fail(f"{path}: the fields are not its columns")
    for row in rows:
        if len(row) != len(fields):
            fail(f"{path}: a row has {len(row)} values")
        for field, value in zip(fields, row):
            if value not in missing:
                PARSE[field["type"]](value)
    return [dict(zip(header, row)) for row in rows]


def check(folder, readme):
    with open(f"{folder}/datapackage.json", encoding="utf-8") as file:
        package = json.load(file)
    if package["profile"] != "tabular-data-package":
        fail(f"{folder}: profile {package['profile']}")
    resources = package["resources"]
    there = {name for name in os.listdir(folder) if name.endswith(".csv")}
    if {resource["path"] for resource in resources} != there:
        fail(f"{folder}: it has {sorted(there)}, not what is listed")
    tables = {}
    for resource in resources:
        if not NAME.match(resource["name"]) or resource["profile"] != "tabular-data-resource":
            fail(f"{folder}: {resource['name']} is no tabular resource")
        for field in resource["schema"]["fields"]:
            check_field(f"{resource['path']}: {field['name']}", field, readme)
        tables[resource["name"]] = check_rows(f"{folder}/{resource['path']}", resource)
    keys = [row["key"] for row in tables["summary"]]
    if len(set(keys)) != len(keys):
        fail(f"{folder}: the primary key is not unique")
    for resource in resources:
        for foreign in resource["schema"].get("foreignKeys", []):
            if not {row[foreign["fields"]] for row in tables[resource["name"]]} <= set(keys):
                fail(f"{folder}: a key of {resource['name']} leads nowhere")
    return tables


def main():
    with open(README, encoding="utf-8") as file:
        readme = file.read()
    with tempfile.TemporaryDirectory() as top:
        os.chdir(top)
        with open("spec.yaml", "w", encoding="utf-8") as file:
            file.write(SPEC)
        fitlab("sweep", "spec.yaml", "-o", "swept", "--no-figures", "--quiet")
        tables = check("swept", readme)
        for name in ("summary", "fragmentation", "pages", "holes", "heapmap", "provenance", "ratios"):
            if not tables.get(name):
                fail(f"swept: no rows in {name}")
        small = ["-w", "uniform:events=2000,live=50", "-p", "first-fit"]
        fitlab("run", *small, "--pass", "memory,latency", "--reps", "1", "-o", "run")
        fitlab("minheap", *small, "-o", "least")
        if not check("run", readme)["latency"] or not check("least", readme)["curve"]:
            fail("a table has no rows")
        fitlab("merge", "swept", "-o", "merged")
        check("merged", readme)
        with open("swept/datapackage.json", "rb") as a, open("merged/datapackage.json", "rb") as b:
            if a.read() != b.read():
                fail("the same tables give other bytes")


main()
