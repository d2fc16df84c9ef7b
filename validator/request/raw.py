"""What a request document says, key by key: values and places, never interpreted.

Every reader (YAML, TOML, JSON, an Internet-Draft) makes these; the checks give them meaning.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    # The way to a value: ("assignee", "email"), ("transport_protocols", 0).
    Way: TypeAlias = "tuple[str | int, ...]"

# A whole number with more digits than this is kept as text: no field has use for it.
LONGEST_NUMBER = 20
# Of one request no more flaws are told.
MOST_FLAWS = 100


class Flaw:
    """What of a request could not be read, or is not as the schema wants it, and where.

    `code` is that of the rule of family RQ that documents it, `way` leads to the value or key.
    """

    __slots__ = ("code", "message", "offset", "value", "way")

    def __init__(
        self, code: str, message: str, offset: int, way: Way = (), value: str | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.offset = offset
        self.way = way
        self.value = value

    def __repr__(self) -> str:
        return f"Flaw({self.code!r}, {self.message!r}, {self.offset!r})"


class RawRequest:
    """One request as its document says it.

    `values` has the keys of `schemas/request.schema.json` with plain values (str, int, float,
    bool, None, list, dict); a number that is written in another way than in plain decimal digits
    is the `Numeral` it is written as.  `places` maps the way to each value to the byte where it
    begins, `keys` the way to a value to that of its key; `offset` is the byte where the request
    begins, `index` its number in the file, from 0.  Of a draft, `unstated` are the keys of the
    template of RFC 6335, Section 8.1.1 that it does not give.
    """

    __slots__ = ("flaws", "index", "keys", "offset", "places", "unstated", "values")

    def __init__(self, index: int, offset: int) -> None:
        self.index = index
        self.offset = offset
        self.values: dict[str, Any] = {}
        self.places: dict[Way, int] = {}
        self.keys: dict[Way, int] = {}
        self.flaws: list[Flaw] = []
        self.unstated: tuple[str, ...] = ()

    def place(self, way: Way) -> int:
        """The byte where the value at `way` stands; where it is absent, that of its holder.

        An empty value has no place of its own to point at: its key has.
        """
        while way and way not in self.places:
            way = way[:-1]
        return self.places.get(way, self.offset)

    def __repr__(self) -> str:
        return f"RawRequest({self.index}, {self.values!r})"


class Numeral(str):
    """A number that is not written in plain decimal digits, or in too many: `010`, `0x50`."""

    __slots__ = ()


def number(text: str) -> int | Numeral:
    """The whole number `text` writes in plain decimal digits, else `text` itself."""
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")
    return int(text) if plain and text != "-0" and len(digits) <= LONGEST_NUMBER else Numeral(text)
