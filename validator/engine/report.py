"""What a run found: the report that every format is written from.

These classes are plain, because a check makes thousands of them; `validator.documents` has the
pydantic models that describe the same report as JSON, and tests hold the two together.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, Literal

    from validator.engine.rule import Rule, Severity
    from validator.model.portmap import PortMap

    Status = Literal["open", "baselined", "suppressed"]
    Legacy = Literal["summary", "show", "fail"]
    FailOn = Literal["error", "warning", "note", "never"]
    Procedure = Literal[
        "First Come First Served",
        "Expert Review",
        "IETF Review or IESG Approval",
        "Standards Action",
    ]

FORMAT_VERSION = 1
_RANK = {"error": 3, "warning": 2, "note": 1}
_THRESHOLD = {"error": 3, "warning": 2, "note": 1, "never": 4}


class Location:
    """A place in an input: line and column count from 1, columns in characters.

    `offset` is the same place in bytes of the input as UTF-8.
    """

    __slots__ = ("column", "line", "offset", "path")

    def __init__(self, path: str, line: int, column: int, offset: int) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.offset = offset

    def to_dict(self) -> dict[str, Any]:
        return {"path": self.path, "line": self.line, "column": self.column}

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class RelatedPlace:
    """Another place that a finding speaks of; `subject` as in `Finding`."""

    __slots__ = ("location", "message", "subject")

    def __init__(self, message: str, location: Location, subject: dict[str, str | None]) -> None:
        self.message = message
        self.location = location
        self.subject = subject

    def to_dict(self) -> dict[str, Any]:
        return {
            "message": self.message,
            "location": self.location.to_dict(),
            "subject": self.subject,
        }


class Finding:
    """One violation of one rule at one place.

    `code` and `rule` name the rule, `reference` the clause it rests on.  `subject` is
    `{"service_name", "port", "transport_protocol"}`, `{"contact"}`, `{"port"}` or empty for the
    registry itself.  `fingerprint` is made of rule, subject and field and stays the same when
    lines move.
    """

    __slots__ = (
        "code",
        "field",
        "fingerprint",
        "legacy",
        "location",
        "message",
        "reason",
        "reference",
        "related",
        "rule",
        "severity",
        "status",
        "subject",
        "value",
    )

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
        # Why it is set aside, where somebody has said so.
        self.reason = ""
        self.message = message
        self.reference = reference
        self.field = field
        self.value = value
        self.subject = subject
        self.location = location
        self.related = related
        self.fingerprint = fingerprint

    def fails(self, fail_on: FailOn = "error", legacy: Legacy = "summary") -> bool:
        """Say whether it makes a run fail: open, severe enough, and of no legacy record."""
        return (
            self.status == "open"
            and _RANK[self.severity] >= _THRESHOLD[fail_on]
            and (legacy == "fail" or not self.legacy)
        )

    def __str__(self) -> str:
        return f"{self.location}: {self.code} {self.severity} {self.message}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "rule": self.rule,
            "severity": self.severity,
            "legacy": self.legacy,
            "status": self.status,
            "message": self.message,
            "reference": self.reference,
            "field": self.field,
            "value": self.value,
            "subject": self.subject,
            "location": self.location.to_dict(),
            "related": [place.to_dict() for place in self.related],
            "fingerprint": self.fingerprint,
        }

    def __repr__(self) -> str:
        return f"<{self.code} {self.location}>"


class NotRun:
    """A rule that an input cannot answer, and why."""

    __slots__ = ("code", "reason")

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "reason": self.reason}


class Cut:
    """A rule of which more was found in an input than the limit lets stand in the report."""

    __slots__ = ("code", "found", "listed")

    def __init__(self, code: str, listed: int, found: int) -> None:
        self.code = code
        self.listed = listed
        self.found = found

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "listed": self.listed, "found": self.found}

    def __str__(self) -> str:
        return f"{self.listed:,} of {self.found:,} findings of {self.code} are listed"


class Fault:
    """A rule that broke: a fault of ianalint and not of the input.

    `code` is that of the rule, or `reader`; `error` the exception, for those who debug.
    """

    __slots__ = ("code", "error", "message", "path", "subject")

    def __init__(
        self,
        code: str,
        path: str,
        subject: dict[str, str | None],
        message: str,
        error: Exception | None = None,
    ) -> None:
        self.code = code
        self.path = path
        self.subject = subject
        self.message = message
        self.error = error

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "path": self.path,
            "subject": self.subject,
            "message": self.message,
        }


class Input:
    """One input and what was found in it.

    `error` is set for one that could not be used; it has no findings then.  `data` are its bytes
    as UTF-8, for those who show a piece of it; `ports` is set for those who draw a map;
    `requests` is how many requests it holds, where it is a file of such.  `cut` has the rules
    whose findings are not all there.
    """

    __slots__ = (
        "contacts",
        "cut",
        "data",
        "error",
        "faults",
        "findings",
        "form",
        "kind",
        "not_run",
        "path",
        "ports",
        "records",
        "requests",
        "updated",
        "whole",
    )

    def __init__(self, path: str) -> None:
        self.path = path
        self.ports: PortMap | None = None
        self.form: str | None = None
        self.updated: str | None = None
        self.records = 0
        self.requests = 0
        self.kind: str | None = None
        self.contacts = 0
        self.whole = False
        self.not_run: list[NotRun] = []
        self.cut: list[Cut] = []
        self.findings: list[Finding] = []
        self.faults: list[Fault] = []
        self.error: str | None = None
        self.data = b""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the findings as rows: thousands of objects take twice as long."""
        rest = {name: getattr(self, name) for name in self.__slots__ if name != "findings"}
        return _input, (rest, [_row(finding) for finding in self.findings])

    @classmethod
    def unusable(cls, path: str, error: str) -> Input:
        entry = cls(path)
        entry.error = error
        return entry

    @classmethod
    def broken(cls, path: str, error: Exception) -> Input:
        """An input whose reader broke: a fault of ianalint."""
        entry = cls.unusable(path, f"{path} could not be read")
        message = f"{type(error).__name__}: {error}"
        entry.faults.append(Fault("reader", path, {}, message, error))
        return entry

    def to_dict(self) -> dict[str, Any]:
        described: dict[str, Any] = {
            "path": self.path,
            "format": self.form,
            "updated": self.updated,
            "records": self.records,
            "contacts": self.contacts,
            "whole": self.whole,
            "not_run": [entry.to_dict() for entry in self.not_run],
        }
        if self.cut:
            described["cut"] = [entry.to_dict() for entry in self.cut]
        if self.kind is not None:
            described["kind"] = self.kind
        if self.error is not None:
            described["error"] = self.error
        return described


# In the order in which they are told when one is made.
_place = attrgetter("path", "line", "column", "offset")
_told = attrgetter(
    "code", "rule", "severity", "legacy", "message", "reference", "field", "value", "subject"
)
_status = attrgetter("status", "reason")


def _row(finding: Finding) -> tuple[Any, ...]:
    """What a finding is made of: texts, numbers and dictionaries of them."""
    related = [(other.message, _place(other.location), other.subject) for other in finding.related]
    place = _place(finding.location)
    return _told(finding), place, related, finding.fingerprint, _status(finding)


def _input(rest: dict[str, Any], rows: Sequence[tuple[Any, ...]]) -> Input:
    """The input that `Input.__reduce__` told of."""
    entry = Input(rest["path"])
    for name, value in rest.items():
        setattr(entry, name, value)
    for told, place, places, fingerprint, status in rows:
        related = [RelatedPlace(message, Location(*at), about) for message, at, about in places]
        arguments = *told, Location(*place), related, fingerprint
        finding = Finding(*arguments)
        finding.status, finding.reason = status
        entry.findings.append(finding)
    return entry


class SuggestedPort:
    """A port number to ask for: nobody has it on any transport protocol.

    `gap` is the block (low, high) of ports around it of which each could be suggested too, `why`
    says in a few words how it was come by.
    """

    __slots__ = ("gap", "port", "why")

    def __init__(self, port: int, gap: tuple[int, int], why: str) -> None:
        self.port = port
        self.gap = gap
        self.why = why

    def to_dict(self) -> dict[str, Any]:
        return {"port": self.port, "gap": list(self.gap), "why": self.why}


class Review:
    """What becomes of one request: by which procedure it is decided, and what may be asked instead.

    `findings` are those of the report that are about it; `subject` is as in `Finding`.
    """

    __slots__ = (
        "findings",
        "index",
        "path",
        "port_numbers",
        "procedure",
        "service_name",
        "service_names",
        "subject",
        "why",
    )

    def __init__(
        self, path: str, index: int, service_name: str | None, subject: dict[str, str | None]
    ) -> None:
        self.path = path
        self.index = index
        self.service_name = service_name
        self.subject = subject
        self.findings: Sequence[Finding] = ()
        self.procedure: Procedure = "Expert Review"
        self.why = ""
        self.service_names: Sequence[str] = ()
        self.port_numbers: Sequence[SuggestedPort] = ()

    @property
    def verdict(self) -> Literal["accept", "reject"]:
        """`reject` where an error stands against it."""
        return "reject" if any(finding.fails() for finding in self.findings) else "accept"

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "index": self.index,
            "service_name": self.service_name,
            "verdict": self.verdict,
            "procedure": self.procedure,
            "suggestions": {
                "service_names": list(self.service_names),
                "port_numbers": [port.to_dict() for port in self.port_numbers],
            },
        }


class Report:
    """The findings of a run, input by input, and what they come to.

    `rules` has the rules that were to run, by code, for those who tell more of them than their
    names.  `requests` is `None` but in a report on requests.
    """

    __slots__ = ("audits", "inputs", "requests", "rules")

    def __init__(self, inputs: Sequence[Input], rules: Mapping[str, Rule] | None = None) -> None:
        self.inputs = list(inputs)
        self.rules: Mapping[str, Rule] = rules or {}
        self.requests: Sequence[Review] | None = None
        self.audits: Sequence[Any] | None = None

    @property
    def findings(self) -> list[Finding]:
        """All findings, sorted by input, line, column and code."""
        return [finding for entry in self.inputs for finding in entry.findings]

    @property
    def faults(self) -> list[Fault]:
        return [fault for entry in self.inputs for fault in entry.faults]

    def summary(self) -> dict[str, Any]:
        """Count: open findings that are not legacy by severity, legacy ones, set aside, by rule."""
        counts: dict[str, dict[str, int]] = {
            "open": dict.fromkeys(_RANK, 0),
            "legacy": dict.fromkeys(_RANK, 0),
        }
        aside = {"baselined": 0, "suppressed": 0}
        by_rule: dict[str, int] = {}
        for finding in self.findings:
            by_rule[finding.code] = by_rule.get(finding.code, 0) + 1
            if finding.status != "open":
                aside[finding.status] += 1
            else:
                counts["legacy" if finding.legacy else "open"][finding.severity] += 1
        return {**counts, **aside, "by_rule": dict(sorted(by_rule.items()))}

    def exit_status(self, fail_on: FailOn = "error", legacy: Legacy = "summary") -> int:
        """0 clean, 1 findings at or above `fail_on`, 2 an input unusable, 3 a rule that broke."""
        if self.faults:
            return 3
        if any(entry.error is not None for entry in self.inputs):
            return 2
        return 1 if any(finding.fails(fail_on, legacy) for finding in self.findings) else 0

    def head(self) -> dict[str, Any]:
        """What stands before the findings in the JSON report."""
        from validator import __version__

        return {
            "format_version": FORMAT_VERSION,
            "tool": {"name": "ianalint", "version": __version__},
            "inputs": [entry.to_dict() for entry in self.inputs],
        }

    def tail(self) -> dict[str, Any]:
        """What stands behind the findings in the JSON report."""
        told: dict[str, Any] = {}
        if self.requests is not None:
            told["requests"] = [entry.to_dict() for entry in self.requests]
        if self.audits is not None:
            told["audits"] = [entry.to_dict() for entry in self.audits]
        return {
            **told,
            "faults": [fault.to_dict() for fault in self.faults],
            "summary": self.summary(),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the report as `schemas/report.schema.json` describes it."""
        findings = [finding.to_dict() for finding in self.findings]
        return {**self.head(), "findings": findings, **self.tail()}

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)
