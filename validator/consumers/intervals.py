"""Which ports a key speaks of, as merged ranges: no question walks over the ports of a range."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

# More ranges than this on one port are looked at no further: the registry has one or two.
MOST_RANGES = 16
Item = TypeVar("Item")


class PortSets:
    """For each key the ports that were added to it.

    Adding takes constant time; the first question about a key sorts its ranges, each further one
    takes logarithmic time.
    """

    __slots__ = ("_merged", "_ranges")

    def __init__(self) -> None:
        self._ranges: dict[Hashable, list[tuple[int, int]]] = {}
        self._merged: dict[Hashable, tuple[list[int], list[int]]] = {}

    def add(self, key: Hashable, low: int, high: int) -> None:
        self._ranges.setdefault(key, []).append((low, high))

    def covers(self, key: Hashable, low: int, high: int) -> bool:
        """Say whether the key has every port from `low` to `high`."""
        lows, highs = self._of(key)
        at = bisect_right(lows, low) - 1
        return at >= 0 and high <= highs[at]

    def touches(self, key: Hashable, low: int, high: int) -> bool:
        """Say whether the key has any port from `low` to `high`."""
        return self.first(key, low, high) is not None

    def first(self, key: Hashable, low: int, high: int) -> int | None:
        """The lowest port from `low` to `high` that the key has; None for none."""
        lows, highs = self._of(key)
        at = bisect_left(highs, low)
        return max(low, lows[at]) if at < len(lows) and lows[at] <= high else None

    def neighbors(self, key: Hashable, port: int) -> tuple[int | None, int | None]:
        """The nearest ports of the key at or below, and at or above, a port."""
        lows, highs = self._of(key)
        at = bisect_right(lows, port) - 1
        below = min(port, highs[at]) if at >= 0 else None
        if below == port:
            return port, port
        return below, lows[at + 1] if at + 1 < len(lows) else None

    def ports(self, key: Hashable) -> Iterator[tuple[int, int]]:
        """Yield the ranges of the key in ascending order."""
        yield from zip(*self._of(key), strict=True)

    def _of(self, key: Hashable) -> tuple[list[int], list[int]]:
        """Where the ranges of the key begin, and where they end."""
        merged = self._merged.get(key)
        if merged is None:
            if key not in self._ranges:
                return [], []
            merged = self._merged[key] = ([], [])
            lows, highs = merged
            for low, high in sorted(self._ranges[key]):
                if highs and low <= highs[-1] + 1:
                    highs[-1] = max(highs[-1], high)
                else:
                    lows.append(low)
                    highs.append(high)
        return merged


class Segments(Generic[Item]):
    """Ranges with what they belong to, cut at every place where one begins or ends."""

    __slots__ = ("_items", "_starts")

    def __init__(self, spans: list[tuple[int, int, Item]]) -> None:
        edges: dict[int, tuple[list[int], list[int]]] = {}
        for index, (low, high, _) in enumerate(spans):
            edges.setdefault(low, ([], []))[0].append(index)
            edges.setdefault(high + 1, ([], []))[1].append(index)
        self._starts = sorted(edges)
        self._items: list[tuple[Item, ...]] = []
        active: list[int] = []
        for start in self._starts:
            beginning, ended = edges[start]
            for index in ended:
                del active[bisect_left(active, index)]
            for index in beginning:
                insort(active, index)
            self._items.append(tuple(spans[index][2] for index in active[:MOST_RANGES]))

    def at(self, port: int) -> tuple[Item, ...]:
        """Those whose range has a port, in the order in which they were handed over."""
        index = bisect_right(self._starts, port) - 1
        return self._items[index] if index >= 0 else ()
