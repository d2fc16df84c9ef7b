"""The order of records: which of them must move, and where to.

An order is a list of the indexes of all records, in the sequence in which they should be.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from validator.fix.edits import Edit, apply
from validator.fix.markup import element_end, whole_lines
from validator.model.record import Dump
from validator.model.registry import Registry
from validator.model.vocabulary import TRANSPORT_PROTOCOLS
from validator.rules.order import second_block, with_transport_order, without_port

# Sorts some of the records of an order, in place.
Sorter = Callable[[Registry, list[int]], None]

_CELL = rb'(?:"(?:[^"]++|"")*+"[^,\r\n]*+|[^,\r\n]*+)'
_ROW = re.compile(_CELL + rb"(?:," + _CELL + rb")*+(?:\r\n|[\r\n]|\Z)")
_RANK = {transport: rank for rank, transport in enumerate(TRANSPORT_PROTOCOLS)}


def by_transport(registry: Registry, order: list[int]) -> None:
    """Sort the records of one name and port by their transport protocols, in their own places."""
    for entries in with_transport_order(registry):
        by_ports: dict[object, list[tuple[int, int]]] = {}
        for entry in entries:
            if entry.ports is not None and entry.transport is not None:
                rank = _RANK[entry.transport]
                by_ports.setdefault(entry.ports, []).append((rank, entry.record.index))
        for ranked in by_ports.values():
            places = [index for _, index in ranked]
            _put(order, places, [index for _, index in sorted(ranked, key=lambda pair: pair[0])])


def by_port(registry: Registry, order: list[int]) -> None:
    """Sort the records with a port by it, in the places that such records have."""
    lows = [None if entry.ports is None else entry.ports.low for entry in registry.entries]
    places = [place for place, index in enumerate(order) if lows[index] is not None]
    _put(order, places, sorted((order[place] for place in places), key=lambda i: lows[i] or 0))


def by_name(registry: Registry, order: list[int]) -> None:
    """Sort the records without a port by name, each of their two blocks for itself."""
    bare = without_port(registry)
    second = second_block(bare)
    at = len(bare) if second is None else bare.index(second)
    for block in (bare[:at], bare[at:]):
        places = [entry.record.index for entry in block]
        _put(order, places, [e.record.index for e in sorted(block, key=lambda e: e.key)])


def _put(order: list[int], places: Iterable[int], indexes: Iterable[int]) -> None:
    for place, index in zip(places, indexes, strict=True):
        order[place] = index


# In the sequence in which they are applied: each leaves what those before it have sorted.
SORTERS: Mapping[str, Sorter] = {"OR002": by_transport, "OR001": by_port, "OR003": by_name}


def moved(order: Sequence[int], before: Sequence[int] | None = None) -> list[int]:
    """Return the fewest records that must move to bring those in `before` into `order`.

    Without `before` they are in the order of the file.
    """
    rank = range(len(order)) if before is None else {index: at for at, index in enumerate(before)}
    # The longest ascending sequence stays: patience sorting.
    tops: list[int] = []
    places: list[int] = []
    previous: list[int] = []
    for place, index in enumerate(order):
        pile = bisect_right(tops, rank[index])
        previous.append(places[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [rank[index]]
        places[pile : pile + 1] = [place]
    stays = set()
    place = places[-1] if places else -1
    while place >= 0:
        stays.add(place)
        place = previous[place]
    return [index for place, index in enumerate(order) if place not in stays]


def moves(
    dump: Dump, order: Sequence[int], codes: Mapping[int, str], edits: Sequence[Edit]
) -> list[Edit] | None:
    """Return the edits that bring the records of `dump` into `order`, and `edits` made with them.

    `codes` has the rule for which a record moves.  `None` where the bounds of a record are not
    plain, as with a record inside another.
    """
    moving = moved(order)
    chunks: dict[int, tuple[int, int]] = {}
    for index in moving:
        bounds = _chunk(dump, index)
        if bounds is None:
            return None
        chunks[index] = bounds
    inner, outer = _divided(edits, sorted(chunks.values()))
    for after, before, indexes in _groups(order, frozenset(moving)):
        place = _chunk(dump, before if after is None else after)
        if place is None:
            return None
        target = place[0] if after is None else place[1]
        pieces: list[bytes] = []
        for index in indexes:
            start, stop = chunks[index]
            outer.append(Edit(start, stop, b"", (codes[index],)))
            pieces.append(_as_lines(dump, apply(dump.data, inner.get(start, ()), start, stop)))
        text = b"".join(pieces)
        if dump.form == "csv" and target and dump.data[target - 1] not in b"\r\n":
            # The last row has no line end: it gets one, and the new last row has none.
            end = _line_end(dump)
            text = end + text.removesuffix(end)
        labels = tuple({codes[index]: None for index in indexes})
        outer.append(Edit(target, target, text, labels))
    return outer


def _divided(
    edits: Iterable[Edit], chunks: Sequence[tuple[int, int]]
) -> tuple[dict[int, list[Edit]], list[Edit]]:
    """The edits inside one of `chunks`, which ascend, by where it starts, and those outside."""
    inner: dict[int, list[Edit]] = {}
    outer: list[Edit] = []
    starts = [start for start, _ in chunks]
    for edit in edits:
        number = bisect_right(starts, edit.start) - 1
        if number >= 0 and edit.stop <= chunks[number][1]:
            inner.setdefault(starts[number], []).append(edit)
        else:
            outer.append(edit)
    return inner, outer


def _groups(
    order: Sequence[int], moving: Collection[int]
) -> Iterator[tuple[int | None, int, list[int]]]:
    """Yield the records that move to one place together, with the records that stay around it.

    There may be none before them, and then there is one after them.
    """
    after: int | None = None
    group: list[int] = []
    for index in order:
        if index in moving:
            group.append(index)
            continue
        if group:
            yield after, index, group
            group = []
        after = index
    if group and after is not None:
        yield after, after, group


def _chunk(dump: Dump, index: int) -> tuple[int, int] | None:
    """The bounds of a record: of its lines, where nothing else is on them."""
    start = dump.records[index].offset
    if dump.form == "csv":
        row = _ROW.match(dump.data, start)
        return None if row is None else row.span()
    stop = element_end(dump.data, start)
    return None if stop is None else whole_lines(dump.data, start, stop)


def _as_lines(dump: Dump, text: bytes) -> bytes:
    """A row of CSV with a line end, which the last one may lack; an element as it is."""
    return text if dump.form != "csv" or text[-1:] in (b"\r", b"\n") else text + _line_end(dump)


def _line_end(dump: Dump) -> bytes:
    return b"\r\n" if b"\r\n" in dump.data else b"\n"
