#!/usr/bin/env python3
"""migguard beside the real pre-commit, prek, lefthook and husky: the lines that `migguard install` prints are pasted, and
real commits and merges are made through the manager's own hooks.

usage: tests/managers/run.py --binary PATH [TEST…]

Needs git, npm, and Python's venv. The managers are installed once into `target/managers`.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROJECT = ROOT / "src/cli/demo/project"
TOOLS = ROOT / "target/managers"
PYTHON = ["pre-commit==4.7.0", "prek==0.5.11"]
NODE = ["lefthook@2.2.2", "husky@9.1.7"]


def install_tools():
    """The folders that the managers' programs are in."""
    stamp, wanted = TOOLS / "installed", "\n".join(PYTHON + NODE)
    folders = [TOOLS / "python/bin", TOOLS / "node/node_modules/.bin"]
    if stamp.is_file() and stamp.read_text() == wanted:
        return folders
    shutil.rmtree(TOOLS, ignore_errors=True)
    (TOOLS / "node").mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "venv", TOOLS / "python"], check=True)
    subprocess.run([folders[0] / "pip", "install", "-q", "--disable-pip-version-check", *PYTHON], check=True)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *NODE], cwd=TOOLS / "node", check=True)
    stamp.write_text(wanted)
    return folders


class Place:
    """A repository with the project of the incident, in a home of its own."""

    def __init__(self, folder, binary, tools):
        self.repository = folder / "a répository"
        programs = folder / "bin"
        for made in (self.repository, programs, folder / "home"):
            made.mkdir()
        (programs / "migguard").symlink_to(binary)
        kept = {name: value for name, value in os.environ.items() if not re.match("GIT_|PRE_COMMIT|PREK|LEFTHOOK|HUSKY", name)}
        path = os.pathsep.join([str(programs), *map(str, tools), kept["PATH"]])
        self.environment = kept | {"HOME": str(folder / "home"), "PATH": path, "CI": "true", "NO_COLOR": "1"}
        self.environment.pop("XDG_CONFIG_HOME", None)
        for key, value in [("user.name", "A"), ("user.email", "a@example.invalid"), ("init.defaultBranch", "main")]:
            self.run("git", "config", "--global", key, value)
        self.run("git", "init", "-q")
        self.write("base")
        self.run("git", "add", ".")
        self.run("git", "commit", "-qm", "base")

    def run(self, *command, expect=0):
        process = subprocess.run(
            command, cwd=self.repository, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", timeout=120,
        )
        said = process.stdout + process.stderr
        assert process.returncode == expect, f"{command} gave {process.returncode}, not {expect}: {said}"
        return said

    def write(self, *folders):
        for folder in folders:
            shutil.copytree(PROJECT / folder, self.repository, dirs_exist_ok=True)

    def file(self, name, content):
        path = self.repository / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        self.run("git", "add", "--", name)
        self.run("git", "commit", "-q", "--no-verify", "--allow-empty", "-m", name)

    def lines(self, manager):
        """What `migguard install` tells to paste for a manager, which must be there to be told of."""
        told = self.run("migguard", "install")
        self.run("migguard", "uninstall")
        printed = told.partition(f"This repository uses {manager}.")[2].partition("\n")[2].partition("\n\n")[0]
        assert printed, told
        return "".join(line.removeprefix("  ") + "\n" for line in printed.splitlines())

    def states(self):
        hooks = json.loads(self.run("migguard", "status", "--format", "json"))["hook"]["hooks"]
        return [hook["state"] for hook in hooks]

    def head(self):
        return self.run("git", "rev-parse", "HEAD")

    def is_guarded(self, runs=()):
        """The accident is refused and its repair passes, committed and merged. `runs`: what else is heard of."""
        start = self.head()

        def refused(*command, merge=False):
            before = self.head()
            said = self.run(*command, expect=1)
            assert "dropped-live-table" in said and "journey_templates" in said, said
            assert said.count("error[") + said.count("deny[dropped-live-table]") == 1, f"said twice: {said}"
            assert ("stops this merge" in said) == merge, said
            assert self.head() == before
            for word in runs:
                assert word in said, said

        self.write("29672f48c359", "accident")
        (self.repository / "backend/alembic/versions/c8a88100c2ca_add_subscription_fields.py").unlink()
        self.run("git", "add", ".")
        refused("git", "commit", "-qm", "accident")
        refused("git", "commit", "-qm", "accident", "--", "backend")
        self.run("git", "checkout", "-qb", "accident")
        self.run("git", "commit", "-qm", "accident", "--no-verify")
        self.run("git", "checkout", "-q", "main")
        refused("git", "merge", "-q", "--no-ff", "--no-edit", "accident", merge=True)
        self.run("git", "merge", "--abort")
        self.write("29672f48c359", "registered")
        self.run("git", "add", ".")
        said = self.run("git", "commit", "-qm", "repaired")
        assert self.head() != start and "deny" not in said, said
        for word in runs:
            assert word in said, said
        self.run("git", "branch", "-qD", "accident")
        self.run("git", "reset", "-q", "--hard", start.strip())
        return self

    def manager_still_works(self, word):
        (self.repository / "words").write_text("words")
        self.run("git", "add", "words")
        assert word in self.run("git", "commit", "-qm", "words")


BOTH = ["-t", "pre-commit", "-t", "pre-merge-commit"]

# What a manager runs for its own part, so that it is heard whether it still does.
LINT = """repos:
  - repo: local
    hooks:
      - id: lint
        name: lint
        entry: echo linted
        language: system
        always_run: true
        pass_filenames: false
        verbose: true
        stages: [pre-commit, pre-merge-commit]
"""


def framework(place, program, config, pasted, lint):
    """Any order of two installations guards, and neither tool takes the other's hook away."""
    place.file(config, pasted)
    place.run(program, "install", *BOTH)
    assert place.states() == ["called-by", "called-by"], place.states()
    place.is_guarded()
    # With the lines in its configuration there is nothing to install beside it.
    assert "calls migguard" in place.run("migguard", "install")
    place.is_guarded()
    place.run(program, "uninstall", *BOTH)

    place.file(config, lint)
    place.run("migguard", "install")
    place.run(program, "install", *BOTH)
    assert place.states() == ["called-by", "called-by"], place.states()
    place.is_guarded(["linted"])
    place.run("migguard", "install")
    place.run(program, "install", *BOTH)
    place.is_guarded(["linted"])
    place.run(program, "uninstall", *BOTH)
    assert place.states() == ["installed", "installed"], place.states()
    place.is_guarded()
    place.run("migguard", "uninstall")

    place.run(program, "install", *BOTH)
    place.run("migguard", "install")
    assert place.states() == ["installed", "installed"], place.states()
    place.is_guarded(["linted"])
    # Installed again it moves ours aside, and the earlier one of its own is not called back.
    place.run(program, "install", *BOTH)
    place.is_guarded(["linted"])
    place.run("migguard", "uninstall")
    place.manager_still_works("linted")
    place.run(program, "uninstall", *BOTH)


def pre_commit(place):
    place.file(".pre-commit-config.yaml", "repos: []\n")
    framework(place, "pre-commit", ".pre-commit-config.yaml", place.lines("pre-commit"), LINT)


def prek_with_the_configuration_of_pre_commit(place):
    place.file(".pre-commit-config.yaml", "repos: []\n")
    framework(place, "prek", ".pre-commit-config.yaml", place.lines("pre-commit"), LINT)


def prek(place):
    place.file("prek.toml", "repos = []\n")
    lines = place.lines("prek")
    lint = lines.replace("migguard run", "echo linted").replace("migguard", "lint").replace("always_run", "verbose = true, always_run")
    framework(place, "prek", "prek.toml", lines, lint)


def lefthook(place):
    place.file("lefthook.yml", "")
    lines = place.lines("lefthook")
    place.file("lefthook.yml", lines)
    place.run("lefthook", "install")
    assert place.states() == ["called-by", "called-by"], place.states()
    place.is_guarded()
    assert "calls migguard" in place.run("migguard", "install")
    place.run("lefthook", "uninstall")

    # It moves our hook aside and forgets it: seen, and put right by installing again.
    place.run("migguard", "install")
    lint = lines.replace("migguard run", "echo linted").replace("migguard", "lint")
    place.file("lefthook.yml", lint)
    place.run("lefthook", "install", "--force")
    assert place.states() == ["moved-aside", "moved-aside"], place.states()
    place.run("migguard", "install")
    assert place.states() == ["installed", "installed"], place.states()
    place.is_guarded(["linted"])
    place.run("migguard", "uninstall")
    place.manager_still_works("linted")


def husky(place):
    place.file("package.json", '{"name": "x", "scripts": {"prepare": "husky"}}\n')
    place.run("migguard", "install")
    place.is_guarded()
    # It sets core.hooksPath, and ours is no longer looked at.
    place.run("husky")
    place.file(".gitignore", "words\n")
    assert place.states() == ["shadowed", "shadowed"], place.states()
    told = place.run("migguard", "install", expect=2)
    lines = [line.strip() for line in told.splitlines() if line.strip().startswith("echo 'migguard run'")]
    assert len(lines) == 2, told
    for line in lines:
        place.run("sh", "-c", line)
    for hook in ("pre-commit", "pre-merge-commit"):
        place.file(f".husky/{hook}", (place.repository / ".husky" / hook).read_text())
    assert place.states() == ["called-by", "called-by"], place.states()
    place.is_guarded()
    # Another clone gets it with husky itself.
    place.run("husky")
    place.is_guarded()
    assert "calls migguard" in place.run("migguard", "install")
    place.run("migguard", "uninstall")
    place.is_guarded()


TESTS = [pre_commit, prek_with_the_configuration_of_pre_commit, prek, lefthook, husky]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()
    tests = [test for test in TESTS if not arguments.tests or test.__name__ in arguments.tests]
    assert tests, f"no such test; there are {', '.join(test.__name__ for test in TESTS)}"
    tools = install_tools()
    for test in tests:
        with tempfile.TemporaryDirectory() as folder:
            start = time.monotonic()
            test(Place(pathlib.Path(folder).resolve(), arguments.binary.resolve(), tools))
            print(f"ok {test.__name__} ({time.monotonic() - start:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
