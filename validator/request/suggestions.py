"""What to ask for instead: free service names near one, and port numbers that nobody has.

Both answer from the registry alone and always in the same order.  Nothing here decides whether a
request is good; a suggestion is a name or number that the rules of family RQ would not refuse for
what it is (RFC 6335, Sections 5.1, 6, 7.2 and 8.2).
"""

from __future__ import annotations

import heapq
import unicodedata
from bisect import bisect_right

import regex

from validator.engine.report import SuggestedPort
from validator.model.names import released_names
from validator.model.pattern import pattern
from validator.model.vocabulary import (
    EXPERIMENTAL_PORTS,
    LAST_PORT,
    RANGE_EDGES,
    SERVICE_NAME,
    SERVICE_NAME_LENGTH,
    SYSTEM_PORTS,
    USER_PORTS,
    fold,
    normal_space,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from validator.model.record import Record
    from validator.model.registry import Registry

# Of a longer text that was meant to be a name, this much is looked at.
_WANTED_LIMIT = 100
# Shorter than this, a word without its vowels reminds nobody of it.
_BRIEFEST = 4
_RANGES = {"System": SYSTEM_PORTS, "User": USER_PORTS}

# What says nothing in a service name: that it is one, and what the record says beside it.
_REDUNDANT = frozenset(
    "port ports service services protocol protocols proto tcp udp sctp dccp iana".split()
)
_VERSION = regex.compile(r"(?:v|ver|version)?[0-9]++|v|ver|version")
# A version behind a word, as in "quayv2".
_WITH_VERSION = regex.compile(r"([a-z]{3,}?)(?:v|ver)[0-9]{1,3}")
_CAMEL = regex.compile(r"(?<=[a-z])(?=[A-Z])")
# The suffix that Section 7.2's reviewers ask of a discovery service; it is never cut off.
_DISCOVERY = "disc"
# What sets a name apart from a taken one, and is neither redundant nor a version.
_SUFFIXES = (
    *("net", "app", "sys", "link", "ctl", "data", "sync", "msg", "mgmt", "hub", "io", "comm"),
    *("bus", "core", "grid", "host", "web", "x"),
)
# Letters that have no decomposition, and the signs Section 10.1 spells out ("whois++").
_SPELT = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
     "þ": "th", "œ": "oe", "Œ": "OE", "+": "p"}
)  # fmt: skip
_OTHERS = regex.compile(r"[^A-Za-z0-9]++")

_PORTS_NAMED = pattern(
    r"\bports?\s++([0-9]{1,5}+(?:(?:\s*+[-,&/]\s*+|\s++)(?:(?:and|to|or)\s++)?[0-9]{1,5}+)*+)",
    "i",
    limited=True,
)
_NUMBER_OR_RANGE = pattern(r"([0-9]{1,5}+)(?:\s*+(?:-|\bto\b)\s*+([0-9]{1,5}+))?+", limited=True)

_KEYS = {
    letter: str(key)
    for key, letters in enumerate("abc def ghi jkl mno pqrs tuv wxyz".split(), 2)
    for letter in letters
}


# -- service names ------------------------------------------------------------------------------


def suggested_names(wanted: str, registry: Registry | None, limit: int = 5) -> list[str]:
    """Return up to `limit` service names near `wanted` that a request may ask for, the best first.

    All are well-formed (Section 5.1); none is `wanted` in another case.  With a `registry`, none
    has a record in it, in any case, nor is the name of an alias or one that a port once had.
    Fewer are returned, or none, where nothing is left of `wanted` to build on.
    """
    taken = _taken_names(registry)
    found: dict[str, None] = {}
    for name in _names_near(wanted[:_WANTED_LIMIT]):
        if len(found) >= limit:
            break
        if name != fold(wanted) and name not in taken and SERVICE_NAME.fullmatch(name):
            if registry is None or name not in registry.by_name:
                found[name] = None
    return list(found)


def _taken_names(registry: Registry | None) -> set[str]:
    """The names, without case, that are spoken for by something else than a record of theirs."""
    if registry is None:
        return set()
    taken = {alias.target_key for alias in registry.aliases}
    taken.update(replacement.old_key for replacement in registry.replacements)
    taken.update(released_names(registry))
    return taken


def _names_near(wanted: str) -> Iterator[str]:
    """Yield names in the order in which somebody who wanted `wanted` would take them.

    They are of the right characters, not yet known to be well-formed or free; some come twice.
    """
    words = _words(wanted)
    if not words:
        return
    inner = _words(_CAMEL.sub("-", _ascii(wanted)))
    if len("".join(words)) <= SERVICE_NAME_LENGTH or len(inner) == len(words):
        inner = words
    telling = _telling(inner) or inner
    bases = list(_short_enough(telling))
    yield from bases
    # The name as it was meant, only with what 5.1 wants; a reviewer may still ask for less.
    yield "-".join(words)
    # Without a hyphen, then with a word more.
    for base in bases:
        if not base.endswith(f"-{_DISCOVERY}"):
            yield base.replace("-", "")
    for suffix in _SUFFIXES:
        for base in bases[:2]:
            yield _with_suffix(base, suffix)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for base in bases[:2]:
            yield _with_suffix(base, letter)
            yield _with_suffix(base, f"{letter}{base[:1]}")


def _ascii(text: str) -> str:
    """Return `text` with letters of other alphabets by their base letter, as far as they have one.

    A name that is itself an encoded one (`xn--...`) is decoded first.
    """
    if text[:4].lower() == "xn--" and len(text) <= 63:
        try:
            text = text[4:].encode("ascii").decode("punycode")
        except (UnicodeError, OverflowError):
            text = text[4:]
    text = unicodedata.normalize("NFKD", text.translate(_SPELT))
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _words(wanted: str) -> list[str]:
    """The parts of a wanted name between hyphens and what may not stand in one, in lower case."""
    return [word for word in _OTHERS.split(fold(_ascii(wanted))) if word]


def _telling(words: list[str]) -> list[str]:
    """Leave out of `words` what is redundant and what is a version."""
    kept = [w for w in words if w not in _REDUNDANT and not _VERSION.fullmatch(w)]
    return [found[1] if (found := _WITH_VERSION.fullmatch(word)) else word for word in kept]


def _short_enough(words: list[str]) -> Iterator[str]:
    """Yield `words` as names of at most 15 characters: whole, joined, shortened, cut."""
    whole = "-".join(words)
    if len(whole) <= SERVICE_NAME_LENGTH:
        yield whole
        return
    if len("".join(words)) <= SERVICE_NAME_LENGTH:
        yield "".join(words)
    last = f"-{_DISCOVERY}" if words[-1] == _DISCOVERY and len(words) > 1 else ""
    if last:
        words = words[:-1]
    room = SERVICE_NAME_LENGTH - len(last)
    # As many whole words as there is room for.
    first = words[0]
    for word in words[1:]:
        if len(first) + 1 + len(word) > room:
            break
        first += f"-{word}"
    if len(first) <= room:
        yield first + last
    cut = "-".join(words)[:room].rstrip("-") + last
    if len(words) == 1:
        yield cut
    else:
        # The first words by their initials and the last one whole, and the reverse.
        initials = "".join(word[0] for word in words[:-1])
        if len(initials) + 1 + len(words[-1]) <= room:
            yield f"{initials}-{words[-1]}{last}"
        initials = "".join(word[0] for word in words[1:])
        if len(words[0]) + 1 + len(initials) <= room:
            yield f"{words[0]}-{initials}{last}"
    brief = "-".join(word[0] + _without_vowels(word[1:]) for word in words)
    if _BRIEFEST <= len(brief) <= room:
        yield brief + last
    yield cut


def _without_vowels(text: str) -> str:
    return "".join(letter for letter in text if letter not in "aeiou")


def _with_suffix(base: str, suffix: str) -> str:
    tail = f"-{_DISCOVERY}"
    if base.endswith(tail):
        room = SERVICE_NAME_LENGTH - len(tail) - len(suffix) - 1
        return f"{base[: -len(tail)][:room].rstrip('-')}-{suffix}{tail}"
    room = SERVICE_NAME_LENGTH - len(suffix) - 1
    return f"{base[:room].rstrip('-')}-{suffix}"


# -- port numbers -------------------------------------------------------------------------------


def suggested_ports(
    registry: Registry,
    count: int,
    *,
    near: int | None = None,
    name: str | None = None,
    range_name: Literal["System", "User"] = "User",
) -> list[SuggestedPort]:
    """Return up to `count` ports of a range that nobody has, on any transport protocol.

    Left out are numbers that a record assigns, reserves or says anything of but that they are
    Unassigned; the edges of the ranges (Section 6); numbers with known unauthorized uses; and what
    was de-assigned before, which is given again last (Section 8.2).  Those next to such a number
    come only when there are no others.

    First come numbers that spell `name`, or a part of it, on a phone keypad, then those nearest to
    `near`; without either, and when they do not suffice, the middles of the largest gaps.
    """
    gaps = _Gaps(registry, *_RANGES[range_name])
    found: dict[int, SuggestedPort] = {}
    if name is not None:
        spelt = count if near is None else (count + 1) // 2
        for port, letters in _keypad(name[:_WANTED_LIMIT]):
            if len(found) >= spelt:
                break
            gap = gaps.around(port)
            if gap is not None and port not in found and _room(port, gap) > 0:
                why = f'spells "{letters}" on a phone keypad'
                found[port] = SuggestedPort(port, gap, why)
    if near is not None:
        for port in gaps.nearest(near, count):
            if len(found) >= count:
                break
            gap = gaps.around(port)
            if gap is not None and port not in found:
                found[port] = SuggestedPort(port, gap, _distance(port, near))
    if len(found) < count:
        for port, gap in gaps.middles():
            if len(found) >= count:
                break
            if port not in found:
                size = gap[1] - gap[0] + 1
                ports = "port" if size == 1 else "ports"
                why = f"in a gap of {size} free {ports}"
                found[port] = SuggestedPort(port, gap, why)
    return list(found.values())


def _distance(port: int, near: int) -> str:
    if port == near:
        return "is the number asked for"
    return f"{abs(port - near)} {'above' if port > near else 'below'} {near}"


def _room(port: int, gap: tuple[int, int]) -> int:
    """How many ports of its gap lie between `port` and the nearer end."""
    return min(port - gap[0], gap[1] - port)


def _keypad(name: str) -> Iterator[tuple[int, str]]:
    """Yield the numbers that `name` and parts of it are on a phone keypad, with their letters.

    The whole comes first, then whole words, then beginnings of words; the longer before the
    shorter.
    """
    words = _words(name)
    text = "".join(words)
    starts = [0]
    for word in words[:-1]:
        starts.append(starts[-1] + len(word))
    digits = "".join(_KEYS.get(letter, letter) for letter in text)
    ranked: list[tuple[int, int, int]] = []
    for at in range(len(text)):
        for length in range(3, 6):
            if at + length > len(text) or digits[at] == "0":
                continue
            if at not in starts:
                continue  # nobody would see the name in it
            whole = at + length == len(text) or at + length in starts
            ranked.append((0 if length == len(text) else 1 if whole else 2, -length, at))
    for _rank, less, at in sorted(ranked):
        letters = text[at : at - less]
        if not letters.isdigit():
            yield int(digits[at : at - less]), letters


class _Gaps:
    """The runs of ports in a range of which each could be suggested."""

    def __init__(self, registry: Registry, low: int, high: int) -> None:
        self.low = low
        self.high = high
        self.runs: list[tuple[int, int]] = []
        at = low
        for start, end in sorted(_unfit(registry)):
            if start > high:
                break
            if start > at:
                self.runs.append((at, start - 1))
            at = max(at, end + 1)
        if at <= high:
            self.runs.append((at, high))
        self.lows = [run[0] for run in self.runs]

    def around(self, port: int) -> tuple[int, int] | None:
        """The gap that `port` lies in."""
        at = bisect_right(self.lows, port) - 1
        return self.runs[at] if at >= 0 and port <= self.runs[at][1] else None

    def nearest(self, wanted: int, count: int) -> list[int]:
        """Up to `count` ports near `wanted`, nearest first; a narrow place counts as further off.

        Looks at as many ports as it must, and at no port twice.
        """
        wanted = min(max(wanted, self.low), self.high)
        # Beside an unfit number on either side, or one removed from it.
        penalties = {0: LAST_PORT, 1: 8}
        waiting: list[tuple[int, int, int]] = []
        found: list[int] = []
        for distance in range(self.high - self.low + 1):
            while waiting and waiting[0][0] <= distance and len(found) < count:
                found.append(heapq.heappop(waiting)[2])
            if len(found) >= count:
                return found
            for side, port in enumerate((wanted + distance, wanted - distance)):
                gap = self.around(port)
                if gap is not None and (distance or not side):
                    score = distance + penalties.get(_room(port, gap), 0)
                    heapq.heappush(waiting, (score, side, port))
        while waiting and len(found) < count:
            found.append(heapq.heappop(waiting)[2])
        return found

    def middles(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield the middle of the largest gap, then, halving what is left of it, all others."""
        pieces = [(low - high, low, high, (low, high)) for low, high in self.runs]
        heapq.heapify(pieces)
        while pieces:
            _, low, high, gap = heapq.heappop(pieces)
            middle = (low + high) // 2
            yield middle, gap
            if middle > low:
                heapq.heappush(pieces, (low - middle + 1, low, middle - 1, gap))
            if middle < high:
                heapq.heappush(pieces, (middle + 1 - high, middle + 1, high, gap))


def _unfit(registry: Registry) -> set[tuple[int, int]]:
    """The ranges of ports that are not suggested, whatever the range they are in."""
    found = {(port, port) for port in (*RANGE_EDGES, *EXPERIMENTAL_PORTS)}
    # Records with the same port number share the range.
    shared = {id(entry.ports): entry.ports for entry in registry.assignments}
    found.update((ports.low, ports.high) for ports in shared.values() if ports is not None)
    for statement in registry.statements:
        ports = statement.ports
        if ports is None:
            continue
        record = statement.record
        had = record.registration_date or record.assignee or record.contact
        if statement.state != "Unassigned" or had:
            found.add((ports.low, ports.high))
            continue
        for text in _remarks(record):
            found.update(_told_of(text, ports.low, ports.high))
    return found


def _remarks(record: Record) -> Iterator[str]:
    """What an Unassigned statement says beyond that: of unauthorized uses, of a time before."""
    for text in (
        normal_space(record.description or "")[len("Unassigned") :],
        record.known_unauthorized_uses,
        record.assignment_notes,
    ):
        if text and text.strip(" ."):
            yield text


def _told_of(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The ports from `low` to `high` that a remark on them names; all where it names none."""
    named = False
    for phrase in _PORTS_NAMED.finditer(text):
        for number in _NUMBER_OR_RANGE.finditer(phrase[1]):
            first = int(number[1])
            last = int(number[2]) if number[2] else first
            if max(first, low) <= min(last, high):
                named = True
                yield max(first, low), min(last, high)
    if not named:
        yield low, high
