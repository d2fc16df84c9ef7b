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
    "": ["api", "registry", "report", "request.", "rules", "source"],
    "pattern": [],
    "vocabulary": ["pattern"],
    "record": [],
    "source": ["pattern", "record"],
    "readers": ["pattern", "vocabulary", "record", "source", "readers."],
    "readers.": ["pattern", "vocabulary", "record", "schema", "source", "readers."],
    "registry": ["vocabulary", "record"],
    "rule": ["record", "registry", "source"],
    "rules": ["rule", "rules."],
    "rules.": ["pattern", "vocabulary", "record", "registry", "rule", "rules."],
    "call": [],
    "selection": ["call", "rule"],
    "report": ["portmap", "rule"],
    "engine": ["pattern", "record", "registry", "report", "rule", "selection", "source"],
    "reporters": ["report"],
    "reporters.": ["portmap", "report", "reporters", "reporters.", "rule"],
    "api": [
        *("engine", "readers", "record", "registry", "report", "rule", "rules", "selection"),
        *("source", "vocabulary"),
    ],
    "writers": ["registry", "writers."],
    "writers.": ["record", "registry", "vocabulary", "writers", "writers."],
    "pairing": ["record", "registry", "vocabulary"],
    "compare": [
        *("engine", "pairing", "record", "registry", "report", "rule", "selection", "vocabulary"),
    ],
    "history": [],
    "history.": [
        *("call", "engine", "history.", "pairing", "pattern", "record", "registry", "report"),
        *("reporters.", "rule", "selection", "source", "vocabulary"),
    ],
    "aside": ["registry", "report", "rule", "selection", "vocabulary"],
    "portmap": ["registry", "vocabulary"],
    "request": [],
    "request.": [
        *("call", "engine", "pattern", "readers.", "record", "registry", "report", "request."),
        *("rule", "schema", "selection", "source", "vocabulary"),
    ],
    "request.draft_xml": ["readers.xml", "request.", "source"],
    "request.render": ["reporters.", "vocabulary"],
    "catalogue": ["aside", "compare", "history.", "request.", "rule", "rules"],
    "reference": ["catalogue", "rule"],
    "strategies": ["record", "registry", "strategies."],
    "strategies.": [
        *("api", "readers.", "record", "registry", "strategies", "strategies."),
        *("vocabulary", "writers", "writers."),
    ],
    "hypothesis_hook": ["strategies"],
    "assertions": ["api", "registry", "report", "reporters."],
    "pytest_plugin": [
        *("api", "aside", "assertions", "call", "config", "engine", "inputs", "registry"),
        *("report", "reporters.", "request.", "rule", "rules", "selection", "source"),
    ],
    "documents": ["report", "schema", "source"],
    "schema": ["call"],
    "config": [
        *("aside", "call", "catalogue", "documents", "record", "report", "rule", "selection"),
        "source",
    ],
    "inputs": ["call", "readers", "source", "vocabulary"],
    "output": ["call", "inputs", "source"],
    "cache": ["call", "output", "source"],
    "processes": [],
    "terminal": ["reporters."],
    "arguments": ["call", "output", "registry"],
    "fetch": ["call", "readers", "record", "source", "vocabulary"],
    "commands": [],
    "reporting": [
        *("arguments", "call", "output", "report", "reporters", "reporters.", "source", "terminal"),
    ],
    "options": ["api", "arguments", "config", "readers", "rule", "source", "vocabulary"],
    "commands.completion": [
        *("arguments", "catalogue", "commands", "commands.", "output", "schema"),
    ],
    "commands.": [
        *(
            "api",
            "arguments",
            "aside",
            "cache",
            "call",
            "catalogue",
            "compare",
            "config",
            "engine",
            "fetch",
            "history.",
            "inputs",
            "options",
            "output",
        ),
        *("portmap", "processes", "readers", "record", "registry"),
        *("report", "reporters", "reporters.", "reporting", "request.", "rule", "rules", "schema"),
        "selection",
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
