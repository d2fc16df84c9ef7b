"""SARIF 2.1.0 (OASIS), for code scanning and for viewers in editors.

Findings of legacy records have the level "note" unless they count (`--legacy fail`); the property
`severity` has that of the rule.  They have a suppression unless they are to be listed, and so have
baselined and suppressed findings: viewers list them neither as open nor as fixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from validator.engine.finding import Finding, Location
from validator.engine.report import Report
from validator.engine.rule import Rule
from validator.reporters import Style
from validator.reporters.json import encoded
from validator.reporters.links import clause_uri, file_uri, home, rule_uri
from validator.reporters.wording import full_message

# The rules on records of the registry that a file does not have.
_MISSING_RECORDS = "CS2"
# The parts of the report that are about an input as a whole.
_VERDICTS = ("requests", "audits")
_LEGACY_REASON = "The record is older than the requirement, which RFC 6335 introduced."
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render(report: Report, style: Style) -> Iterator[str]:
    rules = _rules(report)
    numbers = {entry["id"]: number for number, entry in enumerate(rules)}
    run = {
        "tool": {"driver": {**_driver(report), "rules": rules}},
        # GitHub takes what is before the last slash for the category of an analysis.
        "automationDetails": {"id": f"ianalint/{report.command}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "artifacts": [
            {"location": {"uri": file_uri(path)}}
            for path in dict.fromkeys(entry.path for entry in report.inputs)
        ],
    }
    properties = {key: part for key, part in report.tail().items() if key in _VERDICTS}
    if properties:
        run["properties"] = properties
    yield "{\n"
    yield f'"$schema": "{_SCHEMA}",\n"version": "2.1.0",\n"runs": [{{\n'
    for key, value in run.items():
        yield f'"{key}": {encoded(value)},\n'
    separator = '"results": [\n'
    for finding in report:
        yield separator + encoded(_result(finding, numbers, style))
        separator = ",\n"
    yield ("\n" if separator[0] == "," else separator + "\n") + "]\n}]\n}\n"


def _driver(report: Report) -> dict[str, Any]:
    tool = report.head()["tool"]
    driver = {
        "name": tool["name"],
        "version": tool["version"],
        "semanticVersion": tool["version"],
    }
    address = home()
    return driver if address is None else {**driver, "informationUri": address}


def _rules(report: Report) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {
        code: _described(rule) for code, rule in report.rules.items()
    }
    for finding in report:
        if finding.code not in rules:
            rules[finding.code] = _identity(finding.code, finding.rule, finding.reference)
    return list(rules.values())


def _identity(code: str, name: str, cites: str) -> dict[str, Any]:
    address = rule_uri(code, name, cites)
    return {"id": code, "name": name, **({} if address is None else {"helpUri": address})}


def _described(rule: Rule) -> dict[str, Any]:
    documentation = rule.documentation
    described = _identity(rule.code, rule.name, rule.cites)
    described["defaultConfiguration"] = {"level": rule.severity}
    described["properties"] = {"tags": [rule.family], "reference": rule.cites}
    if documentation:  # Python may run without (-OO)
        described["shortDescription"] = {"text": documentation.partition("\n")[0]}
        described["fullDescription"] = {"text": documentation.partition("\n\n")[0]}
        described["help"] = {
            "text": f"{rule.cites}\n\n{documentation}",
            "markdown": _markdown(rule),
        }
    return described


def _markdown(rule: Rule) -> str:
    """The documentation of a rule in Markdown; its examples are code already."""
    address = clause_uri(rule.cites)
    clause = rule.cites if address is None else f"[{rule.cites}]({address})"
    # "::" at the end of a line says that code follows; Markdown sees that by the indentation.
    text = "\n".join(
        line[:-1] if line.endswith("::") else line for line in rule.documentation.split("\n")
    )
    return f"**{rule.code}** `{rule.name}` ({clause})\n\n{text}"


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
    if finding.status != "open" or (finding.legacy and style.legacy == "summary"):
        suppression = {"kind": "external", "status": "accepted"}
        reason = finding.reason if finding.status != "open" else _LEGACY_REASON
        if reason:
            suppression["justification"] = reason
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
