"""A history, dump by dump: what changed, which changes break rules, which findings came and went.

A step keeps what reports need and lets go of the dumps: a long history needs no more memory than
two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from validator.diff.changes import Entry, Kind, counts_by_kind
from validator.diff.events import Event, Subject, events_of
from validator.diff.matching import changes_between
from validator.diff.wording import lines_by_kind
from validator.engine.examine import examine
from validator.engine.finding import Finding, NotRun
from validator.engine.report import Input, ReportedChange
from validator.engine.rule import SEVERITIES, RunContext
from validator.engine.selection import Selection
from validator.model.record import Dump, Record
from validator.model.registry import Registry, drop_indexes
from validator.model.vocabulary import fold, normal_space
from validator.reporters.excerpt import keep_excerpt

Identity = tuple[str | None, ...]


class Version:
    """One dump of a history: its registry, and what `check` reported of it.

    `checked` are the codes of the rules that `check` ran.
    """

    __slots__ = ("checked", "entry", "registry")

    def __init__(self, registry: Registry, entry: Input, checked: Iterable[str]) -> None:
        self.registry = registry
        self.entry = entry
        self.checked = frozenset(checked)

    @property
    def updated(self) -> str | None:
        return normal_space(self.entry.updated or "") or None


class Step:
    """From one dump to the next.

    `findings` are those of family HX, in the new dump; `gained` the findings of `check` that only
    the new dump has, `fixed` those that only the old one has; `standing` counts those that both
    have, by severity.
    There are none where no rule of `check` ran on both: `compares_findings` is false.
    `not_compared` are the rules that did not run on one of the two, `one_sided` the codes of those
    that ran on the other, or whose findings are not all listed.  `unchanged` is how many records
    did not change, `not_comparable` how many the other dump could not show.
    """

    __slots__ = (
        "compares_findings", "entry", "events", "fixed", "gained", "new", "new_updated",
        "not_comparable", "not_compared", "old", "old_updated", "one_sided", "standing",
        "unchanged",
    )  # fmt: skip

    def __init__(self, old: Version, new: Version, entry: Input) -> None:
        self.old = old.entry.path
        self.new = new.entry.path
        self.old_updated = old.updated
        self.new_updated = new.updated
        self.entry = entry
        self.events: list[Event] = []
        self.compares_findings = False
        self.gained: list[Finding] = []
        self.fixed: list[Finding] = []
        self.standing: dict[str, int] = {}
        self.not_compared: list[NotRun] = []
        self.one_sided: set[str] = set()
        self.unchanged = 0
        self.not_comparable = 0

    @property
    def findings(self) -> list[Finding]:
        return self.entry.findings

    def counts(self) -> dict[Kind, int]:
        """The number of changes of each kind that occurs."""
        return counts_by_kind(event.kind for event in self.events)

    @property
    def title(self) -> str:
        """Paths and dates of the two dumps."""
        dumps = ((self.old, self.old_updated), (self.new, self.new_updated))
        return " -> ".join(f"{path} ({date})" if date else path for path, date in dumps)

    def changes(self) -> Iterator[ReportedChange]:
        """Yield the changes in words, by their kinds."""
        for lines in lines_by_kind(self.events).values():
            for line in lines:
                yield ReportedChange(
                    line.kind,
                    line.title,
                    line.detail,
                    [side.location for event in line.events for side in event.olds],
                    [side.location for event in line.events for side in event.news],
                )

    def parts(self, lists: Callable[[Finding], bool]) -> dict[str, Any]:
        """Return the step as the schema describes it; the lists that may be long are generators.

        They have the findings that `lists` accepts.
        """

        def listed(findings: Iterable[Finding]) -> Iterator[dict[str, Any]]:
            return (finding.to_dict() for finding in findings if lists(finding))

        return {
            "old": {"path": self.old, "updated": self.old_updated},
            "new": {"path": self.new, "updated": self.new_updated},
            "unchanged": self.unchanged,
            "not_comparable": self.not_comparable,
            "counts": self.counts(),
            "changes": (event.to_dict() for event in self.events),
            "findings": listed(self.findings),
            "not_run": [entry.to_dict() for entry in self.entry.not_run],
            "gained": listed(self.gained),
            "repaired": listed(self.fixed),
            "standing": sum(self.standing.values()),
            "not_compared": [entry.to_dict() for entry in self.not_compared],
        }


def counts_by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    counts: dict[str, int] = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts


def step_between(
    old: Version, new: Version, selection: Selection, context: RunContext, *, whole: bool = False
) -> Step:
    """Return the step from one version to the next; `selection` is of the rules of family HX.

    The old one has no registry afterward: two large ones and the findings of both are too much.
    With `whole` its events have the texts of all fields, changed or not.
    """
    changes = changes_between(old.registry, new.registry)
    entry = examine(new.registry, selection, context, changes)
    for version in (old, new):
        drop_indexes(version.registry)
    step = Step(old, new, entry)
    step.unchanged = len(changes.unchanged)
    step.not_comparable = sum(
        isinstance(entry, Record) for entries in changes.not_comparable for entry in entries
    )
    # The dumps are let go of, the old one before the findings are unpacked; what reports show of
    # them stays.  Nothing but a change has its old records, and it goes when it becomes an event.
    not_comparable, old_data = changes.not_comparable, old.registry.dump.data
    changes.unchanged.clear()
    changes.old = Registry(_without_records(old.registry.dump))
    del old.registry
    step.events = events_of(changes, whole=whole)
    del changes
    _compare_findings(step, old, new, not_comparable)
    for finding in (*step.findings, *step.gained):
        keep_excerpt(finding.location, new.registry.dump.data)
    for finding in step.fixed:
        keep_excerpt(finding.location, old_data)
    entry.data = b""
    return step


def _without_records(dump: Dump) -> Dump:
    """A dump with the bytes and places of `dump` alone."""
    bare = Dump(dump.path, dump.form, dump.data, dump.carries)
    bare.parts, bare.locate = dump.parts, dump.locate
    return bare


# -- findings ---------------------------------------------------------------------------------


def _compare_findings(
    step: Step, old: Version, new: Version, not_comparable: Sequence[Sequence[Entry]]
) -> None:
    """Sort the findings of both dumps into gained, fixed and standing, by their fingerprints.

    Only rules that were `checked` in both count.  A finding about a record that only has another
    name, number or id now is the same finding.
    """
    old_reasons, new_reasons = (_incomplete_rules(version.entry) for version in (old, new))
    reasons = {**new_reasons, **old_reasons}
    step.not_compared = [NotRun(code, reason) for code, reason in sorted(reasons.items())]
    cut = {cut.code for version in (old, new) for cut in version.entry.cut}
    step.one_sided = (old_reasons.keys() ^ new_reasons.keys()) | cut
    codes = (old.checked & new.checked) - reasons.keys()
    step.compares_findings = bool(codes)
    compared_old = partial(_by_fingerprint, old.entry, not_comparable[0], codes)
    # Findings that are packed are unpacked for one dump at a time.
    before = set(compared_old())
    now = _by_fingerprint(new.entry, not_comparable[1], codes)
    fingerprints, totals = set(now), counts_by_severity(now.values())
    step.gained = [finding for key, finding in now.items() if key not in before]
    del now
    step.fixed = [finding for key, finding in compared_old().items() if key not in fingerprints]
    if step.gained and step.fixed:
        _remove_continued(step)
    gained = counts_by_severity(step.gained)
    step.standing = {severity: total - gained[severity] for severity, total in totals.items()}


def _by_fingerprint(
    entry: Input, not_comparable: Sequence[Entry], codes: Container[str]
) -> dict[str, Finding]:
    """The findings of rules with one of `codes` that the other dump could have, too."""
    findings = _comparable(entry.findings, not_comparable)
    return {finding.fingerprint: finding for finding in findings if finding.code in codes}


def _incomplete_rules(entry: Input) -> dict[str, str]:
    """The rules that did not run on an input or whose findings were cut, with the reason."""
    reasons = {skipped.code: skipped.reason for skipped in entry.not_run}
    reasons.update({cut.code: f"only {cut}" for cut in entry.cut})
    return reasons


def _comparable(findings: list[Finding], not_comparable: Sequence[Entry]) -> list[Finding]:
    """The findings without those about entries that the other dump could not show."""
    if not not_comparable:
        return findings
    identities = {_identity(entry.subject) for entry in not_comparable}
    return [finding for finding in findings if _identity(finding.subject) not in identities]


def _remove_continued(step: Step) -> None:
    """Take findings out of gained and fixed that are one, about a record with another identity."""
    successors = _successors(step.events, {_identity(finding.subject) for finding in step.fixed})
    gained: dict[tuple[object, ...], list[Finding]] = {}
    for finding in reversed(step.gained):
        key = finding.code, finding.field, _identity(finding.subject)
        gained.setdefault(key, []).append(finding)
    continued: set[int] = set()
    fixed: list[Finding] = []
    for finding in step.fixed:
        for successor in successors.get(_identity(finding.subject), ()):
            same = gained.get((finding.code, finding.field, successor))
            if same:
                continued.add(id(same.pop()))
                break
        else:
            fixed.append(finding)
    step.gained = [finding for finding in step.gained if id(finding) not in continued]
    step.fixed = fixed


def _successors(
    events: Iterable[Event], identities: Container[Identity]
) -> Mapping[Identity, Sequence[Identity]]:
    """What records with one of `identities` have become."""
    successors: dict[Identity, list[Identity]] = {}
    for event in events:
        if len(event.olds) > 1 and len(event.news) > 1:
            continue  # nobody can say which became which
        for side in event.olds:
            identity = _identity(side.subject)
            if identity in identities:
                news = [_identity(other.subject) for other in event.news]
                successors.setdefault(identity, []).extend(news)
    return successors


def _identity(subject: Subject) -> Identity:
    return tuple(None if part is None else fold(part) for part in subject.values())
