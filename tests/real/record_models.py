#!/usr/bin/env python3
"""Writes a truth file of `tests/real/models`: what SQLAlchemy has when Python has really run a project's `env.py`.

usage: record_models.py ROOT TRUTH.json [--path FOLDER]… [--setup CODE] [--ini FILE] [--online] ENV…

Runs in an environment where the project's own SQLAlchemy, Alembic and what its models derive from are installed. Other
libraries that are missing are stood in for by objects that do nothing; their names are printed. Nothing connects to a
database: `alembic.context` is replaced; `--online` is for an `env.py` that refuses to run without one, and CODE may change its `config`. Only facts are written: the tables of the metadata, and each mapped class with its table.
Each ENV is run in a process of its own; `path/env.py[section]` runs it for that section of the ini file.
"""

import argparse
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import types


class Standin:
    """Anything of a library that is not there: callable, subscriptable, a base that adds nothing."""

    def __init__(self, name="standin"):
        self.__dict__["__name__"] = self.__dict__["__qualname__"] = name
        self.__dict__["__module__"] = name

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Standin(name)

    def __call__(self, *arguments, **keywords):
        if len(arguments) == 1 and not keywords and isinstance(arguments[0], (type, types.FunctionType)):
            return arguments[0]
        return Standin("call")

    def __mro_entries__(self, bases):
        return ()

    def __getitem__(self, key):
        return Standin("item")

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def __or__(self, other):
        return self

    __ror__ = __add__ = __radd__ = __or__


class StandinModule(types.ModuleType):
    def __getattr__(self, name):
        if name == "__path__":
            return []
        if name == "__version__":
            return "0"
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Standin(name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last: finds what the project itself imports and nothing else found, where even the top-level package is
    missing."""

    # What stands between an import statement and the finder.
    between = ["importlib"]

    def __init__(self, root, own):
        self.root, self.own = root, own
        self.used = set()

    def find_spec(self, name, path, target=None):
        frame = sys._getframe(1)
        while frame and any(part in frame.f_code.co_filename for part in self.between):
            frame = frame.f_back
        if not frame or not frame.f_code.co_filename.startswith(self.root):
            return None
        top = name.split(".")[0]
        if top in self.own or (top != name and not isinstance(sys.modules.get(top), StandinModule)):
            return None
        self.used.add(top)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = StandinModule(spec.name)
        module.__dict__.update(__path__=[], __file__="/standin/__init__.py")
        return module

    def exec_module(self, module):
        pass


class Context(types.ModuleType):
    """`alembic.context`, without a database."""

    def __init__(self, config, online):
        super().__init__("alembic.context")
        self.config, self.online, self.metadata = config, online, []

    def configure(self, *_, target_metadata=None, **__):
        self.metadata.append(target_metadata)

    def is_offline_mode(self):
        return not self.online

    def get_x_argument(self, *_, as_dictionary=False, **__):
        return {} if as_dictionary else []

    def begin_transaction(self):
        return Standin("transaction")

    def run_migrations(self, **_):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Standin(name)


def flat(metadata):
    if metadata is None or isinstance(metadata, Standin):
        return []
    if isinstance(metadata, dict):
        metadata = list(metadata.values())
    if isinstance(metadata, (list, tuple, set)):
        return [one for item in metadata for one in flat(item)]
    return [metadata] if hasattr(metadata, "naming_convention") else []


def section_of(env):
    """The file of an `ENV` and the section that it names, if any."""
    path, _, section = env.partition("[")
    return path, section.rstrip("]")


def record(root, env, ini, setup, own, online=False):
    finder = Finder(root, own)
    sys.meta_path.append(finder)
    import alembic
    import logging.config

    import sqlalchemy
    from alembic.config import Config

    logging.config.fileConfig = lambda *_, **__: None

    class Lenient(Config):
        def __getattr__(self, name):
            if name.startswith("_"):
                raise AttributeError(name)
            return Standin(name)

    env, section = section_of(env)
    env = f"{root}/{env}"
    config = Lenient(f"{root}/{ini}", ini_section=section or "alembic") if ini else Lenient()
    config.set_main_option("sqlalchemy.url", "sqlite://")
    config.config_file_name = f"{root}/{ini}" if ini else "alembic.ini"
    context = Context(config, online)
    alembic.context = sys.modules["alembic.context"] = context
    if setup:
        exec(setup, {"config": config, "Standin": Standin})
    spec = importlib.util.spec_from_file_location("migguard_env", env)
    module = importlib.util.module_from_spec(spec)
    sys.modules["migguard_env"] = module
    failure = None
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
        print(f"{env}: after its imports: {failure}", file=sys.stderr)
        if "target_metadata" not in vars(module) and not context.metadata:
            raise
    metadata = []
    for one in flat([vars(module).get("target_metadata"), context.metadata]):
        if not any(one is known for known in metadata):
            metadata.append(one)
    tables = sorted({name for one in metadata for name in one.tables})
    classes = {}
    from sqlalchemy.orm import Mapper

    for mapper in [o for o in gc.get_objects() if type(o) is Mapper]:
        table = mapper.local_table
        if any(getattr(table, "metadata", None) is one for one in metadata):
            owner = mapper.class_
            classes[f"{owner.__module__}.{owner.__qualname__}"] = table.fullname
    print(f"{env}: {len(tables)} tables, {len(classes)} classes, SQLAlchemy {sqlalchemy.__version__}", file=sys.stderr)
    if finder.used:
        print("stood in for:", ", ".join(sorted(finder.used)), file=sys.stderr)
    return {"tables": tables, "classes": dict(sorted(classes.items())), "error": failure, "metadata": len(metadata)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("truth", type=pathlib.Path)
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("--setup", default="")
    parser.add_argument("--ini")
    parser.add_argument("--online", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("envs", nargs="+")
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    if arguments.one:
        folders = [root / path for path in arguments.path or ["."]]
        sys.path[:0] = map(str, folders)
        own = {entry.stem for folder in folders for entry in folder.iterdir()}
        truth = record(str(root), arguments.envs[0], arguments.ini, arguments.setup, own, arguments.online)
        del truth["error"], truth["metadata"]
        arguments.truth.write_text(json.dumps(truth))
        return
    environments = {}
    for env in arguments.envs:
        part = arguments.truth.with_suffix(".part").resolve()
        again = [sys.executable, __file__, "--one", *(f"--path={p}" for p in arguments.path), "--setup", arguments.setup]
        again += [f"--ini={arguments.ini}"] if arguments.ini else []
        again += ["--online"] if arguments.online else []
        subprocess.run([*again, str(root), str(part), env], check=True, cwd=root)
        environments[env] = json.loads(part.read_text())
        part.unlink()
    arguments.truth.write_text(json.dumps({"environments": environments}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
