"""The strategies make what they say: valid, invalid for one reason alone, and silent registries."""

from __future__ import annotations

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from validator import Registry, check, parse_registry
from validator.registry import parse_date, port_range
from validator.strategies import (
    dates,
    invalid_service_names,
    port_numbers,
    registries,
    service_names,
)
from validator.vocabulary import COLUMN_HEADINGS, SERVICE_NAME
from validator.writers import TARGETS, write

CLAUSES = ("SN001", "SN002", "SN003", "SN004", "SN005")


@given(service_names())
def test_service_names_are_valid(name: str) -> None:
    assert SERVICE_NAME.fullmatch(name)


@pytest.mark.parametrize("length", [1, 15])
def test_service_names_have_every_length(length: int) -> None:
    found = find(service_names(), lambda name: len(name) == length)
    assert len(found) == length


@pytest.mark.parametrize("code", CLAUSES)
@given(data=st.data())
@settings(max_examples=50)
def test_invalid_service_names_break_one_clause(code: str, data: st.DataObject) -> None:
    name = data.draw(invalid_service_names(code))  # type: ignore[arg-type]
    rows = f"{','.join(h for h in COLUMN_HEADINGS if h[:5] != 'Known')}\n{name},4621,tcp,,,,,,,,,\n"
    found = {f.code for f in check(parse_registry(rows), select=CLAUSES)}
    assert found == {code}


@pytest.mark.parametrize(
    ("code", "smallest"),
    [("SN001", "a" * 16), ("SN003", "0"), ("SN004", "-a"), ("SN005", "a--a")],
)
def test_invalid_names_shrink_to_the_smallest(code: str, smallest: str) -> None:
    assert find(invalid_service_names(code), lambda _: True) == smallest  # type: ignore[arg-type]


def test_other_clauses_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no clause of Section 5\.1"):
        invalid_service_names("SN006")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["System", "User", "Dynamic"])
@given(data=st.data())
def test_port_numbers(name: str, data: st.DataObject) -> None:
    ports = port_range(data.draw(port_numbers(name)))  # type: ignore[arg-type]
    assert ports is not None
    assert ports.name == name


@given(dates("day"), dates("month"), dates())
def test_dates(day: str, month: str, either: str) -> None:
    for text, has_day in ((day, True), (month, False), (either, len(either) == 10)):
        date = parse_date(text)
        assert date is not None
        assert not date.impossible
        assert (date.day is not None) is has_day


@settings(max_examples=60)
@given(registries())
def test_no_rule_finds_anything_in_a_registry(registry: Registry) -> None:
    report = check(registry, today="2026-11-24")
    assert [str(finding) for finding in report.findings] == []
    for target in TARGETS:
        again = parse_registry(write(registry, target).text, whole=False)
        assert [str(finding) for finding in check(again, today="2026-11-24").findings] == []
        assert len(again.records) == len(registry.records)
