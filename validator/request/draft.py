"""Port and service name requests in the IANA Considerations of an Internet-Draft or RFC.

Plain text, Markdown (kramdown-rfc, mmark) and RFCXML are read; templates as in RFC 6335, Sections
8.1.1 and 10.2, tables, lines as in the registry of old (`name 4646/tcp description`) and sentences
of the common kinds are understood.  What stands in no IANA Considerations section asks for nothing.
"""

from __future__ import annotations

import regex

from validator.model.vocabulary import SYSTEM_PORTS, fold
from validator.readers.source import Unusable, line_bytes
from validator.request.draft_text import markdown_sections, plain_sections
from validator.request.passages import MOST_LINES, Line, Section, Table, TooLong, joined
from validator.request.prose import Wish, wishes
from validator.request.raw import RawRequest
from validator.request.render import STATEMENTS
from validator.request.template import (
    is_other_label,
    label_way,
    labelled,
    put,
    put_transports,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.readers.source import Source
    from validator.request.passages import Passage
    from validator.request.raw import Way

# The longest RFC has 1.5 MB as text, and less than 3 MB as XML.
_LIMIT = 8 * 1024 * 1024
_LOOKED_AT = 20_000

_XML = regex.compile(
    rb"\s*+(?:<\?(?:(?!\?>).)*+\?>\s*+|<!--(?:(?!-->).)*+-->\s*+|<!DOCTYPE\s++rfc\b)*+"
    rb"(?:<rfc[\s>]|)",
    regex.DOTALL,
)
_IANA_HEADING = regex.compile(
    rb"^(?:#{1,6}[ \t]++)?(?:[0-9]{1,3}\.[0-9.]{0,8}[ \t]++)?"
    rb"IANA[ \t]++(?:Considerations?|Actions?)\b",
    regex.MULTILINE | regex.IGNORECASE,
)
_REQUEST_KEY = regex.compile(
    rb"""^[ \t]{0,40}(?:-[ \t]++)?["']?(?:service_name|transport_protocols)["']?[ \t]*+[:=]""",
    regex.MULTILINE,
)
_DRAFT_HEAD = regex.compile(
    rb"^(?:Internet-Draft\b|INTERNET-DRAFT\b|Request for Comments:|Internet Engineering Task Force"
    rb"|Network Working Group\b|docname[ \t]*+:|%%%[ \t]*+$"
    rb"|[ \t]{0,80}draft-[a-z0-9]++-[a-z0-9-]++[ \t]*+$)",
    regex.MULTILINE,
)
_MARKDOWN = regex.compile(
    rb"\A(?:---|%%%|\+\+\+)[ \t]*+\r?$|^(?:\.#|#{1,6}[ \t])|^---[ \t]++(?:abstract|middle|back)\b"
    rb"|^={3,}[ \t]*+\r?$",
    regex.MULTILINE,
)
# What makes a document one of the IETF stream, or one that is meant to be.
_IETF_STREAM = regex.compile(
    rb"^Internet Engineering Task Force\b|\bdraft-ietf-[a-z0-9]++-"
    rb"|^[ \t]{0,8}submissiontype:[ \t]*+IETF\b"
    rb"|^Intended[ \t]++status:[ \t]*+(?:Standards[ \t]++Track|Best[ \t]++Current)"
    rb"|^[ \t]{0,8}category:[ \t]*+(?:std|bcp)\b",
    regex.MULTILINE | regex.IGNORECASE,
)

# `quay  4646/tcp  Quay exchange`, as the registry was printed once.
_OLD_LINE = regex.compile(
    r"([A-Za-z0-9][A-Za-z0-9+*._/-]{0,39})(?:\s{2,}|\t)([0-9]{1,6}|TB[AD][0-9]{0,3})"
    r"\s?/\s?(tcp|udp|sctp|dccp)(?:(?:\s{2,}|\t)(\S.*+)|\Z)",
    regex.IGNORECASE | regex.DOTALL,
)
_BULLET = regex.compile(r"(?:[-*+•]|o)[ \t]++")
_MOST_CELLS = 40
# A section that gives assignments back does not ask for them.
_GIVEN_BACK = regex.compile(
    r"\b(?:remove|delete|de-?assign|release|return|revoke|deprecate)(?:s|d|ed)?+\b",
    regex.IGNORECASE,
)
_ASKED_FOR = regex.compile(
    r"\b(?:assign|allocate|register|reserve|add|update|create)(?:s|ed|d)?+\b",
    regex.IGNORECASE,
)
# And a template behind such words tells what becomes of an entry that is there.
_CHANGED = regex.compile(
    r"\bupdat(?:e|es|ed)\s++(?:the|this|these|that|its?)\s++(?:\S++\s++){0,3}?"
    r"(?:entry|entries|assignments?|registrations?|allocations?)\b",
    regex.IGNORECASE,
)
_WORDS_IN_A_NAME = 6
# A second one of these is another request's, whatever the first began with.
_BEGINNINGS: frozenset[Way] = frozenset({("service_name",), ("port_number",)})
_BESIDE = {key for key, _ in STATEMENTS} | {"proprietary"}
# Fields whose value is a word or two, and never goes on below.
_SHORT = frozenset({"service_name", "transport_protocols", "port_number", "service_code"})
_REQUIRED = (
    *("service_name", "transport_protocols", "assignee", "contact", "description", "reference"),
    "broadcast_multicast_anycast",
)


def is_draft(data: bytes) -> bool:
    """Say whether bytes look like an Internet-Draft or RFC, in any of the three forms.

    A request document in YAML, TOML or JSON does not, whatever its texts speak of.
    """
    if _is_xml(data):
        return True
    data = line_bytes(data)
    head = data[:_LOOKED_AT]
    if _REQUEST_KEY.search(head) is not None or head.lstrip()[:1] in (b"{", b"["):
        return False
    return _DRAFT_HEAD.search(data[:6000]) is not None or _IANA_HEADING.search(data) is not None


def _is_xml(data: bytes) -> bool:
    found = _XML.match(data[:_LOOKED_AT])
    return found is not None and (b"<rfc" in found[0] or b"<!DOCTYPE" in found[0])


def read_draft(source: Source) -> list[RawRequest]:
    """Return the requests of a draft in the order of the text; none where it has none.

    Each value has its place in `source.data`; `unstated` are the keys that Section 8.1.1 demands
    and the draft does not give.  Raises `Unusable` for RFCXML that is not well-formed, and for
    what is too large to be a draft.
    """
    data = source.data
    if len(data) > _LIMIT:
        raise Unusable(f"{source.path} is larger than {_LIMIT // 2**20} MiB, which no draft is")
    try:
        sections, stream = _sections(source)
    except TooLong:
        raise Unusable(
            f"{source.path} has an IANA Considerations section of more than {MOST_LINES:,} lines,"
            " which no draft has"
        ) from None
    requests = _requests(sections)
    for index, request in enumerate(requests):
        request.index = index
        _finish(request, stream)
    return requests


def _sections(source: Source) -> tuple[list[Section], int | None]:
    """The sections, and where the draft says that it is one of the IETF stream, if it does."""
    data = source.data
    if _is_xml(data):
        from validator.request.draft_xml import xml_draft

        draft = xml_draft(source)
        of_ietf = draft.attributes.get("submissionType", "IETF") == "IETF" and (
            draft.attributes.get("docName", "").startswith("draft-ietf-")
            or draft.attributes.get("category") in ("std", "bcp")
        )
        return draft.sections, draft.root if of_ietf else None
    data = line_bytes(data)
    is_markdown = _MARKDOWN.search(data) is not None
    found = _IETF_STREAM.search(data[:_LOOKED_AT])
    sections = markdown_sections(data) if is_markdown else plain_sections(data)
    return sections, None if found is None else found.start()


def _requests(sections: list[Section]) -> list[RawRequest]:
    templates: list[RawRequest] = []
    told: list[Wish] = []
    for section in sections:
        gathering = _Gathering()
        gathering.read(section)
        templates += gathering.requests
        told += gathering.wishes
    templates = _merged(templates)
    names = {fold(str(request.values.get("service_name", ""))) for request in templates}
    ports = {request.values.get("port_number") for request in templates}
    # What a sentence and a template both ask for is one request, the template's.
    if templates:
        told = [wish for wish in told if wish.name is not None or isinstance(wish.port, int)]
    for wish in told:
        known = wish.port in ports if wish.name is None else fold(wish.name.text) in names
        if not known:
            templates.append(wish.request())
    templates.sort(key=lambda request: request.offset)
    return templates


class _Gathering:
    """The requests of one section, gathered line by line, and what its sentences wish for."""

    def __init__(self) -> None:
        self.requests: list[RawRequest] = []
        self.wishes: list[Wish] = []
        # The open template: its values in order, how it began, and the value being read.
        self.fields: list[tuple[Way, Passage, bool]] = []
        self.known: set[Way] = set()
        self.strong = False
        self.first: Way | None = None
        self.indent = 0
        self.way: Way | None = None
        self.pieces: list[Passage] = []
        self.literal = True
        self.blank = False
        # All of its lines, should it turn out to be none.
        self.lines: list[Passage] = []
        self.prose: list[Line] = []
        self.given_back = False
        self.changed = False

    def read(self, section: Section) -> None:
        for part in section.parts:
            if isinstance(part, Table):
                self.close()
                self.end_prose()
                self.table(part)
            elif not part.passage:
                self.blank = True
                if self.way is None:
                    self.end_prose()
            else:
                self.line(part)
                self.blank = False
        self.close()
        self.end_prose()

    def line(self, line: Line) -> None:
        if self.is_inside_text(line):
            self.pieces.append(line.passage)
            self.lines.append(line.passage)
            return
        found = labelled(line, self.way is not None)
        if found is not None and (found[1] or self.way is not None or not self.prose):
            self.end_prose()
            self.field(line, *found)
            self.lines.append(line.passage)
            return
        old = _OLD_LINE.match(line.passage.text, _behind_bullet(line))
        if old is not None:
            self.close()
            self.end_prose()
            self.old_line(line, old)
            return
        if self.way is not None and self.goes_on(line):
            self.pieces.append(line.passage)
            self.lines.append(line.passage)
            return
        if self.way is not None and is_other_label(line) and line.indent <= self.indent:
            # A field of a template that we have no key for.
            self.end_value()
            self.way = ()
            return
        self.close()
        self.prose.append(line)

    def is_inside_text(self, line: Line) -> bool:
        """Whether a line goes on with a text even if it begins with what could be a label."""
        if not self.way or self.blank or self.way[0] in _SHORT:
            return False
        return line.indent > self.indent + 1 and any(self.pieces)

    def goes_on(self, line: Line) -> bool:
        """Whether a line without a label goes on with the value above it."""
        if self.way and self.way[0] in _SHORT and any(self.pieces):
            return line.indent > self.indent and not self.blank
        if line.indent > self.indent:
            return True
        return not self.blank and not is_other_label(line)

    def field(self, line: Line, way: Way, strong: bool, value: Passage) -> None:
        self.end_value()
        if way in self.known and (way == self.first or way in _BEGINNINGS):
            self.close()
        if not self.known:
            self.first = way
            self.indent = line.indent
        self.known.add(way)
        self.strong = self.strong or strong
        self.way, self.pieces, self.literal = way, [value], line.literal

    def end_value(self) -> None:
        if self.way:
            self.fields.append((self.way, joined(self.pieces, self.literal), self.literal))
        self.way, self.pieces = None, []

    def close(self) -> None:
        """End the open template; it is a request if it names a service, or a port and more."""
        self.end_value()
        fields, self.fields = self.fields, []
        strong, self.strong = self.strong, False
        lines, self.lines = self.lines, []
        self.first = None
        self.known = set()
        if not fields or self.given_back:
            return
        if strong:
            self.template(fields)
        elif self.requests and all(way[0] in _BESIDE for way, _, _ in fields):
            # What Section 8.1 asks for beside the template may stand below it.
            for way, value, literal in fields:
                put(self.requests[-1], way, value, literal)
        else:
            self.wishes += wishes(joined(lines), self.wishes)

    def template(self, fields: list[tuple[Way, Passage, bool]]) -> None:
        began = [value.place(0) for _, value, _ in fields if value]
        if not began:
            return
        request = RawRequest(0, min(began))
        for way, value, literal in fields:
            put(request, way, value, literal)
        values = request.values
        request.offset = min(request.places.values(), default=request.offset)
        name = str(values.get("service_name") or "")
        if len(name.split()) > _WORDS_IN_A_NAME:
            return  # the field is explained, not filled in
        if self.changed and not name:
            return  # an entry that has its name already
        if len(values) > 1 and (name or values.get("port_number") is not None):
            self.requests.append(request)

    def table(self, table: Table) -> None:
        rows = [row[:_MOST_CELLS] for row in table.rows]
        if self.given_back or not rows:
            return
        pairs = [(label_way(row[0].text), row) for row in rows if len(row) >= 2]
        known = [way for way, _ in pairs if way is not None]
        if len(known) >= 2 and len(known) * 2 >= len(rows) and any(k[1] for k in known):
            # Fields below each other, and a request or more beside them.
            for column in range(1, max(len(row) for _, row in pairs)):
                fields = [
                    (way[0], row[column], table.literal)
                    for way, row in pairs
                    if way is not None and way[0] and column < len(row)
                ]
                self.template(fields)
            return
        heads = [label_way(cell.text) for cell in rows[0]]
        keys = {head[0][0] for head in heads if head is not None and head[0]}
        if len(keys) < 2 or not (
            any(head is not None and head[1] for head in heads)
            or {"service_name", "port_number", "transport_protocols"} <= keys
        ):
            return
        for row in rows[1:]:
            fields = [
                (head[0], cell, table.literal)
                for head, cell in zip(heads, row, strict=False)
                if head is not None and head[0]
            ]
            self.template(fields)

    def old_line(self, line: Line, found: regex.Match[str]) -> None:
        if self.given_back:
            return
        passage = line.passage
        request = RawRequest(0, passage.place(found.start(1)))
        for way, group in ((("service_name",), 1), (("port_number",), 2), (("description",), 4)):
            if found[group]:
                put(request, way, passage.part(found.start(group), found.end(group)), line.literal)
        put_transports(request, passage.part(found.start(3), found.end(3)))
        self.requests.append(request)

    def end_prose(self) -> None:
        if not self.prose:
            return
        literal = self.prose[0].literal
        paragraph = joined((line.passage for line in self.prose), literal)
        self.prose = []
        text = paragraph.text[:2000]
        self.given_back = _GIVEN_BACK.search(text) is not None and _ASKED_FOR.search(text) is None
        self.changed = _CHANGED.search(text) is not None
        self.wishes += wishes(paragraph, self.wishes)


def _behind_bullet(line: Line) -> int:
    found = _BULLET.match(line.passage.text)
    return 0 if found is None else found.end()


def _merged(requests: list[RawRequest]) -> list[RawRequest]:
    """Put templates that differ in their transport protocols alone into one request."""
    kept: dict[tuple[str, str], RawRequest] = {}
    merged: list[RawRequest] = []
    for request in requests:
        values = request.values
        name = values.get("service_name")
        key = (fold(str(name)), str(values.get("port_number")))
        other = kept.get(key)
        transports = values.get("transport_protocols", [])
        if name and other is not None and _agree(other, request):
            listed = other.values.setdefault("transport_protocols", [])
            for number, transport in enumerate(transports):
                place = request.places["transport_protocols", number]
                other.places["transport_protocols", len(listed)] = place
                listed.append(transport)
            for field, value in values.items():
                if field not in other.values:
                    other.values[field] = value
                    other.places.update(
                        (way, at) for way, at in request.places.items() if way[0] == field
                    )
            continue
        kept.setdefault(key, request)
        merged.append(request)
    return merged


def _agree(one: RawRequest, other: RawRequest) -> bool:
    mine = set(one.values.get("transport_protocols", ()))
    if mine & set(other.values.get("transport_protocols", ())):
        return False
    return all(
        one.values[key] == value
        for key, value in other.values.items()
        if key in one.values and key not in ("transport_protocols", "service_name")
    )


def _finish(request: RawRequest, stream: int | None) -> None:
    """Say whether the request is one of the IETF stream, and what it does not state."""
    values = request.values
    assignee = values.get("assignee") or {}
    if "ietf_stream" not in values:
        if fold(assignee.get("email", "")) == "iesg@ietf.org":
            values["ietf_stream"] = True
            request.places["ietf_stream",] = request.place(("assignee",))
        elif stream is not None:
            values["ietf_stream"] = True
            request.places["ietf_stream",] = stream
    unstated = list(_unstated(request))
    request.unstated = tuple(unstated)


def _unstated(request: RawRequest) -> Iterator[str]:
    values = request.values
    for key in _REQUIRED:
        if not values.get(key):
            yield key
        elif key in ("assignee", "contact"):
            yield from (f"{key}.{part}" for part in ("name", "email") if part not in values[key])
    if "dccp" in values.get("transport_protocols", ()) and "service_code" not in values:
        yield "service_code"
    port = values.get("port_number")
    if port is not None:
        if "why_not_dynamic" not in values:
            yield "why_not_dynamic"
        if port == "system" or (isinstance(port, int) and port <= SYSTEM_PORTS[1]):
            yield from (
                key for key in ("why_not_user", "stable_spec_reference") if key not in values
            )
