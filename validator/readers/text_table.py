"""A table of plain text: its headings, and which column a character is in.

Headings are centered in their columns, so the columns are worked out from the headings.  Columns
are counted in bytes: the lines are cut first and decoded then.  `text_rows` cuts the lines into
rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import compress
from struct import Struct

import regex

from validator.model.record import Defect, Dump
from validator.readers.table import missing_columns, unknown_column

# A word of the headings: its bytes, its line, where in the line it begins and ends.
Word = tuple[bytes, int, int, int]

LONGEST_HEADER = 10_000
_WORD = regex.compile(rb"[^\s]++")
_UNKNOWN_LIMIT = 50
_BLANK = 0x20
# The bytes of lines that are looked at in one step.
_BLOCK = 1 << 20


class TextLine:
    """One line: where it begins, and its bytes without the line end."""

    __slots__ = ("data", "offset")

    def __init__(self, offset: int, data: bytes) -> None:
        self.offset = offset
        self.data = data

    @property
    def first(self) -> int:
        """The offset of the first character that is no blank."""
        return self.offset + len(self.data) - len(self.data.lstrip())

    @property
    def text(self) -> str:
        return self.data.strip().decode("utf-8", "replace")


def vocabulary(fields: Mapping[str, str]) -> set[bytes]:
    """The words of the headings of a table."""
    return {word.encode() for heading in fields for word in heading.split()}


class _Heading:
    """A heading of the table: of which field, and where its widest line stands."""

    __slots__ = ("field", "left", "right", "text", "width")

    def __init__(self, text: str, field: str, words: Sequence[Word]) -> None:
        self.text = text
        self.field = field
        extents: dict[int, tuple[int, int]] = {}
        for _, line, start, stop in words:
            low, high = extents.get(line, (start, stop))
            extents[line] = (min(low, start), max(high, stop))
        self.left, self.right = max(extents.values(), key=lambda extent: extent[1] - extent[0])
        self.width = self.right - self.left


class Column:
    __slots__ = ("field", "heading", "start", "stop")

    def __init__(self, heading: str, field: str, start: int, stop: int | None) -> None:
        self.heading = heading
        self.field = field
        self.start = start
        self.stop = stop


class TextTable:
    """A table: its columns, and the lines below the headings.  `top` is its first line."""

    def __init__(
        self,
        dump: Dump,
        lines: Sequence[TextLine],
        heading: int,
        fields: Mapping[str, str],
        required: Sequence[str],
    ) -> None:
        self.dump = dump
        self.fields = fields
        self.required = required
        words = vocabulary(fields)
        self.top = bottom = heading
        while self.top and _has_only(lines[self.top - 1].data, words):
            self.top -= 1
        while bottom + 1 < len(lines) and _has_only(lines[bottom + 1].data, words):
            bottom += 1
        # A line below in words of headings may be the first line of a wrapped cell.
        bottom = min(
            range(max(heading, bottom - 3), bottom + 1),
            key=lambda end: (self._misfits(lines[self.top : end + 1]), -end),
        )
        body = list(lines[bottom + 1 :])
        while body and not body[-1].data:
            body.pop()
        while body and not body[0].data:
            body.pop(0)
        self.lines = body
        self.width = max((len(line.data) for line in body), default=0)
        self.columns = self._columns(lines[self.top : bottom + 1])
        self.column_fields = [column.field for column in self.columns]
        self._numbers = range(len(self.columns))
        # Of each line its cells, without the blanks around them.
        self.cells: list[tuple[bytes, ...]] = []
        self._cut()

    # -- columns --------------------------------------------------------------------------------

    def _headings(self, lines: Sequence[TextLine]) -> tuple[list[_Heading], list[Word]]:
        """The headings of the table, and the words that belong to none."""
        words = [
            (match[0], number, match.start(), match.end())
            for number, line in enumerate(lines)
            for match in _WORD.finditer(line.data[:LONGEST_HEADER])
        ]
        headings: list[_Heading] = []
        for text, field in self.fields.items():
            left = headings[-1].right if headings else -1
            matching = _words_of_heading(words, text, left)
            if matching and all(heading.field != field for heading in headings):
                for word in matching:
                    words.remove(word)
                headings.append(_Heading(text, field, matching))
        return headings, words

    def _misfits(self, lines: Sequence[TextLine]) -> int:
        """How many columns would be missing, and how many words be left over."""
        headings, words = self._headings(lines)
        fields = {heading.field for heading in headings}
        return len(words) + sum(field not in fields for field in self.required)

    def _columns(self, lines: Sequence[TextLine]) -> list[Column]:
        headings, words = self._headings(lines)
        fields = [heading.field for heading in headings]
        defects = self.dump.defects
        defects.extend(missing_columns(fields, lines[0].offset, self.fields, self.required))
        for word, number, start, _ in words[:_UNKNOWN_LIMIT]:
            place = lines[number].offset + start
            defects.append(unknown_column(word.decode("utf-8", "replace"), place))
        if not headings:
            return []  # words of headings, but not one that is whole
        starts = self._centered(headings) or [0, *(heading.left for heading in headings[1:])]
        stops: list[int | None] = [start - 1 for start in starts[1:]]
        return [
            Column(heading.text, heading.field, start, stop)
            for heading, start, stop in zip(headings, starts, [*stops, None], strict=True)
        ]

    @property
    def missing_fields(self) -> frozenset[str]:
        """The required fields that have no column."""
        return frozenset(self.required).difference(column.field for column in self.columns)

    def _centered(self, headings: Sequence[_Heading]) -> list[int] | None:
        """Where columns begin whose headings are centered, with borders that few lines cross.

        A heading of h bytes in a column of w begins (w - h) // 2 after its start: that leaves two
        widths for each column, and the lines decide.  `None` where no widths fit.
        """
        crossing = self._crossings(_places(headings))
        # For each place where a column may begin, the fewest crossings up to there, and where the
        # columns begin then.
        ways: dict[int, tuple[int, list[int]]] = {0: (0, [0])}
        for heading in headings[:-1]:
            following: dict[int, tuple[int, list[int]]] = {}
            for start, (crossings, starts) in ways.items():
                for after in _ends(heading, start):
                    way = (crossings + crossing[after - 1], [*starts, after])
                    following[after] = min(way, following.get(after, way))
            ways = following
        fitting = [way for start, way in ways.items() if start <= headings[-1].left]
        return min(fitting)[1] if fitting else None

    def _crossings(self, places: Collection[int]) -> dict[int, int]:
        """How many lines have something in each of `places`."""
        crossings = dict.fromkeys(places, 0)
        width = max(places, default=0) + 1
        count = max(_BLOCK // width, 1)
        for first in range(0, len(self.lines), count):
            lines = self.lines[first : first + count]
            # Lines of one length, in which a step of that length goes down a column.
            block = b"".join([line.data[:width].ljust(width) for line in lines])
            for place in places:
                crossings[place] += len(lines) - block[place::width].count(b" ")
        return crossings

    def _cut(self) -> None:
        """Cut the lines into cells; report those with tabs, and with text across a border."""
        if not self.columns:
            self.cells = [()] * len(self.lines)
            return
        *others, last = self.columns
        # One byte is between two columns.
        widths = [(column.stop or 0) - column.start for column in others]
        cut = Struct("".join(f"{width}s1s" for width in widths)).unpack
        blanks = (b" ",) * len(others)
        start = last.start
        strip = bytes.strip
        for line in self.lines:
            data = line.data
            parts = cut(data[:start].ljust(start))
            self.cells.append((*map(strip, parts[::2]), data[start:].strip()))
            if parts[1::2] != blanks or b"\t" in data:
                self._report_crossing(line)

    def _report_crossing(self, line: TextLine) -> None:
        """Report a tab, or the first text across a border."""
        data = line.data
        tab = data.find(b"\t")
        if tab >= 0:
            message = "tab in a table of fixed columns, expected blanks"
            self.dump.defects.append(Defect("FM002", message, line.offset + tab))
            return
        for column in self.columns[1:]:
            border = column.start - 1
            if border < len(data) and data[border] != _BLANK:
                message = f'text crosses into the column "{column.heading}"'
                self.dump.defects.append(Defect("FM002", message, line.offset + border))
                return

    # -- cells ----------------------------------------------------------------------------------

    def fits(self, index: int, number: int) -> bool:
        """Whether what a line begins with in a column would have fitted into the line before."""
        words = self.cells[index + 1][number].split(None, 1)
        if not words:
            return False
        column = self.columns[number]
        stop = self.width if column.stop is None else column.stop
        return len(self.cells[index][number]) + 1 + len(words[0]) <= stop - column.start

    def has_text(self, *fields: str) -> bool:
        """Whether a line has something in the column of one of `fields`."""
        numbers = self.numbers(fields)
        return any(cells[number] for cells in self.cells for number in numbers)

    def numbers(self, fields: Collection[str]) -> list[int]:
        """The numbers of the columns of `fields`."""
        return [number for number, column in enumerate(self.columns) if column.field in fields]

    def filled(self, index: int) -> list[int]:
        """The columns that have something in a line."""
        return list(compress(self._numbers, self.cells[index]))


def _ends(heading: _Heading, start: int) -> tuple[int, ...]:
    """Where the next column may begin after one that begins at `start`."""
    before = heading.left - start
    width = 2 * before + heading.width
    return () if before < 0 else (start + width + 1, start + width + 2)


def _places(headings: Sequence[_Heading]) -> set[int]:
    """Where there may be a border between columns of centered `headings`."""
    places: set[int] = set()
    starts = {0}
    for heading in headings[:-1]:
        starts = {end for start in starts for end in _ends(heading, start)}
        places |= {start - 1 for start in starts}
    return places


def _has_only(line: bytes, allowed: set[bytes]) -> bool:
    words = line.split()
    return bool(words) and allowed.issuperset(words)


def _words_of_heading(words: Sequence[Word], text: str, left: int) -> list[Word]:
    """The words of a heading, none of which begins before `left`; none where one is missing."""
    matching: list[Word] = []
    for part in text.encode().split():
        fitting = [
            word for word in words if word[0] == part and word[2] > left and word not in matching
        ]
        if not fitting:
            return []
        matching.append(min(fitting, key=lambda word: word[2]))
    return matching
