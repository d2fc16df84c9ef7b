"""Requests in YAML 1.2: one in each document of the stream, or a list of them.

ruamel.yaml parses the text into events, and the values are built here: a request needs little of
YAML, and whatever else occurs is refused at its place (tags, anchors, aliases, merge keys, keys
that are not strings).  Plain scalars follow the core schema of YAML 1.2: `no` is a string.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from validator.errors import Unusable
from validator.model.vocabulary import quoted
from validator.readers.source import Offsets, Source, unusable_at
from validator.readers.syntax_errors import yaml_error
from validator.request.documents.parsed import (
    Fraction,
    KeyPath,
    ParsedRequest,
    is_request_list,
    listed_requests,
    number,
)

# YAML 1.2.2, Section 10.3.2; whole numbers in any notation, and all others.
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_MAX_FLOAT_LENGTH = 40
# The events that begin and end a mapping or sequence.
_DEPTHS = {
    **dict.fromkeys(("MappingStartEvent", "SequenceStartEvent"), 1),
    **dict.fromkeys(("MappingEndEvent", "SequenceEndEvent"), -1),
}


def read(source: Source) -> list[ParsedRequest]:
    """Return the requests of `source`, without empty documents.

    Raises `Unusable`, with line and column, if it is not YAML or nested too deep.
    """
    builder = _Builder(source, source.data.decode("utf-8"))
    builder.read()
    return builder.requests


def yaml_events(source: Source, text: str, byte: Offsets) -> Iterator[Any]:
    """Yield the events of a YAML text; `byte` has the byte of each character.

    Raises `Unusable`, with line and column, for what is not valid YAML.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    at = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            at = event.end_mark.index
            yield event
        return
    except MarkedYAMLError as error:
        at, reason = yaml_error(error, text)
    except YAMLError as error:
        at = int(getattr(error, "position", 0))
        character = f"U+{ord(text[at]):04X}" if at < len(text) else "this character"
        reason = f"{character} is not allowed"
    except (ValueError, OverflowError):  # ruamel does not check whether the character exists
        reason = "an escape after this place is no character"
    raise unusable_at(source, byte(at), f"not valid YAML: {reason}")


class _Builder:
    """Builds requests from the events of a YAML stream."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.byte = Offsets(text)
        self.events = yaml_events(source, text, self.byte)
        self.depth = 0
        self.requests: list[ParsedRequest] = []
        self.request = ParsedRequest(0, 0)

    def unusable(self, message: str, at: int) -> Unusable:
        """The error that the whole file cannot be read because of the character `at`."""
        return unusable_at(self.source, self.byte(at), message)

    def read(self) -> None:
        for event in iter(self.next_event, None):
            if type(event).__name__ == "DocumentStartEvent":
                self.start_document(event)
                self.add(self.value(self.next_event(), ()))

    def next_event(self) -> Any:
        """The next event, `None` after the last one."""
        event = next(self.events, None)
        if event is not None:
            self.depth += _DEPTHS.get(type(event).__name__, 0)
            if self.depth > (limit := self.source.limits.depth):
                message = f"nested deeper than {limit} levels (--max-depth)"
                raise self.unusable(message, event.start_mark.index)
        return event

    def start_document(self, event: Any) -> None:
        at = event.start_mark.index
        if (limit := self.source.limits.requests) <= len(self.requests):
            raise self.unusable(f"too many requests (maximum {limit:,}, --max-requests)", at)
        self.request = ParsedRequest(len(self.requests), self.byte(at))
        # ruamel follows a directive for YAML 1.1, where `no` is a boolean.
        version = getattr(event, "version", None)
        if version and tuple(version) != (1, 2):
            message = f"YAML {version[0]}.{version[1]} is not supported (expected YAML 1.2)"
            raise self.unusable(message, at)

    def add(self, value: Any) -> None:
        """Add what a document is: a request, or a list of them."""
        request = self.request
        if is_request_list(value):
            self.requests += listed_requests(request, value)
            return
        if isinstance(value, dict):
            request.values = value
        elif value is not None:
            request.refuse_whole(value)
        elif not request.problems:
            return  # an empty document is no request
        self.requests.append(request)

    def value(self, event: Any, path: KeyPath) -> Any:
        """The value that begins with `event`, with its place; `None` for one that is refused."""
        offset = self.byte(event.start_mark.index)
        if path:
            self.request.places.setdefault(path, offset)
        refusal = _refusal(event)
        if refusal is not None:
            self.request.refuse(refusal, offset, path)
            return self.skip(event)
        kind = type(event).__name__
        if kind == "MappingStartEvent":
            return self.mapping(path)
        if kind == "SequenceStartEvent":
            return self.sequence(path)
        return _scalar(event)

    def skip(self, event: Any) -> None:
        """Leave out the value that begins with `event`."""
        depth = self.depth
        if type(event).__name__ in _DEPTHS:
            while self.depth >= depth:
                self.next_event()

    def sequence(self, path: KeyPath) -> list[Any]:
        values: list[Any] = []
        while type(event := self.next_event()).__name__ != "SequenceEndEvent":
            values.append(self.value(event, (*path, len(values))))
        return values

    def mapping(self, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while type(event := self.next_event()).__name__ != "MappingEndEvent":
            key = self.key(event, path, values)
            following = self.next_event()
            if key is None:
                self.skip(following)
            else:
                values[key] = self.value(following, (*path, key))
        return values

    def key(self, event: Any, path: KeyPath, values: dict[str, Any]) -> str | None:
        """The key that begins with `event`; `None` for one that is refused."""
        request, offset = self.request, self.byte(event.start_mark.index)
        if type(event).__name__ in _DEPTHS:
            self.skip(event)
            request.refuse("a key must be a string", offset, path)
            return None
        refusal = _refusal(event)
        value = _scalar(event) if refusal is None else None
        key = value if isinstance(value, str) else str(getattr(event, "value", "*"))
        path = (*path, key)
        if refusal is not None:
            request.refuse(refusal, offset, path)
        elif key == "<<":
            request.refuse('merge key "<<" is not supported', offset, path, key)
        elif not isinstance(value, str):
            message = f"key {quoted(key)} is not a string; put it in quotes"
            request.refuse(message, offset, path, key)
        elif key in values:
            request.refuse_duplicate(key, offset, path)
        else:
            request.key_places[path] = offset
            return key
        return None


def _refusal(event: Any) -> str | None:
    """Why the value of an event is not read."""
    anchor = getattr(event, "anchor", None)
    if type(event).__name__ == "AliasEvent":
        return f"alias *{anchor} is not supported; write the value again"
    if anchor is not None:
        return f"anchor &{anchor} is not supported"
    tag = getattr(event, "tag", None)
    return None if tag is None else f"tag {quoted(str(tag))} is not supported"


def _scalar(event: Any) -> Any:
    """The value of a scalar."""
    text = str(event.value)
    if event.style is not None:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _WHOLE.fullmatch(text):
        return number(text)
    if len(text) < _MAX_FLOAT_LENGTH and _FLOAT.fullmatch(text):
        return Fraction.of(text, float(text.lower().replace(".inf", "inf").replace(".nan", "nan")))
    return text
