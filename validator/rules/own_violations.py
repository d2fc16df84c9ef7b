"""What rules of a user yield, held against what a violation is, so that no report is lost."""

from __future__ import annotations

from validator.budget import OutOfTime
from validator.engine.rule import MAX_RELATED, SEVERITIES, Related, Violation
from validator.errors import did_you_mean, shortened
from validator.model.record import Contact, Dump, Footnote, Note, Ports, Record
from validator.model.vocabulary import CONTACT_FIELDS, METADATA_FIELDS, RECORD_FIELDS
from validator.rules.own_output import stdout_to_stderr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from validator.engine.rule import RunContext

    Find = Callable[[Any, RunContext], Iterable[Violation]]

_END = object()
_TEXTS = ("field", "value", "cites")
# Enough for a sentence about any value; a report has one for each finding.
_LONGEST_MESSAGE = 2000
_FIELDS: dict[type, tuple[str, ...]] = {
    Record: RECORD_FIELDS,
    Contact: CONTACT_FIELDS,
    Footnote: ("anchor", Footnote.FIELD),
    Note: ("note_title", Note.FIELD),
    Ports: ("port_number",),
    Dump: (*METADATA_FIELDS, "reference"),
}


def checked(find: Find) -> Find:
    """Return `find` with what it yields checked: the function of a rule that a user wrote.

    It raises TypeError or ValueError for what is no violation, and RuntimeError where the rule
    raises what is no `Exception`, such as SystemExit.
    """

    def find_checked(subject: Any, context: RunContext) -> Iterator[Violation]:
        with stdout_to_stderr():
            violations = _called(lambda: iter(find(subject, context)))
        while True:
            with stdout_to_stderr():
                violation = _called(lambda: next(violations, _END))
            if violation is _END:
                return
            _require_violation(violation, context.limits.length)
            _bound(violation)
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


def _require_violation(violation: object, longest: int) -> None:
    """Raise TypeError or ValueError for what the engine or a report could not use."""
    if not isinstance(violation, Violation):
        raise TypeError(f"expected a Violation, found {type(violation).__name__}")
    _require("message", violation.message, str)
    for name in _TEXTS:
        text = getattr(violation, name)
        _require(name, text, str, type(None))
        if text is not None and len(text) > longest:
            raise ValueError(f"{name}: expected up to {longest} characters, found {len(text)}")
    _require_place(violation)
    _require_start(violation)
    if violation.severity not in (None, *SEVERITIES):
        raise ValueError(f"severity: expected error, warning or note, found {violation.severity!r}")
    _require("related", violation.related, list, tuple)
    for related in violation.related:
        _require("related", related, Related)
        _require("message of a related place", related.message, str)
        _require("field of a related place", related.field, str, type(None))
        _require_place(related)


def _require_place(place: Violation | Related) -> None:
    """Require a subject, one of its fields, and one of the items of this field."""
    if not isinstance(getattr(place.subject, "subject", None), dict):
        kind = type(place.subject).__name__
        raise TypeError(f"subject: expected a record, a contact or the dump, found {kind}")
    fields = _FIELDS.get(type(place.subject))
    if fields and place.field is not None and place.field not in fields:
        hint = did_you_mean(place.field, fields) or f"; expected {', '.join(fields)}"
        kind = type(place.subject).__name__.lower()
        raise ValueError(f'field: a {kind} has no "{shortened(place.field)}"{hint}')
    item = place.item
    if isinstance(item, int):
        if place.field != "contact_uri" or not isinstance(place.subject, Contact):
            raise ValueError(f"item: only the addresses of a contact have numbers, found {item}")
        count = len(place.subject.contact_uri)
        if not 0 <= item < count:
            raise ValueError(f"item: expected a number below {count}, found {item}")
    elif item is not None and not hasattr(item, "data"):
        raise TypeError(f"item: expected a citation or a number, found {type(item).__name__}")


def _require_start(violation: Violation) -> None:
    """Require a start inside the text of the field."""
    start = violation.start
    _require("start", start, int, type(None))
    if start is None:
        return
    text = getattr(violation.subject, violation.field or "", None)
    if not isinstance(text, str):
        raise ValueError(f"start: {violation.field} is not a text, found {start}")
    if not 0 <= start <= len(text):
        raise ValueError(
            f"start: expected a character of {violation.field}, 0 to {len(text)}, found {start}"
        )


def _require(name: str, value: object, *types: type) -> None:
    if not isinstance(value, types):
        expected = _EXPECTED[types[0]]
        raise TypeError(f"{name}: expected {expected}, found {type(value).__name__}")


_EXPECTED = {str: "a text", int: "a whole number", list: "a list", Related: "a Related"}


def _bound(violation: Violation) -> None:
    """Cut what is much longer than a report shows; the message says so."""
    violation.message = _cut(violation.message)
    more = len(violation.related) - MAX_RELATED
    related = [
        Related(_cut(place.message), place.subject, place.field, place.item, place.dump)
        for place in violation.related[:MAX_RELATED]
    ]
    if more > 0:
        related[-1].message += f" (and {more:,} more)"
    violation.related = related


def _cut(message: str) -> str:
    if len(message) <= _LONGEST_MESSAGE:
        return message
    return f"{message[:_LONGEST_MESSAGE]}... ({len(message):,} characters)"
