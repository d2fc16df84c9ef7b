"""The files that settings come from: the configuration and the baseline, read and checked."""

from __future__ import annotations

import os

from validator.consumers.entry import KINDS
from validator.engine.baseline import BaselineEntry, Waiver
from validator.errors import CallError, unknown
from validator.model.values import port_range
from validator.readers.source import display_path
from validator.settings import SHARED_FILE, FileSettings
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
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

_TABLE = ("tool", "ianalint")


class TextOrNumber(Kind):
    """A text, or a number that stands for one."""

    expected = "a string or a number"

    @property
    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, {"type": "integer"}]}

    def accepts(self, value: object) -> bool:
        return isinstance(value, (str, int)) and not isinstance(value, bool)


class TomlDate(Kind):
    """A day as TOML writes it, without quotes."""

    expected = "a date (YYYY-MM-DD) without quotes"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def accepts(self, value: object) -> bool:
        from datetime import date

        return type(value) is date


class Code(Kind):
    """The code of a rule."""

    expected = "the code of a rule"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3}$"}

    def accepts(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        letters, digits = value[:2], value[2:]
        return len(value) == 5 and value.isascii() and letters.isupper() and digits.isdigit()


class FormatVersion(Kind):
    """The version of a format, of which there is one."""

    expected = "1"

    @property
    def schema(self) -> dict[str, Any]:
        return {"const": 1, "type": "integer"}

    def accepts(self, value: object) -> bool:
        return value == 1 and not isinstance(value, bool)


class PortSpan(Kind):
    """A range of ports as a text, `LOW-HIGH`."""

    expected = "a range of ports (LOW-HIGH)"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{1,5}-[0-9]{1,5}$"}

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
        self.description = description
        self.settings = {
            each.name if is_json else each.hyphenated: each for each in settings if each.key
        }

    @property
    def schema(self) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        for key, setting in self.settings.items():
            text = setting.description
            described = {"description": text} if text else {}
            properties[key] = dict(sorted({**setting.kind.schema, **described}.items()))
        required = [key for key, setting in self.settings.items() if setting.required]
        return {
            "additionalProperties": False,
            "description": self.description,
            "properties": properties,
            **({"required": required} if required else {}),
            "title": self.title,
            "type": "object",
        }

    def problems(self, key: str, value: object) -> Iterator[str]:
        if not isinstance(value, dict):
            before = f"{key}: " if key else ""
            yield f"{before}expected a table, got {display(value)}"
            return
        before = f"{key}." if key else ""
        for name, setting in self.settings.items():
            if name in value:
                yield from setting.kind.problems(before + name, value[name])
            elif setting.required:
                yield f'{key}: missing key "{name}"' if key else f'missing key "{name}"'
        for name in value:
            if name not in self.settings:
                place = f"{key}: " if key else ""
                yield place + unknown("key", name, self.settings)


class TableList(Kind):
    """A list of tables of one kind."""

    def __init__(self, table: TableKind) -> None:
        self.table = table

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"$ref": f"#/$defs/{self.table.title}"}}

    def problems(self, key: str, value: object) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{key}: expected a list of tables, got {display(value)}"
            return
        for index, table in enumerate(value):
            yield from self.table.problems(f"{key}.{index}", table)


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
AUDIT_FILE = TableKind(
    "AuditFile",
    "A file that `ianalint audit` takes when it is called without FILE.",
    (
        Setting("path", TEXT, "the file, relative to the configuration", required=True),
        Setting("as", Choice("form", KINDS), "its form; found out if left out"),
        Setting("full", Flag(), "whether it means to hold every record of the registry"),
        Setting("previous", TEXT, "its earlier version, relative to the configuration"),
    ),
)
AUDIT_PRIVATE = TableKind(
    "AuditPrivate",
    "What is asked of a private list of ports.",
    (
        Setting("columns", Assignments("ROLE=HEADING", TEXT), "headings of columns, by role"),
        Setting("ranges", Assignments("GROUP=RANGE", _RANGE), "ports of groups, or default"),
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
        Setting("max_age", Number(0, 100_000, "DAYS"), "days after which a file is too old"),
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
        Setting("per_file", TableList(PER_FILE), "settings for some of the inputs; the last wins"),
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
    inner = dict(_inner_tables(table))
    return {"$defs": inner, **table.schema}


def _inner_tables(table: TableKind) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas of the tables that are named by a reference, by their titles."""
    for setting in table.settings.values():
        if isinstance(setting.kind, TableList):
            yield setting.kind.table.title, setting.kind.table.schema
        if isinstance(setting.kind, TableKind):
            yield from _inner_tables(setting.kind)


def read_file(path: str) -> bytes:
    """Return the bytes of a file.  Raises `CallError` where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CallError(f"{display_path(path)} cannot be read: {reason}") from None


def configuration_values(path: str, *, required: bool) -> dict[str, Any] | None:
    """Return the values of a configuration, by the names of `Settings`.

    `None` for a `pyproject.toml` without our table, which raises `CallError` where it is
    `required`; so does a file that cannot be read, is not TOML, or has wrong keys or values.
    """
    data = read_file(path)
    # Most files of this name say nothing about us, and are not parsed to know it.
    if os.path.basename(path) == SHARED_FILE and b"ianalint" not in data and not required:
        return None
    table = _own_table(path, data)
    if table is None:
        if required:
            raise CallError(f"{display_path(path)} has no [tool.ianalint] table")
        return None
    problems = list(CONFIGURATION.problems("", table))
    if problems:
        raise CallError(*(f"{display_path(path)}: {problem}" for problem in problems))
    return {
        key.replace("-", "_"): _converted(key, value, path, data) for key, value in table.items()
    }


def _converted(key: str, value: Any, path: str, data: bytes) -> Any:
    """The value of a key as `Settings` has it; files are opened from the working directory."""
    if key == "audit":
        return _audit(value, path)
    if key == "waive":
        return _waivers(value, data.decode("utf-8-sig"))
    if key == "per-file":
        return [_file_settings(own) for own in value]
    if CONFIGURATION.settings[key].kind.is_path:
        paths = [value] if isinstance(value, str) else value
        relative = [_from_here(path, file) for file in paths]
        return relative[0] if isinstance(value, str) else relative
    return value


def _audit(table: dict[str, Any], path: str) -> dict[str, Any]:
    """The table of audits with the files in it as they are opened from the working directory."""
    audit = {key.replace("-", "_"): value for key, value in table.items()}
    if "registry" in audit:
        audit["registry"] = _from_here(path, audit["registry"])
    audit["history"] = [_from_here(path, file) for file in audit.get("history", ())]
    audit["file"] = [
        {
            key: _from_here(path, value) if key in ("path", "previous") else value
            for key, value in file.items()
        }
        for file in audit.get("file", ())
    ]
    return audit


def _own_table(path: str, data: bytes) -> dict[str, Any] | None:
    """The table of a file that is ours; `None` where a `pyproject.toml` has none."""
    import tomllib

    try:
        table: Any = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CallError(f"{display_path(path)}: not valid UTF-8 (at line {line})") from None
    except tomllib.TOMLDecodeError as error:
        raise CallError(f"{display_path(path)}: not valid TOML: {error}") from None
    except (RecursionError, ValueError) as error:
        why = "a number is too long" if isinstance(error, ValueError) else "nested too deeply"
        raise CallError(f"{display_path(path)}: not valid TOML: {why}") from None
    if os.path.basename(path) != SHARED_FILE:
        return dict(table)
    for key in _TABLE:
        if not isinstance(table, dict) or key not in table:
            return None
        table = table[key]
    if not isinstance(table, dict):
        raise CallError(
            f"{display_path(path)}: tool.ianalint: expected a table, got {display(table)}"
        )
    return table


def _file_settings(table: dict[str, Any]) -> FileSettings:
    own = FileSettings(table["files"])
    for key, value in table.items():
        setattr(own, key, value)
    return own


def _waivers(tables: Sequence[dict[str, Any]], text: str) -> list[Waiver]:
    """Make waivers, each with the line of its table in `text`."""
    import re

    headers = re.finditer(r"^[ \t]*\[\[[ \t]*(?:tool\.ianalint\.)?waive[ \t]*\]\]", text, re.M)
    lines = [text.count("\n", 0, header.start()) + 1 for header in headers]
    if len(lines) != len(tables):  # written in one line, as a list
        match = re.search(r"\bwaive\b", text)
        lines = [text.count("\n", 0, match.start() if match else 0) + 1] * len(tables)
    waivers: list[Waiver] = []
    for table, line in zip(tables, lines, strict=True):
        # A port may be a number, and the last day is a date.
        texts = {key: str(value) for key, value in table.items()}
        waivers.append(Waiver(**texts, line=line))
    return waivers


def _from_here(configuration: str, file: str) -> str:
    """How a file that the configuration names is opened from the working directory."""
    path = os.path.join(os.path.dirname(configuration), file)
    if not os.path.isabs(path) or os.path.isabs(file):
        return path
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive
        return path


def read_baseline(path: str) -> list[BaselineEntry]:
    """Return the entries of the baseline at `path`, each with its line.

    Raises `CallError` where it cannot be read or is not a baseline.
    """
    import json

    try:
        text = read_file(path).decode("utf-8-sig")
        document = json.loads(text)
        problem = next(BASELINE.problems("", document), "")
    except UnicodeDecodeError:
        problem = "not valid UTF-8"
    except (RecursionError, ValueError) as error:
        problem = f"invalid JSON: {error}"
    if problem:
        raise CallError(
            f"{display_path(path)}: not a baseline: {problem}",
            'Run "ianalint check FILE --write-baseline BASELINE" to write one.',
        )
    entries: list[BaselineEntry] = []
    offset = line = 0
    for row in document["findings"]:
        start = text.find(json.dumps(row["fingerprint"]), offset)
        if start >= 0:
            line += text.count("\n", offset, start)
            offset = start
        entries.append(
            BaselineEntry(row["fingerprint"], row["code"], row.get("reason", ""), line + 1)
        )
    return entries
