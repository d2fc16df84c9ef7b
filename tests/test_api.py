"""The Python interface of the contract."""

from __future__ import annotations

import gc
import gzip
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import validator
from tests.conftest import CLEAN, FAULTY, SMALL, environment
from validator import RULES, Unusable, check, parse_registry, read_registry
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
