"""Rules of users: they run, are listed and proved like others, and what cannot be used is told.

The calls are forks, because loaded rules stay for the whole process.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conftest import SMALL, environment, forked
from validator import Registry, parse_registry
from validator.budget import OutOfTime
from validator.engine.examine import examine
from validator.engine.rule import Related, Rule, RunContext, Violation
from validator.engine.selection import Selection
from validator.model.entries import Assignment, Statement
from validator.model.record import Citation, Contact, Footnote, Note, Ports, Record
from validator.rules import RULES
from validator.rules.own_registry import RegistryState
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


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    ended = forked(*words, cwd=folder)
    return subprocess.CompletedProcess(words, ended.status, ended.text, ended.said)


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
    (tmp_path / "rules" / "ours.py").write_text(
        piece("from validator.engine.rule import WARNING"), "utf-8"
    )
    (tmp_path / "rules" / "ACME001.toml").write_text(piece("[[case]]"), "utf-8")
    (tmp_path / "ianalint.toml").write_text(piece("rules = "), "utf-8")
    proved = run(tmp_path, "rules", "--test")
    assert (proved.returncode, proved.stderr) == (0, "")
    assert proved.stdout == "ACME001 description-without-team: 2 examples, 2 cases: passed\n"
    assert "ACME001  description-without-team" in run(tmp_path, "rules").stdout
    (tmp_path / "rules" / "ours.py").write_text(piece("from validator.engine.rule import NOTE"))
    (tmp_path / "ports.csv").write_text(ROWS + ROWS.splitlines()[1].replace("dock9", "quay"))
    found = run(tmp_path, "check", "ports.csv", "-f", "json", "--select", "ACME002").stdout
    (finding,) = json.loads(found)["findings"]
    assert finding["message"] == 'port 4621 has the name "dock9", too'
    assert [each["location"]["line"] for each in (finding, *finding["related"])] == [3, 2]


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


CASE = "[[case]]\ninput = ''\n"


@pytest.mark.parametrize(
    ("cases", "failure"),
    [
        ("case = 3", "cases: QUAY001.toml: expected tables [[case]]"),
        ("case = [3]", 'case "1": expected a table, found 3'),
        ("[[case]]\ntitle = 'a'\ninput = ''", 'case "a": findings is missing'),
        ("[[case]]\ntitle = 'a'\nfindings = []", 'case "a": input is missing'),
        ("[[case]]\n", 'case "1": input and findings are missing'),
        (CASE + "findings = [3]", 'case "1": findings: 1: expected a text in quotes, found 3'),
        (CASE + "findings = 'X'", 'case "1": findings: expected a list, found "X"'),
        (
            "[[case]]\ninput = 3\nfindings = []",
            'case "1": input: expected a text in quotes, found 3',
        ),
        (
            CASE + "findings = []\nwhole = 'yes'",
            'case "1": whole: expected true or false, found "yes"',
        ),
        (
            CASE + "findings = []\ntoday = 2026-08-17",
            'case "1": today: expected a text in quotes, found 2026-08-17',
        ),
        (
            CASE + "findings = []\ntoday = 'x'",
            "case \"1\": today: expected a date (YYYY-MM-DD), got 'x'",
        ),
        (
            CASE + "findings = []\nselect = ['XX']",
            'case "1": unknown rule "XX"; run "ianalint rules" for a list',
        ),
        (
            "[[case]]\ninput = '{\"records\":'\nform = 'json'\nfindings = []",
            'case "1": case is JSON, but not a registry: expected an object with "records"'
            '. Run "ianalint schema registry" for the format',
        ),
        (
            CASE + "findings = []\nmesages = []",
            'case "1": unknown key "mesages"; did you mean messages?',
        ),
        (
            CASE + "findings = []\nform = 'pdf'",
            'case "1": form: expected xml, csv or json, found "pdf"',
        ),
        (
            CASE + "findings = []\nform = {}",
            'case "1": form: expected xml, csv or json, found a table',
        ),
        (
            CASE + "findings = []\nbytes = ['utf-8']",
            'case "1": bytes: expected utf-8, utf-16 or latin-1, found a list',
        ),
    ],
)
def test_cases_that_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cases: str, failure: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("QUAY001.toml").write_text(cases, "utf-8")
    rule = Rule("QUAY001", "quay", "note", "Harbor rules", lambda registry, context: [])
    assert [f for f in Proof(rule, "", ["SN001"]).failures if "case" in f][:1] == [failure]


DOUBLED = "<record><name>a--b</name></record>"
SINGLE = "<record><name>a-b</name></record>"
WHY = "Why it matters: it does."
UNREADABLE = (
    'example: case is JSON, but not a registry: expected an object with "records"'
    '. Run "ianalint schema registry" for the format'
)


def documented(flagged: str = DOUBLED, accepted: str = SINGLE, start: str = "Words.") -> str:
    return f"{start}\n\n{WHY}\n\nFlagged::\n\n    {flagged}\n\nAccepted::\n\n    {accepted}\n"


def proof_of(documentation: str, folder: Path) -> Proof:
    """The proof of SN005, with another documentation."""

    def find(registry: Registry, _context: RunContext) -> Any:
        return []

    find.__doc__ = documentation
    rule = Rule("SN005", "adjacent-hyphens", "error", "RFC 6335", find)
    return Proof(rule, str(folder), ["SN004", "SN005"])


@pytest.mark.parametrize(
    ("documentation", "failures"),
    [
        (documented(), []),
        (documented(start="Words"), ["documentation: expected one sentence in the first line"]),
        (documented(start="More\nwords."),
         ["documentation: expected one sentence in the first line"]),
        (documented().replace(WHY, "It matters."),
         ['documentation: expected a paragraph that begins with "Why it matters: "']),
        (documented().partition("Accepted")[0], ['documentation: no example under "Accepted::"']),
        (documented().partition("Flagged")[0],
         ['documentation: no example under "Flagged::"',
          'documentation: no example under "Accepted::"']),
        (documented(flagged=SINGLE), [f"example: expected SN005, found nothing in {SINGLE}"]),
        (documented(accepted=DOUBLED), [f"example: found SN005 in {DOUBLED}"]),
        (documented(accepted=f"{DOUBLED}\n\n    <!-- {'x' * 80} -->"),
         [f"example: found SN005 in {DOUBLED} <!-- {'x' * 60}..."]),
        # Of what is no registry nobody can say more.
        (documented("<x/>", "<x/>"),
         ["example: expected SN005, found MD005 in <x/>",
          "example: found MD005 in <x/>"]),
        (documented('{"records":', '{"records":').replace("::", " (json)::"), [UNREADABLE] * 2),
        # Rows of CSV and records of JSON follow a head, as a piece of XML does.
        (documented("a--b,,tcp,,,,,,,,,", "a-b,,tcp,,,,,,,,,").replace("::", " (csv)::"), []),
        (documented('{"service_name": "a--b"}', '{"service_name": "a-b"}')
         .replace("::", " (json)::"), []),
    ],
)  # fmt: skip
def test_the_proof_of_a_documentation(
    tmp_path: Path, documentation: str, failures: list[str]
) -> None:
    found = proof_of(documentation, tmp_path).failures
    assert [failure for failure in found if not failure.startswith("cases: ")] == failures


def test_the_proof_of_a_rule_that_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(RULES["SN005"], "find", broken)
    failures = proof_of(documented(), tmp_path).failures
    found = [failure for failure in failures if failure.startswith("example: ")]
    assert [failure.partition(" (in ")[0] for failure in found] == [
        "example: RuntimeError: no such thing"
    ] * 2


CASES_OF_HYPHENS = f"""
[[case]]
title = "two"
input = "{DOUBLED}"
findings = ["SN005 2:15"]

[[case]]
input = "{SINGLE}"
findings = []
"""


@pytest.mark.parametrize(
    ("more", "failures"),
    [
        ("", []),
        ("[[case]]\ninput = '<record><name>a--</name></record>'\nfindings = ['SN004 2:15']",
         ['case "3": findings: expected [\'SN004 2:15\'],'
          " found ['SN004 2:15', 'SN005 2:15']"]),
        # Of a finding about a whole record, there is no value.
        ("[[case]]\ninput = '<record><name>quay</name></record>'\nselect = ['AC010']\n"
         "findings = ['AC010 2:1']\nvalue = ['']", []),
        # A case without a date of its own is judged on the same day forever.
        ("[[case]]\ninput = '<record date=\"2026-11-24\"><name>quay</name></record>'\n"
         "select = ['DT004']\nfindings = ['DT004 2:15']", []),
        (f"[[case]]\ninput = '\\n\\n{DOUBLED}'\nfindings = ['SN005 4:15']".replace("'", '"'), []),
        *((f"[[case]]\ntitle = 'x'\ninput = '{DOUBLED}'\nfindings = ['SN005 2:15']\n{line}",
           [f'case "x": {failure}'] if failure else [])
          for line, failure in (
              ("field = ['service_name']", ""), ("value = ['a--b']", ""), ("legacy = [false]", ""),
              ("related = []", ""), ("there = []", ""), ("message = ['adjacent']", ""),
              ("select = ['SN005']", ""), ("whole = false", ""),
              ("field = ['']", "field: expected [''], found ['service_name']"),
              ("value = ['']", "value: expected [''], found ['a--b']"),
              ("legacy = [true]", "legacy: expected [True], found [False]"),
              ("related = ['2:1']", "related: expected ['2:1'], found []"),
              ("there = ['x']", "there: expected ['x'], found []"),
              ("messages = ['x']",
               "messages: expected ['x'], found ['service name \"a--b\" has adjacent hyphens']"),
              ("message = ['x']",
               'message: expected "x" in "service name "a--b" has adjacent hyphens"'),
              ("select = ['SN004']", "findings: expected ['SN005 2:15'], found []"))),
    ],
)  # fmt: skip
def test_the_proof_of_cases(tmp_path: Path, more: str, failures: list[str]) -> None:
    (tmp_path / "SN005.toml").write_text(f"{CASES_OF_HYPHENS}{more}\n", "utf-8")
    proof = proof_of(documented(), tmp_path)
    assert proof.failures == failures
    count, verdict = 2 + bool(more), "failed" if failures else "passed"
    assert [*proof.lines()] == [
        f"SN005 adjacent-hyphens: 2 examples, {count} cases: {verdict}",
        *(f"  {failure}" for failure in failures),
    ]


def test_cases_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "SN005.toml"
    assert proof_of(documented(), tmp_path).failures == [f"cases: expected them in {path}"]
    path.write_text("x", "utf-8")
    (failure,) = proof_of(documented(), tmp_path).failures
    assert failure.startswith(f"cases: {path}: Expected '='")
    path.write_text("", "utf-8")
    proof = proof_of(documented().replace(DOUBLED, "<record><!-- \u202e --></record>"), tmp_path)
    assert [*proof.lines()] == [
        "SN005 adjacent-hyphens: 2 examples, 0 cases: failed",
        "  example: expected SN005, found nothing in <record><!-- \\u202e --></record>",
        "  cases: none in which SN005 finds something",
        "  cases: none in which SN005 does not find something",
    ]


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
        (
            dedent(RULE)
            .replace("Violation, ", "Violation, columns, ")
            .replace('Section 1")', 'Section 1", needs=columns("port_numbr"))'),
            'QUAY001: unknown need "column:port_numbr"; did you mean column:port_number?',
        ),
        (
            dedent(RULE).replace('Section 1")', 'Section 1", needs="contacts")'),
            'QUAY001: needs: expected a tuple, such as ("contacts",) or columns("port_number"),'
            " found 'contacts'",
        ),
        (dedent(RULE).replace('Section 1")', 'Section 1", needs=["end"])'), "found ['end']"),
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


CODE_SENTENCE = (
    "expected a code of three to eight capital letters and three digits, such as ACME001"
)


@pytest.mark.parametrize("words", [("check", "ports.csv"), ("rules",)])
@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            {"a": RULE.replace("QUAY001", "SN001")},
            f"a.py: SN001: already declared in validator/rules/service_names.py; {CODE_SENTENCE}",
        ),
        (
            {"a": RULE.replace("QUAY001", "SN001").replace("name_with_digits", "name_length")},
            f"a.py: SN001: already declared in validator/rules/service_names.py; {CODE_SENTENCE}",
        ),
        (
            {"a": RULE.replace("QUAY001", "RQ001")},
            "a.py: RQ001: already declared in validator/request/rules/document.py; "
            + CODE_SENTENCE,
        ),
        ({"a": RULE, "b": RULE}, "b.py: QUAY001 is already declared in rules/a.py"),
        (
            {"a": RULE, "b": RULE.replace("name_with_digits", "other")},
            "b.py: QUAY001 is already declared in rules/a.py",
        ),
        ({"a": RULE + RULE}, "a.py: QUAY001 is declared twice"),
        (
            {"a": RULE + RULE.replace("QUAY001", "QUAY002")},
            "a.py: QUAY002: QUAY001 has the name name-with-digits",
        ),
        (
            {"a": RULE, "b": RULE.replace("QUAY001", "QUAY002")},
            "b.py: QUAY002: QUAY001 has the name name-with-digits",
        ),
    ],
)
def test_a_code_or_name_that_is_declared_twice(
    project: Path, words: tuple[str, ...], files: dict[str, str], sentence: str
) -> None:
    for name, source in files.items():
        (project / "rules" / f"{name}.py").write_text(dedent(source), "utf-8")
    named = ", ".join(f'"rules/{name}.py"' for name in files)
    (project / "ianalint.toml").write_text(f"rules = [{named}]\n", "utf-8")
    done = run(project, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"ianalint: ianalint.toml: rules: rules/{sentence}\n"


def test_two_files_share_a_family(project: Path) -> None:
    other = RULE.replace("QUAY001", "QUAY002").replace("name_with_digits", "other")
    (project / "rules" / "pier.py").write_text(dedent(other), "utf-8")
    (project / "ianalint.toml").write_text('rules = ["rules/harbor.py", "rules/pier.py"]', "utf-8")
    listing = run(project, "rules", "QUAY").stdout
    assert "QUAY  rules of harbor.py, pier.py\n" in listing
    assert [line.split()[0] for line in listing.splitlines() if "QUAY0" in line] == [
        "QUAY001", "QUAY002",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cases", "failure"),
    [
        ("case = 3", "cases: rules/QUAY001.toml: expected tables [[case]]"),
        ("[[case]", "cases: rules/QUAY001.toml: "),
        ("[[case]]\ninput = ''", 'case "1": findings is missing'),
    ],
)
def test_cases_that_cannot_be_read_fail(project: Path, cases: str, failure: str) -> None:
    (project / "rules" / "QUAY001.toml").write_text(cases, "utf-8")
    done = run(project, "rules", "--test")
    assert (done.returncode, done.stderr) == (1, "")
    first, second, *_ = done.stdout.splitlines()
    assert first.startswith("QUAY001 name-with-digits: 2 examples, ")
    assert first.endswith(": failed")
    assert second.startswith(f"  {failure}")


PRINTING = """
            import os, subprocess, sys, threading
            os.write(1, b"descriptor\\n")
            print("print")
            print("first stream", file=sys.__stdout__)
            subprocess.run([sys.executable, "-c", "print('program')"])
            thread = threading.Thread(target=print, args=("thread",))
            thread.start()
            thread.join()
"""


@pytest.mark.parametrize(
    "words", [("json",), ("sarif",), ("jsonl",), ("json", "--jobs", "2", "more.csv")]
)
def test_what_a_rule_prints_is_not_in_the_report(project: Path, words: tuple[str, ...]) -> None:
    (project / "more.csv").write_text(ROWS, "utf-8")
    silent = run(project, "check", "ports.csv", "--format", *words)
    path = project / "rules" / "harbor.py"
    loading = PRINTING.replace("\n            ", "\n").replace("print'", "loading'")
    path.write_text(loading + path.read_text("utf-8") + PRINTING, "utf-8")
    done = run(project, "check", "ports.csv", "--format", *words)
    assert (done.returncode, done.stdout) == (0, silent.stdout)
    for line in ("descriptor", "print", "first stream", "program", "thread"):
        assert done.stderr.splitlines().count(line) >= 2, line


def test_what_a_rule_prints_with_standard_error_closed(project: Path) -> None:
    path = project / "rules" / "harbor.py"
    path.write_text(path.read_text("utf-8") + PRINTING, "utf-8")
    words = [sys.executable, "-m", "validator", "check", "ports.csv", "--format", "json"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", *words], cwd=project,
        env=environment(PYTHONPATH=str(ROOT)), stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == ["QUAY001"]


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


@pytest.mark.parametrize(
    "statement",
    [
        "sys.stdout.close()",
        "sys.__stdout__.close()",
        "sys.stderr.close()",
        "sys.__stderr__.close()",
        "sys.stdout.buffer.close()",
        "sys.stdout.detach()",
        "sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None",
        "open(sys.stdout.fileno(), 'w').close()",
        "os.close(1)",
        "os.close(2)",
        "os.closerange(1, 3)",
        "os.chdir('/')",
    ],
)
@pytest.mark.parametrize("is_loading", [False, True])
def test_what_a_rule_does_to_the_process_does_not_last(
    project: Path, statement: str, is_loading: bool
) -> None:
    words = ("check", "ports.csv", "--format", "json", "--report", "text=report")
    silent = run(project, *words)
    assert silent.returncode == 0
    report = (project / "report").read_bytes()
    (project / "report").unlink()
    path = project / "rules" / "harbor.py"
    program = path.read_text("utf-8")
    path.write_text(
        f"import os, sys\n{statement}\n{program}"
        if is_loading
        else f"import os, sys\n{program}            {statement}\n",
        "utf-8",
    )
    done = run(project, *words)
    assert (done.returncode, done.stdout, done.stderr) == (0, silent.stdout, silent.stderr)
    assert (project / "report").read_bytes() == report


ENDS = {
    "os._exit(0)": "os._exit",
    "os.execv('/bin/true', ['true'])": "os.execv",
    "os.execlp('true', 'true')": "os.execv",
    "os.execle('/bin/true', 'true', {})": "os.execve",
}


@pytest.mark.parametrize("statement", ENDS)
def test_a_rule_does_not_end_the_process(project: Path, statement: str) -> None:
    (project / "more.csv").write_text(ROWS, "utf-8")
    path = project / "rules" / "harbor.py"
    program = path.read_text("utf-8")
    path.write_text(f"import os\n{program}            {statement}\n", "utf-8")
    reason = f"RuntimeError: {ENDS[statement]} would end the process without a report"
    words = ("check", "ports.csv", "more.csv", "--format", "json", "--output", "report")
    for more in ((), ("--jobs", "2")):
        done = run(project, *words, *more)
        report = json.loads((project / "report").read_bytes())
        (project / "report").unlink()
        assert (done.returncode, done.stdout) == (3, "")
        assert [fault["code"] for fault in report["faults"]] == ["QUAY001", "QUAY001"]
        assert [fault["subject"]["service_name"] for fault in report["faults"]] == ["dock9"] * 2
        assert all(fault["message"].startswith(reason) for fault in report["faults"])
        assert [finding["code"] for finding in report["findings"]] == ["QUAY001", "QUAY001"]
    done = run(project, "rules", "--test")
    assert (done.returncode, f"  example: {reason}" in done.stdout) == (1, True)
    path.write_text(f"import os\n{statement}\n{program}", "utf-8")
    for call in (("check", "ports.csv"), ("rules", "--test")):
        done = run(project, *call)
        assert (done.returncode, done.stdout) == (2, "")
        sentence = f"rules/harbor.py: cannot load the rules: {reason}"
        assert done.stderr == f"ianalint: ianalint.toml: rules: {sentence}\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_that_a_rule_forks_may_end(project: Path) -> None:
    path = project / "rules" / "harbor.py"
    program = path.read_text("utf-8")
    child = "            if not (child := os.fork()): os._exit(7)\n"
    status = "            print('ended', os.waitpid(child, 0)[1] >> 8)\n"
    path.write_text(f"import os\n{program}{child}{status}", "utf-8")
    done = run(project, "check", "ports.csv", "--format", "json")
    assert (done.returncode, "ended 7\n" in done.stderr) == (0, True)
    assert json.loads(done.stdout)["faults"] == []


CONTACT = Contact(0, 0)
CONTACT.contact_uri = ("mailto:a&example.com", "mailto:b&example.com")
OTHER = Record(0, 0)
OTHER.port_number = 4621  # type: ignore[assignment]


def changed(record: Record, **values: Any) -> Record:
    """A copy of the identity of `record` with other values."""
    other = Record(0, 0)
    for name in ("service_name", "port_number", "transport_protocol"):
        setattr(other, name, values.get(name, getattr(record, name)))
    return other


def citation(data: Any = "x", text: Any = "x", offset: Any = 0) -> Citation:
    return Citation("person", data, text, offset)


class Odd:
    """Whatever is asked of it ends the process."""

    @property
    def __class__(self) -> Any:
        raise SystemExit(0)

    @__class__.setter
    def __class__(self, value: Any) -> None: ...


class OddViolation(Violation):
    def __getattribute__(self, name: str) -> Any:
        raise SystemExit(0)


class OddText(str):
    """A text that fails wherever a report would write it."""

    def __str__(self) -> str:
        raise OddError

    __eq__ = __format__ = __getitem__ = __iter__ = __len__ = __repr__ = encode = strip = __str__  # type: ignore[assignment]
    __hash__ = str.__hash__


class OddNumber(int):
    def __str__(self) -> str:
        raise OddError

    __eq__ = __format__ = __int__ = __lt__ = __le__ = __repr__ = __str__  # type: ignore[assignment]
    __hash__ = int.__hash__


class OddList(list[Any]):
    def __getitem__(self, _: Any) -> Any:
        raise OddError

    __iter__ = __len__ = __getitem__  # type: ignore[assignment]


class OddError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def failing(error: Exception) -> Any:
    raise error


NO_VIOLATIONS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "number": (lambda record: 3, "expected a Violation, found int"),
    "no list": (None, "expected violations, which a rule yields, found int"),  # type: ignore[dict-item]
    "no message": (
        lambda record: Violation(record, None, None),  # type: ignore[arg-type]
        "message: expected a text, found NoneType",
    ),
    "empty message": (
        lambda record: Violation(record, None, ""),
        "message: expected a sentence, found an empty text",
    ),
    "blank message": (
        lambda record: Violation(record, None, " \n"),
        "message: expected a sentence, found an empty text",
    ),
    "empty message of a related place": (
        lambda record: Violation(record, None, "m", related=[Related("", record)]),
        "message of a related place: expected a sentence, found an empty text",
    ),
    "field": (
        lambda record: Violation(record, 7, "m"),  # type: ignore[arg-type]
        "field: expected a text, found int",
    ),
    "subject": (
        lambda record: Violation(object(), None, "m"),  # type: ignore[arg-type]
        "subject: expected a record, a contact or the dump, found object",
    ),
    "subject of another class": (
        lambda record: Violation(SimpleNamespace(subject={"service_name": "x"}), None, "m"),
        "subject: expected a record, a contact or the dump, found SimpleNamespace",
    ),
    "subject of an entry": (
        lambda record: Violation(parse_registry(ROWS).assignments[0], None, "m"),  # type: ignore[arg-type]
        "subject: expected a record, a contact or the dump, found Assignment",
    ),
    "record of another registry": (
        lambda record: Violation(parse_registry(ROWS).dump.records[0], None, "m"),
        "subject: this record is not in <bytes>",
    ),
    "contact of another registry": (
        lambda record: Violation(CONTACT, "contact_uri", "m", item=1),
        "subject: this contact is not in <bytes>",
    ),
    "another dump": (
        lambda record: Violation(parse_registry(ROWS).dump, None, "m"),
        "subject: this dump is not in <bytes>",
    ),
    "related record of another registry": (
        lambda record: Violation(
            record, None, "m", related=[Related("m", parse_registry(ROWS).dump.records[0])]
        ),
        "subject: this record is not in <bytes>",
    ),
    "record that is not in the dump of its place": (
        lambda record: Violation(
            record, None, "m", related=[Related("m", record, dump=parse_registry(ROWS).dump)]
        ),
        "subject: this record is not in <bytes>",
    ),
    "name that is no text": (
        lambda record: Violation(changed(record, service_name=object()), None, "m"),
        "service_name of the subject: expected a text, found object",
    ),
    "port that is no text": (
        lambda record: Violation(record, None, "m", related=[Related("m", OTHER)]),
        "port of the subject: expected a text, found int",
    ),
    "item of another class": (
        lambda record: Violation(
            record,
            "reference",
            "m",
            item=SimpleNamespace(data=5, text=None),
        ),
        "item: expected a citation or a number, found SimpleNamespace",
    ),
    "citation whose data is no text": (
        lambda record: Violation(record, "contact", "m", item=citation(data=5)),
        "data of the item: expected a text, found int",
    ),
    "citation whose text is no text": (
        lambda record: Violation(record, "contact", "m", item=citation(text=b"x")),
        "text of the item: expected a text, found bytes",
    ),
    "citation without a place": (
        lambda record: Violation(record, "contact", "m", item=citation(offset=None)),
        "offset of the item: expected a whole number, found NoneType",
    ),
    "citation of a related place": (
        lambda record: Violation(
            record, None, "m", related=[Related("m", record, "contact", citation(data=5))]
        ),
        "data of the item: expected a text, found int",
    ),
    "dump of a related place": (
        lambda record: Violation(
            record,
            None,
            "m",
            related=[Related("m", record, dump=5)],  # type: ignore[arg-type]
        ),
        "dump of a related place: expected a dump, found int",
    ),
    "value": (
        lambda record: Violation(record, None, "m", value=5),  # type: ignore[arg-type]
        "value: expected a text, found int",
    ),
    "misspelled field": (
        lambda record: Violation(record, "servic_name", "m"),
        'field: a record has no "servic_name"; did you mean service_name?',
    ),
    "field of a contact": (
        lambda record: Violation(record, "organization", "m"),
        'field: a record has no "organization"; expected service_name, port_number,',
    ),
    "field of a related place": (
        lambda record: Violation(record, None, "m", related=[Related("m", record, "portnumber")]),
        'field: a record has no "portnumber"; did you mean port_number?',
    ),
    "item outside": (
        lambda record: Violation(CONTACT, "contact_uri", "m", item=2),
        "item: expected a number below 2, found 2",
    ),
    "item before": (
        lambda record: Violation(CONTACT, "contact_uri", "m", item=-1),
        "item: expected a number below 2, found -1",
    ),
    "item of a record": (
        lambda record: Violation(record, "contact", "m", item=0),
        "item: only the addresses of a contact have numbers, found 0",
    ),
    "item of a related place": (
        lambda record: Violation(
            record, None, "m", related=[Related("m", CONTACT, "contact_uri", 2)]
        ),
        "item: expected a number below 2, found 2",
    ),
    "start outside": (
        lambda record: Violation(record, "service_name", "m", start=6),
        "start: expected a character of service_name, 0 to 5, found 6",
    ),
    "start before": (
        lambda record: Violation(record, "service_name", "m", start=-1),
        "start: expected a character of service_name, 0 to 5, found -1",
    ),
    "start without field": (
        lambda record: Violation(record, None, "m", start=0),
        "start: None is not a text, found 0",
    ),
    "long value": (
        lambda record: Violation(record, None, "m", value="x" * 100_001),
        "value: expected up to 100000 characters, found 100001",
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
    "class of its own": (lambda record: Odd(), "RuntimeError: SystemExit: 0"),
    "violation of its own class": (
        lambda record: OddViolation(record, None, "m"),
        "RuntimeError: SystemExit: 0",
    ),
    "message of its own class": (
        lambda record: Violation(record, None, Odd()),  # type: ignore[arg-type]
        "message: expected a text, found Odd",
    ),
    "severity of its own class": (
        lambda record: Violation(record, None, "m", severity=OddText("bad")),  # type: ignore[arg-type]
        "severity: expected error, warning or note, found 'bad'",
    ),
    "citation of its own class": (
        lambda record: Violation(record, "contact", "m", item=citation(data=OddText("x"))),
        "data of the item: expected a text, found OddText",
    ),
    "citation of no kind": (
        lambda record: Violation(record, "contact", "m", item=Citation(5, "x", "x", 0)),  # type: ignore[arg-type]
        "kind of the item: expected a text, found int",
    ),
    "citation outside": (
        lambda record: Violation(record, "contact", "m", item=citation(offset=10**9)),
        "offset: expected a byte of <bytes>, found 1000000",
    ),
    "citation before": (
        lambda record: Violation(
            record, None, "m", related=[Related("m", record, "contact", citation(offset=-(10**9)))]
        ),
        "offset: expected a byte of <bytes>, found -99999",
    ),
    "ports that are no numbers": (
        lambda record: Violation(Ports(OddNumber(1), 2), None, "m"),
        "low of the subject: expected a whole number, found OddNumber",
    ),
    "ports without a place": (
        lambda record: Violation(Ports(1, 2, None), None, "m"),  # type: ignore[arg-type]
        "offset of the subject: expected a whole number, found NoneType",
    ),
    "note of its own": (
        lambda record: Violation(Note(None, "x", 5), None, "m"),
        "subject: this note is not in <bytes>",
    ),
    "footnote of its own": (
        lambda record: Violation(Footnote("1", "x", 5), None, "m"),
        "subject: this footnote is not in <bytes>",
    ),
    "error without a text": (lambda record: failing(OddError()), "OddError (test_own_rules.py, "),
    "error with a long text": (
        lambda record: failing(ValueError("x" * 10**6)),
        f"ValueError: {'x' * 2000}... (test_own_rules.py, ",
    ),
    "endless related": (
        lambda record: Violation(record, None, "m", related=iter(())),  # type: ignore[arg-type]
        "related: expected a list, found tuple_iterator",
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
    assert reason in fault.message.replace(f"{ROOT / 'tests' / ''}", "").replace("tests/", "")


def test_texts_and_numbers_of_own_classes_are_written_as_what_they_are() -> None:
    def find(registry: Registry, _context: RunContext) -> Any:
        record = registry.assignments[0].record
        value, cites = OddText("value"), OddText("cites")
        places = OddList([Related(OddText("there"), record, OddText("contact"))])
        yield Violation(
            record, OddText("service_name"), OddText("m"), severity=OddText("note"),  # type: ignore[arg-type]
            start=OddNumber(2), related=places, value=value, cites=cites,
        )  # fmt: skip

    rule = Rule("QUAY001", "quay", "error", "Harbor rules", checked(find))
    entry = examine(
        parse_registry(ROWS), Selection({"QUAY001": rule}), RunContext("2026-08-17", "2011-08")
    )
    assert entry.faults == []
    (finding,) = entry.findings
    (place,) = finding.related
    texts = (finding.message, finding.field, finding.value, finding.severity, place.message)
    assert texts == ("m", "service_name", "value", "note", "there")
    assert {type(text) for text in (*texts, finding.reference)} == {str}
    assert (finding.location.line, finding.location.column) == (2, 3)


def test_long_messages_and_lists_are_cut_and_say_so() -> None:
    def find(registry: Registry, _context: RunContext) -> Any:
        record = registry.assignments[0].record
        place = Related("y" * 3000, record)
        for start in (0, 5):
            yield Violation(
                record, "service_name", "x" * 2_000_000, start=start, related=[place] * 25
            )
        yield Violation(record, "contact", "z" * 2000, item=record.contact[0])

    rule = Rule("QUAY001", "quay", "note", "Harbor rules", checked(find))
    entry = examine(
        parse_registry(ROWS), Selection({"QUAY001": rule}), RunContext("2026-08-17", "2011-08")
    )
    assert entry.faults == []
    first, second, third = entry.findings
    assert first.message == second.message == "x" * 2000 + "... (2,000,000 characters)"
    assert (first.location.column, second.location.column) == (1, 6)
    cut = "y" * 2000 + "... (3,000 characters)"
    assert [place.message for place in second.related] == [*[cut] * 19, f"{cut} (and 5 more)"]
    assert (third.message, third.value) == ("z" * 2000, "Ann_Example")


def test_a_related_place_in_another_registry() -> None:
    other = parse_registry(ROWS.replace("dock9", "\npier"), path="other").dump

    def find(registry: Registry, _context: RunContext) -> Any:
        places = [Related("there", other.records[0], "service_name", dump=other)]
        yield Violation(registry.assignments[0].record, None, "m", related=places)

    rule = Rule("QUAY001", "quay", "note", "Harbor rules", checked(find))
    entry = examine(
        parse_registry(ROWS), Selection({"QUAY001": rule}), RunContext("2026-08-17", "2011-08")
    )
    assert entry.faults == []
    (place,) = entry.findings[0].related
    assert (place.location.path, place.location.line, place.subject["service_name"]) == (
        "other", 3, "pier",
    )  # fmt: skip


def test_a_violation_that_is_changed_after_it_was_yielded() -> None:
    def find(registry: Registry, _context: RunContext) -> Any:
        record = registry.assignments[0].record
        places = [Related("there", record)]
        violation = Violation(record, "service_name", "first", related=places)
        yield violation
        violation.message = places[0].message = 5  # type: ignore[assignment]
        violation.subject = places[0].subject = None  # type: ignore[assignment]
        violation.field = violation.item = "x"  # type: ignore[assignment]
        places.append(5)  # type: ignore[arg-type]
        yield Violation(record, "service_name", "second")

    rule = Rule("QUAY001", "quay", "note", "Harbor rules", checked(find))
    entry = examine(
        parse_registry(ROWS), Selection({"QUAY001": rule}), RunContext("2026-08-17", "2011-08")
    )
    assert entry.faults == []
    assert [(finding.message, finding.value) for finding in entry.findings] == [
        ("first", "dock9"), ("second", "dock9"),
    ]  # fmt: skip
    assert [place.message for place in entry.findings[0].related] == ["there"]


def clear_description(entry: Assignment | Statement) -> None:
    entry.record.description = None


CHANGES: dict[str, tuple[Callable[[Registry], object], str, str]] = {
    "sorted": (lambda r: r.assignments.sort(key=lambda a: a.name), "Registry.assignments", ""),
    "emptied": (lambda r: r.dump.records.clear(), "Dump.records", ""),
    "contact added": (lambda r: r.contacts.append(Contact(0, 0)), "Dump.contacts", ""),
    "other list": (lambda r: setattr(r, "assignments", []), "Registry.assignments", ""),
    "document": (lambda r: setattr(r.dump, "data", b""), "Dump.data", ""),
    "number": (
        lambda r: setattr(r.assignments[0].record, "service_name", 5),
        "Record.service_name",
        "pier",
    ),
    "every record": (
        lambda r: list(map(clear_description, r.entries)),
        "Record.description",
        "pier",
    ),
    "deleted": (
        lambda r: delattr(r.assignments[1].record, "contact"), "Record.contact", "dock9"
    ),
    "name": (lambda r: setattr(r.assignments[1], "name", "x"), "Assignment.name", "dock9"),
    "citation": (lambda r: setattr(r.records[0].contact[0], "data", "x"), "Citation.data", ""),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_rule_that_changes_the_registry_is_a_fault(change: str) -> None:
    function, place, name = CHANGES[change]

    def find_first(registry: Registry, _context: RunContext) -> Any:
        record = registry.assignments[1].record
        yield Violation(record, "service_name", "before")
        function(registry)

    def find_second(registry: Registry, _context: RunContext) -> Any:
        for entry in registry.assignments:
            yield Violation(entry.record, "description", "after")

    rules = {
        code: Rule(code, code.lower(), "note", "Harbor rules", checked(find))
        for code, find in (("QUAY001", find_first), ("QUAY002", find_second))
    }
    registry = parse_registry(f"{ROWS}{ROWS.splitlines()[1]}\n".replace("dock9", "pier", 1))
    entry = examine(registry, Selection(rules), RunContext("2026-08-17", "2011-08"))
    (fault,) = entry.faults
    reason = f"RuntimeError: the rule changed {place}; a rule must only read the registry"
    assert (fault.code, fault.message.startswith(reason)) == ("QUAY001", True)
    assert fault.subject.get("service_name", "") == name
    assert [(f.code, f.value, f.location.line) for f in entry.findings] == [
        ("QUAY002", "Dock", 2), ("QUAY001", "dock9", 3), ("QUAY002", "Dock", 3),
    ]  # fmt: skip


INDEXES: dict[str, Callable[[Registry], object]] = {
    "by name": lambda r: r.by_name.clear(),
    "a name": lambda r: r.by_name["dock9"].clear(),
    "columns": lambda r: r.column("service_name").values.clear(),
    "citations": lambda r: r.citations("contact").records.clear(),
    "ports": lambda r: r.port_ranges.clear(),
    "spans": lambda r: r.assigned_spans.clear(),
    "ports of spans": lambda r: vars(r).update(mentioned_ports=[]),
    "an index of a rule": lambda r: r._indexes.clear(),
}


@pytest.mark.parametrize("change", INDEXES)
def test_an_index_that_a_rule_changes_is_made_anew(change: str) -> None:
    def find_first(registry: Registry, _context: RunContext) -> Any:
        INDEXES[change](registry)
        return ()

    rules = {code: rule for code, rule in RULES.items() if code[:2] in ("SN", "PN", "DT")}
    with_own = {"QUAY001": Rule("QUAY001", "q", "note", "Harbor", checked(find_first)), **rules}
    text = ROWS + "".join(f"pier,{port},tcp,P,,,,,,,,\n" for port in (0, 80, 80, 1023, 49151, "x"))
    reports = []
    for catalogue in (rules, with_own):
        registry = parse_registry(text, whole=True)
        entry = examine(registry, Selection(catalogue), RunContext("2026-08-17", "2011-08"))
        assert not entry.faults
        reports.append([(f.code, f.location.line, f.message) for f in entry.findings])
    assert reports[0] == reports[1]


def test_each_citation_of_the_registry_is_changed_back() -> None:
    text = SMALL.read_text("utf-8").replace("see RFC 3692", 'see <xref type="rfc" data="rfc3692"/>')
    dump = parse_registry(text).dump
    registry = Registry(dump)
    of_fields = [c for r in dump.records for c in (*r.assignee, *r.contact, *r.reference)]
    of_texts = [c for r in dump.records for _, c in r.inline]
    of_notes = [c for note in dump.footnotes for c in note.mixed]
    state = RegistryState(registry)
    for group in (of_fields, of_texts, of_notes, dump.references):
        citation = [c for c in group if isinstance(c, Citation)][-1]
        data, citation.data = citation.data, "x"
        assert state.restore() == (citation, "data")
        assert citation.data == data
        assert state.restore() is None


def test_an_entry_point_whose_module_was_imported_before(project: Path) -> None:
    (project / "rules" / "harbor.py").rename(project / "harbor_rules.py")
    (project / "harbor-1.0.dist-info").mkdir()
    (project / "harbor-1.0.dist-info" / "METADATA").write_text("Name: harbor\n", "utf-8")
    (project / "harbor-1.0.dist-info" / "entry_points.txt").write_text(
        "[ianalint.rules]\nharbor = harbor_rules\n", "utf-8"
    )
    program = (
        "import harbor_rules\nfrom validator.rules.own import load\nprint(list(load('harbor')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, env=environment(PYTHONPATH=f"{ROOT}:."),
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("['QUAY001']\n", "")


def test_threads_that_run_rules_leave_standard_output() -> None:
    before = sys.stdout, sys.stderr, os.fstat(1), os.fstat(2), os._exit
    registry = parse_registry(ROWS)
    barrier = Barrier(4)

    def find(registry: Registry, _context: RunContext) -> Any:
        for _ in range(50):
            barrier.wait()
            yield Violation(registry.assignments[0].record, "service_name", "m")

    context = RunContext("2026-08-17", "2011-08")
    with ThreadPoolExecutor(4) as pool:
        results = [pool.submit(list, checked(find)(registry, context)) for _ in range(4)]
    assert [len(result.result()) for result in results] == [50] * 4
    assert (sys.stdout, sys.stderr, os.fstat(1), os.fstat(2), os._exit) == before


@pytest.mark.parametrize("end", [KeyboardInterrupt, OutOfTime])
def test_an_interruption_goes_through_a_rule(end: type[BaseException]) -> None:
    def find(_registry: Registry, _context: RunContext) -> Any:
        raise end

    with pytest.raises(end):
        list(checked(find)(parse_registry(ROWS), RunContext("2026-08-17", "2011-08")))


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
    module = project / "harbor_rules"
    module.mkdir()
    (project / "rules" / "harbor.py").rename(module / "__init__.py")
    case = '[[case]]\ntitle = "{0}"\nform = "csv"\ninput = "{0},,,,,,,,,,,"\nfindings = [{1}]\n'
    cases = case.format("dock9", '"QUAY001 2:1"') + case.format("dock", "")
    (module / "QUAY001.toml").write_text(cases, "utf-8")
    package = project / "harbor-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Name: harbor\nVersion: 1.0\n", "utf-8")
    (package / "entry_points.txt").write_text("[ianalint.rules]\nharbor = harbor_rules\n", "utf-8")
    done = run(project, "check", "ports.csv", "--format", "concise", "--quiet")
    assert done.stdout.startswith("ports.csv:2:1: QUAY001 note digits")
    # Its cases are beside the module, wherever the command runs, and list what our rules find.
    done = run(project, "rules", "--test", "QUAY")
    assert (done.returncode, done.stdout.count("2 cases: passed")) == (0, 1), done.stdout


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
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rf"],
        cwd=project, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "FAILED ports.csv::QUAY001 name-with-digits" in done.stdout
    assert re.search(r"^1 failed, \d+ passed", done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("entry.nonsense", "AttributeError: 'Assignment' object has no attribute 'nonsense'"),
        ("raise ValueError", "ValueError"),
        ("yield 3", "TypeError: expected a Violation, found int"),
        (
            'yield Violation(entry.record, "desription", "x")',
            'ValueError: field: a record has no "desription"; did you mean description?',
        ),
    ],
)
def test_the_place_of_a_failure_is_in_the_file_of_the_rule(
    project: Path, statement: str, message: str
) -> None:
    path = project / "rules" / "harbor.py"
    lines = [*path.read_text("utf-8").splitlines()[:-1], f"                {statement}"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    sentence = f"{message} (rules/harbor.py, line {len(lines)})"
    done = run(project, "check", "ports.csv", "--format", "concise", "--select", "QUAY")
    assert (done.returncode, done.stdout) == (
        3, f"ports.csv:1:1: error rule QUAY001 failed: {sentence}\n",
    )  # fmt: skip
    assert done.stderr.splitlines()[0] == (
        f"ianalint: rule QUAY001 failed on ports.csv, record dock9 4621/tcp: {sentence}"
    )
    done = run(project, "check", "ports.csv", "--select", "QUAY", "--format", "markdown")
    assert done.stdout.startswith("### ianalint: 1 rule failed\n")


def test_the_place_of_a_failure_in_a_module_beside_it(project: Path) -> None:
    (project / "rules" / "words.py").write_text("def upper(text):\n    return text.upper()\n")
    path = project / "rules" / "harbor.py"
    rule = path.read_text("utf-8").replace("entry.name)):", "upper(None))):")
    path.write_text(f"from words import upper\n{rule}", "utf-8")
    done = run(project, "check", "ports.csv", "--select", "QUAY", "-q", "--debug")
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].endswith(" (rules/words.py, line 2)")
    assert 'words.py", line 2, in upper' in done.stderr


def test_a_rule_that_catches_its_own_failure_has_failed(project: Path) -> None:
    path = project / "rules" / "harbor.py"
    lines = path.read_text("utf-8").splitlines()[:-1]
    lines += ["                try:", "                    yield 3"]
    lines += ["                except TypeError:", "                    yield 4"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    done = run(project, "check", "ports.csv", "--select", "QUAY", "-q")
    assert done.returncode == 3
    assert "TypeError: expected a Violation, found int (rules/harbor.py, line " in done.stderr
