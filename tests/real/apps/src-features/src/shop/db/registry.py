"""Finds the models of all features."""

import importlib

from shop.db.walk import modules_below

FEATURES = "shop.features"
NOT_LOADED = {"shop.features.legacy"}


def load_models(package=FEATURES):
    found = []
    for name in modules_below(package):
        if name in NOT_LOADED or any(name.startswith(f"{parent}.") for parent in NOT_LOADED):
            continue
        if "models" in name.split("."):
            found.append(importlib.import_module(name))
    return found
