"""The HTML form: tables by their headings, citations by their links, and pages that are soup."""

from __future__ import annotations

import time
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.dumps import published
from tests.rendered import as_html, cells, of_contact
from validator import check, parse_registry, read_registry
from validator.readers.html import _tokens, page_of
from validator.record import Citation, Dump, Markup, Record
from validator.vocabulary import COLUMN_HEADINGS, RECORD_FIELDS

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
        "<html>" + "<div>" * 100_000,
        OPEN + "<b>" * 100_000,
        OPEN + "x" * 1_000_000,
        OPEN + "<table><tr><td>" * 30_000,
        OPEN + "<tr>" * 100_000,
        "<html>" + "<table>" * 100_000,
        OPEN + "<!-- " * 100_000,
        OPEN + "<!--" + "-" * 500_000,
        OPEN + "<script>" * 100_000,
        OPEN + "<a href='" + "x" * 500_000,
        OPEN + '<a b="' * 100_001,
        OPEN + "<a " * 200_000,
        OPEN + "<a" + " a=" * 200_000 + ">",
        OPEN + "<" * 200_000,
        OPEN + "&" * 200_000,
        OPEN + "&#" + "9" * 500_000 + ";",
        OPEN + "<td><td>" + "[é]" * 100_000,
        OPEN + "<td><td>" + "[é" * 100_000,
        OPEN + "<td>" + "[<a href=#é>é</a>" * 20_000,
        OPEN + "a<br> " * 100_000,
        "<html><dl>" + "<dt>Note<dd>[<a href=x>y</a>]" * 20_000,
    ],
    ids=range(21),
)
def test_floods_end_soon(text: str) -> None:
    before = time.process_time()
    dump = read(text)
    assert time.process_time() - before < 10  # a guard against what grows with the square
    assert any(defect.code == "FM001" for defect in dump.defects)


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
    for kind, name, start, end, _, _ in _tokens(data):
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
    headings = [*HEADINGS[:-1], "Colour", "Contact"]
    dump = read(page(row(), row().replace("</tr>", "<td>blue"), headings=headings))
    assert [defect.code for defect in dump.defects] == ["FM003", "FM003", "FM004", "FM002"]
    assert [dump.data[d.offset :][:6] for d in dump.defects[:2]] == [b"Colour", b"Contac"]
    assert dump.defects[0].message == 'the registry has no column "Colour"'
    assert dump.defects[1].message == 'a second column "Contact"; the first counts'
    assert dump.defects[2].message == 'the column "Assignment Notes" is missing'


def test_ragged_rows_keep_the_cells_they_have() -> None:
    more = row().replace("</tr>", "<td>surplus</td></tr>")
    dump = read(page(more, "<tr><td>quay</td><td>4622</td></tr>", "<tr></tr>", row()))
    assert [record.service_name for record in dump.records] == ["harbor", "quay", "harbor"]
    assert said(dump) == [("FM002", "surplus</td>"), ("FM002", "<tr><td>quay")]
    assert [defect.about for defect in dump.defects] == dump.records[:2]
    assert dump.defects[0].message == (
        '13 cells in a row of a table with 12 columns; "surplus" belongs to none'
    )


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
    dump = read(page(row(), top=TOP))
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


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        (" 1 <a href='?page=2'>2</a> ... <a href='?page=137'>137</a>", (1, 137)),
        ("<a href='?page=1'>1</a>...<a href='?page=6'>6</a> 7 <a href='?page=8'>8</a>", (7, 8)),
        ("<a href='?page=1'>1</a> 2 ", (2, 2)),
        ("", None),
    ],
)
def test_which_page_it_is(bar: str, expected: tuple[int, int] | None) -> None:
    text = f"<html><div class='x'>9</div><div class='top pagination'>{bar}</div>8</html>"
    assert page_of(text.encode()) == expected


def test_a_page_says_that_it_is_alone_by_saying_nothing() -> None:
    assert page_of(PAGE.encode()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (page(row()).replace("</body></html>", ""), [("FM001", "")]),
        (page(row()).partition("\n</table>")[0], [("FM001", "")]),
        (page(row()).replace("</table>", ""), [("FM001", "<table id='t")]),
        (page(row()).replace("</table>", "<!-- </table>"), [("FM001", "<!-- </table")]),
        (page(row()).replace("</table>", "<a href='</table>"), [("FM001", "<a href='</t")]),
        (page(row()).replace("</table>", "<table></table>"), [("FM001", "<table id='t")]),
        (page(row()).replace("</table>", "<script></table>"), [("FM001", "<script></ta")]),
    ],
)
def test_what_is_never_closed(text: str, expected: list[tuple[str, str]]) -> None:
    dump = read(text)
    assert [record.service_name for record in dump.records] == ["harbor"]
    assert said(dump) == expected


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
    assert not dump.defects
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
                assert at(dump, record, field, cited) == cited.shown
