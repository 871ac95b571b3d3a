#!/usr/bin/env python3
"""What `migguard run` says of edited imports, on real projects, compared with what Python says.

usage: tests/real/imports.py --binary PATH [PROJECT…]

`imports.tsv` holds one edit of one import statement per row, and the classes and tables that it costs when Python runs
`env.py`; `record_imports.py` wrote it. Each edit is staged by itself, in an index of its own: `unregistered-model` must
name exactly what is lost, and nothing where nothing is. At least 0.97 of the harmful edits must be found so, and no
harmless one reported.
"""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import edits
import projects

GOAL = 0.97
CHECKS = ("unregistered-model", "unexported-model")


def rows():
    for line in (projects.HERE / "imports.tsv").read_text().splitlines():
        project, edit, path, line, name, classes, tables = line.split("\t")
        yield project, (edit, path, int(line), name), set(classes.split() + tables.split())


def answer(binary, folder, mutant):
    """The subjects of what is found where a mutant is staged."""
    edit, path, line, item = mutant
    before = projects.git(folder, "show", f"HEAD:{path}")
    found = projects.findings(binary, folder, {path: edits.edited(before, path, edit, line, item)})
    return {finding["subject"] for finding in found if finding["check"] in CHECKS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("projects", nargs="*")
    arguments = parser.parse_args()
    harmful = found = harmless = wrong = 0
    for name, folder in projects.all_of(arguments.projects):
        mutants = [mutant for mutant in rows() if mutant[0] == name]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(lambda mutant: answer(arguments.binary, folder, mutant[1]), mutants))
        for (_, (edit, path, line, item), lost), said in zip(mutants, answers):
            harmful, found = harmful + bool(lost), found + bool(lost and said == lost)
            harmless, wrong = harmless + (not lost), wrong + bool(said and not lost)
            if said != lost:
                place = f"{path}:{line}" + (f" {item}" if item else "")
                print(name, edit, place, f"not said: {sorted(lost - said)[:5]}", f"not lost: {sorted(said - lost)[:5]}", sep="\t")
    recall = found / max(1, harmful)
    print(f"found {recall:.4f} of {harmful} edits that cost a model; {wrong} of {harmless} harmless edits reported")
    return 0 if harmful and recall >= GOAL and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
