#!/usr/bin/env python3
"""What `migguard status` says of the models of real projects, compared with what Python has when it runs their `env.py`.

usage: tests/real/models.py --binary PATH [--repository FOLDER TRUTH.json] [PROJECT…]

`models/<project>.json` holds the tables of each environment's metadata and its mapped classes with their tables (an
environment is its `env.py`, with its section where several share one); `record_models.py`
wrote it. Prints every difference, then how many of the classes and tables were found, which must reach 0.98, and how
many were wrong, which may be 0.02: a class or table that is there and called unregistered, one that is not there and
called registered, or a class with another table than its own. Then every file of models gets a comment, all at once, and
`migguard run` must have nothing to say of it.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import projects

FOUND = 0.98
WRONG = 0.02


def status(binary, folder):
    command = [binary, "status", "--format", "json"]
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if process.returncode != 0:
        raise SystemExit(f"status in {folder} gave {process.returncode}: {process.stderr}")
    environments = json.loads(process.stdout)["environments"]
    by_env = {environment["env"]: environment for environment in environments}
    return by_env | {f"{environment['env']}[{environment['section']}]": environment for environment in environments}


def compare(name, truth, seen):
    """How many facts there are, how many were found, and the lines to print for the rest."""
    facts = found = 0
    missed, wrong = [], []
    for env, expected in truth["environments"].items():
        environment = seen.get(env)
        models = environment["models"] if environment else []
        registered = [model for model in models if model["registered"]]
        classes = {model["class"]: model["table"] for model in registered if model["class"]}
        tables = {model["table"] for model in registered}
        refused = {model["class"] for model in models if model["registered"] is False and model["class"]}
        facts += len(expected["classes"]) + len(expected["tables"])
        for owner, table in expected["classes"].items():
            if owner in refused:
                wrong.append(("unregistered", name, env, owner))
            elif owner not in classes:
                missed.append(("missed", name, env, owner))
            elif classes[owner] not in (table, None):
                wrong.append(("table", name, env, owner, table, classes[owner]))
            elif classes[owner] is None:
                missed.append(("unknown table", name, env, owner, table))
            else:
                found += 1
        wrong += [("no class", name, env, owner) for owner in sorted(classes.keys() - expected["classes"].keys())]
        found += len(tables & set(expected["tables"]))
        missed += [("missed", name, env, table) for table in sorted(set(expected["tables"]) - tables)]
        wrong += [("no table", name, env, table) for table in sorted(tables - set(expected["tables"]) - {None})]
    return facts, found, missed, wrong


def touched(folder, seen):
    """Every file of models with a comment at its end."""
    paths = sorted({model["path"] for environment in seen.values() for model in environment["models"]})
    return {path: projects.git(folder, "show", f"HEAD:{path}") + "\n# Touched.\n" for path in paths}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--repository", nargs=2, type=pathlib.Path, help="one project that lies in FOLDER")
    parser.add_argument("projects", nargs="*")
    arguments = parser.parse_args()
    if arguments.repository:
        cases = [(arguments.repository[1].stem, arguments.repository[0], arguments.repository[1])]
    else:
        found = projects.all_of(arguments.projects)
        cases = ((name, folder, projects.HERE / "models" / f"{name}.json") for name, folder in found)
    all_facts = all_found = all_wrong = reported = 0
    for name, folder, truth in cases:
        if not truth.exists():
            print(f"{name}: nothing recorded yet")
            continue
        seen = status(arguments.binary, folder)
        facts, found, missed, wrong = compare(name, json.loads(truth.read_text()), seen)
        for line in [*missed, *wrong]:
            print(*line, sep="\t")
        for finding in projects.findings(arguments.binary, folder, touched(folder, seen)):
            print("said of a comment", name, finding["check"], finding["subject"], sep="\t")
            reported += 1
        print(f"{name}: {found} of {facts} found, {len(wrong)} wrong", flush=True)
        all_facts, all_found, all_wrong = all_facts + facts, all_found + found, all_wrong + len(wrong)
    found, wrong = all_found / max(1, all_facts), all_wrong / max(1, all_facts)
    print(f"found {found:.4f}, wrong {wrong:.4f} of {all_facts} classes and tables; {reported} reports of comments")
    return 0 if found >= FOUND and wrong <= WRONG and not reported else 1


if __name__ == "__main__":
    sys.exit(main())
