"""DT: the dates of records and contacts."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from validator.strategies.draft import cite
from validator.strategies.faults.breaking import breaks
from validator.strategies.values import LAST_DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame

_FIRST = datetime.date(1969, 4, 1)


def _dated(draft: Draft, texts: Sequence[str] | st.SearchStrategy[str]) -> Blame:
    """Put one of these dates into a record or contact, the only one that it has."""
    text = draft.draw(texts if isinstance(texts, st.SearchStrategy) else st.sampled_from(texts))
    field = draft.pick(("registration_date", "modification_date", "last_updated"))
    if field == "last_updated":
        contact = draft.newcomer()
        draft.single().contact = (cite(contact),)
        contact.last_updated = text
        return contact, field
    record = draft.pick((draft.service, draft.bare))(transports=("tcp",)).record
    record.registration_date = record.modification_date = None
    setattr(record, field, text)
    return record, field


@breaks("DT001")
def malformed_date(draft: Draft) -> Blame:
    return _dated(
        draft,
        ("2020", "2020-1-2", "2020/01/02", "02-01-2020", "Jan 2020", " 2020-01-02", "2020-01-02T00",
         "２０２０-01-02", "2020-01-", "unknown"),
    )  # fmt: skip


@breaks("DT002")
def impossible_date(draft: Draft) -> Blame:
    return _dated(draft, ("2020-02-30", "2019-02-29", "2020-13", "2020-00-10", "2020-04-31"))


@breaks("DT003")
def date_after_registry(draft: Draft) -> Blame:
    late = st.integers(1, 60).map(lambda days: str(LAST_DAY + datetime.timedelta(days)))
    return _dated(draft, late)


@breaks("DT004")
def future_date(draft: Draft) -> Blame:
    future = st.dates(datetime.date(2900, 1, 1)).map(str)
    if draft.pick((False, False, True)):
        draft.service()
        draft.updated = datetime.date.fromisoformat(draft.draw(future))
        return None, "updated"
    return _dated(draft, future)


@breaks("DT005")
def modified_before_registered(draft: Draft) -> Blame:
    record = draft.pick((draft.service, draft.bare))(transports=("tcp",)).record
    registered = datetime.date.fromisoformat(draft.day(datetime.date(1988, 1, 2)))
    before = registered - datetime.timedelta(draft.draw(st.integers(1, 5000)))
    record.registration_date = str(registered)
    record.modification_date = str(max(before, _FIRST))
    return record, "modification_date"


@breaks("DT006")
def implausibly_early_date(draft: Draft) -> Blame:
    days = st.dates(datetime.date(1, 1, 1), _FIRST - datetime.timedelta(1)).map(str)
    return _dated(draft, days | days.map(lambda day: day[:7]))


@breaks("DT007")
def month_only_date(draft: Draft) -> Blame:
    months = st.dates(datetime.date(2008, 1, 1), LAST_DAY).map(lambda day: str(day)[:7])
    return _dated(draft, months)
