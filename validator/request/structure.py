"""Whether a request has the structure that `schemas/request.schema.json` describes.

jsonschema finds all that is wrong; here each fault gets the code that names it best.  What a rule
of family RQ says itself, and better, is left to it: names, numbers, service codes, addresses.
"""

from __future__ import annotations

import json
from functools import cache

from validator.errors import nearest
from validator.model.vocabulary import quoted
from validator.request.raw import Flaw, Numeral
from validator.schema import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from jsonschema import Draft202012Validator

    from validator.request.raw import RawRequest, Way

# Rules look at these values themselves, whatever they are.
_LEFT_TO_RULES = ("port_number", "service_code")
_WANTED = {
    "string": "a text",
    "array": "a list",
    "object": "a table of name and email",
    "integer": "a whole number",
    "boolean": "true or false",
}
_PER_REQUEST = 200


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(text("request")))


@cache
def properties(*way: str) -> dict[str, Any]:
    """The keys of a request, or of the party in it that `way` leads to, as the schema has them."""
    schema: dict[str, Any] = _validator().schema  # type: ignore[assignment]
    inner = schema["$defs"]["Party"] if way else schema
    found: dict[str, Any] = inner["properties"]
    return found


def flaws(raw: RawRequest) -> list[Flaw]:
    """Return what of `raw` is not as the schema wants it, in the order of the file."""
    # A document that is no mapping, or a value that was refused, has been spoken of.
    if any(flaw.code == "RQ002" and not flaw.way for flaw in raw.flaws):
        return []
    refused = {flaw.way for flaw in raw.flaws}
    found: dict[tuple[str, Way], Flaw] = {}
    for flaw in _all(raw):
        spoken = any(flaw.way[: len(way)] == way for way in refused if way)
        if not spoken:
            found.setdefault((flaw.code, flaw.way), flaw)
        if len(found) > _PER_REQUEST:
            flaw.message += " (and there is more)"
            break
    return sorted(found.values(), key=lambda flaw: flaw.offset)


def _all(raw: RawRequest) -> Iterator[Flaw]:
    for error in _validator().iter_errors(raw.values):
        yield from _flaws_of(raw, error)
    yield from _numerals(raw, raw.values, ())


def _numerals(raw: RawRequest, value: object, way: Way) -> Iterator[Flaw]:
    """Numbers in odd notations where a text is due: to the schema they are texts."""
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for step, held in inside:
            yield from _numerals(raw, held, (*way, step))
    elif isinstance(value, Numeral) and way[0] not in _LEFT_TO_RULES:
        if way[0] in properties():
            message = (
                f"{named(way)} is the number {value[:40]}, and is to be a text; put it in quotes"
            )
            yield Flaw("RQ002", message, raw.place(way), way, value[:1000])


def _flaws_of(raw: RawRequest, error: Any) -> Iterator[Flaw]:
    way: Way = tuple(error.absolute_path)
    value = error.instance
    kind = error.validator
    if way and way[0] in _LEFT_TO_RULES:
        return
    if kind == "required":
        for key in error.validator_value:
            if key not in value:
                yield _missing(raw, (*way, key))
    elif kind == "additionalProperties":
        for key in value:
            if key not in properties(*map(str, way)):
                yield _unknown(raw, (*way, key))
    elif value is None or kind in ("minLength", "minItems"):
        yield _missing(raw, way)
    elif kind == "pattern":
        # Of a name or a transport protocol, a rule says what is wrong with it.
        if not value.strip():
            yield _missing(raw, way)
    elif kind in ("maxLength", "maxItems"):
        if way != ("service_name",):
            what = "characters" if kind == "maxLength" else "entries"
            most = error.validator_value
            message = f"{named(way)} has {len(value):,} {what}; at most {most:,} are read"
            yield Flaw("RQ004", message, _at(raw, way), way, _shown(value))
    else:
        yield Flaw("RQ002", _wrong_type(way, value, error), _at(raw, way), way, _shown(value))


def _missing(raw: RawRequest, way: Way) -> Flaw:
    if named(way) in raw.unstated or str(way[0]) in raw.unstated:
        return Flaw("RQ001", f"the draft does not state {named(way)}", raw.place(way), way)
    state = "is empty" if way in raw.keys or way in raw.places else "is missing"
    return Flaw("RQ001", f"{named(way)} {state}; every request needs it", _at(raw, way), way)


def _unknown(raw: RawRequest, way: Way) -> Flaw:
    key = str(way[-1])
    known = properties(*map(str, way[:-1]))
    near = nearest(key, known)
    hint = f"; did you mean {near}?" if near is not None else ""
    if not hint and len(way) > 1:
        hint = f"; there are {' and '.join(known)}"
    where = f" of {named(way[:-1])}" if len(way) > 1 else ""
    message = f"a request has no key {quoted(key)}{where}{hint}"
    return Flaw("RQ003", message, raw.keys.get(way, raw.place(way)), way, key)


def _wrong_type(way: Way, value: object, error: Any) -> str:
    wanted = error.validator_value
    kinds = [wanted] if isinstance(wanted, str) else [k for k in wanted if k != "null"]
    said = f"{named(way)} is {kind_of(value)}, and is to be"
    message = f"{said} {' or '.join(_WANTED[word] for word in kinds)}"
    if way in (("assignee",), ("contact",)) and isinstance(value, str):
        message += f": {{name: {quoted(value.split('<')[0].strip(), 30)}, email: ...}}"
    elif way == ("transport_protocols",) and isinstance(value, str):
        message += f": [{value[:20]}]"
    elif isinstance(value, bool) and kinds == ["string"]:
        message += ": a sentence that says what is so"
    return message


def named(way: Way) -> str:
    """`assignee.name`, `transport_protocols[1]`."""
    found = ""
    for step in way:
        found += f"[{step}]" if isinstance(step, int) else f".{step}"
    return found.removeprefix(".") or "the request"


def kind_of(value: object) -> str:
    """What a value is, for a person."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {quoted(value, 30)}"
    return "a list" if isinstance(value, list) else "a table of keys"


def _at(raw: RawRequest, way: Way) -> int:
    """The place of a value; of an empty one that of its key."""
    held: Any = raw.values
    for step in way:
        inside = isinstance(held, dict) and step in held
        inside = inside or (isinstance(held, list) and isinstance(step, int) and step < len(held))
        held = held[step] if inside else None
    if held is None or held == "":
        return raw.keys.get(way, raw.place(way))
    return raw.place(way)


def _shown(value: object) -> str | None:
    if isinstance(value, dict | list):
        return None
    if isinstance(value, bool) or value is None:
        return "true" if value else "false"
    return str(value)[:1000]
