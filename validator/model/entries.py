"""The typed records: assignments and statements, their aliases, and those on given ports."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from validator.model.vocabulary import LAST_PORT, TRANSPORT_PROTOCOLS, name_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal, TypeAlias

    from validator.model.record import Record
    from validator.model.values import PortRange

    Entry: TypeAlias = "Assignment | Statement"
    State = Literal["Unassigned", "Reserved"]


class Assignment:
    """A record with a service name.

    `key` is the name with A-Z in lower case: names are compared without case (Section 5.1).
    `ports` is `None` if the port number is absent or malformed; `transport` is tcp, udp, sctp or
    dccp, `None` if the record has none of them.
    """

    __slots__ = ("key", "name", "ports", "record", "transport")

    def __init__(
        self, record: Record, name: str, key: str, ports: PortRange | None, transport: str | None
    ) -> None:
        self.record = record
        self.name = name
        self.key = key
        self.ports = ports
        self.transport = transport

    @property
    def identity(self) -> tuple[str, str, str]:
        """Name, port number and transport protocol as the record has them.

        A choice among several by it does not depend on their order in the file.
        """
        record = self.record
        return self.name, record.port_number or "", record.transport_protocol or ""

    @property
    def speaks_for(self) -> tuple[str, ...]:
        """The transport protocols it is for: all of them if the record has none."""
        return _speaks_for(self)

    def __repr__(self) -> str:
        return f"Assignment({self.name!r}, {self.ports}, {self.transport})"


class Statement:
    """A record without a service name: it states that port numbers have no service.

    `state` is Unassigned or Reserved where the description begins with the word, in any case, or
    with "IANA" and the word.
    `transport` is `None` if the record has no transport protocol, and so speaks for all of them,
    or an invalid one; `speaks_for` tells the two apart.
    """

    __slots__ = ("ports", "record", "state", "transport")

    def __init__(
        self, record: Record, ports: PortRange | None, transport: str | None, state: State | None
    ) -> None:
        self.record = record
        self.ports = ports
        self.transport = transport
        self.state = state

    @property
    def speaks_for(self) -> tuple[str, ...]:
        return _speaks_for(self)

    def __repr__(self) -> str:
        return f"Statement({self.state}, {self.ports}, {self.transport})"


def _speaks_for(entry: Entry) -> tuple[str, ...]:
    if entry.transport is not None:
        return (entry.transport,)
    return () if entry.record.transport_protocol else TRANSPORT_PROTOCOLS


class Alias:
    """An old name whose notes declare it an alias (Section 10.1).

    `target` is the name in the sentence, which begins at the character `start` of the notes;
    `historic` is true if the second sentence follows.
    """

    __slots__ = ("assignment", "historic", "start", "target", "target_key")

    def __init__(self, assignment: Assignment, target: str, historic: bool, start: int) -> None:
        self.assignment = assignment
        self.target = target
        self.target_key = name_key(target)
        self.historic = historic
        self.start = start


class Replacement:
    """A new name whose description says which old name it replaces (Section 10.1).

    The old name begins at the character `start` of the description.
    """

    __slots__ = ("assignment", "old", "old_key", "start")

    def __init__(self, assignment: Assignment, old: str, start: int) -> None:
        self.assignment = assignment
        self.old = old
        self.start = start
        self.old_key = name_key(old)


class Spans:
    """Entries with ports, to find those that overlap a range.

    A query takes logarithmic time plus that of the entries it inspects, even if they are nested.
    """

    __slots__ = ("_furthest", "_highs", "_lows", "_sorted")

    def __init__(self, entries: Iterable[tuple[PortRange, Entry]]) -> None:
        self._sorted = sorted(
            entries, key=lambda entry: entry[0].low << 16 | LAST_PORT - entry[0].high
        )
        self._lows = [ports.low for ports, _ in self._sorted]
        self._highs: list[int] | None = None
        # For each position, the index of the entry up to it that reaches furthest.
        self._furthest: list[int] = []
        best, reach = 0, -1
        for index, (ports, _) in enumerate(self._sorted):
            if ports.high > reach:
                best, reach = index, ports.high
            self._furthest.append(best)

    def overlapping(self, ports: PortRange, limit: int = 20) -> list[Entry]:
        """Return up to `limit` entries that share a port with `ports`, by lowest port first.

        Of the entries that begin before `ports`, it returns the closest ones, or at least the one
        that reaches furthest.  The list is empty only if nothing overlaps.
        """
        begin = bisect_left(self._lows, ports.low)
        overlaps: list[Entry] = []
        index = begin - 1
        inspected = 0
        while index >= 0 and len(overlaps) < limit and inspected < 50 * limit:
            if self._sorted[self._furthest[index]][0].high < ports.low:
                break
            span, entry = self._sorted[index]
            if span.high >= ports.low:
                overlaps.append(entry)
            index -= 1
            inspected += 1
        if not overlaps and inspected:
            overlaps.append(self._sorted[self._furthest[begin - 1]][1])
        overlaps.reverse()
        end = min(bisect_right(self._lows, ports.high), begin + limit - len(overlaps))
        overlaps += [entry for _, entry in self._sorted[begin:end]]
        return overlaps

    def count(self, ports: PortRange) -> int:
        """Count the entries that share a port with `ports`."""
        if self._highs is None:
            self._highs = sorted(span.high for span, _ in self._sorted)
        return bisect_right(self._lows, ports.high) - bisect_left(self._highs, ports.low)
