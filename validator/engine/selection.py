"""Which rules run, and how severe each is: pure decisions over codes and names.

A selector is a whole code (`SN005`), the beginning of codes (`SN`, `PN01`), a rule's name, or
`ALL`.  Where several speak of a rule, the longest wins; `ignore` wins against an equal `select`.
"""

from __future__ import annotations

from validator.errors import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from validator.engine.rule import Rule, Severity


class UnknownSelector(ValueError):  # noqa: N818
    """A selector that no rule answers to.  The text is a sentence that names the nearest."""


class Selection:
    """The decisions of one run.

    `select` is `None` for the rules that run by default; a rule that is off by default runs only
    when a selector is its whole code or name, or `ALL`.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        select: Iterable[str] | None = None,
        ignore: Iterable[str] = (),
        severities: Mapping[str, Severity] | None = None,
    ) -> None:
        chosen = None if select is None else list(select)
        ignored = list(ignore)
        require_rules(rules, (*(chosen or ()), *ignored))
        self.severity: dict[str, Severity] = {rule.code: rule.severity for rule in rules.values()}
        self.severity.update(levels(rules, severities or {}))
        self.running: list[Rule] = []
        for rule in rules.values():
            weight = max((_weight(word, rule) for word in chosen or ()), default=-1)
            if rule.is_default:
                on = 0 if chosen is None else weight
            else:
                on = weight if weight in (0, len(rule.code)) else -1
            off = max((_weight(word, rule) for word in ignored), default=-1)
            if on > off:
                self.running.append(rule)


def levels(rules: Mapping[str, Rule], severities: Mapping[str, Severity]) -> dict[str, Severity]:
    """Return the severity, by code, of each rule that a selector of `severities` names."""
    require_rules(rules, severities)
    found: dict[str, Severity] = {}
    for rule in rules.values():
        best = max(severities, key=lambda word: _weight(word, rule), default="")
        if _weight(best, rule) >= 0:
            found[rule.code] = severities[best]
    return found


def require_rules(rules: Mapping[str, Rule], selectors: Iterable[str]) -> None:
    """Raise `UnknownSelector` for the first selector that no rule answers to."""
    for selector in selectors:
        if speaks_of(rules, selector):
            continue
        near = nearest(selector, [*rules, *(rule.name for rule in rules.values())])
        hint = f"; did you mean {near}?" if near is not None else "; see `ianalint rules`"
        raise UnknownSelector(f"no rule is called {selector!r}{hint}")


def speaks_of(rules: Mapping[str, Rule], selector: str) -> bool:
    """Say whether a rule answers to `selector`."""
    return any(_weight(selector, rule) >= 0 for rule in rules.values())


def _weight(selector: str, rule: Rule) -> int:
    """How exactly `selector` names `rule`: the letters of the code it gives, -1 for not at all."""
    if selector == "ALL":
        return 0
    if selector == rule.name:
        return len(rule.code)
    return len(selector) if selector and rule.code.startswith(selector) else -1
