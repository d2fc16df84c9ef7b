"""What asks for something and does not say in the words of this registry what that is.

Sentences without the words "port" or "service name" ("Allocate `tides`."), and templates and tables
after a sentence about a port whose labels are none of this registry.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import chain, islice

import regex

from validator.request.drafts.kinds import names_other_entries
from validator.request.drafts.labels import looks_like_label, misspelled_label
from validator.request.drafts.names import is_name
from validator.request.drafts.sections import (
    LIST_MARK,
    THIS_DOCUMENT,
    TRANSPORT_LIST,
    TRANSPORTS,
    DraftTable,
)
from validator.request.drafts.values import TRANSPORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validator.request.drafts.sections import DraftLine, Part, Passage

_QUOTED = r"[\"“'`‘*]{1,2}<?(?P<name>[A-Za-z0-9][\w+-]{0,39})>?[\"”'`’*]{1,2}"
_BARE = r"[\"“'`‘<]{0,2}(?P<name>[A-Za-z0-9][\w-]{0,39})[>\"”'`’]{0,2}"
_NUMBER = r"(?P<number>[0-9]{2,5})(?![\w./:-]*\w)"
_IANA = r"(?:the\s++)?IANA\s++"
_LEAD = (
    rf"\A{LIST_MARK}(?:{_IANA}(?:is|was|has\s++been)\s++(?:\w++ly\s++|hereby\s++)?(?:requested|asked|invited)"
    rf"\s++to\s++|{_IANA}(?:shall|should|must|will|is\s++to)\s++|(?:please|to)\s++"
    rf"|(?:{THIS_DOCUMENT}|we)\s++(?:\w++\s++)?(?:requests?|asks?)\s++(?:that\s++)?"
    rf"{_IANA}(?:to\s++)?+)?+(?:please\s++)?+"
)
_ASSIGN = r"(?:add|allocate|assign|enter|exchange|list|record|register|reserve|swap)\s++"
_IS_ASSIGNED = (
    r"(?:(?:should|shall|must|is\s++to|are\s++to)\s++be\s++(?:\w++ly\s++)?"
    r"(?:allocated|assigned|registered|reserved|entered|listed|added|recorded)"
    r"|is\s++(?:requested|needed|required|wanted|suggested|preferred|desired))\b"
)
_TAIL = (
    r"(?:,\s[^.;:]{0,60}\b(?:preferred|suggested|desired|requested))?(?:\s++\([^()]{0,80}\))?"
    r"(?:\s++(?:to|for|as|with|in|by)\s[^.;:]{1,100})?[.;]?\s*+\Z"
)
_SENTENCES = tuple(
    regex.compile(pattern, regex.IGNORECASE)
    for pattern in (
        # Allocate `tides`.
        rf"{_LEAD}{_ASSIGN}(?:(?:an?|the|new|names?|words?)\s++)*+{_QUOTED}(?:(?:\s*+,|\s++and|,\s++and)\s++{_QUOTED}){{0,9}}{_TAIL}",
        # Allocate tides; register tides for TCP.
        rf"{_LEAD}{_ASSIGN}(?=<?(?-i:[a-z])){_BARE}"
        rf"(?:\s++(?:for|on|over|with)\s++{TRANSPORT_LIST}(?:\s++only)?)?"
        rf"(?:(?:,|,?\s++and)\s++{_BARE}\s++(?:for|on|over|with)\s++{TRANSPORT_LIST}){{0,9}}[.;]?\s*+\Z",
        # "tides" should be registered.
        rf"\A{LIST_MARK}{_QUOTED}\s++{_IS_ASSIGNED}{_TAIL}",
        # "tides" is renamed to "flood".
        rf"\A{LIST_MARK}{_QUOTED}(?:(?:\s*+,|\s++and|,\s++and)\s++{_QUOTED}){{0,9}}\s++"
        r"(?:(?:is|are|to|be|been|has|have|shall|should)\s++)++renamed\b[^.;]{1,100}[.;]?\s*+\Z",
        # tides to flood
        rf"\A{LIST_MARK}{_BARE}\s*+(?:[-=]{{1,2}}>|→|\bto\b|\bbecomes\b)\s*+{_BARE}[.,;]?\s*+\Z",
        # Assign 4646 to tides.
        rf"{_LEAD}{_ASSIGN}{_NUMBER}{_TAIL}",
        # 4646 should be assigned to tides.
        rf"\A{LIST_MARK}(?:the\s++(?:number|value)\s++)?{_NUMBER}\s++{_IS_ASSIGNED}{_TAIL}",
        # tides should be entered as a service.
        rf"\A{LIST_MARK}(?:the\s++)?{_BARE}\s++"
        rf"{_IS_ASSIGNED}\s++(?:as|to|in|among)\s++(?:an?\s++|the\s++)?(?:new\s++)?(?:list\s++of\s++)?services?"
        r"(?:\s++in\s[^.;:]{1,60})?[.;]?\s*+\Z",
        # Please add tides to the services.
        rf"{_LEAD}{_ASSIGN}(?:the\s++)?{_BARE}\s++"
        r"(?:as|to|in|among)\s++(?:an?\s++|the\s++)?(?:new\s++)?(?:list\s++of\s++)?services?(?:\s++in\s[^.;:]{1,60})?[.;]?\s*+\Z",
    )
)  # fmt: skip
# What is no name of a service alone.
_PLURALS = frozenset("codepoints constants entries labels numbers points resources".split())
# What other registries have, in the sentence or anywhere in its section.
_OTHERS = regex.compile(
    r"\b(?:address(?:es)?|algorithms?|bits?|elements?|fields?|identifiers?|media|methods?|mechanisms?"
    r"|namespaces?|OIDs?|prefix(?:es)?|suites?|tags?|UR[INL]s?|values?(?!\s++[0-9]))\b",
    regex.IGNORECASE,
)
_ABOUT_PORTS = regex.compile(r"(?<![-\w])ports?(?![-\w])", regex.IGNORECASE)
_ASKS = regex.compile(
    r"\b(?:need|request|requir|ask|assign|allocat|reserv|regist|add|follow|below)", regex.IGNORECASE
)
_DENIES = regex.compile(r"\b(?:no|not|none|neither|already|existing|currently)\b", regex.IGNORECASE)
# A cell or the value of a label that can be a port.
_PORT_VALUE = regex.compile(
    rf"(?:\A|:\s++(?:(?!RFC|BCP|STD|[Ss]ection)\S++\s++){{0,2}}?)[0-9]{{2,5}}(?:\s?/\s?{TRANSPORTS})?\Z",
    regex.IGNORECASE,
)
_MIN_LABELS = 2
_MIN_WORDS = 3
_MAX_INTRODUCTION = 600


def names_others(text: str) -> bool:
    """Whether the words of a section are about entries that other registries have."""
    return names_other_entries(text) or _OTHERS.search(text) is not None


def bare_request(sentence: Passage) -> Passage | None:
    """The name or number that a sentence asks for without a word of what it is."""
    if names_others(sentence.text):
        return None
    matches = (pattern.match(sentence.text) for pattern in _SENTENCES)
    match = next(filter(None, matches), None)
    if match is None:
        return None
    group = "name" if "name" in match.groupdict() else "number"
    word = match.captures(group)[0]
    if group == "name" and (not is_name(word) or word.lower() in _PLURALS):
        return None
    return sentence.part(*match.spans(group)[0])


@dataclass(slots=True)
class _Labels:
    """The lines of a template or the cells of a table, and the words before them."""

    introduction: str
    passages: list[Passage] = field(default_factory=list)
    count: int = 0
    indent: int = 0
    # The first misspelled label of this registry.
    misspelled: Passage | None = None

    @property
    def span(self) -> tuple[int, int]:
        """The bytes of the first and the last character."""
        last = self.passages[-1]
        return self.passages[0].place(0), last.place(max(len(last.text) - 1, 0))

    def add(self, line: DraftLine) -> None:
        labeled = misspelled_label(line)
        if labeled is not None and labeled.label.is_distinctive:
            self.misspelled = self.misspelled or labeled.misspelled
        self.passages.append(line.passage)
        self.count += 1

    def continues(self, line: DraftLine) -> bool:
        """Whether a line without a label belongs to the value before it."""
        return self.count > 0 and (line.indent > self.indent or line.passage.text.startswith(": "))


def unread_labels(parts: Sequence[Part], title: str, offsets: Iterable[int]) -> Iterator[Passage]:
    """The templates and tables of a section that were not read, each by a line or cell of it.

    They have a misspelled label, or are after words that ask for a port.  `offsets` are the bytes
    that something was read from.
    """
    ordered = sorted(offsets)
    for labels in _labels_of(parts):
        if labels.count < _MIN_LABELS:
            continue
        first, last = labels.span
        if bisect_right(ordered, last) > bisect_left(ordered, first):
            continue
        if labels.misspelled is not None:
            yield labels.misspelled
        elif _asks_for_port(f"{title}: {labels.introduction}") and not names_others(
            labels.introduction
        ):
            values = (part for part in labels.passages if _PORT_VALUE.search(part.text))
            has_transport = any(TRANSPORT.search(part.text) for part in labels.passages)
            yield from islice(chain(values, labels.passages[:1] if has_transport else ()), 1)


def _asks_for_port(introduction: str) -> bool:
    return (
        _ABOUT_PORTS.search(introduction) is not None
        and _ASKS.search(introduction) is not None
        and _DENIES.search(introduction) is None
    )


def _is_introduction(text: str) -> bool:
    """Whether a line announces what is below it ("These ports are added:"), and is no label."""
    return text.endswith(":") and len(text.split()) >= _MIN_WORDS


def _labels_of(parts: Sequence[Part]) -> Iterator[_Labels]:
    """The templates and tables of a section."""
    labels = _Labels("")
    introduction = ""
    is_paragraph_open = False
    for part in parts:
        if isinstance(part, DraftTable):
            yield labels
            cells = [cell for row in part.rows for cell in row if cell]
            yield _Labels(introduction, cells, len(cells))
            labels, introduction = _Labels(""), ""
        elif not part.passage:
            is_paragraph_open = False
        elif looks_like_label(part) and not _is_introduction(part.passage.text):
            labels = labels if labels.count else _Labels(introduction, indent=part.indent)
            labels.add(part)
        elif labels.continues(part):
            labels.passages.append(part.passage)
        else:
            yield labels
            before = introduction if is_paragraph_open else ""
            introduction = f"{before} {part.passage.text}"[-_MAX_INTRODUCTION:]
            labels, is_paragraph_open = _Labels(""), True
    yield labels
