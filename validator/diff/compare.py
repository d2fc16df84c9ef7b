"""Whether two dumps tell the same: the rules of family XF, which look at two registries.

What the form of one of them cannot say is no difference: see `_Pairing.told`.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from validator.diff.pairing import (
    OF_CONTACT,
    apart,
    columns_lacking,
    contact_key,
    contact_told,
    footnote_key,
    footnote_told,
    is_same,
    told_of,
)
from validator.engine.examine import examine
from validator.engine.report import Report
from validator.engine.rule import ERROR, NOTE, Related, Violation, rule
from validator.engine.selection import Selection
from validator.model.record import Contact, Footnote, Record
from validator.model.vocabulary import RECORD_FIELDS, normal_space
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from validator.diff.pairing import Key, Told
    from validator.engine.rule import RunContext, Severity
    from validator.model.record import Dump
    from validator.model.registry import Registry

    Entry: TypeAlias = Record | Contact | Footnote

Held = TypeVar("Held")

_OF_REGISTRY = ("title", "experts")


def compare(
    one: Registry,
    other: Registry,
    given: RunContext,
    *,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    severity: Mapping[str, Severity] | None = None,
) -> Report:
    """Compare two registries and return what differs, with the places in both.

    What differs, and what only `one` has, is found in `one`; what only `other` has in `other`.
    Options as in `validator.check`, for the rules that look at a pair.
    """
    pairing = _Pairing(one, other)
    chosen = Selection(catalogue.rules("pair"), select, ignore, severity)
    inputs = [
        examine(registry, chosen, given, _Side(pairing, number))
        for number, registry in enumerate((one, other))
    ]
    return Report(inputs, catalogue.rules("pair"))


class _Side:
    """One dump of a pair, in which findings lie: 0 for the first, 1 for the other."""

    def __init__(self, pairing: _Pairing, number: int) -> None:
        self.pairing = pairing
        self.number = number

    @property
    def registries(self) -> list[Registry]:
        """The registry that must carry what a rule needs."""
        return [(self.pairing.one, self.pairing.other)[self.number]]


@rule("XF001", ERROR, "Registry convention")
def record_missing(side: _Side) -> Iterable[Violation]:
    """A record, contact or footnote stands in one of the two dumps and not in the other.

    Records are told by service name, port number and transport protocol. One page of a registry
    is held against its own records alone, and an HTML page need list only contacts it cites.

    Why it matters: whoever reads the other form does not know of the assignment.
    """
    return side.pairing.missing(side.number)


@rule("XF002", ERROR, "Registry convention")
def value_differs(side: _Side) -> Iterable[Violation]:
    """A field of a record, contact, footnote or of the registry is not the same in both dumps.

    White space is folded. A form is not blamed for what it cannot say: most show the contacts
    where a record has no assignee of its own, and the text forms of 2013 and 2015 list them behind
    an assignee; CSV has no contacts and no date; no form but XML and JSON tells an empty element
    from an absent one, or of what kind a citation is.

    Why it matters: two people who look the same thing up read different answers.
    """
    return () if side.number else side.pairing.differing()


@rule("XF003", NOTE, "Registry convention", needs=("registry-date",))
def dates_differ(side: _Side) -> Iterable[Violation]:
    """The two dumps are of different dates.

    They are compared all the same; what differs may have changed between the two days.

    Why it matters: a difference of forms is an error of the publisher, a change is none.
    """
    return () if side.number else side.pairing.dates()


class _Pairing:
    """Which entries of two registries are the same, and which have none to stand beside."""

    def __init__(self, one: Registry, other: Registry) -> None:
        self.one = one
        self.other = other
        lacking = columns_lacking(one.dump) | columns_lacking(other.dump)
        self.fields = [field for field in RECORD_FIELDS if field not in lacking]
        dumps = (one.dump, other.dump)
        self.records = _Pairs(one.records, other.records, self.key, self.told)
        self.contacts: _Pairs[Contact] | None = None
        if all("contacts" in dump.carries for dump in dumps):
            self.contacts = _Pairs(one.contacts, other.contacts, contact_key, contact_told)
        self.footnotes: _Pairs[Footnote] | None = None
        if all("footnotes" in dump.carries for dump in dumps):
            self.footnotes = _Pairs(one.footnotes, other.footnotes, footnote_key, footnote_told)

    def key(self, record: Record) -> Key:
        return (
            normal_space(record.service_name or ""),
            normal_space(record.port_number or ""),
            normal_space(record.transport_protocol or ""),
        )

    def told(self, record: Record) -> Told:
        """What a record says, as every form can say it, field by field."""
        return [told_of(record, field) for field in self.fields]

    # -- the rules ------------------------------------------------------------------------------

    def missing(self, side: int) -> Iterator[Violation]:
        """What only the dump `side` has."""
        dumps = (self.one.dump, self.other.dump)
        here, there = dumps[side], dumps[1 - side]
        if there.page is not None:
            return
        for record in self.records.alone[side]:
            yield Violation(record, None, f"{there.path} has no such record")
        if self.contacts is not None:
            cited = (self.other, self.one)[side].cited_contacts if there.form == "html" else None
            for contact in self.contacts.alone[side]:
                if cited is None or contact.contact_id in cited:
                    yield Violation(contact, None, f"{there.path} has no such contact")
        if self.footnotes is not None and here.page is None:
            for footnote in self.footnotes.alone[side]:
                yield Violation(footnote, None, f"{there.path} has no such footnote")

    def differing(self) -> Iterator[Violation]:
        there = self.other.dump
        for record, twin in self.records.paired:
            for field in self.fields:
                if not is_same(self.one, self.other, record, twin, field):
                    mine, theirs = told_of(record, field), told_of(twin, field)
                    yield self.difference(record, twin, field, mine, theirs)
        for contact, listed in self.contacts.paired if self.contacts is not None else ():
            for field, mine, theirs in zip(
                OF_CONTACT, contact_told(contact), contact_told(listed), strict=True
            ):
                if mine != theirs:
                    yield self.difference(contact, listed, field, mine, theirs)
        for footnote, noted in self.footnotes.paired if self.footnotes is not None else ():
            mine, theirs = footnote_told(footnote)[0], footnote_told(noted)[0]
            if mine != theirs:
                yield self.difference(footnote, noted, "text", mine, theirs)
        here = self.one.dump
        for field in _OF_REGISTRY:
            told = [getattr(dump, field) for dump in (here, there)]
            if None not in told and normal_space(told[0]) != normal_space(told[1]):
                yield self.difference(here, there, field, *map(normal_space, told))

    def difference(
        self, subject: Entry | Dump, twin: Entry | Dump, field: str, mine: str, theirs: str
    ) -> Violation:
        there = self.other.dump
        here_shown, there_shown = apart(mine, theirs)
        return Violation(
            subject,
            field,
            f"{field.replace('_', ' ')}: {here_shown} here, {there_shown} in {there.path}",
            value=mine,
            related=[Related(f"there: {there_shown}", twin, field, dump=there)],
        )

    def dates(self) -> Iterator[Violation]:
        here, there = self.one.dump, self.other.dump
        if here.updated and there.updated:
            mine, theirs = normal_space(here.updated), normal_space(there.updated)
            if mine != theirs:
                yield Violation(
                    here,
                    "updated",
                    f"this is of {mine}, {there.path} of {theirs}: what differs may have changed"
                    " between",
                    related=[Related(f"of {theirs}", there, "updated", dump=there)],
                )


class _Pairs(Generic[Held]):
    """Entries with the same key, paired: first those that say the same, then in their order."""

    def __init__(
        self,
        ones: Sequence[Held],
        others: Sequence[Held],
        key: Callable[[Held], Key],
        told: Callable[[Held], Told],
    ) -> None:
        self.paired: list[tuple[Held, Held]] = []
        self.alone: tuple[list[Held], list[Held]] = ([], [])
        groups: dict[Key, tuple[list[Held], list[Held]]] = {}
        for side, entries in enumerate((ones, others)):
            for entry in entries:
                groups.setdefault(key(entry), ([], []))[side].append(entry)
        for mine, theirs in groups.values():
            if len(mine) > 1 or len(theirs) > 1:
                mine, theirs = self._pair_equal(mine, theirs, told)
            both = min(len(mine), len(theirs))
            self.paired.extend(zip(mine[:both], theirs[:both], strict=True))
            self.alone[0].extend(mine[both:])
            self.alone[1].extend(theirs[both:])

    def _pair_equal(
        self, mine: list[Held], theirs: list[Held], told: Callable[[Held], Told]
    ) -> tuple[list[Held], list[Held]]:
        waiting: dict[Key, list[Held]] = {}
        for entry in reversed(theirs):
            waiting.setdefault(tuple(told(entry)), []).append(entry)
        left: list[Held] = []
        taken: set[int] = set()
        for entry in mine:
            same = waiting.get(tuple(told(entry)))
            if same:
                twin = same.pop()
                taken.add(id(twin))
                self.paired.append((entry, twin))
            else:
                left.append(entry)
        return left, [entry for entry in theirs if id(entry) not in taken]
