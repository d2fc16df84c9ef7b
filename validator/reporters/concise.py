"""One line a finding, for editors, `grep` and `sort`: path:line:column: CODE severity message.

An input that was not read or not checked to its end, and a rule that broke, are lines
"path:line:column: error MESSAGE", also with `quiet`.

The findings are those that the text report lists, and those that it cuts.  Those of legacy records
are a line for each rule, and a last line counts all others: baselined, suppressed.  These lines
have no place, nor have those of a summary, one for each rule.
Changes between dumps are lines "path:line:column: change KIND ...".  With `quiet` only the changes
and the findings are left.
"""

from __future__ import annotations

from validator.reporters.escape import visible
from validator.reporters.wording import (
    arranged,
    below_severity,
    count_of,
    errors_of,
    full_message,
    grouped,
    grouped_by_rule,
    marks,
    uncounted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.finding import Finding
    from validator.engine.report import Report
    from validator.reporters import Style


def render(report: Report, style: Style) -> Iterator[str]:
    yield from _unread(report)
    if not style.summary:
        yield from _changes(report)
    findings = arranged(filter(style.lists, report), style.sort or "place")
    # Messages about two dumps do not name the record that they are about.
    is_about_two = report.command in ("compare", "diff")
    message_of = full_message if is_about_two else lambda finding: finding.message
    for group in grouped(findings, style.group_by).values():
        for finding in group:
            yield _line(str(finding.location), finding, message_of(finding))
    if style.summary:
        yield from _counted(report)
    elif not style.quiet:
        if style.legacy == "summary":
            yield from _legacy(report)
        # With another mode, those of legacy records are listed.
        summary = report.summary()
        counts = uncounted(report, summary, "summary" if style.legacy == "summary" else "fail")
        unlisted = [*counts, *below_severity(summary, style.min_severity)]
        if unlisted:
            yield "; ".join(unlisted) + "\n"


def _unread(report: Report) -> Iterator[str]:
    """What was not read or not checked to its end."""
    for entry in report.inputs:
        path = visible(entry.path)
        for line, column, message in errors_of(entry):
            yield f"{path}:{line}:{column}: error {visible(message)}\n"
        for cut in entry.cut:
            yield f"{path}:1:1: {cut.code} note {cut}\n"


def _changes(report: Report) -> Iterator[str]:
    for step in report.steps:
        for change in step.changes():
            places = [*change.news, *change.olds]
            # What the registry says of itself has no place of its own.
            where = places[0] if places else f"{step.new}:1:1"
            text = f"{change.title}: {change.detail}" if change.detail else change.title
            yield f"{visible(str(where))}: change {change.kind} {visible(text)}\n"


def _legacy(report: Report) -> Iterator[str]:
    """A line for each rule with findings of legacy records that are not listed."""
    for entry in report.inputs:
        hidden = [f for f in entry.findings if f.legacy and f.status == "open"]
        for first, *more in grouped_by_rule(hidden).values():
            count = count_of(1 + len(more), "finding")
            yield _line(entry.path, first, f"{count} not listed (--legacy show)")


def _counted(report: Report) -> Iterator[str]:
    """A line a rule, with the number of its findings."""
    for entry in report.inputs:
        for first, *more in grouped_by_rule(entry.findings, apart=marks).values():
            yield _line(entry.path, first, count_of(1 + len(more), "finding"))


def _line(place: str, finding: Finding, message: str) -> str:
    marked = f"{marks(finding)} ".lstrip()
    return (
        f"{visible(place)}: {finding.code} {finding.severity} {marked}{visible(message)}"
        f" [{finding.rule}]\n"
    )
