"""Citations of a part of a document are in every form what they are in the XML."""

from __future__ import annotations

import pytest

from tests.described import citation
from tests.rendered import as_html, as_text
from validator import check, parse_registry
from validator.api import run_context
from validator.diff.compare import compare
from validator.readers.brackets import citations
from validator.writers import write

XREFS = [
    '<xref type="rfc" data="rfc8765" section="6.1">RFC8765, Section 6.1</xref>',
    '<xref type="draft" data="draft-example-snif-05" section="4.3">'
    "draft-example-snif-05, Section 4.3</xref>",
    '<xref type="draft" data="RFC-ietf-example-log-12" section="6">'
    "RFC-ietf-example-log-12, Section 6</xref>",
    '<xref type="rfc" data="rfc10003" section="Appendix B.2">RFC10003, Appendix B.2</xref>',
    '<xref type="rfc" data="rfc793" section="Sections 3.1 and 4">RFC793, Sections 3.1 and 4</xref>',
]
DOCUMENT = """<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Service Name and Transport Protocol Port Number Registry</title>
  <updated>2026-08-17</updated>
  <xref type="rfc" data="rfc6335"/>
  <expert>Ann Example</expert>
  <note>Invented.</note>
%s  <people>
    <person id="Ann_Example"><name>Ann Example</name><uri>mailto:ann&amp;example.com</uri></person>
  </people>
</registry>
"""
RECORD = """  <record date="2020-01-02">
    <name>quay-%d</name>
    <protocol>tcp</protocol>
    <xref type="person" data="Ann_Example"/>
    %s
    <description>Quay</description>
    <number>%d</number>
  </record>
"""
XML = DOCUMENT % "".join(RECORD % (n, xref, 4600 + n) for n, xref in enumerate(XREFS))
WHOLE = parse_registry(XML)
FORMS = {
    "csv": write(WHOLE, "csv").text,
    "json": write(WHOLE, "json").text,
    "html": as_html(WHOLE.dump),
    "html of today": as_html(WHOLE.dump).replace(">RFC", ">RFC ").replace("RFC -", "RFC-"),
    "txt": as_text(WHOLE.dump),
    "txt of today": as_text(WHOLE.dump, wraps=False).replace("[RFC8765,", "[RFC 8765,"),
}


@pytest.mark.parametrize("form", FORMS)
def test_parts_of_documents_are_what_they_are_in_the_xml(form: str) -> None:
    registry = parse_registry(FORMS[form])
    assert registry.dump.form == form.split()[0]
    for record, other in zip(registry.records, WHOLE.records, strict=True):
        assert list(map(citation, record.reference)) == list(map(citation, other.reference))
        for cited in record.reference:
            there = registry.dump.data[registry.dump.locate(record, "reference", cited) :]
            if form != "json":
                assert there.startswith(cited.display.split(",")[0].encode()) or "today" in form
    found = [(f.code, f.value) for f in check(registry, select=["TX009", "RF"])]
    assert found == [("RF003", "draft-example-snif-05"), ("RF003", "RFC-ietf-example-log-12")]
    for pair in ((registry, WHOLE), (WHOLE, registry)):
        assert not compare(*pair, run_context(today="2026-11-23")).findings
    for xref in XREFS:
        assert xref in write(registry, "xml").text


@pytest.mark.parametrize(
    "label",
    [
        "TR-352, Section 4",
        "Section 4",
        "https://example.com/x, Section 4",
        "RFC8765, Section",
        "RFC8765, see Section 4",
        "RFC8765, RFC793",
        "draft-example-snif-05, page 7",
    ],
)
def test_other_labels_are_brackets(label: str) -> None:
    assert [citation(cited) for cited in citations(f"[{label}]", people=False)] == [
        ("bracket", None, label, None)
    ]
