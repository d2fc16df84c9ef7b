"""PN: port numbers and ranges."""

from __future__ import annotations

from hypothesis import strategies as st

from validator.model.record import Ports
from validator.model.vocabulary import (
    DYNAMIC_PORTS,
    LAST_PORT,
    RANGE_EDGES,
    SYSTEM_PORTS,
    USER_PORTS,
)
from validator.strategies.draft import statement
from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Record
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame

_MISSPELT = (
    "0{}",
    "{}-",
    " {}",
    "{} ",
    "+{}",
    "{}, 80",
    "{}.0",
    "port {}",
    "{}/tcp",
    "０{}",
    "{}--{}",
)


@breaks("PN001")
def malformed_port_number(draft: Draft) -> Blame:
    record = draft.single()
    number = record.port_number
    record.port_number = draft.pick(_MISSPELT).format(number, number)
    return record, "port_number"


@breaks("PN002")
def port_number_out_of_range(draft: Draft) -> Blame:
    record = draft.single()
    beyond = draft.draw(st.integers(LAST_PORT + 1, 10**12))
    record.port_number = draft.pick(("{1}", "{0}-{1}", "{1}-{0}")).format(
        record.port_number, beyond
    )
    return record, "port_number"


@breaks("PN003")
def reversed_port_range(draft: Draft) -> Blame:
    record = draft.single()
    low = draft.draw(st.integers(0, int(record.port_number or "") - 1))
    record.port_number = f"{record.port_number}-{low}"
    return record, "port_number"


@breaks("PN004")
def degenerate_port_range(draft: Draft) -> Blame:
    record = draft.pick(draft.pick((draft.service(), draft.reserved(room=1))).records)
    record.port_number = f"{record.port_number}-{record.port_number}"
    return record, "port_number"


@breaks("PN005")
def port_range_straddles(draft: Draft) -> Blame:
    record = draft.reserved(room=1).record
    record.transport_protocol = None
    held = [
        number
        for group in draft.groups
        for number in (group.low, group.high)
        if number is not None and record not in group.records
    ]
    system = [number for number in held if number <= SYSTEM_PORTS[1]]
    user = [number for number in held if number > SYSTEM_PORTS[1]]
    if draft.pick((False, True)):
        low = draft.draw(st.integers(max(system, default=0) + 1, SYSTEM_PORTS[1]))
        first = min(user, default=USER_PORTS[1])
        high = draft.draw(st.integers(USER_PORTS[0], first - 1))
    else:
        low = draft.draw(st.integers(max(user, default=USER_PORTS[0]) + 1, USER_PORTS[1]))
        high = draft.draw(st.integers(*DYNAMIC_PORTS))
    _move(draft, record, low, high)
    return record, "port_number"


def _move(draft: Draft, record: Record, low: int, high: int) -> None:
    """Give a statement other ports, alone."""
    group = next(group for group in draft.groups if record in group.records)
    group.records = [record]
    group.low, group.high = low, high
    record.port_number = str(low) if low == high else f"{low}-{high}"


@breaks("PN006")
def dynamic_port_listed(draft: Draft) -> Blame:
    port = draft.draw(st.integers(DYNAMIC_PORTS[0] + 1, LAST_PORT - 1))
    if draft.pick((True, False)):
        return draft.single(port=port), "port_number"
    record = draft.reserved(room=1).record
    record.description = draft.text()
    _move(draft, record, port, port)
    return record, "port_number"


@breaks("PN007")
def range_edge_assigned(draft: Draft) -> Blame:
    edge = draft.pick(RANGE_EDGES)
    if edge > SYSTEM_PORTS[1]:
        return draft.single(port=edge), "port_number"
    record = draft.system(transports=("tcp",)).record
    group = next(group for group in draft.groups if record in group.records)
    for entry in group.records:
        entry.port_number = str(edge)
        entry.known_unauthorized_uses = None
    group.low = group.high = edge
    return record, "port_number"


@breaks("PN008")
def unassigned_covers_assignment(draft: Draft) -> Blame:
    transport = draft.pick(("tcp", "sctp"))
    record = draft.single(transport)
    state = draft.pick(("Reserved", "Unassigned"))
    # Where sctp alone is assigned, a statement for all transport protocols covers it.
    covering = statement(record.port_number, state, "tcp" if transport == "tcp" else None)
    group = next(group for group in draft.groups if record in group.records)
    # Before the twin on udp, if there is one: tcp comes first.
    group.records.insert(group.records.index(record) + 1, covering)
    return covering, "port_number"


@breaks("PN009")
def overlapping_statements(draft: Draft) -> Blame:
    size = draft.draw(st.integers(2, 9))
    group = draft.reserved(room=size)
    wider = group.records[0]
    wider.transport_protocol = None
    low = int((wider.port_number or "").partition("-")[0])
    inner = draft.draw(st.integers(low, low + size - 1))
    narrower = statement(str(inner), "Reserved", draft.pick((None, "tcp", "sctp")))
    group.records = [wider, narrower]
    return narrower, "port_number"


@breaks("PN010", whole=True)
def port_not_covered(draft: Draft) -> Blame:
    records = draft.lay_out()
    plain = [r for r in records if r.description == "Unassigned" and r.transport_protocol is None]
    record = draft.pick(plain)
    first, _, last = (record.port_number or "").partition("-")
    low, high = int(first), int(last or first)
    # With more than half of the ports gone it would be no whole registry.
    lost = draft.draw(st.integers(1, min(high - low + 1, 9999)))
    if lost > high - low:
        records.remove(record)
        return Ports(low, high), "port_number"
    kept = high - lost
    record.port_number = str(low) if low == kept else f"{low}-{kept}"
    return Ports(kept + 1, high), "port_number"


@breaks("PN011", whole=True)
def missing_reserved_twin(draft: Draft) -> Blame:
    group = draft.service(transports=(draft.pick(("tcp", "udp")),))
    group.records = group.assigned
    return group.record, "port_number"


@breaks("PN012")
def unassigned_twin(draft: Draft) -> Blame:
    group = draft.service(transports=("tcp",))
    twin = next(record for record in group.records if not record.service_name)
    twin.description = "Unassigned"
    return twin, "description"


@breaks("PN013")
def undeclared_overloading(draft: Draft) -> Blame:
    group = draft.service(transports=("tcp",), notes=False)
    other = draft.service(transports=("tcp",), notes=False)
    draft.groups.remove(other)
    newcomer = other.record
    newcomer.port_number = group.record.port_number
    group.records.append(newcomer)
    return max(
        group.assigned, key=lambda r: (r.registration_date or "", r.service_name or "")
    ), "service_name"


@breaks("PN014")
def assigned_port_range(draft: Draft) -> Blame:
    room = draft.draw(st.integers(2, 20))
    record = draft.single(room=room)
    record.known_unauthorized_uses = None
    record.port_number = f"{record.port_number}-{int(record.port_number or '') + room - 1}"
    return record, "port_number"


@breaks("PN015")
def unmerged_unassigned(draft: Draft) -> Blame:
    group = draft.reserved(room=draft.draw(st.integers(2, 20)))
    low, high = group.low or 0, group.high or 0
    cut = draft.draw(st.integers(low, high - 1))
    group.records = [
        statement(str(first) if first == last else f"{first}-{last}", "Unassigned", None)
        for first, last in ((low, cut), (cut + 1, high))
    ]
    return group.records[1], "port_number"


@breaks("PN016", whole=True)
def range_edge_not_reserved(draft: Draft) -> Blame:
    edge = draft.pick((0, SYSTEM_PORTS[1], *USER_PORTS))
    group = next(group for group in draft.groups if group.low == edge)
    for record in group.records:
        record.description = "Unassigned"
    return group.records[0], "port_number"


@breaks("PN017", whole=True)
def experimental_ports(draft: Draft) -> Blame:
    port = draft.pick((1021, 1022))
    group = next(group for group in draft.groups if group.low == port)
    if draft.pick((True, False)):
        record = draft.pick(group.records)
        lost = draft.pick(("rfc4727", "rfc6335"))
        record.reference = tuple(cited for cited in record.reference if cited.data != lost)
        return record, "service_name"
    # Without tcp or udp its twin would be missing as well.
    group.records.pop(draft.pick((2, 3)))
    return Ports(port, port), "port_number"
