"""The report as JSON Lines: a head, each finding, a summary; the `type` of a line says which.

The head has the keys before the findings in the JSON report, the summary those after them.
"""

from __future__ import annotations

from validator.reporters.json import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.report import Report
    from validator.reporters import Style


def render(report: Report, _style: Style) -> Iterator[str]:
    yield encoded({"type": "head", **report.head()}) + "\n"
    for finding in report:
        yield encoded({"type": "finding", **finding.to_dict()}) + "\n"
    yield encoded({"type": "summary", **report.tail()}) + "\n"
