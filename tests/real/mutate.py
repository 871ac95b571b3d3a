#!/usr/bin/env python3
"""What `migguard run` says of a removed import, on real projects.

usage: tests/real/mutate.py --binary PATH [--every] [--show] [PROJECT…]

For each project whose metadata is known: each module-level import of a reached file that holds all that leads to some
registered models is taken away by itself and staged: `unregistered-model` must name exactly those models, at that line. Which
models those are is what `migguard status` calls unregistered in the staged snapshot; `models.py` compares `status` with Python.
Then edits that change nothing (comments, an alias, an import in another form, another order, a wrap in `try`) must stay
silent. Without `--every`, a sample. At least 0.97 of the harmful edits must be found, and no harmless one reported.
"""

import argparse
import ast
import json
import random
import subprocess
import sys

import projects

GOAL = 0.97
SAMPLE = 5


def ask(binary, folder, *arguments):
    process = subprocess.run([binary, *arguments, "--format", "json"], cwd=folder, capture_output=True, text=True)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{arguments[0]} in {folder} gave {process.returncode}: {process.stderr}")
    return json.loads(process.stdout)


def registered(status):
    """Every model that an environment reaches."""
    return {(environment["env"], model["class"] or model["table"], model["path"])
            for environment in status["environments"] for model in environment["models"] if model["registered"]}


def unregistered(status):
    """Every model that is there and that an environment with a known target does not reach. An import that a model's class or
    `target_metadata` itself needs is no case: without it Python says so."""
    return {(environment["env"], model["class"] or model["table"], model["path"])
            for environment in status["environments"] if environment["metadata"] == "known"
            for model in environment["models"]
            if model["registered"] is False or (model["reason"] or "").startswith("`env.py` reaches no model")}


def imports_of(text):
    """The module-level imports: those of branches too, not those that only a type checker reads."""
    found = []
    def walk(body):
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                if getattr(node, "module", None) != "__future__":
                    found.append(node)
            elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.dump(node.test):
                walk(node.body), walk(node.orelse)
            elif isinstance(node, (ast.Try, ast.With)):
                walk(node.body), walk(getattr(node, "orelse", [])), walk(getattr(node, "finalbody", []))
    walk(ast.parse(text).body)
    return found


def may_lead(node, stems):
    """Whether an import can name one of the files."""
    words = set((getattr(node, "module", None) or "").split("."))
    for alias in node.names:
        words |= {"*"} & {alias.name} | set(alias.name.split("."))
    return bool(words & stems)


def replaced(text, node, lines):
    old = text.splitlines(keepends=True)
    indent = " " * node.col_offset
    return "".join(old[: node.lineno - 1] + [f"{indent}{line}\n" for line in lines] + old[node.end_lineno :])


def harmless(text, node):
    source = ast.unparse(node)
    yield "comment", replaced(text, node, ["# Registers models.", f"{source}  # noqa: F401"])
    yield "try", replaced(text, node, ["try:", f"    {source}", "except ImportError:", "    raise"])
    if isinstance(node, ast.ImportFrom) and all(alias.name != "*" for alias in node.names):
        split = [ast.unparse(ast.ImportFrom(node.module, [alias], node.level)) for alias in reversed(node.names)]
        yield "order", replaced(text, node, split)
        names = [ast.alias(alias.name, f"{alias.asname or alias.name}_again") for alias in node.names]
        yield "alias", replaced(text, node, [source, ast.unparse(ast.ImportFrom(node.module, names, node.level))])
        if node.level == 0:
            yield "equivalent", replaced(text, node, [f"import {node.module}", source])


class Case:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        projects.git(folder, "reset", "-q", "--hard")

    def staged(self, path, text, command):
        file = self.folder / path
        before = file.read_bytes()
        try:
            file.write_bytes(text.encode())
            projects.git(self.folder, "add", "-f", path)
            return ask(self.binary, self.folder, command)
        finally:
            file.write_bytes(before)
            projects.git(self.folder, "add", "-f", path)


def findings(report):
    return [f for f in report["findings"] if f["check"] in ("unregistered-model", "unexported-model")]


def mutate(name, folder, arguments):
    case = Case(arguments.binary, folder)
    before = registered(ask(arguments.binary, folder, "status"))
    paths = {path for _, _, path in before}
    stems = {part for path in paths for part in path.removesuffix(".py").removesuffix("/__init__").split("/")[-1:]}
    stems |= {path.split("/")[-2] for path in paths if "/" in path} | {"*"}
    choices = []
    for path in projects.git(folder, "ls-files", "*.py").splitlines():
        try:
            text = (folder / path).read_text()
            nodes = imports_of(text)
        except (SyntaxError, UnicodeDecodeError):
            continue
        choices += [(path, text, node) for node in nodes if may_lead(node, stems)]
    random.Random(name).shuffle(choices)
    # An import near the models is the likelier one to matter.
    folders = {path.rsplit("/", 1)[0] for path in paths}
    choices.sort(key=lambda choice: not (choice[0].endswith("env.py") or choice[0].rsplit("/", 1)[0] in folders))
    tally = {"harmful": 0, "found": 0, "harmless": 0, "reported": 0}
    for path, text, node in choices if arguments.every else choices[: SAMPLE * 4]:
        if tally["harmful"] >= SAMPLE and not arguments.every:
            break
        without = replaced(text, node, ["pass"] if node.col_offset else [""])
        lost = {model for _, model, _ in before & unregistered(case.staged(path, without, "status"))}
        if not lost:
            continue
        found = findings(case.staged(path, without, "run"))
        subjects = {f["subject"] for f in found if (f["path"], f["line"]) == (path, node.lineno)}
        tally["harmful"] += 1
        if subjects == lost == {f["subject"] for f in found}:
            tally["found"] += 1
        else:
            print("missed", name, f"{path}:{node.lineno}", ast.unparse(node), "lost", sorted(lost - subjects)[:5], "said", sorted((f["subject"], f["path"], f["line"]) for f in found if f["subject"] not in lost or f["line"] != node.lineno)[:3], sep="\t")
        for kind, edited in harmless(text, node):
            tally["harmless"] += 1
            reported = findings(case.staged(path, edited, "run"))
            if reported:
                tally["reported"] += 1
                print("wrong", name, f"{path}:{node.lineno}", kind, sorted(f["subject"] for f in reported)[:5], sep="\t")
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--every", action="store_true", help="every import, not a sample")
    parser.add_argument("projects", nargs="*")
    arguments = parser.parse_args()
    total = {}
    for name, folder in projects.all_of(arguments.projects):
        tally = mutate(name, folder, arguments)
        print(f"{name}: {tally['found']} of {tally['harmful']} found, {tally['reported']} of {tally['harmless']} reported", flush=True)
        total = {key: total.get(key, 0) + value for key, value in tally.items()}
    recall = total["found"] / max(1, total["harmful"])
    print(f"found {recall:.4f} of {total['harmful']} removed imports; {total['reported']} of {total['harmless']} harmless edits reported")
    return 0 if total["harmful"] and recall >= GOAL and not total["reported"] else 1


if __name__ == "__main__":
    sys.exit(main())
