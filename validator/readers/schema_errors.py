"""What is said of a document in JSON that does not follow its schema."""

from __future__ import annotations

from validator.model.vocabulary import listing, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_TYPE_NAMES: Mapping[str, str] = {
    "string": "a string",
    "array": "an array",
    "object": "an object",
}


def sentence_of(error: Any) -> str:
    """Say what an error of `jsonschema` is, without repeating the document."""
    value, expected = error.instance, error.validator_value
    if error.validator == "required":
        return "missing " + ", ".join(quoted(key) for key in expected if key not in value)
    if error.validator == "additionalProperties":
        unknown = list(map(quoted, unknown_keys(error)))
        return f"unknown {'key' if len(unknown) == 1 else 'keys'} {listing(unknown, 5, ', ')}"
    if error.validator == "type":
        types = [expected] if isinstance(expected, str) else expected
        names = " or ".join(_TYPE_NAMES.get(name, name) for name in types)
        return f"expected {names}, found {_type_name(value)}"
    if error.validator in ("const", "enum"):
        return _other_value(value, [expected] if error.validator == "const" else expected)
    # The one alternative of the schema: what is inside a text.
    return 'expected "kind" or "markup"'


def unknown_keys(error: Any) -> list[str]:
    """The keys of an object that the schema does not have, where that is the error."""
    if error.validator != "additionalProperties":
        return []
    return [key for key in error.instance if key not in error.schema.get("properties", {})]


def _other_value(value: object, values: Sequence[object]) -> str:
    allowed = ", ".join(map(str, values))
    actual = quoted(value) if isinstance(value, str) else _type_name(value)
    if type(value) in (int, float):
        actual = str(value)[:60]
    return f"expected {'one of ' * (len(values) > 1)}{allowed}; found {actual}"


def _type_name(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"
