"""The formats of a report, one module each with one function: `render(report, style)`.

A reporter knows the report and nothing else.  It yields pieces of text; its caller writes them.
To add a format, write its module and add its name to `FORMATS`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final, Literal, TypeAlias

    from validator.engine.finding import FailOn, Finding, Legacy
    from validator.engine.report import Report
    from validator.engine.rule import Severity

    Grouping: TypeAlias = Literal["file", "rule", "severity", "record"]
    Order: TypeAlias = Literal["place", "severity", "rule", "record"]

FORMATS: Final = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "junit",
    "github",
    "gitlab",
    "markdown",
    "html",
)
# Those that only count the findings of legacy records, unless these are to be listed or to fail:
# they show no place of them, whether accepted or not.
LEGACY_COUNTED: Final = frozenset(("text", "concise", "markdown"))


GROUPINGS: Final = ("file", "rule", "severity", "record")
ORDERS: Final = ("place", "severity", "rule", "record")


class Style:
    """How a report for people looks; formats for programs use little of it.

    `width` is the number of columns of the terminal; without a terminal it is `None` and no line
    is wrapped.  With `quiet` there are findings and nothing else, with `summary` their numbers.
    `fail_on` is the failing level, for formats that say of each rule whether it failed, and
    `status` the exit status of the run, where its command decides it.  `today` is the date of the
    run, `folder` where the report will be, which its links count from.  With `links` a terminal
    gets links.
    """

    def __init__(
        self,
        *,
        legacy: Legacy = "summary",
        statistics: bool = False,
        quiet: bool = False,
        color: bool = False,
        width: int | None = None,
        fail_on: FailOn = "error",
        min_severity: Severity = "note",
        summary: bool = False,
        group_by: Grouping | None = None,
        sort: Order | None = None,
        list_all: bool = False,
        links: bool = False,
        status: int | None = None,
        today: str = "",
        folder: str = "",
    ) -> None:
        self.fail_on: FailOn = fail_on
        self.legacy: Legacy = legacy
        self.statistics = statistics
        self.quiet = quiet
        self.color = color
        self.width = width
        self.min_severity: Severity = min_severity
        self.summary = summary
        self.group_by: Grouping | None = group_by
        self.sort: Order | None = sort
        self.list_all = list_all
        self.links = links
        self.status = status
        self.today = today
        self.folder = folder

    def lists(self, finding: Finding) -> bool:
        """Say whether a report for people lists a finding; the others it only counts."""
        return (
            finding.status == "open"
            and (self.legacy != "summary" or not finding.legacy)
            and not self.summary
            and finding.is_listed(self.min_severity, self.fail_on, self.legacy)
        )


def render(form: str, report: Report, style: Style | None = None) -> Iterator[str]:
    """Return `report` in the format `form`, one of `FORMATS`, piece by piece."""
    if form not in FORMATS:
        raise ValueError(f"{form!r} is no format of a report")
    style = style or Style()
    if style.min_severity != "note":
        report = report.at_least(style.min_severity, style.fail_on, style.legacy)
    name = f"validator.reporters.{form}"
    __import__(name)  # importlib would load three modules of its own
    pieces: Iterator[str] = sys.modules[name].render(report, style)
    return pieces
