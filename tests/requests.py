"""Requests as data: the registry and the files of `fixtures/requests`, and how they are reviewed.

`fixtures/requests/expected.toml` has a table for each file beside it:

    ["taken.yaml"]
    findings = ["RQ011 error 2:15"]     ALL that is found, as "CODE severity line:column"
    procedure = ["Expert Review"]       one for each request of the file
    message = ["..."]                   optional: a piece of the message of each finding
    related = ["59:3"]                  optional: the related places of all findings, in order
    error = "..."                       instead of all this: the file cannot be read
    alone = true                        optional: compared with no registry
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from validator import Registry, Report, read_registry
from validator.engine.selection import Selection
from validator.readers.source import Source
from validator.request.review import review
from validator.rules import catalogue

REQUESTS = Path(__file__).parent.parent / "fixtures" / "requests"
GOOD = REQUESTS / "good.yaml"


@cache
def registry() -> Registry:
    return read_registry(REQUESTS / "registry.xml")


@cache
def expected() -> dict[str, dict[str, Any]]:
    return tomllib.loads((REQUESTS / "expected.toml").read_text("utf-8"))


def reviewed(
    data: bytes | str, path: str = "request.yaml", *, alone: bool = False, **options: Any
) -> Report:
    """Review requests in the form that the ending of `path` says."""
    held = data.encode() if isinstance(data, str) else data
    chosen = Selection(catalogue.rules("request"), options.get("select"))
    source = Source(path, held)
    against = None if alone else registry()
    return review([source], against, chosen, options.get("suggest_ports")).report


def varied(snippet: str) -> str:
    """The good request with the keys of each document of `snippet` instead of its own, as YAML."""
    return "\n---\n".join(_overlaid(part) for part in snippet.split("---\n"))


def _overlaid(snippet: str) -> str:
    """What stands behind a key, to the next, is replaced where the snippet has the key."""
    kept = _keys(GOOD.read_text("utf-8"))
    replaced: dict[str, list[str]] = {}
    for key, text in _keys(snippet):
        replaced.setdefault(key, []).append(text)
    texts = [text for key, text in kept if key not in replaced]
    return "".join(texts + [text for found in replaced.values() for text in found])


def _keys(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        if line[:1] not in (" ", "\n"):
            found.append((line.partition(":")[0], ""))
        if found:
            key, held = found[-1]
            found[-1] = (key, held + line.rstrip("\n") + "\n")
    return found
