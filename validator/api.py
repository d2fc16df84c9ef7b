"""The Python interface: read a registry, check it, have the report."""

from __future__ import annotations

import time

from validator.budget import within
from validator.engine.report import Input, Report
from validator.engine.rule import RunContext
from validator.errors import Unusable, listed, require_type, wrong_type, wrong_value
from validator.limits import LIMITS, Limits
from validator.model.registry import Registry
from validator.model.values import is_date
from validator.model.vocabulary import LEGACY_CUTOFF
from validator.readers import FORMS, read, read_pages
from validator.readers.source import display_path, read_source, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from validator.engine.rule import Severity
    from validator.model.record import Form


def read_registry(
    path: str | os.PathLike[str],
    *,
    form: Form | None = None,
    whole: bool | None = None,
    pages: Sequence[str | os.PathLike[str]] = (),
    limits: Limits = LIMITS,
    max_time: float | None = None,
) -> Registry:
    """Read the dump at `path` (`-` for standard input; `.gz` and `.xz` are unpacked).

    `form` is `xml`, `csv`, `txt`, `html` or `json`, by default what the content shows.  `whole`
    says whether the dump is a whole registry, by default it is found out (see
    `Registry.is_whole`).  `pages` are the files of a registry in several HTML pages, in any order;
    `path` then only names their folder.  `limits` say how large it may be, how long a value and
    how deep what is nested; `max_time` is how many seconds it may take, by default any time.

    Raises `Unusable` where the file cannot be read in this time or is of no form of the registry.
    What is wrong inside a form is no exception: `check` reports it.  TypeError and ValueError are
    for arguments of another type or with another value.
    """
    import os

    for each in (path, *_paths(pages)):
        require_type("path", each, str | os.PathLike, "a path; parse_registry reads bytes")
    _require_reading(form, whole, limits)
    name = display_path(os.fspath(path))

    def work() -> Registry:
        if pages:
            sources = [read_source(os.fspath(page), limits) for page in pages]
            dump = read_pages(name, sources)
        else:
            dump = read(read_source(os.fspath(path), limits), form)
        return Registry(dump, whole)

    return _read_within(max_time, name, work)


def _read_within(seconds: float | None, name: str, work: Callable[[], Registry]) -> Registry:
    try:
        return within(seconds, f"while reading {name}", work)
    except TimeoutError as error:
        raise Unusable(f"{name}: {error}") from None


def parse_registry(
    data: bytes | str,
    *,
    path: str = "<bytes>",
    form: Form | None = None,
    whole: bool | None = None,
    limits: Limits = LIMITS,
    max_time: float | None = None,
) -> Registry:
    """Read a dump from memory; otherwise as `read_registry`.  `path` names it in the report."""
    require_type("data", data, bytes | str, "bytes or a text; read_registry reads a path")
    require_type("path", path, str, "a text")
    _require_reading(form, whole, limits)
    content = data.encode("utf-8", "replace") if isinstance(data, str) else data

    def work() -> Registry:
        return Registry(read(source_of(path, content, limits), form), whole)

    return _read_within(max_time, path, work)


def _paths(pages: Sequence[str | os.PathLike[str]]) -> Sequence[str | os.PathLike[str]]:
    if isinstance(pages, str) or not hasattr(pages, "__iter__"):
        raise wrong_type("pages", "a list of paths", pages)
    return pages


def _require_reading(form: object, whole: object, limits: object) -> None:
    if form is not None and form not in FORMS:
        raise wrong_value("form", listed(FORMS), form)
    require_type("whole", whole, bool | None, "True, False or None")
    require_type("limits", limits, Limits, "Limits")


def check(
    registry: Registry | str | os.PathLike[str] | bytes,
    *,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    severity: Mapping[str, Severity] | None = None,
    today: str | None = None,
    legacy_cutoff: str = LEGACY_CUTOFF,
    limits: Limits = LIMITS,
    max_time: float | None = None,
) -> Report:
    """Check `registry` with every rule, or those selected, and return the report.

    Its `findings` have those of legacy records, too, which the command only counts: `legacy` says
    which they are, and `fails()` whether a finding makes a run fail.

    A path is read by `read_registry`, bytes by `parse_registry`, which may raise `Unusable`.
    `select` and `ignore` take codes, beginnings of codes and names of rules; `severity` maps such
    to "error", "warning" or "note".  `today` is YYYY-MM-DD (default: the day in UTC),
    `legacy_cutoff` YYYY-MM; `limits` say how many findings of one rule are listed, and how long a
    match of a pattern may take; `max_time` is how many seconds it may take, by default any time:
    the input of the report has an `error` then, and the rules that were stopped in `not_run`.  It
    has one, too, where none of the selected rules could run, as for lack of a column.
    Raises `UnknownSelector` (a ValueError) for a rule that is not known, TypeError and ValueError
    for other arguments that are none.
    """
    from validator.engine.examine import examine
    from validator.engine.selection import Selection
    from validator.rules import RULES

    selection = Selection(RULES, select, ignore, severity)
    context = run_context(today, legacy_cutoff, limits)

    def work() -> Input:
        entry = examine(registry_of(registry, limits), selection, context)
        entry.require_run(selection)
        return entry

    name = registry.dump.path if isinstance(registry, Registry) else "registry"
    try:
        entry = within(max_time, f"while checking {name}", work)
    except TimeoutError as error:
        entry = Input.unusable(name, f"{name}: {error}")
    report = Report([entry])
    report.rules = {rule.code: rule for rule in selection.running}
    return report


def registry_of(subject: object, limits: Limits = LIMITS) -> Registry:
    """Return a registry as it is, that at a path, or that in bytes.  Raises `Unusable`."""
    if isinstance(subject, Registry):
        return subject
    if isinstance(subject, bytes):
        return parse_registry(subject, limits=limits)
    if isinstance(subject, str) or hasattr(subject, "__fspath__"):
        return read_registry(subject, limits=limits)
    raise wrong_type("registry", "a Registry, a path, or a dump as bytes", subject)


def run_context(
    today: str | None = None,
    legacy_cutoff: str = LEGACY_CUTOFF,
    limits: Limits = LIMITS,
) -> RunContext:
    """Return what rules are told of the outside; without `today` it is the day in UTC.

    Raises TypeError and ValueError for arguments that are none.
    """
    if today is not None:
        _require_date("today", today, "YYYY-MM-DD", has_day=True)
    _require_date("legacy_cutoff", legacy_cutoff, "YYYY-MM", has_day=False)
    _require_reading(None, None, limits)
    return RunContext(today or utc_day(), legacy_cutoff, limits)


def _require_date(name: str, value: object, shape: str, *, has_day: bool) -> None:
    expected = f"a {'date' if has_day else 'month'} ({shape})"
    if not isinstance(value, str):
        raise wrong_type(name, expected, value)
    if not is_date(value, has_day=has_day):
        raise wrong_value(name, expected, value)


def utc_day() -> str:
    """Return the day in UTC, YYYY-MM-DD."""
    return time.strftime("%Y-%m-%d", time.gmtime())
