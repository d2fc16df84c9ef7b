"""Which entries of two dumps belong together: the steps that pairing is made of.

A step pairs entries with the same key.  It takes time in proportion to the entries that the steps
before left unpaired, and does the same when the dumps change places.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import compress, pairwise
from typing import Generic, TypeAlias, TypeVar

from validator.diff.fields import FieldComparer
from validator.model.record import Contact, Dump, Record

T = TypeVar("T")
_XmlEntry = TypeVar("_XmlEntry", "Record", "Contact")
# A key by which entries are paired, and what a pair must pass.
PairingStep: TypeAlias = tuple[Callable[[T], Hashable | None], Callable[[T, T], bool] | None]


class Unpaired(Generic[T]):
    """The entries of an old and a new dump that no step has paired yet.

    They may be a part of `whole`; what is removed from a part is removed from the whole.
    """

    __slots__ = ("news", "olds", "whole")

    def __init__(
        self, olds: Iterable[T], news: Iterable[T], whole: Unpaired[T] | None = None
    ) -> None:
        self.olds = list(olds)
        self.news = list(news)
        self.whole = whole

    @property
    def sides(self) -> tuple[list[T], list[T]]:
        return self.olds, self.news

    def groups(self, key: Callable[[T], Hashable | None]) -> Iterable[tuple[list[T], list[T]]]:
        """The entries of both dumps by their key; those whose key is `None` are left out."""
        groups: dict[Hashable, tuple[list[T], list[T]]] = {}
        for side, entries in enumerate(self.sides):
            for entry in entries:
                mark = key(entry)
                if mark is not None:
                    groups.setdefault(mark, ([], []))[side].append(entry)
        return groups.values()

    def common_groups(self, key: Callable[[T], Hashable | None]) -> list[tuple[list[T], list[T]]]:
        """The same without the keys that only one dump has, which it does not store."""
        olds: dict[Hashable, list[T]] = {}
        for entry in self.olds:
            _add(olds, key(entry), entry)
        olds.pop(None, None)
        news: dict[Hashable, list[T]] = {}
        for entry in self.news:
            mark = key(entry)
            if mark in olds:
                _add(news, mark, entry)
        return [(entries, news[mark]) for mark, entries in olds.items() if mark in news]

    def sharing(self, key: Callable[[T], Hashable]) -> Unpaired[T]:
        """The entries whose key both dumps have: no closer key pairs any other."""
        olds, news = (list(map(key, entries)) for entries in self.sides)
        common = set(olds).intersection(news)
        return Unpaired(
            compress(self.olds, map(common.__contains__, olds)),
            compress(self.news, map(common.__contains__, news)),
            self,
        )

    def pair(
        self,
        key: Callable[[T], Hashable | None],
        test: Callable[[T, T], bool] | None = None,
        *,
        alone: bool = False,
    ) -> list[tuple[T, T]]:
        """Pair the entries with the same key in their order, and return the pairs.

        With `alone` only one entry with one.  A pair that does not pass `test` stays unpaired.
        """
        if not self.olds or not self.news:
            return []
        pairs = [
            (before, now)
            for olds, news in self.common_groups(key)
            if not alone or len(olds) == len(news) == 1
            for before, now in zip(olds, news, strict=False)
            if test is None or test(before, now)
        ]
        self._remove_pairs(pairs)
        return pairs

    def pair_in_steps(
        self, key: Callable[[T], Hashable | None], steps: Sequence[PairingStep[T]]
    ) -> list[list[tuple[T, T]]]:
        """Pair the entries with the same key by each of `steps`; return the pairs of each step.

        A step has a key and a test as those of `pair`, of the entries that share `key`.
        """
        pairs: list[list[tuple[T, T]]] = [[] for _ in steps]
        for olds, news in self.common_groups(key):
            group = Unpaired(olds, news)
            for (close_key, test), of_step in zip(steps, pairs, strict=True):
                # Most groups are one entry and one, which need no index.
                if len(olds) == len(news) == 1:
                    mark = close_key(olds[0])
                    if mark is None or mark != close_key(news[0]):
                        continue
                    if test is None or test(olds[0], news[0]):
                        of_step.append((olds[0], news[0]))
                        break
                else:
                    of_step += group.pair(close_key, test)
        self._remove_pairs([pair for of_step in pairs for pair in of_step])
        return pairs

    def _remove_pairs(self, pairs: Sequence[tuple[T, T]]) -> None:
        # One side after the other: the identities of many thousands take much memory.
        for side in (0, 1):
            ids = {id(pair[side]) for pair in pairs}
            part: Unpaired[T] | None = self if ids else None
            while part is not None:
                entries = part.sides[side]
                entries[:] = [entry for entry in entries if id(entry) not in ids]
                part = part.whole

    def remove(self, entries: Iterable[object]) -> None:
        """Take out `entries` of either dump."""
        ids = set(map(id, entries))
        part: Unpaired[T] | None = self if ids else None
        while part is not None:
            part.olds = [entry for entry in part.olds if id(entry) not in ids]
            part.news = [entry for entry in part.news if id(entry) not in ids]
            part = part.whole


def _add(groups: dict[Hashable, list[T]], mark: Hashable, entry: T) -> None:
    # Most groups have one entry; `setdefault` would make a list for each.
    group = groups.get(mark)
    if group is None:
        groups[mark] = [entry]
    else:
        group.append(entry)


def pair_equal_records(
    unpaired: Unpaired[Record], old: Dump, new: Dump, comparer: FieldComparer
) -> list[tuple[Record, Record]]:
    """Pair the records that are equal: first as written, then in what both forms can say."""
    pairs = pair_equal_bytes(unpaired, old, new, b"</record>")
    row = comparer.row_of()
    normal = comparer.citations.normal
    pairs += unpaired.pair(row)
    # A few fields tell most of the others apart, at a fraction of the cost.
    alike = unpaired.sharing(lambda record: normal(record.service_name))
    alike = alike.sharing(
        lambda r: tuple(map(normal, (r.service_name, r.port_number, r.description)))
    )
    return pairs + alike.pair(lambda record: tuple(map(normal, row(record))))


def pair_equal_bytes(
    unpaired: Unpaired[_XmlEntry], old: Dump, new: Dump, end_tag: bytes
) -> list[tuple[_XmlEntry, _XmlEntry]]:
    """Pair the entries of two dumps in XML that are the same to the byte.

    The bytes of an entry reach to where the next one begins.  They count only where they end with
    the end tag, since an entry that contains another one does not.
    """
    if old.form != "xml" or new.form != "xml":
        return []
    blocks: dict[int, bytes] = {}
    for dump, entries in ((old, unpaired.olds), (new, unpaired.news)):
        for entry, following in pairwise(entries):
            block = dump.data[entry.offset : following.offset].rstrip()
            if block.endswith(end_tag):
                blocks[id(entry)] = block
    return unpaired.pair(lambda entry: blocks.get(id(entry)))
