"""The rules of family HX: which changes between two dumps break the procedures of RFC 6335.

They look at the `Changes` and report in the new dump, with the place in the old one as related.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from validator.diff.changes import Change, Changes, FieldChange, Kind
from validator.diff.former_use import (
    Mentions,
    entries_on,
    has_comment,
    notes_former_use,
    statements_on,
)
from validator.diff.parties import Parties
from validator.engine.rule import ERROR, NOTE, WARNING, Related, Violation, rule
from validator.model.entries import Assignment, Statement
from validator.model.record import Citation, Contact, Record
from validator.model.values import Date
from validator.model.vocabulary import name_key, normal_space, quoted

_PAIRED: tuple[Kind, ...] = ("edited", "renamed", "moved", "reference-published")
_REMOVED: tuple[Kind, ...] = ("released", "transport-removed")


class RemovedRecord:
    """A record that the new dump lacks; `offset` is the byte after which it would be listed."""

    __slots__ = ("offset", "record")

    def __init__(self, record: Record, offset: int) -> None:
        self.record = record
        self.offset = offset

    @property
    def subject(self) -> dict[str, str | None]:
        return self.record.subject


# -- names ------------------------------------------------------------------------------------


@rule("HX001", WARNING, "RFC 6335, Sections 8.2 and 8.3")
def service_name_vanished(changes: Changes) -> Iterator[Violation]:
    """A service name was removed, and no record on its ports says what became of it.

    RFC 6335 expects a name to remain assigned, without a port number, when its last port number is
    returned. If the name itself is removed, it should be marked as Reserved, with a comment on its
    former use. A renamed service is reported by HX002, a port with a new holder by HX009, and a
    released port without a comment by HX010.

    Why it matters: software may still use the name, and nobody can look up what it was.

    Flagged::

        -<record><name>harbor-log</name><protocol>tcp</protocol>
        -<description>Log</description></record>
         <record><name>quay</name><protocol>tcp</protocol><description>Quay</description></record>

    Accepted::

        -<record><name>harbor-log</name><protocol>tcp</protocol><description>Log</description>
        -<number>4621</number></record>
        +<record><name>harbor-log</name><description>Log</description></record>
        +<record><protocol>tcp</protocol><description>Reserved</description><number>4621</number>
        +<note>Released on 2026-03-04</note></record>
    """
    explained = {replacement.old_key for replacement in changes.new.replacements}
    candidates: dict[str, Assignment] = {}
    mentions = Mentions()
    for change, entry in _old_assignments(changes):
        if entry.key in changes.new.by_name:
            continue
        is_alias = entry.record.index in changes.old.alias_by_record
        if change.kind not in _REMOVED or is_alias or _is_explained(changes, entry, mentions):
            explained.add(entry.key)
        else:
            candidates.setdefault(entry.key, entry)
    for key, entry in candidates.items():
        if key not in explained:
            yield Violation(
                _removed(changes, entry.record),
                None,
                f'service name "{entry.name}" was removed; expected it to remain without a port'
                " number, or a note on its former use",
                value=entry.name,
                related=[_before("last listed here", changes, entry.record, "service_name")],
            )


def _is_explained(changes: Changes, entry: Assignment, mentions: Mentions) -> bool:
    """Say whether the new dump says of the port of an assignment what became of it."""
    others = entries_on(changes.new, entry.ports, entry.transport)
    return any(isinstance(other, Statement) for other in others) or mentions.are_in(
        (other.record for other in others), entry.name
    )


@rule("HX002", WARNING, "RFC 6335, Section 8.3")
def renamed_in_place(changes: Changes) -> Iterator[Violation]:
    """A service was renamed, and no record mentions its old name.

    RFC 6335 expects a new name to be assigned in addition to the old one, which remains assigned.
    A note on the port that mentions the old name is accepted too, and a description that says that
    it was the name ("formerly quay-log").

    Why it matters: clients that look up the old name find nothing.

    Flagged::

        -<record><name>quay-log</name><protocol>tcp</protocol>
        +<record updated="2026-03-04"><name>pier-log</name><protocol>tcp</protocol>
         <xref type="person" data="Ann_Example"/><description>Log</description>
         <number>4621</number></record>

    Accepted::

        -<record><name>quay-log</name><protocol>tcp</protocol>
        +<record updated="2026-03-04"><name>pier-log</name><protocol>tcp</protocol>
         <xref type="person" data="Ann_Example"/><description>Log</description><number>4621</number>
        +<note>Formerly quay-log.</note>
         </record>
    """
    mentions = Mentions(as_former=True)
    for change in changes.of_kind("renamed"):
        before, now = _records(change)
        old, new = before.service_name or "", now.service_name or ""
        if name_key(old) in changes.new.by_name or before.index in changes.old.alias_by_record:
            continue
        entry = changes.new.assignment_of(now)
        assert entry is not None
        on_port = entries_on(changes.new, entry.ports, entry.transport)
        if mentions.are_in([now, *(other.record for other in on_port)], old):
            continue
        yield Violation(
            now,
            "service_name",
            f'"{old}" was renamed to "{new}"; expected the old name to remain assigned, or a note'
            " that mentions it",
            related=[_before(f'was "{old}"', changes, before, "service_name")],
        )


# -- assignees --------------------------------------------------------------------------------


@rule("HX003", WARNING, "RFC 6335, Section 8.5", needs=("contacts",))
def assignee_changed(changes: Changes) -> Iterator[Violation]:
    """The assignee of an assignment changed.

    Assignments cannot be transferred: the old assignee returns the assignment, and the new one
    requests it. Parties are compared, not ids. Two ids are the same party if their address agrees
    in either dump, or their name and organization do.

    If a record had no assignee of its own, its contact stood for it. Adding an assignee to such a
    record is maintenance under Section 8.6 and not reported, nor is a new contact of the same
    organization or mail domain.

    Why it matters: transfers would create a market for port numbers, and RFC 6335 forbids them.

    Flagged::

         <record><name>quay</name><protocol>tcp</protocol>
        -<assignee><xref type="person" data="Ann_Example"/></assignee>
        +<assignee><xref type="person" data="Example_Org"/></assignee>
         <xref type="person" data="Ben_Example"/><description>Log</description>
         <number>4621</number></record>

    Accepted::

         <record><name>quay</name><protocol>tcp</protocol>
        +<assignee><xref type="person" data="Example_Org"/></assignee>
         <xref type="person" data="Ben_Example"/><description>Log</description>
         <number>4621</number></record>
    """
    parties = Parties(changes.old, changes.new)
    for change in changes.of_kind("edited", "renamed", "moved"):
        before, now = _records(change)
        if not before.service_name or not (_field(change, "assignee") or _field(change, "contact")):
            continue
        old, new = changes.old.assignees(before), changes.new.assignees(now)
        if not old or not new or parties.marks(old) & parties.marks(new):
            continue
        if not before.assignee and _is_maintained(parties, old, now):
            continue
        yield Violation(
            now,
            "assignee" if now.assignee else "contact",
            f"assignee changed from {_displayed(old)} to {_displayed(new)}; assignments cannot be"
            " transferred",
            related=[
                _before(
                    f"was {_displayed(old)}",
                    changes,
                    before,
                    "assignee" if before.assignee else "contact",
                )
            ],
        )


def _is_maintained(parties: Parties, contacts: Sequence[Citation], now: Record) -> bool:
    """Say whether a contact that stood for an assignee, or a colleague, is a holder now."""
    holders = (*now.assignee, *now.contact)
    return bool(
        parties.marks(contacts) & parties.holders(now)
        or parties.domains(contacts) & parties.domains(holders)
        or parties.organizations(contacts) & parties.organizations(holders)
    )


# -- dates ------------------------------------------------------------------------------------


@rule("HX004", WARNING, "RFC 6335, Section 8.1.1")
def registration_date_changed(changes: Changes) -> Iterator[Violation]:
    """The registration date of a record changed or was removed.

    The day of an assignment does not change. It is accepted if a month becomes a day of the same
    month, or if a record gets its first date.

    Why it matters: this date tells who was first, and which rules applied.

    Flagged::

        -<record date="2015-06-07"><name>quay</name><protocol>tcp</protocol>
        +<record date="2016-06-07" updated="2026-03-04"><name>quay</name><protocol>tcp</protocol>
         <description>Log</description></record>

    Accepted::

        -<record date="2006-04"><name>quay</name><protocol>tcp</protocol>
        +<record date="2006-04-21" updated="2026-03-04"><name>quay</name><protocol>tcp</protocol>
         <description>Log</description></record>
    """
    for change in changes.of_kind(*_PAIRED):
        field = _field(change, "registration_date")
        if field is None or not field.old:
            continue
        before, now = _records(change)
        old, new = _dates(changes, field)
        if field.new and old and new and not old.before(new) and not new.before(old):
            continue
        yield Violation(
            now,
            "registration_date",
            f"registration date changed from {quoted(field.old)} to {quoted(field.new)}"
            if field.new
            else f"registration date {quoted(field.old)} was removed",
            related=[_before(_was(field.old), changes, before, field.field)],
        )


@rule("HX005", WARNING, "RFC 6335, Section 8.1.1")
def modification_date_not_advanced(changes: Changes) -> Iterator[Violation]:
    """A record changed, but its modification date did not.

    The registry makes three changes without a new date: an RFC replaces the draft that it was
    published from, a draft gets a new version or is approved, and a contact gets another id.
    Statements on unassigned and reserved port numbers have no dates. If a dump has no table of
    contacts, changes of assignee and contact are ignored.

    Why it matters: whoever keeps a copy up to date by this field misses the change.

    Flagged::

         <record date="2015-06-07" updated="2020-01-02"><name>quay</name><protocol>tcp</protocol>
        -<description>Quay log</description></record>
        +<description>Quay log exchange</description></record>

    Accepted::

        -<record date="2015-06-07" updated="2020-01-02"><name>quay</name><protocol>tcp</protocol>
        -<description>Quay log</description></record>
        +<record date="2015-06-07" updated="2026-03-04"><name>quay</name><protocol>tcp</protocol>
        +<description>Quay log exchange</description></record>
    """
    if "modification_date" not in changes.fields:
        return
    for change in changes.of_kind(*_PAIRED):
        before, now = _records(change)
        fields = _undated_fields(changes, change)
        if not fields or not (before.service_name or now.service_name):
            continue
        names = ", ".join(field.field.replace("_", " ") for field in fields)
        date, dated = now.modification_date, _field(change, "modification_date")
        if dated is not None:
            defect = f"the modification date {quoted(dated.old)} was removed"
        elif date:
            defect = f"the modification date is still {quoted(date)}"
        else:
            defect = "there is no modification date"
        first = fields[0]
        yield Violation(
            now,
            "modification_date" if date else first.field,
            f"{names} changed, but {defect}",
            related=[_before(_was(first.old), changes, before, first.field)],
        )


def _undated_fields(changes: Changes, change: Change) -> list[FieldChange]:
    """The fields of a record that changed without the new modification date that they need."""
    dated = _field(change, "modification_date")
    if dated is not None and dated.new:
        return []  # HX006, where it went back
    if _field(change, "registration_date") is not None:
        return []  # HX004, or it has been dated for the first time
    ignored = {"modification_date"}
    if "contacts" not in changes.old.dump.carries & changes.new.dump.carries:
        ignored |= {"assignee", "contact"}
    if _records(change)[0].index in changes.old.alias_by_record:
        ignored.add("assignment_notes")  # HX014
    return [f for f in change.fields if f.habit is None and f.field not in ignored]


@rule("HX006", ERROR, "RFC 6335, Section 8.1.1")
def modification_date_backwards(changes: Changes) -> Iterator[Violation]:
    """The modification date of a record is earlier than before.

    If one of the two dates is a month, only the months are compared.

    Why it matters: one of the two dates is wrong, or an old state of the record came back.

    Flagged::

        -<record updated="2020-01-02"><name>quay</name><protocol>tcp</protocol>
        +<record updated="2019-01-02"><name>quay</name><protocol>tcp</protocol>
         <description>Quay log</description></record>

    Accepted::

        -<record updated="2020-01-02"><name>quay</name><protocol>tcp</protocol>
        +<record updated="2020-01"><name>quay</name><protocol>tcp</protocol>
         <description>Quay log</description></record>
    """
    for change in changes.of_kind(*_PAIRED):
        field = _field(change, "modification_date")
        if field is None:
            continue
        if _went_back(changes, field):
            before, now = _records(change)
            yield Violation(
                now,
                "modification_date",
                f"modification date went back from {field.old} to {field.new}",
                related=[_before(_was(field.old), changes, before, field.field)],
            )


@rule("HX007", NOTE, "Registry convention", needs=("registry-date",))
def registry_date_not_advanced(changes: Changes) -> Iterator[Violation]:
    """The registry changed, but its "last updated" date did not.

    Why it matters: a copy with this date looks current, but is not.

    Flagged::

        -<record date="2026-08-17"><name>quay</name><protocol>tcp</protocol>
        -<description>Log</description></record>
        +<record date="2026-08-17"><name>quay</name><protocol>tcp</protocol>
        +<description>Logs</description></record>

    Accepted::

         <record date="2026-08-17"><name>quay</name><protocol>tcp</protocol>
         <description>Log</description></record>
    """
    old, new = _registry_dates(changes)
    if old and old == new and changes.all:
        count = len(changes.all)
        many = "1 change" if count == 1 else f"{count:,} changes"
        yield Violation(
            changes.new.dump,
            "updated",
            f"{many}, but the registry date is still {quoted(new)}",
            related=[Related("same date", changes.old.dump, "updated", dump=changes.old.dump)],
        )


@rule("HX008", ERROR, "Registry convention", needs=("registry-date",))
def registry_date_backwards(changes: Changes) -> Iterator[Violation]:
    """The new dump has an earlier date than the old one.

    Why it matters: the dumps are in the wrong order, or an old registry was published.

    Flagged::

        -<updated>2026-08-18</updated>
        +<updated>2026-08-17</updated>

    Accepted::

        -<updated>2026-08-16</updated>
        +<updated>2026-08-17</updated>
    """
    before, now = _registry_dates(changes)
    old, new = changes.old.date(before), changes.new.date(now)
    if old is not None and new is not None and new.before(old):
        dump = changes.old.dump
        yield Violation(
            changes.new.dump,
            "updated",
            f"registry date {now} is before {before}, the date of the old dump",
            related=[Related(f"date of the old dump: {before}", dump, "updated", dump=dump)],
        )


# -- port numbers -----------------------------------------------------------------------------


@rule("HX009", WARNING, "RFC 6335, Section 8.3")
def port_reused_without_note(changes: Changes) -> Iterator[Violation]:
    """A port number was reassigned to another holder, and no record mentions its former use.

    To reuse a port number, it is returned and assigned again, and the registry should mention its
    former use. A note or description on the port that names the old service is accepted, and so is
    a note that the number was released, removed or retasked.

    Why it matters: the old software is still in use, and talks to the new service.

    Flagged::

        -<record><name>quay-log</name><protocol>tcp</protocol>
        -<xref type="person" data="Ann_Example"/>
        -<description>Quay log</description><number>4621</number></record>
        +<record date="2026-03-04"><name>ferry</name><protocol>tcp</protocol>
        +<xref type="person" data="Example_Org"/><description>Ferry</description>
        +<number>4621</number></record>

    Accepted::

        -<record><name>quay-log</name><protocol>tcp</protocol>
        -<xref type="person" data="Ann_Example"/>
        -<description>Quay log</description><number>4621</number></record>
        +<record date="2026-03-04"><name>ferry</name><protocol>tcp</protocol>
        +<xref type="person" data="Example_Org"/><description>Ferry</description>
        +<number>4621</number>
        +<note>Retasked on 2026-03-04, previously quay-log.</note></record>
    """
    mentions = Mentions()
    for change in changes.of_kind("reassigned"):
        before, now = _records(change)
        if before.index in changes.old.alias_by_record:
            continue
        entry = changes.new.assignment_of(now)
        assert entry is not None
        on_port = entries_on(changes.new, entry.ports, entry.transport)
        old = before.service_name or ""
        records = [now, *(other.record for other in on_port)]
        if any(map(notes_former_use, records)) or mentions.are_in(records, old):
            continue
        holders = _displayed((*before.assignee, *before.contact))
        yield Violation(
            now,
            "service_name",
            f'port {_port(entry)} was reassigned from "{old}"{holders and f" ({holders})"} to'
            f' "{entry.name}"; expected a note on its former use',
            related=[_before(f'was "{old}"', changes, before, "service_name")],
        )


@rule("HX010", WARNING, "RFC 6335, Section 8.2")
def released_without_comment(changes: Changes) -> Iterator[Violation]:
    """A port number was released without a comment, or without being marked as Reserved.

    RFC 6335 expects a returned port number to be marked as Reserved rather than Unassigned, with a
    comment on its former use. The comment may be on the record of another transport protocol of
    the port.

    Why it matters: the number looks unused, but software that uses it is still around.

    Flagged::

        -<record><name>quay</name><protocol>tcp</protocol><description>Log</description>
        -<number>4621</number></record>
        +<record><protocol>tcp</protocol><description>Reserved</description>
        +<number>4621</number></record>

    Accepted::

        -<record><name>quay</name><protocol>tcp</protocol><description>Log</description>
        -<number>4621</number></record>
        +<record><protocol>tcp</protocol><description>Reserved</description><number>4621</number>
        +<note>Released on 2026-03-04, previously quay</note></record>
    """
    for _, entry in _old_assignments(changes, *_REMOVED, "moved", "renamed"):
        if entry.ports is None or entry.record.index in changes.old.alias_by_record:
            continue
        statements = statements_on(changes.new, entry.ports, entry.transport)
        if not statements:
            continue
        statement = next((other for other in statements if other.state), statements[0])
        on_port = entries_on(changes.new, entry.ports, None)
        defects: list[str] = []
        if statement.state == "Unassigned":
            defects.append("is Unassigned (expected Reserved)")
        if not any(has_comment(other, entry.ports) for other in on_port):
            defects.append("has no note on its former use")
        if defects:
            yield Violation(
                statement.record,
                "description",
                f'port {_port(entry)} of "{entry.name}" was released, but {" and ".join(defects)}',
                related=[_before("was assigned here", changes, entry.record, None)],
            )


# -- what is new ------------------------------------------------------------------------------


@rule("HX011", NOTE, "RFC 6335, Section 8.1.1")
def new_record_undated(changes: Changes) -> Iterator[Violation]:
    """A new assignment has no registration date.

    A name that lost its port number and remains without one is not new. Nor is a well-formed name
    that replaces an old one (Section 10.1).

    Why it matters: nobody can tell later when it was assigned, and by which rules.

    Flagged::

        +<record><name>quay</name><protocol>tcp</protocol><description>Log</description></record>

    Accepted::

        +<record date="2026-03-04"><name>quay</name><protocol>tcp</protocol>
        +<description>Log</description></record>
    """
    if "registration_date" not in changes.fields:
        return
    replacing = {replacement.assignment.record.index for replacement in changes.new.replacements}
    for change, record in _new_records(changes):
        if not (record.registration_date or "").strip() and record.index not in replacing:
            yield Violation(
                record,
                None,
                f'"{record.service_name}" is new, but has no registration date',
                value=record.service_name,
                related=_replaced(changes, change),
            )


@rule("HX012", NOTE, "RFC 6335, Section 8.1.1", needs=("registry-date",))
def new_record_date(changes: Changes) -> Iterator[Violation]:
    """The registration date of a new assignment is not between the dates of the two dumps.

    The dates of the dumps themselves are accepted.

    Why it matters: the date is wrong, or the record was published late.

    Flagged::

        +<record date="2019-03-04"><name>quay</name><protocol>tcp</protocol>
        +<description>Log</description></record>

    Accepted::

        +<record date="2026-03-04"><name>quay</name><protocol>tcp</protocol>
        +<description>Log</description></record>
    """
    if "registration_date" not in changes.fields:
        return
    since, until = _registry_dates(changes)
    old, new = changes.old.date(since), changes.new.date(until)
    for change, record in _new_records(changes):
        if change.kind == "reassigned" and _field(change, "registration_date") is None:
            continue  # it has the date of the record before it
        date = changes.new.date((record.registration_date or "").strip())
        if date is None or date.impossible:
            continue
        if old is not None and date.before(old):
            position = f"before the old dump ({since})"
        elif new is not None and new.before(date):
            position = f"after the new dump ({until})"
        else:
            continue
        dump = changes.old.dump
        yield Violation(
            record,
            "registration_date",
            f'"{record.service_name}" is new, but its registration date {date.text} is {position}',
            related=[Related(f"date of the old dump: {since}", dump, "updated", dump=dump)],
        )


@rule("HX013", NOTE, "RFC 6335, Section 8.6", needs=("contacts",))
def contact_changed_undated(changes: Changes) -> Iterator[Violation]:
    """A contact changed, but its "last updated" date did not.

    Name, organization and address are compared. A new id alone is not a change of the contact.

    Why it matters: nobody can tell whether the address is old or was confirmed recently.

    Flagged::

        -<person id="Cai_Example"><name>Cai Example</name>
        -<uri>mailto:cai&amp;example.com</uri></person>
        +<person id="Cai_Example"><name>Cai Example</name>
        +<uri>mailto:cai&amp;example.org</uri></person>

    Accepted::

        -<person id="Cai_Example"><name>Cai Example</name>
        -<uri>mailto:cai&amp;example.com</uri></person>
        +<person id="Cai_Example"><name>Cai Example</name><uri>mailto:cai&amp;example.org</uri>
        +<updated>2026-03-04</updated></person>
    """
    for change in changes.of_kind("contact-changed", "contact-renamed"):
        before, now = change.olds[0], change.news[0]
        if not isinstance(before, Contact) or not isinstance(now, Contact):
            continue
        fields = [f for f in change.fields if f.field not in ("contact_id", "last_updated")]
        if not fields:
            continue
        dated = _field(change, "last_updated")
        if dated is not None and dated.new and not _went_back(changes, dated):
            continue
        names = ", ".join(field.field.replace("_", " ") for field in fields)
        date, first = now.last_updated, fields[0]
        yield Violation(
            now,
            "last_updated" if date else first.field,
            f"{names} changed, but {_last_updated_defect(now, dated)}",
            related=[Related(_was(first.old), before, first.field, dump=changes.old.dump)],
        )


def _last_updated_defect(contact: Contact, dated: FieldChange | None) -> str:
    if dated is None:
        date = contact.last_updated
        return f'"last updated" is still {quoted(date)}' if date else 'there is no "last updated"'
    if dated.new:
        return f'"last updated" went back from {quoted(dated.old)} to {quoted(dated.new)}'
    return f'"last updated" {quoted(dated.old)} was removed'


# -- aliases ----------------------------------------------------------------------------------


@rule("HX014", ERROR, "RFC 6335, Section 10.1")
def alias_lost(changes: Changes) -> Iterator[Violation]:
    """An alias was removed, or the note that declares it an alias or historic.

    The old names of Section 10.1 stay in the registry, with a note that names the new one.

    Why it matters: whoever finds the old name in old software cannot find the new one.

    Flagged::

         <record date="2015-06-07"><name>quay_log</name><protocol>tcp</protocol>
         <description>Log</description>
        -<note>This entry is an alias to "quay-log". This entry is now historic, not usable for use
        -with
        -many common service discovery mechanisms.</note></record>
        +</record>

    Accepted::

         <record date="2015-06-07"><name>quay_log</name><protocol>tcp</protocol>
         <description>Log</description>
        -<note>This entry is an alias to "quay-log". This entry is now historic, not usable for use
        -with
        -many common service discovery mechanisms.</note></record>
        +<note>This entry is an alias to "pier-log". This entry is now historic, not usable for use
        +with
        +many common service discovery mechanisms.</note></record>
    """
    for change, entry in _old_assignments(changes):
        before = entry.record
        alias = changes.old.alias_by_record.get(before.index)
        if alias is None:
            continue
        related = [_before("the alias was declared here", changes, before, "assignment_notes")]
        target = quoted(alias.target)
        if change.kind in _REMOVED or change.kind == "reassigned":
            yield Violation(
                _removed(changes, before),
                None,
                f'alias "{before.service_name}" to {target} was removed; expected it to remain',
                value=before.service_name,
                related=related,
            )
            continue
        now = _records(change)[1]
        remaining = changes.new.alias_by_record.get(now.index)
        if remaining is None:
            message = f"the note that this is an alias to {target} was removed"
        elif alias.historic and not remaining.historic:
            message = "the note that this alias is historic was removed"
        else:
            continue
        yield Violation(now, "assignment_notes", message, related=related)


# -- helpers ----------------------------------------------------------------------------------


def _old_assignments(changes: Changes, *kinds: Kind) -> Iterator[tuple[Change, Assignment]]:
    """The changes of an assignment of the old dump, with this assignment."""
    for change in changes.of_kind(*kinds) if kinds else changes.all:
        before = change.olds[0] if change.olds else None
        entry = changes.old.assignment_of(before) if isinstance(before, Record) else None
        if entry is not None:
            yield change, entry


def _new_records(changes: Changes) -> Iterator[tuple[Change, Record]]:
    for change in changes.of_kind("assigned", "transport-added", "reassigned"):
        record = change.news[0]
        assert isinstance(record, Record)
        yield change, record


def _records(change: Change) -> tuple[Record, Record]:
    before, now = change.olds[0], change.news[0]
    assert isinstance(before, Record)
    assert isinstance(now, Record)
    return before, now


def _field(change: Change, name: str) -> FieldChange | None:
    for field in change.fields:
        if field.field == name:
            return field
    return None


def _dates(changes: Changes, field: FieldChange) -> tuple[Date | None, Date | None]:
    return changes.old.date(field.old), changes.new.date(field.new)


def _went_back(changes: Changes, field: FieldChange) -> bool:
    """Say whether a date is earlier than it was."""
    old, new = _dates(changes, field)
    return old is not None and new is not None and new.before(old)


def _registry_dates(changes: Changes) -> tuple[str, str]:
    old, new = changes.old.updated, changes.new.updated
    return normal_space(old or ""), normal_space(new or "")


def _before(message: str, changes: Changes, record: Record, field: str | None) -> Related:
    return Related(message, record, field, dump=changes.old.dump)


def _replaced(changes: Changes, change: Change) -> Sequence[Related]:
    """The places in the old dump of what a new record took the place of."""
    return [
        _before("listed here before", changes, entry, None)
        for entry in change.olds
        if isinstance(entry, Record)
    ]


def _was(text: str) -> str:
    return f"was {quoted(text)}" if text else "was empty"


def _displayed(citations: Iterable[Citation]) -> str:
    names = dict.fromkeys(citation.display for citation in citations)
    return ", ".join(f"[{name}]" for name in names)


def _port(entry: Assignment) -> str:
    record = entry.record
    return "/".join(filter(None, (record.port_number, record.transport_protocol)))


def _removed(changes: Changes, record: Record) -> RemovedRecord:
    """A record that was removed, at the place where it would be listed in the new dump."""
    return RemovedRecord(record, changes.insertion_offset(record))
