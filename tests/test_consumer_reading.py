"""Files made from the registry as they are read: forms, private lists, hostile bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.consumer_cases import registry
from validator import Unusable
from validator.consumers.audit import audit
from validator.consumers.case import PrivateRules
from validator.consumers.entry import KINDS, ConsumerFile
from validator.consumers.reading import parse_consumer
from validator.limits import Limits

REGISTRY = registry()


def rows(file: ConsumerFile) -> list[tuple[Any, ...]]:
    return [(e.name, e.port_text, e.transport, e.line_number) for e in file.entries]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("services", "http 80/tcp www\nhttps 443/tcp # x\n"),
        ("services", "http 80/tcp\nhttps 443/tcp\n" * 6 + "domain 53/tcp/udp\n"),
        ("wireshark", "http 80/tcp\n" * 9 + "domain 53/tcp/udp\n"),
        ("wireshark", "http 80/tcp\n" * 9 + "x11 6000-6063/tcp\n"),
        ("nmap", "http 80/tcp 0.48\n" * 9 + "https 443/tcp\n"),
        ("services", "http 80/tcp 0.48\n" * 8 + "https 443/tcp\nssh 22/tcp\n"),
        ("nmap", "unknown 4/tcp 0.000477\nhttp 80/tcp 484143/1000000 # x\n"),
        ("services", "# nothing\n"),
        ("private", "service,port\na,8500\n"),
        ("private", "Port;Team\n8500;a\n"),
    ],
)
def test_the_form_is_told_by_content(kind: str, text: str) -> None:
    assert parse_consumer(text.encode(), path="x").kind == kind


YAML = """\
services:
  - name: billing
    port: 8500
    owner: payments
    expires: 2027-01-31
  - name: reports
    port: "8510-8519"
    protocol: udp
"""
JSON = """\
{"services": [
  {"name": "billing", "port": 8500, "owner": "payments", "expires": "2027-01-31"},
  {"name": "reports", "port": "8510-8519", "protocol": "udp"}
]}
"""
TOML = """\
[[services]]
name = "billing"
port = 8500
owner = "payments"
expires = 2027-01-31
[[services]]
name = "reports"
port = "8510-8519"
protocol = "udp"
"""
CSV = """\
name,port,owner,expires,protocol
billing,8500,payments,2027-01-31,
reports,8510-8519,,,udp
"""
MARKDOWN = """\
# Ports

| Name | Port | Owner | Expires | Protocol |
|------|-----:|:------|---------|----------|
| `billing` | 8500 | payments | 2027-01-31 | |
| **reports** | 8510-8519 | | | UDP |
"""


@pytest.mark.parametrize(
    ("path", "text", "places"),
    [
        ("p.yaml", YAML, [(2, 5), (6, 5)]),
        ("p.json", JSON, [(2, 3), (3, 3)]),
        ("p.toml", TOML, [(1, 1), (6, 1)]),
        ("p.csv", CSV, [(2, 1), (3, 1)]),
        ("p.md", MARKDOWN, [(5, 1), (6, 1)]),
    ],
)
def test_each_form_of_a_private_list_says_the_same(
    path: str, text: str, places: list[tuple[int, int]]
) -> None:
    file = parse_consumer(text.encode(), path=path)
    assert [row[:3] for row in rows(file)] == [
        ("billing", "8500", "tcp"), ("reports", "8510-8519", "udp"),
    ]  # fmt: skip
    assert not file.faults
    assert [entry.line_number for entry in file.entries] == [line for line, _ in places]
    first = file.entries[0]
    assert {role: first.cells[role].text for role in ("owner", "expiry")} == {
        "owner": "payments", "expiry": "2027-01-31",
    }  # fmt: skip
    for entry in file.entries:
        for field, value in (("service_name", entry.name), ("port_number", entry.port_text)):
            at = file.locate(entry, field)
            text_there = file.data[at:].decode().lstrip("`*")
            assert text_there.startswith(value), (field, value)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("p.yaml", "grafana: 3000\nloki: [3100, 9096]\n",
         [("grafana", "3000"), ("loki", "3100"), ("loki", "9096")]),
        ("p.yaml", "3000: grafana\n3100: loki\n", [("grafana", "3000"), ("loki", "3100")]),
        ("p.json", '[{"app": "a", "ports": [1, 2]}]', [("a", "1"), ("a", "2")]),
        ("p.json", '{"ports": {"a": {"port": 1}, "b": {"port": 2}}}', [("a", "1"), ("b", "2")]),
        ("p.toml", "[ports]\na = 8500\nb = 8501\n", [("a", "8500"), ("b", "8501")]),
        ("p.yaml", "a:\n  - port: 1\n    protocol: tcp\n  - port: 2\n", [("a", "1"), ("a", "2")]),
    ],
)  # fmt: skip
def test_mappings_of_names_and_ports(path: str, text: str, expected: list[tuple[str, str]]) -> None:
    file = parse_consumer(text.encode(), path=path)
    assert [row[:2] for row in rows(file)] == expected
    assert not file.faults


def test_columns_are_named_by_the_configuration() -> None:
    rules = PrivateRules(columns={"name": "What", "port": "Socket"})
    file = parse_consumer(b"What,Socket,port\nbilling,8500,x\n", path="p.csv", private=rules)
    assert rows(file) == [("billing", "8500", "tcp", 2)]
    missing = parse_consumer(b"What,port\nbilling,8500\n", path="p.csv", private=rules)
    assert [(fault.code, fault.value) for fault in missing.faults] == [("CS404", "Socket")]


def test_a_quoted_line_end_keeps_the_lines() -> None:
    file = parse_consumer(b'service,port\n"bil\nling",8500\nreports,8501\n', path="p.csv")
    assert rows(file) == [("bil\nling", "8500", "tcp", 2), ("reports", "8501", "tcp", 4)]


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("x", b"", "x is empty"),
        ("x", b"http 80/tcp\0\n", "x is not text: it has a NUL byte"),
        ("p.json", b'{"a": 1', "p.json:1:8: not valid JSON"),
        ("p.yaml", b"a: *b\n", "p.yaml:1:4: aliases of YAML are not read"),
        ("p.yaml", b"a: 1\n---\nb: 2\n", "p.yaml:3:1: a second document"),
        ("p.yaml", b"[" * 30, "p.yaml:1:21: nested deeper than 20 levels"),
        ("p.toml", b"a =\n", "p.toml"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(path: str, data: bytes, sentence: str) -> None:
    with pytest.raises(Unusable, match=f"^{sentence.replace('*', '.')}"):
        parse_consumer(data, path=path)


def test_a_limit_of_entries_is_a_finding() -> None:
    data = b"a 1/tcp\nb 2/tcp\nc 3/tcp\n"
    file = parse_consumer(data, path="x", limits=Limits(records=2))
    assert [(fault.code, fault.offset) for fault in file.faults] == [("CS001", 16)]
    assert len(file.entries) == 2


PIECES = st.sampled_from(
    ["http", " ", "\t", "80/tcp", "80-90/tcp", "/", "tcp", "#", "\n", "\r\n", "0", "65536",
     ",", ";", '"', "|", "-", "port", "service", "é", "\x1b[2J", "unknown", "0.5", "1/0",
     "[", "{", ":", "'"]
)  # fmt: skip


@given(
    st.binary(max_size=200) | st.lists(PIECES, max_size=40).map("".join).map(str.encode),
    st.sampled_from(["services", "p.csv", "p.md", "p.yaml", "p.json", "p.toml"]),
    st.sampled_from([None, *KINDS]),
)
@example(b"a 1/tcp\xff\n", "services", None)
def test_any_bytes_end_in_findings_or_a_sentence(data: bytes, path: str, kind: Any) -> None:
    try:
        file = parse_consumer(data, path=path, kind=kind)
    except Unusable:
        return
    previous = file if kind != "private" else None
    report = audit(file, REGISTRY, history=[REGISTRY], previous=previous)
    assert not report.faults, report.faults[0].message
    assert all(finding.location.line >= 1 for finding in report.findings)
