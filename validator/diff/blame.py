"""The history of one record: what happened to it, and since when each field says what it says."""

from __future__ import annotations

from validator.diff.lines import lines
from validator.diff.pairing import told_of
from validator.model.record import Record
from validator.model.vocabulary import RECORD_FIELDS, TRANSPORT_PROTOCOLS, fold, normal_space
from validator.reporters.escape import subject_name, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeAlias

    from validator.diff.changes import Kind
    from validator.diff.steps import Event, Step, Subject, Version

    Key: TypeAlias = tuple[str, str, str]

# The changes after which it is still the same record; the others end or begin one.
_CONTINUED: tuple[Kind, ...] = ("edited", "renamed", "moved", "reassigned", "reference-published")


class Sought:
    """A record as somebody names it: NAME/PORT/TRANSPORT, of which parts may be left out.

    `NAME`, `NAME/PORT`, `NAME/TRANSPORT`, `PORT/TRANSPORT` and `PORT` will do; a service name may
    have slashes in it.  Case is ignored.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = fold(normal_space(text))

    def matches(self, record: Record) -> bool:
        name, port, transport = _key(record.subject)
        ways = {
            name, f"{name}/{port}", f"{name}/{transport}", f"{name}/{port}/{transport}",
            f"{name}//{transport}", port, f"{port}/{transport}", f"/{port}/{transport}",
        }  # fmt: skip
        return self.text in ways and self.text.strip("/") != ""


class Blame:
    """What became of one record.

    `subject` is how it is called last; `first` and `last` are the indexes of the dumps that have
    it, `events` what happened, by the index of the step.  `fields` has for each field what it says
    last and the index of the step in which it began to, `None` where it did from the first dump on.
    """

    __slots__ = ("events", "fields", "first", "last", "paths", "subject", "updated")

    def __init__(self, versions: Sequence[Seen]) -> None:
        self.subject: Subject = {}
        self.first = 0
        self.last = 0
        self.events: list[tuple[int, Event]] = []
        self.fields: list[tuple[str, str, int | None]] = []
        self.paths = [version.path for version in versions]
        self.updated = [version.updated for version in versions]

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


class Seen:
    """What one dump has of the records that are sought: what they say, by name, port, transport."""

    __slots__ = ("path", "says", "updated")

    def __init__(self, version: Version, sought: Sought) -> None:
        self.path = version.entry.path
        self.updated = version.updated
        self.says: dict[Key, tuple[Subject, dict[str, str]]] = {}
        for record in version.registry.records:
            if sought.matches(record):
                told = {field: told_of(record, field) for field in RECORD_FIELDS}
                says = {field: text for field, text in told.items() if text}
                self.says.setdefault(_key(record.subject), (record.subject, says))


def blamed(seen: Sequence[Seen], steps: Sequence[Step]) -> list[Blame]:
    """Return the history of each record that some dump of `seen` has, the newest first."""
    before: list[dict[Key, Event]] = []
    after: list[dict[Key, Event]] = []
    for step in steps:
        into: dict[Key, Event] = {}
        out_of: dict[Key, Event] = {}
        for event in step.events:
            if event.olds and "service_name" in event.olds[0].subject:
                out_of.setdefault(_key(event.olds[0].subject), event)
            if event.news and "service_name" in event.news[0].subject:
                into.setdefault(_key(event.news[0].subject), event)
        before.append(into)
        after.append(out_of)
    found: list[Blame] = []
    covered: list[set[Key]] = [set() for _ in seen]
    for index in range(len(seen) - 1, -1, -1):
        for key, (subject, says) in seen[index].says.items():
            if key not in covered[index]:
                found.append(_followed(seen, index, key, subject, says, before, after, covered))
    return found


def _followed(
    seen: Sequence[Seen],
    index: int,
    key: Key,
    subject: Subject,
    says: dict[str, str],
    before: Sequence[dict[Key, Event]],
    after: Sequence[dict[Key, Event]],
    covered: list[set[Key]],
) -> Blame:
    blame = Blame(seen)
    covered[index].add(key)
    later: list[tuple[int, Event]] = []
    at, name = index, key
    blame.subject, last = subject, dict(says)
    while at < len(after):
        event = after[at].get(name)
        if event is not None:
            later.append((at, event))
            if event.kind not in _CONTINUED:
                break
            side = event.news[0]
            blame.subject, name = side.subject, _key(side.subject)
            last = dict(side.says)
        at += 1
        covered[at].add(name)
    blame.last = at
    earlier: list[tuple[int, Event]] = []
    at, name = index, key
    while at > 0:
        event = before[at - 1].get(name)
        if event is not None:
            earlier.append((at - 1, event))
            if event.kind not in _CONTINUED:
                break
            name = _key(event.olds[0].subject)
        at -= 1
        covered[at].add(name)
    blame.first = at
    blame.events = [*reversed(earlier), *later]
    born = earlier[-1][0] if earlier and earlier[-1][1].kind not in _CONTINUED else None
    since: dict[str, int | None] = {}
    for step, event in blame.events:
        if event.kind in _CONTINUED:
            since.update((field.field, step) for field in event.fields)
    blame.fields = [
        (field, last[field], since.get(field, born)) for field in RECORD_FIELDS if field in last
    ]
    return blame


def told(blame: Blame, paint: Callable[[str, str], str]) -> Iterator[str]:
    """Tell the history of a record in lines: what happened, then its fields and their ages."""
    yield paint("1", subject_name(blame.subject)) + "\n"
    if not blame.events or blame.events[0][1].kind in _CONTINUED:
        yield f"  {visible(blame.dump(blame.first))}: there, in the first of these dumps\n"
    for step, event in blame.events:
        for line in lines([event]):
            yield f"  {visible(blame.dump(step + 1))}: {event.kind} {line}\n"
    wide = max((len(field) for field, _, _ in blame.fields), default=0)
    yield "\n"
    for field, value, since in blame.fields:
        begun = f"since {blame.dump(since + 1)}" if since is not None else "from the first"
        name = field.replace("_", " ")
        shown = value if len(value) <= 60 else value[:60] + "..."
        yield f"  {name:<{wide}}  {visible(shown)}  {paint('2', visible(f'({begun})'))}\n"
    yield "\n"


def concerns(event: Event, blames: Sequence[Blame], step: int) -> bool:
    """Say whether an event of a step is one of those that a blame tells."""
    return any(at == step and held is event for blame in blames for at, held in blame.events)


def _key(subject: Subject) -> Key:
    name, port, transport = (
        normal_space(subject.get(part) or "")
        for part in ("service_name", "port", "transport_protocol")
    )
    word = fold(transport)
    return fold(name), port, word if word in TRANSPORT_PROTOCOLS else transport
