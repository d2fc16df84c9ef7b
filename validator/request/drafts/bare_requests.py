"""What asks for something and does not say in the words of this registry what that is.

Sentences without the words "port" or "service name" ("Allocate `tides`."), and templates and tables
after a sentence about a port whose labels are none of this registry.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from validator.request.drafts.kinds import names_other_entries
from validator.request.drafts.labels import looks_like_label, misspelled_label
from validator.request.drafts.names import is_name
from validator.request.drafts.sections import (
    LIST_MARK,
    THIS_DOCUMENT,
    TRANSPORT_LIST,
    TRANSPORTS,
    DraftLine,
    DraftTable,
    Part,
    Passage,
)
from validator.request.drafts.unrequested import MAIN_CLAUSE
from validator.request.drafts.values import TRANSPORT
from validator.request.phrase import phrase

_QUOTED = r"[\"“'`‘*]{1,2}<?(?P<name>[A-Za-z0-9][\w+-]{0,39})>?[\"”'`’*]{1,2}"
_MORE_QUOTED = rf"(?:(?:\s*+,| and|,? or|, and) {_QUOTED}){{0,9}}"
_THE = r"(?:(?:both|the|names?|services?) )*+"
_FIELD = r"(?:the )?(?:assignee|contact|description|reference)s? (?:for|of) (?:the )?"
_BARE = r"[\"“'`‘<]{0,2}(?P<name>[A-Za-z0-9][\w-]{0,39})[>\"”'`’]{0,2}"
_NUMBER = r"(?P<number>[0-9]{2,5}(?:/[A-Za-z]{2,9})?)(?![\w./:-]*\w)"
_IANA = r"(?:the )?IANA "
_LEAD = (
    rf"\A{LIST_MARK}(?:{_IANA}(?:is|was|has been) (?:\w++ly |hereby )?(?:requested|asked"
    rf"|invited) to |{_IANA}(?:shall|should|must|will|is to) |(?:please|to) "
    rf"|(?:{THIS_DOCUMENT}|we) (?:\w++ )?(?:requests?|asks?) (?:that )?{_IANA}(?:to )?+)?+"
    r"(?:please )?+"
)
_ASSIGN = r"(?:add|allocate|assign|enter|exchange|list|record|register|reserve|swap) "
_IS_ASSIGNED = (
    r"(?:(?:should|shall|must|is to|are to) be (?:\w++ly )?(?:allocated|assigned|registered"
    r"|reserved|entered|listed|added|recorded)|is (?:requested|needed|required|wanted|suggested"
    r"|preferred|desired))\b"
)
_TAIL = (
    r"(?:,\s[^.;:]{0,60}\b(?:preferred|suggested|desired|requested))?(?: \([^()]{0,80}\))?"
    r"(?: (?:to|for|as|with|in|by)\s[^.;:]{1,100})?[.;]?\s*+\Z"
)
_SENTENCES = tuple(
    phrase(pattern)
    for pattern in (
        # Allocate `tides`.
        rf"{_LEAD}{_ASSIGN}(?:(?:an?|the|new|names?|words?) )*+{_QUOTED}{_MORE_QUOTED}{_TAIL}",
        # Allocate tides; register tides for TCP.
        rf"{_LEAD}{_ASSIGN}(?=<?(?-i:[a-z])){_BARE}(?: (?:for|on|over|with) "
        rf"{TRANSPORT_LIST}(?: only)?)?(?:(?:,|,? and) {_BARE} (?:for|on|over"
        rf"|with) {TRANSPORT_LIST}){{0,9}}[.;]?\s*+\Z",
        # "tides" and "floods" should be registered.
        rf"\A{LIST_MARK}{_THE}{_QUOTED}{_MORE_QUOTED} {_IS_ASSIGNED}{_TAIL}",
        # Release "tides" for TCP; replace the description of "tides" by "Tide tables".
        rf"{_LEAD}(?:de-?assign|delete|release|remove|rename|un-?assign) {_THE}{_QUOTED}"
        rf"{_MORE_QUOTED}(?: (?:for|on|over) {TRANSPORT_LIST}\b[^.;:]{{0,100}}| to "
        rf"{_QUOTED}[^.;:]{{0,100}})?[.;]?\s*+\Z",
        rf"{_LEAD}(?:change|correct|modify|replace|set|update) {_FIELD}{_QUOTED}",
        rf"\A{LIST_MARK}{_FIELD}{_QUOTED}[^.;:\"“]{{0,40}}? (?:be|is|are) "
        r"(?:changed|corrected|replaced|set|updated)\b",
        # "tides" is renamed to "flood".
        rf"\A{LIST_MARK}{_QUOTED}{_MORE_QUOTED} "
        r"(?:(?:is|are|to|be|been|has|have|shall|should) )++renamed\b[^.;]{1,100}[.;]?\s*+\Z",
        # tides to flood
        rf"\A{LIST_MARK}{_BARE}\s*+(?:[-=]{{1,2}}>|→|\bto\b|\bbecomes\b)\s*+{_BARE}[.,;]?\s*+\Z",
        # Assign 4646 to tides.
        rf"{_LEAD}{_ASSIGN}{_NUMBER}{_TAIL}",
        # 4646 should be assigned to tides.
        rf"\A{LIST_MARK}(?:the (?:number|value) )?{_NUMBER} {_IS_ASSIGNED}{_TAIL}",
        # tides should be entered as a service.
        rf"\A{LIST_MARK}(?:the )?{_BARE}(?:(?:\s*+,| and|, and) {_BARE}){{0,9}} "
        rf"{_IS_ASSIGNED} (?:as|to|in|among) (?:an? |the )?(?:new )?(?:list of )?services?"
        r"(?: in\s[^.;:]{1,60})?[.;]?\s*+\Z",
        # Please add tides to the services.
        rf"{_LEAD}{_ASSIGN}(?:the )?{_BARE} (?:as|to|in|among) (?:an? |the )?(?:new )?"
        r"(?:list of )?services?(?: in\s[^.;:]{1,60})?[.;]?\s*+\Z",
    )
)
# "As the protocol is new, IANA is requested ..."
_BEFORE_MAIN_CLAUSE = phrase(rf"[^.;:]{{1,400}}?, (?={MAIN_CLAUSE})")
# What is no name of a service alone.
_PLURALS = frozenset("codepoints constants entries labels numbers points resources".split())
# What other registries have, in the sentence or anywhere in its section.
_OTHERS = phrase(
    r"\b(?:address(?:es)?|algorithms?|bits?|elements?|fields?|identifiers?|media|methods?"
    r"|mechanisms?|namespaces?|OIDs?|prefix(?:es)?|suites?|tags?|UR[INL]s?|values?(?! [0-9]))\b"
)
_ABOUT_PORTS = phrase(r"(?<![-\w])ports?(?![-\w])")
_ASKS = phrase(r"\b(?:need|request|requir|ask|assign|allocat|reserv|regist|add|follow|below)")
_DENIES = phrase(r"\b(?:no|not|none|neither|already|existing|currently)\b")
# A cell or the value of a label that can be a port.
_PORT_VALUE = phrase(
    rf"(?:\A|: (?:(?!RFC|BCP|STD|[Ss]ection)\S++ ){{0,2}}?)[0-9]{{2,5}}(?:\s?/\s?{TRANSPORTS})?\Z"
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
    if (lead := _BEFORE_MAIN_CLAUSE.match(sentence.text)) is not None:
        sentence = sentence.part(lead.end())
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
