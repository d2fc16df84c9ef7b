"""Imports point one way: from what is shown to what is known, and never back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "validator"

# What each module, or each module of a package, may import of this one.  A name that ends in a dot
# stands for all of that package.
MAY_IMPORT = {
    "": ["api", "engine.", "limits", "model.", "readers.", "request.", "rules"],
    "errors": [],
    "model.": ["model."],
    "limits": ["model."],
    "readers.": ["errors", "limits", "model.", "readers.", "schema"],
    "schema": ["errors"],
    "engine.": ["engine.", "errors", "limits", "model.", "readers.source"],
    "rules.": ["engine.", "model.", "rules."],
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
    ],
    "fix.": ["api", "engine.", "errors", "fix.", "model.", "readers.", "rules."],
    "request.": [
        "engine.",
        "errors",
        "limits",
        "model.",
        "readers.",
        "request.",
        "rules.catalogue",
        "schema",
    ],
    "request.render": ["model.", "reporters."],
    "api": ["engine.", "limits", "model.", "readers.", "rules"],
    "strategies.": ["api", "model.", "readers.", "strategies.", "writers."],
    "hypothesis_hook": ["strategies"],
    "assertions": ["api", "engine.", "model.", "reporters."],
    "settings.": [
        *("engine.", "errors", "limits", "model.", "readers.", "reporters.", "rules."),
        "settings.",
    ],
    "testing.": [
        *("api", "engine.", "errors", "limits", "model.", "readers.", "reporters.", "request."),
        *("rules.", "settings.", "testing."),
    ],
    "pytest_plugin": [
        *("api", "assertions", "commands.inputs", "readers.source", "request.", "testing."),
    ],
    "commands.": [
        *("api", "commands.", "diff.", "engine.", "errors", "fix.", "limits", "model."),
        *("readers.", "reporters.", "request.", "rules.", "schema", "settings.", "writers."),
    ],
    "cli": ["commands.", "errors"],
    "__main__": ["cli"],
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def named(path: Path) -> str:
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {named(path) for path in MODULES}


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of this package that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}".removeprefix("validator.")
                yield f"validator.{inner}" if inner in NAMES else str(node.module)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_point_one_way(path: Path) -> None:
    name = named(path)
    allowed = MAY_IMPORT.get(name) or MAY_IMPORT.get(name.partition(".")[0] + ".", [])
    for module in imported(path):
        package, _, inner = module.partition(".")
        if package != "validator" or not inner or inner == name:
            continue
        assert inner in allowed or inner.partition(".")[0] + "." in allowed, f"{name} -> {inner}"


def test_no_module_is_named_for_everything() -> None:
    words = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert not words & {part for name in NAMES for part in name.split(".")}
