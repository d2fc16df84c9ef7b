"""`diff --since` and `--squash`: which steps of a history are compared."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import OPENING, Called, record

Call = Callable[..., Called]
DATES = ("2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01")


def registry(date: str, *names: str) -> bytes:
    records = "".join(f"{record(name)}\n" for name in names)
    return (OPENING.replace("2026-08-17", date) + records + "</registry>\n").encode()


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """Four dumps, each with one record more than the one before; their names tell nothing."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    for number, (date, name) in enumerate(zip(DATES, "dcba", strict=True)):
        names = [f"tide-{n}" for n in range(number + 1)]
        (folder / f"{name}.xml").write_bytes(registry(date, *names))
    return folder


def steps(ended: Called) -> list[tuple[str, str, int]]:
    """The dumps of each step, and how many records it adds."""
    return [
        (
            Path(step["old"]["path"]).stem,
            Path(step["new"]["path"]).stem,
            sum(not change["old"] for change in step["changes"]),
        )
        for step in json.loads(ended.out)["steps"]
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), [("d", "c", 1), ("c", "b", 1), ("b", "a", 1)]),
        (("--since", "2020-01-01"), [("d", "c", 1), ("c", "b", 1), ("b", "a", 1)]),
        (("--since", "2026-09-01"), [("d", "c", 1), ("c", "b", 1), ("b", "a", 1)]),
        (("--since", "2026-09-02"), [("c", "b", 1), ("b", "a", 1)]),
        (("--since", "2026-10-01"), [("c", "b", 1), ("b", "a", 1)]),
        (("--since", "2026-11-01"), [("b", "a", 1)]),
        (("--squash",), [("d", "a", 3)]),
        (("--since", "2026-10-01", "--squash"), [("c", "a", 2)]),
        (("--since", "2026-11-01", "--squash"), [("b", "a", 1)]),
    ],
)
def test_the_steps_of_a_folder(
    dumps: Path, call: Call, words: tuple[str, ...], expected: list[tuple[str, str, int]]
) -> None:
    ended = call("diff", dumps, "--isolated", "--format", "json", *words)
    assert ended.status in (0, 1)
    assert steps(ended) == expected


def test_the_files_that_would_be_compared(dumps: Path, call: Call) -> None:
    words = ("--isolated", "--show-files", "--since", "2026-10-15")
    ended = call("diff", dumps, *words)
    assert [Path(line).stem for line in ended.text.splitlines()] == ["b", "a"]
    assert ended.status == 0


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-02", "--since 2026-11-02: no dump is that new, the newest is of 2026-11-01"),
        ("2062-10-01", "--since 2062-10-01: no dump is that new, the newest is of 2026-11-01"),
        ("2026-10", '--since: expected a date (YYYY-MM-DD), got "2026-10"'),
        ("october", '--since: expected a date (YYYY-MM-DD), got "october"'),
    ],
)
def test_a_day_with_no_dumps(dumps: Path, call: Call, day: str, said: str) -> None:
    ended = call("diff", dumps, "--isolated", "--since", day)
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said.splitlines()[0] == f"ianalint: {said}"


def test_dumps_by_the_dates_in_their_names(tmp_path: Path, call: Call) -> None:
    head = "Service Name,Port Number,Transport Protocol,Description\n"
    for number, name in enumerate(("2025-04.csv", "2026-08-17.csv", "later.csv")):
        rows = "".join(f"tide-{n},{n + 1},tcp,Tide\n" for n in range(number + 1))
        (tmp_path / name).write_text(head + rows)
    names = ("2025-04.csv", "2026-08-17.csv", "later.csv")
    ended = call("diff", *names, "--isolated", "-f", "json", "--since", "2026-01-01")
    assert steps(ended) == [("2025-04", "2026-08-17", 1), ("2026-08-17", "later", 1)]
    two = call("diff", *names[:2], "--isolated", "-f", "json", "--since", "2025-04-01")
    assert steps(two) == [("2025-04", "2026-08-17", 1)]
    (tmp_path / "first.csv").write_bytes((tmp_path / "2025-04.csv").read_bytes())
    undated = call("diff", "first.csv", "later.csv", "--isolated", "--since", "2025-04-01")
    assert undated.status == 2
    assert "no dump has a date" in undated.said


def test_commits_by_their_day(tmp_path: Path, call: Call) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not here")

    def git(*words: str, day: str = "2026-01-01") -> None:
        moment = f"{day}T12:00:00+0000"
        subprocess.run(
            ["git", "-c", "user.name=Ann Example", "-c", "user.email=ann@example.com", *words],
            cwd=tmp_path, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_COMMITTER_DATE": moment,
                 "GIT_AUTHOR_DATE": "2020-01-01T12:00:00+0000", "HOME": str(tmp_path)},
        )  # fmt: skip

    git("init", "-q", "-b", "main")
    for number, day in enumerate(DATES):
        names = [f"tide-{n}" for n in range(number + 1)]
        (tmp_path / "dump.xml").write_bytes(registry("2026-01-01", *names))
        git("add", "dump.xml")
        git("commit", "-q", "-m", "next", day=day)
    words = ("diff", "--git", "dump.xml", "--isolated", "-f", "json")
    assert len(steps(call(*words))) == 3
    assert len(steps(call(*words, "--since", "2026-10-01"))) == 2
    assert [added for *_, added in steps(call(*words, "--squash"))] == [3]
    assert "the newest is of 2026-11-01" in call(*words, "--since", "2027-01-01").said
