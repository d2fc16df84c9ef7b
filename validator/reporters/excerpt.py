"""The piece of an input that a finding is about, as one line and a marker to put under it."""

from __future__ import annotations

from validator.reporters.escape import shape

_DOTS = "..."
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_LONGEST_ENTITY = 10


def excerpt(data: bytes, offset: int, value: str | None, columns: int) -> tuple[str, int, int]:
    """Return the line of `data` around `offset`, and column and width of `value` in it.

    `value` begins at `offset`; the column counts from 0.  The line is as it is shown, without the
    blanks before it; it fits into `columns` and takes no longer where it is long.
    """
    reach = 4 * columns
    start, cut_before = _line_start(data, offset, reach)
    end, cut_after = _line_end(data, offset, reach)
    # What is cut in the middle of a character at either end is left out.
    before = data[start:offset].decode("utf-8", "ignore")
    after = data[offset:end].decode("utf-8", "ignore")
    if not cut_before:
        before = before.lstrip(" \t")
    marked = _marked(after, value)
    if _is_plain(before + after):
        # What most are: each character is one column.  What is below does the same for any.
        spared = min(len(after), columns // 2)
        if cut_before or len(before) + spared > columns:
            kept = max(0, columns - spared - len(_DOTS))
            before = _DOTS + before[max(0, len(before) - kept) :]
        room = columns - len(before)
        if cut_after or len(after) > room:
            after = after[: max(0, room - len(_DOTS))]
            marked = min(marked, len(after))
            after += _DOTS
        return (before + after).rstrip(), len(before), max(1, min(marked, len(after)))
    left = [(shape(character), width(character)) for character in before]
    right = [(shape(character), width(character)) for character in after]

    spared = min(_sum(right), columns // 2)
    if cut_before or _sum(left) + spared > columns:
        room = columns - spared - len(_DOTS)
        fitting = 0
        while fitting < len(left) and left[-fitting - 1][1] <= room:
            room -= left[-fitting - 1][1]
            fitting += 1
        left = [(_DOTS, len(_DOTS)), *left[len(left) - fitting :]]
    indent = _sum(left)
    room = columns - indent
    if cut_after or _sum(right) > room:
        room -= len(_DOTS)
        fitting = 0
        while fitting < len(right) and right[fitting][1] <= room:
            room -= right[fitting][1]
            fitting += 1
        right = [*right[:fitting], (_DOTS, len(_DOTS))]
        marked = min(marked, fitting)
    line = "".join([text for text, _ in (*left, *right)])
    return line.rstrip(), indent, max(1, _sum(right[:marked]))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def width(character: str) -> int:
    """Return how many columns of a terminal `shape(character)` takes."""
    shown = shape(character)
    if shown != character or character.isascii():
        return len(shown)
    from unicodedata import category, east_asian_width  # few reports show what is not ASCII

    if category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _sum(cells: list[tuple[str, int]]) -> int:
    return sum([columns for _, columns in cells])


def _line_start(data: bytes, offset: int, reach: int) -> tuple[int, bool]:
    low = max(0, offset - reach)
    before = max(data.rfind(b"\n", low, offset), data.rfind(b"\r", low, offset))
    return (low, low > 0) if before < 0 else (before + 1, False)


def _line_end(data: bytes, offset: int, reach: int) -> tuple[int, bool]:
    high = min(len(data), offset + reach)
    ends = [at for mark in (b"\n", b"\r") if (at := data.find(mark, offset, high)) >= 0]
    return (min(ends), False) if ends else (high, high < len(data))


def _marked(after: str, value: str | None) -> int:
    """Return how many characters of `after` write `value`; as far as it goes, one at least."""
    if not value:
        return 1
    length = _written(after, value)
    if not length and value.startswith("["):
        length = _written(after, value[1:].partition("]")[0])
    return max(1, length)


def _written(after: str, value: str) -> int:
    """Count the characters at the start of `after` that stand for a start of `value`.

    In XML a character may be written as an entity, in CSV a quote is written twice.
    """
    at = 0
    for character in value:
        there = after[at : at + 1]
        if there != character and there == '"' == after[at - 1 : at]:
            at += 1
            there = after[at : at + 1]
        if there == "&":
            entity = after[at : after.find(";", at, at + _LONGEST_ENTITY) + 1]
            if _ENTITIES.get(entity) == character or _numbered(entity) == character:
                at += len(entity)
                continue
        if there != character:
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
