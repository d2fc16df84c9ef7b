"""What `compare` says of each value that two forms can both carry, and of what one cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.change_cases import unexplained
from tests.conftest import dump
from tests.dumps import published
from tests.rendered import as_html, as_text
from validator import Registry, parse_registry, read_registry
from validator.api import run_context
from validator.diff.compare import compare
from validator.diff.fields import excerpts
from validator.diff.matching import changes_between
from validator.writers import write

RICH = """<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Service Name and Transport Protocol Port Number Registry</title>
  <category>Service Names</category>
  <updated>2026-08-17</updated>
  <xref type="rfc" data="rfc6335"/>
  <expert>Ann Example</expert>
  <note>Names are assigned as in <xref type="rfc" data="rfc6335"/>.</note>
  <note title="Apply"><xref type="uri" data="https://www.example.com/apply">form</xref></note>
  <record date="2020-01-02"><name>quay</name><protocol>tcp</protocol>
    <xref type="person" data="Ann_Example"/>
    <xref type="uri" data="https://example.com/quay">Quay book</xref>
    <xref type="rfc" data="rfc8765" section="6.1">RFC8765, Section 6.1</xref>
    <description>Quay</description><number>4621</number>
    <note>See <xref type="rfc" data="rfc6614"/> and
      <xref type="uri" data="https://example.com/log">the log</xref>.</note></record>
  <record date="2020-01-02"><name>pier</name><protocol>tcp</protocol>
    <assignee><xref type="person" data="Ben_Example"/></assignee>
    <xref type="person" data="Ben_Example"/><xref type="note" data="1"/>
    <xref type="rfc" data="rfc1234"/><xref type="text">Pier paper</xref>
    <description>Pier</description><number>4622</number></record>
  <footnote anchor="1">Only for experiments, see <xref type="rfc" data="rfc3692"/>.</footnote>
  <people>
    <person id="Ann_Example"><name>Ann Example</name><uri>mailto:ann&amp;example.com</uri></person>
    <person id="Ben_Example"><name>Ben Example</name><uri>mailto:ben&amp;example.com</uri></person>
  </people>
</registry>
"""
FORMS: dict[str, Callable[[Registry], str]] = {
    "xml": lambda registry: registry.dump.data.decode(),
    "json": lambda registry: write(registry, "json").text,
    "html": lambda registry: as_html(registry.dump),
    "txt": lambda registry: as_text(registry.dump, wraps=False),
    "csv": lambda registry: write(registry, "csv").text,
}
# What is changed, the field of which a difference is reported, and the forms that can say it.
VALUES: dict[str, tuple[str, str, str, str]] = {
    "title": (">Service Name and", ">A Service Name and", "title", "xml json html txt"),
    "category": (">Service Names<", ">Ports<", "category", "xml json"),
    "experts": ("<expert>Ann", "<expert>Anna", "experts", "xml json html txt"),
    "reference of the registry": (
        '<xref type="rfc" data="rfc6335"/>\n  <expert>',
        '<xref type="rfc" data="rfc9999"/>\n  <expert>',
        "references",
        "xml json html txt",
    ),
    "no reference of the registry": (
        '<xref type="rfc" data="rfc6335"/>\n  <expert>',
        "<expert>",
        "references",
        "xml json html txt",
    ),
    "kind of the reference of the registry": (
        '<xref type="rfc" data="rfc6335"/>\n  <expert>',
        '<xref type="text">RFC6335</xref>\n  <expert>',
        "references",
        "xml json",
    ),
    "note": (">Names are", ">Numbers are", "notes", "xml json html txt"),
    "title of a note": ('title="Apply"', 'title="Ask"', "notes", "xml json html txt"),
    "address in a note": ("example.com/apply", "example.com/evil", "notes", "xml json"),
    "citation in a note that is words": (
        '<xref type="rfc" data="rfc6335"/>.</note>',
        "[RFC6335].</note>",
        "notes",
        "xml json",
    ),
    "address after a label": ("com/quay", "com/evil", "reference", "xml json html"),
    "label without an address": (
        '<xref type="uri" data="https://example.com/quay">Quay book</xref>',
        '<xref type="text">Quay book</xref>',
        "reference",
        "xml json html",
    ),
    "section": ('section="6.1"', 'section="6.2"', "reference", "xml json"),
    "document with a section": ('"rfc8765"', '"rfc8766"', "reference", "xml json html"),
    "kind of a citation": (
        '<xref type="rfc" data="rfc1234"/>',
        '<xref type="text">RFC1234</xref>',
        "reference",
        "xml json",
    ),
    "footnote as words": (
        '<xref type="note" data="1"/>',
        '<xref type="text">1</xref>',
        "reference",
        "xml json",
    ),
    "explicit assignee": (
        '<assignee><xref type="person" data="Ben_Example"/></assignee>',
        "",
        "assignee",
        "xml json",
    ),
    "citation in a field that is words": (
        'See <xref type="rfc" data="rfc6614"/>',
        "See [RFC6614]",
        "assignment_notes",
        "xml json",
    ),
    "address in a field": ("com/log", "com/evil", "assignment_notes", "xml json"),
    "text of a footnote": ("experiments", "exams", "text", "xml json html txt"),
    "citation in a footnote": (
        '<xref type="rfc" data="rfc3692"/>.</footnote>',
        "[RFC3692].</footnote>",
        "text",
        "xml json",
    ),
}


def read(text: str, name: str) -> Registry:
    return parse_registry(text, path=name)


def differences(one: Registry, other: Registry) -> list[tuple[str, str, str | None]]:
    report = compare(one, other, run_context("2026-11-24"))
    assert not report.faults
    return [(finding.location.path, finding.code, finding.field) for finding in report]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", VALUES)
def test_a_value_differs_in_each_form_that_can_say_it(name: str, form: str) -> None:
    before, after, field, forms = VALUES[name]
    assert RICH.count(before) == 1
    one = read(RICH.replace(before, after), "a.xml")
    other = read(FORMS[form](read(RICH, "rich.xml")), f"b.{form}")
    expected = [("XF002", field)] if form in forms.split() else []
    assert differences(one, other) == [("a.xml", *pair) for pair in expected]
    assert differences(other, one) == [(f"b.{form}", *pair) for pair in expected]


@pytest.mark.parametrize("one", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_all_forms_of_it_are_the_same(one: str, other: str) -> None:
    registries = [read(FORMS[form](read(RICH, "rich.xml")), f"x.{form}") for form in (one, other)]
    assert differences(*registries) == []
    changes = changes_between(*registries)
    assert (changes.all, unexplained(changes)) == ([], [])


SPACED = {
    "field": ('<xref type="rfc" data="rfc6614"/> and', "[RFC 6614] and"),
    "section": (">RFC8765, Section 6.1<", ">RFC 8765, Section 6.1<"),
    "note": ('as in <xref type="rfc" data="rfc6335"/>', "as in [RFC 6335]"),
    "footnote": ('<xref type="rfc" data="rfc3692"/>.</footnote>', "[RFC 3692].</footnote>"),
    "reference": ('<xref type="rfc" data="rfc1234"/>', '<xref type="text">RFC 1234</xref>'),
}


@pytest.mark.parametrize("form", ["html", "txt"])
@pytest.mark.parametrize("name", SPACED)
def test_a_blank_in_the_number_of_an_rfc_is_no_difference(name: str, form: str) -> None:
    before, after = SPACED[name]
    assert RICH.count(before) == 1
    one = read(RICH, "a.xml")
    text = FORMS[form](read(RICH.replace(before, after), "spaced.xml"))
    assert "RFC " in text.replace("RFC 3692.", "")
    other = read(text, f"b.{form}")
    assert differences(one, other) == []
    assert differences(other, one) == []
    assert changes_between(one, other).all == []


def test_a_blank_in_the_number_of_an_rfc_differs_between_forms_without_it() -> None:
    one = read(RICH.replace("<description>Quay<", "<description>[RFC1]<"), "a.xml")
    other = read(RICH.replace("<description>Quay<", "<description>[RFC 1]<"), "b.xml")
    assert differences(one, other) == [("a.xml", "XF002", "description")]


LINKS = {
    "label that leads elsewhere": (
        ">Quay book<", "https://example.com/quay", "https://example.com/evil", "reference"
    ),
    "document that leads elsewhere": (
        ">RFC1234<", "http://www.iana.org/go/rfc1234", "http://www.iana.org/go/rfc1235", "reference"
    ),
    "words that are linked": (
        "[Pier paper]", "[Pier paper]", '[<a href="https://example.com/p">Pier paper</a>]',
        "reference",
    ),
    "footnote that leads elsewhere": ("#note1", '"#note1"', '"#note2"', "reference"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
def test_where_a_link_of_a_page_leads(name: str) -> None:
    words, before, after, field = LINKS[name]
    one = read(RICH, "a.xml")
    page = as_html(one.dump)
    assert words in page
    assert before in page
    other = read(page.replace(before, after), "b.html")
    assert differences(one, other) == [("a.xml", "XF002", field)]
    assert differences(other, one) == [("b.html", "XF002", field)]


def test_where_a_link_of_two_pages_leads() -> None:
    page = as_html(read(RICH, "a.xml").dump)
    one = read(page, "a.html")
    other = read(page.replace("https://example.com/quay", "https://example.com/evil"), "b.html")
    assert differences(one, other) == [("a.html", "XF002", "reference")]


def test_a_draft_that_is_approved_leads_to_the_draft_it_was() -> None:
    draft = '<xref type="draft" data="RFC-ietf-quay-10"/>'
    one = read(RICH.replace('<xref type="text">Pier paper</xref>', draft), "a.xml")
    page = as_html(one.dump)
    for href in ("go/RFC-ietf-quay-10", "go/draft-ietf-quay-10"):
        other = read(page.replace("go/RFC-ietf-quay-10", href), "b.html")
        assert differences(one, other) == []


WRAPPED = """
  <record><name>{0}</name><protocol>tcp</protocol><description>{1}</description>
    <number>{2}</number></record>"""


def crowd(descriptions: Sequence[str]) -> Registry:
    """Neighbors with descriptions that are wrapped in a text."""
    rows = [
        WRAPPED.format(f"name{index}", text, 100 + index) for index, text in enumerate(descriptions)
    ]
    start, end = RICH.index("  <record"), RICH.index("  <footnote")
    return read(RICH[:start] + "".join(rows) + RICH[end:], "a.xml")


FULL = "thirteen-long fourteen--long"  # as wide as the column
DOUBTFUL = [
    [f"{FULL} {FULL}", f"{FULL} end"] * 4,
    [FULL, f"{FULL} {FULL} end", FULL] * 3,
    [f"{FULL} {FULL} {FULL}"] * 5,
]


@pytest.mark.parametrize("descriptions", DOUBTFUL)
def test_a_line_that_may_belong_to_either_neighbor_is_no_difference(
    descriptions: list[str],
) -> None:
    one = crowd(descriptions)
    text = read(as_text(one.dump), "b.txt")
    assert any(defect.code == "FM002" for defect in text.dump.defects)
    assert differences(one, text) == []
    assert differences(text, one) == []


@pytest.mark.parametrize("descriptions", DOUBTFUL)
def test_doubtful_lines_of_a_text_without_contacts(descriptions: list[str]) -> None:
    whole = as_text(crowd(descriptions).dump)
    text = read(whole[: whole.index("People")], "b.txt")
    assert (text.contacts, {d.code for d in text.dump.defects}) == ([], {"FM001", "FM002"})
    other = crowd([f"X{description}" for description in descriptions])
    changed = {(code, field) for _, code, field in differences(other, text)}
    assert changed == {("FM001", None), ("XF002", "description")}


@pytest.mark.parametrize("descriptions", DOUBTFUL)
def test_other_words_differ_beside_a_doubtful_line(descriptions: list[str]) -> None:
    text = read(as_text(crowd(descriptions).dump), "b.txt")
    for index in range(len(descriptions)):
        changed = [*descriptions]
        changed[index] = f"X{changed[index]}"
        fields = [field for _, _, field in differences(crowd(changed), text)]
        assert fields, index
        assert set(fields) == {"description"}


def test_words_that_moved_where_no_line_is_doubtful_differ() -> None:
    one = crowd(["Quay log", "exchange Pier"])
    other = crowd(["Quay log exchange", "Pier"])
    text = read(as_text(other.dump, wraps=False), "b.txt")
    assert text.dump.defects == []
    assert [field for _, _, field in differences(one, text)] == ["description"] * 2
    assert [field for _, _, field in differences(one, other)] == ["description"] * 2


@pytest.mark.real
def test_a_whole_registry_as_text_is_the_same() -> None:
    one = read_registry(published("2026-08-17.xml"))
    assert differences(one, read(as_text(one.dump), "b.txt")) == []


LINK = 'See <xref type="rfc" data="rfc6335"/>'


@pytest.mark.parametrize("descriptions", [(LINK, "See [RFC6335]"), ("See [RFC6335]", LINK)])
def test_a_link_differs_from_its_words(descriptions: tuple[str, str]) -> None:
    text = "<record><name>quay</name><description>{}</description></record>"
    one, other = (read(dump(text.format(words)).decode(), "a.xml") for words in descriptions)
    assert differences(one, other) == [("a.xml", "XF002", "description")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a", "", ('"a"', "empty")),
        ("a" * 30 + "b" * 10, "a" * 40, (f'"{"a" * 30}{"b" * 10}"', f'"{"a" * 40}"')),
        ("a" * 30 + "b" * 11, "a" * 30, (f'"…{"a" * 20}{"b" * 11}"', f'"…{"a" * 20}"')),
        ("b" * 40, "c" * 41, (f'"{"b" * 40}"', f'"{"c" * 40}…"')),
    ],
)
def test_excerpts_begin_before_the_difference(
    one: str, other: str, expected: tuple[str, str]
) -> None:
    assert excerpts(one, other) == expected


PLACES = {
    "title": (">Service Name and", ">A Service", "Service Name and", "A Service"),
    "category": (">Service Names<", ">Ports<", "Service Names<", "Ports<"),
    "reference": ('"rfc6335"/>\n  <expert', '"rfc9999"/>\n  <expert', "rfc6335", "rfc9999"),
    "note": (">Names are", ">Numbers are", "Names are", "Numbers are"),
    "second note": (">form<", ">sheet<", "<xref", "<xref"),
    "footnote": (">Only for", ">Just for", "Only for", "Just for"),
    "assignee": (
        '<assignee><xref type="person" data="Ben_Example"/></assignee>',
        '<assignee><xref type="person" data="Ann_Example"/></assignee>',
        "Ben_Example",
        "Ann_Example",
    ),
    "citation": ("com/quay", "com/evil", "https://example.com/quay", "https://example.com/evil"),
}


@pytest.mark.parametrize("form", ["xml", "json", "html", "txt"])
@pytest.mark.parametrize("name", PLACES)
def test_a_difference_is_at_the_value_in_both_dumps(name: str, form: str) -> None:
    before, after, mine, theirs = PLACES[name]
    one = read(RICH, "a.xml")
    other = read(FORMS[form](read(RICH.replace(before, after), "b.xml")), f"b.{form}")
    report = compare(one, other, run_context("2026-11-24"))
    for finding in report:
        assert starts(one, finding.location.offset).startswith(mine)
        [related] = finding.related
        if form == "xml":
            assert starts(other, related.location.offset).startswith(theirs)
        else:
            assert related.location.offset > 0
    says = {"category": ("xml", "json"), "assignee": ("xml", "json", "html", "txt")}
    forms = {"citation": ("xml", "json", "html"), **says}.get(name, ("xml", "json", "html", "txt"))
    assert len(report.findings) == (form in forms)


def starts(registry: Registry, offset: int) -> str:
    return registry.dump.data[offset : offset + 40].decode()
