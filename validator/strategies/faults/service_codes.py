"""SC: DCCP service codes."""

from __future__ import annotations

from hypothesis import strategies as st

from validator.model.vocabulary import (
    LAST_SERVICE_CODE,
    PRIVATE_SERVICE_CODES,
    RESERVED_SERVICE_CODES,
)
from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame

_FIELD = "service_code"


def _coded(draft: Draft, code: str | None) -> Blame:
    make = draft.pick((draft.service, draft.bare))
    record = make(transports=draft.pick((("dccp",), ("tcp", "dccp")))).assigned[-1]
    record.service_code = code
    return record, _FIELD


@breaks("SC001")
def dccp_without_service_code(draft: Draft) -> Blame:
    return _coded(draft, None)


@breaks("SC002")
def service_code_without_dccp(draft: Draft) -> Blame:
    make = draft.pick((draft.service, draft.bare))
    record = draft.pick(make(transports=draft.pick((("tcp",), ("udp", "sctp")))).assigned)
    record.service_code = str(draft.code())
    return record, _FIELD


@breaks("SC003")
def malformed_service_code(draft: Draft) -> Blame:
    large = draft.draw(st.integers(LAST_SERVICE_CODE + 1, 10**15))
    shapes = ("0x7b", "SC:AAAA", "-1", "007", "1.5", " 5", str(large), "５")
    return _coded(draft, draft.pick(shapes))


@breaks("SC004")
def reserved_service_code(draft: Draft) -> Blame:
    return _coded(draft, str(draft.pick(RESERVED_SERVICE_CODES)))


@breaks("SC005")
def private_service_code(draft: Draft) -> Blame:
    return _coded(draft, str(draft.draw(st.integers(*PRIVATE_SERVICE_CODES))))


@breaks("SC006")
def service_code_on_several_ports(draft: Draft) -> Blame:
    one, other = draft.single("dccp"), draft.single("dccp")
    one.service_code = other.service_code
    return max((one, other), key=lambda record: int(record.port_number or "")), _FIELD
