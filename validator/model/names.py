"""Service names that are repeated, malformed or released, and what assignments describe."""

from __future__ import annotations

from validator.model.entries import Assignment
from validator.model.record import Record
from validator.model.registry import Registry, cached_index
from validator.model.vocabulary import (
    FORMER_NAME,
    FORMER_NAME_REMARK,
    SERVICE_NAME,
    fold,
    normal_space,
)


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
def former_names(registry: Registry) -> dict[str, Record]:
    """The former names that a text mentions and no record has any more, by key."""
    return {key: record for key, record, _ in _former_names(registry)}


@cached_index
def released_names(registry: Registry) -> dict[str, Record]:
    """Those of `former_names` that are Reserved: the note of a release on a Reserved port has them.

    A release marks its name as Reserved (RFC 6335, Section 8.2); a remark such as "(was smoor)"
    reserves nothing.
    """
    reserved = {s.record.index for s in registry.statements if s.state == "Reserved"}
    return {
        key: record
        for key, record, is_remark in _former_names(registry)
        if not is_remark and record.index in reserved
    }


@cached_index
def _former_names(registry: Registry) -> list[tuple[str, Record, bool]]:
    """Each former name by key, with the record of its text, and whether it is a mere remark."""
    names: list[tuple[str, Record, bool]] = []
    for field in ("assignment_notes", "description"):
        texts = [text for text in registry.column(field).texts if text and FORMER_NAME.search(text)]
        for record, text in registry.records_with(field, texts):
            for match in FORMER_NAME.finditer(text):
                key = fold(match[match.lastindex or 0])
                if key not in registry.by_name:
                    names.append((key, record, match.lastindex == FORMER_NAME_REMARK))
    names.reverse()  # of several texts with one name, the first one counts
    return names


@cached_index
def assignments_by_description(registry: Registry) -> dict[str, list[Assignment]]:
    """Assignments by their description, without case and with white space folded."""
    by_description: dict[str, list[Assignment]] = {}
    for entry in registry.assignments:
        if entry.record.description:
            key = normal_space(entry.record.description).casefold()
            by_description.setdefault(key, []).append(entry)
    return by_description
