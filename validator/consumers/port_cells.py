"""What a cell of ports says in a company's own list: a port, a range, or several of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from validator.consumers.entry import Word
from validator.errors import did_you_mean, nearest
from validator.model.values import is_date, port_range
from validator.model.vocabulary import LAST_PORT, TRANSPORT_PROTOCOLS

_PORT_ITEM = re.compile(
    r"([0-9]{1,20})(?:\s*(?:-|\u2013|:|to)\s*([0-9]{1,20}))?(?:\s*/\s*([a-z]+(?:/[a-z]+)*))?",
    re.IGNORECASE,
)
# A number with a mark between its thousands, or two ports: nobody can say.
_GROUPED = re.compile(
    r"\s*([1-9][0-9]?,[0-9]{3})(?:\s*(?:-|\u2013|:|to)\s*([1-9][0-9]?,[0-9]{3}))?\s*(/[a-z/\s]*)?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<![0-9,])[1-9][0-9]?,[0-9]{3}(?![0-9,])")
_LIST_COMMA = re.compile(r",(?=\s|\Z)")
# A cell with more ports than this is not a list that anybody keeps.
MOST_ITEMS = 1000
_LONGEST_CELL = 200
_NUMBER = re.compile(r"(?<![\w.])[1-9][0-9]{0,4}(?![\w.])")
# System Ports that many lists have; most other numbers below 1024 are no ports.
USUAL_SYSTEM_PORTS = frozenset(
    "20 21 22 25 53 80 110 123 143 161 389 443 445 465 514 587 636 853 993 995".split()
)
UNLIKELY = "its numbers do not look like ports"
# As many ports as a switch has.
_MOST_SOCKETS = 64
_DIGITS = re.compile(r"[0-9]+")
# Numbers below this are counts as often as ports.
LIKELY_PORT = re.compile(r"(?<![0-9.])[1-9][0-9]{3,4}(?![0-9.])")
TRANSPORT_WORD = re.compile(r"(?<![a-z])(tcp|udp|sctp|dccp)(?![a-z])")
_MOST_LIKELY = 4
# Numbers with a mark other than a comma between them.
_OTHER_LIST = re.compile(r"[0-9]+(?:\s*(?:[/;&+|\u3001\uff0c]|\band\b)\s*[0-9]+)+", re.IGNORECASE)
_URL_PORT = re.compile(r"\A\s*\w+://[^/\s]*:([1-9][0-9]{0,4})(?![^/\s?#])")
# What people have between thousands, and between the ends of a range.
_OTHER_THOUSANDS = re.compile(
    r"(?<![\w.,])([1-9][0-9]?)[.'_ \u00a0\u2009\u2019\u202f]([0-9]{3})(?![\w.,])"
)
_OTHER_HYPHEN = re.compile(r"\s*(?:[\u2010-\u2015\u2212\u301c\uff0d\uff5e~]|\.{2,3}|\u2026|--)\s*")
_MISTYPED_PORT = re.compile(
    r"(?<![\w.:-])(?:[0-9]{2,5}(?![\w-]|\.[0-9])|[0-9]\w*+(?![.:-])|(?:tcp|udp|sctp|dccp)\b|localhost:)"
    r"|(?:^|[0-9]\.[0-9]+):[0-9]|:[0-9]{4,5}(?![\w.-])",
    re.IGNORECASE,
)
_ADDRESS_OR_PATH = re.compile(r"[0-9.]+\.[0-9]+/[0-9]+\Z|~?\.{0,2}/|[^\s/]*://")
PARENTHESES = re.compile(r"\([^()]*+\)|\uff08[^\uff08\uff09]*+\uff09")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# With more words a text with a number is a sentence, and not a mistyped port.
_MOST_WORDS = 2
# Networks and dates.
_NO_PORTS = re.compile(r"[0-9]+(?:\.[0-9]+)+/[0-9]+|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?![0-9])")


# What people write in a cell of ports for a service that has none.
NOTHING = frozenset(("-", "\u2013", "\u2014", "n/a", "none"))


class _Phrase(Word):
    """A text with commas that is no list of ports."""

    __slots__ = ()


def port_cell(word: Word) -> Word:
    """A word as a cell of ports: its commas count only if there are ports between all of them."""
    is_phrase = "," in word.text and not is_port_cell(word.text)
    return _Phrase(word.text, word.offset) if is_phrase else word


def is_filled(cell: Word) -> bool:
    """Say whether a cell has something, and not only a mark for nothing."""
    return bool(cell.text) and cell.text.lower() not in NOTHING


def is_port_cell(text: str) -> bool:
    """Say whether a text is a port, a range or a comma list of them."""
    # Most cells are words.
    return text.lstrip()[:1].isdigit() and all(
        _PORT_ITEM.fullmatch(part.strip()) for part in text[:_LONGEST_CELL].split(",")
    )


def has_small_numbers(text: str) -> bool:
    """Say whether a cell of ports may count sockets, or number them."""
    numbers = _DIGITS.findall(text[:_LONGEST_CELL])
    return TRANSPORT_WORD.search(text.lower()) is None and all(
        number not in USUAL_SYSTEM_PORTS and int(number) <= _MOST_SOCKETS for number in numbers
    )


def is_nearly_port(text: str) -> bool:
    """Say whether a text is a port, or what is meant to be one: no date, path, URL or sentence."""
    if is_port_cell(text):
        return True
    short = text[:_LONGEST_CELL]
    if _MISTYPED_PORT.search(short) is None or _ADDRESS_OR_PATH.match(short):
        return False
    words = islice(_LETTERS.finditer(PARENTHESES.sub("", short)), _MOST_WORDS + 1)
    return len([*words]) <= _MOST_WORDS and not is_date(text, has_day=True)


def single_ports(text: str) -> list[int]:
    """The ports of a cell that are no ranges; of other texts the numbers that look like ports."""
    short = text[:_LONGEST_CELL]
    if not is_port_cell(short):
        numbers = map(int, LIKELY_PORT.findall(_NO_PORTS.sub("", short)))
        return [number for number in numbers if number <= LAST_PORT]
    found = [ports_of_item(part.strip())[0] for part in short.split(",")]
    return [ports[0] for ports in found if ports is not None and ports[0] == ports[1]]


def place_parts(parts: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """The names, ports and transports, which may be misspelled, among the parts of a text."""
    names: list[str] = []
    ports: list[str] = []
    transports: list[str] = []
    for part in filter(None, parts):
        if port_range(part) is not None:
            ports.append(part)
        elif (transport := nearest(part, TRANSPORT_PROTOCOLS)) is not None:
            transports.append(transport)
        else:
            names.append(part)
    return names, ports, transports


def port_items(cell: Word) -> Iterable[Word]:
    """The parts of a cell of ports between commas, each with its place; a thousand of them.

    What may be a number with a mark between its thousands is one part.
    """
    if "," not in cell.text and cell.text.strip() == cell.text:
        return [cell]
    if isinstance(cell, _Phrase):
        return [cell]
    parts: list[tuple[int, str]] = []
    at = 0
    for part in _parts(cell.text):
        inner = part.lstrip()
        parts.append((at + len(part) - len(inner), inner.rstrip()))
        at += len(part) + 1
    places = cell.places(start for start, _ in parts)
    return [Word(text, place) for (_, text), place in zip(parts, places, strict=True)]


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for part in _LIST_COMMA.split(text, MOST_ITEMS):
        is_whole = _grouped(part) or (_THOUSANDS.search(part) and not is_port_cell(part))
        parts += [part] if is_whole else part.split(",", MOST_ITEMS)
    return parts[:MOST_ITEMS]


def _grouped(text: str) -> str:
    """What is wrong with a text that may be one port with a mark between its thousands."""
    match = _GROUPED.fullmatch(text)
    if match is None or int(match[1].replace(",", "")) > LAST_PORT:
        return ""
    joined = text.strip().replace(",", "")
    if match[2] or ",0" in match[1]:
        return f"expected {joined}"
    return f'expected {joined} for one port, or "{match[1].replace(",", ", ")}" for two'


def ports_of_item(
    text: str, *, maps_ports: bool = False
) -> tuple[tuple[int, int] | None, list[str], str]:
    """Ports and transports of one item, or in words what is wrong with it.

    With `maps_ports` a colon is not between the ends of a range.
    """
    plain = port_range(text)
    if plain is not None and plain.is_single:
        return (plain.low, plain.high), [], ""
    match = _PORT_ITEM.fullmatch(text)
    if match is None:
        if ambiguous := _grouped(text):
            return None, [], ambiguous
        expected = "expected a port, a range, or a port with its transport"
        return None, [], expected + _likely_ports(text)
    low, high = match[1], match[2] or match[1]
    if reason := _range_fault(low, high, text, maps_ports=maps_ports):
        return None, [], reason
    transports = [word for word in (match[3] or "").lower().split("/") if word]
    wrong = next((word for word in transports if word not in TRANSPORT_PROTOCOLS), None)
    if wrong is not None:
        hint = did_you_mean(wrong, TRANSPORT_PROTOCOLS)
        return None, [], f"expected tcp, udp, sctp or dccp after the slash{hint}"
    return (int(low), int(high)), transports, ""


def _likely_ports(text: str) -> str:
    """A hint at the ports that a cell with other words may mean; empty where it is not plain."""
    short = text[:_LONGEST_CELL]
    joined, thousands = _OTHER_THOUSANDS.subn(r"\1\2", short.strip())
    plain = _OTHER_HYPHEN.sub("-", joined)
    if _PORT_ITEM.fullmatch(plain) and ports_of_item(plain)[0] is not None:
        return f"; did you mean {plain}?"
    if thousands:
        return ""
    if "://" in short:
        return "".join(f"; did you mean {match[1]}?" for match in _URL_PORT.finditer(short))
    short = _NO_PORTS.sub("", short)
    # What stands in parentheses says more of the port before it.
    ports = [*dict.fromkeys(_NUMBER.findall(short.partition("(")[0]))]
    transports = dict.fromkeys(TRANSPORT_WORD.findall(short.lower()))
    is_list = len(ports) <= _MOST_LIKELY or _OTHER_LIST.fullmatch(text.strip())
    if not ports or not is_list or (len(transports) > 1 and len(ports) > 1):
        return ""
    places = ("/".join([port, *transports]) for port in ports)
    return f"; did you mean {', '.join(places)}?"


def _range_fault(low: str, high: str, text: str, *, maps_ports: bool) -> str:
    """What is wrong with the ends of a range, in words; empty where nothing is."""
    reason = ""
    if any(len(end) > 1 and end[0] == "0" for end in (low, high)):
        reason = "a port has no leading zero"
    elif int(high) < int(low):
        reason = "the range is reversed"
    elif int(high) > LAST_PORT:
        reason = f"port above {LAST_PORT}"
    if ":" in text and (reason or (maps_ports and low != high)):
        return "expected one port or a range, found what maps a port to another"
    return reason
