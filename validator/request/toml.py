"""Requests in TOML: one for a file.

tomllib reads the text.  It tells no places; once it has found nothing wrong, a simple scan finds
where keys and values stand.
"""

from __future__ import annotations

import re

from validator.readers.source import Offsets, Unusable, places
from validator.request.raw import Flaw, RawRequest, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from validator.readers.source import Source
    from validator.request.raw import Way

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
# Strings and comments; and a key of so many parts.
_LEXED = re.compile(rf"#[^\n]*|{_STRING.pattern}", re.DOTALL)
_PART = r'(?:[A-Za-z0-9_-]+|"")'
_DEEP = rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*\.[ \t]*{_PART}){{%d}}"
_OTHER = re.compile(r"[^\s,\]}#]+(?: [0-9:.Z+-]+)?")
_WHERE = re.compile(r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)", re.DOTALL)


def read(source: Source) -> list[RawRequest]:
    """Return the one request of `source`.  Raises `Unusable`, with line and column, for no TOML."""
    import tomllib

    text = source.data.decode("utf-8")
    # tomllib takes quadratic time for the parts of a key.
    deepest = source.limits.depth
    if re.search(_DEEP % deepest, _LEXED.sub('""', text)):
        raise Unusable(f"{source.path} is not read: a key of it has more than {deepest} parts")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unusable(source, str(error)) from None
    except (RecursionError, ValueError) as error:
        why = "a number is too long" if isinstance(error, ValueError) else "it is nested too deep"
        raise Unusable(f"{source.path} is not read: {why}") from None
    request = RawRequest(0, 0)
    scan = _Scan(text, deepest)
    try:
        scan.run(request)
    except _TooDeep as error:
        ((line, column),) = places(source.data, [error.args[0]])
        where = f"{source.path}:{line}:{column}"
        raise Unusable(f"{where} is nested deeper than {deepest} levels") from None
    request.values = {key: scan.plain(request, value, (key,)) for key, value in values.items()}
    return [request]


def _unusable(source: Source, said: str) -> Unusable:
    found = _WHERE.fullmatch(said)
    why, line, column = (found[1], found[2], found[3]) if found is not None else (said, None, None)
    if line is None:
        ((last, end),) = places(source.data, [len(source.data)])
        line, column = str(last), str(end)
    why = f"{why[:1].lower()}{why[1:]}"
    return Unusable(f"{source.path}:{line}:{column} is not TOML: {why}")


class _TooDeep(Exception):  # noqa: N818
    """A value that lies too deep; its argument is the byte where it stands."""


class _Scan:
    """Finds where keys and values stand in text that is known to be TOML."""

    def __init__(self, text: str, deepest: int) -> None:
        self.text = text
        self.deepest = deepest
        self.byte = Offsets(text)
        self.written: dict[Way, str] = {}

    def run(self, request: RawRequest) -> None:
        at = self.blank(0)
        holder: Way = ()
        counts: dict[Way, int] = {}
        while at < len(self.text):
            start = at
            if self.text[at] == "[":
                several = self.text.startswith("[[", at)
                keys, at = self.keys(self.blank(at + 2 if several else at + 1))
                holder = tuple(keys)
                if several:
                    counts[holder] = counts.get(holder, -1) + 1
                    request.places.setdefault(holder, self.byte(start))
                    holder = (*holder, counts[holder])
                request.places.setdefault(holder, self.byte(start))
                request.keys.setdefault(holder, self.byte(start))
                at = self.text.index("]", at) + (2 if several else 1)
            else:
                at = self.member(request, holder, at)
            at = self.blank(at)

    def member(self, request: RawRequest, holder: Way, at: int) -> int:
        """Read `key = value` at `at`; return the character behind it."""
        start = self.byte(at)
        keys, at = self.keys(at)
        way = holder
        for key in keys:
            way = (*way, key)
            request.keys.setdefault(way, start)
            if len(way) < len(holder) + len(keys):
                request.places.setdefault(way, start)
        return self.value(request, way, self.blank(at + 1))

    def keys(self, at: int) -> tuple[list[str], int]:
        """The parts of a key that may be dotted, and the character behind it."""
        import tomllib

        parts: list[str] = []
        while True:
            bare = _BARE.match(self.text, at)
            found = bare or _STRING.match(self.text, at)
            assert found is not None
            name = found[0]
            parts.append(name if bare else str(tomllib.loads(f"a = {name}")["a"]))
            at = self.spaces(found.end())
            if self.text[at : at + 1] != ".":
                return parts, at
            at = self.spaces(at + 1)

    def value(self, request: RawRequest, way: Way, at: int) -> int:
        request.places.setdefault(way, self.byte(at))
        mark = self.text[at]
        if len(way) >= self.deepest and mark in "[{":
            raise _TooDeep(self.byte(at))
        if mark == "[":
            at = self.blank(at + 1)
            index = 0
            while self.text[at] != "]":
                at = self.blank(self.value(request, (*way, index), at))
                index += 1
                if self.text[at] == ",":
                    at = self.blank(at + 1)
            return at + 1
        if mark == "{":
            at = self.blank(at + 1)
            while self.text[at] != "}":
                at = self.blank(self.member(request, way, at))
                if self.text[at] == ",":
                    at = self.blank(at + 1)
            return at + 1
        found = _STRING.match(self.text, at) if mark in "\"'" else _OTHER.match(self.text, at)
        assert found is not None
        if mark not in "\"'":
            self.written[way] = found[0]
        return found.end()

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return at if found is None else found.end()

    def spaces(self, at: int) -> int:
        while self.text[at : at + 1] in (" ", "\t"):
            at += 1
        return at

    def plain(self, request: RawRequest, value: Any, way: Way) -> Any:
        """`value` without what only TOML has: dates, and numbers written in another way."""
        if isinstance(value, dict):
            return {key: self.plain(request, held, (*way, key)) for key, held in value.items()}
        if isinstance(value, list):
            return [self.plain(request, held, (*way, i)) for i, held in enumerate(value)]
        if isinstance(value, str | bool | float):
            return value
        if isinstance(value, int):
            return number(self.written.get(way, str(value)))
        message = "a date or time has no place in a request; put it in quotes"
        request.flaws.append(Flaw("RQ007", message, request.place(way), way, str(value)))
        return None
