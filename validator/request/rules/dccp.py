"""RQ050 to RQ056: DCCP service codes (RFC 6335, Sections 8.1.1 and 10.3; RFC 5595)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from validator.engine.rule import ERROR, WARNING, Violation
from validator.model.vocabulary import (
    EXPERIMENTAL_PORTS,
    LAST_SERVICE_CODE,
    PRIVATE_SERVICE_CODES,
    RESERVED_SERVICE_CODES,
    quoted,
)
from validator.request.case import Case, case_rule
from validator.request.documents.parsed import KeyPath
from validator.request.fields import field_name
from validator.request.structure import type_name

_MAX_CODES = 5


def _is_code(value: object) -> TypeGuard[int]:
    """Whether a value is an unsigned 32-bit number (RFC 5595)."""
    return (
        isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_SERVICE_CODE
    )


def _codes(case: Case) -> list[tuple[KeyPath, int]]:
    """The well-formed codes of a request that asks for DCCP."""
    codes = case.service_codes if "dccp" in case.transports else []
    return [(path, code) for path, code in codes if _is_code(code)]


@case_rule("RQ050", ERROR, "RFC 6335, Section 8.1.1")
def requested_service_code_missing(case: Case) -> Iterator[Violation]:
    """The request is for DCCP but has no service code.

    A request that includes DCCP must include a unique service code.

    Why it matters: a DCCP connection is made to a service code, not just to a port.

    Flagged::

        transport_protocols: [dccp]

    Accepted::

        transport_protocols: [dccp]
        service_code: 1414090313
    """
    if "dccp" in case.transports and not case.service_codes:
        if case.key in EXPERIMENTAL_PORTS.values() or case.is_refused("service_code"):
            return
        name = field_name("service_code", case.parsed)
        message = f"dccp is requested, but {name} {case.parsed.absence('service_code')}"
        yield case.violation(message, "service_code")


@case_rule("RQ051", ERROR, "RFC 6335, Section 8.1.1")
def requested_service_code_without_dccp(case: Case) -> Iterator[Violation]:
    """The request has a service code but is not for DCCP.

    Why it matters: no other transport protocol has service codes, so IANA rejects the request.

    Flagged::

        service_code: 1414090313

    Accepted::

        transport_protocols: [dccp]
        service_code: 1414090313
    """
    if case.service_codes and "dccp" not in case.transports:
        if case.is_refused("transport_protocols"):
            return
        _, code = case.service_codes[0]
        message = "service_code is given, but dccp is not requested"
        yield case.violation(message, "service_code", value=str(code)[:1000])


@case_rule("RQ052", ERROR, "RFC 6335, Section 8.1.1; RFC 5595, Section 2")
def requested_service_code_malformed(case: Case) -> Iterator[Violation]:
    """A service code is not an unsigned 32-bit number.

    Write it as a decimal number from 1 to 4294967294, not as the four characters that it may
    represent.

    Why it matters: a packet has 32 bits for it.

    Flagged::

        transport_protocols: [dccp]
        service_code: TIDE

    Accepted::

        transport_protocols: [dccp]
        service_code: 1414090821
    """
    for path, code in case.service_codes:
        if _is_code(code) or "dccp" not in case.transports or case.is_refused(*path):
            continue
        name = quoted(code) if isinstance(code, str) else type_name(code)
        message = (
            f"{name.removeprefix('the number ')} is not a service code (expected a decimal"
            f" number up to {LAST_SERVICE_CODE})"
        )
        message += _code_hint(code) if isinstance(code, str) else ""
        yield case.violation(message, *path, value=str(code)[:1000])


def _code_hint(code: str) -> str:
    if len(code) == 4 and code.isascii():
        return f"; {quoted(code)} is {int.from_bytes(code.encode('ascii'), 'big')}"
    is_decimal = code.isascii() and code.isdigit() and code[0] != "0"
    if is_decimal and int(code[:20]) <= LAST_SERVICE_CODE:
        return "; write it without quotes"
    return ""


@case_rule("RQ053", ERROR, "RFC 6335, Section 8.1.1; RFC 5595, Section 2.1")
def requested_service_code_reserved(case: Case) -> Iterator[Violation]:
    """A service code is 0 or 4294967295.

    0 means that there is no service code, and 4294967295 is invalid. Both are permanently reserved.

    Why it matters: neither can be assigned.

    Flagged::

        transport_protocols: [dccp]
        service_code: 0

    Accepted::

        transport_protocols: [dccp]
        service_code: 1414090313
    """
    for path, code in _codes(case):
        if code in RESERVED_SERVICE_CODES:
            message = f"service code {code} is permanently reserved"
            yield case.violation(message, *path)


@case_rule("RQ054", ERROR, "RFC 6335, Section 8.1.1; RFC 5595, Section 2.1")
def requested_service_code_private(case: Case) -> Iterator[Violation]:
    """A service code is in the range for private use.

    1056964608 to 1073741823 (the codes whose first character is "?") are not centrally assigned.

    Why it matters: anybody may use them without a request, so IANA cannot assign them.

    Flagged::

        transport_protocols: [dccp]
        service_code: 1056964609

    Accepted::

        transport_protocols: [dccp]
        service_code: 1414090313
    """
    low, high = PRIVATE_SERVICE_CODES
    for path, code in _codes(case):
        if low <= code <= high:
            message = f"service code {code} is for private use ({low}-{high})"
            yield case.violation(message, *path)


@case_rule("RQ055", ERROR, "RFC 6335, Sections 8.1.1 and 10.3.2", needs=("registry",))
def requested_service_code_taken(case: Case) -> Iterator[Violation]:
    """A service code is assigned to another service.

    A service code is unique, and at most one DCCP port is assigned to it.

    Why it matters: the wrong service could answer a connection.

    Flagged::

        transport_protocols: [dccp]
        service_code: 1145656131

    Accepted::

        transport_protocols: [dccp]
        service_code: 1414090313
    """
    for path, code in _codes(case):
        others = [
            entry
            for entry in case.registry.by_service_code.get(str(code), [])
            if entry.key != case.key
            or (case.port is not None and entry.ports and case.port not in entry.ports)
        ]
        if others:
            first = others[0]
            message = f"service code {code} is assigned to {first.name}"
            message += f" on port {first.ports}" if first.ports else ""
            records = case.related((e.record for e in others), field="service_code")
            yield case.violation(message, *path, related=records)


@case_rule("RQ056", WARNING, "RFC 6335, Section 10.3.1")
def many_service_codes(case: Case) -> Iterator[Violation]:
    """The request is for more than five service codes.

    IANA assigns up to five without review. For more, it asks the experts.

    Why it matters: a reviewer will ask what each of them is for.

    Flagged::

        transport_protocols: [dccp]
        service_code: [1414090313, 1414090314, 1414090315, 1414090316, 1414090317, 1414090318]

    Accepted::

        transport_protocols: [dccp]
        service_code: [1414090313, 1414090314]
    """
    if len(case.service_codes) > _MAX_CODES and "dccp" in case.transports:
        message = (
            f"{len(case.service_codes)} service codes are requested; more than {_MAX_CODES}"
            " need Expert Review"
        )
        yield case.violation(message, "service_code")
