"""The exchange form, and what is written in the other forms: nothing is lost that has a place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import models
from tests import described
from tests.conftest import Called
from tests.dumps import published
from tests.generated import Row, registries, write_csv, write_xml
from tests.rendered import as_html, as_text
from validator import Registry, Report, Unusable, check, parse_registry, read_registry
from validator.writers import write

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures" / "registry"
SMALL = read_registry(FIXTURES / "small.xml")
SMALL_JSON = write(SMALL, "json").text
Call = Callable[..., Called]

# Everything the XML of the registry can hold, and much that it never held.
FULL = """<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Ports &amp; "names"</title>
  <category/>
  <updated>2026-08-17</updated>
  <xref type="rfc" data="rfc6335"/>
  <xref type="draft" data="draft-example-07" section="4.3">draft-example-07, Section 4.3</xref>
  <expert>Ann
  and Ben</expert>
  <note title="On &lt;top&gt;">See <xref type="person" data="Ann_Example"/><br/>and below</note>
  <record date="2020-01-02" updated="">
    <name/>
    <protocol> tcp</protocol>
    <assignee>
      <xref type="person" data="Ann_Example"/>
    </assignee>
    <xref type="person" data="Ann_Example"/>
    <xref type="rfc" data="rfc793"/>
    <xref type="uri" data="https://example.com/?a=1&amp;b=&quot;2&quot;">a label</xref>
    <xref type="text">A book</xref>
    <xref type="note" data="1"/>
    <xref type="odd">tab&#9;and return&#13;</xref>
    <description>one<br/><br/>two <xref type="rfc" data="rfc9483"/> three</description>
    <number>1-2</number>
    <sc>5</sc>
    <note><paragraph>
       first </paragraph><paragraph>second</paragraph></note>
    <unauthorized>Z\u00fcrich \U0001f600 [RFC4146]&#13;</unauthorized>
  </record>
  <record>
    <description></description>
  </record>
  <footnote anchor="1">See <xref type="rfc" data="rfc3692"/></footnote>
  <footnote>without anchor</footnote>
  <people>
    <person id="Ann_Example">
      <name>Ann</name>
      <org>Example</org>
      <uri>mailto:ann&amp;example.com</uri>
      <uri>https://example.com</uri>
      <updated>2020</updated>
    </person>
    <person/>
  </people>
</registry>
"""


def read_back(registry: Registry, target: Any) -> Registry:
    written = write(registry, target)
    return parse_registry(written.text, path=target)


@pytest.mark.parametrize(
    "text",
    [FULL, *((FIXTURES / f"{name}.xml").read_text("utf-8") for name in ("small", "extract"))],
    ids=["full", "small", "extract"],
)
def test_nothing_is_lost_on_the_way_to_json_and_back(text: str) -> None:
    first = parse_registry(text)
    second = read_back(first, "json")
    third = read_back(second, "xml")
    assert second.dump.defects == third.dump.defects == []
    assert (
        described.contents(first.dump)
        == described.contents(second.dump)
        == described.contents(third.dump)
    )
    assert second.dump.carries == first.dump.carries


@given(registries)
def test_no_registry_loses_anything(rows: list[Row]) -> None:
    first = parse_registry(write_xml(rows))
    second = read_back(first, "json")
    assert (
        described.contents(first.dump)
        == described.contents(second.dump)
        == described.contents(read_back(second, "xml").dump)
    )


@given(registries)
def test_csv_comes_back_from_json_and_from_xml(rows: list[Row]) -> None:
    first = parse_registry(write_csv(rows), form="csv")
    folded = write(first, "csv").text
    assert write(read_back(first, "json"), "csv").text == folded
    assert write(read_back(first, "xml"), "csv").text == folded


@given(registries)
def test_csv_is_what_csv_readers_read(rows: list[Row]) -> None:
    registry = parse_registry(write_xml(rows))
    table = list(csv.reader(io.StringIO(write(registry, "csv").text, newline=""), strict=True))
    assert [len(row) for row in table] == [12] * (len(rows) + 1)
    again = list(csv.reader(io.StringIO(write_csv(rows), newline=""), strict=True))
    assert [[" ".join(cell.split()) for cell in row] for row in table] == [
        [" ".join(cell.split()) for cell in row] for row in again
    ]


@pytest.mark.parametrize("name", ["small", "extract"])
def test_the_fixture_in_all_forms(name: str) -> None:
    registry = read_registry(FIXTURES / f"{name}.xml")
    rendered = {
        "xml": write(registry, "xml").text.encode(),
        "csv": write(registry, "csv").text.encode(),
        "json": write(registry, "json").text.encode(),
        "txt": as_text(registry.dump).encode(),
        "html": as_html(registry.dump).encode(),
    }
    assert {form: (FIXTURES / f"{name}.{form}").read_bytes() for form in rendered} == rendered


@pytest.mark.parametrize("name", ["small", "extract"])
@pytest.mark.parametrize("form", ["csv", "txt", "html", "json"])
def test_equal_findings_in_all_forms(name: str, form: str) -> None:
    expected = check(read_registry(FIXTURES / f"{name}.xml"), today="2026-11-24")
    report = check(read_registry(FIXTURES / f"{name}.{form}"), today="2026-11-24")
    not_run = {entry.code for of in (expected, report) for entry in of.inputs[0].not_run}
    assert not report.faults

    def findings(of: Report) -> list[str]:
        # Their order is that of the file, in which a record has its fields in another order.
        return sorted(
            str((finding.code, finding.subject, finding.field, finding.message, finding.legacy))
            for finding in of.findings
            if finding.code not in not_run
        )

    assert findings(report) == findings(expected)


def test_each_value_has_its_place() -> None:
    registry = read_back(parse_registry(FULL), "json")
    dump = registry.dump
    text = write(parse_registry(FULL), "json").text

    def written(at: int) -> Any:
        return json.JSONDecoder().raw_decode(dump.data[at:].decode())[0]

    for record in dump.records:
        for field in ("description", "unauthorized_use", "port_number", "service_name"):
            value = getattr(record, field, None)
            if value is not None and field not in (record.mixed or {}):
                assert written(dump.locate(record, field, None)) == value
        for field in ("assignee", "contact", "reference"):
            for cited in getattr(record, field):
                assert written(dump.locate(record, field, cited)) == (cited.data or cited.text)
        for field, cited in record.inline:
            assert written(dump.locate(record, field, cited)) == (cited.data or cited.text)
    for contact in dump.contacts:
        for number, uri in enumerate(contact.contact_uri):
            assert written(dump.locate(contact, "contact_uri", number)) == uri
    assert written(dump.locate(dump, "title", None)) == dump.title
    assert dump.references[1].section == "4.3"
    assert written(dump.locate(dump, None, dump.references[1])) == dump.references[1].data
    assert text.encode() == dump.data


def test_what_is_written_is_as_the_schema_says() -> None:
    for text in (SMALL_JSON, write(parse_registry(FULL), "json").text):
        models.Exchange.model_validate(json.loads(text))


def test_a_finding_in_json_has_line_and_column() -> None:
    text = SMALL_JSON.replace('"service_name": "tide-table"', '"service_name": "tide--table"')
    found = [str(finding) for finding in check(parse_registry(text, path="a.json")).findings]
    line = text[: text.index("tide--table")].count("\n") + 1
    assert found[0].startswith(f"a.json:{line}:22: SN005 error ")
    assert len(found) == 1


@given(st.integers(0, len(SMALL_JSON) - 2))
def test_json_that_breaks_off(end: int) -> None:
    data = SMALL_JSON.encode()[:end]
    try:
        registry = parse_registry(data, form="json")
    except Unusable:
        assert b'"$schema": "urn:ianalint:schema:registry:1",' not in data
        return
    codes = [defect.code for defect in registry.dump.defects]
    assert codes.count("FM001") == 1
    assert set(codes) == {"FM001"}
    whole = SMALL.records
    # Each record stands on a line of its own; the last may lack what ends it.
    lines = data.partition(b'"contacts": [')[0].count(b"\n    {")
    assert lines - 1 <= len(registry.records) <= lines
    for record, original in zip(registry.records, whole, strict=False):
        assert described.record(record) == described.record(original)
    assert not check(registry).faults


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["records", "registry", "contacts", "footnotes", "service_name", "description",
             "contact", "kind", "data", "text", "markup", "notes", "anchor", "carries", "$schema",
             "contact_uri", "references", "title"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150)
@given(values)
def test_any_json_ends_in_findings_or_a_sentence(value: object) -> None:
    data = json.dumps({"records": [value], "contacts": [value], "footnotes": value, "x": value})
    report = check(parse_registry(data, form="json"))
    assert not report.faults
    assert any(finding.code == "FM011" for finding in report.findings)


@settings(max_examples=100)
@given(st.data())
def test_any_bytes_ends_in_findings_or_a_sentence(data: st.DataObject) -> None:
    text = bytearray(SMALL_JSON.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        registry = parse_registry(bytes(text), form="json")
    except Unusable:
        return
    assert not check(registry).faults
    for target in ("json", "csv", "xml"):
        again = parse_registry(write(registry, target).text, form=target)
        assert len(again.records) == len(registry.records)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('{"records": ' + "[" * 100_000, "FM001", "values are nested deep"),
        ('{"records": [' + "9" * 5000 + "]}", "FM001", "invalid JSON: number with too many"),
        ('{"records": []} {}', "FM001", "invalid JSON: unexpected text after its end"),
        ('{"records": [{"a": nul}]}', "FM001", 'invalid JSON: expected a value, got "nul"'),
        ('{"records": [{}, "b", 1e999, NaN]}', "FM011", "records[1]: expected an object, found"),
        ('{"records" []}', None, "is JSON, but not a registry"),
        ('["records"]', None, "is JSON, but not a registry"),
        ('{"a": 1}', None, "is JSON, but not a registry"),
        ("{", None, "is JSON, but not a registry"),
    ],
)  # fmt: skip
def test_broken_json(text: str, code: str | None, message: str) -> None:
    if code is None:
        with pytest.raises(Unusable, match=message):
            parse_registry(text)
        return
    defects = parse_registry(text).dump.defects
    assert any(d.code == code and d.message.startswith(message) for d in defects), defects


def test_many_errors_are_told_once_and_counted() -> None:
    records = ", ".join('{"port_number": 1}' for _ in range(1500))
    defects = parse_registry(f'{{"records": [{records}]}}').dump.defects
    assert [defect.code for defect in defects] == ["FM011"] * 1000
    assert defects[-1].message.endswith("(and more)")


def test_what_xml_cannot_hold_is_replaced_and_told() -> None:
    text = SMALL_JSON.replace('"description": "Discard"', '"description": "Dis\\u0000card\\uffff"')
    written = write(parse_registry(text), "xml")
    assert list(written.losses) == [
        "8 characters are not allowed in XML; U+FFFD is written instead"
    ]
    assert parse_registry(written.text).records[3].description == "Dis\ufffdcard\ufffd"


# -- the command ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["xml", "csv", "txt", "html", "json"])
@pytest.mark.parametrize("target", ["xml", "csv", "json"])
def test_convert(call: Call, form: str, target: str, tmp_path: Path) -> None:
    output = tmp_path / "out"
    source = FIXTURES / f"small.{form}"
    to_stdout = call("convert", str(source), "--to", target, "--quiet")
    ended = call("convert", str(source), "--to", target, "--output", str(output))
    assert (to_stdout.status, ended.status) == (0, 0)
    assert output.read_bytes() == to_stdout.out
    if form in ("xml", "json") or form == target:
        assert to_stdout.out == (FIXTURES / f"small.{target}").read_bytes()
    assert len(parse_registry(to_stdout.out).records) == 74
    assert parse_registry(to_stdout.out).dump.defects == []


def test_convert_tells_what_has_no_room(call: Call) -> None:
    ended = call("convert", str(FIXTURES / "small.xml"), "--to", "csv")
    assert ended.status == 0
    assert ended.said == (
        "ianalint: left out of the CSV: 10 contacts, 1 footnote, 1 note, the date of the registry\n"
    )


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201")


def test_cells_that_a_spreadsheet_would_run_are_marked(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    records = "".join(
        f"<record><name>a{n}</name><description>{text}</description>"
        f'<xref type="text">{text}</xref><note>a {text}</note></record>'
        for n, text in enumerate(FORMULAS)
    )
    path.write_text(
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
        f"{records}</registry>",
        "utf-8",
    )
    ended = call("convert", path, "--to", "csv", "--for-spreadsheets")
    rows = list(csv.reader(io.StringIO(ended.text)))[1:]
    assert [row[3] for row in rows] == [f"'{text}" for text in FORMULAS]
    assert {row[11] for row in rows} == {f"a {text}" for text in FORMULAS}
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULAS)]
    assert "8 cells begin with an added apostrophe" in ended.said
    plain = list(csv.reader(io.StringIO(call("convert", path, "--to", "csv").text)))[1:]
    assert [row[3] for row in plain] == list(FORMULAS)
    assert call("convert", path, "--to", "json", "--for-spreadsheets").status == 2


def test_convert_of_a_broken_file_says_so(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_bytes((FIXTURES / "small.xml").read_bytes()[:3000])
    ended = call("convert", str(path), "--to", "json")
    assert ended.status == 1
    assert "cut.xml was read with 1 error (document is truncated inside " in ended.said
    assert '); run "ianalint check' in ended.said
    assert len(parse_registry(ended.out).records) == 11  # the record in which it ends is not read


def test_convert_refuses(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes((FIXTURES / "small.xml").read_bytes())
    before = path.read_bytes()
    (tmp_path / "b.csv").write_bytes((FIXTURES / "small.csv").read_bytes())
    for words, said in [
        ((str(path), "--to", "json", "--output", str(path)), "refusing to overwrite"),
        ((str(path), "--to", "jsno"), 'unknown format "jsno"; did you mean json?'),
        ((str(path),), "--to"),
        ((str(tmp_path), "--to", "csv"), "expected one registry dump, found 2 in"),
        ((str(tmp_path / "c.xml"), "--to", "csv"), "c.xml cannot be read"),
    ]:
        ended = call("convert", *words)
        assert ended.status == 2
        assert said in ended.said
        assert ended.out == b""
    assert path.read_bytes() == before


# -- the real registry ------------------------------------------------------------------------


@pytest.mark.real
def test_the_newest_dump_comes_back() -> None:
    first = read_registry(published("2026-08-17.xml"))
    second = read_back(first, "json")
    third = read_back(second, "xml")
    assert second.dump.defects == third.dump.defects == []
    assert (
        described.contents(first.dump)
        == described.contents(second.dump)
        == described.contents(third.dump)
    )
