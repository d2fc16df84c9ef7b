"""What the elements of the XML form say, put into a dump as they open and close."""

from __future__ import annotations

from functools import cache

from validator.model.record import (
    Citation,
    Contact,
    Defect,
    Dump,
    Footnote,
    Markup,
    Note,
    Record,
    text_of,
)
from validator.readers.truncation import too_many

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias, TypeVar

    from validator.model.record import Part

    Attributes: TypeAlias = dict[str, str]
    Entry = TypeVar("Entry", Record, Contact)

_BREAK = Markup("br")
_PARAGRAPH = Markup("paragraph")
_PARAGRAPH_END = Markup("/paragraph")


class Full(Exception):  # noqa: N818 - it never leaves the reader
    """No more is read.  The defect says what there is too much of."""

    def __init__(self, defect: Defect) -> None:
        super().__init__()
        self.defect = defect


class Element:
    """What an element of the registry is: its name, its children, and what happens at its ends.

    `field` is what its words are the value of, in the record, contact or registry that it stands
    in; `has_text` says that words may stand inside.
    """

    __slots__ = ("attributes", "children", "close", "field", "has_text", "open", "tag")

    def __init__(
        self,
        tag: str,
        field: str | None = None,
        *,
        text: bool = True,
        attributes: tuple[str, ...] = (),
        open: Callable[[Attributes], None] | None = None,
        close: Callable[[], None] | None = None,
    ) -> None:
        self.tag = tag
        self.field = field
        self.has_text = text
        self.attributes = attributes
        self.open = open
        self.close = close
        self.children: dict[str, Element] = {}


class OpenEntry:
    """A record or contact that is being read, or the registry around them."""

    __slots__ = (
        "citation", "citations", "heading", "offset", "owner", "parts", "places", "uris",
    )  # fmt: skip

    def __init__(self, owner: Record | Contact | Dump, places: dict[str, int]) -> None:
        self.owner = owner
        # Where the element of each field begins.
        self.places = places
        # The content of the element that is open, where its tag begins, and its title or anchor.
        self.parts: list[Part] = []
        self.offset = 0
        self.heading: str | None = None
        # The citation that is open, and those that are read, by field.
        self.citation = Citation("", None, None, 0)
        self.citations: dict[str, list[Citation]] = {}
        self.uris: list[tuple[str, int]] = []


class XmlContent:
    """Fills a dump.

    `stack` has the elements that are open, `offset` returns where the tag begins that is read now.
    """

    def __init__(
        self, dump: Dump, limit: int, stack: Sequence[Element], offset: Callable[[], int]
    ) -> None:
        self.dump = dump
        self.limit = limit
        self.stack = stack
        self.offset = offset
        self.entry = OpenEntry(dump, dump.metadata_places)
        self.outer_entries: list[OpenEntry] = []
        # The content around the citation or the skipped element that is open.
        self.outer_parts: list[list[Part]] = []
        # The repeated elements that are open: how many contents are around each, and its defect.
        self.repeated: list[tuple[int, Defect]] = []

    def defect(
        self,
        code: str,
        message: str,
        offset: int,
        field: str | None = None,
        value: str | None = None,
    ) -> Defect:
        owner = self.entry.owner
        about = owner if isinstance(owner, Record | Contact) else None
        defect = Defect(code, message, offset, about, field, value)
        self.dump.defects.append(defect)
        return defect

    def open_record(self, attributes: Attributes) -> None:
        record = Record(len(self.dump.records), self.offset())
        record.registration_date = attributes.get("date")
        record.modification_date = attributes.get("updated")
        self._enter(record, self.dump.records, "records")

    def close_record(self) -> None:
        for field, citations in self.entry.citations.items():
            setattr(self.entry.owner, field, tuple(citations))
        self.entry = self.outer_entries.pop()

    def open_person(self, attributes: Attributes) -> None:
        contact = Contact(len(self.dump.contacts), self.offset())
        contact.contact_id = attributes.get("id")
        self._enter(contact, self.dump.contacts, "contacts")

    def close_person(self) -> None:
        contact, uris = self.entry.owner, self.entry.uris
        if isinstance(contact, Contact) and uris:
            contact.contact_uri = tuple(uri for uri, _ in uris)
            contact.uri_offsets = tuple(at for _, at in uris)
        self.entry = self.outer_entries.pop()

    def _enter(self, owner: Entry, entries: list[Entry], what: str) -> None:
        if len(entries) == self.limit:
            raise Full(too_many(self.limit, what, owner.offset, "--max-records"))
        entries.append(owner)
        places = owner.places = {}
        self.outer_entries.append(self.entry)
        self.entry = OpenEntry(owner, places)

    def drop_open(self) -> None:
        """Leave out the records and persons that are open where the document breaks off."""
        is_open = {id(entry.owner) for entry in (self.entry, *self.outer_entries)}
        dump = self.dump
        dump.records = [record for record in dump.records if id(record) not in is_open]
        dump.contacts = [contact for contact in dump.contacts if id(contact) not in is_open]
        dump.number_entries()

    def close_field(self, field: str) -> None:
        """End an element whose words are the value of a field."""
        owner, parts = self.entry.owner, self.entry.parts
        if len(parts) == 1 and type(parts[0]) is str:
            setattr(owner, field, parts[0])
            return
        setattr(owner, field, text_of(parts))
        if isinstance(owner, Record) and not all(type(part) is str for part in parts):
            owner.mixed = {**(owner.mixed or {}), field: _joined(parts)}
            citations = tuple((field, part) for part in parts if isinstance(part, Citation))
            owner.inline = (*owner.inline, *citations)

    def open_skipped(self, defect: Defect | None = None) -> None:
        """Begin an element that is not read; `defect`, if it is about one, gets its words."""
        self.outer_parts.append(self.entry.parts)
        self.entry.parts = []
        if defect is not None:
            self.repeated.append((len(self.outer_parts), defect))

    def close_skipped(self) -> None:
        if self.repeated and self.repeated[-1][0] == len(self.outer_parts):
            self.repeated.pop()[1].value = text_of(self.entry.parts)
        if self.outer_parts:
            self.entry.parts = self.outer_parts.pop()

    def open_xref(self, attributes: Attributes) -> None:
        self.entry.citation = Citation(
            attributes.get("type", ""),
            attributes.get("data"),
            None,
            self.offset(),
            attributes.get("section"),
        )
        self.open_skipped()

    def close_xref(self) -> None:
        entry = self.entry
        citation = entry.citation
        if entry.parts:
            citation.text = text_of(entry.parts)
        self.close_skipped()
        parent = self.stack[-1]
        if parent.has_text:
            entry.parts.append(citation)
        elif not isinstance(entry.owner, Record):
            self.dump.references.append(citation)
        else:
            field = "contact" if citation.kind == "person" else "reference"
            field = "assignee" if parent.tag == "assignee" else field
            entry.citations.setdefault(field, []).append(citation)

    def open_br(self, _attributes: Attributes) -> None:
        self.entry.parts.append(_BREAK)

    def open_paragraph(self, _attributes: Attributes) -> None:
        self.entry.parts.append(_PARAGRAPH)

    def close_paragraph(self) -> None:
        self.entry.parts.append(_PARAGRAPH_END)

    def open_words(self, attributes: Attributes) -> None:
        """Begin a note, a footnote or an address, of which there may be several."""
        self.entry.parts = []
        self.entry.offset = self.offset()
        self.entry.heading = attributes.get("title", attributes.get("anchor"))

    def close_uri(self) -> None:
        self.entry.uris.append((text_of(self.entry.parts), self.entry.offset))

    def close_note(self) -> None:
        entry = self.entry
        text, parts = text_of(entry.parts), _joined(entry.parts)
        self.dump.notes.append(Note(entry.heading, text, entry.offset, parts))

    def close_footnote(self) -> None:
        entry = self.entry
        text, parts = text_of(entry.parts), _joined(entry.parts)
        self.dump.footnotes.append(Footnote(entry.heading, text, entry.offset, parts))


def _joined(parts: Sequence[Part]) -> list[Part]:
    """The parts with neighboring words as one: expat hands out long text in several pieces."""
    joined: list[Part] = []
    words: list[str] = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
            continue
        if words:
            joined.append("".join(words))
            words = []
        joined.append(part)
    return [*joined, "".join(words)] if words else joined


def registry_elements(content: XmlContent, namespace: str) -> dict[str, Element]:
    """The elements of the registry by qualified name, the root with all others below it.

    The name `note` leads to the note of the registry; that of a record hangs on `record`.
    """
    prefix = f"{namespace} " if namespace else ""
    record = Element("record", text=False, attributes=("date", "updated"),
                     open=content.open_record, close=content.close_record)  # fmt: skip
    person = Element("person", text=False, attributes=("id",),
                     open=content.open_person, close=content.close_person)  # fmt: skip
    xref = Element("xref", attributes=("type", "data", "section"),
                   open=content.open_xref, close=content.close_xref)  # fmt: skip
    paragraph = Element("paragraph", open=content.open_paragraph, close=content.close_paragraph)
    inline = [Element("br", text=False, open=content.open_br), xref, paragraph]
    note = Element("note", attributes=("title",),
                   open=content.open_words, close=content.close_note)  # fmt: skip
    footnote = Element("footnote", attributes=("anchor",),
                       open=content.open_words, close=content.close_footnote)  # fmt: skip
    expert = Element("expert", "experts")
    assignee = Element("assignee", "assignee", text=False)
    people = Element("people", text=False)
    registry = Element("registry", text=False, attributes=("id",))
    mixed = [
        Element("description", "description"),
        Element("note", "assignment_notes"),
        Element("unauthorized", "known_unauthorized_uses"),
    ]
    children: dict[Element, list[Element]] = {
        registry: [
            Element("title", "title"),
            Element("category", "category"),
            Element("updated", "updated"),
            expert, note, footnote, xref, record, people,
        ],
        record: [
            Element("name", "service_name"),
            Element("protocol", "transport_protocol"),
            Element("number", "port_number"),
            Element("sc", "service_code"),
            *mixed, assignee, xref,
        ],
        people: [person],
        person: [
            Element("name", "name"),
            Element("org", "organization"),
            Element("uri", open=content.open_words, close=content.close_uri),
            Element("updated", "last_updated"),
        ],
        assignee: [xref],
        **dict.fromkeys([*mixed, note, footnote, paragraph, expert], inline),
    }  # fmt: skip
    elements: dict[str, Element] = {}
    for parent, inner in children.items():
        parent.children = {prefix + element.tag: element for element in inner}
        elements |= parent.children
    return {**elements, prefix + "note": note, prefix + "registry": registry}


@cache
def registry_words() -> tuple[str, ...]:
    """The names of the elements of the registry and of their attributes."""
    content = XmlContent(Dump("", "xml", b"", frozenset()), 0, (), int)
    elements = registry_elements(content, "").values()
    attributes = [name for element in elements for name in element.attributes]
    return tuple(dict.fromkeys([*(element.tag for element in elements), *attributes]))
