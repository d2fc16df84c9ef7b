"""The rules for a person: the table of all, and the documentation of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill, indent
from typing import Any

from validator.engine.rule import Rule
from validator.model.vocabulary import LEGACY_MEANING
from validator.reporters.text import BOLD, DIM, GREEN, SEVERITY_COLORS, Page

_WIDEST = 88
_COLUMNS = ("code", "rule", "severity", "", "clause")


def to_dict(rule: Rule) -> dict[str, Any]:
    """Return a rule with its documentation, for JSON."""
    text = rule.documentation
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "reference": rule.cites,
        "since_rfc6335": rule.since_rfc6335,
        "default": rule.is_default,
        "needs": list(rule.needs),
        "summary": text.partition("\n")[0],
        "documentation": text,
    }


def table(
    rules: Sequence[Rule], titles: Mapping[str, str], page: Page, terminal: int | None
) -> Iterator[str]:
    """Yield the rules, family by family, and a legend of their marks.

    `titles` are those of the families, by their letters.  In a `terminal` that is too narrow for
    them, the clauses are left out.
    """
    rows = [_COLUMNS, *map(_cells, rules)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if terminal is not None and 2 * len(widths) + sum(widths) > terminal:
        widths.pop()

    def line(cells: Sequence[str], colors: Sequence[str]) -> str:
        padded = [f"{cell:<{wide}}" for cell, wide in zip(cells, widths, strict=False)]
        padded[-1] = padded[-1].rstrip()
        return f"  {'  '.join(map(page.paint, colors, padded)).rstrip()}\n"

    yield line(_COLUMNS, [DIM] * len(_COLUMNS)) + "\n"
    for letters, title in titles.items():
        members = [rule for rule in rules if rule.family == letters]
        if members:
            yield page.paint(BOLD, f"{letters}  {title}") + "\n"
            for rule in members:
                yield line(_cells(rule), (BOLD, "", SEVERITY_COLORS[rule.severity], "", DIM))
            yield "\n"
    yield from _legend(rules, min(terminal or _WIDEST, _WIDEST))


def _cells(rule: Rule) -> tuple[str, ...]:
    marks = ("+" if rule.since_rfc6335 else " ") + ("" if rule.is_default else " off")
    return rule.code, rule.name, rule.severity, marks, rule.cites


def _legend(rules: Sequence[Rule], width: int) -> Iterator[str]:
    is_marked = any(rule.since_rfc6335 for rule in rules)
    if is_marked:
        yield "+    introduced by RFC 6335: findings on older records are legacy\n"
    if not all(rule.is_default for rule in rules):
        yield "off  not run by default: select it by its code or name\n"
    if is_marked:
        yield f"\n{fill(LEGACY_MEANING, width)}\n"


def documentation(rule: Rule, page: Page, terminal: int | None) -> Iterator[str]:
    """Yield the documentation of a rule, as wide as a `terminal`."""
    width = min(terminal or _WIDEST, _WIDEST)
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


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Cut documentation into blocks: `text`, `heading` of an example, `example`."""
    example: list[str] = []
    paragraph: list[str] = []
    for line in [*text.split("\n"), "", "end"]:
        if line.startswith("    ") or (example and not line):
            example.append(line[4:])
            continue
        if example:
            yield "example", "\n".join(example).rstrip("\n")
            example = []
        if line:
            paragraph.append(line)
        elif paragraph:
            words = " ".join(paragraph)
            paragraph = []
            yield ("heading", words.rstrip(":")) if words.endswith("::") else ("text", words)
