"""Reports of runs that had the same input in every respect, kept in files to be shown again.

A key is a digest of all that a report depends on; whoever asks makes the list of it, and this
module adds the program itself.  An entry holds the report as it was written, and a digest of that:
one that is damaged or half written is no entry.  Files are put in place whole, so runs may share
a folder.  The oldest entries go when all of them take more than `LARGEST`.
"""

from __future__ import annotations

import os
import sys

from validator import __version__
from validator.commands.output import write_bytes
from validator.errors import CallError
from validator.readers.source import display_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER_VARIABLE = "IANALINT_CACHE_DIR"
LARGEST = 64 << 20
_LARGEST_ENTRY = LARGEST // 4
_FIRST_LINE = b"ianalint report 1 "
_SUFFIX = ".report"


class Kept:
    """What a run ended with: its exit status and what it wrote to standard output."""

    __slots__ = ("status", "text")

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        self.text = text


def folder() -> str:
    """Return where entries are: as IANALINT_CACHE_DIR says, else where the system keeps such.

    That is `~/.cache` (XDG_CACHE_HOME), `~/Library/Caches` or `%LOCALAPPDATA%`.
    """
    told = os.environ.get(FOLDER_VARIABLE)
    if told:
        return told
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        return os.path.join(local, "ianalint", "Cache")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "ianalint")
    # A relative one is to be ignored.
    base = os.environ.get("XDG_CACHE_HOME", "")
    return os.path.join(base if os.path.isabs(base) else os.path.join(home, ".cache"), "ianalint")


def key(parts: Iterable[bytes | str]) -> str:
    """Return the name of a run that depends on `parts`, on this program and on this Python."""
    from hashlib import blake2b

    digest = blake2b(digest_size=24)
    for part in (__version__, sys.version, *_program(), *parts):
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def _program() -> Iterator[str]:
    """The files of this package by size and time: a checkout changes without its version."""
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for place, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(place, name))
            yield f"{os.path.relpath(place, top)}/{name} {status.st_size} {status.st_mtime_ns}"


def get(name: str) -> Kept | None:
    """Return what is kept under a key; `None` where nothing is, or not as it was written."""
    path = os.path.join(folder(), name + _SUFFIX)
    try:
        with open(path, "rb") as stream:
            data = stream.read(_LARGEST_ENTRY + 1)
        if os.access(path, os.W_OK):
            os.utime(path)  # it was of use, and goes later
    except OSError:
        return None  # as if it were not there
    head, _, content = data.partition(b"\n")
    if head != _FIRST_LINE + _digest(content):
        return None
    status, _, text = content.partition(b"\n")
    return Kept(int(status), text.decode("utf-8", "surrogatepass"))


def put(name: str, kept: Kept) -> None:
    """Keep the end of a run under a key.

    Raises `CallError` where it cannot be written.  What is too large is not kept.
    """
    content = b"%d\n" % kept.status + kept.text.encode("utf-8", "surrogatepass")
    if len(content) > _LARGEST_ENTRY - 100:
        return
    place = folder()
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
    except OSError as error:
        raise CallError(f"{display_path(place)} cannot be made: {error.strerror}") from None
    path = os.path.join(place, name + _SUFFIX)
    write_bytes(path, _FIRST_LINE + _digest(content) + b"\n" + content)
    try:
        _shrink(place)
    except OSError as error:
        raise CallError(f"{display_path(place)} cannot be searched: {error.strerror}") from None


def _digest(content: bytes) -> bytes:
    from hashlib import blake2b

    return blake2b(content, digest_size=16).hexdigest().encode()


def _shrink(place: str) -> None:
    """Remove the entries that were not of use for longest, until the others fit."""
    held: list[tuple[int, int, str]] = []
    for entry in os.scandir(place):
        if entry.name.endswith((_SUFFIX, ".tmp")):
            try:
                status = entry.stat()
            except OSError:  # another run was here first
                continue
            held.append((status.st_mtime_ns, status.st_size, entry.path))
    total = sum(size for _, size, _ in held)
    for _, size, path in sorted(held):
        if total <= LARGEST:
            break
        try:
            os.unlink(path)
        except OSError:
            continue  # another run was here first, or reads it
        total -= size
