"""OR: the order of records, which the registry keeps for those who read it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise
from operator import le

from validator.engine.rule import NOTE, Related, Violation, columns, related_to, rule
from validator.model.names import repeated_names
from validator.model.registry import Registry
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeVar

    from validator.model.entries import Assignment, Statement

    Key = TypeVar("Key", int, str)

_RANK = {transport: rank for rank, transport in enumerate(TRANSPORT_PROTOCOLS)}


@rule("OR001", NOTE, "Registry convention", needs=columns("port_number"))
def port_order(registry: Registry) -> Iterator[Violation]:
    """A record is out of order by port number.

    The registry is sorted by port number. Records without a port are at the end. The fewest records
    are reported that would have to move.

    Why it matters: people look up ports by scrolling, and tools that merge sorted lists lose
    records.

    Flagged::

        <record><description>Unassigned</description><number>4622</number></record>
        <record><description>Unassigned</description><number>4620</number></record>

    Accepted::

        <record><description>Unassigned</description><number>4620</number></record>
        <record><description>Unassigned</description><number>4622</number></record>
    """
    lows = [entry.ports.low for entry in registry.entries if entry.ports is not None]
    if _is_ordered(lows):
        return
    entries = [entry for entry in registry.entries if entry.ports is not None]
    for index, other in _misplaced(lows):
        entry, neighbor = entries[index], entries[other]
        where, related = _relation(entry, neighbor, "port_number")
        message = f"port {entry.ports} is listed {where} port {neighbor.ports}"
        yield Violation(entry.record, "port_number", message, related=related)


def _relation(
    entry: Assignment | Statement, neighbor: Assignment | Statement, field: str
) -> tuple[str, tuple[Related, ...]]:
    """On which side of its neighbor an entry is, and the neighbor as a related place."""
    is_after = neighbor.record.index < entry.record.index
    label = "the earlier record" if is_after else "the later record"
    return "after" if is_after else "before", related_to(label, [neighbor.record], field)


def _misplaced(keys: Sequence[Key]) -> list[tuple[int, int]]:
    """Return the fewest keys without which the others are in order, by their indexes.

    Each comes with the index of a neighbor that it is on the wrong side of.  Where there is a
    choice, the later key is misplaced.
    """
    if _is_ordered(keys):
        return []
    ranks = _ranks(keys)
    ordered: list[int] = []
    lengths = _lengths([-rank for rank in reversed(ranks)])[::-1]
    remaining = max(lengths)
    for index, length in enumerate(lengths):
        if length == remaining and (not ordered or ranks[ordered[-1]] <= ranks[index]):
            ordered.append(index)
            remaining -= 1
    pairs: list[tuple[int, int]] = []
    position = 0
    for index, rank in enumerate(ranks):
        if position < len(ordered) and ordered[position] == index:
            position += 1
        elif position and ranks[ordered[position - 1]] > rank:
            pairs.append((index, ordered[position - 1]))
        else:
            pairs.append((index, ordered[position]))
    return pairs


def _is_ordered(keys: Sequence[Key]) -> bool:
    return all(map(le, keys, keys[1:]))


def _ranks(keys: Sequence[Key]) -> list[int]:
    rank = {key: place for place, key in enumerate(sorted(set(keys)))}
    return [rank[key] for key in keys]


def _lengths(ranks: Iterable[int]) -> list[int]:
    """For each rank, the length of the longest ordered subsequence that ends with it."""
    lowest_ends: list[int] = []  # by length: the lowest rank that a subsequence of it ends with
    lengths: list[int] = []
    for rank in ranks:
        position = bisect_right(lowest_ends, rank)
        if position == len(lowest_ends):
            lowest_ends.append(rank)
        else:
            lowest_ends[position] = rank
        lengths.append(position + 1)
    return lengths


@rule(
    "OR002",
    NOTE,
    "Registry convention",
    needs=columns("service_name", "port_number", "transport_protocol"),
)
def transport_order(registry: Registry) -> Iterator[Violation]:
    """The records of one name and port are not in the order tcp, udp, sctp, dccp.

    Within a port and name, the registry lists the transport protocols in this order. Records of a
    port without a service name are compared with each other. The fewest records are reported that
    would have to move.

    Why it matters: tools do not depend on this order, but a violation shows that a record was
    inserted by hand.

    Flagged::

        <record><name>harbor</name><protocol>udp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol><number>4621</number></record>
    """
    for entries in with_transport_order(registry):
        if len(entries) == 2 and entries[0].transport == TRANSPORT_PROTOCOLS[0]:
            continue  # nearly all
        ranks = [_RANK[entry.transport] for entry in entries if entry.transport is not None]
        if ranks != sorted(ranks):
            yield from _out_of_order(entries)


def with_transport_order(registry: Registry) -> list[Sequence[Assignment | Statement]]:
    """Return the groups of records in which the transport protocols of a port have an order."""
    return [*repeated_names(registry), registry.statements]


def _out_of_order(entries: Sequence[Assignment | Statement]) -> Iterator[Violation]:
    """Yield the entries whose transport protocol is out of order among those of the same ports."""
    by_ports: dict[object, list[Assignment | Statement]] = {}
    for entry in entries:
        if entry.ports is not None and entry.transport is not None:
            by_ports.setdefault(entry.ports, []).append(entry)
    for group in by_ports.values():
        for index, other in _misplaced([_RANK[entry.transport or ""] for entry in group]):
            entry, neighbor = group[index], group[other]
            name = entry.record.service_name
            whose = quoted(name) if name else f"port {entry.ports}"
            where, related = _relation(entry, neighbor, "transport_protocol")
            message = f"{entry.transport} is listed {where} {neighbor.transport} for {whose}"
            yield Violation(entry.record, "transport_protocol", message, related=related)


@rule("OR003", NOTE, "Registry convention", needs=columns("service_name", "port_number"))
def name_order(registry: Registry) -> Iterator[Violation]:
    """A record without a port is out of alphabetical order.

    After the records with ports, the registry lists the services without a port in two blocks:
    first the names of older protocols and services, then those of DNS-SD. Each block is sorted by
    name, ignoring case. The fewest records are reported that would have to move.

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
    bare = without_port(registry)
    second = second_block(bare)
    start = 0 if second is None else bare.index(second)
    for block in (bare[:start], bare[start:]):
        for index, other in _misplaced([entry.key for entry in block]):
            entry, neighbor = block[index], block[other]
            where, related = _relation(entry, neighbor, "service_name")
            message = f"{quoted(entry.name)} is listed {where} {quoted(neighbor.name)}"
            yield Violation(
                entry.record,
                "service_name",
                f"{message}, out of alphabetical order",
                related=related,
            )


def without_port(registry: Registry) -> list[Assignment]:
    """Return the services without a port, in the order of the file."""
    return [
        entry
        for entry in registry.assignments
        if entry.ports is None and not entry.record.port_number
    ]


def second_block(bare: Sequence[Assignment]) -> Assignment | None:
    """Return the first entry of the second block, `None` where there is one block.

    Names fall back there by more than half of all.  Of several such places it is the one with
    which the fewest records are out of order, and of those the one with the deepest fall.
    """
    ranks = _ranks([entry.key for entry in bare])
    half = len(set(ranks)) // 2
    falls = {
        index: before - rank
        for index, (before, rank) in enumerate(pairwise(ranks), 1)
        if before - rank > half
    }
    if len(falls) < 2:
        return bare[next(iter(falls))] if falls else None
    first = list(accumulate(_lengths(ranks), max))
    second = list(accumulate(_lengths(-rank for rank in reversed(ranks)), max))[::-1]
    return bare[max(falls, key=lambda at: (first[at - 1] + second[at], falls[at]))]
