"""Differences from a plain text that are none if its doubtful lines are read as the other dump is.

A line between two wrapped records of a text may belong to either; the reader takes one and reports
FM002.  Whichever it takes, the words of both records together are the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from validator.diff.changes import Entry, FieldChange
from validator.model.record import Contact, Dump, Record

# A field of two paired entries that differs, and the list of differences that it is in.
FieldPair = tuple[Record | Contact, FieldChange, list[FieldChange]]

# The most neighbors among which words are moved.
_LONGEST_RUN = 20


def remove_doubtful(
    dump: Dump, side: int, differences: Sequence[tuple[Entry, Entry, list[FieldChange]]]
) -> None:
    """Take fields out of `differences` that agree if doubtful lines of `dump` are read otherwise.

    `side` says which of the two entries of a difference is of `dump`.
    """
    if dump.form != "txt":
        return
    doubts = sorted(defect.offset for defect in dump.defects if defect.is_doubt)
    if not doubts:
        return
    for entries in (dump.records, dump.contacts):
        fields = _by_field(side, differences, type(entries[0])) if entries else []
        for run in _runs(fields):
            for agreeing in _agreeing(run, entries, doubts):
                for _, change, changes in agreeing:
                    changes.remove(change)


def _by_field(
    side: int,
    differences: Sequence[tuple[Entry, Entry, list[FieldChange]]],
    kind: type[Record] | type[Contact],
) -> list[FieldPair]:
    """The fields that differ, by field and in the order of the entries of the text."""
    pairs: list[FieldPair] = []
    for one, other, changes in differences:
        entry = (one, other)[side]
        if isinstance(entry, kind):
            pairs += [(entry, change, changes) for change in changes]
    return sorted(pairs, key=lambda pair: (pair[1].field, pair[0].index))


def _runs(pairs: Sequence[FieldPair]) -> Iterator[list[FieldPair]]:
    """Yield the neighbors that differ in the same field."""
    run: list[FieldPair] = []
    for pair in pairs:
        if run and (pair[1].field != run[-1][1].field or pair[0].index != run[-1][0].index + 1):
            yield run
            run = []
        run.append(pair)
    if run:
        yield run


def _agreeing(
    run: Sequence[FieldPair], entries: Sequence[Record] | Sequence[Contact], doubts: Sequence[int]
) -> Iterator[Sequence[FieldPair]]:
    """Yield the neighbors whose words together are those of their counterparts together."""
    start = 0
    while start < len(run):
        for end in range(start + 2, min(len(run), start + _LONGEST_RUN) + 1):
            if not _has_doubt(entries, run[end - 2][0].index, doubts):
                break
            part = run[start:end]
            if _words(pair[1].old for pair in part) == _words(pair[1].new for pair in part):
                yield part
                start = end - 1
                break
        start += 1


def _words(texts: Iterator[str]) -> list[str]:
    return " ".join(texts).split()


def _has_doubt(
    entries: Sequence[Record] | Sequence[Contact], index: int, doubts: Sequence[int]
) -> bool:
    """Say whether a doubtful line is in an entry or in the next one."""
    first = bisect_right(doubts, entries[index].offset - 1)
    end = entries[index + 2].offset if index + 2 < len(entries) else None
    return first < len(doubts) and (end is None or doubts[first] < end)
