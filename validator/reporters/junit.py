"""JUnit XML as Jenkins and GitLab read it: a suite for each input, a case for each rule.

A case fails by the findings that make the run fail; its other findings are its output.
"""

from __future__ import annotations

from validator.reporters import wording
from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.engine.finding import Finding, Truncation
    from validator.engine.report import Input, Report
    from validator.reporters import Style

_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


def render(report: Report, style: Style) -> Iterator[str]:
    suites = [_Suite(report, entry, style) for entry in report.inputs]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="ianalint"{_counts(suites, "tests", "failures", "errors")}>\n'
    for suite in suites:
        counts = _counts([suite], "tests", "failures", "errors", "skipped")
        yield f'  <testsuite name="{suite.name}"{counts}>\n'
        yield from _properties(suite.verdicts)
        yield from suite.cases
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _counts(suites: Sequence[_Suite], *kinds: str) -> str:
    return "".join(f' {kind}="{sum(getattr(suite, kind) for suite in suites)}"' for kind in kinds)


def _properties(verdicts: dict[str, str]) -> Iterator[str]:
    """What is said of an input as a whole."""
    if verdicts:
        yield "    <properties>\n"
        for name, value in verdicts.items():
            yield f'      <property name="{_escaped(name)}" value="{_escaped(value)}"/>\n'
        yield "    </properties>\n"


class _Suite:
    """The cases of one input as XML, and how many of them ended how."""

    def __init__(self, report: Report, entry: Input, style: Style) -> None:
        self.name = _escaped(entry.path)
        self.style = style
        self.tests = self.failures = self.errors = self.skipped = 0
        self.cases: list[str] = []
        self.verdicts = wording.verdicts_on(report, entry.path)
        self.by_rule = wording.grouped_by_rule(entry.findings)
        self.cuts = {cut.code: cut for cut in entry.cut}
        self.reasons = {rule.code: rule.reason for rule in entry.not_run}
        self.faults = {fault.code: fault.message for fault in entry.faults}
        # A rule for files of another form has no case: it would pass without a look.
        applied = report.rules if entry.applied is None else {*entry.applied, *self.reasons}
        names = {code: rule.name for code, rule in report.rules.items() if code in applied}
        names.update((finding.code, finding.rule) for finding in entry.findings)
        unread = [message for code, message in self.faults.items() if code not in names]
        reading = entry.error or next(iter(unread), None)
        if reading is not None:
            self.errors += 1
            self.case("reading", _element("error", reading))
        if entry.is_unread and not entry.nothing_ran:
            return
        for code, name in sorted(names.items()):
            self.case(f"{code} {name}", self.rule(code))

    def case(self, title: str, content: str) -> None:
        self.tests += 1
        opening = f'    <testcase classname="{self.name}" name="{_escaped(title)}"'
        self.cases.append(
            f"{opening}>\n{content}    </testcase>\n" if content else f"{opening}/>\n"
        )

    def rule(self, code: str) -> str:
        findings = self.by_rule.get(code, [])
        if code in self.faults:
            self.errors += 1
            return _element("error", self.faults[code]) + _lines("system-out", findings)
        if code in self.reasons:
            self.skipped += 1
            return _element("skipped", self.reasons[code])
        cut = self.cuts.get(code)
        content = self.outcome(findings, cut)
        if cut is not None:
            content += f"      <system-err>{_escaped(str(cut))}</system-err>\n"
        return content

    def outcome(self, findings: Sequence[Finding], cut: Truncation | None) -> str:
        """The findings of a rule: as a failure those that make the run fail, else as output."""
        how = self.style.fail_on, self.style.legacy
        failing = [finding for finding in findings if finding.fails(*how)]
        output = self.output([finding for finding in findings if not finding.fails(*how)])
        if failing:
            more = f" (and {len(failing) - 1:,} more)" if len(failing) > 1 else ""
            message = _escaped(wording.full_message(failing[0])) + more
            attributes = f' type="{failing[0].severity}" message="{message}"'
            failure = _lines("failure", failing, attributes)
        elif cut is not None and cut.fails(*how):
            failure = _element("failure", str(cut))
        else:
            return output
        self.failures += 1
        return failure + output

    def output(self, findings: Sequence[Finding]) -> str:
        """Findings that do not make the run fail."""
        listed = findings
        if self.style.legacy == "summary":
            listed = [f for f in findings if not f.legacy or f.status != "open"]
        count = wording.count_of(len(findings) - len(listed), "legacy finding")
        more = f"{count} not listed (--legacy show)\n" if len(listed) < len(findings) else ""
        return _lines("system-out", listed, more=more)


def _element(name: str, message: str) -> str:
    """A message as attribute, where Jenkins looks for it, and as content, where GitLab does."""
    text = _escaped(message)
    return f'      <{name} message="{text}">{text}</{name}>\n'


def _lines(element: str, findings: Sequence[Finding], attributes: str = "", more: str = "") -> str:
    """An element with a line for each finding, then `more`; nothing if there is neither."""
    lines = []
    for finding in findings:
        severity = f"{finding.severity} {wording.marks(finding)}".rstrip()
        text = f"{finding.location}: {severity} {wording.message_with_places(finding)}"
        lines.append(_escaped(text) + "\n")
    return (
        f"      <{element}{attributes}>{''.join(lines)}{more}</{element}>\n"
        if lines or more
        else ""
    )


def _escaped(text: str) -> str:
    return visible(text).translate(_ESCAPES)
