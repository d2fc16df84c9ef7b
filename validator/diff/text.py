"""A history for a person: a line for each changed record, then what is wrong with it.

Bookkeeping - blocks of unassigned numbers, entries of contacts - is told in a line a kind, and long
lists are cut, unless all is asked for.  Only ASCII is added to what the dumps say.
"""

from __future__ import annotations

from validator.diff.changes import KINDS
from validator.diff.lines import lines
from validator.engine.rule import SEVERITIES
from validator.reporters.escape import subject_name, visible
from validator.reporters.text import Page
from validator.reporters.wording import count_of, grouped_codes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeVar

    from validator.diff.lines import Line
    from validator.diff.steps import History, Step
    from validator.engine.report import Finding
    from validator.reporters import Style

    Held = TypeVar("Held")

# So many lines are shown of a kind, and so many findings of a rule, where there are very many.
_MANY = 150
_LINES = 15
_FINDINGS = 5
_NAMES = 12
_COLOURS = {"error": "1;31", "warning": "33", "note": "36"}
_OF_KINDS = {
    "assigned": "32",
    "transport-added": "32",
    "released": "31",
    "transport-removed": "31",
    "reassigned": "35",
    "renamed": "35",
    "moved": "35",
}
_LISTED = (
    "statement-cut",
    "statement-merged",
    "statement-redrawn",
    "statement-added",
    "statement-removed",
    "contact-added",
    "contact-removed",
)


def render(history: History, style: Style, *, full: bool) -> Iterator[str]:
    """Yield the history step by step; `full` leaves nothing out."""
    page = _Page(style, full=full)
    if history.blame is not None:
        from validator.diff.blame import told

        for blame in history.blame:
            yield from told(blame, page.paint)
    for step in history.steps:
        yield from page.step(step, alone=len(history.steps) == 1 and history.blame is None)
    if not style.quiet:
        yield from page.ending(history)


class _Page(Page):
    """How the parts of a history look."""

    def __init__(self, style: Style, *, full: bool) -> None:
        super().__init__(style)
        self.full = full
        self.is_long = False

    def cut(self, held: Sequence[Held], most: int) -> Sequence[Held]:
        """What is shown of `held`: all, where the step is short or nothing is to be left out."""
        return held[:most] if self.is_long and not self.full else held

    def step(self, step: Step, *, alone: bool) -> Iterator[str]:
        self.is_long = (
            sum(event.kind not in _LISTED for event in step.events) > _MANY
            or len(step.findings) + len(step.gained) + len(step.repaired) > _MANY
        )
        pieces = [
            list(self.changes(step)),
            list(self.findings(step.findings, "")),
            list(self.findings(step.gained, "new: ")),
            list(self.repaired(step)),
        ]
        told = [piece for piece in pieces if piece]
        if self.style.quiet:
            if told and not alone:
                yield self.paint("1", self.heading(step)) + "\n"
            for piece in told:
                yield from piece
            return
        yield self.paint("1", self.heading(step)) + "\n"
        for number, piece in enumerate(told or [["nothing changed\n"]]):
            yield from ["\n", *piece] if number else piece
        yield from self.left_out(step)
        yield "\n"

    def heading(self, step: Step) -> str:
        dates = [step.old_updated, step.new_updated]
        names = [visible(step.old), visible(step.new)]
        sides = [
            f"{name} ({visible(date)})" if date else name
            for name, date in zip(names, dates, strict=True)
        ]
        return " -> ".join(sides)

    # -- changes --------------------------------------------------------------------------------

    def changes(self, step: Step) -> Iterator[str]:
        by_kind: dict[str, list[Line]] = {}
        for line in lines(step.events):
            by_kind.setdefault(line.kind, []).append(line)
        if not by_kind:
            return
        wide = max(map(len, by_kind))
        for kind in KINDS:
            held = by_kind.get(kind, [])
            if kind in _LISTED and len(held) > 3 and not self.full:
                yield from self.listed(kind, held, wide)
                continue
            shown = self.cut(held, _LINES)
            for line in shown:
                yield from self.row(kind, str(line), wide)
            if len(shown) < len(held):
                yield from self.row(kind, f"and {len(held) - len(shown):,} more (--full)", wide)

    def row(self, kind: str, text: str, wide: int) -> Iterator[str]:
        head = self.paint(_OF_KINDS.get(kind, "36"), f"{kind:<{wide}}")
        first, *rest = self.wrapped(text, " " * (wide + 2))
        yield f"{head}  {first.strip()}\n"
        for line in rest:
            yield f"{line}\n"

    def listed(self, kind: str, held: Sequence[Line], wide: int) -> Iterator[str]:
        names = [line.about.partition(" -> ")[0] for line in held]
        more = len(names) - _NAMES
        told = ", ".join(names[:_NAMES]) + (f", and {more:,} more (--full)" if more > 0 else "")
        yield from self.row(kind, f"{len(held):,}: {told}", wide)

    # -- findings -------------------------------------------------------------------------------

    def findings(self, found: Sequence[Finding], mark: str) -> Iterator[str]:
        """The findings of a step, a line each and one for each place they speak of."""
        by_rule: dict[str, list[Finding]] = {}
        for finding in found:
            hidden = self.style.legacy == "summary" and finding.legacy
            if finding.status == "open" and not hidden:
                by_rule.setdefault(finding.code, []).append(finding)
        for code in sorted(
            by_rule, key=lambda code: (SEVERITIES.index(by_rule[code][0].severity), code)
        ):
            held = by_rule[code]
            shown = self.cut(held, _FINDINGS)
            for finding in shown:
                yield from self.finding_lines(finding, mark)
            if len(shown) < len(held):
                more = len(held) - len(shown)
                yield f"{mark}{code} {held[0].rule}: {more:,} more (--full)\n"

    def finding_lines(self, finding: Finding, mark: str) -> Iterator[str]:
        legacy = " (legacy)" if finding.legacy else ""
        head = self.paint(_COLOURS[finding.severity], finding.severity + legacy)
        about = subject_name(finding.subject)
        told = f"{about}: {visible(finding.message)}" if about else visible(finding.message)
        place = self.paint("1", visible(str(finding.location)))
        yield f"{mark}{place}: {head} {finding.code} {finding.rule}: {told}\n"
        for other in finding.related:
            yield f"  {visible(str(other.location))}: {visible(other.message)}\n"

    def repaired(self, step: Step) -> Iterator[str]:
        by_rule: dict[str, list[Finding]] = {}
        for finding in step.repaired:
            if not (self.style.legacy == "summary" and finding.legacy):
                by_rule.setdefault(finding.code, []).append(finding)
        for code in sorted(by_rule):
            held = by_rule[code]
            shown = self.cut(held, _FINDINGS)
            for finding in shown:
                about = subject_name(finding.subject)
                told = f"{about}: {visible(finding.message)}" if about else visible(finding.message)
                place = visible(str(finding.location))
                yield f"{self.paint('32', 'repaired:')} {place}: {code} {finding.rule}: {told}\n"
            if len(shown) < len(held):
                more = len(held) - len(shown)
                yield f"repaired: {code} {held[0].rule}: {more:,} more (--full)\n"

    # -- what it comes to -----------------------------------------------------------------------

    def left_out(self, step: Step) -> Iterator[str]:
        reasons: dict[str, list[str]] = {}
        for entry in step.found.not_run:
            reasons.setdefault(f"not run: {{}} ({entry.reason})", []).append(entry.code)
        for entry in step.not_compared:
            if entry.code not in step.one_sided:
                continue  # that is for `check` to say
            reasons.setdefault(f"not compared: {{}} ({entry.reason})", []).append(entry.code)
        if step.beyond:
            many = count_of(step.beyond, "record")
            yield self.paint("2", f"  not compared: {many} that the other page does not show\n")
        for reason, codes in reasons.items():
            for line in self.wrapped(visible(reason.format(grouped_codes(codes))), "  "):
                yield self.paint("2", line) + "\n"

    def ending(self, history: History) -> Iterator[str]:
        for entry in history.inputs:
            if entry.error is not None:
                yield f"{self.paint('1;31', 'not read:')} {visible(entry.error)}\n"
        if not history.steps:
            yield "there is nothing to compare\n"
            return
        changes = sum(len(step.events) for step in history.steps)
        parts = [count_of(changes, "change")]
        found = [f for step in history.steps for f in step.findings if f.status == "open"]
        parts.append(_by_severity(found, "about them") or "no findings about them")
        if history.blame is not None:
            yield self.paint("1", "; ".join(parts)) + "\n"
            return
        gained = [f for step in history.steps for f in step.gained if f.status == "open"]
        recent = [finding for finding in gained if not finding.legacy]
        parts.append(_by_severity(recent, "new in the registry") or "no new findings")
        legacy = sum(finding.legacy for finding in gained)
        if legacy:
            parts.append(f"{legacy:,} new of legacy records")
        repaired = sum(len(step.repaired) for step in history.steps)
        if repaired:
            parts.append(f"{repaired:,} repaired")
        standing = len(history.steps[-1].standing)
        if standing:
            parts.append(f"{standing:,} stand in both")
        if any(entry.faults for entry in history.report().inputs):
            parts.append("a rule broke, so this is not complete")
        yield self.paint("1", "; ".join(parts)) + "\n"


def _by_severity(findings: Sequence[Finding], what: str) -> str:
    counts = [
        count_of(count, word)
        for word in SEVERITIES
        if (count := sum(finding.severity == word for finding in findings))
    ]
    return f"{', '.join(counts)} {what}" if counts else ""
