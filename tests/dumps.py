"""Where the published dumps are.  They are no part of the project: what needs them skips."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DUMPS = Path(
    os.environ.get("IANALINT_DUMPS", Path(__file__).parent.parent.parent / "shared/registry")
)


def published(name: str) -> Path:
    """Return the path of a published dump; skip the test that asks where it is not there."""
    path = DUMPS / name
    if not path.exists():
        pytest.skip(f"{name} is not in {DUMPS}; IANALINT_DUMPS names the folder of the dumps")
    return path
