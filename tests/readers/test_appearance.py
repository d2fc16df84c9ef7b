"""What is no dump of the registry is refused with one sentence about what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases import HEADER
from tests.conftest import SMALL, Called
from tests.readers.test_forms import FAR, FLAT
from validator import Unusable, check, parse_registry

Call = Callable[..., Called]

UNKNOWN = "dump: unrecognized format (expected XML, CSV, plain text, HTML or JSON). "
NO_TABLE = 'dump: no table of records found: expected the headings "Service Name", "Port Number". '
NO_REGISTRY = 'dump is JSON, but not a registry: expected an object with "records". '
COPIED = "It looks like a page copied as text, which has lost its columns"
REQUEST = 'It looks like a request, which "ianalint request" checks'
CONFIGURATION = "It looks like a configuration of ianalint, which --config names"
POINTER = 'dump is a Git LFS pointer, not the file itself; run "git lfs pull"'
OLD = (
    "It looks like the port-numbers text of before 2011 (keyword, decimal, description), which is"
    " not read"
)
FAILED = "It looks like the answer of a server that failed: "
ROWS = "It looks like rows of the registry's CSV without the row of headings"
OTHER = "It looks like the {} of another registry of the IANA: {}"
SEMICOLONS = HEADER.replace(",", ";")
NEITHER = 'It looks like a table without the columns "Service Name" and "Port Number". '


def separated(line: int, what: str) -> str:
    return f"The headings in line {line} are separated by {what}, expected commas"


def before(line: int, first: str) -> str:
    return f'The headings are in line {line}; remove the lines before them, such as "{first}"'


LOOKS: dict[str, tuple[str | bytes, str]] = {
    "words": (" words, and\nmore words", UNKNOWN + 'Its first line is "words, and"'),
    "a copied page": (b"Ports\n" + FLAT, UNKNOWN + COPIED),
    "a copied page in capitals": (
        FLAT.upper(), f'{UNKNOWN}Its first line is "{FLAT.upper().decode()}"'),
    "a copied page far below": (b"\n" * (FAR + 1) + FLAT, UNKNOWN + 'Its first line is ""'),
    "a program": (b"\x7fELF\x00\x00", UNKNOWN + "It looks like a binary file"),
    "a pointer": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 3\n", POINTER),
    "a request": ("# new\nservice_name: harbor\n", UNKNOWN + REQUEST),
    "a list of requests": ("requests:\n  - service_name: harbor\n", UNKNOWN + REQUEST),
    "a request in TOML": ('service_name = "harbor"\n', UNKNOWN + REQUEST),
    "a request in JSON": ('{"service_name": "harbor"}', NO_REGISTRY + REQUEST),
    "other JSON": (
        '{"a": 1}', NO_REGISTRY + 'Run "ianalint schema registry" for the format'),
    "a configuration": ('select = ["SN"]\n', UNKNOWN + CONFIGURATION),
    "a table of a configuration": ('[severity]\nSN001 = "note"\n', UNKNOWN + CONFIGURATION),
    "a pyproject": ('[project]\nname = "x"\n\n[tool.ianalint]\n', UNKNOWN + CONFIGURATION),
    "the old text": (
        "PORT NUMBERS\n\nKeyword         Decimal    Description\n-------\necho 7/tcp Echo\n",
        UNKNOWN + OLD),
    "the old text with tabs": ("\tKeyword\tDecimal\tDescription\techo\t7/tcp\n", UNKNOWN + OLD),
    "not found": ("404: Not Found", f'{UNKNOWN}{FAILED}"404: Not Found"'),
    "an error in a line": (
        "HTTP/1.1 503 Service Unavailable\n\nlater\n",
        f'{UNKNOWN}{FAILED}"HTTP/1.1 503 Service Unavailable"'),
    "too many requests": ("Too Many Requests\n", f'{UNKNOWN}{FAILED}"Too Many Requests"'),
    "semicolons": (f"{SEMICOLONS}\nharbor;1;tcp\n", UNKNOWN + separated(1, "semicolons")),
    "tabs": (HEADER.replace(",", "\t") + "\n", UNKNOWN + separated(1, "tabs")),
    "bars": (HEADER.replace(",", " | ") + "\n", UNKNOWN + separated(1, "vertical bars")),
    "a line for spreadsheets": (
        f"sep=;\r\n{SEMICOLONS}\r\n", UNKNOWN + separated(2, "semicolons")),
    "such a line and commas": (f"sep=,\n{HEADER}\n", UNKNOWN + before(2, "sep=,")),
    "lines before": (f"Taken on a Monday\n\n{HEADER}\n", UNKNOWN + before(3, "Taken on a Monday")),
    "a comment before": (f"# ports, of all\n{HEADER}\n", UNKNOWN + before(2, "# ports, of all")),
    "rows alone": (",0,tcp,Reserved,,,,,,,,\nquay,7,tcp,Quay,,,,,,,,\n", UNKNOWN + ROWS),
    "a row of a range": (",1-8,,Unassigned,,,,,,,,\n", UNKNOWN + ROWS),
    "other headings": (
        "Port,Name,Protocol,Description\n1,a,tcp,A\n",
        f'{UNKNOWN}{NEITHER}Its headings are "Port", "Name", "Protocol", "Description"; "Port" may'
        ' be "Port Number"; "Name" may be "Service Name"; "Protocol" may be "Transport Protocol"'),
    "misspelled headings": (
        "Servce Name,Port Number,Contact\na,1,b\n",
        f'{UNKNOWN}It looks like a table without the column "Service Name". Its headings are'
        ' "Servce Name", "Port Number", "Contact"; "Servce Name" may be "Service Name"'),
    "a foreign table": (
        "Type (decimal),Type (hex),Reference\n1,01,[Example]\n",
        f'{UNKNOWN}{NEITHER}Its headings are "Type (decimal)", "Type (hex)", "Reference"'),
    "another registry's table": (
        "Decimal,Keyword,Protocol,Reference\n0,A,Beta,[RFC793]\n",
        UNKNOWN + OTHER.format("table", '"Protocol Numbers"')),
    "another registry's text": (
        f"{'':20}Lamp Numbers\n\n   Last Updated\n           2020-01-01\n",
        UNKNOWN + OTHER.format("text", '"Lamp Numbers"')),
    "another registry's page": (
        "<html><title>L</title><h1>Lamp Numbers</h1><table id='x'><tr><th>A</th></tr></table>"
        '<table id="table-lamp-numbers-1"><tr><th>Value</th></tr></table></html>',
        NO_TABLE + "It looks like a page of another registry of the IANA: \"Lamp Numbers\""),
    "an error page": (
        "<!DOCTYPE html><html><head><title>503 Down</title></head><body>x</body></html>",
        NO_TABLE + 'It looks like a web page "503 Down" without the table of the registry, such as'
        " the error page of a server"),
    "a page in capitals": (
        "<HTML><HEAD><TITLE>503 Down</TITLE></HEAD><BODY>x</BODY></HTML>",
        NO_TABLE + 'It looks like a web page "503 Down" without the table of the registry, such as'
        " the error page of a server"),
    # What is looked at ends within a character.
    "many letters of two bytes": (
        f"x{'é' * 3000}", f'{UNKNOWN}Its first line is "x{"é" * 199}\u2026"'),
    "a page of another table": (
        "<html><table><tr><th>Service Name</th></tr></table></html>",
        NO_TABLE + "It looks like a web page without the table of the registry, such as the error"
        " page of a server"),
}  # fmt: skip


@pytest.mark.parametrize("title", LOOKS)
def test_what_a_file_looks_like(title: str) -> None:
    data, message = LOOKS[title]
    with pytest.raises(Unusable) as refused:
        parse_registry(data, path="dump")
    assert str(refused.value) == message


def test_a_page_without_a_column_for_ports() -> None:
    page = '<html><table id="table-service-names-port-numbers"><tr><th>Service Name</th></tr>'
    with pytest.raises(Unusable, match=r'^dump: the table has no column "Port Number"$'):
        parse_registry(page + "</table></html>", path="dump")


@pytest.mark.parametrize("form", ["html", "txt"])
@pytest.mark.parametrize("heading", ["Service Name", "Port Number"])
def test_a_table_with_rows_and_without_a_column_that_is_needed(form: str, heading: str) -> None:
    text = SMALL.with_suffix(f".{form}").read_text("utf-8")
    start = text.index("<th>" if form == "html" else "Alternative Formats")
    other = heading.swapcase()[:-2].ljust(len(heading), "x")
    changed = text[:start] + text[start:].replace(heading, other, 1)
    with pytest.raises(Unusable, match=r"^dump: (the table has no column|unrecognized format)"):
        parse_registry(changed, path="dump")
    cut = changed[: len(text) * 3 // 4]  # what is missing may have been there
    if form == "html":
        codes = [defect.code for defect in parse_registry(cut, path="dump").dump.defects]
        assert {"FM001", "FM004"} <= set(codes)


def test_headings_with_underscores_are_those_of_the_registry() -> None:
    row = "\nquay,4622,tcp,Quay,[Ann_Example],[Ann_Example],2020-01-02,,[RFC9110],,,\n"
    for headings in (HEADER.replace(" ", "_"), HEADER.replace(" ", "_").lower()):
        report = check(parse_registry(headings + row), today="2026-11-23")
        assert report.findings == []
        assert report.inputs[0].records == 1


@pytest.mark.parametrize(
    "words",
    [
        ("check", "FILE"),
        ("compare", "FILE", "good.csv"),
        ("compare", "good.csv", "FILE"),
        ("diff", "FILE", "good.csv"),
        ("convert", "FILE", "--to", "xml"),
        ("lookup", "quay", "--registry", "FILE"),
        ("request", "request.yaml", "--registry", "FILE"),
    ],
)
@pytest.mark.parametrize(
    "title", ["semicolons", "other headings", "an error page", "a request in JSON"]
)
def test_every_command_says_so(tmp_path: Path, call: Call, words: list[str], title: str) -> None:
    data, message = LOOKS[title]
    (tmp_path / "FILE").write_text(str(data), "utf-8")
    (tmp_path / "good.csv").write_text(f"{HEADER}\nquay,4622,tcp,Quay,,,,,,,,\n", "utf-8")
    (tmp_path / "request.yaml").write_text("service_name: quay\n", "utf-8")
    ended = call(*words)
    assert ended.status == 2
    assert message.removeprefix("dump") in ended.err.decode()


def test_arguments_that_are_swapped(tmp_path: Path, call: Call) -> None:
    (tmp_path / "good.csv").write_text(f"{HEADER}\nquay,4622,tcp,Quay,,,,,,,,\n", "utf-8")
    (tmp_path / "request.yaml").write_text("service_name: quay\n", "utf-8")
    ended = call("request", "--isolated", "good.csv", "--registry", "request.yaml")
    assert ended.status == 2
    assert f"{REQUEST}. FILE and --registry may be swapped" in ended.err.decode()


def test_bytes_that_read_as_latin_1() -> None:
    row = "quay,4622,tcp,Quay of {},[Ann],[Ann],2020-01-02,,[RFC9110],,,\n"
    latin, mixed = row.format("Zürich, é").replace("Quay of Zürich, é", '"Zürich, é"'), "Zürich"
    hint = "; the file reads well as ISO-8859-1"
    report = check(parse_registry(f"{HEADER}\n{latin}".encode("latin-1")), today="2026-11-23")
    assert [(f.code, f.location.column, f.message) for f in report] == [
        ("FM005", 17, f"invalid UTF-8: 0xFC, read as U+FFFD{hint}"),
        ("FM005", 24, "invalid UTF-8: 0xE9, read as U+FFFD"),
    ]
    both = f"{HEADER}\n".encode() + row.format(mixed).encode() + row.format(mixed).encode("latin-1")
    report = check(parse_registry(both), select=["FM"])
    assert [f.message for f in report] == ["invalid UTF-8: 0xFC, read as U+FFFD"]
    control = f"{HEADER}\n{row}".encode().replace(b"{}", b"\x91x\x92")
    report = check(parse_registry(control), select=["FM"])
    assert [hint in f.message for f in report] == [False, False]


OTHER_XML = """<registry xmlns="http://www.iana.org/assignments" id="lamp-numbers">
<title>Lamps</title><updated>2020-01-01</updated><registry id="lamp-numbers-1"><record>
<value>1</value><name>quay_lamp</name></record><record><name>x y</name></record></registry>%s"""


@pytest.mark.parametrize("end", ["</registry>", ""])
def test_another_registry_s_xml_is_one_finding(end: str) -> None:
    report = check(parse_registry(OTHER_XML % end), today="2026-11-23")
    assert [(f.code, f.location.line, f.message) for f in report] == [
        (
            "MD001",
            1,
            'the registry id is "lamp-numbers" (expected "service-names-port-numbers")',
        )
    ]
    reasons = {entry.reason for entry in report.inputs[0].not_run}
    assert reasons == {"the document is another registry"}
