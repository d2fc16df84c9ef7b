"""ST: the states of port numbers (RFC 6335, Sections 6 and 8.2)."""

from __future__ import annotations

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, related_to, rule
from validator.model.pattern import pattern
from validator.model.registry import Registry
from validator.model.vocabulary import RANGE_EDGES, RELEASE_NOTE, normal_space, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.record import Record
    from validator.model.registry import Statement

_PRIVATE_USE = "any private"
# A description that is a state, followed by a date or a bracket at most.
_RELEASE_BEGINS = frozenset("UuRrDd")
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


@rule("ST001", WARNING, "RFC 6335, Section 6")
def unknown_state(registry: Registry) -> Iterator[Violation]:
    """A record without a service name says neither Unassigned nor Reserved.

    Section 6 knows three states: Assigned, Unassigned and Reserved. A record that names no
    service must be one of the latter two; "any private ..." is the registry's old way to say that
    a port is reserved for private use.

    Why it matters: nobody can tell whether the port may be asked for.

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
                words = f"says {quoted(words)}" if words else "says nothing"
                port = statement.ports or quoted(statement.record.port_number)
                message = f"port {port} {words}; Unassigned or Reserved is expected"
                yield Violation(statement.record, "description", message)


@rule("ST002", NOTE, "RFC 6335, Section 6")
def state_spelling(registry: Registry) -> Iterator[Violation]:
    """A state is spelt in another way than the registry's.

    The states are written Unassigned and Reserved; a bracket may follow.

    Why it matters: readers look for these two words, and find neither "unassigned" nor
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
        message = f"the state is spelt {quoted(words)}; {state} is meant"
        yield Violation(statement.record, "description", message)


@rule("ST003", WARNING, "RFC 6335, Section 8.2")
def named_but_released(registry: Registry) -> Iterator[Violation]:
    """A record has a service name, and its description is the state of a port that has none.

    Section 8.2 keeps the name of a released port as a service name without port, and marks the
    port as Reserved on a record of its own.

    Why it matters: readers see a name and take the port for assigned.

    Flagged::

        <record><name>harbor</name><description>De-registered 2014-02-03</description></record>

    Accepted::

        <record><name>harbor</name><description>Reserved for harbor pilots</description></record>
    """
    for record, description in registry.records_with("description", _released(registry)):
        if record.service_name:
            words = quoted(normal_space(description))
            message = f"{quoted(record.service_name)} is described as {words}"
            yield Violation(record, "description", message)


def _released(registry: Registry) -> list[str]:
    """The descriptions that are a state."""
    return [
        text
        for text in registry.column("description").texts
        if text
        and (text[0] in _RELEASE_BEGINS or text[0].isspace())
        and text.lstrip()[:2].lower() in ("un", "re", "de")
        and _RELEASED.fullmatch(normal_space(text))
    ]


@rule("ST004", WARNING, "RFC 6335, Section 6")
def unassigned_with_holder(registry: Registry) -> Iterator[Violation]:
    """An Unassigned or Reserved port has an assignee, a contact or a registration date.

    What is not assigned has no holder and was not registered (Section 6). The edges of the ranges
    are Reserved by RFCs, which they cite.

    Why it matters: either the port is still somebody's, or the record was not cleaned when it was
    released.

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
            port = record.port_number or "the record"
            yield Violation(record, present[0][0], f"{port} is {statement.state} and has {what}")


def _is_edge(statement: Statement) -> bool:
    ports = statement.ports
    return ports is not None and any(ports.low <= edge <= ports.high for edge in RANGE_EDGES)


def _release_note(record: Record) -> str | None:
    notes = record.assignment_notes
    if notes and RELEASE_NOTE.search(notes):
        return notes
    return None


@rule("ST005", WARNING, "RFC 6335, Section 8.2")
def release_note_on_one_transport(registry: Registry) -> Iterator[Violation]:
    """One transport protocol of a released port says so in a note, the other does not.

    Section 8.2 has a comment for each de-assignment that tells of the historic usage.

    Why it matters: who reads the record without the note takes the port for one that was never
    in use, and asks for it first.

    Flagged::

        <record><protocol>tcp</protocol><description>Reserved</description><number>4622</number>
          <note>De-assigned on 2024-02-13</note></record>
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
                    f"{entry.ports} {entry.transport} is Reserved without a word of its release,"
                    f" which {noted.transport} notes"
                )
                related = related_to("the note", [noted.record], "assignment_notes")
                yield Violation(entry.record, "assignment_notes", message, related=related)


@rule("ST006", NOTE, "RFC 6335, Section 8.2")
def release_date_not_recorded(registry: Registry) -> Iterator[Violation]:
    """A note gives the day of a release, and the record has no modification date.

    A release changes the record, and a change has a date.

    Why it matters: tools that follow what changed go by the date and miss the release.

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
                f"the note tells of a release on {day[0]}; the record has no modification date"
            )
            yield Violation(record, "assignment_notes", message)


@rule("ST007", ERROR, "RFC 6335, Section 5")
def statement_without_port(registry: Registry) -> Iterator[Violation]:
    """A record has neither a service name nor a port number.

    A record is about a service, or about port numbers.

    Why it matters: such a record says nothing; most often a name was lost.

    Flagged::

        <record><protocol>tcp</protocol><description>Harbor log</description></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol></record>
    """
    for statement in registry.statements:
        if not statement.record.port_number:
            words = _description(statement)
            description = f" ({quoted(words)})" if words else ""
            message = f"the record has neither a service name nor a port number{description}"
            yield Violation(statement.record, None, message)
