"""The limits: what is larger is refused or cut and says so, and hostile inputs end soon."""

from __future__ import annotations

import ast
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from schemas import models
from tests.conftest import OPENING, ROOT, Called, forked
from tests.sources import trees
from validator import Limits, Unusable, check, check_request, parse_registry
from validator.commands.arguments import settings_of
from validator.commands.request import arguments as request_arguments
from validator.limits import LIMIT_TABLE
from validator.model.pattern import MATCH_SECONDS, allow, pattern
from validator.model.record import MAX_DEFECTS
from validator.reporters import FORMATS, Style, render
from validator.settings.files import CONFIGURATION
from validator.writers import write

Call = Callable[..., Called]
HEADER = (
    "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,"
    "Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes\n"
)
ROWS = "".join(f"a--{n},{n},tcp,Text,[Ann],[Ann],2020-01-02,,,,,\n" for n in range(1, 13))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ports.csv").write_text(HEADER + ROWS, "utf-8")
    return tmp_path


def test_every_limit_is_used() -> None:
    """A row alone would be an option that does nothing."""
    used = {
        node.attr
        for path, tree in trees().items()
        if path.name != "limits.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and getattr(node.value, "attr", getattr(node.value, "id", "")).lower() == "limits"
    }
    assert {limit.name for limit in LIMIT_TABLE} <= used


# -- the size of an input -----------------------------------------------------------------------


def test_larger_inputs_are_refused(folder: Path, call: Call) -> None:
    import gzip

    data = HEADER.encode() + b"a,1,tcp," + b"x" * (2 << 20) + b",,,,,,,,\n"
    (folder / "big.csv").write_bytes(data)
    (folder / "big.csv.gz").write_bytes(gzip.compress(data))
    for name, said in (("big.csv", "is larger than 2 MiB"), ("big.csv.gz", "unpacks to more than")):
        ended = call("check", name, "--max-size", "2")
        assert ended.status == 2
        assert f"ianalint: {name} {said}" in ended.said
        assert (
            call("check", name, "--max-size", "3", "--select", "SN", "--ignore", "FM").status == 0
        )
    (folder / "ianalint.toml").write_text("max-size = 2\n", "utf-8")
    assert call("check", "big.csv").status == 2
    assert (
        call("check", "big.csv", "--max-size", "3", "--select", "SN", "--ignore", "FM").status == 0
    )


# -- the length of a value ------------------------------------------------------------------------


def test_a_value_is_read_so_far_and_says_so(folder: Path, call: Call) -> None:
    text = f"{'a' * 60}--b,80,tcp,{'x' * 51},,,,,,,,{'y' * 50}\n"
    (folder / "long.csv").write_text(HEADER + text, "utf-8")
    (folder / "ianalint.toml").write_text("max-length = 50\n", "utf-8")
    words = ("check", "long.csv", "--select", "FM,SN", "--format", "json")
    found = json.loads(call(*words).out)["findings"]
    assert [(f["code"], f["field"], f["location"]["column"]) for f in found] == [
        ("FM001", "service_name", 1),
        ("FM001", "description", 72),
        ("SN001", "service_name", 1),
    ]
    assert found[0]["message"] == (
        "service name: 63 characters, but the limit is 50 (--max-length); the rest is ignored"
    )
    found = json.loads(call(*words, "--max-length", "51").out)["findings"]
    assert [f["field"] for f in found if f["code"] == "FM001"] == ["service_name"]
    found = json.loads(call(*words, "--max-length", "63").out)["findings"]
    assert [f["code"] for f in found] == ["SN001", "SN005"]


def test_values_of_every_form_are_cut() -> None:
    long = "x" * 100_001
    people = f'<people><person id="Ann"><name>{long}</name><uri>mailto:a</uri></person></people>'
    told = parse_registry(
        f"{OPENING}<record><name>a</name><description>{long}<br/>b</description></record>"
        f"{people}</registry>"
    ).dump
    assert [(d.code, d.field) for d in told.defects] == [
        ("FM001", "description"),
        ("FM001", "name"),
    ]
    assert (told.records[0].description or "")[99_990:] == "x" * 10
    assert not told.records[0].mixed
    assert (told.contacts[0].name or "")[99_990:] == "x" * 10
    assert not parse_registry(f"{HEADER}a,1,tcp,{long[1:]},,,,,,,,\n").dump.defects


# -- the number of records ------------------------------------------------------------------------

FIXTURES = ROOT / "fixtures" / "registry"


@pytest.mark.parametrize("form", ["xml", "events", "csv", "txt", "html", "json"])
def test_more_records_are_not_read_and_say_so(form: str) -> None:
    """What is read is what is read without a limit; the finding stands where the next begins."""
    name = f"small.{'xml' if form == 'events' else form}"
    data = (FIXTURES / name).read_bytes()
    if form == "events":  # a line end that no published dump has is read element by element
        data = data.replace(b"\n", b"\r\n")
    whole = parse_registry(data).dump
    lines = form == "txt"
    for most in (1, 5, 60 if lines else len(whole.records) - 1):
        dump = parse_registry(data, limits=Limits(records=most)).dump
        (told,) = [d for d in dump.defects if d.message.startswith("more than")]
        what = "lines" if lines else "records"
        assert (
            told.message
            == f"more than {most} {what} (--max-records); the rest of the document is not read"
        )
        assert told.code == "FM001"
        if lines:
            assert dump.data.count(b"\n", 0, told.offset) == most
            assert len(dump.records) <= len(whole.records)
            continue
        assert told.offset == whole.records[most].offset
        assert [(r.service_name, r.offset) for r in dump.records] == [
            (r.service_name, r.offset) for r in whole.records[:most]
        ]
        assert [record.index for record in dump.records] == list(range(most))
    enough = parse_registry(data, limits=Limits(records=max(len(whole.records), 10**4))).dump
    assert len(enough.records) == len(whole.records)
    assert not [d for d in enough.defects if d.message.startswith("more than")]


@pytest.mark.parametrize("form", ["xml", "events", "html", "json"])
def test_more_contacts_are_not_read_and_say_so(form: str) -> None:
    opening, closing = ("\n", "\n") if form == "xml" else ("", "")
    people = "".join(
        f'{opening}    <person id="P{number}">\n      <name>P</name>\n    </person>{closing}'
        for number in range(5)
    )
    text = f"{OPENING}  <people>{people}  </people>\n</registry>\n"
    if form in ("html", "json"):
        registry = parse_registry(text)
        if form == "html":
            rows = "".join(f"<tr><td>P{n}</td><td>P</td><td></td></tr>" for n in range(5))
            heads = "<tr><th>ID</th><th>Name</th><th>Contact URI</th></tr>"
            text = f"<html><body><table>{heads}{rows}</table></body></html>"
        else:
            text = write(registry, "json").text
    whole = parse_registry(text).dump
    assert len(whole.contacts) == 5
    dump = parse_registry(text, limits=Limits(records=2)).dump
    assert [contact.contact_id for contact in dump.contacts] == ["P0", "P1"]
    (told,) = [d for d in dump.defects if d.message.startswith("more than")]
    assert (
        told.message == "more than 2 contacts (--max-records); the rest of the document is not read"
    )
    assert told.offset == whole.contacts[2].offset


def test_where_not_all_is_read_nothing_is_called_missing(folder: Path, call: Call) -> None:
    data = (FIXTURES / "small.xml").read_bytes()
    (folder / "small.xml").write_bytes(data)
    words = ("check", "small.xml", "--isolated", "--max-records", "70", "--format", "json")
    report = json.loads(call(*words).out)
    assert [f["code"] for f in report["findings"] if f["severity"] == "error"] == ["FM001"]
    assert report["inputs"][0]["records"] == 70
    assert report["inputs"][0]["contacts"] == 0
    assert {skipped["code"] for skipped in report["inputs"][0]["not_run"]} >= {"AC001", "RF006"}


def test_more_tables_and_cells_of_a_page_are_not_read() -> None:
    table = "<table><tr><th>Service Name<th>Port Number</tr><tr><td>a<td>1</tr></table>"
    dump = parse_registry(f"<html><body>{table * 1002}</body></html>").dump
    (told,) = [d for d in dump.defects if d.code == "FM001"]
    assert told.message == "more than 1,000 tables; the rest of the document is not read"
    assert told.offset == len("<html><body>") + 1000 * len(table)
    assert len(dump.records) == 1000
    wide = table.replace("<td>1", f"<td>1{'<td>x' * 2000}")
    dump = parse_registry(f"<html><body>{wide}</body></html>").dump
    (told,) = [d for d in dump.defects if d.code == "FM002"]
    assert told.message.startswith("row has 2002 cells, expected 2; ")
    assert told.offset == len("<html><body>") + wide.index("<td>x") + len("<td>")
    assert [(r.service_name, r.port_number) for r in dump.records] == [("a", "1")]


@pytest.mark.parametrize("form", ["csv", "html"])
def test_after_a_thousand_citations_the_rest_of_a_cell_is_one_text(form: str) -> None:
    cell = "[Ann]" * 1000
    rest = "[Ben]" * 8 + "and more"
    text = f"{HEADER}a,1,tcp,T,,{cell}{rest},,,,,,\nb,1,tcp,T,,{cell},,,,,,\n"
    if form == "html":
        rows = [f"<td>{'<td>'.join(line.split(','))}" for line in text.splitlines()]
        text = f"<html><body><table><tr>{'<tr>'.join(rows)}</table></body></html>"
    for limit, length, defects in ((48, 48, 0), (47, 47, 1)):
        dump = parse_registry(text, limits=Limits(length=limit)).dump
        assert [len(record.contact) for record in dump.records] == [1001, 1000]
        last = dump.records[0].contact[-1]
        assert (last.kind, last.text) == ("text", rest[:length])
        at = dump.locate(dump.records[0], "contact", last)
        assert dump.data[at:].startswith(b"[Ben][Ben]")
        told = [d for d in dump.defects if d.field == "contact"]
        assert [(d.code, d.about, d.offset) for d in told] == [
            ("FM001", dump.records[0], at)
        ] * defects


def test_headings_that_are_not_known_are_told_so_far() -> None:
    dump = parse_registry(f"{HEADER.strip()}{',x' * 150}\n", form="csv").dump
    told = [d for d in dump.defects if d.code == "FM003"]
    assert len(told) == 100
    assert told[-1].message == 'unknown column "x" (and 50 more)'
    assert [d.offset for d in told] == [len(HEADER) + 2 * n for n in range(100)]


# -- the number of findings -----------------------------------------------------------------------


def test_more_findings_are_counted(folder: Path, call: Call) -> None:
    words = ("check", "ports.csv", "--select", "SN", "--max-findings", "5")
    ended = call(*words, "--format", "json")
    assert ended.status == 1
    report = json.loads(ended.out)
    models.Report.model_validate_json(ended.out)
    assert [f["location"]["line"] for f in report["findings"]] == [2, 3, 4, 5, 6]
    assert report["inputs"][0]["cut"] == [{"code": "SN005", "listed": 5, "found": 12}]
    text = call(*words).text
    assert text.endswith(
        "\n  truncated: 5 of 12 findings of SN005 are listed (--max-findings)\n"
    ) or ("\n  truncated: 5 of 12 findings of SN005 are listed (--max-findings)\n" in text)
    (folder / "ianalint.toml").write_text("max-findings = 12\n", "utf-8")
    whole = json.loads(call("check", "ports.csv", "--select", "SN", "--format", "json").out)
    assert len(whole["findings"]) == 12
    assert "cut" not in whole["inputs"][0]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_that_not_all_is_listed(form: str) -> None:
    report = check(parse_registry(HEADER + ROWS), select=["SN"], limits=Limits(findings=5))
    out = "".join(render(form, report, Style()))
    if form in ("json", "jsonl"):
        assert '"cut": [{"code": "SN005", "listed": 5, "found": 12}]' in out
    else:
        assert "5 of 12 findings of SN005 are listed" in out
    report.inputs[0].cut = []
    assert "of SN005 are listed" not in "".join(render(form, report, Style()))


def test_a_baseline_of_what_is_cut_is_not_stale(folder: Path, call: Call) -> None:
    words = ("check", "ports.csv", "--select", "SN,BL")
    assert call(*words, "--write-baseline", "known.json").status == 0
    ended = call(*words, "--baseline", "known.json", "--max-findings", "5", "--fail-on-stale")
    # What is not listed was not compared with the baseline.
    assert (ended.status, "BL001" in ended.text) == (1, False)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--quiet",), 1),
        (("--format", "junit"), 1),
        (("--fail-on", "never"), 0),
        (("--severity", "RF005=note"), 0),
        # All of them are legacy.
        (("--select", "AC010"), 0),
    ],
)
def test_what_fails_without_being_listed_is_said(
    call: Call, words: tuple[str, ...], status: int
) -> None:
    """The first finding of RF005 in this dump is legacy, and the last one an error."""
    ended = call("check", FIXTURES / "extract.xml", "--isolated", "--max-findings", "1", *words)
    said = "1 of 3 findings of RF005 are listed; the others fail the run (--max-findings)\n"
    assert (ended.status, ended.said.count(said)) == (status, status)
    if "junit" in words:
        assert '<failure message="1 of 3 findings of RF005 are listed">' in ended.text


def test_defects_are_counted_where_they_are_too_many() -> None:
    many = MAX_DEFECTS + 7
    registry = parse_registry(HEADER + "a,1\n" * many)
    assert len(registry.dump.defects) == MAX_DEFECTS
    [entry] = check(registry, select=["FM"]).inputs
    assert [cut.to_dict() for cut in entry.cut] == [
        {"code": "FM002", "listed": MAX_DEFECTS, "found": many}
    ]
    [entry] = check(registry, select=["FM"], limits=Limits(findings=100)).inputs
    assert [str(cut) for cut in entry.cut] == ["100 of 10,007 findings of FM002 are listed"]
    # What was not read is reported whatever is selected.
    [entry] = check(registry, select=["MD"]).inputs
    assert [(cut.code, cut.listed, cut.found) for cut in entry.cut] == [
        ("FM002", MAX_DEFECTS, many)
    ]
    [entry] = check(registry, select=["MD"], ignore=["FM002"]).inputs
    assert entry.cut == []


# -- how deep what is nested is read --------------------------------------------------------------

CELL = (
    "<html><h1>X</h1><table><tr><th>Service Name<th>Port Number<th>Transport Protocol"
    "<th>Description</tr>\n<tr><td>a<td>1<td>tcp<td>"
)
TAIL = "</record><record><name>b</name></record></registry>"
JSON_HEAD = '{"records": [{"service_name": "a"}, {"description": '
DEEP_JSON = (
    "values are nested deeper than 10 levels (--max-depth); the rest of the document is not read"
)
FOREIGN = "elements are nested deeper than 10 levels (--max-depth); deeper ones are not read"
# The document with so many levels inside, how many of them are levels of its own, what is said of
# one more, and the names that are read then.
NESTED: dict[str, tuple[Callable[[int], str], int, str, list[str | None]]] = {
    "paragraphs": (
        lambda n: (
            f"{OPENING}<record><description>{'<paragraph>' * n}x{'</paragraph>' * n}"
            f"</description>{TAIL}"
        ),
        3,
        FOREIGN,
        [None, "b"],
    ),
    "unknown elements": (
        lambda n: f"{OPENING}<record>{'<x>' * n}y{'</x>' * n}{TAIL}",
        2,
        FOREIGN,
        [None, "b"],
    ),
    "records": (
        lambda n: f"{OPENING}{'<record>' * n}{'</record>' * (n - 1)}{TAIL}",
        1,
        FOREIGN,
        [*[None] * 9, "b"],
    ),
    "tables": (
        lambda n: f"{CELL}{'<table><tr><td>x' * n}{'</table>' * n}y</table></html>",
        1,
        "tables are nested deeper than 10 levels (--max-depth); deeper ones are not read",
        ["a"],
    ),
    "lists": (
        lambda n: f'{JSON_HEAD}{"[" * n}{"]" * n}}}, {{"service_name": "b"}}]}}',
        3,
        DEEP_JSON,
        ["a"],
    ),
    "objects": (
        lambda n: JSON_HEAD + '{"a": ' * n + "1" + "}" * n + "}]}",
        3,
        DEEP_JSON,
        ["a"],
    ),
}

# What begins each level, and how often it stands before them.
MARKS = {
    "paragraphs": ("<paragraph>", 0),
    "unknown elements": ("<x>", 0),
    "records": ("<record>", 0),
    "tables": ("<table>", 1),
    "lists": ("[", 1),
    "objects": ('{"a', 0),
}


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_is_read_so_deep(name: str) -> None:
    make, own, said, names = NESTED[name]
    for depth, levels, found in (
        (10, 10, []),
        (10, 11, [said]),
        (11, 11, []),
        (10, 5_000, [said]),
        (200, 5_000, [said.replace("10", "200")]),
    ):
        text = make(levels - own)
        dump = parse_registry(text, limits=Limits(depth=depth)).dump
        told = [defect for defect in dump.defects if defect.code == "FM001"]
        assert [defect.message for defect in told] == found
        if found and depth == 10:
            assert [record.service_name for record in dump.records] == names
            mark, before = MARKS[name]
            at = -1
            for _ in range(before + depth + 1 - own):
                at = text.index(mark, at + 1)
            assert told[0].offset == at


def test_brackets_in_texts_are_no_levels() -> None:
    text = "[" * 50 + '\\"' + "{" * 50 + "\\\\"
    found = parse_registry(
        f'{{"records": [{{"service_name": "{text}"}}, {{"service_name": "é"}}]}}',
        limits=Limits(depth=10),
    ).dump
    assert [d.code for d in found.defects if d.code == "FM001"] == []
    assert len(found.records) == 2
    broken = parse_registry(
        f'{{"records": [{{"service_name": "{text}', limits=Limits(depth=10)
    ).dump
    [told] = [d.message for d in broken.defects if d.code == "FM001"]
    assert told == "invalid JSON: a string is not closed; the rest of the document is not read"


@pytest.mark.parametrize("depth", [20, 200])
@pytest.mark.parametrize(
    ("form", "make", "at"),
    [
        ("yaml", lambda n: f"a: {'[' * n}{']' * n}\n", lambda n: f":1:{n + 3}"),
        ("toml", lambda n: f"a = {'[' * n}{']' * n}\n", lambda n: f":1:{n + 4}"),
        ("toml", lambda n: f"a = {'{a = ' * n}1{'}' * n}\n", lambda n: f":1:{5 * n}"),
        ("json", lambda n: f'{{"a": {"[" * n}{"]" * n}}}', lambda n: f":1:{n + 6}"),
    ],
)
def test_requests_are_read_so_deep(
    form: str, make: Callable[[int], str], at: Callable[[int], str], depth: int, tmp_path: Path
) -> None:
    path = tmp_path / f"a.{form}"
    limits = Limits(depth=depth)
    path.write_text(make(depth - 1), "utf-8")
    assert not check_request(path, limits=limits).faults
    path.write_text(make(depth), "utf-8")
    with pytest.raises(Unusable) as raised:
        check_request(path, limits=limits)
    assert (
        str(raised.value) == f"{path}{at(depth)}: nested deeper than {depth} levels (--max-depth)"
    )
    path.write_text(make(20_000), "utf-8")
    with pytest.raises(Unusable, match=r": nested (too deep|deeper than)"):
        check_request(path, limits=limits)


# -- requests -------------------------------------------------------------------------------------

REQUEST = (ROOT / "fixtures" / "requests" / "good.yaml").read_text("utf-8")


def test_larger_requests_are_refused(folder: Path, call: Call) -> None:
    (folder / "a.yaml").write_text(REQUEST + "#" * (256 << 10), "utf-8")
    words = ("request", "a.yaml", "--fail-on", "never")
    assert "a.yaml: larger than 256 KiB (--max-request-size)" in call(*words).said
    assert call(*words, "--max-request-size", "258").status == 0
    (folder / "ianalint.toml").write_text("max-request-size = 258\n", "utf-8")
    assert call(*words).status == 0
    assert ": larger than 1 KiB" in call(*words, "--max-request-size", "1").said
    assert "is larger than 1 MiB" not in call(*words, "--max-size", "1").said


def test_files_of_more_requests_are_refused(folder: Path, call: Call) -> None:
    (folder / "a.yaml").write_text("---\n".join([REQUEST] * 3), "utf-8")
    words = ("request", "a.yaml", "--fail-on", "never")
    assert call(*words).status == 0
    (folder / "ianalint.toml").write_text("max-requests = 2\n", "utf-8")
    assert ": too many requests (maximum 2, --max-requests)" in call(*words).said
    assert call(*words, "--max-requests", "3").status == 0


def test_findings_in_requests_are_counted(folder: Path, call: Call) -> None:
    (folder / "a.yaml").write_text("a: 1\nb: 1\nc: 1\n", "utf-8")
    words = ("request", "a.yaml", "--select", "RQ003", "--format", "json")
    (folder / "ianalint.toml").write_text("max-findings = 2\n", "utf-8")
    [entry] = json.loads(call(*words).out)["inputs"]
    assert entry["cut"] == [{"code": "RQ003", "listed": 2, "found": 3}]


# -- the time of a match --------------------------------------------------------------------------


def test_a_match_with_a_long_text_takes_so_long(
    folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("validator.rules.text._BRACKETED", pattern(r"\[[^\]]*+\]", limited=True))
    uses = f"port 2 {'[' * 99_000}"
    (folder / "slow.csv").write_text(f"{HEADER}a--b,1,tcp,Text,,,,,,,{uses},\n", "utf-8")
    words = ("check", "slow.csv", "--select", "TX007,SN005", "--format", "json")
    begun = time.process_time()
    ended = call(*words, "--max-match", "1")
    assert time.process_time() - begun < 4
    assert (ended.status, [f["code"] for f in json.loads(ended.out)["findings"]]) == (3, ["SN005"])
    assert ended.said == (
        "ianalint: internal error: rule TX007 failed on slow.csv, record a--b 1/tcp:"
        " a pattern match took longer than 1 s (--max-match)\n"
    )
    assert allow(MATCH_SECONDS) == MATCH_SECONDS


def test_each_thread_has_its_own_time() -> None:
    slow = pattern(r"(?:a|aa)++b", limited=True)
    text = "a" * 200_000
    other = threading.Thread(target=allow, args=(0.001,))
    other.start()
    other.join()
    assert slow.search("ab" + text) is not None
    before = allow(0.001)
    try:
        with pytest.raises(TimeoutError):
            slow.search(text)
        assert pattern("a").search(text) is not None
    finally:
        allow(before)


# -- what they may be -----------------------------------------------------------------------------

OPTIONS = {
    "--max-size": "from 1 to 1000000",
    "--max-length": "from 1 to 1000000000",
    "--max-depth": "from 10 to 200",
    "--max-records": "from 1 to 1000000000",
    "--max-findings": "from 1 to 100000",
    "--max-match": "from 1 to 3600",
    "--max-request-size": "from 1 to 1000000",
    "--max-requests": "from 1 to 1000000",
}


@pytest.mark.parametrize("word", ["0", "-1", "x", "1.5", "٣", "9" * 13, "1" + "0" * 30, "nan", ""])
@pytest.mark.parametrize("option", OPTIONS)
def test_limits_are_numbers(folder: Path, call: Call, option: str, word: str) -> None:
    ended = call("request", "a.yaml", f"{option}={word}")
    assert (ended.status, ended.out) == (2, b"")
    told = f'ianalint: {option}: expected a number {OPTIONS[option]}, got "{word}"\n'
    assert ended.said.startswith(told)
    assert call("check", "ports.csv", f"{option}={word}").status == 2


@pytest.mark.parametrize("option", OPTIONS)
def test_limits_of_the_configuration_are_numbers(folder: Path, call: Call, option: str) -> None:
    key = option.removeprefix("--")
    for value, shown in (
        ("0", "0"),
        ("-1", "-1"),
        ("1" + "0" * 30, "1" + "0" * 30),
        ("nan", "nan"),
        ("1.5", "1.5"),
        ("true", "true"),
        ('"x"', '"x"'),
    ):
        said = f"{key}: expected a number {OPTIONS[option]}, got {shown}"
        (folder / "ianalint.toml").write_text(f"{key} = {value}\n", "utf-8")
        ended = call("check", "ports.csv")
        assert (ended.status, ended.said) == (2, f"ianalint: ianalint.toml:1: {said}\n")
    (folder / "ianalint.toml").write_text(f"{key} = 1{'0' * 5000}\n", "utf-8")
    said = "ianalint.toml: not valid TOML: a number is too long"
    assert call("check", "ports.csv").said == f"ianalint: {said}\n"


@pytest.mark.parametrize(
    ("name", "most"),
    [
        *(("size", 1_000_000 << 20), ("length", 10**9), ("records", 10**9)),
        *(("findings", 100_000), ("match", 3600)),
        *(("request_size", 1_000_000 << 10), ("requests", 1_000_000)),
    ],
)
def test_limits_in_python_are_numbers(name: str, most: int) -> None:
    assert getattr(Limits(**{name: most}), name) == most
    for value in (0, -1, most + 1, 10**30, float("inf"), float("nan")):
        with pytest.raises(
            ValueError, match=f"{name}: expected a number above 0 and up to {most}, got"
        ):
            Limits(**{name: value})
    for depth in (9, 201, 10**30):
        with pytest.raises(ValueError, match="depth: expected a number from 10 to 200, got"):
            Limits(depth=depth)


@pytest.mark.parametrize(
    "option", ["--max-size", "--max-length", "--max-records", "--max-findings", "--max-match"]
)
def test_the_largest_limits_are_followed(folder: Path, call: Call, option: str) -> None:
    words = ("check", "ports.csv", "--select", "SN", "--isolated")
    most = OPTIONS[option].rpartition(" ")[2]
    assert call(*words, option, most).out == call(*words).out


def test_the_limits_are_those_of_every_command(folder: Path, call: Call) -> None:
    text = f"{OPENING}<record><description>{'<paragraph>' * 15}x{'</paragraph>' * 15}</description>"
    (folder / "deep.xml").write_text(f"{text}</record></registry>", "utf-8")
    (folder / "good.yaml").write_text(REQUEST, "utf-8")
    for words in (
        ("check", "deep.xml", "--select", "FM"),
        ("check", "deep.xml", "ports.csv", "--select", "FM", "--jobs", "2"),
        ("diff", "deep.xml", "ports.csv", "--select", "FM", "--fail-on", "never"),
        ("compare", "deep.xml", "ports.csv"),
        ("convert", "deep.xml", "--to", "csv", "--quiet"),
        ("request", "good.yaml", "--registry", "deep.xml"),
    ):
        said = call(*words).text + call(*words).said
        assert "nested deeper" not in said
        assert "was read with" not in said
        said = call(*words, "--max-depth", "10").text + call(*words, "--max-depth", "10").said
        assert "nested deeper than 10 levels" in said or "was read with 1 error" in said, words


def test_the_documentation_has_each_limit_with_its_default_and_range() -> None:
    of = {"dump": "every input", "rules": "rules", "request": "requests"}
    table = (ROOT / "docs" / "limits.md").read_text("utf-8")
    for limit in LIMIT_TABLE:
        most = "10<sup>9</sup>" if limit.most == 10**9 else f"{limit.most:,}"
        option = f"--max-{limit.name.replace('_', '-')}"
        row = next(line for line in table.splitlines() if line.startswith(f"| `{option}` |"))
        assert row.startswith(f"| `{option}` | {of[limit.scope]} | "), row
        assert row.endswith(f" | {limit.default:,.12g} | {limit.least} to {most} |"), row


def test_each_limit_is_an_option_a_key_and_an_attribute() -> None:
    words = [f"--max-{limit.name.replace('_', '-')}={limit.most}" for limit in LIMIT_TABLE]
    settings = settings_of(request_arguments().parse(words))
    for limit in LIMIT_TABLE:
        assert getattr(settings.limits, limit.name) == limit.most * limit.scale
        assert f"max-{limit.name}".replace("_", "-") in CONFIGURATION.settings
    with pytest.raises(TypeError, match="unexpected keyword argument 'width'"):
        Limits(width=1)


# -- time and memory ------------------------------------------------------------------------------

OPEN = OPENING.replace("\n", "")
SMALL_TEXT = (FIXTURES / "small.txt").read_text("utf-8")
HEAD_OF_TEXT = SMALL_TEXT[: SMALL_TEXT.index("\n", SMALL_TEXT.index("Use Reported")) + 1]
SENTENCE = 'IANA assigned this well-formed service name as a replacement for ""b"". '
# Of some megabytes.
HOSTILE: dict[str, Callable[[], str]] = {
    "an attribute flood": lambda: (
        OPEN + "<record " + " ".join(f'a{n}="x"' for n in range(100_000)) + "/></registry>"
    ),
    "attributes everywhere": lambda: (
        OPEN
        + ("<record " + " ".join(f'a{n}="x"' for n in range(50)) + "/>\n") * 4_000
        + "</registry>"
    ),
    "100,000 levels": lambda: (
        OPEN + "<record>" + "<description>" * 100_000 + "</description>" * 100_000 + "</record>"
    ),
    "100,000 records in records": lambda: OPEN + "<record>" * 100_000 + "</record>" * 100_000,
    "10 MB in a cell": lambda: f"{OPEN}<record><name>{'a-' * 5_000_000}</name></record></registry>",
    "10 MB in a cell of CSV": lambda: f"{HEADER}a,1,tcp,{'x ' * 5_000_000},,,,,,,,\n",
    "5 million cells": lambda: f"{HEADER}a,1,tcp{',x' * 5_000_000}\n",
    "20,000 overlapping ranges": lambda: (
        HEADER + "".join(f",{n}-{65535 - n},tcp,Unassigned,,,,,,,,\n" for n in range(20_000))
    ),
    "3 million citations in a cell": lambda: f"{HEADER}a,1,tcp,T,,,,,{'[a]' * 3_300_000},,,\n",
    "200,000 tables": lambda: (
        "<html><body>" + "<table><tr><th>Service Name<th>Port Number</tr>" * 200_000
    ),
    "3 million parts of a text, and a key is missing": lambda: (
        '{"$schema": "urn:ianalint:schema:registry:1", "registry": {}, "records":'
        + ' [{"description": ['
        + '"",' * 3_300_000
        + '""]}]}'
    ),
    "open brackets": lambda: f"{HEADER}a,1,tcp,x,,,,,,,port {'[' * 99_000},{'(' * 99_000}\n",
    "citations": lambda: (
        OPEN + "<record><name>a</name>" + '<xref type="person" data="a"/>' * 100_000 + "</record>"
    ),
}
# The same of what takes longest, at a sixteenth of the size: (size, text of that size).
LARGE: dict[str, tuple[int, Callable[[int], str]]] = {
    "assigned ranges": (
        20_000,
        lambda n: HEADER + "".join(f"s{i},{i}-{65535 - i},tcp,Text,,,,,,,,\n" for i in range(n)),
    ),
    "the same record": (
        40_000,
        lambda n: HEADER + "a--b,80,tcp,Text,[A],[B],2020-01-01,,,,,\n" * n,
    ),
    "empty records": (1_100_000, lambda n: OPEN + "<record/>" * n + "</registry>"),
    "empty persons": (
        1_100_000,
        lambda n: OPEN + "<people>" + "<person/>" * n + "</people></registry>",
    ),
    "empty objects": (
        3_300_000,
        lambda n: (
            '{"$schema": "urn:ianalint:schema:registry:1", "format_version": 1, "carries": [],'
            f' "registry": {{}}, "records": [{"{}," * n}{{}}]}}'
        ),
    ),
    "cells of a thousand sentences": (
        100,
        lambda n: (
            HEADER + "".join(f'a{i},{i},tcp,"{SENTENCE * 1300}",,,,,,,,\n' for i in range(1, n + 1))
        ),
    ),
    "headings": (5_000_000, lambda n: f"Service Name,Port Number{',a' * n}\na\n"),
    "rows that end with a carriage return": (2_000_000, lambda n: HEADER + "a--b,1\r" * n),
    "rows": (5_000_000, lambda n: HEADER + "a\n" * n),
    "lines of text": (5_000_000, lambda n: HEAD_OF_TEXT + "a\n" * n),
    "cells of HTML": (
        1_500_000,
        lambda n: (
            "<html><body><table><tr><th>Service Name</th><th>Port Number</th></tr><tr>" + "<td>" * n
        ),
    ),
    "rows of HTML": (
        1_100_000,
        lambda n: (
            "<html><body><table><tr><th>Service Name</th><th>Port Number</th></tr>"
            + "<tr><td>a" * n
        ),
    ),
    "objects that are no citations": (
        6_600_000,
        lambda n: (
            '{"$schema": "urn:ianalint:schema:registry:1", "registry": {}, "records":'
            f' [{{"assignee": [{"{}," * n}{{}}]}}]}}'
        ),
    ),
}


def cost_of_check(path: Path, text: str, *options: str) -> tuple[float, float]:
    """The processor time in seconds and the peak of memory in MiB that a check of `text` takes."""
    path.write_text(text, "utf-8")
    return cost_of("check", str(path), *options)


def cost_of(*words: str) -> tuple[float, float]:
    """The processor time in seconds and the peak of memory in MiB of a command."""
    done = forked(*words, "--isolated", "--format", "json")
    assert json.loads(done.out)["faults"] == []
    return done.seconds, done.memory


@cache
def usual_seconds() -> float:
    """The processor time of a check of usual rows, a sixteenth of 10 MB, in this run."""
    rows = (f"name{n},{n},tcp,Service {n},[Ann],,2010-01-01,,,,,\n" for n in range(1, 12_000))
    with tempfile.TemporaryDirectory() as folder:
        return cost_of_check(Path(folder, "usual.csv"), HEADER + "".join(rows))[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork is not available")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_inputs_end_soon(name: str, tmp_path: Path) -> None:
    """In the time that 10 MB of usual rows take."""
    seconds, memory = cost_of_check(tmp_path / "dump", HOSTILE[name]())
    assert seconds < 16 * usual_seconds()
    assert memory < 512


@pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork is not available")
@pytest.mark.parametrize("name", LARGE)
def test_large_hostile_inputs_end_soon(name: str, tmp_path: Path) -> None:
    """Time and memory for a sixteenth of the input; they grow no faster than the input."""
    size, make = LARGE[name]
    path = tmp_path / "dump"
    costs = []
    for part in (16, 32):
        limits = ("--max-records", Limits().records // part, "--max-findings", 10_000 // part)
        costs.append(cost_of_check(path, make(size // part), *map(str, limits)))
    (seconds, memory), (less_seconds, less_memory) = costs
    assert seconds < 4 * usual_seconds()
    assert seconds < 3 * less_seconds + 0.1
    assert memory + 30 * (memory - less_memory) < 512


@pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork is not available")
def test_a_diff_of_renames_takes_a_few_times_the_memory_of_its_dumps(tmp_path: Path) -> None:
    peaks = []
    sizes = []
    for count in (2_000, 14_000):
        paths = [tmp_path / f"{letter}-{count}.csv" for letter in "ab"]
        for path in paths:
            rows = (
                f"{path.stem[0]}{n},{n},tcp,Service {n},[Ann_Example],,2010-01-01,,,,,\n"
                for n in range(1, count)
            )
            path.write_text(HEADER + "".join(rows), "utf-8")
        peaks.append(cost_of("diff", *map(str, paths), "--max-findings", "100")[1])
        sizes.append(sum(path.stat().st_size for path in paths) / 2**20)
    assert peaks[1] - peaks[0] < 36 * (sizes[1] - sizes[0]), (peaks, sizes)
