"""The limits: what is larger is refused or cut and says so, and hostile inputs end soon."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import OPENING, Called, environment
from validator import check, documents, parse_registry
from validator.record import DEFECTS_KEPT
from validator.reporters import FORMATS, Style, render

Call = Callable[..., Called]
HEADER = (
    "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,"
    "Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes\n"
)
ROWS = "".join(f"a--{n},{n},tcp,Text,[Ann],[Ann],2020-01-02,,,,,\n" for n in range(1, 13))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ports.csv").write_text(HEADER + ROWS, "utf-8")
    return tmp_path


# -- the size of an input -----------------------------------------------------------------------


def test_larger_inputs_are_refused(folder: Path, call: Call) -> None:
    import gzip

    data = HEADER.encode() + b"a,1,tcp," + b"x" * (2 << 20) + b",,,,,,,,\n"
    (folder / "big.csv").write_bytes(data)
    (folder / "big.csv.gz").write_bytes(gzip.compress(data))
    for name, said in (("big.csv", "is larger than 2 MiB"), ("big.csv.gz", "unpacks to more than")):
        ended = call("check", name, "--max-size", "2")
        assert ended.status == 2
        assert f"ianalint: {name} {said}" in ended.said
        assert call("check", name, "--max-size", "3", "--select", "SN").status == 0
    (folder / "ianalint.toml").write_text("max-size = 2\n", "utf-8")
    assert call("check", "big.csv").status == 2
    assert call("check", "big.csv", "--max-size", "3", "--select", "SN").status == 0


# -- the length of a value ------------------------------------------------------------------------


def test_a_value_is_read_so_far_and_says_so(folder: Path, call: Call) -> None:
    text = f"{'a' * 60}--b,80,tcp,{'x' * 51},,,,,,,,{'y' * 50}\n"
    (folder / "long.csv").write_text(HEADER + text, "utf-8")
    (folder / "ianalint.toml").write_text("max-length = 50\n", "utf-8")
    words = ("check", "long.csv", "--select", "FM,SN", "--format", "json")
    found = json.loads(call(*words).out)["findings"]
    assert [(f["code"], f["field"], f["location"]["column"]) for f in found] == [
        ("FM001", "service_name", 1),
        ("SN001", "service_name", 1),
        ("FM001", "description", 72),
    ]
    assert found[0]["message"] == (
        "the service name has 63 characters; what stands behind the first 50 is not read"
    )
    found = json.loads(call(*words, "--max-length", "51").out)["findings"]
    assert [f["field"] for f in found if f["code"] == "FM001"] == ["service_name"]
    found = json.loads(call(*words, "--max-length", "63").out)["findings"]
    assert [f["code"] for f in found] == ["SN001", "SN005"]


def test_values_of_every_form_are_cut() -> None:
    long = "x" * 100_001
    people = f'<people><person id="Ann"><name>{long}</name><uri>mailto:a</uri></person></people>'
    told = parse_registry(
        f"{OPENING}<record><name>a</name><description>{long}<br/>b</description></record>"
        f"{people}</registry>"
    ).dump
    assert [(d.code, d.field) for d in told.defects] == [
        ("FM001", "description"),
        ("FM001", "name"),
    ]
    assert (told.records[0].description or "")[99_990:] == "x" * 10
    assert not told.records[0].mixed
    assert (told.contacts[0].name or "")[99_990:] == "x" * 10
    assert not parse_registry(f"{HEADER}a,1,tcp,{long[1:]},,,,,,,,\n").dump.defects


# -- the number of findings -----------------------------------------------------------------------


def test_more_findings_are_counted(folder: Path, call: Call) -> None:
    words = ("check", "ports.csv", "--select", "SN", "--max-findings", "5")
    ended = call(*words, "--format", "json")
    assert ended.status == 1
    report = json.loads(ended.out)
    documents.Report.model_validate_json(ended.out)
    assert [f["location"]["line"] for f in report["findings"]] == [2, 3, 4, 5, 6]
    assert report["inputs"][0]["cut"] == [{"code": "SN005", "listed": 5, "found": 12}]
    text = call(*words).text
    assert text.endswith(
        "\n  not all: 5 of 12 findings of SN005 are listed (--max-findings)\n"
    ) or ("\n  not all: 5 of 12 findings of SN005 are listed (--max-findings)\n" in text)
    (folder / "ianalint.toml").write_text("max-findings = 12\n", "utf-8")
    whole = json.loads(call("check", "ports.csv", "--select", "SN", "--format", "json").out)
    assert len(whole["findings"]) == 12
    assert "cut" not in whole["inputs"][0]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_that_not_all_is_listed(form: str) -> None:
    report = check(parse_registry(HEADER + ROWS), select=["SN"], max_findings=5)
    out = "".join(render(form, report, Style()))
    if form in ("json", "jsonl"):
        assert '"cut": [{"code": "SN005", "listed": 5, "found": 12}]' in out
    else:
        assert "5 of 12 findings of SN005 are listed" in out
    report.inputs[0].cut = []
    assert "of SN005 are listed" not in "".join(render(form, report, Style()))


def test_a_baseline_of_what_is_cut_is_not_stale(folder: Path, call: Call) -> None:
    words = ("check", "ports.csv", "--select", "SN,BL")
    assert call(*words, "--write-baseline", "known.json").status == 0
    ended = call(*words, "--baseline", "known.json", "--max-findings", "5", "--fail-on-stale")
    assert (ended.status, "BL001" in ended.text) == (0, False)


def test_defects_are_counted_where_they_are_too_many() -> None:
    many = DEFECTS_KEPT + 7
    registry = parse_registry(HEADER + "a,1\n" * many)
    assert len(registry.dump.defects) == DEFECTS_KEPT
    [entry] = check(registry, select=["FM"]).inputs
    assert [cut.to_dict() for cut in entry.cut] == [
        {"code": "FM002", "listed": DEFECTS_KEPT, "found": many}
    ]
    [entry] = check(registry, select=["FM"], max_findings=100).inputs
    assert [str(cut) for cut in entry.cut] == ["100 of 10,007 findings of FM002 are listed"]
    [entry] = check(registry, select=["MD"]).inputs
    assert entry.cut == []


@pytest.mark.parametrize("word", ["0", "-1", "x", "1.5", "٣", "9" * 13, ""])
@pytest.mark.parametrize("option", ["--max-size", "--max-length", "--max-findings"])
def test_limits_are_numbers(folder: Path, call: Call, option: str, word: str) -> None:
    ended = call("check", "ports.csv", f"{option}={word}")
    assert (ended.status, ended.out) == (2, b"")
    key = option.removeprefix("--")
    for value, said in (("0", "a number from 1 on is wanted"), ('"x"', "a number is wanted")):
        (folder / "ianalint.toml").write_text(f"{key} = {value}\n", "utf-8")
        assert said in call("check", "ports.csv").said


# -- time and memory ------------------------------------------------------------------------------

OPEN = OPENING.replace("\n", "")
# Within ten seconds and 512 MiB, on a machine that does other things as well.
HOSTILE: dict[str, Callable[[], str]] = {
    "an attribute flood": lambda: (
        OPEN + "<record " + " ".join(f'a{n}="x"' for n in range(100_000)) + "/></registry>"
    ),
    "attributes everywhere": lambda: (
        OPEN
        + ("<record " + " ".join(f'a{n}="x"' for n in range(50)) + "/>\n") * 4_000
        + "</registry>"
    ),
    "100,000 levels": lambda: (
        OPEN + "<record>" + "<description>" * 100_000 + "</description>" * 100_000 + "</record>"
    ),
    "100,000 records in records": lambda: OPEN + "<record>" * 100_000 + "</record>" * 100_000,
    "10 MB in a cell": lambda: f"{OPEN}<record><name>{'a-' * 5_000_000}</name></record></registry>",
    "10 MB in a cell of CSV": lambda: f"{HEADER}a,1,tcp,{'x ' * 5_000_000},,,,,,,,\n",
    "5 million cells": lambda: f"{HEADER}a,1,tcp{',x' * 5_000_000}\n",
    "20,000 overlapping ranges": lambda: (
        HEADER + "".join(f",{n}-{65535 - n},tcp,Unassigned,,,,,,,,\n" for n in range(20_000))
    ),
    "20,000 assigned ranges": lambda: (
        HEADER + "".join(f"s{n},{n}-{65535 - n},tcp,Text,,,,,,,,\n" for n in range(20_000))
    ),
    "the same record": lambda: HEADER + "a--b,80,tcp,Text,[A],[B],2020-01-01,,,,,\n" * 40_000,
    "citations": lambda: (
        OPEN + "<record><name>a</name>" + '<xref type="person" data="a"/>' * 100_000 + "</record>"
    ),
}
MEASURED = """
import resource, sys
from validator.__main__ import main
status = main()
own = resource.getrusage(resource.RUSAGE_SELF)
sys.stderr.write(f"{own.ru_utime + own.ru_stime:.3f} {own.ru_maxrss}")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in its units")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_inputs_end_soon(name: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text(HOSTILE[name](), "utf-8")
    words = ("check", str(path), "--isolated", "--format", "json")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words],
        env=environment(),
        capture_output=True,
        timeout=100,
    )
    seconds, memory = map(float, done.stderr.split())
    json.loads(done.stdout)
    assert seconds < 10
    assert memory < 512 * 1024
