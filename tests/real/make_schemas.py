#!/usr/bin/env python3
"""Makes the truth files in `schemas/`: what Alembic itself says of the real projects.

usage: tests/real/make_schemas.py --binary PATH [--database URL --installed --setup CODE --only PLACE] [PROJECT…]

Needs `pip install alembic sqlalchemy`, which the suite itself does not. For each environment: heads, bases and the order of
`alembic upgrade heads` from `ScriptDirectory`, and, where a database runs the whole chain, the tables with their columns that
SQLAlchemy's inspector then sees. Modules that are not installed are replaced by hollow ones: where a chain needs what is in
them, it fails and what was known of it stays. With `--installed` nothing is hollow: the interpreter is that of an environment
with the project's own dependencies. CODE is run before a chain; it may make a baseline on `connection`, `metadata` whose naming
convention the chain needs, and `rows`: SQL that a revision needs to find rows, by the revision.

langflow-base, keystone, nova and mlflow's auth ran on SQLite, apache-airflow-core, arize-phoenix (with its `metadata`) and mlflow's store
(with `initial_models` as its baseline) on PostgreSQL 15, neutron and zenml (with a default workspace) on MariaDB 10.11.
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

import projects
import sqlalchemy
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

SCHEMAS = projects.HERE / "schemas"
MEMORY = "sqlite://"


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


@contextlib.contextmanager
def empty(url):
    """A connection to a database without tables: the one at `url` is emptied."""
    pool = {"poolclass": sqlalchemy.pool.StaticPool} if url == MEMORY else {}
    engine = sqlalchemy.create_engine(url, **pool)
    with engine.connect() as connection:
        name = engine.url.database
        for statement in {
            "postgresql": ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"],
            "mysql": [f"DROP SCHEMA {name}", f"CREATE SCHEMA {name}", f"USE {name}"],
        }.get(connection.dialect.name, []):
            connection.exec_driver_sql(statement)
        connection.commit()
        yield connection


def schema(script, connection, setup):
    """Tables with their columns after the whole chain, or why there are none."""
    done = []

    def steps(revision, context):
        for step in script._upgrade_revs("heads", revision):
            done.append(step.revision.revision)
            for statement in setup.get("rows", {}).get(step.revision.revision, []):
                connection.exec_driver_sql(statement)
            yield step

    config = Config()
    config.set_main_option("script_location", script.dir)
    with EnvironmentContext(config, script, fn=steps, destination_rev="heads") as environment:
        environment.configure(connection=connection, target_metadata=setup.get("metadata"), render_as_batch=True)
        try:
            with contextlib.redirect_stdout(io.StringIO()), environment.begin_transaction():
                environment.run_migrations()
        except Exception as error:
            return None, f"{done[-1:]}: {type(error).__name__}: {str(error).splitlines()[0][:200]}"
    return seen(connection), None


def seen(connection):
    inspector = sqlalchemy.inspect(connection)
    names = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {name: [column["name"] for column in inspector.get_columns(name)] for name in sorted(names)}


def facts(folder, environment, arguments):
    place = environment["script_location"]
    versions = [str(folder / versions) for versions in environment["versions"]]
    script = ScriptDirectory(str(folder / place), version_locations=versions)
    with empty(arguments.database) as connection:
        setup = {"connection": connection}
        exec(arguments.setup, setup)
        baseline = seen(connection)
        tables, why = schema(script, connection, setup)
    order = [step.revision.revision for step in script._upgrade_revs("heads", None)]
    print("   ", place, len(order), "revisions,", why or f"{len(tables)} tables", file=sys.stderr)
    return {
        "script_location": place,
        "heads": sorted(script.get_heads()),
        "bases": sorted(script.get_bases()),
        "order": order,
        "baseline": baseline,
        "tables": tables,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--database", default=MEMORY, help="the URL of a database that is emptied; SQLite's in memory")
    parser.add_argument("--installed", action="store_true", help="what the project needs is there: nothing is hollow")
    parser.add_argument("--setup", default="", help="Python that runs before a chain, see above")
    parser.add_argument("--only", help="the environment whose script_location this is")
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
    if arguments.installed:
        sys.path.insert(0, str(folder))
    else:
        sys.meta_path.insert(0, OwnFinder(folder))
        sys.meta_path.append(Hollow())
    status = subprocess.run(
        [arguments.binary, "status", "--format", "json"], cwd=folder, check=True, capture_output=True, text=True
    )
    truth = SCHEMAS / f"{name}.json"
    known = json.loads(truth.read_text()) if truth.exists() else []
    found = {environment["script_location"]: environment for environment in known}
    for environment in json.loads(status.stdout)["environments"]:
        place = environment["script_location"]
        if arguments.only in (None, place):
            new = facts(folder, environment, arguments)
            # A database that could not run it says nothing against one that could.
            old = found.get(place, new)
            if new["tables"] is None:
                new = {**new, "baseline": old.get("baseline", {}), "tables": old["tables"]}
            found[place] = new
    truth.parent.mkdir(exist_ok=True)
    truth.write_text(json.dumps(list(found.values()), indent=1) + "\n")


if __name__ == "__main__":
    main()
