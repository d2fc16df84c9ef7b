"""TOML as tomllib parses it, and where its keys and values are, which tomllib does not say.

The scanner of the places is simple because it reads only text that is valid TOML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

# The keys and indexes that lead to a value: ("waive", 0, "rule").
KeyPath = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_STRING_OR_COMMENT = re.compile(rf"#[^\n]*|{_STRING.pattern}", re.DOTALL)
_KEY_PART = r'(?:[A-Za-z0-9_-]+|"")'
# A dotted key with more than %d parts, in text whose strings are empty.
_LONG_KEY = rf"(?<![A-Za-z0-9_-]){_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART}){{%d}}"
_OTHER_VALUE = re.compile(r"[^\s,\]}#]+(?: [0-9:.Z+-]+)?")


class InvalidToml(Exception):  # noqa: N818
    """A text is no TOML that can be read; the message says where and why."""


def parsed(text: str, name: str, depth: int, limit: str = "") -> dict[str, Any]:
    """Return the tables and values of `text`.

    Raises `InvalidToml` with a sentence that begins with `name` and, where there is one, the place.
    A key has at most `depth` parts, which `limit` explains: tomllib takes quadratic time and memory
    for the parts of a key.
    """
    import tomllib

    if re.search(_LONG_KEY % depth, _STRING_OR_COMMENT.sub('""', text)):
        raise InvalidToml(f"{name}: not valid TOML: a key has more than {depth} parts{limit}")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        from validator.readers.syntax_errors import toml_error

        line, column, reason = toml_error(str(error), text)
        raise InvalidToml(f"{name}:{line}:{column}: not valid TOML: {reason}") from None
    except (RecursionError, ValueError) as error:
        why = "a number is too long" if isinstance(error, ValueError) else "nested too deep"
        raise InvalidToml(f"{name}: not valid TOML: {why}") from None


class NestedTooDeep(Exception):  # noqa: N818
    """A value is nested deeper than allowed; `offset` is its place."""

    def __init__(self, offset: int) -> None:
        super().__init__("nested too deep")
        self.offset = offset


class TomlPlaces:
    """The places of keys and values in `text`, which must be valid TOML.

    `places` maps the path of each value to its place, `key_places` to the place of its key,
    `literals` the paths of numbers and dates to how they are written.  A place is an index of
    `text`, or what `offset` makes of it.  Raises `NestedTooDeep` below `depth` levels.
    """

    def __init__(self, text: str, depth: int, offset: Callable[[int], int] = lambda at: at) -> None:
        self.text = text
        self.depth = depth
        self.offset = offset
        self.places: dict[KeyPath, int] = {}
        self.key_places: dict[KeyPath, int] = {}
        self.literals: dict[KeyPath, str] = {}
        # The index of the last table of each array of tables.
        self._counts: dict[KeyPath, int] = {}
        self._line_ends: list[int] | None = None

    def scan(self) -> None:
        """Find all places."""
        at = self.after_blank(0)
        table: KeyPath = ()
        while at < len(self.text):
            if self.text[at] == "[":
                table, at = self.header(at)
            else:
                at = self.member(table, at)
            at = self.after_blank(at)
        # A table without a heading of its own begins with the first one in it.
        for path, place in list(self.key_places.items()):
            for length in range(1, len(path)):
                self.places.setdefault(path[:length], place)

    def line(self, at: int) -> int:
        """Return the line, from 1, of an index of the text."""
        if self._line_ends is None:
            self._line_ends = [match.start() for match in re.finditer("\n", self.text)]
        return bisect_right(self._line_ends, at) + 1

    def header(self, at: int) -> tuple[KeyPath, int]:
        """Scan `[table]` or `[[table]]` at `at`; return its path and the index after it."""
        start = self.offset(at)
        is_array = self.text.startswith("[[", at)
        keys, at = self.key_parts(self.after_blank(at + 2 if is_array else at + 1))
        table: KeyPath = ()
        for key in keys[:-1]:
            table = (*table, key)
            if table in self._counts:
                table = (*table, self._counts[table])
        table = (*table, keys[-1])
        if is_array:
            self._counts[table] = self._counts.get(table, -1) + 1
            self.places.setdefault(table, start)
            self.key_places.setdefault(table, start)
            table = (*table, self._counts[table])
        self.places.setdefault(table, start)
        self.key_places.setdefault(table, start)
        return table, self.text.index("]", at) + (2 if is_array else 1)

    def member(self, table: KeyPath, at: int) -> int:
        """Scan `key = value` at `at`; return the index after it."""
        start = self.offset(at)
        keys, at = self.key_parts(at)
        for count in range(1, len(keys) + 1):
            path = (*table, *keys[:count])
            self.key_places.setdefault(path, start)
            if count < len(keys):
                self.places.setdefault(path, start)
        return self.value((*table, *keys), self.after_blank(at + 1))

    def key_parts(self, at: int) -> tuple[list[str], int]:
        """The parts of a key, which may be dotted, and the index after it."""
        import tomllib

        parts: list[str] = []
        while True:
            bare = _BARE_KEY.match(self.text, at)
            match = bare or _STRING.match(self.text, at)
            assert match is not None
            name = match[0]
            parts.append(name if bare else str(tomllib.loads(f"a = {name}")["a"]))
            at = self.after_spaces(match.end())
            if self.text[at : at + 1] != ".":
                return parts, at
            at = self.after_spaces(at + 1)

    def value(self, path: KeyPath, at: int) -> int:
        """Scan the value at `at`; return the index after it."""
        self.places.setdefault(path, self.offset(at))
        mark = self.text[at]
        if len(path) >= self.depth and mark in "[{":
            raise NestedTooDeep(self.offset(at))
        if mark in "[{":
            return self.elements(path, at)
        match = (_STRING if mark in "\"'" else _OTHER_VALUE).match(self.text, at)
        assert match is not None
        if mark not in "\"'":
            self.literals[path] = match[0]
        return match.end()

    def elements(self, path: KeyPath, at: int) -> int:
        """Scan the array or inline table at `at`; return the index after it."""
        is_array = self.text[at] == "["
        closing = "]" if is_array else "}"
        at = self.after_blank(at + 1)
        index = 0
        while self.text[at] != closing:
            at = self.value((*path, index), at) if is_array else self.member(path, at)
            at = self.after_blank(at)
            index += 1
            if self.text[at] == ",":
                at = self.after_blank(at + 1)
        return at + 1

    def after_blank(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return at if match is None else match.end()

    def after_spaces(self, at: int) -> int:
        while self.text[at : at + 1] in (" ", "\t"):
            at += 1
        return at
