"""Workflow commands of GitHub Actions: annotations, the most severe first.

GitHub shows ten of each level a step and keeps the rest in the log.  Legacy findings that do not
count, and baselined and suppressed ones, are `debug` lines, which GitHub shows when a run is
repeated with debug logging.
"""

from __future__ import annotations

from validator.engine.rule import SEVERITIES
from validator.reporters.escape import visible
from validator.reporters.wording import error_place, message_with_places, verdicts_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.finding import Finding
    from validator.engine.report import Report
    from validator.reporters import Style

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
_IN_MESSAGE = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ord(":"): "%3A", ord(","): "%2C"}


def render(report: Report, style: Style) -> Iterator[str]:
    yield from _on_inputs(report)

    def is_annotation(finding: Finding) -> bool:
        return finding.status == "open" and (style.legacy == "fail" or not finding.legacy)

    for severity in SEVERITIES:
        for finding in report:
            if finding.severity == severity and is_annotation(finding):
                yield _annotation(finding)
    for finding in report:
        if not is_annotation(finding):
            mark = "legacy" if finding.status == "open" else finding.status
            head = f"{finding.location}: {finding.code} ({mark})"
            yield f"::debug::{_message(f'{head} {_text(finding)}')}\n"


def _on_inputs(report: Report) -> Iterator[str]:
    """Yield what could not be read or run, and the verdicts on requests."""
    for entry in report.inputs:
        if entry.error is not None:
            place = error_place(entry)
            line, column, message = place or (1, 1, entry.error)
            span = f" file={_property(entry.path)},line={line},col={column}" if place else ""
            yield f"::error{span}::{_message(message)}\n"
        for cut in entry.cut:
            yield f"::warning::{_message(f'{entry.path}: {cut}')}\n"
    for path in dict.fromkeys(entry.path for entry in report.inputs):
        for name, verdict in verdicts_on(report, path).items():
            title = _property(f"{name} ({path})")
            yield f"::notice title={title}::{_message(verdict)}\n"
    for fault in report.faults:
        yield f"::error::{_message(str(fault))}\n"


def _annotation(finding: Finding) -> str:
    place = finding.location
    title = f"{finding.code} {finding.rule}"
    span = f"line={place.line},col={place.column}"
    if place.end_line == place.line:  # GitHub takes columns on a single line alone
        span = f"line={place.line},endLine={place.line},col={place.column}"
        span += f",endColumn={place.end_column}"
    return (
        f"::{_LEVELS[finding.severity]} file={_property(place.path)},{span}"
        f",title={_property(title)}::{_message(_text(finding))}\n"
    )


def _text(finding: Finding) -> str:
    return f"{message_with_places(finding)} ({finding.reference})"


def _message(text: str) -> str:
    return visible(text).translate(_IN_MESSAGE)


def _property(text: str) -> str:
    return visible(text).translate(_IN_PROPERTY)
