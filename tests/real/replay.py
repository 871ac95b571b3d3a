#!/usr/bin/env python3
"""The chains of the real projects as `migguard status` replays them, compared with what Alembic and a database say.

usage: tests/real/replay.py --binary PATH [PROJECT…]

`schemas/` holds the truth, made by `make_schemas.py`. Heads, bases and the upgrade order must be equal. Of tables and
columns at least 0.99 must agree in each environment, found in both among those found in either; what a baseline made and the
chain left alone counts for nothing.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import projects

GOAL = 0.99


def environments(binary, folder):
    command = [binary, "status", "--format", "json"]
    process = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return {found["script_location"]: found for found in json.loads(process.stdout)["environments"]}


def names(tables):
    """Tables, and columns as `table.column`."""
    return set(tables) | {f"{table}.{column}" for table, columns in tables.items() for column in columns}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("projects", nargs="*")
    arguments = parser.parse_args()
    chains = wrong = same = different = replayed = short = 0
    for pin in projects.pins():
        name = projects.name_of(pin)
        truth = projects.HERE / "schemas" / f"{name}.json"
        if arguments.projects and name not in arguments.projects or not truth.exists():
            continue
        found = environments(arguments.binary, projects.repository(pin))
        for expected in json.loads(truth.read_text()):
            place = expected["script_location"]
            seen = found[place]
            chains += 1
            order = [revision["revision"] for revision in seen["revisions"]]
            for what, ours, theirs in [
                ("heads", seen["heads"], expected["heads"]),
                ("bases", seen["bases"], expected["bases"]),
                ("order", order, expected["order"]),
            ]:
                if ours != theirs:
                    wrong += 1
                    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
                    print("chain", name, place, what, f"at {at}: {ours[at:at + 3]}, Alembic has {theirs[at:at + 3]}")
            if expected["tables"] is None:
                continue
            replayed += 1
            ours, theirs = names(seen["columns"]), names(expected["tables"])
            untouched = names(expected.get("baseline", {})) & theirs
            ours, theirs = ours - untouched, theirs - untouched
            agreement = len(ours & theirs) / max(1, len(ours | theirs))
            print(f"{name} {place}: {agreement:.4f} of {len(ours | theirs)} names agree", flush=True)
            short += agreement < GOAL
            same, different = same + len(ours & theirs), different + len(ours ^ theirs)
            for missed in sorted(theirs - ours):
                print("missed", name, place, missed)
            for extra in sorted(ours - theirs):
                print("extra", name, place, extra)
    agreement = same / max(1, same + different)
    print(f"{chains} chains, {wrong} facts differ; {replayed} databases, {agreement:.4f} of {same + different} names agree")
    return 0 if wrong == 0 and short == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
