"""The changes between two dumps, and their kinds.

A change has entries of the old dump, of the new one, or of both.  Every record of both dumps is in
exactly one change, or in a pair of records that are equal, or not comparable.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple, get_args

from validator.model.record import Contact, Footnote, Record, breaks_off
from validator.model.registry import Registry

Entry = Record | Contact | Footnote
Habit = Literal["document published", "draft updated", "contact id renamed"]

Kind = Literal[
    "assigned",
    "transport-added",
    "released",
    "transport-removed",
    "reassigned",
    "renamed",
    "moved",
    "edited",
    "reference-published",
    "statement-cut",
    "statement-merged",
    "statement-redrawn",
    "statement-added",
    "statement-removed",
    "contact-added",
    "contact-removed",
    "contact-changed",
    "contact-renamed",
    "metadata",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


class FieldChange:
    """A field with another value: before `old`, now `new`, "" where it had none.

    `habit` names what the registry does without a new date: it puts an RFC or a newer version in
    the place of a draft, and gives a contact another id.
    """

    __slots__ = ("field", "habit", "new", "old")

    def __init__(self, field: str, old: str, new: str, habit: Habit | None = None) -> None:
        self.field = field
        self.old = old
        self.new = new
        self.habit = habit

    def __repr__(self) -> str:
        return f"FieldChange({self.field!r}, {self.old!r}, {self.new!r})"


class Change(NamedTuple):
    """One thing that happened, to `olds` of the old dump and `news` of the new one.

    Where it happened to one record or contact, that comes first in both.  The entries after it are
    those that the change used up or left: the statement on the port number before it was assigned,
    the name that remains without a port.  `fields` are those with another value.
    """

    kind: Kind
    olds: Sequence[Entry] = ()
    news: Sequence[Entry] = ()
    fields: Sequence[FieldChange] = ()


def is_part(registry: Registry) -> bool:
    """Say whether a dump is a page of several or truncated: it may lack what was not read."""
    return registry.dump.page is not None or breaks_off(registry.dump)


class Changes:
    """What changed between the registries `old` and `new`.

    `all` are the changes in the order of port numbers and names, then those of contacts, at last
    those of the registry itself.  `unchanged` are the pairs of records that are equal,
    `unchanged_contacts` those of contacts and footnotes.  `not_comparable` are the entries of
    either dump that the other could not show: those not on its page of several or after its
    truncation, and contacts where only one dump has a table of them.  `is_part` says of each dump
    whether it is such a page or truncated.  `fields` are the fields of records that both have.
    """

    __slots__ = (
        "_offsets", "all", "fields", "is_part", "new", "not_comparable", "old", "unchanged",
        "unchanged_contacts",
    )  # fmt: skip

    def __init__(self, old: Registry, new: Registry, fields: Sequence[str]) -> None:
        self.old = old
        self.new = new
        self.fields = fields
        self.is_part = is_part(old), is_part(new)
        self.all: list[Change] = []
        self.unchanged: list[tuple[Record, Record]] = []
        self.unchanged_contacts: list[tuple[Contact | Footnote, Contact | Footnote]] = []
        self.not_comparable: tuple[list[Entry], list[Entry]] = ([], [])
        self._offsets: list[tuple[int, int]] | None = None

    @property
    def registries(self) -> list[Registry]:
        """The two registries, the new one first: findings are located in it."""
        return [self.new, self.old]

    def of_kind(self, *kinds: Kind) -> Iterator[Change]:
        """Yield the changes of these kinds."""
        for change in self.all:
            if change.kind in kinds:
                yield change

    def add_one_sided(
        self,
        kind: Kind,
        side: int,
        entry: Entry,
        companions: Sequence[Entry] = (),
        fields: Sequence[FieldChange] = (),
    ) -> None:
        """Add the change of an entry that only the dump `side` has: 0 is the old, 1 the new one.

        `companions` are of the other dump.
        """
        olds, news = (companions, [entry]) if side else ([entry], companions)
        self.all.append(Change(kind, olds, news, fields))

    def add_not_comparable(self, olds: Iterable[Entry], news: Iterable[Entry]) -> None:
        """Add entries of both dumps that the other one could not show."""
        self.not_comparable[0].extend(olds)
        self.not_comparable[1].extend(news)

    def insertion_offset(self, record: Record) -> int:
        """The byte of the new dump after which a record of the old one would be listed.

        That is where the nearest record before it begins, of those that the new dump still has.
        """
        if self._offsets is None:
            pairs = [(before.index, now.offset) for before, now in self.unchanged]
            for change in self.all:
                if len(change.olds) == len(change.news) == 1:
                    before, now = change.olds[0], change.news[0]
                    if isinstance(before, Record) and isinstance(now, Record):
                        pairs.append((before.index, now.offset))
            self._offsets = sorted(pairs)
        at = bisect_left(self._offsets, (record.index, -1))
        return self._offsets[at - 1][1] if at else 0


def counts_by_kind(kinds: Iterable[Kind]) -> dict[Kind, int]:
    """Count kinds of changes, in the order of `KINDS`; those that do not occur are left out."""
    counts = dict.fromkeys(KINDS, 0)
    for kind in kinds:
        counts[kind] += 1
    return {kind: count for kind, count in counts.items() if count}
