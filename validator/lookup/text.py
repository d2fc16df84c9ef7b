"""The answers of `ianalint lookup` for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill

from validator.errors import listed
from validator.lookup.answers import ASSIGNED, Lookup, LookupAnswer, alias_of, replaces
from validator.model.entries import Assignment
from validator.model.vocabulary import (
    DYNAMIC_PORTS,
    SERVICE_NAME,
    TRANSPORT_PROTOCOLS,
    name_key,
    normal_space,
)
from validator.reporters.escape import visible

# Without a terminal, and on the narrowest.
_WIDTH, _NARROWEST = 80, 40
_MOST_RECORDS = 20
_LONGEST = 160


def render(
    answers: Sequence[LookupAnswer], remarks: Sequence[str], width: int | None = None
) -> str:
    """Return answers as lines of text, without control characters, and a blank line between them.

    `remarks` are lines about the registry, which follow them; `width` is that of the terminal, if
    it is one.
    """
    columns = _WIDTH if width is None else max(_NARROWEST, width)
    parts = [
        _port_lines(answer) if answer.word.ports is not None else _name_lines(answer)
        for answer in answers
    ]
    parts += [iter([remark]) for remark in remarks]
    return "\n".join(
        "".join(f"{_wrapped(visible(line), columns)}\n" for line in lines) for lines in parts
    )


def _wrapped(line: str, columns: int) -> str:
    """A line broken at blanks, where it is wider than a terminal."""
    if len(line) <= columns:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return fill(
        line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _port_lines(answer: LookupAnswer) -> Iterator[str]:
    ports = answer.word.ports
    assert ports is not None
    kind = f"{ports.name} Port" if ports.name else "port"
    yield f"{answer.word.text}: {kind}{'s' if not ports.is_single else ''}, {answer.verdict}"
    if ports.is_single:
        yield from _states(answer)
    if ports.low >= DYNAMIC_PORTS[0]:
        yield "  Dynamic Ports are never assigned: the system hands them out"
    yield from _records(answer)
    yield from _uses(answer)
    block = answer.free_block
    if block is not None and ports.is_single:
        low, high = block
        count = high - low + 1
        extent = f"{low}-{high} ({count:,} ports)" if count > 1 else f"{low} alone"
        yield f"  {_free(answer.lookup)}: {extent}"
    below, above = answer.neighbors
    for label, neighbors in (("below", below), ("above", above)):
        if neighbors:
            yield f"  {label}: {_neighbors(neighbors)}"


def _free(lookup: Lookup) -> str:
    """What can be said of ports that are neither assigned nor Reserved."""
    if not lookup.is_complete:
        return "not in what was read"
    return "free" if lookup.registry.is_whole else "not assigned in this part of the registry"


def _states(answer: LookupAnswer) -> Iterator[str]:
    for transport in answer.transports:
        state, names, statement = answer.state(transport)
        rest = ", ".join(names) if state == ASSIGNED else _cut(statement or "")
        same = "" if rest.lower() == state.lower() else rest
        yield f"  {transport:<5} {state:<11} {same}".rstrip()


def _name_lines(answer: LookupAnswer) -> Iterator[str]:
    yield f"{answer.word.text}: service name, {answer.verdict}"
    fault = f"  not well-formed: {'; '.join(answer.name_faults)} (RFC 6335, Section 5.1)"
    if not answer.records:
        yield from _unassigned_name(answer, fault)
    elif answer.name_faults:
        yield fault
    yield from _records(answer)
    yield from _uses(answer)
    if not answer.records and answer.near_names:
        yield f"  near names: {', '.join(answer.near_names)}"


def _unassigned_name(answer: LookupAnswer, fault: str) -> Iterator[str]:
    """What a name is that is not assigned, or not on this port and transport."""
    by_name, name = answer.lookup.registry.by_name, answer.word.name or ""
    head, slash, word = name.rpartition("/")
    if name_key(name) in by_name:
        yield f"  assigned elsewhere: {_neighbors(by_name[name_key(name)])}"
    elif slash and SERVICE_NAME.fullmatch(head):
        yield f'  expected {listed(TRANSPORT_PROTOCOLS)} after "{head}/", found "{word}"'
        if name_key(head) in by_name:
            yield f"  assigned: {_neighbors(by_name[name_key(head)])}"
    elif answer.name_faults:
        yield fault
    elif answer.word.transport is None:
        yield f"  well-formed{' and free' if answer.lookup.is_conclusive else ''}"


def _records(answer: LookupAnswer) -> Iterator[str]:
    for assignment in answer.records[:_MOST_RECORDS]:
        record = assignment.record
        place = "/".join(
            part for part in (record.port_number, record.transport_protocol) if part
        ) or "no port"  # fmt: skip
        text = _cut(normal_space(record.description or ""))
        yield f"  {assignment.name} {place}  {text}".rstrip()
        yield f"    {_details(answer.lookup, assignment)}"
        current = alias_of(assignment)
        if current:
            yield f"    historic: replaced by {current}"
        old = replaces(assignment)
        if old:
            yield f"    replaces the historic name {old}"
    more = len(answer.records) - _MOST_RECORDS
    if more > 0:
        yield f"  and {more:,} more record{'s' if more > 1 else ''}"


def _details(lookup: Lookup, assignment: Assignment) -> str:
    """Who has a record, since when, by which document, and where it is."""
    record = assignment.record
    assignees = ", ".join(citation.display for citation in lookup.registry.assignees(record))
    details = [
        f"assignee {assignees}" if assignees else "",
        f"registered {record.registration_date}" if record.registration_date else "",
        "".join(f"[{citation.display}]" for citation in record.reference),
        f"line {lookup.line_of(record)}",
    ]
    return ", ".join(filter(None, details))


def _uses(answer: LookupAnswer) -> Iterator[str]:
    for text in dict.fromkeys(answer.unauthorized_uses()):
        yield f"  known unauthorized use: {_cut(text)}"


def _neighbors(assignments: Sequence[Assignment]) -> str:
    places = dict.fromkeys(
        f"{a.name} {a.record.port_number or ''}".strip() for a in assignments
    )  # fmt: skip
    return ", ".join(list(places)[:5])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
