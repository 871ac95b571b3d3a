"""The real projects: pinned wheels from PyPI, kept outside of the repository, each unpacked and committed to a
repository of its own."""

import os
import pathlib
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "migguard-real"

ENV = {
    **os.environ,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Real",
    "GIT_AUTHOR_EMAIL": "real@example.org",
    "GIT_COMMITTER_NAME": "Real",
    "GIT_COMMITTER_EMAIL": "real@example.org",
}


def git(folder, *arguments):
    return subprocess.run(["git", *arguments], cwd=folder, env=ENV, check=True, capture_output=True, text=True).stdout


def pins():
    return [line.strip() for line in (HERE / "wheels.txt").read_text().splitlines() if line.strip()]


def name_of(pin):
    return pin.split("==")[0]


def repository(pin):
    """The folder of a pinned project's repository; downloaded and committed where it is not there yet."""
    folder = CACHE / pin.replace("==", "-")
    if (folder / ".git" / "ready").exists():
        return folder
    wheels = CACHE / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    pattern = name_of(pin).replace("-", "_") + "-*.whl"
    if not list(wheels.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "-d", wheels, pin]
        subprocess.run(command, check=True)
    (wheel,) = wheels.glob(pattern)
    subprocess.run(["rm", "-rf", folder], check=True)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", f"{pin} as it is published")
    (folder / ".git" / "ready").touch()
    return folder


def all_of(names=()):
    """Name and folder of every project of the list, or of those that are named."""
    for pin in pins():
        if not names or name_of(pin) in names:
            yield name_of(pin), repository(pin)
