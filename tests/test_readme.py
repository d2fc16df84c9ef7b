"""The README is right: its samples are what the commands print, its calls can be made."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Called
from tests.dumps import published
from validator.commands import COMMANDS
from validator.commands.audit import arguments as audit_arguments
from validator.commands.check import arguments
from validator.commands.lookup import arguments as lookup_arguments
from validator.settings.files import CONFIGURATION

ROOT = Path(__file__).parent.parent
Call = Callable[..., Called]
README = (ROOT / "README.md").read_text("utf-8")


def blocks() -> list[str]:
    """The indented blocks, without their indentation."""
    indented = re.findall(r"(?:^(?: {4}.*)?\n)+", README, re.MULTILINE)
    return [re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip("\n") for block in indented]


def sample(start: str) -> list[str]:
    """The pieces of the sample output that begins with `start`; `...` separates them."""
    return next(block for block in blocks() if block.startswith(start)).split("\n...\n")


def test_the_first_sample(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = call("check", "--isolated", "--fail-on", "never", "fixtures/registry/extract.xml")
    assert outcome.status == 0
    first, last = sample("fixtures/registry/extract.xml:")
    assert outcome.text.startswith(first)
    assert last in outcome.text


def test_the_sample_of_an_audit(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "fixtures" / "consumers")
    outcome = call("audit", "services.sample", "--registry", "registry.xml", "--isolated")
    assert outcome.status == 1
    for piece in sample("services.sample:"):
        assert piece in outcome.text


@pytest.mark.real
def test_the_sample_of_the_newest_dump(call: Call, tmp_path: Path) -> None:
    name = "service-names-port-numbers.xml"
    (tmp_path / name).write_bytes(published("2026-08-17.xml").read_bytes())
    outcome = call("check", "--isolated", name)
    first, last = sample("severity ")
    assert first in outcome.text
    assert last in outcome.text


def test_every_call_can_be_made() -> None:
    calls = re.findall(r"^ +(?:\.venv/bin/)?ianalint check (.*?)(?: +#.*)?$", README, re.MULTILINE)
    assert len(calls) >= 5
    for words in calls:
        arguments().parse(words.split())
    for name, parser in (("audit", audit_arguments()), ("lookup", lookup_arguments())):
        calls = re.findall(rf"ianalint {name} ((?!FILE|WORD)[^`\n]*?)(?: +#.*)?[`\n]", README)
        assert calls
        for words in calls:
            parser.parse(words.split())


def test_every_command_is_mentioned() -> None:
    for command in COMMANDS:
        assert f"`ianalint {command}" in README


def test_the_configuration_is_one() -> None:
    for mark in ("fail-on =", "[[waive]]", "[audit.private]"):
        block = next(block for block in blocks() if mark in block)
        assert not list(CONFIGURATION.problems((), tomllib.loads(block)))
