"""The faults of all rules, by code; each file makes those of a family (see `breaking`)."""

from __future__ import annotations

from validator.strategies.faults import (
    aliases,
    contacts,
    dates,
    form,
    metadata,
    order,
    ports,
    references,
    service_codes,
    service_names,
    states,
    text,
    transports,
)
from validator.strategies.faults.breaking import BREAKING, Breaking, BrokenRegistry

__all__ = [
    "BREAKING",
    "Breaking",
    "BrokenRegistry",
    "aliases",
    "contacts",
    "dates",
    "form",
    "metadata",
    "order",
    "ports",
    "references",
    "service_codes",
    "service_names",
    "states",
    "text",
    "transports",
]
