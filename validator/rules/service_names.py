"""SN: service names (RFC 6335, Sections 5, 5.1, 8.1.1 and 10.1)."""

from __future__ import annotations

from operator import attrgetter

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, related_to, rule
from validator.model.registry import Registry
from validator.model.vocabulary import (
    LEGACY_NAMES,
    SERVICE_NAME_CHARACTERS,
    SERVICE_NAME_LENGTH,
    fold,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validator.model.registry import Assignment


def _malformed(registry: Registry, describe: Callable[[str], str | None]) -> Iterator[Violation]:
    """Yield a violation for each name that `describe` objects to, declared legacy names apart."""
    said: dict[str, str] = {}
    for name in registry.malformed_names:
        message = describe(name)
        if message is not None:
            said[name] = message
    found = [entry for name in said for entry in registry.by_name[fold(name)] if entry.name == name]
    for entry in sorted(found, key=_index_of):
        # Section 10.1: a name of its table is accepted where its notes declare it an alias.
        record = entry.record
        if entry.name not in LEGACY_NAMES or record.index not in registry.alias_records:
            yield Violation(record, "service_name", said[entry.name])


_index_of = attrgetter("record.index")


def _character(character: str) -> str:
    shown = f"U+{ord(character):04X}"
    if character == " ":
        return f"a blank ({shown})"
    return f'"{character}" ({shown})' if character.isprintable() else shown


@rule("SN001", ERROR, "RFC 6335, Section 5.1")
def service_name_length(registry: Registry) -> Iterator[Violation]:
    """A service name is longer than 15 characters.

    Section 5.1 allows 1 to 15 characters. (An empty name is no name, and the record then no
    assignment.)

    Why it matters: DNS SRV and DNS-SD labels, /etc/services readers and fixed-width tables are
    built for 15 characters and cut or refuse what is longer.

    Flagged::

        <record><name>harbor-log-collector</name></record>

    Accepted::

        <record><name>harbor-logs</name></record>
    """

    def describe(name: str) -> str | None:
        if len(name) <= SERVICE_NAME_LENGTH:
            return None
        return f"{quoted(name)} has {len(name)} characters; {SERVICE_NAME_LENGTH} are allowed"

    return _malformed(registry, describe)


@rule("SN002", ERROR, "RFC 6335, Section 5.1")
def service_name_character(registry: Registry) -> Iterator[Violation]:
    """A service name has a character other than letters, digits and hyphen.

    Section 5.1 allows A-Z, a-z and 0-9 of US-ASCII and the hyphen. Blanks around the name count
    as characters of it. The 96 names of Section 10.1, and whois++, are accepted where their notes
    say that they are an alias.

    Why it matters: such a name cannot stand in an SRV record, and readers that split lines at
    blanks or paths at slashes take it for something else.

    Flagged::

        <record><name>harbor_log</name></record>

    Accepted::

        <record><name>harbor-log</name></record>
    """

    def describe(name: str) -> str | None:
        wrong = dict.fromkeys(c for c in name if c not in SERVICE_NAME_CHARACTERS)
        if not wrong:
            return None
        shown = ", ".join(_character(c) for c in list(wrong)[:5])
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        return f"{quoted(name)} has {shown}{more}; letters, digits and hyphens are allowed"

    return _malformed(registry, describe)


@rule("SN003", ERROR, "RFC 6335, Section 5.1")
def service_name_without_letter(registry: Registry) -> Iterator[Violation]:
    """A service name has no letter.

    Section 5.1 asks for at least one letter, A-Z or a-z.

    Why it matters: a name such as "23" is taken for a port number, and "6000-6063" for a range of
    them, wherever either may be written.

    Flagged::

        <record><name>6000-6063</name></record>

    Accepted::

        <record><name>x11-6000</name></record>
    """

    def describe(name: str) -> str | None:
        if any("a" <= c <= "z" or "A" <= c <= "Z" for c in name):
            return None
        return f"{quoted(name)} has no letter from A to Z"

    return _malformed(registry, describe)


@rule("SN004", ERROR, "RFC 6335, Section 5.1")
def service_name_edge_hyphen(registry: Registry) -> Iterator[Violation]:
    """A service name begins or ends with a hyphen.

    Section 5.1 lets a hyphen stand only between letters or digits.

    Why it matters: command lines take a leading hyphen for an option, and labels of the DNS may
    not begin or end with one.

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
        return f"{quoted(name)} {where} with a hyphen"

    return _malformed(registry, describe)


@rule("SN005", ERROR, "RFC 6335, Section 5.1")
def service_name_adjacent_hyphens(registry: Registry) -> Iterator[Violation]:
    """Two hyphens stand side by side in a service name.

    Section 5.1 lets a hyphen stand only between letters or digits: next to another hyphen it is
    not allowed.

    Why it matters: software that checks names with the grammar of the RFC refuses the name, and
    a label with two hyphens in third and fourth place is taken for an encoded one by the DNS.

    Flagged::

        <record><name>file--sync</name></record>

    Accepted::

        <record><name>file-sync</name></record>
    """

    def describe(name: str) -> str | None:
        return f"{quoted(name)} has hyphens side by side" if "--" in name else None

    return _malformed(registry, describe)


@rule("SN006", WARNING, "RFC 6335, Section 5.1")
def service_name_case(registry: Registry) -> Iterator[Violation]:
    """One service name is spelt in two ways that differ in case only.

    Section 5.1 ignores case when names are compared: both spellings are one name. Section 8.1.1
    lets case be mixed for clarity, which two spellings are not.

    Why it matters: tools that compare bytes list the service twice, or find only one half of it.

    Flagged::

        <record><name>Harbor</name><protocol>tcp</protocol></record>
        <record><name>harbor</name><protocol>udp</protocol></record>

    Accepted::

        <record><name>Harbor</name><protocol>tcp</protocol></record>
        <record><name>Harbor</name><protocol>udp</protocol></record>
    """
    for held in registry.uneven:
        spellings: dict[str, list[Assignment]] = {}
        if all(entry.name == held[0].name for entry in held):
            continue
        for entry in held:
            spellings.setdefault(entry.name, []).append(entry)
        # The spelling most records use is the one to keep; of two equals the first by code point.
        kept = min(spellings, key=lambda name: (-len(spellings[name]), name))
        others = related_to(f"spelt {quoted(kept)}", [e.record for e in spellings.pop(kept)])
        for name, entries in sorted(spellings.items()):
            for entry in entries:
                message = f"{quoted(name)} is also spelt {quoted(kept)}; they are the same name"
                yield Violation(entry.record, "service_name", message, related=others[:1])


@rule("SN007", ERROR, "RFC 6335, Sections 5 and 8.1.1")
def duplicate_assignment(registry: Registry) -> Iterator[Violation]:
    """The same name, port and transport protocol stand on two records.

    Section 5 makes the service name the unique key of the registry. One name has one record for
    each port and transport protocol.

    Why it matters: of two records every reader keeps one, and not every reader the same.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol><number>4621</number></record>
    """
    for held in registry.uneven:
        same: dict[tuple[str, str], list[Assignment]] = {}
        for entry in held:
            record = entry.record
            port = str(entry.ports) if entry.ports is not None else record.port_number or ""
            transport = entry.transport or record.transport_protocol or ""
            same.setdefault((port, transport), []).append(entry)
        for (port, transport), entries in same.items():
            if len(entries) < 2:
                continue
            # The oldest is the first one; where that does not tell, the order of the file.
            first, *others = sorted(
                entries, key=lambda e: (e.record.registration_date or "", e.identity)
            )
            for entry in others:
                where = f"port {port}" if port else "no port"
                what = transport or "no transport protocol"
                yield Violation(
                    entry.record,
                    "service_name",
                    f"{quoted(entry.name)} stands a second time with {where} and {what}",
                    related=related_to("the first record", [first.record], "service_name"),
                )


def _on_several_ports(registry: Registry) -> Iterator[tuple[list[Assignment], bool]]:
    """Yield the assignments of each name that has several ports, and whether one party holds it."""
    for held in registry.uneven:
        ported = [entry for entry in held if entry.ports is not None]
        if len({entry.ports for entry in ported}) < 2:
            continue
        holders = [
            (
                registry.parties(registry.assignees(entry.record)),
                registry.parties(entry.record.contact),
            )
            for entry in ported
        ]
        # A record that names nobody contradicts nobody.
        named = {holder for holder in holders if holder[0] or holder[1]}
        yield ported, len(named) < 2


def _blamed(entries: list[Assignment]) -> list[Assignment]:
    """Sort, the record to blame last: the newest by date, then the highest port."""
    return sorted(
        entries,
        key=lambda e: (
            e.record.registration_date or "",
            (e.ports.low, e.ports.high) if e.ports is not None else (0, 0),
            e.transport or "",
            e.identity,
            e.record.index,
        ),
    )


def _ports(entries: list[Assignment]) -> str:
    shown = sorted({entry.ports for entry in entries if entry.ports}, key=lambda p: (p.low, p.high))
    words = ", ".join(str(ports) for ports in shown[:8])
    return f"{words} and {len(shown) - 8} more" if len(shown) > 8 else words


@rule("SN008", ERROR, "RFC 6335, Sections 5 and 8.1.1", since_rfc6335=True)
def service_name_conflict(registry: Registry) -> Iterator[Violation]:
    """One service name stands on different ports for different parties.

    Section 8.1.1 forbids to assign a name that is assigned already: it names one service, of one
    assignee. Two ids are one party when their address agrees, or both name and organization do.

    Why it matters: whoever looks the name up finds two services, and an SRV record cannot say
    which of them it means.

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
    for entries, same in _on_several_ports(registry):
        if not same:
            *others, blamed = _blamed(entries)
            ports = _ports(entries)
            message = f"{quoted(blamed.name)} stands on ports {ports} for different parties"
            there = [entry.record for entry in others if entry.ports != blamed.ports]
            yield Violation(
                blamed.record,
                "service_name",
                message,
                related=related_to("the same name", there, "service_name"),
            )


@rule("SN009", NOTE, "RFC 6335, Section 7.2", since_rfc6335=True)
def service_name_several_ports(registry: Registry) -> Iterator[Violation]:
    """One service of one party has several ports.

    Section 7.2 strives for one port number for a service, for all its variants, versions and
    kinds of devices.

    Why it matters: ports are few. A reviewer will ask why the service cannot tell its messages
    apart on one.

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
    for entries, same in _on_several_ports(registry):
        if same:
            *others, blamed = _blamed(entries)
            there = [entry.record for entry in others if entry.ports != blamed.ports]
            yield Violation(
                blamed.record,
                "port_number",
                f"{quoted(blamed.name)} has the ports {_ports(entries)}; one is to be enough",
                related=related_to("the same service", there, "port_number"),
            )


@rule("SN010", NOTE, "RFC 6335, Sections 5 and 8.2")
def service_name_with_and_without_port(registry: Registry) -> Iterator[Violation]:
    """One service name stands with a port and again without, on the same transport protocol.

    A name without a port is one that was asked for alone, or whose port was released (Section
    8.2). A name that has a port needs no second record to say that it exists.

    Why it matters: readers that keep one record for a name and transport protocol may keep the
    one without the port.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>tcp</protocol></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol></record>
    """
    for held in registry.uneven:
        bare: dict[str, Assignment] = {}
        ported: dict[str, Assignment] = {}
        for entry in held:
            transport = entry.transport or entry.record.transport_protocol or ""
            if not entry.record.port_number:
                bare.setdefault(transport, entry)
            elif entry.ports is not None:
                ported.setdefault(transport, entry)
        for transport in sorted(bare.keys() & ported.keys()):
            other = ported[transport]
            what = transport or "no transport protocol"
            yield Violation(
                bare[transport].record,
                "service_name",
                f"{quoted(other.name)} with {what} has no port here, port {other.ports} elsewhere",
                related=related_to("with a port", [other.record], "service_name"),
            )
