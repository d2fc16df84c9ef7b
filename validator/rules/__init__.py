"""The rules, one file for each family; `validator.rules.catalogue` lists the families.

`RULES` has the rules that look at a registry, by code.  They are imported when it is used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.engine.rule import Rule

    RULES: dict[str, Rule]

__all__ = ["RULES"]


def __getattr__(name: str) -> dict[str, Rule]:
    if name != "RULES":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from validator.rules.catalogue import rules

    return rules("registry")
