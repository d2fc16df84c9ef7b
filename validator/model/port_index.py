"""The assignments of each port, ranges included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from validator.model.values import PortRange, merge_ranges, port_range
from validator.model.vocabulary import LAST_PORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.entries import Assignment


class PortIndex(Mapping["int | str", "list[Assignment]"]):
    """The assignments by port, of all transport protocols, in the order of their records.

    A key is a port number (443, "443") or a range ("6000-6063").  An assignment with a range has
    each of its ports, and each range within it.  Other keys, and ports without an assignment, raise
    `KeyError`.  Iteration yields the assigned ports as numbers, in ascending order.
    """

    def __init__(self, assignments: Iterable[Assignment]) -> None:
        self._single: dict[int, list[Assignment]] = {}
        self._ranges: list[tuple[PortRange, Assignment]] = []
        for assignment in assignments:
            ports = assignment.ports
            if ports is None:
                continue
            if ports.is_single:
                self._single.setdefault(ports.low, []).append(assignment)
            else:
                self._ranges.append((ports, assignment))
        low_and_high = [PortRange(port, port) for port in self._single]
        self._merged = merge_ranges([*low_and_high, *(ports for ports, _ in self._ranges)])

    def __getitem__(self, key: int | str) -> list[Assignment]:
        ports = _ports(key)
        if ports is None:
            raise KeyError(key)
        assignments = list(self._single.get(ports.low, ())) if ports.is_single else []
        for span, assignment in self._ranges:
            if span.low <= ports.low and ports.high <= span.high:
                assignments.append(assignment)
        if not assignments:
            raise KeyError(key)
        return sorted(assignments, key=lambda assignment: assignment.record.index)

    def __iter__(self) -> Iterator[int | str]:
        for low, high in self._merged:
            yield from range(low, high + 1)

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in self._merged)


def _ports(key: object) -> PortRange | None:
    if isinstance(key, str):
        return port_range(key)
    if isinstance(key, int) and 0 <= key <= LAST_PORT:
        return PortRange(key, key)
    return None
