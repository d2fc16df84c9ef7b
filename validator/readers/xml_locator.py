"""Where the values of an XML document begin, worked out from the offsets of start tags."""

from __future__ import annotations

from itertools import islice

from validator.model.pattern import pattern
from validator.model.record import Citation, Contact, Dump, Footnote, Note, Record
from validator.readers.canonical import SHARED
from validator.readers.locator import Locator, citation_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.record import Part
    from validator.readers.letters import LetterFinder

START_TAG = pattern(rb"""<[^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+>""")
_ATTRIBUTE = pattern(rb"""\s([^\s=>"'/]++)\s*+=\s*+(["'])""")
_CANONICAL_CITATION = pattern(rb'<xref type="([a-z]++)" data="')
_ATTRIBUTES = {"registration_date": b"date", "modification_date": b"updated"}
_TAGS = {
    "service_name": b"<name",
    "transport_protocol": b"<protocol",
    "description": b"<description",
    "port_number": b"<number",
    "assignment_notes": b"<note",
    "known_unauthorized_uses": b"<unauthorized",
    "name": b"<name",
    "organization": b"<org",
    "contact_uri": b"<uri",
    "last_updated": b"<updated",
}


class XmlLocator(Locator):
    __slots__ = ("data", "letters")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.letters: LetterFinder | None = None

    def in_record(self, record: Record, field: str, item: object) -> int:
        citation = citation_of(record, field, item)
        if citation is not None:
            return self._citation(citation, record)
        if field in _ATTRIBUTES and getattr(record, field) is not None:
            return self._attribute(record.offset, _ATTRIBUTES[field])
        return self._element(record, field)

    def in_value(self, start: int, text: str, mixed: Sequence[Part] | None, character: int) -> int:
        if self.letters is None:
            from validator.readers.letters import LetterFinder, letters_in_xml

            self.letters = LetterFinder(self.data, letters_in_xml)
        return self.letters.offset(start, text, mixed, character)

    def in_title(self, note: Note) -> int:
        return self._attribute(note.offset, b"title")

    def in_note(self, note: Note) -> int:
        return self._content(note.offset)

    def in_footnote(self, footnote: Footnote) -> int:
        return self._content(footnote.offset)

    def in_contact(self, contact: Contact, field: str, item: object) -> int:
        if field == "contact_id" and contact.contact_id is not None:
            return self._attribute(contact.offset, b"id")
        if field == "contact_uri" and contact.uri_offsets:
            return self._content(contact.uri_offsets[item if isinstance(item, int) else 0])
        return self._element(contact, field)

    def in_metadata(self, dump: Dump, field: str | None, item: object) -> int:
        if isinstance(item, Citation):
            return self._citation(item)
        places = dump.metadata_places
        if field == "registry_id" and dump.registry_id is not None:
            return self._attribute(places["registry"], b"id")
        if field in ("references", "notes"):
            return super().in_metadata(dump, field, item) or places.get("registry", 0)
        return self._content(places[field]) if field in places else places.get("registry", 0)

    def in_other(self, subject: object, item: object) -> int:
        if isinstance(item, Citation) and not isinstance(subject, Record | Contact):
            return self._citation(item)
        if isinstance(subject, Footnote) and subject.anchor is not None:
            return self._attribute(subject.offset, b"anchor")
        return int(getattr(subject, "offset", 0))

    def _element(self, entry: Record | Contact, field: str) -> int:
        """The offset of what an element holds; that of the whole entry without such an element."""
        if entry.places is not None:
            place = entry.places.get(field)
            return entry.offset if place is None else self._content(place)
        if field not in _TAGS or getattr(entry, field) in (None, ()):
            return entry.offset
        # A canonical record: nothing but the element itself looks like its start tag, which is
        # `<tag>` or, of an empty element, `<tag/>`.
        tag = _TAGS[field]
        at = self.data.index(tag, entry.offset)
        end = at + len(tag)
        return at if self.data[end : end + 1] == b"/" else end + 1

    def _citation(self, citation: Citation, record: Record | None = None) -> int:
        if citation.offset == SHARED and record is not None:
            return self._shared_citation(citation, record)
        if citation.data is not None:
            return self._attribute(citation.offset, b"data")
        return self._content(citation.offset)

    def _shared_citation(self, citation: Citation, record: Record) -> int:
        """The place of a citation of a canonical record: those before it are counted."""
        at = record.offset
        is_person = citation.kind == "person"
        citations = record.contact if is_person else record.reference
        if record.assignee:
            is_assignee = any(citation is assignee for assignee in record.assignee)
            at = self.data.index(b"<assignee" if is_assignee else b"</assignee", at)
            citations = record.assignee if is_assignee else citations
        number = next((n for n, cited in enumerate(citations) if cited is citation), 0)
        tags = _CANONICAL_CITATION.finditer(self.data, at)
        ends = (tag.end() for tag in tags if (tag[1] == b"person") == is_person)
        return next(islice(ends, number, None), at)

    def _content(self, start_tag: int) -> int:
        """The offset after a start tag; that of the tag itself where nothing can follow."""
        tag = START_TAG.match(self.data, start_tag)
        return start_tag if tag is None or tag[0].endswith(b"/>") else tag.end()

    def _attribute(self, start_tag: int, name: bytes) -> int:
        """The offset of the value of an attribute of a start tag; of the tag where it has none."""
        return self.attributes(start_tag).get(name, start_tag)

    def attributes(self, start_tag: int) -> dict[bytes, int]:
        """The offset of the value of each attribute of a start tag, by its local name."""
        places: dict[bytes, int] = {}
        tag = START_TAG.match(self.data, start_tag)
        if tag is not None:
            at = start_tag
            while (match := _ATTRIBUTE.search(self.data, at, tag.end())) is not None:
                places.setdefault(match[1].rpartition(b":")[2], match.end())
                at = self.data.find(match[2], match.end()) + 1
        return places
