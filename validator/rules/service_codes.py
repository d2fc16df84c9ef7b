"""SC: DCCP service codes (RFC 6335, Sections 8.1.1 and 10.3; RFC 5595)."""

from __future__ import annotations

from validator.engine.rule import ERROR, Violation, columns, related_to, rule
from validator.model.entries import Assignment
from validator.model.registry import Registry
from validator.model.vocabulary import (
    EXPERIMENTAL_PORTS,
    LAST_SERVICE_CODE,
    PRIVATE_SERVICE_CODES,
    RESERVED_SERVICE_CODES,
    SERVICE_CODE,
    fold,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.record import Record


def _code(text: str | None) -> int | None:
    """The service code that `text` is; `None` where it is not a service code."""
    if not text or len(text) > 10 or SERVICE_CODE.fullmatch(text) is None:
        return None
    code = int(text)
    return code if code <= LAST_SERVICE_CODE else None


def _coded(registry: Registry) -> Iterator[tuple[Record, str]]:
    """The records with a service code, and its text."""
    return registry.records_with(
        "service_code", filter(None, registry.column("service_code").texts)
    )


@rule(
    "SC001",
    ERROR,
    "RFC 6335, Section 8.1.1",
    since_rfc6335=True,
    needs=columns("service_name", "transport_protocol", "service_code"),
)
def dccp_without_service_code(registry: Registry) -> Iterator[Violation]:
    """A service is assigned for DCCP but has no service code.

    Section 8.1.1 requires a service code for DCCP. exp1 and exp2 have none, as Section 10.2
    explains.

    Why it matters: a DCCP connection is made to a service code, not only to a port.

    Flagged::

        <record><name>harbor</name><protocol>dccp</protocol><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>dccp</protocol><number>4621</number>
          <sc>1212240466</sc></record>
    """
    experimental = set(EXPERIMENTAL_PORTS.values())
    words = {
        word
        for word in registry.column("transport_protocol").texts
        if word and fold(word.strip()) == "dccp"
    }
    for entry in registry.entries_with("transport_protocol", words):
        if not isinstance(entry, Assignment) or entry.record.service_code:
            continue
        if entry.key not in experimental:
            message = f"{quoted(entry.name)} is assigned for dccp but has no service code"
            yield Violation(entry.record, "service_code", message)


@rule(
    "SC002", ERROR, "RFC 6335, Section 8.1.1", needs=columns("transport_protocol", "service_code")
)
def service_code_without_dccp(registry: Registry) -> Iterator[Violation]:
    """A record has a service code but not the transport protocol DCCP.

    Section 8.1.1 forbids a service code for any other transport protocol.

    Why it matters: the code may be missing from the record that should have it.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol><sc>1212240466</sc></record>

    Accepted::

        <record><name>harbor</name><protocol>dccp</protocol><sc>1212240466</sc></record>
    """
    for record, text in _coded(registry):
        if (record.transport_protocol or "").strip().lower() != "dccp":
            protocol = quoted(record.transport_protocol) if record.transport_protocol else "none"
            message = f"expected dccp for the service code {quoted(text)}, found {protocol}"
            yield Violation(record, "service_code", message)


@rule("SC003", ERROR, "RFC 5595, Section 2", needs=columns("service_code"))
def malformed_service_code(registry: Registry) -> Iterator[Violation]:
    """A service code is not an unsigned 32-bit number in decimal.

    The registry writes service codes in decimal digits, without sign, spaces or leading zeros.

    Why it matters: the same code can also be written in letters (SC:HARB) and in hexadecimal, but
    only one form can be looked up.

    Flagged::

        <record><name>harbor</name><protocol>dccp</protocol><sc>0x48415242</sc></record>

    Accepted::

        <record><name>harbor</name><protocol>dccp</protocol><sc>1212240466</sc></record>
    """
    for record, text in _coded(registry):
        if _code(text) is None:
            message = f"expected an unsigned 32-bit decimal number, found {quoted(text)}"
            yield Violation(record, "service_code", message)


@rule("SC004", ERROR, "RFC 6335, Section 8.1.1", needs=columns("service_code"))
def reserved_service_code(registry: Registry) -> Iterator[Violation]:
    """A service code is 0 or 4294967295, which are reserved.

    RFC 5595 reserves 0 for the absence of a code and 4294967295 for an invalid code.

    Why it matters: a connection cannot request either of them.

    Flagged::

        <record><name>harbor</name><protocol>dccp</protocol><sc>4294967295</sc></record>

    Accepted::

        <record><name>harbor</name><protocol>dccp</protocol><sc>4294967294</sc></record>
    """
    for record, text in _coded(registry):
        if _code(text) in RESERVED_SERVICE_CODES:
            yield Violation(record, "service_code", f"service code {text} is reserved")


@rule("SC005", ERROR, "RFC 6335, Section 8.1.1", needs=columns("service_code"))
def private_service_code(registry: Registry) -> Iterator[Violation]:
    """A service code is in the range for private use.

    The codes from 1056964608 to 1073741823, whose first byte is "?", are not assigned by IANA.

    Why it matters: anyone may use such a code, so it does not identify a service.

    Flagged::

        <record><name>harbor</name><protocol>dccp</protocol><sc>1056964608</sc></record>

    Accepted::

        <record><name>harbor</name><protocol>dccp</protocol><sc>1056964607</sc></record>
    """
    low, high = PRIVATE_SERVICE_CODES
    for record, text in _coded(registry):
        code = _code(text)
        if code is not None and low <= code <= high:
            message = f"service code {text} is for private use ({low} to {high})"
            yield Violation(record, "service_code", message)


@rule(
    "SC006",
    ERROR,
    "RFC 6335, Section 10.3.2",
    needs=columns("port_number", "transport_protocol", "service_code"),
)
def service_code_on_several_ports(registry: Registry) -> Iterator[Violation]:
    """One service code is assigned to two DCCP ports.

    Section 10.3.2 allows only one server port for a service code. Several codes on one port are
    allowed.

    Why it matters: a client that knows the code cannot tell which port to use.

    Flagged::

        <record><name>harbor</name><protocol>dccp</protocol><number>4621</number>
          <sc>1212240466</sc></record>
        <record><name>quay</name><protocol>dccp</protocol><number>4622</number>
          <sc>1212240466</sc></record>

    Accepted::

        <record><name>harbor</name><protocol>dccp</protocol><number>4621</number>
          <sc>1212240466</sc></record>
        <record><name>quay</name><protocol>dccp</protocol><number>4621</number>
          <sc>1212240466</sc></record>
    """
    by_code: dict[int, list[Assignment]] = {}
    coded = {text: _code(text) for text in registry.column("service_code").texts if text}
    for entry in registry.entries_with("service_code", coded) if coded else ():
        code = coded[entry.record.service_code or ""]
        if code is not None and isinstance(entry, Assignment):
            if entry.transport == "dccp" and entry.ports is not None:
                by_code.setdefault(code, []).append(entry)
    for code, entries in by_code.items():
        if len({entry.ports for entry in entries}) > 1:
            yield _on_several_ports(code, entries)


def _on_several_ports(code: int, entries: list[Assignment]) -> Violation:
    """The last assignment that is not on the first port of the code is the one to correct."""
    entries.sort(key=lambda e: (e.ports.low, e.ports.high, e.key) if e.ports else (0, 0, ""))
    first, last = entries[0], entries[-1]
    others = [entry.record for entry in entries if entry.ports != last.ports]
    message = f"service code {code} is assigned to port {first.ports} and to port {last.ports}"
    related = related_to("the same service code", others, "service_code")
    return Violation(last.record, "service_code", message, related=related)
