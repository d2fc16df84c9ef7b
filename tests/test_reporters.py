"""The formats: what each shows, and that no text of an input gets out raw."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from copy import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import dump, record
from tests.test_growth import lines_of
from validator import audit, check, parse_registry
from validator.consumers.reading import parse_consumer
from validator.engine.finding import Fault, Finding, Location, NotRun, RelatedPlace
from validator.engine.report import Input, Report
from validator.readers.source import value_end
from validator.reporters import FORMATS, Style, render
from validator.reporters import excerpt as excerpts
from validator.reporters.escape import subject_name, visible
from validator.reporters.excerpt import width
from validator.reporters.json import document, encoded

TODAY = "2026-11-23"


def shown(form: str, report: Report, style: Style | None = None) -> str:
    return "".join(render(form, report, style))


def report_on(
    data: bytes, select: Sequence[str] = ("SN",), path: str = "dump.xml", **more: Any
) -> Report:
    return check(parse_registry(data, path=path), select=select, today=TODAY, **more)


def made(
    text: str, data: bytes = b"", offset: int = 0, *, legacy: bool = False, path: str = "dump.xml"
) -> Report:
    """A report that has `text` wherever a report can hold text of an input."""
    place = Location(path, 1, 1, offset)
    subject: dict[str, str | None] = {
        "service_name": text,
        "port": text,
        "transport_protocol": text,
    }
    finding = Finding(
        "SN002", "service-name-character", "error", legacy, text, "RFC 6335, Section 5.1",
        "service_name", text, subject, place,
        [RelatedPlace(text, place, {"contact": text}), RelatedPlace(text, place, {"port": text})],
        f"SN002/{text}",
    )  # fmt: skip
    entry = Input(path)
    entry.form = "xml"
    entry.updated = text
    entry.data = data
    entry.findings = [finding]
    entry.faults = [Fault("SN003", path, subject, text)]
    entry.not_run = [NotRun("SN004", text)]
    return Report([entry, Input.unusable(path, text)])


# -- nothing gets out raw -----------------------------------------------------------------------

HIDDEN = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u00ad\u061c\u180e\u2028\u2029\ufeff\ufffe\uffff\U000e0001\U000e0041\ufe0f\u115f\u3164\u034f",
    *"\u1160\u17b4\u17b5\u180b\u180f\u2800\ufe00\uffa0\U000e0100\U000e01ef",
    *map(chr, range(0x200B, 0x2010)),
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2060, 0x2070)),
    "\ud800",
    "\udcff",
]


@pytest.mark.parametrize("character", HIDDEN, ids=lambda c: f"U+{ord(c):04X}")
def test_what_cannot_be_seen_is_escaped(character: str) -> None:
    escaped = visible(f"a{character}b")
    assert escaped.isascii()
    assert escaped.isprintable()
    assert escaped.encode("ascii").decode("unicode_escape") == f"a{character}b"


@pytest.mark.parametrize(
    "text",
    [
        "", "plain", "a\\b", "Zoë", "Ελλάδα", "日本語", "e\u0301", "\U0001f6a2", "“quoted”",
        # Beside those that cannot be seen.
        "\u034e\u0350\u115e\u1161\u17b3\u17b6\u180a\u1810\u27ff\u2801\u3163\u3165\ufe10\uff9f",
    ],
)  # fmt: skip
def test_what_can_be_seen_stays(text: str) -> None:
    assert visible(text) == text


def is_raw(character: str) -> bool:
    """Say whether a character must never reach a terminal; the ends of our own lines may."""
    if character == "\n":
        return False
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or character in HIDDEN
        or not character.isprintable()
    )


hostile = st.text(
    st.sampled_from(HIDDEN) | st.sampled_from("ab&<>\"'[];ë日") | st.characters(), max_size=30
)


@settings(max_examples=80)
@given(hostile, st.booleans(), st.sampled_from([None, 40, 90]))
def test_no_format_lets_a_hidden_character_out(text: str, color: bool, columns: int | None) -> None:
    data = text.encode("utf-8", "replace")
    report = made(text, data, len(data) // 2, path=f"dump{text}.xml")
    style = Style(legacy="show", statistics=True, color=color, width=columns)
    for form in FORMATS:
        out = shown(form, report, style)
        if form == "text" and color:
            out = re.sub("\x1b\\[[0-9;]*m", "", out)
        assert not {c for c in set(out) if is_raw(c)}, form
        if form in ("json", "jsonl"):
            assert out.isascii()


@settings(max_examples=150)
@given(hostile, st.booleans())
def test_json_says_what_the_report_says(text: str, legacy: bool) -> None:
    report = made(text, legacy=legacy)
    written = shown("json", report)
    assert json.loads(written) == report.to_dict()
    lines = [json.loads(line) for line in shown("jsonl", report).splitlines()]
    assert lines == [
        {"type": "head", **report.head()},
        *({"type": "finding", **finding.to_dict()} for finding in report.findings),
        {"type": "summary", **report.tail()},
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 499, 500, 501, 1001])
def test_json_has_the_keys_in_the_order_of_the_report_and_a_finding_a_line(count: int) -> None:
    report = report_on(dump(*(record(f"a--{number}") for number in range(count))))
    written = shown("json", report)
    assert list(json.loads(written)) == list(report.to_dict())
    lines = [line for line in written.split("\n") if line.startswith('{"code"')]
    assert len(lines) == len(report.findings)
    assert count <= len(lines)
    assert [json.loads(line.rstrip(",")) for line in lines] == report.to_dict()["findings"]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="xlm"):
        render("xlm", Report([]))


# -- concise ------------------------------------------------------------------------------------


def test_concise() -> None:
    report = made("a\nb", path="x\ty.xml")
    assert shown("concise", report) == (
        "x\\ty.xml:1:1: error internal error in SN003: a\\nb\n"
        "x\\ty.xml:1:1: error a\\nb\n"
        "x\\ty.xml:1:1: SN002 error a\\nb [service-name-character]\n"
    )
    legacy = made("old", legacy=True)
    for entry in legacy.inputs:
        entry.faults, entry.error = [], None
    assert shown("concise", legacy) == (
        "dump.xml: SN002 error (legacy) 1 finding not listed (--legacy show)"
        " [service-name-character]\n"
        "1 legacy finding in 1 rule not counted (--legacy show)\n"
    )
    line = "dump.xml:1:1: SN002 error (legacy) old [service-name-character]\n"
    assert shown("concise", legacy, Style(legacy="show")) == line
    assert shown("concise", legacy, Style(legacy="fail")) == line
    assert shown("concise", legacy, Style(quiet=True)) == ""
    assert shown("concise", legacy, Style(quiet=True, legacy="show")) == line
    for status in ("baselined", "suppressed"):
        legacy.inputs[0].findings[0].status = status
        for style in (Style(), Style(legacy="show"), Style(legacy="fail")):
            assert shown("concise", legacy, style) == f"1 {status}\n"
        assert shown("concise", legacy, Style(quiet=True, legacy="show")) == ""


# -- text ---------------------------------------------------------------------------------------


def test_a_clause_is_not_broken_by_the_edge_of_a_terminal() -> None:
    report = report_on(TWO)
    place = "dump.xml:5:33  error SN005 service-name-adjacent-hyphens"
    wide = shown("text", report, Style(width=len(place) + 25, sort="place"))
    assert wide.startswith(f"{place}  (RFC 6335, Section 5.1)\n  file--sync tcp")
    narrow = shown("text", report, Style(width=len(place) + 24, sort="place"))
    assert narrow.startswith(f"{place}\n  (RFC 6335, Section 5.1)\n  file--sync tcp")
    assert shown("text", report, Style(sort="place")).startswith(f"{place}  (RFC")


TWO = dump(record("file-sync"), record("file--sync"), record("edi_sync", date="2003-04"))


def test_text() -> None:
    assert shown("text", report_on(TWO, ["SN", "DT003"]), Style(sort="place")) == (
        "dump.xml:5:33  error SN005 service-name-adjacent-hyphens  (RFC 6335, Section 5.1)\n"
        '  file--sync tcp: service name "file--sync" has adjacent hyphens\n'
        '  5 | <record date="2020-01-02"><name>file--sync</name><protocol>tcp</protocol>'
        '<xref type="person...\n'
        "    |                                 ^^^^^^^^^^\n"
        "\n"
        "dump.xml:6:30  error SN002 service-name-character  (RFC 6335, Section 5.1)\n"
        '  edi_sync tcp: service name "edi_sync" contains "_" (U+005F); only letters, digits and'
        " hyphens are allowed\n"
        '  6 | <record date="2003-04"><name>edi_sync</name><protocol>tcp</protocol>'
        '<xref type="person" dat...\n'
        "    |                              ^^^^^^^^\n"
        "\n"
        "severity  rule                                   findings\n"
        "error     SN002  service-name-character                 1\n"
        "error     SN005  service-name-adjacent-hyphens          1\n"
        "\n"
        "2 errors\n"
        "checked dump.xml: XML of 2026-08-17, 3 records, part of a registry\n"
    )


def test_text_of_a_clean_registry() -> None:
    assert shown("text", report_on(dump(record("tide")))) == (
        "no findings\nchecked dump.xml: XML of 2026-08-17, 1 record, part of a registry\n"
    )
    assert shown("text", report_on(dump(record("tide"))), Style(quiet=True)) == ""


def legacy_and_not() -> Report:
    data = dump(
        record("tide", date="2003-04").replace("<protocol>tcp</protocol>", ""),
        record("ferry", date="2003-04").replace("<protocol>tcp</protocol>", ""),
        record("harbor").replace("<protocol>tcp</protocol>", ""),
    )
    return report_on(data, ["TP004"])


def test_legacy_findings_are_folded_shown_or_counted() -> None:
    report = legacy_and_not()
    folded = shown("text", report)
    assert folded.count("dump.xml:") == 2  # the finding that counts, and what was checked
    assert "severity  rule                                        findings     legacy\n" in folded
    assert "TP004  service-without-transport-protocol          1          2\n" in folded
    assert "1 error; 2 legacy findings in 1 rule not counted (--legacy show)\n" in folded

    every = shown("text", report, Style(legacy="show"))
    assert every.count("  error (legacy) TP004 ") == 2
    assert "1 error; 2 legacy findings not counted (--legacy fail)\n" in every

    counted = shown("text", report, Style(legacy="fail"))
    assert counted.count("  error (legacy) TP004 ") == 2
    assert "\n3 errors\n" in counted


def test_what_is_set_aside_is_counted_and_not_shown() -> None:
    report = report_on(TWO)
    report.findings[0].status = "baselined"
    report.findings[1].status = "suppressed"
    text = shown("text", report)
    assert "dump.xml:5" not in text
    assert "no findings; 1 baselined; 1 suppressed\n" in text
    assert "findings  baselined" in text


def test_statistics() -> None:
    text = shown("text", report_on(TWO), Style(statistics=True))
    assert "severity   findings\nerror             2\n" in text
    assert "field          findings\nservice_name          2\n" in text


def test_quiet_is_findings_alone() -> None:
    text = shown("text", report_on(TWO), Style(quiet=True))
    assert text.count("dump.xml:") == 2
    assert "checked" not in text
    assert "2 errors" not in text


def test_rules_that_did_not_run_are_folded() -> None:
    header = b"Service Name,Port Number,Transport Protocol\n"
    report = report_on(header, ["AC", "MD001", "MD002", "SN"])
    [line] = [s for s in shown("text", report).split("\n") if "CSV has no contacts" in s]
    assert line.startswith("  skipped: AC001-AC0")
    assert "  skipped: MD001-MD002 (CSV has no registry title and id)\n" in shown("text", report)
    # A rule about the brackets of plain forms is no news about XML.
    report = report_on(dump(record("tide")), ["TX009"])
    assert "TX009" in [rule.code for rule in report.inputs[0].not_run]
    assert "skipped" not in shown("text", report)


def test_several_inputs_are_counted_each_and_unusable_ones_named() -> None:
    one = report_on(TWO, path="one.xml").inputs
    two = report_on(dump(record("tide")), path="two.xml").inputs
    text = shown("text", Report([*one, *two, Input.unusable("three", "three is empty")]))
    assert "checked one.xml: XML of 2026-08-17, 3 records, part of a registry, 2 findings\n" in text
    assert "checked two.xml: XML of 2026-08-17, 1 record, part of a registry, 0 findings\n" in text
    assert text.endswith("not checked: three is empty\n")


def test_when_nothing_could_be_checked_the_report_does_not_say_no_findings() -> None:
    text = shown("text", Report([Input.unusable("x", "x is empty")]))
    assert text == "nothing was checked\nnot checked: x is empty\n"


def test_related_places_stand_below() -> None:
    text = shown("text", report_on(dump(record("tide"), record("tide")), ["SN007"]))
    assert "  dump.xml:4:33: the first record: tide tcp\n\n" in text


def test_colors_are_sgr_alone_and_change_nothing_else() -> None:
    report = legacy_and_not()
    plain = shown("text", report, Style(legacy="show", statistics=True))
    colored = shown("text", report, Style(legacy="show", statistics=True, color=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31merror" in colored
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == plain
    for line in colored.split("\n"):
        assert line.count("\x1b[0m") * 2 == line.count("\x1b")


def test_messages_and_pieces_fit_the_terminal() -> None:
    report = made("many words that go on and on " * 5 + "日本語 " * 20, b"<name>" + b"x" * 300, 6)
    for columns in (40, 60, 100):
        out = shown("text", report, Style(width=columns))
        body = [s for s in out.split("\n") if s.startswith("  ") and "dump.xml" not in s]
        assert all(sum(map(width, line)) <= columns for line in body if "SN004" not in line)
    entry = Input.unusable("none.xml", f"none.xml cannot be read: {'so it is ' * 9}")
    text = shown("text", Report([*report.inputs, entry]), Style(width=40))
    last = text[text.index("\nnot checked: none") + 1 :].split("\n")
    assert last[0] == "not checked: none.xml cannot be read:"
    assert last[1].startswith("  so it is so it is")
    assert all(len(line) <= 40 for line in last)
    checked = text[text.index("\nchecked ") + 1 :].split("\n")
    assert len(checked[0]) <= 40
    assert checked[1].startswith("  ")
    narrow = shown("text", report, Style(width=3))
    assert narrow == shown("text", report, Style(width=40))


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_long_paths_and_other_places_fit_the_terminal(columns: int) -> None:
    path = f"/srv/{'x' * (columns - 28)}/etc/services"
    file = parse_consumer(b"lock 8500/tcp\nharbour-watch 8500/tcp\n", path=path)
    out = shown("text", audit(file), Style(width=columns))
    lines = [line for line in out.split("\n") if path in line or "CS007" in line]
    assert lines[:3] == [
        f"{path}:2:15",
        "  warning CS007 port-shadowed  (services(5))",
        f"  {path}:1:1:",
    ]
    assert all(len(line) <= columns for line in out.split("\n"))
    assert f"{path}:2:15  warning CS007 port-shadowed  (services(5))\n" in shown(
        "text", audit(file)
    )


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ({"service_name": "http", "port": "80", "transport_protocol": "tcp"}, "http 80/tcp"),
        ({"service_name": "http", "port": None, "transport_protocol": "tcp"}, "http tcp"),
        ({"service_name": "http", "port": None, "transport_protocol": None}, "http"),
        ({"service_name": None, "port": "585", "transport_protocol": "udp"}, "port 585/udp"),
        ({"service_name": None, "port": "585", "transport_protocol": None}, "port 585"),
        ({"service_name": None, "port": None, "transport_protocol": None}, ""),
        ({"contact": "SAP_2"}, "contact SAP_2"),
        ({"contact": None}, ""),
        ({"port": "1-2"}, "port 1-2"),
        ({"footnote": "1"}, "footnote 1"),
        ({}, ""),
        ({"contact": "x" * 70}, "contact " + "x" * 60 + "..."),
    ],
)
def test_subjects_have_a_name(subject: dict[str, str | None], name: str) -> None:
    assert subject_name(subject) == name


# -- the piece of the file ----------------------------------------------------------------------


def excerpt(data: bytes, offset: int, value: str, columns: int) -> tuple[str, int, int]:
    """The excerpt at `offset`, in which `value` is marked."""
    end = value_end(data, offset, value) if value else None
    return excerpts.excerpt(data, offset, end, columns)


def piece(text: str, mark: str, value: str | None = None, columns: int = 60) -> str:
    """The excerpt at `mark` in `text`, as two lines."""
    data = text.encode()
    offset = data.index(mark.encode())
    line, at, length = excerpt(data, offset, mark if value is None else value, columns)
    return f"{line}\n{' ' * at}{'^' * length}"


@pytest.mark.parametrize(
    ("text", "mark", "value", "expected"),
    [
        ("<name>a--b</name>", "a--b", None, "<name>a--b</name>\n      ^^^^"),
        ("  \t<name>a</name>\n", "a<", "a", "<name>a</name>\n      ^"),
        ("one\r\n  two\r\nthree", "two", None, "two\n^^^"),
        ("one\rtwo\rthree", "two", None, "two\n^^^"),
        ("R&amp;D&#32;&#x41; x", "R", "R&D A", "R&amp;D&#32;&#x41; x\n^^^^^^^^^^^^^^^^^^"),
        ("a,c d,e", "c", 'c "d"', "a,c d,e\n  ^^"),
        ('"a ""b"" c",d', "a", 'a "b" c', '"a ""b"" c",d\n ^^^^^^^^^'),
        ('data="Ann_Example"/>', "Ann", "[Ann_Example]", 'data="Ann_Example"/>\n      ^^^^^^^^^^^'),
        ("<record>", "<record>", "", "<record>\n^"),
        ("<d>two<br/>lines</d>", "two", "two\nlines", "<d>two<br/>lines</d>\n   ^^^^^^^^^^^^^"),
        ("a\tb\x1bc\td", "b", "b\x1bc", "a b\\x1bc d\n  ^^^^^^"),
        ("a\tb", "a", "a\tb", "a\\tb\n^^^^"),
        ("日本x語", "x", "x語", "日本x語\n    ^^^"),
        ("e\u0301x", "x", None, "e\u0301x\n ^"),
        ("\u202eabc", "abc", None, "\\u202eabc\n      ^^^"),
        ("a   ", "   ", None, "a\n ^^^"),
        ("ä   ", "ä", None, "ä\n^"),
        ("&nonsense;&#xffffffffff;&#;", "&n", "&n", "&nonsense;&#xffffffffff;&#;\n^^"),
    ],
)
def test_piece(text: str, mark: str, value: str | None, expected: str) -> None:
    assert piece(text, mark, value) == expected


def test_long_lines_are_cut_around_the_mark() -> None:
    before, after = "b" * 1000, "c" * 1000
    assert piece(f"X{after}", "X", columns=20) == "X" + "c" * 16 + "...\n^"
    assert piece(f"{before}X", "X", columns=20) == "..." + "b" * 16 + "X\n" + " " * 19 + "^"
    assert piece(f"{before}XYZ{after}", "XYZ", columns=20) == (
        "..." + "b" * 7 + "XYZ" + "c" * 4 + "...\n" + " " * 10 + "^^^"
    )
    assert piece("X" * 1000, "X", "X" * 1000, columns=20) == "X" * 17 + "...\n" + "^" * 17


@settings(max_examples=200)
@given(st.text(max_size=300), st.integers(0, 300), hostile, st.integers(20, 80))
def test_pieces_fit_and_the_mark_is_inside(text: str, at: int, value: str, columns: int) -> None:
    data = text.encode("utf-8", "replace")
    offset = len(text[:at].encode("utf-8", "replace"))
    line, indent, length = excerpt(data, offset, value, columns)
    assert sum(map(width, line)) <= columns
    assert indent + length <= columns + 1
    assert length >= 1


@settings(max_examples=200)
@given(st.text(" ab<&;", max_size=300), st.integers(0, 300), st.integers(20, 80), st.booleans())
def test_plain_pieces_are_cut_as_others(text: str, at: int, columns: int, end: bool) -> None:
    # A character beside them, as wide as any, is cut as one that is not plain.
    line = f"b{text}a" if end else f"a{text}b"
    value = line[at : at + 40]
    plain = excerpt(line.encode(), min(at, len(line)), value, columns)
    other = line.replace("a", "\u00e4")
    offset = len(other[:at].encode())
    shown, indent, length = excerpt(other.encode(), offset, value.replace("a", "\u00e4"), columns)
    if len(other.encode()) <= 3 * columns:
        assert plain == (shown.replace("\u00e4", "a"), indent, length)


def test_a_line_of_megabytes_takes_no_more_work() -> None:
    def lines(n: int) -> list[int]:
        data = b"<name>" + "é".encode() * n + b"</name>"
        counts: list[int] = []
        for offset in (6, n, len(data) - 8):

            def work(_: object, offset: int = offset) -> None:
                assert len(excerpt(data, offset, "é" * n, 80)[0]) <= 80

            counts.append(sum(lines_of(work).values()))
        return counts

    lines(40_000)  # what is made once
    assert lines(40_000) == lines(4_000_000)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("junit", '<failure type="error" message="&lt;&amp;&gt;&quot;,: &lt;&amp;'),
        ("github", "file=a%3A%2C%25.xml,"),
    ],
)
def test_the_escapes_of_a_format(form: str, expected: str) -> None:
    text = '<&>",:' if form == "junit" else "x"
    path = "dump.xml" if form == "junit" else "a:,%.xml"
    report = made(text, path=path)
    report.inputs[0].faults = []
    assert expected in shown(form, report), shown(form, report)


def test_the_counts_of_junit() -> None:
    report = made("x")
    finding = report.inputs[0].findings[0]
    report.inputs[0].faults.append(Fault("SN005", "dump.xml", {}, "x"))
    old = copy(finding)
    old.legacy = True
    note = copy(finding)
    note.severity = "note"
    report.inputs[0].findings = [old, old, note, finding]
    text = shown("junit", report)
    assert '<testsuite name="dump.xml" tests="2" failures="1" errors="1" skipped="0">' in text
    assert "2 legacy findings not listed (--legacy show)\n" in text


def test_the_colors_of_severities() -> None:
    report = made("x")
    for severity, color in {"error": "1;31", "warning": "33", "note": "36"}.items():
        report.inputs[0].findings[0].severity = severity  # type: ignore[assignment]
        assert f"\x1b[{color}m{severity}\x1b[0m" in shown("text", report, Style(color=True))


def test_a_markdown_report_is_as_long_as_a_comment_may_be() -> None:
    """Groups that do not fit are left out whole or in part, and counted."""
    report = made("x" * 99)
    [finding] = report.inputs[0].findings
    report.inputs[0].faults = []
    report.inputs[0].findings = many = [copy(finding) for _ in range(300)]
    for number, each in enumerate(many):
        each.code, each.rule = f"SN00{number % 3 + 1}", f"rule-{number % 3}"
    text = shown("markdown", report)
    listed = text.count("\n- <code>dump.xml&#58;1&#58;1</code> ")
    assert (50_000 < len(text) < 60_000, 0 < listed < 300) == (True, True)
    assert f"\nNot listed, for lack of space: {300 - listed} findings.\n" in text


def test_json_has_no_delete() -> None:
    assert encoded("a\x7f\u0080") == r'"a\u007f\u0080"'


def test_generators_of_a_document_are_lists() -> None:
    def values(*, lazy: bool) -> dict[str, Any]:
        make = (lambda items: (item for item in items)) if lazy else list
        items = [{"a": 1, "many": make([{"b": "\x7f"}, 2]), "none": make([])}, {"c": [3]}]
        return {"x": "y", "none": make([]), "items": make(items), "list": [], "z": 0}

    lazy, whole = ("".join(document(values(lazy=lazy))) for lazy in (True, False))
    assert json.loads(lazy) == json.loads(whole) == values(lazy=False)
    assert lazy == whole
    assert lazy == (
        '{\n"x": "y",\n"none": [],\n'
        '"items": [\n{"a": 1, "many": [{"b": "\\u007f"}, 2], "none": []},\n'
        '{"c": [3]}\n],\n"list": [],\n"z": 0\n}\n'
    )
