"""The Python interface to requests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping

from validator.budget import within
from validator.engine.selection import Selection
from validator.errors import Unusable, require_type
from validator.limits import LIMITS, Limits
from validator.model.registry import Registry
from validator.readers.source import Source, read_source, source_of
from validator.request.review import review
from validator.rules import catalogue
from validator.rules.usable import require_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from validator.engine.report import Report
    from validator.engine.rule import Severity


def check_request(
    request: Mapping[str, Any] | str | bytes | os.PathLike[str],
    registry: Registry | None = None,
    *,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    severity: Mapping[str, Severity] | None = None,
    suggest_ports: int | None = None,
    limits: Limits = LIMITS,
    max_time: float | None = None,
) -> Report:
    """Check a request for an assignment and return the report (`Report.requests` has verdicts).

    `request` is a mapping with the keys of `schemas/request.schema.json`; or the path of a file as
    for `ianalint request`; or YAML, as bytes or as a text (a text of one line without ": " is a
    path).  It is compared with `registry` if one is given.  `select`, `ignore` and `severity` are
    as in `validator.check`, for the RQ rules.  `suggest_ports` is the number of free ports to
    suggest, by default a few if the requested one is not available.  `limits` are the limits of the
    command; `max_time` is how many seconds it may take, by default any time.

    Raises `Unusable` if the request cannot be read or checked in this time, or the registry has no
    records, lacks the columns of names or ports, or is another one; `TypeError` if an argument is
    of another type or a mapping has a value that no document can have; `UnknownSelector` (a
    ValueError) for an unknown rule.
    """
    require_type(
        "request", request, str | bytes | os.PathLike | Mapping, "a mapping, a path, or YAML"
    )
    require_type("registry", registry, Registry | None, "a Registry, as read_registry returns it")
    require_type("suggest_ports", suggest_ports, int | None, "a number")
    require_type("limits", limits, Limits, "Limits")
    if registry is not None:
        require_usable(registry)
    selection = Selection(catalogue.rules("request"), select, ignore, severity)

    def work() -> Report:
        sources = [_source(request, limits)]
        return review(sources, registry, selection, suggest_ports, limits).report

    try:
        report = within(max_time, "while checking the request", work)
    except TimeoutError as error:
        raise Unusable(str(error)) from None
    if report.inputs[0].error is not None:
        raise Unusable(report.inputs[0].error)
    return report


def _source(request: Mapping[str, Any] | str | bytes | os.PathLike[str], limits: Limits) -> Source:
    if isinstance(request, bytes):
        return source_of("<bytes>", request, limits)
    if isinstance(request, str) and ("\n" in request or ": " in request):
        return source_of("<text>", request.encode("utf-8", "replace"), limits)
    if isinstance(request, str | os.PathLike):
        return read_source(os.fspath(request), limits)
    # As JSON, every value has a place.
    return Source("<request>.json", json.dumps(dict(request), indent=2).encode(), limits)
