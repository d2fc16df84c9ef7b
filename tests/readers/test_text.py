"""The plain-text form: columns from headings, rows from what is centered, and what is in doubt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.generated import HEADINGS, Row, registries, write_xml
from tests.rendered import as_text, cells, of_contact, table
from tests.test_growth import require_linear
from validator import Unusable, check, parse_registry, read_registry
from validator.model.record import Dump, Record
from validator.model.vocabulary import COLUMN_HEADINGS, CONTACT_HEADINGS, RECORD_FIELDS
from validator.readers import text_table
from validator.readers.text_table import TextLine, TextTable

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


@pytest.mark.parametrize("block", [1, 1000, 1 << 20])
def test_what_crosses_a_border_is_counted_in_blocks_of_any_size(block: int) -> None:
    lines = page(*(["ab"[: n % 3], str(n), "tcp"] for n in range(40))).splitlines()
    at = next(n for n, line in enumerate(lines) if "Service Name" in line)
    text_lines = [TextLine(0, line.encode()) for line in lines]
    made = TextTable(Dump("x", "txt", b"", frozenset()), text_lines, at, COLUMN_HEADINGS, ())
    places = {0, 1, 15, 70}
    bodies = [line.data for line in made.lines]
    expected = {n: sum(body[n : n + 1] not in (b"", b" ") for body in bodies) for n in places}
    assert len(bodies) == 40
    assert sorted(expected.values())[-2:] != [0, 0]
    with patch.object(text_table, "_BLOCK", block):
        assert made._crossings(places) == expected


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
                    assert there.startswith(cited.display + "]")
    for contact in dump.contacts:
        there = dump.data[dump.locate(contact, "contact_id", None) :].decode()
        assert there.startswith(f"{contact.contact_id}]")
        for number, uri in enumerate(contact.contact_uri):
            there = dump.data[dump.locate(contact, "contact_uri", number) :].decode()
            assert there.startswith(uri)
    assert dump.data[dump.locate(dump, "updated", None) :].startswith(b"2026-08-17")


def is_keyed(row: Row) -> bool:
    keyed = (
        row.port_number or row.transport_protocol or (row.service_name.isalnum() and row.contact)
    )
    # The XML has one assignee at the most; what stands behind it in this form are contacts.  A name
    # of two words may be wrapped, and its first line looks like a record of its own.
    return bool(keyed) and len(row.assignee) < 2 and len(row.service_name.split()) < 2


@settings(max_examples=100)
@given(registries.map(lambda rows: [row for row in rows if is_keyed(row)]))
def test_what_is_rendered_is_read_or_in_doubt(rows: list[Row]) -> None:
    whole = parse_registry(write_xml(rows)).dump
    dump = read(as_text(whole))
    assert len(dump.records) == len(whole.records)
    if not dump.defects:
        # Cells of a column may fill it so rarely that it looks narrower than it is.
        assert [cells(record) for record in dump.records] == [cells(r) for r in whole.records]
    assert {defect.code for defect in dump.defects} <= {"FM002"}


def test_wrapped_cells_are_told_apart_by_what_is_centered() -> None:
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


LONG = "A description that fills three lines of its column, and no more"


@pytest.mark.parametrize(
    "rows",
    [
        [("Harbour Lights (Pier)", "4621", "tcp", "Lights"), ("quay", "4622", "tcp", "Quay")],
        [("quay", "4620", "tcp", "Quay"), ("Harbour Light Control (Pier Seven)", "4621", "", "")],
        [("Remote-Harbour Dockyard-Lights Assistant-Lamp (Net Seven)", "4621", "tcp", LONG)],
        [("Tide Table Reader (Net)", "4621", "tcp", "Tide tables"),
         ("Tide Table Reader (Net)", "4621", "udp", "Tide tables"),
         ("tide", "4622", "tcp", LONG)],
        [("Tide Table Reader (Net Assistant)", "4621", "tcp", LONG),
         ("Tide Table Reader (Net Assistant)", "4621", "udp", LONG)],
        [("a-quay", "4621", "tcp", LONG), ("Harbour Lights Control", "4622", "udp", "Lights"),
         ("x" * 14, "", "", "Quay"), ("y" * 14, "", "", "Quay of it"), ("z-quay", "1", "tcp", "Z")],
        [("Mooring Light Control (all of them here)", "", "tcp", "Mooring lights, all"),
         ("Mooring Light Control (all of them here)", "", "udp", "Mooring lights, all")],
        [("Buoy Position Log", "", "", "Position log"), ("Buoy Status", "", "", "Status")],
        [("One Two", "", "", "Names of one line"), ("Three", "", "", "And of one more"),
         ("Four", "7", "tcp", "Four")],
    ],
)  # fmt: skip
def test_service_names_over_several_lines(rows: list[tuple[str, ...]]) -> None:
    dump = read(page(*map(list, rows)))
    assert [tuple(cells(record)[:4]) for record in dump.records] == rows
    assert not dump.defects
    for record, row in zip(dump.records, rows, strict=True):
        there = dump.data[dump.locate(record, "service_name", None) :].decode()
        assert there.startswith(row[0].split()[0])


@pytest.mark.parametrize(
    ("before", "after", "doubts"),
    [("", "tide\nbuoy\n", ["tide"]), ("tide\n", "buoy\n", ["tide", "buoy"]),
     ("tide\n", "", ["tide"]), ("buoy\ntide\n", "", ["tide"])],
)  # fmt: skip
def test_names_alone_that_would_have_fitted_are_records_or_not(
    before: str, after: str, doubts: list[str]
) -> None:
    heading, _, row = page(["quay", "4622", "tcp", "Quay"]).rpartition("quay")
    dump = read(f"{heading}{before}quay{row}{after}")
    names = [*before.split(), "quay", *after.split()]
    assert [record.service_name for record in dump.records] == names
    assert {(d.code, d.severity) for d in dump.defects} == {("FM002", "warning")}
    assert [dump.data[d.offset :].split()[0].decode() for d in dump.defects] == doubts


def test_names_alone_beside_names_alone_are_records() -> None:
    dump = read(page(["quay", "", "", "Quay"]) + "tide\nbuoy\n")
    assert [record.service_name for record in dump.records] == ["quay", "tide", "buoy"]
    assert not dump.defects


@pytest.mark.parametrize(
    ("lines", "expected", "doubtful"),
    [
        # The service with another transport protocol has the same text only if a line goes ...
        (["h/7/tcp|a|", "h/7/udp|a|", "|b|", "q/8/tcp|c|", "|d|"], ["a", "a", "b c d"], []),
        (["h/7/tcp|a|", "|b|", "h/7/udp|a|", "|b|", "q/8/tcp|c|", "|d|"],
         ["a b", "a b", "c d"], []),
        (["|a|", "h/7/tcp|b|", "|c|", "|a|", "h/7/udp|b|", "|c|"], ["a b c", "a b c"], []),
        (["h/7/tcp|a|", "|b|", "q/8/tcp|c|", "|d|", "|b|", "q/8/udp|c|", "|d|"],
         ["a", "b c d", "b c d"], []),
        (["/7/tcp|a|", "|b|", "/7/udp|a|", "|b|"], ["a b", "a b"], []),
        # ... which is no help where the ports or names are others, or both ways are as good.
        (["h/7/tcp|a|", "|b|", "h/8/udp|a|", "|b|"], ["a b", "a b"], ["4 above"]),
        (["h/7/tcp|a|", "|b|", "h/7/udp|c|", "|d|"], ["a b", "c d"], ["4 above"]),
    ],
)  # fmt: skip
def test_transports_of_one_service_have_one_text(
    lines: list[str], expected: list[str], doubtful: list[str]
) -> None:
    body = []
    for drawing in lines:
        key, description, notes = drawing.split("|")
        name, port, transport = key.split("/") if key else ("", "", "")
        body.append(line(
            service_name=name, port_number=port, transport_protocol=transport,
            description=description * 20, assignment_notes=notes * 20,
        ))  # fmt: skip
    dump = read("\n".join([*HEAD, *body]) + "\n")
    assert [lettered(record.description) for record in dump.records] == expected
    start = STARTS["description"] + 1
    assert said(dump) == [("FM002", int(doubt.split()[0]), start) for doubt in doubtful]
    assert [d.message for d in dump.defects] == [DOUBT + doubt.split()[1] for doubt in doubtful]
    report = check(parse_registry("\n".join([*HEAD, *body]) + "\n", form="txt"), select=["FM"])
    assert [(f.severity, f.reference) for f in report] == [
        ("warning", "Registry convention") for _ in doubtful
    ]


def test_lines_that_could_be_either_record_s_are_reported() -> None:
    rows = [[name, "4622", "tcp", "x" * 28, *[""] * 8] for name in ("quay", "tide")]
    lines = table(HEADINGS, rows, RECORD_FIELDS)
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


@pytest.mark.parametrize("text", ["", "words\n", "\n\n\n", "People\n", "[1] x\n"])
def test_no_table_is_one_finding(text: str) -> None:
    assert [defect.code for defect in read(text + " ").defects] == ["FM004"]


def test_a_page_that_was_copied_from_a_browser_is_refused() -> None:
    copied = (
        "Service Name and Transport Protocol Port Number Registry\n\nLast Updated\n2025-03-11\n"
        "Service Name Port Number Transport Protocol Description Assignee Contact\n"
        "harbor 4621 tcp Harbor log [Ann_Example] [Ann_Example] 2020-01-02\n"
    )
    with pytest.raises(
        Unusable, match="looks like a page copied as text, which has lost its columns"
    ):
        parse_registry(copied)


@settings(max_examples=200)
@given(st.integers(0, len(PAGE)))
def test_a_page_cut_anywhere_keeps_what_stood_before(end: int) -> None:
    dump = read(PAGE[:end] + " ")
    sure = max(0, len(dump.records) - 3)
    assert [cells(r)[:3] for r in dump.records[:sure]] == [
        cells(r)[:3] for r in SMALL.records[:sure]
    ]


@pytest.mark.parametrize("blanks", ["", "  "])
def test_a_page_that_ends_before_a_footnote_s_last_line_breaks_off(blanks: str) -> None:
    last = PAGE.rstrip().rindex("\n") + 1
    assert PAGE[last] == " "
    cut = PAGE[:last].rstrip("\n") + "\n" + blanks
    assert [d.code for d in read(cut).defects] == (["FM001"] if blanks else [])


def test_a_page_without_its_people_breaks_off() -> None:
    """One finding says so, and not one for each contact that is cited."""
    cut = PAGE[: PAGE.index("People")].rstrip() + "\n"
    report = check(parse_registry(cut, form="txt"), today="2026-11-23")
    assert [(f.code, f.location.line) for f in report] == [("FM001", cut.count("\n") + 1)]
    assert "is truncated" in report.findings[0].message
    not_run = {entry.code for entry in report.inputs[0].not_run}
    assert {"AC001", "AC002", "RF006"} <= not_run
    alone = page(["harbor", "4621", "tcp", "Harbor log"])
    assert not [f for f in check(parse_registry(alone, form="txt")) if f.code[:2] == "FM"]


@settings(max_examples=100)
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
        lambda n: "x" * 250 * n,
        lambda n: FIRST + "\n" + "x" * 250 * n,
        lambda n: FIRST + "\n" + f"{'':40}more\n" * 2 * n,
        lambda n: FIRST + "\n" + f"{'':40}more\n{'':40}and more\nquay\n" * n,
        lambda n: FIRST + "\n" + "\n" * 14 * n + "quay\n",
        lambda n: (FIRST + "\n") * n,
        lambda n: "Service Name Port Number Description " * 6 * n,
        lambda n: FIRST + "\n\n" + f"{'':70}People\n\n" * 3 * n,
        lambda n: FIRST + f"\n\n{'':70}Footnote\n\n" + "[1] a\nb\n" * 2 * n,
        lambda n: FIRST + "\n" + "\t" * 62 * n,
    ],
    ids=range(10),
)
def test_floods_take_linear_work(text: Callable[[int], str]) -> None:
    def work(n: int) -> None:
        registry = parse_registry(text(n), form="txt")
        assert not check(registry, today="2026-11-23", ignore=["PN", "AC"]).faults

    work(2_000)
    require_linear(work)


def test_records_have_what_the_lines_say() -> None:
    record = read(FIRST + "\n").records[0]
    assert isinstance(record, Record)
    assert (record.service_name, record.port_number, record.transport_protocol) == (
        "harbor", "4621", "tcp",
    )  # fmt: skip
    assert record.assignee == ()
    assert record.registration_date is None


WIDTHS = dict(zip(RECORD_FIELDS, (12, 11, 9, 28, 28, 28, 12, 12, 28, 10, 12, 28), strict=True))
STARTS = {field: sum(w + 1 for w in list(WIDTHS.values())[:n]) for n, field in enumerate(WIDTHS)}
FILLED = ["x" * width for width in WIDTHS.values()]
HEAD = table(HEADINGS, [FILLED], RECORD_FIELDS)[:-1]


def line(**cells: str) -> str:
    """A line of a table of `WIDTHS`."""
    return " ".join(cells.get(field, "").ljust(width) for field, width in WIDTHS.items()).rstrip()


def drawn(*lines: str) -> str:
    """A table: name, description and assignment notes of each line; a letter fills a line."""
    body = []
    for drawing in lines:
        name, *cells = drawing.split("|")
        description, notes = (cell * 20 if len(cell) == 1 else cell for cell in cells)
        body.append(line(service_name=name, description=description, assignment_notes=notes))
    return "\n".join([*HEAD, *body]) + "\n"


def lettered(text: str | None) -> str:
    return " ".join(word[0] if len(set(word)) == 1 else word for word in (text or "").split())


def at(dump: Dump, subject: object, field: str | None = None, item: object = None) -> str:
    """Line, column (of characters) and first word of what stands where a value is said to be."""
    offset = dump.locate(subject, field, item)
    before = dump.data[:offset].decode().split("\n")
    return f"{len(before)}:{len(before[-1]) + 1} {dump.data[offset:].decode().split(maxsplit=1)[0]}"


@pytest.mark.parametrize("wider", [0, 1, 2, 3])
@pytest.mark.parametrize("every", [1, 2, 3])
def test_the_headings_say_where_columns_are(wider: int, every: int) -> None:
    """A heading in the middle of a column leaves two widths; what stands below decides."""
    widths = [width + wider * (n % every == 0) for n, width in enumerate(WIDTHS.values())]
    rows = [["x" * width for width in widths], ["a"] * len(widths)]
    *head, full, _ = table(HEADINGS, rows, RECORD_FIELDS)
    dump = read("\n".join([*head, full]) + "\n")
    (record,) = dump.records
    assert [
        len(value if isinstance(value := getattr(record, field), str) else value[0].display)
        for field in RECORD_FIELDS
    ] == widths
    assert [at(dump, record, field).split()[0] for field in RECORD_FIELDS] == [
        f"{len(head) + 1}:{sum(widths[:n]) + n + 1}" for n in range(len(widths))
    ]
    assert [defect.message for defect in dump.defects] == [
        "document is truncated: the table of contacts is missing"
    ]


def test_headings_broken_wherever_they_can_be() -> None:
    row = ["quay", "4622", "tcp", "Quay", "[A]", "[B]", "2020-01", "2021-02", "[C]", "1", "a", "b"]
    lines = table(HEADINGS, [row])
    for above in ([], ["Ports", ""]):
        dump = read("\n".join([*above, *lines]) + "\n" + PEOPLE)
        (record,) = dump.records
        assert cells(record) == row
        assert [at(dump, record, field).split(":")[0] for field in RECORD_FIELDS] == [
            str(len(above) + 3)
        ] * len(row)
        assert not dump.defects


def test_headings_that_are_in_the_middle_of_nothing() -> None:
    """Then each column begins where its heading does."""
    head = "Service Name Port Number   Transport Protocol Description".ljust(80) + "Reference"
    row = "harbor       4621          tcp                Log of harbors".ljust(80) + "[TR-1]"
    dump = read(f"{head}\n{row}\n")
    (record,) = dump.records
    assert (record.service_name, record.port_number) == ("harbor", "4621")
    assert (record.transport_protocol, record.description) == ("tcp", "Log of harbors")
    assert [cited.text for cited in record.reference] == ["TR-1"]
    assert {defect.code for defect in dump.defects} == {"FM004"}
    assert [defect.field for defect in dump.defects] == [
        *("assignee", "contact", "registration_date", "modification_date", "service_code"),
        *("known_unauthorized_uses", "assignment_notes"),
    ]


DOUBT = (
    "ambiguous line: it may belong to the record above or to the one below;"
    " it is read as part of the one "
)


@pytest.mark.parametrize(
    ("lines", "expected", "doubtful"),
    [
        (["h|a|b", "q||c", "|a|"], ["h|a|b", "q|a|c"], []),
        # A cell of two lines begins in the first, one of three above the name.
        (["h|a|", "|b|"], ["h|a b|"], []),
        (["|a|", "h|b|", "|c|"], ["h|a b c|"], []),
        (["|a|", "h|b|", "|c|", "|d|"], ["h|a b c d|"], []),
        (["|a|", "|b|", "h|c|", "|d|", "|e|"], ["h|a b c d e|"], []),
        (["|a|", "|b|d", "h|c|e", "|f|g", "|i|", "|j|"], ["h|a b c f i j|d e g"], []),
        (["||a", "h|d|b", "||c"], ["h|d|a b c"], []),
        (["||a", "|d|b", "h|e|c", "|f|i", "||j"], ["h|d e f|a b c i j"], []),
        (["|d|a", "h|e|b"], ["h|d e|a b"], []),
        # Rows that follow each other share the lines so that everything is in the middle.
        (["|a|", "h|b|", "|c|", "|d|", "q|e|", "|f|"], ["h|a b c d|", "q|e f|"],
         ["6 above"]),
        (["h|a|", "|b|", "q|c|"], ["h|a b|", "q|c|"], []),
        (["h|a|", "|b|", "|c|", "q|d|", "|e|"], ["h|a b|", "q|c d e|"], []),
        (["h|a|", "|b|", "q|c|", "|d|", "|e|", "r|f|", "|g|"],
         ["h|a|", "q|b c d e|", "r|f g|"], ["4 below", "7 above"]),
        (["h|a|", "||b", "q|c|d", "||e"], ["h|a|", "q|c|b d e"], []),
        (["h|a|", "q|b|", "|c|", "r|d|"], ["h|a|", "q|b c|", "r|d|"], []),
        (["|a|", "h|b|", "|c|", "q|d|", "r|e|", "|f|"], ["h|a b c|", "q|d|", "r|e f|"], []),
        # What could stand in the line before is not one of a wrapped cell, ...
        (["h|ab|", "|cd|", "q|dddddddddddddddddddddddddd|", "|e|"], ["h|ab|", "q|cd d e|"], []),
        (["h|ab|", "|cd|", "q|ddddddddddddddddddddddddd|", "|e|"], ["h|ab cd|", "q|d e|"],
         ["4 above"]),
        (["h|a|", "|b|", "q|cd|", "|ef|"], ["h|a b|", "q|cd ef|"], []),
        (["h||ab", "||cd", "q||dddddddddddddddddddddddddd", "||e"], ["h||ab", "q||cd d e"], []),
        # ... and where nothing tells it is with the one above, and reported.
        (["h|a|", "|b|", "q|c|", "|d|"], ["h|a b|", "q|c d|"], ["4 above"]),
        (["h|a|", "|b|", "q|c|", "|d|", "r|e|", "|f|"], ["h|a b|", "q|c d|", "r|e f|"],
         ["4 above", "6 above"]),
        # Lines in the middle of which nothing stands still have a place.
        (["|a|", "h|b|", "|c|", "||", "q|d|"], ["h|a b c|", "q|d|"], []),
        (["|a|", "|b|", "h|c|"], ["h|a b c|"], []),
    ],
)  # fmt: skip
def test_which_lines_are_whose(lines: list[str], expected: list[str], doubtful: list[str]) -> None:
    text = drawn(*lines)
    dump = read(text)
    assert [
        f"{r.service_name}|{lettered(r.description)}|{lettered(r.assignment_notes)}"
        for r in dump.records
    ] == expected
    start = STARTS["description"] + 1
    assert said(dump) == [("FM002", int(doubt.split()[0]), start) for doubt in doubtful]
    messages = [DOUBT + doubt.split()[1] for doubt in doubtful]
    assert [defect.message for defect in dump.defects] == messages


@pytest.mark.parametrize(("between", "given_up"), [(200, False), (201, True)])
def test_lines_that_are_too_many_to_be_shared_out(between: int, given_up: bool) -> None:
    lines = ["|a|", "h|b|", *["|c|"] * between, "q|d|", "|e|"]
    dump = read(drawn(*lines))
    texts = [r.description or "" for r in dump.records]
    counts = [(len(text.split()), text[0]) for text in texts]
    message = "more than 200 lines between two records; it is unclear where they belong"
    if given_up:
        # Each has what stands below it; the first also what stands above.
        assert counts == [(203, "a"), (2, "d")]
        assert [(d.code, d.message) for d in dump.defects] == [("FM002", message)]
        assert said(dump) == [("FM002", 4, 1)]
        there = at(dump, dump.records[0], "description")
        assert there == f"3:{STARTS['description'] + 1} {'a' * 20}"
    else:
        assert sum(count for count, _ in counts) == 204
        assert message not in [defect.message for defect in dump.defects]


def test_rows_that_follow_one_another_are_none_the_worse_for_what_is_given_up() -> None:
    before = ["|a|", "h|b|", "|c|", "q|d|", "r|e|"]
    dump = read(drawn(*before, *["|f|"] * 201, "s|g|", "t|h|", "|i|"))
    assert [len((r.description or "").split()) for r in dump.records] == [3, 1, 202, 1, 2]
    assert said(dump) == [("FM002", 7, 1)]


@pytest.mark.parametrize("above", [200, 201])
def test_lines_above_the_first_and_below_the_last(above: int) -> None:
    message = "more than 200 lines between two records; it is unclear where they belong"
    for lines in (["|a|"] * above + ["h|b|"], ["h|b|"] + ["|a|"] * above):
        dump = read(drawn(*lines))
        assert [len((r.description or "").split()) for r in dump.records] == [above + 1]
        assert (message in [defect.message for defect in dump.defects]) == (above > 200)


def test_each_line_of_a_cell_has_its_place() -> None:
    contacts = [
        ["[Ann]", "Ann Example and all of her friends", "", "aaa:a b:b c:c"],
        ["[Ben]", "", "", "", "2020-01-02"],
    ]
    text = "\n".join(
        [
            *HEAD,
            line(description="Über log", reference="[TR-ä 1][1]", contact="[Ann][Zoë]"),
            line(service_name="harbor", description="and more", contact="[Ben]", reference="[1]"),
            line(description="of it", contact="[Ann]"),
            line(service_name="quay", port_number="  47", assignee="[Ann]"),
            *("", f"{'':70}Contact Information", ""),
            *table(list(CONTACT_HEADINGS), [[*c, *[""] * (5 - len(c))] for c in contacts]),
            *("", f"{'':70}Footnotes", "", "   [1] First ", "      and more", ""),
            *("  and still", "      [TR-ä] x", "         [2] more", " [3]", "[4]  4"),
        ]
    )
    dump = read(text + "\n")
    assert not dump.defects
    harbor, quay = dump.records
    ann, ben = dump.contacts
    assert [entry.index for entry in (harbor, quay)] == [0, 1]
    assert [entry.index for entry in (ann, ben)] == [0, 1]
    assert harbor.description == "Über log and more of it"
    left = {field: at + 1 for field, at in STARTS.items()}
    assert at(dump, harbor) == at(dump, harbor, "description") == f"3:{left['description']} Über"
    assert at(dump, harbor, "service_name") == "4:1 harbor"
    assert at(dump, harbor, "registration_date") == at(dump, harbor)
    assert at(dump, harbor, "assignee") == at(dump, harbor)
    assert at(dump, quay) == at(dump, quay, "service_name") == "6:1 quay"
    assert at(dump, quay, "port_number") == f"6:{left['port_number'] + 2} 47"
    assert at(dump, quay, "contact") == "6:1 quay"
    assert [(c.kind, c.data) for c in harbor.contact] == [
        ("person", name) for name in ("Ann", "Zoë", "Ben", "Ann")
    ]
    assert [at(dump, harbor, "contact", cited) for cited in harbor.contact] == [
        f"3:{left['contact'] + 1} Ann][Zoë]",
        f"3:{left['contact'] + 6} Zoë]",
        f"4:{left['contact'] + 1} Ben]",
        f"5:{left['contact'] + 1} Ann]",
    ]
    for field in ("contact", "reference"):
        assert at(dump, harbor, field) == at(dump, harbor, field, getattr(harbor, field)[0])
    assert at(dump, quay, "assignee") == f"6:{left['assignee'] + 1} Ann]"
    # What is not of this text has the place it says.
    assert dump.locate(Record(0, 3), "contact", None) == 3
    assert dump.locate(Record(0, len(dump.data)), "contact", None) == len(dump.data)
    assert [(c.kind, c.data, c.text) for c in harbor.reference] == [
        *(("bracket", None, "TR-ä 1"), ("note", "1", None), ("note", "1", None)),
    ]
    assert [at(dump, harbor, "reference", cited) for cited in harbor.reference] == [
        f"3:{left['reference'] + 1} TR-ä",
        f"3:{left['reference'] + 9} 1]",
        f"4:{left['reference'] + 1} 1]",
    ]
    assert (ann.name, ann.organization, ann.last_updated) == (
        *("Ann Example and all of her friends", None, None),
    )
    assert (ben.name, ben.contact_uri, ben.last_updated) == (None, (), "2020-01-02")
    assert (ann.contact_id, at(dump, ann, "contact_id").split()[1]) == ("Ann", "Ann]")
    assert list(ann.contact_uri) == ["aaa:a", "b:b", "c:c"]
    assert [at(dump, ann, "contact_uri", n).split()[1] for n in range(3)] == ["aaa:a", "b:b", "c:c"]
    assert at(dump, ann, "contact_uri") == at(dump, ann, "contact_uri", 0)
    assert at(dump, ann, "contact_uri", 9) == at(dump, ann, "contact_uri")
    assert at(dump, ben, "contact_uri", 0) == at(dump, ben)
    assert [(note.anchor, note.text, at(dump, note)) for note in dump.footnotes] == [
        ("1", "First and more and still", "18:5 1]"),
        ("TR-ä", "x [2] more [3]", "22:8 TR-ä]"),
        ("4", "4", "25:2 4]"),
    ]
    assert dump.carries == {"contacts", "registry-date", "footnotes", "brackets"}


SECTIONS = """

                    Ports and   names

 Created
           2000-01-01

   Last Updated
           2026-08-17

   Registration Procedure(s)

 Expert Review

   Expert(s)

 TCP: Ann Ëxample

 UDP: Ben Example


   Reference
           [RFC6335][TR-ä][RFC 793]
           [1]

   Note

 First, as in
   [RFC6335].

 Second.

   Alternative Formats
           CSV [IMG]

"""


def test_what_stands_above_the_table() -> None:
    dump = parse_registry(SECTIONS + FIRST + "\n" + PEOPLE, path="ports", form="txt").dump
    assert (dump.path, dump.form) == ("ports", "txt")
    assert dump.title == "Ports and   names"
    assert dump.updated == "2026-08-17"
    assert dump.experts == "TCP: Ann Ëxample\n\nUDP: Ben Example"
    (note,) = dump.notes
    assert (note.title, note.text) == (None, "First, as in\n[RFC6335].\n\nSecond.")
    cited = dump.references
    assert [(c.kind, c.data, c.text) for c in cited] == [
        *(("rfc", "rfc6335", None), ("bracket", None, "TR-ä"), ("rfc", "rfc793", None)),
        ("bracket", None, "1"),
    ]
    assert at(dump, dump, "title") == at(dump, dump) == "3:21 Ports"
    assert at(dump, dump, "category") == at(dump, dump, "title")
    assert at(dump, dump, "updated") == "9:12 2026-08-17"
    assert at(dump, dump, "experts") == "17:2 TCP:"
    assert at(dump, note) == "28:2 First,"
    assert [at(dump, dump, "references", c) for c in cited[:3]] == [
        *("23:13 RFC6335][TR-ä][RFC", "23:22 TR-ä][RFC", "23:28 RFC")
    ]
    assert (dump.registry_id, dump.defects) == (None, [])


@pytest.mark.parametrize(
    ("title", "said_of"),
    [
        ("Last Updated", "updated"),
        *(("Expert(s)", "experts"), ("Experts", "experts")),
        ("Reference", "references"),
        ("Note", "notes"),
        *((title, None) for title in (
            "Alternative Formats", "Available Formats", "Registration Procedure(s)")),
    ],
)  # fmt: skip
def test_sections_above_the_table(title: str, said_of: str | None) -> None:
    for top, is_read in (
        (f"Ports\n\n   {title}\n\n [said]\n\n", True),
        (f"Ports\n\n {title}\n [said]\n", True),
        (f"Ports\n\n\t{title}\n\n\n", False),
        (f"Ports\n\n{title}\n\n [said]\n\n", False),
        (f"Ports\n\n   Note\n\n   {title}\n\n   Note\n\n", False),
    ):
        dump = read(top + FIRST + "\n")
        found = {
            "updated": dump.updated,
            "experts": dump.experts,
            "references": "".join(f"[{cited.text}]" for cited in dump.references),
            "notes": "".join(note.text for note in dump.notes),
        }
        assert {field: text for field, text in found.items() if text} == (
            {said_of: "[said]"} if said_of and is_read else {}
        )
        assert dump.title == "Ports"


TITLE = f"{'':8}Ports\n\n"
TABLE = drawn("harbor|a|", "quay|b|")
PERSON = table(list(CONTACT_HEADINGS), [["[Ann]", "Ann", "Quay Ltd", "a:b", "2020-01-02"]])
PEOPLE = "\n".join(["", f"{'':8}People", "", *PERSON, ""])
FEET = f"\n{'':8}Footnote\n\n  [1] First\n"
NO_TABLE = (
    "FM004",
    'no table of records found: expected the headings "Service Name", "Port Number"',
)
NO_PEOPLE = ("FM004", 'no table of contacts found: expected the headings "ID" and "Name"')


@pytest.mark.parametrize(
    ("text", "names", "contacts", "footnotes", "defects"),
    [
        (TITLE + TABLE + PEOPLE + FEET, ["harbor", "quay"], ["Ann"], ["1"], []),
        (TITLE + TABLE + FEET + PEOPLE, ["harbor", "quay"], ["Ann"], ["1"], []),
        (TITLE + TABLE + FEET, ["harbor", "quay"], [], ["1"], []),
        (TITLE + TABLE + PEOPLE, ["harbor", "quay"], ["Ann"], [], []),
        (TITLE + TABLE, ["harbor", "quay"], [], [], []),
        (TITLE + PEOPLE + FEET, [], ["Ann"], ["1"], [(*NO_TABLE, 1, 1)]),
        (PEOPLE + FEET, [], ["Ann"], ["1"], [(*NO_TABLE, 1, 1)]),
        (PEOPLE[1:], [], ["Ann"], [], [(*NO_TABLE, 1, 1)]),
        (FEET[1:] + PEOPLE, [], ["Ann"], ["1"], [(*NO_TABLE, 1, 1)]),
        (TITLE + TABLE + f"\n{'':8}People\n\nAnn\n", ["harbor", "quay"], [], [],
         [(*NO_PEOPLE, 8, 1)]),
        (TITLE + TABLE + f"\n{'':8}People\n" + FEET + "\n" + "\n".join([*PERSON, ""]),
         ["harbor", "quay"], [], ["1", "Ann"], [(*NO_PEOPLE, 8, 1)]),
        # A title stands below an empty line and eight blanks or more from the left, alone.
        (TITLE + TABLE + PEOPLE[1:].replace("People", "peoples", 1), ["harbor", "quay", "[Ann]"],
         [], [], None),
        (TITLE + TABLE + "\n\n" + PEOPLE.replace(f"{'':8}P", f"{'':7}P"),
         ["harbor", "quay", "[Ann]"], [], [], None),
    ],
)  # fmt: skip
def test_what_a_page_is_made_of(
    text: str,
    names: list[str],
    contacts: list[str],
    footnotes: list[str],
    defects: list[tuple[str, str, int, int]] | None,
) -> None:
    for ends in ("\n", "\r\n", " \n", "\f\n"):
        dump = read(text.replace("\n", ends))
        assert [contact.contact_id for contact in dump.contacts] == contacts
        assert [note.anchor for note in dump.footnotes] == footnotes
        if defects is None:
            assert [r.service_name for r in dump.records][:2] == names[:2]
            assert len(dump.records) > 2
            continue
        assert [record.service_name for record in dump.records] == names
        assert [
            (d.code, d.message, line, column)
            for d, (_, line, column) in zip(dump.defects, said(dump), strict=True)
        ] == defects
        assert dump.title == ("Ports" if text.startswith(TITLE) else None)
        everything = {"registry-date", "brackets", "footnotes"}
        is_cut = f"{'':8}People" not in text or defects == [(*NO_PEOPLE, 8, 1)]
        assert dump.carries == (everything if is_cut else everything | {"contacts"})


def test_a_text_of_people_whom_no_one_knows_breaks_off() -> None:
    for field in ("assignee", "contact"):
        text = "\n".join([*HEAD, line(**{"service_name": "harbor", field: "[Ann]"})]) + "\n \n"
        dump = read(text)
        assert [(d.code, d.message, d.offset) for d in dump.defects] == [
            ("FM001", "document is truncated: the table of contacts is missing", len(text))
        ]
        assert "contacts" not in dump.carries


ONE_LINE = table(HEADINGS, [[f"{'x' * 20}{heading}" for heading in HEADINGS]])[:1]


@pytest.mark.parametrize("head", [HEAD, ONE_LINE])
@pytest.mark.parametrize(
    "above",
    [
        [],
        ["Ports"],
        # Words of headings among others, half of them.
        ["The Service Name and Port Number have a Description in this table"],
        ["Service Name Port Number Description of all that there are"],
        # Some headings, and the others too far below.
        [" Port Number Description", *[""] * 3],
        ["Service Name", *[""] * 3, "Port Number Description", *[""] * 3],
    ],
)
def test_which_line_has_the_headings(above: list[str], head: list[str]) -> None:
    dump = read("\n".join([*above, *head, "harbor"]) + "\n")
    assert [record.service_name for record in dump.records] == ["harbor"]
    assert said(dump) == []
    assert dump.title == (above[0].strip() if above else None)


@pytest.mark.parametrize("width", [12, 10])  # of the service code: then that is broken, too
def test_headings_whose_first_line_is_of_few(width: int) -> None:
    names = [
        heading.replace("Unauthorized Use Reported", "Known Unauthorized Uses")
        for heading in HEADINGS
    ]
    filled = ["x" * width for width in WIDTHS.values()]
    filled[RECORD_FIELDS.index("service_code")] = "1" * width
    *head, row = table(names, [filled], RECORD_FIELDS)
    assert [text.split()[:2] for text in head] == [
        *(["Transport", "Registration"], ["Service", "Name"], ["Uses"])
    ]
    for above in ([], ["Ports"], ["Ports", ""]):
        dump = read("\n".join([*above, *head, row, f"y{'':14}1"]) + "\n" + PEOPLE)
        assert [cells(record)[0] for record in dump.records] == ["x" * 12, "y"]
        assert [cell.strip("[]") for cell in cells(dump.records[0])] == filled
        assert dump.title == (above[0] if above else None)
        assert not dump.defects


def test_words_of_headings_of_which_none_is_whole() -> None:
    dump = read("Port\n\nName Service\nNumber Description\nquay\n")
    assert not dump.records
    assert [(d.code, d.field or d.value) for d in dump.defects] == [
        *(("FM004", field) for field in RECORD_FIELDS),
        *(("FM003", "Port"), ("FM002", None)),
    ]
    assert said(dump)[-2:] == [("FM003", 1, 1), ("FM002", 3, 1)]


def test_headings_in_another_order() -> None:
    """A heading is looked for behind the one that should stand before it."""
    other = [HEADINGS[1], HEADINGS[0], *HEADINGS[2:]]
    dump = read("\n".join([*table(other, [FILLED]), "quay"]) + "\n" + PEOPLE)
    assert [(d.code, d.field or d.value) for d in dump.defects][:3] == [
        *(("FM004", "port_number"), ("FM003", "Port"), ("FM003", "Number"))
    ]


def test_a_table_without_rows() -> None:
    for end in ("", "\n", "\n\n"):
        dump = read("\n".join(HEAD) + end)
        assert (dump.records, dump.defects) == ([], [])


def test_headings_have_their_words_in_the_lines_below() -> None:
    """What stands below a heading in a word of headings may be a cell, and then is one."""
    text = drawn("harbor|Port|", "|Name|", "quay|Service|Code")
    dump = read(text)
    assert [(r.service_name, r.description, r.assignment_notes) for r in dump.records] == [
        ("harbor", "Port Name", None),
        ("quay", "Service", "Code"),
    ]
    first = drawn("|Service|", "harbor|Code|", "|Date|")
    assert [r.description for r in read(first).records] == ["Service Code Date"]
    assert not dump.defects


def test_columns_that_are_not_as_they_should_be() -> None:
    first = HEAD[0].replace(f"Description{'':5}", "Description Mood")
    code = HEAD[1].index("Code")
    first = f"{first[: code - 2]}{'':8}{first[code + 6 :]} Über"
    second = f"{HEAD[1][:code]}{'':4}{HEAD[1][code + 4 :]}"
    dump = read(
        "\n".join(["  Ports", "", first, second, line(description="a", service_name="quay")])
    )
    assert [(d.code, d.message, d.field, d.value) for d in dump.defects] == [
        ("FM004", 'missing column "Service Code"', "service_code", None),
        ("FM003", 'unknown column "Mood"', None, "Mood"),
        ("FM003", 'unknown column "Über"', None, "Über"),
    ]
    assert said(dump) == [
        *(("FM004", 3, 1), ("FM003", 3, first.index("Mood") + 1), ("FM003", 3, len(first) - 3))
    ]
    assert [record.service_name for record in dump.records] == ["quay"]
    many = read("\n".join([HEAD[0] + " Name" * 60, HEAD[1], "quay"]) + "\n")
    assert [d.value for d in many.defects] == ["Name"] * 50
    latin = read("\n".join([HEAD[0] + " ü", HEAD[1], "quay"]).encode("latin-1"))
    assert [d.value for d in latin.defects if d.code == "FM003"] == ["\ufffd"]


def test_a_table_without_what_a_record_is_known_by() -> None:
    dump = read("\n".join([*HEAD, "", line(description="log"), line(description="a"), ""]))
    assert [(d.code, d.message) for d in dump.defects] == [
        ("FM002", "table has no row with a service name, port number or ID")
    ]
    assert said(dump) == [("FM002", 4, 1)]
    assert not dump.records
    assert not read("\n".join([*HEAD, "", ""])).defects


def test_borders_and_tabs() -> None:
    border = STARTS["description"] - 1
    across = line(service_name="quay")[:4].ljust(border - 3) + "across it"
    dump = read("\n".join([*HEAD, *[line(service_name="harbor", description="é" * 14)] * 3, across,
                           "quay  \t4\t5", line(service_name="x" * 30)]) + "\n")  # fmt: skip
    assert [(d.code, d.message) for d in dump.defects] == [
        ("FM002", 'text crosses into the column "Description"'),
        ("FM002", "tab in a table of fixed columns, expected blanks"),
        ("FM002", 'text crosses into the column "Port Number"'),
    ]
    assert said(dump) == [
        *(("FM002", 6, border + 1), ("FM002", 7, 7), ("FM002", 8, STARTS["port_number"]))
    ]
    assert len(dump.records) == 6


@pytest.mark.parametrize("before", ["", "q", "quay  "])
def test_a_tab_is_told_where_it_is(before: str) -> None:
    dump = read("\n".join([*HEAD, line(service_name="harbor"), f"{before}\t4", ""]))
    assert [(d.code, d.message) for d in dump.defects if "tab" in d.message] == [
        ("FM002", "tab in a table of fixed columns, expected blanks")
    ]
    assert ("FM002", 4, len(before) + 1) in said(dump)


@pytest.mark.parametrize(
    ("assignee", "contact", "own"),
    [
        ("[Ann]", "[Ann]", ["Ann"]),
        ("[Ann][Ben]", "[Ben]", ["Ann"]),
        ("[Ann][Ben][Zoe]", "[Ben][Zoe]", ["Ann"]),
        ("[Ann][Ben][Zoe]", "[Zoe]", ["Ann", "Ben"]),
        ("[Ann][Zoe]", "[Ben]", ["Ann", "Zoe"]),
        ("[Ann][Ben]", "[Ben][Ann]", ["Ann", "Ben"]),
        ("[Ann][Ben]", "", ["Ann", "Ben"]),
        ("", "[Ben]", []),
    ],
)
def test_the_assignee_without_the_contacts_behind_it(
    assignee: str, contact: str, own: list[str]
) -> None:
    row = line(service_name="harbor", assignee=assignee, contact=contact)
    dump = read("\n".join([*HEAD, row, row]) + "\n" + PEOPLE)
    for record in dump.records:
        assert [cited.data for cited in record.assignee] == own
        assert "".join(f"[{cited.data}]" for cited in record.contact) == contact


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["[1] a", "b", "", "   c", "[2] d"], [("1", "a b c"), ("2", "d")]),
        (["        [1]   b", "         [2] c"], [("1", "b [2] c")]),
        ([f"[{'x' * 20}] a", f"[{'y' * 21}] b"], [("x" * 20, f"a [{'y' * 21}] b")]),
        (
            ["   [1] See", "       [RFC 793]", "       [b] c", "      [d] e"],
            [("1", "See [RFC 793] [b] c"), ("d", "e")],
        ),
        (
            ["  [10] a", "   [9] b", "   [8]  c", "       [7] d"],
            [("10", "a"), ("9", "b"), ("8", "c [7] d")],
        ),
        (["[1]  [2] a"], [("1", "[2] a")]),
    ],
)
def test_footnotes(lines: list[str], expected: list[tuple[str, str]]) -> None:
    dump = read("\n".join([TITLE + TABLE, f"{'':8}Footnotes", *lines]) + "\n")
    assert [(note.anchor, note.text) for note in dump.footnotes] == expected
    for note in dump.footnotes:
        assert dump.data[note.offset :].decode().startswith(f"{note.anchor}]")
    assert not dump.defects


@pytest.mark.parametrize(
    ("lines", "footnotes", "stray"),
    [
        (["[1]a", "  [1] b"], [("1", "b")], "[1]a"),
        (["[] b", "[a b] c", "[[1]] d"], [], "[] b"),
        (["  first", "  [1] b"], [("1", "b")], "first"),
        (["         [1] too far right"], [], "[1] too far right"),
        (["  [1] a", "", "Service Name,Port Number", "  b"], [("1", "a")], "Service Name,Port"),
        (["  [1] a", "     b", "<registry>", "  [2] b", "c"], [("1", "a b")], "<registry>"),
    ],
)
def test_what_belongs_to_no_footnote_is_told(
    lines: list[str], footnotes: list[tuple[str, str]], stray: str
) -> None:
    """Another document may follow the footnotes; text before the first one belongs to none."""
    text = "\n".join([TITLE + TABLE, f"{'':8}Footnotes", *lines]) + "\n"
    dump = read(text)
    assert [(note.anchor, note.text) for note in dump.footnotes] == footnotes
    message = "unexpected text among the footnotes; it is not read"
    assert [(d.code, d.message, d.offset, d.hides) for d in dump.defects] == [
        ("FM009", message, text.index(stray), True)
    ]


def test_contacts_without_an_id_are_no_rows() -> None:
    """There is nothing to tell them by: what stands there belongs to the row above or below."""
    lines = table(list(CONTACT_HEADINGS), [["[]", "a", "b", "c:d", "e"], ["", "f", "", "", ""]])
    dump = read("\n".join([TITLE + TABLE, f"{'':8}People", "", *lines]) + "\n")
    assert [(c.contact_id, c.name, c.contact_uri) for c in dump.contacts] == [("", "a f", ("c:d",))]
    bare = table(list(CONTACT_HEADINGS)[1:], [["a", "b", "c:d", "e"]])
    dump = read("\n".join([TITLE + TABLE, f"{'':8}People", "", *bare]) + "\n")
    assert dump.contacts == []
    assert [(d.code, d.message) for d in dump.defects] == [
        ("FM004", 'no table of contacts found: expected the headings "ID" and "Name"')
    ]


def test_bytes_that_are_not_utf_8_are_shown_as_such() -> None:
    row = line(service_name="härbor", description="ä", contact="[ä]")
    two = [line(service_name="quay", description="ä " + "x" * 24), line(description="bä")]
    text = (
        "\n".join([" ä", "", "   Note", "", " bä", "", *HEAD, " ".join(FILLED), row, *two, ""])
        + PEOPLE
        + FEET
    )
    dump = read(text.replace("[1]", "[ä]").replace("First", "ä\n ä").encode("latin-1"))
    _, harbor, quay = dump.records
    assert (dump.title, dump.notes[0].text) == ("\ufffd", "b\ufffd")
    assert (harbor.service_name, harbor.description) == ("h\ufffdrbor", "\ufffd")
    assert [cited.data for cited in harbor.contact] == ["\ufffd"]
    assert quay.description == f"\ufffd {'x' * 24} b\ufffd"
    assert [(n.anchor, n.text) for n in dump.footnotes] == [("\ufffd", "\ufffd \ufffd")]


def test_a_title_that_is_unknown_ends_a_section() -> None:
    """It is indented by three blanks, begins with a capital letter, and follows a blank line."""
    start = PAGE.index("   Alternative Formats")

    def note(line: str) -> str:
        return read(f"{PAGE[:start]}{line}\n\n Moored.\n\n{PAGE[start:]}").notes[0].text

    assert "Moored" not in note("   Harbor Rules")
    assert all("Moored" in note(line) for line in ("   harbor rules", "  Harbor Rules"))


def test_the_title_of_a_note_is_the_line_before_it() -> None:
    dump = read(PAGE)
    [note] = dump.notes
    at = dump.locate(note, "note_title", None)
    assert dump.data[at:].startswith(b"Note\n\n A small registry")
