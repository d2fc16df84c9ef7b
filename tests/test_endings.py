"""How a run ends that cannot go on: signals, no more files or processes, outputs of others."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

import pytest

from tests.conftest import CLEAN, FAULTY, SMALL, Called, dump, environment, interruptible, record
from validator import __main__ as main_module
from validator.commands import output, processes
from validator.errors import CallError

Call = Callable[..., Called]
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX only")
root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)


# -- signals ------------------------------------------------------------------------------------


def started(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "validator", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=folder,
        preexec_fn=interruptible,
        start_new_session=True,
    )


@posix
@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGINT, 130, b"ianalint: interrupted\n"),
        (signal.SIGTERM, 143, b"ianalint: terminated\n"),
        (getattr(signal, "SIGHUP", 0), 129, b"ianalint: terminated\n"),
    ],
)
def test_a_signal_ends_every_process(tmp_path: Path, number: int, status: int, said: bytes) -> None:
    for name in "abc":
        (tmp_path / f"{name}.xml").write_bytes(CLEAN)
    # Standard input is for the first process, which waits for it; the others are there by then.
    words = ("check", "a.xml", "b.xml", "c.xml", "-", "--isolated", "--jobs", "2", "-o", "r.json")
    with started(tmp_path, *words) as process:
        time.sleep(1.0)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        assert process.wait(30) == status
        assert process.stderr is not None
        assert process.stderr.read() == said
    assert sorted(os.listdir(tmp_path)) == ["a.xml", "b.xml", "c.xml"]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a process of --jobs is left")


@posix
def test_a_signal_that_comes_within_a_callback_is_not_lost() -> None:
    """Python says and forgets what is raised there."""
    program = (
        "import os, signal, sys, time, validator.__main__ as main; main.REPEAT_AFTER = 0.1\n"
        "class Callback:\n"
        "    def __del__(self): os.kill(os.getpid(), signal.SIGTERM); self.x\n"
        "def run():\n"
        "    main._catch_signals(); Callback(); print('lost', flush=True); time.sleep(60)\n"
        "main._run = run; main.command()"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, env=environment(), timeout=50, check=False)
    assert (ended.returncode, ended.stdout) == (143, b"lost\n")
    assert ended.stderr.startswith(b"Exception ignored in: ")
    assert ended.stderr.endswith(b"\nianalint: terminated\n")


@posix
def test_a_signal_that_is_ignored_stays_ignored() -> None:
    program = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "sys.argv = ['ianalint', 'schema']; from validator.__main__ import main; main();"
        "assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN;"
        "assert callable(signal.getsignal(signal.SIGTERM))"
    )
    command = [sys.executable, "-c", program]
    subprocess.run(command, check=True, env=environment(), stdout=subprocess.PIPE)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), main_module.Terminated(15)])
@pytest.mark.parametrize("at", ["open", "chmod", "replace"])
@pytest.mark.parametrize(
    "words",
    [
        ("check", "dump.xml", "--isolated", "--select", "SN", "-o", "out.json"),
        ("check", "dump.xml", "--isolated", "--select", "SN", "--write-baseline", "out.json"),
        ("convert", "dump.xml", "-o", "out.json"),
        ("diff", "dump.xml", "other.xml", "--isolated", "-o", "out.json"),
        ("fix", "dump.xml", "--isolated", "-o", "out.json"),
    ],
)
def test_an_interruption_leaves_no_temporary_file(
    tmp_path: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    interruption: KeyboardInterrupt,
    at: str,
    words: tuple[str, ...],
) -> None:
    (tmp_path / "dump.xml").write_bytes(FAULTY)
    (tmp_path / "other.xml").write_bytes(CLEAN)
    former = b'{"format_version": 1, "findings": []}\n'
    (tmp_path / "out.json").write_bytes(former)
    real = getattr(os, at)

    def interrupted(path: Any, *more: Any, **others: Any) -> Any:
        if str(path).endswith(".tmp"):
            if at == "open":
                os.close(real(path, *more, **others))
            raise interruption
        return real(path, *more, **others)

    monkeypatch.setattr(os, at, interrupted)
    with pytest.raises(KeyboardInterrupt):
        call(*words)
    assert sorted(os.listdir(tmp_path)) == ["dump.xml", "other.xml", "out.json"]
    assert (tmp_path / "out.json").read_bytes() == former


# -- resources ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM])
def test_no_more_files_or_processes_is_a_sentence(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    (tmp_path / "a.xml").write_bytes(CLEAN)
    (tmp_path / "b.xml").write_bytes(FAULTY)

    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(processes, "_start_method", refused)
    ended = call("check", "a.xml", "b.xml", "--isolated", "--jobs", "2")
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said == (
        f"ianalint: the system has not enough resources: [Errno {number}] {os.strerror(number)}\n"
    )


def test_a_pool_whose_thread_died_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_BEAT", 0.01)
    with pytest.raises(OSError, match=os.strerror(errno.ENOMEM)):
        processes._result(Future[int](), processes._Alive(threading.active_count()))
    late = Future[int]()
    timer = threading.Timer(0.05, late.set_result, [5])
    timer.start()
    assert processes._result(late, processes._Alive(threading.active_count() - 1)) == 5
    failed = Future[int]()
    failed.set_exception(TimeoutError("of the work"))
    with pytest.raises(TimeoutError, match="of the work"):
        processes._result(failed, processes._Alive(threading.active_count()))


def test_no_more_threads_is_a_sentence(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xml").write_bytes(CLEAN)
    (tmp_path / "b.xml").write_bytes(FAULTY)

    def refused(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    ended = call("check", "a.xml", "b.xml", "--isolated", "--jobs", "2")
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said == ("ianalint: the system has not enough resources: can't start new thread\n")


# -- outputs ------------------------------------------------------------------------------------


@posix
def test_hard_links_of_an_output_are_mentioned(tmp_path: Path, call: Call) -> None:
    (tmp_path / "dump.xml").write_bytes(FAULTY)
    (tmp_path / "out").write_text("before")
    os.link(tmp_path / "out", tmp_path / "link")
    ended = call("check", "dump.xml", "--isolated", "--select", "SN", "-o", "out")
    assert ended.status == 1
    assert ended.said == (
        f"ianalint: {tmp_path / 'out'} was replaced: its other hard links keep the former content\n"
    )
    assert (tmp_path / "link").read_text() == "before"


@posix
@root
def test_an_output_keeps_owner_group_and_mode(tmp_path: Path, call: Call) -> None:
    (tmp_path / "dump.xml").write_bytes(FAULTY)
    out = tmp_path / "out"
    out.write_text("before")
    os.chown(out, 4711, 4712)
    out.chmod(0o2640)
    ended = call("check", "dump.xml", "--isolated", "--select", "SN", "-o", "out")
    assert (ended.status, ended.said) == (1, "")
    status = out.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (4711, 4712, 0o2640)


@posix
def test_an_owner_that_cannot_be_kept_is_mentioned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.write_text("before")
    real = os.stat

    def of_another(path: Any, *more: Any, **others: Any) -> Any:
        status = real(path, *more, **others)
        if str(path).endswith("out"):
            return os.stat_result([*status[:4], 4711, *status[5:]])
        return status

    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "stat", of_another)
    monkeypatch.setattr(os, "chown", refused)
    output.write_file(str(out), ["after"])
    assert out.read_text() == "after"
    assert capsys.readouterr().err == (
        f"ianalint: {out} has a new owner: it belonged to user 4711\n"
    )


@posix
def test_a_configuration_of_another_user_above_is_mentioned(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ianalint.toml").write_text('select = ["SN"]\nformat = "concise"\n')
    (tmp_path / "below").mkdir()
    (tmp_path / "dump.xml").write_bytes(FAULTY)
    call("check", "dump.xml")
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert call("check", "dump.xml").said == ""
    monkeypatch.chdir(tmp_path / "below")
    owner = (tmp_path / "ianalint.toml").stat().st_uid
    ended = call("check", "../dump.xml")
    assert ended.status == 1
    assert ended.said == (
        f"ianalint: using {tmp_path / 'ianalint.toml'}, which belongs to another user"
        f" (uid {owner}); --config FILE names a configuration, --isolated uses none\n"
    )
    assert call("check", "../dump.xml", "--isolated").said == ""
    assert call("check", "../dump.xml", "--config", "../ianalint.toml").said == ""


@pytest.mark.parametrize(
    "words",
    [
        ("convert", "dump.xml", "--to", "csv"),
        ("convert", "dump.xml", "--to", "xml"),
        ("convert", "dump.xml", "--to", "json"),
        ("fix", "dump.xml", "--isolated"),
    ],
)
def test_a_terminal_gets_no_control_characters(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    text = record("a").replace("Invented", " Inv\x9b31m\u202eted\u2028")
    text = text.replace("<protocol>", "<number>5</number><protocol>")
    (tmp_path / "dump.xml").write_bytes(dump(text))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    shown = call(*words).text
    assert not {"\x9b", "\u202e", "\u2028", "\x1b"} & set(shown)
    assert "Inv\\x9b31m\\u202eted" in shown or "Inv\\u009b31m\\u202eted" in shown
    assert shown.count("\n") > 1
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    raw = call(*words).text
    assert ("\x9b" in raw) == (words[-1] != "json")


def test_a_dump_is_converted_the_same_on_a_terminal(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = call("convert", SMALL, "--to", "csv", "-q").text
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert call("convert", SMALL, "--to", "csv", "-q").text == plain.replace("\r\n", "\n")


# -- what is different on Windows, as far as it can be simulated --------------------------------


class Pipe:
    """A standard output whose reader has ended, or that cannot be written for another reason."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.file = os.open(os.devnull, os.O_WRONLY)

    def write(self, _: bytes) -> None:
        raise OSError(self.number, os.strerror(self.number))

    def flush(self) -> None:
        pass

    def fileno(self) -> int:
        return self.file

    @property
    def buffer(self) -> Pipe:
        return self


@pytest.mark.parametrize(
    ("number", "is_windows", "is_error"),
    [
        (errno.EPIPE, False, False),
        (errno.EINVAL, True, False),
        (errno.EINVAL, False, True),
        (errno.ENOSPC, True, True),
    ],
)
def test_a_reader_that_has_ended_is_no_error(
    number: int, is_windows: bool, is_error: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = Pipe(number)
    monkeypatch.setattr(output, "_IS_WINDOWS", is_windows)
    monkeypatch.setattr(sys, "stdout", pipe)
    try:
        if is_error:
            sentence = f"^standard output cannot be written: {os.strerror(number)}$"
            with pytest.raises(CallError, match=sentence):
                output.write_stdout(["a"])
        else:
            output.write_stdout(["a"])
    finally:
        os.close(pipe.file)


@pytest.mark.parametrize("has_room", [True, False])
def test_a_large_report_waits_in_a_temporary_file(
    has_room: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no room for one, it waits in memory."""
    files: list[Path] = []

    def temporary_file() -> IO[bytes]:
        if not has_room:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        files.append(tmp_path / "temporary")
        return files[-1].open("w+b")

    monkeypatch.setattr("tempfile.TemporaryFile", temporary_file)
    monkeypatch.setattr(output, "_MOST_IN_MEMORY", 10)
    output.write_file(str(tmp_path / "report"), ["0123456789", "\u00e4", "bc"])
    assert (tmp_path / "report").read_text("utf-8") == "0123456789\u00e4bc"
    assert [file.read_text("utf-8") for file in files] == ["0123456789\u00e4bc"] * has_room


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_temporary_file_that_is_full_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_MOST_IN_MEMORY", 2)
    sentence = "^the report cannot be completed: No space left on device$"
    with open("/dev/full", "w+b", 0) as full:
        monkeypatch.setattr(output, "_temporary_file", lambda _: full)
        with pytest.raises(CallError, match=sentence):
            output.write_file(str(tmp_path / "report"), ["abc", "d"])
    assert not (tmp_path / "report").exists()


def test_a_file_that_is_read_only_is_not_replaced_where_it_cannot_be(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows replaces and removes no file that is read-only."""
    (tmp_path / "dump.xml").write_bytes(CLEAN)
    (tmp_path / "out.csv").write_bytes(b"former")
    (tmp_path / "out.csv").chmod(0o444)
    unlink = os.unlink

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def removed(path: str) -> None:
        if not os.stat(path).st_mode & stat.S_IWRITE:
            refused()
        unlink(path)

    monkeypatch.setattr(os, "replace", refused)
    monkeypatch.setattr(os, "unlink", removed)
    ended = call("convert", "dump.xml", "-o", "out.csv", "-q")
    monkeypatch.undo()
    reason = os.strerror(errno.EACCES)
    assert (ended.status, ended.said) == (2, f"ianalint: out.csv cannot be written: {reason}\n")
    assert sorted(os.listdir(tmp_path)) == ["dump.xml", "out.csv"]
    assert (tmp_path / "out.csv").read_bytes() == b"former"
