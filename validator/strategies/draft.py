"""A registry that is being drawn: services, statements and contacts that agree with each other.

A `Draft` collects groups of records, which `arrange` puts in the order of the registry.  Its
records and contacts are those of `validator.model.record`; `registry_of` writes and reads them.
A fault is made by changing some of them before that.
"""

from __future__ import annotations

import datetime
import string
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st

from validator.api import parse_registry
from validator.model import vocabulary
from validator.model.record import Citation, Dump, Footnote, Markup, Note, Record, text_of
from validator.model.registry import Registry

# Loaded now and not with the first example, because Hypothesis complains about a slow first draw.
from validator.readers import xml as _reader  # noqa: F401
from validator.strategies.contacts import ContactTable, cite
from validator.strategies.values import LAST_DAY, service_names, words_of
from validator.writers import write
from validator.writers import xml as _writer  # noqa: F401

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeAlias, TypeVar

    from validator.model.record import Part
    from validator.writers import RegistryForm

    Value = TypeVar("Value")
    Citations: TypeAlias = tuple[Citation, ...]

CARRIES = frozenset({"contacts", "registry-date", "metadata", "footnotes", "kinds", "elements"})
HISTORIC = (
    "\nThis entry is now historic, not usable for use with many"
    "\ncommon service discovery mechanisms."
)
ALIAS = f'This entry is an alias to "{{}}".{HISTORIC}'
REPLACEMENT = 'IANA assigned this well-formed service name as a replacement for "{}".'


def well_formed(name: str) -> str:
    """`name` with hyphens for the characters that a service name cannot have."""
    return "".join(c if c in vocabulary.SERVICE_NAME_CHARACTERS else "-" for c in name)


# Names of RFC 6335, Section 10.1, from which a service name can be derived.
DERIVED = {
    name: well_formed(name)
    for name in sorted(vocabulary.LEGACY_NAMES)
    if vocabulary.SERVICE_NAME.fullmatch(well_formed(name))
}

# The User Ports without the two at their edges.
_FIRST_PORT, _LAST_PORT = vocabulary.USER_PORTS[0] + 1, vocabulary.USER_PORTS[1] - 1
_TRANSPORTS = [
    ("tcp",),
    ("udp",),
    ("tcp", "udp"),
    ("sctp",),
    ("tcp", "sctp"),
    ("tcp", "udp", "sctp"),
    ("dccp",),
    vocabulary.TRANSPORT_PROTOCOLS,
]
_WORDS = (
    "harbor quay jetty beacon ferry tide buoy mast chart pilot anchor lighthouse relay mirror "
    "log exchange control agent for & <local> R&D 2.0 über Zürich"
).split()
_RFCS = [Citation("rfc", f"rfc{n}", None, 0) for n in (793, 854, 2782, 3692, 6335, 6763, 8446)]
_PAGES = [
    Citation("uri", page, None, 0)
    for page in (
        "https://www.example.com/",
        "https://example.org/docs?a=1&b=2",
        "urn:ietf:rfc:2648",
    )
]
DOCUMENTS: list[Citations] = [
    *[(document,) for document in _RFCS + _PAGES],
    *pairwise(_RFCS),
    (_RFCS[5], _PAGES[0]),
]
_TXT_KEYS = "Defined TXT keys: path, user=<name>"
# Names with rules of their own, which are right only where the registry has them.
_SPECIAL_NAMES = {"www", "www-http", "http", "whoispp", *vocabulary.EXPERIMENTAL_PORTS.values()}
_SPECIAL_NAMES |= {vocabulary.fold(name) for name in DERIVED.values()}

_NAMES = service_names()
# No text is only "Reserved" or the like, and none begins with a character that is no letter.
_TEXT = st.builds(
    " ".join, st.tuples(words_of(_WORDS[:14], 2, glue=" "), words_of(_WORDS, 3, glue=" "))
)


@dataclass(eq=False, slots=True)
class Group:
    """Records that stay together: those of a service, or statements about the same ports."""

    low: int | None
    high: int | None
    records: list[Record]

    @property
    def assignments(self) -> list[Record]:
        return [record for record in self.records if record.service_name]

    @property
    def record(self) -> Record:
        """The first assignment, or the first record where there is none."""
        return (self.assignments or self.records)[0]


class Draft:
    """A registry that is drawn with `draw`.

    `whole` gives it everything that a whole registry has; `filled` adds the statements that the
    ports between its services are Unassigned.
    """

    def __init__(self, draw: Callable[..., Any], whole: bool = False, filled: bool = False) -> None:
        self.draw = draw
        self.whole = whole
        self.filled = filled or whole
        self.groups: list[Group] = []
        self.contacts = ContactTable(draw)
        self.footnotes: list[Footnote] = []
        self.dump: Dump | None = None
        self.form: RegistryForm = "xml"
        # A change of the text after it is written.
        self.edit: Callable[[str], str | bytes] | None = None
        self.updated = LAST_DAY
        self.names: set[str] = set(_SPECIAL_NAMES)
        self.service_codes: set[int] = set()
        if whole:
            self._add_fixed_ports()

    def pick(self, values: Sequence[Value]) -> Value:
        """One of `values`; shrinks to the first."""
        choice: Value = self.draw(st.sampled_from(values))
        return choice

    # -- services and statements ----------------------------------------------------------------

    def add_groups(self, least: int, most: int) -> None:
        """Add from `least` to `most` services or statements of all kinds."""
        for number in range(most):
            # Drawn before each one, so that any of them can be left out when an example shrinks.
            if number >= least and not self.draw(st.integers(0, 3)):
                return
            self.draw(_group(self))

    def service(
        self,
        *,
        port: int | None = None,
        name: str | None = None,
        transports: Sequence[str] | None = None,
        notes: bool = True,
    ) -> Group:
        """A service on a User Port."""
        return self._assign(port or self.port(), name, transports, self._parties(), notes=notes)

    def single(self, transport: str = "tcp", **options: Any) -> Record:
        """The record of a service on a User Port that has one transport protocol."""
        return self.service(transports=(transport,), **options).record

    def system(self) -> Group:
        """A service of the IETF on a System Port."""
        port = self.port(1, vocabulary.SYSTEM_PORTS[1] - 3)
        return self._assign(port, None, None, self._ietf(), documents=DOCUMENTS)

    def standard(self) -> Group:
        """A service of the IETF on a User Port."""
        return self._assign(self.port(), None, None, self._ietf(), documents=DOCUMENTS)

    def portless(
        self, *, name: str | None = None, transports: Sequence[str] | None = None
    ) -> Group:
        """A service without a port."""
        return self._assign(None, name, transports, self._parties())

    def alias(
        self, *, legacy: bool | None = None, transports: Sequence[str] | None = None
    ) -> Group:
        """A service and its old name; `legacy` says whether that is one of Section 10.1."""
        if legacy is None:
            legacy = self.pick((False, True))
        old, name = self.legacy_names() if legacy else (self.name(), self.name())
        transports = transports or self.pick(_TRANSPORTS[:3])
        group = self.service(name=name, transports=transports, notes=False)
        records: list[Record] = []
        for new in group.records:
            records.append(new)
            if new.service_name:
                historic = copy_of(new)
                historic.service_name = old
                historic.assignment_notes = ALIAS.format(name)
                line = Markup("br")
                replacement = REPLACEMENT.format(old)
                set_text(new, "description", new.description or "", line, line, replacement)
                records.append(historic)
        group.records = records
        return group

    def released(self) -> Group:
        """A port that was assigned once, and is Reserved now, with a note of its release."""
        day = self.day()
        port = self.port()
        note: list[Part] = [f"De-assigned on {day}, previously {self.draw(_NAMES)}"]
        if self.pick((False, True)):
            note += [" by ", cite(self.contacts.contact())]
        records = []
        for transport in ("tcp", "udp"):
            record = statement(str(port), "Reserved", transport)
            record.modification_date = day
            set_text(record, "assignment_notes", *note)
            records.append(record)
        return self.add(Group(port, port, records))

    def reserved(self) -> Group:
        """A Reserved port or range of ports."""
        size = self.draw(st.integers(1, 40))
        port = self.port(size=size)
        number = port_text(port, port + size - 1)
        description = self.pick(("Reserved", "Reserved [harbor]"))
        transports = self.pick(((None,), ("tcp", "udp"), ("sctp",)))
        records = [statement(number, description, transport) for transport in transports]
        return self.add(Group(port, port + size - 1, records))

    def add(self, group: Group) -> Group:
        self.groups.append(group)
        return group

    def _assign(
        self,
        port: int | None,
        name: str | None,
        transports: Sequence[str] | None,
        parties: tuple[Citations, Citations],
        *,
        notes: bool = True,
        documents: Sequence[Citations] = ((), *DOCUMENTS),
    ) -> Group:
        """Add a service: a record for each transport protocol, and its Reserved twins."""
        transports = transports or self.pick(_TRANSPORTS)
        first = Record(0, 0)
        first.service_name = name or self.name()
        first.port_number = None if port is None else str(port)
        first.description = self.text()
        first.registration_date, first.modification_date = self._dates()
        first.assignee, first.contact = parties
        first.reference = self.pick(documents)
        if notes:
            self._annotate(first)
        group = Group(port, port, [])
        for transport in transports:
            record = copy_of(first)
            record.transport_protocol = transport
            if transport == "dccp":
                record.service_code = str(self.service_code())
            group.records.append(record)
        if port is not None and {"tcp", "udp"} & {*transports}:
            # Section 7.2: what is assigned on tcp or udp alone is Reserved on the other.
            for twin in {"tcp", "udp"} - {*transports}:
                group.records.append(statement(str(port), "Reserved", twin))
        return self.add(group)

    def _annotate(self, record: Record) -> None:
        """Add an assignment note or a known unauthorized use, or neither."""
        port = record.port_number
        kind = self.pick(("", "", "", "note", "use"))
        if kind == "note" and port is None:
            record.assignment_notes = _TXT_KEYS
        elif kind == "note":
            set_text(record, "assignment_notes", "See also ", Citation("rfc", "rfc6763", None, 0))
        elif kind == "use" and port is not None:
            record.known_unauthorized_uses = f"Known Unauthorized Use on port {port}"

    # -- what they are made of ------------------------------------------------------------------

    def name(self) -> str:
        """A service name that no other service has, in any case."""
        name: str = self.draw(_NAMES)
        letter = 0
        while vocabulary.fold(name) in self.names:
            name = name[:13] + string.ascii_lowercase[letter]
            letter += 1
        self.names.add(vocabulary.fold(name))
        return name

    def legacy_names(self) -> tuple[str, str]:
        """A name that Section 10.1 lists, and the service name derived from it."""
        old = self.pick([name for name in DERIVED if vocabulary.fold(name) not in self.names])
        self.names.add(vocabulary.fold(old))
        return old, DERIVED[old]

    def port(self, low: int = _FIRST_PORT, high: int = _LAST_PORT, size: int = 1) -> int:
        """A port from which on `size` ports are free, by default a User Port."""
        drawn: int = self.draw(st.integers(low, high - size + 1))
        # The next free ports after the drawn one, or after the first.
        for start in (drawn, low):
            port = start
            for group_low, group_high in self._spans():
                if group_low < port + size and port <= group_high:
                    port = group_high + 1
            if port + size - 1 <= high:
                return port
        raise ValueError(f"no {size} ports from {low} to {high} are free")

    def _spans(self) -> list[tuple[int, int]]:
        """The ports that services and statements are about, in order."""
        return sorted(
            (group.low, group.high)
            for group in self.groups
            if group.low is not None and group.high is not None
        )

    def service_code(self) -> int:
        """A service code for DCCP that no other record has, neither reserved nor private."""
        code: int = self.draw(st.integers(1, 1 << 29))
        while code in self.service_codes:
            code += 1
        self.service_codes.add(code)
        return code

    def text(self) -> str:
        """A few words that describe a service."""
        text: str = self.draw(_TEXT)
        return text[0].upper() + text[1:]

    def day(self, first: datetime.date = datetime.date(2011, 9, 1)) -> str:
        """A day from `first` to the date of the registry."""
        days: int = self.draw(st.integers(0, (LAST_DAY - first).days))
        return str(first + datetime.timedelta(days))

    def _dates(self) -> tuple[str | None, str | None]:
        """The registration and modification of an assignment, either or both of them unknown."""
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

    def _parties(self) -> tuple[Citations, Citations]:
        """An assignee, mostly left out because the contact is the assignee, and a contact."""
        contact = cite(self.contacts.contact())
        if self.pick((True, True, False)):
            return (), (contact,)
        return (cite(self.contacts.contact()),), (contact,)

    def _ietf(self) -> tuple[Citations, Citations]:
        iesg, chair = (
            self.contacts.office(vocabulary.IESG),
            self.contacts.office(vocabulary.IETF_CHAIR),
        )
        return (cite(iesg),), (cite(chair),)

    # -- the whole registry ---------------------------------------------------------------------

    def _add_fixed_ports(self) -> None:
        """Add the edges of the ranges (Section 6) and the experimental ports (Section 10.2)."""
        rfc6335 = Citation("rfc", "rfc6335", None, 0)
        for port in (0, vocabulary.SYSTEM_PORTS[1], *vocabulary.USER_PORTS):
            edge = Group(port, port, [statement(str(port), "Reserved", t) for t in ("tcp", "udp")])
            for record in edge.records:
                record.reference = (rfc6335,)
                record.modification_date = "2024-12-20"
            self.groups.append(edge)
        for port, name in vocabulary.EXPERIMENTAL_PORTS.items():
            group = self.add(Group(port, port, []))
            for transport in vocabulary.TRANSPORT_PROTOCOLS:
                record = statement(str(port), f"RFC3692-style Experiment {name[-1]}", transport)
                record.service_name = name
                record.assignee, record.contact = self._ietf()
                record.reference = (
                    Citation("note", "1", None, 0),
                    Citation("rfc", "rfc4727", None, 0),
                    rfc6335,
                )
                group.records.append(record)
        self.footnotes.append(Footnote("1", "Only for experiments that were agreed upon.", 0))

    def _gaps(self) -> Iterator[tuple[int, int]]:
        """The ports that no group is about: User Ports, in a whole registry System Ports too."""
        low = 1 if self.whole else _FIRST_PORT
        end = _LAST_PORT + 1
        for first, last in [*self._spans(), (end, end)]:
            if low > _LAST_PORT:
                return
            if first > low:
                yield low, min(first - 1, _LAST_PORT)
            low = max(low, last + 1)

    def arrange(self) -> Dump:
        """Put everything into a dump, in the order of the registry; a second call changes nothing.

        Its records are the ones that were drawn, and can still be changed.
        """
        if self.dump is not None:
            return self.dump
        if self.filled:
            for low, high in list(self._gaps()):
                unassigned = statement(port_text(low, high), "Unassigned", None)
                self.groups.append(Group(low, high, [unassigned]))
        with_port = sorted((g for g in self.groups if g.low is not None), key=lambda g: g.low or 0)
        portless = [group for group in self.groups if group.low is None]
        portless.sort(key=lambda group: vocabulary.fold(group.record.service_name or ""))
        self.dump = dump = Dump("generated.xml", "xml", b"", CARRIES)
        dump.registry_id = vocabulary.REGISTRY_ID
        dump.title = "Service Name and Transport Protocol Port Number Registry"
        dump.category = "Service Names and Transport Protocol Port Numbers"
        dump.updated = self.updated.isoformat()
        dump.references = [Citation("rfc", "rfc6335", None, 0)]
        dump.experts = "Ann Example"
        dump.notes = [Note(None, "A registry that was generated.", 0)]
        dump.records = [record for group in with_port + portless for record in group.records]
        dump.footnotes = self.footnotes
        return dump


# The kinds that need the fewest choices come first: examples shrink to them.
_KINDS: tuple[Callable[[Draft], Group], ...] = (
    Draft.reserved, Draft.service, Draft.portless, Draft.alias, Draft.system, Draft.released,
    Draft.standard,
)  # fmt: skip


@st.composite
def _group(draw: Callable[..., Callable[[Draft], Group]], draft: Draft) -> Group:
    return draw(st.sampled_from(_KINDS))(draft)


def statement(number: str | None, description: str | None, transport: str | None) -> Record:
    """A record without a service name."""
    record = Record(0, 0)
    record.port_number = number
    record.transport_protocol = transport
    record.description = description
    return record


def port_text(low: int, high: int) -> str:
    """A port number or range as the registry writes it."""
    return str(low) if low == high else f"{low}-{high}"


def set_text(record: Record, field: str, *parts: Part) -> None:
    """Set a field of a record to a text of parts; without parts it is absent."""
    mixed = {name: content for name, content in (record.mixed or {}).items() if name != field}
    if len(parts) > 1:
        mixed[field] = list(parts)
    record.mixed = mixed or None
    record.inline = [
        (name, part)
        for name, content in mixed.items()
        for part in content
        if isinstance(part, Citation)
    ]
    setattr(record, field, text_of(parts) if parts else None)


def copy_of(record: Record) -> Record:
    """A record with the same values, whose fields can be changed alone."""
    copy = Record(0, 0)
    for name in Record.__slots__:
        setattr(copy, name, getattr(record, name))
    return copy


def registry_of(draft: Draft) -> Registry:
    """Write a draft in its form, and read it again."""
    dump = draft.arrange()
    dump.contacts = draft.contacts.listed(dump.records)
    text: str | bytes = write(Registry(dump), draft.form).text
    if draft.edit is not None and isinstance(text, str):
        text = draft.edit(text)
    registry = parse_registry(text, path=f"generated.{draft.form}", form=draft.form)
    if isinstance(text, bytes):
        registry.dump.data = text  # with the bytes that are not UTF-8, not as they were read
    return registry
