"""The XML form, the only complete one, read as a stream of expat's events.

No document type is obeyed, no entity is expanded but the five of XML, nothing outside the input is
opened.  Offsets in `places` are those of start tags: the place of a value inside one is worked
out by `_locate`, for the few that are reported.
"""

from __future__ import annotations

# What `xml.parsers.expat` hands on, without the packages around it.
import pyexpat as expat

from validator.model.pattern import pattern
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
    too_many,
)
from validator.model.vocabulary import NAMESPACE, quoted
from validator.readers.canonical import SHARED, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import regex

    from validator.limits import Limits
    from validator.model.record import Part
    from validator.readers.canonical import Cut
    from validator.readers.source import Source

_CARRIES = frozenset({"contacts", "registry-date", "metadata", "footnotes", "kinds", "elements"})

_START_TAG = pattern(rb"""<[^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+>""")
_ATTRIBUTE = pattern(rb"""\s([^\s=>"'/]++)\s*+=\s*+(["'])""")
# What of a document type stands before its next bracket: literals, comments, anything else.
_SUBSET = pattern(rb"""(?:"[^"]*+"|'[^']*+'|<!--(?:(?!-->).)*+-->|[^"'\[\]>]|["'](?!.))*+""", "s")
_WHITE_SPACE = " \t\r\n"
_RECORD_ATTRIBUTES = {"registration_date": b"date", "modification_date": b"updated"}
_ABSENT = (None, ())
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


def read(source: Source) -> Dump:
    """Return the records, contacts, notes and defects of `source`.  Never raises on content."""
    defects = list(source.damage)
    data = without_doctype(source.data, defects)
    dump = _new_dump(source.path, data, defects)
    rest = cut(data, source.limits.records)
    try:
        _Reader(dump, rest, source.limits).run()
    except _Misplaced:
        dump = _new_dump(source.path, data, defects)
        _Reader(dump, None, source.limits).run()
    return dump


def read_by_events(source: Source) -> Dump:
    """Read as `read` does, but every element by the events of expat."""
    defects = list(source.damage)
    data = without_doctype(source.data, defects)
    dump = _new_dump(source.path, data, defects)
    _Reader(dump, None, source.limits).run()
    return dump


def _new_dump(path: str, data: bytes, defects: list[Defect]) -> Dump:
    dump = Dump(path, "xml", data, _CARRIES)
    dump.defects.extend(defects)
    dump.locate = _Locator(data)
    return dump


class _Misplaced(Exception):  # noqa: N818 - it never leaves this module
    """A run of canonical records may not be what its lines show: all must be read by events."""


class _Full(Exception):  # noqa: N818 - it never leaves this module
    """No more is read: of `what`, the one that begins at `offset` would be one too many."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__()
        self.what = what
        self.offset = offset


def without_doctype(data: bytes, defects: list[Defect]) -> bytes:
    """Blank out a document type declaration, so that nothing in it is ever obeyed."""
    root = data.find(b"<registry")
    start = data.find(b"<!DOCTYPE", 0, root if root >= 0 else len(data))
    if start < 0:
        return data
    at = start + len(b"<!DOCTYPE")
    depth = 0
    while mark := data[(at := _behind(_SUBSET, data, at)) : at + 1]:
        at += 1
        if mark == b"[":
            depth += 1
        elif mark == b"]":
            depth -= 1
        elif mark == b">" and depth <= 0:
            break
    declares = " with entity declarations" if b"<!ENTITY" in data[start:at] else ""
    defects.append(Defect("FM010", f"document type declaration{declares}; it is ignored", start))
    blank = bytes(byte if byte in b"\r\n" else 0x20 for byte in data[start:at])
    return data[:start] + blank + data[at:]


def _behind(what: regex.Pattern[bytes], data: bytes, at: int) -> int:
    found = what.match(data, at)
    return at if found is None else found.end()


class _Locator:
    """Offsets of values, worked out from the offsets of the start tags they stand behind or in."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __call__(self, subject: object, field: str | None, item: object) -> int:
        if isinstance(subject, Record):
            return self.of_record(subject, field, item)
        if isinstance(subject, Contact):
            return self.of_contact(subject, field, item)
        if isinstance(item, Citation):
            return self.citation(item)
        if isinstance(subject, Footnote) and subject.anchor is not None:
            return self.attribute(subject.offset, b"anchor")
        if isinstance(subject, Dump):
            at = subject.metadata_places.get(field or "")
            if field == "registry_id" and subject.registry_id is not None:
                return self.attribute(subject.metadata_places["registry"], b"id")
            return subject.metadata_places.get("registry", 0) if at is None else self.content(at)
        return int(getattr(subject, "offset", 0))

    def of_record(self, record: Record, field: str | None, item: object) -> int:
        if field is None:
            return record.offset
        if record.places is None and getattr(record, field, None) in _ABSENT:
            return record.offset
        if field in ("assignee", "contact", "reference"):
            cited = item if isinstance(item, Citation) else next(iter(getattr(record, field)), None)
            if cited is not None:
                return self.citation(cited, record, field)
        elif isinstance(item, Citation):
            return self.citation(item)
        attribute = _RECORD_ATTRIBUTES.get(field)
        if attribute is not None and getattr(record, field) is not None:
            return self.attribute(record.offset, attribute)
        return self.element(record, field)

    def of_contact(self, contact: Contact, field: str | None, item: object) -> int:
        if field == "contact_id" and contact.contact_id is not None:
            return self.attribute(contact.offset, b"id")
        if field == "contact_uri" and contact.uri_offsets:
            return self.content(contact.uri_offsets[item if isinstance(item, int) else 0])
        return self.element(contact, field)

    def element(self, subject: Record | Contact, field: str | None) -> int:
        """The offset of what an element of a record or person holds; that of the whole if none."""
        if field is None:
            return subject.offset
        if subject.places is not None:
            place = subject.places.get(field)
            return subject.offset if place is None else self.content(place)
        tag = _TAGS.get(field)
        if tag is None or getattr(subject, field) in (None, ()):
            return subject.offset
        # A canonical record: nothing but the element itself looks like its start tag, which is
        # `<tag>` or, of an empty element, `<tag/>`.
        at = self.data.index(tag, subject.offset)
        behind = at + len(tag)
        return at if self.data[behind : behind + 1] == b"/" else behind + 1

    def citation(
        self, citation: Citation, record: Record | None = None, field: str | None = None
    ) -> int:
        if citation.offset == SHARED and record is not None:
            at = record.offset
            if record.assignee:
                at = self.data.index(b"<assignee" if field == "assignee" else b"</assignee", at)
            data = (citation.data or "").replace("&", "&amp;").encode()
            start = b'<xref type="' + citation.kind.encode() + b'" data="'
            return self.data.index(start + data + b'"/>', at) + len(start)
        if citation.data is not None:
            return self.attribute(citation.offset, b"data")
        return self.content(citation.offset)

    def content(self, start_tag: int) -> int:
        """The offset behind a start tag; that of the tag itself where nothing can follow."""
        tag = _START_TAG.match(self.data, start_tag)
        return start_tag if tag is None or tag[0].endswith(b"/>") else tag.end()

    def attribute(self, start_tag: int, name: bytes) -> int:
        """The offset of the value of an attribute of a start tag; of the tag where it has none."""
        return self.attributes(start_tag).get(name, start_tag)

    def attributes(self, start_tag: int) -> dict[bytes, int]:
        """The offset of the value of each attribute of a start tag, by its local name."""
        places: dict[bytes, int] = {}
        tag = _START_TAG.match(self.data, start_tag)
        if tag is not None:
            at = start_tag
            while (found := _ATTRIBUTE.search(self.data, at, tag.end())) is not None:
                places.setdefault(found[1].rpartition(b":")[2], found.end())
                at = self.data.find(found[2], found.end()) + 1
        return places


_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance "
_BREAK = Markup("br")
_PARAGRAPH = Markup("paragraph")
_PARAGRAPH_END = Markup("/paragraph")


def _joined(parts: list[Part]) -> list[Part]:
    """The parts with neighbouring words as one: expat hands out long text in several pieces."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


class _Element:
    """What an element of the registry is: its name, its children, and what happens at its ends.

    `field` is set for the plain and mixed elements of a record or person; `text` says that words
    may stand inside.
    """

    __slots__ = ("attributes", "children", "close", "field", "open", "tag", "text")

    def __init__(
        self,
        tag: str,
        field: str | None = None,
        *,
        text: bool = False,
        attributes: tuple[str, ...] = (),
        open: Callable[[dict[str, str]], None] | None = None,
        close: Callable[[], None] | None = None,
    ) -> None:
        self.tag = tag
        self.field = field
        self.text = text
        self.attributes = attributes
        self.open = open
        self.close = close
        self.children: dict[str, _Element] = {}


class _Reader:
    """The state between two events of expat: the open elements, and what they have said so far."""

    def __init__(self, dump: Dump, rest: Cut | None, limits: Limits) -> None:
        self.dump = dump
        # Only paragraphs, and elements where they are not meant, can be nested deep.
        self.deepest = limits.depth
        self.most = limits.records
        self.rest = rest
        # How far offsets of the parser's input lie before those of the document.
        self.shift = 0
        self.runs_seen = 0
        self.locate = _Locator(dump.data)
        self.parser = parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        if rest is not None:
            parser.ProcessingInstructionHandler = self.instruction
        self.stack: list[_Element] = []
        self.elements: dict[str, _Element] = {}
        self.skipped = _Element("", text=True)
        self.record: Record | None = None
        self.contact: Contact | None = None
        self.places: dict[str, int] = {}
        self.parts: list[Part] = []
        self.outer_parts: list[list[Part]] = []
        # What was open when a record or person began inside another.
        self.outer: list[
            tuple[
                Record | None,
                Contact | None,
                dict[str, int],
                list[Part],
                list[tuple[str, Citation]],
                list[tuple[str, int]],
            ]
        ] = []
        # What the open record cites, by field, and the addresses of the open person.
        self.cited: list[tuple[str, Citation]] = []
        self.uris: list[tuple[str, int]] = []
        self.citation: Citation | None = None
        self.heading: str | None = None
        self.opened_at = 0

    def run(self) -> None:
        try:
            self.parser.Parse(self.dump.data if self.rest is None else self.rest.data, True)
        except expat.ExpatError as error:
            if self.rest is not None:
                # Where it breaks may lie inside what was cut out.
                raise _Misplaced from None
            self.broken(error)
        except _Full as full:
            self.dump.defects.append(too_many(self.most, full.what, full.offset))
            self.stack.pop()  # what is not read
            self.close_all()
            return
        if self.rest is not None and self.runs_seen < len(self.rest.runs):
            raise _Misplaced  # one stood inside an instruction

    def broken(self, error: expat.ExpatError) -> None:
        """Report where the document stops being XML; what was open is kept as far as it came."""
        data = self.dump.data
        at = self.parser.ErrorByteIndex + self.shift
        reason = expat.errors.messages.get(error.code, "not well-formed")
        if not data[at:].strip():
            at = len(data.rstrip())
            reason = f"the document breaks off ({reason})"
        inside = self.stack[-1].tag if self.stack else ""
        where = f" inside <{inside}>" if inside else ""
        if not any(defect.code == "FM001" for defect in self.dump.defects):
            self.defect("FM001", f"{reason}{where}; nothing after this place is read", at)
        self.close_all()

    def close_all(self) -> None:
        """End the records and persons that are open."""
        for element in reversed(self.stack):
            if element.tag == "record":
                self.close_record()
            elif element.tag == "person":
                self.close_person()

    def defect(
        self,
        code: str,
        message: str,
        offset: int,
        field: str | None = None,
        value: str | None = None,
    ) -> None:
        about = self.record if self.record is not None else self.contact
        self.dump.defects.append(Defect(code, message, offset, about, field, value))

    # -- events of expat ------------------------------------------------------------------------

    def start(self, name: str, attributes: dict[str, str]) -> None:
        stack = self.stack
        if not stack:
            self.start_root(name, attributes)
            return
        parent = stack[-1]
        element = parent.children.get(name)
        if element is None:
            self.start_unexpected(parent, name, attributes)
            return
        stack.append(element)
        field = element.field
        if field is not None:
            places = self.places
            if field in places:
                self.repeated(element)
                return
            places[field] = self.parser.CurrentByteIndex + self.shift
            self.parts = []
        if element.open is not None:
            element.open(attributes)
        elif attributes:
            self.known_attributes(element, attributes)

    def end(self, _name: str) -> None:
        element = self.stack.pop()
        if element.close is not None:
            element.close()
        elif element.field is not None:
            parts = self.parts
            if len(parts) == 1 and type(parts[0]) is str:
                setattr(self.record, element.field, parts[0])
            else:
                self.close_mixed(element.field)

    def characters(self, text: str) -> None:
        if self.stack[-1].text:
            self.parts.append(text)
        elif stray := text.strip(_WHITE_SPACE):
            # Text is buffered: expat stands at what ended it, the words begin a little before.
            at = self.parser.CurrentByteIndex + self.shift
            data = self.dump.data
            found = data.rfind(stray[:8].encode(), max(0, at - 4 * len(text) - 64), at)
            if found < 0:  # written as references
                found = data.rfind(b">", 0, at) + 1
                found += len(data[found:at]) - len(data[found:at].lstrip())
            message = f"text where none belongs: {quoted(stray)}"
            self.defect("FM009", message, found, value=stray)

    def instruction(self, target: str, data: str) -> None:
        """A run of canonical records, if its place is one for records."""
        rest = self.rest
        if rest is None or target != rest.target:
            return
        number = int(data)
        run = rest.runs[number]
        dump = self.dump
        parent = self.stack[-1] if self.stack else self.skipped
        held: list[Any] = dump.records
        what, place = "records", "registry"
        if isinstance(run[0], Contact):
            held, what, place = dump.contacts, "contacts", "people"
        if parent.tag != place:
            raise _Misplaced
        entry: Any
        room = self.most - len(held)
        for index, entry in enumerate(run[:room], len(held)):
            entry.index = index
        held.extend(run[:room])
        if len(run) > room:
            raise _Full(what, run[room].offset)
        self.shift = rest.shifts[number]
        self.runs_seen += 1

    # -- elements -------------------------------------------------------------------------------

    def start_root(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        dump = self.dump
        at = dump.metadata_places["registry"] = self.parser.CurrentByteIndex + self.shift
        if local != "registry":
            self.defect("MD005", f"the root element is <{local}>, not <registry>", at, value=local)
            self.stack.append(self.skipped)
            return
        if space != NAMESPACE:
            said = f"the namespace {quoted(space)}" if space else "no namespace"
            self.defect(
                "MD005", f"the root element is in {said}, not in {NAMESPACE}", at, value=space
            )
        if self.rest is not None and dump.data[at : at + 9] != b"<registry":
            raise _Misplaced  # a prefix: lines without one are in another namespace
        self.elements = _elements(self, space + " " if space else "")
        root = self.elements[name]
        self.stack.append(root)
        dump.registry_id = attributes.get("id")
        self.known_attributes(root, attributes)

    def start_unexpected(self, parent: _Element, name: str, attributes: dict[str, str]) -> None:
        """An element where it is not meant: said once, and a record in it is read all the same."""
        known = self.elements.get(name)
        if len(self.stack) >= self.deepest:
            self.too_deep(len(self.stack))
            self.skip()
            return
        if parent is not self.skipped:
            at = self.parser.CurrentByteIndex + self.shift
            local = name.rpartition(" ")[2]
            if known is not None:
                message = f"<{local}> does not belong into <{parent.tag}>"
                self.defect("FM009", message, at, value=local)
            else:
                known_tag = any(local == other.tag for other in self.elements.values())
                message = f"<{local}> is no element of the registry"
                if known_tag:
                    space = name.rpartition(" ")[0]
                    said = f"the namespace {quoted(space)}" if space else "no namespace"
                    message = f"<{local}> is in {said}, not in the registry's"
                self.defect("FM006", message, at, value=local)
        if known is not None and known.tag in ("record", "person") and known.open is not None:
            self.stack.append(known)
            known.open(attributes)
        else:
            self.skip()

    def too_deep(self, levels: int) -> None:
        """Report the element that begins here `levels` deep; what lies deeper adds nothing."""
        if levels == self.deepest:
            at = self.parser.CurrentByteIndex + self.shift
            told = f"elements are nested deeper than {levels} levels; from here they are not read"
            self.defect("FM001", told, at)

    def skip(self) -> None:
        """Read an element for its end alone."""
        self.stack.append(self.skipped)
        self.outer_parts.append(self.parts)
        self.parts = []

    def repeated(self, element: _Element) -> None:
        self.stack[-1] = self.skipped
        self.outer_parts.append(self.parts)
        self.parts = []
        parent = self.stack[-2].tag
        message = f"a second <{element.tag}> in one {parent}; the first counts"
        self.defect("FM008", message, self.parser.CurrentByteIndex + self.shift, element.field)

    def close_skipped(self) -> None:
        if self.outer_parts:
            self.parts = self.outer_parts.pop()

    def known_attributes(self, element: _Element, attributes: dict[str, str]) -> None:
        places: dict[bytes, int] = {}
        for name, value in attributes.items():
            if name not in element.attributes and not name.startswith(_SCHEMA_INSTANCE):
                start = self.parser.CurrentByteIndex + self.shift
                places = places or self.locate.attributes(start)
                local = name.rpartition(" ")[2]
                message = f"{local} is no attribute of <{element.tag}>"
                self.defect("FM007", message, places.get(local.encode(), start), value=value)

    def enter(self) -> None:
        self.outer.append(
            (self.record, self.contact, self.places, self.parts, self.cited, self.uris)
        )

    def leave(self) -> None:
        self.record, self.contact, self.places, self.parts, self.cited, self.uris = self.outer.pop()

    def open_record(self, attributes: dict[str, str]) -> None:
        records = self.dump.records
        at = self.parser.CurrentByteIndex + self.shift
        if len(records) == self.most:
            raise _Full("records", at)
        self.enter()
        record = Record(len(records), at)
        records.append(record)
        self.record, self.contact = record, None
        self.cited = []
        self.places = record.places = {}
        if attributes:
            record.registration_date = attributes.get("date")
            record.modification_date = attributes.get("updated")
            self.known_attributes(self.stack[-1], attributes)

    def close_record(self) -> None:
        record = self.record
        if record is not None and self.cited:
            for field in ("assignee", "contact", "reference"):
                setattr(record, field, tuple(cited for of, cited in self.cited if of == field))
        self.leave()

    def close_mixed(self, field: str) -> None:
        """End a field whose content is not exactly one text."""
        record = self.record
        parts = self.parts
        if record is None:
            return
        setattr(record, field, text_of(parts))
        if all(type(part) is str for part in parts):
            return
        record.mixed = {**(record.mixed or {}), field: _joined(parts)}
        cited = tuple((field, part) for part in parts if isinstance(part, Citation))
        record.inline = (*record.inline, *cited)

    def close_assignee(self) -> None:
        pass

    def open_xref(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "")
        section = attributes.get("section")
        citation = Citation(
            kind, attributes.get("data"), None, self.parser.CurrentByteIndex + self.shift, section
        )
        if len(attributes) > 2:
            self.known_attributes(self.stack[-1], attributes)
        self.citation = citation
        self.outer_parts.append(self.parts)
        self.parts = []

    def close_xref(self) -> None:
        citation = self.citation
        parts = self.parts
        self.parts = self.outer_parts.pop()
        if citation is None:
            return
        if parts:
            citation.text = text_of(parts)
        parent = self.stack[-1]
        if parent.text:
            self.parts.append(citation)
        elif self.record is None:
            self.dump.references.append(citation)
        elif parent.tag == "assignee":
            self.cited.append(("assignee", citation))
        else:
            self.cited.append(("contact" if citation.kind == "person" else "reference", citation))

    def open_br(self, attributes: dict[str, str]) -> None:
        self.parts.append(_BREAK)
        self.known_attributes(self.stack[-1], attributes)

    def open_paragraph(self, attributes: dict[str, str]) -> None:
        if len(self.stack) > self.deepest:
            self.stack.pop()
            self.too_deep(len(self.stack))
            self.skip()
            return
        self.parts.append(_PARAGRAPH)
        self.known_attributes(self.stack[-1], attributes)

    def close_paragraph(self) -> None:
        self.parts.append(_PARAGRAPH_END)

    def open_person(self, attributes: dict[str, str]) -> None:
        contacts = self.dump.contacts
        at = self.parser.CurrentByteIndex + self.shift
        if len(contacts) == self.most:
            raise _Full("contacts", at)
        self.enter()
        contact = Contact(len(contacts), at)
        contacts.append(contact)
        contact.contact_id = attributes.get("id")
        self.record, self.contact = None, contact
        self.uris = []
        self.places = contact.places = {}
        self.known_attributes(self.stack[-1], attributes)

    def close_person(self) -> None:
        if self.contact is not None and self.uris:
            self.contact.contact_uri = tuple(uri for uri, _ in self.uris)
            self.contact.uri_offsets = tuple(at for _, at in self.uris)
        self.leave()

    def open_words(self, attributes: dict[str, str]) -> None:
        """Begin an element of a person or of the registry that holds words."""
        self.parts = []
        self.opened_at = self.parser.CurrentByteIndex + self.shift
        self.heading = attributes.get("title", attributes.get("anchor"))
        if attributes:
            self.known_attributes(self.stack[-1], attributes)

    def close_of_person(self, field: str) -> Callable[[], None]:
        def close() -> None:
            contact = self.contact
            if contact is None:
                return
            words = text_of(self.parts)
            if field == "contact_uri":
                self.uris.append((words, self.opened_at))
            elif field in self.places:
                self.defect(
                    "FM008",
                    f"a second {field} in one person; the first counts",
                    self.opened_at,
                    field,
                )
            else:
                self.places[field] = self.opened_at
                setattr(contact, field, words)

        return close

    def close_of_registry(self, field: str) -> Callable[[], None]:
        def close() -> None:
            dump = self.dump
            if field in dump.metadata_places:
                self.defect(
                    "FM008",
                    f"a second <{field}> in the registry; the first counts",
                    self.opened_at,
                    field,
                )
                return
            dump.metadata_places[field] = self.opened_at
            setattr(dump, field, text_of(self.parts))

        return close

    def close_note(self) -> None:
        text = text_of(self.parts)
        self.dump.notes.append(Note(self.heading, text, self.opened_at, _joined(self.parts)))

    def close_footnote(self) -> None:
        text = text_of(self.parts)
        self.dump.footnotes.append(
            Footnote(self.heading, text, self.opened_at, _joined(self.parts))
        )


def _elements(reader: _Reader, space: str) -> dict[str, _Element]:
    """The elements of the registry by qualified name; a `note` of a record hangs on `record`."""
    registry = _Element("registry", attributes=("id",))
    record = _Element(
        "record", attributes=("date", "updated"), open=reader.open_record, close=reader.close_record
    )
    people = _Element("people")
    person = _Element(
        "person", attributes=("id",), open=reader.open_person, close=reader.close_person
    )
    xref = _Element("xref", text=True, attributes=("type", "data", "section"),
                    open=reader.open_xref, close=reader.close_xref)  # fmt: skip
    br = _Element("br", open=reader.open_br)
    paragraph = _Element("paragraph", text=True, open=reader.open_paragraph,
                         close=reader.close_paragraph)  # fmt: skip
    inline = [br, xref, paragraph]
    assignee = _Element("assignee", "assignee", close=reader.close_assignee)
    plain = [
        _Element("name", "service_name", text=True),
        _Element("protocol", "transport_protocol", text=True),
        _Element("number", "port_number", text=True),
        _Element("sc", "service_code", text=True),
    ]
    mixed = [
        _Element("description", "description", text=True),
        _Element("note", "assignment_notes", text=True),
        _Element("unauthorized", "known_unauthorized_uses", text=True),
    ]
    of_person = [
        _Element(tag, text=True, open=reader.open_words, close=reader.close_of_person(field))
        for tag, field in (
            ("name", "name"),
            ("org", "organization"),
            ("uri", "contact_uri"),
            ("updated", "last_updated"),
        )
    ]
    of_registry = [
        _Element(tag, text=True, open=reader.open_words, close=reader.close_of_registry(field))
        for tag, field in (
            ("title", "title"),
            ("category", "category"),
            ("updated", "updated"),
            ("expert", "experts"),
        )
    ]
    note = _Element("note", text=True, attributes=("title",), open=reader.open_words,
                    close=reader.close_note)  # fmt: skip
    footnote = _Element("footnote", text=True, attributes=("anchor",), open=reader.open_words,
                        close=reader.close_footnote)  # fmt: skip

    def hold(parent: _Element, *children: _Element) -> None:
        parent.children = {space + child.tag: child for child in children}

    hold(registry, *of_registry, note, footnote, xref, record, people)
    hold(record, *plain, *mixed, assignee, xref)
    hold(people, person)
    hold(person, *of_person)
    hold(assignee, xref)
    for holder in (*mixed, note, footnote, paragraph, of_registry[-1]):
        hold(holder, *inline)
    reader.skipped.close = reader.close_skipped
    every = [*plain, *mixed, *of_person, *of_registry, note, footnote, assignee, xref, br,
             paragraph, people, person, record, registry]  # fmt: skip
    return {space + element.tag: element for element in every}
