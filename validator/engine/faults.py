"""Rules that fail or are stopped: what a report says of them."""

from __future__ import annotations

from contextlib import suppress

from validator.budget import OutOfTime, expired, extend
from validator.engine.finding import Fault, NotRun
from validator.errors import shortened
from validator.model.record import Contact, Record
from validator.readers.source import display_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from typing import Any

    from validator.engine.rule import Document, Rule
    from validator.limits import Limits

_LONGEST_PART = 80
_LONGEST_REASON = 2000


def unfinished(rule: Rule, error: OutOfTime | MemoryError) -> NotRun:
    """Why a rule did not come to its end; the next ones have some more time."""
    if isinstance(error, MemoryError):
        return NotRun(rule.code, f"not enough memory for rule {rule.code}")
    record = _record_of(error)
    parts = [] if record is None else [part for part in record.subject.values() if part]
    where = f" at {'/'.join(parts)[:_LONGEST_PART]}" if parts else ""
    reason = expired(where)
    extend()
    return NotRun(rule.code, reason)


def _record_of(error: BaseException) -> Record | Contact | None:
    """The record that a rule was at when it raised `error`, whose frames show it."""
    subject: Record | Contact | None = None
    trace = error.__traceback__
    while trace is not None:
        for value in trace.tb_frame.f_locals.values():
            # A value of a class of the user may do anything when it is asked for something.
            if type(value).__module__.startswith("validator."):
                record = getattr(value, "record", value)
                if isinstance(record, Record | Contact):
                    subject = record
        trace = trace.tb_next
    return subject


def fault_of(rule: Rule, document: Document, error: BaseException, limits: Limits) -> Fault:
    """Describe the failure of `rule`; the frames of the exception show the record it was at."""
    record = _record_of(error)
    is_internal = len(rule.family) == 2  # those of a user have three letters or more
    reason = type(error).__name__
    with suppress(Exception, SystemExit):
        reason += f": {shortened(str(error), _LONGEST_REASON)}" if str(error) else ""
    message = f"{reason} ({_innermost(error) if is_internal else _place_in(rule, error)})"
    if isinstance(error, TimeoutError):
        message = f"a pattern match took longer than {limits.match:g} s (--max-match)"
    subject = {} if record is None else record.subject
    return Fault(rule.code, document.path, subject, message, error, is_internal=is_internal)


def _frames(error: BaseException) -> Iterator[tuple[CodeType, int]]:
    """The code and line of each frame of an exception, the innermost last."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code, trace.tb_lineno
        trace = trace.tb_next


def _innermost(error: BaseException) -> str:
    where = ""
    for code, line in _frames(error):
        where = f"in {code.co_name}, line {line}"
    return where


def _place_in(rule: Rule, error: BaseException) -> str:
    """The last place of an exception in the folder of a rule that a user wrote."""
    import os

    declared: Any = rule.find
    while hasattr(declared, "__wrapped__"):
        declared = declared.__wrapped__
    code, line = declared.__code__, declared.__code__.co_firstlineno
    folder = os.path.dirname(code.co_filename)
    for inner, at in _frames(error):
        if os.path.dirname(inner.co_filename) == folder:
            code, line = inner, at
    here = os.path.join(os.getcwd(), "")
    return f"{display_path(code.co_filename.removeprefix(here))}, line {line}"
