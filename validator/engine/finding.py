"""Findings and their places, and what else a report says of a rule.

These classes are plain, because a check makes thousands of findings.  `schemas/models.py` has the
pydantic models that describe the same report as JSON; tests compare the two.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from validator.engine.rule import SEVERITIES
from validator.model.record import Contact, Defect, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any, ClassVar, Literal, TypeAlias

    from validator.engine.rule import Document, Rule, Severity, Violation

    Status = Literal["open", "baselined", "suppressed"]
    Legacy = Literal["summary", "show", "fail"]
    FailOn = Literal["error", "warning", "note", "never"]
    # Number and bytes of a line, the offset in it and the end of what is marked there.
    ExcerptLine: TypeAlias = tuple[int, bytes, int, int | None]

# The severities that make a run fail, by the failing level.
_FAILING: dict[FailOn, tuple[Severity, ...]] = {
    "error": SEVERITIES[:1],
    "warning": SEVERITIES[:2],
    "note": SEVERITIES,
    "never": (),
}
_LONGEST_PART = 80
_offset = attrgetter("offset")


class ReportPart:
    """A part of the report.  `KEYS` are its attributes in the JSON report, in that order."""

    __slots__: tuple[str, ...] = ()
    KEYS: tuple[str, ...] = ()
    _values: ClassVar[attrgetter[tuple[Any, ...]]]

    def to_dict(self) -> dict[str, Any]:
        values = {key: getattr(self, key) for key in self.KEYS}
        if "location" in values:
            values["location"] = values["location"].to_dict()
        return values

    def __init_subclass__(cls) -> None:
        cls._values = attrgetter(*cls.__slots__)

    def __reduce__(self) -> tuple[Any, ...]:
        # Without the names of the attributes: a dump has thousands of findings.
        return _part, (type(self), self._values(self))


def _part(part_type: type[ReportPart], values: tuple[Any, ...]) -> ReportPart:
    """A part of a report again, from the values of its attributes."""
    part = part_type.__new__(part_type)
    for name, value in zip(part_type.__slots__, values, strict=True):
        setattr(part, name, value)
    return part


class Location(ReportPart):
    """A place in an input: line and column count from 1, columns in characters.

    `end_line` and `end_column` are those of the character after its value; they are `None`, and
    not in the JSON report, where there is no value, as of a field that is missing.  `offset` and
    `end` are the same in bytes of the input as UTF-8.  `identity` is the offset of what identifies
    the record, where the value is missing and the record begins on another line.  `lines` are those
    of an excerpt, where the input itself is no longer there: see `excerpt_lines`.
    """

    KEYS = ("path", "line", "column", "end_line", "end_column")
    __slots__ = (*KEYS, "end", "identity", "lines", "offset")

    def __init__(self, path: str, line: int, column: int, offset: int) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.offset = offset
        self.end_line: int | None = None
        self.end_column: int | None = None
        self.end: int | None = None
        self.identity: int | None = None
        self.lines: Sequence[ExcerptLine] = ()

    def to_dict(self) -> dict[str, Any]:
        values: dict[str, Any] = {"path": self.path, "line": self.line, "column": self.column}
        if self.end_line is not None:
            values["end_line"] = self.end_line
            values["end_column"] = self.end_column
        return values

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class RelatedPlace(ReportPart):
    """Another place that a finding refers to; `subject` as in `Finding`."""

    KEYS = ("message", "location", "subject")
    __slots__ = KEYS

    def __init__(self, message: str, location: Location, subject: dict[str, str | None]) -> None:
        self.message = message
        self.location = location
        self.subject = subject


def _counts(severity: Severity, is_legacy: bool, fail_on: FailOn, legacy: Legacy) -> bool:
    """Say whether an open finding makes a run fail, listed or not."""
    return severity in _FAILING[fail_on] and (legacy == "fail" or not is_legacy)


class Finding(ReportPart):
    """One violation of one rule at one place.

    `code` and `rule` name the rule, `reference` the clause it rests on.  `subject` is
    `{"service_name", "port", "transport_protocol"}`, `{"contact"}`, `{"port"}` or empty for the
    registry itself.  `fingerprint` is made of rule, subject and field and stays the same when
    lines move.  `reason` says why the finding is suppressed, if somebody has given a reason;
    `modified` is true for a legacy finding on a record that was modified since the cut-off.
    `is_gap` is true for what was not read of a registry that others are compared with: nobody can
    accept it, because what it hides was not compared.  `is_unread` is true where something of the
    input was not read or not compared: every report lists that.
    """

    KEYS = (
        *("code", "rule", "severity", "legacy", "status", "message", "reference", "field"),
        *("value", "subject", "location", "related", "fingerprint"),
    )
    __slots__ = (*KEYS, "is_gap", "is_unread", "modified", "reason")

    def __init__(
        self,
        code: str,
        rule: str,
        severity: Severity,
        legacy: bool,
        message: str,
        reference: str,
        field: str | None,
        value: str | None,
        subject: dict[str, str | None],
        location: Location,
        related: Sequence[RelatedPlace],
        fingerprint: str,
    ) -> None:
        self.code = code
        self.rule = rule
        self.severity: Severity = severity
        self.legacy = legacy
        self.status: Status = "open"
        self.reason = ""
        self.modified = False
        self.is_gap = False
        self.is_unread = False
        self.message = message
        self.reference = reference
        self.field = field
        self.value = value
        self.subject = subject
        self.location = location
        self.related = related
        self.fingerprint = fingerprint

    def fails(self, fail_on: FailOn = "error", legacy: Legacy = "summary") -> bool:
        """Say whether it makes a run fail: open, severe enough, and not of a legacy record.

        What was not read of a registry that others are compared with always does.
        """
        return self.is_gap or (
            self.status == "open" and _counts(self.severity, self.legacy, fail_on, legacy)
        )

    def is_listed(
        self, least: Severity, fail_on: FailOn = "error", legacy: Legacy = "summary"
    ) -> bool:
        """Say whether a report lists it that begins with `least`.

        It does in any case where the finding makes the run fail, or something was not read.
        """
        is_severe = SEVERITIES.index(self.severity) <= SEVERITIES.index(least)
        hides_something = self.is_unread and self.status == "open"
        return is_severe or hides_something or self.fails(fail_on, legacy)

    def to_dict(self) -> dict[str, Any]:
        return super().to_dict() | {"related": [place.to_dict() for place in self.related]}

    def __str__(self) -> str:
        return f"{self.location}: {self.code} {self.severity} {self.message}"

    def __repr__(self) -> str:
        return f"<{self.code} {self.location}>"


class NotRun(ReportPart):
    """A rule that could not run on an input, and why."""

    KEYS = ("code", "reason")
    __slots__ = KEYS

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason


class Truncation(ReportPart):
    """A rule with more findings in an input than `--max-findings` lets the report list.

    `unlisted` are the severities of the others, each with whether they are of a legacy record.
    """

    KEYS = ("code", "listed", "found")
    __slots__ = (*KEYS, "unlisted")

    def __init__(
        self, code: str, listed: int, found: int, unlisted: Collection[tuple[Severity, bool]] = ()
    ) -> None:
        self.code = code
        self.listed = listed
        self.found = found
        self.unlisted = set(unlisted)

    def fails(self, fail_on: FailOn = "error", legacy: Legacy = "summary") -> bool:
        """Say whether a finding that is not listed makes a run fail: nobody can accept it."""
        return any(_counts(*each, fail_on, legacy) for each in self.unlisted)

    def __str__(self) -> str:
        return f"{self.listed:,} of {self.found:,} findings of {self.code} are listed"


class Fault(ReportPart):
    """A rule that failed: an error of the rule and not of the input.

    `code` is that of the rule, or `reader`; `error` the exception, for those who debug.  With
    `is_internal` it is a rule of ianalint, otherwise one that its user wrote.
    """

    KEYS = ("code", "path", "subject", "message")
    __slots__ = (*KEYS, "error", "is_internal")

    def __init__(
        self,
        code: str,
        path: str,
        subject: dict[str, str | None],
        message: str,
        error: BaseException | None = None,
        *,
        is_internal: bool = True,
    ) -> None:
        self.code = code
        self.path = path
        self.subject = subject
        self.message = message
        self.error = error
        self.is_internal = is_internal

    @property
    def title(self) -> str:
        """Which rule failed."""
        return f"internal error in {self.code}" if self.is_internal else f"rule {self.code} failed"

    def on(self, subject: str) -> str:
        """The sentence on standard error; `subject` is what the rule failed on."""
        rule = "the reader" if self.code == "reader" else f"rule {self.code}"
        origin = "internal error: " if self.is_internal else ""
        return f"{origin}{rule} failed on {subject}: {self.message}"

    def __str__(self) -> str:
        return self.on(self.path)


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
        parts = [rule.code, *[part or "" for part in identity.values()], field or ""]
        word = "/".join(parts)
        is_usual = len(word) <= _LONGEST_PART and word.count("/") < len(parts)
        if not is_usual or "%" in word or "#" in word:
            word = "/".join(map(_escaped, parts))
        return word + _detail(violation, value if is_bare else None)

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
