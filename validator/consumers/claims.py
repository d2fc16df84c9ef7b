"""What a registry assigns, asked by name, by spelling and by port.

A claim is a name on a port of a transport.  A record without a transport claims all four; one
without a port claims nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import attrgetter, itemgetter

from validator.consumers.entry import hyphenated, squashed
from validator.consumers.intervals import PortSets, Segments
from validator.model.aliases import historic_records
from validator.model.entries import Assignment, Statement
from validator.model.registry import Registry
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, name_key

_index_of = attrgetter("record.index")


class Claims:
    """The claims of a registry, and its statements about ports without a service."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.historic: frozenset[int] = historic_records(registry)
        # Name, transport and port of assignments of one port; ranges are kept as such.
        self._names: set[tuple[str, str, int]] = set()
        self._ranges: dict[str, list[tuple[int, int, Assignment]]] = {}
        self._by_name = PortSets()
        self._places: set[tuple[int, str]] = set()
        for assignment in registry.assignments:
            ports = assignment.ports
            if ports is None:
                continue
            low = ports.low
            for transport in assignment.speaks_for:
                if low == ports.high:
                    self._names.add((assignment.name, transport, low))
                    self._places.add((low, transport))
                else:
                    self._by_name.add((assignment.name, transport), low, ports.high)
                    span = (low, ports.high, assignment)
                    self._ranges.setdefault(transport, []).append(span)
        self._joined: dict[str, PortSets] = {}
        self._spellings: dict[tuple[int, str], dict[str, Assignment]] = {}

    @cached_property
    def ranged_names(self) -> frozenset[str]:
        """The names of assignments of several ports."""
        return frozenset(span[2].name for spans in self._ranges.values() for span in spans)

    @cached_property
    def historic_names(self) -> frozenset[str]:
        """The names of historic records."""
        return frozenset(
            assignment.name
            for assignment in self.registry.assignments
            if assignment.record.index in self.historic
        )

    @cached_property
    def _segments(self) -> dict[str, Segments[Assignment]]:
        return {transport: Segments(spans) for transport, spans in self._ranges.items()}

    @cached_property
    def _singles(self) -> dict[tuple[int, str], list[Assignment]]:
        """The assignments of one port, by port and transport."""
        singles: dict[tuple[int, str], list[Assignment]] = {}
        for assignment in self.registry.assignments:
            ports = assignment.ports
            if ports is not None and ports.low == ports.high:
                for transport in assignment.speaks_for:
                    singles.setdefault((ports.low, transport), []).append(assignment)
        return singles

    @cached_property
    def _ports(self) -> PortSets:
        """The claimed ports of each transport."""
        sets = PortSets()
        for port, transport in self._places:
            sets.add(transport, port, port)
        for transport, spans in self._ranges.items():
            for low, high, _ in spans:
                sets.add(transport, low, high)
        return sets

    def at(self, port: int, transport: str) -> Sequence[Assignment]:
        """The assignments that claim a port of a transport, in the order of the registry."""
        singles = self._singles.get((port, transport), ())
        segments = self._segments.get(transport)
        spans = segments.at(port) if segments is not None else ()
        if not spans:
            return singles
        return sorted([*singles, *spans], key=_index_of)

    def ranges_at(self, port: int, transport: str) -> Sequence[Assignment]:
        """Those of `at` that claim more than one port."""
        segments = self._segments.get(transport)
        return segments.at(port) if segments is not None else ()

    def has(self, name: str, transport: str, low: int, high: int) -> bool:
        """Say whether the name, spelled so, is claimed on all ports from `low` to `high`."""
        if low == high and (name, transport, low) in self._names:
            return True
        key = (name, transport)
        if low == high:
            return bool(self._ranges) and self._by_name.covers(key, low, high)
        if name not in self._joined:
            self._joined[name] = self._ports_of(name)
        return self._joined[name].covers(key, low, high)

    def _ports_of(self, name: str) -> PortSets:
        """All ports of a name, of each transport: single ones may make up a range."""
        sets = PortSets()
        for assignment in self.by_name(name):
            ports = assignment.ports
            if assignment.name == name and ports is not None:
                for transport in assignment.speaks_for:
                    sets.add((name, transport), ports.low, ports.high)
        return sets

    def by_name(self, name: str) -> Sequence[Assignment]:
        """The assignments of a name in any case, with or without a port."""
        return self.registry.by_name.get(name_key(name), ())

    def is_claimed(self, port: int, transport: str) -> bool:
        return (port, transport) in self._places or self._ports.covers(transport, port, port)

    def has_hyphenated(self, name: str, transport: str, port: int) -> bool:
        """Say whether a name is claimed there that differs in case and punctuation at most."""
        return self._hyphenated.covers((name, transport), port, port)

    @cached_property
    def _hyphenated(self) -> PortSets:
        return _hyphenated_names(self.registry)

    def spelling(self, name: str, port: int, transport: str) -> Assignment | None:
        """The first assignment of a port whose name has the letters and digits of `name`."""
        key = (port, transport)
        spellings = self._spellings.get(key)
        if spellings is None:
            spellings = self._spellings[key] = {}
            for assignment in self.at(port, transport):
                spellings.setdefault(squashed(assignment.name), assignment)
        return spellings.get(squashed(name))

    def first_claims(self, low: int, high: int, transport: str) -> Sequence[Assignment]:
        """The assignments of the first port from `low` to `high` that is claimed."""
        port = self._ports.first(transport, low, high)
        return () if port is None else self.at(port, transport)

    def by_spelling(self, name: str) -> Sequence[Assignment]:
        """The assignments with a port whose names have the letters and digits of `name`."""
        return self._by_spelling.get(squashed(name), ())

    @cached_property
    def _by_spelling(self) -> dict[str, list[Assignment]]:
        spellings: dict[str, list[Assignment]] = {}
        for assignment in self.registry.assignments:
            if assignment.ports is not None:
                spellings.setdefault(squashed(assignment.name), []).append(assignment)
        return spellings

    def statements_at(self, port: int, transport: str) -> Sequence[Statement]:
        """The statements that speak for a port of a transport, in the order of the registry."""
        return self._statements[transport].at(port) if transport in self._statements else ()

    @cached_property
    def _statements(self) -> dict[str, Segments[Statement]]:
        spans: dict[str, list[tuple[int, int, Statement]]] = {}
        for statement in self.registry.statements:
            if statement.ports is not None:
                for name in statement.speaks_for:
                    place = (statement.ports.low, statement.ports.high, statement)
                    spans.setdefault(name, []).append(place)
        return {name: Segments(places) for name, places in spans.items()}

    @cached_property
    def places(self) -> dict[str, int]:
        """How many ports of each transport are claimed, each counted once."""
        return {
            transport: sum(high - low + 1 for low, high in self._ports.ports(transport))
            for transport in TRANSPORT_PROTOCOLS
        }

    def coverage(self, spoken: PortSets) -> float:
        """The share of the claimed ports of all transports that `spoken` has, by transport."""
        total = sum(self.places.values())
        common = sum(_common(self._ports, spoken, name) for name in TRANSPORT_PROTOCOLS)
        return common / total if total else 0.0


class Former:
    """What earlier registries claimed: until when a name was on a port."""

    def __init__(self, registries: Iterable[Registry]) -> None:
        dumps: list[tuple[str, str, PortSets]] = []
        for registry in registries:
            label = registry.updated or registry.dump.path
            dumps.append((registry.updated or "", label, _hyphenated_names(registry)))
        dumps.sort(key=itemgetter(0))
        self._dumps = [(label, sets) for _, label, sets in dumps]

    def __bool__(self) -> bool:
        return bool(self._dumps)

    def until(self, name: str, port: int, transport: str) -> str | None:
        """The date or path of the last dump that claims the name there; None for none."""
        key = (hyphenated(name), transport)
        for label, sets in reversed(self._dumps):
            if sets.covers(key, port, port):
                return label
        return None


def _hyphenated_names(registry: Registry) -> PortSets:
    """The ports of each name, in one spelling, and transport."""
    sets = PortSets()
    for assignment in registry.assignments:
        if assignment.ports is not None:
            key = hyphenated(assignment.name)
            for transport in assignment.speaks_for:
                sets.add((key, transport), assignment.ports.low, assignment.ports.high)
    return sets


def _common(mine: PortSets, others: PortSets, key: str) -> int:
    """How many ports both sets have under a key."""
    spans = list(others.ports(key))
    at = count = 0
    for low, high in mine.ports(key):
        while at < len(spans) and spans[at][1] < low:
            at += 1
        index = at
        while index < len(spans) and spans[index][0] <= high:
            count += min(high, spans[index][1]) - max(low, spans[index][0]) + 1
            index += 1
    return count
