"""RQ040 to RQ045: transport protocols (RFC 6335, Sections 7.2, 8.1 and 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterator

from validator.engine.rule import ERROR, NOTE, WARNING, Violation
from validator.errors import did_you_mean
from validator.model.pattern import pattern
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold, quoted
from validator.request.case import Case, case_rule
from validator.request.parties import namesake_hint

_UNUSED = (
    r"\b{0}\b[^.;]{{0,60}}\b(?:not\s++(?:yet\s++)?(?:be(?:ing)?\s++)?(?:used|supported|implemented|needed)"
    r"|unused|(?:for\s++|in\s++)(?:the\s++)?future|planned|reserved)\b"
    r"|\b(?:no|without|not\s++(?:yet\s++)?(?:use|over)|does\s++not\s++use)\s++(?:any\s++)?{0}\b"
)
_ONLY = (
    r"\b(?:only|solely|exclusively)\s++(?:uses?\s++|over\s++|on\s++|via\s++)?{0}\b"
    r"|\b{0}\s++(?:only|alone)\b"
)
# The keys whose text may say that a transport protocol is not used.
_KEYS = (
    "transport_differences",
    "description",
    "assignment_notes",
    "congestion_control",
    "development_state",
)
_RUNS_OVER = {
    "quic": "udp",
    "dtls": "udp",
    "tls": "tcp",
    "ssl": "tcp",
    "http": "tcp",
    "https": "tcp",
}


@case_rule("RQ040", ERROR, "RFC 6335, Section 8.1.1")
def requested_transport_unknown(case: Case) -> Iterator[Violation]:
    """A transport protocol is not tcp, udp, sctp or dccp.

    QUIC and DTLS run over udp, TLS over tcp. Name the protocol whose port numbers are used.

    Why it matters: the registry has port numbers for these four transport protocols only.

    Flagged::

        transport_protocols: [quic]

    Accepted::

        transport_protocols: [udp]
        congestion_control: that of QUIC
    """
    for index, word in enumerate(case.listed):
        if not isinstance(word, str) or fold(word) in TRANSPORT_PROTOCOLS:
            continue
        if case.is_refused("transport_protocols", index):
            continue
        message = (
            f"unknown transport protocol {quoted(word)} (expected tcp, udp, sctp or dccp)"
            f"{_transport_hint(fold(word.strip()))}"
        )
        yield case.violation(message, "transport_protocols", index)


def _transport_hint(word: str) -> str:
    if word in TRANSPORT_PROTOCOLS:
        return "; remove the white space"
    if word in _RUNS_OVER:
        return f"; {word} runs over {_RUNS_OVER[word]}"
    if not set("/,+").isdisjoint(word):
        return "; write several as a list"
    return did_you_mean(word, TRANSPORT_PROTOCOLS)


@case_rule("RQ041", WARNING, "RFC 6335, Section 8.1.1")
def requested_transport_repeated(case: Case) -> Iterator[Violation]:
    """A transport protocol is listed twice.

    Why it matters: the author may have intended another one.

    Flagged::

        transport_protocols: [tcp, tcp]

    Accepted::

        transport_protocols: [tcp]
    """
    words: set[str] = set()
    for index, word in enumerate(case.listed):
        key = fold(word) if isinstance(word, str) else ""
        if key in words and key in TRANSPORT_PROTOCOLS:
            message = f"duplicate transport protocol {quoted(word)}"
            yield case.violation(message, "transport_protocols", index)
        words.add(key)


@case_rule("RQ042", NOTE, "RFC 6335, Sections 7.2 and 8.1", needs=("registry",))
def transport_addition(case: Case) -> Iterator[Violation]:
    """The request adds a transport protocol to an existing service of the requester.

    The port is Reserved for the service on the other transport protocols. Its assignee may request
    them, and Expert Review decides.

    Why it matters: this changes an existing assignment, which the request should name.

    Flagged::

        service_name: harbor-log
        transport_protocols: [udp]
        assignee: {name: Example Org, email: ports@example.org}
        port_number: 4621

    Accepted::

        service_name: tide-log
        transport_protocols: [udp]
        port_number: 4630
    """
    return _additions("addition", case)


@case_rule("RQ043", WARNING, "RFC 6335, Section 8.1.1", needs=("registry",))
def transport_addition_by_other(case: Case) -> Iterator[Violation]:
    """The request adds a transport protocol to a service of another party.

    IANA asks the assignee whether the addition is appropriate. Parties are compared by name and
    e-mail address. With a port it is RQ025: the number is Reserved for the assignee.

    Why it matters: the request cannot proceed without the agreement of the assignee.

    Flagged::

        service_name: buoy-map
        transport_protocols: [udp]
        port_number: null

    Accepted::

        service_name: tide-log
        transport_protocols: [udp]
        port_number: null
    """
    if case.port is None:
        yield from _additions("addition by other", case)


def _additions(kind: str, case: Case) -> Iterator[Violation]:
    status = case.name_status
    if status.kind != kind:
        return
    assigned = {entry.transport for entry in status.entries}
    new = [word for word in case.transports if word not in assigned]
    old = ",".join(sorted(word for word in assigned if word)) or "no transport protocol"
    message = f"adds {','.join(new)} to {quoted(case.name)}, which is assigned for {old}"
    if kind == "addition by other":
        assignee = case.assignee_name(status.entries[0])
        message += f", for another party; IANA will ask the assignee ({assignee})"
        message += namesake_hint(case, status.entries)
    path = ("transport_protocols", _index(case, new))
    yield case.violation(message, *path, entries=status.entries)


@case_rule("RQ045", WARNING, "RFC 6335, Section 7.2")
def transport_not_used(case: Case) -> Iterator[Violation]:
    """The request says that a requested transport protocol is not used.

    Ports are assigned only for the transport protocols that an application uses today. On the
    others they are Reserved for it, and it can request them when it uses them.

    Why it matters: reviewers remove transport protocols that are requested in advance.

    Flagged::

        transport_protocols: [tcp, udp]
        transport_differences: UDP is not used yet.

    Accepted::

        transport_protocols: [tcp, udp]
        transport_differences: UDP carries alarms, TCP all else.
    """
    for word in case.transports:
        key = _key_that_says_unused(case, word)
        if key is not None:
            index = _index(case, [word])
            message = f"{word} is requested, but {key} says that it is not used"
            yield case.violation(message, "transport_protocols", index)


def _index(case: Case, transports: list[str]) -> int:
    """The index of the first of `transports` in the list of the request."""
    folded = [fold(word) if isinstance(word, str) else "" for word in case.listed]
    return next(index for index, word in enumerate(folded) if word in transports)


def _key_that_says_unused(case: Case, word: str) -> str | None:
    unused = pattern(_UNUSED.format(word), "ai", limited=True)
    others = "|".join(other for other in case.transports if other != word)
    only = pattern(_ONLY.format(f"(?:{others})"), "ai", limited=True)
    for key in _KEYS:
        text = case.text(key)
        if unused.search(text) or (others and only.search(text)):
            return key
    return None
