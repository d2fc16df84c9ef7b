"""Fixes: cases in `fixtures/fixes`, and what holds for every dump.

A file has tables `[[case]]`:

    title        = "on a line of its own"   what the case shows
    form         = "xml"                    or "csv"; default: xml
    unsafe       = false                    whether unsafe fixes are allowed
    input        = '''...'''                the dump; a piece is completed as in `tests/cases.py`
    fixed        = '''...'''                what becomes of it; without it, nothing changes
    fixes        = ["TX005 1"]              how many findings of each rule are fixed
    unsafe_fixes = ["ST002 1"]              optional: how many more unsafe fixes would fix
    left_out     = ["SN002 1"]              optional: fixes that would cause findings
    causes       = ["SN007"]                optional: of these rules
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cases import completed, rule_cases
from tests.fixes import verified_fixes
from validator.errors import CallError

FIX_CASES = Path(__file__).parent.parent / "fixtures" / "fixes"


def fix_cases() -> Iterator[Any]:
    for path in sorted(FIX_CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            yield pytest.param(case, id=f"{path.stem}: {case['title']}")


def counts(words: list[str]) -> dict[str, int]:
    return {code: int(count) for code, count in map(str.split, words)}


def sorted_counts(counter: Mapping[str, int]) -> dict[str, int]:
    return {code: count for code, count in sorted(counter.items()) if count}


@pytest.mark.parametrize("case", list(fix_cases()))
def test_case(case: dict[str, Any]) -> None:
    form = case.get("form", "xml")
    data = completed(case["input"], form).encode()
    fixes = verified_fixes(data, form, unsafe=case.get("unsafe", False))
    assert fixes.fixed == completed(case.get("fixed", case["input"]), form).encode()
    assert sorted_counts(fixes.counts) == counts(case["fixes"])
    assert sorted_counts(fixes.unsafe) == counts(case.get("unsafe_fixes", []))
    assert sorted_counts(fixes.left_out) == counts(case.get("left_out", []))
    assert sorted(fixes.causes) == case.get("causes", [])


@pytest.mark.parametrize("unsafe", [False, True])
def test_what_holds_for_every_rule_case(*, unsafe: bool) -> None:
    fixed: set[str] = set()
    for _, case in rule_cases():
        form = case.get("form", "xml")
        if form in ("xml", "csv"):
            data = completed(case["input"], form).encode(case.get("bytes", "utf-8"))
            try:
                fixed |= set(verified_fixes(data, form, unsafe=unsafe).counts)
            except CallError as error:
                assert "not valid UTF-8" in str(error)  # noqa: PT017
    assert {"OR001", "OR003", "PN004", "SN002", "TX002", "TX005"} <= fixed
    assert ("TX004" in fixed) == unsafe
