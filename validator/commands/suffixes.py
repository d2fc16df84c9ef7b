"""The format of an output by the suffix of its file: `report.sarif` is SARIF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from validator.errors import CallError, listed
from validator.readers.source import display_path

# The formats that files with a suffix have; the first one where none was chosen.
REPORT_SUFFIXES: Mapping[str, Sequence[str]] = {
    ".sarif.json": ("sarif",),
    ".sarif": ("sarif",),
    ".json": ("json", "sarif", "gitlab"),
    ".jsonl": ("jsonl",),
    ".ndjson": ("jsonl",),
    ".html": ("html",),
    ".htm": ("html",),
    ".md": ("markdown",),
    ".markdown": ("markdown",),
    ".xml": ("junit",),
    ".txt": ("text", "concise", "github"),
}
REGISTRY_SUFFIXES: Mapping[str, Sequence[str]] = {
    ".json": ("json",),
    ".csv": ("csv",),
    ".xml": ("xml",),
}


def format_of(
    path: str | None, chosen: str | None, suffixes: Mapping[str, Sequence[str]], option: str
) -> str | None:
    """Return the format of the output at `path`: `chosen` by `option`, else that of its suffix.

    `None` where neither says.  Raises `CallError` where they contradict.
    """
    suffix = _suffix(path, suffixes)
    if path is None or suffix is None:
        return chosen
    if chosen is None:
        return suffixes[suffix][0]
    if chosen not in suffixes[suffix]:
        raise CallError(
            f"{option} {chosen} contradicts --output {display_path(path)}:"
            f" {suffix} is for {listed(suffixes[suffix])}",
            f"Leave out {option}, or choose a file name with another suffix.",
        )
    return chosen


def require_format(path: str, form: str) -> None:
    """Raise `CallError` where a report as `form` contradicts the suffix of its file at `path`."""
    suffix = _suffix(path, REPORT_SUFFIXES)
    if suffix is not None and form not in REPORT_SUFFIXES[suffix]:
        raise CallError(
            f"--report {form}={display_path(path)}:"
            f" {suffix} is for {listed(REPORT_SUFFIXES[suffix])}",
            "Choose a file name with another suffix.",
        )


def _suffix(path: str | None, suffixes: Mapping[str, Sequence[str]]) -> str | None:
    name = "" if path is None else path.lower()
    return next((suffix for suffix in suffixes if name.endswith(suffix)), None)
