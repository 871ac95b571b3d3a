import importlib
import pkgutil


def modules_below(package):
    module = importlib.import_module(package)
    for info in pkgutil.walk_packages(module.__path__, prefix=f"{package}."):
        yield info.name
