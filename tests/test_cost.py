"""Limits for costs that can be counted: modules, instructions, memory.

Times are measured in `benchmarks/`, never in a test.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from benchmarks.instructions import CHECK, STORED, environment, measured, modules
from benchmarks.instructions import version as this_python
from benchmarks.registries import ADVERSARIES, registry
from tests.conftest import ROOT
from validator import check, parse_registry
from validator.writers import write

# What a plain check loads beyond Python itself; more than this is a module that is not needed.
MODULES = 97
SLACK = 1.05


def test_modules_of_a_plain_check(tmp_path: Path) -> None:
    path = tmp_path / "small.xml"
    path.write_bytes(registry(100))
    command = [sys.executable, "-c", "import sys; print(len(sys.modules))"]
    process = subprocess.run(command, env=environment(), capture_output=True, check=True)
    bare = int(process.stdout)
    assert modules(["check", "--isolated", str(path)]) - bare <= MODULES


def test_json_that_fits_its_schema_loads_no_validator(tmp_path: Path) -> None:
    text = write(parse_registry(registry(100)), "json").text
    program = (
        "import sys; from validator import check, read_registry; "
        "check(read_registry(sys.argv[1])); print('jsonschema' in sys.modules)"
    )

    def loads(content: str) -> str:
        path = tmp_path / "small.json"
        path.write_text(content, "utf-8")
        command = [sys.executable, "-c", program, str(path)]
        process = subprocess.run(command, env=environment(), capture_output=True, check=True)
        return process.stdout.decode().strip()

    assert loads(text) == "False"
    assert loads(text.replace('"format_version": 1,', "")) == "True"


ACCENTS = """\
  <record date="2020-01-02">
    <name>hafen</name>
    <protocol>tcp</protocol>
    <xref type="person" data="Ann_Exämple"/>
    <xref type="text">Zürich \N{EN DASH} ein Protokoll</xref>
    <description>Häfen am \N{LEFT DOUBLE QUOTATION MARK}Zürichsee"</description>
    <note>Für Häfen</note>
  </record>
"""


@pytest.mark.parametrize("form", ["json", "csv", "xml"])
def test_accents_do_not_load_regex(tmp_path: Path, form: Literal["json", "csv", "xml"]) -> None:
    made = registry(100).replace(b"  <people>", ACCENTS.encode() + b"  <people>", 1)
    path = tmp_path / f"small.{form}"
    path.write_text(write(parse_registry(made), form).text, "utf-8")
    program = (
        "import sys; from validator import check, read_registry; "
        "check(read_registry(sys.argv[1])); print('regex' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(path)]
    process = subprocess.run(command, env=environment(), capture_output=True, check=True)
    assert process.stdout.split() == [b"False"]


def test_a_request_that_is_no_draft_loads_no_reader_of_drafts() -> None:
    program = (
        "import sys; from validator.cli import run; run(sys.argv[1:]);"
        "print('validator.request.rules.changes' in sys.modules,"
        " 'validator.request.drafts.document' in sys.modules)"
    )
    command = [sys.executable, "-c", program, "request", str(ROOT / "fixtures/requests/good.yaml")]
    process = subprocess.run(command, env=environment(), capture_output=True, check=True)
    assert process.stdout.splitlines()[-1] == b"True False"


def test_instructions_of_a_check_of_a_small_registry() -> None:
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed")
    stored = json.loads(STORED.read_text("utf-8"))
    if stored["python"] != this_python():
        pytest.skip(f"the stored figures are for {stored['python']}, not {this_python()}")
    counts = measured()
    if abs(int(str(counts["bare"])) / stored["bare"] - 1) > 0.02:
        pytest.skip("an empty program takes another number of instructions than the stored one")
    assert int(str(counts["instructions"])) <= stored["instructions"] * SLACK, counts


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="os.wait4 is not available")
def test_memory_of_a_check_is_a_few_times_that_of_its_input(tmp_path: Path) -> None:
    path = tmp_path / "larger.xml"
    data = registry(4000)
    path.write_bytes(data)

    def peak(command: list[str]) -> int:
        process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode in (0, 1)
        return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)

    empty = tmp_path / "empty.xml"
    empty.write_bytes(registry(0))
    grown = peak([sys.executable, *CHECK, str(path)]) - peak([sys.executable, *CHECK, str(empty)])
    assert grown <= 14 * len(data), (grown / len(data), len(data))


@pytest.mark.parametrize("kind", ADVERSARIES)
def test_registries_are_made_from_a_seed_alone(kind: str) -> None:
    made = registry(50, kind=kind)
    assert (
        made == registry(50, kind=kind) != registry(50, seed=1, kind=kind)
        or kind == "nested ranges"
    )
    report = check(parse_registry(made), today="2026-12-31")
    assert [f.code for f in report.findings if f.code.startswith(("FM", "MD", "XX"))] == []
    assert report.inputs[0].records == 50
