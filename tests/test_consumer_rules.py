"""The rules of family CS: their examples, and cases to line and column."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import ROOT
from tests.consumer_cases import audited
from validator.rules.catalogue import rules

RULES = rules("consumer")
CASES = [
    (path.stem, case)
    for path in sorted((ROOT / "fixtures" / "rules" / "CS").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]


def example(code: str, label: str) -> str:
    block = re.search(rf"^{label}::\n\n((?:    .*\n|\n)+)", RULES[code].documentation + "\n", re.M)
    assert block is not None, f"{code} has no example {label}"
    return dedent(block[1]).strip("\n") + "\n"


@pytest.mark.parametrize("code", RULES)
def test_the_flagged_example_is_flagged(code: str) -> None:
    assert code in {finding.code for finding in audited(example(code, "Flagged")).findings}


@pytest.mark.parametrize("code", RULES)
def test_the_accepted_example_is_accepted(code: str) -> None:
    assert code not in {finding.code for finding in audited(example(code, "Accepted")).findings}


@pytest.mark.parametrize(("code", "case"), CASES, ids=[f"{c}-{case['name']}" for c, case in CASES])
def test_case(code: str, case: dict[str, object]) -> None:
    """A case says everything that is found in it: code, line, column, perhaps field, value, words.

    The words are a part of the message.  `related` are all related places, in order.
    """
    options: dict[str, object] = {}
    if case.get("registry") is False:
        options["registry"] = None
    report = audited(str(case["file"]), **options)
    found = [
        [
            *(f.code, f.location.line, f.location.column),
            *([f.field, f.value or ""] if len(row) > 3 else []),
            *((words if words in f.message else f.message) for words in row[5:]),
        ]
        for f, row in zip(report.findings, case["findings"], strict=False)  # type: ignore[call-overload]
    ]
    assert (found, len(report.findings)) == (case["findings"], len(case["findings"]))  # type: ignore[arg-type]
    places = [place.location for finding in report.findings for place in finding.related]
    assert [f"{Path(p.path).name}:{p.line}:{p.column}" for p in places] == case.get("related", [])
    assert any(row[0] == code for row in case["findings"]) or case.get("accepted")  # type: ignore[attr-defined]
