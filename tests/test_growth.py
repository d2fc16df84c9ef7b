"""Tests that need a process of their own: those of the time limit, and those that count work.

The first interrupt code wherever it is, the others trace every line.  Neither must meet other tests
in one process.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import environment


@pytest.mark.parametrize("cases", ["growth_cases", "budget_cases"])
def test_in_a_process_of_its_own(cases: str) -> None:
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    done = subprocess.run(
        [sys.executable, *words, f"tests/{cases}.py"],
        cwd=Path(__file__).parent.parent, env=environment(), capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout.splitlines()[-1]
