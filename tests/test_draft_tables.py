"""Tables in the lines of a draft: which lines are one, and its rows and cells."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from validator import check_request
from validator.model.vocabulary import quoted
from validator.request.drafts.sections import MAX_CELLS, DraftLine, DraftTable, Passage
from validator.request.drafts.tables import with_tables

# Each part: the text of a line, or the rows of a table.
Parts: TypeAlias = "list[str | list[list[str]]]"


def lines_of(text: str) -> list[DraftLine]:
    lines = []
    offset = 0
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        lines.append(DraftLine(Passage(line.strip(), [(0, offset + indent)]), indent))
        offset += len(line) + 1
    return lines


def parts_of(text: str) -> Parts:
    return [
        [[cell.text for cell in row] for row in part.rows]
        if isinstance(part, DraftTable)
        else part.passage.text
        for part in with_tables(lines_of(text))
    ]


HEAD = ["Service Name", "Port Number", "Transport Protocol"]
QUAY = ["quay", "4621", "tcp"]
BARS = "| Service Name | Port Number | Transport Protocol |"
TIDE = ["tide", "4622", "udp"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Bars at the edges or only between cells; one line is not a table.
        (f"{BARS}\n| quay | 4621 | tcp |", [[HEAD, QUAY]]),
        ("a | b | c\nd | e | f", [[["a", "b", "c"], ["d", "e", "f"]]]),
        ("a | b\nd | e", ["a | b", "d | e"]),
        (BARS, [BARS]),
        (f"text\n{BARS}\n| quay | 4621 | tcp |\ntext", ["text", [HEAD, QUAY], "text"]),
        ("| a\n| b", [[["a"], ["b"]]]),
        # An escaped bar is not one; a cell may be empty, also the last one.
        (r"a \| b | c" + "\n" + r"a \| b | c", [r"a \| b | c"] * 2),
        (
            "| a \\| b | c |\n|| d |\n| e ||",
            [[["a \\| b", "c d"], ["e", ""]]],
        ),
        # Borders of any kind; the headings are one row.
        *(
            (f"{BARS}\n{border}\n| quay | 4621 | tcp |", [[HEAD, QUAY]])
            for border in (
                "|---|---|---|",
                "|:-|-:|--|",
                "|===|===|===|",
                "|-|-|-|",
                "|:-|:-|:-|",
                "|-: |-: |-: |",
            )
        ),
        ("| a | b |\n| - + | = |", [[["a", "b"], ["- +", "="]]]),
        (
            "+---+---+\n| Service | Port |\n| Name | |\n+===+===+\n| quay | 4621 |\n| tide | 4622 |"
            "\n+---+---+",
            [[["Service Name", "Port"], ["quay", "4621"], ["tide", "4622"]]],
        ),
        # Between all rows: what is between two borders is one row.
        (
            "+---+---+\n| a | b |\n+---+---+\n| c | d |\n| e | f |\n+---+---+\n| g | h |"
            "\n+---+---+",
            [[["a", "b"], ["c e", "d f"], ["g", "h"]]],
        ),
        # A first cell that is empty continues the row above, if both have as many cells.
        (
            "| a | b |\n|---|---|\n| c | d |\n|  | e |\n|  | f | g |",
            [[["a", "b"], ["c", "d e"], ["", "f", "g"]]],
        ),
        ("| a | b |\n|  | c |", [[["a", "b c"]]]),
        # A blank line after headings that are known.
        (f"{BARS}\n\n| quay | 4621 | tcp |", [[HEAD, QUAY]]),
        (f"{BARS}\n\n\n| quay | 4621 | tcp |", [BARS, "", "", "| quay | 4621 | tcp |"]),
        ("| a | b | c |\n\n| d | e | f |", ["| a | b | c |", "", "| d | e | f |"]),
        (f"{BARS}\n", [BARS, ""]),
        (f"{BARS}\n\ntext", [BARS, "", "text"]),
        (f"{BARS}\ntext\n| quay | 4621 | tcp |", [BARS, "text", "| quay | 4621 | tcp |"]),
        # Longer lines are not rows.
        (f"| a | {'b' * 1992} |\n| c | d |", [[["a", "b" * 1992], ["c", "d"]]]),
        (f"| a | {'b' * 1993} |\n| c | d |", [f"| a | {'b' * 1993} |", "| c | d |"]),
    ],
)
def test_tables_with_bars(text: str, expected: Parts) -> None:
    assert parts_of(text) == expected


SPACED = "Service Name   Port Number   Transport Protocol"
ROW = "quay           4621          tcp"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{SPACED}\n{ROW}", [[HEAD, QUAY]]),
        (f"  {SPACED}\n  {ROW}\n  tide           4622          udp", [[HEAD, QUAY, TIDE]]),
        (SPACED, [[HEAD]]),
        # Three headings that are known, one of which says that this is a table.
        ("Service Name   Port Number\nquay   4621", ["Service Name   Port Number", "quay   4621"]),
        (f"Name: {SPACED}\n{ROW}", [f"Name: {SPACED}", ROW]),
        (f"1 {SPACED}\n{ROW}", [f"1 {SPACED}", ROW]),
        # A blank line is between rows, two end the table.
        (f"{SPACED}\n\n{ROW}\n\ntide           4622          udp", [[HEAD, QUAY, TIDE]]),
        (f"{SPACED}\n{ROW}\n\n\n{ROW}", [[HEAD, QUAY], "", ROW]),
        (f"{SPACED}\n------\n\n{ROW}", [[HEAD, QUAY]]),
        (f"{SPACED}\n\n-----\n\n{ROW}", [[HEAD, QUAY]]),
        # A line that continues the row, and after a blank line does not.
        (f"{SPACED}\n{ROW}\n               to 4630", [[HEAD, ["quay", "4621 to 4630", "tcp"]]]),
        (f"{SPACED}\n{ROW}\n\n               4630", [[HEAD, QUAY, ["", "4630", ""]]]),
        # A line across the columns ends the table, also one that begins left or far right of them.
        (
            f"{SPACED}\n{ROW}\nThese services are for harbors.",
            [[HEAD, QUAY], "These services are for harbors."],
        ),
        (f"  {SPACED}\n  {ROW}\n Text.", [[HEAD, QUAY], "Text."]),
        (f"{SPACED}\n{ROW}\n{' ' * 40}x", [[HEAD, QUAY], "x"]),
        (f"{SPACED}\n{ROW}\n{' ' * 29}x", [[HEAD, ["quay", "4621", "tcp x"]]]),
        # Hyphens below say where the columns are.
        (
            "Service Name Port Number\n------------ -----------\nquay         4621",
            [[["Service Name", "Port Number"], ["quay", "4621"]]],
        ),
        (
            "Service Name Port Number\n------ ----- -----------\nquay         4621",
            ["Service Name Port Number", "------ ----- -----------", "quay         4621"],
        ),
        (
            "Service Names Port Number\n------------ -----------\nquay         4621",
            ["Service Names Port Number", "------------ -----------", "quay         4621"],
        ),
        (
            "Harbor       Number of it\n------------ ------------\nquay         4621",
            ["Harbor       Number of it", "------------ ------------", "quay         4621"],
        ),
        (
            "  Service Name Port Number\n ------------- -----------\n  quay         4621",
            [[["Service Name", "Port Number"], ["quay", "4621"]]],
        ),
        # Longer lines are not headings.
        (f"{SPACED}   {'x' * 250}\n{ROW}", [[[*HEAD, "x" * 250], [*QUAY, ""]]]),
        (f"{SPACED}   {'x' * 251}\n{ROW}", [f"{SPACED}   {'x' * 251}", ROW]),
    ],
)
def test_tables_without_bars(text: str, expected: Parts) -> None:
    assert parts_of(text) == expected


def test_cells_keep_their_places() -> None:
    text = f"a\n  {BARS}\n|  quay |4621|tcp"
    _, table = with_tables(lines_of(text))
    assert isinstance(table, DraftTable)
    assert [[text[cell.place(0) :][: len(cell.text)] for cell in row] for row in table.rows] == [
        HEAD, QUAY,
    ]  # fmt: skip


def test_a_table_of_markdown_is_not_literal() -> None:
    lines = lines_of(f"{BARS}\n| quay | 4621 | tcp |")
    for is_literal in (True, False):
        lines[1].is_literal = is_literal
        [table] = with_tables(lines)
        assert table.is_literal is is_literal


def test_tables_that_are_there_stay_in_their_place() -> None:
    table = DraftTable([[Passage("x", [(0, 0)])]])
    first, second = lines_of("one\ntwo")
    assert with_tables([table, first, table, second, table]) == [
        table, first, table, second, table,
    ]  # fmt: skip


WIDE = 45
COLUMNS = [f"quay-{number}" for number in range(WIDE)]


def wide_table(is_xml: bool) -> str:
    """A service in each row's cell after the first: the last ones are beyond the limit."""
    rows = [
        ["Service Name", *COLUMNS],
        ["Port Number", *(str(5000 + n) for n in range(WIDE))],
        ["Transport Protocol", *["tcp"] * WIDE],
    ]
    if not is_xml:
        return "".join(f"| {' | '.join(row)} |\n" for row in rows)
    cells = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    return (
        "<rfc><middle><section title='IANA Considerations'><table><tbody>\n"
        f"{cells}</tbody></table></section></middle></rfc>"
    )


@pytest.mark.parametrize("form", ["md", "xml"])
def test_cells_beyond_the_limit_are_reported(form: str) -> None:
    text = wide_table(form == "xml")
    text = text if form == "xml" else f"# IANA Considerations\n\n{text}"
    report = check_request(text, select=["RQ082"], ignore=["RQ081"])
    [finding] = report
    beyond = COLUMNS[MAX_CELLS - 1 :] if form == "md" else COLUMNS[MAX_CELLS - 1 : MAX_CELLS]
    start = text.index(beyond[0])
    value = " | ".join(beyond)
    assert finding.value == value
    assert quoted(value, 40) + " is after the first 40 cells of a row" in finding.message
    assert finding.location.line == text[:start].count("\n") + 1
    assert finding.location.column == start - text.rindex("\n", 0, start)
    assert len(report.requests or ()) == MAX_CELLS - 1


def test_as_many_cells_as_the_limit_are_read() -> None:
    text = wide_table(False).replace(" | ".join(["", *COLUMNS[MAX_CELLS - 1 :]]), "")
    lines = [line.split(" | ") for line in text.split("\n") if line]
    rows = "".join(" | ".join(cells[:MAX_CELLS]) + " |\n" for cells in lines)
    assert (
        list(check_request(f"# IANA Considerations\n\n{rows}", select=["RQ082"], ignore=["RQ081"]))
        == []
    )
