"""What a person at a terminal sees, where standard output and standard error meet."""

from __future__ import annotations

import os
import re
import struct
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import FAULTY
from validator.cli import run

if sys.platform == "win32":
    pytest.skip("needs pseudo-terminals", allow_module_level=True)

import fcntl
import pty
import termios

OnTerminal = Callable[..., tuple[int, str]]
NOT_READ = "missing.csv cannot be read: No such file or directory"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.xml").write_bytes(FAULTY)
    (tmp_path / "services").write_text("http 80/tcp\n")
    (tmp_path / "request.yaml").write_text("service_name: tide\n")
    return tmp_path


@pytest.fixture
def on_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> OnTerminal:
    """Run a command on a terminal; return its status and what the terminal shows.

    `out` and `err` are files that standard output and standard error go to instead.
    """
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLUMNS", raising=False)

    def called(
        *words: str, columns: int = 200, out: str | None = None, err: str | None = None
    ) -> tuple[int, str]:
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        pieces: list[bytes] = []
        reader = Thread(target=_read, args=(controller, pieces))
        reader.start()
        with ExitStack() as streams, monkeypatch.context() as patch:
            for stream, name in (("stdout", out), ("stderr", err)):
                target = os.dup(terminal) if name is None else folder / name
                file = streams.enter_context(open(target, "w", encoding="utf-8"))
                patch.setattr(sys, stream, file)
            status = run(words)
        os.close(terminal)
        reader.join()
        os.close(controller)
        text = b"".join(pieces).decode().replace("\r\n", "\n")
        # What is shown of the progress, and taken away again, where the machine is slow.
        return status, re.sub(r"\r\x1b\[K(?:[^\r\n]*(?=\r\x1b\[K))?", "", text)

    return called


def _read(controller: int, pieces: list[bytes]) -> None:
    try:
        while piece := os.read(controller, 1 << 16):
            pieces.append(piece)
    except OSError:  # Linux says so that nobody has the terminal any more
        pass


@pytest.mark.parametrize(
    "words",
    [
        ("check", "missing.csv"),
        ("check", "missing.csv", "one.xml"),
        ("check", "missing.csv", "--summary"),
        ("check", "missing.csv", "-q"),
        ("check", "missing.csv", "-f", "concise"),
        ("check", "missing.csv", "-f", "concise", "-q"),
        ("check", "missing.csv", "-f", "github"),
        ("check", "missing.csv", "-f", "json"),
        ("check", "missing.csv", "-f", "jsonl", "-q"),
        ("check", "missing.csv", "-f", "sarif"),
        ("check", "missing.csv", "-f", "gitlab", "--summary"),
        ("diff", "missing.csv", "one.xml", "-f", "markdown"),
        ("audit", "missing.csv"),
        ("audit", "services", "--registry", "missing.csv"),
        ("request", "missing.csv"),
        ("request", "request.yaml", "--registry", "missing.csv"),
        ("compare", "missing.csv", "one.xml"),
        ("compare", "missing.csv", "one.xml", "-q"),
        ("diff", "missing.csv", "one.xml"),
        ("diff", "missing.csv", "one.xml", "-q"),
        ("diff", "missing.csv", "one.xml", "--summary", "-q"),
        ("convert", "missing.csv", "--to", "json"),
        ("lookup", "80", "--registry", "missing.csv"),
        ("fix", "missing.csv"),
    ],
    ids=" ".join,
)
def test_what_was_not_read_is_said_once_on_a_terminal(
    on_terminal: OnTerminal, words: tuple[str, ...]
) -> None:
    status, text = on_terminal(*words, "--isolated")
    assert (status, text.count(NOT_READ)) == (2, 1)


@pytest.mark.parametrize("form", ["text", "concise", "jsonl", "json"])
def test_what_was_not_read_is_in_the_report_and_on_standard_error(
    folder: Path, on_terminal: OnTerminal, form: str
) -> None:
    words = ("check", "missing.csv", "--isolated", "-f", form)
    status, text = on_terminal(*words, out="out")
    assert (status, text) == (2, f"ianalint: {NOT_READ}\n")
    assert NOT_READ in (folder / "out").read_text()
    status, text = on_terminal(*words, err="err")
    assert (status, NOT_READ in text) == (2, True)
    assert (folder / "err").read_text() == f"ianalint: {NOT_READ}\n"
    # A report in a file is not on the terminal.
    status, text = on_terminal(*words, "-o", "report")
    assert (status, text) == (2, f"ianalint: {NOT_READ}\n")


def test_messages_are_wrapped_on_a_terminal_only(folder: Path, on_terminal: OnTerminal) -> None:
    words = ("check", f"{'a' * 60}.xml", "--isolated", "--fail-on-stale", "--max-tiem", "3")
    status, text = on_terminal(*words, columns=60)
    assert (status, text) == (
        2,
        'ianalint: unknown option "--max-tiem"; did you mean\n'
        "  --max-time?\n"
        'ianalint: Run "ianalint check --help" for usage.\n',
    )
    status, text = on_terminal("fix", words[1], "--isolated", columns=60)
    assert (status, text) == (
        2,
        f"ianalint:\n  {'a' * 60}.xml\n  cannot be read: No such file or directory\n",
    )
    status, text = on_terminal(*words, columns=60, err="err")
    assert (folder / "err").read_text() == (
        'ianalint: unknown option "--max-tiem"; did you mean --max-time?\n'
        'ianalint: Run "ianalint check --help" for usage.\n'
    )


@pytest.mark.parametrize("command", ["check", "audit", "request", "diff"])
def test_the_settings_that_are_not_set_are_wrapped_on_a_terminal_only(
    folder: Path, on_terminal: OnTerminal, command: str
) -> None:
    words = (command, "--isolated", "--show-settings")
    assert on_terminal(*words, out="out") == (0, "")
    whole = (folder / "out").read_text()
    assert whole.splitlines()[-1].startswith("# not set: ")
    for columns in (80, 40):
        status, text = on_terminal(*words, columns=columns)
        assert status == 0
        assert max(map(len, text.splitlines())) <= columns
        assert text.replace("\n#   ", " ") == whole


@pytest.mark.parametrize(
    ("words", "columns"),
    [("rules SN008", 60), ("rules", 80), ("check --sample", 70), ("lookup 80", 60)],
)
def test_text_is_as_wide_as_the_terminal(
    folder: Path, on_terminal: OnTerminal, words: str, columns: int
) -> None:
    (folder / "ianalint.toml").write_text("registry = 'one.xml'\n")
    text = on_terminal(*words.split(), columns=columns)[1]
    on_terminal(*words.split(), columns=columns, out="out")
    whole = (folder / "out").read_text()
    assert _widest(text) <= columns < _widest(whole)
    assert text.split() == whole.split() or words == "rules"


def _widest(text: str) -> int:
    """The width of the widest line but for those of examples."""
    return max(len(line) for line in text.splitlines() if not line.startswith("    "))
