"""The Python interface: read a registry, check it, have the report."""

from __future__ import annotations

import time

from validator.engine.report import Report
from validator.engine.rule import RunContext
from validator.limits import LIMITS
from validator.model.registry import Registry
from validator.model.vocabulary import LEGACY_CUTOFF
from validator.readers import read, read_pages
from validator.readers.source import display_path, read_source, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from validator.engine.rule import Severity
    from validator.limits import Limits
    from validator.model.record import Form


def read_registry(
    path: str | os.PathLike[str],
    *,
    form: Form | None = None,
    whole: bool | None = None,
    pages: Sequence[str | os.PathLike[str]] = (),
    limits: Limits = LIMITS,
) -> Registry:
    """Read the dump at `path` (`-` for standard input; `.gz` and `.xz` are unpacked).

    `form` is `xml`, `csv`, `txt`, `html` or `json`, by default what the content shows.  `whole`
    says whether the dump is a whole registry, by default it is found out (see
    `Registry.is_whole`).  `pages` are the files of a registry in several HTML pages, in any order;
    `path` then only names their folder.  `limits` say how large it may be, how long a value and
    how deep what is nested.

    Raises `Unusable` where the file cannot be read or is of no form of the registry.  What is
    wrong inside a form is no exception: `check` reports it.
    """
    import os

    if pages:
        sources = [read_source(os.fspath(page), limits) for page in pages]
        dump = read_pages(display_path(os.fspath(path)), sources)
    else:
        dump = read(read_source(os.fspath(path), limits), form)
    return Registry(dump, whole)


def parse_registry(
    data: bytes | str,
    *,
    path: str = "<bytes>",
    form: Form | None = None,
    whole: bool | None = None,
    limits: Limits = LIMITS,
) -> Registry:
    """Read a dump from memory; otherwise as `read_registry`.  `path` names it in the report."""
    content = data.encode("utf-8", "replace") if isinstance(data, str) else data
    source = source_of(path, content, limits)
    dump = read(source, form)
    return Registry(dump, whole)


def check(
    registry: Registry,
    *,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    severity: Mapping[str, Severity] | None = None,
    today: str | None = None,
    legacy_cutoff: str = LEGACY_CUTOFF,
    limits: Limits = LIMITS,
) -> Report:
    """Check `registry` with every rule, or those selected, and return the report.

    `select` and `ignore` take codes, beginnings of codes and names of rules; `severity` maps such
    to "error", "warning" or "note".  `today` is YYYY-MM-DD (default: the day in UTC),
    `legacy_cutoff` YYYY-MM; `limits` say how many findings of one rule are listed, and how long a
    match of a pattern may take.  Raises `UnknownSelector` (a ValueError) for a rule that is not
    known.
    """
    from validator.engine.examine import examine
    from validator.engine.selection import Selection
    from validator.rules import RULES

    selection = Selection(RULES, select, ignore, severity)
    report = Report([examine(registry, selection, run_context(today, legacy_cutoff, limits))])
    report.rules = {rule.code: rule for rule in selection.running}
    return report


def run_context(
    today: str | None = None,
    legacy_cutoff: str = LEGACY_CUTOFF,
    limits: Limits = LIMITS,
) -> RunContext:
    """Return what rules are told of the outside; without `today` it is the day in UTC."""
    return RunContext(today or utc_day(), legacy_cutoff, limits)


def utc_day() -> str:
    """Return the day in UTC, YYYY-MM-DD."""
    return time.strftime("%Y-%m-%d", time.gmtime())
