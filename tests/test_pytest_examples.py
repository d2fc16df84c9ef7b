"""The examples for pytest pass, and fail where they should."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import validator.request.api
import validator.request.documents.yaml
import validator.rules

# The runs inside these tests share the modules that are loaded now.
import validator.settings
import validator.strategies
import validator.testing.items  # noqa: F401

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples" / "pytest"
PLUGIN = ("-p", "validator.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture(autouse=True)
def _no_other_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def copied(pytester: pytest.Pytester, name: str) -> None:
    shutil.copytree(
        EXAMPLES / name, pytester.path, dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__", ".*"),
    )  # fmt: skip


def replaced(file: str, old: str, new: str) -> None:
    path = Path(file)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def outcomes(pytester: pytest.Pytester, *words: str) -> dict[str, int]:
    counts = pytester.runpytest_inprocess(*PLUGIN, *words).parseoutcomes()
    # The oldest pytest warns that the plugin is loaded already, by the outer run.
    counts.pop("warnings", None)
    return counts


def test_a_registry(pytester: pytest.Pytester) -> None:
    copied(pytester, "registry")
    counts = outcomes(pytester)
    assert counts["xfailed"] == 1
    assert "failed" not in counts
    replaced("data/ports.csv", "harbor-log", "harbor--log")
    assert outcomes(pytester)["failed"] == 1
    replaced("data/ports.csv", "harbor--log", "harbor-log")
    replaced("data/ports.csv", "tide_table", "tide-table")
    result = pytester.runpytest_inprocess(*PLUGIN)
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(
        ["known.json:2:1: BL001 note no finding of * matches this entry: *"]
    )


def test_a_generator(pytester: pytest.Pytester) -> None:
    copied(pytester, "generator")
    assert outcomes(pytester) == {"passed": 2}
    replaced("services.py", "is not None:", 'in ("tcp", "udp"):')
    assert outcomes(pytester, "-k", "sample") == {"failed": 1, "deselected": 1}


def test_a_request(pytester: pytest.Pytester) -> None:
    copied(pytester, "request")
    counts = outcomes(pytester)
    assert set(counts) == {"passed"}
    replaced("requests/tide-gauge.yaml", "4630", "4621")
    assert outcomes(pytester)["failed"] == 2


def test_an_audit(pytester: pytest.Pytester) -> None:
    copied(pytester, "audit")
    assert set(outcomes(pytester)) <= {"passed", "skipped"}
    replaced("etc/services", "harbor-log  4621", "harbor-log  4622")
    replaced("docs/ports.csv", "8501-8503", "8500-8503")
    assert outcomes(pytester)["failed"] == 2
    assert outcomes(pytester, "-o", "ianalint_fail_on=warning")["failed"] == 4


def test_the_documentation_quotes_them() -> None:
    """Each piece of an example in the documentation is a part of that example."""
    text = (ROOT / "docs" / "pytest.md").read_text("utf-8")
    examples = [
        path.read_text("utf-8") for path in EXAMPLES.rglob("*") if path.suffix in (".ini", ".py")
    ]
    pieces = [piece for piece in text.split("\n\n") if piece.startswith("    ")]
    pieces = [piece for piece in pieces if "[pytest]" in piece or "def test_" in piece]
    assert len(pieces) == 5
    for piece in pieces:
        quotation = "\n".join(line[4:] for line in piece.rstrip().split("\n"))
        assert any(quotation in example for example in examples), quotation
