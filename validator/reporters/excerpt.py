"""The line of an input that a finding is about, with the column and width of a marker under it."""

from __future__ import annotations

from validator.reporters.escape import escaped, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.engine.finding import ExcerptLine, Location

_DOTS = "..."
# How much of a line is kept on each side of a place, where its input is not.
_MARGIN = 2_000


def excerpt_lines(place: Location, data: bytes) -> Sequence[ExcerptLine]:
    """Return the lines to show of `data` for `place`: the one with the value.

    Where a value is missing they are the first line of the record, and the one that identifies it.
    Each has a number, bytes, the offset in them, and the end of what is marked; none where there
    is no `data`.
    """
    if place.lines or not data:
        return place.lines
    lines: list[ExcerptLine] = [(place.line, data, place.offset, place.end)]
    if place.identity is not None:
        between = data[place.offset : place.identity].replace(b"\r\n", b"\n")
        number = place.line + between.replace(b"\r", b"\n").count(b"\n")
        lines.append((number, data, place.identity, None))
    return lines


def keep_excerpt(place: Location, data: bytes) -> None:
    """Keep the lines to show for `place`, so that `data` can be freed.

    Findings share places: the lines of one that was here before are kept.
    """
    if place.lines:
        return
    lines: list[ExcerptLine] = []
    for number, _, offset, end in excerpt_lines(place, data):
        start, _ = _line_start(data, offset, _MARGIN)
        stop, _ = _line_end(data, offset, _MARGIN)
        lines.append(
            (number, data[start:stop], offset - start, None if end is None else end - start)
        )
    place.lines = tuple(lines)


def excerpt(data: bytes, offset: int, end: int | None, columns: int) -> tuple[str, int, int]:
    """Return the line of `data` around `offset`, and column and width of what is before `end`.

    The column counts from 0; the width is at least 1.  The line has its characters escaped, no
    blanks at its beginning, and fits into `columns`.  A very long line costs no more time.
    """
    reach = 4 * columns
    start, cut_before = _line_start(data, offset, reach)
    stop, cut_after = _line_end(data, offset, reach)
    # The halves of a character that is cut at either end are dropped.
    before = data[start:offset].decode("utf-8", "ignore")
    after = data[offset:stop].decode("utf-8", "ignore")
    if not cut_before:
        before = before.lstrip(" \t")
    marked = data[offset : min(stop, offset if end is None else end)]
    length = max(1, len(marked.decode("utf-8", "ignore")))
    # Tables are full of tabs; within what is marked they may be the fault.
    before = before.replace("\t", " ")
    after = after[:length] + after[length:].replace("\t", " ")
    whole = before + after
    if len(whole) <= columns and not (cut_before or cut_after) and _is_plain(whole):
        return whole.rstrip(), len(before), length
    left, right = _widths(before), _widths(after)
    head = tail = ""
    reserved = min(sum(right), columns // 2)
    if cut_before or sum(left) + reserved > columns:
        fitting = _fitting(left[::-1], columns - reserved - len(_DOTS))
        head, before, left = _DOTS, before[len(before) - fitting :], left[len(left) - fitting :]
    indent = len(head) + sum(left)
    if cut_after or sum(right) > columns - indent:
        fitting = _fitting(right, columns - indent - len(_DOTS))
        after, right, tail = after[:fitting], right[:fitting], _DOTS
    line = head + visible(before) + visible(after) + tail
    return line.rstrip(), indent, max(1, sum(right[:length]))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _widths(text: str) -> list[int]:
    if _is_plain(text):
        return [1] * len(text)
    return [width(character) for character in text]


def width(character: str) -> int:
    """Return how many columns of a terminal `escaped(character)` takes."""
    text = escaped(character)
    if text != character or character.isascii():
        return len(text)
    from unicodedata import category, east_asian_width  # most reports are ASCII

    if category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _fitting(widths: list[int], columns: int) -> int:
    """Return how many characters of these widths fit into `columns`."""
    for count, wide in enumerate(widths):
        columns -= wide
        if columns < 0:
            return count
    return len(widths)


def _line_start(data: bytes, offset: int, reach: int) -> tuple[int, bool]:
    low = max(0, offset - reach)
    before = max(data.rfind(b"\n", low, offset), data.rfind(b"\r", low, offset))
    return (low, low > 0) if before < 0 else (before + 1, False)


def _line_end(data: bytes, offset: int, reach: int) -> tuple[int, bool]:
    high = min(len(data), offset + reach)
    ends = [at for mark in (b"\n", b"\r") if (at := data.find(mark, offset, high)) >= 0]
    return (min(ends), False) if ends else (high, high < len(data))
