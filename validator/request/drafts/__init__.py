"""Requests in the IANA Considerations of an Internet-Draft or RFC.

Plain text, Markdown (kramdown-rfc, mmark) and RFCXML are read into sections of lines and tables
(`text`, `tables`, `xml`); `recognise` finds requests in them: templates as in RFC 6335, Sections
8.1.1 and 10.2, tables, lines as in the registry of old (`name 4646/tcp description`) and sentences
of the common kinds.  No other section requests anything.
"""

from __future__ import annotations

import regex

from validator.model.vocabulary import fold
from validator.readers.source import Unusable, line_bytes
from validator.request.drafts.recognise import SectionReader
from validator.request.drafts.sections import MAX_LINES, SectionTooLong
from validator.request.drafts.text import markdown_sections, plain_sections
from validator.request.drafts.values import add_transport
from validator.request.fields import unstated_fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.readers.source import Source
    from validator.request.documents.parsed import ParsedRequest
    from validator.request.drafts.prose import SentenceRequest
    from validator.request.drafts.sections import DraftSection

# The longest RFC has 1.5 MB as text, and less than 3 MB as XML.
_MAX_SIZE = 8 * 1024 * 1024
# The bytes at the beginning that show what a document is.
_HEAD = 20_000
_TITLE_PAGE = 6_000

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
# A document of the IETF stream, or one that should become one.
_IETF_STREAM = regex.compile(
    rb"^Internet Engineering Task Force\b|\bdraft-ietf-[a-z0-9]++-"
    rb"|^[ \t]{0,8}submissiontype:[ \t]*+IETF\b"
    rb"|^Intended[ \t]++status:[ \t]*+(?:Standards[ \t]++Track|Best[ \t]++Current)"
    rb"|^[ \t]{0,8}category:[ \t]*+(?:std|bcp)\b",
    regex.MULTILINE | regex.IGNORECASE,
)


def is_draft(data: bytes) -> bool:
    """Say whether bytes look like an Internet-Draft or RFC, in any of the three forms.

    A request document in YAML, TOML or JSON does not, whatever its texts contain.
    """
    if _is_xml(data):
        return True
    data = line_bytes(data)
    head = data[:_HEAD]
    if _REQUEST_KEY.search(head) is not None or head.lstrip()[:1] in (b"{", b"["):
        return False
    return (
        _DRAFT_HEAD.search(data[:_TITLE_PAGE]) is not None or _IANA_HEADING.search(data) is not None
    )


def _is_xml(data: bytes) -> bool:
    match = _XML.match(data[:_HEAD])
    return match is not None and (b"<rfc" in match[0] or b"<!DOCTYPE" in match[0])


def read_draft(source: Source) -> list[ParsedRequest]:
    """Return the requests of a draft in the order of the text; none if it has none.

    Each value has its place in `source.data`; `unstated` are the keys that Section 8.1.1 requires
    and the draft does not state.  Raises `Unusable` for RFCXML that is not well-formed, and for
    what is too large to be a draft.
    """
    if len(source.data) > _MAX_SIZE:
        limit = f"{_MAX_SIZE // 2**20} MiB"
        raise Unusable(f"{source.path}: larger than {limit}, the maximum for a draft")
    try:
        sections, ietf_offset = _sections(source)
    except SectionTooLong:
        raise Unusable(
            f"{source.path}: an IANA Considerations section has more than {MAX_LINES:,} lines"
        ) from None
    requests = _requests(sections)
    for index, request in enumerate(requests):
        request.index = index
        _set_stream(request, ietf_offset)
        request.unstated = tuple(unstated_fields(request.values))
    return requests


def _sections(source: Source) -> tuple[list[DraftSection], int | None]:
    """The sections, and the byte where the draft says that it is one of the IETF stream."""
    data = source.data
    if _is_xml(data):
        from validator.request.drafts.xml import read_xml

        draft = read_xml(source)
        is_ietf = draft.attributes.get("submissionType", "IETF") == "IETF" and (
            draft.attributes.get("docName", "").startswith("draft-ietf-")
            or draft.attributes.get("category") in ("std", "bcp")
        )
        return draft.sections, draft.root_offset if is_ietf else None
    data = line_bytes(data)
    is_markdown = _MARKDOWN.search(data) is not None
    match = _IETF_STREAM.search(data[:_HEAD])
    sections = markdown_sections(data) if is_markdown else plain_sections(data)
    return sections, None if match is None else match.start()


def _requests(sections: list[DraftSection]) -> list[ParsedRequest]:
    requests: list[ParsedRequest] = []
    sentences: list[SentenceRequest] = []
    for section in sections:
        reader = SectionReader()
        reader.read(section)
        requests += reader.requests
        sentences += reader.sentences
    requests = _merged(requests)
    if requests:
        # Beside a template, "a port" and "ports 5 and 6" are an introduction.
        sentences = [s for s in sentences if s.name is not None or s.has_number]
    names = {fold(str(request.values.get("service_name", ""))) for request in requests}
    ports = {request.values.get("port_number") for request in requests}
    for sentence in sentences:
        # A sentence and a template that request the same are one request, the template's.
        if sentence.name is not None:
            is_repetition = fold(sentence.name.text) in names
        else:
            is_repetition = sentence.port is not None and sentence.port.value in ports
        if not is_repetition:
            requests.append(sentence.parsed())
    return sorted(requests, key=lambda request: request.offset)


def _merged(requests: list[ParsedRequest]) -> list[ParsedRequest]:
    """Merge templates that differ in their transport protocols alone into one request."""
    first_by_key: dict[tuple[str, str], ParsedRequest] = {}
    merged: list[ParsedRequest] = []
    for request in requests:
        name = request.values.get("service_name")
        key = (fold(str(name)), str(request.values.get("port_number")))
        first = first_by_key.setdefault(key, request)
        if first is not request and name and _differ_in_transport_alone(first, request):
            _merge(first, request)
        else:
            merged.append(request)
    return merged


def _merge(first: ParsedRequest, other: ParsedRequest) -> None:
    """Add to `first` the transport protocols of `other`, and the fields that only `other` has."""
    for index, transport in enumerate(other.values.get("transport_protocols", [])):
        add_transport(first, transport, other.places["transport_protocols", index])
    for key, value in other.values.items():
        if key not in first.values:
            first.values[key] = value
            first.places.update((path, at) for path, at in other.places.items() if path[0] == key)


def _differ_in_transport_alone(one: ParsedRequest, other: ParsedRequest) -> bool:
    transports = set(one.values.get("transport_protocols", ()))
    if transports & set(other.values.get("transport_protocols", ())):
        return False
    return all(
        one.values[key] == value
        for key, value in other.values.items()
        if key in one.values and key not in ("transport_protocols", "service_name")
    )


def _set_stream(request: ParsedRequest, ietf_offset: int | None) -> None:
    """Say that the request is of the IETF stream, if its assignee or the document shows it."""
    values = request.values
    assignee = values.get("assignee") or {}
    if fold(assignee.get("email", "")) == "iesg@ietf.org":
        ietf_offset = request.place(("assignee",))
    if ietf_offset is not None:
        values["ietf_stream"] = True
        request.places["ietf_stream",] = ietf_offset
