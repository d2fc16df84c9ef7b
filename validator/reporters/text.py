"""The report for a person: each finding with its piece of the file, then a summary by rule.

Findings of legacy records are folded into the counts of the summary unless they are asked for.
Only ASCII is added to what the report itself says, so that it looks the same everywhere.
"""

from __future__ import annotations

from validator.reporters.escape import named, visible
from validator.reporters.excerpt import excerpt, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from validator.engine.report import Finding, Input, NotRun, Report, Review
    from validator.reporters import Style

_COLOURS = {"error": "1;31", "warning": "33", "note": "36"}
_SEVERITIES = tuple(_COLOURS)
_BOLD = "1"
_DIM = "2"
_EXCERPT_WIDTH = 100
_NARROWEST = 40


def render(report: Report, style: Style) -> Iterator[str]:
    """Yield the report, finding by finding; `style` says what is left out and how wide it is."""
    page = Page(style)
    if report.requests is not None:
        yield from page.requests(report, report.requests)
        return
    for entry in report.inputs:
        for finding in entry.findings:
            if finding.status == "open" and (style.legacy != "summary" or not finding.legacy):
                yield page.finding(finding, entry)
    if style.quiet:
        return
    if report.findings:
        yield from page.by_rule(report.findings)
        if style.statistics:
            yield from page.statistics(report.findings)
    yield page.closing(report)
    for entry in report.inputs:
        yield from page.checked(entry, counted=len(report.inputs) > 1)


class Page:
    """How the parts of the report look."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.width = None if style.width is None else max(_NARROWEST, style.width)

    def paint(self, sgr: str, text: str) -> str:
        return f"\x1b[{sgr}m{text}\x1b[0m" if self.style.colour else text

    # -- findings -------------------------------------------------------------------------------

    def finding(self, finding: Finding, entry: Input) -> str:
        legacy = " (legacy)" if finding.legacy else ""
        place = visible(str(finding.location))
        head = (
            f"{self.paint(_BOLD, place)}"
            f"  {self.paint(_COLOURS[finding.severity], finding.severity + legacy)}"
            f" {self.paint(_BOLD, finding.code)} {finding.rule}"
        )
        clause = f"({finding.reference})"
        told = (place, finding.severity, legacy, finding.code, finding.rule, clause)
        # Where the terminal would break the line within the clause, it stands on one of its own.
        fits = self.width is None or sum(map(width, "".join(told))) + 6 <= self.width
        head += f"{'  ' if fits else chr(10) + '  '}{self.paint(_DIM, clause)}"
        about = named(finding.subject)
        message = visible(finding.message)
        lines = [head, *self.wrapped(f"{about}: {message}" if about else message, "  ")]
        if entry.data:
            lines.extend(self.piece(finding, entry.data))
        for other in finding.related:
            about = named(other.subject)
            said = f"{visible(other.message)}: {about}" if about else visible(other.message)
            lines.append(f"  {visible(str(other.location))}: {said}")
        return "\n".join(lines) + "\n\n"

    def piece(self, finding: Finding, data: bytes) -> tuple[str, str]:
        number = str(finding.location.line)
        gutter = f"  {number} |"
        columns = (self.width or _EXCERPT_WIDTH) - len(gutter) - 1
        line, at, length = excerpt(data, finding.location.offset, finding.value, columns)
        marker = " " * at + self.paint(_COLOURS[finding.severity], "^" * length)
        below = " " * (len(gutter) - 1) + "|"
        return f"{self.paint(_DIM, gutter)} {line}", f"{self.paint(_DIM, below)} {marker}"

    def wrapped(self, text: str, indent: str) -> list[str]:
        """Break `text`, which is one line, between words where the terminal is narrower."""
        if self.width is None:
            return [indent + text]
        room = self.width - len(indent)
        lines: list[str] = []
        used = room
        for word in text.split(" "):
            wide = sum(map(width, word))
            if lines and used + 1 + wide <= room:
                lines[-1] += f" {word}"
                used += 1 + wide
            else:
                lines.append(indent + word)
                used = wide
        return lines

    # -- requests -------------------------------------------------------------------------------

    def requests(self, report: Report, reviews: Sequence[Review]) -> Iterator[str]:
        """A report on requests: of each the verdict, then its findings, then what to ask for."""
        compared = [entry for entry in report.inputs if entry.form and not entry.requests]
        held = {entry.path: entry for entry in report.inputs}
        for review in reviews:
            if not self.style.quiet:
                yield self.verdict(review, compared=bool(compared))
            for finding in review.findings:
                if finding.status == "open":
                    yield self.finding(finding, held[finding.location.path])
            if not self.style.quiet:
                yield from self.instead(review)
        if self.style.quiet:
            return
        yield self.closing_of_requests(report, reviews)
        for entry in report.inputs:
            if entry.error is not None:
                yield from self.checked(entry, counted=False)
        for entry in compared:
            yield f"compared with {visible(entry.path)}: {self.facts(entry)}\n"
        if reviews and not compared:
            yield self.paint(_COLOURS["warning"], "compared with no registry:")
            yield " nothing here says that name and port are free (--registry DUMP names one)\n"
            for entry in report.inputs:
                if entry.not_run:
                    yield from self.not_run(entry)
                    break

    def verdict(self, review: Review, *, compared: bool) -> str:
        counts = dict.fromkeys(_SEVERITIES, 0)
        for finding in review.findings:
            if finding.status == "open":
                counts[finding.severity] += 1
        parts = [count_of(counts[word], word) for word in _SEVERITIES if counts[word]]
        aside = len(review.findings) - sum(counts.values())
        told = ", ".join([*parts, f"{aside:,} set aside"] if aside else parts)
        if review.verdict == "reject":
            sgr, said = _COLOURS["error"], f"would be refused: {told}"
        else:
            what = "nothing" if not told else "no error"
            where = "" if compared else " in the document"
            sgr, said = "32", f"{what}{where} stands against it{told and f'; {told}'}"
        about = named(review.subject) or f"request {review.index + 1}"
        head = f"{self.paint(_BOLD, visible(about))} ({visible(review.path)}): "
        lines = [head + self.paint(sgr, said)]
        lines += self.wrapped(f"procedure: {review.procedure}, because {visible(review.why)}", "  ")
        return "\n".join(lines) + "\n\n"

    def instead(self, review: Review) -> Iterator[str]:
        """What may be asked for instead."""
        lines: list[str] = []
        if review.service_names:
            names = ", ".join(visible(name) for name in review.service_names)
            lines += self.wrapped(f"free names: {names}", "  ")
        for port in review.port_numbers:
            low, high = port.gap
            room = "its neighbours are taken"
            if low != high:
                room = f"{low}-{high}, {high - low + 1:,} ports, are free"
            lines += self.wrapped(f"free port: {port.port} ({visible(port.why)}; {room})", "  ")
        if lines:
            yield "\n".join(lines) + "\n\n"

    def closing_of_requests(self, report: Report, reviews: Sequence[Review]) -> str:
        refused = sum(1 for review in reviews if review.verdict == "reject")
        said = count_of(len(reviews), "request")
        if reviews:
            what = "none" if not refused else "it" if len(reviews) == 1 else f"{refused:,}"
            said += f", {what} would be refused" if len(reviews) > 1 or refused else ""
        else:
            said = "nothing was checked"
        summary = report.summary()
        shown = summary["open"]
        counts = ", ".join(count_of(shown[word], word) for word in _SEVERITIES if shown[word])
        said += f"; {counts or 'no findings'}{_aside(summary)}{_broken(report)}"
        return self.paint(_BOLD, said) + "\n"

    # -- what it comes to -----------------------------------------------------------------------

    def by_rule(self, findings: list[Finding]) -> Iterator[str]:
        def row(finding: Finding) -> tuple[str, ...]:
            return finding.severity, finding.code, finding.rule

        return self.table(("severity", "rule", ""), findings, row)

    def statistics(self, findings: list[Finding]) -> Iterator[str]:
        yield from self.table(("severity",), findings, lambda finding: (finding.severity,))
        yield from self.table(("field",), findings, lambda finding: (finding.field or "-",))

    def table(
        self,
        titles: tuple[str, ...],
        findings: list[Finding],
        row_of: Callable[[Finding], tuple[str, ...]],
    ) -> Iterator[str]:
        """Count findings by what `row_of` says of them: those that count, legacy ones, others."""
        rows: dict[tuple[str, ...], dict[str, int]] = {}
        kinds = {"findings": 0, "legacy": 0, "set aside": 0}
        for finding in findings:
            kind = "legacy" if finding.legacy else "findings"
            kind = kind if finding.status == "open" else "set aside"
            row = row_of(finding)
            counts = rows.get(row)
            if counts is None:
                counts = rows[row] = dict.fromkeys(kinds, 0)
            counts[kind] += 1
            kinds[kind] += 1
        columns = [kind for kind, total in kinds.items() if total or kind == "findings"]
        widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
        heads = [f"{title:<{wide}}" for title, wide in zip(titles, widths, strict=True)]
        yield self.paint(_DIM, "  ".join([*heads, *(f"{kind:>9}" for kind in columns)])) + "\n"
        for row in sorted(rows, key=_by_severity):
            cells = [f"{text:<{wide}}" for text, wide in zip(row, widths, strict=True)]
            if row[0] in _COLOURS:
                cells[0] = self.paint(_COLOURS[row[0]], cells[0])
            numbers = [
                f"{rows[row][kind]:>9,}" if rows[row][kind] else f"{'-':>9}" for kind in columns
            ]
            yield "  ".join([*cells, *numbers]) + "\n"
        yield "\n"

    def closing(self, report: Report) -> str:
        """The one line that says how it went."""
        summary = report.summary()
        legacy = sum(summary["legacy"].values())
        shown = summary["open"]
        if self.style.legacy == "fail":
            shown = {word: count + summary["legacy"][word] for word, count in shown.items()}
        parts = [count_of(shown[word], word) for word in _SEVERITIES if shown[word]]
        said = ", ".join(parts) or "no findings"
        if report.inputs and all(entry.error is not None for entry in report.inputs):
            said = "nothing was checked"
        if legacy and self.style.legacy == "summary":
            rules = len({f.code for f in report.findings if f.legacy and f.status == "open"})
            where = count_of(rules, "rule")
            said += f"; {count_of(legacy, 'legacy finding')} in {where} not counted (--legacy show)"
        elif legacy and self.style.legacy == "show":
            said += f"; {count_of(legacy, 'legacy finding')} not counted (--legacy fail)"
        return self.paint(_BOLD, said + _aside(summary) + _broken(report)) + "\n"

    def checked(self, entry: Input, *, counted: bool) -> Iterator[str]:
        """What an input is, and which rules could not be asked of it."""
        if entry.error is not None:
            yield f"{self.paint(_COLOURS['error'], 'not checked:')} {visible(entry.error)}\n"
            return
        if entry.form is None:  # a configuration or a baseline that findings are about
            return
        counted_here = ""
        if counted:
            found = sum(1 for f in entry.findings if f.status == "open" and not f.legacy)
            counted_here = f", {count_of(found, 'finding')}"
        yield f"checked {visible(entry.path)}: {self.facts(entry)}{counted_here}\n"
        yield from self.not_run(entry)

    def facts(self, entry: Input) -> str:
        """What a dump is."""
        facts = [f"{(entry.form or '?').upper()}{f' of {entry.updated}' if entry.updated else ''}"]
        facts.append(count_of(entry.records, "record"))
        if entry.contacts:
            facts.append(count_of(entry.contacts, "contact"))
        facts.append("a whole registry" if entry.whole else "part of a registry")
        return visible(", ".join(facts))

    def not_run(self, entry: Input) -> Iterator[str]:
        """What of an input is not listed, and what was not asked of it."""
        for cut in entry.cut:
            yield f"  not all: {cut} (--max-findings)\n"
        for reason, codes in _by_reason(entry.not_run).items():
            for line in self.wrapped(f"not run: {grouped_codes(codes)} ({visible(reason)})", "  "):
                yield self.paint(_DIM, line) + "\n"


def _aside(summary: dict[str, Any]) -> str:
    """How many findings are set aside, where there are any."""
    counts = [(word, summary[word]) for word in ("baselined", "suppressed")]
    return "".join(f"; {count:,} {word}" for word, count in counts if count)


def _broken(report: Report) -> str:
    if not report.faults:
        return ""
    broken = count_of(len({fault.code for fault in report.faults}), "rule")
    return f"; {broken} broke, so this report is not complete"


def _by_severity(row: tuple[str, ...]) -> tuple[object, ...]:
    return (_SEVERITIES.index(row[0]) if row[0] in _COLOURS else 0, *row)


def count_of(number: int, thing: str) -> str:
    """Say how many things there are: `1 record`, `1,234 records`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _by_reason(not_run: list[NotRun]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in not_run:
        found.setdefault(entry.reason, []).append(entry.code)
    return found


def grouped_codes(codes: Sequence[str]) -> str:
    """Join codes, those that follow one another as `AC001-AC004`."""
    runs: list[list[str]] = []
    for code in sorted(codes):
        if runs and code[:2] == runs[-1][-1][:2] and int(code[2:]) == int(runs[-1][-1][2:]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
