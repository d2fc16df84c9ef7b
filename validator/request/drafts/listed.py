"""The items of a list whose introduction requests, updates or releases what is in it."""

from __future__ import annotations

import regex

from validator.request.drafts import mentions
from validator.request.drafts.mentions import PortMention
from validator.request.drafts.names import is_name
from validator.request.drafts.prose_fields import reference_update
from validator.request.drafts.renaming import changes_other_field
from validator.request.drafts.sections import LIST_MARK, TRANSPORTS
from validator.request.drafts.sentence_request import SentenceRequest
from validator.request.phrase import exact_phrase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.request.documents.parsed import RequestKind
    from validator.request.drafts.sections import Passage

_NAME = r"[\"“'`]?(?P<name>[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+)[\"”'`]?"
_NUMBER = rf"(?P<number>[0-9]{{1,5}})(?:(?:\s?/\s?|\s)(?P<transport>(?i:{TRANSPORTS})))?"
# A service name alone, of which a line may have several.
_NAME_ALONE = exact_phrase(rf"(?:\A|(?<=\s)){LIST_MARK}{_NAME}(?=[\s,;]|\Z)")
# `tides 4646`, `tides: 4646`, of which a line may have several.
_NAME_AND_NUMBER = exact_phrase(
    rf"(?:\A|(?<=\s)){LIST_MARK}{_NAME}(?:\s?[:=])?+ {_NUMBER}(?=[\s,;]|\Z)"
)
# `4646`, `4646/tcp (tides)`, `4646: tides`, `tides (4646/tcp)`
_PORT = exact_phrase(
    rf"{LIST_MARK}(?:(?:[Pp]orts? )?{_NUMBER}(?:\s*+\(\s?{_NAME}\s?\)|\s*+[:,=-]\s*+{_NAME}"
    rf"| {_NAME})?+|{_NAME}\s*+\(\s?{_NUMBER}\s?\))\s*+(?:,? and)?[.,;]?"
)


# `tides -> flood`, `rename "tides" (4646/tcp) to "flood"`
_RENAMED = exact_phrase(
    rf"{LIST_MARK}(?:[Rr]ename |(?:[Cc]hange|[Rr]eplace) )?{_NAME}(?:\s*+\(\s?"
    rf"(?:[Pp]ort )?{_NUMBER}\s?\))?\s*+(?:[-=]{{1,2}}>|→|\bto\b|\b(?:by|with)\b"
    r"|\b(?:becomes?|(?:is |to be )?renamed (?:to|as)|is now)\b)\s*+[\"“'`]?"
    r"(?P<new>[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+)[\"”'`]?\s*+(?:,? and)?[.,;]?"
)


def announced_change(paragraph: Passage, kind: RequestKind) -> SentenceRequest:
    """What the introduction of a list updates or releases, but for the names and ports in it."""
    transports = mentions.transports(paragraph, paragraph.text)
    reference = reference_update(paragraph) if kind == "update" else None
    return SentenceRequest(paragraph, kind, None, None, transports, (), reference)


def numbered_names(paragraph: Passage, announcement: SentenceRequest) -> list[SentenceRequest]:
    """The requests of lines that are a service name and its port each."""
    if announcement.kind != "request" or _NAME_AND_NUMBER.sub("", paragraph.text).strip(" ,;"):
        return []
    matches = _NAME_AND_NUMBER.finditer(paragraph.text)
    return [_announced(paragraph, match, announcement) for match in matches]


def listed_requests(paragraph: Passage, announcement: SentenceRequest) -> list[SentenceRequest]:
    """What an item is: service names alone, a port, perhaps with its name, or an old and new name.

    The list does with them what its `announcement` says.
    """
    text = paragraph.text
    is_other = announcement.kind != "update" or changes_other_field(announcement.sentence.text)
    renamed = None if is_other else _RENAMED.fullmatch(text)
    if renamed is not None and all(map(is_name, renamed.group("name", "new"))):
        request = _announced(paragraph, renamed, announcement)
        request.new_name = paragraph.part(*renamed.span("new"))
        return [request]
    port = _PORT.fullmatch(text)
    if port is not None and (port["name"] is None or is_name(port["name"])):
        return [_announced(paragraph, port, announcement)]
    matches = list(_NAME_ALONE.finditer(text))
    names = [match["name"] for match in matches]
    if _NAME_ALONE.sub("", text).strip(" ,;") or not all(map(is_name, names)):
        return []
    return [_announced(paragraph, match, announcement) for match in matches]


def _announced(
    paragraph: Passage, match: regex.Match[str], announcement: SentenceRequest
) -> SentenceRequest:
    """The request of an item, whose name, number and transport protocol are groups of `match`."""
    spans = {
        group: paragraph.part(*match.span(group)) for group in match.re.groupindex if match[group]
    }
    name, number = spans.get("name"), spans.get("number")
    port = announcement.port if number is None else PortMention(int(number.text), number)
    transport = spans.get("transport")
    return SentenceRequest(
        name or number or paragraph,
        announcement.kind,
        name,
        port,
        announcement.transports if transport is None else [transport],
        (),
        announcement.reference,
    )
