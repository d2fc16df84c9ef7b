"""What the registry changes without a new modification date, and rightly so.

An RFC takes the place of the draft that became it, and a contact gets another id.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.diff.changes import FieldChange, Habit
    from validator.diff.parties import Parties
    from validator.model.record import Citation, Record


def habit_of(
    change: FieldChange, before: Record, now: Record, parties: Parties, *, has_own_assignees: bool
) -> Habit | None:
    """The habit that explains how a field of a record changed."""
    field = change.field
    if field == "reference":
        return "document published" if _is_published(before.reference, now.reference) else None
    if field not in ("assignee", "contact"):
        return None
    olds, news = (getattr(record, field) for record in (before, now))
    if field == "assignee" and not has_own_assignees:
        olds, news = olds or before.contact, news or now.contact
    return "contact id renamed" if parties.are_same(olds, news) else None


def _is_published(before: Sequence[Citation], now: Sequence[Citation]) -> bool:
    """Say whether all that changed is that unpublished documents became RFCs, or were approved."""
    olds = {citation.display for citation in before}
    news = {citation.display for citation in now}
    removed, added = olds - news, news - olds
    if not removed or len(removed) != len(added) or len(before) != len(now):
        return False
    bases = set(map(_base, removed))
    return all(map(_is_unpublished, removed)) and all(
        _is_rfc(name) or (name.startswith("RFC-") and _base(name) in bases) for name in added
    )


def _is_unpublished(name: str) -> bool:
    return name.lower().startswith(("draft-", "rfc-"))


def _is_rfc(name: str) -> bool:
    number = name.upper().removeprefix("RFC").strip()
    return name.upper().startswith("RFC") and number.isascii() and number.isdigit()


def _base(name: str) -> str:
    """The name of a draft without its prefix and version number."""
    name = name.partition(",")[0].lower().removeprefix("draft-").removeprefix("rfc-")
    stem, hyphen, version = name.rpartition("-")
    return stem if hyphen and version.isdigit() else name
