"""The work for hostile inputs of growing size is counted in a process of its own.

`tests/growth_cases.py` has the inputs and counts lines of code by tracing, which nothing else that
runs in the process may disturb.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import environment


def test_work_grows_no_faster_than_the_input() -> None:
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    done = subprocess.run(
        [sys.executable, *words, "tests/growth_cases.py"],
        cwd=Path(__file__).parent.parent, env=environment(), capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout.splitlines()[-1]
