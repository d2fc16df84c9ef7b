"""Whether a dump that others are compared with can be relied on.

What holds for `check` holds for every dump that a command reads: one that says nothing is not used,
and what could not be read of one is in the report.
"""

from __future__ import annotations

from validator.engine.examine import described, examine, is_other_registry
from validator.engine.rule import RunContext
from validator.engine.selection import Selection
from validator.limits import LIMITS
from validator.model.vocabulary import COLUMN_HEADINGS, REGISTRY_ID, quoted
from validator.readers.source import Unusable
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.engine.report import Input
    from validator.limits import Limits
    from validator.model.registry import Registry

# Without these columns nothing can be compared with a table.
_NEEDED = ("service_name", "port_number")
# The rules on what could not be read of a dump.
INCOMPLETE = ("FM001", "FM004")


def require_usable(registry: Registry) -> Registry:
    """Return `registry`.

    Raises `Unusable` where it is another registry, has no record, or lacks the column of names or
    that of ports.
    """
    dump = registry.dump
    if is_other_registry(registry):
        raise Unusable(
            f"{dump.path}: expected the registry {quoted(REGISTRY_ID)}, found"
            f" {quoted(dump.registry_id or '')}"
        )
    missing = {defect.field for defect in dump.defects if defect.code == "FM004"}
    headings = {field: heading for heading, field in reversed(COLUMN_HEADINGS.items())}
    for field in _NEEDED:
        if field in missing:
            raise Unusable(f"{dump.path}: no column {quoted(headings[field])}")
    if not dump.records:
        raise Unusable(f"{dump.path}: the dump has no records")
    return registry


def is_incomplete(registry: Registry) -> bool:
    """Whether a dump breaks off or lacks columns, so that something in it could not be read."""
    return any(defect.code in INCOMPLETE for defect in registry.dump.defects)


def compared_input(registry: Registry, limits: Limits = LIMITS) -> Input:
    """Return a dump that is only compared with as an input of a report.

    Its findings say where it breaks off and which columns it lacks, as `check` reports them: what
    was not there could not be compared.
    """
    if not is_incomplete(registry):
        return described(registry)
    selection = Selection(catalogue.rules("registry"), select=INCOMPLETE)
    entry = examine(registry, selection, RunContext("", "", limits))
    entry.not_run = []
    return entry
