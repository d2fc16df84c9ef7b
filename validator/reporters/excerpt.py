"""The line of an input that a finding is about, with the column and width of a marker under it."""

from __future__ import annotations

from validator.reporters.escape import escaped, visible

_DOTS = "..."
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_LONGEST_ENTITY = 10


def excerpt(data: bytes, offset: int, value: str | None, columns: int) -> tuple[str, int, int]:
    """Return the line of `data` around `offset`, and column and width of `value` in it.

    `value` begins at `offset`; the column counts from 0.  The line has its characters escaped, no
    blanks at its beginning, and fits into `columns`.  A very long line costs no more time.
    """
    reach = 4 * columns
    start, cut_before = _line_start(data, offset, reach)
    end, cut_after = _line_end(data, offset, reach)
    # The halves of a character that is cut at either end are dropped.
    before = data[start:offset].decode("utf-8", "ignore")
    after = data[offset:end].decode("utf-8", "ignore")
    if not cut_before:
        before = before.lstrip(" \t")
    length = _length_of(value, after)
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


def _widths(text: str) -> list[int]:
    if text.isascii() and text.isprintable():
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


def _length_of(value: str | None, text: str) -> int:
    """Return how many characters at the start of `text` write `value`; at least one."""
    if not value:
        return 1
    length = _written(value, text)
    if not length and value.startswith("["):
        length = _written(value[1:].partition("]")[0], text)
    return max(1, length)


def _written(value: str, text: str) -> int:
    """Count the characters at the start of `text` that write a start of `value`.

    In XML a character may be written as an entity, in CSV a quote is written twice.
    """
    at = 0
    for character in value:
        if text[at : at + 1] == '"' == text[at - 1 : at] != character:
            at += 1
        if text[at : at + 1] == "&":
            entity = text[at : text.find(";", at, at + _LONGEST_ENTITY) + 1]
            if character in (_ENTITIES.get(entity), _numbered(entity)):
                at += len(entity)
                continue
        if text[at : at + 1] != character:
            break
        at += 1
    return at


def _numbered(entity: str) -> str | None:
    digits, base = (entity[3:-1], 16) if entity[:3] == "&#x" else (entity[2:-1], 10)
    if entity[:2] != "&#" or not digits.isalnum() or not digits.isascii():
        return None
    try:
        return chr(int(digits, base))
    except (ValueError, OverflowError):
        return None
