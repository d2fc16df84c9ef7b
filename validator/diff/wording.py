"""How changes are worded, for every format that people read: a line for each changed record.

Changes of a record that are the same for several transport protocols are one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from validator.diff.changes import KINDS, FieldChange, Kind
from validator.diff.events import Event, Side, Subject
from validator.diff.word_diff import word_diff
from validator.model.vocabulary import TRANSPORT_PROTOCOLS
from validator.reporters.escape import visible

_CITING_FIELDS = ("assignee", "contact", "reference", "references")
_DATE_FIELDS = ("registration_date", "modification_date", "last_updated")
# The title of a line has these.
_IDENTITY_FIELDS = ("service_name", "port_number", "transport_protocol", "contact_id")
_LONGEST = 72
_LONGEST_LIST = 240
_LONGEST_DIFF = 240
# The words of context around what changed in a text.
_CONTEXT = 3
_MOST_BLOCKS = 12


class ChangeLine:
    """One change in words; `events` are several where they differ in the transport protocol alone.

    `title` names what changed, `detail` says how; both are safe to print.
    """

    __slots__ = ("events", "kind")

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.kind = events[0].kind

    # Words are made when they are asked for: of many lines, most reports show the first few.

    @property
    def title(self) -> str:
        return visible(_title(self.events))

    @property
    def detail(self) -> str:
        # The longest has all: only one of the events has the name that remains.
        return max(map(_detail, self.events), key=len)

    def __str__(self) -> str:
        detail = self.detail
        return f"{self.title}: {detail}" if detail else self.title


def change_lines(events: Iterable[Event]) -> list[ChangeLine]:
    """Return the lines for `events`."""
    groups: dict[tuple[object, ...], list[Event]] = {}
    for event in events:
        groups.setdefault(_group(event), []).append(event)
    return list(map(ChangeLine, groups.values()))


def lines_by_kind(events: Iterable[Event]) -> dict[Kind, list[ChangeLine]]:
    """Return the lines for `events` by the kind of change, in the order of `KINDS`."""
    lines: dict[Kind, list[ChangeLine]] = {kind: [] for kind in KINDS}
    for line in change_lines(events):
        lines[line.kind].append(line)
    return {kind: of_kind for kind, of_kind in lines.items() if of_kind}


def _group(event: Event) -> tuple[object, ...]:
    """What the events of one line have in common."""
    subject = event.subject
    kind = event.kind
    if "service_name" not in subject or kind.startswith("statement"):
        return (id(event),)
    name_and_port = kind, subject["service_name"], subject["port"]
    if kind in ("assigned", "transport-added"):
        return *name_and_port, _assignment(event.news[0])
    if kind in ("released", "transport-removed"):
        return *name_and_port, *_statements(event)
    before = event.olds[0].subject
    if before["transport_protocol"] != subject["transport_protocol"]:
        return (id(event),)
    fields = [(field.field, field.old, field.new) for field in event.fields]
    return *name_and_port, before["service_name"], before["port"], *fields


# -- titles -----------------------------------------------------------------------------------


def _title(events: Sequence[Event]) -> str:
    event = events[0]
    subject = event.subject
    if "contact" in subject:
        old = event.olds[0].subject["contact"] if event.olds else None
        new = subject["contact"] or "?"
        return f"{_cut(old)} -> {_cut(new)}" if old and old != new else _cut(new)
    if "footnote" in subject:
        return f"footnote {subject['footnote']}"
    if "service_name" not in subject:
        return "the registry"
    if event.kind.startswith("statement"):
        return " -> ".join(filter(None, map(_blocks, (event.olds, event.news))))
    return _record_title(events)


def _record_title(events: Sequence[Event]) -> str:
    event = events[0]
    now = event.subject
    before = event.olds[0].subject if event.fields else now
    words = [other.subject["transport_protocol"] or "" for other in events]
    transports = ",".join(sorted(filter(None, words), key=_transport_rank))
    if event.fields and len(events) == 1:
        transports = _became(before, now, "transport_protocol")
    place = "/".join(filter(None, (_became(before, now, "port"), transports)))
    name = _became(before, now, "service_name")
    return f"{name} {place}".rstrip() if name else f"port {place}"


def _transport_rank(transport: str) -> int:
    is_usual = transport in TRANSPORT_PROTOCOLS
    return TRANSPORT_PROTOCOLS.index(transport) if is_usual else len(TRANSPORT_PROTOCOLS)


def _became(before: Subject, now: Subject, part: str) -> str:
    """A part of the identity of a record: as it is, or from what to what it changed."""
    old, new = before[part] or "", now[part] or ""
    if old == new:
        return _cut(new)
    return f"{_cut(old) or 'none'} -> {_cut(new) or 'none'}"


def _blocks(sides: Sequence[Side]) -> str:
    places = [
        "/".join(filter(None, (side.subject["port"], side.subject["transport_protocol"])))
        for side in sides
    ]
    more = len(places) - _MOST_BLOCKS
    listed = ", ".join(_cut(place) or "no port" for place in places[:_MOST_BLOCKS])
    return f"{listed}, and {more:,} more" if more > 0 else listed


# -- details ----------------------------------------------------------------------------------


def _detail(event: Event) -> str:
    kind = event.kind
    if kind in ("assigned", "transport-added"):
        was_portless = any(side.subject.get("service_name") for side in event.olds)
        name = ["the name had no port number before"] if was_portless else []
        return "; ".join([_assignment(event.news[0]), *name])
    if kind in ("released", "transport-removed"):
        stays = any(side.subject["service_name"] for side in event.news)
        name = ["the name remains without a port number"] if stays else []
        return "; ".join([*_statements(event), *name])
    if kind in ("statement-added", "statement-removed"):
        return _statement((event.news or event.olds)[0])
    if kind.startswith("statement"):
        return _statement(event.olds[0])
    if kind in ("contact-added", "contact-removed"):
        return _contact((event.news or event.olds)[0])
    return _field_details(event)


def _field_details(event: Event) -> str:
    fields = [field for field in event.fields if field.field not in _IDENTITY_FIELDS]
    fields.sort(key=lambda field: field.field in _DATE_FIELDS)
    # A contact that stands for the assignee changes with it.
    groups: dict[tuple[object, ...], list[FieldChange]] = {}
    for field in fields:
        is_party = field.field in ("assignee", "contact")
        key = (field.old, field.new, field.habit) if is_party else (id(field),)
        groups.setdefault(key, []).append(field)
    return "; ".join(map(_field_detail, groups.values()))


def _contact(side: Side) -> str:
    texts = [side.texts[field] for field in ("name", "organization") if field in side.texts]
    return visible(", ".join(map(_cut, texts)))


def _assignment(side: Side) -> str:
    texts = side.texts
    parts = [_quoted(texts["description"])] if "description" in texts else []
    holder = texts.get("assignee") or texts.get("contact")
    parts += [
        _cut(text, _LONGEST_LIST)
        for text in (holder, texts.get("reference"), texts.get("registration_date"))
        if text
    ]
    return visible(", ".join(parts))


def _statements(event: Event) -> list[str]:
    """What the new dump says of the port of a record that was released."""
    return [f"now {_statement(side)}" for side in event.news if not side.subject["service_name"]]


def _statement(side: Side) -> str:
    description = visible(_cut(side.texts.get("description", "no description")))
    notes = side.texts.get("assignment_notes")
    return f"{description}, {visible(_quoted(notes))}" if notes else description


def _field_detail(fields: Sequence[FieldChange]) -> str:
    """What changed of a field, or of several that changed in the same way."""
    field = fields[0]
    name = ", ".join(other.field.replace("_", " ") for other in fields)
    old, new = field.old, field.new
    if field.field in _DATE_FIELDS and new:
        change = f"{old} -> {new}" if old else new
    elif field.field in _CITING_FIELDS:
        lists = (_cut(text, _LONGEST_LIST) or "none" for text in (old, new))
        change = " -> ".join(lists) + (f" ({field.habit})" if field.habit else "")
    elif old and new:
        change = _text_change(old, new)
    else:
        change = f"{_quoted(old)} removed" if old else f"{_quoted(new)} added"
    return visible(f"{name} {change}")


def _text_change(old: str, new: str) -> str:
    """Both texts, or one in which removed and added words are marked, whichever is shorter."""
    pieces = word_diff(old, new)
    common = sum(len(text) for op, text in pieces if op == "keep")
    marked = " ".join(_piece(pieces, at) for at in range(len(pieces)))
    if common * 2 >= min(len(old), len(new)) and len(marked) < _LONGEST_DIFF:
        return marked
    return f"{_quoted(old)} -> {_quoted(new)}"


def _piece(pieces: Sequence[tuple[str, str]], at: int) -> str:
    op, text = pieces[at]
    if op == "remove":
        return f"[-{_cut(text)}-]"
    if op == "add":
        return f"{{+{_cut(text)}+}}"
    words = text.split(" ")
    if len(words) <= 2 * _CONTEXT + 1:
        return text
    start = words[:_CONTEXT] if at > 0 else []
    end = words[-_CONTEXT:] if at < len(pieces) - 1 else []
    return " ".join([*start, "...", *end])


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[:longest] + "..."


def _quoted(text: str) -> str:
    return f'"{_cut(text)}"'
