"""The real projects: pinned downloads from PyPI, kept outside of the repository, each unpacked and committed to a
repository of its own.

`wheels.txt` lists those whose migrations are known, `applications.txt` those whose models are; a pin with `sdist` behind it
is unpacked from its source. `apps/` holds small applications in layouts that nobody publishes as a package."""

import hashlib
import json
import os
import pathlib
import subprocess
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "migguard-real"

APPS = HERE / "apps"

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


def pins(*lists):
    lists = lists or ["wheels.txt"]
    return [line.strip() for name in lists for line in (HERE / name).read_text().splitlines() if line.strip()]


def name_of(pin):
    return pin.split("==")[0]


def download(pin):
    """The file of a pin; downloaded where it is not there yet."""
    pin, _, kind = pin.partition(" ")
    name = name_of(pin)
    folder = CACHE / (f"{kind}s" if kind else "wheels")
    folder.mkdir(parents=True, exist_ok=True)
    pattern = f"{name.replace('-', '_').replace('.', '_')}-*"
    if not list(folder.glob(pattern)):
        form = ["--no-binary", name] if kind == "sdist" else ["--only-binary=:all:"]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *form, "-d", folder, pin]
        subprocess.run(command, check=True)
    (file,) = folder.glob(pattern)
    return file


def repository(pin):
    """The folder of a pinned project's repository; downloaded and committed where it is not there yet."""
    folder = CACHE / pin.replace("==", "-").replace(" ", "-")
    if (folder / ".git" / "ready").exists():
        return folder
    file = download(pin)
    subprocess.run(["rm", "-rf", folder], check=True)
    folder.mkdir(parents=True)
    shutil.unpack_archive(file, folder, "zip" if file.suffix == ".whl" else "gztar")
    if file.suffix != ".whl":
        (top,) = folder.iterdir()
        for entry in list(top.iterdir()):
            entry.rename(folder / entry.name)
        top.rmdir()
    return committed(folder, f"{pin} as it is published")


def committed(folder, message):
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", message)
    (folder / ".git" / "ready").touch()
    return folder


def written(app):
    """The folder of a repository that holds one of `apps/`, made anew where the application was changed."""
    digest = hashlib.sha256()
    for file in sorted(app.rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(f"{file.relative_to(app)}\0".encode() + file.read_bytes())
    folder = CACHE / f"{app.name}-{digest.hexdigest()[:12]}"
    if (folder / ".git" / "ready").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(app, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return committed(folder, app.name)


def findings(binary, folder, texts):
    """What `migguard run` finds where files are staged with these texts, in an index of its own."""
    with tempfile.NamedTemporaryFile(prefix="index-") as index:
        environment = {**ENV, "GIT_INDEX_FILE": index.name}

        def ask(*command, **options):
            return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, **options)

        index.write((folder / ".git" / "index").read_bytes())
        index.flush()
        lines = []
        for path, text in texts.items():
            blob = ask("git", "hash-object", "-w", "--stdin", input=text, check=True).stdout.strip()
            lines.append(f"100644 {blob}\t{path}\n")
        ask("git", "update-index", "--index-info", input="".join(lines), check=True)
        process = ask(binary, "run", "--format", "json")
    if process.returncode not in (0, 1):
        raise SystemExit(f"run in {folder} gave {process.returncode}: {process.stderr}")
    return json.loads(process.stdout)["findings"]


def all_of(names=()):
    """Name and folder of every project whose models are known, or of those that are named."""
    for pin in pins("wheels.txt", "applications.txt"):
        if not names or name_of(pin) in names:
            yield name_of(pin), repository(pin)
    for app in sorted(APPS.iterdir()):
        if not names or app.name in names:
            yield app.name, written(app)
