"""What became of each entry of a file, and of each record of a registry in the file.

A fate is one word, the first that holds of a fixed order; the rules CS1 and CS2 each speak of one
fate.  Every question is about keys and ranges, so that no entry is compared with every record.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from validator.consumers.entry import ENTRY_TRANSPORTS, FOREIGN_TRANSPORTS, hyphenated, squashed
from validator.consumers.intervals import PortSets, Segments
from validator.model.pattern import pattern
from validator.model.values import is_date
from validator.model.vocabulary import DYNAMIC_PORTS, TRANSPORT_PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence

    from validator.consumers.claims import Claims, Former
    from validator.consumers.entry import ConsumerFile, Entry
    from validator.model.entries import Assignment, Statement
    from validator.model.values import PortRange

RELEASED = pattern(r"\b(?:removed|de-?registered|de-?assigned|released)\b", "ai", limited=True)


class Age(NamedTuple):
    """How old a file is, read from the registration dates of what it has.

    `newest` is the latest date of a record it keeps, `cut` the month (YYYY-MM) up to which records
    are present and after which they are absent, `newer` how many records of later months it lacks.
    """

    newest: str | None
    cut: str | None
    newer: int | None


class FileIndex:
    """The names, aliases and spellings of a file, by transport and port.

    Nearly all entries are of one port, and are asked for by it; ranges are kept as such.
    """

    def __init__(self, file: ConsumerFile, ranged_names: Container[str]) -> None:
        # Names of records of several ports: of the others nobody asks for a range.
        self._ranged_names = ranged_names
        self.longest = file.longest
        self.transports = {entry.transport for entry in file.entries}
        # Name or alias, transport and port of entries of one port; and of these the names.
        self.names = {(entry.name, entry.transport, entry.low) for entry in file.entries}
        self.words = set(self.names)
        self.by_port: dict[int, list[Entry]] = {}
        self._ranged: list[Entry] = []
        by_port = self.by_port
        for entry in file.entries:
            if entry.low != entry.high:
                self._ranged.append(entry)
            elif entry.low in by_port:
                by_port[entry.low].append(entry)
            else:
                by_port[entry.low] = [entry]
            for alias in entry.aliases:
                self.words.add((alias.text, entry.transport, entry.low))
        self._spellings: dict[int, set[tuple[str, str]]] = {}

    @cached_property
    def ports(self) -> PortSets:
        """The ports of each transport."""
        return _port_sets(self._entries(), lambda entry: [entry.transport])

    def _entries(self) -> Iterator[Entry]:
        for entries in self.by_port.values():
            yield from entries
        yield from self._ranged

    def has_name(self, name: str, transport: str, port: int) -> bool:
        """Say whether an entry of the port has the name."""
        ranged = self._names_of_ranges
        return (name, transport, port) in self.names or ranged.covers((name, transport), port, port)

    def has_word(self, word: str, transport: str, port: int) -> bool:
        """Say whether an entry of the port has the word as its name or an alias."""
        ranged = self._words_of_ranges
        return (word, transport, port) in self.words or ranged.covers((word, transport), port, port)

    def has_spelling(self, name: str, transport: str, port: int) -> bool:
        """Say whether an entry of the port has a word with the letters and digits of `name`."""
        return (squashed(name), transport) in self._spelled(port)

    def has_spelling_anywhere(self, name: str, ports: PortRange) -> bool:
        """Say whether an entry of one of the ports, of any transport, has such a word."""
        spelling = squashed(name)
        if ports.low == ports.high:
            return any((spelling, t) in self._spelled(ports.low) for t in self.transports)
        return self._anywhere.touches(spelling, ports.low, ports.high)

    def _spelled(self, port: int) -> set[tuple[str, str]]:
        spellings = self._spellings.get(port)
        if spellings is None:
            spellings = self._spellings[port] = set()
            for entry in (*self.by_port.get(port, ()), *self._ranges.at(port)):
                spellings.update((squashed(word), entry.transport) for word in entry.words)
        return spellings

    @cached_property
    def _anywhere(self) -> PortSets:
        """The ports of each spelling, for the few records of several ports."""
        return _port_sets(self._entries(), lambda entry: map(squashed, entry.words))

    @cached_property
    def name_ports(self) -> PortSets:
        """The ports of each name and transport, for the few records of several ports."""
        entries = (entry for entry in self._entries() if entry.name in self._ranged_names)
        return _port_sets(entries, lambda entry: [(entry.name, entry.transport)])

    @cached_property
    def _ranges(self) -> Segments[Entry]:
        return Segments([(entry.low, entry.high, entry) for entry in self._ranged])

    @cached_property
    def _names_of_ranges(self) -> PortSets:
        return _port_sets(self._ranged, lambda entry: [(entry.name, entry.transport)])

    @cached_property
    def _words_of_ranges(self) -> PortSets:
        return _port_sets(self._ranged, lambda e: [(word, e.transport) for word in e.words])


def _port_sets(
    entries: Iterable[Entry], keys_of: Callable[[Entry], Iterable[Hashable]]
) -> PortSets:
    """The ports of entries by their keys."""
    ports = PortSets()
    for entry in entries:
        for key in keys_of(entry):
            ports.add(key, entry.low, entry.high)
    return ports


class FileComparison:
    """A file beside a registry: the fate of each entry and of each record.

    `is_full` says whether the file means to hold every record; None finds it out: it does where its
    lines speak of at least half of the claimed ports.
    """

    def __init__(
        self,
        file: ConsumerFile,
        claims: Claims,
        former: Former | None = None,
        is_full: bool | None = None,
    ) -> None:
        self.file = file
        self.claims = claims
        self.former = former
        self.index = FileIndex(file, claims.ranged_names)
        self.coverage = claims.coverage(self.index.ports)
        self.is_full = self.coverage >= 0.5 if is_full is None else is_full
        self._beginnings: dict[tuple[int, str], set[str]] = {}
        self._present: dict[tuple[int, str, bool], list[str]] = {}

    # -- entries --------------------------------------------------------------------------------

    @cached_property
    def entry_fates(self) -> list[str]:
        """The fate of each entry, in their order."""
        return [self._entry_fate(entry) for entry in self.file.entries]

    def _entry_fate(self, entry: Entry) -> str:
        if entry.transport in FOREIGN_TRANSPORTS:
            return "foreign-transport"
        claims, transport, port = self.claims, entry.transport, entry.low
        if claims.has(entry.name, transport, port, port):
            if port != entry.high and not claims.has(entry.name, transport, port, entry.high):
                return "range-grown"
            if entry.name not in claims.historic_names:
                return "kept"
            return self._fate_of_claimed(entry)
        return self._fate_at_port(entry) or self._fate_without_claim(entry)

    def _fate_of_claimed(self, entry: Entry) -> str:
        claims = self.claims
        here = claims.at(entry.low, entry.transport)
        mine = [record for record in here if record.name == entry.name]
        if any(record.record.index not in claims.historic for record in mine):
            return "kept"
        return "historic" if self.replacement(entry) is not None else "historic-alone"

    def replacement(self, entry: Entry) -> Assignment | None:
        """A name that is not historic, of the entry's port, which the file has there, too."""
        for record in self.claims.at(entry.low, entry.transport):
            if record.record.index not in self.claims.historic and self.index.has_word(
                record.name, entry.transport, entry.low
            ):
                return record
        return None

    def _fate_at_port(self, entry: Entry) -> str | None:
        """The fate of a name by what the registry has on its port and transport."""
        claims, transport, port = self.claims, entry.transport, entry.low
        is_claimed = claims.is_claimed(port, transport)
        if is_claimed:
            if claims.spelling(entry.name, port, transport) is not None:
                return "respelled"
            if len(entry.name) == self.index.longest and entry.name in self._begin_at(
                port, transport
            ):
                return "truncated"
            if any(claims.has(a.text, transport, port, port) for a in entry.aliases):
                return "alias-only"
            if self.range_of(entry) is not None:
                return "range-member"
        if self.former_until(entry.name, port, transport) is not None:
            return "former"
        return "other-name" if is_claimed else None

    def _fate_without_claim(self, entry: Entry) -> str:
        """The fate of a name whose port and transport nobody has."""
        if self.other_transport(entry) is not None:
            return "other-transport"
        if self.release(entry) is not None:
            return "released"
        same = self.named(entry.name)
        if any(record.ports and entry.transport in record.speaks_for for record in same):
            return "moved"
        if same and all(record.ports is None for record in same):
            return "without-port"
        if entry.low >= DYNAMIC_PORTS[0]:
            return "dynamic"
        if any(statement.state == "Reserved" for statement in self.statements(entry)):
            return "reserved"
        return "unregistered"

    def named(self, name: str) -> list[Assignment]:
        """The assignments of a name, spelled so."""
        return [record for record in self.claims.by_name(name) if record.name == name]

    def truncated_record(self, entry: Entry) -> Assignment | None:
        for record in self.claims.at(entry.low, entry.transport):
            if len(record.name) > len(entry.name) and record.name.startswith(entry.name):
                return record
        return None

    def range_of(self, entry: Entry) -> Assignment | None:
        """The range of several ports whose name the entry's name begins with."""
        name = hyphenated(entry.name)
        for record in self.claims.ranges_at(entry.low, entry.transport):
            if name.startswith(hyphenated(record.name)):
                return record
        return None

    def former_until(self, name: str, port: int, transport: str) -> str | None:
        """The last earlier dump that claims the name there; None where this one does, too."""
        if not self.former or self.claims.has_hyphenated(hyphenated(name), transport, port):
            return None
        return self.former.until(name, port, transport)

    def other_transport(self, entry: Entry) -> Assignment | None:
        """The assignment that has the entry's name, however spelled, on another transport."""
        for transport in TRANSPORT_PROTOCOLS:
            record = self.claims.spelling(entry.name, entry.low, transport)
            if record is not None:
                return record
        return None

    def statements(self, entry: Entry) -> Sequence[Statement]:
        return self.claims.statements_at(entry.low, entry.transport)

    def release(self, entry: Entry) -> Statement | None:
        """The statement that says the port was released."""
        for statement in self.statements(entry):
            record = statement.record
            if RELEASED.search(f"{record.assignment_notes or ''} {record.description or ''}"):
                return statement
        return None

    def _begin_at(self, port: int, transport: str) -> set[str]:
        """How the names of a port begin that are longer than the longest of the file."""
        key = (port, transport)
        if key not in self._beginnings:
            longest = self.index.longest
            self._beginnings[key] = {
                record.name[:longest]
                for record in self.claims.at(port, transport)
                if len(record.name) > longest
            }
        return self._beginnings[key]

    # -- records --------------------------------------------------------------------------------

    @cached_property
    def record_fates(self) -> list[str]:
        """The fate of each assignment of the registry, in their order."""
        fates = [self._record_fate(record) for record in self.claims.registry.assignments]
        cut = self._age[1]
        if self.is_full and cut is not None:
            for at, record in enumerate(self.claims.registry.assignments):
                if fates[at] in ("lost", "transport-dropped"):
                    if (record.record.registration_date or "")[:7] > cut:
                        fates[at] = "newer"
        return fates

    @cached_property
    def records_by_fate(self) -> dict[str, list[Assignment]]:
        """The assignments of each fate but kept."""
        groups: dict[str, list[Assignment]] = {}
        records = self.claims.registry.assignments
        for record, fate in zip(records, self.record_fates, strict=True):
            if fate != "kept":
                groups.setdefault(fate, []).append(record)
        return groups

    def _record_fate(self, record: Assignment) -> str:
        ports = record.ports
        if ports is None:
            return "no-port"
        index = self.index
        name, port, transport = record.name, ports.low, record.transport
        if transport is None:
            is_present = any(index.has_name(name, t, port) for t in TRANSPORT_PROTOCOLS)
            return "kept" if is_present else "no-transport"
        if ports.low == ports.high:
            if index.has_name(name, transport, port):
                return "kept"
        elif index.name_ports.covers((name, transport), ports.low, ports.high):
            return "kept"
        elif index.name_ports.touches((name, transport), ports.low, ports.high):
            return "range-shrunk"
        if index.ports.covers(transport, port, port):
            return self._fate_on_used_port(record, port, transport)
        return self._fate_of_absent(record, port, transport)

    def _fate_on_used_port(self, record: Assignment, port: int, transport: str) -> str:
        """The fate of a record of whose port the file has something."""
        index = self.index
        if index.has_word(record.name, transport, port):
            return "alias"
        if record.record.index in self.claims.historic:
            if self._others(record, port, transport, by_spelling=True):
                return "folded"
        if index.has_spelling(record.name, transport, port):
            return "respelled"
        cut = record.name[: index.longest]
        if cut != record.name and index.has_word(cut, transport, port):
            return "truncated"
        return "merged" if self._others(record, port, transport, by_spelling=False) else "renamed"

    def _fate_of_absent(self, record: Assignment, port: int, transport: str) -> str:
        """The fate of a record of whose port the file has nothing."""
        for other in ENTRY_TRANSPORTS:
            if self.index.has_word(record.name, other, port):
                if not self.claims.has(record.name, other, port, port):
                    return "other-transport"
        if transport not in self.index.transports:
            return "transport-dropped"
        return "moved" if (record.name, transport) in self._moved else "lost"

    def present_names(self, port: int, transport: str, *, by_spelling: bool) -> list[str]:
        """Names of the port that the file has there: a few of them, as the registry spells them.

        As names; with `by_spelling` as names or aliases, punctuation and case aside.
        """
        key = (port, transport, by_spelling)
        present = self._present.get(key)
        if present is None:
            present = self._present[key] = []
            for record in self.claims.at(port, transport):
                has = self.index.has_spelling if by_spelling else self.index.has_name
                if has(record.name, transport, port) and record.name not in present:
                    present.append(record.name)
                if len(present) == 4:
                    break
        return present

    def _others(self, record: Assignment, port: int, transport: str, *, by_spelling: bool) -> bool:
        present = self.present_names(port, transport, by_spelling=by_spelling)
        return any(name != record.name for name in present)

    @cached_property
    def _moved(self) -> set[tuple[str, str]]:
        return {
            (entry.name, entry.transport)
            for entry, fate in zip(self.file.entries, self.entry_fates, strict=True)
            if fate == "moved"
        }

    # -- age ------------------------------------------------------------------------------------

    @cached_property
    def age(self) -> Age:
        newest, cut = self._age
        if not self.is_full:
            return Age(newest, None, None)
        return Age(newest, cut, sum(fate == "newer" for fate in self.record_fates))

    @cached_property
    def _age(self) -> tuple[str | None, str | None]:
        """The newest date that the file has, and the month at which presence turns to absence."""
        newest: str | None = None
        months: dict[str, list[int]] = {}
        index = self.index
        for record, date in self._dated():
            ports = record.ports
            assert ports is not None
            if ports.low == ports.high:
                is_named = index.has_name(record.name, record.transport or "", ports.low)
            else:
                key = (record.name, record.transport)
                is_named = index.name_ports.covers(key, ports.low, ports.high)
            is_present = is_named or index.has_spelling_anywhere(record.name, ports)
            months.setdefault(date[:7], [0, 0])[is_present] += 1
            if is_named and (newest is None or date > newest):
                newest = date
        return newest, _last_month(months)

    def _dated(self) -> Iterator[tuple[Assignment, str]]:
        claims = self.claims
        for record in claims.registry.assignments:
            date = record.record.registration_date
            if date and record.ports is not None and record.transport is not None:
                if record.record.index not in claims.historic and is_date(date):
                    yield record, date


def _last_month(months: Mapping[str, Sequence[int]]) -> str | None:
    """The month up to which most records are present, and after which most are absent.

    `months` has for each month how many of its records are absent, and how many present.
    """
    best: tuple[int, str] | None = None
    score = sum(absent for absent, _ in months.values())
    for month in sorted(months):
        absent, present = months[month]
        score += present - absent
        if best is None or score > best[0]:
            best = (score, month)
    return None if best is None else best[1]
