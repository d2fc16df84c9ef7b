"""The CSV reader beside Python's own, and where it must do better."""

from __future__ import annotations

import csv
import io
from typing import Literal
from unittest import mock

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.cases import HEADER
from validator import Limits, parse_registry
from validator.model.record import Dump, Record
from validator.model.vocabulary import RECORD_FIELDS
from validator.readers.brackets import citations
from validator.readers.csv import Rows

tables = st.text(st.sampled_from('ab,"\n\ré ') | st.characters(codec="utf-8"), max_size=60)
ROW = "harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,[RFC9110],,,"


def strictly(text: str) -> list[list[str]] | None:
    """The rows as `csv` reads them in strict mode, `None` where it refuses."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return None
    return [row or [""] for row in rows]


# How much is looked at for lines without quotes: less than a line, a few lines, all of it.
pieces = st.sampled_from([1, 9, 1 << 14])


@settings(max_examples=700)
@given(tables, pieces)
@example('a,"b""c",d\r\n"x\ny",z\n', 1 << 14)
@example('a\rb\r\n"c"\r', 1 << 14)
@example('"a"b\n', 1 << 14)
@example("a,é\r\nb\nc\n\nd", 1 << 14)
def test_rows_are_those_of_csv(text: str, piece: int) -> None:
    with mock.patch("validator.readers.csv._PIECE", piece):
        rows = Rows(text.encode())
        mine = [cells for _, cells in rows]
    expected = strictly(text)
    if expected is None:
        assert rows.faults
    else:
        assert mine == expected
        assert not rows.faults


@settings(max_examples=250)
@given(
    st.lists(st.lists(st.text(st.sampled_from('ab,"\n\ré€')), min_size=3, max_size=3), min_size=1),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
    pieces,
)
@example([["a", "b", "é"], ["", "a,", "b"], ["é", "", ""]], csv.QUOTE_MINIMAL, "\r\n", 1 << 14)
def test_each_character_of_a_cell_has_its_place(
    table: list[list[str]], quoting: Literal[0, 1], end: str, piece: int
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=quoting).writerows(table)
    data = out.getvalue().encode()
    # `csv` does not quote a lone carriage return where rows end otherwise.
    assume(end == "\r\n" or quoting == csv.QUOTE_ALL or b"\r" not in data)
    with mock.patch("validator.readers.csv._PIECE", piece):
        read = Rows(data)
        rows = list(read)
    for (start, cells), written in zip(rows, table, strict=True):
        assert cells == written
        for column, cell in enumerate(cells):
            for place, character in enumerate(cell):
                begin = read.cell_offset(start, column)
                at = begin + read.character_offsets(begin)(place)
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


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_an_open_quote_costs_one_row_however_rows_end(end: str) -> None:
    broken = ROW.replace("Harbor log", '"Harbor log')
    closing = ROW.replace("Harbor log", '"Harbor, log"').replace("harbor", "quay")
    rows = [HEADER, broken, ROW.replace("harbor", "tide"), closing, ROW, broken, ROW]
    dump = parse_registry(end.join(rows) + end, form="csv").dump
    assert names(dump) == ["harbor", "tide", "quay", "harbor", "harbor", "harbor"]
    assert [(d.code, d.about) for d in dump.defects] == [
        ("FM001", dump.records[0]),
        ("FM001", dump.records[4]),
    ]
    places = [dump.data[dump.locate(r, "port_number", None) :][:5] for r in dump.records]
    assert places == [b"4621,"] * 6


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
    dump = parse_registry(rows, path="dump.csv", limits=Limits(length=1_000_000)).dump
    assert len(dump.records[0].description or "") == 1_000_000
    assert not dump.defects


def test_ragged_rows_keep_the_cells_they_have() -> None:
    dump = read(ROW + ",surplus", "quay,4622,tcp", "")
    assert names(dump) == ["harbor", "quay"]
    assert said(dump) == [("FM002", 2), ("FM002", 3)]
    assert [defect.about for defect in dump.defects] == dump.records
    first = dump.defects[0]
    assert dump.data[first.offset :].startswith(b"surplus")


def test_headings_below_the_first_row_are_no_record() -> None:
    dump = read(ROW, HEADER, "", HEADER, ROW.replace("harbor", "quay"))
    assert names(dump) == ["harbor", "quay"]
    assert said(dump) == [("FM008", 3), ("FM008", 5)]
    assert names(read(ROW, HEADER.replace("Contact", "contact"))) == ["harbor", "Service Name"]


def test_marks_of_a_merge_conflict_are_no_records() -> None:
    marks = ["<<<<<<< HEAD", "||||||| 4d004c1", "=======", ">>>>>>> branch"]
    dump = read(ROW, *marks, ROW.replace("harbor", "quay"))
    assert names(dump) == ["harbor", "quay"]
    message = "mark of an unresolved merge conflict; it is not read as a record"
    assert [
        (*place, defect.message) for place, defect in zip(said(dump), dump.defects, strict=True)
    ] == [("FM002", line, message) for line in (3, 4, 5, 6)]
    assert names(read(ROW, "========", "<<<<<<", "=======x"))[1:] == [
        "========",
        "<<<<<<",
        "=======x",
    ]


@pytest.mark.parametrize(
    ("line", "is_other"),
    [
        ("<?xml version='1.0'?>", True),
        (" <!DOCTYPE html>", True),
        ('<registry xmlns="a,b">', True),
        ("<HTML>", True),
        ("{", True),
        ("[", True),
        ("<b>bold</b>", False),
        ("{quay}", False),
        ("<registry-x>", False),
        (ROW.replace("harbor", "<html>"), False),
    ],
)
def test_another_document_below_the_rows_is_not_read(line: str, is_other: bool) -> None:
    dump = read(ROW, line, ROW.replace("harbor", "quay"))
    if is_other:
        assert (names(dump), said(dump)) == (["harbor"], [("FM009", 3)])
        assert dump.defects[0].hides
    else:
        assert names(dump)[::2] == ["harbor", "quay"]
        assert {code for code, _ in said(dump)} <= {"FM002"}


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


def test_citations_in_any_case_and_what_is_nearly_one() -> None:
    text = "a [rfc 793] [Rfc-793][RFC  793][HTTPS://example.com/][x:][RFC-example-01][a b:c]b"
    kinds = [(cited.kind, cited.data or cited.text) for cited in citations(text, people=False)]
    assert kinds == [
        ("text", "a"),
        ("rfc", "rfc793"),
        ("bracket", "Rfc-793"),
        ("bracket", "RFC  793"),
        ("uri", "HTTPS://example.com/"),
        ("bracket", "x:"),
        ("draft", "RFC-example-01"),
        ("bracket", "a b:c"),
        ("text", "b"),
    ]
    for letter in "\xe9\u200b\u3042":
        assert [c.kind for c in citations(f"[draft-{letter}][a:{letter}]", people=False)] == [
            "draft",
            "uri",
        ]
    for space in "\t\x85\xa0\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\u3000":
        said = citations(f"[draft-a{space}b][a:b{space}]", people=False)
        assert [c.kind for c in said] == ["bracket", "bracket"]
    people = citations(" Ann [Ann_Example][] Ben Example ", people=True)
    assert [(cited.kind, cited.data, cited.text, cited.offset) for cited in people] == [
        ("text", None, "Ann", 1),
        ("person", "Ann_Example", None, 6),
        ("person", "", None, 19),
        ("text", None, "Ben Example", 21),
    ]


def test_a_record_has_all_that_records_have() -> None:
    (record,) = read("a,1,tcp,,,,,,,,,").records
    made = Record(0, record.offset)
    made.service_name, made.port_number, made.transport_protocol = "a", "1", "tcp"
    for field in Record.__slots__:
        assert getattr(record, field) == getattr(made, field)


def test_nothing_and_blank_rows() -> None:
    dump = parse_registry(b"", path="none.csv", form="csv").dump
    assert (dump.path, dump.form, dump.records) == ("none.csv", "csv", [])
    assert [(d.code, d.offset, d.about, d.field) for d in dump.defects] == [
        ("FM004", 0, None, field) for field in RECORD_FIELDS
    ]
    dump = parse_registry(f"\n\r\n{HEADER}\n\n{ROW}\n\n\n{ROW}\n\n", form="csv").dump
    assert not dump.defects
    assert [dump.data.count(b"\n", 0, record.offset) for record in dump.records] == [4, 7]
    assert [record.index for record in dump.records] == [0, 1]


EXPECTED = "expected 12"
ODD = "unexpected characters after a closing quote"
OPEN = "unclosed quote; it is read as an ordinary character"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # A quote inside a cell is a character; one that is closed too early is not.
        (f'{ROW}a"b\n', []),
        (
            f"{ROW}\r{ROW}\r\n" + ROW.replace("Harbor log", '"Harbor" log, or"') + f"\n{ROW}",
            [
                ("FM002", 2, "\n", f'row has 13 cells, {EXPECTED}; "" is ignored'),
                ("FM002", 2, " log, or", ODD),
            ],
        ),
        (
            f'{ROW}"\r\n{ROW}"x"y\r\n"a"b,"c"d\n{ROW}"never\n',
            [
                ("FM002", 2, '"a"b', f"row has 2 cells, {EXPECTED}"),
                ("FM001", 0, '"\r\n', OPEN),
                ("FM002", 1, "y\r\n", ODD),
                ("FM002", 2, 'b,"c', ODD),
                ("FM002", 2, "d\n", ODD),
                ("FM001", 3, '"never', OPEN),
            ],
        ),
        # A cell of several lines, closed as it should be, may hold what looks like a row.
        (ROW.replace("Harbor log", f'"one\n{ROW}\ntwo"') + "\n", []),
        (
            ROW.replace("Harbor log", f'"one\n{ROW}\ntwo"x') + "\n",
            [
                ("FM002", 0, "harbor", f"row has 4 cells, {EXPECTED}"),
                ("FM002", 2, 'two"x', f"row has 9 cells, {EXPECTED}"),
                ("FM001", 0, '"one', OPEN),
            ],
        ),
        (
            # As many commas as in a row, but not on one line.
            ROW.replace("Harbor log", '"one,\na,b,c,d,e,f,g,h,i,j,k\ntwo"x') + "\n",
            [("FM002", 0, "x,[Ann", ODD)],
        ),
        ("x\n", [("FM002", 0, "x\n", f"row has 1 cell, {EXPECTED}")]),
        (
            '"x\n' + ROW,
            [("FM002", 0, '"x', f"row has 1 cell, {EXPECTED}"), ("FM001", 0, '"x', OPEN)],
        ),
    ],
)
def test_what_is_wrong_with_rows(rows: str, expected: list[tuple[str, int, str, str]]) -> None:
    dump = parse_registry(f"{HEADER}\n{rows}", form="csv").dump
    index = {id(record): record.index for record in dump.records}
    assert [(d.code, index[id(d.about)], d.message) for d in dump.defects] == [
        (code, about, message) for code, about, _, message in expected
    ]
    for defect, (_, _, there, _) in zip(dump.defects, expected, strict=True):
        assert dump.data[defect.offset :].startswith(there.encode())


def test_defects_of_the_header_name_what_they_are_about() -> None:
    headings = HEADER.split(",")
    dump = parse_registry(f"Color,{','.join(headings[:-1])},service  name\n", form="csv").dump
    assert [(d.code, d.offset, d.field, d.value) for d in dump.defects] == [
        ("FM003", 0, None, "Color"),
        ("FM003", len(HEADER) + 6 - len(headings[-1]), None, "service  name"),
        ("FM004", 0, "assignment_notes", None),
    ]


def test_blanks_at_the_end_of_a_row_belong_to_its_last_cell() -> None:
    dump = read(f"{ROW} \t", f"{ROW}x\x0c", f'{ROW}"y "')
    assert [record.assignment_notes for record in dump.records] == [" \t", "x\x0c", "y "]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_an_open_quote_ends_before_the_end_of_its_line(end: str) -> None:
    dump = parse_registry(f'{HEADER}\r\n{ROW}"open{end}', form="csv").dump
    (record,) = dump.records
    assert record.assignment_notes == '"open'
    assert dump.data[dump.locate(record, "assignment_notes", None) :] == f'"open{end}'.encode()


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        (b'"a"b,c\r\n', 1, 5),
        # There is no such cell in this row: the last one it has.
        (b'"a"b\rc,d', 1, 0),
        (b'"a"b\nc,d', 1, 0),
        (b'"a"b', 1, 0),
        (b'a,"b"c\n,d', 3, 2),
        (b'"open,a\r\nb,c', 1, 0),
        (b"a,b", 0, 0),
        (b"a,b\r\n", 2, 2),
        (b"a\r,", 1, 0),
        (b"a\r,b\r\n", 1, 0),
        (b"a\r\r\n,", 1, 0),
        (b',"b""c",d', 2, 8),
    ],
)
def test_where_a_cell_begins(row: bytes, column: int, expected: int) -> None:
    assert Rows(row).cell_offset(0, column) == expected
    assert Rows(b"x\n" + row).cell_offset(2, column) == expected + 2


@pytest.mark.parametrize("cell", ["a", "é", "\udcff", ""])
@pytest.mark.parametrize("count", [9_999, 10_000, 10_001, 10_002, 25_000])
def test_all_cells_of_a_long_row_are_counted(cell: str, count: int) -> None:
    row = ",".join([cell] * count).encode("utf-8", "surrogateescape")
    data = b"Service Name,Port Number\n" + row + b"\nb,2,x\n"
    dump = parse_registry(data).dump
    defects = [d.message.partition(";")[0] for d in dump.defects if d.code == "FM002"]
    assert defects == [f"row has {count} cells, expected 2", "row has 3 cells, expected 2"]
    assert [record.service_name for record in dump.records][1:] == ["b"]


def test_a_row_as_long_as_its_header_is_not_ragged() -> None:
    header = "Service Name,Port Number" + ",x" * 20_000
    data = f"{header}\n{'a,1' + ',' * 20_000}\nb,2{',' * 20_001}\n"
    defects = [d.message for d in parse_registry(data).dump.defects if d.code == "FM002"]
    assert defects == ['row has 20003 cells, expected 20002; "" is ignored']


def test_quotes_that_swallow_rows_of_two_columns() -> None:
    text = 'Service Name,Port Number\na,"1\nb,2\nc,"3\nd,4\n'
    dump = parse_registry(text, form="csv").dump
    assert [record.service_name for record in dump.records] == ["a", "b", "c", "d"]
    assert [(d.message, d.offset) for d in dump.defects if d.code == "FM001"] == [
        ("unclosed quote; it is read as an ordinary character", text.index(quoted))
        for quoted in ('"1', '"3')
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Service Name,"Port\nNumber"\na,1\n', []),
        (
            'Service Name,Port Number\na,1\nb,"2',
            [("FM001", 29, "document breaks off in the last cell of a row; the row is not read")],
        ),
    ],
)
def test_tables_of_two_columns(text: str, expected: list[tuple[str, int, str]]) -> None:
    dump = parse_registry(text, form="csv").dump
    assert [(record.service_name, record.port_number) for record in dump.records] == [("a", "1")]
    defects = [(d.code, d.offset, d.message) for d in dump.defects if d.code != "FM004"]
    assert defects == expected
