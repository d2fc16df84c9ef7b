"""What the tests call: each test runs once, alone, in a process of its own, and is watched."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parent.parent
SECONDS_OF_A_TEST = 5  # CPU time; what takes longer is not run for mutants
MEMORY = 2 << 30
# File and full name of each function, as in `co_qualname`.
Functions = frozenset[tuple[str, str]]


class CalledFunctions:
    """What one test called, and its CPU time in seconds."""

    def __init__(self, item: pytest.Item, functions: Functions, cpu: float) -> None:
        self.item = item
        self.functions = functions
        self.cpu = cpu
        self.files = {file for file, _ in functions}
        # File and number of the lines that it runs, where these were watched.
        self.lines: frozenset[tuple[str, int]] | None = None


def called(session: pytest.Session, path: Path, jobs: int) -> list[CalledFunctions]:
    """What each test calls, from the file at `path`, where what is new is added.

    Tests that fail or take too long are left out.  `jobs` of them run at a time.
    """
    items = {item.nodeid: item for item in session.items}
    same: dict[tuple[str, str], tuple[str, str]] = {}  # the names of functions, each once
    known: set[str] = set()
    found: list[CalledFunctions] = []

    def add(entry: Mapping[str, Any]) -> None:
        known.add(entry["test"])
        if entry["test"] in items and entry["functions"] is not None:
            names = [tuple(name) for name in entry["functions"]]
            functions = frozenset(same.setdefault(name, name) for name in names)
            found.append(CalledFunctions(items[entry["test"]], functions, entry["cpu"]))

    if path.exists():
        with path.open(encoding="utf-8") as stored:
            for line in stored:
                add(json.loads(line))
    new = [item for item in session.items if item.nodeid not in known]
    with path.open("a", encoding="utf-8") as out:
        for entry in _watched(session, new, jobs):
            add(entry)
            out.write(json.dumps(entry) + "\n")
            out.flush()
    return found


def add_lines(
    session: pytest.Session,
    tests: Sequence[CalledFunctions],
    files: frozenset[str],
    path: Path,
    jobs: int,
) -> None:
    """Set which lines of `files` each test runs, from the file at `path`, where they are added."""
    entries: dict[str, Any] = {}
    if path.exists():
        with path.open(encoding="utf-8") as stored:
            entries = {entry["test"]: entry for entry in map(json.loads, stored)}
    new = [t.item for t in tests if t.files & files and t.item.nodeid not in entries]
    with path.open("a", encoding="utf-8") as out:
        for entry in _watched(session, new, jobs, files):
            entries[str(entry["test"])] = entry
            out.write(json.dumps(entry) + "\n")
            out.flush()
    for test in tests:
        entry = entries.get(test.item.nodeid)
        if entry is not None and entry["functions"] is not None:
            test.lines = frozenset((file, line) for file, line in entry["functions"])
            test.cpu = entry["cpu"]


def _watched(
    session: pytest.Session,
    items: Sequence[pytest.Item],
    jobs: int,
    files: frozenset[str] = frozenset(),
) -> Iterator[dict[str, object]]:
    """Run each test in a process of its own, so that none uses what another one has cached.

    What it runs is functions, or lines where `files` are named.
    """
    waiting = list(reversed(items))
    running: dict[int, pytest.Item] = {}
    with tempfile.TemporaryDirectory() as folder:
        while waiting or running:
            if waiting and len(running) < jobs:
                item = waiting.pop()
                child = os.fork()
                if child == 0:
                    os._exit(_run_watched(session, item, Path(folder, str(os.getpid())), files))
                running[child] = item
                continue
            child, status, usage = os.wait3(0)
            if child not in running:
                continue
            item = running.pop(child)
            functions = None
            if status == 0:
                functions = sorted(_merged(Path(folder).glob(f"{child}*")))
            for file in Path(folder).glob(f"{child}*"):
                file.unlink()
            cpu = round(usage.ru_utime + usage.ru_stime, 3)
            yield {"test": item.nodeid, "cpu": cpu, "functions": functions}


def _merged(files: Iterable[Path]) -> set[tuple[str, Any]]:
    return {(file, name) for path in files for file, name in json.loads(path.read_text("utf-8"))}


def _run_watched(
    session: pytest.Session, item: pytest.Item, path: Path, files: frozenset[str]
) -> int:
    """Run one test, and write the functions of the package that it calls to `path`, or lines."""
    package = str(ROOT / "validator") + os.sep
    found: set[tuple[str, str | int]] = set()

    def call(frame: FrameType, _: str, __: Any) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(package):
            return None
        name = code.co_filename[len(package) :]
        if not files:
            found.add((name, code.co_qualname))
            return None
        return line if name in files else None

    def line(frame: FrameType, event: str, __: Any) -> Any:
        if event == "line":
            found.add((frame.f_code.co_filename[len(package) :], frame.f_lineno))
        return line

    def write() -> None:
        own = f"{path}-{os.getpid()}"
        Path(own).write_text(json.dumps([*found]), "utf-8")

    run_commands_as_forks(write)
    threading.settrace(call)
    sys.settrace(call)
    try:
        return int(run_tests(session, [item], SECONDS_OF_A_TEST) is not None)
    finally:
        sys.settrace(None)
        write()


def run_tests(session: pytest.Session, items: Sequence[pytest.Item], seconds: int) -> int | None:
    """Run tests in this process until one fails, and return its index among all."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # Not the address space, of which the browsers that tests start reserve much more.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.alarm(seconds * 10)
    for item, following in zip(items, [*items[1:], None], strict=False):
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if not session.testsfailed:
                continue
        except BaseException:
            pass  # A mutant that breaks the test run is detected as well.
        return session.items.index(item)
    return None


def run_commands_as_forks(write: Callable[[], None] = lambda: None) -> None:
    """Let tests that run the command as a process of its own run it in a fork of this one.

    Another process would have the code without the mutant.  `write` is called at its end.
    """
    conftest = sys.modules["tests.conftest"]
    before = conftest.ianalint, conftest.forked

    def ianalint(
        *words: str | Path,
        cwd: Path = ROOT,
        data: bytes = b"",
        options: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> Any:
        if options:  # of Python
            return before[0](*words, cwd=cwd, data=data, options=options, env=env)
        return _forked(list(map(str, words)), cwd, data, conftest.environment(**(env or {})), write)

    def forked(*words: str | Path, cwd: Path = ROOT) -> Any:
        return _forked(list(map(str, words)), cwd, b"", conftest.environment(), write)

    for module in [entry for name, entry in sys.modules.items() if name.startswith("tests.")]:
        for name, value in list(vars(module).items()):
            if value in before:
                setattr(module, name, (ianalint, forked)[before.index(value)])


def _forked(
    words: list[str], cwd: Path, data: bytes, env: Mapping[str, str], write: Callable[[], None]
) -> Any:
    """Run the command in a fork, and return its status, output and errors."""
    conftest = sys.modules["tests.conftest"]
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("in", "out", "err")]
        streams[0].write_bytes(data)
        child = os.fork()
        if child == 0:
            _become_command(words, cwd, env, streams, write)
        _, status, usage = os.wait4(child, 0)
        ended = conftest.Fork(
            os.waitstatus_to_exitcode(status), *(path.read_bytes() for path in streams[1:])
        )
    ended.seconds = usage.ru_utime + usage.ru_stime
    ended.memory = usage.ru_maxrss / 2**10
    return ended


def _become_command(
    words: list[str],
    cwd: Path,
    env: Mapping[str, str],
    streams: Sequence[Path],
    write: Callable[[], None],
) -> NoReturn:
    exit_at_once = os._exit

    def end(status: int) -> NoReturn:
        write()
        exit_at_once(status)

    status = 1
    try:
        for number, path in enumerate(streams):
            stream = os.open(path, os.O_CREAT | (os.O_APPEND | os.O_RDWR if number else 0))
            os.dup2(stream, number)
            os.close(stream)
        sys.stdin = open(0, encoding="utf-8", closefd=False)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)
        os.environ.clear()
        os.environ.update(env)
        os.chdir(cwd)
        program = sys.modules["validator.__main__"]
        sys.argv = [str(program.__file__), *words]
        os._exit = end
        program.command()
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else 1
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    end(status)
