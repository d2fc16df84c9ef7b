"""The formats of a report, one module each with one function: `render(report, style)`.

A reporter knows the report and nothing else.  It yields pieces of text; its caller writes them.
To add a format, write its module and add its name to `FORMATS`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from validator.engine.report import FailOn, Finding, Legacy, Report

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
# Those that only count the findings of legacy records, unless these are to be listed or to fail.
LEGACY_COUNTED: Final = frozenset(("text", "concise", "gitlab", "markdown", "junit", "github"))


class Style:
    """How a report for people looks; formats for programs use none of it.

    `width` is the number of columns of the terminal; without a terminal it is `None` and no line
    is wrapped.  With `quiet` there are findings and nothing else.  `fail_on` is the failing level,
    for formats that say of each rule whether it failed.
    """

    def __init__(
        self,
        *,
        legacy: Legacy = "summary",
        statistics: bool = False,
        quiet: bool = False,
        colour: bool = False,
        width: int | None = None,
        fail_on: FailOn = "error",
    ) -> None:
        self.fail_on: FailOn = fail_on
        self.legacy: Legacy = legacy
        self.statistics = statistics
        self.quiet = quiet
        self.colour = colour
        self.width = width

    def lists(self, finding: Finding) -> bool:
        """Say whether a report for people lists a finding; the others it only counts."""
        return finding.status == "open" and (self.legacy != "summary" or not finding.legacy)


def render(form: str, report: Report, style: Style | None = None) -> Iterator[str]:
    """Return `report` in the format `form`, one of `FORMATS`, piece by piece."""
    if form not in FORMATS:
        raise ValueError(f"{form!r} is no format of a report")
    name = f"validator.reporters.{form}"
    __import__(name)  # importlib would load three modules of its own
    pieces: Iterator[str] = sys.modules[name].render(report, style or Style())
    return pieces
