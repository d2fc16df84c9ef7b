"""Requests of one run for the same name or port: what is found at once is what pairs show."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import Called
from tests.requests import registry
from validator.engine.selection import Selection
from validator.readers.source import Source
from validator.request.case import Case
from validator.request.review import review
from validator.request.variants import insecure_services
from validator.rules import catalogue

NAMES = ["tide", "tide-log", "tide-log-a", "tide-v2", "tides", "a_b"]
# Lists and objects are no ports, and are compared as the values that they are.
ODD_PORTS = [[4630], [4630.0], "[4630]", {"a": 1, "b": [2]}, {"b": [2], "a": 1}]
WANTED = st.fixed_dictionaries(
    {
        "service_name": st.sampled_from(
            ["tide", "tide-log", "tide-log-a", "tide-v2", "tides", "a_b"]
        )
    },
    optional={
        "assignee": st.sampled_from(["a@example.com", "A@example.com", "b@example.com", ""]).map(
            lambda email: {"name": "Ann", "email": email}
        ),
        "port_number": st.sampled_from([4630, 4631, "user", "4630", *ODD_PORTS]),
        "transport_protocols": st.lists(st.sampled_from(["tcp", "udp", "none"]), max_size=2),
    },
)


def are_one_service(case: Case, other: Case) -> bool:
    return (
        case.assignee.email.lower() == other.assignee.email.lower()
        and case.values.get("port_number") == other.values.get("port_number")
        and not set(case.transports) & set(other.transports)
    )


def want_two_ports(case: Case, other: Case) -> bool:
    email = case.assignee.email.lower()
    ports = [one.values.get("port_number") for one in (case, other)]
    if not email or email != other.assignee.email.lower() or None in ports:
        return False
    if case.key == other.key:
        return ports[0] != ports[1]
    if insecure_services(case) or insecure_services(other):
        return False
    short, long = sorted((case, other), key=lambda one: len(one.key))
    rest = long.key.removeprefix(f"{short.key}-")
    goes_on = rest != long.key and long.is_well_formed and not re.fullmatch("v?[0-9]+", rest)
    return goes_on and (ports[0] != ports[1] or case.port is None)


def _asking_for(port: Any) -> dict[str, Any]:
    party = {"name": "Ann", "email": "a@example.com"}
    return {"service_name": "tide", "assignee": party, "port_number": port}


@given(st.lists(WANTED, max_size=9))
@example([_asking_for(port) for port in ODD_PORTS])
@settings(max_examples=60)
def test_each_answer_is_that_of_all_pairs(wanted: list[dict[str, Any]]) -> None:
    sources = [
        Source(f"{number}.json", json.dumps(one).encode()) for number, one in enumerate(wanted)
    ]
    cases = review(sources, registry(), Selection(catalogue.rules("request"))).cases
    assert len(cases) == len(wanted)
    for case in cases:
        others = [other for other in cases if other is not case]
        second = [other for other in others if want_two_ports(case, other)]
        same_name = [
            other
            for other in others
            if other.key == case.key and other not in second and not are_one_service(case, other)
        ]
        same_port = [
            other
            for other in others
            if case.port is not None and case.port == other.port and case.key != other.key
        ]
        assert case.rivals.second_port(case) == second
        assert case.rivals.same_name(case) == (len(same_name), same_name)
        assert case.rivals.same_port(case) == (len(same_port), same_port)


def test_of_many_rivals_all_are_counted(call: Callable[..., Called]) -> None:
    """Their places are listed for 20."""
    text = "".join(
        "---\nservice_name: harbor\nport_number: 4630\ntransport_protocols: [tcp]\n"
        f"assignee: {{name: Ann, email: a{number}@example.com}}\n"
        for number in range(30)
    )
    Path("many.yaml").write_text(text)
    ended = call("request", "many.yaml", "--isolated", "--select", "RQ017", "--format", "json")
    found = [f for f in json.loads(ended.out)["findings"] if f["code"] == "RQ017"]
    assert [f["message"] for f in found] == [
        '"harbor" is also requested by 29 other requests in this run'
    ] * 30
    assert [[place["location"]["line"] for place in f["related"]] for f in found[:2]] == [
        [7 + 5 * k for k in range(20)],
        [2, *(12 + 5 * k for k in range(19))],
    ]
