"""Reads the files that settings come from, the configuration and the baseline, and checks them."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import islice

from validator.engine.baseline import BaselineEntry, Waiver
from validator.errors import CallError
from validator.limits import BASELINE_SIZE, CONFIGURATION_SIZE, in_mib
from validator.readers.source import display_path, unreadable
from validator.readers.toml_text import InvalidToml, NestedTooDeep, TomlPlaces, parsed
from validator.settings import SHARED_FILE, FileSettings
from validator.settings.files import BASELINE, CONFIGURATION
from validator.settings.table import display

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from validator.readers.toml_text import KeyPath
    from validator.settings.table import Problem

_TABLE = ("tool", "ianalint")
_FILE_KEYS = (("registry",), ("audit", "registry"), ("baseline",))
_DEPTH = 20
_MOST_PROBLEMS = 10
_WRITE_ONE = 'Run "ianalint check FILE --write-baseline BASELINE" (or audit) to write one.'
# Of a million problems the first ones are looked at, to show those of the first lines.
_EXAMINED_PROBLEMS = 1000


def read_file(path: str, limit: int) -> bytes:
    """Return the bytes of a file.  Raises `CallError` where it cannot be read or has too many."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise CallError(unreadable(path, error)) from None
    except ValueError:
        raise CallError(f"{display_path(path)} is not a valid file name") from None
    if len(data) > limit:
        raise CallError(f"{display_path(path)} is larger than {in_mib(limit)}")
    return data


class Configuration:
    """A configuration that was read: its `values` by the names of `Settings`, and their lines.

    `table` has them as they are written, but for paths in it, which count from here.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.values: dict[str, Any] = {}
        self.table: dict[str, Any] = {}
        # What a user should hear about it.
        self.remark: str | None = None
        # The keys that lead to its table.
        self.prefix: KeyPath = _TABLE if os.path.basename(path) == SHARED_FILE else ()
        self._places: TomlPlaces | None = None

    def line(self, path: KeyPath) -> int:
        """Return the line of the key or value at `path`, or of the innermost table around it."""
        if self._places is None:
            self._places = TomlPlaces(self.text, _DEPTH)
            with suppress(NestedTooDeep):  # no key of ours is nested that deep
                self._places.scan()
        path = (*self.prefix, *path)
        for length in range(len(path), 0, -1):
            for places in (self._places.key_places, self._places.places):
                if path[:length] in places:
                    return self._places.line(places[path[:length]])
        return 1

    def place(self, path: KeyPath) -> str:
        """Return file and line of what is at `path`, as a message begins with them."""
        return f"{display_path(self.path)}:{self.line(path)}"

    def origin(self, path: str) -> str:
        """Return `FILE:LINE: KEY: ` for the key of the dump or baseline at `path`, if any."""
        for keys in _FILE_KEYS:
            value: Any = self.table
            for key in keys:
                value = value.get(key, {})
            if value == path:
                return f"{self.place(keys)}: {'.'.join(keys)}: "
        return ""

    def require_sound(self, problems: Iterable[Problem]) -> None:
        """Raise `CallError` with the first of `problems`, each with its line, if there is any."""
        examined = islice(problems, _EXAMINED_PROBLEMS)
        lines = [(self.line(path), sentence) for path, sentence in examined]
        lines.sort(key=lambda problem: problem[0])
        if lines:
            name = display_path(self.path)
            sentences = [f"{name}:{line}: {sentence}" for line, sentence in lines[:_MOST_PROBLEMS]]
            if len(lines) > _MOST_PROBLEMS:
                sentences[-1] = f"{name}: more problems are not listed"
            raise CallError(*sentences)


def read_configuration(path: str, *, required: bool) -> Configuration | None:
    """Return the configuration at `path`; `None` for a `pyproject.toml` without our table.

    The latter raises `CallError` where it is `required`; so does a file that cannot be read, is too
    large, is not TOML, or has wrong keys or values.  Only one that is `required` may be a pipe.
    """
    if not required:
        _require_regular(path)
    data = read_file(path, CONFIGURATION_SIZE)
    # Most files of this name say nothing about us, and are not parsed to know it.
    if not required and os.path.basename(path) == SHARED_FILE and b"ianalint" not in data:
        return None
    configuration = Configuration(path, _decoded(path, data))
    table = _own_table(configuration)
    if table is None:
        if required:
            raise CallError(f"{display_path(path)} has no [tool.ianalint] table")
        return None
    if not configuration.prefix:
        _require_no_outer_table(configuration, table)
    configuration.require_sound(CONFIGURATION.problems((), table))
    configuration.table = {key: _from_here(key, value, path) for key, value in table.items()}
    for key, value in configuration.table.items():
        configuration.values[key.replace("-", "_")] = _converted(key, value, configuration)
    return configuration


def _require_regular(path: str) -> None:
    if os.path.exists(path) and not os.path.isfile(path):
        what = "a folder" if os.path.isdir(path) else "not a regular file"
        raise CallError(f"{display_path(path)} is {what}, expected a configuration")


def _decoded(path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CallError(f"{display_path(path)}:{line}: not valid UTF-8") from None


def _own_table(configuration: Configuration) -> dict[str, Any] | None:
    """The table of a file that is ours; `None` where a `pyproject.toml` has none."""
    table = _parsed(configuration)
    for key in configuration.prefix:
        if not isinstance(table, dict) or key not in table:
            return None
        table = table[key]
    if not isinstance(table, dict):
        where = f"{configuration.place(())}: {'.'.join(_TABLE)}"
        raise CallError(f"{where}: expected a table, got {display(table)}")
    return table


def _require_no_outer_table(configuration: Configuration, table: dict[str, Any]) -> None:
    """Raise `CallError` for the heading that only a `pyproject.toml` needs."""
    tool = table.get(_TABLE[0])
    inner = tool.get(_TABLE[1]) if isinstance(tool, dict) else None
    for path, value in ((_TABLE, inner), (_TABLE[1:], table.get(_TABLE[1]))):
        if isinstance(value, dict):
            raise CallError(
                f"{configuration.place(path)}: unexpected table [{'.'.join(path)}]:"
                f" in {os.path.basename(display_path(configuration.path))} its keys come first,"
                " without a heading"
            )


def _parsed(configuration: Configuration) -> Any:
    try:
        return parsed(configuration.text, display_path(configuration.path), _DEPTH)
    except InvalidToml as error:
        raise CallError(str(error)) from None


def _from_here(key: str, value: Any, path: str) -> Any:
    """The value of a key, with the files in it as they are opened from the working directory."""
    if key == "audit":
        return {
            inner: [_paths_from_here(file, ("path", "previous"), path) for file in value]
            if inner == "file"
            else value
            for inner, value in _paths_from_here(value, ("registry", "history"), path).items()
        }
    is_path = CONFIGURATION.settings[key].kind.is_path
    return _paths_from_here({key: value}, (key,), path)[key] if is_path else value


def _paths_from_here(
    table: Mapping[str, Any], keys: Collection[str], configuration: str
) -> dict[str, Any]:
    """A table with the paths of `keys`, or the lists of them, as they are opened from here."""

    def converted(value: Any) -> Any:
        if isinstance(value, str):
            return _path_from_here(configuration, value)
        return [_path_from_here(configuration, path) for path in value]

    return {key: converted(value) if key in keys else value for key, value in table.items()}


def _converted(key: str, value: Any, configuration: Configuration) -> Any:
    """The value of a key as `Settings` has it."""
    if key == "audit":
        defaults: dict[str, Any] = {"history": [], "file": []}
        return defaults | {key.replace("-", "_"): inner for key, inner in value.items()}
    if key == "waive":
        return _waivers(value, configuration)
    if key == "per-file":
        return [_file_settings(own, index) for index, own in enumerate(value)]
    return value


def _file_settings(table: dict[str, Any], index: int) -> FileSettings:
    own = FileSettings(table["files"], index)
    for key, value in table.items():
        setattr(own, key, value)
    return own


def _waivers(tables: Sequence[dict[str, Any]], configuration: Configuration) -> list[Waiver]:
    """Make waivers, each with its line."""
    return [
        # A port may be a number, and the last day is a date.
        Waiver(
            **{key: str(value) for key, value in table.items()},
            line=configuration.line(("waive", index)),
        )
        for index, table in enumerate(tables)
    ]


def _path_from_here(configuration: str, file: str) -> str:
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

    Raises `CallError` where it cannot be read, is too large, or is not a baseline.
    """
    import json

    try:
        data = read_file(path, BASELINE_SIZE)
    except CallError as error:
        raise CallError(*error.args, *(() if os.path.lexists(path) else (_WRITE_ONE,))) from None
    try:
        text = data.decode("utf-8-sig")
        document = json.loads(text)
        _, sentence = next(BASELINE.problems((), document), ((), ""))
    except UnicodeDecodeError:
        sentence = "not valid UTF-8"
    except json.JSONDecodeError as error:
        from validator.readers.syntax_errors import json_error

        place = f"{display_path(path)}:{error.lineno}:{error.colno}"
        raise CallError(
            f"{place}: not a baseline: not valid JSON: {json_error(error)}", _WRITE_ONE
        ) from None
    except (RecursionError, ValueError):
        sentence = "not valid JSON: nested too deep, or a number is too long"
    if sentence:
        raise CallError(f"{display_path(path)}: not a baseline: {sentence}", _WRITE_ONE)
    return [
        BaselineEntry(row["fingerprint"], row["code"], row.get("reason", ""), line)
        for row, line in zip(document["findings"], _lines_of_entries(text), strict=True)
    ]


def _lines_of_entries(text: str) -> Iterator[int]:
    """Yield the line of each element of the list `findings` in the JSON object `text`."""
    from collections import deque

    from validator.readers.json_text import JsonText

    document = JsonText(text, _DEPTH)
    starts: list[int] = []
    for key, _, at in document.members(document.space(0)):
        if key == "findings":
            starts = []
            document.end = document.elements(at, deque(maxlen=0), starts)
        else:
            document.end = document.decoded(at)[1]
    line, last = 1, 0
    for start in starts:
        line += text.count("\n", last, start)
        last = start
        yield line
