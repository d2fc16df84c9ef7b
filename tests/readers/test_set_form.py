"""A file that is read as another form than it shows: the report says which it looks like."""

from __future__ import annotations

import pytest

from tests.conftest import SMALL
from validator import Unusable, check, parse_registry
from validator.readers import FORMS

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


def test_records_of_a_form_that_was_set_are_not_doubted() -> None:
    """The first line of this table has other columns before it; its records are read."""
    data = SMALL.with_suffix(".csv").read_bytes()
    dump = parse_registry(b'{"a": 1},' + data.replace(b"\n", b"\n,"), form="csv").dump
    assert len(dump.records) == 74
    assert not [defect for defect in dump.defects if "looks like" in defect.message]
