"""The values of one field in all records, prepared for the questions that rules ask.

Rules look at the different values of a field first, and then only at the records that have one of
the values in question: most fields have far fewer values than records.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, compress

from validator.model.vocabulary import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from validator.model.record import Citation, Record

# Most records have no value in these fields.
_SPARSE = frozenset(
    {"service_code", "assignment_notes", "known_unauthorized_uses", "modification_date"}
)
# So many texts are found faster one after the other than by one pass over all records.
_FEW = 2
# An attribute written out is read three times as fast as one that is looked up by its name.
_TEXTS: dict[str, Callable[[list[Record]], list[str | None]]] = {
    "service_name": lambda records: [record.service_name for record in records],
    "port_number": lambda records: [record.port_number for record in records],
    "transport_protocol": lambda records: [record.transport_protocol for record in records],
    "description": lambda records: [record.description for record in records],
    "registration_date": lambda records: [record.registration_date for record in records],
    "modification_date": lambda records: [record.modification_date for record in records],
    "service_code": lambda records: [record.service_code for record in records],
    "known_unauthorized_uses": lambda records: [
        record.known_unauthorized_uses for record in records
    ],
    "assignment_notes": lambda records: [record.assignment_notes for record in records],
}
_CITATIONS: dict[str, Callable[[list[Record]], list[tuple[Citation, ...]]]] = {
    "assignee": lambda records: [record.assignee for record in records],
    "contact": lambda records: [record.contact for record in records],
    "reference": lambda records: [record.reference for record in records],
}


class TextColumn:
    """A text field of all records: `values` has the text of each record, in their order."""

    def __init__(self, field: str, records: list[Record]) -> None:
        self.values = _TEXTS[field](records)
        self._is_sparse = field in _SPARSE

    @cached_property
    def texts(self) -> dict[str | None, None]:
        """The different values, as the keys of a dictionary."""
        return dict.fromkeys(self.values)

    @cached_property
    def _joined(self) -> tuple[str, list[str], list[int]]:
        """The different texts as one folded text, the same texts, and where the next one begins."""
        texts = [text for text in self.texts if text]
        # Folding keeps the length of a text.
        ends = list(accumulate([len(text) + 1 for text in texts]))
        return fold("\n".join(texts)), texts, ends

    def texts_with(self, *words: str) -> list[str]:
        """Return the different texts that contain one of `words`, whatever the case of A-Z.

        The words must be in lower case and have no line feed.
        """
        joined, texts, ends = self._joined
        indexes: set[int] = set()
        for word in words:
            at = joined.find(word)
            while at >= 0:
                index = bisect_right(ends, at)
                indexes.add(index)
                at = joined.find(word, ends[index])
        return [texts[index] for index in sorted(indexes)]

    @cached_property
    def _positions(self) -> dict[str | None, list[int]]:
        """The positions of each text of a field that most records lack."""
        positions: dict[str | None, list[int]] = {}
        for position, text in compress(enumerate(self.values), self.values):
            positions.setdefault(text, []).append(position)
        if "" in self.texts:
            positions[""] = _positions_of(self.values, "")
        return positions

    def positions(self, texts: Iterable[str | None]) -> list[int]:
        """Return the positions of the records that have one of `texts`, ascending."""
        chosen = set(texts)
        if not chosen:
            return []
        if self._is_sparse and None not in chosen:
            return sorted([at for text in chosen for at in self._positions.get(text, ())])
        if len(chosen) <= _FEW:
            return sorted([at for text in chosen for at in _positions_of(self.values, text)])
        return [at for at, text in enumerate(self.values) if text in chosen]


def _positions_of(values: list[str | None], text: str | None) -> list[int]:
    """Return the positions of one text: `list.index` is faster than a loop."""
    positions: list[int] = []
    at = -1
    try:
        while True:
            at = values.index(text, at + 1)
            positions.append(at)
    except ValueError:
        return positions


class CitationColumn:
    """A citing field of all records: `records` are those that cite something in it."""

    def __init__(self, field: str, records: list[Record]) -> None:
        values = _CITATIONS[field](records)
        self.records = list(compress(records, values))
        self._values = list(filter(None, values))

    @cached_property
    def lists(self) -> set[tuple[Citation, ...]]:
        """The different lists of citations, none empty; records may share a list."""
        return set(self._values)

    def records_with(self, lists: Collection[tuple[Citation, ...]]) -> list[Record]:
        """Return the records that have one of `lists`."""
        if not lists:
            return []
        pairs = zip(self.records, self._values, strict=True)
        return [record for record, citations in pairs if citations in lists]
