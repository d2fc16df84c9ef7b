"""The file a fetched dump goes to, and its state file `.NAME.fetch.json` next to it.

By the state the next fetch is conditional.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat

from validator.commands.download import Stamp
from validator.commands.output import refuse_collisions, write_file
from validator.commands.terminal import say
from validator.errors import CallError
from validator.readers.source import display_path

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
_LARGEST_STATE = 1 << 16


def last_part(url: str) -> str:
    from urllib.parse import urlsplit

    name = urlsplit(url).path.rpartition("/")[2]
    if not _NAME.fullmatch(name):
        raise CallError("the address does not end in a file name; give one with --output FILE")
    return name


def require_place(path: str) -> None:
    """Raise `CallError` if no file can be written at `path`, before anything is downloaded."""
    if path in ("", "-"):
        raise CallError("--output: expected a file name")
    refuse_collisions([path], [])
    try:
        if not os.path.isdir(os.path.dirname(path) or "."):
            raise CallError(f"{display_path(path)} cannot be written: no such folder")
    except ValueError:
        pass  # not a possible name; writing it reports why


def read_stamp(path: str, url: str) -> Stamp | None:
    """Return the stamp of the last fetch, if `path` still has what came from `url` then."""
    state_path = _state_path(path)
    if not _is_file(path) or not _is_file(state_path):
        return None
    try:
        with open(state_path, "rb") as stream:
            state = json.loads(stream.read(_LARGEST_STATE))
        with open(path, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(state, dict) or (state.get("url"), state.get("sha256")) != (url, digest):
        return None
    stamp = Stamp(state.get("etag"), state.get("last_modified"))
    return stamp if stamp.etag or stamp.last_modified else None


def write_stamp(path: str, url: str, stamp: Stamp, digest: str) -> None:
    """Write down the stamp of what is at `path` now.  A failure costs a download later."""
    if not _is_file(path):
        return
    state = {
        "url": url,
        "etag": stamp.etag,
        "last_modified": stamp.last_modified,
        "sha256": digest,
    }
    try:
        write_file(_state_path(path), [json.dumps(state, indent=2), "\n"])
    except CallError as error:
        say(f"{error}; the next fetch will download everything again")


def _state_path(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.fetch.json")


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False
