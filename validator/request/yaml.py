"""Requests in YAML 1.2: one for each document of the stream.

ruamel.yaml tells the events of the text; values are made here, for a request needs little of YAML,
and what it does not need is refused where it stands: tags, anchors and aliases, merge keys, keys
that are no text.  Plain scalars mean what the core schema of YAML 1.2 says (`no` is a text).
"""

from __future__ import annotations

import re

from validator.model.vocabulary import quoted
from validator.readers.source import Offsets, Unusable, places
from validator.request.raw import MOST_FLAWS, Flaw, RawRequest, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from validator.readers.source import Source
    from validator.request.raw import Way

# Of YAML 1.2.2, Section 10.3.2; whole numbers in any notation, and all others.
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def read(source: Source) -> list[RawRequest]:
    """Return the requests of `source`, without documents that are empty.

    Raises `Unusable`, with line and column, for what is no YAML, or is nested too deep.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = source.data.decode("utf-8")
    reading = _Reading(source, text)
    at = 0
    # ruamel knows YAML 1.1 as well, where a document asks for it.
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            at = event.end_mark.index
            reading.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = mark.index if mark is not None else len(text)
        reading.refuse(f"is not YAML: {error.problem or error.context}", at)
    except YAMLError as error:
        at = int(getattr(error, "position", 0))
        shown = f"U+{ord(text[at]):04X}" if at < len(text) else "what stands here"
        reading.refuse(f"is not YAML: {shown} is a character that it does not allow", at)
    except (ValueError, OverflowError):  # ruamel has not looked whether there is such a character
        reading.refuse("is not YAML: an escape behind this stands for no character", at)
    return reading.requests


class _Open:
    """A mapping or sequence that is being read, and where in it the reading is."""

    __slots__ = ("holder", "key", "refused", "way")

    def __init__(self, holder: dict[str, Any] | list[Any] | None, way: Way) -> None:
        self.holder = holder
        self.way = way
        self.key: str | None = None
        # The value of the key that was read last is read and dropped.
        self.refused = False


class _Reading:
    """The requests that the events so far have told of."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.requests: list[RawRequest] = []
        self.open: list[_Open] = []
        self.request = RawRequest(0, 0)
        self.byte = Offsets(text)

    def refuse(self, why: str, at: int) -> NoReturn:
        """Raise `Unusable` for the whole file: what is wrong stands at the character `at`."""
        ((line, column),) = places(self.source.data, [self.byte(at)])
        raise Unusable(f"{self.source.path}:{line}:{column} {why}")

    def flaw(self, message: str, at: int, way: Way, value: str | None = None) -> None:
        found = self.request.flaws
        if len(found) < MOST_FLAWS:
            found.append(Flaw("RQ007", message, self.byte(at), way, value))
            if len(found) == MOST_FLAWS:
                found[-1].message += " (and there may be more)"

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        at = event.start_mark.index
        if kind == "DocumentStartEvent":
            if (most := self.source.limits.requests) <= len(self.requests):
                self.refuse(f"is the beginning of request {most + 1:,}, too many", at)
            self.request = RawRequest(len(self.requests), self.byte(at))
            version = getattr(event, "version", None)
            if version and tuple(version) != (1, 2):
                self.refuse(f"asks for YAML {version[0]}.{version[1]}; YAML 1.2 is read here", at)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if (deepest := self.source.limits.depth) <= len(self.open):
                self.refuse(f"is nested deeper than {deepest} levels", at)
            self.start({} if kind[0] == "M" else [], event, at)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()
        elif kind == "AliasEvent":
            self.scalar(None, event, at, f"an alias, *{event.anchor}, is not read")
        elif kind == "ScalarEvent":
            self.scalar(_value(event), event, at, None)

    def scalar(self, value: Any, event: Any, at: int, refused: str | None) -> None:
        refused = refused or self.marked(event)
        inside = self.open[-1] if self.open else None
        if inside is not None and isinstance(inside.holder, dict) and inside.key is None:
            self.key(inside, value, event, at, refused)
            return
        dropped = inside is not None and (inside.refused or inside.holder is None)
        way = self.enter(at)
        if refused is not None:
            if not dropped:
                self.flaw(refused, at, way)
            value = None
        self.put(value)

    def key(self, inside: _Open, value: Any, event: Any, at: int, refused: str | None) -> None:
        assert isinstance(inside.holder, dict)
        name = value if isinstance(value, str) else str(getattr(event, "value", "*"))
        way = (*inside.way, name)
        inside.key = name
        inside.refused = True
        if refused is not None:
            self.flaw(refused, at, way)
        elif name == "<<":
            self.flaw('a merge key, "<<", is not read', at, way, name)
        elif not isinstance(value, str):
            self.flaw(f"{quoted(name)} is no text, and a key is to be one", at, way, name)
        elif name in inside.holder:
            message = f"{quoted(name)} stands twice; the first counts"
            self.flaw(message, at, way, name)
        else:
            inside.refused = False
            self.request.keys[way] = self.byte(at)

    def start(self, holder: dict[str, Any] | list[Any], event: Any, at: int) -> None:
        refused = self.marked(event)
        inside = self.open[-1] if self.open else None
        if inside is not None and isinstance(inside.holder, dict) and inside.key is None:
            # A mapping or sequence as a key: it is dropped, and so is its value.
            self.flaw("a key is to be a text", at, inside.way)
            inside.key, inside.refused = "", True
            self.open.append(_Open(None, inside.way))
            return
        dropped = inside is not None and (inside.refused or inside.holder is None)
        way = self.enter(at)
        if refused is not None and not dropped:
            self.flaw(refused, at, way)
        kept = self.put(holder if refused is None else None)
        self.open.append(_Open(holder if kept and refused is None else None, way))

    def enter(self, at: int) -> Way:
        """The way of the value that begins at `at`."""
        if not self.open:
            return ()
        inside = self.open[-1]
        if isinstance(inside.holder, dict):
            way: Way = (*inside.way, inside.key or "")
        elif isinstance(inside.holder, list):
            way = (*inside.way, len(inside.holder))
        else:
            return inside.way
        if not inside.refused:
            self.request.places.setdefault(way, self.byte(at))
        return way

    def put(self, value: Any) -> bool:
        """Put a value where it belongs; say whether it is kept."""
        if not self.open:
            self.document(value)
            return True
        inside = self.open[-1]
        kept = not inside.refused and inside.holder is not None
        if isinstance(inside.holder, dict):
            if kept:
                inside.holder[inside.key or ""] = value
            inside.key, inside.refused = None, False
        elif isinstance(inside.holder, list):
            inside.holder.append(value)
        return kept

    def document(self, value: Any) -> None:
        if isinstance(value, dict):
            self.request.values = value
        elif value is None and not self.request.flaws:
            return
        elif not self.request.flaws:
            what = "a list" if isinstance(value, list) else "a single value"
            message = f"a request is a mapping of keys and values, and this is {what}"
            self.request.flaws.append(Flaw("RQ002", message, self.request.offset))
        self.requests.append(self.request)

    def marked(self, event: Any) -> str | None:
        """Say why an event with a tag or an anchor is not read."""
        anchor = getattr(event, "anchor", None)
        if type(event).__name__ == "AliasEvent":
            return None
        if anchor is not None:
            return f"an anchor, &{anchor}, is not read"
        tag = getattr(event, "tag", None)
        if tag is not None:
            return f"a tag, {quoted(str(tag))}, is not read"
        return None


def _value(event: Any) -> Any:
    """What a scalar means."""
    text = str(event.value)
    if event.style is not None:
        return text
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _WHOLE.fullmatch(text):
        return number(text)
    if len(text) < 40 and _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text
