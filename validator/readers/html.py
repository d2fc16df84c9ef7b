"""The HTML form: one page of the registry's site, or the whole table on one."""

from __future__ import annotations

import re

import regex

from validator.model.record import Defect, Dump, Note
from validator.model.vocabulary import RECORD_FIELDS, quoted
from validator.readers.brackets import link_footnotes
from validator.readers.html_tables import REGISTRY_TABLE, TABLE_PREFIX, HtmlTable, TableRow
from validator.readers.html_tokens import attributes_of, is_blank, tokens
from validator.readers.html_words import HtmlWords
from validator.readers.letters import LetterFinder, letters_in_html
from validator.readers.locator import Locator
from validator.readers.table import no_table, torn_row
from validator.readers.truncation import too_deep, too_many

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from validator.limits import Limits
    from validator.model.record import Part
    from validator.readers.html_tables import TableKind
    from validator.readers.html_tokens import Attributes
    from validator.readers.source import Source

_CARRIES = frozenset({"registry-date", "brackets"})

# What the list on top says besides its notes; a term that is not here is the title of a note.
_TERMS = {
    "last updated": "updated",
    "expert": "experts",
    "experts": "experts",
    "expert(s)": "experts",
    "reference": "references",
    "references": "references",
    "note": "note",
    "notes": "note",
    "created": "",
    "description": "",
    "registration procedure": "",
    "registration procedures": "",
    "registration procedure(s)": "",
    "available formats": "",
}
_HEADINGS = frozenset(("dt", "dd", "h1", "title"))
_BLOCKS = frozenset("blockquote div dl h2 h3 h4 h5 h6 li ol p pre section ul".split())
_CELLS = frozenset(("td", "th"))
_ROWS = frozenset(("tr", "thead", "tbody", "tfoot"))
# What cannot stand in a heading or in the list on top: there its end tag has been forgotten.
_ENDS_HEADING = frozenset("article body dd dl dt footer form h1 header table".split())
# A page of the registry has four tables.
_TABLE_LIMIT = 1000
_DIGITS = regex.compile(r"\s*([0-9]{1,9})")
_MOST_SPANNED = 1000
_NUMBER = regex.compile(rb"(?<![^\s>])[0-9]{1,9}(?![^\s<])")


# Most cells: a text without references and with single blanks, or one link in brackets.
_USUAL_CELL: Any = re.compile(
    rb'[ \t\n\f\r]*+(<td(?: align="center")?+>)'
    rb"(?:([^ \t\n\f\r<&]++(?: [^ \t\n\f\r<&]++)*+)"
    rb"""|\[<a href="([!#-%'-;=?-~]++)">([!-%'-;=?-~]++)</a>\])?</td>"""
).match


def read(source: Source) -> Dump:
    """Return the records, contacts, notes and defects of `source`.  Never raises on content.

    Columns are found by their headings, tables by their id or their headings.  Each column the
    registry has and the table has not is FM004, each the registry does not know FM003; a row with
    too few or too many cells is FM002; what is never closed is FM001.
    """
    dump = Dump(source.path, "html", source.data, _CARRIES)
    dump.defects.extend(source.damage)
    dump.locate = HtmlLocator(source.data)
    _HtmlReader(dump, source.limits).run()
    return dump


class HtmlLocator(Locator):
    """Reads the words of a cell again to find one of them."""

    __slots__ = ("data", "letters")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.letters = LetterFinder(data, letters_in_html, has_citations=True)

    def in_value(self, start: int, text: str, mixed: Sequence[Part] | None, character: int) -> int:
        return self.letters.offset(start, text, mixed, character)

    def in_title(self, note: Note) -> int:
        """The words of the last term before the note."""
        start = max(self.data.rfind(tag, 0, note.offset) for tag in (b"<dt", b"<DT"))
        end = self.data.find(b">", start, note.offset)
        return self.letters.offset(end + 1, "", None, 0) if start <= end else note.offset


def page_of(data: bytes) -> tuple[int, int] | None:
    """Return which page this is and how many there are; `None` where the page does not say."""
    numbers = list(page_numbers(data))
    current = next((number for number, is_link, _ in numbers if not is_link), None)
    return None if current is None else (current, max(number for number, *_ in numbers))


def page_numbers(data: bytes) -> Iterator[tuple[int, bool, int]]:
    """Yield the numbers in the list of pages: whether it is a link to another page, and where."""
    if b"pagination" not in data:
        return  # to look for it would take as long as all reading
    is_inside = is_link = False
    for kind, name, start, end, *span in tokens(data):
        if name == "div" and is_inside:
            return
        if name == "div" and kind == "start":
            is_inside = "pagination" in _classes(attributes_of(data, *span))
        elif name == "a":
            is_link = kind == "start"
        elif kind == "text" and is_inside:
            for word in _NUMBER.finditer(data, start, end):
                yield int(word[0]), is_link, word.start()


def _classes(attributes: Attributes) -> list[str]:
    return attributes.get("class", ("", 0))[0].split()


def _span(attributes: Attributes, name: str) -> int:
    """How many columns or rows a cell takes; 1 where it does not say, or says no number."""
    digits = _DIGITS.match(attributes[name][0]) if name in attributes else None
    return 1 if digits is None else min(max(int(digits[1]), 1), _MOST_SPANNED)


class _HtmlReader:
    """The state between two tags: what is open, and whose words are being gathered."""

    def __init__(self, dump: Dump, limits: Limits) -> None:
        self.dump = dump
        self.data = dump.data
        self.limits = limits
        # How many more records and contacts are read, from whatever tables.
        self.room: dict[TableKind, int] = {"records": limits.records, "contacts": limits.records}
        self.is_full = False
        self.tables: list[HtmlTable] = []
        # What is open.
        self.table: HtmlTable | None = None
        self.row: TableRow | None = None
        self.words: HtmlWords | None = None
        # The last term of the list on top, and whether there was a heading.
        self.term = ""
        self.has_heading = False
        self.root = -1
        # Whether there was </html>, and text after it.
        self.is_ended = False
        self._has_rest = False

    def run(self) -> None:
        fault = ("", 0)
        for kind, name, start, end, low, high in tokens(self.data, self._after_usual_cells):
            if kind == "text":
                self._text(start, end)
            elif kind == "end":
                self.end(name, start)
            elif kind == "fault":
                fault = name, start
            else:
                self.start(name, start, end, (low, high))
                if kind == "empty":
                    self.end(name, start)
            if self.is_full:
                break
        if not self.is_full and not self._drop_torn_row(fault[0]):
            self.report_open(*fault)
        self.close_heading()
        self.close_row()
        _assemble(self.dump, self.tables)

    def defect(self, message: str, offset: int) -> None:
        self.dump.defects.append(Defect("FM001", message, offset))

    def attributes(self, span: Sequence[int]) -> Attributes:
        return attributes_of(self.data, *span)

    def _after_usual_cells(self, at: int) -> int:
        """Read the usual cells that begin at `at`, if any, and return where they end.

        They are read as their tags and text would be, one by one: nearly all cells are usual, and
        so are read in a fraction of the time.
        """
        if self.table is None or self.words is not None:
            return at
        while (cell := _USUAL_CELL(self.data, at)) is not None:
            words = HtmlWords("cell", cell.end(1))
            _, text, href, label = cell.groups()
            if text is not None:
                words.push(text.decode("utf-8", "replace"), cell.start(2))
            elif href is not None:
                words.push("[", cell.end(1))
                words.open_link((href.decode(), cell.start(3)))
                words.push(label.decode(), cell.start(4))
                words.close_link()
                words.push("]", cell.end(4) + len("</a>"))
            if self.row is None:
                self.row = TableRow(cell.start(1))
            self.row.has_data = True
            self.row.add(words)
            at = cell.end()
        return at

    def _text(self, start: int, end: int) -> None:
        if self.words is not None:
            if not self.is_too_deep(self.words):
                self.words.add(self.data, start, end)
        elif is_blank(self.data[start:end]):
            return
        elif self.table is not None and self.table.kind in self.room:
            self.table.add_stray(self.data, start, end)
        elif self.is_ended and not self._has_rest:
            self._has_rest = True
            at = end - len(self.data[start:end].lstrip())
            message = "unexpected text after </html>; it is not read"
            self.dump.defects.append(Defect("FM009", message, at, hides=True))

    # -- tags -----------------------------------------------------------------------------------

    def start(self, name: str, start: int, end: int, span: Sequence[int]) -> None:
        if self.words is not None and not _starts_after(self.words, name):
            self.start_inside(self.words, name, start, span)
        elif name == "table":
            self.open_table(start, span)
        elif self.table is not None:
            if name in _CELLS:
                self.close_cell()
                self.open_cell(name, start, end, span)
            elif name in _ROWS:
                self.close_row()
                if name == "tr":
                    self.row = TableRow(start)
        elif name in _HEADINGS:
            self.close_heading()
            self.words = HtmlWords(name, end)
        elif name == "html":
            self.root = start
        else:
            self.close_heading()

    def is_too_deep(self, words: HtmlWords) -> bool:
        """Whether more tables are open in each other than are read; that of the cell counts."""
        return words.nested_tables >= self.limits.depth

    def start_inside(self, words: HtmlWords, name: str, start: int, span: Sequence[int]) -> None:
        """Read a start tag among words."""
        if name == "table":
            self.open_nested_table(words, start)
        elif self.is_too_deep(words):
            return
        elif name == "br":
            words.break_line(start)
        elif name == "a":
            words.open_link(self.attributes(span).get("href"))
        elif name in _BLOCKS or name == "tr":
            words.end_line(start)
            words.is_preformatted = words.is_preformatted or name == "pre"
        elif name in _CELLS:
            words.add_blank(start)

    def open_nested_table(self, words: HtmlWords, start: int) -> None:
        words.end_line(start)
        words.nested_tables += 1
        if words.nested_tables == self.limits.depth:
            self.defect(too_deep("tables", self.limits.depth), start)

    def end(self, name: str, start: int) -> None:
        words = self.words
        if words is None or not _ends_inside(words, name, start):
            if self.table is not None:
                self.end_in_table(name)
            elif name in _HEADINGS or name in ("dl", "body", "html", "article"):
                self.close_heading()
        if name == "html":
            self.is_ended = True
        elif words is not None and name in _BLOCKS:
            words.end_line(start)

    def end_in_table(self, name: str) -> None:
        if name in _CELLS:
            self.close_cell()
        elif name in _ROWS:
            self.close_row()
        elif name == "table":
            self.close_table()

    # -- tables ---------------------------------------------------------------------------------

    def open_table(self, start: int, span: Sequence[int]) -> None:
        self.close_heading()
        if self.table is not None:
            # As browsers have it: outside of cells, a table ends the one it stands in.
            outer = self.table
            self.close_table()
            self.report_unclosed(outer)
        if len(self.tables) == _TABLE_LIMIT:
            self.is_full = True
            self.dump.defects.append(too_many(_TABLE_LIMIT, "tables", start, ""))
            return
        identity = self.attributes(span).get("id", ("", 0))[0].strip()
        self.table = HtmlTable(start, identity)
        self.tables.append(self.table)

    def open_cell(self, name: str, start: int, end: int, span: Sequence[int]) -> None:
        if self.row is None:
            self.row = TableRow(start)
        self.words = HtmlWords("cell", end)
        self.row.has_data = self.row.has_data or name == "td"
        columns = rows = 1
        if attributes := self.attributes(span):
            self.words.is_empty_row = name == "td" and "registryempty" in _classes(attributes)
            columns, rows = _span(attributes, "colspan"), _span(attributes, "rowspan")
        self.row.add(self.words, columns, rows)

    def close_cell(self) -> None:
        if self.words is not None and self.words.kind == "cell":
            self.words.close_link()
            self.words = None

    def close_row(self) -> None:
        self.close_cell()
        table, row = self.table, self.row
        self.row = None
        if table is None or row is None or not row.cells:
            return
        if row.has_data and table.kind in self.room:
            self.is_full = not self.room[table.kind]
            self.room[table.kind] -= 1
        if self.is_full:
            self.dump.defects.append(
                too_many(self.limits.records, table.kind, row.offset, "--max-records")
            )
        else:
            table.add(row)

    def close_table(self) -> None:
        self.close_row()
        self.table = None

    # -- words outside tables -------------------------------------------------------------------

    def close_heading(self) -> None:
        """End a heading, or a term or its description in the list on top."""
        words = self.words
        if words is None or words.kind == "cell":
            return
        words.close_link()
        self.words = None
        text = words.text()
        if words.kind == "dt":
            self.term = text
        elif words.kind == "dd":
            _describe(self.dump, self.term, words)
        elif text and not self.has_heading:
            # The first heading; before there is one, the title of the page.
            self.has_heading = words.kind == "h1"
            self.dump.title = text
            self.dump.metadata_places["title"] = words.place()

    # -- the end --------------------------------------------------------------------------------

    def _drop_torn_row(self, fault: str) -> bool:
        """Leave out the row in which the document breaks off; return whether that is reported.

        `fault` is what is never closed, if anything: a tag is what breaks off, too.
        """
        table, row = self.table, self.row
        if table is None or row is None:
            return False
        is_whole = self.words is None and len(row.cells) >= table.width
        if table.kind and (self.is_ended or is_whole):
            return False
        self.words = self.row = None
        if table.kind not in self.room or fault not in ("", "tag"):
            return False
        self.dump.defects.append(torn_row(len(row.cells), table.width, row.offset))
        return True

    def report_open(self, fault: str, place: int) -> None:
        """Report what is open where the document ends; it is read as far as it came."""
        end = len(self.data.rstrip())
        if fault:
            self.defect(f"unclosed {fault}; the rest of the document is not read", place)
        elif self.table is not None and self.is_ended:
            self.report_unclosed(self.table)
        elif self.table is not None:
            self.defect("document is truncated inside a table", end)
        elif self.root >= 0 and not self.is_ended:
            self.defect("document is truncated: </html> is missing", end)

    def report_unclosed(self, table: HtmlTable) -> None:
        if table.kind != "other":
            self.defect("unclosed table", table.offset)


def _starts_after(words: HtmlWords, name: str) -> bool:
    """Whether a start tag ends the cell or the heading that is open."""
    if words.kind == "cell":
        return not words.nested_tables and (name in _CELLS or name in _ROWS)
    return name in _ENDS_HEADING


def _ends_inside(words: HtmlWords, name: str, start: int) -> bool:
    """Read an end tag among words; return whether it is no more than that."""
    if name == "a":
        words.close_link()
    elif name == "pre":
        words.is_preformatted = False
    elif words.nested_tables:
        if name == "table":
            words.end_line(start)
            words.nested_tables -= 1
    else:
        return False
    return True


def _describe(dump: Dump, term: str, words: HtmlWords) -> None:
    """Read what the list on top says of a term."""
    text = words.text()
    term = " ".join(term.split())
    field = _TERMS.get(term.lower(), "note")
    if field in ("updated", "experts"):
        if field in dump.metadata_places:
            message = f"duplicate entry {quoted(term)}; only the first one is read"
            dump.defects.append(Defect("FM008", message, words.place(), field=field))
            return
        dump.metadata_places[field] = words.place()
        setattr(dump, field, text or None)
    elif field == "references":
        dump.references.extend(words.citations(people=False))
    elif field == "note" and text:
        title = None if term.lower() in _TERMS or not term else term
        dump.notes.append(Note(title, text, words.place(), words.parts()))


def _assemble(dump: Dump, tables: Sequence[HtmlTable]) -> None:
    """Put what the tables hold into the dump."""
    _add_records(dump, [table for table in tables if table.kind == "records"])
    for table in tables:
        dump.contacts.extend(table.contacts)
        dump.footnotes.extend(table.footnotes)
        if table.kind == "contacts":
            dump.defects.extend(table.defects)
            dump.carries |= {"contacts"}
    page = page_of(dump.data)
    dump.page = page if page is not None and page[1] > 1 else None
    # One page of many need not have the records that refer to a footnote.
    if dump.footnotes and dump.page is None:
        dump.carries |= {"footnotes"}
    dump.number_entries()
    link_footnotes(dump)


def _add_records(dump: Dump, tables: Sequence[HtmlTable]) -> None:
    """Add the records of the table of the registry, or of all tables where none is called so."""
    if not tables and not any(defect.code == "FM001" for defect in dump.defects):
        dump.defects.append(no_table())
    registry = [table for table in tables if table.identity == REGISTRY_TABLE]
    for table in tables:
        if registry and table not in registry and table.records:
            message = "another table of records, without the id of the registry; it is not read"
            dump.defects.append(Defect("FM009", message, table.offset, hides=True))
    for table in registry or tables:
        dump.records.extend(table.records)
        dump.missing_columns |= frozenset(RECORD_FIELDS).difference(table.columns)
        dump.defects.extend(table.defects)
        if dump.registry_id is None and table.identity.startswith(TABLE_PREFIX):
            dump.registry_id = table.identity.removeprefix(TABLE_PREFIX)
            dump.metadata_places["registry_id"] = table.offset
