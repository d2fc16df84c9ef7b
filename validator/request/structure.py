"""Whether a request has the structure that `schemas/request.schema.json` describes.

jsonschema finds the errors; here each becomes a problem with the code that names it best.  Names,
numbers, service codes and addresses are left to the RQ rules, which explain them better.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache

from validator.errors import nearest
from validator.model.vocabulary import quoted
from validator.request.documents.parsed import Numeral, Problem, is_request_list, texts
from validator.request.fields import FIELDS, labels_of
from validator.schema import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from jsonschema import Draft202012Validator

    from validator.request.documents.parsed import KeyPath, ParsedRequest

# Rules check these values themselves, of whatever type they are.
_CHECKED_BY_RULES = {"port_number", "service_code"}
_TYPE_NAMES = {
    "string": "a string",
    "array": "a list",
    "object": 'a mapping with "name" and "email"',
    "integer": "an integer",
    "boolean": "true or false",
}
_MAX_PROBLEMS = 200
_MAX_VALUE = 1000


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(text("request")))


@cache
def properties(*path: str) -> dict[str, Any]:
    """The keys that the schema has for a request, or for the party at `path` in it."""
    schema: dict[str, Any] = _validator().schema  # type: ignore[assignment]
    inner: dict[str, Any] = (schema["$defs"]["Party"] if path else schema)["properties"]
    return inner


def has_known_key(request: ParsedRequest) -> bool:
    keys = {path[0] for path in request.key_places if path}
    return not keys.isdisjoint(properties())


def refuse_group(request: ParsedRequest) -> None:
    """Record that requests below a key of their own are not read (RQ002)."""
    key, value = next(iter(request.values.items()), ("", None))
    if len(request.values) != 1 or key in properties():
        return
    if is_request_list(value):
        message = f"the requests below {quoted(key)} are not read; write a file for each of them"
        message += ", or a list in YAML or JSON"
    elif isinstance(value, dict) and not value.keys().isdisjoint(properties()):
        message = f"the request below {quoted(key)} is not read; its keys belong to the top level"
    else:
        return
    offset = request.key_places.get((key,), request.place((key,)))
    request.values = {}
    request.problems.append(Problem("RQ002", message, offset))


def correct_keys(request: ParsedRequest) -> None:
    """Read values under misspelled keys as those of the keys that are meant, and record RQ003.

    A key that is there already keeps its value, and a beginning of several keys means none.
    """
    _correct_keys(request, ())
    for party in ("assignee", "contact"):
        if isinstance(request.values.get(party), dict):
            _correct_keys(request, (party,))


def _correct_keys(request: ParsedRequest, path: KeyPath) -> None:
    keys = properties(*map(str, path))
    values: dict[str, Any] = request.value(path)
    for wrong in [key for key in values if key not in keys]:
        right = _meant_key(wrong, path)
        if right is None or right in values or sum(key.startswith(wrong) for key in keys) > 1:
            continue
        problem = _unknown_key(request, (*path, wrong))
        problem.message += f" It is read as {quoted(right)}."
        request.problems.append(problem)
        values[right] = values.pop(wrong)
        for places in (request.places, request.key_places):
            _move(places, (*path, wrong), (*path, right))


def _move(places: dict[KeyPath, int], old: KeyPath, new: KeyPath) -> None:
    """Give the places at and below a path to another path."""
    for path in [path for path in places if path[: len(old)] == old]:
        places[(*new, *path[len(old) :])] = places.pop(path)


def known_values(request: ParsedRequest) -> dict[str, Any]:
    """Return the values of `request` that the schema has keys for, as JSON can have them."""
    known = properties()
    return {
        key: _plain(value)
        for key, value in request.values.items()
        if key in known and value is not None
    }


def _plain(value: Any) -> Any:
    """A value without what JSON does not have: infinite numbers, and keys that are no texts."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int) or math.isfinite(value):
        return value
    return str(value)


def schema_problems(request: ParsedRequest) -> list[Problem]:
    """Return what the schema does not allow in `request`, in the order of the file."""
    # Readers have reported a document that is no mapping, and values that they refused.
    if any(problem.code == "RQ002" and not problem.path for problem in request.problems):
        return []
    refused = {problem.path for problem in request.problems if problem.path}
    problems: dict[tuple[str, KeyPath], Problem] = {}
    for problem in _all_problems(request):
        if not any(problem.path[: len(path)] == path for path in refused):
            problems.setdefault((problem.code, problem.path), problem)
        if len(problems) > _MAX_PROBLEMS:
            problem.message += " (more problems are not listed)"
            break
    return sorted(problems.values(), key=lambda problem: problem.offset)


def _all_problems(request: ParsedRequest) -> Iterator[Problem]:
    for error in _validator().iter_errors(request.values):
        if not error.absolute_path or error.absolute_path[0] not in _CHECKED_BY_RULES:
            yield from _problems_of(request, error)
    yield from _numerals(request)


def _numerals(request: ParsedRequest) -> Iterator[Problem]:
    """Numbers in unusual notations in place of a text: to the schema they are texts."""
    for path, value in texts(request.values):
        if isinstance(value, Numeral) and path[0] in properties().keys() - _CHECKED_BY_RULES:
            message = f"{dotted(path)} must be a string, not the number {value[:40]}"
            message += "; put it in quotes"
            yield Problem("RQ002", message, request.place(path), path, value[:_MAX_VALUE])


def _problems_of(request: ParsedRequest, error: Any) -> Iterator[Problem]:
    path: KeyPath = tuple(error.absolute_path)
    value = error.instance
    kind = error.validator
    if kind == "required":
        absent = (key for key in error.validator_value if key not in value)
        yield from (_missing(request, (*path, key)) for key in absent)
    elif kind == "additionalProperties":
        unknown = value.keys() - properties(*map(str, path)).keys()
        yield from (_unknown_key(request, (*path, key)) for key in value if key in unknown)
    elif value is None or kind in ("minLength", "minItems"):
        yield _missing(request, path)
    elif kind == "pattern":
        # A rule says what is wrong with a name or a transport protocol that is not empty.
        if not value.strip():
            yield _missing(request, path)
    elif kind not in ("maxLength", "maxItems"):
        yield _problem(request, "RQ002", path, _wrong_type(path, value, error), value)
    elif path != ("service_name",):
        yield _problem(request, "RQ004", path, _too_large(path, value, error), value)


def _too_large(path: KeyPath, value: Any, error: Any) -> str:
    unit = "characters" if error.validator == "maxLength" else "entries"
    return f"{dotted(path)} has {len(value):,} {unit} (maximum {error.validator_value:,})"


def _problem(
    request: ParsedRequest, code: str, path: KeyPath, message: str, value: object
) -> Problem:
    return Problem(code, message, request.visible_place(path), path, _value_text(value))


def _missing(request: ParsedRequest, path: KeyPath) -> Problem:
    if request.is_unstated(*path):
        message = (
            f"required field {quoted(dotted(path))} is not stated in the draft"
            f" ({labels_of(str(path[0]))})"
        )
        return Problem("RQ001", message, request.place(path), path)
    message = f"required field {quoted(dotted(path))} {request.absence(*path)}"
    value = request.placeholders.get(path)
    return Problem("RQ001", message, request.visible_place(path), path, value)


def _unknown_key(request: ParsedRequest, path: KeyPath) -> Problem:
    key = str(path[-1])
    keys = properties(*map(str, path[:-1]))
    suggestion = _meant_key(key, path[:-1])
    message = f"unknown key {quoted(key)}"
    if len(path) > 1:
        message += f" in {dotted(path[:-1])}"
    if suggestion is not None:
        message += f"; did you mean {quoted(suggestion)}?"
    elif len(path) > 1:
        message += f" (expected {' and '.join(map(quoted, keys))})"
    return Problem("RQ003", message, request.key_places.get(path, request.place(path)), path, key)


def _meant_key(wrong: str, path: KeyPath) -> str | None:
    """The key that a misspelled one means; the labels of drafts mean one, too."""
    meant = nearest(wrong, properties(*map(str, path)))
    if meant is not None or path:
        return meant
    words = wrong.replace("_", " ").replace("-", " ").casefold()
    fields = (f for f in FIELDS if words in (*f.labels, *f.distinctive_labels, f.label.casefold()))
    return next((field.key for field in fields), None)


def _wrong_type(path: KeyPath, value: object, error: Any) -> str:
    types = _expected_types(error.validator_value)
    message = f"{dotted(path)} must be {' or '.join(_TYPE_NAMES[name] for name in types)}, not "
    if types == ["object"] and isinstance(value, str):
        return f"{message}a string"
    message += type_name(value)
    if path == ("transport_protocols",) and isinstance(value, str):
        words = ", ".join(f'"{word}"' for word in re.split(r"[\s,;/+&]+", value[:30].strip()))
        message += f"; write [{words}]"
    elif types == ["string"] and isinstance(value, bool):
        message += "; explain it in a sentence"
    elif types == ["string"] and isinstance(value, int | float):
        message += "; put it in quotes"
    return message


def _expected_types(allowed: str | list[str]) -> list[str]:
    return [allowed] if isinstance(allowed, str) else [name for name in allowed if name != "null"]


def dotted(path: KeyPath) -> str:
    """A path as text: `assignee.name`, `transport_protocols[1]`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "the request"


def type_name(value: object) -> str:
    """What a value is, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the string {quoted(value, 30)}"
    return "a list" if isinstance(value, list) else "a mapping"


def _value_text(value: object) -> str | None:
    if isinstance(value, dict | list):
        return None
    if isinstance(value, bool) or value is None:
        return "true" if value else "false"
    return str(value)[:_MAX_VALUE]
