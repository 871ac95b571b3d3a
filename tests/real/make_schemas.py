#!/usr/bin/env python3
"""Makes the truth files in `schemas/`: what Alembic itself says of the real projects.

usage: tests/real/make_schemas.py --binary PATH [PROJECT…]

Needs `pip install alembic sqlalchemy`, which the suite itself does not. For each environment: heads, bases and the order of
`alembic upgrade heads` from `ScriptDirectory`, and, where SQLite runs the whole chain, the tables with their columns that
SQLAlchemy's inspector then sees. Modules that are not installed are replaced by hollow ones: where a chain needs what is
in them, it fails and has no schema.
"""

import argparse
import contextlib
import importlib.abc
import importlib.machinery
import io
import json
import logging
import pathlib
import subprocess
import sys
import types
import unittest.mock

import alembic.context
import projects
import sqlalchemy
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

SCHEMAS = projects.HERE / "schemas"


class Hollow(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last: a module that nobody else finds."""

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__path__ = []
        return hollow(module)

    def exec_module(self, module):
        pass


class Own(importlib.machinery.SourceFileLoader):
    """A module of the project, of which what does not run is hollow."""

    def exec_module(self, module):
        try:
            super().exec_module(module)
        except Exception:
            hollow(module)


class OwnFinder(importlib.abc.MetaPathFinder):
    def __init__(self, folder):
        self.folder = str(folder)

    def find_spec(self, name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path or [self.folder])
        if spec and spec.origin and spec.origin.startswith(self.folder) and spec.origin.endswith(".py"):
            spec.loader = Own(spec.loader.name, spec.loader.path)
            return spec
        return None


def hollow(module):
    def attribute(name):
        if name.startswith("__"):
            raise AttributeError(name)
        return unittest.mock.MagicMock(name=f"{module.__name__}.{name}")

    module.__getattr__ = attribute
    return module


def refuse(*_, **__):
    raise NotImplementedError("what stands in the database decides what is made")


def schema(steps):
    """Tables with their columns after the whole chain on SQLite, or why there are none."""
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.StaticPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context), unittest.mock.patch.object(alembic.context, "config", create=True):
            for step in steps:
                try:
                    reflect = unittest.mock.patch.object(sqlalchemy.MetaData, "reflect", refuse)
                    with contextlib.redirect_stdout(io.StringIO()), reflect:
                        step.module.upgrade()
                except Exception as error:
                    return None, f"{step.revision}: {type(error).__name__}: {str(error).splitlines()[0][:200]}"
        inspector = sqlalchemy.inspect(connection)
        names = [name for name in inspector.get_table_names() if name != "alembic_version"]
        return {name: [column["name"] for column in inspector.get_columns(name)] for name in sorted(names)}, None


def facts(folder, environment):
    script = ScriptDirectory(
        str(folder / environment["script_location"]),
        version_locations=[str(folder / versions) for versions in environment["versions"]],
    )
    steps = [script.get_revision(step.revision.revision) for step in script._upgrade_revs("heads", None)]
    tables, why = schema(steps)
    print("   ", environment["script_location"], len(steps), "revisions,", why or f"{len(tables)} tables", file=sys.stderr)
    return {
        "script_location": environment["script_location"],
        "heads": sorted(script.get_heads()),
        "bases": sorted(script.get_bases()),
        "order": [step.revision for step in steps],
        "tables": tables,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("projects", nargs="*")
    arguments = parser.parse_args()
    if len(arguments.projects) != 1:
        # Modules of one project must not be those of the next.
        for pin in projects.pins():
            name = projects.name_of(pin)
            if not arguments.projects or name in arguments.projects:
                subprocess.run([sys.executable, __file__, "--binary", arguments.binary, name], check=False)
        return
    (name,) = arguments.projects
    (pin,) = [pin for pin in projects.pins() if projects.name_of(pin) == name]
    folder = projects.repository(pin)
    print(name, file=sys.stderr)
    logging.disable()
    sys.meta_path.insert(0, OwnFinder(folder))
    sys.meta_path.append(Hollow())
    status = subprocess.run(
        [arguments.binary, "status", "--format", "json"], cwd=folder, check=True, capture_output=True, text=True
    )
    found = [facts(folder, environment) for environment in json.loads(status.stdout)["environments"]]
    SCHEMAS.mkdir(exist_ok=True)
    (SCHEMAS / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
