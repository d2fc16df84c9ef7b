"""ST: the states of port numbers (RFC 6335, Sections 6 and 8.2)."""

from __future__ import annotations

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, columns, related_to, rule
from validator.model.pattern import pattern
from validator.model.registry import Registry
from validator.model.vocabulary import RANGE_EDGES, RELEASE_NOTE, normal_space, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.entries import Statement
    from validator.model.record import Record

_PRIVATE_USE = "any private"
# Whatever `_RELEASED` matches has one of these.
_RELEASE_WORDS = ("assigned", "reserved", "registered", "removed")
# A description that is a state, followed by a date or a bracket at most.
_RELEASED = pattern(
    r"(?:unassigned|reserved|de-?(?:assigned|registered)|removed)"
    r"(?:[\s,.;:-]*+(?:on[\s]++)?[0-9][0-9/.-]*+)?+(?:\s*+[\[(][^\])]*+[\])])?+[\s.]*+",
    "ai",
    limited=True,
)
# 2024-02-13, and as older notes have it 13 February 2024.
_DAY = pattern(
    r"(?<![0-9-])[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])"
    r"|(?<![0-9])[0-9]{1,2} (?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December) [0-9]{4}(?![0-9])",
    "a",
)


def _description(statement: Statement) -> str:
    return normal_space(statement.record.description or "")


@rule("ST001", WARNING, "RFC 6335, Section 6", needs=columns("service_name", "description"))
def unknown_state(registry: Registry) -> Iterator[Violation]:
    """A record without a service name is neither Unassigned nor Reserved.

    Section 6 has three states: Assigned, Unassigned and Reserved. A record without a service name
    must be one of the latter two. "any private ..." is an old phrase of the registry for a port
    that is reserved for private use.

    Why it matters: nobody knows whether the port can be requested.

    Flagged::

        <record><description>Deprecated</description><number>4622</number></record>

    Accepted::

        <record><description>Reserved</description><number>4622</number></record>
    """
    for statement in registry.statements:
        if statement.state is None and statement.record.port_number:
            if statement.ports is not None and statement.ports.name == "Dynamic":
                continue  # PN006 reports these
            words = _description(statement)
            if not words.lower().startswith(_PRIVATE_USE):
                description = quoted(words) if words else "no description"
                port = statement.ports or quoted(statement.record.port_number)
                message = f"port {port}: expected Unassigned or Reserved, found {description}"
                yield Violation(statement.record, "description", message)


@rule("ST002", NOTE, "RFC 6335, Section 6", needs=columns("service_name", "description"))
def state_spelling(registry: Registry) -> Iterator[Violation]:
    """A state is not spelled as in the rest of the registry.

    The states are written Unassigned and Reserved; a bracket may follow.

    Why it matters: programs look for these two words and do not recognize "unassigned" or
    "Reserved - IANA".

    Flagged::

        <record><description>unassigned</description><number>4622</number></record>

    Accepted::

        <record><description>Unassigned [was harbor]</description><number>4622</number></record>
    """
    for statement in registry.statements:
        state = statement.state
        if state is None:
            continue
        words = _description(statement)
        rest = words[len(state) :].lstrip()
        if words.startswith(state) and (not rest or rest[0] in "[("):
            continue
        message = f"expected the state {quoted(state)}, found {quoted(words)}"
        yield Violation(statement.record, "description", message)


@rule("ST003", WARNING, "RFC 6335, Section 8.2", needs=columns("service_name", "description"))
def named_but_released(registry: Registry) -> Iterator[Violation]:
    """A record has a service name, but its description is the state of a port without one.

    By Section 8.2, a released port becomes Reserved in a record of its own, and its former name
    stays as a service name without port.

    Why it matters: programs see a name and regard the port as assigned.

    Flagged::

        <record><name>harbor</name><description>De-registered 2014-02-03</description></record>

    Accepted::

        <record><name>harbor</name><description>Reserved for harbor pilots</description></record>
    """
    for record, description in registry.records_with("description", _released(registry)):
        if record.service_name:
            words = quoted(normal_space(description))
            message = (
                f"{quoted(record.service_name)} has the description of a released port: {words}"
            )
            yield Violation(record, "description", message)


def _released(registry: Registry) -> list[str]:
    """The descriptions that are a state."""
    texts = registry.column("description").texts_with(*_RELEASE_WORDS)
    return [text for text in texts if _RELEASED.fullmatch(normal_space(text))]


@rule("ST004", WARNING, "RFC 6335, Section 6", needs=columns("service_name", "description"))
def unassigned_with_holder(registry: Registry) -> Iterator[Violation]:
    """An Unassigned or Reserved port has an assignee, a contact or a registration date.

    A port that is not assigned has no assignee and was not registered (Section 6). The edges of
    the ranges are Reserved by RFCs, which they cite.

    Why it matters: either the port is still assigned, or the record was not updated when the port
    was released.

    Flagged::

        <record date="2014-02-03"><description>Unassigned</description>
          <number>4622</number></record>

    Accepted::

        <record updated="2014-02-03"><description>Unassigned</description>
          <number>4622</number></record>
    """
    for statement in registry.statements:
        record = statement.record
        if statement.state is None:
            continue
        present: list[tuple[str, str]] = []
        if record.assignee:
            present.append(("assignee", "an assignee"))
        if record.contact:
            present.append(("contact", "a contact"))
        if record.registration_date:
            present.append(("registration_date", "a registration date"))
        if present and not (record.reference and _is_edge(statement)):
            what = " and ".join(words for _, words in present)
            port = f"port {record.port_number}" if record.port_number else "record"
            yield Violation(record, present[0][0], f"{port} is {statement.state} but has {what}")


def _is_edge(statement: Statement) -> bool:
    ports = statement.ports
    return ports is not None and any(ports.low <= edge <= ports.high for edge in RANGE_EDGES)


def _release_note(record: Record) -> str | None:
    notes = record.assignment_notes
    if notes and RELEASE_NOTE.search(notes):
        return notes
    return None


@rule(
    "ST005",
    WARNING,
    "RFC 6335, Section 8.2",
    needs=columns(
        "service_name", "port_number", "transport_protocol", "description", "assignment_notes"
    ),
)
def release_note_on_one_transport(registry: Registry) -> Iterator[Violation]:
    """A released port has a note for one transport protocol, but not for the other.

    By Section 8.2, each de-assignment gets a comment on the historic usage.

    Why it matters: without the note the port seems never to have been in use, and is requested
    first.

    Flagged::

        <record updated="2024-02-13"><protocol>tcp</protocol><description>Reserved</description>
          <number>4622</number><note>De-assigned on 2024-02-13</note></record>
        <record><protocol>udp</protocol><description>Reserved</description><number>4622</number>
          </record>

    Accepted::

        <record><protocol>tcp</protocol><description>Reserved</description><number>4622</number>
          <note>De-assigned on 2024-02-13</note></record>
        <record><protocol>udp</protocol><description>Reserved</description><number>4622</number>
          <note>De-assigned on 2024-02-13</note></record>
    """
    by_ports: dict[object, list[Statement]] = {}
    for statement in registry.statements:
        if statement.ports is not None and statement.state and statement.transport:
            by_ports.setdefault(statement.ports, []).append(statement)
    for statements in by_ports.values():
        noted = next((entry for entry in statements if _release_note(entry.record)), None)
        if noted is None:
            continue
        for entry in statements:
            if entry.state == "Reserved" and not entry.record.assignment_notes:
                message = (
                    f"{entry.ports}/{entry.transport} is Reserved but lacks the release note that"
                    f" {noted.ports}/{noted.transport} has"
                )
                related = related_to("the note", [noted.record], "assignment_notes")
                yield Violation(entry.record, "assignment_notes", message, related=related)


@rule(
    "ST006",
    NOTE,
    "RFC 6335, Section 8.2",
    needs=columns("service_name", "modification_date", "assignment_notes"),
)
def release_date_not_recorded(registry: Registry) -> Iterator[Violation]:
    """A note gives the day of a release, but the record has no modification date.

    A release is a modification of the record.

    Why it matters: programs that look for recent changes by date miss the release.

    Flagged::

        <record><description>Reserved</description><number>4622</number>
          <note>De-assigned on 2024-02-13</note></record>

    Accepted::

        <record updated="2024-02-13"><description>Reserved</description><number>4622</number>
          <note>De-assigned on 2024-02-13</note></record>
    """
    for statement in registry.statements:
        record = statement.record
        if record.modification_date or not record.assignment_notes:
            continue
        notes = _release_note(record)
        day = _DAY.search(notes) if notes else None
        if day is not None:
            message = (
                f"note mentions a release on {day[0]}, but the record has no modification date"
            )
            yield Violation(record, "assignment_notes", message)


@rule("ST007", ERROR, "RFC 6335, Section 5", needs=columns("service_name", "port_number"))
def statement_without_port(registry: Registry) -> Iterator[Violation]:
    """A record has neither a service name nor a port number.

    A record is about a service, or about port numbers.

    Why it matters: the record has no meaning. In most cases a name was lost.

    Flagged::

        <record><protocol>tcp</protocol><description>Harbor log</description></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol></record>
    """
    for statement in registry.statements:
        if not statement.record.port_number:
            words = _description(statement)
            description = f" ({quoted(words)})" if words else ""
            message = f"record has neither a service name nor a port number{description}"
            yield Violation(statement.record, None, message)
