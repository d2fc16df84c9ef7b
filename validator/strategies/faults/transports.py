"""TP: transport protocols."""

from __future__ import annotations

from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame


@breaks("TP001")
def unknown_transport_protocol(draft: Draft) -> Blame:
    record = draft.pick(draft.pick((draft.service, draft.bare))(transports=("tcp",)).assigned)
    record.transport_protocol = draft.pick(("ip", "quic", "tcp/udp", "tcp,udp", "ddp", "6", "tcp4"))
    return record, "transport_protocol"


@breaks("TP002")
def transport_protocol_case(draft: Draft) -> Blame:
    record = draft.pick(draft.service(transports=("tcp",)).records)
    word = record.transport_protocol or ""
    record.transport_protocol = draft.pick((word.upper(), word.title(), f" {word}", f"{word} "))
    return record, "transport_protocol"


@breaks("TP003")
def port_without_transport_protocol(draft: Draft) -> Blame:
    record = draft.single(draft.pick(("tcp", "sctp")))
    record.transport_protocol = None
    return record, "transport_protocol"


@breaks("TP004")
def service_without_transport_protocol(draft: Draft) -> Blame:
    record = draft.bare(transports=("tcp",)).record
    record.transport_protocol = None
    return record, "transport_protocol"
