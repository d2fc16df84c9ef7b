"""The tables of an HTML page: of records, of contacts, of footnotes, or of something else."""

from __future__ import annotations

import regex

from validator.model.record import (
    CITING_FIELDS,
    Citation,
    Contact,
    Defect,
    Defects,
    Footnote,
    Record,
)
from validator.model.vocabulary import (
    COLUMN_HEADINGS,
    CONTACT_HEADINGS,
    RECORD_FIELDS,
    REGISTRY_ID,
    quoted,
)
from validator.readers.html_words import HtmlWords, with_line_breaks
from validator.readers.table import find_columns, ragged_row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Literal, TypeAlias

    TableKind: TypeAlias = Literal["", "records", "contacts", "footnotes", "other"]

TABLE_PREFIX = "table-"
REGISTRY_TABLE = TABLE_PREFIX + REGISTRY_ID
# A page has no column for organizations where nobody on it has one.
_REQUIRED_OF_CONTACTS = ("contact_id", "name", "contact_uri", "last_updated")
_FREE_TEXT = ("description", "known_unauthorized_uses", "assignment_notes")
# A page of the registry has tables of twelve columns at most.
_CELL_LIMIT = 1000
# Of a cell that takes more columns or rows, the columns that matter.
_SPAN_LIMIT = 40
_BRACKETED = regex.compile(r"\[[^\[\]]++\]")
# Stands for all cells of a row beyond the limit: they belong to no column.
_NO_WORDS = HtmlWords("cell", 0)


class TableRow:
    """A row that is read: its cells, and whether one of them is no heading.

    `spans` has the cells that take more than one column or row: index, columns and rows.
    """

    __slots__ = ("cells", "has_data", "offset", "spans")

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.cells: list[HtmlWords] = []
        self.has_data = False
        self.spans: list[tuple[int, int, int]] = []

    def add(self, cell: HtmlWords, columns: int = 1, rows: int = 1) -> None:
        if columns > 1 or rows > 1:
            self.spans.append((len(self.cells), columns, rows))
        self.cells.append(cell if len(self.cells) < _CELL_LIMIT else _NO_WORDS)

    def texts(self) -> list[str]:
        return [cell.text() for cell in self.cells]

    def place(self, index: int) -> int:
        return self.cells[index].place()


class HtmlTable:
    """A table: what it is follows from its id and its first row."""

    __slots__ = (
        "columns", "contacts", "defects", "footnotes", "headings", "identity", "kind", "offset",
        "open_cells", "records", "width",
    )  # fmt: skip

    def __init__(self, offset: int, identity: str) -> None:
        self.offset = offset
        self.identity = identity
        self.kind: TableKind = ""
        self.columns: dict[str, int] = {}
        self.width = 0
        self.headings: list[str] = []
        # The cells that go on in the next row: how many rows more, and an empty cell, by column.
        self.open_cells: dict[int, tuple[int, HtmlWords]] = {}
        self.records: list[Record] = []
        self.contacts: list[Contact] = []
        self.footnotes: list[Footnote] = []
        self.defects = Defects()

    def add(self, row: TableRow) -> None:
        """Read a row."""
        if not self.kind:
            self.kind = self._recognize(row)
            if self.kind != "footnotes":
                return
        cells = row.cells
        if self.kind == "footnotes":
            if len(cells) > 1 and cells[0].text().startswith("["):
                self._add_footnote(cells)
        elif self.kind == "other" or (len(cells) == 1 and cells[0].is_empty_row):
            return
        elif not row.has_data:
            self._add_headings(row)
        elif self.kind == "records":
            self._add_record(row)
        else:
            self._add_contact(row)

    def add_stray(self, data: bytes, start: int, end: int) -> None:
        """Report text that is in no cell."""
        words = HtmlWords("cell", start)
        words.add(data, start, end)
        if text := words.text().strip():
            message = f"unexpected text {quoted(text)} between the cells of a table"
            self.defects.append(Defect("FM009", message, words.place(), value=text, hides=True))

    def _add_headings(self, row: TableRow) -> None:
        """Read a row without data: the headings once more, or what is no entry."""
        if row.texts() != self.headings:
            message = "row has only headings (<th>); it is not read"
            self.defects.append(Defect("FM002", message, row.offset))

    def _spread(self, row: TableRow, entry: Record | Contact | None) -> None:
        """Put empty cells where a cell takes more than one column or row, which is a defect."""
        if not row.spans and not self.open_cells:
            return
        spans = {index: (columns, rows) for index, columns, rows in row.spans}
        above, self.open_cells = self.open_cells, {}
        cells: list[HtmlWords] = []

        def add(cell: HtmlWords, empty: HtmlWords, more: int) -> None:
            if more and len(cells) < _SPAN_LIMIT:
                self.open_cells[len(cells)] = more, empty
            cells.append(cell)

        def add_above() -> None:
            while len(cells) in above:
                more, empty = above[len(cells)]
                add(empty, empty, more - 1)

        for index, cell in enumerate(row.cells):
            add_above()
            columns, rows = spans.get(index, (1, 1))
            empty = cell
            if index in spans:
                empty = HtmlWords("cell", cell.place())
                self.defects.append(_spanning(columns, rows, cell, entry))
            add(cell, empty, rows - 1)
            for _ in range(min(columns - 1, _SPAN_LIMIT)):
                add(empty, empty, rows - 1)
        add_above()
        row.cells = cells

    def _recognize(self, row: TableRow) -> TableKind:
        headings = {" ".join(text.split()).lower() for text in row.texts()}
        if self.identity == REGISTRY_TABLE or {"service name", "port number"} <= headings:
            self._find_columns(row, COLUMN_HEADINGS, RECORD_FIELDS)
            return "records"
        if {"id", "name"} <= headings:
            self._find_columns(row, CONTACT_HEADINGS, _REQUIRED_OF_CONTACTS)
            return "contacts"
        first = row.cells[0].text()
        is_footnote = len(row.cells) == 2 and _BRACKETED.fullmatch(first) is not None
        return "footnotes" if is_footnote or first.lower().startswith("footnote") else "other"

    def _find_columns(
        self, row: TableRow, fields: Mapping[str, str], required: Sequence[str]
    ) -> None:
        self.headings = row.texts()
        # Headings of several lines take several rows: those are no rows of entries.
        row.spans = [(index, columns, 1) for index, columns, _ in row.spans if columns > 1]
        spans = row.spans
        self._spread(row, None)
        self.width = len(row.cells)
        self.columns, defects = find_columns(row.texts(), row.place, row.offset, fields, required)
        # The columns that a heading takes besides its own have no heading that is unknown.
        wide = {row.place(index) for index, _, _ in spans}
        self.defects.extend(d for d in defects if d.value != "" or d.offset not in wide)

    def _fields(self, row: TableRow, entry: Record | Contact) -> Iterator[tuple[str, HtmlWords]]:
        """The cells of a row by field; a defect where they are too few or too many."""
        self._spread(row, entry)
        # A cell that takes several columns is one fault with the number of cells.
        if len(row.cells) != self.width and not row.spans:
            self.defects.append(ragged_row(entry, row.texts(), self.width, row.place))
        for field, index in self.columns.items():
            if index < len(row.cells):
                yield field, row.cells[index]

    def _add_record(self, row: TableRow) -> None:
        record = Record(len(self.records), row.offset)
        self.records.append(record)
        places = record.places = {}
        for field, words in self._fields(row, record):
            places[field] = words.place()
            if field in CITING_FIELDS:
                citations = words.citations(people=field != "reference")
                setattr(record, field, citations)
                if citations:
                    places[field] = citations[0].offset
                continue
            text = words.text()
            # An empty cell is an absent value.
            setattr(record, field, text or None)
            if field in _FREE_TEXT and (words.links or "\n" in text):
                _set_parts(record, field, words)

    def _add_contact(self, row: TableRow) -> None:
        contact = Contact(len(self.contacts), row.offset)
        self.contacts.append(contact)
        places = contact.places = {}
        for field, words in self._fields(row, contact):
            places[field] = words.place()
            if field == "contact_id":
                identity, places[field] = words.without_brackets()
                contact.contact_id = identity or None
            elif field == "contact_uri":
                addresses = list(words.addresses())
                contact.contact_uri = tuple(address for address, _ in addresses)
                contact.uri_offsets = tuple(at for _, at in addresses)
            else:
                setattr(contact, field, words.text() or None)

    def _add_footnote(self, cells: Sequence[HtmlWords]) -> None:
        anchor, at = cells[0].without_brackets()
        words = cells[1]
        footnote = Footnote(anchor or None, words.text(), at, words.parts(), words.place())
        self.footnotes.append(footnote)


def _spanning(columns: int, rows: int, cell: HtmlWords, entry: Record | Contact | None) -> Defect:
    """Return the defect of a cell that takes more than one column or row."""
    counts = [f"{columns:,} columns"] * (columns > 1) + [f"{rows:,} rows"] * (rows > 1)
    message = f"cell spans {' and '.join(counts)}, expected one; it is read as the first of them"
    return Defect("FM002", message, cell.place(), entry)


def _set_parts(record: Record, field: str, words: HtmlWords) -> None:
    """Give a record the parts of a field that is more than plain text."""
    parts = list(with_line_breaks(words.parts()))
    if len(parts) > 1 or not isinstance(parts[0], str):
        record.mixed = {**(record.mixed or {}), field: parts}
        inline = tuple((field, part) for part in parts if isinstance(part, Citation))
        record.inline = (*record.inline, *inline)
