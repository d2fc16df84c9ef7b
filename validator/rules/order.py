"""OR: the order of records, which the registry keeps for those who read it."""

from __future__ import annotations

from itertools import pairwise

from validator.engine.rule import NOTE, Violation, columns, related_to, rule
from validator.model.names import repeated_names
from validator.model.registry import Registry
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.model.registry import Assignment, Statement

_RANK = {transport: rank for rank, transport in enumerate(TRANSPORT_PROTOCOLS)}


@rule("OR001", NOTE, "Registry convention", needs=columns("port_number"))
def port_order(registry: Registry) -> Iterator[Violation]:
    """A record is listed after a record with a higher port.

    The registry is sorted by port number. Records without a port are at the end.

    Why it matters: people look up ports by scrolling, and tools that merge sorted lists lose
    records.

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
            message = f"port {ports} is listed after port {highest.ports}"
            related = related_to("the earlier record", [highest.record], "port_number")
            yield Violation(entry.record, "port_number", message, related=related)
        else:
            highest, low = entry, ports.low


@rule(
    "OR002",
    NOTE,
    "Registry convention",
    needs=columns("service_name", "port_number", "transport_protocol"),
)
def transport_order(registry: Registry) -> Iterator[Violation]:
    """The records of one name and port are not in the order tcp, udp, sctp, dccp.

    Within a port and name, the registry lists the transport protocols in this order. Records of a
    port without a service name are compared with each other.

    Why it matters: tools do not depend on this order, but a violation shows that a record was
    inserted by hand.

    Flagged::

        <record><name>harbor</name><protocol>udp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol><number>4621</number></record>
    """
    groups: list[Sequence[Assignment | Statement]] = [
        *repeated_names(registry),
        registry.statements,
    ]
    for entries in groups:
        if len(entries) == 2 and entries[0].transport == TRANSPORT_PROTOCOLS[0]:
            continue  # nearly all
        ranks = [_RANK[entry.transport] for entry in entries if entry.transport is not None]
        if ranks != sorted(ranks):
            yield from _out_of_order(entries)


def _out_of_order(entries: Sequence[Assignment | Statement]) -> Iterator[Violation]:
    """Yield the entries that are after one of the same ports and a later transport protocol."""
    latest: dict[object, Assignment | Statement] = {}
    for entry in entries:
        if entry.ports is None or entry.transport is None:
            continue
        before = latest.setdefault(entry.ports, entry)
        if _RANK[before.transport or ""] <= _RANK[entry.transport]:
            latest[entry.ports] = entry
            continue
        name = entry.record.service_name
        whose = quoted(name) if name else f"port {entry.ports}"
        message = f"{entry.transport} is listed after {before.transport} for {whose}"
        related = related_to("the earlier record", [before.record], "transport_protocol")
        yield Violation(entry.record, "transport_protocol", message, related=related)


@rule("OR003", NOTE, "Registry convention", needs=columns("service_name", "port_number"))
def name_order(registry: Registry) -> Iterator[Violation]:
    """A record without a port is listed after a name that comes later in the alphabet.

    After the records with ports, the registry lists the services without a port in two blocks:
    first the names of older protocols and services, then those of DNS-SD. Each block is sorted by
    name, ignoring case.

    Why it matters: people look up names by scrolling.

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
            message = f"{quoted(entry.name)} is listed after {quoted(before.name)}"
            related = related_to("the earlier record", [before.record], "service_name")
            yield Violation(
                entry.record,
                "service_name",
                f"{message}, out of alphabetical order",
                related=related,
            )


def _second_block(bare: Sequence[Assignment]) -> Assignment | None:
    """The first entry of the second block: where the names fall back by more than half of them."""
    rank = {key: place for place, key in enumerate(sorted({entry.key for entry in bare}))}

    def fall(pair: tuple[Assignment, Assignment]) -> int:
        return rank[pair[0].key] - rank[pair[1].key]

    deepest = max(pairwise(bare), key=fall, default=None)
    if deepest is None or fall(deepest) <= len(rank) // 2:
        return None
    return deepest[1]
