"""The configuration: where it is found, what it changes, and what is said of a wrong one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CLEAN, FAULTY, Called
from validator.errors import CallError
from validator.settings import load

Call = Callable[..., Called]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder below another, and in it."""
    folder = tmp_path / "above" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_without_one_nothing_is_set(here: Path) -> None:
    settings = load()
    assert settings.path is None
    assert settings.select is None


def test_the_nearest_wins(here: Path) -> None:
    (here.parent / "ianalint.toml").write_text('select = ["SN"]')
    assert load().select == ["SN"]
    (here / "pyproject.toml").write_text('[project]\nname = "about-ianalint"')
    assert load().select == ["SN"]  # a pyproject without our table is passed over
    (here / "pyproject.toml").write_text('[tool.ianalint]\nselect = ["PN"]')
    assert load().select == ["PN"]
    assert load().path == "pyproject.toml"
    (here / "ianalint.toml").write_text('select = ["TP"]')
    assert load().select == ["TP"]


@pytest.mark.parametrize(
    "text",
    [
        '[tool.ianalint]\nselect = ["SN"]',
        '[tool]\nianalint = {select = ["SN"]}',
        'tool.ianalint.select = ["SN"]',
        '["tool" . "ianalint"]\nselect = ["SN"]',
    ],
)
def test_the_table_of_pyproject_however_it_is_written(here: Path, text: str) -> None:
    (here / "pyproject.toml").write_text(text)
    assert load().select == ["SN"]


def test_a_pyproject_that_does_not_name_us_is_not_parsed(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tomllib", None)
    (here / "pyproject.toml").write_text("this is = not TOML at all")
    assert load().path is None


def test_everything_it_can_say(here: Path) -> None:
    (here / "ianalint.toml").write_text(
        'files = ["a.xml", "dumps/"]\n'
        'select = ["SN", "PN"]\n'
        'ignore = ["PN015"]\n'
        'fail-on = "warning"\n'
        'legacy = "show"\n'
        'legacy-cutoff = "2012-01"\n'
        'format = "json"\n'
        "whole = false\n"
        'input-format = "xml"\n'
        '[severity]\nSN006 = "error"\n'
    )
    settings = load()
    assert settings.files == ["a.xml", "dumps/"]
    assert settings.select == ["SN", "PN"]
    assert settings.ignore == ["PN015"]
    assert settings.severity == {"SN006": "error"}
    assert settings.fail_on == "warning"
    assert settings.legacy == "show"
    assert settings.legacy_cutoff == "2012-01"
    assert settings.format == "json"
    assert settings.whole is False
    assert settings.input_format == "xml"


def test_files_are_relative_to_the_configuration(here: Path, tmp_path: Path) -> None:
    (here.parent / "ianalint.toml").write_text(f'files = ["a.xml", "{tmp_path.as_posix()}/b.xml"]')
    assert load().files == [str(Path("..", "a.xml")), str(tmp_path.as_posix() + "/b.xml")]
    (here / "sub").mkdir()
    (here / "sub" / "own.toml").write_text('files = ["a.xml"]')
    assert load("sub/own.toml").files == [str(Path("sub", "a.xml"))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selct = []", 'c.toml:1: unknown key "selct"; did you mean select?'),
        ('fail_on = "error"', 'c.toml:1: unknown key "fail_on"; did you mean fail-on?'),
        ('fail-on = "eror"', 'c.toml:1: fail-on: unknown level "eror"; did you mean error?'),
        ("fail-on = 3", "c.toml:1: fail-on: expected error, warning, note or never, got 3"),
        ('format = "pdf"', 'c.toml:1: format: unknown format "pdf"; expected text, concise, json'),
        ('select = "SN"', 'c.toml:1: select: expected a list of strings, got "SN"'),
        ("select = [1]", "c.toml:1: select.0: expected a string, got 1"),
        ('whole = "yes"', 'c.toml:1: whole: expected true or false, got "yes"'),
        (
            'severity = "note"',
            'c.toml:1: severity: expected a table of rules and severities, got "note"',
        ),
        ('severity.SN = "nott"', 'c.toml:1: severity.SN: unknown level "nott"; did you mean note?'),
        (
            'legacy-cutoff = "2011"',
            'c.toml:1: legacy-cutoff: expected a month (YYYY-MM), got "2011"',
        ),
        (
            "legacy-cutoff = 2011-08-01",
            "c.toml:1: legacy-cutoff: expected a month (YYYY-MM), got 2011-08-01",
        ),
        (
            "a = 1\na = 2\n",
            "c.toml:2:6: not valid TOML: cannot overwrite a value",
        ),
        ("select = [", "c.toml:1:11: not valid TOML: "),
        ("a = [" + "[" * 5000, "c.toml: not valid TOML: nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(here: Path, text: str, said: str) -> None:
    (here / "c.toml").write_text(text)
    with pytest.raises(CallError) as caught:
        load("c.toml")
    assert caught.value.args[0].startswith(said)


def test_all_that_is_wrong_is_said_at_once(here: Path) -> None:
    (here / "c.toml").write_text('selct = []\nlegacy = "no"')
    with pytest.raises(CallError) as caught:
        load("c.toml")
    assert list(caught.value.args) == [
        'c.toml:1: unknown key "selct"; did you mean select?',
        'c.toml:2: legacy: unknown mode "no"; expected summary, show or fail',
    ]


def test_files_that_cannot_be_read(here: Path) -> None:
    (here / "latin.toml").write_bytes(b'files = []\nselect = ["\xe9"]')
    with pytest.raises(CallError, match=r"latin.toml:2: not valid UTF-8"):
        load("latin.toml")
    with pytest.raises(CallError, match=r"^none.toml cannot be read: No such file"):
        load("none.toml")
    (here / "pyproject.toml").write_text("[tool.other]")
    with pytest.raises(CallError, match=r"pyproject.toml has no \[tool.ianalint\] table"):
        load("pyproject.toml")
    (here / "pyproject.toml").write_text("[tool]\nianalint = 3")
    with pytest.raises(CallError, match=r"tool\.ianalint: expected a table, got 3"):
        load()


def test_a_byte_order_mark_is_no_fault(here: Path) -> None:
    (here / "ianalint.toml").write_bytes(b"\xef\xbb\xbfselect = ['SN']")
    assert load().select == ["SN"]


# -- what it changes in a call ------------------------------------------------------------------


def test_the_configuration_is_used_and_the_command_line_wins(call: Call, tmp_path: Path) -> None:
    (tmp_path / "faulty.xml").write_bytes(FAULTY)
    (tmp_path / "clean.xml").write_bytes(CLEAN)
    (tmp_path / "ianalint.toml").write_text(
        'files = ["*.xml"]\nselect = ["SN"]\nformat = "concise"\nfail-on = "never"\n'
    )
    line = 'faulty.xml:5:33: SN005 error service name "file--sync" has adjacent hyphens'
    ended = call("check")
    assert (ended.status, ended.text) == (0, f"{line} [service-name-adjacent-hyphens]\n")
    assert ended.said == ""
    assert call("check", "--fail-on", "error").status == 1
    assert call("check", "clean.xml").text == ""
    assert call("check", "--format", "text").text.startswith("faulty.xml:5:33  error SN005")
    assert call("check", "--select", "SN001").text == ""
    assert "sample" in call("check", "--isolated").said


def test_select_replaces_select_and_ignore_and_ignore_adds(call: Call, tmp_path: Path) -> None:
    (tmp_path / "faulty.xml").write_bytes(FAULTY)
    (tmp_path / "ianalint.toml").write_text(
        'format = "concise"\nselect = ["SN", "MD"]\nignore = ["SN005"]\n'
    )
    assert call("check", "faulty.xml").text == ""
    assert "SN005" in call("check", "faulty.xml", "--select", "SN005").text
    assert "SN005" not in call("check", "faulty.xml", "--ignore", "MD").text


def test_severities_are_joined_and_those_of_the_command_line_win(
    call: Call, tmp_path: Path
) -> None:
    (tmp_path / "faulty.xml").write_bytes(FAULTY)
    (tmp_path / "ianalint.toml").write_text(
        'format = "concise"\nselect = ["SN"]\nseverity = {SN005 = "note"}\n'
    )
    assert "SN005 note" in call("check", "faulty.xml").text
    assert "SN005 note" in call("check", "faulty.xml", "--severity", "SN001=warning").text
    assert "SN005 warning" in call("check", "faulty.xml", "--severity", "SN=warning").text


@pytest.mark.parametrize(
    "key", ["select = ['SN05']", "ignore = ['SN05']", "severity.SN05 = 'note'"]
)
def test_an_unknown_rule_is_said_with_the_file(call: Call, tmp_path: Path, key: str) -> None:
    (tmp_path / "ianalint.toml").write_text(key)
    ended = call("check")
    assert ended.status == 2
    assert ended.said == ('ianalint: ianalint.toml:1: unknown rule "SN05"; did you mean SN005?\n')


def test_whole_and_cutoff_can_be_set(call: Call, tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(CLEAN)
    (tmp_path / "ianalint.toml").write_text('whole = true\nselect = ["PN016"]')
    assert "a whole registry" in call("check", "dump.xml").text
    assert "part of a registry" in call("check", "dump.xml", "--partial").text


def test_the_configuration_is_not_written_over(call: Call, tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(CLEAN)
    (tmp_path / "ianalint.toml").write_text('select = ["SN"]')
    ended = call("check", "dump.xml", "--output", "ianalint.toml")
    assert ended.status == 2
    assert "it is also an input" in ended.said
    assert (tmp_path / "ianalint.toml").read_text() == 'select = ["SN"]'


def test_config_and_isolated_exclude_one_another(call: Call) -> None:
    assert call("check", "--config", "a.toml", "--isolated").status == 2
