"""Strategies for service names, port numbers and dates, as the registry writes them."""

from __future__ import annotations

import datetime
import string
from collections.abc import Sequence
from typing import Literal

from hypothesis import strategies as st

from validator.model import vocabulary

Range = Literal["System", "User", "Dynamic"]
Clause = Literal["SN001", "SN002", "SN003", "SN004", "SN005"]

FIRST_DAY = datetime.date(1970, 1, 1)
# In the past for every clock, also with the days after it that are too late for the registry.
LAST_DAY = datetime.date(2025, 6, 30)

# In the order in which examples shrink.
_LETTERS = string.ascii_lowercase + string.digits + string.ascii_uppercase
_RANGES = {
    "System": vocabulary.SYSTEM_PORTS,
    "User": vocabulary.USER_PORTS,
    "Dynamic": vocabulary.DYNAMIC_PORTS,
}
_FIRST = ord("\N{HANGUL SYLLABLE GA}")
# What people write in names, and characters that only look like letters.
_ODD = "_./+*@!#'(,: éßÅжΩ中٣\N{KELVIN SIGN}\N{FULLWIDTH LATIN SMALL LETTER A}\N{MINUS SIGN}"


def words_of(
    values: Sequence[str], most: int, least: int = 1, glue: str = ""
) -> st.SearchStrategy[str]:
    """From `least` to `most` of `values`, joined by `glue`; shrinks to few of them, and the first.

    It is one choice and not a list of choices, because that shrinks fast.
    """
    # A letter for each value, in the order of the values.
    alphabet = st.characters(min_codepoint=_FIRST, max_codepoint=_FIRST + len(values) - 1)
    texts = st.text(alphabet, min_size=least, max_size=most)
    return texts.map(lambda text: glue.join(values[ord(letter) - _FIRST] for letter in text))


def _texts(alphabet: str, most: int, least: int = 1, hyphens: int = 6) -> st.SearchStrategy[str]:
    """Texts of `alphabet` and hyphens, which are as likely as `hyphens` other characters."""
    return words_of(alphabet + "-" * hyphens, most, least)


def service_names(*, max_length: int = vocabulary.SERVICE_NAME_LENGTH) -> st.SearchStrategy[str]:
    """Service names of 1 to `max_length` characters, in both cases, valid by RFC 6335, 5.1."""

    def valid(name: str) -> bool:
        return vocabulary.SERVICE_NAME.fullmatch(name) is not None

    return _texts(_LETTERS, max_length).filter(valid)


def invalid_service_names(violates: Clause) -> st.SearchStrategy[str]:
    """Names that violate the clause of Section 5.1 that the rule `violates` checks, and no other.

    SN001: longer than 15 characters; SN002: an illegal character; SN003: no letter; SN004: a hyphen
    at an end; SN005: two adjacent hyphens.  They shrink to the shortest such name.
    Raises `ValueError` for another code.
    """
    most = vocabulary.SERVICE_NAME_LENGTH
    if violates == "SN001":
        names = _texts(_LETTERS, 4 * most, least=most + 1, hyphens=1)
    elif violates == "SN002":
        names = st.builds(
            lambda name, odd, at: name[: at % (len(name) + 1)] + odd + name[at % (len(name) + 1) :],
            _texts(_LETTERS, most - 1),
            st.sampled_from(_ODD),
            st.integers(0, most),
        ).filter(lambda name: name not in vocabulary.LEGACY_NAMES)
    elif violates == "SN003":
        names = _texts(string.digits, most, hyphens=1)
    elif violates == "SN004":
        edge = st.sampled_from([("-", ""), ("", "-"), ("-", "-")])
        inner = service_names(max_length=most - 2)
        names = st.builds(lambda name, edge: f"{edge[0]}{name}{edge[1]}", inner, edge)
    elif violates == "SN005":
        inner = _texts(_LETTERS, most // 2 - 1)
        names = st.builds(
            lambda left, more, right: f"{left}-{more}-{right}",
            inner,
            st.sampled_from(["", "-"]),
            inner,
        )
    else:
        raise ValueError(f"expected a code from SN001 to SN005, found {violates!r}")
    return names.filter(lambda name: _violated_clauses(name) == {violates})


def _violated_clauses(name: str) -> set[str]:
    """The clauses of Section 5.1 that `name` violates, by the code of their rule."""
    violations = {
        "SN001": not 1 <= len(name) <= vocabulary.SERVICE_NAME_LENGTH,
        "SN002": not vocabulary.SERVICE_NAME_CHARACTERS.issuperset(name),
        "SN003": not any(character in string.ascii_letters for character in name),
        "SN004": name[:1] == "-" or name[-1:] == "-",
        "SN005": "--" in name,
    }
    return {code for code, violated in violations.items() if violated}


def port_numbers(range: Range | None = None) -> st.SearchStrategy[str]:
    """Port numbers as the registry writes them, of one range (Section 6) or of all three."""
    low, high = (0, 65535) if range is None else _RANGES[range]
    return st.integers(low, high).map(str)


def dates(precision: Literal["day", "month"] | None = None) -> st.SearchStrategy[str]:
    """Dates that exist, as the registry writes them: YYYY-MM-DD, YYYY-MM, or both kinds."""
    days = st.dates(FIRST_DAY, LAST_DAY)
    by_day = days.map(datetime.date.isoformat)
    by_month = days.map(lambda day: day.isoformat()[:7])
    if precision is None:
        return by_day | by_month
    return by_day if precision == "day" else by_month
