"""One line a finding, for editors, `grep` and `sort`: path:line:column: CODE severity message.

All findings are listed; legacy, baselined and suppressed ones are marked.  With `quiet` only those
of the text report are left.
"""

from __future__ import annotations

from validator.reporters.escape import visible
from validator.reporters.wording import marks

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
        if style.quiet and not style.lists(finding):
            continue
        marked = f"{marks(finding)} ".lstrip()
        yield (
            f"{visible(str(finding.location))}: {finding.code} {finding.severity}"
            f" {marked}{visible(finding.message)} [{finding.rule}]\n"
        )
