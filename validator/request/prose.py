"""Sentences of an IANA Considerations section that ask for a port or a service name."""

from __future__ import annotations

import regex

from validator.request.raw import RawRequest
from validator.request.template import PLACEHOLDER, SYSTEM_RANGE, TRANSPORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.request.passages import Passage

# Of a paragraph and of a sentence, this much is looked at.
_LONGEST_PARAGRAPH = 20_000
_LONGEST_SENTENCE = 2_000
_SENTENCE_END = regex.compile(r"(?<=[\w)\]>])[.!?][\"'”’)]?+\s++(?=[A-Z\"“(\[])")

# The names of registries speak of ports and service names too.
_REGISTRY = regex.compile(
    r"[\"“']?\bservice\s++names?\s++and\s++(?:transport\s++protocol\s++)?port\s++numbers?"
    r"(?:\s++registr(?:y|ies))?[\"”']?|\bport\s++numbers?\s++registry|\bregistry\b",
    regex.IGNORECASE,
)
_ASKS = regex.compile(
    r"\b(?:assign(?:s|ed|ing)?|allocat(?:e|es|ed|ing)|register(?:s|ed|ing)?|reserv(?:e|es|ed|ing)"
    r"|adds?|added)\b|\brequest(?:s|ed|ing)?\s++(?:for\s++)?(?:the\s++|an?\s++)?(?:early\s++)?"
    r"(?:assignment|allocation|registration|reservation|(?:(?:tcp|udp|sctp|dccp|user|system|new)\s++){0,3}ports?"
    r"|service\s++name)",
    regex.IGNORECASE,
)
_SOMEBODY = regex.compile(
    r"\bIANA\b|\brequest|\bthis\s++(?:document|memo|specification|draft|section|RFC)\b|\bwe\b|\bis\b"
    r"|\bare\b",
    regex.IGNORECASE,
)
_TELLS_OF_OTHERS = regex.compile(
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
# A port of something else, or something else about ports.
_NO_PORT = (
    r"(?!\s++(?:unreachable|ranges?|types?|identifiers?|ids?|states?|status|modes?|options?|fields?"
    r"|attributes?|names?|modules?|codes?|groups?|objects?)\b)"
)
_PORTS = (
    # 853/tcp, also behind the word
    regex.compile(rf"(?<![\w./-])(?P<port>[0-9]{{1,6}})\s?/\s?{_TRANSPORTS}\b", regex.IGNORECASE),
    # port 853, port number TBD1, ports 5 and 6
    regex.compile(
        rf"\bports?(?:\s++numbers?)?(?:\s++(?:of|is|as|value))?\s++[\[(<\"“]{{0,2}}(?P<port>{_NUMBERS})(?!\w)",
        regex.IGNORECASE,
    ),
    # the value 853 for the TCP port; 853 as the port number
    regex.compile(
        r"(?<![\w.-])(?P<port>[0-9]{1,6})\s++(?:\([^()]{0,80}\)\s++)?(?:for|as|to)\s++[^.]{0,60}?\bports?\b"
        + _NO_PORT,
        regex.IGNORECASE,
    ),
    # the number to come stands elsewhere, or nowhere
    regex.compile(
        rf"\b(?:an?|one|the|new|following)\s++(?:(?:new|single|dedicated|default|fixed|user|system|{_TRANSPORTS}"
        rf"|and|/|or|/{_TRANSPORTS})\s*+){{0,6}}(?P<port>ports?)\b{_NO_PORT}",
        regex.IGNORECASE,
    ),
    regex.compile(rf"\b(?:user|system)\s++(?P<port>ports?)\b{_NO_PORT}", regex.IGNORECASE),
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
# More names behind one: "a", "b" and "c".
_FURTHER = regex.compile(
    r"(?:\s*+,)?\s++(?:and\s++|or\s++)?[\"“'`‘]([^\s\"“”'`‘’]{1,40})[\"”'`’]|,\s++[\"“]([^\s\"“”]{1,40})[\"”]"
)
# What a port is assigned to, in quotes, where no name is called one.
_HOLDER = regex.compile(r"\b(?:to|for)\s++(?:the\s++)?[\"“`]([A-Za-z0-9-]{1,15})[\"”`]")
# Words that follow "service name" and are none.
_NO_NAME = frozenset(
    """
    a an and are as assigned assignment assignments at below by entry field for from has have in
    into is may must no of on only or registered registration registrations registry request
    requested should space that the their this through to under used uses using was which will
    with within without
    """.split()
)
_PREFERRED = regex.compile(r"suggest|prefer|desire", regex.IGNORECASE)


class Wish:
    """What a sentence asks for: passages of what it names, and what port that is."""

    __slots__ = ("at", "name", "port", "port_at", "transports")

    def __init__(self, at: Passage) -> None:
        self.at = at
        self.name: Passage | None = None
        self.port: int | str | None = None
        self.port_at: Passage | None = None
        self.transports: list[Passage] = []

    def request(self) -> RawRequest:
        request = RawRequest(0, self.at.place(0))
        if self.name is not None:
            request.values["service_name"] = self.name.text
            request.places["service_name",] = self.name.place(0)
        if self.port is not None and self.port_at is not None:
            request.values["port_number"] = self.port
            request.places["port_number",] = self.port_at.place(0)
        if self.transports:
            request.values["transport_protocols"] = [word.text.lower() for word in self.transports]
            request.places["transport_protocols",] = self.transports[0].place(0)
            for number, word in enumerate(self.transports):
                request.places["transport_protocols", number] = word.place(0)
        return request


def wishes(paragraph: Passage, before: list[Wish]) -> list[Wish]:
    """Return what a paragraph asks for.

    A sentence that gives what the last wish lacks, in this paragraph or `before` it, completes
    that one.
    """
    found: list[Wish] = []
    for sentence in _sentences(paragraph):
        for wish in _of_sentence(sentence):
            last = found[-1] if found else before[-1] if before else None
            if last is not None and _completes(wish, last, bool(found)):
                last.name = last.name or wish.name
                if last.port is None or (not isinstance(last.port, int) and wish.port is not None):
                    last.port, last.port_at = wish.port, wish.port_at
                last.transports = last.transports or wish.transports
            else:
                found.append(wish)
    return found


def _completes(wish: Wish, last: Wish, near: bool) -> bool:
    """Whether `wish` only says more of what `last` asks for; `near` in the same paragraph."""
    if wish.name is not None and last.name is not None:
        same = wish.name.text.lower() == last.name.text.lower()
        return same and (wish.port is None or last.port is None or wish.port == last.port)
    if wish.name is not None:
        return wish.port is None or (near and wish.port == last.port)
    if last.name is not None:
        return near and (last.port is None or wish.port == last.port)
    if isinstance(wish.port, int) and isinstance(last.port, int):
        return wish.port == last.port
    # A port to be chosen, and more of it; for other transport protocols it is another.
    mine, others = ({word.text.lower() for word in w.transports} for w in (wish, last))
    return near and not (mine and others and mine != others)


def _sentences(paragraph: Passage) -> Iterator[Passage]:
    text = paragraph.text[:_LONGEST_PARAGRAPH]
    at = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]:
        if end - at > 10:
            yield paragraph.part(at, min(end, at + _LONGEST_SENTENCE))
        at = end


def _of_sentence(sentence: Passage) -> list[Wish]:
    text = _REGISTRY.sub(lambda found: " " * len(found[0]), sentence.text)
    if not _ASKS.search(text) or not _SOMEBODY.search(text) or _TELLS_OF_OTHERS.search(text):
        return []
    names = _names(sentence, text)
    port, port_at = _port(sentence, text)
    if not names and port is None:
        return []
    names = names or _holder(sentence, text)
    transports: dict[str, Passage] = {}
    for word in TRANSPORT.finditer(text):
        transports.setdefault(word[1].lower(), sentence.part(word.start(), word.end()))
    made: list[Wish] = []
    numbers = port.replace("and", ",").split(",") if isinstance(port, str) else []
    for number, name in enumerate(names or [None]):
        wish = Wish(sentence)
        wish.name = name
        wish.port, wish.port_at = port, port_at
        if len(numbers) == len(names) > 1 and numbers[number].strip().isdigit():
            # As many ports as names: one for each.
            wish.port = int(numbers[number])
        wish.transports = list(transports.values())
        made.append(wish)
    return made


def _names(sentence: Passage, text: str) -> list[Passage]:
    for pattern in _NAMES:
        for found in pattern.finditer(text):
            name = found[1].rstrip(".,;:")
            if name.lower() in _NO_NAME or not name:
                continue
            names = [sentence.part(found.start(1), found.start(1) + len(name))]
            at = found.end()
            while pattern is _NAMES[0] and (more := _FURTHER.match(text, at)) is not None:
                group = 1 if more[1] else 2
                names.append(sentence.part(more.start(group), more.end(group)))
                at = more.end()
            return names
    return []


def _holder(sentence: Passage, text: str) -> list[Passage]:
    found = _HOLDER.search(text)
    return [] if found is None else [sentence.part(found.start(1), found.end(1))]


def _port(sentence: Passage, text: str) -> tuple[int | str | None, Passage | None]:
    for pattern in _PORTS:
        found = pattern.search(text)
        if found is None:
            continue
        words = found["port"].strip()
        at = sentence.part(found.start("port"), found.end("port"))
        if words.isdigit():
            return int(words), at
        if words[0].isdigit():
            return words, at
        placeholder = PLACEHOLDER.search(text)
        if placeholder is not None:
            at = sentence.part(placeholder.start(), placeholder.end())
            suggested = regex.search(r"(?<![\w.-])[0-9]{2,5}(?![\w-])", text[placeholder.end() :])
            if suggested is not None and _PREFERRED.search(text):
                start = placeholder.end() + suggested.start()
                return int(suggested[0]), sentence.part(start, start + len(suggested[0]))
        return ("system" if SYSTEM_RANGE.search(text) else "user"), at
    return None, None
