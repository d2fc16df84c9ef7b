"""RQ040 to RQ045: transport protocols (RFC 6335, Sections 7.2, 8.1 and 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterable

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, rule
from validator.model.pattern import pattern
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold, quoted
from validator.request.case import Case
from validator.request.standing import existing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_UNUSED = (
    r"\b{0}\b[^.;]{{0,60}}\b(?:not\s++(?:yet\s++)?(?:be(?:ing)?\s++)?(?:used|supported|implemented|needed)"
    r"|unused|(?:for\s++|in\s++)(?:the\s++)?future|planned|reserved)\b"
    r"|\b(?:no|without|not\s++(?:yet\s++)?(?:use|over)|does\s++not\s++use)\s++(?:any\s++)?{0}\b"
)
_ONLY = (
    r"\b(?:only|solely|exclusively)\s++(?:uses?\s++|over\s++|on\s++|via\s++)?{0}\b"
    r"|\b{0}\s++(?:only|alone)\b"
)
_TELLING = (
    "transport_differences",
    "description",
    "assignment_notes",
    "congestion_control",
    "development_state",
)


@rule("RQ040", ERROR, "RFC 6335, Section 8.1.1")
def requested_transport_unknown(cases: Iterable[Case]) -> Iterator[Violation]:
    """A transport protocol is none of tcp, udp, sctp and dccp.

    QUIC and DTLS run over udp, TLS over tcp: what counts is whose port numbers are used.

    Why it matters: the registry has port numbers of these four alone.

    Flagged::

        transport_protocols: [quic]

    Accepted::

        transport_protocols: [udp]
        congestion_control: that of QUIC
    """
    over = {"quic": "udp", "dtls": "udp", "tls": "tcp", "ssl": "tcp", "http": "tcp", "https": "tcp"}
    for case in cases:
        for index, word in enumerate(case.listed):
            if not isinstance(word, str) or fold(word) in TRANSPORT_PROTOCOLS:
                continue
            if case.is_refused("transport_protocols", index):
                continue
            known = fold(word.strip())
            hint = f"; {known} runs over {over[known]}" if known in over else ""
            if known in TRANSPORT_PROTOCOLS:
                hint = "; it is written without blanks"
            elif "/" in known or "," in known or "+" in known:
                hint = "; several are a list"
            message = (
                f"{quoted(word)} is no transport protocol of the registry, which has"
                f" {', '.join(TRANSPORT_PROTOCOLS)}{hint}"
            )
            place = case.at("transport_protocols", index)
            yield Violation(place, "transport_protocols", message, value=word)


@rule("RQ041", WARNING, "RFC 6335, Section 8.1.1")
def requested_transport_repeated(cases: Iterable[Case]) -> Iterator[Violation]:
    """A transport protocol is listed twice.

    Why it matters: another one may have been meant.

    Flagged::

        transport_protocols: [tcp, tcp]

    Accepted::

        transport_protocols: [tcp]
    """
    for case in cases:
        seen: set[str] = set()
        for index, word in enumerate(case.listed):
            key = fold(word) if isinstance(word, str) else ""
            if key in seen and key in TRANSPORT_PROTOCOLS:
                place = case.at("transport_protocols", index)
                message = f"{quoted(word)} is listed already"
                yield Violation(place, "transport_protocols", message, value=word)
            seen.add(key)


@rule("RQ042", NOTE, "RFC 6335, Sections 7.2 and 8.1", needs=("registry",))
def transport_addition(cases: Iterable[Case]) -> Iterator[Violation]:
    """The assignee adds a transport protocol to a service that is assigned.

    The port is Reserved for the service on the other transport protocols; its assignee may ask
    for it, and Expert Review decides.

    Why it matters: it is no new assignment, and the existing one must be named.

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
    return _additions("addition", cases)


@rule("RQ043", WARNING, "RFC 6335, Section 8.1.1", needs=("registry",))
def transport_addition_by_other(cases: Iterable[Case]) -> Iterator[Violation]:
    """Somebody else than its assignee or contact adds a transport protocol to a service.

    IANA asks the assignee whether the addition is appropriate. Parties are told apart by name and
    address.

    Why it matters: without the assignee's word the request does not go on.

    Flagged::

        service_name: harbor-log
        transport_protocols: [udp]
        port_number: 4621

    Accepted::

        service_name: tide-log
        transport_protocols: [udp]
        port_number: 4630
    """
    return _additions("addition by other", cases)


def _additions(kind: str, cases: Iterable[Case]) -> Iterator[Violation]:
    for case in cases:
        held = existing(case)
        if held.kind != kind:
            continue
        has = {entry.transport for entry in held.entries}
        new = [word for word in case.transports if word not in has]
        old = ",".join(sorted(word for word in has if word)) or "no transport protocol"
        message = f"{quoted(case.name)} is assigned for {old}, and {','.join(new)} is added to it"
        if kind == "addition by other":
            message += f" by another party; its assignee ({held.holder(held.entries[0])}) is asked"
            if any(case.has_namesake(entry.record.contact) for entry in held.entries):
                message += "; a party of that name is known by another address: see Section 8.6"
        index = next(
            i for i, word in enumerate(case.listed) if isinstance(word, str) and fold(word) in new
        )
        yield Violation(
            case.at("transport_protocols", index),
            "transport_protocols",
            message,
            value=str(case.listed[index]),
            related=held.related("assigned here"),
        )


@rule("RQ045", WARNING, "RFC 6335, Section 7.2")
def transport_not_used(cases: Iterable[Case]) -> Iterator[Violation]:
    """A transport protocol is asked for, and the request says that it is not used.

    Ports are assigned only for the transport protocols that an application uses today. On the
    others they are Reserved for it, and it can ask for them when it uses them.

    Why it matters: what is asked for in advance is struck out.

    Flagged::

        transport_protocols: [tcp, udp]
        transport_differences: UDP is not used yet.

    Accepted::

        transport_protocols: [tcp, udp]
        transport_differences: UDP carries alarms, TCP all else.
    """
    for case in cases:
        for word in case.transports:
            told = _says_unused(case, word)
            if told is not None:
                index = next(
                    i
                    for i, listed in enumerate(case.listed)
                    if isinstance(listed, str) and fold(listed) == word
                )
                message = f"{word} is asked for, and {told} says that it is not used"
                place = case.at("transport_protocols", index)
                value = str(case.listed[index])
                yield Violation(place, "transport_protocols", message, value=value)


def _says_unused(case: Case, word: str) -> str | None:
    unused = pattern(_UNUSED.format(word), "ai", limited=True)
    others = "|".join(other for other in case.transports if other != word)
    only = pattern(_ONLY.format(f"(?:{others})"), "ai", limited=True)
    for key in _TELLING:
        text = case.text(key)
        if unused.search(text) or (others and only.search(text)):
            return key
    return None
