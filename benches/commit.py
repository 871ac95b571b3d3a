#!/usr/bin/env python3
"""What a commit costs: whole processes, in turns, as ratios to `git diff --cached --quiet` in the same run.

usage: benches/commit.py [--sizes small,medium,large,crowded] [--rounds N] [--binary PATH]

`zdm` (PyPI) is measured beside it where it is on PATH. Prints the table that stands in docs/performance.md.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import project

ROOT = pathlib.Path(__file__).resolve().parent.parent
FACTS = ".git/migguard/facts"
GIT = "git diff --cached --quiet"


def run(command, folder, codes):
    """Seconds and peak memory in MB of one process."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=project.ENV, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    code = os.waitstatus_to_exitcode(status)
    if code not in codes:
        raise SystemExit(f"{' '.join(command)} in {folder} gave {code}: {error.decode(errors='replace')}")
    return seconds, usage.ru_maxrss / 1024


def compare(commands, folder, rounds):
    """The median time of each command, taken in turns so that the machine's moods hit all alike, and peak memory."""
    times = {name: [] for name in commands}
    memory = dict.fromkeys(commands, 0.0)
    for turn in range(rounds + 1):
        for name, (command, codes, prepare) in commands.items():
            prepare()
            seconds, peak = run(command, folder, codes)
            memory[name] = max(memory[name], peak)
            if turn > 0:
                times[name].append(seconds)
    return {name: (statistics.median(values) * 1000, memory[name]) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="small,medium,large,crowded")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--binary", default=str(ROOT / "target/release/migguard"))
    arguments = parser.parse_args()
    # As an installation has it: what the linker has just written is mapped in smaller pieces.
    installed = tempfile.TemporaryDirectory()
    binary = shutil.copy2(arguments.binary, installed.name)
    zdm = shutil.which("zdm")
    print("| project | staged | command | ms | ratio | MB |")
    print("|---|---|---|---:|---:|---:|", flush=True)
    for size in arguments.sizes.split(","):
        with tempfile.TemporaryDirectory() as temporary:
            folder = os.path.join(temporary, "repository")
            migrations, models = project.make(folder, size)
            label = f"{size}: {migrations} migrations, {models} models, {project.SIZES[size][2]:,} files"
            facts = pathlib.Path(folder, FACTS)
            nothing = lambda: None
            for staged in ("nothing relevant", "one migration", "the whole history"):
                commands = {GIT: (["git", "diff", "--cached", "--quiet"], (0, 1), nothing)}
                migguard = [binary, "run"]
                if staged == "nothing relevant":
                    project.stage_irrelevant(folder)
                    commands["migguard run"] = (migguard, (0,), nothing)
                elif staged == "one migration":
                    project.unstage(folder)
                    project.stage_migration(folder, size)
                    commands["migguard run"] = (migguard, (0,), nothing)
                    # The first run of all, in a clone that has just been made.
                    commands["migguard run, nothing kept"] = (migguard, (0,), lambda: facts.unlink(missing_ok=True))
                    if zdm:
                        commands["zdm --diff-staged HEAD"] = ([zdm, "--diff-staged", "HEAD", "alembic/versions"], (0, 1), nothing)
                else:
                    project.git(folder, "commit", "-q", "-m", "the last migration")
                    check = [binary, "check", "--all"]
                    commands["migguard check --all, nothing kept"] = (check, (0, 1), lambda: facts.unlink(missing_ok=True))
                    commands["migguard check --all"] = (check, (0, 1), nothing)
                    if zdm:
                        commands["zdm"] = ([zdm, "alembic/versions"], (0, 1), nothing)
                measured = compare(commands, folder, arguments.rounds)
                base = measured[GIT][0]
                for name, (milliseconds, peak) in measured.items():
                    print(f"| {label} | {staged} | `{name}` | {milliseconds:.1f} | {milliseconds / base:.2f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
