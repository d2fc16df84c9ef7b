"""Rule cases as data: the format of the files in `fixtures/rules`, and how a case is run.

A file `fixtures/rules/<FAMILY>/<CODE>.toml` has tables `[[case]]`:

    title    = "two hyphens"            what the case shows
    form     = "xml"                    or "csv" or "json"; default: xml
    input    = '''...'''                the dump; a piece of XML or rows of CSV are completed
    findings = ["SN005 2:15"]           ALL findings, as "CODE line:column"
    message  = ["..."]                  optional: a part of the message of each finding
    messages = ["..."]                  optional: the whole message of each finding
    legacy   = [true]                   optional: whether each finding is legacy
    field    = ["service_name"]         optional: the field of each finding, "" for none
    value    = ["edi_service"]          optional: the value of each finding, "" for none
    related  = ["3:15"]                 optional: the related places of all findings, in order
    there    = ["the earlier record"]   optional: the message of each of them
    whole, today, select, bytes         optional: as in `check`; `bytes = "latin-1"` encodes so

A piece of XML is put into a registry after one line of other text, so its first line is line 2.
It has people of its own or else `PEOPLE`, whom a note cites.  Rows of CSV follow the header and
records of JSON the first line, so they begin in line 2 too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator import Registry, Report, check, parse_registry
from validator.model.vocabulary import COLUMN_HEADINGS

RULE_CASES = Path(__file__).parent.parent / "fixtures" / "rules"
TODAY = "2026-11-23"

_CITED = ("Ann_Example", "Ben_Example", "Example_Org", "IESG", "IETF_Chair")
OPENING = (
    '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
    "<title>Service Name and Transport Protocol Port Number Registry</title>"
    "<updated>2026-08-17</updated>"
)
CITING = "".join(f'<xref type="person" data="{person}"/>' for person in _CITED)
NOTE = f"<note>Kept by {CITING}</note>"
PEOPLE = """<people>
<person id="Ann_Example"><name>Ann Example</name>
<uri>mailto:ann&amp;example.com</uri><updated>2020-05-04</updated></person>
<person id="Ben_Example"><name>Ben Example</name>
<uri>mailto:ben&amp;example.com</uri><updated>2020-05-04</updated></person>
<person id="Example_Org"><org>Example Org</org>
<uri>mailto:ports&amp;example.org</uri><updated>2020-05-04</updated></person>
<person id="IESG"><org>IESG</org>
<uri>mailto:iesg&amp;ietf.example</uri><updated>2020-05-04</updated></person>
<person id="IETF_Chair"><name>IETF Chair</name><org>IETF</org>
<uri>mailto:chair&amp;ietf.example</uri><updated>2020-05-04</updated></person>
</people>"""
HEADER = ",".join(heading for heading in COLUMN_HEADINGS if not heading.startswith("Known"))


def completed(text: str, form: str) -> str:
    """Put a piece of XML into a registry or rows after a header; a whole dump stays as it is."""
    if form == "json":
        if "records" in text:
            return text
        return (
            '{"$schema": "urn:ianalint:schema:registry:1", "format_version": 1, "carries": [],'
            ' "registry": {}, "contacts": [], "footnotes": [], "records": [\n' + text + "]}"
        )
    if form == "csv":
        return text if text.lstrip("\ufeff").startswith("Service Name") else f"{HEADER}\n{text}"
    start = text.lstrip()
    if not start.startswith(("<record", "<person", "<people", "<footnote", "<note", "<!--")):
        return text
    if "<people" in text:
        return f"{OPENING}\n{text}</registry>"
    if start.startswith("<person"):
        return f"{OPENING}<people>\n{text}</people></registry>"
    return f"{OPENING}{NOTE}\n{text}{PEOPLE}</registry>"


def read_case(case: dict[str, Any]) -> Registry:
    form = case.get("form", "xml")
    data = completed(case["input"], form).encode(case.get("bytes", "utf-8"))
    return parse_registry(data, path="case", form=form, whole=case.get("whole", False))


def run_case(case: dict[str, Any]) -> Report:
    return check(read_case(case), today=case.get("today", TODAY), select=case.get("select"))


def rule_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the code of each case's file and the case; those of CS and HX are of other forms."""
    for path in sorted(RULE_CASES.glob("*/*.toml")):
        if path.parent.name in ("CS", "HX"):
            continue
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            yield path.stem, case
