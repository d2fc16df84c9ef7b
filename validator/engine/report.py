"""The results of a run: the report that every format is written from."""

from __future__ import annotations

from collections import Counter
from itertools import chain

from validator.engine.finding import Fault
from validator.engine.rule import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator, Mapping, Sequence
    from typing import Any, Literal, Protocol

    from validator.engine.finding import FailOn, Finding, Legacy, Location, NotRun, Truncation
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

    Command = Literal["check", "request", "diff", "compare", "audit"]

FORMAT_VERSION = 2
_PICKLE_PROTOCOL = 5
_COMPRESSION = 1


class Input:
    """One input with its findings.

    `error` is set for one that could not be used, which has no `form` and no findings, and for one
    that was not checked to the end, whose `not_run` has the rules.  `data` are its bytes
    as UTF-8, for excerpts; `ports` is set for those who draw a map; `requests` counts the requests
    of a file of such.  `cut` lists the rules with more findings than the report has.
    Of findings that are only counted, all that are alike are one object, as often as there are.
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
        self._findings: list[Finding] = []
        # The findings as compressed bytes, where they are packed.
        self._packed: bytes | None = None
        self.faults: list[Fault] = []
        self.error: str | None = None
        # Whether the error is that none of the selected rules could run.
        self.nothing_ran = False
        self.data = b""

    @property
    def findings(self) -> list[Finding]:
        """Its findings.  Those that are packed are made anew each time: set what was changed."""
        return self._findings if self._packed is None else _unpacked(self._packed)

    @findings.setter
    def findings(self, findings: list[Finding]) -> None:
        self._findings = findings
        if self._packed is not None:
            self.pack()

    def pack(self) -> None:
        """Keep the findings in a small part of the memory that they take as objects."""
        from pickle import dumps
        from zlib import compress

        self._packed = compress(dumps(self._findings, _PICKLE_PROTOCOL), _COMPRESSION)
        self._findings = []

    def share(self, texts: dict[object, Any]) -> None:
        """Use the objects in `texts` that are equal to those of the findings, or put them there.

        Most findings of a dump are those of another one, at another place.
        """
        share = texts.setdefault
        for finding in self.findings:
            finding.message = share(finding.message, finding.message)
            finding.value = share(finding.value, finding.value)
            finding.fingerprint = share(finding.fingerprint, finding.fingerprint)
            finding.subject = share(tuple(finding.subject.items()), finding.subject)
            place = finding.location
            if place.lines:
                place.lines = share(place.lines, place.lines)
            for other in finding.related:
                other.subject = share(tuple(other.subject.items()), other.subject)

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


def _unpacked(data: bytes) -> list[Finding]:
    from pickle import loads
    from zlib import decompress

    findings: list[Finding] = loads(decompress(data))
    return findings


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
        return list(self)

    def counted(self) -> Iterator[tuple[Finding, int]]:
        """Yield each finding with the number of times that its input has it."""
        return chain.from_iterable(Counter(entry.findings).items() for entry in self.inputs)

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
        for finding, number in self.complete.counted():
            by_rule[finding.code] = by_rule.get(finding.code, 0) + number
            if finding.status != "open":
                totals[finding.status] += number
            else:
                totals["legacy" if finding.legacy else "open"][finding.severity] += number
                totals["legacy_modified"] += number * finding.modified
        if self.complete is not self:
            totals["not_listed"] = sum(by_rule.values()) - sum(1 for _ in self)
        return {**totals, "by_rule": dict(sorted(by_rule.items()))}

    def exit_status(self, fail_on: FailOn = "error", legacy: Legacy = "summary") -> int:
        """0 clean, 1 findings at or above `fail_on`, 2 an input unusable, 3 an internal error."""
        if self.faults:
            return 3
        if any(entry.error is not None for entry in self.inputs):
            return 2
        cuts = (cut for entry in self.inputs for cut in entry.cut)
        counted: Iterator[Finding | Truncation] = chain(cuts, self)
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
        findings = [finding.to_dict() for finding in self]
        return {**self.head(), "findings": findings, **self.tail()}

    def __iter__(self) -> Iterator[Finding]:
        return (finding for entry in self.inputs for finding in entry.findings)
