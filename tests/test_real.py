"""The published dumps: what is found in them, counted and pointed at.

The counts were judged by opening the records; where they differ from an earlier reading of the
registry the reason stands beside them.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from xml.sax.saxutils import escape

import pytest

from tests.dumps import published
from validator import Finding, Registry, Report, check, read_registry
from validator.model.record import Record
from validator.model.vocabulary import normal_space

TODAY = "2026-11-23"
pytestmark = pytest.mark.real

NEWEST = {
    "SN002": 1,
    "SN007": 1,
    "SN008": 14,  # a record that names nobody contradicts nobody: 4 names less, and
    "SN009": 20,  # 4 names more
    "SN010": 8,
    "PN004": 6,
    "PN008": 2,
    "PN009": 3,
    "PN011": 7,
    "PN012": 4,
    "PN013": 38,  # 22 ports, most of them on tcp and udp
    "PN014": 8,
    "TP003": 16,
    "TP004": 581,
    "ST001": 13,  # `unassigned` is ST002 alone
    "ST002": 4,
    "ST003": 1,
    "ST004": 18,
    "ST005": 4,
    "ST006": 7,  # three more were assigned anew since, and carry the date of that
    "AC004": 1,
    "AC006": 51,
    "AC007": 25,
    "AC008": 12,
    "AC010": 1771,
    "AC011": 2,
    "AC012": 4,
    "AC015": 3,
    "DT005": 1,
    "DT007": 2,
    "RF003": 15,
    "RF005": 1302,
    "RF009": 5,
    "RF012": 1,
    "SC001": 4,
    "TX001": 166,
    "TX002": 21,
    "TX004": 8,
    "TX005": 17,
    "TX006": 8,
    "TX007": 2,  # the others name a program with digits in its name, not a port
    "TX008": 15,
    "OR002": 4,
    "OR003": 41,
}
# Judgments of likeness, which may be sharpened: that there are some is enough.
ROUGH = {"AC009", "AC013"}


@cache
def registry(name: str) -> Registry:
    return read_registry(published(name))


@cache
def report(name: str) -> Report:
    found = check(registry(name), today=TODAY)
    assert not found.faults, [fault.to_dict() for fault in found.faults]
    return found


def found(name: str, code: str) -> list[tuple[int, int, str | None]]:
    return [(f.location.line, f.location.column, f.value) for f in report(name) if f.code == code]


def test_the_newest_dump_is_read_whole() -> None:
    newest = registry("2026-08-17.xml")
    assert len(newest.records) == 14533
    assert len(newest.contacts) == 5615
    assert newest.updated == "2026-08-17"
    assert newest.is_whole
    assert not newest.dump.defects
    assert len(newest.aliases) == len(newest.replacements) == 184


def test_counts_of_the_newest_dump() -> None:
    counts = Counter(finding.code for finding in report("2026-08-17.xml"))
    assert {code: n for code, n in counts.items() if code not in ROUGH} == NEWEST
    assert all(30 <= counts[code] <= 100 for code in ROUGH)


def test_places_in_the_newest_dump() -> None:
    name = "2026-08-17.xml"
    assert found(name, "SN002") == [(90482, 11, "edi_service")]
    assert found(name, "DT005") == [(63720, 38, "2011-05-16")]
    assert [value for _, _, value in found(name, "PN009")] == ["7775", "7776", "7997"]
    lines = published(name).read_text("utf-8").splitlines()
    for finding in report(name):
        if finding.value and finding.field and "\n" not in finding.value:
            there = lines[finding.location.line - 1][finding.location.column - 1 :]
            raw = escape(finding.value)[:16]  # further on there may be markup
            cited = finding.value.lstrip("[").partition("]")[0]
            assert there.startswith((raw, cited[:16], cited[:16].lower())), finding


def test_history_is_told_apart() -> None:
    summary = report("2026-08-17.xml").summary()
    assert sum(summary["legacy"].values()) > 3500
    assert sum(summary["open"].values()) < 600


def test_the_dump_of_2013() -> None:
    name = "2013-02-18.xml"
    dangling = {value for _, _, value in found(name, "AC001")}
    assert dangling == {"Oliver_Breyel", "Stephen_Gold", "None", "Grexie", "Tim_Behrsin"}
    blanks = {value for _, _, value in found(name, "SN002")}
    assert blanks == {"Apple Remote Desktop (Net Assistant)", "Escale (Newton Dock)"}
    assert (82474, 13, "28120-29166") in found(name, "PN009")
    assert (84080, 13, "43124-44320") in found(name, "PN009")


@pytest.mark.parametrize("name", ["2014-07.csv", "2025-04.csv"])
def test_csv_dumps_are_read_whole(name: str) -> None:
    read = registry(name)
    assert len(read.records) == {"2014-07.csv": 13521, "2025-04.csv": 14474}[name]
    assert not read.dump.defects
    assert read.is_whole
    not_run = {entry.code for entry in report(name).inputs[0].not_run}
    assert {"AC001", "DT003", "MD003", "RF006", "TX005"} <= not_run


def _said(registry: Registry, record: Record) -> tuple[str, ...]:
    """A record in the words of the CSV."""
    texts = [
        record.description,
        record.registration_date,
        record.modification_date,
        record.service_code,
        record.known_unauthorized_uses,
        record.assignment_notes,
    ]
    folded = [normal_space(text or "") for text in texts]
    cited = [
        "".join(c.display for c in held)
        for held in (registry.assignees(record), record.contact, record.reference)
    ]
    return (*folded, *cited)


def _identity(record: Record) -> tuple[str, str, str]:
    return record.service_name or "", record.port_number or "", record.transport_protocol or ""


def _subject(finding: Finding) -> tuple[str, str, str]:
    subject = finding.subject
    return (
        subject.get("service_name") or "",
        subject.get("port") or "",
        subject.get("transport_protocol") or "",
    )


def test_csv_and_xml_say_the_same_of_records_that_did_not_change() -> None:
    names = ("2025-04.csv", "2025-08-26.xml")
    said: list[dict[tuple[str, str, str], list[tuple[str, ...]]]] = []
    for name in names:
        rows: dict[tuple[str, str, str], list[tuple[str, ...]]] = {}
        for record in registry(name).records:
            rows.setdefault(_identity(record), []).append(_said(registry(name), record))
        said.append(rows)
    first, second = said
    unchanged = {key for key in first if first[key] == second.get(key)}
    assert len(unchanged) > 14000
    not_run = {e.code for name in names for e in report(name).inputs[0].not_run}
    # Parties need the table of contacts; the order of names is that of neighbors; white space
    # is folded and kinds of citations are lost on the way to CSV.
    others = {"SN008", "SN009", "OR003", "TX002", "AC009"}
    held = [
        {
            (finding.code, *_subject(finding))
            for finding in report(name)
            if finding.code not in not_run | others and _subject(finding) in unchanged
        }
        for name in names
    ]
    assert held[0] - held[1] == set()
    assert {item for item in held[1] - held[0] if item[0] != "RF003"} == set()
    assert len(held[0]) > 3000
