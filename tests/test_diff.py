"""`ianalint diff`: what a person and a program are told, and how it ends."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas import models
from tests.conftest import CLEAN, ROOT, Called, dump, ianalint, record
from tests.dumps import published
from validator import schema
from validator.diff.git import Repository
from validator.diff.markdown import ticked
from validator.errors import CallError
from validator.reporters import FORMATS

Call = Callable[..., Called]
FIXTURES = ROOT / "fixtures" / "registry"
SMALL = (FIXTURES / "small.xml").read_text("utf-8")
DAY = ("--isolated", "--today", "2026-11-24")


def at(day: str, *records: str) -> bytes:
    return dump(*records).replace(b"2026-08-17", day.encode(), 1)


def described(name: str, description: str, date: str = "2020-01-02", updated: str = "") -> str:
    later = f' updated="{updated}"' if updated else ""
    written = record(name, date).replace("Invented", description)
    return written.replace(f'date="{date}"', f'date="{date}"{later}')


OLD = at(
    "2026-01-01",
    described("anchor", "Anchor watch"),
    described("beacon", "Beacon list"),
    described("ferry", "Tides"),
)
NEW = at(
    "2026-08-17",
    described("anchor", "Anchor watch and chart", updated="2026-03-04"),
    described("beacon", "Beacon table", updated="2026-03-04"),
    described("ferry", "Fares", updated="2026-03-04"),
)


@pytest.fixture
def dumps(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_bytes(OLD)
    new.write_bytes(NEW)
    return old, new


def test_three_changed_records_are_three_lines(call: Call, dumps: tuple[Path, Path]) -> None:
    ended = call("diff", *DAY, "old.xml", "new.xml")
    assert (ended.status, ended.said) == (0, "")
    assert ended.text == (
        "old.xml (2026-01-01) -> new.xml (2026-08-17)\n"
        "edited  anchor tcp: description Anchor watch {+and chart+}; modification date 2026-03-04\n"
        "edited  beacon tcp: description Beacon [-list-] {+table+}; modification date 2026-03-04\n"
        'edited  ferry tcp: description "Tides" -> "Fares"; modification date 2026-03-04\n'
        "\n"
        "3 changes, no problems. Findings: 0 new, 3 unchanged\n"
    )
    quiet = call("diff", *DAY, "--quiet", "old.xml", "new.xml")
    assert quiet.text.count("\n") == 3


def test_a_new_assignment_without_transport_protocol(call: Call, tmp_path: Path) -> None:
    people = [f"Person_{letter * 12}" for letter in "abcd"]
    cited = "".join(f'<xref type="person" data="{person}"/>' for person in people)
    body = f"<name>quay</name>{cited}<description>Quay</description><number>4621</number>"
    (tmp_path / "a.xml").write_bytes(at("2026-01-01", record("ferry")))
    (tmp_path / "b.xml").write_bytes(at("2026-01-02", record("ferry"), f"<record>{body}</record>"))
    text = call("diff", *DAY, "a.xml", "b.xml", "--select", "HX001", "--fail-on", "never").text
    listed = "".join(f"[{person}]" for person in people)
    assert text.splitlines()[1] == f'assigned  quay 4621: "Quay", {listed}'


def test_nothing_changed(call: Call, dumps: tuple[Path, Path]) -> None:
    shutil.copy("old.xml", "same.xml")
    ended = call("diff", *DAY, "old.xml", "same.xml")
    assert ended.status == 0
    assert "no changes\n" in ended.text
    assert call("diff", *DAY, "--quiet", "old.xml", "same.xml").text == ""
    log = call("diff", *DAY, "old.xml", "same.xml", "--format", "markdown")
    assert "No changes." in log.text


def test_findings_have_both_places(call: Call, tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_bytes(at("2026-01-01", described("ferry", "A", updated="2026")))
    (tmp_path / "a.xml").write_bytes(
        at("2026-01-01", described("ferry", "A", updated="2025-06-07"))
    )
    (tmp_path / "b.xml").write_bytes(
        at("2026-08-17", described("ferry", "B", updated="2025-06-06"))
    )
    ended = call("diff", *DAY, "a.xml", "b.xml", "--select", "HX")
    assert ended.status == 1
    assert (
        "\n\nb.xml:4:36  error HX006 modification-date-backwards  (RFC 6335, Section 8.1.1)\n"
        "  ferry tcp: modification date went back from 2025-06-07 to 2025-06-06\n"
        '  4 | <record date="2020-01-02" updated="2025-06-06"><name>ferry</name>'
        "<protocol>tcp</protocol><x...\n"
        "    |                                    ^^^^^^^^^^\n"
        '  a.xml:4:36: was "2025-06-07": ferry tcp\n\n1 change, 1 error\n'
    ) in ended.text
    for words in (["--fail-on", "never"], ["--severity", "HX006=note"], ["--ignore", "HX006"]):
        assert call("diff", *DAY, "a.xml", "b.xml", "--select", "HX", *words).status == 0
    # It is no finding of `check`.
    assert call("diff", *DAY, "a.xml", "b.xml", "--only-new").status == 0


HEADER = (
    "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,"
    "Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes\n"
)
ROWS = (
    "a--b,4601,tcp,Text", "c--d,4602,tcp,Text", "quay,4603,tcp,Quay ", "tide,4604,tcp,Tide",
    "same,4605,tcp,Same",
)  # fmt: skip


@pytest.fixture
def tables(tmp_path: Path) -> None:
    """Two tables: names gain and lose adjacent hyphens, and a description its blank."""
    old = HEADER + "".join(f"{row},[Ann],[Ann],2020-01-02,,,,,\n" for row in ROWS)
    new = old.replace("c--d", "c-d").replace("Quay ", "Quay").replace("tide,", "tide--x,")
    (tmp_path / "old.csv").write_text(old, "utf-8")
    (tmp_path / "new.csv").write_text(new, "utf-8")


RENAMED = "expected the old name to remain assigned, or a note that mentions it\n"


def test_the_whole_text_of_a_step(call: Call, tables: None) -> None:
    def of_rename(rule: str, line: int, new: str, old: str, sentence: str) -> str:
        port = 4599 + line
        row = f"{new},{port},tcp,{'Text' if line == 3 else 'Tide'},[Ann],[Ann],2020-01-02,,,,,"
        return (
            f"new.csv:{line}:1  warning {rule}\n  {new} {port}/tcp: {sentence}"
            f"  {line} | {row}\n    | {'^' * len(new)}\n"
            f'  old.csv:{line}:1: was "{old}": {old} {port}/tcp\n\n'
        )

    name = "HX002 renamed-in-place  (RFC 6335, Section 8.3)"
    date = "HX005 modification-date-not-advanced  (RFC 6335, Section 8.1.1)"
    undated = "service name changed, but there is no modification date\n"
    ended = call("diff", *DAY, "old.csv", "new.csv")
    assert ended.text == (
        "old.csv -> new.csv\n"
        "renamed  c--d -> c-d 4602/tcp\n"
        "renamed  tide -> tide--x 4604/tcp\n\n"
        + of_rename(name, 3, "c-d", "c--d", f'"c--d" was renamed to "c-d"; {RENAMED}')
        + of_rename(name, 5, "tide--x", "tide", f'"tide" was renamed to "tide--x"; {RENAMED}')
        + of_rename(date, 3, "c-d", "c--d", undated)
        + of_rename(date, 5, "tide--x", "tide", undated)
        + "new: new.csv:5:1  error SN005 service-name-adjacent-hyphens  (RFC 6335, Section 5.1)\n"
        '  tide--x 4604/tcp: service name "tide--x" has adjacent hyphens\n'
        "  5 | tide--x,4604,tcp,Tide,[Ann],[Ann],2020-01-02,,,,,\n    | ^^^^^^^\n\n"
        "fixed: old.csv:3:1: SN005 service-name-adjacent-hyphens: c--d 4602/tcp: "
        'service name "c--d" has adjacent hyphens\n'
        "fixed: old.csv:4:15: TX002 outer-white-space: quay 4603/tcp: "
        "trailing white space in the description\n\n"
        "  skipped: HX003, HX013 (CSV has no contacts)\n"
        "  skipped: HX007-HX008, HX012 (CSV has no registry date)\n\n"
        "2 changes, 4 warnings. Findings: 1 new, 2 fixed, 1 unchanged\n"
    )
    assert (ended.status, ended.said) == (1, "")


def test_the_counts_of_a_step(call: Call, tables: None) -> None:
    document = json.loads(call("diff", *DAY, "old.csv", "new.csv", "--format", "json").out)

    def counts(error: int = 0, warning: int = 0, note: int = 0) -> dict[str, int]:
        return {"error": error, "warning": warning, "note": note}

    assert document["summary"] == {
        "changes": {"renamed": 2},
        "findings": counts(warning=4),
        "gained": counts(error=1),
        "repaired": counts(error=1, note=1),
        "open": counts(error=1, warning=4),
        "standing": counts(error=1),
    }
    [step] = document["steps"]
    lists = {key: step.pop(key) for key in ("changes", "findings", "gained", "repaired")}
    assert {key: len(value) for key, value in lists.items()} == {
        "changes": 2, "findings": 4, "gained": 1, "repaired": 2,
    }  # fmt: skip
    assert [entry["code"] for entry in step.pop("not_run")] == [
        "HX003", "HX007", "HX008", "HX012", "HX013",
    ]  # fmt: skip
    not_compared = {entry["code"]: entry["reason"] for entry in step.pop("not_compared")}
    assert not_compared["AC001"] == "CSV has no contacts"
    assert not_compared.keys().isdisjoint({"SN005", "TX002"})
    assert step == {
        "old": {"path": "old.csv", "updated": None},
        "new": {"path": "new.csv", "updated": None},
        "unchanged": 3,
        "not_comparable": 0,
        "counts": {"renamed": 2},
        "standing": 1,
    }


def test_only_new_findings_count(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(at("2026-01-01", record("file--sync")))
    (tmp_path / "b.xml").write_bytes(at("2026-08-17", record("file--sync"), record("qu--ay")))
    (tmp_path / "c.xml").write_bytes(at("2026-08-18", record("file--sync"), record("quay")))
    assert call("check", "--isolated", "a.xml", "--select", "SN").status == 1
    for words in ([], ["--only-new"]):
        gained = call("diff", *DAY, "a.xml", "b.xml", "--select", "SN", *words)
        assert gained.status == 1
        assert (
            "new: b.xml:5:33  error SN005 service-name-adjacent-hyphens  (RFC 6335, Section 5.1)\n"
            "  qu--ay tcp: "
        ) in gained.text
        assert "file--sync tcp" not in gained.text
        assert "1 change. Findings: 1 new, 1 unchanged" in gained.text
        lost = call("diff", *DAY, "b.xml", "c.xml", "--select", "SN", *words)
        assert lost.status == 0
        assert "fixed: b.xml:5:33: SN005 " in lost.text


def test_new_findings_of_legacy_records_fail_where_that_is_wanted(
    call: Call, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_bytes(at("2026-01-01", described("ferry", "Ferry", "2001-02-03")))
    (tmp_path / "b.xml").write_bytes(at("2026-01-01", described("ferry", "", "2001-02-03")))
    words = ("diff", *DAY, "a.xml", "b.xml", "--select", "TX001", "--only-new")
    statuses = {legacy: call(*words, "--legacy", legacy).status for legacy in ("show", "fail")}
    assert statuses == {"show": 0, "fail": 1}


def test_a_finding_stays_with_what_was_renamed(call: Call, tmp_path: Path) -> None:
    person = '<xref type="person" data="Ann_Example"/>'
    odd = described("ferry", "Ferry \ufffd").replace("</name>", "</name><number>4621</number>")
    assert person in odd
    (tmp_path / "a.xml").write_bytes(at("2026-01-01", odd))
    (tmp_path / "b.xml").write_bytes(at("2026-08-17", odd.replace("ferry", "tide")))
    ended = call("diff", *DAY, "a.xml", "b.xml", "--select", "TX004")
    assert "1 change, no problems. Findings: 0 new, 1 unchanged" in ended.text


def test_json_follows_schema_and_model(call: Call, tmp_path: Path) -> None:
    changed = (
        SMALL.replace("Tide table", "Tide chart")
        .replace("<name>discard", "<name>dis--card", 1)
        .replace('<footnote anchor="1">It', '<footnote anchor="1">But it')
        .replace("Craig N. Example", "Craig M. Example")
    )
    (tmp_path / "b.xml").write_text(changed, "utf-8")
    judge = Draft202012Validator(json.loads(schema.text("changes")))
    for words in ([], ["--record", "discard/9"], ["missing.xml"]):
        ended = call("diff", *DAY, str(FIXTURES / "small.csv"), "b.xml", "--format", "json", *words)
        output = json.loads(ended.out)
        judge.validate(output)
        parsed = models.History.model_validate(output)
        assert parsed.model_dump(exclude_unset=True, by_alias=True) == output
        assert ended.status == (2 if words[:1] == ["missing.xml"] else 1 if not words else 0)
    output = json.loads(
        call("diff", *DAY, str(FIXTURES / "small.xml"), "b.xml", "--format", "json").out
    )
    [step] = output["steps"]
    assert (
        step["unchanged"] + len([c for c in step["changes"] if "service_name" in c["subject"]])
        == (output["inputs"][0]["records"])
    )
    assert {finding["code"] for finding in step["gained"]} >= {"SN005"}
    assert output["summary"]["changes"]["edited"] >= 1
    [edited] = [c for c in step["changes"] if c["subject"].get("service_name") == "tide-table"]
    assert edited["fields"][0]["words"] == [
        {"op": "keep", "text": "Tide"},
        {"op": "remove", "text": "table"},
        {"op": "add", "text": "chart"},
        {"op": "keep", "text": "exchange"},
    ]
    for side, path in (("old", str(FIXTURES / "small.xml")), ("new", "b.xml")):
        assert [entry["location"]["path"] for entry in edited[side]] == [path]


def test_a_change_log(call: Call, dumps: tuple[Path, Path]) -> None:
    ended = call("diff", *DAY, "old.xml", "new.xml", "--format", "markdown")
    assert ended.text == (
        "## Service names and port numbers: `2026-01-01` to `2026-08-17`\n\n### Edited\n\n"
        "- `anchor tcp`: `description Anchor watch {+and chart+}; modification date 2026-03-04`\n"
        "- `beacon tcp`: `description Beacon [-list-] {+table+}; modification date 2026-03-04`\n"
        '- `ferry tcp`: `description "Tides" -> "Fares"; modification date 2026-03-04`\n\n'
    )


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a", "`a`"),
        ("a`b", "`` a`b ``"),
        ("``", "` `` `"),
        ("`a``", "``` `a`` ```"),
        ("@all #1", "`@all #1`"),
        ("a\n# b", "`a\\n# b`"),
    ],
)
def test_back_ticks_end_no_code_span(text: str, span: str) -> None:
    assert ticked(text) == span


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_of_the_changes(call: Call, tmp_path: Path, form: str) -> None:
    (tmp_path / "a.xml").write_bytes(at("2026-01-01", record("ferry"), record("quay")))
    new = described("a--b", "Tides", "2026-03-04")
    (tmp_path / "b.xml").write_bytes(at("2026-08-17", record("quay"), new))
    ended = call("diff", *DAY, "a.xml", "b.xml", "--format", form)
    assert ended.status == 1
    if form == "markdown":
        assert "### Released" in ended.text
    else:
        assert "HX001" in ended.text
        assert "SN005" in ended.text
    assert "ferry" in ended.text
    if form in ("html", "sarif"):  # they explain each rule
        assert "A service name was removed, and no record on its ports says" in ended.text


def test_a_missing_column_is_accepted_only_where_no_dump_has_it(call: Call, tmp_path: Path) -> None:
    row = "quay,4621,tcp,Quay,[Ann],[Ann],2020-01-02,,,,"
    (tmp_path / "full.csv").write_text(f"{HEADER}{row},\n", "utf-8")
    narrow = f"{HEADER.rpartition(',')[0]}\n{row}\n"
    for name in ("narrow.csv", "also.csv"):
        (tmp_path / name).write_text(narrow, "utf-8")
    waived = '[[waive]]\nrule = "FM004"\nreason = "our tables have no notes"\n'
    (tmp_path / "ianalint.toml").write_text(waived, "utf-8")
    today = ("--today", "2026-11-24")
    statuses = {
        pair: call("diff", *today, *(f"{name}.csv" for name in pair.split())).status
        for pair in ("narrow also", "narrow full", "full narrow")
    }
    assert statuses == {"narrow also": 0, "narrow full": 1, "full narrow": 1}


def test_text_is_made_harmless(call: Call, tmp_path: Path) -> None:
    evil = "\u202e\x9b31mA" * 3
    (tmp_path / "a.xml").write_bytes(at("2026-01-01", described("ferry", "A")))
    (tmp_path / "b.xml").write_bytes(
        at("2026-08-17", described("ferry", evil), described(evil, evil))
    )
    for form in FORMATS:
        out = call("diff", *DAY, "a.xml", "b.xml", "--format", form).text
        assert "\u202e" not in out
        assert "\x9b" not in out
        assert "\x1b" not in out


# -- histories --------------------------------------------------------------------------------


def test_a_folder_is_ordered_by_date(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    (folder / "z.xml").write_bytes(at("2024-05-06", described("ferry", "A")))
    (folder / "a.xml").write_bytes(at("2026-08-17", described("ferry", "C", updated="2026-03-04")))
    fields = "Service Name,Port Number,Transport Protocol,Description,Assignee,Contact"
    header = f"{fields},Registration Date\n"
    row = "ferry,,tcp,B,[Ann_Example],[Ann_Example],2020-01-02\n"
    (folder / "ports-2025-04.csv").write_text(header + row, "utf-8")
    (folder / "2023.gz").write_bytes(gzip.compress(at("2023-01-01", described("ferry", "Z"))))
    ended = call("diff", *DAY, "dumps", "--select", "HX006")
    heads = [line for line in ended.text.split("\n") if " -> " in line and ".xml" in line]
    order = ["dumps/2023.gz", "dumps/z.xml", "dumps/ports-2025-04.csv", "dumps/a.xml"]
    assert [line.split(" -> ")[0].split(" (")[0] for line in heads] == order[:-1]
    assert [line.split(" -> ")[1].split(" (")[0] for line in heads] == order[1:]
    assert ended.text.count("edited  ferry tcp: description") == 3


def test_the_date_of_a_text_dump_orders_it(call: Call, tmp_path: Path) -> None:
    text = (FIXTURES / "small.txt").read_text("utf-8")
    assert "2026-08-17" in text
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "a.txt").write_text(text, "utf-8")
    (tmp_path / "dumps" / "b.txt").write_text(text.replace("2026-08-17", "2025-06-07"), "utf-8")
    head = call("diff", *DAY, "dumps", "--select", "HX006").text.splitlines()[0]
    assert head == "dumps/b.txt (2025-06-07) -> dumps/a.txt (2026-08-17)"


def test_what_a_later_dump_repairs_does_not_count(call: Call, tmp_path: Path) -> None:
    dumps_of = {"1": "ferry", "2": "ferry fer--ry", "3": "ferry", "4": "ferry qu--ay"}
    for day, names in dumps_of.items():
        records = map(record, names.split())
        (tmp_path / f"{day}.xml").write_bytes(at(f"2026-01-0{day}", *records))
    counts = {"12": (1, 1), "123": (0, 1), "124": (1, 1), "1234": (1, 2), "23": (0, 0)}
    for files, (still_open, gained) in counts.items():
        paths = [f"{day}.xml" for day in files]
        ended = call("diff", *DAY, *paths, "--select", "SN", "--format", "json")
        summary = json.loads(ended.out)["summary"]
        assert ended.status == still_open, files
        assert (summary["open"]["error"], summary["gained"]["error"]) == (still_open, gained)


def test_two_files_keep_their_order(call: Call, dumps: tuple[Path, Path]) -> None:
    ended = call("diff", *DAY, "new.xml", "old.xml", "--select", "HX008")
    assert ended.status == 1
    assert "old.xml:3:10  error HX008 registry-date-backwards  (" in ended.text


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("kpassword", "kpasswd"), ("KPASWD", "kpasswd"), ("1passwrd", "1password"),
        ("kpassword/464/tcp", "kpasswd/464/tcp"), ("kpasswd/465/tcp", "kpasswd/464/tcp"),
        ("kpasswd/465", "kpasswd/464/tcp"), ("kpasswd/464/sctp", "kpasswd/464/tcp"),
        ("kpasswd/udp", "kpasswd/464/tcp"), ("kpasswd/464/tpc", "kpasswd/464/tcp"),
        ("tcp/464", "kpasswd/464/tcp"), ("464/sctp", "kpasswd/464/tcp"),
        ("0464", "kpasswd/464/tcp"), ("kerberos/464/tcp", "kpasswd/464/tcp"),
        ("x11/6099/tcp", "x11/6000-6063/tcp"), ("x11/6010/udp", "x11/6000-6063/tcp"),
        ("6063-6000", "x11/6000-6063/tcp"), ("plain/80", "plain/tcp"),
        ("password", None), ("xyzzy", None), ("466", None), ("xyzzy/466/tcp", None), ("/", None),
        ("", None), ("kpasswd/471/udp", "kpasswd/470-475/tcp"),
    ],
)  # fmt: skip
def test_the_record_that_was_meant(
    call: Call, tmp_path: Path, words: str, near: str | None
) -> None:
    def numbered(name: str, port: str) -> str:
        return record(name).replace("</record>", f"<number>{port}</number></record>")

    ports = {"kpasswd": "464", "1password": "4621", "x11": "6000-6063"}
    records = [numbered(name, port) for name, port in ports.items()]
    records += [record("plain"), numbered("kpasswd", "470-475")]
    for day in ("1", "2"):
        (tmp_path / f"{day}.xml").write_bytes(at(f"2026-01-0{day}", *records))
    ended = call("diff", *DAY, "1.xml", "2.xml", "--record", words)
    hint = f"; did you mean {near}?" if near else ""
    assert ended.err.decode().splitlines()[0] == (
        f'ianalint: no record "{words}" in these dumps{hint}'
    )
    assert ended.status == 2


def test_the_history_of_a_record(call: Call, tmp_path: Path) -> None:
    port = "<number>4621</number></record>"
    steps = {
        "1": [described("quay", "Quay")],
        "2": [described("quay", "Quay"), described("ferry", "A").replace("</record>", port)],
        "3": [described("ferry", "A").replace("</record>", port)],
        "4": [described("tide", "B", updated="2026-03-04").replace("</record>", port)],
        "5": [record("other")],
    }
    for day, records in steps.items():
        (tmp_path / f"{day}.xml").write_bytes(at(f"2026-01-0{day}", *records))
    files = [f"{day}.xml" for day in steps]
    for expected in ("tide/4621/tcp", "FERRY", "ferry/4621", "4621/tcp", "4621", "tide/tcp"):
        ended = call("diff", *DAY, *files, "--record", expected, "--format", "json")
        [blame] = json.loads(ended.out)["blame"]
        assert blame["subject"]["service_name"] == "tide", expected
        assert [blame[end]["path"] for end in ("first", "last")] == ["2.xml", "4.xml"]
        assert [c["change"]["kind"] for c in blame["changes"]] == [
            "assigned",
            "renamed",
            "released",
        ]
        since = {f["field"]: f["since"] and f["since"]["path"] for f in blame["fields"]}
        assert (since["service_name"], since["description"]) == ("4.xml", "4.xml")
        assert (since["port_number"], since["modification_date"]) == ("2.xml", "4.xml")
    text = call("diff", *DAY, *files, "--record", "tide").text
    assert "  2026-01-04: renamed ferry -> tide 4621/tcp: description" in text
    assert "  description         B  (since 2026-01-04)\n" in text
    assert "quay" not in text
    # What left the registry is not shown as if it were there.
    assert text.startswith("tide 4621/tcp: released\n")
    assert text.splitlines()[-1].startswith("3 changes, ")
    assert "\n\n  in the last dump that has it (2026-01-04):\n  service name        tide" in text
    current = call("diff", *DAY, "1.xml", "2.xml", "3.xml", "4.xml", "--record", "tide").text
    assert current.startswith("tide 4621/tcp\n")
    assert "in the last dump that has it" not in current
    values = call("diff", *DAY, "1.xml", "2.xml", "--record", "quay//tcp").text
    assert values.startswith("quay tcp\n  2026-01-01: already in the first dump\n")
    assert "(since the first dump)\n\n0 changes, no problems\n" in values


def test_a_name_with_slashes(call: Call, tmp_path: Path) -> None:
    for number in "12":
        (tmp_path / f"{number}.xml").write_bytes(
            at(f"2026-01-0{number}", described("914c/g", f"Part {number}"))
        )
    for expected in ("914c/g", "914C/G/tcp", "914c/g//tcp"):
        ended = call("diff", *DAY, "1.xml", "2.xml", "--record", expected)
        assert ended.text.startswith("914c/g tcp\n")


def test_one_dump_that_cannot_be_used_does_not_stop_the_others(
    call: Call, dumps: tuple[Path, Path]
) -> None:
    Path("bad.xml").write_bytes(b"")
    ended = call("diff", *DAY, "old.xml", "bad.xml", "new.xml")
    assert ended.status == 2
    assert ended.said == "ianalint: bad.xml is empty\n"
    assert "old.xml (2026-01-01) -> new.xml (2026-08-17)\nedited  anchor" in ended.text
    assert "not read: bad.xml is empty\n" in ended.text
    alone = call("diff", *DAY, "old.xml", "bad.xml")
    assert (alone.status, alone.said) == (2, "ianalint: bad.xml is empty\n")
    assert "nothing to compare: fewer than two dumps could be read\n" in alone.text


def test_an_incomplete_dump_is_reported(call: Call, dumps: tuple[Path, Path]) -> None:
    Path("cut.xml").write_bytes(NEW[:-60])
    ended = call("diff", *DAY, "old.xml", "cut.xml")
    assert ended.status == 1
    assert ended.said == ""
    assert "new: cut.xml:6:" in ended.text
    assert ended.text.endswith(". Incomplete: 1 error in reading the dumps\n")


@pytest.mark.parametrize("words", [(), ("--record", "a/1/tcp"), ("--format", "markdown")])
@pytest.mark.parametrize("names", ["ab", "ba", "abc"])
def test_the_totals_say_that_dumps_are_incomplete(
    call: Call, tmp_path: Path, words: tuple[str, ...], names: str
) -> None:
    head = "Service Name,Port Number,Transport Protocol,Description\n"
    for name in names:
        (tmp_path / f"{name}.csv").write_text(f"{head}a,1,tcp,{name}\n", "utf-8")
    ended = call("diff", "--isolated", *words, *(f"{name}.csv" for name in names))
    assert ended.status == 1
    assert f". Incomplete: {8 * len(names)} errors in reading the dumps\n" in ended.text


# -- what it refuses --------------------------------------------------------------------------


def test_calls_that_cannot_be_followed(call: Call, dumps: tuple[Path, Path]) -> None:
    for words, message in [
        ((), "expected two dumps, OLD and NEW"),
        (("old.xml",), "expected two dumps, OLD and NEW, got only old.xml"),
        (("old.xml", "old.xml"), "OLD and NEW are the same file: old.xml"),
        (("old.xml", "./old.xml"), "OLD and NEW are the same file: old.xml"),
        (("*.csv",), "no file matches *.csv"),
        (("old.xml", "new.xml", "--output", "old.xml"), "refusing to overwrite"),
        (("old.xml", "new.xml", "--select", "QQ"), 'unknown rule "QQ"'),
        (("old.xml", "new.xml", "--formt", "json"), "did you mean --format?"),
        (("old.xml", "new.xml", "--record", "nobody/1/tcp"), 'no record "nobody/1/tcp"'),
        (("old.xml", "new.xml", "--config", "none.toml"), "none.toml cannot be read"),
    ]:
        ended = call("diff", *words)
        assert ended.status == 2, words
        assert message in ended.said, words
        assert ended.out == b""


def test_a_missing_file(call: Call, dumps: tuple[Path, Path]) -> None:
    ended = call("diff", *DAY, "old.xml", "nwe.xml")
    assert ended.status == 2
    assert ended.said == (
        "ianalint: nwe.xml cannot be read: No such file or directory; did you mean new.xml?\n"
    )


def test_the_configuration_speaks_of_both(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(at("2026-01-01", record("ferry")))
    new = described("qu--ay", "Tides", "2026-03-04")
    (tmp_path / "b.xml").write_bytes(at("2026-08-17", new))
    settings = tmp_path / "ianalint.toml"
    today = ("--today", "2026-11-24")
    settings.write_text('select = ["SN"]\nseverity = { HX001 = "error" }\n')
    output = json.loads(call("diff", "a.xml", "b.xml", *today, "--format", "json").out)
    [step] = output["steps"]
    assert [f["code"] for f in step["gained"]] == ["SN005"]
    assert [(f["code"], f["severity"]) for f in step["findings"]] == [("HX001", "error")]
    settings.write_text('select = ["SN", "HX006"]\nignore = ["service-name-vanished"]\n')
    [step] = json.loads(call("diff", "a.xml", "b.xml", *today, "--format", "json").out)["steps"]
    assert step["findings"] == []
    assert call("check", "a.xml", *today).status == 0
    settings.write_text('ignore = ["HX099"]\n')
    for command in (("check", "a.xml"), ("diff", "a.xml", "b.xml")):
        ended = call(*command, *today)
        assert ended.status == 2
        assert 'ianalint.toml:1: unknown rule "HX099"' in ended.said


def test_waived_findings_do_not_count(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(
        at("2026-01-01", described("ferry", "A", updated="2025-06-07"))
    )
    new = described("ferry", "B", updated="2025-06-06"), described("qu--ay", "C", "2026-03-04")
    (tmp_path / "b.xml").write_bytes(at("2026-08-17", *new))
    words = ("diff", "a.xml", "b.xml", "--today", "2026-11-24", "--ignore", "AC")
    assert call(*words).status == 1
    assert call("check", "b.xml", "--select", "SN", "--write-baseline", "known.json").status == 0
    waiver = '[[waive]]\nrule = "{}"\nservice = "ferry"\nreason = "a typo"\n'
    settings = tmp_path / "ianalint.toml"
    settings.write_text('baseline = "known.json"\n' + waiver.format("HX006"))
    ended = call(*words)
    assert ended.status == 0
    assert "HX006" not in ended.text
    assert "SN005" not in ended.text
    [step] = json.loads(call(*words, "--format", "json").out)["steps"]
    status = {f["code"]: f["status"] for f in (*step["findings"], *step["gained"])}
    assert (status["HX006"], status["SN005"]) == ("suppressed", "baselined")
    assert call("check", "a.xml", "--select", "SN").status == 0
    settings.write_text(waiver.format("HX060"))
    ended = call(*words)
    assert ended.status == 2
    assert 'ianalint.toml:1: waive: unknown rule "HX060"' in ended.said


def test_settings_for_some_files(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(at("2026-01-01", record("ferry")))
    (tmp_path / "b.xml").write_bytes(at("2026-08-17", record("ferry"), record("qu--ay")))
    words = ("diff", "a.xml", "b.xml", "--today", "2026-11-24", "--ignore", "AC")
    assert call(*words).status == 1
    (tmp_path / "ianalint.toml").write_text('[[per-file]]\nfiles = "b.xml"\nignore = ["SN"]\n')
    assert call(*words).status == 0


def test_a_part_after_a_whole_registry_is_reported(call: Call, dumps: tuple[Path, Path]) -> None:
    assert call("diff", *DAY, "--whole", "old.xml", "new.xml").said == ""
    ended = call("diff", *DAY, str(FIXTURES / "small.xml"), "new.xml")
    assert "new.xml is a part of a registry, " in ended.said


def test_standard_input(dumps: tuple[Path, Path], tmp_path: Path) -> None:
    ended = ianalint("diff", *DAY, "old.xml", "-", data=NEW, cwd=tmp_path)
    assert ended.status == 0
    assert ended.text.startswith("old.xml (2026-01-01) -> <stdin> (2026-08-17)\nedited  anchor tcp")


# -- git --------------------------------------------------------------------------------------


def git(*words: str, cwd: Path) -> str:
    process = subprocess.run(
        ["git", "-c", "user.name=Ann Example", "-c", "user.email=ann@example.com", *words],
        cwd=cwd, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return process.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with three versions of a dump, under two names, and a commit without it."""
    if shutil.which("git") is None:
        pytest.skip("git is not here")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    folder = tmp_path / "repository"
    (folder / "data").mkdir(parents=True)
    git("init", "-q", "-b", "main", cwd=folder)
    versions = [("data/old name.xml", "A"), ("data/old name.xml", "B"), ("data/ports.xml", "C")]
    padding = [described(f"pier{letter}", "Pier") for letter in "abcdefghij"]
    for number, (name, description) in enumerate(versions, 1):
        for path in (folder / "data").iterdir():
            path.unlink()
        data = at(f"2026-01-0{number}", *padding, described("ferry", description))
        (folder / name).write_bytes(data)
        git("add", "-A", cwd=folder)
        git("commit", "-q", "-m", description, cwd=folder)
        git("tag", f"v{number}", cwd=folder)
    (folder / "other").write_text("other")
    git("add", "-A", cwd=folder)
    git("commit", "-q", "-m", "other", cwd=folder)
    return folder


@pytest.mark.parametrize(
    ("revisions", "days"),
    [
        ([], ["01", "02", "03"]),
        (["v1..v3"], ["01", "02", "03"]),
        (["v2.."], ["02", "03"]),
        (["v2..HEAD"], ["02", "03"]),
        (["v2"], ["01", "02"]),
        (["v1...v3"], ["01", "02", "03"]),
        (["v2..."], ["02", "03"]),
        (["v3..v3"], ["03"]),
        (["v3.."], ["03"]),
        (["v3...HEAD"], ["03"]),
        (["HEAD..v3"], ["03"]),
    ],
)
def test_versions_in_git(
    call: Call, repository: Path, revisions: list[str], days: list[str]
) -> None:
    dump = str(repository / "data" / "ports.xml")
    if revisions == ["v2"]:
        dump = str(repository / "data" / "old name.xml")
    ended = call("diff", *DAY, "--git", dump, *revisions, "--format", "json")
    assert ended.status == 0
    same = f"ianalint: {dump} is the same at both ends of {' '.join(revisions)}\n"
    assert ended.said == ("" if len(days) > 1 else same)
    output = json.loads(ended.out)
    assert [entry["updated"][-2:] for entry in output["inputs"]] == days
    assert [len(step["changes"]) for step in output["steps"]] == [1] * (len(days) - 1)
    assert all(":data/" in entry["path"] for entry in output["inputs"][:-1])
    # What HEAD has is called by its path, so that CI attaches findings to it.
    assert (output["inputs"][-1]["path"] == dump) == (days[-1] == "03")


@pytest.mark.parametrize(
    ("words", "output"),
    [
        ((), "0 changes, no problems\n"),
        (("--squash", "--since", "2026-01-01"), "0 changes, no problems\n"),
        (("--format", "markdown"), "No changes.\n\n"),
        (("--format", "github"), ""),
    ],
)
def test_a_range_in_git_without_a_change(
    call: Call, repository: Path, words: tuple[str, ...], output: str
) -> None:
    dump = str(repository / "data" / "ports.xml")
    ended = call("diff", *DAY, "--git", dump, "v3..HEAD", "--only-new", *words)
    assert (ended.status, ended.text) == (0, output)
    assert ("; --since has no effect" in ended.said) is ("--since" in words)


def test_versions_in_git_are_read_in_the_form_that_is_set(call: Call, repository: Path) -> None:
    dump = str(repository / "data" / "ports.xml")
    ended = call("diff", *DAY, "--git", dump, "v2..v3", "--input-format", "csv")
    assert ended.status == 2
    assert "it looks like XML, but the input format is set to csv" in ended.text


def test_a_branch_that_left_main(
    call: Call, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From main to the branch, or from where it left main; main has changed the file since."""
    monkeypatch.chdir(repository)
    git("checkout", "-q", "-b", "side", cwd=repository)
    git("commit", "-q", "--allow-empty", "-m", "side", cwd=repository)
    git("checkout", "-q", "main", cwd=repository)
    name = repository / "data" / "ports.xml"
    name.write_bytes(name.read_bytes().replace(b"piera", b"pier--a"))
    git("commit", "-q", "-a", "-m", "main", cwd=repository)

    def counts(*words: str) -> tuple[int, list[dict[str, int]]]:
        ended = call("diff", *DAY, "--git", "data/ports.xml", *words, "-f", "json")
        return ended.status, [step["counts"] for step in json.loads(ended.out)["steps"]]

    assert counts("main...side") == (0, [])
    assert counts("main..side", "--only-new") == (0, [{"renamed": 1}])
    ended = call("diff", *DAY, "--git", "data/ports.xml", "side...main", "-f", "github")
    [line] = [line for line in ended.text.splitlines() if "SN0" in line]
    assert line.startswith("::error file=data/ports.xml,line=")
    for form in ("gitlab", "sarif"):
        ended = call("diff", *DAY, "--git", "data/ports.xml", "side...main", "-f", form)
        assert '"data/ports.xml"' in ended.text
    git("checkout", "-q", "side", cwd=repository)
    ended = call("diff", *DAY, "--git", "data/ports.xml", "side...main", "-f", "concise")
    assert ":data/ports.xml:" in ended.text.partition(" SN0")[0]


def test_what_a_merge_brings_is_one_step(call: Call, repository: Path) -> None:
    name = repository / "data" / "ports.xml"
    git("checkout", "-q", "-b", "side", cwd=repository)
    for before, after in ((b"Pier", b"Pear"), (b"Pear", b"Pour")):
        name.write_bytes(name.read_bytes().replace(before, after))
        git("commit", "-q", "-a", "-m", "side", cwd=repository)
    git("checkout", "-q", "main", cwd=repository)
    (repository / "other").write_text("changed")
    git("commit", "-q", "-a", "-m", "main", cwd=repository)
    git("merge", "-q", "--no-ff", "-m", "merge", "side", cwd=repository)
    output = json.loads(call("diff", *DAY, "--git", str(name), "v3..", "--format", "json").out)
    [step] = output["steps"]
    assert step["counts"] == {"edited": 10}


def test_git_from_inside_and_blame(
    call: Call, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "data")
    ended = call("diff", *DAY, "--git", "ports.xml", "--record", "ferry", "--quiet")
    assert ended.text.startswith("ferry tcp\n  2026-01-01: already in the first dump\n")
    assert "(since 2026-01-03)" in ended.text


def test_git_refuses(
    call: Call, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = str(repository / "data" / "ports.xml")
    (tmp_path / "lonely.xml").write_bytes(CLEAN)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    new = repository / "data" / "new.xml"
    git("rm", "-q", dump, cwd=repository)
    git("commit", "-q", "-m", "gone", cwd=repository)
    git("tag", "gone", cwd=repository)
    git("reset", "-q", "--hard", "HEAD^", cwd=repository)
    new.write_bytes(CLEAN)
    git("add", "-A", cwd=repository)
    git("commit", "-q", "-m", "new", cwd=repository)
    tree = git("rev-parse", "HEAD^{tree}", cwd=repository)
    git("tag", "alone", git("commit-tree", "-m", "alone", tree, cwd=repository), cwd=repository)
    hook = tmp_path / "ran"
    for words, message in [
        (("--git", str(tmp_path / "lonely.xml")), "is not in a git repository"),
        (("--git", str(repository / "none.xml")), "no version of"),
        (("--git", str(repository / "none.xml"), "v1..v3"), "no version of"),
        (("--git", str(repository / "no" / "such" / "ports.xml")), "no version of"),
        (("--git", str(repository / "data"), "v1..v3"), "data is a folder; name the dump in it"),
        (("--git", dump, "v9..v3"), 'unknown revision "v9"'),
        (("--git", dump, "v1..v9"), 'unknown revision "v9"'),
        (("--git", dump, "v1...v9"), 'unknown revision "v9"'),
        (("--git", dump, "v3...alone"), "v3 and alone have no merge base in"),
        (("--git", dump, "v2..v1"), "no version of"),
        (("--git", dump, "v2..v3^"), "no version of"),
        (("--git", dump, "v3..v2"), "data/ports.xml is not in v2"),
        (("--git", dump, "v3...gone"), "data/ports.xml is not in gone"),
        (("--git", dump, "v2..gone"), "data/ports.xml is not in gone"),
        (("--git", dump, "gone..v3"), "data/ports.xml is not in gone"),
        (("--git", str(new), "v3..HEAD"), "data/new.xml is not in v3"),
        (("--git", str(new), "v3...HEAD"), "data/new.xml is not in the merge base of v3 and HEAD"),
        (("--git", str(new)), "expected at least two versions of"),
        (("--git", dump, "v1..v2", "v3"), 'got also "v3"'),
        (("--git", dump, f"..--output={hook}"), "invalid revision"),
        (("--git", dump, f"$(touch {hook})..v3"), "unknown revision"),
    ]:
        ended = call("diff", *words)
        assert ended.status == 2, words
        assert message in ended.said, (words, ended.said)
        assert ended.said.count("\n") == (2 if "merge base in" in message else 1)
        assert ended.out == b""
    for revision in (f"--output={hook}", f"--output={hook}..v3", "v1..-v3", "-v1.."):
        with pytest.raises(CallError, match="invalid revision"):
            Repository(dump).versions(revision)
    assert not hook.exists()
    [version, *_] = Repository(dump).versions("v1..v3")
    message = rf"{version.commit[:10]}:data/.+\.xml is larger than 9\.53674e-07 MiB"
    with pytest.raises(CallError, match=message):
        version.read(1)


def test_git_is_not_installed(
    call: Call, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository))
    ended = call("diff", "--git", str(repository / "data" / "ports.xml"))
    assert ended.status == 2
    assert ended.said == "ianalint: git is not installed, or not on the PATH\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), "cannot run git: Permission denied"),
        (ValueError("embedded null byte"), "cannot run git: embedded null byte"),
    ],
)
def test_git_cannot_be_run(monkeypatch: pytest.MonkeyPatch, error: Exception, message: str) -> None:
    def run(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(CallError) as raised:
        Repository("ports.xml").versions(None)
    assert str(raised.value) == message


def test_an_old_version_that_is_no_dump(call: Call, repository: Path) -> None:
    name = repository / "data" / "ports.xml"
    whole = name.read_bytes()
    for data in (b"nothing", whole.replace(b"Pier", b"Pear")):
        name.write_bytes(data)
        git("commit", "-q", "-a", "-m", "changed", cwd=repository)
    ended = call("diff", *DAY, "--git", str(name), "v3..", "--format", "json")
    assert ended.status == 2
    output = json.loads(ended.out)
    assert [bool(entry.get("error")) for entry in output["inputs"]] == [False, True, False]
    assert len(output["steps"][0]["changes"]) == 10
    # It is the same at both ends, and still cannot be used.
    assert call("diff", *DAY, "--git", str(name), "HEAD^..HEAD^", "--only-new").status == 2


# -- the real registry ------------------------------------------------------------------------


def steps(call: Call, *words: str | Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    output = json.loads(call("diff", *DAY, *words, "--format", "json").out)
    assert output["faults"] == []
    for step, old, new in zip(
        output["steps"], output["inputs"][:-1], output["inputs"][1:], strict=True
    ):
        for side, entry in (("old", old), ("new", new)):
            changed = [
                side_of["location"]
                for change in step["changes"]
                for side_of in change[side]
                if "service_name" in side_of["subject"]
            ]
            assert step["unchanged"] + len(changed) == entry["records"]
    return output, output["steps"]


@pytest.mark.real
def test_a_year_of_the_registry(call: Call) -> None:
    """Every change is accounted for; each finding was judged by opening both records."""
    names = ("2025-08-26.xml", "2026-08-17.xml")
    _, [step] = steps(call, *map(published, names), "--select", "HX")
    assert step["counts"] == {
        "assigned": 33,
        "transport-added": 1,
        "released": 6,
        "reassigned": 2,
        "renamed": 6,
        "edited": 45,
        "reference-published": 4,
        "statement-cut": 10,
        "statement-added": 6,
        "contact-added": 46,
        "contact-removed": 15,
        "contact-changed": 4,
        "contact-renamed": 5,
        "metadata": 1,
    }
    actual = [(f["code"], f["subject"]["service_name"]) for f in step["findings"]]
    assert sorted(set(actual)) == [
        ("HX002", "panquest-xact"),
        ("HX002", "pmproxy"),
        ("HX002", "skytale"),
        ("HX003", "dx-instrument"),
        ("HX003", "pcoip"),
        ("HX003", "pcoip-mgmt"),
        ("HX003", "skytale"),
        ("HX003", "stanag-5066"),
        ("HX009", "vision-mon"),
        ("HX009", "vision-mon-disc"),
    ]
    assert len(actual) == 17


@pytest.mark.real
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2013-02-18.xml", "2026-08-17.xml"),
        ("2014-07.csv", "2026-08-17.xml"),
        ("2025-04.csv", "2025-08-26.xml"),
    ],
)
def test_across_years_and_forms(call: Call, old: str, new: str) -> None:
    output, [step] = steps(call, published(old), published(new), "--select", "HX")
    assert step["unchanged"] > 12_000
    assert step["not_comparable"] == 0
    if old.endswith("csv"):
        assert [entry["code"] for entry in step["not_run"]] == [
            "HX003",
            "HX007",
            "HX008",
            "HX012",
            "HX013",
        ]
    if old != "2013-02-18.xml":
        return
    text = call("diff", *DAY, published(old), published(new), "--select", "HX").text
    assert text.count("\n") < 400
    assert f"{sum(output['summary']['changes'].values()):,} changes, " in text
