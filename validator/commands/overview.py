"""`--show-settings` and `--show-files`: what a call would do, instead of doing it."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from validator.commands.inputs import STANDARD_INPUT, InputFile
from validator.commands.output import write_stdout
from validator.commands.terminal import columns, say
from validator.limits import LIMIT_TABLE
from validator.readers.source import display_path, unreadable
from validator.reporters.escape import visible
from validator.settings import Settings, path_of
from validator.settings.table import SETTINGS

# The keys and indexes that lead to a table of the configuration.
KeyPath = tuple[str | int, ...]

_TABLES = ("per-file", "waive", "audit")
# The options that replace a key of such a table, by the names that options have in a call.
_REPLACING_OPTIONS = {
    "whole": "whole",
    "select": "select",
    "ignore": "select",
    "registry": "registry",
    "history": "history",
    "max-age": "max_age",
    "as": "kind",
    "full": "full",
    "previous": "previous",
}


def write_files(files: Iterable[InputFile]) -> int:
    """Write the paths of `files`, one a line, and return the exit status.

    What leads to no file is said on standard error.
    """
    status = 0
    paths: list[str] = []
    for file in files:
        error = file.error
        if error is None and not file.pages and file.path != STANDARD_INPUT:
            error = _missing(file.path)
        if error is None:
            paths += file.pages or [file.name]
        else:
            say(error)
            status = 2
    write_stdout(f"{visible(display_path(path))}\n" for path in paths)
    return status


def _missing(path: str) -> str | None:
    """The sentence for a file that does not exist."""
    try:
        os.stat(path)
    except OSError as error:
        return unreadable(path, error)
    except ValueError:
        return f"{display_path(path)} is not a valid file name"
    return None


def write_settings(options: Namespace, settings: Settings, from_options: Collection[str]) -> None:
    """Write the settings of a command as TOML, each with its source as a comment.

    `from_options` are those that options set.
    """
    overview = _Overview(options, settings, from_options)
    rows = list(overview.rows())
    width = min(max((len(row) for row, _ in rows), default=0), 48)
    lines = [f"# configuration: {display_path(path_of(settings) or 'none')}"]
    lines += [f"{row:<{width}}  # {source}" for row, source in rows]
    if overview.unset:
        lines += _comment(f"# not set: {', '.join(overview.unset)}")
    write_stdout(f"{visible(line)}\n" for line in lines)


def _comment(text: str) -> list[str]:
    """Wrap a comment of TOML at the width of the terminal, if standard output is one."""
    from textwrap import wrap

    width = columns(sys.stdout)
    if width is None:
        return [text]
    return wrap(
        text, width, subsequent_indent="#   ", break_long_words=False, break_on_hyphens=False
    )


class _Overview:
    """The settings that a command has, and those of the configuration, with their sources."""

    def __init__(
        self, options: Namespace, settings: Settings, from_options: Collection[str]
    ) -> None:
        self.options = options
        self.settings = settings
        self.from_options = from_options
        self.unset: list[str] = []
        # A key of the configuration can count where no option sets it, such as the rules of a user.
        configuration = settings.configuration
        keys = set() if configuration is None else configuration.values.keys()
        self.names = {name for name in SETTINGS if hasattr(options, name) or name in keys}
        # Not every FILE is that of the key, and not every format that of a report.
        if not hasattr(options, "sample"):
            self.names.discard("files")
        if not hasattr(options, "report"):
            self.names.discard("format")

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield each setting that has a value as a line of TOML, and where it comes from."""
        for name, setting in SETTINGS.items():
            if name not in self.names:
                continue
            value = self.value(name)
            if value is None or value in ([], {}, ()):
                self.unset.append(setting.hyphenated)
                continue
            row = f"{setting.hyphenated} = {_toml(value)}"
            yield row if setting.key else f"# {row}", self.source(name)
        configuration = self.settings.configuration
        table = {} if configuration is None else configuration.table
        for name in _TABLES:
            if name in table:
                yield from self.table((name,), table[name])

    def table(self, path: KeyPath, value: Any) -> Iterator[tuple[str, str]]:
        """Yield the heading of a table of the configuration, or of each in a list, and its rows."""
        configuration = self.settings.configuration
        assert configuration is not None
        if isinstance(value, list):
            for index, element in enumerate(value):
                yield from self.table((*path, index), element)
            return
        names = ".".join(_key(name) for name in path if isinstance(name, str))
        yield (
            f"[[{names}]]" if isinstance(path[-1], int) else f"[{names}]",
            configuration.place(path),
        )
        inner = [key for key in value if _is_table(value[key])]
        for key in value:
            if key not in inner:
                row, place = f"{_key(key)} = {_toml(value[key])}", configuration.place((*path, key))
                if self.is_replaced(path, key):
                    row, place = f"# {row}", f"{place}, replaced by the command line"
                yield row, place
        for key in inner:
            yield from self.table((*path, key), value[key])

    def is_replaced(self, path: KeyPath, key: str) -> bool:
        """Whether an option replaces a value of a table of the configuration."""
        option = _REPLACING_OPTIONS.get(key)
        if option is None or path[0] == "waive" or "private" in path:
            return False
        return getattr(self.options, option, None) not in (None, [])

    def value(self, name: str) -> Any:
        settings, choice = self.settings, self.settings.option_choice
        if name == "files":
            return self.options.files or list(settings.files)
        if name == "select":
            return settings.select if choice.select is None else choice.select
        if name == "ignore":
            return [*(settings.ignore if choice.select is None else ()), *choice.ignore]
        if name == "severity":
            return {**settings.severity, **choice.severity}
        for limit in LIMIT_TABLE:
            if name == f"max_{limit.name}":
                return int(getattr(settings.limits, limit.name) / limit.scale)
        value = getattr(settings, name)
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def source(self, name: str) -> str:
        """Where the value of a setting comes from; a list may come from two places."""
        configuration = self.settings.configuration
        sources: list[str] = []
        replaced = name == "ignore" and self.settings.option_choice.select is not None
        is_joined = name in ("ignore", "severity")
        by_option = name in self.from_options or (name == "files" and self.options.files)
        if configuration is not None and name in configuration.values and not replaced:
            if is_joined or not by_option:
                sources.append(configuration.place((name.replace("_", "-"),)))
        if by_option:
            sources.append("command line")
        return ", ".join(sources) or "default"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_is_table, value)))


def _key(name: str) -> str:
    is_bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if is_bare else json.dumps(name, ensure_ascii=False)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_key(key)} = {_toml(inner)}" for key, inner in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # a date
