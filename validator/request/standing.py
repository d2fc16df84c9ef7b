"""How a request stands to what the registry has under its name and on its port.

Several rules speak of a collision, each of one kind of it; which kind it is, is decided here, once,
so that one collision is one finding.
"""

from __future__ import annotations

import regex

from validator.engine.rule import related_to
from validator.model.names import assignments_by_description
from validator.model.port_usage import unauthorized_spans
from validator.model.values import PortRange
from validator.model.vocabulary import (
    RANGE_EDGES,
    RELEASE_NOTE,
    TRANSPORT_PROTOCOLS,
    fold,
    normal_space,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Literal

    from validator.engine.rule import Related
    from validator.model.record import Record
    from validator.model.registry import Assignment, Registry, Statement
    from validator.request.case import Case

    NameKind = Literal["new", "taken", "transfer", "addition", "addition by other", "second port"]
    PortKind = Literal["free", "taken", "elsewhere", "overloading"]

# What says in plain words that the assignment is to change hands.
_TRANSFER = regex.compile(
    r"\b(?:transfer|take[sn]?\s++over|hand(?:ed)?\s++over|acquired|new\s++assignee)",
    regex.ASCII | regex.IGNORECASE,
)
# What says that the service has another name already.
_SECOND_NAME = regex.compile(
    r"\b(?:alias|synonym|(?:another|other|second|alternative|alternate|new|short|long)\s++name)"
    r"\s++(?:of|for|to)\s++(?:the\s++)?(?:existing\s++)?(?:service\s++)?\"?([A-Za-z0-9-]++)",
    regex.ASCII | regex.IGNORECASE,
)
_DESCRIBED_ENOUGH = 12
# How the name of a secure variant differs from that of the service, and what confirms it.
_SECURE_ENDING = regex.compile(
    r"-?(?:tls|ssl|dtls|sec|secure|secured|s)\Z|\A(?:s|secure-?|ssl-?|tls-?)"
)
_SECURE_VARIANT = regex.compile(
    r"\b(?:secured?|encrypted|TLS|SSL|DTLS)\s++(?:version|variant|form|edition|mode)\s++of\s++"
    r"(?:the\s++)?(?:service\s++)?\"?([A-Za-z0-9-]++)",
    regex.ASCII | regex.IGNORECASE,
)
PLAINLY_SECURE = regex.compile(r"-?(?:tls|ssl|dtls|secure|secured)\Z|\A(?:secure|ssl|tls)-?")
_SECURE_WORDS = regex.compile(
    r"\b(?:TLS|SSL|DTLS|secured?|encrypted|encryption)\b", regex.ASCII | regex.IGNORECASE
)


class Existing:
    """What exists under the service name that is asked for.

    `kind`: it is new; taken; the request adds a transport protocol to it, as its assignee or
    contact or as somebody else; asks for a second port for it; or for its transfer.
    """

    __slots__ = ("entries", "kind", "registry")

    def __init__(
        self, registry: Registry | None, kind: NameKind, entries: Sequence[Assignment] = ()
    ) -> None:
        self.registry = registry
        self.kind: NameKind = kind
        self.entries = entries

    def holder(self, entry: Assignment) -> str:
        return holder(self.registry, entry.record)

    def related(self, message: str) -> Sequence[Related]:
        return related(self.registry, message, (entry.record for entry in self.entries))


def existing(case: Case) -> Existing:
    """Say what exists under the service name of `case`."""
    if case.name_standing is None:
        kind, entries = _existing(case)
        case.name_standing = Existing(case.registry, kind, entries)
    return case.name_standing


def _existing(case: Case) -> tuple[NameKind, Sequence[Assignment]]:
    entries = case.same_name
    if not entries:
        return "new", ()
    assert case.registry is not None
    if any(entry.record.index in case.registry.alias_by_record for entry in entries):
        return "taken", entries
    if not case.assignee and not case.contact:
        return "taken", entries  # nobody can say whose request it is
    is_mine = any(case.is_mine(entry.record) for entry in entries)
    is_assignee = any(case.is_assignee(entry.record) for entry in entries)
    if not is_assignee and _TRANSFER.search(case.text("assignment_notes")):
        return "transfer", entries
    ported = [entry for entry in entries if entry.ports is not None]
    if case.port is not None:
        here = [entry for entry in ported if entry.ports and case.port in entry.ports]
    elif case.wanted is not None:
        # Which port it would be is known only to the service that has one.
        here = ported if is_mine else []
    elif case.asks_for_port:
        here = []
    else:
        here = list(entries)
    if not here and case.wanted is not None:
        return "taken", ported or entries
    if not here:
        return ("second port" if ported and is_mine else "taken"), ported or entries
    held = {t for entry in here for t in ((entry.transport,) if entry.transport else ())}
    if any(not entry.record.transport_protocol for entry in here):
        held = set(TRANSPORT_PROTOCOLS)
    new = [transport for transport in case.transports if transport not in held]
    if new and is_mine:
        return "addition", here
    if new and len(new) == len(case.transports):
        return "addition by other", here
    if case.port is not None and not is_assignee:
        return "transfer", here
    if is_mine and not is_assignee:
        return "transfer", here
    return "taken", here


class Port:
    """What the registry says of the port that is asked for.

    `kind`: it is free for the service; taken by another service on a transport that is asked for;
    Reserved because another service has it on another transport; or it is that of a service of the
    requester, or of one that the notes of the request name.  `reserved` are the statements that
    reserve it for no service, `is_edge` says that it lies at the edge of a range; `released` are
    those that tell of an earlier assignment.
    """

    __slots__ = ("entries", "is_edge", "kind", "registry", "released", "reserved")

    def __init__(self, registry: Registry | None) -> None:
        self.registry = registry
        self.kind: PortKind = "free"
        self.entries: Sequence[Assignment] = ()
        self.is_edge = False
        self.reserved: list[Statement] = []
        self.released: list[Statement] = []

    @property
    def is_reserved(self) -> bool:
        return self.is_edge or bool(self.reserved)

    def related(self, message: str) -> Sequence[Related]:
        return related(self.registry, message, (entry.record for entry in self.entries))


def port(case: Case) -> Port:
    """Say what the registry says of the port of `case`."""
    if case.port_standing is None:
        case.port_standing = _port(case)
    return case.port_standing


def _port(case: Case) -> Port:
    found = Port(case.registry)
    if case.port is None or case.range_name == "Dynamic":
        return found
    found.is_edge = case.port in RANGE_EDGES
    if case.registry is None or found.is_edge:
        return found
    asked = case.transports or TRANSPORT_PROTOCOLS
    mine = existing(case)
    others = {
        transport: [entry for entry in entries if entry.key != case.key]
        for transport, entries in case.holders.items()
    }
    # Where the service has the port already, other names on it are no news.
    known = {e.transport for e in mine.entries if e.ports and case.port in e.ports}
    here = _distinct(e for t in asked if t not in known for e in others[t])
    elsewhere = _distinct(e for t in TRANSPORT_PROTOCOLS if t not in asked for e in others[t])
    if here:
        found.entries = here
        is_related = all(case.is_mine(e.record) or _is_named(case, e) for e in here)
        found.kind = "overloading" if is_related else "taken"
    elif elsewhere and not known:
        found.entries = elsewhere
        is_own = all(case.is_mine(e.record) for e in elsewhere)
        found.kind = "overloading" if is_own else "elsewhere"
    statements: dict[int, Statement] = {
        statement.record.index: statement
        for transport in asked
        for statement in case.stated(transport)
    }
    found.released = [s for s in statements.values() if _is_release(s.record)]
    if found.kind == "free" and not known:
        found.reserved = [s for s in statements.values() if _is_reserved(s)]
    return found


def _distinct(entries: Iterable[Assignment]) -> list[Assignment]:
    return list({entry.record.index: entry for entry in entries}.values())


def _is_named(case: Case, entry: Assignment) -> bool:
    """Whether the notes of the request name the service whose port it is."""
    notes = fold(case.text("assignment_notes"))
    return regex.search(rf"(?<![a-z0-9-]){regex.escape(entry.key)}(?![a-z0-9-])", notes) is not None


def _is_reserved(statement: Statement) -> bool:
    if statement.state is None:
        # A state that the registry does not know any more; of a release there is another rule.
        return not _is_release(statement.record)
    return statement.state == "Reserved"


def _is_release(record: Record) -> bool:
    texts = (record.assignment_notes or "", record.description or "")
    return any(RELEASE_NOTE.search(text) or text.startswith("Removed") for text in texts)


def unauthorized(case: Case) -> list[Record]:
    """The records that tell of unauthorized uses of the port of `case`."""
    if case.registry is None or case.port is None:
        return []
    at = PortRange(case.port, case.port)
    return [entry.record for entry in unauthorized_spans(case.registry).overlapping(at)]


def second_name(case: Case) -> list[Assignment]:
    """The assignments of the service that `case` asks another name for, as far as it shows.

    It shows where the request says so, where a service of the same assignee has the very same
    description, or where its port has a service of the same assignee whose name differs in
    hyphens and digits alone.
    """
    registry = case.registry
    if registry is None or not case.key or existing(case).kind != "new":
        return []
    for key in ("description", "assignment_notes"):
        for told in _SECOND_NAME.finditer(case.text(key)):
            named = registry.by_name.get(fold(told[1].rstrip("-")))
            if named is not None:
                return named
    description = normal_space(case.text("description")).casefold()
    if len(description) >= _DESCRIBED_ENOUGH:
        same = assignments_by_description(registry).get(description, ())
        held = [entry for entry in same if entry.key != case.key and case.is_mine(entry.record)]
        if held:
            return held
    bare = _bare(case.key)
    return [
        entry
        for transport in case.transports
        for entry in case.on_port(transport)
        if entry.key != case.key and _bare(entry.key) == bare and case.is_mine(entry.record)
    ]


def secure_of(case: Case) -> list[str]:
    """The services, of the registry or of this call, that it is the secure variant of.

    It shows in the name, or where the description calls it so.
    """
    words = f"{case.text('description')} {case.text('security')}"
    if case.registry is not None:
        told = [fold(found[1]) for found in _SECURE_VARIANT.finditer(case.text("description"))]
        said = [case.registry.by_name[key] for key in told if key in case.registry.by_name]
        if said:
            return [entries[0].name for entries in said]
    is_secure = _SECURE_WORDS.search(words) is not None
    found: list[str] = []
    for ending in _SECURE_ENDING.finditer(case.key):
        base = (case.key[: ending.start()] + case.key[ending.end() :]).strip("-")
        mark = ending[0].strip("-")
        if not base or (mark in ("s", "sec") and not is_secure):
            continue
        if case.registry is not None and base in case.registry.by_name:
            found.append(case.registry.by_name[base][0].name)
        elif any(other.key == base for other in case.rivals):
            found.append(base)
    return found


def _bare(key: str) -> str:
    return "".join(character for character in key if character.isalpha())


def holder(registry: Registry | None, record: Record) -> str:
    """Name the assignee of a record, for a message."""
    names: list[str] = []
    for citation in registry.assignees(record) if registry is not None else ():
        contact = registry.by_contact_id.get(citation.data or "") if registry is not None else None
        name = None if contact is None else contact.name or contact.organization
        names.append(normal_space(name or citation.display))
    return " and ".join(names) or "somebody not on record"


def related(
    registry: Registry | None, message: str, records: Iterable[Record], field: str | None = None
) -> Sequence[Related]:
    """Records of the registry as related places."""
    if registry is None:
        return ()
    return related_to(message, list(records), field, registry.dump)
