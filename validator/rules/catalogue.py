"""The catalogue: every family of rules, what it is about and what its rules look at."""

from __future__ import annotations

from validator.engine.rule import Rule, declared
from validator.engine.selection import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    LooksAt = Literal["registry", "history", "pair", "request", "consumer", "run"]


class Family:
    """A family of rules: its title, its module, and what its rules look at.

    That is a `registry`; the `history` of two dumps, one newer than the other; a `pair` of dumps
    that should say the same; a `request`; a `consumer`, which is a file made from the registry; or
    the `run` itself, with its waivers and baseline.
    """

    __slots__ = ("looks_at", "module", "title")

    def __init__(self, title: str, module: str, looks_at: LooksAt = "registry") -> None:
        self.title = title
        self.module = module
        self.looks_at: LooksAt = looks_at


# By the letters that begin the codes, in the order of `ianalint rules`.
FAMILIES = {
    "SN": Family("service names", "rules.service_names"),
    "PN": Family("port numbers and ranges", "rules.ports"),
    "TP": Family("transport protocols", "rules.transports"),
    "ST": Family("states", "rules.states"),
    "AL": Family("aliases and historic names", "rules.aliases"),
    "AC": Family("assignees and contacts", "rules.contacts"),
    "DT": Family("dates", "rules.dates"),
    "RF": Family("references", "rules.references"),
    "SC": Family("DCCP service codes", "rules.service_codes"),
    "TX": Family("text", "rules.text"),
    "OR": Family("order", "rules.order"),
    "MD": Family("the registry as a whole", "rules.metadata"),
    "FM": Family("the file", "rules.form"),
    "HX": Family("changes between two dumps (`ianalint diff`)", "diff.rules", "history"),
    "XF": Family("two dumps (`ianalint compare`)", "diff.compare", "pair"),
    "RQ": Family("requests (`ianalint request`)", "request.rules", "request"),
    "CS": Family("files made from the registry (`ianalint audit`)", "consumers.rules", "consumer"),
    "WV": Family("waivers of the configuration", "rules.run", "run"),
    "BL": Family("the baseline", "rules.run", "run"),
}


# The catalogues that were asked for, by what their rules look at.
# The commands that run the rules, by what these look at.
_COMMANDS: dict[LooksAt, str] = {
    "registry": "check",
    "history": "diff",
    "pair": "compare",
    "request": "request",
    "consumer": "audit",
    "run": "check",
}
_CATALOGUES: dict[tuple[LooksAt, ...], dict[str, Rule]] = {}


def rules(*looks_at: LooksAt) -> dict[str, Rule]:
    """Return the rules that look at one of `looks_at`, by code; all rules where nothing is named.

    Only the modules of their families are imported: a check of a registry loads no other rules.
    """
    by_code = _CATALOGUES.get(looks_at)
    if by_code is None:
        by_code = {}
        for letters, family in FAMILIES.items():
            if not looks_at or family.looks_at in looks_at:
                __import__(f"validator.{family.module}")
                by_code.update(declared(letters))
        by_code = _CATALOGUES.setdefault(looks_at, by_code)
    return by_code


def mentioning(word: str) -> list[Rule]:
    """Return the rules that mention `word`: first in their name, then where they are documented."""
    word = word.lower()
    places: dict[int, list[Rule]] = {0: [], 1: [], 2: []}
    for rule in rules().values():
        texts = (rule.name, rule.documentation.partition("\n")[0], rule.documentation)
        for place in [n for n, text in enumerate(texts) if word in text.lower()][:1]:
            places[place].append(rule)
    return [rule for group in places.values() for rule in group]


def command_of(selector: str) -> str | None:
    """Return the first command that runs a rule which `selector` matches, `None` without one."""
    return next(
        (
            _COMMANDS[FAMILIES[rule.family].looks_at]
            for rule in rules().values()
            if matches({rule.code: rule}, selector)
        ),
        None,
    )


def add(letters: str, source: str, added: dict[str, Rule]) -> None:
    """Add rules of the file `source` that look at a registry, as a family of their own.

    Whoever has a catalogue has them then too.
    """
    former = FAMILIES.get(letters)
    title = f"rules of {source}" if former is None else f"{former.title}, {source}"
    FAMILIES[letters] = Family(title, "rules.own")
    for looks_at, by_code in _CATALOGUES.items():
        if not looks_at or "registry" in looks_at:
            by_code.update(added)
