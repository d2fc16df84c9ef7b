"""Proves rules: their documentation says why, its examples and the cases of their files hold.

The cases of a rule CODE of the file `rules/ours.py` are in `rules/CODE.toml`; see
`validator.testing.rule_cases` for their format.
"""

from __future__ import annotations

import os
import tomllib

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from validator.errors import shortened
from validator.model.vocabulary import normal_space
from validator.testing.rule_cases import differences, examples, run_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.rule import Rule


_LONGEST = 100
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
        "today": {"type": "string", "format": "date"},
        "bytes": {"enum": ["utf-8", "utf-16", "latin-1"]},
    },
}


class Proof:
    """What was run for a rule, and in `failures` what is wrong with it, as sentences."""

    __slots__ = ("cases", "examples", "failures", "rule")

    def __init__(self, rule: Rule, folder: str) -> None:
        self.rule = rule
        self.examples = 0
        self.cases = 0
        self.failures = [
            *self._documentation_failures(),
            *self._example_failures(),
            *self._case_failures(os.path.join(folder, f"{rule.code}.toml")),
        ]

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
            report = run_case(case)
            if report.faults:
                yield f"example: {report.faults[0].message}"
            elif bool(report.findings) != is_flagged:
                expected = f"expected {code}, found nothing" if is_flagged else f"found {code}"
                yield f"example: {expected} in {shortened(normal_space(case['input']), _LONGEST)}"
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
                yield f"{name}: {''.join(f'{key}: ' for key in fault.path)}{fault.message}"
                continue
            kinds.add(any(finding.startswith(self.rule.code) for finding in case["findings"]))
            yield from (f"{name}: {difference}" for difference in differences(case, run_case(case)))
        for is_flagged, word in ((True, "finds"), (False, "does not find")):
            if is_flagged not in kinds:
                yield f"cases: none in which {self.rule.code} {word} something"
