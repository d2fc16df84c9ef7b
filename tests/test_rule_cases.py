"""Every case in `fixtures/rules` finds exactly what it says, where it says, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases import rule_cases, run_case
from validator import RULES

CASES = list(rule_cases())


@pytest.mark.parametrize(
    ("code", "case"),
    [pytest.param(code, case, id=f"{code}-{case['title']}") for code, case in CASES],
)
def test_case(code: str, case: dict[str, Any]) -> None:
    report = run_case(case)
    assert not report.faults, [fault.to_dict() for fault in report.faults]
    found = [f"{f.code} {f.location.line}:{f.location.column}" for f in report.findings]
    assert found == case["findings"], [f"{f!r} {f.message}" for f in report.findings]
    for finding, piece in zip(report.findings, case.get("message", ()), strict=False):
        assert piece in finding.message
    if "legacy" in case:
        assert [finding.legacy for finding in report.findings] == case["legacy"]
    if "related" in case:
        there = [place.location for finding in report.findings for place in finding.related]
        assert [f"{place.line}:{place.column}" for place in there] == case["related"]


@pytest.mark.parametrize("code", RULES)
def test_each_rule_has_a_flagged_and_an_accepted_case(code: str) -> None:
    mine = [case for filed, case in CASES if filed == code]
    flagged = [case for case in mine if any(f.startswith(code + " ") for f in case["findings"])]
    accepted = [
        case for case in mine if not any(f.startswith(code + " ") for f in case["findings"])
    ]
    assert flagged, f"no case in which {code} is found"
    assert accepted, f"no case in which {code} is not found"
