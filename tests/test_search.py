"""Folders and globs: what is found in them, what is skipped, and that no search is endless."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases import HEADER
from tests.conftest import ROOT, Called, environment
from validator import check, parse_registry, schema
from validator.reporters import render

Call = Callable[..., Called]
ROW = "harbor,4621,tcp,Harbor log,[A],[A],2020-01-02,,[RFC9000],,,\n"
DUMP = f"{HEADER}\n{ROW}"
REQUEST = (ROOT / "fixtures" / "requests" / "good.yaml").read_text("utf-8")
XML = (ROOT / "fixtures" / "registry" / "small.xml").read_text("utf-8")
HTML = (ROOT / "fixtures" / "registry" / "small.html").read_text("utf-8")
JSON = (ROOT / "fixtures" / "registry" / "small.json").read_text("utf-8")
PAGE = "<!DOCTYPE html>\n<html><body><h1>Port numbers of our harbour</h1></body></html>\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write files, by path, and work in their folder."""
    monkeypatch.chdir(tmp_path)

    def written(files: dict[str, str]) -> None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="")

    return written


def listed(call: Call, *words: str) -> list[str]:
    ended = call("check", "--isolated", "--show-files", *words)
    assert ended.status == 0, ended
    return ended.text.splitlines()


FILES = {
    "a.csv": DUMP,
    "build/b.csv": DUMP,
    "build/keep.csv": DUMP,
    "sub/build/c.csv": DUMP,
    "sub/d.csv": DUMP,
    "sub/old-e.csv": DUMP,
}


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ([], sorted(FILES)),
        (["build"], ["a.csv", "sub/d.csv", "sub/old-e.csv"]),
        (["build/"], ["a.csv", "sub/d.csv", "sub/old-e.csv"]),
        (["/build"], ["a.csv", "sub/build/c.csv", "sub/d.csv", "sub/old-e.csv"]),
        (["sub/build"], ["a.csv", "build/b.csv", "build/keep.csv", "sub/d.csv", "sub/old-e.csv"]),
        (["old-*", "a.csv,build/"], ["sub/d.csv"]),
        (["sub/**"], ["a.csv", "build/b.csv", "build/keep.csv"]),
        (["*.csv", "!a.csv"], ["a.csv"]),
        (["nothing"], sorted(FILES)),
        (["[", "\\", "!", "/"], sorted(FILES)),
    ],
)
def test_what_is_excluded(
    tree: Callable[..., None], call: Call, exclude: list[str], left: list[str]
) -> None:
    tree(FILES)
    words = [word for glob in exclude for word in ("--exclude", glob)]
    assert listed(call, ".", *words) == [f"./{name}" for name in left]
    assert listed(call, "**/*.csv", *words) == left
    Path("ianalint.toml").write_text(f"exclude = {json.dumps(exclude)}\n", "utf-8")
    if not any("," in glob for glob in exclude):
        ended = call("check", "--show-files", ".")
        assert ended.text.splitlines() == [f"./{name}" for name in left]


def test_a_named_file_is_never_excluded(tree: Callable[..., None], call: Call) -> None:
    tree({**FILES, ".gitignore": "*\n"})
    assert listed(call, "a.csv", "build/b.csv", "--exclude", "*") == ["a.csv", "build/b.csv"]


def test_paths_from_the_searched_folder_and_from_here(
    tree: Callable[..., None], call: Call
) -> None:
    tree(FILES)
    for exclude in ("build", "/build", "sub/build", "build/c.csv"):
        assert listed(call, "sub", "--exclude", exclude) == ["sub/d.csv", "sub/old-e.csv"]


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ({".gitignore": "build\n"}, ["a.csv", "sub/d.csv", "sub/old-e.csv"]),
        ({".gitignore": "/build/\r\n# all\r\n"}, ["a.csv", *sorted(FILES)[3:]]),
        (
            {".gitignore": "build/*\n!build/keep.csv\n"},
            ["a.csv", "build/keep.csv", *sorted(FILES)[3:]],
        ),
        (
            {"sub/.gitignore": "*.csv\n!d.csv\n"},
            ["a.csv", "build/b.csv", "build/keep.csv", "sub/d.csv"],
        ),
        ({".gitignore": "*.csv\n", "sub/.gitignore": "!old-*\n"}, ["sub/old-e.csv"]),
        (
            {".gitignore": "sub/d.csv\n[\n\\\n!\n\x00\n"},
            [n for n in sorted(FILES) if n != "sub/d.csv"],
        ),
        ({".gitignore": ""}, sorted(FILES)),
        ({"elsewhere/.gitignore": "*\n"}, sorted(FILES)),
    ],
)
def test_what_git_ignores_is_skipped(
    tree: Callable[..., None], call: Call, ignored: dict[str, str], left: list[str]
) -> None:
    tree({**FILES, **ignored})
    assert listed(call, ".") == [f"./{name}" for name in left]


def test_the_file_at_the_top_of_a_repository_counts_below(
    tree: Callable[..., None], call: Call
) -> None:
    tree({**FILES, ".gitignore": "/sub/build\n", ".git/HEAD": "ref: refs/heads/main\n"})
    assert listed(call, "sub") == ["sub/d.csv", "sub/old-e.csv"]
    # Another repository is not asked for its neighbors.
    tree({"sub/.git/HEAD": "ref: refs/heads/main\n"})
    assert listed(call, "sub") == ["sub/build/c.csv", "sub/d.csv", "sub/old-e.csv"]


@pytest.mark.parametrize(
    "words",
    [
        ["check", "."],
        ["diff", "."],
        ["diff", "old", "new"],
        ["fix", "."],
        ["request", "requests", "--registry", "old"],
        ["lookup", "4621", "--registry", "old"],
        ["compare", "old", "new"],
        ["convert", "old", "--to", "json"],
        ["audit", "services", "--registry", "old", "--history", "."],
    ],
    ids=" ".join,
)
def test_every_command_searches_alike(
    tree: Callable[..., None], call: Call, words: list[str]
) -> None:
    bad = f"{HEADER}\n,,,"
    tree({
        "old/a.csv": DUMP,
        "old/page.html": PAGE,
        "old/package.json": '{"name": "harbour"}',
        "old/passed/x.csv": bad,
        "new/a.csv": DUMP.replace("log", "book"),
        "new/ignored/x.csv": bad,
        "new/.gitignore": "ignored\n",
        "requests/r.yaml": REQUEST,
        "requests/passed/r.yaml": "service_name: -",
        "services": "harbor 4621/tcp\n",
    })  # fmt: skip
    ended = call(*words, "--exclude", "passed")
    assert ended.status in (0, 1), ended
    assert "passed/" not in ended.text + ended.said
    assert "ignored/" not in ended.text + ended.said
    ended = call(*words, "--exclude", "*")
    assert ended.status == 2
    assert "found in " in ended.said


def test_a_folder_with_two_dumps_is_not_one(tree: Callable[..., None], call: Call) -> None:
    tree({"old/a.csv": DUMP, "old/b.csv": DUMP})
    for words in (("convert", "old", "--to", "json"), ("lookup", "4621", "--registry", "old")):
        ended = call(*words)
        assert (ended.status, ended.text, ended.said) == (
            2,
            "",
            "ianalint: expected one registry dump, found 2 in old\n",
        )


@pytest.mark.parametrize(
    ("name", "text", "counts"),
    [
        ("page.html", PAGE, False),
        ("page.html", HTML, True),
        ("page.xhtml", f"<html><!-- {'x' * 70_000} -->{HTML}</html>", True),
        ("page.html", f"<html><!-- {'x' * 70_000} --></html>", False),
        ("data.json", '{"a": 1}', False),
        ("data.json", "[]", False),
        ("data.json", JSON, True),
        ("data.csv", "id,name\n1,x\n", False),
        ("data.xml", "<rss/>", False),
        ("data.xml", XML, True),
        ("notes.txt", "Nothing.\n", False),
    ],
)
def test_what_is_no_registry_is_skipped_in_a_folder_and_judged_by_name(
    tree: Callable[..., None], call: Call, name: str, text: str, counts: bool
) -> None:
    tree({"a.csv": DUMP, name: text})
    assert listed(call, ".") == ["./a.csv", *([f"./{name}"] if counts else [])]
    assert (call("check", name, "--isolated").status in (1, 2)) is not counts


# -- links and other files ----------------------------------------------------------------------


NAME = "service-names-port-numbers"
TWELVE = "harbor,4621,tcp,Harbor log,[A],[A],2020-01-02,,,,,\n"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 5\n"
PROGRAMS = "c css go h java js md pl py rb rs rst sh toml YAML yml"
SUFFIXES = "csv tsv xml txt html htm xhtml json csv.gz XML.xz"
DAMAGED = {
    f"{NAME}.csv": "",
    f"{NAME}.xml": XML[:30],
    f"{NAME}-2026.txt": "404: Not Found",
    f"{NAME}.html": PAGE,
    "2026-08-17.xml": "",
    "2026-08-18.csv": "\n",
    "2026-08-19.xml": "404: Not Found",
    "2026-08-20.xml": XML[:20],
    "semicolons.csv": DUMP.replace(",", ";"),
    "tabs.tsv": DUMP.replace(",", "\t"),
    "below.csv": f"# ports\n{DUMP}",
    "rows.csv": TWELVE * 2,
    "cut.csv": "Service Name,Port Nu",
    **{f"pointer.{suffix}": POINTER for suffix in SUFFIXES.split()},
    "cut.xml": XML[: XML.index("<registry") + 60],
    "root.xml": XML[: XML.index("<registry") + 5],
    "nul.xml": f"\0{XML}",
    "text.xml": "503 Service Unavailable\n",
    "page.xml": PAGE,
    "nul.csv": "name,port\0\n",
    "nul.txt": "http 80\0\n",
    "empty.json": "",
    "cut.txt": " " * 40 + "Service Name and Transport Protocol Port Number Registry\n",
}
REPORT = "".join(render("html", check(parse_registry(DUMP))))
SOMETHING_ELSE = {
    "README.md": "# Service Name and Transport Protocol Port Number Registry\n",
    f"{NAME}.xml.sha256sum": "d41d8cd98f00b204e9800998ecf8427e\n",
    f"{NAME}.rng": "<grammar/>",
    "picture.png": POINTER,
    "pointer.md": POINTER,
    f"{NAME}-parser.py": "print()\n",
    "empty": "",
    "ports.csv": "name,port,protocol\nweb,8080,tcp\n",
    "ports.md": "| Service Name | Port Number |\n|---|---|\n| web | 8080 |\n",
    "list.csv": "Service Name;Port Number\nweb;8080\n",
    "services": "http 80/tcp\n",
    "page.html": PAGE,
    # Reports, programs, rules and schemas of a clone of this project, which name the headings.
    "report.html": REPORT,
    # An older version named no program.
    "older.html": REPORT.replace("generator", "description"),
    **{f"rows.{ending}": f"# words\n{DUMP}" for ending in PROGRAMS.split()},
    "registry.schema.json": schema.text("registry"),
}


@pytest.mark.parametrize("words", [("check",), ("diff", "--select", "HX"), ("fix", "--diff")])
def test_damaged_dumps_are_judged(
    words: tuple[str, ...], tree: Callable[..., None], call: Call
) -> None:
    whole = {"all/a.csv": DUMP, "all/b.csv": DUMP}
    tree({**whole, **{f"all/{name}": text for name, text in (DAMAGED | SOMETHING_ELSE).items()}})
    ended = call(*words, "--isolated", "all")
    assert ended.status == 2
    for name in DAMAGED:
        assert f"all/{name}" in ended.said + ended.text, name
    for name in SOMETHING_ELSE:
        assert f"all/{name}:" not in ended.said + ended.text, name
    count = len(SOMETHING_ELSE)
    first = ", ".join(sorted(SOMETHING_ELSE)[:3])
    skipped = (
        f"ianalint: skipped {count} other files in all/: not registry dumps ({first} and"
        f" {count - 3} more)"
    )
    assert ended.said.splitlines()[0] == skipped
    assert skipped not in call(*words, "--isolated", "--quiet", "all").said


@pytest.mark.parametrize("suffix", ["yaml", "yml", "toml", "json", "txt", "md", "xml"])
def test_a_pointer_is_no_request_and_no_list(
    tree: Callable[..., None], call: Call, suffix: str
) -> None:
    name = f"all/pointer.{suffix}"
    tree({name: POINTER})
    for words in (("request", "all"), ("request", name), ("audit", name)):
        ended = call(*words, "--isolated")
        assert ended.status == 2
        assert f'{name} is a Git LFS pointer, not the file itself; run "git lfs pull"\n' in (
            ended.said
        )


def test_files_that_are_meant_as_requests_are_judged(tree: Callable[..., None], call: Call) -> None:
    """Nothing at all is what a failure leaves; with its parties a request is one in any words."""
    misspelled = REQUEST.replace("service_name:", "name:").replace("transport_protocols:", "to:")
    damaged = {"empty.yaml": "", "empty.toml": "\n", "empty.json": "", "words.yaml": misspelled}
    others = {"notes.txt": "", "other.yaml": "assignee: harbour\n", "list.json": "{}"}
    tree({f"all/{name}": text for name, text in {"r.yaml": REQUEST, **damaged, **others}.items()})
    ended = call("request", "--isolated", "all", "--format", "json")
    assert ended.status == 2
    assert [each["path"] for each in json.loads(ended.out)["inputs"]] == [
        f"all/{name}" for name in sorted({"r.yaml", *damaged})
    ]
    skipped = "skipped 3 other files in all/: not requests (list.json, notes.txt and other.yaml)"
    assert ended.said.splitlines()[0] == f"ianalint: {skipped}"


def test_a_packed_dump_that_breaks_off_is_judged(tree: Callable[..., None], call: Call) -> None:
    tree({"all/a.csv": DUMP, "all/notes.txt": "notes\n"})
    Path("all/b.csv.gz").write_bytes(gzip.compress((DUMP * 200).encode())[:-20])
    ended = call("check", "--isolated", "--format", "json", "all", "--select", "FM")
    assert ended.status == 1
    assert ended.said.splitlines()[0] == (
        "ianalint: skipped 1 other file in all/: not registry dumps (notes.txt)"
    )
    assert [entry["path"] for entry in json.loads(ended.out)["inputs"]] == [
        "all/a.csv",
        "all/b.csv.gz",
    ]


def test_a_packed_dump_of_which_nothing_is_left_is_judged(
    tree: Callable[..., None], call: Call
) -> None:
    tree({"all/a.csv": DUMP})
    Path("all/b.csv.gz").write_bytes(gzip.compress(DUMP.encode())[:20])
    ended = call("check", "--isolated", "--format", "json", "all", "--select", "FM")
    assert ended.status == 2
    assert ended.said.startswith("ianalint: all/b.csv.gz cannot be unpacked: ")


def test_a_link_that_leads_nowhere_is_skipped_with_a_word(
    tree: Callable[..., None], call: Call
) -> None:
    tree({"a.csv": DUMP})
    Path("gone.csv").symlink_to("nowhere.csv")
    Path("self.csv").symlink_to("self.csv")
    for words in (["."], ["*.csv"], ["**/*.csv"]):
        ended = call("check", "--isolated", *words)
        assert ended.status == 0
        assert sorted(ended.said.splitlines()) == [
            f"ianalint: skipped {prefix}{name}.csv: the link leads nowhere"
            for name in ("gone", "self")
            for prefix in (["./"] if words == ["."] else [""])
        ]
        assert call("check", "--isolated", "--quiet", *words).said == ""
    ended = call("check", "--isolated", "gone.csv")
    assert ended.status == 2
    assert ended.said == "ianalint: gone.csv cannot be read: No such file or directory\n"
    Path("a.csv").unlink()
    assert call("check", "--isolated", ".").status == 2


def test_loops_and_pipes_are_no_hang(tree: Callable[..., None]) -> None:
    tree({"a/b/a.csv": DUMP})
    for number in range(4):
        Path(f"a/loop{number}").symlink_to("..")
        Path(f"a/b/loop{number}").symlink_to("../..")
    os.mkfifo("a/pipe.csv")
    os.mkfifo("a/b/pipe.yaml")
    for words in (["."], ["**/*.csv"], ["a/**/*.csv"], ["**/**/*.csv"]):
        done = subprocess.run(
            [sys.executable, "-m", "validator", "check", "--isolated", "--show-files", *words],
            capture_output=True, text=True, timeout=20, env=environment(), check=False,
        )  # fmt: skip
        assert "a/b/a.csv" in done.stdout
        assert "loop" not in done.stdout


def test_a_search_without_exclusions_loads_no_library(tree: Callable[..., None]) -> None:
    tree({"a.csv": DUMP})
    code = (
        "import sys; from validator.cli import run; run(['check', '--isolated', '.'])\n"
        "print('pathspec' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True
    )
    assert done.stdout.endswith("False\n")
