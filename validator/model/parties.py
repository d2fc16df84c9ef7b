"""Which contacts are one party: a person or an organization may have several entries.

Two contact ids are one party if they share an address, or if both name and organization agree.  An
id that is not in the table of contacts is a party of its own.
"""

from __future__ import annotations

from validator.model.registry import cached_index
from validator.model.vocabulary import fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validator.model.record import Citation, Contact
    from validator.model.registry import Registry


# Longer ids are compared with no other, and each of the others with so many.
LONGEST_COMPARED_ID = 100
_MAX_COMPARED = 200


class ContactGroups:
    """Groups of contact ids, each represented by the first id of the group."""

    __slots__ = ("_parents",)

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def representative(self, contact_id: str) -> str:
        parents = self._parents
        while (parent := parents.setdefault(contact_id, contact_id)) != contact_id:
            parents[contact_id] = parents.setdefault(parent, parent)
            contact_id = parent
        return contact_id

    def join(self, first: str, second: str) -> None:
        """Make one group of two; the representative of `first` stays."""
        self._parents[self.representative(second)] = self.representative(first)

    def representatives(self) -> dict[str, str]:
        """The representative of each id that was joined with another."""
        return {contact_id: self.representative(contact_id) for contact_id in list(self._parents)}


@cached_index
def shared_addresses(registry: Registry) -> dict[str, list[Contact]]:
    """The contacts by an address that several of them have, with A-Z in lower case."""
    first: dict[str, Contact] = {}
    sharing: dict[str, list[Contact]] = {}
    for contact in registry.contacts:
        if contact.contact_id:
            for uri in contact.contact_uri:
                address = fold(uri)
                other = first.setdefault(address, contact)
                if other is not contact:
                    sharing.setdefault(address, [other]).append(contact)
    return {address: contacts for address, contacts in sharing.items() if address.strip()}


@cached_index
def _parties(registry: Registry) -> dict[str, str]:
    """The id that stands for the party of each contact id that is not alone in its party."""
    groups = ContactGroups()
    for first, *others in shared_addresses(registry).values():
        for contact in others:
            groups.join(first.contact_id or "", contact.contact_id or "")
    by_names: dict[tuple[str, str], str] = {}
    for contact in registry.contacts:
        name, organization, contact_id = contact.name, contact.organization, contact.contact_id
        if name and organization and contact_id:
            names = normal_space(name).casefold(), normal_space(organization).casefold()
            first_id = by_names.setdefault(names, contact_id)
            if first_id != contact_id:
                groups.join(first_id, contact_id)
    return groups.representatives()


def party(registry: Registry, contact_id: str) -> str:
    """Return the id that stands for the party of `contact_id`."""
    return _parties(registry).get(contact_id, contact_id)


def parties(registry: Registry, citations: Iterable[Citation]) -> frozenset[str]:
    """Return the parties of the persons in `citations`."""
    ids = _parties(registry)
    return frozenset(ids.get(person.data, person.data) for person in citations if person.data)


@cached_index
def _contacts_by_party(registry: Registry) -> dict[str, list[Contact]]:
    by_party: dict[str, list[Contact]] = {}
    for contact in registry.contacts:
        if contact.contact_id:
            by_party.setdefault(party(registry, contact.contact_id), []).append(contact)
    return by_party


def contacts_of(registry: Registry, contact_id: str) -> Sequence[Contact]:
    """Return the entries of the table of contacts that are one party with `contact_id`."""
    return _contacts_by_party(registry).get(party(registry, contact_id), ())


class SimilarIds:
    """Finds the id most similar to another one, in any case.

    The letters of each id, as the bits of a number, tell which ids are worth a real comparison.
    """

    __slots__ = ("_ids", "_letters")

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = ids
        self._letters: list[tuple[int, str, str]] | None = None

    def to(self, contact_id: str) -> str | None:
        """Return the id most similar to `contact_id`, `None` if none is similar."""
        from difflib import get_close_matches
        from heapq import nsmallest

        size = len(contact_id)
        if not 2 < size <= LONGEST_COMPARED_ID:
            return None
        if self._letters is None:
            short = [(one.lower(), one) for one in self._ids if len(one) <= LONGEST_COMPARED_ID]
            self._letters = [(_letters(lower), lower, one) for lower, one in short]
        lower = contact_id.lower()
        letters = _letters(lower)
        best = nsmallest(
            _MAX_COMPARED,
            self._letters,
            key=lambda entry: ((entry[0] ^ letters).bit_count(), abs(len(entry[1]) - size)),
        )
        spellings = {folded: one for _, folded, one in best}
        # The shortest id may have one wrong letter, in longer ones a seventh may differ.
        matches = get_close_matches(lower, spellings, n=1, cutoff=min(0.85, (size - 1) / size))
        return spellings[matches[0]] if matches else None


def _letters(text: str) -> int:
    bits = 0
    for character in set(text):
        bits |= 1 << (ord(character) & 63)
    return bits
