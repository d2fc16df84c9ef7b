"""The table of contacts of a registry that is being drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st

from validator.model.record import Citation, Contact, Record
from validator.model.vocabulary import IESG, IETF_CHAIR

# The examples of rules are about people called Example: these are others.
_FIRST_NAMES = "Ann Ben Craig Dora Emil Fay Greg Hana Ivo June Kai Lena Milo Nora Otto Zoë".split()
_FAMILY = "Sample"
_FEW = 5
_ORGANIZATIONS = [None, "Example Org", "Quay & Sons", "Harbor University"]
_DETAILS = [
    (organization, uri, updated)
    for updated in (None, "2003-04", "2012-02-29", "2024-12-20")
    for uri in ("mailto:{}&example.com", "https://{}.example/")
    for organization in _ORGANIZATIONS
]
_OFFICES = {
    IESG: (None, "IESG", "mailto:iesg&ietf.org"),
    IETF_CHAIR: ("IETF Chair", "IETF", "mailto:chair&ietf.org"),
}


class ContactTable:
    """Contacts by id, and `uncited`, which are listed even if no record cites them."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self.draw = draw
        self.by_id: dict[str, Contact] = {}
        self.uncited: list[Contact] = []

    def contact(self) -> Contact:
        """One of a few people, so that records share contacts."""
        return self.person(self.draw(st.integers(0, _FEW - 1)))

    def new(self) -> Contact:
        """A person that no record cites yet."""
        number = _FEW
        while f"{_FIRST_NAMES[number]}_{_FAMILY}" in self.by_id:
            number += 1
        return self.person(number)

    def person(self, number: int) -> Contact:
        name = _FIRST_NAMES[number]
        identity = f"{name}_{_FAMILY}"
        if identity not in self.by_id:
            organization, uri, updated = self.draw(st.sampled_from(_DETAILS))
            uri = uri.format(name.lower().replace("ë", "e"))
            self.by_id[identity] = _contact(
                identity, f"{name} {_FAMILY}", organization, uri, updated
            )
        return self.by_id[identity]

    def office(self, identity: str) -> Contact:
        """The IESG or the IETF Chair."""
        if identity not in self.by_id:
            self.by_id[identity] = _contact(identity, *_OFFICES[identity], "2012-01-10")
        return self.by_id[identity]

    def of_example(self, identity: str) -> Contact:
        """A contact that the example of a rule cites without listing it."""
        if identity in _OFFICES:
            return self.office(identity)
        uri = f"mailto:{identity.lower()}&example.com"
        name = identity.replace("_", " ")
        return self.by_id.setdefault(identity, _contact(identity, name, None, uri, None))

    def listed(self, records: Iterable[Record]) -> list[Contact]:
        """The table of a registry that has these records."""
        cited = {
            citation.data or ""
            for record in records
            for citation in (*record.assignee, *record.contact, *(c for _, c in record.inline))
        }
        return [self.by_id[identity] for identity in sorted(cited & set(self.by_id))] + self.uncited


def _contact(
    identity: str, name: str | None, organization: str | None, uri: str, updated: str | None
) -> Contact:
    contact = Contact(0, 0)
    contact.contact_id, contact.name, contact.organization = identity, name, organization
    contact.contact_uri = (uri,)
    contact.last_updated = updated
    return contact


def cite(contact: Contact) -> Citation:
    return Citation("person", contact.contact_id, None, 0)
