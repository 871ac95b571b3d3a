import glob
from os.path import basename, dirname, isfile, join

__all__ = [
    basename(file)[:-3]
    for file in glob.glob(join(dirname(__file__), "*.py"))
    if isfile(file) and not basename(file).startswith("_")
]
