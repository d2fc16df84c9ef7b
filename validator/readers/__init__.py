"""From bytes to a dump: the form follows from the content, never from the name of the file.

Each form has a module of its own with one function, `read(source)`.  A reader never raises on
content: it yields what it could read, and a defect for what it could not.
"""

from __future__ import annotations

from validator.model.pattern import pattern
from validator.model.vocabulary import COLUMN_HEADINGS, quoted
from validator.readers.source import Source, Unusable
from validator.readers.truncation import cut_values

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
_REQUEST = pattern(rb"^[ \t-]*+(?:service_name|transport_protocols|requests)[ \t]*+[:=]", "m")
# How much of a file is searched for its form: for the head of a table of text, and for the others.
PREAMBLE = 1 << 16
_HEAD = 4096
_HEADINGS = frozenset(heading.lower().encode() for heading in COLUMN_HEADINGS)


def read(source: Source, form: Form | None = None) -> Dump:
    """Read `source` as `form`, or as the form its content shows.

    Raises `Unusable` where the content is of none of the forms.
    """
    dump = _read(source, form or recognise(source.data))
    cut_values(dump, source.limits.length)
    return dump


def _read(source: Source, form: Form | None) -> Dump:
    # Only the reader that is needed is loaded.
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
    raise Unusable(
        f"{source.path}: unrecognized format (expected XML, CSV, plain text, HTML or JSON)."
        f" {_appearance(source.data)}"
    )


def _appearance(data: bytes) -> str:
    """A sentence about what a file of no form of the registry looks like."""
    if _FLATTENED.search(data[:PREAMBLE]):
        return "It looks like a page copied as text, which has lost its columns"
    if b"\0" in data[:_HEAD]:
        return "It looks like a binary file"
    if _REQUEST.search(data[:_HEAD]):
        return 'It looks like a request, which "ianalint request" checks'
    first = data[:_HEAD].strip().split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    return f"Its first line is {quoted(first, limit=200)}"


def recognise(data: bytes) -> Form | None:
    """Say which form of the registry `data` is, `None` for none."""
    head = data[:_HEAD].lstrip()
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
    from validator.readers import html_pages

    dump = html_pages.read_pages(path, sources)
    cut_values(dump, sources[0].limits.length)
    return dump


def page_of(data: bytes) -> tuple[int, int] | None:
    """Of HTML, say which page this is and how many there are; `None` where it does not say."""
    from validator.readers import html

    return html.page_of(data)
