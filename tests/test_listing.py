"""Which findings a report lists, in what order and groups; what it leaves out is counted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Called, dump, record
from validator import check, check_request, parse_registry
from validator.assertions import assert_finds
from validator.consumers.rules.entries import names_of
from validator.diff.events import Side
from validator.diff.wording import _blocks
from validator.engine.finding import Location
from validator.engine.report import Report
from validator.limits import Limits
from validator.reporters import FORMATS, Style, render
from validator.writers import write

Call = Callable[..., Called]
HEADER = (
    "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date\n"
)
# Two errors, a warning and two notes; the error is last in the file.
MIXED = (
    f"{HEADER}quay,5-5,tcp,Quay,[Ann],[Ann],2020-01-02\n"
    "ferry,6,tcp,Ferry ,[Ann],[Ann],2020-01-02\n"
    "tide,7,tcp,Tide ,[Ann],[Ann],2020-01-02\n"
    "a--b,8,tcp,Text,[Ann],[Ann],2020-01-02\n"
    "c--d,9,tcp,Text,[Ann],[Ann],2020-01-02\n"
)
SELECT = ["SN005", "PN004", "TX002"]
BROKEN = MIXED.replace("ferry,6", "ferr\udcffy,6").encode("utf-8", "surrogateescape")


def shown(form: str, report: Report, **style: Any) -> str:
    return "".join(render(form, report, Style(**style)))


def mixed(data: str | bytes = MIXED, *more: str, **how: Any) -> Report:
    return check(
        parse_registry(data, path="dump.csv"), select=[*SELECT, *more], today="2026-11-24", **how
    )


def places(text: str) -> list[str]:
    """The lines and codes of the findings of a text report, in its order."""
    return [
        f"{line} {code}"
        for line, code in re.findall(r"^dump\.csv:(\d+):\d+  \w+ (\w+)", text, re.M)
    ]


ORDERS = {
    None: ["5 SN005", "6 SN005", "2 PN004", "3 TX002", "4 TX002"],
    "severity": ["5 SN005", "6 SN005", "2 PN004", "3 TX002", "4 TX002"],
    "place": ["2 PN004", "3 TX002", "4 TX002", "5 SN005", "6 SN005"],
    "rule": ["2 PN004", "5 SN005", "6 SN005", "3 TX002", "4 TX002"],
    "record": ["5 SN005", "6 SN005", "3 TX002", "2 PN004", "4 TX002"],
}


@pytest.mark.parametrize("order", ORDERS)
def test_the_order(order: str | None) -> None:
    assert places(shown("text", mixed(), sort=order)) == ORDERS[order]
    concise = shown("concise", mixed(), sort=order)
    lines = [f"{n} {code}" for n, code in re.findall(r"^dump\.csv:(\d+):\d+: (\w+)", concise, re.M)]
    assert lines == ORDERS[order or "place"]


@pytest.mark.parametrize("order", ["severity", "rule", "record"])
def test_faults_of_reading_are_first(order: str) -> None:
    text = shown("text", mixed(BROKEN, "FM005"), sort=order)
    assert places(text)[0] == "3 FM005"
    assert places(shown("text", mixed(BROKEN, "FM005"), sort="place"))[0] == "3 FM005"


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        ("file", ["dump.csv (5 findings)"]),
        (
            "rule",
            [
                "SN005 service-name-adjacent-hyphens (2 findings)",
                "PN004 degenerate-port-range (1 finding)",
                "TX002 outer-white-space (2 findings)",
            ],
        ),
        ("severity", ["errors (2 findings)", "warnings (1 finding)", "notes (2 findings)"]),
        (
            "record",
            [
                "a--b 8/tcp (1 finding)",
                "c--d 9/tcp (1 finding)",
                "quay 5-5/tcp (1 finding)",
                "ferry 6/tcp (1 finding)",
                "tide 7/tcp (1 finding)",
            ],
        ),
    ],
)
def test_groups(by: str, titles: list[str]) -> None:
    text = shown("text", mixed(), group_by=by)
    assert re.findall(r"^\S.* \(\d+ findings?\)$", text, re.M) == titles
    assert sorted(places(text)) == sorted(ORDERS[None])
    markdown = shown("markdown", mixed(), group_by=by)
    assert markdown.count("<details>") == len(titles)


def test_a_summary_counts_and_lists_nothing() -> None:
    text = shown("text", mixed(), summary=True)
    assert places(text) == []
    assert "error     SN005  service-name-adjacent-hyphens          2\n" in text
    assert "\n2 errors, 1 warning, 2 notes\n" in text
    remarks = "checked dump.csv: "
    assert shown("text", mixed(), summary=True, quiet=True) == text[: text.index(remarks)]
    assert shown("concise", mixed(), summary=True) == (
        "dump.csv: SN005 error 2 findings [service-name-adjacent-hyphens]\n"
        "dump.csv: PN004 warning 1 finding [degenerate-port-range]\n"
        "dump.csv: TX002 note 2 findings [outer-white-space]\n"
    )
    markdown = shown("markdown", mixed(), summary=True)
    assert "<details>" not in markdown
    assert "2 errors, 1 warning, 2 notes" in markdown


def test_what_is_below_a_severity_is_counted() -> None:
    text = shown("text", mixed(), min_severity="warning")
    assert places(text) == ["5 SN005", "6 SN005", "2 PN004"]
    assert (
        "2 errors, 1 warning, 2 notes; 2 findings below warning not listed (--min-severity)\n"
        in text
    )
    document = json.loads(shown("json", mixed(), min_severity="error"))
    assert [finding["code"] for finding in document["findings"]] == ["SN005", "SN005"]
    assert document["summary"]["open"] == {"error": 2, "warning": 1, "note": 2}
    assert document["summary"]["not_listed"] == 3
    assert "not_listed" not in json.loads(shown("json", mixed()))["summary"]
    for form in FORMATS:
        out = shown(form, mixed(), min_severity="error")
        assert "SN005" in out
        if form not in ("json", "jsonl", "sarif", "junit", "html"):  # these name rules as well
            assert "TX002" not in out


def test_what_makes_the_run_fail_is_always_listed() -> None:
    text = shown("text", mixed(), min_severity="error", fail_on="note")
    assert sorted(places(text)) == sorted(ORDERS[None])
    assert "not listed" not in text


MANY = HEADER + "".join(f"a--{n},{n},tcp,Text ,[Ann],[Ann],2020-01-02\n" for n in range(1, 41))


def test_on_a_terminal_very_many_findings_are_cut_for_each_rule() -> None:
    report = mixed(MANY)
    text = shown("text", report, width=80)
    assert places(text) == ["2 SN005", "3 SN005", "4 SN005", "2 TX002"]
    assert "40 errors, 40 notes; 76 findings not listed (--list-all)\n" in text
    assert "error     SN005  service-name-adjacent-hyphens         40\n" in text
    assert len(places(shown("text", report, width=80, list_all=True))) == 80
    assert len(places(shown("text", report))) == 80  # a file or a pipe has room
    few = mixed(MIXED)
    assert len(places(shown("text", few, width=80))) == 5
    assert "more" not in shown("text", few, width=80)


SN = "\n  and 37 more SN005 findings (--list-all)\n"
TX = "\n  and 39 more TX002 findings (--list-all)\n"


@pytest.mark.parametrize("sort", ["severity", "place", "rule", "record"])
@pytest.mark.parametrize("by", [None, "file", "rule", "severity", "record"])
def test_what_is_cut_is_counted_at_the_last_of_the_rule(by: str | None, sort: str) -> None:
    report = mixed(MANY)
    text = shown("text", report, width=80, group_by=by, sort=sort)
    assert (text.count(SN), text.count(TX), text.count(" more ")) == (1, 1, 2)
    for head, sentence in ((" error SN005 ", SN), (" note TX002 ", TX)):
        after = text.rindex(head)
        assert text.count(sentence, after) == 1
    if by == "rule":
        assert "SN005 service-name-adjacent-hyphens (40 findings)\n" in text
    if by == "file":
        assert "dump.csv (80 findings)\n" in text
    whole = shown("text", report, width=80, group_by=by, sort=sort, list_all=True)
    assert " more " not in whole


def test_what_a_limit_cuts_is_counted_at_the_last_of_the_rule() -> None:
    registry = parse_registry(MANY.encode(), path="dump.csv")
    report = check(registry, select=SELECT, limits=Limits(findings=4))
    text = shown("text", report)
    assert len(places(text)) == 8
    assert [line for line in text.splitlines() if " more " in line] == [
        "  and 36 more SN005 findings (--max-findings)",
        "  and 36 more TX002 findings (--max-findings)",
    ]
    report = check(registry, select=SELECT, limits=Limits(findings=39))
    lines = [line for line in shown("text", report, width=80).splitlines() if " more " in line]
    assert lines == [
        "  and 36 more SN005 findings (--list-all)",
        "  and 1 more SN005 finding (--max-findings)",
        "  and 38 more TX002 findings (--list-all)",
        "  and 1 more TX002 finding (--max-findings)",
    ]


def test_lines_of_the_concise_report_are_grouped() -> None:
    concise = shown("concise", mixed(), group_by="rule", sort="record")
    lines = [f"{n} {code}" for n, code in re.findall(r"^dump\.csv:(\d+):\d+: (\w+)", concise, re.M)]
    assert lines == ["5 SN005", "6 SN005", "3 TX002", "4 TX002", "2 PN004"]


def test_how_many_are_left_is_broken_at_the_edge_of_a_terminal() -> None:
    registry = parse_registry(MANY.encode(), path="dump.csv")
    report = check(registry, select=["SN005"], limits=Limits(findings=4))
    text = shown("text", report, width=40)
    assert "^^^^\n\n  and 36 more SN005 findings\n  (--max-findings)\n\nseverity" in text
    colored = shown("text", report, width=40, color=True)
    assert (
        "\n  \x1b[2mand 36 more SN005 findings\x1b[0m\n  \x1b[2m(--max-findings)\x1b[0m\n"
        in colored
    )


def test_one_service_on_one_port_is_in_the_order_of_transports() -> None:
    rows = "".join(f"quay,5,{name},Q ,[Ann],[Ann],2020-01-02\n" for name in ("udp", "tcp"))
    assert places(shown("text", mixed(HEADER + rows), sort="record")) == ["3 TX002", "2 TX002"]


@pytest.mark.parametrize(
    ("fail_on", "codes"),
    [("error", ["SN005", "SN005"]), ("warning", ["PN004", "SN005", "SN005"])],
)
def test_what_makes_the_run_fail_is_listed(fail_on: str, codes: list[str]) -> None:
    document = json.loads(shown("json", mixed(), min_severity="error", fail_on=fail_on))
    assert [finding["code"] for finding in document["findings"]] == codes


def test_the_closing_line_is_broken_at_the_edge_of_a_terminal() -> None:
    text = shown("text", mixed(MANY), width=40)
    assert "\n40 errors, 40 notes; 76 findings not\nlisted (--list-all)\n" in text


def test_options_and_configuration(call: Call, tmp_path: Path) -> None:
    (tmp_path / "dump.csv").write_text(MIXED, "utf-8")
    words = ("check", "dump.csv", "--select", ",".join(SELECT), "--today", "2026-11-24")
    assert places(call(*words, "--sort", "place").text) == ORDERS["place"]
    assert places(call(*words, "--summary").text) == []
    assert (
        "SN005 service-name-adjacent-hyphens (2 findings)"
        in call(*words, "--group-by", "rule").text
    )
    least = call(*words, "--min-severity", "error", "--fail-on", "never")
    assert (least.status, places(least.text)) == (0, ["5 SN005", "6 SN005"])
    (tmp_path / "ianalint.toml").write_text(
        'min-severity = "warning"\nsort = "place"\ngroup-by = "severity"\nlist-all = true\n',
        "utf-8",
    )
    assert places(call(*words).text) == ["2 PN004", "5 SN005", "6 SN005"]
    (tmp_path / "ianalint.toml").write_text("summary = true\n", "utf-8")
    assert places(call(*words).text) == []
    (tmp_path / "ianalint.toml").write_text('sort = "size"\n', "utf-8")
    assert call(*words).status == 2


def test_the_same_options_for_changes(call: Call, tmp_path: Path) -> None:
    for name, day, records in (
        ("a.xml", "2026-01-01", [record("ferry")]),
        ("b.xml", "2026-08-17", [record("qu--ay")]),
    ):
        data = dump(*records).replace(b"2026-08-17", day.encode(), 1)
        (tmp_path / name).write_bytes(data)
    words = ("diff", "--isolated", "--today", "2026-11-24", "a.xml", "b.xml")
    whole = call(*words).text
    assert re.findall(r"^(?:new: )?b\.xml:\d+:\d+  \w+ (\w+)", whole, re.M)[-1] == "SN005"
    assert "HX002" in whole
    least = call(*words, "--min-severity", "error")
    assert "HX002" not in least.text
    assert "SN005" in least.text
    document = json.loads(call(*words, "--min-severity", "error", "--format", "json").out)
    [step] = document["steps"]
    assert [finding["severity"] for finding in step["gained"]] == ["error"]
    assert step["findings"] == []
    summary = call(*words, "--summary").text
    assert "b.xml:" not in summary.replace("a.xml (2026-01-01) -> b.xml", "")
    assert "renamed  ferry -> qu--ay tcp" in summary


def test_lines_of_changes_are_the_document_piece_by_piece(call: Call, tmp_path: Path) -> None:
    for name, records in (("a.xml", [record("ferry")]), ("b.xml", [record("qu--ay")])):
        (tmp_path / name).write_bytes(dump(*records))
    words = ("diff", "--isolated", "--today", "2026-11-24", "a.xml", "b.xml", "--format")
    document = json.loads(call(*words, "json").out)
    lines = [json.loads(line) for line in call(*words, "jsonl").out.splitlines()]
    kinds = [line["type"] for line in lines]
    assert kinds[:3] == ["head", "step", "change"]
    assert kinds[-1] == "summary"
    [step] = document["steps"]
    for key in ("findings", "gained", "repaired"):
        of_list = [line for line in lines if line.get("list") == key]
        assert [{**finding, "type": "finding", "list": key} for finding in step[key]] == of_list
    changes = [line for line in lines if line["type"] == "change"]
    assert [{"type": "change", **change} for change in step["changes"]] == changes
    concise = call(*words, "concise").text
    assert "b.xml:4:1: change renamed ferry -> qu--ay tcp\n" in concise


# -- how many more there are, in a sentence -------------------------------------------------------

around_the_limit = pytest.mark.parametrize("over", [-1, 0, 1, 1200])


def more(over: int, before: str = " and ", after: str = "") -> str:
    return f"{before}{over:,} more{after}" if over > 0 else ""


@pytest.mark.parametrize("over", [-1, 0, 1, 2])
def test_more_characters_of_a_request(over: int) -> None:
    unseen = "\u200b\u200c\u200d\u200e\u200f\u2060\u2061"[: 5 + over]
    wrong = "_!%?+~@"[: 5 + over]
    request = {"service_name": f"quay{wrong}", "description": f"Quay{unseen}"}
    messages = {finding.code: finding.message for finding in check_request(request).findings}
    codes = ", ".join(f"U+{ord(character):04X}" for character in unseen[:5])
    assert f"description has invisible characters: {codes}{more(over)}" in messages.values()
    marks = ", ".join(f'"{mark}" (U+{ord(mark):04X})' for mark in wrong[:5])
    assert f"expected letters, digits and hyphens, found {marks}{more(over)}" in messages["RQ010"]
    assert (" more" in messages["RQ010"]) is (over > 0)


@around_the_limit
def test_more_failures_of_a_rule_in_junit(over: int) -> None:
    rows = "".join(f"a--{n},{n},tcp,Text,[Ann],[Ann],2020-01-02\n" for n in range(1, over + 2))
    out = shown("junit", mixed(HEADER + rows))
    message = "a--1 1/tcp: service name &quot;a--1&quot; has adjacent hyphens"
    failures = re.findall(r'<failure type="error" message="([^"]*)">', out)
    assert failures == [message + more(over, " (and ", ")")][: over + 1]


@around_the_limit
def test_more_names_of_records(over: int) -> None:
    rows = "".join(f"n{n},80,tcp,Text,[Ann],[Ann],2020-01-02\n" for n in range(8 + over))
    records = parse_registry(HEADER + rows).assignments
    names = ", ".join(f'"n{n}"' for n in range(min(8 + over, 8)))
    assert names_of([*records, *records]) == names + more(over)


@around_the_limit
def test_more_bad_bytes(monkeypatch: pytest.MonkeyPatch, over: int) -> None:
    monkeypatch.setattr("validator.readers.source.DAMAGE_LIMIT", 3)
    data = f"{HEADER}quay,5,tcp,Text".encode() + b" \x80" * (3 + over) + b",,,\n"
    defects = [d for d in parse_registry(data).dump.defects if d.code == "FM005"]
    sentence = "invalid UTF-8: 0x80, read as U+FFFD"
    first = [sentence] * min(2 + over, 2)
    assert [defect.message for defect in defects] == [*first, sentence + more(over, " (and ", ")")]


@around_the_limit
def test_more_violations_of_the_schema(monkeypatch: pytest.MonkeyPatch, over: int) -> None:
    monkeypatch.setattr("validator.readers.json._VIOLATION_LIMIT", 3)
    document = json.loads(write(parse_registry(HEADER), "json").text)
    document["records"] = [{"service_name": n} for n in range(3 + over)]
    defects = [d for d in parse_registry(json.dumps(document)).dump.defects if d.code == "FM011"]
    assert len(defects) == min(3 + over, 3)
    assert [d.message.endswith(" (and more)") for d in defects] == [
        *[False] * (len(defects) - 1), over > 0,
    ]  # fmt: skip


@around_the_limit
def test_more_findings_of_an_assertion(over: int) -> None:
    rows = "".join(f"a--{n},{n},tcp,Text,[Ann],[Ann],2020-01-02\n" for n in range(1, over + 21))
    with pytest.raises(AssertionError) as error:
        assert_finds(check(parse_registry(HEADER + rows), select=["SN005"]), "SN005", port=9999)
    lines = str(error.value).split("\n")[2:]
    assert lines[20:] == ([more(over, "and ")] if over > 0 else [])
    assert len(lines) == 20 + over if over < 1 else 21


@around_the_limit
def test_more_blocks_of_a_change(over: int) -> None:
    place = Location("a.csv", 1, 1, 0)
    sides = [
        Side({"port": str(n), "transport_protocol": "tcp"}, place, {}) for n in range(12 + over)
    ]
    listed = ", ".join(f"{n}/tcp" for n in range(min(12 + over, 12)))
    assert _blocks(sides) == listed + more(over, ", and ")
    assert _blocks([Side({"port": None, "transport_protocol": None}, place, {})]) == "no port"
