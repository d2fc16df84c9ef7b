"""The targets of the fuzzer over their first inputs, and over what it has found before."""

from __future__ import annotations

import random

import pytest

from fuzz.run import NAMES, seeds
from fuzz.structured import edited, structured
from fuzz.targets import TARGETS_OF_FUZZING, Wrong, held, require
from validator import check, parse_registry

TARGETS = {**TARGETS_OF_FUZZING, "structured": structured}
SHOWN = 12
# What the fuzzer found, by target; each broke a promise once.
FOUND = [
    # An encoding that is not read was told of by an exception of ours.
    ("request", b"\0<?xml version='1.0' encoding='UTF-9'?><rfc></rfc>"),
]


def test_each_target_has_first_inputs() -> None:
    assert set(NAMES) == set(TARGETS)
    for name in NAMES:
        assert seeds(name), name


@pytest.mark.parametrize("name", NAMES)
def test_a_target_keeps_its_promises(name: str) -> None:
    chance = random.Random(name)
    first = list(seeds(name).values())
    for data in chance.sample(first, min(SHOWN, len(first))):
        TARGETS[name](data)
        at = chance.randrange(len(data))
        TARGETS[name](data[:at] + chance.randbytes(3) + data[at + 2 :])
        TARGETS[name](data[:at])


def test_edits_are_edits() -> None:
    whole = edited(b"")
    assert check(parse_registry(whole), today="2026-11-24").findings == []
    for what, records in ((0, 0), (1, 1), (2, -1), (3, 0)):
        text = edited(bytes([what, 3, 7, 2]))
        assert text != whole
        assert text.count("<record") == whole.count("<record") + records


def test_what_is_found_is_told() -> None:
    with pytest.raises(Wrong, match="said"):
        require([], "said")
    report = check(parse_registry("Service Name,Port Number\na--b,1\n"), select=["SN005"])
    report.findings[0].message = "\x1b"
    for form in ("json", "html", "text"):
        held(report, form)


@pytest.mark.parametrize(("name", "data"), FOUND)
def test_what_was_found(name: str, data: bytes) -> None:
    TARGETS[name](data)
