"""The results of a run: the report that every format is written from.

These classes are plain, because a check makes thousands of findings.  `schemas/models.py` has the
pydantic models that describe the same report as JSON; tests compare the two.
"""

from __future__ import annotations

from validator.engine.rule import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator, Mapping, Sequence
    from typing import Any, Literal, Protocol, TypeAlias

    from validator.engine.rule import Rule, Severity
    from validator.engine.selection import Selection
    from validator.engine.verdict import Review
    from validator.model.portmap import PortMap

    class ReportedStep(Protocol):
        """From one dump to the next: what changed, and the findings that only one of them has."""

        new: str

        @property
        def events(self) -> Sequence[object]: ...
        @property
        def title(self) -> str: ...
        @property
        def gained(self) -> Sequence[Finding]: ...
        @property
        def fixed(self) -> Sequence[Finding]: ...
        def changes(self) -> Iterator[ReportedChange]: ...

    Status = Literal["open", "baselined", "suppressed"]
    Legacy = Literal["summary", "show", "fail"]
    Command = Literal["check", "request", "diff", "compare", "audit"]
    FailOn = Literal["error", "warning", "note", "never"]
    # Number and bytes of a line, the offset in it and the end of what is marked there.
    ExcerptLine: TypeAlias = tuple[int, bytes, int, int | None]
    Procedure = Literal[
        "First Come First Served",
        "Expert Review",
        "IETF Review or IESG Approval",
        "Standards Action",
    ]

FORMAT_VERSION = 2
# The severities that make a run fail, by the failing level.
_FAILING: dict[FailOn, tuple[Severity, ...]] = {
    "error": SEVERITIES[:1],
    "warning": SEVERITIES[:2],
    "note": SEVERITIES,
    "never": (),
}


class ReportPart:
    """A part of the report.  `KEYS` are its attributes in the JSON report, in that order."""

    __slots__ = ()
    KEYS: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        values = {key: getattr(self, key) for key in self.KEYS}
        if "location" in values:
            values["location"] = values["location"].to_dict()
        return values


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
    accept it, because what it hides was not compared.
    """

    KEYS = (
        *("code", "rule", "severity", "legacy", "status", "message", "reference", "field"),
        *("value", "subject", "location", "related", "fingerprint"),
    )
    __slots__ = (*KEYS, "is_gap", "modified", "reason")

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
        """Say whether a report lists it that begins with `least`, or it makes the run fail."""
        is_severe = SEVERITIES.index(self.severity) <= SEVERITIES.index(least)
        return is_severe or self.fails(fail_on, legacy)

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


class Input:
    """One input with its findings.

    `error` is set for one that could not be used, which has no `form` and no findings, and for one
    that was not checked to the end, whose `not_run` has the rules.  `data` are its bytes
    as UTF-8, for excerpts; `ports` is set for those who draw a map; `requests` counts the requests
    of a file of such.  `cut` lists the rules with more findings than the report has.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.ports: PortMap | None = None
        self.form: str | None = None
        self.updated: str | None = None
        self.records = 0
        self.requests = 0
        # Whether a draft has IANA Considerations.
        self.has_iana = True
        self.kind: str | None = None
        # The rules that looked at it, where they are fewer than those of the report.
        self.applied: Collection[str] | None = None
        # What a summary says of it, where that is not about a registry.
        self.facts: str | None = None
        self.contacts = 0
        self.whole = False
        # Whether the dump breaks off or reaches a limit.
        self.breaks_off = False
        self.not_run: list[NotRun] = []
        self.cut: list[Truncation] = []
        self.findings: list[Finding] = []
        self.faults: list[Fault] = []
        self.error: str | None = None
        # Whether the error is that none of the selected rules could run.
        self.nothing_ran = False
        self.data = b""

    @property
    def is_unread(self) -> bool:
        """Whether nothing in it was checked."""
        return self.error is not None and (self.form is None or self.nothing_ran)

    @property
    def extent(self) -> str:
        """How much of a registry a dump is, for a person."""
        if self.breaks_off:
            return "not read completely"
        return "a whole registry" if self.whole else "part of a registry"

    def require_run(self, selection: Selection, applicable: Container[str] | None = None) -> None:
        """Set the error where none of the rules that were selected could run on this input.

        `applicable` are the rules for what the input is, where there are others.
        """
        chosen = [rule.code for rule in selection.chosen().running]
        reasons = {entry.code: entry.reason for entry in self.not_run}
        ran = (
            code not in reasons and (applicable is None or code in applicable) for code in chosen
        )
        if self.error is not None or any(ran):
            return
        reason = "no rules selected" if not chosen else "they are for inputs of another kind"
        reason = next((reasons[code] for code in chosen if code in reasons), reason)
        self.error = f"none of the selected rules could run on {self.path}: {reason}"
        self.nothing_ran = True

    @classmethod
    def unusable(cls, path: str, error: str) -> Input:
        entry = cls(path)
        entry.error = error
        return entry

    @classmethod
    def broken(cls, path: str, error: Exception) -> Input:
        """An input whose reader failed: an internal error."""
        entry = cls.unusable(path, f"{path} could not be read")
        message = f"{type(error).__name__}: {error}"
        entry.faults.append(Fault("reader", path, {}, message, error))
        return entry

    def to_dict(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "path": self.path,
            "format": self.form,
            "updated": self.updated,
            "records": self.records,
            "contacts": self.contacts,
            "whole": self.whole,
            "not_run": [entry.to_dict() for entry in self.not_run],
        }
        if self.cut:
            values["cut"] = [entry.to_dict() for entry in self.cut]
        if self.kind is not None:
            values["kind"] = self.kind
        if self.error is not None:
            values["error"] = self.error
        return values


class ReportedChange:
    """A change between two dumps in words: what changed, how, and where in either dump."""

    __slots__ = ("detail", "kind", "news", "olds", "title")

    def __init__(
        self,
        kind: str,
        title: str,
        detail: str,
        olds: Sequence[Location],
        news: Sequence[Location],
    ) -> None:
        self.kind = kind
        self.title = title
        self.detail = detail
        self.olds = olds
        self.news = news


class Report:
    """The findings of a run, input by input, and their totals.

    `rules` has the selected rules by code, for formats that print more of a rule than its name.
    `requests` and `audits` are `None` except in a report on such, `steps` has the changes between
    dumps.  `command` is the command that made it.  `complete` is the whole report, where this one
    leaves out findings: those still count.
    """

    command: Command = "check"

    def __init__(self, inputs: Sequence[Input], rules: Mapping[str, Rule] | None = None) -> None:
        self.inputs = list(inputs)
        self.rules: Mapping[str, Rule] = rules or {}
        self.requests: Sequence[Review] | None = None
        self.audits: Sequence[Any] | None = None
        self.steps: Sequence[ReportedStep] = ()
        self.complete: Report = self

    def at_least(
        self, severity: Severity, fail_on: FailOn = "error", legacy: Legacy = "summary"
    ) -> Report:
        """Return the report without findings below `severity` that do not make the run fail."""
        inputs: list[Input] = []
        for entry in self.inputs:
            part = Input.__new__(Input)
            part.__dict__.update(entry.__dict__)
            part.findings = [
                finding
                for finding in entry.findings
                if finding.is_listed(severity, fail_on, legacy)
            ]
            inputs.append(part)
        report = Report(inputs, self.rules)
        report.command = self.command
        report.requests, report.audits, report.steps = self.requests, self.audits, self.steps
        report.complete = self.complete
        return report

    @property
    def is_empty(self) -> bool:
        """Whether no input could be read, whatever they were to be compared with."""
        inputs = [entry for entry in self.inputs if entry.kind != "registry"]
        return bool(inputs) and all(entry.is_unread for entry in inputs)

    @property
    def findings(self) -> list[Finding]:
        """All findings by input: those about reading (FM) first, then by line, column and code."""
        return [finding for entry in self.inputs for finding in entry.findings]

    @property
    def faults(self) -> list[Fault]:
        return [fault for entry in self.inputs for fault in entry.faults]

    def summary(self) -> dict[str, Any]:
        """Count findings: open ones by severity, legacy ones apart; by status; by rule.

        `legacy_modified` are the legacy ones on records that were modified since the cut-off,
        `not_listed` those that only the complete report lists.
        """
        totals: dict[str, Any] = {
            "open": dict.fromkeys(SEVERITIES, 0),
            "legacy": dict.fromkeys(SEVERITIES, 0),
            "legacy_modified": 0,
            "baselined": 0,
            "suppressed": 0,
        }
        by_rule: dict[str, int] = {}
        findings = self.complete.findings
        for finding in findings:
            by_rule[finding.code] = by_rule.get(finding.code, 0) + 1
            if finding.status != "open":
                totals[finding.status] += 1
            else:
                totals["legacy" if finding.legacy else "open"][finding.severity] += 1
                totals["legacy_modified"] += finding.modified
        if self.complete is not self:
            totals["not_listed"] = len(findings) - len(self.findings)
        return {**totals, "by_rule": dict(sorted(by_rule.items()))}

    def exit_status(self, fail_on: FailOn = "error", legacy: Legacy = "summary") -> int:
        """0 clean, 1 findings at or above `fail_on`, 2 an input unusable, 3 an internal error."""
        if self.faults:
            return 3
        if any(entry.error is not None for entry in self.inputs):
            return 2
        cuts = [cut for entry in self.inputs for cut in entry.cut]
        counted: list[Finding | Truncation] = [*self.findings, *cuts]
        return int(any(each.fails(fail_on, legacy) for each in counted))

    def head(self) -> dict[str, Any]:
        """The part of the JSON report before the findings."""
        from validator import __version__

        return {
            "format_version": FORMAT_VERSION,
            "tool": {"name": "ianalint", "version": __version__},
            "inputs": [entry.to_dict() for entry in self.inputs],
        }

    def tail(self) -> dict[str, Any]:
        """The part of the JSON report after the findings."""
        parts: dict[str, Any] = {}
        if self.requests is not None:
            parts["requests"] = [review.to_dict() for review in self.requests]
        if self.audits is not None:
            parts["audits"] = [audit.to_dict() for audit in self.audits]
        return {
            **parts,
            "faults": [fault.to_dict() for fault in self.faults],
            "summary": self.summary(),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the report as `schemas/report.schema.json` describes it."""
        findings = [finding.to_dict() for finding in self.findings]
        return {**self.head(), "findings": findings, **self.tail()}

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)
