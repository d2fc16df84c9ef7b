"""The XML form, the only complete one, read as a stream of expat's events.

No document type is obeyed, no entity is expanded but the five of XML, nothing outside the input is
opened.  Offsets in `places` are those of start tags: `XmlLocator` works out the place of a value
inside one, for the few that are reported.
"""

from __future__ import annotations

# What `xml.parsers.expat` hands on, without the packages around it.
import pyexpat as expat

from validator.model.pattern import pattern
from validator.model.record import KEY_FIELDS, Contact, Defect, Dump
from validator.model.vocabulary import NAMESPACE, quoted
from validator.readers.canonical import cut
from validator.readers.truncation import too_deep, too_many
from validator.readers.xml_content import Element, Full, XmlContent, registry_elements
from validator.readers.xml_locator import START_TAG, XmlLocator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from validator.limits import Limits
    from validator.readers.canonical import Remainder
    from validator.readers.source import Source
    from validator.readers.xml_content import Attributes

# The errors of expat where the document ends inside a tag or a character.
_CUT_TOKENS = (5, 6)
_CARRIES = frozenset({"contacts", "registry-date", "metadata", "footnotes", "kinds", "elements"})

# What matters in a document type: literals, comments, brackets.
_DOCTYPE_MARK = pattern(rb"""["'\[\]>]|<!--""")
_CLOSINGS = {b"<!--": b"-->", b'"': b'"', b"'": b"'"}
_DEPTHS = {b"[": 1, b"]": -1}
# The elements of what a record assigns.
_KEY_TAGS = ("name", "number", "protocol")
_WHITE_SPACE = " \t\r\n"
_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance "


def read(source: Source) -> Dump:
    """Return the records, contacts, notes and defects of `source`.  Never raises on content."""
    defects = list(source.damage)
    data = without_doctype(source.data, defects)
    try:
        remainder = cut(data, source.limits.records)
        dump = _XmlReader(source, data, defects, remainder).run()
    except _Misplaced:
        dump = _XmlReader(source, data, defects).run()
    dump.data = source.data  # with the document type, which takes as many bytes as its blanks
    return dump


class _Misplaced(Exception):  # noqa: N818 - it never leaves this module
    """A run of canonical records may not be what its lines show: all must be read by events."""


def without_doctype(data: bytes, defects: list[Defect]) -> bytes:
    """Blank out a document type declaration, so that nothing in it is ever obeyed."""
    root = data.find(b"<registry")
    start = data.find(b"<!DOCTYPE", 0, root if root >= 0 else len(data))
    if start < 0:
        return data
    at = _end_of_doctype(data, start + len(b"<!DOCTYPE"))
    declares = " with entity declarations" if b"<!ENTITY" in data[start:at] else ""
    message = f"document type declaration{declares} is not allowed; it is ignored"
    mark = " ".join(data[start:at].decode("utf-8", "replace").split())
    defects.append(Defect("FM010", message, start, mark=mark))
    blank = bytes(byte if byte in b"\r\n" else 0x20 for byte in data[start:at])
    return data[:start] + blank + data[at:]


def _end_of_doctype(data: bytes, at: int) -> int:
    """The place after the document type that goes on at `at`; the end of `data` if it does not end.

    A literal or comment that is not closed is text; what closes it is looked for only once.
    """
    depth = 0
    unclosed: set[bytes] = set()
    while mark := _DOCTYPE_MARK.search(data, at):
        at = mark.end()
        depth += _DEPTHS.get(mark[0], 0)
        if mark[0] == b">" and depth <= 0:
            return at
        closing = _CLOSINGS.get(mark[0])
        if closing is not None and closing not in unclosed:
            end = data.find(closing, at)
            if end < 0:
                unclosed.add(closing)
            else:
                at = end + len(closing)
    return len(data)


class _XmlReader:
    """The events of expat: which elements are open, and what is wrong with their structure.

    `remainder` is the document without its canonical records, if these are read already.
    """

    def __init__(
        self, source: Source, data: bytes, defects: list[Defect], remainder: Remainder | None = None
    ) -> None:
        self.dump = Dump(source.path, "xml", data, _CARRIES)
        self.dump.defects.extend(defects)
        self.dump.locate = self.locator = XmlLocator(data)
        self.limits: Limits = source.limits
        self.remainder = remainder
        # How many bytes of the document the parser has not been given so far.
        self.shift = 0
        self.run_count = 0
        self.parser = parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        if remainder is not None:
            parser.ProcessingInstructionHandler = self.instruction
        self.stack: list[Element] = []
        self.elements: dict[str, Element] = {}
        self.tags: frozenset[str] = frozenset()
        # The element that is not read, where it may be a record.
        self.unread: Defect | None = None
        self.content = XmlContent(self.dump, self.limits.records, self.stack, self.offset)
        self.skipped = Element("", close=self.content.close_skipped)

    def run(self) -> Dump:
        dump, remainder = self.dump, self.remainder
        try:
            self.parser.Parse(dump.data if remainder is None else remainder.data, True)
        except expat.ExpatError as error:
            if remainder is not None:
                # Where it breaks may lie inside what was cut out.
                raise _Misplaced from None
            self.report_broken(error)
            self.content.drop_open()
        except Full as full:
            dump.defects.append(full.defect)
            self.content.drop_open()
        else:
            if remainder is not None and self.run_count < len(remainder.runs):
                raise _Misplaced  # one stood inside an instruction
        return dump

    def report_broken(self, error: expat.ExpatError) -> None:
        """Report where the document stops being XML; the entry that is open is not read."""
        data = self.dump.data
        at = self.parser.ErrorByteIndex + self.shift
        tag = self.stack[-1].tag if self.stack else ""
        where = f" inside <{tag}>" if tag else ""
        if not data[at:].strip():
            at = len(data.rstrip())
        if at == len(data.rstrip()) or (
            error.code in _CUT_TOKENS and not data.startswith(b"<!", at)
        ):
            message = f"document is truncated{where}"
        else:
            from validator.readers.syntax_errors import xml_error

            reason = xml_error(error.code, data, at)
            message = f"invalid XML{where}: {reason}; the rest of the document is not read"
        if not any(defect.code == "FM001" for defect in self.dump.defects):
            self.content.defect("FM001", message, at)

    def offset(self) -> int:
        """Where the tag begins that is read now."""
        return self.parser.CurrentByteIndex + self.shift

    # -- events of expat ------------------------------------------------------------------------

    def start(self, name: str, attributes: Attributes) -> None:
        stack = self.stack
        if not stack:
            self.start_root(name, attributes)
            return
        element = stack[-1].children.get(name)
        if element is None or len(stack) >= self.limits.depth:
            self.start_unexpected(name, attributes)
            return
        stack.append(element)
        field = element.field
        if field is not None:
            entry = self.content.entry
            if field in entry.places:
                self.check_attributes(element, attributes)
                self.skip_repeated(element)
                return
            entry.places[field] = self.parser.CurrentByteIndex + self.shift
            entry.parts = []
        if element.open is not None:
            element.open(attributes)
        if attributes:  # few elements have some
            self.check_attributes(element, attributes)

    def end(self, _name: str) -> None:
        element = self.stack.pop()
        if element.close is not None:
            element.close()
        elif element.field is not None and element.has_text:
            self.content.close_field(element.field)

    def characters(self, text: str) -> None:
        if self.stack[-1].has_text:
            self.content.entry.parts.append(text)
        elif stray := text.strip(_WHITE_SPACE):
            if not self.dump.defects.has_room_for("FM009"):
                return
            # Text is buffered: expat is at what ended it, the words begin a little before.
            at = self.offset()
            data = self.dump.data
            place = data.rfind(stray[:8].encode(), max(0, at - 4 * len(text) - 64), at)
            if place < 0:  # written as references
                place = _after_markup(data, at)
                place += len(data[place:at]) - len(data[place:at].lstrip())
            message = f"unexpected text {quoted(stray)} in <{self.stack[-1].tag}>"
            self.content.defect("FM009", message, place, value=stray)

    def instruction(self, target: str, data: str) -> None:
        """Add a run of canonical records, if its place is one for records."""
        remainder = self.remainder
        if remainder is None or target != remainder.target:
            return
        number = int(data)
        run = remainder.runs[number]
        dump = self.dump
        entries: list[Any] = dump.records
        what, parent = "records", "registry"
        if isinstance(run[0], Contact):
            entries, what, parent = dump.contacts, "contacts", "people"
        if not self.stack or self.stack[-1].tag != parent:
            raise _Misplaced
        room = self.limits.records - len(entries)
        entry: Any
        for index, entry in enumerate(run[:room], len(entries)):
            entry.index = index
        entries.extend(run[:room])
        if len(run) > room:
            raise Full(too_many(self.limits.records, what, run[room].offset, "--max-records"))
        self.shift = remainder.shifts[number]
        self.run_count += 1

    # -- elements -------------------------------------------------------------------------------

    def start_root(self, name: str, attributes: Attributes) -> None:
        namespace, _, tag = name.rpartition(" ")
        dump = self.dump
        at = dump.metadata_places["registry"] = self.offset()
        if tag != "registry":
            message = f"root element is <{tag}>, expected <registry>"
            self.content.defect("MD005", message, at, value=tag)
            self.stack.append(self.skipped)
            return
        if namespace != NAMESPACE:
            message = f"root element has {_namespace(namespace)}, expected {quoted(NAMESPACE)}"
            self.content.defect("MD005", message, at, value=namespace)
        if self.remainder is not None and dump.data[at : at + 9] != b"<registry":
            raise _Misplaced  # a prefix: lines without one are in another namespace
        self.elements = registry_elements(self.content, namespace)
        self.tags = frozenset(element.tag for element in self.elements.values())
        root = self.elements[name]
        self.stack.append(root)
        dump.registry_id = attributes.get("id")
        self.check_attributes(root, attributes)

    def start_unexpected(self, name: str, attributes: Attributes) -> None:
        """Report an element in a wrong place, once; a record in it is read all the same."""
        parent = self.stack[-1]
        if len(self.stack) >= self.limits.depth:
            if len(self.stack) == self.limits.depth:
                message = too_deep("elements", self.limits.depth)
                self.content.defect("FM001", message, self.offset())
            self.skip()
            return
        element = self.elements.get(name)
        if parent is not self.skipped:
            self.report_unexpected(name, parent)
        elif self.unread is not None and name.rpartition(" ")[2] in _KEY_TAGS:
            self.unread.hides = True
        if element is not None and element.tag in ("record", "person") and element.open is not None:
            self.stack.append(element)
            element.open(attributes)
            self.check_attributes(element, attributes)
        else:
            self.skip()

    def report_unexpected(self, name: str, parent: Element) -> None:
        code = "FM009" if name in self.elements else "FM006"
        self.unread = None
        if not self.dump.defects.has_room_for(code):
            return
        namespace, _, tag = name.rpartition(" ")
        if name in self.elements:
            message = f"unexpected <{tag}> in <{parent.tag}>"
        elif tag in self.tags:
            message = f"<{tag}> has {_namespace(namespace)}, expected that of the registry"
        else:
            message = f"unknown element <{tag}>"
        defect = self.content.defect(code, message, self.offset(), value=tag)
        defect.hides = parent.field in KEY_FIELDS or (tag in _KEY_TAGS and parent.tag == "registry")
        if parent.tag not in ("people", "person"):
            self.unread = defect

    def skip(self) -> None:
        """Read an element for its end alone."""
        self.stack.append(self.skipped)
        self.content.open_skipped()

    def skip_repeated(self, element: Element) -> None:
        defect = None
        if self.dump.defects.has_room_for("FM008"):
            parent = self.stack[-2].tag
            message = f"duplicate <{element.tag}> in <{parent}>; only the first one is read"
            defect = self.content.defect("FM008", message, self.offset(), element.field)
        self.stack[-1] = self.skipped
        self.unread = None
        self.content.open_skipped(defect)

    def check_attributes(self, element: Element, attributes: Attributes) -> None:
        places: dict[bytes, int] = {}
        for name, value in attributes.items():
            if name not in element.attributes and not name.startswith(_SCHEMA_INSTANCE):
                start = self.offset()
                places = places or self.locator.attributes(start)
                attribute = name.rpartition(" ")[2]
                message = f"unknown attribute {quoted(attribute)} in <{element.tag}>"
                at = places.get(attribute.encode(), start)
                self.content.defect("FM007", message, at, value=value)


def _namespace(namespace: str) -> str:
    return f"the namespace {quoted(namespace)}" if namespace else "no namespace"


def _after_markup(data: bytes, end: int) -> int:
    """The end of the last tag, comment or instruction before `end`; text has no "<" in it."""
    start = data.rfind(b"<", 0, end)
    for opening, closing in ((b"<!--", b"-->"), (b"<?", b"?>")):
        if start >= 0 and data.startswith(opening, start):
            return data.find(closing, start, end) + len(closing)
    tag = START_TAG.match(data, start) if start >= 0 else None
    return start + 1 if tag is None else tag.end()
