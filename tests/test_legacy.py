"""Legacy: a requirement of RFC 6335 on a record that was registered before it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases import completed
from tests.conftest import Called, ianalint
from tests.test_missing_columns import FORMS, without
from validator import check, parse_registry
from validator.model.vocabulary import LEGACY_MEANING, RECORD_FIELDS
from validator.reporters import Style, render
from validator.writers import json as json_writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.engine.report import Report
    from validator.model.record import Form

TODAY = "2026-11-28"
# By service name: registration date, modification date, legacy, modified since the cut-off.
RECORDS = {
    "anchor": ("", "", True, False),
    "beacon": ("", "2004-05-06", True, False),
    "canal": ("", "2020-05-06", True, True),
    "dredger": ("1998-02", "", True, False),
    "estuary": ("1998-02", "2026-01", True, True),
    "ferry": ("2011-07-31", "2011-08-01", True, True),
    "gangway": ("2011-08", "", False, False),
    "hawser": ("2011-08-01", "2021-01-01", False, False),
    "inlet": ("2020-01-01", "2010-01-01", False, False),
    "jetty": ("not a day", "2020-01-01", False, False),
    "keel": (" ", "2020-01-01", True, True),
    "lock": ("1998-02", "later", True, False),
}
LEGACY = [name for name, (_, _, legacy, _) in RECORDS.items() if legacy]
MODIFIED = [name for name, (_, _, _, modified) in RECORDS.items() if modified]


def row(name: str, registered: str, modified: str) -> list[str]:
    values = {"service_name": name, "transport_protocol": "tcp", "description": "Invented"}
    values |= {"registration_date": registered, "modification_date": modified}
    return [values.get(field, "") for field in RECORD_FIELDS]


ROWS = [row(name, registered, modified) for name, (registered, modified, _, _) in RECORDS.items()]
XML = completed(
    "\n".join(
        f'<record date="{registered}" updated="{modified}"><name>{name}</name>'
        "<protocol>tcp</protocol><description>Invented</description></record>"
        for name, (registered, modified, _, _) in RECORDS.items()
    ),
    "xml",
).encode()


def judged(data: bytes, form: Form) -> Report:
    return check(parse_registry(data, path="case", form=form), select=["AC010"], today=TODAY)


def names(report: Report, legacy: bool = True) -> list[str | None]:
    return [f.subject["service_name"] for f in report.findings if f.legacy is legacy]


def of_form(form: Form) -> bytes:
    if form == "xml":
        return XML
    if form == "json":
        return json_writer.write(parse_registry(XML, path="case")).text.encode()
    return without(form, ROWS)


@pytest.mark.parametrize("form", ["xml", "csv", "txt", "html", "json"])
def test_the_registration_date_decides(form: Form) -> None:
    report = judged(of_form(form), form)
    assert names(report) == LEGACY
    assert names(report, legacy=False) == [name for name in RECORDS if name not in LEGACY]
    assert [f.subject["service_name"] for f in report.findings if f.modified] == MODIFIED


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lacking", [True, False])
def test_without_any_registration_date_nothing_is_legacy(form: Form, lacking: bool) -> None:
    rows = [row(name, "", modified) for name, (_, modified, _, _) in RECORDS.items()]
    report = judged(without(form, rows, *(["registration_date"] if lacking else [])), form)
    assert names(report) == []
    assert names(report, legacy=False) == list(RECORDS)


def test_a_malformed_date_is_no_registration_date() -> None:
    rows = [row("anchor", "", ""), row("beacon", "soon", "2004-05-06"), row("canal", "x", "")]
    assert names(judged(without("csv", rows), "csv")) == []


def test_a_contact_has_its_last_update() -> None:
    people = "".join(
        f'<person id="{name}"><name>{name}</name>{updated}</person>'
        for name, updated in (
            ("Old", "<updated>2011-07-31</updated>"),
            ("Undated", ""),
            ("New", "<updated>2011-08-01</updated>"),
        )
    )
    text = (
        '<record date="2004-01"><name>harbor</name><protocol>tcp</protocol>'
        f"<description>x</description></record><people>{people}</people>"
    )
    report = check(
        parse_registry(completed(text, "xml").encode(), path="case"),
        select=["AC006"],
        today=TODAY,
    )
    assert [(f.subject["contact"], f.legacy) for f in report.findings] == [
        ("Old", True),
        ("Undated", True),
        ("New", False),
    ]
    assert not [f for f in report.findings if f.modified]


def test_the_cutoff_is_an_option() -> None:
    report = check(
        parse_registry(XML, path="case"), select=["AC010"], today=TODAY, legacy_cutoff="2011-09"
    )
    assert names(report) == sorted([*LEGACY, "gangway", "hawser"])
    assert "hawser" in [f.subject["service_name"] for f in report.findings if f.modified]


def test_every_summary_counts_the_modified_records() -> None:
    report = judged(XML, "xml")
    count, modified = len(LEGACY), len(MODIFIED)
    assert report.summary()["legacy"] == {"error": count, "warning": 0, "note": 0}
    assert report.summary()["legacy_modified"] == modified
    part = f"{modified} on records modified since the cut-off"
    summary = "".join(render("text", report))
    assert f"{count} legacy findings in 1 rule not counted (--legacy show), {part}\n" in summary
    every = "".join(render("text", report, Style(legacy="show")))
    assert f"{count} legacy findings not counted (--legacy fail), {part}\n" in every
    part = f"{count} legacy ({modified} on records modified since the cut-off)"
    assert part in "".join(render("markdown", report))
    page = "".join(render("html", report))
    assert f"<dt>legacy, modified since the cut-off</dt><dd>{modified}</dd>" in page
    for form in ("json", "jsonl"):
        written = "".join(render(form, report))
        last = json.loads(written if form == "json" else written.splitlines()[-1])
        assert last["summary"]["legacy_modified"] == modified


def test_a_baselined_finding_is_not_counted_as_legacy() -> None:
    report = judged(XML, "xml")
    for finding in report.findings:
        finding.status = "baselined"
    assert report.summary()["legacy_modified"] == 0


@pytest.mark.parametrize("words", [["check", "--help"], ["rules"], ["rules", "AC010"]])
def test_the_help_says_what_legacy_is(words: list[str], call: Callable[..., Called]) -> None:
    assert " ".join(LEGACY_MEANING.split()) in " ".join(call(*words).text.split())


def test_modified_legacy_findings_are_counted() -> None:
    header = (
        "Service Name,Port Number,Transport Protocol,Description,Registration Date,"
        "Modification Date\n"
    )
    rows = "a,1,tcp,,2001-01-02,2020-01-02\nb,2,tcp,,2001-01-02,2020-01-02\nc,3,tcp,,2001-01-02,\n"
    summary = check(parse_registry(header + rows), select=["TX001"]).summary()
    none = {"error": 0, "warning": 0, "note": 0}
    assert summary == {
        "open": none, "legacy": {**none, "error": 3}, "legacy_modified": 2, "baselined": 0,
        "suppressed": 0, "by_rule": {"TX001": 3},
    }  # fmt: skip


OWN_RULE = """
from validator.engine.rule import ERROR, Violation, rule

@rule("ACME001", ERROR, "Harbour rules", since_rfc6335=True, is_about_reading=True)
def unread_record(registry):
    \"\"\"A record was not read.\"\"\"
    for record in registry.records:
        yield Violation(record, "description", "not read")
"""


def test_what_is_only_counted_counts_as_unread(tmp_path: Path) -> None:
    """What was not read is counted, however severe a finding must be to be listed."""
    (tmp_path / "dump.xml").write_bytes(XML)
    (tmp_path / "rules.py").write_text(OWN_RULE)
    (tmp_path / "ianalint.toml").write_text('rules = ["rules.py"]\n')
    words = ("dump.xml", "--select", "ACME001", "--severity", "ACME001=warning", "--today", TODAY)
    # A process of its own, because rules stay loaded.
    ended = ianalint(
        "check", *words, "--format", "concise", "--min-severity", "error", cwd=tmp_path
    )
    counted = f"ACME001 warning (legacy) {len(LEGACY)} findings not listed (--legacy show)"
    assert counted in ended.text
