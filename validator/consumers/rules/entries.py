"""CS1: what became of an entry, beside the registry."""

from __future__ import annotations

from validator.consumers.fates import RELEASED
from validator.consumers.rules.lines import hides_registered_name
from validator.engine.rule import NOTE, WARNING, Related, Violation, rule
from validator.model.vocabulary import listing, normal_space, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validator.consumers.case import AuditCase
    from validator.consumers.entry import Entry
    from validator.model.entries import Assignment, Statement

_REGISTRY = "IANA port registry"
_NEEDS = ("lines", "registry")
_MOST_NAMES = 8
_LONGEST_NOTE = 160


def _record(case: AuditCase, message: str, found: Assignment | Statement) -> Related:
    assert case.claims is not None
    return Related(message, found.record, "port_number", dump=case.claims.registry.dump)


def related_records(case: AuditCase, found: Iterable[Assignment]) -> list[Related]:
    """The first records of some that a finding is about."""
    return [_record(case, "the registry's record", record) for record in list(found)[:_MOST_NAMES]]


def _place(entry: Entry) -> str:
    return f"{entry.port_text}/{entry.transport}"


def names_of(records: Sequence[Assignment]) -> str:
    """The different names of records, quoted; after eight of them how many there are."""
    names = dict.fromkeys(record.name for record in records)
    return listing(list(map(quoted, names)), _MOST_NAMES, ", ")


@rule("CS101", WARNING, "RFC 6335, Section 10.1", needs=_NEEDS)
def historic_name_alone(case: AuditCase) -> Iterator[Violation]:
    """A name is historic, and the name that replaced it is missing.

    Why it matters: programs that ask for the current name find nothing.

    Flagged::

        # services
        harbour_pilot 8040/tcp

    Accepted::

        # services
        harbour-pilot 8040/tcp harbour_pilot
    """
    for entry in case.by_fate("historic-alone"):
        current = [
            record
            for record in case.compared.claims.at(entry.low, entry.transport)
            if record.record.index not in case.compared.claims.historic
        ]
        hint = f": its replacement {names_of(current)} is missing" if current else ""
        message = f"{quoted(entry.name)} is a historic name of {_place(entry)}{hint}"
        yield Violation(entry, "service_name", message, related=related_records(case, current))


@rule("CS102", NOTE, "RFC 6335, Section 10.1", needs=_NEEDS)
def historic_name(case: AuditCase) -> Iterator[Violation]:
    """A name is historic; the name that replaced it is there, too.

    Why it matters: nothing breaks, and the entry can go one day.

    Flagged::

        # services
        harbour-pilot 8040/tcp
        harbour_pilot 8040/tcp

    Accepted::

        # services
        harbour-pilot 8040/tcp
    """
    for entry in case.by_fate("historic"):
        current = case.compared.replacement(entry)
        related = [] if current is None else related_records(case, [current])
        named = "" if current is None else f": {quoted(current.name)} replaced it"
        message = f"{quoted(entry.name)} is a historic name of {_place(entry)}{named}"
        yield Violation(entry, "service_name", message, related=related)


@rule("CS103", WARNING, _REGISTRY, needs=_NEEDS)
def name_respelled(case: AuditCase) -> Iterator[Violation]:
    """A name differs from the registered one in case or punctuation.

    Why it matters: getservbyname compares every character.

    Flagged::

        # services
        harbourpilot 8040/tcp

    Accepted::

        # services
        harbour-pilot 8040/tcp
    """
    for entry in case.by_fate("respelled"):
        record = case.compared.claims.spelling(entry.name, entry.low, entry.transport)
        assert record is not None
        here = ", which is an alias here" if record.name in entry.words else ""
        message = (
            f"{quoted(entry.name)} on {_place(entry)} is spelled {quoted(record.name)} in the"
            f" registry{here}"
        )
        yield Violation(entry, "service_name", message, related=related_records(case, [record]))


@rule("CS104", WARNING, _REGISTRY, needs=_NEEDS)
def name_truncated(case: AuditCase) -> Iterator[Violation]:
    """A name is the beginning of the registered one, cut at the longest length of the file.

    Why it matters: a generator with a fixed column cuts names, and nobody finds the rest.

    Flagged::

        # services
        harbour-pi 8040/tcp
        tide 8042/tcp

    Accepted::

        # services
        harbour-pilot 8040/tcp
        tide 8042/tcp
    """
    for entry in case.by_fate("truncated"):
        record = case.compared.truncated_record(entry)
        assert record is not None
        message = f"{quoted(entry.name)} on {_place(entry)} is cut: expected {quoted(record.name)}"
        yield Violation(entry, "service_name", message, related=related_records(case, [record]))


@rule("CS105", NOTE, _REGISTRY, needs=_NEEDS)
def registered_name_as_alias(case: AuditCase) -> Iterator[Violation]:
    """The registered name of the port is an alias of another name.

    Why it matters: getservbyport answers the other name.

    Flagged::

        # services
        pilotage 8040/tcp harbour-pilot

    Accepted::

        # services
        harbour-pilot 8040/tcp pilotage
    """
    for entry in case.by_fate("alias-only"):
        claims = case.compared.claims
        port, transport = entry.low, entry.transport
        alias = next(a for a in entry.aliases if claims.has(a.text, transport, port, port))
        records = [r for r in claims.at(port, transport) if r.name == alias.text]
        message = (
            f"{_place(entry)} is registered as {quoted(alias.text)}, which is only an alias of"
            f" {quoted(entry.name)} here"
        )
        yield Violation(entry, "service_name", message, related=related_records(case, records))


@rule("CS106", WARNING, _REGISTRY, needs=_NEEDS)
def former_name(case: AuditCase) -> Iterator[Violation]:
    """IANA gave the name to this port before, and does not any more.

    It needs older dumps (`--history`, `--git`).

    Why it matters: the port may belong to somebody else now.

    Flagged::

        # services
        old-harbour 8043/tcp

    Accepted::

        # services
        new-harbour 8043/tcp
    """
    comparison = case.compared
    for entry in case.by_fate("former"):
        records = comparison.claims.at(entry.low, entry.transport)
        now = f"the port's name is now {names_of(records)}" if records else "nobody has it now"
        until = comparison.former_until(entry.name, entry.low, entry.transport)
        message = f"{quoted(entry.name)} had {_place(entry)} until {until}: {now}"
        yield Violation(entry, "service_name", message, related=related_records(case, records))


@rule("CS107", WARNING, _REGISTRY, needs=_NEEDS)
def other_service_port(case: AuditCase) -> Iterator[Violation]:
    """The registry has other names on this port and transport.

    Why it matters: the file says one service, everybody else another.

    Flagged::

        # services
        our-dashboard 8040/tcp

    Accepted::

        # services
        harbour-pilot 8040/tcp
    """
    for entry in case.by_fate("other-name"):
        records = case.compared.claims.at(entry.low, entry.transport)
        message = (
            f"{_place(entry)} is registered as {names_of(records)}, not as {quoted(entry.name)}"
        )
        yield Violation(entry, "service_name", message, related=related_records(case, records))


@rule("CS108", NOTE, _REGISTRY, needs=_NEEDS)
def range_member(case: AuditCase) -> Iterator[Violation]:
    """A name is that of a registered range of ports with something after it.

    Why it matters: services(5) has no ranges, so lists number the members of one by themselves.

    Flagged::

        # services
        tide-gauge-2 8051/tcp

    Accepted::

        # services
        tide-gauge 8050/tcp
    """
    for entry in case.by_fate("range-member"):
        record = case.compared.range_of(entry)
        assert record is not None
        message = (
            f"{quoted(entry.name)} is a port of {quoted(record.name)} {record.ports}/"
            f"{entry.transport} in the registry"
        )
        yield Violation(entry, "service_name", message, related=related_records(case, [record]))


@rule("CS109", WARNING, _REGISTRY, needs=_NEEDS)
def other_transport(case: AuditCase) -> Iterator[Violation]:
    """The registry has the name on this port, but for another transport.

    Why it matters: nobody assigned this one; a firewall that is made from the list opens too much.

    Flagged::

        # services
        tide 8042/udp

    Accepted::

        # services
        tide 8042/tcp
    """
    for entry in case.by_fate("other-transport"):
        record = case.compared.other_transport(entry)
        assert record is not None
        where = record.transport or "all transports"
        message = (
            f"{quoted(record.name)} is registered for {record.ports}/{where}, not for"
            f" {entry.transport}"
        )
        yield Violation(
            entry, "transport_protocol", message, related=related_records(case, [record])
        )


@rule("CS110", WARNING, "RFC 6335, Section 8.2", needs=_NEEDS)
def released_port(case: AuditCase) -> Iterator[Violation]:
    """The registry says that the port was released.

    Why it matters: it may be assigned to somebody else.

    Flagged::

        # services
        fog-horn 8044/tcp

    Accepted::

        # services
        tide 8042/tcp
    """
    for entry in case.by_fate("released"):
        statement = case.compared.release(entry)
        assert statement is not None
        record = statement.record
        texts = [record.assignment_notes or "", record.description or ""]
        note = normal_space(next(text for text in texts if RELEASED.search(text)))
        message = f"{_place(entry)} was released: {quoted(note, _LONGEST_NOTE)}"
        related = [_record(case, "the registry's statement", statement)]
        yield Violation(entry, "port_number", message, related=related)


@rule("CS111", WARNING, _REGISTRY, needs=_NEEDS)
def name_moved(case: AuditCase) -> Iterator[Violation]:
    """The name is registered with another port.

    Why it matters: programs that go by this file talk to the wrong port.

    Flagged::

        # services
        tide 8142/tcp

    Accepted::

        # services
        tide 8042/tcp
    """
    for entry in case.by_fate("moved"):
        records = [r for r in case.compared.named(entry.name) if r.ports is not None]
        ports = ", ".join(dict.fromkeys(str(record.ports) for record in records[:_MOST_NAMES]))
        message = f"{quoted(entry.name)} is registered with port {ports}, not {entry.port_text}"
        yield Violation(entry, "port_number", message, related=related_records(case, records))


@rule("CS112", WARNING, "RFC 6335, Section 6", needs=_NEEDS)
def reserved_port(case: AuditCase) -> Iterator[Violation]:
    """The registry has the port as Reserved.

    Why it matters: it is kept free for a reason.

    Flagged::

        # services
        buoy 8045/tcp

    Accepted::

        # services
        tide 8042/tcp
    """
    for entry in case.by_fate("reserved"):
        statements = [s for s in case.compared.statements(entry) if s.state == "Reserved"]
        message = f"{_place(entry)} is Reserved: no service has it"
        related = [_record(case, "the registry's statement", s) for s in statements[:1]]
        yield Violation(entry, "port_number", message, related=related)


@rule("CS113", NOTE, _REGISTRY, needs=_NEEDS)
def unregistered(case: AuditCase) -> Iterator[Violation]:
    """The registry knows neither the name nor the port.

    Why it matters: IANA may assign the port to another service at any time.

    Flagged::

        # services
        local-thing 8099/tcp

    Accepted::

        # services
        tide 8042/tcp
    """
    for entry in case.by_fate("unregistered"):
        message = f"{quoted(entry.name)} is not registered, and {_place(entry)} is not assigned"
        yield Violation(entry, "service_name", message)


@rule("CS114", NOTE, "RFC 6335, Section 6", needs=_NEEDS)
def dynamic_port(case: AuditCase) -> Iterator[Violation]:
    """The port is a Dynamic Port (49152 to 65535), which is never assigned.

    Why it matters: the system hands such ports out to any program.

    Flagged::

        # services
        local-thing 60001/tcp

    Accepted::

        # services
        tide 8042/tcp
    """
    for entry in case.by_fate("dynamic"):
        message = (
            f"port {entry.port_text} is a Dynamic Port: the system hands it out to any program"
        )
        yield Violation(entry, "port_number", message)


@rule("CS115", NOTE, _REGISTRY, needs=_NEEDS)
def registered_without_port(case: AuditCase) -> Iterator[Violation]:
    """The name is registered without a port.

    Why it matters: the service has no port of its own; this one is somebody's choice.

    Flagged::

        # services
        gulls 8099/tcp

    Accepted::

        # services
        tide 8042/tcp
    """
    for entry in case.by_fate("without-port"):
        records = case.compared.named(entry.name)
        message = f"{quoted(entry.name)} is registered without a port, not with {entry.port_text}"
        yield Violation(entry, "port_number", message, related=related_records(case, records))


@rule("CS116", WARNING, _REGISTRY, needs=_NEEDS)
def range_grown(case: AuditCase) -> Iterator[Violation]:
    """The name has the first port of a range, but not all of it.

    Why it matters: the other ports belong to nobody, or to somebody else.

    Flagged::

        # wireshark
        tide 8042-8046/tcp

    Accepted::

        # wireshark
        tide-gauge 8050-8053/tcp
    """
    for entry in case.by_fate("range-grown"):
        records = [
            record
            for record in case.compared.claims.at(entry.low, entry.transport)
            if record.name == entry.name
        ]
        ports = ", ".join(dict.fromkeys(str(record.ports) for record in records))
        message = f"{quoted(entry.name)} is registered with {ports}, not with {entry.port_text}"
        yield Violation(entry, "port_number", message, related=related_records(case, records))


@rule("CS117", WARNING, _REGISTRY, needs=_NEEDS)
def registered_name_hidden(case: AuditCase) -> Iterator[Violation]:
    """The first line of a port has an unregistered name, and a later line the registered one.

    It takes the place of CS007.

    Why it matters: getservbyport answers the unregistered name.

    Flagged::

        # services
        our-dashboard 8040/tcp
        harbour-pilot 8040/tcp

    Accepted::

        # services
        harbour-pilot 8040/tcp our-dashboard
    """
    seen: set[tuple[int, str]] = set()
    for entry, earlier, port in case.port_shadows:
        key = (port, entry.transport)
        if key not in seen and hides_registered_name(case, entry, earlier, port):
            seen.add(key)
            message = (
                f"{port}/{entry.transport} answers {quoted(earlier.name)} (line"
                f" {earlier.line_number}); the registered name {quoted(entry.name)} comes later"
            )
            yield Violation(entry, "service_name", message, related=[Related("first", earlier)])


@rule("CS118", WARNING, _REGISTRY, needs=_NEEDS)
def order_changes_answer(case: AuditCase) -> Iterator[Violation]:
    """A port has several registered names, and the file begins with another than the registry.

    Why it matters: getservbyport answers the first line, so two lists of the same names differ.

    Flagged::

        # services
        lamp-2 8046/tcp
        lamp 8046/tcp

    Accepted::

        # services
        lamp 8046/tcp
        lamp-2 8046/tcp
    """
    comparison = case.compared
    later: dict[tuple[int, str], tuple[Entry, list[Entry]]] = {}
    for entry, earlier, port in case.port_shadows:
        later.setdefault((port, entry.transport), (earlier, []))[1].append(entry)
    for (port, transport), (first, others) in later.items():
        if not comparison.claims.has(first.name, transport, port, port):
            continue
        names = comparison.present_names(port, transport, by_spelling=False)
        other = next((entry for entry in others if entry.name == names[0]), None) if names else None
        if other is not None:
            message = (
                f"{port}/{transport} answers {quoted(first.name)}; the registry lists"
                f" {quoted(other.name)} first"
            )
            related = [Related("the registry's first name", other)]
            yield Violation(first, "service_name", message, related=related)
