"""The configuration: where it is found, and what it says.

`ianalint.toml`, or the table `[tool.ianalint]` of `pyproject.toml`, in the working directory or the
nearest folder above it that has one.  tomllib and pydantic are loaded only where there is one.
"""

from __future__ import annotations

import os

from validator.engine.baseline import BaselineEntry, Run, Waiver
from validator.engine.selection import (
    RuleChoice,
    Selection,
    UnknownSelector,
    codes,
    require_rules,
    settle,
)
from validator.errors import CallError, unknown
from validator.readers.source import RANGES, display_path
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from pydantic import ValidationError

    from validator.documents import OneWaiver
    from validator.engine.report import FailOn, Legacy, Report
    from validator.engine.rule import Rule, Severity
    from validator.model.record import Form

_OWN = "ianalint.toml"
_SHARED = "pyproject.toml"
_TABLE = ("tool", "ianalint")


class Settings:
    """What a configuration says; `None` where it says nothing.

    `path` is its file, `None` without one.  `files` are as they are to be opened from here.
    """

    __slots__ = (
        "baseline",
        "fail_on",
        "files",
        "format",
        "ignore",
        "input_format",
        "legacy",
        "legacy_cutoff",
        "max_depth",
        "max_findings",
        "max_length",
        "max_match",
        "max_records",
        "max_request_size",
        "max_requests",
        "max_size",
        "path",
        "per_file",
        "registry",
        "select",
        "severity",
        "waive",
        "whole",
    )

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self.files: Sequence[str] | None = None
        self.select: Sequence[str] | None = None
        self.ignore: Sequence[str] | None = None
        self.severity: dict[str, Severity] | None = None
        self.fail_on: FailOn | None = None
        self.legacy: Legacy | None = None
        self.legacy_cutoff: str | None = None
        self.format: str | None = None
        self.max_size: int | None = None
        self.max_length: int | None = None
        self.max_depth: int | None = None
        self.max_records: int | None = None
        self.max_findings: int | None = None
        self.max_match: int | None = None
        self.max_request_size: int | None = None
        self.max_requests: int | None = None
        self.whole: bool | None = None
        self.input_format: Form | None = None
        self.registry: str | None = None
        self.baseline: str | None = None
        self.waive: Sequence[Waiver] = ()
        self.per_file: Sequence[Overrides] = ()

    def limits(self) -> dict[str, int]:
        """The limits that it sets, as `Limits` takes them."""
        told = {name: (getattr(self, f"max_{name}"), size) for name, (_, _, size) in RANGES.items()}
        return {name: value * size for name, (value, size) in told.items() if value is not None}

    def matching(self, path: str) -> list[Overrides]:
        """What it says of the input at `path`; of several the last counts."""
        return [own for own in self.per_file if own.matches(path, self.path or "")]

    def whole_at(self, path: str) -> bool | None:
        """Whether the input at `path` is a whole registry."""
        told = [own.whole for own in self.matching(path) if own.whole is not None]
        return told[-1] if told else self.whole


class Overrides:
    """What a configuration says for the inputs that match `files`; otherwise as in `Settings`."""

    __slots__ = ("files", "ignore", "select", "severity", "whole")

    def __init__(self, files: str) -> None:
        self.files = files
        self.select: Sequence[str] | None = None
        self.ignore: Sequence[str] | None = None
        self.severity: dict[str, Severity] | None = None
        self.whole: bool | None = None

    def matches(self, path: str, configuration: str) -> bool:
        """Say whether the input at `path` is meant, by its path from there or its name."""
        from fnmatch import fnmatch

        try:
            relative = os.path.relpath(path, os.path.dirname(configuration) or ".")
        except ValueError:  # on another drive
            relative = path
        return fnmatch(relative.replace(os.sep, "/"), self.files) or fnmatch(
            os.path.basename(path), self.files
        )


def load(path: str | None = None) -> Settings:
    """Return what the configuration at `path` says, or the one found upward from here.

    Raises `CallError` where it cannot be read, is no TOML, or says what is not understood.
    """
    held = found(path)
    return Settings() if held is None else _settings(held[0], held[2])


def found(path: str | None = None) -> tuple[str, bytes, dict[str, Any]] | None:
    """Return the configuration that `load` would take: its path, its bytes and its table.

    The table is as TOML has it, not looked at.  Raises `CallError` as `load` does.
    """
    if path is not None:
        data = _read(path)
        table = _table(path, data)
        if table is None:
            raise CallError(f"{display_path(path)} has no table [tool.ianalint]")
        return path, data, table
    try:
        start = folder = os.getcwd()
    except OSError:  # the working directory is gone
        return None
    while True:
        for name in (_OWN, _SHARED):
            file = os.path.join(folder, name)
            if not os.path.isfile(file):
                continue
            shown = file if folder != start else name
            data = _read(shown)
            # Most files of this name say nothing about us, and need not be parsed to know it.
            if name == _SHARED and b"ianalint" not in data:
                continue
            table = _table(shown, data)
            if table is not None:
                return shown, data, table
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CallError(f"{display_path(path)} cannot be read: {reason}") from None


def _table(path: str, data: bytes) -> dict[str, Any] | None:
    """Return our table of the file; `None` where a `pyproject.toml` has none."""
    import tomllib

    try:
        table: Any = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CallError(f"{display_path(path)} is not UTF-8 (at line {line})") from None
    except tomllib.TOMLDecodeError as error:
        raise CallError(f"{display_path(path)} is not TOML: {error}") from None
    except (RecursionError, ValueError) as error:
        why = "a number is too long" if isinstance(error, ValueError) else "it is nested too deep"
        raise CallError(f"{display_path(path)} is not read: {why}") from None
    if os.path.basename(path) != _SHARED:
        return dict(table)
    for key in _TABLE:
        if not isinstance(table, dict) or key not in table:
            return None
        table = table[key]
    if not isinstance(table, dict):
        raise CallError(f"{display_path(path)}: tool.ianalint is to be a table")
    return table


def _settings(path: str, table: dict[str, Any]) -> Settings:
    from pydantic import ValidationError

    from validator.documents import Configuration

    try:
        document = Configuration.model_validate(table)
    except ValidationError as error:
        raise CallError(*_sentences(path, error)) from None
    settings = Settings(path)
    for name in document.model_fields_set - {"waive", "per_file"}:
        setattr(settings, name, getattr(document, name))
    if document.waive:
        settings.waive = _waivers(path, document.waive)
    for told in document.per_file or ():
        overrides = Overrides(told.files)
        for name in told.model_fields_set:
            setattr(overrides, name, getattr(told, name))
        settings.per_file = [*settings.per_file, overrides]
    if settings.baseline is not None:
        settings.baseline = from_here(path, settings.baseline)
    if settings.registry is not None:
        settings.registry = from_here(path, settings.registry)
    if settings.files is not None:
        settings.files = [from_here(path, file) for file in settings.files]
    return settings


def _waivers(path: str, told: Sequence[OneWaiver]) -> list[Waiver]:
    """Make waivers, each with the line of its table."""
    import re

    text = _read(path).decode("utf-8-sig")
    headers = re.finditer(r"^[ \t]*\[\[[ \t]*(?:tool\.ianalint\.)?waive[ \t]*\]\]", text, re.M)
    lines = [text.count("\n", 0, header.start()) + 1 for header in headers]
    if len(lines) != len(told):  # written in one line, as a list
        found = re.search(r"\bwaive\b", text)
        lines = [text.count("\n", 0, found.start() if found else 0) + 1] * len(told)
    return [
        Waiver(
            waiver.rule,
            waiver.reason,
            service=waiver.service,
            port=None if waiver.port is None else str(waiver.port),
            transport=waiver.transport,
            contact=waiver.contact,
            field=waiver.field,
            until=None if waiver.until is None else waiver.until.isoformat(),
            line=line,
        )
        for waiver, line in zip(told, lines, strict=True)
    ]


def waivers(settings: Settings, rules: Mapping[str, Rule]) -> Sequence[Waiver]:
    """Return the waivers of a configuration, with the codes of those of `rules` that each names.

    Raises `CallError` for one that names no rule of any command.
    """
    for waiver in settings.waive:
        waiver.codes = frozenset(codes(rules, waiver.rule))
        try:
            if not waiver.codes:
                require_rules(catalogue.rules(), [waiver.rule])
        except UnknownSelector as error:
            raise CallError(f"{display_path(settings.path or '')}: waive: {error}") from None
    return settings.waive


def set_aside(report: Report, settings: Settings, rules: Mapping[str, Rule], today: str) -> None:
    """Mark what waivers of `rules` excuse on `today` (YYYY-MM-DD), and what the baseline knows.

    What of them serves no more is for `check` to say, which sees all findings.  Raises `CallError`
    for a waiver of what is no rule.
    """
    path = settings.baseline
    entries = [] if path is None else read_baseline(path)
    Run(report, today, waivers(settings, rules), entries=entries).mark()


def read_baseline(path: str) -> list[BaselineEntry]:
    """Return the entries of the baseline at `path`, each with its line.

    Raises `CallError` where it cannot be read or is no baseline.
    """
    import json

    from pydantic import ValidationError

    from validator.documents import Baseline

    try:
        text = _read(path).decode("utf-8-sig")
        document = Baseline.model_validate_json(text)
    except (UnicodeDecodeError, ValidationError) as error:
        raise CallError(
            f"{display_path(path)} is no baseline: {_first(error)}",
            "`ianalint schema baseline` describes one, `--write-baseline` writes one",
        ) from None
    known: list[BaselineEntry] = []
    at = line = 0
    for entry in document.findings:
        found = text.find(json.dumps(entry.fingerprint), at)
        if found >= 0:
            line += text.count("\n", at, found)
            at = found
        known.append(BaselineEntry(entry.fingerprint, entry.code, entry.reason or "", line + 1))
    return known


def _first(error: UnicodeDecodeError | ValidationError) -> str:
    """The first thing that is wrong with a document."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    problem = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in problem["loc"])
    said = problem["msg"][:1].lower() + problem["msg"][1:]
    return f"{key}: {said}" if key else said


def from_here(configuration: str, file: str) -> str:
    """Return how a file that the configuration names is opened from the working directory."""
    path = os.path.join(os.path.dirname(configuration), file)
    if not os.path.isabs(path) or os.path.isabs(file):
        return path
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive
        return path


def _sentences(path: str, error: ValidationError) -> list[str]:
    """Say each thing that is wrong with a configuration, with its key."""
    from validator.documents import Configuration

    known = [field.alias or name for name, field in Configuration.model_fields.items()]
    said = []
    for problem in error.errors(include_url=False):
        key = ".".join(str(part) for part in problem["loc"])
        given = problem["input"]
        kind = problem["type"]
        if len(problem["loc"]) > 1 and problem["loc"][0] in ("waive", "per-file"):
            said.append(f"{display_path(path)}: {key}: {_of_table(problem)}")
            continue
        if kind == "extra_forbidden":
            text = unknown("the key", key, known)
        elif kind == "literal_error":
            options = _options(problem)
            if isinstance(given, str):
                text = unknown(f"{key}:", given, options)
            else:
                text = f"{key} is to be one of {', '.join(options)}"
        elif kind in ("greater_than_equal", "less_than_equal"):
            least, most, _ = RANGES[key.removeprefix("max-").replace("-", "_")]
            text = f"{key}: a number from {least} to {most} is wanted"
        elif kind == "string_pattern_mismatch":
            text = f'{key} is to be a month, YYYY-MM, not "{given}"'
        else:
            text = f"{key}: {_WANTED.get(kind, problem['msg'])}"
        said.append(f"{display_path(path)}: {text}")
    return said


def _of_table(problem: Any) -> str:
    """Say what is wrong in a table of waivers or of settings per file."""
    from validator.documents import OneWaiver, PerFile

    kind = problem["type"]
    if kind == "extra_forbidden":
        model = OneWaiver if problem["loc"][0] == "waive" else PerFile
        return unknown("the key", str(problem["loc"][-1]), list(model.model_fields))
    if kind == "missing":
        return "is missing"
    if kind == "string_too_short":
        return "says nothing"
    wanted = {"date_type": "a day, YYYY-MM-DD without quotes, is wanted", **_WANTED}
    return wanted.get(kind, str(problem["msg"]))


_WANTED = {
    "string_type": "a string is wanted",
    "list_type": "a list of strings is wanted",
    "dict_type": "a table of rules and severities is wanted",
    "bool_type": "true or false is wanted",
    "int_type": "a number is wanted",
}


def _options(problem: Any) -> list[str]:
    """The words that pydantic says it expected: `'a', 'b' or 'c'`."""
    expected = str(problem["ctx"]["expected"]).replace(" or ", ",")
    return [word.strip("' ") for word in expected.split(",")]


# -- which rules run --------------------------------------------------------------------------


def chosen(
    rules: Mapping[str, Rule],
    options: Namespace,
    settings: Settings,
    overrides: Overrides | None = None,
    scope: Callable[[], Mapping[str, Rule]] | None = None,
) -> Selection:
    """Return which of `rules` run.  Raises `CallError` for a selector that matches no rule.

    `scope` returns the rules that options may name, where that is more than `rules`.
    """
    try:
        return settle(rules, choices(options, settings, overrides, scope))
    except UnknownSelector as error:
        raise CallError(str(error)) from None


def choices(
    options: Namespace,
    settings: Settings,
    overrides: Overrides | None = None,
    scope: Callable[[], Mapping[str, Rule]] | None = None,
) -> list[RuleChoice]:
    """Return what the configuration, its settings for one input and the options say of rules."""
    path = display_path(settings.path or "")
    result = [
        RuleChoice(own.select, own.ignore or (), own.severity, catalogue.rules, path)
        for own in (settings, overrides)
        if own is not None
    ]
    select = None if options.select is None else [s for words in options.select for s in words]
    ignore = [selector for words in options.ignore or () for selector in words]
    result.append(RuleChoice(select, ignore, dict(options.severity or ()), scope))
    return result
