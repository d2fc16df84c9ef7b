"""What to say of an input that is in the place of another: FILE, `--registry`, `--previous` ...

This is loaded only where an input could not be used.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from validator.commands.inputs import head_of, is_dump
from validator.consumers.recognize import audit_hint
from validator.readers.appearance import request_appearance
from validator.readers.source import LFS_POINTER

Content = Literal["dump", "request", "consumer", ""]
Place = Literal["FILE", "--registry", "--history", "--previous"]

_PREVIOUS = "Name the earlier version of FILE with --previous"
# What is said of a place with an input of another kind.
_SENTENCES: dict[tuple[Place, Content], str] = {
    ("FILE", "dump"): "A dump to compare with is named with --registry",
    ("--registry", "consumer"): "--registry expects a dump of the registry",
    ("--registry", "request"): "--registry expects a dump of the registry",
    ("--history", "consumer"): f"--history expects older dumps of the registry. {_PREVIOUS}",
    ("--history", "request"): "--history expects older dumps of the registry",
    ("--previous", "dump"): "--previous expects the earlier version of FILE. Name a dump of the"
    " registry with --registry or --history",
    ("--previous", "request"): "--previous expects the earlier version of FILE",
}


def content_of(path: str) -> Content:
    """What a file looks like; nothing for one that is not there or empty, and for anything else."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        return ""
    if head_of(path).startswith(LFS_POINTER):
        return ""
    if is_dump(path, damaged=False):
        return "dump"
    if request_appearance(head_of(path)):
        return "request"
    return "consumer" if audit_hint(path) else ""


def misplaced(
    error: object, place: Place, path: str, files: Sequence[str] = (), noun: str = "FILE"
) -> str:
    """Return what `error` says of the input `path`, and that it is in the place of another.

    `files` are those that were given as FILE, or as what `noun` says: one may be the dump that
    `--registry` expects.
    """
    content = content_of(path)
    sentence = _SENTENCES.get((place, content))
    # A FILE that is a dump says so itself if the registry is not there.
    may_swap = content not in ("", "dump") or (noun == "WORD" and not str(error).endswith("?"))
    if place == "--registry" and may_swap:
        if any(content_of(file) == "dump" for file in files):
            sentence = f"{noun} and --registry may be swapped"
    return str(error) if sentence is None else f"{error}. {sentence}"
