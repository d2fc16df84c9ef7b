"""One report in each format: findings of all kinds, skipped rules, an unreadable input."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Called
from validator import RULES, __version__, check_request
from validator.reporters import Style, render

REPORTS = ROOT / "fixtures" / "reports"
WORDS = (
    "check", "dump.xml", "table.csv", "none.csv", "--today", "2026-11-24", "--whole",
    "--select", "AC001,AC010,SN002,SN005,SN007,TX002,TX005",
)  # fmt: skip


LEGACY = ("--legacy", "show", "--group-by", "rule", "--min-severity", "warning")


@pytest.mark.parametrize(
    ("form", "name", "words"),
    [
        ("text", "report.txt", ()), ("concise", "report.concise", ()),
        ("github", "report.github", ()), ("gitlab", "report.gitlab", ()),
        ("junit", "report.junit", ()), ("markdown", "report.md", ()),
        ("jsonl", "report.jsonl", ()),
        ("text", "summary.txt", ("--summary",)), ("concise", "summary.concise", ("--summary",)),
        ("markdown", "summary.md", ("--summary",)),
        ("text", "legacy.txt", LEGACY), ("github", "legacy.github", ("--legacy", "fail")),
        ("text", "color.txt", ("--color", "always")),
        ("text", "records.txt", ("--group-by", "record")),
        ("concise", "records.concise", ("--sort", "record")),
    ],
)  # fmt: skip
def test_a_report(
    call: Callable[..., Called], tmp_path: Path, form: str, name: str, words: tuple[str, ...]
) -> None:
    shutil.copytree(REPORTS, tmp_path, dirs_exist_ok=True)
    ended = call(*WORDS, "-f", form, *words)
    expected = (REPORTS / name).read_text("utf-8").replace('"VERSION"', f'"{__version__}"')
    assert ended.text == expected
    assert (ended.status, ended.said) == (
        2, "ianalint: none.csv cannot be read: No such file or directory\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("form", "name", "files"),
    [
        ("text", "requests.txt", ["requests.yaml"]),
        ("markdown", "requests.md", ["requests.yaml"]),
        ("github", "requests.github", ["requests.yaml", "broken.yaml"]),
        ("concise", "requests.concise", ["requests.yaml", "broken.yaml"]),
        ("text", "broken.txt", ["broken.yaml"]),
    ],
)
def test_a_report_on_requests(
    call: Callable[..., Called], tmp_path: Path, form: str, name: str, files: list[str]
) -> None:
    for file in files:
        shutil.copy(REPORTS / file, tmp_path)
    shutil.copy(ROOT / "fixtures" / "requests" / "registry.xml", tmp_path)
    ended = call("request", *files, "--registry", "registry.xml", "--isolated", "-f", form)
    assert ended.text == (REPORTS / name).read_text("utf-8")
    assert ended.status == (2 if "broken.yaml" in files else 1)


COMPARED = "compared with registry.xml: XML of 2026-08-17, 59 records, 7 contacts, a whole registry"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["draft-nothing.md"], ["no port or service name requested"]),
        (
            ["draft-nothing.md", "good.yaml"],
            [
                "tide-tables 4630/tcp (good.yaml): no blocking problems found",
                "draft-nothing.md: no port or service name requested",
                "1 request, no blocking problems found",
            ],
        ),
        (
            ["draft-changes.md"],
            [
                "beacon-s 853/tcp (draft-changes.md): updates an existing assignment",
                "crane-log 4650/tcp (draft-changes.md): not ready to submit: no assignment to"
                " update: crane-log 4650/tcp is not in the registry",
                "port 4646/udp (draft-changes.md): updates an existing assignment (1 note)",
                "port 4682/tcp (draft-changes.md): releases an existing assignment (1 warning)",
                "no request could be read, 3 updates, 1 release",
            ],
        ),
        (
            ["second-port.yaml"],
            [
                'harbor-log 4631/tcp (second-port.yaml): not available: "harbor-log" already has'
                " port 4621",
                "1 request, not ready to submit: 1 error",
            ],
        ),
    ],
)
def test_what_a_report_says_of_each_request(
    call: Callable[..., Called], tmp_path: Path, files: list[str], expected: list[str]
) -> None:
    for file in (*files, "registry.xml"):
        shutil.copy(ROOT / "fixtures" / "requests" / file, tmp_path)
    out = call("request", *files, "--registry", "registry.xml", "--isolated").text
    lines = [line for line in out.splitlines() if line[:1].strip()]
    assert [line for line in lines if not re.match(r"\S+:\d+:\d+  ", line)] == [
        *expected, COMPARED
    ]  # fmt: skip


def test_the_verdict_keeps_its_color_where_a_terminal_breaks_it() -> None:
    text = (ROOT / "fixtures" / "requests" / "name-too-long.yaml").read_text("utf-8")
    report = check_request(text.replace("tide-tables-for-harbors", "tide-tables-of-a-harbor"))
    out = "".join(render("text", report, Style(color=True, width=60)))
    red, end = "\x1b[1;31m", "\x1b[0m"
    assert out.startswith(
        f"\x1b[1mtide-tables-of-a-harbor 4630/tcp (<text>): {end}{red}not ready to{end}\n"
        f'{red}  submit: "tide-tables-of-a-harbor" is not a service name:{end}\n'
        f"{red}  23 characters (maximum 15){end}\n"
        "  not ready to submit: 1 error, 1 warning\n"
    )


def test_a_report_in_sarif(call: Callable[..., Called], tmp_path: Path) -> None:
    shutil.copytree(REPORTS, tmp_path, dirs_exist_ok=True)
    document = json.loads(call(*WORDS, "-f", "sarif").out)
    described = document["runs"][0].pop("tool")["driver"]["rules"]
    rules = [rule["id"] for rule in described]
    assert document == json.loads((REPORTS / "report.sarif").read_text("utf-8"))
    results = document["runs"][0]["results"]
    assert [rules[entry["ruleIndex"]] for entry in results] == [e["ruleId"] for e in results]
    rule = described[rules.index("SN005")]
    documentation = RULES["SN005"].documentation
    address = "https://www.rfc-editor.org/rfc/rfc6335#section-5.1"
    assert rule["helpUri"] == address
    assert rule["shortDescription"]["text"] == documentation.split("\n")[0]
    assert rule["help"]["markdown"].startswith(
        f"**SN005** `service-name-adjacent-hyphens` ([RFC 6335, Section 5.1]({address}))\n\n"
        f"{rule['shortDescription']['text']}\n"
    )
    assert "\nFlagged:\n\n    <record>" in rule["help"]["markdown"]
