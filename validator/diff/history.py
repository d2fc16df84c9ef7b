"""A history of dumps: the steps between them, and the history of one record."""

from __future__ import annotations

from validator.diff.changes import counts_by_kind
from validator.diff.steps import Step, counts_by_severity
from validator.engine.report import Input, Report
from validator.reporters.wording import is_reading_fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from validator.diff.blame import Blame, Key
    from validator.engine.finding import FailOn, Finding, Legacy, Truncation
    from validator.engine.rule import Rule


class DumpHistory:
    """The steps between the dumps of `inputs`, in their order; `blame` where it is of one record.

    An input that could not be used is among the inputs, and in no step.  `unread` are the findings
    about what was not read of the dumps, as they are reported, `incomplete` those of them that no
    step gained.  `keys` are the records of the last dump, where the record that was asked for is in
    none.
    """

    __slots__ = ("blame", "incomplete", "inputs", "keys", "steps", "unread")

    def __init__(
        self, inputs: Sequence[Input], steps: Sequence[Step], unread: Sequence[Finding] = ()
    ) -> None:
        self.inputs = inputs
        self.steps = steps
        self.unread: list[Finding] = []
        gained = {(f.location.path, f.fingerprint): f for step in steps for f in step.gained}
        self.incomplete: list[Finding] = []
        for finding in unread:
            same = gained.get((finding.location.path, finding.fingerprint))
            if same is None:
                self.incomplete.append(finding)
            else:
                same.severity = finding.severity
                same.is_gap = finding.is_gap
            self.unread.append(same or finding)
        self.blame: list[Blame] | None = None
        self.keys: Sequence[Key] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether there is one dump, because it is the same at both ends of a range in git."""
        return [entry.error for entry in self.inputs] == [None]

    def report(self, rules: Mapping[str, Rule] | None = None) -> Report:
        """The findings of family HX and those gained, as a report: each in its dump."""
        entries: list[Input] = []
        steps = {step.new: step for step in self.steps}
        for entry in self.inputs:
            copy = Input(entry.path)
            for name in ("form", "updated", "records", "contacts", "whole", "error", "data"):
                setattr(copy, name, getattr(entry, name))
            copy.faults += entry.faults
            copy.findings = [f for f in self.incomplete if f.location.path == entry.path]
            step = steps.get(entry.path)
            if step is not None:
                copy.not_run = [*step.entry.not_run, *step.not_compared]
                copy.findings = sorted(
                    [*copy.findings, *step.findings, *step.gained],
                    key=lambda finding: (finding.location.offset, finding.code),
                )
                copy.faults += step.entry.faults
                copy.cut = [*step.entry.cut, *entry.cut]
            entries.append(copy)
        report = Report(entries, rules)
        report.command = "diff"
        report.steps = self.steps
        return report

    def still_new(self) -> list[Finding]:
        """The findings gained in some step that no later step fixed."""
        findings: list[Finding] = []
        fixed: set[str] = set()
        for step in reversed(self.steps):
            findings += [finding for finding in step.gained if finding.fingerprint not in fixed]
            fixed.update(finding.fingerprint for finding in step.fixed)
            fixed.difference_update(finding.fingerprint for finding in step.gained)
        return findings

    def fails(self, fail_on: FailOn, legacy: Legacy, *, only_new: bool) -> bool:
        """Say whether findings that are still new or, without `only_new`, of changes fail a run."""
        # A rule with more findings than are listed was not compared.
        cuts = [cut for entry in self.inputs for cut in entry.cut]
        counted: list[Finding | Truncation] = [*self.still_new(), *self.unread_parts(), *cuts]
        if not only_new:
            counted += self.incomplete  # an unreadable value that both dumps have is not new
            for step in self.steps:
                counted += [*step.findings, *step.entry.cut]
        return any(each.fails(fail_on, legacy) for each in counted)

    def unread_parts(self) -> list[Finding]:
        """The faults of reading: the steps to and from a dump did not see what it has not."""
        return [finding for finding in self.unread if is_reading_fault(finding)]

    def summary(self) -> dict[str, Any]:
        """Count changes by kind, and findings of each sort by severity.

        Those that a later dump fixes are among the gained ones, and not open.
        """
        gained = [finding for step in self.steps for finding in step.gained]
        remaining = [*self.still_new(), *self.unread_parts()]
        fixed = set(map(id, gained)).difference(map(id, remaining))
        report = self.report()
        for entry in report.inputs:
            entry.findings = [finding for finding in entry.findings if id(finding) not in fixed]
        return {
            "open": report.summary()["open"],
            "changes": counts_by_kind(event.kind for step in self.steps for event in step.events),
            "findings": counts_by_severity(f for step in self.steps for f in step.findings),
            "gained": counts_by_severity(gained),
            "repaired": counts_by_severity(f for step in self.steps for f in step.fixed),
            "standing": self.steps[-1].standing if self.steps else counts_by_severity(()),
        }

    def parts(self, lists: Callable[[Finding], bool]) -> dict[str, Any]:
        """Return the history as `schemas/changes.schema.json` describes it.

        The lists that may be long are generators, of the findings that `lists` accepts; the summary
        counts all of them.
        """
        report = self.report()
        document = {
            **report.head(),
            "incomplete": [finding.to_dict() for finding in self.incomplete],
            "steps": (step.parts(lists) for step in self.steps),
            "faults": [fault.to_dict() for fault in report.faults],
            "summary": self.summary(),
        }
        if self.blame is not None:
            document["blame"] = [blame.to_dict() for blame in self.blame]
        return document

    def to_lines(self, lists: Callable[[Finding], bool]) -> Iterator[dict[str, Any]]:
        """Yield the same piece by piece, each with its `type`.

        They are a head, and for each step the step, its changes and its findings, of which `list`
        names the list of the step; at the end a summary.
        """
        document = self.parts(lists)
        head = ("format_version", "tool", "inputs")
        yield {"type": "head", **{key: document.pop(key) for key in head}}
        for step in document.pop("steps"):
            changes = step.pop("changes")
            findings = [(key, step.pop(key)) for key in ("findings", "gained", "repaired")]
            yield {"type": "step", **step}
            for change in changes:
                yield {"type": "change", **change}
            for key, of_list in findings:
                for finding in of_list:
                    yield {"type": "finding", "list": key, **finding}
        yield {"type": "summary", **document}
