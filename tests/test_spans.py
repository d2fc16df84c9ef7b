"""The ends of places: of a value however its form writes it, and the line that names a record."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT, dump, record
from validator import check, parse_registry, read_registry
from validator.readers.source import end_place, places, value_end
from validator.reporters import Style, render

FIXTURES = ROOT / "fixtures" / "registry"


@pytest.mark.parametrize(
    ("written", "value", "marked"),
    [
        ("quay</name>", "quay", "quay"),
        ("R&amp;D&#32;&#x41;<", "R&D A", "R&amp;D&#32;&#x41;"),
        ("one<br/>two", "one\ntwo", "one<br/>two"),
        ("one<BR />two<br></br>three</d>", "one\ntwo\nthree", "one<BR />two<br></br>three"),
        ("<br/>one</d>", "\none", "<br/>one"),
        ("<br/></d>", "\n", "<br/>"),
        (" <br/>one</d>", " \none", " <br/>one"),
        ("one<br/></d>", "one\n", "one<br/>"),
        ("one<broken/>two</d>", "one\ntwo", "one"),
        ("<!-- x --> one</d>", " one", "<!-- x --> one"),
        ("<!-- x<br/> --><em> one</em></d>", " one", "<!-- x<br/> --><em> one"),
        ("<em><br/>one</em></d>", "\none", "<em><br/>one"),
        ("<![CDATA[ one]]></d>", " one", "<![CDATA[ one"),
        ("<em></em></d>", "one", None),
        ("<em>" * 20 + "one", "one", "<em>" * 20 + "one"),
        ("<em>" * 21 + "one", "one", None),
        # What is looked at ends within a letter.
        ("<!-- x -->qéééééééé", "q", "<!-- x -->q"),
        ("<!-- x one", "one", None),
        ("one\r\ntwo<", "one\ntwo", "one\r\ntwo"),
        ("one\rtwo<", "one\ntwo", "one\rtwo"),
        (
            'say \\"hi\\" \\u00e9\\/\\n\\\\"',
            'say "hi" \u00e9/\n\\',
            'say \\"hi\\" \\u00e9\\/\\n\\\\',
        ),
        ("\\uD83D\\uDE00x", "\U0001f600", "\\uD83D\\uDE00"),
        ("back\\slash", "back\\slash", "back\\slash"),
        ("Ann_Example, Ben", "[Ann_Example]", "Ann_Example"),
        ("Z\u00fcrich</d>", "Z\u00fcrich", "Z\u00fcrich"),
        ('"quay", "next"', "quay", '"quay"'),
        ('"say \\"hi\\"", 1', 'say "hi"', '"say \\"hi\\""'),
        ("other", "quay", None),
        ("", "quay", None),
        ("quay", "", None),
        ("lone \ufffd", "lone \udcff", "lone "),
    ],
)
def test_the_end_of_a_value(written: str, value: str, marked: str | None) -> None:
    data = written.encode()
    end = value_end(data, 0, value)
    assert (None if end is None else data[:end].decode()) == marked


def test_doubled_quotes_of_a_cell() -> None:
    data = b'"say ""hi""",next'
    end = value_end(data, 1, 'say "hi"')
    assert end is not None
    assert data[1:end] == b'say ""hi""'


@settings(max_examples=60)
@given(st.text("ab\n\r\u00e9\U0001f600", max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_the_place_of_an_end_is_that_of_its_offset(text: str, one: int, other: int) -> None:
    data = text.encode()
    start, end = sorted(len(text[:at].encode()) for at in (one, other))
    if data[end - 1 : end + 1] == b"\r\n" or data[start - 1 : start + 1] == b"\r\n":
        return  # a place is never inside a line break
    [first, second] = places(data, [start, end])
    assert end_place(data, start, end, *first) == second


@pytest.mark.parametrize("form", ["xml", "csv", "json", "txt", "html"])
def test_findings_end_where_their_values_end(form: str) -> None:
    path = FIXTURES / f"extract.{form}"
    registry = read_registry(path)
    findings = check(registry, today="2026-11-24", select=["ALL"]).findings
    assert findings
    with_end = [finding.location for finding in findings if finding.value]
    for place in with_end:
        assert place.end is not None
        [start, end] = places(registry.dump.data, [place.offset, place.end])
        assert (start, end) == ((place.line, place.column), (place.end_line, place.end_column))
    for finding in findings:
        if not finding.value:
            assert finding.location.to_dict().keys() == {"path", "line", "column"}


@pytest.mark.parametrize("form", ["xml", "csv", "json", "txt", "html"])
def test_ports_that_no_record_mentions_end_with_the_tag_or_line_that_follows(form: str) -> None:
    registry = read_registry(FIXTURES / f"extract.{form}", whole=True)
    findings = check(registry, select=["PN010", "PN017"]).findings
    assert len(findings) > 4
    data = registry.dump.data
    for finding in findings:
        place = finding.location
        marked = data[place.offset : place.end]
        end = b">" if form in ("xml", "html") else b""
        assert (place.end or 0) > place.offset
        assert marked.endswith(end)
        assert not {b"\n", b"\r"} & {bytes([byte]) for byte in marked}
        [start, after] = places(data, [place.offset, place.end or 0])
        assert (start, after) == ((place.line, place.column), (place.end_line, place.end_column))


def test_a_span_in_each_format() -> None:
    report = check(parse_registry(dump(record("file--sync")), path="dump.xml"), select=["SN005"])
    [finding] = report.to_dict()["findings"]
    assert finding["location"] == {
        "path": "dump.xml", "line": 4, "column": 33, "end_line": 4, "end_column": 43,
    }  # fmt: skip
    sarif = json.loads("".join(render("sarif", report)))
    [result] = sarif["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 4, "startColumn": 33, "endLine": 4, "endColumn": 43,
    }  # fmt: skip
    github = "".join(render("github", report))
    assert github.startswith("::error file=dump.xml,line=4,endLine=4,col=33,endColumn=43,title=")


def test_two_findings_at_one_place_have_ends_of_their_own() -> None:
    text = "Service Name,Port Number,Transport Protocol\na--b ,70000,tcp\n"
    findings = check(parse_registry(text), select=["SN002", "SN005", "TX002"]).findings
    for finding in findings:
        assert finding.value is not None
        assert (finding.location.end_column or 0) - finding.location.column == len(finding.value)


MISSING = """<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
<updated>2026-08-17</updated>
  <record date="2020-01-02">
    <protocol>tcp</protocol>
    <name>quay</name>
    <description>Quay</description>
    <number>4621</number>
  </record>
</registry>
"""


def test_where_a_field_is_missing_the_line_that_identifies_the_record_is_there() -> None:
    report = check(parse_registry(MISSING, path="dump.xml"), select=["AC010"])
    text = "".join(render("text", report, Style(quiet=True)))
    assert text == (
        "dump.xml:3:3  error AC010 missing-assignee  (RFC 6335, Section 8.1.1)\n"
        '  quay 4621/tcp: "quay" has neither an assignee nor a contact\n'
        '  3 | <record date="2020-01-02">\n'
        "    | ^\n"
        "  5 | <name>quay</name>\n"
        "\n"
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_line_of_the_name_is_counted_whatever_ends_lines(line_end: str) -> None:
    data = MISSING.replace("\n", line_end)
    report = check(parse_registry(data, path="dump.xml"), select=["AC010"])
    assert "  5 | <name>quay</name>\n" in "".join(render("text", report, Style(quiet=True)))


def test_a_statement_is_identified_by_its_number_and_a_contact_by_its_id() -> None:
    port = "<record>\n<protocol>tcp</protocol>\n<number>5</number>\n</record>"
    text = "".join(
        render("text", check(parse_registry(dump(port), path="d.xml"), select=["ST001"]))
    )
    assert "  6 | <number>5</number>\n" in text
    exchange = (
        '{"$schema": "urn:ianalint:schema:registry:1", "format_version": 1,'
        ' "carries": ["contacts"], "registry": {}, "records": [], "footnotes": [], "contacts": [{\n'
        ' "contact_id": "Ann_Example"}]}'
    )
    report = check(parse_registry(exchange, path="d.json"), select=["AC008"])
    assert '  2 | "contact_id": "Ann_Example"}]}\n' in "".join(render("text", report))
