"""`ianalint lookup`: who has a port or a name, and what is around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import ROOT, Called
from tests.consumer_cases import FOLDER
from tests.dumps import published
from validator import __version__, read_registry
from validator.lookup.answers import Lookup, LookupWord
from validator.lookup.text import render

Call = Callable[..., Called]
REGISTRY = str(FOLDER / "registry.xml")
# A whole registry; the one above is a part.
WHOLE = ROOT / "fixtures" / "registry" / "small.xml"
LINES = (FOLDER / "registry.xml").read_text(encoding="utf-8").splitlines()


def line_of(name: str) -> int:
    """The line on which the record of a name begins."""
    at = next(i for i, line in enumerate(LINES) if f"<name>{name}</name>" in line)
    return max(i for i in range(at) if "<record" in LINES[i]) + 1


TIDE = "assignee Ada_Example, registered 2013-03-04, line {}"
GAUGE = "assignee Ada_Example, registered 2010-05-05, line {}"
ANSWERS: list[tuple[list[str], int, str]] = [
    (["8042"], 0, f"""\
8042: User Port, assigned
  tcp   Assigned    tide
  udp   Reserved
  sctp  not listed
  dccp  not listed
  tide 8042/tcp  Tide Tables
    {TIDE.format(line_of("tide"))}
  below: harbour-pilot 8040, harbour_pilot 8040
  above: new-harbour 8043
"""),
    (["8051/tcp"], 0, f"""\
8051/tcp: User Port, assigned
  tcp   Assigned    tide-gauge
  tide-gauge 8050-8053/tcp  Tide Gauges
    {GAUGE.format(line_of("tide-gauge"))}
  below: lamp 8046, lamp-2 8046
  above: gale 8060
"""),
    (["8048"], 1, """\
8048: User Port, not assigned in this part of the registry
  tcp   Unassigned
  udp   Unassigned
  sctp  Unassigned
  dccp  Unassigned
  not assigned in this part of the registry: 8047-8049 (3 ports)
  below: lamp 8046, lamp-2 8046
  above: tide-gauge 8050-8053
"""),
    (["8044/udp"], 1, """\
8044/udp: User Port, not assigned in this part of the registry
  udp   Reserved    Reserved (Removed on 2015-03-02.)
  below: new-harbour 8043
  above: lamp 8046, lamp-2 8046
"""),
    (["60000/tcp"], 1, """\
60000/tcp: Dynamic Port, not assigned in this part of the registry
  tcp   not listed
  Dynamic Ports are never assigned: the system hands them out
  below: sextant 8070
"""),
    (["gulls"], 0, f"""\
gulls: service name, assigned
  gulls tcp  Gulls
    assignee Ada_Example, registered 2014-01-01, line {line_of("gulls")}
"""),
    (["tide/tls", "tides/x"], 1, """\
tide/tls: service name, not assigned in this part of the registry
  expected tcp, udp, sctp or dccp after "tide/", found "tls"
  assigned: tide 8042

tides/x: service name, not assigned in this part of the registry
  expected tcp, udp, sctp or dccp after "tides/", found "x"
"""),
    (["TIDE/udp"], 1, """\
TIDE/udp: service name, not assigned in this part of the registry
  assigned elsewhere: tide 8042
"""),
    (["tide-gauge/8051/tcp"], 0, f"""\
tide-gauge/8051/tcp: service name, assigned
  tide-gauge 8050-8053/tcp  Tide Gauges
    {GAUGE.format(line_of("tide-gauge"))}
"""),
    (["tide-gauge/8060"], 1, """\
tide-gauge/8060: service name, not assigned in this part of the registry
  assigned elsewhere: tide-gauge 8050-8053
"""),
    (["harbour_pilot"], 0, f"""\
harbour_pilot: service name, assigned
  not well-formed: characters other than letters, digits and hyphen: "_"
      (U+005F) (RFC 6335, Section 5.1)
  harbour_pilot 8040/tcp  Harbour Pilot
    assignee Ada_Example, registered 2012-01-10, line {line_of("harbour_pilot")}
    historic: replaced by harbour-pilot
"""),
    (["tides", "gale"], 1, f"""\
tides: service name, not assigned in this part of the registry
  well-formed
  near names: tide

gale: service name, assigned
  gale 8060/udp  Gale Warnings
    assignee Ada_Example, registered 2026-01-15, line {line_of("gale")}
"""),
    (["a--name-of-more-than-fifteen-"], 1, """\
a--name-of-more-than-fifteen-: service name, not assigned in this part of the
    registry
  not well-formed: 29 characters; at most 15 are allowed; a hyphen at an end;
      two hyphens side by side (RFC 6335, Section 5.1)
"""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "text"), ANSWERS, ids=lambda v: str(v)[:20])
def test_the_answer_for_a_person(call: Call, words: list[str], status: int, text: str) -> None:
    ended = call("lookup", *words, "--registry", REGISTRY, "--isolated")
    assert (ended.text, ended.err, ended.status) == (text, b"", status)


@pytest.mark.parametrize("words", [words for words, _, _ in ANSWERS], ids=str)
def test_json_says_the_same(call: Call, words: list[str]) -> None:
    words = [*words, "8000-8100"]
    ended = call("lookup", *words, "--registry", REGISTRY, "--isolated", "--format", "json")
    document = json.loads(ended.text)
    schema = json.loads((ROOT / "schemas" / "lookup.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    answers = document["answers"]
    assert [answer["word"] for answer in answers] == words
    assert ended.status == (0 if all(answer["assigned"] for answer in answers) else 1)
    # A part of a registry cannot say what is free.
    assert document["registry"]["whole"] is False
    free = [answer["word"] for answer in answers if answer.get("free", False) is None]
    assert free == [word for word in words if word == "tides"]
    assert not [answer for answer in answers if answer.get("free") or answer.get("free_block")]
    assert [answer["record_count"] for answer in answers] == [len(a["records"]) for a in answers]
    names = {record["service_name"] for record in answers[-1]["records"]}
    assert names == {
        "harbour-pilot", "harbour_pilot", "tide", "new-harbour", "lamp", "lamp-2", "tide-gauge",
        "gale", "sextant",
    }  # fmt: skip


def test_a_whole_registry_says_what_is_free(call: Call) -> None:
    words = ("lookup", "8", "acme-sync", "--registry", str(WHOLE), "--isolated")
    ended = call(*words)
    assert ended.status == 1
    assert (
        ended.text
        == """\
8: System Port, not assigned
  tcp   Unassigned
  udp   Unassigned
  sctp  Unassigned
  dccp  Unassigned
  free: 1-8 (8 ports)
  above: discard 9

acme-sync: service name, not assigned
  well-formed and free
"""
    )
    document = json.loads(call(*words, "--format", "json").text)
    port, name = document["answers"]
    assert (document["registry"]["whole"], port["free_block"], name["free"]) == (True, [1, 8], True)


def dump_of(folder: Path, *rows: str) -> str:
    """The path of a registry of some rows of CSV; the first one is on line 2."""
    headings = WHOLE.with_suffix(".csv").read_text("utf-8").splitlines()[0]
    path = folder / "registry.csv"
    path.write_text("".join(f"{row}\n" for row in (headings, *rows)), "utf-8")
    return str(path)


USE = "Known Unauthorized Use on port 8042"
TIDE_ROWS = (
    f'tide,8042,tcp,"Tide\n Tables",[Ann][Ben],[Ben],2013-03-04,2014-05-06,[RFC9000][RFC9001],,'
    f'"{USE}\n by  A","See\n [RFC9000]"',
    f"tide,8042,dccp,Tide Tables,[Ann],[Ann],,,,1146376257,{USE},",
    f",8042,udp,Reserved,,,,,,,{USE},Since   2014",
    "tides,,tcp,,,,,,,,,",
    "buoy,8050,,,,,,,,,,",
)


def test_json_has_every_field(call: Call, tmp_path: Path) -> None:
    path = dump_of(tmp_path, *TIDE_ROWS)
    words = ("lookup", "8042", "tide/dccp", "--registry", path, "--isolated", "--format", "json")
    document = json.loads(call(*words).text)
    on_tcp = {
        "service_name": "tide", "port": "8042", "transport_protocol": "tcp",
        "description": "Tide Tables", "assignee": ["Ann", "Ben"], "contact": ["Ben"],
        "registration_date": "2013-03-04", "modification_date": "2014-05-06",
        "reference": ["RFC9000", "RFC9001"], "service_code": None,
        "assignment_notes": "See [RFC9000]", "historic": False, "alias_of": None,
        "replaces": None, "line": 2,
    }  # fmt: skip
    on_dccp = {
        **dict.fromkeys(on_tcp), "service_name": "tide", "port": "8042",
        "transport_protocol": "dccp", "description": "Tide Tables", "assignee": ["Ann"],
        "contact": ["Ann"], "reference": [], "service_code": "1146376257", "historic": False,
        "line": 6,
    }  # fmt: skip
    buoy = {"service_name": "buoy", "port": "8050", "transport_protocol": None}
    states: list[tuple[str, str, list[str], str | None]] = [
        ("tcp", "Assigned", ["tide"], None), ("udp", "Reserved", [], "Reserved (Since 2014)"),
        ("sctp", "not listed", [], None), ("dccp", "Assigned", ["tide"], None),
    ]  # fmt: skip
    assert document == {
        "format_version": 1,
        "tool": {"name": "ianalint", "version": __version__},
        "registry": {"path": path, "updated": None, "whole": False},
        "answers": [
            {
                "word": "8042", "kind": "port", "assigned": True, "transport_protocol": None,
                "port": "8042", "range": "User",
                "states": [
                    {"transport_protocol": transport, "state": state, "service_names": names,
                     "statement": statement}
                    for transport, state, names, statement in states
                ],
                "free_block": None, "neighbours": {"below": [], "above": [buoy]},
                "record_count": 2, "records": [on_tcp, on_dccp],
                "unauthorized_uses": [f"{USE} by A", USE, USE],
            },
            {
                "word": "tide/dccp", "kind": "name", "assigned": True,
                "transport_protocol": "dccp", "service_name": "tide", "well_formed": True,
                "faults": [], "free": False, "near_names": ["tides"],
                "record_count": 1, "records": [on_dccp], "unauthorized_uses": [USE],
            },
        ],
    }  # fmt: skip


def test_what_records_have_is_told(call: Call, tmp_path: Path) -> None:
    """Several assignees and references, and each unauthorized use once."""
    ended = call("lookup", "8042", "--registry", dump_of(tmp_path, *TIDE_ROWS), "--isolated")
    assert (
        ended.text
        == f"""\
8042: User Port, assigned
  tcp   Assigned    tide
  udp   Reserved    Reserved (Since 2014)
  sctp  not listed
  dccp  Assigned    tide
  tide 8042/tcp  Tide Tables
    assignee Ann, Ben, registered 2013-03-04, [RFC9000][RFC9001], line 2
  tide 8042/dccp  Tide Tables
    assignee Ann, line 6
  known unauthorized use: {USE} by A
  known unauthorized use: {USE}
  above: buoy 8050
"""
    )


def test_long_answers_are_shortened(call: Call, tmp_path: Path) -> None:
    """A text to 160 characters, near names and neighbors to five, in JSON to 20."""
    ports = [f"lamp-{n},8050,tcp,{'x' * (159 + n)},,,,,,,," for n in range(1, 22)]
    path = dump_of(tmp_path, "buoy,8040,tcp,,,,,,,,,", *ports, "abcy,,tcp,,,,,,,,,")
    words = ("--registry", path, "--isolated")
    lines = call("lookup", "8040", "lamp", "abcx", *words).text.splitlines()
    assert "  above: lamp-1 8050, lamp-2 8050, lamp-3 8050, lamp-4 8050, lamp-5 8050" in lines
    # Three of four letters are enough.
    near = [line for line in lines if line.startswith("  near names: ")]
    assert near == [
        "  near names: lamp-1, lamp-2, lamp-3, lamp-4, lamp-5", "  near names: abcy"
    ]  # fmt: skip
    lines = call("lookup", "lamp-1", "lamp-2", *words).text.splitlines()
    assert f"      {'x' * 160}" in lines
    assert f"      {'x' * 157}..." in lines
    [answer] = json.loads(call("lookup", "8040", *words, "--format", "json").text)["answers"]
    assert [place["service_name"] for place in answer["neighbours"]["above"]] == [
        f"lamp-{n}" for n in range(1, 21)
    ]


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("8001", ["  not assigned in this part of the registry: 8001 alone",
                  "  below: buoy 8000", "  above: lamp 8002"]),
        ("8003", ["  not assigned in this part of the registry: 8003-49151 (41,149 ports)",
                  "  below: lamp 8002"]),
        ("7000", ["  not assigned in this part of the registry: 0-7999 (8,000 ports)",
                  "  above: buoy 8000"]),
        ("49151", ["  not assigned in this part of the registry: 8003-49151 (41,149 ports)",
                   "  below: lamp 8002"]),
        ("49152", ["  Dynamic Ports are never assigned: the system hands them out",
                   "  below: lamp 8002"]),
        ("8001-8003", ["  lamp 8002/tcp", "    line 3", "  below: buoy 8000"]),
    ],
)  # fmt: skip
def test_free_blocks_and_neighbors(call: Call, tmp_path: Path, word: str, lines: list[str]) -> None:
    path = dump_of(tmp_path, "buoy,8000,tcp,,,,,,,,,", "lamp,8002,tcp,,,,,,,,,")
    found = call("lookup", word, "--registry", path, "--isolated").text.splitlines()[1:]
    assert [line for line in found if "not listed" not in line] == lines


@pytest.mark.parametrize(
    ("word", "count", "in_json"),
    [("8001-8300", 300, 200), ("1-9000/tcp", 301, 200), ("8001-8300/udp", 0, 0), ("lamp", 301, 200),
     ("8001-8020", 20, 20), ("8001-8021", 21, 21), ("8001/tcp", 1, 1)],
)  # fmt: skip
def test_all_records_are_counted(
    call: Call, tmp_path: Path, word: str, count: int, in_json: int
) -> None:
    lamps = dump_of(tmp_path, *(f"lamp,{port},tcp,Lamp,,,,,,,," for port in range(8000, 8301)))
    words = ("lookup", word, "--registry", lamps, "--isolated")
    lines = call(*words).text.splitlines()
    assert len([line for line in lines if line.startswith("  lamp ")]) == min(count, 20)
    more = [f"  and {count - 20} more record{'s' if count > 21 else ''}"] if count > 20 else []
    assert [line for line in lines if line.startswith("  and ")] == more
    [answer] = json.loads(call(*words, "--format", "json").text)["answers"]
    assert (answer["record_count"], len(answer["records"])) == (count, in_json)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["70000"], b'ianalint: "70000": expected a port from 0 to 65535\n'),
        (["/tcp"], b'ianalint: expected a port or a service name, found "/tcp"\n'),
        ([], b"ianalint: no WORD given\n"),
    ],
)
def test_words_that_are_neither(call: Call, words: list[str], sentence: bytes) -> None:
    ended = call("lookup", *words, "--registry", REGISTRY, "--isolated")
    assert ended.status == 2
    assert ended.err.startswith(sentence)


# What people write for NAME/PORT/TRANSPORT or a part of it.
MISPLACED = {
    "8080/tpc": "8080/tcp", "tcp/8080": "8080/tcp", "8080:tcp": "8080/tcp", "8080 tcp": "8080/tcp",
    "443/tcp/https": "https/443/tcp", "http:80": "http/80",
    "http@80": "http/80", "tcp/https": "https/tcp", "http/tpc": "http/tcp",
    "https/443/tpc": "https/443/tcp", "http/080/tcp": "http/80/tcp", "http/80/": "http/80",
    "8080/": "8080", ":80": "80", "_https._tcp": "https/tcp", "80,443": "80 443",
    "80,443/udp": "80/udp 443/udp", "6063-6000": "6000-6063", "6000:6063": "6000-6063",
    "6000\u20136063/tcp": "6000-6063/tcp", "6000 to 6063": "6000-6063",
}  # fmt: skip


@pytest.mark.parametrize(("word", "intended"), MISPLACED.items())
def test_what_was_meant_is_said(call: Call, word: str, intended: str) -> None:
    ended = call("lookup", word, "--registry", REGISTRY, "--isolated")
    assert (ended.out, ended.status) == (b"", 2)
    assert ended.err.decode().splitlines()[0] == (
        f'ianalint: expected NAME/PORT/TRANSPORT or a part of it, found "{word}";'
        f" did you mean {intended}?"
    )
    # What is proposed is understood.
    for part in intended.split():
        assert LookupWord(part).text == part


@pytest.mark.parametrize("word", ["foo", "https", "quic", "x-1"])
def test_a_port_with_another_word_than_a_transport(call: Call, word: str) -> None:
    ended = call("lookup", f"443/{word}", "--registry", REGISTRY, "--isolated")
    assert (ended.out, ended.status) == (b"", 2)
    assert ended.err.decode().splitlines()[0] == (
        f'ianalint: "443/{word}": expected tcp, udp, sctp or dccp after a port, found "{word}"'
        f" (a name is written before its port: {word}/443)"
    )


@pytest.mark.parametrize(("word", "port"), [("08080", "8080"), ("007/udp", "7/udp")])
def test_a_port_has_no_leading_zero(call: Call, word: str, port: str) -> None:
    ended = call("lookup", word, "--registry", REGISTRY, "--isolated")
    sentence = f'ianalint: "{word}": expected a port from 0 to 65535; did you mean {port}?'
    assert (ended.err.decode().splitlines()[0], ended.status) == (sentence, 2)


@pytest.mark.parametrize(
    "word",
    ["914c/g", "914c/g/TCP", "EtherNet/IP-1/udp", "a_b", "A_B/TCP", "A_B/80/TCP", "whois++", "6to4",
     "8080-tcp", "_a", "udp/tcp", "70000:tcp", "x/y", "80/tcp/udp/x"],
)  # fmt: skip
def test_a_name_of_any_characters_is_a_name(word: str) -> None:
    assert LookupWord(word).name


def test_a_name_with_a_slash_and_a_number(call: Call, tmp_path: Path) -> None:
    text = (FOLDER / "registry.xml").read_text("utf-8").replace(">gulls<", ">cl/1<")
    (tmp_path / "slash.xml").write_text(text, "utf-8")
    ended = call("lookup", "cl/1", "--registry", str(tmp_path / "slash.xml"), "--isolated")
    assert (ended.text.splitlines()[0], ended.status) == ("cl/1: service name, assigned", 0)


def test_without_a_registry(call: Call) -> None:
    ended = call("lookup", "80", "--isolated")
    assert (ended.status, ended.out) == (2, b"")
    Path("ianalint.toml").write_text(f'registry = "{FOLDER.as_posix()}/registry.xml"\n', "utf-8")
    assert call("lookup", "80").status == 0


def test_a_range_over_two_kinds_of_ports(call: Call) -> None:
    ended = call("lookup", "1000-1100", "--registry", REGISTRY, "--isolated")
    assert ended.text.startswith("1000-1100: ports, ")


def test_hostile_words_are_escaped(call: Call) -> None:
    ended = call("lookup", "\x1b[2J\u202e", "--registry", REGISTRY, "--isolated")
    assert ended.status == 1
    assert not {"\x1b", "\u202e"} & set(ended.text)


@pytest.mark.parametrize(("width", "widest"), [(None, 80), (60, 60), (200, 139), (3, 40)])
def test_lines_are_as_wide_as_the_terminal(width: int | None, widest: int) -> None:
    lookup = Lookup(read_registry(FOLDER / "registry.xml"), is_complete=True)
    text = render([lookup.answer(LookupWord("a--name-of-more-than-fifteen-"))], [], width)
    assert widest - 20 <= max(map(len, text.splitlines())) <= widest


@pytest.mark.real
def test_every_line_of_the_newest_dump_fits_a_terminal(call: Call) -> None:
    words = ["ssh", "msl_lmd", "x11", "80", "6000", "5353/udp", "49151", "1021", "1-1023", "wot"]
    ended = call("lookup", *words, "--registry", published("2026-08-17.xml"), "--isolated")
    assert ended.status == 1  # 49151 is Reserved
    lines = ended.text.splitlines()
    assert max(map(len, lines)) <= 80
    uses = [line for line in lines if "known unauthorized use" in line]
    assert "  known unauthorized use: Known Unauthorized Use on port 6003" in uses


@pytest.mark.real
def test_every_name_of_the_newest_dump_can_be_looked_up() -> None:
    registry = read_registry(published("2026-08-17.xml"))
    for assignment in registry.assignments:
        assert LookupWord(assignment.name).name, assignment.name
