"""The reader of the exchange form: what it takes from a document, and the place of each value."""

from __future__ import annotations

import copy
import json
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests import described
from tests.conftest import ROOT
from validator import Unusable, parse_registry, schema
from validator.limits import Limits
from validator.model.record import Citation, Dump
from validator.readers import json as json_reader
from validator.readers import json_entries
from validator.readers.json_plain import is_plain
from validator.readers.json_text import JsonText
from validator.readers.source import Source, places

WHOLE = """\
{"$schema": "urn:ianalint:schema:registry:1", "format_version": 1, "carries": ["kinds", "contacts"],
"registry": {"title": "Häfen 😀", "registry_id": "ports", "category": "Häfen",
 "updated": "2026-08-17", "experts": "Änn",
 "references": [{"kind": "rfc", "data": "rfc6335"}, {"kind": "uri", "data": "a", "text": "b"}],
 "notes": [{"title": "Ä", "text": ["See ", {"kind": "person", "data": "Änn"}, {"markup": "br"},
  "x"]}, {"text": "plain"}, {"text": ""}]},
"records": [
{"service_name": "hafen-é", "port_number": "1", "transport_protocol": "tcp",
 "description": ["é ", {"markup": "br"}, "", {"kind": "rfc", "data": "rfc1", "section": "2"}],
 "assignee": [{"kind": "person", "data": "Änn"}], "registration_date": "2020-01",
 "contact": [{"kind": "person", "data": "Änn"}, {"kind": "person", "data": "Ben"}],
 "reference": [{"kind": "text", "text": "A book"}, {"kind": "note", "data": "1"}],
 "assignment_notes": [{"markup": "paragraph"}, {"kind": "person", "data": "Ben"},
  {"markup": "/paragraph"}, {"kind": "rfc", "data": "rfc2"}]},
{"description": "", "modification_date": "2021", "service_code": "5",
 "known_unauthorized_uses": "é"}],
"contacts": [{"contact_id": "Änn", "name": "Änn", "organization": "Ö", "last_updated": "2020",
 "contact_uri": ["mailto:ä&b", "https://b.example"]}, {}],
"footnotes": [{"anchor": "1", "text": ["é", {"kind": "rfc", "data": "rfc3"}]}, {"text": "é"}]}
"""

NOTHING: dict[str, Any] = {**dict.fromkeys(described.TEXTS), **{f: [] for f in described.CITED}}
ANN, BEN = ("person", "Änn", None, None), ("person", "Ben", None, None)


def read(text: str) -> Dump:
    return parse_registry(text, path="case", form="json").dump


def at(dump: Dump, offset: int) -> str:
    ((line, column),) = places(dump.data, [offset])
    return f"{line}:{column}"


def told(dump: Dump) -> list[str]:
    """Each defect as code, place and message."""
    return [f"{d.code} {at(dump, d.offset)} {d.message}" for d in dump.defects]


def test_all_that_a_document_says() -> None:
    dump = read(WHOLE)
    said = described.dump(dump)
    assert not dump.defects
    assert dump.carries == {"kinds", "contacts"}
    assert said["metadata"] == ("ports", "Häfen 😀", "Häfen", "2026-08-17", "Änn")
    assert said["references"] == [("rfc", "rfc6335", None, None), ("uri", "a", "b", None)]
    assert said["notes"] == [
        ("Ä", "See [Änn]\nx", ["See ", ANN, "<br>", "x"]),
        (None, "plain", ["plain"]),
        (None, "", []),
    ]
    described_parts = ["é ", "<br>", "", ("rfc", "rfc1", None, "2")]
    notes = ["<paragraph>", BEN, "</paragraph>", ("rfc", "rfc2", None, None)]
    assert said["records"] == [
        {
            **NOTHING,
            "service_name": "hafen-é",
            "port_number": "1",
            "transport_protocol": "tcp",
            "description": "é \n[RFC1]",
            "registration_date": "2020-01",
            "assignment_notes": "\n[Ben][RFC2]",
            "assignee": [ANN],
            "contact": [ANN, BEN],
            "reference": [("text", None, "A book", None), ("note", "1", None, None)],
            "inline": [
                ("description", ("rfc", "rfc1", None, "2")),
                ("assignment_notes", BEN),
                ("assignment_notes", ("rfc", "rfc2", None, None)),
            ],
            "mixed": {"description": described_parts, "assignment_notes": notes},
        },
        {
            **NOTHING,
            "description": "",
            "modification_date": "2021",
            "service_code": "5",
            "known_unauthorized_uses": "é",
            "inline": [],
            "mixed": {},
        },
    ]
    ann = ["mailto:ä&b", "https://b.example"]
    assert [list(contact.values()) for contact in said["contacts"]] == [
        ["Änn", "Änn", "Ö", "2020", ann],
        [None, None, None, None, []],
    ]
    assert said["footnotes"] == [
        ("1", "é[RFC3]"),
        (None, "é"),
    ]


def test_the_place_of_each_value() -> None:
    dump = read(WHOLE)
    first, second = dump.records
    ann, nobody = dump.contacts
    asked: list[tuple[object, str | None, object, str]] = [
        (dump, "title", None, "2:23"),
        (dump, "registry_id", None, "2:49"),
        (dump, "category", None, "2:70"),
        (dump, "updated", None, "3:13"),
        (dump, "experts", None, "3:38"),
        (dump, None, dump.references[0], "4:41"),
        (dump, None, dump.references[1], "4:77"),
        (dump, None, Citation("rfc", "none", None, 2), "4:16"),
        (dump, "color", None, "1:1"),
        (dump, None, None, "1:1"),
        (dump.notes[0], None, None, "5:12"),
        (first, None, None, "8:1"),
        (first, "service_name", None, "8:18"),
        (first, "port_number", None, "8:44"),
        (first, "transport_protocol", None, "8:71"),
        (first, "description", None, "9:18"),
        (first, "description", first.inline[0][1], "9:70"),
        (first, "assignee", None, "10:42"),
        (first, "assignee", first.assignee[0], "10:42"),
        (first, "registration_date", None, "10:72"),
        (first, "contact", first.contact[0], "11:41"),
        (first, "contact", first.contact[1], "11:76"),
        (first, "reference", first.reference[1], "12:77"),
        (first, "assignment_notes", first.inline[1][1], "13:75"),
        (first, "assignment_notes", first.inline[2][1], "14:53"),
        (first, "service_code", None, "8:1"),
        (second, None, None, "15:1"),
        (second, "description", None, "15:17"),
        (second, "modification_date", None, "15:42"),
        (second, "service_code", None, "15:66"),
        (second, "known_unauthorized_uses", None, "16:29"),
        (second, "service_name", None, "15:1"),
        (ann, None, None, "17:14"),
        (ann, "contact_id", None, "17:29"),
        (ann, "last_updated", None, "17:88"),
        (ann, "contact_uri", None, "18:18"),
        (ann, "contact_uri", 0, "18:18"),
        (ann, "contact_uri", 1, "18:32"),
        (ann, "contact_uri", 2, "18:18"),
        (nobody, None, None, "18:55"),
        (nobody, "name", None, "18:55"),
        (dump.footnotes[0], None, None, "19:26"),
        (dump.footnotes[0], "text", None, "19:40"),
        (dump.footnotes[1], None, None, "19:80"),
    ]
    found = [at(dump, dump.locate(subject, field, item)) for subject, field, item, _ in asked]
    assert found == [place for *_, place in asked]


REST = "; the rest of the document is not read"
HEAD = '"format_version": 1, "carries": [], "registry": {}, "contacts": [], "footnotes": [],'

BROKEN: dict[str, tuple[str, list[str], list[str | None]]] = {
    "nothing": (
        '{"$schema": "urn:ianalint:schema:registry:1"}',
        [
            'FM011 1:1 document: missing "format_version", "carries", "registry", "records",'
            ' "contacts", "footnotes"'
        ],
        [],
    ),
    "kinds of values": (
        f'{{{HEAD} "records": [\n{{"port_number": true}}, {{"port_number": false}}, null, 1.5,\n'
        '["a"], {"contact": {}, "service_name": "a"},\n {"contact": "b", "service_name": 5},'
        ' {"contact": [6]}]}',
        [
            "FM011 2:17 records[0].port_number: expected a string or an array, found true",
            "FM011 2:40 records[1].port_number: expected a string or an array, found false",
            "FM011 2:48 records[2]: expected an object, found null",
            "FM011 2:54 records[3]: expected an object, found a number",
            "FM011 3:1 records[4]: expected an object, found an array",
            "FM011 3:20 records[5].contact: expected an array, found an object",
            "FM011 4:14 records[6].contact: expected an array, found a string",
            "FM011 4:35 records[6].service_name: expected a string or an array, found a number",
            "FM011 4:52 records[7].contact[0]: expected an object, found a number",
        ],
        [None, None, "a", None, None],
    ),
    "kinds of lists": (
        '{"$schema": 5, "format_version": "1", "carries": {}, "registry": [], "contacts": null,'
        '\n"footnotes": {}, "records": "a"}',
        [
            "FM011 1:13 $schema: expected a string, found a number",
            'FM011 1:34 format_version: expected 1; found "1"',
            "FM011 1:50 carries: expected an array, found an object",
            "FM011 1:66 registry: expected an object, found an array",
            "FM011 1:82 contacts: expected an array, found null",
            "FM011 2:14 footnotes: expected an array, found an object",
            "FM011 2:29 records: expected an array, found a string",
        ],
        [],
    ),
    "of more keys five are named": (
        f'{{{HEAD} "records": [{{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}},\n'
        '{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "service_name": "g", "h\\n": 2}],\n'
        '"x": 1}',
        [
            'FM011 3:6 document: unknown key "x"',
            'FM011 1:105 records[0]: unknown keys "a", "b", "c", "d", "e"',
            'FM011 2:7 records[1]: unknown keys "a", "b", "c", "d", "e"'
            " and 2 more",
        ],
        [None, "g"],
    ),
    "parts of texts": (
        f'{{{HEAD} "records": [\n{{"service_name": "a", "description": [5, {{}}, ["b"], "c",\n'
        '{"markup": 5}, {"markup": "b"}, {"kind": 5}, {"data": "d"}, {"kind": "rfc", "data": 1}]}'
        "\n]}",
        [
            "FM011 2:39 records[0].description[0]: expected a string or an object, found a number",
            'FM011 2:42 records[0].description[1]: expected "kind" or "markup"',
            "FM011 2:46 records[0].description[2]: expected a string or an object, found an array",
            "FM011 3:12 records[0].description[4].markup: expected one of br, paragraph,"
            " /paragraph; found 5",
            "FM011 3:27 records[0].description[5].markup: expected one of br, paragraph,"
            ' /paragraph; found "b"',
            "FM011 3:42 records[0].description[6].kind: expected a string, found a number",
            'FM011 3:46 records[0].description[7]: expected "kind" or "markup"',
            "FM011 3:85 records[0].description[8].data: expected a string, found a number",
        ],
        ["a"],
    ),
    "metadata": (
        '{"format_version": 1, "carries": [], "contacts": [{"contact_uri": ["a", 5]}, 5],\n'
        '"footnotes": [{"anchor": 5, "text": 6}, 7], "records": [],\n"registry": {"title": 5,'
        ' "references": [5, {"kind": 6}, {"kind": "rfc"}], "notes": [8, {"title": 9}]}}',
        [
            "FM011 1:73 contacts[0].contact_uri[1]: expected a string, found a number",
            "FM011 1:78 contacts[1]: expected an object, found a number",
            "FM011 2:26 footnotes[0].anchor: expected a string, found a number",
            "FM011 2:37 footnotes[0].text: expected a string or an array, found a number",
            "FM011 2:41 footnotes[1]: expected an object, found a number",
            "FM011 3:23 registry.title: expected a string, found a number",
            "FM011 3:41 registry.references[0]: expected an object, found a number",
            "FM011 3:53 registry.references[1].kind: expected a string, found a number",
            "FM011 3:85 registry.notes[0]: expected an object, found a number",
            "FM011 3:98 registry.notes[1].title: expected a string, found a number",
            'FM011 3:88 registry.notes[1]: missing "text"',
        ],
        [],
    ),
    "keys that stand twice": (
        '{"records": [{"service_name": "a", "service_name": "b", "service_name": "c"},\n'
        '{"service_name": "d", "contact": [{"kind": "a", "kind": "b", "data": "c", "data": "d"}]'
        ', "contact": 5}],\n"carries": [], "registry": {"title": "e", "title": "f"},'
        ' "records": [{"service_name": "g"}],\n "carries": 5, "format_version": 1,'
        ' "contacts": [], "footnotes": [], "contacts": {"x": 1, "x": 2}}',
        [
            'FM008 1:52 duplicate key "service_name"; only the first one is read',
            'FM008 2:1 duplicate key "kind"; only the first one is read',
            'FM008 2:1 duplicate key "data"; only the first one is read',
            'FM008 2:101 duplicate key "contact"; only the first one is read',
            'FM008 3:52 duplicate key "title"; only the first one is read',
            'FM008 3:69 duplicate key "records"; only the first one is read',
            'FM008 4:13 duplicate key "carries"; only the first one is read',
            'FM008 4:82 duplicate key "contacts"; only the first one is read',
            'FM008 4:96 duplicate key "x"; only the first one is read',
        ],
        ["a", "d"],
    ),
    "halves of characters": (
        f'{{{HEAD} "records": [\n{{"service_name": "\\ud800a\\udc00"}},\n'
        '{"service_name": "\\uD83D\\uDE00", "contact": [{"kind": "x", "data": "\\udfff"}]}]}',
        [
            "FM005 2:1 unpaired surrogate, read as U+FFFD",
            "FM005 3:1 unpaired surrogate, read as U+FFFD",
        ],
        ["\ufffda\ufffd", "😀"],
    ),
    "halves of characters elsewhere": (
        '{"format_version": 1, "carries": [],\n"registry": {"title": "\\udc00"}, "records": [],\n'
        '"contacts": [\n{"name": "\\ud800", "contact_uri": ["\\ud801"]}],\n'
        '"footnotes": [ {"anchor": "\\ud802", "text": "\\ud803"}]}',
        [
            "FM005 2:13 unpaired surrogate, read as U+FFFD",
            "FM005 4:1 unpaired surrogate, read as U+FFFD",
            "FM005 4:1 unpaired surrogate, read as U+FFFD",
            "FM005 5:16 unpaired surrogate, read as U+FFFD",
            "FM005 5:16 unpaired surrogate, read as U+FFFD",
        ],
        [],
    ),
    "an end in a list": (
        '{"records": [\n{"service_name": "a"},\n{"service_name": "b"} x',
        [f'FM001 3:23 invalid JSON: expected "," or "]", got "x"{REST}'],
        ["a", "b"],
    ),
    "an end in a key": (
        '{"records": [{"service_name": "a"}], 5: 6}',
        [f'FM001 1:38 invalid JSON: expected a key in double quotes, got "5"{REST}'],
        ["a"],
    ),
    "an end behind a key": (
        '{"records": [{"service_name": "a"}], "x" 5}',
        [f'FM001 1:42 invalid JSON: expected ":" after a key, got "5"{REST}'],
        ["a"],
    ),
    "an end behind a value": (
        '{"records": [{"service_name": "a"}] "x": 5}',
        [f'FM001 1:37 invalid JSON: expected "," or "}}", got a quote{REST}'],
        ["a"],
    ),
    "a broken value": (
        '{"records": [{"service_name": "é"},\n {"service_name": \'b\'}], "contacts": []}',
        [f'FM001 2:19 invalid JSON: expected a value, got "\'"{REST}'],
        ["é"],
    ),
    "a number of very many digits": (
        '{"records": [{"service_name": "a"},\n ' + "9" * 5000 + "]}",
        [f"FM001 2:2 invalid JSON: number with too many digits{REST}"],
        ["a"],
    ),
    "a list for the one value": (
        '{"format_version": [1], "carries": [], "registry": {}, "contacts": [], "footnotes": [],'
        ' "records": [{"service_name": "a"}]}',
        ["FM011 1:20 format_version: expected 1; found an array"],
        ["a"],
    ),
    "more behind its end": (
        f' {{{HEAD} "records": [{{"service_name": "a"}}]}}\n x',
        [f"FM001 2:2 invalid JSON: unexpected text after its end{REST}"],
        ["a"],
    ),
    "no white space": (
        '{"format_version":1,"carries":["kinds","contacts"],"registry":{},"contacts":[{},{}],'
        '"footnotes":[],"records":[{"service_name":"a"},{},{"service_name":"b","port_number":[]},'
        '{"contact":[{"kind":"a"},{"kind":5}]},6]}',
        [
            "FM011 1:206 records[3].contact[1].kind: expected a string, found a number",
            "FM011 1:211 records[4]: expected an object, found a number",
        ],
        ["a", None, "b", None],
    ),
    "white space everywhere": (
        '\n\t{ "format_version" : 1 , "carries" : [ ] , "registry" : { } , "contacts" : [ ]\r\n'
        ' , "footnotes" : [ \n ] , "records" : [ { "service_name" : "a" } \n , { } ] } \n',
        [],
        ["a", None],
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", BROKEN)
def test_what_is_not_as_it_should_be(title: str) -> None:
    text, defects, names = BROKEN[title]
    dump = read(text)
    assert sorted(told(dump)) == sorted(defects)
    assert [record.service_name for record in dump.records] == names
    # Each place can be asked for, whatever stands there.
    described.dump(dump)


SCHEMA = Draft202012Validator(json.loads(schema.text("registry")))
KEYS = [
    "$schema", "format_version", "carries", "registry", "records", "contacts", "footnotes",
    *described.TEXTS, *described.CITED, "kind", "data", "text", "section", "markup", "title",
    "notes", "references", "anchor", "contact_id", "contact_uri", "name", "organization",
    "last_updated", "experts", "x",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, 1, 1.0, 2, "", "a", "br", "kinds", [], ["a"], [1], [None], [[]], {}, [{}],
    [{"kind": "a"}], [{"kind": "a", "data": None}], [{"data": "a"}], [{"markup": "br"}],
    [{"markup": "hr"}], [{"kind": "a", "x": "b"}], [{"markup": "br", "kind": "a"}], {"text": "a"},
    [{"text": "a"}], [{"text": ["a", {"markup": "/paragraph"}]}], [{"text": [2]}], ["brackets"],
    ["contacts", "registry-date", "metadata", "footnotes", "kinds", "elements"],
]  # fmt: skip


def holders(value: Any) -> list[Any]:
    """All objects and lists of a document that hold something or could."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    below = [holder for held in inner for holder in holders(held)]
    return [value, *below] if isinstance(value, dict | list) else below


@settings(max_examples=400)
@given(st.data())
def test_what_fits_is_what_the_schema_has_nothing_against(data: st.DataObject) -> None:
    document = json.loads(WHOLE)
    assert is_plain(document)
    for _ in range(data.draw(st.integers(1, 2))):
        holder = data.draw(st.sampled_from(holders(document)))
        value = copy.deepcopy(data.draw(st.sampled_from(VALUES)))
        if isinstance(holder, list):
            holder[data.draw(st.integers(0, len(holder))) :] = [value]
        elif holder and data.draw(st.booleans()):
            del holder[data.draw(st.sampled_from(sorted(holder)))]
        else:
            holder[data.draw(st.sampled_from(KEYS))] = value
    is_valid = SCHEMA.is_valid(document)
    # A number that is 1 without being written so is left to the schema.
    assert is_plain(document) == (is_valid and type(document["format_version"]) is int)


@pytest.mark.parametrize("key", KEYS)
def test_no_value_fits_that_the_schema_refuses(key: str) -> None:
    for number, holder in enumerate(holders(json.loads(WHOLE))):
        for value in VALUES if isinstance(holder, dict) else ():
            document = json.loads(WHOLE)
            holders(document)[number][key] = value
            if is_plain(document):
                assert SCHEMA.is_valid(document)
                assert type(document["format_version"]) is int


SMALL = (ROOT / "fixtures/registry/small.json").read_text("utf-8")
# Enough of it to edit: the first records, the contacts and the footnotes.
_CUT = SMALL.index('    {"port_number": "465-562"'), SMALL.index("  ],\n", SMALL.index('"records"'))
SHORT = SMALL[: _CUT[0]] + '    {"description": "\\u00e4", "contact": []}\n' + SMALL[_CUT[1] :]
# Pieces that could make members mean something else than they show.
PIECES = [
    "{", "}", "[", "]", '"', ",", ", ", ":", " ", "\n", "\\", '\\"', "\\\\", "\\ud83d", "\\u0022",
    "é", "\x01", "null", "1", "{}", "[]", '""', '":', '\\":', '" :', '": "', '", "',
    '{"kind": "rfc", "data": "rfc1"}', '"kind": "rfc", ', '"data": "a", ', '"text": "b", ',
    '"service_name": "x", ', '"contact": [], ',
    '"contact_uri": ["a", "b"], ', '"contact_id": ":", ', '"\\u0064escription": "x", ',
    '"other": "x", ',
    '"description": ["a", {"markup": "br"}, {"kind": "rfc"}], ', '"records": [],',
    '"records": [{}],',
]  # fmt: skip


def all_of(text: str) -> tuple[object, ...]:
    """All that a document says and where, or why it cannot be read."""
    try:
        dump = read(text)
    except Unusable as error:
        return (str(error),)
    return described.dump(dump), dump.carries, dump.missing_columns


def require_that_both_ways_agree(text: str) -> None:
    with patch.object(json_reader, "entries_of", return_value=None):
        full = all_of(text)
    assert all_of(text) == full


@settings(max_examples=400)
@given(st.data())
def test_lists_are_read_alike_with_and_without_doubt(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([SHORT, WHOLE]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        if data.draw(st.booleans()):
            at = text.find(data.draw(st.sampled_from('",:{[')), at) + 1
        length = data.draw(st.sampled_from([0, 0, 0, 1, 2, 20]))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + length :]
    require_that_both_ways_agree(text)


# Pieces put before the first member of a record, and whether the list is then left in doubt.
MEMBERS = {
    "nothing": ("", False),
    "escapes": ('"service_code": "\\u00e4\\":", ', False),
    "an order of its own": ('"service_code": "1", ', False),
    "parts": ('"assignment_notes": ["a", {"markup": "br"}, {"kind": "rfc"}], ', False),
    "two citations": ('"assignee": [{"kind": "a", "data": "b"}, {"kind": "a"}], ', False),
    "a key twice": ('"description": "x", ', True),
    "a key twice in a citation": ('"assignee": [{"kind": "a", "kind": "b"}], ', True),
    "a key twice in a part": ('"assignment_notes": [{"kind": "a", "kind": "b"}], ', True),
    "a key twice and blanks": ('"description" : "x", ', True),
    "a key twice and escapes": ('"description": "x", "service_code": "\\":", ', True),
    "another key": ('"other": "x", ', True),
    "a comma before the end": ('"description": "x"},{"service_code": "1", },{', True),
    "a key that ends in a backslash": ('"service_code\\\\": "x", ', True),
    "a number": ('"service_code": 1, ', True),
    "a number with many digits": (f'"service_code": {"1" * 5000}, ', True),
    "a citation without kind": ('"assignee": [{"data": "a"}], ', True),
    "dates in parts": ('"registration_date": ["a"], ', True),
    "half a character": ('"service_code": "\\ud83d", ', True),
    "deep": (f'"service_code": {"[" * 30}{"]" * 30}, ', True),
    "no value": ('"service_code": , ', True),
}


@pytest.mark.parametrize("title", MEMBERS)
def test_what_leaves_a_list_of_records_in_doubt(title: str) -> None:
    piece, is_left = MEMBERS[title]
    text = SHORT.replace('{"service_name": "discard"', f'{{{piece}"service_name": "discard"', 1)
    assert (text != SHORT) == bool(piece)
    document = json_reader._JsonDocument(Source("x", text.encode()))
    # Where half a character is possible, the contacts are left, too.
    assert document.entries.keys() == ({"contacts"} if is_left else {"records", "contacts"}) - (
        {"contacts"} if document.may_be_halved or not document.is_whole else set()
    )
    require_that_both_ways_agree(text)


def test_records_as_they_are_written_are_read_by_the_pattern() -> None:
    lines = [line for line in SMALL.splitlines() if line.startswith("    {")]
    others = [
        line[:60]
        for line in lines
        if "\\" not in line
        and '"text"' not in line
        and '": ["' not in line
        and not json_entries._RECORD(f"{line.strip()},", 0)
        and not json_entries._CONTACT(f"{line.strip()},", 0)
    ]
    assert others == []


def test_a_key_may_be_written_with_escapes() -> None:
    text = WHOLE.replace('"description": ""', '"\\u0064escription": ""')
    dump = read(text.replace('"footnotes"', '"\\u0066ootnotes"'))
    record = dump.records[1]
    assert record.description == ""
    line = text.splitlines()[14]
    assert at(dump, dump.locate(record, "description", None)) == f"15:{line.index(': ') + 3}"
    # What is not there is placed where the record is, and so in the last one.
    assert at(dump, dump.locate(record, "port_number", None)) == "15:1"
    column = text.splitlines()[17].index("{}") + 1
    assert at(dump, dump.locate(dump.contacts[1], "name", None)) == f"18:{column}"


def test_records_that_cite_alike_have_places_of_their_own() -> None:
    one = '{"contact": [{"kind": "person", "data": "Ann"}]}'
    last_one = '{"reference": [], "contact": []}'
    dump = read(f'{{{HEAD} "records": [\n{one},\n{one},\n{last_one}]}}')
    assert not dump.defects
    first, second, last = dump.records
    assert first.contact[0] is second.contact[0]
    for record, line in ((first, 2), (second, 3)):
        assert at(dump, dump.locate(record, "contact", record.contact[0])) == f"{line}:41"
    assert at(dump, dump.locate(last, "reference", None)) == "4:15"
    assert at(dump, dump.locate(last, "assignee", None)) == "4:1"


def test_what_is_no_object_takes_no_place_from_those_that_are() -> None:
    dump = read(
        f'{{{HEAD} "records": [1,\n{{"service_name": "a"}}, null,\n{{"service_name": "b"}}]}}'
    )
    assert [record.service_name for record in dump.records] == ["a", "b"]
    places = [at(dump, dump.locate(record, "service_name", None)) for record in dump.records]
    assert places == ["2:18", "3:18"]
    assert [at(dump, record.offset) for record in dump.records] == ["2:1", "3:1"]


def test_what_is_left_of_parts_and_lists() -> None:
    dump = read(BROKEN["parts of texts"][0])
    assert described.record(dump.records[0])["mixed"] == {
        "description": ["c", "<b>", ("rfc", None, None, None)]
    }
    [(_, cited)] = dump.records[0].inline
    assert at(dump, dump.locate(dump.records[0], "description", cited)) == "3:61"
    dump = read(BROKEN["metadata"][0])
    assert [contact.contact_uri for contact in dump.contacts] == [("a",)]
    assert [(f.anchor, f.text) for f in dump.footnotes] == [(None, "")]
    assert [(n.title, n.text) for n in dump.notes] == [(None, "")]
    assert dump.title is None
    assert at(dump, dump.locate(dump, None, dump.references[0])) == "3:57"
    dump = read(BROKEN["keys that stand twice"][0])
    assert described.record(dump.records[1])["contact"] == [("a", "c", None, None)]
    assert at(dump, dump.locate(dump.records[0], "service_name", None)) == "1:31"
    assert dump.title == "e"


@pytest.mark.parametrize(
    "text",
    ['{"$schema": "urn:ianalint:schema:request:1"}', '{"a": {"records": []}}', "[]", " 5", "",
     '{"$schema": null}', '"records"', '{"records"', '{"$schema": "x", "recordsx": []}'],
)  # fmt: skip
def test_what_is_no_registry_is_refused(text: str) -> None:
    with pytest.raises(Unusable) as refused:
        read(text)
    assert str(refused.value) == (
        'case is JSON, but not a registry: expected an object with "records".'
        ' Run "ianalint schema registry" for the format'
    )


def test_many_errors_are_told_to_a_limit() -> None:
    for count in (999, 1000, 1001, 1002):
        records = ",\n".join(['{"port_number": 1}'] * count)
        dump = read(f'{{{HEAD} "records": [\n{records}]}}')
        shown = min(count, 1000)
        assert len(dump.defects) == shown
        more = " (and more)" if count > 1000 else ""
        assert told(dump)[-1] == (
            f"FM011 {shown + 1}:17 records[{shown - 1}].port_number: expected a string or an array,"
            f" found a number{more}"
        )


def test_what_is_missing_may_be_in_what_is_not_read() -> None:
    text = '{"format_version": 1, "records": [{}, {}]}'
    dump = parse_registry(text, form="json", limits=Limits(records=1)).dump
    assert [d.message.partition(" (")[0] for d in dump.defects] == ["more than 1 records"]
    dump = parse_registry(text, form="json", limits=Limits(records=2)).dump
    assert [d.message.partition('"')[0] for d in dump.defects] == ["document: missing "]


def test_values_nested_too_deep() -> None:
    def defects(depth: int) -> list[str]:
        inner = "[" * depth + "]" * depth
        return told(read(f'{{{HEAD} "records": [\n{{"description": {inner}}}]}}'))

    # The document, its records and the record are three levels of the twenty.
    for depth in (2, 16, 17):
        assert defects(depth) == [
            "FM011 2:18 records[0].description[0]: expected a string or an object, found an array"
        ]
    for depth in (18, 19, 100_000):
        assert defects(depth) == [
            "FM001 2:34 values are nested deeper than 20 levels (--max-depth);"
            " the rest of the document is not read"
        ]


@pytest.mark.parametrize("text", ['{"é": [1, {"b": [2, 3]}], "c": {"d": 4}, "c": 5}', " [[], {}]"])
def test_places_inside_values(text: str) -> None:
    """Of each value that Python's `json` finds, this is where it begins."""
    document = JsonText(text, 20)
    begin = document.space(0)

    def walk(value: Any, path: list[str | int]) -> None:
        place = document.within(begin, path)
        assert document.decoded(place)[0] == value
        assert text[place] not in " :,"
        if isinstance(value, list):
            for index, inner in enumerate(value):
                walk(inner, [*path, index])
        elif isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, [*path, key])

    whole, end = document.decoded(begin)
    assert end == len(text)
    walk(whole, [])
    assert whole == ({**json.loads(text), "c": {"d": 4}} if "c" in whole else json.loads(text))
