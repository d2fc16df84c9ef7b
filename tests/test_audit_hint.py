"""Commands that read dumps name `ianalint audit` for a file that was made from the registry."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Called
from tests.consumer_cases import FOLDER
from validator import read_registry
from validator.consumers.recognize import audit_hint
from validator.writers import write

Call = Callable[..., Called]
LIST = 'looks like a private list, which "ianalint audit'
FILES = [
    ("ports.csv", "Service,Port,Owner\nbilling,8500,a\n", LIST),
    ("ports.tsv", "\n# ours\nPort\tName\n8500-8509\tbilling\n", LIST),
    ("semicolon.csv", "Ports of the harbour;;\nName;Port;Team\nbilling;8500;a\n", LIST),
    ("ports.md", "# Ours\n\n| Name | Port |\n|---|---|\n| billing | 8500 |\n", LIST),
    ("ports.yaml", "services:\n  - name: billing\n    port: 8500\n", LIST),
    ("ports.json", '{"billing": 8500, "reports": [8501]}', LIST),
    ("ports.toml", "[services]\nbilling = 8500\n", LIST),
    ("services", "# all\nhttp 80/tcp www\nhttps 443/tcp\n", "looks like services(5), which"),
    ("nmap", "http 80/tcp 0.48 # x\nunknown 4/tcp 0.1\n", "looks like nmap-services, which"),
    ("shark", "http 80/tcp/udp\ndomain 53/tcp/udp\n", "looks like Wireshark's services, which"),
    ("hosts", "127.0.0.1 localhost\n::1 localhost\n", ""),
    ("settings.yaml", "name: x\nlevels: [a, b]\n", ""),
    ("empty.csv", "a,b\n1,2\n", ""),
    ("page.html", "<html><body>http 80/tcp</body></html>", ""),
    ("part.csv", "Port Number,Transport Protocol,Registration Date\n80,tcp,2010-01\n", ""),
    ("dated.csv", "service_name,port_number,registration_date\nhttp,80,2010-01\n", ""),
    ("dated2.csv", "Service Name,Port Number,Registration Date\nhttp,80,2010-01\n", ""),
    ("keys.csv", "service_name,port_number,description\nbilling,8500,Bills\n", LIST),
    ("broken.json", '{"billing": 8500', ""),
]


@pytest.mark.parametrize(("name", "text", "part"), FILES, ids=[name for name, _, _ in FILES])
def test_what_a_file_looks_like(name: str, text: str, part: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    hint = audit_hint(str(path))
    assert part in hint
    assert bool(part) == bool(hint)


@pytest.mark.parametrize(
    "words",
    [
        ("check", "our ports.csv", "--isolated"),
        ("convert", "our ports.csv", "--to", "json"),
        ("fix", "our ports.csv", "--isolated"),
        ("diff", "our ports.csv", "other.csv", "--isolated"),
        ("compare", "our ports.csv", "other.csv", "--isolated"),
        ("audit", "our ports.csv", "--registry", "our ports.csv"),
        ("lookup", "8500", "--registry", "our ports.csv"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_names_audit(words: tuple[str, ...], call: Call) -> None:
    for name in ("our ports.csv", "other.csv"):
        Path(name).write_text("Service,Port\nbilling,8500\n", encoding="utf-8")
    ended = call(*words)
    assert ended.status == 2
    assert f"It {LIST} 'our ports.csv'\" checks" in ended.err.decode()


@pytest.mark.parametrize(
    ("columns", "lacking"),
    [
        ("Service Name,Port Number,Team", 10),
        ("Service Name,Port Number,Transport Protocol,Description,Assignee,Contact", 6),
        ("Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Reference", 0),
    ],
)
def test_a_table_with_some_columns_of_the_registry_is_named_too(
    call: Call, columns: str, lacking: int
) -> None:
    row = "billing,8500,tcp,Bills,a,a,"[: 14 if "Team" in columns else None]
    Path("p.csv").write_text(f"{columns}\n{row}\n", encoding="utf-8")
    ended = call("check", "p.csv", "--isolated", "--format", "concise")
    assert ended.status == 1
    assert ended.said == (
        f'ianalint: p.csv lacks {lacking} columns of the registry. It {LIST} p.csv" checks\n'
        if lacking
        else ""
    )


def test_a_dump_that_is_read_loads_nothing_of_it(call: Call) -> None:
    sys.modules.pop("validator.consumers.recognize", None)
    call("check", "--sample", "--isolated")
    assert "validator.consumers.recognize" not in sys.modules


_DUMP = "--registry expects a dump of the registry"
_PREVIOUS = "--previous expects the earlier version of FILE"
_NAMED = "Name a dump of the registry with --registry"
_COMPARED = "A dump to compare with is named with --registry"
# Inputs in the place of another, and how the sentence about them ends.
MISPLACED = [
    ("audit services --previous dump.xml", f"{_PREVIOUS}. {_NAMED} or --history"),
    ("audit services --previous dump.csv", f"{_PREVIOUS}. {_NAMED} or --history"),
    ("audit list.csv --previous dump.csv", f"{_PREVIOUS}. {_NAMED} or --history"),
    ("audit services --as services --previous dump.xml", f"{_PREVIOUS}. {_NAMED} or --history"),
    ("audit services --previous request.yaml", f'"ianalint request" checks it). {_PREVIOUS}'),
    ("audit services --previous list.csv",
     "list.csv: expected services(5) as services is, found a private list"),
    ("audit list.csv --previous services",
     "services: list.csv is a private list, which answers no names:"
     " --previous is for services(5) and its kin"),
    ("audit services --previous services", "FILE and --previous are the same file: services"),
    ("audit services --previous ./services", "FILE and --previous are the same file: services"),
    ("audit services --previous none", "none cannot be read: No such file or directory"),
    ("audit services --registry services", f'"ianalint audit services" checks. {_DUMP}'),
    ("audit services --registry list.csv", f'"ianalint audit list.csv" checks. {_DUMP}'),
    ("audit services --registry request.yaml", f'"ianalint request" checks. {_DUMP}'),
    ("audit services --registry none", "none cannot be read: No such file or directory"),
    ("audit dump.xml --registry services", "FILE and --registry may be swapped"),
    ("audit dump.csv --registry list.csv", "FILE and --registry may be swapped"),
    ("audit dump.xml --registry dump.xml", f'"ianalint check" checks a registry). {_COMPARED}'),
    ("audit empty --registry dump.xml", "ianalint: empty is empty"),
    ("request empty --registry dump.xml", "ianalint: empty is empty"),
    ("request page.xml --registry dump.xml", "an Internet-Draft, found XML or HTML)"),
    ("audit dump.csv", f'"ianalint check" checks a registry). {_COMPARED}'),
    ("audit services --registry dump.xml --history list.csv",
     "--history expects older dumps of the registry."
     " Name the earlier version of FILE with --previous"),
    ("audit services --registry dump.xml --history request.yaml",
     "--history expects older dumps of the registry"),
    ("request dump.xml --registry dump.xml", f"found XML or HTML). {_COMPARED}"),
    ("request dump.xml", f"found XML or HTML). {_COMPARED}"),
    ("request dump.xml --registry request.yaml", "FILE and --registry may be swapped"),
    ("request request.yaml --registry list.csv", _DUMP),
    ("lookup 80 --registry services", _DUMP),
    ("lookup dump.xml --registry 80",
     "80 cannot be read: No such file or directory. WORD and --registry may be swapped"),
    ("lookup dump.xml 80", "; did you mean --registry dump.xml?"),
    ("lookup 80", "or `registry` in the configuration"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "end"), MISPLACED, ids=[words for words, _ in MISPLACED])
def test_an_input_in_the_place_of_another(words: str, end: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "services").write_text("http 80/tcp\nssh 22/tcp\n", "utf-8")
    (tmp_path / "list.csv").write_text("name,port\na,8500\n", "utf-8")
    (tmp_path / "empty").touch()
    (tmp_path / "page.xml").write_text("<html><body>503</body></html>\n", "utf-8")
    (tmp_path / "request.yaml").write_text(
        "service_name: a\ntransport_protocols: [tcp]\nport_number: 4621\n", "utf-8"
    )
    (tmp_path / "dump.xml").write_bytes((FOLDER / "registry.xml").read_bytes())
    table = write(read_registry(FOLDER / "registry.xml"), "csv").text
    (tmp_path / "dump.csv").write_text(table, "utf-8")
    ended = call(*words.split(), "--isolated", "--quiet")
    assert ended.status == 2
    assert ended.err.decode().splitlines()[0].endswith(end)


def test_the_missing_registry_is_told_only_of_what_was_checked(call: Call) -> None:
    Path("services").write_text("http 80/tcp\n", "utf-8")
    Path("dump.xml").write_bytes((FOLDER / "registry.xml").read_bytes())
    alone = "no registry was named (--registry): the files are checked alone"
    for names, count in (["services"], 1), (["services", "dump.xml"], 1), (["dump.xml"], 0):
        assert call("audit", *names, "--isolated").said.count(alone) == count


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_draft_is_named_as_one(command: str, call: Call) -> None:
    table = "| Name | Port |\n|---|---|\n| billing | 8500 |\n"
    Path("a draft.md").write_text(f"---\ndocname: draft-x-00\n---\n\n# IANA\n\n{table}", "utf-8")
    ended = call(command, "a draft.md", "--isolated")
    assert ended.status == 2
    sentence = (
        "It looks like an Internet-Draft, whose requests \"ianalint request 'a draft.md'\" checks"
    )
    assert sentence in ended.said
    assert "private list" not in ended.said
