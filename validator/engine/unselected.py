"""What is reported of the faults of reading that nothing selects: those that hide something."""

from __future__ import annotations

from validator.engine.rule import COLUMN, Rule, Violation
from validator.model.record import Defect
from validator.model.vocabulary import listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from validator.engine.selection import Selection

# The rule that reports missing columns.
_COLUMN_RULE = "FM004"
# The rules that report columns and elements that the registry does not have, too.
_FOREIGN_RULES = ("FM003", "FM006")
_MOST_CODES = 5


def faults_of_reading(
    rule: Rule, violations: Iterable[Violation], selection: Selection, skipped: Container[str]
) -> Iterator[Violation]:
    """Yield those of the `violations` of `rule`, which nothing selects, that hide something.

    Of missing columns, those for which a selected rule was `skipped` are warnings: what else was
    selected did run.
    """
    if rule.code == _COLUMN_RULE:
        yield from _needed_columns(violations, selection, skipped)
        return
    for violation in violations:
        if _hides_something(violation):
            yield violation


def _hides_something(violation: Violation) -> bool:
    """Whether some of the registry was not read; a line of either of two records was."""
    defect: object = violation.subject
    if not isinstance(defect, Defect):
        return True
    is_foreign = defect.code in _FOREIGN_RULES and not defect.hides_key
    return not is_foreign and not defect.is_doubt


def _needed_columns(
    violations: Iterable[Violation], selection: Selection, skipped: Container[str]
) -> Iterator[Violation]:
    for violation in violations:
        need = f"{COLUMN}{violation.field}"
        codes = [rule.code for rule in selection.running if need in rule.needs]
        codes = [code for code in codes if code in skipped]
        if codes:
            violation.severity = "warning"
            violation.message += f"; not run: {listing(codes, _MOST_CODES)}"
            yield violation
