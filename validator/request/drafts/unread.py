"""Words of a draft about ports and service names that no request was read from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice, pairwise

import regex

from validator.request.documents.parsed import Mention, ParsedRequest
from validator.request.drafts.bare_requests import bare_request, names_others, unread_labels
from validator.request.drafts.kinds import (
    BARE_PORT,
    CONDITION,
    OTHER_SERVICE_NAMES,
    masked_registries,
    sentence_kind,
    states_only,
    without_destinations,
)
from validator.request.drafts.labels import BULLET
from validator.request.drafts.mentions import NOT_A_NUMBER
from validator.request.drafts.names import is_name
from validator.request.drafts.prose import UNCHANGED, sentence_remainders, sentences
from validator.request.drafts.sections import (
    BLANK,
    MAX_CELLS,
    THIS_DOCUMENT,
    TRANSPORTS,
    DraftSection,
    DraftTable,
    Part,
    Passage,
    blanked,
    joined,
)
from validator.request.drafts.unrequested import (
    asks_nothing,
    demands,
    is_denied,
    is_example,
    without_asides,
    without_other_entries,
)
from validator.request.phrase import exact_phrase, phrase

# A port by its number, which only a request, update or release should have.
_NUMBERED = phrase(
    rf"\b(?:(?:{TRANSPORTS}|system|user|well-known) )?ports?\s(?:numbers?\s)?[*_`\"“]{{0,3}}"
    r"(?:[0-9]{2,5}(?![A-Za-z0-9])|TB[AD][0-9]{0,2}(?![A-Za-z0-9]))|(?<![\w./-])"
    rf"(?:[0-9]{{2,5}}\s?[-–]\s?)?[0-9]{{2,5}}\s?/\s?{TRANSPORTS}\b|\bports?"
    r"(?: numbers?)?(?:\s?[:=]\s?| is )(?:[0-9]{2,5}(?!\w|\.\w)|TB[AD][0-9]{0,2}\b)"
    rf"|(?<![\w.-]){TRANSPORTS}(?:\s?[/:]\s?|,\s|\s(?=[0-9]{{3}}))[0-9]{{2,5}}(?![\w/-]|\.\w"
    r"|\s(?:bits?|bytes?|octets?)\b)|(?<![\w./-])(?<!RFC\s)[0-9]{2,5}(?:,\s|\s?\(|\s?\|\s?"
    rf"|\s(?=\w{{3,4}}(?:[,.;]|\Z))){TRANSPORTS}\b|\bTB[AD][0-9]{{0,2}}\b"
    r"(?=[^.;:]{1,40}\bports?\b(?!-))|\bservice names? [\"“`][\w-]++[\"”`]"
    r"|\bservice name\b(?=[^.;:]{1,60}?\bis [\"“`]?[a-z][a-z0-9-]{0,30}[\"”`]?\.?\Z)"
    rf"|\b(?:(?:{TRANSPORTS}|well-known) )?port\b(?=[^.;:]{{1,90}}?\b(?:is|as) [0-9]{{2,5}}\b)"
)
# "... and allocate 4646 for it", beside what was read
_NUMBER_ALONE = phrase(
    r"\b(?:allocate|assign|register|reserve)s? (?P<word>[0-9]{2,5})(?= (?:for|to)\b)"
)
_DIGITS = regex.compile(r"\b[0-9]")
# A service name beside those that were read.
_QUOTED_NAME = phrase(
    r"\b(?:service names? (?:of |is )?|(?:one|another|(?<!\b(?:ports?|numbers?"
    rf"|{TRANSPORTS})\s)[0-9]{{2,5}}) (?:for|to) |(?:and|please|then|to) rename )"
    r"[\"“`]([\w-]++)[\"”`]"
    r"|[\"“`]([\w-]++)[\"”`] (?:as )?(?:(?:an?|the|another|second) )*+service names?\b"
)
# "- tides (no port)"
_NAMED_ITEM = exact_phrase(
    r"(?:[-*+•]|[0-9]{1,2}[.)])[\t\x20]++[\"“`]?(?P<name>[a-z][a-z0-9-]{0,39})[\"”`]?(?:\s*+[(,]|\Z)"
)
# What an author has still to write: "TODO: register tides SRV"
_NOTE = phrase(
    r"\b(?:TODO|TBD|FIXME|XXX)\b(?=[^.;]{0,120}\b(?:add|assign|allocat|need|regist|request"
    r"|reserv))[^.;]{0,120}?\b(?P<word>SRV|services?|ports?)\b"
)
# Who uses a port that nobody asks for.
_USES = phrase(r"\b(?:may|can|might|could) (?:also )?(?:use|listen|be used)\b")
# The same where a sentence asks for something: "a port number for the Tide protocol is needed".
_WISHES = (
    phrase(
        r"\bservice names?\b(?![\"”'’]? (?:TLVs?|values?|fields?|strings?)\b)"
        rf"|\b(?:{TRANSPORTS}|system|user|well-known) port\b(?! (?:ranges?|space|service"
        r"|registrations|(?:registration|allocation|assignment) requests?)\b)"
        rf"|\bport\b(?=[^.;:,]{{1,40}}, [0-9]{{2,5}},)|{BARE_PORT}|(?<![\w./-])[0-9]{{2,5}}"
        rf"(?=\s[^.;:]{{1,60}}?\bover {TRANSPORTS}\b)|\bSRV (?:service )?(?:labels?|names?)\b"
    ),
    phrase(
        r"(?<!\b(?:on|over|via|from|at)\s)\b(?:an?|one|two|some|new) (?:[-\w/]++ ){0,2}?ports?\b"
        rf"(?![-\w/]){NOT_A_NUMBER}(?: numbers?\b)?"
    ),
)
# What an update or release is about.
_PORT = phrase(r"(?<![-\w])ports?(?![-\w]| numbers?\b)|\bservice names?\b")
_ANY_PORT = phrase(rf"(?<![-\w])ports?(?![-\w]){NOT_A_NUMBER}")
_PORT_REGISTRY = phrase(
    r"\bservice names? and (?:the )?(?:transport protocol )?ports? numbers?\b"
    r"|\b(?:port(?: number)?|service name)s? registry\b"
)
# A heading or cell of a table that has assignments.
_CELL = phrase(rf"(?:old|new|current|former) service names?|[0-9]{{2,5}}\s?/\s?{TRANSPORTS}")
_PORT_HEADING = phrase(rf"(?:{TRANSPORTS}\s)?ports?(?:\s?#|\s(?:no\.?|n\w++))?")
_PORT_CELL = regex.compile(r"[0-9]{2,5}")
_PORT_CELLS = phrase(rf"[0-9]{{2,5}}\|{TRANSPORTS}|{TRANSPORTS}\|[0-9]{{2,5}}")
_ASKS = phrase(
    r"\b(?:need|request|requir|ask|invit|assign|allocat|reserv|regist|want|seek|appl(?:y|ies)|wish"
    r"|would|should|please|obsolet|suggest|prefer|propos|desir|TB[AD]\b|TODO\b|IANA actions?\b"
    r"|to be(?! (?:followed|sent|received)\b))"
)
_CONDITIONAL = regex.compile(r"(?:If|When|Unless)\b")
# Outside of the IANA Considerations, others assign ports, too.
_IS_BY_DOCUMENT = phrase(
    rf"\bIANA\b|\bAssigned Numbers\b|\b{THIS_DOCUMENT}\b(?! \[[A-Z]+[0-9])|\bwe\b"
)
# "IANA has reserved port 80 for use by HTTP."
_FOR_OTHERS = phrase(r"\bfor (?:the )?use (?:by|of) (?!(?:the|this|our|these)\b)")
# A note to the RFC Editor in brackets.
_NOTE_TO_EDITOR = phrase(r"[(\[]+(?=[^()\[\]]{0,40}\bRFC[-\s]Editor\b)[^()\[\]]{1,400}[)\]]+")
# An address, and "distinct from the port of tides, which is assigned port 4646".
_OF_OTHERS = phrase(r"\bhttps?://\S++|\b(?:different|distinct) from\b[^.;:]{0,300}")


# An item of a list without a mark, as in RFCXML, has no more words.
_MAX_ITEM = 12


def mentions_beyond_cells(table: DraftTable) -> list[Mention]:
    """The first cell of a table that is not read, as the row has too many."""
    cells = (cell for row in table.rows for cell in row[MAX_CELLS:] if cell)
    return [
        Mention(cell.text, cell.place(0), is_certain=True, is_cell=True)
        for cell in islice(cells, 1)
    ]


def row_mention(request: ParsedRequest) -> Mention:
    """The service name or port of a row that is not read, in a table of which others are."""
    key = "service_name" if request.values.get("service_name") else "port_number"
    return Mention(str(request.values[key]), request.place((key,)), is_certain=True)


def item_mentions(item: Passage) -> Iterator[Mention]:
    """The service name that an item begins with in a list of requests, where it is none."""
    match = _NAMED_ITEM.match(item.text)
    if match is not None and is_name(match["name"]):
        yield Mention(match["name"], item.place(match.start("name")), is_certain=True)


def section_mention(section: DraftSection) -> list[Mention]:
    """The first line of a section that is not read."""
    lines = islice(filter(None, section.passages()), 1)
    return [Mention(line.text, line.place(0), is_section=True) for line in lines]


def description_mention(description: Passage) -> Mention:
    """A description that may be of something else than what is requested."""
    return Mention(description.text, description.place(0), is_description=True)


def outside_mention(parts: list[Part]) -> Mention | None:
    """The first words about a port or service name in a sentence that says what IANA assigns."""
    for sentence, announcement in _announced_sentences(parts):
        asks = _asks_iana(sentence.text) and not _FOR_OTHERS.search(sentence.text)
        mention = _mention(sentence, announcement) if asks else None
        if mention is not None:
            mention.is_outside = True
            return mention
    return None


def _first_mention(parts: list[Part]) -> Mention | None:
    """The first words of a section about a port or service name, if nothing denies a request."""
    is_silent = False
    for sentence, announcement in _announced_sentences(parts):
        is_silent = is_silent or asks_nothing(sentence.text)
        if is_silent and states_only(sentence.text):
            continue
        mention = _mention(sentence, announcement)
        if mention is not None:
            return mention if mention.is_specific else _mention_in_tables(parts) or mention
    return None if is_silent else _mention_in_tables(parts)


def _mention_in_tables(parts: list[Part]) -> Mention | None:
    """The first heading or cell of a table that an assignment has."""
    tables = (part for part in parts if isinstance(part, DraftTable))
    for row in (row for table in tables for row in table.rows):
        for cell, following in pairwise([*row, BLANK.passage]):
            is_port = _PORT_CELLS.fullmatch(f"{cell.text}|{following.text}") is not None
            if is_port or _CELL.fullmatch(cell.text):
                return Mention(cell.text, cell.place(0))
    return next(filter(None, map(_number_below_port, parts)), None)


def _number_below_port(part: Part) -> Mention | None:
    """The first number in a column of ports of a table."""
    rows = part.rows if isinstance(part, DraftTable) else []
    for row in rows[1:]:
        for heading, cell in zip(rows[0], row, strict=False):
            if _PORT_HEADING.fullmatch(heading.text) and _PORT_CELL.fullmatch(cell.text):
                return Mention(cell.text, cell.place(0))
    return None


def unread_mentions(
    parts: list[Part], title: str, offsets: Collection[int], *, is_relevant: bool, may_be_bare: bool
) -> Iterator[Mention]:
    """The words of a section that were not read, or are beside what was read.

    They are the first words that may request something, if nothing was read, and otherwise all
    numbers of ports.  `offsets` are the bytes that something was read from.  `is_relevant` says
    that the section is not about other service names, `may_be_bare` not about other registries.
    """
    first = None if offsets else _first_mention(parts)
    mentions = [] if first is None else [first]
    mentions = [each for each in mentions if is_relevant or each.is_specific or each.is_of_port]
    bare = _bare_requests(parts) if may_be_bare else ()
    labels = unread_labels(parts, title, offsets) if is_relevant else ()
    certain = chain(bare, (Mention(each.text, each.place(0), is_certain=True) for each in labels))
    if offsets:
        yield from _other_numbers(parts)
        yield from certain
    else:
        yield from [*mentions, *islice(certain, 1)][:1]
    yield from _mentions_beyond_limit(parts)


def _bare_requests(parts: list[Part]) -> Iterator[Mention]:
    for paragraph in _paragraphs(parts):
        for sentence in sentences(paragraph):
            word = bare_request(sentence)
            if word is not None:
                yield Mention(word.text, word.place(0), is_certain=True)


def requested_numbers(sentences: Sequence[Passage]) -> Iterator[Mention]:
    """The ports by their numbers in those sentences that ask for something."""
    for sentence in sentences:
        claim = _claim(sentence)
        if demands(claim) and not is_example(claim):
            yield from _numbers(sentence, without_asides(_visible(sentence)))


def _other_numbers(parts: list[Part]) -> Iterator[Mention]:
    """The ports by their numbers in the sentences of a section that deny no request."""
    for paragraph in _paragraphs(parts):
        for sentence in sentences(paragraph):
            claim = _claim(sentence)
            if not (_is_use(claim) or is_denied(claim)):
                text = without_asides(_visible(sentence))
                yield from _numbers(sentence, text)
                yield from _names(sentence, text, claim)
                if demands(claim) and not names_others(sentence.text):
                    for match in _NUMBER_ALONE.finditer(text):
                        yield Mention(match["word"], sentence.place(match.start("word")))


def _claim(sentence: Passage) -> str:
    """The text of a sentence without its condition, and without what it leaves as it is."""
    return blanked(CONDITION.sub("", sentence.text), _NOTE_TO_EDITOR, UNCHANGED)


def _is_use(claim: str) -> bool:
    return _USES.search(claim) is not None and _ASKS.search(claim) is None


def _numbers(sentence: Passage, text: str) -> Iterator[Mention]:
    for match in _NUMBERED.finditer(text):
        if _DIGITS.search(match[0]):
            yield Mention(match[0], sentence.place(match.start()))


def _names(sentence: Passage, text: str, claim: str) -> Iterator[Mention]:
    """The service names of a sentence that asks for something."""
    matches = list(_QUOTED_NAME.finditer(text))
    if matches and (demands(claim) or sentence_kind(sentence.text) == "request"):
        for match in matches:
            start, end = match.span(1) if match[1] else match.span(2)
            yield Mention(text[start:end], sentence.place(start), is_certain=True)


def _mentions_beyond_limit(parts: list[Part]) -> Iterator[Mention]:
    """The words about a port or service name in sentences too long to be read, one of each."""
    for paragraph in _paragraphs(parts):
        for remainder in sentence_remainders(paragraph):
            mention = _mention_in(remainder, remainder.text)
            if mention is not None:
                yield mention


def _asks_iana(text: str) -> bool:
    return _IS_BY_DOCUMENT.search(text) is not None and sentence_kind(text) == "request"


def _paragraphs(parts: list[Part]) -> Iterator[Passage]:
    paragraph: list[Passage] = []
    for part, following in pairwise([*parts, BLANK]):
        if isinstance(part, DraftTable):
            continue
        is_item = BULLET.match(part.passage.text) is not None
        if is_item and paragraph and not paragraph[-1].text.endswith(":"):
            yield joined(paragraph)
            paragraph = []
        if part.passage:
            paragraph.append(part.passage)
        if paragraph and (isinstance(following, DraftTable) or not following.passage):
            yield joined(paragraph)
            paragraph = []


def _announced_sentences(parts: list[Part]) -> Iterator[tuple[Passage, str]]:
    """The sentences of a section, those of a list with the sentence that announces it."""
    announcement = ""
    for paragraph in _paragraphs(parts):
        is_short = len(paragraph.text.split()) <= _MAX_ITEM
        is_item = BULLET.match(paragraph.text) is not None or (bool(announcement) and is_short)
        sentence = paragraph
        for sentence in sentences(paragraph):
            yield sentence, announcement if is_item else ""
        if not is_item:
            ends_open = sentence.text.endswith(":") and not is_denied(sentence.text)
            announcement = sentence.text if ends_open else ""


def _mention(sentence: Passage, announcement: str) -> Mention | None:
    claim = _claim(sentence)
    return None if is_denied(claim) else _mention_in(sentence, claim, announcement)


def _mention_in(sentence: Passage, claim: str, announcement: str = "") -> Mention | None:
    """The first words about a port or service name; `claim` is the sentence without conditions."""
    match = next(_matches_in(sentence, claim, announcement), None)
    if match is None:
        return None
    start, end = match.span("word") if match.re.pattern == _NOTE.pattern else match.span()
    is_name = "service" in match[0].lower() and not _DIGITS.search(match[0])
    if is_name and OTHER_SERVICE_NAMES.search(sentence.text):
        return None
    text = sentence.text[start:end]
    return Mention(text, sentence.place(start), is_use=_is_use(claim))


def _matches_in(sentence: Passage, claim: str, announcement: str) -> Iterator[regex.Match[str]]:
    """The words of `_mention_in`, the most certain ones first."""
    text = _visible(sentence)
    patterns = [_NUMBERED]
    is_wish = _ASKS.search(text) or _ASKS.search(announcement)
    if is_wish and not _CONDITIONAL.match(claim):
        patterns += _WISHES
    if sentence_kind(sentence.text) in ("update", "release"):
        patterns.append(_PORT)
    is_demand = demands(claim)
    if is_demand:
        patterns.append(_ANY_PORT)
    yield from filter(None, (pattern.search(text) for pattern in patterns))
    if is_demand and (match := _PORT_REGISTRY.search(sentence.text)) is not None:
        yield match
    if (match := _NOTE.search(text)) is not None:
        yield match


def _visible(sentence: Passage) -> str:
    """The text with blanks in place of addresses, other entries and the ports of others."""
    text = without_destinations(masked_registries(without_other_entries(sentence.text)))
    return blanked(text, _OF_OTHERS, _NOTE_TO_EDITOR, UNCHANGED)
