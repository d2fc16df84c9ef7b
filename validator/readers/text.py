"""The plain-text form: a table of fixed columns, as a text browser lays out the HTML page."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

import regex

from validator.model.record import (
    Citation,
    Contact,
    Defect,
    Dump,
    Footnote,
    Note,
    Record,
)
from validator.model.vocabulary import (
    COLUMN_HEADINGS,
    CONTACT_FIELDS,
    CONTACT_HEADINGS,
    RECORD_FIELDS,
)
from validator.readers.brackets import CitationCache, citations, link_footnotes
from validator.readers.letters import letter_count, letters_in_text
from validator.readers.locator import Locator, citation_of
from validator.readers.source import Source, line_bytes
from validator.readers.table import no_table, torn_row
from validator.readers.text_rows import TextRow, rows
from validator.readers.text_table import LONGEST_HEADER, TextLine, TextTable, vocabulary
from validator.readers.truncation import too_many

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from validator.model.record import Part

_CARRIES = frozenset({"contacts", "registry-date", "footnotes", "brackets"})

# What each section above the table says.
_SECTIONS = {
    "Last Updated": "updated",
    "Expert(s)": "experts",
    "Experts": "experts",
    "Reference": "references",
    "Note": "note",
    "Alternative Formats": "",
    "Available Formats": "",
    "Registration Procedure(s)": "",
}
_CONTACTS_TITLES = (b"People", b"Contact Information")
_FOOTNOTES_TITLES = (b"Footnote", b"Footnotes")
_FOOTNOTE = regex.compile(rb"[ ]{0,8}\[([^\[\]\s]{1,20})\][ ](.*+)")
# Titles are indented by three blanks, the lines of notes by one.
_TITLE = regex.compile(rb"[ ]{3}[A-Z][^\n]{0,60}+$")
_DAY = regex.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", regex.ASCII)
# How the sentence of a footnote ends, perhaps in quotes or brackets.
_SENTENCE_ENDS = (".", "!", "?", ")", "]", '"')
_RECORD_WORDS = frozenset({b"Service", b"Name", b"Port", b"Number", b"Description"})
_CONTACT_WORDS = frozenset({b"ID", b"Name"})


def _add_truncation(dump: Dump, what: str) -> None:
    """Report `what` is wrong at the end of a document, unless it is already known to break off."""
    if all(defect.code != "FM001" for defect in dump.defects):
        dump.defects.append(Defect("FM001", f"document is truncated{what}", len(dump.data)))


def read(source: Source) -> Dump:
    """Return the records, contacts, footnotes and defects of `source`.  Never raises on content."""
    dump = Dump(source.path, "txt", source.data, _CARRIES)
    dump.defects.extend(source.damage)
    lines = _lines(dump, source.limits.records)
    locator = TextLocator(source)
    dump.locate = locator
    heading = _find_heading(lines, 0, COLUMN_HEADINGS, _RECORD_WORDS)
    contacts = _find_title(lines, max(heading, 0), _CONTACTS_TITLES)
    footnotes = _find_title(lines, max(heading, 0), _FOOTNOTES_TITLES)
    end = min(contacts, footnotes)
    # What of a whole page is missing at its end.
    is_cut = heading >= 0 and end == len(lines)
    if heading < 0:
        dump.defects.append(no_table())
        _read_preamble(dump, lines[:end])
    else:
        table = TextTable(dump, lines[:end], heading, COLUMN_HEADINGS, RECORD_FIELDS)
        dump.missing_columns = table.missing_fields
        _read_preamble(dump, lines[: table.top])
        is_cut = is_cut and (dump.updated is not None or table.has_text("assignee", "contact"))
        _read_records(dump, table, locator, is_cut)
        again = _find_heading(lines, end, COLUMN_HEADINGS, _RECORD_WORDS)
        if again >= 0:  # two documents in one
            message = "another table of records; it is not read"
            dump.defects.append(Defect("FM009", message, lines[again].offset, hides=True))
    if contacts < len(lines):
        stop = footnotes if footnotes > contacts else len(lines)
        _read_contacts(dump, lines[:stop], contacts, locator)
        if stop == len(lines):
            _read_end(dump, locator)
    else:
        dump.carries -= {"contacts"}
        if is_cut:
            _add_truncation(dump, ": the table of contacts is missing")
    stop = contacts if contacts > footnotes else len(lines)
    stray = _read_footnotes(dump, [line for line in lines[footnotes + 1 : stop] if line.data])
    _check_footnotes(dump, locator, stray)
    link_footnotes(dump)
    return dump


def _lines(dump: Dump, limit: int) -> list[TextLine]:
    """The lines of the document, at most `limit` of them."""
    data = dump.data
    ends = line_bytes(data)
    if ends.count(b"\n") > limit:
        at = 0
        for _ in range(limit):
            at = ends.find(b"\n", at) + 1
        dump.defects.append(too_many(limit, "lines", at, "--max-records"))
        data = data[:at]
    lines: list[TextLine] = []
    at = 0
    for line in data.splitlines(keepends=True):
        lines.append(TextLine(at, line.rstrip(b"\r\n\f\v ")))
        at += len(line)
    return lines


def _find_heading(
    lines: Sequence[TextLine], start: int, fields: Mapping[str, str], required: AbstractSet[bytes]
) -> int:
    """The line of headings, -1 without one.

    Most of its words are of headings, and the `required` words are on it or on the lines around it.
    """
    heading_words = vocabulary(fields)
    for index in range(start, len(lines)):
        words = lines[index].data[:LONGEST_HEADER].split()
        if required.isdisjoint(words):
            continue
        if 2 * sum(word in heading_words for word in words) > len(words):
            around = lines[max(index - 3, start) : index + 4]
            nearby = {word for line in around for word in line.data[:LONGEST_HEADER].split()}
            if required <= nearby:
                return index
    return -1


def _find_title(lines: Sequence[TextLine], start: int, titles: tuple[bytes, ...]) -> int:
    """The line that is one of `titles`, centered, after a blank one; else the number of lines."""
    for index in range(start, len(lines)):
        data = lines[index].data
        if data.endswith(titles) and data[:8].isspace() and data.strip() in titles:
            if index == 0 or not lines[index - 1].data:
                return index
    return len(lines)


def _read_end(dump: Dump, locator: TextLocator) -> None:
    """Report where a document breaks off in its table of contacts."""
    if not dump.contacts:
        dump.carries -= {"contacts"}
        if any(record.assignee or record.contact for record in dump.records):
            _add_truncation(dump, ": the table of contacts has no rows")
    elif not locator.ends_line and locator.is_torn():
        dump.defects.append(locator.drop_torn(dump.contacts))


def _read_records(dump: Dump, table: TextTable, locator: TextLocator, is_cut: bool) -> None:
    """Read the rows of the table; where the document `is_cut`, the last one may be torn."""
    people, documents = CitationCache(people=True), CitationCache(people=False)
    row = None
    for row in rows(table, is_cut):
        texts = row.texts()
        record = Record(len(dump.records), row.offset)
        dump.records.append(record)
        locator.add(record, row)
        record.contact = contact = people[texts.pop("contact", "")]
        assignee = people[texts.pop("assignee", "")]
        record.assignee = _own_assignee(assignee, contact) if assignee else ()
        record.reference = documents[texts.pop("reference", "")]
        for field, text in texts.items():
            setattr(record, field, text)
    if is_cut and row is not None and (row.is_torn or not locator.ends_line):
        dump.defects.append(locator.drop_torn(dump.records))


def _own_assignee(
    assignee: tuple[Citation, ...], contact: tuple[Citation, ...]
) -> tuple[Citation, ...]:
    """The assignee without the contacts that the form of 2013 lists after it."""
    count = len(assignee) - len(contact)
    if count > 0 and contact:
        if [cited.data for cited in assignee[count:]] == [cited.data for cited in contact]:
            return assignee[:count]
    return assignee


def _read_contacts(dump: Dump, lines: Sequence[TextLine], title: int, locator: TextLocator) -> None:
    heading = _find_heading(lines, title + 1, CONTACT_HEADINGS, _CONTACT_WORDS)
    if heading < 0:
        message = 'no table of contacts found: expected the headings "ID" and "Name"'
        dump.defects.append(Defect("FM004", message, lines[title].offset))
        dump.carries -= {"contacts"}
        return
    for row in rows(TextTable(dump, lines, heading, CONTACT_HEADINGS, CONTACT_FIELDS)):
        texts = row.texts()
        contact = Contact(len(dump.contacts), row.offset)
        dump.contacts.append(contact)
        locator.add(contact, row)
        # The main line of a row is the one with its id.
        contact.contact_id = texts["contact_id"].removeprefix("[").removesuffix("]")
        contact.name = texts.get("name")
        contact.organization = texts.get("organization")
        contact.contact_uri = tuple(texts.get("contact_uri", "").split())
        contact.last_updated = texts.get("last_updated")


# -- above and below the table ---------------------------------------------------------------------


def _read_preamble(dump: Dump, lines: Sequence[TextLine]) -> None:
    """Read the title and the sections above the table."""
    for title, content in _sections(dump, lines).items():
        while content and not content[-1].data:
            content.pop()
        if not content:
            continue
        field = _SECTIONS.get(title, "note")
        at = content[0].first
        text = "\n".join(line.text for line in content)
        if field in ("updated", "experts"):
            setattr(dump, field, text)
            dump.metadata_places[field] = at
        elif field == "references":
            last = content[-1]
            letters = [*letters_in_text(dump.data, at, last.offset + len(last.data)), at]
            for citation in citations(text, people=False):
                citation.offset = letters[letter_count(text[: citation.offset])]
                dump.references.append(citation)
        elif field == "note":
            dump.notes.append(Note(None if title in _SECTIONS else title, text, at))


def _sections(dump: Dump, lines: Sequence[TextLine]) -> dict[str, list[TextLine]]:
    """The lines of each section by its title; the first line of all is the title of the dump.

    A title that is not known is that of a note.
    """
    section: list[TextLine] | None = None
    is_after_blank = True
    sections: dict[str, list[TextLine]] = {}
    for line in lines:
        text = line.text
        if not text:
            if section:
                section.append(line)
        elif dump.title is None:
            dump.title = text
            dump.metadata_places["title"] = line.first
        elif (text in _SECTIONS and line.data[:1].isspace()) or (
            section is not None and is_after_blank and _TITLE.match(line.data)
        ):
            section = sections.setdefault(text, [])
        elif section is not None:
            section.append(line)
        is_after_blank = not text
    return sections


def _read_footnotes(dump: Dump, lines: Sequence[TextLine]) -> TextLine | None:
    """Read the footnotes, up to a line after the first one that belongs to none.

    Returns the first line that belongs to none, if there is one.
    """
    texts: list[list[str]] = []
    stray: TextLine | None = None
    # A line may begin with a citation; a footnote begins left of where the first one's text does,
    # and where its bracket is indented, its other lines are, too.
    margin = bracket = 0
    for line in lines:
        match = _FOOTNOTE.match(line.data)
        if match is not None and (not texts or match.start(1) <= margin):
            margin = margin or match.start(2)
            bracket = match.start(1) - 1
            anchor = match[1].decode("utf-8", "replace")
            texts.append([match[2].strip().decode("utf-8", "replace")])
            at, text_at = (line.offset + match.start(group) for group in (1, 2))
            dump.footnotes.append(Footnote(anchor, "", at, text_offset=text_at))
        elif texts and (line.data[:1].isspace() or bracket == 0):
            texts[-1].append(line.text)
        else:
            stray = stray or line
            if texts:
                break
    for footnote, parts in zip(dump.footnotes, texts, strict=True):
        footnote.text = " ".join(parts)
    return stray


def _check_footnotes(dump: Dump, locator: TextLocator, stray: TextLine | None) -> None:
    """Report what is no footnote, and where a document breaks off before or in the last one."""
    if stray is not None:
        is_torn = not locator.ends_line and stray.offset + len(stray.data) == len(dump.data)
        if dump.footnotes or not is_torn:
            message = "unexpected text among the footnotes; it is not read"
            dump.defects.append(Defect("FM009", message, stray.first, hides=True))
    if not dump.footnotes:
        if any(map(_cites_footnote, dump.records)):
            _add_truncation(dump, ": the footnotes are missing")
    elif not locator.ends_line and not dump.footnotes[-1].text.endswith(_SENTENCE_ENDS):
        _add_truncation(dump, " inside a footnote")


def _cites_footnote(record: Record) -> bool:
    """Whether a reference is a number alone: only footnotes have such labels."""
    return any(c.kind == "bracket" and (c.text or "").isdecimal() for c in record.reference)


class TextLocator(Locator):
    """Looks the row of a record or contact up again."""

    __slots__ = ("_rows", "data", "ends_line")

    def __init__(self, source: Source) -> None:
        self.data = source.data
        # Mere spaces at the end are those that the next line begins with.
        end = source.raw.rpartition(b"\n")[2]
        self.ends_line = self.data.endswith((b"\n", b"\r")) and not (end and not end.strip(b" "))
        self._rows: list[tuple[Record | Contact, TextRow]] = []

    def add(self, entry: Record | Contact, row: TextRow) -> None:
        self._rows.append((entry, row))

    def is_torn(self) -> bool:
        """Whether the last row may go on: all but a whole date can be cut, and look complete."""
        _, row = self._rows[-1]
        return not _DAY.fullmatch(row.texts().get("last_updated", ""))

    def drop_torn(self, entries: list[Record] | list[Contact]) -> Defect:
        """Leave out the last of `entries`, in whose row the document breaks off."""
        entries.pop()
        _, row = self._rows.pop()
        return torn_row(row.column_count, len(row.table.columns), row.offset)

    def in_metadata(self, dump: Dump, field: str | None, item: object) -> int:
        if isinstance(item, Citation):
            return item.offset
        if field in ("references", "notes"):
            return super().in_metadata(dump, field, item)
        places = dump.metadata_places
        return places.get(field or "title", places.get("title", 0))

    def in_title(self, note: Note) -> int:
        """The words of the line before the note."""
        data = self.data[: note.offset].rstrip()
        start = data.rfind(b"\n") + 1
        return start + len(data[start:]) - len(data[start:].lstrip())

    def in_record(self, record: Record, field: str, item: object) -> int:
        citation = citation_of(record, field, item)
        return self._place(record, field, 0 if citation is None else citation.offset)

    def in_text(self, record: Record, field: str, character: int) -> int:
        return self._place(record, field, character)

    def in_value(self, start: int, text: str, _mixed: Sequence[Part] | None, character: int) -> int:
        letters = letters_in_text(self.data, start, len(self.data))
        return next(islice(letters, letter_count(text[:character]), None), start)

    def in_contact(self, contact: Contact, field: str, item: object) -> int:
        character = 0
        if field == "contact_id":
            character = 1  # after the bracket
        elif isinstance(item, int):
            character = sum(len(uri) + 1 for uri in contact.contact_uri[:item])
        return self._place(contact, field, character)

    def _place(self, entry: Record | Contact, field: str, character: int) -> int:
        # No two rows begin in the same place, and they are in the order of the file.
        at = bisect_left(self._rows, entry.offset, key=lambda pair: pair[0].offset)
        if at < len(self._rows) and self._rows[at][0] is entry:
            place = self._rows[at][1].place(field, character)
            return entry.offset if place is None else place
        return entry.offset
