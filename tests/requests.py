"""Requests as data: the registry and the files of `fixtures/requests`, and how they are reviewed.

`fixtures/requests/expected.toml` has a table for each file beside it:

    ["taken.yaml"]
    findings = ["RQ011 error 2:15"]     all findings, as "CODE severity line:column"
    procedure = ["Expert Review"]       one for each request of the file, "" for none
    kind = ["update"]                   optional: of each request, if one is not a request
    changes = [["reference", "", "x"]]  optional: what updates change: field, old, new
    message = ["..."]                   optional: the message of each finding
    related = ["59:3"]                  optional: the related places of all findings, in order
    error = "..."                       instead of these, if the file cannot be read
    alone = true                        optional: without a registry
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
    """Review requests in the format of the extension of `path`."""
    source = Source(path, data.encode() if isinstance(data, str) else data)
    selection = Selection(catalogue.rules("request"), options.get("select"))
    compared = None if alone else registry()
    return review([source], compared, selection, options.get("suggest_ports")).report


def varied(snippet: str) -> str:
    """The good request, with its keys replaced by those of each document of `snippet`, as YAML."""
    return "\n---\n".join(_overlaid(part) for part in snippet.split("---\n"))


def _overlaid(snippet: str) -> str:
    """The good request, without the keys that the snippet has, and then the snippet."""
    blocks = _blocks(snippet)
    replaced = {key for key, _ in blocks}
    good = [text for key, text in _blocks(GOOD.read_text("utf-8")) if key not in replaced]
    # A repeated key stays where it is first.
    ordered = sorted(blocks, key=lambda block: [key for key, _ in blocks].index(block[0]))
    return "".join(good + [text for _, text in ordered])


def _blocks(text: str) -> list[tuple[str, str]]:
    """The lines of each key at the top level, with those below it."""
    blocks: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        if line[:1] not in (" ", "\n"):
            blocks.append((line.partition(":")[0], ""))
        if blocks:
            key, lines = blocks[-1]
            blocks[-1] = (key, lines + line.rstrip("\n") + "\n")
    return blocks
