"""The reports of `ianalint audit` in each format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.conftest import ROOT, SMALL, Called
from tests.consumer_cases import FOLDER

Call = Callable[..., Called]
REGISTRY = ("--registry", str(FOLDER / "registry.xml"), "--isolated")
FULL = "harbour-pilot\t8040/tcp\tharbour_pilot\nlamp 8046/tcp\ntide\t8142/tcp\n"


def report(call: Call, text: str, *words: str, form: str = "json", name: str = "file") -> str:
    Path(name).write_text(text, encoding="utf-8")
    ended = call("audit", name, *REGISTRY, "--format", form, *words)
    assert ended.status in (0, 1), ended.err
    return ended.text


def test_json(call: Call) -> None:
    document = json.loads(report(call, FULL, "--full"))
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["audits"] == [
        {
            "path": "file",
            "kind": "services",
            "full": True,
            "coverage": 0.1111,
            "entries": 3,
            "registry": {"path": str(FOLDER / "registry.xml"), "updated": "2026-08-17"},
            "entry_fates": {"kept": 2, "moved": 1},
            "record_fates": {
                "lost": 5, "newer": 3, "kept": 2, "alias": 1, "merged": 1, "moved": 1,
                "no-port": 1, "no-transport": 1, "transport-dropped": 1,
            },
            "age": {"newest": "2013-07-01", "cut": "2009-02", "newer": 3},
        }
    ]  # fmt: skip
    kinds = [(entry["path"], entry.get("kind")) for entry in document["inputs"]]
    assert kinds == [("file", "services"), (str(FOLDER / "registry.xml"), "registry")]


def test_a_private_list_has_neither_coverage_nor_age(call: Call) -> None:
    text = "Service,Port\na,8040\nb,8500\nc,1000\nd,60000\ntide,8042\n"
    (audit,) = json.loads(report(call, text, name="p.csv"))["audits"]
    assert audit["entry_fates"] == dict.fromkeys(
        ["assigned", "dynamic", "free", "own", "system"], 1
    )
    assert [audit[key] for key in ("full", "coverage", "record_fates", "age")] == [
        False, None, None, None,
    ]  # fmt: skip


def test_sarif_has_no_region_for_what_is_missing(call: Call) -> None:
    run = json.loads(report(call, FULL, "--full", form="sarif"))["runs"][0]
    by_code = {result["ruleId"]: result["locations"][0] for result in run["results"]}
    assert set(by_code) == {"CS111", "CS201", "CS202", "CS204", "CS205", "CS206"}
    for code, location in by_code.items():
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith("file")
        assert ("region" in place) == (code == "CS111")


def test_junit_has_no_case_of_a_rule_that_did_not_look(call: Call) -> None:
    root = ElementTree.fromstring(report(call, FULL, form="junit"))
    services, registry = root.findall("testsuite")
    assert registry.findall("testcase") == []
    cases = {case.attrib["name"][:5]: case for case in services.findall("testcase")}
    assert {"CS001", "CS111", "CS201", "CS304"} <= set(cases)
    assert cases["CS201"].find("skipped") is not None
    assert not {"CS301", "CS401", "CS413"} & set(cases)


def test_an_excerpt_has_blanks_for_tabs(call: Call) -> None:
    text = report(call, FULL, "--subset", form="text")
    assert "  3 | tide 8142/tcp\n    |      ^^^^\n" in text


@pytest.mark.parametrize(
    "form", ["text", "markdown", "html", "junit", "github", "gitlab", "concise"]
)
def test_every_format_names_the_file_and_its_findings(call: Call, form: str) -> None:
    text = report(call, FULL, "--subset", form=form)
    assert "CS111" in text
    assert "is registered with port 8042, not 8142" in text
    assert "file" in text


COLUMNS = "kind path line service_name port transport_protocol fate detail registry_line".split()


def test_the_table_of_fates(call: Call) -> None:
    text = "=SUM(A1) 8142/tcp\n@x 8040/tcp\nharbour_pilot 8040/tcp\n"
    report(call, text, "--fates", "fates.csv")
    rows = list(csv.reader(io.StringIO(Path("fates.csv").read_text(encoding="utf-8"))))
    line = (FOLDER / "registry.xml").read_text(encoding="utf-8")[: _record("harbour-pilot")]
    first = str(line.count("\n") + 1)
    assert rows == [
        COLUMNS,
        ["entry", "file", "1", "'=SUM(A1)", "8142", "tcp", "unregistered", "", ""],
        ["entry", "file", "2", "'@x", "8040", "tcp", "other-name",
         "harbour-pilot harbour_pilot", first],
        ["entry", "file", "3", "harbour_pilot", "8040", "tcp", "historic-alone",
         "harbour-pilot harbour_pilot", rows[3][8]],
    ]  # fmt: skip
    report(call, text, "--full", "--fates", "fates.jsonl")
    lines = [json.loads(row) for row in Path("fates.jsonl").read_text("utf-8").splitlines()]
    assert [list(row) for row in lines] == [COLUMNS] * len(lines)
    assert [row["kind"] for row in lines] == ["entry"] * 3 + ["record"] * 16
    assert [row["service_name"] for row in lines[:4]] == [
        "=SUM(A1)", "@x", "harbour_pilot", "tcpmux",
    ]  # fmt: skip


def test_fates_need_a_registry(call: Call) -> None:
    Path("file").write_text("http 80/tcp\n", encoding="utf-8")
    ended = call("audit", "file", "--isolated", "--fates", "fates.csv")
    assert ended.status == 2
    assert ended.err.startswith(b"ianalint: --fates needs a registry (--registry DUMP)\n")
    assert not Path("fates.csv").exists()


@pytest.mark.parametrize("form", ["csv", "xml"])
def test_the_registry_is_read_in_the_form_of_the_option(
    call: Call, tmp_path: Path, form: str
) -> None:
    Path("services").write_text("http 80/tcp\n")
    registry = SMALL.with_suffix(".csv")
    ended = call("audit", "services", "--isolated", "--registry", registry, "--input-format", form)
    assert ended.status == (0 if form == "csv" else 2)
    doubt = "the dump has no records; it looks like CSV, but the input format is set to xml\n"
    assert (doubt in ended.said) is (form == "xml")


def _record(name: str) -> int:
    text = (FOLDER / "registry.xml").read_text(encoding="utf-8")
    return text.rindex("<record", 0, text.index(f"<name>{name}</name>"))


LIST = "".join(f"| s{n} | {n} |\n" for n in (8040, 8042, 8046, "8041-8043", 60000))
LIST += "".join(f"| t{n} | - |\n" for n in range(4))
CUT = "and 3 more CS405 findings on ports 8042, 8046, 8041-8043 (--list-all)\n"


@pytest.mark.parametrize(
    ("words", "form", "count"),
    [
        ((), "text", 1),
        (("--list-all",), "text", 4),
        (("--fail-on", "note"), "text", 4),
        ((), "concise", 4),
        ((), "markdown", 4),
        ((), "github", 4),
    ],
)
def test_of_many_notes_of_a_rule_the_text_lists_the_first(
    call: Call, words: tuple[str, ...], form: str, count: int
) -> None:
    text = report(call, f"| Service | Port |\n|--|--|\n{LIST}", *words, form=form, name="p.md")
    assert text.count(": IANA assigned 80" if form == "text" else "IANA assigned 80") == count
    assert (CUT in text) == (count == 1)
    if count == 1:
        assert "and 3 more CS402 findings (--list-all)\n" in text  # "-" is no port to name
        assert "; 6 findings not listed (--list-all)\n" in text


def test_notes_are_cut_for_each_file(call: Call) -> None:
    for name in ("a.md", "b.md"):
        Path(name).write_text(f"| Service | Port |\n|--|--|\n{LIST}", encoding="utf-8")
    text = call("audit", "a.md", "b.md", *REGISTRY).text
    assert text.count(CUT) == 2
    assert text.count(": IANA assigned 80") == 2


EVERY_FATE = """\
tcpmux 1/tcp
rtmp 1/ddp
tide-gauge 8050-8054/tcp
harbour-pilot 8040/tcp
harbour_pilot 8040/tcp
HTTP 80/tcp
x 8042/tcp tide
tide-gauge-2 8051/tcp
old-harbour 8043/tcp
other 443/tcp
domain 53/sctp
gone 8044/tcp
https 8443/tcp
gulls 8100/tcp
mine 50000/tcp
mine 8045/tcp
nobody 8111/tcp
"""


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        (EVERY_FATE, ("--as", "wireshark"),
         "Wireshark's services, 17 entries: 2 kept, 1 registered under an alias,"
         " 1 on a Dynamic Port, 1 with another system's transport, 1 with a former name,"
         " 1 with a historic name, 1 registered with another port, 1 on another service's port,"
         " 1 on another transport, 1 beyond their range, 1 in a registered range,"
         " 1 on a released port, 1 on a Reserved port, 1 spelled otherwise, 1 unregistered,"
         " 1 registered without a port; a full list (56% of the registry's ports);"
         " newest registration 2012-01-10, 0 findings"),
        ("harbour-pi 8040/tcp\n", (),
         "services(5), 1 entry: 1 cut; a subset (6% of the registry's ports), 0 findings"),
        ("harbour_pilot 8040/tcp 0.5\n", (),
         "nmap-services, 1 entry: 1 with a historic name alone; a subset (6% of the registry's"
         " ports), 0 findings"),
        ("service,port,protocol\ntide,8042,\nx,8040,\na,1000,\nb,50000,\nc,8042,sctp\nd,8500,\n",
         (),
         "private list, 6 entries: 1 on a port that IANA assigned, 1 assigned on another transport,"
         " 1 on a Dynamic Port, 1 free, 1 on their own port, 1 on a free System Port, 0 findings"),
    ],
)  # fmt: skip
def test_the_summary_counts_each_fate_in_words(
    call: Call, text: str, words: tuple[str, ...], sentence: str
) -> None:
    Path("file").write_text(text, "utf-8")
    history = ("--history", str(FOLDER / "earlier.xml"), "--select", "CS017", *words)
    assert call("audit", "file", *REGISTRY, *history).text.splitlines()[1] == (
        f"checked file: {sentence}"
    )


LIST_OF_EVERY_FATE = "service,port\ntide,8042\nbilling,8040\na,1000\nb,50000\nd,8500\n"
# Fate, detail and line of the registry of each entry.
FATES_OF_ENTRIES = """\
kept,,5
foreign-transport,,
range-grown,tide-gauge,149
kept,,54
historic,harbour-pilot harbour_pilot,62
respelled,http www,29
alias-only,tide,75
range-member,tide-gauge,149
former,until 2014-11-30,88
other-name,https,46
other-transport,,13
released,Removed on 2015-03-02.,
moved,,46
without-port,,190
dynamic,,
reserved,,
unregistered,,
"""
FATES_OF_RECORDS = """\
kept,,5
other-transport,,13
other-transport,,21
respelled,,29
renamed,,37
renamed,,46
kept,,54
kept,,62
alias,,75
renamed,,88
newer,,123
newer,,132
kept,,149
newer,,171
no-transport,,179
no-port,,190
"""
FATES_OF_LIST = """\
own,,75
assigned,harbour-pilot harbour_pilot,54
system,,
dynamic,,
free,,
"""


@pytest.mark.parametrize(
    ("name", "text", "words", "fates"),
    [
        ("file", EVERY_FATE, ("--as", "wireshark"), FATES_OF_ENTRIES + FATES_OF_RECORDS),
        ("p.csv", LIST_OF_EVERY_FATE, (), FATES_OF_LIST),
    ],
)
def test_the_table_says_why(
    call: Call, name: str, text: str, words: tuple[str, ...], fates: str
) -> None:
    Path(name).write_text(text, "utf-8")
    history = ("--history", str(FOLDER / "earlier.xml"), *words)
    call("audit", name, *REGISTRY, *history, "--fates", "fates.csv")
    _, *rows = Path("fates.csv").read_text("utf-8").splitlines()
    assert "".join(f"{row.split(',', 6)[6]}\n" for row in rows) == fates
    assert {row.split(",")[1] for row in rows} == {name}
