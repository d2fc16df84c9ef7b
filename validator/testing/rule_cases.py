"""Cases of rules as data: the format of their files, and how a case is run.

A file `<CODE>.toml` has tables `[[case]]`:

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

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

from validator.api import check, parse_registry
from validator.engine.finding import Location
from validator.engine.report import Report
from validator.engine.rule import Rule
from validator.model.registry import Registry
from validator.model.vocabulary import COLUMN_HEADINGS

TODAY = "2026-11-23"

_EXAMPLE = re.compile(
    r"^(Flagged|Accepted)(?: \((csv|json|whole)\))?::\n\n((?:(?: {4}.*)?\n)+)", re.MULTILINE
)
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
    """Check the dump of a case."""
    select = case.get("select")
    # A piece without records is no dump without records.
    ignore = ["MD004"] if select is not None and "MD004" not in select else []
    today = case.get("today", TODAY)
    return check(read_case(case), today=today, select=select, ignore=ignore)


def differences(case: dict[str, Any], report: Report) -> Iterator[str]:
    """Yield what of `report` is not as `case` has it, as sentences; none if it is."""
    yield from (f"{fault.code} failed: {fault.message}" for fault in report.faults)
    for key, values in _described(report).items():
        if key in case and case[key] != values:
            yield f"{key}: expected {case[key]}, found {values}"
    for finding, piece in zip(report.findings, case.get("message", ()), strict=False):
        if piece not in finding.message:
            yield f'message: expected "{piece}" in "{finding.message}"'


def _described(report: Report) -> dict[str, list[Any]]:
    """What a case may say about the findings of a report."""
    findings = report.findings
    places = [place for finding in findings for place in finding.related]
    return {
        "findings": [f"{finding.code} {_place(finding.location)}" for finding in findings],
        "messages": [finding.message for finding in findings],
        "legacy": [finding.legacy for finding in findings],
        "field": [finding.field or "" for finding in findings],
        "value": [finding.value or "" for finding in findings],
        "related": [_place(place.location) for place in places],
        "there": [place.message for place in places],
    }


def _place(location: Location) -> str:
    return f"{location.line}:{location.column}"


def examples(rule: Rule) -> list[tuple[bool, dict[str, Any]]]:
    """Return the examples of the documentation of `rule`: whether flagged, and the case."""
    cases = []
    for kind, way, text in _EXAMPLE.findall(f"{rule.documentation}\n"):
        case = {"input": dedent(text), "whole": way == "whole", "select": [rule.code]}
        if way in ("csv", "json"):
            case["form"] = way
        cases.append((kind == "Flagged", case))
    return cases
