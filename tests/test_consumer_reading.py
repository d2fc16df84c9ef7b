"""Files made from the registry as they are read: forms, private lists, hostile bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import SMALL
from tests.consumer_cases import registry
from validator import Unusable
from validator.consumers.audit import audit
from validator.consumers.case import PrivateRules
from validator.consumers.entry import COLUMN_ROLES, KINDS, ConsumerFile
from validator.consumers.list_columns import COLUMNS
from validator.consumers.reading import parse_consumer
from validator.limits import Limits
from validator.readers.source import places

REGISTRY = registry()


def rows(file: ConsumerFile) -> list[tuple[Any, ...]]:
    return [(e.name, e.port_text, e.transport, e.line_number) for e in file.entries]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("services", "http 80/tcp www\nhttps 443/tcp # x\n"),
        ("services", "http 80/tcp\nhttps 443/tcp\n" * 6 + "domain 53/tcp/udp\n"),
        ("services", "http 80/tcp\n" * 9 + "domain 53/tcp/udp\n"),
        ("services", "http 80/tcp\n" * 9 + "x11 6000-6063/tcp\n"),
        ("services", "http 80/tcp\n" * 19 + "domain 53/tcp/udp\nx11 6000-6063/tcp\n"),
        ("wireshark", "http 80/tcp\n" * 18 + "domain 53/tcp/udp\nx11 6000-6063/tcp\n"),
        ("wireshark", "http 80/tcp\n" * 8 + "x11 6000-6063/tcp\n" * 2),
        ("wireshark", "domain 53/tcp/udp\n" * 2),
        ("wireshark", "http 80/tcp/udp\nx11 6000-6063/tcp\nssh 22/tcp\n"),
        ("services", "http 80/tcp\nhttps 443/tcp/udp\n"),
        ("services", "http 80/tcp\n" * 8 + "x11 6000-6063/tcp\n"),
        ("nmap", "http 80/tcp 0.48\n" * 9 + "https 443/tcp\n"),
        ("services", "http 80/tcp 0.48\n" * 8 + "https 443/tcp\nssh 22/tcp\n"),
        ("nmap", "unknown 4/tcp 0.000477\nhttp 80/tcp 484143/1000000 # x\n"),
        ("services", "# nothing\n"),
        ("private", "service,port\na,8500\n"),
        ("private", "Port;Team\n8500;a\n"),
        ("private", "| Port | Team |\n|--|--|\n| 8500 | a |\n"),
        ("private", "service\tport\nhttp\t80/tcp\n"),
        ("services", "# name, port, protocol\nhttp 80/tcp\n"),
    ],
)
def test_the_form_is_told_by_content(kind: str, text: str) -> None:
    assert parse_consumer(text.encode(), path="x").kind == kind


@pytest.mark.parametrize(
    ("kind", "port", "reason"),
    [
        ("services", "017", "leading zero: glibc reads the port as octal"),
        ("services", "00037777777777", "leading zero: glibc reads the port as octal"),
        ("services", "085", "leading zero: glibc skips this line"),
        ("services", "040000000000", "leading zero: glibc skips this line"),
        ("services", "080-090", "leading zero: glibc skips this line"),
        ("services", "65536", "port above 65535: glibc and NetBSD take the remainder of 65536"),
        (
            "services",
            "4294967295",
            "port above 65535: glibc and NetBSD take the remainder of 65536",
        ),
        ("services", "4294967296", "port above 65535: glibc and musl skip this line"),
        ("services", "9" * 5000, "port above 65535: glibc and musl skip this line"),
        ("services", "65536-65537", "range of ports: every C library skips this line"),
        ("wireshark", "65536-65537", "port above 65535"),
        *(
            (kind, port, reason)
            for kind in ("nmap", "wireshark")
            for port, reason in (
                ("017", "leading zero"),
                ("085", "leading zero"),
                ("65536", "port above 65535"),
            )
        ),
        ("nmap", "80-90", "range of ports"),
        ("services", "0abc", "malformed port; expected a plain decimal number"),
    ],
)
def test_what_a_c_library_does_with_a_malformed_port_is_true(
    kind: Any, port: str, reason: str
) -> None:
    """As glibc 2.36 and musl 1.2.3 answer for such lines."""
    [fault] = parse_consumer(f"a {port}/tcp\n".encode(), path="x", kind=kind).faults
    assert (fault.code, fault.offset) == ("CS002", 2)
    assert fault.message.endswith(f": {reason}")


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


# Lists as companies write them: what each row says, with the place of its port.
LISTS: list[tuple[str, str, list[tuple[str, str, str, int, int]]]] = [
    ("links.md", "| Service | Port |\n|---|---|\n| [Orders](https://o.example.com) | `8500` |\n",
     [("Orders", "8500", "tcp", 3, 38)]),
    ("marks.md", "Name | Port\n--- | ---\n`a_b`\\|c | **8500**, _8501/udp_\n",
     [("a_b|c", "8500", "tcp", 3, 14), ("a_b|c", "8501", "udp", 3, 23)]),
    ("break.md", "|Port|Name|\n|-:|-|\n|8500|two<br>lines|\n",
     [("two lines", "8500", "tcp", 3, 2)]),
    ("heading.md", "Service | Port\n--------------\nx | 1\n\nName | Port(s)\n-|-\ny | 8500\n",
     [("y", "8500", "tcp", 7, 5)]),
    ("dash.md", "| Name | Ports |\n|:-|-|\n| a | 8500\u20138509, 8520 to 8521 |\n",
     [("a", "8500\u20138509", "tcp", 3, 7), ("a", "8520 to 8521", "tcp", 3, 18)]),
    ("crosses.md", "|Port|TCP|UDP|Name|\n|-|-|-|-|\n|8500|\u2713|\u2717|a|\n|8501|\u274c|y|b|\n",
     [("a", "8500", "tcp", 3, 2), ("b", "8501", "udp", 4, 2)]),
    ("empty.md", "|Name|Port|\n|-|-|\n|``|8500|\n", [("", "8500", "tcp", 3, 5)]),
    ("title.csv", "Ports of the harbour,,\n\nService,Port,Team\na,8500,x\n",
     [("a", "8500", "tcp", 4, 3)]),
    ("title.tsv", "# do, not, edit\nService\tPort\n\"a \"\"b\"\"\"\t\"8500, 8501\"\n",
     [('a "b"', "8500", "tcp", 3, 12), ('a "b"', "8501", "tcp", 3, 18)]),
    ("remark.csv", "# service, port\nPort,Service\n8500,a\n", [("a", "8500", "tcp", 3, 1)]),
    ("hash.csv", "#Name,Port\na,8500\n", [("a", "8500", "tcp", 2, 3)]),
    ("semicolon.csv", "Service;Port;Protocol\r\n\"a,\r\nb\";8500:8502;UDP\r\n",
     [("a,\r\nb", "8500:8502", "udp", 3, 4)]),
    ("groups.yaml", "front:\n  shop: {port: 8500}\nback:\n  mail: 8501\n",
     [("shop", "8500", "tcp", 2, 16), ("mail", "8501", "tcp", 4, 9)]),
    ("merge.yaml", "x: &x {proto: udp}\nservices:\n- {<<: *x, name: a, port: 8500}\n",
     [("a", "8500", "udp", 3, 27)]),
    ("inside.json", '[{"name": "a", "ports": [8500, {"port": 8501, "protocol": "udp"}]}]',
     [("a", "8500", "tcp", 1, 26), ("a", "8501", "udp", 1, 41)]),
    ("turned.yaml", "8500: [a, b]\n8501-8503: c\n8504/udp: {service: d}\n",
     [("a, b", "8500", "tcp", 1, 1), ("c", "8501-8503", "tcp", 2, 1),
      ("d", "8504", "udp", 3, 1)]),
    ("tables.toml", 'title = "Ports"\nversion = 3\n[[port]]\nnumber = 8500\nname = "a"\n',
     [("a", "8500", "tcp", 4, 10)]),
    ("nested.toml", '[services.a]\nports = [8500, "8501/udp"]\n',
     [("a", "8500", "tcp", 2, 10), ("a", "8501", "udp", 2, 17)]),
    ("PORTS", "| Service | Port |\n|---|---|\n| a | 8500 |\n", [("a", "8500", "tcp", 3, 7)]),
    ("ports.csv.gz", "name,port\na,8500\n", [("a", "8500", "tcp", 2, 3)]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "expected"), LISTS, ids=[row[0] for row in LISTS])
def test_lists_as_companies_write_them(path: str, text: str, expected: list[Any]) -> None:
    file = parse_consumer(text.encode(), path=path)
    found = places(file.data, [entry.places[2] for entry in file.entries])
    assert [
        (e.name, e.port_text, e.transport, *place)
        for e, place in zip(file.entries, found, strict=True)
    ] == expected
    assert (file.kind, file.faults) == ("private", [])


@pytest.mark.parametrize(
    "text",
    ["a: 8500\n", '{"a": 8500}', '\n {"a": 8500}', "[x]\na = 8500\n", "[X]\na = 8500\n",
     "a = 8500\n", "name,port\na,8500\n",
     "|Name|Port|\n|-|-|\n|a|8500|\n", '[{"name": "a", "port": 8500}]', "- {name: a, port: 8500}"],
)  # fmt: skip
def test_the_form_of_a_list_without_suffix_shows_in_its_content(text: str) -> None:
    file = parse_consumer(text.encode(), path="<stdin>", kind="private")
    assert [(e.name, e.port_text) for e in file.entries] == [("a", "8500")]
    assert not file.faults


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("p.yaml", "\na: 8500\nb: 8501\n", [2, 3]),
        ("p.json", '\n{"a": 8500,\n"b": 8501}', [2, 3]),
        ("p.toml", "\na = 8500\nb = 8501\n", [2, 3]),
        ("p.csv", "name,port\n\na,8500\nb,1\n", [3, 4]),
        ("p.md", "\n|name|port|\n|-|-|\n|a|8500|\n", [4]),
        ("services", "\na 1/tcp\n\nb 2/tcp\n", [2, 4]),
        # What a port has beside its name is on its own line.
        ("p.yaml", "8083:\n- {name: x}\n- {name: y, port: 8084}\n", [2, 3, 1]),
        # What an alias repeats is on the line of its anchor.
        ("p.yaml", "\na: &a\n  web: 8500\nservices:\n  b: 8501\n  c: *a\n", [3, 5]),
    ],
)  # fmt: skip
def test_blank_lines_are_counted(path: str, text: str, lines: list[int]) -> None:
    file = parse_consumer(text.encode(), path=path)
    assert [entry.line_number for entry in file.entries] == lines


@pytest.mark.parametrize("number", ["8500.50", "1e3", "-0", "1E2", "NaN"])
def test_numbers_of_json_are_shown_as_they_are_written(number: str) -> None:
    (fault,) = parse_consumer(f'{{"a": {number}, "b": 8500}}'.encode(), path="p.json").faults
    expected = "expected a port, a range, or a port with its transport"
    assert (fault.value, fault.message) == (number, f'"{number}": {expected}')


@pytest.mark.parametrize(
    "key",
    ["version", "schema_version", "revision", "title", "description", "comment", "note", "notes",
     "date", "updated", "schema", "Version"],
)  # fmt: skip
def test_small_numbers_of_what_speaks_of_the_list_are_no_ports(key: str) -> None:
    for name, faults in ((key, []), ("other", ["CS404"]), (f"{key}er", ["CS404"])):
        text = f"a: {{port: 8500}}\nb: 8501\n{name}: 3\n"
        file = parse_consumer(text.encode(), path="p.yaml")
        assert [row[:2] for row in rows(file)] == [("a", "8500"), ("b", "8501")]
        assert [fault.code for fault in file.faults] == faults


def test_anchors_that_multiply_stay_small() -> None:
    levels = "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    merges = "".join(f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 15))
    start = "a0: &a0 {name: x, port: 8500}\nm0: &m0 {port: 8501}\n"
    file = parse_consumer(f"{start}{levels}{merges}loop: &l [*l]\n".encode(), path="bomb.yaml")
    assert 2 <= len(file.entries) < 100


def test_each_role_of_a_column_has_headings() -> None:
    assert tuple(COLUMNS) == COLUMN_ROLES


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
        ("p.yaml", b"a: *b\n", "p.yaml:1:4: .b has no anchor before it"),
        ("p.yaml", b"a: 1\n---\nb: 2\n", "p.yaml:3:1: a second document"),
        ("p.yaml", b"[" * 30, "p.yaml:1:21: nested deeper than 20 levels"),
        ("p.toml", b"a =\n", "p.toml"),
        ("p.yaml", b"a: &a {b: 1}\n*a : 2\n", "p.yaml:2:1: expected a word as key"),
        ("p.yaml", b"a: 1\n? [b]\n: 2\n", "p.yaml:2:3: expected a word as key"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(path: str, data: bytes, sentence: str) -> None:
    with pytest.raises(Unusable, match=f"^{sentence}"):
        parse_consumer(data, path=path)


def test_a_limit_of_entries_is_a_finding() -> None:
    data = b"a 1/tcp\nb 2/tcp\nc 3/tcp\n"
    file = parse_consumer(data, path="x", limits=Limits(records=2))
    assert [(fault.code, fault.offset) for fault in file.faults] == [("CS020", 16)]
    assert not file.is_whole
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
    previous = file if file.entries and file.is_whole else None
    report = audit(file, REGISTRY, history=[REGISTRY], previous=previous)
    assert not report.faults, report.faults[0].message
    assert all(finding.location.line >= 1 for finding in report.findings)


def test_both_lists_of_a_document_are_read() -> None:
    text = b'[[services]]\nname = "a"\nport = 8080\n[[ports]]\nname = "b"\nport = 8081\n'
    file = parse_consumer(text, path="lists.toml")
    assert rows(file) == [("a", "8080", "tcp", 1), ("b", "8081", "tcp", 4)]


@pytest.mark.parametrize(
    ("role", "headings"),
    [
        ("name", "service, service name, name, application, app, component, exporter, label,"
         " bundle / service, port description, description"),
        ("port", "port, ports, port number, number, portnumber, default port, ports / range,"
         " port/range, range"),
        ("transport", "protocol, transport, transport protocol, proto, tcp/udp"),
        ("owner", "owner, team, contact, maintainer, responsible, assignee, requested by"),
        ("expiry", "expires, expiry, until, valid until, end date"),
        ("group", "group"), ("status", "status, state"), ("deprecated", "deprecated"),
    ],
)  # fmt: skip
def test_the_usual_headings_of_a_column(role: str, headings: str) -> None:
    others = {"name": "service", "port": "port"}
    for heading in headings.split(", "):
        words = heading.replace(" ", "_").upper()
        for text in (
            (heading, words) if heading[-1:].isalpha() and "/" not in heading else (heading,)
        ):
            columns = {**others, role: text}
            row = ",".join({"port": "8500", "transport": "udp"}.get(key, "x") for key in columns)
            data = f"{','.join(columns.values())}\n{row}\n".encode()
            file = parse_consumer(data, path="p.csv")
            expected = ("x", "8500", "udp" if role == "transport" else "tcp")
            assert (file.columns[role], file.faults) == (text, [])
            assert [entry[:3] for entry in rows(file)] == [expected]
            # Cells of a table may show what it is; keys of an object say it alone.
            text = json.dumps([dict(zip(columns.values(), row.split(","), strict=True))])
            file = parse_consumer(text.encode(), path="p.json")
            assert ([entry[:3] for entry in rows(file)], file.faults) == ([expected], [])


def test_a_column_that_the_configuration_names_has_no_other_role() -> None:
    rules = PrivateRules(columns={"group": "Team"}, required=["owner"])
    table = b"Service,Port,Team,Boss\nbilling,8500,x,y\n"
    assert "owner" not in parse_consumer(table, path="p.csv", private=rules).columns
    assert parse_consumer(table, path="p.csv").columns["owner"] == "Team"


@pytest.mark.parametrize(
    "text", ["<?xml version='1.0'?><registry/>", "\ufeff\n<!DOCTYPE html>\n<p>", "<HTML><body>"]
)
def test_markup_is_no_list(text: str) -> None:
    with pytest.raises(Unusable, match=r"found XML or HTML \("):
        parse_consumer(text.encode(), path="dump")
    # Markdown may begin so, and who says what it is may be right.
    assert (
        parse_consumer(b"<!doctype>\n| name | port |\n|---|---|\n", path="ports.md").kind
        == "private"
    )
    assert parse_consumer(text.encode(), path="dump", kind="services").kind == "services"


SMALL_FORMS = ["csv", "txt", "json", "xml", "html"]


@pytest.mark.parametrize("form", SMALL_FORMS)
@pytest.mark.parametrize("name", ["dump", "ports.csv", "ports.json"])
def test_a_dump_of_the_registry_is_no_list(form: str, name: str) -> None:
    data = SMALL.with_suffix(f".{form}").read_bytes()
    markup = form in ("xml", "html")
    if markup and name != "dump":
        return
    found = "XML or HTML" if markup else "a dump of the registry"
    for text in (data, data[: len(data) // 2], b"\xef\xbb\xbf" + data):
        with pytest.raises(Unusable) as caught:
            parse_consumer(text, path=name)
        assert str(caught.value) == (
            f"{name}: expected services(5), nmap-services, Wireshark's services or a private list,"
            f' found {found} ("ianalint check" checks a registry)'
        )
    # Who says what it is may be right.
    assert parse_consumer(data, path="dump", kind="services").kind == "services"


@pytest.mark.parametrize("mark", [" ", "_", "  ", " _"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_dump_is_no_list_however_its_headings_are_spelled(mark: str, separator: str) -> None:
    headings, *rows = SMALL.with_suffix(".csv").read_text("utf-8").splitlines()
    for spelled in (headings.lower(), headings.upper(), headings):
        line = spelled.replace(" ", mark).replace(",", separator)
        with pytest.raises(Unusable, match="found a dump of the registry"):
            parse_consumer("\n".join([line, *rows]).encode(), path="ports.csv")


@pytest.mark.parametrize(
    "text",
    [
        "service_name: a\ntransport_protocols: [tcp]\nport_number: 4621\n",
        '{"service_name": "a", "transport_protocols": ["tcp"]}',
        'service_name = "a"\ntransport_protocols = ["tcp"]\n',
        "# Requests\n- service_name: a\n  transport_protocols: [tcp]\n",
    ],
)
def test_a_request_is_no_list(text: str) -> None:
    with pytest.raises(Unusable, match=r'found a request \("ianalint request" checks it\)$'):
        parse_consumer(text.encode(), path="request.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "Service Name,Port Number,Transport Protocol,Owner\nbilling,8500,tcp,Ann\n",
        "Service Name,Port Number,Owner,Contact,Registration Date,Notes\nbilling,8500,a,b,c,d\n",
        "# Service Name,Port Number,Transport Protocol\nname,port\nbilling,8500\n",
        "| Service Name | Port Number |\n| --- | --- |\n| billing | 8500 |\n",
        '{"records": 8500, "billing": 8501}',
        "- service_name: billing\n  port: 8500\n",
        "billing 8500/tcp # Service Name and Transport Protocol Port Number Registry\n",
    ],
)
def test_a_list_with_words_of_the_registry_is_a_list(text: str) -> None:
    suffix = {"|": ".md", "{": ".json", "-": ".yaml", "b": ""}.get(text[0], ".csv")
    file = parse_consumer(text.encode(), path=f"ports{suffix}")
    assert file.entries[-1].name == "billing"


BEYOND = {
    "ports.csv": "name,port\na,8500\nb,8501\nc,8502\n",
    "ports.md": "| name | port |\n| --- | --- |\n| a | 8500 |\n| b | 8501 |\n| c | 8502 |\n",
    "ports.yaml": "a: 8500\nb: 8501\nc: 8502\n",
    "ports.json": '{"a": 8500,\n"b": 8501,\n"c": 8502}',
    "ports.toml": "a = 8500\nb = 8501\nc = 8502\n",
    "services": "a 8500/tcp\nb 8501/tcp\nc 8502/tcp\n",
    "nmap-services": "a 8500/tcp 0.1\nb 8501/tcp 0.1\nc 8502/tcp 0.1\n",
    "wireshark": "a 8500/tcp\nb 8501-8509/tcp\nc 8510-8519/tcp\n",
}


@pytest.mark.parametrize(("path", "text"), BEYOND.items())
def test_what_lies_beyond_a_limit_is_told_whatever_is_selected(path: str, text: str) -> None:
    whole = parse_consumer(text.encode(), path=path, limits=Limits(records=3))
    cut = parse_consumer(text.encode(), path=path, limits=Limits(records=2))
    line = 1 + text[: text.rindex("c")].count("\n")
    for select in (["CS412"], ["CS008"], None):
        findings = audit(whole, select=select, ignore=["CS016", "CS409"]).inputs[0].findings
        assert [f.code for f in findings] == []
        findings = audit(cut, select=select, ignore=["CS016"]).inputs[0].findings
        assert [(f.code, f.severity, f.location.line) for f in findings] == [
            ("CS020", "error", line)
        ]
    services = parse_consumer(BEYOND["services"].encode(), path="old", limits=Limits(records=2))
    reason = "answers no names" if whole.kind == "private" else "is not read completely"
    with pytest.raises(Unusable, match=reason):
        audit(whole, previous=services if whole.kind == "private" else cut)


def test_many_ports_in_a_cell_and_many_cells_in_a_row() -> None:
    ports = ",".join(map(str, range(1, 1003)))
    cells = "," * 300
    text = f'name,port\na,"{ports}"\nb,2000{cells}\nc,2001\n'
    file = parse_consumer(text.encode(), path="ports.csv")
    findings = audit(file, select=["CS412"]).inputs[0].findings
    assert [(f.code, f.location.line, f.message) for f in findings] == [
        ("CS020", 2, "more than 1,000 ports in one cell: the others are not read"),
        ("CS020", 3, "more than 256 cells in a row: the others are not read"),
    ]
    assert file.entries[-1].name == "c"
    row = "|" + " x |" * 300
    table = f"| name | port |\n| --- | --- |\n| b | 2000 {row}\n| c | 2001 |\n"
    file = parse_consumer(table.encode(), path="ports.md")
    findings = audit(file, select=["CS412"]).inputs[0].findings
    assert [(f.code, f.location.line) for f in findings] == [("CS020", 3)]


# What a list has beside its entries, in every form: all findings, with severity, line and column.
CONFIGURED = PrivateRules(columns={"name": "What", "port": "Socket"})
BESIDE: list[tuple[str, str, PrivateRules | None, list[str]]] = [
    # No value, beside numbers and beside objects.
    ("a.json", '{"a": 8500,\n"d": null}', None, ["CS402 error 2:6"]),
    ("a.json", '{"a": {"port": 8500},\n"d": null}', None, ["CS402 error 2:6"]),
    ("a.yaml", "a: {port: 8500}\nd:\ne: {port: 8501}\n", None, ["CS402 error 2:1"]),
    ("a.yaml", "a: {port: 8500}\nd:\n  - # x\n  - 8501\n", None, ["CS402 error 3:4"]),
    ("a.yaml", "a: {port: 8500}\nd: ~\n", None, ["CS402 error 2:4"]),
    ("a.json", '{"a": [8500],\n"d": []}', None, ["CS402 error 2:6"]),
    ("a.toml", "d = []\n[a]\nport = 8500\n", None, ["CS402 error 1:5"]),
    ("a.json", '{"a": [8500],\n"d": [null, [1], {}]}', None,
     ["CS402 error 2:7", "CS402 error 2:13", "CS402 error 2:18"]),
    ("a.json", '[{"name": "a", "ports": [8500, null, [1], {}]}]', None,
     ["CS402 error 1:32", "CS402 error 1:38", "CS402 error 1:43"]),
    ("a.yaml", "a: {port: 8500}\nd: 85o0\nversion: 2\ndate: 2026-01-31\ntitle: Ports\n", None,
     ["CS402 error 2:4"]),
    # A group, and an object that lacks its port.
    ("a.json", '{"e": {"x": 8501}}', None, []),
    ("a.json", '{"a": 8500, "e": {"x": 8501}}', None, []),
    ("a.json", '{"a": {"port": 8500}, "e": {"prt": 8501}}', None, ["CS402 error 1:24"]),
    ("a.yaml", "a: {port: 8500}\ne: {x: 8501}\n", None, []),
    ("a.toml", "[a]\nport = 8500\n[e]\nx = 8501\n", None, []),
    # Of a group with a fault the other rows are read.
    ("a.json", '{"f": {"e": 99999, "g": null, "h": "85o0"}}', None,
     ["CS402 error 1:13", "CS402 error 1:25", "CS402 error 1:37"]),
    ("a.toml", "[f]\ne = 99999\ng = 'x'\n", None, ["CS402 error 2:5"]),
    # That there are no ports is one fault.
    ("a.json", '[{"name": "a", "prt": 8500},\n{"name": "b", "prt": 8501}]', None,
     ["CS404 error 1:1"]),
    ("a.yaml", "a: {prt: 1, owner: x}\nb: {prt: 2, owner: x}\n", None, ["CS404 error 1:1"]),
    # A second list, and keys that are none.
    ("a.yaml", "services:\n- {name: a, port: 8500}\nother:\n- {name: b, port: 99999}\n", None,
     ["CS402 error 4:19"]),
    ("a.json", '{"services": [{"port": 8500}],\n"other": [{"port": 99999}]}', None,
     ["CS402 error 2:20"]),
    ("a.toml", "[[ports]]\nport = 8500\n[[other]]\nport = 99999\n", None, ["CS402 error 4:8"]),
    ("a.toml", "[services]\na = 8500\n[other]\nb = 99999\n", None, ["CS404 note 3:1"]),
    ("a.yaml", "services: {a: 8500}\nother: {g: {b: 99999}}\n", None, ["CS404 note 2:1"]),
    ("a.yaml", "services: {a: 8500}\nother: {g: {b: {port: 99999}}}\n", None,
     ["CS402 error 2:23"]),
    ("a.yaml", "services: {a: 8500}\nother: {x: y}\nb: 8501\nversion: 3\n", None,
     ["CS404 note 2:1", "CS404 warning 3:1"]),
    ("a.json", '{"services": {"a": 8500}, "ports": null}', None, ["CS404 note 1:28"]),
    ("a.yaml", "x: &x {port: 8500}\nservices:\n- {<<: *x, name: a}\n", None, []),
    # A key or heading twice.
    ("a.json", '[{"port": 8500, "port": 8501}]', None, ["CS020 error 1:18"]),
    ("a.yaml", "- port: 8500\n  port: 8501\n", None, ["CS020 error 2:3"]),
    ("a.csv", "name,Port,port\na,8500,8501\n", None, ["CS020 error 1:11"]),
    ("a.md", "|name|port|Port|\n|-|-|-|\n|a|8500|8501|\n", None, ["CS020 error 1:12"]),
    ("a.yaml", "x: &x {port: 1}\nservices:\n- {<<: *x, name: a, port: 8500}\n", None, []),
    # A cell without a heading.
    ("a.csv", "name,port\na,8500,8501\nb,8502,,\n", None, ["CS020 error 2:8"]),
    ("a.tsv", "name\tport\na\t8500\t8501\n", None, ["CS020 error 2:8"]),
    ("a.md", "|name|port|\n|-|-|\n|a|8500|8501|\n|b|8502||\n", None, ["CS020 error 3:9"]),
    # A frequency that is missing is less than a malformed one.
    ("nmap-services", "a 1/tcp\nb 2/tcp 5/0\n"
     + "".join(f"c{port} {port}/tcp 0.5\n" for port in range(3, 30)), None,
     ["CS016 note 1:3", "CS016 error 2:9"]),
    # A quote that is never closed: before another quote, before none, in the last cell.
    ("a.csv", 'name,port\n"b,8501\nc,99999\n"d",8503\n', None,
     ["CS020 error 2:1", "CS402 error 3:3"]),
    ("a.csv", 'name,port\n"b,8501\nc,99999\n', None, ["CS020 error 2:1", "CS402 error 3:3"]),
    ("a.csv", 'name,port\r\na,"8501\r\nc,99999\r\n', None, ["CS020 error 2:3", "CS402 error 3:3"]),
    ("a.csv", 'name;port\n "b;8501\nc;99999\n', None, ["CS020 error 2:2", "CS402 error 3:3"]),
    ("a.csv", 'name,port\n"b" c,8501\n"d\ne" ,8502\nf,  "8503, 8504"\n', None,
     ["CS020 error 2:4"]),
    ("a.csv", '"name,port\na,8500\n', None, ["CS020 error 1:1"]),
    # Further tables: another heading, a misspelled one, one without names, and another.
    ("a.md", "|What|Socket|\n|-|-|\n|a|8500|\n\n|Bundle / Service|Port|\n|-|-|\n|b|99999|\n",
     CONFIGURED, ["CS404 error 5:1"]),
    ("a.md", "|What|Socket|\n|-|-|\n|a|8500|\n\n|What|Sockets|\n|-|-|\n|b|99999|\n",
     CONFIGURED, ["CS404 error 5:1"]),
    ("a.md", "|Name|Port|\n|-|-|\n|a|8500|\n\n|Name|Prot|\n|-|-|\n|b|99999|\n", None,
     ["CS404 error 5:1"]),
    ("a.md", "|Name|Port|\n|-|-|\n|a|8500|\n\n|Port|Conflict|\n|-|-|\n|8500|b|\n", None,
     ["CS404 note 5:1"]),
    ("a.md", "|Name|Port|\n|-|-|\n|a|8500|\n\n|Host|Rack|\n|-|-|\n|85|b|\n", None, []),
    ("a.md", "|Host|Rack|\n|-|-|\n|85|b|\n\n|Name|Prot|\n|-|-|\n|b|99999|\n", None,
     ["CS404 error 5:1"]),
    ("a.md", "|Port|Use|\n|-|-|\n|8500|b|\n\n|Port|Why|\n|-|-|\n|8501|c|\n", None,
     []),
    # Headings without a row of hyphens, or with another number of them.
    ("a.md", "|Name|Port|\n|-|-|-|\n|b|99999|\n\n|Name|Port|\n|-|-|\n|a|8500|\n", None,
     ["CS020 error 1:1"]),
    ("a.md", "text\n\nName|Port\nb|99999\n\n|Name|Port|\n|-|-|\n|a|8500|\n", None,
     ["CS020 error 3:1"]),
    ("a.md", "|Name|Port|\n|b|99999|\n", None, ["CS020 error 1:1"]),
    ("a.md", "|Name|Port|\n|-|-|\n|a|8500|\n|Name|8501|\n\nsee Name | Port of b\n", None, []),
    ("a.md", "```\n|Name|Port|\n|b|99999|\n```\n|Name|Port|\n|-|-|\n|a|8500|\n", None, []),
    # Groups of the configuration.
    ("a.csv", "name,port,group\na,8500,shop\nb,8501,Shop\n",
     PrivateRules(ranges={"shop": (8500, 8599)}), ["CS407 error 3:8"]),
    ("a.csv", "name,port,group\na,8500,shop\nb,8501,shop\n", PrivateRules(ranges={"shpo": (1, 9)}),
     ["CS407 error 2:8"]),
    ("a.yaml", "shop:\n  a: 8500\n", PrivateRules(ranges={"Shop": (1, 9)}), ["CS407 error 1:1"]),
    ("a.md", "|name|port|group|\n|-|-|-|\n|a|8500|team-b|\n|b|8501|team-a|\n",
     PrivateRules(ranges={"team-a": (8500, 8599)}), []),
    ("a.csv", "name,port\na,8500\n", PrivateRules(ranges={"shop": (1, 9)}), ["CS404 warning 1:1"]),
    ("a.csv", "name,port\na,8500\n", PrivateRules(ranges={"default": (8500, 8599)}), []),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "rules", "expected"), BESIDE)
def test_nothing_of_a_list_is_passed_over(
    path: str, text: str, rules: PrivateRules | None, expected: list[str]
) -> None:
    file = parse_consumer(text.encode(), path=path, private=rules)
    places = [
        f"{f.code} {f.severity} {f.location.line}:{f.location.column}"
        for f in audit(file, private=rules, today="2026-11-28").findings
        if f.code != "CS017"
    ]
    assert places == expected


@pytest.mark.parametrize(
    ("text", "rules", "message"),
    [
        ("service,prot\na,8500\n", None,
         'no column "port": the headings are "service", "prot"; did you mean "port" for "prot"?'
         ' Otherwise [audit.private] columns = {port = "prot"} reads it'),
        ("What,Sockets\na,8500\n", CONFIGURED,
         'no column "Socket": the headings are "What", "Sockets";'
         ' is "Sockets" meant?'),
        ("name,port,team\na,8500,x\n", PrivateRules(columns={"group": "teem"}),
         'no column "teem": the headings are "name", "port", "team";'
         ' is "team" meant?'),
        ("name,rpc port,zmq port\na,8500,8501\n",
         PrivateRules(columns={"port": ["rpc port", "zmq prt"]}),
         'no column "zmq prt"; is "zmq port" meant?'),
        ("name,rpc,zmq\na,8500,8501\n", PrivateRules(columns={"port": ["rpcs", "zmq"]}),
         'no column "rpcs"'),
        ("name,port,owner\na,8500,x\n", PrivateRules(required=["onwer"]),
         'no required column "onwer": the headings are "name", "port", "owner"; is "owner" meant?'),
        ("name,port,onwer\na,8500,x\n", PrivateRules(required=["owner"]),
         'no required column "owner": the headings are "name", "port", "onwer";'
         ' did you mean "owner" for "onwer"?'),
        ("name,port,group\na,8500,x\n", PrivateRules(columns={"name": "Dienst", "group": "group"}),
         'no column "Dienst": the headings are "name", "port", "group";'
         ' [audit.private] columns = {name = "name", group = "group"} reads it'),
        ("name,port,team\na,8500,x\n", PrivateRules(ranges={"x": (8500, 8599)}),
         'no column "group": the headings are "name", "port", "team";'
         ' the ranges of groups are not applied; [audit.private] columns = {group = "team"}'
         " reads it"),
        ("Name,Port,Owner,Team\na,8500,x,y\n",
         PrivateRules(columns={"port": "Port"}, ranges={"x": (8500, 8599)}),
         'no column "group": the headings are "Name", "Port", "Owner", "Team";'
         " the ranges of groups are not applied;"
         ' [audit.private] columns = {port = "Port", group = "Team"} reads it'),
        ("name,port,maintainer\na,8500,x\n", PrivateRules(ranges={"x": (8500, 8599)}),
         'no column "group": the headings are "name", "port", "maintainer";'
         " the ranges of groups are not applied;"
         ' [audit.private] columns = {group = "maintainer"} reads it'),
        ("name,port,zone\na,8500,x\n", PrivateRules(ranges={"x": (8500, 8599)}),
         'no column "group": the headings are "name", "port", "zone";'
         " the ranges of groups are not applied"),
        ("service,port\na,8500/tpc\n", None,
         '"8500/tpc": expected tcp, udp, sctp or dccp after the slash; did you mean tcp?'),
        ("service,port,proto\na,8500,upd\n", None,
         '"upd" is not a transport: expected tcp, udp, sctp or dccp; did you mean udp?'),
        ("service,port,proto\na,8500,http\n", None,
         '"http" is not a transport: expected tcp, udp, sctp or dccp;'
         ' transports = "loose" in [audit.private] takes it for tcp'),
        ("service,socket\na,8500\n", None,
         'no column "port": the headings are "service", "socket";'
         ' [audit.private] columns = {port = "socket"} reads it'),
        ("1,tcpmux\n7,echo\n", None,
         'no column "port": the headings are "1", "tcpmux"; the first row looks like an entry:'
         " a list needs headings, such as service,port"),
        ("service,app,prt\na,b,8500\n", None,
         'no column "port": the headings are "service", "app", "prt";'
         ' [audit.private] columns = {port = "prt"} reads it'),
        ("service,app\na,b\n", None, 'no column "port": the headings are "service", "app"'),
        ("Service,Port Host,Port Container\na,8500,80\n", None,
         '"Port Container" is not read: its ports are within a container, or internal'),
        ("service,port\na,n/a\n", None, '"a" has no port'),
    ],
)  # fmt: skip
def test_a_misspelled_heading_is_suggested(
    text: str, rules: PrivateRules | None, message: str
) -> None:
    file = parse_consumer(text.encode(), path="a.csv", private=rules)
    assert [fault.message for fault in file.faults] == [message]


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("8125 udp", "8125/udp"), ("UDP 1194", "1194/udp"), ("tcp/8117", "8117/tcp"),
        ("8105 (tcp)", "8105/tcp"), ("8100/8101", "8100, 8101"), ("80 / 443", "80, 443"),
        (":3000", "3000"), ("127.0.0.1:8213", "8213"), ("http://localhost:80", "80"),
        ("8200 (was 8201)", "8200"), ("8.080", "8080"), ("8 081", "8081"), ("8'082", "8082"),
        ("8_083", "8083"), ("80\u202f000", None), ("8.08", None), ("1.2.3.4", None),
        *((f"8082{mark}8083", "8082-8083")
          for mark in ("\u2010", "\u2011", "\u2212", " \u2014 ", "~", "..", "...", "--")),
        ("8083\u20148082", "8083, 8082"), ("10.000\u201110.010", "10000-10010"),
        ("81O5", None), ("TBD", None), ("1.2.3", None),
        ("tcp 53 udp 53", "53/tcp/udp"), ("udp 161 / tcp 162", None),
        ("80\u2192443 and 80", "80, 443"),
    ],
)  # fmt: skip
def test_what_a_cell_may_mean(cell: str, hint: str | None) -> None:
    for path, text in (
        ("p.csv", f"name;port\na;{cell}\nb;1\n"),
        ("p.json", f'[{{"name": "a", "port": "{cell}"}}, {{"name": "b", "port": 1}}]'),
    ):
        (fault,) = parse_consumer(text.encode(), path=path).faults
        message = f'"{cell}": expected a port, a range, or a port with its transport'
        assert fault.message == message + (f"; did you mean {hint}?" if hint else "")
        assert (fault.code, fault.severity) == ("CS402", None)


@pytest.mark.parametrize(
    ("expiry", "meant"),
    [
        ("31.12.2025", "2025-12-31"), ("1.2.2025", "2025-02-01"), ("2025/12/31", "2025-12-31"),
        ("12/31/2025", "2025-12-31"), ("31/12/2025", "2025-12-31"), ("02/02/2025", "2025-02-02"),
        ("01/02/2025", None), ("2025-1-5", "2025-01-05"), ("20251231", "2025-12-31"),
        ("2025-12", "2025-12-31"), ("2025-02", "2025-02-28"), ("2025-12-31T00:00Z", "2025-12-31"),
        ("2025-13-01", None), ("31.02.2025", None), ("2025", None), ("Q3", None),
    ],
)  # fmt: skip
def test_which_day_an_expiry_may_mean(expiry: str, meant: str | None) -> None:
    file = parse_consumer(f"name;port;until\na;8500;{expiry}\n".encode(), path="p.csv")
    assert [(f.code, f.message, f.location.column) for f in audit(file).findings] == [
        ("CS413", f'expiry "{expiry}": expected a date (YYYY-MM-DD)'
         + (f"; did you mean {meant}?" if meant else ""), 8)
    ]  # fmt: skip


# What a finding is about: its field and value, and the row.
ABOUT: list[tuple[str, str, list[tuple[str, str, str | None, tuple[str | None, str | None]]]]] = [
    ("p.csv", "start port,end port\n8500,8400\n",
     [("CS402", "port_number", "8400", (None, "8400"))]),
    ("p.csv", "name,start port,end port\na,8500,8400\n",
     [("CS402", "port_number", "8400", ("a", "8400"))]),
    ("p.csv", "name,port\na,85000\n", [("CS402", "port_number", "85000", ("a", "85000"))]),
    ("p.csv", "name,port\na,\n", [("CS402", "port_number", "", ("a", None))]),
    ("p.csv", "name,port,protocol\na,8500,tpc\n",
     [("CS403", "transport_protocol", "tpc", ("a", "8500"))]),
    ("p.csv", "name,port,old port\na,8500,8501\n", [("CS404", "line", "old port", (None, None))]),
    ("p.csv", "name,port,Port\na,8500,8501\n", [("CS020", "line", "Port", (None, None))]),
    ("p.csv", "name,port\na,8500,8501\n", [("CS020", "line", "8501", (None, None))]),
    ("p.csv", "name,port,\na,8500,old\nb,8501,new\n", [("CS020", "line", "old", (None, None))]),
    ("p.csv", "name,port,until\na,8500,soon\n", [("CS413", "line", "soon", ("a", "8500"))]),
    ("p.yaml", "services: {a: 8500}\nb: 8501\n", [("CS404", "line", "b", (None, None))]),
    ("p.yaml", "web: {port: 8080, admin: {port: 9999}}\n",
     [("CS404", "line", "admin", (None, None))]),
    ("services", "a 80/tcp/udp\n", [("CS003", "transport_protocol", "tcp/udp", ("a", "80"))]),
    ("services", "a b\n", [("CS001", "line", "b", ("a", None))]),
    ("services", "a 085/tcp\n", [("CS002", "port_number", "085", ("a", "085"))]),
    ("services", "a 85/tpc\n", [("CS004", "transport_protocol", "tpc", ("a", "85"))]),
    ("services", " a 85/tcp\n", [("CS013", "line", None, ("a", "85"))]),
    ("services", "a\u0301 85/tcp\n", [("CS019", "line", None, ("a\u0301", "85"))]),
    ("services", "a 85/tcp the quay\n", [("CS005", "alias", "the quay", ("a", "85"))]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "about"), ABOUT)
def test_a_finding_says_what_it_is_about(path: str, text: str, about: list[Any]) -> None:
    kind: Any = "services" if path == "services" else None
    found = audit(parse_consumer(text.encode(), path=path, kind=kind), ignore=["CS017"]).findings
    assert [
        (f.code, f.field, f.value, (f.subject.get("service_name"), f.subject.get("port")))
        for f in found
    ] == about


@pytest.mark.parametrize(
    ("ports", "place"),
    [
        ("32767", None), ("32768", "32768 is in 32768-60999"), ("49151", "49151 is in 32768-60999"),
        ("49152", "49152 is in 49152-65535"), ("61000", "61000 is in 49152-65535"),
        ("32766-32767", None), ("32768-49151", "32768-49151 is in 32768-60999"),
        ("32767-32768", "32767-32768 has ports of 32768-60999"),
        ("32767-49152", "32767-49152 has ports of 49152-65535"),
    ],
)  # fmt: skip
def test_ports_that_the_system_hands_out(ports: str, place: str | None) -> None:
    for low, high in ((32768, 60999), (32768, 49151)):
        rules = PrivateRules.of_table({"ephemeral": f"{low}-{high}"})
        file = parse_consumer(f"name,port\na,{ports}\n".encode(), path="p.csv", private=rules)
        words = "" if place is None else place.replace("60999", str(high))
        expected = f"port {words}, which the system hands out by itself"
        found = audit(file, private=rules, select=["CS409"]).findings
        assert [f.message for f in found] == ([expected] if words else [])


# Lists as projects keep them, in forms of their own: the entries, and the faults.
SHAPES: list[tuple[str, str, list[str], list[str]]] = [
    ("a.md", "|Coin|rpc port|zmq port|\n|-|-|-|\n|x|9030|9130|\n|y|9031||\n",
     ["x 9030", "x 9130", "y 9031"], []),
    ("a.csv", "Service,Host Port,Container Port\nweb,8080,80\n", ["web 8080"], ["CS404 note 1:19"]),
    ("a.csv", "Service,Container Port\nweb,80\n", ["web 80"], []),
    ("a.csv", "Port,Agent,Notes\n5556,manager,local\n", ["manager 5556"], []),
    ("a.csv", "Ports of the harbour,,\nWho,Port,\na,8500,\n", ["a 8500"], []),
    ("a.csv", "Ports of the harbour,,\nWho,Host port,\na,8500,\n", ["a 8500"], []),
    ("a.md", "|Host|IP|\n|-|-|\n|a|10|\n\n|Service|Host port|\n|-|-|\n|web|8001|\n",
     ["web 8001"], []),
    ("a.md", "|Port|Process|\n|-|-|\n|8500|x|\n", ["x 8500"], []),
    ("a.md", "|Name|Port|\n|-|-|\n|a|8500|\n\n|Name|Outer port|\n|-|-|\n|b|8501|\n",
     ["a 8500", "b 8501"], []),
    ("a.md", "|Name|Port|\n|-|-|\n|a|8500|\n\nMore:\n\n|b|8501|\n|c|8502|\n", ["a 8500"],
     ["CS020 error 7:1"]),
    ("a.md", "- `22/tcp` SSH\n", [], ["CS404 error 1:1"]),
    ("a.md", "|Name|Port|Protocol|\n|-|-|-|\n|a|8500|\u2014|\n|b|\u2014|x|\n|c|-||\n|d|None||\n",
     ["a 8500"], ["CS402 note 4:4", "CS402 note 5:4", "CS402 note 6:4"]),
    # Groups of any depth; settings and remarks are no ports.
    ("a.yaml", "redis: {port: 6379}\nfuture: {embed: {port: 8004}, deep: {x: {port: 8005}}}\n",
     ["redis 6379", "embed 8004", "x 8005"], []),
    ("a.yaml", "prod: {web: {api_port: 8000, db_port: 8090}}\nshared: {pg: 5432}\n",
     ["web 8000", "web 8090", "pg 5432"], []),
    ("a.toml", "[services]\nweb = 7777\n[timeouts]\nrpc = 60\n", ["web 7777"], ["CS404 note 3:1"]),
    ("a.yaml", "range: {start: 44200, end: 44229}\nlist: [{port: 44200, service: web}]\n",
     ["web 44200"], ["CS404 note 1:1"]),
    ("a.json", '{"_comment": "Edit here, then run.", "$id": "x", "web": 10006}', ["web 10006"], []),
    # Beside objects, what is meant to be a port is one; few keys of a named list are remarks.
    ("a.yaml", "ports:\n  a: {port: 8100}\n  b: 8101 (new)\n  c: tcp/8102\n  d: tbd\n  note: x\n",
     ["a 8100"], ["CS402 error 3:6", "CS402 error 4:6", "CS402 error 5:6"]),
    ("a.toml", "[services]\nb = 'localhost:81'\ntitle = 'x'\n[services.a]\nport = 8100\n",
     ["a 8100"], ["CS402 error 2:6"]),
    ("a.yaml", "a: {port: 8100}\nb: http://x:81\ntitle: Ports of 2026\nday: 2026-01-02\nv: 2.1\n",
     ["a 8100"], []),
    ("a.yaml", "a: {port: 8100, admin_port: 8101}\nb: {port: 8101, admin_port: 8100}\n",
     ["a 8100", "b 8101"], ["CS404 note 1:17"]),
    *(("a.yaml", f"services:\n  a: {{port: 8100, {key}: 8101}}\n  b: {{{key}: 8102}}\n",
       ["a 8100", "b 8102"], ["CS404 warning 2:19"])
      for key in ("rate_limit_port", "rateLimitPort", "minIO_port", "speedPort")),
    *(("a.yaml", f"a: {{port: 8100, {key}: {first}}}\nb: {{port: 8101, {key}: 9010}}\n",
       ["a 8100", "b 8101"], faults)
      for key, first, faults in (
          ("port_limit", 9000, ["CS404 warning 2:17"]), ("maxPort", 9000, ["CS404 error 2:17"]),
          ("port_limit", 9010, []), ("port_limit", 10, []), ("limit", 9000, []),
          ("maxConnections", 9000, []))),
    *(("a.yaml", f"web: 8100\n{key}: 8101\n", ["web 8100", f"{key} 8101"], [])
      for key in ("minIO", "rate_limit_port")),
    *(("a.yaml", f"web: 8100\n{key}: 8101\n", ["web 8100"], ["CS404 note 2:1"])
      for key in ("maxPort", "maxConnections", "num_ports")),
    # What is in an object with a port, and what an alias repeats.
    ("a.yaml", "web: {port: 8080, admin: {port: 9999}}\napi: {port: 8081, more: [{port: 1}]}\n",
     ["web 8080", "api 8081"], ["CS404 warning 1:19", "CS404 note 2:19"]),
    ("a.yaml", "web: {port: 8080, x: {a: 8080, retries: 9000}, y: [{port: 8081}, {port: 8080}]}\n",
     ["web 8080"], ["CS404 note 1:19", "CS404 warning 1:48"]),
    ("a.toml", "[services.a]\nport = 8500\n[services.a.metrics]\nport = 9100\n", ["a 8500"],
     ["CS404 warning 3:1"]),
    ("a.yaml", "services: {api: 8080}\nprod: &p {web: {port: 8081}}\nstage: *p\n",
     ["api 8080", "web 8081"], []),
    ("a.yaml", "env: {prod: &p {web: {port: 8080}}, stage: *p}\n", ["web 8080"], []),
    ("a.yaml", "base: &b {web: 8080}\nprod: {<<: *b, api: 8081}\n",
     ["web 8080", "api 8081", "web 8080"], []),
    ("a.yaml", "shop: {web: {port: 8500, group: shop}}\n", ["web 8500"], []),
    ("a.yaml", "api: {port: 8080}\n8081: web\n", ["api 8080"], ["CS402 error 2:7"]),
    *(
        ("a.json", f'{{"web": {{"port": 8080}},\n"x": "{text}"}}', ["web 8080"],
         ["CS402 error 2:7"])
        for text in ("tcp/8080", "127.0.0.1:8080", ":8080", "8080 8081", "8080; 8081", "[8080]",
                     "port 8080", "8080..8090", "8080 and 8090", "8080.", "8080 (tcp)", "5x")
    ),
    ("a.yaml", "services:\n  a: {image: x, ports: [8500]}\n  b: {image: y, ports: [8501]}\n",
     ["a 8500", "b 8501"], []),
    # Rows above and below, and what only looks like code.
    ("a.csv", "x,8500\ny,8501\nservice,port\nweb,8502\n", ["web 8502"], ["CS020 error 1:1"]),
    ("a.md", "|api|8500|\n|Service|Port|\n|-|-|\n|web|8500|\n", ["web 8500"],
     ["CS020 error 1:1"]),
    ("a.md", "Service | Port\n--- | ---\nweb | 8500\n\napi | 8501\n\na | b\n", ["web 8500"],
     ["CS020 error 5:1"]),
    ("a.md", "```x``` is code.\n\n|Service|Port|\n|-|-|\n|web|8500|\n", ["web 8500"], []),
    ("a.md", "```text\n```bash\n```\n\n|Service|Port|\n|-|-|\n|web|8500|\n", ["web 8500"], []),
    ("a.md", "~~~\n|Service|Port|\n|-|-|\n|x|1|\n~~~\n|Service|Port|\n|-|-|\n|web|8500|\n",
     ["web 8500"], []),
    ("a.csv", "service,port,range\nweb,8500,8600-8700\n", ["web 8500"], ["CS404 note 1:14"]),
    ("a.csv", "service,port\nweb,8500//\napi,8501/tcp/\n", [],
     ["CS402 error 2:5", "CS402 error 3:5"]),
    ("a.csv", "service,tcp port,udp port\nweb,8500,\napi,,8500\n", ["web 8500", "api 8500"], []),
    ("a.json", '{"8083": {"port": 8084, "name": "x"}, "8085": "y"}',
     ["x 8084", "x 8083", "y 8085"], []),
    ("a.md", "|Service|Port|N|\n|-|-|-|\n|a|8500||\n|b|8500|~~old~~ new|\n",
     ["a 8500", "b 8500"], ["CS401 error 4:4"]),
    ("a.tsv", "# question: name PORT TRANSPORT = ...\tx\nhttp 80\ty\n", [],
     ["CS404 error 1:1"]),
    # Lists within lists.
    ("a.json", '{"shop": [[{"name": "x", "port": 8500}], [{"name": "y", "port": 8501}]]}',
     ["x 8500", "y 8501"], []),
    ("a.yaml", "8500:\n- - {name: x}\n  - {name: y, port: 8501}\n", ["x 8500", "y 8501", "y 8500"],
     ["CS401 error 1:1"]),
    ("a.json", '{"10201": {"port": "10201-10204", "description": "f"}}', ["f 10201-10204"], []),
    ("a.yaml", "a: {port: 3200, app: shop}\nb: {port: 3201, app: shop}\nc: {name: d, port: 1}\n",
     ["a 3200", "b 3201", "d 1"], []),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "entries", "faults"), SHAPES)
def test_lists_in_forms_of_their_own(
    path: str, text: str, entries: list[str], faults: list[str]
) -> None:
    file = parse_consumer(text.encode(), path=path)
    assert [f"{entry.name} {entry.port_text}" for entry in file.entries] == entries
    found = audit(file, ignore=["CS017", "CS408"]).inputs[0].findings
    assert [f"{f.code} {f.severity} {f.location.line}:{f.location.column}" for f in found] == faults


def test_several_columns_of_ports_are_named_by_the_configuration() -> None:
    rules = PrivateRules(columns={"port": ["rpc", "zmq"]})
    text = b"service,rpc,zmq,port\na,8500,8600,1\nb,,8601,1\nc,,,1\n"
    file = parse_consumer(text, path="p.csv", private=rules)
    assert [row[:2] for row in rows(file)] == [("a", "8500"), ("a", "8600"), ("b", "8601")]
    assert [(f.code, f.message, f.offset) for f in file.faults] == [
        ("CS402", '"c" has no port', text.index(b",,,1") + 1)
    ]
    text = b'[{"service": "a", "rpc": 8500, "zmq": 8600}]'
    file = parse_consumer(text, path="p.json", private=rules)
    assert [row[:2] for row in rows(file)] == [("a", "8500"), ("a", "8600")]
    for path, text in (("p.csv", b"service,rpc\na,8500\n"), ("p.json", b'[{"rpc": 8500}]')):
        file = parse_consumer(text, path=path, private=rules)
        assert [(f.code, f.message) for f in file.faults] == [("CS404", 'no column "zmq"')]


def test_of_several_headings_the_first_of_each_table_counts() -> None:
    rules = PrivateRules(columns={"name": ["Service", "Process"], "port": ["Port", "Outer"]})
    text = (
        "|Port|Process|\n|-|-|\n|8500|x|\n\n|Outer|Service|\n|-|-|\n|8501|y|\n\n"
        "|Port|What|\n|-|-|\n|8502|z|\n"
    )
    file = parse_consumer(text.encode(), path="p.md", private=rules)
    assert [row[:2] for row in rows(file)] == [("x", "8500"), ("y", "8501")]
    assert [(f.code, f.message, f.severity) for f in file.faults] == [
        (
            "CS404",
            'no column "Service" or "Process": the headings are "Port", "What";'
            ' [audit.private] columns = {name = ["Service", "Process", "What"],'
            ' port = ["Port", "Outer"]} reads these tables',
            "error",
        )
    ]


def test_rows_of_different_hosts_may_share_a_port() -> None:
    rules = PrivateRules(columns={"host": "Server"})
    text = b"service,port,server\na,8500,north\nb,8500,south\nc,8500,north\n"
    for private, lines in ((rules, [4]), (None, [3, 4])):
        file = parse_consumer(text, path="p.csv", private=private)
        found = audit(file, private=private).inputs[0].findings
        assert [(f.code, f.location.line) for f in found] == [("CS401", line) for line in lines]


def test_a_service_is_twice_in_a_table_although_another_has_it() -> None:
    text = (
        "|Service|Port|\n|-|-|\n|web|8500|\n\n"
        "|Port|Service|\n|-|-|\n|8500|web|\n|8500|web|\n|8500|api|\n"
    )
    found = audit(parse_consumer(text.encode(), path="p.md")).inputs[0].findings
    assert [(f.code, f.location.line) for f in found] == [("CS401", 8), ("CS401", 9)]


def test_a_row_of_several_hosts() -> None:
    rules = PrivateRules(columns={"host": "host"})
    text = b'[{"name": "web", "port": 80, "host": ["a", "b"]},\n'
    text += b'{"name": "x", "port": 80, "host": "B"}]'
    file = parse_consumer(text, path="p.json", private=rules)
    found = audit(file, private=rules, select=["CS401"]).inputs[0].findings
    assert [(f.code, f.location.line) for f in found] == [("CS401", 2)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("p.yaml", "- {name: a, port: PORT, group: [shop, pay]}\n"),
        ("p.json", '[{"name": "a", "port": PORT, "group": ["shop", "pay"]}]'),
        ("p.toml", "[[ports]]\nname = 'a'\nport = PORT\ngroup = ['shop', 'pay']\n"),
        ("p.csv", 'name,port,group\na,PORT,"shop, pay"\n'),
        ("p.md", "|name|port|group|\n|-|-|-|\n|a|PORT|shop,pay|\n"),
    ],
)
def test_a_row_of_several_groups(path: str, text: str) -> None:
    rules = PrivateRules(ranges={"shop": (8500, 8599), "pay": (8700, 8799), "default": (1, 99)})
    for port, message in (
        (8500, None), (8799, None),
        (8600, 'port 8600 is outside 8500-8599 and 8700-8799, the range of group "shop" or "pay"'),
        (50, 'port 50 is outside 8500-8599 and 8700-8799, the range of group "shop" or "pay"'),
    ):  # fmt: skip
        file = parse_consumer(text.replace("PORT", str(port)).encode(), path=path, private=rules)
        found = audit(file, private=rules).findings
        assert [(f.code, f.message) for f in found] == ([("CS407", message)] if message else [])
    text = text.replace("PORT", "8500").replace("pay", "pya")
    file = parse_consumer(text.encode(), path=path, private=rules)
    assert [f.message for f in audit(file, private=rules).findings] == [
        'no range for group "pya"; did you mean "pay"?'
    ]


def test_groups_that_are_misspelled_beside_rows_that_are_not() -> None:
    spans = {"default": (3000, 3009), "frontend": (3000, 3003), "web": (3000, 3003)}
    rules = PrivateRules(ranges=spans)
    text = (
        b"name,port,group\na,9999,frontned\nb,9998,front-end\nc,3000,frontend\nd,3001,web\n"
        b"e,3005,webs\nf,3002,Frontend\ng,9997,frontend2\n"
    )
    file = parse_consumer(text, path="p.csv", private=rules)
    found = audit(file, private=rules).findings
    assert [(f.location.line, f.location.column, f.code, f.message) for f in found] == [
        (2, 8, "CS407", 'no range for group "frontned"; did you mean "frontend"?'),
        (3, 8, "CS407", 'no range for group "front-end"; did you mean "frontend"?'),
        (7, 8, "CS407", 'no range for group "Frontend"; did you mean "frontend"?'),
        (8, 3, "CS407", "port 9997 is outside 3000-3009, the range of this list"),
    ]


def test_a_group_whose_name_has_a_comma() -> None:
    rules = PrivateRules(ranges={"shop, pay": (8500, 8599), "shop": (1, 9)})
    file = parse_consumer(b'name,port,group\na,8500,"shop, pay"\n', path="p.csv", private=rules)
    assert not audit(file, private=rules).findings


def test_the_range_of_an_outer_group_holds() -> None:
    rules = PrivateRules(ranges={"shop": (8500, 8599), "back": (9000, 9099)})
    text = b"shop:\n  front:\n    web: {port: 9999}\n  back:\n    db: {port: 9001}\n"
    file = parse_consumer(text, path="p.yaml", private=rules)
    found = audit(file, private=rules).inputs[0].findings
    assert [(f.code, f.location.line) for f in found] == [("CS407", 3)]


def test_expected_words_of_a_private_list_are_not_run() -> None:
    file = parse_consumer(b"service,port\nweb,8500\n", path="p.csv")
    (entry,) = audit(file, expect=["web/tcp"]).inputs
    assert ("CS304", "a private list answers no names (expect)") in [
        (skipped.code, skipped.reason) for skipped in entry.not_run
    ]


def test_an_overview_and_a_table_of_its_own_list_a_service_once() -> None:
    table = "|Service|Port|\n|-|-|\n|{}|9013|\n{}\n\n"
    for first, more, second, lines in (
        ("Event Bus", "", "event-bus", []),
        ("Event Bus", "", "Other", [8]),
        ("Event Bus", "|Event Bus|9013|", "Event Bus", [4]),
        ("\u0417\u0430\u043a\u0430\u0437\u044b", "", "\u0421\u043a\u043b\u0430\u0434", [8]),
        ("C++", "", "C#", [8]),
        ("Plex (on the router)", "", "plex\uff08On the  Router\uff09", []),
        ("Plex (a)", "", "plex", []),
        ("Plex (a)", "|Plex (b)|9013|", "Plex", [4]),
        ("db (postgres)", "", "db (mysql)", [8]),
        ("db (main) (a)", "", "db (main) (b)", [8]),
        ("db (a)", "", "db|9013|\n|db (b)", [9]),
        # An overview without the remarks that the tables have.
        ("db", "\n|Service|Port|\n|-|-|\n|db (a)|9013|", "db (b)", [11]),
        ("db", "\n|Service|Port|\n|-|-|\n|db (a)|9013|", "db (A)", []),
        ("db", "\n|Service|Port|\n|-|-|\n|db (a)|9013|", "db", []),
        ("(a)", "", "(b)", [8]),
        ("", "", "", [8]),
    ):
        text = table.format(first, more) + table.format(second, "")
        found = audit(parse_consumer(text.encode(), path="p.md")).inputs[0].findings
        assert [(f.code, f.location.line) for f in found] == [("CS401", line) for line in lines]


def test_a_list_without_entries_is_called_a_list() -> None:
    findings = audit(parse_consumer(b"name,port\n", path="a.csv")).findings
    assert [f.message for f in findings] == ["nothing in this list is an entry"]
    findings = audit(parse_consumer(b"# none\n", path="services")).findings
    assert [f.message for f in findings] == ["no line of this file is an entry"]


@pytest.mark.parametrize(
    "text",
    ["services:\n- {name: web, image: x, port: 8500}\n",
     "services:\n  web: {image: x, port: 8500}\n",
     "services:\n  web: {ports: [8500]}\n", "[services]\nweb = 8500\n",
     "ports: # all\n  web: 8500\n"],
)  # fmt: skip
def test_a_list_under_its_usual_key_needs_no_suffix(text: str) -> None:
    for path in ("list", "list.toml" if text.startswith("[") else "list.yaml"):
        assert rows(parse_consumer(text.encode(), path=path))[0][:3] == ("web", "8500", "tcp")
