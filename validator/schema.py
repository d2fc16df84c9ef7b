"""The JSON Schemas of what is read and written: `schemas/`, in a wheel `validator/schemas/`."""

from __future__ import annotations

import os

from validator.errors import CallError, unknown

_ENDING = ".schema.json"


def folder() -> str:
    """Return the folder of the schemas: inside the package, else beside it as in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    for place in (os.path.join(here, "schemas"), os.path.join(os.path.dirname(here), "schemas")):
        if os.path.isdir(place):
            return place
    raise CallError("the JSON Schemas are missing from this installation")


def names() -> list[str]:
    """Return the names of the schemas, in alphabetical order."""
    return sorted(n.removesuffix(_ENDING) for n in os.listdir(folder()) if n.endswith(_ENDING))


def text(name: str) -> str:
    """Return the schema called `name`.  Raises `CallError` where there is none."""
    if name not in (known := names()):
        raise CallError(unknown("the schema", name, known))
    with open(os.path.join(folder(), name + _ENDING), encoding="utf-8") as stream:
        return stream.read()
