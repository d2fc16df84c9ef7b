"""Which rules run, and how severe each is: decisions over codes and names, and over what is there.

A selector is a whole code (`SN005`), the beginning of codes (`SN`, `PN01`), a rule's name, or
`ALL`.  Where several match a rule, the longest wins; `ignore` wins against an equal `select`.

A command settles its rules in one call, with what the configuration says before what the options
say:

    settle(rules("registry"), [RuleChoice(..., place=...), RuleChoice(...)])
"""

from __future__ import annotations

from validator.engine.finding import NotRun
from validator.engine.rule import COLUMN, SEVERITIES, columns
from validator.errors import did_you_mean, listed, shortened, wrong_type, wrong_value
from validator.model.record import breaks_off
from validator.model.vocabulary import (
    COLUMN_HEADINGS,
    RECORD_FIELDS,
    REGISTRY_ID,
    form_name,
    listing,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from validator.engine.rule import Rule, Severity
    from validator.model.registry import Registry

_REASONS = {
    "contacts": "{form} has no contacts",
    "registry-date": "{form} has no registry date",
    "metadata": "{form} has no registry title and id",
    "footnotes": "{form} has no footnotes",
    "kinds": "{form} has no reference types",
    "elements": "{form} does not distinguish empty and missing values",
    "brackets": "{form} has reference types instead of brackets",
    "whole": "the dump is not a whole registry",
    "end": "the document is not read to its end, so entries may be missing",
}
# The rule that reports another registry: no other one looks at it.
_REGISTRY_RULE = "MD001"
_OTHER_REGISTRY = "the document is another registry"
_HEADINGS = {f"{COLUMN}{field}": heading for heading, field in COLUMN_HEADINGS.items()}
# What a rule may need.
NEEDS = (*_REASONS, *_HEADINGS)


class UnknownSelector(ValueError):  # noqa: N818
    """A `selector` that matches no rule.  The text is a sentence that names the nearest."""

    selector = ""


class RuleChoice:
    """What one source says about rules: the options of a command, or a configuration.

    `select` is `None` for the rules that run by default.  `scope` returns the rules that the
    selectors may name, where that is more than the rules of the command.  `place` is set for a
    configuration, and returns file and line of what some keys lead to.  A configuration is for all
    commands, so a `select` in it that names none of a command's rules leaves the default ones on.
    """

    __slots__ = ("ignore", "place", "scope", "select", "severity")

    def __init__(
        self,
        select: Iterable[str] | None = None,
        ignore: Iterable[str] = (),
        severity: Mapping[str, Severity] | None = None,
        scope: Callable[[], Mapping[str, Rule]] | None = None,
        place: Callable[[tuple[str | int, ...]], str] | None = None,
    ) -> None:
        self.select = None if select is None else list(select)
        self.ignore = list(ignore)
        self.severity = dict(severity or {})
        self.scope = scope
        self.place = place


class Selection:
    """The decisions of one run: the rules that run, and the severity of each rule by its code.

    A rule that is off by default runs only when a selector is its whole code or name, or `ALL`.
    A rule about the reading of the input runs unless it is ignored: what was not read must be told.
    With `suppresses` it runs even then, and its findings are suppressed.

    Raises `UnknownSelector` for a selector that matches no rule, TypeError where `select` or
    `ignore` is no list of texts or `severity` no mapping, ValueError for another level.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        select: Iterable[str] | None = None,
        ignore: Iterable[str] = (),
        severity: Mapping[str, Severity] | None = None,
        *,
        suppresses: bool = False,
    ) -> None:
        selected = None if select is None else _texts("select", select)
        ignored = _texts("ignore", ignore)
        require_rules(rules, (*(selected or ()), *ignored))
        levels = {} if severity is None else severity
        _require_levels(levels)
        self.severity: dict[str, Severity] = {rule.code: rule.severity for rule in rules.values()}
        self.severity.update(severities(rules, levels))
        self.running: list[Rule] = []
        # The rules about reading that run although nothing selects them, and the ignored ones.
        self.unselected: set[str] = set()
        self.ignored: set[str] = set()
        for rule in rules.values():
            on = _selected(selected, rule)
            if rule.is_about_reading and on < 0:
                on = 0
                self.unselected.add(rule.code)
            if on > _longest(ignored, rule):
                self.running.append(rule)
            elif rule.is_about_reading and suppresses:
                self.running.append(rule)
                self.unselected.add(rule.code)
                self.ignored.add(rule.code)

    def chosen(self) -> Selection:
        """Return the part of it without the rules that nothing selects."""
        return self.among({rule.code for rule in self.running} - self.unselected)

    def among(self, rules: Container[str]) -> Selection:
        """Return the part of it that is about `rules`, codes or a mapping by them."""
        part = Selection({})
        part.running = [rule for rule in self.running if rule.code in rules]
        part.severity = self.severity
        part.unselected = self.unselected
        part.ignored = self.ignored
        return part


def _selected(selectors: Sequence[str] | None, rule: Rule) -> int:
    """How many letters of its code select a rule; -1 where nothing does."""
    on = 0 if selectors is None else _longest(selectors, rule)
    if not rule.is_default and (selectors is None or on not in (0, len(rule.code))):
        return -1
    return on


def _texts(name: str, texts: Iterable[str]) -> list[str]:
    """A list of selectors; a single text would be one of letters."""
    expected = 'a list of codes or names of rules, such as ["SN005"]'
    if isinstance(texts, str | bytes) or not hasattr(texts, "__iter__"):
        raise wrong_type(name, expected, texts)
    selectors = list(texts)
    for selector in selectors:
        if not isinstance(selector, str):
            raise wrong_type(name, expected, selectors)
    return selectors


def _require_levels(levels: Mapping[str, Severity]) -> None:
    expected = 'a mapping such as {"SN005": "note"}'
    if not hasattr(levels, "items") or not all(isinstance(code, str) for code in levels):
        raise wrong_type("severity", expected, levels)
    for level in levels.values():
        if level not in SEVERITIES:
            raise wrong_value("severity", listed(SEVERITIES), level)


def settle(rules: Mapping[str, Rule], choices: Iterable[RuleChoice]) -> Selection:
    """Return which of `rules` run by all `choices`, a later one before an earlier.

    Raises `UnknownSelector`, which names the configuration that the selector is in.
    """
    choice = combined(rules, choices)
    return Selection(rules, choice.select, choice.ignore, choice.severity, suppresses=True)


def combined(rules: Mapping[str, Rule], choices: Iterable[RuleChoice]) -> RuleChoice:
    """Return what `choices` say about `rules` together, as `settle` understands them.

    A `select` replaces the `select` and `ignore` of the choices before it; an `ignore` adds to
    theirs.  Severities are by code.
    """
    total = RuleChoice()
    for choice in choices:
        if choice.select is not None:
            total.ignore = []
            total.select = _about(rules, choice, "select", choice.select)
            if choice.place and choice.select and not total.select:
                total.select = None
        total.ignore += _about(rules, choice, "ignore", choice.ignore)
        selectors = _about(rules, choice, "severity", choice.severity)
        total.severity |= severities(rules, {word: choice.severity[word] for word in selectors})
    return total


def _about(
    rules: Mapping[str, Rule], choice: RuleChoice, key: str, selectors: Iterable[str]
) -> list[str]:
    """The `selectors` of `key` that match one of `rules`, each once.

    The others must match a rule of the scope of `choice`.
    """
    matching: dict[str, None] = {}
    for index, selector in enumerate(selectors):
        if selector in matching or matches(rules, selector):
            matching[selector] = None
            continue
        try:
            require_rules({**rules, **choice.scope()} if choice.scope else rules, (selector,))
        except UnknownSelector as error:
            if choice.place is None:
                raise
            path = (key, selector if key == "severity" else index)
            raise UnknownSelector(f"{choice.place(path)}: {error}") from None
    return list(matching)


def severities(rules: Mapping[str, Rule], levels: Mapping[str, Severity]) -> dict[str, Severity]:
    """Return the severity, by code, of each rule that a selector of `levels` matches."""
    require_rules(rules, levels)
    by_code: dict[str, Severity] = {}
    for rule in rules.values():
        best = max(levels, key=lambda selector: _weight(selector, rule), default="")
        if _weight(best, rule) >= 0:
            by_code[rule.code] = levels[best]
    return by_code


def require_rules(rules: Mapping[str, Rule], selectors: Iterable[str]) -> None:
    """Raise `UnknownSelector` for the first selector that matches no rule."""
    for selector in selectors:
        if matches(rules, selector):
            continue
        error = UnknownSelector(_unknown_sentence(rules, selector))
        error.selector = selector
        raise error


def _unknown_sentence(rules: Mapping[str, Rule], selector: str) -> str:
    # `SN0` for `sn0` is nearer than any whole code.
    in_capitals = [selector.upper()] if matches(rules, selector.upper()) else []
    names = [rule.name for rule in rules.values()]
    hint = did_you_mean(selector, in_capitals or [*rules, *names])
    hint = hint or '; run "ianalint rules" for a list'
    return f'unknown rule "{shortened(selector)}"{hint}'


def matches(rules: Mapping[str, Rule], selector: str) -> bool:
    """Say whether `selector` matches one of `rules`."""
    return any(_weight(selector, rule) >= 0 for rule in rules.values())


def codes(rules: Mapping[str, Rule], selector: str) -> set[str]:
    """Return the codes of the rules that `selector` matches."""
    return {rule.code for rule in rules.values() if _weight(selector, rule) >= 0}


def _longest(selectors: Iterable[str], rule: Rule) -> int:
    return max((_weight(selector, rule) for selector in selectors), default=-1)


def _weight(selector: str, rule: Rule) -> int:
    """How many letters of the code of `rule` the selector gives; -1 where it does not match."""
    if selector == "ALL":
        return 0
    if selector == rule.name:
        return len(rule.code)
    if not selector or not rule.code.startswith(selector):
        return -1
    if len(selector) > 1 and selector.isalpha() and selector != rule.family:
        return -1  # AC is not the beginning of the code ACME001
    return len(selector)


# -- what a registry lacks -----------------------------------------------------------------------


def skipped_rules(selection: Selection, registries: Sequence[Registry]) -> Iterator[NotRun]:
    """Yield the rules that need what one of `registries` does not have."""
    carried = [(registry.dump.form, features(registry)) for registry in registries]
    is_other = any(is_other_registry(registry) for registry in registries)
    for rule in selection.running:
        if is_other and rule.code != _REGISTRY_RULE:
            yield NotRun(rule.code, _OTHER_REGISTRY)
            continue
        for form, carries in carried:
            lacking = [need for need in rule.needs if need not in carries]
            if lacking:
                yield NotRun(rule.code, _reason(lacking, form))
                break


def _reason(lacking: Sequence[str], form: str) -> str:
    """Why a rule does not run on a dump of `form` that lacks what it needs."""
    for need in lacking:
        if not need.startswith(COLUMN):
            return _REASONS[need].format(form=form_name(form))
    headings = [quoted(_HEADINGS[need]) for need in lacking]
    return f"no {'column' if len(headings) == 1 else 'columns'} {listing(headings, len(headings))}"


def is_other_registry(registry: Registry) -> bool:
    """Say whether the id of a document is that of another registry, whose records say nothing."""
    dump = registry.dump
    if "metadata" not in dump.carries or (dump.registry_id or "").strip() in ("", REGISTRY_ID):
        return False
    # A document of another kind is reported by MD005.
    return all(defect.code != "MD005" for defect in dump.defects)


def features(registry: Registry) -> frozenset[str]:
    """Return what a rule may need of a registry and this one has."""
    missing = registry.dump.missing_columns
    carried = registry.dump.carries.union(columns(*RECORD_FIELDS)).difference(columns(*missing))
    if registry.is_whole:
        carried |= {"whole"}
    if not breaks_off(registry.dump):
        carried |= {"end"}
    return carried
