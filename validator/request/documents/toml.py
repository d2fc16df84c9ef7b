"""Requests in TOML: one in each file.

tomllib parses the text; `validator.readers.toml_text` finds where its keys and values are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validator.errors import Unusable
from validator.readers.source import Offsets, Source, unusable_at
from validator.readers.toml_text import InvalidToml, NestedTooDeep, TomlPlaces, parsed
from validator.request.documents.parsed import Fraction, KeyPath, ParsedRequest, number


def read(source: Source) -> list[ParsedRequest]:
    """Return the one request of `source`.

    Raises `Unusable`, with line and column, if it is not TOML or nested too deep.
    """
    text = source.data.decode("utf-8")
    depth = source.limits.depth
    try:
        values = parsed(text, source.path, depth, " (--max-depth)")
    except InvalidToml as error:
        raise Unusable(str(error)) from None
    places = TomlPlaces(text, depth, Offsets(text))
    try:
        places.scan()
    except NestedTooDeep as error:
        message = f"nested deeper than {depth} levels (--max-depth)"
        raise unusable_at(source, error.offset, message) from None
    request = ParsedRequest(0, 0, places=places.places, key_places=places.key_places)
    request.values = {
        key: _plain(value, (key,), request, places.literals) for key, value in values.items()
    }
    return [request]


def _plain(
    value: Any, path: KeyPath, request: ParsedRequest, literals: Mapping[KeyPath, str]
) -> Any:
    """`value` without what only TOML has: dates, and other notations of numbers."""
    if isinstance(value, dict):
        return {key: _plain(inner, (*path, key), request, literals) for key, inner in value.items()}
    if isinstance(value, list):
        return [
            _plain(inner, (*path, index), request, literals) for index, inner in enumerate(value)
        ]
    if isinstance(value, str | bool):
        return value
    if isinstance(value, float):
        return Fraction.of(literals.get(path, str(value)), value)
    if isinstance(value, int):
        return number(literals.get(path, str(value)))
    message = f"the date or time {value} is not supported; put it in quotes"
    request.refuse(message, request.place(path), path, str(value))
    return None
