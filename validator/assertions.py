"""Assertions on registries, for pytest and for `unittest` alike."""

from __future__ import annotations

import os

from validator.api import check
from validator.engine.report import Report
from validator.engine.rule import FAIL_LEVELS, LEGACY_MODES
from validator.engine.selection import require_rules
from validator.errors import listed, require_type, wrong_value
from validator.model.registry import Registry
from validator.reporters.escape import visible
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from validator.engine.finding import FailOn, Finding, Legacy

    Subject: TypeAlias = Registry | Report | str | os.PathLike[str] | bytes

_LISTED = 20
_KEYS = {"service": "service_name", "port": "port", "transport": "transport_protocol"}


def report_on(subject: Subject, **options: Any) -> Report:
    """Return the report on a registry, a path, or a dump as bytes; a report as it is.

    Options as in `validator.check`.  Raises `Unusable` where there is no registry.
    """
    if isinstance(subject, Report):
        return subject
    return check(subject, **options)


def assert_clean(
    subject: Subject,
    *,
    fail_on: FailOn = "error",
    legacy: Legacy = "summary",
    **options: Any,
) -> None:
    """Raise `AssertionError`, with the findings, where any is at or above `fail_on`.

    `subject` is a registry, a report, a path, or a dump as bytes; options as in `validator.check`.
    An internal error in a rule is a failure, too.
    """
    __tracebackhide__ = True
    _require_word("fail_on", fail_on, FAIL_LEVELS)
    _require_word("legacy", legacy, LEGACY_MODES)
    report = report_on(subject, **options)
    failing = [finding for finding in report.findings if finding.fails(fail_on, legacy)]
    faults = [f"{fault.title}: {fault.message}" for fault in report.faults]
    faults += [entry.error for entry in report.inputs if entry.error is not None]
    if failing or faults:
        first = f"expected no findings, found {len(failing):,}:"
        raise AssertionError("\n".join([first, *faults, *_lines(failing)]))


def assert_finds(
    subject: Subject,
    code: str,
    *,
    service: str | None = None,
    port: str | int | None = None,
    transport: str | None = None,
    contact: str | None = None,
    field: str | None = None,
    count: int | None = None,
    **options: Any,
) -> list[Finding]:
    """Return the findings of rule `code` on what is named; raise `AssertionError` without any.

    What is left out is not compared; `count` is how many there are to be.  Otherwise as
    `assert_clean`.  Raises `UnknownSelector` (a ValueError) where `code` is that of no rule.
    """
    __tracebackhide__ = True
    require_type("count", count, int | None, "a number")
    report = report_on(subject, **options)
    identity = _identity(service=service, port=port, transport=transport, contact=contact)
    of_rule = [finding for finding in report.findings if finding.code == code]
    matching = [
        finding
        for finding in of_rule
        if identity.items() <= finding.subject.items() and field in (None, finding.field)
    ]
    if matching and count in (None, len(matching)):
        return matching
    if not of_rule:
        require_rules(catalogue.rules(), [code])
    raise AssertionError(
        _mismatch(code, identity, count, len(matching), matching or of_rule or report.findings)
    )


def _require_word(name: str, word: str, words: Sequence[str]) -> None:
    if word not in words:
        raise wrong_value(name, listed(words), word)


def _mismatch(
    code: str, identity: dict[str, str], count: int | None, matching: int, others: list[Finding]
) -> str:
    """What `assert_finds` says: what was expected, and which findings there are instead."""
    about = " on " + ", ".join(f"{key} {value}" for key, value in identity.items())
    expected = "at least 1 finding" if count is None else f"{count} findings"
    first = f"expected {expected} of {code}{about if identity else ''}, found {matching}"
    if not others:
        return f"{first}\nThere are no findings."
    of_rule = f" of {code}" if others[0].code == code else ""
    return "\n".join([first, f"All findings{of_rule}:", *_lines(others)])


def _identity(**parts: str | int | None) -> dict[str, str]:
    """The parts of a subject that are given, with the keys of a report."""
    return {_KEYS.get(name, name): str(value) for name, value in parts.items() if value is not None}


def _lines(findings: list[Finding]) -> list[str]:
    lines = [visible(str(finding)) for finding in findings[:_LISTED]]
    more = len(findings) - len(lines)
    return [*lines, f"and {more:,} more"] if more > 0 else lines
