"""The pytest plugin, run by pytest itself in folders of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import unittest
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

# What runs inside of these tests shares the modules that are loaded now.
from tests.conftest import environment
from tests.requests import GOOD, REQUESTS
from validator import RULES, __version__, check, read_registry
from validator.assertions import assert_clean, assert_finds
from validator.engine.baseline import baseline_text
from validator.rules import catalogue
from validator.testing.patterns import matches

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "fixtures" / "registry" / "small.xml"
PLUGIN = ("-p", "ianalint_pytest", "-p", "no:cacheprovider")
TEXT = SMALL.read_text("utf-8")
FAULTY = TEXT.replace("tide-table", "tide--table")
NAME = "service-names-port-numbers.xml"
SN = sum(rule.code.startswith("SN") and rule.is_default for rule in RULES.values())
SN005 = f"{NAME}::SN005 service-name-adjacent-hyphens"
HEAD = "Service Name,Port Number,Transport Protocol,Description\n"


@pytest.fixture(autouse=True)
def _no_other_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "220")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


@pytest.fixture
def folder(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".xml", **{"service-names-port-numbers": FAULTY})
    return pytester


def run(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*PLUGIN, *words)


def few(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    return run(pytester, "--ianalint", "--ianalint-select", "SN", *words)


def running() -> int:
    return sum(rule.is_default for rule in RULES.values())


def rows(count: int) -> str:
    return HEAD + "".join(f"a--{number},{number},tcp,Text\n" for number in range(1, count + 1))


# -- merely installed -------------------------------------------------------------------------


def test_installed_it_does_nothing(folder: pytest.Pytester) -> None:
    result = run(folder)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("ianalint:*")


def test_it_loads_nothing_until_it_is_used(folder: pytest.Pytester) -> None:
    folder.makepyfile("def test_one(): pass")
    code = (
        "import sys, pytest; "
        f"status = pytest.main({[*PLUGIN, '-q', 'test_it_loads_nothing_until_it_is_used.py']!r}); "
        "loaded = [m for m in sys.modules if m.startswith('validator')]; "
        "print(loaded, [m for m in ('pydantic', 'jsonschema', 'regex', 'rich', 'jinja2', 'lxml',"
        " 'ruamel', 'rapidfuzz', 'hypothesis') if m in sys.modules]); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder.path,
        env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[] []" in done.stdout


def test_the_entry_point(folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    if not metadata.entry_points(group="pytest11", name="ianalint_pytest"):
        pytest.skip("ianalint is not installed here, or was before it had this entry point")
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    others = ("-p", "no:hypothesispytest", "-p", "no:xdist", "-p", "no:cacheprovider")
    result = folder.runpytest_subprocess(*others)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result = folder.runpytest_subprocess(*others, "--ianalint", "--ianalint-select", "SN005")
    result.assert_outcomes(passed=1, failed=1)


NOTHING = "ERROR: ianalint: files: no file matches "


@pytest.mark.parametrize(
    ("patterns", "sentence"),
    [
        (["--ianalint"], NOTHING + "*.xml or *.json"),
        (["--ianalint-files", "*.csv"], NOTHING + "[*].csv"),
        (["--ianalint-files", "data"], NOTHING + "data"),
        (["--ianalint-files", "data/"], NOTHING + "data/"),
        (["--ianalint-files", "data/*.xml"], NOTHING + "data/[*].xml"),
        (["--ianalint-files", "/nowhere/ports.csv"], NOTHING + "/nowhere/ports.csv"),
        (["--ianalint-files", "*.txt", "--ianalint-files", "*.csv"], NOTHING + "[*].csv"),
        (["-o", "ianalint_files=data/*.txt *.csv"], NOTHING + "[*].csv"),
        (["--ianalint-files", "*.csv", "test_one.py"], NOTHING + "[*].csv"),
    ],
)
def test_a_glob_without_files_is_refused(
    pytester: pytest.Pytester, patterns: list[str], sentence: str
) -> None:
    Path("data").mkdir()
    Path("data/ports.txt").write_text("x", "utf-8")
    Path(".hidden").mkdir()
    Path(".hidden/ports.csv").write_text(HEAD, "utf-8")
    pytester.makepyfile(test_one="def test_one(): pass")
    result = run(pytester, *patterns)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([sentence])


@pytest.mark.parametrize(
    "patterns",
    [
        ["--ianalint"],
        ["--ianalint-files", "*.csv"],
        ["--ianalint-files", "data/*/*.csv"],
        ["--ianalint-files", "*/more/*.csv"],
        ["--ianalint-files", "data/**/ports.csv"],
    ],
)
def test_a_glob_is_not_refused_where_another_test_is_run(
    pytester: pytest.Pytester, patterns: list[str]
) -> None:
    Path("data/more").mkdir(parents=True)
    Path("data/more/ports.csv").write_text(HEAD, "utf-8")
    Path("data/more/new-service-names-port-numbers.csv").write_text(HEAD, "utf-8")
    pytester.makepyfile(test_one="def test_one(): pass")
    run(pytester, *patterns, "test_one.py").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("glob", "selected"),
    [
        ("data/**/ports.csv", ["data/a/b/ports.csv", "data/a/ports.csv", "data/ports.csv"]),
        ("data/**/b/**/ports.csv", ["data/a/b/ports.csv"]),
        ("data/**/a/**/ports.csv", ["data/a/b/ports.csv", "data/a/ports.csv"]),
        ("data/a/**", ["data/a/b/ports.csv", "data/a/ports.csv"]),
        ("**/data/*.csv", ["data/a/b/ports.csv", "data/a/ports.csv", "data/ports.csv"]),
    ],
)
def test_two_asterisks_stand_for_any_folders_or_none(
    pytester: pytest.Pytester, glob: str, selected: list[str]
) -> None:
    for name in ("data/ports.csv", "data/a/ports.csv", "data/a/b/ports.csv", "ports.csv"):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD, "utf-8")
    words = ("--ianalint-files", glob, "--ianalint-select", "SN005", "--collect-only", "-q")
    lines = [line for line in run(pytester, *words).outlines if line.endswith("::reading")]
    assert sorted(lines) == [f"{name}::reading" for name in selected]


@pytest.mark.parametrize("glob", ["*.csv", "*/ports.csv"])
@pytest.mark.parametrize("word", ["", "ports.csv::reading"])
def test_a_file_outside_of_the_root_folder(
    pytester: pytest.Pytester, tmp_path: Path, glob: str, word: str
) -> None:
    (tmp_path / "ports.csv").write_text(HEAD, "utf-8")
    words = ("--ianalint-files", glob, "--ianalint-select", "SN005")
    result = run(pytester, *words, f"--rootdir={pytester.path}", str(tmp_path / word))
    result.assert_outcomes(passed=1 if word else 2)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("ianalint_file", 'unknown key "ianalint_file"; did you mean ianalint_files?'),
        ("ianalint_fail-on", 'unknown key "ianalint_fail-on"; did you mean ianalint_fail_on?'),
        ("ianalint_selct", 'unknown key "ianalint_selct"; did you mean ianalint_select?'),
        ("IANALINT_FILES", 'unknown key "IANALINT_FILES"; did you mean ianalint_files?'),
        ("ianalint-registry", 'unknown key "ianalint-registry"; did you mean ianalint_registry?'),
        ("ianalint", 'unknown key "ianalint"; did you mean ianalint_*?'),
    ],
)
def test_a_mistyped_key_is_refused(folder: pytest.Pytester, key: str, sentence: str) -> None:
    folder.makepyfile(test_one="def test_one(): pass")
    result = run(folder, "-o", f"{key}=SN")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: ianalint: {sentence}"])
    folder.makeini(f"[pytest]\n{key} = SN\n")
    result = run(folder)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: ianalint: {sentence}"])


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("legacy = shw", 'legacy: unknown mode "shw"; did you mean show?'),
        ("fail_on = errors", 'fail-on: unknown level "errors"; did you mean error?'),
        ("select = SN05", 'unknown rule "SN05"*'),
        ("ignore = service-name-lenght", "*did you mean service-name-length?"),
        ("severity = SN=eror", 'severity: unknown level "eror"; did you mean error?'),
        ("limit = dept=20", 'limit: unknown limit "dept"; did you mean depth?, as NAME=NUMBER'),
        ("today = tomorrow", 'today: expected a date (YYYY-MM-DD), got "tomorrow"'),
        ("shown = few", 'shown: expected a number from 1 to 999999999, got "few"'),
    ],
)
def test_an_unknown_word_of_a_value_is_refused(
    folder: pytest.Pytester, setting: str, sentence: str
) -> None:
    folder.makeini(f"[pytest]\nianalint_files = *.xml\nianalint_{setting}\n")
    result = run(folder)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: ianalint: {sentence}"])


# -- items ------------------------------------------------------------------------------------


def test_an_item_for_each_rule(folder: pytest.Pytester) -> None:
    result = run(folder, "--ianalint")
    result.assert_outcomes(failed=1, passed=running() - 1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "ianalint: *, files [*]service-names-port-numbers[*].xml, *",
            f'{NAME}:543:11: SN005 error service name "tide--table" has adjacent hyphens',
            "*ianalint: findings by rule*",
            "     1  SN005 service-name-adjacent-hyphens (failed)",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*def runtest*")


def test_items_have_stable_names(folder: pytest.Pytester) -> None:
    result = few(folder, "--collect-only", "-q", "-k", "SN005 or reading")
    lines = [line for line in result.outlines if "::" in line]
    assert lines == [f"{NAME}::reading", SN005]
    few(folder, "-m", "not ianalint").assert_outcomes(deselected=SN + 1)
    few(folder, "--deselect", SN005).assert_outcomes(passed=SN, deselected=1)
    few(folder, SN005).assert_outcomes(failed=1)


def test_the_name_in_the_package(folder: pytest.Pytester) -> None:
    words = ("-p", "validator.pytest_plugin", *PLUGIN, "--ianalint", "--ianalint-select", "SN005")
    folder.runpytest_inprocess(*words).assert_outcomes(passed=1, failed=1)


# -- beside another project with a package of this name ---------------------------------------

THEIRS = "OURS = 'of this project'\n"
THEIR_TEST = """
import hypothesis.strategies as st
import validator
class Contact: pass
Contact.__module__ = "validator.model.record"
def test_ours():
    assert validator.OURS == "of this project"
    assert isinstance(st.from_type(Contact).example(), Contact)
"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("layout", ["validator.py", "validator/__init__.py"])
@pytest.mark.parametrize(
    ("options", "is_used"),
    [(("-m", "pytest"), False), (("-P", "-m", "pytest"), False), (("-m", "pytest"), True)],
)
def test_another_package_of_this_name(
    pytester: pytest.Pytester, layout: str, options: tuple[str, ...], is_used: bool
) -> None:
    path = pytester.path / layout
    path.parent.mkdir(exist_ok=True)
    path.write_text(THEIRS)
    (pytester.path / "service-names-port-numbers.xml").write_text(FAULTY)
    pytester.makepyfile(test_theirs=THEIR_TEST)
    hook = "import ianalint_hypothesis, hypothesis; ianalint_hypothesis.register()\n"
    pytester.makeconftest(hook)
    words = ["--ianalint"] if is_used else []
    done = subprocess.run(
        [sys.executable, *options, *PLUGIN, "-p", "no:warnings", *words],
        cwd=pytester.path, capture_output=True, text=True, check=False,
        # After the folder of the project, as an installed package is.
        env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", HYPOTHESIS_NO_PLUGINS="1"),
    )  # fmt: skip
    if is_used:
        assert done.returncode == pytest.ExitCode.USAGE_ERROR
        assert f"is not the one that is imported here: {path} comes first" in done.stderr
    else:
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 passed" in done.stdout


@pytest.mark.parametrize("text", [THEIRS, "raise RuntimeError"])
@pytest.mark.parametrize("layout", ["validator.py", "validator/__init__.py"])
def test_the_command_beside_another_package(tmp_path: Path, layout: str, text: str) -> None:
    path = tmp_path / layout
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    words = [sys.executable, "-m", "ianalint", "check", "--sample"]
    done = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment()
    )
    origin = path if text == THEIRS else "one that fails (RuntimeError: )"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "ianalint: its package `validator` is not the one that is imported here:"
        f" {origin} comes first. Run ianalint in an environment or folder of its own.\n"
    )


def test_the_command_where_nothing_else_has_the_name(tmp_path: Path) -> None:
    (tmp_path / "validator").mkdir()  # a folder alone comes after every package
    words = [sys.executable, "-m", "ianalint", "--version"]
    done = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment()
    )
    assert (done.returncode, done.stdout) == (0, f"ianalint {__version__}\n")


def test_the_place_of_a_failure(folder: pytest.Pytester) -> None:
    said = f'{NAME}:543: service name "tide--table" has adjacent hyphens'
    few(folder, "-ra").stdout.fnmatch_lines([f"FAILED {SN005} - {said}"])
    few(folder, "--tb=line").stdout.fnmatch_lines([f"{NAME}:543: {said}"])
    reports = folder.inline_run(*PLUGIN, "--ianalint", "--ianalint-select", "SN005").getreports()
    places = {r.location for r in reports if isinstance(r, pytest.TestReport) and r.failed}
    assert places == {(NAME, 542, "SN005 service-name-adjacent-hyphens")}


def test_last_failed(folder: pytest.Pytester) -> None:
    words = ("-p", "ianalint_pytest", "--ianalint-files", "*.xml")
    chosen = ("--ianalint-select", "SN")
    folder.runpytest_inprocess(*words, *chosen).assert_outcomes(passed=SN, failed=1)
    folder.runpytest_inprocess(*words, *chosen, "--lf").assert_outcomes(failed=1)


def test_a_file_is_read_once(folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []

    def counting(path: Path, **how: Any) -> object:
        read.append(path)
        return read_registry(path, **how)

    monkeypatch.setattr("validator.api.read_registry", counting)
    few(folder).assert_outcomes(passed=SN, failed=1)
    assert read == [folder.path / NAME]
    few(folder, "--collect-only")
    assert len(read) == 1


def test_a_reader_that_breaks(folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_path: object, **_how: object) -> object:
        raise RuntimeError("no such thing")

    monkeypatch.setattr("validator.api.read_registry", broken)
    result = few(folder, "-rs")
    result.assert_outcomes(failed=1, skipped=SN)
    result.stdout.fnmatch_lines(
        [
            "internal error in *: RuntimeError: no such thing*",
            "SKIPPED * the file cannot be used",
        ]
    )


def test_a_rule_that_breaks(folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(RULES["SN004"], "find", broken)
    result = few(folder)
    result.assert_outcomes(passed=SN - 1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "internal error in SN004: RuntimeError: no such thing*",
            f"FAILED {NAME}::SN004 service-name-edge-hyphen - *",
            f"FAILED {SN005} - *",
        ]
    )


def test_a_file_that_takes_too_long(
    folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_path: object, **_how: object) -> object:
        raise TimeoutError("limit of 1 s reached (--max-time)")

    monkeypatch.setattr("validator.api.read_registry", slow)
    result = few(folder)
    result.assert_outcomes(failed=1, skipped=SN)
    sentence = f"{NAME}: limit of 1 s reached (ianalint_limit: time)"
    assert result.outlines.count(sentence) == 1


def test_limits(folder: pytest.Pytester) -> None:
    words = ("--ianalint", "--ianalint-select", "FM001")
    run(folder, *words).assert_outcomes(passed=2)
    result = run(folder, *words, "--ianalint-limit", "length=20")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*the limit is 20 (ianalint_limit: length); the rest is ignored"])
    Path("dump.xml").write_bytes(SMALL.with_name("extract.xml").read_bytes())
    chosen = ("--ianalint-files", "dump.xml", "--ianalint-limit", "findings=1")
    result = run(folder, *chosen, "--ianalint-select", "RF005,AC010")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "1 of 3 findings of RF005 are listed (ianalint_limit: findings)",
            "FAILED dump.xml::RF005 *",
        ]
    )
    folder.makeini("[pytest]\nianalint_files = *.yaml\nianalint_limit = requests=1\n")
    folder.makefile(".yaml", two="a: 1\n---\na: 2\n")
    result = run(folder)
    result.stdout.fnmatch_lines(
        ["two.yaml:2:1: too many requests (maximum 1, ianalint_limit: requests)"]
    )


@pytest.mark.parametrize(
    ("of_the_command", "of_pytest"),
    [
        ("no registry was named (--registry)", "no registry was named (ianalint_registry)"),
        ("larger than 1 MiB (--max-size)", "larger than 1 MiB (ianalint_limit: size)"),
        ("(maximum 2, --max-request-size)", "(maximum 2, ianalint_limit: request-size)"),
        ("limit of 1 s reached (--max-time)", "limit of 1 s reached (ianalint_limit: time)"),
        ("not every record (--full)", "not every record (full in [[audit.file]])"),
        ("a list: --previous is for services(5)", "a list: ianalint_previous is for services(5)"),
        ("a configuration, which --config names", "a configuration, which ianalint_config names"),
        ("warnings fail with --fail-on", "warnings fail with ianalint_fail_on"),
        *[(text, text) for text in (
            'run "ianalint check FILE --write-baseline X"', '"a--full" has adjacent hyphens',
            '"--full" begins with a hyphen', 'service name "a --select b" has a blank',
        )],
    ],
)  # fmt: skip
def test_messages_name_the_settings_of_pytest(
    of_the_command: str, of_pytest: str, pytestconfig: pytest.Config
) -> None:
    from validator.testing.session import in_own_words

    assert in_own_words(of_the_command, pytestconfig) == of_pytest


def test_broken_files(pytester: pytest.Pytester) -> None:
    pytester.makefile(".xml", **{"service-names-port-numbers": "\x00\x01 no registry"})
    result = run(pytester, "--ianalint", "--ianalint-select", "SN001")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [f"{NAME}: unrecognized format (expected XML, CSV, plain text, HTML or JSON)*"]
    )
    Path(NAME).write_text(FAULTY[:2000], "utf-8")
    result = run(pytester, "--ianalint", "--ianalint-select", "FM001,SN")
    result.assert_outcomes(failed=1, passed=SN + 1)
    result.stdout.fnmatch_lines([f"{NAME}:61:*: FM001 error *"])
    # What is ignored of the reading is an expected failure, and hides nothing else.
    ignoring = ("--ianalint", "--ianalint-select", "SN001", "--ianalint-ignore", "FM001")
    run(pytester, *ignoring).assert_outcomes(passed=1, xfailed=1)
    Path(NAME).write_bytes(FAULTY[:1900].encode() + b"\xff" + FAULTY[1900:2000].encode())
    run(pytester, *ignoring).assert_outcomes(passed=1, failed=1)


def test_no_findings(pytester: pytest.Pytester) -> None:
    Path(NAME).write_text(TEXT, "utf-8")
    result = few(pytester)
    assert result.ret == 0
    result.assert_outcomes(passed=SN + 1)
    result.stdout.no_fnmatch_line("*findings by rule*")


def test_many_findings_are_cut(pytester: pytest.Pytester) -> None:
    Path("service-names-port-numbers.csv").write_text(rows(4000), "utf-8")
    words = ("--ianalint", "--ianalint-select", "SN005")
    result = run(pytester, *words)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["and 3,980 more", " 4,000  SN005 *"])
    assert len(result.outlines) < 60
    result = run(pytester, *words, "--ianalint-shown", "2")
    result.stdout.fnmatch_lines(
        ["*.csv:2:1: SN005 *", "*.csv:3:1: SN005 *", "and 3,998 more", "*csv:2: * (and 3,999 more)"]
    )


def test_hostile_text_is_escaped(pytester: pytest.Pytester) -> None:
    Path("service-names-port-numbers.csv").write_text(f"{HEAD}a\x1b[31m,80,tcp,b\n", "utf-8")
    result = run(pytester, "--ianalint", "--ianalint-select", "SN002", "--junitxml=out.xml")
    result.assert_outcomes(passed=1, failed=1)
    assert "\x1b[31m" not in result.stdout.str()
    assert b"\x1b" not in Path("out.xml").read_bytes()


def test_junit_properties(pytester: pytest.Pytester) -> None:
    Path("service-names-port-numbers.csv").write_text(rows(3), "utf-8")
    words = ("--ianalint-select", "SN005,SN004", "--ianalint-shown", "2")
    run(pytester, "--ianalint", *words, "--junitxml=out.xml")
    cases = list(ElementTree.parse("out.xml").iter("testcase"))
    told = {
        case.get("name"): [(p.get("name"), p.get("value")) for p in case.iter("property")]
        for case in cases
    }
    assert told == {
        "reading": [],
        "SN004 service-name-edge-hyphen": [("ianalint_rule", "SN004 service-name-edge-hyphen")],
        "SN005 service-name-adjacent-hyphens": [
            ("ianalint_rule", "SN005 service-name-adjacent-hyphens"),
            ("ianalint_findings", "3"),
            ("ianalint_record", "a--1/1/tcp"),
            ("ianalint_line", "2"),
            ("ianalint_record", "a--2/2/tcp"),
            ("ianalint_line", "3"),
        ],
    }


@pytest.mark.parametrize("dist", ["load", "loadfile"])
def test_with_xdist(folder: pytest.Pytester, dist: str) -> None:
    pytest.importorskip("xdist")
    Path("tests").mkdir()
    Path("tests/test_a.py").write_text("def test_a(): pass\n", "utf-8")
    folder.makeini(f"[pytest]\ntestpaths = tests\nianalint_files = {NAME}\n")
    result = folder.runpytest_subprocess(
        *PLUGIN, "-p", "xdist.plugin", "-n", "2", "--dist", dist, "--junitxml=out.xml",
        "--ianalint-select", "SN",
    )  # fmt: skip
    result.assert_outcomes(failed=1, passed=SN + 1)
    result.stdout.fnmatch_lines(
        [
            f"{NAME}:543:11: SN005 error *",
            "     1  SN005 service-name-adjacent-hyphens (failed)",
            f'FAILED {SN005} - {NAME}:543: service name "tide--table" has *',
        ]
    )
    told = {(p.get("name"), p.get("value")) for p in ElementTree.parse("out.xml").iter("property")}
    assert {("ianalint_record", "tide--table/tcp"), ("ianalint_line", "543")} <= told


# -- options ----------------------------------------------------------------------------------


def test_ini_options(folder: pytest.Pytester) -> None:
    folder.mkdir("dumps")
    Path("dumps/other.xml").write_text(FAULTY, "utf-8")
    Path("tests").mkdir()
    Path("tests/test_a.py").write_text("def test_a(): pass\n", "utf-8")
    folder.makeini(
        "[pytest]\ntestpaths = tests\nianalint_files = dumps/*.xml\nianalint_select = SN005,SN001\n"
        "ianalint_severity = SN005=warning\n"
    )
    result = run(folder)
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["     1  SN005 service-name-adjacent-hyphens (passed)"])
    run(folder, "--ianalint-fail-on", "warning").assert_outcomes(passed=3, failed=1)
    run(folder, "--ianalint-ignore", "SN005").assert_outcomes(passed=3)
    run(folder, "tests").assert_outcomes(passed=1)


def test_legacy_and_today(pytester: pytest.Pytester) -> None:
    # A record without dates is legacy, and a rule of RFC 6335 forgives it.
    text = f"{HEAD.strip()},Registration Date,Assignee,Contact,Reference\n"
    lines = "harbor,80,tcp,Harbor,,[A],[A],\nquay,4646,tcp,Quay,2024-02-03,[A],[A],\n"
    Path("service-names-port-numbers.csv").write_text(text + lines, "utf-8")
    words = ("--ianalint", "--ianalint-select", "RF005,DT004")
    result = run(pytester, *words)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["     1  RF005 * (passed): 1 legacy"])
    run(pytester, *words, "--ianalint-legacy", "fail").assert_outcomes(passed=2, failed=1)
    result = run(pytester, *words, "--ianalint-today", "2024-02-02")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*:3:*: DT004 error *"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--ianalint-select", "ZZ"], 'unknown rule "ZZ"*'),
        (
            ["--ianalint-severity", "SN005=loud"],
            'severity: unknown level "loud"; *',
        ),
        (
            ["--ianalint-fail-on", "all"],
            'fail-on: unknown level "all"; *',
        ),
        (
            ["--ianalint-legacy", "x"],
            'legacy: unknown mode "x"; *',
        ),
        (
            ["--ianalint-today", "2026-02-30"],
            'today: expected a date (YYYY-MM-DD), got "2026-02-30"',
        ),
        (["--ianalint-shown", "no"], 'shown: expected a number from 1 to 999999999, got "no"'),
        (
            ["--ianalint-limit", "depth=9"],
            'limit: depth: expected a number from 10 to 200, got "9"',
        ),
        (
            ["--ianalint-limit", "size"],
            'limit: size: expected a number from 1 to 1000000, got ""',
        ),
        (
            ["--ianalint-limit", "request-size=no"],
            'limit: request-size: expected a number from 1 to 1000000, got "no"',
        ),
        (
            ["--ianalint-limit", "width=9"],
            'limit: unknown limit "width"; expected time, size, length, depth, records, findings, '
            "match, request-size or requests, as NAME=NUMBER",
        ),
        (["--ianalint-baseline", "gone.json"], "*gone.json cannot be read: *"),
        (["--ianalint-config", "gone.toml"], "*gone.toml cannot be read: *"),
    ],
)
def test_what_cannot_be_used_is_refused(
    folder: pytest.Pytester, words: list[str], sentence: str
) -> None:
    result = run(folder, "--ianalint", *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: ianalint: {sentence}"])


def test_a_missing_baseline_names_the_option_that_writes_one(folder: pytest.Pytester) -> None:
    result = run(folder, "--ianalint", "--ianalint-baseline", "known.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "ERROR: ianalint: *known.json cannot be read: No such file or directory",
            'ianalint: Run "ianalint check FILE --write-baseline BASELINE" (or audit) to *',
        ],
        consecutive=True,
    )


def test_a_baseline(folder: pytest.Pytester) -> None:
    report = check(read_registry(NAME))
    known = baseline_text(report.findings).replace('"reason": ""', '"reason": "old habit"')
    Path("known.json").write_text(known, "utf-8")
    words = ("--ianalint-baseline", "known.json", "-rxf")
    result = few(folder, *words)
    result.assert_outcomes(passed=SN + 1, xfailed=1)
    result.stdout.fnmatch_lines(
        ["     1  SN005 * (xfailed): 1 baselined", "*1 in the baseline: old habit*"]
    )
    Path(NAME).write_text(TEXT, "utf-8")
    result = few(folder, *words, "--junitxml=out.xml")
    result.assert_outcomes(passed=SN + 1, failed=1)
    result.stdout.fnmatch_lines(
        ["known.json:2:1: BL001 note no finding of * matches this entry: *"]
    )
    (case,) = ElementTree.parse("out.xml").iterfind(".//testcase[failure]")
    assert [(p.get("name"), p.get("value")) for p in case.iter("property")][:2] == [
        ("ianalint_rule", case.get("name")), ("ianalint_findings", "1"),
    ]  # fmt: skip


def test_a_baseline_of_two_files(folder: pytest.Pytester) -> None:
    """What one file has and the other has not, is not stale."""
    other = TEXT.replace("lantern-disc", "lantern--disc")
    Path("other-service-names-port-numbers.xml").write_text(other, "utf-8")
    findings = [*check(read_registry(NAME)), *check(read_registry(f"other-{NAME}"))]
    Path("known.json").write_text(baseline_text(findings), "utf-8")
    folder.makeini("[pytest]\nianalint_baseline = known.json\n")
    result = few(folder, "-rx")
    result.assert_outcomes(passed=2 * SN + 1, xfailed=2)
    result.stdout.fnmatch_lines([f"XFAIL *{SN005} - 1 in the baseline"])
    Path(NAME).write_text(TEXT, "utf-8")
    result = few(folder)
    result.assert_outcomes(passed=2 * SN + 1, xfailed=1, failed=1)
    result.stdout.fnmatch_lines(["known.json:*: BL001 note * SN005/tide--table/*"])
    Path(NAME).write_text("none", "utf-8")
    few(folder).assert_outcomes(failed=1, skipped=SN + 1, passed=SN, xfailed=1)


# -- a configuration --------------------------------------------------------------------------


SETTINGS = """
fail-on = "warning"
select = ["SN005", "SN002", "RQ012", "WV"]
baseline = "known.json"
[severity]
SN005 = "warning"
[[per-file]]
files = "vendor/*.csv"
select = ["SN001"]
[[waive]]
rule = "SN005"
service = "a--1"
reason = "old habit"
until = 2026-08-17
[[waive]]
rule = "SN"
service = "quay"
reason = "a typo"
"""


@pytest.fixture
def configured(pytester: pytest.Pytester) -> pytest.Pytester:
    """Files with a fault each, and a configuration in a folder of its own that speaks of them."""
    for place in ("conf/data", "conf/vendor"):
        Path(place).mkdir(parents=True)
        Path(place, "ports.csv").write_text(rows(1), "utf-8")
    Path("conf/ianalint.toml").write_text(SETTINGS, "utf-8")
    Path("conf/known.json").write_text(baseline_text([]), "utf-8")
    pytester.makeini(
        "[pytest]\nianalint_files = conf/*.csv\nianalint_config = conf/ianalint.toml\n"
        "ianalint_today = 2026-08-17\n"
    )
    return pytester


def test_a_configuration(configured: pytest.Pytester) -> None:
    result = run(configured, "-rx", "--collect-only", "-q")
    assert [line for line in result.outlines if "::" in line] == [
        "conf/data/ports.csv::reading",
        "conf/data/ports.csv::SN002 service-name-character",
        "conf/data/ports.csv::SN005 service-name-adjacent-hyphens",
        "conf/data/ports.csv::WV001 expired-waiver",
        "conf/data/ports.csv::WV002 unused-waiver",
        "conf/vendor/ports.csv::reading",
        "conf/vendor/ports.csv::SN001 service-name-length",
    ]
    result = run(configured, "-rx")
    result.assert_outcomes(passed=5, xfailed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            f"ianalint: *, files conf/[*].csv, configuration {Path('conf', 'ianalint.toml')}",
            "conf/ianalint.toml:15:1: WV002 warning the waiver for SN matches no finding: a typo",
            "*1 waived: old habit*",
        ]
    )
    result = run(configured, "--ianalint-today", "2026-08-18", "--ianalint-ignore", "WV002")
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(
        [
            "conf/data/ports.csv:2:1: SN005 warning *",
            "conf/ianalint.toml:10:1: WV001 warning the waiver for SN005 expired on 2026-08-17: *",
        ]
    )


def test_options_go_before_a_configuration(configured: pytest.Pytester) -> None:
    words = ("--ianalint-today", "2026-08-18")
    run(configured, *words, "--ianalint-fail-on", "error").assert_outcomes(passed=7)
    # Both files have SN005 now, which fails no more; what the waivers come to still does.
    result = run(
        configured, *words, "--ianalint-select", "SN005", "--ianalint-severity", "SN005=note"
    )
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(["     2  SN005 service-name-adjacent-hyphens (passed)"])


def test_the_baseline_of_a_configuration(configured: pytest.Pytester) -> None:
    entry = baseline_text(
        [f for f in check(read_registry("conf/data/ports.csv")) if f.code == "SN005"]
    )
    Path("conf/known.json").write_text(entry, "utf-8")
    Path("conf/ianalint.toml").write_text('baseline = "known.json"\nselect = ["SN"]\n', "utf-8")
    # SN008 and SN009 need the columns of parties, which neither file has.
    passed, skipped = 2 * (SN - 2) + 1, 4
    run(configured).assert_outcomes(passed=passed, skipped=skipped, xfailed=2)
    Path("own.json").write_text(baseline_text([]), "utf-8")
    own = run(configured, "--ianalint-baseline", "own.json")
    own.assert_outcomes(passed=passed, skipped=skipped, failed=2)


def test_what_else_a_configuration_says(configured: pytest.Pytester) -> None:
    Path("conf/dump.xml").write_text(TEXT, "utf-8")
    Path("conf/tides.yaml").write_bytes((REQUESTS / "broadcast-missing.yaml").read_bytes())
    Path("conf/ianalint.toml").write_text(
        'registry = "dump.xml"\nselect = ["RQ01", "RQ06", "SN005", "PN016"]\nignore = ["RQ01"]\n'
        'max-length = 4000\nwhole = true\nlegacy = "fail"\nlegacy-cutoff = "2020-01"\n'
        '[[waive]]\nrule = "RQ061"\nreason = "told IANA"\n'
        '[[per-file]]\nfiles = "*"\nwhole = false\n',
        "utf-8",
    )
    configured.makepyfile(
        """
        def test_registry(registry):
            assert len(registry.records) == 74

        def test_check(check_registry):
            report = check_registry(b"Service Name,Port Number\\na--b,80\\n_,81\\n")
            assert [f.code for f in report if f.severity == "error"] == ["SN005"]
            ours = check_registry(b"Service Name,Port Number\\n_,81\\n", select=["SN002"])
            assert [f.code for f in ours] == ["SN002"]
        """
    )
    result = run(configured, "--ianalint-files", "conf/*.yaml", "-rx")
    result.stdout.fnmatch_lines(["*1 waived: told IANA*"])
    # Reading, RQ060, the two on waivers, and the tests.
    result.assert_outcomes(passed=6, xfailed=1)


def test_an_unusable_configuration_fails_the_tests_that_ask(pytester: pytest.Pytester) -> None:
    Path("ianalint.toml").write_text("selct = []", "utf-8")
    pytester.makepyfile("def test_one(check_registry): pass\n")
    result = run(pytester, "--ianalint-config", "ianalint.toml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ['ianalint: *ianalint.toml:1: unknown key "selct"; did you mean select?']
    )


@pytest.mark.parametrize(
    "table",
    [
        'ignore = ["ZZ"]',
        '[[per-file]]\nfiles = "*.none"\nignore = ["ZZ"]',
        '[[waive]]\nrule = "ZZ"\nreason = "none"',
    ],
)
def test_an_unknown_rule_of_a_configuration_is_refused(folder: pytest.Pytester, table: str) -> None:
    Path("ianalint.toml").write_text(table, "utf-8")
    result = run(folder, "--ianalint", "--ianalint-config", "ianalint.toml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(['ERROR: ianalint: *ianalint.toml:?: *unknown rule "ZZ"*'])


LEGACY = """\
Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,\
Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes
harbor,80,tcp,Harbor,[Ann_Example],[Ann_Example],2012-05,,,,,
quay--side,4647,tcp,Quay,[Ann_Example],[Ann_Example],2020-05,,,,,
"""
WHOLE = 'whole = true\nselect = ["PN011"]\n[severity]\nPN011 = "error"\n'


@pytest.mark.parametrize(
    ("settings", "failing"),
    [
        ("", ["RF005", "SN005"]),
        ('ignore = ["RF"]', ["SN005"]),
        ('legacy-cutoff = "2015-01"', ["SN005"]),
        ('legacy-cutoff = "2015-01"\nlegacy = "fail"', ["RF005", "SN005"]),
        ('max-length = 9\nignore = ["AC"]', ["FM001", "RF005", "SN005"]),
        (WHOLE, ["PN011"]),
        # Then none of the selected rules can run.
        (WHOLE + '[[per-file]]\nfiles = "*.csv"\nwhole = false', ["readi"]),
        ('input-format = "txt"', ["FM004", "MD003"]),
    ],
)
def test_a_configuration_means_what_it_means_to_check(
    pytester: pytest.Pytester, settings: str, failing: list[str]
) -> None:
    Path("ports.csv").write_text(LEGACY, "utf-8")
    Path("ianalint.toml").write_text(settings, "utf-8")
    result = run(pytester, "--ianalint-files", "ports.csv", "--ianalint-config", "ianalint.toml")
    failed = [line.split("::")[1][:5] for line in result.outlines if line.startswith("FAILED ")]
    assert sorted(failed) == failing
    report = pytester.run(
        sys.executable, "-m", "validator", "check", "ports.csv", "--format", "json"
    )
    found = json.loads("\n".join(report.outlines))["findings"]
    counts = {
        finding["code"]
        for finding in found
        if finding["severity"] == "error" and ("fail" in settings or not finding["legacy"])
    }
    assert sorted(counts) == [code for code in failing if code != "readi"]


# -- requests ---------------------------------------------------------------------------------


def test_request_files(pytester: pytest.Pytester) -> None:
    Path("requests").mkdir()
    Path("requests/tides.yaml").write_bytes(GOOD.read_bytes())
    taken = GOOD.read_text("utf-8").replace("service_name: tide-tables", "service_name: harbor-log")
    Path("requests/taken.yaml").write_text(taken, "utf-8")
    Path("requests/no.toml").write_text("= 1", "utf-8")
    pytester.makeini(
        "[pytest]\nianalint_files = requests/*.yaml requests/*.toml\nianalint_select = RQ01 SN\n"
        f"ianalint_registry = {REQUESTS / 'registry.xml'}\n"
    )
    count = sum(code.startswith("RQ01") for code in catalogue.rules("request"))
    result = run(pytester)
    result.assert_outcomes(passed=2 * (count + 1) - 1, failed=2, skipped=count)
    result.stdout.fnmatch_lines(
        ["*requests/taken.yaml:1:*: RQ011 error *", "*requests/no.toml:1:*"]
    )
    pytester.makeini(
        "[pytest]\nianalint_files = requests/t*.yaml\nianalint_select = RQ011\n"
        "ianalint_fail_on = note\n"
    )
    result = run(pytester, "-rs")
    result.assert_outcomes(failed=2, skipped=2)
    result.stdout.fnmatch_lines(["*no registry to compare with*"])


def test_a_request_without_a_registry_is_no_pass(pytester: pytest.Pytester) -> None:
    Path("tides.yaml").write_bytes(GOOD.read_bytes())
    words = ("--ianalint-files", "*.yaml", "--ianalint-select", "RQ081")
    result = run(pytester, *words, "-rs", "--junitxml", "report.xml")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED *not compared with a registry (ianalint_registry): *"])
    [case] = ElementTree.parse("report.xml").iterfind(".//testcase[skipped]")
    assert case.get("name") == "RQ081 not-compared"
    assert "not compared with a registry" in case.find("skipped").get("message", "")  # type: ignore[union-attr]
    run(pytester, *words, "--ianalint-fail-on", "warning").assert_outcomes(passed=1, failed=1)
    registry = f"--ianalint-registry={REQUESTS / 'registry.xml'}"
    run(pytester, *words, registry).assert_outcomes(passed=2)
    Path("truncated.xml").write_bytes(SMALL.read_bytes()[:2000])
    result = run(pytester, *words, "--ianalint-registry=truncated.xml")
    result.assert_outcomes(failed=1, skipped=1)
    sentence = "the registry cannot be compared with: truncated.xml:*: FM001 error *"
    result.stdout.fnmatch_lines([sentence])


DRAFT = """
Network Working Group                                         D. Example
Internet-Draft                                           1 October 2025

                 Readings of Tide Gauges
                 draft-example-tides-00

4.  IANA Considerations

   IANA is requested to assign a service name and a port number:

      Service Name: harbor-log
      Transport Protocol(s): TCP
      Assignee: IESG <iesg@ietf.org>
      Contact: IETF Chair <chair@ietf.org>
      Description: Readings of tide gauges
      Reference: draft-example-tides
      Port Number: 4630
"""


def test_drafts_and_json_are_requests(pytester: pytest.Pytester) -> None:
    Path("draft-example-tides-00.txt").write_text(DRAFT, "utf-8")
    Path("tides.json").write_text('{"transport_protocols": ["tcp"]}', "utf-8")
    Path("ports.json").write_text("{}", "utf-8")
    files = ("--ianalint-files", "draft-*.txt", "--ianalint-files", "*.json")
    words = ("--ianalint-select", "RQ011,SN001", f"--ianalint-registry={SMALL}")
    result = run(pytester, *files, *words, "--collect-only", "-q")
    assert [line for line in result.outlines if "::" in line] == [
        "draft-example-tides-00.txt::reading",
        "draft-example-tides-00.txt::RQ011 name-taken",
        "ports.json::reading",
        "ports.json::SN001 service-name-length",
        "tides.json::reading",
        "tides.json::RQ011 name-taken",
    ]
    result = run(pytester, *words, "--ianalint-files", "draft-*.txt")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(['draft-example-tides-00.txt:12:*: RQ011 error "harbor-log" is *'])


# -- fixtures ---------------------------------------------------------------------------------


def test_fixtures(folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(path: Path, **how: Any) -> object:
        read.append(str(path))
        return read_registry(path, **how)

    monkeypatch.setattr("validator.api.read_registry", counting)
    folder.makeini("[pytest]\nianalint_ignore = SN001\nianalint_severity = SN005=note\n")
    folder.makepyfile(
        f"""
        import pytest
        from validator.assertions import assert_clean, assert_finds

        @pytest.fixture(scope="module")
        def names(registry):
            return set(registry.by_name)

        def test_option(registry):
            assert len(registry.records) == 74

        def test_of_the_session(registry, names):
            assert "tide-table" in names

        @pytest.mark.registry({NAME!r})
        def test_marker(registry, check_registry):
            assert_finds(registry, "SN005", service="tide--table")
            (finding,) = check_registry(registry)
            assert (finding.code, finding.severity) == ("SN005", "note")
            assert [f.code for f in check_registry(registry, ignore=["SN005"])] == []
            assert finding.location.path == {NAME!r}

        @pytest.mark.registry({NAME!r})
        class TestAll:
            def test_one(self, registry):
                assert "tide--table" in registry.by_name

            def test_other(self, names):
                assert "tide--table" in names

        def test_sample(sample_registry):
            assert_clean(sample_registry, fail_on="note", legacy="fail")
        """
    )
    run(folder, f"--ianalint-registry={SMALL}").assert_outcomes(passed=6)
    assert sorted(path for path in read if "sample" not in path) == sorted(
        [str(SMALL), str(folder.path / NAME), str(SMALL)]
    )
    result = run(folder)
    result.assert_outcomes(passed=4, errors=2)
    result.stdout.fnmatch_lines(["no registry given; use --ianalint-registry FILE, *"])
    result = run(folder, "--ianalint-registry=none.xml", "-k", "test_option")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*none.xml*"])


def test_a_marker_names_one_file(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.registry\ndef test_one(registry): pass\n")
    result = run(pytester)
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*expected one file, as in @pytest.mark.registry(*"])


def test_the_fixture_for_requests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        GOOD = {str(GOOD)!r}

        def test_alone(check_request):
            report = check_request(GOOD)
            assert [f for f in report if f.severity == "error"] == []

        def test_compared(check_request, sample_registry):
            asked = {{"service_name": "lantern"}}
            codes = {{f.code for f in check_request(asked, sample_registry)}}
            assert {{"RQ001", "RQ011"}} <= codes
            assert "RQ011" not in {{f.code for f in check_request(asked)}}
        """
    )
    run(pytester).assert_outcomes(passed=2)
    result = run(pytester, f"--ianalint-registry={SMALL}")
    result.assert_outcomes(passed=1, failed=1)


class TestAssertions(unittest.TestCase):
    """They serve in unittest style as well."""

    def test_assert_clean(self) -> None:
        assert_clean(SMALL)
        assert_clean(FAULTY.encode(), fail_on="never")
        with self.assertRaisesRegex(
            AssertionError, r"expected no findings, found 1:\n<bytes>:543:11: S"
        ):
            assert_clean(FAULTY.encode())

    def test_assert_finds(self) -> None:
        report = check(read_registry(SMALL))
        with self.assertRaisesRegex(
            AssertionError, "expected at least 1 finding of SN005, found 0\nThere are no findings"
        ):
            assert_finds(report, "SN005")
        data = FAULTY.encode()
        (finding,) = assert_finds(data, "SN005", transport="tcp", field="service_name", count=1)
        self.assertEqual(finding.value, "tide--table")
        with self.assertRaisesRegex(
            AssertionError,
            r"expected at least 1 finding of SN005 on port 80, found 0\nAll findings of SN005",
        ):
            assert_finds(data, "SN005", port=80)
        with self.assertRaisesRegex(AssertionError, "expected 2 findings of SN005, found 1"):
            assert_finds(data, "SN005", count=2)


@pytest.mark.parametrize("glob", ["build/*.xml", "../*.xml", ".hidden/dump.xml"])
def test_a_glob_of_files_that_pytest_passes_over_is_an_error(
    pytester: pytest.Pytester, glob: str
) -> None:
    for folder in ("build", ".hidden", "."):
        path = pytester.path / folder
        path.mkdir(exist_ok=True)
        (path.parent if folder == "." else path).joinpath("dump.xml").write_bytes(b"<registry/>")
    pytester.makeini(f"[pytest]\nianalint_files = {glob}\n")
    pytester.makepyfile("def test_it():\n    pass\n")
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    escaped = glob.replace("*", "[*]")
    result.stderr.fnmatch_lines([f"ERROR: ianalint: files: no file matches {escaped}"])


@pytest.mark.parametrize(("count", "is_match"), [(8, True), (60, False)])
def test_a_glob_of_many_folders_takes_no_time(count: int, is_match: bool) -> None:
    pattern = "**/" * count + "a.csv"
    assert matches(Path("/r/a.csv"), Path("/r"), pattern) is is_match
