"""What must hold of every fix, and a second opinion on patches."""

from __future__ import annotations

import re
from collections import Counter

from tests.cases import TODAY
from validator import check, parse_registry
from validator.api import run_context
from validator.fix.patch import unified_diff
from validator.fix.plan import Fixes, find_fixes
from validator.model.record import Record
from validator.model.registry import Registry
from validator.model.vocabulary import RECORD_FIELDS
from validator.readers.source import Source
from validator.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Form

NAMES = {code: rule.name for code, rule in RULES.items()}
_HUNK = re.compile(rb"@@ -([0-9]+),([0-9]+) \+([0-9]+),([0-9]+) @@ .*\n")


def count(registry: Registry) -> Counter[str]:
    """How many findings of each rule there are, of all rules."""
    report = check(registry, select=["ALL"], today=TODAY)
    assert not report.faults
    return Counter(finding.code for finding in report.findings)


def essence(record: Record) -> tuple[str, ...]:
    """The values of a record without what safe fixes may change in them."""
    values = []
    for field in RECORD_FIELDS:
        value = getattr(record, field)
        if not isinstance(value, str):
            value = "".join(f"[{cited.display.strip()}]" for cited in value or ())
        value = "".join(value.split()).lower()
        if field == "port_number":
            value = re.sub(r"^([0-9]+)-\1$", r"\1", value)
        elif field == "description":
            value = re.sub(r"^(unassigned|reserved)[.,;:\u2013\u2014-]+$", r"\1", value)
        elif field == "assignment_notes":
            value = value.replace("definedtxtkey:", "definedtxtkeys:")
        values.append(value)
    return tuple(values)


def patched(data: bytes, patch: bytes) -> bytes:
    """Apply a patch of one file as strictly as can be."""
    if not patch:
        return data
    lines = data.split(b"\n")
    lines = [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    old_name, new_name, *rest = [line + b"\n" for line in patch.split(b"\n")[:-1]]
    assert old_name[4:] == new_name[4:]
    assert old_name.startswith(b"--- ")
    assert new_name.startswith(b"+++ ")
    result: list[bytes] = []
    at = 0
    while rest:
        header = _HUNK.fullmatch(rest.pop(0))
        assert header is not None
        start, old, new_start, new = map(int, header.groups())
        start -= bool(old)
        result += lines[at:start]
        at = start
        assert len(result) == new_start - bool(new)
        while old or new:
            line = rest.pop(0)
            if rest and rest[0] == b"\\ No newline at end of file\n":
                rest.pop(0)
                line = line[:-1]
            mark, text = line[:1], line[1:]
            assert mark in (b" ", b"-", b"+")
            if mark != b"+":
                assert lines[at] == text
                at += 1
                old -= 1
            if mark != b"-":
                result.append(text)
                new -= 1
    return b"".join(result + lines[at:])


def verified_fixes(
    data: bytes, form: Form | None = None, *, unsafe: bool = False, whole: bool | None = None
) -> Fixes:
    """Find the fixes of a dump, and hold them to what is promised of all."""

    def find(data: bytes) -> Fixes:
        context = run_context(TODAY)
        source = Source("case", data)
        return find_fixes(source, form=form, whole=whole, unsafe=unsafe, context=context)

    fixes = find(data)
    if not fixes.edits:
        assert fixes.fixed == data
        assert not fixes.counts
        return fixes
    before = parse_registry(data, form=form, whole=whole)
    after = parse_registry(fixes.fixed, form=form, whole=before.is_whole)
    # The findings are gone, and no other has appeared.
    old, new = count(before), count(after)
    for code in old | new:
        assert new[code] <= old[code] - fixes.counts[code], code
    # No record or contact is lost.
    assert len(after.records) == len(before.records)
    assert len(after.contacts) == len(before.contacts)
    if not unsafe:
        assert Counter(map(essence, after.records)) == Counter(map(essence, before.records))
    # The patch does exactly that.
    patch = b"".join(unified_diff(data, fixes.edits, b"case", NAMES))
    assert patched(data, patch) == fixes.fixed
    assert bool(patch) == bool(fixes.counts)
    # Nothing is left for another time, but where fixes were in each other's way.
    if not fixes.left_out and not unsafe:
        assert not find(fixes.fixed).edits
    return fixes
