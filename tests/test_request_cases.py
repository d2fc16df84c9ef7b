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
    assert [entry.procedure for entry in report.requests] == wanted["procedure"]
    for finding, piece in zip(report.findings, wanted.get("message", found), strict=True):
        if "message" in wanted:
            assert piece in finding.message
    there = [place.location for finding in report.findings for place in finding.related]
    assert [f"{place.line}:{place.column}" for place in there] == wanted.get("related", [])
    # Each finding is that of one request, and a request with an error is refused.
    assert [f for entry in report.requests for f in entry.findings] == report.findings
    for entry in report.requests:
        refused = any(finding.severity == "error" for finding in entry.findings)
        assert entry.verdict == ("reject" if refused else "accept")


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
