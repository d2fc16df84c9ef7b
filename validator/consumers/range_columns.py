"""The columns, or keys of an object, that have the first and the last port of a range."""

from __future__ import annotations

import re
from functools import lru_cache

from validator.consumers.entry import JoinedWord, Word
from validator.consumers.list_columns import heading_words, is_measure, is_port_heading, is_usual
from validator.consumers.port_cells import is_filled, is_port_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Cells = list[tuple[Word, Word]]

# What headings say of the two ends.
RANGE_ENDS = (
    ("start", "end"), ("from", "to"), ("first", "last"), ("min", "max"), ("minimum", "maximum"),
    ("low", "high"), ("lower", "upper"), ("begin", "end"), ("von", "bis"), ("desde", "hasta"),
)  # fmt: skip
# Those that say enough beside `port`; `max` may be of anything.
_ALONE = ("end", "to", "last", "bis", "hasta")
# The usual heading that a column of both has.
_HEADING = "range"
_WORD = re.compile(r"\w+")


def range_ends(headings: Sequence[Word]) -> tuple[int, int] | None:
    """The indexes of two headings that are alike but for the words of the ends of a range.

    `port` is the first port beside `end port` or `end`.
    """
    return _range_ends(tuple([word.text for word in headings]))


@lru_cache(maxsize=64)  # most objects of a document have the same keys
def _range_ends(headings: tuple[str, ...]) -> tuple[int, int] | None:
    words = [frozenset(_WORD.findall(heading_words(text))) for text in headings]
    places = {each: index for index, each in reversed([*enumerate(words)])}
    pairs = (
        (each, each - {low} | {high}) for each in words for low, high in RANGE_ENDS if low in each
    )
    ends = _first_of(pairs, places)
    if ends is not None:
        # Beside a usual heading of ports a range is something else.
        return None if any(is_usual("port", text) for text in headings) else ends
    port = frozenset({"port"})
    lasts = [*({high, *port} for _, high in RANGE_ENDS), *({high} for high in _ALONE)]
    return _first_of(((port, frozenset(last)) for last in lasts), places)


def _first_of(
    pairs: Iterable[tuple[frozenset[str], frozenset[str]]], places: Mapping[frozenset[str], int]
) -> tuple[int, int] | None:
    """The indexes of the first two headings of which both are there."""
    for first, last in pairs:
        if first in places and last in places:
            return places[first], places[last]
    return None


def are_ports(headings: Sequence[Word], ends: tuple[int, int]) -> bool:
    """Say whether both headings of the ends of a range say that these are ports."""
    return all(is_port_heading(headings[index].text) for index in ends)


def joined_ends(cells: Sequence[Word], ends: tuple[int, int]) -> list[Word]:
    """The cells of a row with a range in place of its first end, and without its last."""
    low, high = (cells[index] if index < len(cells) else Word("", 0) for index in ends)
    filled = [word for word in (low, high) if is_filled(word)]
    joined = low
    if len({word.text for word in filled}) == 2:
        joined = JoinedWord(filled, "-")
    elif filled:
        joined = filled[0]
    at, dropped = ends
    return [joined if i == at else word for i, word in enumerate(cells) if i != dropped]


def joined_headings(headings: Sequence[Word], ends: tuple[int, int]) -> list[Word]:
    """The headings of such rows."""
    at, dropped = ends
    heading = Word(_HEADING, headings[at].offset)
    return [heading if i == at else word for i, word in enumerate(headings) if i != dropped]


def with_range(cells: Cells) -> Cells:
    """The headings and cells of an object with one cell for the ports of its range.

    The least and most of something may be a policy.
    """
    keys, words = [key for key, _ in cells], [word for _, word in cells]
    ends = range_ends(keys)
    if ends is None or not are_ports(keys, ends) or any(is_measure(keys[i].text) for i in ends):
        return cells
    if not all(is_port_cell(words[index].text) for index in ends):
        return cells
    return list(zip(joined_headings(keys, ends), joined_ends(words, ends), strict=True))
