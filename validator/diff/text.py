"""A history for a person: a line for each changed record, then the findings.

Blocks of unassigned numbers and contacts are a line a kind, and long lists are cut, unless all is
asked for.  Only ASCII is added to what the dumps say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from validator.diff.blame import Blame, event_ids
from validator.diff.changes import Kind
from validator.diff.history import DumpHistory
from validator.diff.steps import Step
from validator.diff.wording import ChangeLine, change_lines, lines_by_kind
from validator.engine.finding import Finding
from validator.engine.report import Input
from validator.engine.rule import SEVERITIES
from validator.reporters import Style
from validator.reporters.escape import subject_name, visible
from validator.reporters.text import Page
from validator.reporters.wording import count_of, finding_counts, grouped_codes, is_reading_fault

T = TypeVar("T")

# A step with more changes or findings than this is cut to so many lines a kind or rule.
_LONG = 150
_LINES = 15
_FINDINGS = 3
_NAMES = 12
_LONGEST_VALUE = 60
_FIXED = "fixed: "
_KIND_COLORS: dict[Kind, str] = {
    "assigned": "32",
    "transport-added": "32",
    "released": "31",
    "transport-removed": "31",
    "reassigned": "35",
    "renamed": "35",
    "moved": "35",
}
_FOLDED: tuple[Kind, ...] = (
    "statement-cut",
    "statement-merged",
    "statement-redrawn",
    "statement-added",
    "statement-removed",
    "contact-added",
    "contact-removed",
)


def render(history: DumpHistory, style: Style, *, full: bool) -> Iterator[str]:
    """Yield the history step by step; `full` leaves nothing out."""
    page = _HistoryPage(style, full=full)
    yield from page.unread(_open(history.incomplete))
    for blame in history.blame or ():
        yield from page.blame(blame)
    for step in history.steps:
        yield from page.step(step, alone=len(history.steps) == 1 and history.blame is None)
    if not style.quiet:
        yield from page.ending(history)


class _HistoryPage(Page):
    """How the parts of a history look."""

    def __init__(self, style: Style, *, full: bool) -> None:
        super().__init__(style)
        self.full = full
        self.is_long = False

    def cut(self, items: Sequence[T], most: int) -> Sequence[T]:
        """The first of `items`, or all in a short step and where nothing is to be left out."""
        return items[:most] if self.is_long and not self.full else items

    def unread(self, findings: Sequence[Finding]) -> Iterator[str]:
        """What was not read of the dumps."""
        self.is_long = len(findings) > _LINES
        listed = self.cut(findings, _LINES)
        for finding in listed:
            yield self.finding(finding, Input(finding.location.path), "incomplete: ")
        if len(listed) < len(findings):
            yield f"incomplete: {len(findings) - len(listed):,} more (--full)\n\n"
        self.is_long = False

    # -- one record -----------------------------------------------------------------------------

    def blame(self, blame: Blame) -> Iterator[str]:
        """The history of a record: what happened, then its fields and how old their values are."""
        end = f": {blame.events[-1].event.kind}" if blame.ends else ""
        yield self.paint("1", subject_name(blame.subject) + end) + "\n"
        if not blame.begins:
            first = "already in the first dump" if blame.first == 0 else "first listed here"
            yield f"  {visible(blame.dump(blame.first))}: {first}\n"
        for dated in blame.events:
            for line in change_lines([dated.event]):
                text = f"{visible(blame.dump(dated.new))}: {dated.event.kind} {line}"
                yield from (f"{line}\n" for line in self.hanging_lines(text, "  "))
        if not blame.events:
            yield f"  unchanged in {count_of(blame.count, 'dump')}\n"
        if not blame.is_current and not blame.ends:
            yield f"  {visible(blame.dump(blame.last))}: last listed here\n"
        yield "\n"
        yield from self.blame_fields(blame)
        yield "\n"

    def blame_fields(self, blame: Blame) -> Iterator[str]:
        """The latest values of a record, each with the dump that brought it."""
        wide = max((len(field) for field, _, _ in blame.fields), default=0)
        if not blame.is_current:
            yield f"  in the last dump that has it ({visible(blame.dump(blame.last))}):\n"
        for field, value, since in blame.fields:
            age = visible(
                "(since the first dump)" if since is None else f"(since {blame.dump(since)})"
            )
            head = f"  {field.replace('_', ' '):<{wide}}  "
            cut = value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "..."
            if not self.is_wide(f"{head}{visible(cut)}  {age}"):
                yield f"{head}{visible(cut)}  {self.paint('2', age)}\n"
                continue
            first, *rest = self.wrapped(f"{visible(cut)} {age}", " " * len(head))
            yield from (f"{line}\n" for line in (head + first.strip(), *rest))

    # -- a step ---------------------------------------------------------------------------------

    def step(self, step: Step, *, alone: bool) -> Iterator[str]:
        self.is_long = (
            sum(event.kind not in _FOLDED for event in step.events) > _LONG
            or len(step.findings) + len(step.gained) + len(step.fixed) > _LONG
        )
        quiet = self.style.quiet
        sections = list(filter(None, self.sections(step)))
        if not quiet or (sections and not alone):
            yield self.paint("1", self.hanging(visible(step.title)).rstrip("\n")) + "\n"
        if quiet:
            yield from chain.from_iterable(sections)
            return
        last = ""
        for section in sections or [["no changes\n"]]:
            # A finding ends with an empty line, a change does not.
            if last and not last.endswith("\n\n"):
                yield "\n"
            yield from section
            last = section[-1]
        if not last.endswith("\n\n"):
            yield "\n"

    def sections(self, step: Step) -> Iterator[list[str]]:
        """The lines on changes and findings, and unless it is quiet on what is left out."""
        yield list(self.changes(step))
        yield list(self.findings(_open(step.findings), step, self.finding_lines))
        yield list(self.findings(_open(step.gained), step, self.finding_lines, "new: "))
        yield list(self.findings(step.fixed, step, self.fixed_lines, _FIXED))
        if not self.style.quiet:
            yield list(self.left_out(step))

    def changes(self, step: Step) -> Iterator[str]:
        by_kind = lines_by_kind(step.events)
        wide = max(map(len, by_kind), default=0)
        for kind, lines in by_kind.items():
            if kind in _FOLDED and len(lines) > 3 and not self.full:
                yield from self.row(kind, _folded(lines), wide)
                continue
            listed = self.cut(lines, _LINES)
            for line in listed:
                yield from self.row(kind, str(line), wide)
            if len(listed) < len(lines):
                yield from self.row(kind, f"and {len(lines) - len(listed):,} more (--full)", wide)

    def row(self, kind: Kind, text: str, wide: int) -> Iterator[str]:
        head = self.paint(_KIND_COLORS.get(kind, "36"), f"{kind:<{wide}}")
        first, *rest = self.wrapped(text, " " * (wide + 2))
        yield f"{head}  {first.strip()}\n"
        for line in rest:
            yield f"{line}\n"

    def findings(
        self,
        findings: Iterable[Finding],
        step: Step,
        lines: Callable[[Finding, str, Step], Iterable[str]],
        label: str = "",
    ) -> Iterator[str]:
        """The findings of a step by severity and rule; those of a rule are cut in a long step."""
        by_rule: dict[str, list[Finding]] = {}
        for finding in findings:
            if self.style.lists(finding) or (label == _FIXED and self.lists_fixed(finding)):
                by_rule.setdefault(finding.code, []).append(finding)

        def rank(code: str) -> tuple[bool, int, str]:
            first = by_rule[code][0]
            return not is_reading_fault(first), SEVERITIES.index(first.severity), code

        for code in sorted(by_rule, key=rank):
            of_rule = by_rule[code]
            listed = self.cut(of_rule, _FINDINGS)
            for finding in listed:
                yield from lines(finding, label, step)
            if len(listed) < len(of_rule):
                more = len(of_rule) - len(listed)
                yield f"{label}{code} {of_rule[0].rule}: {more:,} more (--full)\n"

    def finding_lines(self, finding: Finding, label: str, step: Step) -> Iterator[str]:
        """A finding as `check` shows it."""
        yield self.finding(finding, step.entry, label)

    def fixed_lines(self, finding: Finding, label: str, _step: Step) -> Iterator[str]:
        """A line for a finding that only the old dump has."""
        place = visible(str(finding.location))
        first, *rest = self.wrapped(f"{label}{place}: {_message(finding)}", "  ")
        yield f"{self.paint('32', label.rstrip())}{first.strip().removeprefix(label.rstrip())}\n"
        for line in rest:
            yield f"{line}\n"

    def lists_fixed(self, finding: Finding) -> bool:
        """Whether to list a finding that is fixed, whatever a baseline says of it."""
        style = self.style
        is_counted = style.summary or (finding.legacy and style.legacy == "summary")
        return not is_counted and finding.is_listed(style.min_severity, style.fail_on, style.legacy)

    def left_out(self, step: Step) -> Iterator[str]:
        """What could not be compared in a step."""
        if step.not_comparable:
            many = count_of(step.not_comparable, "record")
            where = "that the other dump may have in a part that was not read"
            yield self.paint("2", f"  not compared: {many} {where}\n")
        reasons: dict[str, list[str]] = {}
        for entry in step.entry.not_run:
            reasons.setdefault(f"skipped: {{}} ({entry.reason})", []).append(entry.code)
        for entry in step.not_compared:
            # A rule that ran on neither dump is in the report of `check`.
            if entry.code in step.one_sided:
                reasons.setdefault(f"not compared: {{}} ({entry.reason})", []).append(entry.code)
        for reason, codes in reasons.items():
            for line in self.wrapped(visible(reason.format(grouped_codes(codes))), "  "):
                yield self.paint("2", line) + "\n"

    # -- the end --------------------------------------------------------------------------------

    def ending(self, history: DumpHistory) -> Iterator[str]:
        for entry in history.inputs:
            if entry.error is not None:
                words = "not read:" if entry.is_unread else "not checked to its end:"
                yield f"{self.paint('1;31', words)} {visible(entry.error)}\n"
        if history.steps or history.blame or history.is_unchanged:
            for line in self.wrapped(totals(history), ""):
                yield self.paint("1", line) + "\n"
        else:
            yield "nothing to compare: fewer than two dumps could be read\n"


def _folded(lines: Sequence[ChangeLine]) -> str:
    """The changes of a kind in one line."""
    names = ", ".join(line.title.partition(" -> ")[0] for line in lines[:_NAMES])
    more = f", and {len(lines) - _NAMES:,} more (--full)" if len(lines) > _NAMES else ""
    return f"{len(lines):,}: {names}{more}"


def _message(finding: Finding) -> str:
    subject = subject_name(finding.subject)
    message = visible(finding.message)
    return f"{finding.code} {finding.rule}: {f'{subject}: {message}' if subject else message}"


def totals(history: DumpHistory) -> str:
    """How many changes and findings there are in all steps."""
    changes = count_of(_change_count(history), "change")
    counts = finding_counts([f for step in history.steps for f in _open(step.findings)])
    sentence = ", ".join([changes, *(counts or ["no problems"] * _is_clean(history))])
    if history.blame is None and any(step.compares_findings for step in history.steps):
        sentence += f". Findings: {_finding_counts(history)}"
    if unread := finding_counts(_open(history.unread)):
        sentence += f". Incomplete: {', '.join(unread)} in reading the dumps"
    if any(entry.faults for entry in history.report().inputs):
        sentence += ". A rule failed, so this report is incomplete"
    return sentence


def _is_clean(history: DumpHistory) -> bool:
    """Whether the dumps were read and compared, and have no new findings."""
    is_cut = any(entry.cut for entry in history.inputs)
    has_new = any(_open(step.gained) for step in history.steps)
    return not (history.incomplete or is_cut or has_new)


def _change_count(history: DumpHistory) -> int:
    if history.blame is not None:
        return len(event_ids(history.blame))
    return sum(len(step.events) for step in history.steps)


def _finding_counts(history: DumpHistory) -> str:
    gained = [f for step in history.steps for f in _open(step.gained)]
    legacy = sum(finding.legacy for finding in gained)
    counts = {
        "new": len(gained) - legacy,
        "new on legacy records": legacy,
        "fixed": sum(len(step.fixed) for step in history.steps),
        "unchanged": sum(history.steps[-1].standing.values()),
    }
    return ", ".join(
        f"{count:,} {what}" for what, count in counts.items() if count or what == "new"
    )


def _open(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.status == "open"]
