#!/usr/bin/env python3
"""What a commit costs: whole processes, interleaved, as ratios to `git diff --cached --quiet` in the same run.

usage: benches/commit.py [--sizes small,medium,large,crowded] [--rounds N] [--binary PATH]

`zdm` is measured beside it where it is on PATH. Prints the table that stands in docs/performance.md.
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


def run(command, folder, limit=None):
    """Seconds and peak memory in MB of one process."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=project.ENV, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    code = os.waitstatus_to_exitcode(status)
    if limit is not None and code not in limit:
        raise SystemExit(f"{' '.join(command)} in {folder} gave {code}: {error.decode(errors='replace')}")
    return seconds, usage.ru_maxrss / 1024


def compare(commands, folder, rounds):
    """The median time of each command, taken in turns so that the machine's moods hit all alike, and peak memory."""
    times = {name: [] for name in commands}
    memory = dict.fromkeys(commands, 0.0)
    for turn in range(rounds + 2):
        for name, (command, codes) in commands.items():
            seconds, peak = run(command, folder, codes)
            if turn >= 2:
                times[name].append(seconds)
                memory[name] = max(memory[name], peak)
    return {name: (statistics.median(values) * 1000, memory[name]) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="small,medium,large,crowded")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--binary", default=str(ROOT / "target/release/migguard"))
    arguments = parser.parse_args()
    zdm = shutil.which("zdm")
    git_quiet = ["git", "diff", "--cached", "--quiet"]
    print("| project | staged | command | ms | ratio | MB |")
    print("|---|---|---|---|---|---|")
    for size in arguments.sizes.split(","):
        with tempfile.TemporaryDirectory() as temporary:
            folder = os.path.join(temporary, "repository")
            migrations, models = project.make(folder, size)
            label = f"{size}: {migrations} migrations, {models} models, {project.SIZES[size][2]:,} files"
            for staged in ("nothing relevant", "one migration", "all of it"):
                commands = {"git diff --cached --quiet": (git_quiet, (0, 1))}
                if staged == "all of it":
                    commands["migguard check --all"] = ([arguments.binary, "check", "--all"], (0, 1))
                    if zdm:
                        commands["zdm"] = ([zdm, "alembic/versions"], None)
                else:
                    commands["migguard run"] = ([arguments.binary, "run"], (0,))
                    if zdm and staged == "one migration":
                        commands["zdm --diff-staged"] = ([zdm, "--diff-staged", "alembic/versions"], None)
                if staged == "nothing relevant":
                    project.stage_irrelevant(folder)
                elif staged == "one migration":
                    project.unstage(folder)
                    project.stage_migration(folder, size)
                else:
                    project.git(folder, "commit", "-q", "-m", "the last migration")
                measured = compare(commands, folder, arguments.rounds)
                base = measured["git diff --cached --quiet"][0]
                for name, (milliseconds, peak) in measured.items():
                    print(f"| {label} | {staged} | {name} | {milliseconds:.1f} | {milliseconds / base:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
