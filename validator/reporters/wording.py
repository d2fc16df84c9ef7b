"""Wording that several formats share: what a finding says, how findings are counted."""

from __future__ import annotations

from validator.engine.rule import SEVERITIES
from validator.reporters.escape import subject_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeVar

    from validator.engine.report import Finding, Review
    from validator.engine.rule import Severity

    Key = TypeVar("Key")

# The columns of a table of findings.
COUNTED = ("findings", "legacy", "baselined", "suppressed")


def full_message(finding: Finding) -> str:
    """The message after the name of what it is about: `http 80/tcp: no contact`."""
    subject = subject_name(finding.subject)
    return f"{subject}: {finding.message}" if subject else finding.message


def marks(finding: Finding, *, legacy: bool = True) -> str:
    """`(baselined)`, `(suppressed, legacy)`; empty for an open finding of a current record."""
    words: list[str] = [] if finding.status == "open" else [finding.status]
    if finding.legacy and legacy:
        words.append("legacy")
    return f"({', '.join(words)})" if words else ""


def count_of(number: int, noun: str) -> str:
    """A number with its noun: `1 record`, `1,234 records`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def severity_counts(counts: Mapping[Severity, int]) -> list[str]:
    """`["1 error", "3 warnings"]`, without severities that have none."""
    return [count_of(counts[level], level) for level in SEVERITIES if counts[level]]


def status_counts(summary: Mapping[str, Any]) -> list[str]:
    """`["3 baselined", "1 suppressed"]`, without a status that no finding has."""
    return [f"{summary[key]:,} {key}" for key in ("baselined", "suppressed") if summary[key]]


def finding_counts(findings: Sequence[Finding]) -> list[str]:
    """`["1 error", "3 warnings", "2 baselined"]`: open findings by severity, others by status."""
    current = [finding.severity for finding in findings if finding.status == "open"]
    others = [finding.status for finding in findings]
    return [
        *severity_counts({level: current.count(level) for level in SEVERITIES}),
        *status_counts({status: others.count(status) for status in ("baselined", "suppressed")}),
    ]


def count_by(
    findings: Iterable[Finding], key_of: Callable[[Finding], Key]
) -> dict[Key, dict[str, int]]:
    """Count the findings of each key in the columns `COUNTED`."""
    rows: dict[Key, dict[str, int]] = {}
    for finding in findings:
        key = key_of(finding)
        if key not in rows:
            rows[key] = dict.fromkeys(COUNTED, 0)
        if finding.status != "open":
            rows[key][finding.status] += 1
        else:
            rows[key]["legacy" if finding.legacy else "findings"] += 1
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
NO_REQUEST = "no port or service name requested"


def verdict_of(review: Review, findings: Sequence[Finding] = ()) -> str:
    """The verdict on a request in words, with the numbers of `findings`."""
    totals = ", ".join(finding_counts(findings))
    if review.kind != "request":
        return KIND_SENTENCES[review.kind] + (f" ({totals})" if totals else "")
    if review.verdict == "reject":
        return f"not ready to submit: {totals}" if totals else "not ready to submit"
    return "no blocking problems found" + (f" ({totals})" if totals else "")


def grouped_by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings of each rule, by its code; the most severe rules first."""
    rules: dict[str, list[Finding]] = {}
    for finding in findings:
        rules.setdefault(finding.code, []).append(finding)
    order = sorted(rules, key=lambda code: (SEVERITIES.index(rules[code][0].severity), code))
    return {code: rules[code] for code in order}


def grouped_codes(codes: Sequence[str]) -> str:
    """Join codes, consecutive ones as `AC001-AC004`."""
    runs: list[list[str]] = []
    for code in sorted(codes):
        if runs and code[:-3] == runs[-1][-1][:-3] and int(code[-3:]) == int(runs[-1][-1][-3:]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
