"""RQ082 and RQ085 to RQ087: drafts that change assignments, or that could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, rule
from validator.model.vocabulary import quoted
from validator.request.case import Case
from validator.request.changes import (
    RequestBatch,
    entries_of,
    entries_on_port,
    field_changes,
    states_values,
)
from validator.request.content import RequestPart
from validator.request.drafts.sections import MAX_CELLS
from validator.request.fields import CHOSEN
from validator.request.parties import belongs_to_requester


@rule("RQ082", WARNING, "RFC 6335, Section 8.1.1", is_about_reading=True)
def section_not_understood(batch: RequestBatch) -> Iterator[Violation]:
    """A section mentions a port or service name, and no request could be read from it.

    A section of the IANA Considerations has a service name, a port number or a transport protocol
    with a port, and neither a request nor a change of an assignment could be read from it. Or it
    updates an assignment, and what it changes could not be read. Or a sentence has more than 2,000
    characters, and a port or service name after them. Or a sentence asks for a name or number and
    does not say of what kind it is, or a template or table after a request for a port has unknown
    labels. Or the IANA Considerations refer to sections of more than 256 KiB
    (`--max-request-size`), of which the rest is not read. Or a sentence has a description that
    may be of something else. Beside what was read, it is each other port number that is not said
    to be somebody else's, and each row or list item that names a service and asks for nothing. In
    a draft without such a section, it is a sentence of another one that asks for something.

    Why it matters: a request that was not read was not checked. Write it as a template with one
    field in each line, as in Section 8.1.1.

    Flagged (draft)::

        The quay exchange listens on UDP port 4640.

    Accepted (draft)::

        IANA is requested to assign UDP port 4640 to the service name "quay-exchange".
    """
    for mention in batch.unread:
        message = f"{quoted(mention.text, 40)} is mentioned, but no request could be read"
        if mention.is_cell:
            message = f"{quoted(mention.text, 40)} is after the first {MAX_CELLS} cells of a row"
            message += ", and these alone are read"
        if mention.is_section:
            message = f"not read from {quoted(mention.text, 40)} on: the IANA Considerations refer"
            message += " to too much text (--max-request-size)"
        if mention.is_description:
            message = f"{quoted(mention.text, 40)} may be the description of a request or of"
            message += " something else, and is not read"
        if mention.is_outside:
            message += ": the draft has no IANA Considerations section"
        yield Violation(RequestPart({}, mention.offset), None, message, value=mention.text)
    for case in batch.changes:
        # RQ085 reports an assignment that is not there.
        exists = not case.is_compared or bool(entries_of(case))
        if case.parsed.kind == "update" and exists and not states_values(case):
            message = f"an update of {_name(case)} is mentioned, but no new value could be read"
            yield case.violation(message, _key(case))


@rule("RQ085", ERROR, "RFC 6335, Sections 8.2 and 8.6", needs=("column:service_name",))
def changed_assignment_missing(batch: RequestBatch) -> Iterator[Violation]:
    """The draft updates or releases an assignment that is not in the registry.

    No record has the service name, port number and transport protocols that the draft names.

    Why it matters: IANA cannot change what is not there. Either the entry is named wrongly, or it
    has to be requested first.

    Flagged (draft)::

        IANA is requested to replace the reference of TCP port 4640 by this document.

    Accepted (draft)::

        IANA is requested to replace the reference of TCP port 4646 by this document.
    """
    for case in batch.changes:
        if not case.is_compared or entries_of(case):
            continue
        message = f"no assignment to {case.parsed.kind}: {_name(case)} is not in the registry"
        others = entries_on_port(case)
        if others:
            message += f"; {_port(case)} is assigned to {others[0].name}"
        yield case.violation(message, _key(case), entries=others)


@rule("RQ086", NOTE, "RFC 6335, Section 8.6", needs=("column:service_name",))
def update_without_effect(batch: RequestBatch) -> Iterator[Violation]:
    """The draft restates or updates an assignment, and the registry has all of it already.

    The description, the assignee and the reference are those of the registry.

    Why it matters: IANA asks what is to change. A document that replaces the one in the registry
    should ask for its own reference.

    Flagged (draft)::

        IANA is requested to update the entry of TCP port 4646; its reference is RFC 9132.

    Accepted (draft)::

        IANA is requested to update the entry of TCP port 4646; its reference is this document.
    """
    for case in batch.changes:
        entries = entries_of(case)
        is_update = case.parsed.kind == "update" and states_values(case)
        if is_update and entries and not field_changes(case):
            name = _name(case, case.parsed.new_name)
            message = f"nothing changes: the registry has {name} like this already"
            yield case.violation(message, _key(case), entries=entries)


@rule("RQ087", WARNING, "RFC 6335, Section 8.2", needs=("column:service_name",))
def release_by_other(batch: RequestBatch) -> Iterator[Violation]:
    """The draft releases an assignment of another party.

    Only the assignee can return a port (8.2). A document of the IETF stream speaks for the IESG.

    Why it matters: IANA has to ask the assignee whether the port is still in use, and marks it as
    Reserved only then.

    Flagged (draft)::

        IANA is requested to release TCP port 4682.

    Accepted (draft)::

        IANA is requested to release UDP port 4646. The assignee is the IESG.
    """
    for case in batch.changes:
        if case.parsed.kind != "release":
            continue
        entries = entries_of(case)
        others = [entry for entry in entries if not belongs_to_requester(case, entry.record)]
        if others:
            owner = case.assignee_name(others[0])
            message = f"{_name(case)} is assigned to {owner}; only the assignee can return a port"
            yield case.violation(message, _key(case), entries=others)


def _name(case: Case, new_name: str = "") -> str:
    """The assignment that a change is about, as far as the draft names it, or by its new name."""
    name = new_name or case.name
    return f"{name} {_port(case).removeprefix('port ')}".rstrip() if name else _port(case)


def _port(case: Case) -> str:
    transports = ",".join(case.transports)
    port = case.values.get("port_number")
    if port is None or port in CHOSEN:
        return transports
    return f"port {port}/{transports}" if transports else f"port {port}"


def _key(case: Case) -> str:
    return "service_name" if case.key else "port_number"
