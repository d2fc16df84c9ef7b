"""Links to files, to the documentation of rules and to the clauses that they rest on.

There is no link to a page of this project as long as its package names no address.
"""

from __future__ import annotations

import os
import re
from functools import cache
from urllib.parse import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

REGISTRY: Final = "https://www.iana.org/assignments/service-names-port-numbers"
_CLAUSE = re.compile(r"RFC ([1-9][0-9]{0,5})(?:, Sections? ([0-9]+(?:\.[0-9]+)*))?")
_REGISTRY_CLAUSES = ("Registry convention", "IANA port registry")
_HOME_LABELS = ("homepage", "repository", "source")


@cache
def home() -> str | None:
    """The address of the project, from the metadata of the installed package, if it has one."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        entries = metadata("ianalint").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    addresses = {}
    for entry in entries:
        label, _, address = str(entry).partition(",")
        addresses[label.strip().lower()] = address.strip().rstrip("/")
    known = (addresses[label] for label in _HOME_LABELS if label in addresses)
    return next((address for address in known if address.startswith("https://")), None)


def help_uri(code: str, name: str) -> str | None:
    """The address of a rule in `docs/rules.md`, by the anchor of its heading."""
    address = home()
    return None if address is None else f"{address}/blob/main/docs/rules.md#{anchor(code, name)}"


def anchor(code: str, name: str) -> str:
    """The anchor of a rule in `docs/rules.md`."""
    return f"{code.lower()}-{name}"


def clause_uri(reference: str) -> str | None:
    """The address of the first clause of `reference` at the RFC Editor, or of the registry."""
    clause = _CLAUSE.match(reference)
    if clause is not None:
        section = f"#section-{clause[2]}" if clause[2] else ""
        return f"https://www.rfc-editor.org/rfc/rfc{clause[1]}{section}"
    return REGISTRY if reference in _REGISTRY_CLAUSES else None


def rule_uri(code: str, name: str, reference: str) -> str | None:
    """The address of the documentation of a rule, or else of its clause."""
    return help_uri(code, name) or clause_uri(reference)


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
        return "file://" + quote("/" + slashed.lstrip("/"), errors="backslashreplace")
    slashed = slashed.removeprefix("./")
    # A colon in the first segment would make it a scheme.
    return quote(slashed, errors="backslashreplace")


@cache
def existing_file_uri(path: str) -> str | None:
    """The `file:` URI of a file; `None` where there is none, as for standard input."""
    try:
        return file_uri(os.path.abspath(path)) if os.path.isfile(path) else None
    except (OSError, ValueError):
        return None


def reference_from(folder: str, path: str) -> str | None:
    """The reference to a file from a page in `folder`; `None` where there is no such file."""
    try:
        if not os.path.isfile(path):
            return None
        return file_uri(os.path.relpath(path, folder or "."))
    except (OSError, ValueError):  # on another drive
        return existing_file_uri(path)
