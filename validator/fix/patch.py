"""Edits as a unified diff, which `patch -p0` and `git apply` understand.

Hunks follow from the edits, so that nothing is compared and the time is linear.  Each hunk names
the rules of its edits after its line numbers, where both tools ignore it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from validator.fix.edits import Edit, apply
from validator.readers.source import display_path

_CONTEXT = 3
_ESCAPES = {0x07: "a", 0x08: "b", 0x09: "t", 0x0A: "n", 0x0B: "v", 0x0C: "f", 0x0D: "r"}


def unified_diff(
    data: bytes, edits: Sequence[Edit], name: bytes, rule_names: Mapping[str, str]
) -> Iterator[bytes]:
    """Yield the patch that makes `edits`, which ascend, in `data`, the file called `name`.

    `rule_names` has the names of the rules by code.  Without edits there is no patch.
    """
    if not edits:
        return
    header = _quoted(name)
    yield b"--- " + header + b"\n+++ " + header + b"\n"
    shift = 0
    for hunk in _hunks(_changes(data, edits)):
        text, added = _written(data, hunk, shift, rule_names)
        shift += added
        yield text


def patch_name(path: str, *, packed: bool) -> bytes:
    """Return the name in a patch: from the working directory, where the file is below it.

    `-` is standard input; of a file that is `packed`, the unpacked one is patched.
    """
    if path == "-":
        return b"stdin"
    if packed:
        path = path.removesuffix(".gz").removesuffix(".xz")
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # on another drive
        relative = os.pardir
    if relative.split(os.sep)[0] == os.pardir:
        relative = os.path.basename(path)
    return os.fsencode(relative.replace(os.sep, "/"))


def patch_place(name: bytes, path: str, *, packed: bool) -> list[str]:
    """Say where a patch belongs that is not for the file at `path` from the working directory."""
    if packed:
        return ["the patch is for the unpacked file"]
    if path == "-" or os.path.realpath(os.fsdecode(name)) == os.path.realpath(path):
        return []
    return [f"apply the patch in {display_path(os.path.dirname(path))}"]


def _quoted(name: bytes) -> bytes:
    """The name of a file as the tools read it: in quotes where it has special characters."""
    if all(0x20 <= byte < 0x7F and byte not in b'"\\' for byte in name):
        # A tab ends a name with blanks in it.
        return name + b"\t" if b" " in name else name
    characters = []
    for byte in name:
        if byte in _ESCAPES:
            characters.append(f"\\{_ESCAPES[byte]}")
        elif byte in b'"\\':
            characters.append(f"\\{byte:c}")
        else:
            characters.append(f"{byte:c}" if 0x20 <= byte < 0x7F else f"\\{byte:03o}")
    return f'"{"".join(characters)}"'.encode()


class _Replacement:
    """Lines that become others: from the offset `start`, in line `line`, up to `stop`."""

    __slots__ = ("codes", "line", "new", "old", "start", "stop")

    def __init__(
        self, start: int, stop: int, line: int, old: list[bytes], new: list[bytes],
        codes: dict[str, None],
    ) -> None:  # fmt: skip
        self.start = start
        self.stop = stop
        self.line = line
        self.old = old
        self.new = new
        self.codes = codes


def _changes(data: bytes, edits: Sequence[Edit]) -> Iterator[_Replacement]:
    """Yield the lines that change; edits of the same lines, or of the next, are one change."""
    line, counted = 1, 0
    group: list[Edit] = []
    start = stop = 0
    for edit in [*edits, None]:
        # No line is looked at twice: a file may have a single one, and many edits in it.
        begin = stop
        if edit is not None and edit.start >= stop:
            begin = data.rfind(b"\n", stop, edit.start) + 1 or stop
        if group and (edit is None or begin > stop):
            line += data.count(b"\n", counted, start)
            counted = start
            yield from _change(data, group, start, stop, line)
            group = []
        if edit is not None:
            if not group:
                start = stop = begin
            group.append(edit)
            if edit.stop >= stop:
                stop = data.find(b"\n", edit.stop) + 1 or len(data)


def _change(
    data: bytes, edits: Sequence[Edit], start: int, stop: int, line: int
) -> Iterator[_Replacement]:
    """Yield the change of the lines from `start` to `stop`, without equal lines around it."""
    old = _lines(data[start:stop])
    new = _lines(apply(data, edits, start, stop))
    shortest = min(len(old), len(new))
    first = 0
    while first < shortest and old[first] == new[first]:
        first += 1
    last = 0
    while last < shortest - first and old[-1 - last] == new[-1 - last]:
        last += 1
    start += sum(map(len, old[:first]))
    stop -= sum(map(len, old[len(old) - last :]))
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    if old or new:
        codes = dict.fromkeys(code for edit in edits for code in edit.codes)
        yield _Replacement(start, stop, line + first, old, new, codes)


def _lines(data: bytes) -> list[bytes]:
    """The lines of `data` with their ends; a carriage return ends none."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _hunks(changes: Iterator[_Replacement]) -> Iterator[list[_Replacement]]:
    """Yield the changes together whose context would touch."""
    hunk: list[_Replacement] = []
    for change in changes:
        if hunk and change.line - (hunk[-1].line + len(hunk[-1].old)) > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _written(
    data: bytes, hunk: Sequence[_Replacement], shift: int, rule_names: Mapping[str, str]
) -> tuple[bytes, int]:
    """A hunk as text, and how many lines it adds; `shift` is how many those before it add."""
    before = _lines_before(data, hunk[0].start)
    after = _lines_after(data, hunk[-1].stop)
    body = _marked(b" ", before)
    old = new = len(before) + len(after)
    for number, change in enumerate(hunk):
        if number:
            between = _lines(data[hunk[number - 1].stop : change.start])
            body += _marked(b" ", between)
            old += len(between)
            new += len(between)
        body += _marked(b"-", change.old) + _marked(b"+", change.new)
        old += len(change.old)
        new += len(change.new)
    body += _marked(b" ", after)
    first = hunk[0].line - len(before)
    codes = dict.fromkeys(code for change in hunk for code in change.codes)
    rules = ", ".join(f"{code} {rule_names[code]}" for code in codes)
    header = f"@@ -{_range(first, old)} +{_range(first + shift, new)} @@ {rules}\n"
    text = b"".join(
        line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
        for line in body
    )
    return header.encode() + text, new - old


def _marked(mark: bytes, lines: Sequence[bytes]) -> list[bytes]:
    return [mark + line for line in lines]


def _range(first: int, count: int) -> str:
    """The lines of a hunk; where there are none, the line before it."""
    return f"{first if count else first - 1},{count}"


def _lines_before(data: bytes, at: int) -> list[bytes]:
    start = at
    for _ in range(_CONTEXT):
        if start:
            start = data.rfind(b"\n", 0, start - 1) + 1
    return _lines(data[start:at])


def _lines_after(data: bytes, at: int) -> list[bytes]:
    stop = at
    for _ in range(_CONTEXT):
        if stop < len(data):
            stop = data.find(b"\n", stop) + 1 or len(data)
    return _lines(data[at:stop])
