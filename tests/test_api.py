"""The Python interface of the contract."""

from __future__ import annotations

import gc
import gzip
import inspect
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import validator
import validator.consumers.entry
from tests.conftest import CLEAN, FAULTY, SMALL, environment
from validator import RULES, Limits, Unusable, check, parse_registry, read_registry
from validator.assertions import assert_clean, assert_finds
from validator.engine.selection import UnknownSelector

TODAY = "2026-11-23"


def test_a_registry_is_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_bytes(FAULTY)
    report = check(read_registry(path), select=["SN"], today=TODAY)
    [finding] = report
    assert finding.code == "SN005"
    assert str(finding.location) == f"{path}:5:33"
    assert report.exit_status() == 1


@pytest.mark.parametrize("name", validator.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(validator, name) is not None
    assert name in dir(validator)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        _ = validator.chek


def test_importing_the_package_loads_nothing_else_and_keeps_the_collector() -> None:
    code = (
        "import gc, sys; before = set(sys.modules); import validator;"
        "loaded = set(sys.modules) - before;"
        "assert loaded <= {'validator', '__future__'}, loaded;"
        f"r = validator.check(validator.read_registry({str(SMALL)!r}), select=['SN']);"
        "assert gc.isenabled()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=environment())


def test_checking_leaves_the_collector_alone() -> None:
    assert gc.isenabled()
    check(parse_registry(CLEAN), today=TODAY)
    assert gc.isenabled()


def test_a_packed_dump_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml.gz"
    path.write_bytes(gzip.compress(CLEAN))
    assert len(read_registry(path).records) == 1


@pytest.mark.parametrize("data", [b"", b"neither form", b"\x00\x01\x02"])
def test_what_is_no_dump_is_unusable(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "dump"
    path.write_bytes(data)
    with pytest.raises(Unusable):
        read_registry(path)


def test_severity_select_and_ignore() -> None:
    registry = parse_registry(FAULTY)
    report = check(registry, select=["SN"], severity={"SN005": "note"}, today=TODAY)
    assert [finding.severity for finding in report] == ["note"]
    assert not list(check(registry, select=["SN"], ignore=["SN005"], today=TODAY))
    with pytest.raises(UnknownSelector, match="did you mean SN005"):
        check(registry, select=["SN05"])


def test_checking_twice_and_in_threads_says_the_same() -> None:
    registry = parse_registry(SMALL.read_bytes(), path="small.xml")
    expected = check(registry, today=TODAY).to_dict()
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(check, registry, today=TODAY) for _ in range(8)]
        assert all(future.result().to_dict() == expected for future in futures)


def test_the_rules_are_in_the_order_of_the_catalogue() -> None:
    codes = list(RULES)
    assert codes == sorted(codes, key=lambda code: (codes.index(code[:2] + "001"), code))
    assert all(rule.code == code for code, rule in RULES.items())
    assert len({rule.name for rule in RULES.values()}) == len(RULES)


# -- arguments that are none --------------------------------------------------------------------

REGISTRY = parse_registry(CLEAN)
CONSUMER = "ssh 22/tcp\n"


@pytest.mark.parametrize("subject", [SMALL, str(SMALL), SMALL.read_bytes()])
def test_a_path_or_bytes_are_read(subject: str | bytes | Path) -> None:
    expected = [str(finding.message) for finding in check(read_registry(SMALL), today=TODAY)]
    assert [str(finding.message) for finding in check(subject, today=TODAY)] == expected


def services(tmp_path: Path) -> validator.consumers.entry.ConsumerFile:
    path = tmp_path / "services"
    path.write_text(CONSUMER)
    return validator.read_consumer(path)


CALLS: dict[str, Callable[..., object]] = {
    "check": lambda folder, *, registry=REGISTRY, **more: check(registry, **more),
    "read_registry": lambda folder, *, path=SMALL, **more: read_registry(path, **more),
    "parse_registry": lambda folder, *, data=CLEAN, **more: parse_registry(data, **more),
    "check_request": lambda folder, *, request=b"service_name: a\n", registry=None, **more: (
        validator.check_request(request, registry, **more)
    ),
    "read_consumer": lambda folder, *, path=None, **more: validator.read_consumer(
        SMALL if path is None else path, **more
    ),
    "audit": lambda folder, *, file=None, **more: validator.audit(
        services(folder) if file is None else file, **more
    ),
    "assert_clean": lambda folder, *, subject=CLEAN, **more: assert_clean(subject, **more),
    "assert_finds": lambda folder, *, code="SN005", **more: assert_finds(FAULTY, code, **more),
}
SELECTORS = (
    ("select", "SN", TypeError, 'select: expected a list of codes or names of rules, such as ["SN'),
    ("select", b"SN", TypeError, "select: expected a list of codes or names"),
    ("select", 5, TypeError, "select: expected a list of codes or names"),
    ("select", [5], TypeError, "select: expected a list of codes or names"),
    ("select", ["SN05"], UnknownSelector, 'unknown rule "SN05"'),
    ("ignore", "SN", TypeError, "ignore: expected a list of codes or names"),
    ("ignore", None, TypeError, "ignore: expected a list of codes or names"),
    ("severity", "note", TypeError, 'severity: expected a mapping such as {"SN005": "note"}, got'),
    ("severity", {5: "note"}, TypeError, "severity: expected a mapping"),
    ("severity", ["SN005"], TypeError, "severity: expected a mapping"),
    ("severity", {"SN005": "eror"}, ValueError, "severity: expected error, warning or note, got"),
    ("severity", {"SN005": ["note"]}, ValueError, "severity: expected error, warning or note"),
)
DATES = (
    ("today", "2026-13-01", ValueError, "today: expected a date (YYYY-MM-DD), got '2026-13-01'"),
    ("today", "2026-02-30", ValueError, "today: expected a date (YYYY-MM-DD)"),
    ("today", "2026-02", ValueError, "today: expected a date (YYYY-MM-DD)"),
    ("today", "20260203", ValueError, "today: expected a date (YYYY-MM-DD)"),
    ("today", "", ValueError, "today: expected a date (YYYY-MM-DD)"),
    ("today", date(2026, 2, 3), TypeError, "today: expected a date (YYYY-MM-DD), got datetime"),
    ("today", 20260203, TypeError, "today: expected a date (YYYY-MM-DD), got 20260203"),
)
LIMIT = ("limits", 5, TypeError, "limits: expected Limits, got 5")
READING = (
    LIMIT,
    ("path", 5, TypeError, "path: expected a "),
    ("form", "pdf", ValueError, "form: expected xml, csv, txt, html or json, got 'pdf'"),
    ("form", ["xml"], ValueError, "form: expected xml, csv, txt, html or json, got ['xml']"),
    ("whole", "yes", TypeError, "whole: expected True, False or None, got 'yes'"),
)
WRONG: dict[str, Sequence[tuple[str, object, type[Exception], str]]] = {
    "check": (
        *SELECTORS,
        *DATES,
        LIMIT,
        ("registry", 5, TypeError, "registry: expected a Registry, a path, or a dump as bytes"),
        ("registry", None, TypeError, "registry: expected a Registry, a path, or a dump as bytes"),
        ("registry", [REGISTRY], TypeError, "registry: expected a Registry, a path, or a dump"),
        ("registry", "none.xml", Unusable, "none.xml cannot be read: No such file"),
        ("legacy_cutoff", "2011-08-01", ValueError, "legacy_cutoff: expected a month (YYYY-MM)"),
        ("legacy_cutoff", None, TypeError, "legacy_cutoff: expected a month (YYYY-MM), got None"),
    ),
    "read_registry": (
        *READING,
        ("path", b"dump.xml", TypeError, "path: expected a path; parse_registry reads bytes, got"),
        ("path", None, TypeError, "path: expected a path"),
        ("pages", "a.html", TypeError, "pages: expected a list of paths, got 'a.html'"),
        ("pages", [5], TypeError, "path: expected a path"),
    ),
    "parse_registry": (
        *READING,
        ("data", SMALL, TypeError, "data: expected bytes or a text; read_registry reads a path"),
        ("data", None, TypeError, "data: expected bytes or a text"),
    ),
    "check_request": (
        *(row for row in SELECTORS if "SN005" not in str(row[1])),
        LIMIT,
        ("request", 5, TypeError, "request: expected a mapping, a path, or YAML, got 5"),
        ("request", ["a"], TypeError, "request: expected a mapping, a path, or YAML"),
        ("registry", "dump.xml", TypeError, "registry: expected a Registry, as read_registry"),
        ("suggest_ports", "3", TypeError, "suggest_ports: expected a number, got '3'"),
    ),
    "read_consumer": (
        LIMIT,
        ("path", 5, TypeError, "path: expected a path, got 5"),
        ("kind", "hosts", ValueError, "kind: expected services, nmap, wireshark or private, got"),
    ),
    "audit": (
        *(row for row in SELECTORS if "SN005" not in str(row[1])),
        *DATES,
        LIMIT,
        ("file", "services", TypeError, "file: expected what read_consumer returns, got"),
        ("previous", "old", TypeError, "previous: expected what read_consumer returns, got 'old'"),
        ("registry", "dump.xml", TypeError, "registry: expected a Registry, as read_registry"),
        ("history", ["dump.xml"], TypeError, "registry: expected a Registry, as read_registry"),
        ("expect", ["x/y/z"], ValueError, "x/y/z"),
    ),
    "assert_clean": (
        *SELECTORS,
        *DATES,
        ("subject", 5, TypeError, "registry: expected a Registry, a path, or a dump as bytes"),
        ("fail_on", "eror", ValueError, "fail_on: expected error, warning, note or never, got"),
        ("legacy", "hide", ValueError, "legacy: expected summary, show or fail, got 'hide'"),
    ),
    "assert_finds": (
        ("code", "SN05", UnknownSelector, 'unknown rule "SN05"; did you mean SN005?'),
        ("count", "1", TypeError, "count: expected a number, got '1'"),
    ),
}  # fmt: skip
ROWS = [(function, *row) for function, rows in WRONG.items() for row in rows]


@pytest.mark.parametrize(("function", "name", "value", "kind", "said"), ROWS)
def test_a_wrong_argument_is_a_clear_error(
    tmp_path: Path, function: str, name: str, value: object, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as caught:
        CALLS[function](tmp_path, **{name: value})
    assert type(caught.value) is kind
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("limits", "kind", "said"),
    [
        ({"size": "5"}, TypeError, "size: expected a number, got '5'"),
        ({"size": None}, TypeError, "size: expected a number, got None"),
        ({"depth": 5}, ValueError, "depth: expected a number from 10 to 200, got 5"),
        ({"match": float("nan")}, ValueError, "match: expected a number above 0"),
        ({"widht": 5}, TypeError, "unexpected keyword argument 'widht'"),
    ],
)
def test_limits_that_are_none(limits: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as caught:
        Limits(**limits)
    assert said in str(caught.value)


def test_every_public_function_is_tried() -> None:
    functions = {name for name in validator.__all__ if inspect.isfunction(getattr(validator, name))}
    assert functions | {"assert_clean", "assert_finds"} == WRONG.keys() == CALLS.keys()
