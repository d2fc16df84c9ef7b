"""OR: the order of records, which the registry keeps for those who read it."""

from __future__ import annotations

from itertools import pairwise

from validator.engine.rule import NOTE, Violation, related_to, rule
from validator.model.names import repeated_names
from validator.model.registry import Registry
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.model.registry import Assignment, Statement

_RANK = {transport: rank for rank, transport in enumerate(TRANSPORT_PROTOCOLS)}


@rule("OR001", NOTE, "Registry convention")
def port_order(registry: Registry) -> Iterator[Violation]:
    """A record with a port stands behind one with a higher port.

    The registry is sorted by port number; records without one stand at its end.

    Why it matters: people look a port up by scrolling, and tools that merge by order lose records.

    Flagged::

        <record><description>Unassigned</description><number>4622</number></record>
        <record><description>Unassigned</description><number>4620</number></record>

    Accepted::

        <record><description>Unassigned</description><number>4620</number></record>
        <record><description>Unassigned</description><number>4622</number></record>
    """
    highest = None
    low = 0
    for entry in registry.entries:
        ports = entry.ports
        if ports is None:
            continue
        if ports.low < low and highest is not None:
            message = f"port {ports} stands behind port {highest.ports}"
            there = related_to("the record before", [highest.record], "port_number")
            yield Violation(entry.record, "port_number", message, related=there)
        else:
            highest, low = entry, ports.low


@rule("OR002", NOTE, "Registry convention")
def transport_order(registry: Registry) -> Iterator[Violation]:
    """The records of one name and port are not in the order tcp, udp, sctp, dccp.

    Within a port and name the registry lists the transport protocols in this order; the records
    of a port that name no service are held against each other too.

    Why it matters: it does no harm to a tool; it shows a record that was put in by hand.

    Flagged::

        <record><name>harbor</name><protocol>udp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol><number>4621</number></record>
    """
    groups: list[Sequence[Assignment | Statement]] = [*repeated_names(registry)]
    groups.append(registry.statements)
    for held in groups:
        if len(held) == 2 and held[0].transport == TRANSPORT_PROTOCOLS[0]:
            continue
        ranks = [_RANK[entry.transport] for entry in held if entry.transport is not None]
        if ranks == sorted(ranks):
            continue
        last: dict[object, Assignment | Statement] = {}
        for entry in held:
            if entry.ports is None or entry.transport is None:
                continue
            before = last.get(entry.ports)
            if before is None or _RANK[before.transport or ""] <= _RANK[entry.transport]:
                last[entry.ports] = entry
                continue
            name = entry.record.service_name
            whose = quoted(name) if name else f"port {entry.ports}"
            message = f"{entry.transport} stands behind {before.transport} of {whose}"
            there = related_to("the record before", [before.record], "transport_protocol")
            yield Violation(entry.record, "transport_protocol", message, related=there)


@rule("OR003", NOTE, "Registry convention")
def name_order(registry: Registry) -> Iterator[Violation]:
    """A record without a port stands behind one whose name comes later in the alphabet.

    Behind the ports the registry lists the services without one in two blocks, those of the old
    protocol and service names first, then those of DNS-SD, each sorted by name without case.

    Why it matters: people look a name up by scrolling.

    Flagged::

        <record><name>quay</name><protocol>tcp</protocol></record>
        <record><name>harbor</name><protocol>tcp</protocol></record>
        <record><name>jetty</name><protocol>tcp</protocol></record>
        <record><name>tide</name><protocol>tcp</protocol></record>

    Accepted::

        <record><name>anchor</name><protocol>tcp</protocol></record>
        <record><name>Harbor</name><protocol>tcp</protocol></record>
        <record><name>quay</name><protocol>tcp</protocol></record>
    """
    bare = [
        entry
        for entry in registry.assignments
        if entry.ports is None and not entry.record.port_number
    ]
    second = _second_block(bare)
    for before, entry in pairwise(bare):
        if entry.key < before.key and entry is not second:
            message = f"{quoted(entry.name)} stands behind {quoted(before.name)}"
            there = related_to("the record before", [before.record], "service_name")
            yield Violation(
                entry.record, "service_name", f"{message}, out of alphabetical order", related=there
            )


def _second_block(bare: Sequence[Assignment]) -> Assignment | None:
    """The first entry of the second block: where the names fall back by more than half of them."""
    rank = {key: place for place, key in enumerate(sorted({entry.key for entry in bare}))}
    deepest = len(rank) // 2
    found = None
    for before, entry in pairwise(bare):
        if rank[before.key] - rank[entry.key] > deepest:
            deepest = rank[before.key] - rank[entry.key]
            found = entry
    return found
