"""Commands that read dumps name `ianalint audit` for a file that was made from the registry."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Called
from validator.consumers.recognize import audit_hint

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
    ("shark", "http 80/tcp\ndomain 53/tcp/udp\n", "looks like Wireshark's services, which"),
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
        ("audit", "our ports.csv", "--registry", "our ports.csv"),
        ("lookup", "8500", "--registry", "our ports.csv"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_names_audit(words: tuple[str, ...], call: Call) -> None:
    Path("our ports.csv").write_text("Service,Port\nbilling,8500\n", encoding="utf-8")
    ended = call(*words)
    assert ended.status == 2
    assert f"It {LIST} 'our ports.csv'\" checks" in ended.err.decode()


def test_a_table_with_two_columns_of_the_registry_is_named_too(call: Call) -> None:
    Path("p.csv").write_text("Service Name,Port Number,Team\nbilling,8500,a\n", encoding="utf-8")
    ended = call("check", "p.csv", "--isolated", "--format", "concise")
    assert ended.status == 1
    assert (
        f'ianalint: p.csv lacks 10 columns of the registry. It {LIST} p.csv" checks'
        in ended.err.decode()
    )


def test_a_dump_that_is_read_loads_nothing_of_it(call: Call) -> None:
    sys.modules.pop("validator.consumers.recognize", None)
    call("check", "--sample", "--isolated")
    assert "validator.consumers.recognize" not in sys.modules
