"""Tables of private port lists: CSV with any of three separators, and Markdown."""

from __future__ import annotations

import re
from itertools import islice, pairwise

from validator.consumers.entry import Word
from validator.consumers.lines import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# A row with more cells is not one of a list of ports; the others are not looked at.
MOST_CELLS = 256
_BAR = re.compile(rb"(?<!\\)\|")
_MARKS = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|~~")


class Table:
    """Headings and rows of words; `rows` may be shorter or longer than the headings."""

    __slots__ = ("headings", "offset", "rows")

    def __init__(self, headings: list[Word], offset: int) -> None:
        self.headings = headings
        self.offset = offset
        self.rows: list[Row] = []


class Row:
    """A row with the line and byte where it begins; `is_struck` where Markdown strikes it out."""

    __slots__ = ("cells", "is_struck", "line", "offset")

    def __init__(
        self, cells: list[Word], line: int, offset: int, *, is_struck: bool = False
    ) -> None:
        self.cells = cells
        self.line = line
        self.offset = offset
        self.is_struck = is_struck


def read_csv(data: bytes, most: int) -> Table | None:
    """Return the table of a CSV file; None where there is no row at all.

    The separator is the one of comma, semicolon and tab that the first row has most of.
    """
    first = data.split(b"\n", 1)[0]
    separator = max(b",;\t", key=lambda mark: first.count(bytes([mark])))
    table: Table | None = None
    for cells, line, offset in _csv_rows(data, bytes([separator])):
        if not any(cell.text for cell in cells):
            continue
        if table is None:
            table = Table(cells, offset)
        else:
            table.rows.append(Row(cells, line, offset))
            if len(table.rows) > most:
                break
    return table


def _csv_rows(data: bytes, separator: bytes) -> Iterator[tuple[list[Word], int, int]]:
    """Cells, line and first byte of each row; a quoted cell may have line ends and separators.

    A quote that is never closed ends with its line: nothing after it is swallowed.
    """
    mark = re.escape(separator)
    cell = re.compile(rb'[ ]*+"((?:[^"]|"")*+)"[^' + mark + rb"\r\n]*+|([^" + mark + rb"\r\n]*+)")
    # Where no quote is left, none is looked for: a chain of open quotes stays linear.
    last_quote = data.rfind(b'"')
    plain = re.compile(rb"()([^" + mark + rb"\r\n]*+)")
    at = 0
    line = 1
    row: list[Word] = []
    start, start_line = 0, 1
    while at <= len(data):
        begin = data.find(b'"', at, at + 2)
        pattern = cell if 0 <= begin <= last_quote else plain
        match = pattern.match(data, at)
        assert match is not None
        if match[1] is not None and pattern is cell:
            text, offset = match[1].replace(b'""', b'"'), match.start(1)
            line += match[1].count(b"\n")
        else:
            text, offset = match[2], match.start(2)
            if text.lstrip().startswith(b'"'):
                last_quote = at - 1  # it is never closed, nor is one after it
        if len(row) < MOST_CELLS:
            row.append(_stripped(text, offset))
        at = match.end()
        if data[at : at + 1] == separator:
            at += 1
            continue
        yield row, start_line, start
        if data[at : at + 2] == b"\r\n":
            at += 2
        elif at < len(data):
            at += 1
        else:
            return
        line += 1
        row, start, start_line = [], at, line
        if at == len(data):
            return


def _stripped(text: bytes, offset: int) -> Word:
    inner = text.lstrip()
    return Word(decoded(inner.rstrip()), offset + len(text) - len(inner))


def read_markdown(data: bytes, most: int) -> Iterator[Table]:
    """Yield the tables of a Markdown file: a row of headings, a row of hyphens, and rows."""
    at = line = count = 0
    before: tuple[bytes, int] | None = None
    table: Table | None = None
    while at < len(data) and count <= most:
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        text = data[at:end].rstrip(b"\r")
        line += 1
        if table is None:
            if (
                before is not None
                and b"-" in text
                and b"|" in before[0]
                and not text.translate(None, b"|-: \t")
            ):
                table = Table(_markdown_cells(*before), before[1])
        elif b"|" in text:
            is_struck = b"~~" in text
            cells = _markdown_cells(text, at)
            table.rows.append(Row(cells, line, at, is_struck=is_struck))
            count += 1
        else:
            yield table
            table = None
        before = (text, at)
        at = end + 1
    if table is not None:
        yield table


def _markdown_cells(text: bytes, offset: int) -> list[Word]:
    """The cells of a line between unescaped bars, without emphasis and code marks."""
    edges = (match.start() for match in _BAR.finditer(text))
    bounds = [-1, *islice(edges, MOST_CELLS), len(text)]
    cells = [_stripped(text[low + 1 : high], offset + low + 1) for low, high in pairwise(bounds)]
    if cells and text.lstrip().startswith(b"|"):
        cells = cells[1:]
    if cells and text.rstrip().endswith(b"|"):
        cells = cells[:-1]
    for cell in cells:
        if any(mark in cell.text for mark in "*_`~"):
            cell.text = _MARKS.sub("", cell.text).strip()
    return cells
