"""Inputs that are no plain files, or no longer what they were: one sentence, or a report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SMALL, Called, environment, ianalint
from validator import check, parse_registry

Call = Callable[..., Called]
DATA = SMALL.read_bytes()
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX")


def ended(*words: str | Path, cwd: Path, **more: str) -> Called:
    return ianalint("check", *words, "--isolated", "--today", "2026-11-24", cwd=cwd, env=more)


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(DATA,))
    writer.start()
    done = ended("pipe", "--format", "json", cwd=tmp_path)
    writer.join()
    assert done.status == 0
    assert json.loads(done.out)["inputs"][0]["records"] == 74


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/dev/null", "/dev/null is not a regular file"),
        ("/dev/zero", "/dev/zero is not a regular file"),
        ("/dev/tty", "/dev/tty is not a regular file"),
        ("folder", "no registry dumps found in folder/"),
        ("missing", "missing cannot be read: No such file or directory"),
        ("loop", "loop cannot be read: Too many levels of symbolic links"),
        ("dangling", "dangling cannot be read: No such file or directory"),
        ("empty", "empty is empty"),
        ("x" * 300, "cannot be read: File name too long"),
        ("dump.xml/x", "dump.xml/x cannot be read: Not a directory"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(tmp_path: Path, path: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "empty").touch()
    (tmp_path / "dump.xml").write_bytes(DATA)
    done = ended(path, "dump.xml", "--format", "json", cwd=tmp_path)
    assert done.status == 2
    assert said in done.said
    assert done.said.count("\n") == 1
    inputs = json.loads(done.out)["inputs"]
    assert "error" in inputs[0]
    assert inputs[1]["records"] == 74


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(DATA)
    (tmp_path / "dump.xml").chmod(0)
    done = ended("dump.xml", cwd=tmp_path)
    assert (done.status, done.said) == (
        2,
        "ianalint: dump.xml cannot be read: Permission denied\n",
    )


CHANGING = """
import os, sys
import validator.readers.source as source
path, change = sys.argv.pop(1), sys.argv.pop(1)
real = open
class Changing:
    def __init__(self, stream):
        self.stream = stream
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.stream.close()
    def read(self, size=-1):
        first = self.stream.read(9000)
        with real(path, "r+b") as other:
            if change == "grows":
                other.seek(0, 2)
                other.write(b"<!-- more -->" * 1000)
            else:
                other.truncate(4000)
        return first + self.stream.read(size)
def opened(name, *words, **more):
    stream = real(name, *words, **more)
    return Changing(stream) if name == path else stream
source.open = opened
from validator.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("change", "status", "code"), [("grows", 0, None), ("shrinks", 1, "FM001")]
)
def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, change: str, status: int, code: str | None
) -> None:
    (tmp_path / "dump.xml").write_bytes(DATA)
    done = subprocess.run(
        [sys.executable, "-c", CHANGING, "dump.xml", change, "check", "dump.xml", "--format",
         "json", "--select", "FM001", "--isolated"],
        cwd=tmp_path, env=environment(), capture_output=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (status, b"")
    found = json.loads(done.stdout)["findings"]
    assert [finding["code"] for finding in found] == ([code] if code else [])


def test_a_home_that_cannot_be_written_or_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(DATA)
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o555)
    for place in (str(home), "/nonexistent", ""):
        done = ended("dump.xml", cwd=tmp_path, HOME=place)
        assert (done.status, done.err) == (0, b"")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "place", ["xx_XX.UTF-8", "C", "POSIX", "tr_TR.UTF-8", "ja_JP.SJIS", "\udcff"]
)
def test_a_locale_that_is_missing(tmp_path: Path, place: str) -> None:
    (tmp_path / "dump.xml").write_bytes(DATA.replace(b"tide-table", b"tide--t\xc4\xb1ble"))
    done = ended("dump.xml", "--format", "concise", cwd=tmp_path, LC_ALL=place, LANG=place)
    assert done.status == 1
    assert done.err == b""
    assert b"SN002" in done.out


def test_a_name_with_anything_in_it(tmp_path: Path) -> None:
    name = b"a\n::error::b\r\x1b[31m\xff<script>.xml"
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as stream:
        stream.write(DATA.replace(b"tide-table", b"tide--table"))
    forms = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")
    for form in forms:
        done = ended(os.fsdecode(name), "--format", form, cwd=tmp_path)
        assert done.status == 1, (form, done)
        assert b"\x1b" not in done.out
        assert b"\r" not in done.out
        assert b"\xff" not in done.out
        assert b"\n::error::b" not in done.out
        assert b"<script>.xml" not in done.out or form in (
            "text",
            "concise",
            "json",
            "gitlab",
            "github",
        )
        done.out.decode("utf-8")


BLANKS = (
    "\x1a",
    "\n\x1a",
    "\r\n\x1a\n",
    "\n\n\t  ",
    "\f",
    "\n\xa0\n",
    "\n\u3000\u200b\ufeff",
    "\u2028",
)
IN_HTML = ("&nbsp;", "\n&#160;&#xA0;\n", "<!-- served -->&emsp;", "<!-- a -->\n<!-- b -->\x1a")


@pytest.mark.parametrize("form", ["xml", "csv", "txt", "html", "json"])
def test_blanks_at_the_end_are_no_fault(form: str) -> None:
    data = SMALL.with_suffix(f".{form}").read_bytes()
    expected = check(parse_registry(data, form=form))  # type: ignore[arg-type]
    for end in (*BLANKS, *(IN_HTML if form == "html" else ())):
        for whole in (data, data.rstrip(b"\n") if form not in ("csv", "txt") else data):
            report = check(parse_registry(whole + end.encode(), form=form))  # type: ignore[arg-type]
            assert report.to_dict() == expected.to_dict(), end
    codes = {f.code for f in check(parse_registry(data + b"\x1aacme", form=form)).findings}  # type: ignore[arg-type]
    assert codes & {"FM001", "FM002", "FM009"}


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_with_blanks_at_its_end_is_fixed(
    call: Call, tmp_path: Path, mark: str, end: str
) -> None:
    text = (
        SMALL.with_suffix(".csv")
        .read_bytes()
        .decode()
        .replace("harbor-log,4621", "harbor-log, 4621")
    )
    path = tmp_path / "dump.csv"
    path.write_bytes((mark + text + end).encode())
    assert call("fix", path, "--write", "--isolated").status in (0, 1)
    assert path.read_bytes() == (mark + text.replace(", 4621", ",4621") + end).encode()
