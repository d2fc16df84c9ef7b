"""The history of one record: what happened to it, and since when each field has its value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from validator.diff.changes import Kind, is_part
from validator.diff.events import Event, Side, Subject, record_texts
from validator.diff.fields import FieldComparer
from validator.diff.steps import Step, Version
from validator.engine.examine import locations
from validator.model.record import Dump, Record
from validator.model.values import port_range
from validator.model.vocabulary import (
    RECORD_FIELDS,
    TRANSPORT_PROTOCOLS,
    fold,
    name_key,
    normal_space,
)

Key = tuple[str, str, str]

# The changes after which it is still the same record; the others end or begin one.
CONTINUING: tuple[Kind, ...] = ("edited", "renamed", "moved", "reassigned", "reference-published")


class RecordQuery:
    """A record as somebody names it: NAME/PORT/TRANSPORT, of which parts may be left out.

    `NAME`, `NAME/PORT`, `NAME/TRANSPORT`, `PORT/TRANSPORT` and `PORT` will do; a service name may
    have slashes in it.  Case is ignored.  A record with a range answers for each port in it.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = name_key(normal_space(text))

    def matches(self, record: Record) -> bool:
        text = self.text
        if not text.strip("/"):
            return False
        name, port, transport = record_key(record.subject)
        if name and text in (name, f"{name}/{transport}", f"{name}//{transport}"):
            return True
        # What is left between the name and the transport protocol is the port.
        if name and text.startswith(f"{name}/"):
            number = text[len(name) + 1 :]
        else:
            number = text.removeprefix("/")
        return covers_port(number, port) or (
            bool(transport)
            and number.endswith(f"/{transport}")
            and covers_port(number[: -len(transport) - 1], port)
        )


def covers_port(number: str, port: str) -> bool:
    """Say whether a number or range is `port`, that of a record, or lies in its range."""
    if number == port:
        return number != ""
    if not number or "-" not in port:
        return False
    ports, within = port_range(port), port_range(number)
    return ports is not None and within is not None and (
        ports.low <= within.low and within.high <= ports.high
    )  # fmt: skip


class DatedEvent:
    """What happened to a record from the dump `old` to the dump `new`, both by their index."""

    __slots__ = ("event", "new", "old")

    def __init__(self, old: int, new: int, event: Event) -> None:
        self.old = old
        self.new = new
        self.event = event

    @property
    def is_continuing(self) -> bool:
        return self.event.kind in CONTINUING


class Blame:
    """What became of one record.

    `subject` is its latest identity; `first` and `last` are the indexes of the dumps that have it,
    and `count` is how many do.  `events` are what happened.  `fields` has for each field its latest
    value and the index of the dump that brought it, `None` where the first one already has it.
    """

    __slots__ = ("count", "events", "fields", "first", "last", "paths", "subject", "updated")

    def __init__(self, matches: Sequence[RecordMatches]) -> None:
        self.subject: Subject = {}
        self.first = 0
        self.last = 0
        self.count = 0
        self.events: list[DatedEvent] = []
        self.fields: list[tuple[str, str, int | None]] = []
        self.paths = [version.path for version in matches]
        self.updated = [version.updated for version in matches]

    @property
    def begins(self) -> bool:
        """Whether an event says how the record came into the registry."""
        return bool(self.events) and self.events[0].new == self.first

    @property
    def is_current(self) -> bool:
        """Whether the last dump has the record."""
        return self.last == len(self.paths) - 1

    @property
    def ends(self) -> bool:
        """Whether an event says how the record left the registry."""
        return bool(self.events) and self.events[-1].old == self.last

    def dump(self, index: int) -> str:
        """Name a dump: by its date, or by its path where it has none."""
        return self.updated[index] or self.paths[index]

    def to_dict(self) -> dict[str, Any]:
        def dump(index: int) -> dict[str, Any]:
            return {"path": self.paths[index], "updated": self.updated[index]}

        return {
            "subject": self.subject,
            "first": dump(self.first),
            "last": dump(self.last),
            "fields": [
                {
                    "field": field,
                    "value": value,
                    "since": None if index is None else dump(index),
                }
                for field, value, index in self.fields
            ],
            "changes": [
                {"old": dump(dated.old), "new": dump(dated.new), "change": dated.event.to_dict()}
                for dated in self.events
            ],
        }


class RecordMatches:
    """The records of one dump that match a query, by name, port and transport protocol.

    `form` has what is needed to compare them and nothing of the dump's content.
    """

    __slots__ = ("form", "is_part", "path", "records", "sides", "updated")

    def __init__(self, version: Version, query: RecordQuery) -> None:
        self.path = version.entry.path
        self.updated = version.updated
        dump = version.registry.dump
        self.is_part = is_part(version.registry)
        self.form = Dump(dump.path, dump.form, b"", dump.carries)
        self.form.defects.extend(d for d in dump.defects if d.code == "FM004")
        self.records: dict[Key, Record] = {}
        for record in version.registry.records:
            if query.matches(record):
                self.records.setdefault(record_key(record.subject), record)
        places = locations(dump, {record.offset for record in self.records.values()})
        self.sides = {
            key: Side(record.subject, places[record.offset], record_texts(record))
            for key, record in self.records.items()
        }


def blames_of(matches: Sequence[RecordMatches], steps: Sequence[Step]) -> list[Blame]:
    """Return the history of each record that some dump has, the newest first."""
    return list(_Tracer(matches, steps).blames())


class _Tracer:
    """Follows records from dump to dump; `covered` are those of each dump that have a history."""

    def __init__(self, matches: Sequence[RecordMatches], steps: Sequence[Step]) -> None:
        self.matches = matches
        self.covered: list[set[Key]] = [set() for _ in matches]
        # For each step, the events by the records that they change, and by what these become.
        self.leaving = [_by_key((event.olds, event) for event in step.events) for step in steps]
        self.arriving = [_by_key((event.news, event) for event in step.events) for step in steps]

    def blames(self) -> Iterator[Blame]:
        for index in range(len(self.matches) - 1, -1, -1):
            for key in self.matches[index].records:
                if key not in self.covered[index]:
                    yield self.blame(index, key)

    def blame(self, index: int, key: Key) -> Blame:
        """Return the history of a record that the dump `index` has."""
        blame = Blame(self.matches)
        self.covered[index].add(key)
        later, earlier = self.trace(index, key, 1), self.trace(index, key, -1)
        blame.first, blame.last = earlier.last, later.last
        blame.count = earlier.count + later.count + 1
        blame.events = [*reversed(earlier.events), *later.events]
        latest = self.matches[index].sides[key]
        since: dict[str, int] = {}
        for dated in blame.events:
            if dated.is_continuing:
                since.update((field.field, dated.new) for field in dated.event.fields)
                if dated.old >= index:
                    latest = dated.event.news[0]
        begin = blame.first if blame.begins else None
        blame.subject = latest.subject
        blame.fields = [
            (field, latest.texts[field], since.get(field, begin))
            for field in RECORD_FIELDS
            if field in latest.texts
        ]
        return blame

    def trace(self, index: int, key: Key, direction: Literal[1, -1]) -> _Trace:
        """Follow a record to later or earlier dumps.

        A page of several shows only some records; the dumps before and after it are compared.
        """
        trace = _Trace(index)
        while 0 <= index + direction < len(self.matches):
            event = (
                self.leaving[index] if direction == 1 else self.arriving[index - 1]
            ).get(key)  # fmt: skip
            index += direction
            matches = self.matches[index]
            if event is not None:
                trace.events.append(_dated(index - direction, index, event))
                if event.kind not in CONTINUING:
                    break
                key = record_key((event.news if direction == 1 else event.olds)[0].subject)
            elif matches.is_part and key not in matches.records:
                continue
            elif trace.last != index - direction:
                if key in self.matches[trace.last].records and key not in matches.records:
                    break  # it vanished, or came, while only pages without it were published
                trace.events += self.across_pages(trace.last, index, key)
            trace.last = index
            trace.count += 1
            self.covered[index].add(key)
        return trace

    def across_pages(self, index: int, other: int, key: Key) -> Iterator[DatedEvent]:
        """Yield what changed of a record between dumps that were not compared."""
        old, new = (self.matches[at] for at in sorted((index, other)))
        if key in old.records and key in new.records:
            comparer = FieldComparer(old.form, new.form)
            fields = comparer.differences(old.records[key], new.records[key])
            if fields:
                event = Event("edited", [old.sides[key]], [new.sides[key]], fields)
                yield _dated(index, other, event)


class _Trace:
    """Where a record was followed to: the last dump that has it, how many do, and the events."""

    __slots__ = ("count", "events", "last")

    def __init__(self, index: int) -> None:
        self.last = index
        self.count = 0
        self.events: list[DatedEvent] = []


def event_ids(blames: Iterable[Blame]) -> set[int]:
    """The `id()` of each event that is in one of the histories."""
    return {id(dated.event) for blame in blames for dated in blame.events}


def _dated(index: int, other: int, event: Event) -> DatedEvent:
    return DatedEvent(min(index, other), max(index, other), event)


def _by_key(events: Iterable[tuple[Sequence[Side], Event]]) -> dict[Key, Event]:
    """Events by the records on one of their sides; the one that is about a record comes first."""
    by_key: dict[Key, Event] = {}
    companions: list[tuple[Key, Event]] = []
    for sides, event in events:
        keys = [record_key(side.subject) for side in sides if "service_name" in side.subject]
        for key in keys[:1]:
            by_key.setdefault(key, event)
        companions += [(key, event) for key in keys[1:]]
    for key, event in companions:
        by_key.setdefault(key, event)
    return by_key


def record_key(subject: Subject) -> Key:
    """Name, port and transport of a record, as records are compared."""
    name, port, transport = (
        normal_space(subject.get(part) or "")
        for part in ("service_name", "port", "transport_protocol")
    )
    word = fold(transport)
    return name_key(name), port, word if word in TRANSPORT_PROTOCOLS else transport
