"""Where in a document a value of a dump begins: worked out only for values that are reported."""

from __future__ import annotations

from validator.model.record import (
    CITING_FIELDS,
    Citation,
    Contact,
    Dump,
    Footnote,
    Note,
    Position,
    Record,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.record import Part


class Locator:
    """The `locate` of a dump: the byte offset of a field, or of one item of it.

    `item` is a citation, the index of an address of a contact, or a position in a text.  Each form
    has a class of its own that knows where it has the values of records and contacts.
    """

    __slots__ = ()

    def __call__(self, subject: object, field: str | None, item: object) -> int:
        if isinstance(subject, Dump):
            return self.in_metadata(subject, field, item)
        if field is not None:
            if isinstance(subject, Record):
                if isinstance(item, Position):
                    return self.in_text(subject, field, item.character)
                return self.in_record(subject, field, item)
            if isinstance(subject, Contact):
                return self.in_contact(subject, field, item)
            if isinstance(subject, Footnote | Note):
                return self.in_words(subject, field, item)
        return self.in_other(subject, item)

    def in_metadata(self, dump: Dump, field: str | None, item: object) -> int:
        """The place of a field of the registry itself; `item` may be the index of a note."""
        if isinstance(item, Citation):
            return item.offset
        if field == "references" and dump.references:
            return self.in_metadata(dump, field, dump.references[0])
        if field == "notes" and dump.notes:
            index = item if isinstance(item, int) else 0
            return self.in_note(dump.notes[min(index, len(dump.notes) - 1)])
        return dump.metadata_places.get(field or "", 0)

    def in_record(self, record: Record, field: str, item: object) -> int:
        if isinstance(item, Citation):
            return item.offset
        return (record.places or {}).get(field, record.offset)

    def in_text(self, record: Record, field: str, character: int) -> int:
        """The place of a character of the text of a field."""
        start = self.in_record(record, field, None)
        mixed = (record.mixed or {}).get(field)
        return self.in_value(start, getattr(record, field) or "", mixed, character)

    def in_value(
        self,
        start: int,
        text: str,  # noqa: ARG002
        mixed: Sequence[Part] | None,  # noqa: ARG002
        character: int,  # noqa: ARG002
    ) -> int:
        """The place of a character of the value `text`, which begins at `start`."""
        return start

    def in_words(self, owner: Note | Footnote, field: str, item: object) -> int:
        """The place of the title of a note, of a text, or of a citation or character in it."""
        if isinstance(owner, Note) and field == "note_title":
            return self.in_title(owner)
        if isinstance(item, Citation) or field == "anchor":
            return self.in_other(owner, item)
        start = self.in_note(owner) if isinstance(owner, Note) else self.in_footnote(owner)
        if isinstance(item, Position):
            return self.in_value(start, owner.text, owner.mixed, item.character)
        return start

    def in_title(self, note: Note) -> int:
        """The place of the title of a note of the registry."""
        return note.offset

    def in_note(self, note: Note) -> int:
        """The place of the text of a note of the registry."""
        return note.offset

    def in_footnote(self, footnote: Footnote) -> int:
        """The place of the text of a footnote."""
        return footnote.text_offset

    def in_contact(self, contact: Contact, field: str, item: object) -> int:
        if field == "contact_uri" and contact.uri_offsets:
            return contact.uri_offsets[item if isinstance(item, int) else 0]
        return (contact.places or {}).get(field, contact.offset)

    def in_other(self, subject: object, item: object) -> int:
        """The place of a note or footnote, or of a record or contact as a whole."""
        return item.offset if isinstance(item, Citation) else int(getattr(subject, "offset", 0))


def citation_of(record: Record, field: str, item: object) -> Citation | None:
    """The citation that is asked for: `item`, or the first one of a field of citations."""
    if isinstance(item, Citation):
        return item
    return next(iter(getattr(record, field)), None) if field in CITING_FIELDS else None
