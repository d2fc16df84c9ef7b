"""docs/audit.md is right: its commands run, and print what it says; and a range for `--git`."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Called
from tests.consumer_cases import FOLDER
from validator.rules.catalogue import rules

Call = Callable[..., Called]
README = (ROOT / "README.md").read_text("utf-8")
TEXT = (ROOT / "docs" / "audit.md").read_text("utf-8")
BLOCKS = [
    re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip("\n") + "\n"
    for block in re.findall(r"(?:^(?: {4}.*)?\n)+", TEXT, re.MULTILINE)
    if block.strip()
]
CALLS = [line for block in BLOCKS for line in block.splitlines() if line.startswith("ianalint ")]
SERVICES = """\
http            80/tcp    www
https           443/tcp
our-dashboard   8040/tcp
old-harbour     8043/tcp
gale            8060/udp  Gale Warnings
"""
EARLIER = "http 80/tcp www web\nhttps 443/tcp\ntide 8042/tcp\n"


def block(start: str) -> str:
    return next(text for text in BLOCKS if text.startswith(start))


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("etc", "dist", "docs", "dumps"):
        Path(name).mkdir()
    shutil.copy(FOLDER / "registry.xml", "registry.xml")
    shutil.copy(FOLDER / "earlier.xml", "dumps/2014-11-30.xml")
    for name in ("etc/services", "dist/services"):
        Path(name).write_text(SERVICES, encoding="utf-8")
    Path("etc/services.orig").write_text(EARLIER, encoding="utf-8")
    Path("docs/ports.md").write_text(block("| Service "), encoding="utf-8")


def configure(number: int) -> None:
    texts = [text for text in BLOCKS if text.startswith("registry = ")]
    Path("ianalint.toml").write_text(texts[number], encoding="utf-8")


@pytest.mark.parametrize("line", CALLS)
def test_its_commands_run(call: Call, line: str) -> None:
    configure(1)
    ended = call(*line.split()[1:], "--today", "2026-11-28")
    assert ended.status in (0, 1), ended.err


def test_its_screens_are_what_the_commands_print(call: Call) -> None:
    (distribution, own) = (line for line in CALLS if "concise" in line)
    ended = call(*distribution.split()[1:], "--isolated")
    assert (ended.text, ended.status) == (block("etc/services:1:1"), 1)
    of_readme = re.findall(r"^    (etc/services:.*\n)", README, re.MULTILINE)
    assert len(of_readme) == 2
    assert all(line in ended.text.splitlines(keepends=True) for line in of_readme)
    configure(1)
    ended = call(*own.split()[1:], "--today", "2026-11-28")
    assert (ended.text, ended.status) == (block("docs/ports.md:4:15"), 1)


def test_its_configuration_of_a_distribution_fails_where_a_word_is_gone(call: Call) -> None:
    configure(0)
    assert tomllib.loads(Path("ianalint.toml").read_text("utf-8"))["severity"] == {"CS301": "error"}
    Path("etc/services").write_text(SERVICES.replace(" Gale Warnings", ""), encoding="utf-8")
    ended = call("audit", "--format", "concise")
    assert ended.status == 1
    assert 'CS301 error "web"/tcp is not answered any more (was 80)' in ended.text
    Path("etc/services.orig").write_text("http 80/tcp www\n", encoding="utf-8")
    assert call("audit").status == 0


def test_its_tables_name_every_rule_on_fates() -> None:
    named = set(re.findall(r"CS1\d\d", TEXT.partition("## Terms")[2]))
    # These two are about the order of lines.
    about_order = {"CS117", "CS118"}
    assert named == {code for code in rules("consumer") if code.startswith("CS1")} - about_order


def test_its_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("from validator"), "docs/audit.md", "exec"), {})
    assert capsys.readouterr().out == "{'kept': 3, 'other-name': 2}\n"


@pytest.mark.parametrize(
    ("words", "code"), [((), "CS106"), (("HEAD~1..HEAD",), "CS106"), (("HEAD..HEAD",), "CS107")]
)
def test_a_range_of_revisions(call: Call, words: tuple[str, ...], code: str) -> None:
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    for name in ("dumps/2014-11-30.xml", "registry.xml"):
        shutil.copy(name, "dump.xml")
        subprocess.run([*git, "add", "dump.xml"], check=True)
        subprocess.run([*git, "commit", "-qm", "dump"], check=True)
    Path("services").write_text("old-harbour 8043/tcp\n", encoding="utf-8")
    options = ("--registry", "dump.xml", "--git", "dump.xml", "--isolated", "--format", "concise")
    ended = call("audit", "services", *words, *options)
    assert ended.text.startswith(f"services:1:1: {code} ")
