"""How one text becomes another, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# The most words between the common beginning and end that are compared one by one.
_MOST_WORDS = 32


def word_diff(old: str, new: str) -> list[tuple[str, str]]:
    """The pieces of two texts, in their order: each is to "keep", "remove" or "add".

    What both begin and end with is kept.  Where much lies between, it is replaced as a whole.
    """
    before, now = old.split(), new.split()
    start = _common_start(before, now)
    end = _common_start(reversed(before[start:]), reversed(now[start:]))
    removed, added = before[start : len(before) - end], now[start : len(now) - end]
    pieces: list[tuple[str, Sequence[str]]] = [("keep", before[:start])]
    if len(removed) + len(added) <= _MOST_WORDS and not set(removed).isdisjoint(added):
        from difflib import SequenceMatcher

        matcher = SequenceMatcher(None, removed, added, autojunk=False)
        for tag, low, high, first, last in matcher.get_opcodes():
            if tag == "equal":
                pieces.append(("keep", removed[low:high]))
            else:
                pieces += [("remove", removed[low:high]), ("add", added[first:last])]
    else:
        pieces += [("remove", removed), ("add", added)]
    pieces.append(("keep", before[len(before) - end :]))
    return [(op, " ".join(words)) for op, words in pieces if words]


def _common_start(before: Iterable[str], now: Iterable[str]) -> int:
    """The number of words that both begin with."""
    count = 0
    for old, new in zip(before, now, strict=False):
        if old != new:
            break
        count += 1
    return count
