"""`--` ends the options in every command: what follows are files, whatever they are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CLEAN, Called
from validator.commands import COMMANDS

Call = Callable[..., Called]
# A call of each command in which an option follows the dashes.
OPTION_AFTER = {
    "check": ("--", "--help"),
    "request": ("--", "--help"),
    "diff": ("--", "--help", "--version"),
    "compare": ("--", "--help", "--version"),
    "rules": ("--", "--help"),
    "schema": ("--", "--help"),
    "convert": ("--to", "csv", "--", "--help"),
    "completion": ("--", "--help"),
    "fetch": ("--", "--help"),
    "fix": ("--", "--help"),
    "audit": ("--", "--help"),
    "lookup": ("--registry", "missing.xml", "--", "--help"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_follows_the_dashes(call: Call, command: str) -> None:
    ended = call(command, *OPTION_AFTER[command])
    assert ended.status == 2
    assert "usage" not in ended.text.lower()
    assert "show this" not in ended.text
    named = "missing.xml" if command == "lookup" else "--help"
    assert named in ended.said


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "-x.xml").write_bytes(CLEAN)
    (tmp_path / "y.xml").write_bytes(CLEAN + b"\n")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("check", "--isolated", "--select", "SN", "--", "-x.xml"), 0),
        (("check", "--isolated", "--select", "SN", "y.xml", "--", "-x.xml"), 0),
        (("compare", "--", "-x.xml", "y.xml"), 0),
        (("compare", "y.xml", "--", "-x.xml"), 0),
        (("diff", "--isolated", "--", "-x.xml", "y.xml"), 0),
        (("diff", "--isolated", "y.xml", "--", "-x.xml"), 0),
        (("convert", "--to", "csv", "--", "-x.xml"), 0),
        (("check", "--isolated", "--select", "SN", "--", "-x.xml", "--"), 2),
    ],
)
def test_a_file_whose_name_begins_with_a_dash(
    files: Path, call: Call, words: tuple[str, ...], status: int
) -> None:
    assert files.is_dir()
    ended = call(*words)
    assert (ended.status, "-x.xml cannot be read" in ended.said) == (status, False)
    assert "file-sync" in ended.text or "-x.xml" in ended.text


def test_an_option_after_the_dashes_is_not_obeyed(files: Path, call: Call) -> None:
    precious = files / "precious.txt"
    precious.write_text("precious")
    check = ("check", "--isolated", "--select", "SN", "y.xml", "--")
    for word in ("--output=precious.txt", "--fail-on=never", "-q", "--debug", "--isolated"):
        ended = call(*check, word)
        assert ended.status == 2
        assert ended.said == f"ianalint: {word} cannot be read: No such file or directory\n"
    assert precious.read_text() == "precious"


def test_one_argument_too_many(call: Call) -> None:
    ended = call("compare", "a.xml", "b.xml", "--", "-c")
    assert ended.status == 2
    assert ended.said == (
        'ianalint: unexpected argument "-c"\nianalint: Run "ianalint compare --help" for usage.\n'
    )
