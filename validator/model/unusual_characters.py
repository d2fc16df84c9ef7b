"""Finds the texts of a dump with other characters than printable ASCII, without reading each text.

The bytes of the file are searched once.  Where they are not plain, the record, contact or note
around them is a candidate for the rules that look at single characters.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from validator.model.pattern import pattern
from validator.model.registry import cached_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from validator.model.record import Contact, Dump, Footnote, Note, Record
    from validator.model.registry import Registry

_PIECE = 8192
_CHUNK = 256
# Printable ASCII and line ends.
_PLAIN = bytes([9, 10, 13, *range(32, 127)])
# Everything else, and how XML and JSON escape other characters.
_UNUSUAL = pattern(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]++|&#|\\u")
GARBLED_RUN = pattern(r"[^\x00-\x7f]{2,}", "a")
_WRONG_CODECS = ("cp1252", "latin-1", "mac_roman")
_offset_of = attrgetter("offset")


@cached_index
def with_unusual_characters(
    registry: Registry,
) -> list[Record | Contact | Footnote | Note | Dump]:
    """What of the dump may have other characters than printable ASCII."""
    dump = registry.dump
    kinds: tuple[Sequence[Record | Contact | Footnote | Note], ...] = (
        dump.records,
        dump.contacts,
        dump.notes,
        dump.footnotes,
    )
    starts = [[subject.offset for subject in subjects] for subjects in kinds]
    by_offset: dict[int, Record | Contact | Footnote | Note | Dump] = {}
    end = 0
    unusual_from = _unusual_search(dump)
    while (offset := unusual_from(end)) >= 0:
        # The candidates are the last of each kind that begins before; the nearest contains it.
        candidates = [
            subjects[index - 1]
            for subjects, begins in zip(kinds, starts, strict=True)
            if (index := bisect_right(begins, offset))
        ]
        if candidates:
            nearest = max(candidates, key=_offset_of)
            by_offset[nearest.offset] = nearest
        indexes = [bisect_right(begins, offset) for begins in starts]
        following = [b[i] for b, i in zip(starts, indexes, strict=True) if i < len(b)]
        # The others are in the same one.
        end = min(following, default=len(dump.data))
    # The title, experts and the like are between the others.
    return [*by_offset.values(), dump] if end else []


def _unusual_search(dump: Dump) -> Callable[[int], int]:
    """Return what finds the first match of `_UNUSUAL` from an offset on, or -1.

    Quick tests tell which pieces need to be searched.
    """
    data = dump.data
    escapes = _has_pair(data, b"\\u") if dump.form == "json" else _has_pair(data, b"&#")
    delete = b"\x7f" in data
    # A file with control characters is not XML, and nothing after them was read.
    controls = dump.form != "xml"

    def is_plain(chunk: bytes) -> bool:
        return not (
            escapes
            or not chunk.isascii()
            or (delete and b"\x7f" in chunk)
            or (controls and chunk.translate(None, _PLAIN))
        )

    def search(start: int) -> int:
        while start < len(data):
            # One more byte, for the pairs.
            if start % _PIECE == 0 and is_plain(data[start : start + _PIECE + 1]):
                start += _PIECE
                continue
            end = start - start % _CHUNK + _CHUNK
            if not is_plain(data[start : end + 1]):
                match = _UNUSUAL.search(data, start, end + 1)
                if match is not None:
                    return match.start()
            start = end
        return -1

    return search


def _has_pair(data: bytes, pair: bytes) -> bool:
    """Whether two bytes are in `data`: a search for the rarer one is many times as fast."""
    rarer, place = (pair[1:], 1) if pair == b"&#" else (pair[:1], 0)
    at = -1
    for _ in range(1000):
        at = data.find(rarer, at + 1)
        if at < 0 or data[at - place : at - place + 2] == pair:
            return at >= 0
    return pair in data


def garbled_run(text: str) -> tuple[str, str] | None:
    """The first garbled run of characters in `text`, and what it was; `""` where that is lost."""
    if text.isascii():
        return None
    for run in GARBLED_RUN.findall(text):
        original = original_of(run)
        if original is not None:
            return run, original
    return ("\ufffd", "") if "\ufffd" in text else None


def original_of(run: str) -> str | None:
    """Return what `run`, which has no ASCII, was before it was decoded with the wrong encoding."""
    for codec in _WRONG_CODECS:
        try:
            original = run.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if len(original) < len(run) and original.isprintable():
            return original
    return None
