"""Two dumps side by side: what differs is found in both, what a form cannot say is nowhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Called
from tests.dumps import published
from tests.rendered import as_html
from validator import Registry, Report, parse_registry, read_registry
from validator.api import run_context
from validator.diff.compare import compare
from validator.rules import catalogue
from validator.writers import write

FIXTURES = Path(__file__).parent.parent / "fixtures" / "registry"
FORMS = ("xml", "csv", "txt", "html", "json")
SMALL = (FIXTURES / "small.xml").read_text("utf-8")
Call = Callable[..., Called]


def compared(one: Registry, other: Registry) -> Report:
    report = compare(one, other, run_context("2026-11-24"))
    assert not report.faults
    return report


def lines(report: Report) -> list[str]:
    return [f"{finding} <- {[str(r.location) for r in finding.related]}" for finding in report]


@pytest.mark.parametrize("one", FORMS)
@pytest.mark.parametrize("other", FORMS)
@pytest.mark.parametrize("name", ["small", "extract"])
def test_all_forms_of_one_registry_tell_the_same(name: str, one: str, other: str) -> None:
    registries = [read_registry(FIXTURES / f"{name}.{form}") for form in (one, other)]
    assert lines(compared(*registries)) == []


CHANGES = {
    "description": ("Tide table exchange", "Tide table exchanges", "description", "XF002"),
    "name": ("<name>tide-table</name>", "<name>tide-tables</name>", None, "XF001"),
    "date": ('date="2022-08-30"', 'date="2022-08-31"', "registration_date", "XF002"),
    "reference": ("https://www.example.com/tides", "https://www.example.com/t", "reference", "XF002"),  # noqa: E501
    "contact": (
        'data="Ben_Example"/>\n    <xref type="uri" data="https://www.example.com/tides"',
        'data="Ann_Example"/>\n    <xref type="uri" data="https://www.example.com/tides"',
        "contact",
        "XF002",
    ),
    "note": ("model, firmware", "model", "assignment_notes", "XF002"),
    "uses": ("Use on port 18463", "Use on port 1", "known_unauthorized_uses", "XF002"),
    "code": ("<sc>1145656131</sc>", "<sc>5</sc>", "service_code", "XF002"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_change_is_reported_in_each_form(change: str, form: str) -> None:
    before, after, field, code = CHANGES[change]
    assert SMALL.count(before) >= 1
    changed = SMALL[::-1].replace(before[::-1], after[::-1], 1)[::-1]
    one = parse_registry(changed, path="changed.xml")
    other = read_registry(FIXTURES / f"small.{form}")
    for report in (compared(one, other), compared(other, one)):
        # Where a record has no assignee of its own, its contact stands for both.
        actual = [(f.code, f.field) for f in report if f.field != "assignee"]
        assert actual == [(code, field)] * (2 if code == "XF001" else 1)


def test_a_difference_has_both_places() -> None:
    one = parse_registry(SMALL.replace("Tide table", "Tide chart"), path="a.xml")
    other = parse_registry((FIXTURES / "small.csv").read_bytes(), path="b.csv")
    assert lines(compared(one, other)) == [
        'a.xml:547:18: XF002 error description is "Tide chart exchange", but'
        " \"Tide table exchange\" in b.csv <- ['b.csv:81:17']"
    ]


def test_the_difference_in_a_field_of_two_words() -> None:
    changed = SMALL.replace('date="2022-08-30"', 'date="2022-08-31"', 1)
    assert changed != SMALL
    one, other = (parse_registry(text, path=path) for text, path in ((SMALL, "a"), (changed, "b")))
    [line] = lines(compared(one, other))
    assert 'error registration date is "2022-08-30", but "2022-08-31" in b <- ' in line


def test_different_dates_of_the_registry_are_reported() -> None:
    one = parse_registry(SMALL, path="a.xml")
    other = parse_registry(SMALL.replace("2026-08-17", "2026-08-18"), path="b.xml")
    assert lines(compared(one, other)) == [
        "a.xml:5:12: XF003 note registry date is 2026-08-17, but 2026-08-18 in b.xml;"
        " differences may be changes between these dates <- ['b.xml:5:12']"
    ]
    assert compared(one, other).exit_status() == 0


def test_a_form_without_a_date_is_not_checked_for_it(call: Call) -> None:
    small = ROOT / "fixtures/registry"
    text = call("compare", small / "small.xml", small / "small.csv").text
    assert "skipped: XF003 (CSV has no registry date)" in text


def test_contacts_and_footnotes() -> None:
    one = parse_registry(SMALL, path="a.xml")
    other = parse_registry(
        SMALL.replace("Craig N. Example", "Craig M. Example")
        .replace('<footnote anchor="1">It', '<footnote anchor="1">But it')
        .replace('id="Doug_Example"', 'id="Doug_Exempel"'),
        path="b.xml",
    )
    actual = [(f.location.path, f.code, f.field, f.subject) for f in compared(one, other)]
    assert actual == [
        ("a.xml", "XF002", "text", {"footnote": "1"}),
        ("a.xml", "XF002", "name", {"contact": "Craig_Example"}),
        ("a.xml", "XF001", None, {"contact": "Doug_Example"}),
        ("b.xml", "XF001", None, {"contact": "Doug_Exempel"}),
    ]


def test_equal_records_are_paired_before_others() -> None:
    row = "harbor,4621,tcp,{},,,,,,,,\n"
    header = (FIXTURES / "small.csv").read_text("utf-8").split("\n")[0] + "\n"
    one = parse_registry(header + "".join(map(row.format, "abc")), path="a")
    other = parse_registry(header + "".join(map(row.format, "cxab")), path="b")
    actual = lines(compared(one, other))
    assert actual == ["b:3:1: XF001 error record is missing in a <- []"]


@pytest.mark.parametrize(
    "missing", ["Service Name,Port Number,Transport Protocol", "Service Name,Port Number"]
)
def test_a_column_that_is_missing_differs_nowhere(missing: str) -> None:
    row = "harbor,4621,tcp,Harbor log"
    count = missing.count(",") + 1
    one = parse_registry(f"{missing}\n{','.join(row.split(',')[:count])}\n")
    other = parse_registry(f"Service Name,Port Number,Transport Protocol,Description\n{row}\n")
    for report in (compared(one, other), compared(other, one)):
        # That the columns are missing is an error; what they would have said is no difference.
        assert {(f.code, f.location.line) for f in report} == {("FM004", 1)}
        assert len(report.findings) == 24 - count - 4


def test_the_old_habit_of_pages_is_no_difference() -> None:
    listed = as_html(parse_registry(SMALL).dump)
    both = '[<a href="#IESG">IESG</a>][<a href="#IETF_Chair">IETF_Chair</a>]</td>'
    listed = listed.replace('<td>[<a href="#IESG">IESG</a>]</td>', f"<td>{both}")
    one, other = parse_registry(SMALL), parse_registry(listed)
    assert other.records[11].assignee != one.records[11].assignee
    assert lines(compared(one, other)) == []
    assert lines(compared(other, one)) == []
    as_csv = write(other, "csv").text
    assert {f.field for f in compared(one, parse_registry(as_csv))} == {"assignee"}


# -- the command ------------------------------------------------------------------------------


def test_the_command(call: Call, tmp_path: Path) -> None:
    other = tmp_path / "b.xml"
    other.write_text(SMALL.replace("Tide table", "Tide chart"), "utf-8")
    small = str(FIXTURES / "small.json")
    same = call("compare", small, str(FIXTURES / "small.txt"))
    assert (same.status, same.said) == (0, "")
    assert same.text.startswith("no findings\nchecked ")
    ended = call("compare", small, str(other), "--format", "json")
    assert ended.status == 1
    report = json.loads(ended.out)
    assert [entry["path"] for entry in report["inputs"]] == [small, str(other)]
    assert [(f["code"], f["related"][0]["location"]["path"]) for f in report["findings"]] == [
        ("XF002", str(other))
    ]
    output = tmp_path / "report.txt"
    options = ("--severity", "XF002=note", "--report", f"concise={output}", "--format", "jsonl")
    assert call("compare", small, str(other), *options).status == 0
    assert output.read_text("utf-8").count("\n") == 1
    assert call("compare", small, str(other), "--ignore", "XF002").status == 0
    assert call("compare", small, str(other), "--fail-on", "never").status == 0


def test_the_command_refuses(call: Call, tmp_path: Path) -> None:
    small = str(FIXTURES / "small.xml")
    both = small, str(FIXTURES / "small.csv")
    own = "ianalint: The rules of compare are XF001, XF002, XF003.\n"
    for words, message in [
        ((small,), f"expected two dumps, A and B, got only {small}"),
        ((), "expected two dumps, A and B, got none"),
        ((small, small), "A and B are the same file: "),
        ((small, str(tmp_path)), "no registry dumps found in "),
        ((small, str(FIXTURES)), "expected one registry dump, found 10 in "),
        (
            (*both, "--select", "SN"),
            f"SN is not a rule of this command, but of `ianalint check`\n{own}",
        ),
        ((*both, "--select", "XX"), f'unknown rule "XX"; run "ianalint rules" for a list\n{own}'),
        ((*both, "--ignore", "XF9"), f'unknown rule "XF9"; run "ianalint rules" for a list\n{own}'),
        ((*both, "--severity", "XF1=note"), f'unknown rule "XF1"; did you mean XF001?\n{own}'),
        ((*both, "--output", small), "refusing to overwrite"),
    ]:
        ended = call("compare", *words)
        assert ended.status == 2
        assert message in ended.said
        assert ended.out == b""


def test_broken_inputs_are_reported(call: Call, tmp_path: Path) -> None:
    cut = tmp_path / "cut.xml"
    cut.write_text(SMALL[:-30], "utf-8")
    ended = call("compare", str(FIXTURES / "small.csv"), str(cut))
    assert ended.status == 1
    assert ended.text.startswith(f"{cut}:603:5  error FM001 broken-document")
    assert ended.said == ""


@pytest.mark.parametrize("code", catalogue.rules("pair"))
def test_the_rules_are_documented(call: Call, code: str) -> None:
    ended = call("rules", code)
    assert ended.status == 0
    assert catalogue.rules("pair")[code].name in ended.text
    assert "Why it matters: " in ended.text


# -- the real registry ------------------------------------------------------------------------


def fields(report: Report) -> Counter[tuple[str, str, str | None]]:
    return Counter((f.location.path[-4:], f.code, f.field) for f in report)


@pytest.mark.real
def test_the_xml_of_august_as_csv_against_the_csv_of_april() -> None:
    """14,471 rows are common to both; 25 cells of them changed in these four months."""
    newer = read_registry(published("2025-08-26.xml"))
    made = parse_registry(write(newer, "csv").text, path="made.csv")
    report = compared(made, read_registry(published("2025-04.csv")))
    counts = fields(report)
    assert len(made.records) - counts["..csv"[1:], "XF001", None] > 14_000
    missing = Counter(f.location.path for f in report if f.code == "XF001")
    assert len(made.records) - missing["made.csv"] == 14_471
    assert sum(1 for f in report if f.code == "XF002") == 25


@pytest.mark.real
def test_the_text_of_june_2013_against_the_xml_of_february() -> None:
    """13,174 records are common; those that differ changed between the two dates."""
    report = compared(
        read_registry(published("2013-02-18.xml")), read_registry(published("2013-06-26.txt"))
    )
    records = [f for f in report if "service_name" in f.subject]
    missing = Counter(f.location.path[-3:] for f in records if f.code == "XF001")
    assert missing == {"xml": 45, "txt": 132}
    assert len({str(f.subject) for f in records if f.code == "XF002"}) == 15


@pytest.mark.real
def test_a_page_of_2015_against_the_text_of_2013() -> None:
    """All records of the page are found; the others are not looked for on it."""
    page = read_registry(published("2015-03-16-page-1.xhtml"))
    assert page.dump.page == (1, 137)
    report = compared(read_registry(published("2013-06-26.txt")), page)
    assert [f for f in report if f.code == "XF001"] == []
    assert [f.code for f in report].count("XF003") == 1


def test_the_counts_of_a_comparison(call: Call, tmp_path: Path) -> None:
    header = (
        "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,"
        "Registration Date,Modification Date,Reference,Service Code,Unauthorized Use Reported,"
        "Assignment Notes\n"
    )
    end = ",[Ann],[Ann],2020-01-02,,,,,\n"
    (tmp_path / "a.csv").write_text(
        f"{header}quay,1,tcp,Quay{end}ferry,2,tcp,A{end}tide,3,tcp,A{end}"
    )
    (tmp_path / "b.csv").write_text(
        f"{header}quay,1,tcp,Quay{end}ferry,2,tcp,B{end}anchor,4,tcp,A{end}"
    )
    words = ("compare", "a.csv", "b.csv", "--isolated")
    ended = call(*words)
    assert (ended.status, ended.said) == (1, "")
    assert ended.text.split("\n\n")[-2:] == [
        "severity  rule                    findings\n"
        "error     XF001  record-missing          2\n"
        "error     XF002  value-differs           1",
        "3 errors\n"
        "checked a.csv: CSV, 3 records, part of a registry, 2 findings\n"
        "  skipped: XF003 (CSV has no registry date)\n"
        "checked b.csv: CSV, 3 records, part of a registry, 1 finding\n"
        "  skipped: XF003 (CSV has no registry date)\n",
    ]
    report = json.loads(call(*words, "--format", "json").out)
    none = {"error": 0, "warning": 0, "note": 0}
    assert report["summary"] == {
        "open": {**none, "error": 3}, "legacy": none, "legacy_modified": 0, "baselined": 0,
        "suppressed": 0, "by_rule": {"XF001": 2, "XF002": 1},
    }  # fmt: skip


def test_one_line_a_difference_names_its_record(call: Call, tmp_path: Path) -> None:
    small, other = str(FIXTURES / "small.xml"), tmp_path / "other.xml"
    start = SMALL.index("<description>") + len("<description>")
    other.write_text(SMALL[:start] + "New " + SMALL[start:], "utf-8")
    ended = call("compare", small, str(other), "--format", "concise", "--isolated")
    assert ended.text == (
        f'{small}:15:18: XF002 error port 0/tcp: description is "Reserved",'
        f' but "New Reserved" in {other} [value-differs]\n'
    )
