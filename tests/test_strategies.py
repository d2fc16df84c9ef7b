"""The strategies make what they say: valid, invalid for one reason alone, silent, with one fault.

This holds strategies and rules against each other: each rule is to find the fault made for it, and
none is to find anything where none was made.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from tests.conftest import SMALL, environment
from tests.rendered import as_html, as_text
from tests.requests import registry as read_requests_registry
from validator import (
    RULES,
    Registry,
    Report,
    check,
    check_request,
    parse_registry,
    read_registry,
)
from validator.engine.examine import examine
from validator.engine.report import Finding, Input
from validator.engine.rule import RunContext
from validator.engine.selection import Selection
from validator.model.names import malformed_names
from validator.model.record import Contact, Ports, Record
from validator.model.registry import Assignment
from validator.model.values import parse_date, port_range
from validator.model.vocabulary import COLUMN_HEADINGS, SERVICE_NAME, TRANSPORT_PROTOCOLS
from validator.strategies import (
    BREAKING,
    BrokenRegistry,
    assignments,
    broken_registries,
    contacts,
    dates,
    invalid_service_names,
    port_numbers,
    registries,
    requests,
    service_names,
)
from validator.writers import TARGETS, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.strategies.values import Clause

CLAUSES: list[Clause] = ["SN001", "SN002", "SN003", "SN004", "SN005"]
# Every rule, those too that must be asked for.
EVERY = Selection(RULES, list(RULES))
ROOT = Path(__file__).parent.parent
same = settings(derandomize=True, database=None)
few = settings(deadline=None, suppress_health_check=list(HealthCheck))


def examined(registry: Registry) -> Input:
    """What all rules find in a registry, at whatever severity."""
    entry = examine(registry, EVERY, RunContext("2026-11-24", "2011-08"))
    assert not entry.faults, [fault.to_dict() for fault in entry.faults]
    return entry


def found_in(registry: Registry) -> list[str]:
    return [str(finding) for finding in examined(registry).findings]


def smallest(strategy: st.SearchStrategy[Any]) -> Any:
    """The example that a strategy shrinks to, the same in every run."""
    return find(strategy, lambda _: True, settings=same)


# -- values -----------------------------------------------------------------------------------


@given(service_names())
def test_service_names_are_valid(name: str) -> None:
    assert SERVICE_NAME.fullmatch(name)


@pytest.mark.parametrize("length", [1, 8, 15])
def test_service_names_have_every_length(length: int) -> None:
    found = find(service_names(), lambda name: len(name) == length and name != name.lower())
    assert len(found) == length


@pytest.mark.parametrize("code", CLAUSES)
@given(data=st.data())
@settings(max_examples=50)
def test_invalid_service_names_break_one_clause(code: Clause, data: st.DataObject) -> None:
    name = data.draw(invalid_service_names(code)).replace('"', '""')
    head = ",".join(h for h in COLUMN_HEADINGS if h[:5] != "Known")
    registry = parse_registry(f'{head}\n"{name}",4621,tcp,,,,,,,,,\n')
    assert {f.code for f in check(registry, select=CLAUSES)} == {code}


@pytest.mark.parametrize(
    ("code", "shortest"),
    [("SN001", "a" * 16), ("SN002", "_"), ("SN003", "0"), ("SN004", "-a"), ("SN005", "a--a")],
)
def test_invalid_names_shrink_to_the_smallest(code: Clause, shortest: str) -> None:
    found = smallest(invalid_service_names(code))
    assert found == shortest or (code == "SN002" and sorted(found) == ["_", "a"])


def test_other_clauses_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no clause of Section 5\.1"):
        invalid_service_names("SN006")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no rule of a registry is called 'XF001'"):
        broken_registries("XF001")


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


@settings(few, max_examples=20)
@given(contacts(), assignments())
def test_contacts_and_assignments(contact: Contact, assignment: Assignment) -> None:
    assert contact.contact_id
    assert contact.contact_uri
    assert SERVICE_NAME.fullmatch(assignment.name) or "alias" in (
        assignment.record.assignment_notes or ""
    )
    assert assignment.record.contact


# -- registries without a fault ---------------------------------------------------------------


@settings(few, max_examples=40)
@given(registries(whole=None))
def test_no_rule_finds_anything_in_a_registry(registry: Registry) -> None:
    assert found_in(registry) == []
    forms: dict[str, str] = {target: write(registry, target).text for target in TARGETS}
    forms |= {
        # Where cells wrap, the plain text does not say which record a line belongs to.
        "txt": as_text(registry.dump, wraps=False),
        "html": as_html(registry.dump),
    }
    for form, text in forms.items():
        again = parse_registry(text)
        assert again.dump.form == form
        assert found_in(again) == [], form
        assert len(again.records) == len(registry.records)
        assert again.is_whole is registry.is_whole


def kinds_of(registry: Registry) -> set[str]:
    """What a registry holds."""
    held = registry.assignments
    said = {
        "a System Port": any(a.ports and a.ports.name == "System" for a in held),
        "a Reserved port": any(s.state == "Reserved" for s in registry.statements),
        "a range": any(s.ports and not s.ports.is_single for s in registry.statements),
        "an Unassigned range": any(s.state == "Unassigned" for s in registry.statements),
        "an alias": bool(registry.aliases) and bool(registry.replacements),
        "a malformed name": bool(malformed_names(registry)),
        "no port": any(a.ports is None for a in held),
        "dccp": any(r.service_code for r in registry.records),
        "sctp beside tcp": any(
            {"tcp", "sctp"} <= {a.transport for a in each} for each in registry.by_name.values()
        ),
        "the IESG": "IESG" in registry.by_contact_id,
        "an organization": any(c.organization for c in registry.contacts if c.name),
        "an assignee": any(a.record.assignee for a in held),
        "a URI": any(c.kind == "uri" for r in registry.records for c in r.reference),
        "an RFC in a note": any(r.inline for r in registry.records),
        "a legacy record": any(registry.is_legacy(a.record, "2011-08") for a in held),
        "both dates": any(r.registration_date and r.modification_date for r in registry.records),
        "a month": any(len(r.registration_date or "") == 7 for r in registry.records),
        "a release": any("De-assigned" in (r.assignment_notes or "") for r in registry.records),
        "TXT keys": any("TXT" in (r.assignment_notes or "") for r in registry.records),
        "a use": any(r.known_unauthorized_uses for r in registry.records),
        "a whole registry": registry.is_whole,
        "other letters": not registry.dump.data.isascii(),
    }
    return {kind for kind, there in said.items() if there}


def test_registries_hold_all_kinds() -> None:
    seen: dict[str, int] = {}

    @settings(few, max_examples=150, database=None, derandomize=True)
    @given(registries(whole=None))
    def look(registry: Registry) -> None:
        for kind in kinds_of(registry):
            seen[kind] = seen.get(kind, 0) + 1

    look()
    assert len(seen) == 22, seen


@settings(few, max_examples=5)
@given(registries(size=4), registries(size=(0, 1)), registries(whole=True))
def test_the_size_is_that_of_the_services(four: Registry, one: Registry, whole: Registry) -> None:
    assert len(four.records) >= 4
    assert len({entry.ports and entry.ports.low for entry in one.assignments}) <= 1
    assert whole.is_whole
    assert not four.is_whole


# -- requests ---------------------------------------------------------------------------------


@settings(few, max_examples=40)
@given(requests(), st.data())
def test_nothing_stands_against_a_request(alone: dict[str, Any], data: st.DataObject) -> None:
    assert errors(check_request(alone)) == []
    registry = data.draw(st.sampled_from([read_requests_registry(), read_registry(SMALL)]))
    asked = data.draw(requests(registry))
    report = check_request(asked, registry)
    assert errors(report) == []
    assert [review.verdict for review in report.requests or ()] == ["accept"]


def errors(report: Report) -> list[str]:
    assert not report.faults
    return [str(finding) for finding in report.findings if finding.severity == "error"]


def test_requests_are_of_all_kinds() -> None:
    seen: set[object] = set()

    @settings(few, max_examples=80, database=None, derandomize=True)
    @given(requests())
    def look(asked: dict[str, Any]) -> None:
        port = asked.get("port_number")
        seen.add(port if isinstance(port, str | None) else "System" if port < 1024 else "User")
        seen.update(asked["transport_protocols"])
        seen.add(asked.get("ietf_stream", "no stream"))
        seen.update(key for key in asked if key not in ("service_name", "port_number"))

    look()
    assert {None, "user", "system", "User", "System", *TRANSPORT_PROTOCOLS} <= seen
    assert {True, "no stream", "service_code", "txt_keys", "why_not_user"} <= seen
    assert smallest(requests())["service_name"] == "a"


# -- registries with one fault ----------------------------------------------------------------


def test_every_rule_has_a_fault() -> None:
    assert sorted(BREAKING) == sorted(RULES)


def places(broken: BrokenRegistry, finding: Finding) -> tuple[bool, str]:
    """Whether a finding lies in what is to be blamed, and where it lies."""
    about = broken.blamed
    where = f"{finding.location} for {about!r}"
    if not isinstance(about, Record | Contact):
        return True, where
    dump = broken.registry.dump
    starts = [r.offset for r in dump.records] + [c.offset for c in dump.contacts]
    behind = [start for start in starts if start > about.offset]
    end = min(behind, default=len(dump.data))
    return about.offset <= finding.location.offset < end, where


@pytest.mark.parametrize("code", RULES)
def test_each_fault_is_found_where_it_is(code: str) -> None:
    breaking = BREAKING[code]

    @settings(few, max_examples=3, database=None)
    @given(broken_registries(code))
    def prove(broken: BrokenRegistry) -> None:
        entry = examined(broken.registry)
        mine = [finding for finding in entry.findings if finding.code == code]
        others = [finding for finding in entry.findings if finding.code != code]
        assert [(f.subject, f.field) for f in mine] == [(broken.subject, broken.field)], [
            str(finding) for finding in entry.findings
        ]
        lies_there, where = places(broken, mine[0])
        assert lies_there, where
        # Nothing else, but what cannot be left out; that is there each time.
        assert {finding.code for finding in others} == set(breaking.along), list(map(str, others))

    prove()


def test_what_is_found_along_is_explained() -> None:
    along = {(code, other) for code, entry in BREAKING.items() for other in entry.along}
    assert along == {("AL013", "SN002"), ("FM005", "TX004")}
    assert all(reason for entry in BREAKING.values() for reason in entry.along.values())


def test_faults_shrink_to_what_they_need() -> None:
    broken = smallest(broken_registries("SN005"))
    assert len(broken.registry.records) <= 3
    assert repr(broken).startswith("<broken by SN005: service_name of Record('")
    (finding,) = examined(broken.registry).findings
    assert finding.subject == broken.subject


@settings(few, max_examples=3)
@given(broken_registries("PN010"))
def test_a_fault_among_ports_is_told_by_them(broken: BrokenRegistry) -> None:
    assert isinstance(broken.blamed, Ports)
    report = Report([examined(broken.registry)])
    assert report.findings[0].subject == {"port": str(broken.blamed)} == broken.subject


# -- what Hypothesis knows of it --------------------------------------------------------------


@settings(few, max_examples=5)
@given(st.from_type(Registry), st.from_type(Assignment), st.from_type(Contact))
def test_types_are_known(registry: Registry, assignment: Assignment, contact: Contact) -> None:
    assert found_in(registry) == []
    assert assignment.record.contact
    assert contact.contact_id


@pytest.mark.parametrize("way", ["lazily", "at once"])
def test_the_entry_point_loads_nothing_until_it_is_asked(way: str) -> None:
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    assert entry["hypothesis"] == {"ianalint": "validator.hypothesis_hook:register"}
    code = f"""
import sys
import hypothesis, hypothesis.strategies as st
from hypothesis.strategies._internal import types
if {way == "at once"}:
    del types._global_extra_lookup
from validator.hypothesis_hook import register
register()
loaded = sorted(m for m in sys.modules if m.startswith("validator") or m == "regex")
print(len(loaded), loaded[:3])
if {way == "lazily"}:
    from validator.model.registry import Registry
    class Other: pass
    assert st.from_type(int).example() is not None
    assert isinstance(st.from_type(Other).example(), Other)
    assert "validator.strategies" not in sys.modules
    assert st.from_type(Registry).example().records
    assert "validator.strategies" in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, cwd=ROOT,
        env=environment(HYPOTHESIS_NO_PLUGINS="1"), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    if way == "lazily":
        assert done.stdout == "2 ['validator', 'validator.hypothesis_hook']\n"
    else:
        assert "validator.model.registry" in done.stdout or not done.stdout.startswith("2 ")
