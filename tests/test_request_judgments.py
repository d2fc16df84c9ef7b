"""What is said of requests that differ from the good one in a few keys.

The files of `fixtures/requests/judgments` have a table for each request:

    ["name of the case"]
    request = '''...'''          the keys that differ, in YAML; several requests with --- between
    findings = ["RQ001 n/a"]     all findings: the code, and the rest of the line from where it is
    message = ["..."]            optional: the message of each finding
    severity = ["note"]          optional: the severity of each finding
    values = ["n/a"]             optional: the value of each finding, "" for none
    related = ["3:15"]           optional: all related places of the findings, in order
    procedure = "..."            optional: of the first request; "" for none
    names = ["..."]              optional: the suggested names of the first request
    ports = [4650]               optional: its suggested ports
    records = '''...'''          optional: further records of the registry, in XML
"""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.requests import REQUESTS, registry, varied
from validator import Registry, parse_registry
from validator.engine.selection import Selection
from validator.readers.source import Source
from validator.request.review import review
from validator.rules import catalogue

CASES = [
    pytest.param(case, id=f"{path.stem}-{name}")
    for path in sorted((REQUESTS / "judgments").glob("*.toml"))
    for name, case in tomllib.loads(path.read_text("utf-8")).items()
]


def compared_with(records: str) -> Registry:
    if not records:
        return registry()
    text = (REQUESTS / "registry.xml").read_text("utf-8")
    return parse_registry(text.replace("  <people>", f"{records}<people>").encode(), whole=False)


@pytest.mark.parametrize("case", CASES)
def test_judgment(case: dict[str, Any]) -> None:
    text = varied(case["request"])
    lines = text.splitlines()
    source = Source("request.yaml", text.encode())
    selection = Selection(catalogue.rules("request"))
    report = review([source], compared_with(case.get("records", "")), selection).report
    assert not report.faults, [fault.to_dict() for fault in report.faults]
    assert report.requests
    findings = report.findings
    at = [lines[f.location.line - 1][f.location.column - 1 :] for f in findings]
    assert [f"{f.code} {text}" for f, text in zip(findings, at, strict=True)] == case["findings"]
    messages = [finding.message for finding in findings]
    assert messages == case.get("message", messages)
    if "severity" in case:
        assert [finding.severity for finding in findings] == case["severity"]
    if "values" in case:
        assert [finding.value or "" for finding in findings] == case["values"]
    if "related" in case:
        places = [place.location for finding in findings for place in finding.related]
        assert [f"{place.line}:{place.column}" for place in places] == case["related"]
    first = report.requests[0]
    assert (first.procedure or "") == case.get("procedure", first.procedure or "")
    assert list(first.service_names) == case.get("names", list(first.service_names))
    ports = [port.port for port in first.port_numbers]
    assert ports == case.get("ports", ports)
