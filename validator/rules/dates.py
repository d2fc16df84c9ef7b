"""DT: the dates of records and contacts.

Section 8.1.1 does not name the dates; their form is the registry's own: `YYYY-MM-DD`, and `YYYY-MM`
for what is older than July 2007.  The date of the registry itself is MD003's.
"""

from __future__ import annotations

from itertools import compress

from validator.engine.rule import ERROR, NOTE, WARNING, RunContext, Violation, columns, rule
from validator.model.pattern import pattern
from validator.model.registry import Registry, cached_index
from validator.model.vocabulary import FIRST_DATE, LAST_MONTH_PRECISION, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.values import Date

# Every month has these days; what does not match needs a closer look.
_USUAL_DATE = pattern(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8]))?+", "a")


@cached_index
def _dates(registry: Registry) -> list[str]:
    """The different dates of records and contacts, as written."""
    texts = {
        **registry.column("registration_date").texts,
        **registry.column("modification_date").texts,
        **dict.fromkeys([contact.last_updated for contact in registry.contacts]),
    }
    return [text for text in texts if text]


@cached_index
def _unusual_dates(registry: Registry) -> list[str]:
    """Those of `_dates` that may not have the shape of a date, or not be in the calendar."""
    is_usual = _USUAL_DATE.fullmatch
    return [text for text in _dates(registry) if not is_usual(text)]


def _possible(registry: Registry, text: str | None) -> Date | None:
    """The date that `text` is; `None` where it is malformed or there is no such day."""
    date = registry.date(text)
    return None if date is None or date.impossible else date


def _since(registry: Registry, date: Date) -> list[str]:
    """The dates in the month of `date` and later; texts of dates sort in the order of time."""
    month = f"{date.year:04}-{date.month:02}"
    return [text for text in _dates(registry) if text >= month]


def _with_dates(registry: Registry, messages: dict[str, str]) -> Iterator[Violation]:
    """Yield a violation for each date that is one of `messages`, which has a message for each."""
    if messages:
        for field in ("registration_date", "modification_date"):
            for record, text in registry.records_with(field, messages):
                yield Violation(record, field, messages[text])
        for contact in registry.contacts:
            date = contact.last_updated
            if date is not None and date in messages:
                yield Violation(contact, "last_updated", messages[date])


@rule("DT001", ERROR, "Registry convention")
def malformed_date(registry: Registry) -> Iterator[Violation]:
    """A date is not written YYYY-MM-DD or YYYY-MM.

    The registry writes dates with ASCII digits and hyphens: four digits for the year and two each
    for month and day. The day may be missing. White space around a date makes it malformed.

    Why it matters: sorting, comparing and parsing dates all depend on this format.

    Flagged::

        <record date="30.08.2022"><name>harbor</name></record>

    Accepted::

        <record date="2022-08-30"><name>harbor</name></record>
    """
    messages = {
        text: f"expected a date (YYYY-MM-DD or YYYY-MM), found {quoted(text)}"
        for text in _unusual_dates(registry)
        if registry.date(text) is None
    }
    return _with_dates(registry, messages)


@rule("DT002", ERROR, "Registry convention")
def impossible_date(registry: Registry) -> Iterator[Violation]:
    """A date does not exist in the calendar.

    Dates are dates of the Gregorian calendar.

    Why it matters: some parsers reject the file, others silently use a day in the next month.

    Flagged::

        <record date="2022-02-30"><name>harbor</name></record>

    Accepted::

        <record date="2024-02-29"><name>harbor</name></record>
    """
    messages = {}
    for text in _unusual_dates(registry):
        date = registry.date(text)
        if date is not None and date.impossible:
            what = "month" if date.day is None or not 1 <= date.month <= 12 else "day"
            what = "year" if not date.year else what
            messages[text] = f"{quoted(text)} is not a valid date: there is no such {what}"
    return _with_dates(registry, messages)


@rule("DT003", ERROR, "Registry convention", needs=("registry-date",))
def date_after_registry(registry: Registry, context: RunContext) -> Iterator[Violation]:
    """A date is later than the "last updated" date of the registry.

    A change to a record is published with a registry of the same day or later. A date that is also
    in the future is reported by DT004.

    Why it matters: one of the two dates is wrong, and tools that fetch only new records rely on
    both.

    Flagged::

        <record date="2026-09-01"><name>harbor</name></record>

    Accepted::

        <record date="2026-08-17"><name>harbor</name></record>
    """
    updated = _possible(registry, registry.updated)
    today = registry.date(context.today)
    messages = {}
    if updated is not None and today is not None:
        for text in _since(registry, updated):
            date = _possible(registry, text)
            if date is not None and updated.before(date) and not today.before(date):
                messages[text] = f"{text} is later than the date of the registry ({updated.text})"
    return _with_dates(registry, messages)


@rule("DT004", ERROR, "Registry convention")
def future_date(registry: Registry, context: RunContext) -> Iterator[Violation]:
    """A date is in the future.

    A date records when something was done. It is compared with the current day, or with the day
    given by `--today`.

    Why it matters: the record counts as new until that day.

    Flagged::

        <record date="2999-01-01"><name>harbor</name></record>

    Accepted::

        <record date="2020-01-01"><name>harbor</name></record>
    """
    today = registry.date(context.today)
    if today is None:
        return
    messages = {}
    for text in _since(registry, today):
        date = _possible(registry, text)
        if date is not None and today.before(date):
            messages[text] = f"{text} is in the future (today is {today.text})"
    yield from _with_dates(registry, messages)
    updated = _possible(registry, registry.updated)
    if updated is not None and today.before(updated):
        message = f"the date of the registry, {updated.text}, is in the future"
        yield Violation(
            registry.dump, "updated", f"{message} (today is {today.text})", value=updated.text
        )


@rule(
    "DT005", ERROR, "Registry convention", needs=columns("registration_date", "modification_date")
)
def modified_before_registered(registry: Registry) -> Iterator[Violation]:
    """A record was modified before it was registered.

    The dates are compared with the precision of the less precise one: 2006-04 is not before
    2006-04-01.

    Why it matters: one of the two dates is wrong.

    Flagged::

        <record date="2016-11-08" updated="2016-11-07"><name>harbor</name></record>

    Accepted::

        <record date="2006-04-08" updated="2006-04"><name>harbor</name></record>
    """
    for record in compress(registry.records, registry.column("modification_date").values):
        first, last = record.registration_date, record.modification_date
        # Texts of dates sort in the order of time.
        if first and last and last < first:
            registered = _possible(registry, first)
            modified = _possible(registry, last)
            if registered is not None and modified is not None and modified.before(registered):
                message = f"modified on {modified.text}, before its registration on"
                yield Violation(record, "modification_date", f"{message} {registered.text}")


@rule("DT006", WARNING, "Registry convention")
def implausibly_early_date(registry: Registry) -> Iterator[Violation]:
    """A date is before April 1969.

    RFC 1 was published in that month. No port was assigned before.

    Why it matters: such a date is usually a missing date that software turned into its zero.

    Flagged::

        <record date="1900-01-01"><name>harbor</name></record>

    Accepted::

        <record date="1988-04"><name>harbor</name></record>
    """
    first = registry.date(FIRST_DATE)
    messages = {}
    for text in (text for text in _dates(registry) if text < FIRST_DATE):
        date = _possible(registry, text)
        if date is not None and first is not None and date.before(first):
            messages[text] = f"{text} is before the publication of RFC 1 ({FIRST_DATE})"
    return _with_dates(registry, messages)


@rule("DT007", NOTE, "Registry convention", since_rfc6335=True)
def month_only_date(registry: Registry) -> Iterator[Violation]:
    """A date after June 2007 has no day.

    The registry has recorded days since July 2007.

    Why it matters: changes within one month cannot be put in order.

    Flagged::

        <record date="2022-08"><name>harbor</name></record>

    Accepted::

        <record date="2006-08"><name>harbor</name></record>
    """
    last = registry.date(LAST_MONTH_PRECISION)
    messages = {}
    for text in (text for text in _dates(registry) if len(text) == len(LAST_MONTH_PRECISION)):
        date = _possible(registry, text)
        if date is not None and date.day is None and last is not None and last.before(date):
            messages[text] = f"expected a date with a day (YYYY-MM-DD), found {text}"
    return _with_dates(registry, messages)
