"""The HTML page and the map of the ports: nothing of the input is alive, and a browser shows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Called, dump, record
from tests.dumps import published
from tests.generated import Row, registries, write_xml
from validator import RULES, Registry, check, parse_registry, read_registry
from validator.engine.finding import Fault, Finding, Location, NotRun, RelatedPlace
from validator.engine.report import Input, Report
from validator.model.portmap import ASSIGNED, NOTHING, RESERVED, STATES, UNASSIGNED, port_map
from validator.model.vocabulary import TRANSPORT_PROTOCOLS
from validator.reporters import Style, render
from validator.reporters.html import _hash

ROOT = Path(__file__).parent.parent
Call = Callable[..., Called]
SMALL = Path(__file__).parent.parent / "fixtures" / "registry" / "small.xml"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = [
    "<script>document.title = 'owned'</script>",
    "</script><script>document.title = 'owned'</script>",
    "<!--<script>",
    "<img src=x onerror=document.title='owned'>",
    '" onmouseover="document.title=1',
    "{{ 7 * 7 }}{% raw %}",
    "\x1b[31m\x07\x9b",
    "\u202edcba\u2028\u2029",
    "</style></title></textarea>",
    "javascript:alert(1)",
]


def page(report: Report, style: Style | None = None) -> str:
    return "".join(render("html", report, style))


def report_on(registry: Registry, **how: Any) -> Report:
    report = check(registry, today="2026-11-24", **how)
    report.inputs[0].ports = port_map(registry)
    return report


def made(text: str) -> Report:
    place = Location(text, 3, 5, 0)
    subject: dict[str, str | None] = {
        "service_name": text,
        "port": text,
        "transport_protocol": text,
    }
    finding = Finding(
        "SN002", "service-name-character", "error", False, text, "RFC 6335, Section 5.1",
        "service_name", text, subject, place,
        [RelatedPlace(text, place, {"contact": text})], "SN002/x",
    )  # fmt: skip
    finding.reason = text
    registry = parse_registry(
        f"Service Name,Port Number,Transport Protocol\n{json.dumps(text)},80,tcp\n"
    )
    entry = Input(text)
    entry.form = "xml"
    entry.updated = text
    entry.data = text.encode("utf-8", "replace")
    entry.findings = [finding]
    entry.faults = [Fault("SN003", text, subject, text)]
    entry.not_run = [NotRun("SN004", text)]
    entry.ports = port_map(registry)
    return Report([entry, Input.unusable(text, text)], {"SN002": RULES["SN002"]})


class Parsed(HTMLParser):
    """The elements and attributes of a page, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.data = ""
        self.inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
        self.inside = "data" if dict(attrs).get("id") == "data" else tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1] += data
        elif self.inside == "data":
            self.data += data


@cache
def harmless() -> Parsed:
    """The page that those of hostile inputs are compared with."""
    return Parsed(page(made("x")))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_an_input_is_alive(text: str) -> None:
    report = made(text)
    out = page(report)
    parsed = Parsed(out)
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in harmless().elements]
    for tag, attributes in parsed.elements:
        assert not any(name.startswith("on") or name == "src" for name in attributes), tag
        if tag == "a" and not (attributes["href"] or "").startswith("#"):
            assert (attributes["href"] or "").startswith("https://www.rfc-editor.org/rfc/rfc6335")
        assert "style" not in attributes
    assert [attributes.get("class") for _, attributes in parsed.elements].count("finding") == 1
    assert parsed.scripts == harmless().scripts
    assert len(json.loads(parsed.data)["maps"]) == 1
    controls = set(map(chr, [*range(32), *range(127, 160)])) - {"\n"}
    assert not (controls | set("\u202e\u2028\u2029")) & set(out)
    if "{{" in text:
        assert out.count("{{ 7 * 7 }}") >= 5


@settings(max_examples=40)
@given(st.text(max_size=40))
def test_the_elements_are_always_the_same(text: str) -> None:
    parsed = Parsed(page(made(f"x{text}")))
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in harmless().elements]


def test_the_policy_allows_this_style_and_script_alone() -> None:
    out = page(made("x"))
    script = re.findall(r"<script>(.*?)</script>", out, re.S)
    style = re.findall(r"<style>(.*?)</style>", out, re.S)
    assert len(script) == len(style) == 1
    policy = f"default-src 'none'; style-src '{_hash(style[0])}'; script-src '{_hash(script[0])}';"
    assert f'content="{policy}' in out.replace("&#39;", "'")


def test_reports_without_a_map_and_without_findings() -> None:
    report = check(read_registry(SMALL))
    assert 'id="canvas"' not in page(report)
    assert "No findings." in page(report)
    assert "Registry check" in page(Report([]))


def luminance(color: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_marks_stand_out_from_every_state_in_both_themes() -> None:
    css = (ROOT / "validator" / "reporters" / "html.css").read_text("utf-8")
    themes = re.findall(r":root \{(.*?)\}", css, re.S)
    assert len(themes) == 2
    for theme in themes:
        colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", theme))
        assert contrast(colors["mark"], colors["halo"]) >= 3
        for state in ("both", "tcp", "udp", "other", "reserved", "unassigned", "nothing"):
            mark = max(contrast(colors[state], colors[part]) for part in ("mark", "halo"))
            assert mark >= 3, state
        assert min(contrast(colors["edge"], colors[g]) for g in ("paper", "ground")) >= 3
        for text in ("ink", "dim", "error", "warning", "note", "accent"):
            assert min(contrast(colors[text], colors[g]) for g in ("paper", "ground")) >= 4.5, text


def test_the_page_says_how_the_run_ended_and_when() -> None:
    report = report_on(parse_registry(FAULTY, path="a.xml"))
    out = page(report, Style(today="2026-11-24"))
    assert '<b class="bad">Failed</b> (severity error or above) on <span class="date">' in out
    assert '<b class="good">Passed</b></p>' in page(report, Style(fail_on="never"))
    assert '<b class="bad">Not everything could be checked</b>' in page(report, Style(status=2))
    assert '<b class="bad">Internal error: this report is incomplete</b>' in page(made("x"))


@pytest.mark.parametrize("is_read", [True, False])
def test_the_verdict_says_that_not_everything_was_read(is_read: bool) -> None:
    """An unknown element is a warning, and its content was not read."""
    more = "" if is_read else "<harbour/>"
    data = SMALL.read_bytes().replace(b"</record>", f"{more}</record>".encode(), 1)
    report = check(data, ignore=["AC", "DT", "PN", "RF", "TX"], today="2026-11-24")
    partly = '<b class="partial">Passed, but not everything was read and compared</b>'
    assert ('<b class="good">Passed</b>' if is_read else partly) in page(report)


def test_findings_rules_and_clauses_are_in_the_page_without_scripts() -> None:
    report = report_on(parse_registry(FAULTY, path="a.xml"))
    out = re.sub(r"<script>.*?</script>", "", page(report), flags=re.S)
    for finding in report.findings:
        assert f">{finding.location}</span>" in out
    assert out.count('<li class="finding"') == len(report.findings)
    assert 'href="https://www.rfc-editor.org/rfc/rfc6335#section-5.1"' in out
    assert "Why it matters:" in out
    assert '<a href="#SN005">SN005 service-name-adjacent-hyphens</a>' in out


LEGACY = (
    "Service Name,Port Number,Transport Protocol,Description,Registration Date,Modification Date\n"
    "a,1,tcp,,2020-01-02,\nb,2,tcp,,2001-01-02,\nc,3,tcp,,2001-01-02,2020-01-02\n"
)


def words(text: str) -> list[str]:
    """The text of a page, without styles and scripts, in its lines."""
    text = re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.S)
    return [line.strip() for line in re.sub(r"<[^>]*>", " ", text).split("\n") if line.strip()]


@pytest.mark.parametrize(
    ("legacy", "verdict", "checked", "listed"),
    [
        ("summary", "Failed  (severity error or above) on  2026-11-24", "", 1),
        ("show", "Failed  (severity error or above) on  2026-11-24", " checked", 3),
        ("fail", "Failed  (severity error or above, legacy findings too) on  2026-11-24",
         " checked", 3),
    ],
)  # fmt: skip
def test_what_a_page_says_of_legacy(legacy: Any, verdict: str, checked: str, listed: int) -> None:
    report = check(parse_registry(LEGACY, path="a.csv"), select=["TX001"], today="2026-11-24")
    out = page(report, Style(legacy=legacy, today="2026-11-24"))
    assert words(out)[2] == verdict
    assert f'<input type="checkbox" value="legacy"{checked}>legacy' in out
    assert '<input type="checkbox" value="open" checked>open' in out
    # A status that no finding has is nothing to choose.
    assert 'value="baselined"' not in out
    tiles = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", out)
    assert tiles == [
        ("error", "1"), ("warnings", "0"), ("notes", "0"), ("legacy", "2"),
        ("legacy, modified since the cut-off", "1"),
    ]  # fmt: skip
    statuses = re.findall(r'<li class="finding"[^>]*data-status="(\w+)"[^>]*>', out)
    assert statuses == ["open", "legacy", "legacy"]
    hidden = re.findall(r'<li class="finding"[^>]* hidden>', out)
    assert len(hidden) == 3 - listed
    assert '<span class="count">3 findings</span>' in out
    table = out[out.index("<thead>") : out.index("</table>")]
    assert [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", table)] == [
        "severity", "rule", "clause", "findings", "legacy",
        "error", "TX001 missing-description", "RFC 6335, Section 8.1.1", "1", "2",
    ]  # fmt: skip
    old = parse_registry(LEGACY.replace("a,1,tcp,,2020", "a,1,tcp,,2002"))
    only_old = page(check(old, select=["TX001"], today="2026-11-24"), Style(legacy=legacy))
    is_hidden = legacy == "summary"
    start = f'<details class="rule error" id="TX001"{" hidden" if is_hidden else " open"}>'
    assert start in only_old


def test_what_a_page_says_of_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    report = check(parse_registry(LEGACY, path="a.csv"), select=["TX001"], today="2026-11-24")
    out = page(report)
    rule = RULES["TX001"]
    summary, _, rest = rule.documentation.partition("\n\n")
    cites = "https://www.rfc-editor.org/rfc/rfc6335#section-8.1.1"
    about = out[out.index('<div class="about">') : out.index("<ol>")]
    text = re.search(
        r"<details class=\"text\"><summary>the rule in full</summary><pre>(.*?)</pre></details>",
        about,
        re.S,
    )
    assert text is not None
    assert unescape(text[1]) == rest.replace("::\n", ":\n")
    assert about.startswith(
        f'<div class="about">\n<p>{summary} <a class="cites" href="{cites}" rel="noreferrer">'
        "RFC 6335, Section 8.1.1</a></p>\n"
    )
    assert '<span class="severity">error</span> <b>TX001</b> missing-description</span>' in out
    assert f'<td><a href="{cites}" rel="noreferrer">RFC 6335, Section 8.1.1</a></td>' in out
    # A rule of somebody else has no link, and one without a documentation no text.
    report.rules = {}
    for finding in report.findings:
        finding.reference = "Harbor rules"
    about = page(report)
    about = about[about.index('<div class="about">') : about.index("<ol>")]
    assert '<span class="cites">Harbor rules</span></p>\n</div>' in about
    assert "the rule in full" not in about
    monkeypatch.setattr("validator.reporters.html.help_uri", lambda *_: "https://example.org/r")
    assert '</a> <a href="https://example.org/r" rel="noreferrer">documentation</a></p>' in page(
        check(parse_registry(LEGACY), select=["TX001"], today="2026-11-24")
    )


def test_excerpts_have_the_value_marked_and_the_most_severe_are_first() -> None:
    data = (
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">\n'
        "<record>\n<name>qu--ay</name>\n<protocol>tcp</protocol>\n"
        "<description>Quay </description>\n<number>5-5</number>\n</record>\n</registry>\n"
    )
    report = check(
        parse_registry(data), select=["AC010", "PN004", "SN005", "TX002"], today="2026-11-24"
    )
    expected = {
        "AC010": [
            "<i>2</i> <mark>&lt;</mark>record&gt;",
            "<i>3</i> &lt;name&gt;qu--ay&lt;/name&gt;",
        ],
        "SN005": ["<i>3</i> &lt;name&gt;<mark>qu--ay</mark>&lt;/name&gt;"],
        "PN004": ["<i>6</i> &lt;number&gt;<mark>5-5</mark>&lt;/number&gt;"],
        "TX002": ["<i>5</i> &lt;description&gt;<mark>Quay </mark>&lt;/description&gt;"],
    }
    for style in (Style(legacy="fail"), Style(legacy="fail", group_by="file")):
        out = page(report, style)
        findings = re.findall(r'<li class="finding" data-code="(\w+)"(.*?)</li>', out, re.S)
        pieces = {code: re.findall(r'<span class="piece">(.*)</span>', li) for code, li in findings}
        assert list(pieces.items()) == list(expected.items())
        assert out.endswith("</html>\n")


def test_few_findings_are_open_and_many_are_not() -> None:
    header = "Service Name,Port Number,Transport Protocol,Registration Date\n"
    for count, is_open in ((20, True), (21, False)):
        rows = "".join(f"a--{n},{n},tcp,2020-01-02\n" for n in range(1, count + 1))
        out = page(check(parse_registry(header + rows), select=["SN005"]))
        assert ('<details class="rule error" id="SN005" open>' in out) is is_open


def test_a_summary_lists_nothing_and_groups_are_those_of_the_style() -> None:
    report = report_on(parse_registry(FAULTY, path="a.xml"))
    assert '<li class="finding"' not in page(report, Style(summary=True))
    assert "<b>errors</b>" in page(report, Style(group_by="severity"))
    assert "<b>a.xml</b>" in page(report, Style(group_by="file"))


def test_places_are_links_from_where_the_page_is(call: Call, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "data" / "a b.xml").write_bytes(dump(record("file--sync")))
    words = ("check", "--isolated", "data/a b.xml", "--output", "out/page.html")
    assert call(*words).status == 1
    out = (tmp_path / "out" / "page.html").read_text("utf-8")
    assert '<a href="../data/a%20b.xml">data/a b.xml:4:33</a>' in out


def test_changes_and_their_places(call: Call, tmp_path: Path) -> None:
    for name, records in (("a.xml", [record("ferry")]), ("b.xml", [record("qu--ay")])):
        (tmp_path / name).write_bytes(dump(*records))
    out = call("diff", "--isolated", "a.xml", "b.xml", "--format", "html").text
    assert "<h1>Changes between dumps</h1>" in out
    assert '<tr data-kind="renamed"><td data-label="kind">renamed</td>' in out
    assert '<td data-label="change"><span><b>ferry -&gt; qu--ay tcp</b>' in out
    assert '<a href="a.xml">a.xml:4:1</a>' in out
    assert '<a href="b.xml">b.xml:4:1</a>' in out
    assert 'id="HX002"' in out
    assert 'id="SN005"' in out
    differences = call("compare", "a.xml", "b.xml", "--format", "html").text
    assert "<h1>Comparison of two dumps</h1>" in differences
    assert 'id="XF001"' in differences


def test_a_row_of_several_changes_counts_each(call: Call, tmp_path: Path) -> None:
    ferry, quay = (
        [record(name), record(name).replace(">tcp<", ">udp<")] for name in ("ferry", "quay")
    )
    for name, records in (("a.xml", ferry), ("b.xml", [*ferry, *quay])):
        (tmp_path / name).write_bytes(dump(*records))
    counts = json.loads(call("diff", "--isolated", "a.xml", "b.xml", "--format", "json").out)
    assert counts["steps"][0]["counts"] == {"assigned": 2}
    page = call("diff", "--isolated", "a.xml", "b.xml", "--format", "html").text
    assert ">2 changes in 1 rows</p>" in page
    dom = browsed(tmp_path, page, "")
    assert ">1 of 1 rows, 2 changes in all</p>" in dom


def test_what_became_of_an_audited_file(call: Call, tmp_path: Path) -> None:
    (tmp_path / "services").write_text("quay 4621/tcp\nferry 4621/tcp\n", "utf-8")
    quay = record("quay").replace("</record>", "<number>4621</number></record>")
    (tmp_path / "dump.xml").write_bytes(dump(quay))
    words = ("audit", "--isolated", "services", "--registry", "dump.xml", "--format")
    out = call(*words, "html").text
    assert "<h1>Files made from the registry</h1>" in out
    assert '<code>services</code></th><td data-label="form">services(5), ' in out
    assert '"entries by fate">1 kept, 1 on another service&#39;s port</td>' in out
    assert "services(5), 2 entries" in out
    assert '<fieldset id="statuses" hidden>' in out
    assert "services&#40;5&#41;, 2 entries" in call(*words, "markdown").text


# -- the map ----------------------------------------------------------------------------------


def naive(registry: Registry, transport: str) -> list[int]:
    """The states of all ports, the slow way."""
    states = [NOTHING] * 65536
    for state, word in ((UNASSIGNED, "Unassigned"), (RESERVED, "Reserved")):
        for statement in registry.statements:
            if statement.state == word and statement.ports and transport in statement.speaks_for:
                for port in range(statement.ports.low, statement.ports.high + 1):
                    states[port] = state
    for assignment in registry.assignments:
        every = assignment.transport is None and not assignment.record.transport_protocol
        if assignment.ports and (every or assignment.transport == transport):
            for port in range(assignment.ports.low, assignment.ports.high + 1):
                states[port] = ASSIGNED
    return states


def decoded(runs: list[tuple[int, int]]) -> list[int]:
    return [state for length, state in runs for _ in range(length)]


def test_the_map_of_the_small_registry() -> None:
    registry = read_registry(SMALL)
    ports = port_map(registry)
    for transport in TRANSPORT_PROTOCOLS:
        assert decoded(ports.runs[transport]) == naive(registry, transport)
    assert (9, 9, "discard", 0b1111) in ports.services
    assert (4658, 4658, "ferry-link", 0b0100) in ports.services
    assert sum(ports.counts("tcp", 0, 65535)) == 65536
    assert ports.counts("udp", 4621, 4621) == [0, 0, 1, 0]
    assert len(STATES) == 4


@settings(max_examples=15)
@given(registries)
def test_the_map_of_any_registry(rows: list[Row]) -> None:
    registry = parse_registry(write_xml(rows))
    ports = port_map(registry)
    for transport in TRANSPORT_PROTOCOLS:
        assert decoded(ports.runs[transport]) == naive(registry, transport)


# -- in a browser -----------------------------------------------------------------------------


def browsed(tmp_path: Path, out: str, script: str = "", width: int = 1200) -> str:
    """The page after its scripts have run, as Chromium has it; `script` runs behind them.

    Fails where the console has an error.
    """
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    if script:
        # The policy of the page would refuse it: only here it is let in.
        script = f"(() => {{{script}}})();"
        out = out.replace("script-src '", f"script-src '{_hash(script)}' '", 1)
        out = out.replace("script-src &#39;", f"script-src &#39;{_hash(script)}&#39; &#39;", 1)
        out = out.replace("</body>", f"<script>{script}</script></body>")
    path = tmp_path / "page.html"
    path.write_text(out, "utf-8")
    done = subprocess.run(
        [
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
            "--disable-dev-shm-usage", f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},1500", "--virtual-time-budget=4000",
            "--dump-dom", path.as_uri(),
        ],
        capture_output=True, timeout=90, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    told = [
        line for line in done.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line
    ]
    assert told == []
    dom = done.stdout.decode("utf-8")
    assert "</html>" in dom, done.stderr[-2000:]
    return dom


SCRIPT = "&lt;script&gt;document.title='owned'&lt;/script&gt;\x7f"
FAULTY = (
    SMALL.read_text("utf-8")
    .replace("tide-table", "tide--table")
    .replace("<description>ARGUS Protocol", f"<description>{SCRIPT}")
)


def test_a_browser_shows_the_page(tmp_path: Path) -> None:
    report = report_on(parse_registry(FAULTY, path="a.xml"))
    wide = "document.body.append(`wide ${document.documentElement.scrollWidth > innerWidth};`);"
    dom = browsed(tmp_path, page(report), wide, width=860)
    assert "wide false;" in dom
    assert "<title>ianalint report</title>" in dom
    assert f"{len(report.findings)} of {len(report.findings)} findings" in dom
    assert re.search(r"<h3>Port 443</h3>", dom)
    assert dom.count('role="gridcell"') == 256
    assert "Assigned on tcp and udp" in dom


def test_a_browser_filters_and_opens_findings(tmp_path: Path) -> None:
    report = report_on(parse_registry(FAULTY, path="a.xml"))
    dom = browsed(
        tmp_path,
        page(report),
        """
        const search = document.getElementById("search");
        search.value = "tide adjacent SN005".replace("adjacent ", "");
        search.dispatchEvent(new Event("input"));
        const group = [...document.querySelectorAll("details.rule")].find((g) => !g.hidden);
        const title = group.querySelector("summary").textContent;
        document.body.append(`state ${group.id} ${group.open}; title ${title};`);
        search.value = "finding";
        search.dispatchEvent(new Event("input"));
        document.body.append(`titles ${document.getElementById("count").textContent};`);
        search.value = "tide SN005";
        search.dispatchEvent(new Event("input"));
        """,
    )
    assert "title error SN005 service-name-adjacent-hyphens 1 finding #;" in dom
    # The numbers of findings are no text that is searched.
    assert f"titles 0 of {len(report.findings)} findings;" in dom
    assert f"1 of {len(report.findings)} findings" in dom
    assert re.search(r'<span class="piece"><i>\d+</i> .*<mark>tide--table</mark>', dom)
    assert "state SN005 true;" in dom  # few hits are open


def test_a_description_that_is_a_script_does_not_run(tmp_path: Path) -> None:
    report = made(HOSTILE[0])
    for text in HOSTILE[1:]:
        report.inputs += made(text).inputs
    dom = browsed(
        tmp_path,
        page(report),
        """
        for (const group of document.querySelectorAll("details.rule")) group.open = true;
        """,
    )
    assert "<title>ianalint report</title>" in dom
    assert "owned'</script>" not in re.sub(r"<script.*?</script>", "", dom, flags=re.S)


def test_the_map_is_walked_with_keys(tmp_path: Path) -> None:
    report = report_on(read_registry(SMALL))
    dom = browsed(
        tmp_path,
        page(report),
        """
        const go = document.getElementById("goto");
        go.value = "4620";
        go.dispatchEvent(new Event("input"));
        const press = (key) => document.getElementById("grid").dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        press("ArrowRight");
        document.body.append("first " + document.querySelector("#port h3").textContent + "; ");
        document.body.append("then " + document.querySelector("#port dl").textContent + "; ");
        press("PageDown"); press("Home"); press("ArrowUp");
        document.body.append("last " + document.querySelector("#port h3").textContent);
        """,
    )
    assert "first Port 4621; " in dom
    assert "then tcpharbor-logudpReservedsctpnot listeddccpnot listed; " in dom
    assert "last Port 4848" in dom


def test_the_map_is_drawn_and_pointed_at(tmp_path: Path) -> None:
    """The picture has each port where a click finds it, in the color of its state."""
    rows = "".join(
        f"{name},{port},{transport},Text,[Ann],[Ann]\n"
        for name, port, transport in (
            ("a", 0, "tcp"), ("b", 15, "udp"), ("c", 16, "sctp"), ("d", 4095, "tcp"),
            ("e", 4096, "tcp"), ("e", 4096, "udp"), ("f--f", 65535, "tcp"),
        )
    )  # fmt: skip
    header = "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact\n"
    dom = browsed(
        tmp_path,
        page(report_on(parse_registry(header + rows), select=["SN005"])),
        """
        const canvas = document.getElementById("canvas");
        const box = canvas.getBoundingClientRect();
        const picture = canvas.getContext("2d").getImageData(0, 0, 542, 542).data;
        const style = getComputedStyle(document.documentElement);
        const names = ["both", "tcp", "udp", "other", "reserved", "unassigned", "nothing", "mark"];
        const told = [0, 15, 16, 255, 256, 4095, 4096, 49152, 65535].map((port) => {
          const tile = port >> 8;
          const x = (tile & 15) * 34 + (port & 15) * 2 + 1;
          const y = (tile >> 4) * 34 + ((port >> 4) & 15) * 2 + 1;
          const at = (y * 542 + x) * 4;
          const rgb = [...picture.slice(at, at + 3)];
          const hex = "#" + rgb.map((n) => n.toString(16).padStart(2, "0")).join("");
          canvas.dispatchEvent(new MouseEvent("click", {
            bubbles: true,
            clientX: box.left + (x / canvas.width) * box.width,
            clientY: box.top + (y / canvas.height) * box.height,
          }));
          const name = names.find((word) => style.getPropertyValue(`--${word}`).trim() === hex);
          return `${port}=${document.querySelector("#port h3").textContent.slice(5)}:${name}`;
        });
        document.body.append("told " + told.join(" ") + ";");
        """,
    )
    assert (
        "told 0=0:tcp 15=15:udp 16=16:other 255=255:nothing 256=256:nothing 4095=4095:tcp"
        " 4096=4096:both 49152=49152:nothing 65535=65535:mark;"
    ) in dom


def test_a_browser_prints_what_is_shown(tmp_path: Path) -> None:
    rows = "".join(f"a--{n},{n},tcp,Text,[Ann],[Ann],2020-01-02\n" for n in range(1, 301))
    header = (
        "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,"
        "Registration Date\n"
    )
    dom = browsed(
        tmp_path,
        page(report_on(parse_registry(header + rows), select=["SN005"])),
        'dispatchEvent(new Event("beforeprint"));',
    )
    assert dom.count('<li class="finding"') == 300
    assert re.search(r'<details class="rule error" id="SN005" open="">', dom)
    assert re.search(r'<details class="table" id="ranges" open="">', dom)


def test_without_scripts_the_ports_are_a_table() -> None:
    out = page(report_on(read_registry(SMALL)))
    assert "<noscript><p>The map needs scripts. The table has the same in numbers.</p>" in out
    assert '<details class="table" id="ranges" open>' in out


@pytest.mark.parametrize(
    ("name", "registry", "compared", "columns"),
    [
        ("good.yaml", "registry.xml", "compared with <code>registry.xml</code>", 3),
        ("good.yaml", None, '<li class="bad">not compared with a registry</li>', 3),
        ("name-too-long.yaml", "registry.xml", "compared with <code>registry.xml</code>", 5),
    ],
)
def test_what_requests_were_compared_with_and_what_is_suggested(
    call: Call, tmp_path: Path, name: str, registry: str | None, compared: str, columns: int
) -> None:
    folder = ROOT / "fixtures"
    for path in (folder / "consumers" / "registry.xml", folder / "requests" / name):
        shutil.copy(path, tmp_path)
    words = [name, "--isolated", "--format", "html"]
    page = call("request", *words, *(["--registry", registry] if registry else [])).text
    assert page.partition("<main>")[0].count(compared) == 1
    head, _, _ = page.partition('id="requests"')[2].partition("</thead>")
    assert head.count('<th scope="col">') == columns
    assert page.count("<td data-label") == columns - 1


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        (("audit", "services.sample", "--registry", "registry.xml"), "file form entries coverage"),
        (("diff", "earlier.xml", "registry.xml"), "kind change places"),
        (("request", "good.yaml", "--registry", "registry.xml"), "request verdict procedure"),
    ],
)
def test_a_phone_breaks_no_word_of_a_table(
    call: Call, tmp_path: Path, words: tuple[str, ...], labels: str
) -> None:
    folder = ROOT / "fixtures"
    for path in (*(folder / "consumers").iterdir(), folder / "requests" / "good.yaml"):
        shutil.copy(path, tmp_path)
    dom = browsed(
        tmp_path,
        call(*words, "--isolated", "--format", "html").text,
        """
        const cells = [...document.querySelector(".cards tbody tr").children];
        const told = cells.map((cell) => {
          const label = getComputedStyle(cell, "::before").content;
          return `${JSON.parse(label)}${getComputedStyle(cell).display === "grid" ? "" : "?"}`;
        });
        const wide = document.documentElement.scrollWidth > innerWidth;
        document.body.append(`told ${told.join(" ")}; wide ${wide};`);
        """,
        width=360,
    )
    assert f"told {labels}" in dom
    assert "wide false;" in dom


def test_a_browser_follows_links_to_a_rule_a_port_and_a_record(tmp_path: Path) -> None:
    text = SMALL.read_text("utf-8").replace("<name>ferry-link<", "<name>ferry--link<")
    report = report_on(parse_registry(text, path="a.xml"))
    finding = next(f for f in report.findings if f.code == "SN005")
    port, transport = finding.subject["port"], finding.subject["transport_protocol"]
    fragments = ["#SN005", f"#port={port}", f"#record=ferry--link%20{port}%2F{transport}", "#%zz"]
    steps = "".join(f"state({json.dumps(fragment)});" for fragment in [*fragments, "#port=70000"])
    dom = browsed(
        tmp_path,
        page(report),
        """
        const state = (fragment) => {
          history.replaceState(null, "", fragment);
          dispatchEvent(new HashChangeEvent("hashchange"));
          const items = [...document.querySelectorAll("li.finding")].filter((li) => !li.hidden);
          const codes = new Set(items.map((li) => li.dataset.code));
          const heading = document.querySelector("#port h3").textContent;
          const open = document.getElementById("SN005").open && codes.has("SN005");
          const note = document.getElementById("goto-note").textContent;
          const top = Math.round(document.getElementById("ports").getBoundingClientRect().top);
          document.body.append(`at ${fragment} ${heading} ${open} ${items.length} ${top} ${note};`);
        };
        """
        + steps,
    )
    same_record = sum(f.subject == finding.subject for f in report.findings)
    listed = sum(not f.legacy for f in report.findings)
    assert re.search(r"at #SN005 Port 443 true \d+ \S+ ;", dom)
    # The port is in the map, with the number of its findings; the list is as it was.
    assert re.search(rf"at #port={port} Port {port} true {listed} 0 ;", dom)
    assert re.search(rf"at #record=ferry--link\S+ Port {port} true {same_record} \S+ ;", dom)
    assert re.search(rf"at #%zz Port {port} true {same_record} \S+ ;", dom)
    assert "no port 70000: ports are 0 to 65535;" in dom


def test_the_port_box_takes_numbers_and_names(tmp_path: Path) -> None:
    dom = browsed(
        tmp_path,
        page(report_on(read_registry(SMALL))),
        """
        const go = document.getElementById("goto");
        const note = document.getElementById("goto-note");
        for (const word of ["DISCARD", "ferry", "70000", "nobody", "9"]) {
          go.value = word;
          go.dispatchEvent(new Event("input"));
          const heading = document.querySelector("#port h3").textContent;
          document.body.append(`${word}: ${heading}, ${note.textContent};`);
        }
        """,
    )
    assert "DISCARD: Port 9, ;" in dom
    assert "ferry: Port 4658, ;" in dom
    assert "70000: Port 4658, no port 70000: ports are 0 to 65535;" in dom
    assert 'nobody: Port 4658, no service "nobody" with a port;' in dom
    assert "9: Port 9, ;" in dom


def test_a_browser_filters_changes(call: Call, tmp_path: Path) -> None:
    for name, records in (
        ("a.xml", [record("ferry"), record("quay")]),
        ("b.xml", [record("tide"), record("quay", "2021-02-03")]),
    ):
        (tmp_path / name).write_bytes(dump(*records))
    dom = browsed(
        tmp_path,
        call("diff", "--isolated", "a.xml", "b.xml", "--format", "html").text,
        """
        const [kind, search, count] = ["kind", "search-changes", "count-changes"].map(
          (id) => document.getElementById(id));
        kind.value = "renamed";
        kind.dispatchEvent(new Event("change"));
        document.body.append(`kind ${count.textContent};`);
        kind.value = "";
        search.value = "nothing of this";
        search.dispatchEvent(new Event("input"));
        document.body.append(`search ${count.textContent};`);
        """,
    )
    assert "kind 1 of 2 changes;" in dom
    assert "search 0 of 2 changes;" in dom


@pytest.mark.real
def test_a_browser_opens_the_newest_dump(tmp_path: Path) -> None:
    report = report_on(read_registry(published("2026-08-17.xml")))
    dom = browsed(tmp_path, page(report))
    shown = sum(not finding.legacy for finding in report.findings)
    assert 350 < shown < len(report.findings)
    assert f"{shown:,} of {len(report.findings):,} findings" in dom
    assert dom.count(" marked") > 3


def test_the_page_has_the_first_findings_of_each_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("validator.reporters.html._MOST_FINDINGS", 3)
    rows = "".join(f"harbor--{k},{k + 1}\nquay,0{k + 1}\n" for k in range(4)) + "a--b,9\n"
    report = report_on(
        parse_registry(f"Service Name,Port Number\n{rows}"), select=["SN005", "PN001"]
    )
    codes = [finding.code for finding in report]
    assert (codes.count("SN005"), codes.count("PN001")) == (5, 4)
    for by in ("rule", "severity", "file", "record"):
        text = page(report, Style(legacy="show", group_by=by))
        assert text.count('class="finding" data-code="SN005"') == 3
        assert text.count('class="finding" data-code="PN001"') == 3
        (note,) = re.findall("<b>truncated</b> ([^<]*)", text)
        assert note.startswith("This page does not list ")
        assert {*re.findall(r"(\d findings?) of (\w+)", note)} == {
            ("2 findings", "SN005"), ("1 finding", "PN001"),
        }  # fmt: skip
        assert 'class="n">5</td>' in text  # the table of rules counts all
    monkeypatch.setattr("validator.reporters.html._MOST_FINDINGS", 5)
    assert "truncated" not in page(report, Style(legacy="show"))


def test_the_page_has_the_first_changes(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    head = "Service Name,Port Number,Transport Protocol\n"
    Path("a.csv").write_text(head + "".join(f"a{k},{k + 1},tcp\n" for k in range(5)))
    Path("b.csv").write_text(head + "".join(f"b{k},{k + 101},tcp\n" for k in range(5)))
    words = ("diff", "a.csv", "b.csv", "--isolated", "--format", "html")
    whole = call(*words).text
    assert "truncated" not in whole
    number = whole.count("<tr data-kind=")
    assert number > 5
    monkeypatch.setattr("validator.reporters.html._MOST_CHANGES", 2)
    text = call(*words).text
    assert text.count("<tr data-kind=") == 2
    assert f"This page does not list {number - 2} changes." in text
    assert f">{number} changes</p>" in text


def test_the_page_of_a_check_has_its_day_and_the_map(call: Call) -> None:
    text = call("check", "--sample", "--isolated", "-f", "html", "--today", "2026-11-01").text
    assert ' on <span class="date">2026-11-01</span>' in text
    assert '<section id="ports" ' in text
