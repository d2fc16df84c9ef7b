"""The targets of the fuzzer, with their first inputs and with what the fuzzer found."""

from __future__ import annotations

import random

import pytest

from fuzz.cost import SUSPECT, Repeated, Target, growth
from fuzz.cost import TARGETS as COST_TARGETS
from fuzz.run import NAMES, seeds
from fuzz.structured import edited, structured
from fuzz.targets import TARGETS_OF_FUZZING, Wrong, check_output, require
from validator import check, parse_registry

TARGETS = {**TARGETS_OF_FUZZING, "structured": structured}
SAMPLES = 12
# Inputs that broke a promise once, by target.
REGRESSIONS = [
    # An unsupported encoding raised an internal exception.
    ("request", b"\0<?xml version='1.0' encoding='UTF-9'?><rfc></rfc>"),
    # An update has no verdict.
    (
        "request",
        b"\0# IANA Considerations\n\nIANA is asked to update the reference of the service name"
        b' "crane-log" on TCP\nport 4650. The reference is this document.\n',
    ),
]


def test_each_target_has_first_inputs() -> None:
    assert set(NAMES) == set(TARGETS)
    for name in NAMES:
        assert seeds(name), name


@pytest.mark.parametrize("name", NAMES)
def test_a_target_keeps_its_promises(name: str) -> None:
    chance = random.Random(name)
    first = list(seeds(name).values())
    for data in chance.sample(first, min(SAMPLES, len(first))):
        TARGETS[name](data)
        at = chance.randrange(len(data))
        TARGETS[name](data[:at] + chance.randbytes(3) + data[at + 2 :])
        TARGETS[name](data[:at])


@pytest.mark.parametrize("name", COST_TARGETS)
def test_the_search_for_costly_inputs_runs(name: str) -> None:
    data = next(iter(seeds(name if name in NAMES else "xml").values()))
    COST_TARGETS[name](data)


@pytest.mark.parametrize(
    ("target", "is_suspect"),
    [
        (lambda data: [data.count(b"a") for _ in data], True),  # quadratic, most of it in C
        (lambda data: [a for a in data[:600] for b in data[:600]], False),
        (lambda data: sorted(data), False),
    ],
)
def test_growth_is_noticed(target: Target, is_suspect: bool) -> None:
    assert (growth(target, Repeated(b"", b"ab" * 4, b"")) >= SUSPECT) == is_suspect


def test_edits_are_edits() -> None:
    whole = edited(b"")
    assert check(parse_registry(whole), today="2026-11-24").findings == []
    for what, records in ((0, 0), (1, 1), (2, -1), (3, 0)):
        text = edited(bytes([what, 3, 7, 2]))
        assert text != whole
        assert text.count("<record") == whole.count("<record") + records


def test_broken_promises_are_reported() -> None:
    with pytest.raises(Wrong, match="reason"):
        require([], "reason")
    report = check(parse_registry("Service Name,Port Number\na--b,1\n"), select=["SN005"])
    report.findings[0].message = "\x1b"
    for form in ("json", "html", "text"):
        check_output(report, form)


@pytest.mark.parametrize(("name", "data"), REGRESSIONS)
def test_regressions(name: str, data: bytes) -> None:
    TARGETS[name](data)
