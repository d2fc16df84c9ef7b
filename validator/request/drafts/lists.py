"""Lists in a draft: what the paragraph before one says of it, and what its items are."""

from __future__ import annotations

import regex

from validator.request.documents.parsed import RequestKind
from validator.request.drafts import mentions
from validator.request.drafts.contents import SentenceRequest
from validator.request.drafts.kinds import sentence_kind
from validator.request.drafts.mentions import PortMention, ports
from validator.request.drafts.names import is_name
from validator.request.drafts.prose import sentences
from validator.request.drafts.prose_fields import reference_update
from validator.request.drafts.renaming import changes_other_field
from validator.request.drafts.sections import LIST_MARK, TRANSPORTS, Passage
from validator.request.drafts.unrequested import without_asides
from validator.request.drafts.values import SYSTEM_RANGE, USER_RANGE
from validator.request.phrase import exact_phrase, phrase

# An item such as "Attribute name: ..." is a field of another registry.
_OTHER_FIELD = phrase(
    r"\S{1,3} [^:]{0,40}\b(?:attribute|charset|field|media|option|parameter)s?\b[^:]{0,20}:"
)
# "IANA is requested to:", before a list of what it has to do
_ASKS_TO = phrase(
    r"\b(?:IANA|RFC Editor)\b[^.;]{0,60}\b(?:requested|asked|invited) "
    r"to(?: (?:do|perform|take|make|carry out)\b[^.:;]{0,60})?\s*+:\s*+\Z"
)
# "The following entries are not to be changed:"
_EXCLUDES = phrase(
    r"\b(?:not|no) (?:\w++ ){0,3}(?:chang|updat|request|releas|affect|assign|regist)\w*+"
    r"|\bunchanged\b|\bremains? as\b|\b(?:for|an?|only|as) examples?\b"
    r"|\bfor (?:\w++ )?(?:convenience|illustration|information)\b|\binformative\b"
    r"|\bregistry currently (?:contains|has|lists|shows)\b"
)
_OPEN_END = exact_phrase(r":\s*+\Z|\b(?:following|below|as follows)\b")
_DENIES = phrase(r"\b(?:no|not|none|without|rather than|instead of)\b")
# "The Description should be as follows:"
_BEFORE_DESCRIPTION = phrase(
    r"\bdescription\b[^.:;]{0,40}\b(?:as follows|following|below)\s*+:?\s*+\Z"
    r"|\bdescription (?:is|(?:should|shall|will|must) be)\s*+:\s*+\Z"
)


def is_of_other_registry(item: str) -> bool:
    """Whether an item of a list is a field of another registry."""
    return _OTHER_FIELD.match(item) is not None


def is_open(paragraph: str) -> bool:
    """Whether a paragraph announces what is after it."""
    return _OPEN_END.search(paragraph) is not None


def excludes(paragraph: str) -> bool:
    """Whether a paragraph says that nothing is asked of the list, table or template after it."""
    return is_open(paragraph) and _EXCLUDES.search(paragraph) is not None


def asks_to_act(paragraph: str) -> bool:
    """Whether a paragraph says that IANA has to do what the list after it says."""
    return _ASKS_TO.search(paragraph) is not None


def is_before_description(paragraph: str) -> bool:
    """Whether the next paragraph is the description of what was requested."""
    return _BEFORE_DESCRIPTION.search(paragraph) is not None


def port_range(paragraph: Passage) -> tuple[str, Passage] | None:
    """The range, "user" or "system", that a paragraph requests ports from, and its words for it."""
    for sentence in sentences(paragraph):
        text = without_asides(sentence.text)
        if sentence_kind(sentence.text) != "request" or _DENIES.search(text):
            continue
        if any(isinstance(port.value, int) for port in ports(sentence, text)):
            continue
        for value, pattern in (("system", SYSTEM_RANGE), ("user", USER_RANGE)):
            if (match := pattern.search(text)) is not None:
                return value, sentence.part(*match.span())
    return None


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
