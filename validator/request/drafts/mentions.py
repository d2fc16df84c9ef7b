"""The ports, service names and transport protocols that a sentence mentions."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from validator.model.vocabulary import SERVICE_NAME, TRANSPORT_PROTOCOLS
from validator.request.drafts.kinds import BARE_PORT, TRANSPORT_LIST
from validator.request.drafts.labels import Label, LabeledValue, inline_fields
from validator.request.drafts.sections import TRANSPORTS, Passage
from validator.request.drafts.values import PLACEHOLDER, SYSTEM_RANGE, TRANSPORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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

# -- names --------------------------------------------------------------------------------------

_QUOTED = r"[\"“'`‘]{1,2}([^\s\"“”'`‘’]{1,40})[\"”'`’]{1,2}"
_WORD = r"<?([A-Za-z0-9_][\w.+*‑-]{0,39})>?"
_NAMES = (
    # the service name "a"; service names of "a"
    regex.compile(
        r"\b(?:service\s++(?:names?|types?)|keywords?)\s*+(?:(?:of|is|are|as|for|be|will"
        r"|called|following|:|=)\s*+){0,3}"
        + _QUOTED, _FLAGS,
    ),
    # called "a", with label "a", under the name "a"
    regex.compile(
        r"\b(?:called|named|labell?ed|label|moniker|keyword|known\s++as|(?:the|under|short"
        r"|with)\s++(?:port\s++)?names?)\s++(?:(?:of|is|as)\s++)?"
        + _QUOTED, _FLAGS,
    ),
    # "a" as service name, the "a" service name
    regex.compile(
        _QUOTED + r"(?:(?:\s*+,|\s++and|\s++or|,\s++and)\s++" + _QUOTED + r"){0,5}\s++(?:as"
            r"\s++)?(?:(?:the|an?|new)\s++)*+(?:(?:srv|dns-?sd|tcp|udp)\s++)?"
        r"(?:service(?:\s++(?:names?|types?))?|keywords?|entry|entries"
        r"|ports?\s++(?:numbers?|allocations?|assignments?|registrations?))"
        r"\b", _FLAGS,
    ),
    regex.compile(r"\b(?:entry|entries|row|record|registration)s?\s++(?:(?:for|of|to|is|are"
        r"|named)\s++)?(?:the\s++)?(?:service\s++)?" + _QUOTED, _FLAGS),
    # the service name "a b", which is none
    regex.compile(r"\bservice\s++name\s++[\"“]([^\"“”]{1,60})[\"”]", _FLAGS),
)  # fmt: skip
# register A, B and C as service names
_LISTED = regex.compile(
    r"\b(?:add|allocate|assign|register|reserve)(?:s|e?d)?\s++<?(\w[\w-]{0,20}+)>?(?:(?:\s*+,|\s++and|,\s++and)"
    r"\s++<?(\w[\w-]{0,20}+)>?){0,8}"
    r"\s++as\s++(?:(?:an?|the|new)\s++)*+service\s++names?\b"
)
# a and b are to be added as services
_SUBJECTS = regex.compile(
    r"\A(?:The\s++(?:service\s++names?|names?|services?|keywords?)\s++)?"
    + _WORD
    + r"(?:(?:\s*+,|\s++and|,\s++and)\s++"
    + _WORD
    + r"){0,5}\s++(?:(?:is|are|has|have"
    r"|shall|should)\s++)"
    r"(?:(?:to\s++)?(?:be|been)\s++)?(?:also\s++)?(?:requested\s++to\s++be\s++)?(?:added"
    r"|registered|assigned|entered)\b",
)
_BARE_NAMES = (
    # the service names a and b
    regex.compile(r"\bservice\s++names\s++" + _WORD + r"(?:(?:\s*+,|\s++and|,\s++and)\s++" + _WORD
        + r"){1,8}(?=[\s,.;]|\Z)", _FLAGS),
    regex.compile(r"\bservice\s++names?(?:\s*+[:=]\s*+|\s++(?:(?:of|is|be|called)"
        r"\s++)?)" + _WORD, _FLAGS),
    regex.compile(r"\b(?:an?|the|new)\s++(?:(?:new|existing|service|name)\s++)*+(?:entry"
        r"|entries|registration)\s++(?:for|of|named|called)\s++(?:the\s++)?(?:service\s++)?"
        r"(?:name\s++)?" + _WORD + r"(?=[\s,.;:]|\Z)", _FLAGS),
    # the assignment of tides, port 4646
    regex.compile(r"\b(?:assignment|allocation)\s++(?:of|for)\s++" + _WORD
        + rf"(?=,?\s++(?:on\s++|\()?(?:{TRANSPORTS}\s++)?port\s++[0-9])", _FLAGS),
    # the registrations of a, b and c for TCP
    regex.compile(
        r"\b(?:entries|registrations|assignments)\s++(?:for|of)\s++(?:the\s++)?"
        r"(?:services?\s++)?" + _WORD + r"(?:(?:\s*+,|\s++and|,\s++and)\s++" + _WORD
        + rf"){{1,8}}\s++(?:for|with|over|on)\s++(?:the\s++)?[\"“]?{TRANSPORTS}\b",
        _FLAGS,
    ),
    # an entry to the registry for a-b, for a with a transport type of tcp
    regex.compile(r"\b(?:entry|entries|registration)\b[^.;]{0,160}?\bfor\s++(?:"
        r"([a-z][a-z0-9]*+(?:-[a-z0-9]++)++)(?=[\s,.;]|\Z)"
        r"|([a-z][a-z0-9]*+)(?=\s++with\s++(?:an?\s++|the\s++)?transport\b))"),
    regex.compile(
        r"\b(?:registry|registration|added)\b[^.]{0,120}\bfor\s++" + _WORD + r"\.?\Z", _FLAGS
    ),
    regex.compile(r"\b(?:called|named|labell?ed|label|keyword|port\s++name|with\s++the\s++name"
        r"|under\s++the\s++name)\s++(?:of\s++)?" + _WORD + r"(?=[,.;)]|\s++(?:for|in|on|with"
        r"|and|is|are|to|from|has)\b|\Z)"),
    _LISTED,
    # the tide-tables service
    regex.compile(r"\bthe\s++([a-z][a-z0-9]*+-[a-z0-9-]{1,20})\s++(?:service|port\s++name)\b"),
    _SUBJECTS,
)  # fmt: skip
# What a port is assigned to, in a sentence without the words "service name".
_SERVED = (
    regex.compile(r"\b(?:allocated|assigned|reserved|registered)\s++(?:to|for)\s++(?:the\s++)?"
        r"([a-z][a-z0-9]*+-[a-z0-9-]{1,13})(?=[\s,.;]|\Z)"),
    regex.compile(r"\b(?:to|for|as|under)\s++(?:the\s++)?(?:services?\s++)?[\"“`]([A-Za-z0-9-]{1,15})[\"”`]"),
    # for use by "a"
    regex.compile(r"\bfor\s++use\s++(?:by|with)\s++(?:the\s++)?[\"“`]([A-Za-z0-9-]{1,15})[\"”`]"),
    # assign "a" to port 4646
    regex.compile(r"\b(?:assign|allocate|register|add)\s++(?:the\s++)?[\"“`]([A-Za-z0-9-]{1,15})[\"”`]"
        rf"\s++(?:to|on|at|for|with)\s++(?:the\s++)?(?:{TRANSPORTS}\s++)?"
        r"(?:port\b|[0-9]{2,5}\s?/)", _FLAGS),
    regex.compile(r"\b(?:for|to)\s++([a-z][a-z0-9-]{1,14})(?:\s*+,)?\s++(?:and|or)"
        r"\s++([a-z][a-z0-9-]{1,14})\s++(?:operation|service|protocol)s?\b"),
)  # fmt: skip
_SRV_NAME = regex.compile(
    rf"(?<![\w.‑-])_([A-Za-z0-9][A-Za-z0-9‑-]{{0,30}})\._({TRANSPORTS})\b", _FLAGS
)
_ABOUT_SERVICES = regex.compile(
    rf"\bservice\s++(?:names?|types?)\b|\bports?\b|\b[0-9]{{2,5}}\s?/\s?{TRANSPORTS}\b|{BARE_PORT}"
    rf"|\bfor\s++(?:the\s++)?[\"“]?{TRANSPORTS}[\"”]?\s++protocol\b",
    _FLAGS,
)
# More names after one: "a", "b" and "c".
_NEXT_QUOTED = regex.compile(r"(?:\s*+,)?\s++(?:and\s++|or\s++)?" + _QUOTED + r"|,\s++" + _QUOTED)
# Words in the place of a name.
_NOT_NAMES = frozenset(
    """
    a all also an and any are as assigned assignment assignments at be become becomes been below
    both by called data document dtls each entry existing field following for from has have
    historic iana if in into ip ipv4 ipv6 is it its may must name names new no none not of on only
    or our port ports protocol protocols quic registered registrant registration registrations
    registry request requested respectively section see service services shall should space srv
    such suffix tbd that the their them these they this those through tls to transport two under
    unique used user uses using value values was we well-known were which will with within without
    """.split()
).union(TRANSPORT_PROTOCOLS)  # fmt: skip


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


def is_name(word: str) -> bool:
    """Whether a word can be the service name that a sentence asks for."""
    return bool(word) and word.strip("_").lower() not in _NOT_NAMES and any(map(str.isalpha, word))


_BEFORE_NAME = (
    r"(?:\b(?:names?|called|named|labell?ed|as|to|for|by|from|services?|register|assign|allocate|keywords?"
    r"|labels?|and|or)\s{1,2}|,\s)"
)
# A word in emphasis where a name can be.
_EMPHASIZED = regex.compile(
    rf"(?<={_BEFORE_NAME})(?P<mark>\*{{1,2}}|_{{1,2}})"
    r"(?P<name>[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)(?P=mark)(?![\w*])"
)
BEFORE_NAME = regex.compile(rf"{_BEFORE_NAME}\Z", _FLAGS)


def with_quoted_names(passage: Passage) -> Passage:
    """The passage with quotes in place of the emphasis of names, each at the place that it has."""
    text = _EMPHASIZED.sub(_in_quotes, passage.text)
    return passage if text == passage.text else Passage(text, passage.marks)


def _in_quotes(match: regex.Match[str]) -> str:
    if not is_name(match["name"]):
        return match[0]
    width = len(match["mark"])
    return '"'.rjust(width) + match["name"] + '"'.ljust(width)


# -- ports --------------------------------------------------------------------------------------


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
        while (following := _NEXT_PORT.match(text, match.end())) is not None:
            match = following
            yield match
        at = match.end()
    if is_empty:
        patterns = _OTHER_PORTS if _PORT_NUMBERS.search(text) else _OTHER_PORTS[:-1]
        others = [m for pattern in patterns if (m := pattern.search(text))][:1]
        yield from others or _BARE_PORT.finditer(text)


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


def transports(sentence: Passage, text: str, span: tuple[int, int] | None = None) -> list[Passage]:
    """The transport protocols in a sentence or in a span of it, each once."""
    start, end = span or (0, len(text))
    words: dict[str, Passage] = {}
    for word in TRANSPORT.finditer(text, start, end):
        words.setdefault(word[1].lower(), sentence.part(word.start(), word.end()))
    return list(words.values())


# -- names --------------------------------------------------------------------------------------


def srv_names(sentence: Passage, text: str) -> list[tuple[Passage, Passage]]:
    """The service names in names of DNS-SD such as `_tides._tcp`, each with its transport."""
    return [
        (sentence.part(*match.span(1)), sentence.part(*match.span(2)))
        for match in _SRV_NAME.finditer(text)
    ]


def names(sentence: Passage, text: str) -> list[Passage]:
    """The service names that a sentence gives, in its order."""
    if not _ABOUT_SERVICES.search(sentence.text):
        return []
    for pattern in (*_NAMES, *_BARE_NAMES):
        listed: dict[str, Passage] = {}
        for match in pattern.finditer(text):
            words = list(_captured(sentence, match))
            if words and (pattern is not _SUBJECTS or len(words) == _count(match)):
                words += _next_names(sentence, text, match.end())
                listed = {word.text: word for word in words} | listed
        if listed:
            return sorted(listed.values(), key=lambda word: word.marks[0][1])
    return []


def served_names(sentence: Passage, text: str) -> list[Passage]:
    """What a port is assigned to, where no word says that this is a service name."""
    for pattern in _SERVED:
        match = pattern.search(text)
        if match is not None:
            return [*_captured(sentence, match), *_next_names(sentence, text, match.end())]
    return []


def _count(match: regex.Match[str]) -> int:
    return sum(len(match.captures(group)) for group in range(1, match.re.groups + 1))


def _captured(sentence: Passage, match: regex.Match[str]) -> Iterator[Passage]:
    spans = [span for group in range(1, match.re.groups + 1) for span in match.spans(group)]
    for start, end in sorted(spans):
        word = match.string[start:end].rstrip(".,;:>")
        start += len(word) - len(word.lstrip("<"))
        word = word.lstrip("<")
        is_bare = match.string[start - 1 : start] not in tuple("<\"“'`‘")
        is_bare = is_bare and match.re is not _LISTED
        if is_name(word) and not (is_bare and match.re.groups and is_prose(word)):
            yield sentence.part(start, start + len(word))


def is_prose(word: str) -> bool:
    """Whether a word without quotes is one of the sentence: names have no capitals."""
    return not word.islower() or (SERVICE_NAME.fullmatch(word) is None and "_" not in word)


def _next_names(sentence: Passage, text: str, at: int) -> Iterator[Passage]:
    while (match := _NEXT_QUOTED.match(text, at)) is not None:
        start, end = match.span(1 if match[1] else 2)
        word = text[start:end].rstrip(".,;:")
        if not is_name(word):
            return
        yield sentence.part(start, start + len(word))
        at = match.end()
