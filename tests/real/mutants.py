#!/usr/bin/env python3
"""What migguard says that the next autogenerate would do, compared with what Alembic's own proposes.

usage: tests/real/mutants.py --binary PATH [PROJECT…]

`mutants/<project>.json` holds edits of real projects and of the incident's: a model is no longer registered, a column goes
or comes, a table comes, with what autogenerate then proposes to drop and to add; `record_mutants.py` wrote it. Each mutant is
staged. Drops of tables are what `run` finds as `unmapped-table` or `unregistered-model` and `status` has among what would be
dropped, drops of columns what `status` has; additions are what `run` finds as `missing-migration`. Prints every difference;
there may be none but the misses of `SILENT` and `UNKNOWN`, where the checks' pages say that they say nothing.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import projects

INCIDENT = projects.HERE.parent.parent / "src" / "cli" / "demo" / "project"
INCIDENT_REVISIONS = ["base", "29672f48c359", "bcc6094025fa", "d17f77c24fbb", "584f6de0598c", "c8a88100c2ca", "01944f3c6224"]

# Project and mutant to what is missed, and why nothing is said.
SILENT = {
    ("nova", "column removed, Flavors.vcpu_weight"): {"flavors.vcpu_weight"},  # a library's mixin may declare it
    ("nova", "column removed, BuildRequest.tags"): {"build_requests.tags"},
}
# Only a function that is given to somebody else leads to its models: its `env.py` by itself has none of them, and the
# recorded operations are those of a program that has called that function.
UNKNOWN = {"mlflow"}


def incident(folder):
    """The incident's project at its head."""
    for revision in INCIDENT_REVISIONS:
        shutil.copytree(INCIDENT / revision, folder, dirs_exist_ok=True)
    (folder / "backend/app/models/invite_code.py").unlink()
    projects.git(folder, "init", "-q", "-b", "main")
    projects.git(folder, "add", "-A", "-f")
    projects.git(folder, "commit", "-q", "-m", "as it stands")


def checked_out(name, folder):
    if name == "incident":
        return incident(folder)
    (pin,) = [pin for pin in projects.pins() if projects.name_of(pin) == name]
    return projects.git(folder.parent, "clone", "-q", "--shared", str(projects.repository(pin)), str(folder))


def stage(folder, edits):
    for edit in edits:
        path = folder / edit["path"]
        text = path.read_text() if edit["old"] else ""
        path.write_text(text.replace(edit["old"], edit["new"], 1) if text else edit["new"])
        projects.git(folder, "add", "-f", edit["path"])


def asked(binary, folder, *arguments):
    process = subprocess.run([binary, *arguments, "--format", "json"], cwd=folder, capture_output=True, text=True)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{arguments[0]} gave {process.returncode}: {process.stderr}")
    return json.loads(process.stdout)


def status(binary, folder, place):
    environments = asked(binary, folder, "status")["environments"]
    (environment,) = [environment for environment in environments if environment["script_location"] == place]
    return environment


def dropped(before, after, what):
    """Tables, or columns, that `status` says would be dropped and did not before."""
    return set(after[what] or []) - set(before[what] or [])


def predicted(binary, folder, place, before):
    after = status(binary, folder, place)
    table_of = {model["class"]: model["table"] for model in after["models"]}
    drops, adds = set(), set()
    for finding in asked(binary, folder, "run")["findings"]:
        if finding["check"] == "unmapped-table":
            drops.add(finding["subject"])
        elif finding["check"] == "unregistered-model":
            drops.add(table_of[finding["subject"]])
        elif finding["check"] == "missing-migration":
            adds.add(finding["subject"])
    tables, columns = (dropped(before, after, what) for what in ("unmapped_tables", "unmapped_columns"))
    # A model that is new and not registered has no table that could be dropped.
    return drops & tables | columns, tables - drops, adds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("projects", nargs="*")
    arguments = parser.parse_args()
    count = wrong = operations = silent = 0
    for truth in sorted((projects.HERE / "mutants").glob("*.json")):
        if arguments.projects and truth.stem not in arguments.projects:
            continue
        recorded = json.loads(truth.read_text())
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch) / "project"
            folder.mkdir()
            checked_out(truth.stem, folder)
            before = status(arguments.binary, folder, recorded["script_location"])
            for mutant in recorded["mutants"]:
                stage(folder, mutant["edits"])
                drops, unsaid, adds = predicted(arguments.binary, folder, recorded["script_location"], before)
                projects.git(folder, "reset", "-q", "--hard")
                count += 1
                operations += len(mutant["drops"]) + len(mutant["adds"])
                expected = SILENT.get((truth.stem, mutant["name"]), set())
                if truth.stem in UNKNOWN:
                    expected = {*mutant["drops"], *mutant["adds"]}
                silent += bool(expected)
                lines = [("not said by run", name) for name in sorted(unsaid)]
                for what, ours, theirs in [("drop", drops, set(mutant["drops"])), ("add", adds, set(mutant["adds"]))]:
                    lines += [(f"missed {what}", name) for name in sorted(theirs - ours - expected)]
                    lines += [(f"wrong {what}", name) for name in sorted(ours - theirs)]
                wrong += bool(lines)
                for line in lines:
                    print(truth.stem, mutant["name"], *line, sep="\t", flush=True)
    print(f"{count} mutants, {operations} operations, {silent} mutants silent, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
