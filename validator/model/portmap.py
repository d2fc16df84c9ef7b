"""What a registry says of each of the 65,536 port numbers, transport by transport."""

from __future__ import annotations

from itertools import accumulate, groupby

from validator.model.vocabulary import LAST_PORT, TRANSPORT_PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.model.registry import PortRange, Registry

NOTHING, UNASSIGNED, RESERVED, ASSIGNED = range(4)
STATES = ("not mentioned", "Unassigned", "Reserved", "Assigned")


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
        found = [0] * len(STATES)
        start = 0
        for length, state in self.runs[transport]:
            end = start + length
            found[state] += max(0, min(end, high + 1) - max(start, low))
            start = end
        return found


def port_map(registry: Registry) -> PortMap:
    """Return what `registry` says of its ports.

    Assigned goes before Reserved, and that before Unassigned.  A record without transport
    protocol speaks for all four.
    """
    spoken: dict[str, list[list[PortRange]]] = {
        transport: [[] for _ in STATES] for transport in TRANSPORT_PROTOCOLS
    }
    for statement in registry.statements:
        if statement.ports is not None and statement.state is not None:
            state = UNASSIGNED if statement.state == "Unassigned" else RESERVED
            for transport in statement.speaks_for:
                spoken[transport][state].append(statement.ports)
    held: dict[tuple[int, int, str], int] = {}
    for assignment in registry.assignments:
        ports = assignment.ports
        if ports is None:
            continue
        word = assignment.transport
        if word is None and assignment.record.transport_protocol:
            continue  # of a transport that is none
        bits = 0
        for bit, transport in enumerate(TRANSPORT_PROTOCOLS):
            if word in (None, transport):
                spoken[transport][ASSIGNED].append(ports)
                bits |= 1 << bit
        place = (ports.low, ports.high, assignment.name)
        held[place] = held.get(place, 0) | bits
    return PortMap(
        {transport: list(_runs(states)) for transport, states in spoken.items()},
        sorted((low, high, name, bits) for (low, high, name), bits in held.items()),
    )


def _runs(states: list[list[PortRange]]) -> Iterator[tuple[int, int]]:
    layers = [list(_covered(ranges)) for ranges in states]
    every = zip(*layers[1:], strict=True)
    # The last state that speaks of a port is the strongest.
    strongest = (3 if c else 2 if b else 1 if a else 0 for a, b, c in every)
    for state, run in groupby(strongest):
        yield sum(1 for _ in run), state


def _covered(ranges: Iterable[PortRange]) -> Iterator[int]:
    """For each port, how many of `ranges` it lies in: one pass, however they overlap."""
    changes = [0] * (LAST_PORT + 2)
    for ports in ranges:
        changes[ports.low] += 1
        changes[ports.high + 1] -= 1
    return accumulate(changes[: LAST_PORT + 1])
