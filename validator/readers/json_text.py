"""JSON with the place of each value: `json` decodes, this walks what the places are asked of."""

from __future__ import annotations

import json
from typing import Any

import regex

from validator.source import Offsets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_SPACE = regex.compile(r"[ \t\n\r]*+")


class JsonText:
    """A text of JSON, and where its values begin.

    Of a key that stands twice in one object the first value counts.  `parse_int` and
    `parse_constant` are those of `json.JSONDecoder`.  `last` is where the value begins that was
    decoded last, `end` the character behind one (see `members`).
    """

    end: int
    last: int

    def __init__(
        self,
        text: str,
        *,
        parse_int: Callable[[str], Any] | None = None,
        parse_constant: Callable[[str], Any] | None = None,
    ) -> None:
        self.text = text
        # Objects and lists that were asked about: another question must not walk them again.
        self._inside: dict[int, dict[str | int, int]] = {}
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=parse_int, parse_constant=parse_constant
        )
        # The offset in bytes of a character.
        self.byte = Offsets(text)

    def repeated(self, key: str) -> None:
        """Told of each key that stands twice in an object that is decoded."""

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            found = {}
            for key, value in pairs:
                if key in found:
                    self.repeated(key)
                else:
                    found[key] = value
        return found

    def decoded(self, at: int) -> tuple[Any, int]:
        """The value at the character `at`, and the character behind it."""
        self.last = at
        return self._decoder.raw_decode(self.text, at)

    def space(self, at: int) -> int:
        """The first character from `at` on that is no white space."""
        found = _SPACE.match(self.text, at)
        return at if found is None else found.end()

    def elements(self, at: int, held: list[Any], places: list[int]) -> int:
        """Read the list at `at` into `held`; return the character behind it."""
        text = self.text
        at = self.space(at + 1)
        if text[at : at + 1] == "]":
            return at + 1
        while True:
            value, end = self.decoded(at)
            held.append(value)
            places.append(at)
            at = self.space(end)
            mark = text[at : at + 1]
            if mark == "]":
                return at + 1
            if mark != ",":
                raise json.JSONDecodeError("Expecting ',' or ']'", text, at)
            at = self.space(at + 1)

    def members(self, at: int) -> Iterator[tuple[str, int, int]]:
        """Yield key, its place and that of its value, for each member of the object at `at`.

        Whoever asks says in `end` where the value ends, before the next is asked for.
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

    def within(self, at: int, path: Sequence[str | int]) -> int:
        """The character where the value at `path` begins, from the value at `at` on.

        Of its holder where it is not there.  What is asked of has been read before.
        """
        for step in path:
            if self.text[at] != ("[" if isinstance(step, int) else "{"):
                return at
            inside = self._inside.get(at)
            if inside is None:
                inside = self._inside[at] = self._places_in(at)
            if step not in inside:
                return at
            at = inside[step]
        return at

    def _places_in(self, at: int) -> dict[str | int, int]:
        """Where each value of the object or list at `at` begins, by key or index."""
        if self.text[at] == "[":
            places: list[int] = []
            self.elements(at, [], places)
            return dict(enumerate(places))
        found: dict[str | int, int] = {}
        for key, _, start in self.members(at):
            found.setdefault(key, start)
            self.end = self.decoded(start)[1]
        return found
