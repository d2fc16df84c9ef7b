"""Waivers and baselines: findings that somebody has accepted.

Both only mark findings: none is dropped.  Waivers and entries that match nothing any more are
findings themselves, of the rules in `validator.rules.run`.
"""

from __future__ import annotations

from validator.engine.finding import Finding, Location
from validator.engine.report import Input, Report
from validator.engine.rule import RunContext
from validator.model.vocabulary import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from validator.engine.rule import Rule, Severity, Violation
    from validator.engine.selection import Selection


# The rule on entries that match no finding.
STALE = "BL001"
_NOT_ACCEPTED = (
    "; no waiver or baseline can accept this, because what was not read was not compared"
)


class Waiver:
    """An accepted kind of finding: the rules and perhaps the subject, a reason, perhaps a last day.

    `codes` are those of the rules that `rule` names.  A finding must match each of `service`,
    `port`, `transport`, `contact` and `field` that is not `None`.  `until` is YYYY-MM-DD; `line`
    is its line in the configuration.
    """

    __slots__ = (
        "codes", "contact", "field", "line", "port", "reason", "rule", "service", "transport",
        "until",
    )  # fmt: skip

    def __init__(
        self,
        rule: str,
        reason: str,
        *,
        codes: Iterable[str] = (),
        service: str | None = None,
        port: str | None = None,
        transport: str | None = None,
        contact: str | None = None,
        field: str | None = None,
        until: str | None = None,
        line: int = 1,
    ) -> None:
        self.rule = rule
        self.reason = reason
        self.codes = frozenset(codes)
        self.service = service
        self.port = port
        self.transport = transport
        self.contact = contact
        self.field = field
        self.until = until
        self.line = line

    @property
    def subject(self) -> dict[str, str | None]:
        """A waiver is about no record."""
        return {}

    def is_over(self, today: str) -> bool:
        """Say whether its last day is before `today` (YYYY-MM-DD)."""
        return self.until is not None and self.until < today

    @property
    def conditions(self) -> dict[str, str]:
        """What a finding must match besides the rule, by the keys of `_parts`."""
        parts = {
            "service_name": None if self.service is None else fold(self.service),
            "port": self.port,
            "transport_protocol": self.transport,
            "contact": self.contact,
            "field": self.field,
        }
        return {name: value for name, value in parts.items() if value is not None}


def _parts(subject: Mapping[str, str | None], field: str | None) -> dict[str, str | None]:
    """What a waiver can name of a finding; service names are compared without case."""
    return {**subject, "service_name": fold(subject.get("service_name") or ""), "field": field}


class EqualWaivers:
    """Waivers that match the same findings.

    `current` is the last one that is not over, `number` its number among all.
    """

    __slots__ = ("current", "is_used", "number", "waivers")

    def __init__(self) -> None:
        self.waivers: list[Waiver] = []
        self.is_used = False
        self.current: Waiver | None = None
        self.number = -1


class WaiverIndex:
    """The waivers that match a finding, without a look at each of them.

    `today` is YYYY-MM-DD.  The codes of the waivers must be set.
    """

    def __init__(self, waivers: Iterable[Waiver], today: str) -> None:
        # By the codes of the waivers, then by what they name of a finding, then by its values.
        self._by_codes: dict[
            frozenset[str], dict[tuple[str, ...], dict[tuple[str | None, ...], EqualWaivers]]
        ] = {}
        for number, waiver in enumerate(waivers):
            conditions = waiver.conditions
            by_values = self._by_codes.setdefault(waiver.codes, {}).setdefault(
                tuple(conditions), {}
            )
            group = by_values.setdefault(tuple(conditions.values()), EqualWaivers())
            group.waivers.append(waiver)
            if not waiver.is_over(today):
                group.current, group.number = waiver, number

    def accepting(
        self, code: str, subject: Mapping[str, str | None], field: str | None
    ) -> Waiver | None:
        """Return the last waiver that accepts a finding of the rule `code` about `subject`."""
        last: EqualWaivers | None = None
        parts = _parts(subject, field) if self._by_codes else {}
        for codes, by_names in self._by_codes.items():
            for names, by_values in by_names.items() if code in codes else ():
                group = by_values.get(tuple(map(parts.get, names)))
                if group is not None:
                    group.is_used = True
                    if group.current and (last is None or group.number > last.number):
                        last = group
        return None if last is None else last.current

    def accepts(self, rule: Rule, violation: Violation) -> bool:
        """Say whether a waiver accepts a violation of `rule`."""
        return self.accepting(rule.code, violation.subject.subject, violation.field) is not None

    def used(self) -> set[Waiver]:
        """Return the waivers that matched a finding, whether they are over or not."""
        return {
            waiver
            for by_names in self._by_codes.values()
            for by_values in by_names.values()
            for group in by_values.values()
            if group.is_used
            for waiver in group.waivers
        }


class BaselineEntry:
    """An entry of a baseline: an accepted finding, by its fingerprint and the code of its rule."""

    __slots__ = ("code", "fingerprint", "line", "reason")

    def __init__(self, fingerprint: str, code: str, reason: str = "", line: int = 1) -> None:
        self.fingerprint = fingerprint
        self.code = code
        self.reason = reason
        self.line = line

    @property
    def subject(self) -> dict[str, str | None]:
        """An entry is about a finding, and about no record."""
        return {}


class Run:
    """A report with the waivers and the baseline that apply to it: what WV and BL rules look at.

    `waivers` are those of the file `configuration`, `entries` those of the file `baseline`.
    `today` is YYYY-MM-DD.  `report.rules` has the rules that were run.
    """

    def __init__(
        self,
        report: Report,
        today: str,
        waivers: Sequence[Waiver] = (),
        configuration: str = "",
        entries: Sequence[BaselineEntry] = (),
        baseline: str = "",
    ) -> None:
        self.report = report
        self.today = today
        self.waivers = waivers
        self.configuration = configuration
        self.entries = entries
        self.baseline = baseline
        self._index = WaiverIndex(waivers, today)
        self._by_fingerprint = {entry.fingerprint: entry for entry in entries}
        self._marked: set[Input] = set()
        self._matched: set[str] = set()

    def mark(self, *inputs: Input) -> None:
        """Mark the findings that a waiver suppresses, then the open ones in the baseline.

        Those of `inputs`, or of all inputs of the report; each input is marked once.  What was not
        read of a registry that others are compared with stays open, and says so.
        """
        index = self._index
        for checked in inputs or self.report.inputs:
            if checked in self._marked:
                continue
            self._marked.add(checked)
            for finding in checked.findings:
                self._mark(
                    finding,
                    index.accepting(finding.code, finding.subject, finding.field),
                    self._by_fingerprint.get(finding.fingerprint),
                )
            for cut in checked.cut:
                # What a waiver says of all findings of a rule holds for those not listed.
                if index.accepting(cut.code, {}, None) is not None:
                    cut.unlisted.clear()

    def _mark(self, finding: Finding, waiver: Waiver | None, entry: BaselineEntry | None) -> None:
        """Mark a finding that a waiver accepts, or an entry of the baseline."""
        if entry is not None:
            self._matched.add(entry.fingerprint)
        if finding.is_gap:
            finding.message += _NOT_ACCEPTED if waiver or entry else ""
        elif waiver is not None:
            finding.status = "suppressed"
            finding.reason = waiver.reason
        elif entry is not None and finding.status == "open":
            finding.status = "baselined"
            finding.reason = entry.reason

    def expired_waivers(self) -> list[Waiver]:
        """Return the waivers whose last day is before today."""
        return [waiver for waiver in self.waivers if waiver.is_over(self.today)]

    def unused_waivers(self) -> list[Waiver]:
        """Return the waivers that `mark` matched with nothing, as far as that is certain.

        It is certain where at least one of their rules was run and all findings of those are known.
        """
        complete = self._complete_rules()
        used = self._index.used()
        ran = self.report.rules.keys() if complete else set()
        return [
            waiver
            for waiver in self.waivers
            if waiver not in used
            and not waiver.is_over(self.today)
            and waiver.codes & ran
            and waiver.codes & ran <= complete
        ]

    def stale_entries(self) -> list[BaselineEntry]:
        """Return the entries that `mark` matched with nothing, though their rule was run."""
        complete = self._complete_rules()
        return [
            entry
            for entry in self.entries
            if entry.fingerprint not in self._matched and entry.code in complete
        ]

    def _complete_rules(self) -> set[str]:
        """The rules of which the report has every finding."""
        report = self.report
        if report.faults or any(entry.error is not None for entry in report.inputs):
            return set()
        return report.rules.keys() - {cut.code for entry in report.inputs for cut in entry.cut}

    def findings(self, selection: Selection) -> list[Finding]:
        """Return what the rules of `selection` find in the waivers and the baseline."""
        context = RunContext(self.today, "")
        return [
            self._finding(rule, violation, selection.severity[rule.code])
            for rule in selection.running
            for violation in rule.find(self, context)
        ]

    def _finding(self, rule: Rule, violation: Violation, severity: Severity) -> Finding:
        subject = violation.subject
        if isinstance(subject, Waiver):
            path, line, identity = self.configuration, subject.line, subject.rule
        else:
            assert isinstance(subject, BaselineEntry)
            path, line, identity = self.baseline, subject.line, subject.fingerprint
        return Finding(
            rule.code, rule.name, severity, False, violation.message, rule.cites, None, None, {},
            Location(path, line, 1, 0), (), f"{rule.code}/{identity}",
        )  # fmt: skip

    def add_findings(self, selection: Selection) -> None:
        """Add these findings to the report, with the configuration and the baseline as inputs."""
        by_path: dict[str, Input] = {}
        for finding in self.findings(selection):
            path = finding.location.path
            by_path.setdefault(path, Input(path)).findings.append(finding)
        for entry in by_path.values():
            entry.findings.sort(key=lambda finding: (finding.location.line, finding.code))
        self.report.inputs.extend(by_path.values())


def baseline_text(findings: Iterable[Finding], entries: Iterable[BaselineEntry] = ()) -> str:
    """Return a baseline of `findings` as JSON, an entry on a line, sorted by fingerprint.

    Reasons come from the `entries` of an earlier baseline.
    """
    import json

    reasons = {entry.fingerprint: entry.reason for entry in entries}
    by_fingerprint = {finding.fingerprint: finding for finding in findings}
    lines = [
        json.dumps(
            {
                "fingerprint": fingerprint,
                "code": finding.code,
                "message": finding.message,
                "reason": reasons.get(fingerprint, ""),
            }
        )
        for fingerprint, finding in sorted(by_fingerprint.items())
    ]
    array = "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
    head = '"$schema": "urn:ianalint:schema:baseline:1", "format_version": 1'
    return f'{{{head}, "findings": {array}}}\n'
