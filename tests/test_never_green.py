"""What was not read is told, whatever is selected: no run is green on a part of its input."""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from tests.cases import HEADER
from tests.conftest import SMALL, Called, dump, record
from validator import Unusable, audit, check, check_request, read_consumer, read_registry
from validator.api import run_context
from validator.diff.compare import compare
from validator.engine.selection import Selection
from validator.reporters import FORMATS
from validator.rules import catalogue

Call = Callable[..., Called]
ROWS = "".join(f"harbor{n},{4700 + n},tcp,T,[A],[A],2020-01-02,,,,,\n" for n in range(40))
TABLE = f"{HEADER}\n{ROWS}".encode()
REQUEST = {
    "service_name": "tide-gauge",
    "port_number": 4690,
    "transport_protocols": ["tcp"],
    "assignee": {"name": "Dana Example", "email": "dana@example.com"},
    "contact": {"name": "Dana Example", "email": "dana@example.com"},
    "description": "Readings of tide gauges",
    "reference": "Example Port Authority, Tide Gauge Specification 1.0, 2025",
    "broadcast_multicast_anycast": "Uses none of them.",
    "why_not_dynamic": "Gauges are configured with the number and have no resolver.",
}
CUT = SMALL.read_bytes()[:3000]
WHOLE = SMALL.read_bytes()
INCOMPLETE: dict[str, tuple[bytes, str]] = {
    "cut.xml": (CUT, "FM001"),
    "cut.csv": (TABLE[:-20], "FM001"),
    "headings.csv": (f"{HEADER}\n".encode(), "MD004"),
    "root.xml": (WHOLE.replace(b"<registry", b"<list").replace(b"</registry", b"</list"), "MD005"),
    "garbage.csv.xz": (lzma.compress(TABLE) + b"garbage", "FM001"),
    "second.csv.xz": (lzma.compress(TABLE) + lzma.compress(TABLE)[:40], "FM001"),
}
NARROW = b"Service Name,Port Number\nharbor,4621\n", "FM004"
LISTS = {
    "services": (b"# only\n", "CS017", "CS007"),
    "ports.csv": (b"name,port\n", "CS017", "CS407"),
    "ports.json": (b"{}", "CS017", "CS401"),
}


@pytest.mark.parametrize("name", INCOMPLETE)
@pytest.mark.parametrize("words", [("--select", "SN005"), ("--select", "SN,PN", "--jobs", "2")])
def test_a_selection_hides_no_fault_of_reading(
    call: Call, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    data, code = INCOMPLETE[name]
    (tmp_path / name).write_bytes(data)
    done = call("check", str(tmp_path / name), "--format", "json", *words)
    codes = {finding["code"] for finding in json.loads(done.out)["findings"]}
    assert (done.status, code in codes) == (1, True)
    report = check(read_registry(tmp_path / name), select=["SN005"])
    assert {finding.code for finding in report.findings} == {code}
    assert call("check", str(tmp_path / name), "--select", "SN005", "--ignore", "FM,MD").status == 0


@pytest.mark.parametrize("name", LISTS)
def test_a_selection_hides_no_list_without_entries(call: Call, tmp_path: Path, name: str) -> None:
    data, code, selected = LISTS[name]
    (tmp_path / name).write_bytes(data)
    done = call("audit", str(tmp_path / name), "--format", "json", "--select", selected)
    findings = json.loads(done.out)["findings"]
    assert done.status == 1
    assert {finding["code"] for finding in findings} <= {code, "CS404"}
    assert findings


RAGGED = TABLE.replace(b"harbor4,4704,tcp,T,", b"harbor4,4704,tcp,")
# What is not read of rows that are otherwise whole; with its rule.
UNREAD: dict[str, tuple[bytes, str]] = {
    "name.csv": (TABLE.replace(b"harbor4,", b"har\xffbor4,"), "FM005"),
    "description.csv": (TABLE.replace(b",T,", b",T\xff,", 1), "FM005"),
    "cells.csv": (RAGGED, "FM002"),
    "twice.csv": (
        f"{HEADER},port number\n{ROWS}".replace(",,,,,\n", ",,,,,,1\n").encode(), "FM003"
    ),
    "twice.xml": (WHOLE.replace(b"<name>", b"<name>a</name><name>", 1), "FM008"),
    "text.xml": (WHOLE.replace(b"<name>", b"acme<name>", 1), "FM009"),
    "misspelled.xml": (
        WHOLE.replace(b"<name>harbor-log</name>", b"<nmae>harbor-log</nmae>", 1), "FM006"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREAD)
def test_a_selection_hides_no_value_that_was_not_read(
    call: Call, tmp_path: Path, name: str
) -> None:
    data, code = UNREAD[name]
    (tmp_path / name).write_bytes(data)
    for select in ("SN005", "SN,PN002", "MD"):
        done = call("check", name, "--format", "json", "--select", select, "--fail-on", "warning")
        codes = {finding["code"] for finding in json.loads(done.out)["findings"]}
        assert (done.status, codes) == (1, {code}), select
    assert call("check", name, "--select", "SN005", "--ignore", "FM,MD").status == 0
    assert {f.code for f in check(read_registry(name), select=["SN005"]).findings} == {code}


FORMS = ("csv", "html", "json", "txt", "xml")
# The form of the first document and of one after it; with the findings of the first line after it.
AFTER = {
    ("csv", "csv"): "82:1: FM008",
    ("csv", "txt"): "82:1: FM002",
    ("csv", ""): "82:1: FM009",
    ("html", "html"): "1226:11: FM008",
    ("html", ""): "FM009",
    ("json", ""): "FM001",
    ("txt", "txt"): "182:1: FM009",
    ("txt", ""): "161:1: FM009",
    ("xml", ""): "FM001",
}


@pytest.mark.parametrize("second", FORMS)
@pytest.mark.parametrize("first", FORMS)
def test_a_second_document_in_one_file_is_told(
    call: Call, tmp_path: Path, first: str, second: str
) -> None:
    name = f"two.{first}"
    data = [SMALL.with_suffix(f".{form}").read_bytes() for form in (first, second)]
    (tmp_path / name).write_bytes(b"".join(data))
    done = call("check", name, "--format", "concise", "--select", "SN005")
    place = AFTER.get((first, second), AFTER.get((first, ""), ""))
    assert (done.status, place in done.text.partition(" error ")[0]) == (1, True)


@pytest.mark.parametrize("extra", [b",Color", b",Assignment_Notes"])
def test_a_selection_leaves_out_columns_that_hide_no_name_or_port(
    call: Call, tmp_path: Path, extra: bytes
) -> None:
    heading, _, rows = TABLE.partition(b"\n")
    (tmp_path / "a.csv").write_bytes(heading + extra + b"\n" + rows.replace(b"\n", b",\n"))
    done = call("check", "a.csv", "--format", "json", "--select", "SN005")
    assert (done.status, json.loads(done.out)["findings"]) == (0, [])
    assert call("check", "a.csv", "--select", "FM003").status == 1


# By name: the list, the rule on what could not be read, and where that is.
ROWS_OF_LISTS = {
    "ports.csv": (b"name,port\na,8500\nb,85oo\nc,8501\n", "CS402", "3:3"),
    "range.csv": (b"name,port\na,8500\nb,8510-8501\n", "CS402", "3:3"),
    "transport.csv": (b"name,port,protocol\na,8500,tcp\nb,8500,tpc\n", "CS403", "3:8"),
    "ports.md": (b"| name | port |\n|---|---|\n| a | 8500 |\n| b | 70000 |\n", "CS402", "4:7"),
    "ports.json": (b'{"a": 8500,\n "b": 70000}', "CS402", "2:7"),
    "ports.yaml": (b"services:\n- {name: a, port: 8500}\n- {name: b, port: 70000}\n", "CS402",
                   "3:19"),
    "torn.csv": (b"name,port,protocol\na,8500,tcp\nb,85", "CS020", "3:1"),
    "torn-after-blank.csv": (b"name,port,note\na,8500,x\n\nb,85", "CS020", "4:1"),
    "torn-quoted.csv": (b'name,port,note\na,8500,x\n"b, c",85', "CS020", "3:1"),
    "torn.tsv": (b"name\tport\tnote\na\t8500\tx\nb\t85", "CS020", "3:1"),
    "services": (b"a 80/tcp\nb 80\n", "CS001", "2:3"),
    "port.services": (b"a 80/tcp\nb 080/tcp\n", "CS002", "2:3"),
    "several.services": (b"a 80/tcp\nb 80/tcp/udp\nc 81/tcp\n" + b"d 82/tcp\n" * 30, "CS003",
                         "2:6"),
    "other.services": (b"a 80/tcp\nb 80/TCP\n", "CS004", "2:6"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS_OF_LISTS)
def test_a_selection_hides_no_row_that_was_not_read(call: Call, tmp_path: Path, name: str) -> None:
    data, code, place = ROWS_OF_LISTS[name]
    (tmp_path / name).write_bytes(data)
    kind = "services" if "services" in name else "private"
    select = "CS010" if kind == "services" else "CS401"
    words = ("audit", name, "--as", kind, "--isolated")
    report = json.loads(call(*words, "--select", select, "--format", "json").out)
    assert [
        (f["code"], f["severity"], f"{f['location']['line']}:{f['location']['column']}")
        for f in report["findings"]
    ] == [(code, "error", place)]
    assert call(*words, "--select", select).status == 1
    assert call(*words, "--select", select, "--ignore", code).status == 0
    file = read_consumer(name, kind=kind)  # type: ignore[arg-type]
    assert [f.code for f in audit(file, select=[select]).findings] == [code]


@pytest.mark.parametrize(("name", "verdict"), [("cut.xml", None), ("narrow.csv", None)])
def test_no_verdict_rests_on_a_part_of_a_registry(
    tmp_path: Path, name: str, verdict: str | None
) -> None:
    data, code = {**INCOMPLETE, "narrow.csv": NARROW}[name]
    (tmp_path / name).write_bytes(data)
    report = check_request(dict(REQUEST), read_registry(tmp_path / name), suggest_ports=3)
    (review,) = report.requests or ()
    assert review.verdict == verdict
    assert list(review.port_numbers) == []
    assert code in {finding.code for finding in report.findings}


def test_a_change_of_the_registry_itself_has_a_line(call: Call, tmp_path: Path) -> None:
    text = SMALL.read_text("utf-8")
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_text(text, "utf-8")
    new.write_text(text.replace("</title>", " (new)</title>", 1), "utf-8")
    done = call("diff", str(old), str(new), "--format", "concise", "--isolated")
    assert done.status in (0, 1)
    assert done.text.startswith(f"{new}:1:1: change metadata ")


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="max_time: expected a number of seconds"):
        check(SMALL, max_time="5")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_time: expected a number above 0, got -5"):
        check(SMALL, max_time=-5)
    assert check(SMALL, max_time=60).inputs


# -- none of what was selected ran ---------------------------------------------------------------

TWO = b"Service Name,Port Number\nharbor,4621\nquay,4622\n"
FEW = b"Service Name,Port Number,Transport Protocol\nharbor,4621,tcp\n"
PRIVATE = b"name,port\nbilling,8500\n"
NO_COLUMN = 'no columns "Assignee" and "Contact"'
# By call: why nothing ran.
NOTHING_RUNS = {
    "check two.csv --select AC010": NO_COLUMN,
    "check two.csv --select AC010,RF005": NO_COLUMN,
    "check two.csv few.csv --select AC010": NO_COLUMN,
    "check two.csv --select missing-assignee": NO_COLUMN,
    "check whole.csv --select MD002": "CSV has no registry title and id",
    "check whole.csv --select PN010": "the dump is not a whole registry",
    "audit ports.csv --select CS1": "they are for inputs of another kind",
    "audit services --select CS101": "no registry was named (--registry)",
    "audit services --select CS2 --registry small.xml": "this file does not hold every record",
    "compare whole.csv other.csv --select XF003": "CSV has no registry date",
    "diff two.csv few.csv --select AC010": NO_COLUMN,
    "diff whole.csv other.csv --select HX008": "CSV has no registry date",
    "request request.json --select RQ011": "no registry",
    "fix two.csv --select TX006 --diff": 'no column "Assignment Notes"',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    files = {
        "two.csv": TWO, "few.csv": FEW, "whole.csv": TABLE, "other.csv": TABLE + b"\n",
        "ports.csv": PRIVATE, "services": b"http 80/tcp\n", "small.xml": SMALL.read_bytes(),
        "request.json": json.dumps(REQUEST).encode(),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("words", NOTHING_RUNS)
def test_where_none_of_the_selected_rules_ran_is_2(folder: Path, call: Call, words: str) -> None:
    ended = call(*words.split(), "--isolated")
    assert ended.status == 2
    sentence = rf"none of the selected rules could run on (\S+): .*{re.escape(NOTHING_RUNS[words])}"
    names = re.findall(sentence, ended.said)
    assert names
    assert set(names) <= set(words.split())
    assert folder.is_dir()


@pytest.mark.parametrize(("more", "is_said"), [([], True), (["--full"], False)])
def test_an_age_that_no_file_has_is_said(
    folder: Path, call: Call, more: list[str], is_said: bool
) -> None:
    sentence = "--max-age is for files that hold every record (--full): none does"
    words = ("audit", "services", "--registry", "small.xml", "--max-age", "9", "--isolated")
    assert (sentence in call(*words, *more).said) is is_said
    assert folder.is_dir()


@pytest.mark.parametrize(
    "option",
    [
        "--history small.xml", "--git small.xml", "--fates out.csv", "--full", "--max-age 0",
        "--input-format xml",
    ],
)  # fmt: skip
def test_an_option_that_only_compares_needs_a_registry(
    folder: Path, call: Call, option: str
) -> None:
    ended = call("audit", "services", *option.split(), "--isolated")
    assert (ended.status, ended.text) == (2, "")
    assert f"{option.split()[0]} needs a registry (--registry DUMP)" in ended.said
    assert folder.is_dir()


@pytest.mark.parametrize(
    ("words", "remark", "is_compared"),
    [
        ("services", "the files are checked alone, without audit.history", False),
        ("list.csv --registry small.xml", "older dumps are not for private lists", False),
        ("services list.csv --registry small.xml", "", True),
    ],
)
def test_older_dumps_that_are_not_used_are_said(
    folder: Path, call: Call, words: str, remark: str, is_compared: bool
) -> None:
    (folder / "ianalint.toml").write_text("[audit]\nhistory = ['small.csv']\nmax-age = 3\n")
    (folder / "small.csv").write_bytes(SMALL.with_suffix(".csv").read_bytes())
    (folder / "list.csv").write_text("service,port\na,8500\n")
    ended = call("audit", *words.split(), "--format", "json")
    paths = [entry["path"] for entry in json.loads(ended.text)["inputs"]]
    assert ("small.csv" in paths) is is_compared
    assert (remark in ended.said) if remark else ("older dumps" not in ended.said)
    assert "--max-age" not in ended.said


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_that_nothing_ran(folder: Path, call: Call, form: str) -> None:
    words = ("two.csv", "--select", "AC010", "--ignore", "FM004", "--isolated", "--format", form)
    ended = call("check", *words)
    assert ended.status == 2
    assert "none of the selected rules could run" in ended.text
    assert "no findings" not in ended.text
    assert folder.is_dir()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_the_column_that_a_selected_rule_needs(
    folder: Path, call: Call, form: str
) -> None:
    words = ("few.csv", "--isolated", "--format", form)
    ended = call("check", *words, "--select", "SN005,TX006", "--fail-on", "warning")
    assert ended.status == 1
    assert "Assignment Notes" in ended.text
    assert "not run: TX006" in unescape(ended.text)
    assert call("check", *words, "--select", "SN005,TX006").status == 0
    assert form in ("sarif", "html") or "Registration Date" not in ended.text
    assert call("check", *words, "--select", "SN005").status == 0
    assert folder.is_dir()


def test_of_many_rules_that_need_a_column_a_few_are_named() -> None:
    select = ["SN005", *(f"AL00{number}" for number in range(1, 7))]
    messages = [f.message for f in check(FEW, select=select) if f.field == "assignment_notes"]
    assert [message.partition("; ")[2] for message in messages] == [
        "not run: AL001, AL002, AL003, AL004, AL005 and 1 more"
    ]


def test_the_functions_of_python_say_that_nothing_ran(folder: Path) -> None:
    sentence = "none of the selected rules could run on "
    two, whole = read_registry(folder / "two.csv"), read_registry(folder / "whole.csv")
    for report in (
        check(two, select=["AC010"]),
        check(two, select=[]),
        check(SMALL, ignore=["ALL"]),
        compare(whole, two, run_context(), [Selection(catalogue.rules("pair"), ["XF003"])] * 2),
        audit(read_consumer(folder / "ports.csv"), select=["CS1"]),
    ):
        assert report.exit_status() == 2
        assert sentence in str(report.inputs[0].error)
    assert "no rules selected" in str(check(two, select=[]).inputs[0].error)
    with pytest.raises(Unusable, match=sentence):
        check_request(dict(REQUEST), select=["RQ011"])
    assert check(two, select=["AC010", "SN005"], ignore=["FM004"]).exit_status() == 0


# -- what nobody can accept -----------------------------------------------------------------------

# By form: a registry that breaks off in the record of the port that is asked for.
BROKEN = {
    form: data[: data.index(b"harbor-log") + 12]
    for form, data in (
        (form, SMALL.with_suffix(f".{form}").read_bytes())
        for form in ("xml", "csv", "txt", "html", "json")
    )
}
ACCEPTING = {
    "a waiver": '[[waive]]\nrule = "ALL"\nreason = "known"\n',
    "a baseline": 'baseline = "known.json"\n',
    "another level": '[severity]\nALL = "note"\n',
    "no failing level": 'fail-on = "never"\n',
    "an ignored rule": 'ignore = ["FM", "MD", "CS017"]\n',
    "settings per file": '[[per-file]]\nfiles = "*"\nignore = ["FM", "MD"]\n',
}
COMPARING = {
    "request request.json --registry bad": 1,
    "audit services --registry bad": 1,
    "audit services --registry small.xml --history bad": 1,
    "compare small.xml bad": 1,
    "compare bad small.xml": 1,
    "diff small.xml bad": 1,
    "diff bad small.xml --only-new": 1,
    "lookup 4621 --registry bad": 2,
    "convert bad --to csv --output out.csv": 1,
}


@pytest.mark.parametrize("form", BROKEN)
@pytest.mark.parametrize("accepting", ACCEPTING)
def test_nobody_can_accept_what_was_not_compared(
    folder: Path, call: Call, form: str, accepting: str
) -> None:
    (folder / "bad").write_bytes(BROKEN[form])
    (folder / "accept.toml").write_text(ACCEPTING[accepting], "utf-8")
    call("check", "bad", "--isolated", "--write-baseline", "known.json")
    for words, status in COMPARING.items():
        ended = call(*words.split(), "--config", "accept.toml")
        assert ended.status == status, (words, ended.text, ended.said)


@pytest.mark.parametrize("form", BROKEN)
def test_an_ignored_fault_of_reading_is_suppressed(folder: Path, call: Call, form: str) -> None:
    (folder / "bad").write_bytes(BROKEN[form])
    words = ("check", "bad", "--isolated", "--ignore", "ALL", "--select", "SN005")
    report = json.loads(call(*words, "--format", "json").out)
    judgments = {(f["code"], f["status"]) for f in report["findings"]}
    assert judgments >= {("FM001", "suppressed")}
    assert {status for _, status in judgments} == {"suppressed"}
    ended = call(*words, "--format", "concise")
    assert (ended.status, ended.text) == (0, f"{len(report['findings'])} suppressed\n")


@pytest.mark.parametrize("form", BROKEN)
def test_what_is_after_the_end_of_a_truncated_dump_is_no_change(
    folder: Path, call: Call, form: str
) -> None:
    (folder / "bad").write_bytes(BROKEN[form])
    whole = str(SMALL.with_suffix(f".{form}"))
    for words in ((whole, "bad"), ("bad", whole)):
        (step,) = json.loads(call("diff", *words, "--isolated", "--format", "json").out)["steps"]
        kinds = {change["kind"] for change in step["changes"]}
        assert kinds <= {"edited", "statement-cut", "statement-merged", "metadata"}
        assert step["not_comparable"] > 20
        assert [finding for finding in step["findings"] if finding["severity"] != "note"] == []


@pytest.mark.parametrize("form", BROKEN)
def test_compare_counts_what_is_after_the_end_of_a_truncated_dump(
    folder: Path, call: Call, form: str
) -> None:
    (folder / "bad").write_bytes(BROKEN[form])
    whole = str(SMALL.with_suffix(f".{form}"))
    for words in ((whole, "bad"), ("bad", whole)):
        report = json.loads(call("compare", *words, "--isolated", "--format", "json").out)
        (finding,) = report["findings"]
        assert (finding["code"], finding["location"]["path"]) == ("FM001", "bad")
        pattern = rf" \([2-9]\d entries of {re.escape(whole)} are not compared\)$"
        assert re.search(pattern, finding["message"])


@pytest.mark.parametrize("form", BROKEN)
@pytest.mark.parametrize("words", [(), ("--whole",)])
def test_a_truncated_dump_is_not_whole(
    folder: Path, call: Call, form: str, words: tuple[str, ...]
) -> None:
    (folder / "bad").write_bytes(BROKEN[form])
    for command in (("check", "bad"), ("diff", "bad", str(SMALL))):
        report = json.loads(call(*command, *words, "--isolated", "--format", "json").out)
        assert report["inputs"][0]["whole"] is False
    report = json.loads(call("check", "bad", *words, "--format", "json").out)
    assert "PN010" in {entry["code"] for entry in report["inputs"][0]["not_run"]}
    report = json.loads(call("lookup", "4621", "--registry", "bad", "--format", "json").out)
    assert report["registry"]["whole"] is False


# What says, below an error, that something was not read or compared.
UNREAD_WARNINGS = {
    "request alone.json": "RQ081",
    "check few.csv --select SN005,TX006": "FM004",
    "check misspelled.xml --select FM006": "FM006",
    "check cut.csv --severity FM001=note": "FM001",
    "audit list.md --severity CS402=note --registry small.xml": "CS402",
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("words", UNREAD_WARNINGS)
def test_no_level_hides_that_something_was_not_read(
    folder: Path, call: Call, words: str, form: str
) -> None:
    (folder / "alone.json").write_text(json.dumps(REQUEST), "utf-8")
    (folder / "misspelled.xml").write_bytes(UNREAD["misspelled.xml"][0])
    (folder / "cut.csv").write_bytes(INCOMPLETE["cut.csv"][0])
    (folder / "list.md").write_bytes(ROWS_OF_LISTS["ports.md"][0])
    levels = ("--min-severity", "error", "--isolated", "--fail-on", "never")
    ended = call(*words.split(), *levels, "--format", form)
    assert UNREAD_WARNINGS[words] in ended.text


@pytest.mark.parametrize("form", BROKEN)
@pytest.mark.parametrize("words", [(), ("--only-new",)])
def test_what_a_dump_in_the_middle_hides_is_not_unchanged(
    folder: Path, call: Call, form: str, words: tuple[str, ...]
) -> None:
    (folder / "bad").write_bytes(BROKEN[form])
    whole = SMALL.with_suffix(f".{form}")
    (folder / "new").write_bytes(whole.read_bytes().replace(b"kpasswd", b"kp--swd"))
    ended = call("diff", str(whole), "bad", "new", "--isolated", *words, "--format", "concise")
    assert (ended.status, "FM001" in ended.text) == (1, True)
    ended = call("diff", str(whole), "bad", str(whole), "--isolated", *words, "--format", "json")
    assert (ended.status, json.loads(ended.out)["summary"]["open"]["error"] > 0) == (1, True)


TAKEN = {**REQUEST, "service_name": "harbor-log", "port_number": 4621}


@pytest.mark.parametrize(
    ("words", "verdict", "codes"),
    [
        ((), "reject", []),
        (("--ignore", "RQ044"), None, ["RQ044"]),
        (("--select", "RQ010"), None, ["RQ044"]),
        (("--ignore", "RQ050"), "reject", []),
        (("--severity", "RQ044=note"), "accept", []),
    ],
)
def test_a_rule_that_is_not_selected_is_named_where_it_decides(
    folder: Path, call: Call, words: tuple[str, ...], verdict: str | None, codes: list[str]
) -> None:
    (folder / "request.json").write_text(json.dumps(TAKEN), "utf-8")
    call_words = ("request", "request.json", "--registry", "small.xml", "--isolated", *words)
    report = json.loads(call(*call_words, "--format", "json").out)
    assert [review["verdict"] for review in report["requests"]] == [verdict]
    reason = "not selected, but it would report an error"
    not_run = report["inputs"][0]["not_run"]
    assert not_run == [{"code": code, "reason": reason} for code in codes]
    for form in ("text", "markdown", "github", "junit", "html"):
        text = unescape(call(*call_words, "--format", form).text)
        sentence = "no verdict: not selected, but would report an error: RQ044"
        assert (sentence in text) is bool(codes), form


SEEN_AS_HARBOR = [
    "harbor4\ufeff",
    "\ufeffharbor4",
    "har\u200bbor4",
    " harbor4",
    "harbor4\xa0",
    "HAR\xadBOR4\t",
]


@pytest.mark.parametrize("name", SEEN_AS_HARBOR)
def test_what_nobody_sees_of_a_name_does_not_hide_it(folder: Path, call: Call, name: str) -> None:
    (folder / "names.csv").write_text(TABLE.decode().replace("harbor4,", f"{name},"), "utf-8")
    request = {**REQUEST, "service_name": "harbor4"}
    (folder / "request.json").write_text(json.dumps(request), "utf-8")
    words = ("--registry", "names.csv", "--isolated", "--format", "json")
    report = json.loads(call("request", "request.json", *words).out)
    assert "RQ011" in {finding["code"] for finding in report["findings"]}
    (answer,) = json.loads(call("lookup", "harbor4", *words).out)["answers"]
    assert [record["service_name"] for record in answer["records"]] == [name]
    report = json.loads(
        call("check", "names.csv", "--isolated", "--select", "SN", "-f", "json").out
    )
    assert [(f["code"], f["value"]) for f in report["findings"]] == [("SN002", name)]
    (folder / "services").write_text("harbor4 4704/tcp\n", "utf-8")
    ended = call("audit", "services", *words)
    assert json.loads(ended.out)["audits"][0]["entry_fates"] == {"respelled": 1}


# -- what a limit leaves out ----------------------------------------------------------------------


def table_with(faults: int) -> bytes:
    """A table in which as many names have two hyphens."""
    rows = (f"a--{n},{5000 + n},tcp,T,[A],[A],2020-01-02,,,,,\n" for n in range(faults))
    return TABLE + "".join(rows).encode()


FINDINGS_NOT_LISTED = {
    "check four.csv": 1,
    "check four.csv --baseline known.json": 1,
    "check four.csv --write-baseline new.json": 1,
    "check four.csv --config waive-some.toml": 1,
    "check four.csv --config waive-all.toml": 0,
    "check four.csv --severity SN005=warning": 0,
    "check four.csv --baseline known.json --fail-on never": 0,
    "diff four.csv five.csv": 1,
    "diff none.csv four.csv --only-new": 1,
    "diff four.csv five.csv --config waive-all.toml": 0,
    "diff four.csv five.csv --severity SN005=note": 0,
}


@pytest.mark.parametrize("words", FINDINGS_NOT_LISTED)
def test_a_finding_that_is_not_listed_counts(folder: Path, call: Call, words: str) -> None:
    for name, count in (("none", 0), ("four", 4), ("five", 5)):
        (folder / f"{name}.csv").write_bytes(table_with(count))
    waiver = '[[waive]]\nrule = "SN005"\nreason = "known"\n'
    (folder / "waive-all.toml").write_text(waiver, "utf-8")
    some = "".join(f'{waiver}service = "a--{n}"\n' for n in range(3))
    (folder / "waive-some.toml").write_text(some, "utf-8")
    limit = ("--select", "SN005,SN002", "--max-findings", "3")
    call("check", "four.csv", *limit, "--write-baseline", "known.json", "--isolated")
    ended = call(*words.split(), *limit)
    assert ended.status == FINDINGS_NOT_LISTED[words], (ended.text, ended.said)
    sentence = " not listed (--max-findings)" if words.startswith("check") else "only 3 of "
    assert sentence in ended.text
    assert "no problems" not in ended.text


def test_a_fault_of_reading_that_the_reader_only_counted_is_not_accepted(
    folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("validator.model.record.MAX_DEFECTS", 2)
    (folder / "bad.xml").write_bytes(dump(record("quay"), *["<recrod/>"] * 3))
    words = ("check", "bad.xml", "--isolated", "--select", "FM006", "--fail-on", "warning")
    assert call(*words, "--write-baseline", "known.json").status == 1
    ended = call(*words, "--baseline", "known.json")
    assert (ended.status, ended.said) == (
        1,
        "ianalint: bad.xml: 2 of 3 findings of FM006 are listed; the others fail the run"
        " (--max-findings)\n",
    )
    assert call(*words, "--baseline", "known.json", "--severity", "FM006=note").status == 0


@pytest.mark.parametrize(("date", "status"), [("2010-01-02", 0), ("2020-01-02", 1)])
def test_a_legacy_finding_that_is_not_listed_does_not_count(
    folder: Path, call: Call, date: str, status: int
) -> None:
    rows = TABLE.decode().replace(",[A],[A],", ",,,").replace("2020-01-02", "2010-01-02")
    # The last one is not listed.
    head, _, tail = rows.rpartition("2010-01-02")
    (folder / "old.csv").write_text(f"{head}{date}{tail}", "utf-8")
    words = ("check", "old.csv", "--select", "AC010", "--max-findings", "3", "--isolated")
    assert call(*words).status == status


def test_a_request_whose_errors_are_not_listed_has_no_verdict(folder: Path, call: Call) -> None:
    other = {**TAKEN, "service_name": "quailnet", "port_number": 5464}
    (folder / "request.json").write_text(json.dumps([TAKEN, other]), "utf-8")
    words = ("request", "request.json", "--registry", "small.xml", "--isolated", "-f", "json")
    for more, verdict in (((), "reject"), (("--max-findings", "1"), None)):
        report = json.loads(call(*words, *more).out)
        assert [review["verdict"] for review in report["requests"]] == ["reject", verdict]


@pytest.mark.parametrize("form", FORMATS)
def test_a_selection_does_not_hide_that_nothing_was_compared(
    folder: Path, call: Call, form: str
) -> None:
    words = ("request", "request.json", "--isolated", "--select", "RQ010", "--format", form)
    ended = call(*words)
    assert (ended.status, "RQ081" in ended.text or "compared with none" in ended.text) == (0, True)
    assert folder.is_dir()


# -- settings per file ----------------------------------------------------------------------------

# By call: the ignored rule of each file, and the findings that remain, by file.
PER_FILE = {
    "compare a.csv b.csv": {
        "": {("a.csv", "XF001"), ("a.csv", "XF002"), ("b.csv", "XF001")},
        "a.csv XF001": {("a.csv", "XF002"), ("b.csv", "XF001")},
        "b.csv XF001": {("a.csv", "XF001"), ("a.csv", "XF002")},
        "b.csv XF002": {("a.csv", "XF001"), ("a.csv", "XF002"), ("b.csv", "XF001")},
        "* XF001": {("a.csv", "XF002")},
    },
    "diff a.csv b.csv": {
        "": {("b.csv", "HX005"), ("b.csv", "SN005")},
        "b.csv HX005": {("b.csv", "SN005")},
        "a.csv HX005": {("b.csv", "HX005"), ("b.csv", "SN005")},
        "b.csv SN005": {("b.csv", "HX005")},
    },
}


@pytest.mark.parametrize(
    ("words", "own"), [(words, own) for words, cases in PER_FILE.items() for own in cases]
)
def test_settings_per_file_count_for_the_findings_in_it(
    tmp_path: Path, call: Call, words: str, own: str
) -> None:
    table = TABLE.decode()
    (tmp_path / "a.csv").write_text(table.replace("harbor5", "harbor--5"), "utf-8")
    changed = table.replace("4707,tcp,T,", "4707,tcp,Tides,").replace("harbor4,", "har--bor4,")
    (tmp_path / "b.csv").write_text(changed, "utf-8")
    file, _, code = own.partition(" ")
    settings = f'[[per-file]]\nfiles = "{file}"\nignore = ["{code}"]\n' if code else ""
    settings = f'select = ["XF", "HX005", "SN005"]\n{settings}'
    (tmp_path / "ianalint.toml").write_text(settings, "utf-8")
    ended = call(*words.split(), "--format", "concise")
    places = {
        (line.partition(":")[0], code)
        for line in ended.text.splitlines()
        for code in re.findall(r": ([A-Z]{2}[0-9]{3}) ", line)
    }
    assert places == PER_FILE[words][own]
