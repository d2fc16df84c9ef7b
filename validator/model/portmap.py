"""What a registry says of each of the 65,536 port numbers, transport by transport."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import add, itemgetter

from validator.model.registry import Registry
from validator.model.values import PortRange
from validator.model.vocabulary import LAST_PORT, TRANSPORT_PROTOCOLS

NOTHING, UNASSIGNED, RESERVED, ASSIGNED = range(4)
STATES = ("not listed", "Unassigned", "Reserved", "Assigned")


class PortMap:
    """The state of each port, run by run, and the services on them.

    `runs` has for each transport pairs (number of ports, state) from port 0 on, which come to
    65,536; `services` has (first port, last port, service name, transports) by port, the last as
    bits in the order of `TRANSPORT_PROTOCOLS`.
    """

    __slots__ = ("runs", "services")

    def __init__(
        self,
        runs: dict[str, list[tuple[int, int]]],
        services: list[tuple[int, int, str, int]],
    ) -> None:
        self.runs = runs
        self.services = services

    def counts(self, transport: str, low: int, high: int) -> list[int]:
        """How many of the ports from `low` to `high` are in each of `STATES`."""
        counts = [0] * len(STATES)
        start = 0
        for length, state in self.runs[transport]:
            end = start + length
            counts[state] += max(0, min(end, high + 1) - max(start, low))
            start = end
        return counts


def port_map(registry: Registry) -> PortMap:
    """Return what `registry` says of its ports.

    Assigned has precedence over Reserved, and that over Unassigned.  A record without transport
    protocol speaks for all four.
    """
    layers = _statement_layers(registry)
    services: dict[tuple[int, int, str], int] = {}
    for assignment in registry.assignments:
        ports = assignment.ports
        if ports is not None:
            service = (ports.low, ports.high, assignment.name)
            for transport in assignment.speaks_for:
                layers[transport][ASSIGNED].append(ports)
                bit = 1 << TRANSPORT_PROTOCOLS.index(transport)
                services[service] = services.get(service, 0) | bit
    return PortMap(
        {transport: list(_runs(states)) for transport, states in layers.items()},
        sorted((low, high, name, bits) for (low, high, name), bits in services.items()),
    )


def _statement_layers(registry: Registry) -> dict[str, list[list[PortRange]]]:
    """The ports of each transport protocol by state, of the records that assign nothing."""
    layers: dict[str, list[list[PortRange]]] = {
        transport: [[] for _ in STATES] for transport in TRANSPORT_PROTOCOLS
    }
    for statement in registry.statements:
        if statement.ports is not None and statement.state is not None:
            state = UNASSIGNED if statement.state == "Unassigned" else RESERVED
            for transport in statement.speaks_for:
                layers[transport][state].append(statement.ports)
    return layers


def _runs(states: list[list[PortRange]]) -> Iterator[tuple[int, int]]:
    """The states port by port, as runs: one pass over the edges of the ranges."""
    changes = {edge: [0] * len(STATES) for edge in (0, LAST_PORT + 1)}
    for state, ranges in enumerate(states):
        for ports in ranges:
            for edge, change in ((ports.low, 1), (ports.high + 1, -1)):
                changes.setdefault(edge, [0] * len(STATES))[state] += change
    counts = [0] * len(STATES)
    lengths = []
    for edge, end in pairwise(sorted(changes)):
        counts = list(map(add, counts, changes[edge]))
        # The last state that speaks of a port has precedence.
        strongest = max((state for state in range(len(STATES)) if counts[state]), default=NOTHING)
        lengths.append((strongest, end - edge))
    for state, run in groupby(lengths, itemgetter(0)):
        yield sum(length for _, length in run), state
