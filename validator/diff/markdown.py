"""A history as a change log in Markdown, to be pasted into release notes.

Text of the dumps is in code spans: there it can neither format, nor link, nor mention anybody, and
the log can be read unrendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from validator.diff.changes import Kind
from validator.diff.history import DumpHistory
from validator.diff.steps import Step
from validator.diff.text import totals
from validator.diff.wording import ChangeLine, lines_by_kind
from validator.engine.finding import Finding
from validator.engine.report import Report
from validator.reporters import Style
from validator.reporters.escape import visible
from validator.reporters.markdown import code_span, folded_findings, table_of_rules
from validator.reporters.wording import count_of, full_message

_MOST_FIXED = 100
_MOST_UNREAD = 20
_TICKS = re.compile("`+")
_HEADINGS: dict[str, tuple[Kind, ...]] = {
    "Assigned": ("assigned", "transport-added"),
    "Released": ("released", "transport-removed"),
    "Reassigned": ("reassigned",),
    "Renamed": ("renamed",),
    "Moved": ("moved",),
    "Edited": ("edited", "reference-published"),
    "The registry itself": ("metadata",),
}
_COUNTED: dict[Kind, str] = {
    "contact-added": "contact added",
    "contact-removed": "contact removed",
    "contact-changed": "contact changed",
    "contact-renamed": "contact id renamed",
    "statement-cut": "statement cut",
    "statement-merged": "statement merged",
    "statement-redrawn": "statement redrawn",
    "statement-added": "statement added",
    "statement-removed": "statement removed",
}


def render(history: DumpHistory, report: Report, style: Style) -> Iterator[str]:
    """Yield the change log, the newest step first, then the findings of `report`."""
    yield from _unread(history)
    if history.is_unchanged:
        yield "No changes.\n\n"
    for step in reversed(history.steps):
        yield from _step(step)
    if style.min_severity != "note":
        report = report.at_least(style.min_severity, style.fail_on, style.legacy)
    if report.findings or report.faults:
        yield f"## Findings\n\n{totals(history)}\n\n"
        yield from table_of_rules(report)
        yield from folded_findings(report, style)
    fixed = [finding for step in reversed(history.steps) for finding in step.fixed]
    if fixed and not style.summary:
        yield from _folded_fixes(fixed)


def _unread(history: DumpHistory) -> Iterator[str]:
    """What was not read, not checked to its end or is incomplete."""
    for entry in history.inputs:
        if entry.error is not None:
            words = "not read" if entry.is_unread else "not checked to its end"
            yield f"- {words}: {ticked(entry.error)}\n\n"
    for finding in history.unread[:_MOST_UNREAD]:
        yield f"- incomplete: {ticked(f'{finding.location}: {finding.message}')}\n\n"
    if len(history.unread) > _MOST_UNREAD:
        yield f"- and {len(history.unread) - _MOST_UNREAD:,} more\n\n"


def _folded_fixes(fixed: Sequence[Finding]) -> Iterator[str]:
    yield f"\n<details><summary>Fixed: {len(fixed):,}</summary>\n\n"
    for finding in fixed[:_MOST_FIXED]:
        message = f"{finding.code} {full_message(finding)}"
        yield f"- {code_span(str(finding.location))} {code_span(message)}\n"
    if len(fixed) > _MOST_FIXED:
        yield f"- and {len(fixed) - _MOST_FIXED:,} more\n"
    yield "\n</details>\n"


def _step(step: Step) -> Iterator[str]:
    sides = (step.old_updated or step.old, step.new_updated or step.new)
    yield f"## Service names and port numbers: {' to '.join(map(ticked, sides))}\n\n"
    if not step.events:
        yield "No changes.\n\n"
        return
    by_kind = lines_by_kind(step.events)
    for heading, kinds in _HEADINGS.items():
        lines = [line for kind in kinds for line in by_kind.get(kind, [])]
        if lines:
            yield f"### {heading}\n\n"
            yield from map(_item, lines)
            yield "\n"
    counts = step.counts()
    others = [plural(counts[kind], thing) for kind, thing in _COUNTED.items() if kind in counts]
    if others:
        yield f"Also: {', '.join(others)}.\n\n"


def _item(line: ChangeLine) -> str:
    detail = line.detail
    if line.kind == "metadata" or not detail:
        return f"- {ticked(str(line))}\n"
    return f"- {ticked(line.title)}: {ticked(detail)}\n"


def ticked(text: str) -> str:
    """Return text of an input as a code span, whatever back-ticks it has."""
    shape = visible(text)
    runs = [len(run) for run in _TICKS.findall(shape)]
    ticks = "`" * next(count for count in range(1, len(runs) + 2) if count not in runs)
    blank = " " if runs or shape != shape.strip() else ""
    return f"{ticks}{blank}{shape}{blank}{ticks}" if shape else "empty"


def plural(number: int, thing: str) -> str:
    """Say how many: `2 contacts added`."""
    noun, _, verb = thing.rpartition(" ")
    return f"{count_of(number, noun)} {verb}"
