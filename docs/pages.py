"""Writes the pages that nobody writes by hand: one for each rule, one for each JSON format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator.engine.rule import Rule
from validator.fix.plan import FIXABLE
from validator.reporters.links import clause_uri
from validator.rules import catalogue
from validator.rules.reference import of_rule
from validator.schema import names, text

# What a waiver names a record by, for the families that are not about records.
_SUBJECTS = {"AC": 'contact = "Ann_Example"', "PN": "port = 4621"}


def write(folder: Path) -> None:
    """Write all pages into `folder`; a page that stays the same is not touched."""
    texts: dict[Path, str] = {folder / "rules.md": "\n".join(_rule_index()) + "\n"}
    for rule in catalogue.rules().values():
        texts[folder / "rules" / f"{rule.code}.md"] = "\n".join(_rule_page(rule)) + "\n"
    texts[folder / "formats.md"] = "\n".join(_format_index()) + "\n"
    for name in names():
        page = "\n".join(_format_page(json.loads(text(name)))) + "\n"
        texts[folder / "formats" / f"{name}.md"] = page
    for path in folder.rglob("*.md"):
        if path not in texts:
            path.unlink()
    for path, page in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != page:
            path.write_text(page, "utf-8")


def _rule_index() -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "Codes are never renamed or used again. A rule marked + is a requirement that RFC 6335"
    yield "introduced; a rule marked off runs only when it is selected."
    for letters, family in catalogue.FAMILIES.items():
        members = [rule for rule in catalogue.rules().values() if rule.family == letters]
        yield f"\n## {letters}: {family.title}\n"
        yield "| rule | | severity |"
        yield "|---|---|---|"
        for rule in members:
            marks = ("+" if rule.since_rfc6335 else "") + ("" if rule.is_default else " off")
            summary = _cell(rule.documentation.partition("\n")[0])
            yield f"| [{rule.code}](rules/{rule.code}.md) | {summary} | {rule.severity} {marks} |"
        yield "\n```{toctree}\n:hidden:\n"
        yield from (f"rules/{rule.code}" for rule in members)
        yield "```"


def _rule_page(rule: Rule) -> Iterator[str]:
    lines = of_rule(rule)
    yield f"# {next(lines).removeprefix('### ')}"
    yield from lines
    link = clause_uri(rule.cites)
    if link is not None:
        yield f"\nThe clause: [{rule.cites}]({link})"
    yield "\n## How to fix it\n"
    if rule.code in FIXABLE:
        yield "`ianalint fix FILE` prints a patch for what can be fixed safely."
    else:
        yield "Change the value as in the accepted example."
    yield "\n## How to waive it\n"
    yield "In `ianalint.toml`, for one finding with its reason, or for all:"
    yield "\n```toml"
    yield "[[waive]]"
    yield f'rule = "{rule.code}"'
    yield _SUBJECTS.get(rule.family, 'service = "harbor"')
    yield 'reason = "why this one stays"'
    yield "```\n\n```toml"
    yield f'ignore = ["{rule.code}"]'
    yield "```"


def _format_index() -> Iterator[str]:
    yield "# JSON formats"
    yield ""
    yield "`ianalint schema NAME` prints the JSON Schema of each."
    yield ""
    for name in names():
        title = json.loads(text(name))["title"]
        yield f"- [{name}](formats/{name}.md): {title}"
    yield "\n```{toctree}\n:hidden:\n"
    yield from (f"formats/{name}" for name in names())
    yield "```"


def _format_page(schema: dict[str, Any]) -> Iterator[str]:
    yield f"# {schema['title']}"
    yield f"\n{schema.get('description', '')}\n"
    yield from _table(schema)
    for name, part in schema.get("$defs", {}).items():
        yield f"\n## {name}\n\n{part.get('description', '')}\n"
        yield from _table(part)


def _table(schema: dict[str, Any]) -> Iterator[str]:
    properties = schema.get("properties", {})
    if not properties:
        return
    required = set(schema.get("required", ()))
    yield "| key | value | |"
    yield "|---|---|---|"
    for key, part in properties.items():
        optional = "" if key in required else " (optional)"
        yield f"| `{key}` | {_type(part)}{optional} | {_cell(part.get('description', ''))} |"


def _type(part: dict[str, Any]) -> str:
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in part:
        return f"`{json.dumps(part['const'])}`"
    if "enum" in part:
        return " or ".join(f"`{json.dumps(word)}`" for word in part["enum"]).replace("|", r"\|")
    for word in ("anyOf", "oneOf"):
        if word in part:
            return " or ".join(map(_type, part[word]))
    kind = part.get("type", "anything")
    if kind == "array":
        return f"list of {_type(part.get('items', {}))}"
    extra = part.get("additionalProperties")
    if kind == "object" and isinstance(extra, dict):
        return f"object of {_type(extra)}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _cell(text: str) -> str:
    """A text in a cell of a table, in which nothing but a code span is markup."""
    return re.sub(r"([|<>*_\[\]\\])(?=(?:[^`]*`[^`]*`)*[^`]*$)", r"\\\1", " ".join(text.split()))
