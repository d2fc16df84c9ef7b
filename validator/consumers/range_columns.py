"""The columns, or keys of an object, that have the first and the last port of a range."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import chain

# What headings say of the two ends.
RANGE_ENDS = (
    ("start", "end"), ("from", "to"), ("first", "last"), ("min", "max"), ("minimum", "maximum"),
    ("low", "high"), ("lower", "upper"), ("begin", "end"), ("von", "bis"), ("desde", "hasta"),
)  # fmt: skip
# Those that say enough beside `port`; `max` may be of anything.
_ALONE = ("end", "to", "last", "bis", "hasta")
_PORT = frozenset({"port"})
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=64)  # most objects of a document have the same keys
def range_pairs(headings: tuple[str, ...]) -> list[tuple[int, int]]:
    """The indexes of each two headings, as words, that are alike but for those of a range's ends.

    `port` is the first port beside `end port` or `end`. No heading is in two pairs.
    """
    words = [frozenset(_WORD.findall(text)) for text in headings]
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for lasts in (_lasts, _lasts_beside_port):
        for first, each in enumerate(words):
            fitting = [i for other in lasts(each) for i, word in enumerate(words) if word == other]
            last = next((i for i in fitting if not {i, first} & used), None)
            if last is not None:
                pairs.append((first, last))
                used |= {first, last}
    return pairs


def with_other_ends(indexes: Collection[int], headings: tuple[str, ...]) -> list[int]:
    """Indexes of columns, and those of the other ends of their ranges."""
    ends = [pair for pair in range_pairs(headings) if not {*pair}.isdisjoint(indexes)]
    return sorted({*indexes, *chain(*ends)})


def _lasts(first: frozenset[str]) -> Iterator[frozenset[str]]:
    return (first - {low} | {high} for low, high in RANGE_ENDS if low in first)


def _lasts_beside_port(first: frozenset[str]) -> Iterator[frozenset[str]]:
    if first == _PORT:
        yield from (_PORT | {high} for _, high in RANGE_ENDS)
        yield from (frozenset({high}) for high in _ALONE)


def may_be_forwarding(heading: str) -> bool:
    """Say whether the words of the heading of a first port may be of one that another maps to."""
    return "from" in _WORD.findall(heading)
