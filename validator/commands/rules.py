"""`ianalint rules [RULE]`: the table of rules, or the documentation of one."""

from __future__ import annotations

import sys

from validator.commands.arguments import Arguments, one_of
from validator.commands.output import write_stdout
from validator.commands.terminal import columns, wants_colour
from validator.errors import CallError, unknown
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from validator.engine.rule import Rule

_WIDEST = 88
_COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}
_TITLES = ("code", "rule", "severity", "", "clause")
_EPILOG = """\
Examples:
  ianalint rules
  ianalint rules SN              the rules of a family
  ianalint rules SN005           a rule: what it asks for, why, and examples
  ianalint rules service-name-adjacent-hyphens
"""


def arguments() -> Arguments:
    parser = Arguments(
        "rules", "List the rules, or show the documentation of one.", _EPILOG, "[RULE] [options]"
    )
    parser.add_argument(
        "rule", nargs="?", metavar="RULE", help="code, name, or beginning of codes (default: all)"
    )
    parser.add_argument(
        "--format", type=one_of("format", ("text", "json")), default="text", metavar="text|json"
    )
    parser.add_argument(
        "--color",
        type=one_of("choice", ("auto", "always", "never")),
        default="auto",
        metavar="auto|always|never",
    )
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)

    asked = options.rule
    chosen = list(catalogue.rules().values()) if asked is None else _named(asked)
    if options.format == "json":
        import json

        write_stdout([json.dumps([_described(rule) for rule in chosen], indent=2), "\n"])
        return 0
    single = asked is not None and (asked.upper() in catalogue.rules() or asked == chosen[0].name)
    wide = columns(sys.stdout)
    page: _Plain | _Rich = _Plain(min(wide or _WIDEST, _WIDEST))
    if wants_colour(options.color, sys.stdout):
        page = _Rich(wide or _WIDEST)
    if single:
        write_stdout(page.documentation(chosen[0]))
        if not chosen[0].documentation:
            raise CallError("Python runs with -OO, which leaves the documentation of rules out")
    else:
        write_stdout(page.table(chosen))
    return 0


def _named(word: str) -> list[Rule]:
    chosen = [
        rule
        for rule in catalogue.rules().values()
        if rule.name == word.lower() or rule.code.startswith(word.upper())
    ]
    if not chosen or not word:
        every = catalogue.rules()
        names = [*every, *(rule.name for rule in every.values()), *catalogue.FAMILIES]
        raise CallError(unknown("the rule", word, names), "`ianalint rules` lists them")
    return chosen


def _described(rule: Rule) -> dict[str, Any]:
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


def _families(rules: Sequence[Rule]) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield the title of each family and its rows."""
    for letters, family in catalogue.FAMILIES.items():
        rows: list[tuple[str, ...]] = [
            (
                rule.code,
                rule.name,
                rule.severity,
                ("+" if rule.since_rfc6335 else " ") + ("" if rule.is_default else " off"),
                rule.cites,
            )
            for rule in rules
            if rule.code.startswith(letters)
        ]
        if rows:
            yield f"{letters}  {family.title}", rows


def _legend(rules: Sequence[Rule]) -> str:
    said = ""
    if any(rule.since_rfc6335 for rule in rules):
        said += "+    RFC 6335 introduced it: findings of legacy records are counted apart\n"
    if any(not rule.is_default for rule in rules):
        said += "off  runs only when it is selected by its code or name\n"
    return said


def _head(rule: Rule) -> str:
    facts = [rule.severity, rule.cites]
    if rule.since_rfc6335:
        facts.append("introduced by RFC 6335: findings of legacy records are counted apart")
    if not rule.is_default:
        facts.append("runs only when it is selected")
    return "; ".join(facts)


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


class _Plain:
    """Tables and documentation as plain text."""

    def __init__(self, width: int) -> None:
        self.width = width

    def table(self, rules: Sequence[Rule]) -> Iterator[str]:
        found = list(_families(rules))
        every = [_TITLES, *(row for _, rows in found for row in rows)]
        widths = [max(map(len, column)) for column in zip(*every, strict=True)]

        def line(row: Sequence[str]) -> str:
            cells = [f"{text:<{wide}}" for text, wide in zip(row, widths, strict=True)]
            return f"  {'  '.join(cells).rstrip()}\n"

        yield line(_TITLES) + "\n"
        for title, rows in found:
            yield f"{title}\n"
            yield from map(line, rows)
            yield "\n"
        yield _legend(rules)

    def documentation(self, rule: Rule) -> Iterator[str]:
        from textwrap import fill, indent

        yield f"{rule.code} {rule.name}\n{fill(_head(rule), self.width)}\n"
        for kind, text in _blocks(rule.documentation):
            if kind == "example":
                yield indent(text, "    ") + "\n"
            else:
                yield f"\n{fill(text, self.width)}{':' if kind == 'heading' else ''}\n"


class _Rich:
    """The same for a terminal, with colours."""

    def __init__(self, width: int) -> None:
        from rich.console import Console

        self.console = Console(
            force_terminal=True, width=width, highlight=False, legacy_windows=False
        )

    def table(self, rules: Sequence[Rule]) -> Iterator[str]:
        from rich.table import Table

        longest = max(len(rule.name) for rule in rules)
        for title, rows in _families(rules):
            table = Table(box=None, title=title, title_justify="left", title_style="bold")
            table.show_header = table.pad_edge = False
            table.add_column(no_wrap=True, style="bold")
            table.add_column(no_wrap=True, min_width=longest)
            table.add_column(no_wrap=True, min_width=7)
            table.add_column(no_wrap=True, min_width=5)
            table.add_column(style="dim")
            for code, name, severity, marks, cites in rows:
                table.add_row(code, name, f"[{_COLOURS[severity]}]{severity}", marks, cites)
            yield self._shown(table) + "\n"
        yield _legend(rules)

    def documentation(self, rule: Rule) -> Iterator[str]:
        from textwrap import indent

        from rich.text import Text

        colour = _COLOURS[rule.severity]
        yield self._shown(Text.assemble((rule.code, f"bold {colour}"), " ", (rule.name, "bold")))
        yield self._shown(Text(_head(rule), style="dim"))
        width = min(self.console.width, _WIDEST)
        for kind, text in _blocks(rule.documentation):
            if kind == "example":
                # As it stands: a piece of XML broken at the width could not be copied.
                yield self._shown(Text(indent(text, "    "), style="green"), soft_wrap=True)
            else:
                shown = Text(text + (":" if kind == "heading" else ""))
                shown.stylize("bold" if kind == "heading" else "")
                yield "\n" + self._shown(shown, width=width)

    def _shown(self, thing: Any, **how: Any) -> str:
        with self.console.capture() as capture:
            self.console.print(thing, **how)
        return capture.get()
