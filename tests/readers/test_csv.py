"""The CSV reader beside Python's own, and where it must do better."""

from __future__ import annotations

import csv
import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cases import HEADER
from validator import parse_registry
from validator.readers.csv import Rows, cell_offset, citations
from validator.record import Dump

tables = st.text(st.sampled_from('ab,"\n\ré ') | st.characters(codec="utf-8"), max_size=60)
ROW = "harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,[RFC9110],,,"


def strictly(text: str) -> list[list[str]] | None:
    """The rows as `csv` reads them in strict mode, `None` where it refuses."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return None
    return [row or [""] for row in rows]


@settings(max_examples=1500)
@given(tables)
@example('a,"b""c",d\r\n"x\ny",z\n')
@example('a\rb\r\n"c"\r')
@example('"a"b\n')
def test_rows_are_those_of_csv(text: str) -> None:
    rows = Rows(text.encode())
    mine = [cells for _, cells in rows]
    expected = strictly(text)
    if expected is None:
        assert rows.faults
    else:
        assert mine == expected
        assert not rows.faults


@settings(max_examples=500)
@given(
    st.lists(st.lists(st.text(st.sampled_from('ab,"\n\ré€')), min_size=3, max_size=3), min_size=1)
)
def test_each_character_of_a_cell_has_its_place(table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(table)
    data = out.getvalue().encode()
    for (start, cells), written in zip(Rows(data), table, strict=True):
        assert cells == written
        for column, cell in enumerate(cells):
            for place, character in enumerate(cell):
                at = cell_offset(data, start, column, place)
                assert data[at:].decode().startswith(character)


def read(*rows: str) -> Dump:
    return parse_registry("\n".join([HEADER, *rows]) + "\n", form="csv").dump


def names(dump: Dump) -> list[str | None]:
    return [record.service_name for record in dump.records]


def said(dump: Dump) -> list[tuple[str, int]]:
    """Code and line of each defect."""
    return [(d.code, dump.data.count(b"\n", 0, d.offset) + 1) for d in dump.defects]


def test_an_open_quote_costs_one_row() -> None:
    broken = ROW.replace("Harbor log", '"Harbor log')
    dump = read(ROW, broken, *[ROW.replace("harbor", f"tide-{n}") for n in range(5)])
    assert names(dump) == ["harbor", "harbor", *(f"tide-{n}" for n in range(5))]
    assert said(dump) == [("FM001", 3)]
    assert dump.records[1].description == '"Harbor log'


def test_an_open_quote_that_a_later_one_closes_costs_one_row() -> None:
    broken = ROW.replace("Harbor log", '"Harbor log')
    quoted = ROW.replace("Harbor log", '"Harbor, log"').replace("harbor", "quay")
    dump = read(broken, ROW.replace("harbor", "tide"), quoted)
    assert names(dump) == ["harbor", "tide", "quay"]
    assert said(dump) == [("FM001", 2)]
    assert dump.records[2].description == "Harbor, log"


def test_a_cell_of_many_lines_is_one_cell() -> None:
    notes = '"first, line\nsecond, with, commas\n\nlast ""quoted"""'
    dump = read(ROW + notes, ROW.replace("harbor", "quay"))
    assert names(dump) == ["harbor", "quay"]
    assert dump.records[0].assignment_notes == 'first, line\nsecond, with, commas\n\nlast "quoted"'
    assert not dump.defects
    assert dump.data[dump.records[1].offset :].startswith(b"quay")


def test_a_cell_may_be_longer_than_the_limit_of_csv() -> None:
    rows = f"{HEADER}\n" + ROW.replace("Harbor log", '"' + "x" * 1_000_000 + '"')
    dump = parse_registry(rows, path="dump.csv", max_length=1_000_000).dump
    assert len(dump.records[0].description or "") == 1_000_000
    assert not dump.defects


def test_ragged_rows_keep_the_cells_they_have() -> None:
    dump = read(ROW + ",surplus", "quay,4622,tcp", "")
    assert names(dump) == ["harbor", "quay"]
    assert said(dump) == [("FM002", 2), ("FM002", 3)]
    assert [defect.about for defect in dump.defects] == dump.records
    first = dump.defects[0]
    assert dump.data[first.offset :].startswith(b"surplus")


def test_a_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    dump = parse_registry(b"\xef\xbb\xbf" + f"{HEADER}\n{ROW}\n".encode()).dump
    assert dump.form == "csv"
    assert names(dump) == ["harbor"]
    assert not dump.defects


def test_columns_are_found_by_name_not_by_place() -> None:
    headings = HEADER.split(",")
    cells = ROW.split(",")
    backwards = ",".join(reversed(headings)) + "\n" + ",".join(reversed(cells)) + "\n"
    dump = parse_registry(backwards).dump
    record = dump.records[0]
    assert (record.service_name, record.port_number) == ("harbor", "4621")
    assert dump.data[dump.locate(record, "service_name", None) :].startswith(b"harbor\n")


def test_citations_of_a_cell() -> None:
    text = "[RFC6335][RFC 793][draft-example-01][https://example.com/][1][TR-352] loose"
    kinds = [(cited.kind, cited.data, cited.text) for cited in citations(text, people=False)]
    assert kinds == [
        ("rfc", "rfc6335", None),
        ("rfc", "rfc793", None),
        ("draft", "draft-example-01", None),
        ("uri", "https://example.com/", None),
        ("bracket", None, "1"),
        ("bracket", None, "TR-352"),
        ("text", None, "loose"),
    ]
    assert [text[c.offset :][:3] for c in citations(text, people=False)] == [
        "RFC", "RFC", "dra", "htt", "1][", "TR-", "loo",
    ]  # fmt: skip
