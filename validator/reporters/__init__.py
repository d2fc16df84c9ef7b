"""The formats of a report, one module each with one function: `render(report, style)`.

A reporter knows the report and nothing else.  It yields pieces of text; whoever asked joins them,
encodes them and writes them.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from validator.engine.report import FailOn, Legacy, Report

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


class Style:
    """How a report for people is to look; formats for programs ask none of it.

    `width` is the number of columns of the terminal, `None` where there is none: no line is
    wrapped then.  With `quiet` there are findings and nothing else.  `fail_on` is what makes the
    run fail, for formats that say of each rule whether it did.
    """

    __slots__ = ("colour", "fail_on", "legacy", "quiet", "statistics", "width")

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


def render(form: str, report: Report, style: Style | None = None) -> Iterator[str]:
    """Return `report` in the format `form`, one of `FORMATS`, piece by piece."""
    if form not in FORMATS:
        raise ValueError(f"{form!r} is no format of a report")
    name = f"validator.reporters.{form}"
    __import__(name)  # importlib would bring three modules of its own
    pieces: Iterator[str] = sys.modules[name].render(report, style or Style())
    return pieces
