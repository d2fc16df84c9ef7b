"""Private lists in YAML, JSON and TOML: every entry and fault of `documents.toml`."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.consumer_cases import FOLDER
from validator import Unusable
from validator.consumers.case import PrivateRules
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
    sorted_faults = sorted(file.faults, key=lambda fault: fault.offset)
    found = places(file.data, [fault.offset for fault in sorted_faults])
    return [
        f"{fault.code} {fault.severity or 'error'} {line}:{column} {fault.message}"
        for (line, column), fault in zip(found, sorted_faults, strict=True)
    ]


@pytest.mark.parametrize("case", CASES["list"], ids=lambda case: case["name"])
def test_what_a_document_says(case: dict[str, Any]) -> None:
    file = parse_consumer(case["file"].encode(), path=f"ports.{case.get('form', 'yaml')}")
    assert entries(file) == case.get("entries", [])
    assert faults(file) == case.get("faults", [])


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_a_document_that_is_no_list(case: dict[str, Any]) -> None:
    for path in (f"ports.{case.get('form', 'yaml')}", *case.get("paths", ())):
        sentence = re.escape(f"{path}{case.get('place', '')}: {case['message']}")
        with pytest.raises(Unusable, match=f"^{sentence}$"):
            parse_consumer(case["file"].encode(), path=path)


@pytest.mark.parametrize(
    ("columns", "text", "expected"),
    [
        ({"port": "Host Port", "name": "What"}, "a: 8500\nb: [8501, 8502]\n",
         ["1: a 8500", "2: b 8501", "2: b 8502"]),
        ({"port": "Host Port"}, "g: {a: 8500, b: 8501}\n", ["1: a 8500 in g", "1: b 8501 in g"]),
        ({"port": ["Host Port", "ports"]}, "8500: a\n8501: b\n", ["1: a 8500", "2: b 8501"]),
        ({"group": "team"}, "g: {a: 8500, b: 8501}\n", ["1: a 8500 in g", "1: b 8501 in g"]),
        ({"group": "team"}, "g: {a: {port: 8500, team: x}, b: {port: 8501}}\n",
         ["1: a 8500 in x", "1: b 8501 in g"]),
    ],
)  # fmt: skip
def test_names_and_ports_need_no_configured_heading(
    columns: dict[str, str | list[str]], text: str, expected: list[str]
) -> None:
    file = parse_consumer(text.encode(), path="p.yaml", private=PrivateRules(columns=columns))
    assert entries(file) == expected
    assert faults(file) == []


@pytest.mark.parametrize(
    "text",
    [
        "- {What: a, Host Port: 8500}\n",
        "a: {port: 8500, admin: 8501}\n",
        "- {name: a, port: 8500}\n",
        "a: {Sockets: 8500}\n",
    ],
)
def test_objects_need_the_configured_heading(text: str) -> None:
    rules = PrivateRules(columns={"port": "Socket"})
    file = parse_consumer(text.encode(), path="p.yaml", private=rules)
    assert entries(file) == []
    assert [fault.partition(":")[0] for fault in faults(file)] == ["CS404 error 1"]


@pytest.mark.parametrize(
    "text",
    [
        "a: {app: x, in: 8500}\n",
        "- {app: x, in: 8500}\n- {app: y, in: 8500, out: 8501}\n",
        "g:\n  a: {app: x, in: 8500, out: 8501}\n",
    ],
)
def test_objects_with_another_configured_key_need_that_of_ports(text: str) -> None:
    rules = PrivateRules(columns={"port": "Socket", "name": "app"})
    file = parse_consumer(text.encode(), path="p.yaml", private=rules)
    assert entries(file) == []
    keys = '"app", "in"' + ', "out"' * ("out" in text)
    ports = '["in", "out"]' if "out" in text else '"in"'
    hint = f'[audit.private] columns = {{name = "app", port = {ports}}} reads it'
    assert faults(file) == [f'CS404 error 1:1 no column "Socket": the headings are {keys}; {hint}']


def test_a_document_of_many_values_is_refused() -> None:
    data = b"a: [" + b"1, " * 60_000 + b"]\n"
    with pytest.raises(Unusable, match=r"^p\.yaml:1:179996: more than 60,000 values"):
        parse_consumer(data, path="p.yaml")
    merged = ", ".join(f"k{n}: {n}" for n in range(2000))
    text = f"a: &a {{{merged}}}\n" + "".join(f"b{n}: {{<<: *a}}\n" for n in range(60))
    with pytest.raises(Unusable, match=r"^p\.yaml:1:4: merge keys repeat more than 100,000"):
        parse_consumer(text.encode(), path="p.yaml")


STALE = "[audit.private] columns = {{{}}} reads it"


@pytest.mark.parametrize(
    ("columns", "text", "headings", "missing", "advice"),
    [
        ({"port": "Puerto"}, "a: {port: 8001}\nb: {port: 8002}\n", '"port"', ["Puerto"],
         'port = "port"'),
        ({"port": "Puerto", "name": "Nombre", "owner": "who"}, "- {name: a, port: 8001, who: b}\n",
         '"name", "port", "who"', ["Nombre", "Puerto"],
         'name = "name", port = "port", owner = "who"'),
        ({"port": "Puerto"}, "- {name: a, socket: 8001}\n", '"name", "socket"', ["Puerto"],
         'port = "socket"'),
    ],
)  # fmt: skip
def test_columns_that_a_document_lacks(
    columns: dict[str, str], text: str, headings: str, missing: list[str], advice: str
) -> None:
    """The message has the whole line of the configuration that reads the document."""
    file = parse_consumer(text.encode(), path="p.yaml", private=PrivateRules(columns=columns))
    assert sorted(faults(file)) == [
        f'CS404 error 1:1 no column "{heading}": the headings are {headings};'
        f" {STALE.format(advice)}"
        for heading in missing
    ]
    assert file.entries == []
