"""The JSON form: everything a dump says, each record on a line of its own."""

from __future__ import annotations

import re
from json import JSONEncoder

from validator.model.record import CITING_FIELDS, Citation, Markup
from validator.model.vocabulary import CONTACT_FIELDS, METADATA_FIELDS, RECORD_FIELDS
from validator.writers import Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from validator.model.record import Contact, Dump, Part, Record
    from validator.model.registry import Registry

_encode = JSONEncoder(ensure_ascii=False).encode
# Characters that a terminal obeys or nobody sees: C1, bidi controls and those without a width.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def write(registry: Registry) -> Written:
    """Write the exchange form, version 1 (`schemas/registry.schema.json`).  It loses nothing."""
    dump = registry.dump
    lines = [
        "{",
        '  "$schema": "urn:ianalint:schema:registry:1",',
        '  "format_version": 1,',
        f'  "carries": {_encode(sorted(dump.carries))},',
        *_missing_columns(dump),
        f'  "registry": {_encode(_metadata(dump))},',
        *_list("records", map(_record, dump.records)),
        *_list("contacts", map(_contact, dump.contacts)),
        *_list(
            "footnotes",
            [
                _without_none({"anchor": note.anchor, "text": _text(note.text, note.mixed)})
                for note in dump.footnotes
            ],
            end="",
        ),
        "}",
        "",
    ]
    text = "\n".join(lines)
    return Written(_UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def _missing_columns(dump: Dump) -> list[str]:
    if not dump.missing_columns:
        return []
    return [f'  "missing_columns": {_encode(sorted(dump.missing_columns))},']


def _list(key: str, entries: Iterable[dict[str, Any]], end: str = ",") -> list[str]:
    lines = [f"    {_encode(entry)}" for entry in entries]
    if not lines:
        return [f'  "{key}": []{end}']
    return [f'  "{key}": [', ",\n".join(lines), f"  ]{end}"]


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _metadata(dump: Dump) -> dict[str, Any]:
    metadata = {field: getattr(dump, field) for field in METADATA_FIELDS}
    if dump.references:
        metadata["references"] = [_citation(citation) for citation in dump.references]
    if dump.notes:
        metadata["notes"] = [
            _without_none({"title": note.title, "text": _text(note.text, note.mixed)})
            for note in dump.notes
        ]
    return _without_none(metadata)


def _record(record: Record) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    mixed = record.mixed or {}
    for field in RECORD_FIELDS:
        value = getattr(record, field)
        if field in CITING_FIELDS:
            if value:
                fields[field] = [_citation(citation) for citation in value]
        elif value is not None:
            fields[field] = _text(value, mixed.get(field, ()))
    return fields


def _contact(contact: Contact) -> dict[str, Any]:
    fields = {field: getattr(contact, field) for field in CONTACT_FIELDS}
    fields["contact_uri"] = list(contact.contact_uri) or None
    return _without_none(fields)


def _text(text: str, parts: Sequence[Part]) -> str | list[Any]:
    """A text as it is where it has no markup, otherwise its parts."""
    if all(isinstance(part, str) for part in parts):
        return text
    return [_part(part) for part in parts]


def _part(part: Part) -> str | dict[str, Any]:
    if isinstance(part, Citation):
        return _citation(part)
    return {"markup": part.tag} if isinstance(part, Markup) else part


def _citation(citation: Citation) -> dict[str, Any]:
    return _without_none(
        {
            "kind": citation.kind,
            "data": citation.data,
            "text": citation.text,
            "section": citation.section,
        }
    )
