"""The command from outside: exit statuses, streams, and how it bears the world."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import (
    CLEAN,
    FAULTY,
    SMALL,
    Called,
    dump,
    environment,
    forked,
    ianalint,
    interruptible,
    record,
)
from validator import __version__
from validator.cli import run
from validator.commands import COMMANDS, frame, inputs, reading, terminal
from validator.readers import read
from validator.readers.source import Source
from validator.reporters import FORMATS
from validator.rules import RULES, catalogue

Call = Callable[..., Called]
SN = ("check", "--isolated", "--select", "SN")
LINE = (
    'faulty.xml:5:33: SN005 error service name "file--sync" has adjacent hyphens'
    " [service-name-adjacent-hyphens]\n"
)
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX only")
full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a clean dump, one with a fault, and what is no dump."""
    (tmp_path / "clean.xml").write_bytes(CLEAN)
    (tmp_path / "faulty.xml").write_bytes(FAULTY)
    (tmp_path / "empty.xml").write_bytes(b"")
    (tmp_path / "page.txt").write_bytes(b"Nothing of the kind.\n")
    return tmp_path


# -- exit statuses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["clean.xml"], 0),
        (["faulty.xml"], 1),
        (["clean.xml", "faulty.xml"], 1),
        (["faulty.xml", "--severity", "SN005=warning"], 0),
        (["faulty.xml", "--severity", "SN005=warning", "--fail-on", "warning"], 1),
        (["faulty.xml", "--severity", "SN=note", "--fail-on", "note"], 1),
        (["faulty.xml", "--fail-on", "never"], 0),
        (["faulty.xml", "--ignore", "SN005"], 0),
        (["empty.xml"], 2),
        (["page.txt"], 2),
        (["none.xml"], 2),
        (["clean.xml", "none.xml"], 2),
        (["none.xml", "faulty.xml"], 2),
        (["none*.xml"], 2),
        (["clean.xml", "--input-format", "csv", "--select", "FM"], 1),
        (["faulty.xml", "--select", "SN", "--ignore", "SN"], 2),
        (["faulty.xml", "--output", "none/report"], 2),
        (["faulty.xml", "--output", "."], 2),
        (["--today", "2026-02-30", "clean.xml"], 2),
        (["--today", "20260203", "clean.xml"], 2),
        (["--today", "2026-02", "clean.xml"], 2),
        (["--legacy-cutoff", "2026-13", "clean.xml"], 2),
        (["--legacy-cutoff", "2026-12-01", "clean.xml"], 2),
        (["--whole", "--partial", "clean.xml"], 2),
    ],
)
def test_exit_status_is_the_same_for_every_format(
    files: Path, call: Call, words: list[str], status: int
) -> None:
    for form in FORMATS:
        ended = call(*SN, *words, "--format", form)
        assert ended.status == status, (form, ended)
        assert "Traceback" not in ended.said


def test_from_outside(files: Path) -> None:
    ended = ianalint(*SN, "--format", "concise", "faulty.xml", "none.xml", cwd=files)
    assert ended.status == 2
    reason = "none.xml cannot be read: No such file or directory"
    assert ended.text == f"none.xml:1:1: error {reason}\n{LINE}"
    assert ended.said == f"ianalint: {reason}\n"


def test_an_unusable_input_does_not_stop_the_others(files: Path, call: Call) -> None:
    ended = call(*SN, "--format", "json", "none.xml", "faulty.xml", "page.txt")
    told = json.loads(ended.out)
    assert [entry.get("error") for entry in told["inputs"]] == [
        "none.xml cannot be read: No such file or directory",
        None,
        "page.txt: unrecognized format (expected XML, CSV, plain text, HTML or JSON)."
        ' Its first line is "Nothing of the kind."',
    ]
    assert [finding["location"]["path"] for finding in told["findings"]] == ["faulty.xml"]


def test_a_document_that_breaks_off_is_a_finding(files: Path, call: Call) -> None:
    (files / "half.xml").write_bytes(FAULTY.removesuffix(b"</registry>\n"))
    ended = call("check", "--isolated", "--select", "SN,FM", "--format", "concise", "half.xml")
    assert ended.status == 1
    assert [line.split()[1] for line in ended.text.splitlines()] == ["FM001", "SN005"]


def test_a_reader_that_breaks_is_a_fault_and_the_others_report(
    files: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:

    def reader(source: Source, form: Any) -> Any:
        if source.path == "clean.xml":
            raise RuntimeError("out of step")
        return read(source, form)

    monkeypatch.setattr(reading, "read", reader)
    ended = call(*SN, "--format", "concise", "clean.xml", "faulty.xml")
    assert ended.status == 3
    assert ended.text == (
        "clean.xml:1:1: error clean.xml could not be read\n"
        "clean.xml:1:1: error internal error in reader: RuntimeError: out of step\n" + LINE
    )
    assert "internal error: the reader failed on clean.xml: RuntimeError: out of step" in ended.said
    assert "Traceback" not in ended.said
    debugged = call(*SN, "clean.xml", "--debug").said
    assert 'raise RuntimeError("out of step")' in debugged


def test_a_fault_of_the_frame_is_one_sentence_unless_debugged(
    files: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of step")

    monkeypatch.setattr(frame.Frame, "running", broken)
    ended = call(*SN, "clean.xml")
    assert ended.status == 3
    assert ended.said == (
        "ianalint: internal error: RuntimeError: out of step"
        " (run again with --debug for a traceback)\n"
    )
    assert "Traceback" in call(*SN, "clean.xml", "--debug").said


@posix
def test_an_interruption_is_one_line_and_130(files: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "validator", *SN, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=files,
        preexec_fn=interruptible,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b"ianalint: interrupted\n"


# -- words that are not known -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chekc"], 'unknown command "chekc"; did you mean check?'),
        (["rule"], 'unknown command "rule"; did you mean rules?'),
        (["--quiet", "check"], 'expected a command before "--quiet", as in "ianalint check'),
        (["dump.xml"], 'expected a command before "dump.xml", as in "ianalint check dump.xml"'),
        (["--verison"], 'unknown option "--verison"; did you mean --version?'),
        (["check", "--selct", "SN"], 'unknown option "--selct"; did you mean --select?'),
        (
            ["audit", "--expect", "a/tcp"],
            'unknown option "--expect"; `expect` is a key of [audit] in the configuration',
        ),
        (
            ["audit", "--ranges=x"],
            'unknown option "--ranges"; `ranges` is a key of [audit.private] in the configuration',
        ),
        (
            ["audit", "x", "--owner", "y"],
            'unknown option "--owner"; `owner` is a key of [audit.private.columns] in the'
            " configuration",
        ),
        (["check", "--expect", "a/tcp"], 'unknown option "--expect"'),
        (["check", "--sel", "SN"], 'unknown option "--sel"; did you mean --select?'),
        (["check", "--format", "jsn"], 'unknown format "jsn"; did you mean json?'),
        (["rules", "--format", "jsn"], 'unknown format "jsn"; did you mean json?'),
        (["fetch", "a.xml", "--form", "xm"], 'unknown form "xm"; expected xml, csv, txt or html'),
        (["check", "--report", "jsn=a"], 'unknown format "jsn"; did you mean json?'),
        (["check", "--report", "json"], 'expected FORMAT=FILE, got "json"'),
        (["check", "--report", "json=-"], "only one report can go to standard output"),
        (["check", "--severity", "SN=eror"], 'unknown level "eror"; did you mean error?'),
        (["check", "--severity", "SN"], 'expected CODE=LEVEL, got "SN"'),
        (["check", "--severity", "SX01=note"], 'unknown rule "SX01"'),
        (["check", "--fail-on", "erro"], 'unknown level "erro"; did you mean error?'),
        (["check", "--legacy", "hide"], 'unknown mode "hide"; expected summary, show or fail'),
        (["check", "--select", "SN05"], 'unknown rule "SN05"; did you mean SN005?'),
        (["check", "--select", "sn005"], 'unknown rule "sn005"; did you mean SN005?'),
        (["check", "--select", "sn00"], 'unknown rule "sn00"; did you mean SN00?'),
        (["check", "--ignore", "sn"], 'unknown rule "sn"; did you mean SN?'),
        (["check", "--select", "all"], 'unknown rule "all"; did you mean ALL?'),
        (
            ["check", "--select", "RQ003"],
            "RQ003 is not a rule of this command, but of `ianalint re",
        ),
        (
            ["audit", "x", "--ignore", "SN"],
            "SN is not a rule of this command, but of `ianalint check`",
        ),
        (["check", "--select", "servce-name-case"], "did you mean service-name-case?"),
        (["check", "--select", ","], "expected codes or names of rules, separated by commas"),
        (["check", "--input-format", "xlm"], 'unknown input format "xlm"; did you mean xml?'),
        (["check", "--color", "yes"], 'unknown color mode "yes"'),
        (["check", "--config"], "--config: expected a value"),
        (["rules", "SN05"], 'unknown rule "SN05"; did you mean SN005?'),
        (["rules", "SN5"], 'unknown rule "SN5"; did you mean SN005?'),
        (["check", "--select", "SN5"], 'unknown rule "SN5"; did you mean SN005?'),
        (["rules", "servce-name-case"], "did you mean service-name-case?"),
        (["rules", "SN005", "PN05"], 'unknown rule "PN05"; did you mean PN005?'),
        (["rules", ""], 'unknown rule ""'),
        (["check", "--no-color"], 'unknown option "--no-color"; did you mean --color never?\n'),
        (["check", "--exit-zero"], "; did you mean --fail-on never?\n"),
        (["check", "--output-format", "json"], "; did you mean --format?\n"),
        (["audit", "--config-file", "x"], "; did you mean --config?\n"),
        (["check", "--ruleset", "x"], "; did you mean --config?\n"),
        (["check", "x.xml", "--fail-level", "x"], "; did you mean --fail-on?\n"),
        (["check", "x.xml", "--per-file-ignores", "x"], "mean [[per-file]] in the configuration?"),
        (["audit", "--custom-rules", "x"], 'unknown option "--custom-rules"\n'),
        (["lint", "x.xml"], 'unknown command "lint"; did you mean check?\n'),
        (["help", "explain"], 'unknown command "explain"; did you mean rules?\n'),
        (["check", "-f", "code-climate"], 'unknown format "code-climate"; did you mean gitlab?\n'),
        (["convert", "x", "--to", "md"], 'unknown format "md"; expected json, csv'),
        (["check", "x.xml", "--fix"], 'unknown option "--fix"; did you mean ianalint fix?\n'),
        (["lookup", "x", "--fix"], 'unknown option "--fix"\n'),
        (["rules", "--today", "x"], 'unknown option "--today"\n'),
        (["check", "--quiet=3"], '-q/--quiet takes no value, got "3"\n'),
        (["check", "--isolated", "--config", "x"], "--config and --isolated cannot be combined\n"),
        (["completion"], "no SHELL given\n"),
        (
            ["convert", "a.xml", "new.csv"],
            'unexpected argument "new.csv"; did you mean --output new.csv?\n',
        ),
        (["compare", "a", "b", "c.txt"], "; did you mean --output c.txt?\n"),
        (["convert", "a.xml", "csv"], 'unexpected argument "csv"\n'),
        (["completion", "zhs"], 'SHELL: unknown shell "zhs"; did you mean zsh?'),
        (["completion", "powershell"], "expected bash, zsh, fish or tcsh"),
        (["schema", "reprt"], 'unknown schema "reprt"; did you mean report?'),
    ],
)
def test_the_nearest_known_word_is_named(call: Call, words: list[str], said: str) -> None:
    ended = call(*words)
    assert ended.status == 2
    assert ended.out == b""
    assert said in ended.said


def test_several_rules_are_explained_one_after_the_other(call: Call) -> None:
    both = call("rules", "SN005").text + "\n" + call("rules", "AC010").text
    for words in (["SN005", "AC010"], ["SN005,AC010"], ["service-name-adjacent-hyphens", "AC010,"]):
        assert call("rules", *words).text == both
    table = call("rules", "SN005", "AC").text
    assert [line.split()[0] for line in table.splitlines() if "missing-" in line] == [
        "AC010", "AC011",
    ]  # fmt: skip
    rules = json.loads(call("rules", "SN005", "AC010", "--format", "json").out)
    assert [rule["code"] for rule in rules] == ["SN005", "AC010"]


def test_without_a_command_the_help_is_shown(call: Call) -> None:
    ended = call()
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said == call("--help").text


@pytest.mark.parametrize("wide", [80, 100, 120])
def test_the_table_of_rules_fits_a_terminal(
    call: Call, monkeypatch: pytest.MonkeyPatch, wide: int
) -> None:
    monkeypatch.setattr("validator.commands.rules.columns", lambda _: wide)
    lines = call("rules").text.splitlines()
    assert max(map(len, lines)) <= wide
    assert ("clause" in lines[0]) == any(line.endswith("RFC 6335, Section 5.1") for line in lines)
    assert ("clause" in lines[0]) == (wide == 120)
    assert all(any(code in line for line in lines) for code in RULES)


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_help(call: Call, words: list[str]) -> None:
    ended = call(*words)
    assert (ended.status, ended.said) == (0, "")
    for command, description in COMMANDS.items():
        assert f"  {command:<12}{description}\n" in ended.text
    assert "Examples:" in ended.text
    assert "Exit status:" in ended.text
    assert all(len(line) <= 80 for line in ended.text.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(call: Call, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ended = call(command, "--help")
    assert all(len(line) <= 80 for line in ended.text.splitlines())
    assert (ended.status, ended.said) == (0, "")
    assert ended.text.startswith(f"Usage: ianalint {command} ")
    assert all(len(line) <= 100 for line in ended.text.splitlines())


@pytest.mark.parametrize(
    ("command", "purpose"),
    [("request", "to compare requests with"), ("audit", "to compare each entry of FILE with"),
     ("lookup", "to look in")],
)  # fmt: skip
def test_each_command_says_what_the_registry_is_for(call: Call, command: str, purpose: str) -> None:
    text = " ".join(call(command, "--help").text.split())
    default = "(default: `registry` in the configuration)"
    assert f"--registry DUMP registry dump, in any format, {purpose} {default}" in text
    if command != "request":
        assert "request" not in text


@pytest.mark.parametrize("words", [["--version"], ["-V"], ["version"], ["check", "--version"]])
def test_version(call: Call, words: list[str]) -> None:
    assert call(*words).text == f"ianalint {__version__}\n"
    assert ianalint(*words).text == f"ianalint {__version__}\n"


def test_version_imports_hardly_anything() -> None:
    code = (
        "import sys; before = set(sys.modules); sys.argv = ['ianalint', '--version'];"
        "from validator.__main__ import main; assert main() == 0;"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=environment()
    )
    assert done.stdout.splitlines()[1] == b"['__future__', 'validator', 'validator.__main__']"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_plain_check_loads_what_it_needs(tmp_path: Path, form: str) -> None:
    words = ["check", str(SMALL), "--format", form, "--output", "report"]
    code = (
        f"import sys; before = set(sys.modules); sys.argv = ['ianalint', *{words!r}];"
        "from validator.__main__ import main; main();"
        "print(' '.join(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env=environment(),
        cwd=tmp_path,
    )
    loaded = done.stdout.decode().split()
    heavy = """
        asyncio concurrent contextlib ctypes dataclasses datetime difflib email glob hashlib
        importlib inspect json jsonschema logging lzma gzip pathlib pydantic rich click shutil
        subprocess tempfile textwrap tomllib traceback typing urllib zlib
    """.split()
    assert not (set(heavy) - {form}) & set(loaded)
    assert len([name for name in loaded if not name.startswith("validator")]) <= 55, loaded


# -- inputs -------------------------------------------------------------------------------------


def found_in(ended: Called) -> list[str]:
    return [entry["path"] for entry in json.loads(ended.out)["inputs"]]


def test_standard_input(files: Path) -> None:
    ended = ianalint(*SN, "--format", "concise", "-", data=FAULTY)
    assert ended.status == 1
    assert ended.text == LINE.replace("faulty.xml", "<stdin>")


def test_packed_inputs(files: Path, call: Call) -> None:
    (files / "a.gz").write_bytes(gzip.compress(FAULTY))
    (files / "b.xz").write_bytes(lzma.compress(FAULTY))
    (files / "c.gz").write_bytes(gzip.compress(FAULTY)[:12])
    ended = call(*SN, "--format", "concise", "a.gz", "b.xz", "c.gz")
    assert ended.status == 2
    error, _, lines = ended.text.partition("\n")
    assert error.startswith("c.gz:1:1: error c.gz cannot be unpacked: ")
    assert lines == LINE.replace("faulty.xml", "a.gz") + LINE.replace("faulty.xml", "b.xz")
    assert "c.gz cannot be unpacked" in ended.said


def test_folders_are_searched_for_dumps(files: Path, call: Call) -> None:
    (files / "empty.xml").unlink()
    below = files / "below" / "deeper"
    below.mkdir(parents=True)
    (below / "packed").write_bytes(gzip.compress(CLEAN))
    (below / "packed.xz").write_bytes(lzma.compress(b"Service Name,Port Number\na,1\n"))
    (below / "wide.xml").write_bytes(CLEAN.decode().encode("utf-16"))
    (below / "broken.gz").write_bytes(b"\x1f\x8bxx")
    (below / "broken.xz").write_bytes(b"\xfd7zXZ\x00xx")
    (below / "odd.xml").write_bytes(b"<?xml version='1.0' encoding='KOI8-R'?><registry/>")
    (below / "other.xml").write_bytes(b"<project><registry>elsewhere</registry></project>")
    (below / "other.csv").write_bytes(b"Description,Reference\nx,y\n")
    (below / ".hidden.xml").write_bytes(CLEAN)
    (files / ".git").mkdir()
    (files / ".git" / "x.xml").write_bytes(CLEAN)
    ended = call(*SN, "--format", "json", ".")
    assert ended.status == 1
    names = ["below/deeper/packed", "below/deeper/packed.xz", "below/deeper/wide.xml"]
    expected = [*names, "clean.xml", "faulty.xml"]
    assert found_in(ended) == [os.path.join(".", *name.split("/")) for name in expected]


def test_a_folder_without_dumps_is_unusable(files: Path, call: Call) -> None:
    (files / "nothing").mkdir()
    (files / "nothing" / "page.txt").write_bytes(b"x")
    ended = call(*SN, "nothing")
    assert ended.status == 2
    assert ended.said == "ianalint: no registry dumps found in nothing/\n"
    assert ended.text.endswith("not checked: no registry dumps found in nothing/\n")


@posix
def test_what_cannot_be_searched_or_opened_in_a_folder_is_said(
    files: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "empty.xml").unlink()
    (files / "closed").mkdir()
    (files / "gone.xml").symlink_to("nowhere")
    true_walk = os.scandir

    def scandir(path: Any) -> Any:
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return true_walk(path)

    monkeypatch.setattr(os, "scandir", scandir)
    ended = call(*SN, "--format", "concise", ".")
    assert ended.status == 2
    assert ended.text == (
        "./closed:1:1: error ./closed cannot be searched: Permission denied\n"
        + LINE.replace("faulty", "./faulty")
    )
    assert "./closed cannot be searched: Permission denied" in ended.said
    assert "skipped ./gone.xml: the link leads nowhere" in ended.said


def test_globs_are_expanded_and_names_with_their_characters_are_not(
    files: Path, call: Call
) -> None:
    ended = call(*SN, "--format", "json", "*.xml", "c[l]ean.*")
    assert found_in(ended) == ["clean.xml", "empty.xml", "faulty.xml"]
    if os.name == "posix":
        (files / "c*.xml").write_bytes(CLEAN)
        assert found_in(call(*SN, "--format", "json", "c*.xml")) == ["c*.xml"]
    assert "no file matches x*.xml" in call(*SN, "x*.xml").said


def test_a_file_named_twice_is_checked_once(files: Path, call: Call) -> None:
    (files / "empty.xml").unlink()
    words = ["faulty.xml", "./faulty.xml", str(files / "faulty.xml"), "."]
    if os.name == "posix":
        (files / "link.xml").symlink_to("faulty.xml")
        words.append("link.xml")
    assert found_in(call(*SN, "--format", "json", *words)) == ["faulty.xml", "./clean.xml"]
    assert found_in(call(*SN, "--format", "json", "none.xml", "none.xml")) == ["none.xml"]


def test_the_sample_is_checked_where_it_is_asked_for(call: Call) -> None:
    ended = call("check", "--isolated", "--select", "SN", "--sample")
    assert (ended.status, ended.said) == (0, "")
    assert f"checked {SMALL}: " in ended.text
    assert call("check", "--isolated").said == (
        "ianalint: no FILE given, and no `files` in a configuration\n"
        'ianalint: Run "ianalint check --sample" to check a small sample registry.\n'
    )
    both = call("check", "--isolated", "--sample", "a.xml")
    assert (both.status, both.said.splitlines()[0]) == (2, "ianalint: --sample takes no FILE")


def test_the_sample_is_found_in_the_package_and_beside_it(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "validator"
    package.mkdir()
    monkeypatch.setattr(inputs, "__file__", str(package / "commands" / "inputs.py"))
    ended = call("check", "--isolated", "--sample")
    assert ended.status == 2
    assert "the sample registry is missing from this installation" in ended.said
    (package / "sample").mkdir()
    own = package / "sample" / "service-names-port-numbers.xml"
    own.write_bytes(CLEAN)
    assert inputs.sample() == str(own)


@posix
def test_a_path_that_is_no_text_is_shown_all_the_same(files: Path) -> None:
    name = os.fsdecode(b"b\xffd\x1b\xe2\x80\xae.xml")
    try:
        (files / name).write_bytes(FAULTY)
    except OSError:
        pytest.skip("the file system takes no such name")
    for form in FORMATS:
        ended = forked(*SN, "--format", form, name, cwd=files)
        assert ended.status == 1
        assert b"b\\xffd\\x1b\\u202e.xml:5" in ended.out or form not in ("text", "concise")
        assert b"\x1b" not in ended.out
        ended.out.decode("utf-8")
    assert forked(*SN, "--output", name, name, cwd=files).status == 2


# -- outputs ------------------------------------------------------------------------------------


def test_several_reports_of_one_run(files: Path, call: Call) -> None:
    ended = call(
        *SN, "faulty.xml", "--format", "concise", "--output", "out.txt",
        "--report", "json=out.json", "--report", "jsonl=out.jsonl", "--report", "text=out.text",
    )  # fmt: skip
    assert (ended.status, ended.out) == (1, b"")
    assert (files / "out.txt").read_text() == LINE
    assert json.loads((files / "out.json").read_bytes())["summary"]["open"]["error"] == 1
    assert len((files / "out.jsonl").read_text().splitlines()) == 3
    text = (files / "out.text").read_text()
    assert text.startswith("faulty.xml:5:33  error SN005")
    assert "\x1b" not in text
    assert call(*SN, "faulty.xml", "--output", "-", "--format", "concise").text == LINE
    call(*SN, "faulty.xml", "--report", "concise=a=b")
    assert (files / "a=b").read_text("utf-8") == LINE


def test_the_same_report_on_stdout_and_in_a_file(files: Path) -> None:
    for form in FORMATS:
        shown = forked(*SN, "faulty.xml", "--format", form, cwd=files).out
        forked(*SN, "faulty.xml", "--format", form, "--output", "out", cwd=files)
        assert (files / "out").read_bytes() == shown


@pytest.mark.parametrize(
    "words",
    [
        ["--output", "faulty.xml"],
        ["--report", "json=./faulty.xml"],
        ["--report", "json=a", "--report", "text=./a"],
        ["--output", "a", "--report", "json=a"],
        ["--output", "link.xml"],
    ],
)
def test_outputs_that_collide_are_refused(files: Path, call: Call, words: list[str]) -> None:
    try:
        os.link(files / "faulty.xml", files / "link.xml")
    except OSError:
        pytest.skip("the file system has no links")
    ended = call(*SN, *words, "faulty.xml")
    assert (ended.status, ended.out) == (2, b"")
    assert (files / "faulty.xml").read_bytes() == FAULTY
    assert not (files / "a").exists()


def test_an_output_that_cannot_be_written_does_not_stop_the_others(files: Path, call: Call) -> None:
    ended = call(
        *SN, "clean.xml", "--report", "json=none/a", "--report", "concise=b", "--format", "concise"
    )
    assert ended.status == 2
    said = f"{Path('none/a')} cannot be written: No such file or directory"
    assert ended.said.replace("none/a", str(Path("none/a"))) == f"ianalint: {said}\n"
    assert (files / "b").exists()


@posix
def test_a_report_keeps_mode_and_link_and_leaves_nothing_beside(files: Path, call: Call) -> None:
    kept = files / "kept"
    kept.write_text("before")
    kept.chmod(0o640)
    (files / "link").symlink_to("kept")
    before = set(os.listdir(files))
    assert call(*SN, "faulty.xml", "--format", "concise", "--output", "link").status == 1
    assert kept.read_text() == LINE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert (files / "link").is_symlink()
    assert set(os.listdir(files)) == before
    call(*SN, "faulty.xml", "--output", "fresh")
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((files / "fresh").stat().st_mode) == 0o666 & ~umask


def test_what_was_there_stays_when_writing_fails(
    files: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "kept").write_text("before")
    before = set(os.listdir(files))

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_space)
    ended = call(*SN, "clean.xml", "--output", "kept")
    assert ended.status == 2
    assert ended.said == "ianalint: kept cannot be written: No space left on device\n"
    assert (files / "kept").read_text() == "before"
    assert set(os.listdir(files)) == before


@full
@pytest.mark.parametrize("words", [[*SN, "faulty.xml"], ["rules"], ["schema", "report"], ["-h"]])
def test_a_full_disk_is_one_sentence(files: Path, words: list[str]) -> None:
    with open("/dev/full", "wb") as device:
        done = subprocess.run(
            [sys.executable, "-m", "validator", *words],
            stdout=device,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd=files,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == (
        b"ianalint: standard output cannot be written: No space left on device\n"
    )


@full
@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="the system has no /dev/stdout")
def test_a_report_into_the_pipe_of_standard_output(files: Path) -> None:
    words = ["check", "faulty.xml", "--isolated", "-q", "-f", "concise"]
    command = [sys.executable, "-m", "validator", *words]
    plain, piped = (
        subprocess.run([*command, *more], capture_output=True, check=False, cwd=files)
        for more in ([], ["-o", "/dev/stdout"])
    )
    assert (piped.returncode, piped.stdout, piped.stderr) == (
        plain.returncode, plain.stdout, plain.stderr,
    )  # fmt: skip
    assert plain.stdout


def test_a_full_device_as_file(files: Path, call: Call) -> None:
    ended = call(*SN, "clean.xml", "--output", "/dev/full", "--report", "json=/dev/null")
    assert ended.status == 2
    assert ended.said == "ianalint: /dev/full cannot be written: No space left on device\n"


@posix
@pytest.mark.parametrize(
    ("words", "status"),
    [([*SN, "many.xml"], 1), (["rules"], 0), (["--version"], 0), (["--help"], 0)],
)
def test_a_reader_that_goes_away_is_no_fault(files: Path, words: list[str], status: int) -> None:
    (files / "many.xml").write_bytes(dump(*[record(f"a--{n}") for n in range(500)]))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "validator", *words],
            stdout=writing,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd=files,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (status, b"")


@posix
@pytest.mark.parametrize(
    ("redirected", "status", "said"),
    [
        (">&-", 2, b"ianalint: standard output is closed\n"),
        ("2>&- >/dev/null", 1, b""),
        ("<&- >/dev/null", 1, b""),
    ],
)
def test_closed_streams(files: Path, redirected: str, status: int, said: bytes) -> None:
    command = f'"{sys.executable}" -m validator {" ".join(SN)} faulty.xml {redirected}'
    done = subprocess.run(
        command, shell=True, stderr=subprocess.PIPE, env=environment(), cwd=files, check=False
    )
    assert (done.returncode, done.stderr) == (status, said)


@posix
def test_standard_input_that_is_closed(files: Path) -> None:
    command = f'"{sys.executable}" -m validator {" ".join(SN)} - <&-'
    done = subprocess.run(
        command, shell=True, capture_output=True, env=environment(), cwd=files, check=False
    )
    assert (done.returncode, done.stderr) == (2, b"ianalint: <stdin>: standard input is closed\n")


# -- the world around ---------------------------------------------------------------------------


def test_seed_locale_and_time_zone_change_nothing(files: Path) -> None:
    words = ("check", "--isolated", "--today", "2026-11-23", "--legacy", "show")
    (files / "word.xml").write_bytes(FAULTY.replace(b"Invented", "Erfund\u00e9n".encode()))
    worlds: list[dict[str, str]] = [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4711", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "99", "LC_ALL": "de_DE.UTF-8", "TZ": "America/Anchorage", "LANG": "x"},
    ]
    reports = [word for form in FORMATS for word in ("--report", f"{form}={form}")]
    said: list[dict[str, bytes]] = []
    for world in worlds:
        ianalint(*words, "word.xml", str(SMALL), *reports, cwd=files, env=world)
        said.append({form: (files / form).read_bytes() for form in FORMATS})
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16", "utf-8-sig"])
def test_an_output_in_another_encoding(
    files: Path, call: Call, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """It has one byte order mark, and escapes for characters that its encoding lacks."""
    (files / "word.xml").write_bytes(FAULTY.replace(b"file--sync", "n\u00e9--\u20ac".encode()))
    words = (*SN, "word.xml", "--format", "concise")
    plain = call(*words)
    assert (plain.status, '"n\u00e9--\u20ac"' in plain.text) == (1, True)
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding))
    assert run([str(word) for word in words]) == 1
    assert buffer.getvalue() == plain.text.encode(encoding, "backslashreplace")


@pytest.mark.parametrize("option", ["-O", "-OO", "-I"])
def test_without_docstrings_and_assertions(files: Path, option: str) -> None:
    if option == "-I":
        code = "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy; "
        code += "runpy.run_module('validator', run_name='__main__', alter_sys=True)"
        done = subprocess.run(
            [sys.executable, "-I", "-c", code, environment()["PYTHONPATH"], *SN, "faulty.xml"],
            capture_output=True,
            cwd=files,
            check=False,
        )
        assert done.returncode == 1
        return
    for words in ([*SN, "faulty.xml"], ["rules"], ["rules", "--format", "json"], ["schema"]):
        plain = forked(*words, cwd=files)
        stripped = ianalint(*words, cwd=files, options=[option])
        assert stripped.status == plain.status
        assert stripped.said == plain.said
        if option == "-O" or "json" not in words:
            assert stripped.out == plain.out
    ended = ianalint("rules", "SN005", options=[option])
    if option == "-O":
        assert "Why it matters: " in ended.text
    else:
        assert ended.status == 2
        assert ended.text.startswith("SN005 service-name-adjacent-hyphens\nerror; RFC 6335")
        assert ended.said == (
            "ianalint: no documentation of rules: Python runs with -OO, which removes it\n"
        )


def test_the_working_directory_may_be_gone(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("POSIX only")
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f'rmdir "{gone}"; "{sys.executable}" -m validator check --select SN "{SMALL}"'
    done = subprocess.run(
        command, shell=True, capture_output=True, env=environment(), cwd=gone, check=False
    )
    assert done.returncode == 0, done.stderr


# -- statistics, colors, progress --------------------------------------------------------------


def test_statistics_tell_the_time_on_standard_error(files: Path, call: Call) -> None:
    ended = call(*SN, "faulty.xml", "--statistics")
    assert "field          findings" in ended.text
    assert ended.said.startswith("ianalint: time: reading ")
    assert re.search(r"slowest rules: [A-Z]{2}[0-9]{3} [0-9.]+ ms, ", ended.said)
    assert " ms" not in ended.text
    assert call(*SN, "faulty.xml", "--statistics", "--quiet").said == ""


def test_the_time_of_each_part_and_of_the_slowest_rules(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ticks = iter([0.0, 1.0, 1.25, 1.375, 1.625, 1.75, 3.75, 3.875, 4.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(ticks))
    clock = frame.Clock()
    for part in ("reading", "SN001", "SN002", "SN003", "SN001", "reading", "report"):
        clock.start(part)
    clock.add({"reading": 2.0, "PN001": 0.0625, "PN002": 0.03125, "PN003": 0.015625, "ST001": 0.5})
    clock.tell()
    assert capsys.readouterr().err == (
        "ianalint: time: reading 2375 ms, report 125 ms, rules 3109 ms\n"
        "ianalint: slowest rules: SN001 2125.0 ms, ST001 500.0 ms, SN002 250.0 ms,"
        " SN003 125.0 ms, PN001 62.5 ms\n"
    )


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "stream", "env", "expected"),
    [
        ("always", None, {"NO_COLOR": "1"}, True),
        ("never", Terminal(), {"FORCE_COLOR": "1"}, False),
        ("auto", Terminal(), {}, True),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"NO_COLOR": ""}, True),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("auto", io.StringIO(), {}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1"}, True),
        ("auto", io.StringIO(), {"FORCE_COLOR": "0"}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", None, {}, False),
    ],
)
def test_colors_are_chosen(
    monkeypatch: pytest.MonkeyPatch, choice: Any, stream: Any, env: dict[str, str], expected: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert terminal.wants_color(choice, stream) is expected


def test_colors_are_for_the_terminal_and_not_for_files(files: Path) -> None:
    words = (*SN, "faulty.xml", "--report", "text=out")
    assert b"\x1b[" in ianalint(*words, cwd=files, env={"FORCE_COLOR": "1"}).out
    assert b"\x1b" not in (files / "out").read_bytes()
    assert b"\x1b" not in forked(*words, cwd=files).out
    assert b"\x1b" in forked(*words, "--color", "always", cwd=files).out
    assert b"\x1b" in (files / "out").read_bytes()
    assert (
        b"\x1b"
        not in forked(*SN, "faulty.xml", "--color", "always", "--format", "json", cwd=files).out
    )


@pytest.mark.parametrize("width", [80, 40])
def test_progress_is_shown_after_a_while_and_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    if width != 80:
        monkeypatch.setattr(terminal, "columns", lambda _: width)
    monkeypatch.setattr(terminal, "_PATIENCE", 0.01)
    monkeypatch.setattr(terminal, "_BEAT", 0.01)
    monkeypatch.delenv("TERM", raising=False)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with terminal.Progress() as progress:
        progress.doing = "reading d\x1bump.xml " + "x" * 200
        deadline = time.monotonic() + 10
        while "reading" not in stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        terminal.say("d cannot be read")
    shown = stream.getvalue()
    terminal.say("later")
    assert stream.getvalue() == f"{shown}ianalint: later\n"
    assert "\r\x1b[Kreading d\\x1bump.xml x" in shown
    assert "\r\x1b[Kianalint: d cannot be read\n" in shown
    assert shown.endswith("\r\x1b[K")
    assert max(map(len, shown.replace("\x1b[K", "").split("\r"))) == width - 1


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("check a.xml", "reading a.xml, checking a.xml: service-name-adjacent-hyphens,"
         " checking a.xml: findings"),
        ("check a.xml b.xml --jobs 2", "checking 1 of 2 inputs, checking 2 of 2 inputs"),
        ("diff a.xml b.xml", "reading a.xml, checking a.xml, reading b.xml, checking b.xml,"
         " comparing b.xml with a.xml"),
        ("compare a.xml b.xml", "reading a.xml, reading b.xml, comparing"),
        ("audit services --registry a.xml", "reading a.xml, checking services"),
        ("request r.yaml --registry a.xml", "reading a.xml, checking requests"),
        ("fix a.xml", "fixing a.xml"),
        ("convert a.xml --to csv", "reading a.xml, writing csv"),
        ("lookup 80 --registry a.xml", "reading a.xml"),
    ],
)  # fmt: skip
def test_progress_says_what_is_done(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, steps: str
) -> None:
    said: list[str] = []

    class Recorded(terminal.Progress):
        def __setattr__(self, name: str, value: object) -> None:
            if name == "doing":
                said.append(str(value))
            super().__setattr__(name, value)

    monkeypatch.setattr(frame, "Progress", Recorded)
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(FAULTY)
    (tmp_path / "services").write_text("http 80/tcp\n")
    (tmp_path / "r.yaml").write_text("service_name: tide\n")
    selection = ["--ignore", "FM,MD", "--select", "SN005"] if words.startswith("check") else []
    call(*words.split(), "--isolated", *selection)
    rules = [step for step in said if step.startswith("checking a.xml: ")]
    assert [step for step in said if step and step not in rules[1:-1]] == steps.split(", ")


@pytest.mark.parametrize("quiet", [True, False])
def test_no_progress_for_short_runs_or_where_nobody_looks(
    monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    monkeypatch.delenv("TERM", raising=False)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with terminal.Progress(quiet=quiet):
        pass
    assert stream.getvalue() == ""
    monkeypatch.setattr(terminal, "_PATIENCE", 0.0)
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with terminal.Progress():
        time.sleep(0.02)
    assert pipe.getvalue() == ""


# -- the other commands -------------------------------------------------------------------------


def test_the_table_of_rules(call: Call) -> None:
    text = call("rules").text
    for rule in RULES.values():
        [line] = [s for s in text.splitlines() if s.startswith(f"  {rule.code}  ")]
        assert rule.name in line
        assert rule.severity in line
        assert line.endswith(rule.cites)
        assert ("+" in line.split()) is rule.since_rfc6335
        assert ("off" in line.split()) is not rule.is_default
    assert "SN  service names\n" in text
    assert "+    introduced by RFC 6335" in text


@pytest.mark.parametrize("word", ["TP", "tp"])
def test_the_rules_of_a_family(call: Call, word: str) -> None:
    text = call("rules", word).text
    assert "TP004" in text
    assert "SN001" not in text


@pytest.mark.parametrize("word", ["SN005", "sn005", "service-name-adjacent-hyphens"])
def test_the_documentation_of_a_rule(call: Call, word: str) -> None:
    text = call("rules", word).text
    assert text.startswith(
        "SN005 service-name-adjacent-hyphens\nerror; RFC 6335, Section 5.1\n\n"
        "A service name has two adjacent hyphens.\n\n"
    )
    assert "\nWhy it matters: " in text
    assert "\nFlagged:\n    <record><name>file--sync</name></record>\n" in text
    assert text.endswith("\nAccepted:\n    <record><name>file-sync</name></record>\n")


@pytest.mark.parametrize("color", ["never", "always"])
def test_each_rule_is_shown_whole(call: Call, color: str) -> None:
    for rule in RULES.values():
        text = call("rules", rule.code, "--color", color).text
        words = rule.documentation.replace("::", ":").split()
        shown = [word for word in _plain(text).split() if word]
        assert shown[-len(words) :] == words


def _plain(text: str) -> str:
    import re

    return re.sub("\x1b\\[[0-9;]*m", "", text)


def test_the_table_in_colors_says_the_same(call: Call) -> None:
    plain = call("rules").text
    colored = _plain(call("rules", "--color", "always").text)
    codes = [word for word in plain.split() if word in RULES]
    assert codes == [word for word in colored.split() if word in RULES]
    assert codes == list(RULES)


def test_rules_for_machines(call: Call) -> None:
    every = json.loads(call("rules", "--format", "json").out)
    declared = catalogue.rules()
    assert [rule["code"] for rule in every] == list(declared)
    [one] = json.loads(call("rules", "SN008", "--format", "json").out)
    assert one == {
        "code": "SN008",
        "name": "service-name-conflict",
        "severity": "error",
        "reference": RULES["SN008"].cites,
        "since_rfc6335": True,
        "default": True,
        "needs": [f"column:{c}" for c in ("service_name", "port_number", "assignee", "contact")],
        "summary": "A service name is assigned to different parties on different ports.",
        "documentation": RULES["SN008"].documentation,
    }


def test_schemas_are_printed(call: Call) -> None:
    assert call("schema").text == "baseline\nchanges\nconfig\nlookup\nregistry\nreport\nrequest\n"
    assert json.loads(call("schema", "report").out)["title"] == "Report of ianalint"


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ianalint co", {"compare", "convert", "completion"}),
        ("ianalint check --legacy-", {"--legacy-cutoff"}),
        ("ianalint convert --to ", {"json", "csv", "xml", "services"}),
        ("ianalint check --format j", {"json", "jsonl", "junit"}),
        ("ianalint check --select SN00", {f"SN00{n}" for n in range(1, 10)}),
        ("ianalint rules XF", {"XF001", "XF002", "XF003"}),
        ("ianalint schema re", {"registry", "report", "request"}),
        ("ianalint completion ", {"bash", "zsh", "fish", "tcsh"}),
        ("ianalint check completion.", {"completion.bash"}),
        ("ianalint compare completion.bash completion.", {"completion.bash"}),
        ("ianalint lookup --registry completion.", {"completion.bash"}),
    ],
)
def test_bash_completes(call: Call, tmp_path: Path, line: str, expected: set[str]) -> None:
    script = tmp_path / "completion.bash"
    script.write_bytes(call("completion", "bash").out)
    words = line.split(" ")
    asked = " ".join(f"'{word}'" for word in words)
    done = subprocess.run(
        ["bash", "-c", f'. "$0"; COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}; '
         '$(complete -p ianalint | sed "s/.*-F \\([^ ]*\\).*/\\1/"); echo "${COMPREPLY[@]}"',
         str(script)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (set(done.stdout.split()), done.stderr) == (expected, "")


@pytest.mark.parametrize("shell", ["zsh", "fish", "tcsh"])
def test_completion_for_other_shells_names_every_command(call: Call, shell: str) -> None:
    ended = call("completion", shell)
    assert ended.status == 0
    assert all(command in ended.text for command in COMMANDS)
    assert call("completion", "dash").status == 2
