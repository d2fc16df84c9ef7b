"""A run uses no network and no other program, and writes only the files that it is asked to.

An audit hook, which is set before the first import, records what the interpreter does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, environment

SPY = """
import json, os, sys
events = []
def record(event, words):
    if event == "open":
        path, mode, flags = words
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC)
        if writes and not isinstance(path, int):
            events.append(["write", os.path.basename(os.fspath(path))])
    elif event.split(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib", "subprocess"):
        events.append([event, ""])
    elif event in ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.symlink", "os.link",
                   "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.truncate",
                   "os.chmod", "os.chown", "shutil.rmtree", "pty.spawn"):
        events.append([event, os.path.basename(os.fspath(words[0])) if words else ""])
sys.addaudithook(record)
from validator.__main__ import main
status = main()
real = os.fdopen(int(os.environ["EVENTS"]), "w")
json.dump({"status": status, "events": events, "modules": sorted(sys.modules)}, real)
real.close()
"""
SMALL = str(ROOT / "fixtures" / "registry" / "small.xml")
EXTRACT = str(ROOT / "fixtures" / "registry" / "extract.csv")
COMMANDS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "check": (("check", SMALL), set()),
    "reports": (
        ("check", SMALL, EXTRACT, "--output", "out.txt", "--report", "html=out.html",
         "--report", "sarif=out.sarif", "--write-baseline", "known.json"),
        {"out.txt", "out.html", "out.sarif", "known.json"},
    ),
    "document type": (("check", "hostile.xml"), set()),
    "convert": (("convert", SMALL, "--to", "json", "--output", "out.json"), {"out.json"}),
    "fix": (("fix", SMALL, EXTRACT, "--unsafe", "--output", "out.patch"), {"out.patch"}),
    "nothing to fix": (("fix", "hostile.xml", "--write"), set()),
    "compare": (("compare", SMALL, SMALL.replace(".xml", ".csv")), set()),
    "rules": (("rules", "SN005"), set()),
    "schema": (("schema", "report"), set()),
    "completion": (("completion", "bash"), set()),
    "the sample": (("check", "--sample"), set()),
}  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="a file descriptor is passed on")
@pytest.mark.parametrize("name", COMMANDS)
def test_only_outputs_are_written(name: str, tmp_path: Path) -> None:
    import os

    words, outputs = COMMANDS[name]
    (tmp_path / "hostile.xml").write_text(
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY a SYSTEM "file:///etc/hostname">'
        '<!ENTITY % b SYSTEM "http://127.0.0.1:9/b"> %b;]>'
        '<registry xmlns="http://www.iana.org/assignments" xmlns:x='
        '"http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a http://127.0.0.1:9/s.xsd"'
        ' id="service-names-port-numbers"><record><name>a</name></record>'
        "<record><name>&a;</name></record></registry>",
        "utf-8",
    )
    before = set(tmp_path.iterdir())
    reading, writing = os.pipe()
    process = subprocess.run(
        [sys.executable, "-B", "-c", SPY, *words],
        cwd=tmp_path, env=environment(EVENTS=str(writing)), capture_output=True,
        pass_fds=[writing], timeout=60,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        result = json.loads(stream.read())
    assert result["status"] in (0, 1), process.stderr
    # A file is written under another name first, and then renamed.
    touched = {(event, path.removesuffix(".tmp").rpartition(".")[0][1:] if path.endswith(".tmp")
                else path) for event, path in result["events"]}  # fmt: skip
    assert {event for event, _ in touched} <= {"write", "os.rename", "os.chmod"}
    assert {path for _, path in touched} == outputs
    assert {path.name for path in set(tmp_path.iterdir()) - before} == outputs
    # jinja2 loads asyncio, which loads sockets, but none is opened.
    if name != "completion":  # loads every command, for its options
        assert not {"http.client", "urllib.request", "ftplib", "validator.commands.download"} & set(
            result["modules"]
        )
