"""The engine: rules that break, what it adds to violations, and what it does not run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import OPENING, ROOT, Called, dump, record
from validator import Registry, parse_registry
from validator import check as api_check
from validator.commands import check
from validator.engine.examine import examine
from validator.engine.report import Input
from validator.engine.rule import (
    ERROR,
    Rule,
    RunContext,
    Violation,
    all_declared,
    related_to,
    rule,
)
from validator.engine.selection import Selection
from validator.limits import Limits
from validator.model.pattern import allow
from validator.model.record import Defect
from validator.reporters import Style, render
from validator.rules import RULES, catalogue

if TYPE_CHECKING:
    from validator.engine.rule import Severity

DATA = dump(record("file-sync"), record("tide", date="2003-04"))
CONTEXT = RunContext("2026-11-23", "2011-08")


def declared(code: str, find: Callable[..., Iterable[Violation]], **more: Any) -> Rule:
    return Rule(code, find.__name__.replace("_", "-"), ERROR, "Nowhere", find, **more)


def each_name(registry: Registry, _context: RunContext) -> Iterator[Violation]:
    for assignment in registry.assignments:
        yield Violation(assignment.record, "service_name", f"{assignment.name} is here")


def broken_rule(registry: Registry, _context: RunContext) -> Iterator[Violation]:
    for assignment in registry.assignments:
        yield Violation(assignment.record, "service_name", "before it breaks")
        if assignment.name == "tide":
            raise KeyError(assignment.name)


def run(*rules: Rule, data: bytes = DATA) -> Input:
    every = {rule.code: rule for rule in rules}
    return examine(parse_registry(data, path="dump.xml"), Selection(every), CONTEXT)


def test_what_breaks_off_is_not_asked_for_what_stands_behind() -> None:
    """The contacts stand at the end: that they are gone is one finding."""
    whole = (ROOT / "fixtures" / "registry" / "small.xml").read_bytes()
    report = api_check(parse_registry(whole[: whole.index(b"<people>")]), today="2026-11-23")
    assert [finding.code for finding in report] == ["FM001"]
    assert {(entry.code, entry.reason) for entry in report.inputs[0].not_run} >= {
        ("AC001", "the document is not read to its end, so entries may be missing"),
        ("RF006", "the document is not read to its end, so entries may be missing"),
    }


def test_a_broken_rule_is_a_fault_and_the_others_report() -> None:
    entry = run(declared("ZZ001", broken_rule), declared("ZZ002", each_name))
    [fault] = entry.faults
    assert fault.to_dict() == {
        "code": "ZZ001",
        "path": "dump.xml",
        "subject": {"service_name": "tide", "port": None, "transport_protocol": "tcp"},
        "message": fault.message,
    }
    assert fault.message.startswith("KeyError: 'tide' (in broken_rule, line ")
    assert isinstance(fault.error, KeyError)
    assert [f.message for f in entry.findings if f.code == "ZZ002"] == [
        "file-sync is here",
        "tide is here",
    ]
    assert [f.message for f in entry.findings if f.code == "ZZ001"] == ["before it breaks"] * 2


class UnsayableError(Exception):
    def __str__(self) -> str:
        raise SystemExit(0)


def unsayable(registry: Registry, _context: RunContext) -> Iterator[Violation]:
    yield from ()
    raise UnsayableError


def test_an_exception_whose_text_ends_the_program_is_a_fault() -> None:
    entry = run(declared("ZZ001", unsayable), declared("ZZ002", each_name))
    [fault] = entry.faults
    assert fault.message.startswith("UnsayableError (in unsayable, line ")
    assert len(entry.findings) == 2


def test_a_broken_rule_ends_the_command_with_3(
    call: Callable[..., Called], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {**RULES, "ZZ001": declared("ZZ001", broken_rule)}
    monkeypatch.setattr(check, "RULES", rules)
    monkeypatch.setattr(catalogue, "rules", lambda *_looks_at: rules)
    (tmp_path / "a.xml").write_bytes(DATA)
    (tmp_path / "b.xml").write_bytes(dump(record("file--sync")))
    words = ("check", "--isolated", "--select", "ZZ,SN005", "a.xml", "b.xml")
    ended = call(*words)
    assert ended.status == 3
    assert "rule ZZ001 failed on a.xml, record tide tcp: KeyError: 'tide'" in ended.said
    assert "Traceback" not in ended.said
    assert "b.xml:4:33  error SN005" in ended.text
    assert "internal error in 1 rule, so this report is incomplete" in ended.text

    debugged = call(*words, "--debug")
    assert debugged.status == 3
    assert "Traceback" in debugged.said
    assert "raise KeyError(assignment.name)" in debugged.said


def without_memory(registry: Registry, _context: RunContext) -> Iterator[Violation]:
    yield Violation(registry.records[0], "service_name", "is not reported")
    raise MemoryError


@pytest.mark.parametrize(("count", "more"), [(1, ""), (2, " (and 1 more)"), (3, " (and 2 more)")])
def test_rules_that_ran_out_of_memory_are_counted(count: int, more: str) -> None:
    entry = run(*(declared(f"ZZ00{number}", without_memory) for number in range(1, count + 1)))
    assert entry.error == f"dump.xml: not enough memory for rule ZZ001{more}"
    assert entry.findings == []


UNREADABLE = '<xref type="rfc" data="rfc1"/><xref type="uri" data="https://exa\x7fmple.com"/>'


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("x", "", ["FM009 4:1"]),
        ("\x7f", "", ["FM005 4:1"]),
        ("\x7f", UNREADABLE.replace("\x7f", " "), ["FM005 4:1", "RF001 4:197"]),
        ("", UNREADABLE, ["FM005 4:207"]),
        ("", '<xref type="rfc" data="rfc 1">one</xref>', ["RF001 4:166"]),
        # Of a citation, all that it says is one value.
        ("", '<xref type="rfc" data="rfc 1">\x7f</xref>', ["FM005 4:173"]),
        ("", UNREADABLE.replace("\x7f", " "), ["RF001 4:196"]),
    ],
)
def test_a_value_with_a_bad_byte_is_reported_once(
    before: str, after: str, expected: list[str]
) -> None:
    """DEL stands for a byte that is not UTF-8; the other citation of the field can be read."""
    row = before + record("quay").replace("</record>", f"{after}</record>")
    data = (OPENING + row + "</registry>").encode().replace(b"\x7f", b"\xff")
    report = api_check(parse_registry(data), select=["FM", "RF001"], today="2026-11-23")
    places = [f"{f.code} {f.location.line}:{f.location.column}" for f in report]
    assert places == expected


def test_lines_that_end_with_a_carriage_return() -> None:
    """A record without a contact on one line: the line is not shown a second time."""
    person = '<xref type="person" data="Ann_Example"/>'
    data = dump(record("quay").replace(person, ""), record("tide"))
    texts = [
        "".join(render("text", api_check(parse_registry(each), select=["AC010"]), Style()))
        for each in (data, data.replace(b"\n", b"\r"))
    ]
    assert "  4 | <record" in texts[0]
    assert texts[0] == texts[1]


def test_a_code_is_declared_once() -> None:
    def another(registry: Registry) -> Iterator[Violation]:
        yield from ()

    another.__module__ = "validator.rules.another"
    with pytest.raises(ValueError, match=r"\ASN001 is declared twice\Z"):
        rule("SN001", ERROR, "Nowhere")(another)


def test_fingerprints_word_by_word() -> None:
    """Baselines of users have them: they do not change."""
    name = '<record><name>a%b/c#d</name><xref type="person" data="No/Body"/>'
    record_of_nobody = f'{name}<xref type="person">Nobody</xref></record>'
    ann = '<people><person id="Ann"><name>A</name></person><x/></people>'
    registry = parse_registry(
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
        f"<y/>{record_of_nobody}<z/>{ann}</registry>",
        form="xml",
    )
    select = ["FM006", "SN002", "TP004", "AC001", "AC002", "AC005", "AC006"]
    findings = api_check(registry, select=select, today="2026-11-24").findings
    entry = "a%25b%2Fc%23d//"
    assert [finding.fingerprint for finding in findings] == [
        "FM006/=y",
        f"FM006/{entry}/=z",
        "FM006/Ann/=x",
        f"TP004/{entry}/transport_protocol",
        f"SN002/{entry}/service_name",
        f"AC001/{entry}/contact=No%2FBody",
        f"AC005/{entry}/contact=Nobody",
        "AC006/Ann/contact_uri",
        "AC002/Ann/contact_id",
    ]


OPEN = (
    '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
    "<title>T</title><updated>2026-08-17</updated>"
)
# As JSON, without its last keys.
NAMED = (
    '"format_version": 1, "carries": [], "registry": {}, "records": [{"service_name": "quay"}],'
    ' "footnotes": []'
)


def fingerprints(text: str, *codes: str) -> list[str]:
    report = api_check(parse_registry(text), select=codes, today="2026-11-24")
    return [finding.fingerprint for finding in report if finding.code in codes]


def each_stated(registry: Registry, _context: RunContext) -> Iterator[Violation]:
    """Two values of one field, with a severity and a clause of their own; and one without."""
    for value, start in (("fil", 0), ("sync", 5)):
        yield Violation(
            registry.records[0], "service_name", value, value=value, start=start, severity="note",
            cites="Elsewhere",
        )  # fmt: skip
    yield Violation(registry.records[1], "service_name", "a name")


@pytest.mark.parametrize(
    ("severity", "levels"),
    [({}, ["note", "note", "error"]), ({"ZZ001": "warning"}, ["warning"] * 3)],
)
def test_what_a_violation_states_of_itself(
    severity: dict[str, Severity], levels: list[str]
) -> None:
    rules = {"ZZ001": declared("ZZ001", each_stated)}
    registry = parse_registry(DATA, path="dump.xml")
    entry = examine(registry, Selection(rules, severity=severity), CONTEXT)
    places = [(f.location, f.location.end_line, f.location.end_column) for f in entry.findings]
    assert [(place.line, place.column, *end) for place, *end in places] == [
        (4, 33, 4, 36), (4, 38, 4, 42), (5, 30, 5, 34),
    ]  # fmt: skip
    assert [finding.severity for finding in entry.findings] == levels
    assert [finding.reference for finding in entry.findings] == [
        "Elsewhere", "Elsewhere", "Nowhere",
    ]  # fmt: skip
    assert [finding.value for finding in entry.findings] == ["fil", "sync", "tide"]


def test_other_citations_have_other_fingerprints() -> None:
    ids = ["A/B", "A%2FB", "A#2", "A%232", "A%23", "A", "A" * 80, "A/%#" * 20]
    cited = "".join(f'<xref type="person" data="{each}"/>' for each in [*ids, "A"])
    record = f"<record><name>quay</name><protocol>tcp</protocol>{cited}</record>"
    found = fingerprints(f"{OPEN}{record}</registry>", "AC001")
    assert len(set(found)) == len(ids) + 1
    start = "AC001/quay//tcp/contact="
    assert found == [
        start + word
        for word in (
            *("A%2FB", "A%252FB", "A%232", "A%25232", "A%2523", "A", "A" * 80),
            *("A%2F%25%23" * 20, "A#2"),
        )
    ]


@pytest.mark.parametrize(
    ("code", "documents"),
    [
        (
            "FM010",
            {
                f"{doctype}{OPEN}<record><name>quay</name></record></registry>": mark
                for doctype, mark in {
                    "<!DOCTYPE registry>": "<!DOCTYPE registry>",
                    "\n<!DOCTYPE  registry\n>": "<!DOCTYPE registry >",
                    "<!DOCTYPE registry [<!ENTITY a 'b'>]>":
                    "<!DOCTYPE registry [<!ENTITY a 'b'>]>",
                    "<!DOCTYPE registry SYSTEM 'a%2Fb'>": "<!DOCTYPE registry SYSTEM 'a%252Fb'>",
                }.items()
            },
        ),
        (
            "FM011",
            {
                f'{{{NAMED}, {keys}}}': mark
                for keys, mark in {
                    '"contacts": [], "color": 1': "color",
                    '"contacts": [], "colors": 1': "colors",
                    '"contacts": [], "color": 1, "colors": 1': "color.colors",
                    '"contacts": 1': "contacts",
                    '"contacts": [1]': "contacts",
                    '"contacts": [{"contact_id": "A"}, {"name": [2]}]': "contacts.name",
                }.items()
            },
        ),
        (
            "FM008",
            {
                f'{{{NAMED}, {keys}}}': mark
                for keys, mark in {
                    '"contacts": [], "carries": []': "carries",
                    '"contacts": [], "footnotes": []': "footnotes",
                    '"contacts": [], "contacts": [{"contact_id": "A"}]': "contacts",
                }.items()
            },
        ),
    ],
)  # fmt: skip
def test_another_fault_of_the_whole_document_has_another_fingerprint(
    code: str, documents: dict[str, str]
) -> None:
    """A baseline of one hides no other."""
    for text, mark in documents.items():
        (found,) = fingerprints(text, code)
        assert found.partition("=")[2] == mark


def test_findings_are_sorted_and_carry_place_value_and_fingerprint() -> None:
    first, second = run(declared("ZZ002", each_name)).findings
    assert str(first.location) == "dump.xml:4:33"
    assert str(second.location) == "dump.xml:5:30"
    assert first.value == "file-sync"
    assert first.fingerprint == "ZZ002/file-sync//tcp/service_name"
    assert first.subject == {
        "service_name": "file-sync",
        "port": None,
        "transport_protocol": "tcp",
    }


def test_only_rules_that_came_with_rfc_6335_make_legacy_findings() -> None:
    old = run(declared("ZZ001", each_name, since_rfc6335=True)).findings
    assert [finding.legacy for finding in old] == [False, True]
    assert not any(finding.legacy for finding in run(declared("ZZ001", each_name)).findings)


def each_name_and_defect(registry: Registry, _context: RunContext) -> Iterator[Violation]:
    """A violation of a field, and one about a fault of reading, which has a field itself."""
    for entry in registry.records:
        yield Violation(entry, "service_name", "a name")
        yield Violation(Defect("FM009", "text", 0, entry, "description"), None, "a defect")


@pytest.mark.parametrize("is_listed", [True, False])
def test_legacy_findings_that_are_only_counted_have_their_fields(is_listed: bool) -> None:
    rules = {"ZZ001": declared("ZZ001", each_name_and_defect, since_rfc6335=True)}
    context = RunContext("2026-11-23", "2011-08")
    context.lists_legacy = is_listed
    entry = examine(parse_registry(DATA, path="dump.xml"), Selection(rules), context)
    assert sorted((finding.legacy, finding.field) for finding in entry.findings) == [
        (False, "description"), (False, "service_name"),
        (True, "description"), (True, "service_name"),
    ]  # fmt: skip


def test_rules_run_with_the_time_of_the_settings_for_a_match() -> None:
    allowed: list[float] = []

    def asks(registry: Registry, _context: RunContext) -> Iterator[Violation]:
        allowed.append(allow(9))
        allow(allowed[0])
        yield from ()

    limits = Limits(match=7)
    context = RunContext("2026-11-23", "2011-08", limits)
    before = allow(3)
    try:
        examine(parse_registry(DATA), Selection({"ZZ001": declared("ZZ001", asks)}), context)
        assert (allowed, allow(before)) == ([7], 3)
    finally:
        allow(before)


def test_ten_thousand_findings_about_a_long_name_do_not_repeat_it_each_time() -> None:
    text = f"{OPENING}<record><name>{'n' * 60_000}{'<br/>' * 9_000}</name></record></registry>"
    report = api_check(parse_registry(text), select=["FM009", "SN001"])
    assert len(report.findings) == 9_001
    assert {finding.subject["service_name"] for finding in report} == {"n" * 1000 + "…"}
    (of_name,) = [finding for finding in report if finding.code == "SN001"]
    assert of_name.value == "n" * 60_000
    assert len(of_name.fingerprint) < 100
    assert sum(map(len, render("json", report, Style()))) < 20_000_000


def test_fingerprints_do_not_move_with_lines_and_are_different() -> None:
    rule = declared("ZZ001", each_name)
    twice = dump(record("tide"), "", "", record("tide"))
    moved = dump("", record("tide"), record("tide"))
    found = [finding.fingerprint for finding in run(rule, data=twice).findings]
    assert found == [finding.fingerprint for finding in run(rule, data=moved).findings]
    assert found == ["ZZ001/tide//tcp/service_name", "ZZ001/tide//tcp/service_name#2"]


def test_rules_that_a_form_cannot_answer_are_named() -> None:
    rule = declared("ZZ001", each_name, needs=("contacts",))
    header = b"Service Name,Port Number,Transport Protocol\na-b,1,tcp\n"
    [entry] = run(rule, data=header).not_run
    assert entry.to_dict() == {"code": "ZZ001", "reason": "CSV has no contacts"}
    whole = declared("ZZ002", each_name, needs=("whole",))
    assert [entry.reason for entry in run(whole).not_run] == ["the dump is not a whole registry"]


def test_related_places_are_bounded_and_say_how_many_there_are() -> None:
    def all_alike(registry: Registry, _context: RunContext) -> Iterator[Violation]:
        records = [assignment.record for assignment in registry.assignments]
        yield Violation(
            records[0],
            "service_name",
            "all alike",
            related=related_to("another", records[1:], "service_name"),
        )

    data = dump(*[record("tide")] * 50)
    [finding] = run(declared("ZZ001", all_alike), data=data).findings
    assert len(finding.related) == 20
    assert finding.related[0].message == "another"
    assert str(finding.related[0].location) == "dump.xml:5:33"
    assert finding.related[-1].message == "another (and 29 more)"


def test_progress_gets_each_rule() -> None:
    progress: list[str] = []
    rules = {"ZZ001": declared("ZZ001", each_name), "ZZ002": declared("ZZ002", each_name)}
    context = RunContext("2026-11-23", "2011-08", progress=progress.append)
    examine(parse_registry(DATA), Selection(rules), context)
    assert progress == ["ZZ001", "ZZ002", ""]


def test_each_rule_is_of_a_family_of_the_catalogue() -> None:
    every = catalogue.rules()
    assert every.keys() == all_declared().keys()
    assert list(every)[: len(RULES)] == list(RULES)
    assert all(code[:2] in catalogue.FAMILIES for code in every)
    assert catalogue.rules("pair").keys() == {"XF001", "XF002", "XF003"}


def test_a_check_imports_the_rules_on_registries_and_runs_alone() -> None:
    code = (
        "import sys; from validator.rules.catalogue import rules; rules('registry', 'run');"
        "print([m for m in sys.modules if m.startswith(('validator.request', 'validator.diff'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
