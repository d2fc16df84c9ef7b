"""The plain-text form: columns from headings, rows from what is centred, and what is in doubt."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.generated import HEADINGS, Row, registries, write_xml
from tests.rendered import as_text, cells, of_contact, table
from validator import Unusable, check, parse_registry, read_registry
from validator.record import Dump, Record
from validator.vocabulary import RECORD_FIELDS

SMALL = read_registry(Path(__file__).parent.parent.parent / "fixtures/registry/small.xml").dump
PAGE = as_text(SMALL)


def read(text: str | bytes) -> Dump:
    return parse_registry(text, form="txt").dump


def page(*rows: list[str]) -> str:
    """A table of rows with name, number, protocol and description, and nothing else."""
    filled = [[*row, *[""] * (len(HEADINGS) - len(row))] for row in rows]
    return "\n".join(table(HEADINGS, filled, RECORD_FIELDS)) + "\n"


def said(dump: Dump) -> list[tuple[str, int, int]]:
    """Code, line and column (of ASCII) of each defect."""
    found = []
    for defect in dump.defects:
        before = dump.data[: defect.offset]
        found.append((defect.code, before.count(b"\n") + 1, len(before.rpartition(b"\n")[2]) + 1))
    return found


def test_the_small_registry_is_read_whole() -> None:
    dump = read(PAGE)
    assert [cells(record) for record in dump.records] == [cells(r) for r in SMALL.records]
    assert [of_contact(c) for c in dump.contacts] == [of_contact(c) for c in SMALL.contacts]
    assert [(f.anchor, f.text) for f in dump.footnotes] == [
        (f.anchor, " ".join(f.text.split())) for f in SMALL.footnotes
    ]
    assert (dump.title, dump.updated, dump.experts) == (SMALL.title, "2026-08-17", SMALL.experts)
    assert [cited.data for cited in dump.references] == ["rfc6335"]
    assert "invented" in dump.notes[0].text
    assert not dump.defects
    assert not check(parse_registry(PAGE), today="2026-11-23").findings


def test_each_value_has_its_place() -> None:
    dump = read(PAGE)
    for record in dump.records:
        for field in RECORD_FIELDS:
            value = getattr(record, field)
            if not value:
                continue
            if isinstance(value, str):
                first = value.split()[0]
                assert dump.data[dump.locate(record, field, None) :].decode().startswith(first)
            else:
                for cited in value:
                    there = dump.data[dump.locate(record, field, cited) :].decode()
                    assert there.startswith(cited.shown + "]")
    for contact in dump.contacts:
        there = dump.data[dump.locate(contact, "contact_id", None) :].decode()
        assert there.startswith(f"{contact.contact_id}]")
        for number, uri in enumerate(contact.contact_uri):
            there = dump.data[dump.locate(contact, "contact_uri", number) :].decode()
            assert there.startswith(uri)
    assert dump.data[dump.locate(dump, "updated", None) :].startswith(b"2026-08-17")


def is_keyed(row: Row) -> bool:
    keyed = row.service_name or row.port_number or row.transport_protocol
    # The XML has one assignee at the most; what stands behind it in this form are contacts.
    return bool(keyed) and len(row.assignee) < 2


@settings(max_examples=200)
@given(registries.map(lambda rows: [row for row in rows if is_keyed(row)]))
def test_what_is_rendered_is_read_or_in_doubt(rows: list[Row]) -> None:
    whole = parse_registry(write_xml(rows)).dump
    dump = read(as_text(whole))
    assert len(dump.records) == len(whole.records)
    if not dump.defects:
        # Cells of a column may fill it so rarely that it looks narrower than it is.
        assert [cells(record) for record in dump.records] == [cells(r) for r in whole.records]
    assert {defect.code for defect in dump.defects} <= {"FM002"}


def test_wrapped_cells_are_told_apart_by_what_is_centred() -> None:
    text = page(
        [
            "harbor",
            "4621",
            "tcp",
            "A description that fills three lines of its column, and no more",
        ],
        ["quay", "4622", "tcp", "Short"],
        ["tide", "4623", "tcp", "Another one, of two lines, stands here"],
        ["", "4624", "", "Unassigned"],
    )
    dump = read(text)
    assert [record.description for record in dump.records] == [
        "A description that fills three lines of its column, and no more",
        "Short",
        "Another one, of two lines, stands here",
        "Unassigned",
    ]
    assert not dump.defects
    # It begins above its name, and is found there.
    first = dump.locate(dump.records[0], "description", None)
    assert dump.data[first:].startswith(b"A description")
    assert first < dump.locate(dump.records[0], "service_name", None)


def test_lines_that_could_be_either_record_s_are_reported() -> None:
    lines = table(HEADINGS, [["quay", "4622", "tcp", "x" * 28, *[""] * 8]] * 2, RECORD_FIELDS)
    at = lines[-1].index("xxx")
    doubtful = f"{'':{at}}{'y' * 20}"
    sure = "\n".join([*lines[:-1], doubtful, lines[-1]]) + "\n"
    dump = read(sure)
    assert [r.description for r in dump.records] == [f"{'x' * 28} {'y' * 20}", "x" * 28]
    assert not dump.defects  # above the last record it would not be in the middle
    unsure = "\n".join([*lines[:-1], doubtful, lines[-1], doubtful]) + "\n"
    dump = read(unsure)
    assert [r.description for r in dump.records] == [f"{'x' * 28} {'y' * 20}"] * 2
    assert said(dump) == [("FM002", unsure.split("\n").index(doubtful) + 1, at + 1)]


def test_text_across_a_border_and_tabs_are_reported() -> None:
    others = [["quay", str(number), "tcp", "Quay"] for number in range(9)]
    text = page(["harbor", "4621", "tcp", "Harbor log"], *others)
    lines = text.split("\n")
    row = next(n for n, line in enumerate(lines) if line.startswith("harbor"))
    lines[row] = "harbor-log-collector" + lines[row][20:]
    lines[row + 1] = lines[row + 1].replace("tcp ", "tcp\t")
    dump = read("\n".join(lines))
    assert [(code, line) for code, line, _ in said(dump)] == [
        ("FM002", row + 1),
        ("FM002", row + 2),
    ]
    assert len(dump.records) == 10


def test_a_heading_that_is_missing_or_unknown_is_reported() -> None:
    headings = [heading for heading in HEADINGS if heading != "Service Code"]
    lines = table([*headings, "Mood"], [["quay", "4622", "tcp", "Quay", *[""] * 8]])
    dump = read("\n".join(lines) + "\n")
    assert {(defect.code, defect.field) for defect in dump.defects} == {
        ("FM004", "service_code"),
        ("FM003", None),
    }
    assert dump.records[0].description == "Quay"


@pytest.mark.parametrize("text", ["", "words\n", "\n\n\n", "People\n", "\x00" * 100, "[1] x\n"])
def test_no_table_is_one_finding(text: str) -> None:
    assert [defect.code for defect in read(text + " ").defects] == ["FM004"]


def test_a_page_that_was_copied_from_a_browser_is_refused() -> None:
    copied = (
        "Service Name and Transport Protocol Port Number Registry\n\nLast Updated\n2025-03-11\n"
        "Service Name Port Number Transport Protocol Description Assignee Contact\n"
        "harbor 4621 tcp Harbor log [Ann_Example] [Ann_Example] 2020-01-02\n"
    )
    with pytest.raises(Unusable, match="a page copied as text: which words stand in which column"):
        parse_registry(copied)


@settings(max_examples=200)
@given(st.integers(0, len(PAGE)))
def test_a_page_cut_anywhere_keeps_what_stood_before(end: int) -> None:
    dump = read(PAGE[:end] + " ")
    sure = max(0, len(dump.records) - 3)
    assert [cells(r)[:3] for r in dump.records[:sure]] == [
        cells(r)[:3] for r in SMALL.records[:sure]
    ]


def test_a_page_without_its_people_breaks_off() -> None:
    """One finding says so, and not one for each contact that is cited."""
    cut = PAGE[: PAGE.index("People")].rstrip() + "\n"
    report = check(parse_registry(cut, form="txt"), today="2026-11-23")
    assert [(f.code, f.location.line) for f in report] == [("FM001", cut.count("\n") + 1)]
    assert "breaks off" in report.findings[0].message
    not_run = {entry.code for entry in report.inputs[0].not_run}
    assert {"AC001", "AC002", "RF006"} <= not_run
    alone = page(["harbor", "4621", "tcp", "Harbor log"])
    assert not [f for f in check(parse_registry(alone, form="txt")) if f.code[:2] == "FM"]


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(PAGE)), st.text(max_size=5), st.integers(0, 40)), max_size=4
    )
)
@example([(2400, "\t", 0)])
def test_a_page_with_anything_in_it_is_read(edits: list[tuple[int, str, int]]) -> None:
    text = PAGE
    for at, words, gone in edits:
        text = text[:at] + words + text[at + gone :]
    report = check(parse_registry(text, form="txt"), today="2026-11-23")
    assert not report.faults


FIRST = page(["harbor", "4621", "tcp", "Harbor log"]).rstrip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "x" * 5_000_000,
        FIRST + "\n" + "x" * 5_000_000,
        FIRST + "\n" + f"{'':40}more\n" * 200_000,
        FIRST + "\n" + f"{'':40}more\n{'':40}and more\nquay\n" * 20_000,
        FIRST + "\n" + "\n" * 500_000 + "quay\n",
        (FIRST + "\n") * 5_000,
        "Service Name Port Number Description " * 100_000,
        FIRST + "\n\n" + f"{'':70}People\n\n" * 50_000,
        FIRST + f"\n\n{'':70}Footnote\n\n" + "[1] a\nb\n" * 100_000,
        FIRST + "\n" + "\t" * 1_000_000,
    ],
    ids=range(10),
)
def test_floods_end_soon(text: str) -> None:
    before = time.process_time()
    report = check(parse_registry(text, form="txt"), today="2026-11-23", ignore=["PN", "AC"])
    assert not report.faults
    assert time.process_time() - before < 20  # a guard against what grows with the square


def test_records_have_what_the_lines_say() -> None:
    record = read(FIRST + "\n").records[0]
    assert isinstance(record, Record)
    assert (record.service_name, record.port_number, record.transport_protocol) == (
        "harbor", "4621", "tcp",
    )  # fmt: skip
    assert record.assignee == ()
    assert record.registration_date is None
