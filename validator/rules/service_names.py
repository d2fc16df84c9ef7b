"""SN: service names (RFC 6335, Sections 5, 5.1, 8.1.1 and 10.1)."""

from __future__ import annotations

from operator import attrgetter

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, columns, related_to, rule
from validator.model.names import malformed_names, repeated_names
from validator.model.parties import parties
from validator.model.registry import Registry, cached_index
from validator.model.vocabulary import (
    LEGACY_NAMES,
    SERVICE_NAME_CHARACTERS,
    SERVICE_NAME_LENGTH,
    character_name,
    listing,
    name_key,
    place,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validator.model.entries import Assignment


def _malformed(registry: Registry, describe: Callable[[str], str | None]) -> Iterator[Violation]:
    """Yield a violation for each name that `describe` has a message for, except declared aliases.

    Section 10.1 accepts a malformed name of its table if the notes declare it an alias.  Without
    a column for notes, its names are accepted.
    """
    has_notes = "assignment_notes" not in registry.dump.missing_columns
    messages: dict[str, str] = {}
    for name in malformed_names(registry):
        message = describe(name)
        if message is not None:
            messages[name] = message
    keys = {name_key(name) for name in messages}
    entries = [e for key in keys for e in registry.by_name[key] if e.name in messages]
    for entry in sorted(entries, key=_index_of):
        record = entry.record
        if entry.name not in LEGACY_NAMES or (
            has_notes and record.index not in registry.alias_by_record
        ):
            yield Violation(record, "service_name", messages[entry.name])


_index_of = attrgetter("record.index")


@cached_index
def _uneven_names(registry: Registry) -> list[list[Assignment]]:
    """The assignments of each name whose records differ in more than transport and texts.

    Left out is what is usual: one record, or records for one port and different transports under
    one spelling.  The order of each list does not depend on the order of the file.
    """
    uneven = [entries for entries in repeated_names(registry) if not _is_even(entries)]
    return [sorted(entries, key=lambda entry: entry.identity) for entries in uneven]


def _is_even(entries: list[Assignment]) -> bool:
    first, last = entries[0], entries[-1]
    name, number = first.name, first.record.port_number
    if len(entries) == 2:  # nearly all
        return (
            last.name == name
            and last.record.port_number == number
            and first.transport != last.transport
            and first.transport is not None
            and last.transport is not None
        )
    transports = set()
    for entry in entries:
        if entry.name != name or entry.record.port_number != number:
            return False
        transports.add(entry.transport)
    return len(transports) == len(entries) and None not in transports


@rule("SN001", ERROR, "RFC 6335, Section 5.1", needs=columns("service_name"))
def service_name_length(registry: Registry) -> Iterator[Violation]:
    """A service name is longer than 15 characters.

    Section 5.1 allows 1 to 15 characters. (A record with an empty name is not an assignment.)

    Why it matters: DNS SRV and DNS-SD labels, readers of /etc/services and fixed-width tables
    allow 15 characters. They cut or reject longer names.

    Flagged::

        <record><name>harbor-log-collector</name></record>

    Accepted::

        <record><name>harbor-logs</name></record>
    """

    def describe(name: str) -> str | None:
        if len(name) <= SERVICE_NAME_LENGTH:
            return None
        limit = f"expected at most {SERVICE_NAME_LENGTH}"
        return f"service name {quoted(name)} has {len(name)} characters ({limit})"

    return _malformed(registry, describe)


@rule("SN002", ERROR, "RFC 6335, Section 5.1", needs=columns("service_name"))
def service_name_character(registry: Registry) -> Iterator[Violation]:
    """A service name has a character other than letters, digits and hyphen.

    Section 5.1 allows A-Z, a-z and 0-9 of US-ASCII and the hyphen. White space around the name is
    part of it. The 96 names of Section 10.1, and whois++, are accepted if their notes declare
    them aliases.

    Why it matters: SRV records cannot have such a name. Programs that split lines at spaces or
    paths at slashes read a different name.

    Flagged::

        <record><name>harbor_log</name></record>

    Accepted::

        <record><name>harbor-log</name></record>
    """

    def describe(name: str) -> str | None:
        wrong = dict.fromkeys(c for c in name if c not in SERVICE_NAME_CHARACTERS)
        if not wrong:
            return None
        characters = listing(list(map(character_name, wrong)), 5)
        allowed = "only letters, digits and hyphens are allowed"
        return f"service name {quoted(name)} contains {characters}; {allowed}"

    return _malformed(registry, describe)


@rule("SN003", ERROR, "RFC 6335, Section 5.1", needs=columns("service_name"))
def service_name_without_letter(registry: Registry) -> Iterator[Violation]:
    """A service name has no letter.

    Section 5.1 requires at least one letter, A-Z or a-z.

    Why it matters: where either a name or a port is allowed, programs read "23" as a port number
    and "6000-6063" as a range.

    Flagged::

        <record><name>6000-6063</name></record>

    Accepted::

        <record><name>x11-6000</name></record>
    """

    def describe(name: str) -> str | None:
        if any("a" <= c <= "z" or "A" <= c <= "Z" for c in name):
            return None
        return f"service name {quoted(name)} has no letter (A-Z or a-z)"

    return _malformed(registry, describe)


@rule("SN004", ERROR, "RFC 6335, Section 5.1", needs=columns("service_name"))
def service_name_edge_hyphen(registry: Registry) -> Iterator[Violation]:
    """A service name begins or ends with a hyphen.

    Section 5.1 allows a hyphen only between letters or digits.

    Why it matters: a leading hyphen looks like a command line option, and DNS labels must not
    begin or end with a hyphen.

    Flagged::

        <record><name>harbor-</name></record>

    Accepted::

        <record><name>harbor-1</name></record>
    """

    def describe(name: str) -> str | None:
        first, last = name.startswith("-"), name.endswith("-")
        if not first and not last:
            return None
        where = "begins and ends" if first and last else "begins" if first else "ends"
        return f"service name {quoted(name)} {where} with a hyphen"

    return _malformed(registry, describe)


@rule("SN005", ERROR, "RFC 6335, Section 5.1", needs=columns("service_name"))
def service_name_adjacent_hyphens(registry: Registry) -> Iterator[Violation]:
    """A service name has two adjacent hyphens.

    Section 5.1 allows a hyphen only between letters or digits, not next to another hyphen.

    Why it matters: software that checks names with the grammar of the RFC rejects the name. The
    DNS reads a label with hyphens in third and fourth place as an encoded one.

    Flagged::

        <record><name>file--sync</name></record>

    Accepted::

        <record><name>file-sync</name></record>
    """

    def describe(name: str) -> str | None:
        return f"service name {quoted(name)} has adjacent hyphens" if "--" in name else None

    return _malformed(registry, describe)


@rule("SN006", WARNING, "RFC 6335, Section 5.1", needs=columns("service_name"))
def service_name_case(registry: Registry) -> Iterator[Violation]:
    """A service name has two spellings that differ only in case.

    Section 5.1 ignores case when names are compared: both spellings are one name. Section 8.1.1
    allows mixed case for clarity, but two spellings are not clear.

    Why it matters: programs that compare bytes list the service twice, or find only half of it.

    Flagged::

        <record><name>Harbor</name><protocol>tcp</protocol></record>
        <record><name>harbor</name><protocol>udp</protocol></record>

    Accepted::

        <record><name>Harbor</name><protocol>tcp</protocol></record>
        <record><name>Harbor</name><protocol>udp</protocol></record>
    """
    for entries in _uneven_names(registry):
        spellings: dict[str, list[Assignment]] = {}
        for entry in entries:
            spellings.setdefault(entry.name, []).append(entry)
        # The most frequent spelling is the one to keep; of several the first by code point.
        usual = min(spellings, key=lambda name: (-len(spellings[name]), name))
        first = spellings.pop(usual)[0].record
        related = related_to(f"spelled {quoted(usual)}", [first])
        for name, others in sorted(spellings.items()):
            for entry in others:
                message = f"{quoted(name)} is also spelled {quoted(usual)}; use one spelling"
                yield Violation(entry.record, "service_name", message, related=related)


@rule(
    "SN007",
    ERROR,
    "RFC 6335, Sections 5 and 8.1.1",
    needs=columns("service_name", "port_number", "transport_protocol"),
)
def duplicate_assignment(registry: Registry) -> Iterator[Violation]:
    """Two records have the same name, port and transport protocol.

    By Section 5, the service name is the unique key of the registry. A name has one record for
    each port and transport protocol.

    Why it matters: programs keep one of the two records, and not all of them the same.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol><number>4621</number></record>
    """
    for entries in _uneven_names(registry):
        by_place: dict[tuple[str, str], list[Assignment]] = {}
        for entry in entries:
            record = entry.record
            port = str(entry.ports) if entry.ports is not None else record.port_number or ""
            transport = entry.transport or record.transport_protocol or ""
            by_place.setdefault((port, transport), []).append(entry)
        for (port, transport), same in by_place.items():
            # The oldest comes first, or else the first by its own values.
            first, *others = sorted(
                same, key=lambda e: (e.record.registration_date or "", e.identity)
            )
            for entry in others:
                yield Violation(
                    entry.record,
                    "service_name",
                    f"duplicate record: {quoted(entry.name)} {place(port, transport)}",
                    related=related_to("the first record", [first.record], "service_name"),
                )


@cached_index
def _on_several_ports(registry: Registry) -> list[tuple[list[Assignment], bool]]:
    """The assignments of each name that has several ports, and whether one party has them all."""
    several: list[tuple[list[Assignment], bool]] = []
    for entries in _uneven_names(registry):
        ported = [entry for entry in entries if entry.ports is not None]
        if len({entry.ports for entry in ported}) < 2:
            continue
        holders = {
            (
                parties(registry, registry.assignees(entry.record)),
                parties(registry, entry.record.contact),
            )
            for entry in ported
        }
        # A record without assignee and contact contradicts no other.
        holders.discard((frozenset(), frozenset()))
        several.append((sorted(ported, key=_age), len(holders) < 2))
    return several


def _age(entry: Assignment) -> tuple[object, ...]:
    """Sorts the record to report last: the newest by date, then the highest port."""
    return (
        entry.record.registration_date or "",
        (entry.ports.low, entry.ports.high) if entry.ports is not None else (0, 0),
        entry.transport or "",
        entry.identity,
        entry.record.index,
    )


def _ports(entries: list[Assignment]) -> list[str]:
    ports = {entry.ports for entry in entries if entry.ports is not None}
    return [str(one) for one in sorted(ports, key=lambda one: (one.low, one.high))]


@rule(
    "SN008",
    ERROR,
    "RFC 6335, Sections 5 and 8.1.1",
    since_rfc6335=True,
    needs=columns("service_name", "port_number", "assignee", "contact"),
)
def service_name_conflict(registry: Registry) -> Iterator[Violation]:
    """A service name is assigned to different parties on different ports.

    Section 8.1.1 forbids a second assignment of a name: it identifies one service of one assignee.
    Two contact ids are one party if they have the same address, or the same name and organization.

    Why it matters: a lookup of the name finds two services, and an SRV record cannot tell them
    apart.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ben_Example"/><number>5621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol>
          <xref type="person" data="Ben_Example"/><number>4621</number></record>
    """
    for entries, is_one_party in _on_several_ports(registry):
        if not is_one_party:
            *others, newest = entries
            ports = listing(_ports(entries), 8)
            message = f"{quoted(newest.name)} is assigned to different parties on ports {ports}"
            records = [entry.record for entry in others if entry.ports != newest.ports]
            yield Violation(
                newest.record,
                "service_name",
                message,
                related=related_to("the same name", records, "service_name"),
            )


@rule(
    "SN009",
    NOTE,
    "RFC 6335, Section 7.2",
    since_rfc6335=True,
    needs=columns("service_name", "port_number", "assignee", "contact"),
)
def service_name_several_ports(registry: Registry) -> Iterator[Violation]:
    """One service of one party has several ports.

    The aim of Section 7.2 is one port number per service, for all its variants, versions and kinds
    of devices.

    Why it matters: ports are scarce. A reviewer will ask why the service cannot distinguish its
    messages on one port.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>5621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol>
          <xref type="person" data="Ann_Example"/><number>4621</number></record>
    """
    for entries, is_one_party in _on_several_ports(registry):
        if is_one_party:
            *others, newest = entries
            records = [entry.record for entry in others if entry.ports != newest.ports]
            ports = _ports(entries)
            name = quoted(newest.name)
            count = f"{len(ports)} ports" if all(map(str.isdigit, ports)) else "several ports"
            yield Violation(
                newest.record,
                "port_number",
                f"{name} has {count} ({listing(ports, 8, ', ')}); RFC 6335 expects one per service",
                related=related_to("the same service", records, "port_number"),
            )


@rule(
    "SN010",
    NOTE,
    "RFC 6335, Sections 5 and 8.2",
    needs=columns("service_name", "port_number", "transport_protocol"),
)
def service_name_with_and_without_port(registry: Registry) -> Iterator[Violation]:
    """A service name has a record with a port and one without, for the same transport protocol.

    A name without a port was requested alone, or its port was released (Section 8.2). A name that
    has a port does not need a second record.

    Why it matters: programs that keep one record per name and transport protocol may keep the one
    without the port.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol></record>
    """
    for entries in _uneven_names(registry):
        bare: dict[str, Assignment] = {}
        ported: dict[str, Assignment] = {}
        for entry in entries:
            transport = entry.transport or entry.record.transport_protocol or ""
            if not entry.record.port_number:
                bare.setdefault(transport, entry)
            elif entry.ports is not None:
                ported.setdefault(transport, entry)
        for transport in sorted(bare.keys() & ported.keys()):
            other = ported[transport]
            name = f"{quoted(other.name)}/{transport}" if transport else quoted(other.name)
            yield Violation(
                bare[transport].record,
                "service_name",
                f"{name} has no port here, but port {other.ports} in another record",
                related=related_to("with a port", [other.record], "service_name"),
            )
