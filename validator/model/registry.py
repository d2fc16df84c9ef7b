"""The registry as a thing with meaning: typed records and the indexes that rules ask for.

A `Registry` is built over a `Dump` and never changes it.  Assignments and statements are made when
the registry is; every index is made once, when it is first asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate, compress
from operator import attrgetter

from validator.model.record import Citation, Contact
from validator.model.vocabulary import (
    ALIAS_SENTENCE,
    DATE,
    FORMER_NAME,
    HISTORIC_SENTENCE,
    LAST_PORT,
    PORT_NUMBER,
    REPLACEMENT_SENTENCE,
    SERVICE_NAME,
    SYSTEM_PORTS,
    TRANSPORT_PROTOCOLS,
    USER_PORTS,
    fold,
    normal_space,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import Literal, TypeAlias

    from validator.model.record import Dump, Footnote, Note, Part, Record

    Entry: TypeAlias = "Assignment | Statement"
    State = Literal["Unassigned", "Reserved"]
    RangeName = Literal["System", "User", "Dynamic"]

_offset_of = attrgetter("offset")
# Printable ASCII and what ends lines, and the ways XML and JSON have to write other characters so.
_PLAIN = bytes([9, 10, 13, *range(32, 127)])
# What nearly all service names match; the others are held against the pattern of the vocabulary.
_USUAL_NAME = re.compile(r"(?=.{1,15}\Z)[A-Za-z][A-Za-z0-9]*+(?:-[A-Za-z0-9]++)*+").fullmatch
# Every month has 28 days.
_USUAL_DATE = re.compile(
    r"[12][0-9]{3}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8]))?", re.ASCII
).fullmatch
_UNPLAIN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]++|&#|\\u")
_PIECE = 8192
_CHUNK = 256
# Most records have nothing in these.
_RARE = frozenset(
    {"service_code", "assignment_notes", "known_unauthorized_uses", "modification_date"}
)
# A field that is named is read twice as fast as one that is looked up.
_COLUMNS: dict[str, Callable[[list[Record]], list[str | None]]] = {
    "service_name": lambda records: [record.service_name for record in records],
    "port_number": lambda records: [record.port_number for record in records],
    "transport_protocol": lambda records: [record.transport_protocol for record in records],
    "description": lambda records: [record.description for record in records],
    "registration_date": lambda records: [record.registration_date for record in records],
    "modification_date": lambda records: [record.modification_date for record in records],
    "service_code": lambda records: [record.service_code for record in records],
    "known_unauthorized_uses": lambda records: [
        record.known_unauthorized_uses for record in records
    ],
    "assignment_notes": lambda records: [record.assignment_notes for record in records],
}
_CITING: dict[str, Callable[[list[Record]], list[tuple[Citation, ...]]]] = {
    "assignee": lambda records: [record.assignee for record in records],
    "contact": lambda records: [record.contact for record in records],
    "reference": lambda records: [record.reference for record in records],
}
_TRANSPORTS = {transport: transport for transport in TRANSPORT_PROTOCOLS}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class PortRange:
    """Port numbers from `low` to `high`, both included; one number where they are equal.

    Only what RFC 6335, Section 6 allows: 0 <= low <= high <= 65535.
    """

    __slots__ = ("high", "low")

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    @property
    def name(self) -> RangeName | None:
        """System, User or Dynamic (Section 6); `None` for a range that lies in two of them."""
        low, high = _range_name(self.low), _range_name(self.high)
        return low if low == high else None

    @property
    def is_single(self) -> bool:
        return self.low == self.high

    def __contains__(self, port: int) -> bool:
        return self.low <= port <= self.high

    def __len__(self) -> int:
        return self.high - self.low + 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PortRange) and self.low == other.low and self.high == other.high

    def __hash__(self) -> int:
        return self.low << 16 | self.high

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    def __repr__(self) -> str:
        return f"PortRange({self.low}, {self.high})"


def _range_name(port: int) -> RangeName:
    if port <= SYSTEM_PORTS[1]:
        return "System"
    return "User" if port <= USER_PORTS[1] else "Dynamic"


def port_range(text: str | None) -> PortRange | None:
    """Return what a Port Number field says; `None` for none, and for what is no range of ports."""
    if not text:
        return None
    if text.isdigit() and text.isascii() and (text[0] != "0" or text == "0"):
        # What nearly all are; the pattern would say the same.
        port = int(text) if len(text) < 6 else LAST_PORT + 1
        return PortRange(port, port) if port <= LAST_PORT else None
    found = PORT_NUMBER.fullmatch(text)
    if found is None or len(text) > 11:
        return None
    low = int(found[1])
    high = int(found[2]) if found[2] else low
    return PortRange(low, high) if low <= high <= LAST_PORT else None


class Date:
    """A date of the registry: a day, or a month where `day` is `None`.

    `impossible` says that there is no such day or month.  Compare with `before`, which looks no
    closer than the coarser of the two: 2006-04 is not before 2006-04-01, nor after it.
    """

    __slots__ = ("day", "impossible", "month", "text", "year")

    def __init__(self, text: str, year: int, month: int, day: int | None) -> None:
        self.text = text
        self.year = year
        self.month = month
        self.day = day
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        last = 28 if month == 2 and not leap else _DAYS[month - 1] if 1 <= month <= 12 else 0
        self.impossible = not last or not year or (day is not None and not 1 <= day <= last)

    def before(self, other: Date) -> bool:
        mine, theirs = (self.year, self.month), (other.year, other.month)
        if mine != theirs or self.day is None or other.day is None:
            return mine < theirs
        return self.day < other.day

    def __repr__(self) -> str:
        return f"Date({self.text!r})"


def parse_date(text: str | None) -> Date | None:
    """Return the date `text` has the shape of (YYYY-MM-DD or YYYY-MM), `None` for another shape."""
    if not text:
        return None
    if len(text) == 10 and text[4] == "-" == text[7]:
        # What nearly all are; the pattern would say the same.
        digits = text[:4] + text[5:7] + text[8:]
        if digits.isdigit() and digits.isascii():
            return Date(text, int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    found = DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()
    return Date(text, int(year), int(month), None if day is None else int(day))


class Assignment:
    """A record with a service name.

    `key` is the name with A-Z in lower case: names are compared without case (Section 5.1).
    `ports` is `None` without a port number, and where that is malformed; `transport` is one of
    tcp, udp, sctp and dccp, `None` where the record has none of them.
    """

    __slots__ = ("key", "name", "ports", "record", "transport")

    def __init__(
        self, record: Record, name: str, key: str, ports: PortRange | None, transport: str | None
    ) -> None:
        self.record = record
        self.name = name
        self.key = key
        self.ports = ports
        self.transport = transport

    @property
    def identity(self) -> tuple[str, str, str]:
        """Name, port number and transport protocol as the record has them.

        To choose among several by it does not depend on their order in the file.
        """
        record = self.record
        return self.name, record.port_number or "", record.transport_protocol or ""

    def __repr__(self) -> str:
        return f"Assignment({self.name!r}, {self.ports}, {self.transport})"


class Statement:
    """A record without a service name: it says of port numbers that no service has them.

    `state` is Unassigned or Reserved where the description begins with the word, in any case.
    `transport` is `None` where the record has none and so speaks for all, and where it has another
    word; `speaks_for` has what it speaks for.
    """

    __slots__ = ("ports", "record", "state", "transport")

    def __init__(
        self, record: Record, ports: PortRange | None, transport: str | None, state: State | None
    ) -> None:
        self.record = record
        self.ports = ports
        self.transport = transport
        self.state = state

    @property
    def speaks_for(self) -> tuple[str, ...]:
        if self.transport is not None:
            return (self.transport,)
        return () if self.record.transport_protocol else TRANSPORT_PROTOCOLS

    def __repr__(self) -> str:
        return f"Statement({self.state}, {self.ports}, {self.transport})"


class Alias:
    """An old name and the note on it that it is an alias (Section 10.1).

    `target` is the name in the sentence, `historic` whether the second sentence stands there too.
    """

    __slots__ = ("assignment", "historic", "target", "target_key")

    def __init__(self, assignment: Assignment, target: str, historic: bool) -> None:
        self.assignment = assignment
        self.target = target
        self.target_key = fold(target)
        self.historic = historic


class Replacement:
    """A new name whose description says which old name it replaces (Section 10.1)."""

    __slots__ = ("assignment", "old", "old_key")

    def __init__(self, assignment: Assignment, old: str) -> None:
        self.assignment = assignment
        self.old = old
        self.old_key = fold(old)


class Spans:
    """Assignments or statements with ports, for the question which of them overlap a range.

    An answer takes logarithmic time and that of the entries looked at, however they are nested.
    """

    __slots__ = ("_furthest", "_highs", "_lows", "_sorted")

    def __init__(self, entries: Iterable[tuple[PortRange, Entry]]) -> None:
        self._sorted = sorted(
            entries, key=lambda entry: entry[0].low << 16 | LAST_PORT - entry[0].high
        )
        self._lows = [ports.low for ports, _ in self._sorted]
        self._highs: list[int] | None = None
        # For each place, which entry up to there reaches furthest.
        self._furthest: list[int] = []
        best, reach = 0, -1
        for index, (ports, _) in enumerate(self._sorted):
            if ports.high > reach:
                best, reach = index, ports.high
            self._furthest.append(best)

    def overlapping(self, ports: PortRange, limit: int = 20) -> list[Entry]:
        """Return up to `limit` entries that share a port with `ports`, by lowest port first.

        Of those that begin before it, it finds the closest, or the one that reaches furthest; an
        empty list means that there is none.
        """
        begin = bisect_left(self._lows, ports.low)
        found: list[Entry] = []
        at = begin - 1
        looked = 0
        while at >= 0 and len(found) < limit and looked < 50 * limit:
            if self._sorted[self._furthest[at]][0].high < ports.low:
                break
            span, entry = self._sorted[at]
            if span.high >= ports.low:
                found.append(entry)
            at -= 1
            looked += 1
        if not found and looked:
            found.append(self._sorted[self._furthest[begin - 1]][1])
        found.reverse()
        end = min(bisect_right(self._lows, ports.high), begin + limit - len(found))
        found += [entry for _, entry in self._sorted[begin:end]]
        return found

    def count(self, ports: PortRange) -> int:
        """Say how many entries share a port with `ports`."""
        if self._highs is None:
            self._highs = sorted(span.high for span, _ in self._sorted)
        return bisect_right(self._lows, ports.high) - bisect_left(self._highs, ports.low)


class Words:
    """Texts, for the question which of them hold a word: they are searched as one."""

    __slots__ = ("_ends", "_joined", "_texts")

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        # Folded text is as long as it was, and no word that is asked for has a line feed.
        self._joined = "\n".join(map(fold, texts))
        # Where the next one begins.
        self._ends = list(accumulate([len(text) + 1 for text in texts]))

    def holding(self, words: Iterable[str]) -> list[str]:
        """Return the texts that hold one of `words`, which are in lower case."""
        found: set[int] = set()
        joined, ends = self._joined, self._ends
        for word in words:
            at = joined.find(word)
            while at >= 0:
                index = bisect_right(ends, at)
                found.add(index)
                at = joined.find(word, ends[index])
        return [self._texts[index] for index in sorted(found)]


class Registry:
    """A dump with its meaning.

    `assignments` are the records with a service name, `statements` those without, `entries` both
    together; each in the order of the file.  `is_whole` says whether it is a whole registry: as the
    reader or the user says, else when ports 0 and 49151 are both mentioned and records speak of at
    least half of the ports between them.
    """

    def __init__(self, dump: Dump, whole: bool | None = None) -> None:
        self.dump = dump
        self.assignments: list[Assignment] = []
        self.statements: list[Statement] = []
        self.entries: list[Entry] = []
        self._whole = whole
        self._columns: dict[str, list[str | None]] = {}
        self._texts: dict[str, dict[str | None, None]] = {}
        self._words: dict[str, Words] = {}
        self._rare: dict[str, dict[str | None, list[int]]] = {}
        self._citations: dict[str, set[tuple[Citation, ...]]] = {}
        self._citing: dict[str, tuple[list[Record], list[tuple[Citation, ...]]]] = {}
        self._places: dict[str, dict[tuple[PortRange | None, str | None], list[Assignment]]] = {}
        self._dates: dict[str, Date | None] = {}
        numbers = self.column("port_number")
        words = self.column("transport_protocol")
        names = self.column("service_name")
        # What each different port number, word for a transport protocol and name comes to.
        ranges = {number: port_range(number) for number in self.texts("port_number")}
        transports = {
            word: _TRANSPORTS.get(fold((word or "").strip()))
            for word in self.texts("transport_protocol")
        }
        keys = {name: fold(name) for name in self.texts("service_name") if name}
        self._ranges = ranges
        self._odd_numbers = {
            number
            for number, ports in ranges.items()
            if number and (ports is None or ports.low != ports.high or "-" in number)
        }
        assigned, stated, every = self.assignments, self.statements, self.entries
        entry: Entry
        new = Assignment.__new__
        for record, number, word, name in zip(dump.records, numbers, words, names, strict=True):
            if name:
                # Without the constructor, which takes as long again for each of many thousands.
                entry = new(Assignment)
                entry.record = record
                entry.name = name
                entry.key = keys[name]
                entry.ports = ranges[number]
                entry.transport = transports[word]
                assigned.append(entry)
            else:
                state = _state(record.description)
                entry = Statement(record, ranges[number], transports[word], state)
                stated.append(entry)
            every.append(entry)

    # -- what the dump says ---------------------------------------------------------------------

    @property
    def records(self) -> list[Record]:
        return self.dump.records

    @property
    def contacts(self) -> list[Contact]:
        return self.dump.contacts

    @property
    def footnotes(self) -> list[Footnote]:
        return self.dump.footnotes

    @property
    def updated(self) -> str | None:
        """The registry's own "last updated", as it stands."""
        return self.dump.updated

    def date(self, text: str | None) -> Date | None:
        """Return `text` as a date, `None` where it has not the shape of one."""
        if not text:
            return None
        try:
            return self._dates[text]
        except KeyError:
            found = self._dates[text] = parse_date(text)
            return found

    def assignees(self, record: Record) -> Sequence[Citation]:
        """The assignee of a record: its own, else its contacts, which then stand for both."""
        return record.assignee or record.contact

    def is_legacy(self, subject: Record | Contact, cutoff: str) -> bool:
        """Say whether a record or contact is older than `cutoff` (YYYY-MM), or has no date.

        A record goes by its registration date, without one by its modification date; a contact by
        its last update.  A date that is none makes nothing old.
        """
        if isinstance(subject, Contact):
            text = subject.last_updated
        else:
            text = subject.registration_date
            if not text or text.isspace():
                text = subject.modification_date
        if not text or text.isspace():
            return True
        return text < cutoff and self.date(text) is not None

    @cached_property
    def is_whole(self) -> bool:
        if self._whole is not None:
            return self._whole
        spoken = self.mentioned
        if not spoken or spoken[0][0] != 0:
            return False
        last = USER_PORTS[1]
        if not any(low <= last <= high for low, high in spoken):
            return False
        count = sum(min(high, last) - low + 1 for low, high in spoken if low <= last)
        return count * 2 >= last + 1

    @cached_property
    def mentioned(self) -> list[tuple[int, int]]:
        """The ports that any record mentions, as ascending pairs (low, high) with gaps between."""
        return _merged(ports for ports in self._ranges.values() if ports is not None)

    @cached_property
    def ranged(self) -> list[Entry]:
        """The entries whose port number is not one plain number: ranges, and what is malformed."""
        return self.entries_having("port_number", self._odd_numbers)

    @cached_property
    def without_transport(self) -> list[Entry]:
        """The entries whose record has no transport protocol."""
        return self.entries_having("transport_protocol", (None, ""))

    @cached_property
    def assigned_ranges(self) -> list[Assignment]:
        """The assignments of more than one port."""
        return [
            entry
            for entry in self.ranged
            if isinstance(entry, Assignment)
            and entry.ports is not None
            and entry.ports.low != entry.ports.high
        ]

    @cached_property
    def date_texts(self) -> list[str]:
        """The different dates of records and contacts, as they are written, none empty."""
        found = {**self.texts("registration_date"), **self.texts("modification_date")}
        found.update(dict.fromkeys(map(attrgetter("last_updated"), self.contacts)))
        return [text for text in found if text]

    @cached_property
    def unusual_dates(self) -> list[str]:
        """Those of `date_texts` that may not have the shape of a date, or be no such day."""
        return [text for text in self.date_texts if not _USUAL_DATE(text)]

    @cached_property
    def unplain(self) -> list[Record | Contact | Footnote | Note | Dump]:
        """What of the dump has other characters than printable ASCII, or may hide some.

        The bytes are looked through once, so that nobody has to look at every text.
        """
        dump = self.dump
        marks = list(_unplain_offsets(dump))
        if not marks:
            return []
        kinds: tuple[Sequence[Record | Contact | Footnote | Note], ...] = (
            dump.records,
            dump.contacts,
            dump.notes,
            dump.footnotes,
        )
        found: dict[int, Record | Contact | Footnote | Note | Dump] = {}
        begins = [[entry.offset for entry in held] for held in kinds]
        for mark in marks:
            # Of each kind, the last that begins before it; of these the nearest holds it.
            before = [
                held[at - 1]
                for held, offsets in zip(kinds, begins, strict=True)
                if (at := bisect_right(offsets, mark))
            ]
            if before:
                nearest = max(before, key=_offset_of)
                found[nearest.offset] = nearest
        # Title, experts and the like stand between the others.
        return [*found.values(), dump]

    def column(self, field: str) -> list[str | None]:
        """What each record has in `field`, which is one of a text."""
        found = self._columns.get(field)
        if found is None:
            found = self._columns[field] = _COLUMNS[field](self.records)
        return found

    def texts(self, field: str) -> dict[str | None, None]:
        """The different values of `column`, as the keys of a dictionary."""
        found = self._texts.get(field)
        if found is None:
            found = self._texts[field] = dict.fromkeys(self.column(field))
        return found

    def holding(self, field: str, *words: str) -> list[str]:
        """The different texts of `field` that hold one of `words`, in whatever case of ASCII.

        `words` are in lower case.
        """
        return self._searched(field).holding(words)

    def _searched(self, field: str) -> Words:
        found = self._words.get(field)
        if found is None:
            found = self._words[field] = Words([text for text in self.texts(field) if text])
        return found

    def having(self, field: str, texts: Iterable[str]) -> Iterator[tuple[Record, str]]:
        """Yield the records with one of `texts` in `field`, and which."""
        column = self.column(field)
        for at in self._found_at(field, texts):
            yield self.records[at], column[at] or ""

    def entries_having(self, field: str, texts: Iterable[str | None]) -> list[Entry]:
        """The entries whose record has one of `texts` in `field`, which is one of a text."""
        return [self.entries[at] for at in self._found_at(field, texts)]

    def _found_at(self, field: str, texts: Iterable[str | None]) -> list[int]:
        """The places in the column of `field` of all `texts`, ascending."""
        chosen = set(texts)
        if not chosen:
            return []
        if field in _RARE and None not in chosen:
            held = self._places_of(field)
            return sorted([at for text in chosen for at in held.get(text, ())])
        if len(chosen) == 1:
            return _places_in(self.column(field), chosen.pop())
        return [at for at, text in enumerate(self.column(field)) if text in chosen]

    def _places_of(self, field: str) -> dict[str | None, list[int]]:
        """The places of each text in the column of `field`."""
        found = self._rare.get(field)
        if found is None:
            found = self._rare[field] = {}
            for at, text in enumerate(self.column(field)):
                if text is not None:
                    found.setdefault(text, []).append(at)
        return found

    def saying(self, field: str, test: Callable[[str], object]) -> Iterator[tuple[Record, str]]:
        """Yield the records with a text in `field` that `test` is true of, and the text.

        Each different text is tested once.  Texts are neither absent nor empty.
        """
        return self.having(field, [text for text in self.texts(field) if text and test(text)])

    # -- indexes --------------------------------------------------------------------------------

    @cached_property
    def by_name(self) -> dict[str, list[Assignment]]:
        """Assignments by `key`."""
        found: dict[str, list[Assignment]] = {}
        for assignment in self.assignments:
            found.setdefault(assignment.key, []).append(assignment)
        return found

    @cached_property
    def assignment_of(self) -> dict[int, Assignment]:
        """The assignments by the index of their record."""
        return {assignment.record.index: assignment for assignment in self.assignments}

    @cached_property
    def repeated(self) -> list[list[Assignment]]:
        """The assignments of each name that has several."""
        return [held for held in self.by_name.values() if len(held) > 1]

    @cached_property
    def uneven(self) -> list[list[Assignment]]:
        """The assignments of each name whose records differ in more than transport and texts.

        Left out is what most names are: one record, or records for one port and different
        transports under one spelling.  Each list is in an order that does not depend on the file's.
        """
        found: list[list[Assignment]] = []
        for held in self.repeated:
            first, second = held[0], held[1]
            if len(held) == 2:
                # What most are: it is said below, for any number of them.
                transport = first.transport
                if (
                    first.ports is second.ports is not None
                    and first.name == second.name
                    and transport is not None
                    and second.transport is not None
                    and transport != second.transport
                ):
                    continue
            transports = {entry.transport for entry in held}
            if len(transports) < len(held) or None in transports:
                found.append(held)
                continue
            for entry in held:
                if (
                    entry.name != first.name
                    or entry.ports is not first.ports
                    or entry.record.port_number != first.record.port_number
                ):
                    found.append(held)
                    break
        return [sorted(held, key=lambda entry: entry.identity) for held in found]

    @cached_property
    def malformed_names(self) -> frozenset[str]:
        """The service names that break Section 5.1, as they are spelt."""
        unusual = [name for name in self.texts("service_name") if name and not _USUAL_NAME(name)]
        return frozenset(name for name in unusual if not SERVICE_NAME.fullmatch(name))

    @cached_property
    def by_port(self) -> dict[str | None, dict[int, list[Assignment]]]:
        """Assignments of a single port, by transport and then by port."""
        found: dict[str | None, dict[int, list[Assignment]]]
        found = {transport: {} for transport in (*TRANSPORT_PROTOCOLS, None)}
        for assignment in self.assignments:
            ports = assignment.ports
            if ports is not None and ports.low == ports.high:
                found[assignment.transport].setdefault(ports.low, []).append(assignment)
        return found

    @cached_property
    def ported(self) -> dict[str, list[tuple[PortRange, Assignment]]]:
        """For each transport, its assignments with ports; one without transport is in none."""
        held: dict[str, list[tuple[PortRange, Assignment]]] = {t: [] for t in TRANSPORT_PROTOCOLS}
        for entry in self.assignments:
            if entry.ports is not None and entry.transport is not None:
                held[entry.transport].append((entry.ports, entry))
        return held

    @cached_property
    def assigned_ports(self) -> dict[str, bytearray]:
        """For each transport, a byte for each port: 1 where it is assigned."""
        wide: dict[str, list[PortRange]] = {t: [] for t in TRANSPORT_PROTOCOLS}
        for entry in self.ranged:
            if isinstance(entry, Assignment) and entry.ports is not None:
                if entry.transport is not None:
                    wide[entry.transport].append(entry.ports)
        found = {transport: marked_ports(ranges) for transport, ranges in wide.items()}
        for transport, marked in found.items():
            for port in self.by_port[transport]:
                marked[port] = 1
        return found

    @cached_property
    def stated_ports(self) -> dict[str, bytearray]:
        """For each transport, a byte for each port: 1 where a statement speaks of it."""
        held: dict[str | None, list[PortRange]] = {t: [] for t in (*TRANSPORT_PROTOCOLS, None)}
        for statement in self.statements:
            if statement.ports is not None:
                if statement.transport is not None or not statement.record.transport_protocol:
                    held[statement.transport].append(statement.ports)
        for_all = marked_ports(held[None])
        return {t: marked_ports(held[t], for_all) for t in TRANSPORT_PROTOCOLS}

    @cached_property
    def assigned_spans(self) -> dict[str, Spans]:
        """The assignments of `ported`, to be asked which overlap a range."""
        return {transport: Spans(entries) for transport, entries in self.ported.items()}

    def assigned_among(self, transport: str, ranges: Iterable[PortRange]) -> Spans:
        """Those of `assigned_spans` of `transport` that share a port with one of `ranges`."""
        asked = marked_ports(ranges)
        found: list[tuple[PortRange, Entry]] = [
            (entry.ports, entry)
            for entry in self.assigned_ranges
            if entry.transport == transport and entry.ports is not None
            if asked.find(1, entry.ports.low, entry.ports.high + 1) >= 0
        ]
        port = asked.find(1)
        while port >= 0:
            held = self.by_port[transport].get(port, ())
            found += [(entry.ports, entry) for entry in held if entry.ports is not None]
            port = asked.find(1, port + 1)
        return Spans(found)

    @cached_property
    def stated_spans(self) -> dict[str, Spans]:
        """For each transport, the statements that speak for it."""
        held: dict[str, list[tuple[PortRange, Entry]]] = {t: [] for t in TRANSPORT_PROTOCOLS}
        for statement in self.statements:
            if statement.ports is not None:
                for transport in statement.speaks_for:
                    held[transport].append((statement.ports, statement))
        return {transport: Spans(entries) for transport, entries in held.items()}

    @cached_property
    def unbound_spans(self) -> Spans:
        """The assignments with ports and without a transport: they speak for all of them."""
        return Spans(
            (entry.ports, entry)
            for entry in self.assignments
            if entry.ports is not None and not entry.record.transport_protocol
        )

    @cached_property
    def unauthorized_spans(self) -> Spans:
        """What tells of known unauthorized uses of its ports."""
        entries: list[Entry] = [*self.assignments, *self.statements]
        return Spans(
            (entry.ports, entry)
            for entry in entries
            if entry.ports is not None and entry.record.known_unauthorized_uses
        )

    @cached_property
    def by_service_code(self) -> dict[str, list[Assignment]]:
        """Assignments by their service code, as it is written."""
        found: dict[str, list[Assignment]] = {}
        for entry in self.assignments:
            if entry.record.service_code:
                found.setdefault(entry.record.service_code, []).append(entry)
        return found

    @cached_property
    def by_description(self) -> dict[str, list[Assignment]]:
        """Assignments by their description, without case and with white space folded."""
        found: dict[str, list[Assignment]] = {}
        for entry in self.assignments:
            if entry.record.description:
                key = normal_space(entry.record.description).casefold()
                found.setdefault(key, []).append(entry)
        return found

    @cached_property
    def released_names(self) -> dict[str, Record]:
        """Names that no record has any more and a note tells of, by key."""
        found: dict[str, Record] = {}
        for field in ("assignment_notes", "description"):
            for record, text in self.saying(field, FORMER_NAME.search):
                for former in FORMER_NAME.finditer(text):
                    key = fold(former[former.lastindex or 0])
                    if key not in self.by_name:
                        found.setdefault(key, record)
        return found

    @cached_property
    def aliases(self) -> list[Alias]:
        """The assignments whose notes say that they are an alias, in the exact sentence."""
        said: dict[str, tuple[str, bool]] = {}
        for notes in self.holding("assignment_notes", "alias"):
            sentence = ALIAS_SENTENCE.search(notes)
            if sentence is not None:
                historic = HISTORIC_SENTENCE.search(notes) is not None
                said[notes] = normal_space(sentence[1]), historic
        if not said:
            return []
        return [
            Alias(entry, *said[entry.record.assignment_notes or ""])
            for entry in self.entries_having("assignment_notes", said)
            if isinstance(entry, Assignment)
        ]

    @cached_property
    def alias_records(self) -> dict[int, Alias]:
        """The aliases by the index of their record."""
        return {alias.assignment.record.index: alias for alias in self.aliases}

    def at(self, key: str, ports: PortRange | None, transport: str | None) -> list[Assignment]:
        """The assignments of a name (as a `key`) on a port or range and transport."""
        places = self._places.get(key)
        if places is None:
            places = self._places[key] = {}
            for entry in self.by_name.get(key, ()):
                places.setdefault((entry.ports, entry.transport), []).append(entry)
        return places.get((ports, transport), [])

    @cached_property
    def alias_cycles(self) -> list[list[Alias]]:
        """The circles that aliases go in, each once; an alias to itself is none."""
        following: dict[int, int] = {}
        for alias in self.aliases:
            entry = alias.assignment
            for target in self.at(alias.target_key, entry.ports, entry.transport):
                index = target.record.index
                if target.key != entry.key and index in self.alias_records:
                    following[entry.record.index] = index
                    break
        cycles: list[list[Alias]] = []
        done: set[int] = set()
        for start in following:
            way: dict[int, None] = {}
            at: int | None = start
            while at is not None and at not in done and at not in way:
                way[at] = None
                at = following.get(at)
            if at is not None and at in way:
                steps = list(way)
                members = steps[steps.index(at) :]
                cycles.append([self.alias_records[index] for index in members])
            done.update(way)
        return cycles

    @cached_property
    def cyclic_aliases(self) -> frozenset[int]:
        """The indexes of the records on a circle of aliases."""
        return frozenset(
            alias.assignment.record.index for cycle in self.alias_cycles for alias in cycle
        )

    @cached_property
    def replacements(self) -> list[Replacement]:
        """The assignments whose description says that they replace another name."""
        said: dict[str, list[str]] = {}
        for text in self.holding("description", "replacement"):
            sentences = REPLACEMENT_SENTENCE.finditer(text)
            said[text] = [normal_space(sentence[1]) for sentence in sentences]
        if not said:
            return []
        return [
            Replacement(entry, name)
            for entry in self.entries_having("description", said)
            if isinstance(entry, Assignment)
            for name in said[entry.record.description or ""]
        ]

    @cached_property
    def by_contact_id(self) -> dict[str, Contact]:
        """Contacts by id; of several with one id the first."""
        found: dict[str, Contact] = {}
        for contact in self.contacts:
            if contact.contact_id:
                found.setdefault(contact.contact_id, contact)
        return found

    def citing(self, field: str) -> set[tuple[Citation, ...]]:
        """The different lists of citations that records have in `field`, none empty.

        Records with the same citations may share a list.
        """
        found = self._citations.get(field)
        if found is None:
            found = self._citations[field] = set(self._cited(field)[1])
        return found

    def records_citing(self, field: str) -> list[Record]:
        """The records that cite something in `field`."""
        return self._cited(field)[0]

    def _cited(self, field: str) -> tuple[list[Record], list[tuple[Citation, ...]]]:
        """The records that cite something in `field`, and what each of them does."""
        found = self._citing.get(field)
        if found is None:
            column = _CITING[field](self.records)
            citing = list(compress(self.records, column))
            found = self._citing[field] = citing, list(filter(None, column))
        return found

    def citing_one(self, field: str, chosen: Collection[tuple[Citation, ...]]) -> list[Record]:
        """The records with one of the lists `chosen` in `field`."""
        if not chosen:
            return []
        every = zip(*self._cited(field), strict=True)
        return [record for record, cited in every if cited in chosen]

    @cached_property
    def on_system_ports(self) -> list[Assignment]:
        """The assignments of a port, or a range that begins, among the System Ports."""
        last = SYSTEM_PORTS[1]
        return [e for e in self.assignments if e.ports is not None and e.ports.low <= last]

    @cached_property
    def document_citations(self) -> list[tuple[Record | Dump, str | None, Citation]]:
        """Every citation of something else than a person: what cites it, in which field, and it."""
        found: list[tuple[Record | Dump, str | None, Citation]] = []
        for record in self.records:
            if record.reference or record.inline:
                found += [(record, "reference", citation) for citation in record.reference]
                found += [
                    (record, field, citation)
                    for field, citation in record.inline
                    if citation.kind != "person"
                ]
        dump = self.dump
        found += [(dump, "reference", cited) for cited in dump.references if cited.kind != "person"]
        mixed = [note.mixed for note in dump.notes] + [note.mixed for note in dump.footnotes]
        found += [
            (dump, None, part)
            for parts in mixed
            for part in parts
            if isinstance(part, Citation) and part.kind != "person"
        ]
        return found

    @cached_property
    def cited_contacts(self) -> frozenset[str | None]:
        """The ids that citations of a person give, wherever they stand: in records or above."""
        dump = self.dump
        found: set[str | None] = set()
        parts: list[Part] = [*dump.references]
        for field in ("contact", "assignee"):
            found.update([one.data for cited in self.citing(field) for one in cited])
        parts += [cited for record in dump.records if record.inline for _, cited in record.inline]
        for note in dump.notes:
            parts += note.mixed
        for footnote in dump.footnotes:
            parts += footnote.mixed
        found.update(p.data for p in parts if isinstance(p, Citation) and p.kind == "person")
        return frozenset(found)

    @cached_property
    def padded_contacts(self) -> list[Contact]:
        """The contacts with a text that is empty, or has white space before or behind it."""
        found: list[Contact] = []
        for contact in self.contacts:
            name, organization = contact.name, contact.organization
            updated = contact.last_updated
            if (
                (name is not None and (not name or name.strip() != name))
                or (organization and organization.strip() != organization)
                or organization == ""
                or (updated is not None and (not updated or updated.strip() != updated))
            ):
                found.append(contact)
                continue
            for uri in contact.contact_uri:
                if uri.strip() != uri:
                    found.append(contact)
                    break
        return found

    @cached_property
    def shared_addresses(self) -> dict[str, list[Contact]]:
        """The contacts with an id by an address that several of them have, A-Z in lower case."""
        first: dict[str, Contact] = {}
        found: dict[str, list[Contact]] = {}
        for contact in self.contacts:
            if contact.contact_id:
                for uri in contact.contact_uri:
                    address = fold(uri)
                    known = first.setdefault(address, contact)
                    if known is not contact:
                        found.setdefault(address, [known]).append(contact)
        return {address: held for address, held in found.items() if address.strip()}

    @cached_property
    def _parties(self) -> dict[str, str]:
        """For each contact id, the id that stands for its party: the first of those that agree."""
        parent: dict[str, str] = {}

        def root(identity: str) -> str:
            while (above := parent.setdefault(identity, identity)) != identity:
                parent[identity] = parent.setdefault(above, above)
                identity = above
            return identity

        def join(known: str, identity: str | None) -> None:
            if identity and identity != known:
                other, mine = root(known), root(identity)
                if other != mine:
                    parent[mine] = other

        for held in self.shared_addresses.values():
            for contact in held[1:]:
                join(held[0].contact_id or "", contact.contact_id)
        first: dict[tuple[str, str], str] = {}
        for contact in self.contacts:
            name, organization, identity = contact.name, contact.organization, contact.contact_id
            if name and organization and identity:
                mark = normal_space(name).casefold(), normal_space(organization).casefold()
                join(first.setdefault(mark, identity), identity)
        return {identity: root(identity) for identity in list(parent)}

    @cached_property
    def _contacts_of(self) -> dict[str, list[Contact]]:
        found: dict[str, list[Contact]] = {}
        for contact in self.contacts:
            if contact.contact_id:
                found.setdefault(self.party(contact.contact_id), []).append(contact)
        return found

    def contacts_of(self, contact_id: str) -> Sequence[Contact]:
        """The entries of the table of contacts that are one party with `contact_id`."""
        return self._contacts_of.get(self.party(contact_id), ())

    def party(self, contact_id: str) -> str:
        """Return the id that stands for the party of `contact_id`.

        Two ids are one party when an address of theirs agrees, or both name and organization do.
        An id the table does not hold is a party of its own.
        """
        return self._parties.get(contact_id, contact_id)

    def parties(self, cited: Iterable[Citation]) -> frozenset[str]:
        """Return the parties of the persons in `cited`."""
        return frozenset(self.party(person.data) for person in cited if person.data)


def _unplain_offsets(dump: Dump) -> Iterator[int]:
    """Yield where `_UNPLAIN` is found; quick looks at a piece show whether to search it."""
    data = dump.data
    hidden = _holds_pair(data, b"\\u") if dump.form == "json" else _holds_pair(data, b"&#")
    delete = b"\x7f" in data
    # What has controls in it is no XML, and nothing behind them was read.
    controls = dump.form != "xml"

    def is_plain(chunk: bytes) -> bool:
        return not (
            hidden
            or not chunk.isascii()
            or (delete and b"\x7f" in chunk)
            or (controls and chunk.translate(None, _PLAIN))
        )

    for piece in range(0, len(data), _PIECE):
        end = min(piece + _PIECE, len(data))
        if is_plain(data[piece : end + 1]):
            continue
        for start in range(piece, end, _CHUNK):
            chunk = data[start : start + _CHUNK + 1]  # one more: what is searched has two bytes
            if not is_plain(chunk):
                for found in _UNPLAIN.finditer(chunk):
                    yield start + found.start()


def _holds_pair(data: bytes, pair: bytes) -> bool:
    """Say whether two bytes are in `data`: looking for the rarer one is many times as fast."""
    rarer, place = (pair[1:], 1) if pair == b"&#" else (pair[:1], 0)
    at = -1
    for _ in range(1000):
        at = data.find(rarer, at + 1)
        if at < 0 or data[at - place : at - place + 2] == pair:
            return at >= 0
    return pair in data


def _merged(ranges: Iterable[PortRange]) -> list[tuple[int, int]]:
    """`ranges` as ascending pairs (low, high) with gaps between."""
    merged: list[tuple[int, int]] = []
    start, end = -1, -2
    for low, high in sorted([(ports.low, ports.high) for ports in ranges]):
        if low > end + 1:
            if start >= 0:
                merged.append((start, end))
            start, end = low, high
        elif high > end:
            end = high
    if start >= 0:
        merged.append((start, end))
    return merged


def marked_ports(ranges: Iterable[PortRange], marks: bytearray | None = None) -> bytearray:
    """Return a byte for each port: 1 where one of `ranges` has it, or `marks` is 1."""
    marked = bytearray(LAST_PORT + 1) if marks is None else bytearray(marks)
    for low, high in _merged(ranges):
        marked[low : high + 1] = b"\x01" * (high - low + 1)
    return marked


def _places_in(column: list[str | None], text: str | None) -> list[int]:
    """The places of one text: a list finds it faster than any loop."""
    found: list[int] = []
    at = -1
    try:
        while True:
            at = column.index(text, at + 1)
            found.append(at)
    except ValueError:
        return found


def _state(description: str | None) -> State | None:
    if not description:
        return None
    start = description.lstrip()[:10].lower()
    if start == "unassigned":
        return "Unassigned"
    return "Reserved" if start[:8] == "reserved" else None
