"""Which ports are assigned or stated, for rules that look at ranges of ports."""

from __future__ import annotations

from operator import attrgetter

from validator.model.entries import Assignment, Spans
from validator.model.pattern import pattern
from validator.model.registry import Registry, cached_index
from validator.model.values import PortRange, mark_ports
from validator.model.vocabulary import SYSTEM_PORTS, TRANSPORT_PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from validator.model.entries import Entry, Statement

_identity_of = attrgetter("identity")
_PORTS_IN_TEXT = pattern(
    r"\bports?\s++([0-9]{1,5}+(?:(?:\s*+[-,&/]\s*+|\s++)(?:(?:and|to|or)\s++)?[0-9]{1,5}+)*+)",
    "i",
    limited=True,
)
_NUMBER_OR_RANGE = pattern(r"([0-9]{1,5}+)(?:\s*+(?:-|\bto\b)\s*+([0-9]{1,5}+))?+", limited=True)


@cached_index
def entries_with_unusual_ports(registry: Registry) -> list[Entry]:
    """The entries whose port number is not a plain number: a range, or malformed."""
    unusual = [
        number
        for number, ports in registry.port_ranges.items()
        if number and (ports is None or ports.low != ports.high or "-" in number)
    ]
    return registry.entries_with("port_number", unusual)


@cached_index
def assigned_ranges(registry: Registry) -> list[Assignment]:
    """The assignments of more than one port."""
    return [
        entry
        for entry in entries_with_unusual_ports(registry)
        if isinstance(entry, Assignment)
        and entry.ports is not None
        and entry.ports.low != entry.ports.high
    ]


@cached_index
def single_ports(registry: Registry) -> dict[str | None, dict[int, list[Assignment]]]:
    """The assignments of a single port, by transport and then by port."""
    by_transport: dict[str | None, dict[int, list[Assignment]]]
    by_transport = {transport: {} for transport in (*TRANSPORT_PROTOCOLS, None)}
    for assignment in registry.assignments:
        ports = assignment.ports
        if ports is not None and ports.low == ports.high:
            by_transport[assignment.transport].setdefault(ports.low, []).append(assignment)
    return by_transport


@cached_index
def on_system_ports(registry: Registry) -> list[Assignment]:
    """The assignments of a System Port, or of a range that begins at one."""
    last = SYSTEM_PORTS[1]
    return [e for e in registry.assignments if e.ports is not None and e.ports.low <= last]


@cached_index
def assigned_ports(registry: Registry) -> dict[str, bytearray]:
    """For each transport, one byte for each port: 1 where it is assigned."""
    ranges: dict[str, list[PortRange]] = {transport: [] for transport in TRANSPORT_PROTOCOLS}
    for entry in assigned_ranges(registry):
        if entry.ports is not None and entry.transport is not None:
            ranges[entry.transport].append(entry.ports)
    marks = {transport: mark_ports(ranges[transport]) for transport in TRANSPORT_PROTOCOLS}
    for transport, marked in marks.items():
        for port in single_ports(registry)[transport]:
            marked[port] = 1
    return marks


@cached_index
def stated_ports(registry: Registry) -> dict[str, bytearray]:
    """For each transport, one byte for each port: 1 where a statement speaks of it."""
    ranges: dict[str | None, list[PortRange]] = {t: [] for t in (*TRANSPORT_PROTOCOLS, None)}
    for statement in registry.statements:
        if statement.ports is not None:
            if statement.transport is not None or not statement.record.transport_protocol:
                ranges[statement.transport].append(statement.ports)
    for_all = mark_ports(ranges[None])
    return {transport: mark_ports(ranges[transport], for_all) for transport in TRANSPORT_PROTOCOLS}


def assigned_spans_within(registry: Registry, transport: str, ranges: Iterable[PortRange]) -> Spans:
    """Return the assignments for `transport` that share a port with one of `ranges`."""
    marked = mark_ports(ranges)
    pairs: list[tuple[PortRange, Entry]] = [
        (entry.ports, entry)
        for entry in assigned_ranges(registry)
        if entry.transport == transport and entry.ports is not None
        if marked.find(1, entry.ports.low, entry.ports.high + 1) >= 0
    ]
    by_port = single_ports(registry)[transport]
    port = marked.find(1)
    while port >= 0:
        pairs += [(e.ports, e) for e in by_port.get(port, ()) if e.ports is not None]
        port = marked.find(1, port + 1)
    return Spans(pairs)


def covering_statements(
    registry: Registry,
    statements: list[Statement],
    transports: Callable[[Statement], Sequence[str]],
) -> list[tuple[Statement, PortRange, dict[str, Spans]]]:
    """Return those of `statements` that cover an assigned port of one of their `transports`.

    With each come its ports and, for each of these transport protocols, the assignments.
    """
    assigned = assigned_ports(registry)
    covering: list[tuple[Statement, PortRange, list[str]]] = []
    ranges: dict[str, list[PortRange]] = {}
    for statement in statements:
        ports = statement.ports
        if ports is None:
            continue
        low, end = ports.low, ports.high + 1
        covered = [t for t in transports(statement) if assigned[t].find(1, low, end) >= 0]
        if covered:
            covering.append((statement, ports, covered))
            for transport in covered:
                ranges.setdefault(transport, []).append(ports)
    spans = {t: assigned_spans_within(registry, t, ranges[t]) for t in ranges}
    return [
        (statement, ports, {t: spans[t] for t in covered}) for statement, ports, covered in covering
    ]


def overlapping(statements: list[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Yield each of the sorted `statements` that overlaps an earlier one, and that one.

    What overlaps any earlier range overlaps the one that reaches furthest.
    """
    furthest: Statement | None = None
    reach = -1
    for statement in statements:
        if statement.ports is None:
            continue
        if furthest is not None and statement.ports.low <= reach:
            yield statement, furthest
        if statement.ports.high > reach:
            furthest, reach = statement, statement.ports.high


def by_extent(statement: Statement) -> tuple[int, int, str, str, str]:
    """A key to sort statements by: the lowest port first, of several the widest."""
    ports = statement.ports or PortRange(0, 0)
    record = statement.record
    return (
        ports.low,
        -ports.high,
        record.transport_protocol or "",
        record.description or "",
        record.port_number or "",
    )


def first_offsets(registry: Registry) -> dict[int, int]:
    """The offset of the first record whose range begins at a port; assignments come first."""
    offsets: dict[int, int] = {}
    for entries in (registry.assignments, registry.statements):
        for entry in entries:
            if entry.ports is not None:
                offsets.setdefault(entry.ports.low, entry.record.offset)
    return offsets


def crowded_ports(registry: Registry) -> dict[str, list[Assignment]]:
    """For each transport, the assignments that may share a port with another, by lowest port."""
    crowded: dict[str, list[Assignment]] = {}
    for entry in assigned_ranges(registry):
        if entry.transport is not None:
            crowded.setdefault(entry.transport, []).append(entry)
    for transport in TRANSPORT_PROTOCOLS:
        ranges = [e.ports for e in crowded.get(transport, ()) if e.ports is not None]
        marked = mark_ports(ranges) if ranges else None
        for port, entries in single_ports(registry)[transport].items():
            if len(entries) > 1 or (marked is not None and marked[port]):
                crowded.setdefault(transport, []).extend(entries)
    for entries in crowded.values():
        entries.sort(key=_by_low_port)
    return crowded


def _by_low_port(entry: Assignment) -> tuple[int, int]:
    return entry.ports.low if entry.ports is not None else 0, entry.record.index


def narrowness(statement: Statement) -> tuple[int, tuple[int, int, str, str, str]]:
    """A key to sort statements by: the fewest ports first."""
    return len(statement.ports or ()), by_extent(statement)


def twins(registry: Registry) -> Iterator[tuple[Assignment, str]]:
    """Yield one assignment of each port or range on tcp or udp, and the other of the two.

    Of several it is the one with the first name, whatever their order in the file.  Single ports
    that are assigned for both are left out.
    """
    other = {"tcp": "udp", "udp": "tcp"}
    for transport, twin in other.items():
        by_port = single_ports(registry)[transport]
        for port in sorted(by_port.keys() - single_ports(registry)[twin].keys()):
            entries = by_port[port]
            yield entries[0] if len(entries) == 1 else min(entries, key=_identity_of), twin
    ranges: dict[tuple[PortRange | None, str], list[Assignment]] = {}
    for entry in assigned_ranges(registry):
        if entry.transport in other:
            ranges.setdefault((entry.ports, entry.transport), []).append(entry)
    for (_, transport), entries in ranges.items():
        yield min(entries, key=_identity_of), other[transport]


@cached_index
def spans_without_transport(registry: Registry) -> Spans:
    """The assignments with ports but without a transport: they speak for all transports."""
    return Spans(
        (entry.ports, entry)
        for entry in registry.assignments
        if entry.ports is not None and not entry.record.transport_protocol
    )


@cached_index
def unauthorized_spans(registry: Registry) -> Spans:
    """The entries that report unauthorized uses of their ports."""
    entries: list[Entry] = [*registry.assignments, *registry.statements]
    return Spans(
        (entry.ports, entry)
        for entry in entries
        if entry.ports is not None and entry.record.known_unauthorized_uses
    )


def ports_of_remark(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The ports from `low` to `high` that a remark on them names, all if it names none."""
    names_ports = False
    for phrase in _PORTS_IN_TEXT.finditer(text):
        for number in _NUMBER_OR_RANGE.finditer(phrase[1]):
            first = int(number[1])
            last = int(number[2]) if number[2] else first
            if max(first, low) <= min(last, high):
                names_ports = True
                yield max(first, low), min(last, high)
    if not names_ports:
        yield low, high
