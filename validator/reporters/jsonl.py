"""The report as JSON Lines: a head, each finding, a summary; `type` says which a line is.

The head has the keys that stand before the findings in the JSON report, the summary those behind.
"""

from __future__ import annotations

from validator.reporters.json import encoded, encoded_finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.report import Report
    from validator.reporters import Style


def render(report: Report, _style: Style) -> Iterator[str]:
    yield encoded({"type": "head", **report.head()}) + "\n"
    for finding in report.findings:
        yield f'{{"type": "finding", {encoded_finding(finding)[1:]}\n'
    yield encoded({"type": "summary", **report.tail()}) + "\n"
