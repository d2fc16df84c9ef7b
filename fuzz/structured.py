"""A target that edits a valid registry and compares its forms.

The bytes of the fuzzer are a list of edits of the small registry of the fixtures: another value for
a field, a record that is repeated, deleted or moved.  The result is a registry that a person might
have made, and it must be the same in each form.
"""

from __future__ import annotations

from pathlib import Path

from fuzz.targets import TODAY, Wrong, registry_of, report_of
from validator.api import run_context
from validator.diff.compare import compare
from validator.engine.selection import Selection
from validator.rules import catalogue
from validator.writers import write

# The forms have different dates, or none.
_SELECTIONS = [Selection(catalogue.rules("pair"), ignore=["XF003"])] * 2
_SMALL = Path(__file__).parent.parent / "fixtures" / "registry" / "small.xml"
_TEXT = _SMALL.read_text("utf-8")
_HEAD, *_RECORDS = _TEXT.split("  <record")
_LAST, _, _TAIL = _RECORDS[-1].partition("</record>\n")
_RECORDS[-1] = _LAST + "</record>\n"
_VALUES = (
    "", " ", "a--b", "-a", "0", "65535", "65536", "1-2", "2-1", "00", "tcp", "TCP", "quic",
    "2020-01-02", "2020-13", "2011-07", "Unassigned", "Reserved", "[RFC6335]", "Zoë", "日本",
    'This entry is an alias to "tide". ', "x" * 70, "&amp;", "&#x202e;", "a\nb", "4294967295",
)  # fmt: skip


def edited(data: bytes) -> str:
    """The small registry after the edits that `data` says, four bytes each."""
    records = list(_RECORDS)
    for at in range(0, min(len(data) - 3, 64), 4):
        what, first, second, third = data[at : at + 4]
        here = first % len(records)
        if what % 4 == 0:
            text = records[here]
            starts = [
                n for n, mark in enumerate(text) if mark == ">" and text[n + 1 : n + 2] != "\n"
            ]
            if starts:
                start = starts[second % len(starts)] + 1
                end = text.find("<", start)
                if end > start:
                    value = _VALUES[third % len(_VALUES)]
                    records[here] = text[:start] + value + text[end:]
        elif what % 4 == 1:
            records.insert(second % len(records), records[here])
        elif what % 4 == 2 and len(records) > 1:
            del records[here]
        else:
            records[here], records[second % len(records)] = (
                records[second % len(records)],
                records[here],
            )
    return "  <record".join([_HEAD, *records]) + _TAIL


def structured(data: bytes) -> None:
    registry = registry_of(edited(data).encode(), "xml")
    if registry is None:
        raise Wrong("an edited registry is refused")
    report_of(registry)
    for form in ("json", "csv", "xml"):
        again = registry_of(write(registry, form).text.encode(), form)
        if again is None:
            raise Wrong(f"what was written as {form} is refused")
        report = compare(registry, again, run_context(TODAY), _SELECTIONS)
        for finding in report:
            raise Wrong(f"{form} differs: {finding} {finding.field}")
        for fault in report.faults:
            raise Wrong(f"comparing broke: {fault.message}") from fault.error
