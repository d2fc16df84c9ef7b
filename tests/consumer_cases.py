"""Examples and cases of the rules CS: small files beside the registry of `fixtures/consumers`.

An example begins with a line `# KIND` that says how it is read: `services`, `nmap`, `wireshark` or
the name of a list (`ports.csv`); behind a comma stand `full`, `expect WORD`, `range LOW-HIGH`,
`require COLUMN` or `names rfc6335`.  What follows `# earlier version` is the earlier version.
"""

from __future__ import annotations

from typing import Any

from tests.conftest import ROOT
from validator import Registry, Report, read_registry
from validator.consumers.audit import audit
from validator.consumers.case import PrivateRules
from validator.consumers.entry import KINDS
from validator.consumers.reading import parse_consumer

FOLDER = ROOT / "fixtures" / "consumers"
TODAY = "2026-11-28"


def registry() -> Registry:
    return read_registry(FOLDER / "registry.xml")


def earlier_registry() -> Registry:
    return read_registry(FOLDER / "earlier.xml")


def audited(text: str, **options: Any) -> Report:
    """Audit an example."""
    head, _, content = text.partition("\n")
    words = [word.strip() for word in head.removeprefix("# ").split(",")]
    kind, path = (words[0], "services") if words[0] in KINDS else ("private", words[0])
    ranges: dict[str, tuple[int, int]] = {}
    required: list[str] = []
    is_rfc6335 = False
    for word in words[1:]:
        name, _, value = word.partition(" ")
        if name == "full":
            options["full"] = True
        elif name == "expect":
            options["expect"] = [value]
        elif name == "range":
            low, _, high = value.partition("-")
            ranges["default"] = (int(low), int(high))
        elif name == "require":
            required.append(value)
        elif name == "names":
            is_rfc6335 = True
        else:
            raise ValueError(f"unknown word in the head of an example: {word}")
    private = PrivateRules(ranges=ranges, required=required, names_by_rfc6335=is_rfc6335)
    now, _, before = content.partition("# earlier version\n")
    now = now.replace("\\r\n", "\r\n")
    file = parse_consumer(now.encode(), path=path, kind=kind, private=private)
    if before:
        options["previous"] = parse_consumer(before.encode(), path="services.orig", kind="services")
    options.setdefault("registry", registry())
    options.setdefault("history", [earlier_registry()])
    return audit(file, private=private, today=TODAY, **options)
