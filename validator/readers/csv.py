"""The CSV form: RFC 4180 as Python's `csv` has it in strict mode, and the place of each cell.

Rows are cut here and not by the `csv` module because a quote that is never closed must cost one
row and not the rest of the file, because a cell may be longer than the limit that module has for
the whole process, and because each finding needs the place of its cell.  Tests compare the two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from operator import itemgetter

from validator.model.pattern import pattern
from validator.model.record import Defect, Dump, Record
from validator.model.vocabulary import COLUMN_HEADINGS, RECORD_FIELDS
from validator.readers.brackets import CitationCache
from validator.readers.locator import Locator, citation_of
from validator.readers.source import Offsets, Source, line_bytes
from validator.readers.table import find_columns, ragged_row, torn_row
from validator.readers.truncation import too_many

_CARRIES = frozenset({"brackets"})

# The bytes that are searched at once for lines without a quote.
_PIECE = 1 << 14
# The bytes of a row whose cell places are kept, and how many of them are: the last one stands for
# all cells after it.
_LONG = 4096
_PLACES = 1000
# How a document in another form begins.
_OTHER_DOCUMENT = re.compile(r"\s*(<(\?xml|!doctype|html|registry)[\s>?]|[{\[]$)", re.IGNORECASE)
# What git leaves where two versions of a file disagree.
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|[|]{7})( |$)")
# Of a row with more cells than this and than columns, the rest is counted and not cut.
_MOST_CELLS = 10_000


def read(source: Source) -> Dump:
    """Return the records and defects of `source`.  Never raises on content.

    Columns are found by their headings.  Each column the registry has and the file has not is
    FM004, each the registry does not know FM003; a row with too few or too many cells is FM002.
    """
    dump = Dump(source.path, "csv", source.data, _CARRIES)
    dump.defects.extend(source.damage)
    rows = Rows(source.data)
    # The first row that is not blank.
    start, header = next(((at, cells) for at, cells in rows if cells != [""]), (0, []))
    columns, defects = find_columns(
        header, partial(rows.cell_offset, start), start, COLUMN_HEADINGS, RECORD_FIELDS
    )
    dump.defects.extend(defects)
    dump.missing_columns = frozenset(RECORD_FIELDS).difference(columns)
    rows.width = len(header)
    _read_records(dump, rows, header, columns, source.limits.records)
    starts = [record.offset for record in dump.records] if rows.faults else []
    for code, message, at in rows.faults:
        if not dump.defects.has_room_for(code):
            continue
        index = bisect_right(starts, at)
        about = dump.records[index - 1] if index else None
        dump.defects.append(Defect(code, message, at, about))
    dump.locate = CsvLocator(rows, columns)
    return dump


def _read_records(
    dump: Dump, rows: Rows, header: Sequence[str], columns: Mapping[str, int], limit: int
) -> None:
    width = rows.width
    # A column that is missing is read from one more cell, which is empty.
    indexes = [columns.get(field, width) for field in RECORD_FIELDS]
    pick = itemgetter(*indexes)
    is_published_order = indexes == list(range(width))
    people, documents = CitationCache(people=True), CitationCache(people=False)
    # Transport protocols and dates, which many records have in common.
    words: dict[str, str] = {}
    records = dump.records
    for start, cells in _rows_of_records(dump, rows, header, limit):
        record = Record.__new__(Record)
        record.index = len(records)
        record.offset = start
        records.append(record)
        if len(cells) != width:
            _add_ragged(dump, record, cells, rows)
            cells = cells[:width] + [""] * (width - len(cells))
        cells = cells if is_published_order else pick([*cells, ""])
        _fill(record, cells, people, documents, words)


def _rows_of_records(
    dump: Dump, rows: Rows, header: Sequence[str], limit: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are records, at most `limit` of them; report what others are."""
    width = rows.width
    for start, cells in rows:
        if len(cells) != width and cells == [""]:
            continue
        if start == rows.torn:
            if all(defect.code != "FM001" for defect in dump.defects):
                dump.defects.append(torn_row(len(cells), width, start))
            return
        if cells == header:
            message = "the headings again; this row is not read as a record"
            dump.defects.append(Defect("FM008", message, start))
            continue
        if len(cells) != width and _OTHER_DOCUMENT.match(cells[0]):
            message = "another document begins here; it is not read"
            dump.defects.append(Defect("FM009", message, start, hides=True))
            return
        if len(cells) == 1 and _CONFLICT.match(cells[0]):
            message = "mark of an unresolved merge conflict; it is not read as a record"
            dump.defects.append(Defect("FM002", message, start))
            continue
        if len(dump.records) == limit:
            dump.defects.append(too_many(limit, "records", start, "--max-records"))
            return
        yield start, cells


def _add_ragged(dump: Dump, record: Record, cells: Sequence[str], rows: Rows) -> None:
    """Add the defect of a row with too few or too many cells."""
    if dump.defects.has_room_for("FM002"):
        place = partial(rows.cell_offset, record.offset)
        dump.defects.append(ragged_row(record, cells, rows.width, place, rows.uncut))


def _fill(
    record: Record,
    cells: Sequence[str],
    people: CitationCache,
    documents: CitationCache,
    words: dict[str, str],
) -> None:
    """Set everything but index and offset; the constructor would set most twice."""
    (
        name,
        number,
        transport,
        description,
        assignee,
        contact,
        registered,
        modified,
        reference,
        code,
        uses,
        notes,
    ) = cells
    # An empty cell is an absent value.
    record.service_name = name or None
    record.port_number = number or None
    record.transport_protocol = words.setdefault(transport, transport) or None
    record.description = description or None
    record.registration_date = words.setdefault(registered, registered) or None
    record.modification_date = words.setdefault(modified, modified) or None
    record.service_code = code or None
    record.known_unauthorized_uses = uses or None
    record.assignment_notes = notes or None
    record.assignee = people[assignee]
    record.contact = people[contact]
    record.reference = documents[reference]
    record.inline = ()
    record.mixed = record.places = None


class Rows:
    """The rows of a table, each as the offset of its first byte and its cells.

    Iterating never raises.  What strict reading refuses is in `faults` afterward, as code, message
    and offset: characters after a closing quote (FM002), and a quote that is never closed (FM001),
    which then costs its own line and no other.  `width`, once it is set, helps to
    see that a cell has swallowed rows, or that the document breaks off in a row, which is `torn`.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        # A lone carriage return ends a row, too, as it does for `csv`.
        self.ends = line_bytes(data)
        self.faults: list[tuple[str, str, int]] = []
        self.width = 0
        # Where the row begins in which the document breaks off.
        self.torn = -1
        # How many cells more the last cell of this row is.
        self.uncut = 0
        # The long row that was cut last, and where its values begin.  One tuple, as threads share
        # it.
        self._long_row: tuple[int, list[int]] = (-1, [])
        # The rows that end with the line of a quote that is never closed, and where that is.
        self._unclosed: dict[int, int] = {}
        self._rows = self._cut()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return self._rows

    def _cut(self) -> Iterator[tuple[int, list[str]]]:
        data, ends = self.data, self.ends
        at = 0
        end = len(data)
        while at < end:
            quote = data.find(b'"', at, at + _PIECE)
            stop = ends.rfind(b"\n", at, at + _PIECE if quote < 0 else quote) + 1
            lines = ends[at:stop]
            returns = lines.count(b"\r")
            if lines and returns in (0, lines.count(b"\n")):
                # All lines end alike, and none has a quote.
                line_end = "\r\n" if returns else "\n"
                text = lines.decode("utf-8", "replace")
                is_ascii = text.isascii()
                for row in text.split(line_end)[:-1]:
                    yield at, row.split(",")
                    at += len(row if is_ascii else row.encode()) + len(line_end)
                continue
            # These lines are cut one by one, so that they are not searched again for each of them.
            while True:
                cells, following = self._row(at)
                if following == end and len(cells) < self.width and not self._ends_line(end):
                    self.torn = at
                yield at, cells
                self.uncut = 0
                at = following
                if at >= stop:
                    break

    def _row(self, at: int) -> tuple[list[str], int]:
        """Cut the row that begins at `at`; return its cells and where the next one begins."""
        following = self.ends.find(b"\n", at) + 1 or len(self.data)
        line = self.data[at:following]
        if b'"' in line:
            return self._quoted_row(at)
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        most = max(self.width, _MOST_CELLS) if self.width else -1
        cells = text.split(",", most)
        if len(cells) > most > 0:
            self.uncut = cells[-1].count(",")
        return cells, following

    def _quoted_row(self, start: int) -> tuple[list[str], int]:
        """Cut one row that has quotes in it; return its cells and where the next row begins."""
        cells: list[str] = []
        multiline = -1  # where the first cell begins that has a line end
        before = 0  # how many cells are before that
        swallowed = False
        at = start
        while (match := _STRICT_CELL(self.data, at)) is not None:
            quoted, plain, mark = match.groups()
            if quoted is None:
                cells.append(plain.decode("utf-8", "replace"))
            else:
                cell = quoted.decode("utf-8", "replace").replace('""', '"')
                if _has_line_end(cell):
                    swallowed = swallowed or self._has_rows(cell)
                    if multiline < 0:
                        multiline, before = at, len(cells)
                cells.append(cell)
            at = match.end()
            # Soon: what follows may be the rest of the file.
            if swallowed and (len(cells) > self.width or mark != b","):
                if len(cells) != self.width:
                    return self._unclosed_row(start, cells[:before], multiline)
                return cells, at
            if mark != b",":
                return cells, at
        return self._faulty_row(start)

    def _faulty_row(self, start: int) -> tuple[list[str], int]:
        """Cut one row in which quotes do not stand as they should."""
        data = self.data
        cells: list[str] = []
        surplus: list[tuple[str, str, int]] = []  # characters that follow a closing quote
        multiline = -1  # where the first cell begins that has a line end in quotes
        before = 0  # how many cells are before that
        swallowed = False
        at = start
        while True:
            cell, end = _cell(data, at)
            if cell is None:
                return self._open_row(start, cells, at)
            # Only in quotes can a cell have a line end.
            if _has_line_end(cell):
                swallowed |= self._has_rows(cell)
                if multiline < 0:
                    multiline, before = at, len(cells)
            cells.append(cell)
            if swallowed and len(cells) > self.width:
                break
            if data[end : end + 1] not in b",\r\n":
                # `"abc"d`: strict reading stops at d.  Here it belongs to the cell.
                surplus.append(("FM002", "unexpected characters after a closing quote", end))
                rest, end = _plain_cell(data, end)
                cells[-1] += rest
            if data[end : end + 1] != b",":
                break
            at = end + 1
        if swallowed and (surplus or len(cells) != self.width):
            return self._unclosed_row(start, cells[:before], multiline)
        self.faults += surplus
        return cells, _next_line(data, end)

    def _open_row(self, start: int, before: list[str], quote: int) -> tuple[list[str], int]:
        """Cut the row at `start` that has a quote which is never closed, after the cells `before`.

        It is the last row where the document breaks off in that cell.
        """
        if not self._breaks_off(before, quote):
            return self._unclosed_row(start, before, quote)
        self.torn = start
        return [*before, self.data[quote:].decode("utf-8", "replace")], len(self.data)

    def _has_rows(self, cell: str) -> bool:
        """Whether a cell of several lines has rows in it: a later quote closed its own."""
        if self.width < 2 or cell.count(",") < self.width - 1:
            return False
        lines = cell.replace("\r", "\n").split("\n")[1:]
        return any(line.count(",") >= self.width - 1 for line in lines)

    def _ends_line(self, at: int) -> bool:
        return self.ends[at - 1 : at] == b"\n"

    def _breaks_off(self, before: Sequence[str], quote: int) -> bool:
        """Whether the document breaks off in the cell of a quote that is never closed.

        Otherwise the quote is one too many: then rows follow, or the row is whole without it.
        """
        if self.width < 2:
            return False
        line, *others = self.ends[quote:].split(b"\n")
        missing = self.width - len(before) - 1
        is_whole = line.count(b",") >= missing if missing > 0 else others == [b""]
        if is_whole:
            return False
        return all(line.count(b",") < self.width - 1 for line in others)

    def _unclosed_row(self, start: int, before: list[str], quote: int) -> tuple[list[str], int]:
        """Cut the row at `start` at the end of the line of a quote that is never closed.

        The quote, which comes after the cells `before`, then counts as a character of its cell,
        and so do all that follow.
        """
        data = self.data
        self._unclosed[start] = quote
        self.faults.append(("FM001", "unclosed quote; it is read as an ordinary character", quote))
        stop = self._line_end(quote)
        cells = data[quote:stop].decode("utf-8", "replace").split(",")
        return [*before, *cells], _next_line(data, stop)

    def character_offsets(self, at: int) -> Offsets:
        """How many bytes the characters of the value take that `cell_offset` has at `at`."""
        is_quoted = self.data[max(at - 1, 0) : at] == b'"'
        cell = _cell(self.data, at - is_quoted)[0]
        if cell is None:
            cell = self.data[at : self._line_end(at)].decode("utf-8", "replace")
        # Quotes in a quoted cell are written twice: they count as a letter of two bytes.
        return Offsets(cell.replace('"', "\xa0") if is_quoted else cell)

    def cell_offset(self, row: int, column: int) -> int:
        """Return where the value of a cell begins, after an opening quote.

        `row` is where its row begins.  A cell that is missing is where the last one begins.
        """
        start, places = self._long_row
        if row != start:
            data = self.data
            end = self.ends.find(b"\n", row)
            line = data[row : len(data) if end < 0 else end]
            if b'"' not in line and len(line) < _LONG:
                return row + len(line) - len(line.split(b",", column)[-1])
            # Thousands of findings may be about one long row: it is cut once.
            places = list(islice(self._value_offsets(row), _PLACES))
            self._long_row = row, places
        return places[column] if column < len(places) - 1 else places[-1]

    def _value_offsets(self, at: int) -> Iterator[int]:
        """Yield where each value of the row at `at` begins, and then where its last cell does."""
        data = self.data
        quote = self._unclosed.get(at, len(data))
        while True:
            cell, end = _plain_cell(data, at) if at >= quote else _cell(data, at)
            if cell is None:
                end = self._line_end(at)
            is_quoted = at < quote and cell is not None and data[at : at + 1] == b'"'
            yield at + is_quoted
            while data[end : end + 1] not in (b",", b"\r", b"\n", b""):
                end += 1
            if data[end : end + 1] != b",":
                yield at
                return
            at = end + 1

    def _line_end(self, at: int) -> int:
        """Where the line that holds `at` ends: before its line end."""
        stop = self.ends.find(b"\n", at)
        stop = len(self.data) if stop < 0 else stop
        return stop - 1 if stop > at and self.ends[stop - 1 : stop] == b"\r" else stop


# A cell as strict reading has it, and what ends it.
_STRICT_CELL = re.compile(rb'(?:"((?:[^"]++|"")*+)"|((?!")[^,\r\n]*+))(,|\r\n|[\r\n]|\Z)').match
_PLAIN = pattern(rb"[^,\r\n]*+")
_QUOTED = pattern(rb'"((?:[^"]|"")*+)"')


def _cell(data: bytes, at: int) -> tuple[str | None, int]:
    """The cell that begins at `at` and where it ends; no cell for a quote that is not closed."""
    if data[at : at + 1] != b'"':
        return _plain_cell(data, at)
    match = _QUOTED.match(data, at)
    if match is None:
        return None, at
    return match[1].decode("utf-8", "replace").replace('""', '"'), match.end()


def _plain_cell(data: bytes, at: int) -> tuple[str, int]:
    match = _PLAIN.match(data, at)
    end = at if match is None else match.end()
    return data[at:end].decode("utf-8", "replace"), end


def _has_line_end(cell: str) -> bool:
    return "\n" in cell or "\r" in cell


def _next_line(data: bytes, at: int) -> int:
    """Where the line begins after a line end at `at`."""
    return at + 2 if data[at : at + 2] == b"\r\n" else min(at + 1, len(data))


class CsvLocator(Locator):
    """Cuts the row of a record again."""

    __slots__ = ("columns", "rows", "value")

    def __init__(self, rows: Rows, columns: Mapping[str, int]) -> None:
        self.rows = rows
        self.columns = columns
        # The value with the citation that was asked for last, and its place: others may follow.
        self.value: tuple[int, Offsets] = (-1, Offsets(""))

    def in_record(self, record: Record, field: str, item: object) -> int:
        column = self.columns.get(field)
        if column is None:
            return record.offset
        at = self.rows.cell_offset(record.offset, column)
        citation = citation_of(record, field, item)
        return at if citation is None else self._character(at, citation.offset)

    def in_text(self, record: Record, field: str, character: int) -> int:
        return self._character(self.in_record(record, field, None), character)

    def _character(self, at: int, character: int) -> int:
        """The offset of a character of the value that begins at `at`."""
        if not character:
            return at
        place, offsets = self.value
        if place != at:
            offsets = self.rows.character_offsets(at)
            self.value = at, offsets
        return at + offsets(character)
