"""The two ways to read XML, by canonical records and by events, must not differ in anything."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import described
from tests.dumps import published
from validator.model.record import Contact, Record
from validator.readers import canonical, xml
from validator.readers.source import Source

ROOT = Path(__file__).parent.parent
SMALL = (ROOT / "fixtures/registry/small.xml").read_bytes()
# Enough of it to edit: the records before port 465, and the people.
_CUT = SMALL.index(b"  <record>\n    <description>Unassigned</description>\n    <number>465-")
SHORT = SMALL[:_CUT] + SMALL[SMALL.index(b"  <footnote") :]

# Pieces that could make lines mean something else than they show.
PIECES = [
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ", b"?>", b"<?records 0?>", b"<?records 9?>",
    b"<!DOCTYPE registry [<!ENTITY a 'b'>]>", b"&amp;", b"&", b"&lt;", b"&gt;", b"&a;",
    b"&#60;", b"&#x202e;", b"\r", b"\n", b" ", b"\t", b'"', b"'", b"<", b">", b"\x00",
    b"\x01", b"\x7f", b"\xc2\x85", b"\xc3\xa9", b"\xff", b"\xef\xbf\xbe", b"\xef\xbf\xbd",
    b"</record>\n",
    b"  <record>\n", b"  </record>\n", b"    <name>a</name>\n", b"    <number>7</number>\n",
    b"<record>", b"<br/>", b'    <xref type="person" data="IESG"/>\n',
    b'    <xref type="rfc" data="rfc1"/>\n', b'    <xref type="text">x</xref>\n', b"<people>",
    b"</people>", b"  <people>\n", b"<registry>", b"</registry>", b'<registry xmlns="urn:x">',
    b' xmlns="urn:x"', b"    <person id=\"a\">\n", b"    </person>\n", b"<wrapped>",
    b"</wrapped>", b"      <uri>mailto:a&amp;b</uri>\n", b' date="2"', b"    <description/>\n",
    b"    <description>a<br/>b&amp;<br/></description>\n",
    b"    <note>x</note>\n", b"records",
]  # fmt: skip


@st.composite
def edited(draw: st.DrawFn) -> bytes:
    """The small registry with pieces put in, taken out or doubled, mostly where lines end."""
    data = SHORT
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(45, len(data)))  # behind the declaration of the encoding
        if draw(st.booleans()):
            at = data.find(b"\n", at) + 1
        length = draw(st.sampled_from([0, 0, 0, 1, 7, 40, 200]))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
        data = data[:at] + piece + data[at + length :]
    return data


def both(data: bytes) -> tuple[object, object]:
    source = Source("case", data)
    fast = described.dump(xml.read(source))
    with patch.object(xml, "cut", return_value=None):
        return fast, described.dump(xml.read(source))


@settings(max_examples=300)
@given(edited(), st.sampled_from([1, 300, 2000, 1 << 16]))
@example(SMALL, 1 << 16)
@example(SMALL, 1)
@example(SHORT.replace(b"  <record", b"&amp;d>\n  <record", 1), 1)
@example(SHORT.replace(b"  <record", b"<!--  <record", 1).replace(b"ord>\n", b"ord>\n-->", 1), 1)
@example(SHORT.replace(b"<registry xm", b"<r:registry xm").replace(b"</reg", b"</r:reg"), 1)
@example(SHORT.replace(b"  <people>\n", b"  <record>\n").replace(b"  </people>", b"  </record>"), 1)
@example(SHORT.replace(b"\n", b"\r\n"), 1)
@example(SHORT.replace(b"<description>", b"<description><br/>\xc3\xa9<br/><br/>&lt;br/&gt;"), 1)
@example(SHORT.replace(b"    <number>", b"    <description/>\n    <number>"), 1)
def test_both_ways_agree(data: bytes, piece: int) -> None:
    with patch.object(canonical, "_PIECE", piece):
        fast, full = both(data)
    assert fast == full


def document(records: str, people: str = "") -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<?xml-model href='a'?>\n"
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">\n'
        f"  <title>Ports!</title>\n{records}  <people>\n{people}  </people>\n</registry>\n"
    ).encode()


def left(data: bytes) -> str:
    """What is left of `data` by the fast way, with `(number of entries)` for each run it took."""
    rest = canonical.cut(data)
    assert rest is not None
    text = rest.data.decode()
    for number, run in enumerate(rest.runs):
        instruction = f"<?{rest.target} {number}?>"
        assert text.count(instruction) == 1
        kind = "records" if isinstance(run[0], Record) else "people"
        assert {type(entry) for entry in run} == {type(run[0])}
        text = text.replace(instruction, f"({len(run)} {kind})\n")
    return text


def entry(*lines: str, attributes: str = "") -> str:
    inner = "".join(f"    {line}\n" for line in lines)
    return f"  <record{attributes}>\n{inner}  </record>\n"


def person(*lines: str, attributes: str = ' id="Ann_Example"') -> str:
    inner = "".join(f"      {line}\n" for line in lines)
    return f"    <person{attributes}>\n{inner}    </person>\n"


ASSIGNEE = '<assignee>\n      <xref type="person" data="{}"/>\n    </assignee>'
ANN = '<xref type="person" data="Ann_Example"/>'
BEN = '<xref type="person" data="Ben_Example"/>'
RFC = '<xref type="rfc" data="rfc{}"/>'
URI = '<xref type="uri" data="https://example.com/?a=1&amp;b=2"/>'

# The layout of the registry: the fast way must take it, or there is none.
TAKEN = {
    "nothing": entry(),
    "dates": entry(attributes=' date="2020-01" updated="2021-02-03"'),
    "registered": entry(attributes=' date="2020-01"'),
    "modified": entry(attributes=' updated="2021-02-03"'),
    "no dates": entry(attributes=' date="" updated=""'),
    "name": entry("<name>harbor</name>"),
    "transport": entry("<protocol>tcp</protocol>"),
    "assignee": entry(ASSIGNEE.format("Ann_Example")),
    "assignees": entry(ASSIGNEE.format("A&amp;B")) + entry(ASSIGNEE.format("Z\u00fc-1")) * 2,
    "description": entry("<description>Harbor log</description>"),
    "no description": entry("<description/>"),
    "port": entry("<number>4621-4622</number>"),
    "note": entry("<note>De-assigned\n on 2020-01-02\t</note>"),
    "unauthorized": entry("<unauthorized>On port 1 [RFC4146]</unauthorized>"),
    "empty": entry(*(f"<{tag}></{tag}>" for tag in ("name", "protocol", "description", "number"))),
    "one contact": entry(ANN) + entry(ANN),
    "one reference": entry(RFC.format(1)),
    "contacts and references": entry(ANN, RFC.format(1), BEN, RFC.format(2), URI),
    "one reference to a contact": entry('<xref type="person" data="A&amp;B"/>'),
    "first after description": entry("<description>a</description>", ANN, RFC.format(1)),
    "first after port": entry("<number>1</number>", RFC.format(1), ANN),
    "first at the end": entry("<unauthorized>a</unauthorized>", RFC.format(1)),
    "all": entry(
        "<name>harbor</name>", "<protocol>tcp</protocol>", ASSIGNEE.format("Ben_Example"), ANN,
        "<description>Harbor</description>", BEN, "<number>1</number>", RFC.format(1),
        "<note>b</note>", "<unauthorized>c</unauthorized>", RFC.format(2),
        attributes=' date="2020-01" updated="2021-02"',
    ),
    "entities": entry(
        "<name>a&amp;b</name>", ASSIGNEE.format("A&amp;B"), URI,
        "<description>&lt;br/&gt; &amp;lt; &amp;amp; > '\"</description>",
        "<note>&amp;&lt;&gt;</note>", attributes=' date="&amp;" updated="&lt;&gt;"',
    ),
    "other scripts": entry(
        "<name>z\u00fcrich</name>", "<protocol>\u65e5</protocol>", ASSIGNEE.format("\u00c5"),
        '<xref type="person" data="\U0001f600"/>', "<description>\u00e9&amp;</description>",
    ),
    "very many signs": entry(f"<note>{'!]' * 6000}</note>"),
    "breaks": entry("<description>a<br/>b<br/><br/>c</description>"),
    "only breaks": entry("<description><br/></description>"),
    "white space": entry(
        "", "<name>a</name>  ", "\t<protocol>tcp</protocol>\t", " <number>1</number>\n\n", "    ",
    ),
    "white space around an assignee": entry(f'\t<assignee>{BEN}</assignee> ', f"\t{BEN} ", "\t"),
    "white space in an assignee": entry(f"<assignee>\n \t {ANN}\n\n</assignee>", f"{BEN}{ANN}"),
    "nothing between": entry(f"<name>a</name><number>1</number>{RFC.format(1)}{RFC.format(2)}"),
    "on one line": "  <record><name>a</name></record> \t\n",
    "breaks and entities": entry(
        "<name>&amp;</name>", URI, "<description><br/>&lt;\u00e9<br/>&amp;gt;<br/></description>",
        "<note>&lt;\u00e9</note>",
    ),
}  # fmt: skip
TAKEN_PEOPLE = {
    "nothing": person(),
    "no id": person(attributes=' id=""'),
    "name": person("<name>Ann</name>"),
    "organization": person("<org>Example</org>"),
    "address": person("<uri>mailto:ann&amp;example.com</uri>"),
    "plain address": person("<uri>https://example.com</uri>"),
    "updated": person("<updated>2020-01-02</updated>"),
    "empty": person("<name></name>", "<org></org>", "<uri></uri>", "<updated></updated>"),
    "all": person(
        "<name>Ann</name>", "<org>Example</org>", "<uri>mailto:ann&amp;example.com</uri>",
        "<updated>2020</updated>",
    ),
    "entities": person(
        "<name>A &amp; B</name>", "<org>&lt;C&gt;</org>", "<uri>mailto:a&amp;b&amp;c</uri>",
        attributes=' id="a&amp;&gt;b"',
    ),
    "entities of the address alone": person("<uri>&amp;lt;&lt;a&amp;b</uri>"),
    "other scripts": person("<name>\u00c5</name>", "<uri>mailto:\u00e9&amp;b</uri>"),
}  # fmt: skip

# One step from it. Most are left to the events, and may be: what counts is what is read.
NEARLY = {
    "dates in the other order": entry(attributes=' updated="2020" date="2021"'),
    "another attribute": entry(attributes=' date="2020" on="2021"'),
    "quoted otherwise": entry(attributes=" date='2020'"),
    "transport before name": entry("<protocol>tcp</protocol>", "<name>a</name>"),
    "two names": entry("<name>a</name>", "<name>b</name>"),
    "empty name": entry("<name/>"),
    "an element inside": entry("<name>a<b/>c</name>"),
    "an attribute inside": entry('<name a="b">c</name>'),
    "two on one line": f"  <record><name>a</name></record>{entry()}",
    "assignee behind a contact": entry(BEN, f"<assignee>{ANN}</assignee>"),
    "two assignee elements": entry(f"<assignee>{ANN}</assignee>", f"<assignee>{BEN}</assignee>"),
    "service code": entry("<name>a</name>", "<number>1</number>", "<sc>5</sc>"),
    "two assignees": entry(ASSIGNEE.format('a"/>\n      <xref type="person" data="b')),
    "assignee is a document": entry(ASSIGNEE.format("a").replace("person", "rfc")),
    "assignee of no kind of text": entry(ASSIGNEE.format("&lt;b")),
    "assignee with a sign": entry(ASSIGNEE.format("b&gt;")),
    "contact with signs": entry('<xref type="person" data="&lt;a"/>'),
    "contact with a sign": entry('<xref type="person" data="a&gt;b"/>'),
    "contact with a plain sign": entry('<xref type="person" data="a>b"/>', RFC.format("1>")),
    "reference with a sign": entry(ANN, RFC.format("&gt;1")),
    "reference with another sign": entry(ANN, RFC.format("&lt;1")),
    "twice one reference": entry(ANN, RFC.format(1), RFC.format(1)),
    "twice one contact": entry(ANN, "<number>1</number>", ANN),
    "two spellings of one contact": entry(
        '<xref type="person" data="a>b"/>', '<xref type="person" data="a&gt;b"/>'
    ),
    "contact with an instruction": entry('<xref type="person" data="A&#65;"/>'),
    "reference with text": entry('<xref type="text">A book</xref>'),
    "reference with both": entry('<xref type="uri" data="a">A book</xref>', RFC.format(1)),
    "reference with section": entry('<xref type="rfc" data="rfc1" section="2"/>'),
    "reference without data": entry('<xref type="rfc" data=""/>'),
    "kind in capitals": entry('<xref type="RFC" data="rfc1"/>'),
    "two descriptions": entry("<description>a</description>", "<description/>"),
    "two empty descriptions": entry("<description/>", "<description/>"),
    "break elsewhere": entry("<name>a</name>", "<note>b<br/>c</note>"),
    "citation inside": entry(f"<description>a {ANN}</description>"),
    "entity by number": entry("<name>&#97;</name>"),
    "other entities": entry("<name>&quot;a&apos;</name>", "<note>&amp;&quot;</note>"),
    "entities between breaks": entry("<description>a<br/>&quot;</description>"),
    "entities beside breaks": entry("<name>&quot;</name>", "<description>a<br/></description>"),
    "entity that never ends": entry("<name>a&amp</name>"),
    "entity of nobody": entry("<name>a&b;</name>"),
    "lone sign": entry("<name>a & b</name>"),
    "control character": entry("<name>a\x01</name>"),
    "line in an attribute": entry(attributes=' date="20\n20"'),
    "line in a citation": entry('<xref type="person" data="a\nb"/>'),
    "line behind a name": entry("<name>a\n</name>"),
    "words between": entry("<name>a</name>") + "  words\n",
    "words inside": entry("<name>a</name>", "words"),
    "record inside": entry(entry("<name>a</name>")),
    "further in": f"  <wrapped>\n{entry('<name>a</name>')}  </wrapped>\n",
    "break in a name": entry("<name>a<br/>b</name>"),
    "in a section": "<![CDATA[" + entry("<name>a</name>") + "]]>",
    "in a comment": "<!--\n" + entry("<name>a</name>") + "-->",
    "instruction": "<?a b?>\n" + entry("<name>a</name>"),
    "in an instruction": "<?a \n" + entry("<name>a</name>") + "?>",
    "end of a section": entry("<name>]]></name>"),
    "end of a section behind a bracket": entry("<name>a]]]></name>"),
    "end of a section behind very many": entry(f"<note>{'] ' * 6000}]]></note>"),
    "no character": entry("<name>a\uffff</name>"),
    "carriage return": entry("<name>a\r\nb</name>"),
    "comment behind very many signs": entry(f"<note>{'!' * 6000}</note>") + f"<!--{entry()}-->",
}  # fmt: skip
NEARLY_PEOPLE = {
    "name after organization": person("<org>a</org>", "<name>b</name>"),
    "two addresses": person("<uri>a</uri>", "<uri>b</uri>"),
    "another attribute": person(attributes=' id="a" name="b"'),
    "without id": person(attributes=""),
    "other entities": person("<name>&quot;</name>", "<uri>&amp;</uri>"),
    "another entity in the address": person("<uri>&amp;&quot;</uri>"),
    "entity that never ends": person("<uri>&amp;a&b</uri>"),
    "words inside": person("a"),
    "empty": person("<name/>"),
    "person inside": person(person()),
}


@pytest.mark.parametrize("title", TAKEN)
def test_a_record_as_the_registry_lays_it_out_is_read_the_fast_way(title: str) -> None:
    data = document(entry("<name>first</name>") + TAKEN[title] + entry("<name>last</name>"))
    count = TAKEN[title].count("<record") + 2
    assert left(data) == document(f"({count} records)\n").decode()
    fast, full = both(data)
    assert fast == full


# What of it is left to the second pattern.
NOT_PLAIN = {
    "assignees", "one reference to a contact", "contacts and references", "entities",
    "other scripts", "breaks", "only breaks", "breaks and entities", "white space",
    "white space around an assignee", "white space in an assignee", "nothing between",
    "on one line",
}  # fmt: skip


@pytest.mark.parametrize("title", TAKEN)
def test_what_is_plain_is_read_by_the_first_pattern(title: str) -> None:
    found = canonical._PLAIN_RECORD(TAKEN[title], 0)
    assert (found is None) == (title in NOT_PLAIN)
    assert found is None or TAKEN[title][: found.end()].count("</record>\n") == 1


@pytest.mark.parametrize("title", TAKEN_PEOPLE)
def test_a_plain_person_is_read_by_the_first_pattern(title: str) -> None:
    found = canonical._PLAIN_PERSON(TAKEN_PEOPLE[title], 0)
    not_plain = {"entities", "entities of the address alone", "other scripts"}
    assert (found is None) == (title in not_plain)


@pytest.mark.parametrize("title", TAKEN_PEOPLE)
def test_a_person_as_the_registry_lays_it_out_is_read_the_fast_way(title: str) -> None:
    data = document("", person("<name>A</name>") + TAKEN_PEOPLE[title] + person("<org>B</org>"))
    assert left(data) == document("", "(3 people)\n").decode()
    fast, full = both(data)
    assert fast == full


@pytest.mark.parametrize("title", NEARLY)
def test_a_record_laid_out_a_little_otherwise_is_read_as_it_is(title: str) -> None:
    first, last = entry("<name>first</name>", ANN), entry("<name>last</name>", ANN)
    for data in (document(first + NEARLY[title] + last), document(NEARLY[title])):
        fast, full = both(data)
        assert fast == full


@pytest.mark.parametrize("title", NEARLY_PEOPLE)
def test_a_person_laid_out_a_little_otherwise_is_read_as_it_is(title: str) -> None:
    first, last = person("<name>A</name>"), person("<org>B</org>")
    for people in (first + NEARLY_PEOPLE[title] + last, NEARLY_PEOPLE[title]):
        fast, full = both(document(entry("<name>a</name>"), people))
        assert fast == full


def test_what_stands_between_ends_a_run_and_no_more() -> None:
    odd, other = entry("<sc>1</sc>"), person("<fax>1</fax>")
    data = document(
        entry() + entry() + odd + entry() + odd + odd + entry("<number>1</number>"),
        person() + other + other + person() + person(),
    )
    assert (
        left(data)
        == document(
            f"(2 records)\n{odd}(1 records)\n{odd}{odd}(1 records)\n",
            f"(1 people)\n{other}{other}(2 people)\n",
        ).decode()
    )
    dump = xml.read(Source("case", data))
    assert [record.index for record in dump.records] == list(range(7))
    assert [contact.index for contact in dump.contacts] == list(range(5))
    fast, full = both(data)
    assert fast == full


def test_people_may_stand_before_records() -> None:
    data = document("").replace(b"  </people>\n", f"{person()}  </people>\n{entry()}".encode())
    rest = canonical.cut(data)
    assert rest is not None
    assert [type(run[0]) for run in rest.runs] == [Contact, Record]
    fast, full = both(data)
    assert fast == full


@pytest.mark.parametrize(
    "data",
    [
        (entry("<name>a</name>") + person()).encode(),
        entry("<name>a</name>").encode() * 2 + b"<",
        b"  <record",
        b"    <person ",
        b"<registry>" + entry().encode(),
        document(entry())[:-4],
        document(entry()) + b"<?a b?>",
        document(entry()) + b"<a/>",
        document(entry()).replace(b"<title>Ports!", b"<title>\xef\xbf\xbe"),
    ],
)
def test_what_is_no_whole_document_is_read_as_it_is(data: bytes) -> None:
    fast, full = both(data)
    assert fast == full


def test_most_of_the_small_registry_is_canonical() -> None:
    rest = canonical.cut(SMALL)
    assert rest is not None
    assert sum(len(run) for run in rest.runs) > 70
    assert len(rest.data) < len(SMALL) / 2


def test_the_instruction_is_one_the_document_does_not_hold() -> None:
    def after(*targets: str) -> bytes:
        instructions = "".join(f"<?{target} 0?>\n" for target in targets)
        return SHORT.replace(b"<registry", instructions.encode() + b"<registry", 1)

    data = after("ianalint-records-", "ianalint-records")
    rest = canonical.cut(data)
    assert rest is not None
    assert rest.target == "ianalint-records--"
    fast, full = both(data)
    assert fast == full
    assert canonical.cut(after("ianalint-records" + "-" * 13)) is not None
    assert canonical.cut(after("ianalint-records" + "-" * 14)) is None


def test_a_document_is_read_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    people = person("<name>A</name>") * 3
    odd = entry("<sc>1</sc>")
    data = document(entry("<name>a</name>") * 3 + odd + entry(), people)
    monkeypatch.setattr(canonical, "_PIECE", 1)
    one = "(1 records)\n"
    assert left(data) == document(one * 3 + odd + one, "(1 people)\n" * 3).decode()
    fast, full = both(data)
    assert fast == full
    monkeypatch.setattr(canonical, "_PIECE", len(data))
    assert left(data) == document(f"(3 records)\n{odd}(1 records)\n", "(3 people)\n").decode()


@pytest.mark.real
@pytest.mark.parametrize("name", ["2013-02-18.xml", "2026-08-17.xml"])
def test_both_ways_agree_on_published_dumps(name: str) -> None:
    fast, full = both(published(name).read_bytes())
    assert fast == full
