"""The cases of the rules in `fixtures/rules`; `validator.testing.rule_cases` has their format."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator.testing.rule_cases import (
    CITING,
    HEADER,
    NOTE,
    OPENING,
    PEOPLE,
    TODAY,
    completed,
    read_case,
    run_case,
)

RULE_CASES = Path(__file__).parent.parent / "fixtures" / "rules"
__all__ = [
    "CITING", "HEADER", "NOTE", "OPENING", "PEOPLE", "RULE_CASES", "TODAY", "completed",
    "read_case", "rule_cases", "run_case",
]  # fmt: skip


def rule_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the code of each case's file and the case; those of CS and HX are of other forms."""
    for path in sorted(RULE_CASES.glob("*/*.toml")):
        if path.parent.name in ("CS", "HX"):
            continue
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            yield path.stem, case
