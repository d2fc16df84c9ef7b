"""The HTML page and the map of the ports: nothing of the input is alive, and a browser shows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dumps import published
from tests.generated import Row, registries, write_xml
from validator import RULES, Registry, check, parse_registry, read_registry
from validator.engine.report import Fault, Finding, Input, Location, NotRun, RelatedPlace, Report
from validator.model.portmap import ASSIGNED, NOTHING, RESERVED, STATES, UNASSIGNED, port_map
from validator.model.vocabulary import TRANSPORT_PROTOCOLS
from validator.reporters import Style, render
from validator.reporters.html import _hash

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
        self.inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1] += data


EMPTY = Parsed(page(made("x")))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_an_input_is_alive(text: str) -> None:
    report = made(text)
    out = page(report)
    parsed = Parsed(out)
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in EMPTY.elements]
    for tag, attributes in parsed.elements:
        assert not any(name.startswith("on") or name == "src" for name in attributes), tag
        if tag == "a":
            assert (attributes["href"] or "").startswith("https://www.rfc-editor.org/rfc/rfc6335")
        assert "style" not in attributes
    data = json.loads(parsed.scripts[0])
    assert len(data["findings"]) == 1
    assert parsed.scripts[1] == EMPTY.scripts[1]
    controls = set(map(chr, [*range(32), *range(127, 160)])) - {"\n"}
    assert not (controls | set("\u202e\u2028\u2029")) & set(out)
    if "{{" in text:
        assert out.count("{{ 7 * 7 }}") >= 5


@settings(max_examples=40)
@given(st.text(max_size=40))
def test_the_elements_are_always_the_same(text: str) -> None:
    parsed = Parsed(page(made(text)))
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in EMPTY.elements]


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


def browsed(tmp_path: Path, out: str, script: str = "") -> str:
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
            "--window-size=1200,1500", "--virtual-time-budget=4000", "--dump-dom", path.as_uri(),
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
    dom = browsed(tmp_path, page(report))
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
        group.open = true;
        group.dispatchEvent(new Event("toggle"));
        """,
    )
    assert f"1 of {len(report.findings)} findings" in dom
    assert re.search(r'<span class="piece">.*<mark>tide--table</mark>', dom)
    assert "a.xml:" in dom.split('data-code="SN005"')[1].split("</details>")[0]


def test_a_description_that_is_a_script_does_not_run(tmp_path: Path) -> None:
    for number, text in enumerate(HOSTILE[:4]):
        folder = tmp_path / str(number)
        folder.mkdir()
        dom = browsed(
            folder,
            page(made(text)),
            """
            for (const group of document.querySelectorAll("details.rule")) {
              group.open = true;
              group.dispatchEvent(new Event("toggle"));
            }
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
    assert "then tcpharbor-logudpReservedsctpnot mentioneddccpnot mentioned; " in dom
    assert "last Port 4848" in dom


def test_the_map_is_drawn_and_pointed_at(tmp_path: Path) -> None:
    """The picture has each port where a click finds it, in the colour of its state."""
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
    assert dom.count("<li><p ") == 300
    assert "more</button>" not in dom


@pytest.mark.real
def test_a_browser_opens_the_newest_dump(tmp_path: Path) -> None:
    report = report_on(read_registry(published("2026-08-17.xml")))
    dom = browsed(tmp_path, page(report))
    shown = sum(not finding.legacy for finding in report.findings)
    assert 350 < shown < len(report.findings)
    assert f"{shown:,} of {len(report.findings):,} findings" in dom
    assert dom.count(" marked") > 3
