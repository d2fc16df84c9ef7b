"""Every file in `fixtures/requests` finds exactly what is expected of it, where, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.requests import REQUESTS, expected, reviewed
from validator.rules import catalogue

FILES = sorted(
    path
    for path in REQUESTS.iterdir()
    if path.suffix in (".yaml", ".toml", ".json", ".md") and path.name != "expected.toml"
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_request(path: Path) -> None:
    wanted: dict[str, Any] = expected()[path.name]
    report = reviewed(path.read_bytes(), path.name, alone=wanted.get("alone", False))
    assert not report.faults, [fault.to_dict() for fault in report.faults]
    assert report.inputs[0].error == wanted.get("error")
    assert report.requests is not None
    if "error" in wanted:
        assert not report.findings
        assert not report.requests
        return
    found = [
        f"{finding.code} {finding.severity} {finding.location.line}:{finding.location.column}"
        for finding in report.findings
    ]
    assert found == wanted["findings"], [f"{f!r} {f.message}" for f in report.findings]
    # TOML has no null.
    assert [entry.procedure or "" for entry in report.requests] == wanted["procedure"]
    messages = [finding.message for finding in report.findings]
    assert messages == wanted.get("message", messages)
    there = [place.location for finding in report.findings for place in finding.related]
    assert [f"{place.line}:{place.column}" for place in there] == wanted.get("related", [])
    # Each finding is that of one request, and a request with an error is refused.
    assert [f for entry in report.requests for f in entry.findings] == [
        finding for finding in report.findings if finding.code != "RQ082" or finding.subject
    ]
    assert [entry.kind for entry in report.requests] == wanted.get(
        "kind", ["request"] * len(report.requests)
    )
    changes = [[c.field, c.old, c.new] for entry in report.requests for c in entry.changes]
    assert changes == wanted.get("changes", [])
    for entry in report.requests:
        refused = any(finding.severity == "error" for finding in entry.findings)
        verdict = "reject" if refused else "accept"
        assert entry.verdict == (verdict if entry.kind == "request" else None)


def test_every_file_is_expected_and_every_expectation_has_a_file() -> None:
    assert sorted(expected()) == [path.name for path in FILES]
    assert len(FILES) >= 100


# RQ081 speaks of requests without a registry; every file here is compared with one.
@pytest.mark.parametrize("code", sorted(catalogue.rules("request").keys() - {"RQ081"}))
def test_each_rule_is_found_in_a_file(code: str) -> None:
    assert any(
        found.startswith(code)
        for wanted in expected().values()
        for found in wanted.get("findings", ())
    )
