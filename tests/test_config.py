"""The configuration: where it is found, what it changes, and what is said of a wrong one."""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.cases import HEADER
from tests.conftest import CLEAN, FAULTY, ROOT, Called
from validator.engine.baseline import Waiver, WaiverIndex
from validator.errors import CallError
from validator.settings import Settings, files, load, path_of
from validator.settings.reading import read_baseline
from validator.settings.table import Kind

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
    assert path_of(settings) is None
    assert settings.select is None


def test_the_nearest_wins(here: Path) -> None:
    (here.parent / "ianalint.toml").write_text('select = ["SN"]')
    assert load().select == ["SN"]
    (here / "pyproject.toml").write_text('[project]\nname = "about-ianalint"')
    assert load().select == ["SN"]  # a pyproject without our table is passed over
    (here / "pyproject.toml").write_text('[tool.ianalint]\nselect = ["PN"]')
    assert load().select == ["PN"]
    assert path_of(load()) == "pyproject.toml"
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
    assert path_of(load()) is None


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
        (
            "per-file-ignores = 1",
            'c.toml:1: unknown key "per-file-ignores"; did you mean per-file?',
        ),
        ("waivers = 1", 'c.toml:1: unknown key "waivers"; did you mean waive?'),
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
            "c.toml:2:6: not valid TOML: this key already has a value",
        ),
        (
            "[tool.ianalint]\nselect = []",
            "c.toml:1: unexpected table [tool.ianalint]: in c.toml its keys come first, without a",
        ),
        ("files = []\n[ianalint]\n", "c.toml:2: unexpected table [ianalint]: in c.toml its keys"),
        ("tool = 1", 'c.toml:1: unknown key "tool"'),
        ('today = "2026-01-02"', 'c.toml:1: unknown key "today"; it is only an option (--today)'),
        ('\noutput = "x"', 'c.toml:2: unknown key "output"; it is only an option (--output)'),
        ("jobs = 2", 'c.toml:1: unknown key "jobs"; it is only an option (--jobs)'),
        (
            '[waive]\nrule = "SN"',
            "c.toml:1: waive: expected tables with the heading [[waive]], got",
        ),
        ("[per-file]", "c.toml:1: per-file: expected tables with the heading [[per-file]], got"),
        (
            "audit.file = 3",
            "c.toml:1: audit.file: expected tables with the heading [[audit.file]], got 3",
        ),
        ("select = [", "c.toml:1:11: not valid TOML: "),
        ("a = [" + "[" * 5000, "c.toml: not valid TOML: nested too deep"),
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


@pytest.mark.parametrize("name", ["ianalint.toml", "pyproject.toml"])
@pytest.mark.parametrize("folder", ["", "sub"])
def test_a_configuration_that_is_found_and_no_file(here: Path, name: str, folder: str) -> None:
    """It is not passed over: without its settings, the run may be green."""
    path = here / name
    (here / "sub").mkdir()
    os.chdir(here / folder)
    shown = path if folder else name
    cases: list[tuple[Callable[[], None], str]] = [
        (lambda: path.symlink_to("nowhere"), "cannot be read: No such file or directory"),
        (lambda: path.symlink_to(name), "cannot be read: Too many levels of symbolic links"),
        (path.mkdir, "is a folder, expected a configuration"),
        (lambda: os.mkfifo(path), "is not a regular file, expected a configuration"),
    ]
    for make, reason in cases:
        make()
        with pytest.raises(CallError) as refusal:
            load()
        assert str(refusal.value) == f"{shown} {reason}"
        path.rmdir() if path.is_dir() else path.unlink()


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
    ("text", "line"),
    [
        ('[severity]\nSN005 = "note"\nSN0055 = "note"\n', 3),
        ('select = [\n  "SN",\n  "SN0055",\n]\n', 3),
        ('ignore = [\n  "SN001",\n  "SN002",\n  "SN0055",\n]\n', 4),
    ],
)
def test_the_line_of_an_unknown_rule(call: Call, tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "ianalint.toml").write_text(text, "utf-8")
    ended = call("check")
    sentence = 'unknown rule "SN0055"; did you mean SN005?'
    assert (ended.status, ended.said) == (2, f"ianalint: ianalint.toml:{line}: {sentence}\n")


@pytest.mark.parametrize(
    "key", ["select = ['SN05']", "ignore = ['SN05']", "severity.SN05 = 'note'"]
)
def test_an_unknown_rule_is_said_with_the_file(call: Call, tmp_path: Path, key: str) -> None:
    (tmp_path / "ianalint.toml").write_text(key)
    ended = call("check")
    assert ended.status == 2
    assert ended.said == ('ianalint: ianalint.toml:1: unknown rule "SN05"; did you mean SN005?\n')


MISSING = "cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("audit services", "\nregistry = 'none.xml'", f":2: registry: none.xml {MISSING}"),
        ("audit services", "[audit]\nregistry = 'none.xml'",
         f":2: audit.registry: none.xml {MISSING}"),
        ("audit services", "registry = 'empty'", ":1: registry: no registry dumps found in empty/"),
        ("audit services --registry no.xml", "registry = 'none.xml'", f"no.xml {MISSING}"),
        ("lookup 80", "registry = 'none.xml'", f":1: registry: none.xml {MISSING}"),
        ("audit services", "baseline = 'none.json'", f":1: baseline: none.json {MISSING}"),
        ("audit services --baseline no.json", "baseline = 'none.json'", f"no.json {MISSING}"),
        ("audit services", "fail-on = 'error'\nignore = ['CS']", ":2: ignore: no rules selected"),
        ("audit services --ignore CS", "ignore = ['CS']", "no rules selected"),
        ("diff a.xml b.xml", "select = ['SN', 'HX']\nignore = ['SN', 'HX']",
         ":2: ignore: no rules selected"),
    ],
)  # fmt: skip
def test_a_file_or_selection_of_the_configuration_has_its_line(
    call: Call, tmp_path: Path, words: str, text: str, said: str
) -> None:
    (tmp_path / "services").write_text("http 80/tcp\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.xml").write_bytes(CLEAN)
    (tmp_path / "b.xml").write_bytes(FAULTY)
    (tmp_path / "ianalint.toml").write_text(text)
    ended = call(*words.split())
    place = "ianalint.toml" if said.startswith(":") else ""
    assert ended.status == 2
    assert ended.said.splitlines()[0] == f"ianalint: {place}{said}"


def test_an_ignore_per_file_that_leaves_no_rule_has_its_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "services").write_text("http 80/tcp\n")
    (tmp_path / "ianalint.toml").write_text("[[per-file]]\nfiles = 'services'\nignore = ['CS']\n")
    ended = call("audit", "services")
    assert ended.status == 2
    assert "not checked: ianalint.toml:3: ignore: no rules selected\n" in ended.text


def test_whole_and_cutoff_can_be_set(call: Call, tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(CLEAN)
    (tmp_path / "ianalint.toml").write_text('whole = true\nselect = ["PN016"]')
    assert "a whole registry" in call("check", "dump.xml").text
    assert "the dump is not a whole registry" in call("check", "dump.xml", "--partial").text


@pytest.mark.parametrize("command", ["check", "diff"])
def test_whole_can_be_set_for_some_files(call: Call, tmp_path: Path, command: str) -> None:
    for name in ("part.xml", "dump.xml"):
        (tmp_path / name).write_bytes(CLEAN)
    (tmp_path / "ianalint.toml").write_text(
        "whole = true\n[[per-file]]\nfiles = 'part.xml'\nwhole = false\n"
    )
    ended = call(command, "dump.xml", "part.xml", "--format", "json", "--fail-on", "never")
    assert [entry["whole"] for entry in json.loads(ended.out)["inputs"]] == [True, False]


def test_the_configuration_is_not_written_over(call: Call, tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(CLEAN)
    (tmp_path / "ianalint.toml").write_text('select = ["SN"]')
    ended = call("check", "dump.xml", "--output", "ianalint.toml")
    assert ended.status == 2
    assert "it is also an input" in ended.said
    assert (tmp_path / "ianalint.toml").read_text() == 'select = ["SN"]'


def test_config_and_isolated_exclude_one_another(call: Call) -> None:
    assert call("check", "--config", "a.toml", "--isolated").status == 2


# -- files that somebody else wrote -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a." * 100_000 + "a = 1", ["c.toml: not valid TOML: a key has more than 20 parts"]),
        ("[" + "a." * 30_000 + "a]", ["c.toml: not valid TOML: a key has more than 20 parts"]),
        (
            "a = {" + '"b" . ' * 99 + "b=1}",
            ["c.toml: not valid TOML: a key has more than 20 parts"],
        ),
        ("'" + "k" * 2000 + "' = 1", [f'c.toml:1: unknown key "{"k" * 60}..."']),
        ("#" * (1 << 20) + "\n", ["c.toml is larger than 1 MiB"]),
        (
            "".join(f"k{n} = 1\n" for n in range(5000)),
            [
                *(f'c.toml:{n + 1}: unknown key "k{n}"' for n in range(9)),
                "c.toml: more problems are not listed",
            ],
        ),
        (
            "\nselect = [" + "1, " * 5000 + "]",
            [
                *(f"c.toml:2: select.{n}: expected a string, got 1" for n in range(9)),
                "c.toml: more problems are not listed",
            ],
        ),
        (
            '[[per-file]]\nfiles = "a"\n' * 1001,
            ["c.toml:1: per-file: expected at most 1,000 tables, got 1,001"],
        ),
        (
            "max-size = 0x" + "f" * 9000,
            [
                "c.toml:1: max-size: expected a number from 1 to 1000000,"
                " got a number of too many digits"
            ],
        ),
    ],
)
def test_a_hostile_configuration_is_refused_briefly(here: Path, text: str, said: list[str]) -> None:
    (here / "c.toml").write_text(text)
    with pytest.raises(CallError) as caught:
        load("c.toml")
    assert list(caught.value.args) == said


@pytest.mark.parametrize(
    ("value", "shown"),
    [('["8500-8599"]', "a list"), ('"1-2, 4-5"', '"1-2, 4-5"'), ("8500", "8500")],
)
def test_two_ranges_of_a_group_are_two_groups(here: Path, value: str, shown: str) -> None:
    (here / "c.toml").write_text(f"[audit.private]\nranges = {{shop = {value}}}\n")
    with pytest.raises(CallError) as caught:
        load("c.toml")
    assert list(caught.value.args) == [
        "c.toml:2: audit.private.ranges.shop: expected one range of ports (LOW-HIGH) for each group"
        f' (for two ranges, name two groups; the row names both: "a, b"), got {shown}'
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n\n[severity]\nSN = 'note'\nPN = 'nott'\n", 5),
        ("select = [\n  'SN',\n  3,\n]\n", 3),
        ("[[per-file]]\nfiles = 'a'\n[per-file.severity]\nSN = 'x'\n", 4),
        ("[[per-file]]\nfiles = 'a'\n[[per-file]]\n\nfiles = 'b'\nselekt = []\n", 6),
        ("[[per-file]]\nfiles = 'a'\n\n[[per-file]]\nselect = []\n", 4),
        ("[audit]\nexpect = []\n[[audit.file]]\npath = 'a'\nas = 'b'\n", 5),
        ("[audit.private.ranges]\n\nweb = '1'\n", 3),
        ("audit.private.ranges.web = '1-2'\naudit.max-age = -1\n", 2),
        ('x = """\n [[waive]]\n"""\n', 1),
        ('files = ["""\n\n"""]\nlegacy = 1\n', 4),
        ("# legacy = 1\nlegacy = 1\n", 2),
        ("legacy = [[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]\n", 1),
        ("per-file = [{files = 'a'},\n  {files = 'b', whole = 3}]\n", 2),
    ],
)
def test_a_problem_has_its_line(here: Path, text: str, line: int) -> None:
    (here / "ianalint.toml").write_text(text)
    with pytest.raises(CallError) as caught:
        load("ianalint.toml")
    assert caught.value.args[0].startswith(f"ianalint.toml:{line}: ")
    # The same below [tool.ianalint].
    below = re.sub(r"(?m)^(\[+)(?=[a-z])", r"\1tool.ianalint.", text)
    (here / "pyproject.toml").write_text(f"[project]\nname = 'a'\n[tool.ianalint]\n{below}")
    with pytest.raises(CallError) as caught:
        load("pyproject.toml")
    assert caught.value.args[0].startswith(f"pyproject.toml:{line + 3}: ")


def test_a_waiver_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0
    real: Callable[[Waiver], dict[str, str]] = vars(Waiver)["conditions"].fget

    def conditions(waiver: Waiver) -> dict[str, str]:
        nonlocal counted
        counted += 1
        return real(waiver)

    monkeypatch.setattr(Waiver, "conditions", property(conditions))
    waivers = [Waiver("SN", "x", codes=["SN001"], service=f"a{n}") for n in range(500)]
    index = WaiverIndex(waivers, "2026-01-01")
    for n in range(400):
        assert index.accepting("SN001", {"service_name": f"A{n}"}, "service_name") is waivers[n]
        assert index.accepting("SN002", {"service_name": f"a{n}"}, "service_name") is None
    assert counted == 500
    assert index.used() == set(waivers[:400])


def test_waivers_match_as_they_do_one_by_one() -> None:
    """Compared with a look at each waiver, which is slow and plain."""
    chosen = random.Random(4711)

    def some(*values: str) -> str | None:
        return chosen.choice([None, None, *values])

    waivers = [
        Waiver(
            "SN",
            "x",
            codes=chosen.choice([["SN001"], ["SN001", "SN002"], ["SN002"]]),
            service=some("a", "B"),
            port=some("1", "2"),
            transport=some("tcp", "udp"),
            contact=some("X"),
            field=some("service_name", "contact"),
            until=some("2026-01-01", "2027-01-01"),
        )
        for _ in range(200)
    ]
    index = WaiverIndex(waivers, "2026-06-01")
    used: set[Waiver] = set()
    for _ in range(300):
        code = chosen.choice(["SN001", "SN002", "SN003"])
        subject = {
            "service_name": some("a", "b", "A"),
            "port": some("1", "2"),
            "transport_protocol": some("tcp", "udp"),
            "contact": some("X", "Y"),
        }
        field = some("service_name", "contact")
        matching = [
            waiver
            for waiver in waivers
            if code in waiver.codes
            and (waiver.service or "").lower() in ("", (subject["service_name"] or "").lower())
            and waiver.port in (None, subject["port"])
            and waiver.transport in (None, subject["transport_protocol"])
            and waiver.contact in (None, subject["contact"])
            and waiver.field in (None, field)
        ]
        used.update(matching)
        current = [waiver for waiver in matching if not waiver.is_over("2026-06-01")]
        assert index.accepting(code, subject, field) is (current[-1] if current else None)
    assert index.used() == used


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (r'{"format_version": 1, "findings": [{"fingerprint": "\u0041", "code": "SN001"}]}', [1]),
        (
            '{"findings":\n[\n{"code": "SN001",\n"fingerprint": "a"}\n,\n\n{"fingerprint":\n"b",'
            '"code": "SN001"}], "format_version": 1}',
            [3, 7],
        ),
        (
            '\n{"findings": [{"fingerprint": "x", "code": "SN001"}],\n"format_version": 1,\n'
            '"findings": [{"fingerprint": "\\"fingerprint\\": \\"a\\"", "code": "SN001"},\n'
            '{"fingerprint": "a", "code": "SN001"}]}',
            [4, 5],
        ),
        ('{"format_version": 1, "findings": [] }\n', []),
    ],
)
def test_an_entry_of_a_baseline_has_its_line(here: Path, text: str, lines: list[int]) -> None:
    (here / "known.json").write_text(text)
    assert [entry.line for entry in read_baseline("known.json")] == lines


def test_a_large_baseline_is_refused(here: Path) -> None:
    (here / "known.json").write_bytes(b" " * ((16 << 20) + 1))
    with pytest.raises(CallError, match=r"^known.json is larger than 16 MiB$"):
        read_baseline("known.json")


@pytest.mark.parametrize("command", ["compare", "convert", "lookup", "fix", "diff", "check"])
def test_every_command_that_reads_dumps_reads_the_configuration(
    call: Call, tmp_path: Path, command: str
) -> None:
    (tmp_path / "a.xml").write_bytes(CLEAN)
    (tmp_path / "b.xml").write_bytes(FAULTY)
    words = {
        "compare": ("a.xml", "b.xml"),
        "convert": ("a.xml", "--to", "csv"),
        "lookup": ("80", "--registry", "a.xml"),
        "fix": ("a.xml",),
        "diff": ("a.xml", "b.xml"),
        "check": ("a.xml",),
    }[command]
    plain = call(command, *words)
    assert plain.status in (0, 1)
    (tmp_path / "ianalint.toml").write_text("max-length = 5\n")
    limited = call(command, *words)
    assert (limited.status, limited.out, limited.err) != (plain.status, plain.out, plain.err)
    isolated = call(command, *words, "--isolated")
    assert (isolated.status, isolated.out, isolated.err) == (plain.status, plain.out, plain.err)
    (tmp_path / "ianalint.toml").write_text("max-length = 'x'\n")
    wrong = call(command, *words)
    assert (wrong.status, wrong.out) == (2, b"")
    assert wrong.said.startswith("ianalint: ianalint.toml:1: max-length: expected a number")


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("a.csv", "check", "SN005"),
        ("a.yaml", "request", "RQ001"),
        ("a.services", "audit --as services", "CS009"),
        ("a.list.csv", "audit --as private", "CS407"),
    ],
)
def test_settings_per_file_count_in_every_command_that_checks_files(
    call: Call, tmp_path: Path, name: str, words: str, code: str
) -> None:
    contents = {
        "a.csv": f"{HEADER}\na--b,4621,tcp,A,[Ann],[Ann],2020-01-02,,,,,\n",
        "a.yaml": (ROOT / "fixtures" / "requests" / "no-reference.yaml").read_text("utf-8"),
        "a.services": "80 80/tcp\n",
        "a.list.csv": "name,port\nharbor,9000\n",
    }
    for each in (name, f"b{name[1:]}"):
        (tmp_path / each).write_text(contents[name], "utf-8")
    settings = tmp_path / "ianalint.toml"
    ranges = '[audit.private]\nranges = {default = "4000-4999"}\n'
    for text, expected in (
        (f'ignore = ["{code}"]', {}),
        ('severity = {ALL = "note"}', {"a": "note"}),
        (f'select = ["{code}"]', {"a": ""}),
        ('select = ["MD"]' if code[:2] != "SN" else 'select = ["RQ"]', {"a": ""}),
    ):
        settings.write_text(f'[[per-file]]\nfiles = "{name}"\n{text}\n{ranges}', "utf-8")
        ended = call(
            *words.split(), str(tmp_path / name), str(tmp_path / f"b{name[1:]}"),
            "--config", str(settings), "--format", "json",
        )  # fmt: skip
        severities = {
            Path(finding["location"]["path"]).name[0]: finding["severity"]
            for finding in json.loads(ended.out)["findings"]
            if finding["code"] == code
        }
        wanted = {key: value or severities["b"] for key, value in expected.items()}
        assert severities == {**wanted, "b": severities["b"]}


def test_compare_runs_the_rules_that_the_configuration_leaves(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(CLEAN)
    (tmp_path / "b.xml").write_bytes(FAULTY)
    words = ("compare", "a.xml", "b.xml", "-f", "concise")
    assert "XF001" in call(*words).text
    (tmp_path / "ianalint.toml").write_text('select = ["SN"]\nignore = ["XF001"]\n')
    assert call(*words).status == 0
    assert "XF001" in call(*words, "--select", "XF").text
    (tmp_path / "ianalint.toml").write_text('ignore = ["XF9"]\n')
    ended = call(*words)
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said.startswith('ianalint: ianalint.toml:1: unknown rule "XF9"')


def test_a_select_for_other_commands_is_said(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(CLEAN)
    (tmp_path / "pyproject.toml").write_text('[tool.ianalint]\nselect = ["CS"]\n')
    words = ("check", "a.xml")
    sentence = "select names no rule of this command, so all of its rules run"
    ended = call(*words)
    assert (ended.status, ended.said) == (1, f"ianalint: pyproject.toml:2: {sentence}\n")
    assert call(*words, "-q").said == ""
    assert call(*words, "--select", "SN").said == ""
    (tmp_path / "pyproject.toml").write_text('[tool.ianalint]\nselect = ["CS", "SN"]\n')
    assert call(*words).said == ""


@pytest.mark.parametrize(
    ("words", "select", "is_said"),
    [
        ("check a.xml b.xml", "CS", True),
        ("check a.xml b.xml --jobs 2", "CS", True),
        ("check b.xml", "CS", False),
        ("check a.xml", "SN", False),
        ("check a.xml --select SN", "CS", False),
        ("diff b.xml a.xml", "CS", True),
        ("diff b.xml a.xml", "HX", False),
        ("compare b.xml a.xml", "SN", True),
        ("compare b.xml a.xml", "XF", False),
        ("audit services", "SN", True),
        ("audit services", "CS", False),
    ],
)
def test_a_select_per_file_for_other_commands_is_said(
    call: Call, tmp_path: Path, words: str, select: str, is_said: bool
) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(CLEAN if name == "a.xml" else FAULTY)
    (tmp_path / "services").write_text("http 80/tcp\n")
    tables = "".join(
        f'[[per-file]]\nfiles = "{name}"\nselect = ["{select}"]\n' for name in ("a.xml", "services")
    )
    (tmp_path / "ianalint.toml").write_text(tables)
    sentence = "select names no rule of this command, so all of its rules run"
    line = 6 if words.startswith("audit") else 3
    said = call(*words.split()).said
    assert said.count(f"ianalint: ianalint.toml:{line}: {sentence}\n") == is_said
    assert said.count(sentence) == is_said


def test_a_word_that_audits_expect_has_its_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "services").write_text("tide-sync 4650/tcp\n")
    (tmp_path / "ianalint.toml").write_text(
        "[audit]\nexpect = [\n  'tide-sync/tcp=4650',\n  'tide-sync=tcp',\n]\n"
    )
    ended = call("audit", "services")
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said.startswith("ianalint: ianalint.toml:4: audit.expect.1: ")


@pytest.mark.parametrize(
    ("kind", "expected", "accepted", "refused"),
    [
        (files.TextOrNumber, "a string or a number", ["a", 1], [True, 1.5, None, ["a"]]),
        (
            files.Headings, "a string or a list of strings",
            ["a", ["a", "b"]], [[], [1], ["a", 1], 1],
        ),
        (
            files.TomlDate, "a date (YYYY-MM-DD) without quotes",
            [date(2026, 1, 2)], [datetime(2026, 1, 2), "2026-01-02"],
        ),
        (
            files.Code, "the code of a rule",
            ["SN001", "ABCDEFGH001"],
            ["S001", "sn001", "SN01", "SNA01", "SN-001", "ABCDEFGHI001", "S\u00c4001", 1],
        ),
        (files.FormatVersion, "1", [1], [True, 2, "1"]),
    ],
)  # fmt: skip
def test_what_a_value_must_be(
    kind: type[Kind], expected: str, accepted: list[object], refused: list[object]
) -> None:
    value = kind("")
    assert value.expected == expected
    assert [value.accepts(each) for each in accepted] == [True] * len(accepted)
    assert [value.accepts(each) for each in refused] == [False] * len(refused)


def test_today_is_that_of_greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    day = time.strptime("2001-02-03", "%Y-%m-%d")
    monkeypatch.setattr(time, "gmtime", lambda: day)
    assert Settings().today == "2001-02-03"
