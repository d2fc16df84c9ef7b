"""The rules of family CS: their examples, and cases to line and column."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import ROOT
from tests.consumer_cases import FOLDER, audited
from validator import parse_registry
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


@pytest.mark.parametrize("newest", ["2013-07-01", "2013-07"])
@pytest.mark.parametrize(
    ("updated", "days", "severity"),
    [("2013-08-01", 31, "note"), ("2013-08-01", 30, "warning"), ("2013-08-01", None, "note"),
     ("2013-08", 0, "note")],
)  # fmt: skip
def test_the_age_that_is_a_warning(
    newest: str, updated: str, days: int | None, severity: str
) -> None:
    """A file is older than the dump by the days between its newest registration and the dump."""
    text = (FOLDER / "registry.xml").read_text("utf-8").replace("2013-07-01", newest)
    dump = parse_registry(text.replace("<updated>2026-08-17", f"<updated>{updated}"))
    (case,) = [case for code, case in CASES if code == "CS205" and case["name"] == "newer"]
    report = audited(str(case["file"]), registry=dump, max_age=days)
    assert [(f.code, f.severity) for f in report.findings] == [("CS205", severity)]


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
