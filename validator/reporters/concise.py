"""One line a finding, for editors, `grep` and `sort`: path:line:column: CODE severity message.

All findings are there; legacy ones, and those that are set aside, say so.  With `quiet` only what
the text report shows is left.
"""

from __future__ import annotations

from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.report import Report
    from validator.reporters import Style


def render(report: Report, style: Style) -> Iterator[str]:
    for entry in report.inputs:
        for cut in entry.cut:
            yield f"{visible(entry.path)}:1:1: {cut.code} note {cut}\n"
    for finding in report.findings:
        folded = finding.legacy and style.legacy == "summary"
        if style.quiet and (folded or finding.status != "open"):
            continue
        marks: list[str] = [finding.status] if finding.status != "open" else []
        marks += ["legacy"] if finding.legacy else []
        marked = f"({', '.join(marks)}) " if marks else ""
        yield (
            f"{visible(str(finding.location))}: {finding.code} {finding.severity}"
            f" {marked}{visible(finding.message)} [{finding.rule}]\n"
        )
