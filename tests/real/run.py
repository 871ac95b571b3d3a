#!/usr/bin/env python3
"""What `migguard check --all` reports on real projects, compared with what their migrations really do.

usage: tests/real/run.py --binary PATH [PROJECT…]

`recorded.tsv` holds what a recorder saw when it ran each `upgrade()` with Alembic's operations replaced, under several
dialects and answers of inspectors. `adjudicated.tsv` holds each difference, read and decided once: `drop` where something
is destroyed, `no` where nothing is, and why. Prints every difference that is left, then recall and precision by
(path, kind of object, name), which must both reach 0.99.
"""

import argparse
import csv
import json
import subprocess
import sys

import projects

GOAL = 0.99

KINDS = {
    "dropped-table": "table",
    "dropped-live-table": "table",
    "dropped-column": "column",
    "dropped-live-column": "column",
    "dropped-index": "index",
    "dropped-live-index": "index",
    "dropped-constraint": "constraint",
    "dropped-object": "object",
    "deleted-rows": "rows",
}


def table(name):
    with open(projects.HERE / name, newline="") as file:
        return [row for row in csv.reader(file, delimiter="\t") if row and not row[0].startswith("#")]


def expected(project):
    recorded = {tuple(row[1:4]) for row in table("recorded.tsv") if row[0] == project}
    for row in table("adjudicated.tsv"):
        if row[0] == project:
            (recorded.add if row[4] == "drop" else recorded.discard)(tuple(row[1:4]))
    return recorded


def reported(binary, folder):
    process = subprocess.run([binary, "check", "--all", "--format", "json"], cwd=folder, capture_output=True, text=True)
    if process.returncode not in (0, 1):
        raise SystemExit(f"check --all in {folder} gave {process.returncode}: {process.stderr}")
    findings = json.loads(process.stdout)["findings"]
    return {(f["path"], KINDS[f["check"]], f["subject"]) for f in findings if f["check"] in KINDS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("projects", nargs="*")
    arguments = parser.parse_args()
    right = missed = wrong = 0
    for pin in projects.pins():
        name = projects.name_of(pin)
        if arguments.projects and name not in arguments.projects:
            continue
        truth, found = expected(name), reported(arguments.binary, projects.repository(pin))
        for row in sorted(truth - found):
            print("missed", name, *row, sep="\t")
        for row in sorted(found - truth):
            print("wrong", name, *row, sep="\t")
        right, missed, wrong = right + len(truth & found), missed + len(truth - found), wrong + len(found - truth)
    recall = right / max(1, right + missed)
    precision = right / max(1, right + wrong)
    print(f"recall {recall:.4f}, precision {precision:.4f} over {right + missed} destructive operations")
    return 0 if min(recall, precision) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
