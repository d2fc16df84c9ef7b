"""The report as one JSON document, each input and each finding on a line of its own.

`schemas/report.schema.json` describes it.  All that is not printable ASCII is escaped.  The text is
put together here and not by `json.dumps`, which takes twice the time for thousands of findings;
tests hold it to `Report.to_dict`.
"""

from __future__ import annotations

try:
    from _json import encode_basestring_ascii
except ImportError:  # not CPython
    from json.encoder import encode_basestring_ascii

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.engine.report import Finding, Report
    from validator.reporters import Style


_TOGETHER = 500


def render(report: Report, _style: Style) -> Iterator[str]:
    head = report.head()
    inputs = head.pop("inputs")
    yield "{\n"
    for key, value in head.items():
        yield f"{_string(key)}: {encoded(value)},\n"
    yield f'"inputs": {_lines([encoded(entry) for entry in inputs])},\n'
    yield '"findings": ['
    findings = report.findings
    # As one text they would be in memory three times over.
    for start in range(0, len(findings), _TOGETHER):
        lines = [encoded_finding(finding) for finding in findings[start : start + _TOGETHER]]
        yield ("\n" if not start else ",\n") + ",\n".join(lines)
    yield "\n]" if findings else "]"
    for key, value in report.tail().items():
        yield f",\n{_string(key)}: {encoded(value)}"
    yield "\n}\n"


def document(told: dict[str, Any]) -> Iterator[str]:
    """Yield another document in the same way: what lists on its top hold, on lines of their own."""
    first = True
    for key, value in told.items():
        held = (
            _lines([encoded(item) for item in value]) if isinstance(value, list) else encoded(value)
        )
        yield f"{'{' if first else ','}\n{_string(key)}: {held}"
        first = False
    yield "\n}\n"


def _lines(items: list[str]) -> str:
    return "[\n" + ",\n".join(items) + "\n]" if items else "[]"


def encoded(value: object) -> str:
    """Return `value`, made of dict, list, str, int, bool and None, as JSON in ASCII."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, dict):
        return "{" + ", ".join([f"{_string(k)}: {encoded(v)}" for k, v in value.items()]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join([encoded(item) for item in value]) + "]"
    raise TypeError(f"a report holds no {type(value).__name__}")


def encoded_finding(finding: Finding) -> str:
    """Return what `encoded(finding.to_dict())` would, sooner."""
    place = finding.location
    related = ""
    if finding.related:
        related = ", ".join([encoded(other.to_dict()) for other in finding.related])
    legacy = "true" if finding.legacy else "false"
    return (
        f'{{"code": "{finding.code}", "rule": "{finding.rule}", "severity": "{finding.severity}",'
        f' "legacy": {legacy}, "status": "{finding.status}", "message": {_string(finding.message)},'
        f' "reference": {_string(finding.reference)}, "field": {encoded(finding.field)},'
        f' "value": {encoded(finding.value)}, "subject": {encoded(finding.subject)},'
        f' "location": {{"path": {_string(place.path)}, "line": {place.line},'
        f' "column": {place.column}}}, "related": [{related}],'
        f' "fingerprint": {_string(finding.fingerprint)}}}'
    )


def _string(text: str) -> str:
    shown = encode_basestring_ascii(text)
    # DEL is ASCII, and a control character all the same.
    return shown.replace("\x7f", "\\u007f") if "\x7f" in shown else shown
