"""A trick for speed: lists of records and contacts without faults are read in one pass.

It reads the newest dump in less than half the time.  Records as `ianalint convert` writes them are
read by a regular expression; each other one is decoded, found to be valid and turned into a record
at once.  At the first doubt the whole list is left to `validator.readers.json`, which finds out
what is wrong and where; tests compare the two.
"""

from __future__ import annotations

import json
import re

from validator.model.record import (
    CITING_FIELDS,
    TEXT_FIELDS,
    Citation,
    Contact,
    Markup,
    Record,
    text_of,
)
from validator.model.vocabulary import CONTACT_FIELDS, RECORD_FIELDS
from validator.readers.json_plain import CONTACT_KEYS, is_citation, is_mixed_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from validator.model.record import Part

    Entry: TypeAlias = Record | Contact

# The levels of a list of records: the document, the list, a record, its citations, one of them.
_LEVELS = 5
_RECORD_KEYS = TEXT_FIELDS.union(CITING_FIELDS)
_USUAL_KEYS = {"kind", "data"}


def _text_member(field: str) -> str:
    """A member with a text, and what follows it; but for the last one a comma."""
    return rf'(?:"{field}": "({_STRING})"{_AFTER})?+'


def _citing_member(field: str) -> str:
    """A member with citations, each with kind and data."""
    return rf'(?:"{field}": (\[{_CITED}(?:, {_CITED})*+\]){_AFTER})?+'


_STRING = r'[^"\\\x00-\x1f]*+'
_AFTER = r'(?:, (?=")|(?=\}))'
_CITED = rf'\{{"kind": "{_STRING}", "data": "{_STRING}"\}}'
_ADDRESS = rf'(?:"contact_uri": \["({_STRING})"\]{_AFTER})?+'
_END = r"\}[ \t\n\r]*+([,\]])[ \t\n\r]*+"
_RECORD: Any = re.compile(
    r"\{"
    + "".join(
        _citing_member(field) if field in CITING_FIELDS else _text_member(field)
        for field in RECORD_FIELDS
    )
    + _END
).match
_CONTACT: Any = re.compile(
    r"\{"
    + "".join(
        _ADDRESS if field == "contact_uri" else _text_member(field) for field in CONTACT_FIELDS
    )
    + _END
).match
_SPACE: Any = re.compile(r"[ \t\n\r]*").match
_NEXT: Any = re.compile(r"[ \t\n\r]*([,\]])[ \t\n\r]*").match
_BLANK_BEFORE_COLON: Any = re.compile(r'"[ \t\n\r]+:').search


class Doubt(Exception):  # noqa: N818
    """What is read here may be faulty."""


def entries_of(
    text: str, start: int, key: str, deepest: int, limit: int
) -> tuple[list[Any], list[int], int] | None:
    """Read the list at `start`, which is that of `key`; `None` where anything may be wrong.

    Return its entries, the character where each begins, and the one after the list.  The offsets
    of the entries are left to the caller.
    """
    if deepest < _LEVELS or key not in ("records", "contacts"):
        return None
    reader = _RecordReader(text) if key == "records" else _ContactReader(text)
    try:
        end = reader.read(start, limit)
    except (Doubt, ValueError, StopIteration, RecursionError):
        return None
    return reader.entries, reader.places, end


class _EntryReader:
    """Reads a list; `entries` and `places` are its elements and where each begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.entries: list[Any] = []
        self.places: list[int] = []
        decoder: Any = json.JSONDecoder()
        self._decode = decoder.scan_once
        # How many keys the objects in an element have.
        self._keys = 0

    def usual(self, row: re.Match[str]) -> Entry:
        """Return the entry that a match of `pattern` is."""
        raise NotImplementedError

    def entry(self, values: dict[str, Any]) -> Entry:
        """Return the entry that a decoded object is; raises `Doubt` where it may be faulty."""
        raise NotImplementedError

    pattern: Callable[[str, int], re.Match[str] | None]

    def read(self, at: int, limit: int) -> int:
        """Read the list at `at`; raises `Doubt` where an element may be faulty."""
        text, pattern, usual = self.text, self.pattern, self.usual
        entries, places = self.entries, self.places
        at = _SPACE(text, at + 1).end()
        if text[at : at + 1] == "]":
            return at + 1
        while True:
            places.append(at)
            row = pattern(text, at)
            if row is not None:
                entries.append(usual(row))
            else:
                end = self._decoded(at)
                row = _NEXT(text, end)
            if row is None or len(places) > limit:
                raise Doubt
            at = row.end()
            mark = row.lastindex or 0
            if row[mark] == "]":
                return row.end(mark)

    def _decoded(self, at: int) -> int:
        """Read the element at `at`; return where it ends.

        `json` keeps the last of several values of a key and does not say so.  But each member has
        the characters `":` once, so an element with more of these than keys is in doubt, too.
        """
        end: int
        value, end = self._decode(self.text, at)
        if type(value) is not dict:
            raise Doubt
        self._keys = len(value)
        self.entries.append(self.entry(value))
        members = self.text.count('":', at, end) - self.text.count('\\":', at, end)
        if members != self._keys or _BLANK_BEFORE_COLON(self.text, at, end):
            raise Doubt
        return end


class _RecordReader(_EntryReader):
    pattern = _RECORD

    def __init__(self, text: str) -> None:
        super().__init__(text)
        # Records with the same citations share them: they have no places.
        self._usual_citations: dict[str | None, tuple[Citation, ...]] = {None: ()}
        self._shared_citations: dict[tuple[str, str], tuple[Citation, ...]] = {}

    def usual(self, row: re.Match[str]) -> Record:
        record = Record.__new__(Record)
        # The constructor would set most of this twice; a test compares the two.
        (
            record.service_name,
            record.port_number,
            record.transport_protocol,
            record.description,
            assignee,
            contact,
            record.registration_date,
            record.modification_date,
            reference,
            record.service_code,
            record.known_unauthorized_uses,
            record.assignment_notes,
            _,
        ) = row.groups()
        cited = self._usual_citations
        for citations in (assignee, contact, reference):
            if citations not in cited:
                cited[citations] = self._citations(json.loads(citations))
        record.assignee = cited[assignee]
        record.contact = cited[contact]
        record.reference = cited[reference]
        record.inline = ()
        record.mixed = record.places = None
        return record

    def entry(self, values: dict[str, Any]) -> Record:
        if not values.keys() <= _RECORD_KEYS:
            raise Doubt
        record = Record(0, 0)
        for field, value in values.items():
            if field in CITING_FIELDS:
                citations = self._citations(value)
                if citations:
                    setattr(record, field, citations)
            elif type(value) is str:
                setattr(record, field, value)
            else:
                self._add_mixed_text(record, field, value)
        return record

    def _citations(self, values: object) -> tuple[Citation, ...]:
        if type(values) is not list or not all(map(is_citation, values)):
            raise Doubt
        self._keys += sum(map(len, values))
        if len(values) == 1 and values[0].keys() == _USUAL_KEYS:
            # What nearly all are; records with the same citation share it, as it has no place.
            key = values[0]["kind"], values[0]["data"]
            shared = self._shared_citations.get(key)
            if shared is None:
                shared = self._shared_citations[key] = (Citation(*key, None, 0),)
            return shared
        return tuple(_citation(value, index) for index, value in enumerate(values))

    def _add_mixed_text(self, record: Record, field: str, values: object) -> None:
        if not is_mixed_text(values, field):
            raise Doubt
        parts: list[Part] = []
        for index, value in enumerate(values):
            if type(value) is str:
                parts.append(value)
                continue
            self._keys += len(value)
            parts.append(Markup(value["markup"]) if "markup" in value else _citation(value, index))
        setattr(record, field, text_of(parts))
        record.mixed = {**(record.mixed or {}), field: parts}
        inline = tuple((field, part) for part in parts if isinstance(part, Citation))
        record.inline = (*record.inline, *inline)


class _ContactReader(_EntryReader):
    pattern = _CONTACT

    def usual(self, row: re.Match[str]) -> Contact:
        contact = Contact.__new__(Contact)
        (
            contact.contact_id,
            contact.name,
            contact.organization,
            uri,
            contact.last_updated,
            _,
        ) = row.groups()
        contact.contact_uri = () if uri is None else (uri,)
        contact.uri_offsets = ()
        contact.places = None
        return contact

    def entry(self, values: dict[str, Any]) -> Contact:
        if not values.keys() <= CONTACT_KEYS:
            raise Doubt
        contact = Contact(0, 0)
        for field, value in values.items():
            if field == "contact_uri":
                if type(value) is not list or not all(type(uri) is str for uri in value):
                    raise Doubt
                contact.contact_uri = tuple(value)
            elif type(value) is str:
                setattr(contact, field, value)
            else:
                raise Doubt
        return contact


def _citation(value: dict[str, str], index: int) -> Citation:
    """The citation `value`, with its index in its list for an offset."""
    return Citation(
        value["kind"], value.get("data"), value.get("text"), index, value.get("section")
    )
