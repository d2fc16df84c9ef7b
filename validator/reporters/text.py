"""The report for a person: each finding with its piece of the file, then a summary by rule.

Findings of legacy records are folded into the counts of the summary unless they are asked for.
Only ASCII is added to what the report itself says, so that it looks the same everywhere.
"""

from __future__ import annotations

from validator.reporters.escape import named, visible
from validator.reporters.excerpt import excerpt, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validator.report import Finding, Input, NotRun, Report
    from validator.reporters import Style

_COLOURS = {"error": "1;31", "warning": "33", "note": "36"}
_SEVERITIES = tuple(_COLOURS)
_BOLD = "1"
_DIM = "2"
_EXCERPT_WIDTH = 100
_NARROWEST = 40


def render(report: Report, style: Style) -> Iterator[str]:
    """Yield the report, finding by finding; `style` says what is left out and how wide it is."""
    page = _Page(style)
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


class _Page:
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
            counts = rows.setdefault(row_of(finding), dict.fromkeys(kinds, 0))
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
        parts = [_count(shown[word], word) for word in _SEVERITIES if shown[word]]
        said = ", ".join(parts) or "no findings"
        if report.inputs and all(entry.error is not None for entry in report.inputs):
            said = "nothing was checked"
        if legacy and self.style.legacy == "summary":
            rules = len({f.code for f in report.findings if f.legacy and f.status == "open"})
            where = _count(rules, "rule")
            said += f"; {_count(legacy, 'legacy finding')} in {where} not counted (--legacy show)"
        elif legacy and self.style.legacy == "show":
            said += f"; {_count(legacy, 'legacy finding')} not counted (--legacy fail)"
        for status in ("baselined", "suppressed"):
            if summary[status]:
                said += f"; {summary[status]:,} {status}"
        if report.faults:
            broken = _count(len({fault.code for fault in report.faults}), "rule")
            said += f"; {broken} broke, so this report is not complete"
        return self.paint(_BOLD, said) + "\n"

    def checked(self, entry: Input, *, counted: bool) -> Iterator[str]:
        """What an input is, and which rules could not be asked of it."""
        if entry.error is not None:
            yield f"{self.paint(_COLOURS['error'], 'not checked:')} {visible(entry.error)}\n"
            return
        if entry.form is None:  # a configuration or a baseline that findings are about
            return
        facts = [f"{(entry.form or '?').upper()}{f' of {entry.updated}' if entry.updated else ''}"]
        facts.append(_count(entry.records, "record"))
        if entry.contacts:
            facts.append(_count(entry.contacts, "contact"))
        facts.append("a whole registry" if entry.whole else "part of a registry")
        if counted:
            found = sum(1 for f in entry.findings if f.status == "open" and not f.legacy)
            facts.append(_count(found, "finding"))
        yield f"checked {visible(entry.path)}: {visible(', '.join(facts))}\n"
        for cut in entry.cut:
            yield f"  not all: {cut} (--max-findings)\n"
        for reason, codes in _by_reason(entry.not_run).items():
            for line in self.wrapped(f"not run: {_runs(codes)} ({visible(reason)})", "  "):
                yield self.paint(_DIM, line) + "\n"


def _by_severity(row: tuple[str, ...]) -> tuple[object, ...]:
    return (_SEVERITIES.index(row[0]) if row[0] in _COLOURS else 0, *row)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _by_reason(not_run: list[NotRun]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in not_run:
        found.setdefault(entry.reason, []).append(entry.code)
    return found


def _runs(codes: list[str]) -> str:
    """Join codes, those that follow one another as `AC001-AC004`."""
    runs: list[list[str]] = []
    for code in sorted(codes):
        if runs and code[:2] == runs[-1][-1][:2] and int(code[2:]) == int(runs[-1][-1][2:]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
