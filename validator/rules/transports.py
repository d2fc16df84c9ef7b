"""TP: transport protocols (RFC 6335, Sections 6 and 8.1.1)."""

from __future__ import annotations

from validator.engine.rule import ERROR, WARNING, Violation, columns, rule
from validator.model.registry import Registry, cached_index
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.entries import Entry
    from validator.model.record import Record

_PROTOCOLS = frozenset(TRANSPORT_PROTOCOLS)


def _misspelled(registry: Registry) -> Iterator[tuple[Record, str]]:
    """The records whose transport protocol is not exactly one of the four, and its text."""
    words = registry.column("transport_protocol").texts
    return registry.records_with(
        "transport_protocol", [w for w in words if w and w not in _PROTOCOLS]
    )


@cached_index
def _without_transport(registry: Registry) -> list[Entry]:
    return registry.entries_with("transport_protocol", (None, ""))


@rule("TP001", ERROR, "RFC 6335, Section 8.1.1", needs=columns("transport_protocol"))
def unknown_transport_protocol(registry: Registry) -> Iterator[Violation]:
    """A transport protocol is not TCP, UDP, SCTP or DCCP.

    Section 8.1.1 allows only these four.

    Why it matters: readers that know only these four ignore the record.

    Flagged::

        <record><name>harbor</name><protocol>quic</protocol></record>

    Accepted::

        <record><name>harbor</name><protocol>udp</protocol></record>
    """
    for record, word in _misspelled(registry):
        if word.strip() and fold(word.strip()) not in _PROTOCOLS:
            message = f"expected tcp, udp, sctp or dccp, found {quoted(word)}"
            yield Violation(record, "transport_protocol", message)


@rule("TP002", WARNING, "Registry convention", needs=columns("transport_protocol"))
def transport_protocol_case(registry: Registry) -> Iterator[Violation]:
    """A transport protocol is written with capitals or white space.

    The registry writes the four protocols in lower case and without white space.

    Why it matters: tools compare the exact word, and take "TCP" for a fifth protocol.

    Flagged::

        <record><name>harbor</name><protocol>TCP</protocol></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol></record>
    """
    for record, word in _misspelled(registry):
        protocol = fold(word.strip())
        if protocol in _PROTOCOLS or not protocol:
            expected = protocol or "a transport protocol"
            message = f"expected {expected}, found {quoted(word)}"
            yield Violation(record, "transport_protocol", message)


@rule(
    "TP003",
    ERROR,
    "RFC 6335, Section 8.1.1",
    since_rfc6335=True,
    needs=columns("service_name", "port_number", "transport_protocol"),
)
def port_without_transport_protocol(registry: Registry) -> Iterator[Violation]:
    """A port is assigned without a transport protocol.

    Section 8.1.1 requires the transport protocols of an assignment.

    Why it matters: readers that need one either ignore the record or assume tcp and udp.

    Flagged::

        <record><name>harbor</name><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
    """
    for entry in _without_transport(registry):
        record = entry.record
        if record.port_number and record.service_name:
            message = f"{quoted(record.service_name)} has port {quoted(record.port_number)}"
            yield Violation(record, "transport_protocol", f"{message} but no transport protocol")


@rule(
    "TP004",
    ERROR,
    "RFC 6335, Section 8.1.1",
    since_rfc6335=True,
    needs=columns("service_name", "port_number", "transport_protocol"),
)
def service_without_transport_protocol(registry: Registry) -> Iterator[Violation]:
    """A service name without a port has no transport protocol.

    Section 8.1.1 requires the transport protocols even for a service name without a port.

    Why it matters: an SRV record has the transport protocol next to the name, so nobody can look up
    the service without guessing.

    Flagged::

        <record><name>harbor</name></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol></record>
    """
    for entry in _without_transport(registry):
        record = entry.record
        if not record.port_number and record.service_name:
            message = f"{quoted(record.service_name)} has no transport protocol"
            yield Violation(record, "transport_protocol", message)
