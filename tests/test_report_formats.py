"""One report in each format: findings of all kinds, skipped rules, an unreadable input."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Called
from validator import RULES, __version__

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
