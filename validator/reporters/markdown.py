"""Markdown for a comment or a job summary: what was checked, a table by rule, findings folded.

A comment has room for 65,536 characters: where findings have none, their number is told.  Text of
an input stands in `<code>` with every mark of Markdown as a character reference: it can neither
format, nor link, nor mention anybody.
"""

from __future__ import annotations

from validator.reporters.escape import named, visible
from validator.reporters.place import help_uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.engine.report import Finding, Report, Review
    from validator.reporters import Style

_ROOM = 60_000
_ORDER = ("error", "warning", "note")
_REFERENCES = {ord(mark): f"&#{ord(mark)};" for mark in "&<>\"'`*_{}[]()#|~\\!@$:^="}


def render(report: Report, style: Style) -> Iterator[str]:
    left = _ROOM
    for piece in _pieces(report):
        left -= len(piece)
        yield piece
    rules: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.status == "open" and (style.legacy != "summary" or not finding.legacy):
            rules.setdefault(finding.code, []).append(finding)
    unshown = 0
    for code in sorted(rules, key=lambda code: (_ORDER.index(rules[code][0].severity), code)):
        found = rules[code]
        lines = [_line(finding) for finding in found]
        opening = f"<details><summary>{code} {found[0].rule}: {len(found):,}</summary>\n\n"
        shown = 0
        room = left - len(opening) - 100
        while shown < len(lines) and room > len(lines[shown]):
            room -= len(lines[shown])
            shown += 1
        unshown += len(lines) - shown
        if not shown:
            continue
        more = f"- and {len(lines) - shown:,} more\n" if shown < len(lines) else ""
        piece = opening + "".join(lines[:shown]) + more + "\n</details>\n"
        left -= len(piece)
        yield piece
    if unshown:
        yield f"\n{unshown:,} findings have no room here; the table counts them.\n"


def _pieces(report: Report) -> Iterator[str]:
    summary = report.summary()
    counts = [
        f"{count:,} {word if count == 1 else word + 's'}"
        for word, count in summary["open"].items()
        if count
    ]
    legacy = sum(summary["legacy"].values())
    counts += [f"{legacy:,} legacy"] if legacy else []
    counts += [f"{summary[what]:,} {what}" for what in ("baselined", "suppressed") if summary[what]]
    yield f"### ianalint: {', '.join(counts) or 'no findings'}\n\n"
    for entry in report.inputs:
        if entry.error is not None:
            yield f"- {code_span(entry.error)}\n"
            continue
        if entry.form is None:  # a configuration or a baseline that findings are about
            continue
        dated = f" of {code_span(entry.updated)}" if entry.updated else ""
        what = f"{entry.form.upper()}, {entry.records:,} records, {entry.contacts:,} contacts"
        if entry.requests:
            many = "1 request" if entry.requests == 1 else f"{entry.requests:,} requests"
            what = f"{entry.form.upper()}, {many}"
        verb = "checked" if entry.requests or report.requests is None else "compared with"
        yield f"- {verb} {code_span(entry.path)}{dated}: {what}\n"
        for cut in entry.cut:
            yield f"- **not all**: {cut}\n"
    if report.requests:
        yield from _verdicts(report, report.requests)
    for fault in report.faults:
        yield f"- **rule {code_span(fault.code)} broke**: {code_span(fault.message)}\n"
    rows: dict[str, dict[str, int]] = {}
    heads: dict[str, Finding] = {}
    for finding in report.findings:
        kind = "legacy" if finding.legacy else "findings"
        kind = kind if finding.status == "open" else "set aside"
        row = rows.setdefault(finding.code, dict.fromkeys(("findings", "legacy", "set aside"), 0))
        row[kind] += 1
        heads.setdefault(finding.code, finding)
    if rows:
        yield "\n| severity | rule | findings | legacy | set aside |\n|---|---|--:|--:|--:|\n"
    for code in sorted(rows, key=lambda code: (_ORDER.index(heads[code].severity), code)):
        head = heads[code]
        cells = " | ".join(f"{count:,}" if count else "-" for count in rows[code].values())
        link = f"[{code} {head.rule}]({help_uri(code, head.rule)})"
        yield f"| {head.severity} | {link} | {cells} |\n"
    yield "\n"


def _verdicts(report: Report, reviews: Sequence[Review]) -> Iterator[str]:
    """What becomes of each request, as far as there is room for it."""
    if all(entry.requests or entry.form is None for entry in report.inputs):
        yield "- compared with no registry\n"
    yield "\n| request | verdict | procedure | free names | free ports |\n|---|---|---|---|---|\n"
    room = _ROOM // 3
    for number, review in enumerate(reviews):
        names = ", ".join(review.service_names)
        ports = ", ".join(str(port.port) for port in review.port_numbers)
        about = named(review.subject) or f"request {review.index + 1}"
        cells = (f"{about} ({review.path})", review.verdict, review.procedure, names, ports)
        row = "| " + " | ".join(code_span(cell) if cell else "-" for cell in cells) + " |\n"
        room -= len(row)
        if room < 0:
            yield f"\n{len(reviews) - number:,} requests have no room here.\n"
            return
        yield row


def _line(finding: Finding) -> str:
    place = code_span(str(finding.location))
    about = named(finding.subject)
    told = f"{about}: {finding.message}" if about else finding.message
    legacy = " (legacy)" if finding.legacy else ""
    return f"- {place}{legacy} {code_span(told)}\n"


def code_span(text: str) -> str:
    """Return text of an input as code, in which nothing is markup."""
    return f"<code>{visible(text).translate(_REFERENCES)}</code>"
