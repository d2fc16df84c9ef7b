"""Service names that are repeated, malformed or released, and what assignments describe."""

from __future__ import annotations

from validator.model.registry import cached_index
from validator.model.vocabulary import FORMER_NAME, SERVICE_NAME, fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Record
    from validator.model.registry import Assignment, Registry


@cached_index
def repeated_names(registry: Registry) -> list[list[Assignment]]:
    """The assignments of each name that has several."""
    return [entries for entries in registry.by_name.values() if len(entries) > 1]


@cached_index
def malformed_names(registry: Registry) -> frozenset[str]:
    """The service names that break Section 5.1, as spelled."""
    is_valid = SERVICE_NAME.fullmatch
    names = registry.column("service_name").texts
    return frozenset(name for name in names if name and not is_valid(name))


@cached_index
def released_names(registry: Registry) -> dict[str, Record]:
    """The former names that notes mention and no record has any more, by key."""
    records: dict[str, Record] = {}
    for field in ("assignment_notes", "description"):
        texts = [text for text in registry.column(field).texts if text and FORMER_NAME.search(text)]
        for record, text in registry.records_with(field, texts):
            for match in FORMER_NAME.finditer(text):
                key = fold(match[match.lastindex or 0])
                if key not in registry.by_name:
                    records.setdefault(key, record)
    return records


@cached_index
def assignments_by_description(registry: Registry) -> dict[str, list[Assignment]]:
    """Assignments by their description, without case and with white space folded."""
    by_description: dict[str, list[Assignment]] = {}
    for entry in registry.assignments:
        if entry.record.description:
            key = normal_space(entry.record.description).casefold()
            by_description.setdefault(key, []).append(entry)
    return by_description
