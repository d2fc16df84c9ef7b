"""Matches the contacts of two dumps, their footnotes, and what they say of the registry itself."""

from __future__ import annotations

from collections.abc import Hashable

from validator.diff.changes import Change, Changes, Kind
from validator.diff.citations import CitationComparer
from validator.diff.fields import (
    contact_differences,
    contact_values,
    footnote_differences,
    footnote_key,
    metadata_differences,
)
from validator.diff.pairs import Unpaired, pair_equal_bytes
from validator.diff.parties import Parties, contact_marks, name_of
from validator.model.record import Contact
from validator.model.vocabulary import fold, normal_space


def match_contacts(changes: Changes, parties: Parties) -> None:
    """Pair contacts by id, and those whose id was renamed by what they say.

    The two ids of a renamed contact become one party.
    """
    old, new = changes.old, changes.new
    unpaired = Unpaired(old.contacts, new.contacts)
    if not parties.are_listed:
        changes.add_not_comparable(*unpaired.sides)
        return
    changes.unchanged_contacts += pair_equal_bytes(unpaired, old.dump, new.dump, b"</person>")
    for key, alone in (
        (_all_values, False), (_id, False), (_folded_id, False), (_values, False),
        (_name_and_addresses, False), (_name, True), (_office, True),
    ):  # fmt: skip
        for before, now in unpaired.pair(key, alone=alone):
            _compare_contacts(changes, parties, before, now)
    # An HTML page lists only the contacts that it cites, and so may leave out any.
    if any(changes.is_part) or "html" in (old.dump.form, new.dump.form):
        changes.add_not_comparable(*unpaired.sides)
        return
    kinds: tuple[Kind, Kind] = ("contact-removed", "contact-added")
    for side, contacts in enumerate(unpaired.sides):
        for contact in contacts:
            changes.add_one_sided(kinds[side], side, contact)


def _compare_contacts(changes: Changes, parties: Parties, before: Contact, now: Contact) -> None:
    fields = contact_differences(before, now)
    if not fields:
        changes.unchanged_contacts.append((before, now))
        return
    kind: Kind = "contact-changed"
    if fields[0].field == "contact_id":
        kind = "contact-renamed"
        parties.join(before.contact_id or "", now.contact_id or "")
    changes.all.append(Change(kind, [before], [now], fields))


# The keys by which contacts are paired, from the closest to the loosest.


def _all_values(contact: Contact) -> Hashable:
    return contact.contact_id, *_values_without_id(contact)


def _id(contact: Contact) -> Hashable | None:
    return normal_space(contact.contact_id or "") or None


def _folded_id(contact: Contact) -> Hashable | None:
    return fold(normal_space(contact.contact_id or "")) or None


def _values(contact: Contact) -> Hashable | None:
    return _values_without_id(contact) if contact_marks(contact) else None


def _name_and_addresses(contact: Contact) -> Hashable | None:
    name = name_of(contact)
    addresses = [mark for mark in contact_marks(contact) if mark[0] == "uri"]
    return (name, *sorted(addresses)) if addresses and any(name) else None


def _name(contact: Contact) -> Hashable | None:
    name = name_of(contact)
    return name if any(name) else None


def _office(contact: Contact) -> Hashable | None:
    """An office of an organization, whose ids are nearly the same; another person may hold it."""
    organization = name_of(contact)[1]
    core = fold(normal_space(contact.contact_id or "")).strip("_.-0123456789")
    return (organization, core) if organization and core else None


def _values_without_id(contact: Contact) -> tuple[str, ...]:
    return tuple(contact_values(contact)[1:])


# -- the registry itself ----------------------------------------------------------------------


def match_footnotes(changes: Changes, comparer: CitationComparer) -> None:
    """Pair footnotes by their anchors."""
    old, new = changes.old, changes.new
    unpaired = Unpaired(old.footnotes, new.footnotes)
    if "footnotes" not in old.dump.carries & new.dump.carries:
        changes.add_not_comparable(*unpaired.sides)
        return
    for before, now in unpaired.pair(footnote_key):
        fields = footnote_differences(before, now, comparer)
        if fields:
            changes.all.append(Change("metadata", [before], [now], fields))
        else:
            changes.unchanged_contacts.append((before, now))
    if any(changes.is_part):
        changes.add_not_comparable(*unpaired.sides)
        return
    for side, footnotes in enumerate(unpaired.sides):
        for footnote in footnotes:
            removed, added = (None, footnote) if side else (footnote, None)
            fields = footnote_differences(removed, added, comparer)
            changes.add_one_sided("metadata", side, footnote, (), fields)


def compare_metadata(changes: Changes, comparer: CitationComparer) -> None:
    """Compare title, experts, notes and the like."""
    fields = metadata_differences(changes.old.dump, changes.new.dump, comparer)
    if fields:
        changes.all.append(Change("metadata", (), (), fields))
