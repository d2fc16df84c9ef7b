"""Which form the content of a file shows, and how long values are cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import HEADER
from validator import parse_registry
from validator.limits import Limits
from validator.readers import FORMS, read, recognize
from validator.readers.source import Source, places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Form

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "registry"
TABLE = b"   Service Name     Port Number   Transport Protocol   Description    Assignee"
FLAT = b"Service Name Port Number Transport Protocol Description"
# How far the head of a table of text is looked for, and the other signs.
FAR, NEAR = 65_536, 4096

SHOWN: dict[str, tuple[bytes, Form | None]] = {
    "xml": (b"<registry>", "xml"),
    "xml behind blanks": (b" \r\n\t<registry>", "xml"),
    "xml behind as many blanks as are looked at": (b" " * (NEAR - 1) + b"<", "xml"),
    "xml behind more blanks": (b" " * NEAR + b"<", None),
    "xml with names that begin so": (b"<htmlx/><!DOCTYPE\nregistry>", "xml"),
    "html": (b"<!DOCTYPE html>", "html"),
    "html in other letters": (b"<!doctype\n HTML PUBLIC>", "html"),
    "html as xml": (b"<?xml version='1.0'?>\n<html xmlns='x'>", "html"),
    "html by its element": (b"<HTML>", "html"),
    "html that begins late": (b"<!--" + b" " * NEAR + b"--><html>", "xml"),
    "csv": (b"Service Name,Port Number\n", "csv"),
    "csv in other letters": (b"SERVICE NAME,x,port number", "csv"),
    "csv with quotes": (b'"Service Name","Port Number"\r\n', "csv"),
    "csv with blanks": (b"\n Service Name, Port Number ,b", "csv"),
    "csv with line ends": (b"Port Number,Service Name\r\n", "csv"),
    "csv with underscores": (b"a,Service_Name,port_number", "csv"),
    "csv that begins as json": (b"[a],Service Name,Port Number", "csv"),
    "csv without ports": (b"Service Name,Contact,Reference", None),
    "csv without names": (b"Port Number,Contact,Reference", None),
    "csv of something else": (b"Type,Description,Reference", None),
    "one column": (b"Service Name\nPort Number,b\n", None),
    "other columns": (b"name,port\nx,Contact,y\nService Name,Port Number\n", None),
    "no columns": (b"Service Name;Port Number;Contact", None),
    "json": (b'{"a": 1}', "json"),
    "json behind blanks": (b"\n\n [", "json"),
    "json, a list": (b'[ {"a": 1}]', "json"),
    "a table of toml": (b"[severity]\nSN001 = 1", None),
    "text": (TABLE, "txt"),
    "text behind other lines": (b"Ports\n\n" + TABLE + b"\n", "txt"),
    "text as far as is looked": (b"\n" * (FAR - len(TABLE)) + TABLE, "txt"),
    "text further on": (b"\n" * (FAR + 1) + TABLE, None),
    "text in other letters": (TABLE.lower(), None),
    "text in capitals": (TABLE.upper(), None),
    "text in the line": (b"x" + TABLE, None),
    "text without columns": (TABLE.replace(b"Transport Protocol", b""), None),
    "text broken off": (TABLE[: TABLE.index(b"  Assignee")], "txt"),
    "words": (b"registry of ports", None),
}


@pytest.mark.parametrize("title", SHOWN)
def test_the_form_is_what_the_content_shows(title: str) -> None:
    data, form = SHOWN[title]
    assert recognize(data) == form


@pytest.mark.parametrize("form", ["xml", "csv", "txt", "html", "json"])
def test_each_form_is_read_by_its_reader(form: Form) -> None:
    source = Source(f"small.{form}", (FIXTURES / f"small.{form}").read_bytes())
    for asked in (None, form):
        dump = read(source, asked)
        assert (dump.form, dump.path, len(dump.records)) == (form, f"small.{form}", 74)
        assert dump.records[3].service_name == "discard"


def test_every_form_has_its_fixture() -> None:
    assert sorted(FORMS) == sorted(path.suffix[1:] for path in FIXTURES.glob("small.*"))


def test_the_form_that_is_asked_for_counts() -> None:
    assert not read(Source("a", b"<a/>"), "csv").records
    assert read(Source("a", f"{HEADER}\na,1\n".encode()), "xml").form == "xml"


LONG = """<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
<record date="2020-01" updated="2021-02">
<name>harbor-a</name><protocol>tcp-ip-x</protocol>
<description>one<br/>two <xref type="rfc" data="rfc1"/></description>
<number>1-22222</number><sc>1234567</sc>
<note>See <xref type="rfc" data="rfc2"/></note>
<unauthorized>tcp</unauthorized></record>
<people><person id="Ann_Example"><name>Ann Beispiel</name><org>Example Org</org>
<uri>mailto:ann&amp;example.com</uri><updated>2020-01-02</updated><uri>a:</uri>
<uri>b:c-d-e</uri></person></people></registry>"""


def test_what_is_longer_than_the_limit_is_cut_and_told() -> None:
    dump = parse_registry(LONG, limits=Limits(length=6)).dump
    [record], [contact] = dump.records, dump.contacts
    assert [
        (d.code, *next(places(dump.data, [d.offset])), d.about, d.field, d.message)
        for d in dump.defects
    ] == [
        (
            "FM001", line, column, about, field,
            f"{field.replace('_', ' ')}: {length} characters, but the limit is 6 (--max-length);"
            " the rest is ignored",
        )
        for line, column, about, field, length in [
            (3, 7, record, "service_name", 8),
            (5, 9, record, "port_number", 7),
            (3, 32, record, "transport_protocol", 8),
            (4, 14, record, "description", 14),
            (2, 15, record, "registration_date", 7),
            (2, 33, record, "modification_date", 7),
            (5, 29, record, "service_code", 7),
            (6, 7, record, "assignment_notes", 10),
            (8, 21, contact, "contact_id", 11),
            (8, 40, contact, "name", 12),
            (8, 64, contact, "organization", 11),
            (9, 47, contact, "last_updated", 10),
            (9, 6, contact, "contact_uri", 22),
            (10, 6, contact, "contact_uri", 7),
        ]
    ]  # fmt: skip
    assert (record.service_name, record.port_number, record.transport_protocol) == (
        "harbor", "1-2222", "tcp-ip",
    )  # fmt: skip
    assert (record.description, record.assignment_notes) == ("one\ntw", "See [R")
    assert (record.registration_date, record.modification_date) == ("2020-0", "2021-0")
    assert (record.service_code, record.known_unauthorized_uses) == ("123456", "tcp")
    assert (contact.contact_id, contact.name) == ("Ann_Ex", "Ann Be")
    assert (contact.organization, contact.last_updated) == ("Exampl", "2020-0")
    assert contact.contact_uri == ("mailto", "a:", "b:c-d-")
    # What is cut is plain text from then on.
    assert (record.mixed, record.inline) == ({}, ())


def test_what_is_not_longer_keeps_its_parts() -> None:
    for limit in (10, 11, 12, 13):
        registry = parse_registry(LONG, limits=Limits(length=limit))
        record = registry.records[0]
        assert registry.contacts[0].contact_uri == (
            "mailto:ann&example.com"[:limit],
            "a:",
            "b:c-d-e",
        )
        assert (record.description or "") == "one\ntwo [RFC1]"[:limit]
        assert list(record.mixed or ()) == ["assignment_notes"]
        assert [field for field, _ in record.inline] == ["assignment_notes"]
    whole = parse_registry(LONG, limits=Limits(length=22))
    assert not whole.dump.defects
    assert sorted(whole.records[0].mixed or ()) == ["assignment_notes", "description"]
    assert [field for field, _ in whole.records[0].inline] == ["description", "assignment_notes"]


def test_without_a_limit_a_hundred_thousand_characters_are_read() -> None:
    rows = "".join(f"a,1,tcp,{'x' * length},,,,,,,,\n" for length in (100_000, 100_001))
    dump = parse_registry(f"{HEADER}\n{rows}").dump
    assert [len(record.description or "") for record in dump.records] == [100_000, 100_000]
    assert [(d.about, d.message) for d in dump.defects] == [
        (
            dump.records[1],
            "description: 100,001 characters, but the limit is 100,000 (--max-length);"
            " the rest is ignored",
        )
    ]
