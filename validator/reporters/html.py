"""One HTML page without a network: what was checked, the map of the ports, findings to search.

The page carries its findings as JSON; its script shows them with `textContent` alone, and its
policy allows no other script.  Without scripts the summary and the tables are still there.
"""

from __future__ import annotations

import os

from validator.model.portmap import STATES
from validator.reporters.escape import named, visible
from validator.reporters.excerpt import excerpt
from validator.reporters.json import encoded
from validator.reporters.place import help_uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.engine.report import Finding, Input, Report
    from validator.model.portmap import PortMap
    from validator.reporters import Style

_SEVERITIES = ("error", "warning", "note")
_RANGES = (
    ("System Ports", 0, 1023),
    ("User Ports", 1024, 49151),
    ("Dynamic Ports", 49152, 65535),
)
_EXCERPT = 150
_IN_SCRIPT = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"}


def render(report: Report, style: Style) -> Iterator[str]:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["visible"] = lambda text: visible(str(text))
    environment.filters["named"] = named
    environment.filters["number"] = lambda number: f"{number:,}"
    css, script = _beside("html.css"), _beside("html.js")
    data = {
        "findings": [_finding(entry, f) for entry in report.inputs for f in entry.findings],
        "maps": [_map(entry) for entry in report.inputs if entry.ports is not None],
        "states": list(STATES),
        "legacy": style.legacy != "summary",
    }
    page = environment.from_string(_beside("html.jinja"))
    yield page.render(
        css=css,
        script=script,
        css_hash=_hash(css),
        script_hash=_hash(script),
        # No mark of the input can end the element, or hide in it.
        data=encoded(data).translate(_IN_SCRIPT),
        tool=report.head()["tool"],
        report=report,
        summary=report.summary(),
        rules=_rules(report),
        tables=[(entry, _table(entry.ports)) for entry in report.inputs if entry.ports is not None],
        states=STATES,
        legacy=style.legacy,
    )
    yield "\n"


def _beside(name: str) -> str:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def _hash(text: str) -> str:
    """What a content security policy names an inline style or script by."""
    from base64 import b64encode
    from hashlib import sha256

    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _finding(entry: Input, finding: Finding) -> list[Any]:
    """A finding as the script of the page takes it: see `FIELDS` there."""
    piece: list[Any] = []
    if entry.data:
        line, at, length = excerpt(entry.data, finding.location.offset, finding.value, _EXCERPT)
        piece = [line, at, length]
    return [
        finding.code,
        _SEVERITIES.index(finding.severity),
        "legacy" if finding.legacy and finding.status == "open" else finding.status,
        visible(str(finding.location)),
        named(finding.subject),
        visible(finding.message),
        visible(finding.subject.get("port") or ""),
        piece,
        [
            [visible(str(other.location)), visible(other.message), named(other.subject)]
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
    """Rows of range, its numbers, transport, and how many ports are in each state."""
    return [
        (name, f"{low:,} to {high:,}", transport, ports.counts(transport, low, high))
        for name, low, high in _RANGES
        for transport in ports.runs
    ]


def _rules(report: Report) -> list[dict[str, Any]]:
    """The rules with findings, the most severe first, with what the page says of each."""
    found: dict[str, dict[str, Any]] = {}
    for finding in report.findings:
        entry = found.get(finding.code)
        if entry is None:
            rule = report.rules.get(finding.code)
            summary = rule.documentation.partition("\n")[0] if rule is not None else ""
            entry = found[finding.code] = {
                "code": finding.code,
                "name": finding.rule,
                "severity": finding.severity,
                "cites": finding.reference,
                "summary": summary,
                "uri": help_uri(finding.code, finding.rule),
                "open": 0,
                "legacy": 0,
                "aside": 0,
            }
        if finding.status != "open":
            entry["aside"] += 1
        else:
            entry["legacy" if finding.legacy else "open"] += 1
    return sorted(found.values(), key=lambda e: (_SEVERITIES.index(e["severity"]), e["code"]))
