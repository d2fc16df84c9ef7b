"""`ianalint rules [RULE ...]`: the table of rules, or the documentation of some."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from validator.commands.arguments import Argument, Arguments, Option, settings_of
from validator.commands.output import write_stdout
from validator.commands.terminal import columns, wants_color
from validator.engine.rule import Rule
from validator.errors import CallError, unknown
from validator.reporters import Style
from validator.reporters.rule_pages import documentation, table, to_dict
from validator.reporters.text import Page
from validator.rules import catalogue
from validator.settings.table import Choice

# Of the rules that mention a word, so many are named; a shorter word is in most.
_MOST_MENTIONS = 8
_SHORTEST_WORD = 3


def arguments() -> Arguments:
    form = Option("format", Choice("format", ("text", "json")))
    return Arguments("rules", ("", [Argument("rule", "RULE", "*"), "test", form, "color"]))


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    settings = settings_of(options)
    words = [] if not options.rule else ",".join(options.rule).strip(",").split(",")
    if options.test:
        return _test(settings.rules, words)
    by_code = {rule.code: rule for word in words for rule in _matching(word)}
    rules = list((by_code or catalogue.rules()).values())
    if options.format == "json":
        import json

        write_stdout([json.dumps([to_dict(rule) for rule in rules], indent=2), "\n"])
        return 0
    page = Page(Style(color=wants_color(options.color, sys.stdout)))
    names = [*(rule.code.lower() for rule in rules), *(rule.name for rule in rules)]
    if words and set(map(str.lower, words)).issubset(names):
        _explain(rules, page)
    else:
        titles = {letters: family.title for letters, family in catalogue.FAMILIES.items()}
        write_stdout(table(rules, titles, page, columns(sys.stdout)))
    return 0


def _explain(rules: Sequence[Rule], page: Page) -> None:
    """Write the documentation of some rules."""
    for rule in rules:
        write_stdout(["\n"] if rule is not rules[0] else [])
        write_stdout(documentation(rule, page, columns(sys.stdout)))
    if not all(rule.documentation for rule in rules):
        raise CallError("no documentation of rules: Python runs with -OO, which removes it")


def _test(sources: Sequence[str], words: Sequence[str]) -> int:
    """Prove the rules of `sources`, or those that match one of `words`; return the exit status."""
    from validator.rules.own import case_folder, load
    from validator.testing.proof import Proof

    own = {rule: source for source in sources for rule in load(source).values()}
    tested = [rule for word in words for rule in own if _matches(rule, word)] if words else own
    codes = [rule.code for rule in own]
    proofs = [Proof(rule, case_folder(rule, own[rule]), codes) for rule in dict.fromkeys(tested)]
    if not proofs:
        names = ",".join(words)
        raise CallError(
            f'no rule of your own is "{names}"' if words else "no rules of your own to test",
            'Name their file in the configuration: `rules = ["rules/ours.py"]`.',
        )
    write_stdout(f"{line}\n" for proof in proofs for line in proof.lines())
    return int(any(proof.failures for proof in proofs))


def _matches(rule: Rule, word: str) -> bool:
    return rule.name == word.lower() or rule.code.startswith(word.upper())


def _matching(word: str) -> list[Rule]:
    rules = [rule for rule in catalogue.rules().values() if _matches(rule, word)]
    if not rules or not word:
        every = catalogue.rules()
        names = [*every, *(rule.name for rule in every.values()), *catalogue.FAMILIES]
        raise CallError(
            unknown("rule", word, names),
            _mentions(word) or 'Run "ianalint rules" for the list of rules.',
        )
    return rules


def _mentions(word: str) -> str:
    """A sentence on the rules that mention a word."""
    rules = catalogue.mentioning(word)
    if len(word) < _SHORTEST_WORD or not rules:
        return ""
    names = ", ".join(f"{rule.code} {rule.name}" for rule in rules[:_MOST_MENTIONS])
    more = len(rules) - _MOST_MENTIONS
    return f"Rules that mention it: {names}{f', and {more} more' if more > 0 else ''}"


def rule_hint(words: Sequence[str]) -> str:
    """Return a sentence on the first of `words` that is a rule, for a call without a command."""
    for word in words:
        for rule in catalogue.rules().values():
            if word.upper() == rule.code or word.lower() == rule.name:
                return f'Run "ianalint rules {rule.code}" for what this rule requires.'
    return ""
