"""The strategies make what they promise: valid names, clean registries, registries with one fault.

This tests strategies and rules against each other: each rule must find the fault made for it, and
no rule may find anything else.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
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
from validator.assertions import assert_finds
from validator.engine.examine import examine
from validator.engine.finding import Finding
from validator.engine.report import Input
from validator.engine.rule import RunContext
from validator.engine.selection import Selection
from validator.model.entries import Assignment
from validator.model.names import malformed_names
from validator.model.record import Contact, Ports, Record
from validator.model.values import parse_date, port_range
from validator.model.vocabulary import COLUMN_HEADINGS, SERVICE_NAME, TRANSPORT_PROTOCOLS
from validator.readers import FORMS
from validator.reporters import FORMATS, render
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
from validator.strategies.draft import Draft, Group
from validator.strategies.faults import FAULTS
from validator.writers import TARGETS, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.strategies.values import Clause

CLAUSES: list[Clause] = ["SN001", "SN002", "SN003", "SN004", "SN005"]
# All rules, also those that are off by default.
EVERY = Selection(RULES, list(RULES))
ROOT = Path(__file__).parent.parent
same = settings(derandomize=True, database=None)
unshrunk = settings(same, phases=[Phase.generate])
few = settings(deadline=None, suppress_health_check=list(HealthCheck))


def examined(registry: Registry) -> Input:
    """What all rules find in a registry, at any severity."""
    entry = examine(registry, EVERY, RunContext("2026-11-24", "2011-08"))
    assert not entry.faults, [fault.to_dict() for fault in entry.faults]
    return entry


def findings_in(registry: Registry) -> list[str]:
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
    find(service_names(), lambda name: len(name) == length and name != name.lower())


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
    name = smallest(invalid_service_names(code))
    assert name == shortest or (code == "SN002" and sorted(name) == ["_", "a"])


@pytest.mark.parametrize("code", CLAUSES[1:])
def test_invalid_names_may_be_as_long_as_a_service_name(code: Clause) -> None:
    find(invalid_service_names(code), lambda name: len(name) == 15, settings=unshrunk)


def test_more_than_two_hyphens_may_be_adjacent() -> None:
    find(invalid_service_names("SN005"), lambda name: "---" in name, settings=unshrunk)


def test_other_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a code from SN001 to SN005, found 'SN006'"):
        invalid_service_names("SN006")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown rule 'XF001'"):
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
        assert "1970-01" <= text <= "2025-06-30"


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
    assert findings_in(registry) == []
    forms: dict[str, str] = {
        target: write(registry, target).text for target in TARGETS if target in FORMS
    }
    forms |= {
        # Where cells wrap, the plain text does not say which record a line belongs to.
        "txt": as_text(registry.dump, wraps=False),
        "html": as_html(registry.dump),
    }
    for form, text in forms.items():
        again = parse_registry(text)
        assert again.dump.form == form
        assert findings_in(again) == [], form
        assert len(again.records) == len(registry.records)
        assert again.is_whole is registry.is_whole


def test_the_small_registry_is_clean_and_whole() -> None:
    for suffix in (".xml", ".csv"):
        registry = read_registry(SMALL.with_suffix(suffix))
        assert registry.is_whole
        assert findings_in(registry) == []


def kinds_of(registry: Registry) -> set[str]:
    """What a registry contains."""
    assignments = registry.assignments
    notes = [record.assignment_notes or "" for record in registry.records]
    aliases = [a for a in assignments if "is an alias to" in (a.record.assignment_notes or "")]
    present = {
        "a System Port": any(a.ports and a.ports.name == "System" for a in assignments),
        "a Reserved port": any(s.state == "Reserved" for s in registry.statements),
        "a range": any(s.ports and not s.ports.is_single for s in registry.statements),
        "an Unassigned range": any(s.state == "Unassigned" for s in registry.statements),
        "an alias": bool(registry.aliases) and bool(registry.replacements),
        "a malformed name": bool(malformed_names(registry)),
        "no port": any(a.ports is None for a in assignments),
        "dccp": any(r.service_code for r in registry.records),
        "sctp and tcp": any(
            {"tcp", "sctp"} <= {a.transport for a in each} for each in registry.by_name.values()
        ),
        "the IESG": "IESG" in registry.by_contact_id,
        "an organization": any(c.organization for c in registry.contacts if c.name),
        "an assignee": any(a.record.assignee for a in assignments),
        "a URI": any(c.kind == "uri" for r in registry.records for c in r.reference),
        "an RFC in a note": any(r.inline for r in registry.records),
        "a legacy record": any(registry.is_legacy(a.record, "2011-08") for a in assignments),
        "both dates": any(r.registration_date and r.modification_date for r in registry.records),
        "a month": any(len(r.registration_date or "") == 7 for r in registry.records),
        "a release": any(re.search("De-assigned .*[^]]$", note) for note in notes),
        "a release by somebody": any(re.search("De-assigned .* by .*]$", note) for note in notes),
        "an alias that could be a name": any(SERVICE_NAME.fullmatch(a.name) for a in aliases),
        "a port without a remark": any(
            a.ports and not a.record.assignment_notes and not a.record.known_unauthorized_uses
            for a in assignments
        ),
        "an Unassigned range of a part": not registry.is_whole
        and any(s.state == "Unassigned" for s in registry.statements),
        "TXT keys": any("TXT" in (r.assignment_notes or "") for r in registry.records),
        "a use": any(r.known_unauthorized_uses for r in registry.records),
        "a whole registry": registry.is_whole,
        "other letters": not registry.dump.data.isascii(),
    }
    return {kind for kind, is_present in present.items() if is_present}


def test_registries_are_of_all_kinds() -> None:
    kinds: set[str] = set()

    @settings(few, max_examples=150, database=None, derandomize=True)
    @given(registries(whole=None))
    def collect(registry: Registry) -> None:
        kinds.update(kinds_of(registry))

    collect()
    assert len(kinds) == 26, kinds


@settings(few, max_examples=5)
@given(registries(size=4), registries(size=(0, 1)), registries(whole=True))
def test_the_size_is_that_of_the_services(four: Registry, one: Registry, whole: Registry) -> None:
    assert len(four.records) >= 4
    assert len({entry.ports and entry.ports.low for entry in one.assignments}) <= 1
    assert whole.is_whole
    assert not four.is_whole
    assert four.dump.path == "generated.xml"


@pytest.mark.parametrize("count", [0, 1])
def test_the_smallest_registries(count: int) -> None:
    strategy = registries(size=(count, 5))
    find(strategy, lambda registry: len(registry.records) == count, settings=unshrunk)


@pytest.mark.parametrize(
    ("size", "drawn", "port"),
    [
        (1, 1045, 1045), (1, 1050, 1055), (1, 1058, 1060), (2, 1055, 1055), (2, 1053, 1055),
        # What does not fit after the drawn port is at the first that does.
        (3, 1056, 1040), (10, 1041, 1040), (11, 1040, None),
    ],
)  # fmt: skip
def test_a_port_is_free_with_those_after_it(size: int, drawn: int, port: int | None) -> None:
    draft = Draft(lambda _strategy: drawn)
    for low, high in ((1050, 1054), (1058, 1059)):
        draft.add(Group(low, high, []))
    if port is None:
        with pytest.raises(ValueError, match=r"^no 11 ports from 1040 to 1060 are free$"):
            draft.port(1040, 1060, size)
    else:
        assert draft.port(1040, 1060, size) == port


def test_what_was_drawn_before_is_not_drawn_again() -> None:
    """A name that is taken gets a letter more, a service code is the next one."""
    drawn: list[Any] = ["tide", "Tide", "tide", "a" * 15, "a" * 15, 7, 7, 7]
    draft = Draft(lambda _strategy: drawn.pop(0))
    assert [draft.name() for _ in range(5)] == ["tide", "Tidea", "tideab", "a" * 15, "a" * 14]
    assert [draft.service_code() for _ in range(3)] == [7, 8, 9]


# -- requests ---------------------------------------------------------------------------------


@settings(few, max_examples=40)
@given(requests(), st.data())
def test_requests_are_accepted(alone: dict[str, Any], data: st.DataObject) -> None:
    assert errors(check_request(alone)) == []
    registry = data.draw(st.sampled_from([read_requests_registry(), read_registry(SMALL)]))
    report = check_request(data.draw(requests(registry)), registry)
    assert errors(report) == []
    # Keys are known, and requests of the IETF Stream are made by the IESG.
    assert not {"RQ003", "RQ060"} & {finding.code for finding in report.findings}
    assert len(set(alone["transport_protocols"])) == len(alone["transport_protocols"])
    assert [review.verdict for review in report.requests or ()] == ["accept"]


def errors(report: Report) -> list[str]:
    assert not report.faults
    return [str(finding) for finding in report.findings if finding.severity == "error"]


TAKEN = (
    "Service Name,Port Number,Transport Protocol,Description,Service Code\n"
    "a,4621,dccp,A (was aab),1\naa,4622,dccp,B,2\n"
)


def test_a_request_is_for_a_name_and_a_code_that_nobody_has() -> None:
    registry = parse_registry(TAKEN)
    request = find(requests(registry), lambda request: "service_code" in request, settings=same)
    assert (request["service_name"], request["service_code"]) == ("aabc", 3)


def test_requests_are_of_all_kinds() -> None:
    kinds: set[object] = set()

    @settings(few, max_examples=80, database=None, derandomize=True)
    @given(requests())
    def collect(request: dict[str, Any]) -> None:
        port = request.get("port_number")
        kinds.add(port if isinstance(port, str | None) else "System" if port < 1024 else "User")
        kinds.update(request["transport_protocols"])
        kinds.add(request.get("ietf_stream", "no stream"))
        kinds.update(key for key in request if key not in ("service_name", "port_number"))

    collect()
    assert {None, "user", "system", "User", "System", *TRANSPORT_PROTOCOLS} <= kinds
    assert {True, "no stream", "service_code", "txt_keys", "why_not_user"} <= kinds
    assert smallest(requests())["service_name"] == "a"


# -- registries with one fault ----------------------------------------------------------------


def is_inside(broken: BrokenRegistry, finding: Finding) -> bool:
    """Whether the location of a finding is inside the record or contact that is blamed."""
    about = broken.blamed
    if not isinstance(about, Record | Contact):
        return True
    dump = broken.registry.dump
    starts = [r.offset for r in dump.records] + [c.offset for c in dump.contacts]
    end = min((start for start in starts if start > about.offset), default=len(dump.data))
    return about.offset <= finding.location.offset < end


def require_one_fault(broken: BrokenRegistry) -> None:
    """The rule of a fault finds it where it is, and no other rule finds anything."""
    code = broken.code
    findings = examined(broken.registry).findings
    own = [finding for finding in findings if finding.code == code]
    assert [(finding.subject, finding.field) for finding in own] == [
        (broken.subject, broken.field)
    ], [str(finding) for finding in findings]
    assert is_inside(broken, own[0]), f"{own[0].location} is not in {broken.blamed!r}"
    others = [finding for finding in findings if finding.code != code]
    codes = {finding.code for finding in others}
    assert codes == set(BREAKING[code].along), (
        f"a generated registry with the fault of {code} has those of {sorted(codes)}, too. If"
        f" its drawn records have them, avoid that in validator/strategies/draft.py. If the"
        f" flagged example of {code} has them, show one fault there, or make it by hand in"
        f" validator/strategies/faults.py: {list(map(str, others))}"
    )


@pytest.mark.parametrize("code", RULES)
def test_a_rule_finds_its_fault_and_no_other_rule_does(code: str) -> None:
    settings(few, max_examples=3, database=None)(
        given(broken_registries(code))(require_one_fault)
    )()


def cites_one_document(broken: BrokenRegistry) -> bool:
    record = broken.blamed
    return isinstance(record, Record) and [c.data for c in record.reference] == ["1", "rfc4727"]


def has_a_short_row(broken: BrokenRegistry) -> bool:
    rows = broken.registry.dump.data.decode().split("\r\n")
    return any(len(cells) == len(COLUMN_HEADINGS) - 1 for cells in csv.reader(rows) if cells)


@pytest.mark.parametrize(
    ("code", "is_made"),
    [
        ("PN017", cites_one_document),
        ("FM002", has_a_short_row),
        ("FM005", lambda broken: b"caf\xf4\x8f\xbf" in broken.registry.dump.data),
        ("FM006", lambda broken: b"<port>" in broken.registry.dump.data),
    ],
)
def test_a_fault_is_made_in_each_way(code: str, is_made: Callable[[BrokenRegistry], bool]) -> None:
    require_one_fault(find(broken_registries(code), is_made, settings=unshrunk))


@pytest.mark.parametrize("code", [code for code in RULES if code.startswith("FM")])
def test_the_bytes_of_a_dump_have_its_fault(code: str) -> None:
    @settings(few, max_examples=2, database=None)
    @given(broken_registries(code))
    def prove(broken: BrokenRegistry) -> None:
        dump = broken.registry.dump
        again = parse_registry(dump.data, path=dump.path, form=dump.form)
        expected, found = (examined(each).findings for each in (broken.registry, again))
        assert [finding.code for finding in found] == [code]
        assert list(map(str, found)) == list(map(str, expected))
        if code == "FM005":
            assert b"caf\xf0\x9f\x98" in dump.data or b"caf\xf4\x8f\xbf" in dump.data
            with pytest.raises(UnicodeDecodeError):
                dump.data.decode()
        if code == "FM010":
            assert b"<!DOCTYPE registry" in dump.data
        report = Report([examined(broken.registry)])
        for form in FORMATS:
            assert "".join(render(form, report)).encode()

    prove()


def test_faults_that_are_made_by_hand_say_why() -> None:
    assert set(FAULTS) <= set(RULES)
    for code, entry in FAULTS.items():
        assert entry.make.__doc__, f"why can the example of {code} not be used?"


def test_other_findings_are_explained() -> None:
    others = {(code, other) for code, entry in BREAKING.items() for other in entry.along}
    assert others == {("AL013", "SN002")}
    assert all(reason for entry in BREAKING.values() for reason in entry.along.values())


def test_faults_shrink_to_what_they_need() -> None:
    broken = smallest(broken_registries("SN005"))
    assert len(broken.registry.records) <= 3
    assert repr(broken).startswith("<broken by SN005: service_name of Record('")
    (finding,) = examined(broken.registry).findings
    assert finding.subject == broken.subject
    # It is not a registry, but has one; so says each function that takes one.
    for call in (lambda: assert_finds(broken, "SN005"), lambda: check_request({}, broken)):
        with pytest.raises(
            TypeError, match=r"^registry: expected a Registry.+; pass its \.registry$"
        ):
            call()


@settings(few, max_examples=3)
@given(broken_registries("PN010"))
def test_a_fault_of_ports_is_identified_by_them(broken: BrokenRegistry) -> None:
    assert isinstance(broken.blamed, Ports)
    report = Report([examined(broken.registry)])
    assert report.findings[0].subject == {"port": str(broken.blamed)} == broken.subject


# -- types in Hypothesis ----------------------------------------------------------------------


@settings(few, max_examples=5)
@given(st.from_type(Registry), st.from_type(Assignment), st.from_type(Contact))
def test_types_are_registered(registry: Registry, assignment: Assignment, contact: Contact) -> None:
    assert findings_in(registry) == []
    assert assignment.record.contact
    assert contact.contact_id


@pytest.mark.parametrize("way", ["by itself", "by hand"])
def test_the_entry_point_loads_nothing_until_it_is_used(way: str) -> None:
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    assert entry["hypothesis"] == {"ianalint": "ianalint_hypothesis:register"}
    code = f"""
import sys
import hypothesis, hypothesis.strategies as st
from hypothesis.strategies._internal import types
if {way == "by hand"}:
    del types._global_extra_lookup
from ianalint_hypothesis import register
register()
loaded = sorted(m for m in sys.modules if m.startswith("validator") or m == "regex")
assert not loaded, loaded
if {way == "by itself"}:
    from validator.model.registry import Registry
    class Other: pass
    assert st.from_type(int).example() is not None
    assert isinstance(st.from_type(Other).example(), Other)
    assert "validator.strategies" not in sys.modules
    assert st.from_type(Registry).example().records
    assert "validator.strategies" in sys.modules
"""
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, cwd=ROOT,
        env=environment(HYPOTHESIS_NO_PLUGINS="1"), check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
