"""Line and column point at the value: what is found stands at its place, in every rule and form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest

from tests.cases import read_case, rule_cases
from tests.rendered import as_html, as_text
from validator import Registry, check, parse_registry
from validator.engine.finding import Finding
from validator.model.vocabulary import COLUMN_HEADINGS
from validator.writers import write

FORMS: dict[str, Callable[[Registry], str]] = {
    "json": lambda registry: write(registry, "json").text,
    "html": lambda registry: as_html(registry.dump),
    "txt": lambda registry: as_text(registry.dump),
    "csv": lambda registry: write(registry, "csv").text,
}
# What is about ports that no record mentions is where they would be.
WITHOUT_PLACE = ("PN010", "PN017")
# What the registry as a whole lacks has no element or cell.
WITHOUT_CELL = ("MD001", "MD002", "MD003", "MD004", "RF006", "RF007", "TX005")
_TAG = re.compile(r"<[^>]*>")
_CITED = re.compile(r"""<xref[^>]* data=["']([^"']*)[^>]*>""")
# As much of a value as is read: in plain text a longer one is wrapped.
_LONG = 3
CASES = [
    pytest.param(code, case, id=f"{code}-{case['title']}")
    for code, case in rule_cases()
    if not case.get("bytes") and not code.startswith("FM")
]


def letters(text: str) -> str:
    """The letters of a value as no form writes them otherwise."""
    return re.sub(r"""[\s\[\]"\\]""", "", text)


def written(finding: Finding, data: bytes, form: str) -> Iterator[str]:
    """What may be read at the place of a finding."""
    here = data[finding.location.offset : finding.location.offset + 2000].decode("utf-8", "replace")
    yield here
    if form in ("xml", "html"):
        yield unescape(here)
        yield unescape(_TAG.sub("", here))
        yield _CITED.sub(r"\1", here)
    if form == "json":
        start = here.find('"', 1) if here.startswith('"') else -1
        string = re.match(r'"(?:[^"\\]|\\.)*"', here)
        yield json.loads(string[0]) if string else here
        yield here.replace("\\", "")
        inside = re.match(r'(?:[^"\\]|\\.)*', here)
        yield json.loads(f'"{inside[0]}"', strict=False) if inside else here
        yield re.sub(r'^[\[{\s]*"kind": "[a-z]*", "data": ', "", here[start:])
        yield from re.findall(r'"(?:data|text)": "([^"]*)', here[:200])
        for text in re.findall(r'"(?:data|text)": ("(?:[^"\\]|\\.)*")', here[:400]):
            yield json.loads(text)


def stands(finding: Finding, data: bytes, form: str) -> bool:
    value = letters(finding.value or "").casefold()[:_LONG]
    texts = [letters(text).casefold() for text in written(finding, data, form)]
    return any(text.startswith(value) for text in texts)


def ends(finding: Finding, data: bytes) -> bool:
    """Whether what is marked is a beginning of the value: all of it, or up to markup or a break."""
    place = finding.location
    if place.end is None:
        return False
    marked = unescape(_TAG.sub("", data[place.offset : place.end].decode()))
    if marked.startswith('"') and not (finding.value or "").startswith('"'):
        marked = json.loads(marked) if marked.endswith('"') else marked
    elif "\\u" in marked:
        marked = json.loads(f'"{marked}"')
    start = letters(finding.value or "").replace(" ", "").casefold()
    return start.startswith(letters(marked).casefold()) and place.end > place.offset


def cells_before(row: str) -> int:
    """How many cells of a row in CSV end in the part of it before a place."""
    return re.sub(r'"(?:[^"]|"")*"', "", row).count(",")


def is_at_element(finding: Finding, registry: Registry) -> bool:
    """Whether something that is missing is reported at its element, or in CSV in its cell."""
    dump = registry.dump
    at = finding.location.offset
    offsets = [record.offset for record in dump.records]
    starts = [start for start in (*offsets, *(c.offset for c in dump.contacts)) if start <= at]
    if dump.form == "txt" or not starts or finding.code in WITHOUT_CELL:
        return True
    here = dump.data[at : at + 80].decode("utf-8", "replace")
    if dump.form == "csv":
        columns = list(dict.fromkeys(COLUMN_HEADINGS.values()))
        row = dump.data[max(starts) : at].decode()
        return here.startswith("]") or cells_before(row) == columns.index(finding.field or "")
    openings = {"xml": ("<", '"', "'"), "html": ("<", "]"), "json": ("{", "[", '"')}
    return here.lstrip().startswith(openings[dump.form])


def misplaced(registry: Registry, today: str, select: list[str] | None) -> list[str]:
    report = check(registry, today=today, select=select)
    form = registry.dump.form
    data = registry.dump.data
    return [
        f"{finding}: {finding.value!r} at {data[finding.location.offset :][:60]!r}"
        for finding in report
        if finding.field and finding.code not in WITHOUT_PLACE
        if not (
            stands(finding, data, form) and ends(finding, data)
            if finding.value
            else is_at_element(finding, registry)
        )
    ]


@pytest.mark.parametrize(("code", "case"), CASES)
def test_the_value_stands_at_its_place(code: str, case: dict[str, object]) -> None:
    registry = read_case(case)
    today = str(case.get("today", "2026-11-23"))
    select = case.get("select")
    assert select is None or isinstance(select, list)
    assert misplaced(registry, today, select) == []
    for form, render in FORMS.items():
        text, path = render(registry), f"{code}.{form}"
        rendered = parse_registry(text, path=path, whole=registry.is_whole)
        assert misplaced(rendered, today, select) == [], form


ALIAS = 'msl_lmd was here. This entry is an alias to "{}". This entry is now historic.'
SENTENCES = [
    ("msl-xmd", ALIAS),
    ("msl_lmd", f"<br/>{ALIAS}"),
    ("here", ALIAS),
    ("entry", ALIAS),
    ("br", f"<br/> br br<br/>{ALIAS}"),
    ("RFC6335", f'See <xref type="rfc" data="rfc6335"/> RFC6335. {ALIAS}'),
    ("über-lmd", f"Für &amp; &#xFC;ber &lt;b> {ALIAS}"),
    ("a&amp;b", f"a&amp;b {ALIAS}"),
    ("note", f"<paragraph>note note</paragraph>{ALIAS}"),
]


@pytest.mark.parametrize("form", ["xml", *FORMS])
@pytest.mark.parametrize(("name", "notes"), SENTENCES)
def test_the_name_in_a_sentence(form: str, name: str, notes: str) -> None:
    record = (
        "<record><name>msl_lmd</name><protocol>tcp</protocol><description>License</description>"
        f"<number>1464</number><note>{notes.format(name)}</note></record>"
    )
    registry = parse_registry(
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
        f"<title>T</title><updated>2026-08-17</updated>{record}</registry>"
    )
    if form != "xml":
        registry = parse_registry(FORMS[form](registry), path=f"x.{form}")
    findings = list(check(registry, select=["AL001", "AL006", "AL009"]))
    assert len(findings) == 1
    [finding] = findings
    assert finding.value == unescape(name)
    data = registry.dump.data
    before = data[: finding.location.offset].decode().rstrip("\\")
    assert before.endswith(('alias to "', "alias to &quot;", 'alias to ""', 'alias to \\"')) or (
        form == "txt" and before.endswith('"')
    )
    here = data[finding.location.offset :].decode()
    assert unescape(here).startswith(unescape(name)), here[:60]


ABOUT = """<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
<title>T</title><updated>2026-08-17</updated>
<note title="Ti\u200btle">Some \u00fc words b\u200bad, \u00c3\u00a9x,
  <xref type="person" data="Gone"/> and <xref type="rfc" data="rfc0793"/> &amp; <br/>more</note>
<note>Second\u00a0one: <xref type="person" data="Ba d"/> <xref type="foo" data="zz"/>
 <xref type="uri" data="foo:bar">label</xref> &lt;last\u202e></note>
<record><name>harbor</name><protocol>tcp</protocol><description>Log</description></record>
<footnote anchor="1">Foot b\u200bad \u00c3\u00a9x <xref type="person" data="Gone"/>
 <xref type="rfc" data="rfc0793"/> <xref type="person" data="Ba d"/></footnote>
</registry>"""
# By rule and field: the values, in the order of the document.  Pages and plain text do not say of
# what kind what they cite is.
IN_PROSE = [
    ("TX003", "note_title", "Ti\u200btle"),
    ("TX003", "notes", "\u200b"),
    ("TX004", "notes", "\u00c3\u00a9"),
    ("TX003", "notes", "\u202e"),
    ("TX003", "text", "\u200b"),
    ("TX004", "text", "\u00c3\u00a9"),
]
CITED = [
    ("AC001", "notes", "Gone"),
    ("RF001", "notes", "rfc0793"),
    ("AC005", "notes", "Ba d"),
    ("RF002", "notes", "zz"),
    ("RF001", "notes", "foo:bar"),
    ("AC001", "text", "Gone"),
    ("RF001", "text", "rfc0793"),
    ("AC005", "text", "Ba d"),
]


@pytest.mark.parametrize("form", ["xml", "json", "html", "txt"])
def test_a_value_in_a_note_or_footnote(form: str) -> None:
    registry = parse_registry(ABOUT)
    if form != "xml":
        registry = parse_registry(FORMS[form](registry), path=f"x.{form}")
    data = registry.dump.data
    codes = ["TX003", "TX004", "AC001", "AC005", "RF001", "RF002"]
    findings = list(check(registry, select=codes))
    expected = [*IN_PROSE, *CITED] if form in ("xml", "json") else IN_PROSE
    assert sorted((f.code, f.field, f.value) for f in findings) == sorted(expected)
    for finding in findings:
        assert finding.location.end is not None, finding
        marked = data[finding.location.offset : finding.location.end].decode()
        if marked.startswith(('"', "\\u")):
            marked = json.loads(f'"{marked.strip(chr(34))}"')
        assert marked == finding.value, finding
    offsets = {(f.location.offset, f.code) for f in findings}
    assert len(offsets) == len(expected)


# -- what is wrong with the file ----------------------------------------------------------------

FM_CASES = [
    pytest.param(code, case, id=f"{code}-{case['title']}")
    for code, case in rule_cases()
    if code.startswith("FM") and not case.get("bytes")
]


@pytest.mark.parametrize(("code", "case"), FM_CASES)
def test_a_fault_of_the_file_is_at_its_place(code: str, case: dict[str, object]) -> None:
    registry = read_case(case)
    data = registry.dump.data
    for finding in check(registry, select=[code], today="2026-11-23"):
        here = data[finding.location.offset :].decode("utf-8", "replace")
        value = finding.value or ""
        # An element is at its tag, before its value.
        text = letters(unescape(_TAG.sub("", here[:200]))) if here.startswith("<") else ""
        assert here.startswith((value, f"<{value}")) or text.startswith(letters(value)[:_LONG]), (
            f"{finding}: {here[:40]!r}"
        )
        if code == "FM010":
            assert here.startswith("<!DOCTYPE")
        if code == "FM007":
            assert data[: finding.location.offset].endswith((b'="', b"='"))
