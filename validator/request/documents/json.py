"""Requests in JSON: one in each file, or a list of them."""

from __future__ import annotations

from typing import Any

from validator.readers.json_text import JsonText, only_value
from validator.readers.source import Source
from validator.request.documents.parsed import (
    Fraction,
    KeyPath,
    Numeral,
    ParsedRequest,
    is_request_list,
    listed_requests,
    number,
)


def read(source: Source) -> list[ParsedRequest]:
    """Return the requests of `source`.

    Raises `Unusable`, with line and column, if it is not JSON or nested too deep.
    """
    text, value, start = only_value(source, number, Numeral, Fraction.of)
    request = ParsedRequest(0, text.byte(start))
    if is_request_list(value):
        _Walker(text, request).value(start, ())
        return listed_requests(request, value)
    if isinstance(value, dict):
        request.values = value
        _Walker(text, request).object(start, ())
    else:
        request.refuse_whole(value)
    return [request]


class _Walker:
    """Records the places of all values and keys of a request, and its duplicate keys."""

    def __init__(self, text: JsonText, request: ParsedRequest) -> None:
        self.text = text
        self.request = request

    def object(self, at: int, path: KeyPath) -> int:
        """Walk the object that begins at `at`; return the index after it."""
        text, request = self.text, self.request
        keys: set[str] = set()
        for key, key_start, value_start in text.members(at):
            inner = (*path, key)
            if key in keys:
                request.refuse_duplicate(key, text.byte(key_start), inner)
                text.end = text.decoded(value_start)[1]
                continue
            keys.add(key)
            request.key_places[inner] = text.byte(key_start)
            text.end = self.value(value_start, inner)
        return text.end

    def value(self, at: int, path: KeyPath) -> int:
        text = self.text
        self.request.places[path] = text.byte(at)
        mark = text.text[at]
        if mark not in "[{":
            return text.decoded(at)[1]
        if mark == "{":
            return self.object(at, path)
        values: list[Any] = []
        starts: list[int] = []
        end = text.elements(at, values, starts)
        for index, start in enumerate(starts):
            self.value(start, (*path, index))
        return end
