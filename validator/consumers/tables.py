"""Tables of private port lists: CSV with any of three separators, and Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice, pairwise
from typing import overload

from validator.consumers.entry import JoinedWord, Word
from validator.consumers.lines import decoded
from validator.consumers.port_cells import is_port_cell

# A row with more cells is not one of a list of ports; the others are not looked at.
MOST_CELLS = 256
_BAR = re.compile(rb"(?<!\\)\|")
# What Markdown has around and inside the words of a cell: code and emphasis marks, the ends of a
# link, line breaks, and the backslash of an escaped mark.
_MARKS = re.compile(
    r"`+|~~|!?\[(?=[^\[\]]*+\]\()|\]\([^()]*+\)|<br ?/?>|\\(?=[!-/:-@\[-`{-~])"
    r"|(?<![^\W_])[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?![^\W_])",
    re.IGNORECASE,
)
_MARK = re.compile(r"[`~!\[\]<\\*_]")
# A cell that is code or strong as a whole, as most with marks are.
_MARKED = re.compile(r"(`+|\*{1,3})(?!\s)([^`~!\[\]<\\*_]++)(?<!\s)\1")
# A longer cell is no name and no port, and keeps its marks.
_LONGEST_MARKED = 4096
_FENCE = re.compile(rb"^ {0,3}(```+|~~~+)([^\n]*+)", re.MULTILINE)
_WITH_BAR = re.compile(rb"^[^|\n]*+\|[^\n]*+", re.MULTILINE)
_STRUCK = re.compile(rb"(?:^|\|)\s*~~[^~|]+~~\s*(?:\||$)")
# Above the headings a table may have a title and remarks.
_MOST_TITLES = 20
_QUOTE = re.compile(rb'[ ]*+"')
_OPEN_QUOTE = "a quote that is never closed: it ends with its line"
_NO_HEADINGS = "rows without headings are not read"
_SEPARATORS = (b",", b";", b"\t")


class Table:
    """Headings and rows of words; `rows` may be shorter or longer than the headings.

    `faults` are places, with sentences, where quotes do not end a cell.
    """

    __slots__ = ("faults", "headings", "offset", "rows")

    def __init__(self, headings: list[Word], offset: int) -> None:
        self.headings = headings
        self.offset = offset
        self.rows: Iterable[Row] = ()
        self.faults: list[tuple[int, str]] = []


class Row:
    """A row with the line and byte where it begins.

    `is_struck` where Markdown strikes it out, `maps_ports` where a colon between two ports maps one
    to the other.
    """

    __slots__ = ("cells", "is_struck", "line", "maps_ports", "offset")

    def __init__(
        self, cells: Sequence[Word], line: int, offset: int, *, is_struck: bool = False
    ) -> None:
        self.cells = cells
        self.line = line
        self.offset = offset
        self.is_struck = is_struck
        self.maps_ports = False


def read_csv(data: bytes, most: int, is_headings: Callable[[list[Word]], bool]) -> Table | None:
    """Return the table of a CSV file; None where there is no row at all.

    The headings are the first of the first rows that `is_headings` takes, else the first row.  The
    separator is comma, semicolon or tab: the one that shows the headings, else the one that the
    first row has most of.
    """
    first = data.lstrip().split(b"\n", 1)[0]
    separators = sorted(_SEPARATORS, key=first.count, reverse=True)
    separator, titles = separators[0], 0
    for mark in separators:
        index = _index_of_headings(data, mark, is_headings)
        if index is not None:
            separator, titles = mark, index
            break
    faults: list[tuple[int, str]] = []
    rows = _rows_with_text(data, separator, faults)
    above = [*islice(rows, titles)]
    headings = next(rows, None)
    if headings is None:
        return None
    table = Table(headings[0], headings[2])
    table.faults = faults
    # A title is no entry.
    faults += [(row[2], _NO_HEADINGS) for row in above if _is_row(row[0], len(headings[0]))][:1]
    faults += _torn_row(data, separator, len(headings[0]))
    # Cells that nobody asks for are not kept, and remarks are no rows.
    entries = (row for row in rows if not data.startswith(b"#", row[2]))
    table.rows = (Row(*row) for row in islice(entries, most + 1))
    return table


def _torn_row(data: bytes, separator: bytes, width: int) -> Iterator[tuple[int, str]]:
    """Yield a last row without line end that has fewer cells than the headings and the row before.

    The file may break off in it, and a port or a transport protocol may be cut.
    """
    above, _, last = data.rpartition(b"\n")
    lines = (above.rstrip().rpartition(b"\n")[2], last)
    before, count = (len(next(_csv_rows(line, separator, []))[0]) for line in lines)
    is_end = not last.strip() or last.startswith(b"#") or last.count(b'"') % 2
    if not is_end and count < width <= before:
        message = f"the last row has {count} of {width} cells and no line end: it may break off"
        yield len(data) - len(last), message


def _index_of_headings(
    data: bytes, separator: bytes, is_headings: Callable[[list[Word]], bool]
) -> int | None:
    """Which of the first rows has the headings; one that looks like a remark only if no other."""
    rows = [row[0] for row in islice(_rows_with_text(data, separator, []), _MOST_TITLES)]
    fitting = [index for index, cells in enumerate(rows) if is_headings(cells)]
    plain = [index for index in fitting if not rows[index][0].text.startswith("#")]
    return next(iter(plain + fitting), None)


def _rows_with_text(
    data: bytes, separator: bytes, faults: list[tuple[int, str]]
) -> Iterator[tuple[list[Word], int, int]]:
    rows = _csv_rows(data, separator, faults)
    return (row for row in rows if any(cell.text for cell in row[0]))


class _CsvCells:
    """Cuts the cells of a CSV file; a quoted cell may have line ends and separators.

    A quote that is never closed ends with its line: nothing after it is swallowed.  It is one, too,
    if the quote that would close it on a later line has text after it.  It is added to `faults`, as
    is text after a closing quote.
    """

    def __init__(self, data: bytes, separator: bytes, faults: list[tuple[int, str]]) -> None:
        self.data = data
        self.faults = faults
        plain = rb"[^" + re.escape(separator) + rb"\r\n]*+"
        self.plain = re.compile(plain)
        self.quoted = re.compile(rb'[ ]*+"((?:[^"]|"")*+)"(' + plain + rb")")
        self.quoted_on_line = re.compile(rb'[ ]*+"((?:[^"\r\n]|"")*+)"(' + plain + rb")")

    def cut(self, at: int) -> tuple[bytes, int, int]:
        """Return the text of the cell at a byte, where it begins, and where the cell ends."""
        match = self.quoted.match(self.data, at)
        surplus = b"" if match is None else match[2].strip()
        if match is not None and not (surplus and b"\n" in match[1]):
            if surplus:
                self.faults.append((match.start(2), "text after the quote that closes a cell"))
            return match[1].replace(b'""', b'"'), match.start(1), match.end()
        if quote := _QUOTE.match(self.data, at):
            self.faults.append((quote.end() - 1, _OPEN_QUOTE))
            at = quote.end()
            if match is None:
                # Many of them stay linear if only their lines are searched.
                self.quoted = self.quoted_on_line
        plain = self.plain.match(self.data, at)
        assert plain is not None
        return plain[0], at, plain.end()


def _csv_rows(
    data: bytes, separator: bytes, faults: list[tuple[int, str]]
) -> Iterator[tuple[list[Word], int, int]]:
    """Cells, line and first byte of each row."""
    cells = _CsvCells(data, separator, faults)
    at = 0
    line = 1
    row: list[Word] = []
    start, start_line = 0, 1
    while True:
        text, offset, end = cells.cut(at)
        line += data.count(b"\n", at, end)
        if len(row) <= MOST_CELLS:
            row.append(_stripped(text, offset))
        at = end
        if data[at : at + 1] == separator:
            at += 1
            continue
        yield row, start_line, start
        at += 2 if data[at : at + 2] == b"\r\n" else 1
        if at >= len(data):
            return
        line += 1
        row, start, start_line = [], at, line


def _stripped(text: bytes, offset: int) -> Word:
    inner = text.lstrip()
    return Word(decoded(inner.rstrip()), offset + len(text) - len(inner))


def read_markdown(
    data: bytes,
    most: int,
    is_headings: Callable[[list[Word]], bool],
    faults: list[tuple[int, str]],
) -> Iterator[Table]:
    """Yield the tables of a Markdown file: a row of headings, a row of hyphens, and rows.

    What stands in a fenced block of code is an example and no table.  Rows further down that have
    no headings become faults of the table before them.  Rows below what `is_headings` takes, with
    no row of hyphens or one of other cells, are added to `faults`.
    """
    count = 0
    table: Table | None = None
    # Lines that follow one another differ from their index by the same number.
    for _, run in groupby(
        enumerate(lines_outside_code(data, _WITH_BAR)), lambda pair: pair[1][2] - pair[0]
    ):
        lines = [line for _, line in islice(run, most + 3 - count)]
        pairs = enumerate(pairwise(lines), 1)
        ruler = next((i for i, (above, line) in pairs if _is_ruler(line[0], above[0])), 0)
        if ruler:
            table = Table(_markdown_cells(*lines[ruler - 1][:2]), lines[ruler - 1][1])
            if _are_rows(lines[: ruler - 1], table):
                table.faults.append((lines[0][1], _NO_HEADINGS))
            table.rows = _MarkdownRows(lines[ruler + 1 :])
            count += len(lines) - ruler - 1
            yield table
        elif len(lines) > 1 and is_headings(headings := _markdown_cells(*lines[0][:2])):
            message = f"not a table: expected {len(headings)} cells of hyphens below these headings"
            faults.append((lines[0][1], message))
        elif table is not None and _are_rows(lines, table):
            table.faults.append((lines[0][1], _NO_HEADINGS))
        if count > most:
            return


class _MarkdownRows:
    """The rows of a Markdown table; the cells of those that nobody asks for are not cut."""

    __slots__ = ("_lines",)

    def __init__(self, lines: Sequence[tuple[bytes, int, int]]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[Row]:
        for text, at, line in self._lines:
            is_struck = b"~~" in text and _STRUCK.search(text) is not None
            yield Row(_MarkdownCells(text, at), line, at, is_struck=is_struck)


class _MarkdownCells(Sequence[Word]):
    """The cells of a line, without the marks of Markdown; only those that are asked for are cut."""

    __slots__ = ("_offset", "_parts")

    def __init__(self, text: bytes, offset: int) -> None:
        self._parts = _between_bars(text)
        self._offset = offset

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, index: int) -> Word: ...

    @overload
    def __getitem__(self, index: slice) -> list[Word]: ...

    def __getitem__(self, index: int | slice) -> Word | list[Word]:
        if isinstance(index, slice):
            return [self[at] for at in range(len(self._parts))[index]]
        text, at = self._parts[index]
        return _unmarked(_stripped(text, self._offset + at))


def _are_rows(lines: Sequence[tuple[bytes, int, int]], table: Table) -> bool:
    """Say whether lines look like rows: with outer bars, or with cells of the table and a port."""
    if not lines:
        return False
    if all(text.lstrip().startswith(b"|") for text, *_ in lines):
        return True
    rows = [_markdown_cells(text, at) for text, at, _ in lines[:_MOST_TITLES]]
    return all(_is_row(cells, len(table.headings)) for cells in rows)


def _is_row(cells: Sequence[Word], width: int) -> bool:
    return len(cells) == width and any(is_port_cell(cell.text) for cell in cells)


def lines_outside_code(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """The lines that match and are in no fenced block, with their first bytes and numbers."""
    blocks = _fenced_blocks(data)
    low, high = next(blocks)
    line, before = 1, 0
    for match in pattern.finditer(data):
        at = match.start()
        while at >= high:
            low, high = next(blocks)
        line += data.count(b"\n", before, at)
        before = at
        if at < low:
            yield match[0].rstrip(b"\r"), at, line


def _fenced_blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each fenced block begins and ends, and one of nothing at the end of the file."""
    fence, start = b"", 0
    for match in _FENCE.finditer(data):
        if not fence:
            # What has a backtick behind it is code within a line.
            if match[1][:1] == b"~" or b"`" not in match[2]:
                fence, start = match[1], match.start()
        elif match[1].startswith(fence) and not match[2].strip():
            # Only a mark alone in its line closes.
            yield start, match.end()
            fence = b""
    if fence:
        yield start, len(data)
    yield len(data), len(data) + 1


def _is_ruler(text: bytes, above: bytes) -> bool:
    """Say whether a line of hyphens and bars makes the line above it the headings of a table."""
    if b"-" not in text or b"|" not in above or text.translate(None, b"|-: \t"):
        return False
    return len(_between_bars(text)) == len(_between_bars(above))


def _between_bars(text: bytes) -> list[tuple[bytes, int]]:
    """The cells of a line between unescaped bars, each with its distance from the first byte."""
    most = MOST_CELLS + 2
    parts = _BAR.split(text, most) if b"\\" in text else text.split(b"|", most)
    at = 0
    cells: list[tuple[bytes, int]] = []
    for part in parts:
        cells.append((part, at))
        at += len(part) + 1
    if not parts[-1] or parts[-1].isspace():
        del cells[-1]
    return cells[1:] if not parts[0] or parts[0].isspace() else cells


def _markdown_cells(text: bytes, offset: int) -> list[Word]:
    """The cells of a line, without the marks of Markdown."""
    return _MarkdownCells(text, offset)[:]


def markdown_headings(line: bytes) -> list[Word]:
    """The cells of a first line that may be the headings of a Markdown table."""
    return _markdown_cells(line, 0) if b"|" in line else []


def _unmarked(cell: Word) -> Word:
    """A cell without marks; a line break is a blank."""
    text = cell.text
    if _MARK.search(text) is None or len(text) > _LONGEST_MARKED:
        return cell
    if plain := _MARKED.fullmatch(text):
        return Word(plain[2], cell.offset + len(plain[1]))
    pieces: list[tuple[int, str]] = []
    at = 0
    for mark in _MARKS.finditer(text):
        start, end = mark.span()
        pieces += [(at, text[at:start]), (start, " " if text[start] == "<" else "")]
        at = end
    if not at:
        return cell
    pieces = [piece for piece in (*pieces, (at, text[at:])) if piece[1]]
    places = cell.places([start for start, _ in pieces])
    words = [Word(part, place) for place, (_, part) in zip(places, pieces, strict=True)]
    if len(words) < 2:
        return words[0] if words else Word("", cell.offset)
    return JoinedWord(words)
