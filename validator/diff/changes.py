"""The changes between two dumps: what kinds there are, and what holds them together.

A change has entries of the old dump, of the new one, or of both.  Every record of both dumps stands
in exactly one change, or is one of a pair that says the same: `Changes.unexplained` proves it.
"""

from __future__ import annotations

from bisect import bisect_left

from validator.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Final, Literal, TypeAlias

    from validator.model.record import Contact, Dump, Footnote
    from validator.model.registry import Registry

    Entry: TypeAlias = Record | Contact | Footnote
    Habit = Literal["document published", "contact id renamed"]

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

# Each kind of change, and what it is when the two dumps change places.
KINDS: Final[dict[Kind, Kind]] = {
    "assigned": "released",
    "transport-added": "transport-removed",
    "released": "assigned",
    "transport-removed": "transport-added",
    "reassigned": "reassigned",
    "renamed": "renamed",
    "moved": "moved",
    "edited": "edited",
    "reference-published": "edited",
    "statement-cut": "statement-merged",
    "statement-merged": "statement-cut",
    "statement-redrawn": "statement-redrawn",
    "statement-added": "statement-removed",
    "statement-removed": "statement-added",
    "contact-added": "contact-removed",
    "contact-removed": "contact-added",
    "contact-changed": "contact-changed",
    "contact-renamed": "contact-renamed",
    "metadata": "metadata",
}


class FieldChange:
    """A field that says another thing: before `old`, now `new`, "" where it said nothing.

    `habit` names what the registry does without a new date: it puts an RFC in the place of its
    draft, and gives a contact another id.
    """

    __slots__ = ("field", "habit", "new", "old")

    def __init__(self, field: str, old: str, new: str, habit: Habit | None = None) -> None:
        self.field = field
        self.old = old
        self.new = new
        self.habit = habit

    def __repr__(self) -> str:
        return f"FieldChange({self.field!r}, {self.old!r}, {self.new!r})"


class Change:
    """One thing that happened, to `olds` of the old dump and `news` of the new one.

    Where it happened to one record or contact, that comes first in both.  What stands behind it is
    what the change used up or left: the statement that the number stood in, the name without port
    that stays.  `fields` are those that say another thing now.
    """

    __slots__ = ("fields", "kind", "news", "olds")

    def __init__(
        self,
        kind: Kind,
        olds: Sequence[Entry] = (),
        news: Sequence[Entry] = (),
        fields: Sequence[FieldChange] = (),
    ) -> None:
        self.kind = kind
        self.olds = olds
        self.news = news
        self.fields = fields

    @property
    def is_habit(self) -> bool:
        """Whether it is nothing but what the registry does without a new date."""
        return bool(self.fields) and all(field.habit for field in self.fields)

    def __repr__(self) -> str:
        return f"Change({self.kind!r}, {self.olds!r}, {self.news!r}, {self.fields!r})"


class Changes:
    """What changed between the registries `old` and `new`.

    `every` are the changes in the order of port numbers and names, contacts behind them, the
    registry itself last.  `same` are the pairs of entries that say the same in both, `beyond` the
    entries that cannot be compared: those not on a page of which the other dump is, contacts where
    only one dump has a table of them.  `fields` are the fields of records that both have.
    """

    __slots__ = ("_kept", "beyond", "every", "fields", "new", "old", "same", "same_contacts")

    def __init__(self, old: Registry, new: Registry, fields: Sequence[str]) -> None:
        self.old = old
        self.new = new
        self.fields = fields
        self.every: list[Change] = []
        self.same: list[tuple[Record, Record]] = []
        self.same_contacts: list[tuple[Contact | Footnote, Contact | Footnote]] = []
        self.beyond: tuple[list[Entry], list[Entry]] = ([], [])
        self._kept: list[tuple[int, int]] | None = None

    @property
    def registries(self) -> list[Registry]:
        """The two registries, the new one first: findings are located in it."""
        return [self.new, self.old]

    def of(self, *kinds: Kind) -> Iterator[Change]:
        """Yield the changes of these kinds."""
        for change in self.every:
            if change.kind in kinds:
                yield change

    def place_of(self, record: Record) -> int:
        """The byte of the new dump behind which a record of the old one would stand.

        That is where the nearest record before it begins, of those that are still there.
        """
        if self._kept is None:
            pairs = [(before.index, now.offset) for before, now in self.same]
            for change in self.every:
                if len(change.olds) == len(change.news) == 1:
                    before, now = change.olds[0], change.news[0]
                    if isinstance(before, Record) and isinstance(now, Record):
                        pairs.append((before.index, now.offset))
            self._kept = sorted(pairs)
        at = bisect_left(self._kept, (record.index, -1))
        return self._kept[at - 1][1] if at else 0

    def counts(self) -> dict[Kind, int]:
        """How many changes there are of each kind; kinds of which there are none are left out."""
        found = dict.fromkeys(KINDS, 0)
        for change in self.every:
            found[change.kind] += 1
        return {kind: count for kind, count in found.items() if count}

    def unexplained(self) -> list[Entry]:
        """The entries of both dumps that are accounted for not exactly once: there are none."""
        found: list[Entry] = []
        for side, registry in enumerate((self.old, self.new)):
            times: dict[int, int] = {}
            for entry in self._accounted(side):
                times[id(entry)] = times.get(id(entry), 0) + 1
            dump: Dump = registry.dump
            held: tuple[Sequence[Entry], ...] = (dump.records, dump.contacts, dump.footnotes)
            found += [e for entries in held for e in entries if times.pop(id(e), 0) != 1]
            if times:
                raise AssertionError("a change speaks of what neither dump has")
        return found

    def _accounted(self, side: int) -> Iterator[Entry]:
        pairs: Iterable[tuple[Entry, Entry]]
        for pairs in (self.same, self.same_contacts):
            for pair in pairs:
                yield pair[side]
        yield from self.beyond[side]
        for change in self.every:
            yield from change.news if side else change.olds
