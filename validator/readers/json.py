"""The JSON form: ianalint's own exchange form, as `schemas/registry.schema.json` describes it.

The document is validated against the schema before anything is read from it; each violation is
FM011.  What is valid is read all the same.  `json` decodes the values; this module walks the outer
objects itself, because each finding needs the place of its value, and because what precedes a break
is still to be checked.
"""

from __future__ import annotations

import json
from itertools import compress, islice

from validator.errors import Unusable
from validator.model.pattern import pattern
from validator.model.record import (
    CITING_FIELDS,
    KEY_FIELDS,
    TEXT_FIELDS,
    Citation,
    Contact,
    Defect,
    Defects,
    Dump,
    Footnote,
    Markup,
    Note,
    Record,
    text_of,
)
from validator.model.vocabulary import (
    COLUMN_HEADINGS,
    CONTACT_FIELDS,
    METADATA_FIELDS,
    RECORD_FIELDS,
    quoted,
)
from validator.readers.json_entries import entries_of
from validator.readers.json_plain import hides_record, is_plain, reduced, violation_mark
from validator.readers.json_text import JsonText, TooDeep, TooMany
from validator.readers.letters import LetterFinder, letters_in_json
from validator.readers.locator import Locator, citation_of
from validator.readers.table import missing_columns
from validator.readers.truncation import too_many

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TypeAlias

    from validator.model.record import Part
    from validator.readers.source import Source

    Path: TypeAlias = tuple[str | int, ...]

_LISTS = ("records", "contacts", "footnotes")
# Violations of the schema that are reported.
_VIOLATION_LIMIT = 1000
# More characters are no record: the largest of the registry has two thousand.
_LARGE = 1 << 20
_SURROGATE = pattern("[\ud800-\udfff]", "a")


def read(source: Source) -> Dump:
    """Return the records, contacts and defects of `source`.

    Raises `Unusable` for JSON that is something else altogether: no object, or one with neither
    records nor the `$schema` of this form.  Otherwise it never raises on content.
    """
    document = _JsonDocument(source)
    if not document.is_registry:
        from validator.readers.appearance import request_appearance

        advice = 'Run "ianalint schema registry" for the format'
        raise Unusable(
            f'{source.path} is JSON, but not a registry: expected an object with "records".'
            f" {request_appearance(source.data) or advice}"
        )
    dump = Dump(source.path, "json", source.data, document.carries)
    dump.missing_columns = document.missing_columns
    dump.defects.extend([*source.damage, *document.defects])
    if dump.missing_columns:
        at = document.byte(document.places["missing_columns"])
        present = set(RECORD_FIELDS) - dump.missing_columns
        dump.defects.extend(missing_columns(present, at, COLUMN_HEADINGS, RECORD_FIELDS))
    _DumpBuilder(document, dump).run()
    dump.locate = JsonLocator(document, source.data)
    return dump


class _JsonDocument(JsonText):
    """A JSON document with the place of each value, as far as it could be read.

    `places` has the character where each value of the outer object begins, `element_places` those
    of the elements of its long lists.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source.data.decode("utf-8"), source.limits.depth)
        self.limit = source.limits.records
        self.value: dict[str, Any] = {}
        self.places: dict[str, int] = {}
        self.element_places: dict[str, list[int]] = {}
        # The records and contacts of lists in which nothing is wrong; their `value` is empty.
        self.entries: dict[str, list[Any]] = {}
        # Only escapes can make half a character of a text: the bytes are UTF-8.
        self.may_be_halved = "\\ud" in self.text or "\\uD" in self.text
        self.defects = Defects()
        # Whether all of it could be read.
        self.is_whole = True
        # The keys that stand twice in what is read; looking for places reads it once more.
        self._repeated_keys: dict[str, None] | None = {}
        try:
            self._walk()
        except json.JSONDecodeError as error:
            from validator.readers.syntax_errors import json_error

            self._break_off(f"invalid JSON: {json_error(error)}", error.pos)
        except TooDeep as error:
            self._break_off(f"values are nested {error} (--max-depth)", error.at)
        except TooMany as error:
            self.is_whole = False
            self.defects.append(
                too_many(self.limit, self.list_key, self.byte(error.at), "--max-records")
            )
        except ValueError:  # a number with more digits than Python reads
            self._break_off("invalid JSON: number with too many digits", self.last)
        self._repeated_keys = None
        if self.is_registry:
            self._validate()

    @property
    def is_registry(self) -> bool:
        return "records" in self.value or str(self.value.get("$schema", "")).startswith(
            "urn:ianalint:schema:registry"
        )

    @property
    def carries(self) -> frozenset[str]:
        words = _as_list(self.value.get("carries"))
        return frozenset(word for word in words if isinstance(word, str))

    @property
    def missing_columns(self) -> frozenset[str]:
        return frozenset(
            field for field in RECORD_FIELDS if field in _as_list(self.value.get("missing_columns"))
        )

    def add(self, code: str, message: str, at: int, mark: str = "", *, hides: bool = False) -> None:
        self.defects.append(Defect(code, message, self.byte(at), hides=hides, mark=mark))

    def _break_off(self, reason: str, at: int) -> None:
        self.is_whole = False
        self.add("FM001", f"{reason}; the rest of the document is not read", at)

    def _report_repeated(self, key: str, at: int) -> None:
        message = f"duplicate key {quoted(key)}; only the first one is read"
        self.add("FM008", message, at, key, hides=key == "records" or key in KEY_FIELDS)

    def repeated(self, key: str) -> None:
        if self._repeated_keys is not None:
            self._repeated_keys[key] = None

    def decoded(self, at: int, levels: int = 0) -> tuple[Any, int]:
        decoded = super().decoded(at, levels)
        keys = self._repeated_keys
        if keys:
            self._repeated_keys = None  # they are read once more for their places
            places = self.second_places(at) if decoded[1] - at <= _LARGE else {}
            for key in keys:
                self._report_repeated(key, places.get(key, at))
            self._repeated_keys = {}
        return decoded

    def _walk(self) -> None:
        text = self.text
        self.last = at = self.space(0)
        if text[at : at + 1] != "{":
            return
        for key, _, start in self.members(at):
            is_repeated = key in self.value
            if is_repeated:
                self._report_repeated(key, start)
            else:
                self.places[key] = start
            value: Any
            if self._read_entries(key, start):
                continue
            if key in _LISTS and text[start : start + 1] == "[":
                self.list_key = key
                value = []
                places: list[int] = []
                if not is_repeated:
                    # Before they are read: what precedes a break counts.
                    self.value[key], self.element_places[key] = value, places
                self.end = self.elements(start, value, places, 2, self.limit)
            else:
                value, self.end = self.decoded(start, 1)
                self.value.setdefault(key, value)
        rest = self.space(self.end)
        if rest < len(text):
            self._break_off("invalid JSON: unexpected text after its end", rest)

    def _read_entries(self, key: str, start: int) -> bool:
        """Read the list at `start` if nothing is wrong in it; return whether that was so."""
        if key in self.value or self.may_be_halved or self.text[start : start + 1] != "[":
            return False
        read = entries_of(self.text, start, key, self.deepest, self.limit)
        if read is None:
            return False
        self.value[key] = []
        self.entries[key], self.element_places[key], self.end = read
        return True

    def place(self, path: Sequence[str | int]) -> int:
        """The character where the value at `path` begins; of what it is in where it is missing."""
        if not path:
            return self.space(0)
        name = str(path[0])
        at = self.places[name]
        rest = path[1:]
        elements = self.element_places.get(name)
        if rest and elements is not None and isinstance(rest[0], int) and rest[0] < len(elements):
            index = rest[0]
            at = elements[index]
            rest = rest[1:]
            if self.element_end(elements, index) - at > _LARGE:
                return at  # to look inside is to read all of it again
        return self.within(at, rest)

    def element_end(self, elements: Sequence[int], index: int) -> int:
        """The character before which the element at `index` of a long list ends."""
        return elements[index + 1] if index + 1 < len(elements) else len(self.text)

    def may_mention(self, key: str, at: int, end: int) -> bool:
        """Whether what begins at `at` and ends before `end` may have `key`, as a key or a text."""
        text = self.text
        return text.find(f'"{key}"', at, end) >= 0 or text.find("\\", at, end) >= 0

    def _validate(self) -> None:
        """Validate the document against the schema."""
        if self.is_whole and is_plain(self.value):
            return  # to ask the schema would take several times as long as all else
        violations: dict[tuple[Path, str], Path] = {}
        for path, sentence, place in self._violations():
            violations[path, sentence] = place
            if len(violations) > _VIOLATION_LIMIT:
                break
        for (path, sentence), place in islice(violations.items(), _VIOLATION_LIMIT):
            where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
            subject = where.removeprefix(".") or "document"
            hides = hides_record(self.value, path)
            mark = violation_mark(path, sentence)
            self.add("FM011", f"{subject}: {sentence}", self.place(place), mark, hides=hides)
        if len(violations) > _VIOLATION_LIMIT:
            self.defects[-1].message += " (and more)"
            self.defects[-1].hides = True

    def _violations(self) -> Iterator[tuple[Path, str, Path]]:
        """Yield where each violation of the schema is, a sentence about it, and the value there."""
        from jsonschema import Draft202012Validator

        from validator.readers.schema_errors import sentence_of, unknown_keys
        from validator.schema import text

        # The schema takes fifty times as long for each element that is valid.
        rest, indexes = reduced(self.value)
        for error in Draft202012Validator(json.loads(text("registry"))).iter_errors(rest):
            path = tuple(error.absolute_path)
            if len(path) > 1 and path[0] in indexes:
                path = (path[0], indexes[str(path[0])][int(path[1])], *path[2:])
            if not self.is_whole and not path and error.validator == "required":
                continue  # it may stand in what is not read
            if error.validator == "type" and "const" in error.schema:
                continue  # it is not the one value, which is a violation of its own
            yield path, sentence_of(error), (*path, *unknown_keys(error)[:1])


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


class _DumpBuilder:
    """Puts what is of the right type into the dump."""

    def __init__(self, document: _JsonDocument, dump: Dump) -> None:
        self.document = document
        self.dump = dump
        self.may_be_halved = document.may_be_halved
        # The character where the element begins that is read now.
        self.at = 0

    def run(self) -> None:
        dump = self.dump
        metadata = self.document.value.get("registry")
        if isinstance(metadata, dict):
            self.at = self.document.places["registry"]
            self.metadata(metadata)
        dump.records += self.ready_entries("records")
        for at, value in self.elements("records"):
            record = Record(len(dump.records), at)
            dump.records.append(record)
            self.record(record, value)
        dump.contacts += self.ready_entries("contacts")
        for at, value in self.elements("contacts"):
            contact = Contact(len(dump.contacts), at)
            dump.contacts.append(contact)
            self.contact(contact, value)
        for at, value in self.elements("footnotes"):
            parts = self.parts(value.get("text"))
            anchor = self.optional_text(value.get("anchor"))
            dump.footnotes.append(Footnote(anchor, text_of(parts), at, parts))

    def metadata(self, metadata: dict[str, Any]) -> None:
        document, dump = self.document, self.dump
        for field in METADATA_FIELDS:
            if isinstance(metadata.get(field), str):
                setattr(dump, field, self.text(metadata[field]))
                dump.metadata_places[field] = document.byte(document.within(self.at, [field]))
        dump.references.extend(self.citations(metadata.get("references")))
        for index, note in enumerate(_as_list(metadata.get("notes"))):
            if isinstance(note, dict):
                parts = self.parts(note.get("text"))
                title = self.optional_text(note.get("title"))
                at = document.byte(document.within(self.at, ["notes", index]))
                dump.notes.append(Note(title, text_of(parts), at, parts))

    def ready_entries(self, key: str) -> list[Any]:
        """The entries of a list in which nothing is wrong, each with its index and offset."""
        document = self.document
        entries = document.entries.get(key, [])
        if entries:
            offsets = document.byte.ascending(document.element_places[key])
            for index, (entry, offset) in enumerate(zip(entries, offsets, strict=True)):
                entry.index, entry.offset = index, offset
        return entries

    def elements(self, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the offset of each object of a long list, and the object."""
        document = self.document
        values = _as_list(document.value.get(key))
        if not values:
            return
        places = document.element_places.get(key, [])
        # What is no object is a violation, and has no index among the records.
        are_objects = [isinstance(value, dict) for value in values]
        places = document.element_places[key] = list(compress(places, are_objects))
        offsets = document.byte.ascending(places)
        for at, offset, value in zip(places, offsets, compress(values, are_objects), strict=False):
            self.at = at
            yield offset, value

    def record(self, record: Record, values: dict[str, Any]) -> None:
        for field, value in values.items():
            if field in CITING_FIELDS:
                if value:
                    setattr(record, field, self.citations(value))
            elif field not in TEXT_FIELDS:
                continue
            elif isinstance(value, str):
                setattr(record, field, self.text(value))
            elif isinstance(value, list):
                parts = self.parts(value)
                setattr(record, field, text_of(parts))
                record.mixed = {**(record.mixed or {}), field: parts}
                inline = tuple((field, part) for part in parts if isinstance(part, Citation))
                record.inline = (*record.inline, *inline)

    def contact(self, contact: Contact, values: dict[str, Any]) -> None:
        for field, value in values.items():
            if field == "contact_uri":
                uris = [self.text(uri) for uri in _as_list(value) if isinstance(uri, str)]
                contact.contact_uri = tuple(uris)
            elif isinstance(value, str) and field in CONTACT_FIELDS:
                setattr(contact, field, self.text(value))

    def text(self, value: str) -> str:
        if self.may_be_halved and _SURROGATE.search(value):
            at = self.document.byte(self.at)
            self.dump.defects.append(Defect("FM005", "unpaired surrogate, read as U+FFFD", at))
            return str(_SURROGATE.sub("\ufffd", value))
        return value

    def optional_text(self, value: object) -> str | None:
        return self.text(value) if isinstance(value, str) else None

    def citations(self, values: object) -> tuple[Citation, ...]:
        made = (self.citation(value, index) for index, value in enumerate(_as_list(values)))
        return tuple(citation for citation in made if citation is not None)

    def citation(self, value: object, index: int) -> Citation | None:
        """Make a citation, with its index in its list for an offset."""
        if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
            return None
        kind, data, text, section = (
            self.optional_text(value.get(key)) for key in ("kind", "data", "text", "section")
        )
        return Citation(kind or "", data, text, index, section)

    def parts(self, value: object) -> list[Part]:
        if isinstance(value, str):
            return [self.text(value)] if value else []
        parts: list[Part] = []
        for index, part in enumerate(_as_list(value)):
            if isinstance(part, str):
                parts.append(self.text(part))
            elif isinstance(part, dict) and isinstance(part.get("markup"), str):
                parts.append(Markup(part["markup"]))
            elif (citation := self.citation(part, index)) is not None:
                parts.append(citation)
        return parts


class JsonLocator(Locator):
    """Walks the object of a record or contact again."""

    __slots__ = ("data", "document", "letters")

    def __init__(self, document: _JsonDocument, data: bytes) -> None:
        self.document = document
        self.data = data
        self.letters = LetterFinder(data, letters_in_json)

    def in_metadata(self, dump: Dump, field: str | None, item: object) -> int:
        if isinstance(item, Citation):
            at = self.document.place(["registry", "references", item.offset, *_key_of(item)])
            return self.document.byte(at)
        return super().in_metadata(dump, field, item)

    def in_record(self, record: Record, field: str, item: object) -> int:
        return self._place("records", record, field, citation_of(record, field, item))

    def in_contact(self, contact: Contact, field: str, item: object) -> int:
        return self._place("contacts", contact, field, item)

    def in_value(self, start: int, text: str, mixed: Sequence[Part] | None, character: int) -> int:
        return self.letters.offset(start, text, mixed, character)

    def in_title(self, note: Note) -> int:
        return self._inside(note, ["title"])

    def in_note(self, note: Note) -> int:
        return self._inside(note, ["text"])

    def in_footnote(self, footnote: Footnote) -> int:
        return self._inside(footnote, ["text"])

    def in_other(self, subject: object, item: object) -> int:
        if isinstance(subject, Note | Footnote) and isinstance(item, Citation):
            return self._inside(subject, ["text", item.offset, *_key_of(item)])
        if isinstance(subject, Footnote):
            return self._inside(subject, ["anchor"])
        return int(getattr(subject, "offset", 0))

    def _inside(self, owner: Note | Footnote, path: Sequence[str | int]) -> int:
        """The value at `path` in the object of a note or footnote."""
        document = self.document
        at = document.byte.character(owner.offset)
        return document.byte(self._first_text(document.within(at, path)))

    def _first_text(self, at: int) -> int:
        """Where the value at `at` is a list that begins with a text, the place of that."""
        text = self.document.text
        inside = self.document.space(at + 1) if text[at] == "[" else at
        return inside if text[inside : inside + 1] == '"' else at

    def _place(self, key: str, entry: Record | Contact, field: str, item: object) -> int:
        document = self.document
        places = document.element_places[key]
        if entry.index >= len(places):
            return entry.offset
        at = places[entry.index]
        # The end shows at once that a field is missing, as that of most findings is.
        end = document.element_end(places, entry.index)
        if item is None and not document.may_mention(field, at, end):
            return entry.offset
        path: list[str | int] = [field]
        if isinstance(item, Citation):
            path += [item.offset, *_key_of(item)]
        elif isinstance(item, int):
            path.append(item)
        return document.byte(self._first_text(document.within(at, path)))


def _key_of(citation: Citation) -> list[str]:
    """The key of what a citation says, if it says anything."""
    return ["data"] if citation.data is not None else ["text"] * (citation.text is not None)
