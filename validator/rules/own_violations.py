"""What rules of a user yield, held against what a violation is, so that no report is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import GeneratorType, NoneType
from typing import Any

from validator.budget import OutOfTime
from validator.engine.rule import MAX_RELATED, SEVERITIES, Related, RunContext, Violation
from validator.errors import did_you_mean, shortened
from validator.model.record import Citation, Contact, Dump, Footnote, Note, Ports, Record
from validator.model.registry import Registry, drop_indexes
from validator.model.vocabulary import CONTACT_FIELDS, METADATA_FIELDS, RECORD_FIELDS
from validator.rules.own_process import confined
from validator.rules.own_registry import RegistryState, registry_state

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
    raises what is no `Exception`, such as SystemExit, or has changed the registry.
    """

    def find_checked(registry: Registry, context: RunContext) -> Iterator[Violation]:
        state = registry_state(registry)
        try:
            yield from _violations(find, registry, context)
        finally:
            change = state.restore()
            # What the rule did to an index of the registry counts for no other rule.
            drop_indexes(registry, RegistryState)
        if change is not None:
            thing, name = change
            place = f"{type(thing).__name__}.{name}"
            raise RuntimeError(f"the rule changed {place}; a rule must only read the registry")

    find_checked.__doc__ = find.__doc__
    find_checked.__module__ = find.__module__
    find_checked.__wrapped__ = find  # type: ignore[attr-defined]
    return find_checked


def _violations(find: Find, registry: Registry, context: RunContext) -> Iterator[Violation]:
    with confined():
        violations = _called(lambda: _iterator(find(registry, context)))
    while True:
        with confined():
            violation = _called(lambda: next(violations, _END))
        if violation is _END:
            return
        try:
            copy = _called(partial(_checked, violation, context, registry.dump))
        except (TypeError, ValueError) as error:
            _raise_at_yield(violations, error)
            raise
        yield copy


def _raise_at_yield(violations: object, error: Exception) -> None:
    """Raise `error` where the rule yielded last, so that its traceback has the line of the rule."""
    if isinstance(violations, GeneratorType):
        with confined():
            _called(lambda: violations.throw(error))


def _iterator(violations: object) -> Iterator[Any]:
    if not isinstance(violations, Iterable):
        kind = type(violations).__name__
        raise TypeError(f"expected violations, which a rule yields, found {kind}")
    return iter(violations)


def _called(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (Exception, KeyboardInterrupt, OutOfTime):
        raise
    except BaseException as error:
        failure = RuntimeError(f"{type(error).__name__}: {error}")
        raise failure.with_traceback(error.__traceback__) from None


def _checked(violation: object, context: RunContext, dump: Dump) -> Violation:
    """Return a copy, which the rule cannot change, of what a rule yielded; `dump` is the document.

    Raises TypeError or ValueError for what the engine or a report could not use.
    """
    if not isinstance(violation, Violation):
        raise TypeError(f"expected a Violation, found {type(violation).__name__}")
    related = _plain("related", violation.related, list, tuple)
    copy = Violation(
        violation.subject,
        _plain("field", violation.field, str, NoneType),
        _sentence("message", violation.message),
        value=_plain("value", violation.value, str, NoneType),
        item=violation.item,
        start=_plain("start", violation.start, int, NoneType),
        related=[_checked_place(place, dump) for place in related[:MAX_RELATED]],
        severity=_plain("severity", violation.severity, str, NoneType),
        cites=_plain("cites", violation.cites, str, NoneType),
    )
    for name in _TEXTS:
        text = getattr(copy, name)
        if text is not None and len(text) > context.limits.length:
            longest = context.limits.length
            raise ValueError(f"{name}: expected up to {longest} characters, found {len(text)}")
    _require_place(copy, dump)
    _require_start(copy)
    if copy.severity not in (None, *SEVERITIES):
        raise ValueError(f"severity: expected error, warning or note, found {copy.severity!r}")
    copy.message = _cut(copy.message)
    more = len(related) - MAX_RELATED
    if more > 0:
        copy.related[-1].message += f" (and {more:,} more)"
    return copy


def _checked_place(place: object, dump: Dump) -> Related:
    """Return a copy of a related place, which is in `dump` or in one of its own."""
    if not isinstance(place, Related):
        raise TypeError(f"related: expected a Related, found {type(place).__name__}")
    copy = Related(
        _sentence("message of a related place", place.message),
        place.subject,
        _plain("field of a related place", place.field, str, NoneType),
        place.item,
        place.dump,
    )
    document = dump if copy.dump is None else copy.dump
    if not isinstance(document, Dump):
        raise TypeError(
            f"dump of a related place: expected a dump, found {type(document).__name__}"
        )
    _require_place(copy, document)
    copy.message = _cut(copy.message)
    return copy


def _require_place(place: Violation | Related, dump: Dump) -> None:
    """Require a subject in `dump`, one of its fields, and one of the items of this field."""
    subject: object = place.subject
    kind = type(subject).__name__
    fields = _FIELDS.get(type(subject))
    if fields is None:
        raise TypeError(f"subject: expected a record, a contact or the dump, found {kind}")
    if isinstance(subject, Ports):
        for name in Ports.__slots__:
            _require(f"{name} of the subject", getattr(subject, name), int)
    for key, text in place.subject.subject.items():
        _require(f"{key} of the subject", text, str, NoneType)
    if place.field is not None and place.field not in fields:
        hint = did_you_mean(place.field, fields) or f"; expected {', '.join(fields)}"
        name = shortened(place.field)
        raise ValueError(f'field: a {kind.lower()} has no "{name}"{hint}')
    place.item = _checked_item(place)
    if not _is_in(subject, dump):
        raise ValueError(f"subject: this {kind.lower()} is not in {dump.path}")
    # The engine locates it after the rule has ended, when it is too late for a fault of the rule.
    at = dump.locate(place.subject, place.field, place.item)
    if not 0 <= at <= len(dump.data):
        raise ValueError(f"offset: expected a byte of {dump.path}, found {at}")


def _is_in(subject: object, dump: Dump) -> bool:
    """Whether a part of a document is one of a dump, or is the dump itself."""
    if isinstance(subject, Record | Contact):
        things: list[Record] | list[Contact] = (
            dump.records if isinstance(subject, Record) else dump.contacts
        )
        return any(thing is subject for thing in things[subject.index : subject.index + 1])
    if isinstance(subject, Footnote | Note):
        notes: list[Footnote] | list[Note] = (
            dump.footnotes if isinstance(subject, Footnote) else dump.notes
        )
        return any(thing is subject for thing in notes)
    return subject is dump or isinstance(subject, Ports)


def _checked_item(place: Violation | Related) -> Citation | int | None:
    item = place.item
    if isinstance(item, int):
        item = _plain("item", item, int)
        if place.field != "contact_uri" or not isinstance(place.subject, Contact):
            raise ValueError(f"item: only the addresses of a contact have numbers, found {item}")
        count = len(place.subject.contact_uri)
        if not 0 <= item < count:
            raise ValueError(f"item: expected a number below {count}, found {item}")
    elif item is not None:
        if type(item) is not Citation:
            raise TypeError(f"item: expected a citation or a number, found {type(item).__name__}")
        _require("kind of the item", item.kind, str)
        for name in ("data", "text", "section"):
            _require(f"{name} of the item", getattr(item, name), str, NoneType)
        _require("offset of the item", item.offset, int)
    return item


def _require_start(violation: Violation) -> None:
    """Require a start inside the text of the field."""
    start = violation.start
    if start is None:
        return
    text = getattr(violation.subject, violation.field or "", None)
    if not isinstance(text, str):
        raise ValueError(f"start: {violation.field} is not a text, found {start}")
    if not 0 <= start <= len(text):
        raise ValueError(
            f"start: expected a character of {violation.field}, 0 to {len(text)}, found {start}"
        )


def _plain(name: str, value: Any, *types: type) -> Any:
    """Return `value`, of one of `types` or a class made from it, as the type itself has it.

    A class of a user may do anything when a report writes it.  Raises TypeError.
    """
    for kind in types:
        if issubclass(type(value), kind):
            return _PLAIN[kind](value)
    return _require(name, value, *types)


def _require(name: str, value: object, *types: type) -> None:
    if type(value) not in types:
        expected = _EXPECTED[types[0]]
        raise TypeError(f"{name}: expected {expected}, found {type(value).__name__}")


_EXPECTED = {str: "a text", int: "a whole number", list: "a list"}
_PLAIN: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    int: int.__int__,
    list: lambda value: [*list.__iter__(value)],
    tuple: lambda value: [*tuple.__iter__(value)],
    NoneType: lambda _: None,
}


def _sentence(name: str, text: object) -> str:
    plain: str = _plain(name, text, str)
    if not plain.strip():
        raise ValueError(f"{name}: expected a sentence, found an empty text")
    return plain


def _cut(message: str) -> str:
    if len(message) <= _LONGEST_MESSAGE:
        return message
    return f"{message[:_LONGEST_MESSAGE]}... ({len(message):,} characters)"
