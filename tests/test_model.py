"""The small parts of the model that rules share."""

from __future__ import annotations

import pytest

from tests.cases import read_case
from validator import Registry
from validator.model.parties import ContactGroups, contacts_of, party
from validator.model.registry import cached_index
from validator.model.vocabulary import listing, place

ROWS = "harbor,4621,tcp,Harbor log,,,,,,,,\nquay,4622,tcp,Quay log,,,,,,,,\n"


def registry() -> Registry:
    return read_case({"input": ROWS, "form": "csv"})


def test_an_index_is_computed_once_for_each_registry() -> None:
    computed: list[Registry] = []

    @cached_index
    def names(registry: Registry) -> list[str]:
        """The names."""
        computed.append(registry)
        return [entry.name for entry in registry.assignments]

    one, other = registry(), registry()
    assert names(one) is names(one) is not names(other)
    assert names(one) == names(other) == ["harbor", "quay"]
    assert computed == [one, other]
    assert (names.__name__, names.__doc__) == ("names", "The names.")


def test_texts_are_searched_without_case() -> None:
    column = registry().column("description")
    assert list(column.texts) == column.values == ["Harbor log", "Quay log"]
    assert column.texts_with("quay", "missing") == ["Quay log"]
    assert column.texts_with("log") == ["Harbor log", "Quay log"]
    assert column.positions(["Quay log"]) == [1]
    assert column.positions([]) == []


def test_groups_have_the_first_as_representative() -> None:
    groups = ContactGroups()
    groups.join("a", "b")
    groups.join("c", "d")
    groups.join("b", "d")
    assert groups.representatives() == dict.fromkeys("abcd", "a")


def test_an_unknown_contact_is_a_party_of_its_own() -> None:
    assert party(registry(), "Nobody") == "Nobody"
    assert contacts_of(registry(), "Nobody") == ()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
    ],
)
def test_listing(words: list[str], text: str) -> None:
    assert listing(words, 3) == text


def test_listing_with_commas() -> None:
    assert listing(["1", "2"], 3, ", ") == "1, 2"


@pytest.mark.parametrize(
    ("port", "transport", "text"),
    [
        ("80", "tcp", "on 80/tcp"),
        ("80", None, "on port 80 without transport protocol"),
        ("", "tcp", "on tcp without port"),
        (None, "", "without port or transport protocol"),
    ],
)
def test_place(port: str | None, transport: str | None, text: str) -> None:
    assert place(port, transport) == text


PORTS = """\
harbor,443,tcp,Invented,,,,,,,,
x-quay,6000-6063,tcp,Invented,,,,,,,,
harbor,443,udp,Invented,,,,,,,,
jetty,6010,tcp,Invented,,,,,,,,
pier,6050-6070,,Invented,,,,,,,,
no-port,,tcp,Invented,,,,,,,,
broken,443x,tcp,Invented,,,,,,,,
,443,sctp,Reserved,,,,,,,,
"""


@pytest.mark.parametrize(
    ("key", "names"),
    [
        (443, ["harbor", "harbor"]),
        ("443", ["harbor", "harbor"]),
        (6000, ["x-quay"]),
        (6010, ["x-quay", "jetty"]),
        ("6010", ["x-quay", "jetty"]),
        (6063, ["x-quay", "pier"]),
        (6064, ["pier"]),
        ("6070", ["pier"]),
        ("6000-6063", ["x-quay"]),
        ("6050-6063", ["x-quay", "pier"]),
        ("6010-6010", ["x-quay", "jetty"]),
        *((missing, None) for missing in (0, 444, 6071, -1, 65536, "", "0443", " 443", "443x")),
        *((missing, None) for missing in ("6000-6064", "443-444", "tcp", None, 443.5, "70000")),
    ],
)
def test_the_assignments_of_a_port(key: object, names: list[str] | None) -> None:
    by_port = read_case({"input": PORTS, "form": "csv"}).by_port
    assert (key in by_port) is (names is not None)
    if names is None:
        with pytest.raises(KeyError):
            by_port[key]  # type: ignore[index]
        assert by_port.get(key) is None  # type: ignore[call-overload]
    else:
        assert [entry.name for entry in by_port[key]] == names  # type: ignore[index]


def test_the_assigned_ports_in_order() -> None:
    by_port = read_case({"input": PORTS, "form": "csv"}).by_port
    assert list(by_port) == [443, *range(6000, 6071)]
    assert len(by_port) == 72
    assert next(iter(by_port.values())) == by_port["443"]
    by_port["443"].clear()
    assert len(by_port[443]) == 2
    assert dict(registry().by_port).keys() == {4621, 4622}
