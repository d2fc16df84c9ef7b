"""The fingerprints of findings that need more than rule, subject and field."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from validator.model.record import Defect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.engine.rule import Document, Rule, Violation
    from validator.model.record import Contact, Record

_LONGEST_PART = 80
_offset = attrgetter("offset")


class Fingerprints:
    """Makes fingerprints of what is found in `document`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # The records and contacts, in the order of their places.
        self._entries: list[Record | Contact] | None = None

    def of(
        self,
        rule: Rule,
        identity: dict[str, str | None],
        field: str | None,
        value: str | None,
        violation: Violation,
    ) -> str:
        """Rule, identity and field as one readable word, in which "/" and "#" are escaped.

        A fault of reading that is about no record is identified by the last record or contact that
        was read before it, and by its value or mark: the next fault of its kind is another one.
        """
        subject: object = violation.subject
        is_bare = rule.is_about_reading and not any(identity.values())
        if isinstance(subject, Defect) and subject.about is None:
            identity = self._entry_before(subject.offset) or identity
            is_bare = True
        parts = [rule.code, *(_escaped(part or "") for part in (*identity.values(), field))]
        return "/".join(parts) + _detail(violation, value if is_bare else None)

    def _entry_before(self, offset: int) -> dict[str, str | None] | None:
        """What identifies the last record or contact that begins before `offset`."""
        if self._entries is None:
            lists = (getattr(self._document, name, []) for name in ("records", "contacts"))
            self._entries = sorted((entry for entries in lists for entry in entries), key=_offset)
        index = bisect_right(self._entries, offset, key=_offset)
        return self._entries[index - 1].subject if index else None


def _detail(violation: Violation, value: str | None) -> str:
    """What tells a finding from others about its field: a citation, the mark of a defect, a value.

    Empty where there is none of these.
    """
    subject: object = violation.subject
    item = violation.item
    if item is not None and not isinstance(item, int):
        cited = item.data if item.data is not None else item.text or ""
        return "=" + _marked(cited[:_LONGEST_PART])
    mark = subject.mark if isinstance(subject, Defect) else ""
    return "=" + _escaped(mark or value or "") if mark or value else ""


def _marked(part: str) -> str:
    """A part without the characters that separate parts, and equal findings."""
    return part.replace("%", "%25").replace("/", "%2F").replace("#", "%23")


def _escaped(part: str) -> str:
    text = _marked(part)
    if len(text) <= _LONGEST_PART:
        return text
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
