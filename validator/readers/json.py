"""The JSON form: ianalint's own exchange form, as `schemas/registry.schema.json` describes it.

The document is held against the schema before anything is taken from it; each violation is FM011.
What is as it should be is read all the same.  Values are decoded by `json`; this module walks the
outer objects itself, because the place of each value must be known, and because what stands before
a break is still to be checked.
"""

from __future__ import annotations

import json
from itertools import compress

from validator.model.pattern import pattern
from validator.model.record import (
    Citation,
    Contact,
    Defect,
    Dump,
    Footnote,
    Markup,
    Note,
    Record,
    text_of,
)
from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS, quoted
from validator.readers.json_plain import CITING, METADATA, doubtful, fits
from validator.readers.json_text import JsonText, TooDeep, TooMany
from validator.readers.limits import too_many
from validator.readers.source import Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from validator.model.record import Part
    from validator.readers.source import Source

_TEXTS = frozenset(RECORD_FIELDS) - CITING
_USUAL = {"kind", "data"}
_LISTS = ("records", "contacts", "footnotes")
_SHOWN = 1000
# The characters of a record that is none: the largest of the registry has two thousand.
_LARGE = 1 << 20

_SURROGATE = pattern("[\ud800-\udfff]", "a")


def read(source: Source) -> Dump:
    """Return the records, contacts and defects of `source`.

    Raises `Unusable` for JSON that is something else altogether: no object, or one with neither
    records nor the `$schema` of this form.  Otherwise it never raises on content.
    """
    document = _Document(source)
    if not document.is_registry:
        raise Unusable(
            f"{source.path} is JSON, but not a registry: `ianalint schema registry` describes"
            " the JSON that is read"
        )
    dump = Dump(source.path, "json", source.data, document.carries)
    dump.defects.extend([*source.damage, *document.defects])
    _Filling(document, dump).run()
    dump.locate = _Locator(document)
    return dump


class _Document(JsonText):
    """A JSON document with the place of each value, as far as it could be read.

    `places` has the character where each value of the outer object begins, `elements_of` those of
    the elements of its long lists.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source.data.decode("utf-8"), source.limits.depth)
        self.most = source.limits.records
        self.value: dict[str, Any] = {}
        self.places: dict[str, int] = {}
        self.elements_of: dict[str, list[int]] = {}
        self.defects: list[Defect] = []
        self.is_broken = self.is_cut = False
        # Whether every value is of the type that the schema gives it.
        self.fits = False
        # The keys that stand twice in what is read; looking for places reads it once more.
        self._repeated: dict[str, None] | None = {}
        try:
            self._walk()
        except json.JSONDecodeError as error:
            self._broken(f"{error.msg[:1].lower()}{error.msg[1:]}", error.pos)
        except TooDeep as error:
            self._broken(f"values are nested {error}", error.at)
        except TooMany as error:
            # What was read so far is whole.
            self.is_cut = True
            self.defects.append(too_many(self.most, self.listed, self.byte(error.at)))
        except ValueError as error:  # a number with more digits than Python reads
            self._broken(str(error).partition(";")[0], self.last)
        self._repeated = None
        if self.is_registry:
            self._validate()

    @property
    def is_registry(self) -> bool:
        return "records" in self.value or str(self.value.get("$schema", "")).startswith(
            "urn:ianalint:schema:registry"
        )

    @property
    def carries(self) -> frozenset[str]:
        said = _listed(self.value.get("carries"))
        return frozenset(word for word in said if isinstance(word, str))

    def add(self, code: str, message: str, at: int, value: str | None = None) -> None:
        self.defects.append(Defect(code, message, self.byte(at), value=value))

    def _broken(self, message: str, at: int) -> None:
        self.is_broken = True
        self.add("FM001", f"the JSON breaks off: {message}", at)

    def repeated(self, key: str) -> None:
        if self._repeated is not None:
            self._repeated[key] = None

    def decoded(self, at: int, levels: int = 0) -> tuple[Any, int]:
        found = super().decoded(at, levels)
        for key in self._repeated or ():
            self.add("FM008", f"{quoted(key)} stands twice in one object; the first counts", at)
        if self._repeated:
            self._repeated.clear()
        return found

    def _walk(self) -> None:
        text = self.text
        self.last = at = self.space(0)
        if text[at : at + 1] != "{":
            return
        for key, _, start in self.members(at):
            repeated = key in self.value
            if repeated:
                self.add(
                    "FM008", f"{quoted(key)} stands twice in one object; the first counts", start
                )
            value: Any
            if key in _LISTS and text[start : start + 1] == "[":
                self.listed = key
                held: list[Any] = []
                places: list[int] = []
                if not repeated:
                    self.value[key], self.elements_of[key] = held, places
                    self.places[key] = start
                end = self.elements(start, held, places, 2, self.most)
            else:
                value, end = self.decoded(start, 1)
                if not repeated:
                    self.value[key], self.places[key] = value, start
            self.end = end
        rest = self.space(self.end)
        if rest < len(text):
            self._broken("there is more behind its end", rest)

    def place(self, path: Sequence[str | int]) -> int:
        """The character where the value at `path` begins; of its holder where it is not there."""
        if not path:
            return self.space(0)
        name = str(path[0])
        at = self.places[name]
        rest = path[1:]
        elements = self.elements_of.get(name)
        if rest and elements is not None and isinstance(rest[0], int) and rest[0] < len(elements):
            index = rest[0]
            at = elements[index]
            rest = rest[1:]
            if self.behind(elements, index) - at > _LARGE:
                return at  # to look inside is to read all of it again
        return self.within(at, rest)

    def behind(self, elements: Sequence[int], index: int) -> int:
        """The character before which the element at `index` of a long list ends."""
        return elements[index + 1] if index + 1 < len(elements) else len(self.text)

    def may_name(self, key: str, at: int, end: int) -> bool:
        """Whether what begins at `at` and ends before `end` may have `key`, as a key or a text."""
        text = self.text
        return text.find(f'"{key}"', at, end) >= 0 or text.find("\\", at, end) >= 0

    def _validate(self) -> None:
        """Hold the document against the schema."""
        self.fits = not self.is_broken and fits(self.value)
        if self.fits:
            return  # to ask the schema would take several times as long as all else
        from jsonschema import Draft202012Validator

        from validator.schema import text

        told: dict[tuple[tuple[str | int, ...], str], None] = {}
        # The schema takes fifty times as long for each element that is as it should be.
        rest, places = doubtful(self.value)
        is_whole = not self.is_broken and not self.is_cut
        for error in Draft202012Validator(json.loads(text("registry"))).iter_errors(rest):
            path = tuple(error.absolute_path)
            if len(path) > 1 and path[0] in places:
                path = (path[0], places[str(path[0])][int(path[1])], *path[2:])
            if not is_whole and not path and error.validator == "required":
                continue
            if error.validator == "type" and "const" in error.schema:
                continue  # it is not the one value, which is told
            told.setdefault((path, _told(error)))
            if len(told) > _SHOWN:
                break
        for number, (path, sentence) in enumerate(told):
            if number == _SHOWN:
                self.defects[-1].message += " (and there are more)"
                break
            where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
            subject = where.removeprefix(".") or "the document"
            self.add("FM011", f"{subject} {sentence}", self.place(path))


_NAMES: Mapping[str, str] = {
    "string": "a text",
    "array": "a list",
    "object": "an object",
}


def _told(error: Any) -> str:
    """Say what an error of the schema is, without repeating the document."""
    value = error.instance
    wanted = error.validator_value
    if error.validator == "required":
        return "lacks " + ", ".join(quoted(key) for key in wanted if key not in value)
    if error.validator == "additionalProperties":
        more = [quoted(key) for key in value if key not in error.schema.get("properties", {})]
        shown = ", ".join(more[:5]) + (f" and {len(more) - 5} more" if len(more) > 5 else "")
        return f"has what this form does not know: {shown}"
    if error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return f"is {_kind(value)}, not {' or '.join(_NAMES.get(kind, kind) for kind in kinds)}"
    if error.validator in ("const", "enum"):
        known = [wanted] if error.validator == "const" else wanted
        return f"is not {' or '.join(map(str, known))}"
    # The one alternative of the schema: what stands inside a text.
    return 'has neither "kind" nor "markup"'


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


class _Filling:
    """Puts what is of the right kind into the dump."""

    def __init__(self, document: _Document, dump: Dump) -> None:
        self.document = document
        self.dump = dump
        # Only escapes can make half a character of a text: the bytes are UTF-8.
        self.may_be_halved = "\\ud" in document.text or "\\uD" in document.text
        self.is_plain = document.fits and not self.may_be_halved
        self.at = 0
        self.cited: dict[tuple[str, str], tuple[Citation, ...]] = {}

    def run(self) -> None:
        document, dump = self.document, self.dump
        held = document.value
        metadata = held.get("registry")
        if isinstance(metadata, dict):
            self.at = document.places["registry"]
            for field in METADATA:
                if isinstance(metadata.get(field), str):
                    setattr(dump, field, self.text(metadata[field]))
                    at = document.within(self.at, [field])
                    dump.metadata_places[field] = document.byte(at)
            dump.references.extend(self.citations(metadata.get("references")))
            for note in self.objects(metadata, "notes"):
                parts = self.parts(note.get("text"))
                title = note.get("title")
                dump.notes.append(
                    Note(
                        self.text(title) if isinstance(title, str) else None,
                        text_of(parts),
                        document.byte(self.at),
                        parts,
                    )
                )
        for at, value in self.elements("records"):
            record = Record(len(dump.records), at)
            dump.records.append(record)
            self.record(record, value)
        for at, value in self.elements("contacts"):
            contact = Contact(len(dump.contacts), at)
            dump.contacts.append(contact)
            self.contact(contact, value)
        for at, value in self.elements("footnotes"):
            parts = self.parts(value.get("text"))
            anchor = value.get("anchor")
            dump.footnotes.append(
                Footnote(
                    self.text(anchor) if isinstance(anchor, str) else None,
                    text_of(parts),
                    at,
                    parts,
                )
            )

    def elements(self, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the offset of each element of a long list, and the element: nothing for others."""
        document = self.document
        values = _listed(document.value.get(key))
        places = document.elements_of.get(key, [])
        # What is no object has been told of, and has no number among the records.
        held = [isinstance(value, dict) for value in values]
        places = document.elements_of[key] = list(compress(places, held))
        offsets = document.byte.ascending(places)
        for at, offset, value in zip(places, offsets, compress(values, held), strict=False):
            self.at = at
            yield offset, value

    def objects(self, holder: dict[str, Any], key: str) -> list[dict[str, Any]]:
        return [value for value in _listed(holder.get(key)) if isinstance(value, dict)]

    def record(self, record: Record, value: dict[str, Any]) -> None:
        for field, held in value.items():
            if field in CITING:
                if held:
                    setattr(record, field, self.citations(held))
            elif field not in _TEXTS:
                continue
            elif isinstance(held, str):
                setattr(record, field, held if self.is_plain else self.text(held))
            elif isinstance(held, list):
                parts = self.parts(held)
                setattr(record, field, text_of(parts))
                record.mixed = {**(record.mixed or {}), field: parts}
                cited = tuple((field, part) for part in parts if isinstance(part, Citation))
                record.inline = (*record.inline, *cited)

    def contact(self, contact: Contact, value: dict[str, Any]) -> None:
        for field, held in value.items():
            if field == "contact_uri":
                uris = [self.text(uri) for uri in _listed(held) if isinstance(uri, str)]
                contact.contact_uri = tuple(uris)
            elif isinstance(held, str) and field in CONTACT_FIELDS:
                setattr(contact, field, self.text(held))

    def text(self, value: str) -> str:
        if self.may_be_halved and _SURROGATE.search(value):
            self.document_defect("half a character, which is none")
            return str(_SURROGATE.sub("\ufffd", value))
        return value

    def document_defect(self, message: str) -> None:
        self.dump.defects.append(Defect("FM005", message, self.document.byte(self.at)))

    def citations(self, values: object) -> tuple[Citation, ...]:
        listed = _listed(values)
        if self.is_plain and len(listed) == 1 and listed[0].keys() == _USUAL:
            # What nearly all are; records with the same citation share it, as it has no place.
            key = listed[0]["kind"], listed[0]["data"]
            one = self.cited.get(key)
            if one is None:
                one = self.cited[key] = (Citation(*key, None, 0),)
            return one
        made = (self.citation(value, index) for index, value in enumerate(listed))
        return tuple(citation for citation in made if citation is not None)

    def citation(self, value: object, index: int) -> Citation | None:
        """Make a citation, with its place in its list for an offset."""
        if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
            return None
        kind, data, text, section = (
            self.text(held) if isinstance(held := value.get(key), str) else None
            for key in ("kind", "data", "text", "section")
        )
        return Citation(kind or "", data, text, index, section)

    def parts(self, held: object) -> list[Part]:
        if isinstance(held, str):
            return [self.text(held)] if held else []
        found: list[Part] = []
        for index, part in enumerate(_listed(held)):
            if isinstance(part, str):
                found.append(self.text(part))
            elif isinstance(part, dict) and isinstance(part.get("markup"), str):
                found.append(Markup(part["markup"]))
            elif (citation := self.citation(part, index)) is not None:
                found.append(citation)
        return found


class _Locator:
    """Offsets of values, worked out by walking the object that holds them again."""

    def __init__(self, document: _Document) -> None:
        self.document = document

    def __call__(self, subject: object, field: str | None, item: object) -> int:
        document = self.document
        if isinstance(subject, Record | Contact):
            elements = document.elements_of[
                "records" if isinstance(subject, Record) else "contacts"
            ]
            if subject.index < len(elements) and field is not None:
                at = elements[subject.index]
                # Before the next one: most findings are of what is not there.
                behind = document.behind(elements, subject.index)
                if item is None and not document.may_name(field, at, behind):
                    return subject.offset
                path: list[str | int] = [field]
                if isinstance(item, Citation):
                    path.append(item.offset)
                elif isinstance(item, int):
                    path.append(item)
                return document.byte(document.within(at, path))
        if isinstance(subject, Dump):
            if isinstance(item, Citation):
                at = document.place(["registry", "references", item.offset])
                return document.byte(at)
            return subject.metadata_places.get(field or "", 0)
        return int(getattr(subject, "offset", 0))
