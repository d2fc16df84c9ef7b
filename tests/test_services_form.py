"""`convert --to services`: the rule it follows, and that an audit finds nothing but that rule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.consumer_cases import registry
from tests.dumps import published
from validator import Registry, parse_registry, read_registry
from validator.consumers.audit import audit
from validator.consumers.reading import parse_consumer
from validator.strategies import registries
from validator.writers import write

TRANSPORTS = ("tcp", "udp", "sctp", "dccp")
HEADINGS = (
    "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,"
    "Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes"
)
HISTORIC = '"This entry is an alias to ""{}"". This entry is now historic, not usable for use with'
HISTORIC += ' many common service discovery mechanisms."'


def of_rows(*rows: str) -> Registry:
    lines = [row if row.count(",") >= 11 else row + "," * (11 - row.count(",")) for row in rows]
    data = "\r\n".join([HEADINGS, *lines, ""])
    return parse_registry(data.encode(), path="dump.csv", form="csv")


def body(source: Registry) -> list[str]:
    text = write(source, "services").text
    return [line for line in text.splitlines() if not line.startswith("#")]


def found(source: Registry) -> set[str]:
    """The codes of what an audit of the written file against the same registry finds."""
    file = parse_consumer(write(source, "services").text.encode(), path="x", kind="services")
    report = audit(file, source, full=True)
    return {finding.code for finding in report.findings if finding.location.path == "x"}


def test_the_lines_of_a_registry() -> None:
    written = write(registry(), "services")
    path = registry().dump.path
    assert written.text.splitlines()[1] == f"# {path} of 2026-08-17"
    assert body(registry()) == [
        "tcpmux\t1/tcp\t# Port Multiplexer",
        "domain\t53/tcp\t# Names of Hosts",
        "domain\t53/udp\t# Names of Hosts",
        "http\t80/tcp\t# Pages",
        "www\t80/tcp\t# Pages",
        "https\t443/tcp\t# Pages, safely",
        "harbour-pilot\t8040/tcp\tharbour_pilot\t# Harbour Pilot IANA assigned this well-formed"
        ' service name as a replacement for "harbour_pilot".',
        "tide\t8042/tcp\t# Tide Tables",
        "new-harbour\t8043/tcp\t# New Harbour",
        "lamp\t8046/tcp\t# Lamp Control",
        "lamp-2\t8046/tcp\t# Lamp Control, the Second",
        *(f"tide-gauge\t{port}/tcp\t# Tide Gauges" for port in range(8050, 8054)),
        "gale\t8060/udp\t# Gale Warnings",
        *(f"sextant\t8070/{word}\t# Sextant" for word in TRANSPORTS),
    ]
    assert written.losses == [
        "1 record without a port is not written",
        "1 record without a transport protocol is written for each of tcp, udp, sctp and dccp",
    ]
    assert found(registry()) == set()


@pytest.mark.parametrize(
    ("rows", "lines", "loss", "codes"),
    [
        (["gale,8040-8295,tcp,x"], 256, "", set()),
        (["gale,8040-8296,tcp,x"], 1,
         'only the first port of a range of more than 256 is written: "gale" 8040-8296', {"CS203"}),
        (["two words,8040,tcp,x", "b,8041,tcp"], 1,
         '# or control character are not written: "two words"', {"CS201"}),
        (["gale,8040,ddp,x", "b,8041,tcp"], 1,
         "1 record of another transport protocol is not written", {"CS206"}),
        (["gale,8040,ddp,x", "a,,tcp,x", "c,,tcp,x", "b,8041,tcp"], 1,
         "2 records without a port are not written 1 record of another", {"CS206"}),
        (["ga-le,8040,tcp,x", f"ga_le,8040,tcp,x,,,,,,,,{HISTORIC.format('ga-le')}"], 1, "", set()),
        (["ga-le,8040,tcp,x", f"Storm,8040,tcp,x,,,,,,,,{HISTORIC.format('ga-le')}"], 2, "",
         {"CS102"}),
        (["ga_le,8040,tcp,x,,,,,,,," + HISTORIC.format("ga-le")], 1, "", {"CS011", "CS101"}),
        (["gale,8040,tcp,\x1b[2J # \u202e x"], 1, "", set()),
    ],
)  # fmt: skip
def test_the_rule(rows: list[str], lines: int, loss: str, codes: set[str]) -> None:
    source = of_rows(*rows)
    written = write(source, "services")
    assert len(body(source)) == lines
    assert (loss in " ".join(written.losses)) if loss else not written.losses
    assert found(source) == codes
    assert not {"\x1b", "\u202e"} & set(written.text)


def claims_of(source: Registry) -> set[tuple[str, int, str]]:
    """Name, port and transport of each claim of a registry; of a long range, of its first port."""
    claims: set[tuple[str, int, str]] = set()
    for assignment in source.assignments:
        ports, word = assignment.ports, assignment.record.transport_protocol
        if ports is not None and (word is None or word in TRANSPORTS):
            low, high = ports.low, ports.high if len(ports) <= 256 else ports.low
            for transport in TRANSPORTS if word is None else (word,):
                claims |= {(assignment.name, port, transport) for port in range(low, high + 1)}
    return claims


def answers_of(source: Registry) -> set[tuple[str, int, str]]:
    """Name or alias, port and transport of each line that is written."""
    file = parse_consumer(write(source, "services").text.encode(), path="x", kind="services")
    return {(word, e.low, e.transport) for e in file.entries for word in e.words}


@settings(max_examples=25)
@given(registries(size=6, whole=False))
def test_the_lines_are_the_claims(source: Registry) -> None:
    assert answers_of(source) == claims_of(source)


def test_a_record_without_a_transport_claims_each() -> None:
    source = of_rows("gale,8040,,x", "gale,8041,tcp,x", "storm,8050-8051,,x", "fog,8060,ddp,x")
    places = [("gale", 8040), ("storm", 8050), ("storm", 8051)]
    expected = {(name, port, word) for name, port in places for word in TRANSPORTS}
    assert answers_of(source) == expected | {("gale", 8041, "tcp")}
    assert found(source) == {"CS206"}


@settings(max_examples=25)
@given(registries(size=4, whole=False))
def test_an_audit_of_any_registry_finds_nothing(source: Registry) -> None:
    # Of a range above 256 ports the first alone is written; a historic name of letters alone has a
    # line of its own.
    allowed = {"CS203"} if body(source) else {"CS017"}
    if any(line.split("\t")[0].isalpha() for line in body(source)):
        allowed.add("CS102")
    assert found(source) <= allowed


@pytest.mark.real
@pytest.mark.parametrize("name", ["2026-08-17.xml", "2025-04.csv", "2013-02-18.xml"])
def test_published_dumps(name: str) -> None:
    source = read_registry(published(name))
    # "edi_service" is registered with a character that it may not have; in 2013 four records had
    # names of several words.
    expected = {"CS201"} if name.startswith("2013") else {"CS011"}
    assert found(source) == expected
    # A name of several words has no line.
    assert answers_of(source) == {claim for claim in claims_of(source) if " " not in claim[0]}
