"""OR: the order of records."""

from __future__ import annotations

from validator.model.vocabulary import fold
from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame


@breaks("OR001")
def port_order(draft: Draft) -> Blame:
    one, other = draft.single("sctp"), draft.single("sctp")
    low, high = sorted((one, other), key=lambda record: int(record.port_number or ""))
    records = draft.lay_out()
    records.remove(low)
    records.insert(records.index(high) + 1, low)
    return low, "port_number"


@breaks("OR002")
def transport_order(draft: Draft) -> Blame:
    group = draft.service(
        transports=draft.pick((("tcp", "udp"), ("udp", "sctp"), ("sctp", "dccp")))
    )
    first, second = group.assigned
    place = group.records.index(first)
    group.records[place : place + 2] = second, first
    return first, "transport_protocol"


@breaks("OR003")
def name_order(draft: Draft) -> Blame:
    for _ in range(2):
        draft.bare(transports=("tcp",))
    records = draft.lay_out()
    bare = [record for record in records if record.service_name and not record.port_number]
    keys = sorted({fold(record.service_name or "") for record in bare})
    lower = keys.index(draft.pick(keys[:-1]))
    first, second = keys[lower], keys[lower + 1]
    behind = [record for record in bare if fold(record.service_name or "") == first]
    before = [record for record in bare if fold(record.service_name or "") == second]
    place = records.index(behind[0])
    records[place : place + len(behind) + len(before)] = before + behind
    return behind[0], "service_name"
