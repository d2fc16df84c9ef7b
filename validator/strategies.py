"""Hypothesis strategies for what a registry is made of (`pip install "ianalint[hypothesis]"`).

All of them are for text as the registry writes it.  What `registries` makes is consistent: no rule
finds anything in it.
"""

from __future__ import annotations

import datetime
import string
from typing import Literal

from hypothesis import strategies as st

from validator.api import parse_registry
from validator.registry import Registry
from validator.vocabulary import (
    DYNAMIC_PORTS,
    LEGACY_NAMES,
    NAMESPACE,
    REGISTRY_ID,
    SERVICE_NAME,
    SERVICE_NAME_LENGTH,
    SYSTEM_PORTS,
    USER_PORTS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Range: TypeAlias = Literal["System", "User", "Dynamic"]
    Clause: TypeAlias = Literal["SN001", "SN002", "SN003", "SN004", "SN005"]

_LOWER = string.ascii_lowercase
_ALPHABET = _LOWER + string.digits + string.ascii_uppercase
_RANGES = {"System": SYSTEM_PORTS, "User": USER_PORTS, "Dynamic": DYNAMIC_PORTS}
_FIRST_DAY = datetime.date(2011, 9, 1)
_LAST_DAY = datetime.date(2026, 8, 17)
_NAMES = ("harbor", "quay", "pier", "jetty", "anchor", "beacon", "ferry", "tide", "buoy", "mast")


def service_names(*, max_length: int = SERVICE_NAME_LENGTH) -> st.SearchStrategy[str]:
    """Service names of 1 to `max_length` characters, in both cases, valid by RFC 6335, 5.1."""

    def valid(name: str) -> bool:
        return SERVICE_NAME.fullmatch(name) is not None

    parts = st.lists(st.text(_ALPHABET, min_size=1, max_size=max_length), min_size=1, max_size=4)
    joined = parts.map(lambda words: "-".join(words)[:max_length].strip("-"))
    return joined.filter(valid)


def invalid_service_names(violates: Clause) -> st.SearchStrategy[str]:
    """Names that break the clause of Section 5.1 behind the rule `violates`, and no other.

    SN001: longer than 15 characters; SN002: another character; SN003: no letter; SN004: a hyphen
    at an edge; SN005: two hyphens side by side.  Raises `ValueError` for another code.
    """
    if violates == "SN001":
        return st.text(_LOWER, min_size=SERVICE_NAME_LENGTH + 1, max_size=40)
    if violates == "SN002":
        # Not one of the names that Section 10.1 keeps.
        odd = st.sampled_from("_./+*é ")
        return st.builds(
            lambda left, mark, right: f"{left}{mark}{right}",
            st.text(_LOWER, min_size=1, max_size=7),
            odd,
            st.text(_LOWER, min_size=1, max_size=7),
        ).filter(lambda name: name not in LEGACY_NAMES)
    if violates == "SN003":
        digits = st.text(string.digits, min_size=1, max_size=7)
        return digits | st.builds(lambda a, b: f"{a}-{b}", digits, digits)
    inner = st.text(_LOWER, min_size=1, max_size=6)
    if violates == "SN004":
        edges = st.sampled_from([("-", ""), ("", "-"), ("-", "-")])
        return st.builds(lambda name, edge: f"{edge[0]}{name}{edge[1]}", inner, edges)
    if violates == "SN005":
        hyphens = st.integers(2, 3).map(lambda count: "-" * count)
        return st.builds(lambda a, mark, b: f"{a}{mark}{b}", inner, hyphens, inner)
    raise ValueError(f"no clause of Section 5.1 is behind {violates}")


def port_numbers(range: Range | None = None) -> st.SearchStrategy[str]:
    """Port numbers as the registry writes them, of one range (Section 6) or of all three."""
    low, high = (0, 65535) if range is None else _RANGES[range]
    return st.integers(low, high).map(str)


def dates(precision: Literal["day", "month"] | None = None) -> st.SearchStrategy[str]:
    """Dates that there are, as the registry writes them: YYYY-MM-DD, YYYY-MM, or both kinds."""
    days = st.dates(datetime.date(1970, 1, 1), _LAST_DAY)
    by_day = days.map(datetime.date.isoformat)
    by_month = days.map(lambda day: day.isoformat()[:7])
    if precision is None:
        return by_day | by_month
    return by_day if precision == "day" else by_month


def registries(*, max_size: int = 8) -> st.SearchStrategy[Registry]:
    """Parts of a registry with up to `max_size` services, in which no rule finds anything.

    They are read from XML in the published layout; `registry.dump.data` has its bytes.  Shrinks
    to the empty registry, few services and short texts.
    """
    return _services(max_size).map(_written)


def _services(max_size: int) -> st.SearchStrategy[list[tuple[int, int, datetime.date, str]]]:
    service = st.tuples(
        st.integers(USER_PORTS[0] + 1, USER_PORTS[1] - 1),
        st.integers(0, len(_NAMES) - 1),
        st.dates(_FIRST_DAY, _LAST_DAY),
        st.sampled_from(["tcp", "udp", "sctp"]),
    )
    return st.lists(service, min_size=1, max_size=max_size, unique_by=lambda entry: entry[0])


def _written(services: list[tuple[int, int, datetime.date, str]]) -> Registry:
    lines = [
        "<?xml version='1.0' encoding='UTF-8'?>",
        f'<registry xmlns="{NAMESPACE}" id="{REGISTRY_ID}">',
        "  <title>Service Name and Transport Protocol Port Number Registry</title>",
        "  <category>Service Names and Transport Protocol Port Numbers</category>",
        f"  <updated>{_LAST_DAY}</updated>",
        '  <xref type="rfc" data="rfc6335"/>',
    ]
    cited: dict[str, datetime.date] = {}
    for port, number, day, transport in sorted(services):
        word = _NAMES[number]
        person = f"{word.capitalize()}_Example"
        cited[person] = min(day, cited.get(person, day))
        lines += [
            f'  <record date="{day}">',
            # The port makes the name one of a kind.
            f"    <name>{word}-{_letters(port)}</name>",
            f"    <protocol>{transport}</protocol>",
            "    <assignee>",
            f'      <xref type="person" data="{person}"/>',
            "    </assignee>",
            f'    <xref type="person" data="{person}"/>',
            f"    <description>{word.capitalize()} exchange on the waterfront</description>",
            f"    <number>{port}</number>",
            "  </record>",
        ]
        others = [other for other in ("tcp", "udp") if other != transport]
        for other in others if transport in ("tcp", "udp") else ():
            lines += [
                "  <record>",
                f"    <protocol>{other}</protocol>",
                "    <description>Reserved</description>",
                f"    <number>{port}</number>",
                "  </record>",
            ]
    lines.append("  <people>")
    for person in sorted(cited):
        name = person.replace("_", " ")
        address = person.lower().replace("_", ".")
        lines += [
            f'    <person id="{person}">',
            f"      <name>{name}</name>",
            f"      <uri>mailto:{address}&amp;example.com</uri>",
            f"      <updated>{cited[person]}</updated>",
            "    </person>",
        ]
    lines += ["  </people>", "</registry>", ""]
    return parse_registry("\n".join(lines), path="generated.xml", whole=False)


def _letters(port: int) -> str:
    """A port number in letters: digits in a name would say the port again."""
    return "".join(_LOWER[int(digit)] for digit in str(port))
