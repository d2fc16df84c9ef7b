"""From bytes to a dump: the form is told from the content, never from the name of the file.

Each form has a module of its own with one function, `read(source)`.  A reader never raises on
content: it yields what it could read, and a defect for what it could not.
"""

from __future__ import annotations

from operator import attrgetter
from operator import sub as minus

from validator.model.pattern import pattern
from validator.model.record import Contact, Record, too_long
from validator.model.vocabulary import COLUMN_HEADINGS, RECORD_FIELDS
from validator.readers.source import Source, Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.record import Dump, Form

FORMS: tuple[Form, ...] = ("xml", "csv", "txt", "html", "json")

_HTML = pattern(rb"<!DOCTYPE\s++html|<html[\s>]", "i")
# The headings of the plain-text form: on the line of these words others may be broken off.
_TABLE_HEAD = pattern(rb"^ *+Service Name +Port Number +\S.* Description  ", "m")
# The same with the blanks between columns lost, as a page copied from a browser has it.
_FLATTENED = pattern(rb"^Service Name Port Number Transport Protocol ", "m")
CONTACT_TEXTS = ("contact_id", "name", "organization", "last_updated")
# How much of a file is looked at to tell its form.
PREAMBLE = 1 << 16
_offset_of = attrgetter("offset")
_HEADINGS = frozenset(heading.lower().encode() for heading in COLUMN_HEADINGS)


def read(source: Source, form: Form | None = None) -> Dump:
    """Read `source` as `form`, or as the form its content shows.

    Raises `Unusable` where the content is of no form that is known.
    """
    if form is None:
        form = recognise(source.data)
    if form == "xml":
        from validator.readers import xml

        return xml.read(source)
    if form == "csv":
        from validator.readers import csv

        return csv.read(source)
    if form == "txt":
        from validator.readers import text

        return text.read(source)
    if form == "html":
        from validator.readers import html

        return html.read(source)
    if form == "json":
        from validator.readers import json

        return json.read(source)
    if _FLATTENED.search(source.data[:PREAMBLE]):
        raise Unusable(
            f"{source.path} is a page copied as text: which words stand in which column is lost;"
            " the XML, CSV, HTML and plain-text files of the registry can be read"
        )
    raise Unusable(f"{source.path} is of no form of the registry that is known")


def shorten(dump: Dump, longest: int) -> None:
    """Cut values of `dump` that are longer than `longest` characters; each is a defect.

    Of most dumps no value can be: then only the lengths of their records are looked at.
    """
    entries: list[Record | Contact] = [*dump.records, *dump.contacts]
    starts = sorted([0, *map(_offset_of, entries), len(dump.data)])
    if max(map(minus, starts[1:], starts)) <= longest:
        return
    for entry in entries:
        fields = CONTACT_TEXTS if isinstance(entry, Contact) else RECORD_FIELDS
        for field in fields:
            value = getattr(entry, field)
            if isinstance(value, str) and len(value) > longest:
                _tell(dump, entry, field, None, len(value), longest)
                setattr(entry, field, value[:longest])
                if isinstance(entry, Record) and entry.mixed is not None:
                    entry.mixed = {k: v for k, v in entry.mixed.items() if k != field}
                    entry.inline = tuple(pair for pair in entry.inline if pair[0] != field)
        if isinstance(entry, Contact):
            for number, uri in enumerate(entry.contact_uri):
                if len(uri) > longest:
                    _tell(dump, entry, "contact_uri", number, len(uri), longest)
            entry.contact_uri = tuple(uri[:longest] for uri in entry.contact_uri)


def _tell(
    dump: Dump, entry: Record | Contact, field: str, item: int | None, length: int, longest: int
) -> None:
    at = dump.locate(entry, field, item)
    dump.defects.append(too_long(entry, field, length, longest, at))


def recognise(data: bytes) -> Form | None:
    """Say which form of the registry `data` is, `None` for none."""
    head = data[:4096].lstrip()
    if head.startswith(b"<"):
        return "html" if _HTML.search(head) else "xml"
    first = head.split(b"\n", 1)[0]
    cells = {cell.strip(b' "\r').lower() for cell in first.split(b",")}
    if b"," in first and cells & _HEADINGS:
        return "csv"
    if head.startswith((b"{", b"[")):
        return "json"
    return "txt" if _TABLE_HEAD.search(data[:PREAMBLE]) else None


def read_pages(path: str, sources: Sequence[Source]) -> Dump:
    """Read the HTML pages `sources` of one registry as one dump, called `path`."""
    from validator.readers import html

    return html.read_pages(path, sources)


def page_of(data: bytes) -> tuple[int, int] | None:
    """Of HTML, say which page this is and how many there are; `None` where it does not say."""
    from validator.readers import html

    return html.page_of(data)
