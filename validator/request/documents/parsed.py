"""A request as its document has it, key by key: values and their places, not yet interpreted.

Every reader (YAML, TOML, JSON, Internet-Drafts) returns these; the rules interpret them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from validator.model.vocabulary import normal_space, quoted

# The keys and indexes that lead to a value: ("assignee", "email"), ("transport_protocols", 0).
KeyPath = tuple[str | int, ...]
RequestKind = Literal["request", "update", "release"]
RequestFormat = Literal["yaml", "toml", "json", "draft"]

# A whole number with more digits stays text: no field needs it.
MAX_DIGITS = 20
MAX_PROBLEMS = 100


@dataclass(slots=True)
class Problem:
    """Something in a request that could not be read, or that the schema does not allow.

    `code` is the RQ rule that documents it, `path` leads to the value or key, `offset` is its byte.
    """

    code: str
    message: str
    offset: int
    path: KeyPath = ()
    value: str | None = None


@dataclass(slots=True)
class ParsedRequest:
    """One request of a document.

    `values` has the keys of `schemas/request.schema.json` with plain values (str, int, float,
    bool, None, list, dict); a number that is not written in plain decimal digits is a `Numeral`.
    `places` maps the path of each value to the byte where it begins, `key_places` to the byte of
    its key.  `offset` is the byte where the request begins, `index` its number in the file, from 0.
    `unstated` are the keys of RFC 6335, Section 8.1.1 that a draft does not state, `placeholders`
    the texts by path that only hold the place of a value: they are no values.  `kind` is "update"
    or "release" where a draft changes or releases an existing assignment; `is_from_draft` says that
    a draft has it, `is_restatement` that it states what its own party has already.  `new_name` is
    the service name that an update gives to an assignment, with its place at ("new_name",);
    `adds_reference` says that the assignment keeps the references that it has, but for those in
    `removed_reference`, `fills_empty_fields` that it keeps the parties that it has.
    """

    index: int
    offset: int
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[KeyPath, int] = field(default_factory=dict)
    key_places: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unstated: tuple[str, ...] = ()
    kind: RequestKind = "request"
    is_from_draft: bool = False
    is_restatement: bool = False
    placeholders: dict[KeyPath, str] = field(default_factory=dict)
    new_name: str = ""
    adds_reference: bool = False
    removed_reference: str = ""
    fills_empty_fields: bool = False

    def set(self, key: str, value: Any, offset: int) -> None:
        """Set a value that begins at the byte `offset`."""
        self.values[key] = value
        self.places[key,] = offset

    def rename(self, name: str, offset: int) -> None:
        """Set the service name that the assignment is to have; the first one counts."""
        if not self.new_name:
            self.new_name = name
            self.places["new_name",] = offset

    def place(self, path: KeyPath) -> int:
        """The byte of the value at `path`; if there is none, of the innermost value around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, self.offset)

    def visible_place(self, path: KeyPath) -> int:
        """Like `place`; for an empty or absent value it is the byte of its key."""
        has_place = path in self.placeholders and path in self.places
        if self.value(path) in (None, "") and not has_place:
            return self.key_places.get(path, self.place(path))
        return self.place(path)

    def value(self, path: KeyPath) -> Any:
        """The value at `path`, `None` if there is none."""
        value: Any = self.values
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def refuse(self, message: str, offset: int, path: KeyPath, value: str | None = None) -> None:
        """Record a construct that is not read (RQ007); a limit keeps the list short."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem("RQ007", message, offset, path, value))
            if len(self.problems) == MAX_PROBLEMS:
                self.problems[-1].message += " (more problems are not listed)"

    def refuse_duplicate(self, key: str, offset: int, path: KeyPath) -> None:
        self.refuse(f"duplicate key {quoted(key)}; the first one is used", offset, path, key)

    def refuse_whole(self, value: object) -> None:
        """Record that the document is not a mapping (RQ002)."""
        kind = "a list" if isinstance(value, list) else "a single value"
        message = f"a request must be a mapping of keys and values, not {kind}"
        self.problems.append(Problem("RQ002", message, self.offset))

    def is_unstated(self, *path: str | int) -> bool:
        """Whether a draft does not state the value at `path`, not even as a placeholder."""
        keys = {str(path[0]), ".".join(map(str, path))}
        return path not in self.placeholders and not keys.isdisjoint(self.unstated)

    def absence(self, *path: str | int) -> str:
        """How the value at `path` is absent, for the end of a sentence: its key may be there."""
        if path in self.placeholders:
            text = normal_space(self.placeholders[path])
            return f"is only a placeholder: {quoted(text)}"
        return "is empty" if path in self.key_places or path in self.places else "is missing"


@dataclass(slots=True)
class Mention:
    """Words about a port or service name that nothing could be read from, and their byte."""

    text: str
    offset: int
    # Whether a sentence asks for it in a draft that has no IANA Considerations.
    is_outside: bool = False
    # Whether they are a service name, or what a template or table of their own begins with.
    is_certain: bool = False
    # Whether they are beyond the first `MAX_CELLS` cells of a row.
    is_cell: bool = False
    # Whether the sentence says who uses the port, and asks for nothing.
    is_use: bool = False
    # Whether they begin a section that is not read: the IANA Considerations refer to too many.
    is_section: bool = False
    # Whether they are a description, perhaps of a request that lacks one.
    is_description: bool = False

    @property
    def is_specific(self) -> bool:
        """Whether they are worth a finding beside requests: a number is among them."""
        return self.is_certain or any(map(str.isdigit, self.text))

    @property
    def is_of_port(self) -> bool:
        """Whether they are about a port: service names are also those of other protocols."""
        return "port" in self.text.lower()


@dataclass(slots=True)
class RequestContents:
    """A file of requests: its format, and what it requests, in the order of the text.

    In a draft, `unread` are words about ports or service names in sections that nothing could be
    read from, `identity` is the number or name of the document: "rfc9250", "draft-ietf-tides-00",
    or "", and `has_iana` says that it has IANA Considerations.
    """

    form: RequestFormat
    requests: list[ParsedRequest]
    unread: Sequence[Mention] = ()
    identity: str = ""
    has_iana: bool = True


def texts(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield the texts in a value in their order, each with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(inner, (*path, step))


def listed_requests(document: ParsedRequest, items: list[Any]) -> list[ParsedRequest]:
    """The requests of a document that is a list of them: each item, with the paths inside it."""
    requests = [
        ParsedRequest(
            index, document.place((index,)), values=item if isinstance(item, dict) else {}
        )
        for index, item in enumerate(items)
    ]
    for path, offset in document.places.items():
        if path:
            requests[int(path[0])].places[path[1:]] = offset
    for path, offset in document.key_places.items():
        requests[int(path[0])].key_places[path[1:]] = offset
    for problem in document.problems:
        if problem.path:
            requests[int(problem.path[0])].problems.append(replace(problem, path=problem.path[1:]))
    for request, item in zip(requests, items, strict=True):
        if not isinstance(item, dict) and not request.problems:
            request.refuse_whole(item)
    return requests


def is_request_list(value: object) -> bool:
    """Whether a value is a list with a mapping in it."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


class Numeral(str):
    """A number that is not written in plain decimal digits, or in too many: `010`, `0x50`."""

    __slots__ = ()


class Fraction(float):
    """A number with a point or an exponent.  Its `text` writes it, such as `1e3`."""

    text: str

    @classmethod
    def of(cls, text: str, value: float | None = None) -> Fraction:
        """Return the number that `text` writes: `value` where Python has other words for it."""
        fraction = cls(text if value is None else value)
        fraction.text = text
        return fraction

    def __str__(self) -> str:
        return self.text


def number(text: str) -> int | Numeral:
    """The whole number that `text` writes in plain decimal digits, else `text` itself."""
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")
    return int(text) if plain and text != "-0" and len(digits) <= MAX_DIGITS else Numeral(text)
