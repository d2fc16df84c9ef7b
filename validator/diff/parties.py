"""Who holds an assignment, compared between two dumps.

Two ids are one party when their address agrees, or name and organization do, in either dump: an
entry keeps its id when its address changes, and its address when its id does.
"""

from __future__ import annotations

from validator.model.vocabulary import fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from validator.model.record import Citation, Contact, Record
    from validator.model.registry import Registry

    Mark: TypeAlias = tuple[str, ...]


class Parties:
    """The parties of two registries.  `known` says whether both have the table of contacts."""

    __slots__ = ("_marks", "_tables", "known")

    def __init__(self, old: Registry, new: Registry) -> None:
        self._tables = (old.by_contact_id, new.by_contact_id)
        self._marks: dict[str, frozenset[Mark]] = {}
        self.known = all("contacts" in held.dump.carries for held in (old, new))

    def marks(self, contact_id: str) -> frozenset[Mark]:
        """What tells the party of an id: the id, and names and addresses in both tables."""
        found = self._marks.get(contact_id)
        if found is None:
            marks: set[Mark] = {("id", contact_id)}
            for table in self._tables:
                contact = table.get(contact_id)
                if contact is not None:
                    marks |= marks_of(contact)
            found = self._marks[contact_id] = frozenset(marks)
        return found

    def join(self, before: str, now: str) -> None:
        """Take two ids for one party: the entry of one was renamed to the other."""
        self._marks[before] = self._marks[now] = self.marks(before) | self.marks(now)

    def of(self, cited: Iterable[Citation]) -> frozenset[Mark]:
        """What tells the parties that are cited."""
        found: set[Mark] = set()
        for citation in cited:
            found |= self.marks(citation.data or citation.text or "")
        return frozenset(found)

    def holders(self, record: Record) -> frozenset[Mark]:
        """What tells the assignees and contacts of a record."""
        return self.of((*record.assignee, *record.contact))

    def domains(self, cited: Iterable[Citation]) -> frozenset[str]:
        """The domains of the addresses of who is cited."""
        return frozenset(
            mark[1].rpartition("&")[2]
            for mark in self.of(cited)
            if mark[0] == "uri" and "&" in mark[1]
        )

    def are_same(self, before: Sequence[Citation], now: Sequence[Citation]) -> bool:
        """Say whether each party cited before is cited now and the reverse, perhaps by other ids.

        Without both tables of contacts nobody can say so of two ids.
        """
        if not self.known or not before or not now:
            return False
        old, new = self.of(before), self.of(now)
        return all(self.of((citation,)) & new for citation in before) and all(
            self.of((citation,)) & old for citation in now
        )


def marks_of(contact: Contact) -> set[Mark]:
    """The addresses of an entry, and its name and organization."""
    marks: set[Mark] = {("uri", fold(uri.strip())) for uri in contact.contact_uri if uri.strip()}
    who = name_of(contact)
    if any(who):
        marks.add(("who", *who))
    return marks


def name_of(contact: Contact) -> tuple[str, str]:
    """Name and organization of an entry, as they are compared."""
    return (
        normal_space(contact.name or "").casefold(),
        normal_space(contact.organization or "").casefold(),
    )
