"""Baselines and waivers: findings are marked, never dropped, and unused ones are reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas import models
from tests.cases import HEADER as ALL_HEADINGS
from tests.conftest import SMALL, Called, dump, record
from validator.settings.files import BASELINE

Call = Callable[..., Called]
HEADER = "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact\n"
ROWS = (
    "har--bor,4621,tcp,Harbor log,[Ann],[Ann]\n"
    "quay_,4622,tcp,Quay,[Ann],[Ann]\n"
    "pier--x,4623,udp,Pier,[Ann],[Ann]\n"
)
RULES = ("--select", "SN002,SN005,WV,BL", "--today", "2026-11-24")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ports.csv").write_text(HEADER + ROWS, "utf-8")
    return tmp_path


def statuses(ended: Called) -> list[tuple[str, str, str, int]]:
    return [
        (f["code"], f["status"], f["location"]["path"], f["location"]["line"])
        for f in json.loads(ended.out)["findings"]
    ]


def checked(call: Call, *words: str) -> Called:
    ended = call("check", "ports.csv", *RULES, "--format", "json", *words)
    models.Report.model_validate_json(ended.out)
    return ended


OPEN = [
    ("SN005", "open", "ports.csv", 2),
    ("SN002", "open", "ports.csv", 3),
    ("SN005", "open", "ports.csv", 4),
]


def test_a_baseline_is_written_and_known(folder: Path, call: Call) -> None:
    first = checked(call)
    assert (first.status, statuses(first)) == (1, OPEN)
    ended = checked(call, "--write-baseline", "known.json")
    assert ended.status == 0
    assert ended.said == "ianalint: Wrote 3 findings to known.json\n"
    known = json.loads((folder / "known.json").read_text("utf-8"))
    assert not list(BASELINE.problems((), known))
    assert [(e["fingerprint"], e["code"], e["reason"]) for e in known["findings"]] == [
        ("SN002/quay_/4622/tcp/service_name", "SN002", ""),
        ("SN005/har--bor/4621/tcp/service_name", "SN005", ""),
        ("SN005/pier--x/4623/udp/service_name", "SN005", ""),
    ]
    second = checked(call, "--baseline", "known.json")
    assert second.status == 0
    assert statuses(second) == [(c, "baselined", p, line) for c, _, p, line in OPEN]
    assert json.loads(second.out)["summary"]["baselined"] == 3


def test_a_legacy_finding_that_does_not_count_is_not_in_a_baseline(
    folder: Path, call: Call
) -> None:
    records = [record("harbor"), record("pier", "2004-01-02")]
    person = '<xref type="person" data="Ann_Example"/>'
    (folder / "ports.xml").write_bytes(dump(*(each.replace(person, "") for each in records)))
    words = ("check", "ports.xml", "--isolated", "--select", "AC010", "--format", "json")
    ended = call(*words, "--write-baseline", "known.json")
    assert ended.said == "ianalint: Wrote 1 finding to known.json\n"
    assert statuses(ended) == [
        ("AC010", "baselined", "ports.xml", 4),
        ("AC010", "open", "ports.xml", 5),
    ]
    ended = call(*words, "--write-baseline", "all.json", "--legacy", "fail")
    assert ended.said == "ianalint: Wrote 2 findings to all.json\n"


def test_the_first_baseline_is_written_where_the_configuration_has_it(
    folder: Path, call: Call
) -> None:
    configured(folder, 'baseline = "known.json"\n')
    assert call("check", "ports.csv").status == 2
    assert checked(call, "--write-baseline", "known.json").status == 0
    again = checked(call)
    assert (again.status, {entry[1] for entry in statuses(again)}) == (0, {"baselined"})


def test_fail_on_stale_wants_a_baseline(folder: Path, call: Call) -> None:
    ended = call("check", "ports.csv", "--fail-on-stale")
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said == (
        "ianalint: --fail-on-stale needs a baseline\nianalint: Name one with --baseline FILE.\n"
    )


def test_lines_may_move_and_new_findings_are_open(folder: Path, call: Call) -> None:
    checked(call, "--write-baseline", "known.json")
    moved = HEADER + "a--b,4620,tcp,New,[Ann],[Ann]\n" + ROWS
    (folder / "ports.csv").write_text(moved, "utf-8")
    ended = checked(call, "--baseline", "known.json")
    assert ended.status == 1
    assert [entry[1] for entry in statuses(ended)] == ["open"] + ["baselined"] * 3


def test_what_is_mended_is_stale(folder: Path, call: Call) -> None:
    checked(call, "--write-baseline", "known.json")
    (folder / "ports.csv").write_text(HEADER + ROWS.replace("pier--x", "pier-x"), "utf-8")
    ended = checked(call, "--baseline", "known.json")
    assert ended.status == 0
    assert statuses(ended)[2:] == [("BL001", "open", "known.json", 4)]
    failed = checked(call, "--baseline", "known.json", "--fail-on-stale")
    assert failed.status == 1
    assert json.loads(failed.out)["findings"][2]["severity"] == "error"
    said = "1 entry matches no finding any more: the baseline is stale (--fail-on-stale)"
    assert failed.said == f"ianalint: {said}\n"
    # A rule that was not run says nothing of its entries.
    other = call(
        *("check", "ports.csv", "--select", "SN002,BL", "--format", "json"),
        *("--baseline", "known.json", "--fail-on-stale"),
    )
    assert (other.status, [entry[0] for entry in statuses(other)]) == (0, ["SN002"])
    # Nor does an input that could not be used.
    missing = checked(call, "missing.csv", "--baseline", "known.json", "--fail-on-stale")
    assert missing.status == 2
    assert "BL001" not in [entry[0] for entry in statuses(missing)]


def test_a_baseline_is_not_written_where_an_input_could_not_be_read(
    folder: Path, call: Call
) -> None:
    checked(call, "--write-baseline", "known.json")
    before = (folder / "known.json").read_bytes()
    ended = call("check", "ports.csv", "missing.csv", "--write-baseline", "known.json")
    assert ended.status == 2
    assert "did not write known.json: not everything could be checked\n" in ended.said
    assert (folder / "known.json").read_bytes() == before


def test_writing_anew_keeps_reasons_and_leaves_out_what_is_stale(folder: Path, call: Call) -> None:
    checked(call, "--write-baseline", "known.json")
    text = (folder / "known.json").read_text("utf-8")
    (folder / "known.json").write_text(text.replace('"reason": ""', '"reason": "old"'), "utf-8")
    (folder / "ports.csv").write_text(HEADER + ROWS.replace("pier--x", "pier-x"), "utf-8")
    checked(call, "--write-baseline", "known.json")
    known = json.loads((folder / "known.json").read_text("utf-8"))["findings"]
    assert [(e["code"], e["reason"]) for e in known] == [("SN002", "old"), ("SN005", "old")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "known.json:1:2: not a baseline: not valid JSON: expected a key in double quotes"),
        ("[1,\n 2", 'known.json:2:3: not a baseline: not valid JSON: expected ",", got the end'),
        (
            '{"a": tru}',
            'known.json:1:7: not a baseline: not valid JSON: expected a value, got "tru"',
        ),
        ("1" * 5000, "known.json: not a baseline: not valid JSON: nested too deep, or a number"),
        ('{"format_version": 2, "findings": []}', "known.json: not a baseline: format_version: "),
        ('{"format_version": 1}', 'known.json: not a baseline: missing key "findings"'),
        ("[]", "known.json: not a baseline: expected an object, got a list"),
        (
            '{"format_version": 1, "findings": {}}',
            "known.json: not a baseline: findings: expected a list of objects, got a table",
        ),
        (
            '{"format_version": 1, "findings": [1]}',
            "known.json: not a baseline: findings.0: expected an object, got 1",
        ),
        ("\ud800", "known.json: not a baseline: not valid UTF-8"),
    ],
)
def test_what_is_no_baseline_is_refused(folder: Path, call: Call, content: str, said: str) -> None:
    path = folder / "known.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    for option in ("--baseline", "--write-baseline"):
        ended = call("check", "ports.csv", option, "known.json")
        assert (ended.status, ended.out) == (2, b"")
        assert said in ended.said
    assert path.read_bytes() == content.encode("utf-8", "surrogatepass")


def test_a_baseline_is_not_written_over_an_input(folder: Path, call: Call) -> None:
    ended = call("check", "ports.csv", "--write-baseline", "ports.csv")
    assert ended.status == 2
    assert "refusing to overwrite" in ended.said


@pytest.mark.parametrize("command", ["check", "audit"])
def test_a_missing_baseline_names_the_option_that_writes_one(
    folder: Path, call: Call, command: str
) -> None:
    ended = call(command, "ports.csv", "--baseline", "no.json")
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said == (
        "ianalint: no.json cannot be read: No such file or directory\n"
        'ianalint: Run "ianalint check FILE --write-baseline BASELINE" (or audit) to write one.\n'
    )
    folder_given = call(command, "ports.csv", "--baseline", ".")
    assert folder_given.said == "ianalint: . cannot be read: Is a directory\n"


def configured(folder: Path, text: str) -> None:
    (folder / "ianalint.toml").write_text(text, "utf-8")


WAIVERS = """
[[waive]]
rule = "SN005"
service = "HAR--BOR"
port = 4621
reason = "shipped with it"
until = 2026-11-24

[[waive]]
rule = "service-name-character"
reason = "all of them"
"""


def test_waivers_suppress(folder: Path, call: Call) -> None:
    configured(folder, WAIVERS)
    ended = checked(call)
    assert [entry[1] for entry in statuses(ended)] == ["suppressed", "suppressed", "open"]
    assert ended.status == 1
    assert json.loads(ended.out)["summary"]["suppressed"] == 2


@pytest.mark.parametrize(
    ("keys", "excused"),
    [
        ('service = "quay_"', [3]),
        ('service = "QUAY_"', [3]),
        ('service = "quay"', []),
        ('port = "4623"', [4]),
        ("port = 4623", [4]),
        ('transport = "tcp"', [2, 3]),
        ('transport = "udp"', [4]),
        ('transport = "tcp"\nport = 4623', []),
        ('field = "service_name"', [2, 3, 4]),
        ('field = "port_number"', []),
        ('contact = "Ann"', []),
        ("until = 2026-11-24", [2, 3, 4]),
        ("until = 2026-11-23", []),
    ],
)
def test_each_key_of_a_waiver(folder: Path, call: Call, keys: str, excused: list[int]) -> None:
    configured(folder, f'[[waive]]\nrule = "SN"\nreason = "x"\n{keys}\n')
    found = [entry for entry in statuses(checked(call)) if entry[0][:2] == "SN"]
    assert [line for _, status, _, line in found if status == "suppressed"] == excused
    assert [line for _, status, _, line in found if status == "open"] == [
        line for line in (2, 3, 4) if line not in excused
    ]


def test_a_waiver_of_a_contact(folder: Path, call: Call) -> None:
    (folder / "a.xml").write_text(
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
        "<people>"
        + "".join(f'<person id="{name}"><uri>x</uri></person>' for name in ("Ann", "Ben"))
        + "</people></registry>",
        "utf-8",
    )
    configured(folder, '[[waive]]\nrule = "AC007"\ncontact = "Ben"\nreason = "x"\n')
    ended = call("check", "a.xml", "--select", "AC007", "--ignore", "MD004", "--format", "json")
    assert [(f["subject"], f["status"]) for f in json.loads(ended.out)["findings"]] == [
        ({}, "suppressed"),  # MD004
        ({"contact": "Ann"}, "open"),
        ({"contact": "Ben"}, "suppressed"),
    ]


def test_waivers_that_ended_and_that_excuse_nothing(folder: Path, call: Call) -> None:
    configured(
        folder,
        WAIVERS.replace("2026-11-24", "2026-11-23")
        + '[[waive]]\nrule = "SN"\nservice = "jetty"\nreason = "none"\n'
        + '[[waive]]\nrule = "AC"\nreason = "not run"\n',
    )
    ended = checked(call)
    assert statuses(ended) == [
        OPEN[0],
        ("SN002", "suppressed", "ports.csv", 3),
        OPEN[2],
        ("WV001", "open", "ianalint.toml", 2),
        ("WV002", "open", "ianalint.toml", 12),
    ]
    text = call("check", "ports.csv", *RULES).text
    assert "ianalint.toml:2:1  warning WV001 expired-waiver" in text
    assert "the waiver for SN005 expired on 2026-11-23: shipped with it" in text
    assert call("check", "ports.csv", *RULES, "--ignore", "WV").text.count("WV0") == 0


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('rule = "SN005"', 'ianalint.toml:1: waive.0: missing key "reason"'),
        ('reason = "x"', 'ianalint.toml:1: waive.0: missing key "rule"'),
        ('rule = "SN005"\nreason = ""', "ianalint.toml:3: waive.0.reason: must not be empty"),
        (
            'rule = "SN005"\nreason = "x"\nuntil = "soon"',
            "waive.0.until: expected a date (YYYY-MM-DD) ",
        ),
        ('rule = "SN005"\nreason = "x"\nserivce = "y"', "did you mean service?"),
        ('rule = "SN0055"\nreason = "x"', "ianalint.toml:1: waive: "),
    ],
)
def test_waivers_that_are_none(folder: Path, call: Call, table: str, said: str) -> None:
    configured(folder, f"[[waive]]\n{table}\n")
    ended = call("check", "ports.csv", *RULES)
    assert ended.status == 2
    assert said in ended.said


def test_waivers_in_pyproject_and_in_one_line(folder: Path, call: Call) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.ianalint]\nlegacy = "show"\n[[tool.ianalint.waive]]\nrule = "SN001"\nreason = "x"\n',
        "utf-8",
    )
    assert statuses(call("check", "ports.csv", "--select", "SN,WV", "--format", "json"))[-1] == (
        ("WV002", "open", "pyproject.toml", 3)
    )
    configured(folder, 'waive = [{rule = "SN001", reason = "x"}]\n')
    assert statuses(call("check", "ports.csv", "--select", "SN,WV", "--format", "json"))[-1] == (
        ("WV002", "open", "ianalint.toml", 1)
    )


def test_settings_per_file(folder: Path, call: Call) -> None:
    (folder / "vendor").mkdir()
    (folder / "vendor" / "list.csv").write_text(HEADER + ROWS, "utf-8")
    configured(
        folder,
        '[[per-file]]\nfiles = "vendor/*"\nignore = ["SN005"]\n'
        '[[per-file]]\nfiles = "list.csv"\nseverity = {SN002 = "note"}\nignore = ["SN005"]\n',
    )
    ended = call("check", "ports.csv", "vendor/list.csv", "--format", "json", "--select", "SN")
    found = [(f["code"], f["severity"]) for f in json.loads(ended.out)["findings"]]
    assert found[:3] == [("SN005", "error"), ("SN002", "error"), ("SN005", "error")]
    # What is said on the command line goes before.
    assert found[3:] == [("SN005", "error"), ("SN002", "note"), ("SN005", "error")]
    ended = call("check", "ports.csv", "vendor/list.csv", "--format", "json")
    codes = [
        f["code"]
        for f in json.loads(ended.out)["findings"]
        if f["location"]["path"] == "vendor/list.csv"
    ]
    assert "SN002" in codes
    assert "SN005" not in codes


def test_a_baseline_of_the_configuration(folder: Path, call: Call) -> None:
    checked(call, "--write-baseline", "known.json")
    below = folder / "below"
    below.mkdir()
    configured(folder, 'baseline = "known.json"\n')
    document: dict[str, Any] = json.loads(checked(call).out)
    assert document["summary"]["baselined"] == 3


BARE_ROWS = [f"harbor{n},{4700 + n},tcp,T,[A],[A],2020-01-02,,,,,\n" for n in range(5)]
BARE = f"{ALL_HEADINGS}\n{''.join(BARE_ROWS)}"
SMALL_TEXT = SMALL.read_text("utf-8")
# By kind of fault of reading: the file, a harmless edit of it, and another fault of the same kind.
BARE_FAULTS: dict[str, tuple[str, str, str]] = {
    "cut.csv": (BARE[:-20], BARE[:-20].replace(",T,", ",Log,"), BARE[: -20 - len(BARE_ROWS[0])]),
    "cut.xml": (
        SMALL_TEXT[: SMALL_TEXT.rindex("</record>") - 5],
        SMALL_TEXT[: SMALL_TEXT.rindex("</record>") - 5].replace(
            "<description>", "<description>A "
        ),
        SMALL_TEXT[: SMALL_TEXT.index("</record>") + 12],
    ),
    "headings.csv": (
        BARE.replace("Description,", "Description,Color,", 1).replace(",T,", ",T,x,"),
        BARE.replace("Description,", "Description,Color,", 1).replace(",T,", ",Log,x,"),
        BARE.replace("Description,", "Description,Size,", 1).replace(",T,", ",T,x,"),
    ),
    "other.xml": (
        SMALL_TEXT.replace('id="service-names-port-numbers"', 'id="protocol-numbers"'),
        SMALL_TEXT.replace('id="service-names-port-numbers"', 'id="protocol-numbers"') + "\n",
        SMALL_TEXT.replace('id="service-names-port-numbers"', 'id="ip-parameters"'),
    ),
}


@pytest.mark.parametrize("name", BARE_FAULTS)
def test_a_baseline_does_not_accept_the_next_fault_of_reading(
    call: Call, tmp_path: Path, name: str
) -> None:
    first, edited, other = BARE_FAULTS[name]
    path, baseline = tmp_path / name, tmp_path / "known.json"
    words = ("check", path, "--isolated", "--select", "FM,MD")
    path.write_text(first, "utf-8")
    assert call(*words).status == 1
    assert call(*words, "--write-baseline", baseline).status == 0
    for text, status in ((first, 0), (edited, 0), (other, 1)):
        path.write_text(text, "utf-8")
        assert call(*words, "--baseline", baseline).status == status, text[-200:]


@pytest.mark.parametrize(
    ("first", "other"), [("# only\n", "<html>\n"), ("# only\n", "# nothing\n")]
)
def test_a_baseline_does_not_accept_another_file_without_entries(
    call: Call, tmp_path: Path, first: str, other: str
) -> None:
    path, baseline = tmp_path / "services", tmp_path / "known.json"
    words = ("audit", path, "--isolated", "--as", "services", "--select", "CS017")
    path.write_text(first, "utf-8")
    assert call(*words, "--write-baseline", baseline).status == 0
    for text, status in ((first, 0), (f"\n{first}", 0), (other, 1)):
        path.write_text(text, "utf-8")
        assert call(*words, "--baseline", baseline).status == status, text
