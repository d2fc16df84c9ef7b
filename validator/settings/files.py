"""What the files that settings come from may say: the configuration and the baseline."""

from __future__ import annotations

from validator.consumers.entry import COLUMN_ROLES, KINDS
from validator.errors import unknown
from validator.model.values import port_range
from validator.settings.table import (
    SETTINGS,
    TEXT,
    Assignments,
    Choice,
    Flag,
    Kind,
    NonEmpty,
    Number,
    Setting,
    TextList,
    display,
    problem,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from validator.readers.toml_text import KeyPath
    from validator.settings.table import Problem


# What has no key, because it differs from run to run.
_ONLY_OPTIONS = ("color", "jobs", "output", "quiet", "report", "today", "verbose")

# Each of them is compared with the name of each input.
MOST_PER_FILE = 1000


class TextOrNumber(Kind):
    """A text, or a number that stands for one."""

    expected = "a string or a number"

    schema: Mapping[str, Any] = {"anyOf": [{"type": "string"}, {"type": "integer"}]}

    def accepts(self, value: object) -> bool:
        return isinstance(value, (str, int)) and not isinstance(value, bool)


class Headings(Kind):
    """The heading of a column, or those of several."""

    expected = "a string or a list of strings"

    schema: Mapping[str, Any] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
    }

    def accepts(self, value: object) -> bool:
        texts = value if isinstance(value, list) and value else [value]
        return all(isinstance(text, str) for text in texts)


class TomlDate(Kind):
    """A day as TOML writes it, without quotes."""

    expected = "a date (YYYY-MM-DD) without quotes"

    schema: Mapping[str, Any] = {"type": "string", "format": "date"}

    def accepts(self, value: object) -> bool:
        from datetime import date

        return type(value) is date


class Code(Kind):
    """The code of a rule."""

    expected = "the code of a rule"

    schema: Mapping[str, Any] = {"type": "string", "pattern": "^[A-Z]{2,8}[0-9]{3}$"}

    def accepts(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        letters, digits = value[:-3], value[-3:]
        is_code = letters.isalpha() and letters.isupper() and digits.isdigit()
        return 5 <= len(value) <= 11 and value.isascii() and is_code


class FormatVersion(Kind):
    """The version of a format, of which there is one."""

    expected = "1"

    schema: Mapping[str, Any] = {"const": 1, "type": "integer"}

    def accepts(self, value: object) -> bool:
        return value == 1 and not isinstance(value, bool)


class PortSpan(Kind):
    """A range of ports as a text, `LOW-HIGH`; `advice` is what to do where there are several."""

    def __init__(self, metavar: str, advice: str = "") -> None:
        super().__init__(metavar)
        self.expected = f"one range of ports (LOW-HIGH){advice}"

    schema: Mapping[str, Any] = {"type": "string", "pattern": "^[0-9]{1,5}-[0-9]{1,5}$"}

    def accepts(self, value: object) -> bool:
        ports = port_range(value) if isinstance(value, str) else None
        return ports is not None and "-" in str(value)


class TableKind(Kind):
    """A table with the keys of `settings`; `title` and `description` are for its JSON Schema.

    In TOML, keys of several words have hyphens, in JSON underscores.
    """

    def __init__(
        self, title: str, description: str, settings: Sequence[Setting], *, is_json: bool = False
    ) -> None:
        self.title = title
        self.is_json = is_json
        self.settings = {
            each.name if is_json else each.hyphenated: each for each in settings if each.key
        }
        properties: dict[str, Any] = {}
        for key, setting in self.settings.items():
            text = setting.description
            described = {"description": text} if text else {}
            properties[key] = dict(sorted({**setting.kind.schema, **described}.items()))
        required = [key for key, setting in self.settings.items() if setting.required]
        self.schema = {
            "additionalProperties": False,
            "description": description,
            "properties": properties,
            **({"required": required} if required else {}),
            "title": title,
            "type": "object",
        }

    def problems(self, path: KeyPath, value: object) -> Iterator[Problem]:
        if not isinstance(value, dict):
            expected = "an object" if self.is_json else "a table"
            yield problem(path, f"expected {expected}, got {display(value)}")
            return
        for name, setting in self.settings.items():
            if name in value:
                yield from setting.kind.problems((*path, name), value[name])
            elif setting.required:
                yield problem(path, f'missing key "{name}"')
        for name in value:
            if name not in self.settings:
                _, sentence = problem(path, unknown("key", name, self.settings))
                is_option = not path and name in _ONLY_OPTIONS
                yield (*path, name), sentence + f"; it is only an option (--{name})" * is_option


class TableList(Kind):
    """A list of tables of one kind, perhaps with a maximum of how many."""

    def __init__(self, table: TableKind, most: int | None = None) -> None:
        self.table = table
        self.most = most
        items = {"$ref": f"#/$defs/{table.title}"}
        self.schema = {"type": "array", "items": items, **({"maxItems": most} if most else {})}

    def problems(self, path: KeyPath, value: object) -> Iterator[Problem]:
        if not isinstance(value, list):
            heading = f"tables with the heading [[{'.'.join(map(str, path))}]]"
            expected = "a list of objects" if self.table.is_json else heading
            yield problem(path, f"expected {expected}, got {display(value)}")
            return
        if self.most is not None and len(value) > self.most:
            yield problem(path, f"expected at most {self.most:,} tables, got {len(value):,}")
            return
        for index, table in enumerate(value):
            yield from self.table.problems((*path, index), table)


WAIVER = TableKind(
    "OneWaiver",
    "A waiver: accepts the findings of a rule, on one record or contact or on all.",
    (
        Setting("rule", TEXT, "code of a rule, beginning of codes, or name", required=True),
        Setting("service", TEXT, "service name, in any case"),
        Setting("port", TextOrNumber(), "port number or range"),
        Setting("transport", TEXT, "transport protocol"),
        Setting("contact", TEXT, "id of a contact"),
        Setting("field", TEXT, "field of the record or contact"),
        Setting("reason", NonEmpty(), "why the findings are accepted", required=True),
        Setting("until", TomlDate(), "last day on which the waiver applies"),
    ),
)
PER_FILE = TableKind(
    "PerFile",
    "Settings for the inputs whose path matches a pattern.",
    (
        Setting(
            "files",
            TEXT,
            "pattern with * and ?, for the path or the name of a file",
            required=True,
        ),
        *(SETTINGS[name] for name in ("select", "ignore", "severity", "whole")),
    ),
)
_RANGE = PortSpan("LOW-HIGH")
_RANGE_OF_GROUP = PortSpan(
    "LOW-HIGH", ' for each group (for two ranges, name two groups; the row names both: "a, b")'
)
AUDIT_FILE = TableKind(
    "AuditFile",
    "A file that `ianalint audit` takes when it is called without FILE.",
    (
        Setting("path", TEXT, "the file, relative to the configuration", required=True),
        Setting("as", Choice("form", KINDS), "its form (default: detected)"),
        Setting("full", Flag(), "whether it means to hold every record of the registry"),
        Setting("previous", TEXT, "its earlier version, relative to the configuration"),
    ),
)
AUDIT_COLUMNS = TableKind(
    "AuditColumns",
    "The headings of a private list.",
    tuple(Setting(role, Headings(), f"headings of the column: {role}") for role in COLUMN_ROLES),
)
AUDIT_PRIVATE = TableKind(
    "AuditPrivate",
    "What is asked of a private list of ports.",
    (
        Setting("columns", AUDIT_COLUMNS, "headings of columns, by role"),
        Setting(
            "ranges",
            Assignments("GROUP=RANGE", _RANGE_OF_GROUP, "a table of groups and ranges"),
            "ports of groups, or default",
        ),
        Setting("require", TextList("COLUMNS"), "columns that must not be empty"),
        Setting("transports", Choice("value", ("strict", "loose")), "loose: any word is tcp"),
        Setting("names", Choice("value", ("any", "rfc6335")), "rfc6335: names must follow it"),
        Setting("ephemeral", _RANGE, "ports that the system hands out by itself"),
    ),
)
AUDIT = TableKind(
    "Audit",
    "What `ianalint audit` does.",
    (
        Setting("registry", TEXT, "the dump to compare with, else the common `registry`"),
        Setting("history", TextList("PATHS"), "older dumps, or folders of them"),
        Setting("expect", TextList("WORDS"), "words that must be answered: NAME/tcp=PORT"),
        Setting("max_age", Number(0, 100_000, "DAYS"), "days after which a full file is too old"),
        Setting("file", TableList(AUDIT_FILE), "the files to audit"),
        Setting("private", AUDIT_PRIVATE, "what is asked of private lists"),
    ),
)
CONFIGURATION = TableKind(
    "Configuration of ianalint",
    "The content of ianalint.toml, or of the table [tool.ianalint] in pyproject.toml.",
    (
        *SETTINGS.values(),
        Setting("waive", TableList(WAIVER), "waivers"),
        Setting("audit", AUDIT, "settings of `ianalint audit`"),
        Setting(
            "per_file",
            TableList(PER_FILE, MOST_PER_FILE),
            "settings for some of the inputs; the last wins",
        ),
    ),
)
BASELINE_ENTRY = TableKind(
    "BaselineEntry",
    "An accepted finding.",
    (
        Setting("fingerprint", TEXT, "fingerprint of the finding", required=True),
        Setting("code", Code(), "code of the rule", required=True),
        Setting("message", TEXT, "message of the finding, for people"),
        Setting("reason", TEXT, "why the finding is accepted, for people"),
    ),
    is_json=True,
)
BASELINE = TableKind(
    "Baseline of ianalint",
    "Accepted findings, as `ianalint check --write-baseline` writes them.",
    (
        Setting("$schema", TEXT, "identifier of the schema"),
        Setting("format_version", FormatVersion(), "version of the format", required=True),
        Setting("findings", TableList(BASELINE_ENTRY), "the accepted findings", required=True),
    ),
    is_json=True,
)


def document_schema(table: TableKind) -> dict[str, Any]:
    """Return the JSON Schema of a file that is such a table."""
    return {"$defs": dict(_inner_tables(table)), **table.schema}


def _inner_tables(table: TableKind) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas of the tables that are named by a reference, by their titles."""
    for setting in table.settings.values():
        if isinstance(setting.kind, TableList):
            yield setting.kind.table.title, setting.kind.table.schema
        if isinstance(setting.kind, TableKind):
            yield from _inner_tables(setting.kind)


def table_of_key(command: str, key: str) -> str:
    """Return the table of a command that has a key, such as `[audit.private]`; empty for none."""
    tables = [(command, CONFIGURATION.settings.get(command))]
    for path, setting in tables:
        kind = None if setting is None else setting.kind
        if isinstance(kind, TableKind):
            if key in kind.settings:
                return f"[{path}]"
            tables += [(f"{path}.{name}", inner) for name, inner in kind.settings.items()]
    return ""
