"""Links: only to files that exist, to clauses, and to the project where the package names it."""

from __future__ import annotations

import importlib.metadata
import io
import json
import re
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path

import pytest

from tests.conftest import Called, dump, record
from validator import check, parse_registry
from validator.commands.terminal import wants_links
from validator.reporters import FORMATS, Style, links, render

Call = Callable[..., Called]
TERMINALS = (
    "TERM", "TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "NO_COLOR",
    "FORCE_COLOR",
)  # fmt: skip


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Message]:
    """The metadata of a package that names addresses."""
    values = Message()
    monkeypatch.setattr(importlib.metadata, "metadata", lambda _: values)
    links.home.cache_clear()
    yield values
    links.home.cache_clear()


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("RFC 6335, Section 8.1.1", "https://www.rfc-editor.org/rfc/rfc6335#section-8.1.1"),
        ("RFC 6335, Sections 5 and 8.1.1", "https://www.rfc-editor.org/rfc/rfc6335#section-5"),
        ("RFC 4180, Section 2; XML 1.0", "https://www.rfc-editor.org/rfc/rfc4180#section-2"),
        ("RFC 8085", "https://www.rfc-editor.org/rfc/rfc8085"),
        ("Registry convention", "https://www.iana.org/assignments/service-names-port-numbers"),
        ("XML 1.0, Section 2.1; RFC 4180, Section 2", None),
        ("Configuration of the run", None),
    ],
)
def test_clauses(reference: str, address: str | None) -> None:
    assert links.clause_uri(reference) == address


def test_a_project_without_an_address_is_not_linked() -> None:
    report = check(parse_registry(dump(record("file--sync")), path="a.xml"), select=["SN005"])
    for form in FORMATS:
        hosts = set(re.findall(r"https?://([\w.-]+)", "".join(render(form, report))))
        assert hosts <= {"www.rfc-editor.org", "www.iana.org", "docs.oasis-open.org"}, form


def test_a_project_with_an_address(project: Message) -> None:
    project["Project-URL"] = "Changes, https://example.org/changes"
    assert links.home() is None
    links.home.cache_clear()
    project["Project-URL"] = "Repository, https://example.com/lint/"
    assert links.help_uri("SN005", "service-name-adjacent-hyphens") == (
        "https://example.com/lint/blob/main/docs/rules.md#sn005-service-name-adjacent-hyphens"
    )
    report = check(parse_registry(dump(record("file--sync"))), select=["SN005"])
    driver = json.loads("".join(render("sarif", report)))["runs"][0]["tool"]["driver"]
    assert driver["informationUri"] == "https://example.com/lint"
    assert driver["rules"][0]["helpUri"].startswith("https://example.com/lint/blob/")


@pytest.mark.parametrize("address", ["http://example.com", "javascript:alert(1)", ""])
def test_only_https_is_an_address(project: Message, address: str) -> None:
    project["Project-URL"] = f"Homepage, {address}"
    assert links.home() is None


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


PROGRAMS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal")


@pytest.mark.parametrize(
    ("environment", "choice", "expected"),
    [
        *(({"TERM": "xterm-256color", "TERM_PROGRAM": name}, "auto", True) for name in PROGRAMS),
        ({"TERM": "xterm-kitty"}, "auto", True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, "auto", True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4999"}, "auto", False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "x"}, "auto", False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "auto", False),
        ({"TERM": "xterm-256color", "WT_SESSION": "1"}, "always", True),
        ({"TERM": "xterm-256color"}, "auto", False),
        ({"TERM": "xterm-256color"}, "always", False),
        ({"TERM": "screen", "TERM_PROGRAM": "vscode"}, "auto", False),
        ({"TERM": "xterm-kitty"}, "never", False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, "auto", False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, "always", False),
    ],
)
def test_terminals_that_get_links(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], choice: str, expected: bool
) -> None:
    for name in TERMINALS:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_links(choice, Terminal()) is expected  # type: ignore[arg-type]
    assert not wants_links(choice, io.StringIO())  # type: ignore[arg-type]
    assert not wants_links(choice, None)  # type: ignore[arg-type]


OSC = re.compile("\x1b]8;;([^\x1b]*)\x1b\\\\")


def test_links_of_a_terminal_change_nothing_that_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = dump(record("file--sync"))
    (tmp_path / "a b.xml").write_bytes(data)
    report = check(parse_registry(data, path="a b.xml"), select=["SN005"])
    plain = "".join(render("text", report, Style(width=60)))
    linked = "".join(render("text", report, Style(width=60, links=True)))
    assert OSC.sub("", linked) == plain
    assert OSC.findall(linked) == [
        (tmp_path / "a b.xml").as_uri(),
        "",
        "https://www.rfc-editor.org/rfc/rfc6335#section-5.1",
        "",
    ]


def test_what_is_no_file_is_no_link() -> None:
    evil = "\x1b]8;;https://example.com\x1b\\<stdin>"
    report = check(parse_registry(dump(record("file--sync")), path=evil), select=["SN005"])
    text = "".join(render("text", report, Style(links=True)))
    assert OSC.findall(text) == ["https://www.rfc-editor.org/rfc/rfc6335#section-5.1", ""]


def test_formats_without_related_places_name_them(call: Call, tmp_path: Path) -> None:
    for name, records in (("a.xml", [record("ferry")]), ("b.xml", [record("tide")])):
        (tmp_path / name).write_bytes(dump(*records))
    for command in ("diff", "compare"):
        words = (command, "a.xml", "b.xml", "--isolated")
        if command == "compare":
            (tmp_path / "b.xml").write_bytes(dump(record("ferry").replace("Invented", "Other")))
        for form in ("github", "gitlab", "junit", "markdown", "sarif"):
            out = call(*words, "--format", form).text.replace("&#58;", ":").replace("%3A", ":")
            code, place = ("HX002", "a.xml:4") if command == "diff" else ("XF002", "b.xml:4")
            assert code in out, (command, form)
            if form == "sarif":
                results = json.loads(out)["runs"][0]["results"]
                [result] = [result for result in results if result["ruleId"] == code]
                [other] = result["relatedLocations"]
                assert other["physicalLocation"]["artifactLocation"]["uri"] == place[:5]
                assert other["physicalLocation"]["region"]["endColumn"]
            else:
                assert f"; {place}:" in out, (command, form)


def test_verdicts_on_requests_and_audits_are_in_every_format(call: Call, tmp_path: Path) -> None:
    request = "service_name: quay\ntransport_protocols: [tcp]\n"
    (tmp_path / "quay.yaml").write_text(request, "utf-8")
    (tmp_path / "services").write_text("quay 4621/tcp\n", "utf-8")
    (tmp_path / "dump.xml").write_bytes(dump(record("ferry")))
    for words, text in (
        (("request", "quay.yaml"), "not ready to submit"),
        (("audit", "services"), "services(5), 1 entry"),
    ):
        for form in ("text", "markdown", "html", "junit", "github"):
            out = call(*words, "--isolated", "--registry", "dump.xml", "--format", form).text
            assert text in out.replace("&#40;", "(").replace("&#41;", ")"), (words, form)
        run = json.loads(
            call(*words, "--isolated", "--registry", "dump.xml", "--format", "sarif").out
        )["runs"][0]
        assert list(run["properties"]) == [f"{words[0]}s"]
