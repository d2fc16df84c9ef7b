"""What must hold of requests, whatever stands in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from schemas.models import AssignmentRequest
from tests.requests import GOOD, REQUESTS, registry, reviewed
from validator import check_request, schema
from validator.errors import Unusable
from validator.readers.source import Source
from validator.reporters import FORMATS, render
from validator.request.documents import read_requests
from validator.request.documents.parsed import ParsedRequest

KEYS = sorted(json.loads(schema.text("request"))["properties"])
JUDGE = Draft202012Validator(json.loads(schema.text("request")))
FORMS = ("yaml", "toml", "json")

SCALARS: Any = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=40)
    | st.sampled_from(
        [*("tcp", "udp", "dccp", "user", "system", "harbor-log", "4630-4640", "a" * 3000), 4630, 80]
    )
)
VALUES = (
    SCALARS
    | st.lists(SCALARS, max_size=4)
    | st.dictionaries(st.sampled_from(["name", "email", "phone"]), SCALARS, max_size=3)
)
DOCUMENTS = st.dictionaries(st.sampled_from([*KEYS, "color", ""]), VALUES, max_size=len(KEYS))


def good() -> dict[str, Any]:
    [request] = read_requests(Source("good.yaml", GOOD.read_bytes())).requests
    return request.values


@given(DOCUMENTS, st.booleans())
@settings(max_examples=40)
def test_any_request_is_reviewed_and_shown(more: dict[str, Any], whole: bool) -> None:
    report = check_request({**good(), **more} if whole else more, registry(), suggest_ports=1)
    assert not report.faults, [fault.message for fault in report.faults]
    for form in FORMATS:
        text = "".join(render(form, report))
        assert not [c for c in text if ord(c) < 32 and c not in "\n\t"]


@given(DOCUMENTS)
@example({"description": float("inf")})
@example({"$schema": float("nan")})
@settings(max_examples=40)
def test_what_the_schema_refuses_is_found(more: dict[str, Any]) -> None:
    values = {**good(), **more}
    found = {f.code for f in check_request(values, registry()) if f.severity != "note"}
    if not JUDGE.is_valid(values):
        assert found
    if found.isdisjoint(f"RQ00{digit}" for digit in "1234"):
        # What is left is said of names, transport protocols, ports and service codes.
        spoken = {error.absolute_path[0] for error in JUDGE.iter_errors(values)}
        assert spoken <= {"service_name", "transport_protocols", "port_number", "service_code"}


@given(DOCUMENTS)
@settings(max_examples=40)
def test_schema_and_model_agree(more: dict[str, Any]) -> None:
    values = {**good(), **more}
    # To JSON Schema 4630.0 is a whole number, and a line feed at the end is no character.
    listed = [v for v in values.values() for v in (v if isinstance(v, list) else [v])]
    if any(isinstance(v, float) or (isinstance(v, str) and v.endswith("\n")) for v in listed):
        return
    if JUDGE.is_valid(values):
        AssignmentRequest.model_validate(values)
    else:
        with pytest.raises(ValidationError):
            AssignmentRequest.model_validate(values)


@given(st.binary(max_size=200), st.sampled_from(FORMS))
@settings(max_examples=60)
def test_any_bytes_end_in_a_report(data: bytes, form: str) -> None:
    report = reviewed(data, f"x.{form}")
    assert not report.faults


PIECES = st.sampled_from(
    [
        *"[]{}:,-?&*!|>#%@'\"\\ \n\t",
        *("service_name", ": ", "---\n", "<<", "&a ", "*a", "!!str ", "0x1f", "1_0", ".inf"),
        *("'''", '"""', "[[a]]", " = ", "\\U0011ffff", "\\ud800", "é", "true", "1979-05-27"),
        "0123456789012345678901234567890",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(FORMS))
@settings(max_examples=120)
def test_any_syntax_ends_in_a_report(text: str, form: str) -> None:
    report = reviewed(text, f"x.{form}")
    assert not report.faults
    error = report.inputs[0].error
    assert error is None or error.startswith(f"x.{form}")


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_request_ends_in_a_report(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["good.yaml", "good.toml", "good.json", "every-key.yaml"]))
    text = (REQUESTS / name).read_text("utf-8")
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 5))
    text = text[:at] + data.draw(PIECES | st.text(max_size=3)) + text[at + gone :]
    assert not reviewed(text, name).faults


def places_of(request: ParsedRequest, value: Any, way: tuple[Any, ...]) -> None:
    """Each value has a place and each key of a mapping, too."""
    if isinstance(value, dict):
        for key, held in value.items():
            assert (*way, key) in request.key_places
            places_of(request, held, (*way, key))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            places_of(request, held, (*way, index))
    if way:
        assert way in request.places


@given(DOCUMENTS)
@settings(max_examples=40)
def test_json_is_read_alike_as_yaml_with_the_same_places(values: dict[str, Any]) -> None:
    text = json.dumps(values, indent=1, ensure_ascii=False)
    if any(character in text for character in "\x85\u2028\u2029"):  # they end lines in YAML 1.1
        return
    data = text.encode("utf-8", "replace")
    [mine] = read_requests(Source("x.json", data)).requests
    places_of(mine, mine.values, ())
    try:
        [other] = read_requests(Source("x.yaml", data)).requests
    except Unusable:  # YAML has no use for some control characters
        return
    assert mine.values == other.values
    assert mine.places == other.places
    assert mine.key_places == other.key_places


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        ("x.toml", 'a.b = 1\n"ç" = [1, {c = 2}]\n', {"a": 0, "a.b": 6, "ç": 15, "ç.0": 16}),
        (
            "x.toml",
            "x = '''\n[a]\n'''\r\ny = 1 # [b]\r\n[t]\r\nz = 2\r\n",
            {"x": 4, "y": 21, "t.z": 39},
        ),
        ("x.yaml", "é: ü\nb: [x, {c: d}]\n", {"é": 4, "b": 10, "b.0": 11, "b.1": 14, "b.1.c": 18}),
    ],
)
def test_places(name: str, text: str, places: dict[str, int]) -> None:
    [request] = read_requests(Source(name, text.encode())).requests
    found = {".".join(map(str, way)): at for way, at in request.places.items()}
    assert {way: found[way] for way in places} == places
