"""Updates and releases of existing assignments (RFC 6335, Sections 8.2 and 8.6) in drafts.

A draft changes an assignment by words ("IANA has updated the reference of port 4646"), or because
it restates one that its own party has: "bis" documents and published RFCs do.
"""

from __future__ import annotations

import regex

from validator.engine.report import FieldUpdate
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold, normal_space
from validator.request.case import IETF_PARTIES, Case, RequestDocument
from validator.request.collisions import assignments_on_port
from validator.request.parties import assignee_name, is_assignee, is_requester

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validator.model.record import Record
    from validator.model.registry import Assignment, Registry
    from validator.request.drafts.reader import Mention

_DOCUMENT = regex.compile(
    r"\bRFC[- ]?0*([1-9][0-9]{0,4})\b|\b(draft-[a-z0-9]++(?:-[a-z0-9]++)+)", regex.IGNORECASE
)
_THIS_DOCUMENT = regex.compile(
    r"\bthis[- ](?:document|memo|specification|draft|RFC|I-D)|\bRFC[- ]?X{2,}", regex.IGNORECASE
)


class RequestBatch(list[Case]):
    """The requests of one file, which the RQ rules look at.

    `changes` are the updates and releases in it, `unread` the words of a draft about ports and
    service names in sections that no request could be read from.
    """

    def __init__(
        self, document: RequestDocument, cases: Iterable[Case] = (), unread: Sequence[Mention] = ()
    ) -> None:
        super().__init__()
        self.document = document
        self.changes: list[Case] = []
        self.unread = unread
        for case in cases:
            if case.parsed.kind == "request" and is_restatement(case):
                case.parsed.kind = "update"
            (self if case.parsed.kind == "request" else self.changes).append(case)

    @property
    def all(self) -> list[Case]:
        """The requests, updates and releases in the order of the file."""
        return sorted([*self, *self.changes], key=lambda case: case.parsed.index)


def is_restatement(case: Case) -> bool:
    """Whether a draft restates what its own party has: name, port and transport protocols.

    The party is the assignee or contact that it names, or the IESG for a document of the IETF
    stream that names none.
    """
    if not case.parsed.is_from_draft or case.registry is None or not (case.key or case.port):
        return False
    entries = entries_of(case)
    transports = {entry.transport for entry in entries}
    is_complete = bool(entries) and transports.issuperset(case.transports)
    return is_complete and all(_is_own(case, entry) for entry in entries)


def _is_own(case: Case, entry: Assignment) -> bool:
    if case.assignee or case.contact:
        return is_requester(case, entry.record)
    assert case.registry is not None
    cited = case.registry.assignees(entry.record)
    iesg, _ = IETF_PARTIES["assignee"]
    is_of_iesg = any(citation.data == iesg for citation in cited)
    return bool(case.key) and case.is_ietf and is_of_iesg


def entries_of(case: Case) -> list[Assignment]:
    """The assignments that a change is about: those of its name, port and transport protocols."""
    if case.registry is None:
        return []
    entries = _entries_of_name(case, case.registry) if case.key else _entries_on_port(case)
    return [e for e in entries if not case.transports or e.transport in (*case.transports, None)]


def _entries_of_name(case: Case, registry: Registry) -> Sequence[Assignment]:
    entries = registry.by_name.get(case.key, [])
    if case.port is not None:
        return [entry for entry in entries if entry.ports and case.port in entry.ports]
    if case.parsed.kind == "request" and not case.asks_for_port:
        return [entry for entry in entries if entry.ports is None]
    return entries


def _entries_on_port(case: Case) -> Sequence[Assignment]:
    entries = {
        entry.record.index: entry
        for transport in case.transports or TRANSPORT_PROTOCOLS
        for entry in assignments_on_port(case, transport)
    }
    return list(entries.values())


def field_changes(case: Case) -> list[FieldUpdate]:
    """What an update changes of the assignments in the registry, each value once."""
    changes: dict[tuple[str, str, str], FieldUpdate] = {}
    for entry in entries_of(case) if case.parsed.kind == "update" else ():
        for change in _changes_of(case, entry.record):
            changes.setdefault((change.field, change.old, change.new), change)
    return list(changes.values())


def _changes_of(case: Case, record: Record) -> Iterator[FieldUpdate]:
    for key in ("description", "assignment_notes", "known_unauthorized_uses"):
        old, new = normal_space(getattr(record, key) or ""), normal_space(case.text(key))
        if new and fold(old) != fold(new):
            yield FieldUpdate(key, old, new)
    if case.assignee and not is_assignee(case, record):
        yield FieldUpdate("assignee", assignee_name(case.registry, record), str(case.assignee))
    reference = normal_space(case.text("reference"))
    cited = "".join(f"[{citation.display}]" for citation in record.reference)
    if reference and _documents(cited, "") != _documents(reference, case.document.identity):
        yield FieldUpdate("reference", cited, reference)


def _documents(text: str, identity: str) -> set[str]:
    """The documents that a reference names; "this document" is that of `identity`."""
    names = {
        f"rfc{match[1]}" if match[1] else regex.sub(r"-[0-9]{2}\Z", "", fold(match[2]))
        for match in _DOCUMENT.finditer(text)
    }
    if _THIS_DOCUMENT.search(text):
        names.add(fold(identity) or "this document")
    return names or {fold(normal_space(text).strip("[]"))}
