"""Whether two dumps say the same: the rules of family XF, which look at two registries.

What the form of one of them cannot say is no difference: see `FieldComparer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from validator.diff import fields
from validator.diff.changes import Entry, FieldChange
from validator.diff.doubtful_lines import remove_doubtful
from validator.diff.pairs import Unpaired, pair_equal_records
from validator.engine.examine import examine
from validator.engine.finding import Finding
from validator.engine.report import Input, Report
from validator.engine.rule import ERROR, NOTE, Related, RunContext, Violation, rule
from validator.engine.selection import Selection
from validator.model.citations import cited_contact_ids
from validator.model.record import Contact, Dump, Footnote, Record, breaks_off
from validator.model.registry import Registry
from validator.model.vocabulary import normal_space
from validator.rules import catalogue
from validator.rules.usable import let_accept_parts, reading_faults_of, require_usable

Difference = tuple[Entry | Dump, Entry | Dump, Sequence[FieldChange]]

_IDENTITY = ("service_name", "port_number", "transport_protocol")


def compare(
    one: Registry, other: Registry, context: RunContext, selections: Sequence[Selection] = ()
) -> Report:
    """Compare two registries and return what differs, with the places in both.

    What differs, and what only `one` has, is reported in `one`; what only `other` has in `other`.
    `selections` are of the rules that look at a pair, one for the findings in each of the two.
    Raises `Unusable` where one of the two has no records, lacks the columns of names or ports, or
    is another registry.
    """
    for registry in (one, other):
        require_usable(registry)
    rules = catalogue.rules("pair")
    selections = selections or [Selection(rules)] * 2
    lacking = one.dump.missing_columns & other.dump.missing_columns
    sides = _compared(one, other)
    inputs: list[Input] = []
    for side, opposite, selection in zip(sides, reversed(sides), selections, strict=True):
        entry = examine(side.registry, selection, context, side)
        reading = reading_faults_of(side.registry, context.limits)
        let_accept_parts(reading.findings, lacking)
        if breaks_off(side.registry.dump):
            _count_not_compared(reading.findings, opposite)
        entry.findings = [*reading.findings, *entry.findings]
        entry.cut += reading.cut
        entry.require_run(selection)
        inputs.append(entry)
    report = Report(inputs, rules)
    report.command = "compare"
    return report


def _count_not_compared(faults: Sequence[Finding], side: ComparedDump) -> None:
    """Add to the first of `faults`, where a dump breaks off, how much only the dump `side` has."""
    count = len(side.records) + len(side.contacts) + len(side.footnotes)
    for fault in [finding for finding in faults if finding.code == "FM001"][: count and 1]:
        fault.message += f" ({count:,} entries of {side.registry.dump.path} are not compared)"


class ComparedDump:
    """One of two dumps: the entries that only it has, and `differences` from the other one.

    The differences are with the first of the two alone.
    """

    def __init__(self, registry: Registry, other: Registry, *, is_first: bool) -> None:
        self.registry = registry
        self.other = other
        self.is_first = is_first
        self.records: Sequence[Record] = ()
        self.contacts: Sequence[Contact] = ()
        self.footnotes: Sequence[Footnote] = ()
        self.differences: list[Difference] = []

    @property
    def registries(self) -> list[Registry]:
        """The registry that must carry what a rule needs."""
        return [self.registry]


def _compared(one: Registry, other: Registry) -> tuple[ComparedDump, ComparedDump]:
    """Compare two registries; equal entries with one key are paired before different ones."""
    sides = ComparedDump(one, other, is_first=True), ComparedDump(other, one, is_first=False)
    differences = sides[0].differences
    comparer = fields.FieldComparer(one.dump, other.dump)

    identity = [field for field in _IDENTITY if field in comparer.fields]

    records = Unpaired(one.records, other.records)
    pair_equal_records(records, one.dump, other.dump, comparer)
    entries: list[tuple[Entry, Entry, list[FieldChange]]] = [
        (*pair, comparer.differences(*pair))
        for pair in records.pair(
            lambda record: tuple(fields.field_text(record, f) for f in identity)
        )
    ]
    sides[0].records, sides[1].records = records.sides
    carried = one.dump.carries & other.dump.carries
    if "contacts" in carried:
        contacts = Unpaired(one.contacts, other.contacts)
        contacts.pair(lambda contact: tuple(fields.contact_values(contact)))
        entries += [
            (*pair, fields.contact_differences(*pair))
            for pair in contacts.pair(lambda contact: fields.contact_values(contact)[0])
        ]
        sides[0].contacts, sides[1].contacts = contacts.sides
    if "footnotes" in carried:
        footnotes = Unpaired(one.footnotes, other.footnotes)
        equal = footnotes.pair(lambda note: (fields.footnote_key(note), normal_space(note.text)))
        entries += [
            (*pair, fields.footnote_differences(*pair, comparer.citations))
            for pair in [*equal, *footnotes.pair(fields.footnote_key)]
        ]
        sides[0].footnotes, sides[1].footnotes = footnotes.sides
    for side, dump in enumerate((one.dump, other.dump)):
        remove_doubtful(dump, side, entries)
    differences += entries
    metadata = fields.metadata_differences(one.dump, other.dump, comparer.citations)
    differences.append((one.dump, other.dump, metadata))
    return sides


@rule("XF001", ERROR, "Registry convention")
def record_missing(side: ComparedDump) -> Iterator[Violation]:
    """A record, contact or footnote is missing in one of the two dumps.

    Records are identified by service name, port number and transport protocol. A single page of a
    registry is compared with its own records alone. An HTML page needs to list only the contacts
    that it cites. Of a dump that breaks off, FM001 says how many entries of the other one could not
    be compared.

    Why it matters: readers of the other format do not know of the assignment.
    """
    other = side.other.dump
    if other.page is not None or breaks_off(other):
        return
    for record in side.records:
        yield Violation(record, None, f"record is missing in {other.path}")
    cited = cited_contact_ids(side.other) if other.form == "html" else None
    for contact in side.contacts:
        if cited is None or contact.contact_id in cited:
            yield Violation(contact, None, f"contact is missing in {other.path}")
    if side.registry.dump.page is None:
        for footnote in side.footnotes:
            yield Violation(footnote, None, f"footnote is missing in {other.path}")


@rule("XF002", ERROR, "Registry convention")
def value_differs(side: ComparedDump) -> Iterator[Violation]:
    """A value differs between the two dumps.

    The fields of records, contacts, footnotes and of the registry itself are compared, and where
    citations lead: the kind, identifier and section in XML and JSON, the address of a link in HTML.
    White space is folded. What a format cannot express is not a difference. Most formats show the
    contacts if a record has no assignee of its own. The text formats of 2013 and 2015 list the
    contacts after an assignee, and newer ones write [RFC 6335] with a blank. CSV has no contacts,
    no date and nothing of the registry itself.

    Why it matters: two people look up the same entry and get different answers.
    """
    other = side.other.dump
    for subject, counterpart, changes in side.differences:
        for change in changes:
            mine, theirs = fields.excerpts(change.old, change.new)
            name = change.field.replace("_", " ")
            note = _differing_note(subject, counterpart) if change.field == "notes" else None
            yield Violation(
                subject,
                change.field,
                f"{name} is {mine}, but {theirs} in {other.path}",
                value=change.old,
                item=note,
                related=[Related(f"{name} is {theirs}", counterpart, change.field, note, other)],
            )


def _differing_note(one: Entry | Dump, other: Entry | Dump) -> int:
    """The first note of the registry that differs; some forms have all in one."""
    notes = [dump.notes if isinstance(dump, Dump) else [] for dump in (one, other)]
    for index, pair in enumerate(zip(*notes, strict=False)):
        mine, theirs = (normal_space(note.text) for note in pair)
        if not mine.startswith(theirs) and not theirs.startswith(mine):
            return index
    return min(map(len, notes))


@rule("XF003", NOTE, "Registry convention", needs=("registry-date",))
def dates_differ(side: ComparedDump) -> Iterator[Violation]:
    """The two dumps have different dates.

    They are compared all the same. A difference may be a change between the two dates.

    Why it matters: a difference between formats is an error of the publisher, a change is not.
    """
    dump, other = side.registry.dump, side.other.dump
    mine, theirs = normal_space(dump.updated or ""), normal_space(other.updated or "")
    if side.is_first and mine and theirs and mine != theirs:
        yield Violation(
            dump,
            "updated",
            f"registry date is {mine}, but {theirs} in {other.path}; differences may be changes"
            " between these dates",
            related=[Related(f"registry date is {theirs}", other, "updated", dump=other)],
        )
