"""Changes in words: a line for each record, whatever transport protocols it is for."""

from __future__ import annotations

from validator.diff.steps import words_apart
from validator.model.vocabulary import TRANSPORT_PROTOCOLS
from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validator.diff.changes import FieldChange
    from validator.diff.steps import Event, Side

_CITING = ("assignee", "contact", "reference", "references")
_DATES = ("registration_date", "modification_date", "last_updated")
_LONGEST = 72
_LONGEST_LIST = 240
_AROUND = 3
_MOST_BLOCKS = 12


class Line:
    """What is said of one change, or of one that is the same for several transport protocols.

    `about` names it, `said` tells more; both are safe to show.  `events` are the changes it stands
    for.
    """

    __slots__ = ("about", "events", "kind")

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.kind = events[0].kind
        self.about = _about(events)

    @property
    def said(self) -> str:
        # Of several, the one that tells most: a name that stays belongs to one of them alone.
        return max(map(_said, self.events), key=len)

    def __str__(self) -> str:
        said = self.said
        return f"{self.about}: {said}" if said else self.about


def lines(events: Iterable[Event]) -> list[Line]:
    """Return the lines for `events`; those that differ in the transport protocol alone are one."""
    grouped: dict[tuple[object, ...], list[Event]] = {}
    for event in events:
        grouped.setdefault(_mark(event), []).append(event)
    return [Line(held) for held in grouped.values()]


def _mark(event: Event) -> tuple[object, ...]:
    """What events share that are told in one line."""
    subject = event.subject
    kind = event.kind
    if "service_name" not in subject or kind.startswith("statement"):
        return (id(event),)
    mark = kind, subject["service_name"], subject["port"]
    if kind in ("assigned", "transport-added"):
        return *mark, _record(event.news[0])
    if kind in ("released", "transport-removed"):
        return *mark, _released(event, with_name=False)
    before = event.olds[0].subject
    told = [(field.field, field.old, field.new) for field in event.fields]
    if before["transport_protocol"] != subject["transport_protocol"]:
        return (id(event),)
    return *mark, before["service_name"], before["port"], *told


def _about(events: Sequence[Event]) -> str:
    event = events[0]
    subject = event.subject
    if "contact" in subject:
        old = event.olds[0].subject.get("contact") if event.olds else None
        name = subject["contact"] or "?"
        return shown(f"{_cut(old)} -> {_cut(name)}" if old and old != name else _cut(name))
    if "footnote" in subject:
        return shown(f"footnote {subject['footnote']}")
    if "service_name" not in subject:
        return "the registry"
    if event.kind.startswith("statement"):
        before, now = (_ports(sides) for sides in (event.olds, event.news))
        return shown(" -> ".join(part for part in (before, now) if part))
    words = [e.subject["transport_protocol"] or "" for e in events]
    order = {word: at for at, word in enumerate(TRANSPORT_PROTOCOLS)}
    transports = ",".join(sorted(filter(None, words), key=lambda word: order.get(word, 9)))
    name, port = _cut(subject["service_name"] or ""), _cut(subject["port"] or "")
    if event.kind in ("renamed", "moved", "reassigned", "edited"):
        name = _became(event, "service_name")
        port = _became(event, "port")
        if len(events) == 1:
            transports = _became(event, "transport_protocol")
    place = "/".join(part for part in (port, transports) if part)
    if not name:
        return shown(f"port {place}")
    return shown(f"{name} {place}".rstrip())


def _became(event: Event, key: str) -> str:
    old, new = event.olds[0].subject[key] or "", event.news[0].subject[key] or ""
    if old == new:
        return _cut(new)
    return f"{_cut(old) or 'none'} -> {_cut(new) or 'none'}"


def _ports(sides: Sequence[Side]) -> str:
    told: list[str] = []
    for side in sides:
        subject = side.subject
        place = "/".join(p for p in (subject["port"], subject["transport_protocol"]) if p)
        told.append(_cut(place) or "no port")
    more = len(told) - _MOST_BLOCKS
    return ", ".join(told[:_MOST_BLOCKS]) + (f", and {more:,} more" if more > 0 else "")


def _said(event: Event) -> str:
    kind = event.kind
    if kind in ("assigned", "transport-added"):
        return _record(event.news[0])
    if kind in ("released", "transport-removed"):
        return _released(event)
    if kind in ("statement-added", "statement-removed"):
        return _statement((event.news or event.olds)[0])
    if kind.startswith("statement"):
        return _statement((event.olds or event.news)[0])
    if kind in ("contact-added", "contact-removed"):
        says = (event.news or event.olds)[0].says
        return shown(
            ", ".join(_cut(says[field]) for field in ("name", "organization") if field in says)
        )
    return "; ".join(filter(None, map(field_line, _told_fields(event))))


def _told_fields(event: Event) -> list[FieldChange]:
    """The fields to tell: without those that the name of the line tells, dates last."""
    named = ("service_name", "port_number", "transport_protocol", "contact_id")
    fields = [field for field in event.fields if field.field not in named]
    return sorted(fields, key=lambda field: field.field in _DATES)


def _record(side: Side) -> str:
    says = side.says
    parts = [quote(says[field]) for field in ("description",) if field in says]
    held = says.get("assignee") or says.get("contact")
    parts += [_cited(says[field]) for field in ("reference", "registration_date") if field in says]
    if held:
        parts.insert(1 if "description" in says else 0, _cited(held))
    return shown(", ".join(parts))


def _released(event: Event, *, with_name: bool = True) -> str:
    parts: list[str] = []
    for side in event.news:
        if side.subject["service_name"]:
            if with_name:
                parts.append("the name stays without a port number")
        else:
            parts.append(f"now {_statement(side)}")
    return "; ".join(parts)


def _statement(side: Side) -> str:
    says = side.says
    told = shown(_cut(says.get("description", "no description")))
    notes = says.get("assignment_notes")
    return f"{told}, {shown(quote(notes))}" if notes else told


def field_line(field: FieldChange) -> str:
    """How a field changed, in one line."""
    name = field.field.replace("_", " ")
    old, new = field.old, field.new
    if field.field in _DATES and new:
        return shown(f"{name} {new}" if not old else f"{name} {old} -> {new}")
    if field.field in _CITING:
        habit = f" ({field.habit})" if field.habit else ""
        return shown(f"{name} {_cited(old) or 'none'} -> {_cited(new) or 'none'}") + habit
    if not old:
        return shown(f"{name} {quote(new)} added")
    if not new:
        return shown(f"{name} {quote(old)} removed")
    return shown(f"{name} {difference(old, new)}")


def _cited(text: str) -> str:
    return text if len(text) <= _LONGEST_LIST else text[:_LONGEST_LIST] + "..."


def difference(old: str, new: str) -> str:
    """Both texts, or one with what was taken out and put in marked, whatever is shorter."""
    pieces = words_apart(old, new)
    told: list[str] = []
    for at, (op, text) in enumerate(pieces):
        if op == "keep":
            told.append(_shortened(text, first=at == 0, last=at == len(pieces) - 1))
        else:
            told.append(f"[-{_cut(text)}-]" if op == "remove" else f"{{+{_cut(text)}+}}")
    marked = " ".join(told)
    both = f"{quote(old)} -> {quote(new)}"
    kept = sum(len(text) for op, text in pieces if op == "keep")
    return marked if kept * 2 >= min(len(old), len(new)) and len(marked) < 240 else both


def _shortened(text: str, *, first: bool, last: bool) -> str:
    words = text.split(" ")
    if len(words) <= 2 * _AROUND + 1:
        return text
    start = [] if first else words[:_AROUND]
    end = [] if last else words[-_AROUND:]
    return " ".join([*start, "...", *end])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def quote(text: str) -> str:
    """A text in quotes, cut where it is long."""
    return f'"{_cut(text)}"'


def shown(text: str) -> str:
    return visible(text)
