"""One line a finding, for editors, `grep` and `sort`: path:line:column: CODE severity message.

All open findings are shown, legacy ones too; those say so.
"""

from __future__ import annotations

from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.report import Report
    from validator.reporters import Style


def render(report: Report, _style: Style) -> Iterator[str]:
    for finding in report.findings:
        if finding.status != "open":
            continue
        legacy = "(legacy) " if finding.legacy else ""
        yield (
            f"{visible(str(finding.location))}: {finding.code} {finding.severity}"
            f" {legacy}{visible(finding.message)} [{finding.rule}]\n"
        )
