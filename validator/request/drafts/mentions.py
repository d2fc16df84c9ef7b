"""The ports and transport protocols that a sentence of a draft mentions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import regex

from validator.request.drafts.kinds import BARE_PORT
from validator.request.drafts.labels import LabeledValue, field_value, inline_fields
from validator.request.drafts.names import is_name
from validator.request.drafts.sections import LIST_MARK, TRANSPORT_LIST, TRANSPORTS, Passage
from validator.request.drafts.values import PLACEHOLDER, SYSTEM_RANGE, TRANSPORT
from validator.request.phrase import phrase

_RANGE = r"[0-9]{1,6}(?:\s?[-–]\s?| (?:to|through) )[0-9]{1,6}"
_NUMBER = (
    rf"(?:{_RANGE}|[0-9]{{1,6}}|TB[ADC][-_\x20]?[0-9]{{0,3}}"
    r"|(?-i:[A-Z][A-Z0-9]{0,20}(?:[-_][A-Z0-9]{1,20}){0,3}[-_]PORT))"
)
# A remark in brackets after a number may have its service name.
_REMARK = r"(?:[\])>\"”]{0,2}\s*+\((?P<remark>(?:[^()]|\([^()]{0,100}\)){0,300})\))?+"
# What follows "port" in a sentence that requests none.
NOT_A_NUMBER = (
    r"(?! (?:unreachable|messages?|ranges?|types?|identifiers?|ids?|states?|status|modes?|options?"
    r"|fields?|attributes?|names?|modules?|codes?|groups?|objects?|management|functions?|mapping"
    r"|numbers? (?:registry|registries|space|field|option|range)s?)\b)"
)
_WITH_TRANSPORT = phrase(
    r"(?:[\"“`](?P<own>[A-Za-z0-9][\w.+-]{0,39})[\"”`] \((?=[0-9]))?+(?<![\w./-])"
    rf"(?P<port>{_RANGE}|[0-9]{{1,6}})\s?/\s?(?P<transport>{TRANSPORTS}"
    rf"(?:\s?/\s?{TRANSPORTS})*+)\b{_REMARK}"
)
# port 853, port number TBD1, ports 5 and 6, port <830>, TCP port number (6513)
_AFTER_PORT = phrase(
    rf"(?:(?P<transport>{TRANSPORT_LIST}) (?:(?:well-known|system|user|registered|destination"
    r"|server) )*+)?\bports?(?![-\w])(?:\s?\(s\))?(?: numbers?(?:,(?=\s\d{2,5}\b))?"
    r"|,(?=\s\d{2,5}(?:,| and\b| (?:for|to) [\"“`]| \()))?(?:\s?\(s\))?"
    r"(?: (?:of|is|are|as|value|values"
    r"|(?:(?:should|shall|will|must|would) )?be|namely))*+\s*+[:=]?\s*+[\[(<\"“`]{0,2}"
    rf"(?P<port>{_NUMBER})(?![\w]){_REMARK}"
)
_NEXT_PORT = phrase(
    r"[\])>\"”`]{0,2}(?:\s?\([^()]{0,80}\))?(?: (?:for|to) (?:the )?[^,.;()]{1,40}?(?=,"
    r"| and [0-9]{2,5} (?:for|to)\b))?(?:\s*+,\s*+(?:and |or )?| and | or |\s?&\s?)"
    rf"(?:(?:for )?(?:the )?(?P<transport>{TRANSPORT_LIST}) )?(?:ports? "
    rf"(?:numbers? )?)?[\[(<\"“`]{{0,2}}(?P<port>{_NUMBER})(?![\w.]*\w)(?!\s*+(?:bits?|octets?"
    rf"|bytes?|for\s+the\s+option)\b){_REMARK}"
)
# "The assigned number is 853.", "Its port should be 853."
_STATED_ADJECTIVES = (
    r"(?:(?:assigned|allocated|registered|reserved|requested|suggested|preferred|desired|proposed"
    rf"|default|{TRANSPORTS}) )"
)
STATED_NUMBER = (
    rf"(?:Its|The) (?:{_STATED_ADJECTIVES}*+port(?: (?:number|value))?+"
    rf"|{_STATED_ADJECTIVES}++(?:number|value)) (?:is|(?:will|should|shall|must|would) be) "
    r"(?P<port>[0-9]{2,5})(?![\w-]|\.\w)"
)
_STATED = phrase(STATED_NUMBER)
# "From the System range, since ...", "It should be a System Port."
_STATES_RANGE = phrase(
    r"(?:From|In|Within|Out of|Preferably)\s|(?:It|(?:The|This|Its) (?:\w++ )?(?:number|port"
    r"|value)(?: number)?) (?:is|(?:has|needs|ought) to|must|shall|should|will|would)\b(?! not\b)"
)
_IS_PREFERRED = (
    r"(?:(?:is|(?:would|should|will|shall) be) (?:\w++ly )?)?+(?:preferred|suggested|desired"
    r"|requested|proposed|recommended)\b"
)
# "The number 853 is preferred."
_STATED_FIRST = phrase(
    rf"(?:(?:The )?(?:port )?(?:number|value|port) )?(?P<port>[0-9]{{2,5}}) {_IS_PREFERRED}"
)
# "a TCP port, preferably 853"
_PREFERRED_NUMBER = phrase(
    r"(?:\b(?:preferabl[ey]|ideally|preferred(?: (?:number|value|port))*+(?: (?:is|being))?"
    r"|suggest(?:ed|ing|ion)?(?: (?:number|value|port))*+(?: (?:is|being))?)[\s:,]++(?:(?:the|port"
    r"|number|value) )*+(?P<port>[0-9]{2,5})(?![\w/-]|\.[0-9])|(?<![\w./-])(?P<port>[0-9]{2,5}) "
    r"(?:(?:is|being|would be) )?+(?:preferred|suggested|desired)\b)"
)
_BARE_PORT = phrase(BARE_PORT)
# What makes of "TCP 4646" a port: that something is done with it, not by means of it.
_ACTION = (
    r"\b(?:add|allocat|ask|assign|chang|correct|delet|earmark|entry|entries|giv|grant|need|provid"
    r"|regist|releas|remov|renam|request|requir|reserv|return|seek|unassign|updat|want"
    r"|would like)\w*+"
)
_ACTS_ON = phrase(
    # An item begins with it: the introduction of the list says what is done.
    rf"\A{LIST_MARK}\Z|{_ACTION}(?:(?!\b(?:which|that|who|us(?:es?|ing)|run(?:s|ning)?"
    r"|listen(?:s|ing)?|sent)\b)[^.;:])*+\Z"
)
_MAX_DISTANCE = 120
_IS_ACTED_ON = phrase(
    r"(?:(?!\b(?:which|that)\b)[^.;:]){0,60}?\b(?:is|are|been|be) (?:\w++ly "
    rf"|also )?(?:{_ACTION}|set aside\b)"
)
_OTHER_PORTS = (
    phrase(rf"\b(?:port|service name)\b.{{0,600}}?\. {STATED_NUMBER}"),
    # the default port of tides, 853, should be registered
    phrase(r"\bport\b[^.;:,]{1,60}, (?P<port>[0-9]{2,5}),"),
    # release the port range 4700-4703
    phrase(
        r"\b(?:chang|de-?assign|releas|remov|return|updat)\w*+\s[^.;]{0,60}?\brange "
        rf"(?P<port>{_RANGE})"
    ),
    # the well-known TCP port for X is 853
    phrase(
        rf"\bport\b[^.;:]{{0,90}}?\b(?:is|=) (?:the value |port (?:number )?)?(?P<port>{_NUMBER})"
        r"(?![\w.]*\w)"
    ),
    # the value 853 in the registry of ports
    phrase(r"\bvalue (?P<port>[0-9]{1,5}) (?:in|from)\s(?:the\s)?\s{20}"),
    # the value 853 for the TCP port; 853 as the port number; 2142, the user port number
    phrase(
        r"(?<![\w.-])(?<!\b(?:above|below|than|range|and|or|to|through|from|RFC|BCP)\s)"
        r"(?P<port>[0-9]{1,6})\)?,? (?:\([^()]{0,80}\) )?(?:(?:for|as|to) [^.]{0,60}?\bports?"
        rf"|the [^.,]{{0,30}}?\bport)\b{NOT_A_NUMBER}"
    ),
    # a port number, which has been assigned (716)
    phrase(r"\bports?\b[^;:]{0,120}?\(\s?(?P<port>[0-9]{1,5})\s?\)"),
)
_ADJECTIVES = (
    r"(?:new|single|dedicated|default|fixed|user|system|well-known|distinct|registered|destination"
    rf"|{TRANSPORTS}|and|/|or|/{TRANSPORTS}|/IP\b|\([^()]{{0,40}}\))"
)
_UNNUMBERED = (
    # a new UDP port, the well-known port: its number is elsewhere or is to be chosen
    phrase(
        rf"\b(?:(?:an?|one|two|new) (?:{_ADJECTIVES}\s*+){{0,6}}|(?:the|following"
        rf"|assigned) (?:{_ADJECTIVES}\s*+){{1,6}})(?P<port>ports?){NOT_A_NUMBER}\b(?![-\w])"
        r"(?!\s*+[:/(]?\s?[0-9])"
    ),
    # assign port numbers for TCP and SCTP
    phrase(
        r"\b(?:allocate|assign|register|request|reserve)s? (?P<port>ports?)(?: numbers?)? (?:for"
        r"|on|over|to)\b"
    ),
    phrase(rf"\b(?:user|system|{TRANSPORTS}) (?P<port>ports?)\b(?![-\w]){NOT_A_NUMBER}"),
)
_NO_PORT = phrase(
    r"\b(?:no|without|not (?:need|require|request|have)\w*+) (?:(?:an?|any|associated|fixed"
    r"|assigned|specific|dedicated|particular|default|the) ){0,3}(?:(?:tcp|udp) )?ports?\b"
)
_SUGGESTED_NUMBER = regex.compile(r"(?<![\w.-])[0-9]{2,5}(?![\w-])")
_PREFERRED = phrase(r"suggest|prefer|desire")

# "tides" (853): the names of ports in the order of the sentence
_NAMED_PORT = phrase(
    r"[\"“'`](?P<own>[A-Za-z0-9][\w.+-]{0,39})[\"”'`] (?:\((?=\d++\))|(?:on|at) )"
    r"(?P<port>[0-9]{2,5})(?![\w/-]|\.\w)"
)
_PORT_NUMBERS = phrase(rf"\bports? numbers?\b|\b{TRANSPORTS} ports?\b|\bkeywords?\b")
_REMARK_NAME = regex.compile(r"[\"“'`]?([a-z0-9][a-z0-9-]{1,39})[\"”'`]?")
_REMARKS = frozenset(
    """
    decimal default desired early experimental hex proposed provisional registered requested
    reserved respectively suggested system temporary tentative user
    """.split()
)
# "port 4646/foo": what is after the number is checked as a transport protocol.
_ANY_TRANSPORT = phrase(
    rf"{TRANSPORT.pattern}|(?<=\bports?(?: numbers?)? [0-9]{{2,5}}/)[a-z]{{2,9}}(?![\w/-])"
)
_SERVICE_CODE = phrase(
    r"\bservice codes? (?:of )?[\"“]?((?-i:SC:[A-Za-z0-9]{1,4}|[A-Z][A-Z0-9]{3})|[0-9]{1,10})\b"
)


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
    after_port = [match for matches in _sequences(_AFTER_PORT, text) for match in matches]
    others = [] if after_port else _other_ports(text)
    yield from after_port or others
    for matches in [] if others else _sequences(_BARE_PORT, text, _is_acted_on):
        yield from matches


def _other_ports(text: str) -> list[regex.Match[str]]:
    patterns = _OTHER_PORTS if _PORT_NUMBERS.search(text) else _OTHER_PORTS[:-1]
    return [match for pattern in patterns if (match := pattern.search(text))][:1]


def _sequences(
    pattern: regex.Pattern[str], text: str, is_port: Callable[[regex.Match[str]], bool] = bool
) -> Iterator[list[regex.Match[str]]]:
    """The ports that `pattern` finds, each with those after it: ", 4647 and 4648"."""
    at = 0
    while (match := pattern.search(text, at)) is not None:
        at = match.end()
        if is_port(match):
            matches = [match]
            while (following := _NEXT_PORT.match(text, at)) is not None:
                matches.append(following)
                at = following.end()
            yield matches


def _is_acted_on(match: regex.Match[str]) -> bool:
    """Whether something is done with what is a port without that word: "assign TCP 4646"."""
    text, start = match.string, match.start()
    acts_on = _ACTS_ON.search(text, max(start - _MAX_DISTANCE, 0), start)
    return bool(acts_on or _IS_ACTED_ON.match(text, match.end()))


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
    return [] if match is None else [field_value("service_code", sentence.part(*match.span(1)))]


def _port_value(words: str) -> int | str:
    if words.isdigit():
        return int(words)
    return words if words[0].isdigit() else "user"


def stated_port(sentence: Passage) -> PortMention | None:
    """The port of a sentence that says nothing else: "The port number should be 853." """
    match = _STATED.match(sentence.text) or _STATED_FIRST.match(sentence.text)
    return None if match is None else _mention(sentence, match)


def preferred_port(sentence: Passage) -> PortMention | None:
    """The port that a sentence before a request prefers: "The preferred port is 853." """
    return stated_port(sentence) if _PREFERRED.search(sentence.text) else None


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
    for word in _ANY_TRANSPORT.finditer(text, start, end):
        words.setdefault(word[0].lower(), sentence.part(word.start(), word.end()))
    return list(words.values())
