#!/usr/bin/env python3
"""Writes into the files of `mutants/` what Alembic's own autogenerate proposes for each mutant of a project.

usage: tests/real/record_mutants.py MUTANTS.json ROOT --versions FOLDER… --database URL --setup CODE

A mutant is one or more edits of the project's files; an edit without an old text makes a file. Runs in an environment where the
project's own dependencies are installed. The database at URL is emptied and brought to the heads by the chain. CODE is run
with the project importable, makes `metadata` as `env.py` gets it, and may make `options` that `env.py` gives to
`context.configure`, and all that `make_schemas.py` knows. What is recorded of a mutant are the tables and columns that autogenerate
proposes to drop and to add after the mutation and not before it.

The databases were those of `make_schemas.py`; optuna ran on SQLite, with `render_as_batch` as in its `env.py`. `options` hold what
filters `env.py` has: `include_name` for langflow-base, `include_object` for apache-airflow-core.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest.mock

import make_schemas
import sqlalchemy
from alembic.autogenerate import produce_migrations
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

sys.dont_write_bytecode = True


def apply(root, edit):
    path = root / edit["path"]
    text = path.read_text() if edit["old"] else ""
    if text.count(edit["old"]) != 1 and edit["old"]:
        raise SystemExit(f"{edit['path']}: not once: {edit['old']!r}")
    path.write_text(text.replace(edit["old"], edit["new"], 1) if text else edit["new"])


def proposed(url, setup):
    """What autogenerate would drop and add."""
    found = {"drops": set(), "adds": set()}

    def walk(operation):
        match operation:
            case ops.DropTableOp():
                found["drops"].add(operation.table_name)
            case ops.CreateTableOp():
                found["adds"].add(operation.table_name)
            case ops.DropColumnOp():
                found["drops"].add(f"{operation.table_name}.{operation.column_name}")
            case ops.AddColumnOp():
                found["adds"].add(f"{operation.table_name}.{operation.column.name}")
            case ops.OpContainer():
                for inner in operation.ops:
                    walk(inner)

    with sqlalchemy.create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": setup["metadata"], **setup.get("options", {})})
        walk(produce_migrations(context, setup["metadata"]).upgrade_ops)
    return {what: sorted(names) for what, names in found.items()}


def run_setup(root, code, **names):
    sys.path.insert(0, str(root))
    setup = dict(names)
    exec(code, setup)
    return setup


def upgrade(root, arguments):
    versions = [str(root / folder) for folder in arguments.versions]
    script = ScriptDirectory(str(root), version_locations=versions)
    with make_schemas.empty(arguments.database) as connection:
        tables, why = make_schemas.schema(script, connection, run_setup(root, arguments.setup, connection=connection))
        if why:
            raise SystemExit(why)
        connection.commit()
    print(len(tables), "tables", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--versions", nargs="+", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--setup", required=True)
    parser.add_argument("--at-head", action="store_true", help="the database is there: only mutants without a record")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    if arguments.one:
        connection = unittest.mock.MagicMock()
        print("\n" + json.dumps(proposed(arguments.database, run_setup(root, arguments.setup, connection=connection))))
        return
    recorded = json.loads(arguments.file.read_text())
    with tempfile.TemporaryDirectory() as folder:
        if not arguments.at_head:
            upgrade(root, arguments)
        copy = pathlib.Path(folder) / "project"
        shutil.copytree(root, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "node_modules", "*.js", "*.map"))

        def one(edits):
            for edit in edits:
                apply(copy, edit)
            rest = ["--versions", *arguments.versions, "--database", arguments.database, "--setup", arguments.setup]
            command = [sys.executable, "-W", "ignore", __file__, "--one", str(arguments.file), str(copy), *rest]
            process = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
            for edit in edits:
                (copy / edit["path"]).unlink(missing_ok=True)
                if (root / edit["path"]).exists():
                    shutil.copy(root / edit["path"], copy / edit["path"])
            return json.loads(process.stdout.splitlines()[-1])

        before = one([])
        print("before:", before, file=sys.stderr)
        for mutant in recorded["mutants"]:
            if arguments.at_head and "drops" in mutant:
                continue
            after = one(mutant["edits"])
            for what in ("drops", "adds"):
                mutant[what] = sorted(set(after[what]) - set(before[what]))
            print(mutant["name"], mutant["drops"], mutant["adds"], file=sys.stderr)
            arguments.file.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
