"""The HTML form, below its tables: where tags begin and end, and what markup in a cell becomes."""

from __future__ import annotations

import pytest

from tests import described
from tests.readers.test_html import one, page, row, shape
from validator import parse_registry
from validator.readers.html_tokens import attributes_of, tokens

START, EMPTY, END, TEXT, FAULT = "start", "empty", "end", "text", "fault"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a", [(TEXT, "", 0, 1, 0, 0)]),
        (
            "a<B>c</b>d",
            [
                *((TEXT, "", 0, 1, 0, 0), (START, "b", 1, 4, 3, 3), (TEXT, "", 4, 5, 0, 0)),
                *((END, "b", 5, 9, 0, 0), (TEXT, "", 9, 10, 0, 0)),
            ],
        ),
        # Attributes, and the slash at the end that is no part of one.
        ("<TD class=x >", [(START, "td", 0, 13, 3, 12)]),
        ("<td\n\tx>", [(START, "td", 0, 7, 3, 6)]),
        ("<br/>", [(EMPTY, "br", 0, 5, 3, 4)]),
        ("<br />", [(EMPTY, "br", 0, 6, 3, 5)]),
        ("<a b/>", [(EMPTY, "a", 0, 6, 2, 5)]),
        ("<a b=c/>", [(START, "a", 0, 8, 2, 7)]),
        ("<a b=c />", [(EMPTY, "a", 0, 9, 2, 8)]),
        ("<a b=c\n/>", [(EMPTY, "a", 0, 9, 2, 8)]),
        ("<a b='c'/>", [(EMPTY, "a", 0, 10, 2, 9)]),
        ('<a b="c"/>', [(EMPTY, "a", 0, 10, 2, 9)]),
        ("<a b=/>", [(START, "a", 0, 7, 2, 6)]),
        ("<a/b>", [(START, "a", 0, 5, 2, 4)]),
        ("<a b='>'>", [(START, "a", 0, 9, 2, 8)]),
        ('<a b = "/>">', [(START, "a", 0, 12, 2, 11)]),
        ("<a b=>c", [(START, "a", 0, 6, 2, 5), (TEXT, "", 6, 7, 0, 0)]),
        ("<a b'>c", [(START, "a", 0, 6, 2, 5), (TEXT, "", 6, 7, 0, 0)]),
        ("<a b=c'>d", [(START, "a", 0, 8, 2, 7), (TEXT, "", 8, 9, 0, 0)]),
        ("<tÉ>", [(START, "té", 0, 5, 4, 4)]),
        ("</b c='d'>", [(END, "b", 0, 10, 0, 0)]),
        # Comments and declarations are nothing; so is an end tag without a name.
        ("<!-- > -- -->a", [(TEXT, "", 13, 14, 0, 0)]),
        ("<!-->a", [(TEXT, "", 5, 6, 0, 0)]),
        ("<!--->a", [(TEXT, "", 6, 7, 0, 0)]),
        ("<!-- --!>a", [(TEXT, "", 9, 10, 0, 0)]),
        ("a<!-- b --><!-- c -->", [(TEXT, "", 0, 1, 0, 0)]),
        ("<!DOCTYPE html>a", [(TEXT, "", 15, 16, 0, 0)]),
        ("<!-a>b-->", [(TEXT, "", 5, 9, 0, 0)]),
        ("<?xml a?>b", [(TEXT, "", 9, 10, 0, 0)]),
        ("</>a", [(TEXT, "", 3, 4, 0, 0)]),
        ("</ b>a", [(TEXT, "", 5, 6, 0, 0)]),
        ("</1>a", [(TEXT, "", 4, 5, 0, 0)]),
        # A sign that opens nothing is a word.
        ("<", [(TEXT, "", 0, 1, 0, 0)]),
        ("a < b", [(TEXT, "", 0, 2, 0, 0), (TEXT, "", 2, 3, 0, 0), (TEXT, "", 3, 5, 0, 0)]),
        ("<1>", [(TEXT, "", 0, 1, 0, 0), (TEXT, "", 1, 3, 0, 0)]),
        ("<<b>", [(TEXT, "", 0, 1, 0, 0), (START, "b", 1, 4, 3, 3)]),
        # What is opened and never closed takes what follows.
        ("a<!-- b", [(TEXT, "", 0, 1, 0, 0), (FAULT, "comment", 1, 7, 0, 0)]),
        ("a<!b", [(TEXT, "", 0, 1, 0, 0), (FAULT, "declaration", 1, 4, 0, 0)]),
        ("a<?b", [(TEXT, "", 0, 1, 0, 0), (FAULT, "declaration", 1, 4, 0, 0)]),
        ("a</ b", [(TEXT, "", 0, 1, 0, 0), (FAULT, "declaration", 1, 5, 0, 0)]),
        ("a</", [(TEXT, "", 0, 1, 0, 0), (FAULT, "tag", 1, 3, 0, 0)]),
        ("a</b", [(TEXT, "", 0, 1, 0, 0), (FAULT, "tag", 1, 4, 0, 0)]),
        ("a<b c='d>", [(TEXT, "", 0, 1, 0, 0), (FAULT, "tag", 1, 9, 0, 0)]),
        ("<Style></styles>", [(START, "style", 0, 7, 6, 6), (FAULT, "<style>", 0, 16, 0, 0)]),
        # What browsers show of a title are its words; of a script nothing.
        ("<script><b></SCRIPT >a", [(START, "script", 0, 8, 7, 7), (END, "script", 11, 21, 0, 0),
                                    (TEXT, "", 21, 22, 0, 0)]),
        ("<title>a<b></title\n>", [(START, "title", 0, 7, 6, 6), (TEXT, "", 7, 11, 0, 0),
                                   (END, "title", 11, 20, 0, 0)]),
        ("<title/>a", [(EMPTY, "title", 0, 8, 6, 7), (TEXT, "", 8, 9, 0, 0)]),
    ],
)  # fmt: skip
def test_tokens(text: str, expected: list[tuple[object, ...]]) -> None:
    assert list(tokens(text.encode())) == expected


@pytest.mark.parametrize(
    "name", ["iframe", "noembed", "noframes", "script", "style", "textarea", "xmp"]
)
def test_what_holds_no_markup_and_is_not_shown(name: str) -> None:
    assert one(description=f"a<{name}> b</td><td> </{name}>c")[1].description == "ac"


def test_a_tag_name_that_is_not_utf_8() -> None:
    assert [token[1] for token in tokens(b"<t\xff>")] == ["t\ufffd"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        (" ", {}),
        (" ID=a id='b'", {"id": ("a", 4)}),
        (" checked x", {"checked": ("", 1), "x": ("", 9)}),
        (" a = 'b c'd=e", {"a": ("b c", 6), "d": ("e", 12)}),
        (' a="" b=""', {"a": ("", 4), "b": ("", 9)}),
        (' a="b>\'c"', {"a": ("b>'c", 4)}),
        (" a='b\"c'", {"a": ('b"c', 4)}),
        (" a=b/c/d", {"a": ("b/c/d", 3)}),
        ("/a/b=c", {"a": ("", 1), "b": ("c", 5)}),
        (" a=b&amp;c&lt&#65;&#x42&#X43", {"a": ("b&c<ABC", 3)}),
        (" a='&nothing; & &#; &#65=&lt;='", {"a": ("&nothing; & &#; A=<=", 4)}),
        # As browsers have it: what begins like a character reference is none.
        (" a=?b=1&section=2&lt=3&copy", {"a": ("?b=1&section=2&lt=3©", 3)}),
        (" a=&#" + "9" * 5000 + ";", {"a": ("\ufffd", 3)}),
        (" é=ü b=ö", {"é": ("ü", 4), "b": ("ö", 9)}),
    ],
)
def test_attributes(text: str, expected: dict[str, tuple[str, int]]) -> None:
    data = f"{text}> more=1".encode()
    assert attributes_of(data, 0, data.index(b"> ")) == expected


def test_attributes_that_are_not_utf_8() -> None:
    assert attributes_of(b"<a b\xff=c\xff>", 2, 8) == {"b\ufffd": ("c\ufffd", 6)}


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a", "a"),
        (" \t\n\f\ra \t\n\f\r b ", "a b"),
        ("a  b  c d", "a b c d"),
        ("a<b>b</b> <i> c</i>", "ab c"),
        ("<i>a</i><!-- --> <i>b</i>", "a b"),
        ("a\u00a0 b&nbsp;", "a\u00a0 b\u00a0"),
        ("\vb", "\vb"),
        # References to characters.
        ("a &amp; b&amp;lt;", "a & b&lt;"),
        ("AT&T &c. &; &# &#; &#x; &", "AT&T &c. &; &# &#; &#x; &"),
        ("&lt&gt;&notit;&é;", "<>¬it;&é;"),
        ("&#233;&#xe9;&#XE9&#233 &frac12;", "éééé ½"),
        ("&#x110000;&#0;&#128;", "\ufffd\ufffd€"),
        ("a&#1;b", "ab"),
        ("&#32;a&#32;&#10;b&#32;", "a b"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&NotEqualTilde;", "≂̸"),
        # Line breaks.
        ("a<br>b<br/> c", "a\nb\nc"),
        ("a <br> b", "a\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("a <br> <br> b", "a\n\nb"),
        ("<br>a<br>", "a"),
        ("a<br><div>b</div>c", "a\nb\nc"),
        ("<div> <p>a </p> <p>b</p></div>", "a\nb"),
        ("a<ul><li>b<li>c</ul>d", "a\nb\nc\nd"),
        # Tables in cells: rows are lines, and cells are words.
        ("a<table><tr><th>b<td>c<tr><td>d<td>e</table>f", "a\nb c\nd e\nf"),
        ("a<table><tr><td><table><tr><td>b</table>c<td>d</table>e", "a\nb\nc d\ne"),
        # Text that is laid out.
        ("<pre>  a  b\n\tc </pre>  d  e", "a  b\n\tc\nd e"),
        ("<pre>a<p>b  c</p>  d</pre>", "a\nb  c\n  d"),
        ("<pre>a&#10;&#32;&#32;b</pre>", "a\n  b"),
        ("<pre>a</pre><pre>b</pre>", "a\nb"),
        ("x" * 999 + " " + "y" * 2001, "x" * 999 + " " + "y" * 2001),
    ],
)
def test_the_text_of_a_cell(markup: str, text: str) -> None:
    dump, record = one(description=markup, service_name="after")
    assert record.description == text
    assert record.service_name == "after"
    where = dump.data[dump.locate(record, "description", None) :].decode()
    assert where.startswith((text[0], "&"))


def test_bytes_that_are_not_utf_8_are_shown_as_such() -> None:
    text = page(row(description="härbor", contact="[<a href='#ä'>ä</a>]"), top="<h1>ä")
    dump = parse_registry(text.encode("latin-1"), form="html").dump
    (record,) = dump.records
    assert (record.description, dump.title) == ("h\ufffdrbor", "\ufffd")
    assert shape(record.contact[0]) == ("person", "\ufffd", None)


@pytest.mark.parametrize("name", "blockquote div dl h2 h3 h4 h5 h6 li ol p pre section ul".split())
def test_a_block_in_a_cell_is_lines(name: str) -> None:
    assert one(description=f"a<{name}>b</{name}>c")[1].description == "a\nb\nc"


@pytest.mark.parametrize(
    ("cell", "places"),
    [
        # Words outside brackets are citations too, and so are found.
        ("a", ["a<"]),
        (" <i>é</i>[é]a", ["é<", "é]", "a<"]),
        ("é é&amp;é[b]c", ["é é&amp;", "b]", "c<"]),
        ("&eacute;&eacute;[b]&lt;", ["&eacute;&eacute;[", "b]", "&lt;"]),
        ("é" * 2500 + "[b]" + "ü" * 1000 + "[c]", ["ééé", "b]", "üü", "c]"]),
        ("[<a href='#Ann'>Ann</a>]é[<b>b</b>]", ["Ann<", "é[", "b</b>"]),
    ],
)
def test_the_place_of_each_word(cell: str, places: list[str]) -> None:
    dump, record = one(contact=cell)
    found = [
        dump.data[dump.locate(record, "contact", cited) :].decode() for cited in record.contact
    ]
    assert [there[: len(place)] for there, place in zip(found, places, strict=True)] == places
    assert dump.locate(record, "contact", None) == dump.locate(record, "contact", record.contact[0])


GO = "https://www.iana.org/go"


@pytest.mark.parametrize(
    ("href", "shown", "expected"),
    [
        ("#Ann", "Ann", ("person", "Ann", None)),
        (" #Ann%20B\n", "Ann B", ("person", "Ann B", None)),
        ("#Ann", "Ben", ("person", "Ann", "Ben")),
        ("#note1", "1", ("note", "1", None)),
        ("#note12", "see", ("note", "12", "see")),
        ("#noteX", "X", ("note", "X", None)),
        ("#notes", "X", ("person", "notes", "X")),
        (f"{GO}/rfc6335", "RFC6335", ("rfc", "rfc6335", None)),
        (f"{GO}/RFC6335", "rfc 6335", ("rfc", "rfc6335", None)),
        (f"{GO}/rfc6335", "See there", ("rfc", "rfc6335", "See there")),
        (f"{GO}/rfc6335", "RFC7605", ("rfc", "rfc6335", "RFC7605")),
        ("https://r.example/rfc793.txt", "RFC 793", ("rfc", "rfc793", None)),
        ("https://r.example/RFC793.html#page-3", "rfc793", ("rfc", "rfc793", None)),
        ("https://r.example/rfc793.pdf?a=/b", "RFC 793", ("rfc", "rfc793", None)),
        ("https://r.example/rfc793/", "RFC 793", ("rfc", "rfc793", None)),
        ("rfc793", "RFC 793", ("rfc", "rfc793", None)),
        ("https://r.example/rfc793", "A log", ("uri", "https://r.example/rfc793", "A log")),
        ("https://r.example/rfc793", "ARFC793", ("uri", "https://r.example/rfc793", "ARFC793")),
        ("https://r.example/rfc793.doc", "RFC 793", ("uri", "https://r.example/rfc793.doc",
                                                     "RFC 793")),
        (f"{GO}/draft-a-b-00", "draft-a-b-00", ("draft", "draft-a-b-00", None)),
        (f"{GO}/draft-a-b-00", "A draft", ("draft", "draft-a-b-00", "A draft")),
        (f"{GO}/draft-a-b-00", "RFC-a-b-00", ("draft", "RFC-a-b-00", None)),
        (f"{GO}/RFC-a-b-00", "RFC-a-b-00", ("draft", "RFC-a-b-00", None)),
        (f"{GO}/adraft-a", "x", ("uri", f"{GO}/adraft-a", "x")),
        ("https://r.example/draft-a-b", "x", ("uri", "https://r.example/draft-a-b", "x")),
        ("mailto:ann&amp;example.com", "mailto:ann&example.com",
         ("uri", "mailto:ann&example.com", None)),
        ("HTTP://R.example/", "A log", ("uri", "HTTP://R.example/", "A log")),
        ("x.html", "RFC 793", ("rfc", "rfc793", None)),
        ("x.html", "draft-a", ("draft", "draft-a", None)),
        ("x.html", "TR-1", ("bracket", None, "TR-1")),
        ("x.html", "a [b", ("bracket", None, "a [b")),
        (": x", "TR-1", ("bracket", None, "TR-1")),
    ],
)  # fmt: skip
def test_where_a_link_leads_and_what_it_shows(
    href: str, shown: str, expected: tuple[str, str | None, str | None]
) -> None:
    shown = shown.replace("&", "&amp;")
    dump, record = one(reference=f'[<a href="{href}"> {shown} </a>]')
    (cited,) = record.reference
    assert shape(cited) == expected
    there = dump.data[dump.locate(record, "reference", cited) :].decode()
    assert there.startswith("Ann" if expected == ("person", "Ann", "Ben") else
                            "notes" if expected[1] == "notes" else f"{shown} </a>")  # fmt: skip


FAR = "x" * 190  # with the nine characters behind it, as far as a bracket is looked for


@pytest.mark.parametrize(
    ("markup", "parts"),
    [
        ("a [<a href='#X'>X</a>] b", ["a ", ("person", "X", None, None), " b"]),
        ("[<a href='#X'>X</a>]", [("person", "X", None, None)]),
        ("[ <a href='#X'>X</a> ]b", [("person", "X", None, None), "b"]),
        ("a [<br><a href='#X'>X</a>]", ["a ", ("person", "X", None, None)]),
        (
            f"[<a href='{GO}/rfc793'>RFC 793</a>, page 4]",
            [("rfc", "rfc793", "RFC 793, page 4", None)],
        ),
        (
            "[<a href='#X'>X</a>][<a href='#Y'>Y</a>]<br>b",
            [("person", "X", None, None), ("person", "Y", None, None), "<br>", "b"],
        ),
        ("a<br><br>[<a href=#X>X</a>]", ["a", "<br>", "<br>", ("person", "X", None, None)]),
        ("a<p>b</p>", ["a", "<br>", "b"]),
        # A link that is not in brackets of its own is words.
        ("<a href='#X'>X</a>]", None),
        (" <a href='#X'>X</a>]", None),
        ("[b <a href='#X'>X</a>]", None),
        ("[<a href='#X'>X</a> [b]", None),
        ("[<a href='#X'>X</a>", None),
        ("[<a href='#X'>X</a> <a href='#Y'>Y</a>]", None),
        ("[<a name='X'>X</a>]", None),
        ("[<a href=' '>X</a>]", None),
        ("[<a href='#X'> </a>]", None),
        (f"[<a href=#X>a</a>{FAR}123456789]", [("person", "X", f"a{FAR}123456789", None)]),
        (f"[<a href=#X>a</a>{FAR}1234567890]", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["description", "assignment_notes"])
def test_citations_among_words(field: str, markup: str, parts: list[object] | None) -> None:
    _, record = one(**{field: markup})
    said = described.record(record)
    assert said["mixed"] == ({} if parts is None else {field: parts})
    assert said["inline"] == [(field, part) for part in parts or () if isinstance(part, tuple)]


def test_fields_that_are_no_free_text_have_no_parts() -> None:
    _, record = one(service_code="1<br>2", registration_date="[<a href='#X'>X</a>]")
    assert (record.service_code, record.registration_date) == ("1\n2", "[X]")
    assert (record.mixed, record.inline) == (None, ())
