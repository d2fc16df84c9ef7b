"""Documents of the exchange form that surely are as the schema says.

The schema is what counts, and `jsonschema` knows it; but it takes fifty times as long as these few
lines to find nothing wrong.  So what `fits` is not held against it, and all else is.  A test holds
the two together.
"""

from __future__ import annotations

from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CITING = frozenset({"assignee", "contact", "reference"})
METADATA = ("registry_id", "title", "category", "updated", "experts")
_DATES = frozenset({"registration_date", "modification_date"})
_OF_RECORD = frozenset(RECORD_FIELDS)
_MIXED = _OF_RECORD - CITING - _DATES
_OF_CONTACT = frozenset(CONTACT_FIELDS)
_OF_CITATION = frozenset({"kind", "data", "text", "section"})
_OF_PART = _OF_CITATION | {"markup"}
_MARKUP = frozenset({"br", "paragraph", "/paragraph"})
_CARRIED = frozenset(
    {"contacts", "registry-date", "metadata", "footnotes", "kinds", "elements", "brackets"}
)
_REQUIRED = frozenset({"format_version", "carries", "registry", "records", "contacts", "footnotes"})


def fits(value: dict[str, Any]) -> bool:
    """Say whether a document, as `json` reads it, is without doubt as the schema says.

    `False` says nothing.
    """
    if not _REQUIRED <= value.keys() <= _REQUIRED | {"$schema"}:
        return False
    version = value["format_version"]
    return (
        type(value.get("$schema", "")) is str
        and type(version) is int
        and version == 1
        and all(type(word) is str and word in _CARRIED for word in _list(value["carries"]))
        and _is_metadata(value["registry"])
        and all(map(_is_record, _list(value["records"])))
        and all(map(_is_contact, _list(value["contacts"])))
        and all(map(_is_footnote, _list(value["footnotes"])))
    )


def doubtful(value: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """What of a document is in doubt: of its long lists those elements that may not fit.

    Returns the document without the others, and for each list the places its elements had.  As far
    as the lists are concerned, the schema has nothing against what is left out.
    """
    rest = dict(value)
    places: dict[str, list[int]] = {}
    for key, suits in _ELEMENTS.items():
        held = value.get(key)
        if type(held) is list:
            places[key] = [at for at, element in enumerate(held) if not suits(element)]
            rest[key] = [held[at] for at in places[key]]
    if _is_metadata(value.get("registry")):
        rest["registry"] = {}
    return rest, places


def _list(value: object) -> list[Any]:
    """`value`, or a list of what fits nowhere."""
    return value if type(value) is list else [None]


def _is_record(value: object) -> bool:
    if type(value) is not dict:
        return False
    for key, held in value.items():
        if type(held) is str:
            if key not in _OF_RECORD or key in CITING:
                return False
        elif key in CITING:
            if not all(map(_is_citation, _list(held))):
                return False
        elif key not in _MIXED or not all(map(_is_part, _list(held))):
            return False
    return True


def _is_contact(value: object) -> bool:
    if type(value) is not dict or not value.keys() <= _OF_CONTACT:
        return False
    for key, held in value.items():
        if key == "contact_uri":
            if not all(type(uri) is str for uri in _list(held)):
                return False
        elif type(held) is not str:
            return False
    return True


def _is_citation(value: object) -> bool:
    if type(value) is not dict or "kind" not in value or not value.keys() <= _OF_CITATION:
        return False
    return all(type(held) is str for held in value.values())


def _is_part(value: object) -> bool:
    if type(value) is str:
        return True
    if type(value) is not dict or not value.keys() <= _OF_PART:
        return False
    if not all(type(held) is str for held in value.values()):
        return False
    return value["markup"] in _MARKUP if "markup" in value else "kind" in value


def _is_titled(value: object, title: str) -> bool:
    """Whether `value` is a text, perhaps of parts, with or without a title."""
    if type(value) is not dict or "text" not in value or not value.keys() <= {title, "text"}:
        return False
    text = value["text"]
    return type(value.get(title, "")) is str and (
        type(text) is str or all(map(_is_part, _list(text)))
    )


def _is_metadata(value: object) -> bool:
    if type(value) is not dict:
        return False
    for key, held in value.items():
        if key == "references":
            if not all(map(_is_citation, _list(held))):
                return False
        elif key == "notes":
            if not all(_is_titled(note, "title") for note in _list(held)):
                return False
        elif key not in METADATA or type(held) is not str:
            return False
    return True


def _is_footnote(value: object) -> bool:
    return _is_titled(value, "anchor")


_ELEMENTS: dict[str, Callable[[object], bool]] = {
    "records": _is_record,
    "contacts": _is_contact,
    "footnotes": _is_footnote,
}
