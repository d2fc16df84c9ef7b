"""Sentences of an IANA Considerations section that ask for a port or a service name."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from validator.request.documents.parsed import ParsedRequest
from validator.request.drafts.values import PLACEHOLDER, SYSTEM_RANGE, TRANSPORT, add_transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.request.drafts.sections import Passage

# This much of a paragraph and of a sentence is examined.
_MAX_PARAGRAPH = 20_000
_MAX_SENTENCE = 2_000
_MIN_SENTENCE = 10
_SENTENCE_END = regex.compile(r"(?<=[\w)\]>])[.!?][\"'”’)]?+\s++(?=[A-Z\"“(\[])")

# The names of registries contain ports and service names, too.
_REGISTRY = regex.compile(
    r"[\"“']?\bservice\s++names?\s++and\s++(?:transport\s++protocol\s++)?port\s++numbers?"
    r"(?:\s++registr(?:y|ies))?[\"”']?|\bport\s++numbers?\s++registry|\bregistry\b",
    regex.IGNORECASE,
)
_REQUESTS = regex.compile(
    r"\b(?:assign(?:s|ed|ing)?|allocat(?:e|es|ed|ing)|register(?:s|ed|ing)?|reserv(?:e|es|ed|ing)"
    r"|adds?|added)\b|\brequest(?:s|ed|ing)?\s++(?:for\s++)?(?:the\s++|an?\s++)?(?:early\s++)?"
    r"(?:assignment|allocation|registration|reservation|(?:(?:tcp|udp|sctp|dccp|user|system|new)\s++){0,3}ports?"
    r"|service\s++name)",
    regex.IGNORECASE,
)
_SUBJECT = regex.compile(
    r"\bIANA\b|\brequest|\bthis\s++(?:document|memo|specification|draft|section|RFC)\b|\bwe\b|\bis\b"
    r"|\bare\b",
    regex.IGNORECASE,
)
_REQUESTS_NOTHING = regex.compile(
    r"\b(?:currently|previously|already|formerly|no\s++longer|originally|no\s++(?:new\s++)?IANA\s++action"
    r"|does\s++not|do\s++not|must\s++not|should\s++not|not\s++request(?:ing|ed)?"
    r"|(?:is|are|be|has|have|should|also|additionally|to)\s++(?:remove|update|change|replace"
    r"|de-?assign|release|deprecate|rename|modify)[sd]?(?:ed)?)\b",
    regex.IGNORECASE,
)
_TRANSPORTS = r"(?:tcp|udp|sctp|dccp)"
_NUMBERS = (
    r"(?:TB[ADC][-_ ]?[0-9]{0,3}"
    r"|[0-9]{1,6}(?:(?:\s?-\s?|\s?,\s?|\s++(?:and|to|or)\s++)[0-9]{1,6})*+)"
)
# What follows "port" in a sentence that requests none.
_NOT_A_NUMBER = (
    r"(?!\s++(?:unreachable|ranges?|types?|identifiers?|ids?|states?|status|modes?|options?|fields?"
    r"|attributes?|names?|modules?|codes?|groups?|objects?)\b)"
)
_PORTS = (
    # 853/tcp
    regex.compile(rf"(?<![\w./-])(?P<port>[0-9]{{1,6}})\s?/\s?{_TRANSPORTS}\b", regex.IGNORECASE),
    # port 853, port number TBD1, ports 5 and 6
    regex.compile(
        rf"\bports?(?:\s++numbers?)?(?:\s++(?:of|is|as|value))?\s++[\[(<\"“]{{0,2}}(?P<port>{_NUMBERS})(?!\w)",
        regex.IGNORECASE,
    ),
    # the value 853 for the TCP port; 853 as the port number
    regex.compile(
        r"(?<![\w.-])(?P<port>[0-9]{1,6})\s++(?:\([^()]{0,80}\)\s++)?(?:for|as|to)\s++[^.]{0,60}?\bports?\b"
        + _NOT_A_NUMBER,
        regex.IGNORECASE,
    ),
    # a new UDP port, the port: its number is elsewhere or is to be chosen
    regex.compile(
        rf"\b(?:an?|one|the|new|following)\s++(?:(?:new|single|dedicated|default|fixed|user|system|{_TRANSPORTS}"
        rf"|and|/|or|/{_TRANSPORTS})\s*+){{0,6}}(?P<port>ports?)\b{_NOT_A_NUMBER}",
        regex.IGNORECASE,
    ),
    regex.compile(rf"\b(?:user|system)\s++(?P<port>ports?)\b{_NOT_A_NUMBER}", regex.IGNORECASE),
)
_NAMES = (
    regex.compile(
        r"\bservice\s++names?\s++(?:(?:of|is|are|as|for|be|will|called|following)\s++){0,3}"
        r"[\"“'`‘]{1,2}([^\s\"“”'`‘’]{1,40})[\"”'`’]{1,2}",
        regex.IGNORECASE,
    ),
    regex.compile(
        r"[\"“`]([^\s\"“”`]{1,40})[\"”`]\s++(?:as\s++(?:the\s++|an?\s++)?)?service(?:\s++name)?\b",
        regex.IGNORECASE,
    ),
    regex.compile(r"\bservice\s++name\s++(?:(?:of|is|be)\s++)?([A-Za-z0-9][A-Za-z0-9._+*-]{0,39})"),
)
# More names after one: "a", "b" and "c".
_NEXT_NAME = regex.compile(
    r"(?:\s*+,)?\s++(?:and\s++|or\s++)?[\"“'`‘]([^\s\"“”'`‘’]{1,40})[\"”'`’]|,\s++[\"“]([^\s\"“”]{1,40})[\"”]"
)
# What a port is assigned to, in quotes, in a sentence without the words "service name".
_QUOTED_SERVICE = regex.compile(r"\b(?:to|for)\s++(?:the\s++)?[\"“`]([A-Za-z0-9-]{1,15})[\"”`]")
# Words that follow "service name" and are no name.
_NOT_A_NAME = frozenset(
    """
    a an and are as assigned assignment assignments at below by entry field for from has have in
    into is may must no of on only or registered registration registrations registry request
    requested should space that the their this through to under used uses using was which will
    with within without
    """.split()
)
_SUGGESTED_NUMBER = regex.compile(r"(?<![\w.-])[0-9]{2,5}(?![\w-])")
_PREFERRED = regex.compile(r"suggest|prefer|desire", regex.IGNORECASE)


@dataclass(slots=True)
class PortMention:
    """The port that a sentence requests: a number, several, or the name of a range."""

    value: int | str
    passage: Passage


@dataclass(slots=True)
class SentenceRequest:
    """What a sentence requests."""

    sentence: Passage
    name: Passage | None
    port: PortMention | None
    transports: list[Passage]

    @property
    def key(self) -> str:
        """The service name in lower case, `""` without one."""
        return "" if self.name is None else self.name.text.lower()

    @property
    def has_number(self) -> bool:
        return self.port is not None and isinstance(self.port.value, int)

    def completes(self, other: SentenceRequest, *, is_near: bool) -> bool:
        """Whether this only adds to what `other` requests; `is_near` in the same paragraph."""
        mine, others = (None if r.port is None else r.port.value for r in (self, other))
        if self.name is not None and other.name is not None:
            return self.key == other.key and (mine is None or others is None or mine == others)
        if self.name is not None:
            return mine is None or (is_near and mine == others)
        if other.name is not None:
            return is_near and (others is None or mine == others)
        if self.has_number and other.has_number:
            return mine == others
        # Two ports to be chosen are one, unless they are for different transport protocols.
        return is_near and not self.differs_in_transport(other)

    def differs_in_transport(self, other: SentenceRequest) -> bool:
        mine, others = ({word.text.lower() for word in r.transports} for r in (self, other))
        return bool(mine and others) and mine != others

    def add(self, other: SentenceRequest) -> None:
        """Add what `other` says beyond this."""
        self.name = self.name or other.name
        if self.port is None or (not self.has_number and other.port is not None):
            self.port = other.port
        self.transports = self.transports or other.transports

    def parsed(self) -> ParsedRequest:
        request = ParsedRequest(0, self.sentence.place(0))
        if self.name is not None:
            request.values["service_name"] = self.name.text
            request.places["service_name",] = self.name.place(0)
        if self.port is not None:
            request.values["port_number"] = self.port.value
            request.places["port_number",] = self.port.passage.place(0)
        for word in self.transports:
            add_transport(request, word.text.lower(), word.place(0))
        return request


def sentence_requests(paragraph: Passage, earlier: list[SentenceRequest]) -> list[SentenceRequest]:
    """Return what a paragraph requests.

    A sentence may complete the last request of this paragraph, or of those `earlier`.
    """
    requests: list[SentenceRequest] = []
    for sentence in _sentences(paragraph):
        for request in _requests_of(sentence):
            last = next(iter(requests[-1:] or earlier[-1:]), None)
            if last is not None and request.completes(last, is_near=bool(requests)):
                last.add(request)
            else:
                requests.append(request)
    return requests


def _sentences(paragraph: Passage) -> Iterator[Passage]:
    text = paragraph.text[:_MAX_PARAGRAPH]
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        if end - start > _MIN_SENTENCE:
            yield paragraph.part(start, min(end, start + _MAX_SENTENCE))
        start = end


def _requests_of(sentence: Passage) -> list[SentenceRequest]:
    text = _REGISTRY.sub(lambda match: " " * len(match[0]), sentence.text)
    if not (_REQUESTS.search(text) and _SUBJECT.search(text)) or _REQUESTS_NOTHING.search(text):
        return []
    names = _names(sentence, text)
    port = _port(sentence, text)
    if not names and port is None:
        return []
    names = names or _quoted_service(sentence, text)
    transports: dict[str, Passage] = {}
    for word in TRANSPORT.finditer(text):
        transports.setdefault(word[1].lower(), sentence.part(word.start(), word.end()))
    ports = _one_for_each(port, len(names)) if port is not None else []
    return [
        SentenceRequest(sentence, name, ports[index] if ports else port, list(transports.values()))
        for index, name in enumerate(names or [None])
    ]


def _one_for_each(port: PortMention, count: int) -> list[PortMention]:
    """The ports of "ports 5 and 6", if there are as many as names."""
    words = str(port.value).replace("and", ",").split(",")
    if count < 2 or len(words) != count:
        return []
    return [
        PortMention(int(word) if word.strip().isdigit() else port.value, port.passage)
        for word in words
    ]


def _names(sentence: Passage, text: str) -> list[Passage]:
    for pattern in _NAMES:
        for match in pattern.finditer(text):
            name = match[1].rstrip(".,;:")
            if not name or name.lower() in _NOT_A_NAME:
                continue
            names = [sentence.part(match.start(1), match.start(1) + len(name))]
            if pattern is _NAMES[0]:
                names += _next_names(sentence, text, match.end())
            return names
    return []


def _next_names(sentence: Passage, text: str, at: int) -> Iterator[Passage]:
    while (match := _NEXT_NAME.match(text, at)) is not None:
        yield sentence.part(*match.span(1 if match[1] else 2))
        at = match.end()


def _quoted_service(sentence: Passage, text: str) -> list[Passage]:
    match = _QUOTED_SERVICE.search(text)
    return [] if match is None else [sentence.part(*match.span(1))]


def _port(sentence: Passage, text: str) -> PortMention | None:
    match = next((match for pattern in _PORTS if (match := pattern.search(text))), None)
    if match is None:
        return None
    words = match["port"].strip()
    passage = sentence.part(*match.span("port"))
    if words[0].isdigit():
        return PortMention(int(words) if words.isdigit() else words, passage)
    placeholder = PLACEHOLDER.search(text)
    if placeholder is not None:
        number = _SUGGESTED_NUMBER.search(text, placeholder.end())
        if number is not None and _PREFERRED.search(text):
            return PortMention(int(number[0]), sentence.part(*number.span()))
        passage = sentence.part(*placeholder.span())
    return PortMention("system" if SYSTEM_RANGE.search(text) else "user", passage)
