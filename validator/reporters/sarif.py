"""SARIF 2.1.0 (OASIS), for code scanning and for viewers in editors.

Findings of legacy records have the level "note" unless they count (`--legacy fail`); the property
`severity` has that of the rule.  Baselined and suppressed findings have a suppression, so that
viewers list them neither as open nor as fixed.
"""

from __future__ import annotations

from hashlib import sha256

from validator.reporters.json import encoded
from validator.reporters.links import HOME, file_uri, help_uri
from validator.reporters.wording import full_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.engine.report import Finding, Location, Report
    from validator.engine.rule import Rule
    from validator.reporters import Style

# The rules on records of the registry that a file does not have.
_MISSING_RECORDS = "CS2"
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render(report: Report, style: Style) -> Iterator[str]:
    rules = _rules(report)
    numbers = {entry["id"]: number for number, entry in enumerate(rules)}
    run = {
        "tool": {"driver": {**_driver(report), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "artifacts": [
            {"location": {"uri": file_uri(path)}}
            for path in dict.fromkeys(entry.path for entry in report.inputs)
        ],
    }
    yield "{\n"
    yield f'"$schema": "{_SCHEMA}",\n"version": "2.1.0",\n"runs": [{{\n'
    for key, value in run.items():
        yield f'"{key}": {encoded(value)},\n'
    results = [encoded(_result(finding, numbers, style)) for finding in report.findings]
    yield '"results": [\n' + ",\n".join(results) + "\n]\n}]\n}\n"


def _driver(report: Report) -> dict[str, Any]:
    tool = report.head()["tool"]
    return {
        "name": tool["name"],
        "version": tool["version"],
        "semanticVersion": tool["version"],
        "informationUri": HOME,
    }


def _rules(report: Report) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {
        code: _described(rule) for code, rule in report.rules.items()
    }
    for finding in report.findings:
        if finding.code not in rules:
            rules[finding.code] = _identity(finding.code, finding.rule)
    return list(rules.values())


def _identity(code: str, name: str) -> dict[str, Any]:
    return {"id": code, "name": name, "helpUri": help_uri(code, name)}


def _described(rule: Rule) -> dict[str, Any]:
    documentation = rule.documentation
    described = _identity(rule.code, rule.name)
    described["defaultConfiguration"] = {"level": rule.severity}
    described["properties"] = {"tags": [rule.family], "reference": rule.cites}
    if documentation:  # Python may run without (-OO)
        described["shortDescription"] = {"text": documentation.partition("\n")[0]}
        described["fullDescription"] = {"text": documentation.partition("\n\n")[0]}
        described["help"] = {"text": f"{rule.cites}\n\n{documentation}"}
    return described


def _invocation(report: Report) -> dict[str, Any]:
    errors = [entry.error for entry in report.inputs if entry.error is not None]
    errors += map(str, report.faults)
    warnings = [f"{entry.path}: {cut}" for entry in report.inputs for cut in entry.cut]
    invocation: dict[str, Any] = {"executionSuccessful": not errors}
    notifications = [
        {"level": level, "message": {"text": text}}
        for level, texts in (("error", errors), ("warning", warnings))
        for text in texts
    ]
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    return invocation


def _result(finding: Finding, numbers: dict[str, int], style: Style) -> dict[str, Any]:
    location = _physical(finding.location)
    if finding.code.startswith(_MISSING_RECORDS):
        # What a file lacks has no place in it.
        del location["physicalLocation"]["region"]
    level = "note" if finding.legacy and style.legacy != "fail" else finding.severity
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": numbers[finding.code],
        "level": level,
        "message": {"text": full_message(finding)},
        "locations": [location],
        "partialFingerprints": {
            "ianalint/v1": finding.fingerprint,
            # GitHub matches findings by this one alone; without it, it makes one of the line.
            "primaryLocationLineHash": _hash(finding.fingerprint),
        },
        "properties": {
            "severity": finding.severity,
            "legacy": finding.legacy,
            "reference": finding.reference,
            "field": finding.field,
            "value": finding.value,
            "subject": finding.subject,
        },
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_physical(other.location), "message": {"text": other.message}}
            for number, other in enumerate(finding.related)
        ]
    if finding.status != "open":
        suppression = {"kind": "external", "status": "accepted"}
        if finding.reason:
            suppression["justification"] = finding.reason
        result["suppressions"] = [suppression]
    return result


def _hash(fingerprint: str) -> str:
    return sha256(fingerprint.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ":1"


def _physical(place: Location) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    if place.end_line is not None and place.end_column is not None:
        region.update(endLine=place.end_line, endColumn=place.end_column)
    artifact = {"uri": file_uri(place.path)}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}
