"""What to ask for instead: free service names near one, and free port numbers.

Both depend on the registry alone and are always in the same order.  A suggestion is a name or
number that the RQ rules accept as such (RFC 6335, Sections 5.1, 6, 7.2 and 8.2).
"""

from __future__ import annotations

import heapq
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import Literal

import regex

from validator.engine.verdict import SuggestedPort
from validator.model import vocabulary
from validator.model.names import former_names
from validator.model.port_usage import ports_of_remark
from validator.model.record import Record
from validator.model.registry import Registry
from validator.request.phrase import phrase

# Of a longer name, this much is looked at.
_MAX_NAME = 100
# Without its vowels, a word shorter than this is not recognized.
_MIN_ABBREVIATION = 4
# A port further away than this is not near another one.
_NEAR = 200
# How far from the edges of a range a suggested port is.
_EDGE = 100
_RANGES = {"System": vocabulary.SYSTEM_PORTS, "User": vocabulary.USER_PORTS}

# Words without meaning in a service name: that it is one, and what the record says anyway.
_REDUNDANT = frozenset(
    "port ports service services protocol protocols proto tcp udp sctp dccp iana".split()
)
_VERSION = regex.compile(r"(?:v|ver|version)?[0-9]++|v|ver|version")
# A word that ends in a version, such as "quayv2".
_WITH_VERSION = regex.compile(r"([a-z]{3,}?)(?:v|ver)[0-9]{1,3}")
_CAMEL = regex.compile(r"(?<=[a-z])(?=[A-Z])")
# The suffix that Section 7.2's reviewers ask of a discovery service; it is never cut off.
_DISCOVERY = "disc"
_DISCOVERY_SUFFIX = f"-{_DISCOVERY}"
# Additions to a name that is taken; none is redundant or a version.
_SUFFIXES = (
    *("net", "app", "sys", "link", "ctl", "data", "sync", "msg", "mgmt", "hub", "io", "comm"),
    *("bus", "core", "grid", "host", "web", "x"),
)
# Words of a description or of a company's name that distinguish nothing.
_COMMON = frozenset(
    """
    about above after among based before between data device devices distributed exchange file files
    from generic high into local management message messages monitoring network networks open over
    remote secure server servers simple standard system systems table tables that their this tool
    tools transfer used users using with your application applications client clients control
    access communication discovery support version
    company corp corporation foundation gmbh group iesg ietf limited organization project team
    """.split()
)
_MIN_WORD = 4
# The room that most endings take, with their hyphen.
_MIN_ENDING = 4
# "_tides" and "_tides._tcp", as in SRV records and DNS-SD.
DNS_LABEL = regex.compile(r"_([A-Za-z0-9-]++)(?:\._[A-Za-z0-9-]++)*+\.?(?:local\.?)?\Z")
_MAX_TEXT = 200
_TRANSPORT_AT_END = phrase(r"[+/.:_-]++(?:tcp|udp|sctp|dccp)\Z")
# Letters without decomposition, and the sign that Section 10.1 spells out ("whois++").
_SPELLINGS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
     "þ": "th", "œ": "oe", "Œ": "OE", "+": "p"}
)  # fmt: skip
_SEPARATOR = regex.compile(r"[^A-Za-z0-9]++")

_KEYPAD = {
    letter: str(key)
    for key, letters in enumerate("abc def ghi jkl mno pqrs tuv wxyz".split(), 2)
    for letter in letters
}


# -- service names ------------------------------------------------------------------------------


def suggested_names(
    name: str,
    registry: Registry | None,
    limit: int = 5,
    *,
    texts: Sequence[str] = (),
    discovery: bool = False,
    excluded: Collection[str] = (),
) -> list[str]:
    """Return up to `limit` service names near `name` that a request may ask for, best first.

    Words of `texts` (a description, the name of an organization) come before endings that mean
    nothing.  With `discovery`, names that end in "-disc" come first.  No word is cut.  None is one
    of `excluded`, which are in lower case.

    All are well-formed (Section 5.1); none is `name` in another case.  With a `registry`, none has
    a record in it, in any case, or is the target of an alias or a former name of a port.  Fewer
    are returned, or none, if nothing is left of `name` to build on.
    """
    unavailable = {vocabulary.name_key(name), *excluded} | _names_in_use(registry)
    suggestions: dict[str, None] = {}
    for candidate in _candidates(name[:_MAX_NAME], texts, discovery):
        if len(suggestions) >= limit:
            break
        if candidate not in unavailable and vocabulary.SERVICE_NAME.fullmatch(candidate):
            if registry is None or candidate not in registry.by_name:
                suggestions[candidate] = None
    return list(suggestions)


def _names_in_use(registry: Registry | None) -> set[str]:
    """The names, in lower case, that are not available though no record has them."""
    if registry is None:
        return set()
    return {
        *(alias.target_key for alias in registry.aliases),
        *(replacement.old_key for replacement in registry.replacements),
        *former_names(registry),
    }


def _candidates(name: str, texts: Sequence[str], discovery: bool) -> Iterator[str]:
    """Yield names for somebody who wants `name`, the best first.

    They have the right characters, but may be malformed or in use; some are repeated.
    """
    name = _without_labels(name)
    words = _words(name)
    if not words:
        return
    inner = _words(_CAMEL.sub("-", _ascii(name)))
    if len("".join(words)) <= vocabulary.SERVICE_NAME_LENGTH or len(inner) == len(words):
        inner = words
    bases = list(_short_forms(_meaningful(inner) or inner))
    if discovery:
        yield from (_with_suffix(base, _DISCOVERY) for base in bases)
    yield from bases
    # The name as it is, in the form of Section 5.1; a reviewer may still object to a word.
    yield "-".join(words)
    for base in bases:
        if not base.endswith(_DISCOVERY_SUFFIX):
            yield base.replace("-", "")
    yield from _with_words(bases, texts)
    bases = bases[:2]
    if len(words) == 1 and len(words[0]) > vocabulary.SERVICE_NAME_LENGTH - _MIN_ENDING:
        bases.append(_abbreviation(words))
        yield bases[-1]
    yield from _with_endings(bases)


def _without_labels(name: str) -> str:
    """A name without what belongs to DNS labels, or without the transport protocol at its end."""
    label = DNS_LABEL.match(name)
    return label[1] if label is not None else _TRANSPORT_AT_END.sub("", name) or name


def _with_endings(bases: Sequence[str]) -> Iterator[str]:
    """Names with an ending that means little, then with one that means nothing."""
    for suffix in _SUFFIXES:
        yield from (_with_suffix(base, suffix) for base in bases)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for base in bases:
            yield _with_suffix(base, letter)
            yield _with_suffix(base, f"{letter}{base[:1]}")


def _with_words(bases: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Names from words of texts: the first words of a text, then a name with one of them."""
    lists = [
        list({_singular(word): word for word in _telling_words(text)}.values())[:3]
        for text in texts
    ]
    for words in lists[:1]:
        yield from words[:1]
        yield "-".join(words[:2])
    for words in lists:
        for word in words:
            for base in bases[:1]:
                if _singular(word) not in map(_singular, base.split("-")):
                    yield _with_suffix(base, word)
                    yield f"{word}-{base}"
    for words in lists[1:]:
        yield from words[:1]


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _telling_words(text: str) -> Iterator[str]:
    for word in _meaningful(_words(text[:_MAX_TEXT])):
        if len(word) >= _MIN_WORD and word not in _COMMON:
            yield word


def _ascii(text: str) -> str:
    """Return `text` with letters of other alphabets by their base letter, if they have one.

    A name that is itself an encoded one (`xn--...`) is decoded first.
    """
    if text[:4].lower() == "xn--" and len(text) <= 63:
        try:
            text = text[4:].encode("ascii").decode("punycode")
        except (UnicodeError, OverflowError):
            text = text[4:]
    text = unicodedata.normalize("NFKD", text.translate(_SPELLINGS))
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _words(name: str) -> list[str]:
    """The words of a name between hyphens and characters that it may not have, in lower case."""
    return [word for word in _SEPARATOR.split(vocabulary.fold(_ascii(name))) if word]


def _meaningful(words: list[str]) -> list[str]:
    """Leave redundant words and versions out of `words`."""
    words = [w for w in words if w not in _REDUNDANT and not _VERSION.fullmatch(w)]
    return [match[1] if (match := _WITH_VERSION.fullmatch(word)) else word for word in words]


def _short_forms(words: list[str]) -> Iterator[str]:
    """Yield `words` as names of at most 15 characters: whole, joined, shortened, cut."""
    whole = "-".join(words)
    joined = "".join(words)
    if len(whole) <= vocabulary.SERVICE_NAME_LENGTH:
        yield whole
        return
    if len(joined) <= vocabulary.SERVICE_NAME_LENGTH:
        yield joined
    suffix = ""
    if words[-1] == _DISCOVERY and len(words) > 1:
        suffix = _DISCOVERY_SUFFIX
        words = words[:-1]
    room = vocabulary.SERVICE_NAME_LENGTH - len(suffix)
    for name in _shortened(words, room):
        yield name + suffix


def _shortened(words: list[str], room: int) -> Iterator[str]:
    """Yield `words` as names that fit `room` characters."""
    first_words = words[0]
    for word in words[1:]:
        if len(first_words) + 1 + len(word) > room:
            break
        first_words += f"-{word}"
    names = [first_words]
    if len(words) > 1:
        first, *rest = words
        *start, last = words
        names.append(f"{''.join(word[0] for word in start)}-{last}")
        names.append(f"{first}-{''.join(word[0] for word in rest)}")
    names.append(_abbreviation(words))
    yield from (name for name in names if len(name) <= room)


def _abbreviation(words: list[str]) -> str:
    """Words without their vowels; empty where too little is left of them."""
    abbreviation = "-".join(word[0] + _without_vowels(word[1:]) for word in words)
    return abbreviation if len(abbreviation) >= _MIN_ABBREVIATION else ""


def _without_vowels(text: str) -> str:
    return "".join(letter for letter in text if letter not in "aeiou")


def _with_suffix(base: str, suffix: str) -> str:
    ending = f"-{suffix}"
    if base.endswith(_DISCOVERY_SUFFIX):
        base = base.removesuffix(_DISCOVERY_SUFFIX)
        ending += _DISCOVERY_SUFFIX
    # Whole words are left out; what does not fit then is no name.
    while len(base) + len(ending) > vocabulary.SERVICE_NAME_LENGTH and "-" in base:
        base = base.rpartition("-")[0]
    return base + ending if base else ""


# -- port numbers -------------------------------------------------------------------------------


def suggested_ports(
    registry: Registry,
    count: int,
    *,
    near: int | None = None,
    name: str | None = None,
    range_name: Literal["System", "User"] = "User",
    excluded: Collection[int] = (),
) -> list[SuggestedPort]:
    """Return up to `count` ports of a range that nobody has, on any transport protocol.

    Not among them are numbers that a record assigns, reserves or says anything of but that they
    are Unassigned; those near the edges of the ranges (Section 6); numbers with known unauthorized
    uses; and
    de-assigned numbers, which are assigned again last (Section 8.2).  The neighbors of such
    numbers come only when there are no others.

    First come numbers that spell `name`, or a part of it, on a phone keypad, then those nearest to
    `near`, if any is within 200; then, and without either, the middles of the largest gaps.
    `near` itself is not among them: they are to be requested instead.  Nor are those `excluded`.
    """
    low, high = _RANGES[range_name]
    gaps = _Gaps(registry, low + _EDGE, high - _EDGE)
    if near is not None and not low <= near <= high:
        near = None  # a distance between two ranges says nothing
    ports: dict[int, SuggestedPort] = {}
    # A name and a number share the places.
    spelled = count if near is None else (count + 1) // 2
    for limit, suggestions in (
        (spelled, _spelling(gaps, name)),
        (count, _nearest(gaps, near, count + len(excluded))),
        (count, _middles(gaps)),
    ):
        for suggestion in suggestions:
            if len(ports) >= limit:
                break
            if suggestion.port != near and suggestion.port not in excluded:
                ports.setdefault(suggestion.port, suggestion)
    return list(ports.values())


def _spelling(gaps: _Gaps, name: str | None) -> Iterator[SuggestedPort]:
    for port, letters in _keypad_numbers((name or "")[:_MAX_NAME]):
        gap = gaps.around(port)
        if gap is not None and _room(port, gap) > 0:
            yield SuggestedPort(port, gap, f'spells "{letters}" on a phone keypad')


def _nearest(gaps: _Gaps, near: int | None, count: int) -> Iterator[SuggestedPort]:
    for port in [] if near is None else gaps.nearest(near, count + 1):
        gap = gaps.around(port)
        if gap is not None:
            yield SuggestedPort(port, gap, _distance(port, near or 0))


def _middles(gaps: _Gaps) -> Iterator[SuggestedPort]:
    for port, gap in gaps.middles():
        size = gap[1] - gap[0] + 1
        yield SuggestedPort(port, gap, f"in a gap of {size:,} port{'' if size == 1 else 's'}")


def _distance(port: int, near: int) -> str:
    return f"{abs(port - near)} {'above' if port > near else 'below'} {near}"


def _room(port: int, gap: tuple[int, int]) -> int:
    """How many ports of its gap lie between `port` and the nearer end."""
    return min(port - gap[0], gap[1] - port)


def _keypad_numbers(name: str) -> Iterator[tuple[int, str]]:
    """Yield the numbers that spell `name` or parts of it on a phone keypad, with their letters.

    The whole comes first, then whole words, then beginnings of words; the longer before the
    shorter.
    """
    words = _words(name)
    text = "".join(words)
    digits = "".join(_KEYPAD.get(letter, letter) for letter in text)
    starts = [0, *accumulate(map(len, words[:-1]))]
    ranked: list[tuple[int, int, int]] = []
    for start in starts:
        for length in range(3, 6):
            end = start + length
            if end > len(text) or digits[start] == "0":
                break
            is_whole_word = end == len(text) or end in starts
            rank = 0 if length == len(text) else 1 if is_whole_word else 2
            ranked.append((rank, -length, start))
    for _, negative_length, start in sorted(ranked):
        end = start - negative_length
        if not text[start:end].isdigit():
            yield int(digits[start:end]), text[start:end]


class _Gaps:
    """The runs of ports in a range of which each could be suggested."""

    def __init__(self, registry: Registry, low: int, high: int) -> None:
        self.low = low
        self.high = high
        self.runs: list[tuple[int, int]] = []
        at = low
        for start, end in sorted(_unavailable(registry)):
            if start > high:
                break
            if start > at:
                self.runs.append((at, start - 1))
            at = max(at, end + 1)
        if at <= high:
            self.runs.append((at, high))
        self.lows = [run[0] for run in self.runs]

    def around(self, port: int) -> tuple[int, int] | None:
        """The gap that has `port`."""
        index = bisect_right(self.lows, port) - 1
        return self.runs[index] if index >= 0 and port <= self.runs[index][1] else None

    def nearest(self, port: int, count: int) -> list[int]:
        """Up to `count` ports near `port`, nearest first; the ends of a gap count as further off.

        There may be none near enough.
        """
        center = min(max(port, self.low), self.high)
        # Next to an unavailable number, or one removed from it.
        penalties = {0: vocabulary.LAST_PORT, 1: 8}
        ranked: list[tuple[int, int, bool, int]] = []
        for candidate in range(center - _NEAR, center + _NEAR + 1):
            distance = abs(candidate - center)
            if (gap := self.around(candidate)) is not None:
                score = distance + penalties.get(_room(candidate, gap), 0)
                ranked.append((score, distance, candidate < center, candidate))
        return [candidate for *_, candidate in sorted(ranked)[:count]]

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


def _unavailable(registry: Registry) -> set[tuple[int, int]]:
    """The ranges of ports that are never suggested."""
    ranges = {(port, port) for port in (*vocabulary.RANGE_EDGES, *vocabulary.EXPERIMENTAL_PORTS)}
    # Records with the same port number share one `PortRange`.
    assigned = {id(entry.ports): entry.ports for entry in registry.assignments}
    ranges.update((ports.low, ports.high) for ports in assigned.values() if ports is not None)
    for statement in registry.statements:
        ports = statement.ports
        if ports is None:
            continue
        record = statement.record
        was_assigned = record.registration_date or record.assignee or record.contact
        if statement.state != "Unassigned" or was_assigned:
            ranges.add((ports.low, ports.high))
            continue
        for text in _remarks(record):
            ranges.update(ports_of_remark(text, ports.low, ports.high))
    return ranges


def _remarks(record: Record) -> Iterator[str]:
    """What else an Unassigned statement says: unauthorized uses, an earlier assignment."""
    for text in (
        vocabulary.normal_space(record.description or "")[len("Unassigned") :],
        record.known_unauthorized_uses,
        record.assignment_notes,
    ):
        if text and text.strip(" ."):
            yield text
