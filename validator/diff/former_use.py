"""What the new dump says of a port number or service name that was in use before."""

from __future__ import annotations

from validator.model.pattern import pattern
from validator.model.registry import Assignment, Statement
from validator.model.vocabulary import fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Record
    from validator.model.registry import Registry
    from validator.model.values import PortRange

# The words by which the registry says that an assignment has ended or became another.
_FORMER_USE = pattern(
    r"\b(?:de-?\s?assigned|unassigned|released?|removed|returned|revoked|retasked|retired|"
    r"re-?assigned|previously|formerly|renamed|replaced|replaces|changed|was|used\s++to)\b",
    "ai",
    limited=True,
)
_BARE_STATE = pattern(r"(?:unassigned|reserved)[\s.]*+", "ai")
# The most records on a port that are read for what became of it.
_MOST_RECORDS = 20


def entries_on(
    registry: Registry, ports: PortRange | None, transport: str | None
) -> list[Assignment | Statement]:
    """The records about these port numbers; of every transport protocol where it is `None`."""
    if ports is None:
        return []
    entries: dict[int, Assignment | Statement] = {}
    for spans in (registry.assigned_spans, registry.stated_spans):
        for word in spans if transport is None else (transport,):
            for entry in spans[word].overlapping(ports, _MOST_RECORDS):
                entries[id(entry)] = entry
    return list(entries.values())


def mentions(record: Record, name: str) -> bool:
    """Say whether the texts of a record have a service name as a word."""
    word = fold(normal_space(name))
    if not word:
        return False
    for text in filter(None, (record.description, record.assignment_notes)):
        folded = fold(text)
        at = folded.find(word)
        while at >= 0:
            around = folded[at - 1 : at] + folded[at + len(word) : at + len(word) + 1]
            if not any(letter.isalnum() or letter in "-_" for letter in around):
                return True
            at = folded.find(word, at + 1)
    return False


def notes_former_use(record: Record) -> bool:
    """Say whether the notes of a record have a word such as "released" or "previously"."""
    notes = record.assignment_notes
    return notes is not None and _FORMER_USE.search(notes) is not None


def has_comment(entry: Assignment | Statement, ports: PortRange) -> bool:
    """Say whether a record on a port that was released comments on its former use.

    Of a statement any words but the bare state are a comment.  A block of many other numbers too
    is about none of them in particular.
    """
    record = entry.record
    if isinstance(entry, Assignment):
        return notes_former_use(record)
    if entry.ports is not None and len(entry.ports) > max(len(ports), 2):
        return False
    if (record.assignment_notes or "").strip():
        return True
    return _BARE_STATE.fullmatch((record.description or "").strip()) is None
