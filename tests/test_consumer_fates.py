"""The fate of every entry and record, beside a plain reading of the terms over small registries.

The reading below looks at every claim for every question; the package asks indexes.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from validator import Registry, parse_registry
from validator.consumers.audit import parse_expected
from validator.consumers.case import AuditCase
from validator.consumers.claims import Claims, Former
from validator.consumers.entry import Entry
from validator.consumers.reading import parse_consumer

ALL = ("tcp", "udp", "sctp", "dccp")
HISTORIC = (
    'This entry is an alias to "{}". This entry is now historic, not usable for use with many'
    " common service discovery mechanisms."
)
HEADINGS = (
    (ROOT / "fixtures" / "registry" / "small.csv").read_text(encoding="utf-8").splitlines()[0]
)
NAMES = ("gale", "ga-le", "ga_le", "Gale", "gale-2", "gale-horn", "tide", "tides", "buoy")
DATES = ("", "2009-02", "2012-03-04", "2020-05")

Row = tuple[str, str, str, str, str]  # name, port, transport, registration date, notes


def registry(rows: list[Row]) -> Registry:
    lines = [HEADINGS]
    for name, port, transport, date, note in rows:
        text = "Reserved" if not name else "A Service"
        note = note.replace('"', '""')
        lines.append(f'{name},{port},{transport},{text},,[A],{date},,,,,"{note}"')
    return parse_registry(("\r\n".join(lines) + "\r\n").encode(), path="r.csv", form="csv")


def fold(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower())


def squash(name: str) -> str:
    return fold(name).replace("-", "")


def ports(text: str) -> range:
    low, _, high = text.partition("-")
    return range(int(low), int(high or low) + 1) if low else range(0)


class Reading:
    """The terms and fates as the specification of `audit` words them."""

    def __init__(self, rows: list[Row], earlier: list[Row], entries: list[Entry]) -> None:
        self.named = [row for row in rows if row[0]]
        self.statements = [row for row in rows if not row[0]]
        self.claims = [
            (name, port, t, HISTORIC[:20] in note)
            for name, text, transport, _, note in self.named
            for port in ports(text)
            for t in ([transport] if transport else ALL)
        ]
        self.earlier = [
            (fold(name), port, t)
            for name, text, transport, _, _ in earlier
            if name
            for port in ports(text)
            for t in ([transport] if transport else ALL)
        ]
        self.entries = entries
        self.limit = max((len(e.name) for e in entries), default=0)

    def at(self, port: int, transport: str) -> list[tuple[str, bool]]:
        return [(n, h) for n, p, t, h in self.claims if (p, t) == (port, transport)]

    def words(self, port: int, transport: str) -> list[str]:
        return [
            word
            for e in self.entries
            if e.low <= port <= e.high and e.transport == transport
            for word in e.words
        ]

    def names(self, port: int, transport: str) -> list[str]:
        return [
            e.name for e in self.entries if e.low <= port <= e.high and e.transport == transport
        ]

    def entry_fate(self, e: Entry) -> str:
        if e.transport not in ALL:
            return "foreign-transport"
        here = self.at(e.low, e.transport)
        names = [name for name, _ in here]
        if e.name in names:
            everywhere = range(e.low, e.high + 1)
            if not all(e.name in [n for n, _ in self.at(p, e.transport)] for p in everywhere):
                return "range-grown"
            if any(name == e.name and not historic for name, historic in here):
                return "kept"
            there = self.words(e.low, e.transport)
            return "historic" if any(n in there for n, h in here if not h) else "historic-alone"
        return self.fate_of_stranger(e, names)

    def fate_of_stranger(self, e: Entry, names: list[str]) -> str:
        elsewhere = [n for t in ALL for n, _ in self.at(e.low, t)]
        same = [row for row in self.named if row[0] == e.name]
        about = [s for s in self.statements if e.low in ports(s[1]) and s[2] in ("", e.transport)]
        ranges = [
            row[0]
            for row in self.named
            if e.low in ports(row[1]) and len(ports(row[1])) > 1 and row[2] in ("", e.transport)
        ]
        former = (fold(e.name), e.low, e.transport)
        conditions = {
            "respelled": squash(e.name) in map(squash, names),
            "truncated": any(n.startswith(e.name) and len(n) > len(e.name) for n in names)
            and len(e.name) == self.limit,
            "alias-only": any(alias.text in names for alias in e.aliases),
            "range-member": any(fold(e.name).startswith(fold(name)) for name in ranges),
            "former": former in self.earlier and fold(e.name) not in map(fold, names),
            "other-name": bool(names),
            "other-transport": squash(e.name) in map(squash, elsewhere),
            "released": any("emoved" in s[4] for s in about),
            "moved": any(row[1] and row[2] in ("", e.transport) for row in same),
            "without-port": bool(same) and not any(row[1] for row in same),
            "dynamic": e.low >= 49152,
            "reserved": bool(about),
        }
        return next((fate for fate, holds in conditions.items() if holds), "unregistered")

    def record_fate(self, row: Row, entry_fates: list[str]) -> str:
        name, text, transport, _, note = row
        if not text:
            return "no-port"
        port = ports(text)[0]
        if not transport:
            return "kept" if any(name in self.names(port, t) for t in ALL) else "no-transport"
        present = [name in self.names(p, transport) for p in ports(text)]
        if any(present):
            return "kept" if all(present) else "range-shrunk"
        words, names = self.words(port, transport), self.names(port, transport)
        others = [n for n, _ in self.at(port, transport) if n != name]
        moved = [
            (e.name, e.transport) for e, f in zip(self.entries, entry_fates, strict=True)
            if f == "moved"
        ]  # fmt: skip
        spellings = list(map(squash, words))
        conditions = {
            "alias": name in words,
            "folded": HISTORIC[:20] in note and any(squash(n) in spellings for n in others),
            "respelled": squash(name) in spellings,
            "truncated": len(name) > self.limit and name[: self.limit] in words,
            "merged": any(n in names for n in others),
            "renamed": bool(words),
            "other-transport": any(
                name in self.words(port, t) and name not in [n for n, _ in self.at(port, t)]
                for t in (*ALL, "ddp")
            ),
            "transport-dropped": not any(e.transport == transport for e in self.entries),
            "moved": (name, transport) in moved,
        }
        return next((fate for fate, holds in conditions.items() if holds), "lost")

    def cut(self) -> tuple[str | None, str | None]:
        """The newest date of a record that is there by name, and the month of the cut."""
        dated = []
        newest = None
        for name, text, transport, date, note in self.named:
            if not (text and transport and date) or HISTORIC[:20] in note:
                continue
            anywhere = [
                squash(w) for p in ports(text) for t in (*ALL, "ddp") for w in self.words(p, t)
            ]
            is_kept = all(name in self.names(p, transport) for p in ports(text))
            dated.append((date[:7], squash(name) in anywhere))
            if is_kept and (newest is None or date > newest):
                newest = date
        best = None
        for month in sorted({m for m, _ in dated}):
            score = sum(present == (m <= month) for m, present in dated)
            if best is None or score > best[0]:
                best = (score, month)
        return newest, None if best is None else best[1]


PORTS = st.sampled_from(("8040", "8041", "8040-8042", "50000", ""))
ROWS = st.builds(
    lambda name, port, transport, date, note: (
        name, port if name else port or "8041", transport, date if name else "",
        HISTORIC.format("gale") if name and note else "Removed on 2015-03-02." if note else "",
    ),
    st.sampled_from(("", *NAMES)), PORTS, st.sampled_from(("tcp", "udp", "sctp", "")),
    st.sampled_from(DATES), st.booleans(),
)  # fmt: skip
LINES = st.builds(
    lambda name, port, transport, aliases: f"{name} {port}/{transport} {' '.join(aliases)}",
    st.sampled_from(NAMES),
    st.sampled_from(("8040", "8041", "8042", "8040-8042", "50000")),
    st.sampled_from(("tcp", "udp", "tcp/udp", "ddp")),
    st.lists(st.sampled_from(NAMES), max_size=2),
)


@given(
    st.lists(ROWS, max_size=6), st.lists(ROWS, max_size=3), st.lists(LINES, max_size=5),
)  # fmt: skip
def test_fates_are_those_of_a_plain_reading(
    rows: list[Row], earlier: list[Row], lines: list[str]
) -> None:
    file = parse_consumer(("# x\n" + "\n".join(lines)).encode(), path="x", kind="wireshark")
    case: Any = AuditCase(
        file, Claims(registry(rows)), Former([registry(earlier)] if earlier else []), is_full=True
    )
    reading = Reading(rows, earlier, file.entries)
    entry_fates = [reading.entry_fate(entry) for entry in file.entries]
    assert case.compared.entry_fates == entry_fates
    newest, cut = reading.cut()
    record_fates = [reading.record_fate(row, entry_fates) for row in reading.named]
    for at, (_, _, _, date, _) in enumerate(reading.named):
        if record_fates[at] in ("lost", "transport-dropped") and cut and date[:7] > cut:
            record_fates[at] = "newer"
    assert case.compared.record_fates == record_fates
    age = case.compared.age
    assert (age.newest, age.cut) == (newest, cut)


@pytest.mark.parametrize(
    ("rows", "line", "fates"),
    [
        # A historic name goes with its replacement, also if that is an alias there.
        ([("gale", "8040", "tcp", "", ""), ("old_gale", "8040", "tcp", "", HISTORIC)],
         "x 8040/tcp gale", ["alias", "folded"]),
        # Another name of the port counts where the file has it as a name.
        ([("gale", "8040", "tcp", "", ""), ("tide", "8040", "tcp", "", "")],
         "x 8040/tcp tide", ["renamed", "alias"]),
        ([("gale", "8040", "tcp", "", ""), ("tide", "8040", "tcp", "", "")],
         "tide 8040/tcp", ["merged", "kept"]),
    ],
)  # fmt: skip
def test_fates_of_records_of_one_port(rows: list[Row], line: str, fates: list[str]) -> None:
    file = parse_consumer(f"{line}\n".encode(), path="x", kind="services")
    case: Any = AuditCase(file, Claims(registry(rows)), Former([]), is_full=True)
    assert case.compared.record_fates == fates


def test_a_former_name_beyond_ascii_in_another_spelling() -> None:
    now, earlier = (registry([(name, "8040", "tcp", "", "")]) for name in ("tide", "gull-\u00e4"))
    file = parse_consumer("Gull_\u00c4 8040/tcp\n".encode(), path="x", kind="services")
    case: Any = AuditCase(file, Claims(now), Former([earlier]))
    assert case.compared.entry_fates == ["former"]


def test_a_registry_without_ports_is_not_covered() -> None:
    file = parse_consumer(b"gale 8040/tcp\n", path="x", kind="services")
    case: Any = AuditCase(file, Claims(registry([("gale", "", "tcp", "", "")])), Former([]))
    assert (case.compared.coverage, case.compared.is_full) == (0.0, False)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("whois/tpc", "whois/tcp"), ("tcp/whois", "whois/tcp"), ("whois/43/tpc", "whois/tcp=43"),
        ("whois:tcp", "whois/tcp"), ("whois/tcp/43", "whois/tcp=43"),
        ("whois/tcp=043", "whois/tcp=43"), ("whois/TCP", "whois/tcp"),
        ("whois", None), ("whois=43", None), ("/tcp", None), ("whois/tcp=70000", None),
        ("whois/tcp=40-43", None), ("whois/tcp=", "whois/tcp"), ("", None),
    ],
)  # fmt: skip
def test_an_expectation_in_another_form(text: str, hint: str | None) -> None:
    with pytest.raises(ValueError, match="expected NAME") as caught:
        parse_expected(text)
    expected = f'expected NAME/TRANSPORT or NAME/TRANSPORT=PORT, found "{text}"'
    assert str(caught.value) == expected + (f"; did you mean {hint}?" if hint else "")
    if hint:
        assert parse_expected(hint)
