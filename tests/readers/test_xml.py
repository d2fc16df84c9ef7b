"""The XML reader on documents that are broken, odd or made to do harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import described
from tests.conftest import OPENING
from tests.test_growth import require_linear
from validator import Unusable, check, parse_registry
from validator.model.record import Dump

SMALL = (Path(__file__).parent.parent.parent / "fixtures/registry/small.xml").read_bytes()
OPEN = '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
RECORD = "<record><name>harbor</name><description>x</description></record>"


def read(text: str | bytes) -> Dump:
    return parse_registry(text, form="xml").dump


def said(dump: Dump) -> list[tuple[str, bytes]]:
    """The code of each defect and what stands at its place."""
    return [(defect.code, dump.data[defect.offset :][:12]) for defect in dump.defects]


@settings(max_examples=300)
@given(st.integers(0, len(SMALL)))
def test_a_document_cut_anywhere_keeps_what_stood_before(end: int) -> None:
    whole = read(SMALL)
    cut = read(SMALL[:end])
    closed = SMALL[:end].count(b"</record>")
    assert [described.record(r) for r in cut.records[:closed]] == [
        described.record(r) for r in whole.records[:closed]
    ]
    # The record in which it breaks off is not read.
    assert len(cut.records) == closed
    if SMALL[end:].strip():
        assert [defect.code for defect in cut.defects] == ["FM001"]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE registry [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY a{n + 1} "{f"&a{n or str()};" * 10}">' for n in range(30))
        + "]>",
        '<!DOCTYPE registry [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE registry [<!ENTITY % p SYSTEM "http://192.0.2.1/x.dtd"> %p;]>',
        '<!DOCTYPE registry PUBLIC "-//x>//" "http://192.0.2.1/x.dtd">',
        "<!DOCTYPE registry [<!-- ]> -->]>",
    ],
)
def test_no_document_type_is_obeyed(prolog: str) -> None:
    dump = read(f"<?xml version='1.0'?>{prolog}\n{OPEN}{RECORD}</registry>")
    assert [(defect.code, defect.offset) for defect in dump.defects] == [("FM010", 21)]
    assert [record.service_name for record in dump.records] == ["harbor"]


def test_an_entity_that_a_document_type_declares_is_not_expanded() -> None:
    dump = read(f'<!DOCTYPE registry [<!ENTITY a "aaaa">]>{OPEN}{RECORD[:24]}&a;')
    assert [code for code, _ in said(dump)] == ["FM010", "FM001"]


def test_a_document_type_that_never_ends() -> None:
    dump = read("<!DOCTYPE registry [ " + "<!ENTITY a 'b'> " * 1000)
    assert {code for code, _ in said(dump)} == {"FM010", "FM001"}


def test_a_document_type_in_a_comment_is_none() -> None:
    dump = read(f"{OPEN}<!-- <!DOCTYPE a> -->{RECORD}</registry>")
    assert not dump.defects
    assert len(dump.records) == 1


def test_sections_comments_and_instructions() -> None:
    dump = read(
        f'<?xml-model href="http://192.0.2.1/x.rng"?>{OPEN}<record><name><![CDATA[har]]>'
        "<!-- -->bor</name><description>a<![CDATA[<b>&]]></description></record></registry>"
    )
    assert dump.records[0].service_name == "harbor"
    assert dump.records[0].description == "a<b>&"
    assert not dump.defects


@pytest.mark.parametrize(
    ("name", "codec", "words"),
    [
        ("utf-16", "utf-16", "Zoë €"),
        ("utf-16", "utf-16-le", "Zoë €"),
        ("utf-16", "utf-16-be", "Zoë €"),
        ("ISO-8859-1", "iso-8859-1", "Zoë ¤"),
        ("latin1", "iso-8859-1", "Zoë ¤"),
        ("iso-8859-15", "iso-8859-15", "Zoë €"),
        ("Windows-1252", "cp1252", "Zoë €"),
        ("cp1252", "cp1252", "Zoë €"),
        ("utf8", "utf-8", "Zoë €"),
        ("us-ascii", "utf-8", "Zoë €"),
        ("ASCII", "utf-8", "Zoë €"),
    ],
)
def test_other_encodings_are_read_rightly(name: str, codec: str, words: str) -> None:
    text = f'<?xml version="1.0" encoding="{name}"?>{OPEN}{RECORD.replace("x", words)}</registry>'
    dump = read(text.encode(codec))
    assert dump.records[0].description == words
    assert not dump.defects


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(Unusable, match='declares the encoding "x-ebcdic", which is not supported'):
        read('<?xml version="1.0" encoding="x-ebcdic"?>' + OPEN)


def test_bad_bytes_are_named_and_the_rest_is_read() -> None:
    data = f"{OPEN}{RECORD}{RECORD}</registry>".encode().replace(b">x<", b">a\xff\xfeb\xc3<", 1)
    dump = read(data)
    assert [defect.message for defect in dump.defects] == [
        "invalid UTF-8: 0xFF 0xFE, read as U+FFFD; the file reads well as ISO-8859-1",
        "invalid UTF-8: 0xC3, read as U+FFFD",
    ]
    assert [record.description for record in dump.records] == ["a\ufffdb\ufffd", "x"]


@pytest.mark.parametrize(("count", "dots"), [(8, ""), (9, " ...")])
def test_of_many_bad_bytes_the_first_are_named(count: int, dots: str) -> None:
    data = f"{OPEN}{RECORD}</registry>".encode().replace(b">x<", b">" + b"\xfe" * count + b"x<")
    (defect,) = read(data).defects
    assert defect.message.partition(",")[0] == f"invalid UTF-8:{' 0xFE' * 8}{dots}"


def test_records_in_odd_places_are_read() -> None:
    dump = read(
        f"{OPEN}<wrapped><deeper>{RECORD}</deeper></wrapped>"
        f"<people>{RECORD}<person id='a'/></people>"
        f"<record><name>quay</name>{RECORD}<description>y</description></record></registry>"
    )
    assert [(r.service_name, r.description) for r in dump.records] == [
        ("harbor", "x"),
        ("harbor", "x"),
        ("quay", "y"),
        ("harbor", "x"),
    ]
    assert [contact.contact_id for contact in dump.contacts] == ["a"]
    assert said(dump) == [
        ("FM006", b"<wrapped><de"),
        ("FM009", b"<record><nam"),
        ("FM009", b"<record><nam"),
    ]


def test_records_and_people_inside_each_other_keep_what_is_theirs() -> None:
    dump = read(
        f'{OPEN}<people><person id="a"><uri>one</uri><record><xref type="rfc" data="rfc1"/>'
        '<person id="b"><uri>two</uri></person><xref type="rfc" data="rfc2"/></record>'
        "<uri>three</uri><name>A</name></person></people></registry>"
    )
    assert [(c.contact_id, c.contact_uri, c.name) for c in dump.contacts] == [
        ("a", ("one", "three"), "A"),
        ("b", ("two",), None),
    ]
    assert [[cited.data for cited in r.reference] for r in dump.records] == [["rfc1", "rfc2"]]


def test_mixed_content_keeps_its_words() -> None:
    dump = read(
        f'{OPEN}<record><name>quay</name><description>one<br/>two <xref type="rfc" data="rfc1"/>'
        '<xref type="uri" data="https://example.com">here</xref></description><note>a'
        '<paragraph>b</paragraph>c <xref type="person" data="Ann"/></note></record></registry>'
    )
    record = dump.records[0]
    assert record.description == "one\ntwo [RFC1][here]"
    assert record.assignment_notes == "a\nbc [Ann]"
    assert [(field, cited.data) for field, cited in record.inline] == [
        ("description", "rfc1"),
        ("description", "https://example.com"),
        ("assignment_notes", "Ann"),
    ]


def test_each_value_has_its_place() -> None:
    text = (
        f"{OPEN}<title>é€</title>\n<record  updated = '2022-01-01'\n date=\"2021-01-01\">"
        "<number>4621</number><assignee> <xref data='Zoë' type='person'/></assignee>"
        "<xref type='person' data='a>b'/><xref type='text'>words</xref><name>quay</name>"
        "<protocol>tcp</protocol><sc>77</sc><note>n</note></record><people><person id='Zoë'>"
        "<name>N</name><org>O</org><uri>u1</uri><uri>u2</uri><updated>2020-02-02</updated>"
        "</person></people></registry>"
    )
    dump = read(text)
    record, contact = dump.records[0], dump.contacts[0]
    data = dump.data
    for subject, field, item, expected in [
        (record, "registration_date", None, "2021-01-01"),
        (record, "modification_date", None, "2022-01-01"),
        (record, "port_number", None, "4621<"),
        (record, "assignee", None, "Zoë"),
        (record, "contact", record.contact[0], "a>b"),
        (record, "reference", record.reference[0], "words"),
        (record, "service_name", None, "quay"),
        (record, "transport_protocol", None, "tcp"),
        (record, "service_code", None, "77"),
        (record, "assignment_notes", None, "n<"),
        (record, "description", None, "<record "),
        (contact, "contact_id", None, "Zoë"),
        (contact, "name", None, "N<"),
        (contact, "organization", None, "O<"),
        (contact, "contact_uri", 1, "u2"),
        (contact, "last_updated", None, "2020"),
        (dump, "title", None, "é€"),
    ]:
        there = data[dump.locate(subject, field, item) :].decode()
        assert there.startswith(expected), (field, there[:20])


@pytest.mark.parametrize(
    "body",
    [
        lambda n: "<a>" * 7 * n,
        lambda n: "<record>" * n,
        lambda n: "<record " + " ".join(f'a{k}="1"' for k in range(5 * n)) + "/>",
        lambda n: "<record><description>" + "x" * 2500 * n + "</description></record>",
        lambda n: "<record><description>" + "&lt;" * 50 * n + "</description></record>",
        lambda n: "<record><note>" + "<br/>" * 12 * n + "</note></record>",
        lambda n: "<record>" + '<xref type="person" data="a"/>' * 6 * n,
        lambda n: "<people><person id='a'>" + "<uri>a&amp;example.com</uri>" * 6 * n,
        lambda n: "stray " * 50 * n,
        lambda n: "<note>" + "a<b>" * 3 * n,
    ],
    ids=range(10),
)
def test_floods_take_linear_work(body: Callable[[int], str]) -> None:
    def work(n: int) -> None:
        report = check(parse_registry(OPEN + body(n), form="xml"), today="2026-11-23")
        assert not report.faults
        assert report.exit_status() == 1

    work(2_000)
    require_linear(work)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<record><name>a</name><name>b</name><description>x<br/>y</description>"
            "<description>z</description></record>",
            [
                ("FM008", "<name>b<", "a", "service_name", "b"),
                ("FM008", "<description>z", "a", "description", "z"),
            ],
        ),
        (
            '<people><person id="p"><name>P</name><name>Q</name><color/></person></people>',
            [
                ("FM008", "<name>Q<", "p", "name", "Q"),
                ("FM006", "<color", "p", None, "color"),
            ],
        ),
        (
            '<people><person id="p" x="1"><name>P</name>stray<record>in</record></person>'
            "<record><name>r</name></record></people>",
            [
                ("FM007", '1"><name>P', "p", None, "1"),
                ("FM009", "stray<", "p", None, "stray"),
                ("FM009", "<record>in", "p", None, "record"),
                ("FM009", "in<", None, None, "in"),
                ("FM009", "<record><name>", None, None, "record"),
            ],
        ),
        (
            '<title>T<br/></title><title a="b">U</title><note title="t" x="y">n</note>',
            [
                ("FM009", "<br/>", None, None, "br"),
                ("FM007", 'b">U', None, None, "b"),
                ("FM008", '<title a="b">', None, "title", "U"),
                ("FM007", 'y">n', None, None, "y"),
            ],
        ),
        (
            '<record><name>a</name><description>a<paragraph x="1">b</paragraph>c<br y="2"/>d'
            '<xref type="rfc" data="r" section="s" z="3">t</xref><b>e</b>f</description></record>',
            [
                ("FM007", '1">b', "a", None, "1"),
                ("FM007", '2"/>d', "a", None, "2"),
                ("FM007", '3">t', "a", None, "3"),
                ("FM006", "<b>e", "a", None, "b"),
            ],
        ),
        (
            '<record><name>a</name><assignee><xref type="person" data="P"/>w<name>n</name>'
            "</assignee></record>",
            [("FM009", "w<", "a", None, "w"), ("FM009", "<name>n", "a", None, "name")],
        ),
        (
            '<record date="1" updated="2" other="3"><record date="4"><name>in</name></record>'
            "<name>out</name></record>",
            [
                ("FM007", '3"><record', "out", None, "3"),
                ("FM009", '<record date="4"', "out", None, "record"),
            ],
        ),
        (
            "<name>x</name>&amp;stray&#65;<record/>",
            [("FM009", "<name>x", None, None, "name"), ("FM009", "&amp;", None, None, "&strayA")],
        ),
        (
            '<record xmlns:o="urn:o" o:date="1" xsi:schemaLocation="x"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><o:name>b</o:name></record>',
            [("FM007", '1" xsi', None, None, "1"), ("FM006", "<o:name>", None, None, "name")],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_says_where_and_about_what(
    body: str, expected: list[tuple[str, str, str | None, str | None, str | None]]
) -> None:
    dump = read(f"{OPEN}{body}</registry>")
    found = []
    for defect in dump.defects:
        about = None if defect.about is None else next(iter(defect.about.subject.values()))
        found.append((defect.code, about, defect.field, defect.value))
    assert found == [(code, about, field, value) for code, _, about, field, value in expected]
    for defect, (_, there, *_) in zip(dump.defects, expected, strict=True):
        assert dump.data[defect.offset :].startswith(there.encode())


def test_a_dump_says_its_form_and_whence_it_is() -> None:
    dump = parse_registry(f"{OPEN}{RECORD}</registry>", path="ports.xml").dump
    assert (dump.form, dump.path) == ("xml", "ports.xml")
    assert dump.carries == {
        "contacts", "elements", "footnotes", "kinds", "metadata", "registry-date",
    }  # fmt: skip


def test_a_document_type_ends_where_it_ends() -> None:
    subset = "<!-- ]>\n'\" -->\n<!ENTITY a \"]>\n\">\n<!ENTITY b ']>'>"
    dump = read(f"<!DOCTYPE registry [{subset}]>\n{OPEN}{RECORD}</registry>")
    assert [record.service_name for record in dump.records] == ["harbor"]
    assert said(dump) == [("FM010", b"<!DOCTYPE re")]
    assert dump.data.count(b"\n") == 5


@pytest.mark.parametrize("mark", ["<!--", '"', "'", "<!-- '", "['", "<!--[<!--]"])
def test_what_is_never_closed_in_a_document_type_is_looked_for_once(mark: str) -> None:
    dump = read(f"<!DOCTYPE registry [{mark * 60_000}")
    assert [code for code, _ in said(dump)] == ["FM010", "FM001"]


def test_what_the_registry_lacks_lies_at_its_root() -> None:
    root = '<?xml version="1.0"?>\n'
    dump = read(f"{root}<registry>{RECORD}</registry>")
    for field in (None, "registry_id", "title", "updated"):
        assert dump.locate(dump, field, None) == len(root)
    dump = read(f"{root}{OPEN}<title>T</title><updated/></registry>")
    places = [dump.locate(dump, field, None) for field in ("registry_id", "title", "updated")]
    assert [dump.data[at:][:9] for at in places] == [b"service-n", b"T</title>", b"<updated/"]


def test_long_words_between_marks_are_one_part() -> None:
    words = ["a" * 30_000, "b&lt;" * 9_000, "c"]
    dump = read(f"{OPEN}<record><name>harbor</name><note>{'<br/>'.join(words)}</note></record>")
    (record,) = dump.records
    parts = (record.mixed or {})["assignment_notes"]
    assert [part for part in parts if isinstance(part, str)] == [
        "a" * 30_000, "b<" * 9_000, "c",
    ]  # fmt: skip
    assert len(parts) == 5


@pytest.mark.parametrize("end", ["</people>", "</people><color/><record><name>tide</name><name>b"])
def test_defects_behind_canonical_records_have_their_places(end: str) -> None:
    head, people, _ = SMALL.decode().rpartition("</people>")
    assert people
    odd = '<person id="Zed" x="1"><name>Z</name><name>Y</name></person>stray' + end
    dump = read(head + odd)
    assert said(dump)[:3] == [
        ("FM007", b'1"><name>Z</'),
        ("FM008", b"<name>Y</nam"),
        ("FM009", b"stray</peopl"),
    ]
    assert dump.defects[-1].code == "FM001"
    assert dump.defects[-1].offset == len(head.encode()) + len(odd)
    if end != "</people>":
        assert said(dump)[3:-1] == [("FM006", b"<color/><rec"), ("FM008", b"<name>b")]
    assert dump.data[dump.contacts[-1].offset :].startswith(b'<person id="Zed"')


@pytest.mark.parametrize(
    ("end", "records", "contacts"),
    [
        ('<record><name>a</name><xref type="rfc" da', ["harbor"], []),
        ("<record><name>a</name>" + RECORD, ["harbor", "harbor"], []),
        (
            f'{RECORD}<people><person id="o"/><person id="p"><uri>u</uri><name>N',
            ["harbor"] * 2,
            ["o"],
        ),
    ],
)
def test_what_was_open_where_a_document_breaks_off_is_not_read(
    end: str, records: list[str], contacts: list[str]
) -> None:
    dump = read(f"{OPEN}{RECORD}{end}")
    assert [record.service_name for record in dump.records] == records
    assert [contact.contact_id for contact in dump.contacts] == contacts
    for entries in (dump.records, dump.contacts):
        assert [entry.index for entry in entries] == list(range(len(entries)))
    assert "FM001" in [defect.code for defect in dump.defects]


def test_stray_words_lie_where_they_stand_last() -> None:
    text = f"{OPEN}{RECORD.replace('harbor', 'stray')}stray{RECORD}\n  stray\n"
    dump = read(f"{text}<record/>  &#97;b</registry>")
    places = [defect.offset for defect in dump.defects]
    first = text.index("stray<record")
    assert places == [first, text.rindex("stray"), len(text) + len("<record/>  ")]


def test_a_document_type_is_in_the_data_of_the_dump() -> None:
    doctype = b'<!DOCTYPE registry [<!ENTITY x "y">]>'
    declared = SMALL.replace(b"<registry ", doctype + b"<registry ", 1)
    registry = parse_registry(declared)
    assert registry.dump.data == declared
    assert [defect.code for defect in registry.dump.defects] == ["FM010"]
    [finding] = check(registry, select=["FM010"])
    assert declared[finding.location.offset :].startswith(doctype)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "&amp;d>"),
        ("<!-- a > b -->", "&amp;x>"),
        ("<?p a > b?>", "&#65;&gt;b"),
        ('<note title="a>b">x</note>', "&amp;q>"),
    ],
)
def test_stray_words_that_are_references_are_at_their_place(before: str, text: str) -> None:
    data = (
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
        f"{before}{text}\n<record><name>a</name></record></registry>"
    ).encode()
    [stray] = [d for d in parse_registry(data).dump.defects if d.code == "FM009"]
    assert data[stray.offset :].startswith(text.encode())


REST = "the rest of the document is not read"


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        (
            "<!",
            "invalid XML inside <registry>: a tag or comment is not closed;"
            " the rest of the document is not read",
        ),
        (
            "<![",
            "invalid XML inside <registry>: a tag or comment is not closed;"
            " the rest of the document is not read",
        ),
        ("<record><na", "document is truncated inside <record>"),
    ],
)
def test_a_token_that_is_not_closed(tail: str, message: str) -> None:
    data = f"{OPENING}<record><name>quay</name></record>{tail}"
    [defect] = parse_registry(data, form="xml").dump.defects
    assert (defect.code, defect.message) == ("FM001", message)


@pytest.mark.parametrize(
    ("root", "message"),
    [
        ("<registry>", "root element has no namespace, expected"),
        ('<registry xmlns="urn:x">', 'root element has the namespace "urn:x", expected'),
    ],
)
def test_the_namespace_of_the_root(root: str, message: str) -> None:
    dump = parse_registry(f"{root}<record><name>quay</name></record></registry>", form="xml").dump
    assert any(defect.message.startswith(message) for defect in dump.defects)


@pytest.mark.parametrize(
    ("tag", "hides"), [("name", True), ("number", True), ("protocol", True), ("description", False)]
)
def test_what_a_record_assigns_is_missed_where_it_is_outside_of_records(
    tag: str, hides: bool
) -> None:
    (defect,) = read(f"{OPEN}<{tag}>5</{tag}>{RECORD}</registry>").defects
    assert (defect.code, defect.value, defect.hides) == ("FM009", tag, hides)
