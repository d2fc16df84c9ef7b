"""A dump with its meaning: typed records, and the indexes that many rules and commands share.

A `Registry` is built over a `Dump` and never changes it.  Its assignments and statements are made
with it, its indexes when they are first used.  An index that only some rules need is a function
with `cached_index`, beside these rules or in one of the modules of this package.
"""

from __future__ import annotations

from functools import cached_property, wraps

from validator.model.columns import CitationColumn, TextColumn
from validator.model.entries import Alias, Assignment, Replacement, Spans, Statement
from validator.model.record import Citation, Contact, Dump, Footnote, Record, breaks_off
from validator.model.values import Date, PortRange, merge_ranges, parse_date, port_range
from validator.model.vocabulary import (
    ALIAS_SENTENCE,
    HISTORIC_SENTENCE,
    REPLACEMENT_SENTENCE,
    TRANSPORT_PROTOCOLS,
    USER_PORTS,
    fold,
    name_keys,
    normal_space,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, TypeVar

    from validator.model.entries import Entry, State
    from validator.model.port_index import PortIndex

    Index = TypeVar("Index")

_TRANSPORTS = {transport: transport for transport in TRANSPORT_PROTOCOLS}


def cached_index(build: Callable[[Registry], Index]) -> Callable[[Registry], Index]:
    """Decorate a function of a registry: it is computed once for each registry.

    Two threads may compute it at the same time; both get the same result.
    """

    @wraps(build)
    def index(registry: Registry) -> Index:
        indexes = registry._indexes
        try:
            return indexes[build]  # type: ignore[no-any-return]
        except KeyError:
            return indexes.setdefault(build, build(registry))  # type: ignore[no-any-return]

    return index


class Registry:
    """A dump with its meaning.

    `assignments` are the records with a service name, `statements` those without, `entries` both
    together by the index of their record.  `is_whole` tells a whole registry from an extract and
    from one that was not read to its end: as the reader or the user says; otherwise it is whole if
    records mention ports 0 and 49151 and at least half of the ports between them.
    """

    def __init__(self, dump: Dump, whole: bool | None = None) -> None:
        self.dump = dump
        self.assignments: list[Assignment] = []
        self.statements: list[Statement] = []
        self.entries: list[Entry] = []
        self._whole = whole
        self._indexes: dict[Callable[[Registry], Any], Any] = {}
        self._columns: dict[str, TextColumn] = {}
        self._citations: dict[str, CitationColumn] = {}
        self._dates: dict[str, Date | None] = {}
        numbers = self.column("port_number")
        words = self.column("transport_protocol")
        names = self.column("service_name")
        ranges = self.port_ranges
        transports = {word: _TRANSPORTS.get(fold((word or "").strip())) for word in words.texts}
        keys = name_keys([name for name in names.texts if name])
        assignments, statements, entries = self.assignments, self.statements, self.entries
        entry: Entry
        new = Assignment.__new__
        for record, number, word, name in zip(
            dump.records, numbers.values, words.values, names.values, strict=True
        ):
            if name:
                # Without the constructor, which would take as long again for many thousands.
                entry = new(Assignment)
                entry.record = record
                entry.name = name
                entry.key = keys[name]
                entry.ports = ranges[number]
                entry.transport = transports[word]
                assignments.append(entry)
            else:
                state = _state(record.description)
                entry = Statement(record, ranges[number], transports[word], state)
                statements.append(entry)
            entries.append(entry)

    # -- the dump -------------------------------------------------------------------------------

    @property
    def records(self) -> list[Record]:
        return self.dump.records

    @property
    def contacts(self) -> list[Contact]:
        return self.dump.contacts

    @property
    def footnotes(self) -> list[Footnote]:
        return self.dump.footnotes

    @property
    def updated(self) -> str | None:
        """The registry's own "last updated", as written."""
        return self.dump.updated

    def date(self, text: str | None) -> Date | None:
        """Parse `text` as a date, `None` if it does not have the shape of one."""
        if not text:
            return None
        try:
            return self._dates[text]
        except KeyError:
            return self._dates.setdefault(text, parse_date(text))

    def assignees(self, record: Record) -> Sequence[Citation]:
        """The assignee of a record, or its contacts, which also stand for an absent assignee."""
        return record.assignee or record.contact

    def assignment_of(self, record: Record) -> Assignment | None:
        """The assignment that a record is; `None` for a statement."""
        entry = self.entries[record.index]
        return entry if isinstance(entry, Assignment) else None

    def is_legacy(self, subject: Record | Contact, cutoff: str) -> bool:
        """Whether a record or contact is older than `cutoff` (YYYY-MM), or has no date.

        The date of a record is its registration date, because a later modification does not make
        an old assignment new; that of a contact is its last update.  A malformed date makes
        nothing legacy, nor does a registry without any registration date.
        """
        if not self.has_registration_dates:
            return False
        text = subject.last_updated if isinstance(subject, Contact) else subject.registration_date
        if not text or text.isspace():
            return True
        return text < cutoff and self.date(text) is not None

    def is_modified_since(self, subject: Record | Contact, cutoff: str) -> bool:
        """Whether it is a record with a modification date that is not older than `cutoff`."""
        text = None if isinstance(subject, Contact) else subject.modification_date
        return text is not None and text >= cutoff and self.date(text) is not None

    @cached_property
    def has_registration_dates(self) -> bool:
        """Whether any record has a registration date."""
        texts = self.column("registration_date").texts
        return any(self.date(text) is not None for text in texts)

    @cached_property
    def is_whole(self) -> bool:
        if breaks_off(self.dump):
            return False
        if self._whole is not None:
            return self._whole
        mentioned = self.mentioned_ports
        if not mentioned or mentioned[0][0] != 0:
            return False
        last = USER_PORTS[1]
        if not any(low <= last <= high for low, high in mentioned):
            return False
        count = sum(min(high, last) - low + 1 for low, high in mentioned if low <= last)
        return count * 2 >= last + 1

    @cached_property
    def port_ranges(self) -> dict[str | None, PortRange | None]:
        """Each different text of the field Port Number, with its value."""
        return {number: port_range(number) for number in self.column("port_number").texts}

    @cached_property
    def mentioned_ports(self) -> list[tuple[int, int]]:
        """The ports that any record mentions, as ascending pairs (low, high) with gaps between."""
        return merge_ranges(ports for ports in self.port_ranges.values() if ports is not None)

    # -- fields of all records ------------------------------------------------------------------

    def column(self, field: str) -> TextColumn:
        """The values of a text field."""
        column = self._columns.get(field)
        if column is None:
            column = self._columns[field] = TextColumn(field, self.records)
        return column

    def citations(self, field: str) -> CitationColumn:
        """The values of a citing field: assignee, contact or reference."""
        column = self._citations.get(field)
        if column is None:
            column = self._citations[field] = CitationColumn(field, self.records)
        return column

    def records_with(self, field: str, texts: Iterable[str]) -> Iterator[tuple[Record, str]]:
        """Yield the records that have one of `texts` in a text field, and the text."""
        column = self.column(field)
        for position in column.positions(texts):
            yield self.records[position], column.values[position] or ""

    def entries_with(self, field: str, texts: Iterable[str | None]) -> list[Entry]:
        """Return the entries whose record has one of `texts` in a text field."""
        return [self.entries[position] for position in self.column(field).positions(texts)]

    # -- indexes --------------------------------------------------------------------------------

    @cached_property
    def by_name(self) -> dict[str, list[Assignment]]:
        """Assignments by `key`."""
        by_name: dict[str, list[Assignment]] = {}
        for assignment in self.assignments:
            by_name.setdefault(assignment.key, []).append(assignment)
        return by_name

    @cached_property
    def by_port(self) -> PortIndex:
        """Assignments by port (443 or "443"); one with a range is at each of its ports."""
        from validator.model.port_index import PortIndex

        return PortIndex(self.assignments)

    @cached_property
    def by_service_code(self) -> dict[str, list[Assignment]]:
        """Assignments by their service code, as written."""
        by_code: dict[str, list[Assignment]] = {}
        for entry in self.assignments:
            if entry.record.service_code:
                by_code.setdefault(entry.record.service_code, []).append(entry)
        return by_code

    @cached_property
    def by_contact_id(self) -> dict[str, Contact]:
        """Contacts by id; of several with one id the first."""
        by_id: dict[str, Contact] = {}
        for contact in self.contacts:
            if contact.contact_id:
                by_id.setdefault(contact.contact_id, contact)
        return by_id

    @cached_property
    def assigned_spans(self) -> dict[str, Spans]:
        """For each transport, its assignments with ports.

        An assignment without a transport is in none of them.
        """
        pairs: dict[str, list[tuple[PortRange, Entry]]] = {t: [] for t in TRANSPORT_PROTOCOLS}
        for entry in self.assignments:
            if entry.ports is not None and entry.transport is not None:
                pairs[entry.transport].append((entry.ports, entry))
        return {transport: Spans(entries) for transport, entries in pairs.items()}

    @cached_property
    def stated_spans(self) -> dict[str, Spans]:
        """For each transport, the statements that speak for it."""
        pairs: dict[str, list[tuple[PortRange, Entry]]] = {t: [] for t in TRANSPORT_PROTOCOLS}
        for statement in self.statements:
            if statement.ports is not None:
                for transport in statement.speaks_for:
                    pairs[transport].append((statement.ports, statement))
        return {transport: Spans(entries) for transport, entries in pairs.items()}

    @cached_property
    def aliases(self) -> list[Alias]:
        """The assignments whose notes declare an alias in exactly the words of Section 10.1."""
        sentences: dict[str, tuple[str, bool, int]] = {}
        for notes in self.column("assignment_notes").texts_with("alias"):
            match = ALIAS_SENTENCE.search(notes)
            if match is not None:
                historic = HISTORIC_SENTENCE.search(notes) is not None
                sentences[notes] = normal_space(match[1]), historic, match.start(1)
        return [
            Alias(entry, *sentences[entry.record.assignment_notes or ""])
            for entry in self.entries_with("assignment_notes", sentences)
            if isinstance(entry, Assignment)
        ]

    @cached_property
    def alias_by_record(self) -> dict[int, Alias]:
        """The aliases by the index of their record."""
        return {alias.assignment.record.index: alias for alias in self.aliases}

    @cached_property
    def replacements(self) -> list[Replacement]:
        """The assignments whose description says that they replace another name."""
        old_names: dict[str, list[tuple[str, int]]] = {}
        for text in self.column("description").texts_with("replacement"):
            matches = REPLACEMENT_SENTENCE.finditer(text)
            old_names[text] = [(normal_space(match[1]), match.start(1)) for match in matches]
        return [
            Replacement(entry, name, start)
            for entry in self.entries_with("description", old_names)
            if isinstance(entry, Assignment)
            for name, start in old_names[entry.record.description or ""]
        ]


def drop_indexes(registry: Registry, *but: Callable[[Registry], object]) -> None:
    """Release what was computed from the records; it is computed again where it is needed.

    The indexes that the functions `but` made stay.
    """
    for build in registry._indexes.keys() - but:
        registry._indexes.pop(build, None)
    for cache in (registry._columns, registry._citations, registry._dates):
        cache.clear()
    for name, value in vars(Registry).items():
        if isinstance(value, cached_property):
            vars(registry).pop(name, None)


def _state(description: str | None) -> State | None:
    if not description:
        return None
    words = description.lstrip()
    if words[:4].lower() == "iana":  # "IANA Reserved" in older records
        words = words[4:].lstrip(" \t\r\n-:")
    start = words[:10].lower()
    if start == "unassigned":
        return "Unassigned"
    return "Reserved" if start[:8] == "reserved" else None
