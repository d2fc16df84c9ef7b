"""A document that breaks off in a row: FM001 at that row, and no rule looks at the torn row."""

from __future__ import annotations

import pytest

from tests.cases import HEADER
from tests.rendered import as_html, as_text
from validator import check, parse_registry
from validator.writers import write

XML = """<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Service Name and Transport Protocol Port Number Registry</title>
  <updated>2026-08-17</updated>
  <xref type="rfc" data="rfc6335"/>
  <expert>Ann Example</expert>
  <note>Invented.</note>
%s  <people>
    <person id="Ann_Example"><name>Ann Example</name><uri>mailto:ann&amp;example.com</uri>
      <updated>2020-01-02</updated></person>
    <person id="Ben_Example"><name>Ben Example</name><uri>mailto:ben&amp;example.com</uri>
      <updated>2020-01-02</updated></person>
  </people>
</registry>
"""
RECORD = """  <record date="2020-01-02">
    <name>%s</name>
    <protocol>tcp</protocol>
    <xref type="person" data="Ann_Example"/>
    <xref type="person" data="Ben_Example"/>
    <xref type="rfc" data="rfc9110"/>
    <description>Log of %s</description>
    <number>%d</number>
    <note>A note about %s, on one line</note>
  </record>
"""
NAMES = ["ferry", "harbor", "jetty", "quay"]
WHOLE = parse_registry(XML % "".join(RECORD % (n, n, 4620 + i, n) for i, n in enumerate(NAMES)))
FORMS = {
    "xml": WHOLE.dump.data.decode(),
    "csv": write(WHOLE, "csv").text,
    "json": write(WHOLE, "json").text,
    "html": as_html(WHOLE.dump),
    "txt": as_text(WHOLE.dump, wraps=False),
}


def findings(text: str, form: str) -> list[tuple[str, int, str]]:
    """Code, line and message of what is found, in the order of the report."""
    report = check(parse_registry(text, form=form), today="2026-11-23")  # type: ignore[arg-type]
    return [(f.code, f.location.line, f.message) for f in report]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", ["4622", "Log of jetty", "A note about jetty"])
def test_a_document_that_breaks_off_in_its_third_row(form: str, part: str) -> None:
    whole = FORMS[form]
    text = whole[: whole.index(part) + 3]
    registry = parse_registry(text, form=form)  # type: ignore[arg-type]
    assert [record.service_name for record in registry.records] == NAMES[:2]
    assert registry.records[-1].assignment_notes is not None
    assert [code for code, _, _ in findings(text, form)] == ["FM001"]


BREAKS_OFF = "and the document breaks off; the row is not read"
LAST_CELL = "document breaks off in the last cell of a row; the row is not read"
ROW = "harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,[RFC9110],,,"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("p", [("FM001", 3, f"row has 1 of 12 cells, {BREAKS_OFF}")]),
        ("pier,77", [("FM001", 3, f"row has 2 of 12 cells, {BREAKS_OFF}")]),
        ("pier,7701,", [("FM001", 3, f"row has 3 of 12 cells, {BREAKS_OFF}")]),
        ('pier,7701,tcp,"Pier of', [("FM001", 3, f"row has 4 of 12 cells, {BREAKS_OFF}")]),
        ('pier,7701,tcp,"Pier, of\nall', [("FM001", 3, f"row has 4 of 12 cells, {BREAKS_OFF}")]),
        ('pier,7701,tcp,"Pier, of\n', [("FM001", 3, f"row has 4 of 12 cells, {BREAKS_OFF}")]),
        ('pier,7701,tcp,"Pier","[Ann', [("FM001", 3, f"row has 5 of 12 cells, {BREAKS_OFF}")]),
        (f'{ROW}"De-assigned', [("FM001", 3, LAST_CELL)]),
        (f'{ROW}"De-assigned\non', [("FM001", 3, LAST_CELL)]),
        # A last row that is whole needs no line end.
        (ROW.replace("harbor,4621", "quay,4622"), []),
        (ROW.replace("harbor,4621", "quay,4622") + "A note", []),
        # With a line end, it is a row that lacks cells.
        ("quay,4622,tcp,Quay,[Ann_Example],[Ann_Example],2020-01-02,,[RFC9110]\n",
         [("FM002", 3, "row has 9 cells, expected 12")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv(end: str, expected: list[tuple[str, int, str]], line_end: str) -> None:
    text = f"{HEADER}\n{ROW}\n{end}".replace("\n", line_end)
    assert findings(text, "csv") == expected
    count = 1 if expected and expected[0][0] == "FM001" else 2
    assert len(parse_registry(text, form="csv").records) == count


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("end", "cells"),
    [("[An", 5), ("[Ann_Example]", 5), ("Log of j", 4), ("tcp", 3), ("462", 2)],
)
def test_text(end: str, cells: int) -> None:
    whole = FORMS["txt"]
    text = whole[: whole.index(end, whole.index("jetty")) + len(end)]
    expected = [("FM001", line_of(text, "jetty"), f"row has {cells} of 12 cells, {BREAKS_OFF}")]
    assert findings(text, "txt") == expected


def test_text_that_breaks_off_above_the_name_of_a_row() -> None:
    """The first line of a description may be above the name, and is not of the row before."""
    whole = FORMS["txt"]
    start = whole.index("\n", whole.index("\nharbor") + 1) + 1
    column = whole[whole.rindex("\n", 0, whole.index("Log of ferry")) :].index("Log") - 1
    text = f"{whole[:start]}{'':{column}}A log of"
    for end in ("", "\n"):
        message = f"row has 4 of 12 cells, {BREAKS_OFF}"
        assert findings(text + end, "txt") == [("FM001", text.count("\n") + 1, message)]
        assert [r.service_name for r in parse_registry(text + end).records] == NAMES[:2]
    # A line that belongs to the row before stays with it.
    assert parse_registry(f"{whole[:start]}{'':{column}}{'x' * 28}\n").records[1].description == (
        f"Log of harbor {'x' * 28}"
    )


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("[Ben_Ex", "row has 1 of 5 cells, and the document breaks off; the row is not read"),
        (
            "mailto:ben&exam",
            "row has 4 of 5 cells, and the document breaks off; the row is not read",
        ),
        (
            "mailto:ben&example.com",
            "row has 4 of 5 cells, and the document breaks off; the row is not read",
        ),
        ("2020-01-0", LAST_CELL),
        ("2020-01", LAST_CELL),
    ],
)
def test_text_that_breaks_off_in_the_contacts(end: str, expected: str) -> None:
    whole = FORMS["txt"]
    text = whole[: whole.index(end, whole.rindex("[Ben_Example]")) + len(end)]
    assert findings(text, "txt") == [("FM001", text.count("\n") + 1, expected)]
    # Without a line end at its end, the document is whole.
    assert findings(whole.rstrip("\n"), "txt") == []


MISSING = "document is truncated: the footnotes are missing"
INSIDE = "document is truncated inside a footnote"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("\n", MISSING),
        ("\n\n        Footnote\n\n", MISSING),
        ("\n\n        Footnote\n\n   [1", MISSING),
        ("\n\n        Footnote\n\n   [1] It is only appropr", INSIDE),
        ("\n\n        Footnote\n\n   [1] It is only appropriate in\n       experi", INSIDE),
        ("\n\n        Footnote\n\n   [1] For experiments", INSIDE),
        ("\n\n        Footnote\n\n   [1] For experiments\n", None),
        ("\n\n        Footnote\n\n   [1] For experiments; see RFC 3692.", None),
        ("\n\n        Footnote\n\n   [1] For experiments (see RFC 3692)", None),
    ],
)
def test_text_that_breaks_off_at_its_footnotes(end: str, expected: str | None) -> None:
    """The footnote that a reference names is at the end, and its last sentence is complete."""
    text = FORMS["txt"].replace("[RFC9110]", "[1]      ").rstrip("\n") + end
    found = [] if expected is None else [("FM001", text.count("\n") + 1, expected)]
    assert findings(text, "txt") == found


@pytest.mark.parametrize(
    ("end", "cells"),
    [
        ("jetty", 1),
        ("4622", 2),
        ("<td>Log of j", 4),
        ("<td>[<a hr", 5),
        ('align="cen', 1),
        ("<td", 0),
    ],
)
def test_html(end: str, cells: int) -> None:
    whole = FORMS["html"]
    start = whole.rindex("<tr>", 0, whole.index("jetty"))
    after = start if end == "<td" else whole.index("jetty")
    text = whole[: whole.index(end, after) + len(end)]
    line = text[:start].count("\n") + 1
    assert findings(text, "html") == [("FM001", line, f"row has {cells} of 12 cells, {BREAKS_OFF}")]


def test_html_after_the_last_cell_of_a_row() -> None:
    whole = FORMS["html"]
    end = whole.index("</tr>", whole.index("jetty"))
    text = whole[:end].rstrip()
    dump = parse_registry(text, form="html").dump
    assert [record.service_name for record in dump.records] == NAMES[:3]
    last = (text.count("\n") + 1, "document is truncated inside a table")
    assert findings(text, "html") == [("FM001", *last)]


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_document_without_a_line_end(form: str) -> None:
    assert findings(FORMS[form].rstrip("\n"), form) == []
