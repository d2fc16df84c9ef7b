"""From bytes to a dump: the form follows from the content, never from the name of the file.

Each form has a module of its own with one function, `read(source)`.  A reader never raises on
content: it yields what it could read, and a defect for what it could not.
"""

from __future__ import annotations

from validator.errors import Unusable
from validator.model.pattern import pattern
from validator.model.vocabulary import form_name, quoted
from validator.readers.source import Source
from validator.readers.truncation import cut_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.record import Dump, Form

FORMS: tuple[Form, ...] = ("xml", "csv", "txt", "html", "json")

_HTML = pattern(rb"<!DOCTYPE\s++html|<html[\s>]", "i")
# The headings of the plain-text form: on the line of these words others may be broken off.
_TABLE_HEAD = pattern(rb"^ *+Service Name +Port Number +\S.* Description  ", "m")
# What begins a document of JSON, and not a table of TOML.
_JSON = pattern(rb"\{|\[\s*+(?:[\[{\"\]0-9-]|true|false|null|\Z)")
# The beginning of any JSON, of a table or not; nothing at all is as good.
_JSON_VALUE = pattern(rb"\s*+(?:[\[{\"0-9-]|true|false|null|\Z)")
# How much of a file is searched for its form: for the head of a table of text, and for the others.
PREAMBLE = 1 << 16
_HEAD = 4096
# Without these columns a table is not that of the registry.
_NEEDED = {"service_name": "Service Name", "port_number": "Port Number"}
# What a file of another form has; the first says most of it.
_NO_FORM = ("FM001", "FM004", "MD005")
_HEADINGS = frozenset(heading.lower().encode() for heading in _NEEDED.values())


def read(source: Source, form: Form | None = None) -> Dump:
    """Read `source` as `form`, or as the form its content shows.

    Raises `Unusable` where the content is of none of the forms.
    """
    looks = recognize(source.data)
    try:
        dump = _read(source, form or looks)
    except Unusable:
        if form in (None, looks) or (looks is None and _JSON_VALUE.match(source.data)):
            raise
        raise Unusable(f"{source.path} is no JSON{_looks_like(looks, form)}") from None
    if form is None:
        _require_table(dump)
    elif form != looks and dump.registry_id is None:
        _doubt_form(dump, _looks_like(looks, form))
    if dump.form == "html":
        from validator.readers import html_pages

        dump.defects.extend(html_pages.lone_page(dump))
    cut_values(dump, source.limits.length)
    return dump


def _looks_like(looks: Form | None, form: Form | None) -> str:
    """How a sentence ends about content that was to be read as `form`, and looks like another."""
    if looks is None:
        return ""
    return f"; it looks like {form_name(looks)}, but the input format is set to {form}"


def _doubt_form(dump: Dump, doubt: str) -> None:
    """Say in the fault that is due to a wrong form, if any, that the form may be wrong."""
    if dump.records and "service_name" not in dump.missing_columns:
        return
    dump.doubt = doubt
    faults = [defect for defect in dump.defects if defect.code in _NO_FORM]
    for defect in sorted(faults, key=lambda defect: _NO_FORM.index(defect.code))[:1]:
        defect.message += doubt


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
    from validator.readers.appearance import appearance

    # A binary file is known by its NUL bytes.
    looks = appearance(source.raw if source.damage else source.data)
    raise Unusable(
        f"{source.path}: unrecognized format (expected XML, CSV, plain text, HTML or JSON). {looks}"
    )


def _require_table(dump: Dump) -> None:
    """Raise `Unusable` for a page or text without a table that has names and ports."""
    if dump.form not in ("html", "txt") or any(defect.code == "FM001" for defect in dump.defects):
        return  # what is missing of one that breaks off may have been there
    missing = [heading for field, heading in _NEEDED.items() if field in dump.missing_columns]
    if missing:
        columns = " and ".join(map(quoted, missing))
        raise Unusable(f"{dump.path}: the table has no column {columns}")
    if dump.records or dump.contacts:
        return
    lacking = [d.message for d in dump.defects if d.code == "FM004" and d.field is None]
    if dump.form == "html" and lacking:
        from validator.readers.appearance import page_appearance

        raise Unusable(f"{dump.path}: {lacking[0]}. {page_appearance(dump.data)}")


def recognize(data: bytes) -> Form | None:
    """Say which form of the registry `data` is, `None` for none."""
    head = data[:_HEAD].lstrip()
    if head.startswith(b"<"):
        return "html" if _HTML.search(head) else "xml"
    first = head.split(b"\n", 1)[0]
    cells = {cell.strip(b' "\r').replace(b"_", b" ").lower() for cell in first.split(b",")}
    if cells >= _HEADINGS:
        return "csv"
    if _JSON.match(head):
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
