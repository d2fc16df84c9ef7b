"""The service names that a sentence of a draft gives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import regex

from validator.model.vocabulary import SERVICE_NAME, TRANSPORT_PROTOCOLS
from validator.request.drafts.kinds import BARE_PORT, EXTENDS
from validator.request.drafts.sections import TRANSPORT_LIST, TRANSPORTS, Passage
from validator.request.phrase import exact_phrase, phrase

_QUOTED = r"[\"“'`‘]{1,2}([^\s\"“”'`‘’]{1,40})[\"”'`’]{1,2}"
_WORD = r"<?([A-Za-z0-9_][\w.+*‑-]{0,39})>?"
_NAMES = (
    # the service name "a"; service names of "a"
    phrase(
        r"\b(?:service (?:names?|types?)|keywords?)\s*+(?:(?:of|is|are|as|for|be|will|called"
        rf"|following|:|=)\s*+){{0,3}}{_QUOTED}"
    ),
    # called "a", with label "a", under the name "a"
    phrase(
        r"\b(?:called|named|labell?ed|label|moniker|keyword|known as|(?:the|under|short"
        rf"|with) (?:port )?names?) (?:(?:of|is|as) )?{_QUOTED}"
    ),
    # "a" as service name, the "a" service name
    phrase(
        rf"{_QUOTED}(?:(?:\s*+,| and| or|, and) {_QUOTED}){{0,5}} (?:as )?(?:(?:the|an?|new) )*+"
        r"(?:(?:srv|dns-?sd|tcp|udp) )?(?:service(?: (?:names?|types?))?|keywords?|entry|entries"
        r"|ports? (?:numbers?|allocations?|assignments?|registrations?))\b"
    ),
    phrase(
        r"\b(?:assignment|entry|entries|row|record|registration)s? (?:(?:for|of|to|is|are"
        rf"|named) )?(?:the )?(?:service )?{_QUOTED}"
    ),
    # add "a" to this registry, whose name is blanks
    phrase(
        rf"\b(?:add|allocate|assign|enter|register) {_QUOTED} (?:in|into|to)\s(?:the\s)?\s{{20}}"
    ),
    # the service name "a b", which is none
    phrase(r"\bservice name [\"“]([^\"“”]{1,60})[\"”]"),
)
# register A, B and C as service names
_LISTED = exact_phrase(
    r"\b(?:add|allocate|assign|register|reserve)(?:s|e?d)? <?(\w[\w-]{0,20}+)>?(?:(?:\s*+,| and"
    r"|, and) <?(\w[\w-]{0,20}+)>?){0,8} as (?:(?:an?|the|new) )*+service names?\b"
)
# a and b are to be added as services
_SUBJECTS = exact_phrase(
    rf"\A(?:The (?:service names?|names?|services?|keywords?) )?{_WORD}(?:(?:\s*+,| and"
    rf"|, and) {_WORD}){{0,5}} (?:(?:is|are|has|have|shall|should) )(?:(?:to )?(?:be|been) )?"
    r"(?:also )?(?:requested to be )?(?:added|registered|assigned|entered)\b"
)
_BARE_NAMES = (
    # the service names a and b
    phrase(
        rf"\bservice names(?:\s*+:)? {_WORD}(?:(?:\s*+[,;]| and|[,;] and) {_WORD}){{1,40}}"
        r"(?=[\s,.;]|\Z)"
    ),
    phrase(rf"\bservice names?(?:\s*+[:=]\s*+| (?:(?:of|is|be|called) )?){_WORD}"),
    phrase(
        r"\b(?:an?|the|new) (?:(?:new|existing|service|name) )*+(?:entry|entries"
        rf"|registration) (?:for|of|named|called) (?:the )?(?:service )?(?:name )?{_WORD}"
        r"(?=[\s,.;:]|\Z)"
    ),
    # the assignment of tides, port 4646
    phrase(
        rf"\b(?:assignment|allocation) (?:of|for) {_WORD}(?=,? (?:on |\()?(?:{TRANSPORTS} )?port "
        r"[0-9])"
    ),
    # the registrations of a, b and c for TCP
    phrase(
        rf"\b(?:entries|registrations|assignments) (?:for|of) (?:the )?(?:services? )?{_WORD}"
        rf"(?:(?:\s*+,| and|, and) {_WORD}){{1,8}} (?:for|with|over|on) "
        rf"(?:the )?[\"“]?{TRANSPORTS}\b"
    ),
    # an entry to the registry for a-b, for a with a transport type of tcp
    exact_phrase(
        r"\b(?:entry|entries|registration)\b[^.;]{0,160}?\bfor (?:([a-z][a-z0-9]*+"
        r"(?:-[a-z0-9]++)++)(?=[\s,.;]|\Z)|([a-z][a-z0-9]*+)(?= with (?:an? |the )?transport\b))"
    ),
    phrase(rf"\b(?:registry|registration|added)\b[^.]{{0,120}}\bfor {_WORD}\.?\Z"),
    exact_phrase(
        r"\b(?:called|named|labell?ed|label|keyword|port name|with the name"
        rf"|under the name) (?:of )?{_WORD}(?=[,.;)]| (?:for|in|on|with|and|is|are|to|from|has)\b"
        r"|\Z)"
    ),
    _LISTED,
    # the tide-tables service
    exact_phrase(r"\bthe ([a-z][a-z0-9]*+-[a-z0-9-]{1,20}) (?:service|port name)\b"),
    _SUBJECTS,
)
_SERVICE = r"[\"“`]([A-Za-z0-9-]{1,15})[\"”`]"
# assign "a" and "b" to ports 5 and 6, "a" is registered on TCP 4646, assign "a" 4646 on UDP
_BEFORE_PORT = phrase(
    rf"{_SERVICE}(?:(?:,| and|, and) {_SERVICE}){{0,5}}[\s,(]++(?:(?:is|are|shall|should|must|to"
    r"|be|been|has|have|added|assigned|allocated|registered|reserved|on|at|for|from|with|over"
    rf"|under|the) ){{0,6}}+(?:{TRANSPORTS}[\s/]++)?(?:ports?|[0-9]{{2,5}})\b"
)
_IN_QUOTES = r"[\"“`](?P<name>[A-Za-z0-9][\w-]{0,39})[\"”`]"
_OWN_NUMBER = r"(?P<number>[0-9]{2,5})(?![\w.-]*\w)"
_OWN_TRANSPORTS = phrase(
    # "a" for TCP and "b" for UDP, "a" (TCP, 5) and "b" (UDP, 6)
    rf"{_IN_QUOTES}[\s,(]++(?:(?:for|over|on|with|using|at|ports?|{_OWN_NUMBER})[\s,/]++)*+"
    rf"(?P<transports>{TRANSPORT_LIST})\b(?:[\s,/]++(?:port )?{_OWN_NUMBER})?+"
    # a TCP port named "a" and a UDP port named "b"
    rf"|\b(?P<transports>{TRANSPORT_LIST}) (?:ports? )?(?:{_OWN_NUMBER} )?(?:named|called|for|to"
    rf"|(?:under|with) the (?:service )?name) (?:(?:the )?service (?:name )?)?{_IN_QUOTES}"
)
_ANY_IN_QUOTES = exact_phrase(_IN_QUOTES)
# What is a word of the sentence, not a name: "to users", "for signaling"
_NO_COMMON_WORD = (
    r"(?![a-z-]*(?:ages?|als?|an[ct]e|asts?|ence|[eo]nts|[eo]rs|ests?|hosts?|i[ct]s?|ices?|ings?|ions?|ity|ments?|ness|nodes?|ols?"
    r"|ships?|users?)\b)"
)
_END_OF_NAME = (
    rf"(?=\.?\s*+\Z|;|,(?! (?:and )?[\w-]++(?:,| and\b|\.?\s*+\Z))|,? and (?i:{TRANSPORTS}"
    r"|ports?)\s)"
)
# What a port is assigned to, in a sentence without the words "service name".
_SERVED = (
    exact_phrase(
        r"\b(?:allocated|assigned|reserved|registered) (?:to|for) (?:the )?"
        r"([a-z][a-z0-9]*+-[a-z0-9-]{1,13})(?=[\s,.;]|\Z)"
    ),
    exact_phrase(rf"\b(?:to|for|as|under) (?:the )?(?:services? )?{_SERVICE}"),
    # assign TCP port 4646 to tides
    exact_phrase(
        rf"(?i:\b(?:(?:ports?|{TRANSPORTS})\b(?:[,/\s]++(?:\([^()]{{0,40}}\)"
        rf"|(?:numbers?|[0-9]{{1,5}}|TB[ADC]\w*+|for|on|over|and|both|{TRANSPORTS})\b))*+[,\s]*+"
        r"|(?:allocated|assigned|given|granted|registered|reserved) )\bto"
        rf"|\b(?:to|for) the service) {_NO_COMMON_WORD}([a-z][a-z0-9-]{{0,14}}){_END_OF_NAME}"
    ),
    # assign TCP port 4646 for tides, but not "for signaling"
    exact_phrase(
        rf"(?i:(?:\bports? (?:numbers? )?|\b{TRANSPORTS} )[0-9]{{1,5}}|\b[0-9]{{2,5}}\s?/\s?"
        rf"{TRANSPORTS})(?i:[,/\s]++(?:(?:on|over|and|both|{TRANSPORTS})\b|\({TRANSPORTS}\)))*+ "
        rf"for {_NO_COMMON_WORD}([a-z][a-z0-9-]{{1,14}}){_END_OF_NAME}"
    ),
    # a port is wanted for tides2
    exact_phrase(
        rf"(?i:\bports?\b)[^.;]{{1,100}}? (?:is|are) (?:needed|required|requested|wanted) for "
        rf"(?=[a-z-]*+[0-9]){_NO_COMMON_WORD}([a-z][a-z0-9-]{{1,14}}){_END_OF_NAME}"
    ),
    # for use by "a"
    exact_phrase(rf"\bfor use (?:by|with) (?:the )?{_SERVICE}"),
    # register a on TCP port 4646
    phrase(
        r"\b(?:assign|allocate|register|reserve|add) ([a-z][a-z0-9-]{0,14}) (?:on"
        rf"|at) (?:the )?(?:{TRANSPORTS} )?(?:port|[0-9]{{2,5}})\b"
    ),
    exact_phrase(
        r"\b(?:for|to) ([a-z][a-z0-9-]{1,14})(?:\s*+,)? (?:and|or) ([a-z][a-z0-9-]{1,14}) "
        r"(?:operation|service|protocol)s?\b"
    ),
)
_SRV_NAME = phrase(rf"(?<![\w.‑-])_([A-Za-z0-9][A-Za-z0-9‑-]{{0,30}})\._({TRANSPORTS})\b")
_ABOUT_SERVICES = phrase(
    rf"\bservice (?:names?|types?)\b|\bports?\b|\b[0-9]{{2,5}}\s?/\s?{TRANSPORTS}\b|{BARE_PORT}"
    rf"|{EXTENDS}|\bfor (?:the )?[\"“]?{TRANSPORTS}[\"”]? protocol\b"
)
# More names after one: "a", "b" and "c".
_NEXT_QUOTED = exact_phrase(rf"(?:\s*+,)? (?:and |or )?{_QUOTED}|, {_QUOTED}")
# Words in the place of a name.
_NOT_NAMES = frozenset(
    """
    a all alone also an and any are as assigned assignment assignments at be become becomes been
    below both by called data document dtls each entries entry existing field following for from has
    have historic iana if in into ip ipv4 ipv6 is it its itself may must name names new no none not
    of on one only or others our port ports protocol protocols quic registered registrant
    registration registrations registry request requested respectively section see service services
    shall should space srv such suffix tbd that the their them these they this those through tls to
    together transport two under unique us use used user uses using value values was we well-known
    were which will with within without
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
_EMPHASIZED = exact_phrase(
    rf"(?<={_BEFORE_NAME})(?P<mark>\*{{1,2}}|_{{1,2}})(?P<name>[a-z0-9]"
    r"(?:[a-z0-9-]{0,38}[a-z0-9])?)(?P=mark)(?![\w*])"
)
BEFORE_NAME = phrase(rf"{_BEFORE_NAME}\Z")


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
        is_bare = is_bare and match.re.pattern != _LISTED.pattern
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
