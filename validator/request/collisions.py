"""What the registry has under the name and on the port of a request.

Several rules report collisions, each of one kind.  The kind is decided here, once, so that one
collision is one finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from validator.model.entries import Assignment, Statement
from validator.model.port_usage import ports_of_remark, spans_without_transport, unauthorized_spans
from validator.model.record import Record
from validator.model.values import PortRange
from validator.model.vocabulary import (
    EXPERIMENTAL_PORTS,
    RANGE_EDGES,
    RELEASE_NOTE,
    TRANSPORT_PROTOCOLS,
)
from validator.request.content import RequestContent
from validator.request.extensions import claims_extension
from validator.request.parties import belongs_to_requester, is_assignee
from validator.request.phrase import phrase

NameKind = Literal["new", "taken", "transfer", "addition", "addition by other", "second port"]
PortKind = Literal["free", "taken", "elsewhere", "overloading"]

# Plain words that the assignment is to change hands.
_TRANSFER = phrase(
    r"\b(?:transfer|take[sn]? over|hand(?:ed)? over|acquired|new assignee)", regex.ASCII
)


@dataclass
class NameStatus:
    """What exists under the service name of a request.

    `kind`: it is new; taken; the request adds a transport protocol to it, for its assignee or
    contact or for somebody else; asks for a second port for it; or for its transfer.
    """

    kind: NameKind
    entries: Sequence[Assignment] = ()

    @property
    def is_addition(self) -> bool:
        return self.kind in ("addition", "addition by other")

    @property
    def needs_name(self) -> bool:
        """Whether the request is for a name, not for more of an assignment that exists."""
        return self.kind in ("new", "taken")


@dataclass
class PortStatus:
    """What the registry says of the port of a request.

    `kind`: it is free for the service; taken by another service on a requested transport protocol;
    Reserved since a service of another party has it on another transport protocol (elsewhere); or
    that of a service of the same assignee, or of one that the request claims to extend
    (overloading).  `reserved` are the statements that reserve it for no service, `is_edge` says
    that it is at the edge of a range; `experiment` is the name of the service for experiments that
    has the port on all transport protocols; `released` are the statements of an earlier assignment.
    """

    kind: PortKind = "free"
    entries: Sequence[Assignment] = ()
    is_edge: bool = False
    experiment: str | None = None
    reserved: Sequence[Statement] = ()
    released: Sequence[Statement] = ()

    @property
    def is_reserved(self) -> bool:
        return self.is_edge or bool(self.reserved)


# -- the name -----------------------------------------------------------------------------------


def name_status(request: RequestContent) -> NameStatus:
    kind: NameKind = "new"
    entries: Sequence[Assignment] = request.registry.by_name.get(request.key, [])
    if any(entry.record.index in request.registry.alias_by_record for entry in entries):
        kind = "taken"
    elif entries:
        find = _with_party if request.assignee or request.contact else _without_party
        is_own = any(belongs_to_requester(request, entry.record) for entry in entries)
        kind, entries = find(request, entries, is_own)
    return NameStatus(kind, entries)


def _with_party(
    request: RequestContent, entries: Sequence[Assignment], is_own: bool
) -> tuple[NameKind, Sequence[Assignment]]:
    """The kind of a name that exists, and those of its assignments that show it."""
    is_of_assignee = any(is_assignee(request, entry.record) for entry in entries)
    if not is_of_assignee and _TRANSFER.search(request.text("assignment_notes")):
        return "transfer", entries
    same_port = _on_requested_port(request, entries, is_own)
    if same_port:
        return _kind_on_same_port(request, same_port, is_own, is_of_assignee), same_port
    with_port = _with_port(entries)
    if with_port and is_own and request.any_port_of is None:
        return "second port", with_port
    return "taken", with_port or entries


def _without_party(
    request: RequestContent, entries: Sequence[Assignment], is_own: bool
) -> tuple[NameKind, Sequence[Assignment]]:
    """The same for a request that names no party: a draft may add a transport protocol."""
    same_port = _on_requested_port(request, entries, is_own) if request.parsed.is_from_draft else []
    kind = _kind_on_same_port(request, same_port, is_own, True) if same_port else "taken"
    return kind, entries if kind == "taken" else same_port


def _with_port(entries: Sequence[Assignment]) -> list[Assignment]:
    return [entry for entry in entries if entry.ports is not None]


def _on_requested_port(
    request: RequestContent, entries: Sequence[Assignment], is_own: bool
) -> Sequence[Assignment]:
    """The assignments of the name that have the requested port, or none if none is requested."""
    if request.port is not None:
        return [entry for entry in entries if entry.ports and request.port in entry.ports]
    if request.any_port_of is not None:
        # A service that has a port is asking for the same on another transport protocol.
        return _with_port(entries) if is_own else []
    return [] if request.asks_for_port else entries


def _kind_on_same_port(
    request: RequestContent, entries: Sequence[Assignment], is_own: bool, belongs_to_assignee: bool
) -> NameKind:
    assigned = {entry.transport for entry in entries if entry.transport}
    if any(not entry.record.transport_protocol for entry in entries):
        assigned = set(TRANSPORT_PROTOCOLS)
    new = [transport for transport in request.transports if transport not in assigned]
    if new and is_own:
        return "addition"
    if new and len(new) == len(request.transports):
        return "addition by other"
    if not belongs_to_assignee and (request.port is not None or is_own):
        return "transfer"
    return "taken"


# -- the port -----------------------------------------------------------------------------------


def port_status(request: RequestContent, of_name: NameStatus) -> PortStatus:
    status = PortStatus()
    if request.port is None or request.range_name == "Dynamic":
        return status
    status.is_edge = request.port in RANGE_EDGES
    experiment = EXPERIMENTAL_PORTS.get(request.port)
    status.experiment = None if experiment == request.key else experiment
    if status.is_edge:
        return status
    if status.experiment is not None:
        status.entries = _other_services(request, TRANSPORT_PROTOCOLS)
        return status
    # The transport protocols on which the service has the port already.
    own_transports = {e.transport for e in of_name.entries if e.ports and request.port in e.ports}
    _add_other_services(request, status, of_name, own_transports)
    statements = statements_on_port(request)
    status.released = [s for s in statements if _is_release(s.record)]
    if status.kind == "free" and not own_transports:
        status.reserved = [s for s in statements if _is_reserved(s)]
    return status


def _add_other_services(
    request: RequestContent,
    status: PortStatus,
    of_name: NameStatus,
    own_transports: set[str | None],
) -> None:
    requested = request.transports or TRANSPORT_PROTOCOLS
    # Where the service has the port already, other names on it are no news.
    here = _other_services(request, [t for t in requested if t not in own_transports])
    if here:
        status.entries = here
        is_extension = any(claims_extension(request, entry.name) for entry in here)
        status.kind = "overloading" if is_extension or _is_own(request, here) else "taken"
    elif of_name.kind == "addition by other":
        status.entries = of_name.entries
        status.kind = "elsewhere"
    elif not own_transports:
        others = _other_services(request, [t for t in TRANSPORT_PROTOCOLS if t not in requested])
        if others:
            status.entries = others
            status.kind = "overloading" if _is_own(request, others) else "elsewhere"


def _is_own(request: RequestContent, entries: Iterable[Assignment]) -> bool:
    return all(is_assignee(request, entry.record) for entry in entries)


def _other_services(request: RequestContent, transports: Iterable[str]) -> list[Assignment]:
    """The assignments of the port to other names."""
    return [e for e in assignments_on_port(request, transports) if e.key != request.key]


def assignments_on_port(request: RequestContent, transports: Iterable[str]) -> list[Assignment]:
    """The assignments of the port on transport protocols, each once.

    That includes a range around it, and a record without transport protocol.
    """
    if request.port is None:
        return []
    ports = PortRange(request.port, request.port)
    entries: dict[int, Assignment] = {}
    for transport in transports:
        assigned = request.registry.assigned_spans[transport]
        for spans in (assigned, spans_without_transport(request.registry)):
            for entry in spans.overlapping(ports):
                entries[entry.record.index] = entry  # type: ignore[assignment]
    return list(entries.values())


def statements_on_port(request: RequestContent) -> Sequence[Statement]:
    """The statements about the port on the requested transport protocols, each once."""
    if request.port is None:
        return []
    ports = PortRange(request.port, request.port)
    statements = {
        statement.record.index: statement
        for transport in request.transports or TRANSPORT_PROTOCOLS
        for statement in request.registry.stated_spans[transport].overlapping(ports)
    }
    return list(statements.values())  # type: ignore[arg-type]


def unauthorized_uses(request: RequestContent) -> list[Record]:
    """The records with unauthorized uses of the port: of those that name ports, of this one."""
    if request.port is None:
        return []
    ports = PortRange(request.port, request.port)
    return [
        entry.record
        for entry in unauthorized_spans(request.registry).overlapping(ports)
        if entry.ports is not None
        and any(
            low <= request.port <= high
            for low, high in ports_of_remark(
                entry.record.known_unauthorized_uses or "", entry.ports.low, entry.ports.high
            )
        )
    ]


def _is_reserved(statement: Statement) -> bool:
    # RQ030 reports releases; any other text without a known state keeps the port from others.
    if statement.state is None:
        return not _is_release(statement.record)
    return statement.state == "Reserved"


def _is_release(record: Record) -> bool:
    texts = (record.assignment_notes or "", record.description or "")
    return any(RELEASE_NOTE.search(text) or text.startswith("Removed") for text in texts)
