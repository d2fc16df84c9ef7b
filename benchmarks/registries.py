"""Registries of any size, made from a seed in the layout of the published XML.

`registry(records, seed)` has the proportions of the real one.  The other `ADVERSARIES` are hard
cases: all records with one port, one name or one contact; ranges inside ranges; names that break
every rule.  The people and services are invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeAlias

Row: TypeAlias = tuple[str, str, str, str, str]  # name, port, transport, contact, description

_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Service Name and Transport Protocol Port Number Registry</title>
  <updated>2026-08-17</updated>
"""
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qi ro su ta ve wi xo yu za".split()
_WORDS = "Harbor Quay Ledger Mirror Beacon Archive Relay Control Message Transfer Service".split()


def _word(dice: random.Random, length: int) -> str:
    return "".join(dice.choice(_SYLLABLES) for _ in range(length))


def _usual(records: int, dice: random.Random) -> list[Row]:
    rows: list[Row] = []
    names = [f"{_word(dice, 3)}-{number}" for number in range(records // 2 + 1)]
    people = [f"{_word(dice, 3).title()}_{number}" for number in range(records * 2 // 5 + 1)]
    port = 0
    while len(rows) < records:
        port = port + 1 if port < 49000 else 1
        draw = dice.random()
        if draw < 0.09:
            rows.append(("", f"{port}-{port + 2}", "", "", "Unassigned"))
            port += 2
        elif draw < 0.17:
            rows.append((dice.choice(names), "", "tcp", dice.choice(people), "Invented"))
        else:
            name, person = dice.choice(names), dice.choice(people)
            description = f"{dice.choice(_WORDS)} {dice.choice(_WORDS)} {port % 977}"
            rows += [
                (name, str(port), transport, person, description) for transport in ("tcp", "udp")
            ]
    return rows[:records]


def _one_port(records: int, dice: random.Random) -> list[Row]:
    return [(f"{_word(dice, 3)}-{n}", "4621", "tcp", "", "Harbor") for n in range(records)]


def _one_name(records: int, dice: random.Random) -> list[Row]:
    return [
        (
            "harbor",
            str(1024 + n % 48000),
            dice.choice(("tcp", "udp")),
            f"P_{n % 977}",
            f"Harbor {n}",
        )
        for n in range(records)
    ]


def _one_contact(records: int, dice: random.Random) -> list[Row]:
    return [
        (f"{_word(dice, 3)}-{n}", str(n % 49000), "tcp", "Ann_Example", "x") for n in range(records)
    ]


def _nested(records: int, dice: random.Random) -> list[Row]:
    rows: list[Row] = []
    for n in range(records):
        low, high = 1 + n % 24000, 49000 - n % 24000
        name = f"{_word(dice, 2)}-{n}" if n % 2 else ""
        rows.append((name, f"{low}-{high}", "tcp" if n % 3 else "", "", "Unassigned"))
    return rows


def _bad_names(records: int, dice: random.Random) -> list[Row]:
    bad = ("-{}--{}_", "{}.{}+with-much-too-long-a-name-{}", "{}__{}", "--{}{}--", "1{}*")
    return [
        (
            dice.choice(bad).replace("{}", f"{_word(dice, 2)}{n}"),
            str(n % 49000),
            "udp",
            "",
            "Harbor",
        )
        for n in range(records)
    ]


ADVERSARIES: dict[str, Callable[[int, random.Random], list[Row]]] = {
    "usual": _usual,
    "one port": _one_port,
    "one name": _one_name,
    "one contact": _one_contact,
    "nested ranges": _nested,
    "bad names": _bad_names,
}


def registry(records: int, seed: int = 6335, kind: str = "usual") -> bytes:
    """Return a registry in XML; the same for the same arguments."""
    dice = random.Random(f"{seed} {kind}")
    rows = ADVERSARIES[kind](records, dice)
    lines = [_HEAD]
    for number, (name, port, transport, contact, description) in enumerate(rows):
        date = f' date="20{number % 20 + 5:02}-{number % 12 + 1:02}-{number % 28 + 1:02}"'
        lines.append(f"  <record{date if name else ''}>\n")
        if name:
            lines.append(f"    <name>{name}</name>\n")
        if transport:
            lines.append(f"    <protocol>{transport}</protocol>\n")
        if contact:
            lines.append(f'    <xref type="person" data="{contact}"/>\n')
        lines.append(f"    <description>{description}</description>\n")
        if port:
            lines.append(f"    <number>{port}</number>\n")
        lines.append("  </record>\n")
    lines.append("  <people>\n")
    for contact in sorted({row[3] for row in rows if row[3]}):
        lines.append(
            f'    <person id="{contact}">\n      <name>{contact.replace("_", " ")}</name>\n'
        )
        lines.append(f"      <uri>mailto:{contact.lower()}&amp;example.com</uri>\n")
        lines.append("      <updated>2020-05-04</updated>\n    </person>\n")
    lines.append("  </people>\n</registry>\n")
    return "".join(lines).encode()
