"""Changes without their dumps: what happened, where, and what the records said.

A long history keeps events and lets go of the dumps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from validator.diff.changes import Changes, Entry, FieldChange, Kind
from validator.diff.fields import contact_values, field_text
from validator.diff.word_diff import word_diff
from validator.engine.examine import locations
from validator.engine.finding import Location
from validator.model.record import Contact, Record
from validator.model.registry import Registry
from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS, normal_space

Subject = dict[str, str | None]


_BATCH = 20_000
_NO_TEXTS: Mapping[str, str] = {}
_SUBJECT_KEYS: dict[tuple[str, ...], tuple[str, ...]] = {}


class Side:
    """A record, contact or footnote in one dump: its place and the text of its fields."""

    __slots__ = ("_column", "_keys", "_line", "_offset", "_path", "_values", "texts")

    def __init__(self, subject: Subject, location: Location, texts: Mapping[str, str]) -> None:
        # A dictionary and a location for each of many thousands would take twice the memory.
        keys = tuple(subject)
        self._keys = _SUBJECT_KEYS.setdefault(keys, keys)
        self._values = tuple(subject.values())
        self._path, self._line = location.path, location.line
        self._column, self._offset = location.column, location.offset
        self.texts = texts

    @property
    def location(self) -> Location:
        return Location(self._path, self._line, self._column, self._offset)

    @property
    def subject(self) -> Subject:
        return dict(zip(self._keys, self._values, strict=True))

    def to_dict(self) -> dict[str, Any]:
        place = {"path": self._path, "line": self._line, "column": self._column}
        return {"subject": self.subject, "location": place}


class Event(NamedTuple):
    """A `Change` without its dumps: the sides are in the order of its entries."""

    kind: Kind
    olds: Sequence[Side]
    news: Sequence[Side]
    fields: Sequence[FieldChange]

    @property
    def subject(self) -> Subject:
        """What it is about: by its identity in the new dump, else in the old one."""
        sides = [*self.news[:1], *self.olds[:1]]
        if self.kind in ("released", "transport-removed"):
            sides.reverse()
        return sides[0].subject if sides else {}

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "subject": self.subject,
            "old": [side.to_dict() for side in self.olds],
            "new": [side.to_dict() for side in self.news],
            "fields": [_field_to_dict(field) for field in self.fields],
        }


def _field_to_dict(field: FieldChange) -> dict[str, Any]:
    return {
        "field": field.field,
        "old": field.old,
        "new": field.new,
        "habit": field.habit,
        "words": [{"op": op, "text": text} for op, text in word_diff(field.old, field.new)],
    }


def events_of(changes: Changes, *, whole: bool) -> list[Event]:
    """The changes as events, which take their place: `changes.all` is empty afterward.

    With `whole` all sides have the texts of their fields, else only those of entries that are in
    one dump alone: what changed of the others is in the fields of the event.
    """
    events: list[Event] = []
    # All at once, or one by one, would take much memory, or time.
    while batch := changes.all[:_BATCH]:
        del changes.all[:_BATCH]
        kinds = [_texts if whole or not change.fields else _no_texts for change in batch]
        olds = _sides(changes.old, [change.olds for change in batch], kinds)
        news = _sides(changes.new, [change.news for change in batch], kinds)
        events += map(Event, [c.kind for c in batch], olds, news, [c.fields for c in batch])
    return events


def _sides(
    registry: Registry,
    groups: Sequence[Sequence[Entry]],
    texts_of: Sequence[Callable[[Entry], Mapping[str, str]]],
) -> list[tuple[Side, ...]]:
    """The sides of each group of entries of one dump; their places are found at once."""
    dump = registry.dump
    offsets = [[dump.locate(entry, None, None) for entry in entries] for entries in groups]
    places = locations(dump, {offset for group in offsets for offset in group})
    return [
        tuple([Side(e.subject, places[at], texts(e)) for e, at in zip(entries, ats, strict=True)])
        for entries, ats, texts in zip(groups, offsets, texts_of, strict=True)
    ]


def _no_texts(_entry: Entry) -> Mapping[str, str]:
    return _NO_TEXTS


def _texts(entry: Entry) -> dict[str, str]:
    """The text of each field of an entry that is not empty."""
    if isinstance(entry, Record):
        return record_texts(entry)
    if isinstance(entry, Contact):
        texts = dict(zip(CONTACT_FIELDS, contact_values(entry), strict=True))
    else:
        texts = {"text": normal_space(entry.text)}
    return {field: text for field, text in texts.items() if text}


def record_texts(record: Record) -> dict[str, str]:
    """The text of each field of a record that is not empty."""
    texts = ((field, field_text(record, field)) for field in RECORD_FIELDS)
    return {field: text for field, text in texts if text}
