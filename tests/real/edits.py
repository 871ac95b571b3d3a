"""Edits of one import statement, for `imports.py` and `record_imports.py`."""

import ast

HARMLESS = ("comment", "try", "order", "alias", "equivalent")


def imports_of(text):
    """Every import statement that has its lines to itself, with the suite it stands in and its place there."""
    lines = text.splitlines()
    for owner in ast.walk(ast.parse(text)):
        for _, suite in ast.iter_fields(owner):
            if not isinstance(suite, list):
                continue
            for at, node in enumerate(suite):
                if not isinstance(node, (ast.Import, ast.ImportFrom)) or getattr(node, "module", None) == "__future__":
                    continue
                head = lines[node.lineno - 1].encode()[: node.col_offset]
                tail = lines[node.end_lineno - 1].encode()[node.end_col_offset :].strip()
                if not head.strip() and (not tail or tail.startswith(b"#")):
                    yield node, suite, at


def edited(text, path, edit, line, name=""):
    """The text of a file after an edit of the import statement at a line; None where the edit does not apply."""
    for node, suite, at in imports_of(text):
        if node.lineno == line:
            break
    else:
        return None
    after = suite[at + 1] if at + 1 < len(suite) else None
    source = ast.unparse(node)
    if edit == "remove" and name:
        kept = [alias for alias in node.names if alias.name != name]
        return replaced(text, node, [with_names(node, kept)]) if 0 < len(kept) < len(node.names) else None
    if edit == "remove":
        return replaced(text, node, ["pass"] if len(suite) == 1 else [])
    if edit == "comment":
        return replaced(text, node, ["# Registers what it declares.", f"{source}  # noqa: F401"])
    if edit == "try":
        return replaced(text, node, ["try:", f"    {source}", "except ImportError:", "    raise"])
    if edit == "order" and isinstance(after, (ast.Import, ast.ImportFrom)) and after.lineno > node.end_lineno:
        return replaced(replaced(text, after, [source]), node, [ast.unparse(after)])
    if edit == "order" and len(node.names) > 1:
        return replaced(text, node, [with_names(node, node.names[::-1])])
    if edit == "alias" and all(alias.name != "*" for alias in node.names):
        lines = [with_names(node, [ast.alias(alias.name, again(alias)) for alias in node.names])]
        return replaced(text, node, lines + [line for alias in node.names for line in bound_to(alias, again(alias))])
    if edit == "equivalent" and isinstance(node, ast.ImportFrom):
        module, level = other_way(path, node)
        return replaced(text, node, [ast.unparse(ast.ImportFrom(module, node.names, level))]) if module or level else None
    if edit == "equivalent" and len(node.names) == 1 and "." in node.names[0].name:
        alias = node.names[0]
        module, _, name = alias.name.rpartition(".")
        lines = [f"from {module} import {name} as {again(alias)}"]
        return replaced(text, node, lines + bound_to(alias, again(alias)))
    return None


def again(alias):
    return (alias.asname or alias.name.rpartition(".")[2]) + "_again"


def bound_to(alias, name):
    """What binds the names that an import bound, where another one has run it."""
    if not alias.asname and "." in alias.name:
        return [f"import {alias.name.partition('.')[0]}"]
    return [f"{alias.asname or alias.name} = {name}"]


def with_names(node, names):
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import(names))
    return ast.unparse(ast.ImportFrom(node.module, names, node.level))


def replaced(text, node, lines):
    old = text.splitlines(keepends=True)
    indent = " " * node.col_offset
    return "".join(old[: node.lineno - 1] + [f"{indent}{line}\n" for line in lines] + old[node.end_lineno :])


def other_way(path, node):
    """`from .a import b` for `from package.a import b`, or the other way round: module and level."""
    package = path.split("/")[:-1]
    if node.level:
        above = package[: len(package) - node.level + 1]
        return ".".join(above + ([node.module] if node.module else [])), 0
    parts = node.module.split(".")
    # What stands above the package is no part of its name.
    package = package[package.index(parts[0]) if parts[0] in package else 0 :]
    shared = 0
    while shared < min(len(parts), len(package)) and parts[shared] == package[shared]:
        shared += 1
    if not shared:
        return None, 0
    return ".".join(parts[shared:]) or None, len(package) - shared + 1
