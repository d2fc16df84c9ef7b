"""`--jobs`: several inputs at a time, and the same bytes as one after the other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CLEAN, FAULTY, ROOT, Called, dump, environment, ianalint, record
from validator.commands import processes
from validator.errors import WorkerLost

Call = Callable[..., Called]


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """A folder of inputs: sound, faulty, broken, of no form, and none."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.xml").write_bytes(dump(record("file--sync"), record(f"a{number}")))
    (folder / "4.xml").write_bytes(CLEAN)
    (folder / "5.xml").write_bytes(FAULTY[:-20])
    (folder / "6.csv").write_bytes(b"Service Name,Port Number\na--b,80\n")
    (folder / "7.txt").write_bytes(b"no dump at all\n")
    (folder / "8.xml").write_bytes(FAULTY)
    return folder


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_report_is_the_same(call: Call, dumps: Path, form: str) -> None:
    files = [*sorted(dumps.iterdir()), dumps / "missing.xml"]
    words = ("check", *files, "--isolated", "--format", form)
    one = call(*words)
    two = call(*words, "--jobs", "2")
    assert (two.status, two.out, two.err) == (one.status, one.out, one.err)
    assert one.status == 2
    assert one.out.count(b"file--sync") >= 5


def test_standard_input_keeps_its_place(dumps: Path) -> None:
    words = ("check", dumps / "0.xml", "-", dumps / "8.xml", "--isolated", "--format", "concise")
    one = ianalint(*words, data=FAULTY)
    two = ianalint(*words, "--jobs", "auto", data=FAULTY)
    assert (two.status, two.out, two.err) == (one.status, one.out, one.err)
    assert b"<stdin>" in one.out


@pytest.mark.parametrize("word", ["0", "-1", "many", "1.5"])
def test_a_number_of_processes_is_expected(word: str, call: Call) -> None:
    ended = call("check", "--sample", "--jobs", word)
    message = f'--jobs: expected a number of at least 1, or auto, got "{word}"'
    assert (ended.status, ended.err.decode().split("\n")[0]) == (2, f"ianalint: {message}")


def _die(_item: int) -> int:
    os._exit(9)


def _square(item: int) -> int:
    return item * item


def _nothing() -> None:
    pass


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_results_come_in_order(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "fork" and not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    monkeypatch.setattr(processes, "_start_method", lambda: way)
    assert list(processes.ordered(2, _square, range(5), _nothing, ())) == [0, 1, 4, 9, 16]


def _break_off() -> None:
    """Let this process die in the middle of a result that it sends."""
    from multiprocessing.connection import Connection

    def send(self: Connection, data: bytes, *_: object) -> None:
        os.write(self.fileno(), bytes(data)[:2])
        os._exit(9)

    setattr(Connection, "_send", send)  # noqa: B010


HALF_RESULT = """
import signal
from tests import test_jobs
from validator.commands import processes
from validator.errors import WorkerLost

def interrupt(*_):
    raise KeyboardInterrupt

processes._BEAT = {beat}
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, {alarm})
try:
    list(processes.ordered(2, test_jobs._square, range(3), test_jobs._break_off, ()))
except (KeyboardInterrupt, WorkerLost) as error:
    print(type(error).__name__, flush=True)
processes.os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize(
    ("beat", "alarm", "name"), [(0.05, 0, "WorkerLost"), (60, 0.5, "KeyboardInterrupt")]
)
def test_a_result_that_breaks_off_is_not_waited_for(beat: float, alarm: float, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HALF_RESULT.format(beat=beat, alarm=alarm)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (f"{name}\n", "")


def test_a_process_that_dies_is_told(
    call: Call, dumps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WorkerLost):
        list(processes.ordered(2, _die, range(3), _nothing, ()))
    monkeypatch.setattr("validator.commands.frame._work", _die)
    done = call("check", dumps, "--isolated", "--jobs", "2", "--quiet")
    assert done.status == 3
    assert done.out == b""
    assert done.said.startswith("ianalint: internal error: a process of --jobs")
    assert done.said.count("\n") == 1


@pytest.mark.parametrize("word", ["0", "-1", "many", "1.5"])
def test_the_number_is_one(call: Call, word: str) -> None:
    assert call("check", f"--jobs={word}").status == 2
