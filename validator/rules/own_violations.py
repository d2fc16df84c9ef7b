"""What rules of a user yield, held against what a violation is, so that no report is lost."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

from validator.budget import OutOfTime
from validator.engine.rule import SEVERITIES, Related, Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from validator.engine.rule import RunContext

    Find = Callable[[Any, RunContext], Iterable[Violation]]

_END = object()
_TEXTS = ("field", "value", "cites")


def checked(find: Find) -> Find:
    """Return `find` with what it yields checked: the function of a rule that a user wrote.

    It raises TypeError or ValueError for what is no violation, and RuntimeError where the rule
    raises what is no `Exception`, such as SystemExit.  What the rule prints goes to standard error:
    standard output is for the report.
    """

    def find_checked(subject: Any, context: RunContext) -> Iterator[Violation]:
        with redirect_stdout(sys.stderr):
            violations = _called(lambda: iter(find(subject, context)))
        while True:
            with redirect_stdout(sys.stderr):
                violation = _called(lambda: next(violations, _END))
            if violation is _END:
                return
            _require_violation(violation)
            yield violation

    find_checked.__doc__ = find.__doc__
    find_checked.__module__ = find.__module__
    return find_checked


def _called(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (Exception, KeyboardInterrupt, OutOfTime):
        raise
    except BaseException as error:
        failure = RuntimeError(f"{type(error).__name__}: {error}")
        raise failure.with_traceback(error.__traceback__) from None


def _require_violation(violation: object) -> None:
    """Raise TypeError or ValueError for what the engine or a report could not use."""
    if not isinstance(violation, Violation):
        raise TypeError(f"expected a Violation, found {type(violation).__name__}")
    _require_subject(violation)
    _require("message", violation.message, str)
    for name in _TEXTS:
        _require(name, getattr(violation, name), str, type(None))
    _require("start", violation.start, int, type(None))
    if violation.severity not in (None, *SEVERITIES):
        raise ValueError(f"severity: expected error, warning or note, found {violation.severity!r}")
    for related in violation.related:
        _require("related", related, Related)
        _require_subject(related)
        _require("message of a related place", related.message, str)


def _require_subject(place: Violation | Related) -> None:
    if not isinstance(getattr(place.subject, "subject", None), dict):
        found = type(place.subject).__name__
        raise TypeError(f"subject: expected a record, a contact or the dump, found {found}")
    item = place.item
    if not (item is None or isinstance(item, int) or hasattr(item, "data")):
        raise TypeError(f"item: expected a citation or a number, found {type(item).__name__}")


def _require(name: str, value: object, *types: type) -> None:
    if not isinstance(value, types):
        expected = "a text" if str in types else "a whole number" if int in types else "a Related"
        raise TypeError(f"{name}: expected {expected}, found {type(value).__name__}")
