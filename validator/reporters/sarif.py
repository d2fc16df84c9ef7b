"""SARIF 2.1.0 (OASIS), for code scanning and for viewers in editors.

Findings of legacy records have the level "note" unless they count (`--legacy fail`); the property
`severity` has that of the rule.  What a baseline or a waiver sets aside has a suppression: so it is
neither shown as open nor taken for mended.
"""

from __future__ import annotations

from hashlib import sha256

from validator.reporters.escape import named
from validator.reporters.json import encoded
from validator.reporters.place import HOME, help_uri, uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.engine.report import Finding, Location, Report
    from validator.engine.rule import Rule
    from validator.reporters import Style

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_SUPPRESSED = {"baselined": "external", "suppressed": "external"}


def render(report: Report, style: Style) -> Iterator[str]:
    found = report.findings
    rules = _rules(report)
    numbers = {entry["id"]: number for number, entry in enumerate(rules)}
    run = {
        "tool": {"driver": {**_driver(report), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "artifacts": [
            {"location": {"uri": uri(path)}}
            for path in dict.fromkeys(entry.path for entry in report.inputs)
        ],
    }
    yield "{\n"
    yield f'"$schema": "{_SCHEMA}",\n"version": "2.1.0",\n"runs": [{{\n'
    for key, value in run.items():
        yield f'"{key}": {encoded(value)},\n'
    results = [encoded(_result(finding, numbers, style)) for finding in found]
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
            rules[finding.code] = _named(finding.code, finding.rule)
    return list(rules.values())


def _named(code: str, name: str) -> dict[str, Any]:
    return {"id": code, "name": name, "helpUri": help_uri(code, name)}


def _described(rule: Rule) -> dict[str, Any]:
    documentation = rule.documentation
    described = _named(rule.code, rule.name)
    described["defaultConfiguration"] = {"level": rule.severity}
    described["properties"] = {"tags": [rule.code[:2]], "reference": rule.cites}
    if documentation:  # Python may run without (-OO)
        described["shortDescription"] = {"text": documentation.partition("\n")[0]}
        described["fullDescription"] = {"text": documentation.partition("\n\n")[0]}
        described["help"] = {"text": f"{rule.cites}\n\n{documentation}"}
    return described


def _invocation(report: Report) -> dict[str, Any]:
    told = [
        {"level": "error", "message": {"text": entry.error}}
        for entry in report.inputs
        if entry.error is not None
    ]
    told += [
        {
            "level": "error",
            "message": {"text": f"rule {fault.code} broke on {fault.path}: {fault.message}"},
        }
        for fault in report.faults
    ]
    invocation: dict[str, Any] = {"executionSuccessful": not told}
    told += [
        {"level": "warning", "message": {"text": f"{entry.path}: {cut}"}}
        for entry in report.inputs
        for cut in entry.cut
    ]
    if told:
        invocation["toolExecutionNotifications"] = told
    return invocation


def _result(finding: Finding, numbers: dict[str, int], style: Style) -> dict[str, Any]:
    level = "note" if finding.legacy and style.legacy != "fail" else finding.severity
    about = named(finding.subject)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": numbers[finding.code],
        "level": level,
        "message": {"text": f"{about}: {finding.message}" if about else finding.message},
        "locations": [_physical(finding.location)],
        "partialFingerprints": {
            "ianalint/v1": finding.fingerprint,
            # The only one that GitHub follows a finding by; it makes one of the line without this.
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
        suppression = {"kind": _SUPPRESSED[finding.status], "status": "accepted"}
        if finding.reason:
            suppression["justification"] = finding.reason
        result["suppressions"] = [suppression]
    return result


def _hash(fingerprint: str) -> str:
    return sha256(fingerprint.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ":1"


def _physical(place: Location) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(place.path)},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
