"""Rules that fail or are stopped: what a report says of them."""

from __future__ import annotations

from validator.budget import expired, extend
from validator.engine.report import Fault, NotRun
from validator.model.record import Contact, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.budget import OutOfTime
    from validator.engine.rule import Document, Rule
    from validator.limits import Limits

_LONGEST_PART = 80


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
            record = getattr(value, "record", value)
            if isinstance(record, Record | Contact):
                subject = record
        trace = trace.tb_next
    return subject


def fault_of(rule: Rule, document: Document, error: BaseException, limits: Limits) -> Fault:
    """Describe the failure of `rule`; the frames of the exception show the record it was at."""
    subject = _record_of(error)
    where = ""
    trace = error.__traceback__
    while trace is not None:
        where = f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    message = f"{type(error).__name__}: {error} (in {where})"
    if isinstance(error, TimeoutError):
        message = f"a pattern match took longer than {limits.match:g} s (--max-match)"
    return Fault(
        rule.code, document.path, {} if subject is None else subject.subject, message, error
    )
