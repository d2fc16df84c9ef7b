"""Which entries of two dumps are the same thing: the pairing behind `Changes`.

Records that say the same are paired first; then, of what is left, those with the same service name,
port number and transport protocol, and so on to ever weaker marks.  Each step looks at what the
steps before left, takes time in proportion to it, and does the same when the dumps change places.
"""

from __future__ import annotations

from operator import attrgetter

from validator.diff.changes import Change, Changes, FieldChange
from validator.diff.pairing import (
    CITING,
    OF_CONTACT,
    bracketed,
    columns_lacking,
    contact_told,
    footnote_key,
    footnote_told,
    is_same,
    told_of,
)
from validator.diff.parties import Parties, marks_of, name_of
from validator.model.record import Citation, text_of
from validator.model.registry import Assignment, Statement
from validator.model.values import port_range
from validator.model.vocabulary import RECORD_FIELDS, TRANSPORT_PROTOCOLS, fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from typing import Any, TypeAlias, TypeVar

    from validator.diff.changes import Entry, Kind
    from validator.model.record import Contact, Dump, Record
    from validator.model.registry import Registry
    from validator.model.values import PortRange

    Held = TypeVar("Held")
    Row: TypeAlias = tuple[str | None, ...]

_LAST = 1 << 17  # behind every port


def changes_between(old: Registry, new: Registry) -> Changes:
    """Return what changed from `old` to `new`, which may be read from any two forms."""
    return _Matching(old, new).result()


class Telling:
    """What records of two dumps say, as both forms can say it.

    A form that does not tell an assignee of its own from the contact that stands for it makes the
    other not tell it either; likewise of what kind a citation is.
    """

    __slots__ = ("fields", "has_kinds", "has_own_assignees", "new", "old")

    def __init__(self, old: Registry, new: Registry) -> None:
        self.old = old
        self.new = new
        lacking = columns_lacking(old.dump) | columns_lacking(new.dump)
        self.fields = [field for field in RECORD_FIELDS if field not in lacking]
        carried = old.dump.carries & new.dump.carries
        self.has_kinds = "kinds" in carried
        self.has_own_assignees = {"kinds", "elements"} <= carried

    def told(self, record: Record, field: str) -> str:
        """What a record says in a field, for people: white space folded, citations in brackets."""
        if field == "assignee" and self.has_own_assignees:
            return bracketed(record.assignee)
        return told_of(record, field)

    def differing(self, before: Record, now: Record) -> list[FieldChange]:
        """The fields in which two records say another thing."""
        found: list[FieldChange] = []
        for field in self.fields:
            if field not in CITING and getattr(before, field) == getattr(now, field):
                continue
            mine, theirs = self.told(before, field), self.told(now, field)
            if mine != theirs:
                if not is_same(self.old, self.new, before, now, field) or (
                    self.has_own_assignees and field == "assignee"
                ):
                    found.append(FieldChange(field, mine, theirs))
            elif self.has_kinds and field in CITING:
                pair = [list(map(_in_full, getattr(record, field))) for record in (before, now)]
                if field == "assignee" and not self.has_own_assignees:
                    continue
                if pair[0] != pair[1]:
                    # What is shown is the same: another address or section stands behind it.
                    found.append(FieldChange(field, _with_kinds(pair[0]), _with_kinds(pair[1])))
        return found

    def rows(self, records: Iterable[Record]) -> Iterator[Row]:
        """For each record, all it says, as it stands."""
        texts = [field for field in self.fields if field not in CITING]
        citing = [field for field in self.fields if field in CITING]
        shared: dict[int, str] = {}

        def cited(citations: Sequence[Citation]) -> str:
            if not citations:
                return ""
            found = shared.get(id(citations))
            if found is None:
                held = map(_in_full, citations)
                found = _with_kinds(held) if self.has_kinds else bracketed(citations)
                shared[id(citations)] = found
            return found

        # Of a single field attrgetter gives no tuple.
        of_texts = attrgetter(*texts, texts[-1]) if texts else None
        of_citing = [attrgetter(field) for field in citing]
        for record in records:
            said = () if of_texts is None else of_texts(record)
            held = [of(record) for of in of_citing]
            if not self.has_own_assignees and citing[:1] == ["assignee"] and not held[0]:
                held[0] = record.contact
            yield (*said, *[cited(citations) for citations in held])


def _in_full(citation: Citation) -> tuple[str, str, str, str]:
    return (
        citation.kind,
        citation.data or "",
        normal_space(citation.text or "") if citation.kind not in ("person", "note") else "",
        citation.section or "",
    )


def _with_kinds(cited: Iterable[tuple[str, str, str, str]]) -> str:
    return "".join(f"[{' '.join(filter(None, parts))}]" for parts in cited)


class _Matching:
    """The work of pairing.  What no step has paired yet is in `assignments` and `statements`."""

    def __init__(self, old: Registry, new: Registry) -> None:
        self.old = old
        self.new = new
        self.telling = Telling(old, new)
        self.parties = Parties(old, new)
        self.changes = Changes(old, new, self.telling.fields)
        self.found: list[Change] = self.changes.every
        self.numbered: dict[tuple[int, str], set[Hashable]] = {}
        self.assignments: tuple[list[Assignment], list[Assignment]]
        self.statements: tuple[list[Statement], list[Statement]]

    def result(self) -> Changes:
        self.pair_contacts()
        left = self.pair_equal()
        keep = [{id(record) for record in held} for held in left]
        both = list(zip((self.old, self.new), keep, strict=True))
        olds, news = ([e for e in held.assignments if id(e.record) in kept] for held, kept in both)
        self.assignments = olds, news
        stated, restated = (
            [e for e in held.statements if id(e.record) in kept] for held, kept in both
        )
        self.statements = stated, restated
        self.pair_named()
        self.pair_stated()
        self.pair_moved()
        self.pair_at_places()
        self.pair_alike()
        self.close_assignments()
        self.close_statements()
        self.pair_footnotes()
        self.compare_metadata()
        self.found.sort(key=_position)
        return self.changes

    # -- records --------------------------------------------------------------------------------

    def pair_equal(self) -> tuple[list[Record], list[Record]]:
        """Pair the records that say the same, first as it stands, then with white space folded."""
        pairs, *records = _equal_bytes(
            self.old, self.new, self.old.records, self.new.records, b"</record>"
        )
        self.changes.same += pairs
        rows = [list(self.telling.rows(held)) for held in records]
        left = self._pair_rows(
            list(zip(records[0], rows[0], strict=True)), list(zip(records[1], rows[1], strict=True))
        )
        folded: dict[str | None, str] = {None: ""}

        def fold_spaces(text: str | None) -> str:
            found = folded.get(text)
            if found is None:
                found = folded[text] = normal_space(text or "")
            return found

        spaced: list[list[tuple[Record, Row]]] = [
            [(record, tuple([fold_spaces(text) for text in row])) for record, row in held]
            for held in left
        ]
        left = self._pair_rows(spaced[0], spaced[1])
        return [record for record, _ in left[0]], [record for record, _ in left[1]]

    def _pair_rows(
        self, olds: list[tuple[Record, Row]], news: list[tuple[Record, Row]]
    ) -> tuple[list[tuple[Record, Row]], list[tuple[Record, Row]]]:
        same = self.changes.same
        waiting: dict[Row, list[Record]] = {}
        for record, row in reversed(olds):
            waiting.setdefault(row, []).append(record)
        left: list[tuple[Record, Row]] = []
        taken: set[int] = set()
        for twin, row in news:
            alike = waiting.get(row)
            if alike:
                record = alike.pop()
                taken.add(id(record))
                same.append((record, twin))
            else:
                left.append((twin, row))
        return [held for held in olds if id(held[0]) not in taken], left

    def pair_named(self) -> None:
        """Pair assignments with the same name, port number and transport protocol."""

        def exact(entry: Assignment) -> Hashable:
            return tuple(map(normal_space, entry.identity))

        def folded(entry: Assignment) -> Hashable:
            return (normal_space(entry.key), *_place(entry))

        def described_as(key: Callable[[Assignment], Hashable]) -> Callable[[Assignment], Hashable]:
            return lambda entry: (key(entry), self.described(entry))

        for key in (exact, folded):
            # Of several on one place, those that are described alike belong together.
            self.take_assignments(described_as(key))
            self.take_assignments(key)
        self.pair_transports()

    def described(self, entry: Assignment | Statement) -> str:
        return normal_space(entry.record.description or "").casefold()

    def pair_transports(self) -> None:
        """Pair assignments of a name and port where one of the two has no transport protocol."""
        grouped: dict[Hashable, tuple[list[Assignment], list[Assignment]]] = {}
        for side in (0, 1):
            for entry in self.assignments[side]:
                key = entry.key, _number(entry)
                grouped.setdefault(key, ([], []))[side].append(entry)
        pairs: list[tuple[Assignment, Assignment]] = []
        for olds, news in grouped.values():
            if not olds or not news:
                continue
            silent = [[e for e in held if not e.record.transport_protocol] for held in (olds, news)]
            if len(silent[0]) == 1 and not silent[1]:
                pairs.append((silent[0][0], news[0]))
            elif len(silent[1]) == 1 and not silent[0]:
                pairs.append((olds[0], silent[1][0]))
            elif len(olds) == 1 and len(news) == 1:
                pairs.append((olds[0], news[0]))
        for before, now in pairs:
            silent_one = not before.record.transport_protocol or not now.record.transport_protocol
            self.pair(before, now, "edited" if silent_one else "moved")
        self.drop(pairs)

    def pair_stated(self) -> None:
        """Pair statements about the same port numbers and transport protocol."""

        def place(entry: Statement) -> Hashable:
            return _place(entry)

        self.take_statements(lambda entry: (_place(entry), self.described(entry)))
        self.take_statements(lambda entry: (_place(entry), entry.state))
        self.take_statements(place)

    def pair_moved(self) -> None:
        """Pair assignments of a name that have another port number now."""

        def mark(entry: Assignment) -> Hashable | None:
            return None if entry.ports is None else (entry.key, entry.transport)

        def alike(before: Assignment, now: Assignment) -> bool:
            return self.holders_agree(before, now) is not False or self.described(
                before
            ) == self.described(now)

        self.take_assignments(mark, "moved", alike)

    def pair_at_places(self) -> None:
        """Pair assignments of a port number and transport protocol that have another name now."""

        def place(entry: Assignment) -> Hashable | None:
            return None if entry.ports is None else _place(entry)

        def told(entry: Assignment) -> Hashable | None:
            held = told_of(entry.record, "assignee"), told_of(entry.record, "contact")
            return (place(entry), held) if any(held) and entry.ports is not None else None

        def described(entry: Assignment) -> Hashable | None:
            said = self.described(entry)
            return (place(entry), said) if said and entry.ports is not None else None

        self.take_assignments(described, "renamed")
        self.take_assignments(told, "renamed")
        self.take_assignments(place, "renamed", self.is_renamed)
        self.take_assignments(place, "reassigned")

    def is_renamed(self, before: Assignment, now: Assignment) -> bool:
        """Say whether two assignments of one place are one service under two names."""
        agree = self.holders_agree(before, now)
        if agree is not None:
            return agree
        dated = before.record.registration_date
        return bool(dated) and dated == now.record.registration_date

    def pair_alike(self) -> None:
        """Pair assignments without a port number that have another name and are else the same."""

        def alike(entry: Assignment) -> Hashable | None:
            record = entry.record
            said = self.described(entry)
            held = told_of(record, "assignee"), told_of(record, "contact")
            dated = normal_space(record.registration_date or "")
            if not said or not dated or not any(held):
                return None
            return entry.transport, said, dated, held

        self.take_assignments(alike, "renamed", alone=True)

    def holders_agree(self, before: Assignment, now: Assignment) -> bool | None:
        """Say whether a holder of both is the same party; `None` where one has none recorded."""
        mine = self.parties.holders(before.record)
        theirs = self.parties.holders(now.record)
        if not mine or not theirs:
            return None
        return bool(mine & theirs)

    def close_assignments(self) -> None:
        """What is left was assigned, or released; with the statement that stood, or stands, there.

        A name that lost its port number and stays, or had none and got one, belongs to it.
        """
        spare = [_by_place(self.statements[side]) for side in (0, 1)]
        nameless = [_portless(held) for held in self.assignments]
        used: list[set[int]] = [set(), set()]
        # Those with a port number first: a name without one may belong to them.
        for with_port in (True, False):
            for side in (0, 1):
                for entry in self.assignments[side]:
                    if bool(entry.record.port_number) != with_port:
                        continue
                    if id(entry.record) in used[side]:
                        continue
                    beside: list[Entry] = []
                    number, word = _place(entry)
                    for held in (spare, nameless) if with_port else ():
                        mark = number if held is spare else entry.key
                        waiting = held[1 - side].get((mark, word)) or held[1 - side].get((mark, ""))
                        if waiting:
                            beside.append(waiting.pop().record)
                    used[1 - side].update(map(id, beside))
                    self.close(entry, beside, side)
        stated, restated = (
            [entry for entry in held if id(entry.record) not in taken]
            for held, taken in zip(self.statements, used, strict=True)
        )
        self.statements = stated, restated

    def close(self, entry: Assignment, beside: list[Entry], side: int) -> None:
        there = (self.new, self.old)[side]
        if there.dump.page is not None:
            self.changes.beyond[side].append(entry.record)
            self.changes.beyond[1 - side].extend(beside)
            return
        stays = _number(entry) in self.numbers(there, entry.key)
        if side:
            kind: Kind = "transport-added" if stays else "assigned"
            self.found.append(Change(kind, beside, [entry.record]))
        else:
            kind = "transport-removed" if stays else "released"
            self.found.append(Change(kind, [entry.record], beside))

    def numbers(self, registry: Registry, key: str) -> set[Hashable]:
        """The port numbers of a name."""
        found = self.numbered.get((id(registry), key))
        if found is None:
            found = {_number(entry) for entry in registry.by_name.get(key, ())}
            self.numbered[id(registry), key] = found
        return found

    def close_statements(self) -> None:
        """Statements of one wording that overlap: blocks that were cut, merged or drawn anew."""
        grouped: dict[Hashable, tuple[list[Statement], list[Statement]]] = {}
        for side in (0, 1):
            for entry in self.statements[side]:
                record = entry.record
                wording = normal_space(f"{record.description} {record.assignment_notes}")
                key = normal_space(record.transport_protocol or ""), wording
                grouped.setdefault(key, ([], []))[side].append(entry)
        for olds, news in grouped.values():
            for before, now in _overlapping(olds, news):
                self.close_block(before, now)

    def close_block(self, before: list[Statement], now: list[Statement]) -> None:
        olds = [entry.record for entry in before]
        news = [entry.record for entry in now]
        if not olds or not news:
            for side, records in enumerate((olds, news)):
                if (self.new, self.old)[side].dump.page is not None:
                    self.changes.beyond[side].extend(records)
                    continue
                kind: Kind = "statement-added" if side else "statement-removed"
                for record in records:
                    pair = ((), (record,)) if side else ((record,), ())
                    self.found.append(Change(kind, *pair))
            return
        kind = "statement-redrawn"
        if len(before) == 1 and _holds(before[0].ports, now):
            kind = "statement-cut"
        elif len(now) == 1 and _holds(now[0].ports, before):
            kind = "statement-merged"
        self.found.append(Change(kind, olds, news))

    # -- pairing --------------------------------------------------------------------------------

    def take_assignments(
        self,
        key: Callable[[Assignment], Hashable | None],
        kind: Kind = "edited",
        test: Callable[[Assignment, Assignment], bool] | None = None,
        *,
        alone: bool = False,
    ) -> None:
        pairs = _paired(*self.assignments, key, test, alone=alone)
        for before, now in pairs:
            self.pair(before, now, kind)
        self.drop(pairs)

    def take_statements(self, key: Callable[[Statement], Hashable | None]) -> None:
        pairs = _paired(*self.statements, key, None, alone=False)
        for before, now in pairs:
            self.pair(before, now, "edited")
        taken = {id(entry) for pair in pairs for entry in pair}
        olds, news = self.statements
        self.statements = (
            [entry for entry in olds if id(entry) not in taken],
            [entry for entry in news if id(entry) not in taken],
        )

    def drop(self, pairs: list[tuple[Assignment, Assignment]]) -> None:
        if pairs:
            taken = {id(entry) for pair in pairs for entry in pair}
            olds, news = self.assignments
            self.assignments = (
                [entry for entry in olds if id(entry) not in taken],
                [entry for entry in news if id(entry) not in taken],
            )

    def pair(self, before: Assignment | Statement, now: Assignment | Statement, kind: Kind) -> None:
        """Take two records for one, of which something changed, or nothing that counts."""
        fields = self.telling.differing(before.record, now.record)
        if not fields:
            self.changes.same.append((before.record, now.record))
            return
        for field in fields:
            if field.field in ("assignee", "contact"):
                old, new = (self.cited(entry.record, field.field) for entry in (before, now))
                if self.parties.are_same(old, new):
                    field.habit = "contact id renamed"
            elif field.field == "reference":
                if _is_published(before.record.reference, now.record.reference):
                    field.habit = "document published"
        if kind == "edited" and len(fields) == 1 and fields[0].habit == "document published":
            kind = "reference-published"
        self.found.append(Change(kind, [before.record], [now.record], fields))

    def cited(self, record: Record, field: str) -> Sequence[Citation]:
        if field == "assignee" and not self.telling.has_own_assignees:
            return record.assignee or record.contact
        held: Sequence[Citation] = getattr(record, field)
        return held

    # -- what is no record ----------------------------------------------------------------------

    def pair_contacts(self) -> None:
        """Pair contacts by id, and those whose id was renamed by what they say."""
        olds, news = self.old.contacts, self.new.contacts
        if not self.parties.known:
            self.changes.beyond[0].extend(olds)
            self.changes.beyond[1].extend(news)
            return

        def everything(contact: Contact) -> Hashable:
            return contact.contact_id, *contact_told(contact)

        def identity(contact: Contact) -> Hashable | None:
            return normal_space(contact.contact_id or "") or None

        def folded(contact: Contact) -> Hashable | None:
            return fold(normal_space(contact.contact_id or "")) or None

        def said(contact: Contact) -> Hashable | None:
            return tuple(contact_told(contact)) if marks_of(contact) else None

        def reached(contact: Contact) -> Hashable | None:
            who = name_of(contact)
            addresses = [mark for mark in marks_of(contact) if mark[0] == "uri"]
            return (who, *sorted(addresses)) if addresses and any(who) else None

        def named(contact: Contact) -> Hashable | None:
            who = name_of(contact)
            return who if any(who) else None

        equal, olds, news = _equal_bytes(self.old, self.new, olds, news, b"</person>")
        self.changes.same_contacts += equal
        for key, alone in (
            (everything, False), (identity, False), (folded, False), (said, False),
            (reached, False), (named, True),
        ):  # fmt: skip
            olds, news = self.take_contacts(olds, news, key, alone=alone)
        olds, news = self.pair_offices(olds, news)
        # A page lists only the contacts that it cites, and may so leave out any.
        part = any(registry.dump.form == "html" for registry in (self.old, self.new))
        for side, entries in enumerate((olds, news)):
            kind: Kind = "contact-added" if side else "contact-removed"
            for entry in entries:
                if part:
                    self.changes.beyond[side].append(entry)
                else:
                    self.found.append(
                        Change(kind, () if side else [entry], [entry] if side else ())
                    )

    def pair_offices(
        self, olds: list[Contact], news: list[Contact]
    ) -> tuple[list[Contact], list[Contact]]:
        """Pair entries of one organization whose ids are nearly the same: an office of it.

        Whoever holds it may be another person now.
        """

        def office(contact: Contact) -> Hashable | None:
            organization = name_of(contact)[1]
            core = fold(normal_space(contact.contact_id or "")).strip("_.-0123456789")
            return (organization, core) if organization and core else None

        return self.take_contacts(olds, news, office, alone=True)

    def take_contacts(
        self,
        olds: list[Contact],
        news: list[Contact],
        key: Callable[[Contact], Hashable | None],
        *,
        alone: bool,
    ) -> tuple[list[Contact], list[Contact]]:
        pairs = _paired(olds, news, key, None, alone=alone)
        for before, now in pairs:
            self.pair_contact(before, now)
        taken = {id(entry) for pair in pairs for entry in pair}
        return (
            [entry for entry in olds if id(entry) not in taken],
            [entry for entry in news if id(entry) not in taken],
        )

    def pair_contact(self, before: Contact, now: Contact) -> None:
        mine = normal_space(before.contact_id or ""), *contact_told(before)
        theirs = normal_space(now.contact_id or ""), *contact_told(now)
        fields = [
            FieldChange(field, was, becomes)
            for field, was, becomes in zip(("contact_id", *OF_CONTACT), mine, theirs, strict=True)
            if was != becomes
        ]
        if not fields:
            self.changes.same_contacts.append((before, now))
            return
        kind: Kind = "contact-changed"
        if fields[0].field == "contact_id":
            kind = "contact-renamed"
            self.parties.join(before.contact_id or "", now.contact_id or "")
        self.found.append(Change(kind, [before], [now], fields))

    def pair_footnotes(self) -> None:
        olds, news = self.old.footnotes, self.new.footnotes
        if not all("footnotes" in held.dump.carries for held in (self.old, self.new)):
            self.changes.beyond[0].extend(olds)
            self.changes.beyond[1].extend(news)
            return
        pairs = _paired(olds, news, footnote_key, None, alone=False)
        taken = {id(entry) for pair in pairs for entry in pair}
        for before, now in pairs:
            mine, theirs = footnote_told(before)[0], footnote_told(now)[0]
            if mine == theirs:
                self.changes.same_contacts.append((before, now))
            else:
                change = FieldChange("text", mine, theirs)
                self.found.append(Change("metadata", [before], [now], [change]))
        part = any(registry.dump.page is not None for registry in (self.old, self.new))
        for side, entries in enumerate((olds, news)):
            for entry in entries:
                if id(entry) in taken:
                    continue
                if part:
                    self.changes.beyond[side].append(entry)
                    continue
                text = footnote_told(entry)[0]
                self.found.append(
                    Change(
                        "metadata",
                        () if side else [entry],
                        [entry] if side else (),
                        [FieldChange("text", *(("", text) if side else (text, "")))],
                    )
                )

    def compare_metadata(self) -> None:
        """What the registry says of itself, where both forms say it."""
        dumps = (self.old.dump, self.new.dump)
        whole = all("metadata" in dump.carries for dump in dumps)
        fields: list[FieldChange] = []
        for name, values in (
            ("registry_id", [dump.registry_id for dump in dumps]),
            ("title", [dump.title for dump in dumps]),
            ("category", [dump.category for dump in dumps]),
            ("experts", [dump.experts for dump in dumps]),
            ("references", [bracketed(dump.references) or None for dump in dumps]),
            ("notes", [_notes(dump) or None for dump in dumps]),
        ):
            old, new = values
            if not whole and (old is None or new is None):
                continue
            mine, theirs = normal_space(old or ""), normal_space(new or "")
            if mine != theirs:
                fields.append(FieldChange(name, mine, theirs))
        if fields:
            self.found.append(Change("metadata", (), (), fields))


def _notes(dump: Dump) -> str:
    return "\n".join(
        f"{note.title or ''} {text_of(note.mixed) if note.mixed else note.text}"
        for note in dump.notes
    )


def _equal_bytes(
    old: Registry, new: Registry, olds: Sequence[Held], news: Sequence[Held], end: bytes
) -> tuple[list[tuple[Held, Held]], list[Held], list[Held]]:
    """Pair the entries of two dumps in XML that are the same to the byte; return what is left too.

    The bytes of an entry reach to where the next one begins, and count only where they end with
    the tag `end`: one that holds another entry does not.  The last one is left.
    """
    if old.dump.form != "xml" or new.dump.form != "xml":
        return [], list(olds), list(news)
    waiting: dict[bytes, list[Held]] = {}
    blocks = [_blocks(held.dump.data, entries) for held, entries in ((old, olds), (new, news))]
    for entry, block in zip(reversed(olds), reversed(blocks[0]), strict=True):
        if block.endswith(end):
            waiting.setdefault(block, []).append(entry)
    pairs: list[tuple[Held, Held]] = []
    left: list[Held] = []
    taken: set[int] = set()
    for entry, block in zip(news, blocks[1], strict=True):
        same = waiting.get(block)
        if same:
            before = same.pop()
            taken.add(id(before))
            pairs.append((before, entry))
        else:
            left.append(entry)
    return pairs, [entry for entry in olds if id(entry) not in taken], left


def _blocks(data: bytes, entries: Sequence[Any]) -> list[bytes]:
    starts = [entry.offset for entry in entries]
    ends = [*starts[1:], starts[-1]] if starts else []
    return [data[start:end].rstrip() for start, end in zip(starts, ends, strict=True)]


def _paired(
    olds: Sequence[Held],
    news: Sequence[Held],
    key: Callable[[Held], Hashable | None],
    test: Callable[[Held, Held], bool] | None,
    *,
    alone: bool,
) -> list[tuple[Held, Held]]:
    """Pair the entries with the same key in their order; with `alone`, only one with one.

    An entry whose key is `None` stays, and a pair that does not stand `test`.
    """
    if not olds or not news:
        return []
    grouped: dict[Hashable, tuple[list[Held], list[Held]]] = {}
    for entry in olds:
        mark = key(entry)
        if mark is not None:
            grouped.setdefault(mark, ([], []))[0].append(entry)
    for entry in news:
        mark = key(entry)
        if mark is not None and mark in grouped:
            grouped[mark][1].append(entry)
    found: list[tuple[Held, Held]] = []
    for mine, theirs in grouped.values():
        if theirs and (not alone or len(mine) == len(theirs) == 1):
            found += [
                (before, now)
                for before, now in zip(mine, theirs, strict=False)
                if test is None or test(before, now)
            ]
    return found


def _number(entry: Assignment | Statement) -> Hashable:
    """The port numbers of an entry, as text where they are none."""
    return entry.ports or normal_space(entry.record.port_number or "")


def _place(entry: Assignment | Statement) -> tuple[Hashable, str]:
    word = entry.transport or normal_space(entry.record.transport_protocol or "")
    return _number(entry), word


def _by_place(statements: Iterable[Statement]) -> dict[Hashable, list[Assignment | Statement]]:
    found: dict[Hashable, list[Assignment | Statement]] = {}
    for entry in reversed(list(statements)):
        found.setdefault(_place(entry), []).append(entry)
    return found


def _portless(
    assignments: Iterable[Assignment],
) -> dict[Hashable, list[Assignment | Statement]]:
    found: dict[Hashable, list[Assignment | Statement]] = {}
    for entry in reversed(list(assignments)):
        if not entry.record.port_number:
            found.setdefault((entry.key, _place(entry)[1]), []).append(entry)
    return found


def _overlapping(
    olds: Sequence[Statement], news: Sequence[Statement]
) -> Iterator[tuple[list[Statement], list[Statement]]]:
    """Yield the statements of both sides in heaps that share port numbers."""
    spans: list[tuple[int, int, int, int, Statement]] = []
    for side, held in enumerate((olds, news)):
        for at, entry in enumerate(held):
            if entry.ports is None:
                yield ([], [entry]) if side else ([entry], [])
            else:
                spans.append((entry.ports.low, entry.ports.high, side, at, entry))
    spans.sort(key=lambda span: span[:2])
    heap: tuple[list[Statement], list[Statement]] = ([], [])
    reach = -1
    for low, high, side, _at, entry in spans:
        if low > reach and any(heap):
            yield heap
            heap = ([], [])
        heap[side].append(entry)
        reach = max(reach, high)
    if any(heap):
        yield heap


def _holds(ports: PortRange | None, parts: Iterable[Statement]) -> bool:
    return ports is not None and all(
        part.ports is not None and ports.low <= part.ports.low and part.ports.high <= ports.high
        for part in parts
    )


def _is_published(before: Sequence[Citation], now: Sequence[Citation]) -> bool:
    """Say whether all that changed is that unpublished documents became RFCs, or were approved."""
    mine = {citation.display for citation in before}
    theirs = {citation.display for citation in now}
    gone, come = mine - theirs, theirs - mine
    if not gone or len(gone) != len(come) or len(before) != len(now):
        return False
    bases = set(map(_base, gone))
    return all(map(_is_unpublished, gone)) and all(
        _is_rfc(shown) or (shown.startswith("RFC-") and _base(shown) in bases) for shown in come
    )


def _is_unpublished(shown: str) -> bool:
    return shown.lower().startswith(("draft-", "rfc-"))


def _is_rfc(shown: str) -> bool:
    number = shown.upper().removeprefix("RFC").strip()
    return shown.upper().startswith("RFC") and number.isascii() and number.isdigit()


def _base(shown: str) -> str:
    """The name of a draft, without what stands before and the number of its version behind it."""
    name = shown.partition(",")[0].lower().removeprefix("draft-").removeprefix("rfc-")
    stem, hyphen, version = name.rpartition("-")
    return stem if hyphen and version.isdigit() else name


def _position(change: Change) -> tuple[object, ...]:
    """Where a change stands among the others: by port number and name, people behind, then rest."""
    entries = [*change.news[:1], *change.olds[:1]]
    if change.kind == "metadata":
        return (2, 0, "", 0, "")
    entry = entries[0]
    subject = entry.subject
    if "service_name" not in subject:
        return (1, 0, (subject.get("contact") or "").casefold(), 0, "")
    ports = port_range(subject["port"])
    word = subject["transport_protocol"] or ""
    rank = TRANSPORT_PROTOCOLS.index(word) if word in TRANSPORT_PROTOCOLS else 9
    return (
        0,
        _LAST if ports is None else ports.low,
        fold(subject["service_name"] or ""),
        rank,
        word,
    )
