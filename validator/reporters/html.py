"""One HTML page that loads nothing: the inputs, changes, a map of the ports, and the findings.

All text of the inputs is escaped and stands in the page itself, so that it can be read, searched
and printed without scripts.  The script filters what is there and draws the map; a policy allows
no other script.
"""

from __future__ import annotations

import os
from functools import cache
from itertools import chain

from validator.engine.report import Input
from validator.engine.rule import SEVERITIES
from validator.model.portmap import STATES, PortMap
from validator.model.vocabulary import form_name
from validator.reporters import wording
from validator.reporters.escape import subject_name, visible
from validator.reporters.excerpt import excerpt, excerpt_lines
from validator.reporters.json import encoded
from validator.reporters.links import clause_uri, help_uri, reference_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from jinja2 import Template

    from validator.engine.finding import Finding, Location
    from validator.engine.report import Report, ReportedStep
    from validator.reporters import Style

_TITLES = {
    "check": "Registry check",
    "request": "Assignment requests",
    "audit": "Files made from the registry",
    "compare": "Comparison of two dumps",
    "diff": "Changes between dumps",
}
_VERDICTS = {
    0: "Passed",
    1: "Failed",
    2: "Not everything could be checked",
    3: "Internal error: this report is incomplete",
}
# The status is 0, and a warning says what is missing.
_PASSED_IN_PART = "Passed, but not everything was read and compared"
_RANGES = (
    ("System Ports", 0, 1023),
    ("User Ports", 1024, 49151),
    ("Dynamic Ports", 49152, 65535),
)
_EXCERPT_WIDTH = 150
# Of so many findings all are open when the page is.
_FEW = 20
_MOST_PLACES = 3
# What browsers still open quickly: findings of a rule and status, and changes of a step.
_MOST_FINDINGS = 2_000
_MOST_CHANGES = 10_000
_BUFFERED = 500
_IN_TEXT = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"}
_NOTHING = Input("")


def render(report: Report, style: Style) -> Iterator[str]:
    css, script = _asset("html.css"), _asset("html.js")
    data = {
        "maps": [_map(entry) for entry in report.inputs if entry.ports is not None],
        "states": list(STATES),
    }
    counts = wording.count_by(report, lambda finding: finding.code)
    status = report.exit_status(style.fail_on, style.legacy)
    page = _Page(report, style)
    groups = [] if style.summary else page.groups()
    stream = _template().stream(
        css=css,
        script=script,
        css_hash=_hash(css),
        script_hash=_hash(script),
        # No text of the input can end the element.
        data=encoded(data).translate(_IN_TEXT) if data["maps"] else "",
        title=_TITLES[report.command],
        verdict=_verdict(report, style.status if style.status is not None else status),
        style=style,
        tool=report.head()["tool"],
        report=report,
        compared=wording.compared_registries(report),
        is_alone=wording.is_alone(report),
        offers=wording.has_suggestions(report.requests or ()),
        summary=report.summary(),
        steps=[page.step(step) for step in report.steps],
        audits=[(audit, audit.to_dict()) for audit in report.audits or ()],
        groups=groups,
        omitted=page.omitted,
        total=sum(len(group["findings"]) for group in groups),
        opened=sum(group["listed"] for group in groups) <= _FEW,
        rules=_rules(report, counts),
        columns=wording.used_columns(counts),
        tables=[(entry, _table(entry.ports)) for entry in report.inputs if entry.ports is not None],
        states=STATES,
    )
    stream.enable_buffering(_BUFFERED)
    yield from stream
    yield "\n"


def _verdict(report: Report, status: int) -> str:
    """What the head of the page says of an exit status."""
    findings = report.complete.findings
    if not status and any(finding.is_unread and finding.status == "open" for finding in findings):
        return _PASSED_IN_PART
    return _VERDICTS[status]


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["form_name"] = form_name
    environment.filters["visible"] = lambda text: visible(str(text))
    environment.filters["subject_name"] = subject_name
    environment.filters["verdict"] = wording.verdict_of
    environment.filters["changes"] = wording.changes_of
    environment.filters["no_request"] = lambda entry: wording.no_request([entry])
    environment.filters["number"] = lambda number: f"{number:,}"
    return environment.from_string(_asset("html.jinja"))


class _Page:
    """The parts of a page as its template shows them."""

    def __init__(self, report: Report, style: Style) -> None:
        self.report = report
        self.style = style
        self.references: dict[str, str | None] = {}
        # The rules of which the page does not have all findings, and how many it lacks.
        self.omitted: dict[str, int] = {}

    def place(self, location: Location) -> tuple[str, str | None]:
        """A place and a reference to its file, where there is one."""
        path = location.path
        if path not in self.references:
            self.references[path] = reference_from(self.style.folder, path)
        return visible(str(location)), self.references[path]

    def groups(self) -> list[dict[str, Any]]:
        """The findings in groups, each with its title and how many of them are listed at first."""
        by_input = [(entry, entry.findings) for entry in self.report.inputs]
        entries = {id(f): entry for entry, findings in by_input for f in findings}
        listed = chain.from_iterable(findings for _, findings in by_input)
        by = self.style.group_by or "rule"
        ordered = self.first_of_each_rule(wording.arranged(listed, self.style.sort or "severity"))
        groups: list[dict[str, Any]] = []
        for number, (title, findings) in enumerate(wording.grouped(ordered, by).items()):
            worst = min(findings, key=lambda finding: SEVERITIES.index(finding.severity))
            items = [self.finding(entries[id(finding)], finding) for finding in findings]
            rule = _rule(self.report, findings[0]) if by == "rule" else None
            groups.append(
                {
                    "id": rule["code"] if rule else f"group-{number}",
                    "title": "" if rule else visible(title),
                    "rule": rule,
                    "severity": worst.severity,
                    "findings": items,
                    "listed": sum(item["listed"] for item in items),
                }
            )
        return groups

    def first_of_each_rule(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that are in the page; the others are counted in `omitted`."""
        counts: dict[tuple[str, str, bool], int] = {}
        first: list[Finding] = []
        for finding in findings:
            key = finding.code, finding.status, finding.legacy
            counts[key] = counts.get(key, 0) + 1
            if counts[key] <= _MOST_FINDINGS:
                first.append(finding)
            else:
                self.omitted[finding.code] = self.omitted.get(finding.code, 0) + 1
        return first

    def finding(self, entry: Input, finding: Finding) -> dict[str, Any]:
        pieces: list[tuple[int, str, str, str]] = []
        for number, data, offset, end in excerpt_lines(finding.location, entry.data):
            line, at, length = excerpt(data, offset, end, _EXCERPT_WIDTH)
            length = 0 if pieces else length  # only the first line has what is marked
            pieces.append((number, line[:at], line[at : at + length], line[at + length :]))
        status = "legacy" if finding.legacy and finding.status == "open" else finding.status
        return {
            "code": finding.code,
            "rule": finding.rule,
            "severity": finding.severity,
            "status": status,
            "listed": status == "open" or (status == "legacy" and self.style.legacy != "summary"),
            "place": self.place(finding.location),
            "about": subject_name(finding.subject),
            "message": visible(finding.message),
            "port": visible(finding.subject.get("port") or ""),
            "pieces": pieces,
            "related": [
                (self.place(other.location), visible(other.message), subject_name(other.subject))
                for other in finding.related
            ],
            "reason": visible(finding.reason),
        }

    def step(self, step: ReportedStep) -> dict[str, Any]:
        """The changes of a step, and the findings that are gone with it."""
        listed = list(step.changes())
        changes = [
            {
                "kind": change.kind,
                "title": visible(change.title),
                "detail": visible(change.detail),
                "olds": self.places(change.olds),
                "news": self.places(change.news),
            }
            for change in listed[:_MOST_CHANGES]
        ]
        return {
            "title": visible(step.title),
            "changes": changes,
            "count": len(step.events),
            "omitted": len(listed) - len(changes),
            "kinds": list(dict.fromkeys(change["kind"] for change in changes)),
            "fixed": [
                self.finding(_NOTHING, finding) for finding in self.first_of_each_rule(step.fixed)
            ],
        }

    def places(self, locations: Sequence[Location]) -> list[tuple[str, str | None]]:
        return [self.place(location) for location in locations[:_MOST_PLACES]]


def _asset(name: str) -> str:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def _hash(text: str) -> str:
    """The name of an inline style or script in a content security policy."""
    from base64 import b64encode
    from hashlib import sha256

    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _map(entry: Input) -> dict[str, Any]:
    ports = entry.ports
    assert ports is not None
    return {
        "path": visible(entry.path),
        "runs": {
            transport: [number for run in runs for number in run]
            for transport, runs in ports.runs.items()
        },
        "services": [[low, high, visible(name), bits] for low, high, name, bits in ports.services],
    }


def _table(ports: PortMap) -> list[tuple[str, str, str, list[int]]]:
    """Rows of a range, its numbers, a transport, and how many ports are in each state."""
    return [
        (name, f"{low:,} to {high:,}", transport, ports.counts(transport, low, high))
        for name, low, high in _RANGES
        for transport in ports.runs
    ]


def _rules(report: Report, counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """The rules with findings, the most severe first, with the number of findings of each."""
    firsts = wording.first_by_rule(report)
    return [{**_rule(report, first), "counts": counts[first.code]} for first in firsts]


def _rule(report: Report, finding: Finding) -> dict[str, Any]:
    """The rule of a finding as the page shows it, with its documentation."""
    rule = report.rules.get(finding.code)
    text = rule.documentation if rule is not None else ""
    summary, _, rest = text.partition("\n")
    return {
        "code": finding.code,
        "name": finding.rule,
        "severity": finding.severity,
        "cites": finding.reference,
        "clause": clause_uri(finding.reference),
        "help": help_uri(finding.code, finding.rule),
        "summary": visible(summary),
        "text": "\n".join(map(visible, _without_marks(rest.strip("\n").split("\n")))),
    }


def _without_marks(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a documentation; "::" at an end says that code follows."""
    for line in lines:
        yield line[:-1] if line.endswith("::") else line
