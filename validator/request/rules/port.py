"""RQ020 to RQ037: the port number (RFC 6335, Sections 6, 7.2, 8.1, 8.1.2 and 8.2)."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from validator.engine.rule import ERROR, WARNING, Violation
from validator.model.pattern import pattern
from validator.model.vocabulary import (
    DYNAMIC_PORTS,
    LAST_PORT,
    TRANSPORT_PROTOCOLS,
    USER_PORTS,
    fold,
    normal_space,
    quoted,
)
from validator.request.case import Case, case_rule, related_rivals
from validator.request.collisions import assignments_on_port, statements_on_port, unauthorized_uses
from validator.request.content import is_out_of_range
from validator.request.extensions import SENTENCE, mentions
from validator.request.parties import namesake_hint
from validator.request.phrase import exact_phrase, phrase
from validator.request.structure import type_name
from validator.request.variants import (
    continued_services,
    insecure_services,
    is_clearly_secure,
    same_service,
)

_RANGE = regex.compile(r"\s*+[0-9]++\s*+(?:-|–|to|through|,|\.\.)\s*+[0-9]++.*+", regex.DOTALL)
_IN_USE = pattern(
    r"\b(?:already|currently|now|today|presently|have\s++been|has\s++been|since\s++[12][0-9]{3})\b"
    r"[^.]{0,80}\b(?:us(?:e|es|ed|ing)|deployed|deployment|shipp(?:ed|ing)|ships?|runs?|running|listen(?:s|ing)?"
    r"|production|in\s++the\s++field)\b"
    r"|\b(?:deployed|shipped|shipping|in\s++production|in\s++the\s++field|listens)\b"
    r"[^.]{0,80}\b(?:port|already|since)\b",
    "ai",
    limited=True,
)
_DENIED = phrase(
    r"\b(?:not|never|no|nor|nothing|nobody|without|once|until|will be|to be|planned)\b", regex.ASCII
)
# The keys whose text may say that the port is in use.
_KEYS = (
    "description",
    "assignment_notes",
    "development_state",
    "why_not_dynamic",
    "why_not_user",
    "why_not_existing_port",
    "known_unauthorized_uses",
)
_MAX_VALUE = 1000


@case_rule("RQ020", ERROR, "RFC 6335, Section 8.1.1")
def requested_port_malformed(case: Case) -> Iterator[Violation]:
    """The port number is malformed.

    Expected are decimal digits without quotes, sign, white space, underscores or leading zeros, or
    the word "user" or "system" for any port of that range. `null` requests a service name alone.

    Why it matters: some readers take `010` for 8 and others for 10, and `true` for 1.

    Flagged::

        port_number: 04630

    Accepted::

        port_number: 4630
    """
    port = case.values.get("port_number")
    if port is None or case.any_port_of or case.is_refused("port_number"):
        return
    is_whole = isinstance(port, int) and not isinstance(port, bool)
    if is_whole or isinstance(port, list) or _is_range(port) or is_out_of_range(port):
        return
    name = quoted(port) if isinstance(port, str) else type_name(port)
    message = f"{name.removeprefix('the number ')} is not a port number: {_port_fault(port)}"
    value = port[:_MAX_VALUE] if isinstance(port, str) else None
    yield case.violation(message, "port_number", value=value)


def _is_range(port: object) -> bool:
    return isinstance(port, str) and _RANGE.fullmatch(port) is not None


def _port_fault(port: object) -> str:
    if isinstance(port, bool):
        return 'expected a number, "user" or "system"'
    if isinstance(port, float):
        return "expected a whole number"
    if isinstance(port, dict):
        return "expected one number"
    return _text_fault(str(port))


def _text_fault(text: str) -> str:
    is_decimal = text.isascii() and text.isdigit()
    word = fold(text.strip())
    faults = (
        (not word, "it is empty; remove port_number to request a service name alone"),
        (is_decimal and text[:1] == "0" and len(text) > 1, "remove the leading zero"),
        (is_decimal, "it is a string; remove the quotes"),
        (word in ("user", "system"), f'write "{word}"'),
        (any(c.isdigit() and not c.isascii() for c in text), "expected the ASCII digits 0 to 9"),
        ("_" in text and text.replace("_", "").isdigit(), "remove the underscores"),
        (text[:2].lower() in ("0x", "0o", "0b"), "expected a decimal number"),
    )
    default = 'expected a number, "user" or "system"'
    return next((reason for applies, reason in faults if applies), default)


@case_rule("RQ021", ERROR, "RFC 6335, Section 6")
def requested_port_out_of_range(case: Case) -> Iterator[Violation]:
    """The port number is not between 0 and 65535.

    Why it matters: port numbers have 16 bits in all four transport protocols.

    Flagged::

        port_number: 65536

    Accepted::

        port_number: 4630
    """
    port = case.values.get("port_number")
    if is_out_of_range(port):
        message = f"port number {str(port)[:40]} is out of range (0-{LAST_PORT})"
        yield case.violation(message, "port_number", value=str(port)[:_MAX_VALUE])


@case_rule("RQ022", ERROR, "RFC 6335, Sections 6 and 8.1.2")
def dynamic_port_requested(case: Case) -> Iterator[Violation]:
    """The port number is a Dynamic Port.

    The Dynamic Ports, 49152 to 65535, are never assigned. Any application may use one that is free,
    and none may rely on a particular one.

    Why it matters: IANA rejects the request. Request a User Port, or no port.

    Flagged::

        port_number: 50000

    Accepted::

        port_number: 4630
    """
    if case.port is not None and case.range_name == "Dynamic":
        low, high = DYNAMIC_PORTS
        message = (
            f"port {case.port} is a Dynamic Port ({low}-{high}), which is never assigned;"
            f" request a User Port ({USER_PORTS[0]}-{USER_PORTS[1]}) or no port"
        )
        yield case.violation(message, "port_number")


@case_rule("RQ023", ERROR, "RFC 6335, Sections 6 and 8.1")
def reserved_port_requested(case: Case) -> Iterator[Violation]:
    """The port number is Reserved, and the request does not justify it.

    Reserved numbers, including the edges of the ranges (0, 1023, 1024, 49151), are assigned only by
    Standards Action or IESG Approval. The request must explain in `reserved_justification` why a
    Reserved number is appropriate. Port 0 is never assigned. The ports 1021 and 1022 are for
    experiments, under the names exp1 and exp2, on all transport protocols (6.1, 10.2): no other
    service can have them.

    Why it matters: IANA rejects the request without this explanation.

    Flagged::

        port_number: 1024

    Accepted::

        port_number: 4630
    """
    status = case.port_status
    if status.experiment is not None:
        message = (
            f"port {case.port} is for experiments alone, under the name {status.experiment} on"
            " all transport protocols; no other service can have it"
        )
        yield case.violation(message, "port_number", entries=status.entries)
    elif case.port == 0:
        message = "port 0 is Reserved and never assigned: it is no port to listen on"
        yield case.violation(message, "port_number")
    elif status.is_reserved and not case.text("reserved_justification"):
        edge = " (the edge of a range)" if status.is_edge else ""
        message = (
            f"port {case.port} is Reserved{edge}; explain in reserved_justification why it is"
            " appropriate"
        )
        records = [statement.record for statement in status.reserved]
        related = case.related(records, "Reserved here")
        yield case.violation(message, "port_number", related=related)


@case_rule("RQ024", ERROR, "RFC 6335, Sections 7.2 and 8.1", needs=("registry",))
def port_taken(case: Case) -> Iterator[Violation]:
    """The port is assigned to another service on a requested transport protocol.

    This includes ports inside an assigned range and records without transport protocol. A port can
    be shared with a service of the same assignee, or if one service extends the other and peers
    detect that in-band (5): say both in `assignment_notes`, with the name of the other service.

    Why it matters: two services on one port cannot run on one host.

    Flagged::

        port_number: 4646

    Accepted::

        port_number: 4630
    """
    status = case.port_status
    if status.kind == "taken" and not same_service(case):
        first = status.entries[0]
        requested = case.transports or TRANSPORT_PROTOCOLS
        transports = [word for word in requested if first in assignments_on_port(case, (word,))]
        inside = f", in the range {first.ports}" if first.ports and len(first.ports) > 1 else ""
        message = (
            f"port {case.port}/{','.join(transports)} is assigned to {first.name}"
            f" ({case.assignee_name(first)}){inside}"
        )
        if not first.record.transport_protocol:
            message += ", for all transport protocols"
        if mentions(case, first.name):
            message += (
                f"; to share it, say that the service extends {first.name}, and how peers"
                " detect that in-band (Section 5)"
            )
        yield case.violation(message, "port_number", entries=status.entries)


@case_rule("RQ025", ERROR, "RFC 6335, Sections 7.2 and 8.1", needs=("registry",))
def port_reserved_elsewhere(case: Case) -> Iterator[Violation]:
    """The port is Reserved because of an assignment on another transport protocol.

    When a port is assigned for one transport protocol, it becomes Reserved for the others, even
    without a record. Only the assignee of that assignment can request it for them, under the same
    name or another.

    Why it matters: the port looks free in the table, but it is not.

    Flagged::

        port_number: 4658

    Accepted::

        port_number: 4630
    """
    status = case.port_status
    if status.kind == "elsewhere":
        first = status.entries[0]
        assignee = case.assignee_name(first)
        is_recorded = any(s.state == "Reserved" for s in statements_on_port(case))
        message = (
            f"port {case.port}/{','.join(case.transports)} is Reserved because"
            f" {case.port}/{first.record.transport_protocol} is assigned to {first.name}"
            f" ({assignee}); only its assignee can request it"
            f"{'' if is_recorded else ' (the registry has no record of the reservation)'}"
            f"{namesake_hint(case, status.entries)}"
        )
        yield case.violation(message, "port_number", entries=status.entries)


@case_rule("RQ026", ERROR, "RFC 6335, Section 7.2")
def port_range_requested(case: Case) -> Iterator[Violation]:
    """The request is for a range or list of port numbers.

    A service is assigned one port number. If it needs several connections, it can distinguish them
    on one port or negotiate Dynamic Ports there.

    Why it matters: ranges were assigned in the past but are not any more.

    Flagged::

        port_number: 4630-4639

    Accepted::

        port_number: 4630
    """
    value = case.values.get("port_number")
    if isinstance(value, list) or _is_range(value):
        ports = f"the range {quoted(value)}" if isinstance(value, str) else "a list"
        message = (
            f"expected one port number, found {ports}; use Dynamic Ports for further connections"
        )
        yield case.violation(message, "port_number")


@case_rule("RQ027", ERROR, "RFC 6335, Section 7.2", needs=("registry",))
def second_port(case: Case) -> Iterator[Violation]:
    """The service already has a port, and the request is for another one.

    A service has one port for all its versions, variants and devices.

    Why it matters: IANA rejects the request. To move a service, release its port first (8.3).

    Flagged::

        service_name: harbor-log
        assignee: {name: Example Org, email: ports@example.org}
        port_number: 4630

    Accepted::

        service_name: tide-log
        port_number: 4630
    """
    status = case.name_status
    if status.kind == "second port":
        ports = ", ".join(dict.fromkeys(str(entry.ports) for entry in status.entries))
        message = f"{quoted(case.name)} already has port {ports}; RFC 6335 expects one per service"
        yield case.violation(message, "port_number", entries=status.entries)


@case_rule("RQ028", WARNING, "RFC 6335, Sections 5 and 8.1.1", needs=("registry",))
def port_overloading(case: Case) -> Iterator[Violation]:
    """The request is for a new name on the port of an existing service.

    This is possible if one service extends the other and the peers detect it in-band, like stun and
    turn. The request is from the assignee of the other service, or says that it extends it and how
    peers detect that. IANA asks the assignee and the experts whether it is appropriate. The IESG is
    the assignee of most services of the IETF: that both are its own says little.

    Why it matters: without in-band detection, one of the two services breaks.

    Flagged::

        service_name: tide-log
        assignee: {name: Example Org, email: ports@example.org}
        port_number: 4621

    Accepted::

        service_name: tide-log
        port_number: 4630
    """
    status = case.port_status
    if status.kind == "overloading" and not same_service(case):
        first = status.entries[0]
        message = (
            f"port {case.port} belongs to {first.name}; its assignee"
            f" ({case.assignee_name(first)}) and the experts must confirm that both services"
            " can share it"
        )
        yield case.violation(message, "port_number", entries=status.entries)


@case_rule("RQ029", WARNING, "RFC 6335, Section 8.1.1", needs=("registry",))
def unauthorized_use_known(case: Case) -> Iterator[Violation]:
    """The registry lists unauthorized uses of the port.

    If the registry says on which ports of a block, only these count.

    Why it matters: traffic of other applications will reach the service. Another port avoids that.

    Flagged::

        port_number: 4644

    Accepted::

        port_number: 4630
    """
    records = unauthorized_uses(case)
    if records and case.port_status.kind == "free" and case.name_status.kind == "new":
        field = "known_unauthorized_uses"
        uses = quoted(normal_space(records[0].known_unauthorized_uses or ""))
        message = f"port {case.port} has a known unauthorized use: {uses}"
        related = case.related(records, "mentioned here", field)
        yield case.violation(message, "port_number", related=related)


@case_rule("RQ030", WARNING, "RFC 6335, Section 8.2", needs=("registry",))
def released_port(case: Case) -> Iterator[Violation]:
    """The port was assigned before and has been released.

    Such a port is assigned again only when no other port of its range is Unassigned.

    Why it matters: earlier users may still be active, and IANA will choose another port.

    Flagged::

        port_number: 4643

    Accepted::

        port_number: 4630
    """
    status = case.port_status
    if status.released and status.kind == "free":
        records = [statement.record for statement in status.released]
        note = records[0].assignment_notes or records[0].description or ""
        message = (
            f"port {case.port} was assigned before ({quoted(normal_space(note))}); it is"
            " assigned again only when no other port of its range is free"
        )
        related = case.related(records, "mentioned here")
        yield case.violation(message, "port_number", related=related)


@case_rule("RQ031", ERROR, "RFC 6335, Section 8.1.2")
def system_port_outside_ietf(case: Case) -> Iterator[Violation]:
    """The request for a System Port is not from the IETF.

    System Ports, 0 to 1023, are assigned only by IETF Review or IESG Approval. Set `ietf_stream:
    true` if an RFC of the IETF stream requests the port.

    Why it matters: few System Ports are left, so IANA rejects all other requests for one.

    Flagged::

        port_number: system

    Accepted::

        port_number: user
    """
    if case.range_name == "System" and not (case.is_ietf or case.never_assigned):
        port = "a System Port"
        if case.port is not None:
            port = f"port {case.port} is a System Port, which"
        message = (
            f"{port} is assigned only by IETF Review or IESG Approval; request a User Port"
            f" ({USER_PORTS[0]}-{USER_PORTS[1]}), unless a document of the IETF stream requests"
            " it (ietf_stream)"
        )
        yield case.violation(message, "port_number")


@case_rule("RQ032", ERROR, "RFC 6335, Sections 8.1.1 and 8.1.2")
def why_not_dynamic_missing(case: Case) -> Iterator[Violation]:
    """The request for a port does not explain why a Dynamic Port is unsuitable.

    A request for a User Port or System Port must explain in `why_not_dynamic` why its clients
    cannot find a Dynamic Port at run time, for example by DNS SRV.

    Why it matters: every reviewer asks this first.

    Flagged::

        why_not_dynamic: null

    Accepted::

        why_not_dynamic: Sensors are given an address by DHCP and have no resolver.
    """
    return _unstated(case, "why_not_dynamic", *_why_unsuitable(case, "a Dynamic Port"))


@case_rule("RQ033", ERROR, "RFC 6335, Sections 8.1.1 and 8.1.2")
def why_not_user_missing(case: Case) -> Iterator[Violation]:
    """The request for a System Port does not explain why a User Port is unsuitable.

    The explanation goes in `why_not_user`, in addition to `why_not_dynamic`.

    Why it matters: few System Ports are left.

    Flagged::

        port_number: system
        ietf_stream: true
        stable_spec_reference: RFC 9999

    Accepted::

        port_number: system
        ietf_stream: true
        stable_spec_reference: RFC 9999
        why_not_user: Only privileged processes may listen.
    """
    if case.range_name == "System":
        yield from _unstated(case, "why_not_user", *_why_unsuitable(case, "a User Port"))


def _why_unsuitable(case: Case, port: str) -> tuple[str, str]:
    why = f"explain why {port} is unsuitable"
    return f"a request for a {case.range_name} Port must {why}", why


def _unstated(case: Case, key: str, requirement: str, statement: str) -> Iterator[Violation]:
    """What a request for a port that can be assigned does not state, though it has to."""
    if case.range_name is not None and not case.never_assigned:
        yield from case.unstated(key, requirement, statement)


@case_rule("RQ034", ERROR, "RFC 6335, Section 8.1.1")
def stable_specification_missing(case: Case) -> Iterator[Violation]:
    """The request for a System Port does not name a stable specification.

    `stable_spec_reference` must name a stable document that specifies the protocol. It is required
    for a proprietary protocol, too.

    Why it matters: a System Port is for a protocol that many implement.

    Flagged::

        port_number: system
        ietf_stream: true
        why_not_user: Only privileged processes may listen.

    Accepted::

        port_number: system
        ietf_stream: true
        why_not_user: Only privileged processes may listen.
        stable_spec_reference: RFC 9999
    """
    if case.range_name == "System":
        statement = "name a stable specification"
        requirement = f"a request for a System Port must {statement}"
        yield from _unstated(case, "stable_spec_reference", requirement, statement)


@case_rule("RQ035", WARNING, "RFC 6335, Sections 7.2 and 9")
def secure_variant(case: Case) -> Iterator[Violation]:
    """The request is for a separate name or port for the secure variant of a service.

    Services should have security from the start or negotiate it in-band. Separate assignments for
    secure and insecure variants should be avoided.

    Why it matters: reviewers ask why the existing name and port are not enough.

    Flagged::

        service_name: harbor-log-tls

    Accepted::

        service_name: tide-tables
    """
    if case.name_status.kind != "new" or not case.is_well_formed:
        return
    services = insecure_services(case)
    if services or is_clearly_secure(case):
        of_service = f" of {services[0]}" if services else ""
        message = (
            f"{quoted(case.name)} looks like the secure variant{of_service}; RFC 6335"
            " expects one name and port for both"
        )
        key = fold(services[0]) if services else ""
        entries = case.registry.by_name.get(key, [])
        yield case.violation(message, "service_name", entries=entries[:1])


@case_rule("RQ036", WARNING, "RFC 6335, Section 8.1.1")
def premature_use(case: Case) -> Iterator[Violation]:
    """The request says that the port is in use before it is assigned.

    The port must not be used in deployments on the public Internet before the assignment is
    complete, because it may be assigned to someone else.

    Why it matters: use creates no claim, and the reviewer will suggest another port.

    Flagged::

        port_number: 4630
        development_state: Sensors in the field have been using port 4630 since 2021.

    Accepted::

        port_number: 4630
        development_state: Two implementations are being tested in a laboratory.
    """
    if case.port is None or case.never_assigned:
        return
    for key in _KEYS:
        sentence = _sentence_on_use(case.port, case.text(key))
        if sentence is not None:
            message = (
                f"port {case.port} must not be used before it is assigned, but {key} says:"
                f" {quoted(normal_space(sentence))}"
            )
            yield case.violation(message, key)
            break


def _sentence_on_use(port: int, text: str) -> str | None:
    """The first sentence that says that the port is in use."""
    number = exact_phrase(
        rf"(?<![0-9.]){port}(?![0-9])|\b(?:this|that|the (?:same|requested)) port\b"
    )
    for sentence in SENTENCE.findall(text):
        if number.search(sentence) and _IN_USE.search(sentence) and not _DENIED.search(sentence):
            return str(sentence)
    return None


@case_rule("RQ037", WARNING, "RFC 6335, Section 8.1.1")
def port_wanted_twice(case: Case) -> Iterator[Violation]:
    """Another request in this run has the same port under another name.

    Why it matters: IANA can grant only one of them.

    Flagged::

        service_name: tide-log
        ---
        service_name: tide-gates

    Accepted::

        service_name: tide-log
        ---
        service_name: tide-gates
        port_number: 4631
    """
    count, rivals = case.rivals.same_port(case)
    if count:
        number = "another request" if count == 1 else f"{count} other requests"
        message = f"port {case.port} is also requested by {number} in this run"
        related = related_rivals(rivals, "port_number")
        yield case.violation(message, "port_number", related=related)


@case_rule("RQ084", WARNING, "RFC 6335, Section 7.2")
def second_port_new_name(case: Case) -> Iterator[Violation]:
    """The request is for a second port for a service, under a new name.

    A service has one port. The same assignee has a service with a port, and the request continues
    its name or its description; or two requests of one run ask for two ports of one service.

    Why it matters: requests for such ports were refused. Several channels can share one port.

    Flagged::

        service_name: harbor-log-admin
        assignee: {name: Example Org, email: ports@example.org}

    Accepted::

        service_name: tide-log
        assignee: {name: Example Org, email: ports@example.org}
    """
    question = "why is one port for both not enough?"
    entries = continued_services(case)
    rivals = case.rivals.second_port(case)
    if entries:
        ports = ", ".join(dict.fromkeys(str(entry.ports) for entry in entries))
        message = (
            f"{quoted(case.name)} continues {quoted(entries[0].name)}, which has port {ports}"
            f" already; {question}"
        )
        yield case.violation(message, "port_number", entries=entries)
    elif rivals:
        message = f"another request in this run is for a port for the same service; {question}"
        related = related_rivals(rivals, "port_number")
        yield case.violation(message, "port_number", related=related)
