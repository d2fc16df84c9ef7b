"""Requests in YAML 1.2: one in each document of the stream, or a list of them.

ruamel.yaml parses the text into events, and the values are built here: a request needs little of
YAML, and whatever else occurs is refused at its place (tags, anchors, aliases, merge keys, keys
that are not strings).  Plain scalars follow the core schema of YAML 1.2: `no` is a string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from validator.model.vocabulary import quoted
from validator.readers.source import Offsets, unusable_at
from validator.readers.syntax_errors import yaml_error
from validator.request.documents.parsed import (
    Fraction,
    ParsedRequest,
    is_request_list,
    listed_requests,
    number,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from validator.errors import Unusable
    from validator.readers.source import Source
    from validator.request.documents.parsed import KeyPath

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


def read(source: Source) -> list[ParsedRequest]:
    """Return the requests of `source`, without empty documents.

    Raises `Unusable`, with line and column, if it is not YAML or nested too deep.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = source.data.decode("utf-8")
    builder = _Builder(source, text)
    at = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            at = event.end_mark.index
            builder.add(event)
    except MarkedYAMLError as error:
        at, reason = yaml_error(error, text)
        raise builder.unusable(f"not valid YAML: {reason}", at) from None
    except YAMLError as error:
        at = int(getattr(error, "position", 0))
        character = f"U+{ord(text[at]):04X}" if at < len(text) else "this character"
        message = f"not valid YAML: {character} is not allowed"
        raise builder.unusable(message, at) from None
    except (ValueError, OverflowError):  # ruamel does not check whether the character exists
        message = "not valid YAML: an escape after this place is no character"
        raise builder.unusable(message, at) from None
    return builder.requests


@dataclass(slots=True)
class _Container:
    """A mapping or sequence that is being built; `values` is `None` if it is dropped."""

    values: dict[str, Any] | list[Any] | None
    path: KeyPath
    # The last key, until its value has been added; and whether that value is dropped.
    key: str | None = None
    drops_value: bool = False

    @property
    def expects_key(self) -> bool:
        return isinstance(self.values, dict) and self.key is None

    @property
    def is_dropping(self) -> bool:
        return self.drops_value or self.values is None

    def next_path(self) -> KeyPath:
        """The path of the value that comes next."""
        if isinstance(self.values, dict):
            return (*self.path, self.key or "")
        if isinstance(self.values, list):
            return (*self.path, len(self.values))
        return self.path

    def add(self, value: Any) -> None:
        if isinstance(self.values, dict):
            if not self.drops_value:
                self.values[self.key or ""] = value
            self.key, self.drops_value = None, False
        elif isinstance(self.values, list):
            self.values.append(value)


class _Builder:
    """Builds requests from the events of a YAML stream."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.requests: list[ParsedRequest] = []
        self.containers: list[_Container] = []
        self.request = ParsedRequest(0, 0)
        # The list that the document is, until it ends.
        self.items: list[Any] | None = None
        self.byte = Offsets(text)

    def unusable(self, message: str, at: int) -> Unusable:
        """The error that the whole file cannot be read because of the character `at`."""
        return unusable_at(self.source, self.byte(at), message)

    def add(self, event: Any) -> None:
        kind = type(event).__name__
        at = event.start_mark.index
        if kind == "DocumentStartEvent":
            self.start_document(event, at)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if (limit := self.source.limits.depth) <= len(self.containers):
                raise self.unusable(f"nested deeper than {limit} levels (--max-depth)", at)
            self.start_container({} if kind[0] == "M" else [], event, at)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.containers.pop()
        elif kind in ("ScalarEvent", "AliasEvent"):
            self.add_scalar(event, at)
        elif kind == "DocumentEndEvent":
            self.end_document()

    def end_document(self) -> None:
        """Add the requests of a document that is a list."""
        items, self.items = self.items, None
        if items is None:
            return
        if is_request_list(items):
            self.requests += listed_requests(self.request, items)
        else:
            self.request.refuse_whole(items)
            self.requests.append(self.request)

    def start_document(self, event: Any, at: int) -> None:
        if (limit := self.source.limits.requests) <= len(self.requests):
            raise self.unusable(f"too many requests (maximum {limit:,}, --max-requests)", at)
        self.request = ParsedRequest(len(self.requests), self.byte(at))
        # ruamel follows a directive for YAML 1.1, where `no` is a boolean.
        version = getattr(event, "version", None)
        if version and tuple(version) != (1, 2):
            message = f"YAML {version[0]}.{version[1]} is not supported (expected YAML 1.2)"
            raise self.unusable(message, at)

    def add_scalar(self, event: Any, at: int) -> None:
        refusal = _refusal(event)
        parent = self.containers[-1] if self.containers else None
        if parent is not None and parent.expects_key:
            self.add_key(parent, event, at, refusal)
        else:
            self.start_value(parent, at, refusal)
            self.add_value(parent, None if refusal is not None else _scalar(event))

    def start_container(self, values: dict[str, Any] | list[Any], event: Any, at: int) -> None:
        refusal = _refusal(event)
        parent = self.containers[-1] if self.containers else None
        if parent is not None and parent.expects_key:
            self.request.refuse("a key must be a string", self.byte(at), parent.path)
            parent.key, parent.drops_value = "", True
            self.containers.append(_Container(None, parent.path))
            return
        path = self.start_value(parent, at, refusal)
        is_dropped = refusal is not None or (parent is not None and parent.is_dropping)
        self.add_value(parent, None if refusal is not None else values)
        self.containers.append(_Container(None if is_dropped else values, path))

    def add_key(self, parent: _Container, event: Any, at: int, refusal: str | None) -> None:
        assert isinstance(parent.values, dict)
        value = _scalar(event) if refusal is None else None
        key = value if isinstance(value, str) else str(getattr(event, "value", "*"))
        path = (*parent.path, key)
        offset = self.byte(at)
        parent.key = key
        parent.drops_value = True
        if refusal is not None:
            self.request.refuse(refusal, offset, path)
        elif key == "<<":
            self.request.refuse('merge key "<<" is not supported', offset, path, key)
        elif not isinstance(value, str):
            message = f"key {quoted(key)} is not a string; put it in quotes"
            self.request.refuse(message, offset, path, key)
        elif key in parent.values:
            self.request.refuse_duplicate(key, offset, path)
        else:
            parent.drops_value = False
            self.request.key_places[path] = offset

    def start_value(self, parent: _Container | None, at: int, refusal: str | None) -> KeyPath:
        """Record where a value begins, and why it is refused; return its path."""
        path = () if parent is None else parent.next_path()
        if parent is None or not parent.is_dropping:
            if parent is not None:
                self.request.places.setdefault(path, self.byte(at))
            if refusal is not None:
                self.request.refuse(refusal, self.byte(at), path)
        return path

    def add_value(self, parent: _Container | None, value: Any) -> None:
        if parent is not None:
            parent.add(value)
        elif isinstance(value, dict):
            self.request.values = value
            self.requests.append(self.request)
        elif isinstance(value, list) and not self.request.problems:
            # Its items follow.
            self.items = value
        elif value is not None or self.request.problems:  # an empty document is no request
            if not self.request.problems:
                self.request.refuse_whole(value)
            self.requests.append(self.request)


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
