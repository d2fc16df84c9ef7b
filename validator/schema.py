"""The JSON Schemas of what is read and written: `schemas/`, in a wheel `validator/schemas/`."""

from __future__ import annotations

import os

from validator.errors import CallError, unknown

_ENDING = ".schema.json"


def folder() -> str:
    """Return the folder of the schemas: in the package, or next to it in a checkout."""
    package = os.path.dirname(os.path.abspath(__file__))
    for parent in (package, os.path.dirname(package)):
        path = os.path.join(parent, "schemas")
        if os.path.isdir(path):
            return path
    raise CallError("the JSON Schemas are missing from this installation")


def names() -> list[str]:
    """Return the names of the schemas, in alphabetical order."""
    return sorted(n.removesuffix(_ENDING) for n in os.listdir(folder()) if n.endswith(_ENDING))


def text(name: str) -> str:
    """Return the schema called `name`.  Raises `CallError` where there is none."""
    if name not in (every := names()):
        raise CallError(unknown("schema", name, every))
    with open(os.path.join(folder(), name + _ENDING), encoding="utf-8") as stream:
        return stream.read()
