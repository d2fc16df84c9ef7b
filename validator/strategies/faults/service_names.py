"""SN: service names."""

from __future__ import annotations

from validator.model.vocabulary import fold
from validator.strategies.draft import copied
from validator.strategies.faults.breaking import breaks
from validator.strategies.values import invalid_service_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Record
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame
    from validator.strategies.values import Clause


def _misspelt(draft: Draft, clause: Clause) -> Blame:
    record = draft.pick(draft.service().assigned)
    record.service_name = draft.draw(invalid_service_names(clause))
    return record, "service_name"


@breaks("SN001")
def service_name_length(draft: Draft) -> Blame:
    return _misspelt(draft, "SN001")


@breaks("SN002")
def service_name_character(draft: Draft) -> Blame:
    return _misspelt(draft, "SN002")


@breaks("SN003")
def service_name_without_letter(draft: Draft) -> Blame:
    return _misspelt(draft, "SN003")


@breaks("SN004")
def service_name_edge_hyphen(draft: Draft) -> Blame:
    return _misspelt(draft, "SN004")


@breaks("SN005")
def service_name_adjacent_hyphens(draft: Draft) -> Blame:
    return _misspelt(draft, "SN005")


@breaks("SN006")
def service_name_case(draft: Draft) -> Blame:
    group = draft.service(transports=("tcp", "udp"))
    for record in group.records:
        name = record.service_name or ""
        record.service_name = fold(name)
    other = draft.pick(group.records)
    letter = next(c for c in other.service_name or "" if c.isalpha())
    other.service_name = (other.service_name or "").replace(letter, letter.upper(), 1)
    # One of each: the first in the alphabet is kept, and that is the one with the capital.
    return next(record for record in group.records if record is not other), "service_name"


@breaks("SN007")
def duplicate_assignment(draft: Draft) -> Blame:
    group = draft.pick((draft.service, draft.bare))()
    record = draft.pick(group.assigned)
    again = copied(record)
    group.records.insert(group.records.index(record) + 1, again)
    return again, "service_name"


def _twice(draft: Draft) -> tuple[Record, Record]:
    """Two records of one name on two ports, the one to be blamed last."""
    one = draft.single()
    other = draft.single(name=one.service_name)
    first, last = sorted(
        (one, other), key=lambda r: (r.registration_date or "", int(r.port_number or ""))
    )
    return first, last


@breaks("SN008")
def service_name_conflict(draft: Draft) -> Blame:
    first, last = _twice(draft)
    first.assignee = last.assignee = ()
    first.contact, last.contact = draft.strangers_cited(2)
    return last, "service_name"


@breaks("SN009")
def service_name_several_ports(draft: Draft) -> Blame:
    first, last = _twice(draft)
    first.assignee, first.contact = last.assignee, last.contact
    return last, "port_number"


@breaks("SN010")
def service_name_with_and_without_port(draft: Draft) -> Blame:
    ported = draft.single()
    group = draft.bare(name=ported.service_name, transports=("tcp",))
    return group.record, "service_name"
