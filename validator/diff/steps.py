"""A history, dump by dump: what changed, which changes break rules, which findings came and went.

A step keeps what is shown of it and lets go of the dumps: a long history needs no more memory than
two of them.
"""

from __future__ import annotations

from validator.diff.matching import changes_between
from validator.diff.pairing import told_of
from validator.engine.examine import examine, locations
from validator.engine.report import Input, NotRun, Report
from validator.engine.rule import SEVERITIES
from validator.model.record import Contact, Footnote, Record
from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS, fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from validator.diff.blame import Blame
    from validator.diff.changes import Change, Changes, Entry, FieldChange, Kind
    from validator.engine.report import Finding, Location
    from validator.engine.rule import Rule, RunContext
    from validator.engine.selection import Selection
    from validator.model.registry import Registry

    Subject = dict[str, str | None]

_LONGEST_DIFFERENCE = 32


class Version:
    """One dump of a history, and what `check` found in it with the rules `checked`, by code."""

    __slots__ = ("checked", "entry", "registry")

    def __init__(self, registry: Registry, entry: Input, checked: Iterable[str]) -> None:
        self.registry = registry
        self.entry = entry
        self.checked = frozenset(checked)

    @property
    def updated(self) -> str | None:
        return normal_space(self.entry.updated or "") or None


class Side:
    """A record, contact or footnote as one dump has it: where it stands and what it says."""

    __slots__ = ("location", "says", "subject")

    def __init__(self, subject: Subject, location: Location, says: dict[str, str]) -> None:
        self.subject = subject
        self.location = location
        self.says = says

    def to_dict(self) -> dict[str, Any]:
        return {"subject": self.subject, "location": self.location.to_dict()}


class Event:
    """A `Change` without its dumps: the sides are in the order of its entries."""

    __slots__ = ("fields", "kind", "news", "olds")

    def __init__(
        self,
        kind: Kind,
        olds: Sequence[Side],
        news: Sequence[Side],
        fields: Sequence[FieldChange],
    ) -> None:
        self.kind = kind
        self.olds = olds
        self.news = news
        self.fields = fields

    @property
    def subject(self) -> Subject:
        """What it is about: as it is called now, else as it was."""
        sides = [*self.news[:1], *self.olds[:1]]
        if self.kind in ("released", "transport-removed"):
            sides.reverse()
        return sides[0].subject if sides else {}

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "subject": self.subject,
            "old": [side.to_dict() for side in self.olds],
            "new": [side.to_dict() for side in self.news],
            "fields": [_field_to_dict(field) for field in self.fields],
        }


class Step:
    """From one dump to the next.

    `findings` are those of family HX, in the new dump; `gained` the findings of `check` that only
    the new dump has, `repaired` those that only the old one has, `standing` is how many both have.
    `not_compared` are the rules that one of the two could not be asked, `one_sided` the codes of
    those that the other could.  `same` is how many records
    did not change, `beyond` how many could not be compared.
    """

    __slots__ = (
        "beyond",
        "events",
        "found",
        "gained",
        "new",
        "new_updated",
        "not_compared",
        "old",
        "old_updated",
        "one_sided",
        "repaired",
        "same",
        "standing",
    )

    def __init__(self, old: Version, new: Version, found: Input) -> None:
        self.old = old.entry.path
        self.new = new.entry.path
        self.old_updated = old.updated
        self.new_updated = new.updated
        self.found = found
        self.events: list[Event] = []
        self.gained: list[Finding] = []
        self.repaired: list[Finding] = []
        self.standing: list[Finding] = []
        self.not_compared: list[NotRun] = []
        self.one_sided: set[str] = set()
        self.same = 0
        self.beyond = 0

    @property
    def findings(self) -> list[Finding]:
        return self.found.findings

    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind, in the order of the kinds."""
        from validator.diff.changes import KINDS

        found = dict.fromkeys(map(str, KINDS), 0)
        for event in self.events:
            found[event.kind] += 1
        return {kind: count for kind, count in found.items() if count}

    def to_dict(self) -> dict[str, Any]:
        return {
            "old": {"path": self.old, "updated": self.old_updated},
            "new": {"path": self.new, "updated": self.new_updated},
            "unchanged": self.same,
            "not_comparable": self.beyond,
            "counts": self.counts(),
            "changes": [event.to_dict() for event in self.events],
            "findings": [finding.to_dict() for finding in self.findings],
            "not_run": [entry.to_dict() for entry in self.found.not_run],
            "gained": [finding.to_dict() for finding in self.gained],
            "repaired": [finding.to_dict() for finding in self.repaired],
            "standing": len(self.standing),
            "not_compared": [entry.to_dict() for entry in self.not_compared],
        }


class History:
    """The steps between the dumps of `inputs`, in their order; `blame` where it is of one record.

    An input that could not be used stands among the inputs, and in no step.
    """

    __slots__ = ("blame", "inputs", "steps")

    def __init__(self, inputs: Sequence[Input], steps: Sequence[Step]) -> None:
        self.inputs = inputs
        self.steps = steps
        self.blame: list[Blame] | None = None

    def report(self, rules: Mapping[str, Rule] | None = None) -> Report:
        """The findings of family HX and those gained, as a report: each in its dump."""
        entries: list[Input] = []
        steps = {step.new: step for step in self.steps}
        for entry in self.inputs:
            copy = Input(entry.path)
            for name in ("form", "updated", "records", "contacts", "whole", "error", "data"):
                setattr(copy, name, getattr(entry, name))
            copy.faults += entry.faults
            step = steps.get(entry.path)
            if step is not None:
                copy.not_run = [*step.found.not_run, *step.not_compared]
                copy.findings = sorted(
                    [*step.findings, *step.gained],
                    key=lambda finding: (finding.location.offset, finding.code),
                )
                copy.faults += step.found.faults
                copy.cut = step.found.cut
            entries.append(copy)
        return Report(entries, rules)

    def still_new(self) -> list[Finding]:
        """The findings gained in some step that no later step repaired."""
        found: list[Finding] = []
        repaired: set[str] = set()
        for step in reversed(self.steps):
            found += [f for f in step.gained if f.fingerprint not in repaired]
            repaired.update(finding.fingerprint for finding in step.repaired)
            repaired.difference_update(finding.fingerprint for finding in step.gained)
        return found

    def summary(self) -> dict[str, Any]:
        """Count changes by kind, and findings of each sort by severity."""
        changes: dict[str, int] = {}
        for step in self.steps:
            for kind, count in step.counts().items():
                changes[kind] = changes.get(kind, 0) + count
        told: dict[str, Any] = {"changes": changes}
        for name in ("findings", "gained", "repaired", "standing"):
            counts = dict.fromkeys(SEVERITIES, 0)
            for step in self.steps[-1:] if name == "standing" else self.steps:
                for finding in getattr(step, name):
                    counts[finding.severity] += 1
            told[name] = counts
        return told

    def to_dict(self) -> dict[str, Any]:
        """Return the history as `schemas/changes.schema.json` describes it."""
        report = self.report()
        told = {
            **report.head(),
            "steps": [step.to_dict() for step in self.steps],
            "faults": [fault.to_dict() for fault in report.faults],
            "summary": self.summary(),
        }
        if self.blame is not None:
            told["blame"] = [blame.to_dict() for blame in self.blame]
        return told


def step_between(
    old: Version, new: Version, selection: Selection, given: RunContext, *, whole: bool = False
) -> Step:
    """Return the step from one version to the next; `selection` is of the rules of family HX.

    With `whole` its events have all that their records say, changed or not.
    """
    changes = changes_between(old.registry, new.registry)
    found = examine(new.registry, selection, given, changes)
    step = Step(old, new, found)
    step.events = _events(changes, whole=whole)
    step.same = len(changes.same)
    step.beyond = sum(isinstance(entry, Record) for held in changes.beyond for entry in held)
    findings = [
        _within(held.entry.findings, beyond)
        for held, beyond in zip((old, new), changes.beyond, strict=True)
    ]
    _compare_findings(step, findings[0], findings[1], old, new)
    return step


# -- changes ----------------------------------------------------------------------------------


def _events(changes: Changes, *, whole: bool) -> list[Event]:
    """The changes with the places of what they speak of; each dump is gone through once.

    With `whole` all sides have what they say, else those that are in one dump alone.
    """
    places: list[dict[int, Location]] = []
    at: list[dict[int, int]] = [{}, {}]
    for number, registry in enumerate((changes.old, changes.new)):
        dump = registry.dump
        for change in changes.every:
            for entry in change.news if number else change.olds:
                at[number][id(entry)] = dump.locate(entry, None, None)
        places.append(locations(dump, set(at[number].values())))

    def sides(change: Change, number: int) -> list[Side]:
        entries = change.news if number else change.olds
        # What changed of a record that is still there stands in the fields.
        says = _whole if whole or not change.fields else _nothing
        return [
            Side(entry.subject, places[number][at[number][id(entry)]], says(entry))
            for entry in entries
        ]

    return [
        Event(change.kind, sides(change, 0), sides(change, 1), change.fields)
        for change in changes.every
    ]


def _nothing(_entry: Entry) -> dict[str, str]:
    return {}


def _whole(entry: Entry) -> dict[str, str]:
    """What an entry says, field by field, without the fields in which it says nothing."""
    if isinstance(entry, Record):
        told = {
            field: told_of(entry, field)
            for field in RECORD_FIELDS
            if getattr(entry, field) or field == "assignee"
        }
    elif isinstance(entry, Contact):
        told = {
            field: normal_space(
                " ".join(entry.contact_uri)
                if field == "contact_uri"
                else getattr(entry, field) or ""
            )
            for field in CONTACT_FIELDS
        }
    else:
        assert isinstance(entry, Footnote)
        told = {"text": normal_space(entry.text)}
    return {field: text for field, text in told.items() if text}


def words_apart(old: str, new: str) -> list[tuple[str, str]]:
    """How one text becomes another, word by word: pieces that are kept, removed or added.

    What both begin and end with is kept; very many words between are told as a whole.
    """
    before, now = old.split(), new.split()
    start = _alike(before, now)
    end = _alike(before[start:][::-1], now[start:][::-1])
    middle = before[start : len(before) - end], now[start : len(now) - end]
    pieces: list[tuple[str, Sequence[str]]] = [("keep", before[:start])]
    if all(middle) and len(middle[0]) + len(middle[1]) <= _LONGEST_DIFFERENCE:
        from difflib import SequenceMatcher

        matcher = SequenceMatcher(None, *middle, autojunk=False)
        for tag, low, high, first, last in matcher.get_opcodes():
            if tag == "equal":
                pieces.append(("keep", middle[0][low:high]))
            else:
                pieces += [("remove", middle[0][low:high]), ("add", middle[1][first:last])]
    else:
        pieces += [("remove", middle[0]), ("add", middle[1])]
    pieces.append(("keep", before[len(before) - end :]))
    return [(op, " ".join(words)) for op, words in pieces if words]


def _alike(before: Sequence[str], now: Sequence[str]) -> int:
    """How many words both begin with."""
    count = 0
    for mine, theirs in zip(before, now, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _field_to_dict(field: FieldChange) -> dict[str, Any]:
    return {
        "field": field.field,
        "old": field.old,
        "new": field.new,
        "habit": field.habit,
        "words": [{"op": op, "text": text} for op, text in words_apart(field.old, field.new)],
    }


# -- findings ---------------------------------------------------------------------------------


def _within(findings: list[Finding], beyond: Sequence[Entry]) -> list[Finding]:
    """The findings that are not about what the other dump does not show."""
    if not beyond:
        return findings
    outside = {_identity(entry.subject) for entry in beyond}
    return [finding for finding in findings if _identity(finding.subject) not in outside]


def _compare_findings(
    step: Step, olds: Sequence[Finding], news: Sequence[Finding], old: Version, new: Version
) -> None:
    """Sort the findings of both dumps into gained, repaired and standing, by their fingerprints.

    Only rules that were `checked` in both count.  A finding on a record that only has another name,
    number or id now has stayed.
    """
    unasked = [{entry.code: entry.reason for entry in held.entry.not_run} for held in (old, new)]
    for told, held in zip(unasked, (old, new), strict=True):
        told.update({cut.code: f"only {cut}" for cut in held.entry.cut})
    reasons = {**unasked[1], **unasked[0]}
    step.not_compared = [NotRun(code, reason) for code, reason in sorted(reasons.items())]
    step.one_sided = unasked[0].keys() ^ unasked[1].keys()
    compared = (old.checked & new.checked) - reasons.keys()
    before = {finding.fingerprint: finding for finding in olds if finding.code in compared}
    now = {finding.fingerprint: finding for finding in news if finding.code in compared}
    gained = [finding for print_, finding in now.items() if print_ not in before]
    repaired = [finding for print_, finding in before.items() if print_ not in now]
    if gained and repaired:
        gained, repaired = _without_carried(step.events, gained, repaired)
    new_ones = set(map(id, gained))
    step.gained = gained
    step.repaired = repaired
    step.standing = [finding for finding in now.values() if id(finding) not in new_ones]


def _without_carried(
    events: Iterable[Event], gained: list[Finding], repaired: list[Finding]
) -> tuple[list[Finding], list[Finding]]:
    became: dict[tuple[str | None, ...], list[tuple[str | None, ...]]] = {}
    for event in events:
        if len(event.olds) > 1 and len(event.news) > 1:
            continue  # nobody can say which became which
        for side in event.olds:
            became.setdefault(_identity(side.subject), []).extend(
                _identity(other.subject) for other in event.news
            )
    waiting: dict[tuple[object, ...], list[Finding]] = {}
    for finding in reversed(gained):
        key = finding.code, finding.field, _identity(finding.subject)
        waiting.setdefault(key, []).append(finding)
    carried: set[int] = set()
    left: list[Finding] = []
    for finding in repaired:
        for successor in became.get(_identity(finding.subject), ()):
            same = waiting.get((finding.code, finding.field, successor))
            if same:
                carried.add(id(same.pop()))
                break
        else:
            left.append(finding)
    return [finding for finding in gained if id(finding) not in carried], left


def _identity(subject: Subject) -> tuple[str | None, ...]:
    return tuple(None if part is None else fold(part) for part in subject.values())
