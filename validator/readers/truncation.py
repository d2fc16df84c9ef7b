"""What is not read because of a limit: an FM001 defect, the same for every form."""

from __future__ import annotations

from operator import attrgetter, sub

from validator.model.record import Citation, Contact, Defect, Dump, Footnote, Note, Record
from validator.model.vocabulary import (
    CONTACT_FIELDS,
    METADATA_FIELDS,
    RECORD_FIELDS,
    REGISTRY_ID,
    normal_space,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    Owner: TypeAlias = Record | Contact | Note | Footnote | Dump

_FIELD_NAMES = {"registry_id": "id", "updated": "date"}
_offset = attrgetter("offset")


def too_many(limit: int, what: str, offset: int, option: str) -> Defect:
    """Return the defect of an input that has more than `limit` of `what`, read up to `offset`.

    `option` raises the limit; it is empty where none does.
    """
    raised_by = f" ({option})" if option else ""
    message = f"more than {limit:,} {what}{raised_by}; the rest of the document is not read"
    return Defect("FM001", message, offset)


def too_deep(what: str, limit: int) -> str:
    """Return the message about elements or tables inside more than `limit` others."""
    return f"{what} are nested deeper than {limit} levels (--max-depth); deeper ones are not read"


def cut_values(dump: Dump, limit: int) -> None:
    """Cut every value of `dump` that is longer than `limit` characters; each is a defect.

    A value cannot be longer than the bytes between two records, so most dumps need no search.
    """
    entries: list[Record | Contact] = [*dump.records, *dump.contacts]
    starts = sorted([0, *map(_offset, entries), len(dump.data)])
    if max(map(sub, starts[1:], starts)) > limit:
        _ValueCutter(dump, limit).run()


class _ValueCutter:
    def __init__(self, dump: Dump, limit: int) -> None:
        self.dump = dump
        self.limit = limit

    def run(self) -> None:
        dump = self.dump
        for record in dump.records:
            self.record(record)
        for contact in dump.contacts:
            self.contact(contact)
        for note in dump.notes:
            self.text(note, "title", "title of the note")
            self.mixed_text(note, "note")
        for footnote in dump.footnotes:
            self.text(footnote, "anchor", "anchor of the footnote")
            self.mixed_text(footnote, "footnote")
        for field in METADATA_FIELDS:
            # With its own id cut, the registry would be taken for another one.
            if getattr(dump, field) != REGISTRY_ID:
                self.text(dump, field, f"{_FIELD_NAMES.get(field, field)} of the registry")
        dump.references = list(self.citations(dump, "references", dump.references))

    def record(self, record: Record) -> None:
        shortened: set[str] = set()
        for field in RECORD_FIELDS:
            value = getattr(record, field)
            if isinstance(value, str):
                if self.text(record, field):
                    shortened.add(field)
            elif value:
                setattr(record, field, self.citations(record, field, value))
        if record.mixed is not None:
            # What is cut is plain text from then on.
            record.mixed = {k: parts for k, parts in record.mixed.items() if k not in shortened}
            record.inline = tuple(pair for pair in record.inline if pair[0] not in shortened)
        for field, citation in record.inline:
            self.inline_citation(record, field, citation)

    def contact(self, contact: Contact) -> None:
        for field in CONTACT_FIELDS:
            if field != "contact_uri":
                self.text(contact, field)
        for number, uri in enumerate(contact.contact_uri):
            if len(uri) > self.limit:
                self.report(contact, "contact_uri", len(uri), number)
        contact.contact_uri = tuple(map(self.cut, contact.contact_uri))

    def text(self, owner: Owner, field: str, name: str = "") -> bool:
        """Cut the text of a field; return whether it was too long."""
        value: str | None = getattr(owner, field)
        if value is None or len(value) <= self.limit:
            return False
        self.report(owner, field, len(value), None, name)
        setattr(owner, field, self.cut(value))
        return True

    def mixed_text(self, owner: Note | Footnote, name: str) -> None:
        if self.text(owner, "text", name):
            owner.mixed = ()
        for part in owner.mixed:
            if isinstance(part, Citation):
                self.inline_citation(owner, name, part)

    def citations(
        self, owner: Owner, field: str, citations: Sequence[Citation]
    ) -> Sequence[Citation]:
        """Return `citations` with those that are too long replaced: records may share them."""
        if not any(map(self.is_long, citations)):
            return citations
        replaced: list[Citation] = []
        for citation in citations:
            if self.is_long(citation):
                self.report(owner, field, _length(citation), citation)
                copy = Citation(citation.kind, None, None, citation.offset)
                self.cut_citation(citation, copy)
                citation = copy
            replaced.append(citation)
        return tuple(replaced)

    def inline_citation(self, owner: Owner, field: str, citation: Citation) -> None:
        if self.is_long(citation):
            self.report(owner, field, _length(citation), citation)
            self.cut_citation(citation, citation)

    def cut_citation(self, citation: Citation, copy: Citation) -> None:
        for part in ("data", "text", "section"):
            value = getattr(citation, part)
            setattr(copy, part, None if value is None else self.cut(value))

    def is_long(self, citation: Citation) -> bool:
        return _length(citation) > self.limit

    def cut(self, text: str) -> str:
        """Cut `text`, with its white space folded: forms differ in that, and in nothing else."""
        if len(text) <= self.limit:
            return text
        folded = normal_space(text)
        return (text if len(folded) == len(text) else folded)[: self.limit]

    def report(
        self, owner: Owner, field: str, length: int, item: object = None, name: str = ""
    ) -> None:
        message = (
            f"{name or field.replace('_', ' ')}: {length:,} characters, but the limit is"
            f" {self.limit:,} (--max-length); the rest is ignored"
        )
        at = self.dump.locate(owner, field, item)
        about = owner if isinstance(owner, Record | Contact) else None
        self.dump.defects.append(Defect("FM001", message, at, about, field))


def _length(citation: Citation) -> int:
    return max(len(citation.data or ""), len(citation.text or ""), len(citation.section or ""))
