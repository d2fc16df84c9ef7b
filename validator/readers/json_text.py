"""JSON with the place of each value: `json` decodes, this walks objects and lists for places."""

from __future__ import annotations

import json
import re
from collections import deque

from validator.model.pattern import pattern
from validator.readers.source import Offsets, Source, unusable_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableSequence, Sequence
    from typing import Any


# Patterns of `re`, which is quicker at what is so short.  They match everywhere.
_SPACE: Any = re.compile(r"[ \t\n\r]*").match
_NEXT: Any = re.compile(r"[ \t\n\r]*([,\]]?)[ \t\n\r]*").match
# A bracket, or a string, perhaps one that is not closed, in which brackets are none.
_MARK = pattern(r'[][{}]|"(?:[^"\\]++|\\.)*+(?:"|\Z)', "as")


class TooDeep(Exception):  # noqa: N818
    """The value that begins at the character `at` is nested too deep.

    The text ends a sentence about it.
    """

    def __init__(self, deepest: int, at: int) -> None:
        super().__init__(f"deeper than {deepest} levels")
        self.at = at


class TooMany(Exception):  # noqa: N818
    """A list has more elements than are read; the next begins at the character `at`."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at


def only_value(
    source: Source,
    parse_int: Callable[[str], Any],
    parse_constant: Callable[[str], Any],
    parse_float: Callable[[str], Any] | None = None,
) -> tuple[JsonText, Any, int]:
    """Return the text of `source`, its one value, and the character at which that begins.

    Raises `Unusable`, with line and column, if it is not JSON or nested too deep.
    """
    limits = source.limits
    text = JsonText(
        source.data.decode("utf-8"),
        limits.depth,
        parse_int=parse_int,
        parse_constant=parse_constant,
        parse_float=parse_float,
    )
    start = text.space(0)
    try:
        value, end = text.decoded(start)
    except json.JSONDecodeError as error:
        from validator.readers.syntax_errors import json_error

        message = f"not valid JSON: {json_error(error)}"
        raise unusable_at(source, text.byte(error.pos), message) from None
    except TooDeep as error:
        raise unusable_at(source, text.byte(error.at), f"nested {error} (--max-depth)") from None
    rest = text.space(end)
    if rest < len(text.text):
        message = "not valid JSON: unexpected text after the end"
        raise unusable_at(source, text.byte(rest), message)
    return text, value, start


class JsonText:
    """A text of JSON, and where its values begin.

    Of a key that stands twice in one object the first value counts.  Objects and lists are read
    down to `deepest` levels.  `parse_int` and the others are those of `json.JSONDecoder`.
    `last` is where the value begins that was decoded last, `end` the character behind one (see
    `members`).
    """

    end: int
    last: int

    def __init__(
        self,
        text: str,
        deepest: int,
        *,
        parse_int: Callable[[str], Any] | None = None,
        parse_constant: Callable[[str], Any] | None = None,
        parse_float: Callable[[str], Any] | None = None,
    ) -> None:
        self.text = text
        self.deepest = deepest
        # The places in objects and lists that were walked: none is walked twice.
        self._inside: dict[int, dict[str, int] | list[int]] = {}
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=parse_int,
            parse_constant=parse_constant,
            parse_float=parse_float,
        )
        # The offset in bytes of a character.
        self.byte = Offsets(text)

    def repeated(self, key: str) -> None:
        """Called for each key that stands twice in an object that is decoded."""

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            members = {}
            for key, value in pairs:
                if key in members:
                    self.repeated(key)
                else:
                    members[key] = value
        return members

    def decoded(self, at: int, levels: int = 0) -> tuple[Any, int]:
        """Return the value at the character `at`, and the character after it.

        `levels` is how many objects and lists it is in; 0 will do for what was decoded before.
        Raises `TooDeep`.
        """
        self.last = at
        text = self.text
        deepest = self.deepest - levels
        try:
            decoded: tuple[Any, int] = self._decoder.raw_decode(text, at)
        except RecursionError:  # whoever calls has left little of the stack
            raise TooDeep(self.deepest, at + (_too_deep(text[at:], deepest) or 0)) from None
        end = decoded[1]
        # Brackets may stand in strings.
        if text.count("[", at, end) + text.count("{", at, end) > deepest:
            deep = _too_deep(text[at:end], deepest)
            if deep is not None:
                raise TooDeep(self.deepest, at + deep)
        return decoded

    def space(self, at: int) -> int:
        """The first character from `at` on that is no white space."""
        end: int = _SPACE(self.text, at).end()
        return end

    def elements(
        self,
        at: int,
        values: MutableSequence[Any],
        places: list[int],
        levels: int = 0,
        limit: int | None = None,
    ) -> int:
        """Read the list at `at` into `values` and `places`; return the character after it.

        `levels` as for `decoded`, of its elements.  Raises `TooMany` for more than `limit` of them.
        """
        text = self.text
        at = self.space(at + 1)
        if text[at : at + 1] == "]":
            return at + 1
        while True:
            value, end = self.decoded(at, levels)
            values.append(value)
            places.append(at)
            separator = _NEXT(text, end)
            at = separator.end()
            mark = separator[1]
            if mark == "]":
                stop: int = separator.end(1)
                return stop
            if not mark:
                raise json.JSONDecodeError("Expecting ',' or ']'", text, at)
            if len(values) == limit:
                raise TooMany(at)

    def members(self, at: int) -> Iterator[tuple[str, int, int]]:
        """Yield key, its place and that of its value, for each member of the object at `at`.

        The caller sets `end` to where the value ends before it takes the next member.
        """
        text = self.text
        at = self.space(at + 1)
        if text[at : at + 1] == "}":
            self.end = at + 1
            return
        while True:
            start = at
            if text[at : at + 1] != '"':
                raise json.JSONDecodeError("Expecting a key in double quotes", text, at)
            key, at = self.decoded(at)
            at = self.space(at)
            if text[at : at + 1] != ":":
                raise json.JSONDecodeError("Expecting ':'", text, at)
            yield key, start, self.space(at + 1)
            at = self.space(self.end)
            mark = text[at : at + 1]
            if mark == "}":
                self.end = at + 1
                return
            if mark != ",":
                raise json.JSONDecodeError("Expecting ',' or '}'", text, at)
            at = self.space(at + 1)

    def second_places(self, at: int) -> dict[str, int]:
        """Where the second value of each key of the object at `at` begins that has several."""
        first: set[str] = set()
        second: dict[str, int] = {}
        for key, _, start in self.members(at) if self.text[at] == "{" else ():
            self.end = self.decoded(start)[1]
            if key in first:
                second.setdefault(key, start)
            first.add(key)
        return second

    def within(self, at: int, path: Sequence[str | int]) -> int:
        """The character where the value at `path` begins, from the value at `at` on.

        Without such a value, that of the last object or list on the way.  All of it must have been
        decoded before.
        """
        for step in path:
            if self.text[at] != ("[" if isinstance(step, int) else "{"):
                return at
            inside = self._inside.get(at)
            if inside is None:
                inside = self._inside[at] = self._places_in(at)
            place: int | None = None
            if isinstance(inside, dict):
                place = inside.get(str(step))
            elif isinstance(step, int) and step < len(inside):
                place = inside[step]
            if place is None:
                return at
            at = place
        return at

    def _places_in(self, at: int) -> dict[str, int] | list[int]:
        """Where each value of the object or list at `at` begins, by key or index."""
        if self.text[at] == "[":
            places: list[int] = []
            self.elements(at, deque(maxlen=0), places)  # no list of the values
            return places
        members: dict[str, int] = {}
        for key, _, start in self.members(at):
            members.setdefault(key, start)
            self.end = self.decoded(start)[1]
        return members


def _too_deep(text: str, deepest: int) -> int | None:
    """The first character of `text` that opens more than `deepest` levels."""
    depth = 0
    for match in _MARK.finditer(text):
        mark = text[match.start()]
        if mark != '"':
            depth += 1 if mark in "[{" else -1
            if depth > deepest:
                return match.start()
    return None
