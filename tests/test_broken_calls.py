"""Each call of the operating system fails once in turn: nothing is lost, and one sentence says so.

A command is run with every `open`, `read`, `write`, `close`, `stat`, `replace` and so on counted,
and then once for each of them, in which that one fails.  Afterward each file that was there is as
it was, or as it should have become; nothing else lies beside it.
"""

from __future__ import annotations

import builtins
import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Called
from validator.commands import download
from validator.commands.download import Answer

Call = Callable[..., Called]
KINDS = (
    errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EMFILE, errno.EINTR, errno.ESTALE,
    errno.EDQUOT,
)  # fmt: skip
OF_OS = ("open", "replace", "chmod", "unlink", "stat", "lstat", "fsync", "scandir")
ORIGINAL = b"what was there before\n"
KEPT = b'{"$schema": "urn:ianalint:schema:baseline:1", "format_version": 1, "findings": []}\n'

COMMANDS: dict[str, tuple[str, ...]] = {
    "check": (
        "check", "dump.csv", "--baseline", "known.json", "--format", "json", "--output", "out",
        "--report", "markdown=page", "--select", "SN,BL",
    ),
    "write-baseline": (
        "check", "dump.csv", "--write-baseline", "known.json", "--output", "out", "--select", "SN",
    ),
    "convert": ("convert", "dump.csv", "--to", "json", "--output", "out"),
    "fix": ("fix", "dump.csv", "--isolated", "--output", "out"),
    "compare": ("compare", "dump.csv", "other.xml", "--output", "out"),
    "fetch": ("fetch", "--url", "https://example.org/dump.xml", "--output", "out"),
}  # fmt: skip


class Faults:
    """Counts calls, and lets the one with the number `at` fail with `kind`."""

    def __init__(self, at: int = -1, kind: int = 0) -> None:
        self.at = at
        self.kind = kind
        self.seen: list[str] = []

    def call(self, name: str) -> None:
        self.seen.append(name)
        if len(self.seen) - 1 == self.at:
            raise OSError(self.kind, os.strerror(self.kind))

    @property
    def failed(self) -> str:
        return self.seen[self.at] if 0 <= self.at < len(self.seen) else ""


class Stream:
    """An open file whose calls are counted."""

    def __init__(self, stream: Any, faults: Faults) -> None:
        self.stream = stream
        self.faults = faults

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        is_open = not self.stream.closed
        self.stream.close()
        if is_open:
            self.faults.call("close")

    def read(self, *size: int) -> Any:
        self.faults.call("read")
        return self.stream.read(*size)

    def write(self, data: Any) -> Any:
        # Half of it arrives, as on a disk that fills up.
        if len(self.faults.seen) == self.faults.at:
            self.stream.write(data[: len(data) // 2])
        self.faults.call("write")
        return self.stream.write(data)

    def writelines(self, chunks: Iterable[Any]) -> None:
        for data in chunks:
            self.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def faulty(faults: Faults) -> Iterator[None]:
    real_open = builtins.open
    real = {name: getattr(os, name) for name in OF_OS}

    def opened(*words: Any, **more: Any) -> Any:
        faults.call("open")
        return Stream(real_open(*words, **more), faults)

    def counted(name: str) -> Callable[..., Any]:
        def called(*words: Any, **more: Any) -> Any:
            faults.call(name)
            return real[name](*words, **more)

        return called

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builtins, "open", opened)
        for name in OF_OS:
            patch.setattr(os, name, counted(name))
        yield


def laid(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    registries = ROOT / "fixtures" / "registry"
    faulty_rows = b"a--b,80,tcp,Text,[Ann],[Ann],2020-01-02,,,,,\r\n"
    (folder / "dump.csv").write_bytes((registries / "extract.csv").read_bytes() + faulty_rows)
    (folder / "other.xml").write_bytes((registries / "extract.xml").read_bytes())
    (folder / "known.json").write_bytes(KEPT)
    for name in ("out", "page"):
        (folder / name).write_bytes(ORIGINAL)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_call_may_fail(
    name: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (ROOT / "fixtures" / "registry" / "extract.xml").read_bytes()
    headers = {"ETag": '"x"'}
    monkeypatch.setattr(download, "download", lambda url, **_: Answer(url, data, headers))
    words = (*COMMANDS[name], *(("--isolated", "--today", "2026-11-24") * (name in CHECKING)))

    def ended(faults: Faults) -> Called:
        laid(tmp_path)
        with faulty(faults):
            return call(*words)

    call(*words)  # what is loaded when it is first used is not counted
    laid(tmp_path)
    before = contents(tmp_path)
    ended(Faults())  # nor what is asked for once in a process
    counting = Faults()
    first = ended(counting)
    after = contents(tmp_path)
    assert first.status in (0, 1)
    assert after["out"] != ORIGINAL
    assert {"open", "write", "close", "replace"} <= set(counting.seen)
    for at in range(len(counting.seen)):
        # Each kind that the code tells apart has its turn at every third call.
        for kind in KINDS[at % 3 :: 3]:
            faults = Faults(at, kind)
            done = ended(faults)
            where = f"{name}: {faults.failed} {at} {errno.errorcode[kind]}: {done!r}"
            assert faults.failed, where
            assert done.status in (0, 1, 2), where
            assert "Traceback" not in done.said, where
            now = contents(tmp_path)
            for path in now.keys() & before.keys():
                if name in (*CHECKING, "compare") and done.status == 2 and path in ("out", "page"):
                    # A report that says of the dump that it could not be read is whole as well.
                    if now[path] != before[path] and b" cannot be read" in now[path]:
                        if name == "check" and path == "out":
                            assert json.loads(now[path])["inputs"][0]["error"]
                        continue
                assert now[path] in (before[path], after[path]), where
            assert before.keys() <= now.keys(), where
            assert now.keys() <= before.keys() | after.keys(), where
            if done.status == first.status and not done.said:
                # What a server is known again by may be missing: it is fetched again then.
                missing = {path for path in after if now.get(path) != after[path]}
                assert missing <= {".out.fetch.json"}, where
            if done.status == 2:
                assert done.said.startswith("ianalint: "), where


CHECKING = ("check", "write-baseline")
