"""README and guides are right: samples are what the commands print, calls can be made."""

from __future__ import annotations

import io
import re
import shlex
import struct
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Called
from tests.dumps import published
from validator.commands import COMMANDS
from validator.settings.files import CONFIGURATION

ROOT = Path(__file__).parent.parent
Call = Callable[..., Called]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(text: str = README) -> list[str]:
    """The indented blocks, without their indentation."""
    indented = re.findall(r"(?:^(?: {4}.*)?\n)+", text, re.MULTILINE)
    return [re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip("\n") for block in indented]


def is_sample(text: str, start: str) -> bool:
    """Whether the sample output that begins with `start` is how `text` begins and ends."""
    [sample] = (block for block in blocks() if block.startswith(start))
    first, last = sample.split("\n...\n")
    return text.startswith(f"{first}\n") and text.endswith(f"\n{last}\n")


def test_the_picture_of_the_report() -> None:
    picture = (ROOT / "docs" / "report.png").read_bytes()
    assert '<img src="docs/report.png"' in README
    assert "](report.png)" in (ROOT / "docs" / "checking.md").read_text("utf-8")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) <= 120 * 1024
    width, height = struct.unpack(">II", picture[16:24])
    commands = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert f" --window-size={width},{height} --screenshot=docs/report.png " in commands
    [command] = re.findall(r"^    ianalint (check fixtures/registry/.*)$", commands, re.MULTILINE)
    assert (ROOT / shlex.split(command)[1]).is_file()
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert "/docs" in build["targets"]["sdist"]["include"]


def test_the_sample_of_an_audit(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "fixtures" / "consumers")
    outcome = call("audit", "services.sample", "--registry", "registry.xml", "--isolated")
    assert outcome.status == 1
    assert is_sample(outcome.text, "services.sample:")


@pytest.mark.real
def test_the_sample_of_the_newest_dump(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "service-names-port-numbers.xml"
    (tmp_path / name).write_bytes(published("2026-08-17.xml").read_bytes())
    monkeypatch.chdir(tmp_path)
    outcome = call("check", "--isolated", name)
    assert is_sample(outcome.text, f"{name}:")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that README and guides name."""
    small = ROOT / "fixtures" / "registry"
    extract, table = (small / "extract.xml").read_bytes(), (small / "small.csv").read_bytes()
    contents = {
        "service-names-port-numbers.xml": extract,
        "dump.xml": extract,
        "dump.csv": table,
        "ports.csv": table,
        "old.xml": (small / "small.xml").read_bytes(),
        "new.xml": extract,
        "dumps/2025.xml": (small / "small.xml").read_bytes(),
        "dumps/2026.xml": extract,
        "data/ports.csv": table,
        "buffer": table,
        "draft-example-tides-03.txt": (ROOT / "fixtures/requests/draft-ietf-ferry.md").read_bytes(),
    }
    for name, data in contents.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    monkeypatch.chdir(tmp_path)
    git = ("git", "-c", "user.name=Ann Example", "-c", "user.email=ann@example.com")
    subprocess.run([*git, "init", "--quiet", "--initial-branch", "main"], check=True)
    for data in (table[: table.rindex(b"\r\n", 0, -2) + 2], table):
        (tmp_path / "data" / "ports.csv").write_bytes(data)
        subprocess.run([*git, "add", "data"], check=True)
        subprocess.run([*git, "commit", "-q", "--no-verify", "-m", "ports"], check=True)
    subprocess.run([*git, "checkout", "-q", "-b", "next"], check=True)
    subprocess.run([*git, "branch", "-q", "-f", "main", "HEAD~1"], check=True)
    return tmp_path


def lines(text: str = README) -> list[str]:
    """The commands that a document prints, in its order, without comments."""
    return [
        re.sub(r"(^|\s+)#.*", "", line)
        for block in blocks(text)
        for line in block.split("\n")
        if line.startswith("ianalint ")
    ]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *(("README.md", 15), ("docs/checking.md", 6), ("docs/changes.md", 4)),
        *(("docs/ci.md", 1), ("docs/fix.md", 1), ("docs/requests.md", 6)),
    ],
)
def test_every_command_runs(
    call: Call, project: Path, monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    """Each command of a document, one after the other as a reader types them."""
    commands = lines((ROOT / name).read_text("utf-8"))
    assert len(commands) >= count
    services = ROOT / "fixtures" / "consumers" / "services.sample"
    for line in commands:
        command, _, output = line.partition(" > ")
        command, _, source = command.partition(" < ")
        words = shlex.split(command.replace("/etc/services", str(services)))[1:]
        if source:
            buffer = io.TextIOWrapper(io.BytesIO((project / source).read_bytes()))
            monkeypatch.setattr("sys.stdin", buffer)
        outcome = call(*words)
        assert outcome.status in (0, 1), (line, outcome.said)
        if output:
            (project / output).write_text(outcome.text, "utf-8")


def test_every_command_is_mentioned() -> None:
    for command in COMMANDS:
        assert f"`ianalint {command}" in README


def test_the_configuration_is_one() -> None:
    for mark in ("fail-on =", "[[waive]]", "[audit.private]"):
        block = next(block for block in blocks() if mark in block)
        assert not list(CONFIGURATION.problems((), tomllib.loads(block)))


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))], ids=str
)
def test_links_lead_to_files_of_a_clone(path: Path) -> None:
    text = re.sub(r"^(?: {4}|```).*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    files = [link for link in links if link and not re.match(r"https?:|mailto:", link)]
    assert [file for file in files if not (path.parent / file).is_file()] == []
