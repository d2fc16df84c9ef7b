"""`ianalint request` from outside: calls, streams, exit statuses, and what it shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from schemas import models
from tests.conftest import ROOT, Called, environment, ianalint
from tests.requests import GOOD, REQUESTS, registry, reviewed, varied
from tests.test_growth import lines_of
from validator import Unusable, check_request, parse_registry, schema
from validator.commands.request import arguments
from validator.engine.selection import UnknownSelector
from validator.reporters import FORMATS, Style, render
from validator.rules import catalogue

Call = Callable[..., Called]
DUMP = REQUESTS / "registry.xml"
DRAFTS = REQUESTS / "drafts"
JUDGE = Draft202012Validator(json.loads(schema.text("report")))


def of(name: str) -> Path:
    return REQUESTS / name


# -- what it says -------------------------------------------------------------------------------


def test_a_good_request(call: Call) -> None:
    ended = call("request", GOOD, "--registry", DUMP)
    assert (ended.status, ended.said) == (0, "")
    assert ended.text.splitlines() == [
        f"tide-tables 4630/tcp ({GOOD}): no blocking problems found",
        "  procedure: Expert Review, because a User Port is requested (8.1.1)",
        "",
        "1 request, no blocking problems found",
        f"compared with {DUMP}: XML of 2026-08-17, 59 records, 7 contacts, a whole registry",
    ]


def test_the_counts_of_several_requests(call: Call, tmp_path: Path) -> None:
    good = GOOD.read_text("utf-8")
    (tmp_path / "good.yaml").write_text(good, "utf-8")
    for name, port in (("taken", "4646"), ("na--me", "4646")):
        text = good.replace("tide-tables", f"tide-{name}").replace("4630", port)
        (tmp_path / f"{name.replace('-', '')}.yaml").write_text(text, "utf-8")
    names = ("good.yaml", "taken.yaml", "name.yaml")
    ended = call("request", *names, "--registry", DUMP, "--isolated")
    lines = ended.text.splitlines()
    assert [line for line in lines if re.match("  not ready|[0-9]+ requests", line)] == [
        "  not ready to submit: 1 error, 1 warning",
        "  not ready to submit: 2 errors, 1 warning",
        "3 requests, 2 not ready to submit: 3 errors, 2 warnings",
    ]
    report = json.loads(call("request", *names, "--registry", DUMP, "--format", "json").out)
    assert report["summary"]["open"] == {"error": 3, "warning": 2, "note": 0}
    assert report["summary"]["by_rule"] == {"RQ010": 1, "RQ024": 2, "RQ037": 2}
    assert [entry["verdict"] for entry in report["requests"]] == ["accept", "reject", "reject"]


def test_a_taken_port_names_the_record_and_free_ones(call: Call) -> None:
    ended = call("request", of("port-taken.yaml"), "--registry", DUMP)
    assert ended.status == 1
    lines = ended.text.splitlines()
    assert lines[0].endswith(": not available: port 4646/tcp is assigned to dots-signal (IESG)")
    assert lines[1] == "  not ready to submit: 1 error"
    assert "  port 4646/tcp is assigned to dots-signal (IESG)" in lines
    assert f"  {DUMP}:42:3: assigned here: dots-signal 4646/tcp" in lines
    assert sum(line.startswith("  free port: ") for line in lines) == 3
    assert "  11 | port_number: 4646" in lines
    assert lines[-2] == "1 request, not ready to submit: 1 error"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "port-dynamic.yaml",
            "not available: port 50000 is a Dynamic Port (49152-65535), which is never",
        ),
        ("name-taken.yaml", 'not available: "'),
        ("no-reference.yaml", 'not ready to submit: required field "reference" is missing'),
        ("placeholders.toml", "not ready to submit: required field"),
        ("web.yaml", "no blocking problems found, but a reviewer is likely to object (1 warning)"),
        (
            "local.yaml",
            "no blocking problems found, but a reviewer is likely to object (1 warning)",
        ),
        (
            "overloading-own.yaml",
            "no blocking problems found, but a reviewer is likely to object (1 warning)",
        ),
        ("early-state.yaml", "no blocking problems found (1 note)"),
    ],
)
def test_the_first_line_says_what_decides(call: Call, name: str, sentence: str) -> None:
    ended = call("request", of(name), "--registry", DUMP)
    assert ended.text.splitlines()[0].partition("): ")[2].startswith(sentence)


def test_without_a_registry_it_says_so(call: Call) -> None:
    ended = call("request", of("port-taken.yaml"), "--isolated")
    assert ended.status == 0
    assert "no blocking problems found" in ended.text
    assert "not compared with a registry: names and ports may be taken." in ended.text
    needing = [
        "RQ011", "RQ012", "RQ016", "RQ024", "RQ025", "RQ027", "RQ028", "RQ029", "RQ030", "RQ042",
        "RQ043", "RQ044", "RQ055", "RQ085", "RQ086", "RQ087",
    ]  # fmt: skip
    assert "skipped: RQ011-RQ012, RQ016, " in ended.text
    told = json.loads(call("request", GOOD, "--isolated", "--format", "json").out)
    assert [entry["code"] for entry in told["inputs"][0]["not_run"]] == needing


def test_quiet_is_findings_alone(call: Call) -> None:
    assert call("request", GOOD, "--registry", DUMP, "--quiet").out == b""
    ended = call("request", of("port-taken.yaml"), "--registry", DUMP, "--quiet")
    assert ended.text.startswith(f"{of('port-taken.yaml')}:11:14  error RQ024 port-taken")
    assert "free port" not in ended.text


def test_several_files_and_requests_in_their_order(call: Call) -> None:
    ended = call("request", of("several.yaml"), of("good.toml"), "--registry", DUMP)
    told = [line for line in ended.text.splitlines() if ": no blocking problems found" in line]
    assert [line.split(" (")[0] for line in told] == [
        "tide-tables 4630/tcp",
        "gull-count 4632/tcp",
        "wave-height tcp",
        "tide-tables 4630/tcp",
    ]
    # The first and the last want the same name, and say the same: a warning on both.
    assert ended.text.count("RQ017") == 2
    assert ended.status == 0


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_tells_of_a_finding(call: Call, form: str, tmp_path: Path) -> None:
    ended = call("request", of("port-taken.yaml"), "--registry", DUMP, "--format", form)
    assert ended.status == 1
    assert "RQ024" in ended.text
    assert "dots-signal" in ended.text
    clean = call("request", GOOD, "--registry", DUMP, "--format", form)
    assert clean.status == 0
    assert "RQ024 error" not in clean.text


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_pages_tell_the_verdict(call: Call, form: str) -> None:
    ended = call("request", of("name-taken.yaml"), "--registry", DUMP, "--format", form)
    assert "harbor-log-tide" in ended.text
    assert "Expert Review" in ended.text
    assert "1 request" in ended.text
    assert "not ready to submit" in ended.text


def test_the_first_line_fits_the_terminal() -> None:
    text = """
service_name: harbor-berths
transport_protocols: [tcp]
port_number: 443
"""
    page = "".join(render("text", reviewed(varied(text)), Style(width=72, color=True)))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", page).splitlines()
    assert lines[:4] == [
        "harbor-berths 443/tcp (request.yaml): not available: port 443 is a",
        "  System Port, which is assigned only by IETF Review or IESG Approval",
        "  not ready to submit: 3 errors",
        "  procedure: IETF Review or IESG Approval, because a System Port is",
    ]
    assert max(map(len, lines[:-1])) <= 72
    # The request is named once, not in each finding.
    assert sum("harbor-berths 443/tcp" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("service_name:\ntransport_protocols: [tcp]\nport_number:", "request 1"),
        ("service_name:\ntransport_protocols: [tcp]\nport_number: 4650", "port 4650/tcp"),
        ("service_name: ../berths\nreference:", "a service name: expected letters"),
        ("port_number: 4630-4640\nreference:", "expected one port number, found the range"),
    ],
)
def test_what_decides_is_in_the_first_line(text: str, first: str) -> None:
    page = "".join(render("text", reviewed(varied(text)), Style()))
    assert first in page.splitlines()[0]


def test_the_json_report(call: Call) -> None:
    ended = call("request", of("name-taken.yaml"), "--registry", DUMP, "--format", "json")
    told = json.loads(ended.out)
    JUDGE.validate(told)
    models.Report.model_validate_json(ended.out)
    [entry] = told["requests"]
    ports = entry["suggestions"].pop("port_numbers")
    assert [sorted(port) for port in ports] == [["gap", "port", "why"]] * 3
    assert entry == {
        "path": str(of("name-taken.yaml")),
        "index": 0,
        "kind": "request",
        "request": YAML(typ="safe").load(of("name-taken.yaml").read_text("utf-8")),
        "service_name": "harbor-log",
        "verdict": "reject",
        "procedure": "Expert Review",
        "changes": [],
        "suggestions": {
            "service_names": [
                *("harborlog", "tide", "tide-harbors", "harbor-log-tide", "tide-harbor-log"),
            ],
        },
    }
    [finding] = told["findings"]
    place = {"path": str(of("name-taken.yaml")), "line": 1, "column": 15}
    assert finding["location"] == {**place, "end_line": 1, "end_column": 25}
    assert finding["related"] == [
        {
            "message": "assigned here",
            "location": {"path": str(DUMP), "line": 35, "column": 3},
            "subject": {
                "service_name": "harbor-log",
                "port": "4621",
                "transport_protocol": "tcp",
            },
        }
    ]
    assert finding["fingerprint"] == "RQ011/harbor-log/user/tcp/service_name"


def test_no_other_report_has_requests(call: Call) -> None:
    told = json.loads(call("check", "--isolated", DUMP, "--format", "json").out)
    assert "requests" not in told
    JUDGE.validate(told)


# -- options ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([of("port-taken.yaml")], 1),
        ([of("port-taken.yaml"), "--ignore", "RQ024"], 0),
        ([of("port-taken.yaml"), "--select", "RQ0"], 1),
        ([of("port-taken.yaml"), "--select", "RQ01"], 0),
        ([of("port-taken.yaml"), "--severity", "port-taken=note"], 0),
        ([of("port-taken.yaml"), "--severity", "RQ02=note", "--fail-on", "note"], 1),
        ([of("port-taken.yaml"), "--fail-on", "never"], 0),
        ([of("port-released.yaml")], 0),
        ([of("port-released.yaml"), "--fail-on", "warning"], 1),
        ([of("broken.yaml")], 2),
        ([of("broken.yaml"), of("port-taken.yaml")], 2),
        ([GOOD, "--today", "2026-01-01"], 0),
    ],
    ids=lambda part: (
        " ".join(getattr(word, "name", str(word)) for word in part)
        if isinstance(part, list)
        else None
    ),
)
def test_exit_status(call: Call, words: list[Any], status: int) -> None:
    assert call("request", *words, "--registry", DUMP, "--isolated").status == status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no FILE given"),
        (
            [GOOD, "--registri", DUMP],
            'unknown option "--registri"; did you mean --registry?',
        ),
        ([GOOD, "--suggest-ports", "many"], 'expected a number from 0 to 1000, got "many"'),
        ([GOOD, "--suggest-ports", "1001"], 'expected a number from 0 to 1000, got "1001"'),
        ([GOOD, "--render", "pdf"], 'unknown rendering "pdf"; expected form, rfc or rfcxml'),
        ([GOOD, "--select", "SN001"], "SN001 is not a rule of this command"),
        ([GOOD, "--registry", "nowhere.xml"], "nowhere.xml cannot be read: No such file"),
        ([GOOD, "--registry", GOOD], "unrecognized format (expected XML, CSV"),
        ([DUMP], "(expected YAML, TOML, JSON or an Internet-Draft, found XML or HTML)"),
        ([ROOT / "SECURITY.md"], "or an Internet-Draft, found Markdown that is no draft)"),
        ([ROOT / "LICENSE"], "not valid YAML"),
        (["nowhere.yaml"], "nowhere.yaml cannot be read: No such file or directory"),
        ([of("broken.yaml")], 'broken.yaml:3:12: not valid YAML: expected "," or "]", got ":"'),
        (
            [of("broken.toml")],
            "broken.toml:2:15: not valid TOML: expected a value, got",
        ),
        ([of("broken.json")], 'broken.json:2:18: not valid JSON: expected ",", got'),
        ([of("deep.yaml")], "deep.yaml:1:33: nested deeper than 20 levels (--max-depth)"),
        ([DRAFTS], "cut.xml:6:25: cannot parse XML: the document is truncated"),
        ([GOOD, "--all-answers"], "--all-answers needs --render rfc or --render rfcxml"),
        ([GOOD, "--template"], "--template takes no FILE"),
        ([GOOD, "--output", GOOD], "it is also an input"),
        ([GOOD, "--registry", DUMP, "--output", DUMP], "refusing to overwrite"),
    ],
    ids=lambda part: (
        " ".join(getattr(word, "name", str(word)) for word in part)
        if isinstance(part, list)
        else None
    ),
)
def test_calls_that_cannot_be_followed(call: Call, words: list[Any], said: str) -> None:
    ended = call("request", *words, "--isolated")
    assert ended.status == 2
    assert said in ended.said
    assert "Traceback" not in ended.said


LETTER = """\
Dear IANA,

we need a port for our tide tables. The number 4640 would be nice: it is easy to remember.
"""


@pytest.mark.parametrize("text", [LETTER, "We need port 4640.\n", "Subject: a port\nFrom: Ann\n"])
def test_a_text_that_is_no_draft(call: Call, tmp_path: Path, text: str) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text(text)
    ended = call("request", letter, "--registry", DUMP)
    assert ended.status == 2
    expected = "expected YAML, TOML, JSON or an Internet-Draft"
    found = 'found text without a heading "IANA Considerations"'
    assert ended.said == f"ianalint: {letter}: unrecognized format ({expected}, {found})\n"


def test_a_request_in_a_text_file(call: Call, tmp_path: Path) -> None:
    request = tmp_path / "request.txt"
    for text in (GOOD.read_text("utf-8"), "# mine\nservice-name: tide-tables\n"):
        request.write_text(text)
        ended = call("request", request, "--registry", DUMP)
        assert (ended.status, ended.said) == (int("mine" in text), "")


def test_a_registry_without_its_option(call: Call) -> None:
    for words in ([DUMP], [GOOD, DUMP], [DUMP, GOOD], [GOOD, DUMP, "--registry", DUMP]):
        ended = call("request", *words)
        assert ended.status == 2
        assert ended.said == (
            f"ianalint: {DUMP}: unrecognized format (expected YAML, TOML, JSON or an"
            " Internet-Draft, found XML or HTML). A dump to compare with is named with --registry\n"
        )


def test_junit_has_no_rule_of_requests_for_the_registry(call: Call) -> None:
    ended = call("request", GOOD, "--registry", DUMP, "--format", "junit")
    suites = {e.get("name"): e.get("tests") for e in ElementTree.fromstring(ended.text)}
    rules = [r for r in catalogue.rules("request").values() if r.is_default]
    assert suites == {str(GOOD): str(len(rules)), str(DUMP): "0"}


def test_an_unusable_file_does_not_stop_the_others(call: Call) -> None:
    ended = call("request", of("broken.yaml"), GOOD, "--registry", DUMP, "--format", "json")
    assert ended.status == 2
    told = json.loads(ended.out)
    JUDGE.validate(told)
    assert ["error" in entry for entry in told["inputs"]] == [True, False, False]
    assert [entry["verdict"] for entry in told["requests"]] == ["accept"]


def test_ports_are_suggested_when_they_are_asked_for(call: Call) -> None:
    def free(*words: Any) -> int:
        return call("request", *words, "--registry", DUMP).text.count("free port: ")

    assert free(GOOD) == 0
    assert free(GOOD, "--suggest-ports", "5") == 5
    assert free(of("port-taken.yaml"), "--suggest-ports", "0") == 0
    assert free(of("name-alone.yaml"), "--suggest-ports", "5") == 0


def test_a_folder_is_searched_for_requests(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.request.yaml").write_bytes(GOOD.read_bytes())
    (tmp_path / "b.json").write_bytes(of("good.json").read_bytes())
    (tmp_path / "other.yaml").write_text("color: blue\n")
    (tmp_path / "notes.txt").write_text("service_name is a key\n")
    (tmp_path / "draft.txt").write_bytes((DRAFTS / "tables.txt").read_bytes())
    ended = call("request", tmp_path, "--isolated", "--format", "json")
    told = json.loads(ended.out)
    assert [(Path(e["path"]).name, e["format"]) for e in told["inputs"]] == [
        ("a.request.yaml", "yaml"),
        ("b.json", "json"),
        ("draft.txt", "draft"),
    ]
    (tmp_path / "empty").mkdir()
    ended = call("request", tmp_path / "empty", "--isolated")
    assert (ended.status, ended.said) == (
        2,
        f"ianalint: no requests found in {tmp_path / 'empty'}{os.sep}\n",
    )


def test_standard_input_and_output() -> None:
    for name in ("good.toml", "good.json"):
        ended = ianalint(
            "request", "-", "--registry", DUMP, "--format", "json", data=of(name).read_bytes()
        )
        assert ended.status == 0, ended
        told = json.loads(ended.out)
        assert told["inputs"][0]["format"] == name.rpartition(".")[2]
        assert told["requests"][0]["path"] == "<stdin>"


# -- configuration ------------------------------------------------------------------------------


def test_the_configuration_names_the_registry(call: Call, tmp_path: Path) -> None:
    config = tmp_path / "sub" / "ianalint.toml"
    config.parent.mkdir()
    (config.parent / "dump.xml").write_bytes(DUMP.read_bytes())
    config.write_text('registry = "dump.xml"\nignore = ["RQ012", "SN005"]\n')
    ended = call("request", of("name-near.yaml"), "--config", config)
    assert ended.status == 0
    assert "RQ012" not in ended.text
    assert f"compared with {Path('sub', 'dump.xml')}: XML" in ended.text
    assert "RQ012" in call("request", of("name-near.yaml"), "--registry", DUMP).text


def test_check_and_request_share_a_configuration(call: Call, tmp_path: Path) -> None:
    config = tmp_path / "ianalint.toml"
    config.write_text(
        'select = ["RQ02", "ST006"]\nignore = ["name-near-existing"]\n'
        '[severity]\nRQ024 = "warning"\n'
    )
    ended = call("check", DUMP, "--format", "json")
    assert ended.status == 0
    assert {f["code"] for f in json.loads(ended.out)["findings"]} == {"ST006"}
    ended = call("request", of("port-taken.yaml"), "--registry", DUMP)
    assert (ended.status, ended.text.count("warning RQ024")) == (0, 1)
    config.write_text('ignore = ["RQ999"]\n')
    for command in (["check", DUMP], ["request", GOOD]):
        ended = call(*command)
        assert ended.status == 2
        assert 'unknown rule "RQ999"' in ended.said


def test_a_waiver_excuses_what_stands_against_a_request(call: Call, tmp_path: Path) -> None:
    config = tmp_path / "ianalint.toml"
    waiver = '[[waive]]\nrule = "RQ06"\nservice = "{}"\nreason = "told IANA"\nuntil = 2026-08-17\n'
    config.write_text(waiver.format("TIDE-tables"))
    words = ("request", of("broadcast-missing.yaml"), "--registry", DUMP)
    ended = call(*words, "--today", "2026-08-17")
    assert ended.status == 0
    assert "1 request, no blocking problems found (1 suppressed)\n" in ended.text
    assert ": no blocking problems found (1 suppressed)\n" in ended.text
    assert "RQ061" not in ended.text
    report = json.loads(call(*words, "--today", "2026-08-17", "--format", "json").out)
    (finding,) = report["findings"]
    assert (finding["code"], finding["status"]) == ("RQ061", "suppressed")
    assert [entry["verdict"] for entry in report["requests"]] == ["accept"]

    assert call(*words, "--today", "2026-08-18").text.count("error RQ061") == 1
    config.write_text(waiver.format("other"))
    assert call(*words, "--today", "2026-08-17").status == 1
    config.write_text(waiver.replace("RQ06", "RQ999").format("tide-tables"))
    ended = call(*words)
    assert (ended.status, ended.out) == (2, b"")
    assert 'ianalint.toml:1: waive: unknown rule "RQ999"' in ended.said


def test_a_baseline_knows_what_stands_against_a_request(call: Call, tmp_path: Path) -> None:
    words = ("request", of("broadcast-missing.yaml"), "--registry", DUMP)
    (finding,) = json.loads(call(*words, "--format", "json").out)["findings"]
    known = {"fingerprint": finding["fingerprint"], "code": "RQ061", "reason": "told IANA"}
    (tmp_path / "known.json").write_text(json.dumps({"format_version": 1, "findings": [known]}))
    (tmp_path / "ianalint.toml").write_text('baseline = "known.json"\n')
    ended = call(*words)
    assert (ended.status, "no blocking problems found (1 baselined)\n" in ended.text) == (0, True)


# -- templates and renderings -------------------------------------------------------------------


def test_the_template_is_a_request_to_fill_in(call: Call, tmp_path: Path) -> None:
    ended = call("request", "--template")
    assert (ended.status, ended.said) == (0, "")
    report = reviewed(ended.text)
    missing = {f.field for f in report.findings if f.code == "RQ001"}
    assert missing == {
        *("service_name", "transport_protocols", "assignee.name", "assignee.email"),
        *("contact.name", "contact.email", "description", "reference"),
    }
    assert {f.code for f in report.findings} == {"RQ001", "RQ061"}
    # Editors look for this comment in the first line.
    lines = ended.text.splitlines()
    assert lines[0] == "# yaml-language-server: $schema=request.schema.json"
    assert lines[2] == "#   ianalint schema request > request.schema.json"
    # Each key has its line, and all that are commented out are keys.
    keys = [line.lstrip("# ").partition(":")[0] for line in lines]
    known = json.loads(schema.text("request"))["properties"]
    assert set(known) - {"$schema"} <= set(keys)
    assert call("request", "--template", "--output", tmp_path / "my.yaml").out == b""
    assert (tmp_path / "my.yaml").read_text("utf-8") == ended.text


@pytest.mark.parametrize("form", ["form", "rfc", "rfcxml"])
def test_what_has_no_error_is_rendered(call: Call, form: str, tmp_path: Path) -> None:
    ended = call("request", GOOD, "--registry", DUMP, "--render", form)
    assert (ended.status, ended.said) == (0, "")
    assert "Dana Example" in ended.text
    assert "no blocking problems found" not in ended.text
    assert ended.text.count("tide-tables") >= 1
    words = ("--render", form, "--report", f"json={tmp_path / 'report.json'}")
    call("request", of("several.yaml"), "--registry", DUMP, *words, "--output", tmp_path / "out")
    assert (tmp_path / "out").read_text("utf-8").count("Dana Example") >= 3
    assert len(json.loads((tmp_path / "report.json").read_bytes())["requests"]) == 3


UPDATE = "IANA is requested to update TCP port 4646; its reference is this document."
RELEASE = "IANA is requested to release TCP port 4682."
NOT_RENDERED = {
    "update": (UPDATE, "port 4646/tcp ({}) updates an existing assignment and requests none"),
    "release": (RELEASE, "port 4682/tcp ({}) releases an existing assignment and requests none"),
    "unread": ("Ships listen on UDP port 4640.", "no request could be read"),
    "nothing": ("This document has no IANA actions.", "no port or service name requested"),
}


@pytest.mark.parametrize("form", ["form", "rfc", "rfcxml"])
@pytest.mark.parametrize("words", [(), ("--registry", DUMP)], ids=["alone", "compared"])
@pytest.mark.parametrize("name", NOT_RENDERED)
def test_what_requests_nothing_is_not_rendered(
    call: Call, tmp_path: Path, name: str, words: tuple[str, ...], form: str
) -> None:
    text, obstacle = NOT_RENDERED[name]
    draft = tmp_path / "draft.md"
    draft.write_text(f"# IANA Considerations\n\n{text}\n")
    ended = call("request", draft, *words, "--render", form)
    assert ended.status == 2
    sentence, *findings = ended.said.splitlines()
    assert sentence == f"ianalint: nothing rendered: {obstacle.format(draft)}"
    assert all(line.startswith(f"ianalint: {draft}:3:") for line in findings)
    assert ended.out == b""


@pytest.mark.parametrize("words", [(), ("--fail-on", "never")], ids=["errors", "never"])
@pytest.mark.parametrize("output", ["-", "new.md", "old.md"])
def test_what_has_an_error_is_reported_and_not_rendered(
    call: Call, tmp_path: Path, words: tuple[str, ...], output: str
) -> None:
    taken = of("port-taken.yaml")
    (tmp_path / "old.md").write_text("old")
    path = "-" if output == "-" else tmp_path / output
    more = ("--output", path, "--report", f"concise={tmp_path / 'report.txt'}")
    ended = call("request", GOOD, taken, "--registry", DUMP, "--render", "rfc", *words, *more)
    assert (ended.status, ended.out) == (1, b"")
    sentence, *findings = ended.said.splitlines()
    assert sentence == f"ianalint: nothing rendered: tide-tables 4646/tcp ({taken}) has errors"
    assert [line.split(" ")[2:4] for line in findings if " error " in line] == [["error", "RQ024"]]
    assert not (tmp_path / "new.md").exists()
    assert (tmp_path / "old.md").read_text() == "old"
    assert "RQ024" in (tmp_path / "report.txt").read_text("utf-8")


def test_what_cannot_be_read_is_not_rendered(call: Call, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<registry")
    for words in ((of("broken.yaml"),), (GOOD, "--registry", broken)):
        ended = call("request", *words, "--render", "form")
        assert (ended.status, ended.out) == (2, b"")
        assert f"ianalint: {words[-1]}:" in ended.said


def test_warnings_on_what_is_rendered_are_told(call: Call) -> None:
    ended = call("request", GOOD, "--render", "rfc")
    assert ended.status == 0
    assert ended.text.startswith("# IANA Considerations\n")
    message = "not compared with a registry (--registry): the name and the port may be taken"
    assert ended.said == f"ianalint: {GOOD}:1:15: warning RQ081 {message}\n"


def test_what_is_compared_with_a_part_of_a_registry_is_not_rendered(
    call: Call, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_bytes(Path(DUMP).read_bytes()[:6000])
    ended = call("request", GOOD, "--registry", broken, "--render", "rfc")
    assert ended.status != 0
    assert "nothing rendered: " in ended.said
    assert "# IANA Considerations" not in ended.text


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_an_update_changes_is_in_reports_for_people(call: Call, form: str) -> None:
    draft = of("draft-renamed.md")
    page = call("request", draft, "--registry", DUMP, "--format", form).text
    assert unescape(page).count("service_name: beacon-s ->") == 1
    # Without a registry, the draft itself says what was and what is to be.
    alone = call("request", draft, "--format", form).text
    assert unescape(alone).count("service_name: beacon-s ->") == 1


INTRODUCTION = "Tides listen on TCP port 4640. "
ASKING = f'{INTRODUCTION}IANA is requested to assign UDP port 4641 to "tides".'
OUTSIDE = (
    '"UDP port 4641" is mentioned, but no request could be read: the draft has no IANA'
    " Considerations section"
)
FORMS = {
    "txt": "Internet-Draft     Tides\n\n1.  Introduction\n\n   {}\n\n2.  Security\n\n   None.\n",
    "md": "---\ndocname: draft-tides-00\n---\n\n# Introduction\n\n{}\n\n# Security\n\nNone.\n",
    "xml": "<rfc><middle><section><name>Introduction</name><t>{}</t></section></middle></rfc>",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_draft_without_iana_considerations(call: Call, tmp_path: Path, form: str) -> None:
    draft = tmp_path / f"draft.{form}"
    nothing = "no port or service name requested (no IANA Considerations section)"
    for text, status in ((INTRODUCTION, nothing), (ASKING, "no request could be read")):
        draft.write_text(FORMS[form].format(text))
        ended = call("request", draft, "--registry", DUMP)
        lines = ended.text.splitlines()
        assert ended.status == 0
        assert lines[-2] == status
        # The other one has the two last lines alone.
        assert [line.strip() for line in lines[1:-1][:1]] == [OUTSIDE] * (text == ASKING)
        page = call("request", draft, "--registry", DUMP, "--format", "html")
        assert f"Internet-Draft; {status}" in page.text


# -- drafts -------------------------------------------------------------------------------------


def test_what_a_draft_does_not_state(call: Call) -> None:
    ended = call("request", DRAFTS / "v3.xml", "--registry", DUMP, "--format", "concise")
    assert ended.status == 1
    assert [line.split(": ", 1)[1] for line in ended.text.splitlines() if ":18:" in line] == [
        'RQ001 error required field "description" is not stated in the draft (label "Description")'
        " [required-field-missing]",
        "RQ080 warning the draft does not state the assignee, the contact, the reference, whether"
        " IP broadcast, multicast or anycast is used, why a Dynamic Port is unsuitable, why a User"
        " Port is unsuitable and the stable specification; IETF Review will ask"
        ' (labels "Assignee", "Contact", "Reference", "Broadcast, Multicast, or Anycast",'
        ' "Why Not a Dynamic Port", "Why Not a User Port" and "Stable Specification")'
        " [statements-left-to-review]",
    ]


def test_a_draft_of_another_stream_must_state_it(call: Call, tmp_path: Path) -> None:
    draft = tmp_path / "draft-example-ferry.md"
    draft.write_text(
        "# IANA Considerations\n\n    Service Name: ferry-exchange\n    Port Number: system\n"
        "    Transport Protocol: TCP\n    Assignee: Ann Example <ann@example.com>\n",
        "utf-8",
    )
    ended = call("request", draft, "--registry", DUMP, "--format", "concise", "--select", "RQ0")
    assert ended.status == 1
    errors = [line.split(": ", 1)[1] for line in ended.text.splitlines() if " error " in line]
    assert errors == [
        'RQ001 error required field "contact" is not stated in the draft (label "Contact")'
        " [required-field-missing]",
        'RQ001 error required field "description" is not stated in the draft (label "Description")'
        " [required-field-missing]",
        'RQ001 error required field "reference" is not stated in the draft (label "Reference")'
        " [required-field-missing]",
        "RQ032 error the draft does not explain why a Dynamic Port is unsuitable"
        ' (label "Why Not a Dynamic Port") [why-not-dynamic-missing]',
        "RQ033 error the draft does not explain why a User Port is unsuitable"
        ' (label "Why Not a User Port") [why-not-user-missing]',
        'RQ034 error the draft does not name a stable specification (label "Stable Specification")'
        " [stable-specification-missing]",
        "RQ061 error the draft does not state whether IP broadcast, multicast or anycast is used"
        ' (label "Broadcast, Multicast, or Anycast") [broadcast-statement-missing]',
        "RQ031 error a System Port is assigned only by IETF Review or IESG Approval; request a"
        " User Port (1024-49151), unless a document of the IETF stream requests it (ietf_stream)"
        " [system-port-outside-ietf]",
    ]


# -- Python -------------------------------------------------------------------------------------


def test_a_request_in_python() -> None:
    told = {
        "service_name": "harbor-log",
        "transport_protocols": ["tcp"],
        "assignee": {"name": "Dana Example", "email": "dana@example.com"},
        "contact": {"name": "Dana Example", "email": "dana@example.com"},
        "description": "Tide tables",
        "reference": "RFC 9999",
        "broadcast_multicast_anycast": "uses none of them",
    }
    report = check_request(told, registry())
    assert [f.code for f in report] == ["RQ011"]
    assert report.requests is not None
    assert report.requests[0].verdict == "reject"
    assert [f.code for f in check_request(told)] == ["RQ081"]
    assert [f.code for f in check_request(told, registry(), ignore=["RQ01"])] == []
    for request in (of("name-taken.yaml"), str(of("name-taken.yaml"))):
        assert [f.code for f in check_request(request, registry())] == ["RQ011"]
    text = of("name-taken.yaml").read_text("utf-8")
    for content in (text, text.encode()):
        assert [f.code for f in check_request(content, registry())] == ["RQ011"]
    with pytest.raises(Unusable, match=r"<text>:1:5: not valid YAML"):
        check_request("a: [", registry())
    with pytest.raises(Unusable, match=r"<text>:1:9: not valid JSON"):
        check_request('{"a": 1,}', registry())
    with pytest.raises(Unusable, match=r"^<bytes> declares the encoding \"UTF-9\", which"):
        check_request(b"<?xml version='1.0' encoding='UTF-9'?><rfc></rfc>", registry())
    with pytest.raises(Unusable, match="cannot be read"):
        check_request("nowhere.yaml")
    with pytest.raises(UnknownSelector):
        check_request(told, select=["RQ9"])
    with pytest.raises(TypeError):
        check_request({**told, "security": object()})


YAML_ONLY = """\
service_name: !x {a: b, c: [d]}
description: !y tides
<<: {security: no}
? [a, b]
: {e: f}
assignee: {<<: 1, name: Ann}
port_number: &p [1, 2]
reference: *p
"""


def test_what_only_yaml_has_is_refused_where_it_is() -> None:
    report = check_request(YAML_ONLY, select=["RQ007"], ignore=["RQ081"])
    refused = [(f.location.line, f.location.column, f.field, f.value, f.message) for f in report]
    assert refused == [
        (1, 15, "service_name", None, 'tag "!x" is not supported'),
        (2, 14, "description", None, 'tag "!y" is not supported'),
        (3, 1, "<<", "<<", 'merge key "<<" is not supported'),
        (4, 3, "the request", None, "a key must be a string"),
        (6, 12, "assignee.<<", "<<", 'merge key "<<" is not supported'),
        (7, 14, "port_number", None, "anchor &p is not supported"),
        (8, 12, "reference", None, "alias *p is not supported; write the value again"),
    ]
    with pytest.raises(Unusable, match=r"^<text>:1:5: not valid YAML: U\+0007 is not allowed$"):
        check_request("a: \u00e9\x07b")


def test_a_duplicate_key_in_a_list_of_requests() -> None:
    text = '[{"service_name": "quay"},\n {"service_name": "pier", "service_name": "mole"}]'
    [finding] = check_request(text, select=["RQ007"], ignore=["RQ081"])
    assert (finding.location.line, finding.location.column) == (2, 27)
    assert finding.message == 'duplicate key "service_name"; the first one is used'
    assert (finding.subject or {})["service_name"] == "pier"


def test_another_request_takes_little_more_work_in_a_large_registry() -> None:
    def lines(size: int) -> list[int]:
        rows = (f"r{n},{n},tcp,Harbor,\n" for n in range(1, size))
        headings = "Service Name,Port Number,Transport Protocol,Description,Reference\n"
        registry = parse_registry(headings + "".join(rows))
        return [sum(lines_of(lambda _: check_request(GOOD, registry)).values()) for _ in "ab"]

    small, large = lines(500), lines(5_000)
    assert large[1] < 1.3 * small[1] < large[0]


def test_a_check_does_not_load_what_requests_need() -> None:
    code = (
        "import sys; from validator.cli import run;"
        f"run(['check', '--isolated', {str(DUMP)!r}, '--output', {os.devnull!r}]);"
        "print([m for m in sys.modules if m.startswith(('validator.request', 'ruamel', 'rapidfuzz',"
        " 'jsonschema', 'pydantic'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), cwd=ROOT, check=True
    )
    assert done.stdout.strip() == b"[]"


def test_a_rule_that_breaks_is_told_and_the_others_report(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("tide")

    monkeypatch.setattr(catalogue.rules("request")["RQ011"], "find", broken)
    ended = call("request", of("name-near.yaml"), "--registry", DUMP)
    assert ended.status == 3
    assert "internal error: rule RQ011 failed on" in ended.said
    assert "Traceback" not in ended.said
    assert "RQ012" in ended.text
    assert "internal error in 1 rule, so this report is incomplete" in ended.text
    ended = call("request", of("name-near.yaml"), "--registry", DUMP, "--debug")
    assert "Traceback" in ended.said


# -- hostile inputs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("brackets", "description: " + "[" * 20_000),
        ("braces", "{" * 20_000),
        ("questions", "? " * 20_000),
        ("dashes", "- " * 20_000),
        ("aliases", "a: &a [x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(800))),
        ("documents", "---\na: 1\n" * 40_000),
        ("quotes", "a: '" + "''" * 50_000),
        ("one line", "a: " + "x " * 30_000),
        ("large", "# \n" * 200_000),
    ],
)
def test_hostile_yaml_is_reported(name: str, text: str) -> None:
    report = reviewed(text)
    assert not report.faults
    assert report.inputs[0].error or report.findings


@pytest.mark.parametrize("form", ["toml", "json"])
def test_hostile_toml_and_json_are_reported(form: str) -> None:
    for text in ("a = " + "[" * 200_000, "[" * 200_000, '{"a":' * 50_000, "a." * 100_000 + "b = 1"):
        report = reviewed(text, f"x.{form}")
        assert report.inputs[0].error is not None or report.findings


def test_long_texts_are_searched_in_the_time_of_a_match() -> None:
    words = "already deployed since 2001 not yet used udp only port 4630 local discovery HTTP TGBP "
    text = "\n".join(
        f"{key}: {(words * 300)[:19_000]}"
        for key in ("description", "assignment_notes", "development_state", "transport_differences")
    )
    # A match that takes too long is a fault.
    assert not reviewed(varied(text)).faults


def test_nothing_of_a_request_reaches_a_terminal_raw(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "evil.yaml"
    path.write_text(varied('service_name: "\\e[31mx\\u202e"\ndescription: "\\e]0;x\\a"\n'))
    for form in FORMATS:
        ended = call("request", path, "--registry", DUMP, "--format", form, "--color", "never")
        assert ended.status == 1
        assert "\x1b" not in ended.text
        assert "\u202e" not in ended.text


def test_the_options_complete() -> None:
    known = {option for action in arguments()._actions for option in action.option_strings}
    assert {"--registry", "--suggest-ports", "--render", "--template", "--debug"} <= known


DYNAMIC = "a Dynamic Port is never assigned (8.1.2)"
OUT_OF_RANGE = "port numbers are 0 to 65535 (6)"


@pytest.mark.parametrize(
    ("port", "code", "why"),
    [
        (49152, "RQ022", DYNAMIC),
        (65432, "RQ022", DYNAMIC),
        (65535, "RQ022", DYNAMIC),
        (65536, "RQ021", OUT_OF_RANGE),
        (70000, "RQ021", OUT_OF_RANGE),
        (824637257728, "RQ021", OUT_OF_RANGE),
        (-5, "RQ021", OUT_OF_RANGE),
        (-65536, "RQ021", OUT_OF_RANGE),
        (0, "RQ023", "port 0 is Reserved and no port to listen on (6)"),
        (1021, "RQ023", "port 1021 is for experiments alone (6.1)"),
        ("49152-50000", "RQ026", DYNAMIC),
        ("9" * 5000, "RQ021", OUT_OF_RANGE),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_a_port_that_is_never_assigned_has_no_procedure(
    port: object, code: str, why: str, stream: bool
) -> None:
    request = {**YAML(typ="safe").load(GOOD), "port_number": port, "ietf_stream": stream}
    report = check_request(request, registry())
    (review,) = report.requests or ()
    assert (review.procedure, review.why, review.verdict) == (None, why, "reject")
    assert code in [finding.code for finding in report.findings]
    assert report.to_dict()["requests"][0]["procedure"] is None
    assert f"  procedure: none, because {why}\n" in "".join(render("text", report))
    assert "<code>none</code>" in "".join(render("markdown", report))
    assert f"none: {why}" in "".join(render("html", report))


@pytest.mark.parametrize(
    ("port", "procedure", "why"),
    [
        (1, "IETF Review or IESG Approval", "a System Port is requested"),
        (1023, "Standards Action", "port 1023 is Reserved"),
        (1024, "Standards Action", "port 1024 is Reserved"),
        (4999, "Expert Review", "a User Port is requested"),
        (49151, "Standards Action", "port 49151 is Reserved"),
        ("user", "Expert Review", "a User Port is requested"),
        ("system", "IETF Review or IESG Approval", "a System Port is requested"),
        ("5000-5010", "Expert Review", "a port is requested"),
        ("many", "Expert Review", "a port is requested"),
        (None, "First Come First Served", "a service name without a port is requested"),
    ],
)
def test_a_port_that_can_be_assigned_has_a_procedure(
    port: object, procedure: str, why: str
) -> None:
    request = {**YAML(typ="safe").load(GOOD), "port_number": port}
    (review,) = check_request(request, registry()).requests or ()
    assert review.procedure == procedure
    assert review.why.startswith(why)


def test_the_report_has_the_values_that_were_read(tmp_path: Path) -> None:
    text = (
        "service_name: tide-gauge\nport_number: 0x10\ntransport_protocols: [tcp, udp]\n"
        "assignee: {name: Dana Example, email: dana@example.com}\ndescription: n/a\n"
        "reference: .nan\nunknown_key: 3\ncontact:\n"
    )
    path = tmp_path / "request.yaml"
    path.write_text(text, "utf-8")
    report = check_request(path).to_dict()
    (review,) = report["requests"]
    assert review["request"] == {
        "service_name": "tide-gauge",
        "port_number": "0x10",
        "transport_protocols": ["tcp", "udp"],
        "assignee": {"name": "Dana Example", "email": "dana@example.com"},
        "reference": ".nan",
    }
    json.dumps(report, allow_nan=False)


def test_the_values_of_a_draft_are_those_of_a_request(tmp_path: Path) -> None:
    path = tmp_path / "draft-example-tides-00.md"
    path.write_text(
        "# IANA Considerations\n\nIANA is requested to assign the service name `tide-gauge` and the"
        " port number 4630 for TCP.\n",
        "utf-8",
    )
    (review,) = check_request(path).to_dict()["requests"]
    values = review["request"]
    assert (values["service_name"], values["port_number"], values["transport_protocols"]) == (
        "tide-gauge", 4630, ["tcp"],
    )  # fmt: skip


def test_the_labels_that_findings_name_are_read(call: Call, tmp_path: Path) -> None:
    draft = tmp_path / "draft-example-ferry.md"
    fields = [
        "Service Name: ferry-exchange",
        "Port Number: 4650",
        "Transport Protocol: TCP, UDP, DCCP",
        "State of Development: deployed",
    ]
    answers = {
        "Assignee": "Ann Example <ann@example.com>",
        "Contact": "Ann Example <ann@example.com>",
        "Service Code": "1414090313",
        "State of Development": "implemented",
    }

    def codes_and_labels() -> list[tuple[str, str]]:
        draft.write_text("# IANA Considerations\n\n    " + "\n    ".join(fields) + "\n", "utf-8")
        codes = "RQ001,RQ032,RQ050,RQ061,RQ071,RQ072,RQ075"
        ended = call("request", draft, "--registry", DUMP, "--select", codes, "--format", "concise")
        lines = [line for line in ended.text.splitlines() if ": RQ0" in line]
        labels = [
            next(word for word in line.split('"')[1::2] if word[0].isupper()) for line in lines
        ]
        return [
            (line.split(": ", 1)[1][:5], label) for line, label in zip(lines, labels, strict=True)
        ]

    findings = codes_and_labels()
    assert sorted(findings) == [
        ("RQ001", "Assignee"),
        ("RQ001", "Contact"),
        ("RQ001", "Description"),
        ("RQ001", "Reference"),
        ("RQ032", "Why Not a Dynamic Port"),
        ("RQ050", "Service Code"),
        ("RQ061", "Broadcast, Multicast, or Anycast"),
        ("RQ071", "Congestion Control"),
        ("RQ072", "Differences Between Transport Protocols"),
        ("RQ075", "State of Development"),
    ]
    del fields[-1]
    fields += [f"{label}: {answers.get(label, 'It uses none.')}" for _, label in findings]
    assert codes_and_labels() == []
