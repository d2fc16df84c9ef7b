"""A file that is read as another form than it shows: the report says which it looks like."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.conftest import SMALL, Called
from validator import Unusable, check, parse_registry
from validator.readers import FORMS, recognize

Call = Callable[..., Called]

NAMES = {"xml": "XML", "csv": "CSV", "txt": "plain text", "html": "HTML", "json": "JSON"}
# The rule whose finding says so, by the form that is set.
FAULTS = {"xml": "FM001", "csv": "FM004", "txt": "FM004", "html": "FM004"}


@pytest.mark.parametrize("content", FORMS)
@pytest.mark.parametrize("form", FAULTS)
def test_a_report_says_what_a_file_looks_like(content: str, form: str) -> None:
    data = SMALL.with_suffix(f".{content}").read_bytes()
    ending = f"; it looks like {NAMES[content]}, but the input format is set to {form}"
    report = check(parse_registry(data, form=form), today="2026-11-24")  # type: ignore[arg-type]
    codes = [finding.code for finding in report if finding.message.endswith(ending)]
    assert codes == ([] if content == form else [FAULTS[form]])


@pytest.mark.parametrize("content", ["xml", "csv", "txt", "html"])
def test_json_cannot_be_read_from_another_form(content: str) -> None:
    data = SMALL.with_suffix(f".{content}").read_bytes()
    ending = f"it looks like {NAMES[content]}, but the input format is set to json"
    with pytest.raises(Unusable, match=f"^dump is no JSON; {ending}$"):
        parse_registry(data, path="dump", form="json")


@pytest.mark.parametrize("data", [b"http 80/tcp\n", b"\x89PNG\r\n\x1a\n\0\0"])
def test_what_looks_like_nothing_is_no_json(data: bytes) -> None:
    with pytest.raises(Unusable, match=r"^dump is no JSON$"):
        parse_registry(data, path="dump", form="json")


def test_json_with_the_headings_of_a_table_is_read() -> None:
    """Its first line looks like that of a CSV file."""
    document = json.loads(SMALL.with_suffix(".json").read_bytes())
    document["records"][0]["description"] = "Columns: Notes, Service Name, Port Number, Harbour"
    data = json.dumps(document)
    assert recognize(data.encode()) == "csv"
    dump = parse_registry(data, form="json").dump
    assert len(dump.records) == 74
    assert not [defect for defect in dump.defects if "looks like" in defect.message]


@pytest.mark.parametrize("form", ["xml", "csv"])
@pytest.mark.parametrize("command", [("convert", "--to", "json"), ("lookup", "http", "--registry")])
def test_other_commands_say_it_too(
    call: Call, tmp_path: Path, form: str, command: Sequence[str]
) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(SMALL.with_suffix(".html").read_bytes())
    ended = call(*command, dump, "--input-format", form)
    assert ended.status == 2
    assert f"; it looks like HTML, but the input format is set to {form}\n" in ended.said


def test_the_root_of_a_registry_is_not_doubted() -> None:
    """A comment on its first lines makes this document look like a page; it is cut in a record."""
    data = SMALL.read_bytes().replace(b"<registry", b"<!-- <html> --><registry", 1)
    data = data[: data.index(b"<record") + 5]
    assert recognize(data) == "html"
    [fault] = [d for d in parse_registry(data, form="xml").dump.defects if d.code == "FM001"]
    assert fault.message.startswith("document is truncated")
    assert "looks like" not in fault.message


def test_records_of_a_form_that_was_set_are_not_doubted() -> None:
    """The first line of this table has other columns before it; its records are read."""
    data = SMALL.with_suffix(".csv").read_bytes()
    dump = parse_registry(b'{"a": 1},' + data.replace(b"\n", b"\n,"), form="csv").dump
    assert len(dump.records) == 74
    assert not [defect for defect in dump.defects if "looks like" in defect.message]
