"""Edits of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Edit:
    """The bytes from `start` to `stop` become `text`; `codes` are those of the rules it is for."""

    __slots__ = ("codes", "start", "stop", "text")

    def __init__(
        self, start: int, stop: int, text: bytes = b"", codes: tuple[str, ...] = ()
    ) -> None:
        self.start = start
        self.stop = stop
        self.text = text
        self.codes = codes

    def __repr__(self) -> str:
        return f"Edit({self.start}, {self.stop}, {self.text!r})"


def apply(data: bytes, edits: Iterable[Edit], start: int = 0, stop: int | None = None) -> bytes:
    """Return the bytes of `data` from `start` to `stop` with `edits`, which ascend, made in them.

    The edits must lie between the two and must not overlap.
    """
    pieces: list[bytes] = []
    at = start
    for edit in edits:
        pieces += (data[at : edit.start], edit.text)
        at = edit.stop
    pieces.append(data[at:stop])
    return b"".join(pieces)


def ascending(edits: Iterable[Edit]) -> list[Edit]:
    """Return `edits` in the order of their places."""
    return sorted(edits, key=lambda edit: (edit.start, edit.stop))


def overlaps(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield each of `edits`, which ascend, that overlaps one before it."""
    last_start, last_stop = -1, 0
    for edit in edits:
        if edit.start < last_stop or edit.start == edit.stop == last_start == last_stop:
            yield edit
        else:
            last_start, last_stop = edit.start, edit.stop
