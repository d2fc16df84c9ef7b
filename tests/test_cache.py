"""`--cache`: a report that is shown again is the one that would be made, or it is made."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CLEAN, FAULTY, Called, dump, record
from validator.commands import cache

Call = Callable[..., Called]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of entries, which is not there yet."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path / "caches" / "ianalint"


def entries(kept: Path) -> list[Path]:
    return sorted(kept.iterdir()) if kept.is_dir() else []


@pytest.mark.parametrize("form", ["text", "json", "sarif", "html", "concise", "junit"])
def test_a_kept_report_is_the_same(
    call: Call, tmp_path: Path, kept: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.xml").write_bytes(FAULTY)
    words = ("check", "a.xml", "--isolated", "--format", form)
    plain = call(*words)
    assert entries(kept) == []
    first = call(*words, "--cache")
    assert len(entries(kept)) == 1
    monkeypatch.setattr("validator.commands.check.examine", None)
    again = call(*words, "--cache")
    assert [(c.status, c.out, c.err) for c in (first, again)] == [(1, plain.out, b"")] * 2


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path("a.xml").write_bytes(CLEAN),
        lambda: Path("ianalint.toml").write_text('ignore = ["SN005"]\n'),
        lambda: Path("known.json").unlink(),
        lambda: os.environ.update(FORCE_COLOR="1"),
        lambda: os.utime(cache.__file__, ns=(1, os.stat(cache.__file__).st_mtime_ns + 1)),
    ],
    ids=["input", "configuration", "baseline", "colour", "program"],
)
def test_what_has_changed_is_checked_anew(
    call: Call, kept: Path, change: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "0")
    Path("a.xml").write_bytes(dump(record("other")))
    call("check", "a.xml", "--write-baseline", "known.json", "--quiet")
    Path("a.xml").write_bytes(FAULTY)
    words = ("check", "a.xml", "--cache", "--baseline", "known.json")
    assert call(*words).status == 1
    times = os.stat(cache.__file__)
    try:
        change()
        made = call(*words)
    finally:
        os.utime(cache.__file__, ns=(times.st_atime_ns, times.st_mtime_ns))
    again = call(*words[:2], *words[3:])
    assert (made.status, made.out) == (again.status, again.out)


def test_another_day_is_another_run(call: Call, kept: Path) -> None:
    Path("a.xml").write_bytes(FAULTY)
    for day in ("2026-08-17", "2019-01-01", "2026-08-17"):
        call("check", "a.xml", "--cache", "--today", day)
    assert len(entries(kept)) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--no-cache",),
        ("--cache", "--output", "out.txt"),
        ("--cache", "--report", "json=out.json"),
        ("--cache", "--write-baseline", "known.json"),
        ("--cache", "--statistics"),
        ("--cache", "missing.xml"),
    ],
)
def test_some_runs_are_not_kept(call: Call, kept: Path, words: tuple[str, ...]) -> None:
    Path("a.xml").write_bytes(FAULTY)
    call("check", "a.xml", "--isolated", *words)
    assert entries(kept) == []


def test_the_variable_asks_for_it_too(
    call: Call, tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "mine"))
    Path("a.xml").write_bytes(FAULTY)
    call("check", "a.xml", "--no-cache")
    assert entries(tmp_path / "mine") == []
    call("check", "a.xml")
    assert len(entries(tmp_path / "mine")) == 1
    assert entries(kept) == []


@pytest.mark.parametrize("damage", [b"", b"nothing", b"ianalint report 1 00\n0\nall is well\n"])
def test_a_damaged_entry_is_none_and_written_anew(call: Call, kept: Path, damage: bytes) -> None:
    Path("a.xml").write_bytes(FAULTY)
    first = call("check", "a.xml", "--cache")
    (entry,) = entries(kept)
    good = entry.read_bytes()
    for bad in (damage, good[:-1], good + b" ", good.replace(b"error", b"cheer", 1)):
        entry.write_bytes(bad)
        again = call("check", "a.xml", "--cache")
        assert (again.status, again.out, again.err) == (1, first.out, b"")
        assert entry.read_bytes() == good


def test_a_folder_that_cannot_be_written_is_said(call: Call, kept: Path) -> None:
    kept.parent.write_bytes(b"a file")
    Path("a.xml").write_bytes(FAULTY)
    done = call("check", "a.xml", "--cache")
    assert done.status == 1
    assert done.said.startswith("ianalint: the report is not kept: ")
    assert done.said.count("\n") == 1
    assert done.out


def test_old_entries_go_when_all_are_too_large(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LARGEST", 3000)
    for number in range(6):
        cache.put(f"n{number}", cache.Kept(0, "x" * 900))
        os.utime(kept / f"n{number}.report", ns=(number, number))
        if number:
            assert cache.get("n0") is not None  # of use, and so the newest
            os.utime(kept / "n0.report", ns=(number, number))
    assert [path.name for path in entries(kept)] == ["n0.report", "n4.report", "n5.report"]


def test_what_is_kept_may_hold_any_text(kept: Path) -> None:
    cache.put("n", cache.Kept(1, "a\r\n\udc80\x00\U0001f600"))
    found = cache.get("n")
    assert found is not None
    assert (found.status, found.text) == (1, "a\r\n\udc80\x00\U0001f600")


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/c"}, "/c/ianalint"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/x/.cache/ianalint"),
        ("darwin", {}, "/home/x/Library/Caches/ianalint"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/ianalint/Cache"),
        ("win32", {"IANALINT_CACHE_DIR": "/mine"}, "/mine"),
    ],
)
def test_where_it_is(
    platform: str, variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("HOME", "/home/x")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache.folder().replace(os.sep, "/") == expected
