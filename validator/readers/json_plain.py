"""A trick for speed: the elements of a document that are surely valid skip the JSON Schema.

It reads a valid document in 14 ms instead of 314.  The schema is what counts, but `jsonschema`
takes fifty times as long as these few lines to find nothing wrong.  So only what they doubt is
validated; a test compares the two.
"""

from __future__ import annotations

from validator.model.pattern import pattern
from validator.model.record import CITING_FIELDS, DATE_FIELDS, KEY_FIELDS, TEXT_FIELDS
from validator.model.vocabulary import CONTACT_FIELDS, METADATA_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeGuard

_QUOTED = pattern('"([^"]*+)"')
_MIXED_FIELDS = TEXT_FIELDS.difference(DATE_FIELDS)
CONTACT_KEYS = frozenset(CONTACT_FIELDS)
_CITATION_KEYS = frozenset({"kind", "data", "text", "section"})
_PART_KEYS = _CITATION_KEYS | {"markup"}
_MARKUP = frozenset({"br", "paragraph", "/paragraph"})
_CARRIES = frozenset(
    {"contacts", "registry-date", "metadata", "footnotes", "kinds", "elements", "brackets"}
)
_REQUIRED = frozenset({"format_version", "carries", "registry", "records", "contacts", "footnotes"})


def is_plain(value: dict[str, Any]) -> bool:
    """Say whether a document, as `json` reads it, is surely valid; `False` says nothing."""
    if not _REQUIRED <= value.keys() <= _REQUIRED | {"$schema"}:
        return False
    version = value["format_version"]
    return (
        type(value.get("$schema", "")) is str
        and type(version) is int
        and version == 1
        and all(type(word) is str and word in _CARRIES for word in _list(value["carries"]))
        and _is_metadata(value["registry"])
        and all(map(_is_record, _list(value["records"])))
        and all(map(_is_contact, _list(value["contacts"])))
        and all(map(_is_footnote, _list(value["footnotes"])))
    )


def reduced(value: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """Return a document without the elements of its long lists that are surely valid.

    With it, for each list, the indexes that the other elements had.
    """
    rest = dict(value)
    indexes: dict[str, list[int]] = {}
    for key, is_valid in _ELEMENTS.items():
        elements = value.get(key)
        if type(elements) is list:
            indexes[key] = [at for at, element in enumerate(elements) if not is_valid(element)]
            rest[key] = [elements[at] for at in indexes[key]]
    if _is_metadata(value.get("registry")):
        rest["registry"] = {}
    return rest, indexes


def _list(value: object) -> list[Any]:
    """`value`, or a list of what is valid nowhere."""
    return value if type(value) is list else [None]


def _is_record(value: object) -> bool:
    if type(value) is not dict:
        return False
    for key, content in value.items():
        if type(content) is str:
            if key not in TEXT_FIELDS:
                return False
        elif key in CITING_FIELDS:
            if not all(map(is_citation, _list(content))):
                return False
        elif not is_mixed_text(content, key):
            return False
    return True


def _is_contact(value: object) -> bool:
    if type(value) is not dict or not value.keys() <= CONTACT_KEYS:
        return False
    for key, content in value.items():
        if key == "contact_uri":
            if not all(type(uri) is str for uri in _list(content)):
                return False
        elif type(content) is not str:
            return False
    return True


def is_citation(value: object) -> TypeGuard[dict[str, str]]:
    """Say whether `value` is surely a valid citation."""
    if type(value) is not dict or "kind" not in value or not value.keys() <= _CITATION_KEYS:
        return False
    return all(type(content) is str for content in value.values())


def is_mixed_text(value: object, field: str) -> TypeGuard[list[Any]]:
    """Say whether `value` is a list of parts that `field` may have in place of a text."""
    return field in _MIXED_FIELDS and all(map(_is_part, _list(value)))


def _is_part(value: object) -> bool:
    if type(value) is str:
        return True
    if type(value) is not dict or not value.keys() <= _PART_KEYS:
        return False
    if not all(type(content) is str for content in value.values()):
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
    for key, content in value.items():
        if key == "references":
            if not all(map(is_citation, _list(content))):
                return False
        elif key == "notes":
            if not all(_is_titled(note, "title") for note in _list(content)):
                return False
        elif key not in METADATA_FIELDS or type(content) is not str:
            return False
    return True


def _is_footnote(value: object) -> bool:
    return _is_titled(value, "anchor")


_ELEMENTS: dict[str, Callable[[object], bool]] = {
    "records": _is_record,
    "contacts": _is_contact,
    "footnotes": _is_footnote,
}


def hides_record(document: Mapping[str, Any], path: Sequence[str | int]) -> bool:
    """Whether what is wrong at `path` may be a record, or the name, port or transport of one."""
    if path[:1] != ("records",):
        return False
    if len(path) > 2:
        return path[2] in KEY_FIELDS
    record = document["records"][path[1]] if len(path) == 2 else None
    return not isinstance(record, dict) or not record.keys() >= set(KEY_FIELDS)


def violation_mark(path: Sequence[str | int], sentence: str) -> str:
    """What tells a violation from others in a baseline: the keys, and no number of a record."""
    return ".".join([*(step for step in path if isinstance(step, str)), *_QUOTED.findall(sentence)])
