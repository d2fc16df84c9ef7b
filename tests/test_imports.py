"""Imports point one way: from the commands to the model, and never back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.sources import PACKAGE, trees

# The modules of ianalint that a module, or each module of a package, may import.  A name that ends
# with a dot means all modules of the package.
MAY_IMPORT = {
    "": ["api", "consumers.", "engine.", "errors", "limits", "model.", "request.", "rules"],
    "errors": ["other_linters"],
    "other_linters": [],
    "budget": ["errors"],
    "model.": ["model."],
    "limits": ["model."],
    "readers.": ["budget", "errors", "limits", "model.", "readers.", "schema"],
    "schema": ["errors"],
    "engine.": ["budget", "engine.", "errors", "limits", "model.", "readers.source"],
    "rules.": ["engine.", "model.", "rules."],
    "rules.own": ["budget", "engine.", "errors", "rules."],
    "rules.own_violations": ["budget", "engine.", "errors", "model.", "rules."],
    "rules.usable": ["engine.", "errors", "limits", "model.", "readers.xml_content", "rules."],
    "reporters.": ["engine.", "model.", "reporters."],
    "writers.": ["model.", "writers."],
    "diff.": [
        "diff.",
        "engine.",
        "errors",
        "model.",
        "readers.source",
        "reporters.",
        "rules.catalogue",
        "rules.usable",
    ],
    "fix.": ["api", "engine.", "errors", "fix.", "model.", "readers.", "rules."],
    "consumers.": [
        *("api", "consumers.", "engine.", "limits", "model.", "readers.", "reporters.", "rules."),
        "errors",
    ],
    "consumers.audit": [
        "budget",
        *("api", "consumers.", "engine.", "errors", "limits", "model.", "readers.", "rules."),
    ],
    "consumers.documents": ["consumers.", "errors", "model.", "readers.", "request."],
    "lookup.": ["consumers.", "errors", "lookup.", "model.", "readers.", "reporters."],
    "request.": [
        "budget",
        "engine.",
        "errors",
        "limits",
        "model.",
        "readers.",
        "request.",
        "rules.catalogue",
        "rules.usable",
        "schema",
    ],
    "request.render": ["engine.", "model.", "reporters.", "request.fields"],
    "api": ["budget", "engine.", "errors", "limits", "model.", "readers.", "rules"],
    "strategies.": [
        *("api", "engine.", "model.", "readers.", "rules", "strategies.", "writers."),
    ],
    "assertions": ["api", "engine.", "errors", "model.", "reporters.", "rules.catalogue"],
    "settings.": [
        "budget",
        "consumers.",
        *("engine.", "errors", "limits", "model.", "readers.", "reporters.", "rules."),
        "settings.",
    ],
    "testing.": [
        "budget",
        *("api", "engine.", "errors", "limits", "model.", "readers.", "reporters.", "request."),
        *("rules.", "settings.", "testing."),
    ],
    "testing.audits": [
        *("commands.inputs", "consumers.", "engine.", "errors", "model.", "rules."),
        *("settings.choices", "testing."),
    ],
    "commands.": [
        "budget",
        *("api", "commands.", "consumers.", "diff.", "engine.", "errors", "limits", "lookup."),
        "other_linters",
        *("fix.", "model.", "readers."),
        *("reporters.", "request.", "rules.", "schema", "settings.", "writers."),
    ],
    "commands.rules": [
        *(
            "budget",
            "commands.",
            "engine.",
            "errors",
            "model.",
            "reporters.",
            "rules.",
            "settings.",
        ),
        "testing.",
    ],
    "cli": ["budget", "commands.", "errors"],
    "__main__": ["cli"],
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in MODULES}


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of this package that a file imports, anywhere in it."""
    for node in ast.walk(trees()[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}".removeprefix("validator.")
                yield f"validator.{inner}" if inner in NAMES else str(node.module)


def test_imports_point_one_way() -> None:
    backward = []
    for path in MODULES:
        name = module_name(path)
        allowed = MAY_IMPORT.get(name) or MAY_IMPORT.get(name.partition(".")[0] + ".", [])
        for module in imported(path):
            package, _, inner = module.partition(".")
            if package != "validator" or not inner or inner == name:
                continue
            if inner not in allowed and inner.partition(".")[0] + "." not in allowed:
                backward.append(f"{name} -> {inner}")
    assert backward == []


def test_no_files_import_each_other() -> None:
    """Nor in a circle of several files, nor for the type checker alone.

    The face of a package (`__init__.py`) may load its own files, which use what it defines.
    """
    faces = {module_name(path) for path in MODULES if path.name == "__init__.py"}
    graph = {
        module_name(path): {name.removeprefix("validator.") for name in imported(path)}
        for path in MODULES
    }
    graph = {name: (modules & NAMES) - {name, *faces} for name, modules in graph.items()}
    graph = {name: modules for name, modules in graph.items() if name not in faces}
    # What imports only modules that are in no circle is in none.
    while done := {name for name, modules in graph.items() if not modules & graph.keys()}:
        graph = {name: modules for name, modules in graph.items() if name not in done}
    assert sorted(graph) == []


def test_no_module_is_called_utils() -> None:
    words = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert not words & {part for name in NAMES for part in name.split(".")}
