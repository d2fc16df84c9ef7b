"""ST: the states of port numbers."""

from __future__ import annotations

from validator.strategies.draft import cite, say, statement
from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame


@breaks("ST001")
def unknown_state(draft: Draft) -> Blame:
    record = draft.pick(draft.reserved().records)
    record.description = draft.pick((None, "Spare", "Not in use", "Historic", draft.text()))
    return record, "description"


@breaks("ST002")
def state_spelling(draft: Draft) -> Blame:
    record = draft.pick(draft.reserved().records)
    spelt = ("reserved", "RESERVED", "unassigned", "Reserved - IANA", "Reserved for later use")
    record.description = draft.pick(spelt)
    return record, "description"


@breaks("ST003")
def named_but_released(draft: Draft) -> Blame:
    record = draft.single()
    states = ("Reserved", "Unassigned", "De-registered", "Removed (2012-01-02)", "removed 2012-01")
    record.description = draft.pick(states)
    return record, "description"


@breaks("ST004")
def unassigned_with_holder(draft: Draft) -> Blame:
    record = draft.pick(draft.reserved().records)
    kind = draft.pick(("contact", "assignee", "registration_date"))
    if kind == "registration_date":
        record.registration_date = draft.day()
    else:
        record.contact = (cite(draft.contact()),)
        if kind == "assignee":
            record.assignee = (cite(draft.contact()),)
    return record, kind


@breaks("ST005")
def release_note_on_one_transport(draft: Draft) -> Blame:
    record = draft.pick(draft.released().records)
    say(record, "assignment_notes")
    return record, "assignment_notes"


@breaks("ST006")
def release_date_not_recorded(draft: Draft) -> Blame:
    record = draft.pick(draft.released().records)
    record.modification_date = None
    return record, "assignment_notes"


@breaks("ST007")
def statement_without_port(draft: Draft) -> Blame:
    group = draft.reserved()
    lost = statement(None, "Reserved", draft.pick((None, "tcp")))
    group.records.append(lost)
    return lost, None
