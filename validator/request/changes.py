"""Updates and releases of existing assignments (RFC 6335, Sections 8.2 and 8.6) in drafts.

A draft changes an assignment by words ("IANA has updated the reference of port 4646"), or because
it restates one that its own party has: "bis" documents and published RFCs do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import regex

from validator.engine.verdict import FieldUpdate
from validator.model.entries import Assignment
from validator.model.record import Record
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold, name_key, normal_space
from validator.request.case import Case
from validator.request.collisions import NameKind, NameStatus, assignments_on_port
from validator.request.content import RequestDocument
from validator.request.documents.parsed import Mention
from validator.request.parties import (
    assignee_name,
    belongs_to_requester,
    is_assignee,
    is_contact,
    party_names,
)
from validator.request.phrase import phrase

_DOCUMENT = phrase(r"\bRFC[-\x20]?0*([1-9][0-9]{0,4})\b|\b(draft-[a-z0-9]++(?:-[a-z0-9]++)+)")
_THIS_DOCUMENT = phrase(
    r"\b(?:this|the present)[-\s](?:document|memo|specification|draft|RFC|I-D)|\bRFC[-\x20]?X{2,}"
)


class RequestBatch(list[Case]):
    """The requests of one file, which the RQ rules look at.

    `changes` are the updates and releases in it, `new_names` the names that updates give to
    assignments, `unread` the words of a draft about ports and service names in sections that no
    request could be read from.
    """

    def __init__(
        self, document: RequestDocument, cases: Iterable[Case] = (), unread: Sequence[Mention] = ()
    ) -> None:
        super().__init__()
        self.document = document
        self.changes: list[Case] = []
        self.new_names: list[Case] = []
        self.unread = unread
        for case in cases:
            if case.parsed.kind == "request" and is_restatement(case):
                case.parsed.kind = "update"
                case.parsed.is_restatement = True
            (self if case.parsed.kind == "request" else self.changes).append(case)
            if case.parsed.new_name:
                self.new_names.append(NewName(case))

    @property
    def all(self) -> list[Case]:
        """The requests, updates and releases in the order of the file."""
        return sorted([*self, *self.changes], key=lambda case: case.parsed.index)


class NewName(Case):
    """The service name that an update gives to assignments, as the rules about names look at it."""

    def __init__(self, change: Case) -> None:
        values = {**change.values, "service_name": change.parsed.new_name}
        places = {**change.parsed.places, ("service_name",): change.parsed.place(("new_name",))}
        parsed = replace(change.parsed, values=values, places=places, problems=[])
        super().__init__(parsed, change.document, change.registry)
        self.change = change
        # Its findings are those of the update.
        self.subject = change.subject

    @cached_property
    def name_status(self) -> NameStatus:
        """A name is free for an assignment if no other port has it, and no other entry on its own.

        On other transport protocols of its port, it is the name of the same service.
        """
        entries = self.registry.by_name.get(self.key, [])
        renamed = entries_of(self.change)
        ports = {entry.ports for entry in renamed}
        transports = {entry.transport for entry in renamed}
        others = [
            entry
            for entry in entries
            if entry not in renamed and (entry.ports not in ports or entry.transport in transports)
        ]
        kind: NameKind = "taken" if others else "addition" if entries else "new"
        return NameStatus(kind, others)


def is_restatement(case: Case) -> bool:
    """Whether a draft restates what its own party has: name, port and transport protocols.

    The party is the assignee or contact that it names, or the IESG for a document of the IETF
    stream that names none.
    """
    if not case.parsed.is_from_draft or not (case.key or case.port):
        return False
    entries = entries_of(case)
    transports = {entry.transport for entry in entries}
    is_complete = bool(entries) and transports.issuperset(case.transports)
    # A port without a name does not say whose it is.
    is_complete = is_complete and bool(case.key or case.assignee or case.contact)
    return is_complete and all(belongs_to_requester(case, entry.record) for entry in entries)


def entries_of(case: Case) -> list[Assignment]:
    """The assignments that a change is about: those of its name, port and transport protocols."""
    if not case.key:
        return entries_on_port(case)
    # A renamed assignment may have its new name already.
    keys = (case.key, name_key(case.parsed.new_name))
    named = (_of_transports(case, _entries_of_name(case, key)) for key in keys)
    return next(filter(None, named), [])


def _of_transports(case: Case, entries: Sequence[Assignment]) -> list[Assignment]:
    return [e for e in entries if not case.transports or e.transport in (*case.transports, None)]


def _entries_of_name(case: Case, key: str) -> Sequence[Assignment]:
    entries = case.registry.by_name.get(key, [])
    if case.port is not None:
        return [entry for entry in entries if entry.ports and case.port in entry.ports]
    if case.parsed.kind == "request" and not case.asks_for_port:
        return [entry for entry in entries if entry.ports is None]
    return entries


def entries_on_port(case: Case) -> list[Assignment]:
    """The assignments of the port of a change on its transport protocols."""
    return _of_transports(case, assignments_on_port(case, case.transports or TRANSPORT_PROTOCOLS))


def states_values(case: Case) -> bool:
    """Whether a change says what the assignment is to have: a restatement always does."""
    parsed = case.parsed
    keys = ("description", "assignment_notes", "known_unauthorized_uses", "reference")
    has_value = any(map(case.text, keys)) or case.assignee or case.contact or case.service_codes
    changes = parsed.new_name or parsed.removed_reference
    return bool(parsed.is_restatement or changes or has_value)


def field_changes(case: Case) -> list[FieldUpdate]:
    """What an update changes of the assignments in the registry, each value once.

    Without a registry, it is what the draft says itself: the old name and the new one.
    """
    new_name = case.parsed.new_name
    if not case.is_compared:
        return [FieldUpdate("service_name", case.name, new_name)] if new_name else []
    changes: dict[tuple[str, str, str], FieldUpdate] = {}
    for entry in entries_of(case) if case.parsed.kind == "update" else ():
        for change in _changes_of(case, entry.record):
            changes.setdefault((change.field, change.old, change.new), change)
    return list(changes.values())


def _changes_of(case: Case, record: Record) -> Iterator[FieldUpdate]:
    name = case.parsed.new_name
    if name and name != record.service_name:
        yield FieldUpdate("service_name", record.service_name or "", name)
    for key in ("description", "assignment_notes", "known_unauthorized_uses"):
        old, new = normal_space(getattr(record, key) or ""), normal_space(case.text(key))
        if new and fold(old) != fold(new):
            yield FieldUpdate(key, old, new)
    yield from _changed_parties(case, record)
    yield from _changed_reference(case, record)
    yield from _changed_codes(case, record)


def _changed_reference(case: Case, record: Record) -> Iterator[FieldUpdate]:
    parsed = case.parsed
    reference = normal_space(case.text("reference"))
    removed = _documents(parsed.removed_reference, "")
    if not reference and not removed:
        return
    citations = [f"[{citation.display}]" for citation in record.reference]
    kept = [text for text in citations if removed.isdisjoint(_documents(text, ""))]
    cited = "".join(citations)
    new = _documents(reference, case.document.identity)
    if parsed.adds_reference and kept:
        new |= _documents("".join(kept), "")
        reference = ", ".join(filter(None, ["".join(kept), reference]))
    if _documents(cited, "") != new:
        yield FieldUpdate("reference", cited, reference)


def _changed_codes(case: Case, record: Record) -> Iterator[FieldUpdate]:
    codes = ", ".join(str(code) for _, code in case.service_codes)
    if codes and record.transport_protocol == "dccp" and codes != record.service_code:
        yield FieldUpdate("service_code", record.service_code or "", codes)


def _changed_parties(case: Case, record: Record) -> Iterator[FieldUpdate]:
    registry = case.registry
    is_for_empty = case.parsed.fills_empty_fields
    if case.assignee and not (is_for_empty and record.assignee) and not is_assignee(case, record):
        yield FieldUpdate("assignee", assignee_name(registry, record), str(case.assignee))
    if case.contact and not (is_for_empty and record.contact) and not is_contact(case, record):
        yield FieldUpdate("contact", party_names(registry, record.contact), str(case.contact))


def _documents(text: str, identity: str) -> set[str]:
    """The documents that a reference names; "this document" is that of `identity`."""
    names = {
        f"rfc{match[1]}" if match[1] else regex.sub(r"-[0-9]{2}\Z", "", fold(match[2]))
        for match in _DOCUMENT.finditer(text)
    }
    if _THIS_DOCUMENT.search(text):
        names.add(fold(identity) or "this document")
    return names or {fold(normal_space(text).strip("[]"))} - {""}
