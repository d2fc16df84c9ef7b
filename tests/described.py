"""Everything a dump says, places included, as plain values that can be compared."""

from __future__ import annotations

from typing import Any

from validator.model.record import Citation, Contact, Dump, Markup, Record

TEXTS = (
    "service_name",
    "port_number",
    "transport_protocol",
    "description",
    "registration_date",
    "modification_date",
    "service_code",
    "known_unauthorized_uses",
    "assignment_notes",
)
CITED = ("assignee", "contact", "reference")
OF_CONTACT = ("contact_id", "name", "organization", "last_updated")


def citation(cited: Citation) -> tuple[str | None, ...]:
    return cited.kind, cited.data, cited.text, cited.section


def _part(part: object) -> object:
    if isinstance(part, Citation):
        return citation(part)
    return f"<{part.tag}>" if isinstance(part, Markup) else part


def record(entry: Record) -> dict[str, Any]:
    """What a record says, without places."""
    values: dict[str, Any] = {field: getattr(entry, field) for field in TEXTS}
    values.update({field: [citation(c) for c in getattr(entry, field)] for field in CITED})
    values["inline"] = [(field, citation(cited)) for field, cited in entry.inline]
    mixed = entry.mixed or {}
    values["mixed"] = {field: [_part(part) for part in mixed[field]] for field in sorted(mixed)}
    return values


def contact(entry: Contact) -> dict[str, Any]:
    values = {field: getattr(entry, field) for field in OF_CONTACT}
    return {**values, "contact_uri": list(entry.contact_uri)}


def contents(whole: Dump) -> dict[str, Any]:
    """What a dump says, without places."""
    return {
        "records": [record(entry) for entry in whole.records],
        "contacts": [contact(entry) for entry in whole.contacts],
        "notes": [(n.title, n.text, [_part(p) for p in n.mixed]) for n in whole.notes],
        "footnotes": [(n.anchor, n.text) for n in whole.footnotes],
        "references": [citation(cited) for cited in whole.references],
        "metadata": (whole.registry_id, whole.title, whole.category, whole.updated, whole.experts),
    }


def dump(whole: Dump) -> dict[str, Any]:
    """What a dump says, where each value stands, and what is wrong with it."""
    locate = whole.locate
    return {
        **contents(whole),
        "places": [
            [
                entry.index,
                entry.offset,
                *(locate(entry, field, None) for field in (*TEXTS, *CITED)),
                *(locate(entry, field, c) for field in CITED for c in getattr(entry, field)),
                *(locate(entry, field, c) for field, c in entry.inline),
            ]
            for entry in whole.records
        ],
        "contact places": [
            [
                entry.index,
                entry.offset,
                *(locate(entry, field, None) for field in OF_CONTACT),
                *(locate(entry, "contact_uri", n) for n in range(len(entry.contact_uri))),
            ]
            for entry in whole.contacts
        ],
        "note places": [[n.offset for n in whole.notes], [n.offset for n in whole.footnotes]],
        "defects": [
            (d.code, d.message, d.offset, getattr(d.about, "index", None), d.field, d.value)
            for d in whole.defects
        ],
    }
