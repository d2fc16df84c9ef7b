"""The two ways to read XML, by canonical records and by events, must not differ in anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import described
from tests.dumps import published
from validator.readers import canonical, xml
from validator.source import Source

ROOT = Path(__file__).parent.parent
SMALL = (ROOT / "fixtures/registry/small.xml").read_bytes()
# Enough of it to edit: the records before port 465, and the people.
_CUT = SMALL.index(b"  <record>\n    <description>Unassigned</description>\n    <number>465-")
SHORT = SMALL[:_CUT] + SMALL[SMALL.index(b"  <footnote") :]

# Pieces that could make lines mean something else than they show.
PIECES = [
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ", b"?>", b"<?records 0?>", b"<?records 9?>",
    b"<!DOCTYPE registry [<!ENTITY a 'b'>]>", b"&amp;", b"&", b"&lt;", b"&a;", b"&#60;",
    b"&#x202e;", b"\r", b"\n", b" ", b"\t", b'"', b"'", b"<", b">", b"\x00", b"\x01", b"\x7f",
    b"\xc2\x85", b"\xc3\xa9", b"\xff", b"\xef\xbf\xbe", b"\xef\xbf\xbd", b"</record>\n",
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
    return described.dump(xml.read(source)), described.dump(xml.read_by_events(source))


@settings(max_examples=300)
@given(edited())
@example(SMALL)
@example(SHORT.replace(b"  <record", b"<!--  <record", 1).replace(b"ord>\n", b"ord>\n-->", 1))
@example(SHORT.replace(b"<registry xm", b"<r:registry xm").replace(b"</reg", b"</r:reg"))
@example(SHORT.replace(b"  <people>\n", b"  <record>\n").replace(b"  </people>", b"  </record>"))
@example(SHORT.replace(b"\n", b"\r\n"))
@example(SHORT.replace(b"<description>", b"<description><br/>\xc3\xa9<br/><br/>&lt;br/&gt;"))
@example(SHORT.replace(b"    <number>", b"    <description/>\n    <number>"))
def test_both_ways_agree(data: bytes) -> None:
    fast, full = both(data)
    assert fast == full


def test_most_of_the_small_registry_is_canonical() -> None:
    rest = canonical.cut(SMALL)
    assert rest is not None
    assert sum(len(run) for run in rest.runs) > 70
    assert len(rest.data) < len(SMALL) / 2


def test_the_instruction_is_one_the_document_does_not_hold() -> None:
    data = SMALL.replace(b"Discard", b"old records")
    rest = canonical.cut(data)
    assert rest is not None
    assert rest.target.encode() not in data


@pytest.mark.real
@pytest.mark.parametrize("name", ["2013-02-18.xml", "2025-08-26.xml", "2026-08-17.xml"])
def test_both_ways_agree_on_published_dumps(name: str) -> None:
    fast, full = both(published(name).read_bytes())
    assert fast == full
