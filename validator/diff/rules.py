"""The rules of family HX: which changes between two dumps break the procedures of RFC 6335.

They are handed the `Changes` and find in the new dump, with the place in the old one beside it.
"""

from __future__ import annotations

from validator.engine.rule import ERROR, NOTE, WARNING, Related, Violation, rule
from validator.model.pattern import pattern
from validator.model.record import Contact, Record
from validator.model.registry import Assignment, Statement
from validator.model.vocabulary import fold, normal_space, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validator.diff.changes import Change, Changes, FieldChange, Kind
    from validator.model.registry import Date, PortRange, Registry

# The words by which the registry says that an assignment has ended or became another.
_PARTING = pattern(
    r"\b(?:de-?\s?assigned|unassigned|released?|removed|returned|revoked|retasked|retired|"
    r"re-?assigned|previously|formerly|renamed|replaced|replaces|changed|was|used\s++to)\b",
    "ai",
    limited=True,
)
_BARE_STATE = pattern(r"(?:unassigned|reserved)[\s.]*+", "ai")
_PAIRED: tuple[Kind, ...] = ("edited", "renamed", "moved", "reference-published")
_NEW: tuple[Kind, ...] = ("assigned", "transport-added", "reassigned")
_GONE: tuple[Kind, ...] = ("released", "transport-removed")
# So many records that speak of a port number are asked what became of it.
_LOOKED_AT = 20


class Gone:
    """A record that the new dump has no more; `offset` is the byte where it would stand."""

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
    """A service name is gone, and no record of its ports says what became of it.

    A name should remain assigned when its last port number is returned, as a name without a port;
    where it is taken away all the same it is to be marked as Reserved, and a comment is to tell of
    its former use. A name that was changed is HX002, a port that is marked without a comment
    HX010, one that went to somebody else HX009.

    Why it matters: software still asks for the name, and whoever looks it up learns nothing.

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
    reported: set[str] = set()
    others: set[str] = set()
    candidates: list[Assignment] = []
    by_record = changes.old.assignment_of
    for change in changes.every:
        if not change.olds or not isinstance(change.olds[0], Record):
            continue
        entry = by_record.get(change.olds[0].index)
        if entry is None or entry.key in changes.new.by_name:
            continue
        is_alias = entry.record.index in changes.old.alias_records
        if change.kind not in _GONE or is_alias:
            others.add(entry.key)
            continue
        beside = _speaking(changes.new, entry.ports, entry.transport)
        if any(isinstance(other, Statement) for other in beside) or any(
            _mentions(other.record, entry.name) for other in beside
        ):
            others.add(entry.key)
        else:
            candidates.append(entry)
    replaced = {replacement.old_key for replacement in changes.new.replacements}
    for entry in candidates:
        if entry.key in others or entry.key in reported or entry.key in replaced:
            continue
        reported.add(entry.key)
        yield Violation(
            _gone(changes, entry.record),
            None,
            f'the service name "{entry.name}" is gone, and no record says what became of it',
            value=entry.name,
            related=[_before("it stood here", changes, entry.record, "service_name")],
        )


@rule("HX002", WARNING, "RFC 6335, Section 8.3")
def renamed_in_place(changes: Changes) -> Iterator[Violation]:
    """An assignment has another service name than before, and the old name is kept nowhere.

    A new name is to be assigned beside the old one, which should remain: it costs nothing. A note
    on the port that tells the old name is accepted.

    Why it matters: clients that look the service up by its old name find nothing.

    Flagged::

        -<record><name>quay-log</name><protocol>tcp</protocol>
        +<record><name>pier-log</name><protocol>tcp</protocol>
         <xref type="person" data="Ann_Example"/><description>Log</description>
         <number>4621</number></record>

    Accepted::

        -<record><name>quay-log</name><protocol>tcp</protocol>
        +<record><name>pier-log</name><protocol>tcp</protocol>
         <xref type="person" data="Ann_Example"/><description>Log</description><number>4621</number>
        +<note>Formerly quay-log.</note>
         </record>
    """
    for change in changes.of("renamed"):
        before, now = _records(change)
        old, new = before.service_name or "", now.service_name or ""
        if fold(old) in changes.new.by_name or before.index in changes.old.alias_records:
            continue
        entry = changes.new.assignment_of[now.index]
        beside = _speaking(changes.new, entry.ports, entry.transport)
        if _mentions(now, old) or any(_mentions(other.record, old) for other in beside):
            continue
        yield Violation(
            now,
            "service_name",
            f'"{old}" is called "{new}" now, and the old name is kept nowhere',
            related=[_before(f'"{old}" before', changes, before, "service_name")],
        )


# -- assignees --------------------------------------------------------------------------------


@rule("HX003", WARNING, "RFC 6335, Section 8.5", needs=("contacts",))
def assignee_changed(changes: Changes) -> Iterator[Violation]:
    """An assignment has another assignee than before.

    Assignments cannot be transferred: the old assignee returns it, and the new one requests it.
    Compared are parties, not ids: an entry that got another id is the same party, and so is one
    with the same address, or the same name and organization, before or after.

    Where a record had no assignee of its own its contact stood for it. That an assignee is put
    beside this contact, or another contact at the same organization or mail domain takes over, is
    maintenance by Section 8.6 and not reported.

    Why it matters: transfers invite trade with port numbers, and the clause forbids them.

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
    from validator.diff.parties import Parties

    parties = Parties(changes.old, changes.new)
    for change in changes.of("edited", "renamed", "moved"):
        before, now = _records(change)
        if not before.service_name or not any(
            field.field in ("assignee", "contact") for field in change.fields
        ):
            continue
        old, new = changes.old.assignees(before), changes.new.assignees(now)
        if not old or not new or parties.of(old) & parties.of(new):
            continue
        if not before.assignee:
            # The contact stood for the assignee: somebody of theirs may stand there now.
            if parties.of(old) & parties.holders(now):
                continue
            held = (*now.assignee, *now.contact)
            if parties.domains(old) & parties.domains(held):
                continue
            if _organizations(changes, old) & _organizations(changes, held):
                continue
        field = "assignee" if now.assignee else "contact"
        yield Violation(
            now,
            field,
            f"the assignee was {_shown(old)} and is {_shown(new)}: assignments are not transferred",
            related=[
                _before(
                    f"{_shown(old)} before",
                    changes,
                    before,
                    "assignee" if before.assignee else "contact",
                )
            ],
        )


# -- dates ------------------------------------------------------------------------------------


@rule("HX004", WARNING, "RFC 6335, Section 8.1.1")
def registration_date_changed(changes: Changes) -> Iterator[Violation]:
    """The registration date of a record is another one than before, or gone.

    The day on which an assignment was made does not change. A month that became a day of this
    month is more precise, and no change; nor is a date where there was none.

    Why it matters: by this date one tells who was first, and which rules applied.

    Flagged::

        -<record date="2015-06-07"><name>quay</name><protocol>tcp</protocol>
        +<record date="2016-06-07" updated="2026-03-04"><name>quay</name><protocol>tcp</protocol>
         <description>Log</description></record>

    Accepted::

        -<record date="2006-04"><name>quay</name><protocol>tcp</protocol>
        +<record date="2006-04-21" updated="2026-03-04"><name>quay</name><protocol>tcp</protocol>
         <description>Log</description></record>
    """
    for change in changes.of(*_PAIRED):
        field = _field(change, "registration_date")
        if field is None or not field.old:
            continue
        before, now = _records(change)
        old, new = _dates(changes, field)
        if field.new and old is not None and new is not None:
            if not old.before(new) and not new.before(old):
                continue
        yield Violation(
            now,
            "registration_date",
            f"the registration date was {quoted(field.old)} and is "
            + (quoted(field.new) if field.new else "gone"),
            related=[_before(f"{quoted(field.old)} before", changes, before, field.field)],
        )


@rule("HX005", WARNING, "RFC 6335, Section 8.1.1")
def modification_date_not_advanced(changes: Changes) -> Iterator[Violation]:
    """A record says another thing than before, and its modification date is the same.

    Two things the registry does without a date, and they are fine: it puts an RFC in the place of
    the draft that became it, and gives a contact another id. Statements that no service has a port
    number carry no dates. Without both tables of contacts a change of ids alone is not looked at.

    Why it matters: who keeps a copy up to date by this field misses the change.

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
    known = all("contacts" in registry.dump.carries for registry in (changes.old, changes.new))
    if "modification_date" not in changes.fields:
        return
    aliases = changes.old.alias_records
    for change in changes.of(*_PAIRED):
        before, now = _records(change)
        if not before.service_name and not now.service_name:
            continue
        passed = ["modification_date", "registration_date"]
        if not known:
            passed += ["assignee", "contact"]
        if change.kind == "renamed":
            passed.append("service_name")  # HX002
        if before.index in aliases:
            passed.append("assignment_notes")  # HX014
        said = [f for f in change.fields if f.habit is None and f.field not in passed]
        dated = _field(change, "modification_date")
        if not said or (dated is not None and dated.new):
            continue  # a date that went back is HX006
        if _field(change, "registration_date") is not None:
            continue  # HX004, or it has been dated for the first time
        words = ", ".join(field.field.replace("_", " ") for field in said)
        date = now.modification_date
        stays = f"stays {quoted(date)}" if date else "is not there"
        if dated is not None:
            stays = f"is gone (it was {quoted(dated.old)})"
        yield Violation(
            now,
            "modification_date" if date else said[0].field,
            f"{words} changed, and the modification date {stays}",
            related=[_before(f"before: {_value(said[0].old)}", changes, before, said[0].field)],
        )


@rule("HX006", ERROR, "RFC 6335, Section 8.1.1")
def modification_date_backwards(changes: Changes) -> Iterator[Violation]:
    """The modification date of a record is earlier than it was.

    Days and months are compared as closely as the coarser of the two allows.

    Why it matters: one of the two dumps has a date that is wrong, or an old state came back.

    Flagged::

        -<record updated="2020-01-02"><name>quay</name><protocol>tcp</protocol>
        +<record updated="2019-01-02"><name>quay</name><protocol>tcp</protocol>
         <description>Quay log</description></record>

    Accepted::

        -<record updated="2020-01-02"><name>quay</name><protocol>tcp</protocol>
        +<record updated="2020-01"><name>quay</name><protocol>tcp</protocol>
         <description>Quay log</description></record>
    """
    for change in changes.of(*_PAIRED):
        field = _field(change, "modification_date")
        if field is None:
            continue
        old, new = _dates(changes, field)
        if old is not None and new is not None and new.before(old):
            before, now = _records(change)
            yield Violation(
                now,
                "modification_date",
                f"the modification date went back from {field.old} to {field.new}",
                related=[_before(f"{field.old} before", changes, before, field.field)],
            )


@rule("HX007", NOTE, "Registry convention", needs=("registry-date",))
def registry_date_not_advanced(changes: Changes) -> Iterator[Violation]:
    """The registry says another thing than before under the same "last updated".

    Why it matters: a copy with this date is taken for the newest, and is not.

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
    if old and old == new and changes.every:
        count = len(changes.every)
        many = "a change" if count == 1 else f"{count:,} changes"
        yield Violation(
            changes.new.dump,
            "updated",
            f"{many} under the same date of the registry, {quoted(new)}",
            related=[Related("the same", changes.old.dump, "updated", dump=changes.old.dump)],
        )


@rule("HX008", ERROR, "Registry convention", needs=("registry-date",))
def registry_date_backwards(changes: Changes) -> Iterator[Violation]:
    """The new dump is of an earlier day than the old one.

    Why it matters: either the two were given in the wrong order, or an old registry was published.

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
        yield Violation(
            changes.new.dump,
            "updated",
            f"this dump is of {now}, the one before it of {before}",
            related=[Related(f"of {before}", changes.old.dump, "updated", dump=changes.old.dump)],
        )


# -- port numbers -----------------------------------------------------------------------------


@rule("HX009", WARNING, "RFC 6335, Section 8.3")
def port_reused_without_note(changes: Changes) -> Iterator[Violation]:
    """A port number went to another service of another holder, and no record says a word about it.

    To use a port number again is to return it and to assign it anew: the registry is to tell of
    its former use. A note or description on the port that names the old service is enough, or
    one that says that the number was released, removed or retasked.

    Why it matters: the old software is still out there, and talks to the new one.

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
    by_record = changes.new.assignment_of
    for change in changes.of("reassigned"):
        before, now = _records(change)
        if before.index in changes.old.alias_records:
            continue
        entry = by_record[now.index]
        beside = [now, *(e.record for e in _speaking(changes.new, entry.ports, entry.transport))]
        old = before.service_name or ""
        if any(_mentions(record, old) or _tells_of_parting(record) for record in beside):
            continue
        held = _shown((*before.assignee, *before.contact)) or "nobody that is recorded"
        yield Violation(
            now,
            "service_name",
            f'the port was that of "{old}" (held by {held}), and no record says what became of it',
            related=[_before(f'"{old}" before', changes, before, "service_name")],
        )


@rule("HX010", WARNING, "RFC 6335, Section 8.2")
def released_without_comment(changes: Changes) -> Iterator[Violation]:
    """A port number was assigned and is not any more, without a comment or not as Reserved.

    A port number that is returned is to be marked as Reserved, not as Unassigned, and a comment is
    to tell of its former use. The comment may stand on the record of another transport protocol of
    the port.

    Why it matters: the number looks as good as new, and software that uses it is still out there.

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
    by_record = changes.old.assignment_of
    for change in changes.of(*_GONE, "moved", "renamed"):
        before = change.olds[0]
        entry = by_record.get(before.index) if isinstance(before, Record) else None
        if entry is None or entry.ports is None or entry.record.index in changes.old.alias_records:
            continue
        stated = [
            other
            for other in _speaking(changes.new, entry.ports, entry.transport)
            if isinstance(other, Statement)
        ]
        if not stated:
            continue
        chosen = next((other for other in stated if other.state), stated[0])
        everywhere = _speaking(changes.new, entry.ports, None)
        commented = any(
            _is_commented(other, entry.ports)
            if isinstance(other, Statement)
            else _tells_of_parting(other.record)
            for other in everywhere
        )
        faults: list[str] = []
        if chosen.state == "Unassigned":
            faults.append("is Unassigned now, not Reserved")
        if not commented:
            faults.append("no comment tells of its former use")
        if faults:
            yield Violation(
                chosen.record,
                "description",
                f'the port of "{entry.name}" {_port(entry)} was released: {", and ".join(faults)}',
                related=[_before("assigned here before", changes, entry.record, None)],
            )


# -- what is new ------------------------------------------------------------------------------


@rule("HX011", NOTE, "RFC 6335, Section 8.1.1")
def new_record_undated(changes: Changes) -> Iterator[Violation]:
    """An assignment is new and has no registration date.

    A name that lost its port number and stays without one is not new, nor is the well-formed name
    that stands in for an old one (Section 10.1).

    Why it matters: nobody will be able to tell later when, and by which rules, it was assigned.

    Flagged::

        +<record><name>quay</name><protocol>tcp</protocol><description>Log</description></record>

    Accepted::

        +<record date="2026-03-04"><name>quay</name><protocol>tcp</protocol>
        +<description>Log</description></record>
    """
    if "registration_date" not in changes.fields:
        return
    replacing = {replacement.assignment.record.index for replacement in changes.new.replacements}
    for change in changes.of(*_NEW):
        record = change.news[0]
        if not isinstance(record, Record) or (record.registration_date or "").strip():
            continue
        if record.index not in replacing:
            yield Violation(
                record,
                None,
                f'"{record.service_name}" is new and has no registration date',
                value=record.service_name,
                related=_replaced(changes, change),
            )


@rule("HX012", NOTE, "RFC 6335, Section 8.1.1", needs=("registry-date",))
def new_record_date(changes: Changes) -> Iterator[Violation]:
    """An assignment is new, and its registration date lies outside the time between the dumps.

    The days of both dumps belong to that time.

    Why it matters: the date is wrong, or the record was published late, and meanwhile nobody knew.

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
    for change in changes.of(*_NEW):
        record = change.news[0]
        if not isinstance(record, Record):
            continue
        date = changes.new.date((record.registration_date or "").strip())
        if date is None or date.impossible:
            continue
        if change.kind == "reassigned" and _field(change, "registration_date") is None:
            continue  # it is dated as the record before it
        early = old is not None and date.before(old)
        if early or (new is not None and new.before(date)):
            side = (
                f"before the dump of {since}, which does not have it"
                if early
                else (f"after the dump of {until}, which has it")
            )
            yield Violation(
                record,
                "registration_date",
                f'"{record.service_name}" is new, and dated {date.text}: {side}',
                related=[
                    Related(f"of {since}", changes.old.dump, "updated", dump=changes.old.dump)
                ],
            )


@rule("HX013", NOTE, "RFC 6335, Section 8.6", needs=("contacts",))
def contact_changed_undated(changes: Changes) -> Iterator[Violation]:
    """Name, organization or address of a contact changed, and its "last updated" did not.

    A contact that only got another id has not changed.

    Why it matters: nobody can tell whether the address is an old one or was confirmed of late.

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
    for change in changes.of("contact-changed", "contact-renamed"):
        before, now = change.olds[0], change.news[0]
        if not isinstance(before, Contact) or not isinstance(now, Contact):
            continue
        said = [f for f in change.fields if f.field not in ("contact_id", "last_updated")]
        if not said:
            continue
        dated = _field(change, "last_updated")
        if dated is not None and dated.new:
            old, new = _dates(changes, dated)
            if old is None or new is None or not new.before(old):
                continue
        words = ", ".join(field.field.replace("_", " ") for field in said)
        date = now.last_updated
        yield Violation(
            now,
            "last_updated" if date else said[0].field,
            f'{words} changed, and "last updated" '
            + (f"is {quoted(date)}" if date else "is not there"),
            related=[
                Related(
                    f"before: {_value(said[0].old)}", before, said[0].field, dump=changes.old.dump
                )
            ],
        )


# -- aliases ----------------------------------------------------------------------------------


@rule("HX014", ERROR, "RFC 6335, Section 10.1")
def alias_lost(changes: Changes) -> Iterator[Violation]:
    """A name that was declared an alias is gone, or its note or the word that it is historic is.

    The old names of Section 10.1 stay in the registry, each with the note on its new name.

    Why it matters: who finds the old name in old software has no way to the new one.

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
    old, new = changes.old.alias_records, changes.new.alias_records
    if not old:
        return
    for change in changes.every:
        before = change.olds[0] if change.olds else None
        if not isinstance(before, Record):
            continue
        alias = old.get(before.index)
        if alias is None:
            continue
        related = [_before("the alias before", changes, before, "assignment_notes")]
        target = quoted(alias.target)
        if change.kind in _GONE or change.kind == "reassigned":
            yield Violation(
                _gone(changes, before),
                None,
                f'the alias "{before.service_name}" to {target} is gone',
                value=before.service_name,
                related=related,
            )
            continue
        now = change.news[0]
        kept = new.get(now.index) if isinstance(now, Record) else None
        if kept is None:
            said = f"the note that this is an alias to {target} is gone"
        elif alias.historic and not kept.historic:
            said = "the sentence that this entry is historic is gone"
        else:
            continue
        yield Violation(now, "assignment_notes", said, related=related)


# -- what they ask ----------------------------------------------------------------------------


def _records(change: Change) -> tuple[Record, Record]:
    before, now = change.olds[0], change.news[0]
    assert isinstance(before, Record)
    assert isinstance(now, Record)
    return before, now


def _field(change: Change, name: str) -> FieldChange | None:
    return next((field for field in change.fields if field.field == name), None)


def _dates(changes: Changes, field: FieldChange) -> tuple[Date | None, Date | None]:
    return changes.old.date(field.old), changes.new.date(field.new)


def _registry_dates(changes: Changes) -> tuple[str, str]:
    old, new = changes.old.updated, changes.new.updated
    return normal_space(old or ""), normal_space(new or "")


def _before(message: str, changes: Changes, record: Record, field: str | None) -> Related:
    return Related(message, record, field, dump=changes.old.dump)


def _replaced(changes: Changes, change: Change) -> Sequence[Related]:
    """The place in the old dump where the number of a new record stood."""
    return [
        _before("this stood in its place", changes, entry, None)
        for entry in change.olds
        if isinstance(entry, Record)
    ]


def _value(text: str) -> str:
    return quoted(text) if text else "nothing"


def _shown(cited: Iterable[object]) -> str:
    names = dict.fromkeys(getattr(citation, "display", "") for citation in cited)
    return ", ".join(f"[{name}]" for name in names)


def _port(entry: Assignment) -> str:
    record = entry.record
    return "/".join(part for part in (record.port_number, record.transport_protocol) if part)


def _organizations(changes: Changes, cited: Iterable[object]) -> set[str]:
    found: set[str] = set()
    for citation in cited:
        for registry in (changes.old, changes.new):
            contact = registry.by_contact_id.get(getattr(citation, "data", None) or "")
            if contact is not None and contact.organization:
                found.add(normal_space(contact.organization).casefold())
    return found


def _speaking(
    registry: Registry, ports: PortRange | None, transport: str | None
) -> list[Assignment | Statement]:
    """The records that speak of these port numbers; of every transport where it is `None`."""
    if ports is None:
        return []
    found: dict[int, Assignment | Statement] = {}
    for held in (registry.assigned_spans, registry.stated_spans):
        for word in held if transport is None else (transport,):
            for entry in held[word].overlapping(ports, _LOOKED_AT):
                found[id(entry)] = entry
    return list(found.values())


def _mentions(record: Record, name: str) -> bool:
    """Say whether the texts of a record have a service name as a word."""
    wanted = fold(normal_space(name))
    for text in (record.description, record.assignment_notes):
        if not text or not wanted:
            continue
        said = fold(text)
        at = said.find(wanted)
        while at >= 0:
            around = said[at - 1 : at] + said[at + len(wanted) : at + len(wanted) + 1]
            if not any(letter.isalnum() or letter in "-_" for letter in around):
                return True
            at = said.find(wanted, at + 1)
    return False


def _tells_of_parting(record: Record) -> bool:
    notes = record.assignment_notes
    return notes is not None and _PARTING.search(notes) is not None


def _is_commented(statement: Statement, ports: PortRange) -> bool:
    """Say whether a statement says more of `ports` than a state.

    A block that holds many other numbers too speaks of none of them in particular.
    """
    if statement.ports is not None and len(statement.ports) > max(len(ports), 2):
        return False
    record = statement.record
    if (record.assignment_notes or "").strip():
        return True
    return _BARE_STATE.fullmatch((record.description or "").strip()) is None


def _gone(changes: Changes, record: Record) -> Gone:
    """A record that is gone, at the place where it would stand in the new dump."""
    return Gone(record, changes.place_of(record))
