#!/usr/bin/env python3
"""Asking under the pre-commit framework: a real `git commit` on a pseudo-terminal, through the hook that it installs.

The framework captures what its hooks print and puts aside what is not staged. The question must be seen and answered
all the same, and what was put aside must come back.
"""

import argparse
import fcntl
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
import venv

PROJECT = pathlib.Path(__file__).parents[2] / "src/cli/demo/project"
DROP = "backend/alembic/versions/d17f77c24fbb_drop_invite_codes_table.py"
REASON = "    # This drop is intentional - invite_codes feature removed for public launch\n"
WRITTEN = "    # migguard: intentional -- the feature is gone\n    op.drop_table('invite_codes')\n"
PATIENCE = 120
CONFIG = """\
repos:
- repo: local
  hooks:
  - id: migguard
    name: migguard
    language: system
    entry: '"{binary}" run'
    pass_filenames: false
    always_run: true
"""


class Repository:
    """The incident's project with the removal of `invite_codes` staged, guarded through the framework."""

    def __init__(self, folder, binary, framework, explained):
        self.top = folder / "project"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "TERM": "dumb",
        }
        self.environment.pop("CI", None)
        shutil.copytree(PROJECT / "base", self.top)
        for name in ["registered", "29672f48c359", "bcc6094025fa"]:
            shutil.copytree(PROJECT / name, self.top, dirs_exist_ok=True)
        (self.top / ".pre-commit-config.yaml").write_text(CONFIG.format(binary=binary))
        (self.top / "notes.txt").write_text("one\n")
        self.git("init", "-q", "-b", "main")
        for key, value in [("user.name", "A"), ("user.email", "a@example.invalid"), ("commit.gpgsign", "false")]:
            self.git("config", key, value)
        self.git("add", ".")
        self.git("commit", "-q", "-m", "base")
        subprocess.run([framework, "install"], cwd=self.top, env=self.environment, check=True, capture_output=True)
        shutil.copytree(PROJECT / "d17f77c24fbb", self.top, dirs_exist_ok=True)
        (self.top / "backend/app/models/invite_code.py").unlink()
        if not explained:
            self.write(DROP, self.read(DROP).replace(REASON, ""))
        self.git("add", "-A")

    def git(self, *arguments):
        done = subprocess.run(
            ["git", *arguments], cwd=self.top, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def read(self, path):
        return (self.top / path).read_text()

    def write(self, path, text):
        (self.top / path).write_text(text)

    def commits(self):
        return int(self.git("rev-list", "--count", "HEAD"))

    def commit(self, *conversation):
        """Commits in a window. `conversation` is what is waited for and what is typed then, in turn.

        As in any shell the window stays when git has gone, so that the framework can put back what it put aside.
        """
        master, terminal = pty.openpty()
        before = termios.tcgetattr(terminal)
        process = subprocess.Popen(
            ["sh", "-c", "trap : INT; git commit -q -m change; code=$?; trap - INT; read gone; exit $code"],
            cwd=self.top,
            env=self.environment,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        seen, waited, steps = "", 0, list(zip(conversation[::2], conversation[1::2]))
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None:
            if not steps and not self.is_running(process.pid):
                os.write(master, b"\n")
            if time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
                raise AssertionError(f"it hangs:\n{seen}")
            if select.select([master], [], [], 0.05)[0]:
                seen += os.read(master, 4096).decode(errors="replace")
            if steps and steps[0][0] in seen[waited:]:
                prompt, typed = steps.pop(0)
                waited = seen.index(prompt, waited) + len(prompt)
                os.write(master, typed.encode())
        while select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 4096).decode(errors="replace")
        assert not steps, f"`{steps[0][0]}` was not asked:\n{seen}"
        assert termios.tcgetattr(terminal) == before, f"the terminal's attributes changed:\n{seen}"
        os.close(master)
        os.close(terminal)
        return process.returncode, seen


    def is_running(self, shell):
        """Whether anything but the shell runs in its session."""
        told = subprocess.run(["ps", "-A", "-o", "pid=,sess="], check=True, capture_output=True, text=True).stdout
        return any(int(session) == shell != int(pid) for pid, session in map(str.split, told.splitlines()))


def the_name_confirms(make):
    repository = make(explained=True)
    code, seen = repository.commit("Table: ", "invite_codes\n")
    assert (code, repository.commits()) == (0, 2), seen


def a_wrong_name_refuses(make):
    repository = make(explained=True)
    code, seen = repository.commit("Table: ", "y\n")
    assert (code, repository.commits()) == (1, 1), seen
    assert "To go on: `git commit` again" in seen, seen


def a_reason_is_written_and_committed(make):
    repository = make(explained=False)
    code, seen = repository.commit("Reason: ", "the feature is gone\n", "Table: ", "invite_codes\n")
    assert (code, repository.commits()) == (0, 2), seen
    assert WRITTEN in repository.git("show", f"HEAD:{DROP}")
    assert repository.git("status", "--porcelain") == ""


def what_is_not_staged_comes_back(make):
    repository = make(explained=False)
    repository.write("notes.txt", "one\ntwo\n")
    code, seen = repository.commit("Reason: ", "the feature is gone\n", "Table: ", "invite_codes\n")
    assert repository.read("notes.txt") == "one\ntwo\n", seen
    assert (code, repository.commits()) == (0, 2), seen
    assert repository.git("status", "--porcelain") == " M notes.txt\n"


def a_file_that_was_put_aside_is_not_written(make):
    repository = make(explained=False)
    staged = repository.read(DROP)
    working = staged.replace("    op.drop_table('invite_codes')\n", "    op.drop_table('invite_codes')\n    pass\n")
    repository.write(DROP, working)
    code, seen = repository.commit("Reason: ", "the feature is gone\n", "Table: ", "invite_codes\n")
    assert repository.read(DROP) == working, seen
    assert (code, repository.commits()) == (1, 1), seen
    assert "# migguard: intentional -- the feature is gone" in seen, seen
    assert repository.git("show", f":{DROP}") == staged


def keys_that_interrupt_refuse(make):
    for key in ["\x03", "\x04"]:
        repository = make(explained=True)
        repository.write("notes.txt", "one\ntwo\n")
        code, seen = repository.commit("Table: ", key)
        assert code != 0 and repository.commits() == 1, seen
        assert repository.read("notes.txt") == "one\ntwo\n", seen


def without_a_terminal_the_reason_decides(make):
    for explained in [True, False]:
        repository = make(explained=explained)
        done = subprocess.run(
            ["git", "commit", "-q", "-m", "change"],
            cwd=repository.top,
            env=repository.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        assert (done.returncode == 0) == explained, done.stderr
        assert ("# migguard: intentional -- <why>" in done.stderr) != explained, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--framework", help="pre-commit's program; installed from PyPI where none is given")
    options = parser.parse_args()
    binary = options.binary.resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        framework = options.framework
        if framework is None:
            venv.create(folder / "venv", with_pip=True)
            subprocess.run([folder / "venv/bin/pip", "install", "-q", "pre-commit==4.7.0"], check=True)
            framework = folder / "venv/bin/pre-commit"
        scenarios = [
            the_name_confirms,
            a_wrong_name_refuses,
            a_reason_is_written_and_committed,
            what_is_not_staged_comes_back,
            a_file_that_was_put_aside_is_not_written,
            keys_that_interrupt_refuse,
            without_a_terminal_the_reason_decides,
        ]
        failed = 0
        for scenario in scenarios:
            def make(**options):
                return Repository(pathlib.Path(tempfile.mkdtemp(dir=folder)), binary, framework, **options)

            try:
                scenario(make)
                print(f"ok      {scenario.__name__}")
            except Exception as error:
                failed += 1
                print(f"FAILED  {scenario.__name__}\n{error}")
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
