"""A draft as a whole: its sections, and what they request, update and release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import regex

from validator.errors import Unusable
from validator.model.vocabulary import fold
from validator.readers.source import Source, line_bytes
from validator.request.documents.parsed import Mention, ParsedRequest, RequestContents
from validator.request.drafts import HEAD, is_xml
from validator.request.drafts.combine import combined
from validator.request.drafts.contents import SectionContents
from validator.request.drafts.kinds import OTHER_SERVICE_NAMES
from validator.request.drafts.markdown import markdown_sections, parts_of
from validator.request.drafts.reader import SectionReader
from validator.request.drafts.sections import BLANK, MAX_LINES, DraftSection, DraftTooLong
from validator.request.drafts.text import plain_sections
from validator.request.drafts.unread import outside_mention, section_mention
from validator.request.fields import unstated_fields
from validator.request.phrase import exact_phrase, phrase

# The longest RFC has 1.5 MB as text, and less than 3 MB as XML.
_MAX_SIZE = 8 * 1024 * 1024
_NUMBERED_IANA_HEADING = regex.compile(
    rb"^[ \t]{0,8}[0-9]{1,3}\.?[ \t]++IANA[ \t]++(?:Considerations?|Actions?)\b",
    regex.MULTILINE | regex.IGNORECASE,
)
_MARKED_IANA_HEADING = regex.compile(
    rb"^(?:#{1,6}[ \t]++.{0,80}?IANA[ \t]++(?:Considerations?|Actions?)\b"
    rb"|IANA[ \t]++(?:Considerations?|Actions?)[ \t]*+\r?\n(?:={3,}|-{3,}))",
    regex.MULTILINE | regex.IGNORECASE,
)
_MARKDOWN = regex.compile(
    rb"\A(?:---|%%%|\+\+\+)[ \t]*+\r?$|^(?:\.#|#{1,6}[ \t])|^---[ \t]++(?:abstract|middle|back)\b"
    rb"|^={3,}[ \t]*+\r?$",
    regex.MULTILINE,
)
# "Section 5.2", unless it is one of another document.
_CITED_NUMBER = exact_phrase(
    r"\b[Ss]ections? ([0-9]{1,3}(?:\.[0-9]{1,3})*+)(?! of (?:\[|RFC|BCP))(?!\.? of [\[{])"
)
# "This entire document is about IANA considerations."
_ENTIRE_DOCUMENT = phrase(
    r"\b(?:entire|whole) (?:document|memo|draft) (?:is|describes|contains|consists|concerns"
    r"|deals)\b|\ball of this (?:document|memo|draft) (?:is|concerns)\b"
)
_CITED_ANCHOR = regex.compile(
    r"\{\{([\w.-]{1,60})\}\}|\[([\w.-]{1,60})\]"
    r"|(?<=\(#)([\w.-]{1,60})\)"
)
_IDENTITY = regex.compile(
    rb"^[ \t]{0,8}Request for Comments:?[ \t]++([0-9]{1,5})\b|<rfc\b[^>]{0,2000}"
    rb"\bnumber=[\"']([0-9]{1,5})[\"']"
    rb"|\b(draft-[a-z0-9]++(?:-(?![0-9]{2}\b|latest\b)[a-z0-9]++)++)",
    regex.MULTILINE | regex.IGNORECASE,
)
_WORD = regex.compile(r"[\w.-]+")
_NUMBER = regex.compile(r"[0-9]+")
# A document of the IETF stream, or one that should become one.
_IETF_STREAM = regex.compile(
    rb"^[ \t]{0,8}Internet Engineering Task Force\b|\bdraft-ietf-[a-z0-9]++-"
    rb"|^[ \t]{0,8}submissiontype:[ \t]*+IETF\b"
    rb"|^Intended[ \t]++status:[ \t]*+(?:Standards[ \t]++Track|Best[ \t]++Current)"
    rb"|^[ \t]{0,8}category[ \t]*+[:=][ \t]*+[\"']?(?:std|bcp|Standards[ \t]++Track"
    rb"|Best[ \t]++Current)\b",
    regex.MULTILINE | regex.IGNORECASE,
)


def read_draft(source: Source) -> RequestContents:
    """Return what a draft requests, updates and releases.

    Each value has its place in `source.data`; `unstated` are the keys that Section 8.1.1 requires
    and the draft does not state.  Raises `Unusable` for RFCXML that is not well-formed, for what is
    too large to be a draft, and for IANA Considerations larger than a file of requests may be.
    """
    if len(source.data) > _MAX_SIZE:
        size = f"{_MAX_SIZE // 2**20} MiB"
        raise Unusable(f"{source.path}: larger than {size}, the maximum for a draft")
    try:
        sections, ietf_offset = _sections(source)
    except DraftTooLong as error:
        raise Unusable(f"{source.path}: the draft has more than {MAX_LINES:,} {error}") from None
    iana = _iana_sections(sections)
    limit = source.limits.request_size
    if sum(map(_length, iana)) > limit:
        size = f"{limit // 1024:,} KiB (--max-request-size)"
        raise Unusable(f"{source.path}: the IANA Considerations are larger than {size}")
    contents = list(_contents(sections, iana, limit))
    requests = combined(contents)
    for index, request in enumerate(requests):
        request.index = index
        request.is_from_draft = True
        _set_stream(request, ietf_offset)
        if request.kind == "request":
            request.unstated = tuple(unstated_fields(request.values))
    unread = [mention for content in contents for mention in content.mentions]
    identity = _identity(line_bytes(source.data)[:HEAD])
    has_iana = any(section.is_iana for section in sections)
    unread = _without_repetitions(unread, requests)
    return RequestContents("draft", requests, unread, identity, has_iana)


def _identity(head: bytes) -> str:
    """The number or name that the head of a document gives it, without the version of a draft."""
    match = _IDENTITY.search(head)
    if match is None:
        return ""
    number = match[1] or match[2]
    return f"rfc{number.decode()}" if number else match[3].decode().lower()


def _sections(source: Source) -> tuple[list[DraftSection], int | None]:
    """The sections, and the byte where the draft says that it is one of the IETF stream."""
    data = source.data
    if is_xml(data):
        from validator.request.drafts.xml import read_xml

        draft = read_xml(source)
        is_ietf = draft.attributes.get("submissionType", "IETF") == "IETF" and (
            draft.attributes.get("docName", "").startswith("draft-ietf-")
            or draft.attributes.get("category") in ("std", "bcp")
        )
        return draft.sections, draft.root_offset if is_ietf else None
    data = line_bytes(data)
    match = _IETF_STREAM.search(data[:HEAD])
    sections = markdown_sections(data) if _is_markdown(data) else plain_sections(data)
    return sections, None if match is None else match.start()


def _is_markdown(data: bytes) -> bool:
    """Whether the headings are those of Markdown: a text may have lines that look like some."""
    if _MARKED_IANA_HEADING.search(data):
        return True
    return not _NUMBERED_IANA_HEADING.search(data) and _MARKDOWN.search(data) is not None


def _iana_sections(sections: Sequence[DraftSection]) -> Sequence[DraftSection]:
    """The sections about IANA: all of them, if the entire document is."""
    iana = [section for section in sections if section.is_iana]
    texts = (text for section in iana for text in _line_texts(section))
    return sections if any(map(_ENTIRE_DOCUMENT.search, texts)) else iana


def _length(section: DraftSection) -> int:
    return sum(map(len, section.texts()))


def _contents(
    sections: Sequence[DraftSection], iana: Sequence[DraftSection], limit: int
) -> Iterator[SectionContents]:
    """The contents of the sections about IANA, and of those that they refer to.

    Of the latter, those that are beyond `limit` characters are not read, and are a mention.
    """
    if not iana:
        mentions = (outside_mention(parts_of(section)) for section in sections)
        yield SectionContents(unread=list(islice(filter(None, mentions), 1)))
    has_others = any(OTHER_SERVICE_NAMES.search(t) for section in iana for t in section.texts())
    for section in iana:
        yield SectionReader(section, is_beside_others=has_others).read()
    length = 0
    for section in _cited_sections(sections, iana):
        length += _length(section)
        if length > limit:
            yield SectionContents(unread=section_mention(section))
            return
        yield SectionReader(section, is_cited=True).read()


def _line_texts(section: DraftSection) -> Iterator[str]:
    """The lines of a section: its tables refer to what others have to read."""
    for part in section.parts:
        yield getattr(part, "passage", BLANK.passage).text


def _cited_sections(
    sections: Sequence[DraftSection], iana: Sequence[DraftSection]
) -> Iterator[DraftSection]:
    """The sections that those about IANA refer to, with their subsections."""
    numbers: set[str] = set()
    anchors: set[str] = set()
    for section in iana:
        for text in _line_texts(section):
            numbers.update(match[1] for match in _CITED_NUMBER.finditer(text))
            anchors.update(m[1] or m[2] or m[3] for m in _CITED_ANCHOR.finditer(text))
    own = set(map(id, iana))
    for section in sections:
        is_cited = section.anchor in anchors or not numbers.isdisjoint(_prefixes(section.number))
        if is_cited and id(section) not in own:
            yield section


def _prefixes(number: str) -> list[str]:
    """The numbers of a section and of those around it."""
    parts = number.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _without_repetitions(
    unread: Sequence[Mention], requests: Sequence[ParsedRequest]
) -> list[Mention]:
    """The mentions of other ports and names than those that are requested, each words once."""
    words = {fold(str(request.values.get("service_name"))) for request in requests}
    words |= {fold(request.new_name) for request in requests if request.new_name}
    for request in requests:
        port = str(request.values.get("port_number"))
        words.update([port, *_NUMBER.findall(port)])
    lacks_description = any(
        request.kind == "request" and "description" not in request.values for request in requests
    )
    first_by_text: dict[str, Mention] = {}
    for mention in sorted(unread, key=lambda mention: mention.offset):
        first_by_text.setdefault(fold(mention.text), mention)
    return [
        mention
        for mention in first_by_text.values()
        if mention.is_section
        or (mention.is_description and lacks_description)
        or (
            not words.intersection(_WORD.findall(fold(mention.text)))
            and not mention.is_description
            and (not requests or (mention.is_specific and not mention.is_use))
        )
    ]


def _set_stream(request: ParsedRequest, ietf_offset: int | None) -> None:
    """Say that the request is of the IETF stream, if its assignee or the document shows it."""
    assignee = request.values.get("assignee") or {}
    if fold(assignee.get("email", "")) == "iesg@ietf.org":
        ietf_offset = request.place(("assignee",))
    if ietf_offset is not None:
        request.set("ietf_stream", True, ietf_offset)
