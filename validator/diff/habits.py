"""What the registry changes without a new modification date, and rightly so.

An RFC takes the place of the draft that became it, a draft gets a new version or is approved, and
a contact gets another id.
"""

from __future__ import annotations

from collections.abc import Sequence

from validator.diff.changes import FieldChange, Habit
from validator.diff.parties import Parties
from validator.model.record import Citation, Record

_LONGEST_VERSION = 9


def habit_of(
    change: FieldChange, before: Record, now: Record, parties: Parties, *, has_own_assignees: bool
) -> Habit | None:
    """The habit that explains how a field of a record changed."""
    field = change.field
    if field == "reference":
        return _reference_habit(before.reference, now.reference)
    if field not in ("assignee", "contact"):
        return None
    olds, news = (getattr(record, field) for record in (before, now))
    if field == "assignee" and not (has_own_assignees and (olds or news)):
        olds, news = olds or before.contact, news or now.contact
    return "contact id renamed" if parties.are_same(olds, news) else None


def _reference_habit(before: Sequence[Citation], now: Sequence[Citation]) -> Habit | None:
    """The habit if all that changed is that drafts were published, or came nearer to it."""
    olds = {citation.display for citation in before}
    news = {citation.display for citation in now}
    removed, added = olds - news, news - olds
    if not removed or len(removed) != len(added) or len(before) != len(now):
        return None
    if not all(map(_is_unpublished, removed)):
        return None
    drafts = {_base(name): _stage(name) for name in removed}
    habit: Habit = "draft updated"
    for name in added:
        if _is_rfc(name):
            habit = "document published"
        elif not _is_unpublished(name) or _is_step_back(drafts.get(_base(name)), _stage(name)):
            return None
    return habit


def _is_unpublished(name: str) -> bool:
    return name.lower().startswith(("draft-", "rfc-"))


def _is_rfc(name: str) -> bool:
    number = name.upper().removeprefix("RFC").strip()
    return name.upper().startswith("RFC") and number.isascii() and number.isdigit()


def _base(name: str) -> str:
    """The name of a draft without its prefix and version number."""
    return _parts(name)[0]


def _stage(name: str) -> tuple[bool, int]:
    """How far a draft has come: whether it is approved, and its version, -1 without one."""
    return name.lower().startswith("rfc-"), _parts(name)[1]


def _is_step_back(before: tuple[bool, int] | None, now: tuple[bool, int]) -> bool:
    """Say whether a draft is another one than before, or not as far."""
    return before is None or any(new < old for old, new in zip(before, now, strict=True))


def _parts(name: str) -> tuple[str, int]:
    """The name of a draft without its prefix, and its version number."""
    name = name.partition(",")[0].lower().removeprefix("draft-").removeprefix("rfc-")
    stem, hyphen, version = name.rpartition("-")
    if hyphen and version.isascii() and version.isdigit() and len(version) <= _LONGEST_VERSION:
        return stem, int(version)
    return name, -1
