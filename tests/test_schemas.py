"""The schemas, the models they are written from, and what the command writes, held together."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from schemas import models
from tests.cases import rule_cases, run_case
from tests.conftest import FAULTY, ROOT, SMALL, ianalint
from tests.requests import REQUESTS, reviewed
from tests.test_reporters import made
from validator import check, parse_registry, schema
from validator.engine.finding import (
    Fault,
    Finding,
    Location,
    NotRun,
    RelatedPlace,
    ReportPart,
    Truncation,
)
from validator.engine.report import FORMAT_VERSION, Input, Report
from validator.engine.rule import SEVERITIES
from validator.engine.verdict import SuggestedPort
from validator.errors import CallError
from validator.readers import FORMS
from validator.reporters import FORMATS, render
from validator.settings import Settings
from validator.settings.files import CONFIGURATION

NAMES = ["baseline", "changes", "config", "lookup", "registry", "report", "request"]


def validator_of(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema.text(name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_that_of_the_model(name: str) -> None:
    stored = (ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8")
    assert stored == models.schema_text(name), "run `python -m schemas.models`"


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_a_schema_and_says_what_it_is(name: str) -> None:
    told = json.loads(schema.text(name))
    Draft202012Validator.check_schema(told)
    assert told["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert told["$id"] == f"urn:ianalint:schema:{name}:{told['version']}"
    assert told["title"]
    # An editor without a network resolves all that it refers to.
    references = re.findall(r'"\$ref": "([^"]*)"', schema.text(name))
    assert all(reference.startswith("#/") for reference in references)
    assert told["description"]
    assert json.loads(schema.text("report"))["version"] == FORMAT_VERSION


def test_every_key_of_the_configuration_is_described() -> None:
    for key, value in json.loads(schema.text("config"))["properties"].items():
        assert value.get("description"), key


def test_words_of_the_models_are_those_of_the_code() -> None:
    assert get_args(models.Severity) == SEVERITIES
    assert set(FORMS) <= set(get_args(models.Form))
    properties = json.loads(schema.text("config"))["properties"]
    assert properties["format"]["enum"] == list(FORMATS)
    assert properties["input-format"]["enum"] == list(FORMS)
    assert properties["fail-on"]["enum"] == [*SEVERITIES, "never"]


def test_each_setting_has_an_attribute() -> None:
    settings = Settings()
    for key in CONFIGURATION.settings:
        name = key.replace("-", "_")
        assert hasattr(settings, name) or hasattr(settings.limits, name.removeprefix("max_")), name


@pytest.mark.parametrize(
    ("part", "model"),
    [
        (Location, models.Location),
        (RelatedPlace, models.RelatedPlace),
        (Finding, models.Finding),
        (NotRun, models.NotRun),
        (Truncation, models.Cut),
        (Fault, models.Fault),
        (SuggestedPort, models.SuggestedPort),
    ],
)
def test_keys_of_a_report_are_those_of_its_model(
    part: type[ReportPart], model: type[BaseModel]
) -> None:
    assert tuple(model.model_fields) == part.KEYS


def test_the_wheel_has_every_schema_and_no_model() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {path for path in included if path.startswith("schemas")} == {
        f"schemas/{name}.schema.json" for name in NAMES
    }


def reports() -> list[Report]:
    """Reports that between them have everything a report can have."""
    cases = [run_case(case) for code, case in rule_cases() if code[2:] in ("001", "006", "010")]
    registry = check(parse_registry(SMALL.read_bytes(), path="small.xml"), today="2026-11-23")
    csv = check(parse_registry("Service Name,Port Number\na,1\n"), today="2026-11-23")
    unusable = Report([Input.unusable("x.xml", "x.xml is empty")])
    broken = Report([Input("y.xml")])
    broken.inputs[0].faults.append(Fault("SN001", "y.xml", {}, "KeyError: 1"))
    asked = reviewed((REQUESTS / "port-taken.yaml").read_bytes())
    return [*cases, registry, csv, unusable, broken, asked, made("\u202e\x1b\ud800 text")]


def test_reports_follow_schema_and_model() -> None:
    judge = validator_of("report")
    subjects: set[tuple[str, ...]] = set()
    for report in reports():
        told = json.loads("".join(render("json", report)))
        judge.validate(told)
        assert models.Report.model_validate(told).model_dump(exclude_unset=True) == told
        subjects.update(tuple(finding["subject"]) for finding in told["findings"])
    assert len(subjects) >= 3


def test_json_lines_follow_the_models() -> None:
    lines: dict[str, type[BaseModel]] = {
        "head": models.HeadLine,
        "finding": models.FindingLine,
        "summary": models.SummaryLine,
    }
    for report in reports():
        for line in "".join(render("jsonl", report)).splitlines():
            told = json.loads(line)
            lines[told["type"]].model_validate(told)


def test_what_the_command_writes_follows_the_schema(tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(FAULTY)
    (tmp_path / "empty.xml").write_bytes(b"")
    ended = ianalint(
        "check", "--isolated", "--format", "json", "dump.xml", "empty.xml", cwd=tmp_path
    )
    assert ended.status == 2
    told = json.loads(ended.out)
    validator_of("report").validate(told)
    assert [entry.get("error") for entry in told["inputs"]] == [None, "empty.xml is empty"]
    parsed = models.Report.model_validate_json(ended.out)
    assert "SN005" in parsed.summary.by_rule


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": 1},
        {"tool": {"name": "other", "version": "1"}},
        {"more": 1},
        {"summary": None},
    ],
)
def test_other_reports_are_refused(change: dict[str, Any]) -> None:
    told = {**Report([]).to_dict(), **change}
    assert not validator_of("report").is_valid(told)
    with pytest.raises(ValidationError):
        models.Report.model_validate(told)


@pytest.mark.parametrize(
    ("table", "accepted"),
    [
        ({}, True),
        ({"files": ["a.xml"], "select": ["SN"], "ignore": [], "whole": True}, True),
        ({"severity": {"SN": "note"}, "fail-on": "never", "legacy": "fail"}, True),
        ({"legacy-cutoff": "2011-08", "format": "json", "input-format": "csv"}, True),
        ({"legacy-cutoff": "2011-13"}, False),
        ({"legacy-cutoff": "2011-08-01"}, False),
        ({"fail_on": "error"}, False),
        ({"fail-on": "fatal"}, False),
        ({"files": "a.xml"}, False),
        ({"whole": "yes"}, False),
        ({"severity": {"SN": "eror"}}, False),
        ({"today": "2026-01-01"}, False),
    ],
)
def test_schema_and_model_agree_on_configurations(table: dict[str, Any], accepted: bool) -> None:
    assert validator_of("config").is_valid(table) is accepted
    assert (not list(CONFIGURATION.problems((), table))) is accepted


def test_schemas_are_found_in_the_package_and_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "validator"
    package.mkdir()
    monkeypatch.setattr(schema, "__file__", str(package / "schema.py"))
    with pytest.raises(CallError, match="missing from this installation"):
        schema.names()
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    assert schema.names() == NAMES
    (package / "schemas").mkdir()
    shutil.copy(ROOT / "schemas" / "report.schema.json", package / "schemas")
    assert schema.names() == ["report"]


def test_an_unknown_schema_names_the_nearest() -> None:
    with pytest.raises(CallError, match="did you mean report"):
        schema.text("reprot")
