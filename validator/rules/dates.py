"""DT: the dates of records and contacts.

Section 8.1.1 does not name the dates; their form is the registry's own: `YYYY-MM-DD`, and `YYYY-MM`
for what is older than July 2007.  The date of the registry itself is MD003's.
"""

from __future__ import annotations

from itertools import compress

from validator.engine.rule import ERROR, NOTE, WARNING, RunContext, Violation, rule
from validator.model.pattern import pattern
from validator.model.record import DATE_FIELDS
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


def _possible(registry: Registry, text: str) -> Date | None:
    date = registry.date(text)
    return None if date is None or date.impossible else date


def _from(registry: Registry, date: Date) -> list[str]:
    """The dates of the month of `date` and later: their texts are in the order of time."""
    month = f"{date.year:04}-{date.month:02}"
    return [text for text in _dates(registry) if text >= month]


def _faulty(registry: Registry, said: dict[str, str]) -> Iterator[Violation]:
    """Yield a violation for each date whose text `said` has a message for."""
    if said:
        for field in DATE_FIELDS:
            for record, text in registry.records_with(field, said):
                yield Violation(record, field, said[text])
        for contact in registry.contacts:
            date = contact.last_updated
            if date in said and date is not None:
                yield Violation(contact, "last_updated", said[date])


@rule("DT001", ERROR, "Registry convention")
def malformed_date(registry: Registry) -> Iterator[Violation]:
    """A date is not written YYYY-MM-DD or YYYY-MM.

    The registry writes dates with four, two and two digits of ASCII and hyphens, or without the
    day. Blanks around a date are part of it.

    Why it matters: sorting, comparing and every parser of dates rest on this form.

    Flagged::

        <record date="30.08.2022"><name>harbor</name></record>

    Accepted::

        <record date="2022-08-30"><name>harbor</name></record>
    """
    said = {
        text: f"{quoted(text)} is no date; it is written YYYY-MM-DD or YYYY-MM"
        for text in _unusual_dates(registry)
        if registry.date(text) is None
    }
    return _faulty(registry, said)


@rule("DT002", ERROR, "Registry convention")
def impossible_date(registry: Registry) -> Iterator[Violation]:
    """A date names a day or a month that does not exist.

    Dates are those of the Gregorian calendar.

    Why it matters: one parser refuses the file, another rolls over into the next month.

    Flagged::

        <record date="2022-02-30"><name>harbor</name></record>

    Accepted::

        <record date="2024-02-29"><name>harbor</name></record>
    """
    said = {}
    for text in _unusual_dates(registry):
        date = registry.date(text)
        if date is not None and date.impossible:
            what = "month" if date.day is None or not 1 <= date.month <= 12 else "day"
            what = "year" if not date.year else what
            said[text] = f"{quoted(text)}: there is no such {what}"
    return _faulty(registry, said)


@rule("DT003", ERROR, "Registry convention", needs=("registry-date",))
def date_after_registry(registry: Registry, given: RunContext) -> Iterator[Violation]:
    """A date is later than the registry's own "last updated".

    Whatever changes a record is published with a registry of that day or later. A date that lies
    in the future as well is DT004's.

    Why it matters: either date is wrong, and tools that fetch only what is new rely on both.

    Flagged::

        <record date="2026-09-01"><name>harbor</name></record>

    Accepted::

        <record date="2026-08-17"><name>harbor</name></record>
    """
    updated = _possible(registry, registry.updated or "")
    today = registry.date(given.today)
    said = {}
    if updated is not None and today is not None:
        for text in _from(registry, updated):
            date = _possible(registry, text)
            if date is not None and updated.before(date) and not today.before(date):
                said[text] = f"{text} is later than the registry's own date, {updated.text}"
    return _faulty(registry, said)


@rule("DT004", ERROR, "Registry convention")
def future_date(registry: Registry, given: RunContext) -> Iterator[Violation]:
    """A date lies in the future.

    A date says when something was done. The day to compare with is today, or the one that
    `--today` gives.

    Why it matters: the record counts as new until that day comes.

    Flagged::

        <record date="2999-01-01"><name>harbor</name></record>

    Accepted::

        <record date="2020-01-01"><name>harbor</name></record>
    """
    today = registry.date(given.today)
    if today is None:
        return
    said = {}
    for text in _from(registry, today):
        date = _possible(registry, text)
        if date is not None and today.before(date):
            said[text] = f"{text} lies in the future; today is {today.text}"
    yield from _faulty(registry, said)
    updated = _possible(registry, registry.updated or "")
    if updated is not None and today.before(updated):
        message = f"the registry's own date, {updated.text}, lies in the future"
        yield Violation(
            registry.dump, "updated", f"{message}; today is {today.text}", value=updated.text
        )


@rule("DT005", ERROR, "Registry convention")
def modified_before_registered(registry: Registry) -> Iterator[Violation]:
    """A record was modified before it was registered.

    The dates are compared as closely as the coarser of them allows: 2006-04 is not before
    2006-04-01.

    Why it matters: one of the two dates is wrong.

    Flagged::

        <record date="2016-11-08" updated="2016-11-07"><name>harbor</name></record>

    Accepted::

        <record date="2006-04-08" updated="2006-04"><name>harbor</name></record>
    """
    for record in compress(registry.records, registry.column("modification_date").values):
        first, last = record.registration_date, record.modification_date
        # The texts of dates are in the order of time.
        if first and last and last < first:
            registered = _possible(registry, first)
            modified = _possible(registry, last)
            if registered is not None and modified is not None and modified.before(registered):
                message = f"modified on {modified.text}, before it was registered on"
                yield Violation(record, "modification_date", f"{message} {registered.text}")


@rule("DT006", WARNING, "Registry convention")
def implausibly_early_date(registry: Registry) -> Iterator[Violation]:
    """A date is before April 1969.

    RFC 1 is of that month; nobody assigned a port before.

    Why it matters: it is the mark of a date that was missing and came out as a computer's zero.

    Flagged::

        <record date="1900-01-01"><name>harbor</name></record>

    Accepted::

        <record date="1988-04"><name>harbor</name></record>
    """
    first = registry.date(FIRST_DATE)
    said = {}
    for text in (text for text in _dates(registry) if text < FIRST_DATE):
        date = _possible(registry, text)
        if date is not None and first is not None and date.before(first):
            said[text] = f"{text} is before RFC 1, which is of {FIRST_DATE}"
    return _faulty(registry, said)


@rule("DT007", NOTE, "Registry convention", since_rfc6335=True)
def month_only_date(registry: Registry) -> Iterator[Violation]:
    """A date from after June 2007 has no day.

    The registry records days since July 2007.

    Why it matters: changes of one month cannot be put in order.

    Flagged::

        <record date="2022-08"><name>harbor</name></record>

    Accepted::

        <record date="2006-08"><name>harbor</name></record>
    """
    last = registry.date(LAST_MONTH_PRECISION)
    said = {}
    for text in (text for text in _dates(registry) if len(text) == len(LAST_MONTH_PRECISION)):
        date = _possible(registry, text)
        if date is not None and date.day is None and last is not None and last.before(date):
            said[text] = f"{text} has no day; dates after {LAST_MONTH_PRECISION} have one"
    return _faulty(registry, said)
