"""The table of `--fates`: one row for every entry of a file and every record of the registry."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from validator.consumers.audit import entry_fates
from validator.consumers.case import AuditCase
from validator.consumers.entry import Entry
from validator.model.entries import Assignment
from validator.model.registry import Registry
from validator.model.vocabulary import normal_space
from validator.readers.source import places
from validator.reporters.escape import visible

Row = dict[str, str | int | None]

COLUMNS = (
    "kind", "path", "line", "service_name", "port", "transport_protocol", "fate", "detail",
    "registry_line",
)  # fmt: skip
_FORMULA_MARKS = ("=", "+", "-", "@", "\t")
_MOST_NAMES = 8


def fate_rows(cases: Iterable[AuditCase]) -> Iterator[Row]:
    """Yield the rows of all cases: entries in the order of their file, then the records."""
    for case in cases:
        if case.claims is None:
            continue
        lines = _lines_of(case.claims.registry)
        for entry, fate in entry_fates(case):
            record = _record_of(case, entry)
            yield {
                "kind": "entry",
                "path": case.file.path,
                "line": entry.line_number,
                "service_name": entry.name,
                "port": entry.port_text,
                "transport_protocol": entry.transport,
                "fate": fate,
                "detail": _detail(case, entry, fate),
                "registry_line": None if record is None else lines.get(record.record.index),
            }
        comparison = case.comparison
        if comparison is None or not comparison.is_full:
            continue
        records = case.claims.registry.assignments
        for record, fate in zip(records, comparison.record_fates, strict=True):
            yield {
                "kind": "record",
                "path": case.file.path,
                "line": None,
                "service_name": record.name,
                "port": record.record.port_number or None,
                "transport_protocol": record.record.transport_protocol or None,
                "fate": fate,
                "detail": "",
                "registry_line": lines.get(record.record.index),
            }


def _lines_of(registry: Registry) -> dict[int, int]:
    """The line on which each record begins, by its index."""
    records = sorted(registry.records, key=lambda record: record.offset)
    found = places(registry.dump.data, [record.offset for record in records])
    return {record.index: line for record, (line, _) in zip(records, found, strict=True)}


def _record_of(case: AuditCase, entry: Entry) -> Assignment | None:
    """The record that an entry's fate is about: of its name, else the first of its port."""
    assert case.claims is not None
    here = case.claims.first_claims(entry.low, entry.high, entry.transport)
    named = [record for record in here if record.name == entry.name]
    if named or here:
        return (named or list(here))[0]
    elsewhere = case.claims.by_name(entry.name)
    return elsewhere[0] if elsewhere else None


def _detail(case: AuditCase, entry: Entry, fate: str) -> str:
    """The registered names of the port, where the entry has another."""
    assert case.claims is not None
    if fate in ("kept", "own"):
        return ""
    if fate == "former" and case.comparison is not None:
        return f"until {case.comparison.former_until(entry.name, entry.low, entry.transport)}"
    if fate == "released" and case.comparison is not None:
        statement = case.comparison.release(entry)
        record = None if statement is None else statement.record
        return "" if record is None else normal_space(record.assignment_notes or "")[:200]
    here = case.claims.first_claims(entry.low, entry.high, entry.transport)
    return " ".join(dict.fromkeys(record.name for record in here[:_MOST_NAMES]))


def as_csv(rows: Iterable[Row]) -> str:
    """Return rows as CSV; a cell that a spreadsheet would run begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in COLUMNS])
    return out.getvalue()


def _cell(value: str | int | None) -> str:
    text = "" if value is None else visible(str(value))
    return f"'{text}" if text.startswith(_FORMULA_MARKS) else text


def as_jsonl(rows: Iterable[Row]) -> str:
    """Return rows as JSON, one in each line."""
    lines = []
    for row in rows:
        shown = {key: visible(v) if isinstance(v, str) else v for key, v in row.items()}
        lines.append(json.dumps(shown, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)
