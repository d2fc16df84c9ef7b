"""Rule cases of family HX as data: what the files in `fixtures/rules/HX` hold, and how one is run.

A file `fixtures/rules/HX/<CODE>.toml` has tables `[[case]]`, as those that `tests/cases.py`
describes, with two dumps:

    title    = "one day back"           what the case shows
    old, new = '''...'''                the dumps; pieces of XML or rows of CSV are completed
    form     = ["csv", "xml"]           optional: of the old and the new dump; XML if left out
    updated  = ["2026-01-01", "2026-08-17"]     optional: the days of the two registries
    changes  = ["edited"]               ALL changes, by kind, in their order
    findings = ["HX006 2:18"]           ALL that is found, in the new dump, as "CODE line:column"
    related  = ["2:18"]                 all places in the old dump that the findings name, in order
    message  = ["..."]                  optional: a piece of the message of each finding
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tests.cases import PEOPLE, RULE_CASES, TODAY, completed
from validator import Registry, parse_registry
from validator.api import run_context
from validator.diff.changes import Changes
from validator.diff.matching import changes_between
from validator.engine.examine import examine
from validator.engine.report import Input
from validator.engine.selection import Selection
from validator.rules import catalogue

if TYPE_CHECKING:
    from validator.diff.changes import Entry

DATES = ("2026-01-01", "2026-08-17")
_EXAMPLE = re.compile(r"^([-+ ])(.*)$", re.MULTILINE)


def dump(text: str, form: str, updated: str, path: str) -> Registry:
    """Complete a piece of a dump, of that day, and read it."""
    if form == "xml" and not text.strip():
        text = f"<people>{PEOPLE.partition('>')[2]}"
    if form == "xml" and text.lstrip().startswith("<updated>"):
        day = text.strip().removeprefix("<updated>").removesuffix("</updated>")
        text, updated = "<record><name>quay</name><description>Quay</description></record>", day
    whole = completed(text, form).replace(
        "<updated>2026-08-17</updated>", f"<updated>{updated}</updated>", 1
    )
    return parse_registry(whole, path=path, form="xml" if form == "xml" else "csv", whole=False)


def compared(
    old: Registry, new: Registry, select: list[str] | None = None
) -> tuple[Changes, Input]:
    """Return what changed, and what family HX finds in it; each record is explained."""
    changes = changes_between(old, new)
    assert unexplained(changes) == []
    selection = Selection(catalogue.rules("history"), select)
    entry = examine(new, selection, run_context(TODAY), changes)
    assert not entry.faults, [fault.to_dict() for fault in entry.faults]
    return changes, entry


def unexplained(changes: Changes) -> list[Entry]:
    """The entries of both dumps that are not accounted for exactly once; there should be none."""
    entries: list[Entry] = []
    for side, registry in enumerate((changes.old, changes.new)):
        times = Counter(map(id, _accounted(changes, side)))
        dump = registry.dump
        lists: tuple[Sequence[Entry], ...] = (dump.records, dump.contacts, dump.footnotes)
        entries += [entry for each in lists for entry in each if times.pop(id(entry), 0) != 1]
        assert not times, "a change is about an entry that neither dump has"
    return entries


def _accounted(changes: Changes, side: int) -> Iterator[Entry]:
    pairs: Iterable[tuple[Entry, Entry]]
    for pairs in (changes.unchanged, changes.unchanged_contacts):
        yield from (pair[side] for pair in pairs)
    yield from changes.not_comparable[side]
    for change in changes.all:
        yield from change.news if side else change.olds


def run_case(case: dict[str, Any]) -> tuple[Changes, Input]:
    forms = case.get("form", ["xml", "xml"])
    dates = case.get("updated", DATES)
    old, new = (
        dump(case[name], form, day, name)
        for name, form, day in zip(("old", "new"), forms, dates, strict=True)
    )
    return compared(old, new, case.get("select"))


def change_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the code of each case's file and the case."""
    for path in sorted((RULE_CASES / "HX").glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            yield path.stem, case


def example(text: str) -> tuple[str, str]:
    """Both sides of an example: lines with "-" are of the old dump alone, with "+" of the new."""
    sides: tuple[list[str], list[str]] = ([], [])
    for sign, line in _EXAMPLE.findall(text):
        if sign != "+":
            sides[0].append(line)
        if sign != "-":
            sides[1].append(line)
    return "\n".join(sides[0]), "\n".join(sides[1])
