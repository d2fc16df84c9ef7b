"""Whether the parties of a request are those of an assignment in the registry (8.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from validator.model.entries import Assignment
from validator.model.parties import contacts_of
from validator.model.record import Citation, Contact, Record
from validator.model.registry import Registry
from validator.model.vocabulary import fold, normal_space
from validator.request.content import RequestContent, RequestParty
from validator.request.phrase import exact_phrase

# The parties of a document of the IETF stream (8.1.1).
IETF_PARTIES = {"assignee": ("IESG", "iesg@ietf.org"), "contact": ("IETF Chair", "chair@ietf.org")}
_WORDS = exact_phrase(r"[\p{L}\p{N}]+")


def is_requester(request: RequestContent, record: Record) -> bool:
    """Whether the assignee or contact of the request is a party of an assignment."""
    citations = [*record.assignee, *record.contact]
    return any(
        _is_cited(request, party, citations) for party in (request.assignee, request.contact)
    )


def belongs_to_requester(request: RequestContent, record: Record) -> bool:
    """Whether an assignment is that of the requester, which is the IETF if its draft names none."""
    if request.assignee or request.contact:
        return is_requester(request, record)
    iesg, _ = IETF_PARTIES["assignee"]
    return request.is_ietf and any(c.data == iesg for c in request.registry.assignees(record))


def is_assignee(request: RequestContent, record: Record) -> bool:
    """Whether the assignee of the request is that of an assignment."""
    return _is_cited(request, request.assignee, request.registry.assignees(record))


def is_contact(request: RequestContent, record: Record) -> bool:
    """Whether the contact of the request is that of an assignment."""
    return _is_cited(request, request.contact, record.contact)


def namesake_hint(request: RequestContent, entries: Iterable[Assignment]) -> str:
    """The end of a message for a party with the name of a contact but another address, or ""."""
    if any(_has_namesake(request, entry.record.contact) for entry in entries):
        return "; the registry has this name with another e-mail address (see Section 8.6)"
    return ""


def _has_namesake(request: RequestContent, citations: Sequence[Citation]) -> bool:
    """Whether a cited party has the name of a party of the request, but another address."""
    names = {
        _words(party.name)
        for party in (request.assignee, request.contact)
        if party.name and not _is_cited(request, party, citations)
    }
    return any(
        names & {_words(contact.name), _words(contact.organization)} - {()}
        for citation in citations
        for contact in _contacts(request.registry, citation)
    )


def assignee_name(registry: Registry, record: Record) -> str:
    """The name of the assignee of a record, for a message."""
    return party_names(registry, registry.assignees(record)) or "an unknown assignee"


def party_names(registry: Registry, citations: Iterable[Citation]) -> str:
    """The names of cited parties, empty for none."""
    names: list[str] = []
    for citation in citations:
        contact = registry.by_contact_id.get(citation.data or "")
        name = None if contact is None else contact.name or contact.organization
        names.append(normal_space(name or citation.display))
    return " and ".join(names)


def _is_cited(request: RequestContent, party: RequestParty, citations: Iterable[Citation]) -> bool:
    """Whether `party` is one of those cited.

    The address decides, or the name if one of the two has no address: two parties of one name and
    different addresses are two (8.1.1 asks for both).
    """
    return bool(party) and any(
        _is_party(request.registry, party, citation) for citation in citations
    )


def _is_party(registry: Registry, party: RequestParty, citation: Citation) -> bool:
    contacts = _contacts(registry, citation)
    if not contacts:
        cited_name = citation.data or citation.text
        return bool(party.name) and _words(cited_name) == _words(party.name)
    addresses = {address for contact in contacts for address in _addresses(contact)}
    if addresses and party.email:
        return fold(party.email) in addresses
    names = {_words(name) for contact in contacts for name in (contact.name, contact.organization)}
    return bool(party.name) and _words(party.name) in names


def _contacts(registry: Registry, citation: Citation) -> Sequence[Contact]:
    """The entries of the table of contacts for a cited party."""
    return contacts_of(registry, citation.data) if citation.data else ()


def _addresses(contact: Contact) -> Iterator[str]:
    for uri in contact.contact_uri:
        if uri.lower().startswith("mailto:"):
            yield fold(uri[len("mailto:") :].replace("&", "@").strip())


def _words(name: str | None) -> tuple[str, ...]:
    """The words of a name without request, to compare by, without the number that ends an id."""
    words = _WORDS.findall(normal_space(name or "").casefold())
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    return tuple(words)
