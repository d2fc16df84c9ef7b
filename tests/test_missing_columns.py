"""A rule whose answer depends on a column that the table lacks does not run, and says so."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from html import escape

import pytest

from tests.cases import HEADER
from tests.conftest import SMALL
from tests.generated import HEADINGS
from tests.rendered import cells, table
from validator import RULES, Registry, Report, check, parse_registry, read_registry
from validator.model.vocabulary import RECORD_FIELDS
from validator.readers.html_pages import read_pages
from validator.readers.source import Source
from validator.writers import json as json_writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Form

HEADING_OF = dict(zip(RECORD_FIELDS, HEADINGS, strict=True))
TODAY = "2026-11-24"
# Three declared pairs of names from the table of Section 10.1, and services with all there is.
ROWS = """\
msl-lmd,1464,tcp,"MSL License Manager
IANA assigned this well-formed service name as a replacement for ""msl_lmd"".",\
[A],[B],2021-03-04,,[RFC9000],,,
msl_lmd,1464,tcp,MSL License Manager,[A],[B],2021-03-04,,[RFC9000],,,"\
This entry is an alias to ""msl-lmd"". \
This entry is now historic, not usable for use with many common service discovery mechanisms."
harbor,4621,tcp,Invented,[A],[B],2021-03-04,2022-03-04,[RFC9000],,,
harbor,4621,dccp,Invented,[A],[B],2021-03-04,2022-03-04,[RFC9000],1234,,
quay,4621,tcp,Invented,[A],[B],2021-03-04,,[RFC9000],,Used on port 4621,Extends harbor
,4622,tcp,Reserved,,,,2024-02-13,,,,De-assigned on 2024-02-13
,4622,udp,Reserved,,,,2024-02-13,,,,De-assigned on 2024-02-13
,4623-4625,,Unassigned,,,,,,,,
jetty,,tcp,Invented,[IESG],[IETF_Chair],2021-03-04,,[RFC9000],,,
lighthouse,,udp,Invented,[A],[B],2021-03-04,,[RFC9000],,,
"""


def rows_of(registry: Registry) -> list[list[str]]:
    return [cells(record) for record in registry.dump.records]


def as_csv(headings: Sequence[str], rows: Sequence[Sequence[str]], _: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([headings, *rows])
    return out.getvalue()


def as_txt(headings: Sequence[str], rows: Sequence[Sequence[str]], fields: Sequence[str]) -> str:
    return "\n".join(table(headings, rows, fields, wraps=False)) + "\n"


def as_html(headings: Sequence[str], rows: Sequence[Sequence[str]], _: Sequence[str]) -> str:
    lines = ["<html><body>", '<table id="table-service-names-port-numbers">']
    lines.append("<tr>" + "".join(f"<th>{heading}</th>" for heading in headings) + "</tr>")
    for row in rows:
        lines += ["<tr>", *(f"<td>{escape(cell)}</td>" for cell in row), "</tr>"]
    return "\n".join([*lines, "</table></body></html>"])


FORMS: dict[Form, Callable[[Sequence[str], Sequence[Sequence[str]], Sequence[str]], str]] = {
    "csv": as_csv,
    "txt": as_txt,
    "html": as_html,
}


def without(form: Form, rows: Sequence[Sequence[str]], *lacking: str) -> bytes:
    """The rows as a table in `form` without the columns of the fields `lacking`."""
    present = [index for index, field in enumerate(RECORD_FIELDS) if field not in lacking]
    return FORMS[form](
        [HEADINGS[index] for index in present],
        [[row[index] for index in present] for row in rows],
        [RECORD_FIELDS[index] for index in present],
    ).encode()


def result(data: bytes, form: Form) -> Report:
    return check(parse_registry(data, path="case", form=form), select=RULES, today=TODAY)


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


CASES = {
    "invented": rows_of(parse_registry(f"{HEADER}\n{ROWS}".encode(), path="case", form="csv")),
    "small": rows_of(read_registry(SMALL)),
}


# A text is recognized by these headings.
OF_A_TEXT = ("service_name", "port_number", "description")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    ("form", "lacking"),
    [
        (form, field)
        for form in FORMS
        for field in RECORD_FIELDS
        if form != "txt" or field not in OF_A_TEXT
    ],
)
def test_nothing_but_the_missing_column_is_found(form: Form, name: str, lacking: str) -> None:
    before = result(without(form, CASES[name]), form)
    after = result(without(form, CASES[name], lacking), form)
    assert not after.faults
    assert [f.field for f in after.findings if f.code == "FM004"] == [lacking]
    assert codes(after) - codes(before) <= {"FM004"}
    reasons = {entry.reason for entry in after.inputs[0].not_run}
    assert f'no column "{HEADING_OF[lacking]}"' in reasons
    assert {rule.code for rule in after.inputs[0].not_run} >= {
        code for code, rule in RULES.items() if f"column:{lacking}" in rule.needs
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_table_with_all_columns_runs_every_rule_of_records(form: Form) -> None:
    entry = result(without(form, CASES["invented"]), form).inputs[0]
    assert not [skipped for skipped in entry.not_run if "column" in skipped.reason]


@pytest.mark.parametrize(
    ("lacking", "code", "reason"),
    [
        ("assignee contact", "AC010", 'no columns "Assignee" and "Contact"'),
        ("contact", "AC011", 'no column "Contact"'),
        ("reference", "RF005", 'no column "Reference"'),
        ("transport_protocol", "TP003", 'no column "Transport Protocol"'),
        ("assignment_notes", "PN013", 'no column "Assignment Notes"'),
        ("assignment_notes", "AL003", 'no column "Assignment Notes"'),
        ("description", "AL004", 'no column "Description"'),
        ("port_number", "ST007", 'no column "Port Number"'),
        ("port_number", "OR001", 'no column "Port Number"'),
        (
            "port_number transport_protocol",
            "SN007",
            'no columns "Port Number" and "Transport Protocol"',
        ),
    ],
)
def test_the_reason_names_every_column(lacking: str, code: str, reason: str) -> None:
    report = result(without("csv", CASES["invented"], *lacking.split()), "csv")
    assert {e.code: e.reason for e in report.inputs[0].not_run}[code] == reason
    assert codes(report) == {"FM004"}


def test_without_notes_only_names_of_the_table_of_section_10_1_are_accepted() -> None:
    rows = f"{HEADER}\n{ROWS}quay_dock,4630,tcp,Invented,[A],[B],2021-03-04,,[RFC9000],,,\n"
    registry = parse_registry(rows.encode(), path="case", form="csv")
    report = result(without("csv", rows_of(registry), "assignment_notes"), "csv")
    assert [(f.code, f.value) for f in report.findings if f.code != "FM004"] == [
        ("SN002", "quay_dock")
    ]


def test_json_keeps_which_columns_the_source_lacks() -> None:
    source = without("csv", CASES["invented"], "assignee", "contact")
    written = json_writer.write(parse_registry(source, path="case", form="csv")).text
    registry = parse_registry(written.encode(), path="case", form="json")
    assert registry.dump.missing_columns == {"assignee", "contact"}
    report = check(registry, select=RULES, today=TODAY)
    lines = written.split("\n")
    assert [(f.code, f.field, f.location.line) for f in report.findings] == [
        ("FM004", field, 1 + next(n for n, line in enumerate(lines) if "missing_columns" in line))
        for field in ("assignee", "contact")
    ]
    assert "AC010" in {entry.code for entry in report.inputs[0].not_run}


@pytest.mark.parametrize("value", ["5", '["x", 7, {}, "contact"]', '"contact"', "null", "[[]]"])
def test_json_with_other_values_there_is_read(value: str) -> None:
    data = (
        f'{{"format_version": 1, "carries": [], "missing_columns": {value}, "registry": {{}},'
        ' "records": [{"service_name": "harbor"}], "contacts": [], "footnotes": []}'
    )
    report = result(data.encode(), "json")
    assert "FM011" in codes(report)
    assert not report.faults


def test_pages_lack_what_one_of_them_lacks() -> None:
    pages = [
        without("html", CASES["invented"][:3], "reference"),
        without("html", CASES["invented"][3:], "contact"),
    ]
    whole = read_pages("all", [Source(f"{n}", page) for n, page in enumerate(pages)])
    assert whole.missing_columns == {"reference", "contact"}
