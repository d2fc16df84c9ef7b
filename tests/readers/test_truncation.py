"""Values are cut at the limit in every form alike, whatever they are of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from tests.dumps import published
from tests.rendered import as_html, as_text
from validator import Limits, Registry, check, parse_registry
from validator.api import run_context
from validator.diff.compare import compare
from validator.model.record import Citation, Dump, Footnote, Markup, Note
from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS, normal_space
from validator.readers import FORMS, read
from validator.readers.source import Source
from validator.writers import TARGETS, write

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "registry"
LIMIT = 30
LONG = "-".join(["long"] * 12)
# A value of every kind, each longer than the limit, in the layout that is read without events.
EVERY = f"""<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Title-{LONG}</title>
  <category>Category-{LONG}</category>
  <updated>2026-08-17-{LONG}</updated>
  <xref type="rfc" data="rfc6335{"0" * 40}"/>
  <expert>Expert-{LONG}</expert>
  <note>Note-{LONG}</note>
  <record date="2020-{LONG}" updated="2021-{LONG}">
    <name>name-{LONG}</name>
    <protocol>tcp-{LONG}</protocol>
    <assignee>
      <xref type="person" data="Assignee-{LONG}"/>
    </assignee>
    <xref type="person" data="Ann_Example"/>
    <xref type="person" data="Contact-{LONG}"/>
    <xref type="rfc" data="rfc1"/>
    <xref type="rfc" data="rfc{"1" * 40}"/>
    <xref type="draft" data="draft-{LONG}"/>
    <description>Text-{LONG}</description>
    <number>1{"2" * 40}</number>
    <note>Notes-{LONG}</note>
    <unauthorized>Uses-{LONG}</unauthorized>
  </record>
  <record>
    <name>again</name>
    <protocol>tcp</protocol>
    <xref type="person" data="Ann_Example"/>
    <xref type="person" data="Contact-{LONG}"/>
    <description>The same contact</description>
    <number>2</number>
    <sc>3{"4" * 40}</sc>
  </record>
  <footnote anchor="1">Footnote {LONG.replace("-", " ")}</footnote>
  <people>
    <person id="Ann_Example">
      <name>Ann</name>
      <uri>mailto:ann&amp;example.com</uri>
      <updated>2020-01-02</updated>
    </person>
    <person id="Contact-{LONG}">
      <name>Name-{LONG}</name>
      <org>Organization-{LONG}</org>
      <uri>mailto:uri-{LONG}</uri>
      <updated>2022-{LONG}</updated>
    </person>
  </people>
</registry>
"""


def rendered(registry: Registry, form: str) -> bytes:
    if form == "events":
        # A line end that no published dump has: read element by element.
        return write(registry, "xml").text.replace("\n", "\r\n").encode()
    if form in ("txt", "html"):
        return (as_text if form == "txt" else as_html)(registry.dump).encode()
    (target,) = [target for target in TARGETS if target == form]
    return write(registry, target).text.encode()


def values(dump: Dump) -> Iterator[str]:
    """Every value of a dump but the id of the registry."""

    def of_citation(citation: Citation) -> list[str | None]:
        return [citation.data, citation.text, citation.section]

    found: list[str | None] = [dump.title, dump.category, dump.updated, dump.experts]
    for record in dump.records:
        for field in RECORD_FIELDS:
            value = getattr(record, field)
            if isinstance(value, str | None):
                found.append(value)
            else:
                found += [text for citation in value for text in of_citation(citation)]
        for _, citation in record.inline:
            found += of_citation(citation)
        for parts in (record.mixed or {}).values():
            found += [part for part in parts if isinstance(part, str)]
    for contact in dump.contacts:
        found += [getattr(contact, field) for field in CONTACT_FIELDS if field != "contact_uri"]
        found += contact.contact_uri
    noted_texts: list[Note | Footnote] = [*dump.notes, *dump.footnotes]
    for noted in noted_texts:
        found += [noted.text, getattr(noted, "title", None), getattr(noted, "anchor", None)]
        for part in noted.mixed:
            if not isinstance(part, Markup):
                found += of_citation(part) if isinstance(part, Citation) else [part]
    for citation in dump.references:
        found += of_citation(citation)
    return (value for value in found if value is not None)


# What was cut is reported of both dumps; nothing else is to be found in a pair of them.
CUT = "FM001"


@pytest.mark.parametrize("form", [*FORMS, "events"])
def test_every_value_is_cut_and_reported_at_its_place(form: str) -> None:
    whole = parse_registry(EVERY)
    data = rendered(whole, form)
    original = parse_registry(data).dump
    assert original.defects == []
    dump = parse_registry(data, limits=Limits(length=LIMIT)).dump
    assert max(map(len, values(dump))) == LIMIT
    assert {defect.code for defect in dump.defects} == {"FM001"}
    texts = [value for value in values(original) if len(value) > LIMIT]
    # A footnote and a note have their text in their parts as well.
    assert len(dump.defects) == len(set(texts)) + texts.count(f"Contact-{LONG}") - (
        texts.count(f"Contact-{LONG}") > 0
    )
    for defect in dump.defects:
        if defect.about is not None:
            context = data[defect.offset : defect.offset + 60].decode().lower()
            assert any(text[:9].lower() in context for text in texts), (defect, context)
    # What is cut can still be asked for its place.
    assert not check(parse_registry(data, limits=Limits(length=LIMIT))).faults
    for record in dump.records:
        for field in ("contact", "reference"):
            places = [dump.locate(record, field, cited) for cited in getattr(record, field)]
            assert places == sorted(set(places))


@pytest.mark.parametrize("limit", [1, 5, 12, 30, 60])
@pytest.mark.parametrize("name", ["small", "extract", "every"])
def test_two_forms_of_one_registry_are_the_same_under_a_limit(name: str, limit: int) -> None:
    text = EVERY if name == "every" else (FIXTURES / f"{name}.xml").read_text("utf-8")
    whole = parse_registry(text)
    limits = Limits(length=limit)
    registries = [parse_registry(rendered(whole, form), path=form, limits=limits) for form in FORMS]
    for one, other in combinations(registries, 2):
        report = compare(one, other, run_context())
        assert [str(f) for f in report.findings if f.code != CUT] == []


def test_white_space_does_not_count() -> None:
    """XML has the indentation of its source, CSV has not."""
    text = EVERY.replace(f"Text-{LONG}", " one\n   two\n   three four five six seven eight nine ")
    whole = parse_registry(text)
    limits = Limits(length=LIMIT)
    one, other = (
        parse_registry(rendered(whole, form), path=form, limits=limits) for form in ("xml", "csv")
    )
    expected = "one two three four five six seven eight nine"[:LIMIT]
    assert one.records[0].description == expected
    assert normal_space(other.records[0].description or "") == expected
    assert {finding.code for finding in compare(one, other, run_context())} == {CUT}


def test_the_id_of_the_registry_is_never_cut() -> None:
    dump = parse_registry(EVERY, limits=Limits(length=3)).dump
    assert dump.registry_id == "service-names-port-numbers"
    other = EVERY.replace("service-names-port-numbers", LONG)
    dump = parse_registry(other, limits=Limits(length=3)).dump
    assert dump.registry_id == LONG[:3]


def test_citations_in_texts_are_cut() -> None:
    inline = f'<xref type="uri" data="https:{LONG}">here</xref>'
    text = EVERY.replace(f"Text-{LONG}", f"See {inline}").replace(f"Note-{LONG}", f"See {inline}")
    dump = parse_registry(text, limits=Limits(length=LIMIT)).dump
    [(field, citation)] = dump.records[0].inline
    assert (field, citation.data, citation.text) == ("description", f"https:{LONG}"[:LIMIT], "here")
    [note] = dump.notes
    [cited] = [part for part in note.mixed if isinstance(part, Citation)]
    assert cited.data == f"https:{LONG}"[:LIMIT]
    assert note.text == "See [here]"
    found = [defect for defect in dump.defects if defect.field in ("description", "note")]
    assert [text[defect.offset :][:6] for defect in found] == ["https:", "https:"]


def test_pages_are_cut_together() -> None:
    from validator.readers import read_pages

    page = as_html(parse_registry(EVERY).dump).encode()
    alone = read(Source("a", page, Limits(length=LIMIT)))
    dump = read_pages("all", [Source("a", page, Limits(length=LIMIT))])
    assert [(d.code, d.field, d.offset) for d in alone.defects if d.about] == [
        (d.code, d.field, d.offset) for d in dump.defects if d.about
    ]


@pytest.mark.real
@pytest.mark.parametrize("limit", [20, 100])
def test_the_newest_dump_and_its_csv_are_the_same_under_a_limit(limit: int) -> None:
    data = published("2026-08-17.xml").read_bytes()
    table = write(parse_registry(data), "csv").text
    limits = Limits(length=limit)
    one, other = (parse_registry(text, limits=limits) for text in (data, table))
    assert one.dump.defects
    assert {finding.code for finding in compare(one, other, run_context())} == {CUT}


def test_the_title_of_a_note_is_cut() -> None:
    text = EVERY.replace("<note>Note-", f'<note title="Title-{LONG}">Note-', 1)
    dump = parse_registry(text, limits=Limits(length=LIMIT)).dump
    assert dump.notes[0].title == f"Title-{LONG}"[:LIMIT]
    length = len(f"Title-{LONG}")
    assert [d.message for d in dump.defects if "of the note" in d.message] == [
        f"title of the note: {length} characters, but the limit is {LIMIT} (--max-length); the rest"
        " is ignored"
    ]
