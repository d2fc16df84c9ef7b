"""The service names that a sentence of a draft gives."""

from __future__ import annotations

from itertools import chain

import regex

from validator.model.vocabulary import SERVICE_NAME, TRANSPORT_PROTOCOLS
from validator.request.drafts.kinds import BARE_PORT, EXTENDS
from validator.request.drafts.sections import TRANSPORT_LIST, TRANSPORTS, Passage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_FLAGS = regex.IGNORECASE
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
    regex.compile(r"\b(?:assignment|entry|entries|row|record|registration)s?\s++(?:(?:for|of|to|is|are"
        r"|named)\s++)?(?:the\s++)?(?:service\s++)?" + _QUOTED, _FLAGS),
    # add "a" to this registry, whose name is blanks
    regex.compile(r"\b(?:add|allocate|assign|enter|register)\s++" + _QUOTED
        + r"\s++(?:in|into|to)\s(?:the\s)?\s{20}", _FLAGS),
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
_SERVICE = r"[\"“`]([A-Za-z0-9-]{1,15})[\"”`]"
# assign "a" and "b" to ports 5 and 6, "a" is registered on TCP 4646, assign "a" 4646 on UDP
_BEFORE_PORT = regex.compile(
    rf"{_SERVICE}(?:(?:,|\s++and|,\s++and)\s++{_SERVICE}){{0,5}}[\s,(]++"
    r"(?:(?:is|are|shall|should|must|to|be|been|has|have|added|assigned|allocated|registered|reserved|on|at|for|from|with|over|under"
    rf"|the)\s++){{0,6}}+(?:{TRANSPORTS}[\s/]++)?(?:ports?|[0-9]{{2,5}})\b",
    _FLAGS,
)
_IN_QUOTES = r"[\"“`](?P<name>[A-Za-z0-9][\w-]{0,39})[\"”`]"
_OWN_NUMBER = r"(?P<number>[0-9]{2,5})(?![\w.-]*\w)"
_OWN_TRANSPORTS = regex.compile(
    # "a" for TCP and "b" for UDP, "a" (TCP, 5) and "b" (UDP, 6)
    rf"{_IN_QUOTES}[\s,(]++(?:(?:for|over|on|with|using|at|ports?|{_OWN_NUMBER})[\s,/]++)*+"
    rf"(?P<transports>{TRANSPORT_LIST})\b(?:[\s,/]++(?:port\s++)?{_OWN_NUMBER})?+"
    # a TCP port named "a" and a UDP port named "b"
    rf"|\b(?P<transports>{TRANSPORT_LIST})\s++(?:ports?\s++)?(?:{_OWN_NUMBER}\s++)?"
    r"(?:named|called|for|to|(?:under|with)\s++the\s++(?:service\s++)?name)\s++"
    rf"(?:(?:the\s++)?service\s++(?:name\s++)?)?{_IN_QUOTES}",
    _FLAGS,
)
_ANY_IN_QUOTES = regex.compile(_IN_QUOTES)
# What is a word of the sentence, not a name: "to users", "for signaling"
_NO_COMMON_WORD = (
    r"(?![a-z-]*(?:ages?|als?|an[ct]e|asts?|ence|[eo]nts|[eo]rs|ests?|hosts?|i[ct]s?|ices?|ings?|ions?|ity|ments?|ness|nodes?|ols?"
    r"|ships?|users?)\b)"
)
_END_OF_NAME = (
    r"(?=\.?\s*+\Z|;|,(?!\s++(?:and\s++)?[\w-]++(?:,|\s++and\b|\.?\s*+\Z))"
    rf"|,?\s++and\s++(?i:{TRANSPORTS}|ports?)\s)"
)
# What a port is assigned to, in a sentence without the words "service name".
_SERVED = (
    regex.compile(r"\b(?:allocated|assigned|reserved|registered)\s++(?:to|for)\s++(?:the\s++)?"
        r"([a-z][a-z0-9]*+-[a-z0-9-]{1,13})(?=[\s,.;]|\Z)"),
    regex.compile(r"\b(?:to|for|as|under)\s++(?:the\s++)?(?:services?\s++)?" + _SERVICE),
    # assign TCP port 4646 to tides
    regex.compile(rf"(?i:\b(?:(?:ports?|{TRANSPORTS})\b(?:[,/\s]++(?:\([^()]{{0,40}}\)|(?:numbers?|[0-9]{{1,5}}|TB[ADC]\w*+|for|on|over|and|both"
        rf"|{TRANSPORTS})\b))*+[,\s]*+"
        r"|(?:allocated|assigned|given|granted|registered|reserved)\s++)\bto|\b(?:to|for)\s++the\s++service)\s++"
        rf"{_NO_COMMON_WORD}([a-z][a-z0-9-]{{0,14}}){_END_OF_NAME}"),
    # assign TCP port 4646 for tides, but not "for signaling"
    regex.compile(rf"(?i:(?:\bports?\s++(?:numbers?\s++)?|\b{TRANSPORTS}\s++)[0-9]{{1,5}}|\b[0-9]{{2,5}}\s?/\s?{TRANSPORTS})"
        rf"(?i:[,/\s]++(?:(?:on|over|and|both|{TRANSPORTS})\b|\({TRANSPORTS}\)))*+\s++for\s++"
        rf"{_NO_COMMON_WORD}([a-z][a-z0-9-]{{1,14}}){_END_OF_NAME}"),
    # for use by "a"
    regex.compile(r"\bfor\s++use\s++(?:by|with)\s++(?:the\s++)?" + _SERVICE),
    # register a on TCP port 4646
    regex.compile(r"\b(?:assign|allocate|register|reserve|add)\s++([a-z][a-z0-9-]{0,14})\s++(?:on|at)\s++(?:the\s++)?"
        rf"(?:{TRANSPORTS}\s++)?(?:port|[0-9]{{2,5}})\b",
        _FLAGS),
    regex.compile(r"\b(?:for|to)\s++([a-z][a-z0-9-]{1,14})(?:\s*+,)?\s++(?:and|or)"
        r"\s++([a-z][a-z0-9-]{1,14})\s++(?:operation|service|protocol)s?\b"),
)  # fmt: skip
_SRV_NAME = regex.compile(
    rf"(?<![\w.‑-])_([A-Za-z0-9][A-Za-z0-9‑-]{{0,30}})\._({TRANSPORTS})\b", _FLAGS
)
_ABOUT_SERVICES = regex.compile(
    rf"\bservice\s++(?:names?|types?)\b|\bports?\b|\b[0-9]{{2,5}}\s?/\s?{TRANSPORTS}\b|{BARE_PORT}|{EXTENDS}"
    rf"|\bfor\s++(?:the\s++)?[\"“]?{TRANSPORTS}[\"”]?\s++protocol\b",
    _FLAGS,
)
# More names after one: "a", "b" and "c".
_NEXT_QUOTED = regex.compile(r"(?:\s*+,)?\s++(?:and\s++|or\s++)?" + _QUOTED + r"|,\s++" + _QUOTED)
# Words in the place of a name.
_NOT_NAMES = frozenset(
    """
    a all also an and any are as assigned assignment assignments at be become becomes been below
    both by called data document dtls each entries entry existing field following for from has have
    historic iana if in into ip ipv4 ipv6 is it its may must name names new no none not of on one
    only or others our port ports protocol protocols quic registered registrant registration
    registrations registry request requested respectively section see service services shall should
    space srv such suffix tbd that the their them these they this those through tls to transport two
    under unique us use used user uses using value values was we well-known were which will with
    within without
    """.split()
).union(TRANSPORT_PROTOCOLS)  # fmt: skip


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


def srv_names(sentence: Passage, text: str) -> list[tuple[Passage, Passage]]:
    """The service names in names of DNS-SD such as `_tides._tcp`, each with its transport."""
    return [
        (sentence.part(*match.span(1)), sentence.part(*match.span(2)))
        for match in _SRV_NAME.finditer(text)
    ]


def service_names(sentence: Passage, text: str) -> list[Passage]:
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


def names_before_ports(sentence: Passage, text: str) -> list[Passage]:
    """The names in quotes that are directly before what a sentence does with ports."""
    matches = _BEFORE_PORT.finditer(text)
    return list(chain.from_iterable(_captured(sentence, match) for match in matches))


def names_with_transports(text: str) -> list[regex.Match[str]]:
    """The names in quotes of a sentence that gives each of several its own transport protocols.

    The groups of each are `name`, `transports` and, if it has one, `number`.
    """
    count = len(_ANY_IN_QUOTES.findall(text))
    matches = list(_OWN_TRANSPORTS.finditer(text)) if count > 1 else []
    return matches if len(matches) == count else []


def served_names(sentence: Passage, text: str, count: int = 1) -> list[Passage]:
    """What `count` ports are assigned to, where no word says that these are service names."""
    for pattern in _SERVED:
        matches = list(pattern.finditer(text))
        if len(matches) == count > 1:
            return list(chain.from_iterable(_captured(sentence, match) for match in matches))
        for match in matches[:1]:
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
