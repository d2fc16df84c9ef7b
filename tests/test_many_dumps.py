"""A check of many dumps keeps of each what its reports say of it, and little more."""

from __future__ import annotations

import gc
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Called, dump, record
from validator.commands import check, frame
from validator.engine.finding import (
    Fault,
    Finding,
    Location,
    NotRun,
    RelatedPlace,
    ReportPart,
    Truncation,
)
from validator.engine.report import Report
from validator.engine.verdict import FieldUpdate, SuggestedPort
from validator.reporters import FORMATS

Call = Callable[..., Called]


def undescribed(name: str, date: str) -> str:
    return record(name, date).replace("Invented", "")


OLD = [undescribed(f"old{number}", "2001-02-03") for number in range(30)]
NEW = [undescribed(f"new{number}", "2020-01-02") for number in range(4)]
COUNT = 6
WAIVER = '[[waive]]\nrule = "TX001"\nservice = "old3"\nreason = "invented"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Dumps with the same findings, each with one record more before them."""
    path = tmp_path / "dumps"
    path.mkdir()
    for number in range(COUNT):
        more = [undescribed(f"a{index}", "2001-02-03") for index in range(number)]
        (path / f"{number}.xml").write_bytes(dump(*more, *OLD, *NEW))
    return path


def checked(folder: Path, *words: str) -> Report:
    """The report on the dumps in `folder` before anything is written of it."""
    options = check.arguments().parse(["--isolated", "--today", "2026-11-24", str(folder), *words])
    call = frame.Frame(options, "registry", "run")
    files = call.files(options.files)
    call.open(files)
    report = Report([])
    for entry in call.each(files, check._Checker):
        call.add(report, entry)
    return report


@pytest.mark.parametrize("form", ["text", "concise", "markdown"])
def test_findings_that_are_only_counted_are_one(folder: Path, form: str) -> None:
    report = checked(folder, "--format", form, "--select", "TX001")
    assert [len(entry.data) for entry in report.inputs] == [0] * COUNT
    for number, entry in enumerate(report.inputs):
        legacy = [finding for finding in entry.findings if finding.legacy]
        assert [finding.code for finding in legacy] == ["TX001"] * (len(OLD) + number)
        assert len({*map(id, legacy)}) == 1
    listed = [[f for f in entry.findings if not f.legacy] for entry in report.inputs]
    lines = [[finding.location.line for finding in findings] for findings in listed]
    assert lines == [[n + 34, n + 35, n + 36, n + 37] for n in range(COUNT)]
    for findings in zip(*listed, strict=True):
        for part in ("message", "value", "subject", "fingerprint"):
            assert len({id(getattr(finding, part)) for finding in findings}) == 1, part


def test_a_waiver_looks_at_each_finding(folder: Path, call: Call) -> None:
    Path("ianalint.toml").write_text(WAIVER)
    words = ("--today", "2026-11-24", "--format", "concise", "--select", "TX001")
    text = call("check", folder, *words).out.decode()
    for number in range(COUNT):
        count = len(OLD) + number - 1
        assert f"{number}.xml: TX001 error (legacy) {count} findings not listed" in text
    assert text.endswith(
        "\n189 legacy findings in 1 rule not counted (--legacy show); 6 suppressed\n"
    )


def test_what_is_packed_is_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = checked(folder, "--format", "json")
    size = sum(len(entry.findings) for entry in plain.inputs[:2])
    gc.collect()
    before = sum(type(each) is Finding for each in gc.get_objects())
    monkeypatch.setattr(frame, "_MOST_UNPACKED", size)
    packed = checked(folder, "--format", "json")
    gc.collect()
    assert sum(type(each) is Finding for each in gc.get_objects()) - before == size
    assert packed.to_dict() == plain.to_dict()
    sizes = [len(entry._packed or b"") for entry in packed.inputs]
    assert sizes[:2] == [0, 0]
    assert 0 < max(sizes[2:]) < 50 * size


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "words",
    [
        ("--legacy", "show"),
        ("--baseline", "known.json", "--config", "waivers.toml"),
        ("--min-severity", "warning", "--legacy", "fail"),
        ("--config", "waivers.toml", "--write-baseline", "new.json"),
    ],
    ids=["legacy", "accepted", "severe", "written"],
)
def test_reports_do_not_show_what_was_packed(
    folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch, form: str, words: tuple[str, ...]
) -> None:
    entry = {"fingerprint": "TX001/new1//tcp/description", "code": "TX001", "message": "m"}
    Path("known.json").write_text(json.dumps({"format_version": 1, "findings": [entry]}))
    Path("waivers.toml").write_text(WAIVER)
    written = Path("new.json")
    line = ("check", folder, "--today", "2026-11-24", "--format", form, *words)
    plain = call(*line)
    baseline = written.read_bytes() if written.exists() else b""
    written.unlink(missing_ok=True)
    monkeypatch.setattr(frame, "_MOST_UNPACKED", -1)
    packed = call(*line)
    assert (packed.status, packed.out, packed.err) == (plain.status, plain.out, plain.err)
    assert (written.read_bytes() if written.exists() else b"") == baseline
    assert plain.status in (0, 1)
    assert plain.out


def test_findings_that_were_packed_are_equal_to_those_before(folder: Path) -> None:
    report = checked(folder, "--format", "text", "--select", "TX001,AC")
    for entry in report.inputs:
        before = entry.findings
        entry.pack()
        after = entry.findings
        assert [attributes(part) for part in after] == [attributes(part) for part in before]
        # Of findings that are one object, what comes back is one object.
        assert len(set(map(id, after))) == len(set(map(id, before))) < len(before)


def test_findings_of_other_processes_are_equal(folder: Path) -> None:
    words = (*("--format", "json", "--select", "TX001,AC"), "--jobs")
    one, two = ([[*e.findings] for e in checked(folder, *words, n).inputs] for n in ("1", "2"))
    assert [list(map(attributes, each)) for each in two] == [list(map(attributes, e)) for e in one]
    assert all(one)


@pytest.mark.parametrize(
    "part",
    [
        NotRun("TX001", "no column"),
        Truncation("TX001", 1, 3, [("error", True)]),
        Fault("reader", "a.xml", {"port": "1"}, "ValueError: x", is_internal=False),
        SuggestedPort(4630, (4600, 4700), "free"),
        FieldUpdate("description", "old", "new"),
        RelatedPlace("first", Location("a.xml", 1, 2, 3), {"port": "1"}),
    ],
    ids=lambda part: type(part).__name__,
)
def test_other_parts_of_a_report_are_packed_whole(part: ReportPart) -> None:
    assert attributes(pickle.loads(pickle.dumps(part))) == attributes(part)


def attributes(part: object) -> object:
    """The class and all attributes of a part of a report, and of the parts in it."""
    if isinstance(part, ReportPart):
        return type(part), {name: attributes(getattr(part, name)) for name in part.__slots__}
    return [*map(attributes, part)] if isinstance(part, list | tuple) else part
