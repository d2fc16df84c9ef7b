"""PN: port numbers and ranges (RFC 6335, Sections 6, 7.2, 8.1.2 and 10.2)."""

from __future__ import annotations

from itertools import pairwise
from operator import attrgetter

from validator.engine.rule import (
    ERROR,
    MAX_RELATED,
    NOTE,
    WARNING,
    Violation,
    columns,
    related_to,
    rule,
)
from validator.model import port_usage
from validator.model.entries import Assignment
from validator.model.pattern import pattern
from validator.model.record import CITING_FIELDS, DATE_FIELDS, Ports
from validator.model.registry import Registry
from validator.model.values import PortRange
from validator.model.vocabulary import (
    DYNAMIC_PORTS,
    EXPERIMENTAL_PORTS,
    IESG,
    IETF_CHAIR,
    LAST_PORT,
    PORT_NUMBER,
    RANGE_EDGES,
    TRANSPORT_PROTOCOLS,
    USER_PORTS,
    listing,
    normal_space,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validator.model.entries import Statement
    from validator.model.record import Record

# The columns that tell whether a port is assigned, Reserved or Unassigned.
_STATES = columns("service_name", "port_number", "transport_protocol", "description")
_RESERVED_EDGES = (0, 1023, 1024, USER_PORTS[1])
_DYNAMIC_STATEMENT = pattern(
    r"(?:(?:dynamic|private|ephemeral|and|or|ports?|unassigned|reserved|not|never|assigned|use)"
    r"[\s,;()/-]*+)++",
    "ai",
    limited=True,
)


def _faulty(registry: Registry, describe: Callable[[str], str | None]) -> Iterator[Violation]:
    """Yield a violation for each invalid port number that `describe` has a message for."""
    messages: dict[str, str | None] = {}
    for entry in port_usage.entries_with_unusual_ports(registry):
        number = entry.record.port_number
        if entry.ports is None and number:
            if number not in messages:
                messages[number] = describe(number)
            message = messages[number]
            if message is not None:
                yield Violation(entry.record, "port_number", message)


def _ends(number: str) -> tuple[int, int] | None:
    """The ends of what has the shape of a range; long numbers are cut, but stay too large."""
    match = PORT_NUMBER.fullmatch(number)
    if match is None:
        return None
    low, high = (int(end[:6]) for end in (match[1], match[2] or match[1]))
    return low, high


@rule("PN001", ERROR, "RFC 6335, Section 8.1.1", needs=columns("port_number"))
def malformed_port_number(registry: Registry) -> Iterator[Violation]:
    """A port number is neither a decimal number nor a range of two.

    A port number is written `N` or `N-M`, in the digits 0 to 9, without sign, space or leading
    zeros.

    Why it matters: programs read `0080` as octal, cut `80 ` at the space or silently drop the
    record.

    Flagged::

        <record><name>harbor</name><number>04621</number></record>

    Accepted::

        <record><name>harbor</name><number>4621</number></record>
    """

    def describe(number: str) -> str | None:
        if PORT_NUMBER.fullmatch(number):
            return None
        return f"invalid port number {quoted(number)}: expected N or N-M in decimal digits"

    return _faulty(registry, describe)


@rule("PN002", ERROR, "RFC 6335, Section 6", needs=columns("port_number"))
def port_number_out_of_range(registry: Registry) -> Iterator[Violation]:
    """A port number is above 65535.

    Port numbers have 16 bits in all four transport protocols.

    Why it matters: programs that keep 16 bits read 65616 as port 80.

    Flagged::

        <record><name>harbor</name><number>65616</number></record>

    Accepted::

        <record><name>harbor</name><number>4621</number></record>
    """

    def describe(number: str) -> str | None:
        ends = _ends(number)
        if ends is None or max(ends) <= LAST_PORT:
            return None
        return f"port number {quoted(number)} is above {LAST_PORT}"

    return _faulty(registry, describe)


@rule("PN003", ERROR, "RFC 6335, Section 6", needs=columns("port_number"))
def reversed_port_range(registry: Registry) -> Iterator[Violation]:
    """A range of ports has its high end first.

    A range is written from its low end to its high end.

    Why it matters: a loop from the first number to the second does nothing; the range is lost.

    Flagged::

        <record><description>Unassigned</description><number>4645-4622</number></record>

    Accepted::

        <record><description>Unassigned</description><number>4622-4645</number></record>
    """

    def describe(number: str) -> str | None:
        ends = _ends(number)
        if ends is None or ends[0] <= ends[1] or max(ends) > LAST_PORT:
            return None
        return f"port range {quoted(number)} is reversed; did you mean {ends[1]}-{ends[0]}?"

    return _faulty(registry, describe)


@rule("PN004", WARNING, "Registry convention", needs=columns("port_number"))
def degenerate_port_range(registry: Registry) -> Iterator[Violation]:
    """A range of ports has only one port.

    The registry writes one port as one number.

    Why it matters: programs that recognize a range by the hyphen treat the record as a range.

    Flagged::

        <record><description>Unassigned</description><number>4622-4622</number></record>

    Accepted::

        <record><description>Unassigned</description><number>4622</number></record>
    """
    for entry in port_usage.entries_with_unusual_ports(registry):
        ports = entry.ports
        number = entry.record.port_number
        if ports is not None and ports.low == ports.high and number is not None:
            message = f"port range {quoted(number)} has only one port; write {ports.low}"
            yield Violation(entry.record, "port_number", message)


@rule("PN005", ERROR, "RFC 6335, Section 6", needs=columns("port_number"))
def port_range_straddles(registry: Registry) -> Iterator[Violation]:
    """A range of ports crosses the boundary between System, User or Dynamic Ports.

    Section 6 divides the ports at 1023/1024 and 49151/49152. Each side has its own procedures.

    Why it matters: no single procedure can assign or release such a range.

    Flagged::

        <record><description>Unassigned</description><number>1020-1030</number></record>

    Accepted::

        <record><description>Unassigned</description><number>1025-1030</number></record>
    """
    for entry in port_usage.entries_with_unusual_ports(registry):
        ports = entry.ports
        if ports is not None and ports.name is None:
            low, high = (PortRange(end, end).name for end in (ports.low, ports.high))
            message = f"port range {ports} begins in the {low} Ports and ends in the {high} Ports"
            yield Violation(entry.record, "port_number", message)


@rule(
    "PN006",
    ERROR,
    "RFC 6335, Sections 6 and 8.1.2",
    needs=columns("service_name", "port_number", "description"),
)
def dynamic_port_listed(registry: Registry) -> Iterator[Violation]:
    """A Dynamic Port is assigned, or its description does not say that it is dynamic.

    The ports from 49152 to 65535 are never assigned (Section 8.1.2). A record may only describe
    them as dynamic, private or not assigned.

    Why it matters: any program may use these ports, so a port has one service today and another
    one tomorrow.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>50000</number></record>

    Accepted::

        <record><description>Dynamic and/or Private Ports</description>
          <number>49152-65535</number></record>
    """
    first = DYNAMIC_PORTS[0]
    for assignment in registry.assignments:
        ports = assignment.ports
        # PN007 reports an edge, PN005 a range that begins lower.
        if ports is not None and ports.low >= first and not _on_edge(ports):
            message = f"{_port(ports)} is dynamic and must not be assigned"
            yield Violation(assignment.record, "port_number", message)
    for statement in registry.statements:
        ports = statement.ports
        if ports is not None and ports.low >= first:
            words = normal_space(statement.record.description or "")
            if not _DYNAMIC_STATEMENT.fullmatch(words):
                words = quoted(words) if words else "none"
                message = (
                    f"{_port(ports)} is dynamic: expected a description saying so, found {words}"
                )
                yield Violation(statement.record, "port_number", message)


def _port(ports: PortRange) -> str:
    return f"port {ports}" if ports.is_single else f"port range {ports}"


def _on_edges(registry: Registry) -> Iterator[Assignment]:
    """The assignments of one port that is at the edge of a range."""
    for edge in RANGE_EDGES:
        for transport in (*TRANSPORT_PROTOCOLS, None):
            yield from port_usage.single_ports(registry)[transport].get(edge, ())


def _on_edge(ports: PortRange) -> bool:
    return ports.low == ports.high and ports.low in RANGE_EDGES


@rule("PN007", ERROR, "RFC 6335, Section 6", needs=columns("service_name", "port_number"))
def range_edge_assigned(registry: Registry) -> Iterator[Violation]:
    """A port at the edge of a range is assigned to a service.

    Section 6 reserves the ports at the edges of the ranges (0, 1023, 1024, 49151, 49152 and
    65535) for future extensions of the ranges or of the port numbers.

    Why it matters: port 0 means "any port" to every socket interface. The other ports cannot
    serve extensions once they are in use.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>1024</number></record>

    Accepted::

        <record><protocol>tcp</protocol><description>Reserved</description>
          <number>1024</number></record>
    """
    for assignment in (*_on_edges(registry), *port_usage.assigned_ranges(registry)):
        ports = assignment.ports
        if ports is None:
            continue
        edges = [str(edge) for edge in RANGE_EDGES if ports.low <= edge <= ports.high]
        if ports.low >= DYNAMIC_PORTS[0] and not ports.is_single:
            continue  # PN006 reports a dynamic range
        if edges and (len(edges) == 1 or ports.name is not None):
            names = f"port{'s' if len(edges) > 1 else ''} {listing(edges)}"
            message = f"{quoted(assignment.name)} is assigned to {names}"
            message += " at the edge of a range, which must stay Reserved"
            yield Violation(assignment.record, "port_number", message)


@rule("PN008", ERROR, "RFC 6335, Section 6", needs=_STATES)
def unassigned_covers_assignment(registry: Registry) -> Iterator[Violation]:
    """An Unassigned or Reserved statement covers a port that is assigned.

    A port has one of three states at a time (Section 6). A statement without a transport protocol
    applies to all of them.

    Why it matters: the port looks free. Somebody will request it, or use it.

    Flagged::

        <record><description>Unassigned</description><number>4622-4645</number></record>
        <record><name>harbor</name><protocol>tcp</protocol><number>4640</number></record>

    Accepted::

        <record><protocol>udp</protocol><description>Unassigned</description>
          <number>4640</number></record>
        <record><name>harbor</name><protocol>tcp</protocol><number>4640</number></record>
    """
    covering = port_usage.covering_statements(
        registry,
        [entry for entry in registry.statements if entry.state is not None],
        lambda statement: statement.speaks_for,
    )
    for statement, ports, spans in covering:
        records: list[Record] = []
        count = 0
        for assigned in spans.values():
            records += [entry.record for entry in assigned.overlapping(ports, MAX_RELATED)]
            count += assigned.count(ports)
        first = records[0]
        name = quoted(first.service_name or "")
        where = f"{first.port_number}/{first.transport_protocol}"
        message = f"{_port(ports)} is {statement.state}, but {where} is assigned to {name}"
        related = related_to("the assignment", records, "port_number", count=count)
        yield Violation(statement.record, "port_number", message, related=related)


@rule("PN009", ERROR, "RFC 6335, Section 6", needs=_STATES)
def overlapping_statements(registry: Registry) -> Iterator[Violation]:
    """Two statements are about the same port and transport protocol.

    A port has one state at a time (Section 6). Two statements repeat or contradict each other.

    Why it matters: the port is counted twice, or its state depends on which statement a program
    reads last.

    Flagged::

        <record><description>Unassigned</description><number>7748-7776</number></record>
        <record><description>Unassigned</description><number>7776</number></record>

    Accepted::

        <record><description>Unassigned</description><number>7748-7775</number></record>
        <record><description>Unassigned</description><number>7776</number></record>
    """
    # Each statement is reported once, for all its transport protocols.
    overlaps: dict[int, tuple[Statement, Statement, list[str]]] = {}
    by_transport: dict[str, list[Statement]] = {t: [] for t in TRANSPORT_PROTOCOLS}
    statements = [statement for statement in registry.statements if statement.ports is not None]
    for statement in sorted(statements, key=port_usage.by_extent):
        for transport in statement.speaks_for:
            by_transport[transport].append(statement)
    for transport, statements in by_transport.items():
        for narrower, wider in port_usage.overlapping(statements):
            entry = overlaps.setdefault(narrower.record.index, (narrower, wider, []))
            entry[2].append(transport)
    for _, (narrower, wider, transports) in sorted(overlaps.items()):
        for_all = len(transports) == len(TRANSPORT_PROTOCOLS)
        on = "" if for_all else f" ({', '.join(transports)})"
        here = quoted(normal_space(narrower.record.description or ""), 30)
        other = quoted(normal_space(wider.record.description or ""), 30)
        port = _port(narrower.ports or PortRange(0, 0))
        message = f"{port} has two statements: {here} here, {other} for {wider.ports}{on}"
        related = related_to("the other statement", [wider.record], "port_number")
        yield Violation(narrower.record, "port_number", message, related=related)


@rule("PN010", WARNING, "RFC 6335, Section 6", needs=("whole", *columns("port_number")))
def port_not_covered(registry: Registry) -> Iterator[Violation]:
    """No record mentions a port.

    Section 6 does not require that Unassigned ports are listed, but the registry lists all ports
    from 0 to 49151.

    Why it matters: a gap in a complete registry is a record that was lost.

    Flagged (whole)::

        <record><description>Unassigned</description><number>0-4000</number></record>
        <record><description>Unassigned</description><number>4002-49151</number></record>

    Accepted (whole)::

        <record><description>Unassigned</description><number>0-4000</number></record>
        <record><description>Unassigned</description><number>4001-49151</number></record>
    """
    holes: list[tuple[int, int, int]] = []  # first and last port, and the next one mentioned
    expected = 0
    last = USER_PORTS[1]
    for low, high in [*registry.mentioned_ports, (last + 1, last + 1)]:
        if low > expected and expected <= last:
            holes.append((expected, min(low - 1, last), low))
        expected = max(expected, high + 1)
    offsets = port_usage.first_offsets(registry) if holes else {}
    for first, end, following in holes:
        # The hole is where the missing record belongs: before the next one.
        hole = Ports(first, end, offsets.get(following, 0))
        message = f"no record mentions {_port(PortRange(first, end))}"
        yield Violation(hole, "port_number", message, value=str(hole))


@rule(
    "PN011",
    WARNING,
    "RFC 6335, Section 7.2",
    since_rfc6335=True,
    needs=("whole", *columns("service_name", "port_number", "transport_protocol")),
)
def missing_reserved_twin(registry: Registry) -> Iterator[Violation]:
    """A port is assigned for tcp, but no record has its state for udp, or the reverse.

    By Section 7.2, a port is Reserved for the transport protocols that were not requested. The
    registry records this for tcp and udp.

    Why it matters: without the record the port looks free for the other transport protocol. The
    same number could get two services.

    Flagged (whole)::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>

    Accepted (whole)::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><protocol>udp</protocol><description>Reserved</description>
          <number>4621</number></record>
    """
    assigned, stated = port_usage.assigned_ports(registry), port_usage.stated_ports(registry)
    for entry, twin in port_usage.twins(registry):
        ports = entry.ports
        if ports is None or assigned[twin].find(1, ports.low, ports.high + 1) >= 0:
            continue
        if stated[twin].find(1, ports.low, ports.high + 1) < 0:
            where = f"{ports}/{entry.transport}"
            message = f"{where} is assigned, but no record reserves {ports}/{twin}"
            yield Violation(entry.record, "port_number", message)


@rule(
    "PN012",
    WARNING,
    "RFC 6335, Section 7.2",
    since_rfc6335=True,
    needs=_STATES,
)
def unassigned_twin(registry: Registry) -> Iterator[Violation]:
    """A port that is assigned for one transport protocol is Unassigned for another.

    By Section 7.2, it is Reserved there, so that the assignee can request it later.

    Why it matters: anyone may request an Unassigned port.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><protocol>udp</protocol><description>Unassigned</description>
          <number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><protocol>udp</protocol><description>Reserved</description>
          <number>4621</number></record>
    """
    covering = port_usage.covering_statements(
        registry,
        [s for s in registry.statements if s.state == "Unassigned" and s.transport is not None],
        lambda statement: [t for t in TRANSPORT_PROTOCOLS if t != statement.transport],
    )
    for statement, ports, by_transport in covering:
        transport, spans = next(iter(by_transport.items()))
        entries = spans.overlapping(ports, MAX_RELATED)
        name = quoted(entries[0].record.service_name or "")
        assigned = f"{entries[0].ports}/{transport} is assigned to {name}"
        message = f"{ports}/{statement.transport} is Unassigned, but {assigned}"
        records = [entry.record for entry in entries]
        yield Violation(
            statement.record,
            "description",
            f"{message}; expected Reserved",
            related=related_to("the assignment", records, "port_number", count=spans.count(ports)),
        )


@rule(
    "PN013",
    WARNING,
    "RFC 6335, Sections 5 and 8.1.1",
    since_rfc6335=True,
    needs=columns("service_name", "port_number", "transport_protocol", "assignment_notes"),
)
def undeclared_overloading(registry: Registry) -> Iterator[Violation]:
    """Several service names share a port and transport protocol, but no note explains why.

    Section 5 has three reasons for several names on one port: an extension that is recognized in
    band, the synonyms of http, and old names that are aliases. For the first, Section 8.1.1 needs
    the consent of the assignee. A note of one of the names should give the reason.

    Why it matters: a firewall cannot tell two services on one port apart.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>quay</name><protocol>tcp</protocol><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
        <record><name>quay</name><protocol>tcp</protocol><number>4621</number>
          <note>An extension of harbor, recognized in band</note></record>
    """
    aliases = registry.alias_by_record
    for entries in port_usage.crowded_ports(registry).values():
        group: list[Assignment] = []
        reach = -1
        for entry in entries:
            if entry.ports is None or entry.record.index in aliases:
                continue
            if entry.ports.low > reach:
                yield from _overloaded(group)
                group = []
            group.append(entry)
            reach = max(reach, entry.ports.high)
        yield from _overloaded(group)


def _overloaded(group: list[Assignment]) -> Iterator[Violation]:
    if len(group) < 2 or len({entry.key for entry in group}) < 2:
        return
    keys = {entry.key for entry in group}
    for entry in group:
        notes = entry.record.assignment_notes
        if notes and _explains(notes.lower(), keys):
            return
    newest = max(
        group, key=lambda e: (e.record.registration_date or "", e.identity, e.record.index)
    )
    others = [entry for entry in group if entry.key != newest.key]
    names = listing(list(dict.fromkeys(quoted(entry.name) for entry in others)), 5)
    yield Violation(
        newest.record,
        "service_name",
        f"{quoted(newest.name)} shares {newest.ports}/{newest.transport} with {names},"
        " but no note explains why",
        related=related_to("on the same port", [entry.record for entry in others], "service_name"),
    )


_EXPLAINING = ("alias", "duplicate", "same port", "shared", "sharing", "overload", "synonym")


def _explains(notes: str, keys: set[str]) -> bool:
    if any(word in notes for word in _EXPLAINING):
        return True
    # A note that names one of the services on the port speaks about the sharing.
    return not keys.isdisjoint(_NAME.findall(notes))


_NAME = pattern(r"[a-z0-9](?:[a-z0-9+_/*.-]*[a-z0-9+])?+", "a")


@rule(
    "PN014",
    NOTE,
    "RFC 6335, Section 7.2",
    since_rfc6335=True,
    needs=columns("service_name", "port_number"),
)
def assigned_port_range(registry: Registry) -> Iterator[Violation]:
    """A service has a range of ports.

    The aim of Section 7.2 is one port per service.

    Why it matters: programs that keep one number for a name use the first port, or drop the
    record.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621-4624</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
    """
    for assignment in port_usage.assigned_ranges(registry):
        ports = assignment.ports
        # PN006 reports a dynamic range.
        if ports is not None and ports.low < DYNAMIC_PORTS[0]:
            count = f"{len(ports)} ports ({ports})"
            message = f"{quoted(assignment.name)} has {count}; RFC 6335 expects one per service"
            yield Violation(assignment.record, "port_number", message)


@rule("PN015", NOTE, "Registry convention", needs=_STATES)
def unmerged_unassigned(registry: Registry) -> Iterator[Violation]:
    """Two adjacent Unassigned statements can be merged.

    The registry writes adjacent ports that are Unassigned for all transport protocols as one
    range.

    Why it matters: two statements do no harm, but they often show where a record was edited.

    Flagged::

        <record><description>Unassigned</description><number>4622-4630</number></record>
        <record><description>Unassigned</description><number>4631-4645</number></record>

    Accepted::

        <record><description>Unassigned</description><number>4622-4645</number></record>
    """
    plain = [
        statement
        for statement in registry.statements
        if statement.ports is not None
        and not statement.record.transport_protocol
        and _is_plain_unassigned(statement.record)
    ]
    plain.sort(key=port_usage.by_extent)
    for before, after in pairwise(plain):
        if before.ports is None or after.ports is None:
            continue
        if before.ports.high + 1 == after.ports.low and (
            PortRange(before.ports.high, after.ports.low).name is not None
        ):
            whole = PortRange(before.ports.low, after.ports.high)
            message = f"Unassigned {before.ports} and {after.ports} can be merged into {whole}"
            related = related_to("the range before", [before.record], "port_number")
            yield Violation(after.record, "port_number", message, related=related)


_other_values = attrgetter(
    *CITING_FIELDS, *DATE_FIELDS, "assignment_notes", "known_unauthorized_uses"
)


def _is_plain_unassigned(record: Record) -> bool:
    is_unassigned = record.description is not None and record.description.strip() == "Unassigned"
    return is_unassigned and not any(_other_values(record))


@rule(
    "PN016",
    WARNING,
    "RFC 6335, Section 6",
    needs=("whole", *columns("service_name", "port_number", "description")),
)
def range_edge_not_reserved(registry: Registry) -> Iterator[Violation]:
    """A port at the edge of a range is not listed as Reserved.

    Section 6 reserves the ports at the edges of the ranges. The registry lists 0, 1023, 1024 and
    49151 as Reserved.

    Why it matters: somebody can request a port that is not Reserved.

    Flagged (whole)::

        <record><description>Reserved</description><number>0</number></record>
        <record><description>Reserved</description><number>1023</number></record>
        <record><description>Unassigned</description><number>1024</number></record>
        <record><description>Reserved</description><number>49151</number></record>

    Accepted (whole)::

        <record><description>Reserved</description><number>0</number></record>
        <record><description>Reserved</description><number>1023</number></record>
        <record><description>Reserved</description><number>1024</number></record>
        <record><description>Reserved</description><number>49151</number></record>
    """
    ranges = [(statement, statement.ports) for statement in registry.statements if statement.ports]
    for edge in _RESERVED_EDGES:
        statements = [statement for statement, ports in ranges if ports.low <= edge <= ports.high]
        # PN007 reports an edge that is assigned, PN010 one that is not mentioned at all.
        if statements and all(statement.state != "Reserved" for statement in statements):
            message = f"port {edge} is at the edge of a range and must be listed as Reserved"
            yield Violation(
                min(statements, key=port_usage.narrowness).record, "port_number", message
            )


@rule(
    "PN017",
    WARNING,
    "RFC 6335, Sections 6.1 and 10.2",
    needs=(
        "whole",
        *columns(
            "service_name", "port_number", "transport_protocol", "assignee", "contact", "reference"
        ),
    ),
)
def experimental_ports(registry: Registry) -> Iterator[Violation]:
    """Ports 1021 and 1022 are not assigned to exp1 and exp2 as Section 10.2 requires.

    Section 10.2 assigns them for all four transport protocols, with the IESG as assignee, the IETF
    Chair as contact, and RFC 4727 and RFC 6335 as references.

    Why it matters: these are the only assigned ports that anyone may use for an experiment.

    Flagged (whole)::

        <record><name>exp1</name><protocol>tcp</protocol><number>1021</number></record>

    Accepted (whole)::

        <record><name>exp1</name><protocol>tcp</protocol><assignee>
          <xref type="person" data="IESG"/></assignee><xref type="person" data="IETF_Chair"/>
          <xref type="rfc" data="rfc4727"/><xref type="rfc" data="rfc6335"/>
          <number>1021</number></record>
        <record><name>exp1</name><protocol>udp</protocol><assignee>
          <xref type="person" data="IESG"/></assignee><xref type="person" data="IETF_Chair"/>
          <xref type="rfc" data="rfc4727"/><xref type="rfc" data="rfc6335"/>
          <number>1021</number></record>
        <record><name>exp1</name><protocol>sctp</protocol><assignee>
          <xref type="person" data="IESG"/></assignee><xref type="person" data="IETF_Chair"/>
          <xref type="rfc" data="rfc4727"/><xref type="rfc" data="rfc6335"/>
          <number>1021</number></record>
        <record><name>exp1</name><protocol>dccp</protocol><assignee>
          <xref type="person" data="IESG"/></assignee><xref type="person" data="IETF_Chair"/>
          <xref type="rfc" data="rfc4727"/><xref type="rfc" data="rfc6335"/>
          <number>1021</number></record>
        <record><name>exp2</name><protocol>tcp</protocol><assignee>
          <xref type="person" data="IESG"/></assignee><xref type="person" data="IETF_Chair"/>
          <xref type="rfc" data="rfc4727"/><xref type="rfc" data="rfc6335"/>
          <number>1022</number></record>
        <record><name>exp2</name><protocol>udp</protocol><assignee>
          <xref type="person" data="IESG"/></assignee><xref type="person" data="IETF_Chair"/>
          <xref type="rfc" data="rfc4727"/><xref type="rfc" data="rfc6335"/>
          <number>1022</number></record>
        <record><name>exp2</name><protocol>sctp</protocol><assignee>
          <xref type="person" data="IESG"/></assignee><xref type="person" data="IETF_Chair"/>
          <xref type="rfc" data="rfc4727"/><xref type="rfc" data="rfc6335"/>
          <number>1022</number></record>
        <record><name>exp2</name><protocol>dccp</protocol><assignee>
          <xref type="person" data="IESG"/></assignee><xref type="person" data="IETF_Chair"/>
          <xref type="rfc" data="rfc4727"/><xref type="rfc" data="rfc6335"/>
          <number>1022</number></record>
    """
    for port, name in EXPERIMENTAL_PORTS.items():
        missing = []
        for transport in TRANSPORT_PROTOCOLS:
            entries = port_usage.single_ports(registry)[transport].get(port, [])
            records = [entry.record for entry in entries if entry.key == name]
            if not records:
                missing.append(transport)
                continue
            record = min(records, key=lambda record: record.service_name or "")
            lacks = _lacks(registry, record)
            if lacks:
                message = f'"{name}" on {port}/{transport} lacks {listing(lacks)}'
                yield Violation(record, "service_name", message)
        if missing:
            subject = Ports(port, port, port_usage.first_offsets(registry).get(port, 0))
            message = f'port {port} is not assigned to "{name}" for {listing(missing)}'
            yield Violation(subject, "port_number", message, value=str(port))


def _lacks(registry: Registry, record: Record) -> list[str]:
    cited = {citation.data for citation in record.reference if citation.kind == "rfc"}
    lacks = [f"RFC {number}" for number in (4727, 6335) if f"rfc{number}" not in cited]
    if IESG not in {person.data for person in registry.assignees(record)}:
        lacks.append("the IESG as assignee")
    if IETF_CHAIR not in {person.data for person in record.contact}:
        lacks.append("the IETF Chair as contact")
    return lacks
