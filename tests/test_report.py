"""The report: what it counts and what exit status follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import dump, record
from validator import check, parse_registry
from validator.engine.finding import Fault, Finding, Location
from validator.engine.report import Input, Report
from validator.rules import RULES

if TYPE_CHECKING:
    from validator.engine.finding import FailOn, Legacy, Status
    from validator.engine.rule import Severity


def finding(
    severity: Severity = "error", *, legacy: bool = False, status: Status = "open"
) -> Finding:
    made = Finding(
        "SN005",
        "service-name-adjacent-hyphens",
        severity,
        legacy,
        "message",
        "RFC 6335, Section 5.1",
        "service_name",
        "a--b",
        {"service_name": "a--b", "port": None, "transport_protocol": None},
        Location("dump.xml", 1, 1, 0),
        [],
        "SN005/a--b///service_name",
    )
    made.status = status
    return made


def report(*findings: Finding) -> Report:
    entry = Input("dump.xml")
    entry.findings = list(findings)
    return Report([entry])


ERROR = finding()
WARNING = finding("warning")
NOTE = finding("note")
OLD = finding(legacy=True)
BASELINED = finding(status="baselined")
SUPPRESSED = finding(status="suppressed")


@pytest.mark.parametrize(
    ("findings", "fail_on", "legacy", "expected"),
    [
        ((), "error", "summary", 0),
        ((ERROR,), "error", "summary", 1),
        ((ERROR,), "never", "fail", 0),
        ((WARNING,), "error", "summary", 0),
        ((WARNING,), "warning", "summary", 1),
        ((WARNING,), "note", "summary", 1),
        ((NOTE,), "warning", "summary", 0),
        ((NOTE,), "note", "summary", 1),
        ((OLD,), "note", "summary", 0),
        ((OLD,), "note", "show", 0),
        ((OLD,), "error", "fail", 1),
        ((BASELINED, SUPPRESSED), "note", "fail", 0),
        ((OLD, NOTE, WARNING), "warning", "summary", 1),
    ],
)
def test_exit_status(
    findings: tuple[Finding, ...], fail_on: FailOn, legacy: Legacy, expected: int
) -> None:
    assert report(*findings).exit_status(fail_on, legacy) == expected


@pytest.mark.parametrize(
    ("severity", "least", "fail_on", "legacy", "expected"),
    [
        ("warning", "note", "error", "summary", True),
        ("warning", "warning", "error", "summary", True),
        ("warning", "error", "error", "summary", False),
        ("warning", "error", "warning", "summary", False),
        ("warning", "error", "warning", "show", False),
        ("warning", "error", "warning", "fail", True),
        ("note", "error", "warning", "fail", False),
    ],
)
def test_which_legacy_findings_are_listed(
    severity: Severity, least: Severity, fail_on: FailOn, legacy: Legacy, expected: bool
) -> None:
    old = finding(severity, legacy=True)
    assert old.is_listed(least, fail_on, legacy) is expected
    listed = report(old).at_least(least, fail_on, legacy).findings
    assert listed == ([old] if expected else [])
    # What was not read is listed, unless somebody has accepted it.
    old.is_unread = True
    assert old.is_listed(least, fail_on, legacy)
    old.status = "baselined"
    assert old.is_listed(least, fail_on, legacy) is (severity == least or least == "note")


def test_an_unusable_input_is_2_and_a_fault_is_3_whatever_else_there_is() -> None:
    both = report(ERROR)
    both.inputs.append(Input.unusable("other.xml", "other.xml is empty"))
    assert both.exit_status("never") == 2
    both.inputs[0].faults.append(Fault("SN001", "dump.xml", {}, "KeyError"))
    assert both.exit_status("never") == 3


def test_summary() -> None:
    summary = report(ERROR, WARNING, NOTE, NOTE, OLD, BASELINED, SUPPRESSED).summary()
    assert summary == {
        "open": {"error": 1, "warning": 1, "note": 2},
        "legacy": {"error": 1, "warning": 0, "note": 0},
        "legacy_modified": 0,
        "baselined": 1,
        "suppressed": 1,
        "by_rule": {"SN005": 7},
    }


def test_error_stands_only_with_inputs_that_have_one() -> None:
    assert "error" not in Input("dump.xml").to_dict()
    assert Input.unusable("x", "x is empty").to_dict() == {
        "path": "x", "format": None, "updated": None, "records": 0, "contacts": 0, "whole": False,
        "not_run": [], "error": "x is empty",
    }  # fmt: skip


def test_a_part_of_a_report_has_the_same_rules() -> None:
    whole = Report(report(ERROR, NOTE).inputs, {"SN005": RULES["SN005"]})
    part = whole.at_least("error")
    assert (list(part), part.rules) == ([ERROR], {"SN005": RULES["SN005"]})


def test_what_inputs_share_is_equal() -> None:
    entries = []
    for name in ("quay--side", "tide--table", "quay--side"):
        data = dump(record(name))
        entries.append(check(parse_registry(data), select=["SN005"]).inputs[0])
    before = [[finding.to_dict() for finding in entry.findings] for entry in entries]
    texts: dict[object, object] = {}
    for entry in entries:
        entry.share(texts)
    assert [[finding.to_dict() for finding in entry.findings] for entry in entries] == before
    [first], _, [last] = (entry.findings for entry in entries)
    for name in ("message", "value", "fingerprint", "subject"):
        assert getattr(first, name) is getattr(last, name)


def test_iterating_gives_the_findings_in_order() -> None:
    assert list(report(ERROR, NOTE)) == [ERROR, NOTE]
