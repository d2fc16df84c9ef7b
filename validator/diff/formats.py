"""A history in each format: text, Markdown and JSON show its changes, the others the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from validator import reporters
from validator.diff.history import DumpHistory
from validator.engine.finding import Finding
from validator.engine.report import Report
from validator.reporters import Style


def renderer(history: DumpHistory, *, full: bool) -> Callable[[str, Report, Style], Iterator[str]]:
    """Return what renders the report of `history`; with `full`, text lists every change."""

    def render(form: str, report: Report, style: Style) -> Iterator[str]:
        if form == "text":
            from validator.diff import text

            return text.render(history, style, full=full or style.list_all)
        if form == "markdown":
            from validator.diff import markdown

            return markdown.render(history, report, style)

        def lists(finding: Finding) -> bool:
            return finding.is_listed(style.min_severity, style.fail_on, style.legacy)

        if form == "json":
            from validator.reporters.json import document

            return document(history.parts(lists))
        if form == "jsonl":
            from validator.reporters.json import encoded

            return (encoded(line) + "\n" for line in history.to_lines(lists))
        return reporters.render(form, report, style)

    return render
