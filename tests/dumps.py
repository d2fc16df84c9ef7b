"""The published dumps.  They are not part of the project: tests that need them are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DUMPS = Path(
    os.environ.get("IANALINT_DUMPS", Path(__file__).parent.parent.parent / "shared/registry")
)


def published(name: str) -> Path:
    """Return the path of a published dump; skip the test if there is none."""
    path = DUMPS / name
    if not path.exists():
        pytest.skip(f"no {name} in {DUMPS} (IANALINT_DUMPS sets the folder)")
    return path
