"""One HTML page that loads nothing: the inputs, a map of the ports, the findings with a search.

The findings are in the page as JSON; its script inserts them with `textContent` alone, and its
security policy allows no other script.  Without scripts there are the summary and the tables.
"""

from __future__ import annotations

import os

from validator.engine.rule import SEVERITIES
from validator.model.portmap import STATES
from validator.reporters.escape import subject_name, visible
from validator.reporters.excerpt import excerpt, excerpt_lines
from validator.reporters.json import encoded
from validator.reporters.links import rule_uri
from validator.reporters.wording import count_by, grouped_by_rule, used_columns, verdict_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.engine.report import Finding, Input, Report
    from validator.model.portmap import PortMap
    from validator.reporters import Style

_RANGES = (
    ("System Ports", 0, 1023),
    ("User Ports", 1024, 49151),
    ("Dynamic Ports", 49152, 65535),
)
_EXCERPT_WIDTH = 150
_IN_SCRIPT = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"}


def render(report: Report, style: Style) -> Iterator[str]:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["visible"] = lambda text: visible(str(text))
    environment.filters["subject_name"] = subject_name
    environment.filters["verdict"] = verdict_of
    environment.filters["number"] = lambda number: f"{number:,}"
    css, script = _asset("html.css"), _asset("html.js")
    data = {
        "findings": [_finding(entry, f) for entry in report.inputs for f in entry.findings],
        "maps": [_map(entry) for entry in report.inputs if entry.ports is not None],
        "states": list(STATES),
        "legacy": style.legacy != "summary",
    }
    counts = count_by(report.findings, lambda finding: finding.code)
    page = environment.from_string(_asset("html.jinja"))
    yield page.render(
        css=css,
        script=script,
        css_hash=_hash(css),
        script_hash=_hash(script),
        # No text of the input can end the script element.
        data=encoded(data).translate(_IN_SCRIPT),
        tool=report.head()["tool"],
        report=report,
        summary=report.summary(),
        rules=_rules(report, counts),
        columns=used_columns(counts),
        tables=[(entry, _table(entry.ports)) for entry in report.inputs if entry.ports is not None],
        states=STATES,
        legacy=style.legacy,
    )
    yield "\n"


def _asset(name: str) -> str:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def _hash(text: str) -> str:
    """The name of an inline style or script in a content security policy."""
    from base64 import b64encode
    from hashlib import sha256

    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _finding(entry: Input, finding: Finding) -> list[Any]:
    """A finding as the script of the page reads it: a list, in the order given there."""
    piece: list[Any] = []
    for _, data, offset, end in excerpt_lines(finding.location, entry.data)[:1]:
        piece = list(excerpt(data, offset, end, _EXCERPT_WIDTH))
    return [
        finding.code,
        SEVERITIES.index(finding.severity),
        "legacy" if finding.legacy and finding.status == "open" else finding.status,
        visible(str(finding.location)),
        subject_name(finding.subject),
        visible(finding.message),
        visible(finding.subject.get("port") or ""),
        piece,
        [
            [visible(str(other.location)), visible(other.message), subject_name(other.subject)]
            for other in finding.related
        ],
        visible(finding.reason),
    ]


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
    """The rules with findings, the most severe first, as the page lists them."""
    rules = []
    for finding, *_ in grouped_by_rule(report.findings).values():
        rule = report.rules.get(finding.code)
        rules.append(
            {
                "code": finding.code,
                "name": finding.rule,
                "severity": finding.severity,
                "cites": finding.reference,
                "summary": rule.documentation.partition("\n")[0] if rule is not None else "",
                "uri": rule_uri(finding.code, finding.rule, finding.reference),
                "counts": counts[finding.code],
            }
        )
    return rules
