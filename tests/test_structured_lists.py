"""Private lists in YAML, JSON and TOML: every entry and fault of `documents.toml`."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.consumer_cases import FOLDER
from validator import Unusable
from validator.consumers.entry import ConsumerFile
from validator.consumers.reading import parse_consumer
from validator.readers.source import places

CASES = tomllib.loads((FOLDER / "documents.toml").read_text(encoding="utf-8"))


def entries(file: ConsumerFile) -> list[str]:
    rows = []
    for entry in file.entries:
        group = f" in {entry.cells['group'].text}" if "group" in entry.cells else ""
        transport = "" if entry.transport == "tcp" else f"/{entry.transport}"
        rows.append(f"{entry.line_number}: {entry.name} {entry.port_text}{transport}{group}")
    return rows


def faults(file: ConsumerFile) -> list[str]:
    found = places(file.data, [fault.offset for fault in file.faults])
    return [
        f"{fault.code} {fault.severity or 'error'} {line}:{column} {fault.message}"
        for (line, column), fault in sorted(
            zip(found, file.faults, strict=True), key=lambda pair: pair[0]
        )
    ]


@pytest.mark.parametrize("case", CASES["list"], ids=lambda case: case["name"])
def test_what_a_document_says(case: dict[str, Any]) -> None:
    file = parse_consumer(case["file"].encode(), path=f"ports.{case.get('form', 'yaml')}")
    assert entries(file) == case.get("entries", [])
    assert faults(file) == case.get("faults", [])


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_a_document_that_is_no_list(case: dict[str, Any]) -> None:
    for path in (f"ports.{case.get('form', 'yaml')}", *case.get("paths", ())):
        with pytest.raises(Unusable, match=rf"^{re.escape(path)}: {re.escape(case['message'])}"):
            parse_consumer(case["file"].encode(), path=path)
