"""What a C library answers from a file: the first line that fits, by name and by port."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from validator.consumers.entry import Entry, Word
from validator.model.vocabulary import LAST_PORT

_MOST_PORTS = 1000


class PortOwners:
    """The first entry of each port of each transport.

    A port is given once, so many wide ranges cost no more than one.
    """

    __slots__ = ("_owners", "_used")

    def __init__(self) -> None:
        self._used = defaultdict[str, bytearray](lambda: bytearray(LAST_PORT + 1))
        self._owners = defaultdict[str, dict[int, Entry]](dict)

    def first(self, entry: Entry) -> Entry | None:
        """The earlier entry that has a port of `entry`; the ports nobody has become its own."""
        used, owners = self._used[entry.transport], self._owners[entry.transport]
        at = used.find(1, entry.low, entry.high + 1)
        earlier = owners[at] if at >= 0 else None
        free = used.find(0, entry.low, entry.high + 1)
        while free >= 0:
            used[free] = 1
            owners[free] = entry
            free = used.find(0, free + 1, entry.high + 1)
        return earlier

    def others(self, entry: Entry) -> list[tuple[Entry, int]]:
        """The earlier entries that have ports of `entry`, each with the first such port.

        Only the first thousand of its ports are looked at: many wide ranges cost little.
        """
        owners = self._owners.get(entry.transport, {})
        found: dict[int, tuple[Entry, int]] = {}
        for port in range(entry.low, min(entry.high, entry.low + _MOST_PORTS) + 1):
            if port in owners:
                found.setdefault(id(owners[port]), (owners[port], port))
        return [*found.values()]

    def at(self, port: int, transport: str) -> Entry | None:
        """The entry that getservbyport answers for a port."""
        return self._owners.get(transport, {}).get(port)


class Answers:
    """What getservbyname and getservbyport answer from the entries of a file."""

    __slots__ = ("by_port", "by_word", "places")

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.by_port = PortOwners()
        self.by_word: dict[tuple[str, str], Entry] = {}
        self.places: dict[tuple[str, str], Word | None] = {}
        for entry in entries:
            self.by_port.first(entry)
            self._add(entry.name, entry, None)
            for alias in entry.aliases:
                self._add(alias.text, entry, alias)

    def _add(self, text: str, entry: Entry, word: Word | None) -> None:
        key = (text, entry.transport)
        if key not in self.by_word:
            self.by_word[key] = entry
            self.places[key] = word

    def port_of(self, word: str, transport: str) -> int | None:
        """The port that getservbyname answers for a word; None for none."""
        entry = self.by_word.get((word, transport))
        return None if entry is None else entry.low
