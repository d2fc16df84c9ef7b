"""Workflow commands of GitHub Actions: annotations, the most severe first.

GitHub shows ten of each level a step and keeps the rest in the log.  Legacy findings that do not
count, and those that are set aside, are `debug` lines: they are seen when a run is repeated with
debug logging.
"""

from __future__ import annotations

from validator.reporters.escape import named, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.report import Finding, Report
    from validator.reporters import Style

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
_ORDER = ("error", "warning", "note", "debug")
_IN_MESSAGE = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ord(":"): "%3A", ord(","): "%2C"}


def render(report: Report, style: Style) -> Iterator[str]:
    for entry in report.inputs:
        if entry.error is not None:
            yield f"::error::{_message(entry.error)}\n"
        for cut in entry.cut:
            yield f"::warning::{_message(f'{entry.path}: {cut}')}\n"
    for fault in report.faults:
        yield f"::error::{_message(f'rule {fault.code} broke on {fault.path}: {fault.message}')}\n"

    def level(finding: Finding) -> str:
        aside = finding.status != "open" or (finding.legacy and style.legacy != "fail")
        return "debug" if aside else finding.severity

    for finding in sorted(report.findings, key=lambda finding: _ORDER.index(level(finding))):
        place = finding.location
        about = named(finding.subject)
        told = f"{about}: {finding.message}" if about else finding.message
        told += f" ({finding.reference})"
        if level(finding) == "debug":
            aside = "legacy" if finding.status == "open" else finding.status
            yield f"::debug::{_message(f'{place}: {finding.code} ({aside}) {told}')}\n"
            continue
        title = f"{finding.code} {finding.rule}"
        yield (
            f"::{_LEVELS[finding.severity]} file={_property(place.path)},line={place.line}"
            f",col={place.column},title={_property(title)}::{_message(told)}\n"
        )


def _message(text: str) -> str:
    return visible(text).translate(_IN_MESSAGE)


def _property(text: str) -> str:
    return visible(text).translate(_IN_PROPERTY)
