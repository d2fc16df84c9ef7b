"""GitLab's code quality report: a list of issues, each with its fingerprint.

GitLab compares the report of a branch with that of its target by these.  It has no issues that are
suppressed: baselined and suppressed findings have the severity "info", and so have legacy ones if
they are listed without counting.  Otherwise those are left out.  An input that was not read or not
checked to its end, and a rule that broke, are issues of the severity "blocker".
"""

from __future__ import annotations

from hashlib import sha256

from validator.reporters.json import encoded
from validator.reporters.links import relative_path
from validator.reporters.wording import errors_of, marks, message_with_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.engine.finding import Finding
    from validator.engine.report import Report
    from validator.reporters import Style

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, style: Style) -> Iterator[str]:
    separator = "[\n"
    for issue in _issues(report, style):
        yield separator + encoded(issue)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _issues(report: Report, style: Style) -> Iterator[dict[str, Any]]:
    for finding in report:
        if not (finding.legacy and finding.status == "open" and style.legacy == "summary"):
            yield _finding(finding, style)
    for entry in report.inputs:
        for line, _, message in errors_of(entry):
            code = f"not-checked {message}"
            yield _issue(entry.path, line, message, "not-checked", code, "blocker")
    for entry in report.inputs:
        for cut in entry.cut:
            yield _issue(entry.path, 1, str(cut), cut.code, cut.code, "info")


def _finding(finding: Finding, style: Style) -> dict[str, Any]:
    marked = marks(finding, legacy=style.legacy != "fail")
    text = f"{message_with_places(finding)} ({finding.reference})"
    text = f"{marked} {text}" if marked else text
    severity = "info" if marked else _SEVERITIES[finding.severity]
    name = f"{finding.code} {finding.rule}"
    place = finding.location
    return _issue(place.path, place.line, text, name, finding.fingerprint, severity)


def _issue(
    path: str, line: int, text: str, name: str, fingerprint: str, severity: str
) -> dict[str, Any]:
    path = relative_path(path)
    # A fingerprint of ours names no file, and a report may have several.
    digest = sha256(f"{path}\0{fingerprint}".encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "description": text,
        "check_name": name,
        "fingerprint": digest,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }
