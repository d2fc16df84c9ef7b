"""Which records of two dumps are the same thing, and what changed between them.

Records that are equal are paired first; then, of what is left, those with the same service name,
port number and transport protocol, and so on by ever looser keys.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from validator.diff.blocks import match_blocks
from validator.diff.changes import Change, Changes, Kind
from validator.diff.contacts import compare_metadata, match_contacts, match_footnotes
from validator.diff.fields import FieldComparer, field_text
from validator.diff.habits import habit_of
from validator.diff.pairs import PairingStep, Unpaired, pair_equal_records
from validator.diff.parties import Parties
from validator.model.entries import Assignment, Statement
from validator.model.registry import Registry
from validator.model.values import port_range
from validator.model.vocabulary import LAST_PORT, TRANSPORT_PROTOCOLS, fold, normal_space

AnyEntry = TypeVar("AnyEntry", Assignment, Statement)


def changes_between(old: Registry, new: Registry) -> Changes:
    """Return what changed from `old` to `new`, which may be read from any two forms."""
    comparer = FieldComparer(old.dump, new.dump)
    parties = Parties(old, new)
    changes = Changes(old, new, comparer.fields)
    match_contacts(changes, parties)
    _RecordMatcher(changes, comparer, parties).match()
    match_footnotes(changes, comparer.citations)
    compare_metadata(changes, comparer.citations)
    changes.all.sort(key=_position)
    return changes


class _RecordMatcher:
    """Pairs the records of two dumps; `assignments` and `statements` are those left to pair."""

    def __init__(self, changes: Changes, comparer: FieldComparer, parties: Parties) -> None:
        self.changes = changes
        self.comparer = comparer
        self.parties = parties
        self._numbers: dict[tuple[int, str], set[Hashable]] = {}
        old, new = changes.old, changes.new
        unpaired = Unpaired(old.records, new.records)
        changes.unchanged += pair_equal_records(unpaired, old.dump, new.dump, comparer)
        ids = set(map(id, (*unpaired.olds, *unpaired.news)))
        self.assignments = Unpaired(
            [entry for entry in old.assignments if id(entry.record) in ids],
            [entry for entry in new.assignments if id(entry.record) in ids],
        )
        self.statements = Unpaired(
            [entry for entry in old.statements if id(entry.record) in ids],
            [entry for entry in new.statements if id(entry.record) in ids],
        )

    def match(self) -> None:
        namesakes = self.assignments.sharing(_bare_name)
        self.pair_by_identity(namesakes)
        self.pair_transports(namesakes)
        self.pair_statements()
        self.pair_moved(namesakes)
        self.pair_renamed()
        self.add_unpaired_assignments()
        match_blocks(self.changes, self.statements)

    # -- steps ----------------------------------------------------------------------------------

    def pair_by_identity(self, namesakes: Unpaired[Assignment]) -> None:
        """Pair assignments with the same name, port number and transport protocol."""

        def exact(entry: Assignment) -> Hashable:
            return tuple(map(normal_space, entry.identity))

        def folded(entry: Assignment) -> Hashable:
            return normal_space(entry.key), _place(entry)

        # Of several with one identity, those with the same description belong together.
        steps: Sequence[PairingStep[Assignment]] = (
            (lambda entry: (exact(entry), _description(entry)), None),
            (exact, None),
            (lambda entry: (folded(entry), _description(entry)), None),
            (folded, None),
        )
        for pairs in namesakes.pair_in_steps(
            lambda entry: (_bare_name(entry), _place(entry)), steps
        ):
            self.add_pairs("edited", pairs)

    def pair_transports(self, namesakes: Unpaired[Assignment]) -> None:
        """Pair assignments of a name and port where one of the two has no transport protocol."""
        groups = namesakes.common_groups(lambda entry: (entry.key, _number(entry)))
        pairs = [pair for olds, news in groups if (pair := _transport_pair(olds, news))]
        for before, now in pairs:
            have_transports = before.record.transport_protocol and now.record.transport_protocol
            self.add_pair("moved" if have_transports else "edited", before, now)
        namesakes.remove(entry for pair in pairs for entry in pair)

    def pair_statements(self) -> None:
        """Pair statements about the same port numbers and transport protocol."""
        keys: tuple[Callable[[Statement], Hashable], ...] = (
            lambda entry: (_place(entry), _description(entry)),
            lambda entry: (_place(entry), entry.state),
            _place,
        )
        for key in keys:
            self.add_pairs("edited", self.statements.pair(key))

    def pair_moved(self, namesakes: Unpaired[Assignment]) -> None:
        """Pair assignments of a name that have another port number now."""

        def key(entry: Assignment) -> Hashable | None:
            return None if entry.ports is None else (entry.key, entry.transport)

        def is_alike(before: Assignment, now: Assignment) -> bool:
            return self.have_same_holder(before, now) is not False or _description(
                before
            ) == _description(now)

        self.add_pairs("moved", namesakes.pair(key, is_alike))

    def pair_renamed(self) -> None:
        """Pair assignments that have another name now: by their port, or by all else they say."""

        def place(entry: Assignment) -> Hashable | None:
            return None if entry.ports is None else _place(entry)

        def all_but_name(entry: Assignment) -> Hashable | None:
            description, holders = _description(entry), _holders(entry)
            date = normal_space(entry.record.registration_date or "")
            if not description or not date or not any(holders):
                return None
            return entry.transport, description, date, holders

        def holders(entry: Assignment) -> Hashable | None:
            holders = _holders(entry)
            return holders if any(holders) else None

        steps: Sequence[PairingStep[Assignment]] = (
            (lambda entry: _description(entry) or None, None),
            (holders, None),
            (_any, self.is_same_service),
            (_any, None),
        )
        *renamed, reassigned = self.assignments.pair_in_steps(place, steps)
        for pairs in renamed:
            self.add_pairs("renamed", pairs)
        self.add_pairs("reassigned", reassigned)
        self.add_pairs("renamed", self.assignments.pair(all_but_name, alone=True))

    def is_same_service(self, before: Assignment, now: Assignment) -> bool:
        """Say whether two assignments of one port are one service under two names."""
        agree = self.have_same_holder(before, now)
        if agree is not None:
            return agree
        date = before.record.registration_date
        return bool(date) and date == now.record.registration_date

    def have_same_holder(self, before: Assignment, now: Assignment) -> bool | None:
        """Say whether both have a holder in common; `None` where one has none recorded."""
        olds, news = (self.parties.holders(entry.record) for entry in (before, now))
        return bool(olds & news) if olds and news else None

    def add_unpaired_assignments(self) -> None:
        """Add what was assigned or released, with the statement on the port before or after.

        A name that lost its port number but remains, or that got its first, is part of the change.
        """
        statements = [_index(entries, _place) for entries in self.statements.sides]
        portless = [
            _index((e for e in entries if not e.record.port_number), _name_and_transport)
            for entries in self.assignments.sides
        ]
        used: list[Assignment | Statement] = []
        for side, entry in self.unpaired_assignments(with_port=True):
            companions: list[Assignment | Statement] = [
                *_pop(statements[1 - side], _number(entry), _transport(entry)),
                *_pop(portless[1 - side], entry.key, _transport(entry)),
            ]
            used += companions
            self.add_unpaired(side, entry, companions)
        self.assignments.remove(used)
        self.statements.remove(used)
        for side, entry in self.unpaired_assignments(with_port=False):
            self.add_unpaired(side, entry, [])

    def unpaired_assignments(self, *, with_port: bool) -> Iterator[tuple[int, Assignment]]:
        for side, entries in enumerate(self.assignments.sides):
            for entry in entries:
                if bool(entry.record.port_number) == with_port:
                    yield side, entry

    # -- changes --------------------------------------------------------------------------------

    def add_pairs(self, kind: Kind, pairs: Iterable[tuple[AnyEntry, AnyEntry]]) -> None:
        for before, now in pairs:
            self.add_pair(kind, before, now)

    def add_pair(self, kind: Kind, before: AnyEntry, now: AnyEntry) -> None:
        """Add what changed between two records that are the same thing."""
        olds, news = before.record, now.record
        fields = self.comparer.differences(olds, news)
        if not fields:
            self.changes.unchanged.append((olds, news))
            return
        has_own_assignees = self.comparer.has_own_assignees
        for field in fields:
            field.habit = habit_of(
                field, olds, news, self.parties, has_own_assignees=has_own_assignees
            )
        if kind == "edited" and len(fields) == 1 and fields[0].habit == "document published":
            kind = "reference-published"
        self.changes.all.append(Change(kind, (olds,), (news,), tuple(fields)))

    def add_unpaired(
        self, side: int, entry: Assignment, companions: Sequence[Assignment | Statement]
    ) -> None:
        """Add an assignment that only one dump has, with the entries that took its place."""
        records = [companion.record for companion in companions]
        if self.changes.is_part[1 - side]:
            pair = ([entry.record], records)
            self.changes.add_not_comparable(*(reversed(pair) if side else pair))
            return
        stays = _number(entry) in self.numbers(1 - side, entry.key)
        kinds: tuple[Kind, Kind] = (
            ("transport-removed", "transport-added") if stays else ("released", "assigned")
        )
        self.changes.add_one_sided(kinds[side], side, entry.record, records)

    def numbers(self, side: int, key: str) -> set[Hashable]:
        """The port numbers of a name in one of the dumps."""
        numbers = self._numbers.get((side, key))
        if numbers is None:
            registry = (self.changes.old, self.changes.new)[side]
            numbers = {_number(entry) for entry in registry.by_name.get(key, ())}
            self._numbers[side, key] = numbers
        return numbers


def _transport_pair(
    olds: Sequence[Assignment], news: Sequence[Assignment]
) -> tuple[Assignment, Assignment] | None:
    """The two of a name and port to pair: one without transport protocol, or two that are alone."""
    general_olds, general_news = (
        [entry for entry in entries if not entry.record.transport_protocol]
        for entries in (olds, news)
    )
    if len(general_olds) == 1 and not general_news:
        return general_olds[0], news[0]
    if len(general_news) == 1 and not general_olds:
        return olds[0], general_news[0]
    return (olds[0], news[0]) if len(olds) == len(news) == 1 else None


# -- keys -------------------------------------------------------------------------------------


def _number(entry: Assignment | Statement) -> int | str:
    """The port numbers of an entry as a number, as text where they are malformed."""
    ports = entry.ports
    if ports is None:
        text = normal_space(entry.record.port_number or "")
        ports = port_range(text)
        if ports is None:
            return text
    return ports.low << 16 | ports.high


def _transport(entry: Assignment | Statement) -> str:
    return entry.transport or normal_space(entry.record.transport_protocol or "")


def _any(_entry: Assignment) -> Hashable:
    return True


def _place(entry: Assignment | Statement) -> Hashable:
    return _number(entry), _transport(entry)


def _bare_name(entry: Assignment) -> str:
    """The name without white space: one text for all that any step takes for the same name."""
    return "".join(entry.key.split())


def _name_and_transport(entry: Assignment) -> Hashable:
    return entry.key, _transport(entry)


def _description(entry: Assignment | Statement) -> str:
    return normal_space(entry.record.description or "").casefold()


def _holders(entry: Assignment) -> tuple[str, str]:
    return field_text(entry.record, "assignee"), field_text(entry.record, "contact")


def _index(
    entries: Iterable[AnyEntry], key: Callable[[AnyEntry], Hashable]
) -> dict[Hashable, list[AnyEntry]]:
    """The entries by a key, the last one first."""
    index: dict[Hashable, list[AnyEntry]] = {}
    for entry in reversed(list(entries)):
        index.setdefault(key(entry), []).append(entry)
    return index


def _pop(
    index: dict[Hashable, list[AnyEntry]], mark: Hashable, transport: str
) -> Iterator[AnyEntry]:
    """Take out the first entry with a mark, of this transport protocol or of none."""
    entries = index.get((mark, transport)) or index.get((mark, ""))
    if entries:
        yield entries.pop()


def _position(change: Change) -> tuple[object, ...]:
    """Sorts changes: by port number, name and transport; then contacts; then the registry."""
    if change.kind == "metadata":
        return (2,)
    subject = [*change.news[:1], *change.olds[:1]][0].subject
    if "service_name" not in subject:
        return 1, (subject.get("contact") or "").casefold()
    ports = port_range(subject["port"])
    transport = subject["transport_protocol"] or ""
    is_usual = transport in TRANSPORT_PROTOCOLS
    return (
        0,
        LAST_PORT + 1 if ports is None else ports.low,
        fold(subject["service_name"] or ""),
        TRANSPORT_PROTOCOLS.index(transport) if is_usual else len(TRANSPORT_PROTOCOLS),
        transport,
    )
