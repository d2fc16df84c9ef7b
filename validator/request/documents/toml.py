"""Requests in TOML: one in each file.

tomllib parses the text; `validator.toml_places` finds where its keys and values are.
"""

from __future__ import annotations

from validator.errors import Unusable
from validator.readers.source import Offsets, unusable_at
from validator.readers.syntax_errors import toml_error
from validator.request.documents.parsed import ParsedRequest, number
from validator.toml_places import NestedTooDeep, TomlPlaces, has_long_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from validator.readers.source import Source
    from validator.request.documents.parsed import KeyPath


def read(source: Source) -> list[ParsedRequest]:
    """Return the one request of `source`.

    Raises `Unusable`, with line and column, if it is not TOML or nested too deep.
    """
    import tomllib

    text = source.data.decode("utf-8")
    depth = source.limits.depth
    if has_long_key(text, depth):
        raise Unusable(f"{source.path}: a key has more than {depth} parts (--max-depth)")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column, reason = toml_error(str(error), text)
        raise Unusable(f"{source.path}:{line}:{column}: not valid TOML: {reason}") from None
    except (RecursionError, ValueError) as error:
        why = "a number is too long" if isinstance(error, ValueError) else "nested too deep"
        raise Unusable(f"{source.path}: {why}") from None
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
    if isinstance(value, str | bool | float):
        return value
    if isinstance(value, int):
        return number(literals.get(path, str(value)))
    message = f"the date or time {value} is not supported; put it in quotes"
    request.refuse(message, request.place(path), path, str(value))
    return None
