"""TP: transport protocols (RFC 6335, Sections 6 and 8.1.1)."""

from __future__ import annotations

from validator.engine.rule import ERROR, WARNING, Violation, rule
from validator.model.registry import Registry, cached_index
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.record import Record
    from validator.model.registry import Entry

_KNOWN = frozenset(TRANSPORT_PROTOCOLS)


@cached_index
def _without_transport(registry: Registry) -> list[Entry]:
    return registry.entries_with("transport_protocol", (None, ""))


def _unknown(registry: Registry) -> Iterator[tuple[Record, str]]:
    """The records whose transport protocol is not spelt as one of the four, and how it is."""
    words = registry.column("transport_protocol").texts
    return registry.records_with("transport_protocol", [w for w in words if w and w not in _KNOWN])


@rule("TP001", ERROR, "RFC 6335, Section 8.1.1")
def unknown_transport_protocol(registry: Registry) -> Iterator[Violation]:
    """A transport protocol is none of TCP, UDP, SCTP and DCCP.

    Section 8.1.1 limits the field to these four.

    Why it matters: readers that know the four pass the record over.

    Flagged::

        <record><name>harbor</name><protocol>quic</protocol></record>

    Accepted::

        <record><name>harbor</name><protocol>udp</protocol></record>
    """
    for record, word in _unknown(registry):
        if word.strip() and fold(word.strip()) not in _KNOWN:
            message = f"{quoted(word)} is none of {', '.join(TRANSPORT_PROTOCOLS)}"
            yield Violation(record, "transport_protocol", message)


@rule("TP002", WARNING, "Registry convention")
def transport_protocol_case(registry: Registry) -> Iterator[Violation]:
    """A transport protocol is known, but spelt with capitals or blanks.

    The registry writes the four protocols in lower case and without blanks.

    Why it matters: tools compare the word byte by byte, and take "TCP" for a fifth protocol.

    Flagged::

        <record><name>harbor</name><protocol>TCP</protocol></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol></record>
    """
    for record, word in _unknown(registry):
        meant = fold(word.strip())
        if meant in _KNOWN or not meant:
            hint = f"; write {meant}" if meant else " and says nothing"
            yield Violation(record, "transport_protocol", f"{quoted(word)} is misspelt{hint}")


@rule("TP003", ERROR, "RFC 6335, Section 8.1.1", since_rfc6335=True)
def port_without_transport_protocol(registry: Registry) -> Iterator[Violation]:
    """A port is assigned without a transport protocol.

    Section 8.1.1 requires the transport protocols of an assignment.

    Why it matters: readers that need one either drop the record or invent tcp and udp.

    Flagged::

        <record><name>harbor</name><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol><number>4621</number></record>
    """
    for entry in _without_transport(registry):
        record = entry.record
        if record.port_number and record.service_name:
            message = f"{quoted(record.service_name)} has port {quoted(record.port_number)}"
            yield Violation(record, "transport_protocol", f"{message} and no transport protocol")


@rule("TP004", ERROR, "RFC 6335, Section 8.1.1", since_rfc6335=True)
def service_without_transport_protocol(registry: Registry) -> Iterator[Violation]:
    """A service name without a port has no transport protocol either.

    Section 8.1.1 requires the transport protocols even of a request for a service name alone.

    Why it matters: an SRV record needs one of them beside the name: nobody can look the service
    up without guessing.

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
