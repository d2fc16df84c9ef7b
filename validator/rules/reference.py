"""The reference of the rules: `docs/rules.md`, generated from their documentation.

`python -m validator.rules.reference` writes it; a test compares the file with the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.engine.rule import Rule
from validator.model.vocabulary import LEGACY_MEANING
from validator.rules import catalogue

_INTRODUCTION = f"""\
# The rules of ianalint

This page is generated from the rules. `ianalint rules CODE` shows one rule in a terminal.
Codes are never renamed or used again. A rule marked + is a requirement that RFC 6335 introduced.
A rule marked off runs only when it is selected.

{LEGACY_MEANING}
"""
_EXAMPLE = re.compile(r"^(Flagged|Accepted)(?: \((\w+)\))?::$")


def written() -> str:
    """Return the reference as Markdown."""
    families = {
        family.title: [rule for rule in catalogue.rules().values() if rule.family == letters]
        for letters, family in catalogue.FAMILIES.items()
    }
    lines = [_INTRODUCTION]
    for title, members in families.items():
        lines += [f"- {title}: " + ", ".join(f"[{r.code}](#{_anchor(r)})" for r in members)]
    for title, members in families.items():
        lines += ["", f"## {title[0].upper()}{title[1:]}"]
        for rule in members:
            lines += ["", *of_rule(rule)]
    return "\n".join(lines) + "\n"


def _anchor(rule: Rule) -> str:
    return f"{rule.code.lower()}-{rule.name}"


def of_rule(rule: Rule) -> Iterator[str]:
    """Yield the lines of the documentation of a rule, the heading first."""
    yield f"### {rule.code} {rule.name}"
    yield ""
    marks = (" +" if rule.since_rfc6335 else "") + ("" if rule.is_default else ", off")
    yield f"{rule.severity}{marks}; {rule.cites}"
    yield ""
    for line in rule.documentation.split("\n"):
        example = _EXAMPLE.match(line)
        if example is not None:
            form = f" ({example[2]})" if example[2] else ""
            yield f"{example[1]}{form}:"
        else:
            yield line if line.startswith("    ") else _prose(line)


def _prose(line: str) -> str:
    """A line of text in which nothing but a code span is markup."""
    pieces = re.split(r"(`[^`]*`)", line)
    return "".join(
        piece if piece.startswith("`") else re.sub(r"([<>*_\[\]\\])", r"\\\1", piece)
        for piece in pieces
    )


def main() -> None:
    """Write the reference of this checkout."""
    import os

    root = os.path.abspath(__file__)
    for _ in range(3):
        root = os.path.dirname(root)
    folder = os.path.join(root, "docs")
    # A module of rules that cannot be imported leaves the file as it is.
    text = written()
    with open(os.path.join(folder, "rules.md"), "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


if __name__ == "__main__":
    main()
