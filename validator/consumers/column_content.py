"""What the cells of a table show of its columns: ports, transports or names."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from validator.consumers import port_cells
from validator.consumers.entry import Word
from validator.consumers.list_columns import heading_words, is_measure, is_port_heading
from validator.consumers.tables import Row
from validator.model.vocabulary import LAST_PORT

# How many rows show what a column is about.
SAMPLE_ROWS = 20
_LETTERS = re.compile(r"[^\W\d_]{2}")
_TRANSPORTS = re.compile(r"(?:tcp|udp|sctp|dccp)(?:\s*[/,+&|]\s*(?:tcp|udp|sctp|dccp))*", re.I)
_RANGE = re.compile(r"[0-9]\s*(?:-|\u2013|:|to)\s*[0-9]", re.I)
_COLON = re.compile(r"(?<![\w.:])([0-9]{1,5}):([0-9]{1,5})(?![\w.:])")
# A longer cell is no name, whatever it begins with.
_LONGEST = 200
# URLs, variables and files.
_NO_NAME = re.compile(r"\w+://|[A-Z][A-Z0-9]*_[A-Z0-9_]+|\S*/\S*\.[a-z]{1,5}\Z")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:-[0-9]{1,2})*")
# Columns of other numbers.
_OTHER_NUMBERS = re.compile(
    r"\b(?:[kmg]?b|bytes|gid|id|lines?|pid|rows|size|time|uid|value|vlan|year)\b"
)


class ColumnContent:
    """What the first rows of a table have in each column."""

    __slots__ = ("_cells", "_rows", "headings")

    def __init__(self, headings: Sequence[Word], rows: Sequence[Row]) -> None:
        self.headings = headings
        self._rows = rows
        self._cells: dict[int, list[str]] = {}

    def cells(self, index: int) -> list[str]:
        """The texts of a column, without marks for nothing."""
        if index not in self._cells:
            words = [row.cells[index] for row in self._rows if index < len(row.cells)]
            self._cells[index] = [word.text for word in words if port_cells.is_filled(word)]
        return self._cells[index]

    def has_port_cells(self, index: int) -> bool:
        """Say whether at least half of the cells of a column are ports."""
        cells = self.cells(index)
        return bool(cells) and sum(map(port_cells.is_port_cell, cells)) * 2 >= len(cells)

    def has_nearly_ports(self, index: int) -> bool:
        """Say whether at least half of the cells of a column are ports or may be meant to be."""
        cells = self.cells(index)
        return bool(cells) and sum(map(port_cells.is_nearly_port, cells)) * 2 >= len(cells)

    def has_small_numbers(self, index: int) -> bool:
        """Say whether most ports of a column may be those of switches, or their number."""
        ports = [text for text in self.cells(index) if port_cells.is_port_cell(text)]
        return sum(map(port_cells.has_small_numbers, ports)) * 2 > len(ports)

    def has_ranges(self, index: int) -> bool:
        """Say whether most ports of a column are ranges."""
        ports = [text for text in self.cells(index) if port_cells.is_port_cell(text)]
        return sum(_RANGE.search(text) is not None for text in ports) * 2 > len(ports)

    def looks_like_ports(self, index: int) -> bool:
        """Say whether a column is one of ports whatever its heading says.

        It has two ports above 999, and they are half of its cells; or one, and nothing but ports.
        Years are none.
        """
        likely = [
            text
            for text in self.cells(index)
            if port_cells.is_port_cell(text)
            and any(int(n) <= LAST_PORT for n in port_cells.LIKELY_PORT.findall(text))
        ]
        cells = self.cells(index)
        if not likely or (len(likely) < 2 and not all(map(port_cells.is_port_cell, cells))):
            return False
        if len(likely) * 2 < len(cells):
            return False
        heading = self.headings[index].text
        # Of a row alone nobody can say that its number is that of all rows.
        is_alone = len(cells) == 1 and is_port_heading(heading)
        is_other = is_measure(heading, likely) and not is_alone
        is_other = is_other or _OTHER_NUMBERS.search(heading_words(heading)) is not None
        return not is_other and not all(map(_YEAR.fullmatch, likely))

    def single_ports(self, index: int) -> list[int]:
        """The ports of a column that are no ranges."""
        return [port for text in self.cells(index) for port in port_cells.single_ports(text)]

    def has_transports(self, index: int) -> bool:
        """Say whether every cell of a column names transports and nothing else."""
        cells = self.cells(index)
        return bool(cells) and all(map(_TRANSPORTS.fullmatch, cells))

    @staticmethod
    def is_text(text: str) -> bool:
        """Say whether a cell has words or may be a port: it is no mark and no number of a row."""
        return _LETTERS.search(text) is not None or port_cells.LIKELY_PORT.search(text) is not None

    def name(self, others: Container[int]) -> int | None:
        """The first column that may be one of names: the first of different words, else of words.

        `others` are the columns that are something else.  Cells that begin with a sign are states.
        """
        words = [
            index
            for index in range(len(self.headings))
            if index not in others and self._has_words(index)
        ]
        for index in words:
            cells = self.cells(index)
            if len({*cells}) * 2 > len(cells):
                return index
        return words[0] if words else None

    def has_mappings(self, index: int) -> bool:
        """Say whether a port maps another one in a column, where a colon makes no range then."""
        pairs = (pair for text in self.cells(index) for pair in _COLON.findall(text))
        return any(int(low) >= int(high) for low, high in pairs)

    def _has_words(self, index: int) -> bool:
        """Say whether half of the cells of a column may be names: no transports and no signs."""
        cells = self.cells(index)
        names = [t for t in cells if _LETTERS.search(t) and not _NO_NAME.match(t[:_LONGEST])]
        return (
            len(names) * 2 >= max(len(cells), 1)
            and not self.has_transports(index)
            and not all(ord(text[0]) > 0x2000 and not text[0].isalnum() for text in cells)
        )
