"""A table of plain text: which column a character stands in, and which row a line belongs to.

Headings and cells are centred in their columns, and a cell of several lines is centred in the
height of its record; no blank line stands between records.  So the columns are worked out from the
headings, and which lines belong to which record from what is centred how.  Columns are counted in
bytes: the lines are cut first and decoded then.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import regex

from validator.model.record import Defect
from validator.readers.table import missing_columns, unknown_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from validator.model.record import Dump

    # A word of the headings: its bytes, its line, where in the line it begins and ends.
    Word: TypeAlias = tuple[bytes, int, int, int]
    # The lines of a row: the first one, the one with its name or number, the last one.
    RowLines: TypeAlias = tuple[int, int, int]

LONGEST_HEADER = 10_000
# The line of a row that has one of these is its main line.
_KEY_FIELDS = ("service_name", "port_number", "transport_protocol", "contact_id")
_WORD = regex.compile(rb"[^\s]++")
_UNKNOWN_LIMIT = 50
# More lines between two names are no wrapped cells; nobody looks for their centre.
_TALLEST = 200
_BLANK = 0x20
# What a cell costs that is not centred, against a break between lines that was not needed.
_MISPLACED = 100


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

    def cell(self, line: TextLine) -> bytes:
        """What a line has in this column."""
        return line.data[self.start : self.stop].strip()


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
        self._report_crossing()

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
        starts = self._centred(headings) or [0, *(heading.left for heading in headings[1:])]
        stops: list[int | None] = [start - 1 for start in starts[1:]]
        return [
            Column(heading.text, heading.field, start, stop)
            for heading, start, stop in zip(headings, starts, [*stops, None], strict=True)
        ]

    @property
    def missing_fields(self) -> frozenset[str]:
        """The required fields that have no column."""
        return frozenset(self.required).difference(column.field for column in self.columns)

    def _centred(self, headings: Sequence[_Heading]) -> list[int] | None:
        """Where columns begin whose headings are centred, and whose borders the fewest lines cross.

        A heading of h bytes in a column of w begins (w - h) // 2 after its start: that leaves two
        widths for each column, and the lines decide.  `None` where no widths fit.
        """

        @cache
        def crossing(place: int) -> int:
            cells = [line.data[place : place + 1] for line in self.lines]
            return len(cells) - cells.count(b" ") - cells.count(b"")

        # For each place where a column may begin, the fewest crossings up to there, and where the
        # columns begin then.
        ways: dict[int, tuple[int, list[int]]] = {0: (0, [0])}
        for heading in headings[:-1]:
            following: dict[int, tuple[int, list[int]]] = {}
            for start, (crossings, starts) in ways.items():
                before = heading.left - start
                for width in (2 * before + heading.width, 2 * before + heading.width + 1):
                    after = start + width + 1
                    if before >= 0:
                        way = (crossings + crossing(after - 1), [*starts, after])
                        following[after] = min(way, following.get(after, way))
            ways = following
        fitting = [way for start, way in ways.items() if start <= headings[-1].left]
        return min(fitting)[1] if fitting else None

    def _report_crossing(self) -> None:
        """Report the lines whose text stands across a border, and those with tabs."""
        for line in self.lines:
            data = line.data
            tab = data.find(b"\t")
            if tab >= 0:
                message = "tab in a table of fixed columns, expected blanks"
                self.dump.defects.append(Defect("FM002", message, line.offset + tab))
                continue
            for column in self.columns[1:]:
                border = column.start - 1
                if border < len(data) and data[border] != _BLANK:
                    message = f'text crosses into the column "{column.heading}"'
                    self.dump.defects.append(Defect("FM002", message, line.offset + border))
                    break

    def fits(self, index: int, number: int) -> bool:
        """Whether what a line begins with in a column would have fitted into the line before."""
        column = self.columns[number]
        word = _WORD.match(column.cell(self.lines[index + 1]))
        if word is None:
            return False
        stop = self.width if column.stop is None else column.stop
        return len(column.cell(self.lines[index])) + 1 + word.end() <= stop - column.start

    # -- rows -----------------------------------------------------------------------------------

    def rows(self) -> Iterator[TextRow]:
        """Cut the lines into rows."""
        keys = [column for column in self.columns if column.field in _KEY_FIELDS]
        mains = [
            index
            for index, line in enumerate(self.lines)
            if any(column.cell(line) for column in keys)
        ]
        if not mains and self.lines:
            message = "table has no row with a service name, port number or ID"
            self.dump.defects.append(Defect("FM002", message, self.lines[0].offset))
        index = 0
        # Neighbouring main lines leave nothing to share out between them.
        while index < len(mains):
            stop = index + 1
            while stop < len(mains) and mains[stop] - mains[stop - 1] > 1:
                stop += 1
            top = mains[index - 1] + 1 if index else 0
            bottom = mains[stop] - 1 if stop < len(mains) else len(self.lines) - 1
            if top == bottom:
                yield TextRow(self, top, top, top)
            else:
                for lines in _RowChain(self, mains[index:stop], top, bottom).rows():
                    yield TextRow(self, *lines)
            index = stop


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


class _RowChain:
    """Rows that follow each other, whose lines between their main lines must be shared out.

    The lines go to the rows so that all cells are centred.  The way with the fewest cells out of
    place wins; where several ways are as good, that is reported.
    """

    def __init__(self, table: TextTable, mains: Sequence[int], top: int, bottom: int) -> None:
        self.table = table
        self.mains = mains
        self.top = top
        self.bottom = bottom
        self._filled: dict[int, list[int]] = {}
        self._fits: dict[tuple[int, int], bool] = {}

    def rows(self) -> list[RowLines]:
        mains = self.mains
        gaps = [following - main - 1 for main, following in pairwise(mains)]
        if max([*gaps, mains[0] - self.top, self.bottom - mains[-1]]) > _TALLEST:
            return self._unshared()
        ways = self._ways(gaps)
        rest = self.bottom - mains[-1]
        costs = {
            above: cost + self._cost(len(mains) - 1, above, rest)
            for above, (cost, _) in ways[-1].items()
        }
        best = min(costs.values())
        aboves = self._way_back(ways, {above for above, cost in costs.items() if cost == best})
        return self._row_lines([main - above for main, above in zip(mains, aboves, strict=True)])

    def _ways(self, gaps: Sequence[int]) -> list[dict[int, tuple[int, list[int]]]]:
        """For each row and number of lines above its main line, the least cost up to there.

        With it the numbers of lines above the row before that lead to it.
        """
        ways: list[dict[int, tuple[int, list[int]]]] = [{self.mains[0] - self.top: (0, [])}]
        for index, gap in enumerate(gaps):
            following: dict[int, tuple[int, list[int]]] = {}
            for above, (cost, _) in ways[-1].items():
                # A cell is centred with as many lines below as above, or one more.
                for below in [n for n in (above, above + 1) if n <= gap] or [gap]:
                    total = cost + self._cost(index, above, below)
                    least, origins = following.get(gap - below, (total + 1, []))
                    if total < least:
                        following[gap - below] = (total, [above])
                    elif total == least:
                        origins.append(above)
            ways.append(following)
        return ways

    def _way_back(
        self, ways: Sequence[Mapping[int, tuple[int, list[int]]]], equal: set[int]
    ) -> list[int]:
        """How many lines each row has above its main line.

        `equal` are the numbers for the last row that cost the same; the least one is chosen, and
        each row for which there are several is reported.
        """
        mains = self.mains
        chosen = min(equal)
        aboves = [chosen]
        doubts: list[Defect] = []
        for index in range(len(mains) - 1, 0, -1):
            if len(equal) > 1:
                most = max(equal)
                line = self.table.lines[mains[index] - most]
                message = (
                    "ambiguous line: it may belong to the record above or to the one below;"
                    f" it is read as part of the one {'above' if chosen < most else 'below'}"
                )
                doubts.append(Defect("FM002", message, line.first))
            equal = {origin for above in equal for origin in ways[index][above][1]}
            chosen = min(ways[index][chosen][1])
            aboves.append(chosen)
        self.table.dump.defects.extend(reversed(doubts))
        return aboves[::-1]

    def _cost(self, index: int, above: int, below: int) -> int:
        """How many cells of a row would be out of place."""
        start = self.mains[index] - above
        height = above + below + 1
        if height == 1:
            return 0
        cost = 0 if below in (above, above + 1) else 10 * _MISPLACED
        extents: dict[int, tuple[int, int]] = {}
        for row in range(height):
            for column in self.filled(start + row):
                low, _ = extents.get(column, (row, row))
                extents[column] = (low, row)
        tallest = 1
        for column, (low, high) in extents.items():
            cell_height = high - low + 1
            tallest = max(tallest, cell_height)
            if low != (height - cell_height) // 2:
                cost += _MISPLACED
            cost += sum(self.fits(start + row, column) for row in range(low, high))
        return cost if tallest == height else cost + _MISPLACED

    def filled(self, index: int) -> list[int]:
        """The columns that have something in a line."""
        filled = self._filled.get(index)
        if filled is None:
            line = self.table.lines[index]
            columns = enumerate(self.table.columns)
            filled = [number for number, column in columns if column.cell(line)]
            self._filled[index] = filled
        return filled

    def fits(self, index: int, number: int) -> bool:
        """Whether the first word of a cell in the line below would have fitted into this one.

        Then the break between them is not that of a wrapped cell, but was in the text, or is the
        border between two records.
        """
        fits = self._fits.get((index, number))
        if fits is None:
            fits = self._fits[index, number] = self.table.fits(index, number)
        return fits

    def _unshared(self) -> list[RowLines]:
        """Give each row the lines below it, and say so."""
        line = self.table.lines[self.mains[0]]
        message = f"more than {_TALLEST} lines between two records; it is unclear where they belong"
        self.table.dump.defects.append(Defect("FM002", message, line.offset))
        return self._row_lines([self.top, *self.mains[1:]])

    def _row_lines(self, starts: Sequence[int]) -> list[RowLines]:
        stops = [*(start - 1 for start in starts[1:]), self.bottom]
        return list(zip(starts, self.mains, stops, strict=True))


class TextRow:
    """A row of a table: its lines, of which the main one has name, number and protocol."""

    __slots__ = ("main", "start", "stop", "table")

    def __init__(self, table: TextTable, start: int, main: int, stop: int) -> None:
        self.table = table
        self.start = start
        self.main = main
        self.stop = stop

    @property
    def lines(self) -> Sequence[TextLine]:
        return self.table.lines[self.start : self.stop + 1]

    @property
    def offset(self) -> int:
        main = self.table.lines[self.main]
        return next((line.first for line in self.lines if line.data), main.offset)

    def texts(self) -> dict[str, str]:
        """The text of each cell that has one, its lines joined by blanks."""
        texts: dict[str, str] = {}
        first, *others = [line.data for line in self.lines]
        for column in self.table.columns:
            start, stop = column.start, column.stop
            text = first[start:stop].strip()
            if others:
                cells = [text, *(line[start:stop].strip() for line in others)]
                text = b" ".join(filter(None, cells))
            if text:
                texts[column.field] = text.decode("utf-8", "replace")
        return texts

    def place(self, field: str, character: int) -> int | None:
        """The offset of a character of the text of a cell; `None` where the cell is empty."""
        pieces = list(self._pieces(field))
        for at, text in pieces:
            if character < len(text):
                return at + len(text[:character].encode())
            character -= len(text) + 1
        return pieces[0][0] if pieces else None

    def _pieces(self, field: str) -> Iterator[tuple[int, str]]:
        """The lines of a cell: where each begins, and its text."""
        for column in self.table.columns:
            for line in self.lines if column.field == field else ():
                content = line.data[column.start : column.stop]
                text = content.lstrip()
                if text:
                    lead = len(content) - len(text)
                    yield (
                        line.offset + column.start + lead,
                        text.rstrip().decode("utf-8", "replace"),
                    )
