"""Paths as other tools want them, and where the rules are explained."""

from __future__ import annotations

import os
from urllib.parse import quote

HOME = "https://github.com/OWNER/ianalint"
_RULES = f"{HOME}/blob/main/docs/rules.md"


def help_uri(code: str, name: str) -> str:
    """Where `docs/rules.md` explains a rule: by the anchor of its heading."""
    return f"{_RULES}#{code.lower()}-{name}"


def uri(path: str) -> str:
    """Return `path` as a reference: relative as it is, absolute as a `file:` URI."""
    slashed = path.replace(os.sep, "/") if os.sep != "/" else path
    if os.path.isabs(path):
        return "file://" + quote("/" + slashed.lstrip("/"), safe="/", errors="backslashreplace")
    slashed = slashed.removeprefix("./")
    # A colon in the first segment would make it a scheme.
    return quote(slashed, safe="/", errors="backslashreplace")
