"""A long history needs no more memory for the last dump than for the tenth."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CLEAN, Called, dump, record
from validator.commands.diff import arguments
from validator.commands.frame import Frame
from validator.commands.history import dumps_to_compare, walk
from validator.commands.memory import give_back
from validator.diff import former_use
from validator.diff.blame import RecordQuery
from validator.diff.changes import Changes
from validator.diff.events import Event, events_of
from validator.diff.former_use import Mentions
from validator.diff.history import DumpHistory
from validator.engine.finding import Finding
from validator.model.record import Record

Call = Callable[..., Called]
FAULTY = [record(f"qu--ay{number}") for number in range(40)]


def history(folder: Path, count: int, query: str | None = None) -> DumpHistory:
    """The history of `count` dumps, each with the same findings and one record more."""
    paths = []
    for number in range(count):
        more = [record(f"new{index}") for index in range(number)]
        path = folder / f"{number}.xml"
        path.write_bytes(
            dump(*FAULTY, *more).replace(b"2026-08-17", b"2026-01-%02d" % (number + 1))
        )
        paths.append(str(path))
    frame = Frame(
        arguments().parse(["--isolated", "--today", "2026-11-24", *paths]), "registry", "history"
    )
    files = dumps_to_compare(frame)
    frame.open(file.file for file in files if file.file is not None)
    return walk(frame, files, None if query is None else RecordQuery(query))


def alive(of: type) -> int:
    gc.collect()
    return sum(type(entry) is of for entry in gc.get_objects())


@pytest.mark.parametrize("query", [None, "new0"])
def test_a_step_keeps_neither_findings_that_stand_nor_bytes(
    tmp_path: Path, query: str | None
) -> None:
    before = alive(Finding)
    made = history(tmp_path, 12, query)
    # The last dump has its findings still; the others those that came in their step.
    last = len(made.inputs[-1].findings)
    per_step = sum(len(s.findings) + len(s.gained) + len(s.fixed) for s in made.steps)
    assert alive(Finding) - before <= last + per_step
    assert per_step < 12 * 5
    assert [len(entry.data) for entry in made.inputs[:-1]] == [0] * 11
    assert [len(step.entry.data) for step in made.steps] == [0] * len(made.steps)
    if query is None:
        assert [sum(step.standing.values()) >= 40 for step in made.steps] == [True] * 11
        assert made.summary()["standing"] == made.steps[-1].standing


def test_old_records_go_when_their_changes_are_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two large dumps and the events of all their records are too much."""
    counts: list[int] = []

    def counted(changes: Changes, *, whole: bool) -> list[Event]:
        events = events_of(changes, whole=whole)
        counts.append(alive(Record) - before - len(changes.new.records))
        return events

    before = alive(Record)
    monkeypatch.setattr("validator.diff.steps.events_of", counted)
    history(tmp_path, 3)
    assert counts == [0, 0]


@pytest.mark.parametrize(("most", "calls"), [(0, 3), (41, 1), (42, 0)])
def test_memory_is_given_back_after_large_dumps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, calls: int
) -> None:
    done: list[None] = []
    monkeypatch.setattr("validator.commands.history._MOST_RECORDS", most)
    monkeypatch.setattr("validator.commands.history.give_back", lambda: done.append(None))
    history(tmp_path, 3)  # of 40, 41 and 42 records
    assert len(done) == calls


@pytest.mark.parametrize("error", [OSError, TypeError, AttributeError])
def test_other_systems_keep_their_memory(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    asked: list[object] = []

    def library(name: object) -> None:
        asked.append(name)
        raise error("no such library")

    monkeypatch.setattr("ctypes.CDLL", library)
    give_back()
    assert asked == [None]


def test_git_may_use_no_protocol(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.name == "nt":
        pytest.skip("needs an executable script")
    programs = tmp_path / "programs"
    programs.mkdir()
    script = programs / "git"
    script.write_text(
        f'#!/bin/sh\nenv > "{tmp_path}/environment"\necho "$@" > "{tmp_path}/words"\nexit 128\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "https:ssh")
    (tmp_path / "ports.xml").write_bytes(CLEAN)
    assert call("diff", "--git", "ports.xml").status == 2
    environment = (tmp_path / "environment").read_text().splitlines()
    assert [line for line in environment if line.startswith("GIT_ALLOW_PROTOCOL")] == [
        "GIT_ALLOW_PROTOCOL=none"
    ]
    assert "-c protocol.allow=never" in (tmp_path / "words").read_text()


MENTIONED = [
    ("quay", "Formerly quay.", True),
    ("QUAY", "formerly Quay", True),
    ("quay", "quayside", False),
    ("quay", "the quay-side", False),
    ("quay", "the_quay", False),
    ("quay", "quays quay2 2quay quay", True),
    ("914c/g", "was 914c/g until 2020", True),
    ("914c/g", "was 914c/gg", False),
    ("whois++", "see whois++, and", True),
    ("whois++", "see whois++x whois++", True),
    ("(", "((((", True),
    (".a.", ".a.a.a.a.a", False),
    ("", "quay", False),
    (" ", "quay", False),
    ("a" * 300, "b " + "a" * 300, True),
    ("./" * 200, "./" * 200, False),
]


@pytest.mark.parametrize(("name", "text", "expected"), MENTIONED)
@pytest.mark.parametrize("field", ["description", "assignment_notes"])
def test_a_name_is_mentioned_as_a_word(field: str, name: str, text: str, expected: bool) -> None:
    entry = Record(0, 0)
    setattr(entry, field, text)
    assert Mentions().are_in([entry], name) is expected


def test_a_text_is_read_once_for_all_names(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []

    def fold(text: str) -> str:
        folded.append(text)
        return text

    monkeypatch.setattr(former_use, "fold", fold)
    monkeypatch.setattr(former_use, "_is_word_of", None)  # looks for a name place by place
    records = [Record(index, 0) for index in range(20)]
    for entry in records:
        entry.description = "a" * 9_000
    mentions = Mentions()
    for length in range(100):
        assert not mentions.are_in(records, "a" * (4_000 + length))
    assert sum(len(text) > 8_000 for text in folded) == 20
    assert sys.getsizeof(mentions._words) < 10_000


def test_the_collector_looks_at_new_objects_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a command there is no collector but this, and no dump stays but the last."""
    collect = gc.collect
    generations: list[int] = []

    def collected(generation: int = 2) -> int:
        generations.append(generation)
        return collect(generation)

    collect()
    before = sum(type(entry) is Record for entry in gc.get_objects())
    monkeypatch.setattr(gc, "collect", collected)
    gc.disable()
    try:
        history(tmp_path, 10)
        after = sum(type(entry) is Record for entry in gc.get_objects())
    finally:
        gc.enable()
    assert generations == [0] * 10
    assert after - before == 0
