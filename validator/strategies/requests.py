"""Requests for assignments, as the mappings that `validator.check_request` takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from validator.model.names import former_names
from validator.model.registry import Registry
from validator.model.values import PortRange
from validator.model.vocabulary import (
    EXPERIMENTAL_PORTS,
    SYSTEM_PORTS,
    TRANSPORT_PROTOCOLS,
    USER_PORTS,
    fold,
)
from validator.strategies.values import service_names, words_of

_WORDS = "tide harbor gauge ferry buoy pilot chart mast signal exchange relay control".split()
_FIRST_NAMES = "Dana Emil Fay Greg Hana Ivo".split()
_NAMES = service_names()
_TEXT = words_of(_WORDS, 4, least=2, glue=" ")
_TRANSPORTS = st.lists(st.sampled_from(TRANSPORT_PROTOCOLS), min_size=1, unique=True)
_REFERENCES = (
    "RFC 9000",
    "Example Port Authority, Tide Tables Specification 1.4, 2025",
    "https://www.rfc-editor.org/rfc/rfc6763",
)
_STATEMENTS = {
    "known_unauthorized_uses": ("None.",),
    "assignment_notes": ("Gauges ask once an hour.",),
    "txt_keys": (["path", "version"], "path, user", None),
    "security": ("Messages are signed.", None),
    "versioning": ("The first message has a number.",),
    "transport_differences": ("The same messages over each.",),
    "congestion_control": ("One message in flight, as RFC 8085 asks.",),
    "development_state": ("Two programs work with each other.", None),
    "discovery_only": (False,),
    "why_not_existing_port": ("None is made for gauges.",),
}
_IETF = {
    "assignee": {"name": "IESG", "email": "iesg@ietf.org"},
    "contact": {"name": "IETF Chair", "email": "chair@ietf.org"},
}


def requests(registry: Registry | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Requests in which `check_request` finds no error.

    They ask for a service name alone, for a User Port or, on behalf of the IETF, a System Port,
    by number or for any of the range.  Name, port number and service code are free in `registry`
    if there is one.  Shrinks to a request for the name "a" alone.
    """
    return _requests(registry)


@st.composite
def _requests(draw: Callable[..., Any], registry: Registry | None) -> dict[str, Any]:
    transports = draw(_TRANSPORTS)
    request: dict[str, Any] = {
        "service_name": _name(draw, registry),
        "transport_protocols": transports,
    }
    port = draw(st.sampled_from((None, "user", USER_PORTS, "system", SYSTEM_PORTS)))
    is_system = port in ("system", SYSTEM_PORTS)
    # Drawn even if they are replaced below: the simplest choices then give the shortest request.
    for role in ("assignee", "contact"):
        name = draw(st.sampled_from(_FIRST_NAMES))
        request[role] = {"name": f"{name} Example", "email": f"{name.lower()}@example.com"}
    if draw(st.sampled_from((False, False, True))) or is_system:
        request |= {**_IETF, "ietf_stream": True}
    text = draw(_TEXT)
    request["description"] = text[0].upper() + text[1:]
    request["reference"] = draw(st.sampled_from(_REFERENCES))
    request["broadcast_multicast_anycast"] = "None of them is used."
    if port is not None:
        request["port_number"] = _free(draw, registry, *port) if isinstance(port, tuple) else port
        request["why_not_dynamic"] = "Gauges are configured with the number."
    if is_system:
        request["why_not_user"] = "Gauges open no others."
        request["stable_spec_reference"] = "RFC 9000"
    if "dccp" in transports:
        request["service_code"] = _code(draw, registry)
    for key, statements in _STATEMENTS.items():
        if draw(st.sampled_from((False, False, True))):
            request[key] = draw(st.sampled_from(statements))
    return request


def _name(draw: Callable[..., Any], registry: Registry | None) -> str:
    name: str = draw(_NAMES)
    names = set(EXPERIMENTAL_PORTS.values())
    if registry is not None:
        names.update(registry.by_name, former_names(registry))
    letter = 0
    while fold(name) in names:
        name = f"{name[:12]}{chr(ord('a') + letter % 26)}{'x' * (letter // 26)}"
        letter += 1
    return name


def _free(draw: Callable[..., Any], registry: Registry | None, low: int, high: int) -> int:
    """A port inside a range that is not assigned and not Reserved."""
    first, last = low + 1, min(high - 1, 1020) if high == SYSTEM_PORTS[1] else high - 1
    drawn: int = draw(st.integers(first, last))
    if registry is None:
        return drawn
    port: int
    for port in (*range(drawn, last + 1), *range(first, drawn)):
        alone = PortRange(port, port)
        if not any(
            registry.assigned_spans[transport].overlapping(alone, 1)
            or any(
                getattr(statement, "state", None) != "Unassigned"
                for statement in registry.stated_spans[transport].overlapping(alone)
            )
            for transport in TRANSPORT_PROTOCOLS
        ):
            return port
    raise ValueError(f"no port from {low} to {high} is free in this registry")


def _code(draw: Callable[..., Any], registry: Registry | None) -> int:
    code: int = draw(st.integers(1, 1 << 29))
    while registry is not None and str(code) in registry.by_service_code:
        code += 1
    return code
