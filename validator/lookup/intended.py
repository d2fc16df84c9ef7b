"""What was meant by a word to look up whose parts are in another order, or misspelled."""

from __future__ import annotations

import re

from validator.consumers.port_cells import place_parts
from validator.model.vocabulary import fold

# People write these between name, port and transport, and DNS has `_name._tcp`.
_SEPARATOR = re.compile(r"(?:[/:,;@\s]|\._|^_)+")
_RANGE = re.compile(r"(?<![\w.-])([0-9]+)\s*(?:-|:|\.\.|to|\u2013)\s*([0-9]+)(?![\w.-])")
_LEADING_ZEROS = re.compile(r"(?<![\w.-])0+(?=[0-9])")
_LONGEST = 100


def intended_word(text: str) -> str | None:
    """Return NAME/PORT/TRANSPORT, or the parts of it that `text` has, as they should be written.

    It is None where `text` is right, or does not show what was meant.
    """
    if len(text) > _LONGEST:
        return None
    parts = _SEPARATOR.split(_LEADING_ZEROS.sub("", _with_ranges(text)))
    names, ports, transports = place_parts(parts)
    if len(names) > 1 or len(transports) > 1 or "".join(names).isdigit():
        return None
    if not ports and not (names and transports):
        return None
    words = ["/".join([*names, port, *transports]) for port in ports]
    word = " ".join(words) or "/".join([*names, *transports])
    return None if fold(word) == fold(text) else word


def _with_ranges(text: str) -> str:
    """The text with a hyphen in each range of ports, from the lower to the higher one."""
    return _RANGE.sub(lambda match: "-".join(sorted(match.groups(), key=int)), text)
