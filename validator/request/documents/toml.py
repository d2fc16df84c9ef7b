"""Requests in TOML: one in each file.

tomllib parses the text but reports no places, so a simple scanner finds where keys and values are
once the text is known to be valid TOML.
"""

from __future__ import annotations

import re

from validator.readers.source import Offsets, Unusable, places, unusable_at
from validator.request.documents.parsed import ParsedRequest, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from validator.readers.source import Source
    from validator.request.documents.parsed import KeyPath

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
_ERROR = re.compile(r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)", re.DOTALL)


def read(source: Source) -> list[ParsedRequest]:
    """Return the one request of `source`.

    Raises `Unusable`, with line and column, if it is not TOML or nested too deep.
    """
    import tomllib

    text = source.data.decode("utf-8")
    # tomllib takes quadratic time for the parts of a key.
    depth = source.limits.depth
    if re.search(_LONG_KEY % depth, _STRING_OR_COMMENT.sub('""', text)):
        raise Unusable(f"{source.path}: a key has more than {depth} parts (--max-depth)")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(source, str(error)) from None
    except (RecursionError, ValueError) as error:
        why = "a number is too long" if isinstance(error, ValueError) else "nested too deep"
        raise Unusable(f"{source.path}: {why}") from None
    request = ParsedRequest(0, 0)
    scanner = _Scanner(source, text, request)
    scanner.scan()
    request.values = {key: scanner.plain(value, (key,)) for key, value in values.items()}
    return [request]


def _syntax_error(source: Source, message: str) -> Unusable:
    """The error of tomllib, which names the place at its end."""
    match = _ERROR.fullmatch(message)
    reason, line, column = match.groups() if match is not None else (message, None, None)
    if line is None:
        ((line, column),) = places(source.data, [len(source.data)])
    reason = f"{reason[:1].lower()}{reason[1:]}"
    return Unusable(f"{source.path}:{line}:{column}: not valid TOML: {reason}")


class _Scanner:
    """Records the places of keys and values of a request in text that is valid TOML."""

    def __init__(self, source: Source, text: str, request: ParsedRequest) -> None:
        self.source = source
        self.text = text
        self.request = request
        self.byte = Offsets(text)
        # Numbers and dates as they are written.
        self.literals: dict[KeyPath, str] = {}

    def scan(self) -> None:
        request = self.request
        at = self.after_blank(0)
        table: KeyPath = ()
        counts: dict[KeyPath, int] = {}
        while at < len(self.text):
            start = self.byte(at)
            if self.text[at] == "[":
                is_array = self.text.startswith("[[", at)
                keys, at = self.key_parts(self.after_blank(at + 2 if is_array else at + 1))
                table = tuple(keys)
                if is_array:
                    counts[table] = counts.get(table, -1) + 1
                    request.places.setdefault(table, start)
                    table = (*table, counts[table])
                request.places.setdefault(table, start)
                request.key_places.setdefault(table, start)
                at = self.text.index("]", at) + (2 if is_array else 1)
            else:
                at = self.member(table, at)
            at = self.after_blank(at)

    def member(self, table: KeyPath, at: int) -> int:
        """Scan `key = value` at `at`; return the index after it."""
        start = self.byte(at)
        keys, at = self.key_parts(at)
        for count in range(1, len(keys) + 1):
            path = (*table, *keys[:count])
            self.request.key_places.setdefault(path, start)
            if count < len(keys):
                self.request.places.setdefault(path, start)
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
        self.request.places.setdefault(path, self.byte(at))
        mark = self.text[at]
        depth = self.source.limits.depth
        if len(path) >= depth and mark in "[{":
            message = f"nested deeper than {depth} levels (--max-depth)"
            raise unusable_at(self.source, self.byte(at), message)
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

    def plain(self, value: Any, path: KeyPath) -> Any:
        """`value` without what only TOML has: dates, and other notations of numbers."""
        if isinstance(value, dict):
            return {key: self.plain(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.plain(inner, (*path, index)) for index, inner in enumerate(value)]
        if isinstance(value, str | bool | float):
            return value
        if isinstance(value, int):
            return number(self.literals.get(path, str(value)))
        message = f"the date or time {value} is not supported; put it in quotes"
        self.request.refuse(message, self.request.place(path), path, str(value))
        return None
