"""The pytest plugin, run by pytest itself in folders of its own."""

from __future__ import annotations

import subprocess
import sys
import unittest
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import environment
from validator import RULES, check, read_registry
from validator.assertions import assert_clean, assert_finds

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "fixtures" / "registry" / "small.xml"
PLUGIN = ("-p", "no:ianalint", "-p", "validator.pytest_plugin", "-p", "no:cacheprovider")
FAULTY = SMALL.read_text("utf-8").replace("tide-table", "tide--table")
NAME = "service-names-port-numbers.xml"


@pytest.fixture
def folder(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".xml", **{"service-names-port-numbers": FAULTY})
    return pytester


def run(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*PLUGIN, *words)


def running() -> int:
    return sum(rule.is_default for rule in RULES.values())


def test_installed_it_does_nothing(folder: pytest.Pytester) -> None:
    result = run(folder)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("*ianalint*")


def test_it_loads_nothing_until_it_is_used(folder: pytest.Pytester) -> None:
    folder.makepyfile("def test_one(): pass")
    code = (
        "import sys, pytest; "
        f"status = pytest.main({[*PLUGIN, '-q', 'test_it_loads_nothing_until_it_is_used.py']!r}); "
        "loaded = [m for m in sys.modules if m.startswith('validator')]; "
        "print(loaded, [m for m in ('pydantic', 'jsonschema', 'regex', 'rich', 'jinja2')"
        " if m in sys.modules]); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder.path,
        env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "['validator', 'validator.pytest_plugin'] []" in done.stdout


def test_an_item_for_each_rule(folder: pytest.Pytester) -> None:
    result = run(folder, "--ianalint")
    result.assert_outcomes(failed=1, passed=running() - 1, skipped=1)
    result.stdout.fnmatch_lines(
        ["ianalint: *", f"*{NAME}:*: SN005 error *", "*1  SN005 * (failed)*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_items_have_stable_names(folder: pytest.Pytester) -> None:
    result = run(folder, "--ianalint", "--collect-only", "-q", "-k", "SN005 or reading")
    lines = [line for line in result.outlines if "::" in line]
    assert lines == [f"{NAME}::reading", f"{NAME}::SN005 service-name-adjacent-hyphens"]
    run(folder, "--ianalint", "-m", "not ianalint").assert_outcomes(deselected=running() + 1)
    run(
        folder, "--ianalint", "--deselect", f"{NAME}::SN005 service-name-adjacent-hyphens"
    ).assert_outcomes(passed=running() - 1, skipped=1, deselected=1)


def test_ini_options(folder: pytest.Pytester) -> None:
    folder.mkdir("dumps")
    Path("dumps/other.xml").write_text(FAULTY, "utf-8")
    Path("tests").mkdir()
    Path("tests/test_a.py").write_text("def test_a(): pass\n", "utf-8")
    folder.makeini(
        "[pytest]\ntestpaths = tests\nianalint_files = dumps/*.xml\nianalint_select = SN005,SN001\n"
        "ianalint_severity = SN005=warning\n"
    )
    run(folder).assert_outcomes(passed=4)
    run(folder, "--ianalint-fail-on", "warning").assert_outcomes(passed=3, failed=1)
    run(folder, "tests").assert_outcomes(passed=1)
    result = run(folder, "--ianalint-select", "ZZ")
    assert result.ret != 0
    assert "no rule is called 'ZZ'" in result.stdout.str() + result.stderr.str()


def test_a_baseline(folder: pytest.Pytester) -> None:
    from validator.aside import written

    report = check(read_registry(NAME))
    known = written(report.findings).replace('"reason": ""', '"reason": "old habit"')
    Path("known.json").write_text(known, "utf-8")
    words = ("--ianalint", "--ianalint-select", "SN", "--ianalint-baseline", "known.json", "-rx")
    result = run(folder, *words)
    sn = sum(rule.code.startswith("SN") and rule.is_default for rule in RULES.values())
    result.assert_outcomes(passed=sn + 1, xfailed=1)
    result.stdout.fnmatch_lines(["*1 known by the baseline: old habit*"])
    Path(NAME).write_text(SMALL.read_text("utf-8"), "utf-8")
    result = run(folder, *words)
    result.assert_outcomes(passed=sn + 1, failed=1)
    result.stdout.fnmatch_lines(["known.json:2:1: BL001 note nothing is found any more *"])


def test_broken_files(pytester: pytest.Pytester) -> None:
    pytester.makefile(".xml", **{"service-names-port-numbers": "\x00\x01 no registry"})
    result = run(pytester, "--ianalint", "--ianalint-select", "SN001")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*is of no form of the registry that is known"])
    Path(NAME).write_text(FAULTY[:2000], "utf-8")
    result = run(pytester, "--ianalint", "--ianalint-select", "FM001,SN")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*: FM001 error *"])


def test_many_findings_are_cut(pytester: pytest.Pytester) -> None:
    rows = "".join(f"a--{number},{number},tcp,Text\n" for number in range(1, 4001))
    text = "Service Name,Port Number,Transport Protocol,Description\n" + rows
    Path("service-names-port-numbers.csv").write_text(text, "utf-8")
    result = run(pytester, "--ianalint", "--ianalint-select", "SN005")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["and 3,980 more", "*4,000  SN005 *"])
    assert len(result.outlines) < 60


def test_junit_properties(folder: pytest.Pytester) -> None:
    run(folder, "--ianalint", "--junitxml=out.xml")
    properties = {
        entry.get("name"): entry.get("value")
        for entry in ElementTree.parse("out.xml").iter("property")
    }
    assert properties == {
        "ianalint_rule": "SN005 service-name-adjacent-hyphens",
        "ianalint_findings": "1",
        "ianalint_record": "tide--table/tcp",
        "ianalint_line": "543",
    }


@pytest.mark.parametrize("dist", ["load", "loadfile"])
def test_with_xdist(folder: pytest.Pytester, dist: str) -> None:
    pytest.importorskip("xdist")
    result = folder.runpytest_subprocess(
        *PLUGIN, "--ianalint", "-n", "2", "--dist", dist, "--ianalint-select", "SN"
    )
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*1  SN005 * (failed)*"])


def test_fixtures(folder: pytest.Pytester) -> None:
    folder.makeini("[pytest]")
    folder.makepyfile(
        f"""
        import pytest
        from validator.assertions import assert_clean, assert_finds

        def test_option(registry):
            assert len(registry.records) == 74

        @pytest.mark.registry({NAME!r})
        def test_marker(registry, check_registry):
            assert_finds(registry, "SN005", service="tide--table")
            assert [f.code for f in check_registry(registry)] == ["SN005"]
            assert [f.code for f in check_registry(registry, ignore=["SN005"])] == []

        def test_sample(sample_registry):
            assert_clean(sample_registry, fail_on="note", legacy="fail")
        """
    )
    run(folder, f"--ianalint-registry={SMALL}").assert_outcomes(passed=3)
    result = run(folder)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["no registry is named: say --ianalint-registry FILE, *"])


class TestAssertions(unittest.TestCase):
    """They serve in unittest style as well."""

    def test_assert_clean(self) -> None:
        assert_clean(SMALL)
        assert_clean(FAULTY.encode(), fail_on="never")
        with self.assertRaisesRegex(
            AssertionError, r"a finding, none expected:\n<bytes>:543:11: S"
        ):
            assert_clean(FAULTY.encode())

    def test_assert_finds(self) -> None:
        report = check(read_registry(SMALL))
        with self.assertRaisesRegex(AssertionError, "SN005 was found 0 times.*\nnothing was found"):
            assert_finds(report, "SN005")
        data = FAULTY.encode()
        (finding,) = assert_finds(data, "SN005", transport="tcp", field="service_name", count=1)
        self.assertEqual(finding.value, "tide--table")
        with self.assertRaisesRegex(
            AssertionError,
            r"SN005 was found 0 times on port 80, expected: at least one\nSN005 was f",
        ):
            assert_finds(data, "SN005", port=80)
        with self.assertRaisesRegex(AssertionError, "found 1 times, expected: 2"):
            assert_finds(data, "SN005", count=2)
