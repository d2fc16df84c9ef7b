"""Small inputs with right answers, as the issue on field tests lists them: each row, exactly.

They are not part of the project: without them the tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Called
from tests.dumps import DUMPS

pytestmark = pytest.mark.real
Call = Callable[..., Called]
FM004 = "FM004 1:1"
LIGHTS = ["SN001 25:1", "SN002 25:1", "SN001 28:1", "SN002 28:1"]
# By file: the status, and the findings or what the error says.
CHECKS: dict[str, tuple[int, list[str] | str]] = {
    "txt-name-wrapped-three-lines.txt": (1, LIGHTS),
    "trim-four-columns.csv": (1, [FM004] * 7),
    "trim-notes-lost.csv": (1, [FM004]),
    "headings-snake.csv": (1, [FM004] * 8),
    "foreign-type-numbers.csv": (2, 'a table without the columns "Service Name" and "Port Number"'),
    "ref-section-rfc.csv": (0, []),
    "order-number-mistyped.csv": (0, ["OR001 5:2"]),
    "cells-semicolon.csv": (2, "The headings in line 1 are separated by semicolons"),
    "header-missing.csv": (2, "rows of the registry's CSV without the row of headings"),
    "port-numbers-old-form": (2, "the port-numbers text of before 2011 (keyword, decimal, "),
    "cut-mid-row.csv": (1, ["FM001 4:1"]),
    "latin1-id.csv": (1, ["FM005 2:38", "FM005 2:53", "FM005 3:23"]),
    "dynamic-range-named.csv": (1, ["PN006 2:16"]),
    "edge-iana-reserved.csv --whole --select ST,PN016": (0, ["ST002 2:9"]),
}
PAIRS: dict[str, list[str]] = {
    "compare compare-registry/a.xml compare-registry/category.xml": ["XF002 4:13"],
    "compare compare-registry/a.xml compare-registry/note.xml": ["XF002 8:9"],
    "compare compare-registry/a.xml compare-registry/reference.xml": ["XF002 6:26"],
    "compare compare-citation/a.xml compare-citation/address.xml": ["XF002 9:133"],
    "compare compare-citation/a.xml compare-citation/kind.xml": ["XF002 10:94"],
    "compare compare-citation/a.xml compare-citation/assignee.xml": ["XF002 10:134"],
    "compare compare-rfc-blank/a.xml compare-rfc-blank/page.html": [],
    "compare compare-rfc-blank/a.xml compare-rfc-blank/registry.txt": [],
    "compare compare-footnote/a.xml compare-footnote/b.xml": ["XF002 11:24"],
    "check pointer/alias.xml --select AL": ["AL004 10:67", "AL001 11:155", "AL012 11:155"],
    "check pointer/twice.xml --select FM": ["FM008 9:28"],
}
SAID: dict[str, tuple[int, list[str], list[str]]] = {
    # The words of the call: the status, what is said, and what is not.
    "diff draft-version/old.xml draft-version/new.xml": (0, ["(draft updated)"], ["published"]),
    "diff draft-version/old2.xml draft-version/new2.xml": (0, ["(draft updated)"], ["HX005"]),
    "diff record-history/old.xml record-history/new.xml --record netbeep": (
        0,
        ["description   BEEP  (since 2026-08-18)", "remains without a port number"],
        ["the first of these dumps"],
    ),
    "check -- two-dashes/-x.xml": (0, ["checked two-dashes/-x.xml: XML"], []),
    "check -- --help": (2, ["--help cannot be read"], ["show this help"]),
    "compare -- two-dashes/-x.xml two-dashes/y.xml": (0, ["no findings"], []),
    "convert --to csv -- two-dashes/-x.xml": (0, ["quay,4621,tcp,Quay,"], []),
}
REGISTRIES: dict[str, tuple[int, list[str], list[str]]] = {
    **{
        f"request request-harbour.yaml --registry {name}": (2, [name], ["accept", "no blocking"])
        for name in ("saved-error-page.xml", "registry-other-headings.csv")
    },
    "compare saved-error-page.xml registry-heading-only.csv": (
        2,
        ["no table of records found", "the dump has no records"],
        ["no findings"],
    ),
    "request request-dynamic.yaml --registry registry-whole-two.xml": (
        1,
        ["RQ022", "procedure: none, because a Dynamic Port is never assigned"],
        ["Expert Review"],
    ),
    "diff range-old.csv range-new.csv --record lamps/7010/tcp": (0, ["lamps 7000-7063/tcp"], []),
}


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    def entered(name: str) -> Path:
        folder = DUMPS.parent / "cases" / name
        if not folder.is_dir():
            pytest.skip(f"no {folder}")
        monkeypatch.chdir(folder)
        return folder

    return entered


def findings_of(ended: Called) -> list[str]:
    return [
        f"{f['code']} {f['location']['line']}:{f['location']['column']}"
        for f in json.loads(ended.out)["findings"]
    ]


@pytest.mark.parametrize("words", CHECKS)
def test_a_check(cases: Callable[[str], Path], call: Call, words: str) -> None:
    cases("check")
    status, expected = CHECKS[words]
    settings = ("--isolated", "--today", "2026-11-28", "--format", "json")
    ended = call("check", *words.split(), *settings)
    assert ended.status == status
    if isinstance(expected, str):
        assert expected in json.loads(ended.out)["inputs"][0]["error"]
    else:
        assert findings_of(ended) == expected


@pytest.mark.parametrize("words", PAIRS)
def test_a_pair(cases: Callable[[str], Path], call: Call, words: str) -> None:
    cases("pairs")
    ended = call(*words.split(), "--isolated", "--format", "json")
    assert findings_of(ended) == PAIRS[words]
    assert ended.status == (1 if PAIRS[words] else 0)


@pytest.mark.parametrize("words", [*SAID, *REGISTRIES])
def test_what_is_said(cases: Callable[[str], Path], call: Call, words: str) -> None:
    cases("pairs" if words in SAID else "check")
    status, said, unsaid = {**SAID, **REGISTRIES}[words]
    options, dashes, files = words.partition(" -- ")
    ended = call(*options.split(), "--isolated", *dashes.split(), *files.split())
    text = ended.text + ended.said
    assert ended.status == status, text
    assert [part for part in said if part not in text] == []
    assert [part for part in unsaid if part in text] == []


def test_reasons_name_the_missing_columns(cases: Callable[[str], Path], call: Call) -> None:
    cases("check")
    reasons = {}
    for name in ("trim-four-columns.csv", "trim-notes-lost.csv"):
        report = json.loads(call("check", name, "--isolated", "--format", "json").out)
        reasons[name] = {e["code"]: e["reason"] for e in report["inputs"][0]["not_run"]}
    assert reasons["trim-four-columns.csv"]["AC010"] == 'no columns "Assignee" and "Contact"'
    for code in ("AL003", "AL004", "PN013"):
        assert reasons["trim-notes-lost.csv"][code] == 'no column "Assignment Notes"'
