"""Proves rules: their documentation says why, its examples and the cases of their files hold.

The cases of a rule CODE of the file `rules/ours.py` are in `rules/CODE.toml`; see
`validator.testing.rule_cases` for their format.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from validator.engine.report import Report
from validator.engine.rule import Rule
from validator.errors import Unusable, listed, shortened, unknown
from validator.model.vocabulary import normal_space
from validator.reporters.escape import visible
from validator.reporters.wording import count_of
from validator.testing.rule_cases import differences, examples, run_case

_LONGEST = 100
_KINDS = {
    "object": "a table",
    "array": "a list",
    "string": "a text in quotes",
    "boolean": "true or false",
}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_CASE = {
    "type": "object",
    "required": ["input", "findings"],
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string"},
        "form": {"enum": ["xml", "csv", "json"]},
        "input": {"type": "string"},
        **dict.fromkeys(
            ("findings", "message", "messages", "field", "value", "related", "there"), _TEXTS
        ),
        "select": _TEXTS,
        "legacy": {"type": "array", "items": {"type": "boolean"}},
        "whole": {"type": "boolean"},
        "today": {"type": "string"},
        "bytes": {"enum": ["utf-8", "utf-16", "latin-1"]},
    },
}


class Proof:
    """What was run for a rule, and in `failures` what is wrong with it, as sentences.

    `folder` has the cases.  They list the findings of `codes`, unless they select others.
    """

    __slots__ = ("cases", "codes", "examples", "failures", "rule")

    def __init__(self, rule: Rule, folder: str, codes: Sequence[str]) -> None:
        self.rule = rule
        self.codes = codes
        self.examples = 0
        self.cases = 0
        self.failures = [
            *self._documentation_failures(),
            *self._example_failures(),
            *self._case_failures(os.path.join(folder, f"{rule.code}.toml")),
        ]

    def lines(self) -> Iterator[str]:
        """Yield what was run and whether it holds, and the failures."""
        counts = f"{count_of(self.examples, 'example')}, {count_of(self.cases, 'case')}"
        verdict = "failed" if self.failures else "passed"
        yield f"{self.rule.code} {self.rule.name}: {counts}: {verdict}"
        yield from (f"  {visible(failure)}" for failure in self.failures)

    def _documentation_failures(self) -> Iterator[str]:
        summary, _, rest = self.rule.documentation.partition("\n\n")
        if not summary.endswith(".") or "\n" in summary:
            yield "documentation: expected one sentence in the first line"
        if "Why it matters: " not in rest:
            yield 'documentation: expected a paragraph that begins with "Why it matters: "'

    def _example_failures(self) -> Iterator[str]:
        code = self.rule.code
        kinds = set()
        for is_flagged, case in examples(self.rule):
            self.examples += 1
            kinds.add(is_flagged)
            report = _run(case)
            if isinstance(report, str):
                yield f"example: {report}"
                continue
            if report.faults:
                yield f"example: {report.faults[0].message}"
                continue
            # Some rules look at every file, whatever is selected.
            codes = [*dict.fromkeys(finding.code for finding in report.findings)]
            is_right = code in codes if is_flagged else not codes
            if not is_right:
                expected = f"expected {code}, found" if is_flagged else "found"
                text = shortened(normal_space(case["input"]), _LONGEST)
                yield f"example: {expected} {', '.join(codes) or 'nothing'} in {text}"
        for is_flagged, heading in ((True, "Flagged"), (False, "Accepted")):
            if is_flagged not in kinds:
                yield f'documentation: no example under "{heading}::"'

    def _case_failures(self, path: str) -> Iterator[str]:
        try:
            with open(path, "rb") as stream:
                cases = tomllib.load(stream).get("case", [])
        except FileNotFoundError:
            yield f"cases: expected them in {path}"
            return
        except (OSError, ValueError) as error:
            yield f"cases: {path}: {error}"
            return
        if not isinstance(cases, list):
            yield f"cases: {path}: expected tables [[case]]"
            return
        kinds = set()
        for number, case in enumerate(cases, 1):
            self.cases += 1
            fault = best_match(Draft202012Validator(_CASE).iter_errors(case))
            title = case.get("title", number) if isinstance(case, dict) else number
            name = f'case "{title}"'
            if fault is not None:
                yield f"{name}: {_sentence(fault)}"
                continue
            kinds.add(any(finding.startswith(self.rule.code) for finding in case["findings"]))
            report = _run({"select": self.codes, **case})
            failures = [report] if isinstance(report, str) else differences(case, report)
            yield from (f"{name}: {failure}" for failure in failures)
        for is_flagged, word in ((True, "finds"), (False, "does not find")):
            if is_flagged not in kinds:
                yield f"cases: none in which {self.rule.code} {word} something"


def _run(case: dict[str, Any]) -> Report | str:
    """Check the dump of a case; a text says why it cannot be checked."""
    try:
        return run_case(case)
    except (ValueError, Unusable) as error:
        return str(error)


def _sentence(fault: Any) -> str:
    """Say what is wrong with the form of a case: an error of the schema in our own words."""
    value, expected = fault.instance, fault.validator_value
    if fault.validator == "required":
        keys = [key for key in expected if key not in value]
        return f"{' and '.join(keys)} {'is' if len(keys) == 1 else 'are'} missing"
    if fault.validator == "additionalProperties":
        keys = fault.schema["properties"]
        return unknown("key", next(key for key in value if key not in keys), keys)
    where = "".join(f"{key + 1 if isinstance(key, int) else key}: " for key in fault.path)
    if fault.validator == "enum":
        return f"{where}expected {listed(expected)}, found {_described(value)}"
    return f"{where}expected {_KINDS[expected]}, found {_described(value)}"


def _described(value: object) -> str:
    if isinstance(value, str):
        return f'"{shortened(value)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    return str(value)
