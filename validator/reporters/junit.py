"""JUnit XML as Jenkins and GitLab read it: a suite for each input, a case for each rule.

A case fails by the findings that make the run fail; its others stand in its output.
"""

from __future__ import annotations

from validator.reporters.escape import named, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.engine.report import Fault, Finding, Input, Report
    from validator.reporters import Style

_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


def render(report: Report, style: Style) -> Iterator[str]:
    suites = [_Suite(report, entry, style) for entry in report.inputs]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="ianalint"{_counts(suites, "tests", "failures", "errors")}>\n'
    for suite in suites:
        counted = _counts([suite], "tests", "failures", "errors", "skipped")
        yield f'  <testsuite name="{suite.name}"{counted}>\n'
        yield from suite.cases
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _counts(suites: Sequence[_Suite], *kinds: str) -> str:
    return "".join(f' {kind}="{sum(getattr(suite, kind) for suite in suites)}"' for kind in kinds)


class _Suite:
    """The cases of one input, written, and how many of them ended how."""

    def __init__(self, report: Report, entry: Input, style: Style) -> None:
        self.name = _attribute(entry.path)
        self.style = style
        self.tests = self.failures = self.errors = self.skipped = 0
        self.cases: list[str] = []
        held: dict[str, list[Finding]] = {}
        for finding in entry.findings:
            held.setdefault(finding.code, []).append(finding)
        names = {code: rule.name for code, rule in report.rules.items()}
        names.update((finding.code, finding.rule) for finding in entry.findings)
        self.cut = {cut.code: cut for cut in entry.cut}
        reasons = {skipped.code: skipped.reason for skipped in entry.not_run}
        faults = {fault.code: fault for fault in entry.faults}
        unread = [faults[code] for code in faults if code not in names]
        if entry.error is not None or unread:
            self.errors += 1
            said = _attribute(unread[0].message if entry.error is None else entry.error)
            self.case("reading", _said("error", said))
            if entry.error is not None:
                return
        for code, name in sorted(names.items()):
            title = f"{code} {name}"
            if code in faults:
                self.errors += 1
                self.case(title, _fault(faults[code]) + self.output(held.get(code, ())))
            elif code in reasons:
                self.skipped += 1
                self.case(title, _said("skipped", _attribute(reasons[code])))
            else:
                self.case(title, self.found(code, held.get(code, ())))

    def case(self, title: str, content: str) -> None:
        self.tests += 1
        opening = f'    <testcase classname="{self.name}" name="{_attribute(title)}"'
        self.cases.append(
            f"{opening}>\n{content}    </testcase>\n" if content else f"{opening}/>\n"
        )

    def found(self, code: str, findings: Sequence[Finding]) -> str:
        cut = self.cut.get(code)
        if cut is None:
            return self.ended(findings)
        return self.ended(findings) + f"      <system-err>{_content(str(cut))}</system-err>\n"

    def ended(self, findings: Sequence[Finding]) -> str:
        failing: list[Finding] = []
        others: list[Finding] = []
        for finding in findings:
            fails = finding.fails(self.style.fail_on, self.style.legacy)
            (failing if fails else others).append(finding)
        if not failing:
            return self.output(findings)
        self.failures += 1
        first = _attribute(_told(failing[0]))
        message = first if len(failing) == 1 else f"{first} (and {len(failing) - 1} more)"
        lines = "".join(f"{_content(_line(finding))}\n" for finding in failing)
        opening = f'      <failure type="{failing[0].severity}" message="{message}">'
        return f"{opening}{lines}</failure>\n" + self.output(others)

    def output(self, findings: Sequence[Finding]) -> str:
        if not findings:
            return ""
        lines = "".join(f"{_content(_line(finding))}\n" for finding in findings)
        return f"      <system-out>{lines}</system-out>\n"


def _fault(fault: Fault) -> str:
    return _said("error", _attribute(fault.message))


def _said(element: str, message: str) -> str:
    """A message as attribute, where Jenkins looks for it, and as content, where GitLab does."""
    return f'      <{element} message="{message}">{message}</{element}>\n'


def _told(finding: Finding) -> str:
    about = named(finding.subject)
    return f"{about}: {finding.message}" if about else finding.message


def _line(finding: Finding) -> str:
    marks: list[str] = [finding.status] if finding.status != "open" else []
    marks += ["legacy"] if finding.legacy else []
    marked = f" ({', '.join(marks)})" if marks else ""
    return f"{finding.location}: {finding.severity}{marked} {_told(finding)}"


def _attribute(text: str) -> str:
    return visible(text).translate(_ESCAPES)


_content = _attribute
