"""ianalint: validates the IANA Service Name and Transport Protocol Port Number Registry (RFC 6335).

    from validator import read_registry, check, RULES
    registry = read_registry("service-names-port-numbers.xml")
    report = check(registry)

Importing this package imports nothing else; each name is loaded when it is used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.api import check, parse_registry, read_registry
    from validator.consumers.audit import audit
    from validator.consumers.reading import read_consumer
    from validator.engine.finding import Finding
    from validator.engine.report import Report
    from validator.errors import Unusable
    from validator.limits import Limits
    from validator.model.registry import Registry
    from validator.request.api import check_request
    from validator.rules import RULES

__version__ = "0.2.0"

__all__ = [
    "RULES",
    "Finding",
    "Limits",
    "Registry",
    "Report",
    "Unusable",
    "audit",
    "check",
    "check_request",
    "parse_registry",
    "read_consumer",
    "read_registry",
]

_HOMES = {
    "RULES": "validator.rules",
    "Finding": "validator.engine.finding",
    "Limits": "validator.limits",
    "Registry": "validator.model.registry",
    "Report": "validator.engine.report",
    "Unusable": "validator.errors",
    "audit": "validator.consumers.audit",
    "check": "validator.api",
    "check_request": "validator.request.api",
    "parse_registry": "validator.api",
    "read_consumer": "validator.consumers.reading",
    "read_registry": "validator.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
