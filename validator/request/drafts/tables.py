"""Tables in the lines of a draft: drawn with bars, or with columns that blanks separate."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from validator.request.drafts.labels import find_label
from validator.request.drafts.sections import (
    BLANK,
    MAX_CELLS,
    DraftLine,
    DraftTable,
    Part,
    Passage,
    Row,
    joined,
    spans_between,
)

_BORDER_MARKS = ("--", "==", ":-", "-:", "|-|")
_GAP = regex.compile(r"[ ]{2,}|\t[ \t]*+")
_RULER = regex.compile(r"(?:-{2,}+|={2,}+)(?:[ \t]++(?:-{2,}+|={2,}+))++")
_RULER_COLUMN = regex.compile(r"[-=]++")
_PORT = regex.compile(r"(?:[0-9]{2,5}|TB[AD][0-9]{0,2})(?:/[A-Za-z]{2,9})?")
# Longer lines are not rows or headings of a table that anybody reads.
_MAX_ROW = 2000
_MAX_HEADINGS = 300
_CELL = regex.compile(r"(?:[^|\\]++|\\.)*+")


def with_tables(parts: Sequence[Part]) -> list[Part]:
    """Put runs of lines that are rows of a table into tables."""
    output: list[Part] = []
    run: list[DraftLine] = []
    for part in parts:
        if isinstance(part, DraftTable):
            output += [*_tables_in(run), part]
            run = []
        else:
            run.append(part)
    return output + _tables_in(run)


def _tables_in(lines: list[DraftLine]) -> list[Part]:
    parts: list[Part] = []
    at = 0
    while at < len(lines):
        end = _end_of_rows(lines, at)
        if end - at >= 2:
            parts.append(_bordered(lines[at:end]))
            at = end
        elif (headings := _headings(lines, at)) is not None:
            table, at = _unbordered(lines, at, headings)
            parts.append(table)
        else:
            parts.append(lines[at])
            at += 1
    return parts


def _end_of_rows(lines: list[DraftLine], start: int) -> int:
    """The index after the rows with bars that begin at `start`."""
    end = start
    while end < len(lines) and _is_row(lines[end]):
        end += 1
        if end == start + 1 and _is_separate_heading(lines, start):
            end += 1
    return end


def _is_row(line: DraftLine) -> bool:
    text = line.passage.text
    if len(text) > _MAX_ROW:
        return False
    return text.startswith(("+-", "+=", "|")) or text.count("|") - text.count("\\|") > 1


def _is_separate_heading(lines: list[DraftLine], at: int) -> bool:
    """Whether a blank line separates the headings of a table from its first row."""
    if at + 2 >= len(lines) or lines[at + 1].passage or not _is_row(lines[at + 2]):
        return False
    return sum(1 for cell in _cells(lines[at].passage) if find_label(cell.text)) >= 3


def _is_border(text: str) -> bool:
    return not text.strip("-=+:| ") and any(mark in text for mark in _BORDER_MARKS)


def _bordered(lines: list[DraftLine]) -> DraftTable:
    """A table drawn with bars.

    Where a border is between all rows, the lines between two borders are one row; otherwise each
    line is one, except that a line whose first cell is empty continues the row above.  The
    headings are always one row.
    """
    groups = _groups(lines)
    has_borders_between_rows = len(groups) > 2
    rows: list[Row] = []
    for group in groups:
        is_one_row = has_borders_between_rows or (group is groups[0] and len(groups) > 1)
        for index, row in enumerate(group):
            continues = index > 0 and (
                is_one_row or not (row[0] or _has_port_of_its_own(row, rows[-1]))
            )
            if continues and len(row) == len(rows[-1]):
                rows[-1] = _joined_rows(rows[-1], row)
            else:
                rows.append(row)
    return DraftTable(rows, all(line.is_literal for line in lines))


def _has_port_of_its_own(row: Row, above: Row) -> bool:
    """Whether a row without a first cell has a port below another one, and so continues nothing."""
    pairs = zip(row, above, strict=False)
    return any(_PORT.fullmatch(cell.text) and _PORT.fullmatch(over.text) for cell, over in pairs)


def _groups(lines: list[DraftLine]) -> list[list[Row]]:
    """The rows between two borders each."""
    groups: list[list[Row]] = [[]]
    for line in lines:
        if _is_border(line.passage.text):
            groups.append([])
        elif line.passage:
            groups[-1].append(_cells(line.passage))
    return [group for group in groups if group]


def _joined_rows(row: Row, continuation: Row) -> Row:
    return [joined(cells) for cells in zip(row, continuation, strict=True)]


def _cells(passage: Passage) -> Row:
    text = passage.text
    at = 1 if text.startswith("|") else 0
    cells: Row = []
    while at <= len(text):
        if len(cells) == MAX_CELLS:
            # What is not read of a row is its last cell, for the report.
            cells += [rest] if (rest := passage.part(at, len(text.rstrip("| ")))) else []
            break
        match = _CELL.match(text, at)
        end = len(text) if match is None else match.end()
        if end == at and at == len(text):
            break
        cells.append(passage.part(at, end))
        at = end + 1
    return cells or [BLANK.passage]


def _headings(lines: list[DraftLine], at: int) -> list[tuple[int, str]] | None:
    """The headings of a table without bars, each with the column where it begins.

    A line of hyphens below them says where the columns are, otherwise gaps between them do.
    """
    line = lines[at]
    text = line.passage.text
    if not text[:1].isalpha() or len(text) > _MAX_HEADINGS or ":" in text:
        return None
    ruler = lines[at + 1] if at + 1 < len(lines) else BLANK
    if _RULER.fullmatch(ruler.passage.text):
        return _ruled_headings(line, ruler)
    return _spaced_headings(text) if "  " in text else None


def _spaced_headings(text: str) -> list[tuple[int, str]] | None:
    headings = [(start, text[start:end]) for start, end in spans_between(_GAP, text)]
    labels = [label for _, heading in headings if (label := find_label(heading)) is not None]
    is_table = len(labels) >= 3 and any(label.is_distinctive for label in labels)
    return headings if is_table else None


def _ruled_headings(line: DraftLine, ruler: DraftLine) -> list[tuple[int, str]] | None:
    text = line.passage.text
    starts = [
        max(column.start() + ruler.indent - line.indent, 0)
        for column in _RULER_COLUMN.finditer(ruler.passage.text)
    ][: MAX_CELLS + 1]
    if any(0 < start < len(text) and text[start - 1] != " " for start in starts):
        return None
    headings = [
        (start, text[start:end].strip())
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    return headings if sum(1 for _, heading in headings if find_label(heading)) > 1 else None


def _unbordered(
    lines: list[DraftLine], at: int, headings: list[tuple[int, str]]
) -> tuple[DraftTable, int]:
    """A table whose cells begin at the columns of its headings, and the index after it.

    It ends before two blank lines, or a line that runs across the columns or is left of them.
    """
    first = lines[at]
    starts = [start + first.indent for start, _ in headings]
    rows = [[first.passage.part(start, start + len(label)) for start, label in headings]]
    at += 1
    blanks = 0
    while at < len(lines):
        line = lines[at]
        text = line.passage.text
        if not text:
            blanks += 1
            if blanks > 1:
                break
        elif text.strip("-= "):
            cells = _cells_at(line, starts)
            if cells is None:
                break
            if cells[0] or blanks:
                rows.append(cells)
            else:
                rows[-1] = _joined_rows(rows[-1], cells)
            blanks = 0
        else:
            blanks = 0
        at += 1
    return DraftTable(rows), at


def _cells_at(line: DraftLine, starts: list[int]) -> Row | None:
    """Cut a line at the columns; `None` if words run across, as in a sentence."""
    text = line.passage.text
    if line.indent > starts[-1] or line.indent < starts[0]:
        return None
    cuts = [max(start - line.indent, 0) for start in starts]
    if any(0 < cut < len(text) and text[cut - 1] != " " for cut in cuts[1:]):
        return None
    return [
        line.passage.part(cut, max(end, cut))
        for cut, end in zip(cuts, [*cuts[1:], len(text)], strict=True)
    ]
