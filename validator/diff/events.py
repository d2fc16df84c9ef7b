"""Changes without their dumps: what happened, where, and what the records said.

A long history keeps events and lets go of the dumps.
"""

from __future__ import annotations

from validator.diff.fields import contact_values, field_text
from validator.diff.word_diff import word_diff
from validator.engine.examine import locations
from validator.model.record import Contact, Record
from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from validator.diff.changes import Changes, Entry, FieldChange, Kind
    from validator.engine.report import Location
    from validator.model.registry import Registry

    Subject: TypeAlias = dict[str, str | None]


_NO_TEXTS: Mapping[str, str] = {}
_SUBJECT_KEYS: dict[tuple[str, ...], tuple[str, ...]] = {}


class Side:
    """A record, contact or footnote in one dump: its place and the text of its fields."""

    __slots__ = ("_keys", "_values", "location", "texts")

    def __init__(self, subject: Subject, location: Location, texts: Mapping[str, str]) -> None:
        # A dictionary for each of many thousands would take twice the memory.
        keys = tuple(subject)
        self._keys = _SUBJECT_KEYS.setdefault(keys, keys)
        self._values = tuple(subject.values())
        self.location = location
        self.texts = texts

    @property
    def subject(self) -> Subject:
        return dict(zip(self._keys, self._values, strict=True))

    def to_dict(self) -> dict[str, Any]:
        return {"subject": self.subject, "location": self.location.to_dict()}


class Event:
    """A `Change` without its dumps: the sides are in the order of its entries."""

    __slots__ = ("fields", "kind", "news", "olds")

    def __init__(
        self,
        kind: Kind,
        olds: Sequence[Side],
        news: Sequence[Side],
        fields: Sequence[FieldChange],
    ) -> None:
        self.kind = kind
        self.olds = olds
        self.news = news
        self.fields = fields

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
    """The changes as events.

    With `whole` all sides have the texts of their fields, else only those of entries that are in
    one dump alone: what changed of the others is in the fields of the event.
    """
    locate_old = _locator(changes.old, [e for change in changes.all for e in change.olds])
    locate_new = _locator(changes.new, [e for change in changes.all for e in change.news])
    events: list[Event] = []
    for change in changes.all:
        texts = _texts if whole or not change.fields else _no_texts
        olds = tuple([Side(e.subject, locate_old(e), texts(e)) for e in change.olds])
        news = tuple([Side(e.subject, locate_new(e), texts(e)) for e in change.news])
        events.append(Event(change.kind, olds, news, change.fields))
    return events


def _locator(registry: Registry, entries: Sequence[Entry]) -> Callable[[Entry], Location]:
    """Find the places of all `entries` at once, and return what looks one up."""
    dump = registry.dump
    offsets = {id(entry): dump.locate(entry, None, None) for entry in entries}
    places = locations(dump, set(offsets.values()))
    return lambda entry: places[offsets[id(entry)]]


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
