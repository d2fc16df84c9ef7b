"""Rules of users: they run, are listed and proved like others, and what cannot be used is told.

Each test runs processes of its own, because loaded rules stay for the whole process.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conftest import environment
from validator import Registry, parse_registry
from validator.budget import OutOfTime
from validator.engine.examine import examine
from validator.engine.rule import Rule, RunContext, Violation
from validator.engine.selection import Selection
from validator.rules.own_violations import checked
from validator.schema import text
from validator.testing.proof import Proof

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "own-rules.md").read_text("utf-8")
RULE = """
    from validator.engine.rule import NOTE, Violation, rule


    @rule("QUAY001", NOTE, "Harbor rules, Section 1")
    def name_with_digits(registry):
        '''A name has digits.

        Names are words.

        Why it matters: people misread digits.

        Flagged::

            <record><name>dock9</name></record>

        Accepted::

            <record><name>dock</name></record>
        '''
        for entry in registry.assignments:
            if any(map(str.isdigit, entry.name)):
                yield Violation(entry.record, "service_name", "digits")
"""
ROWS = (
    "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,"
    "Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes\n"
    "dock9,4621,tcp,Dock,[Ann_Example],[Ann_Example],2020-01-02,,,,,\n"
)


def run(folder: Path, *words: str, module: str = "validator") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=folder, env=environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the rule above, a dump that it flags, and the configuration."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "harbor.py").write_text(dedent(RULE), "utf-8")
    (tmp_path / "ianalint.toml").write_text('rules = ["rules/harbor.py"]\n', "utf-8")
    (tmp_path / "ports.csv").write_text(ROWS, "utf-8")
    return tmp_path


def piece(start: str) -> str:
    """The indented block of the guide that begins with `start`."""
    blocks = re.findall(r"(?:^(?: {4}.*)?\n)+", GUIDE, re.MULTILINE)
    return next(dedent(block).strip() + "\n" for block in blocks if block.strip().startswith(start))


def test_the_guide_works(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "ours.py").write_text(piece("from validator.engine"), "utf-8")
    (tmp_path / "rules" / "ACME001.toml").write_text(piece("[[case]]"), "utf-8")
    (tmp_path / "ianalint.toml").write_text(piece("rules = "), "utf-8")
    proved = run(tmp_path, "rules", "--test")
    assert (proved.returncode, proved.stderr) == (0, "")
    assert proved.stdout == "ACME001 description-without-team: 2 examples, 2 cases: passed\n"
    assert "ACME001  description-without-team" in run(tmp_path, "rules").stdout


def test_a_check_has_the_rule_like_every_other(project: Path) -> None:
    done = run(project, "check", "ports.csv", "--format", "json", "--fail-on", "note")
    report = json.loads(done.stdout)
    Draft202012Validator(json.loads(text("report"))).validate(report)
    (finding,) = report["findings"]
    assert (finding["code"], finding["rule"], finding["severity"], finding["field"]) == (
        "QUAY001", "name-with-digits", "note", "service_name",
    )  # fmt: skip
    place = finding["location"]
    assert (place["line"], place["column"], done.returncode) == (2, 1, 1)
    assert done.stderr == "ianalint: with the rules of rules/harbor.py\n"


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("--select", "QUAY"), ["QUAY001"]),
        (("--select", "QU"), None),
        (("--ignore", "name-with-digits"), []),
        (("--isolated",), []),
        (("--isolated", "--select", "QUAY001"), None),
        (("--severity", "QUAY=error", "--jobs", "2", "more.csv"), ["QUAY001", "QUAY001"]),
    ],
)
def test_it_is_selected_like_every_other(
    project: Path, words: tuple[str, ...], codes: list[str] | None
) -> None:
    (project / "more.csv").write_text(ROWS, "utf-8")
    done = run(project, "check", "ports.csv", "--format", "json", *words)
    if codes is None:
        assert (done.returncode, done.stdout) == (2, "")
        assert "unknown rule" in done.stderr
    else:
        assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == codes


def test_a_proof_that_fails_says_why(project: Path) -> None:
    (project / "rules" / "QUAY001.toml").write_text(
        '[[case]]\ntitle = "one"\nform = "csv"\ninput = """\ndock9,,,,,,,,,,,\n"""\n'
        'findings = ["QUAY001 2:2"]\n',
        "utf-8",
    )
    path = project / "rules" / "harbor.py"
    source = path.read_text("utf-8").replace("<name>dock</name>", "<name>dock1</name>")
    path.write_text(source.replace("Why it matters: ", "Because "), "utf-8")
    done = run(project, "rules", "--test")
    first, *failures = done.stdout.splitlines()
    assert done.returncode == 1
    assert first == "QUAY001 name-with-digits: 2 examples, 1 case: failed"
    assert failures[:3] == [
        '  documentation: expected a paragraph that begins with "Why it matters: "',
        "  example: found QUAY001 in <record><name>dock1</name></record>",
        failures[2],
    ]
    assert failures[2].startswith("  case \"one\": findings: expected ['QUAY001 2:2'], found [")
    assert failures[3] == "  cases: none in which QUAY001 does not find something"


@pytest.mark.parametrize(
    ("cases", "failure"),
    [
        ("case = 3", "cases: QUAY001.toml: expected tables [[case]]"),
        ("case = [3]", "case \"1\": 3 is not of type 'object'"),
        ("[[case]]\ntitle = 'a'\ninput = ''", "case \"a\": 'findings' is a required property"),
        (
            "[[case]]\ninput = ''\nfindings = [3]",
            "case \"1\": findings: 0: 3 is not of type 'string'",
        ),
        (
            "[[case]]\nform = 'pdf'\ninput = ''\nfindings = []",
            "case \"1\": form: 'pdf' is not one of ['xml', 'csv', 'json']",
        ),
    ],
)
def test_cases_that_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cases: str, failure: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("QUAY001.toml").write_text(cases, "utf-8")
    rule = Rule("QUAY001", "quay", "note", "Harbor rules", lambda registry, context: [])
    assert [f for f in Proof(rule, "").failures if "case" in f][:1] == [failure]


def test_without_rules_there_is_nothing_to_test(tmp_path: Path) -> None:
    done = run(tmp_path, "rules", "--test")
    assert done.returncode == 2
    assert "no rules of your own to test" in done.stderr


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "harbor.py: declares no rules"),
        ("raise SystemExit", "harbor.py: cannot load the rules: SystemExit: "),
        ("raise GeneratorExit", "harbor.py: cannot load the rules: GeneratorExit: "),
        (dedent(RULE).replace("Harbor rules,", r"\x1b[31m"), "QUAY001: expected a clause"),
        (dedent(RULE).replace('NOTE, "', '3, "'), "QUAY001: expected the severity"),
        ("def (", "harbor.py: cannot load the rules: SyntaxError: "),
        (dedent(RULE).replace("QUAY001", "SN099"), "SN099: expected a code of three to eight"),
        (dedent(RULE).replace("QUAY001", "quay1"), "quay1: expected a code of three to eight"),
        (
            dedent(RULE).replace("name_with_digits", "malformed_port_number"),
            "QUAY001: PN001 has the name malformed-port-number",
        ),
        (dedent(RULE).replace("QUAY001", "SN005"), "ValueError: SN005 is declared twice"),
        (None, "harbor.py: no such file"),
    ],
)
def test_rules_that_cannot_be_used(project: Path, source: str | None, sentence: str) -> None:
    path = project / "rules" / "harbor.py"
    if source is None:
        path.unlink()
    else:
        path.write_text(source, "utf-8")
    done = run(project, "check", "ports.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ianalint: ianalint.toml: rules: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rule_that_prints_and_ends_the_process_is_a_fault(project: Path) -> None:
    path = project / "rules" / "harbor.py"
    end = "            print('here')\n            raise SystemExit\n"
    path.write_text(path.read_text("utf-8") + end, "utf-8")
    done = run(project, "check", "ports.csv", "--format", "json")
    assert done.returncode == 3
    assert "here\n" in done.stderr
    (fault,) = json.loads(done.stdout)["faults"]
    assert (fault["code"], fault["subject"]["service_name"]) == ("QUAY001", "dock9")
    assert "SystemExit" in fault["message"]


NO_VIOLATIONS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "number": (lambda record: 3, "expected a Violation, found int"),
    "no list": (None, "'int' object is not iterable"),  # type: ignore[dict-item]
    "no message": (
        lambda record: Violation(record, None, None),  # type: ignore[arg-type]
        "message: expected a text, found NoneType",
    ),
    "field": (
        lambda record: Violation(record, 7, "m"),  # type: ignore[arg-type]
        "field: expected a text, found int",
    ),
    "subject": (
        lambda record: Violation(object(), None, "m"),  # type: ignore[arg-type]
        "subject: expected a record, a contact or the dump, found object",
    ),
    "value": (
        lambda record: Violation(record, None, "m", value=5),  # type: ignore[arg-type]
        "value: expected a text, found int",
    ),
    "item": (
        lambda record: Violation(record, None, "m", item="x"),  # type: ignore[arg-type]
        "item: expected a citation or a number, found str",
    ),
    "start": (
        lambda record: Violation(record, None, "m", start="x"),  # type: ignore[arg-type]
        "start: expected a whole number, found str",
    ),
    "severity": (
        lambda record: Violation(record, None, "m", severity="bad"),  # type: ignore[arg-type]
        "severity: expected error, warning or note, found 'bad'",
    ),
    "related": (
        lambda record: Violation(record, None, "m", related=[1]),  # type: ignore[list-item]
        "related: expected a Related, found int",
    ),
}


@pytest.mark.parametrize("name", NO_VIOLATIONS)
def test_what_is_no_violation_is_a_fault(name: str) -> None:
    make, reason = NO_VIOLATIONS[name]

    def find(registry: Registry, _context: RunContext) -> Any:
        return 5 if make is None else [make(registry.assignments[0].record)]

    rule = Rule("QUAY001", "quay", "note", "Harbor rules", checked(find))
    registry = parse_registry(ROWS)
    entry = examine(registry, Selection({"QUAY001": rule}), RunContext("2026-08-17", "2011-08"))
    assert entry.findings == []
    (fault,) = entry.faults
    assert reason in fault.message


@pytest.mark.parametrize("end", [KeyboardInterrupt, OutOfTime])
def test_an_interruption_goes_through_a_rule(end: type[BaseException]) -> None:
    def find(_registry: Registry, _context: RunContext) -> Any:
        raise end

    with pytest.raises(end):
        list(checked(find)(None, None))  # type: ignore[arg-type]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can chown")
def test_rules_of_somebody_else_do_not_run_by_themselves(project: Path) -> None:
    (project / "sub").mkdir()
    os.chown(project / "ianalint.toml", 4321, 4321)
    refused = run(project / "sub", "check", "../ports.csv")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "belongs to another user and names rules, which are programs" in refused.stderr
    named = run(project / "sub", "check", "../ports.csv", "--config", "../ianalint.toml")
    assert named.returncode == 0
    assert "QUAY001" in named.stdout


def test_an_entry_point_is_named_by_the_configuration(project: Path) -> None:
    (project / "ianalint.toml").write_text('rules = ["harbor"]\n', "utf-8")
    done = run(project, "check", "ports.csv")
    assert done.returncode == 2
    assert '"harbor" is neither a file (.py) nor an entry point of ianalint.rules' in done.stderr
    (project / "rules" / "harbor.py").rename(project / "harbor_rules.py")
    package = project / "harbor-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Name: harbor\nVersion: 1.0\n", "utf-8")
    (package / "entry_points.txt").write_text("[ianalint.rules]\nharbor = harbor_rules\n", "utf-8")
    done = run(project, "check", "ports.csv", "--format", "concise", "--quiet")
    assert done.stdout.startswith("ports.csv:2:1: QUAY001 note digits")


def test_the_plugin_and_the_strategies_have_the_rule(project: Path) -> None:
    (project / "pytest.ini").write_text(
        "[pytest]\nianalint_files = ports.csv\nianalint_config = ianalint.toml\n"
        "ianalint_fail_on = note\n",
        "utf-8",
    )
    (project / "test_strategy.py").write_text(
        "from hypothesis import given, settings\n"
        "from validator import check\n"
        "from validator.strategies import broken_registries\n\n"
        "@settings(max_examples=3)\n"
        "@given(broken_registries('QUAY001'))\n"
        "def test_it(broken):\n"
        "    found = check(broken.registry, select=['QUAY001']).findings\n"
        "    assert broken.subject in [finding.subject for finding in found]\n",
        "utf-8",
    )
    done = run(project, "-q", "-p", "no:cacheprovider", "-rf", module="pytest")
    assert "FAILED ports.csv::QUAY001 name-with-digits" in done.stdout
    assert re.search(r"^1 failed, \d+ passed", done.stdout.splitlines()[-1])
