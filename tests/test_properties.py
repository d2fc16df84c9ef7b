"""Properties of every registry, generated or damaged."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.generated import Row, registries, write_csv, write_xml
from validator import Registry, Report, check, parse_registry
from validator.model.entries import Spans
from validator.model.record import Record
from validator.model.values import PortRange
from validator.model.vocabulary import RECORD_FIELDS

TODAY = "2026-11-23"
TEXTS = [f for f in RECORD_FIELDS if f not in ("assignee", "contact", "reference")]


def meaning(registry: Registry, record: Record) -> Row:
    """A record as the row it was written from, without what CSV has no column for."""
    texts = {field: getattr(record, field) or "" for field in TEXTS}
    return Row(
        **texts,
        assignee=tuple(c.data or "" for c in registry.assignees(record)),
        contact=tuple(c.data or "" for c in record.contact),
        reference=tuple((c.kind, c.data or "") for c in record.reference),
    )


@settings(max_examples=80)
@given(registries)
def test_both_forms_are_read_as_they_were_written(rows: list[Row]) -> None:
    written = [row._replace(assignee=row.assignee or row.contact) for row in rows]
    for data, form in ((write_xml(rows), "xml"), (write_csv(rows), "csv")):
        registry = parse_registry(data)
        assert registry.dump.form == form
        assert not registry.dump.defects
        assert [meaning(registry, record) for record in registry.records] == written


def findings(report: Report) -> Counter[tuple[str, str]]:
    """The findings without their locations; copies of a record count, their order does not."""
    assert not report.faults, [fault.to_dict() for fault in report.faults]
    return Counter(
        (finding.code, finding.fingerprint.partition("#")[0])
        for finding in report.findings
        if not finding.code.startswith("OR")
    )


@settings(max_examples=80)
@given(registries, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_no_finding(rows: list[Row], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = check(parse_registry(write_xml(rows)), today=TODAY)
    second = check(parse_registry(write_xml(shuffled)), today=TODAY)
    assert findings(first) == findings(second)


ranges = st.tuples(st.integers(0, 20), st.integers(0, 6)).map(lambda n: (n[0], n[0] + n[1]))


@settings(max_examples=120)
@given(st.lists(ranges, max_size=12), ranges, st.integers(1, 5))
def test_overlapping_spans_and_their_number(
    entries: list[tuple[int, int]], query: tuple[int, int], limit: int
) -> None:
    spans: Any = Spans((PortRange(*span), cast("Any", span)) for span in entries)
    low, high = query
    expected = sorted(span for span in entries if span[0] <= high and span[1] >= low)
    overlapping = spans.overlapping(PortRange(low, high), limit)
    assert spans.count(PortRange(low, high)) == len(expected)
    assert len(overlapping) == min(limit, len(expected))
    if len([span for span in expected if span[0] < low]) <= limit:
        lows = [span[0] for span in expected]
        assert [span[0] for span in overlapping] == lows[:limit]
    assert all(overlapping.count(span) <= expected.count(span) for span in expected)
    assert {*overlapping} <= {*expected}


def test_a_long_span_before_thousands_of_short_ones_is_found() -> None:
    entries = [(0, 9000), *((low, low) for low in range(1, 5000))]
    spans: Any = Spans((PortRange(*span), cast("Any", span)) for span in entries)
    assert spans.overlapping(PortRange(6000, 7000), 20) == [(0, 9000)]
    assert spans.count(PortRange(6000, 7000)) == 1


@settings(max_examples=80)
@given(registries)
def test_findings_point_into_the_file(rows: list[Row]) -> None:
    for data in (write_xml(rows), write_csv(rows)):
        lines = data.split("\n")
        report = check(parse_registry(data), today=TODAY)
        assert not report.faults, [fault.to_dict() for fault in report.faults]
        places = [(f.location.line, f.location.column, f.code) for f in report.findings]
        assert places == sorted(places)
        for finding in report.findings:
            location = finding.location
            assert 1 <= location.line <= len(lines)
            assert 1 <= location.column <= len(lines[location.line - 1]) + 1


@settings(max_examples=80)
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore"))
)
def test_any_bytes_end_in_records_and_findings(data: bytes) -> None:
    for form in ("xml", "csv"):
        try:
            registry = parse_registry(data, form=form)
        except ValueError as unusable:
            raise AssertionError(data) from unusable
        report = check(registry, today=TODAY)
        assert not report.faults, [fault.to_dict() for fault in report.faults]
        assert report.exit_status() in (0, 1)
