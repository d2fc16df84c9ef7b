"""What several tests share: the command, called from outside and from inside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from validator.cli import run

# How long an example takes depends on the machine, and on what else runs on it.
settings.register_profile("ianalint", deadline=None)
settings.load_profile("ianalint")

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "fixtures" / "registry" / "small.xml"


class Called:
    """How a call ended: exit status, standard output and standard error."""

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
    """The environment without what changes how the command looks, and with the checkout on path."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "LC_")) and name not in ("NO_COLOR", "FORCE_COLOR")
    }
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def ianalint(
    *words: str | Path,
    cwd: Path = ROOT,
    data: bytes = b"",
    options: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> Called:
    """Run the command as a process of its own; `options` are Python's."""
    done = subprocess.run(
        [sys.executable, *options, "-m", "validator", *map(str, words)],
        cwd=cwd,
        input=data,
        capture_output=True,
        env=environment(**(env or {})),
        timeout=120,
        check=False,
    )
    return Called(done.returncode, done.stdout, done.stderr)


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


OPENING = (
    '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">\n'
    "<title>Service Name and Transport Protocol Port Number Registry</title>\n"
    "<updated>2026-08-17</updated>\n"
)


def dump(*records: str) -> bytes:
    """A registry of these records, the first of which begins in line 4."""
    return (OPENING + "".join(f"{record}\n" for record in records) + "</registry>\n").encode()


def record(name: str, date: str = "2020-01-02") -> str:
    return (
        f'<record date="{date}"><name>{name}</name><protocol>tcp</protocol>'
        '<xref type="person" data="Ann_Example"/><description>Invented</description></record>'
    )


CLEAN = dump(record("file-sync"))
FAULTY = dump(record("file-sync"), record("file--sync"))
