"""What several tests share: the command, called in a process of its own and in this process."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from validator.cli import run

# The time of an example depends on the machine, and on what else runs on it.
settings.register_profile("ianalint", deadline=None)
settings.load_profile("ianalint")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shuffle", metavar="SEED", help="run the tests in a random order")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seed = config.getoption("--shuffle")
    if seed is not None:
        random.Random(seed).shuffle(items)


# What is collected stays to the end: the garbage collector need not look at it, neither while it
# is made nor later.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    if fork_server.cache_info().currsize:
        with fork_server():
            pass


ROOT = Path(__file__).parent.parent
SMALL = ROOT / "fixtures" / "registry" / "small.xml"


class Called:
    """The result of a call: exit status, standard output and standard error."""

    def __init__(self, status: int, out: bytes, err: bytes) -> None:
        self.status = status
        self.out = out
        self.err = err

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")

    @property
    def said(self) -> str:
        return self.err.decode("utf-8").replace("\r\n", "\n")

    def __repr__(self) -> str:
        return f"{self.status}\n{self.out!r}\n{self.err!r}"


def environment(**more: str) -> dict[str, str]:
    """The environment without what changes the output, and with the checkout on the path."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "LC_")) and name not in ("NO_COLOR", "FORCE_COLOR")
    }
    return {**variables, "PYTHONPATH": str(ROOT), **more}


def ianalint(
    *words: str | Path,
    cwd: Path = ROOT,
    data: bytes = b"",
    options: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> Called:
    """Run the command as a process of its own; `options` are Python's."""
    process = subprocess.run(
        [sys.executable, *options, "-m", "validator", *map(str, words)],
        cwd=cwd,
        input=data,
        capture_output=True,
        env=environment(**(env or {})),
        timeout=120,
        check=False,
    )
    return Called(process.returncode, process.stdout, process.stderr)


class Fork(Called):
    """The result of a call, with its processor time in seconds and its peak of memory in MiB."""

    seconds = 0.0
    memory = 0.0


@cache
def fork_server() -> subprocess.Popen[bytes]:
    """It ends when its standard input does."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fork_server"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def forked(*words: str | Path, cwd: Path = ROOT) -> Fork:
    """Run the command in a fork of a process that has imported the package.

    What a call loads, changes or breaks ends with the fork, as it does with a process of its own,
    which spends most of its time on starting Python and importing the package.
    """
    if not hasattr(os, "fork"):
        return Fork(**vars(ianalint(*words, cwd=cwd)))
    server = fork_server()
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        streams = [os.path.join(folder, name) for name in ("out", "err")]
        call = {"words": [*map(str, words)], "cwd": str(cwd), "env": environment()}
        call["streams"] = streams
        server.stdin.write(json.dumps(call).encode() + b"\n")
        server.stdin.flush()
        status, seconds, memory = json.loads(server.stdout.readline())
        ended = Fork(status, *(Path(path).read_bytes() for path in streams))
    ended.seconds = seconds
    ended.memory = memory
    return ended


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Called]:
    """Call the command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def called(*words: str | Path) -> Called:
        status = run([str(word) for word in words])
        return Called(status, *capsysbinary.readouterr())

    return called


def interruptible() -> None:
    """For `preexec_fn`: in the background or under `nohup`, signals are ignored at the start."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


OPENING = (
    '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">\n'
    "<title>Service Name and Transport Protocol Port Number Registry</title>\n"
    "<updated>2026-08-17</updated>\n"
)


def dump(*records: str) -> bytes:
    """A registry of these records; the first one begins in line 4."""
    return (OPENING + "".join(f"{record}\n" for record in records) + "</registry>\n").encode()


def record(name: str, date: str = "2020-01-02") -> str:
    return (
        f'<record date="{date}"><name>{name}</name><protocol>tcp</protocol>'
        '<xref type="person" data="Ann_Example"/><description>Invented</description></record>'
    )


CLEAN = dump(record("file-sync"))
FAULTY = dump(record("file-sync"), record("file--sync"))
