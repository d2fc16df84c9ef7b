"""What two dumps say of the same thing, field by field.

White space is folded and a citation is the words that the registry shows: what every form can say.
"""

from __future__ import annotations

from operator import attrgetter

from validator.diff.changes import FieldChange
from validator.model.record import text_of
from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from validator.model.record import Citation, Contact, Dump, Footnote, Record
    from validator.model.registry import Registry

    Row: TypeAlias = tuple[str | None, ...]

_CITING_FIELDS = ("assignee", "contact", "reference")
_EXCERPT = 40


def bracketed(citations: Iterable[Citation]) -> str:
    return "".join(f"[{normal_space(citation.display)}]" for citation in citations)


def field_text(record: Record, field: str) -> str:
    """What a record says in a field, as every form can say it."""
    if field == "assignee":
        return bracketed(record.assignee or record.contact)
    if field in _CITING_FIELDS:
        return bracketed(getattr(record, field))
    return normal_space(getattr(record, field) or "")


class FieldComparer:
    """Compares records of two dumps in what both of their forms can say.

    `fields` are the fields that both have.  Most forms show the contact where a record has no
    assignee of its own, and do not tell of what kind a citation is.  Where both dumps do, these
    differences count too, unless `exact` is false.
    """

    __slots__ = ("fields", "has_kinds", "has_own_assignees", "listing_contacts")

    def __init__(self, old: Registry, new: Registry, *, exact: bool = True) -> None:
        dumps = (old.dump, new.dump)
        lacking = {
            defect.field for dump in dumps for defect in dump.defects if defect.code == "FM004"
        }
        self.fields = [field for field in RECORD_FIELDS if field not in lacking]
        carried = old.dump.carries & new.dump.carries
        self.has_kinds = exact and "kinds" in carried
        self.has_own_assignees = exact and {"kinds", "elements"} <= carried
        # The text forms of 2013 and 2015 list the contacts after an assignee.
        self.listing_contacts = [dump.form in ("txt", "html") for dump in dumps]

    def text(self, record: Record, field: str) -> str:
        """What a record says in a field, as both forms can say it."""
        if field == "assignee" and self.has_own_assignees:
            return bracketed(record.assignee)
        return field_text(record, field)

    def differences(self, before: Record, now: Record) -> list[FieldChange]:
        """The fields in which two records differ."""
        changes: list[FieldChange] = []
        for field in self.fields:
            if field in _CITING_FIELDS:
                old, new = self._citation_texts(before, now, field)
            elif getattr(before, field) == getattr(now, field):
                continue
            else:
                old, new = field_text(before, field), field_text(now, field)
            if old != new:
                changes.append(FieldChange(field, old, new))
        return changes

    def _citation_texts(self, before: Record, now: Record, field: str) -> tuple[str, str]:
        """What two records cite: two different texts where it differs."""
        old, new = self.text(before, field), self.text(now, field)
        if old != new:
            if field == "assignee" and self._differ_by_contacts(before, now, old, new):
                return old, old
        elif self.has_kinds and (field != "assignee" or self.has_own_assignees):
            # The words are the same, but another address or section may be linked.
            return _with_kinds(getattr(before, field)), _with_kinds(getattr(now, field))
        return old, new

    def _differ_by_contacts(self, before: Record, now: Record, old: str, new: str) -> bool:
        """Say whether one dump only lists the contacts after the assignee."""
        listing = self.listing_contacts
        return (listing[0] and old == bracketed([*now.assignee, *now.contact])) or (
            listing[1] and new == bracketed([*before.assignee, *before.contact])
        )

    def rows(self, records: Iterable[Record]) -> dict[int, Row]:
        """The values of all fields of each record, unfolded, by the `id()` of the record."""
        plain = [field for field in self.fields if field not in _CITING_FIELDS]
        citing = [field for field in self.fields if field in _CITING_FIELDS]
        shows_contact = "assignee" in citing and not self.has_own_assignees
        # Many records share their citations.
        texts: dict[int, str] = {}

        def text(citations: Sequence[Citation]) -> str:
            if not citations:
                return ""
            shared = texts.get(id(citations))
            if shared is None:
                shared = _with_kinds(citations) if self.has_kinds else bracketed(citations)
                texts[id(citations)] = shared
            return shared

        # attrgetter returns a tuple only where it gets several attributes.
        plain_values = attrgetter(*plain, plain[-1]) if plain else lambda _: ()
        rows: dict[int, Row] = {}
        for record in records:
            citations = [getattr(record, field) for field in citing]
            if shows_contact and not citations[0]:
                citations[0] = record.contact
            rows[id(record)] = (*plain_values(record), *map(text, citations))
        return rows


def _with_kinds(citations: Iterable[Citation]) -> str:
    """All parts of citations: their kinds, what they link to, and the words."""
    texts: list[str] = []
    for citation in citations:
        words = "" if citation.kind in ("person", "note") else normal_space(citation.text or "")
        parts = citation.kind, citation.data, words, citation.section
        texts.append(f"[{' '.join(part for part in parts if part)}]")
    return "".join(texts)


# -- contacts, footnotes and the registry itself ----------------------------------------------


def contact_values(contact: Contact) -> list[str]:
    """What a contact says in each of `CONTACT_FIELDS`."""
    values = (
        contact.contact_id,
        contact.name,
        contact.organization,
        " ".join(contact.contact_uri),
        contact.last_updated,
    )
    return [normal_space(value or "") for value in values]


def contact_differences(before: Contact, now: Contact) -> list[FieldChange]:
    """The fields in which two contacts differ."""
    values = zip(CONTACT_FIELDS, contact_values(before), contact_values(now), strict=True)
    return [FieldChange(field, old, new) for field, old, new in values if old != new]


def footnote_key(footnote: Footnote) -> str:
    return normal_space(footnote.anchor or "")


def footnote_differences(before: Footnote | None, now: Footnote | None) -> list[FieldChange]:
    """The text of a footnote where it differs, or where one of the two has no such footnote."""
    old, new = (normal_space(footnote.text) if footnote else "" for footnote in (before, now))
    if before and now and old == new:
        return []
    return [FieldChange("text", old, new)]


def metadata_differences(old: Dump, new: Dump) -> list[FieldChange]:
    """What two dumps say of the registry itself, where it differs and both forms can say it."""
    both_complete = "metadata" in old.carries & new.carries
    changes: list[FieldChange] = []
    before, now = _metadata(old), _metadata(new)
    for field in before:
        if both_complete or not (before[field] is None or now[field] is None):
            texts = normal_space(before[field] or ""), normal_space(now[field] or "")
            if texts[0] != texts[1]:
                changes.append(FieldChange(field, *texts))
    return changes


def _metadata(dump: Dump) -> dict[str, str | None]:
    notes = [
        f"{note.title or ''} {text_of(note.mixed) if note.mixed else note.text}"
        for note in dump.notes
    ]
    return {
        "registry_id": dump.registry_id,
        "title": dump.title,
        "category": dump.category,
        "experts": dump.experts,
        "references": bracketed(dump.references) or None,
        "notes": "\n".join(notes) or None,
    }


def excerpts(one: str, other: str) -> tuple[str, str]:
    """Both texts in quotes, cut to the part where they begin to differ."""
    shortest = min(len(one), len(other))
    same = next((at for at in range(shortest) if one[at] != other[at]), shortest)
    start = max(0, same - _EXCERPT // 2) if max(len(one), len(other)) > _EXCERPT else 0
    end = same + _EXCERPT

    def excerpt(text: str) -> str:
        if not text:
            return "empty"
        return f'"{"…" if start else ""}{text[start:end]}{"…" if end < len(text) else ""}"'

    return excerpt(one), excerpt(other)
