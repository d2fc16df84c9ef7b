"""`ianalint rules [RULE ...]`: the table of rules, or the documentation of some."""

from __future__ import annotations

import sys

from validator.commands.arguments import (
    Arguments,
    add_color,
    add_configuration,
    names_of,
    one_of,
    settings_of,
)
from validator.commands.output import write_stdout
from validator.commands.terminal import columns, wants_color
from validator.errors import CallError, unknown
from validator.model.vocabulary import LEGACY_MEANING
from validator.reporters import Style
from validator.reporters.escape import visible
from validator.reporters.text import BOLD, DIM, GREEN, SEVERITY_COLORS, Page
from validator.reporters.wording import count_of
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from validator.engine.rule import Rule

_WIDEST = 88
# Of the rules that mention a word, so many are named; a shorter word is in most.
_MOST_MENTIONS = 8
_SHORTEST_WORD = 3
_COLUMNS = ("code", "rule", "severity", "", "clause")
_EPILOG = """\
Examples:
  ianalint rules
  ianalint rules SN              the rules of a family
  ianalint rules SN005 AC010     several rules
  ianalint rules SN005           what a rule requires, why, with examples
  ianalint rules service-name-adjacent-hyphens
  ianalint rules --test          run the examples and cases of your own rules
"""


def arguments() -> Arguments:
    parser = Arguments(
        "rules",
        "List the rules, or show the documentation of some.",
        _EPILOG,
        "[RULE ...] [options]",
    )
    parser.add_argument(
        "rule",
        nargs="*",
        metavar="RULE",
        help="codes, names or beginnings of codes (default: all rules)",
    )
    parser.add_argument(
        "--test",
        action="store_true",
        help="run the examples and cases of your own rules, `rules` in the configuration",
    )
    parser.add_argument(
        *names_of("format"),
        type=one_of("format", ("text", "json")),
        default="text",
        metavar="text|json",
        help="output format (default: text)",
    )
    add_color(parser)
    add_configuration(parser)
    parser.closing_options()
    return parser


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

        write_stdout([json.dumps([_to_dict(rule) for rule in rules], indent=2), "\n"])
        return 0
    page = Page(Style(color=wants_color(options.color, sys.stdout)))
    names = [*(rule.code.lower() for rule in rules), *(rule.name for rule in rules)]
    if words and set(map(str.lower, words)).issubset(names):
        _explain(rules, page)
    else:
        write_stdout(_table(rules, page, columns(sys.stdout)))
    return 0


def _explain(rules: Sequence[Rule], page: Page) -> None:
    """Write the documentation of some rules."""
    width = min(columns(sys.stdout) or _WIDEST, _WIDEST)
    for rule in rules:
        write_stdout(["\n"] if rule is not rules[0] else [])
        write_stdout(_documentation(rule, page, width))
    if not all(rule.documentation for rule in rules):
        raise CallError("no documentation of rules: Python runs with -OO, which removes it")


def _test(sources: Sequence[str], words: Sequence[str]) -> int:
    """Prove the rules of `sources`, or those that match one of `words`; return the exit status."""
    from validator.rules.own import case_folder, load
    from validator.testing.proof import Proof

    own = {rule: source for source in sources for rule in load(source).values()}
    tested = own if not words else [rule for word in words for rule in own if _matches(rule, word)]
    codes = [rule.code for rule in own]
    proofs = [Proof(rule, case_folder(rule, own[rule]), codes) for rule in dict.fromkeys(tested)]
    if not proofs:
        raise CallError(
            f'no rule of your own is "{",".join(words)}"'
            if words
            else "no rules of your own to test",
            'Name their file in the configuration: `rules = ["rules/ours.py"]`.',
        )
    for proof in proofs:
        counts = f"{count_of(proof.examples, 'example')}, {count_of(proof.cases, 'case')}"
        verdict = "failed" if proof.failures else "passed"
        lines = [f"{proof.rule.code} {proof.rule.name}: {counts}: {verdict}\n"]
        lines += [f"  {visible(failure)}\n" for failure in proof.failures]
        write_stdout(lines)
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
    """A sentence on the rules that mention a word: by their name, first sentence, documentation."""
    word = word.lower()
    places: list[list[Rule]] = [[], [], []]
    for rule in catalogue.rules().values():
        texts = (rule.name, rule.documentation.partition("\n")[0], rule.documentation)
        place = next((place for place, text in enumerate(texts) if word in text.lower()), None)
        if place is not None:
            places[place].append(rule)
    rules = [rule for group in places for rule in group]
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


def _to_dict(rule: Rule) -> dict[str, Any]:
    documentation = rule.documentation
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "reference": rule.cites,
        "since_rfc6335": rule.since_rfc6335,
        "default": rule.is_default,
        "needs": list(rule.needs),
        "summary": documentation.partition("\n")[0],
        "documentation": documentation,
    }


def _cells(rule: Rule) -> tuple[str, ...]:
    marks = ("+" if rule.since_rfc6335 else " ") + ("" if rule.is_default else " off")
    return rule.code, rule.name, rule.severity, marks, rule.cites


def _table(rules: Sequence[Rule], page: Page, terminal: int | None) -> Iterator[str]:
    """The rules, family by family, and a legend of their marks.

    In a terminal that is too narrow for them, the clauses are left out.
    """
    from textwrap import fill

    rows = [_COLUMNS, *map(_cells, rules)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if terminal is not None and 2 * len(widths) + sum(widths) > terminal:
        widths.pop()
    width = min(terminal or _WIDEST, _WIDEST)

    def line(cells: Sequence[str], colors: Sequence[str]) -> str:
        padded = [f"{cell:<{wide}}" for cell, wide in zip(cells, widths, strict=False)]
        padded[-1] = padded[-1].rstrip()
        return f"  {'  '.join(map(page.paint, colors, padded)).rstrip()}\n"

    yield line(_COLUMNS, [DIM] * len(_COLUMNS)) + "\n"
    for letters, family in catalogue.FAMILIES.items():
        members = [rule for rule in rules if rule.family == letters]
        if members:
            yield page.paint(BOLD, f"{letters}  {family.title}") + "\n"
            for rule in members:
                yield line(_cells(rule), (BOLD, "", SEVERITY_COLORS[rule.severity], "", DIM))
            yield "\n"
    if any(rule.since_rfc6335 for rule in rules):
        yield "+    introduced by RFC 6335: findings on older records are legacy\n"
    if not all(rule.is_default for rule in rules):
        yield "off  not run by default: select it by its code or name\n"
    if any(rule.since_rfc6335 for rule in rules):
        yield "\n" + fill(LEGACY_MEANING, width) + "\n"


def _documentation(rule: Rule, page: Page, width: int) -> Iterator[str]:
    from textwrap import fill, indent

    facts = [rule.severity, rule.cites]
    if rule.since_rfc6335:
        facts.append("introduced by RFC 6335")
    if not rule.is_default:
        facts.append("not run by default")
    code = page.paint(SEVERITY_COLORS[rule.severity], rule.code)
    yield f"{code} {page.paint(BOLD, rule.name)}\n"
    yield page.paint(DIM, fill("; ".join(facts), width)) + "\n"
    if rule.since_rfc6335:
        yield page.paint(DIM, fill(LEGACY_MEANING, width)) + "\n"
    for kind, text in _blocks(rule.documentation):
        if kind == "example":
            # Never broken at the width: it could not be copied then.
            yield page.paint(GREEN, indent(text, "    ")) + "\n"
        elif kind == "heading":
            yield f"\n{page.paint(BOLD, fill(text, width) + ':')}\n"
        else:
            yield f"\n{fill(text, width)}\n"


def _blocks(documentation: str) -> Iterator[tuple[str, str]]:
    """Cut documentation into blocks: `text`, `heading` of an example, `example`."""
    example: list[str] = []
    paragraph: list[str] = []
    for line in [*documentation.split("\n"), "", "end"]:
        if line.startswith("    ") or (example and not line):
            example.append(line[4:])
            continue
        if example:
            yield "example", "\n".join(example).rstrip("\n")
            example = []
        if line:
            paragraph.append(line)
        elif paragraph:
            text = " ".join(paragraph)
            paragraph = []
            yield ("heading", text.rstrip(":")) if text.endswith("::") else ("text", text)
