"""Requests in JSON: one for a file."""

from __future__ import annotations

import json

from validator.model.vocabulary import quoted
from validator.readers.json_text import JsonText, TooDeep
from validator.readers.source import Unusable, places
from validator.request.raw import Flaw, Numeral, RawRequest, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from validator.readers.source import Source
    from validator.request.raw import Way


def read(source: Source) -> list[RawRequest]:
    """Return the one request of `source`.  Raises `Unusable`, with line and column, for no JSON."""
    text = JsonText(
        source.data.decode("utf-8"), source.limits.depth, parse_int=number, parse_constant=Numeral
    )

    def refuse(why: str, at: int) -> NoReturn:
        ((line, column),) = places(source.data, [text.byte(at)])
        raise Unusable(f"{source.path}:{line}:{column} {why}")

    try:
        start = text.space(0)
        value, end = text.decoded(start)
        rest = text.space(end)
        if rest < len(text.text):
            refuse("is not JSON: there is more behind its end", rest)
    except json.JSONDecodeError as error:
        refuse(f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", error.pos)
    except TooDeep as error:
        refuse(f"is nested {error}", error.at)
    request = RawRequest(0, text.byte(start))
    if not isinstance(value, dict):
        message = "a request is an object of keys and values, and this is none"
        request.flaws.append(Flaw("RQ002", message, request.offset))
        return [request]
    request.values = value
    _Walk(text, request).object(start, ())
    return [request]


class _Walk:
    """Notes the places of all that a request holds, and which keys stand twice."""

    def __init__(self, text: JsonText, request: RawRequest) -> None:
        self.text = text
        self.request = request

    def object(self, at: int, way: Way) -> int:
        """Walk the object at `at`; return the character behind it."""
        text, request = self.text, self.request
        seen: set[str] = set()
        for key, start, begin in text.members(at):
            here = (*way, key)
            if key in seen:
                message = f"{quoted(key)} stands twice; the first counts"
                request.flaws.append(Flaw("RQ007", message, text.byte(start), here, key))
                text.end = text.decoded(begin)[1]
                continue
            seen.add(key)
            request.keys[here] = text.byte(start)
            text.end = self.value(begin, here)
        return text.end

    def value(self, at: int, way: Way) -> int:
        text = self.text
        self.request.places[way] = text.byte(at)
        mark = text.text[at]
        if mark not in "[{":
            return text.decoded(at)[1]
        if mark == "{":
            return self.object(at, way)
        held: list[Any] = []
        starts: list[int] = []
        end = text.elements(at, held, starts)
        for index, start in enumerate(starts):
            self.value(start, (*way, index))
        return end
