"""The documentation of a rule is its docstring; the examples in it are run."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from tests.requests import reviewed, varied
from validator import RULES
from validator.engine.rule import Rule
from validator.rules import catalogue
from validator.testing.rule_cases import examples, run_case

EXAMPLE = re.compile(
    r"^(Flagged|Accepted)(?: \((csv|json|whole|draft)\))?::\n\n((?:(?:    .*)?\n)+)", re.MULTILINE
)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_examples(rule: Rule) -> None:
    cases = examples(rule)
    assert {flagged for flagged, _ in cases} == {True, False}
    for flagged, case in cases:
        report = run_case(case)
        assert not report.faults
        codes = {finding.code for finding in report.findings}
        assert codes == ({rule.code} if flagged else set()), case["input"]


@pytest.mark.parametrize("rule", catalogue.rules("request").values(), ids=lambda rule: rule.code)
def test_examples_of_requests(rule: Rule) -> None:
    examples = EXAMPLE.findall(rule.documentation + "\n")
    assert [kind for kind, _, _ in examples] == ["Flagged", "Accepted"]
    for kind, way, text in examples:
        told = dedent(text)
        if way == "draft":
            draft = f"# IANA Considerations\n\n{told}"
            report = reviewed(draft, "draft.md", select=[rule.code])
        else:
            # RQ081 is about requests that are compared with no registry.
            alone = rule.code == "RQ081" and kind == "Flagged"
            report = reviewed(varied(told), alone=alone, select=[rule.code])
        assert not report.faults
        codes = {finding.code for finding in report.findings}
        assert codes == ({rule.code} if kind == "Flagged" else set()), text


@pytest.mark.parametrize(
    "rule", [*RULES.values(), *catalogue.rules("request").values()], ids=lambda rule: rule.code
)
def test_documentation_says_why(rule: Rule) -> None:
    text = rule.documentation
    summary, _, rest = text.partition("\n\n")
    assert summary.endswith(".")
    assert "\n" not in summary
    assert "Why it matters: " in rest
    assert rule.cites
