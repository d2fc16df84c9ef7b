"""The rules, one file for each family of the catalogue.

`RULES` has all of them by code, in the order of the catalogue.
"""

from __future__ import annotations

from validator.engine.rule import Rule, family
from validator.rules import (
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

__all__ = ["FAMILIES", "RULES"]

FAMILIES = {
    "SN": ("service names", service_names),
    "PN": ("port numbers and ranges", ports),
    "TP": ("transport protocols", transports),
    "ST": ("states", states),
    "AL": ("aliases and historic names", aliases),
    "AC": ("assignees and contacts", contacts),
    "DT": ("dates", dates),
    "RF": ("references", references),
    "SC": ("DCCP service codes", service_codes),
    "TX": ("text", text),
    "OR": ("order", order),
    "MD": ("the registry as a whole", metadata),
    "FM": ("the file", form),
}

RULES: dict[str, Rule] = {
    code: rule for letters in FAMILIES for code, rule in family(letters).items()
}
