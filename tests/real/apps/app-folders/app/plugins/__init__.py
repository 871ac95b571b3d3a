import os
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent

for folder, folders, files in os.walk(HERE):
    folders[:] = sorted(name for name in folders if not name.startswith("_"))
    inside = os.path.relpath(folder, HERE)
    if "tables.py" in files:
        import_module(".".join([__name__, *inside.split(os.sep), "tables"]))

for path in sorted((HERE / "shared").glob("*.py")):
    import_module(f".shared.{path.stem}", package=__package__)
