"""`ianalint diff` on every kind of change, in each format for people and programs; long reports."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Called, dump, record
from validator import __version__
from validator.rules import catalogue

Call = Callable[..., Called]
CHANGES = ROOT / "fixtures" / "changes"
WORDS = ("diff", "--isolated", "--today", "2026-11-24", "old.xml", "new.xml")


@pytest.mark.parametrize(
    ("form", "report"),
    [("text", "report.txt"), ("markdown", "report.md"), ("jsonl", "report.jsonl")],
)
def test_every_kind_of_change(call: Call, tmp_path: Path, form: str, report: str) -> None:
    for name in ("old.xml", "new.xml"):
        shutil.copy(CHANGES / name, tmp_path)
    ended = call(*WORDS, "--whole", "--select", "HX", "-f", form)
    expected = (CHANGES / report).read_text("utf-8")
    assert ended.text == expected.replace('"VERSION"', f'"{__version__}"')
    assert (ended.status, ended.said) == (1, "")


def test_the_colors_of_the_kinds(call: Call, tmp_path: Path) -> None:
    for name in ("old.xml", "new.xml"):
        shutil.copy(CHANGES / name, tmp_path)
    text = call(*WORDS, "--whole", "--select", "HX", "--color", "always").text
    colors = {
        kind: color for color, kind in re.findall(r"^\x1b\[(\d+)m([a-z-]+) *\x1b", text, re.M)
    }
    green, red, magenta = "32", "31", "35"
    expected = {
        **dict.fromkeys(("assigned", "transport-added"), green),
        **dict.fromkeys(("released", "transport-removed"), red),
        **dict.fromkeys(("reassigned", "renamed", "moved"), magenta),
    }
    assert len(colors) == 19
    assert colors == dict.fromkeys(colors, "36") | expected


def numbered(number: int, description: str) -> str:
    return (
        f'<record date="2020-01-02" updated="2021-03-04"><name>pier{number}x</name>'
        '<protocol>tcp</protocol><xref type="person" data="Ann_Example"/>'
        f"<description>{description}</description></record>"
    )


def block(number: int) -> str:
    return f"<record><description>Unassigned</description><number>{number}</number></record>"


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("edited", "rules", "is_long"),
    [
        (75, "HX005,TX004", False), (76, "HX005,TX004", True),
        (150, "HX006", False), (151, "HX006", True),
    ],
)  # fmt: skip
def test_a_long_step_is_cut(
    call: Call, tmp_path: Path, edited: int, rules: str, is_long: bool, full: bool
) -> None:
    """It has more than 150 changes, without blocks of numbers, or more than 150 findings."""
    rows = range(100, 100 + edited)
    old = [*(numbered(n, f"Pier {n}") for n in rows), *map(block, range(900, 928, 2))]
    new = [numbered(n, f"Quay \ufffd {n}") for n in rows]
    (tmp_path / "old.xml").write_bytes(dump(*old))
    (tmp_path / "new.xml").write_bytes(dump(*new))
    lines = call(*WORDS, "--select", rules, *(["--full"] if full else [])).text.splitlines()
    cut = is_long and not full
    findings = edited if rules == "HX005,TX004" else 0

    def count(start: str) -> int:
        return sum(line.startswith(start) for line in lines)

    assert count("edited ") == (16 if cut else edited)
    assert count("new: new.xml:") == count("new.xml:") == (min(findings, 3) if cut else findings)
    more = [line for line in lines if line.endswith("more (--full)")]
    folded = "statement-removed  14: " + ", ".join(str(n) for n in range(900, 924, 2))
    assert more == (
        [] if full else
        [f"edited             and {edited - 15} more (--full)"] * cut
        + [f"{folded}, and 2 more (--full)"]
        + [f"HX005 modification-date-not-advanced: {findings - 3} more (--full)",
           f"new: TX004 garbled-text: {findings - 3} more (--full)"] * (cut and findings > 0)
    )  # fmt: skip
    assert count("statement-removed") == (14 if full else 1)
    counts = f"{findings} warnings. Findings: {findings} new" if findings else "no problems"
    assert lines[-1] == f"{edited + 14} changes, {counts}"


def test_what_was_not_read_is_listed_first(call: Call, tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_bytes(dump(record("quay")))
    unknown = record("quay").replace("</record>", "<other/></record>")
    (tmp_path / "new.xml").write_bytes(dump(record("pier", "2020-13-45"), unknown))
    ended = call(*WORDS, "--select", "DT,FM006")
    heads = [line.split("  (")[0] for line in ended.text.splitlines() if line.startswith("new: ")]
    assert heads == [
        "new: new.xml:5:143  error FM006 unknown-element",
        "new: new.xml:4:15  error DT002 impossible-date",
    ]


def test_a_rule_that_fails(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("quay")

    monkeypatch.setattr(catalogue.rules("history")["HX006"], "find", broken)
    for name in ("old.xml", "new.xml"):
        (tmp_path / name).write_bytes(dump(record(name[:3])))
    ended = call(*WORDS, "--select", "HX006")
    assert ended.status == 3
    assert ended.text.splitlines()[-1] == (
        "1 change, no problems. A rule failed, so this report is incomplete"
    )


def test_twelve_folded_changes_are_all_named(call: Call, tmp_path: Path) -> None:
    blocks = range(900, 924, 2)
    (tmp_path / "old.xml").write_bytes(dump(record("quay"), *map(block, blocks)))
    (tmp_path / "new.xml").write_bytes(dump(record("quay")))
    lines = call(*WORDS, "--select", "HX005").text.splitlines()
    assert lines[1] == f"statement-removed  12: {', '.join(map(str, blocks))}"


def test_what_was_not_read_is_of_its_dump(call: Call, tmp_path: Path) -> None:
    unknown = record("quay").replace("</record>", "<other/></record>")
    (tmp_path / "old.xml").write_bytes(dump(unknown))
    (tmp_path / "new.xml").write_bytes(dump(record("quay")))
    text = call(*WORDS, "--select", "HX005", "-f", "junit").text
    suites = [suite.partition('"')[0] for suite in text.split('<testsuite name="')[1:]]
    failures = [suite.count("<failure") for suite in text.split("<testsuite ")[1:]]
    assert dict(zip(suites, failures, strict=True)) == {"old.xml": 1, "new.xml": 0}
