"""Markdown for a comment or a job summary: the inputs, a table by rule, findings folded.

A comment has room for 65,536 characters: findings that do not fit are counted.  Text of an input is
in `<code>` with every mark of Markdown as a character reference: it can neither format, nor link,
nor mention anybody.
"""

from __future__ import annotations

from validator.model.vocabulary import form_name
from validator.reporters import wording
from validator.reporters.escape import visible
from validator.reporters.links import rule_uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.engine.finding import Finding
    from validator.engine.report import Input, Report
    from validator.engine.verdict import Review
    from validator.reporters import Style

_ROOM = 60_000
_REFERENCES = {ord(mark): f"&#{ord(mark)};" for mark in "&<>\"'`*_{}[]()#|~\\!@$:^="}


def render(report: Report, style: Style) -> Iterator[str]:
    room = _ROOM
    for piece in _summary(report):
        room -= len(piece)
        yield piece
    yield from folded_findings(report, style, room)


def folded_findings(report: Report, style: Style, room: int = _ROOM) -> Iterator[str]:
    """The findings of each rule, or other group, folded, as many as fit into `room` characters."""
    omitted = 0
    listed_findings = wording.arranged(filter(style.lists, report), style.sort or "severity")
    for title, findings in wording.grouped(listed_findings, style.group_by or "rule").items():
        is_text = style.group_by in ("file", "record")
        piece, listed = _folded(code_span(title) if is_text else title, findings, room)
        omitted += len(findings) - listed
        room -= len(piece)
        yield piece
    if omitted:
        yield f"\nNot listed, for lack of space: {wording.count_of(omitted, 'finding')}.\n"


def _folded(title: str, findings: Sequence[Finding], room: int) -> tuple[str, int]:
    """Fold the findings of a group, as many as fit into `room`; return how many those are."""
    head = f"{title}: {len(findings):,}"
    opening = f"<details><summary>{head}</summary>\n\n"
    room -= len(opening) + 100
    lines: list[str] = []
    for finding in findings:
        legacy = " (legacy)" if finding.legacy else ""
        place = code_span(str(finding.location))
        line = f"- {place}{legacy} {code_span(wording.message_with_places(finding))}\n"
        if len(line) >= room:
            break
        room -= len(line)
        lines.append(line)
    more = len(findings) - len(lines)
    if not lines:
        return "", 0
    tail = f"- and {more:,} more\n" if more else ""
    return opening + "".join(lines) + tail + "\n</details>\n", len(lines)


def _title(report: Report) -> str:
    """How many findings there are, and of which kinds."""
    summary = report.summary()
    counts = wording.severity_counts(summary["open"])
    legacy = sum(summary["legacy"].values())
    modified = summary["legacy_modified"]
    since = f" ({modified:,} on records modified since the cut-off)" if modified else ""
    counts += [f"{legacy:,} legacy{since}"] if legacy else []
    counts += wording.status_counts(summary)
    if summary.get("not_listed"):
        counts.append(f"{summary['not_listed']:,} not listed")
    failed = {fault.code for fault in report.faults}
    counts += [f"{wording.count_of(len(failed), 'rule')} failed"] * bool(failed)
    nothing = "nothing was checked" if report.is_empty else "no findings"
    return ", ".join(counts) or nothing


def _summary(report: Report) -> Iterator[str]:
    yield f"### ianalint: {_title(report)}\n\n"
    compared = wording.compared_registries(report)
    for entry in report.inputs:
        yield from _input(entry, compared=entry in compared)
        for reason, codes in wording.skipped_rules(entry, report.rules).items():
            yield f"- skipped: {codes} ({code_span(reason)})\n"
    if report.requests:
        yield from _verdicts(report, report.requests)
    yield from table_of_rules(report)


def table_of_rules(report: Report) -> Iterator[str]:
    """The rules that failed, and the table of the rules with their numbers of findings."""
    for fault in report.faults:
        yield f"- **{fault.title}**: {code_span(fault.message)}\n"
    yield from _rules(report)
    yield "\n"


def _input(entry: Input, *, compared: bool) -> Iterator[str]:
    if entry.error is not None:
        yield f"- {code_span(entry.error)}\n"
    if entry.is_unread:
        return
    if entry.form is None:  # a configuration or a baseline that findings are about
        return
    dated = f" of {code_span(entry.updated)}" if entry.updated else ""
    contents = wording.count_of(entry.records, "record")
    if entry.contacts:
        contents += f", {wording.count_of(entry.contacts, 'contact')}"
    if entry.requests:
        contents = wording.count_of(entry.requests, "request")
    elif entry.form == "draft":
        contents = wording.no_request([entry])
    else:
        contents += f", {entry.extent}"
    if entry.facts is not None:
        verb = "compared with" if compared else "checked"
        yield f"- {verb} {code_span(entry.path)}: {code_span(entry.facts)}\n"
        return
    verb = "compared with" if compared else "checked"
    yield f"- {verb} {code_span(entry.path)}{dated}: {form_name(entry.form)}, {contents}\n"
    for cut in entry.cut:
        yield f"- **truncated**: {cut}\n"


def _rules(report: Report) -> Iterator[str]:
    """The table of the rules, with the number of findings of each."""
    rows = wording.count_by(report, lambda finding: finding.code)
    columns = wording.used_columns(rows)
    if rows:
        yield f"\n| severity | rule | {' | '.join(columns)} |\n|---|---|{'--:|' * len(columns)}\n"
    for first in wording.first_by_rule(report):
        counts = [rows[first.code][column] for column in columns]
        cells = " | ".join(f"{count:,}" if count else "-" for count in counts)
        address = rule_uri(first.code, first.rule, first.reference)
        name = f"{first.code} {first.rule}"
        link = name if address is None else f"[{name}]({address})"
        yield f"| {first.severity} | {link} | {cells} |\n"


def _verdicts(report: Report, reviews: Sequence[Review]) -> Iterator[str]:
    """The verdict on each request, as many as fit into a third of the room."""
    if wording.is_alone(report):
        yield "- not compared with a registry\n"
    offers = wording.has_suggestions(reviews)
    titles = ["request", "verdict", "procedure", *(["free names", "free ports"] if offers else [])]
    yield f"\n| {' | '.join(titles)} |\n|{'---|' * len(titles)}\n"
    room = _ROOM // 3
    for number, review in enumerate(reviews):
        cells = _verdict_cells(review)[: len(titles)]
        row = "| " + " | ".join(code_span(cell) if cell else "-" for cell in cells) + " |\n"
        room -= len(row)
        if room < 0:
            more = wording.count_of(len(reviews) - number, "request")
            yield f"\nNot listed, for lack of space: {more}.\n"
            return
        yield row


def _verdict_cells(review: Review) -> tuple[str, ...]:
    names = ", ".join(review.service_names)
    ports = ", ".join(str(port.port) for port in review.port_numbers)
    name = wording.request_name(review)
    verdict = "; ".join([wording.verdict_of(review), *wording.changes_of(review)])
    procedure = review.procedure or ("none" if review.why else "")
    return f"{name} ({review.path})", verdict, procedure, names, ports


def code_span(text: str) -> str:
    """Return text of an input as code, in which nothing is markup."""
    return f"<code>{visible(text).translate(_REFERENCES)}</code>"
