"""What is wrong with text that is not YAML, TOML, JSON or XML: one sentence, and its place once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Called
from validator import parse_registry

Call = Callable[..., Called]

# The text of a file, its place and the sentence.
CASES = {
    "yaml": [
        ("a: b: c\n", "1:5", '":" is not allowed here: quote the value, or check the indentation'),
        ("a: x\n b: 3\n", "2:3", '":" is not allowed here: quote the value, or check the indentation'),  # noqa: E501
        ("a: - b\n", "1:4", '"-" is not allowed here: an item begins on a line of its own'),
        ("a: ? b\n", "1:4", '"?" is not allowed here'),
        ("\ta: b\n", "1:1", "a tab is not allowed here: indent with spaces"),
        ("a: @b\n", "1:4", 'a value cannot begin with "@": put it in quotes'),
        ("a: %b\n", "1:4", 'a value cannot begin with "%": put it in quotes'),
        ("a: b\nport\n", "2:1", 'expected ":" after "port"'),
        ('a: "x\nb: c\n', "1:4", "a string is not closed"),
        ("a: 'x\n", "1:4", "a string is not closed"),
        ("a: [b\n", "1:4", "a list is not closed"),
        ("a: {b: c\n", "1:4", "a mapping is not closed"),
        ("a: [b\nc: d\n", "2:2", 'expected "," or "]", got ":"'),
        ("a: {b: c]\n", "1:9", 'expected "," or "}", got "]"'),
        ("}\n", "1:1", 'expected a value, got "}"'),
        ('a: "\\q"\n', "1:6", "unknown escape \\q: in double quotes a backslash is \\\\"),
        ('a: "\\xZZ"\n', "1:7", "expected 2 hexadecimal digits in an escape"),
        ('a: "b" c\n', "1:8", 'unexpected "c": check the indentation and the quotes'),
        ("- a\nb: c\n", "2:1", 'unexpected "b": check the indentation and the quotes'),
        ("a: |b\n", "1:5", 'unexpected "b": the text begins on the next line'),
        ("a: !x!y z\n", "1:4", 'unknown tag "!x!"'),
        ("%YAML 3.0\n---\na: b\n", "1:1", "another version of YAML (expected YAML 1.2)"),
        ("a: & b\n", "1:5", "expected a letter or a digit, got a blank"),
    ],
    "toml": [
        ("a = 1\na = 2\n", "2:6", "this key already has a value"),
        ("[b]\nc = 1\n[b]\n", "3:3", "duplicate table [b]"),
        ("[b.c]\n[b.c]\n", "2:5", "duplicate table [b.c]"),
        ("a = {b = 1, b = 2}\n", "1:18", 'duplicate key "b"'),
        ('a = "b\n', "1:7", "a string is not closed"),
        ("a = 'b", "1:7", "a string is not closed"),
        ('a = """b\n', "2:1", "a string is not closed"),
        ("a = [1\n", "2:1", 'a list is not closed: expected "," or "]"'),
        ("a = {b = 1", "1:11", 'a table is not closed: expected "," or "}"'),
        ("a = warning\n", "1:5", 'expected a value, got "warning" (a string needs quotes)'),
        ("a =\n", "1:4", "expected a value, got the end of the line"),
        ("a = [1,, 2]\n", "1:8", 'expected a value, got ","'),
        ("a: 1\n", "1:2", 'expected "=" after a key, got ":"'),
        ("a", "1:2", 'expected "=" after a key, got the end of the file'),
        ("= 1\n", "1:1", 'expected a key or a [table], got "="'),
        ("[]\n", "1:2", 'expected a key or a [table], got "]"'),
        ("[[b]\n", "1:4", 'expected "]]", got "]"'),
        ("[b", "1:3", 'expected "]", got the end of the file'),
        ("a = 2026-99-01\n", "1:9", 'unexpected "-99-01" after the value'),
        ("a = 1 b = 2\n", "1:7", 'unexpected "b" after the value'),
        ("a = 2026-02-30\n", "1:5", 'no such date or time: "2026-02-30"'),
        ('a = "\\q"\n', "1:8", "unknown escape: a backslash is \\\\, or use single quotes"),
        ('a = "b\x01"\n', "1:7", "U+0001 is not allowed"),
    ],
    "json": [
        ("{", "1:2", "expected a key in double quotes, got the end of the file"),
        ("{'a': 1}", "1:2", 'expected a key in double quotes, got "\'"'),
        ('{"a" 1}', "1:6", 'expected ":" after a key, got "1"'),
        ('{"a": tru}', "1:7", 'expected a value, got "tru"'),
        ("[1,", "1:4", "expected a value, got the end of the file"),
        ('{"a": 1 "b": 2}', "1:9", 'expected ",", got a quote'),
        ("[1 2]", "1:4", 'expected ",", got "2"'),
        ('{"a": "\\q"}', "1:8", "unknown escape: a backslash is \\\\"),
        ('{"a": "b\nc"}', "1:9", "a line break is not allowed in a string"),
        ('{"a": "b', "1:7", "a string is not closed"),
        ('{"a": 1} b', "1:10", "unexpected text after the end"),
    ],
}  # fmt: skip
EVERY = [(form, *case) for form, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("form", "text", "place", "sentence"), EVERY)
def test_a_request_that_is_not_valid(
    call: Call, tmp_path: Path, form: str, text: str, place: str, sentence: str
) -> None:
    path = tmp_path / f"r.{form}"
    path.write_text(text, newline="")
    ended = call("request", path, "--isolated", "--format", "concise")
    message = f"not valid {form.upper()}: {sentence}"
    assert (ended.status, ended.out.decode()) == (2, f"{path}:{place}: error {message}\n")
    assert ended.said == f"ianalint: {path}:{place}: {message}\n"


@pytest.mark.parametrize(("form", "text", "place", "sentence"), EVERY)
def test_a_private_list_that_is_not_valid(
    call: Call, tmp_path: Path, form: str, text: str, place: str, sentence: str
) -> None:
    path = tmp_path / f"ports.{form}"
    path.write_text(text, newline="")
    ended = call("audit", path, "--as", "private", "--isolated", "--format", "concise")
    expected = f"{path}:{place}: error not valid {form.upper()}: {sentence}\n"
    assert (ended.status, ended.out.decode()) == (2, expected)


@pytest.mark.parametrize(("text", "place", "sentence"), CASES["toml"])
def test_a_configuration_that_is_not_valid(
    call: Call, tmp_path: Path, text: str, place: str, sentence: str
) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text, newline="")
    ended = call("check", "--sample", "--quiet", "--config", path)
    message = f"ianalint: {path}:{place}: not valid TOML: {sentence}\n"
    assert (ended.status, ended.out.decode(), ended.said) == (2, "", message)


# What a record has in it, and what is wrong there.
XML = [
    ("<name>a</number>", 7, '"</number>" does not close the element that is open'),
    ("<a b=1/>", 5, 'unexpected "1"'),
    ("<a b='1' b='2'/>", 9, '"b" is given twice'),
    ("a < b", 3, '"<" must be written as "&lt;" in a text'),
    ("a & b", 3, '"&" must be written as "&amp;" in a text'),
    ("a &foo; b", 2, 'unknown entity "&foo;"'),
    ("a\x01b", 1, "unexpected U+0001"),
    ("&#0;", 0, '"&#0;" is no character'),
    ("<x:a/>", 0, 'the prefix in "<x:a" is not declared'),
    ("<?xml version='1.0'?>", 0, "the XML declaration must be at the beginning of the file"),
]


@pytest.mark.parametrize(("content", "at", "sentence"), XML)
def test_a_document_that_is_not_valid(content: str, at: int, sentence: str) -> None:
    head = '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
    text = f"{head}<record>{content}</record></registry>"
    [defect] = parse_registry(text).dump.defects
    assert defect.message.partition(": ")[2] == f"{sentence}; the rest of the document is not read"
    # expat is behind "</".
    assert defect.offset == len(f"{head}<record>") + at + 2 * content.startswith("<name>")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("yaml", "service_name: 1e3\n"),
        ("json", '{"service_name": 1e3}'),
        ("toml", "service_name = 1e3\n"),
    ],
)
def test_a_number_is_cited_as_it_is_written(
    call: Call, tmp_path: Path, form: str, text: str
) -> None:
    path = tmp_path / f"r.{form}"
    path.write_text(text)
    ended = call("request", path, "--isolated", "--format", "concise", "--select", "RQ002")
    assert "service_name must be a string, not the number 1e3; put it in quotes" in ended.text


def test_annotations_have_the_place_of_what_is_not_valid(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("a: [b\n")
    ended = call("request", path, "--isolated", "--format", "github")
    assert (
        ended.out.decode()
        == f"::error file={path},line=1,col=4::not valid YAML: a list is not closed\n"
    )
    ended = call("request", path, "--isolated", "--format", "gitlab")
    assert '"lines": {"begin": 1}' in ended.out.decode()
    assert '"description": "not valid YAML: a list is not closed"' in ended.out.decode()
