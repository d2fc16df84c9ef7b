"""A registry while it is drawn: services, statements and contacts that agree with each other.

A `Draft` is filled service by service, each of them in the state the rules ask for, and then laid
out in the order of the registry.  What is in it are the records of `validator.model.record`,
which are written as XML in the end; whoever wants a fault changes some of them before.
"""

from __future__ import annotations

import datetime
import string
from itertools import pairwise

from hypothesis import strategies as st

from validator.api import parse_registry
from validator.model.record import Citation, Contact, Dump, Footnote, Markup, Note, Record, text_of
from validator.model.registry import Registry
from validator.model.vocabulary import (
    EXPERIMENTAL_PORTS,
    IESG,
    IETF_CHAIR,
    LEGACY_NAMES,
    REGISTRY_ID,
    SERVICE_NAME,
    SERVICE_NAME_CHARACTERS,
    SYSTEM_PORTS,
    TRANSPORT_PROTOCOLS,
    USER_PORTS,
    fold,
)

# This one, and the writer, at once: Hypothesis minds when the first draw takes long.
from validator.readers import xml as _reader  # noqa: F401
from validator.strategies.values import LAST_DAY, service_names, words_of
from validator.writers import write
from validator.writers import xml as _writer  # noqa: F401

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    from validator.model.record import Part
    from validator.writers import RegistryForm

    Value = TypeVar("Value")

CARRIES = frozenset({"contacts", "registry-date", "metadata", "footnotes", "kinds", "elements"})
ALIAS = (
    'This entry is an alias to "{}".\nThis entry is now historic, not usable for use with many'
    "\ncommon service discovery mechanisms."
)
REPLACEMENT = 'IANA assigned this well-formed service name as a replacement for "{}".'
# Names of Section 10.1 that become a service name when their illegal characters become hyphens.
DERIVED = {
    name: new
    for name in sorted(LEGACY_NAMES)
    if SERVICE_NAME.fullmatch(
        new := "".join(c if c in SERVICE_NAME_CHARACTERS else "-" for c in name)
    )
}

_FIRST_USER, _LAST_USER = USER_PORTS[0] + 1, USER_PORTS[1] - 1
_TRANSPORTS = [
    ("tcp",),
    ("udp",),
    ("tcp", "udp"),
    ("sctp",),
    ("tcp", "sctp"),
    ("tcp", "udp", "sctp"),
    ("dccp",),
    TRANSPORT_PROTOCOLS,
]
_WORDS = (
    "harbor quay jetty beacon ferry tide buoy mast chart pilot anchor lighthouse relay mirror "
    "log exchange control agent for & <local> R&D 2.0 über Zürich"
).split()
_GIVEN = "Ann Ben Craig Dora Emil Fay Greg Hana Ivo June Kai Lena Milo Nora Otto Zoë".split()
_ORGANIZATIONS = [None, "Example Org", "Quay & Sons", "Harbor University"]
_SHAPES = [
    (organization, uri, date)
    for date in (None, "2003-04", "2012-02-29", "2024-12-20")
    for uri in ("mailto:{}&example.com", "https://{}.example/")
    for organization in _ORGANIZATIONS
]
_RFCS = (793, 854, 2782, 3692, 6335, 6763, 8446, 9000)
_PAGES = ("https://www.example.com/", "https://example.org/docs?a=1&b=2", "urn:ietf:rfc:2648")
_DOCUMENTS: list[tuple[Citation, ...]] = [
    (),
    *[(Citation("rfc", f"rfc{number}", None, 0),) for number in _RFCS],
    *[(Citation("uri", page, None, 0),) for page in _PAGES],
    *[
        (Citation("rfc", f"rfc{one}", None, 0), Citation("rfc", f"rfc{other}", None, 0))
        for one, other in pairwise(_RFCS)
    ],
    (Citation("rfc", "rfc6763", None, 0), Citation("uri", _PAGES[0], None, 0)),
]
_KEYS = "Defined TXT keys: path, user=<name>"
_OFFICES = {
    IESG: (None, "IESG", "mailto:iesg&ietf.org"),
    IETF_CHAIR: ("IETF Chair", "IETF", "mailto:chair&ietf.org"),
}
# Names that rules know of, and that stand where they belong.
_KEPT = {"www", "www-http", "http", "whoispp", *EXPERIMENTAL_PORTS.values()}
_KEPT |= {fold(name) for name in DERIVED.values()}


_ANY_NAME = service_names()
# No text is but "Reserved" or the like, and none begins with what is no word.
_TEXT = st.builds(
    " ".join, st.tuples(words_of(_WORDS[:14], 2, glue=" "), words_of(_WORDS, 3, glue=" "))
)


class Group:
    """Records that stand together: those of a service, or statements about the same ports."""

    __slots__ = ("high", "low", "records")

    def __init__(self, low: int | None, high: int | None, records: list[Record]) -> None:
        self.low = low
        self.high = high
        self.records = records

    @property
    def record(self) -> Record:
        """The first of its assignments, or the first."""
        return next((entry for entry in self.records if entry.service_name), self.records[0])

    @property
    def assigned(self) -> list[Record]:
        return [record for record in self.records if record.service_name]


class Draft:
    """A registry that is drawn with `draw`.

    `whole` gives it everything that a whole registry has; `filled`, the statements that the ports
    between its services are Unassigned.
    """

    def __init__(self, draw: Callable[..., Any], whole: bool = False, filled: bool = False) -> None:
        self.draw = draw
        self.whole = whole
        self.filled = filled or whole
        self.groups: list[Group] = []
        self.people: dict[str, Contact] = {}
        # Contacts that nobody need cite.
        self.strangers: list[Contact] = []
        self.footnotes: list[Footnote] = []
        self.dump: Dump | None = None
        # What is done to the text when it is written, and in which form.
        self.form: RegistryForm = "xml"
        self.edit: Callable[[str], str | bytes] | None = None
        self.updated = LAST_DAY
        self._names: set[str] = set(_KEPT)
        self._codes: set[int] = set()
        if whole:
            self._edges()

    def pick(self, values: Sequence[Value]) -> Value:
        """One of `values`; shrinks to the first."""
        chosen: Value = self.draw(st.sampled_from(values))
        return chosen

    # -- services and statements ----------------------------------------------------------------

    def some(self, least: int, most: int) -> None:
        """Add from `least` to `most` services or statements of all kinds."""
        for number in range(most):
            # Asked before each, so that any of them can be left out when an example shrinks.
            if number >= least and not self.draw(st.integers(0, 3)):
                return
            self.draw(_one(self))

    def service(
        self,
        *,
        transports: Sequence[str] | None = None,
        port: int | None = None,
        name: str | None = None,
        room: int = 1,
        notes: bool = True,
    ) -> Group:
        """A service on a User Port; `room` ports from there on are its own."""
        group = self._assigned(port or self.port(room), transports, name)
        parties = self._parties()
        for record in group.assigned:
            record.assignee, record.contact = parties
        self._extras(group, notes)
        self._reserve(group, room)
        return group

    def single(self, transport: str = "tcp", **more: Any) -> Record:
        """The record of a service on a User Port that has one transport protocol."""
        return self.service(transports=(transport,), **more).record

    def system(
        self,
        *,
        port: int | None = None,
        name: str | None = None,
        transports: Sequence[str] | None = None,
    ) -> Group:
        """A service of the IETF on a System Port."""
        low, high = 1, SYSTEM_PORTS[1] - 3
        return self._of_ietf(self._assigned(port or self._free(low, high, 1), transports, name))

    def standard(self, *, transports: Sequence[str] | None = None) -> Group:
        """A service of the IETF on a User Port."""
        return self._of_ietf(self._assigned(self.port(), transports, None))

    def _of_ietf(self, group: Group) -> Group:
        assignee, contact = self.office(IESG), self.office(IETF_CHAIR)
        for record in group.assigned:
            record.assignee, record.contact = (cite(assignee),), (cite(contact),)
        self._extras(group, True, documents=True)
        self._reserve(group, 1)
        return group

    def bare(self, *, transports: Sequence[str] | None = None, name: str | None = None) -> Group:
        """A service without a port."""
        if transports is None:
            transports = self.pick(_TRANSPORTS)
        group = self._assigned(None, transports, name)
        parties = self._parties()
        for record in group.assigned:
            record.assignee, record.contact = parties
        self._extras(group, True)
        self.groups.append(group)
        return group

    def alias(
        self, *, legacy: bool | None = None, transports: Sequence[str] | None = None
    ) -> Group:
        """A service and its old name; `legacy` tells whether that is one of Section 10.1."""
        if legacy is None:
            legacy = self.pick((False, True))
        if legacy:
            old = self.pick([n for n in DERIVED if fold(n) not in self._names])
            name = DERIVED[old]
            self._names.add(fold(old))
        else:
            old, name = self.name(), self.name()
        if transports is None:
            transports = self.pick(_TRANSPORTS[:3])
        group = self.service(name=name, transports=transports, notes=False)
        records: list[Record] = []
        for new in group.records:
            records.append(new)
            if new.service_name:
                before = copied(new)
                before.service_name = old
                before.assignment_notes = ALIAS.format(name)
                say(new, "description", *_lines(new.description or "", REPLACEMENT.format(old)))
                records.append(before)
        group.records = records
        return group

    def released(self) -> Group:
        """A port that was assigned once, and is Reserved now with a note of it."""
        day = self.day()
        port = self.port()
        former = self.draw(_ANY_NAME)
        holder = self.contact() if self.pick((False, True)) else None
        records = []
        for transport in ("tcp", "udp"):
            record = statement(str(port), "Reserved", transport)
            record.modification_date = day
            words: list[Part] = [f"De-assigned on {day}, previously {former}"]
            if holder is not None:
                words += [" by ", cite(holder)]
            say(record, "assignment_notes", *words)
            records.append(record)
        return self._add(Group(port, port, records))

    def reserved(self, *, room: int | None = None) -> Group:
        """A Reserved port or range of ports."""
        size = room or self.draw(st.integers(1, 40))
        port = self.port(size)
        number = str(port) if size == 1 else f"{port}-{port + size - 1}"
        words = self.pick(("Reserved", "Reserved [harbor]"))
        transports = self.pick(((None,), ("tcp", "udp"), ("sctp",)))
        records = [statement(number, words, transport) for transport in transports]
        return self._add(Group(port, port + size - 1, records))

    def _add(self, group: Group) -> Group:
        self.groups.append(group)
        return group

    def _assigned(
        self, port: int | None, transports: Sequence[str] | None, name: str | None
    ) -> Group:
        """Records of one name, with descriptions and dates; not yet part of the draft."""
        if transports is None:
            transports = self.pick(_TRANSPORTS)
        name = name or self.name()
        description = self.text()
        registered, modified = self._dates()
        records = []
        for transport in transports:
            record = Record(0, 0)
            record.service_name = name
            record.port_number = None if port is None else str(port)
            record.transport_protocol = transport
            record.description = description
            record.registration_date, record.modification_date = registered, modified
            if transport == "dccp":
                record.service_code = str(self.code())
            records.append(record)
        return Group(port, port, records)

    def _extras(self, group: Group, notes: bool, documents: bool = False) -> None:
        """References, notes and known unauthorized uses, where they are drawn."""
        cited = self.pick(_DOCUMENTS[1:] if documents else _DOCUMENTS)
        said = self.pick((0, 0, 0, 1, 2)) if notes else 0
        for record in group.assigned:
            record.reference = cited
            if said == 1 and group.low is None:
                record.assignment_notes = _KEYS
            elif said == 1:
                say(record, "assignment_notes", "See also ", Citation("rfc", "rfc6763", None, 0))
            elif said == 2 and group.low is not None:
                record.known_unauthorized_uses = f"Known Unauthorized Use on port {group.low}"

    def _reserve(self, group: Group, room: int) -> None:
        """Add a service, and what Section 7.2 wants said of its port on tcp and udp."""
        if group.low is not None and group.high is not None:
            used = {record.transport_protocol for record in group.records}
            group.high += room - 1
            for transport in ("tcp", "udp"):
                if used & {"tcp", "udp"} and transport not in used:
                    group.records.append(statement(str(group.low), "Reserved", transport))
        self.groups.append(group)

    # -- what they are made of ------------------------------------------------------------------

    def name(self) -> str:
        """A service name that no other has in any case."""
        found: str = self.draw(_ANY_NAME)
        letter = 0
        while fold(found) in self._names:
            found = found[:13].rstrip("-") + string.ascii_lowercase[letter]
            letter += 1
        self._names.add(fold(found))
        return found

    def port(self, room: int = 1) -> int:
        """A User Port, with `room` ports from there on that nothing is said of."""
        return self._free(_FIRST_USER, _LAST_USER, room)

    def _free(self, low: int, high: int, room: int) -> int:
        port: int = self.draw(st.integers(low, high - room + 1))
        held = sorted(
            (group.low, group.high)
            for group in self.groups
            if group.low is not None and group.high is not None
        )
        # The next free ports from there on, or from the first.
        for start in (port, low):
            at = start
            for first, last in held:
                if first < at + room and at <= last:
                    at = last + 1
            if at + room - 1 <= high:
                return at
        raise ValueError(f"no {room} ports from {low} to {high} are free")

    def code(self) -> int:
        """A service code for DCCP that no other has, neither reserved nor private."""
        found: int = self.draw(st.integers(1, 1 << 29))
        while found in self._codes:
            found += 1
        self._codes.add(found)
        return found

    def text(self) -> str:
        """A few words that describe a service."""
        text: str = self.draw(_TEXT)
        return text[0].upper() + text[1:]

    def day(self, first: datetime.date = datetime.date(2011, 9, 1)) -> str:
        """A day from `first` to the date of the registry."""
        days: int = self.draw(st.integers(0, (LAST_DAY - first).days))
        return str(first + datetime.timedelta(days))

    def _dates(self) -> tuple[str | None, str | None]:
        """When an assignment was registered and modified: not at all, long ago, or lately."""
        kind = self.pick(("none", "day", "days", "month", "modified"))
        if kind == "none":
            return None, None
        if kind == "modified":
            return None, self.day()
        if kind == "month":
            months = self.draw(st.integers(0, 12 * 19 - 1))
            return f"{1988 + months // 12}-{1 + months % 12:02}", None
        registered = self.day()
        if kind == "day":
            return registered, None
        return registered, self.day(datetime.date.fromisoformat(registered))

    def _parties(self) -> tuple[tuple[Citation, ...], tuple[Citation, ...]]:
        """An assignee, which mostly is the contact and not named apart, and a contact."""
        contact = self.contact()
        if self.pick((True, True, False)):
            return (), (cite(contact),)
        return (cite(self.contact()),), (cite(contact),)

    def contact(self) -> Contact:
        """One of a few contacts."""
        return self.person(self.draw(st.integers(0, 4)))

    def newcomer(self) -> Contact:
        """A contact that no record cites yet."""
        number = 5
        while f"{_GIVEN[number]}_Example" in self.people:
            number += 1
        return self.person(number)

    def strangers_cited(self, count: int) -> list[tuple[Citation]]:
        """Citations of so many contacts that are different parties."""
        return [(cite(self.newcomer()),) for _ in range(count)]

    def person(self, number: int) -> Contact:
        given = _GIVEN[number]
        identity = f"{given}_Example"
        if identity not in self.people:
            self.people[identity] = contact = Contact(0, 0)
            contact.contact_id = identity
            contact.name = f"{given} Example"
            shape = self.pick(_SHAPES)
            contact.organization, uri, contact.last_updated = shape
            contact.contact_uri = (uri.format(given.lower().replace("ë", "e")),)
        return self.people[identity]

    def office(self, identity: str) -> Contact:
        """The IESG or the IETF Chair."""
        if identity not in self.people:
            self.people[identity] = contact = Contact(0, 0)
            contact.contact_id = identity
            contact.name, contact.organization, uri = _OFFICES[identity]
            contact.contact_uri = (uri,)
            contact.last_updated = "2012-01-10"
        return self.people[identity]

    # -- a whole registry -----------------------------------------------------------------------

    def _edges(self) -> None:
        """The edges of the ranges (Section 6) and the experimental ports (Section 10.2)."""
        for port in (0, SYSTEM_PORTS[1], *USER_PORTS):
            edge = Group(port, port, [statement(str(port), "Reserved", t) for t in ("tcp", "udp")])
            for record in edge.records:
                record.reference = (Citation("rfc", "rfc6335", None, 0),)
                record.modification_date = "2024-12-20"
            self.groups.append(edge)
        for port, name in EXPERIMENTAL_PORTS.items():
            records = []
            for transport in TRANSPORT_PROTOCOLS:
                record = Record(0, 0)
                record.service_name, record.port_number = name, str(port)
                record.transport_protocol = transport
                record.description = f"RFC3692-style Experiment {name[-1]}"
                record.assignee = (cite(self.office(IESG)),)
                record.contact = (cite(self.office(IETF_CHAIR)),)
                record.reference = (
                    Citation("note", "1", None, 0),
                    Citation("rfc", "rfc4727", None, 0),
                    Citation("rfc", "rfc6335", None, 0),
                )
                records.append(record)
            self.groups.append(Group(port, port, records))
        self.footnotes.append(Footnote("1", "Only for experiments that were agreed upon.", 0))

    def _gaps(self) -> Iterator[tuple[int, int]]:
        """The ports that nothing is said of, System and User Ports apart."""
        held = sorted(
            (group.low, group.high)
            for group in self.groups
            if group.low is not None and group.high is not None
        )
        low, high = (1 if self.whole else _FIRST_USER), _LAST_USER
        for first, last in [*held, (high + 1, high + 1)]:
            if first > low:
                yield low, min(first - 1, high)
            low = max(low, last + 1)
            if low > high:
                return

    # -- the whole of it ------------------------------------------------------------------------

    def lay_out(self) -> list[Record]:
        """Put everything in the order of the registry, once; return the records, to be changed."""
        if self.dump is None:
            if self.filled:
                for low, high in list(self._gaps()):
                    number = str(low) if low == high else f"{low}-{high}"
                    self.groups.append(Group(low, high, [statement(number, "Unassigned", None)]))
            ported = sorted((g for g in self.groups if g.low is not None), key=lambda g: g.low or 0)
            bare = [group for group in self.groups if group.low is None]
            bare.sort(key=lambda group: fold(group.record.service_name or ""))
            self.dump = Dump("generated.xml", "xml", b"", CARRIES)
            self.dump.registry_id = REGISTRY_ID
            self.dump.title = "Service Name and Transport Protocol Port Number Registry"
            self.dump.category = "Service Names and Transport Protocol Port Numbers"
            self.dump.updated = self.updated.isoformat()
            self.dump.references = [Citation("rfc", "rfc6335", None, 0)]
            self.dump.experts = "Ann Example"
            self.dump.notes = [Note(None, "A registry that was generated.", 0)]
            self.dump.records = [record for group in ported + bare for record in group.records]
            self.dump.footnotes = self.footnotes
        return self.dump.records

    def finished(self) -> Registry:
        """The registry as it is now, not yet written: with the contacts that are cited."""
        records = self.lay_out()
        dump = self.dump
        assert dump is not None
        cited = {
            citation.data
            for record in records
            for citation in (*record.assignee, *record.contact, *(c for _, c in record.inline))
        }
        held = [person for person in self.people.values() if person.contact_id in cited]
        dump.contacts = sorted([*held, *self.strangers], key=lambda c: c.contact_id or "")
        return Registry(dump)


# What is made of the fewest choices comes first: examples shrink to it.
_KINDS: tuple[Callable[[Draft], Group], ...] = (
    Draft.reserved, Draft.service, Draft.bare, Draft.alias, Draft.system, Draft.released,
    Draft.standard,
)  # fmt: skip


@st.composite
def _one(draw: Callable[..., Callable[[Draft], Group]], draft: Draft) -> Group:
    return draw(st.sampled_from(_KINDS))(draft)


def statement(number: str | None, description: str | None, transport: str | None) -> Record:
    """A record without a service name."""
    record = Record(0, 0)
    record.port_number = number
    record.transport_protocol = transport
    record.description = description
    return record


def cite(contact: Contact) -> Citation:
    return Citation("person", contact.contact_id, None, 0)


def say(record: Record, field: str, *parts: Part) -> None:
    """Put a text of parts into a field of a record, instead of what was there."""
    mixed = {name: said for name, said in (record.mixed or {}).items() if name != field}
    if len(parts) > 1:
        mixed[field] = list(parts)
    record.mixed = mixed or None
    record.inline = [
        (name, part) for name, said in mixed.items() for part in said if isinstance(part, Citation)
    ]
    setattr(record, field, text_of(parts) if parts else None)


def _lines(*texts: str) -> Iterator[Part]:
    """Texts below each other, an empty line between."""
    for number, text in enumerate(texts):
        if number:
            yield from (Markup("br"), Markup("br"))
        yield text


def copied(record: Record) -> Record:
    """A record that says the same; its texts can be changed alone."""
    other = Record(0, 0)
    for name in Record.__slots__:
        setattr(other, name, getattr(record, name))
    return other


def read(draft: Draft) -> Registry:
    """Write a draft in its form, and read it again."""
    text: str | bytes = write(draft.finished(), draft.form).text
    if draft.edit is not None and isinstance(text, str):
        text = draft.edit(text)
    return parse_registry(text, path=f"generated.{draft.form}", form=draft.form)
