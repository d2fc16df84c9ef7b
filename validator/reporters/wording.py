"""Wording that several formats share: what a finding says, how findings are counted."""

from __future__ import annotations

from validator.engine.rule import SEVERITIES
from validator.reporters.escape import subject_name, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    from validator.engine.finding import Finding, Legacy
    from validator.engine.report import Input, Report
    from validator.engine.rule import Rule, Severity
    from validator.engine.verdict import Review
    from validator.reporters import Grouping, Order

    Key = TypeVar("Key")

# So many ports are named of findings that are not listed.
_MOST_PORTS = 12
# The columns of a table of findings.
COUNTED = ("findings", "legacy", "baselined", "suppressed")


def full_message(finding: Finding) -> str:
    """The message after the name of what it is about: `http 80/tcp: no contact`."""
    subject = subject_name(finding.subject)
    return f"{subject}: {finding.message}" if subject else finding.message


def message_with_places(finding: Finding) -> str:
    """The message, then the other places, for formats that have no field for these."""
    others = [
        f"{other.location}: {other.message}"
        + (f": {name}" if (name := subject_name(other.subject)) else "")
        for other in finding.related
    ]
    return "; ".join([full_message(finding), *others])


def marks(finding: Finding, *, legacy: bool = True) -> str:
    """`(baselined)`, `(suppressed, legacy)`; empty for an open finding of a current record."""
    words: list[str] = [] if finding.status == "open" else [finding.status]
    if finding.legacy and legacy:
        words.append("legacy")
    return f"({', '.join(words)})" if words else ""


def count_of(number: int, noun: str) -> str:
    """A number with its noun: `1 record`, `1,234 records`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def errors_of(entry: Input) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and message of why an input was not, or not completely, checked."""
    if entry.error is not None:
        yield error_place(entry) or (1, 1, entry.error.removeprefix(f"{entry.path}: "))
    for fault in entry.faults:
        yield 1, 1, f"{fault.title}: {fault.message}"


def error_place(entry: Input) -> tuple[int, int, str] | None:
    """Line, column and message of an error that begins with its place in the input."""
    path, error = f"{entry.path}:", entry.error or ""
    line, _, rest = error.removeprefix(path).partition(":")
    column, _, message = rest.partition(": ")
    is_place = error.startswith(path) and line.isdecimal() and column.isdecimal()
    return (int(line), int(column), message) if is_place else None


def severity_counts(counts: Mapping[Severity, int]) -> list[str]:
    """`["1 error", "3 warnings"]`, without severities that have none."""
    return [count_of(counts[level], level) for level in SEVERITIES if counts[level]]


def status_counts(summary: Mapping[str, Any]) -> list[str]:
    """`["3 baselined", "1 suppressed"]`, without a status that no finding has."""
    return [f"{summary[key]:,} {key}" for key in ("baselined", "suppressed") if summary[key]]


def uncounted(report: Report, summary: Mapping[str, Any], legacy: Legacy) -> list[str]:
    """How many legacy, baselined and suppressed findings there are, which do not make a run fail.

    Those of legacy records have the option that lists them, or that counts them.  `summary` is that
    of the report.
    """
    counts = [*status_counts(summary), *_cut_counts(report)]
    number, modified = sum(summary["legacy"].values()), summary["legacy_modified"]
    if not number or legacy == "fail":
        return counts
    total = count_of(number, "legacy finding")
    if legacy == "summary":
        rules = {f.code for f in report.complete if f.legacy and f.status == "open"}
        total += f" in {count_of(len(rules), 'rule')}"
    option = "show" if legacy == "summary" else "fail"
    sentence = f"{total} not counted (--legacy {option})"
    if modified:
        sentence += f", {modified:,} on records modified since the cut-off"
    return [sentence, *counts]


def _cut_counts(report: Report) -> list[str]:
    """How many findings of the rules with very many are not listed."""
    count = sum(cut.found - cut.listed for entry in report.inputs for cut in entry.cut)
    return [f"{count_of(count, 'finding')} not listed (--max-findings)"] if count else []


def below_severity(summary: Mapping[str, Any], severity: Severity) -> list[str]:
    """How many findings are not listed, because they are less severe than `severity`."""
    count = summary.get("not_listed")
    return (
        [f"{count_of(count, 'finding')} below {severity} not listed (--min-severity)"]
        if count
        else []
    )


def finding_counts(findings: Sequence[Finding]) -> list[str]:
    """`["1 error", "3 warnings", "2 baselined"]`: open findings by severity, others by status."""
    current = [finding.severity for finding in findings if finding.status == "open"]
    others = [finding.status for finding in findings]
    return [
        *severity_counts({level: current.count(level) for level in SEVERITIES}),
        *status_counts({status: others.count(status) for status in ("baselined", "suppressed")}),
    ]


def count_by(report: Report, key_of: Callable[[Finding], Key]) -> dict[Key, dict[str, int]]:
    """Count the findings of each key in the columns `COUNTED`."""
    rows: dict[Key, dict[str, int]] = {}
    for finding, number in report.counted():
        key = key_of(finding)
        if key not in rows:
            rows[key] = dict.fromkeys(COUNTED, 0)
        if finding.status != "open":
            rows[key][finding.status] += number
        else:
            rows[key]["legacy" if finding.legacy else "findings"] += number
    return rows


def used_columns(rows: Mapping[Key, Mapping[str, int]]) -> list[str]:
    """The columns of `count_by` that are not zero in every row; always `findings`."""
    return [
        column
        for column in COUNTED
        if column == "findings" or any(row[column] for row in rows.values())
    ]


# What a draft does that requests no assignment.
KIND_SENTENCES = {
    "update": "updates an existing assignment",
    "release": "releases an existing assignment",
}
# The rule that reports a section of a draft that no request could be read from.
_NOT_UNDERSTOOD = "RQ082"


def no_request(inputs: Iterable[Input]) -> str:
    """What is said of drafts from which no request was read."""
    drafts = [entry for entry in inputs if entry.form == "draft"]
    codes = {finding.code for entry in drafts for finding in entry.findings}
    if _NOT_UNDERSTOOD in codes:
        return "no request could be read"
    sentence = "no port or service name requested"
    has_iana = not drafts or any(entry.has_iana for entry in drafts)
    return sentence if has_iana else f"{sentence} (no IANA Considerations section)"


def compared_registries(report: Report) -> list[Input]:
    """Return the inputs that are registries which the others were compared with."""

    def is_dump(entry: Input) -> bool:
        return entry.form not in (None, "draft") and not entry.requests

    of_requests = report.requests is not None
    return [e for e in report.inputs if e.kind == "registry" or (of_requests and is_dump(e))]


def is_alone(report: Report) -> bool:
    """Say whether the requests of a report were compared with no registry."""
    return bool(report.requests) and not compared_registries(report)


def has_suggestions(reviews: Iterable[Review]) -> bool:
    """Say whether free names or ports are suggested for a request."""
    return any(review.service_names or review.port_numbers for review in reviews)


# The rules for names and numbers that the applicant cannot have, the most decisive first; and those
# that report grounds on which requests were refused in public.
_NOT_AVAILABLE = (
    *("RQ022", "RQ021", "RQ024", "RQ025", "RQ023", "RQ011", "RQ044", "RQ016", "RQ027", "RQ031"),
    *("RQ055", "RQ053", "RQ054"),
)
# What is malformed comes before what is missing.
_MALFORMED = ("RQ010", "RQ020", "RQ026", "RQ040")
_OBJECTIONS = ("RQ028", "RQ073", "RQ074", "RQ084")


def request_name(review: Review) -> str:
    """Name a request by what it asks for; by its number if that is neither a name nor a port."""
    subject = review.subject
    name = subject_name(subject) if subject.get("service_name") or subject.get("port") else ""
    return name or f"request {review.index + 1}"


def changes_of(review: Review) -> list[str]:
    """What an update changes: each field with its old and new text."""
    return [f"{c.field}: {c.old or 'none'} -> {c.new or 'none'}" for c in review.changes]


def verdict_of(review: Review, findings: Sequence[Finding] = ()) -> str:
    """The verdict on a request in words, with the numbers of `findings`."""
    totals = ", ".join(finding_counts(findings))
    if review.kind != "request":
        return KIND_SENTENCES[review.kind] + (f" ({totals})" if totals else "")
    if review.verdict == "reject":
        return f"not ready to submit: {totals}" if totals else "not ready to submit"
    sentence = "no blocking problems found"
    if review.doubt:
        sentence = f"no verdict: {review.doubt}"
    if any(finding.code in _OBJECTIONS and finding.status == "open" for finding in review.findings):
        sentence += ", but a reviewer is likely to object"
    return sentence + (f" ({totals})" if totals else "")


def decision_of(review: Review) -> str:
    """What decides on a request, in words; empty for one that no error stands in the way of."""
    errors = [finding for finding in review.findings if finding.fails()]
    if not errors:
        return ""
    order = [*_NOT_AVAILABLE, *_MALFORMED, *sorted(finding.code for finding in errors)]
    first = min(errors, key=lambda finding: order.index(finding.code))
    kind = "not available" if first.code in _NOT_AVAILABLE else "not ready to submit"
    return f"{kind}: {first.message.partition(';')[0]}"


def verdicts_on(report: Report, path: str) -> dict[str, str]:
    """What a report says of the input at `path` as a whole, by what it is about.

    That is the verdict on each request, or what became of the entries of an audited file.
    """
    verdicts: dict[str, str] = {}
    for review in report.requests or ():
        if review.path == path:
            name = request_name(review)
            procedure = f"; procedure: {review.procedure}" if review.procedure else ""
            verdicts[name] = f"{verdict_of(review, review.findings)}{procedure}"
    for entry in report.inputs:
        if entry.path == path and entry.facts is not None:
            verdicts["audit"] = entry.facts
    return verdicts


def grouped_by_rule(
    findings: Iterable[Finding], apart: Callable[[Finding], str] | None = None
) -> dict[str, list[Finding]]:
    """The findings of each rule, by its code; the most severe rules first.

    Those for which `apart` returns another text are groups of their own.
    """
    rules: dict[str, list[Finding]] = {}
    for finding in findings:
        key = finding.code if apart is None else f"{finding.code} {apart(finding)}"
        rules.setdefault(key, []).append(finding)
    order = sorted(rules, key=lambda code: (SEVERITIES.index(rules[code][0].severity), code))
    return {code: rules[code] for code in order}


def first_by_rule(findings: Iterable[Finding]) -> list[Finding]:
    """The first finding of each rule; those of the most severe rules first."""
    firsts: dict[str, Finding] = {}
    for finding in findings:
        firsts.setdefault(finding.code, finding)
    return sorted(firsts.values(), key=lambda f: (SEVERITIES.index(f.severity), f.code))


def arranged(findings: Iterable[Finding], order: Order) -> list[Finding]:
    """Return the findings in an order; but for that of places, faults of reading are first."""
    if order == "place":
        return list(findings)
    if order == "record":
        return sorted(findings, key=lambda f: (not is_reading_fault(f), _record_key(f)))
    # What decides on a request comes before what is incomplete in it.
    ranks = {code: rank for rank, code in enumerate((*_NOT_AVAILABLE, *_MALFORMED))}
    # Few keys, each once: those of a sort are as many as the findings.
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        code = finding.code
        key: tuple[object, ...] = not is_reading_fault(finding), code
        if order == "severity":
            rank = ranks.get(code, len(ranks))
            key = key[0], SEVERITIES.index(finding.severity), rank, code
        groups.setdefault(key, []).append(finding)
    return [finding for key in sorted(groups) for finding in groups[key]]


def is_reading_fault(finding: Finding) -> bool:
    """Say whether it is about what could not be read, so that others may follow from it."""
    return finding.code.startswith("FM")


def _record_key(finding: Finding) -> tuple[str, int, str]:
    """Name, port and transport of a record, or what else a finding is about."""
    subject = finding.subject
    name = subject.get("service_name") or ""
    port = (subject.get("port") or "").partition("-")[0]
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else -1
    rest = subject.get("transport_protocol") or subject.get("contact") or ""
    return name.lower(), number, rest


def grouped(findings: Iterable[Finding], by: Grouping | None) -> dict[str, list[Finding]]:
    """The findings by the title of their group, in their order; one group "" without groups."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_group_title(finding, by), []).append(finding)
    return groups


def _group_title(finding: Finding, by: Grouping | None) -> str:
    if by == "file":
        return finding.location.path
    if by == "rule":
        return f"{finding.code} {finding.rule}"
    if by == "severity":
        return f"{finding.severity}s"
    return (subject_name(finding.subject) or "the registry") if by == "record" else ""


def skipped_rules(entry: Input, rules: Mapping[str, Rule]) -> dict[str, str]:
    """The codes of the rules that were skipped, by the reason.

    Rules about the brackets of plain formats can never run on XML and are not mentioned.
    """
    by_reason: dict[str, list[str]] = {}
    for skipped in entry.not_run:
        rule = rules.get(skipped.code)
        if rule is None or "brackets" not in rule.needs:
            by_reason.setdefault(skipped.reason, []).append(skipped.code)
    return {reason: grouped_codes(codes) for reason, codes in by_reason.items()}


def grouped_codes(codes: Sequence[str]) -> str:
    """Join codes, consecutive ones as `AC001-AC004`."""
    runs: list[list[str]] = []
    for code in sorted(codes):
        if runs and code[:-3] == runs[-1][-1][:-3] and int(code[-3:]) == int(runs[-1][-1][-3:]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def port_phrase(findings: Iterable[Finding]) -> str:
    """The first ports that findings are about, for a sentence on them."""
    texts = dict.fromkeys(str(finding.subject["port"]) for finding in findings)
    ports = [text for text in texts if text[:1].isdecimal()]
    if not ports:
        return ""
    rest = ", ..." if len(ports) > _MOST_PORTS else ""
    listing = visible(", ".join(ports[:_MOST_PORTS]))
    return f" on port{'s' if len(ports) > 1 else ''} {listing}{rest}"
