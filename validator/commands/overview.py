"""`--show-settings` and `--show-files`: what a call would do, instead of doing it."""

from __future__ import annotations

import json
import os

from validator.commands.inputs import STANDARD_INPUT
from validator.commands.output import write_stdout
from validator.commands.terminal import say
from validator.limits import LIMIT_TABLE
from validator.readers.source import display_path, unreadable
from validator.reporters.escape import visible
from validator.settings.table import SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Collection, Iterable, Iterator
    from typing import Any

    from validator.commands.inputs import InputFile
    from validator.settings import Settings

_TABLES = ("per_file", "waive", "audit")


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
    lines = [f"# configuration: {display_path(settings.path or 'none')}"]
    lines += [f"{row:<{width}}  # {source}" for row, source in rows]
    if overview.unset:
        lines.append(f"# not set: {', '.join(overview.unset)}")
    write_stdout(f"{visible(line)}\n" for line in lines)


class _Overview:
    """The settings that a command has, with their sources."""

    def __init__(
        self, options: Namespace, settings: Settings, from_options: Collection[str]
    ) -> None:
        self.options = options
        self.settings = settings
        self.from_options = from_options
        self.unset: list[str] = []
        self.names = {name for name in SETTINGS if hasattr(options, name)}
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
        for name in _TABLES:
            if configuration is not None and name in configuration.values:
                yield f"# table {name.replace('_', '-')}", self.source(name)

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


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
