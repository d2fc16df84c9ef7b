"""Every case in `fixtures/rules/HX` finds exactly what it says, where it says; examples too."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

import pytest

from tests.change_cases import DATES, change_cases, compared, dump, example, run_case
from validator.engine.rule import Rule
from validator.rules import catalogue

CASES = list(change_cases())
EXAMPLE = re.compile(r"^(Flagged|Accepted)::\n\n((?:(?:    .*)?\n)+)", re.MULTILINE)


@pytest.mark.parametrize(
    ("code", "case"),
    [pytest.param(code, case, id=f"{code}-{case['title']}") for code, case in CASES],
)
def test_case(code: str, case: dict[str, Any]) -> None:
    changes, entry = run_case(case)
    assert [change.kind for change in changes.all] == case["changes"], changes.all
    findings = [f"{f.code} {f.location.line}:{f.location.column}" for f in entry.findings]
    assert findings == case["findings"], [f"{f!r} {f.message}" for f in entry.findings]
    related = [place.location for finding in entry.findings for place in finding.related]
    assert [f"{place.line}:{place.column}" for place in related] == case.get("related", [])
    assert {place.path for place in related} <= {"old"}
    for finding, piece in zip(entry.findings, case.get("message", ()), strict=False):
        assert piece in finding.message
    if "not_run" in case:
        assert [skipped.code for skipped in entry.not_run] == case["not_run"]


@pytest.mark.parametrize("code", catalogue.rules("history"))
def test_each_rule_has_a_flagged_and_an_accepted_case(code: str) -> None:
    mine = [case for filed, case in CASES if filed == code]
    hits = [any(f.startswith(code + " ") for f in case["findings"]) for case in mine]
    assert any(hits), f"no case in which {code} is found"
    assert not all(hits), f"no case in which {code} is not found"


@pytest.mark.parametrize("rule", catalogue.rules("history").values(), ids=lambda rule: rule.code)
def test_examples(rule: Rule) -> None:
    examples = EXAMPLE.findall(rule.documentation + "\n")
    assert {kind for kind, _ in examples} == {"Flagged", "Accepted"}
    for kind, text in examples:
        pieces = example(dedent(text))
        old, new = (
            dump(piece, "xml", DATES[1 if rule.code == "HX007" else at], name)
            for at, (piece, name) in enumerate(zip(pieces, ("old", "new"), strict=True))
        )
        _, entry = compared(old, new, [rule.code])
        codes = {finding.code for finding in entry.findings}
        assert codes == ({rule.code} if kind == "Flagged" else set()), text


@pytest.mark.parametrize("rule", catalogue.rules("history").values(), ids=lambda rule: rule.code)
def test_documentation_says_why(rule: Rule) -> None:
    summary, _, rest = rule.documentation.partition("\n\n")
    assert summary.endswith(".")
    assert "\n" not in summary
    assert "Why it matters: " in rest
    assert rule.cites
