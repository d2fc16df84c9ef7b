"""The HTML form: tables by their headings, citations by their links, and pages that are soup."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import described
from tests.dumps import published
from tests.rendered import as_html, cells, of_contact
from tests.test_growth import require_linear
from validator import Unusable, check, parse_registry, read_registry
from validator.model.record import Citation, Dump, Markup, Record
from validator.model.vocabulary import COLUMN_HEADINGS, RECORD_FIELDS
from validator.readers import html
from validator.readers.html import page_of
from validator.readers.html_tokens import tokens

SMALL = read_registry(Path(__file__).parent.parent.parent / "fixtures/registry/small.xml").dump
PAGE = as_html(SMALL)


HEADINGS = [heading for heading in COLUMN_HEADINGS if not heading.startswith("Known")]
TABLE_ID = "table-service-names-port-numbers"


def read(text: str) -> Dump:
    return parse_registry(text, form="html").dump


def row(**fields: str) -> str:
    """A row of markup, with harbor in it where nothing else is said."""
    filled = {"service_name": "harbor", "port_number": "4621", "transport_protocol": "tcp"} | fields
    return (
        "<tr>" + "".join(f"<td>{filled.get(field, '')}</td>" for field in RECORD_FIELDS) + "</tr>"
    )


def page(*rows: str, headings: list[str] = HEADINGS, more: str = "", top: str = "") -> str:
    """A page, the first row of which is in line 3."""
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "\n".join(rows)
    return (
        f"<html><body>{top}\n<table id={TABLE_ID!r}><tr>{head}</tr>\n{body}\n</table>"
        f"{more}</body></html>\n"
    )


def one(**fields: str) -> tuple[Dump, Record]:
    dump = read(page(row(**fields)))
    assert not dump.defects
    (record,) = dump.records
    return dump, record


def at(dump: Dump, subject: object, field: str | None, item: object = None) -> str:
    """What stands where a value is said to be, up to the next tag."""
    return dump.data[dump.locate(subject, field, item) :].partition(b"<")[0].decode()


def said(dump: Dump) -> list[tuple[str, str]]:
    """Code of each defect, and what stands in its place, up to the end of the tag."""
    return [(d.code, dump.data[d.offset :].decode()[:12].strip()) for d in dump.defects]


def shape(cited: Citation) -> tuple[str, str | None, str | None]:
    return cited.kind, cited.data, cited.text


def test_the_small_registry_is_read_whole() -> None:
    registry = parse_registry(PAGE)
    dump = registry.dump
    assert dump.form == "html"
    assert [cells(record) for record in dump.records] == [cells(r) for r in SMALL.records]
    assert [of_contact(c) for c in dump.contacts] == [of_contact(c) for c in SMALL.contacts]
    assert (dump.title, dump.updated) == (SMALL.title, SMALL.updated)
    assert not check(registry, today="2026-11-23").findings


def test_each_value_has_its_place() -> None:
    dump = read(PAGE)
    for record in dump.records:
        for field in RECORD_FIELDS:
            value = getattr(record, field)
            if isinstance(value, str) and value and "&" not in value and '"' not in value:
                there = dump.data[dump.locate(record, field, None) :].decode()
                assert there.startswith(value.split()[0])
    for contact in dump.contacts:
        there = dump.data[dump.locate(contact, "contact_id", None) :].decode().lstrip("[")
        assert there.startswith(contact.contact_id or "?")


# Pieces that could make cells mean something else than they show.
PIECES = [
    "<td>", "</td>", "<td/>", "<TD>", "</TD>", '<td align="center">', '<td colspan="2">',
    "<th>", "</th>", '<td class="registryempty">', "<tr>", "</tr>", "<table>", "</table>",
    "<tbody>", "</html>", "<br />", "<p>", "<pre>", "</pre>", "<!--", "-->", "<script>",
    "</script>", "<a>", "</a>", '<a href="#Ann">', '<a href=" ">', "[", "]", "<", ">", "&",
    "&amp;", "&#32;", '"', " ", "  ", "\n", "\t", "\f", "\x0b", "\xa0", "\x85", "é", "x" * 1001,
    '<td>[<a href="#Ann">Ann</a>]</td>', "<td>x y</td>", "<td></td>", "<dl><dt>", "</a>]</td>",
    "/", "=",
]  # fmt: skip
TWO_ROWS = page(
    row(contact='[<a href="#Ann_Example">Ann_Example</a>]', description="Harbor log é"),
    row(reference='[<a href="http://www.iana.org/go/rfc793">RFC793</a>]', description=""),
    # The place of the last bracket shows in an address alone.
    more="<table><tr><th>ID<th>Name<th>Contact URI<th>Last Updated</tr><tr><td>[Ann]</td>"
    '<td>Ann</td><td>[<a href="mailto:a">b</a>]</td><td>2020-01-02</td></tr></table>',
).replace("<td>tcp", '<td align="center">tcp')


def all_of(text: str) -> tuple[object, ...]:
    """All that a page says and where, or why it cannot be read."""
    try:
        dump = read(text)
    except Unusable as error:
        return (str(error),)
    return described.dump(dump), dump.carries, dump.missing_columns


@settings(max_examples=400)
@given(st.data())
def test_usual_cells_are_read_as_their_tags_and_text_would_be(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([TWO_ROWS, TWO_ROWS, PAGE[: PAGE.index("</tr>", 9000)]]))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(text)))
        if data.draw(st.booleans()):
            at = text.find(data.draw(st.sampled_from('<>[]"')), at) + data.draw(st.integers(0, 1))
        length = data.draw(st.sampled_from([0, 0, 0, 1, 5, 30]))
        text = text[: max(at, 0)] + data.draw(st.sampled_from(PIECES)) + text[at + length :]
    with patch.object(html, "_USUAL_CELL", return_value=None):
        one_by_one = all_of(text)
    assert all_of(text) == one_by_one


@pytest.mark.parametrize(
    ("cell", "is_usual"),
    [
        ("<td></td>", True),
        ('\n    <td align="center"></td>', True),
        ("<td>a</td>", True),
        ("<td>[b] é-c > d</td>", True),
        ('<td>[<a href="#Ann_Example">Ann_Example</a>]</td>', True),
        ("<td> a</td>", False),
        ("<td>a </td>", False),
        ("<td>a  b</td>", False),
        ("<td>a\nb</td>", False),
        ("<td>a &amp; b</td>", False),
        ("<td>a<br />b</td>", False),
        ("<th>a</th>", False),
        ('<td class="registryempty">a</td>', False),
        ('<td colspan="2">a</td>', False),
        ("<td>a<td>b</td>", False),
        ('<td>[<a href="#A&amp;B">A</a>]</td>', False),
        ('<td>[<a href="#A">A B</a>]</td>', False),
        ('<td><a href="#A">A</a></td>', False),
        ('<td>[<a href="#A">A</a>][<a href="#B">B</a>]</td>', False),
        ("text <td>a</td>", False),
    ],
)
def test_which_cells_are_usual(cell: str, is_usual: bool) -> None:
    match = html._USUAL_CELL(cell.encode(), 0)
    assert (match is not None and match.end() == len(cell.encode())) == is_usual


def test_both_generations_of_words_are_read() -> None:
    old = PAGE.replace("Unauthorized Use Reported", "Known Unauthorized Uses")
    old = old.replace("Contact Information", "People").replace(">RFC", ">RFC ")
    dump = read(old)
    assert [r.reference for r in dump.records] != [()] * len(dump.records)
    assert [[c.data for c in r.reference] for r in dump.records] == [
        [c.data for c in r.reference] for r in read(PAGE).records
    ]
    assert not dump.defects


@settings(max_examples=100)
@given(st.integers(0, len(PAGE)))
def test_a_page_cut_anywhere_keeps_what_stood_before(end: int) -> None:
    dump = read(PAGE[:end] + " ")
    sure = max(0, len(dump.records) - 1)
    assert [cells(r) for r in dump.records[:sure]] == [cells(r) for r in SMALL.records[:sure]]
    if end < len(PAGE) - len("</table></body></html>") - 40:
        assert dump.defects


REST = "<tr><td>harbor<td>4621<td>tcp<td>"
OPEN = page().partition("\n</table>")[0] + REST


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "<html>" + "<div>" * 10 * n,
        lambda n: OPEN + "<b>" * 10 * n,
        lambda n: OPEN + "x" * 250 * n,
        lambda n: OPEN + "<table><tr><td>" * 3 * n,
        lambda n: OPEN + "<tr>" * 10 * n,
        lambda n: "<html>" + "<table>" * 25 * n,
        lambda n: OPEN + "<!-- " * 25 * n,
        lambda n: OPEN + "<!--" + "-" * 125 * n,
        lambda n: OPEN + "<script>" * 25 * n,
        lambda n: OPEN + "<a href='" + "x" * 125 * n,
        lambda n: OPEN + '<a b="' * 25 * n,
        lambda n: OPEN + "<a " * 50 * n,
        lambda n: OPEN + "<a" + " a=" * 50 * n + ">",
        lambda n: OPEN + "<" * 12 * n,
        lambda n: OPEN + "&" * 50 * n,
        lambda n: OPEN + "&#" + "9" * 125 * n + ";",
        lambda n: OPEN + "<td><td>" + "[é]" * 25 * n,
        lambda n: OPEN + "<td><td>" + "[é" * 25 * n,
        lambda n: OPEN + "<td>" + "[<a href=#é>é</a>" * 2 * n,
        lambda n: OPEN + "a<br> " * 7 * n,
        lambda n: "<html><dl>" + "<dt>Note<dd>[<a href=x>y</a>]" * n,
    ],
    ids=range(21),
)
def test_floods_take_linear_work(text: Callable[[int], str]) -> None:
    def work(n: int) -> None:
        assert any(defect.code == "FM001" for defect in read(text(n)).defects)

    work(2_000)
    require_linear(work)


SCRAPS = [
    *("<table>", "</table>", "<table class=fn>", "<tr>", "</tr>", "<td>", "<td/>", "</td>", "<th>"),
    *("<a href='#Ann_Example'>", "<a href=http://example.com/go/rfc793>", "</a>", "[", "]", "1"),
    *("<br/>", "<pre>", "</pre>", "<dl>", "<dt>", "Note", "<dd>", "</dl>", "<h1>", "</h1>"),
    *("<!--", "-->", "<script>", "</script>", "<", ">", "&amp;", "&#10;", "&", " ", "\n", "é"),
    *(page(row()), PAGE[:2000], "Service Name<th>Port Number", "ID<th>Name<th>Contact URI", "x"),
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(SCRAPS) | st.text(max_size=3), max_size=40).map("".join))
@example("<table><tr><th>ID<th>Name<th>Contact URI<tr><td>[<td><td> <a href=x> </a>")
def test_no_soup_is_too_thick(text: str) -> None:
    dump = read(text)
    end = len(dump.data)
    for record in dump.records:
        for field in RECORD_FIELDS:
            for item in getattr(record, field) if field in ("contact", "reference") else (None,):
                assert 0 <= dump.locate(record, field, item) <= end
    for contact in dump.contacts:
        for number in range(len(contact.contact_uri)):
            there = at(dump, contact, "contact_uri", number)
            assert there.startswith(("&", contact.contact_uri[number][0]))
    for defect in dump.defects:
        assert 0 <= defect.offset <= end


def test_a_flood_is_checked() -> None:
    report = check(parse_registry(OPEN + "<table><tr><td>[é]" * 10_000, form="html"))
    assert not report.faults
    assert report.exit_status() == 1


class Events(HTMLParser):
    """What Python's own parser tells of a page, text in one piece."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.seen: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(("start", tag))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(("empty", tag))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(("end", tag))

    def handle_data(self, data: str) -> None:
        self.text(data)

    def handle_entityref(self, name: str) -> None:
        self.text(f"&{name};")

    def text(self, text: str) -> None:
        if self.seen and self.seen[-1][0] == "text":
            text = self.seen.pop()[1] + text
        self.seen.append(("text", text))


words = st.text(st.sampled_from("ab é[]\n=/'\"") | st.characters(codec="utf-8"), max_size=8)
attributes = st.lists(
    st.builds(
        lambda name, value: f' {name}="{escape(value)}"', st.sampled_from(["id", "HREF"]), words
    ),
    max_size=2,
).map("".join)
tags = st.sampled_from(["td", "TD", "tr", "table", "a", "br", "pre", "b"])
markup = st.recursive(
    words.map(lambda text: escape(text, quote=False)),
    lambda inner: st.one_of(
        st.builds(
            lambda tag, given, parts: f"<{tag}{given}>{''.join(parts)}</{tag}>",
            tags,
            attributes,
            st.lists(inner, max_size=3),
        ),
        st.builds(lambda tag, given: f"<{tag}{given} />", tags, attributes),
        words.map(lambda text: f"<!-- {text.replace('-', '')} -->"),
        words.map(lambda text: f"<script>{text.replace('<', '')}</script>"),
    ),
    max_leaves=12,
)


@settings(max_examples=400)
@given(markup)
@example('<TD id="&lt;">a &amp; b<br /></TD><!-- <td> -->')
def test_tags_are_those_of_python(text: str) -> None:
    theirs = Events()
    theirs.feed(text)
    theirs.close()
    data = text.encode()
    mine: list[tuple[str, str]] = []
    for kind, name, start, end, _, _ in tokens(data):
        if kind != "text":
            mine.append((kind, name))
        elif mine and mine[-1][0] == "text":
            mine[-1] = ("text", mine[-1][1] + data[start:end].decode())
        else:
            mine.append(("text", data[start:end].decode()))
    for number, event in reversed(list(enumerate(theirs.seen))):
        if event == ("start", "script"):  # what it holds is no text here
            del theirs.seen[number + 1 : theirs.seen.index(("end", "script"), number)]
    assert mine == theirs.seen


def test_citations_are_told_by_their_links() -> None:
    dump, record = one(
        contact='[<a href="#Ann_Example">Ann_Example</a>][<a href="#Zo%C3%AB_Beispiel">Zoë_Beispiel'
        "</a>][Ben_Example]",
        reference='[<a href="http://www.iana.org/go/rfc6335">RFC6335</a>]'
        '[<a href="https://www.iana.org/go/rfc793">RFC 793</a>][RFC 9110]'
        '[<a href="https://www.iana.org/go/rfc6335">RFC6335, Section 5</a>]'
        '[<a href="https://www.iana.org/go/draft-example-harbor-02">draft-example-harbor-02</a>]'
        '[<a href="https://www.iana.org/go/draft-example-quay-01">RFC-example-quay-01</a>]'
        '[<a href="https://example.com/?a&amp;b">https://example.com/?a&amp;b</a>]'
        '[<a href="https://example.com/rfc793">The [old] log</a>]'
        '[<a href="#note1">1</a>][TR-352]',
    )
    assert [shape(cited) for cited in record.contact] == [
        ("person", "Ann_Example", None),
        ("person", "Zoë_Beispiel", None),
        ("person", "Ben_Example", None),
    ]
    assert [shape(cited) for cited in record.reference] == [
        ("rfc", "rfc6335", None),
        ("rfc", "rfc793", None),
        ("rfc", "rfc9110", None),
        ("rfc", "rfc6335", "RFC6335, Section 5"),
        ("draft", "draft-example-harbor-02", None),
        ("draft", "RFC-example-quay-01", None),
        ("uri", "https://example.com/?a&b", None),
        ("uri", "https://example.com/rfc793", "The [old] log"),
        ("note", "1", None),
        ("bracket", None, "TR-352"),
    ]
    places = [at(dump, record, "contact", cited) for cited in record.contact]
    assert places == ["Ann_Example", "Zoë_Beispiel", "Ben_Example]"]
    places = [at(dump, record, "reference", cited) for cited in record.reference]
    assert places == [
        *("RFC6335", "RFC 793", "RFC 9110][", "RFC6335, Section 5", "draft-example-harbor-02"),
        *("RFC-example-quay-01", "https://example.com/?a&amp;b", "The [old] log", "1", "TR-352]"),
    ]


def test_a_link_that_leads_elsewhere_counts_for_where_it_leads() -> None:
    dump, record = one(contact='[<a href="#Ann_Example">Ben_Example</a>]')
    (cited,) = record.contact
    assert shape(cited) == ("person", "Ann_Example", "Ben_Example")
    assert at(dump, record, "contact").startswith('Ann_Example">')


def test_white_space_is_folded_and_breaks_are_kept() -> None:
    dump, record = one(
        description="\n   Harbor\n   log <br/>\n  second&nbsp;line<!-- no -->s &lt;&#233;&gt;\t",
        assignment_notes=" see [<a href='#Ann_Example'>Ann_Example</a>]<br>and <i>more</i>",
        service_name=" harbor\n",
    )
    assert record.service_name == "harbor"
    assert record.description == "Harbor log\nsecond\xa0lines <é>"
    assert at(dump, record, "description").startswith("Harbor\n")
    assert record.assignment_notes == "see [Ann_Example]\nand more"
    assert [(field, cited.data) for field, cited in record.inline] == [
        ("assignment_notes", "Ann_Example")
    ]
    assert at(dump, record, "assignment_notes", record.inline[0][1]) == "Ann_Example"
    parts = (record.mixed or {})["assignment_notes"]
    assert [str if isinstance(part, str) else type(part) for part in parts] == [
        *(str, Citation, Markup, str)
    ]


def test_an_empty_cell_is_an_absent_value_with_a_place() -> None:
    dump, record = one(description=" \n ")
    assert record.description is None
    assert record.reference == ()
    assert dump.data[dump.locate(record, "description", None) :].startswith(b" \n </td>")
    assert dump.data[dump.locate(record, "service_code", None) :].startswith(b"</td>")
    assert dump.data[dump.locate(record, None, None) :].startswith(b"<tr><td>harbor")


def test_what_a_cell_holds_never_becomes_a_row() -> None:
    inner = "<table><tr><th>Service Name<th>Port Number<tr><td>inner</td><td>7</td></tr></table>"
    dump = read(page(row(description=f"before{inner}after"), row(service_name="quay")))
    assert [record.service_name for record in dump.records] == ["harbor", "quay"]
    words = (dump.records[0].description or "").split()
    assert words == ["before", "Service", "Name", "Port", "Number", "inner", "7", "after"]
    assert not dump.defects


def test_soup_is_read_as_browsers_read_it() -> None:
    soup = page(row(), row(service_name="quay", assignment_notes="<b>a <i>b</b>"))
    for end in ("</td>", "</tr>", "</th>"):
        soup = soup.replace(end, "")
    for text in (
        soup,
        soup.replace("<td", "<TD").replace("<tr", "<TR\n").replace("table", "TABLE"),
    ):
        dump = read(text.replace(f"TABLE-{TABLE_ID[6:]}", TABLE_ID))
        assert [record.service_name for record in dump.records] == ["harbor", "quay"]
        assert dump.records[1].assignment_notes == "a b"
        assert not dump.defects


def test_an_empty_tag_of_xhtml_is_an_empty_cell() -> None:
    dump = read(page(row().replace("<td></td>", "<td/>")))
    assert [record.transport_protocol for record in dump.records] == ["tcp"]
    assert not dump.defects


def test_columns_are_found_by_name_not_by_place() -> None:
    cut = row().removeprefix("<tr>").removesuffix("</tr>").split("</td>")[:-1]
    backwards = "<tr>" + "</td>".join(reversed(cut)) + "</td></tr>"
    headings = [f" {heading.upper().replace(' ', chr(10))} " for heading in reversed(HEADINGS)]
    dump = read(page(backwards, headings=headings))
    assert [(r.service_name, r.port_number) for r in dump.records] == [("harbor", "4621")]
    assert not dump.defects


def test_columns_that_are_not_as_they_should_be() -> None:
    headings = [*HEADINGS[:-1], "Color", "Contact"]
    dump = read(page(row(), row().replace("</tr>", "<td>blue"), headings=headings))
    assert [defect.code for defect in dump.defects] == ["FM003", "FM003", "FM004", "FM002"]
    assert [dump.data[d.offset :][:6] for d in dump.defects[:2]] == [b"Color<", b"Contac"]
    assert dump.defects[0].message == 'unknown column "Color"'
    assert dump.defects[1].message == 'duplicate column "Contact"; only the first one is read'
    assert dump.defects[2].message == 'missing column "Assignment Notes"'


def test_ragged_rows_keep_the_cells_they_have() -> None:
    more = row().replace("</tr>", "<td>surplus</td></tr>")
    dump = read(page(more, "<tr><td>quay</td><td>4622</td></tr>", "<tr></tr>", row()))
    assert [record.service_name for record in dump.records] == ["harbor", "quay", "harbor"]
    assert said(dump) == [("FM002", "surplus</td>"), ("FM002", "<tr><td>quay")]
    assert [defect.about for defect in dump.defects] == dump.records[:2]
    assert dump.defects[0].message == ('row has 13 cells, expected 12; "surplus" is ignored')


def test_a_table_without_the_id_is_known_by_its_headings() -> None:
    text = page(row()).replace(TABLE_ID, "wp-block-table")
    dump = read("<table><tr><td>layout</td></tr></table>" + text)
    assert [record.service_name for record in dump.records] == ["harbor"]
    both = page(row(service_name="quay")).replace(TABLE_ID, "other") + page(row())
    assert [record.service_name for record in read(both).records] == ["harbor"]


def test_a_page_without_the_table() -> None:
    dump = read("<html><body><h1>Protocol Numbers</h1></body></html>")
    assert [(defect.code, defect.offset) for defect in dump.defects] == [("FM004", 0)]
    dump = read(page('<tr><td colspan="0" class="registryempty">No registrations.</td></tr>'))
    assert not dump.records
    assert not dump.defects


TOP = """<title>Ports &amp; names</title></head><body><h1>Ports</h1><dl>
<dt>Last Updated</dt><dd> 2026-08-17 </dd>
<dt>Expert(s)</dt><dd><pre>TCP: Ann Example;
     UDP: Ben Example</pre></dd>
<dt>Reference</dt><dd>[<a href="https://www.iana.org/go/rfc6335">RFC6335</a>]</dd>
<dt>Note</dt><dd><pre>
First,  as in
  [<a href="https://www.iana.org/go/rfc6335">RFC6335</a>].</pre></dd>
<dt>On harbors</dt><dd>Second</dd>
<dt>Available Formats</dt><dd><a href="x.csv"><br/>CSV</a></dd></dl>"""


def test_what_stands_above_the_table() -> None:
    dump = parse_registry(page(row(), top=TOP), path="ports", form="html").dump
    assert (dump.path, dump.form) == ("ports", "html")
    assert not dump.defects
    assert (dump.title, dump.updated) == ("Ports", "2026-08-17")
    assert dump.experts == "TCP: Ann Example;\n     UDP: Ben Example"
    assert [shape(cited) for cited in dump.references] == [("rfc", "rfc6335", None)]
    assert [note.title for note in dump.notes] == [None, "On harbors"]
    first = dump.notes[0]
    assert first.text == "First,  as in\n  [RFC6335]."
    assert [part.data if isinstance(part, Citation) else part for part in first.mixed] == [
        *("First,  as in\n  ", "rfc6335", ".")
    ]
    assert at(dump, dump, "updated") == "2026-08-17 "
    assert at(dump, dump, "title") == "Ports"
    assert at(dump, dump, None, dump.references[0]) == "RFC6335"
    assert at(dump, first, None).startswith("First,  as")
    assert dump.registry_id == "service-names-port-numbers"


PEOPLE = """<h1 class="people">Contact Information</h1><table class="sortable"><thead><tr>
<th>ID</th><th>Name</th><th>Contact URI</th><th>Last Updated</th></tr></thead><tbody>
<tr><td><a name="Ann_Example">[Ann_Example]</a></td><td>Ann Example</td><td>
<a href="mailto:ann&amp;example.com">mailto:ann&amp;example.com</a><br/>
<a href="https://example.com/">https://example.com/</a></td><td>2020-01-02</td></tr>
<tr><td>[Ben_Example]</td><td></td><td>mailto:ben&amp;example.com<br>tel:+1</td></tr>
</tbody></table>"""


def test_the_table_of_contacts() -> None:
    dump = read(page(row(), more=PEOPLE))
    ann, ben = dump.contacts
    assert (ann.contact_id, ann.name, ann.organization) == ("Ann_Example", "Ann Example", None)
    assert ann.contact_uri == ("mailto:ann&example.com", "https://example.com/")
    assert ben.contact_uri == ("mailto:ben&example.com", "tel:+1")
    assert (ann.last_updated, ben.last_updated) == ("2020-01-02", None)
    assert at(dump, ann, "contact_id") == "Ann_Example]"
    assert [at(dump, ann, "contact_uri", item) for item in (0, 1)] == [
        *("mailto:ann&amp;example.com", "https://example.com/")
    ]
    assert at(dump, ben, "contact_uri", 1) == "tel:+1"
    # A page whose contacts have no organization has no column for it, and that is no fault.
    assert [(defect.code, defect.about) for defect in dump.defects] == [("FM002", ben)]
    assert "contacts" in dump.carries
    assert "contacts" not in read(page(row())).carries


FOOTNOTES = """<h1>Footnote</h1><table class="fn"><tr><td class="fn"><a name="note1">[1]</a></td>
<td class="fn"><pre>For  experiments</pre></td></tr></table>"""


def test_footnotes() -> None:
    dump = read(page(row(reference="[1]"), more=FOOTNOTES))
    (footnote,) = dump.footnotes
    assert (footnote.anchor, footnote.text) == ("1", "For  experiments")
    assert at(dump, footnote, "anchor") == "1]"
    assert [shape(cited) for cited in dump.records[0].reference] == [("note", "1", None)]
    assert "footnotes" in dump.carries
    of_many = '<div class="pagination"> 1 <a href="?&amp;page=2">2</a></div>'
    assert "footnotes" not in read(page(row(), more=of_many + FOOTNOTES)).carries


def above(dump: Dump) -> dict[str, object]:
    """What stands above the table, without what is not there."""
    said: dict[str, object] = {
        "updated": dump.updated,
        "experts": dump.experts,
        "references": [cited.text for cited in dump.references],
        "notes": [(note.title, note.text) for note in dump.notes],
    }
    return {key: value for key, value in said.items() if value}


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("Last Updated", {"updated": "[Said]"}),
        *((word, {"experts": "[Said]"}) for word in ("Expert", "EXPERTS", "Expert(s)")),
        *((word, {"references": ["Said"]}) for word in ("Reference", "references")),
        *(
            (word, {"notes": [(None, "[Said]")]})
            for word in ("Note", "NOTES", " <b>note</b>\n", "")
        ),
        *((word, {}) for word in ("Created", "Description", "Available Formats")),
        *((f"Registration\n Procedure{end}", {}) for end in ("", "s", "(s)")),
        ("On <i>all</i>\nharbors", {"notes": [("On all harbors", "[Said]")]}),
    ],
)
def test_what_a_term_of_the_list_says(term: str, expected: dict[str, object]) -> None:
    dump = read(page(row(), top=f"<dl><dt>{term}</dt><dd> [Said]\n</dd></dl>"))
    assert above(dump) == expected
    assert not dump.defects
    assert above(read(page(row(), top=f"<dl><dt>{term}</dt><dd> </dd></dl>"))) == {}


def test_a_term_without_an_end_holds_for_what_is_described_next() -> None:
    top = "<dl><dt>Note<dd><pre>a  b<dd>c  d<dt>Harbors<dd>[<a href='#note7'>7</a>]<dt></dl>e"
    dump = read(page(row(), top=top))
    assert above(dump) == {"notes": [(None, "a  b"), (None, "c d"), ("Harbors", "[7]")]}
    assert [at(dump, note, None) for note in dump.notes] == ["a  b", "c  d", "["]
    (cited,) = dump.notes[2].mixed
    assert isinstance(cited, Citation)
    assert (shape(cited), at(dump, dump, None, cited)) == (("note", "7", None), "7")


def test_what_is_said_twice_above_the_table() -> None:
    top = (
        "<dl><dt>Last Updated<dd>2026-08-17<dt>Last Updated<dd>2026-08-18"
        "<dt>Experts<dd> <dt>Expert(s)<dd> Ann<dt>Reference<dd>[RFC 793]<dd>[RFC 6335]</dl>"
    )
    dump = read(page(row(), top=top))
    assert above(dump)["updated"] == "2026-08-17"
    assert dump.experts is None
    assert [cited.data for cited in dump.references] == ["rfc793", "rfc6335"]
    assert [(d.code, d.message, d.field) for d in dump.defects] == [
        ("FM008", 'duplicate entry "Last Updated"; only the first one is read', "updated"),
        ("FM008", 'duplicate entry "Expert(s)"; only the first one is read', "experts"),
    ]
    assert said(dump) == [("FM008", "2026-08-18<d"), ("FM008", "Ann<dt>Refer")]
    assert at(dump, dump, "updated") == "2026-08-17"
    assert dump.locate(dump, "category", None) == dump.locate(dump, None, None) == 0


@pytest.mark.parametrize(
    ("top", "title"),
    [
        ("<title>Page</title><h1> </h1><h1>Ports <b>and</b> names</h1><h1>More</h1>",
         "Ports and names"),
        ("<h1>Ports</h1><title>Page</title>", "Ports"),
        ("<h1>Ports<h1>More</h1>", "Ports"),
        ("<title> </title>", None),
        ("<h1>Ports<p>and</p></h1>names", "Ports\nand"),
        ("<h1>Ports</b></dl>names", "Ports"),
        ("<h1><pre>Ports  and</pre>  names", "Ports  and\nnames"),
        *((f"<h1>Ports<{name}>more", "Ports") for name in
          "article body dd dl dt footer form h1 header table".split()),
        *((f"<h1>Ports</{name}>more", "Ports") for name in ("h1", "dl", "body", "article")),
        ("<h1>Ports</html>more", "Ports"),
    ],
)  # fmt: skip
def test_the_title(top: str, title: str | None) -> None:
    dump = read(top + page(row()).replace("<html>", "").replace("<body>", "<body><h1>Last</h1>"))
    assert dump.title == (title or "Last")
    assert at(dump, dump, "title").startswith((title or "Last").split()[0])
    assert [record.service_name for record in dump.records] == ["harbor"]


def test_end_tags_that_nobody_needs() -> None:
    rows = "<tbody><tr><td>harbor<td>4621<tbody><td>quay<td>4622</tfoot><th>tide<td>4623</thead>"
    head = "<html><table id=x><thead><tr><th>Service Name<th>Port Number"
    dump = read(f"{head}{rows}<tr><th>Service Name<th>Port Number</table></html>")
    assert [(r.service_name, r.port_number) for r in dump.records] == [
        *(("harbor", "4621"), ("quay", "4622"), ("tide", "4623"))
    ]
    there = [dump.data[r.offset :].decode()[:9] for r in dump.records]
    assert there == ["<tr><td>h", "<td>quay<", "<th>tide<"]
    assert [at(dump, record, "port_number") for record in dump.records] == ["4621", "4622", "4623"]
    assert [(defect.code, defect.field) for defect in dump.defects] == [
        ("FM004", field) for field in RECORD_FIELDS[2:]
    ]
    assert {dump.data[d.offset :].decode()[:8] for d in dump.defects} == {"<tr><th>"}


def test_text_that_is_laid_out_ends_with_its_cell() -> None:
    dump = read(page(row(description="<pre>a  b<td>c  d").replace("<td></td>", "", 1)))
    record = dump.records[0]
    assert (record.description, record.assignee[0].text) == ("a  b", "c d")
    assert not dump.defects


@pytest.mark.parametrize(
    ("cells", "message", "where"),
    [
        ("<td>quay</td>", "row has 1 cell, expected 12", "<tr><td>quay"),
        ("<td>quay<td>1", "row has 2 cells, expected 12", "<tr><td>quay"),
        ("<td>" * 12 + "<td>a<td> b<td>",
         'row has 15 cells, expected 12; "a,b," is ignored', "a<td> b<td><"),
        ("<td class='empty'>None", "row has 1 cell, expected 12", "<tr><td class"),
        ("<td class=registryempty><td>", "row has 2 cells, expected 12",
         "<tr><td class"),
        ("<th class=registryempty>a<td>", "row has 2 cells, expected 12",
         "<tr><th class"),
    ],
)  # fmt: skip
def test_how_ragged_a_row_is(cells: str, message: str, where: str) -> None:
    dump = read(page(f"<tr>{cells}</tr>", row()))
    assert [(d.code, d.message, d.about) for d in dump.defects] == [
        ("FM002", message, dump.records[0])
    ]
    assert dump.data[dump.defects[0].offset :].decode().startswith(where)
    assert dump.records[1].service_name == "harbor"


def test_rows_that_say_that_there_is_nothing_or_are_headings() -> None:
    head = "<tr>" + "".join(f"<th>{heading}</th>" for heading in HEADINGS) + "</tr>"
    nothing = "<tr><td class='a registryempty'>None</td></tr>"
    dump = read(page(head, row(), nothing, head, row(service_name="quay")))
    assert [(record.index, record.service_name) for record in dump.records] == [
        *((0, "harbor"), (1, "quay"))
    ]
    assert not dump.defects


LAYOUT = "<table><tr><td>a<td>b</table>"
SMALLEST = "<table id=x><tr><th>Port Number<th>Service\nName<tr><td>4621<td>harbor</table>"


@pytest.mark.parametrize(
    ("text", "records", "contacts", "footnotes"),
    [
        (SMALLEST, ["harbor"], [], []),
        (SMALLEST.replace("Port Number", "Port"), [], [], []),
        (SMALLEST.replace("Port Number", "Port").replace("=x", f"' {TABLE_ID} '"), [], [], []),
        (SMALLEST.replace("Port Number", "Port").replace("=x", f"=' {TABLE_ID} '"), ["harbor"],
         [], []),
        (LAYOUT + SMALLEST + SMALLEST.replace("harbor", "quay"), ["harbor", "quay"], [], []),
        ("<table><tr><th>name<th>Id<tr><td>Ann<td>[A]</table>", [], ["A"], []),
        ("<table><tr><th>Name<th>Ids<tr><td>Ann<td>[A]</table>", [], [], []),
        ("<table><tr><td>[1]<td>a<tr><td>[b]<td>c<tr><td>d<td>e<tr><td>[f]</table>", [], [],
         [("1", "a"), ("b", "c")]),
        ("<table><tr><td>[1]<td>a<td>b</table>", [], [], []),
        ("<table><tr><td>[1]x<td>a</table>", [], [], []),
        ("<table><tr><th>FOOTNOTES<tr><td>[1]<td>a<td>b<tr><th>[2<th>c</table>", [], [],
         [("1", "a"), ("2", "c")]),
        ("<table><tr><td>[ ]<td>a</table>", [], [], [(" ", "a")]),
    ],
)  # fmt: skip
def test_which_table_it_is(
    text: str, records: list[str], contacts: list[str], footnotes: list[tuple[str, str]]
) -> None:
    dump = read(f"<html>{LAYOUT}{text}</html>")
    assert [record.service_name for record in dump.records] == records
    assert [contact.contact_id for contact in dump.contacts] == contacts
    assert [(footnote.anchor, footnote.text) for footnote in dump.footnotes] == footnotes
    assert [d.message for d in dump.defects if d.offset == 0] == (
        []
        if records
        else ['no table of records found: expected the headings "Service Name", "Port Number"']
    )
    assert dump.carries == {
        *("registry-date", "brackets"), *["contacts"] * len(contacts),
        *["footnotes"] * bool(footnotes),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("identity", "registry"),
    [("table-ports", "ports"), ("table-", ""), ("my-table-ports", None), ("", None)],
)
def test_the_id_of_the_registry(identity: str, registry: str | None) -> None:
    dump = read(f"<html>{LAYOUT}{SMALLEST.replace('=x', f'={identity!r}')}{SMALLEST}</html>")
    assert dump.registry_id == registry
    where = dump.locate(dump, "registry_id", None)
    assert dump.data[where:].startswith(f"<table id={identity!r}".encode() if where else b"<html>")
    assert bool(where) == (registry is not None)


def test_contacts_without_some_columns() -> None:
    people = "<table><tr><th>Name<th>Color<th> Id<th>name<tr><td>Ann<td>red<td>[Ann]<td>x</table>"
    dump = read(page(row(), more=people))
    assert [(d.code, d.message, d.field, d.value) for d in dump.defects] == [
        ("FM003", 'unknown column "Color"', None, "Color"),
        ("FM003", 'duplicate column "name"; only the first one is read', None, "name"),
        ("FM004", 'missing column "Contact URI"', "contact_uri", None),
        ("FM004", 'missing column "Last Updated"', "last_updated", None),
    ]
    assert [dump.data[d.offset :].decode()[:8] for d in dump.defects] == [
        *("Color<th", "name<tr>", "<tr><th>", "<tr><th>")
    ]
    assert [(c.name, c.contact_id, c.contact_uri) for c in dump.contacts] == [("Ann", "Ann", ())]
    # What has no column is where its row is.
    (contact,) = dump.contacts
    assert dump.locate(contact, "organization", None) == contact.offset


def test_contacts_have_organizations_and_places() -> None:
    head = "<table><tr><th>Organization<th>ID<th>Name<th>Contact URI<th>Last Updated"
    rows = "<tr><td> Quay<br>Ltd<td>Q]<td> <td>a:b<td>2020-01-02<tr><td><td>[]<td>x<td><td><td>more"
    dump = read(page(row(), more=f"{head}{rows}</table>"))
    quay, other = dump.contacts
    assert (quay.organization, quay.contact_id, quay.name) == ("Quay\nLtd", "Q]", None)
    assert (other.organization, other.contact_id, other.name) == (None, None, "x")
    fields = ("organization", "contact_id", "contact_uri", "last_updated")
    assert [at(dump, quay, field) for field in fields] == ["Quay", "Q]", "a:b", "2020-01-02"]
    assert dump.data[dump.locate(quay, "name", None) :].startswith(b" <td>a:b")
    assert at(dump, other, "contact_id") == "]"
    assert [(c.index, dump.data[c.offset :].decode()[:10]) for c in dump.contacts] == [
        *((0, "<tr><td> Q"), (1, "<tr><td><t"))
    ]
    assert [(d.message, d.about) for d in dump.defects] == [
        ('row has 6 cells, expected 5; "more" is ignored', other)
    ]
    assert dump.locate(other, "contact_uri", None) == dump.data.index(b"<td><td>more")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", []),
        ("a:b", ["a:b"]),
        (" ,a:b; <br/> ;; <br/>c:d,", ["a:b", "c:d"]),
        ("a:b c:d", ["a:b c:d"]),
        ("é:é<br>[<br>ü", ["é:é", "[", "ü"]),
        ("<a href=x>a:b</a><a href=y>c:d</a>", ["a:b", "c:d"]),
        ("é <a href=x> a:b, </a>; é,<br>c<a href=x>d", ["é", "a:b,", "é", "c", "d"]),
        ("<a>a:b</a>, <a href=x>c:d</a>.", ["a:b", "c:d", "."]),
    ],
)
def test_the_addresses_of_a_contact(cell: str, expected: list[str]) -> None:
    people = f"<table><tr><th>ID<th>Name<th>Contact URI<th>Last Updated<tr><td>x<td><td>{cell}<td>"
    dump = read(page(row(), more=people + "</table>"))
    (contact,) = dump.contacts
    assert list(contact.contact_uri) == expected
    places = [dump.locate(contact, "contact_uri", number) for number in range(len(expected))]
    assert places == sorted(set(places))
    for place, address in zip(places, expected, strict=True):
        assert dump.data[place:].decode().startswith(address)


def test_footnotes_say_what_they_cite() -> None:
    more = (
        "<table><tr><th>Footnotes<tr><td> [1]<td>As in [<a href='#Ann'>Ann</a>]"
        "<tr><td>[TR-1<td> <tr><td>[]<td>x</table>"
    )
    dump = read(page(row(reference="[1][TR-1][2][RFC 793][TR-2]"), more=more))
    first, second, third = dump.footnotes
    assert [part.data if isinstance(part, Citation) else part for part in first.mixed] == [
        *("As in ", "Ann")
    ]
    assert (second.anchor, second.text, second.mixed) == ("TR-1", "", [])
    assert (third.anchor, third.text) == (None, "x")
    assert [at(dump, note, None) for note in dump.footnotes] == ["1]", "TR-1", "]"]
    assert [shape(cited) for cited in dump.records[0].reference] == [
        *(("note", "1", None), ("note", "TR-1", None), ("bracket", None, "2")),
        *(("rfc", "rfc793", None), ("bracket", None, "TR-2")),
    ]


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        (" 1 <a href='?page=2'>2</a> ... <a href='?page=137'>137</a>", (1, 137)),
        ("<a href='?page=1'>1</a>...<a href='?page=6'>6</a> 7 <a href='?page=8'>8</a>", (7, 8)),
        ("<a href='?page=1'>1</a> 2 ", (2, 2)),
        ("<span>4</span> <a><b>5</b></a> of 6 7x <b>99999 1234567890</b>", (4, 99999)),
        ("<a>5</a>", None),
        ("\xff 3", (3, 3)),
        ("", None),
    ],
)
def test_which_page_it_is(bar: str, expected: tuple[int, int] | None) -> None:
    bar = f"<a>6<div class='x'>9</a></div><div class='top pagination'>{bar}</div>8"
    assert page_of(f"<html>{bar}</html>".encode("latin-1")) == expected
    # The bar ends with the first one that begins or ends.
    assert page_of(f"{bar.replace('</div>8', '<div>8')}".encode("latin-1")) == expected
    dump = read(f"<html>{bar}{page(row())}</html>")
    assert dump.page == (expected if expected and expected[1] > 1 else None)


@pytest.mark.parametrize("bar", ["<div class=pagination>1</div>", "<div id=pagination>2</div>"])
def test_one_page_of_one_is_no_page_of_many(bar: str) -> None:
    assert read(page(row(), top=bar)).page is None


def test_a_page_says_that_it_is_alone_by_saying_nothing() -> None:
    assert page_of(PAGE.encode()) is None


BROKEN = "document is truncated inside a table"
ENDLESS = "unclosed table"


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        (page(row()).replace("</html>", " \n"), "document is truncated: </html> is missing",
         " \n\n"),
        (page(row()).partition("\n</table>")[0] + " \n", BROKEN, " \n"),
        (page(row()).replace("</table>", ""), ENDLESS, f"<table id='{TABLE_ID}'"),
        (page(row(), more="<table></html>").replace("<html>", ""), ENDLESS, "<table></html>"),
        (page(row(), more="<table><th>ID<th>Name"), ENDLESS, "<table><th>ID"),
        (page(row(), more="<table><tr></tr><table></table>"), ENDLESS, "<table><tr></tr>"),
        (page(row()).replace("</table>", "<table></table>"), ENDLESS, f"<table id='{TABLE_ID}'"),
        (page(row()).replace("</table>", "<!-- </table>"),
         "unclosed comment; the rest of the document is not read", "<!-- </table>"),
        (page(row()).replace("</table>", "<a href='</table>"),
         "unclosed tag; the rest of the document is not read", "<a href='</table>"),
        (page(row()).replace("</table>", "<script></table>"),
         "unclosed <script>; the rest of the document is not read", "<script></table>"),
        (page(row()).partition("</table>")[0] + "<!a",
         "unclosed declaration; the rest of the document is not read", "<!a"),
        (page(row(), more="<!--"),
         "unclosed comment; the rest of the document is not read", "<!--"),
    ],
)  # fmt: skip
def test_what_is_never_closed(text: str, message: str, where: str) -> None:
    dump = read(text)
    assert [record.service_name for record in dump.records] == ["harbor"]
    assert [(defect.code, defect.message) for defect in dump.defects] == [("FM001", message)]
    there = dump.data[dump.defects[0].offset :].decode()
    assert there == where if where.isspace() else there.startswith(where)


HARBOR = [("harbor", "4621")]


@pytest.mark.parametrize(
    ("end", "records", "contacts", "notes", "title"),
    [
        ("<tr><td>quay<td>46", HARBOR, [], [], "Page"),
        ("<tr><td>", HARBOR, [], [], "Page"),
        ("<tr", HARBOR, [], [], "Page"),
        ("</table><table><tr><th>ID<th>Name", HARBOR, [], [], "Page"),
        (
            "</table><table><tr><th>ID<th>Name<tr><td>[Ann",
            HARBOR,
            [],
            [],
            "Page",
        ),
        ("</table><dl><dt>Note<dd>said", HARBOR, [], ["said"], "Page"),
        ("</table><h1>Ports and ", HARBOR, [], [], "Ports and"),
    ],
)
def test_what_breaks_off_is_kept_so_far(
    end: str,
    records: list[tuple[str | None, str | None]],
    contacts: list[str],
    notes: list[str],
    title: str,
) -> None:
    whole = page(row(), top="<title>Page</title>")
    dump = read(whole.partition("\n</table>")[0] + end)
    assert [(r.service_name, r.port_number) for r in dump.records] == records
    assert [contact.contact_id for contact in dump.contacts] == contacts
    assert [note.text for note in dump.notes] == notes
    assert dump.title == title
    # Nothing is said of columns and cells that are not there because nothing is.
    codes = {"FM001"} | ({"FM004"} if "[Ann" in end else set())
    assert {defect.code for defect in dump.defects} == codes


def test_a_layout_that_is_never_closed_is_no_matter() -> None:
    dump = read(page(row()).replace("<table", "<table><tr><td>a</td><table", 1))
    assert [record.service_name for record in dump.records] == ["harbor"]
    assert not dump.defects


def test_a_fragment_needs_no_end() -> None:
    text = page(row())
    dump = read(text[text.index("<table") : text.index("</body>")])
    assert [record.service_name for record in dump.records] == ["harbor"]
    assert not dump.defects


@pytest.mark.real
def test_a_published_page() -> None:
    dump = read_registry(published("2015-03-16-page-1.xhtml")).dump
    assert (len(dump.records), len(dump.contacts)) == (100, 11)
    assert dump.updated == "2015-03-16"
    [alone] = dump.defects
    assert (alone.code, alone.value) == ("FM001", "1")
    assert alone.message.startswith("page 1 of 137 of the registry; ")
    assert dump.data[alone.offset :].startswith(b"1 <a")
    for record in dump.records:
        if record.service_name:
            there = dump.data[dump.locate(record, "service_name", None) :].decode()
            assert there.startswith(record.service_name)
    first, last = dump.records[0], dump.records[-1]
    assert (first.port_number, first.description) == ("0", "Reserved")
    assert (last.service_name, last.description) == ("mpm-snd", "MPM [default send]")
    assert page_of(dump.data) == (1, 137)
    assert "contacts" in dump.carries
    for record in dump.records:
        for field in ("assignee", "contact", "reference"):
            for cited in getattr(record, field):
                assert at(dump, record, field, cited) == cited.display


# -- cells, rows and tables that are not one for one --------------------------------------------

TEXTED = row(description="Text")
SPAN = "expected one; it is read as the first of them"
HARBOR_ROW = ("harbor", "4621", "tcp", "Text")
# By what is odd: the rows or the page, the defects with what stands in their place, the records.
ODD_TABLES: dict[str, tuple[str, list[tuple[str, str, str]], list[tuple[str | None, ...]]]] = {
    "a cell for two columns": (
        page(TEXTED.replace("<td>4621</td><td>tcp", "<td colspan=2>4621"), TEXTED),
        [("FM002", f"cell spans 2 columns, {SPAN}", "4621</td>")],
        [("harbor", "4621", None, "Text"), HARBOR_ROW],
    ),
    "a cell too wide in a row with all cells": (
        page(TEXTED.replace("<td>4621", "<td ColSpan='2 '>4621")),
        [("FM002", f"cell spans 2 columns, {SPAN}", "4621</td>")],
        [("harbor", "4621", None, "tcp")],
    ),
    "a name for two rows": (
        page(TEXTED.replace("<td>h", "<td rowspan=2>h"), TEXTED.replace("<td>harbor</td>", "")),
        [("FM002", f"cell spans 2 rows, {SPAN}", "harbor</td>")],
        [HARBOR_ROW, (None, "4621", "tcp", "Text")],
    ),
    "a port for two rows and columns": (
        page(
            TEXTED.replace("<td>4621</td><td>tcp", "<td rowspan=2 colspan=2>4621"),
            TEXTED.replace("<td>4621</td><td>tcp</td>", ""),
            TEXTED,
        ),
        [("FM002", f"cell spans 2 columns and 2 rows, {SPAN}", "4621</td>")],
        [("harbor", "4621", None, "Text"), ("harbor", None, None, "Text"), HARBOR_ROW],
    ),
    "a contact for three rows": (
        page(TEXTED.replace("<td></td>", "<td rowspan=3></td>", 1), "<tr><td>quay<td>1<td></tr>"),
        [
            ("FM002", f"cell spans 3 rows, {SPAN}", "</td>"),
            ("FM002", "row has 3 cells, expected 12", "<tr><td>quay"),
        ],
        [HARBOR_ROW, ("quay", "1", None, None)],
    ),
    "cells for one": (
        page(TEXTED.replace("<td>4", "<td colspan=1 rowspan='0'>4"), TEXTED.replace(
            "<td>4", "<td colspan=x rowspan=-2 data-colspan=2>4")),
        [],
        [HARBOR_ROW, HARBOR_ROW],
    ),
    "a heading for two columns": (
        page(TEXTED).replace("<th>Port Number</th><th>T", "<th colspan=2>Port Number</th><!--T", 1)
        .replace("col</th>", "-->", 1),
        [
            ("FM002", f"cell spans 2 columns, {SPAN}", "Port Number</th>"),
            ("FM004", 'missing column "Transport Protocol"', "<tr><th>"),
        ],
        [("harbor", "4621", None, "Text")],
    ),
    "text after the page": (
        page(TEXTED) + "\n<!-- saved --> <p>quay 4622</p> pier\n",
        [("FM009", "unexpected text after </html>; it is not read", "quay 4622")],
        [HARBOR_ROW],
    ),
    "headings for two rows": (page(TEXTED).replace("<th>", "<th rowspan=2>"), [], [HARBOR_ROW]),
    "a row of headings that are a record": (
        page(TEXTED.replace("td>", "th>"), TEXTED),
        [("FM002", "row has only headings (<th>); it is not read", "<tr><th>harbor")],
        [HARBOR_ROW],
    ),
    "a title of a group": (
        page("<tr><th colspan=12>System Ports</th></tr>", TEXTED),
        [("FM002", "row has only headings (<th>); it is not read", "<tr><th colspan=12>")],
        [HARBOR_ROW],
    ),
    "a name that is a heading": (
        page(TEXTED.replace("<td>harbor</td>", "<th scope=row>harbor</th>")), [], [HARBOR_ROW],
    ),
    "text in no cell": (
        page(TEXTED.replace("<td>4621</td>", " &lt;4621<td></td>")),
        [("FM009", 'unexpected text "<4621" between the cells of a table', "&lt;4621<td>")],
        [("harbor", None, "tcp", "Text")],
    ),
    "text before a row": (
        page(f"&nbsp; 4621 {TEXTED}"),
        [("FM009", 'unexpected text "4621" between the cells of a table', "&nbsp; 4621 <tr>")],
        [HARBOR_ROW],
    ),
    "blanks, comments and a caption": (
        page(TEXTED.replace("</td>", "</td> <!-- x -->&nbsp;")).replace(
            "<tr>", "<caption>a</caption><tr>", 1
        ),
        [],
        [HARBOR_ROW],
    ),
    "no end tags": (page(TEXTED.replace("</td>", "").replace("</tr>", "")), [], [HARBOR_ROW]),
    "another table of records": (
        page(TEXTED, more=SMALLEST),
        [("FM009", "another table of records, without the id of the registry; it is not read",
          "<table id=x>")],
        [HARBOR_ROW],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_TABLES)
def test_cells_rows_and_tables_that_are_not_one_for_one(name: str) -> None:
    text, defects, records = ODD_TABLES[name]
    dump = read(text)
    assert [(d.code, d.message) for d in dump.defects] == [(c, m) for c, m, _ in defects]
    for defect, (_, _, there) in zip(dump.defects, defects, strict=True):
        assert dump.data[defect.offset :].decode().startswith(there)
    fields = RECORD_FIELDS[:4]
    assert [tuple(getattr(r, field) for field in fields) for r in dump.records] == records


def test_contacts_with_cells_for_two_columns() -> None:
    text = PEOPLE.replace("<td>", "<td colspan=2>", 1)
    dump = read(page(row(), more=text))
    first = dump.defects[0]
    assert (first.code, first.about) == ("FM002", dump.contacts[0])


@pytest.mark.parametrize("span", ["colspan=1000", "rowspan=1000", "colspan=999 rowspan=999999999"])
def test_cells_for_very_many_columns_take_linear_time(span: str) -> None:
    """No clock: what is put into a row is limited."""
    dump = read(page(*[f"<tr><td {span}>a"] * 2000))
    assert len(dump.records) == 2000
    assert len(dump.defects) == 2000
