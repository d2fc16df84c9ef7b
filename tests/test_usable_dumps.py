"""No command is green where a dump that it compares with says nothing, or breaks off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Called
from validator.reporters import FORMATS

Call = Callable[..., Called]
GOOD = (ROOT / "fixtures/registry/small.xml").read_bytes()
REQUEST = str(ROOT / "fixtures/requests/good.yaml")
SERVICES = b"http 80/tcp\n"
USELESS = {
    "error page": b"<!DOCTYPE html>\n<html><body><h1>404 Not Found</h1></body></html>\n",
    "no rows": b"Service Name,Port Number,Transport Protocol\n",
    "other headings": b"Name,Port,Protocol,Description\nhttp,80,tcp,Pages\n",
    "no names": b"Port Number,Transport Protocol,Description\n80,tcp,Pages\n",
    "no ports": b"Service Name,Transport Protocol,Description\nhttp,tcp,Pages\n",
    "another registry": b'<?xml version="1.0"?>\n<registry xmlns="http://www.iana.org/assignments"'
    b' id="protocol-numbers"><record><name>TCP</name></record></registry>\n',
    "empty registry": b'<?xml version="1.0"?>\n<registry xmlns="http://www.iana.org/assignments"'
    b' id="service-names-port-numbers"></registry>\n',
    "nothing": b"",
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.xml").write_bytes(GOOD)
    (tmp_path / "services").write_bytes(SERVICES)
    return tmp_path


@pytest.mark.parametrize("name", USELESS)
@pytest.mark.parametrize(
    "words",
    [
        ("request", REQUEST, "--registry", "bad"),
        ("audit", "services", "--registry", "bad"),
        ("audit", "services", "--registry", "good.xml", "--history", "bad"),
        ("lookup", "80", "--registry", "bad"),
        ("compare", "good.xml", "bad"),
        ("compare", "bad", "good.xml"),
        ("diff", "good.xml", "bad"),
        ("diff", "bad", "good.xml"),
        ("convert", "bad", "--to", "csv"),
    ],
    ids=" ".join,
)
def test_a_dump_that_says_nothing_is_2(
    name: str, words: tuple[str, ...], files: Path, call: Call
) -> None:
    (files / "bad").write_bytes(USELESS[name])
    ended = call(*words)
    assert ended.status == 2
    assert "bad" in ended.said
    assert "accept" not in ended.text


@pytest.mark.parametrize(
    "words",
    [
        ("request", REQUEST, "--registry", "bad"),
        ("audit", "services", "--registry", "bad"),
        ("compare", "good.xml", "bad"),
        ("diff", "good.xml", "bad"),
    ],
    ids=" ".join,
)
def test_a_dump_that_breaks_off_is_an_error_of_the_report(
    words: tuple[str, ...], files: Path, call: Call
) -> None:
    (files / "bad").write_bytes(GOOD[: len(GOOD) // 2])
    ended = call(*words, "--format", "json")
    assert ended.status == 1
    report = json.loads(ended.out)
    findings = report.get("findings") or [f for step in report["steps"] for f in step["gained"]]
    broken = [f for f in findings if f["code"] == "FM001"]
    assert [f["location"]["path"] for f in broken] == ["bad"]


def test_json_names_the_input_that_cannot_be_used(files: Path, call: Call) -> None:
    (files / "bad").write_bytes(USELESS["no rows"])
    ended = call("request", REQUEST, "--registry", "bad", "--format", "json")
    [entry] = json.loads(ended.out)["inputs"]
    assert (entry["path"], entry["error"]) == ("bad", "bad: the dump has no records")


def test_check_needs_a_file(files: Path, call: Call) -> None:
    ended = call("check", "--isolated")
    assert (ended.status, ended.text) == (2, "")
    assert "no FILE given, and no `files` in a configuration" in ended.said
    assert "--sample" in ended.said
    assert call("check", "--sample", "--isolated").status == 0
    assert call("check", "--sample", "good.xml").status == 2


def test_a_request_without_a_registry_says_so_in_every_format(files: Path, call: Call) -> None:
    for form in FORMATS:
        ended = call("request", REQUEST, "--isolated", "--format", form)
        assert ended.status == 0
        assert "RQ081" in ended.text, form


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_an_audit_that_reads_nothing_is_not_without_findings(
    form: str, files: Path, call: Call
) -> None:
    (files / "bad").write_bytes(b"\0\1")
    ended = call("audit", "bad", "--registry", "good.xml", "--isolated", "--format", form)
    assert ended.status == 2
    assert "nothing was checked" in ended.text
    assert "no findings" not in ended.text
    assert "compared with " in ended.text


HEAD = (
    '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
    "<record><name>quay</name><protocol>tcp</protocol><number>4000</number></record>\n"
)
HIDDEN = "<recrod><name>mole</name><protocol>tcp</protocol><number>4630</number></recrod>"
LISTED = 2
# Dumps with harmless defects and then one that hides a record: more than the reader lists.
CROWDED = {
    "unknown elements": (f"{HEAD}{'<zz/>' * LISTED}\n{HIDDEN}</registry>", "FM006"),
    "misplaced elements": (
        f"{HEAD}{'<note><number/></note>' * LISTED}\n<note>{HIDDEN.replace('recrod', 'number')}"
        "</note></registry>",
        "FM009",
    ),
    "repeated elements": (
        f"{HEAD.replace('</record>', '<description/><description/>' * LISTED + '</record>')}"
        "<record><name>a</name><protocol>tcp</protocol><number>1</number><number>4630</number>"
        "</record></registry>",
        "FM008",
    ),
    "bad bytes": (
        "Service Name,Port Number,Transport Protocol,Description\n"
        f"a,1,tcp,{chr(0xDCFF) * LISTED}\nmole{chr(0xDCFF)},4630,tcp,\n",
        "FM005",
    ),
}


@pytest.mark.parametrize("name", CROWDED)
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("request", REQUEST, "--registry", "bad"), 1),
        (("audit", "services", "--registry", "bad"), 1),
        (("lookup", "mole", "--registry", "bad"), 2),
        (("convert", "bad", "--to", "csv"), 1),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_defect_that_is_only_counted_may_hide_a_record(
    name: str,
    words: tuple[str, ...],
    status: int,
    files: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("validator.model.record.MAX_DEFECTS", LISTED)
    text, code = CROWDED[name]
    (files / "bad").write_bytes(text.encode("utf-8", "surrogateescape"))
    ended = call(*words, "--isolated", *(("--format", "json") * (words[0] in ("request", "audit"))))
    assert ended.status == status
    if status == 1 and words[0] != "convert":
        errors = [f for f in json.loads(ended.out)["findings"] if f["location"]["path"] == "bad"]
        assert code in {f["code"] for f in errors}
        assert {f["severity"] for f in errors} == {"error"}


def test_what_hides_no_record_displaces_no_error(files: Path, call: Call) -> None:
    (files / "bad").write_text(f"{HEAD}{'<zz/>' * 5}\n{HIDDEN}{HIDDEN}</registry>")
    ended = call(
        *("request", REQUEST, "--registry", "bad", "--max-findings", "1", "--isolated"),
        *("--format", "json"),
    )
    assert ended.status == 1
    report = json.loads(ended.out)
    assert [
        (f["message"], f["location"]["line"], f["location"]["column"]) for f in report["findings"]
    ] == [("unknown element <recrod>", 3, 1)]
    [entry] = [entry for entry in report["inputs"] if entry["path"] == "bad"]
    assert entry["cut"] == [{"code": "FM006", "listed": 1, "found": 2}]
