"""What two dumps say of the same thing, field by field.

White space is folded and a citation is the words that the registry shows: what every form can say.
"""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter

from validator.diff.changes import FieldChange
from validator.diff.citations import (
    CitationComparer,
    bracketed,
    citations_in,
    text_with_targets,
    with_targets,
)
from validator.model.record import text_of
from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from validator.model.record import Citation, Contact, Dump, Footnote, Note, Part, Record

    Row: TypeAlias = tuple[str | None, ...]

_CITING_FIELDS = ("assignee", "contact", "reference")
_EXCERPT = 40
_MOST_SHARED = 20_000


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
    assignee of its own; where both dumps tell the two apart, the difference counts.
    """

    __slots__ = ("_first_equal", "citations", "fields", "has_own_assignees", "listing_contacts")

    def __init__(self, *dumps: Dump) -> None:
        lacking = {
            defect.field for dump in dumps for defect in dump.defects if defect.code == "FM004"
        }
        self.fields = [field for field in RECORD_FIELDS if field not in lacking]
        self.citations = CitationComparer(dumps)
        self.has_own_assignees = all({"kinds", "elements"} <= dump.carries for dump in dumps)
        # The text forms of 2013 and 2015 list the contacts after an assignee.
        self.listing_contacts = [dump.form in ("txt", "html") for dump in dumps]
        # Many records cite the same: equal texts of their changes are one object.
        self._first_equal: Callable[[str], str] = lru_cache(_MOST_SHARED)(str)

    def cited(
        self, before: Record, now: Record, field: str
    ) -> tuple[tuple[Citation, ...], tuple[Citation, ...]]:
        """What two records cite in a field, as both forms can say it.

        The contact of a record without an assignee of its own is its assignee, too.
        """
        if field == "assignee" and not (
            self.has_own_assignees and (before.assignee or now.assignee)
        ):
            return before.assignee or before.contact, now.assignee or now.contact
        return getattr(before, field), getattr(now, field)

    def differences(self, before: Record, now: Record) -> list[FieldChange]:
        """The fields in which two records differ."""
        changes: list[FieldChange] = []
        is_plain = not before.inline and not now.inline
        for field in self.fields:
            if field in _CITING_FIELDS:
                old, new = self._citation_texts(before, now, field)
            elif is_plain and getattr(before, field) == getattr(now, field):
                continue  # most fields, without the cost of a call
            else:
                old, new = self._texts(before, now, field)
            if old != new:
                changes.append(FieldChange(field, old, new))
        return changes

    def _texts(self, before: Record, now: Record, field: str) -> tuple[str, str]:
        """What two records say in a field: two different texts where it differs."""
        old, new = getattr(before, field), getattr(now, field)
        if old != new:
            normal = self.citations.normal(old), self.citations.normal(new)
            if normal[0] != normal[1]:
                return _folded(old or ""), _folded(new or "")
        if not before.inline and not now.inline:
            return "", ""
        return prose_difference(self.citations, *(_mixed(entry, field) for entry in (before, now)))

    def _citation_texts(self, before: Record, now: Record, field: str) -> tuple[str, str]:
        """What two records cite: two different texts where it differs."""
        olds, news = self.cited(before, now, field)
        if not olds and not news:
            return "", ""
        old, new = bracketed(olds), bracketed(news)
        if self.citations.normal(old) == self.citations.normal(new):
            # The words are the same, but another address or section may be linked.
            if self.citations.differing(olds, news) is not None:
                return with_targets(olds), with_targets(news)
            return "", ""
        if field == "assignee" and self._differ_by_contacts(before, now, old, new):
            return "", ""
        return self._first_equal(old), self._first_equal(new)

    def _differ_by_contacts(self, before: Record, now: Record, old: str, new: str) -> bool:
        """Say whether one dump only lists the contacts after the assignee."""
        listing = self.listing_contacts
        return (listing[0] and old == bracketed([*now.assignee, *now.contact])) or (
            listing[1] and new == bracketed([*before.assignee, *before.contact])
        )

    def row_of(self) -> Callable[[Record], Row]:
        """A function that returns the values of all fields of a record, unfolded."""
        plain = [field for field in self.fields if field not in _CITING_FIELDS]
        citing = [field for field in self.fields if field in _CITING_FIELDS]
        shows_contact = "assignee" in citing and not self.has_own_assignees
        has_targets = self.citations.has_targets
        # Many records share their citations.
        texts: dict[int, str] = {}

        def text(citations: Sequence[Citation]) -> str:
            if not citations:
                return ""
            shared = texts.get(id(citations))
            if shared is None:
                shared = texts[id(citations)] = self.citations.key(citations)
            return shared

        # attrgetter returns a tuple only where it gets several attributes.
        plain_values = attrgetter(*plain, plain[-1]) if plain else lambda _: ()

        def row(record: Record) -> Row:
            citations = [getattr(record, field) for field in citing]
            if shows_contact and not citations[0]:
                citations[0] = record.contact
            values = (*plain_values(record), *map(text, citations))
            if has_targets and record.inline:
                return (*values, self._inline_key(record))
            return values

        return row

    def _inline_key(self, record: Record) -> str:
        """The citations in the texts of a record, by field: forms differ in the order of these."""
        return "".join(
            f"{field}:{self.citations.key([citation])}"
            for field, citation in sorted(record.inline, key=lambda pair: pair[0])
            if field in self.fields
        )


def _folded(text: str) -> str:
    """The text with its white space folded: the same object where there is nothing to fold."""
    folded = normal_space(text)
    return text if folded == text else folded


def _mixed(record: Record, field: str) -> Sequence[Part]:
    """The content of a field, with its citations."""
    mixed = record.mixed or {}
    return mixed[field] if field in mixed else [getattr(record, field) or ""]


def prose_difference(
    comparer: CitationComparer, olds: Sequence[Part], news: Sequence[Part]
) -> tuple[str, str]:
    """Two different texts where contents with the same words cite differently."""
    old, new = list(citations_in(olds)), list(citations_in(news))
    # Where both forms tell a citation from words in brackets, that is a difference, too.
    if (comparer.has_kinds and bracketed(old) != bracketed(new)) or comparer.differing(old, new):
        return text_with_targets(olds), text_with_targets(news)
    return "", ""


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


def footnote_differences(
    before: Footnote | None, now: Footnote | None, comparer: CitationComparer
) -> list[FieldChange]:
    """The text of a footnote where it differs, or where one of the two has no such footnote."""
    old, new = (normal_space(footnote.text) if footnote else "" for footnote in (before, now))
    if before and now and comparer.normal(old) == comparer.normal(new):
        old, new = prose_difference(comparer, *(f.mixed or [f.text] for f in (before, now)))
        if old == new:
            return []
    return [FieldChange("text", old, new)]


def metadata_differences(old: Dump, new: Dump, comparer: CitationComparer) -> list[FieldChange]:
    """What two dumps say of the registry itself, where it differs and both forms can say it."""
    changes: list[FieldChange] = []
    before, now = _metadata(old), _metadata(new)
    for field in _METADATA:
        if field in before and field in now:
            texts = normal_space(before[field]), normal_space(now[field])
            if comparer.normal(texts[0]) == comparer.normal(texts[1]):
                texts = _targets_in_metadata(old, new, field, comparer)
            if texts[0] != texts[1]:
                changes.append(FieldChange(field, *texts))
    return changes


_METADATA = ("registry_id", "title", "category", "experts", "references", "notes")
# What pages and texts have above their table.
_HEAD = ("title", "experts", "references", "notes")


def _metadata(dump: Dump) -> dict[str, str]:
    """What a dump says of the registry; a field that it could not say is left out."""
    notes = [
        f"{note.title or ''} {text_of(note.mixed) if note.mixed else note.text}"
        for note in dump.notes
    ]
    values = {
        "registry_id": dump.registry_id,
        "title": dump.title,
        "category": dump.category,
        "experts": dump.experts,
        "references": bracketed(dump.references),
        "notes": "\n".join(notes),
    }
    possible: Sequence[str] = ()
    if "metadata" in dump.carries:
        possible = _METADATA
    elif dump.form in ("html", "txt") and any(values[field] for field in _HEAD):
        possible = _HEAD
    return {field: value or "" for field, value in values.items() if value or field in possible}


def _targets_in_metadata(
    old: Dump, new: Dump, field: str, comparer: CitationComparer
) -> tuple[str, str]:
    """Two different texts where the same words of both dumps lead elsewhere."""
    if field == "references":
        if comparer.differing(old.references, new.references) is not None:
            return with_targets(old.references), with_targets(new.references)
    elif field == "notes":
        parts = ([part for note in dump.notes for part in _parts_of(note)] for dump in (old, new))
        return prose_difference(comparer, *parts)
    return "", ""


def _parts_of(note: Note) -> Iterable[Part]:
    return [f"{note.title or ''} ", *(note.mixed or [note.text]), "\n"]


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
