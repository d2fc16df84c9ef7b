"""The CSV form: RFC 4180 as Python's `csv` has it in strict mode, and the place of each cell.

Rows are cut here and not by the `csv` module because a quote that is never closed must cost one
row and not the rest of the file, because a cell may be longer than the limit that module keeps for
the whole process, and because a cell's place must be known.  Tests hold the two side by side.
"""

from __future__ import annotations

import re
from itertools import islice
from operator import itemgetter

from validator.model.pattern import pattern
from validator.model.record import Citation, Defect, Dump, Record, too_long, too_many
from validator.model.vocabulary import COLUMN_HEADINGS, RECORD_FIELDS, quoted
from validator.readers.source import line_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    import regex

    from validator.readers.source import Source

_CARRIES = frozenset({"brackets"})

_BRACKETS = pattern(r"\[([^\[\]]*+)\]", "a")
_RFC = pattern(r"RFC ?([0-9]++)", "ai")
# White space beyond ASCII, named here so that `re` will do: one accent does not load `regex`.
_WIDE_SPACES = "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DRAFT = pattern(rf"(?:draft|RFC)-[^\s{_WIDE_SPACES}/:]++", "a")
_URI = pattern(rf"[A-Za-z][A-Za-z0-9+.-]*+:[^\s{_WIDE_SPACES}]++", "a")

# So much is looked at for lines without a quote.
_PIECE = 1 << 14

# The bytes of a row that is worth keeping cut.
_LONG = 4096
# Of so many cells of it the places are kept, the last one for all behind.
_PLACES = 1000
# So many headings that the registry does not know are told of, each with its place.
_UNKNOWN_SHOWN = 100

_HEADING_FIELDS = {heading.lower(): field for heading, field in COLUMN_HEADINGS.items()}


def read(source: Source) -> Dump:
    """Return the records and defects of `source`.  Never raises on content.

    Columns are found by their headings.  Each column the registry has and the file has not is
    FM004, each the registry does not know FM003; a row with too few or too many cells is FM002.
    """
    data = source.data
    dump = Dump(source.path, "csv", data, _CARRIES)
    dump.defects.extend(source.damage)
    rows = Rows(data)
    header: list[str] = []
    start = 0
    for start, header in rows:  # noqa: B007 - the first row that is not blank
        if header != [""]:
            break
    columns = _columns(dump, rows, header, start)
    width = rows.width = len(header)
    # A column that is missing is read from one more cell, which is empty.
    places = [columns.get(field, width) for field in RECORD_FIELDS]
    pick = itemgetter(*places)
    as_published = places == list(range(width))
    longest = source.limits.length
    people, documents = Cited(longest, people=True), Cited(longest, people=False)
    records = dump.records
    new = Record.__new__
    most = source.limits.records
    for start, cells in islice(rows, most):
        if len(cells) != width and cells == [""]:
            continue
        # Without the constructor, which would set most twice; a test holds the two together.
        record = new(Record)
        record.index = len(records)
        record.offset = start
        record.inline = ()
        record.mixed = record.places = None
        records.append(record)
        if len(cells) != width:
            dump.defects.append(_ragged(record, cells, width, rows))
            cells = cells[:width] + [""] * (width - len(cells))
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
        ) = cells if as_published else pick([*cells, ""])
        # An empty cell is an absent value.
        record.service_name = name or None
        record.port_number = number or None
        record.transport_protocol = transport or None
        record.description = description or None
        record.registration_date = registered or None
        record.modification_date = modified or None
        record.service_code = code or None
        record.known_unauthorized_uses = uses or None
        record.assignment_notes = notes or None
        record.assignee = people[assignee]
        record.contact = people[contact]
        record.reference = documents[reference]
    for start, cells in rows:
        if cells != [""]:
            dump.defects.append(too_many(most, "records", start))
            break
    for code_, message, at in rows.faults:
        dump.defects.append(Defect(code_, message, at, _record_at(records, at)))
    dump.locate = _Locator(rows, columns)
    lengths = people.lengths | documents.lengths
    if lengths:
        for record in records:
            for field in ("assignee", "contact", "reference"):
                cited = getattr(record, field)
                if length := lengths.get(id(cited), 0):
                    at = dump.locate(record, field, cited[0])
                    dump.defects.append(too_long(record, field, length, longest, at))
    return dump


class Cited(dict[str, tuple[Citation, ...]]):
    """What each different cell cites, worked out when it is first asked for.

    Of a cell with more than `longest` characters no more is read, where that is given; `lengths`
    has how many they are, by the `id` of what it cites.
    """

    def __init__(self, longest: int | None = None, *, people: bool) -> None:
        super().__init__()
        self.longest = longest
        self.people = people
        self.lengths: dict[int, int] = {}

    def __missing__(self, text: str) -> tuple[Citation, ...]:
        found = self[text] = citations(text[: self.longest], people=self.people)
        if self.longest is not None and len(text) > self.longest:
            self.lengths[id(found)] = len(text)
        return found


def _record_at(records: list[Record], offset: int) -> Record | None:
    """The record whose row begins last at or before `offset`."""
    from bisect import bisect_right

    index = bisect_right(records, offset, key=lambda record: record.offset)
    return records[index - 1] if index else None


def _columns(dump: Dump, rows: Rows, header: list[str], start: int) -> dict[str, int]:
    """Where the column of each field is; a defect for each heading that is not as it should be."""
    columns: dict[str, int] = {}
    unknown = 0
    for index, heading in enumerate(header):
        field = _HEADING_FIELDS.get(" ".join(heading.split()).lower())
        if field is None or field in columns:
            unknown += 1
            if unknown > _UNKNOWN_SHOWN:
                continue
        at = rows.cell_offset(start, index)
        if field is None:
            message = f"the registry has no column {quoted(heading)}"
            dump.defects.append(Defect("FM003", message, at, value=heading))
        elif field in columns:
            message = f"a second column {quoted(heading)}; the first counts"
            dump.defects.append(Defect("FM003", message, at, value=heading))
        else:
            columns[field] = index
    if unknown > _UNKNOWN_SHOWN:
        dump.defects[-1].message += f" (and {unknown - _UNKNOWN_SHOWN:,} more)"
    heading_of = {field: heading for heading, field in COLUMN_HEADINGS.items()}
    for missing in RECORD_FIELDS:
        if missing not in columns:
            message = f'the column "{heading_of[missing]}" is missing'
            dump.defects.append(Defect("FM004", message, start, field=missing))
    return columns


def _ragged(record: Record, cells: list[str], width: int, rows: Rows) -> Defect:
    many = "cell" if len(cells) == 1 else "cells"
    message = f"{len(cells)} {many} in a row of a table with {width} columns"
    if len(cells) < width:
        return Defect("FM002", message, record.offset, about=record)
    more = quoted(",".join(cells[width:]))
    at = rows.cell_offset(record.offset, width)
    return Defect("FM002", f"{message}; {more} belongs to none", at, about=record)


def citations(text: str, *, people: bool) -> tuple[Citation, ...]:
    """Return what a cell of people or of references cites; offsets are characters of `text`.

    A document is told by its shape.  Words outside brackets are a citation of kind `text`.
    """
    shown = text[1:-1]
    if people and text == f"[{shown}]" and "[" not in shown and "]" not in shown:
        return (Citation("person", shown, None, 1),)  # what nearly all are
    found: list[Citation] = []
    last = 0
    for group in _BRACKETS.finditer(text):
        _loose(text, last, group.start(), found)
        last = group.end()
        shown = group[1]
        at = group.start(1)
        if people:
            found.append(Citation("person", shown, None, at))
        elif (rfc := _RFC.fullmatch(shown)) is not None:
            found.append(Citation("rfc", "rfc" + rfc[1], None, at))
        elif _DRAFT.fullmatch(shown):
            found.append(Citation("draft", shown, None, at))
        elif _URI.fullmatch(shown):
            found.append(Citation("uri", shown, None, at))
        else:
            found.append(Citation("bracket", None, shown, at))
    _loose(text, last, len(text), found)
    return tuple(found)


def _loose(text: str, start: int, end: int, found: list[Citation]) -> None:
    words = text[start:end].strip()
    if words:
        found.append(Citation("text", None, words, text.index(words[0], start)))


class Rows:
    """The rows of a table, each as the offset of its first byte and its cells.

    Iterating never raises; what strict reading refuses is in `faults` afterwards, as code,
    message and offset: characters behind the quote that closes a cell (FM002), and a quote that
    is never closed (FM001), which then costs its own line and no other.  `width`, once it is set,
    helps to see that a cell has swallowed rows.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        # A lone carriage return ends a row, too, as it does for `csv`.
        self.ends = line_bytes(data)
        self.faults: list[tuple[str, str, int]] = []
        self.width = 0
        # The row that `cell_offset` has cut last, and where its values begin: both at once, as
        # several threads may ask.
        self._held: tuple[int, list[int]] = (-1, [])
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
                # All end alike, and none has a quote.
                mark = "\r\n" if returns else "\n"
                text = lines.decode("utf-8", "replace")
                is_ascii = text.isascii()
                for row in text.split(mark)[:-1]:
                    yield at, row.split(",")
                    at += len(row if is_ascii else row.encode()) + len(mark)
                continue
            # What was looked at so far is not looked at again with each line of it.
            while True:
                after = ends.find(b"\n", at) + 1 or end
                line = data[at:after]
                if b'"' in line:
                    cells, after = self._quoted(at)
                else:
                    cells = line.decode("utf-8", "replace").rstrip("\r\n").split(",")
                yield at, cells
                at = after
                if at >= stop:
                    break

    def _quoted(self, start: int) -> tuple[list[str], int]:
        """Cut one row that has quotes in it; return its cells and the offset behind it."""
        cells: list[str] = []
        at = start
        while (found := _STRICT_CELL(self.data, at)) is not None:
            quoted, plain, mark = found.groups()
            cell = (plain if quoted is None else quoted).decode("utf-8", "replace")
            cells.append(cell if quoted is None else cell.replace('""', '"'))
            at = found.end()
            if mark != b",":
                if self._swallowed(cells, []):
                    break
                return cells, at
        return self._odd(start)

    def _odd(self, start: int) -> tuple[list[str], int]:
        """Cut one row in which quotes do not stand as they should."""
        data = self.data
        cells: list[str] = []
        odd: list[int] = []
        opened = -1  # where the first cell begins that holds a line end
        at = start
        while True:
            cell, after = _cell(data, at)
            if cell is None:
                return self._unclosed(start, at)
            if opened < 0 and ("\n" in cell or "\r" in cell) and data[at : at + 1] == b'"':
                opened = at
            cells.append(cell)
            mark = data[after : after + 1]
            if mark not in b",\r\n":
                # `"abc"d`: strict reading stops at d.  What is left of the cell is kept with it.
                odd.append(after)
                plain = _behind(_PLAIN, data, after)
                cells[-1] += data[after:plain].decode("utf-8", "replace")
                after = plain
                mark = data[after : after + 1]
            if mark != b",":
                break
            at = after + 1
        if opened >= 0 and self._swallowed(cells, odd):
            return self._unclosed(start, opened)
        for place in odd:
            message = "characters behind the quote that closes a cell"
            self.faults.append(("FM002", message, place))
        return cells, _behind_line_end(data, after)

    def _swallowed(self, cells: list[str], odd: list[int]) -> bool:
        """Whether a cell of several lines holds rows: its quote was closed by a later one's."""
        if self.width < 2 or (not odd and len(cells) == self.width):
            return False
        return any(
            line.count(",") >= self.width - 1
            for cell in cells
            for line in cell.replace("\r", "\n").split("\n")[1:]
        )

    def _unclosed(self, start: int, quote: int) -> tuple[list[str], int]:
        """Cut the row at `start` at the end of the line of a quote that is never closed.

        The quote then counts as a character of its cell, and so do all that follow.
        """
        data = self.data
        self.faults.append(("FM001", "a quote that is never closed", quote))
        cells: list[str] = []
        at = start
        while at < quote:
            cell, after = _cell(data, at)
            after = _behind(_PLAIN, data, after)
            cells.append(cell or "")
            at = after + 1
        stop = self._line_end(quote)
        cells.extend(data[quote:stop].decode("utf-8", "replace").split(","))
        return cells, _behind_line_end(data, stop)

    def value(self, at: int) -> str:
        """The value that begins at `at`, as `cell_offset` has it."""
        cell = _cell(self.data, at - self._is_quoted(at))[0]
        if cell is None:
            return self.data[at : self._line_end(at)].decode("utf-8", "replace")
        return cell

    def taken(self, at: int, text: str) -> int:
        """How many bytes `text` takes at the beginning of the value at `at`."""
        # Each quote inside of quotes is written twice.
        return len(text.encode()) + (text.count('"') if self._is_quoted(at) else 0)

    def _is_quoted(self, at: int) -> bool:
        return self.data[max(at - 1, 0) : at] == b'"'

    def cell_offset(self, row: int, column: int) -> int:
        """Return the offset of the value of a cell, behind an opening quote.

        `row` is where its row begins.
        """
        held, places = self._held
        if row != held:
            data = self.data
            end = self.ends.find(b"\n", row)
            line = data[row : len(data) if end < 0 else end]
            if b'"' not in line and len(line) < _LONG:
                return row + len(line) - len(line.split(b",", column)[-1])
            # Thousands of findings may be about one long row: it is cut once.
            places = list(islice(self._values(row), _PLACES))
            self._held = row, places
        # Of a cell that is not there, where the last one begins.
        return places[column] if column < len(places) - 1 else places[-1]

    def _values(self, at: int) -> Iterator[int]:
        """Yield where each value of the row at `at` begins, and then where its last cell does."""
        data = self.data
        while True:
            cell, after = _cell(data, at)
            if cell is None:
                after = self._line_end(at)
            yield at + (cell is not None and data[at : at + 1] == b'"')
            while data[after : after + 1] not in (b",", b"\r", b"\n", b""):
                after += 1
            if data[after : after + 1] != b",":
                yield at
                return
            at = after + 1

    def _line_end(self, at: int) -> int:
        """Where the line that holds `at` ends: before its line end."""
        stop = self.ends.find(b"\n", at)
        stop = len(self.data) if stop < 0 else stop
        return stop - 1 if stop > at and self.ends[stop - 1 : stop] == b"\r" else stop


# A cell as strict reading has it, and what stands behind it.
_STRICT_CELL = re.compile(rb'(?:"((?:[^"]++|"")*+)"|([^",\r\n]*+))(,|\r\n|[\r\n]|\Z)').match
_PLAIN = pattern(rb"[^,\r\n]*+")
_QUOTED = pattern(rb'"((?:[^"]|"")*+)"')


def _cell(data: bytes, at: int) -> tuple[str | None, int]:
    """The cell that begins at `at` and the offset behind it; no cell for an open quote."""
    if data[at : at + 1] == b'"':
        found = _QUOTED.match(data, at)
        if found is None:
            return None, at
        text = found[1].decode("utf-8", "replace")
        return text.replace('""', '"'), found.end()
    found = _PLAIN.match(data, at)
    stop = at if found is None else found.end()
    return data[at:stop].decode("utf-8", "replace"), stop


def _behind(what: regex.Pattern[bytes], data: bytes, at: int) -> int:
    found = what.match(data, at)
    return at if found is None else found.end()


def _behind_line_end(data: bytes, at: int) -> int:
    if data[at : at + 2] == b"\r\n":
        return at + 2
    return min(at + 1, len(data))


class _Locator:
    """Offsets of cells, worked out by cutting the row again."""

    __slots__ = ("columns", "held", "rows")

    def __init__(self, rows: Rows, columns: dict[str, int]) -> None:
        self.rows = rows
        self.columns = columns
        # The cell of the last citation that was asked for, by where it begins, and its value: many
        # may follow.
        self.held: tuple[int, str] = (-1, "")

    def __call__(self, subject: object, field: str | None, item: object) -> int:
        if isinstance(subject, Record) and field in self.columns:
            cited = item if isinstance(item, Citation) else None
            if cited is None and field in ("assignee", "contact", "reference"):
                every = getattr(subject, field)
                cited = every[0] if every else None
            at = self.rows.cell_offset(subject.offset, self.columns[field])
            if cited is None or not cited.offset:
                return at
            begin, value = self.held
            if begin != at:
                value = self.rows.value(at)
                self.held = at, value
            return at + self.rows.taken(at, value[: cited.offset])
        return int(getattr(subject, "offset", 0))
