"""Who holds an assignment, compared between two dumps.

Two ids are one party when their address agrees, or name and organization do, in either dump: an
entry keeps its id when its address changes, and its address when its id does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from validator.model.record import Citation, Contact, Record
from validator.model.registry import Registry
from validator.model.vocabulary import fold, normal_space

Mark = tuple[str, ...]


class Parties:
    """The parties of two registries.  `are_listed` says whether both have a table of contacts."""

    __slots__ = ("_marks", "_tables", "are_listed")

    def __init__(self, old: Registry, new: Registry) -> None:
        self._tables = (old.by_contact_id, new.by_contact_id)
        self._marks: dict[str, frozenset[Mark]] = {}
        self.are_listed = "contacts" in old.dump.carries & new.dump.carries

    def marks_of_id(self, contact_id: str) -> frozenset[Mark]:
        """What identifies the party of an id: the id, and names and addresses in both tables."""
        marks = self._marks.get(contact_id)
        if marks is None:
            contacts = (table.get(contact_id) for table in self._tables)
            listed = [contact_marks(contact) for contact in contacts if contact is not None]
            marks = self._marks[contact_id] = frozenset({("id", contact_id)}.union(*listed))
        return marks

    def join(self, before: str, now: str) -> None:
        """Treat two ids as one party: the entry of one was renamed to the other."""
        self._marks[before] = self._marks[now] = self.marks_of_id(before) | self.marks_of_id(now)

    def marks(self, citations: Iterable[Citation]) -> frozenset[Mark]:
        """What identifies the parties that are cited."""
        ids = {citation.data or citation.text or "" for citation in citations}
        if len(ids) == 1:  # of most: no new set
            return self.marks_of_id(*ids)
        return frozenset().union(*map(self.marks_of_id, ids))

    def holders(self, record: Record) -> frozenset[Mark]:
        """What identifies the assignees and contacts of a record."""
        return self.marks((*record.assignee, *record.contact))

    def domains(self, citations: Iterable[Citation]) -> frozenset[str]:
        """The domains of the addresses of the parties that are cited."""
        return frozenset(
            mark[1].rpartition("&")[2]
            for mark in self.marks(citations)
            if mark[0] == "uri" and "&" in mark[1]
        )

    def organizations(self, citations: Iterable[Citation]) -> set[str]:
        """The organizations of the contacts that are cited."""
        contacts = (
            table.get(citation.data or "") for citation in citations for table in self._tables
        )
        names = (name_of(contact)[1] for contact in contacts if contact is not None)
        return set(filter(None, names))

    def are_same(self, before: Sequence[Citation], now: Sequence[Citation]) -> bool:
        """Say whether both cite the same parties, perhaps by other ids.

        Without both tables of contacts nobody can say so of two ids.
        """
        if not self.are_listed or not before or not now:
            return False
        old, new = self.marks(before), self.marks(now)
        return all(self.marks([citation]) & new for citation in before) and all(
            self.marks([citation]) & old for citation in now
        )


def contact_marks(contact: Contact) -> set[Mark]:
    """The addresses of an entry, and its name and organization."""
    marks: set[Mark] = {("uri", fold(uri.strip())) for uri in contact.contact_uri if uri.strip()}
    name = name_of(contact)
    if any(name):
        marks.add(("who", *name))
    return marks


def name_of(contact: Contact) -> tuple[str, str]:
    """Name and organization of an entry, as they are compared."""
    return (
        normal_space(contact.name or "").casefold(),
        normal_space(contact.organization or "").casefold(),
    )
