"""The history of one record: what happened to it, and since when each field has its value."""

from __future__ import annotations

from validator.diff.events import record_texts
from validator.model.vocabulary import RECORD_FIELDS, TRANSPORT_PROTOCOLS, fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, Literal, TypeAlias

    from validator.diff.changes import Kind
    from validator.diff.events import Event, Subject
    from validator.diff.steps import Step, Version
    from validator.model.record import Record

    Key: TypeAlias = tuple[str, str, str]

# The changes after which it is still the same record; the others end or begin one.
CONTINUING: tuple[Kind, ...] = ("edited", "renamed", "moved", "reassigned", "reference-published")


class RecordQuery:
    """A record as somebody names it: NAME/PORT/TRANSPORT, of which parts may be left out.

    `NAME`, `NAME/PORT`, `NAME/TRANSPORT`, `PORT/TRANSPORT` and `PORT` will do; a service name may
    have slashes in it.  Case is ignored.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = fold(normal_space(text))

    def matches(self, record: Record) -> bool:
        name, port, transport = _key(record.subject)
        spellings = {
            name, f"{name}/{port}", f"{name}/{transport}", f"{name}/{port}/{transport}",
            f"{name}//{transport}", port, f"{port}/{transport}", f"/{port}/{transport}",
        }  # fmt: skip
        return self.text in spellings and self.text.strip("/") != ""


class Blame:
    """What became of one record.

    `subject` is its latest identity; `first` and `last` are the indexes of the dumps that have it,
    `events` what happened, by the index of the step.  `fields` has for each field its latest value
    and the index of the step that brought it, `None` where the first dump already has it.
    """

    __slots__ = ("events", "fields", "first", "last", "paths", "subject", "updated")

    def __init__(self, matches: Sequence[RecordMatches]) -> None:
        self.subject: Subject = {}
        self.first = 0
        self.last = 0
        self.events: list[tuple[int, Event]] = []
        self.fields: list[tuple[str, str, int | None]] = []
        self.paths = [version.path for version in matches]
        self.updated = [version.updated for version in matches]

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
                    "since": None if step is None else dump(step + 1),
                }
                for field, value, step in self.fields
            ],
            "changes": [
                {"old": dump(step), "new": dump(step + 1), "change": event.to_dict()}
                for step, event in self.events
            ],
        }


class RecordMatches:
    """The records of one dump that match a query: identity and texts, by name, port, transport."""

    __slots__ = ("path", "records", "updated")

    def __init__(self, version: Version, query: RecordQuery) -> None:
        self.path = version.entry.path
        self.updated = version.updated
        self.records: dict[Key, tuple[Subject, dict[str, str]]] = {}
        for record in version.registry.records:
            if query.matches(record):
                subject = record.subject
                self.records.setdefault(_key(subject), (subject, record_texts(record)))


def blames_of(matches: Sequence[RecordMatches], steps: Sequence[Step]) -> list[Blame]:
    """Return the history of each record that some dump has, the newest first."""
    return list(_Tracer(matches, steps).blames())


class _Tracer:
    """Follows records from dump to dump; `covered` are those of each dump that have a history."""

    def __init__(self, matches: Sequence[RecordMatches], steps: Sequence[Step]) -> None:
        self.matches = matches
        self.covered: list[set[Key]] = [set() for _ in matches]
        # For each step, the events by the record that they change, and by what it becomes.
        self.leaving: list[dict[Key, Event]] = []
        self.arriving: list[dict[Key, Event]] = []
        for step in steps:
            leaving: dict[Key, Event] = {}
            arriving: dict[Key, Event] = {}
            for event in step.events:
                for sides, by_key in ((event.olds, leaving), (event.news, arriving)):
                    if sides and "service_name" in sides[0].subject:
                        by_key.setdefault(_key(sides[0].subject), event)
            self.leaving.append(leaving)
            self.arriving.append(arriving)

    def blames(self) -> Iterator[Blame]:
        for index in range(len(self.matches) - 1, -1, -1):
            for key in self.matches[index].records:
                if key not in self.covered[index]:
                    yield self.blame(index, key)

    def blame(self, index: int, key: Key) -> Blame:
        """Return the history of a record that the dump `index` has."""
        blame = Blame(self.matches)
        self.covered[index].add(key)
        blame.last, later = self.trace(index, key, 1)
        blame.first, earlier = self.trace(index, key, -1)
        blame.events = [*reversed(earlier), *later]
        blame.subject, texts = self.matches[index].records[key]
        since: dict[str, int | None] = {}
        begin: int | None = None
        for step, event in blame.events:
            if event.kind in CONTINUING:
                since.update((field.field, step) for field in event.fields)
                if step >= index:
                    blame.subject, texts = event.news[0].subject, event.news[0].texts
            elif step < index:
                begin = step
        blame.fields = [
            (field, texts[field], since.get(field, begin))
            for field in RECORD_FIELDS
            if field in texts
        ]
        return blame

    def trace(
        self, index: int, key: Key, direction: Literal[1, -1]
    ) -> tuple[int, list[tuple[int, Event]]]:
        """Follow a record to later or earlier dumps: the last one that has it, and the events."""
        events: list[tuple[int, Event]] = []
        while 0 <= index + direction < len(self.matches):
            step = index if direction == 1 else index - 1
            event = (self.leaving if direction == 1 else self.arriving)[step].get(key)
            if event is not None:
                events.append((step, event))
                if event.kind not in CONTINUING:
                    break
                key = _key((event.news if direction == 1 else event.olds)[0].subject)
            index += direction
            self.covered[index].add(key)
        return index, events


def concerns(event: Event, blames: Sequence[Blame], step: int) -> bool:
    """Say whether an event of a step is in one of the histories."""
    return any(at == step and same is event for blame in blames for at, same in blame.events)


def _key(subject: Subject) -> Key:
    name, port, transport = (
        normal_space(subject.get(part) or "")
        for part in ("service_name", "port", "transport_protocol")
    )
    word = fold(transport)
    return fold(name), port, word if word in TRANSPORT_PROTOCOLS else transport
