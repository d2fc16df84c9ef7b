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
    "": ["api", "registry", "report", "rules", "source"],
    "pattern": [],
    "vocabulary": ["pattern"],
    "record": [],
    "source": ["pattern", "record"],
    "readers": ["pattern", "vocabulary", "record", "source", "readers."],
    "readers.": ["pattern", "vocabulary", "record", "schema", "source", "readers."],
    "registry": ["vocabulary", "record"],
    "rule": ["record", "registry"],
    "rules": ["rule", "rules."],
    "rules.": ["pattern", "vocabulary", "record", "registry", "rule", "rules."],
    "call": [],
    "selection": ["call", "rule"],
    "report": ["portmap", "rule"],
    "engine": ["record", "registry", "report", "rule", "selection", "source"],
    "reporters": ["report"],
    "reporters.": ["portmap", "report", "reporters", "reporters.", "rule"],
    "api": [
        *("engine", "readers", "record", "registry", "report", "rule", "rules", "selection"),
        *("source", "vocabulary"),
    ],
    "writers": ["registry", "writers."],
    "writers.": ["record", "registry", "vocabulary", "writers", "writers."],
    "compare": ["engine", "record", "registry", "report", "rule", "selection", "vocabulary"],
    "aside": ["registry", "report", "rule", "selection", "vocabulary"],
    "portmap": ["registry", "vocabulary"],
    "request": [],
    "request.": [
        *("call", "record", "registry", "request.", "rule", "schema", "source", "vocabulary"),
    ],
    "reference": ["aside", "compare", "rule", "rules"],
    "strategies": ["api", "registry", "vocabulary"],
    "assertions": ["api", "registry", "report", "reporters."],
    "pytest_plugin": [
        *("api", "aside", "assertions", "call", "config", "engine", "inputs", "report"),
        *("reporters.", "rules", "selection", "source"),
    ],
    "documents": ["report", "schema"],
    "schema": ["call"],
    "config": ["aside", "call", "documents", "record", "report", "rule", "source"],
    "inputs": ["call", "readers", "source", "vocabulary"],
    "output": ["call", "inputs", "source"],
    "terminal": ["reporters."],
    "arguments": ["call", "output", "registry"],
    "fetch": ["call", "readers", "record", "source", "vocabulary"],
    "commands": [],
    "reporting": ["arguments", "call", "output", "report", "reporters", "source", "terminal"],
    "commands.completion": ["arguments", "commands", "commands.", "output", "schema"],
    "commands.": [
        *(
            "api",
            "arguments",
            "aside",
            "call",
            "compare",
            "config",
            "engine",
            "fetch",
            "inputs",
            "output",
        ),
        *("portmap", "readers", "record", "registry"),
        *("report", "reporters.", "reporting", "rule", "rules", "schema", "selection"),
        *("source", "terminal", "vocabulary", "writers", "writers."),
    ],
    "cli": ["call", "commands", "output", "terminal"],
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
