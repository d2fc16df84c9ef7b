"""The ports and transport protocols that a sentence of a draft mentions."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from validator.request.drafts.kinds import BARE_PORT
from validator.request.drafts.labels import Label, LabeledValue, inline_fields
from validator.request.drafts.names import is_name
from validator.request.drafts.sections import LIST_MARK, TRANSPORT_LIST, TRANSPORTS
from validator.request.drafts.values import PLACEHOLDER, SYSTEM_RANGE, TRANSPORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.request.drafts.sections import Passage

_FLAGS = regex.IGNORECASE
_RANGE = r"[0-9]{1,6}(?:\s?[-–]\s?|\s++(?:to|through)\s++)[0-9]{1,6}"
_NUMBER = (
    rf"(?:{_RANGE}|[0-9]{{1,6}}|TB[ADC][-_ ]?[0-9]{{0,3}}"
    r"|(?-i:[A-Z][A-Z0-9]{0,20}(?:[-_][A-Z0-9]{1,20}){0,3}[-_]PORT))"
)
# A remark in brackets after a number may have its service name.
_REMARK = r"(?:[\])>\"”]{0,2}\s*+\((?P<remark>(?:[^()]|\([^()]{0,100}\)){0,300})\))?+"
# What follows "port" in a sentence that requests none.
NOT_A_NUMBER = (
    r"(?!\s++(?:unreachable|messages?|ranges?|types?|identifiers?|ids?|states?|status|modes?"
    r"|options?"
    r"|fields?"
    r"|attributes?|names?|modules?|codes?|groups?|objects?|management|functions?|mapping|numbers?"
    r"\s++(?:registry|registries|space|field|option|range)s?)\b)"
)
_WITH_TRANSPORT = regex.compile(
    r"(?:[\"“`](?P<own>[A-Za-z0-9][\w.+-]{0,39})[\"”`]\s++\((?=[0-9]))?+"
    rf"(?<![\w./-])(?P<port>{_RANGE}|[0-9]{{1,6}})\s?/\s?(?P<transport>{TRANSPORTS}"
    rf"(?:\s?/\s?{TRANSPORTS})*+)\b" + _REMARK,
    _FLAGS,
)
# port 853, port number TBD1, ports 5 and 6, port <830>, TCP port number (6513)
_AFTER_PORT = regex.compile(
    rf"(?:(?P<transport>{TRANSPORT_LIST})\s++(?:(?:well-known|system|user|registered"
    rf"|destination|server)"
    rf"\s++)*+)?\bports?(?![-\w])(?:\s?\(s\))?(?:\s++numbers?(?:,(?=\s\d{{2,5}}\b))?|,(?=\s\d{{2,5}}(?:,|\s++and\b)))?"
    rf"(?:\s?\(s\))?"
    rf"(?:\s++(?:of|is|are|as|value|values|(?:(?:should|shall|will|must|would)\s++)?be"
    rf"|namely))*+\s*+[:=]?\s*+[\[(<\"“`]{{0,2}}(?P<port>{_NUMBER})(?![\w])" + _REMARK,
    _FLAGS,
)
_NEXT_PORT = regex.compile(
    rf"[\])>\"”`]{{0,2}}(?:\s?\([^()]{{0,80}}\))?(?:\s++for\s++(?:the"
    rf"\s++)?[^,.;()]{{1,40}}?(?=,|\s++and\s++[0-9]{{2,5}}\s++for\b))?"
    rf"(?:\s*+,\s*+(?:and\s++|or\s++)?|\s++and\s++|"
    rf"\s++or\s++|\s?&\s?)"
    rf"(?:(?:for\s++)?(?:the\s++)?(?P<transport>{TRANSPORT_LIST})\s++)?(?:ports?\s++"
    rf"(?:numbers?\s++)?)?"
    rf"[\[(<\"“`]{{0,2}}(?P<port>{_NUMBER})(?![\w.]*\w)(?!\s*+(?:bits?|octets?|bytes?"
    rf"|for\s+the\s+option)\b)" + _REMARK,
    _FLAGS,
)
# "The assigned number is 853.", "Its port should be 853."
_STATED_ADJECTIVES = (
    r"(?:(?:assigned|allocated|registered|reserved|requested|suggested|preferred|desired|proposed|default"
    rf"|{TRANSPORTS})\s++)"
)
STATED_NUMBER = (
    rf"(?:Its|The)\s++(?:{_STATED_ADJECTIVES}*+port(?:\s++(?:number|value))?+"
    rf"|{_STATED_ADJECTIVES}++(?:number|value))"
    r"\s++(?:is|(?:will|should|shall|must|would)\s++be)\s++(?P<port>[0-9]{2,5})(?![\w-]|\.\w)"
)
_STATED = regex.compile(STATED_NUMBER, _FLAGS)
# "From the System range, since ...", "It should be a System Port."
_STATES_RANGE = regex.compile(
    r"(?:From|In|Within|Out\s++of|Preferably)\s|(?:It|(?:The|This|Its)\s++(?:\w++\s++)?(?:number|port|value)(?:\s++number)?)\s++"
    r"(?:is|(?:has|needs|ought)\s++to|must|shall|should|will|would)\b(?!\s++not\b)",
    _FLAGS,
)
_IS_PREFERRED = (
    r"(?:(?:is|(?:would|should|will|shall)\s++be)\s++(?:\w++ly\s++)?)?+"
    r"(?:preferred|suggested|desired|requested|proposed|recommended)\b"
)
# "The number 853 is preferred."
_STATED_FIRST = regex.compile(
    rf"(?:The\s++(?:port\s++)?(?:number|value|port)\s++)?(?P<port>[0-9]{{2,5}})\s++{_IS_PREFERRED}",
    _FLAGS,
)
# "a TCP port, preferably 853"
_PREFERRED_NUMBER = regex.compile(
    r"(?:\b(?:preferabl[ey]|ideally|preferred(?:\s++(?:number|value|port))*+(?:\s++(?:is|being))?|suggest(?:ed|ing|ion)?"
    r"(?:\s++(?:number|value|port))*+(?:\s++(?:is|being))?)[\s:,]++(?:(?:the|port|number|value)\s++)*+"
    r"(?P<port>[0-9]{2,5})(?![\w/-]|\.[0-9])"
    r"|(?<![\w./-])(?P<port>[0-9]{2,5})\s++(?:(?:is|being|would\s++be)\s++)?+(?:preferred|suggested|desired)\b)",
    _FLAGS,
)
_BARE_PORT = regex.compile(BARE_PORT, _FLAGS)
# What makes of "TCP 4646" a port: that something is done with it, not by means of it.
_ACTION = (
    r"\b(?:add|allocat|ask|assign|chang|correct|delet|earmark|entry|entries|giv|grant|need|provid|regist"
    r"|releas|remov|renam|request|requir|reserv|return|seek|unassign|updat|want|would\s++like)\w*+"
)
_ACTS_ON = regex.compile(
    # An item begins with it: the introduction of the list says what is done.
    rf"\A{LIST_MARK}\Z|{_ACTION}(?:(?!\b(?:which|that|who|us(?:es?|ing)|run(?:s|ning)?|listen(?:s|ing)?|sent)\b)[^.;:])*+\Z",
    _FLAGS,
)
_MAX_DISTANCE = 120
_IS_ACTED_ON = regex.compile(
    r"(?:(?!\b(?:which|that)\b)[^.;:]){0,60}?\b(?:is|are|been|be)\s++(?:\w++ly\s++|also\s++)?"
    rf"(?:{_ACTION}|set\s++aside\b)",
    _FLAGS,
)
_OTHER_PORTS = (
    regex.compile(rf"\b(?:port|service\s++name)\b.{{0,600}}?\.\s++{STATED_NUMBER}", _FLAGS),
    # the default port of tides, 853, should be registered
    regex.compile(r"\bport\b[^.;:,]{1,60},\s++(?P<port>[0-9]{2,5}),", _FLAGS),
    # release the port range 4700-4703
    regex.compile(
        r"\b(?:chang|de-?assign|releas|remov|return|updat)\w*+\s[^.;]{0,60}?\brange\s++"
        rf"(?P<port>{_RANGE})",
        _FLAGS,
    ),
    # the well-known TCP port for X is 853
    regex.compile(
        rf"\bport\b[^.;:]{{0,90}}?\b(?:is|=)\s++(?:the\s++value\s++|port\s++(?:number"
        rf"\s++)?)?(?P<port>{_NUMBER})(?![\w.]*\w)",
        _FLAGS,
    ),
    # the value 853 in the registry of ports
    regex.compile(r"\bvalue\s++(?P<port>[0-9]{1,5})\s++(?:in|from)\s(?:the\s)?\s{20}", _FLAGS),
    # the value 853 for the TCP port; 853 as the port number; 2142, the user port number
    regex.compile(
        r"(?<![\w.-])(?<!\b(?:above|below|than|range|and|or|to|through|from|RFC"
        r"|BCP)\s)(?P<port>[0-9]{1,6})\)?,?\s++(?:\([^()]{0,80}\)\s++)?(?:(?:for|as|to)"
        r"\s++[^.]{0,60}?\bports?|the\s++[^.,]{0,30}?\bport)\b" + NOT_A_NUMBER,
        _FLAGS,
    ),
    # a port number, which has been assigned (716)
    regex.compile(r"\bports?\b[^;:]{0,120}?\(\s?(?P<port>[0-9]{1,5})\s?\)", _FLAGS),
)
_ADJECTIVES = (
    r"(?:new|single|dedicated|default|fixed|user|system|well-known|distinct|registered|destination"
    rf"|{TRANSPORTS}|and|/|or|/{TRANSPORTS}|/IP\b|\([^()]{{0,40}}\))"
)
_UNNUMBERED = (
    # a new UDP port, the well-known port: its number is elsewhere or is to be chosen
    regex.compile(
        rf"\b(?:(?:an?|one|two|new)\s++(?:{_ADJECTIVES}\s*+){{0,6}}"
        rf"|(?:the|following|assigned)\s++(?:{_ADJECTIVES}\s*+){{1,6}})"
        rf"(?P<port>ports?){NOT_A_NUMBER}\b(?![-\w])(?!\s*+[:/(]?\s?[0-9])",
        _FLAGS,
    ),
    # assign port numbers for TCP and SCTP
    regex.compile(
        r"\b(?:allocate|assign|register|request|reserve)s?\s++(?P<port>ports?)"
        r"(?:\s++numbers?)?\s++(?:for|on|over|to)\b",
        _FLAGS,
    ),
    regex.compile(
        rf"\b(?:user|system|{TRANSPORTS})\s++(?P<port>ports?)"
        rf"\b(?![-\w]){NOT_A_NUMBER}",
        _FLAGS,
    ),
)
_NO_PORT = regex.compile(
    r"\b(?:no|without|not\s++(?:need|require|request|have)\w*+)\s++(?:(?:an?|any|associated"
    r"|fixed|assigned"
    r"|specific|dedicated|particular|default|the)\s++){0,3}(?:(?:tcp|udp)\s++)?ports?\b",
    _FLAGS,
)
_SUGGESTED_NUMBER = regex.compile(r"(?<![\w.-])[0-9]{2,5}(?![\w-])")
_PREFERRED = regex.compile(r"suggest|prefer|desire", _FLAGS)

# "tides" (853): the names of ports in the order of the sentence
_NAMED_PORT = regex.compile(
    r"[\"“'`](?P<own>[A-Za-z0-9][\w.+-]{0,39})[\"”'`]\s++\((?P<port>[0-9]{2,5})\)", _FLAGS
)
_PORT_NUMBERS = regex.compile(
    rf"\bports?\s++numbers?\b|\b{TRANSPORTS}\s++ports?\b|\bkeywords?\b", _FLAGS
)
_REMARK_NAME = regex.compile(r"[\"“'`]?([a-z0-9][a-z0-9-]{1,39})[\"”'`]?")
_REMARKS = frozenset(
    """
    decimal default desired early experimental hex proposed provisional registered requested
    reserved respectively suggested system temporary tentative user
    """.split()
)
_SERVICE_CODE = regex.compile(r"\bservice\s++codes?\s++(?:of\s++)?([0-9]{1,10})\b", _FLAGS)


@dataclass(slots=True)
class PortMention:
    """The port that a sentence requests: a number, several, or the name of a range.

    `transports` are those of this port alone, `fields` what a remark after it says.
    """

    value: int | str
    passage: Passage
    transports: list[Passage] = field(default_factory=list)
    fields: list[LabeledValue] = field(default_factory=list)
    remark_name: Passage | None = None

    @property
    def name(self) -> Passage | None:
        """The service name in the remark."""
        values = (f.value for f in self.fields if f.label.path == ("service_name",))
        return next(values, self.remark_name)


def ports(sentence: Passage, text: str) -> list[PortMention]:
    """The ports with a number that a sentence mentions, each once.

    `text` is that of the sentence, with blanks in place of what does not count.
    """
    mentions: list[PortMention] = []
    numbers: set[object] = set()
    for match in _port_matches(text):
        mention = _mention(sentence, match)
        if mention.value not in numbers or isinstance(mention.value, str):
            numbers.add(mention.value)
            mentions.append(mention)
        elif mention.transports:
            first = next(m for m in mentions if m.value == mention.value)
            first.transports += mention.transports
    return mentions


def _port_matches(text: str) -> Iterator[regex.Match[str]]:
    for pattern in (_NAMED_PORT, _WITH_TRANSPORT):
        is_possible = pattern is _WITH_TRANSPORT or _PORT_NUMBERS.search(text)
        matches = list(pattern.finditer(text)) if is_possible else []
        if matches:
            yield from matches
            return
    at = 0
    is_empty = True
    while (match := _AFTER_PORT.search(text, at)) is not None:
        is_empty = False
        yield match
        at = match.end()
        for match in _next_ports(text, at):
            yield match
            at = match.end()
    if is_empty:
        patterns = _OTHER_PORTS if _PORT_NUMBERS.search(text) else _OTHER_PORTS[:-1]
        others = [m for pattern in patterns if (m := pattern.search(text))][:1]
        yield from others or _bare_ports(text)
        return
    yield from _bare_ports(text)


def _next_ports(text: str, at: int) -> Iterator[regex.Match[str]]:
    """The ports after one that ends at `at`: ", 4647 and 4648"."""
    while (match := _NEXT_PORT.match(text, at)) is not None:
        yield match
        at = match.end()


def _bare_ports(text: str) -> Iterator[regex.Match[str]]:
    """What is a port without that word: "assign TCP 4646"."""
    at = 0
    while (match := _BARE_PORT.search(text, at)) is not None:
        at = match.end()
        start = match.start()
        if _ACTS_ON.search(text, max(start - _MAX_DISTANCE, 0), start) or _IS_ACTED_ON.match(
            text, at
        ):
            yield match
            for match in _next_ports(text, at):
                yield match
                at = match.end()


def _mention(sentence: Passage, match: regex.Match[str]) -> PortMention:
    words = match["port"].strip()
    groups = match.groupdict()
    mention = PortMention(_port_value(words), sentence.part(*match.span("port")))
    if groups.get("own"):
        mention.remark_name = sentence.part(*match.span("own"))
    if groups.get("transport"):
        mention.transports = transports(sentence, match.string, match.span("transport"))
    if groups.get("remark"):
        remark = sentence.part(*match.span("remark"))
        mention.fields = inline_fields(remark)
        name = _REMARK_NAME.fullmatch(remark.text)
        if name is not None and is_name(name[1]) and name[1] not in _REMARKS:
            mention.remark_name = remark.part(*name.span(1))
    return mention


def service_code(sentence: Passage, text: str) -> list[LabeledValue]:
    """The DCCP service code that a sentence gives."""
    match = _SERVICE_CODE.search(text)
    if match is None:
        return []
    return [LabeledValue(Label(("service_code",)), sentence.part(*match.span(1)))]


def _port_value(words: str) -> int | str:
    if words.isdigit():
        return int(words)
    return words if words[0].isdigit() else "user"


def stated_port(sentence: Passage) -> PortMention | None:
    """The port of a sentence that says nothing else: "The port number should be 853." """
    match = _STATED.match(sentence.text) or _STATED_FIRST.match(sentence.text)
    return None if match is None else _mention(sentence, match)


def stated_range(sentence: Passage, text: str) -> Passage | None:
    """The words for the System Ports in a sentence that says nothing but where the port is."""
    match = SYSTEM_RANGE.search(text) if _STATES_RANGE.match(text) else None
    return None if match is None else sentence.part(*match.span())


def mentions_port(sentence: Passage) -> bool:
    """Whether a sentence mentions a port by its number."""
    return next(_port_matches(sentence.text), None) is not None


def unnumbered_port(sentence: Passage, text: str) -> PortMention | None:
    """A port without a number that a sentence asks for, `None` if it asks for none."""
    if _NO_PORT.search(text):
        return None
    match = next((match for pattern in _UNNUMBERED if (match := pattern.search(text))), None)
    return (
        None if match is None else chosen_port(sentence, text, sentence.part(*match.span("port")))
    )


def chosen_port(sentence: Passage, text: str, passage: Passage) -> PortMention:
    """A port that IANA is to choose, or the number that the sentence suggests for it."""
    placeholder = PLACEHOLDER.search(text)
    if placeholder is None and (preferred := _PREFERRED_NUMBER.search(text)) is not None:
        return PortMention(int(preferred["port"]), sentence.part(*preferred.span("port")))
    if placeholder is not None:
        number = _SUGGESTED_NUMBER.search(text, placeholder.end())
        if number is not None and _PREFERRED.search(text):
            return PortMention(int(number[0]), sentence.part(*number.span()))
        passage = sentence.part(*placeholder.span())
    return PortMention("system" if SYSTEM_RANGE.search(text) else "user", passage)


def set_following_transports(sentence: Passage, text: str, listed: list[PortMention]) -> None:
    """Give each of several ports the transport protocols after it: "port 5 for TCP and ...".

    It does so only where none is before the first one, and each has some.
    """
    starts = [port.passage.place(0) for port in listed]
    groups: list[list[Passage]] = [[] for _ in range(len(listed) + 1)]
    for match in TRANSPORT.finditer(text):
        word = sentence.part(*match.span())
        groups[sum(start < word.place(0) for start in starts)].append(word)
    has_own = not groups[0] and all(groups[1:])
    if has_own and len(listed) > 1 and starts == sorted(starts):
        for port, group in zip(listed, groups[1:], strict=True):
            port.transports = group


def transports(sentence: Passage, text: str, span: tuple[int, int] | None = None) -> list[Passage]:
    """The transport protocols in a sentence or in a span of it, each once."""
    start, end = span or (0, len(text))
    words: dict[str, Passage] = {}
    for word in TRANSPORT.finditer(text, start, end):
        words.setdefault(word[1].lower(), sentence.part(word.start(), word.end()))
    return list(words.values())
