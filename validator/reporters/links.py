"""Links to files and to the documentation of rules, in the forms that other tools read."""

from __future__ import annotations

import os
from urllib.parse import quote

HOME = "https://github.com/OWNER/ianalint"
_RULES = f"{HOME}/blob/main/docs/rules.md"


def help_uri(code: str, name: str) -> str:
    """The address of a rule in `docs/rules.md`, by the anchor of its heading."""
    return f"{_RULES}#{code.lower()}-{name}"


def relative_path(path: str) -> str:
    """Return `path` with slashes, relative to the working directory if it is below that."""
    if os.path.isabs(path):
        try:
            here = os.path.join(os.getcwd(), "")
        except OSError:  # the working directory is gone
            return _with_slashes(path)
        normal = os.path.normpath(path)
        path = normal.removeprefix(here) if normal.startswith(here) else path
    return _with_slashes(path).removeprefix("./")


def _with_slashes(path: str) -> str:
    return path.replace(os.sep, "/") if os.sep != "/" else path


def file_uri(path: str) -> str:
    """Return `path` as a reference: relative as it is, absolute as a `file:` URI."""
    slashed = _with_slashes(path)
    if os.path.isabs(path):
        return "file://" + quote("/" + slashed.lstrip("/"), safe="/", errors="backslashreplace")
    slashed = slashed.removeprefix("./")
    # A colon in the first segment would make it a scheme.
    return quote(slashed, safe="/", errors="backslashreplace")
