"""What is set aside: findings that a baseline knows or a waiver excuses.

Both only mark findings; nothing is dropped.  What of them serves no more is a finding of its own,
with its place in the baseline or the configuration.
"""

from __future__ import annotations

from validator.engine.report import Finding, Input, Location
from validator.engine.rule import NOTE, WARNING, Rule
from validator.model.vocabulary import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validator.engine.report import Report
    from validator.engine.rule import RunContext, Severity, Violation
    from validator.engine.selection import Selection
    from validator.model.registry import Registry


def _rule(code: str, severity: Severity, function: object) -> Rule:
    name = getattr(function, "__name__", "").replace("_", "-")
    return Rule(
        code, name, severity, "Configuration of the run", function,  # type: ignore[arg-type]
        since_rfc6335=False, needs=(), is_default=True,
    )  # fmt: skip


def expired_waiver(_registry: Registry, _given: RunContext) -> Iterable[Violation]:
    """A waiver of the configuration has ended: its last day, `until`, is over.

    What it excused is reported again.

    Why it matters: whoever set the day wanted to be asked again.
    """
    return ()


def unused_waiver(_registry: Registry, _given: RunContext) -> Iterable[Violation]:
    """A waiver of the configuration excuses nothing that was found.

    It is told only where the rules it names were run, and every input could be used.

    Why it matters: it would excuse, unseen, the next fault of the same kind.
    """
    return ()


def stale_baseline_entry(_registry: Registry, _given: RunContext) -> Iterable[Violation]:
    """An entry of the baseline matches nothing that was found: the fault has been mended.

    It is told only where the rule was run, and every input could be used; `--fail-on-stale` makes
    the run fail. `--write-baseline` leaves such entries out.

    Why it matters: the entry would hide the fault when it comes back.
    """
    return ()


RUN_RULES: dict[str, Rule] = {
    "WV001": _rule("WV001", WARNING, expired_waiver),
    "WV002": _rule("WV002", WARNING, unused_waiver),
    "BL001": _rule("BL001", NOTE, stale_baseline_entry),
}


class Waiver:
    """An excuse for findings of some rules on one subject, with a reason and perhaps a last day.

    `codes` are those of the rules it names.  What of `service`, `port`, `transport`, `contact` and
    `field` is `None` matches every finding.  `until` is YYYY-MM-DD; `line` where it stands.
    """

    __slots__ = (
        "codes", "contact", "field", "line", "port", "reason", "rule", "service", "transport",
        "until", "used",
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
        self.used = False

    def matches(self, finding: Finding) -> bool:
        """Say whether it speaks of this finding; service names are compared without case."""
        subject = finding.subject
        if self.service is not None and fold(subject.get("service_name") or "") != fold(
            self.service
        ):
            return False
        for wanted, key in (
            (self.port, "port"),
            (self.transport, "transport_protocol"),
            (self.contact, "contact"),
        ):
            if wanted is not None and subject.get(key) != wanted:
                return False
        return self.field is None or finding.field == self.field


class BaselineEntry:
    """An entry of a baseline: `fingerprint` of a finding of rule `code`, found on a `line`."""

    __slots__ = ("code", "fingerprint", "line", "reason")

    def __init__(self, fingerprint: str, code: str, reason: str = "", line: int = 1) -> None:
        self.fingerprint = fingerprint
        self.code = code
        self.reason = reason
        self.line = line


def excuse(report: Report, waivers: Sequence[Waiver], today: str, path: str) -> list[Finding]:
    """Suppress the findings that `waivers`, of the configuration at `path`, excuse.

    Returns findings for the waivers that have ended (before `today`, YYYY-MM-DD) and for those
    that excuse nothing.
    """
    by_code: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        for code in waiver.codes:
            by_code.setdefault(code, []).append(waiver)
    for finding in report.findings:
        for waiver in by_code.get(finding.code, ()):
            if waiver.matches(finding):
                waiver.used = True
                if waiver.until is None or waiver.until >= today:
                    finding.status = "suppressed"
                    finding.reason = waiver.reason
    complete = _is_complete(report)
    whole = report.rules.keys() - _cut(report)
    told: list[Finding] = []
    for waiver in waivers:
        if waiver.until is not None and waiver.until < today:
            message = f"this waiver of {waiver.rule} ended on {waiver.until}: {waiver.reason}"
            told.append(_finding("WV001", message, path, waiver.line, waiver.rule))
        elif (
            not waiver.used
            and complete
            and waiver.codes & whole == waiver.codes & report.rules.keys() != set()
        ):
            message = f"this waiver of {waiver.rule} excuses nothing: {waiver.reason}"
            told.append(_finding("WV002", message, path, waiver.line, waiver.rule))
    return told


def recognise(report: Report, known: Sequence[BaselineEntry], path: str) -> list[Finding]:
    """Mark the open findings that the baseline at `path` knows as baselined.

    Returns a finding for each entry that matches nothing any more.
    """
    by_fingerprint = {entry.fingerprint: entry for entry in known}
    met: set[str] = set()
    for finding in report.findings:
        entry = by_fingerprint.get(finding.fingerprint)
        if entry is None:
            continue
        met.add(finding.fingerprint)
        if finding.status == "open":
            finding.status = "baselined"
            finding.reason = entry.reason
    if not _is_complete(report):
        return []
    whole = report.rules.keys() - _cut(report)
    return [
        _finding(
            "BL001",
            f"nothing is found any more that this entry for {entry.code} knows:"
            f" {entry.fingerprint}",
            path,
            entry.line,
            entry.fingerprint,
        )
        for entry in known
        if entry.fingerprint not in met and entry.code in whole
    ]


def add(report: Report, told: Sequence[Finding], path: str) -> None:
    """Add findings on a baseline or configuration as an input of their own, by its lines."""
    if told:
        entry = Input(path)
        entry.findings = sorted(told, key=lambda finding: (finding.location.line, finding.code))
        report.inputs.append(entry)


def written(findings: Iterable[Finding], known: Iterable[BaselineEntry] = ()) -> str:
    """Return a baseline of `findings` as JSON, an entry on a line, sorted by fingerprint.

    Reasons are taken from the entries `known` before.
    """
    import json

    reasons = {entry.fingerprint: entry.reason for entry in known}
    entries = {finding.fingerprint: finding for finding in findings}
    lines = [
        json.dumps(
            {
                "fingerprint": fingerprint,
                "code": entries[fingerprint].code,
                "message": entries[fingerprint].message,
                "reason": reasons.get(fingerprint, ""),
            }
        )
        for fingerprint in sorted(entries)
    ]
    held = "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
    head = '"$schema": "urn:ianalint:schema:baseline:1", "format_version": 1'
    return f'{{{head}, "findings": {held}}}\n'


def _cut(report: Report) -> set[str]:
    """The rules of which not all that was found is known."""
    return {cut.code for entry in report.inputs for cut in entry.cut}


def _is_complete(report: Report) -> bool:
    return not report.faults and all(entry.error is None for entry in report.inputs)


def _finding(code: str, message: str, path: str, line: int, about: str) -> Finding:
    rule = RUN_RULES[code]
    return Finding(
        code, rule.name, rule.severity, False, message, rule.cites, None, None, {},
        Location(path, line, 1, 0), (), f"{code}/{about}",
    )  # fmt: skip


def selected(told: Iterable[Finding], selection: Selection) -> list[Finding]:
    """Return those of `told` whose rules are selected, with the severities of the run."""
    running = {rule.code for rule in selection.running}
    found = [finding for finding in told if finding.code in running]
    for finding in found:
        finding.severity = selection.severity[finding.code]
    return found
