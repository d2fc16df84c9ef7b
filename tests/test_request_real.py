"""Requests as RFCs made them, beside the published registry with and without their records."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.dumps import published
from tests.requests import REQUESTS
from validator import Registry, Report, check_request, parse_registry, read_registry

pytestmark = pytest.mark.real

RFC = REQUESTS / "rfc"
NEWEST = "2026-08-17.xml"

# The names each asks for, how it is decided, what is said of it where nothing has been assigned,
# and the records it collides with today.
ASKED: dict[str, tuple[list[str], list[str], list[str], list[str]]] = {
    "rfc8973.yaml": (
        ["dots-data", "dots-call-home"],
        ["First Come First Served"] * 2,
        [],
        ["dots-data /tcp", "dots-call-home /tcp"],
    ),
    "rfc9132.yaml": (
        ["dots-signal"],
        ["IETF Review or IESG Approval"],
        [],
        ["dots-signal 4646/tcp"],
    ),
    "rfc8915.yaml": (["ntske"], ["IETF Review or IESG Approval"], [], ["ntske 4460/tcp"]),
    "rfc9250.yaml": (
        ["domain-s"],
        ["IETF Review or IESG Approval"],
        ["RQ035"],  # it is the secure variant of domain, and was assigned all the same
        ["domain-s 853/tcp"],
    ),
    "rfc8995.yaml": (
        ["brski-proxy", "brski-registrar"],
        ["First Come First Served"] * 2,
        [],
        ["brski-proxy /tcp", "brski-registrar /tcp"],
    ),
}


@cache
def newest() -> Registry:
    return read_registry(published(NEWEST))


@cache
def without() -> Registry:
    """The newest registry before any of the names was assigned."""
    import re

    text = published(NEWEST).read_text("utf-8")
    names = "|".join(name for names, *_ in ASKED.values() for name in names)
    record = re.compile(r"<record(?:(?!</record>).)*</record>\s*", re.DOTALL)
    port = re.compile(r"<number>(?:4646|4460|853)</number>")
    named = re.compile(rf"<name>(?:{names})</name>")
    kept = record.sub(lambda m: "" if named.search(m[0]) or port.search(m[0]) else m[0], text)
    found = parse_registry(kept, path="before.xml")
    assert not found.dump.defects
    assert len(newest().records) - len(found.records) == 11
    return found


def subject(report: Report) -> list[str]:
    """The first record that each finding names as what it collides with."""
    return [
        "{service_name} {port}/{transport_protocol}".format(
            **{key: value or "" for key, value in finding.related[0].subject.items()}
        )
        for finding in report
        if finding.severity == "error"
    ]


@pytest.mark.parametrize("name", ASKED)
def test_a_request_of_an_rfc_passes_where_nothing_is_assigned(name: str) -> None:
    names, procedures, codes, _ = ASKED[name]
    report = check_request(RFC / name, without())
    assert report.requests is not None
    assert [entry.verdict for entry in report.requests] == ["accept"] * len(names)
    assert [entry.service_name for entry in report.requests] == names
    assert [entry.procedure for entry in report.requests] == procedures
    told = [f.code for f in report if f.severity != "note" and f.code in codes]
    assert [f.code for f in report if f.severity == "warning"] == told == codes


@pytest.mark.parametrize("name", ASKED)
def test_and_collides_with_what_was_assigned(name: str) -> None:
    names, procedures, _, records = ASKED[name]
    report = check_request(RFC / name, newest())
    assert report.requests is not None
    assert [entry.verdict for entry in report.requests] == ["reject"] * len(names)
    assert [entry.procedure for entry in report.requests] == procedures
    assert subject(report) == records
    for finding, record in zip((f for f in report if f.severity == "error"), records, strict=True):
        # The message names the record, and the place is that of it in the dump.
        assert record.replace(" /", " ") in finding.message
        place = finding.related[0].location
        lines = Path(place.path).read_text("utf-8").splitlines()
        assert f"<name>{record.split(' ')[0]}</name>" in "".join(lines[place.line - 1 :][:3])


def test_every_kind_of_collision_is_found_in_the_newest_registry() -> None:
    """One request for each, beside records that have long been as they are."""
    good = {
        "service_name": "tide-gauges-log",
        "transport_protocols": ["tcp"],
        "assignee": {"name": "Dana Example", "email": "dana@example.com"},
        "contact": {"name": "Dana Example", "email": "dana@example.com"},
        "description": "Tide tables",
        "reference": "RFC 9999",
        "broadcast_multicast_anycast": "uses none of them",
        "why_not_dynamic": "Gauges have no resolver.",
    }
    for more, codes in (
        ({"port_number": 4610}, []),
        ({"service_name": "HTTP"}, ["RQ011"]),
        ({"service_name": "sql-net"}, ["RQ011"]),  # of sql*net, an alias
        ({"service_name": "z39-50"}, ["RQ011"]),
        ({"port_number": 443}, ["RQ024", "RQ031", "RQ033", "RQ034"]),
        ({"port_number": 6010}, ["RQ024"]),  # inside x11's range
        ({"port_number": 4460, "transport_protocols": ["udp"]}, ["RQ025"]),
        ({"port_number": 4460, "transport_protocols": ["dccp"], "service_code": 7}, ["RQ025"]),
        ({"port_number": 1024}, ["RQ023"]),
        ({"transport_protocols": ["dccp"], "service_code": 1145656131}, ["RQ055"]),
    ):
        report = check_request({**good, **more}, newest())
        found = sorted({f.code for f in report if f.severity == "error"})
        assert found == codes, (more, [str(f) for f in report])


def test_what_is_suggested_could_be_asked_for() -> None:
    report = check_request(RFC / "rfc9132.yaml", newest(), suggest_ports=20)
    assert report.requests is not None
    [entry] = report.requests
    assert len(entry.port_numbers) == 20
    text = (RFC / "rfc9132.yaml").read_text("utf-8").replace("dots-signal", "gauge-alarm")
    for suggested in entry.port_numbers:
        found = check_request(text.replace("4646", str(suggested.port)), newest())
        assert {f.code for f in found if f.field == "port_number"} == set(), suggested.port
    taken = check_request(
        text.replace("gauge-alarm", "http").replace("4646", "user"), newest()
    ).requests
    assert taken is not None
    for name in taken[0].service_names:
        found = check_request(text.replace("gauge-alarm", name), newest())
        wrong = {f.code for f in found if f.field == "service_name" and f.severity == "error"}
        assert wrong == set(), name
