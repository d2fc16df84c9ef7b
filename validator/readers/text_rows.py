"""The rows of a table of plain text: which row a line belongs to.

A cell of several lines is centered in the height of its record, and no blank line is between
records.  So which lines belong to which record follows from what is centered how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, pairwise
from operator import ne

from validator.model.pattern import pattern
from validator.model.record import Defect
from validator.readers.text_table import TextLine, TextTable

# The lines of a row: the first one, the one with its name or number, the last one.
RowLines = tuple[int, int, int]
# How many lines a row has above its main line and below it.
Extent = tuple[int, int]
# What a way to a row costs: cells out of place, and fields that differ from the same service
# with another transport protocol.
Cost = tuple[int, int]

# The line of a row that has one of these is its main line.
_KEY_FIELDS = ("service_name", "port_number", "transport_protocol", "contact_id")
# What a name of several words has, and a service name has not.
_IN_SEVERAL_WORDS = pattern(rb"[ ()]")
# More lines between two names are no wrapped cells; nobody looks for their center.
_TALLEST = 200
# What a cell costs that is not centered, against a break between lines that was not needed.
_MISPLACED = 100
# The most lines that are looked at of a row that is torn.
_TORN = 10
# Taller rows are not compared with the same service with another transport protocol.
_COMPARED = 20


def rows(table: TextTable, is_cut: bool = False) -> Iterator[TextRow]:
    """Cut the lines into rows.

    Where the document `is_cut`, the last lines may be of a row whose other lines are missing: those
    that cannot belong to the row before.
    """
    mains = _main_lines(table)
    if not mains and table.lines:
        message = "table has no row with a service name, port number or ID"
        table.dump.defects.append(Defect("FM002", message, table.lines[0].offset))
    is_same = _same_services(table, mains)
    gaps = [False, *(after - main > 1 for main, after in pairwise(mains)), False]
    index = 0
    while index < len(mains):
        stop = _chain_end(gaps, is_same, index)
        top = mains[index - 1] + 1 if index else 0
        bottom = mains[stop] - 1 if stop < len(mains) else len(table.lines) - 1
        if top == bottom:
            yield TextRow(table, top, top, top)
        else:
            own = slice(index, stop)
            chain = _RowChain(table, mains[own], is_same[own], top, bottom)
            if is_cut and stop == len(mains):
                least = max(mains[-1], bottom - _TORN)
                ends = range(bottom - 1, least - 1, -1)
                chains = [_RowChain(table, mains[own], is_same[own], top, end) for end in ends]
                chain = min([chain, *chains], key=_RowChain.least_cost)
                bottom = chain.bottom
            for lines in chain.rows():
                yield TextRow(table, *lines)
            if stop == len(mains) and bottom < len(table.lines) - 1:
                last = len(table.lines) - 1
                yield TextRow(table, bottom + 1, last, last, is_torn=True)
        index = stop


def _chain_end(gaps: Sequence[bool], is_same: Sequence[bool], index: int) -> int:
    """Where the rows end that share lines with the row `index`.

    Neighboring main lines leave nothing to share out between them, but the same service with
    another transport protocol may show whose the other lines are.  `gaps` says of each row, and of
    the end, whether there are lines between its main line and the one before.
    """
    stop = index + 1
    while gaps[stop] or (
        stop < len(is_same) and is_same[stop] and (gaps[stop - 1] or gaps[stop + 1])
    ):
        stop += 1
    return stop


def _same_services(table: TextTable, mains: Sequence[int]) -> list[bool]:
    """Whether each main line has the name and port number of the one before."""
    numbers = table.numbers(_KEY_FIELDS[:2])
    keys = [[table.cells[main][number] for number in numbers] for main in mains]
    return [False, *(any(key) and key == after for key, after in pairwise(keys))]


def _main_lines(table: TextTable) -> list[int]:
    """The lines that have a key of a record or contact: one for each row."""
    keys = table.numbers(_KEY_FIELDS)
    mains = [index for index, cells in enumerate(table.cells) if any(cells[key] for key in keys)]
    if keys and table.columns[keys[0]].field == "service_name":
        names = _WrappedNames(table, keys, mains)
        wrapped = names.lines()
        mains = [index for index in mains if index not in wrapped]
        names.report_doubts(mains)
    return mains


class _WrappedNames:
    """Finds the lines in which a service name goes on that is too long for one line.

    Such a line has no port number and no transport protocol, and none of its cells could have been
    in one line with the cell of the neighbor.
    """

    def __init__(self, table: TextTable, keys: Sequence[int], mains: Sequence[int]) -> None:
        self.table = table
        self.name, *others = keys
        self.mains = mains
        cells = table.cells
        self.has_name = {index for index in mains if cells[index][self.name]}
        self.has_port = {index for index in mains if any(cells[index][key] for key in others)}

    def lines(self) -> set[int]:
        """The lines that begin no row."""
        wrapped: set[int] = set()
        if len(self.has_port) == len(self.mains):
            return wrapped
        without = self.has_name - self.has_port
        # Of a name without a port, the main line is one that has other cells.
        others = (index for index in self.mains if index not in self.has_port)
        for starts in (sorted(self.has_port), others):
            for start in starts:
                if start - 1 not in without and start + 1 not in without:
                    continue  # most names
                if start in self.has_name and start not in wrapped and not self._is_alone(start):
                    wrapped |= self._around(start, wrapped, only_alone=start not in self.has_port)
        return wrapped

    def report_doubts(self, mains: Sequence[int]) -> None:
        """Report the rows that have a name alone, next to the name of a row with a port."""
        lines = self.table.lines
        names = {index for index in self.has_name if b"\t" not in lines[index].data}
        for index in sorted(names.intersection(mains)):
            neighbors = {index - 1, index + 1} & names & self.has_port
            if neighbors and self._is_alone(index):
                message = (
                    "ambiguous line: its text may be a service name, or go on with the one next to"
                    " it; it is read as a record of its own"
                )
                doubt = Defect("FM002", message, lines[index].first, severity="warning")
                self.table.dump.defects.append(doubt)

    def _around(self, start: int, others: set[int], *, only_alone: bool) -> set[int]:
        """The lines above and below `start` that belong to its name, and are not of `others`."""
        around: list[int] = []
        for step in (-1, 1):
            at = start + step
            while at not in others and self._continues(at, at - step):
                if only_alone and not self._is_alone(at):
                    break
                around.append(at)
                at += step
        # Names of one word, with cells of their own, are records without a port.
        if around and not any(map(_IN_SEVERAL_WORDS.search, map(self._text, [start, *around]))):
            around = [at for at in around if self._is_alone(at)]
        return set(around)

    def _is_alone(self, index: int) -> bool:
        return self.table.filled(index) == [self.name]

    def _text(self, index: int) -> bytes:
        return self.table.cells[index][self.name]

    def _continues(self, index: int, neighbor: int) -> bool:
        """Whether a line may belong to the name that its `neighbor` belongs to."""
        table = self.table
        if index not in self.has_name or index in self.has_port or b"\t" in table.lines[index].data:
            return False
        upper = min(index, neighbor)
        cells = set(table.filled(neighbor))
        return all(
            number in cells and not table.fits(upper, number) for number in table.filled(index)
        )


class _RowChain:
    """Rows that follow each other, whose lines between their main lines must be shared out.

    The lines go to the rows so that all cells are centered.  The way with the fewest cells out of
    place wins; of those the one in which records of one service agree most; where several ways are
    as good, that is reported.
    """

    def __init__(
        self,
        table: TextTable,
        mains: Sequence[int],
        is_same: Sequence[bool],
        top: int,
        bottom: int,
    ) -> None:
        self.table = table
        self.mains = mains
        # Whether each row is of the service of the row before.
        self.is_same = is_same
        self.top = top
        self.bottom = bottom
        # The lines between each main line and the next one, or the end.
        self.gaps = [
            stop - main - 1 for main, stop in zip(mains, [*mains[1:], bottom + 1], strict=True)
        ]
        self._filled: dict[int, list[int]] = {}
        self._fits: dict[tuple[int, int], bool] = {}
        self._texts: dict[tuple[int, Extent], list[bytes | str]] = {}
        self._compared = [
            number
            for number, field in enumerate(table.column_fields)
            if field != "transport_protocol"
        ]

    def _is_too_tall(self) -> bool:
        return max(*self.gaps, self.mains[0] - self.top) > _TALLEST

    def least_cost(self) -> Cost:
        """What the best way costs; nothing where there are too many lines to look for one."""
        return (0, 0) if self._is_too_tall() else min(cost for cost, _ in self._ways()[-1].values())

    def rows(self) -> list[RowLines]:
        mains = self.mains
        if self._is_too_tall():
            return self._unshared()
        if len(mains) == 1:
            return self._row_lines([self.top])  # there is one way
        ways = self._ways()
        best = min(cost for cost, _ in ways[-1].values())
        extents = self._way_back(
            ways, {extent for extent, (cost, _) in ways[-1].items() if cost == best}
        )
        return self._row_lines(
            [main - above for main, (above, _) in zip(mains, extents, strict=True)]
        )

    def _ways(self) -> list[dict[Extent, tuple[Cost, list[Extent]]]]:
        """For each row and its extent, the least cost up to there.

        With it the extents of the row before that lead to it.
        """
        ways: list[dict[Extent, tuple[Cost, list[Extent]]]] = []
        origins: dict[int, list[Extent]] = {self.mains[0] - self.top: []}
        for index, gap in enumerate(self.gaps):
            extents: dict[Extent, tuple[Cost, list[Extent]]] = {}
            for above, before in origins.items():
                for below in self._belows(index, above):
                    extent = above, below
                    own = self._cost(index, above, below)
                    costs = {
                        origin: (cost + own, differing + self._differing(index, origin, extent))
                        for origin in before
                        for cost, differing in [ways[-1][origin][0]]
                    }
                    least = min(costs.values(), default=(own, 0))
                    extents[extent] = (least, [o for o, cost in costs.items() if cost == least])
            ways.append(extents)
            origins = {}
            for extent in extents:
                origins.setdefault(gap - extent[1], []).append(extent)
        return ways

    def _belows(self, index: int, above: int) -> list[int]:
        """How many lines a row may have below its main line.

        A cell is centered with as many lines below as above, or one more.
        """
        gap = self.gaps[index]
        if index == len(self.mains) - 1:
            return [gap]
        return [below for below in (above, above + 1) if below <= gap] or [gap]

    def _way_back(
        self, ways: Sequence[Mapping[Extent, tuple[Cost, list[Extent]]]], equal: set[Extent]
    ) -> list[Extent]:
        """How many lines each row has above its main line and below it.

        `equal` are the extents of the last row that cost the same; the least one is chosen, and
        each row for which there are several is reported.
        """
        mains = self.mains
        chosen = min(equal)
        extents = [chosen]
        doubts: list[Defect] = []
        for index in range(len(mains) - 1, 0, -1):
            most = max(above for above, _ in equal)
            if most > min(above for above, _ in equal):
                line = self.table.lines[mains[index] - most]
                message = (
                    "ambiguous line: it may belong to the record above or to the one below;"
                    f" it is read as part of the one {'above' if chosen[0] < most else 'below'}"
                )
                doubts.append(Defect("FM002", message, line.first, severity="warning"))
            equal = {origin for extent in equal for origin in ways[index][extent][1]}
            chosen = min(ways[index][chosen][1])
            extents.append(chosen)
        self.table.dump.defects.extend(reversed(doubts))
        return extents[::-1]

    def _differing(self, index: int, origin: Extent, extent: Extent) -> int:
        """In how many fields a row differs from the same service in the row before."""
        if not self.is_same[index] or max(sum(origin), sum(extent)) > _COMPARED:
            return 0
        one, other = self._row_texts(index - 1, origin), self._row_texts(index, extent)
        return sum(map(ne, one, other))

    def _row_texts(self, index: int, extent: Extent) -> list[bytes | str]:
        """The cells of a row that are compared; what is not ASCII may be cut inside a character."""
        texts = self._texts.get((index, extent))
        if texts is None:
            main = self.mains[index]
            cells = TextRow(self.table, main - extent[0], main, main + extent[1]).cells()
            texts = self._texts[index, extent] = [
                cells[number]
                if cells[number].isascii()
                else cells[number].decode("utf-8", "replace")
                for number in self._compared
            ]
        return texts

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
            for row in range(low, high):
                cost += self.fits(start + row, column)
        return cost if tallest == height else cost + _MISPLACED

    def filled(self, index: int) -> list[int]:
        """The columns that have something in a line."""
        filled = self._filled.get(index)
        if filled is None:
            filled = self._filled[index] = self.table.filled(index)
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

    __slots__ = ("is_torn", "main", "start", "stop", "table")

    def __init__(
        self, table: TextTable, start: int, main: int, stop: int, *, is_torn: bool = False
    ) -> None:
        self.is_torn = is_torn
        self.table = table
        self.start = start
        self.main = main
        self.stop = stop

    @property
    def lines(self) -> Sequence[TextLine]:
        return self.table.lines[self.start : self.stop + 1]

    @property
    def offset(self) -> int:
        for line in self.lines:
            if line.data:
                return line.first
        return self.table.lines[self.main].offset

    @property
    def column_count(self) -> int:
        """How many columns the longest line of the row reaches."""
        longest = max(len(line.data) for line in self.lines)
        return sum(column.start < longest for column in self.table.columns)

    def cells(self) -> Sequence[bytes]:
        """What each column has of the row, its lines joined by blanks."""
        first, *others = self.table.cells[self.start : self.stop + 1]
        if not others:
            return first
        return [b" ".join(filter(None, lines)) for lines in zip(first, *others, strict=True)]

    def texts(self) -> dict[str, str]:
        """The text of each cell that has one."""
        cells = self.cells()
        fields = compress(self.table.column_fields, cells)
        texts = [cell.decode("utf-8", "replace") for cell in filter(None, cells)]
        return dict(zip(fields, texts, strict=True))

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
