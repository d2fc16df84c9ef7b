"""GitLab's code quality report: a list of issues, each with its fingerprint.

GitLab compares the report of a branch with that of its target by these.  It knows no issues set
aside: those, and legacy findings that do not count, are of severity "info".
"""

from __future__ import annotations

from hashlib import sha256

from validator.reporters.escape import named
from validator.reporters.json import encoded
from validator.reporters.place import from_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.engine.report import Finding, Report, Truncation
    from validator.reporters import Style

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, style: Style) -> Iterator[str]:
    issues = [encoded(_issue(finding, style)) for finding in report.findings]
    issues += [encoded(_unlisted(entry.path, cut)) for entry in report.inputs for cut in entry.cut]
    yield "[\n" + ",\n".join(issues) + "\n]\n" if issues else "[]\n"


def _unlisted(path: str, cut: Truncation) -> dict[str, Any]:
    """An issue that says of what not all is listed."""
    path = from_here(path)
    print_of = sha256(f"{path}\0{cut.code}".encode("utf-8", "surrogatepass"))
    return {
        "description": str(cut),
        "check_name": cut.code,
        "fingerprint": print_of.hexdigest(),
        "severity": "info",
        "location": {"path": path, "lines": {"begin": 1}},
    }


def _issue(finding: Finding, style: Style) -> dict[str, Any]:
    path = from_here(finding.location.path)
    about = named(finding.subject)
    told = f"{about}: {finding.message}" if about else finding.message
    severity = _SEVERITIES[finding.severity]
    marks: list[str] = [finding.status] if finding.status != "open" else []
    if finding.legacy and style.legacy != "fail":
        marks.append("legacy")
    if marks:
        severity = "info"
        told = f"({', '.join(marks)}) {told}"
    # The fingerprint itself names no file, and a report may have several.
    print_of = sha256(f"{path}\0{finding.fingerprint}".encode("utf-8", "surrogatepass"))
    return {
        "description": f"{told} ({finding.reference})",
        "check_name": f"{finding.code} {finding.rule}",
        "fingerprint": print_of.hexdigest(),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": finding.location.line}},
    }
