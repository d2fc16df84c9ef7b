"""Every case in `fixtures/rules` finds exactly what it says, where it says, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases import HEADER, rule_cases, run_case
from tests.conftest import SMALL
from validator import RULES, check, parse_registry, read_registry
from validator.testing.rule_cases import differences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Form

CASES = list(rule_cases())


@pytest.mark.parametrize(
    ("code", "case"),
    [pytest.param(code, case, id=f"{code}-{case['title']}") for code, case in CASES],
)
def test_case(code: str, case: dict[str, Any]) -> None:
    assert list(differences(case, run_case(case))) == []


@pytest.mark.parametrize("code", RULES)
def test_each_rule_has_a_flagged_and_an_accepted_case(code: str) -> None:
    mine = [case for filed, case in CASES if filed == code]
    flagged = [case for case in mine if any(f.startswith(code + " ") for f in case["findings"])]
    accepted = [
        case for case in mine if not any(f.startswith(code + " ") for f in case["findings"])
    ]
    assert flagged, f"no case in which {code} is found"
    assert accepted, f"no case in which {code} is not found"


# By code: what of the registry a form cannot say, so that the rule is not asked.
OF_CONTACTS = "AC001 AC002 AC003 AC004 AC006 AC007 AC008 AC009 AC013 AC014"
OF_A_WHOLE_REGISTRY = "PN010 PN011 PN016 PN017"


@pytest.mark.parametrize(
    ("form", "silent"),
    [
        ("xml", "TX009"),
        ("json", "TX009"),
        ("csv", f"{OF_CONTACTS} DT003 MD001 MD002 MD003 RF002 RF006 RF007 RF009 TX005"),
        ("txt", "MD001 MD002 RF002 RF009 TX005"),
        ("html", "MD001 MD002 RF002 RF009 TX005"),
    ],
)
def test_rules_that_a_form_cannot_answer(form: str, silent: str) -> None:
    for whole, more in ((True, ""), (False, f" {OF_A_WHOLE_REGISTRY}")):
        registry = read_registry(SMALL.with_suffix(f".{form}"), whole=whole)
        (entry,) = check(registry, select=RULES, today="2026-11-24").inputs
        assert {rule.code for rule in entry.not_run} == set((silent + more).split())


def test_what_rfc_6335_introduced_and_what_is_off_by_default() -> None:
    introduced = {code for code, rule in RULES.items() if rule.since_rfc6335}
    assert introduced == set(
        "SN008 SN009 PN011 PN012 PN013 PN014 TP003 TP004 AC006 AC010 AC011 DT007 RF005 SC001"
        " TX001".split()
    )
    off = {code for code, rule in RULES.items() if not rule.is_default}
    assert off == {"AC014", "RF011"}


def test_a_lost_character_beside_a_bad_byte() -> None:
    rows = f"{HEADER}\nharbor,4621,tcp,H\ufffdrbor,[A],[A],2020-01-02,,,,,\n".encode()
    rows += b"quay,4622,tcp,Qu\xe4y,[A],[A],2020-01-02,,,,,\n"
    rows += "ferry,4623,tcp,F\ufffdrry,[A],[A],2020-01-02,,,,,\n".encode()
    report = check(parse_registry(rows, path="case", form="csv"), today="2026-11-24")
    assert [(f.code, f.location.line) for f in report.findings] == [
        ("FM005", 3),
        ("TX004", 2),
        ("TX004", 4),
    ]


@pytest.mark.parametrize(
    ("form", "data", "code", "cites"),
    [
        ("csv", f"{HEADER}\nharbor,4621\n", "FM002", "RFC 4180, Section 2"),
        (
            "html",
            '<table id="table-service-names-port-numbers"><tr><th>Service Name</th>'
            "<th>Port Number</th></tr><tr><td>harbor</td></tr></table>",
            "FM002",
            "Registry convention",
        ),
        ("json", '{"records": [', "FM001", "RFC 8259, Section 2"),
        ("xml", "<registry><record>", "FM001", "XML 1.0, Section 2.1"),
    ],
)
def test_the_clause_is_one_of_the_form(form: Form, data: str, code: str, cites: str) -> None:
    report = check(parse_registry(data.encode(), path="case", form=form), today="2026-11-24")
    assert [f.reference for f in report.findings if f.code == code] == [cites]
