"""All rules of all commands: what `ianalint rules` lists and a configuration may speak of."""

from __future__ import annotations

from validator.aside import ASIDE_RULES
from validator.compare import COMPARE_RULES
from validator.history.rules import HISTORY_RULES
from validator.request.rules import REQUEST_RULES
from validator.rule import Rule
from validator.rules import FAMILIES, RULES

CATALOGUE: dict[str, Rule] = {
    **RULES,
    **HISTORY_RULES,
    **COMPARE_RULES,
    **REQUEST_RULES,
    **ASIDE_RULES,
}

# What each family is about, in the order of the catalogue.
TITLES: dict[str, str] = {family: title for family, (title, _) in FAMILIES.items()}
TITLES |= {
    "HX": "changes between two dumps (`ianalint diff`)",
    "XF": "two dumps (`ianalint compare`)",
    "RQ": "requests (`ianalint request`)",
    "WV": "waivers of the configuration",
    "BL": "the baseline",
}
