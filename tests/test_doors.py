"""Every door by which a dump comes in: what cannot be read there is never a clean run.

A door is a command, a function of Python, or pytest; each is tried with each kind of file that is
no registry, or only a part of one.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Called
from tests.dumps import published
from tests.rendered import as_html
from validator import Unusable, audit, check, check_request, read_consumer, read_registry
from validator.api import run_context
from validator.commands.download import Answer
from validator.commands.fetch_content import require_registry
from validator.diff.compare import compare
from validator.errors import CallError
from validator.readers import recognize
from validator.writers import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Form

Call = Callable[..., Called]
SMALL = ROOT / "fixtures" / "registry" / "small.xml"
GOOD = SMALL.read_bytes()
CSV = write(read_registry(SMALL), "csv").text.encode()
JSON = write(read_registry(SMALL), "json").text.encode()
ROWS = list(csv.reader(io.StringIO(CSV.decode(), newline="")))
REQUEST = (ROOT / "fixtures" / "requests" / "good.yaml").read_bytes()


def as_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


# `None` is a folder without dumps.
USELESS: dict[str, bytes | None] = {
    "error page": b"<!DOCTYPE html>\n<html><body><h1>404 Not Found</h1></body></html>\n",
    "error sentence": b"404: Not Found",
    "nothing": b"",
    "blank lines": b"\n \n",
    "headings alone": as_csv(ROWS[:1]),
    "other headings": b"Name,Port,Protocol,Description\nhttp,80,tcp,Pages\n",
    "another registry": b'<?xml version="1.0"?>\n<registry xmlns="http://www.iana.org/assignments"'
    b' id="protocol-numbers"><title>x</title><updated>2026-01-01</updated><record><value>6</value>'
    b"<name>TCP</name></record></registry>\n",
    "foreign table": b"id,name,price\n1,tea,3\n2,coffee,4\n",
    "binary": bytes(range(256)) * 8,
    "folder": None,
}
# Half of the registry, and a table that lost 8 of its 12 columns.
INCOMPLETE = {
    "half of the XML": GOOD[: len(GOOD) // 2],
    "half of the JSON": JSON[: len(JSON) // 2],
    "four columns": as_csv([row[:3] + row[11:] for row in ROWS]),
    "one page of many": as_html(read_registry(SMALL.with_name("extract.xml")).dump)
    .replace("    <table ", '    <div class="pagination">1 <a href="?page=2">2</a></div><table ', 1)
    .encode(),
}
CODE = {name: "FM004" if name == "four columns" else "FM001" for name in INCOMPLETE}

# By door: the words of the call, where `bad` is the file; and whether it has a report in JSON.
DOORS: dict[str, tuple[str, bool]] = {
    "check": ("check bad", True),
    "request": ("request request.yaml --registry bad", True),
    "audit": ("audit services --registry bad", True),
    "history": ("audit services --registry good.xml --history bad", True),
    "lookup": ("lookup discard --registry bad", False),
    "compare first": ("compare bad good.csv", True),
    "compare second": ("compare good.csv bad", True),
    "diff old": ("diff bad good.csv", True),
    "diff new": ("diff good.csv bad", True),
    "diff of one record": ("diff bad good.csv --record discard/9/tcp", True),
    "diff of three": ("diff bad good.csv good.xml", True),
    "convert": ("convert bad --to csv", False),
    "fix": ("fix bad --diff", False),
    "fix in place": ("fix bad --write", False),
    "configuration": ("request request.yaml --config bad.toml", True),
    "audit of the configuration": ("audit services --config bad.toml", True),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.xml").write_bytes(GOOD)
    (tmp_path / "good.csv").write_bytes(CSV)
    (tmp_path / "services").write_bytes(b"http 80/tcp\n")
    (tmp_path / "request.yaml").write_bytes(REQUEST)
    (tmp_path / "bad.toml").write_text('registry = "bad"\n', "utf-8")
    return tmp_path


def put(folder: Path, data: bytes | None) -> Path:
    path = folder / "bad"
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)
    return path


def errors_of(report: dict[str, object]) -> Iterator[str]:
    for entry in report.get("inputs", []):  # type: ignore[attr-defined]
        if "error" in entry:
            yield entry["error"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", USELESS)
def test_a_useless_file_is_never_green(name: str, door: str, folder: Path, call: Call) -> None:
    put(folder, USELESS[name])
    words, has_json = DOORS[door]
    ended = call(*words.split(), "--quiet")
    # The rules of `check` name what is wrong with a document in a form of the registry.
    assert ended.status == 2 or (door == "check" and ended.status == 1)
    assert "bad" in ended.said + ended.text
    assert "accept" not in ended.text
    if not has_json or (name == "folder" and ended.text == ""):
        return
    ended = call(*words.split(), "--format", "json")
    report = json.loads(ended.out) if ended.out else {}
    if ended.status == 1:
        assert {finding["code"] for finding in report["findings"]} & {"MD001", "MD004", "FM004"}
    elif report:
        assert [error for error in errors_of(report) if "bad" in error]
        assert not report.get("requests")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", INCOMPLETE)
def test_an_incomplete_dump_is_an_error_of_every_report(
    name: str, door: str, folder: Path, call: Call
) -> None:
    put(folder, INCOMPLETE[name])
    words, has_json = DOORS[door]
    ended = call(*words.split(), "--quiet")
    # JSON and HTML cannot be fixed at all.
    cannot_fix = door.startswith("fix") and ("JSON" in name or "page" in name)
    assert ended.status == (2 if cannot_fix or door == "lookup" else 1)
    assert "bad" in ended.said + ended.text
    if not has_json:
        return
    for form in ("text", "markdown", "concise"):
        text = call(*words.split(), "--format", form).text
        assert "bad" in text, form
        assert CODE[name] in text or (form == "markdown" and "incomplete: " in text), form
    report = json.loads(call(*words.split(), "--format", "json").out)
    findings = [*report.get("findings", []), *report.get("incomplete", [])]
    for step in report.get("steps", []):
        findings += step["gained"]
    of_bad = [f for f in findings if f["location"]["path"] == "bad" and f["code"] == CODE[name]]
    assert of_bad
    assert {finding["severity"] for finding in of_bad} == {"error"}
    assert len({finding["fingerprint"] for finding in of_bad}) == len(of_bad)


@pytest.mark.parametrize("name", [name for name in INCOMPLETE if "half" in name])
def test_what_breaks_off_is_not_called_whole(name: str, folder: Path, call: Call) -> None:
    put(folder, INCOMPLETE[name])
    Path("services").write_text("http 80/tcp\n", "utf-8")
    for words in ("check bad", "audit services --registry bad", "compare bad good.csv"):
        for form, mark in (("text", ", "), ("html", "; ")):
            text = call(*words.split(), "--format", form).text
            assert f"{mark}not read completely" in text, (words, form)
            assert text.count(f"{mark}a whole registry") == words.count("good"), (words, form)


def test_both_dumps_of_a_diff_break_off(folder: Path, call: Call) -> None:
    put(folder, INCOMPLETE["half of the XML"])
    (folder / "worse").write_bytes(GOOD[: len(GOOD) // 3])
    report = json.loads(call("diff", "bad", "worse", "--format", "json").out)
    gained = [finding for step in report["steps"] for finding in step["gained"]]
    broken = [f for f in [*gained, *report["incomplete"]] if f["code"] == "FM001"]
    assert sorted(f["location"]["path"] for f in broken) == ["bad", "worse"]
    assert call("diff", "bad", "worse", "--only-new", "--quiet").status == 1


def test_a_lookup_tells_its_readers(folder: Path, call: Call) -> None:
    put(folder, INCOMPLETE["four columns"])
    ended = call("lookup", "discard", "--registry", "bad", "--format", "json")
    document = json.loads(ended.out)
    assert document["registry"]["path"] == "bad"
    assert document["registry"]["error"].startswith("bad was read with 8 errors")
    assert document["answers"][0]["assigned"]
    assert ended.status == 2
    ended = call("lookup", "discard", "--registry", "good.csv", "--format", "json")
    assert ended.status == 0
    assert "error" not in json.loads(ended.out)["registry"]


def test_a_lookup_in_half_of_a_dump_says_so_in_its_answers(folder: Path, call: Call) -> None:
    put(folder, INCOMPLETE["half of the XML"])
    ended = call("lookup", "discard", "acme-sync", "48000", "1x", "--registry", "bad", "--quiet")
    assert (ended.status, ended.err) == (2, b"")
    lines = ended.text.splitlines()
    verdicts = [line for line in lines if line[:1] not in ("", " ")]
    unread = "not in what was read of the registry"
    assert verdicts[:4] == [
        "discard: service name, assigned",
        f"acme-sync: service name, {unread}",
        f"48000: User Port, {unread}",
        f"1x: service name, {unread}",
    ]
    assert verdicts[4].startswith("incomplete: bad was read with 1 error (")
    assert " ".join("".join(lines[lines.index(verdicts[4]) :]).split()).endswith(
        ': an answer may be incomplete; run "ianalint check" to see where'
    )
    assert "  well-formed" in lines
    assert not [line for line in lines if "not assigned" in line]
    assert not [line for line in lines if "free" in line]
    assert len([line for line in lines if line.startswith("  not in what was read: ")]) == 1
    ended = call("lookup", "acme-sync", "48000", "--registry", "bad", "--format", "json")
    name, port = json.loads(ended.out)["answers"]
    assert (name["free"], port["free_block"], name["assigned"]) == (None, None, False)


# -- what of a registry's records is not read --------------------------------------------------

TEXT = SMALL.with_suffix(".txt").read_bytes()
PAGE = SMALL.with_suffix(".html").read_bytes()
RECORD = b"  <record updated="
LOG = b"<name>harbor-log</name>"
LOG_ROW = next(line for line in CSV.splitlines() if line.startswith(b"harbor-log,"))
JSON_PORT = b'"port_number": "4621", "transport_protocol": "tcp"'


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


def with_cells(number: int, value: bytes) -> bytes:
    cells = LOG_ROW.split(b",")
    cells[number] = value
    return changed(CSV, LOG_ROW, b",".join(cells))


def with_port(value: bytes) -> bytes:
    return changed(JSON, JSON_PORT, value + b', "transport_protocol": "tcp"')


ITEM = b"<item><number>48000</number></item>"
MISSPELLED = b"<recrod><name>acme-sync</name></recrod>"
FOREIGN = b'<x:record xmlns:x="urn:x"><x:name>acme-sync</x:name></x:record>'
# A record, or the name, port or transport of one, is not read; with the rule that reports it.
GAPS: dict[str, tuple[str, bytes]] = {
    "misspelled record": ("FM006", changed(GOOD, RECORD, MISSPELLED + RECORD)),
    "record of another name": ("FM006", changed(GOOD, RECORD, b"<g>" + ITEM + b"</g>" + RECORD)),
    "record of another namespace": ("FM006", changed(GOOD, RECORD, FOREIGN + RECORD)),
    "two names": ("FM008", changed(GOOD, LOG, LOG + b"<name>acme-sync</name>")),
    "two numbers": ("FM008", changed(GOOD, LOG, LOG + b"<number>1</number>")),
    "two protocols": ("FM008", changed(GOOD, LOG, LOG + b"<protocol>udp</protocol>")),
    "misspelled name": ("FM006", changed(GOOD, LOG, b"<nmae>harbor-log</nmae>")),
    "markup in a name": ("FM006", changed(GOOD, LOG, b"<name>harbor<b>-log</b></name>")),
    "name outside": ("FM009", changed(GOOD, RECORD, b"<name>acme-sync</name>" + RECORD)),
    "words in a record": ("FM009", changed(GOOD, b"  <record>\n", b"  <record>acme-sync\n")),
    "too few cells": ("FM002", changed(CSV, LOG_ROW, b"harbor-log,4621,tcp")),
    "too many cells": ("FM002", changed(CSV, LOG_ROW, b"har,bor-log" + LOG_ROW[10:])),
    "words after a quote": ("FM002", changed(CSV, LOG_ROW, b'"harbor"-log' + LOG_ROW[10:])),
    "column twice": ("FM003", as_csv([row + row[1:2] for row in ROWS])),
    "bytes in a name": ("FM005", with_cells(0, b"harbor\xff")),
    "NUL bytes in a name": ("FM005", with_cells(0, b"har\0\0or")),
    "NUL bytes in XML": ("FM005", changed(GOOD, LOG, b"<name>harbor\0</name>")),
    "NUL bytes in JSON": ("FM005", changed(JSON, JSON_PORT, JSON_PORT.replace(b"62", b"\0"))),
    "bytes in a port": ("FM005", with_cells(1, b"46\xff1")),
    "bytes in a transport": ("FM005", with_cells(2, b"t\xff")),
    "bytes of UTF-16": ("FM005", "\ufeff".encode("utf-16-le") + CSV.decode().encode("utf-16-le")
                        + b"\x00\xdc"),
    "bytes of a name in XML": ("FM005", changed(GOOD, LOG, b"<name>harbor&#xFFFD;\xff</name>")),
    "long port": ("PN001", with_cells(1, b"x" * 5000)),
    "two ports": ("PN001", with_cells(1, b"4621 4622")),
    "blank for a port": ("PN001", with_cells(1, b" ")),
    "no port": ("PN002", with_cells(1, b"70000")),
    "range from high to low": ("PN003", with_cells(1, b"4622-4621")),
    "no transport": ("TP001", with_cells(2, b"tpc")),
    "blank for a transport": ("TP002", with_cells(2, b" ")),
    "number in JSON": ("FM011", with_port(b'"port_number": 4621')),
    "misspelled key": ("FM011", with_port(b'"prot_number": "4621"')),
    "key twice": ("FM008", with_port(b'"port_number": "4621", "port_number": "1"')),
    "records twice": ("FM008", changed(JSON, b'"contacts":', b'"records": [{}], "contacts":')),
    "record that is none": ("FM011", changed(JSON, b'"records": [', b'"records": [1,')),
    "tab in a text": ("FM002", changed(TEXT, b"harbor-log  ", b"harbor-log\t ")),
    "two texts in one": ("FM009", TEXT + TEXT),
    "text after a page": ("FM009", PAGE + b"acme-sync 4625 tcp\n"),
    "too few cells of HTML": ("FM002", changed(PAGE, b'<td align="center">4621</td>', b"")),
}  # fmt: skip
# What is wrong hides no record, name, port or transport.
COSMETIC: dict[str, bytes] = {
    "element of a record": changed(GOOD, LOG, LOG + b"<color>blue</color>"),
    "element of the registry": changed(GOOD, RECORD, b"<color>blue</color>" + RECORD),
    "record in a group": changed(
        GOOD, RECORD, b"<g><record><name>a</name><protocol>tcp</protocol></record></g>" + RECORD
    ),
    "misspelled person": changed(GOOD, b"<people>", b"<people><persn><name>A</name></persn>"),
    "attribute": changed(GOOD, b"<record>", b'<record color="blue">'),
    "two descriptions": changed(
        GOOD, LOG, LOG + b"<description>A</description><description>B</description>"
    ),
    "element in a description": changed(GOOD, b"Harbor log", b"Harbor <name>log</name>"),
    "document type": changed(GOOD, b"<registry", b"<!DOCTYPE registry><registry"),
    "bytes in a description": with_cells(3, b"Harbor \xff"),
    "column": as_csv([[*ROWS[0], "Color"], *([*row, ""] for row in ROWS[1:])]),
    "modification date": with_cells(7, b"x"),
    "key of a contact": changed(JSON, b'"contact_id":', b'"color": "blue", "contact_id":'),
    "element of a description in JSON": changed(JSON, JSON_PORT, JSON_PORT + b', "description": 5'),
}


@pytest.mark.parametrize("name", GAPS)
def test_a_lookup_says_that_a_record_was_not_read(name: str, folder: Path, call: Call) -> None:
    put(folder, GAPS[name][1])
    ended = call("lookup", "no-such", "48999", "--registry", "bad", "--quiet")
    assert (ended.status, ended.err) == (2, b"")
    assert ended.text.count("incomplete: bad was read with ") == 1
    assert "and free" not in ended.text
    assert "not assigned" not in ended.text
    document = json.loads(call("lookup", "no-such", "48999", "--registry", "bad", "-f", "json").out)
    assert document["registry"]["error"].startswith("bad was read with ")
    name_answer, port_answer = document["answers"]
    assert (name_answer["free"], port_answer["free_block"]) == (None, None)


@pytest.mark.parametrize("door", ["request", "audit", "history"])
@pytest.mark.parametrize("name", GAPS)
def test_a_record_that_was_not_read_is_in_the_report(
    name: str, door: str, folder: Path, call: Call
) -> None:
    code, data = GAPS[name]
    put(folder, data)
    words = DOORS[door][0].split()
    report = json.loads(call(*words, "--format", "json").out)
    of_bad = [f for f in report["findings"] if f["location"]["path"] == "bad"]
    assert code in {finding["code"] for finding in of_bad}
    assert {finding["severity"] for finding in of_bad} == {"error"}
    if door == "request":
        assert [entry["verdict"] for entry in report["requests"]] == [None]


@pytest.mark.parametrize("door", ["check", "request", "audit", "history", "diff new"])
@pytest.mark.parametrize("name", ["too few cells", "bytes in a name", "two ports", "no transport"])
def test_a_waiver_of_what_was_not_read_counts_where_nothing_is_compared(
    name: str, door: str, folder: Path, call: Call
) -> None:
    code, data = GAPS[name]
    put(folder, data)
    waiver = f'[[waive]]\nrule = "{code}"\nreason = "known"\n'
    (folder / "waive.toml").write_text(waiver + "[severity]\nHX = 'note'\nST = 'note'\n", "utf-8")
    words = "check bad" if door == "check" else DOORS[door][0]
    ended = call(*words.split(), "--config", "waive.toml", "--format", "json")
    report = json.loads(ended.out)
    findings = report.get("findings", [])
    findings += [f for step in report.get("steps", []) for f in step["gained"]]
    of_bad = [f["status"] for f in findings if (f["location"]["path"], f["code"]) == ("bad", code)]
    # Of a port that means none, `diff` compares the text.
    is_compared = door in ("request", "audit", "history") or (door != "check" and code[:2] == "FM")
    assert (ended.status, set(of_bad)) == ((1, {"open"}) if is_compared else (0, {"suppressed"}))
    assert ("no waiver or baseline can accept this" in ended.text) is is_compared
    assert [entry["verdict"] for entry in report.get("requests", [])] in ([], [None])
    other = waiver.replace(code, "SN001")
    (folder / "waive.toml").write_text(other, "utf-8")
    assert call(*words.split(), "--config", "waive.toml", "--quiet").status == 1


@pytest.mark.parametrize("name", COSMETIC)
def test_what_hides_no_record_changes_no_answer(name: str, folder: Path, call: Call) -> None:
    put(folder, COSMETIC[name])
    ended = call("lookup", "no-such", "48999", "--registry", "bad")
    assert (ended.status, ended.err) == (1, b"")
    assert "no-such: service name, not assigned\n  well-formed and free\n" in ended.text
    assert "incomplete: " not in ended.text
    for door in ("request", "audit"):
        words = DOORS[door][0].split()
        report = json.loads(call(*words, "--format", "json").out)
        assert not [f for f in report["findings"] if f["location"]["path"] == "bad"]


# What is not read of the registry, though no name, port or transport; with its rule.
UNREAD: dict[str, tuple[str, bytes]] = {
    "misspelled person": ("FM006", COSMETIC["misspelled person"]),
    "two descriptions": ("FM008", COSMETIC["two descriptions"]),
    "element in a description": ("FM009", COSMETIC["element in a description"]),
    "bytes in a description": ("FM005", COSMETIC["bytes in a description"]),
    "NUL bytes in a page": ("FM005", changed(PAGE, b"Harbor log", b"Har\0\0log")),
    "NUL bytes in a text": ("FM005", changed(TEXT, b"Harbor log", b"Har" + bytes(4) + b"log")),
    "NUL bytes after a page": ("FM005", PAGE + bytes(9)),
    "key of a contact": ("FM011", COSMETIC["key of a contact"]),
    "description in JSON": ("FM011", COSMETIC["element of a description in JSON"]),
    "misspelled description": ("FM006", changed(GOOD, LOG, LOG + b"<desc>A</desc>")),
    "note of another namespace": (
        "FM006", changed(GOOD, LOG, LOG + b'<x:note xmlns:x="urn:x">A</x:note>')
    ),
    "misspelled date": ("FM007", changed(GOOD, RECORD, b"  <record updatd=")),
    "column of notes twice": ("FM003", as_csv([[*row, row[11].lower()] for row in ROWS])),
    "column twice in other letters": (
        "FM003", as_csv([[*ROWS[0], "port_number"], *([*row, "1"] for row in ROWS[1:])])
    ),
    "two titles": ("FM008", changed(GOOD, b"<title>", b"<title>A</title><title>")),
}  # fmt: skip
# What no registry has, with its rule and whether a comparison fails.
OTHER = {
    "element of a record": ("FM006", 0),
    "element of the registry": ("FM006", 0),
    "record in a group": ("FM006", 0),
    "attribute": ("FM007", 0),
    "document type": ("FM010", 1),
    "column": ("FM003", 1),
}
OF_VALUES = {name: gap for name, gap in GAPS.items() if not gap[0].startswith("FM")}
OF_READING = {name: gap for name, gap in GAPS.items() if name not in OF_VALUES} | UNREAD
FORMS = ("text", "concise", "markdown", "sarif", "junit", "github", "gitlab", "html")


def put_twice(folder: Path, data: bytes) -> None:
    put(folder, data)
    (folder / "same").write_bytes(data)


def judged(findings: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(f["location"]["path"], f["code"], f["severity"]) for f in findings}


@pytest.mark.parametrize("name", OF_READING)
def test_what_neither_of_two_equal_dumps_says_is_an_error_of_compare(
    name: str, folder: Path, call: Call
) -> None:
    code, data = OF_READING[name]
    put_twice(folder, data)
    findings = json.loads(call("compare", "bad", "same", "--format", "json").out)["findings"]
    assert {("bad", code, "error"), ("same", code, "error")} <= judged(findings)
    assert {severity for _, _, severity in judged(findings)} == {"error"}
    report = compare(read_registry("bad"), read_registry("same"), run_context())
    assert code in {finding.code for finding in report.findings}
    waiver = f'[[waive]]\nrule = "{code[:2]}"\nreason = "known"\n'
    (folder / "waive.toml").write_text(f'fail-on = "never"\n{waiver}', "utf-8")
    assert call("compare", "bad", "same", "--config", "waive.toml").status == 1


@pytest.mark.parametrize("name", OF_READING)
def test_what_neither_of_two_equal_dumps_says_is_an_error_of_diff(
    name: str, folder: Path, call: Call
) -> None:
    code, data = OF_READING[name]
    put_twice(folder, data)
    ended = call("diff", "bad", "same", "--format", "json")
    assert ended.status == 1
    report = json.loads(ended.out)
    judgments = judged(report["incomplete"])
    assert {("bad", code, "error"), ("same", code, "error")} <= judgments
    assert {severity for _, _, severity in judgments} == {"error"}
    assert [step["gained"] + step["counts"] for step in report["steps"] if step["gained"]] == []
    for words in (("--only-new",), ("--select", "HX"), ("--record", "discard")):
        assert call("diff", "bad", "same", *words, "--quiet").status == 1, words


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["misspelled record", "bytes in a name", "no port"])
@pytest.mark.parametrize("door", ["request", "audit", "history"])
def test_every_format_has_a_record_that_was_not_read(
    form: str, name: str, door: str, folder: Path, call: Call
) -> None:
    code, data = GAPS[name]
    put(folder, data)
    ended = call(*DOORS[door][0].split(), "--format", form)
    assert (ended.status, code in ended.text) == (1, True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["misspelled name", "too few cells", "bytes in a description"])
def test_every_format_has_what_was_not_read(form: str, name: str, folder: Path, call: Call) -> None:
    code, data = OF_READING[name]
    put_twice(folder, data)
    ended = call("compare", "bad", "same", "--format", form, "--quiet")
    assert (ended.status, ended.err, code in ended.text) == (1, b"", True)
    ended = call("diff", "bad", "same", "--format", form)
    assert (ended.status, ended.err) == (1, b"")
    assert ("incomplete: " if form == "markdown" else code) in ended.text


@pytest.mark.parametrize("name", OF_READING)
def test_what_the_new_dump_does_not_say_is_an_error_of_diff(
    name: str, folder: Path, call: Call
) -> None:
    code, data = OF_READING[name]
    put(folder, data)
    good = "good.csv" if data.startswith(b"Service Name") else "good.xml"
    report = json.loads(call("diff", good, "bad", "--format", "json").out)
    findings = [*report["incomplete"], *(f for step in report["steps"] for f in step["gained"])]
    of_reading = [f for f in findings if f["code"] == code and f["location"]["path"] == "bad"]
    assert {finding["severity"] for finding in of_reading} == {"error"}
    assert call("diff", good, "bad", "--only-new", "--quiet").status == 1
    assert call("diff", "bad", good, "--only-new", "--quiet").status == 1
    # A later dump that has it again does not show what the steps before it could not see.
    (folder / "later").write_bytes((folder / good).read_bytes())
    ended = call("diff", good, "bad", "later", "--format", "concise")
    assert (ended.status, f": {code} error " in ended.text) == (1, True)


@pytest.mark.parametrize("name", OF_VALUES)
def test_a_port_that_means_none_is_compared_as_a_text(name: str, folder: Path, call: Call) -> None:
    code, data = OF_VALUES[name]
    put_twice(folder, data)
    ended = call("compare", "bad", "same", "--format", "json")
    assert (ended.status, json.loads(ended.out)["findings"]) == (0, [])
    ended = call("diff", "bad", "same", "--format", "json")
    # No rule knows what became of the port that is meant.
    assert ended.status == 1
    assert judged(json.loads(ended.out)["incomplete"]) == {("same", code, "error")}
    assert call("diff", "bad", "same", "--only-new").status == 0
    assert call("diff", "bad", "good.csv").status == 0
    assert call("diff", "good.csv", "bad").status == 1
    for target, status in (("csv", 0), ("xml", 0), ("json", 0), ("services", 1)):
        ended = call("convert", "bad", "--to", target, "--quiet")
        assert ended.status == status, target
        assert ended.said.startswith("ianalint: bad was read with 1 error (") == bool(status)


@pytest.mark.parametrize("name", OF_READING)
def test_what_is_written_without_all_that_was_to_be_read_has_status_1(
    name: str, folder: Path, call: Call
) -> None:
    code, data = OF_READING[name]
    put(folder, data)
    for target in ("csv", "xml", "json", "services"):
        ended = call("convert", "bad", "--to", target, "--quiet")
        assert (ended.status, ended.text != "") == (1, True), target
        assert ended.said.startswith("ianalint: bad was read with "), target
    # Only XML and CSV are fixed, and no file with bytes that are not UTF-8.
    is_fixed = data.startswith((b"<?xml", b"Service Name")) and code != "FM005"
    for action in ("--diff", "--write"):
        ended = call("fix", "bad", "--select", "TX006", action, "--quiet")
        assert ended.status == (1 if is_fixed else 2)
        assert "bad" in ended.said
    assert (folder / "bad").read_bytes() == data


@pytest.mark.parametrize("name", OTHER)
def test_what_no_registry_has_is_said_but_hides_no_change(
    name: str, folder: Path, call: Call
) -> None:
    code, status = OTHER[name]
    put_twice(folder, COSMETIC[name])
    ended = call("compare", "bad", "same", "--format", "json")
    severity = "error" if status else "warning"
    findings = json.loads(ended.out)["findings"]
    assert judged(findings) == {("bad", code, severity), ("same", code, severity)}
    assert (ended.status, ended.err) == (status, b"")
    assert call("compare", "bad", "same", "--fail-on", "warning").status == 1
    ended = call("diff", "bad", "same", "--format", "json")
    assert (ended.status, json.loads(ended.out)["incomplete"]) == (0, [])
    assert "ianalint: same was read with 1 error (" in ended.said
    assert call("fix", "bad", "--select", "TX006").status == 0
    ended = call("convert", "bad", "--to", "csv")
    assert (ended.status, "bad was read with 1 error (" in ended.said) == (1, True)


def test_many_faults_of_reading_are_a_few_lines(folder: Path, call: Call) -> None:
    rows = [ROWS[0], *([*row[:3], "Bad", *row[4:]] for row in ROWS[1:])]
    put_twice(folder, as_csv(rows).replace(b"Bad", b"Bad \xff"))
    count = len(rows) - 1
    ended = call("diff", "bad", "same")
    assert ended.text.count("incomplete: bad:") == 15
    assert f"incomplete: {2 * count - 15:,} more (--full)\n" in ended.text
    assert call("diff", "bad", "same", "--full").text.count("incomplete: ") == 2 * count
    ended = call("diff", "bad", "same", "--format", "markdown")
    assert ended.text.count("- incomplete: ") == 20
    assert f"- and {2 * count - 20:,} more\n" in ended.text
    ended = call("compare", "bad", "same", "--max-findings", "5", "--format", "json")
    listed = json.loads(ended.out)
    assert len(listed["findings"]) == 10
    assert [entry["cut"] for entry in listed["inputs"]] == [
        [{"code": "FM005", "listed": 5, "found": count}]
    ] * 2


@pytest.mark.real
@pytest.mark.parametrize("name", ["2026-08-17.xml", "2025-08-26.xml", "2025-04.csv", "2014-07.csv"])
def test_published_dumps_are_read_completely(name: str, call: Call) -> None:
    for form in ("text", "json"):
        words = ("no-such", "--registry", published(name), "--isolated", "--format", form)
        ended = call("lookup", *words)
        assert (ended.status, ended.err) == (1, b"")
        assert ended.text.count("incomplete") == ended.text.count(" was read with ") == 0


@pytest.mark.real
def test_ambiguous_lines_of_a_published_text_are_said_once(folder: Path, call: Call) -> None:
    dump = published("2013-06-26.txt")
    ended = call("lookup", "no-such", "--registry", dump, "--isolated")
    assert (ended.status, ended.err) == (1, b"")
    assert "well-formed and free" in ended.text
    assert " ".join(ended.text.split()).count("has 41 lines that may belong to either of") == 1
    for door in ("request", "audit"):
        words = DOORS[door][0].replace("bad", str(dump)).split()
        ended = call(*words, "--isolated", "--format", "json")
        assert ended.err == b""
        report = json.loads(ended.out)
        of_dump = [f for f in report["findings"] if f["location"]["path"] == str(dump)]
        assert [(f["code"], f["severity"]) for f in of_dump] == [("FM002", "warning")]
        assert of_dump[0]["message"].endswith(" (and 40 more)")


@pytest.mark.parametrize("name", USELESS)
def test_an_earlier_version_without_entries_is_no_version(
    name: str, folder: Path, call: Call
) -> None:
    put(folder, USELESS[name])
    ended = call("audit", "services", "--registry", "good.xml", "--previous", "bad")
    assert ended.status == 2
    assert "bad" in ended.said


@pytest.mark.parametrize("name", ["error page", "headings alone", "half of the XML", "binary"])
def test_a_version_in_git_is_judged_like_a_file(name: str, folder: Path, call: Call) -> None:
    settings = ("-c", "user.name=Ann Example", "-c", "user.email=ann@example.com")

    def git(*words: str) -> None:
        subprocess.run(["git", *settings, *words], cwd=folder, capture_output=True, check=True)

    git("init", "--quiet")
    for data in ({**USELESS, **INCOMPLETE}[name], GOOD):
        assert data is not None
        (folder / "dump.xml").write_bytes(data)
        git("add", "dump.xml")
        git("commit", "--quiet", "--no-verify", "--message", "dump")
    status = 1 if name in INCOMPLETE else 2
    assert call("diff", "--git", "dump.xml", "--isolated").status == status
    words = ("audit", "services", "--registry", "good.xml", "--git", "dump.xml", "--isolated")
    ended = call(*words)
    assert ended.status == status
    assert re.search(r"^(ianalint: )?[0-9a-f]{10}:dump\.xml\b", ended.text + ended.said, re.M)


# -- Python -----------------------------------------------------------------------------------


def of_compare(path: Path) -> object:
    return compare(read_registry(SMALL), read_registry(path), run_context())


def of_compare_first(path: Path) -> object:
    return compare(read_registry(path), read_registry(SMALL), run_context())


def of_audit(path: Path) -> object:
    return audit(read_consumer(path.parent / "services"), read_registry(path))


def of_history(path: Path) -> object:
    file = read_consumer(path.parent / "services")
    return audit(file, read_registry(SMALL), history=[read_registry(path)])


def of_previous(path: Path) -> object:
    file = read_consumer(path.parent / "services")
    return audit(file, read_registry(SMALL), previous=read_consumer(path))


def of_request(path: Path) -> object:
    return check_request(REQUEST, read_registry(path))


PYTHON = [of_compare, of_compare_first, of_audit, of_history, of_request]


@pytest.mark.parametrize("function", [*PYTHON, of_previous], ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", USELESS)
def test_a_function_raises(name: str, function: Callable[[Path], object], folder: Path) -> None:
    path = put(folder, USELESS[name])
    with pytest.raises(Unusable, match="bad"):
        function(path)


@pytest.mark.parametrize("function", PYTHON, ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", INCOMPLETE)
def test_a_function_reports(name: str, function: Callable[[Path], object], folder: Path) -> None:
    report = function(put(folder, INCOMPLETE[name]))
    codes = [f.code for f in report.findings if f.location.path.endswith("bad")]  # type: ignore[attr-defined]
    assert CODE[name] in codes
    assert report.exit_status() == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("function", [of_audit, of_history, of_request], ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", GAPS)
def test_a_function_reports_gaps(
    name: str, function: Callable[[Path], object], folder: Path
) -> None:
    code, data = GAPS[name]
    report = function(put(folder, data))
    assert code in [f.code for f in report.findings if f.location.path.endswith("bad")]  # type: ignore[attr-defined]
    assert report.exit_status() == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [*USELESS, *INCOMPLETE])
def test_the_check_of_python_is_never_clean(name: str, folder: Path) -> None:
    path = put(folder, {**USELESS, **INCOMPLETE}[name])
    with contextlib.suppress(Unusable):
        assert check(read_registry(path)).exit_status() == 1


@pytest.mark.parametrize("name", [*USELESS, *INCOMPLETE])
def test_what_was_fetched_is_checked(name: str) -> None:
    data = {**USELESS, **INCOMPLETE}[name]
    if data is None or name == "one page of many":
        return  # of the pages the first one is fetched
    form: Form = recognize(data) or "xml"
    answer = Answer("https://example.com/registry", data, {})
    with pytest.raises(CallError, match=r"cannot use https://example\.com/registry: "):
        require_registry(answer, form)
