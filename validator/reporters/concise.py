"""One line a finding, for editors, `grep` and `sort`: path:line:column: CODE severity message.

An input that was not read or not checked to its end, and a rule that broke, are lines
"path:1:1: error MESSAGE", also with `quiet`.

Baselined and suppressed findings are marked.  Those of legacy records are a line for each rule,
at the first line of the file, unless the style lists them; so are all in a summary.  Changes
between dumps are lines "path:line:column: change KIND ...".  With `quiet` only the changes and the
findings of the text report are left.
"""

from __future__ import annotations

from validator.reporters.escape import visible
from validator.reporters.wording import arranged, count_of, grouped, grouped_by_rule, marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.report import Finding, Report
    from validator.reporters import Style


def render(report: Report, style: Style) -> Iterator[str]:
    yield from _unread(report)
    if not style.summary:
        yield from _changes(report)
    findings = arranged(report.findings, style.sort or "place")
    for group in grouped(findings, style.group_by).values():
        for finding in group:
            if _is_listed(finding, style):
                yield _line(str(finding.location), finding, finding.message)
    if style.summary or not style.quiet:
        yield from _counted(report, style)


def _unread(report: Report) -> Iterator[str]:
    """What was not read or not checked to its end."""
    for entry in report.inputs:
        place = f"{visible(entry.path)}:1:1:"
        for message in entry.errors():
            yield f"{place} error {visible(message)}\n"
        for cut in entry.cut:
            yield f"{place} {cut.code} note {cut}\n"


def _changes(report: Report) -> Iterator[str]:
    for step in report.steps:
        for change in step.changes():
            places = [*change.news, *change.olds]
            # What the registry says of itself has no place of its own.
            where = places[0] if places else f"{step.new}:1:1"
            text = f"{change.title}: {change.detail}" if change.detail else change.title
            yield f"{visible(str(where))}: change {change.kind} {visible(text)}\n"


def _counted(report: Report, style: Style) -> Iterator[str]:
    """A line a rule for the findings that are not listed."""
    for entry in report.inputs:
        rest = (finding for finding in entry.findings if not _is_listed(finding, style))
        for first, *more in grouped_by_rule(rest, apart=marks).values():
            hint = "" if style.summary or not first.legacy else " not listed (--legacy show)"
            count = count_of(1 + len(more), "finding")
            yield _line(f"{entry.path}:1:1", first, f"{count}{hint}")


def _is_listed(finding: Finding, style: Style) -> bool:
    if style.summary:
        return False
    if style.quiet:
        return style.lists(finding)
    return style.legacy != "summary" or not finding.legacy or finding.status != "open"


def _line(place: str, finding: Finding, message: str) -> str:
    marked = f"{marks(finding)} ".lstrip()
    return (
        f"{visible(place)}: {finding.code} {finding.severity} {marked}{visible(message)}"
        f" [{finding.rule}]\n"
    )
