"""Names and ports to ask for instead: what is suggested, in which order, and what never is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dumps import published
from tests.generated import Row, registries, write_xml
from validator import Registry, check_request, parse_registry, read_registry
from validator.engine.verdict import SuggestedPort
from validator.model.names import former_names
from validator.model.vocabulary import RANGE_EDGES, SERVICE_NAME, fold
from validator.request.suggest import suggested_names, suggested_ports


def registry(*rows: Row) -> Registry:
    return parse_registry(write_xml(list(rows)), whole=False)


def unassigned(ports: str, description: str = "Unassigned", **said: str) -> Row:
    return Row(port_number=ports, description=description, **said)  # type: ignore[arg-type]


QUAYS = registry(
    Row("quay", "4646", "tcp", "Quay exchange"),
    Row("QUAY-net", "4647", "tcp", "In capitals"),
    Row("quay-app", "", "tcp", "Without a port"),
    Row(
        *("quay_sys", "4648", "tcp", "An old name"),
        assignment_notes='This entry is an alias to "quay-sys". This entry is now historic, not'
        " usable for use with many common service discovery mechanisms.",
    ),
    unassigned("4649", "Reserved", assignment_notes="Previously quay-link by Ann, de-assigned"),
)

NAMES = [
    # wanted, without a registry, against QUAYS
    ("edi_service", ["edi", "edi-service"], ["edi", "edi-service"]),
    ("quay", ["quay-net", "quay-app"], ["quay-ctl", "quay-data"]),
    ("Quay", ["quay-net", "quay-app"], ["quay-ctl", "quay-data"]),
    ("quay port", ["quay", "quay-port"], ["quay-port", "quay-ctl"]),
    ("quay-port", ["quay", "quay-net"], ["quay-ctl", "quay-data"]),
    ("quay-protocol-v2", ["quay", "quay-net"], ["quay-ctl", "quay-data"]),
    ("harborv3", ["harbor", "harbor-net"], ["harbor", "harbor-net"]),
    ("-harbor--tide-", ["harbor-tide", "harbortide"], ["harbor-tide", "harbortide"]),
    ("Café_Röntgen", ["cafe-rontgen", "caferontgen"], ["cafe-rontgen", "caferontgen"]),
    ("Æþel_ßøłđ", ["aethel-ssold"], ["aethel-ssold"]),
    ("œþ_Œ", ["oeth-oe"], ["oeth-oe"]),
    ("xn--caf-dma", ["cafe", "cafe-net"], ["cafe", "cafe-net"]),
    ("ｑｕａｙ", ["quay", "quay-net"], ["quay-ctl", "quay-data"]),
    ("whois++", ["whoispp", "whoispp-net"], ["whoispp", "whoispp-net"]),
    ("harbor-tide-monitor", ["harbor-tide", "ht-monitor"], ["harbor-tide", "ht-monitor"]),
    ("HarborTideMonitorService", ["harbor-tide", "ht-monitor"], ["harbor-tide", "ht-monitor"]),
    ("breakwaterinspection", ["brkwtrnspctn"], ["brkwtrnspctn"]),
    ("harbor-monitoring-disc", ["harbor-disc", "harbor-m-disc"], ["harbor-disc", "harbor-m-disc"]),
    ("914", ["914-net", "914-app"], ["914-net", "914-app"]),
    ("http", ["http-net", "http-app"], ["http-net", "http-app"]),
    ("", [], []),
    ("???", [], []),
    ("港", [], []),
]


@pytest.mark.parametrize(("wanted", "alone", "against"), NAMES, ids=[n[0] or "-" for n in NAMES])
def test_names(wanted: str, alone: list[str], against: list[str]) -> None:
    assert suggested_names(wanted, None, limit=2)[: len(alone) or None] == alone
    assert suggested_names(wanted, QUAYS, limit=2)[: len(against) or None] == against


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("De-assigned on 2025-02-13, previously tide by [Ann_Example]", ["tide"]),
        ('Previously "Tide-2" by Ann', ["tide-2"]),
        ("Unassigned [was tide]", ["tide"]),
        ("tide protocol over TLS (was stide)", ["stide"]),
        ("Historic usage was tide. De-Assigned on 2020-12-29", ["tide"]),
        ('historic usage was "tide"', ["tide"]),
        ("Historic usage was a tide table. De-Assigned on 2020-12-29", []),
        ("Previously assigned to Tide over BEEP but released by [RFC9900]", []),
        ("port 4649 previously noted by Ann", []),
        ('port 4649 previously "Removed on 2006-05-25"', []),
        ("This port was previously removed on 2007-04-05.", []),
        ("(previous contact was[Ann_Example])", []),
        ("Formerly was Tide Application Server", []),
        ("previously quay by Ann", []),
    ],
)
def test_names_that_a_port_had_before(text: str, names: list[str]) -> None:
    told = registry(unassigned("4649", "Reserved", assignment_notes=text), Row("quay", "4646"))
    assert list(former_names(told)) == names
    for name in names:
        assert name in suggested_names(f"{name}_", None)
        assert name not in suggested_names(f"{name}_", told)


@pytest.mark.parametrize(
    ("name", "texts", "names"),
    [
        ("gsrp", ["Gaugescape readings"], ["gaugescape", "gsrp-gaugescape", "gaugescape-gsrp"]),
        ("reef", ["Coral map exchange", "Kelp Ltd"], ["coral", "reef-coral", "coral-reef"]),
        ("reef", ["Remote access", "Kelpworks GmbH"], ["reef-kelpworks", "kelpworks-reef"]),
        ("harbor-map", ["Harbors of a harbor"], ["harbormap", "harbor", "harbor-map-net"]),
        ("reef", ["The XY of AB"], ["reef-net", "reef-app"]),
        ("reef", ["breakwaterinspections"], ["reef-net", "reef-app"]),
    ],
)
def test_words_of_the_description_come_first(name: str, texts: list[str], names: list[str]) -> None:
    assert (
        suggested_names(name, registry(Row(name, "4646", "tcp")), texts=texts)[: len(names)]
        == names
    )


@pytest.mark.parametrize("name", ["breakwaterpilots", "breakwaterpilot", "harbor-tidetables"])
def test_no_word_is_cut(name: str) -> None:
    words = set(name.split("-"))
    for suggestion in suggested_names(name, registry(Row(name, "4646", "tcp")), limit=30):
        for part in suggestion.split("-"):
            cut = [word for word in words if word != part and word.startswith(part)]
            assert len(part) <= 2 or not cut, suggestion


def test_discovery_services_end_in_disc() -> None:
    assert suggested_names("reef-map", None, limit=1, discovery=True) == ["reef-map-disc"]
    assert suggested_names("harbor-tide-map", None, limit=1, discovery=True) == ["harbor-disc"]
    assert suggested_names("_reef._udp", None, limit=1, discovery=True) == ["reef-disc"]


def test_as_many_names_as_asked_for() -> None:
    assert suggested_names("tide", None, limit=0) == []
    assert len(suggested_names("tide", None)) == 5
    assert len(suggested_names("tide", None, limit=40)) == 40


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40) | st.text("Aaz09-_+. é", max_size=40), registries)
def test_names_are_well_formed_and_free(wanted: str, rows: list[Row]) -> None:
    taken = {fold(row.service_name) for row in rows}
    found = suggested_names(wanted, parse_registry(write_xml(rows), whole=False), limit=30)
    assert len(found) == len(set(found))
    for name in found:
        assert SERVICE_NAME.fullmatch(name), name
        assert name not in taken
        assert name != fold(wanted)


def shown(found: list[SuggestedPort]) -> list[tuple[int, tuple[int, int], str]]:
    return [(suggestion.port, suggestion.gap, suggestion.why) for suggestion in found]


HARBOR = registry(
    unassigned("1024", "Reserved"),
    Row("berth", "1025-4990", "tcp", "All the berths"),
    unassigned("4991-4999"),
    Row("quay", "5000", "tcp", "Quay exchange"),
    unassigned("5000", "Reserved", transport_protocol="udp"),
    # 5001-5010 without a record
    Row("pier", "5011", "sctp", "Pier exchange"),
    unassigned(
        "5012-5020", known_unauthorized_uses="Unauthorized Use Known on ports 5014 and 5015"
    ),
    unassigned("5021-5029", assignment_notes="De-assigned on 2024-01-05"),
    unassigned("5030-5039", "Unassigned [was mole]"),
    unassigned("5040-5049", registration_date="2004-05-07"),
    unassigned("5050-5059", "Deprecated"),
    unassigned("5060-5069", transport_protocol="udp"),
    Row("jetty", "5065", "", "Jetty exchange on every transport"),
    unassigned("5070-5079", known_unauthorized_uses="yes"),
    unassigned("5080-5085", assignment_notes="Port 5082 was de-assigned on 2081-05-08"),
    Row("mole", "5086-49150", "udp", "All the moles"),
    unassigned("49151", "Reserved"),
)
FREE = [*range(4991, 5000), *range(5001, 5011), 5012, 5013, *range(5016, 5021)]
FREE += [*range(5060, 5065), *range(5066, 5070), 5080, 5081, 5083, 5084, 5085]


def test_only_ports_that_nobody_has_or_had() -> None:
    found = suggested_ports(HARBOR, 1000)
    assert sorted(suggestion.port for suggestion in found) == FREE
    assert shown(found)[:4] == [
        (5005, (5001, 5010), "in a gap of 10 ports"),
        (4995, (4991, 4999), "in a gap of 9 ports"),
        (5008, (5001, 5010), "in a gap of 10 ports"),
        (5018, (5016, 5020), "in a gap of 5 ports"),
    ]


def test_near_a_wanted_number() -> None:
    assert shown(suggested_ports(HARBOR, 5, near=5000)) == [
        (5003, (5001, 5010), "3 above 5000"),
        (4997, (4991, 4999), "3 below 5000"),
        (5004, (5001, 5010), "4 above 5000"),
        (4996, (4991, 4999), "4 below 5000"),
        (5005, (5001, 5010), "5 above 5000"),
    ]
    assert shown(suggested_ports(HARBOR, 1, near=5006)) == [(5007, (5001, 5010), "1 above 5006")]
    assert sorted(found.port for found in suggested_ports(HARBOR, 1000, near=1)) == FREE
    # 5085 has a taken neighbor.
    assert suggested_ports(HARBOR, 1, near=5280)[0].port == 5084
    assert suggested_ports(HARBOR, 1, near=4800)[0].port == 4993
    # A distance between ranges, or one of thousands of ports, says nothing.
    for near in (-1, 80, 1200, 5400, 49000, 60000, 10**40):
        assert shown(suggested_ports(HARBOR, 4, near=near)) == shown(suggested_ports(HARBOR, 4))


@pytest.mark.parametrize(
    ("name", "ports"),
    [
        ("jz", {}),
        ("wyy", {}),  # 999 is a System Port
        ("x993", {}),  # 9993 is taken
        ("5005", {}),  # nothing is spelled by a number
        ("k00j", {5005: "k00j"}),
        ("L_00J", {5005: "l00j"}),
        ("wxl005", {}),  # nobody looks for a name in the middle of another
        ("j018-k003", {5018: "j018", 5003: "k003"}),
        ("j001", {}),  # beside an assigned port
    ],
)
def test_on_a_phone_keypad(name: str, ports: dict[int, str]) -> None:
    found = suggested_ports(HARBOR, 50, name=name)
    spelled = {s.port: s.why for s in found if "keypad" in s.why}
    expected = {port: f'spells "{letters}" on a phone keypad' for port, letters in ports.items()}
    assert list(spelled.items()) == list(expected.items())
    assert len(found) == len(FREE)


def test_a_wanted_number_and_a_name_share_the_places() -> None:
    found = suggested_ports(HARBOR, 3, near=4995, name="j018-k003-l008")
    assert [suggestion.port for suggestion in found] == [5018, 5003, 4996]


def test_system_ports_are_asked_for_by_name() -> None:
    found = suggested_ports(HARBOR, 2000, range_name="System")
    ports = sorted(suggestion.port for suggestion in found)
    assert ports == list(range(100, 924))  # 100 or more away from the edges, 0 and 1023
    assert shown(found)[0] == (511, (100, 923), "in a gap of 824 ports")
    assert shown(suggested_ports(HARBOR, 1, name="tide", range_name="System")) == [
        (843, (100, 923), 'spells "tid" on a phone keypad')
    ]


def test_nothing_is_left_in_a_full_registry() -> None:
    full = registry(Row("all", "0-65535", "tcp", "Everything"))
    assert suggested_ports(full, 5, near=5000, name="quay") == []


@settings(max_examples=60, deadline=None)
@given(registries, st.integers(-10, 70000) | st.none(), st.text("abk05-", max_size=8) | st.none())
def test_ports_are_free_on_every_transport(
    rows: list[Row], near: int | None, name: str | None
) -> None:
    read = parse_registry(write_xml(rows), whole=False)
    found = suggested_ports(read, 20, near=near, name=name)
    assert len({suggestion.port for suggestion in found}) == len(found)
    for suggestion in found:
        low, high = suggestion.gap
        assert 1024 + 100 <= low <= suggestion.port <= high <= 49151 - 100
        for entry in read.assignments:
            assert entry.ports is None or entry.ports.high < low or entry.ports.low > high
        for statement in read.statements:
            if statement.ports is not None and statement.state != "Unassigned":
                assert statement.ports.high < low or statement.ports.low > high


@pytest.mark.real
def test_the_newest_registry() -> None:
    newest = read_registry(published("2026-08-17.xml"))
    found = suggested_ports(newest, 60000)
    assert len(found) > 40000
    ports = {suggestion.port for suggestion in found}
    held = {
        port
        for entry in newest.assignments
        if entry.ports is not None
        for port in range(entry.ports.low, entry.ports.high + 1)
    }
    assert not ports & held
    assert not ports & set(RANGE_EDGES)
    # Unauthorized uses, a note that tells of a release, a registration date on an Unassigned port.
    assert not ports & {42000, 33500, 44515, 4967, 5444, 5113, 6631, 4501, 1895, 2925}
    assert {42001, 33535, 44517, 4966} <= ports
    assert suggested_ports(newest, 1, name="quay")[0].port == 7829
    assert all(name not in newest.by_name for name in suggested_names("http", newest, limit=50))


def test_the_suggestions_of_a_run_do_not_repeat() -> None:
    """Nor are they what another request of the run asks for."""
    wanted = [("quay", "user"), ("Quay", 4646), ("quay-net", 4652)]
    keys = ("service_name", "port_number")
    document = json.dumps([dict(zip(keys, values, strict=True)) for values in wanted])
    reviews = check_request(document.encode(), QUAYS, suggest_ports=4).requests or ()
    ports = [found.port for review in reviews for found in review.port_numbers]
    assert len({*ports, 4646, 4652}) == 4 * 3 + 2
    names = [name for review in reviews for name in review.service_names]
    assert len({*names, "quay", "quay-net"}) == 5 * 3 + 2
