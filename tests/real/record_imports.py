#!/usr/bin/env python3
"""Writes the mutants of one project into `imports.tsv`: an import statement is edited, and Python says which models it costs.

usage: record_imports.py PROJECT ENV… [--path FOLDER]… [--setup CODE] [--ini FILE] [--online] [--timeout SECONDS]

Runs where `record_models.py` can run the project, and takes the project itself from `projects.py`. For each mutant the
edited file is written into a copy of the project and `record_models.py` runs each `env.py` on it, in a process of its
own that has the libraries ready and nothing of the project. A mutant that Python cannot run is left out.

Python's own trace of the imports chooses what is tried: every statement, or name of one, that alone leads to a model's
module, so many of them that are not the only way, others by chance, and edits that should change nothing.

A row: project, edit, file, line, the one name that is taken away (`remove` only), the classes that are
lost, and the tables that are lost and that no lost class maps.
"""

import argparse
import builtins
import importlib
import importlib.util
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

import edits
import projects
from record_models import Finder, record, section_of

TABLE = projects.HERE / "imports.tsv"
ALONE = 30  # removals that cost a model
SHARED = 6  # removals that lead to a model and cost none
OTHERS = 3  # removals that lead to none
CHANGED = 4  # statements that get every harmless edit
TRIES = 2  # how many are tried for each that is wanted


class Stop(BaseException):
    """A library asks for the project while the libraries are made ready."""


class Guard:
    def __init__(self, own):
        self.own = own

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.own:
            raise Stop(name)


def in_child(timeout, call):
    """What a call returns in a process of its own; None where it fails."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(timeout)
            os.close(reader)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            with os.fdopen(writer, "w") as out:
                json.dump(call(), out)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if status == 0 else None


def file_of(name):
    return getattr(sys.modules.get(name), "__file__", None) or ""


def traced(root, run):
    """What a run returns, what each import statement of the project led to, and the libraries that were loaded."""
    edges, real, real_module = {}, builtins.__import__, importlib.import_module

    def note(key, name):
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            edges.setdefault(key, set()).add(".".join(parts[:end]))

    def spy(name, globals=None, locals=None, fromlist=(), level=0):
        frame = sys._getframe(1)
        file, line = frame.f_code.co_filename, frame.f_lineno
        module = real(name, globals, locals, fromlist, level)
        if file.startswith(root):
            full = name
            if level:
                package = (globals or {}).get("__package__") or ""
                full = importlib.util.resolve_name("." * level + name, package) if package else name
            note((file, line, ""), full)
            for item in getattr(module, "__all__", ()) if "*" in (fromlist or ()) else fromlist or ():
                if f"{full}.{item}" in sys.modules:
                    note((file, line, item), f"{full}.{item}")
        return module

    def spy_module(name, package=None):
        frame = sys._getframe(1)
        module = real_module(name, package)
        if frame.f_code.co_filename.startswith(root):
            note((frame.f_code.co_filename, frame.f_lineno, ""), importlib.util.resolve_name(name, package))
        return module

    Finder.between.append(__file__)
    builtins.__import__, importlib.import_module = spy, spy_module
    truth = run()
    builtins.__import__, importlib.import_module = real, real_module
    inside = {name: file_of(name)[len(root) :] for name in list(sys.modules) if file_of(name).startswith(root)}
    libraries = [name for name in sys.modules if name not in inside and name.split(".")[0] not in {n.split(".")[0] for n in inside}]
    flat = [[file[len(root) :], line, item, sorted({inside[n] for n in names if n in inside})] for (file, line, item), names in edges.items()]
    return {"truth": truth, "edges": flat, "files": inside, "libraries": libraries}


def reached(starts, edges):
    seen, waiting = set(starts), list(starts)
    while waiting:
        for file in edges.get(waiting.pop(), ()):
            if file not in seen:
                seen.add(file)
                waiting.append(file)
    return seen


def without(edges, statement):
    """From file to files, leaving out a statement or one name of it."""
    graph = {}
    for file, line, item, found in edges:
        if not (statement[:2] == (file, line) and statement[2] in ("", item)):
            graph.setdefault(file, set()).update(found)
    return graph


def lost(before, after):
    classes = {name for env in before for name in set(before[env]["classes"]) - set(after[env]["classes"])}
    mapped = {table for env in before.values() for table in env["classes"].values()}
    tables = {table for env in before for table in set(before[env]["tables"]) - set(after[env]["tables"])}
    return sorted(classes), sorted(tables - mapped)


class Project:
    def __init__(self, name, root, arguments):
        self.name, self.root, self.arguments = name, root, arguments
        self.envs, self.timeout = arguments.envs, arguments.timeout
        folders = [root / path for path in arguments.path or ["."]]
        self.own = {entry.stem for folder in folders for entry in folder.iterdir()}
        os.chdir(root)
        sys.path[:0] = map(str, folders)

    def record(self, env):
        return record(str(self.root), env, self.arguments.ini, self.arguments.setup, self.own, self.arguments.online)

    def run(self):
        """What each `env.py` has; None where Python fails."""
        answers = {}
        for env in self.envs:
            answer = in_child(self.timeout, lambda: self.record(env))
            if answer is None:
                return None
            answers[env] = answer
        return answers

    def make_ready(self, libraries):
        guard = Guard(self.own)
        sys.meta_path.insert(0, guard)
        for library in libraries:
            try:
                importlib.import_module(library)
            except (Exception, Stop):
                pass
        sys.meta_path.remove(guard)

    def mutant(self, edit, path, line, name=""):
        """The row of a mutant, None where there is none."""
        file = self.root / path
        before = file.read_text()
        text = edits.edited(before, path, edit, line, name)
        if text is None or text == before:
            return None
        file.write_text(text)
        try:
            after = self.run()
        finally:
            file.write_text(before)
        # An `env.py` that fails, or hides that it does, registers nothing and loses nothing.
        same = ("error", "metadata")
        if after is None or any(after[env][key] != self.truth[env][key] for env in self.envs for key in same):
            return None
        classes, tables = lost(self.truth, after)
        return [self.name, edit, path, str(line), name, " ".join(classes), " ".join(tables)]

    def mutants(self):
        """Every row, one after the other: some take seconds each."""
        edges, files = [], {}
        self.truth = {}
        for env in self.envs:
            base = in_child(self.timeout * 10, lambda: traced(f"{self.root}/", lambda: self.record(env)))
            if base is None:
                raise SystemExit(f"{env} does not run")
            self.truth[env] = base["truth"]
            edges += base["edges"]
            files |= base["files"]
            self.make_ready(base["libraries"])
        again = self.run()
        if again != self.truth:
            raise SystemExit(f"{self.name}: not the same twice")
        owners = {name.rpartition(".")[0] for env in self.truth.values() for name in env["classes"]}
        models = {files[owner] for owner in owners if owner in files} or set(files.values())
        envs = {section_of(env)[0] for env in self.envs}
        loaded = set(files.values()) | envs
        # What no statement led to was found in another way.
        starts = envs | (loaded - reached(envs, without(edges, ("", 0, ""))))
        alone, shared, others = [], [], []
        for file in sorted(loaded):
            text = (self.root / file).read_text()
            for node, _, _ in edits.imports_of(text):
                for name in ["", *(a.name for a in node.names if len(node.names) > 1)]:
                    led = {found for f, line, item, all_found in edges if (f, line) == (file, node.lineno) and name in ("", item) for found in all_found}
                    if not led:
                        others.append((file, node.lineno, name))
                    elif models - reached(starts, without(edges, (file, node.lineno, name))):
                        alone.append((file, node.lineno, name))
                    elif led & models:
                        shared.append((file, node.lineno, name))
                    else:
                        others.append((file, node.lineno, name))
        print(f"{self.name}: {len(models)} files of models; {len(alone)} imports lead to one alone, {len(shared)} with others, {len(others)} others", file=sys.stderr, flush=True)
        dice = random.Random(self.name)
        for choices in (alone, shared, others):
            dice.shuffle(choices)
        for choices, wanted in ((alone, ALONE), (shared, SHARED), (others, OTHERS)):
            yield from self.tried(choices[: wanted * TRIES], "remove", wanted)
        changed = [choice for choice in alone if not choice[2]][:CHANGED]
        changed += [choice for choice in shared if not choice[2]][: CHANGED - len(changed)]
        for edit in edits.HARMLESS:
            yield from self.tried(changed, edit, CHANGED)

    def tried(self, choices, edit, wanted):
        found = 0
        for path, line, name in choices:
            if found < wanted and (row := self.mutant(edit, path, line, name)):
                found += 1
                yield row
        print(f"  {found} of {len(choices)} run: {edit}", file=sys.stderr, flush=True)


def write(name, rows):
    """Puts a project's rows in the place of those that are there."""
    known = [line.split("\t") for line in TABLE.read_text().splitlines()] if TABLE.exists() else []
    rows = [row for row in known if row[0] != name] + rows
    rows.sort(key=lambda row: (row[0], row[1], row[2], int(row[3]), row[4]))
    TABLE.write_text("".join("\t".join(row) + "\n" for row in rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project")
    parser.add_argument("envs", nargs="+")
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("--setup", default="")
    parser.add_argument("--ini")
    parser.add_argument("--online", action="store_true")
    parser.add_argument("--timeout", type=int, default=60)
    arguments = parser.parse_args()
    ((name, repository),) = projects.all_of([arguments.project])
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = pathlib.Path(folder).resolve()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=repository, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", root], input=archive, check=True)
        rows = []
        for row in Project(name, root, arguments).mutants():
            rows.append(row)
            write(name, rows)
        os.chdir("/")


if __name__ == "__main__":
    main()
