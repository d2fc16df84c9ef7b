"""What became of each entry of a file, and of each record of a registry in the file.

A fate is one word, the first that holds of a fixed order; the rules CS1 and CS2 each speak of one
fate.  Every question is about keys and ranges, so that no entry is compared with every record.
"""

from __future__ import annotations

from functools import cached_property

from validator.consumers.entry import FOREIGN_TRANSPORTS, hyphenated, squashed
from validator.consumers.intervals import PortSets
from validator.model.pattern import pattern
from validator.model.vocabulary import DYNAMIC_PORTS, TRANSPORT_PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.consumers.claims import Claims, Former
    from validator.consumers.entry import ConsumerFile, Entry
    from validator.model.registry import Assignment, Statement

RELEASED = pattern(r"\b(?:removed|de-?registered|de-?assigned|released)\b", "ai", limited=True)
ENTRY_FATES = (
    "foreign-transport", "range-grown", "kept", "historic", "historic-alone", "respelled",
    "truncated", "alias-only", "range-member", "former", "other-name", "other-transport",
    "released", "moved", "without-port", "dynamic", "reserved", "unregistered",
)  # fmt: skip
RECORD_FATES = (
    "no-port", "kept", "no-transport", "range-shrunk", "alias", "folded", "respelled", "truncated",
    "merged", "renamed", "other-transport", "transport-dropped", "moved", "lost", "newer",
)  # fmt: skip


class Age:
    """How old a file is, read from the registration dates of what it has.

    `newest` is the latest date of a record it keeps, `cut` the month (YYYY-MM) up to which records
    are present and after which they are absent, `newer` how many records of later months it lacks.
    """

    __slots__ = ("cut", "newer", "newest")

    def __init__(self, newest: str | None, cut: str | None, newer: int | None) -> None:
        self.newest = newest
        self.cut = cut
        self.newer = newer

    def to_dict(self) -> dict[str, str | int | None]:
        return {"newest": self.newest, "cut": self.cut, "newer": self.newer}


class FileIndex:
    """The names, aliases and spellings of a file, by transport and port."""

    def __init__(self, file: ConsumerFile) -> None:
        self.longest = file.longest
        self.names = PortSets()
        self.words = PortSets()
        self.spellings = PortSets()
        self.anywhere = PortSets()
        self.ports = PortSets()
        self.transports: set[str] = set()
        for entry in file.entries:
            low, high, transport = entry.low, entry.high, entry.transport
            self.ports.add(transport, low, high)
            self.transports.add(transport)
            self.names.add((entry.name, transport), low, high)
            for word in entry.words:
                self.words.add((word, transport), low, high)
                spelling = squashed(word)
                self.spellings.add((spelling, transport), low, high)
                self.anywhere.add(spelling, low, high)


class Comparison:
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
        self.index = FileIndex(file)
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
            if not claims.has(entry.name, transport, port, entry.high):
                return "range-grown"
            return self._kept_fate(entry)
        return self._fate_at_port(entry) or self._fate_elsewhere(entry)

    def _kept_fate(self, entry: Entry) -> str:
        claims = self.claims
        if not claims.historic:
            return "kept"
        here = claims.at(entry.low, entry.transport)
        mine = [record for record in here if record.name == entry.name]
        if any(record.record.index not in claims.historic for record in mine):
            return "kept"
        return "historic" if self.replacement(entry) is not None else "historic-alone"

    def replacement(self, entry: Entry) -> Assignment | None:
        """A name that is not historic, of the entry's port, which the file has there, too."""
        key = entry.transport
        for record in self.claims.at(entry.low, key):
            if record.record.index not in self.claims.historic and self.index.words.covers(
                (record.name, key), entry.low, entry.low
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
        if self.former_until(entry) is not None:
            return "former"
        return "other-name" if is_claimed else None

    def _fate_elsewhere(self, entry: Entry) -> str:
        """The fate of a name whose port and transport nobody has."""
        if self.other_transport(entry) is not None:
            return "other-transport"
        if self.release(entry) is not None:
            return "released"
        same = self.named(entry.name)
        if any(
            record.ports is not None
            and (record.transport == entry.transport or not record.record.transport_protocol)
            for record in same
        ):
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

    def former_until(self, entry: Entry) -> str | None:
        """The last earlier dump that claims the name there; None where this one does, too."""
        if not self.former:
            return None
        name = hyphenated(entry.name)
        if self.claims.has_hyphenated(name, entry.transport, entry.low):
            return None
        return self.former.until(entry.name, entry.low, entry.transport)

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

    def _record_fate(self, record: Assignment) -> str:
        ports = record.ports
        if ports is None:
            return "no-port"
        names = self.index.names
        transport = record.transport
        if transport is None:
            keys = [(record.name, any_transport) for any_transport in TRANSPORT_PROTOCOLS]
            is_present = any(names.touches(key, ports.low, ports.low) for key in keys)
            return "kept" if is_present else "no-transport"
        key = (record.name, transport)
        if names.covers(key, ports.low, ports.high):
            return "kept"
        if names.touches(key, ports.low, ports.high):
            return "range-shrunk"
        return self._shown_otherwise(record, ports.low, transport) or self._gone(
            record, ports.low, transport
        )

    def _shown_otherwise(self, record: Assignment, port: int, transport: str) -> str | None:
        """The fate of a record of whose port the file has something."""
        index = self.index
        if not index.ports.covers(transport, port, port):
            return None
        if index.words.covers((record.name, transport), port, port):
            return "alias"
        if record.record.index in self.claims.historic:
            if self._others(record, port, transport, by_spelling=True):
                return "folded"
        if index.spellings.covers((squashed(record.name), transport), port, port):
            return "respelled"
        cut = record.name[: index.longest]
        if cut != record.name and index.words.covers((cut, transport), port, port):
            return "truncated"
        return "merged" if self._others(record, port, transport, by_spelling=False) else "renamed"

    def _gone(self, record: Assignment, port: int, transport: str) -> str:
        """The fate of a record of whose port the file has nothing."""
        for other in TRANSPORT_PROTOCOLS:
            if self.index.words.covers((record.name, other), port, port):
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
                sets = self.index.spellings if by_spelling else self.index.names
                name = squashed(record.name) if by_spelling else record.name
                if sets.covers((name, transport), port, port) and record.name not in present:
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
        for record, date in self._dated():
            ports = record.ports
            assert ports is not None
            is_present = self.index.anywhere.touches(squashed(record.name), ports.low, ports.high)
            months.setdefault(date[:7], [0, 0])[is_present] += 1
            if newest is None or date > newest:
                key = (record.name, record.transport)
                if self.index.names.covers(key, ports.low, ports.high):
                    newest = date
        best: tuple[int, str] | None = None
        score = sum(absent for absent, _ in months.values())
        for month in sorted(months):
            absent, present = months[month]
            score += present - absent
            if best is None or score > best[0]:
                best = (score, month)
        return newest, None if best is None else best[1]

    def _dated(self) -> Iterator[tuple[Assignment, str]]:
        claims = self.claims
        for record in claims.registry.assignments:
            date = record.record.registration_date
            if date and record.ports is not None and record.transport is not None:
                if record.record.index not in claims.historic:
                    yield record, date
