"""All rules of all commands: what `ianalint rules` lists and a configuration may speak of."""

from __future__ import annotations

from validator.diff.compare import COMPARE_RULES
from validator.diff.rules import HISTORY_RULES
from validator.engine.baseline import RUN_RULES
from validator.engine.rule import Rule
from validator.request.rules import REQUEST_RULES
from validator.rules import FAMILIES, RULES

CATALOGUE: dict[str, Rule] = {
    **RULES,
    **HISTORY_RULES,
    **COMPARE_RULES,
    **REQUEST_RULES,
    **RUN_RULES,
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
